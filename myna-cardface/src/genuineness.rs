use myna_apdu::tlv::Tag;
use myna_trust::{
    CardVerifiableCertificate, CryptoProvider, DigestInfo, KeyIdentifier, PublicKey, TrustedKey,
};

use crate::RecordFault;
use crate::template::Template;

/// Whether a record comes from the card's issuer, and the card that holds it is the one it was made for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Genuineness {
    /// Certificate, record and card key are good under a root that is trusted.
    Genuine(GenuineCoverage),
    /// Something is not as it must be: do not accept the record.
    Forged(Forgery),
    /// Nobody looked, or there was nothing to look with. Never take it for good.
    NotChecked(Unchecked),
}

/// What is genuine: these values, as the issuer signed them, and whoever holds the card's key has signed the challenge.
///
/// Where the challenge was made of fresh random bytes, the key's holder answered in the session in which it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct GenuineCoverage {
    /// The values. What else the record holds, nobody vouches for.
    pub values: &'static [SignedValue],
    /// The card's key, for which the issuer vouches.
    pub card_key: PublicKey,
    /// What makes the values those of the card with that key.
    pub binding: Binding,
    /// What its holder signed.
    ///
    /// The challenge is of now, the records are not: none of them says when it was made. Where a value changed and the card
    /// stayed (転居), a relay that kept the older record can show it before the card, and it is genuine still. Only the
    /// authority, or another source of the value, tells which is the present one.
    pub challenge: [u8; 32],
}

/// How values and the card's key belong together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Binding {
    /// The issuer signed them together: the values are this card's.
    Signed,
    /// The same issuer signed both, but each alone, as in 券面事項入力補助AP: the values are some card's of this issuer. A
    /// relay can put the records of one card before the key of another.
    SameIssuer,
}

/// A value of a record that the issuer signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignedValue {
    /// 氏名, as text.
    Name,
    /// 住所, as text.
    Address,
    /// 生年月日.
    BirthDate,
    /// 性別.
    Sex,
    /// 個人番号.
    MyNumber,
    /// The digest of the file with 個人番号.
    MyNumberDigest,
    /// The digest of 基本4情報.
    ItemsDigest,
    /// 氏名, as printed.
    NameImage,
    /// 住所, as printed.
    AddressImage,
    /// 顔写真.
    Photo,
    /// 個人番号, as printed.
    MyNumberImage,
}

impl Genuineness {
    /// Whether it is [`Genuine`](Self::Genuine); see there what that covers.
    #[must_use]
    pub const fn is_genuine(&self) -> bool {
        matches!(self, Self::Genuine(_))
    }
}

/// What shows that a record is not genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
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
#[non_exhaustive]
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
    pub(crate) signature: Vec<u8>,
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
    signature: Vec<u8>,
}

/// A key, and the provider of the root it stands under.
#[derive(Clone, Copy)]
pub(crate) struct Signer<'a> {
    key: &'a PublicKey,
    provider: &'a CryptoProvider,
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
        values: &'static [SignedValue],
        card_key: &PublicKey,
        record: impl FnOnce(&Signer<'_>) -> bool,
    ) -> Genuineness {
        match evidence {
            Some(Self(answer)) => answer.weigh(roots, values, (card_key, Binding::Signed), record, |_| true),
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
        values: &'static [SignedValue],
        record: impl FnOnce(&Signer<'_>) -> bool,
    ) -> Genuineness {
        let Some(Self { answer, key }) = evidence else {
            return Genuineness::NotChecked(Unchecked::NoEvidence);
        };
        let is_vouched_for = |issuer: &Signer<'_>| issuer.signed(&key.signed, &key.signature);
        answer.weigh(roots, values, (&key.key, Binding::SameIssuer), record, is_vouched_for)
    }
}

impl Answer {
    /// Goes from the root to the issuer, from there to the record, to the card's key, and to the challenge.
    fn weigh(
        &self,
        roots: &[TrustedKey],
        values: &'static [SignedValue],
        (card_key, binding): (&PublicKey, Binding),
        record: impl FnOnce(&Signer<'_>) -> bool,
        is_vouched_for: impl FnOnce(&Signer<'_>) -> bool,
    ) -> Genuineness {
        let certificate = &self.certificate;
        // One name may belong to several keys: any of them may be the one.
        let mut named = roots.iter().filter(|root| root.identifier == certificate.issuer()).peekable();
        if named.peek().is_none() {
            return Genuineness::NotChecked(Unchecked::UnknownRoot(certificate.issuer()));
        }
        let Some(root) = named.find(|root| certificate.is_signed_by(root)) else {
            return Genuineness::Forged(Forgery::Certificate);
        };
        let issuer = Signer { key: certificate.key(), provider: &root.provider };
        let card = Signer { key: card_key, ..issuer };
        if !record(&issuer) {
            Genuineness::Forged(Forgery::Record)
        } else if !is_vouched_for(&issuer) || !card.signed(&self.challenge, &self.signature) {
            Genuineness::Forged(Forgery::CardKey)
        } else {
            let (card_key, challenge) = (card_key.clone(), self.challenge);
            Genuineness::Genuine(GenuineCoverage { values, card_key, binding, challenge })
        }
    }
}

impl Signer<'_> {
    pub(crate) fn signed(&self, message: &[u8], signature: &[u8]) -> bool {
        self.key.verify_card_signature(self.provider, message, signature).is_ok()
    }

    pub(crate) fn signed_hashes(&self, hashes: &DigestInfo, signature: &[u8]) -> bool {
        self.key.verify_digest_info(self.provider, hashes, signature).is_ok()
    }
}

impl VouchedKey {
    pub(crate) fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF50), [Tag(0xDF51), Tag(0xDF52)])?;
        let [key, signature] = record.objects();
        Ok(Self {
            key: PublicKey::from_card_objects(key.value())?,
            signed: record.covered(&key, &key)?.to_vec(),
            signature: signature.value().to_vec(),
        })
    }
}
