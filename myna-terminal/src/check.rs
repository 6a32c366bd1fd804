//! The check of one patient's card, as a value.

use std::fmt;

use myna_apdu::flow::{
    Caller, Dialogue, DialogueStep, ExchangeError, FileFault, Link, OperationError, PinPolicy, TriesLeft,
    VerifyFault,
};
use myna_calendar::{Date, DateDigits};
use myna_cardface::layout::Visual;
use myna_cardface::{CardFace, CardFaceError, FaceSex, NumberB, VisualEvidence, operation as face};
use myna_eligibility::{EligibilityResponse, XmlError};
use myna_error::{Attempt, Diagnostic, Entry, Language, Spent, english, unknown_detail};
use myna_jpki::{
    CardIdentity, Certificate, CertificateKind, DigestInfo, JpkiError, KeyKind, LoginStatement,
    UserAuthenticationPin, operation as jpki,
};
use myna_transport::CardError;
use thiserror::Error;

use crate::codes;
use crate::face_difference::FaceDifference;
use crate::reading_session::IdentityMode;
use crate::service::{Challenge, PossessionProof, ServiceError, SightProof};

/// The whole check of one patient, under way: it hands out the next command for the card or the next question, is given
/// the answer, and in the end yields what the service said. It holds no reader, no clock and no connection, and may move
/// to another thread between two steps.
///
/// ```text
///           by PIN                                  by eye
/// ask       Challenge                               SameFace, where the face is not read
/// card      the face, where it is wanted            the face, where it is wanted
/// ask       Face                                    Face
/// card      certificate, tries, PIN, signature      certificate, tries
/// ask       Possession                              SameFace, where the face was read; Challenge; Sight
/// ```
///
/// A phone shows its certificate only after its PIN: then it is read there, and by eye nothing can be checked
/// ([`CheckError::PinNeeded`]).
///
/// Give all commands to one card, in one unbroken hold: from the last of them on the hold may end. A transport that does
/// not notice that another card was put in its place does no harm: face and certificate that are not of one card are
/// [`CheckError::AnotherCard`], before a PIN is presented. Exchanges at best: 5 by PIN, 3 by eye; with the face 6 more, 8
/// with evidence. A phone takes 6 by PIN, and 5 where [it is known](CheckPlan::of_phone) that one will come.
///
/// ```
/// use myna_apdu::flow::LinkProfile;
/// use myna_calendar::Date;
/// use myna_terminal::{CheckPlan, CheckQuestion, CheckReply, CheckStep};
/// let mut check = CheckPlan::by_eye(Date::from_ymd(2026, 6, 2)?).begin();
/// let CheckStep::Ask(CheckQuestion::SameFace) = check.start(LinkProfile::default()) else { panic!() };
/// let CheckStep::Transmit(select) = check.reply(CheckReply::Staff(true)) else { panic!() };
/// assert_eq!(select.bytes()[..2], [0x00, 0xA4]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub type Check<'a> = Dialogue<'a, Checked, CheckError, CheckQuestion, CheckReply>;

/// What the driver of a [`Check`] has to do next.
pub type CheckStep = DialogueStep<Checked, CheckError, CheckQuestion>;

/// What a check is about, and how the patient's identity is checked.
pub struct CheckPlan<'a> {
    on: Date,
    /// `None` for a check by eye.
    pin: Option<(&'a UserAuthenticationPin, PinPolicy)>,
    face: Option<FacePlan<'a>>,
    card: Option<CardIdentity>,
    is_of_phone: bool,
}

/// How the face of the card (券面事項確認AP) is read.
pub struct FacePlan<'a> {
    number: &'a NumberB,
    policy: PinPolicy,
    challenge: Option<[u8; 32]>,
}

/// What the card itself shows of its holder.
#[derive(Debug)]
#[non_exhaustive]
pub struct ReadFace {
    /// 券面情報, with the photo.
    pub face: CardFace,
    /// What speaks for it, where it was asked for and the card gave it.
    pub evidence: Option<VisualEvidence>,
}

