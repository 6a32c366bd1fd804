//! The card's own kind of certificate (CVC), and the chain behind what is printed on the card.

use super::error::PkiError;
use super::key::{self, SimulatedKey};

/// The name of a key in a card-verifiable certificate, 16 bytes `[fix]`.
///
/// ```text
/// seven digits | 08 05 | three digits | 00 00 00 00
/// ```
///
/// Issuers of real cards begin with `5`, of test cards with `6`; the simulated ones with `9`. Below an issuer the digits
/// are a municipality code and two more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct CardKeyName([u8; 16]);

impl CardKeyName {
    /// The root of the chain that GET DATA shows.
    pub const CARD_ROOT: Self = Self(*b"9000020\x08\x05000\0\0\0\0");
    /// The key below it. That it is called so is ours.
    pub const CARD_INTERMEDIATE: Self = Self(*b"9000021\x08\x05000\0\0\0\0");
    /// Who certifies terminals. Ours: nothing is known of the real one.
    pub const TERMINAL_AUTHORITY: Self = Self(*b"9000091\x08\x05000\0\0\0\0");
    /// A terminal. Ours.
    pub const TERMINAL: Self = Self(*b"9999991\x08\x05000\0\0\0\0");

    /// The key of a municipality, by its five digits and two more.
    pub(crate) fn municipal(code: &str, kind: [u8; 2]) -> Self {
        let mut bytes = *b"0000000\x08\x05000\0\0\0\0";
        for (place, byte) in bytes.iter_mut().zip(code.bytes().take(5).chain(kind)) {
            *place = byte;
        }
        Self(bytes)
    }

    /// The bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }
}

/// Who vouches for the records of one of the two applications with printed data.
///
/// A root certifies the key of an issuer (EF `0004`); the issuer signs the records and the card's own key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum FaceAuthority {
    /// Of 券面事項入力補助AP, key `9000033`.
    Text,
    /// Of 券面事項確認AP, key `9000023`.
    Visual,
}

impl FaceAuthority {
    /// The name of the root's key.
    #[must_use]
    pub const fn root_identifier(self) -> CardKeyName {
        match self {
            Self::Text => CardKeyName(*b"9000033\x08\x05000\0\0\0\0"),
            Self::Visual => CardKeyName(*b"9000023\x08\x05000\0\0\0\0"),
        }
    }

    /// The name of the issuer's key: municipality and `31` or `21`, as seen on test cards `[fix]`.
    #[must_use]
    pub fn issuer_identifier(self, municipality_code: &str) -> CardKeyName {
        CardKeyName::municipal(
            municipality_code,
            match self {
                Self::Text => *b"31",
                Self::Visual => *b"21",
            },
        )
    }

    /// The root's key: what a verifier trusts.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`], which means that this crate was built wrong. So do those of the other keys.
    pub fn root_key(self) -> Result<&'static SimulatedKey, PkiError> {
        match self {
            Self::Text => key::TEXT_ROOT.load(),
            Self::Visual => key::VISUAL_ROOT.load(),
        }
    }

    /// The key that signs records.
    ///
    /// # Errors
    ///
    /// As [`root_key`](Self::root_key).
    pub fn issuer_key(self) -> Result<&'static SimulatedKey, PkiError> {
        match self {
            Self::Text => key::TEXT_ISSUER.load(),
            Self::Visual => key::VISUAL_ISSUER.load(),
        }
    }

    /// The key in the card: `0013` or `001A`.
    ///
    /// # Errors
    ///
    /// As [`root_key`](Self::root_key).
    pub fn card_key(self) -> Result<&'static SimulatedKey, PkiError> {
        match self {
            Self::Text => key::TEXT_CARD.load(),
            Self::Visual => key::VISUAL_CARD.load(),
        }
    }

    /// EF `0004`, 568 bytes `[fix]`.
    ///
    /// ```text
    /// 7F21 82 0233 { 5F4E 82 0129 body, 5F37 82 0100 signature }
    /// ```
    ///
    /// # Errors
    ///
    /// As [`root_key`](Self::root_key).
    pub fn certificate(self, municipality_code: &str) -> Result<Vec<u8>, PkiError> {
        let content = certificate_content(
            self.root_identifier(),
            self.issuer_identifier(municipality_code),
            self.issuer_key()?,
            self.root_key()?,
        )?;
        Ok([&[0x7F, 0x21, 0x82, 0x02, 0x33], content.as_slice()].concat())
    }
}

/// `5F4E 82 0129 {issuer (16), subject (16), key (265)}`, `5F37 82 0100 {sha256WithRSA over those 297 bytes}` `[fix]`.
pub(crate) fn certificate_content(
    issuer: CardKeyName,
    subject: CardKeyName,
    key: &SimulatedKey,
    signer: &SimulatedKey,
) -> Result<Vec<u8>, PkiError> {
    let body = [&issuer.0, &subject.0, public_key(key).as_slice()].concat();
    let signature = signer.issue_sha256(&body)?;
    Ok([&[0x5F, 0x4E, 0x82, 0x01, 0x29], body.as_slice(), &[0x5F, 0x37, 0x82, 0x01, 0x00], &signature]
        .concat())
}

/// `5F4E 82 012E {issuer (16), terminal (16), five zeros, key (265)}` and `5F37 82 0100 {signature over the 302 bytes}`.
/// Only the lengths are those of a real one `[code: sc-tools]`.
pub(super) fn terminal_certificate(
    terminal: &SimulatedKey,
    authority: &SimulatedKey,
) -> Result<[Vec<u8>; 2], PkiError> {
    let (issuer, subject) = (CardKeyName::TERMINAL_AUTHORITY, CardKeyName::TERMINAL);
    let body = [&issuer.0, &subject.0, [0; 5].as_slice(), &public_key(terminal)].concat();
    let signature = authority.sign_sha256(&body)?;
    Ok([
        [&[0x5F, 0x4E, 0x82, 0x01, 0x2E], body.as_slice()].concat(),
        [&[0x5F, 0x37, 0x82, 0x01, 0x00], signature.as_slice()].concat(),
    ])
}

/// `90 03 010001, 91 82 0100 modulus`: 265 bytes, as the card writes every public key `[fix]`.
pub(crate) fn public_key(key: &SimulatedKey) -> Vec<u8> {
    [&[0x90, 0x03], key.public_exponent().as_slice(), &[0x91, 0x82, 0x01, 0x00], &key.modulus()].concat()
}

/// The two objects of GET DATA with a certificate, 575 bytes each: root to intermediate, intermediate to a lower key
/// `[card: myna-card] [fix]`. A list of what is in it stands before each.
pub(crate) fn card_chain(municipality_code: &str) -> Result<[Vec<u8>; 2], PkiError> {
    let lower = CardKeyName::municipal(municipality_code, *b"11");
    let (root, intermediate, last) =
        (key::CARD_ROOT.load()?, key::CARD_INTERMEDIATE.load()?, key::CARD_LOWER.load()?);
    let listed = |content: Vec<u8>| [HEADER_LIST, content.as_slice()].concat();
    Ok([
        certificate_content(CardKeyName::CARD_ROOT, CardKeyName::CARD_INTERMEDIATE, intermediate, root)?,
        certificate_content(CardKeyName::CARD_INTERMEDIATE, lower, last, intermediate)?,
    ]
    .map(listed))
}

/// `4D 0A {42 10, 5F20 10, 5F49 82 0109}`: issuer, subject, key, with their lengths.
const HEADER_LIST: &[u8] = &[0x4D, 0x0A, 0x42, 0x10, 0x5F, 0x20, 0x10, 0x5F, 0x49, 0x82, 0x01, 0x09];
