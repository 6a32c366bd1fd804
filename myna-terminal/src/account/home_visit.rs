//! The account of a member of staff for home visits (居宅同意取得型): made on the institution's own eligibility
//! terminal, used in the app (G2, S41–S47).

use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, english, unknown_detail};

use crate::account::UserId;
use crate::codes;
use myna_calendar::Date;

/// 権限区分 that may use the app [seed F1 S43].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// 一般利用者.
    GeneralUser,
    /// 医療情報閲覧.
    MedicalInformationViewer,
}

/// The settings of the terminal, by the administrator account (管理アカウント) [seed F1 S41, S42].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum TerminalSetting {
    /// 訪問診療等機能 is not used.
    #[default]
    NotUsed,
    /// 訪問診療等機能 = use was set; it holds from the next login.
    Set,
    /// Logged in anew: the function is there.
    InUse,
    /// The activation code is issued, and accounts can be made.
    ActivationCodeIssued,
}

/// Something the administrator does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SettingEvent {
    /// Sets 訪問診療等機能 = use.
    Set,
    /// Logs out and in again.
    LogInAgain,
    /// Issues the activation code. Issuing another one later is allowed.
    IssueActivationCode,
}

/// A step that cannot be taken yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", english(self))]
#[non_exhaustive]
pub enum HomeVisitError {
    /// The function must be set to "use" first.
    FunctionNotUsed,
    /// Log out and in again first.
    LoginNeeded,
    /// Issue the activation code first.
    ActivationCodeNeeded,
    /// The first login at the terminal, with the change of the password, must come first.
    TerminalLoginNeeded,
    /// The password is still the initial one.
    PasswordUnchanged,
    /// The account is not valid yet.
    NotYetValid {
        /// 利用開始日.
        from: Date,
    },
    /// The account is not valid any more.
    NoLongerValid {
        /// 利用終了日.
        until: Date,
    },
    /// The account would end before it begins.
    EndsBeforeStart,
}

impl Diagnostic for HomeVisitError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::FunctionNotUsed => &codes::HOME_FUNCTION_NOT_USED,
            Self::LoginNeeded => &codes::HOME_LOGIN_NEEDED,
            Self::ActivationCodeNeeded => &codes::HOME_ACTIVATION_CODE_NEEDED,
            Self::TerminalLoginNeeded => &codes::HOME_TERMINAL_LOGIN_NEEDED,
            Self::PasswordUnchanged => &codes::HOME_PASSWORD_UNCHANGED,
            Self::NotYetValid { .. } => &codes::HOME_NOT_YET_VALID,
            Self::NoLongerValid { .. } => &codes::HOME_NO_LONGER_VALID,
            Self::EndsBeforeStart => &codes::HOME_ENDS_BEFORE_START,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("from", Self::NotYetValid { from: day }) | ("until", Self::NoLongerValid { until: day }) => {
                day.fmt(f)
            }
            _ => unknown_detail(name, f),
        }
    }
}

impl TerminalSetting {
    /// The setting after something the administrator did.
    ///
    /// # Errors
    ///
    /// [`HomeVisitError`] if another step must come first.
    pub const fn after(self, event: SettingEvent) -> Result<Self, HomeVisitError> {
        match (self, event) {
            (Self::NotUsed, SettingEvent::Set) => Ok(Self::Set),
            (Self::Set, SettingEvent::LogInAgain) => Ok(Self::InUse),
            (Self::InUse | Self::ActivationCodeIssued, SettingEvent::IssueActivationCode) => {
                Ok(Self::ActivationCodeIssued)
            }
            (Self::NotUsed, SettingEvent::IssueActivationCode) => Err(HomeVisitError::FunctionNotUsed),
            (Self::Set, SettingEvent::IssueActivationCode) => Err(HomeVisitError::LoginNeeded),
            (same, SettingEvent::Set | SettingEvent::LogInAgain) => Ok(same),
        }
    }
}

/// One account.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct HomeVisitAccount {
    /// 権限区分.
    pub role: Role,
    /// ユーザID, 2 to 8 letters and digits [seed F1 S44].
    pub user: UserId,
    /// 利用開始日.
    pub from: Date,
    /// 利用終了日, the last day; optional [seed F1 S45].
    pub until: Option<Date>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Stage {
    /// With the initial password that was generated.
    Created,
    /// Logged in at the terminal once, with a password of the person's own.
    PasswordChanged,
    /// Logged in to the app once, with the activation code.
    InApp,
}

impl HomeVisitAccount {
    /// Makes an account at a terminal.
    ///
    /// # Errors
    ///
    /// [`HomeVisitError`] if the terminal is not ready, or the account would end before it begins.
    pub fn create(
        terminal: TerminalSetting,
        role: Role,
        user: UserId,
        from: Date,
        until: Option<Date>,
    ) -> Result<Self, HomeVisitError> {
        match terminal {
            TerminalSetting::NotUsed => return Err(HomeVisitError::FunctionNotUsed),
            TerminalSetting::Set => return Err(HomeVisitError::LoginNeeded),
            TerminalSetting::InUse => return Err(HomeVisitError::ActivationCodeNeeded),
            TerminalSetting::ActivationCodeIssued => {}
        }
        if until.is_some_and(|until| until < from) {
            return Err(HomeVisitError::EndsBeforeStart);
        }
        Ok(Self { role, user, from, until, stage: Stage::Created })
    }