/// What a check cannot know by itself.
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckQuestion {
    /// A fresh challenge of the service, its name, and the terminal's: [`CheckReply::Challenge`].
    Challenge,
    /// The face was read: show it. [`CheckReply::Staff`] says whether to go on. The card is still needed.
    Face(Box<ReadFace>),
    /// Is the patient the person on the photo (目視確認)? [`CheckReply::Staff`].
    SameFace,
    /// What does the service answer to this proof? [`CheckReply::Message`].
    Possession(Box<PossessionProof>),
    /// What does the service answer to this word of the staff's? [`CheckReply::Message`].
    Sight(Box<SightProof>),
}

/// The answer to a [`CheckQuestion`]. One of another kind than was asked for ends the check with
/// [`ExchangeError::Stalled`].
#[derive(Debug)]
#[non_exhaustive]
pub enum CheckReply {
    /// The service's challenge.
    Challenge {
        /// Fresh, and good once.
        challenge: Challenge,
        /// [`EligibilityService::audience`](crate::EligibilityService::audience).
        audience: String,
        /// [`EligibilityService::terminal`](crate::EligibilityService::terminal).
        terminal: String,
    },
    /// What staff decides.
    Staff(bool),
    /// The bytes of the service's answer.
    Message(Vec<u8>),
    /// The service refused.
    Refused(ServiceError),
}

/// What a check of one patient's card brought.
#[non_exhaustive]
pub struct Checked {
    /// The service's answer, read. Its [`verdict`](EligibilityResponse::verdict) is what counts.
    pub response: EligibilityResponse,
    /// The same as it came: keep it when the receipt computer wants the message.
    pub message: Vec<u8>,
    /// 利用者証明用電子証明書 of the card.
    pub certificate: Certificate,
    /// The PIN's tries as the card reported them, before the PIN was presented.
    pub tries_before: TriesLeft,
}

/// Why a check came to no answer.
#[derive(Debug, Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum CheckError {
    /// Card, PIN or reader.
    #[error(transparent)]
    Card(#[from] CardError<JpkiError>),
    /// The face of the card, 照合番号B or reader.
    #[error(transparent)]
    Face(CardError<CardFaceError>),
    /// The card is not the one it was before: nothing of the two may be shown together. No PIN was presented to this one.
    AnotherCard,
    /// The PIN is locked, and [`way_left`](CheckError::way_left) says what can be done now.
    PinLocked {
        /// What the card said.
        error: CardError<JpkiError>,
        /// The way by which this card can be checked now; `None` for a phone, whose holder may have the card itself.
        way_left: Option<IdentityMode>,
    },
    /// A 顔認証マイナンバーカード: it has no PIN, and is checked by eye.
    NoPin,
    /// The certificate can be read only after its PIN, as on a phone: by eye nothing can be checked.
    PinNeeded,
    /// Staff did not recognise the person on the photo.
    IdentityRefused,
    /// The service refused.
    #[error(transparent)]
    Service(#[from] ServiceError),
    /// The service's answer cannot be read.
    Answer(#[from] XmlError),
    /// The service answered, but its answer contradicts the face of the same card: it is not to be taken for valid.
    Contradiction {
        /// In what.
        difference: FaceDifference,
        /// The answer, for who clears it up.
        checked: Box<Checked>,
    },
}

impl Diagnostic for CheckError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::AnotherCard => &codes::ANOTHER_CARD,
            Self::NoPin => &codes::NO_PIN,
            Self::PinNeeded => &codes::PIN_NEEDED,
            Self::IdentityRefused => &codes::IDENTITY_REFUSED,
            Self::Contradiction { .. } => &codes::CONTRADICTION,
            Self::Card(error) | Self::PinLocked { error, .. } => error.entry(),
            Self::Face(error) => error.entry(),
            Self::Service(error) => error.entry(),
            Self::Answer(error) => error.entry(),
        }
    }

    fn place(&self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, language) {
            (Self::Answer(_), Language::Japanese) => f.write_str("サービスの回答: "),
            (Self::Answer(_), _) => f.write_str("the service's answer cannot be read: "),
            (Self::Card(error) | Self::PinLocked { error, .. }, _) => error.place(language, f),
            (Self::Face(error), _) => error.place(language, f),
            _ => Ok(()),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("difference", Self::Contradiction { difference, .. }) => difference.write(language, f),
            (_, Self::Card(error) | Self::PinLocked { error, .. }) => error.detail(name, language, f),
            (_, Self::Face(error)) => error.detail(name, language, f),
            (_, Self::Service(error)) => error.detail(name, language, f),
            (_, Self::Answer(error)) => error.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }

    fn attempt(&self) -> Attempt {
        match self {
            Self::Card(error) | Self::PinLocked { error, .. } => error.attempt(),
            Self::Face(error) => error.attempt(),
            Self::NoPin => Attempt::new(Spent::No, Some(0)),
            _ => Attempt::NONE,
        }
    }
}

