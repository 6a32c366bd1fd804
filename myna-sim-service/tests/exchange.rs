//! Both sides of a folder exchange: what goes wrong on the way, and what comes of it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_error::Diagnostic;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use myna_eligibility::{
    Message, Verdict,
    calendar::{Date, DateTime},
    codes::{MedicalTreatmentFlag, ProcessingResultStatus},
    forms::Encoding,
    records::{
        BulkProgress, CheckRequest, FetchRequest, FetchRequestBody, InsurerNumber, ListQuery, ListRequest,
        ListRequestBody, MedicalTicket, Query, ReferenceNumberRegistration, RegistrationRequest,
        RegistrationRequestBody, Repeated, Written,
    },
};
use myna_sim::Persona;
use myna_sim_service::{FolderResponder, ResponderSettings, SimulatedOutcome, SimulatedService};
use myna_terminal::{Errand, ErrandDesk, ErrandProgress, ErrandRules, ErrandStep, Folders, Terminal};

/// Folders of their own for each test, removed at its end.
struct Scratch(PathBuf);

impl Scratch {
    fn new(test: &str) -> Self {
        let root =
            std::env::temp_dir().join(format!("myna-sim-service-exchange-{test}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&root);
        Self(root)
    }

    fn files(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.0.join(folder)).unwrap();
        let mut names: Vec<_> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn clock() -> DateTime {
    DateTime::parse("20260602091500").unwrap()
}

/// The query of the persona `default`, and of nobody.
fn query(number: &str) -> Query {
    let mut query = Query::default();
    query.insurer_number = Some(InsurerNumber::new("01139989"));
    query.symbol = Some("21700023".to_owned());
    query.number = Some(number.to_owned());
    query.birthdate = Some(Written::new("19880714"));
    query.arbitrary_identifier = Some(format!("P-{number}"));
    query
}

fn request(numbers: &[&str]) -> Vec<u8> {
    let mut request = CheckRequest::default();
    request.header.confirmation_date = Some(Date::parse("20260602").unwrap().into());
    request.header.institution_code = Some(SimulatedService::INSTITUTION.to_owned());
    request.header.file_identifier = Some("20260602091500-test".to_owned());
    let mut body = myna_eligibility::records::CheckRequestBody::default();
    body.queries = Repeated(numbers.iter().map(|number| query(number)).collect());
    request.body = Some(body);
    Message::CheckRequest(Box::new(request)).write(Encoding::Utf8).unwrap()
}

const SINGLE: &str = "OQSsiquc01req_202606020001.xml";
const BULK: &str = "OQSmuquc01req_202606020001.xml";

/// Runs one exchange on a clock of its own, and tells how long it took by it.
fn run(
    scratch: &Scratch,
    name: &str,
    content: &[u8],
    settings: ResponderSettings,
    prepare: impl FnOnce(&mut SimulatedService),
) -> (Vec<Message>, Errand, Duration, FolderResponder) {
    let mut service = SimulatedService::new().unwrap();
    prepare(&mut service);
    let folders = Folders::under(&scratch.0);
    let mut responder = FolderResponder::new(folders.clone(), service, settings).unwrap();
    let desk = ErrandDesk::open(folders).unwrap();
    let mut now = Duration::ZERO;
    let mut exchange = Errand::new(name, content, ErrandRules::default(), now).unwrap();
    loop {
        match desk.progress(&mut exchange, now).unwrap() {
            ErrandProgress::Waiting { .. } => {
                now += Duration::from_millis(50);
                responder.step(now, clock()).unwrap();
            }
            ErrandProgress::Answered => {
                let ErrandStep::Answered(messages) = exchange.step() else { panic!("answered") };
                let messages = messages.to_vec();
                desk.close(exchange.name()).unwrap();
                return (messages, exchange, now, responder);
            }
            _ => return (Vec::new(), exchange, now, responder),
        }
    }
}

fn verdict(messages: &[Message]) -> Verdict {
    let [Message::Answer(answer)] = messages else { panic!("{messages:?}") };
    answer.verdict()
}

#[test]
fn every_way_of_answering_ends_with_the_same_answer() {
    let well_behaved = ResponderSettings::default();
    let delay = Duration::from_secs(2);
    for (way, settings) in [
        ("plain", well_behaved),
        ("late", ResponderSettings { delay, ..well_behaved }),
        ("halves", ResponderSettings { halves: Some(Duration::from_secs(3)), ..well_behaved }),
        ("wrong", ResponderSettings { wrong_identifier_first: true, ..well_behaved }),
        ("duplicate", ResponderSettings { duplicates: true, ..well_behaved }),
        ("cp932", ResponderSettings { shift_jis: true, ..well_behaved }),
        (
            "all",
            ResponderSettings {
                delay,
                halves: Some(delay),
                duplicates: true,
                wrong_identifier_first: true,
                shift_jis: true,
            },
        ),
    ] {
        let scratch = Scratch::new(way);
        let (messages, exchange, took, mut responder) =
            run(&scratch, SINGLE, &request(&["45"]), settings, |_| {});
        assert_eq!(verdict(&messages), Verdict::Valid, "{way}");
        let [Message::Answer(answer)] = &messages[..] else { panic!() };
        assert_eq!(answer.results()[0].name.as_deref(), Some("試験　葵"));
        assert_eq!(answer.body.as_ref().unwrap().query.as_ref().unwrap(), &query("45"));
        assert_eq!(responder.taken(), [SINGLE], "{way}");
        assert!(took >= settings.delay + settings.halves.filter(|_| way == "halves").unwrap_or_default());
        let refused = exchange.last_refusal().map(myna_terminal::Refusal::code);
        assert_eq!(refused, settings.wrong_identifier_first.then_some("exchange.answer_of_another"), "{way}");
        // A duplicate after the end stays where it is, for whoever looks.
        responder.step(took + Duration::from_secs(10), clock()).unwrap();
        assert_eq!(scratch.files("res").len(), usize::from(settings.duplicates), "{way}");
        assert!(responder.is_idle());
    }
}

#[test]
fn pending_is_asked_again_until_it_is_done() {
    let scratch = Scratch::new("pending");
    let (messages, exchange, took, responder) =
        run(&scratch, SINGLE, &request(&["45"]), ResponderSettings::default(), |service| {
            service.set_pending_first(2);
        });
    assert_eq!(verdict(&messages), Verdict::Valid);
    assert_eq!(exchange.times_pending(), 2);
    assert!((Duration::from_secs(30)..Duration::from_secs(33)).contains(&took), "{took:?}");
    assert_eq!(responder.taken().len(), 3);
}

#[test]
fn a_bulk_request_goes_both_its_steps() {
    let scratch = Scratch::new("bulk");
    let (messages, _, _, responder) =
        run(&scratch, BULK, &request(&["45", "999"]), ResponderSettings::default(), |service| {
            service.set_pending_first(1);
        });
    let [Message::BulkAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(answer.progress(), BulkProgress::Done);
    let verdicts: Vec<_> = answer.units().iter().map(|unit| answer.verdict_of(unit)).collect();
    assert_eq!(verdicts, [Verdict::Valid, Verdict::NoMatch]);
    let marks =
        answer.units().iter().map(|unit| unit.query.as_ref().unwrap().arbitrary_identifier.as_deref());
    assert_eq!(marks.collect::<Vec<_>>(), [Some("P-45"), Some("P-999")]);
    assert_eq!(
        responder.taken(),
        [BULK, "OQSmuquc02req_202606020001.xml", "OQSmuquc02req_202606020001-again1.xml"]
    );
}

#[test]
fn errors_are_answers_and_silence_is_a_timeout() {
    let scratch = Scratch::new("failed");
    let (messages, ..) = run(&scratch, SINGLE, &request(&["45"]), ResponderSettings::default(), |service| {
        service.set_outcome(SimulatedOutcome::Failed);
    });
    assert!(matches!(verdict(&messages), Verdict::Failed { code, .. } if code == "SIMULATED-ERR-9"));

    let scratch = Scratch::new("silence");
    let late = ResponderSettings { delay: Duration::from_secs(3600), ..ResponderSettings::default() };
    let (messages, exchange, took, _) = run(&scratch, SINGLE, &request(&["45"]), late, |_| {});
    assert_eq!((messages.len(), exchange.step()), (0, ErrandStep::TimedOut));
    assert!((Duration::from_secs(60)..Duration::from_secs(61)).contains(&took));
    let desk = ErrandDesk::open(Folders::under(&scratch.0)).unwrap();
    assert_eq!(desk.outstanding().unwrap()[0].name, SINGLE, "it may still be waited for");
}

/// The folder as a service among others: asked through the trait, waiting by itself.
#[test]
fn the_folder_is_a_service() {
    use myna_terminal::{EligibilityService, FolderService, InstitutionCode, PossessionProof, ServiceError};
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::time::Instant;

    let scratch = Scratch::new("service");
    let folders = Folders::under(&scratch.0);
    let settings = ResponderSettings { delay: Duration::from_millis(20), ..ResponderSettings::default() };
    let mut service = SimulatedService::new().unwrap();
    service.set_pending_first(1);
    let mut responder = FolderResponder::new(folders.clone(), service, settings).unwrap();
    let rules = ErrandRules {
        timeout: Duration::from_secs(20),
        settling_time: Duration::from_millis(20),
        first_retry: Duration::from_millis(20),
    };
    let institution = InstitutionCode::new(SimulatedService::INSTITUTION).unwrap();
    let mut asked = FolderService::open(folders, institution, rules, Encoding::Cp932).unwrap();
    let is_over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| {
            let started = Instant::now();
            let face = include_bytes!("../../myna-eligibility/tests/samples/e01_valid.xml");
            responder.push_face_result(face, clock()).unwrap();
            while !is_over.load(Ordering::Relaxed) {
                responder.step(started.elapsed(), clock()).unwrap();
                std::thread::sleep(Duration::from_millis(2));
            }
        });
        let session = asked.log_in(&SimulatedService::credentials().unwrap(), clock()).unwrap();

        let (name, readings) =
            asked.next_face_result(Duration::from_secs(20)).unwrap().expect("a face result");
        assert!(name.starts_with("OQSsiquc01res_face_1319999999"), "{name}");
        assert_eq!(verdict(&[readings[0].message.clone()]), Verdict::Valid);
        assert_eq!(scratch.files("face"), [""; 0]);
        assert!(asked.next_face_result(Duration::ZERO).unwrap().is_none(), "told once");

        let Message::CheckRequest(single) = Message::parse(&request(&["45"])).unwrap() else { panic!() };
        let answer = asked.check_by_certificate_data(&session, &single, clock()).unwrap();
        assert_eq!(answer.verdict(), Verdict::Valid);
        let many = Message::parse(&request(&["45", "999"])).unwrap();
        let answers = asked.bulk(&session, &many, clock()).unwrap();
        let [Message::BulkAnswer(answer)] = &answers[..] else { panic!("{answers:?}") };
        assert_eq!(answer.units().len(), 2);

        assert_eq!(asked.challenge(&session, clock()).unwrap_err().code(), "service.not_offered");
        let proof = PossessionProof {
            challenge_id: [0; 16],
            certificate_der: Vec::new(),
            signature: Vec::new(),
            on: clock().date(),
        };
        let refused = asked.check(&session, &proof, clock()).unwrap_err();
        assert!(matches!(refused, ServiceError::NotOffered { .. }) && !refused.retry_is_safe());
        is_over.store(true, Ordering::Relaxed);
    });
}

/// The same questions to the embedded service, without folders.
#[test]
fn the_embedded_service_answers_by_certificate_data_and_in_bulk() {
    let service = SimulatedService::new().unwrap();
    let mut terminal = Terminal::log_in(service, &SimulatedService::credentials().unwrap(), clock()).unwrap();
    let Message::CheckRequest(single) = Message::parse(&request(&["45"])).unwrap() else { panic!() };
    let answer = terminal.check_by_certificate_data(&single, clock()).unwrap();
    assert_eq!(answer.verdict(), Verdict::Valid);
    assert_eq!(answer.header.file_identifier.as_deref(), Some("20260602091500-test"));

    let many = Message::parse(&request(&["45", "999"])).unwrap();
    let Message::CheckRequest(two) = &many else { panic!() };
    let error = terminal.check_by_certificate_data(two, clock()).unwrap_err();
    assert_eq!(error.code(), "service.request_unfit");
    let accepted = terminal.bulk(&many, clock()).unwrap();
    let [Message::BulkAccepted(accepted)] = &accepted[..] else { panic!("{accepted:?}") };
    let mut fetch = FetchRequest::default();
    let mut body = FetchRequestBody::default();
    body.reception_number.clone_from(&accepted.body.as_ref().unwrap().reception_number);
    fetch.body = Some(body);
    let fetch = Message::FetchRequest(Box::new(fetch));
    let mut service = terminal.log_out();
    service.set_pending_first(1);
    let mut terminal = Terminal::log_in(service, &SimulatedService::credentials().unwrap(), clock()).unwrap();
    let mut progress = || {
        let answers = terminal.bulk(&fetch, clock()).unwrap();
        let [Message::BulkAnswer(answer)] = &answers[..] else { panic!("{answers:?}") };
        (answer.progress(), answer.units().len())
    };
    assert_eq!(progress(), (BulkProgress::Pending, 0));
    assert_eq!(progress(), (BulkProgress::Done, 2));
}

fn wire<T: myna_eligibility::records::Meaning>(text: &str) -> Option<Written<T>> {
    Some(Written::new(text))
}

fn list(query: ListQuery) -> Message {
    let mut request = ListRequest::default();
    request.header.institution_code = Some(SimulatedService::INSTITUTION.to_owned());
    let mut body = ListRequestBody::default();
    body.query = Some(query);
    request.body = Some(body);
    Message::ListRequest(Box::new(request))
}

fn registrations(blocks: &[(&str, &str)]) -> Message {
    let mut request = RegistrationRequest::default();
    request.header.institution_code = Some(SimulatedService::INSTITUTION.to_owned());
    let blocks = blocks.iter().map(|(number, reference)| {
        let mut block = ReferenceNumberRegistration::default();
        block.reference_number = Some((*reference).to_owned());
        block.insurer_number = Some(InsurerNumber::new("01139989"));
        block.number = Some((*number).to_owned());
        block
    });
    let mut body = RegistrationRequestBody::default();
    body.registrations = Repeated(blocks.collect());
    request.body = Some(body);
    Message::RegistrationRequest(Box::new(request))
}

/// Two have consented, one of them twice, and one has a ticket.
fn consents_and_tickets(service: &mut SimulatedService) {
    let persona = |name| Persona::built_in(name).unwrap();
    let day = |text| Date::parse(text).unwrap();
    service
        .give_consent(&persona("default"), MedicalTreatmentFlag::HomeVisit, day("20260501"), None)
        .unwrap();
    service
        .give_consent(&persona("elderly"), MedicalTreatmentFlag::HomeVisit, day("20260531"), None)
        .unwrap();
    let examined = Some(day("20260610"));
    service
        .give_consent(&persona("default"), MedicalTreatmentFlag::Online, day("20260601"), examined)
        .unwrap();
    for month in ["202605", "202606"] {
        let mut ticket = MedicalTicket::default();
        ticket.treatment_month = wire(month);
        ticket.issue_number = Some(month.to_owned());
        service.issue_ticket(&persona("national"), ticket).unwrap();
    }
}

#[test]
fn lists_of_consents_and_tickets_go_both_their_steps() {
    let consents = |treatment, from, until| {
        let mut query = ListQuery::default();
        query.treatment = Some(treatment);
        (query.consented_from, query.consented_until) = (wire(from), wire(until));
        query
    };
    let mut examined = ListQuery::default();
    examined.treatment = Some(MedicalTreatmentFlag::Online);
    (examined.examined_from, examined.examined_until) = (wire("20260610"), wire("20260610"));
    let mut tickets = ListQuery::default();
    tickets.treatment_month = wire("202606");
    let home_visit = MedicalTreatmentFlag::HomeVisit;
    for (name, query, names) in [
        (
            "OQSmuhvq01req_1.xml",
            consents(home_visit.clone(), "20260501", "20260531"),
            &["試験　葵", "仮名　竹男"][..],
        ),
        ("OQSmuhvq01req_1.xml", consents(home_visit.clone(), "20260501", "20260530"), &["試験　葵"]),
        ("OQSmuhvq01req_1.xml", consents(home_visit, "20260502", "20260530"), &[]),
        ("OQSmuonq01req_1.xml", examined, &["試験　葵"]),
        ("OQSmutic01req_1.xml", tickets, &["架空　梢"]),
    ] {
        let scratch = Scratch::new("lists");
        let content = list(query).write(Encoding::Utf8).unwrap();
        let settings = ResponderSettings { wrong_identifier_first: true, ..ResponderSettings::default() };
        let (messages, ..) = run(&scratch, name, &content, settings, consents_and_tickets);
        let [Message::BulkAnswer(answer)] = &messages[..] else { panic!("{name}: {messages:?}") };
        assert_eq!(answer.progress(), BulkProgress::Done);
        assert_eq!(answer.header.number_of_results.as_deref(), Some(&*names.len().to_string()), "{name}");
        let mut found: Vec<_> =
            answer.units().iter().map(|unit| unit.results[0].name.as_deref().unwrap()).collect();
        found.sort_unstable();
        let mut expected = names.to_vec();
        expected.sort_unstable();
        assert_eq!(found, expected, "{name}");
        if name.starts_with("OQSmutic") {
            let [insurance, aid] = &answer.units()[0].results[..] else {
                panic!("insurance and medical aid")
            };
            assert!(insurance.medical_tickets.is_empty());
            let numbers: Vec<_> =
                aid.medical_tickets.iter().map(|ticket| ticket.issue_number.as_deref().unwrap()).collect();
            assert_eq!(numbers, ["202606"], "of the month that was asked for");
        }
    }
}

#[test]
fn what_no_document_tells_is_refused_with_the_reason() {
    let mut both = ListQuery::default();
    (both.treatment, both.treatment_month) = (Some(MedicalTreatmentFlag::HomeVisit), wire("202606"));
    let mut outpatient = ListQuery::default();
    outpatient.treatment = Some(MedicalTreatmentFlag::Outpatient);
    let mut service = SimulatedService::new().unwrap();
    for query in [both, outpatient, ListQuery::default()] {
        let error = service.answer_in_bulk(&list(query), clock()).unwrap_err();
        assert_eq!(error.code(), "service.request_unfit");
    }
    let drugs = include_bytes!("../../myna-eligibility/tests/samples/f06_drug_information_request.xml");
    let drugs = Message::parse(drugs).unwrap();
    let error = service.answer_in_bulk(&drugs, clock()).unwrap_err();
    assert!(error.to_string().contains("medical_information_request is not documented"), "{error}");

    let mut months = ListQuery::default();
    months.treatment_month = wire("202606");
    for (name, message) in
        [("OQSsihvq01req_1.xml", list(months.clone())), ("OQSmuhvq01req_1.xml", list(months))]
    {
        let scratch = Scratch::new("undocumented");
        let content = message.write(Encoding::Utf8).unwrap();
        let (messages, ..) = run(&scratch, name, &content, ResponderSettings::default(), |_| {});
        let Verdict::Failed { code, .. } = verdict(&messages) else { panic!("{name}: {messages:?}") };
        assert_eq!(code, "SIMULATED-service.request_unfit");
    }
}

#[test]
fn a_registered_number_is_told_from_then_on() {
    let scratch = Scratch::new("registration");
    let content = registrations(&[("45", "CHART-1")]).write(Encoding::Cp932).unwrap();
    let settings =
        ResponderSettings { wrong_identifier_first: true, shift_jis: true, ..ResponderSettings::default() };
    let (messages, ..) = run(&scratch, "OQSsiimm01req_1.xml", &content, settings, |_| {});
    let [Message::RegistrationAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    let body = answer.body.as_ref().unwrap();
    assert_eq!(body.processing_result_status, Some(ProcessingResultStatus::Normal));
    assert_eq!(body.registration.as_ref().unwrap().reference_number.as_deref(), Some("CHART-1"));

    let scratch = Scratch::new("registrations");
    let long = "x".repeat(51);
    let blocks = [("45", "CHART-2"), ("999", "CHART-3"), ("45", &long), ("45", "")];
    let content = registrations(&blocks).write(Encoding::Utf8).unwrap();
    let (messages, ..) = run(&scratch, "OQSmuimm01req_1.xml", &content, ResponderSettings::default(), |_| {});
    let [Message::RegistrationAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    let units = &answer.body.as_ref().unwrap().units;
    let codes: Vec<_> = units.iter().map(|unit| unit.processing_result_code.as_deref()).collect();
    let refused = Some("SIMULATED-ERR-3");
    assert_eq!(codes, [None, Some("SIMULATED-ERR-4"), refused, refused]);
    let header = &answer.header;
    let counts = [&header.number_of_results, &header.number_of_normal, &header.number_of_errors];
    assert_eq!(counts.map(Option::as_deref), [Some("4"), Some("1"), Some("3")]);
    assert_eq!(messages[0].warnings(), []);

    // The embedded service, asked by a terminal.
    let service = SimulatedService::new().unwrap();
    let mut terminal = Terminal::log_in(service, &SimulatedService::credentials().unwrap(), clock()).unwrap();
    for reference in ["CHART-1", "CHART-2"] {
        let Message::RegistrationRequest(one) = registrations(&[("45", reference)]) else { panic!() };
        terminal.register(&one, clock()).unwrap();
    }
    let Message::RegistrationRequest(none) = registrations(&[]) else { panic!() };
    assert_eq!(terminal.register(&none, clock()).unwrap_err().code(), "service.request_unfit");
    let Message::CheckRequest(single) = Message::parse(&request(&["45"])).unwrap() else { panic!() };
    let answer = terminal.check_by_certificate_data(&single, clock()).unwrap();
    assert_eq!(answer.results()[0].reference_number.as_deref(), Some("CHART-2"), "place for one");
    let accepted = terminal.bulk(&Message::parse(&request(&["45", "999"])).unwrap(), clock()).unwrap();
    let [Message::BulkAccepted(accepted)] = &accepted[..] else { panic!("{accepted:?}") };
    let mut fetch = FetchRequest::default();
    let mut body = FetchRequestBody::default();
    body.reception_number.clone_from(&accepted.body.as_ref().unwrap().reception_number);
    fetch.body = Some(body);
    let answers = terminal.bulk(&Message::FetchRequest(Box::new(fetch)), clock()).unwrap();
    let [Message::BulkAnswer(answer)] = &answers[..] else { panic!("{answers:?}") };
    assert_eq!(&*answer.units()[0].reference_numbers, ["CHART-1", "CHART-2"]);
    assert!(answer.units()[1].reference_numbers.is_empty());
}

/// Both sides: written unit by unit, and taken though it is larger than a message may be.
#[test]
fn an_answer_larger_than_a_message_is_taken() {
    let scratch = Scratch::new("large");
    let numbers = vec!["45"; 3_500];
    let (messages, ..) = run(&scratch, BULK, &request(&numbers), ResponderSettings::default(), |_| {});
    let [Message::BulkAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(answer.units().len(), numbers.len());
    assert!(answer.units().iter().all(|unit| answer.verdict_of(unit) == Verdict::Valid));
    assert_eq!(answer.header.number_of_results.as_deref(), Some("3500"));
    let taken = scratch.0.join("myna/trash/OQSmuquc02res_202606020001.xml");
    assert!(fs::metadata(taken).unwrap().len() > u64::try_from(myna_eligibility::forms::MAX_BYTES).unwrap());

    let scratch = Scratch::new("large-registration");
    let reference = "x".repeat(50);
    let blocks = vec![("45", &*reference); 11_000];
    let content = registrations(&blocks).write(Encoding::Utf8).unwrap();
    let (messages, ..) = run(&scratch, "OQSmuimm01req_1.xml", &content, ResponderSettings::default(), |_| {});
    let [Message::RegistrationAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    assert_eq!(answer.body.as_ref().unwrap().units.len(), blocks.len());
    let taken = scratch.0.join("myna/trash/OQSmuimm02res_1.xml");
    assert!(fs::metadata(taken).unwrap().len() > u64::try_from(myna_eligibility::forms::MAX_BYTES).unwrap());
}

#[test]
fn errors_of_a_bulk_answer_are_counted() {
    let scratch = Scratch::new("counted");
    let (messages, ..) =
        run(&scratch, BULK, &request(&["45", "999"]), ResponderSettings::default(), |service| {
            service.set_outcome(SimulatedOutcome::ProcessingError);
        });
    let [Message::BulkAnswer(answer)] = &messages[..] else { panic!("{messages:?}") };
    let header = &answer.header;
    let counts = [&header.number_of_results, &header.number_of_normal, &header.number_of_errors];
    assert_eq!(counts.map(Option::as_deref), [Some("2"), Some("0"), Some("2")]);
}
