use std::fmt;

use myna_apdu::flow::{LinkProfile, Support};
use myna_apdu::{Command, Instruction, Response, SelectReply, StatusMeaning, StatusWord};
use myna_calendar::Date;
use myna_error::Spent;
use myna_jpki::PinPolicy;
use myna_jpki::layout::APPLICATION;
use myna_sim::{CardState, Counters, Persona, Reference, SimulatedCard};
use myna_transport::{
    Capabilities, CardPair, FaultInjector, FaultPlan, FaultTarget, Interruption, Transport, TransportError,
};

use crate::fault::{Class, Injected};
use crate::flow::{Flow, Secrets, Told};
use crate::table::{Finding, Table};

/// What is done, with what, to a card in what state.
#[derive(Clone, Copy)]
pub(crate) struct Case {
    flow: Flow,
    /// Whether what is typed is right.
    is_right: bool,
    /// The tries left of each secret of the flow; `None` for all it can have.
    tries: Option<u8>,
    policy: PinPolicy,
    short_identifiers: bool,
}

impl Case {
    pub(crate) fn all() -> Vec<Self> {
        let mut cases = Vec::new();
        for flow in Flow::ALL {
            for is_right in [true, false] {
                for (tries, policy) in [
                    (None, PinPolicy::default()),
                    (Some(2), PinPolicy::default()),
                    (Some(1), PinPolicy::default()),
                    (Some(1), PinPolicy::LAST_TRY_ALLOWED),
                ] {
                    for short_identifiers in [true, false] {
                        cases.push(Self { flow, is_right, tries, policy, short_identifiers });
                    }
                }
            }
        }
        cases
    }

    fn counters(&self) -> Counters {
        let mut counters = Counters::default();
        for reference in self.flow.references {
            counters.set(*reference, self.tries.unwrap_or(u8::MAX));
        }
        counters
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, floor) = (self.flow.name, self.policy.minimum_tries);
        let typed = if self.is_right { "right" } else { "wrong" };
        let named = if self.short_identifiers { "short identifier" } else { "SELECT" };
        write!(f, "{name}, {typed}, ")?;
        match self.tries {
            Some(tries) => write!(f, "{tries} left")?,
            None => f.write_str("all left")?,
        }
        write!(f, ", floor {floor}, by {named}")
    }
}

/// Two cards of one person, and a reader; both are as new before every run.
pub(crate) struct Bench {
    case: Case,
    secrets: Secrets,
    /// What a secret is that will be changed.
    old: String,
    cards: Watched,
}

impl Bench {
    pub(crate) fn new(case: Case) -> Self {
        let (persona, today) = (Persona::built_in("default").unwrap(), Date::from_ymd(2026, 6, 2).unwrap());
        let secrets = if case.is_right { Secrets::right(&persona, today) } else { Secrets::wrong() };
        let card = || SimulatedCard::new(&persona, today).unwrap();
        let old = case.flow.changes.and_then(|(reference, _)| persona.pin(reference)).unwrap_or_default();
        Self {
            case,
            secrets,
            old: old.to_owned(),
            cards: Watched { pair: CardPair::new(card(), card()), said: None },
        }
    }

    /// How many exchanges it takes when nothing goes wrong.
    pub(crate) fn exchanges(&mut self) -> u32 {
        self.trial(&[]).exchanges
    }

    /// Runs it with these faults, and enters what is found.
    pub(crate) fn run(&mut self, faults: &[Injected], table: &mut Table) {
        let trial = self.trial(faults);
        let class = faults.iter().map(|fault| Class::of(fault.kind)).max().unwrap_or(Class::Physical);
        table.enter(class, trial.findings(&self.case), trial.heard_false_counter, || {
            format!("{}: {faults:?}: said {:?}, lost {:?}", self.case, trial.said, trial.lost)
        });
    }

