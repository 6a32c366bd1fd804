use myna_apdu::{Command, Response};
use serde::Serialize;

/// One exchange as it may be written down: without any secret, and without data unless they are asked for.
///
/// ```text
/// {"header":"00B08A00","nc":0,"ne":65536,"nr":1600,"status":"9000"}
/// {"header":"00200098","redacted":true,"nr":0,"status":"9000"}
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct TranscriptEntry {
    /// CLA INS P1 P2, hexadecimal; fewer bytes when the command had fewer.
    pub header: String,
    /// Length of the data field; absent for secrets, because the length of a password is half of a guess.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nc: Option<usize>,
    /// Ne, when there is an Le field.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ne: Option<u32>,
    /// The data field, hexadecimal; absent for secrets and in [`Detail::Lengths`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command_data: Option<String>,
    /// Whether the data field was left out because it may hold a secret.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub redacted: bool,
    /// Length of the response's data field.
    pub nr: usize,
    /// The response's data field, hexadecimal; absent in [`Detail::Lengths`].
    #[serde(skip_serializing_if = "Option::is_none")]
    pub response_data: Option<String>,
    /// The status word, hexadecimal; absent when the response has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
}

/// How much of an exchange to write down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Detail {
    /// Headers, lengths, status words. A response may hold personal data, so this is the default.
    #[default]
    Lengths,
    /// Data as well. For simulated cards and test cards.
    Data,
}

impl TranscriptEntry {
    /// Describes an exchange. Bytes that are no command are counted, never shown: they may be a mangled VERIFY.
    #[must_use]
    pub fn new(command: &[u8], response: &[u8], detail: Detail) -> Self {
        let shown =
            |data: &[u8]| (detail == Detail::Data && !data.is_empty()).then(|| hex::encode_upper(data));
        let header = hex::encode_upper(command.get(..4).unwrap_or(command));
        let (response_data, status) = match Response::parse(response) {
            Ok(response) => (response.data(), Some(response.status().to_string())),
            Err(_) => (response, None),
        };
        let (nc, ne, command_data, redacted) = match Command::parse(command) {
            Ok(command) if command.carries_secret() => (None, None, None, true),
            Ok(command) => {
                let data = command.data();
                (Some(data.len()), command.expected().map(myna_apdu::ExpectedLength::get), shown(data), false)
            }
            Err(_) => (None, None, None, true),
        };
        Self {
            header,
            nc,
            ne,
            command_data,
            redacted,
            nr: response_data.len(),
            response_data: shown(response_data),
            status,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_detail_shows_a_pin() {
        let verify = [0x00, 0x20, 0x00, 0x98, 0x04, b'9', b'8', b'7', b'6'];
        let mut mangled = verify.to_vec();
        mangled[4] = 9;
        for command in [&verify[..], &mangled] {
            for detail in [Detail::Lengths, Detail::Data] {
                let line =
                    serde_json::to_string(&TranscriptEntry::new(command, &[0x90, 0x00], detail)).unwrap();
                assert!(line.contains("00200098") && line.contains("redacted"), "{line}");
                assert!(
                    !line.contains("39383736") && !line.contains("9876") && !line.contains("nc"),
                    "{line}"
                );
            }
        }
    }

    #[test]
    fn personal_data_only_on_request() {
        let read = [0x00, 0xB0, 0x81, 0x00, 0x00];
        let lengths = TranscriptEntry::new(&read, b"\x01\x02\x90\x00", Detail::Lengths);
        assert_eq!((lengths.ne, lengths.nr, lengths.response_data), (Some(256), 2, None));
        let data = TranscriptEntry::new(&read, b"\x01\x02\x90\x00", Detail::Data);
        assert_eq!(data.response_data.as_deref(), Some("0102"));
        assert_eq!(data.status.as_deref(), Some("9000"));
    }

    #[test]
    fn an_answer_without_status_is_written_down_as_such() {
        let entry = TranscriptEntry::new(&[0x00], &[0x90], Detail::Data);
        assert_eq!((entry.status, entry.nr, entry.header.as_str()), (None, 1, "00"));
    }
}
