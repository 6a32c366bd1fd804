//! The suite against cards that are right, cards that are wrong, and cards that go away.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use myna_conformance::catalogue::Danger;
use myna_conformance::report::CaseReport;
use myna_conformance::{
    CardSource, CaseVerdict, Catalogue, Ics, MutationReport, Pins, RunConsent, RunReport, Runner,
    SimulatedSource,
};
use myna_sim::{Mutant, Persona};
use myna_transport::{FaultInjector, FaultKind, FaultPlan, Transport, TransportError, TransportErrorKind};

fn persona() -> Persona {
    Persona::built_in("default").unwrap()
}

fn simulated(mutant: Option<Mutant>) -> SimulatedSource {
    let mut settings = persona().settings();
    settings.mutant = mutant;
    SimulatedSource::new(persona(), settings).unwrap()
}

fn run(ics: &str, source: &mut dyn CardSource, only: &[&str], consent: &[Danger]) -> RunReport {
    let catalogue = Catalogue::built_in().unwrap();
    let (ics, pins) = (Ics::parse(ics).unwrap(), Pins::of_persona(&persona()).unwrap());
    let consent: RunConsent = consent.iter().copied().collect();
    let runner = Runner::new(&catalogue, &ics, &pins).only(only.iter().copied()).with_consent(consent);
    runner.run(source).unwrap()
}

fn ids<'a>(cases: impl Iterator<Item = &'a CaseReport>) -> Vec<&'a str> {
    cases.map(|case| case.id.as_str()).collect()
}

fn case<'a>(report: &'a RunReport, id: &str) -> &'a CaseReport {
    report.cases.iter().find(|case| case.id.as_str() == id).unwrap()
}

#[test]
fn the_good_card_passes_every_case() {
    let report = run(Ics::SIMULATED, &mut simulated(None), &[], &[]);
    assert!(report.cases.len() >= 25);
    assert_eq!(report.summary.pass, report.cases.len(), "{report}");
}

#[test]
fn a_card_that_refuses_its_first_command_passes_as_well() {
    let mut settings = persona().settings();
    settings.refuses_first_command = true;
    let mut source = SimulatedSource::new(persona(), settings).unwrap();
    let report = run(Ics::SIMULATED, &mut source, &["APP", "PIN.STATUS"], &[]);
    assert_eq!(report.summary.pass, report.cases.len(), "{report}");
}

/// Every mutant, and cases that must fail on it. More may.
const CAUGHT_BY: [(Mutant, &[&str]); 13] = [
    (Mutant::AcceptsAnyPin, &["PIN.VERIFY.006", "PIN.VERIFY.007", "PIN.VERIFY.009"]),
    (Mutant::AcceptsBlockedPin, &["PIN.VERIFY.012"]),
    (Mutant::ForgetsToDecrement, &["PIN.VERIFY.006", "PIN.VERIFY.007", "PIN.VERIFY.011"]),
    (Mutant::ForgetsToRestore, &["PIN.VERIFY.008"]),
    (Mutant::CountsEmptyVerify, &["PIN.COUNTER.004", "PIN.COUNTER.005"]),
    (Mutant::KeepsStatusAcrossApplications, &["PIN.STATUS.003", "PIN.STATUS.004"]),
    (Mutant::ForgetsStatusOnReselection, &["PIN.STATUS.002"]),
    (Mutant::SignsWithoutPin, &["JPKI.SIGN.001", "JPKI.SIGN.002", "JPKI.SIGN.003", "PIN.STATUS.005"]),
    (Mutant::ReadsWithoutPin, &["FS.ACCESS.001", "FS.ACCESS.002", "FS.ACCESS.003", "FS.ACCESS.004"]),
    (Mutant::ShortLeZeroMeansZero, &["APDU.LENGTH.001", "FS.READ.012"]),
    (Mutant::ReturnsOtherFile, &["JPKI.CERTIFICATE.003", "JPKI.SIGN.004"]),
    (Mutant::EndOfFileSucceeds, &["FS.READ.004", "FS.READ.005", "FS.READ.011"]),
    (Mutant::SelectsForeignApplications, &["APP.SELECT.006", "APP.SELECT.007", "APP.SELECT.008"]),
];

