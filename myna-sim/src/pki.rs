//! The test PKI of the simulated card: two certificate authorities and what they issue.
//!
//! The certificates have the shape of real JPKI certificates (extension order, criticality, string types, one
//! tier of RSA-2048 CAs with sha256WithRSAEncryption; `[fix]`, read off cards issued for testing), and every
//! distinguished name in them says SIMULATED. The private keys are published with this crate: nothing minted
//! here may ever be trusted.
//!
//! Nothing here reads a clock or a random number generator. The same inputs give the same bytes, on every
//! machine.

mod asn1;
mod card_verifiable;
mod error;
mod holder;
mod key;
#[cfg(feature = "folder")]
mod pkcs8;
mod profile;
mod revocation;
mod validity_period;

use std::sync::OnceLock;

use myna_calendar::Date;

pub use self::card_verifiable::{CardKeyName, FaceAuthority};
pub(crate) use self::card_verifiable::{card_chain, public_key};
pub use self::error::PkiError;
pub use self::holder::{CertificateText, Holder, HolderSex};
#[cfg(test)]
pub(crate) use self::key::SIGNATURES;
pub use self::key::SimulatedKey;
#[cfg(feature = "check")]
pub(crate) use self::profile::{ADDRESS, ADDRESS_SUBSTITUTIONS, BIRTH_DATE, NAME, NAME_SUBSTITUTIONS, SEX};
pub use self::revocation::RevocationRegister;
pub use self::validity_period::ValidityPeriod;

/// One of the two simulated certificate authorities (認証局). Each issues one of a card's two certificates.
///
/// As with the real ones, there is a single tier: the CA is self-signed and signs the holder's certificate
/// `[fix]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateAuthority {
    /// Issues 利用者証明用電子証明書 (user authentication): EF `000A`, its CA in EF `000B`.
    UserAuthentication,
    /// Issues 署名用電子証明書 (digital signature): EF `0001`, its CA in EF `0002`.
    DigitalSignature,
}

/// A generation of the CAs: they change their keys and **keep their names**, so that only the key tells whose signature a
/// certificate bears `[fix]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Generation {
    /// What everything is issued by that does not say otherwise.
    #[default]
    First,
    /// Name twins of the first.
    Second,
}

impl Generation {
    /// 1 or 2.
    #[must_use]
    pub const fn number(self) -> u8 {
        match self {
            Self::First => 1,
            Self::Second => 2,
        }
    }
}

