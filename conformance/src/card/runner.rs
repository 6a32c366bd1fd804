use std::collections::{BTreeMap, BTreeSet};

use myna_apdu::{Command, ExpectedLength, FileIdentifier, Pin, ShortFileIdentifier, StatusWord};
use myna_transport::{Transport, TransportError};
use zeroize::Zeroizing;

use super::line::{Answer, Line};
use super::trouble::Trouble;
use super::{CardSource, Pins, RunConsent, judge};
use crate::catalogue::{Action, Case, CaseStep, Catalogue, Naming, Phase, PinValue, StepPlace, Unit, Values};
use crate::report::{CaseReport, CaseVerdict, RunReport};
use crate::{Ics, IcsError, PinName};

/// Runs a catalogue against a card.
///
/// Each case begins with a card that was powered off and on. A PIN is presented only after its counter was read, and on a
/// real card only when two tries or more are left; a PIN that a real card refused, or after which it fell silent, is not
/// presented again in the same run.
#[derive(Debug)]
pub struct Runner<'a> {
    catalogue: &'a Catalogue,
    ics: &'a Ics,
    pins: &'a Pins,
    consent: RunConsent,
    prefixes: Vec<String>,
}

impl<'a> Runner<'a> {
    /// Every case that reads only; on a simulated card, every case.
    #[must_use]
    pub fn new(catalogue: &'a Catalogue, ics: &'a Ics, pins: &'a Pins) -> Self {
        Self { catalogue, ics, pins, consent: RunConsent::read_only(), prefixes: Vec::new() }
    }

    /// The same, and what is agreed to.
    #[must_use]
    pub fn with_consent(mut self, consent: RunConsent) -> Self {
        self.consent = consent;
        self
    }

    /// Only cases below one of these prefixes, such as `PIN` or `FS.READ`; without any, all.
    #[must_use]
    pub fn only(mut self, prefixes: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.prefixes = prefixes.into_iter().map(Into::into).collect();
        self
    }

    /// Runs the cases in order. Whatever the card does is in the report.
    ///
    /// # Errors
    ///
    /// [`IcsError`] when the statement cannot be about this card; then nothing was sent.
    pub fn run(&self, source: &mut dyn CardSource) -> Result<RunReport, IcsError> {
        self.ics.check_card(source.is_simulated())?;
        let mut distrusted = BTreeSet::new();
        let mut cases = Vec::new();
        for unit in self.catalogue.units() {
            for case in unit.cases.iter().filter(|case| self.is_selected(case)) {
                cases.push(self.run_case(unit, case, source, &mut distrusted));
            }
        }
        Ok(RunReport::new(self.ics, source.name(), cases))
    }

    fn is_selected(&self, case: &Case) -> bool {
        self.prefixes.is_empty() || self.prefixes.iter().any(|prefix| case.id.is_below(prefix))
    }

    fn run_case(
        &self,
        unit: &Unit,
        case: &Case,
        source: &mut dyn CardSource,
        distrusted: &mut BTreeSet<PinName>,
    ) -> CaseReport {
        let is_simulated = source.is_simulated();
        if let Some((verdict, reason)) = self.reason_not_to_run(case, is_simulated, distrusted) {
            return CaseReport::not_run(case, verdict, reason);
        }
        if let Err(error) = source.renew() {
            return CaseReport::not_run(case, CaseVerdict::HarnessError, format!("no new card: {error}"));
        }
        let mut run = CaseRun::new(case, &unit.values, self.pins, is_simulated, distrusted);
        while !run.is_over() {
            match source.connect() {
                Ok(mut transport) => run.carry_on(&mut *transport),
                Err(error) => run.give_up(&error),
            }
        }
        run.into_report()
    }

    fn reason_not_to_run(
        &self,
        case: &Case,
        is_simulated: bool,
        distrusted: &BTreeSet<PinName>,
    ) -> Option<(CaseVerdict, String)> {
        if let Some(denial) = case.requires.iter().find_map(|capability| self.ics.denial(*capability)) {
            return Some((CaseVerdict::NotApplicable, denial));
        }
        if !is_simulated && let Some(objection) = self.consent.objection(case, self.ics) {
            return Some((CaseVerdict::Skipped, objection));
        }
        for pin in case.pins() {
            if self.pins.right(pin).is_none() {
                return Some((CaseVerdict::Skipped, format!("no PIN is given: {}", pin.variable())));
            }
            if distrusted.contains(&pin) {
                return Some((
                    CaseVerdict::Skipped,
                    format!("{pin} went wrong before; it is not presented again"),
                ));
            }
        }
        None
    }
}