impl CheckError {
    /// The way by which the same card can be checked now, where this one failed for the card and another will do.
    #[must_use]
    pub const fn way_left(&self) -> Option<IdentityMode> {
        match self {
            Self::PinLocked { way_left, .. } => *way_left,
            Self::NoPin => Some(IdentityMode::Visual),
            Self::PinNeeded => Some(IdentityMode::Pin),
            _ => None,
        }
    }
}

impl<'a> CheckPlan<'a> {
    /// A check for a day (資格確認日), by the PIN that the patient typed.
    #[must_use]
    pub const fn by_pin(on: Date, pin: &'a UserAuthenticationPin, policy: PinPolicy) -> Self {
        Self { on, pin: Some((pin, policy)), face: None, card: None, is_of_phone: false }
    }

    /// A check for a day (資格確認日), by the word of staff who compares face and photo (目視確認) [seed F3 S50, S54]: no PIN
    /// is presented, and none need be left.
    #[must_use]
    pub const fn by_eye(on: Date) -> Self {
        Self { on, pin: None, face: None, card: None, is_of_phone: false }
    }

    /// Reads the face of the card as well, and compares its birth date and sex with the answer's.
    #[must_use]
    pub fn with_face(self, face: FacePlan<'a>) -> Self {
        Self { face: Some(face), ..self }
    }

    /// Only the card that was [identified](jpki::read_identity) in an earlier hold will do: what was asked of a person for
    /// it is never given to another.
    #[must_use]
    pub fn with_card(self, card: CardIdentity) -> Self {
        Self { card: Some(card), ..self }
    }

    /// A phone will be held to the reader: its certificate is asked for after the PIN only, which saves an exchange. A card
    /// can be checked so as well, but its PIN is presented before it is known to have a certificate.
    #[must_use]
    pub fn of_phone(self) -> Self {
        Self { is_of_phone: true, ..self }
    }

