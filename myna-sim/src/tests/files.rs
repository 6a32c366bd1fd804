//! Every EF of the card in every security status by every form of command: data or a status word.
//!
//! What is on the card stands in one table, [`FILES`](super::on_card::FILES); which status a story leads to stands in [`states`];
//! what each form must give follows from both, in [`expected`].

use super::on_card::{
    APPLICATIONS, COMMON, Contents, FILES, Holds, JPKI, REFERENCES, RESIDENT_REGISTER, TEXT, VISUAL,
    references_of, select, with_data,
};
use super::*;

/// A way to ask for an EF.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// SELECT EF, then READ BINARY from this place of the file on.
    Selected(At, Ne),
    /// READ BINARY by short identifier: the place must lie below 256.
    Short(At, Ne),
    /// SELECT EF, then READ RECORD of this number.
    SelectedRecord(u8),
    /// READ RECORD by short identifier.
    ShortRecord(u8),
}

/// Where in the file.
#[derive(Debug, Clone, Copy)]
enum At {
    Start,
    Offset(usize),
    /// So many bytes before the end.
    BeforeEnd(usize),
    /// So many bytes behind it.
    BehindEnd(usize),
    /// `7FFF`, the last that can be written.
    Last,
}

/// How much is asked for.
#[derive(Debug, Clone, Copy)]
enum Ne {
    One,
    Short256,
    Extended300,
    Extended65536,
}

const FORMS: [Form; 20] = [
    Form::Selected(At::Start, Ne::One),
    Form::Selected(At::Start, Ne::Short256),
    Form::Selected(At::Start, Ne::Extended300),
    Form::Selected(At::Start, Ne::Extended65536),
    Form::Selected(At::Offset(5), Ne::Short256),
    Form::Selected(At::BeforeEnd(3), Ne::Short256),
    Form::Selected(At::BeforeEnd(1), Ne::Extended65536),
    Form::Selected(At::BehindEnd(0), Ne::Short256),
    Form::Selected(At::BehindEnd(0), Ne::Extended65536),
    Form::Selected(At::BehindEnd(1), Ne::One),
    Form::Selected(At::Last, Ne::Short256),
    Form::Short(At::Start, Ne::One),
    Form::Short(At::Start, Ne::Short256),
    Form::Short(At::Start, Ne::Extended300),
    Form::Short(At::Start, Ne::Extended65536),
    Form::Short(At::Offset(255), Ne::Short256),
    Form::SelectedRecord(1),
    Form::SelectedRecord(2),
    Form::ShortRecord(1),
    Form::ShortRecord(2),
];

