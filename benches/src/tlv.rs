use std::hint::black_box;

use der::{Decode, Header, Reader, SliceReader};
use iso7816_tlv::ber;
use myna_apdu::tlv::Walker;

use crate::{OURS, Subject};

/// Every result is the number of objects in the certificate.
pub(crate) const SUBJECTS: &[Subject] = &[
    Subject {
        operation: "walk certificate",
        codec: OURS,
        run: |inputs| {
            let mut objects = 0;
            for node in Walker::new(black_box(inputs.certificate)) {
                let Ok(node) = node else { return 0 };
                black_box(&node);
                objects += 1;
            }
            objects
        },
    },
    Subject {
        operation: "walk certificate",
        codec: "der",
        run: |inputs| walk_headers(black_box(inputs.certificate)).unwrap_or(0),
    },
    Subject {
        operation: "walk certificate",
        codec: "iso7816-tlv",
        run: |inputs| match ber::Tlv::from_bytes(black_box(inputs.certificate)) {
            Ok(tree) => count(&tree),
            Err(_) => 0,
        },
    },
];

/// Header after header; unlike ours it does not look whether an object ends inside the one that holds it.
fn walk_headers(certificate: &[u8]) -> der::Result<usize> {
    let mut reader = SliceReader::new(certificate)?;
    let mut objects = 0;
    while !reader.is_finished() {
        let header = Header::decode(&mut reader)?;
        black_box(&header);
        if !header.is_constructed() {
            black_box(reader.read_slice(header.length())?);
        }
        objects += 1;
    }
    Ok(objects)
}

fn count(tree: &ber::Tlv) -> usize {
    match tree.value() {
        ber::Value::Constructed(children) => 1 + children.iter().map(count).sum::<usize>(),
        ber::Value::Primitive(_) => 1,
    }
}
