use myna_apdu::tlv::Tag;

use crate::template::Template;
use crate::{BasicItems, Genuineness, MyNumber, RecordFault, TextEvidence, TrustedKey};

/// The integrity record of 券面事項入力補助AP, EF `0003` (`fix`).
///
/// ```text
/// FF30 82014B
///   DF31 20      SHA-256 of EF 0001 as it stands, 17 bytes
///   DF32 20      SHA-256 of the objects DF22 to DF25 of EF 0002
///   DF33 820100  sha256WithRSA over the two objects, by the key certified in EF 0004
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntegrityRecord {
    my_number: [u8; 32],
    items: [u8; 32],
    /// The two objects, as they stand.
    signed: Vec<u8>,
    signature: Vec<u8>,
}

const MY_NUMBER: Tag = Tag(0xDF31);
const ITEMS: Tag = Tag(0xDF32);

impl IntegrityRecord {
    /// Reads the object at the start of the file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF30))?;
        Ok(Self {
            my_number: record.bytes(MY_NUMBER)?,
            items: record.bytes(ITEMS)?,
            signed: record.covered(MY_NUMBER, ITEMS)?.to_vec(),
            signature: record.object(Tag(0xDF33))?.value().to_vec(),
        })
    }

    /// Whether the record was made for these items.
    #[must_use]
    pub fn covers_items(&self, items: &BasicItems) -> bool {
        self.items == *items.digest()
    }

    /// Whether the record was made for this number.
    #[must_use]
    pub fn covers_my_number(&self, number: &MyNumber) -> bool {
        self.my_number == *number.digest()
    }

    /// Whether the issuer made the record, and the card is the one it was made for: what
    /// [`OpenedTextApplication::read_evidence`](crate::OpenedTextApplication::read_evidence) gave, seen under the
    /// roots one trusts.
    #[must_use]
    pub fn genuineness(&self, evidence: Option<&TextEvidence>, roots: &[TrustedKey]) -> Genuineness {
        TextEvidence::weigh(evidence, roots, |issuer| issuer.signed(&self.signed, &self.signature))
    }
}
