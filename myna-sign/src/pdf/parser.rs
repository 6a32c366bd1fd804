use std::ops::Range;

use super::PdfFault;
use super::object::{Dictionary, Object, Reference};

/// How deep arrays and dictionaries may stand in each other. Those of real documents stay below 10.
const DEEPEST: usize = 48;
/// How many values one object may hold: the pages of a long book, a hundred times.
const MOST_VALUES: usize = 1 << 20;

/// Reads values where they stand. Refuses what readers disagree on, and repairs nothing.
pub(super) struct Parser<'a> {
    bytes: &'a [u8],
    at: usize,
    values: usize,
    /// Where the values of the outermost dictionary stand.
    spans: Vec<(Vec<u8>, Range<usize>)>,
}

impl<'a> Parser<'a> {
    pub(super) fn new(bytes: &'a [u8], at: usize) -> Self {
        Self { bytes, at, values: 0, spans: Vec::new() }
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn fault(&self) -> PdfFault {
        PdfFault::Syntax(self.at)
    }

    /// Where the value of a name in the outermost dictionary stands, if one was read.
    pub(super) fn span(&self, name: &str) -> Option<Range<usize>> {
        self.spans.iter().find(|(key, _)| key == name.as_bytes()).map(|(_, span)| span.clone())
    }

    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes white space and comments.
    pub(super) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                let comment = self.rest().iter().take_while(|byte| !matches!(byte, b'\r' | b'\n')).count();
                self.at += comment;
            } else if is_space(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
    }

    /// Passes a word, if it is the next thing.
    pub(super) fn take_word(&mut self, word: &str) -> bool {
        let before = self.at;
        self.skip_space();
        let follows = self.rest().starts_with(word.as_bytes());
        let ends = self.bytes.get(self.at + word.len()).is_none_or(|byte| !is_regular(*byte));
        if follows && ends {
            self.at += word.len();
        } else {
            self.at = before;
        }
        follows && ends
    }

    pub(super) fn word(&mut self, word: &str) -> Result<(), PdfFault> {
        if self.take_word(word) { Ok(()) } else { Err(self.fault()) }
    }

    /// A number of digits alone.
    pub(super) fn unsigned(&mut self) -> Result<u64, PdfFault> {
        self.skip_space();
        let digits = self.rest().iter().take_while(|byte| byte.is_ascii_digit()).count();
        let text = self.rest().get(..digits).and_then(|digits| str::from_utf8(digits).ok());
        let value = text.and_then(|text| text.parse().ok()).ok_or_else(|| self.fault())?;
        self.at += digits;
        if self.peek().is_some_and(is_regular) { Err(self.fault()) } else { Ok(value) }
    }

    /// `12 0 obj`, its value, and whether a stream follows it.
    pub(super) fn indirect(&mut self) -> Result<(Reference, Object), PdfFault> {
        let number = u32::try_from(self.unsigned()?).map_err(|_| self.fault())?;
        let generation = u16::try_from(self.unsigned()?).map_err(|_| self.fault())?;
        self.word("obj")?;
        Ok((Reference { number, generation }, self.value()?))
    }

    pub(super) fn value(&mut self) -> Result<Object, PdfFault> {
        self.values = 0;
        self.spans.clear();
        self.value_at(0)
    }

