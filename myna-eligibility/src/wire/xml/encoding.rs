//! From bytes to characters and back: UTF-8 and CP932, whatever the declaration says.

use std::borrow::Cow;

use serde::Serialize;

use crate::element::ROOT;
use crate::element::error::XmlError;
use crate::element::tree::shortened;
use crate::meaning::warning::Warning;

/// The character code of a message.
///
/// Shift_JIS on this wire is really CP932 [code B5]: with NEC's and IBM's additions such as 髙 and ①.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Encoding {
    /// UTF-8.
    Utf8,
    /// Shift_JIS as Windows has it (CP932, Windows-31J).
    Cp932,
}

impl Encoding {
    /// The name in an XML declaration.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Utf8 => "UTF-8",
            Self::Cp932 => "Shift_JIS",
        }
    }

    /// The bytes of a text.
    ///
    /// # Errors
    ///
    /// The first character that CP932 has not, or that would come back as another.
    pub fn encode(self, text: &str) -> Result<Vec<u8>, char> {
        match self {
            Self::Utf8 => Ok(text.as_bytes().to_owned()),
            Self::Cp932 => {
                let mut bytes = Vec::with_capacity(text.len());
                for character in text.chars() {
                    bytes.extend(to_cp932(character).ok_or(character)?);
                }
                Ok(bytes)
            }
        }
    }

    /// The encoding that a declaration names, in any of the spellings seen for it.
    fn of_name(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        match name.as_str() {
            "utf-8" | "utf8" => Some(Self::Utf8),
            "shift_jis" | "shift-jis" | "sjis" | "x-sjis" | "windows-31j" | "cswindows31j" | "cp932"
            | "ms932" | "ms_kanji" => Some(Self::Cp932),
            _ => None,
        }
    }
}

/// The bytes are in another encoding than they say (B5).
pub(crate) fn misdeclared(declared: Encoding, actual: Encoding) -> Warning {
    Warning::new(
        "encoding_misdeclared",
        ROOT,
        format!("文字コードの宣言は{}ですが、内容は{}です。", declared.name(), actual.name()),
        format!("declared as {}, but written in {}", declared.name(), actual.name()),
    )
}

/// The byte order mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

/// The text of a message, and what is needed to tell a place in it as a byte of the message.
pub(crate) struct Decoded<'a> {
    pub(crate) text: Cow<'a, str>,
    pub(crate) encoding: Encoding,
    /// The encoding declared, if it is another one than the bytes are in.
    pub(crate) misdeclared: Option<Encoding>,
    /// Bytes before the text: a byte order mark.
    mark: usize,
}

impl Decoded<'_> {
    /// The byte in the message for a place in the text.
    pub(crate) fn byte_of(&self, place: usize) -> usize {
        let before = match self.encoding {
            Encoding::Utf8 => place,
            Encoding::Cp932 => {
                let indices = self.text.char_indices().take_while(|(index, _)| *index < place);
                indices.map(|(_, character)| width_in_cp932(character)).sum()
            }
        };
        self.mark.saturating_add(before)
    }
}

/// Reads the bytes as what they are.
///
/// Declarations and bytes disagree in practice [code B5], so the bytes decide. Japanese in CP932 is almost never
/// UTF-8 by accident, while UTF-8 read as CP932 often gives some text, if a senseless one: so what is UTF-8 is
/// taken for UTF-8. One exception: half-width kana in CP932 can look like the two-byte letters of UTF-8, Greek
/// and accented ones, which no Japanese message is made of; there the declaration decides.
pub(crate) fn decode(bytes: &[u8]) -> Result<Decoded<'_>, XmlError> {
    let (mark, declared) = mark_and_declaration(bytes)?;
    let bytes = bytes.get(mark..).unwrap_or_default();
    let (text, encoding) = decode_bytes(bytes, declared, mark > 0).map_err(|(encoding, position)| {
        XmlError::UnsupportedEncoding { encoding, position: mark + position }
    })?;
    let misdeclared = declared.filter(|declared| *declared != encoding && !bytes.is_ascii());
    Ok(Decoded { text, encoding, misdeclared, mark })
}

/// The length of the byte order mark, and the encoding declared.
fn mark_and_declaration(bytes: &[u8]) -> Result<(usize, Option<Encoding>), XmlError> {
    if bytes.starts_with(&[0xFE, 0xFF]) || bytes.starts_with(&[0xFF, 0xFE]) {
        return Err(XmlError::UnsupportedEncoding { encoding: "UTF-16".to_owned(), position: 0 });
    }
    let mark = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
    let Some((name, position)) = declared_encoding(bytes.get(mark..).unwrap_or_default()) else {
        return Ok((mark, None));
    };
    match Encoding::of_name(&name) {
        Some(encoding) => Ok((mark, Some(encoding))),
        None => Err(XmlError::UnsupportedEncoding { encoding: shortened(&name), position: mark + position }),
    }
}

