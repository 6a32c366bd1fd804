//! The same as [`Jpki`](crate::Jpki), as values: for drivers of one's own.
//!
//! [`open`] first; the others assume the application is selected.

use myna_apdu::flow::{
    ChangeMethod, ExchangeError, Extent, FileFault, Flow, Link, Operation, OperationError, PinPolicy,
    TriesLeft, change_reference, read_file, select_application, sign as by_key, tries_left as tries_of,
    verify as present,
};
use myna_apdu::{Pin, SignatureInput};

use crate::layout::{APPLICATION, CERTIFICATE_AVAILABILITY, CertificateKind, KeyKind, TOKEN_INFORMATION};
use crate::signing::checked_length;
use crate::{
    CardIdentity, Certificate, CertificateAvailability, DigestInfo, JpkiError, SignaturePassword,
    SignatureScheme, TokenInformation, UserAuthenticationPin,
};

/// Selects the application. 1 exchange.
#[must_use]
pub fn open() -> impl Operation<Output = (), Error = JpkiError> {
    Flow::new(|link| async move { select(&link).await })
}

/// Selects the application and tells which card this is, by what can be read without a PIN. 2 exchanges by any reader, 3 for
/// a phone.
#[must_use]
pub fn read_identity() -> impl Operation<Output = CardIdentity, Error = JpkiError> {
    Flow::new(|link| async move {
        select(&link).await?;
        let kind = CertificateKind::UserAuthentication;
        let start = match read_file(&link, kind.file(), Extent::Start).await {
            Err(OperationError::File { fault: FileFault::NotAllowed, .. }) => {
                return phone_identity(&link).await;
            }
            start => start?,
        };
        // A shorter start would be that of many certificates.
        let (needed, present) = (CardIdentity::LENGTH, start.len());
        let fault = FileFault::Truncated { needed, present };
        if present < needed {
            return Err(OperationError::File { file: kind.file(), fault }.into());
        }
        Ok(CardIdentity::of_card(&start))
    })
}

/// Which phone this is. 1 exchange.
#[must_use]
pub fn read_phone_identity() -> impl Operation<Output = CardIdentity, Error = JpkiError> {
    Flow::new(|link| async move { phone_identity(&link).await })
}

/// Reads what the token tells of itself: kind, model, serial number. 1 exchange.
#[must_use]
pub fn read_token_information() -> impl Operation<Output = TokenInformation, Error = JpkiError> {
    Flow::new(|link| async move {
        let file = read_file(&link, TOKEN_INFORMATION, Extent::Start).await?;
        Ok(TokenInformation::parse(&file)?)
    })
}

/// Reads which of the holder's certificates are there. 1 exchange.
#[must_use]
pub fn read_availability() -> impl Operation<Output = CertificateAvailability, Error = JpkiError> {
    Flow::new(|link| async move {
        let file = read_file(&link, CERTIFICATE_AVAILABILITY, Extent::Start).await?;
        Ok(CertificateAvailability::parse(&file))
    })
}

/// Whether a card whose 利用者証明用 PIN is locked is a 顔認証マイナンバーカード, which has no PIN: it has no 署名用電子証明書 either, and
/// its 署名用 password is locked as well. What such a card answers is a guess; where it says anything else the answer is no.
/// At best 1 exchange, at most 2; spends no try.
#[must_use]
pub fn is_face_authentication_card() -> impl Operation<Output = bool, Error = JpkiError> {
    Flow::new(|link| async move {
        let file = read_file(&link, CERTIFICATE_AVAILABILITY, Extent::Start).await?;
        if CertificateAvailability::parse(&file).digital_signature != Some(false) {
            return Ok(false);
        }
        let left = tries_of(&link, KeyKind::DigitalSignature.reference()).await?;
        Ok(left == TriesLeft::Limited(0))
    })
}

/// Reads a certificate. 1 exchange, where extended length and short identifiers work.
#[must_use]
pub fn read_certificate(kind: CertificateKind) -> impl Operation<Output = Certificate, Error = JpkiError> {
    Flow::new(move |link| async move { certificate(&link, kind).await })
}

