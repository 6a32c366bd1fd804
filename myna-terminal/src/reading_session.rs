//! One check with a card, from the identity check to the closed result (G3, S50–S60).

use crate::codes;
use myna_calendar::DateTime;
use myna_eligibility::codes::ConsentStatus;
use myna_error::{Diagnostic, Entry, english};

/// How the patient's identity is checked: the setting 目視確認で本人認証.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the manual has no third way")]
pub enum IdentityMode {
    /// Mode A: staff compares the face with the photo on the card [seed F3 S50].
    Visual,
    /// Mode B: the patient types the PIN of the 利用者証明用 certificate [seed F3 S51].
    Pin,
}

/// What the device can do. The visual check needs both [seed F1 S16].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct DeviceCapabilities {
    /// Reads cards by its own NFC.
    pub nfc: bool,
    /// Sends and takes commands of extended length.
    pub extended_length: bool,
}

/// What holds for a whole session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct SessionRules {
    /// What the device can do.
    pub device: DeviceCapabilities,
    /// Whether the facility may fall back to the visual check when the PIN is locked [seed F3 S54].
    pub allows_visual: bool,
    /// Whether consents are asked for before the query, as on home visits.
    pub asks_consent: bool,
}

/// Where a check stands. Everything but [`Idle`](Self::Idle) concerns one patient.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ReadingSession {
    /// Staff is logged in; nobody is being checked.
    Idle,
    /// The identity is being checked.
    IdentityCheck(IdentityMode),
    /// Staff asked for another document of identity [seed F3 S55].
    ExtraDocument,
    /// The card may be held to the device.
    CardWait {
        /// How the identity is checked.
        mode: IdentityMode,
    },
    /// The PIN is locked; only the municipal office of residence unlocks it [seed F3 S53].
    PinLocked,
    /// The patient is asked for consents.
    Consent,
    /// The service was asked.
    Querying,
    /// The network failed; the query may be sent again.
    QueryFailed,
    /// A result is on the screen.
    Shown,
    /// Ended without a result.
    Ended(EndReason),
}

/// Why a check ended without a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EndReason {
    /// Staff did not recognise the person.
    IdentityRefused,
    /// The PIN is locked and the facility does not check visually.
    PinLocked,
    /// The card's certificate has expired.
    CertificateExpired,
    /// The card's certificate was revoked.
    CertificateRevoked,
    /// Cancelled by staff or patient.
    Cancelled,
}

impl EndReason {
    /// What to tell the patient, in Japanese.
    #[must_use]
    pub const fn message_ja(self) -> &'static str {
        match self {
            Self::IdentityRefused => "本人と確認できませんでした。",
            Self::PinLocked => {
                "暗証番号がロックされています。解除は住民票のある市区町村の窓口でのみできます。"
            }
            Self::CertificateExpired => {
                "電子証明書の有効期限が切れています。市区町村の窓口で更新してください。"
            }
            Self::CertificateRevoked => "電子証明書が失効しています。市区町村の窓口にお問い合わせください。",
            Self::Cancelled => "中止しました。",
        }
    }
}

/// What happens during a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SessionEvent {
    /// A check begins in the mode that is set.
    Begin(IdentityMode),
    /// Staff finds face and photo the same.
    FaceAgrees,
    /// Staff finds them different.
    FaceDiffers,
    /// Staff is in doubt and asks for another document.
    AskDocument,
    /// The other document settles it.
    DocumentAgrees,
    /// The patient typed four digits. The digits themselves are no part of this machine.
    PinEntered,
    /// The card took the PIN, or was read without one.
    CardRead,
    /// The card refused the PIN.
    PinWrong {
        /// Tries left, as the card says.
        left: u8,
    },
    /// The card said before any try that the PIN is locked.
    PinAlreadyLocked,
    /// Staff goes over to the visual check.
    FallBackToVisual,
    /// The certificate is not accepted.
    CertificateExpired,
    /// The certificate is not accepted.
    CertificateRevoked,
    /// The patient has answered which consents to give.
    ConsentAnswered,
    /// The service answered, whatever it found.
    Answered,
    /// The service did not answer.
    NetworkFailed,
    /// Sends the query again.
    Retry,
    /// 閉じる: the result leaves the screen [seed F3 S59].
    Close,
    /// The check is given up.
    Cancel,
    /// An earlier result is looked at (資格確認結果検索) [seed F0 S60].
    OpenPast,
}

/// Why an event was refused. The session stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum SessionError {
    /// The device cannot do the visual check: use the PIN or another device.
    DeviceUnfit,
    /// The facility does not check visually.
    VisualNotAllowed,
    /// The event does not fit the state.
    DoesNotFit,
}

impl Diagnostic for SessionError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::DeviceUnfit => &codes::SESSION_DEVICE_UNFIT,
            Self::VisualNotAllowed => &codes::SESSION_VISUAL_NOT_ALLOWED,
            Self::DoesNotFit => &codes::SESSION_DOES_NOT_FIT,
        }
    }
}

