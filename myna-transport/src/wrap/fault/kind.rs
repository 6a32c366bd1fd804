use std::fmt;
use std::time::Duration;

use crate::TransportErrorKind;
use crate::wrap::latency::LONGEST;

/// What goes wrong with one exchange.
///
/// ```text
/// truncate N    the last N bytes of the answer are missing
/// cut N         only the first N bytes of the answer come
/// extend N      N bytes of 00 follow it
/// flip N        the lowest bit of byte N of the answer, counted from 0, is the other one
/// status XXXX   the answer is this status word alone, after the card has done its work
/// refuse XXXX   the answer is this status word alone; the command never reaches the card
/// lost          the command never reaches the card; the answer is empty
/// mute          the card does its work and the answer is empty
/// late          the same, but the answer comes to the next command, that one's to the one after it, and so on
/// twice         the answer comes to this command and to the next, that one's to the one after it, and so on
/// stall MS      the card does its work and its answer comes MS milliseconds late
/// hang          the card does its work and no answer ever comes (on a virtual reader: until it is resumed)
/// fail KIND     the reader reports this failure (`busy`, `command_too_long`, …); the command never reaches the card
/// fail-after KIND  the reader reports this failure after the card has done its work
/// reset         a warm reset comes before the command
/// power         the power goes and comes back before the command
/// swap          another card lies on the reader, before the command
/// remove        the card is pulled before the command reaches it
/// remove-after  the card is pulled when it has done its work, before its answer
/// ```
///
/// `status 6110` or `refuse 6C10` is a `61xx` or `6Cxx` with nothing behind it. A failure is named by its
/// [code](crate::TRANSPORT_CODES), without `transport.`. Where a card is pulled it comes back when its reader lets it: a
/// virtual reader after a while, a pipe with the next connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum FaultKind {
    /// The last bytes of the answer are missing, so many.
    Truncate(usize),
    /// Only the first bytes of the answer come, so many.
    Cut(usize),
    /// So many bytes of `00` follow the answer.
    Extend(usize),
    /// The lowest bit of this byte of the answer, counted from 0, is the other one.
    Flip(usize),
    /// The card does its work; the answer is this status word alone.
    Status(u16),
    /// The card sees nothing; the answer is this status word alone.
    Refuse(u16),
    /// The card sees nothing; the answer is empty.
    Lost,
    /// The card does its work; the answer is empty.
    Mute,
    /// The answer is empty, and is the answer to the next command instead; all answers after it are one late.
    Late,
    /// The answer comes, and again as that to the next command; all answers after it are one late.
    Twice,
    /// The answer comes so much later.
    Stall(Duration),
    /// The card does its work; nothing ever comes.
    Hang,
    /// The reader reports this; the card sees nothing.
    Fail(TransportErrorKind),
    /// The reader reports this; the card has done its work.
    FailAfter(TransportErrorKind),
    /// A warm reset before the command.
    Reset,
    /// The power goes and comes back before the command.
    Power,
    /// Another card takes its place before the command.
    Swap,
    /// The card is pulled before the command.
    Remove,
    /// The card is pulled after its work and before its answer.
    RemoveAfter,
}

/// Those of one word.
const BARE: [(&str, FaultKind); 10] = [
    ("lost", FaultKind::Lost),
    ("mute", FaultKind::Mute),
    ("late", FaultKind::Late),
    ("twice", FaultKind::Twice),
    ("hang", FaultKind::Hang),
    ("reset", FaultKind::Reset),
    ("power", FaultKind::Power),
    ("swap", FaultKind::Swap),
    ("remove", FaultKind::Remove),
    ("remove-after", FaultKind::RemoveAfter),
];

/// More than an answer can have means nothing.
const MOST_BYTES: usize = 0xFFFF;

impl FaultKind {
    /// As [`Display`](fmt::Display) writes it.
    pub(super) fn read(text: &str) -> Option<Self> {
        let words: Vec<&str> = text.split_whitespace().collect();
        let bytes = |number: &str| number.parse::<usize>().ok().filter(|number| *number <= MOST_BYTES);
        let status = |word: &str| {
            let digits = word.len() == 4 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
            u16::from_str_radix(word, 16).ok().filter(|_| digits)
        };
        let time = |number: &str| {
            number.parse().ok().map(Duration::from_millis).filter(|duration| *duration <= LONGEST)
        };
        let failure =
            |name: &str| TransportErrorKind::ALL.iter().copied().find(|kind| short_code(*kind) == name);
        Some(match words.as_slice() {
            ["truncate", number] => Self::Truncate(bytes(number)?),
            ["cut", number] => Self::Cut(bytes(number)?),
            ["extend", number] => Self::Extend(bytes(number)?),
            ["flip", number] => Self::Flip(bytes(number)?),
            ["status", word] => Self::Status(status(word)?),
            ["refuse", word] => Self::Refuse(status(word)?),
            ["stall", milliseconds] => Self::Stall(time(milliseconds)?),
            ["fail", kind] => Self::Fail(failure(kind)?),
            ["fail-after", kind] => Self::FailAfter(failure(kind)?),
            [word] => BARE.iter().find(|(name, _)| name == word)?.1,
            _ => return None,
        })
    }
}

fn short_code(kind: TransportErrorKind) -> &'static str {
    kind.entry().code.trim_start_matches("transport.")
}

impl fmt::Display for FaultKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Truncate(bytes) => write!(f, "truncate {bytes}"),
            Self::Cut(bytes) => write!(f, "cut {bytes}"),
            Self::Extend(bytes) => write!(f, "extend {bytes}"),
            Self::Flip(byte) => write!(f, "flip {byte}"),
            Self::Status(status) => write!(f, "status {status:04X}"),
            Self::Refuse(status) => write!(f, "refuse {status:04X}"),
            Self::Stall(duration) => write!(f, "stall {}", duration.as_millis()),
            Self::Fail(kind) => write!(f, "fail {}", short_code(*kind)),
            Self::FailAfter(kind) => write!(f, "fail-after {}", short_code(*kind)),
            bare => f.write_str(BARE.iter().find(|(_, kind)| kind == bare).map_or("", |(name, _)| name)),
        }
    }
}
