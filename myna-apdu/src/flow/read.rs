use alloc::vec::Vec;

use zeroize::Zeroizing;

use super::link::append;
use super::{ExchangeError, FileFault, Link, LinkProfile, Name, OperationError, Reply, Support};
use crate::tlv::{self, ObjectLength};
use crate::{
    ApplicationIdentifier, Command, ExpectedLength, FileIdentifier, SelectReply, StatusMeaning, StatusWord,
};

/// How much of a file to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Extent {
    /// The BER-TLV object at its start; filler behind it is dropped.
    Object,
    /// All of it, filler included.
    Whole,
    /// The first 256 bytes of it, or what it has: one exchange by any reader.
    Start,
}

/// SELECT an application by its full AID.
///
/// The first command after a cold start may be answered `6F00` (seen on a card by a third party): then it is sent once
/// more.
///
/// # Errors
///
/// [`ExchangeError::Status`] with `6A82` when the card does not hold the application.
pub async fn select_application(link: &Link, aid: ApplicationIdentifier<'_>) -> Result<(), ExchangeError> {
    let command = Command::select_application(aid, SelectReply::Nothing);
    let reply = link.exchange(&command).await?;
    let reply = match reply.status() {
        StatusWord(0x6F00) => link.exchange(&command).await?,
        _ => reply,
    };
    reply.successful().map(drop)
}

/// Reads a file of the current application in as few exchanges as card and reader allow.
///
/// ```text
/// extended length, short identifier   READ BINARY (by SFI, Le 65 536)
/// short length,    short identifier   READ BINARY (by SFI, Le 256), READ BINARY (offset) ...
/// neither                             SELECT EF, READ BINARY (offset) ...
/// ```
///
/// Whatever comes of the extended form but data, the short one is tried once more: what lies below the card refuses
/// what it cannot carry with any failure, and cards do with many a status. What is refused is noted in the link's profile
/// once the other form has worked, and not tried again; the file is [named](Name) the same way.
///
/// # Errors
///
/// [`OperationError::File`] naming the file, or [`OperationError::Exchange`].
pub async fn read_file(
    link: &Link,
    file: FileIdentifier,
    extent: Extent,
) -> Result<Zeroizing<Vec<u8>>, OperationError> {
    let last_exchange = link.exchanges().saturating_add(MOST_EXCHANGES);
    let mut reading = Reading { link, file, data: Zeroizing::new(Vec::new()), last_exchange };
    reading.first_block(if extent == Extent::Start { START } else { MOST_DATA }).await?;
    match extent {
        Extent::Start => {}
        Extent::Object => {
            let length = reading.object_length().await?;
            while reading.data.len() < length {
                if reading.next_block(length - reading.data.len()).await? == 0 {
                    return Err(reading.truncated(length));
                }
            }
            reading.data.truncate(length);
        }
        // The offset ends at half of this, so there is always something left to ask for.
        Extent::Whole => while reading.next_block(MOST_DATA - reading.data.len()).await? > 0 {},
    }
    Ok(reading.data)
}

/// Offsets of READ BINARY have 15 bits.
const MOST_OFFSET: usize = 0x7FFF;
/// Bytes of [`Extent::Start`].
const START: usize = 256;
/// Bytes a file can hold for us.
const MOST_DATA: usize = 65_536;
/// Bytes that a short Le can ask for.
const MOST_SHORT: usize = 256;
/// Exchanges for one file: enough for the largest in blocks of 128. A card that yields less a time is given up.
const MOST_EXCHANGES: u16 = 520;

struct Reading<'l> {
    link: &'l Link,
    file: FileIdentifier,
    data: Zeroizing<Vec<u8>>,
    /// No READ BINARY goes out after it.
    last_exchange: u16,
}

