use std::collections::BTreeMap;

use thiserror::Error;

/// Bytes with gaps in them, as a catalogue writes them.
///
/// ```text
/// 00 A4 04 0C          bytes
/// AA*245               one byte, so many times
/// <jpki>               a value: an AID, a value of the unit, or what an earlier step saved
/// <length:file-1>      the length of a value, plus or minus something, in two bytes
/// [ <jpki> ]           Lc in one byte, and what stands between
/// [[ <jpki> ]]         Lc in three bytes, and what stands between
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template {
    parts: Vec<Part>,
}

/// The values there are to fill gaps with.
pub(crate) type Values = BTreeMap<String, Vec<u8>>;

/// What is wrong with a template.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum TemplateError {
    #[error("{0:?} is neither hexadecimal nor a placeholder")]
    Token(String),
    #[error("{0:?} does not close what was opened")]
    Bracket(String),
    #[error("there is no value called {0:?}")]
    NoValue(String),
    #[error("a length of {0} does not fit its field")]
    Length(i64),
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Bytes(Vec<u8>),
    Value(String),
    LengthOf { value: String, plus: i16 },
    Counted { parts: Vec<Self>, form: Count },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Count {
    Short,
    Extended,
}

impl Template {
    pub(crate) fn parse(text: &str) -> Result<Self, TemplateError> {
        let mut parts = Vec::new();
        let mut open: Option<(Count, Vec<Part>)> = None;
        for token in text.split_whitespace() {
            match (token, open.take()) {
                ("[", None) => open = Some((Count::Short, std::mem::take(&mut parts))),
                ("[[", None) => open = Some((Count::Extended, std::mem::take(&mut parts))),
                ("]", Some((form @ Count::Short, outer))) | ("]]", Some((form @ Count::Extended, outer))) => {
                    let inner = std::mem::replace(&mut parts, outer);
                    parts.push(Part::Counted { parts: inner, form });
                }
                ("[" | "[[" | "]" | "]]", _) => return Err(TemplateError::Bracket(token.to_owned())),
                (token, still_open) => {
                    parts.push(Part::parse(token)?);
                    open = still_open;
                }
            }
        }
        match open {
            None => Ok(Self { parts }),
            Some(_) => Err(TemplateError::Bracket("the end".to_owned())),
        }
    }

    /// The names of the values it needs.
    pub(crate) fn names(&self) -> Vec<&str> {
        let mut names = Vec::new();
        collect_names(&self.parts, &mut names);
        names
    }

    /// The bytes that stand before the first gap.
    pub(crate) fn fixed_start(&self) -> Vec<u8> {
        let fixed = self.parts.iter().map_while(|part| match part {
            Part::Bytes(bytes) => Some(bytes.as_slice()),
            _ => None,
        });
        fixed.collect::<Vec<_>>().concat()
    }

    /// Whether there is no gap at all.
    pub(crate) fn is_fixed(&self) -> bool {
        self.parts.iter().all(|part| matches!(part, Part::Bytes(_)))
    }

    pub(crate) fn fill(&self, values: &Values) -> Result<Vec<u8>, TemplateError> {
        fill(&self.parts, values)
    }
}

impl Part {
    fn parse(token: &str) -> Result<Self, TemplateError> {
        let wrong = || TemplateError::Token(token.to_owned());
        if let Some(name) = token.strip_prefix('<').and_then(|rest| rest.strip_suffix('>')) {
            return match name.strip_prefix("length:") {
                None => Ok(Self::Value(name.to_owned())),
                Some(name) => Self::length_of(name).ok_or_else(wrong),
            };
        }
        let (digits, times) = match token.split_once('*') {
            Some((digits, times)) => (digits, times.parse::<u16>().map_err(|_| wrong())?),
            None => (token, 1),
        };
        let bytes = hex::decode(digits).map_err(|_| wrong())?;
        Ok(Self::Bytes(bytes.repeat(times.into())))
    }

    /// `name`, `name+1` or `name-1`. A sign ends the name only where nothing but digits follows: names have hyphens.
    fn length_of(text: &str) -> Option<Self> {
        let sign = text.rfind(['+', '-']).filter(|at| {
            let digits = text.get(at + 1..).unwrap_or_default();
            !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
        });
        let (value, plus) = match sign {
            Some(at) => (text.get(..at)?, text.get(at..)?.parse().ok()?),
            None => (text, 0),
        };
        Some(Self::LengthOf { value: value.to_owned(), plus })
    }
}

fn collect_names<'a>(parts: &'a [Part], names: &mut Vec<&'a str>) {
    for part in parts {
        match part {
            Part::Bytes(_) => {}
            Part::Value(value) | Part::LengthOf { value, .. } => names.push(value),
            Part::Counted { parts, .. } => collect_names(parts, names),
        }
    }
}

fn fill(parts: &[Part], values: &Values) -> Result<Vec<u8>, TemplateError> {
    let value = |name: &String| values.get(name).ok_or_else(|| TemplateError::NoValue(name.clone()));
    let mut bytes = Vec::new();
    for part in parts {
        match part {
            Part::Bytes(fixed) => bytes.extend_from_slice(fixed),
            Part::Value(name) => bytes.extend_from_slice(value(name)?),
            Part::LengthOf { value: name, plus } => {
                let length =
                    i64::try_from(value(name)?.len()).unwrap_or(i64::MAX).saturating_add((*plus).into());
                let length = u16::try_from(length).map_err(|_| TemplateError::Length(length))?;
                bytes.extend_from_slice(&length.to_be_bytes());
            }
            Part::Counted { parts, form } => {
                let inner = fill(parts, values)?;
                let too_long = || TemplateError::Length(i64::try_from(inner.len()).unwrap_or(i64::MAX));
                match form {
                    Count::Short => bytes.push(u8::try_from(inner.len()).map_err(|_| too_long())?),
                    Count::Extended => {
                        let length = u16::try_from(inner.len()).map_err(|_| too_long())?;
                        bytes.push(0);
                        bytes.extend_from_slice(&length.to_be_bytes());
                    }
                }
                bytes.extend(inner);
            }
        }
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Values {
        Values::from([("jpki".to_owned(), vec![0xD3, 0x92]), ("user-file".to_owned(), vec![0; 0x105])])
    }

    #[test]
    fn filled() {
        for (text, bytes) in [
            ("", ""),
            ("00A4 04 0C", "00a4040c"),
            ("00 [ <jpki> AA ] 00", "0003d392aa00"),
            ("[[ <jpki> ]]", "000002d392"),
            ("AB*3 00", "ababab00"),
            ("<length:user-file>", "0105"),
            ("<length:user-file-6> <length:user-file+1>", "00ff0106"),
            ("[ ]", "00"),
        ] {
            let filled = Template::parse(text).unwrap().fill(&values()).unwrap();
            assert_eq!(hex::encode(filled), bytes, "{text}");
        }
    }

    #[test]
    fn malformed() {
        for text in
            ["0", "0G", "<jpki", "AB*", "AB*x", "[ 00", "00 ]", "[ 00 ]]", "[ [ 00 ] ]", "[[ [ 00 ] ]]"]
        {
            assert!(Template::parse(text).is_err(), "{text}");
        }
        for text in ["<none>", "<length:none>", "<length:jpki-3>", "[ <user-file> ]"] {
            assert!(Template::parse(text).unwrap().fill(&values()).is_err(), "{text}");
        }
    }
}
