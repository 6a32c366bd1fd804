//! The account of one device in the limited app (資格確認限定型): from application to end of use (G1, S20–S40).
//!
//! The account is a value; each event makes the next one or is refused by name. The clock is the caller's. It models
//! what the portal and the app do as far as the manuals tell, so that a facility's program can say in advance what
//! will happen; the service decides.

use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};

use crate::codes;
use myna_calendar::DateTime;

/// Failures in a row that lock an account [seed F0 S36].
pub const FAILURES_TO_LOCK: u8 = 5;

/// How long a lock lasts, in seconds: 30 minutes [seed F0 S36].
pub const LOCK_SECONDS: u32 = 30 * 60;

/// How long to wait after a de-registration, in seconds: about an hour [seed F0 S38]; the exact time is unknown
/// (U14).
pub const COOLDOWN_SECONDS: u32 = 60 * 60;

/// Most devices in one application [seed F2 S22].
pub const MAX_DEVICES: u8 = 20;

/// Largest attachment: 100 MB [seed F2 S23], taken for MiB (U14).
pub const MAX_ATTACHMENT_BYTES: u64 = 100 * 1024 * 1024;

/// The account of one device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceAccount {
    /// Nothing was applied for.
    NotApplied,
    /// 申請中: two or three business days, at most about a week [seed F0 S26].
    UnderReview,
    /// The completion mail has come; the user-setting information waits in the portal.
    Issued,
    /// The setting information is known, and the device can be registered.
    Ready {
        /// Failures of the initial registration in a row.
        failures: u8,
    },
    /// The device is registered, nobody is logged in.
    Registered {
        /// Failures of the login in a row.
        failures: u8,
    },
    /// A member of staff is logged in.
    LoggedIn,
    /// 「このアカウントは利用できません。」
    Locked {
        /// When it opens again.
        until: DateTime,
        /// Whether the device was registered before.
        is_registered: bool,
    },
    /// De-registered, and not yet to be registered again [seed F0 S38].
    Cooldown {
        /// When it may be registered again.
        until: DateTime,
    },
    /// The app was removed without de-registration: the account cannot be used again [seed F0 S39].
    Dead,
    /// A dead account was released (解除); an added account takes its place.
    Released,
    /// 利用終了.
    Ended,
}

/// What happens to an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeviceEvent {
    /// 利用開始申請 in the portal. [`DeviceApplication::check`] tells whether it is complete.
    Apply,
    /// The completion mail.
    CompletionMail,
    /// The user-setting information was read in the portal.
    ReadSettings,
    /// 初期登録, with the service's answer: whether all four values agreed.
    Register {
        /// Whether the service took them.
        accepted: bool,
    },
    /// Staff login, with its outcome.
    LogIn {
        /// Whether it was accepted.
        accepted: bool,
    },
    /// Logout, or the end of the session.
    LogOut,
    /// デバイス登録解除 [seed F0 S37].
    Deregister,
    /// The app was removed from the device.
    Uninstall,
    /// The release of the dead account and an added account were applied for [seed F0 S39].
    Release,
    /// 利用終了申請 [seed F0 S5].
    EndUse,
}

/// Why an event was refused. The account stays as it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum DeviceAccountError {
    /// Locked; trying changes nothing.
    Locked {
        /// When it opens again.
        until: DateTime,
    },
    /// Registered again too early after a de-registration.
    TooEarly {
        /// From when on.
        until: DateTime,
    },
    /// The account is dead: apply for its release and for another.
    Dead,
    /// The event does not fit the state.
    DoesNotFit,
    /// The lock or the wait would last past the year 9999.
    EndOfCalendar,
}

impl Diagnostic for DeviceAccountError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Locked { .. } => &codes::DEVICE_LOCKED,
            Self::TooEarly { .. } => &codes::DEVICE_TOO_EARLY,
            Self::Dead => &codes::DEVICE_DEAD,
            Self::DoesNotFit => &codes::DEVICE_DOES_NOT_FIT,
            Self::EndOfCalendar => &codes::DEVICE_END_OF_CALENDAR,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("until", Self::Locked { until } | Self::TooEarly { until }) => until.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

/// What the app says when one of the four values of the initial registration is wrong [seed F0 S35].
pub const REGISTRATION_REFUSED: &str = codes::DEVICE_TOO_EARLY.japanese.what;