/// What was done to the card before, the application that is current then, and the references verified in it.
struct State {
    name: String,
    commands: Vec<Vec<u8>>,
    /// Power taken away and given after the commands, or a warm reset.
    reset: Reset,
    /// After the reset.
    then: Vec<Vec<u8>>,
    verified: Vec<u8>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Reset {
    None,
    Warm,
    Cold,
}

/// Each status an application can be in, and each event that must or must not change it.
fn states(application: usize, contents: &Contents) -> Vec<State> {
    let here = select(APPLICATIONS[application]);
    let elsewhere = select(APPLICATIONS[if application == JPKI { TEXT } else { JPKI }]);
    let references: Vec<(u8, Vec<u8>)> = references_of(application)
        .map(|(place, (_, reference, ..))| (reference, contents.initial(place).to_vec()))
        .collect();
    let verify = |reference: u8, value: &[u8]| with_data([0x00, 0x20, 0x00, 0x80 | reference], value);
    let state = |name: String, commands: Vec<Vec<u8>>, verified: Vec<u8>| State {
        name,
        commands: [vec![here.clone()], commands].concat(),
        reset: Reset::None,
        then: Vec::new(),
        verified,
    };
    let all: Vec<u8> = references.iter().map(|(reference, _)| *reference).collect();
    let right: Vec<Vec<u8>> = references.iter().map(|(reference, value)| verify(*reference, value)).collect();
    let wrong: Vec<Vec<u8>> = references.iter().map(|(reference, _)| verify(*reference, b"0")).collect();
    let mut states = vec![
        state("no PIN".to_owned(), Vec::new(), Vec::new()),
        state("wrong PINs".to_owned(), wrong.clone(), Vec::new()),
        state("every PIN".to_owned(), right.clone(), all.clone()),
        state("right, then wrong".to_owned(), [right.clone(), wrong].concat(), Vec::new()),
        state(
            "asked only".to_owned(),
            all.iter().map(|one| vec![0x00, 0x20, 0x00, 0x80 | one]).collect(),
            Vec::new(),
        ),
        state("SELECT of the same".to_owned(), [right.clone(), vec![here.clone()]].concat(), all.clone()),
        state(
            "another and back".to_owned(),
            [right.clone(), vec![elsewhere.clone(), here.clone()]].concat(),
            Vec::new(),
        ),
        state(
            "the ISD and back".to_owned(),
            [right.clone(), vec![select(APPLICATIONS[0]), here.clone()]].concat(),
            Vec::new(),
        ),
    ];
    for (place, (reference, _)) in references.iter().enumerate() {
        states.push(state(format!("{reference:02X} alone"), vec![right[place].clone()], vec![*reference]));
    }
    // The right PINs of another application, presented there.
    let foreign: Vec<Vec<u8>> = REFERENCES
        .iter()
        .enumerate()
        .filter(|(_, row)| row.0 != application)
        .flat_map(|(place, row)| [select(APPLICATIONS[row.0]), verify(row.1, contents.initial(place))])
        .collect();
    states.push(state(
        "the PINs of the others".to_owned(),
        [foreign, vec![here.clone()]].concat(),
        Vec::new(),
    ));
    for (name, reset, verified) in
        [("warm reset", Reset::Warm, all), ("power off and on", Reset::Cold, Vec::new())]
    {
        let before = state(name.to_owned(), right.clone(), verified);
        states.push(State { reset, then: vec![here.clone()], ..before });
    }
    states
}

/// The answer to a form, data and status word.
fn expected(holds: Holds, bytes: &[u8], verified: &[u8], form: Form) -> (Vec<u8>, u16) {
    let refused = |status| (Vec::new(), status);
    let (at, ne) = match (form, holds) {
        (Form::SelectedRecord(1) | Form::ShortRecord(1), Holds::Records) => return (bytes.to_vec(), 0x9000),
        (Form::SelectedRecord(_) | Form::ShortRecord(_), Holds::Records) => return refused(0x6A83),
        (Form::SelectedRecord(_) | Form::ShortRecord(_), _) => return refused(0x6981),
        (_, Holds::ClosedData) => return refused(0x6982),
        (Form::Selected(at, ne) | Form::Short(at, ne), Holds::Data(by)) => {
            if !by.is_empty() && !by.iter().any(|one| verified.contains(one)) {
                return refused(0x6982);
            }
            (at, ne)
        }
        _ => return refused(0x6981),
    };
    let offset = at.within(bytes.len());
    let most = match ne {
        Ne::One => 1,
        Ne::Short256 => 256,
        Ne::Extended300 => 300,
        Ne::Extended65536 => 65_536,
    };
    match bytes.get(offset..) {
        None | Some([]) => refused(0x6B00),
        Some(rest) => (rest[..rest.len().min(most)].to_vec(), 0x9000),
    }
}

impl At {
    fn within(self, length: usize) -> usize {
        match self {
            Self::Start => 0,
            Self::Offset(offset) => offset,
            Self::BeforeEnd(bytes) => length.saturating_sub(bytes),
            Self::BehindEnd(bytes) => length + bytes,
            Self::Last => 0x7FFF,
        }
    }
}

impl Form {
    fn commands(self, file: u8, length: usize) -> Vec<Vec<u8>> {
        let selected = vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file];
        let read = |p1: u8, p2: u8, ne: Ne| {
            let le: &[u8] = match ne {
                Ne::One => &[0x01],
                Ne::Short256 => &[0x00],
                Ne::Extended300 => &[0x00, 0x01, 0x2C],
                Ne::Extended65536 => &[0x00, 0x00, 0x00],
            };
            [&[0x00, 0xB0, p1, p2], le].concat()
        };
        match self {
            Self::Selected(at, ne) => {
                let [high, low] = u16::try_from(at.within(length)).unwrap().to_be_bytes();
                vec![selected, read(high, low, ne)]
            }
            Self::Short(at, ne) => vec![read(0x80 | file, u8::try_from(at.within(length)).unwrap(), ne)],
            Self::SelectedRecord(number) => vec![selected, vec![0x00, 0xB2, number, 0x04, 0x00]],
            Self::ShortRecord(number) => vec![vec![0x00, 0xB2, number, file << 3 | 0x04, 0x00]],
        }
    }
}

/// Data and status word of the last of some commands; those before it must succeed.
fn last_answer(card: &mut SimulatedCard, commands: &[Vec<u8>]) -> (Vec<u8>, u16) {
    let mut last = (Vec::new(), 0x9000);
    for command in commands {
        assert_eq!(last.1, 0x9000, "before {command:02X?}");
        let mut answer = card.transmit(command);
        let status = answer.split_off(answer.len() - 2);
        last = (answer, u16::from_be_bytes([status[0], status[1]]));
    }
    last
}

fn enter(card: &mut SimulatedCard, state: &State) {
    card.set_counters(Counters::default());
    card.power_off();
    card.power_on();
    for command in &state.commands {
        card.transmit(command);
    }
    match state.reset {
        Reset::None => {}
        Reset::Warm => card.reset(),
        Reset::Cold => {
            card.power_off();
            card.power_on();
        }
    }
    for command in &state.then {
        card.transmit(command);
    }
}