/// The encoding of a message read piece by piece: found once, and then the same to the end.
///
/// A piece whose half-width kana could be letters of UTF-8 does not find it: such a piece is read by itself, as
/// [`decode`] would, and the next decides.
pub(crate) struct Steady {
    declared: Option<Encoding>,
    is_marked_utf8: bool,
    found: Option<Encoding>,
    /// What pieces were taken for that did not decide.
    leaning: Option<Encoding>,
}

impl Steady {
    /// From the beginning of the message, up to its first tag.
    pub(crate) fn of_prolog(bytes: &[u8]) -> Result<Self, XmlError> {
        let (mark, declared) = mark_and_declaration(bytes)?;
        Ok(Self { declared, is_marked_utf8: mark > 0, found: None, leaning: None })
    }

    /// The encoding, unless everything was ASCII so far.
    pub(crate) fn found(&self) -> Option<Encoding> {
        self.found.or(self.leaning)
    }

    /// The encoding declared, if it is another one than was found.
    pub(crate) fn misdeclared(&self) -> Option<Encoding> {
        self.declared.filter(|declared| self.found().is_some_and(|found| found != *declared))
    }

    /// Whether pieces were read before the encoding was found, as another one.
    pub(crate) fn was_found_late(&self) -> bool {
        self.leaning.is_some_and(|leaning| self.found.is_some_and(|found| found != leaning))
    }

    /// The text of a piece; the error's position is in the piece.
    pub(crate) fn decode<'a>(&mut self, bytes: &'a [u8]) -> Result<Decoded<'a>, XmlError> {
        let mark = if bytes.starts_with(MARK) { MARK.len() } else { 0 };
        let bytes = bytes.get(mark..).unwrap_or_default();
        let refused =
            |(encoding, position)| XmlError::UnsupportedEncoding { encoding, position: mark + position };
        let (text, encoding) = match self.found {
            Some(Encoding::Cp932) if !bytes.is_ascii() => match from_cp932(bytes) {
                Some(text) => (text, Encoding::Cp932),
                None => return Err(refused(("not CP932 any more".to_owned(), 0))),
            },
            Some(Encoding::Utf8) | None if bytes.is_ascii() => {
                (String::from_utf8_lossy(bytes), self.found.unwrap_or(Encoding::Utf8))
            }
            Some(encoding) => match std::str::from_utf8(bytes) {
                Ok(text) => (Cow::Borrowed(text), encoding),
                Err(error) => return Err(refused(("not UTF-8 any more".to_owned(), error.valid_up_to()))),
            },
            None => {
                let (text, encoding) =
                    decode_bytes(bytes, self.declared, self.is_marked_utf8).map_err(refused)?;
                if self.is_marked_utf8 || !could_be_either(bytes) {
                    self.found = Some(encoding);
                } else {
                    self.leaning = Some(encoding);
                }
                (text, encoding)
            }
        };
        Ok(Decoded { text, encoding, misdeclared: None, mark })
    }
}

/// The text and its encoding, or a name for what it is in and the byte at which that shows.
pub(crate) fn decode_bytes(
    bytes: &[u8],
    declared: Option<Encoding>,
    is_marked_utf8: bool,
) -> Result<(Cow<'_, str>, Encoding), (String, usize)> {
    match std::str::from_utf8(bytes) {
        Ok(text) => {
            if declared == Some(Encoding::Cp932)
                && only_two_byte_letters(text)
                && !is_marked_utf8
                && let Some(text) = from_cp932(bytes)
            {
                return Ok((text, Encoding::Cp932));
            }
            Ok((Cow::Borrowed(text), Encoding::Utf8))
        }
        Err(error) => {
            let cut_off = error.error_len().is_none() && declared != Some(Encoding::Cp932);
            match from_cp932(bytes).filter(|_| !is_marked_utf8 && !cut_off) {
                Some(text) => Ok((text, Encoding::Cp932)),
                None => Err(("neither UTF-8 nor CP932".to_owned(), error.valid_up_to())),
            }
        }
    }
}

fn only_two_byte_letters(text: &str) -> bool {
    !text.is_ascii() && text.chars().all(|character| character < '\u{800}')
}

/// Whether bytes are half-width kana of CP932 and two-byte letters of UTF-8 at once.
fn could_be_either(bytes: &[u8]) -> bool {
    std::str::from_utf8(bytes).is_ok_and(only_two_byte_letters) && from_cp932(bytes).is_some()
}