/// Asks how many tries a PIN has left. Spends none. 1 exchange.
#[must_use]
pub fn tries_left(key: KeyKind) -> impl Operation<Output = TriesLeft, Error = JpkiError> {
    Flow::new(move |link| async move { Ok(tries_of(&link, key.reference()).await?) })
}

/// Reads the counter, then presents the PIN; yields the counter as it stood before. 2 exchanges.
#[must_use]
pub fn verify_user_authentication(
    pin: &UserAuthenticationPin,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = JpkiError> {
    verify(KeyKind::UserAuthentication, pin.pin(), policy)
}

/// Reads the counter, then presents the password; yields the counter as it stood before. 2 exchanges.
#[must_use]
pub fn verify_digital_signature(
    password: &SignaturePassword,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = JpkiError> {
    verify(KeyKind::DigitalSignature, password.pin(), policy)
}

/// Reads the counter, presents the current PIN, and gives the new one; yields the counter as it stood before. 3 exchanges.
#[must_use]
pub fn change_user_authentication_pin<'a>(
    current: &'a UserAuthenticationPin,
    new: &'a UserAuthenticationPin,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = JpkiError> {
    change(KeyKind::UserAuthentication, current.pin(), new.pin(), policy)
}

/// Reads the counter, presents the current password, and gives the new one; yields the counter as it stood before. 3
/// exchanges.
#[must_use]
pub fn change_signature_password<'a>(
    current: &'a SignaturePassword,
    new: &'a SignaturePassword,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = JpkiError> {
    change(KeyKind::DigitalSignature, current.pin(), new.pin(), policy)
}

/// Signs with a key whose PIN has been verified. 1 exchange.
#[must_use]
pub fn sign(key: KeyKind, input: DigestInfo) -> impl Operation<Output = Vec<u8>, Error = JpkiError> {
    Flow::new(move |link| async move {
        let signature = by_key(&link, key.key(), SignatureInput::Padded, input.as_bytes()).await?;
        checked_length(signature)
    })
}

/// Signs a message with a key whose PIN has been verified, by any scheme the card offers. 1 exchange.
#[must_use]
pub fn sign_message<'a>(
    key: KeyKind,
    scheme: SignatureScheme,
    message: &'a [u8],
) -> impl Operation<Output = Vec<u8>, Error = JpkiError> + use<'a> {
    Flow::new(move |link| async move {
        let input = scheme.input(message)?;
        checked_length(by_key(&link, key.key(), input.method, &input.bytes).await?)
    })
}

fn verify(key: KeyKind, pin: &Pin, policy: PinPolicy) -> Flow<'_, TriesLeft, JpkiError> {
    Flow::new(move |link| async move { Ok(present(&link, key.reference(), pin, policy).await?) })
}

fn change<'a>(
    key: KeyKind,
    current: &'a Pin,
    new: &'a Pin,
    policy: PinPolicy,
) -> Flow<'a, TriesLeft, JpkiError> {
    let method = ChangeMethod::ReferenceData;
    Flow::new(move |link| async move {
        Ok(change_reference(&link, key.reference(), method, current, new, policy).await?)
    })
}

async fn select(link: &Link) -> Result<(), JpkiError> {
    match select_application(link, APPLICATION).await {
        Err(ExchangeError::Status { status, .. }) => Err(JpkiError::NoApplication(status)),
        result => Ok(result?),
    }
}

async fn phone_identity(link: &Link) -> Result<CardIdentity, JpkiError> {
    let token = read_file(link, TOKEN_INFORMATION, Extent::Start).await?;
    TokenInformation::parse(&token)?;
    Ok(CardIdentity::of_phone(&token))
}

async fn certificate(link: &Link, kind: CertificateKind) -> Result<Certificate, JpkiError> {
    let file = read_file(link, kind.file(), Extent::Object).await?;
    Certificate::from_der(&file).map_err(|fault| JpkiError::Certificate { kind, fault })
}
