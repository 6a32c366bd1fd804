use std::hint::black_box;

use der::{Decode, Header, Reader, SliceReader};
use iso7816_tlv::ber;
use myna_apdu::tlv::Walker;

use crate::{OURS, Subject};

/// Every result is the number of objects in the certificate and the bytes of all their values, so that each codec has
/// to decode every length.
pub(crate) const SUBJECTS: &[Subject] = &[
    Subject::new("walk certificate", OURS, |inputs| {
        let mut sum = 0;
        for node in Walker::new(black_box(inputs.certificate)) {
            let Ok(node) = node else { return 0 };
            sum += 1 + node.object.value().len();
        }
        sum
    }),
    Subject::new("walk certificate", "der", |inputs| {
        walk_headers(black_box(inputs.certificate)).unwrap_or(0)
    }),
    Subject::new("walk certificate", "iso7816-tlv", |inputs| {
        ber::Tlv::from_bytes(black_box(inputs.certificate)).map_or(0, |tree| sum(&tree))
    }),
];

/// Header after header; unlike ours it does not look whether an object ends inside the one that holds it.
fn walk_headers(certificate: &[u8]) -> der::Result<usize> {
    let mut reader = SliceReader::new(certificate)?;
    let mut sum = 0;
    while !reader.is_finished() {
        let header = Header::decode(&mut reader)?;
        if !header.is_constructed() {
            reader.read_slice(header.length())?;
        }
        sum += 1 + usize::try_from(header.length())?;
    }
    Ok(sum)
}

fn sum(tree: &ber::Tlv) -> usize {
    let inside = match tree.value() {
        ber::Value::Constructed(children) => children.iter().map(sum).sum::<usize>(),
        ber::Value::Primitive(_) => 0,
    };
    1 + tree.value().len_as_bytes() + inside
}
