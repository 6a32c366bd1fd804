//! Operations against cards of a few lines each: what goes out, and what is made of the answers.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]
#![cfg(feature = "alloc")]

use myna_apdu::flow::{
    Answer, Attempt, Blame, ExchangeError, Extent, FileFault, Flow, Link, LinkProfile, Operation,
    OperationError, PinPolicy, Spent, Step, Support, TriesLeft, VerifyFault, read_file, select_application,
    sign, tries_left, verify,
};
use myna_apdu::{
    ApplicationIdentifier, Class, Command, ExpectedLength, FileIdentifier, Instruction, Key, LengthForm, Pin,
    SignatureInput, StatusWord,
};
use myna_error::Diagnostic;

const FILE: FileIdentifier = FileIdentifier(0x000A);
const PIN: FileIdentifier = FileIdentifier(0x0018);

/// What a card, or the reader in front of it, does with a command.
enum Reaction {
    Answer(Vec<u8>),
    NotSent,
    Lost,
}

type Card = fn(Command<'_>) -> Reaction;

fn status(word: u16) -> Reaction {
    Reaction::Answer(word.to_be_bytes().to_vec())
}

fn data(data: &[u8], word: u16) -> Reaction {
    Reaction::Answer([data, &word.to_be_bytes()].concat())
}

/// Runs an operation against a card and gives its result, the commands that went out, and what was learned.
fn run<T>(
    mut flow: Flow<'_, T>,
    profile: LinkProfile,
    mut card: impl FnMut(Command<'_>) -> Reaction,
) -> (Result<T, OperationError>, Vec<Vec<u8>>, LinkProfile) {
    let mut sent = Vec::new();
    let mut step = flow.start(profile);
    loop {
        step = match step {
            Step::Transmit(outgoing) => {
                sent.push(outgoing.bytes().to_vec());
                assert!(sent.len() < 1_000, "without end");
                let reaction = card(Command::parse(outgoing.bytes()).unwrap());
                flow.resume(match &reaction {
                    Reaction::Answer(bytes) => Answer::Response(bytes),
                    Reaction::NotSent => Answer::NotSent,
                    Reaction::Lost => Answer::Lost,
                })
            }
            Step::Complete(result) => return (result, sent, flow.profile()),
        };
    }
}

/// A card with one file, as strict as one likes it.
struct FileCard {
    file: Vec<u8>,
    extended_length: bool,
    short_identifiers: bool,
    most_bytes: usize,
    selected: bool,
}

impl FileCard {
    /// An object of so many bytes with its header, and filler behind it.
    fn new(object: usize, filler: usize) -> Self {
        let mut file = vec![0x30, 0x82];
        file.extend(u16::try_from(object - 4).unwrap().to_be_bytes());
        file.extend((4..object).map(|at| u8::try_from(at % 251).unwrap()));
        file.resize(object + filler, 0xFF);
        Self { file, extended_length: true, short_identifiers: true, most_bytes: 65_536, selected: false }
    }

    fn react(&mut self, command: Command<'_>) -> Reaction {
        if command.form() == LengthForm::Extended && !self.extended_length {
            return status(0x6700);
        }
        if command.instruction() == Instruction::SELECT {
            self.selected = command.data() == FILE.to_bytes();
            return status(if self.selected { 0x9000 } else { 0x6A82 });
        }
        let offset = match command.p1() {
            0x8A if !self.short_identifiers => return status(0x6A86),
            0x8A => {
                self.selected = true;
                usize::from(command.p2())
            }
            high => usize::from(u16::from_be_bytes([high, command.p2()])),
        };
        if !self.selected {
            return status(0x6986);
        }
        if offset >= self.file.len() {
            return status(0x6B00);
        }
        let asked = usize::try_from(command.expected().unwrap().get()).unwrap();
        let end = self.file.len().min(offset + asked.min(self.most_bytes));
        data(&self.file[offset..end], 0x9000)
    }
}

fn read(extent: Extent, profile: LinkProfile, card: &mut FileCard) -> (Vec<u8>, Vec<Vec<u8>>, LinkProfile) {
    let flow = Flow::new(move |link| async move { read_file(&link, FILE, extent).await });
    let (result, sent, profile) = run(flow, profile, |command| card.react(command));
    (result.unwrap().to_vec(), sent, profile)
}

fn read_from(card: impl FnMut(Command<'_>) -> Reaction) -> (Result<usize, OperationError>, usize) {
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.len()) });
    let (result, sent, _) = run(flow, LinkProfile::default(), card);
    (result, sent.len())
}

const SHORT: LinkProfile = LinkProfile {
    extended_length: Support::No,
    short_identifiers: Support::Yes,
    longest_command: LinkProfile::SHORT_COMMAND,
    longest_response: LinkProfile::SHORT_RESPONSE,
};

