use std::fmt;

use myna_transport::{Card, CardError, Transport};
use signature::SignerMut;

use crate::layout::{CertificateKind, KeyKind};
use crate::operation;
use crate::signing::CardSignature;
use crate::{
    Certificate, CertificateAvailability, DigestInfo, JpkiError, PinPolicy, SignaturePassword,
    SignatureScheme, TokenInformation, TriesLeft, UserAuthenticationPin,
};

/// The JPKI application of a card, selected.
pub struct Jpki<'c, T> {
    card: &'c mut Card<T>,
}

/// The 利用者証明用 key, its PIN verified. Only this handle can sign with it.
///
/// The card stays verified until another application is selected or its power is cut; drop the transport to cut it.
pub struct UserAuthentication<'j, T> {
    card: &'j mut Card<T>,
    tries_before: TriesLeft,
}

/// The 署名用 key, its password verified. Only this handle can sign with it or read its certificate.
pub struct DigitalSignature<'j, T> {
    card: &'j mut Card<T>,
    tries_before: TriesLeft,
}

/// What the operation made of it, and what the transport said when that was the cause.
pub type Error = CardError<JpkiError>;

impl<'c, T: Transport> Jpki<'c, T> {
    /// Selects the application.
    ///
    /// # Errors
    ///
    /// [`JpkiError::NoApplication`] when the card is another one.
    pub fn open(card: &'c mut Card<T>) -> Result<Self, Error> {
        card.run(operation::open())?;
        Ok(Self { card })
    }

    /// Reads a certificate. The 署名用電子証明書 is refused here: see
    /// [`DigitalSignature::read_certificate`]; so is, on a phone, the 利用者証明用電子証明書.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`] when the file cannot be read, [`JpkiError::Certificate`] when it holds none.
    pub fn read_certificate(&mut self, kind: CertificateKind) -> Result<Certificate, Error> {
        self.card.run(operation::read_certificate(kind))
    }

    /// How many tries a PIN has left. Spends none.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`].
    pub fn tries_left(&mut self, key: KeyKind) -> Result<TriesLeft, Error> {
        self.card.run(operation::tries_left(key))
    }

    /// What the token tells of itself: kind, model, serial number.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`].
    pub fn read_token_information(&mut self) -> Result<TokenInformation, Error> {
        self.card.run(operation::read_token_information())
    }

    /// Which of the holder's certificates are there.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`].
    pub fn read_availability(&mut self) -> Result<CertificateAvailability, Error> {
        self.card.run(operation::read_availability())
    }

    /// Gives the 利用者証明用 key another PIN: reads the counter and, if it allows, presents the current one, then the new one.
    ///
    /// # Errors
    ///
    /// As [`verify_user_authentication`](Self::verify_user_authentication), and then nothing has changed;
    /// [`JpkiError::change_fault`] tells when the new PIN was refused, and when nobody knows which of the two holds.
    pub fn change_user_authentication_pin(
        &mut self,
        current: &UserAuthenticationPin,
        new: &UserAuthenticationPin,
        policy: PinPolicy,
    ) -> Result<(), Error> {
        self.card.run(operation::change_user_authentication_pin(current, new, policy)).map(drop)
    }

    /// Gives the 署名用 key another password, in the same way.
    ///
    /// # Errors
    ///
    /// As [`change_user_authentication_pin`](Self::change_user_authentication_pin).
    pub fn change_signature_password(
        &mut self,
        current: &SignaturePassword,
        new: &SignaturePassword,
        policy: PinPolicy,
    ) -> Result<(), Error> {
        self.card.run(operation::change_signature_password(current, new, policy)).map(drop)
    }

    /// Reads the counter and, if it allows, presents the PIN.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`]; [`JpkiError::pin_fault`] tells what became of the PIN, and
    /// its [`attempt`](myna_error::Diagnostic::attempt) whether that is unknown.
    pub fn verify_user_authentication(
        &mut self,
        pin: &UserAuthenticationPin,
        policy: PinPolicy,
    ) -> Result<UserAuthentication<'_, T>, Error> {
        let tries_before = self.card.run(operation::verify_user_authentication(pin, policy))?;
        Ok(UserAuthentication { card: self.card, tries_before })
    }

    /// Reads the counter and, if it allows, presents the password.
    ///
    /// # Errors
    ///
    /// As [`verify_user_authentication`](Self::verify_user_authentication).
    pub fn verify_digital_signature(
        &mut self,
        password: &SignaturePassword,
        policy: PinPolicy,
    ) -> Result<DigitalSignature<'_, T>, Error> {
        let tries_before = self.card.run(operation::verify_digital_signature(password, policy))?;
        Ok(DigitalSignature { card: self.card, tries_before })
    }
}

