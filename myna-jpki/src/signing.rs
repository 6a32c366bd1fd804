use myna_apdu::SignatureInput;
use signature::SignatureEncoding;

use crate::{
    Certificate, CryptoProvider, DigestInfo, HashAlgorithm, JpkiError, SignatureAlgorithm, SignatureError,
};

/// How the card is asked to sign, and what the signature then is. All on RSA keys; P1 of the card's command `80 2A` (seen on
/// cards by a third party, the first and the last by every client).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureScheme {
    /// The message is hashed and wrapped here, and padded by the card (`00`): RSASSA-PKCS1-v1_5 with any hash.
    HashedHere(HashAlgorithm),
    /// Hashed here with SHA-256, wrapped and padded by the card (`02`): the same signature as hashed here.
    WrappedOnCard,
    /// Hashed with SHA-256, wrapped and padded by the card (`03`): the same again, of 1 to 255 bytes.
    HashedOnCard,
    /// Hashed with SHA-256 by the card and padded without a DigestInfo (`01`), of 1 to 255 bytes: no standard signature.
    BareHashOnCard,
    /// Hashed here, RSASSA-PSS with SHA-256 by the card (`04`).
    Pss,
    /// RSASSA-PSS with SHA-256, hashed by the card (`05`), of 1 to 255 bytes.
    PssHashedOnCard,
    /// 1 to 245 bytes padded as they are (`00`): whoever asks for it has to know what they mean.
    Raw,
}

/// What goes to the card.
pub(crate) struct SigningInput {
    pub(crate) method: SignatureInput,
    pub(crate) bytes: Vec<u8>,
}

/// A signature as the card gives it, for code over the `signature` traits: RSASSA-PKCS1-v1_5 with SHA-256 today.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardSignature(pub(crate) Vec<u8>);

impl SignatureScheme {
    /// Every scheme the card offers, hashes told apart.
    pub const ALL: [Self; 9] = [
        Self::HashedHere(HashAlgorithm::Sha256),
        Self::HashedHere(HashAlgorithm::Sha384),
        Self::HashedHere(HashAlgorithm::Sha512),
        Self::WrappedOnCard,
        Self::HashedOnCard,
        Self::BareHashOnCard,
        Self::Pss,
        Self::PssHashedOnCard,
        Self::Raw,
    ];

    /// What the signature is, for whoever checks it. A bare hash is checked as what is padded without being hashed: over the
    /// SHA-256 of the message, which [`verify`](Self::verify) sees to.
    #[must_use]
    pub const fn algorithm(self) -> SignatureAlgorithm {
        match self {
            Self::HashedHere(hash) => SignatureAlgorithm::RsaPkcs1(hash),
            Self::WrappedOnCard | Self::HashedOnCard => SignatureAlgorithm::RsaPkcs1(HashAlgorithm::Sha256),
            Self::Pss | Self::PssHashedOnCard => SignatureAlgorithm::RsaPss(HashAlgorithm::Sha256),
            Self::BareHashOnCard | Self::Raw => SignatureAlgorithm::RsaPkcs1Unhashed,
        }
    }

    /// Checks a signature made so, with the key of a certificate.
    ///
    /// # Errors
    ///
    /// [`SignatureError`].
    pub fn verify(
        self,
        certificate: &Certificate,
        provider: &CryptoProvider,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), SignatureError> {
        let key = certificate.public_key()?;
        match self {
            Self::BareHashOnCard => key.verify(provider, self.algorithm(), &sha256(message), signature),
            _ => key.verify(provider, self.algorithm(), message, signature),
        }
    }

    /// Bytes a message may have; `None`: as many as one likes.
    #[must_use]
    pub const fn longest_message(self) -> Option<usize> {
        match self {
            Self::HashedHere(_) | Self::WrappedOnCard | Self::Pss => None,
            Self::HashedOnCard | Self::BareHashOnCard | Self::PssHashedOnCard => Some(255),
            Self::Raw => Some(245),
        }
    }

    pub(crate) fn input(self, message: &[u8]) -> Result<SigningInput, JpkiError> {
        if let Some(most) = self.longest_message()
            && !(1..=most).contains(&message.len())
        {
            return Err(JpkiError::MessageLength { length: message.len(), most });
        }
        let (method, bytes) = match self {
            Self::HashedHere(hash) => {
                let input = DigestInfo::of(&CryptoProvider::default(), hash, message);
                (SignatureInput::Padded, input.as_bytes().to_vec())
            }
            Self::WrappedOnCard => (SignatureInput::Digest, sha256(message)),
            Self::HashedOnCard => (SignatureInput::Message, message.to_vec()),
            Self::BareHashOnCard => (SignatureInput::MessageBare, message.to_vec()),
            Self::Pss => (SignatureInput::DigestPss, sha256(message)),
            Self::PssHashedOnCard => (SignatureInput::MessagePss, message.to_vec()),
            Self::Raw => (SignatureInput::Padded, message.to_vec()),
        };
        Ok(SigningInput { method, bytes })
    }
}

impl SignatureEncoding for CardSignature {
    type Repr = Vec<u8>;
}

impl TryFrom<&[u8]> for CardSignature {
    type Error = signature::Error;

    fn try_from(bytes: &[u8]) -> Result<Self, Self::Error> {
        checked_length(bytes.to_vec()).map(Self).map_err(signature::Error::from_source)
    }
}

impl From<CardSignature> for Vec<u8> {
    fn from(signature: CardSignature) -> Self {
        signature.0
    }
}

/// 256 bytes on today's cards; longer keys may come.
pub(crate) fn checked_length(signature: Vec<u8>) -> Result<Vec<u8>, JpkiError> {
    match signature.len() {
        256..=512 => Ok(signature),
        length => Err(JpkiError::SignatureLength(length)),
    }
}

fn sha256(message: &[u8]) -> Vec<u8> {
    DigestInfo::sha256(message).hash().to_vec()
}