#[test]
fn with_extended_length_a_file_takes_one_exchange() {
    let mut card = FileCard::new(1_620, 0);
    let (bytes, sent, profile) = read(Extent::Object, LinkProfile::default(), &mut card);
    assert_eq!(bytes, card.file);
    assert_eq!(sent, [[0x00, 0xB0, 0x8A, 0x00, 0x00, 0x00, 0x00]]);
    assert_eq!((profile.extended_length, profile.short_identifiers), (Support::Yes, Support::Yes));
}

#[test]
fn a_refused_probe_of_extended_length_costs_one_exchange_once() {
    let mut card = FileCard { extended_length: false, ..FileCard::new(1_620, 0) };
    let (bytes, sent, profile) = read(Extent::Object, LinkProfile::default(), &mut card);
    assert_eq!(bytes, card.file);
    assert_eq!(sent.len(), 1 + 7);
    assert_eq!(profile.extended_length, Support::No);
    let (bytes, sent, _) = read(Extent::Object, profile, &mut card);
    assert_eq!(bytes, card.file);
    assert_eq!(sent.len(), 7);
    assert_eq!(sent[1], [0x00, 0xB0, 0x01, 0x00, 0x00]);
    assert_eq!(sent[6], [0x00, 0xB0, 0x06, 0x00, 0x54], "the last block asks for what is missing");
}

#[test]
fn without_short_identifiers_the_file_is_selected_first() {
    let mut card = FileCard { short_identifiers: false, ..FileCard::new(1_620, 0) };
    let (bytes, sent, profile) = read(Extent::Object, LinkProfile::default(), &mut card);
    assert_eq!(bytes, card.file);
    assert_eq!(sent.len(), 3);
    assert_eq!(sent[1], [0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x0A]);
    assert_eq!(profile.short_identifiers, Support::No);
    card.selected = false;
    let (_, sent, _) = read(Extent::Object, profile, &mut card);
    assert_eq!(sent.len(), 2, "known by now: no attempt by short identifier");
}

/// Only `0001` to `001E` have a short identifier; the others have to be selected.
#[test]
fn a_file_without_a_short_identifier_is_selected() {
    let flow =
        Flow::new(
            |link| async move { Ok(read_file(&link, FileIdentifier(0x2F01), Extent::Whole).await?.len()) },
        );
    let (result, sent, profile) = run(flow, SHORT, |command| match (command.instruction(), command.p1()) {
        (Instruction::SELECT, _) => status(0x9000),
        (_, 0) if command.p2() == 0 && command.expected() != ExpectedLength::new(7) => status(0x6C07),
        (_, 0) if command.p2() == 0 => data(&[0x5A; 7], 0x9000),
        _ => status(0x6B00),
    });
    assert_eq!(result, Ok(7));
    assert_eq!(sent[..2], [vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x2F, 0x01], vec![0x00, 0xB0, 0, 0, 0]]);
    assert_eq!(profile.short_identifiers, Support::Yes, "nothing was learned of them");

    let empty =
        Flow::new(
            |link| async move { Ok(read_file(&link, FileIdentifier(0x2F01), Extent::Whole).await?.len()) },
        );
    let (result, _, _) = run(empty, SHORT, |command| match command.instruction() {
        Instruction::SELECT => status(0x9000),
        _ => status(0x6B00),
    });
    assert_eq!(result, Ok(0), "an empty file has no first byte to read");
}

#[test]
fn a_file_that_is_not_there_or_not_allowed_says_so() {
    for (answers, fault) in [
        ([0x6A82, 0x6A82], FileFault::NotFound),
        ([0x6982, 0x6982], FileFault::NotAllowed),
        ([0x6A86, 0x6A82], FileFault::NotFound),
    ] {
        let mut answers = answers.into_iter();
        let (result, _) = read_from(|_| status(answers.next().unwrap()));
        assert_eq!(result, Err(OperationError::File { file: FILE, fault }));
    }
    // Gone between two reads.
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.len()) });
    let (result, _, _) = run(flow, SHORT, |command| match command.p1() {
        0x8A => data(&[&[0x30, 0x82, 0x03, 0xE4][..], &[0; 252]].concat(), 0x9000),
        _ => status(0x6A82),
    });
    assert_eq!(result, Err(OperationError::File { file: FILE, fault: FileFault::NotFound }));
}

