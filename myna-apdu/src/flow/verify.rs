use super::{ChangeFault, ExchangeError, Link, Name, OperationError, Reply, VerifyFault};
use crate::{Command, FileIdentifier, Pin, StatusMeaning, StatusWord};

/// How many tries a reference has left, as the card says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum TriesLeft {
    /// This many; 0 means locked.
    Limited(u8),
    /// There is no limit (JICSAP `6300`).
    Unlimited,
    /// The card does not say: it answers `9000` once the reference has been verified.
    NotReported,
}

/// When a PIN may be presented at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct PinPolicy {
    /// The card must report at least this many tries. 2 unless the holder asked for the last one.
    pub minimum_tries: u8,
}

impl PinPolicy {
    /// The holder has agreed to spend the last try.
    pub const LAST_TRY_ALLOWED: Self = Self { minimum_tries: 1 };
}

impl Default for PinPolicy {
    fn default() -> Self {
        Self { minimum_tries: 2 }
    }
}

/// By which command a reference is given a new value, once it has been verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangeMethod {
    /// CHANGE REFERENCE DATA, `00 24 01`.
    ReferenceData,
    /// CHANGE KEY (JICSAP), `80 32 00`: 共通カードAP and 住基AP, seen on cards by a third party.
    Key,
}

/// Asks how many tries a reference has left, with an empty VERIFY. Spends none.
///
/// # Errors
///
/// [`OperationError`] when there is no such reference or the exchange failed.
pub async fn tries_left(link: &Link, reference: FileIdentifier) -> Result<TriesLeft, OperationError> {
    counter(link, reference).await.map(|(left, _)| left)
}

/// Presents a PIN, after the card has reported enough tries; yields what it reported.
///
/// The command goes out once. Where its answer is neither `9000` nor the next counter, the counter is read again, which
/// costs nothing, and the error says what it tells: a try is gone, none is, or nobody knows. Nothing follows an answer
/// that is lost.
///
/// # Errors
///
/// [`OperationError::Verify`] with what became of the try, or [`OperationError::Exchange`].
pub async fn verify(
    link: &Link,
    reference: FileIdentifier,
    pin: &Pin,
    policy: PinPolicy,
) -> Result<TriesLeft, OperationError> {
    verified(link, reference, pin, policy).await.map(|(before, _)| before)
}

/// Gives a reference a new value: [`verify`] with the current one, then the command of the method; yields the tries left as
/// reported before. Both commands go out once, the second under the name the first was taken by: whether a real card takes
/// it by short identifier is not known; one that does not refuses it, and the old value holds.
///
/// # Errors
///
/// As [`verify`], and then the value is as it was; [`OperationError::Change`] for what became of the new one.
pub async fn change_reference(
    link: &Link,
    reference: FileIdentifier,
    method: ChangeMethod,
    current: &Pin,
    new: &Pin,
    policy: PinPolicy,
) -> Result<TriesLeft, OperationError> {
    let (before, name) = verified(link, reference, current, policy).await?;
    let command = match method {
        ChangeMethod::ReferenceData => Command::change_reference_data(name.short(), new.expose()),
        ChangeMethod::Key => Command::change_key(name.short(), new.expose()),
    }
    .map_err(ExchangeError::from)?;
    let fault = match link.exchange(&command).await {
        Ok(reply) if reply.status().is_success() => return Ok(before),
        Ok(reply) if refuses(reply.status()) => ChangeFault::Refused { status: reply.status() },
        Ok(reply) => ChangeFault::Unclear { status: Some(reply.status()) },
        // What says that it sent nothing may be wrong.
        Err(_) => ChangeFault::Unclear { status: None },
    };
    Err(OperationError::Change { reference, fault })
}

/// Words that say that nothing was carried out. `6F00` is said by cards of anything.
const fn refuses(status: StatusWord) -> bool {
    matches!(status.0, 0x6400..=0x64FF | 0x6700..=0x6EFF)
}