    /// A login at the eligibility terminal; the first one must change the password [seed F1 S46].
    ///
    /// # Errors
    ///
    /// [`HomeVisitError::PasswordUnchanged`], or that the account is not valid today.
    pub fn log_in_at_terminal(mut self, changes_password: bool, today: Date) -> Result<Self, HomeVisitError> {
        self.check_validity(today)?;
        if self.stage == Stage::Created {
            if !changes_password {
                return Err(HomeVisitError::PasswordUnchanged);
            }
            self.stage = Stage::PasswordChanged;
        }
        Ok(self)
    }

    /// A login in the app; the first one takes the activation code besides ID and password [seed F1 S47].
    ///
    /// # Errors
    ///
    /// [`HomeVisitError::TerminalLoginNeeded`] before the first login at the terminal, or that the account is not
    /// valid today.
    pub fn log_in_to_app(mut self, today: Date) -> Result<Self, HomeVisitError> {
        if self.stage == Stage::Created {
            return Err(HomeVisitError::TerminalLoginNeeded);
        }
        self.check_validity(today)?;
        self.stage = Stage::InApp;
        Ok(self)
    }

    /// Whether checks can be made with the account today.
    #[must_use]
    pub fn is_active(&self, today: Date) -> bool {
        self.stage == Stage::InApp && self.check_validity(today).is_ok()
    }

    fn check_validity(&self, today: Date) -> Result<(), HomeVisitError> {
        if today < self.from {
            return Err(HomeVisitError::NotYetValid { from: self.from });
        }
        match self.until {
            Some(until) if today > until => Err(HomeVisitError::NoLongerValid { until }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    fn account(until: Option<&str>) -> HomeVisitAccount {
        let user = UserId::new("staff1").unwrap();
        let (terminal, role) = (TerminalSetting::ActivationCodeIssued, Role::MedicalInformationViewer);
        HomeVisitAccount::create(terminal, role, user, day("20250401"), until.map(day)).unwrap()
    }

    #[test]
    fn every_sequence_of_the_administrator() {
        let events = [SettingEvent::Set, SettingEvent::LogInAgain, SettingEvent::IssueActivationCode];
        for sequence in 0..3_usize.pow(6) {
            let (mut setting, mut done) = (TerminalSetting::NotUsed, Vec::new());
            for place in 0..6 {
                let event = events[sequence / 3_usize.pow(place) % 3];
                if let Ok(next) = setting.after(event) {
                    setting = next;
                    done.push(event);
                }
            }
            // There is a code only after setting, logging in again, and issuing, in this order.
            let after = |event, from: usize| {
                done.iter().skip(from).position(|done| *done == event).map(|place| place + from)
            };
            let in_order = after(SettingEvent::Set, 0)
                .and_then(|place| after(SettingEvent::LogInAgain, place))
                .and_then(|place| after(SettingEvent::IssueActivationCode, place));
            assert_eq!(setting == TerminalSetting::ActivationCodeIssued, in_order.is_some(), "{done:?}");
        }
    }

    #[test]
    fn the_app_comes_after_the_terminal() {
        let today = day("20250401");
        let error = account(None).log_in_to_app(today).unwrap_err();
        assert_eq!(error, HomeVisitError::TerminalLoginNeeded);
        let unchanged = account(None).log_in_at_terminal(false, today);
        assert_eq!(unchanged, Err(HomeVisitError::PasswordUnchanged));
        let ready = account(None).log_in_at_terminal(true, today).unwrap();
        assert!(!ready.is_active(today));
        let active = ready.log_in_to_app(today).unwrap();
        assert!(active.is_active(today));
        assert_eq!(active.clone().log_in_at_terminal(false, today), Ok(active));
    }

    #[test]
    fn an_account_has_its_days() {
        let active = account(Some("20250430")).log_in_at_terminal(true, day("20250401")).unwrap();
        let active = active.log_in_to_app(day("20250401")).unwrap();
        assert!(active.is_active(day("20250430")) && !active.is_active(day("20250501")));
        assert_eq!(active.log_in_to_app(day("20250501")).unwrap_err().code(), "home_visit.no_longer_valid");
        let early = account(None).log_in_at_terminal(true, day("20250331"));
        assert_eq!(early.unwrap_err().code(), "home_visit.not_yet_valid");
        let user = UserId::new("ab").unwrap();
        let (terminal, role) = (TerminalSetting::ActivationCodeIssued, Role::GeneralUser);
        let backwards =
            HomeVisitAccount::create(terminal, role, user.clone(), day("20250401"), Some(day("20250331")));
        assert_eq!(backwards, Err(HomeVisitError::EndsBeforeStart));
        for (terminal, code) in [
            (TerminalSetting::NotUsed, "home_visit.function_not_used"),
            (TerminalSetting::Set, "home_visit.login_needed"),
            (TerminalSetting::InUse, "home_visit.activation_code_needed"),
        ] {
            let refused = HomeVisitAccount::create(terminal, role, user.clone(), day("20250401"), None);
            assert_eq!(refused.unwrap_err().code(), code);
        }
    }
}
