//! Bytes in words: a small notation for DER, after the one of Google's `der-ascii`.
//!
//! | written | is |
//! |---|---|
//! | `` `00FF` `` | these bytes |
//! | `"text"` | these, in UTF-8 |
//! | `1.2.840` | an OBJECT IDENTIFIER |
//! | `SEQUENCE { … }`, `INTEGER { … }` and so on | a value of the type, its length counted |
//! | `[0] { … }`, `<0> { … }` | a context-specific value, constructed or primitive |
//! | `TRUE`, `NULL` | as they are in DER |
//! | `$name` | what stands under the name |
//! | `X * 3` | three times |

use der::Encode;
use der::oid::ObjectIdentifier;
use x509_cert::der;

/// The bytes that a text stands for. `resolve` knows the names.
pub(crate) fn bytes(text: &str, resolve: &dyn Fn(&str) -> Vec<u8>) -> Vec<u8> {
    let mut reader = Reader { text, resolve };
    let bytes = reader.values();
    assert!(reader.text.is_empty(), "left over: {}", reader.text);
    bytes
}

/// A value in DER, its length counted.
pub(crate) fn value(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = der::Length::try_from(content.len()).unwrap().to_der().unwrap();
    [&[tag][..], &length, content].concat()
}

struct Reader<'a> {
    text: &'a str,
    resolve: &'a dyn Fn(&str) -> Vec<u8>,
}

impl<'a> Reader<'a> {
    fn values(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        loop {
            self.text = self.text.trim_start();
            if self.text.is_empty() || self.text.starts_with('}') {
                return bytes;
            }
            let one = self.one();
            let times = if self.skip("*") { self.word().parse().unwrap() } else { 1 };
            bytes.extend(one.repeat(times));
        }
    }

    fn one(&mut self) -> Vec<u8> {
        if self.skip("`") {
            return hex(self.until('`'));
        }
        if self.skip("\"") {
            return self.until('"').as_bytes().to_vec();
        }
        if self.skip("$") {
            return (self.resolve)(self.word());
        }
        if self.skip("[") {
            let number: u8 = self.until(']').parse().unwrap();
            return self.content(0xA0 | number);
        }
        if self.skip("<") {
            let number: u8 = self.until('>').parse().unwrap();
            return self.content(0x80 | number);
        }
        let tag = match self.word() {
            "TRUE" => return vec![0x01, 0x01, 0xFF],
            "NULL" => return vec![0x05, 0x00],
            "BOOLEAN" => 0x01,
            "INTEGER" => 0x02,
            "BITS" => 0x03,
            "OCTETS" => 0x04,
            "ENUMERATED" => 0x0A,
            "UTF8" => 0x0C,
            "SEQUENCE" => 0x30,
            "SET" => 0x31,
            "PRINTABLE" => 0x13,
            "TELETEX" => 0x14,
            "IA5" => 0x16,
            "UTC" => 0x17,
            "GENERALIZED" => 0x18,
            "BMP" => 0x1E,
            arcs => {
                return ObjectIdentifier::new(arcs).unwrap_or_else(|_| panic!("{arcs}")).to_der().unwrap();
            }
        };
        self.content(tag)
    }

    fn content(&mut self, tag: u8) -> Vec<u8> {
        assert!(self.skip("{"), "no braces: {}", self.text);
        let content = self.values();
        assert!(self.skip("}"), "not closed");
        value(tag, &content)
    }

    fn skip(&mut self, start: &str) -> bool {
        let rest = self.text.trim_start().strip_prefix(start);
        self.text = rest.unwrap_or(self.text);
        rest.is_some()
    }

    fn until(&mut self, end: char) -> &'a str {
        let (before, rest) = self.text.split_once(end).unwrap();
        self.text = rest;
        before
    }

    fn word(&mut self) -> &'a str {
        self.text = self.text.trim_start();
        let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_');
        let end = self.text.find(|c| !is_part(c)).unwrap_or(self.text.len());
        let (word, rest) = self.text.split_at(end);
        self.text = rest;
        word
    }
}

fn hex(digits: &str) -> Vec<u8> {
    let digits: Vec<u8> = digits
        .chars()
        .filter(|c| *c != ' ')
        .map(|c| u8::try_from(c.to_digit(16).unwrap()).unwrap())
        .collect();
    assert!(digits.len().is_multiple_of(2));
    digits.chunks(2).map(|pair| pair[0] << 4 | pair[1]).collect()
}