#[test]
fn a_later_block_is_asked_for_with_the_le_the_card_wants() {
    let mut card = FileCard::new(300, 0);
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Whole).await?.len()) });
    let (result, sent, _) = run(flow, SHORT, |command| {
        let last = command.p1() == 0x01 && command.p2() == 0;
        let right = command.expected() == ExpectedLength::new(44);
        if last && !right { status(0x6C2C) } else { card.react(command) }
    });
    assert_eq!(result, Ok(300));
    assert!(sent.contains(&vec![0x00, 0xB0, 0x01, 0x00, 0x2C]), "{sent:02X?}");
}

#[test]
fn an_object_larger_than_a_file_can_be_is_not_read() {
    let (result, sent) = read_from(|_| data(&[0x30, 0x83, 0x01, 0x00, 0x00], 0x9000));
    let fault = FileFault::Truncated { needed: 65_541, present: 5 };
    assert_eq!((result, sent), (Err(OperationError::File { file: FILE, fault }), 1));
}

/// READ BINARY says so where it happens; any other command has the same right.
#[test]
fn any_command_falls_back_to_short_lengths_when_the_reader_cannot_carry_them() {
    let flow = Flow::<_, OperationError>::new(|link| async move {
        let command = Command::get_challenge(ExpectedLength::MAX_EXTENDED);
        let first = link.transmit(&command).await?.exchange();
        Ok((first, link.transmit(&command).await?.exchange()))
    });
    let (result, sent, profile) = run(flow, LinkProfile::default(), |command| match command.form() {
        LengthForm::Extended => Reaction::NotSent,
        LengthForm::Short => data(&[7; 8], 0x9000),
    });
    assert_eq!(result, Ok((2, 3)), "tried once with extended lengths, then known");
    assert_eq!((sent.len(), profile.extended_length), (3, Support::No));

    let flow = Flow::<(), OperationError>::new(|link| async move {
        link.transmit(&Command::get_challenge(ExpectedLength::MAX_EXTENDED)).await?;
        Ok(())
    });
    let (result, sent, _) = run(flow, LinkProfile::default(), |_| Reaction::Lost);
    assert_eq!(result, Err(ExchangeError::Lost { exchange: 1, secret_presented: false }.into()));
    assert_eq!(sent.len(), 1, "a pulled card is no reason to try again");
}

#[test]
fn filler_is_dropped_from_an_object_and_kept_in_a_whole_file() {
    for profile in [LinkProfile::default(), SHORT] {
        let mut card = FileCard::new(1_000, 1_048);
        let (object, sent, _) = read(Extent::Object, profile, &mut card);
        assert_eq!(object, card.file[..1_000]);
        let blocks = if profile == SHORT { 4 } else { 1 };
        assert_eq!(sent.len(), blocks, "no block of filler is fetched on purpose");
        assert_eq!(read(Extent::Whole, profile, &mut card).0, card.file);
    }
}

#[test]
fn a_reader_that_cannot_carry_extended_length_is_found_out_before_sending() {
    let mut card = FileCard { extended_length: false, ..FileCard::new(300, 0) };
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.len()) });
    let (result, sent, profile) = run(flow, LinkProfile::default(), |command| match command.form() {
        LengthForm::Extended => Reaction::NotSent,
        LengthForm::Short => card.react(command),
    });
    assert_eq!((result, sent.len(), profile.extended_length), (Ok(300), 3, Support::No));
}

#[test]
fn no_more_is_asked_for_than_the_reader_carries_back() {
    for (extended_length, longest_response) in [(Support::No, 130), (Support::Yes, 130), (Support::Yes, 514)]
    {
        let mut card = FileCard::new(1_024, 0);
        let profile = LinkProfile { extended_length, longest_response, ..LinkProfile::default() };
        let (bytes, sent, _) = read(Extent::Object, profile, &mut card);
        assert_eq!(bytes, card.file);
        for command in &sent {
            let expected = Command::parse(command).unwrap().expected().unwrap().get();
            assert!(expected + 2 <= longest_response, "{command:02X?}");
        }
    }
}

#[test]
fn more_bytes_are_fetched_as_long_as_the_card_announces_them() {
    let object = FileCard::new(600, 0).file;
    let mut blocks = object.chunks(256).peekable();
    let (result, sent) = read_from(|command| {
        let block =
            if command.instruction() == Instruction::GET_RESPONSE { blocks.next().unwrap() } else { &[] };
        let left = blocks.peek().map_or(0, |next| next.len());
        data(block, if left == 0 { 0x9000 } else { 0x6100 | u16::from(left.to_be_bytes()[7]) })
    });
    assert_eq!((result, sent), (Ok(600), 4));
}