/// As [`verify`], with the name by which the card was told of the reference.
async fn verified(
    link: &Link,
    reference: FileIdentifier,
    pin: &Pin,
    policy: PinPolicy,
) -> Result<(TriesLeft, Name), OperationError> {
    let fault = |fault| Err(OperationError::Verify { reference, fault });
    let (counter, name) = counter(link, reference).await?;
    let before = match counter {
        TriesLeft::Limited(0) => return fault(VerifyFault::Locked),
        TriesLeft::Limited(left) if left < policy.minimum_tries => {
            return fault(VerifyFault::TooFewTries { left, minimum: policy.minimum_tries });
        }
        TriesLeft::Limited(left) => left,
        // 6300 may as well be a plain refusal.
        TriesLeft::Unlimited | TriesLeft::NotReported => return fault(VerifyFault::CounterNotReported),
    };
    let command = Command::verify(name.short(), pin.expose()).map_err(ExchangeError::from)?;
    let answer = link.exchange(&command).await;
    match &answer {
        Ok(reply) => match reply.status().meaning() {
            StatusMeaning::Success => return Ok((counter, name)),
            StatusMeaning::TriesLeft(left) if left.checked_add(1) == Some(before) => {
                return fault(VerifyFault::Wrong { left: Some(left) });
            }
            _ => {}
        },
        Err(ExchangeError::NotSent { .. } | ExchangeError::TruncatedResponse { .. }) => {}
        Err(error) => return Err((*error).into()),
    }
    let after = match link.inquire(&Command::verify_status(name.short())).await {
        Ok(reply) => confirmed(link, name, &reply).await,
        Err(_) => None,
    };
    match (after, answer) {
        (Some(TriesLeft::Limited(left)), _) if left < before => {
            fault(VerifyFault::Wrong { left: Some(left) })
        }
        (Some(TriesLeft::Limited(_) | TriesLeft::NotReported), answer) => match answer {
            Ok(reply) if reply.status().meaning() == StatusMeaning::VerificationFailedUnlimited => {
                fault(VerifyFault::Wrong { left: None })
            }
            // Either the first reading was false, or this answer.
            Ok(reply) if reported(reply.status()) == after => {
                fault(VerifyFault::Unclear { status: reply.status() })
            }
            Ok(reply) => Err(reply.refusal().into()),
            Err(ExchangeError::TruncatedResponse { exchange, length, .. }) => {
                Err(ExchangeError::TruncatedResponse { exchange, length, secret_presented: false }.into())
            }
            Err(error) => Err(error.into()),
        },
        (_, Ok(reply)) => fault(VerifyFault::Unclear { status: reply.status() }),
        // What says that it sent nothing may be wrong, like all that is not the card.
        (_, Err(ExchangeError::NotSent { exchange })) => {
            Err(ExchangeError::Lost { exchange, secret_presented: true }.into())
        }
        (_, Err(error)) => Err(error.into()),
    }
}

/// The counter, and the name by which the card knows the reference: VERIFY with the PIN then uses the same one.
async fn counter(link: &Link, reference: FileIdentifier) -> Result<(TriesLeft, Name), OperationError> {
    let absent = |error| match error {
        ExchangeError::Status { status: StatusWord::FILE_NOT_FOUND, .. } => {
            OperationError::Verify { reference, fault: VerifyFault::NotFound }
        }
        error => error.into(),
    };
    let mut name = Name::settle(link, reference).await.map_err(absent)?;
    loop {
        let reply = link.exchange(&Command::verify_status(name.short())).await?;
        if reported(reply.status()).is_some() {
            let left = confirmed(link, name, &reply).await.unwrap_or(TriesLeft::NotReported);
            return Ok((left, name));
        }
        if !name.is_refused(link, reply.status()).await.map_err(absent)? {
            return Err(reply.refusal().into());
        }
    }
}

/// What an answer to the empty VERIFY tells. A refusal that means "locked" tells so when it comes twice: nobody should be
/// sent to the municipal office by a link that fails once.
async fn confirmed(link: &Link, name: Name, reply: &Reply) -> Option<TriesLeft> {
    let told = reported(reply.status());
    if reply.status().meaning() != StatusMeaning::ReferenceLocked {
        return told;
    }
    let again = link.inquire(&Command::verify_status(name.short())).await.ok()?;
    told.filter(|told| reported(again.status()) == Some(*told))
}

fn reported(status: StatusWord) -> Option<TriesLeft> {
    match status.meaning() {
        StatusMeaning::TriesLeft(left) => Some(TriesLeft::Limited(left)),
        StatusMeaning::ReferenceLocked => Some(TriesLeft::Limited(0)),
        StatusMeaning::VerificationFailedUnlimited => Some(TriesLeft::Unlimited),
        StatusMeaning::Success => Some(TriesLeft::NotReported),
        _ => None,
    }
}
