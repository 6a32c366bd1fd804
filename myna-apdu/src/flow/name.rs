use super::{ExchangeError, Link, Support};
use crate::{Command, FileIdentifier, Key, ShortFileIdentifier, StatusMeaning, StatusWord};

/// How the commands of an operation name a file, a key or a PIN: by short identifier, else it is selected and is the
/// current one.
///
/// ```no_run
/// use myna_apdu::flow::{Link, Name, OperationError};
/// use myna_apdu::{Command, FileIdentifier, StatusWord};
///
/// async fn counter(link: &Link) -> Result<StatusWord, OperationError> {
///     let mut name = Name::settle(link, FileIdentifier(0x0018)).await?;
///     loop {
///         let reply = link.exchange(&Command::verify_status(name.short())).await?;
///         if !name.is_refused(link, reply.status()).await? {
///             return Ok(reply.status());
///         }
///     }
/// }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Name {
    file: FileIdentifier,
    short: Option<ShortFileIdentifier>,
}

impl Name {
    /// The short identifier; where there is none, or card and reader are known to refuse it, the file is selected.
    ///
    /// # Errors
    ///
    /// [`ExchangeError::Status`] with `6A82` when the application holds no such file.
    pub async fn settle(link: &Link, file: FileIdentifier) -> Result<Self, ExchangeError> {
        let short = file.short().filter(|_| link.profile().short_identifiers != Support::No);
        let name = Self { file, short };
        if short.is_none() {
            name.select(link).await?;
        }
        Ok(name)
    }

    /// The short identifier to put into the command; `None`: it speaks of the current file.
    #[must_use]
    pub const fn short(&self) -> Option<ShortFileIdentifier> {
        self.short
    }

    /// The same, for a signature.
    #[must_use]
    pub const fn key(&self) -> Key {
        match self.short {
            Some(short) => Key::Named(short),
            None => Key::Current,
        }
    }

    /// Whether a status refuses the short identifier: any that can mean "no such naming". Then the file is selected, the
    /// refusal noted in the link's profile, and the command is to be sent again.
    ///
    /// # Errors
    ///
    /// As [`settle`](Self::settle).
    pub async fn is_refused(&mut self, link: &Link, status: StatusWord) -> Result<bool, ExchangeError> {
        use StatusMeaning as M;
        let refuses = matches!(
            status.meaning(),
            M::FileNotFound
                | M::FunctionNotOffered
                | M::NoCurrentFile
                | M::ObjectNotFound
                | M::WrongLength
                | M::WrongOffset
                | M::WrongParameters
        );
        if self.short.is_none() || !refuses {
            return Ok(false);
        }
        self.select(link).await?;
        self.short = None;
        link.learn(|profile| profile.short_identifiers = Support::No);
        Ok(true)
    }

    async fn select(&self, link: &Link) -> Result<(), ExchangeError> {
        let identifier = self.file.to_bytes();
        link.exchange(&Command::select_file(&identifier)).await?.successful().map(drop)
    }
}
