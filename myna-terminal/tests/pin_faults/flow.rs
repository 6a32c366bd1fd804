use myna_apdu::flow::{LinkProfile, Reached};
use myna_calendar::Date;
use myna_cardface::layout::{Text, Visual};
use myna_cardface::{
    AgeRecord, BasicItems, CardFacePin, EraBirthDate, MyNumber, MyNumberImage, NumberA, NumberB,
    operation as face,
};
use myna_error::{Attempt, Diagnostic};
use myna_jpki::{
    CertificateKind, ChangeFault, DigestInfo, JpkiError, KeyKind, PinPolicy, SignaturePassword,
    UserAuthenticationPin, operation as jpki,
};
use myna_sign::cms::CmsRequest;
use myna_sign::cms::card::{ContentToSign, KeyOpener, sign};
use myna_sim::{Persona, Reference};
use myna_terminal::{Challenge, CheckError, CheckPlan, CheckQuestion, CheckReply, FacePlan};
use myna_transport::{Card, CardError, Transport};

/// What one action of a person sets going.
#[derive(Clone, Copy)]
pub(crate) struct Flow {
    pub(crate) name: &'static str,
    /// The secrets it presents, once each.
    pub(crate) references: &'static [Reference],
    /// The secret it gives another value, and which.
    pub(crate) changes: Option<(Reference, &'static str)>,
    run: Run,
}

/// What an error says.
#[derive(Clone, Copy)]
pub(crate) struct Told {
    pub(crate) attempt: Attempt,
    /// Whether the old value or the new one may hold.
    pub(crate) is_value_in_doubt: bool,
}

type Run = fn(&mut Card<&mut dyn Transport>, &Secrets, PinPolicy) -> Result<(), Told>;

/// What is typed.
pub(crate) struct Secrets {
    pin: UserAuthenticationPin,
    password: SignaturePassword,
    card_face_pin: CardFacePin,
    number_a: NumberA,
    number_b: NumberB,
    birth_date: EraBirthDate,
}

impl Flow {
    pub(crate) const ALL: [Self; 11] = [
        Self {
            name: "利用者証明",
            references: &[Reference::UserAuthentication],
            changes: None,
            run: |card, secrets, policy| {
                card.run(jpki::open()).map_err(told)?;
                card.run(jpki::verify_user_authentication(&secrets.pin, policy)).map_err(told)?;
                let input = DigestInfo::sha256(b"message");
                card.run(jpki::sign(KeyKind::UserAuthentication, input)).map_err(told).map(drop)
            },
        },
        Self {
            name: "署名用",
            references: &[Reference::DigitalSignature],
            changes: None,
            run: |card, secrets, policy| {
                card.run(jpki::open()).map_err(told)?;
                card.run(jpki::verify_digital_signature(&secrets.password, policy)).map_err(told)?;
                let read = jpki::read_certificate(CertificateKind::DigitalSignature);
                card.run(read).map_err(told).map(drop)
            },
        },
        Self {
            name: "署名用, a document",
            references: &[Reference::DigitalSignature],
            changes: None,
            run: |card, secrets, policy| {
                card.run(jpki::open()).map_err(told)?;
                let (key, request) = (KeyOpener::DigitalSignature(&secrets.password), CmsRequest::new());
                let sign = sign(key, policy, &request, ContentToSign::Detached(b"document"));
                card.run(sign).map_err(told).map(drop)
            },
        },
        Self {
            name: "利用者証明, changed",
            references: &[Reference::UserAuthentication],
            changes: Some((Reference::UserAuthentication, "4321")),
            run: |card, secrets, policy| {
                card.run(jpki::open()).map_err(told)?;
                let new = UserAuthenticationPin::new("4321").unwrap();
                let change = jpki::change_user_authentication_pin(&secrets.pin, &new, policy);
                card.run(change).map_err(told_of_change).map(drop)
            },
        },
        Self {
            name: "署名用, changed",
            references: &[Reference::DigitalSignature],
            changes: Some((Reference::DigitalSignature, "NEW456")),
            run: |card, secrets, policy| {
                card.run(jpki::open()).map_err(told)?;
                let new = SignaturePassword::new("NEW456").unwrap();
                let change = jpki::change_signature_password(&secrets.password, &new, policy);
                card.run(change).map_err(told_of_change).map(drop)
            },
        },
        Self {
            name: "券面事項入力補助",
            references: &[Reference::CardFace],
            changes: None,
            run: |card, secrets, policy| {
                card.run(face::open::<Text>()).map_err(told)?;
                card.run(face::verify::<Text, _>(&secrets.card_face_pin, policy)).map_err(told)?;
                card.run(face::read::<BasicItems>()).map_err(told)?;
                card.run(face::read::<MyNumber>()).map_err(told).map(drop)
            },
        },
        Self {
            name: "照合番号A, then B",
            references: &[Reference::TextNumberA, Reference::TextNumberB],
            changes: None,
            run: |card, secrets, policy| {
                card.run(face::open::<Text>()).map_err(told)?;
                card.run(face::verify::<Text, _>(&secrets.number_a, policy)).map_err(told)?;
                card.run(face::verify::<Text, _>(&secrets.number_b, policy)).map_err(told).map(drop)
            },
        },
        Self {
            name: "券面 照合番号A",
            references: &[Reference::VisualNumberA],
            changes: None,
            run: |card, secrets, policy| {
                card.run(face::open::<Visual>()).map_err(told)?;
                card.run(face::verify::<Visual, _>(&secrets.number_a, policy)).map_err(told)?;
                card.run(face::read::<MyNumberImage>()).map_err(told).map(drop)
            },
        },
        Self {
            name: "券面 生年月日",
            references: &[Reference::VisualBirthDate],
            changes: None,
            run: |card, secrets, policy| {
                card.run(face::open::<Visual>()).map_err(told)?;
                card.run(face::verify::<Visual, _>(&secrets.birth_date, policy)).map_err(told)?;
                card.run(face::read::<AgeRecord>()).map_err(told).map(drop)
            },
        },
        Self {
            name: "資格確認 with the face",
            references: &[Reference::VisualNumberB, Reference::UserAuthentication],
            changes: None,
            run: |card, secrets, policy| {
                let face = FacePlan::new(&secrets.number_b, policy);
                check(card, CheckPlan::by_pin(day(), &secrets.pin, policy).with_face(face))
            },
        },
        Self {
            name: "資格確認, as of a phone",
            references: &[Reference::UserAuthentication],
            changes: None,
            run: |card, secrets, policy| {
                check(card, CheckPlan::by_pin(day(), &secrets.pin, policy).of_phone())
            },
        },
    ];