    /// The check, ready to be started.
    #[must_use]
    pub fn begin(self) -> Check<'a> {
        Dialogue::new(move |link, caller| async move {
            match self.pin {
                Some((pin, policy)) => self.check_by_pin(&link, &caller, pin, policy).await,
                None => self.check_by_eye(&link, &caller).await,
            }
        })
    }

    async fn check_by_pin(
        mut self,
        link: &Link,
        caller: &Questions,
        pin: &UserAuthenticationPin,
        policy: PinPolicy,
    ) -> Result<Checked, CheckError> {
        let (challenge, audience, terminal) = fresh_challenge(caller).await?;
        let face = self.read_face(link, caller).await?;
        let statement = LoginStatement {
            audience: &audience,
            terminal: &terminal,
            challenge_id: challenge.id,
            nonce: challenge.nonce,
            purpose: &PossessionProof::purpose(self.on),
        }
        .to_bytes()?;
        let certificate = self.find_certificate(link).await?;
        let tries_before = match link.run(jpki::verify_user_authentication(pin, policy)).await {
            Ok(tries) => tries,
            Err(error) => return Err(refused(link, error, certificate.is_some()).await),
        };
        let certificate = match certificate {
            Some(certificate) => certificate,
            None => link.run(jpki::read_certificate(CertificateKind::UserAuthentication)).await?,
        };
        let input = DigestInfo::sha256(&statement);
        let signature = link.run(jpki::sign(KeyKind::UserAuthentication, input)).await?;
        // Before the service sees it: a card that signs wrongly is told from a service that refuses.
        certificate.verify_sha256(&statement, &signature).map_err(JpkiError::Signature)?;
        let certificate_der = certificate.as_der().to_vec();
        let proof = PossessionProof { challenge_id: challenge.id, certificate_der, signature, on: self.on };
        let message = answer_to(caller, CheckQuestion::Possession(Box::new(proof))).await?;
        conclude(face, message, certificate, tries_before)
    }

    async fn check_by_eye(mut self, link: &Link, caller: &Questions) -> Result<Checked, CheckError> {
        let reads_face = self.face.is_some();
        if !reads_face {
            agreed(caller, CheckQuestion::SameFace).await?;
        }
        let face = self.read_face(link, caller).await?;
        let certificate = self.find_certificate(link).await?.ok_or(CheckError::PinNeeded)?;
        let tries_before = link.run(jpki::tries_left(KeyKind::UserAuthentication)).await?;
        if reads_face {
            agreed(caller, CheckQuestion::SameFace).await?;
        }
        let (challenge, ..) = fresh_challenge(caller).await?;
        let certificate_der = certificate.as_der().to_vec();
        let proof = SightProof { challenge_id: challenge.id, certificate_der, on: self.on };
        let message = answer_to(caller, CheckQuestion::Sight(Box::new(proof))).await?;
        conclude(face, message, certificate, tries_before)
    }

    /// Identifies the card first, so that the certificate which comes after the face is known to be of the same one.
    async fn read_face(&mut self, link: &Link, caller: &Questions) -> Result<Option<Face>, CheckError> {
        let Some(plan) = self.face.take() else { return Ok(None) };
        let card = link.run(jpki::read_identity()).await?;
        if self.card.replace(card.clone()).is_some_and(|expected| expected != card) {
            return Err(CheckError::AnotherCard);
        }
        let read = plan.read(link).await?;
        let face = (read.face.birth_date().digits(), read.face.sex());
        agreed(caller, CheckQuestion::Face(Box::new(read))).await?;
        Ok(Some(face))
    }

    /// The certificate, once it is known that the card is the one expected; none yet where it comes after the PIN.
    async fn find_certificate(&self, link: &Link) -> Result<Option<Certificate>, CheckError> {
        link.run(jpki::open()).await?;
        let found = match &self.card {
            Some(expected) if expected.is_of_phone() => {
                let is_the_same = link.run(jpki::read_phone_identity()).await? == *expected;
                return if is_the_same { Ok(None) } else { Err(CheckError::AnotherCard) };
            }
            None if self.is_of_phone => return Ok(None),
            _ => link.run(jpki::read_certificate(CertificateKind::UserAuthentication)).await,
        };
        match found {
            Err(JpkiError::Operation(OperationError::File { fault: FileFault::NotAllowed, .. })) => {
                if self.card.is_some() { Err(CheckError::AnotherCard) } else { Ok(None) }
            }
            found => {
                let certificate = found?;
                let is_another = self.card.as_ref().is_some_and(|card| !card.is_of(&certificate));
                if is_another { Err(CheckError::AnotherCard) } else { Ok(Some(certificate)) }
            }
        }
    }
}

/// What it means that the PIN was not taken, and which way is left. A certificate that was read without it can be read so
/// again.
async fn refused(link: &Link, error: JpkiError, certificate_is_free: bool) -> CheckError {
    let way_left = certificate_is_free.then_some(IdentityMode::Visual);
    match error.pin_fault() {
        Some(VerifyFault::Wrong { left: Some(0) }) => {}
        // Who typed a PIN for a card that has none should not be sent to have it unlocked. What fails here changes nothing.
        Some(VerifyFault::Locked) => {
            if certificate_is_free && link.run(jpki::is_face_authentication_card()).await == Ok(true) {
                return CheckError::NoPin;
            }
        }
        _ => return error.into(),
    }
    CheckError::PinLocked { error: CardError::from_operation(error), way_left }
}

impl<'a> FacePlan<'a> {
    /// By 照合番号B, which is printed on the card; the policy says when not to present it.
    #[must_use]
    pub const fn new(number: &'a NumberB, policy: PinPolicy) -> Self {
        Self { number, policy, challenge: None }
    }