impl SessionRules {
    const fn visual(self) -> Result<(), SessionError> {
        if !(self.device.nfc && self.device.extended_length) {
            return Err(SessionError::DeviceUnfit);
        }
        if self.allows_visual { Ok(()) } else { Err(SessionError::VisualNotAllowed) }
    }
}

impl ReadingSession {
    /// The session after an event.
    ///
    /// # Errors
    ///
    /// [`SessionError`] if the event cannot happen now; the session is unchanged.
    pub const fn after(self, event: SessionEvent, rules: SessionRules) -> Result<Self, SessionError> {
        use SessionEvent as Event;
        Ok(match (self, event) {
            (Self::Idle, Event::Begin(IdentityMode::Visual)) => match rules.visual() {
                Ok(()) => Self::IdentityCheck(IdentityMode::Visual),
                Err(error) => return Err(error),
            },
            (Self::Idle, Event::Begin(IdentityMode::Pin)) => Self::IdentityCheck(IdentityMode::Pin),
            (Self::Idle, Event::OpenPast) | (Self::Querying, Event::Answered) => Self::Shown,
            (Self::IdentityCheck(IdentityMode::Visual), Event::FaceAgrees)
            | (Self::ExtraDocument, Event::DocumentAgrees) => Self::CardWait { mode: IdentityMode::Visual },
            (Self::IdentityCheck(IdentityMode::Visual) | Self::ExtraDocument, Event::FaceDiffers) => {
                Self::Ended(EndReason::IdentityRefused)
            }
            (Self::IdentityCheck(IdentityMode::Visual), Event::AskDocument) => Self::ExtraDocument,
            (Self::IdentityCheck(IdentityMode::Pin), Event::PinEntered) => {
                Self::CardWait { mode: IdentityMode::Pin }
            }
            (Self::CardWait { .. }, Event::CardRead) if rules.asks_consent => Self::Consent,
            (Self::CardWait { .. }, Event::CardRead) | (Self::Consent, Event::ConsentAnswered) => {
                Self::Querying
            }
            (
                Self::CardWait { mode: IdentityMode::Pin },
                Event::PinWrong { left: 0 } | Event::PinAlreadyLocked,
            ) => Self::PinLocked,
            // The patient types again.
            (Self::CardWait { mode: IdentityMode::Pin }, Event::PinWrong { .. }) => {
                Self::IdentityCheck(IdentityMode::Pin)
            }
            (Self::PinLocked, Event::FallBackToVisual) => match rules.visual() {
                Ok(()) => Self::IdentityCheck(IdentityMode::Visual),
                Err(error) => return Err(error),
            },
            (Self::PinLocked, Event::Cancel) => Self::Ended(EndReason::PinLocked),
            (Self::CardWait { .. } | Self::Querying, Event::CertificateExpired) => {
                Self::Ended(EndReason::CertificateExpired)
            }
            (Self::CardWait { .. } | Self::Querying, Event::CertificateRevoked) => {
                Self::Ended(EndReason::CertificateRevoked)
            }
            (Self::Querying, Event::NetworkFailed) => Self::QueryFailed,
            (Self::QueryFailed, Event::Retry) => Self::Querying,
            (Self::Shown | Self::Ended(_), Event::Close) => Self::Idle,
            (
                Self::IdentityCheck(_)
                | Self::ExtraDocument
                | Self::CardWait { .. }
                | Self::Consent
                | Self::QueryFailed,
                Event::Cancel,
            ) => Self::Ended(EndReason::Cancelled),
            _ => return Err(SessionError::DoesNotFit),
        })
    }
}

/// How long an outpatient's consent lasts, in seconds: 24 hours [code B.2].
pub const OUTPATIENT_CONSENT_SECONDS: u32 = 24 * 60 * 60;

/// A consent to viewing, and when it ends. Periods other than an outpatient's are unknown (U11) and may be left
/// open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct GivenConsent {
    /// When it was given.
    pub given_at: DateTime,
    /// From when on it does not hold any more; `None` while the relation continues.
    pub until: Option<DateTime>,
}

impl GivenConsent {
    /// An outpatient's consent, for 24 hours.
    #[must_use]
    pub fn of_outpatient(given_at: DateTime) -> Self {
        Self { given_at, until: given_at.plus_seconds(OUTPATIENT_CONSENT_SECONDS) }
    }

    /// A consent that holds while the relation continues, as on home visits.
    #[must_use]
    pub const fn while_relation_continues(given_at: DateTime) -> Self {
        Self { given_at, until: None }
    }

    /// The consent ended early: by the institution, the patient, or a change of use.
    #[must_use]
    pub fn cancelled(self, at: DateTime) -> Self {
        Self { until: Some(self.until.map_or(at, |until| until.min(at))), ..self }
    }

