use std::fmt;

use myna_apdu::tlv::{Tag, Tlv};
use rsa::{BoxedUint, Pkcs1v15Sign};
use sha2::{Digest, Sha256};

use crate::RecordFault;
use crate::template::Template;

/// Whether a record comes from the card's issuer, and the card that holds it is the one it was made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Genuineness {
    /// Certificate, record and card key are good under a root that is trusted.
    Genuine,
    /// Something is not as it must be: do not accept the record.
    Forged(Forgery),
    /// Nobody looked, or there was nothing to look with. Never take it for good.
    NotChecked(Unchecked),
}

/// What shows that a record is not genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forgery {
    /// The root named in the issuer's certificate has not signed it.
    Certificate,
    /// The issuer has not signed the record, or not as it stands.
    Record,
    /// The card does not hold the key that belongs to the record: a copy.
    CardKey,
}

/// Why nothing can be said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unchecked {
    /// No evidence was read from the card.
    NoEvidence,
    /// The root named in the issuer's certificate is not among those that are trusted: another card generation, or a
    /// test card.
    UnknownRoot(KeyIdentifier),
}

/// What speaks for the records of 券面事項確認AP: the issuer's certificate (EF `0004`) and what the card made of a
/// challenge. The card's key is in each record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VisualEvidence(pub(crate) Answer);

/// What speaks for the records of 券面事項入力補助AP: the issuer's certificate (EF `0004`), the card's key (EF `0007`),
/// and what the card made of a challenge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextEvidence {
    pub(crate) answer: Answer,
    pub(crate) key: VouchedKey,
}

/// A certificate, and a challenge the card has signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) certificate: CardVerifiableCertificate,
    pub(crate) challenge: [u8; 32],
    pub(crate) signature: [u8; 256],
}

/// The card's key as the issuer signed it, EF `0007` of 券面事項入力補助AP (`fix`).
///
/// ```text
/// FF50 82 0213 { DF51 82 0109 key, DF52 82 0100 sha256WithRSA over DF51 }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct VouchedKey {
    key: PublicKey,
    signed: Vec<u8>,
    signature: [u8; 256],
}

/// The name of a key in the chain above printed data, 16 bytes (`fix`).
///
/// ```text
/// seven digits | 08 05 | three digits | 00 00 00 00
/// ```
///
/// A first digit of 5 is seen on cards in use, of 6 on test cards. `Debug` shows the digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct KeyIdentifier(pub [u8; 16]);

/// A root that one trusts: RSA, 2048 bits, exponent 65 537.
///
/// No list of the real ones has been published; who needs them gets them from J-LIS (地方公共団体情報システム機構), so
/// this crate brings none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedKey {
    /// Its name.
    pub identifier: KeyIdentifier,
    /// Its modulus, big-endian.
    pub modulus: [u8; 256],
}

/// The card's own kind of certificate, EF `0004` of both applications (`fix`).
///
/// ```text
/// 7F21 82 0233
///   5F4E 82 0129  issuer's key identifier (16) | own key identifier (16) | 90 03 exponent | 91 82 0100 modulus
///   5F37 82 0100  sha256WithRSA over the 297 bytes of 5F4E
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardVerifiableCertificate {
    issuer: KeyIdentifier,
    subject: KeyIdentifier,
    key: PublicKey,
    signed: Vec<u8>,
    signature: [u8; 256],
}

/// `90 03 <exponent> 91 82 0100 <modulus>` (`fix`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PublicKey {
    exponent: [u8; 3],
    modulus: [u8; 256],
}

impl VisualEvidence {
    /// The issuer's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CardVerifiableCertificate {
        &self.0.certificate
    }

    /// `record` says whether the issuer's key signed the record that holds `card_key`.
    pub(crate) fn weigh(
        evidence: Option<&Self>,
        roots: &[TrustedKey],
        card_key: &PublicKey,
        record: impl FnOnce(&PublicKey) -> bool,
    ) -> Genuineness {
        match evidence {
            Some(Self(answer)) => answer.weigh(roots, record, |_| answer.is_by(card_key)),
            None => Genuineness::NotChecked(Unchecked::NoEvidence),
        }
    }
}

impl TextEvidence {
    /// The issuer's certificate.
    #[must_use]
    pub const fn certificate(&self) -> &CardVerifiableCertificate {
        &self.answer.certificate
    }

    /// `record` says whether the issuer's key signed the record.
    pub(crate) fn weigh(
        evidence: Option<&Self>,
        roots: &[TrustedKey],
        record: impl FnOnce(&PublicKey) -> bool,
    ) -> Genuineness {
        let Some(Self { answer, key }) = evidence else {
            return Genuineness::NotChecked(Unchecked::NoEvidence);
        };
        let vouched =
            |issuer: &PublicKey| issuer.signed(&key.signed, &key.signature) && answer.is_by(&key.key);
        answer.weigh(roots, record, vouched)
    }
}

