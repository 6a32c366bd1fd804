use myna_apdu::tlv::{Tag, Tlv};

use crate::{BasicItems, MyNumber, RecordFault};

/// The integrity record of 券面事項入力補助AP, EF `0003` (`fix`).
///
/// ```text
/// FF30 82014B
///   DF31 20      SHA-256 of EF 0001 as it stands, 17 bytes
///   DF32 20      SHA-256 of the objects DF22 to DF25 of EF 0002
///   DF33 820100  sha256WithRSA over the two objects, by the key certified in EF 0004
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IntegrityRecord {
    my_number: [u8; 32],
    items: [u8; 32],
}

/// Whether a record comes from the card's issuer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genuineness {
    /// Its signature and the certificate above it are good.
    Genuine,
    /// They are not.
    Forged,
    /// Nobody looked.
    NotChecked,
}

impl IntegrityRecord {
    /// Reads the object at the start of the file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        const OUTER: Tag = Tag(0xFF30);
        let outer = Tlv::first(file)?;
        if outer.tag() != OUTER {
            return Err(RecordFault::Missing(OUTER));
        }
        let digest = |tag| -> Result<[u8; 32], RecordFault> {
            let object = outer.find(tag)?.ok_or(RecordFault::Missing(tag))?;
            let length = object.value().len();
            object.value().try_into().map_err(|_| RecordFault::Length { tag, length })
        };
        Ok(Self { my_number: digest(Tag(0xDF31))?, items: digest(Tag(0xDF32))? })
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

    /// Always [`Genuineness::NotChecked`] for now: the signature's key is certified under roots this crate has not.
    #[must_use]
    pub const fn genuineness(&self) -> Genuineness {
        Genuineness::NotChecked
    }
}