/// Whether bytes in CP932, declared as such, would be taken for UTF-8.
pub(super) fn looks_like_utf8(bytes: &[u8]) -> bool {
    !bytes.is_ascii() && std::str::from_utf8(bytes).is_ok_and(|text| !only_two_byte_letters(text))
}

fn from_cp932(bytes: &[u8]) -> Option<Cow<'_, str>> {
    encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes)
}

/// The bytes of a character in CP932, or `None` if it has none that are read as the same character again.
pub(crate) fn to_cp932(character: char) -> Option<Vec<u8>> {
    let text = character.to_string();
    let (bytes, _, had_errors) = encoding_rs::SHIFT_JIS.encode(&text);
    (!had_errors && from_cp932(&bytes).as_deref() == Some(text.as_str())).then(|| bytes.into_owned())
}

/// How many bytes of CP932 a character was read from.
const fn width_in_cp932(character: char) -> usize {
    match character {
        '\0'..='\u{80}' | '\u{FF61}'..='\u{FF9F}' => 1,
        _ => 2,
    }
}

/// The encoding named in the XML declaration, and where. Looked for in the bytes, since they need not be
/// UTF-8.
fn declared_encoding(bytes: &[u8]) -> Option<(String, usize)> {
    const KEY: &[u8] = b"encoding";
    let declaration = bytes.strip_prefix(b"<?xml")?;
    let end = declaration.windows(2).position(|window| window == b"?>")?;
    let declaration = declaration.get(..end)?;
    let key = declaration.windows(KEY.len()).position(|window| window == KEY)?;
    let quoted = |byte: &u8| *byte == b'"' || *byte == b'\'';
    let after = declaration.get(key..)?;
    let open = after.iter().position(quoted)?;
    let value = after.get(open + 1..)?;
    let value = value.get(..value.iter().position(quoted)?)?;
    Some((String::from_utf8_lossy(value).into_owned(), b"<?xml".len() + key + open + 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ﾃｱ` in CP932, which UTF-8 reads as `ñ`.
    const KANA: &[u8] = b"<?xml version='1.0' encoding='Shift_JIS'?><a>\xC3\xB1</a>";

    #[test]
    fn half_width_kana_that_looks_like_utf8_is_what_was_declared() {
        let decoded = decode(KANA).unwrap();
        assert!(decoded.text.contains("<a>ﾃｱ</a>"), "{}", decoded.text);
        assert_eq!((decoded.encoding, decoded.misdeclared), (Encoding::Cp932, None));
    }

    #[test]
    fn utf8_is_utf8_whatever_is_declared() {
        for name in ["Shift_JIS", "Windows-31J", "x-sjis"] {
            let message = format!("<?xml version='1.0' encoding='{name}'?><a>氏名</a>");
            let decoded = decode(message.as_bytes()).unwrap();
            assert_eq!(decoded.text, message);
            assert_eq!((decoded.encoding, decoded.misdeclared), (Encoding::Utf8, Some(Encoding::Cp932)));
        }
    }

    #[test]
    fn cp932_is_read_when_utf8_or_nothing_is_declared() {
        for (declaration, misdeclared) in
            [("<?xml version='1.0' encoding='UTF-8'?>", Some(Encoding::Utf8)), ("", None)]
        {
            let mut message = declaration.as_bytes().to_vec();
            message.extend_from_slice(b"<a>\x8E\x81\x96\xBC \xFB\xFC\x87\x40</a>");
            let decoded = decode(&message).unwrap();
            assert!(decoded.text.ends_with("<a>氏名 髙①</a>"), "{}", decoded.text);
            assert_eq!(decoded.misdeclared, misdeclared);
            assert_eq!(decoded.byte_of(decoded.text.len()), message.len());
        }
    }

    #[test]
    fn every_character_is_as_wide_as_its_bytes() {
        for character in (0..=0xFFFF).filter_map(char::from_u32) {
            if let Some(bytes) = to_cp932(character) {
                assert_eq!(bytes.len(), width_in_cp932(character), "{character:?}");
            }
        }
        // User-defined characters (外字) are read, though not written.
        assert_eq!(from_cp932(b"\xF0\x40").as_deref(), Some("\u{E000}"));
        assert_eq!((width_in_cp932('\u{E000}'), to_cp932('\u{E000}')), (2, None));
    }

    #[test]
    fn a_character_that_would_come_back_as_another_is_not_written() {
        assert_eq!(to_cp932('髙').as_deref(), Some(b"\xFB\xFC".as_slice()));
        for character in ['¥', '‾', '−', '𠮷', 'é'] {
            assert_eq!(to_cp932(character), None, "{character}");
        }
    }
}