fn every_form_of_every_file(application: usize) {
    let mut card = card();
    let contents = Contents::of(&mut card, &persona().number_b(today()).unwrap());
    let mut answers = 0;
    for state in states(application, &contents) {
        enter(&mut card, &state);
        for (_, file, holds) in FILES.iter().filter(|row| row.0 == application) {
            let bytes = contents.file(application, *file);
            for form in FORMS {
                let answer = last_answer(&mut card, &form.commands(*file, bytes.len()));
                let expected = expected(*holds, bytes, &state.verified, form);
                let place = format!("EF {file:04X} of application {application}, {}, {form:?}", state.name);
                assert_eq!(StatusWord(answer.1), StatusWord(expected.1), "{place}");
                assert!(answer.0 == expected.0, "{place}: other bytes");
                answers += 1;
            }
        }
    }
    let files = FILES.iter().filter(|row| row.0 == application).count();
    assert_eq!(answers, files * FORMS.len() * states(application, &contents).len());
}

#[test]
fn section_2_1_every_file_of_the_jpki_application() {
    every_form_of_every_file(JPKI);
}

#[test]
fn section_2_2_every_file_of_the_text_application() {
    every_form_of_every_file(TEXT);
}

#[test]
fn section_2_3_every_file_of_the_visual_application() {
    every_form_of_every_file(VISUAL);
}

#[test]
fn section_2_5_every_file_of_the_common_and_the_resident_register_application() {
    every_form_of_every_file(COMMON);
    every_form_of_every_file(RESIDENT_REGISTER);
}

#[test]
fn section_2_there_is_no_other_file() {
    let mut card = card();
    for (application, name) in APPLICATIONS.iter().enumerate() {
        assert_eq!(card.transmit(&select(name)), [0x90, 0x00]);
        for absent in
            (0x00..=0x30_u8).filter(|file| !FILES.iter().any(|row| (row.0, row.1) == (application, *file)))
        {
            let answer = card.transmit(&[0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, absent]);
            assert_eq!(answer, [0x6A, 0x82], "EF {absent:04X} of application {application}");
            if (0x01..=0x1E).contains(&absent) {
                assert_eq!(card.transmit(&[0x00, 0xB0, 0x80 | absent, 0x00, 0x00]), [0x6A, 0x82]);
                assert_eq!(card.transmit(&[0x00, 0xB2, 0x01, absent << 3 | 4, 0x00]), [0x6A, 0x82]);
            }
        }
    }
}

/// EFs whose length is known, in bytes.
#[test]
fn section_2_lengths() {
    let mut card = card();
    let contents = Contents::of(&mut card, &persona().number_b(today()).unwrap());
    for (application, file, length) in [
        (JPKI, 0x06, 160),
        (JPKI, 0x08, 3),
        (TEXT, 0x01, 17),
        (TEXT, 0x03, 336),
        (TEXT, 0x04, 568),
        (TEXT, 0x05, 164),
        (TEXT, 0x06, 269),
        (TEXT, 0x07, 536),
        (TEXT, 0x08, 16),
        (VISUAL, 0x01, 547),
        (VISUAL, 0x03, 320),
        (VISUAL, 0x04, 568),
        (VISUAL, 0x06, 16),
        (RESIDENT_REGISTER, 0x02, 16),
        (COMMON, 0x01, 30),
        (COMMON, 0x02, 16),
    ] {
        assert_eq!(contents.file(application, file).len(), length, "{application} {file:04X}");
    }
}

/// Which PIN each key of the JPKI application needs, and which EFs are no keys.
#[test]
fn section_2_1_who_may_sign() {
    let mut card = card();
    let contents = Contents::of(&mut card, &persona().number_b(today()).unwrap());
    for state in states(JPKI, &contents) {
        enter(&mut card, &state);
        for (_, file, holds) in FILES.iter().filter(|row| row.0 == JPKI) {
            let status = match holds {
                Holds::Key(by) if by.iter().any(|one| state.verified.contains(one)) => 0x9000,
                Holds::Key(_) => 0x6982,
                _ => 0x6981,
            };
            let place = format!("EF {file:04X}, {}", state.name);
            assert_eq!(card.ask(&format!("802A00{:02X} 01 AA 00", 0x80 | file)).1, status, "{place}");
            card.expect(&[(&format!("00A4020C0200{file:02X}"), 0x9000)]);
            assert_eq!(card.ask("802A0080 01 AA 00").1, status, "{place}, selected");
        }
    }
}

#[test]
fn a_card_without_a_signature_certificate() {
    let mut card = SimulatedCard::new(&Persona::built_in("preschool").unwrap(), today()).unwrap();
    card.expect(&[
        (SELECT_JPKI, 0x9000),
        ("00A4020C 02 0001", 0x6A82),
        ("00A4020C 02 001A", 0x6A82),
        ("00A4020C 02 0002", 0x9000),
        ("0020009B", 0x63C0),
        ("00B08A00 00", 0x9000),
    ]);
    assert_eq!(card.get("00B08800 00"), [0x00, 0x8F, 0x00]);
    let mut card = super::card();
    card.expect(&[(SELECT_JPKI, 0x9000)]);
    assert_eq!(card.get("00B08800 00"), [0x8F, 0x8F, 0x00]);
}