impl DeviceAccount {
    /// The account as the clock makes it: locks open and waits end.
    #[must_use]
    pub fn at(self, now: DateTime) -> Self {
        match self {
            Self::Locked { until, is_registered } if now >= until => {
                if is_registered {
                    Self::Registered { failures: 0 }
                } else {
                    Self::Ready { failures: 0 }
                }
            }
            Self::Cooldown { until } if now >= until => Self::Ready { failures: 0 },
            other => other,
        }
    }

    /// The account after an event.
    ///
    /// Whether an attempt during the wait after a de-registration counts towards the lock is unknown; here it is
    /// refused and does not count [guess G1]. A success sets the count back [guess G1].
    ///
    /// # Errors
    ///
    /// [`DeviceAccountError`] if the event cannot happen now; the account is unchanged.
    pub fn after(self, event: DeviceEvent, now: DateTime) -> Result<Self, DeviceAccountError> {
        use DeviceEvent as Event;
        match (self.at(now), event) {
            (Self::Released | Self::Ended, _) => Err(DeviceAccountError::DoesNotFit),
            (Self::NotApplied, Event::Apply) => Ok(Self::UnderReview),
            (Self::NotApplied, _) => Err(DeviceAccountError::DoesNotFit),
            (_, Event::EndUse) => Ok(Self::Ended),
            (Self::UnderReview, Event::CompletionMail) => Ok(Self::Issued),
            (Self::Issued, Event::ReadSettings) => Ok(Self::Ready { failures: 0 }),
            (Self::Ready { .. }, Event::Register { accepted: true }) => Ok(Self::Registered { failures: 0 }),
            (Self::Ready { failures }, Event::Register { accepted: false }) => {
                let failures = failures.saturating_add(1);
                locked_after(failures, now, false).map(|locked| locked.unwrap_or(Self::Ready { failures }))
            }
            (Self::Registered { .. }, Event::LogIn { accepted: true }) => Ok(Self::LoggedIn),
            (Self::Registered { failures }, Event::LogIn { accepted: false }) => {
                let failures = failures.saturating_add(1);
                locked_after(failures, now, true)
                    .map(|locked| locked.unwrap_or(Self::Registered { failures }))
            }
            (Self::LoggedIn, Event::LogOut) => Ok(Self::Registered { failures: 0 }),
            (Self::Registered { .. } | Self::LoggedIn, Event::Deregister) => now
                .plus_seconds(COOLDOWN_SECONDS)
                .map(|until| Self::Cooldown { until })
                .ok_or(DeviceAccountError::EndOfCalendar),
            (
                Self::Registered { .. } | Self::LoggedIn | Self::Locked { is_registered: true, .. },
                Event::Uninstall,
            ) => Ok(Self::Dead),
            // Without a registration nothing is bound to the device.
            (
                same @ (Self::Issued
                | Self::UnderReview
                | Self::Ready { .. }
                | Self::Locked { is_registered: false, .. }
                | Self::Cooldown { .. }
                | Self::Dead),
                Event::Uninstall,
            ) => Ok(same),
            (Self::Dead, Event::Release) => Ok(Self::Released),
            (Self::Dead, _) => Err(DeviceAccountError::Dead),
            (Self::Locked { until, .. }, Event::Register { .. } | Event::LogIn { .. }) => {
                Err(DeviceAccountError::Locked { until })
            }
            (Self::Cooldown { until }, Event::Register { .. }) => Err(DeviceAccountError::TooEarly { until }),
            _ => Err(DeviceAccountError::DoesNotFit),
        }
    }
}

fn locked_after(
    failures: u8,
    now: DateTime,
    is_registered: bool,
) -> Result<Option<DeviceAccount>, DeviceAccountError> {
    if failures < FAILURES_TO_LOCK {
        return Ok(None);
    }
    let until = now.plus_seconds(LOCK_SECONDS).ok_or(DeviceAccountError::EndOfCalendar)?;
    Ok(Some(DeviceAccount::Locked { until, is_registered }))
}

/// 利用開始申請: what the portal's form asks for [seed F2 S21–S23].
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_structs, reason = "made by its users: a further field has to be theirs to fill")]
pub struct DeviceApplication {
    /// Whether the applicant is logged in to the portal; without it the form is not offered [seed F2 S20].
    pub is_logged_in: bool,
    /// 端末台数.
    pub devices: u16,
    /// Whether the terms of use are accepted.
    pub accepts_terms: bool,
    /// The attachment's file name and size, where one is needed.
    pub attachment: Option<(String, u64)>,
    /// Whether the facility must attach its notification: health-check bodies must.
    pub needs_attachment: bool,
}

