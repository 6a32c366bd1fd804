use myna_apdu::{Response, StatusMeaning, StatusWord};
use myna_transport::{Detail, TranscriptEntry, Transport, TransportErrorKind};
use zeroize::Zeroizing;

use super::trouble::Trouble;

/// What goes to the card and comes back, and what is written down of it.
#[derive(Default)]
pub(super) struct Line {
    buffer: Zeroizing<Vec<u8>>,
    transcript: Vec<TranscriptEntry>,
}

/// What the card answered.
pub(super) struct Answer {
    pub(super) data: Vec<u8>,
    pub(super) status: StatusWord,
}

impl Line {
    /// Sends a command once. Headers, lengths and status words are written down, data never: an answer may hold what is
    /// somebody's own, and a PIN is nobody's business.
    pub(super) fn exchange(
        &mut self,
        transport: &mut dyn Transport,
        command: &[u8],
    ) -> Result<Answer, Trouble> {
        let length = usize::try_from(transport.capabilities().longest_response).unwrap_or(usize::MAX);
        if self.buffer.len() != length {
            self.buffer = Zeroizing::new(vec![0; length]);
        }
        let result = transport.exchange(command, &mut self.buffer);
        let response = match &result {
            Ok(length) => self.buffer.get(..*length).unwrap_or_default(),
            Err(_) => &[],
        };
        self.transcript.push(TranscriptEntry::new(command, response, Detail::Lengths));
        match result {
            Ok(_) => match Response::parse(response) {
                Ok(response) => Ok(Answer { data: response.data().to_vec(), status: response.status() }),
                Err(error) => Err(Trouble::Harness(error.to_string())),
            },
            Err(error) if error.kind() == TransportErrorKind::CommandTooLong => Err(Trouble::NotReached(
                format!("{error}; if it carries no extended lengths, say so in the ICS (extended-length)"),
            )),
            Err(error) => Err(Trouble::Harness(error.to_string())),
        }
    }

    pub(super) fn into_transcript(self) -> Vec<TranscriptEntry> {
        self.transcript
    }
}

impl Answer {
    /// The tries left, when the status word tells them.
    pub(super) const fn tries(&self) -> Option<u8> {
        match self.status.meaning() {
            StatusMeaning::TriesLeft(tries) => Some(tries),
            _ => None,
        }
    }
}