impl Reading<'_> {
    async fn first_block(&mut self, wanted: usize) -> Result<(), OperationError> {
        let mut name = self.located(Name::settle(self.link, self.file).await)?;
        // Once the extended form has failed, and not by a word about lengths: how.
        let mut first = None;
        let mut tries_short = false;
        loop {
            let expected = self.expected(if tries_short { wanted.min(MOST_SHORT) } else { wanted });
            let extended = !expected.fits_short();
            let command = match name.short() {
                Some(name) => Command::read_binary_by_short_identifier(name, 0, expected),
                None => Command::read_binary(0, expected).ok_or_else(|| self.truncated(0))?,
            };
            self.check_bound()?;
            let result = match (tries_short, extended) {
                (true, _) => self.link.retry(&command).await,
                (false, true) => self.link.exchange(&command).await,
                (false, false) => self.link.with_right_le(&command).await,
            };
            let reply = match result {
                Ok(reply) => reply,
                Err(error) if extended && !self.link.is_over() => {
                    (tries_short, first) = (true, Some(error.into()));
                    continue;
                }
                Err(error) => return Err(first.unwrap_or_else(|| error.into())),
            };
            use StatusMeaning as M;
            match reply.status().meaning() {
                M::Success | M::EndReached | M::BytesRemaining(_) => {
                    self.link.learn(|profile| {
                        if name.short().is_some() {
                            profile.short_identifiers = Support::Yes;
                        }
                        if extended || tries_short {
                            profile.extended_length = if extended { Support::Yes } else { Support::No };
                        }
                    });
                    return self.take(reply).await.map(drop);
                }
                M::WrongLength | M::WrongOffset | M::WrongExpectedLength(_) if extended => tries_short = true,
                _ if self.located(name.is_refused(self.link, reply.status()).await)? => {}
                M::WrongOffset if first.is_none() => return Ok(()),
                M::SecurityStatus | M::FileNotFound => return Err(self.refusal(&reply)),
                _ if extended => (tries_short, first) = (true, Some(self.refusal(&reply))),
                _ => return Err(first.unwrap_or_else(|| self.refusal(&reply))),
            }
        }
    }

    /// Reads on where the data end; 0 at the end of the file.
    async fn next_block(&mut self, wanted: usize) -> Result<usize, OperationError> {
        if self.data.len() > MOST_OFFSET {
            return Ok(0);
        }
        let offset = u16::try_from(self.data.len()).unwrap_or(u16::MAX);
        let Some(command) = Command::read_binary(offset, self.expected(wanted)) else { return Ok(0) };
        self.check_bound()?;
        let reply = self.link.with_right_le(&command).await?;
        match reply.status().meaning() {
            StatusMeaning::WrongOffset => Ok(0),
            _ => self.take(reply).await,
        }
    }

    async fn object_length(&mut self) -> Result<usize, OperationError> {
        loop {
            match tlv::object_length(&self.data) {
                Ok(ObjectLength::Known(length)) if length <= MOST_DATA => return Ok(length),
                Ok(ObjectLength::Known(length)) => return Err(self.truncated(length)),
                Ok(ObjectLength::NeedsMore) => {
                    if self.next_block(usize::from(u8::MAX)).await? == 0 {
                        return Err(self.truncated(self.data.len() + 1));
                    }
                }
                Err(error) => return Err(self.fault(FileFault::NotAnObject(error))),
            }
        }
    }

    async fn take(&mut self, reply: Reply) -> Result<usize, OperationError> {
        let reply = self.link.collect(reply).await?;
        if !matches!(reply.status().meaning(), StatusMeaning::Success | StatusMeaning::EndReached) {
            return Err(self.refusal(&reply));
        }
        let asked = reply.expected().and_then(|expected| usize::try_from(expected.get()).ok());
        let (asked, came) = (asked.unwrap_or(MOST_DATA), reply.data().len());
        if came > asked {
            return Err(self.fault(FileFault::TooMuchData { asked, came }));
        }
        append(&mut self.data, reply.data());
        Ok(came)
    }

    fn check_bound(&self) -> Result<(), ExchangeError> {
        let exchange = self.link.exchanges();
        if exchange >= self.last_exchange { Err(ExchangeError::Unbounded { exchange }) } else { Ok(()) }
    }

    /// What naming the file came to.
    fn located<T>(&self, named: Result<T, ExchangeError>) -> Result<T, OperationError> {
        named.map_err(|error| match error {
            ExchangeError::Status { status: StatusWord::FILE_NOT_FOUND, .. } => {
                self.fault(FileFault::NotFound)
            }
            error => error.into(),
        })
    }

    /// The Le for so many bytes, no longer than card and reader are known to take.
    fn expected(&self, wanted: usize) -> ExpectedLength {
        let profile = self.profile();
        let longest = match profile.extended_length {
            Support::No => profile.longest_response.min(LinkProfile::SHORT_RESPONSE),
            Support::Yes | Support::Unknown => profile.longest_response,
        };
        let wanted = u32::try_from(wanted).unwrap_or(u32::MAX).min(longest.saturating_sub(2));
        ExpectedLength::new(wanted).unwrap_or(ExpectedLength::MAX_SHORT)
    }

    fn profile(&self) -> LinkProfile {
        self.link.profile()
    }

    fn fault(&self, fault: FileFault) -> OperationError {
        OperationError::File { file: self.file, fault }
    }

    fn truncated(&self, needed: usize) -> OperationError {
        self.fault(FileFault::Truncated { needed, present: self.data.len() })
    }

    fn refusal(&self, reply: &Reply) -> OperationError {
        match reply.status().meaning() {
            StatusMeaning::SecurityStatus => self.fault(FileFault::NotAllowed),
            StatusMeaning::FileNotFound => self.fault(FileFault::NotFound),
            _ => reply.refusal().into(),
        }
    }
}