/// What is missing in an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum ApplicationError {
    /// Not logged in to the portal.
    NotLoggedIn,
    /// No device.
    NoDevice,
    /// More than twenty: use 資格確認端末機器(アカウント)追加申請.
    TooManyDevices,
    /// The terms of use are not accepted.
    TermsNotAccepted,
    /// The notification is not attached.
    AttachmentMissing,
    /// Neither PDF, PNG nor Excel.
    AttachmentForm,
    /// More than 100 MB.
    AttachmentSize,
}

impl Diagnostic for ApplicationError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NotLoggedIn => &codes::APPLICATION_NOT_LOGGED_IN,
            Self::NoDevice => &codes::APPLICATION_NO_DEVICE,
            Self::TooManyDevices => &codes::APPLICATION_TOO_MANY_DEVICES,
            Self::TermsNotAccepted => &codes::APPLICATION_TERMS,
            Self::AttachmentMissing => &codes::APPLICATION_ATTACHMENT_MISSING,
            Self::AttachmentForm => &codes::APPLICATION_ATTACHMENT_FORM,
            Self::AttachmentSize => &codes::APPLICATION_ATTACHMENT_SIZE,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("limit", Self::TooManyDevices) => MAX_DEVICES.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

impl DeviceApplication {
    /// Whether the portal would take the application.
    ///
    /// # Errors
    ///
    /// The first [`ApplicationError`] in the order of the form.
    pub fn check(&self) -> Result<(), ApplicationError> {
        if !self.is_logged_in {
            return Err(ApplicationError::NotLoggedIn);
        }
        match self.devices {
            0 => return Err(ApplicationError::NoDevice),
            devices if devices > u16::from(MAX_DEVICES) => return Err(ApplicationError::TooManyDevices),
            _ => {}
        }
        match &self.attachment {
            None if self.needs_attachment => return Err(ApplicationError::AttachmentMissing),
            Some((name, bytes)) => {
                let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
                if !matches!(extension.as_deref(), Some("pdf" | "png" | "xls" | "xlsx")) {
                    return Err(ApplicationError::AttachmentForm);
                }
                if *bytes > MAX_ATTACHMENT_BYTES {
                    return Err(ApplicationError::AttachmentSize);
                }
            }
            None => {}
        }
        if self.accepts_terms { Ok(()) } else { Err(ApplicationError::TermsNotAccepted) }
    }
}

#[cfg(test)]
mod tests {
    use myna_error::japanese;
    use std::collections::HashSet;

    use super::*;

    fn at(text: &str) -> DateTime {
        DateTime::parse(text).unwrap()
    }

    const EVENTS: [DeviceEvent; 12] = [
        DeviceEvent::Apply,
        DeviceEvent::CompletionMail,
        DeviceEvent::ReadSettings,
        DeviceEvent::Register { accepted: true },
        DeviceEvent::Register { accepted: false },
        DeviceEvent::LogIn { accepted: true },
        DeviceEvent::LogIn { accepted: false },
        DeviceEvent::LogOut,
        DeviceEvent::Deregister,
        DeviceEvent::Uninstall,
        DeviceEvent::Release,
        DeviceEvent::EndUse,
    ];

    /// Every state that any sequence of events reaches, with the clock moved on by ten minutes or not.
    #[test]
    fn exhaustive_walk() {
        let start = at("20250601090000");
        let mut seen = HashSet::from([(DeviceAccount::NotApplied, start)]);
        let mut edge = vec![(DeviceAccount::NotApplied, start)];
        let mut steps = 0_u32;
        // Twelve rounds: far enough to apply, register, lock by five failures, wait, and lock again.
        for _ in 0..12 {
            let mut next_edge = Vec::new();
            for (account, now) in edge {
                for (event, pause) in EVENTS.iter().flat_map(|event| [(event, 0), (event, 600)]) {
                    let now = now.plus_seconds(pause).unwrap();
                    steps += 1;
                    let Ok(next) = account.after(*event, now) else { continue };
                    check_step(account.at(now), *event, next, now);
                    if seen.insert((next, now)) {
                        next_edge.push((next, now));
                    }
                }
            }
            edge = next_edge;
        }
        let states: HashSet<_> = seen.iter().map(|(account, _)| std::mem::discriminant(account)).collect();
        assert_eq!(states.len(), 11, "every state is reached");
        assert!(steps > 5_000, "{steps}");
    }