/// One case on its way.
struct CaseRun<'a> {
    case: &'a Case,
    pins: &'a Pins,
    is_simulated: bool,
    distrusted: &'a mut BTreeSet<PinName>,
    plan: Vec<(StepPlace, &'a CaseStep)>,
    next: usize,
    values: Values,
    tries: BTreeMap<String, u8>,
    line: Line,
    trouble: Option<(StepPlace, Trouble)>,
}

/// With fewer tries left, the right PIN is not presented to a real card.
const LEAST_TRIES: u8 = 2;
/// With fewer tries left, a wrong PIN is not presented to a real card: the right one has to follow it.
const LEAST_TRIES_FOR_WRONG: u8 = LEAST_TRIES + 1;
/// The blocks of [`Action::ReadFile`]: 128 of 256 bytes are all that 15 bits can address.
const MOST_BLOCKS: u16 = 128;

impl<'a> CaseRun<'a> {
    fn new(
        case: &'a Case,
        values: &Values,
        pins: &'a Pins,
        is_simulated: bool,
        distrusted: &'a mut BTreeSet<PinName>,
    ) -> Self {
        let phases = [(Phase::Before, &case.before), (Phase::Step, &case.steps), (Phase::After, &case.after)];
        let numbered = |(phase, steps): (Phase, &'a Vec<CaseStep>)| {
            steps.iter().zip(1..).map(move |(step, number)| (StepPlace { phase, number }, step))
        };
        Self {
            case,
            pins,
            is_simulated,
            distrusted,
            plan: phases.into_iter().flat_map(numbered).collect(),
            next: 0,
            values: values.clone(),
            tries: BTreeMap::new(),
            line: Line::default(),
            trouble: None,
        }
    }

    fn is_over(&self) -> bool {
        self.next >= self.plan.len()
    }

    /// Goes on to the end, or to where the power is to be cut.
    fn carry_on(&mut self, transport: &mut dyn Transport) {
        // The first command after power-on is answered 6F00 by a card that was measured, so it is one that does nothing.
        if let Err(trouble) = self.line.exchange(transport, &[0x00, 0xA4, 0x00, 0x00]) {
            self.stop(trouble);
            return;
        }
        while let Some((place, step)) = self.plan.get(self.next).copied() {
            self.next += 1;
            if step.action == Action::PowerCycle {
                return;
            }
            if let Err(trouble) = self.perform(transport, step) {
                self.note(place, trouble);
            }
        }
    }

    fn give_up(&mut self, error: &TransportError) {
        self.stop(Trouble::Harness(format!("no card: {error}")));
    }

    /// Ends the case where it stands: there is nobody to talk to.
    fn stop(&mut self, trouble: Trouble) {
        let place = self.plan.get(self.next).map(|(place, _)| *place);
        self.next = self.plan.len();
        if let (None, Some(place)) = (&self.trouble, place) {
            self.trouble = Some((place, trouble));
        }
    }

    /// Keeps the first trouble, and leaves out what would build on the step that failed.
    fn note(&mut self, place: StepPlace, trouble: Trouble) {
        let rest = self.plan.get(self.next..).unwrap_or_default();
        let skipped = match (&trouble, place.phase) {
            (Trouble::Harness(_), _) => rest.len(),
            (_, Phase::After) => 0,
            _ => rest.iter().take_while(|(place, _)| place.phase != Phase::After).count(),
        };
        self.next += skipped;
        let trouble = match (trouble, place.phase) {
            (Trouble::Failed(reason), Phase::Before) => Trouble::NotReached(reason),
            (trouble, _) => trouble,
        };
        if self.trouble.is_none() {
            self.trouble = Some((place, trouble));
        }
    }

