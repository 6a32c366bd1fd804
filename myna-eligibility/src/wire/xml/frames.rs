//! A message that is larger than memory, cut into elements.
//!
//! Tags are found in the bytes as they come: no byte of a character of two bytes in UTF-8 or CP932 looks like `<`, `>`, `!`,
//! `-` or `/` after a `<`. What a cut piece holds is for the reader of elements to judge, which refuses everything that
//! could make a tag look like another thing: attributes, CDATA, document types.

use std::io::{self, BufRead};
use std::ops::Range;

use memchr::{memchr, memmem};

use crate::element::error::{MAX_UNIT_BYTES, XmlError};
use crate::element::tree::shortened;

/// How much is asked of the reader before the buffer is looked through again.
const CHUNK: usize = 32 * 1024;

/// The pieces of a message, one after the other.
pub(crate) struct Frames<R> {
    reader: R,
    buffer: Vec<u8>,
    /// Place in the message of the first byte of the buffer.
    base: usize,
    /// Place in the buffer behind the last piece.
    next: usize,
}

/// What comes next in an element.
pub(crate) enum Frame {
    /// The tag of an element to be entered.
    Entered,
    /// A whole element.
    Element(Range<usize>),
    /// The end of the element entered last.
    End,
}

/// Why there is no next piece.
pub(crate) enum FrameError {
    Io(io::Error),
    Xml(XmlError),
}

impl From<XmlError> for FrameError {
    fn from(error: XmlError) -> Self {
        Self::Xml(error)
    }
}

/// What a tag is.
enum Tag {
    Start,
    Empty,
    End,
    Comment,
}

impl<R: BufRead> Frames<R> {
    pub(crate) const fn new(reader: R) -> Self {
        Self { reader, buffer: Vec::new(), base: 0, next: 0 }
    }

    /// The bytes of a piece.
    pub(crate) fn bytes(&self, piece: Range<usize>) -> &[u8] {
        self.buffer.get(piece).unwrap_or_default()
    }

    /// Place in the message of a place in the buffer.
    pub(crate) const fn position(&self, place: usize) -> usize {
        self.base.saturating_add(place)
    }

    /// How many bytes of the message were read.
    pub(crate) const fn bytes_read(&self) -> usize {
        self.position(self.next)
    }

    /// Everything up to the tag of the root, that tag included.
    pub(crate) fn prolog(&mut self) -> Result<Range<usize>, FrameError> {
        let mut place = 0;
        loop {
            let tag = self.find(place, place)?;
            if self.has_at(tag, b"<?")? {
                place = self.behind(tag, b"?>", tag)?;
                continue;
            }
            let (kind, end) = self.tag(tag, tag)?;
            match kind {
                Tag::Comment => place = end,
                Tag::Start | Tag::Empty | Tag::End => {
                    self.next = end;
                    return Ok(0..end);
                }
            }
        }
    }

    /// What comes next in the element `inside`; elements called `enter` are not cut out whole.
    pub(crate) fn next(&mut self, inside: &str, enter: Option<&str>) -> Result<Frame, FrameError> {
        self.forget();
        let mut place = self.next;
        let begin = place;
        loop {
            let tag = self.find(place, begin)?;
            self.refuse_text(place..tag, inside)?;
            let (kind, end) = self.tag(tag, begin)?;
            match kind {
                Tag::Comment => {
                    place = end;
                    continue;
                }
                Tag::End if self.name_at(tag + 2..end - 1) == inside.as_bytes() => {
                    self.next = end;
                    return Ok(Frame::End);
                }
                Tag::End => {
                    let reason = format!("the end of another element than {inside}");
                    return Err(XmlError::Malformed { position: self.position(tag), reason }.into());
                }
                Tag::Empty => {
                    self.next = end;
                    return Ok(Frame::Element(tag..end));
                }
                Tag::Start if enter.is_some_and(|name| self.name_at(tag + 1..end - 1) == name.as_bytes()) => {
                    self.next = end;
                    return Ok(Frame::Entered);
                }
                Tag::Start => {
                    self.next = self.element_end(tag, end)?;
                    return Ok(Frame::Element(tag..self.next));
                }
            }
        }
    }

    /// Refuses whatever stands behind the end of the root.
    pub(crate) fn end(&mut self) -> Result<(), FrameError> {
        self.forget();
        let (begin, mut place) = (self.next, self.next);
        loop {
            let rest = self.buffer.get(place..).unwrap_or_default();
            if let Some(there) = rest.iter().position(|byte| !is_space(*byte)) {
                place += there;
                if !self.has_at(place, b"<!--")? {
                    return Err(XmlError::TrailingContent { position: self.position(place) }.into());
                }
                place = self.behind(place + 4, b"-->", begin)?;
            } else {
                place = self.buffer.len();
                if !self.fill(begin)? {
                    self.next = place;
                    return Ok(());
                }
            }
        }
    }

