//! What both applications are asked for.

use myna_apdu::flow::{ExchangeError, Extent, Link, read_file, select_application};
use myna_apdu::{ApplicationIdentifier, Command, FileIdentifier, Key, SignatureInput};
use myna_trust::DigestInfo;

use crate::genuineness::Answer;
use crate::{CardFaceError, CardVerifiableCertificate, RecordFault};

pub(crate) async fn select(
    link: &Link,
    identifier: ApplicationIdentifier<'_>,
    application: &'static str,
) -> Result<(), CardFaceError> {
    match select_application(link, identifier).await {
        Err(ExchangeError::Status { status, .. }) => {
            Err(CardFaceError::NoApplication { application, status })
        }
        result => Ok(result?),
    }
}

pub(crate) async fn read<R, F: Into<RecordFault>>(
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
pub(crate) async fn answer(
    link: &Link,
    certificate: FileIdentifier,
    challenge: [u8; 32],
) -> Result<Answer, CardFaceError> {
    let certificate = read(link, certificate, Extent::Object, CardVerifiableCertificate::parse).await?;
    let input = DigestInfo::sha256(&challenge);
    let command =
        Command::sign(SignatureInput::Padded, Key::Default, input.as_bytes()).map_err(ExchangeError::from)?;
    let reply = link.transmit(&command).await?;
    match reply.data().len() {
        256 => Ok(Answer { certificate, challenge, signature: reply.data().to_vec() }),
        length => Err(CardFaceError::SignatureLength(length)),
    }
}
