use myna_transport::{FaultKind, TransportErrorKind as Failure};

/// A fault and the exchange that it happens at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Injected {
    pub(crate) at: u32,
    pub(crate) kind: FaultKind,
}

/// What kind of thing goes wrong, from what happens to a reader that cannot be trusted. The worse of two counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Card, power or reader fail, and say nothing that is not so.
    Physical,
    /// A status word comes of a command that the card never saw.
    Refused,
    /// The card did its work, and something else is said of it.
    Lying,
    /// An answer comes late or twice.
    Desynchronised,
}

impl Class {
    pub(crate) const ALL: [Self; 4] = [Self::Physical, Self::Refused, Self::Lying, Self::Desynchronised];

    pub(crate) const fn of(kind: FaultKind) -> Self {
        match kind {
            FaultKind::Refuse(_) => Self::Refused,
            FaultKind::Status(_)
            | FaultKind::Flip(_)
            | FaultKind::Extend(_)
            | FaultKind::FailAfter(Failure::CommandTooLong | Failure::Interrupted) => Self::Lying,
            FaultKind::Late | FaultKind::Twice => Self::Desynchronised,
            _ => Self::Physical,
        }
    }
}

/// Status words with a meaning of their own, and some without.
const WORDS: [u16; 50] = [
    0x0000, 0x6100, 0x6110, 0x6281, 0x6282, 0x6283, 0x6300, 0x6381, 0x63C0, 0x63C1, 0x63C2, 0x63C3, 0x63CF,
    0x6400, 0x6401, 0x6581, 0x66F1, 0x6700, 0x6881, 0x6882, 0x6900, 0x6981, 0x6982, 0x6983, 0x6984, 0x6985,
    0x6986, 0x6987, 0x6988, 0x69FC, 0x6A00, 0x6A80, 0x6A81, 0x6A82, 0x6A83, 0x6A84, 0x6A85, 0x6A86, 0x6A87,
    0x6A88, 0x6B00, 0x6C00, 0x6C04, 0x6D00, 0x6E00, 0x6F00, 0x6FFF, 0x9000, 0x9001, 0xFFFF,
];

/// One of each kind of status word.
const FEW_WORDS: [u16; 15] = [
    0x6110, 0x6300, 0x63C1, 0x63C3, 0x6700, 0x6982, 0x6983, 0x6985, 0x6A82, 0x6A88, 0x6B00, 0x6C04, 0x6D00,
    0x6F00, 0x9000,
];

const FAILURES: [Failure; 6] = [
    Failure::NoService,
    Failure::NoCard,
    Failure::CardRemoved,
    Failure::CardReset,
    Failure::Busy,
    Failure::Other,
];

/// To the host the same as some of the others.
const MORE_FAILURES: [Failure; 3] = [Failure::NoReader, Failure::ResponseTooLong, Failure::Interrupted];

/// For single faults.
pub(crate) fn all() -> impl Iterator<Item = FaultKind> {
    without_words()
        .chain(failures(&MORE_FAILURES))
        .chain(WORDS.into_iter().flat_map(|word| [FaultKind::Refuse(word), FaultKind::Status(word)]))
}

/// For pairs.
pub(crate) fn some() -> impl Iterator<Item = FaultKind> {
    without_words()
        .chain(FEW_WORDS.into_iter().flat_map(|word| [FaultKind::Refuse(word), FaultKind::Status(word)]))
}

fn without_words() -> impl Iterator<Item = FaultKind> {
    let bare = [
        FaultKind::Remove,
        FaultKind::RemoveAfter,
        FaultKind::Reset,
        FaultKind::Power,
        FaultKind::Swap,
        FaultKind::Mute,
        FaultKind::Lost,
        FaultKind::Hang,
        FaultKind::Cut(0),
        FaultKind::Cut(1),
        FaultKind::Truncate(1),
        FaultKind::Fail(Failure::CommandTooLong),
        FaultKind::FailAfter(Failure::ResponseTooLong),
        FaultKind::FailAfter(Failure::CommandTooLong),
        FaultKind::Flip(0),
        FaultKind::Flip(1),
        FaultKind::Extend(1),
        FaultKind::Extend(2),
        FaultKind::Late,
        FaultKind::Twice,
    ];
    bare.into_iter().chain(failures(&FAILURES))
}

/// Before the card has done its work, and after.
fn failures(kinds: &'static [Failure]) -> impl Iterator<Item = FaultKind> {
    kinds.iter().flat_map(|kind| [FaultKind::Fail(*kind), FaultKind::FailAfter(*kind)])
}