    fn value_at(&mut self, depth: usize) -> Result<Object, PdfFault> {
        self.values += 1;
        if depth > DEEPEST || self.values > MOST_VALUES {
            return Err(PdfFault::TooLarge);
        }
        self.skip_space();
        match self.rest() {
            [b'<', b'<', ..] => self.dictionary(depth),
            [b'<', ..] => self.hexadecimal(),
            [b'(', ..] => self.literal(),
            [b'/', ..] => Ok(Object::Name(self.name()?)),
            [b'[', ..] => self.array(depth),
            [b'+' | b'-' | b'.' | b'0'..=b'9', ..] => self.number(),
            _ if self.take_word("null") => Ok(Object::Null),
            _ if self.take_word("true") => Ok(Object::Boolean(true)),
            _ if self.take_word("false") => Ok(Object::Boolean(false)),
            _ => Err(self.fault()),
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Object, PdfFault> {
        let start = self.at;
        self.at += 2;
        let mut entries = Vec::new();
        loop {
            self.skip_space();
            match self.rest() {
                [b'>', b'>', ..] => break self.at += 2,
                [b'/', ..] => {}
                _ => return Err(self.fault()),
            }
            let name = self.name()?;
            self.skip_space();
            let from = self.at;
            let value = self.value_at(depth + 1)?;
            if depth == 0 {
                self.spans.push((name.clone(), from..self.at));
            }
            entries.push((name, value));
        }
        Dictionary::new(entries, start).map(Object::Dictionary)
    }

    fn array(&mut self, depth: usize) -> Result<Object, PdfFault> {
        self.at += 1;
        let mut values = Vec::new();
        loop {
            self.skip_space();
            if self.peek() == Some(b']') {
                self.at += 1;
                return Ok(Object::Array(values));
            }
            values.push(self.value_at(depth + 1)?);
        }
    }

    fn name(&mut self) -> Result<Vec<u8>, PdfFault> {
        self.at += 1;
        let mut name = Vec::new();
        while let Some(byte) = self.peek().filter(|byte| is_regular(*byte)) {
            self.at += 1;
            if byte == b'#' {
                let [high, low, ..] = *self.rest() else { return Err(self.fault()) };
                let (Some(high), Some(low)) = (digit(high), digit(low)) else { return Err(self.fault()) };
                self.at += 2;
                name.push(high << 4 | low);
            } else {
                name.push(byte);
            }
        }
        Ok(name)
    }

    fn hexadecimal(&mut self) -> Result<Object, PdfFault> {
        self.at += 1;
        let (mut text, mut high) = (Vec::new(), None);
        loop {
            let byte = self.peek().ok_or_else(|| self.fault())?;
            match (byte, digit(byte), high) {
                (b'>', ..) => break,
                (_, Some(value), None) => high = Some(value),
                (_, Some(value), Some(first)) => {
                    text.push(first << 4 | value);
                    high = None;
                }
                _ if is_space(byte) => {}
                _ => return Err(self.fault()),
            }
            self.at += 1;
        }
        self.at += 1;
        text.extend(high.map(|digit| digit << 4));
        Ok(Object::Text(text))
    }

    fn literal(&mut self) -> Result<Object, PdfFault> {
        self.at += 1;
        let (mut text, mut open) = (Vec::new(), 1_usize);
        loop {
            let byte = self.peek().ok_or_else(|| self.fault())?;
            self.at += 1;
            match byte {
                b'\\' => {
                    let escaped = self.peek().ok_or_else(|| self.fault())?;
                    self.at += 1;
                    match escaped {
                        b'n' => text.push(b'\n'),
                        b'r' => text.push(b'\r'),
                        b't' => text.push(b'\t'),
                        b'b' => text.push(8),
                        b'f' => text.push(12),
                        b'\r' => self.at += usize::from(self.peek() == Some(b'\n')),
                        b'\n' => {}
                        b'0'..=b'7' => {
                            let mut value = u32::from(escaped - b'0');
                            for _ in 0..2 {
                                let Some(next @ b'0'..=b'7') = self.peek() else { break };
                                value = value << 3 | u32::from(next - b'0');
                                self.at += 1;
                            }
                            text.push(value.to_le_bytes()[0]);
                        }
                        other => text.push(other),
                    }
                    continue;
                }
                b'(' => open += 1,
                b')' if open == 1 => return Ok(Object::Text(text)),
                b')' => open -= 1,
                _ => {}
            }
            text.push(byte);
        }
    }

    /// A number, or a reference, which begins like one.
    fn number(&mut self) -> Result<Object, PdfFault> {
        let length = self.rest().iter().take_while(|byte| is_regular(**byte)).count();
        let text = self.rest().get(..length).unwrap_or_default();
        let digits = text.strip_prefix(b"-").or_else(|| text.strip_prefix(b"+")).unwrap_or(text);
        let points = digits.iter().filter(|byte| **byte == b'.').count();
        let count = digits.iter().filter(|byte| byte.is_ascii_digit()).count();
        if points > 1 || count == 0 || points + count != digits.len() {
            return Err(self.fault());
        }
        self.at += length;
        let integer = str::from_utf8(text).ok().filter(|_| points == 0).and_then(|text| text.parse().ok());
        let Some(value) = integer else { return Ok(Object::Real(text.to_vec())) };
        let after = self.at;
        if let (Ok(number), true) = (u32::try_from(value), digits.len() == text.len()) {
            let generation = self.unsigned().ok().and_then(|generation| u16::try_from(generation).ok());
            if let (Some(generation), true) = (generation, self.take_word("R")) {
                return Ok(Object::Reference(Reference { number, generation }));
            }
        }
        self.at = after;
        Ok(Object::Integer(value))
    }
}

/// White space (ISO 32000-2, table 1).
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | 9 | 10 | 12 | 13 | 32)
}

fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !b"()<>[]{}/%".contains(&byte)
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}