    /// What must hold of every step there is.
    fn check_step(before: DeviceAccount, event: DeviceEvent, after: DeviceAccount, now: DateTime) {
        use DeviceAccount as A;
        if matches!(after, A::LoggedIn) {
            assert!(
                matches!(before, A::Registered { failures: 0..=4 })
                    && event == DeviceEvent::LogIn { accepted: true }
            );
        }
        if let A::Ready { failures } | A::Registered { failures } = after {
            assert!(failures < FAILURES_TO_LOCK);
        }
        if let A::Locked { until, .. } = after
            && after != before
        {
            assert!(matches!(before, A::Ready { failures: 4 } | A::Registered { failures: 4 }));
            assert_eq!(now.plus_seconds(LOCK_SECONDS), Some(until));
        }
        if before == A::Dead {
            assert!(matches!(after, A::Dead | A::Released | A::Ended));
        }
        assert!(!matches!(before, A::Released | A::Ended), "nothing comes after the end");
    }

    #[test]
    fn five_failures_lock_for_thirty_minutes() {
        let now = at("20250601090000");
        let mut account = DeviceAccount::Registered { failures: 0 };
        for _ in 0..4 {
            account = account.after(DeviceEvent::LogIn { accepted: false }, now).unwrap();
        }
        let locked = account.after(DeviceEvent::LogIn { accepted: false }, now).unwrap();
        let error = locked.after(DeviceEvent::LogIn { accepted: true }, at("20250601092959")).unwrap_err();
        assert_eq!(
            (error.code(), japanese(&error).what().to_string()),
            ("device.account_locked", "このアカウントは利用できません。".to_owned())
        );
        let open = locked.after(DeviceEvent::LogIn { accepted: true }, at("20250601093000"));
        assert_eq!(open, Ok(DeviceAccount::LoggedIn));
        // In a row: a success in between sets the count back.
        let again = account.after(DeviceEvent::LogIn { accepted: true }, now).unwrap();
        let again = again.after(DeviceEvent::LogOut, now).unwrap();
        assert_eq!(again, DeviceAccount::Registered { failures: 0 });
    }

    #[test]
    fn after_a_deregistration_an_hour_passes() {
        let gone = DeviceAccount::LoggedIn.after(DeviceEvent::Deregister, at("20250601090000")).unwrap();
        let register = DeviceEvent::Register { accepted: true };
        let error = gone.after(register, at("20250601095959")).unwrap_err();
        assert_eq!(
            (error.code(), japanese(&error).what().to_string()),
            ("device.registered_too_early", REGISTRATION_REFUSED.to_owned())
        );
        assert_eq!(gone.after(register, at("20250601100000")), Ok(DeviceAccount::Registered { failures: 0 }));
        // Removed after the de-registration, the account lives.
        assert_eq!(gone.after(DeviceEvent::Uninstall, at("20250601090100")), Ok(gone));
        let dead = DeviceAccount::LoggedIn.after(DeviceEvent::Uninstall, at("20250601090000")).unwrap();
        assert_eq!(dead.after(register, at("20250701090000")), Err(DeviceAccountError::Dead));
    }

    #[test]
    fn applications() {
        let good = DeviceApplication {
            is_logged_in: true,
            devices: 20,
            accepts_terms: true,
            attachment: Some(("todoke.PDF".to_owned(), MAX_ATTACHMENT_BYTES)),
            needs_attachment: true,
        };
        assert_eq!(good.check(), Ok(()));
        for (bad, error) in [
            (DeviceApplication { is_logged_in: false, ..good.clone() }, ApplicationError::NotLoggedIn),
            (DeviceApplication { devices: 0, ..good.clone() }, ApplicationError::NoDevice),
            (DeviceApplication { devices: 21, ..good.clone() }, ApplicationError::TooManyDevices),
            (DeviceApplication { accepts_terms: false, ..good.clone() }, ApplicationError::TermsNotAccepted),
            (DeviceApplication { attachment: None, ..good.clone() }, ApplicationError::AttachmentMissing),
            (
                DeviceApplication { attachment: Some(("todoke.jpg".to_owned(), 1)), ..good.clone() },
                ApplicationError::AttachmentForm,
            ),
            (
                DeviceApplication {
                    attachment: Some(("a.png".to_owned(), MAX_ATTACHMENT_BYTES + 1)),
                    ..good.clone()
                },
                ApplicationError::AttachmentSize,
            ),
        ] {
            assert_eq!(bad.check(), Err(error));
        }
    }
}
