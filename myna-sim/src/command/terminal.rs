use myna_apdu::{Command, StatusWord};

use super::Outcome;
use crate::SimulatedCard;
use crate::file::Content;
use crate::security::Terminal;

impl SimulatedCard {
    /// `80 A2`: the certificate of a terminal, for use without a PIN. **Not the real flow**, of which only this much is known:
    /// EF `0016` is selected; `80 A2 06 C1` carries the body of a certificate, 307 bytes; `80 A2 00 C1` its signature,
    /// `5F37 82 0100 …`; other parameters are `6A86`, another length `6700` `[code: sc-tools] [card: myna-card]`.
    ///
    /// That a body is `5F4E 82 012E {issuer (16), terminal (16), five bytes, key (265)}`, the answers to a wrong one, and
    /// that an accepted terminal opens key `0017`, are inventions. Unless
    /// [`accepts_terminals`](crate::CardSettings::accepts_terminals) is set, all of it is `6985`.
    pub(crate) fn take_terminal_certificate(&mut self, command: &Command<'_>) -> Outcome {
        if !self.settings.accepts_terminals {
            return Err(StatusWord::CONDITIONS_NOT_SATISFIED);
        }
        let (prefix, length): (&[u8], usize) = match (command.p1(), command.p2()) {
            (0x06, 0xC1) => (&[0x5F, 0x4E, 0x82, 0x01, 0x2E], 302),
            (0x00, 0xC1) => (&[0x5F, 0x37, 0x82, 0x01, 0x00], 256),
            _ => return Err(StatusWord::WRONG_PARAMETERS),
        };
        let current = self.selected.file.ok_or(StatusWord::NO_CURRENT_FILE)?;
        let Some(Content::TerminalAuthority(authority)) = self.file(current).map(|file| &file.content) else {
            return Err(StatusWord::WRONG_FILE_STRUCTURE);
        };
        if command.data().len() != prefix.len().saturating_add(length) {
            return Err(StatusWord::WRONG_LENGTH);
        }
        let value = command.data().strip_prefix(prefix).ok_or(StatusWord::WRONG_DATA)?;
        let authority = authority.clone();
        let authority = authority.for_use()?;
        match (command.p1(), std::mem::take(&mut self.security.terminal)) {
            (0x06, _) => self.security.terminal = Terminal::Presented(value.to_vec()),
            (_, Terminal::Presented(body)) if authority.has_signed(&body, value) => {
                self.security.terminal = Terminal::Accepted;
            }
            (_, Terminal::Presented(_)) => return Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED),
            _ => return Err(StatusWord::CONDITIONS_NOT_SATISFIED),
        }
        Ok(Vec::new())
    }
}