/// A card keeps what is waiting by channel, and may insist on the exact length.
#[test]
fn what_waits_is_fetched_on_the_channel_of_the_command_with_the_le_the_card_wants() {
    for (class, follow_up) in [(0x00, 0x00), (0x02, 0x02), (0x0E, 0x02), (0x45, 0x45), (0x80, 0x00)] {
        let flow = Flow::<_, OperationError>::new(move |link| async move {
            let command = Command::new(Class(class), Instruction::GET_DATA, 0, 0);
            Ok(link.transmit(&command.expecting(ExpectedLength::MAX_SHORT)).await?.into_data().to_vec())
        });
        let (result, sent, _) =
            run(flow, SHORT, |command| match command.expected().map(ExpectedLength::get) {
                _ if command.instruction() == Instruction::GET_DATA => data(&[1], 0x6100),
                Some(3) => data(&[2, 3, 4], 0x9000),
                _ => status(0x6C03),
            });
        assert_eq!(result, Ok(vec![1, 2, 3, 4]));
        assert_eq!(sent[1..], [[follow_up, 0xC0, 0, 0, 0], [follow_up, 0xC0, 0, 0, 3]], "{class:02X}");
    }
}

#[test]
fn the_right_le_is_taken_from_the_card_once() {
    let mut card = FileCard::new(10, 0);
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.len()) });
    let (result, sent, _) = run(flow, SHORT, |command| {
        if command.expected().unwrap().get() > 10 { status(0x6C0A) } else { card.react(command) }
    });
    assert_eq!((result, sent.len()), (Ok(10), 2));
    assert_eq!(sent[1], [0x00, 0xB0, 0x8A, 0x00, 0x0A]);

    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.len()) });
    let (result, sent, _) = run(flow, SHORT, |_| status(0x6C0A));
    let refused = ExchangeError::Status {
        exchange: 2,
        instruction: Instruction::READ_BINARY,
        status: StatusWord(0x6C0A),
    };
    assert_eq!((result, sent.len()), (Err(refused.into()), 2));
}

#[test]
fn a_card_cannot_keep_a_reader_busy_without_end() {
    let endless: [(&str, Card); 4] = [
        ("61 without data", |_| status(0x6100)),
        ("61 with a byte each", |_| data(&[0x30], 0x6101)),
        ("61 with all it can", |_| data(&[0x30; 65_535], 0x6100)),
        ("one byte a read", |command| {
            data(&[0x30, 0x82, 0xFF, 0xF0][..1 + usize::from(command.p1() == 0x8A) * 3], 0x9000)
        }),
    ];
    for (how, card) in endless {
        let (result, sent) = read_from(card);
        let error = result.unwrap_err();
        assert!(matches!(error, OperationError::Exchange(ExchangeError::Unbounded { .. })), "{how}: {error}");
        assert_eq!(error.blame(), Blame::CardData);
        assert!(sent <= 800, "{how}: {sent} exchanges");
    }
}

/// Found by fuzzing: a long block behind a short one made more of a file than there can be.
#[test]
fn a_whole_file_has_no_more_than_65_536_bytes() {
    let flow = Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Whole).await?.len()) });
    let mut first = true;
    let (result, _, _) = run(flow, LinkProfile::default(), |command| {
        let asked = usize::try_from(command.expected().unwrap().get()).unwrap();
        data(&vec![0x30; if core::mem::take(&mut first) { 24_833 } else { asked }], 0x9000)
    });
    assert_eq!(result, Ok(65_536));
}