    pub(crate) fn run(
        &self,
        reader: &mut dyn Transport,
        profile: LinkProfile,
        secrets: &Secrets,
        policy: PinPolicy,
    ) -> Result<(), Told> {
        (self.run)(&mut Card::with_profile(reader, profile), secrets, policy)
    }
}

/// To where the service has its say.
fn check(card: &mut Card<&mut dyn Transport>, plan: CheckPlan<'_>) -> Result<(), Told> {
    let mut check = plan.begin();
    let mut reply = None;
    loop {
        let reached = card.run(check.until_question(reply)).map_err(|error| told_of_check(error.into()))?;
        reply = Some(match reached {
            Reached::Question(CheckQuestion::Challenge) => CheckReply::Challenge {
                challenge: Challenge { id: [1; 16], nonce: [2; 32] },
                audience: "here".to_owned(),
                terminal: "desk".to_owned(),
            },
            Reached::Question(CheckQuestion::Possession(_)) => return Ok(()),
            _ => CheckReply::Staff(true),
        });
    }
}

fn day() -> Date {
    Date::from_ymd(2026, 6, 2).unwrap()
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` wants it")]
fn told_of_check(error: CheckError) -> Told {
    Told { attempt: error.attempt(), is_value_in_doubt: false }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` wants it")]
fn told<E: Diagnostic>(error: CardError<E>) -> Told {
    Told { attempt: error.attempt(), is_value_in_doubt: false }
}

#[allow(clippy::needless_pass_by_value, reason = "as `map_err` wants it")]
fn told_of_change(error: CardError<JpkiError>) -> Told {
    let is_value_in_doubt = matches!(error.operation().change_fault(), Some(ChangeFault::Unclear { .. }));
    Told { attempt: error.attempt(), is_value_in_doubt }
}

impl Secrets {
    pub(crate) fn right(persona: &Persona, today: Date) -> Self {
        let number_b = persona.number_b(today).unwrap();
        Self {
            pin: UserAuthenticationPin::new("1234").unwrap(),
            password: SignaturePassword::new("ABC123").unwrap(),
            card_face_pin: CardFacePin::new("1234").unwrap(),
            number_a: NumberA::new(persona.my_number()).unwrap(),
            birth_date: EraBirthDate::new(&number_b[..6]).unwrap(),
            number_b: NumberB::new(&number_b).unwrap(),
        }
    }

    pub(crate) fn wrong() -> Self {
        Self {
            pin: UserAuthenticationPin::new("9999").unwrap(),
            password: SignaturePassword::new("XYZ999").unwrap(),
            card_face_pin: CardFacePin::new("9999").unwrap(),
            number_a: NumberA::new("123456789018").unwrap(),
            number_b: NumberB::new("01010120300000").unwrap(),
            birth_date: EraBirthDate::new("010101").unwrap(),
        }
    }
}