    fn trial(&mut self, faults: &[Injected]) -> Trial {
        let before = self.case.counters();
        let old = self.case.flow.changes.map(|(reference, _)| (reference, self.old.as_bytes()));
        let as_new = CardState::new(before, old);
        for _ in 0..2 {
            self.cards.pair.swap();
            self.cards.pair.on_reader_mut().restore(&as_new);
        }
        let plan = faults.iter().fold(FaultPlan::default(), |plan, fault| plan.with(fault.at, fault.kind));
        let support = if self.case.short_identifiers { Support::Unknown } else { Support::No };
        let profile = LinkProfile { short_identifiers: support, ..LIMITS.profile() };
        let mut host = Host {
            reader: FaultInjector::new(&mut self.cards, plan),
            exchanges: 0,
            counter: None,
            presented: 0,
            presented_unread: 0,
            changed: 0,
            heard_false_counter: false,
            was_locked: false,
            floor: self.case.policy.minimum_tries,
        };
        let result = self.case.flow.run(&mut host, profile, &self.secrets, self.case.policy);
        let Host { exchanges, presented, presented_unread, changed, heard_false_counter, .. } = host;
        let lost = [self.cards.pair.on_reader(), self.cards.pair.aside()].map(|card| {
            let after = card.counters();
            Reference::ALL
                .into_iter()
                .filter(|reference| after.get(*reference) < before.get(*reference))
                .map(|reference| Loss {
                    reference,
                    before: before.get(reference),
                    left: after.get(reference),
                })
                .collect::<Vec<_>>()
        });
        let said = match result {
            Ok(()) => Said { spent: Spent::No, left: None, is_new: Some(true) },
            Err(Told { attempt, is_value_in_doubt }) => Said {
                spent: attempt.spent,
                left: attempt.left,
                is_new: (!is_value_in_doubt).then_some(false),
            },
        };
        let counters = [self.cards.pair.on_reader(), self.cards.pair.aside()].map(SimulatedCard::counters);
        let is_new = self.case.flow.changes.map(|(reference, new)| {
            [0, 1].into_iter().fold(false, |is_new, _| {
                self.cards.pair.swap();
                is_new | takes(self.cards.pair.on_reader_mut(), reference, new)
            })
        });
        Trial {
            exchanges,
            presented,
            presented_unread,
            changed,
            heard_false_counter,
            lost: lost.concat(),
            said,
            counters,
            is_new,
        }
    }
}

/// What came of one run.
struct Trial {
    exchanges: u32,
    /// Secrets that left the host.
    presented: usize,
    /// Those whose counter had not been read, or was below the floor.
    presented_unread: usize,
    /// How often a new value was sent.
    changed: usize,
    /// Whether the host heard a counter, that a secret is verified or that a file is selected, and the card had not said
    /// so: nothing tells that from the truth.
    heard_false_counter: bool,
    lost: Vec<Loss>,
    said: Said,
    counters: [Counters; 2],
    /// Whether a card takes the new value, where one was to be given.
    is_new: Option<bool>,
}

/// A counter that is lower than before.
#[derive(Debug, Clone, Copy)]
struct Loss {
    reference: Reference,
    before: u8,
    left: u8,
}

/// What the person is told.
#[derive(Debug, Clone, Copy)]
struct Said {
    spent: Spent,
    left: Option<u8>,
    /// Whether the new value holds; `None`: nobody knows.
    is_new: Option<bool>,
}

/// Whether a card takes a value, by its own word.
fn takes(card: &mut SimulatedCard, reference: Reference, value: &str) -> bool {
    card.power_on();
    card.set_counters(Counters::default());
    let select = Command::select_application(APPLICATION, SelectReply::Nothing);
    let select_file = reference.file().to_bytes();
    let verify = Command::verify(None, value.as_bytes()).unwrap();
    let answers = [select, Command::select_file(&select_file), verify].map(|command| {
        let answer = card.transmit(&command.to_vec());
        Response::parse(&answer).unwrap().status()
    });
    assert!(answers[0].is_success() && answers[1].is_success(), "{answers:?}");
    answers[2].is_success()
}