#[test]
fn every_mutant_fails_the_cases_made_for_it() {
    let (catalogue, ics) = (Catalogue::built_in().unwrap(), Ics::parse(Ics::SIMULATED).unwrap());
    let report = MutationReport::run(&catalogue, &ics, &persona()).unwrap();
    assert!(report.is_good(), "{report}");
    assert_eq!(report.mutants.len(), Mutant::ALL.len());
    for found in &report.mutants {
        let (_, wanted) = CAUGHT_BY.iter().find(|(mutant, _)| *mutant == found.mutant).unwrap();
        for id in *wanted {
            let caught = found.caught_by.iter().any(|case| case.as_str() == *id);
            assert!(caught, "{} is not caught by {id}: {report}", found.mutant);
        }
    }
    let all = Mutant::ALL.len();
    assert!(report.to_string().ends_with(&format!("mutation score: {all} of {all} caught\n")));
}

#[test]
fn what_the_statement_denies_is_not_applicable_and_the_rest_passes() {
    for (denied, needle, card) in [
        ("extended-length = true", "extended-length = false", (false, true)),
        ("short-identifiers = true", "short-identifiers = false", (true, false)),
    ] {
        let mut settings = persona().settings();
        (settings.extended_length, settings.short_identifiers) = card;
        let mut source = SimulatedSource::new(persona(), settings).unwrap();
        let report = run(&Ics::SIMULATED.replace(denied, needle), &mut source, &[], &[]);
        assert!(report.is_good(), "{report}");
        assert!(report.summary.not_applicable >= 4, "{report}");
        let others = report.cases.iter().filter(|case| case.verdict != CaseVerdict::Pass);
        for case in others {
            assert_eq!(
                (case.verdict, case.reason.as_deref()),
                (CaseVerdict::NotApplicable, Some(needle)),
                "{report}"
            );
        }
        // A statement that claims what the card cannot do is found out.
        let claimed = run(Ics::SIMULATED, &mut source, &[], &[]);
        assert!(claimed.summary.fail >= 4, "{claimed}");
    }
    let without_text = Ics::SIMULATED.replace(", \"card-face-text\"", "");
    let report = run(&without_text, &mut simulated(None), &["APP.SELECT.002"], &[]);
    let reason = case(&report, "APP.SELECT.002").reason.as_deref();
    assert_eq!(reason, Some("applications: card-face-text is not listed"));
}

#[test]
fn without_pins_their_cases_are_skipped_and_say_what_is_missing() {
    let (catalogue, ics) = (Catalogue::built_in().unwrap(), Ics::parse(Ics::SIMULATED).unwrap());
    let report = Runner::new(&catalogue, &ics, &Pins::none()).run(&mut simulated(None)).unwrap();
    assert!(report.is_good() && report.summary.skipped > 0 && report.summary.pass > 0, "{report}");
    let reason = case(&report, "PIN.VERIFY.001").reason.as_deref().unwrap();
    assert!(reason.contains("MYNA_CONFORMANCE_USER_AUTHENTICATION_PIN"), "{reason}");
}

#[test]
fn a_statement_about_a_real_card_does_not_fit_a_simulated_one() {
    let catalogue = Catalogue::built_in().unwrap();
    let ics = Ics::parse(&Ics::SIMULATED.replace("\"simulator\"", "\"card\"")).unwrap();
    assert!(Runner::new(&catalogue, &ics, &Pins::none()).run(&mut simulated(None)).is_err());
}

/// A card that lies on a reader, as far as the runner knows: never renewed, and every command is looked at.
struct RealCard {
    inner: SimulatedSource,
    verifies: u32,
    refuse_right_pin: bool,
    fail_at: Option<u32>,
    exchanges: u32,
}

impl RealCard {
    fn new() -> Self {
        Self { inner: simulated(None), verifies: 0, refuse_right_pin: false, fail_at: None, exchanges: 0 }
    }
}

impl CardSource for RealCard {
    fn name(&self) -> String {
        "real".to_owned()
    }

    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
        let Self { inner, verifies, refuse_right_pin, fail_at, exchanges } = self;
        let transport = inner.connect()?;
        Ok(Box::new(Watched { transport, verifies, refuse: *refuse_right_pin, fail_at: *fail_at, exchanges }))
    }
}

struct Watched<'a> {
    transport: Box<dyn Transport + 'a>,
    verifies: &'a mut u32,
    refuse: bool,
    fail_at: Option<u32>,
    exchanges: &'a mut u32,
}

