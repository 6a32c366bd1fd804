//! Another card is put in place of the first before any exchange: what is shown together is of one card all the same.

use std::error::Error;

use myna_apdu::flow::{Operation, Reached};
use myna_cardface::layout::{Text, Visual};
use myna_cardface::{
    AgeRecord, BasicItems, CardFace, CardFacePin, EraBirthDate, IntegrityRecord, MyNumber, MyNumberImage,
    NumberA, operation as face,
};
use myna_jpki::{
    CardIdentity, CertificateKind, DigestInfo, JpkiError, KeyKind, SignaturePassword, operation as jpki,
};
use myna_terminal::{CheckError, Checked};
use myna_transport::{
    Capabilities, Card, CardPair, FaultInjector, FaultPlan, Meter, Transport, TransportError,
};

use super::*;

/// Two cards, and a reader that puts the second in place of the first.
type Reader<'p> = FaultInjector<&'p mut CardPair<SimulatedCard>>;

/// Another person whom nothing that is typed or compared tells from the first: birth date, sex, numbers and PIN are the
/// same.
fn twins() -> [Persona; 2] {
    let fixed = |text: String| text.replace("[card]\n", "[card]\nsecurity_code = \"1234\"\n");
    let other = |text: String| {
        fixed(text)
            .replace("name = \"default\"", "name = \"twin\"")
            .replace("family_name = \"試験\"", "family_name = \"別人\"")
            .replace("name = \"試験　葵\"", "name = \"別人　葵\"")
            .replace("insured_identification_number = \"45\"", "insured_identification_number = \"46\"")
    };
    [persona(fixed), persona(other)]
}

/// Who was seen where.
#[derive(Default)]
struct Seen {
    /// The printed name, as an image.
    face: Option<Vec<u8>>,
    identity: Option<CardIdentity>,
}

/// A first hold, in which tries are counted while somebody is asked for the PIN, where there is one; then the check.
fn check(
    reader: &mut Reader<'_>,
    way: Way,
    first_hold: bool,
    personas: &[Persona; 2],
    seen: &mut Seen,
) -> Result<Checked, CheckError> {
    let typed = Typed::of(&personas[0]);
    let mut plan = typed.plan(way);
    if first_hold {
        let mut card = Card::new(&mut *reader);
        let identity = card.run(jpki::read_identity())?;
        card.run(jpki::tries_left(KeyKind::UserAuthentication))?;
        plan = plan.with_card(identity.clone());
        seen.identity = Some(identity);
    }
    let mut terminal = terminal(&[&personas[0], &personas[1]]);
    let mut card = Card::new(reader);
    let mut check = plan.begin();
    let mut reply = None;
    loop {
        match terminal.proceed(&mut card, &mut check, reply, now())? {
            Reached::Question(question) => {
                if let CheckQuestion::Face(read) = question {
                    seen.face = Some(read.face.name_png().to_vec());
                }
                reply = Some(CheckReply::Staff(true));
            }
            Reached::End(checked) => return Ok(checked),
        }
    }
}