impl Trial {
    fn findings(&self, case: &Case) -> Vec<Finding> {
        let asked = |loss: &Loss| case.flow.references.contains(&loss.reference);
        let is_below = case.tries.is_some_and(|tries| tries < case.policy.minimum_tries);
        let is_told = |left: u8| match self.said.spent {
            Spent::Yes => self.lost.iter().any(|loss| loss.left == left),
            _ => self.counters.iter().any(|counters| {
                case.flow.references.iter().any(|reference| counters.get(*reference) == left)
            }),
        };
        let is_true = self.said.left.is_none_or(is_told)
            && match self.said.spent {
                Spent::No => self.lost.is_empty(),
                Spent::Yes => !self.lost.is_empty(),
                _ => true,
            };
        [
            (
                Finding::Twice,
                self.presented > case.flow.references.len()
                    || self.changed > 1
                    || self.lost.len() > 1
                    || self.lost.iter().any(|loss| loss.before > loss.left + 1),
            ),
            (Finding::Unasked, !self.lost.iter().all(asked)),
            (Finding::BelowTheFloor, is_below && !self.lost.is_empty()),
            (Finding::Unread, self.presented_unread > 0),
            (Finding::NoneSpentUntrue, self.said.spent == Spent::No && !self.lost.is_empty()),
            (Finding::Untrue, !is_true),
            (
                Finding::ValueUntrue,
                self.is_new.is_some_and(|is_new| self.said.is_new.is_some_and(|said| said != is_new)),
            ),
        ]
        .into_iter()
        .filter_map(|(finding, is_found)| is_found.then_some(finding))
        .collect()
    }
}

/// As long as the longest record, so that no run wipes more than that.
const LIMITS: Capabilities =
    Capabilities { longest_command: 300, longest_response: 8_192, extended_length: Support::Yes };

/// What the host sees and does.
struct Host<'c> {
    reader: FaultInjector<&'c mut Watched>,
    exchanges: u32,
    /// The tries that were read last, of what is selected.
    counter: Option<u8>,
    presented: usize,
    presented_unread: usize,
    changed: usize,
    heard_false_counter: bool,
    /// Whether the counter that was read last is said to be locked.
    was_locked: bool,
    floor: u8,
}

impl Transport for Host<'_> {
    fn capabilities(&self) -> Capabilities {
        LIMITS
    }

    fn exchange(&mut self, bytes: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        self.exchanges += 1;
        let command = Command::parse(bytes).unwrap();
        let is_secret = command.instruction() == Instruction::VERIFY && !command.data().is_empty();
        if is_secret {
            self.presented += 1;
            let is_read = self.counter.take().is_some_and(|tries| tries >= self.floor);
            self.presented_unread += usize::from(!is_read);
        }
        self.changed += usize::from(command.instruction() == Instruction::CHANGE_REFERENCE_DATA);
        self.reader.inner_mut().said = None;
        let result = self.reader.exchange(bytes, response);
        let heard = result.as_ref().ok().and_then(|length| Response::parse(&response[..*length]).ok());
        let heard = heard.map(|response| response.status());
        let is_false = heard.map(|status| status.0) != self.reader.inner().said;
        let is_locked = heard.map(StatusWord::meaning) == Some(StatusMeaning::ReferenceLocked);
        let was_locked = std::mem::replace(&mut self.was_locked, is_locked && !is_secret);
        match (command.instruction(), heard.map(StatusWord::meaning)) {
            (Instruction::VERIFY, Some(StatusMeaning::TriesLeft(tries))) => {
                self.heard_false_counter |= is_false;
                self.counter = Some(tries).filter(|_| !is_secret);
            }
            (Instruction::VERIFY, Some(StatusMeaning::ReferenceLocked)) => {
                // Once is not believed.
                self.heard_false_counter |= is_false && was_locked && !is_secret;
            }
            (Instruction::VERIFY | Instruction::CHANGE_REFERENCE_DATA, Some(StatusMeaning::Success)) => {
                self.heard_false_counter |= is_false;
            }
            (Instruction::SELECT, meaning) => {
                self.counter = None;
                self.heard_false_counter |= is_false && meaning == Some(StatusMeaning::Success);
            }
            _ => {}
        }
        result
    }
}

/// The cards, and what they said to the command before.
struct Watched {
    pair: CardPair<SimulatedCard>,
    said: Option<u16>,
}

impl FaultTarget for &mut Watched {
    fn answer(&mut self, command: &[u8]) -> Result<Vec<u8>, TransportError> {
        let answer = self.pair.answer(command)?;
        self.said = answer.last_chunk().map(|status| u16::from_be_bytes(*status));
        Ok(answer)
    }

    fn interrupt(&mut self, interruption: Interruption) -> Result<(), TransportError> {
        self.pair.interrupt(interruption)
    }

    fn limits(&self) -> Capabilities {
        LIMITS
    }
}