    /// Its status at an instant.
    #[must_use]
    pub fn status(self, now: DateTime) -> ConsentStatus {
        if now < self.given_at {
            ConsentStatus::NotGiven
        } else if self.until.is_some_and(|until| now >= until) {
            ConsentStatus::Expired
        } else {
            ConsentStatus::Given
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const EVENTS: [SessionEvent; 22] = [
        SessionEvent::Begin(IdentityMode::Visual),
        SessionEvent::Begin(IdentityMode::Pin),
        SessionEvent::FaceAgrees,
        SessionEvent::FaceDiffers,
        SessionEvent::AskDocument,
        SessionEvent::DocumentAgrees,
        SessionEvent::PinEntered,
        SessionEvent::CardRead,
        SessionEvent::PinWrong { left: 2 },
        SessionEvent::PinWrong { left: 1 },
        SessionEvent::PinWrong { left: 0 },
        SessionEvent::PinAlreadyLocked,
        SessionEvent::FallBackToVisual,
        SessionEvent::CertificateExpired,
        SessionEvent::CertificateRevoked,
        SessionEvent::ConsentAnswered,
        SessionEvent::Answered,
        SessionEvent::NetworkFailed,
        SessionEvent::Retry,
        SessionEvent::Close,
        SessionEvent::Cancel,
        SessionEvent::OpenPast,
    ];

    fn rules(fit: bool, allows_visual: bool, asks_consent: bool) -> SessionRules {
        let device = DeviceCapabilities { nfc: true, extended_length: fit };
        SessionRules { device, allows_visual, asks_consent }
    }

    /// What a path from the beginning of a check has seen.
    #[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
    struct Seen {
        identity: bool,
        card: bool,
        consent: bool,
        past: bool,
    }

    /// Every state on every path of events, under every rule.
    #[test]
    fn exhaustive_walk() {
        for bits in 0..8_u8 {
            let rules = rules(bits & 1 > 0, bits & 2 > 0, bits & 4 > 0);
            let mut known = HashSet::from([(ReadingSession::Idle, Seen::default())]);
            let mut edge: Vec<_> = known.iter().copied().collect();
            while let Some((session, seen)) = edge.pop() {
                for event in EVENTS {
                    let Ok(next) = session.after(event, rules) else { continue };
                    let mut seen = if session == ReadingSession::Idle { Seen::default() } else { seen };
                    seen.past |= event == SessionEvent::OpenPast;
                    seen.identity |= matches!(
                        event,
                        SessionEvent::FaceAgrees | SessionEvent::DocumentAgrees | SessionEvent::PinEntered
                    );
                    seen.card |= event == SessionEvent::CardRead;
                    seen.consent |= event == SessionEvent::ConsentAnswered;
                    let is_result = next == ReadingSession::Shown;
                    assert!(!is_result || seen.past || (seen.identity && seen.card), "{session:?} {event:?}");
                    if is_result && !seen.past && rules.asks_consent {
                        assert!(seen.consent, "{session:?} {event:?}");
                    }
                    if matches!(next, ReadingSession::IdentityCheck(IdentityMode::Visual)) {
                        assert!(rules.visual().is_ok());
                    }
                    if known.insert((next, seen)) {
                        edge.push((next, seen));
                    }
                }
                // There is always a way on, and from every result or end back to the beginning.
                assert!(EVENTS.iter().any(|event| session.after(*event, rules).is_ok()), "{session:?}");
            }
        }
    }

    #[test]
    fn a_locked_pin_falls_back_to_the_face_where_that_is_possible() {
        let locked = ReadingSession::CardWait { mode: IdentityMode::Pin }
            .after(SessionEvent::PinWrong { left: 0 }, rules(true, true, false))
            .unwrap();
        assert_eq!(locked, ReadingSession::PinLocked);
        let fall_back = |rules| locked.after(SessionEvent::FallBackToVisual, rules);
        assert_eq!(
            fall_back(rules(true, true, false)),
            Ok(ReadingSession::IdentityCheck(IdentityMode::Visual))
        );
        assert_eq!(fall_back(rules(false, true, false)), Err(SessionError::DeviceUnfit));
        assert_eq!(fall_back(rules(true, false, false)), Err(SessionError::VisualNotAllowed));
        let ended = locked.after(SessionEvent::Cancel, rules(false, false, false)).unwrap();
        assert_eq!(ended, ReadingSession::Ended(EndReason::PinLocked));
    }

    #[test]
    fn consents_end() {
        let at = |text: &str| DateTime::parse(text).unwrap();
        let outpatient = GivenConsent::of_outpatient(at("20250602091510"));
        assert_eq!(outpatient.status(at("20250602091509")), ConsentStatus::NotGiven);
        assert_eq!(outpatient.status(at("20250603091509")), ConsentStatus::Given);
        assert_eq!(outpatient.status(at("20250603091510")), ConsentStatus::Expired);
        let open = GivenConsent::while_relation_continues(at("20250602091510"));
        assert_eq!(open.status(at("20350602091510")), ConsentStatus::Given);
        let cancelled = open.cancelled(at("20250701000000"));
        assert_eq!(cancelled.status(at("20250701000000")), ConsentStatus::Expired);
        assert_eq!(outpatient.cancelled(at("20250701000000")), outpatient, "nothing gets longer");
    }
}