#[test]
fn a_swap_before_any_exchange_never_mixes_two_cards() {
    let personas = twins();
    let (mut swaps, mut results) = (0, 0);
    for way in WAYS {
        let faces = [0, 1].map(|index| {
            let mut pair = CardPair::new(card(&personas[index]), card(&personas[1 - index]));
            let mut reader = Reader::new(&mut pair, FaultPlan::default());
            let mut seen = Seen::default();
            check(&mut reader, way, false, &personas, &mut seen).unwrap();
            seen.face
        });
        assert!(!way.with_face || faces[0] != faces[1]);
        for (first_hold, tells) in [(false, false), (false, true), (true, false), (true, true)] {
            let exchanges = way.exchanges + if first_hold { 3 } else { 0 };
            for at in 1..=exchanges + 1 {
                let case = format!("{way:?}, first hold {first_hold}, told {tells}, before {at}");
                let pair = CardPair::new(card(&personas[0]), card(&personas[1]));
                let mut pair = if tells { pair.noticed() } else { pair };
                let plan: FaultPlan = format!("{at} swap").parse().unwrap();
                let mut reader = Reader::new(&mut pair, plan);
                let mut seen = Seen::default();
                let result = check(&mut reader, way, first_hold, &personas, &mut seen);
                swaps += 1;
                // A PIN that was typed for one card is not given to another.
                let begins_anew = at == 1 && !tells;
                if !begins_anew && at <= exchanges {
                    let mut second = Card::new(Reader::new(&mut pair, FaultPlan::default()));
                    assert!(second.run(signs()).is_err(), "{case}: the second card's key is open");
                }
                let Ok(checked) = result else {
                    assert!(at <= exchanges, "{case}: {:?}", result.err());
                    continue;
                };
                results += 1;
                let whose = usize::from(begins_anew);
                assert!(begins_anew || at > exchanges, "{case}");
                let name = checked.response.results()[0].name.clone();
                assert_eq!(name, Some(personas[whose].full_name()), "{case}");
                if way.with_face {
                    assert_eq!(seen.face, faces[whose], "{case}");
                }
                if let Some(identity) = seen.identity {
                    assert!(identity.is_of(&checked.certificate), "{case}");
                }
            }
        }
    }
    println!("{swaps} swaps tried, {results} results, 0 mixed");
}

