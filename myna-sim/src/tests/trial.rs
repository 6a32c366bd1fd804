//! Card, host and model side by side, step by step.

use super::host::{Host, session_key_command};
use super::model::{Event, Expected, Model};
use super::on_card::Holds::{Data, Records};
use super::on_card::{
    APPLICATIONS, COMMON, Contents, FILES, JPKI, REFERENCES, RESIDENT_REGISTER, TEXT, references_of, select,
    succeed, with_data,
};
use super::step::{Name, Step};
use super::{Counters, SimulatedCard};

/// Card, host and model side by side.
pub(crate) struct Trial<'c> {
    card: &'c mut SimulatedCard,
    model: Model<'c>,
    host: Option<Host>,
    /// Session keys made so far, and what came out of each session: no cryptogram may come twice.
    sessions: u8,
    cryptograms: Vec<Vec<u8>>,
    challenges: Vec<Vec<u8>>,
    last_sealed: Option<Vec<u8>>,
}

impl<'c> Trial<'c> {
    /// A card as [`Contents::of`] left it.
    pub(crate) fn new(card: &'c mut SimulatedCard, contents: &'c Contents) -> Self {
        Self {
            card,
            model: Model::new(contents),
            host: None,
            sessions: 0,
            cryptograms: Vec::new(),
            challenges: Vec::new(),
            last_sealed: None,
        }
    }

    /// Does it, and tells where card and model part.
    pub(crate) fn carry_out(&mut self, step: &Step) -> Result<(), String> {
        let before = REFERENCES.map(|(.., tries)| tries(self.card));
        let counters = self.card.counters();
        let known = self.model.history.len();
        let (command, expected) = match step {
            Step::PowerCycle => {
                self.card.power_off();
                self.card.power_on();
                self.model.history.push(Event::PowerLost);
                return self.compare_counters(before, None);
            }
            Step::WarmReset => {
                self.card.reset();
                return self.compare_counters(before, None);
            }
            step => self.prepare(step),
        };
        let mut answer = self.card.transmit(&command);
        let Some(status) = answer.split_last_chunk::<2>().map(|(_, status)| u16::from_be_bytes(*status))
        else {
            return Err(format!("an answer of {} bytes", answer.len()));
        };
        answer.truncate(answer.len() - 2);
        if status != 0x9000 && !answer.is_empty() {
            return Err(format!("{step:?} gets data with {status:04X}"));
        }
        if command.first() == Some(&0x08) && !answer.is_empty() && !matches!(step, Step::Raw(_)) {
            if self.cryptograms.contains(&answer) {
                return Err("a cryptogram came twice: a vector was used again".to_owned());
            }
            self.cryptograms.push(answer.clone());
            answer = self
                .host
                .as_ref()
                .and_then(|host| host.opened(&answer))
                .ok_or("an enciphered answer is not under the vector of its command")?;
        }
        let good = match &expected {
            Expected::Data(data) => status == 0x9000 && answer == *data,
            Expected::Length(length) => status == 0x9000 && answer.len() == *length,
            Expected::Status(word) => status == *word,
            Expected::Refused => !matches!(status >> 8, 0x61 | 0x62 | 0x90) && status & 0xFFF0 != 0x63C0,
            Expected::Anything => true,
        };
        if !good {
            let length = answer.len();
            return Err(format!("{step:?} gets {status:04X} and {length} bytes, not {expected:02X?}"));
        }
        if let Step::Challenge(_) = step {
            if answer.len() >= 16 && self.challenges.contains(&answer) {
                return Err("a challenge came twice".to_owned());
            }
            self.challenges.push(answer);
        } else if matches!(expected, Expected::Data(_)) {
            // These bytes, by the model's own account of rights.
        } else if let Some((application, file)) = self.leaked(&answer) {
            return Err(format!("{step:?} gave bytes of EF {file:04X} of application {application} away"));
        }
        if let Step::Raw(_) = step {
            // Whatever it was: a counter rises by its PIN only. Then card and model start from the same place.
            for (place, (.., tries)) in REFERENCES.into_iter().enumerate() {
                let right = self.model.value(place);
                let presented = command.windows(right.len()).any(|window| window == right);
                if tries(self.card) > before[place] && !presented {
                    return Err(format!("{step:02X?} makes a counter rise"));
                }
            }
            self.card.set_counters(counters);
            self.card.power_off();
            self.card.power_on();
            self.model.history.push(Event::PowerLost);
        }
        let compared = self.model.history[known..].iter().find_map(|event| match event {
            Event::Compared(reference, true) => Some(*reference),
            _ => None,
        });
        self.compare_counters(before, compared)
    }

