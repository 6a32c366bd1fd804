use core::iter::FusedIterator;

use super::{LengthRule, Tlv, TlvError, TlvErrorKind};

/// Visits every BER-TLV object of a file in the order of its bytes: an object, then what is inside it, then the next.
///
/// There is no recursion and no allocation: the only state is what follows each object that is open, at most `DEPTH` of
/// them. Ends after the first error.
#[derive(Debug, Clone)]
pub struct Walker<'a, const DEPTH: usize = 16> {
    /// What is left of the innermost open object.
    rest: &'a [u8],
    /// Where that stands in the file.
    offset: usize,
    /// What follows the open objects, the outermost first. The first `depth` entries count.
    after: [&'a [u8]; DEPTH],
    depth: usize,
    lengths: LengthRule,
}

/// An object and how many others it lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Node<'a> {
    /// The object; its offset counts from the start of the file.
    pub object: Tlv<'a>,
    /// 0 for the objects of the file itself.
    pub depth: usize,
}

impl<'a> Walker<'a> {
    /// A walker over all objects in `bytes`, with any definite length, at most 16 inside each other.
    #[must_use]
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self::with_rule(bytes, LengthRule::Any)
    }
}

impl<'a, const DEPTH: usize> Walker<'a, DEPTH> {
    /// A walker with a rule for lengths and a depth of the caller's.
    #[must_use]
    pub const fn with_rule(bytes: &'a [u8], lengths: LengthRule) -> Self {
        Self { rest: bytes, offset: 0, after: [&[]; DEPTH], depth: 0, lengths }
    }
}

impl<const DEPTH: usize> Walker<'_, DEPTH> {
    #[cold]
    const fn stop(&mut self, error: TlvError) -> TlvError {
        (self.rest, self.depth) = (&[], 0);
        error
    }
}

impl<'a, const DEPTH: usize> Iterator for Walker<'a, DEPTH> {
    type Item = Result<Node<'a>, TlvError>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        // Leaves every object that ends here.
        let (mut rest, mut depth) = (self.rest, self.depth);
        while rest.is_empty() {
            depth = depth.checked_sub(1)?;
            rest = self.after.get(depth).copied().unwrap_or_default();
        }
        let constructed = rest.first().is_some_and(|first| first & 0x20 != 0);
        let (object, after) = match Tlv::split(rest, self.offset, self.lengths) {
            Ok(split) => split,
            Err(error) => return Some(Err(self.stop(error))),
        };
        if constructed {
            let Some(place) = self.after.get_mut(depth) else {
                let kind = TlvErrorKind::TooDeep;
                return Some(Err(self.stop(TlvError { offset: self.offset, kind })));
            };
            *place = after;
            (self.rest, self.depth) = (object.value(), depth + 1);
            self.offset = object.value_offset();
        } else {
            (self.rest, self.depth) = (after, depth);
            self.offset += object.encoded_len();
        }
        Some(Ok(Node { object, depth }))
    }
}

impl<const DEPTH: usize> FusedIterator for Walker<'_, DEPTH> {}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::vec;
    use alloc::vec::Vec;

    #[test]
    fn visits_objects_and_what_is_inside_them_in_order() {
        // 30 { 31 { 02 }, 30 {}, 04 }, 05
        let file = [0x30, 0x09, 0x31, 0x03, 0x02, 0x01, 0x07, 0x30, 0x00, 0x04, 0x00, 0x05, 0x00];
        let seen: Vec<_> = Walker::new(&file)
            .map(|node| node.map(|node| (node.depth, node.object.tag().0, node.object.offset())))
            .collect();
        assert_eq!(
            seen,
            [
                Ok((0, 0x30, 0)),
                Ok((1, 0x31, 2)),
                Ok((2, 0x02, 4)),
                Ok((1, 0x30, 7)),
                Ok((1, 0x04, 9)),
                Ok((0, 0x05, 11)),
            ]
        );
    }

    #[test]
    fn an_object_cannot_reach_over_the_end_of_the_one_that_holds_it() {
        let file = [0x30, 0x03, 0x04, 0x02, 0xAA, 0xBB];
        let error = Walker::new(&file).nth(1).unwrap().unwrap_err();
        let kind = TlvErrorKind::ValueTruncated { promised: 2, present: 1 };
        assert_eq!(error, TlvError { offset: 4, kind });
    }

    #[test]
    fn depth_is_limited_where_the_caller_says_and_the_error_names_the_object() {
        let file = [0x30, 0x04, 0x30, 0x02, 0x30, 0x00];
        let too_deep = Some(Err(TlvError { offset: 4, kind: TlvErrorKind::TooDeep }));
        let mut walker = Walker::<2>::with_rule(&file, LengthRule::Any);
        assert_eq!(walker.nth(2), too_deep);
        assert_eq!(walker.next(), None);
        assert_eq!(Walker::<3>::with_rule(&file, LengthRule::Any).filter(Result::is_ok).count(), 3);
    }

    /// 20 000 objects inside each other end the process of a reader that recurses.
    #[test]
    fn nesting_without_end_is_an_error() {
        let mut file = vec![];
        for _ in 0..20_000 {
            file.extend([0x30, 0x83, 0x00, 0xFF, 0xFF]);
        }
        let last = Walker::new(&file).last().unwrap();
        assert!(last.is_err());
    }
}