    /// Has the card sign 32 fresh random bytes, so that [`CardFace::genuineness`] can tell: 2 exchanges.
    #[must_use]
    pub const fn with_challenge(self, challenge: [u8; 32]) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    async fn read(&self, link: &Link) -> Result<ReadFace, CardFaceError> {
        link.run(face::open::<Visual>()).await?;
        link.run(face::verify::<Visual, _>(self.number, self.policy)).await?;
        let read = link.run(face::read::<CardFace>()).await?;
        let evidence = match self.challenge {
            Some(challenge) => match link.run(face::read_visual_evidence(challenge)).await {
                Err(error) if is_of_the_link(&error) => return Err(error),
                // A card of another make may have none: then genuineness is not checked.
                evidence => evidence.ok(),
            },
            None => None,
        };
        Ok(ReadFace { face: read, evidence })
    }
}

type Questions = Caller<CheckQuestion, CheckReply>;
type Face = (DateDigits, FaceSex);

const fn is_of_the_link(error: &CardFaceError) -> bool {
    matches!(
        error,
        CardFaceError::Operation(OperationError::Exchange(
            ExchangeError::Lost { .. } | ExchangeError::NotSent { .. }
        ))
    )
}

async fn fresh_challenge(caller: &Questions) -> Result<(Challenge, String, String), CheckError> {
    match caller.ask(CheckQuestion::Challenge).await {
        CheckReply::Challenge { challenge, audience, terminal } => Ok((challenge, audience, terminal)),
        other => Err(other.unfit()),
    }
}

async fn agreed(caller: &Questions, question: CheckQuestion) -> Result<(), CheckError> {
    match caller.ask(question).await {
        CheckReply::Staff(true) => Ok(()),
        CheckReply::Staff(false) => Err(CheckError::IdentityRefused),
        other => Err(other.unfit()),
    }
}

async fn answer_to(caller: &Questions, proof: CheckQuestion) -> Result<Vec<u8>, CheckError> {
    match caller.ask(proof).await {
        CheckReply::Message(message) => Ok(message),
        other => Err(other.unfit()),
    }
}

fn conclude(
    face: Option<Face>,
    message: Vec<u8>,
    certificate: Certificate,
    tries_before: TriesLeft,
) -> Result<Checked, CheckError> {
    let response = EligibilityResponse::parse(&message)?;
    let difference = face.and_then(|(birth_date, sex)| FaceDifference::between(birth_date, sex, &response));
    let checked = Checked { response, message, certificate, tries_before };
    match difference {
        None => Ok(checked),
        Some(difference) => Err(CheckError::Contradiction { difference, checked: Box::new(checked) }),
    }
}

impl CheckReply {
    fn unfit(self) -> CheckError {
        match self {
            Self::Refused(error) => error.into(),
            _ => ExchangeError::Stalled.into(),
        }
    }
}

impl From<ExchangeError> for CheckError {
    fn from(error: ExchangeError) -> Self {
        JpkiError::from(error).into()
    }
}

impl From<JpkiError> for CheckError {
    fn from(error: JpkiError) -> Self {
        Self::Card(CardError::from_operation(error))
    }
}

impl From<CardFaceError> for CheckError {
    fn from(error: CardFaceError) -> Self {
        Self::Face(CardError::from_operation(error))
    }
}

/// What the transport said goes with what the card's operation made of it.
impl From<CardError<Self>> for CheckError {
    fn from(error: CardError<Self>) -> Self {
        let (error, transport) = error.into_parts();
        match error {
            Self::Card(inner) => Self::Card(inner.with_transport(transport)),
            Self::PinLocked { error, way_left } => {
                Self::PinLocked { error: error.with_transport(transport), way_left }
            }
            Self::Face(inner) => Self::Face(inner.with_transport(transport)),
            other => other,
        }
    }
}

impl fmt::Debug for CheckPlan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (by_pin, with_face) = (self.pin.is_some(), self.face.is_some());
        f.debug_struct("CheckPlan")
            .field("on", &self.on)
            .field("by_pin", &by_pin)
            .field("with_face", &with_face)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for FacePlan<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FacePlan").field("policy", &self.policy).finish_non_exhaustive()
    }
}

impl fmt::Debug for Checked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Checked").field("verdict", &self.response.verdict()).finish_non_exhaustive()
    }
}
