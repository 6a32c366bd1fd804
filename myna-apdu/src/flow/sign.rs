use alloc::vec::Vec;

use super::{ExchangeError, Link, Name};
use crate::{Command, FileIdentifier, SignatureInput};

/// Has the card sign with a key whose PIN has been verified, by its own signature command.
///
/// # Errors
///
/// [`ExchangeError::Status`] with `6982` when the PIN has not been verified.
pub async fn sign(
    link: &Link,
    key: FileIdentifier,
    method: SignatureInput,
    input: &[u8],
) -> Result<Vec<u8>, ExchangeError> {
    let mut name = Name::settle(link, key).await?;
    loop {
        match link.transmit(&Command::sign(method, name.key(), input)?).await {
            Ok(reply) => return Ok(reply.data().to_vec()),
            Err(ExchangeError::Status { status, .. }) if name.is_refused(link, status).await? => {}
            Err(error) => return Err(error),
        }
    }
}