#[test]
fn what_goes_wrong_with_a_file_is_named() {
    type Row = (&'static str, Card, OperationError);
    let fault = |fault| OperationError::File { file: FILE, fault };
    let rows: [Row; 7] = [
        ("absent", |_| status(0x6A82), fault(FileFault::NotFound)),
        ("protected", |_| status(0x6982), fault(FileFault::NotAllowed)),
        (
            "cut off",
            |c| if c.p1() == 0x8A { data(&[0x30, 0x03, 0], 0x9000) } else { status(0x6B00) },
            fault(FileFault::Truncated { needed: 5, present: 3 }),
        ),
        (
            "empty",
            |c| status(if c.instruction() == Instruction::SELECT { 0x9000 } else { 0x6B00 }),
            fault(FileFault::Truncated { needed: 1, present: 0 }),
        ),
        (
            "too much",
            |_| data(&[0x30; 65_537], 0x9000),
            fault(FileFault::TooMuchData { asked: 65_536, came: 65_537 }),
        ),
        ("lost", |_| Reaction::Lost, ExchangeError::Lost { exchange: 1, secret_presented: false }.into()),
        (
            "half a status word",
            |_| Reaction::Answer(vec![0x90]),
            ExchangeError::TruncatedResponse { exchange: 1, length: 1, secret_presented: false }.into(),
        ),
    ];
    for (what, card, expected) in rows {
        assert_eq!(read_from(card).0, Err(expected), "{what}");
    }
    let (result, _) = read_from(|_| data(&[0xFF; 16], 0x9000));
    let Err(OperationError::File { fault: FileFault::NotAnObject(error), .. }) = result else {
        panic!("{result:?}")
    };
    assert_eq!(error.offset, 0);
}

fn select(card: impl FnMut(Command<'_>) -> Reaction) -> (Result<(), OperationError>, usize) {
    let flow = Flow::new(|link: Link| async move {
        let name = ApplicationIdentifier::new(&[0xD3, 0x92]).unwrap();
        Ok(select_application(&link, name).await?)
    });
    let (result, sent, _) = run(flow, LinkProfile::default(), card);
    (result, sent.len())
}

#[test]
fn select_is_repeated_once_after_a_cold_start_only() {
    let mut answers = [0x6F00, 0x9000].into_iter();
    assert_eq!(select(|_| status(answers.next().unwrap())), (Ok(()), 2));
    for (word, sent) in [(0x6F00, 2), (0x6A82, 1)] {
        let (result, count) = select(|_| status(word));
        assert_eq!(result.unwrap_err().blame(), Blame::CardStatus);
        assert_eq!(count, sent, "{word:04X}");
    }
}

/// Runs VERIFY on a card with three tries left that answers the PIN so, and whose counter stands as before.
fn present(answer: impl Fn() -> Reaction) -> (Result<TriesLeft, OperationError>, usize) {
    present_then(answer, || status(0x63C3))
}

/// The same, with what the card then says of its counter.
fn present_then(
    answer: impl Fn() -> Reaction,
    counter: impl Fn() -> Reaction,
) -> (Result<TriesLeft, OperationError>, usize) {
    let flow = Flow::new(|link| async move {
        verify(&link, PIN, &Pin::new(b"4095").unwrap(), PinPolicy::default()).await
    });
    let mut is_presented = false;
    let (result, sent, _) = run(flow, LinkProfile::default(), |command| {
        if command.data() == b"4095" {
            is_presented = true;
            answer()
        } else if is_presented {
            counter()
        } else {
            status(0x63C3)
        }
    });
    (result, sent.iter().filter(|command| command.ends_with(b"4095")).count())
}

#[test]
fn a_pin_is_sent_once_whatever_the_card_answers() {
    for first in 0..=0xFF {
        for second in [0x00, 0x01, 0x10, 0x82, 0x84, 0x86, 0xC0, 0xC2, 0xFF] {
            let (result, times) = present(|| status(u16::from_be_bytes([first, second])));
            assert_eq!(times, 1, "{first:02X}{second:02X}");
            assert_eq!(result.is_ok(), (first, second) == (0x90, 0x00), "{first:02X}{second:02X}");
        }
    }
    for answer in [|| Reaction::Lost, || Reaction::Answer(vec![]), || Reaction::Answer(vec![0x90])] {
        let (result, times) = present_then(answer, || Reaction::Lost);
        assert!(result.unwrap_err().attempt().is_in_doubt());
        assert_eq!(times, 1);
    }
    let (result, _) = present(|| Reaction::NotSent);
    assert!(!result.unwrap_err().attempt().is_in_doubt());
}

/// `transmit` corrects Le and fetches more bytes, but not for a command that presents a secret.
#[test]
fn no_layer_sends_a_secret_again() {
    for word in [0x6C10, 0x6110, 0x6700, 0x6F00] {
        let flow = Flow::<(), OperationError>::new(|link| async move {
            let command = Command::verify(None, b"4095").map_err(ExchangeError::from)?;
            link.transmit(&command.expecting(ExpectedLength::MAX_SHORT)).await?;
            Ok(())
        });
        let (result, sent, _) = run(flow, LinkProfile::default(), |command| {
            status(if command.instruction() == Instruction::VERIFY { word } else { 0x9000 })
        });
        assert_eq!(sent.iter().filter(|command| command[1] == 0x20).count(), 1, "{word:04X}");
        assert_eq!(result.is_ok(), word == 0x6110, "{word:04X}");
    }
}

#[test]
fn what_became_of_the_try_is_named() {
    let fault = |fault| Err(OperationError::Verify { reference: PIN, fault });
    assert_eq!(present(|| status(0x63C2)).0, fault(VerifyFault::Wrong { left: Some(2) }));
    assert_eq!(present(|| status(0x6300)).0, fault(VerifyFault::Wrong { left: None }));
    assert_eq!(
        present_then(|| status(0x6984), || status(0x6984)).0,
        fault(VerifyFault::Wrong { left: Some(0) })
    );
    assert_eq!(present(|| status(0x9000)).0, Ok(TriesLeft::Limited(3)));
    // The card died in the middle of comparing, or answers nonsense: nobody knows, unless its counter can be read again.
    for word in
        [0x6F00, 0x6581, 0x6400, 0x6110, 0x6282, 0x0000, 0x9100, 0x6700, 0x6A88, 0x6984, 0x63C0, 0x6300]
    {
        for counter in [|| Reaction::Lost, || status(0x6F00), || status(0x6300)] {
            let error = present_then(|| status(word), counter).0.unwrap_err();
            assert!(error.attempt().is_in_doubt(), "{word:04X}: {error}");
        }
        for (counter, attempt) in [
            (0x63C2, Attempt::new(Spent::Yes, Some(2))),
            (0x6983, Attempt::new(Spent::Yes, Some(0))),
            (0x63C3, Attempt::NONE),
            (0x9000, Attempt::NONE),
        ] {
            let error = present_then(|| status(word), || status(counter)).0.unwrap_err();
            assert_eq!(error.attempt(), attempt, "{word:04X} {counter:04X}: {error}");
        }
    }
    // What sent nothing may lie.
    let error = present_then(|| Reaction::NotSent, || status(0x63C2)).0.unwrap_err();
    assert_eq!(error.attempt(), Attempt::new(Spent::Yes, Some(2)));
    assert!(present_then(|| Reaction::NotSent, || Reaction::Lost).0.unwrap_err().attempt().is_in_doubt());
    // Refused before it was compared.
    for word in [0x6700, 0x6882, 0x6982, 0x6985, 0x6A86, 0x6A88, 0x6D00, 0x6E00] {
        let error = present(|| status(word)).0.unwrap_err();
        assert!(!error.attempt().is_in_doubt(), "{word:04X}: {error}");
    }
}

#[test]
fn locked_is_what_the_card_says_twice() {
    for (words, left) in [
        ([0x6983, 0x6983], TriesLeft::Limited(0)),
        ([0x6984, 0x6984], TriesLeft::Limited(0)),
        ([0x6983, 0x63C3], TriesLeft::NotReported),
        ([0x6984, 0x6F00], TriesLeft::NotReported),
    ] {
        let mut words = words.into_iter();
        let flow = Flow::new(move |link| async move { tries_left(&link, PIN).await });
        let profile = LinkProfile { short_identifiers: Support::No, ..LinkProfile::default() };
        let (result, _, _) = run(flow, profile, |command| {
            status(if command.instruction() == Instruction::SELECT { 0x9000 } else { words.next().unwrap() })
        });
        assert_eq!(result, Ok(left));
    }
}

#[test]
fn no_pin_goes_out_unless_the_card_reports_tries_enough() {
    let run = |word: u16, policy| {
        let flow =
            Flow::new(
                move |link| async move { verify(&link, PIN, &Pin::new(b"4095").unwrap(), policy).await },
            );
        run(flow, LinkProfile::default(), |command| {
            assert!(command.data() != b"4095" || word == 0x63C1, "presented at {word:04X}");
            status(if command.data().is_empty() { word } else { 0x9000 })
        })
        .0
    };
    let fault = |fault| Err(OperationError::Verify { reference: PIN, fault });
    let careful = PinPolicy::default();
    assert_eq!(run(0x63C0, PinPolicy::LAST_TRY_ALLOWED), fault(VerifyFault::Locked));
    assert_eq!(run(0x63C0, PinPolicy { minimum_tries: 0 }), fault(VerifyFault::Locked));
    assert_eq!(run(0x6984, careful), fault(VerifyFault::Locked));
    assert_eq!(run(0x63C1, careful), fault(VerifyFault::TooFewTries { left: 1, minimum: 2 }));
    assert_eq!(run(0x63C1, PinPolicy::LAST_TRY_ALLOWED), Ok(TriesLeft::Limited(1)));
    assert_eq!(run(0x6300, PinPolicy::LAST_TRY_ALLOWED), fault(VerifyFault::CounterNotReported));
    assert_eq!(run(0x9000, careful), fault(VerifyFault::CounterNotReported));
}

#[test]
fn the_counter_is_asked_for_by_selection_where_short_identifiers_fail() {
    let ask = |selected: u16| {
        let flow = Flow::new(|link| async move { tries_left(&link, PIN).await });
        let (result, sent, _) = run(flow, LinkProfile::default(), |command| {
            status(match (command.instruction(), command.p2()) {
                (Instruction::SELECT, _) => selected,
                (_, 0x80) => 0x63C3,
                _ => 0x6A86,
            })
        });
        (result, sent)
    };
    let (result, sent) = ask(0x9000);
    assert_eq!(result, Ok(TriesLeft::Limited(3)));
    assert_eq!(
        sent,
        [
            &[0x00, 0x20, 0x00, 0x98][..],
            &[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, 0x18],
            &[0x00, 0x20, 0x00, 0x80]
        ]
    );
    let absent = OperationError::Verify { reference: PIN, fault: VerifyFault::NotFound };
    assert_eq!(ask(0x6A82).0, Err(absent));
}

/// Reading, asking for a counter and signing, on a card that refuses short identifiers by this word.
#[test]
fn a_refused_short_identifier_is_learned_once_by_whatever_meets_it() {
    const BYTES: &[u8] = &[0x04, 0x01, 0xAA];
    let card = |word: u16| {
        move |command: Command<'_>| match command.instruction() {
            Instruction::SELECT => status(0x9000),
            Instruction::VERIFY if command.p2() == 0x80 => status(0x63C3),
            Instruction::READ_BINARY if command.p1() & 0x80 == 0 => data(BYTES, 0x9000),
            Instruction::PERFORM_SECURITY_OPERATION if command.p2() == 0x80 => data(BYTES, 0x9000),
            _ => status(word),
        }
    };
    type New = fn() -> Flow<'static, Vec<u8>>;
    let operations: [(&str, New); 3] = [
        ("read", || {
            Flow::new(|link| async move { Ok(read_file(&link, FILE, Extent::Object).await?.to_vec()) })
        }),
        ("counter", || {
            Flow::new(|link| async move {
                assert_eq!(tries_left(&link, PIN).await?, TriesLeft::Limited(3));
                Ok(BYTES.to_vec())
            })
        }),
        ("sign", || {
            Flow::new(|link| async move { Ok(sign(&link, FILE, SignatureInput::Padded, &[0xAA]).await?) })
        }),
    ];
    for (name, operation) in operations {
        for word in [0x6700, 0x6986, 0x6A81, 0x6A82, 0x6A86, 0x6A88, 0x6B00] {
            let short = LinkProfile { short_identifiers: Support::Unknown, ..SHORT };
            let (result, sent, profile) = run(operation(), short, card(word));
            assert_eq!((result.as_deref(), sent.len()), (Ok(BYTES), 3), "{name} {word:04X}");
            assert_eq!(profile.short_identifiers, Support::No, "{name} {word:04X}");
            let (result, sent, _) = run(operation(), profile, card(word));
            assert_eq!((result.as_deref(), sent.len()), (Ok(BYTES), 2), "{name} {word:04X}");
        }
        // Anything else is an answer to the command itself.
        let (result, sent, profile) = run(operation(), SHORT, card(0x6985));
        assert_eq!((result.is_err(), sent.len(), profile), (true, 1, SHORT), "{name}");
    }
}

#[test]
fn a_command_longer_than_the_reader_carries_is_not_sent() {
    let flow = Flow::<(), OperationError>::new(|link| async move {
        link.transmit(
            &Command::sign(SignatureInput::Padded, Key::Current, &[0; 60]).map_err(ExchangeError::from)?,
        )
        .await?;
        Ok(())
    });
    let profile = LinkProfile { longest_command: 65, ..LinkProfile::default() };
    let (result, sent, _) = run(flow, profile, |_| status(0x9000));
    assert_eq!((result, sent.len()), (Err(ExchangeError::NotSent { exchange: 1 }.into()), 0));
}

#[test]
fn a_flow_that_is_driven_wrongly_says_so() {
    let mut idle = Flow::<(), OperationError>::new(|_| core::future::pending());
    let Step::Complete(Err(stalled)) = idle.start(LinkProfile::default()) else { panic!() };
    assert_eq!(stalled, ExchangeError::Stalled.into());

    let mut done = Flow::<(), OperationError>::new(|_| async { Ok(()) });
    assert!(matches!(done.start(LinkProfile::default()), Step::Complete(Ok(()))));
    let Step::Complete(Err(over)) = done.resume(Answer::Lost) else { panic!() };
    assert_eq!((over, over.blame()), (ExchangeError::AlreadyComplete.into(), Blame::Caller));
}

/// Runs one command through `transmit` and gives what went out.
fn transmit(
    command: Command<'static>,
    profile: LinkProfile,
    card: impl FnMut(Command<'_>) -> Reaction,
) -> (Result<usize, OperationError>, Vec<Vec<u8>>, LinkProfile) {
    let flow = Flow::new(move |link| async move { Ok(link.transmit(&command).await?.data().len()) });
    run(flow, profile, card)
}

#[test]
fn a_command_falls_back_to_short_lengths_and_the_card_is_remembered_for_it() {
    let challenge = Command::get_challenge(ExpectedLength::new(8).unwrap()).with_extended_lengths();
    for refusal in [0x6700, 0x6B00, 0x6C08] {
        let card = |command: Command<'_>| match command.form() {
            LengthForm::Extended => status(refusal),
            LengthForm::Short => data(&[0; 8], 0x9000),
        };
        let (result, sent, profile) = transmit(challenge, LinkProfile::default(), card);
        assert_eq!((result, sent.len(), profile.extended_length), (Ok(8), 2, Support::No), "{refusal:04X}");
        let (result, sent, _) = transmit(challenge, profile, card);
        assert_eq!((result, sent), (Ok(8), vec![vec![0x00, 0x84, 0x00, 0x00, 0x08]]));
    }
    let (result, sent, profile) = transmit(challenge, LinkProfile::default(), |_| status(0x6700));
    assert_eq!((result.is_err(), sent.len(), profile.extended_length), (true, 2, Support::Unknown));
}

#[test]
fn a_long_command_goes_out_as_a_chain_and_stops_where_the_card_refuses() {
    let long: &'static [u8] = &[0xA5; 600];
    let whole = Command::new(Class::INTERINDUSTRY, Instruction(0xDB), 0x3F, 0xFF).with_data(long).unwrap();
    let chained = |refuse_at: usize| {
        let flow = Flow::new(move |link| async move { Ok(link.transmit_chained(&whole).await?.status()) });
        let mut count = 0;
        run(flow, LinkProfile::default(), move |_| {
            count += 1;
            status(if count == refuse_at { 0x6884 } else { 0x9000 })
        })
    };
    let (result, sent, _) = chained(0);
    assert_eq!(result, Ok(StatusWord::SUCCESS));
    assert_eq!(sent.iter().map(|link| link[0]).collect::<Vec<_>>(), [0x10, 0x10, 0x00]);
    assert_eq!(sent.iter().map(|link| link[4]).collect::<Vec<_>>(), [255, 255, 90]);
    let (result, sent, _) = chained(2);
    assert_eq!((result.is_err(), sent.len()), (true, 2));

    let fits =
        Command::new(Class::INTERINDUSTRY, Instruction(0xDB), 0x3F, 0xFF).with_data(&long[..255]).unwrap();
    let flow = Flow::<_, OperationError>::new(move |link| async move {
        Ok(link.transmit_chained(&fits).await?.status())
    });
    let (_, sent, _) = run(flow, LinkProfile::default(), |_| status(0x9000));
    assert_eq!((sent.len(), sent[0][0]), (1, 0x00), "what fits goes out as one command");

    let proprietary = Command::sign(SignatureInput::Padded, Key::Current, long).unwrap();
    let flow = Flow::new(move |link| async move { Ok(link.transmit_chained(&proprietary).await?.status()) });
    let (result, sent, _) = run(flow, LinkProfile::default(), |_| status(0x9000));
    assert_eq!((result.unwrap_err().blame(), sent.len()), (Blame::Caller, 0));
}

/// A card without VERIFY, or one that wants its own conditions first: no PIN is risked on it.
#[test]
fn a_counter_that_is_refused_ends_the_verification() {
    for word in [0x6D00, 0x6985, 0x6F00] {
        let (result, sent, _) = run(
            Flow::<_, OperationError>::new(|link| async move {
                verify(&link, PIN, &Pin::new(b"4095").unwrap(), PinPolicy::default()).await
            }),
            LinkProfile::default(),
            |command| status(if command.instruction() == Instruction::SELECT { 0x9000 } else { word }),
        );
        let error = result.unwrap_err();
        assert_eq!((error.code(), error.attempt().is_in_doubt()), ("apdu.status", false), "{word:04X}");
        assert!(sent.iter().all(|command| !command.ends_with(b"4095")));
    }
}

#[test]
fn an_operation_moves_to_another_thread_between_two_steps() {
    let mut flow = Flow::<_, OperationError>::new(|link| async move {
        let first = link.transmit(&Command::get_challenge(ExpectedLength::MAX_SHORT)).await?.into_data();
        let second = link.transmit(&Command::get_challenge(ExpectedLength::MAX_SHORT)).await?.into_data();
        Ok((first, second))
    });
    let Step::Transmit(_) = flow.start(LinkProfile::default()) else { panic!("it has a first command") };
    let mut flow = std::thread::spawn(move || {
        let Step::Transmit(_) = flow.resume(Answer::Response(&[1, 0x90, 0])) else { panic!("and a second") };
        flow
    })
    .join()
    .unwrap();
    let Step::Complete(Ok((first, second))) = flow.resume(Answer::Response(&[2, 0x90, 0])) else {
        panic!("and no more")
    };
    assert_eq!((&first[..], &second[..]), (&[1][..], &[2][..]));
}
