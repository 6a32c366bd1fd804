use std::fmt;

use crate::{CryptoProvider, HashAlgorithm, KeyFault, PublicKey, SignatureAlgorithm, SignatureError};

/// The card's own kind of certificate, EF `0004` of both card-face applications (`fix`).
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
    signature: Vec<u8>,
}

/// The name of a key in the chain above printed data, 16 bytes (`fix`).
///
/// ```text
/// seven digits | 08 05 | three digits | 00 00 00 00
/// ```
///
/// A first digit of 5 is seen on cards in use, of 6 on test cards. `Debug` shows the digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct KeyIdentifier(pub [u8; 16]);

/// A root that one trusts, and the provider that checks what stands under it.
///
/// No list of the real ones has been published; who needs them gets them from J-LIS (地方公共団体情報システム機構), so
/// this crate brings none.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct TrustedKey {
    /// Its name.
    pub identifier: KeyIdentifier,
    /// The key.
    pub key: PublicKey,
    /// Who checks signatures of this key and of those it vouches for.
    pub provider: CryptoProvider,
}

/// Why bytes are no card-verifiable certificate, or no key of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardVerifiableFault {
    /// The object with this tag is missing, or not where it belongs.
    Object(u32),
    /// An object has a length it cannot have.
    Length {
        /// Which object.
        tag: u32,
        /// How long it is.
        length: usize,
    },
    /// The key cannot be used.
    Key(KeyFault),
}

impl TrustedKey {
    /// Trusts a key, checked by the default provider.
    #[must_use]
    pub fn new(identifier: KeyIdentifier, key: PublicKey) -> Self {
        Self { identifier, key, provider: CryptoProvider::default() }
    }

    /// The same, checked by another provider.
    #[must_use]
    pub fn with_provider(self, provider: CryptoProvider) -> Self {
        Self { provider, ..self }
    }
}

impl CardVerifiableCertificate {
    /// Reads the certificate of a file; behind it stands filler (`FF`) or nothing.
    ///
    /// # Errors
    ///
    /// [`CardVerifiableFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, CardVerifiableFault> {
        let (objects, filler) = object(file, 0x7F21)?;
        if filler.iter().any(|byte| *byte != 0xFF) {
            return Err(CardVerifiableFault::Length { tag: 0x7F21, length: objects.len() });
        }
        let (body, rest) = object(objects, BODY)?;
        let signature = last_object(rest, 0x5F37)?;
        let short = CardVerifiableFault::Length { tag: BODY, length: body.len() };
        let (issuer, names) = body.split_first_chunk().ok_or(short)?;
        let (subject, key) = names.split_first_chunk().ok_or(short)?;
        Ok(Self {
            issuer: KeyIdentifier(*issuer),
            subject: KeyIdentifier(*subject),
            key: PublicKey::from_card_objects(key)?,
            signed: body.to_vec(),
            signature: signature.to_vec(),
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

    /// The key it is for. It is worth what [`is_signed_by`](Self::is_signed_by) says.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Whether a root has signed it: its name and its signature fit.
    #[must_use]
    pub fn is_signed_by(&self, root: &TrustedKey) -> bool {
        root.identifier == self.issuer
            && root.key.verify_card_signature(&root.provider, &self.signed, &self.signature).is_ok()
    }
}

impl PublicKey {
    /// Reads a key as the card's records and certificates hold it: `90 03 <exponent> 91 82 0100 <modulus>` (`fix`).
    ///
    /// # Errors
    ///
    /// [`CardVerifiableFault`] naming the object.
    pub fn from_card_objects(objects: &[u8]) -> Result<Self, CardVerifiableFault> {
        let (exponent, rest) = object(objects, 0x90)?;
        Ok(Self::rsa(last_object(rest, 0x91)?, exponent)?)
    }

    /// Checks a signature as the card-face applications make them: sha256WithRSA.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify_card_signature(
        &self,
        provider: &CryptoProvider,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        self.verify(provider, SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256), message, signature)
    }
}

const BODY: u32 = 0x5F4E;

/// The value of the object that `bytes` begin with, and what follows it.
///
/// ```text
/// tag: 1 or 2 bytes | length: 00..7F, 81 LL or 82 LL LL | value
/// ```
fn object(bytes: &[u8], tag: u32) -> Result<(&[u8], &[u8]), CardVerifiableFault> {
    let missing = CardVerifiableFault::Object(tag);
    let name = tag.to_be_bytes();
    let name = name.iter().position(|byte| *byte != 0).and_then(|first| name.get(first..)).ok_or(missing)?;
    let (length, rest) = match bytes.strip_prefix(name).ok_or(missing)? {
        [length @ ..=0x7F, rest @ ..] | [0x81, length, rest @ ..] => (u16::from(*length), rest),
        [0x82, high, low, rest @ ..] => (u16::from_be_bytes([*high, *low]), rest),
        _ => return Err(missing),
    };
    let length = usize::from(length);
    rest.split_at_checked(length).ok_or(CardVerifiableFault::Length { tag, length })
}

/// The value of the one object that `bytes` are.
fn last_object(bytes: &[u8], tag: u32) -> Result<&[u8], CardVerifiableFault> {
    match object(bytes, tag)? {
        (value, []) => Ok(value),
        _ => Err(CardVerifiableFault::Length { tag, length: bytes.len() }),
    }
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
