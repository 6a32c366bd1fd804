//! Signatures in CMS by the keys of a card, as operations.

use std::fmt;

use myna_apdu::flow::{ExchangeError, Flow, Operation};
use myna_error::{Attempt, Diagnostic, Entry, Language};
use myna_jpki::{
    CertificateKind, JpkiError, KeyKind, PinPolicy, SignaturePassword, UserAuthenticationPin, operation,
};
use myna_trust::{CryptoProvider, DigestInfo};

use super::fault::CmsFault;
use super::making::CmsRequest;

/// What is signed.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum ContentToSign<'a> {
    /// This, and it stays beside the signature.
    Detached(&'a [u8]),
    /// This, and it goes into the signature.
    Attached(&'a [u8]),
    /// A content of this digest, by the hash of the request.
    Digest(&'a DigestInfo),
}

/// By which key, and what opens it.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub enum KeyOpener<'a> {
    /// 署名用: what the holder agrees to.
    DigitalSignature(&'a SignaturePassword),
    /// 利用者証明用: who is there. The law gives no weight to what it signs.
    UserAuthentication(&'a UserAuthenticationPin),
}

/// Why a card did not sign.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardSigningError {
    /// The card, its files, the PIN.
    Card(JpkiError),
    /// What was to be signed, or the signature that came.
    Cms(CmsFault),
}

/// Opens the key, reads its certificate and signs; the application has to be selected
/// ([`operation::open`]). 4 exchanges. Yields the signature in DER, checked against the certificate.
#[must_use]
pub fn sign<'a>(
    key: KeyOpener<'a>,
    policy: PinPolicy,
    request: &'a CmsRequest,
    content: ContentToSign<'a>,
) -> impl Operation<Output = Vec<u8>, Error = CardSigningError> + use<'a> {
    Flow::new(move |link| async move {
        let provider = CryptoProvider::default();
        // Hashed before the card is asked for anything.
        let digest = match content {
            ContentToSign::Detached(content) | ContentToSign::Attached(content) => {
                request.digest(&provider, content)
            }
            ContentToSign::Digest(digest) => digest.clone(),
        };
        let (certificate, key) = match key {
            KeyOpener::DigitalSignature(password) => {
                link.run(operation::verify_digital_signature(password, policy)).await?;
                (CertificateKind::DigitalSignature, KeyKind::DigitalSignature)
            }
            KeyOpener::UserAuthentication(pin) => {
                link.run(operation::verify_user_authentication(pin, policy)).await?;
                (CertificateKind::UserAuthentication, KeyKind::UserAuthentication)
            }
        };
        let certificate = link.run(operation::read_certificate(certificate)).await?;
        let mut prepared = request.prepare(&provider, &digest, &certificate)?;
        if let ContentToSign::Attached(content) = content {
            prepared = prepared.attach(content)?;
        }
        let signature = link.run(operation::sign(key, prepared.digest())).await?;
        match prepared.finish(&signature) {
            Err(CmsFault::Signature(fault)) => Err(JpkiError::Signature(fault).into()),
            result => Ok(result?),
        }
    })
}

impl From<JpkiError> for CardSigningError {
    fn from(error: JpkiError) -> Self {
        Self::Card(error)
    }
}

impl From<ExchangeError> for CardSigningError {
    fn from(error: ExchangeError) -> Self {
        Self::Card(error.into())
    }
}

impl From<CmsFault> for CardSigningError {
    fn from(fault: CmsFault) -> Self {
        Self::Cms(fault)
    }
}

myna_error::errors!(CardSigningError);

impl Diagnostic for CardSigningError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Card(error) => error.entry(),
            Self::Cms(fault) => fault.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Card(error) => error.detail(name, language, f),
            Self::Cms(fault) => fault.detail(name, language, f),
        }
    }

    fn attempt(&self) -> Attempt {
        match self {
            Self::Card(error) => error.attempt(),
            Self::Cms(_) => Attempt::NONE,
        }
    }
}