impl Transport for Watched<'_> {
    fn capabilities(&self) -> myna_transport::Capabilities {
        self.transport.capabilities()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        *self.exchanges += 1;
        if self.fail_at == Some(*self.exchanges) {
            return Err(TransportError::new(TransportErrorKind::CardRemoved));
        }
        let presents = command[1] == 0x20 && command.len() > 4;
        let mut command = command.to_vec();
        if presents {
            *self.verifies += 1;
            if self.refuse {
                // The person has typed something else than what the card knows.
                command[5] ^= 1;
            }
        }
        self.transport.exchange(&command, response)
    }
}

const TEST_CARD: &str = "vendor = 'v'\nproduct = 'p'\nversion = '1'\nrole = 'card'\nenvironment = 'test'\n\
    extended-length = true\nshort-identifiers = true\napplications = ['jpki', 'card-face-text']\n";

#[test]
fn a_real_card_is_only_read_unless_one_agrees() {
    let mut source = RealCard::new();
    let report = run(TEST_CARD, &mut source, &[], &[]);
    assert!(report.is_good() && report.summary.pass > 25, "{report}");
    assert_eq!(source.verifies, 0);
    for case in &report.cases {
        assert_eq!(case.danger == Danger::ReadOnly, case.verdict == CaseVerdict::Pass, "{report}");
    }
    let report = run(TEST_CARD, &mut source, &[], &[Danger::PresentsPin, Danger::SpendsTry]);
    assert!(report.is_good(), "{report}");
    let not_run = ids(report.cases.iter().filter(|case| case.verdict == CaseVerdict::Skipped));
    assert_eq!(not_run, ["PIN.VERIFY.012", "PIN.VERIFY.013"]);
    assert!(source.verifies > 0);
}

#[test]
fn a_try_is_never_spent_on_a_production_card() {
    let mut source = RealCard::new();
    let ics = TEST_CARD.replace("'test'", "'production'");
    let report = run(&ics, &mut source, &["PIN.VERIFY"], &Danger::ALL);
    assert_eq!(case(&report, "PIN.VERIFY.001").verdict, CaseVerdict::Pass);
    let spends = report.cases.iter().filter(|case| case.danger >= Danger::SpendsTry);
    assert!(spends.clone().count() > 0);
    assert!(spends.clone().all(|case| case.verdict == CaseVerdict::Skipped), "{report}");
}

#[test]
fn a_pin_that_a_real_card_refused_is_presented_once_in_a_run() {
    let mut source = RealCard { refuse_right_pin: true, ..RealCard::new() };
    let pin_cases = ["PIN.VERIFY.001", "PIN.VERIFY.004", "PIN.VERIFY.005", "PIN.STATUS.001", "JPKI.SIGN.004"];
    let report = run(TEST_CARD, &mut source, &pin_cases, &[Danger::PresentsPin]);
    assert_eq!(source.verifies, 1, "{report}");
    assert_eq!((report.summary.fail, report.summary.skipped), (1, 4), "{report}");
}

#[test]
fn a_real_card_with_one_try_left_is_left_alone() {
    let mut source = RealCard { refuse_right_pin: true, ..RealCard::new() };
    // Two runs, as by an impatient person: 3, 2, and then no more.
    for _ in 0..5 {
        run(TEST_CARD, &mut source, &["PIN.VERIFY.001"], &[Danger::PresentsPin]);
    }
    assert_eq!(source.verifies, 2);
    let report = run(TEST_CARD, &mut source, &["PIN.VERIFY.001"], &[Danger::PresentsPin]);
    assert_eq!(report.summary.inconclusive, 1, "{report}");
}

#[test]
fn a_wrong_pin_is_only_presented_where_the_right_one_can_follow() {
    let mut source = RealCard { refuse_right_pin: true, ..RealCard::new() };
    run(TEST_CARD, &mut source, &["PIN.VERIFY.001"], &[Danger::PresentsPin]);
    source = RealCard { refuse_right_pin: false, verifies: 0, ..source };
    // Two tries are left.
    let report = run(TEST_CARD, &mut source, &["PIN.VERIFY.006"], &[Danger::SpendsTry]);
    assert_eq!((report.summary.inconclusive, source.verifies), (1, 1), "{report}");
}