impl Answer {
    /// Goes from the root to the issuer, from there to the record and to the card.
    fn weigh(
        &self,
        roots: &[TrustedKey],
        record: impl FnOnce(&PublicKey) -> bool,
        card: impl FnOnce(&PublicKey) -> bool,
    ) -> Genuineness {
        let certificate = &self.certificate;
        // One name may belong to several keys: any of them may be the one.
        let mut roots = roots.iter().filter(|root| root.identifier == certificate.issuer).peekable();
        if roots.peek().is_none() {
            return Genuineness::NotChecked(Unchecked::UnknownRoot(certificate.issuer));
        }
        let is_signed_by = |root| PublicKey::of(root).signed(&certificate.signed, &certificate.signature);
        if !roots.any(is_signed_by) {
            Genuineness::Forged(Forgery::Certificate)
        } else if !record(&certificate.key) {
            Genuineness::Forged(Forgery::Record)
        } else if !card(&certificate.key) {
            Genuineness::Forged(Forgery::CardKey)
        } else {
            Genuineness::Genuine
        }
    }

    fn is_by(&self, key: &PublicKey) -> bool {
        key.signed(&self.challenge, &self.signature)
    }
}

impl VouchedKey {
    pub(crate) fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        const KEY: Tag = Tag(0xDF51);
        let record = Template::parse(file, Tag(0xFF50))?;
        Ok(Self {
            key: PublicKey::parse(record.object(KEY)?.value())?,
            signed: record.covered(KEY, KEY)?.to_vec(),
            signature: record.bytes(Tag(0xDF52))?,
        })
    }
}

impl CardVerifiableCertificate {
    /// Reads the object at the start of the file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        const BODY: Tag = Tag(0x5F4E);
        let record = Template::parse(file, Tag(0x7F21))?;
        let body = record.object(BODY)?.value();
        let short = RecordFault::Length { tag: BODY, length: body.len() };
        let (issuer, rest) = body.split_first_chunk().ok_or(short.clone())?;
        let (subject, key) = rest.split_first_chunk().ok_or(short)?;
        Ok(Self {
            issuer: KeyIdentifier(*issuer),
            subject: KeyIdentifier(*subject),
            key: PublicKey::parse(key)?,
            signed: body.to_vec(),
            signature: record.bytes(Tag(0x5F37))?,
        })
    }

    /// Whose key signed it.
    #[must_use]
    pub const fn issuer(&self) -> KeyIdentifier {
        self.issuer
    }

    /// Whose key it is for: the municipality's code and two digits.
    #[must_use]
    pub const fn subject(&self) -> KeyIdentifier {
        self.subject
    }
}

impl PublicKey {
    pub(crate) fn parse(objects: &[u8]) -> Result<Self, RecordFault> {
        const EXPONENT: Tag = Tag(0x90);
        const MODULUS: Tag = Tag(0x91);
        let mut found = [None, None];
        for object in myna_apdu::tlv::Reader::new(objects) {
            let object = object?;
            match object.tag() {
                EXPONENT => found[0] = Some(object),
                MODULUS => found[1] = Some(object),
                _ => {}
            }
        }
        let [exponent, modulus] = found;
        Ok(Self { exponent: exactly(exponent, EXPONENT)?, modulus: exactly(modulus, MODULUS)? })
    }

    fn of(root: &TrustedKey) -> Self {
        Self { exponent: [0x01, 0x00, 0x01], modulus: root.modulus }
    }

    /// Whether a signature over a message is by this key: RSASSA-PKCS1-v1_5 with SHA-256.
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        let scheme = Pkcs1v15Sign { hash_len: Some(32), prefix: SHA256.into() };
        self.verifies(scheme, &Sha256::digest(message), signature)
    }

    /// Whether a signature over something that brings its own DigestInfo is by this key.
    pub(crate) fn signed_as_it_is(&self, digest_info: &[u8], signature: &[u8]) -> bool {
        self.verifies(Pkcs1v15Sign::new_unprefixed(), digest_info, signature)
    }

    fn verifies(&self, scheme: Pkcs1v15Sign, digest: &[u8], signature: &[u8]) -> bool {
        let number = BoxedUint::from_be_slice_vartime;
        rsa::PublicKey::new(number(&self.modulus), number(&self.exponent))
            .is_ok_and(|key| key.verify(scheme, digest, signature).is_ok())
    }
}

/// The start of a DigestInfo of SHA-256 (RFC 8017, 9.2).
pub(crate) const SHA256: [u8; 19] = [
    0x30, 0x31, 0x30, 0x0D, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00,
    0x04, 0x20,
];

fn exactly<const N: usize>(object: Option<Tlv<'_>>, tag: Tag) -> Result<[u8; N], RecordFault> {
    let value = object.ok_or(RecordFault::Missing(tag))?.value();
    value.try_into().map_err(|_| RecordFault::Length { tag, length: value.len() })
}

impl fmt::Debug for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyIdentifier({self})")
    }
}

impl fmt::Display for KeyIdentifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digits = self.0.iter().filter(|byte| byte.is_ascii_digit());
        digits.map(|digit| char::from(*digit)).try_for_each(|digit| write!(f, "{digit}"))
    }
}