    /// Gives the card its first PINs and tries back.
    pub(crate) fn restore(self) {
        self.card.set_counters(Counters::default());
        for (place, (application, reference, ..)) in REFERENCES.into_iter().enumerate() {
            let changed = self
                .model
                .history
                .iter()
                .any(|event| matches!(event, Event::Changed(one, _) if *one == place));
            if changed {
                let command: [u8; 4] = match application {
                    JPKI | TEXT => [0x00, 0x24, 0x01, 0x80 | reference],
                    _ => [0x80, 0x32, 0x00, 0x80 | reference],
                };
                succeed(self.card, &select(APPLICATIONS[application]));
                succeed(
                    self.card,
                    &with_data([0x00, 0x20, 0x00, 0x80 | reference], &self.model.value(place)),
                );
                succeed(self.card, &with_data(command, self.model.contents.initial(place)));
            }
        }
        self.card.power_off();
        self.card.power_on();
    }

    /// The command, and what it must get. What it does goes into the history now: whether it did is about to be compared.
    fn prepare(&mut self, step: &Step) -> (Vec<u8>, Expected) {
        match *step {
            Step::SelectApplication(application) => {
                self.model.history.push(Event::Application(application));
                (select(APPLICATIONS[application]), Expected::Status(0x9000))
            }
            Step::SelectForeign => {
                (select(&[0xE8, 0x28, 0xBD, 0x08, 0x0F, 0xA0, 0x00]), Expected::Status(0x6A82))
            }
            Step::SelectFile(file) => {
                let command = vec![0x00, 0xA4, 0x02, 0x0C, 0x02, 0x00, file];
                (command, self.model.select_file(file))
            }
            Step::Ask(name) => (vec![0x00, 0x20, 0x00, p2(name)], self.model.verify(name, &[])),
            Step::Verify(name, value) => {
                let value = self.model.resolve(name, value);
                (with_data([0x00, 0x20, 0x00, p2(name)], &value), self.model.verify(name, &value))
            }
            Step::Change(name, value) => {
                let value = self.model.resolve(name, value);
                let command = with_data([0x00, 0x24, 0x01, p2(name)], &value);
                (command, self.model.change(name, &value, &[(JPKI, 0x18), (JPKI, 0x1B), (TEXT, 0x11)]))
            }
            Step::ChangeKey(name, value) => {
                let value = self.model.resolve(name, value);
                let command = with_data([0x80, 0x32, 0x00, p2(name)], &value);
                (command, self.model.change(name, &value, &[(RESIDENT_REGISTER, 0x1C), (COMMON, 0x1C)]))
            }
            Step::Read(name, offset, length) => {
                let [high, low] = offset.to_be_bytes();
                let (p1, offset) = match name {
                    Name::Short(short) => (0x80 | short, u16::from(low)),
                    Name::Current | Name::Own => (high & 0x7F, offset & 0x7FFF),
                };
                let expected = self.model.read(name, offset, length);
                let command = [&[0x00, 0xB0, p1, low], le(length).as_slice()].concat();
                (command, expected)
            }
            Step::ReadRecord(name, number) => {
                let short = if let Name::Short(short) = name { short } else { 0 };
                (vec![0x00, 0xB2, number, short << 3 | 4, 0x00], self.model.read_record(name, number))
            }
            Step::Sign(name) => (vec![0x80, 0x2A, 0x00, p2(name), 0x01, 0xAA, 0x00], self.model.sign(name)),
            Step::Challenge(length) => {
                let length = if length == 0 { 256 } else { usize::from(length) };
                (vec![0x00, 0x84, 0x00, 0x00, length.to_le_bytes()[0]], Expected::Length(length))
            }
            Step::GetData(tag) => {
                let [high, low] = tag.to_be_bytes();
                (vec![0x00, 0xCA, high, low, 0x00], Expected::Anything)
            }
            Step::StartSession(good) => self.start_session(good),
            Step::ProtectedSelect(file) => {
                let command = self.host().sealed([0x08, 0xA4, 0x02, 0x0C], &[0x00, file]);
                let expected =
                    if self.model.has_session() { self.model.select_file(file) } else { Expected::Refused };
                (command, expected)
            }
            Step::ProtectedAsk(reference) => {
                self.host().commands += 1;
                let expected = if self.model.has_session() {
                    self.model.verify(Name::Short(reference), &[])
                } else {
                    Expected::Refused
                };
                (vec![0x08, 0x20, 0x00, 0x80 | reference], expected)
            }
            Step::ProtectedVerify(reference, value) => {
                let value = self.model.resolve(Name::Short(reference), value);
                let command = self.host().sealed([0x08, 0x20, 0x00, 0x80 | reference], &value);
                self.last_sealed = Some(command.clone());
                let expected = if self.model.has_session() {
                    self.model.verify(Name::Short(reference), &value)
                } else {
                    Expected::Refused
                };
                (command, expected)
            }
            Step::ProtectedRead(file, length) => {
                let command = self.host().read_command(file, length);
                let length = if length == 0 { 65_536 } else { length.into() };
                let expected = if self.model.has_session() {
                    self.model.read(Name::Short(file), 0, length)
                } else {
                    Expected::Refused
                };
                (command, expected)
            }
            Step::Replay(reference) => self.replay(reference),
            Step::Raw(ref bytes) => (bytes.clone(), Expected::Anything),
            Step::PowerCycle | Step::WarmReset => (Vec::new(), Expected::Anything),
        }
    }

