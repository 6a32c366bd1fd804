//! The same as the handles of [`TextApplication`](crate::TextApplication) and
//! [`VisualApplication`](crate::VisualApplication), as values: for drivers of one's own.
//!
//! [`open`] first, then [`verify`]; the others assume that the application is selected and that what was presented
//! opens the [record](crate::layout).
//!
//! ```
//! use myna_apdu::flow::{Answer, LinkProfile, Operation, Step};
//! use myna_cardface::layout::Visual;
//! use myna_cardface::operation;
//!
//! let mut open = operation::open::<Visual>();
//! let Step::Transmit(command) = open.start(LinkProfile::default()) else { panic!() };
//! assert_eq!(command.bytes()[..5], [0x00, 0xA4, 0x04, 0x0C, 0x0A]);
//! // ... send the bytes by any means, and hand in what came back:
//! let Step::Complete(Ok(())) = open.resume(Answer::Response(&[0x90, 0x00])) else { panic!() };
//! ```

use myna_apdu::flow::{
    ExchangeError, Extent, Flow, Link, Operation, PinPolicy, TriesLeft, change_reference, read_file,
    select_application, tries_left as tries_of, verify as present,
};
use myna_apdu::{Command, FileIdentifier, Key, SignatureInput};
use myna_trust::DigestInfo;

use crate::genuineness::{Answer, VouchedKey};
use crate::layout::{Application, CARD_KEY, CERTIFICATE, ChangeablePin, PinReference, Record};
use crate::{CardFaceError, CardVerifiableCertificate, RecordFault, TextEvidence, VisualEvidence};

/// Selects an application. 1 exchange.
#[must_use]
pub fn open<A: Application>() -> impl Operation<Output = (), Error = CardFaceError> {
    Flow::new(|link| async move {
        match select_application(&link, A::IDENTIFIER).await {
            Err(ExchangeError::Status { status, .. }) => {
                Err(CardFaceError::NoApplication { application: A::NAME, status })
            }
            result => Ok(result?),
        }
    })
}

/// Asks how many tries the PIN or a number has left. Spends none. 1 exchange.
#[must_use]
pub fn tries_left<A: Application, N: PinReference<A>>()
-> impl Operation<Output = TriesLeft, Error = CardFaceError> {
    Flow::new(|link| async move { Ok(tries_of(&link, N::REFERENCE).await?) })
}

/// Reads the counter, then presents the PIN or the number; yields the counter as it stood before. 2 exchanges.
#[must_use]
pub fn verify<A: Application, N: PinReference<A>>(
    number: &N,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = CardFaceError> {
    let pin = number.pin();
    Flow::new(move |link| async move { Ok(present(&link, N::REFERENCE, pin, policy).await?) })
}

/// Reads the counter, presents the current PIN, and gives the new one; yields the counter as it stood before. 3 exchanges.
#[must_use]
pub fn change_pin<'a, A: Application, N: ChangeablePin<A>>(
    current: &'a N,
    new: &'a N,
    policy: PinPolicy,
) -> impl Operation<Output = TriesLeft, Error = CardFaceError> + use<'a, A, N> {
    let (current, new) = (current.pin(), new.pin());
    Flow::new(move |link| async move {
        Ok(change_reference(&link, N::REFERENCE, N::METHOD, current, new, policy).await?)
    })
}

/// Reads a record. 1 exchange, where extended length and short identifiers work; the card face takes above a dozen
/// where they do not.
#[must_use]
pub fn read<R: Record>() -> impl Operation<Output = R, Error = CardFaceError> {
    Flow::new(|link| async move { read_record(&link, R::FILE, R::EXTENT, R::parsed).await })
}

/// Reads what speaks for the records of 券面事項確認AP, and has the card sign a challenge with its own key. 2 exchanges.
///
/// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
#[must_use]
pub fn read_visual_evidence(
    challenge: [u8; 32],
) -> impl Operation<Output = VisualEvidence, Error = CardFaceError> {
    Flow::new(move |link| async move { Ok(VisualEvidence(answer(&link, challenge).await?)) })
}

/// Reads what speaks for the integrity record of 券面事項入力補助AP, and has the card sign a challenge with its own key.
/// 3 exchanges.
///
/// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
#[must_use]
pub fn read_text_evidence(
    challenge: [u8; 32],
) -> impl Operation<Output = TextEvidence, Error = CardFaceError> {
    Flow::new(move |link| async move {
        let key = read_record(&link, CARD_KEY, Extent::Object, VouchedKey::parse).await?;
        Ok(TextEvidence { answer: answer(&link, challenge).await?, key })
    })
}

async fn read_record<R, F: Into<RecordFault>>(
    link: &Link,
    file: FileIdentifier,
    extent: Extent,
    parse: fn(&[u8]) -> Result<R, F>,
) -> Result<R, CardFaceError> {
    let bytes = read_file(link, file, extent).await?;
    parse(&bytes).map_err(|fault| CardFaceError::Record { file, fault: fault.into() })
}

/// Has the card sign a challenge with the key of the application, which needs no PIN. Seen on cards by a third party.
///
/// ```text
/// 80 2A 00 00 33 <DigestInfo of SHA-256 of the challenge> 00
/// ```
async fn answer(link: &Link, challenge: [u8; 32]) -> Result<Answer, CardFaceError> {
    let certificate =
        read_record(link, CERTIFICATE, Extent::Object, CardVerifiableCertificate::parse).await?;
    let input = DigestInfo::sha256(&challenge);
    let command =
        Command::sign(SignatureInput::Padded, Key::Default, input.as_bytes()).map_err(ExchangeError::from)?;
    let reply = link.transmit(&command).await?;
    match reply.data().len() {
        256 => Ok(Answer { certificate, challenge, signature: reply.data().to_vec() }),
        length => Err(CardFaceError::SignatureLength(length)),
    }
}