impl<T: Transport> UserAuthentication<'_, T> {
    /// How many tries the card reported just before the PIN was presented. A right one sets the counter back.
    #[must_use]
    pub const fn tries_before(&self) -> TriesLeft {
        self.tries_before
    }

    /// Signs a message: SHA-256 here, RSASSA-PKCS1-v1_5 on the card. Sign only what has a defined form, such as a
    /// [`LoginStatement`](crate::LoginStatement): a bare string of the other side's may be anything.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`] or [`JpkiError::SignatureLength`].
    pub fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.card.run(operation::sign(KeyKind::UserAuthentication, DigestInfo::sha256(message)))
    }

    /// Signs a message by any scheme the card offers.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign); [`JpkiError::MessageLength`] when the scheme does not take it.
    pub fn sign_by(&mut self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.card.run(operation::sign_message(KeyKind::UserAuthentication, scheme, message))
    }

    /// Reads the certificate: on a phone it is not free.
    ///
    /// # Errors
    ///
    /// As [`Jpki::read_certificate`].
    pub fn read_certificate(&mut self) -> Result<Certificate, Error> {
        self.card.run(operation::read_certificate(CertificateKind::UserAuthentication))
    }
}

impl<T: Transport> DigitalSignature<'_, T> {
    /// How many tries the card reported just before the password was presented. A right one sets the counter back.
    #[must_use]
    pub const fn tries_before(&self) -> TriesLeft {
        self.tries_before
    }

    /// Signs a message: SHA-256 here, RSASSA-PKCS1-v1_5 on the card.
    ///
    /// # Errors
    ///
    /// [`JpkiError::Operation`] or [`JpkiError::SignatureLength`].
    pub fn sign(&mut self, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.card.run(operation::sign(KeyKind::DigitalSignature, DigestInfo::sha256(message)))
    }

    /// Signs a message by any scheme the card offers.
    ///
    /// # Errors
    ///
    /// As [`sign`](Self::sign); [`JpkiError::MessageLength`] when the scheme does not take it.
    pub fn sign_by(&mut self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, Error> {
        self.card.run(operation::sign_message(KeyKind::DigitalSignature, scheme, message))
    }

    /// Reads the 署名用電子証明書: name, address, birth date and sex of the holder.
    ///
    /// # Errors
    ///
    /// As [`Jpki::read_certificate`].
    pub fn read_certificate(&mut self) -> Result<Certificate, Error> {
        self.card.run(operation::read_certificate(CertificateKind::DigitalSignature))
    }
}

impl<T> fmt::Debug for Jpki<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jpki")
    }
}

impl<T> fmt::Debug for UserAuthentication<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UserAuthentication")
    }
}

impl<T> fmt::Debug for DigitalSignature<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DigitalSignature")
    }
}

/// What the card signs as [`UserAuthentication::sign`] has it, for code over the `signature` traits.
///
/// Their `sign` panics where the card fails: call `try_sign`.
impl<T: Transport> SignerMut<CardSignature> for UserAuthentication<'_, T> {
    fn try_sign(&mut self, message: &[u8]) -> Result<CardSignature, signature::Error> {
        Self::sign(self, message).map(CardSignature).map_err(signature::Error::from_source)
    }
}

/// What the card signs as [`DigitalSignature::sign`] has it, for code over the `signature` traits.
///
/// Their `sign` panics where the card fails: call `try_sign`.
impl<T: Transport> SignerMut<CardSignature> for DigitalSignature<'_, T> {
    fn try_sign(&mut self, message: &[u8]) -> Result<CardSignature, signature::Error> {
        Self::sign(self, message).map(CardSignature).map_err(signature::Error::from_source)
    }
}
