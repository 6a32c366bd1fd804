use myna_apdu::{Command, StatusWord};

use super::{Named, Outcome, expected};
use crate::SimulatedCard;
use crate::file::Content;
use crate::pki::SimulatedKey;

impl SimulatedCard {
    /// INTERNAL AUTHENTICATE `00 88 00 P2 Lc challenge 00`: sha256WithRSA over a challenge of 1 to 255 bytes, without a
    /// PIN. Only key `0019` of 共通カードAP answers; a key behind a PIN says `6982` before it and, as the keys of the face
    /// applications always do, `6985` `[card: myna-card]`.
    pub(crate) fn internal_authenticate(&mut self, command: &Command<'_>) -> Outcome {
        if command.p1() != 0x00 {
            return Err(StatusWord::WRONG_PARAMETERS);
        }
        let named = Named::from_key_reference(command.p2())?;
        let file = self.named_file(named, StatusWord::OBJECT_NOT_FOUND)?;
        let key = match &file.content {
            Content::AuthenticationKey(key) => key,
            Content::Key(_) => {
                file.access.check(&self.security)?;
                return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
            }
            _ => return Err(StatusWord::WRONG_FILE_STRUCTURE),
        };
        let holds_signature = expected(command).is_some_and(|expected| expected >= SimulatedKey::SIZE);
        if !holds_signature || !(1..=255).contains(&command.data().len()) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        key.for_use()?.sign_sha256(command.data()).map_err(|_| StatusWord::CONDITIONS_NOT_SATISFIED)
    }
}
