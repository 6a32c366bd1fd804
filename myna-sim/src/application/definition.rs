use std::borrow::Cow;

use myna_apdu::FileIdentifier;

use crate::file::{CardKey, File};
use crate::pki::HolderSex;

/// An application (DF), selected by its name.
#[derive(Debug)]
pub(crate) struct Application {
    /// The AID.
    pub(crate) name: Cow<'static, [u8]>,
    pub(crate) files: Vec<File>,
    /// The key that P2 `00` of the signature command means.
    pub(crate) own_key: Option<FileIdentifier>,
    pub(crate) session_key_delivery: SessionKeyDelivery,
}

/// What becomes of SET SESSION KEY in an application `[card: myna-card]`.
#[derive(Debug)]
pub(crate) enum SessionKeyDelivery {
    /// Taken, under this key.
    Offered(CardKey),
    /// `66F1`; of the ISD this is ours `[guess]`.
    NotOffered,
    /// `6982`.
    Protected,
}

impl Application {
    /// GlobalPlatform Issuer Security Domain `[card: myna-card]`.
    pub(crate) const ISSUER_SECURITY_DOMAIN: &[u8] = &[0xA0, 0x00, 0x00, 0x01, 0x51, 0x00, 0x00];

    /// Without a file of its own.
    pub(crate) fn issuer_security_domain() -> Self {
        Self {
            name: Self::ISSUER_SECURITY_DOMAIN.into(),
            files: Vec::new(),
            own_key: None,
            session_key_delivery: SessionKeyDelivery::NotOffered,
        }
    }
}

/// EF `001E` can be selected in every application, and read in none `[card: myna-card]`.
pub(super) const UNREADABLE: u16 = 0x001E;

/// What one listing showed of a file of which nothing is known `[card: myna-card]`.
pub(super) const FILLER: [u8; 16] = [0xFF; 16];

/// JIS X 0303, where unknown is `0`; in a certificate it is `3` `[fix]`.
pub(super) const fn sex_digit(sex: HolderSex) -> &'static [u8] {
    match sex {
        HolderSex::Male => b"1",
        HolderSex::Female => b"2",
        HolderSex::Unknown => b"0",
    }
}
