use myna_apdu::tlv::Tag;

use crate::template::{Template, bytes};
use crate::{BasicItems, Genuineness, MyNumber, RecordFault, SignedValue, TextEvidence, TrustedKey};

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

impl IntegrityRecord {
    /// Reads the record of a file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF30), [Tag(0xDF31), Tag(0xDF32), Tag(0xDF33)])?;
        let [my_number, items, signature] = record.objects();
        Ok(Self {
            my_number: bytes(&my_number)?,
            items: bytes(&items)?,
            signed: record.covered(&my_number, &items)?.to_vec(),
            signature: signature.value().to_vec(),
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
    /// roots one trusts. It speaks of two digests; [`BasicItems::genuineness`] and [`MyNumber::genuineness`] speak of
    /// what they are of.
    #[must_use]
    pub fn genuineness(&self, evidence: Option<&TextEvidence>, roots: &[TrustedKey]) -> Genuineness {
        self.weigh(evidence, roots, &[SignedValue::MyNumberDigest, SignedValue::ItemsDigest], true)
    }

    /// `fits` says whether the values are those that the digests are of.
    fn weigh(
        &self,
        evidence: Option<&TextEvidence>,
        roots: &[TrustedKey],
        values: &'static [SignedValue],
        fits: bool,
    ) -> Genuineness {
        TextEvidence::weigh(evidence, roots, values, |issuer| {
            fits && issuer.signed(&self.signed, &self.signature)
        })
    }
}

impl BasicItems {
    /// Whether the items are those the issuer made the record for, and the card is the one it was made for.
    #[must_use]
    pub fn genuineness(
        &self,
        record: &IntegrityRecord,
        evidence: Option<&TextEvidence>,
        roots: &[TrustedKey],
    ) -> Genuineness {
        const SIGNED: [SignedValue; 4] =
            [SignedValue::Name, SignedValue::Address, SignedValue::BirthDate, SignedValue::Sex];
        record.weigh(evidence, roots, &SIGNED, record.covers_items(self))
    }
}

impl MyNumber {
    /// Whether the number is the one the issuer made the record for, and the card is the one it was made for.
    #[must_use]
    pub fn genuineness(
        &self,
        record: &IntegrityRecord,
        evidence: Option<&TextEvidence>,
        roots: &[TrustedKey],
    ) -> Genuineness {
        record.weigh(evidence, roots, &[SignedValue::MyNumber], record.covers_my_number(self))
    }
}