    fn start_session(&mut self, good: bool) -> (Vec<u8>, Expected) {
        self.sessions += 1;
        let tag = if good { 0x80 } else { 0x81 };
        let message = [&[0xA0, 0x22, tag, 0x20], [self.sessions; 32].as_slice()].concat();
        // `A1 82 0109 90 03 010001 91 82 0100 <modulus>`.
        let modulus = &self.model.contents.file(TEXT, 0x06)[13..];
        let command = session_key_command(modulus, &message);
        let pin = references_of(TEXT).find(|(_, row)| row.1 == 0x11).map(|(place, _)| place);
        let expected = match self.model.application() {
            TEXT if !pin.is_some_and(|pin| self.model.is_verified(pin)) => Expected::Status(0x6982),
            TEXT if !good => Expected::Status(0x6A80),
            TEXT => {
                self.model.history.push(Event::SessionBegun);
                self.host = Some(Host::new([self.sessions; 16]));
                self.last_sealed = None;
                Expected::Status(0x9000)
            }
            JPKI | RESIDENT_REGISTER => Expected::Status(0x6982),
            _ => Expected::Status(0x66F1),
        };
        (command, expected)
    }

    /// An old command under a new vector: nearly always refused, and the session with it. Where chance makes its padding right,
    /// it is a VERIFY of what came out.
    fn replay(&mut self, reference: u8) -> (Vec<u8>, Expected) {
        let Some(mut command) = self.last_sealed.clone().filter(|_| self.model.has_session()) else {
            return (vec![0x08, 0x20, 0x00, 0x80 | reference], self.protected_ask(reference));
        };
        command[3] = 0x80 | reference;
        self.host().commands += 1;
        match self.host().opened(&command[5..]) {
            Some(value) => (command, self.model.verify(Name::Short(reference), &value)),
            None => {
                self.model.history.push(Event::SessionLost);
                (command, Expected::Status(0x6988))
            }
        }
    }

    fn protected_ask(&mut self, reference: u8) -> Expected {
        self.host().commands += 1;
        if self.model.has_session() {
            self.model.verify(Name::Short(reference), &[])
        } else {
            Expected::Refused
        }
    }

    /// The host of the session, or one that nobody listens to.
    fn host(&mut self) -> &mut Host {
        self.host.get_or_insert_with(|| Host::new([0; 16]))
    }

    fn compare_counters(&self, before: [u8; 10], compared: Option<usize>) -> Result<(), String> {
        for (place, (application, reference, _, tries)) in REFERENCES.into_iter().enumerate() {
            let (left, expected) = (usize::from(tries(self.card)), self.model.tries_left(place));
            if left > usize::from(before[place]) && compared != Some(place) {
                return Err(format!("a counter rose without its PIN: {application} {reference:02X}"));
            }
            if left != expected {
                return Err(format!("{application} {reference:02X} has {left} tries, not {expected}"));
            }
        }
        Ok(())
    }

    /// The EF these bytes come from, when nobody has the right to it and they stand in no other that may be read.
    fn leaked(&self, data: &[u8]) -> Option<(usize, u8)> {
        // Shorter ones are anywhere.
        if data.len() < 16 || data.iter().all(|byte| *byte == 0xFF) {
            return None;
        }
        let stands_in = |bytes: &[u8]| bytes.windows(data.len()).any(|window| window == data);
        let here = self.model.application();
        let may_be_read = |application: usize, file: u8| match FILES
            .iter()
            .find(|row| (row.0, row.1) == (application, file))
        {
            Some((.., Data(by))) => {
                by.is_empty() || application == here && self.model.is_opened(application, by)
            }
            Some((.., Records)) => true,
            _ => false,
        };
        let mut closed = None;
        for (application, file, bytes) in &self.model.contents.files {
            if !stands_in(bytes) {
                continue;
            }
            if may_be_read(*application, *file) {
                return None;
            }
            closed = Some((*application, *file));
        }
        closed
    }
}

fn p2(name: Name) -> u8 {
    match name {
        Name::Current => 0x80,
        Name::Short(short) => 0x80 | short,
        Name::Own => 0x00,
    }
}

fn le(length: u32) -> Vec<u8> {
    // 256, and 65 536 in an extended field, are written as 0.
    let [.., high, low] = length.to_be_bytes();
    if length <= 256 { vec![low] } else { vec![0x00, high, low] }
}