    /// The end of the element whose start tag ends at `place`.
    fn element_end(&mut self, begin: usize, mut place: usize) -> Result<usize, FrameError> {
        let mut depth = 1_usize;
        while depth > 0 {
            let tag = self.find(place, begin)?;
            let (kind, end) = self.tag(tag, begin)?;
            match kind {
                Tag::Start => depth += 1,
                Tag::End => depth -= 1,
                Tag::Empty | Tag::Comment => {}
            }
            place = end;
        }
        Ok(place)
    }

    /// What the tag at a place is, and where it ends.
    fn tag(&mut self, tag: usize, begin: usize) -> Result<(Tag, usize), FrameError> {
        while self.buffer.len() < tag + 2 && self.fill(begin)? {}
        let position = self.position(tag);
        match self.buffer.get(tag + 1).copied() {
            Some(b'!') if self.has_at(tag, b"<!--")? => {
                Ok((Tag::Comment, self.behind(tag + 4, b"-->", begin)?))
            }
            Some(b'!') if self.has_at(tag, b"<![")? => {
                Err(XmlError::UnsupportedConstruct { position, construct: "CDATA section" }.into())
            }
            Some(b'!') => Err(XmlError::DocumentType { position }.into()),
            Some(b'?') => {
                Err(XmlError::UnsupportedConstruct { position, construct: "processing instruction" }.into())
            }
            Some(b'/') => Ok((Tag::End, self.behind(tag + 2, b">", begin)?)),
            Some(_) => {
                let end = self.behind(tag + 1, b">", begin)?;
                let kind = if self.buffer.get(end - 2) == Some(&b'/') { Tag::Empty } else { Tag::Start };
                Ok((kind, end))
            }
            None => Err(self.truncated()),
        }
    }

    /// The place of the next `<`.
    fn find(&mut self, mut place: usize, begin: usize) -> Result<usize, FrameError> {
        loop {
            if let Some(there) = memchr(b'<', self.buffer.get(place..).unwrap_or_default()) {
                return Ok(place + there);
            }
            place = self.buffer.len();
            if !self.fill(begin)? {
                return Err(self.truncated());
            }
        }
    }

    /// The place behind the next occurrence of what ends something.
    fn behind(&mut self, from: usize, what: &[u8], begin: usize) -> Result<usize, FrameError> {
        let mut place = from;
        loop {
            let rest = self.buffer.get(place..).unwrap_or_default();
            let there = match what {
                [byte] => memchr(*byte, rest),
                _ => memmem::find(rest, what),
            };
            if let Some(there) = there {
                return Ok(place + there + what.len());
            }
            // The beginning of what is looked for may be there already.
            place = from.max(self.buffer.len().saturating_sub(what.len() - 1));
            if !self.fill(begin)? {
                return Err(self.truncated());
            }
        }
    }

    fn has_at(&mut self, place: usize, what: &[u8]) -> Result<bool, FrameError> {
        while self.buffer.len() < place + what.len() {
            if !self.fill(place)? {
                return Ok(false);
            }
        }
        Ok(self.buffer.get(place..).is_some_and(|rest| rest.starts_with(what)))
    }

    /// The name in a tag; what is no name is compared with one in vain.
    fn name_at(&self, place: Range<usize>) -> &[u8] {
        self.bytes(place).trim_ascii_end()
    }

    fn refuse_text(&self, between: Range<usize>, inside: &str) -> Result<(), FrameError> {
        let begin = between.start;
        match self.bytes(between).iter().position(|byte| !is_space(*byte)) {
            Some(place) => {
                let position = self.position(begin + place);
                Err(XmlError::MixedContent { element: shortened(inside), position }.into())
            }
            None => Ok(()),
        }
    }

    fn truncated(&self) -> FrameError {
        XmlError::Truncated { position: self.position(self.buffer.len()) }.into()
    }

    /// Reads more, and says whether there was more. `begin` is where the piece begins that is not at its end yet.
    fn fill(&mut self, begin: usize) -> Result<bool, FrameError> {
        if self.buffer.len().saturating_sub(begin) > MAX_UNIT_BYTES {
            return Err(XmlError::UnitTooLarge { position: self.position(begin) }.into());
        }
        let more = loop {
            match self.reader.fill_buf() {
                Ok(more) => break more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(FrameError::Io(error)),
            }
        };
        let count = more.len().min(CHUNK);
        self.buffer.extend_from_slice(more.get(..count).unwrap_or_default());
        self.reader.consume(count);
        Ok(count > 0)
    }

    /// Lets go of the pieces that were handed out, when they are most of the buffer.
    fn forget(&mut self) {
        if self.next >= CHUNK {
            self.buffer.drain(..self.next);
            self.base = self.base.saturating_add(self.next);
            self.next = 0;
        }
    }
}

const fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}