#[test]
fn a_card_that_falls_silent_on_a_pin_is_not_asked_again() {
    // SELECT that does nothing, SELECT of application and reference, empty VERIFY: the fifth carries the PIN.
    let mut source = RealCard { fail_at: Some(5), ..RealCard::new() };
    let only = ["PIN.VERIFY.001", "PIN.VERIFY.005"];
    let report = run(TEST_CARD, &mut source, &only, &[Danger::PresentsPin]);
    assert_eq!(case(&report, "PIN.VERIFY.001").verdict, CaseVerdict::HarnessError, "{report}");
    assert_eq!(case(&report, "PIN.VERIFY.005").verdict, CaseVerdict::Skipped, "{report}");
    assert_eq!(source.verifies, 0);
}

/// Breaks every connection at the same exchange.
struct Breaking(SimulatedSource, u32, FaultKind);

impl CardSource for Breaking {
    fn name(&self) -> String {
        "breaking".to_owned()
    }

    fn is_simulated(&self) -> bool {
        true
    }

    fn renew(&mut self) -> Result<(), TransportError> {
        self.0.renew()
    }

    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
        Ok(Box::new(FaultInjector::new(self.0.connect()?, FaultPlan::default().with(self.1, self.2))))
    }
}

#[test]
fn a_card_that_goes_away_never_passes_by_it() {
    let only = ["PIN.STATUS.005", "FS.READ.013", "JPKI.SIGN.004", "PIN.VERIFY.006"];
    for kind in [FaultKind::Remove, FaultKind::RemoveAfter, FaultKind::Cut(0), FaultKind::Cut(1)] {
        for at in 1..=4 {
            let report = run(Ics::SIMULATED, &mut Breaking(simulated(None), at, kind), &only, &[]);
            assert_eq!(report.summary.harness_error, only.len(), "{kind:?} at {at}: {report}");
        }
        // However late it happens.
        for at in (5..=24).step_by(3) {
            let report = run(Ics::SIMULATED, &mut Breaking(simulated(None), at, kind), &only, &[]);
            let known = report.summary.pass + report.summary.harness_error;
            assert_eq!(known, only.len(), "{kind:?} at {at}: {report}");
        }
    }
}

#[test]
fn a_wrong_way_to_the_rule_is_inconclusive_and_a_wrong_answer_at_it_fails() {
    // The second exchange selects the application, the fourth is the read.
    for (at, verdict) in [(2, CaseVerdict::Inconclusive), (4, CaseVerdict::Fail)] {
        let mut source = Breaking(simulated(None), at, FaultKind::Status(0x6F00));
        let report = run(Ics::SIMULATED, &mut source, &["FS.READ.001"], &[]);
        let case = case(&report, "FS.READ.001");
        assert_eq!(case.verdict, verdict, "{report}");
        assert_eq!(case.transcript.len(), usize::try_from(at).unwrap());
    }
}

/// A source without a card.
struct Empty;

impl CardSource for Empty {
    fn name(&self) -> String {
        "empty".to_owned()
    }

    fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
        Err(TransportError::new(TransportErrorKind::NoCard))
    }
}

#[test]
fn no_card_is_a_harness_error() {
    let report = run(TEST_CARD, &mut Empty, &["FS"], &[]);
    assert!(report.summary.harness_error > 0 && report.summary.pass == 0, "{report}");
    assert!(report.failed().next().is_none());
}

#[test]
fn a_spent_try_is_given_back_although_the_case_failed() {
    let mut source = RealCard::new();
    // The wrong PIN is answered by a word that no rule allows; the counter is one less all the same.
    struct Liar(RealCard);
    impl CardSource for Liar {
        fn name(&self) -> String {
            "liar".to_owned()
        }
        fn connect(&mut self) -> Result<Box<dyn Transport + '_>, TransportError> {
            Ok(Box::new(FaultInjector::new(
                self.0.connect()?,
                FaultPlan::default().with(6, FaultKind::Status(0x6F00)),
            )))
        }
    }
    source.verifies = 0;
    let mut liar = Liar(source);
    let consent = [Danger::PresentsPin, Danger::SpendsTry];
    let report = run(TEST_CARD, &mut liar, &["PIN.VERIFY.006"], &consent);
    assert_eq!(report.summary.fail, 1, "{report}");
    assert_eq!(liar.0.verifies, 2, "the wrong one, and the right one after it");
    let report = run(TEST_CARD, &mut liar.0, &["PIN.VERIFY.006"], &consent);
    assert!(report.is_good(), "{report}");
}