    fn perform(&mut self, transport: &mut dyn Transport, step: &CaseStep) -> Result<(), Trouble> {
        let answer = match &step.action {
            Action::Send(template) => {
                let command = template.fill(&self.values).map_err(|error| judge::impossible(&error))?;
                self.line.exchange(transport, &command)?
            }
            Action::ReadFile(file) => self.read_file(transport, *file)?,
            Action::CountTries(pin, by) => {
                let command = Command::verify_status(naming(*pin, *by)).to_vec();
                self.line.exchange(transport, &command)?
            }
            Action::Verify(pin, value, by) => self.present(transport, *pin, *value, *by)?,
            Action::PowerCycle => return Ok(()),
        };
        judge::judge(step, &answer, &self.values, &self.tries)?;
        if let Some(name) = &step.save {
            match answer.tries() {
                Some(tries) if step.yields_tries() => drop(self.tries.insert(name.clone(), tries)),
                _ => drop(self.values.insert(name.clone(), answer.data)),
            }
        }
        Ok(())
    }

    /// Reads a file to its end as most clients do: blocks of 256 until fewer bytes come, or none.
    fn read_file(&mut self, transport: &mut dyn Transport, file: FileIdentifier) -> Result<Answer, Trouble> {
        let selected = self.line.exchange(transport, &Command::select_file(&file.to_bytes()).to_vec())?;
        if !selected.status.is_success() {
            return Ok(selected);
        }
        let mut data = Vec::new();
        for block in 0..MOST_BLOCKS {
            let read = Command::read_binary(block << 8, ExpectedLength::MAX_SHORT);
            let read = read.ok_or_else(|| Trouble::Harness("the offset is too great".to_owned()))?;
            let answer = self.line.exchange(transport, &read.to_vec())?;
            match answer.status {
                StatusWord::SUCCESS => {}
                StatusWord::WRONG_OFFSET if block > 0 => break,
                _ => return Ok(answer),
            }
            data.extend_from_slice(&answer.data);
            if answer.data.len() < 256 {
                break;
            }
        }
        Ok(Answer { data, status: StatusWord::SUCCESS })
    }

    /// The only way a PIN takes to the card.
    fn present(
        &mut self,
        transport: &mut dyn Transport,
        name: PinName,
        value: PinValue,
        by: Naming,
    ) -> Result<Answer, Trouble> {
        let pin: Option<Pin> = match value {
            PinValue::Right => self.pins.right(name).and_then(|pin| Pin::new(pin.expose()).ok()),
            PinValue::Wrong => self.pins.wrong(name),
        };
        let pin = pin.ok_or_else(|| Trouble::NotReached(format!("no PIN is given: {}", name.variable())))?;
        let reference = naming(name, by);
        let counter = self.line.exchange(transport, &Command::verify_status(reference).to_vec())?;
        let Some(tries) = counter.tries() else {
            let status = counter.status;
            return Err(Trouble::NotReached(format!(
                "the counter of {name} cannot be read ({status}), so nothing is presented"
            )));
        };
        let least = match value {
            PinValue::Right => LEAST_TRIES,
            PinValue::Wrong => LEAST_TRIES_FOR_WRONG,
        };
        if !self.is_simulated && (tries < least || self.distrusted.contains(&name)) {
            return Err(Trouble::NotReached(format!(
                "{name} has {tries} tries left and is not presented to a real card"
            )));
        }
        let command = Command::verify(reference, pin.expose())
            .map_err(|error| Trouble::Harness(error.to_string()))?
            .to_vec();
        let answer = self.line.exchange(transport, &Zeroizing::new(command));
        let went_wrong = match (&answer, value) {
            (Ok(answer), PinValue::Right) => !answer.status.is_success(),
            (Ok(_), PinValue::Wrong) => false,
            (Err(_), _) => true,
        };
        if went_wrong && !self.is_simulated {
            self.distrusted.insert(name);
        }
        answer
    }

    fn into_report(self) -> CaseReport {
        let Some((place, trouble)) = self.trouble else {
            return CaseReport::passed(self.case);
        };
        let (verdict, reason) = match trouble {
            Trouble::Failed(reason) => (CaseVerdict::Fail, reason),
            Trouble::NotReached(reason) => (CaseVerdict::Inconclusive, reason),
            Trouble::Harness(reason) => (CaseVerdict::HarnessError, reason),
        };
        CaseReport::stopped(self.case, verdict, place, reason, self.line.into_transcript())
    }
}

const fn naming(pin: PinName, by: Naming) -> Option<ShortFileIdentifier> {
    match by {
        Naming::CurrentFile => None,
        Naming::ShortIdentifier => pin.file().short(),
    }
}