impl CertificateAuthority {
    /// This CA's self-signed certificate, X.509 DER. Made at the first call, then kept.
    ///
    /// Valid from 2019-01-01T00:00:00Z to 2049-12-31T14:59:59Z, much longer than a real one, so that tests do
    /// not expire.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`] or [`PkiError::Encoding`], either of which means that this crate was built wrong.
    pub fn certificate_der(self) -> Result<&'static [u8], PkiError> {
        self.certificate_der_of(Generation::First)
    }

    /// As [`certificate_der`](Self::certificate_der), of either generation.
    ///
    /// # Errors
    ///
    /// As [`certificate_der`](Self::certificate_der).
    pub fn certificate_der_of(self, generation: Generation) -> Result<&'static [u8], PkiError> {
        static CERTIFICATES: [OnceLock<Result<Vec<u8>, PkiError>>; 4] = [const { OnceLock::new() }; 4];
        let [user_authentication, digital_signature, second_authentication, second_signature] = &CERTIFICATES;
        let certificate = match (self, generation) {
            (Self::UserAuthentication, Generation::First) => user_authentication,
            (Self::DigitalSignature, Generation::First) => digital_signature,
            (Self::UserAuthentication, Generation::Second) => second_authentication,
            (Self::DigitalSignature, Generation::Second) => second_signature,
        };
        certificate
            .get_or_init(|| {
                let key = self.authority_key_of(generation)?;
                profile::authority(self, generation, key)?.sign(key)
            })
            .as_deref()
            .map_err(Clone::clone)
    }

    /// Issues a certificate to `holder` as a municipal office would on the day `issued`: X.509 DER, valid
    /// until the 5th birthday thereafter ([`ValidityPeriod::of_certificate`]).
    ///
    /// The public key is always that of [`holder_key`](Self::holder_key). A real office issues no 署名用電子証明書 to
    /// somebody under 15 `[doc]`; this one does not ask.
    ///
    /// # Errors
    ///
    /// [`PkiError::Holder`] if a value of `holder` does not fit a certificate, [`PkiError::Serial`] if
    /// `serial` is zero, [`PkiError::Encoding`] if `issued` is before 1970.
    pub fn issue(self, holder: &Holder, serial: u32, issued: Date) -> Result<Vec<u8>, PkiError> {
        self.issue_with_validity(holder, serial, ValidityPeriod::of_certificate(holder.birth_date, issued))
    }

    /// As [`issue`](Self::issue), but with any validity: for certificates that have expired, are not valid
    /// yet, or never are.
    ///
    /// # Errors
    ///
    /// As [`issue`](Self::issue).
    pub fn issue_with_validity(
        self,
        holder: &Holder,
        serial: u32,
        validity: ValidityPeriod,
    ) -> Result<Vec<u8>, PkiError> {
        self.issue_by(Generation::First, holder, serial, validity)
    }

    /// As [`issue_with_validity`](Self::issue_with_validity), by either generation of the CA.
    ///
    /// # Errors
    ///
    /// As [`issue`](Self::issue).
    pub fn issue_by(
        self,
        generation: Generation,
        holder: &Holder,
        serial: u32,
        validity: ValidityPeriod,
    ) -> Result<Vec<u8>, PkiError> {
        self.prepare(generation, holder, serial, validity)?()
    }

    /// As [`issue_by`](Self::issue_by), but for the signature, which is made when the result is called: every reason to
    /// refuse shows here.
    pub(crate) fn prepare(
        self,
        generation: Generation,
        holder: &Holder,
        serial: u32,
        validity: ValidityPeriod,
    ) -> Result<impl FnOnce() -> Result<Vec<u8>, PkiError> + Send + 'static, PkiError> {
        holder.check()?;
        if serial == 0 {
            return Err(PkiError::Serial);
        }
        let authority_key = self.authority_key_of(generation)?;
        let subject = self.holder_key()?;
        let certificate =
            profile::holder(self, generation, authority_key, subject, holder, serial, validity)?;
        Ok(move || certificate.sign(authority_key))
    }

    /// The private key in the card that belongs to the certificates this CA issues. All simulated cards share
    /// it.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`], which means that this crate was built wrong.
    pub fn holder_key(self) -> Result<&'static SimulatedKey, PkiError> {
        match self {
            Self::UserAuthentication => key::USER_AUTHENTICATION_HOLDER.load(),
            Self::DigitalSignature => key::DIGITAL_SIGNATURE_HOLDER.load(),
        }
    }

    /// The private key of the CA itself, for whatever else a test wants signed in its name.
    ///
    /// # Errors
    ///
    /// [`PkiError::Key`], which means that this crate was built wrong.
    pub fn authority_key(self) -> Result<&'static SimulatedKey, PkiError> {
        self.authority_key_of(Generation::First)
    }

    /// As [`authority_key`](Self::authority_key), of either generation.
    ///
    /// # Errors
    ///
    /// As [`authority_key`](Self::authority_key).
    pub fn authority_key_of(self, generation: Generation) -> Result<&'static SimulatedKey, PkiError> {
        match (self, generation) {
            (Self::UserAuthentication, Generation::First) => key::USER_AUTHENTICATION_CA.load(),
            (Self::DigitalSignature, Generation::First) => key::DIGITAL_SIGNATURE_CA.load(),
            (Self::UserAuthentication, Generation::Second) => key::USER_AUTHENTICATION_CA_2.load(),
            (Self::DigitalSignature, Generation::Second) => key::DIGITAL_SIGNATURE_CA_2.load(),
        }
    }
}

/// Key `0019` of 共通カードAP: answers INTERNAL AUTHENTICATE. Its public half is not on the card `[card: myna-card]`.
///
/// # Errors
///
/// [`PkiError::Key`], which means that this crate was built wrong.
pub fn common_card_key() -> Result<&'static SimulatedKey, PkiError> {
    key::COMMON_CARD.load()
}

/// The key under which a session key travels to 券面事項入力補助AP; its public half is EF `0006` `[card: myna-card]`.
///
/// # Errors
///
/// [`PkiError::Key`], which means that this crate was built wrong.
pub fn session_key() -> Result<&'static SimulatedKey, PkiError> {
    key::TEXT_SESSION.load()
}

/// The key that checks the certificates of simulated terminals.
///
/// # Errors
///
/// [`PkiError::Key`], which means that this crate was built wrong.
pub fn terminal_authority_key() -> Result<&'static SimulatedKey, PkiError> {
    key::TERMINAL_CA.load()
}

/// The certificate of the simulated terminal, as the data fields of `80 A2 06 C1` and `80 A2 00 C1`: 307 and 261 bytes.
/// **Invented**: the real profile is not public.
///
/// # Errors
///
/// [`PkiError::Key`], which means that this crate was built wrong.
pub fn terminal_certificate() -> Result<[Vec<u8>; 2], PkiError> {
    card_verifiable::terminal_certificate(key::TERMINAL.load()?, key::TERMINAL_CA.load()?)
}

#[cfg(test)]
mod tests;