/// Everything that one application on a card is asked for in one hold: two things that name a person.
type Application = fn(&mut Card<Meter<Reader<'_>>>, &Persona) -> Result<[Vec<u8>; 2], Box<dyn Error>>;

fn login(card: &mut Card<Meter<Reader<'_>>>, _: &Persona) -> Result<[Vec<u8>; 2], Box<dyn Error>> {
    card.run(jpki::open())?;
    let certificate = card.run(jpki::read_certificate(CertificateKind::UserAuthentication))?;
    let pin = UserAuthenticationPin::new("1234")?;
    card.run(jpki::verify_user_authentication(&pin, PinPolicy::default()))?;
    let signature = card.run(signs())?;
    certificate.verify_sha256(b"is the key open?", &signature)?;
    Ok([signature, certificate.as_der().to_vec()])
}

fn sign(card: &mut Card<Meter<Reader<'_>>>, _: &Persona) -> Result<[Vec<u8>; 2], Box<dyn Error>> {
    card.run(jpki::open())?;
    let password = SignaturePassword::new("ABC123")?;
    card.run(jpki::verify_digital_signature(&password, PinPolicy::default()))?;
    let certificate = card.run(jpki::read_certificate(CertificateKind::DigitalSignature))?;
    let input = DigestInfo::sha256(b"document");
    let signature = card.run(jpki::sign(KeyKind::DigitalSignature, input))?;
    certificate.verify_sha256(b"document", &signature)?;
    Ok([signature, certificate.as_der().to_vec()])
}

/// The items, My Number, and the record over both.
fn texts(card: &mut Card<Meter<Reader<'_>>>, _: &Persona) -> Result<[Vec<u8>; 2], Box<dyn Error>> {
    card.run(face::open::<Text>())?;
    card.run(face::verify::<Text, _>(&CardFacePin::new("1234")?, PinPolicy::default()))?;
    let items = card.run(face::read::<BasicItems>())?;
    let number = card.run(face::read::<MyNumber>())?;
    let record = card.run(face::read::<IntegrityRecord>())?;
    card.run(face::read_text_evidence([7; 32]))?;
    assert!(record.covers_items(&items) && record.covers_my_number(&number));
    Ok([items.name().into(), number.expose().to_vec()])
}

/// The face, the image of My Number, and the age, each opened by its own number.
fn printed(card: &mut Card<Meter<Reader<'_>>>, persona: &Persona) -> Result<[Vec<u8>; 2], Box<dyn Error>> {
    let number = persona.number_b(on())?;
    let policy = PinPolicy::default();
    card.run(face::open::<Visual>())?;
    card.run(face::verify::<Visual, _>(&NumberB::new(&number)?, policy))?;
    let read = card.run(face::read::<CardFace>())?;
    card.run(face::read_visual_evidence([7; 32]))?;
    card.run(face::verify::<Visual, _>(&NumberA::new(persona.my_number())?, policy))?;
    let image = card.run(face::read::<MyNumberImage>())?;
    card.run(face::verify::<Visual, _>(&EraBirthDate::new(&number[..6])?, policy))?;
    card.run(face::read::<AgeRecord>())?;
    Ok([read.name_png().to_vec(), image.expose_png().to_vec()])
}

#[test]
fn a_swap_within_an_application_never_mixes_two_cards() {
    let personas = twins();
    let applications: [(&str, Application); 4] =
        [("login", login), ("signature", sign), ("texts", texts), ("printed", printed)];
    let mut swaps = 0;
    for (name, application) in applications {
        let whole = |first: usize| {
            let mut pair = CardPair::new(card(&personas[first]), card(&personas[1 - first]));
            let mut card = Card::new(Meter::new(Reader::new(&mut pair, FaultPlan::default())));
            let read = application(&mut card, &personas[first]).unwrap();
            (read, card.transport().budget().exchanges)
        };
        let ((own, exchanges), (other, _)) = (whole(0), whole(1));
        assert_ne!(own, other, "{name}");
        for at in 1..=exchanges {
            for tells in [false, true] {
                let pair = CardPair::new(card(&personas[0]), card(&personas[1]));
                let mut pair = if tells { pair.noticed() } else { pair };
                let plan: FaultPlan = format!("{at} swap").parse().unwrap();
                let mut card = Card::new(Meter::new(Reader::new(&mut pair, plan)));
                swaps += 1;
                match application(&mut card, &personas[0]) {
                    Ok(read) => assert!(at == 1 && !tells && read == other, "{name}, before {at}"),
                    Err(error) => assert!(at > 1 || tells, "{name}, before {at}: {error}"),
                }
            }
        }
    }
    println!("{swaps} swaps tried, 0 mixed");
}

fn signs() -> impl Operation<Output = Vec<u8>, Error = JpkiError> {
    jpki::sign(KeyKind::UserAuthentication, DigestInfo::sha256(b"is the key open?"))
}

/// A card made of two: the applications of the face are another person's.
struct Composite {
    jpki: SimulatedCard,
    face: SimulatedCard,
    at_face: bool,
}

impl Transport for Composite {
    fn capabilities(&self) -> Capabilities {
        Capabilities::default()
    }

    fn exchange(&mut self, command: &[u8], response: &mut [u8]) -> Result<usize, TransportError> {
        if command.starts_with(&[0x00, 0xA4, 0x04]) {
            // 券面事項確認AP.
            self.at_face = command.ends_with(&[0x04, 0x02]);
        }
        let answer = if self.at_face { &mut self.face } else { &mut self.jpki }.transmit(command);
        response[..answer.len()].copy_from_slice(&answer);
        Ok(answer.len())
    }
}

#[test]
fn a_card_of_two_people_is_a_contradiction_and_not_valid() {
    let [own, _] = twins();
    let of = |change: [(&str, &str); 2]| {
        persona(|text| change.iter().fold(text, |text, (from, to)| text.replace(from, to)))
    };
    let birth_date = ("birth_date = 1988-07-14", "birth_date = 1988-07-15");
    let sex = ("sex = \"female\"", "sex = \"male\"");
    for (other, difference) in [
        (of([birth_date, birth_date]), "birth date"),
        (of([sex, sex]), "sex"),
        (of([birth_date, sex]), "birth date and sex"),
    ] {
        for way in WAYS.into_iter().filter(|way| way.with_face) {
            let typed = Typed::of(&other);
            let mut terminal = terminal(&[&own]);
            let reader = Composite { jpki: card(&own), face: card(&other), at_face: false };
            let mut card = Card::new(reader);
            let mut check = typed.plan(way).begin();
            let mut reply = None;
            let error = loop {
                match terminal.proceed(&mut card, &mut check, reply, now()) {
                    Ok(Reached::Question(_)) => reply = Some(CheckReply::Staff(true)),
                    Ok(Reached::End(checked)) => panic!("{checked:?}"),
                    Err(error) => break error,
                }
            };
            let CheckError::Contradiction { difference: found, checked } = error else { panic!("{error}") };
            assert_eq!(found.to_string(), difference);
            assert!(checked.response.verdict().is_valid(), "for who clears it up");
        }
    }
}
