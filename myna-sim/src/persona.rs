//! Who a simulated card belongs to.

mod error;
mod field;
mod service_table;
mod source;
#[cfg(test)]
mod tests;
mod written;

use std::fmt;

use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use self::error::{PersonaError, PersonaFault};
#[cfg(feature = "check")]
pub(crate) use self::field::my_number_check_digit;
pub use self::service_table::ServiceTable;

use crate::identity::SimulatedIdentity;
use crate::pins::Pins;
use crate::pki::{
    CertificateAuthority, CertificateText, Generation, Holder, HolderSex, PkiError, RevocationRegister,
    ValidityPeriod,
};
use crate::{CardSettings, Counters, Reference};
use myna_calendar::{Date, UnixTime};

/// An invented person and the card they carry.
///
/// Written in TOML. Every field may be left out and then has the fictional value shown here; an unknown field is an
/// error. Built-in personas are such files too ([`built_in`](Self::built_in)).
///
/// ```toml
/// name = "default"                      # a-z, 0-9, hyphens; serial numbers are derived from it
/// summary = ""                          # for people
///
/// [holder]
/// family_name = "試験"
/// given_name = "葵"
/// family_name_kana = "シケン"            # full-width katakana
/// given_name_kana = "アオイ"
/// birth_date = 1988-07-14               # 1900 to 2099
/// sex = "female"                        # male, female, unknown
/// address = "架空県見本市１－２－３"       # at most 200 characters
/// my_number = "900000000010"            # 12 digits, the last a check digit
/// my_number_is_wrong = false            # true: the check digit is wrong on purpose
/// municipality_code = "13999"           # 5 digits
/// prefecture = "Kakuu-ken"              # romanised, as in the signature certificate
/// municipality = "Mihon-shi"
/// certificate_name = "試験　葵"          # as certificates write it, if a character had to be replaced (代替文字);
/// certificate_address = "架空県見本市１－２－３"  # as many characters; left out: as above
///
/// [pins]
/// user_authentication = "1234"          # 4 digits
/// digital_signature = "ABC123"          # 6 to 16 of A-Z and 0-9, both
/// card_face = "1234"                    # 4 digits
/// resident_register = "1234"            # 4 digits; left out: as card_face
/// common = "1234"                       # 4 digits; left out: as card_face
///
/// [tries]                               # left; 0 is blocked
/// user_authentication = 3
/// digital_signature = 5
/// card_face = 3
/// text_number_a = 10                    # 照合番号A and B of 券面事項入力補助AP
/// text_number_b = 10
/// visual_birth_date = 10                # references of 券面事項確認AP
/// visual_number_b = 10
/// visual_number_a = 10
/// common = 3
/// resident_register = 3
///
/// [certificates]
/// issued = 2025-04-01                   # left out: 1 April of the year before "today", or the birth date if later
/// valid_until = 2030-07-14              # of both; needs issued; left out: the 5th birthday after issue
/// user_authentication = "issued"        # issued, missing, revoked (only the service knows)
/// digital_signature = "issued"
/// generation = 1                        # of both CAs: 1, or 2 with the same names and other keys
///
/// [card]
/// profile = "card"                      # card, face-authentication, android, iphone
/// security_code = "1234"                # printed on the card, 4 digits; left out: derived from the name
/// number_b = "63071420351234"           # 照合番号B; needs certificates.issued; left out: what follows from the rest
/// photo = "0000000C6A5020200D0A870A…"   # a grey JP2 file in hexadecimal, white space allowed; left out: a drawn one
/// accepts_terminals = false             # 80 A2: see CardSettings
/// atr = "contact"                       # contact, contactless, or an ATR in hexadecimal
/// extended_length = true
/// short_identifiers = true
/// refuses_first_command = false         # answer the first command after power-on with 6F00
/// seed = 0                              # of challenges and salts
/// latency = { command = 0, byte = 0, signature = 0 }  # milliseconds: see Latency
/// ```
///
/// A file that contradicts itself is refused with the field at fault: a certificate older than its holder, a 照合番号B of another
/// birth date, an ATR whose check byte is wrong, tries a PIN never has.
///
/// A table `[eligibility]` is for the service behind the card: see [`ServiceTable`].
#[derive(Clone, PartialEq)]
pub struct Persona {
    name: String,
    summary: String,
    family_name: String,
    given_name: String,
    family_name_kana: String,
    given_name_kana: String,
    birth_date: Date,
    sex: HolderSex,
    address: String,
    my_number: String,
    my_number_is_wrong: bool,
    municipality_code: String,
    prefecture: String,
    municipality: String,
    certificate_name: Option<String>,
    certificate_address: Option<String>,
    security_code: Option<String>,
    user_authentication_pin: Zeroizing<String>,
    digital_signature_pin: Zeroizing<String>,
    card_face_pin: Zeroizing<String>,
    common_pin: Zeroizing<String>,
    resident_register_pin: Zeroizing<String>,
    counters: Counters,
    issued: Option<Date>,
    valid_until: Option<Date>,
    photo: Option<Vec<u8>>,
    user_authentication: CertificateState,
    digital_signature: CertificateState,
    generation: Generation,
    settings: CardSettings,
    service_table: Option<ServiceTable>,
}

/// What became of a certificate. Whether it has expired is a matter of its date.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CertificateState {
    /// On the card and good.
    #[default]
    Issued,
    /// Never put on the card: a child under 15 has none for signing `[doc]`. Certificate and key are not there (`6A82`),
    /// which is our reading: what a real card does is not known.
    Missing,
    /// On the card and revoked. The card does not know; the simulated service does.
    Revoked,
}

impl Persona {
    /// A persona that comes with this crate.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (_, text) = BUILT_IN.iter().find(|(built_in, _)| *built_in == name)?;
        Self::from_toml(text).ok()
    }

    /// The names of the personas that come with this crate, the default first.
    #[must_use]
    pub const fn built_in_names() -> &'static [&'static str] {
        BUILT_IN_NAMES
    }

    /// The name of the persona, not of the person.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is there for, for people.
    #[must_use]
    pub fn summary(&self) -> &str {
        &self.summary
    }

    /// 氏.
    #[must_use]
    pub fn family_name(&self) -> &str {
        &self.family_name
    }

    /// 名.
    #[must_use]
    pub fn given_name(&self) -> &str {
        &self.given_name
    }

    /// 氏, full-width katakana.
    #[must_use]
    pub fn family_name_kana(&self) -> &str {
        &self.family_name_kana
    }

    /// 名, full-width katakana.
    #[must_use]
    pub fn given_name_kana(&self) -> &str {
        &self.given_name_kana
    }

    /// 氏名 as the card has it, with U+3000 between the parts.
    #[must_use]
    pub fn full_name(&self) -> String {
        format!("{}\u{3000}{}", self.family_name, self.given_name)
    }

    /// 生年月日.
    #[must_use]
    pub const fn birth_date(&self) -> Date {
        self.birth_date
    }

    /// 性別.
    #[must_use]
    pub const fn sex(&self) -> HolderSex {
        self.sex
    }

    /// 住所.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// 個人番号, 12 digits, invented.
    #[must_use]
    pub fn my_number(&self) -> &str {
        &self.my_number
    }

    /// 市区町村コード, 5 digits.
    #[must_use]
    pub fn municipality_code(&self) -> &str {
        &self.municipality_code
    }

    /// 都道府県, romanised.
    #[must_use]
    pub fn prefecture(&self) -> &str {
        &self.prefecture
    }

    /// 市区町村, romanised.
    #[must_use]
    pub fn municipality(&self) -> &str {
        &self.municipality
    }

    /// The value of a PIN of the fresh card, and of 照合番号A. `None` for the references whose value the persona does not say but
    /// its dates do: 照合番号B and the birth date, for which see [`number_b`](Self::number_b).
    #[must_use]
    pub fn pin(&self, reference: Reference) -> Option<&str> {
        match reference {
            Reference::UserAuthentication => Some(&self.user_authentication_pin),
            Reference::DigitalSignature => Some(&self.digital_signature_pin),
            Reference::CardFace => Some(&self.card_face_pin),
            Reference::Common => Some(&self.common_pin),
            Reference::ResidentRegister => Some(&self.resident_register_pin),
            Reference::TextNumberA | Reference::VisualNumberA => Some(&self.my_number),
            Reference::TextNumberB | Reference::VisualNumberB | Reference::VisualBirthDate => None,
        }
    }

    /// セキュリティコード, the four digits printed on the card: the one the file names, or one derived from the name of the
    /// persona.
    #[must_use]
    pub fn security_code(&self) -> String {
        match &self.security_code {
            Some(code) => code.clone(),
            None => format!("{:04}", self.derived_number("security code") % 10_000),
        }
    }

    /// 照合番号B: birth date with the year of the era (6), year of the card's expiry (4), security code (4)
    /// `[card: myna-card]`. The first six digits are the birth-date reference of 券面事項確認AP.
    ///
    /// # Errors
    ///
    /// As [`issued`](Self::issued).
    pub fn number_b(&self, today: Date) -> Result<String, PkiError> {
        let year = self.card_expiry(today)?.year();
        Ok(format!("{}{year:04}{}", self.birth_date.era_digits(), self.security_code()))
    }

    /// The day the card itself expires: the 10th birthday after issue for adults (18), else the 5th `[law]`.
    ///
    /// # Errors
    ///
    /// As [`issued`](Self::issued).
    pub fn card_expiry(&self, today: Date) -> Result<Date, PkiError> {
        let issued = self.issued(today)?;
        let fifth_birthday = |from| ValidityPeriod::of_certificate(self.birth_date, from).last_day;
        let comes_of_age =
            (self.birth_date.year().saturating_add(18), self.birth_date.month(), self.birth_date.day());
        if (issued.year(), issued.month(), issued.day()) < comes_of_age {
            return Ok(fifth_birthday(issued));
        }
        // Day 28 where a 29 February is not there five years on.
        let year = issued.year().saturating_add(5);
        let later = Date::from_ymd(year, issued.month(), issued.day());
        Ok(fifth_birthday(later.or_else(|_| Date::from_ymd(year, issued.month(), 28))?))
    }

    /// The 15 digits of the card's serial number, derived from the name of the persona.
    pub(crate) fn card_serial(&self) -> String {
        format!("{:015}", self.derived_number("card serial") % 1_000_000_000_000_000)
    }

    /// The tries left on the fresh card.
    #[must_use]
    pub const fn counters(&self) -> Counters {
        self.counters
    }

    /// The day both certificates were issued, seen from `today`: the one the persona names, or 1 April of the year
    /// before, or the birth date when that is later.
    ///
    /// # Errors
    ///
    /// [`PkiError::Date`] when `today` lies in the year 1.
    pub fn issued(&self, today: Date) -> Result<Date, PkiError> {
        match self.issued {
            Some(issued) => Ok(issued),
            None => Ok(Date::from_ymd(today.year().saturating_sub(1), 4, 1)?.max(self.birth_date)),
        }
    }

    /// How long both certificates are valid.
    pub(crate) fn certificate_validity(&self, issued: Date) -> ValidityPeriod {
        let period = ValidityPeriod::of_certificate(self.birth_date, issued);
        ValidityPeriod { last_day: self.valid_until.unwrap_or(period.last_day), ..period }
    }

    /// 顔写真, as a JP2 file: grey, JPEG 2000.
    #[must_use]
    pub fn photo(&self) -> &[u8] {
        self.photo.as_deref().unwrap_or(PHOTO)
    }

    /// What became of the certificate this CA issued.
    #[must_use]
    pub const fn certificate_state(&self, authority: CertificateAuthority) -> CertificateState {
        match authority {
            CertificateAuthority::UserAuthentication => self.user_authentication,
            CertificateAuthority::DigitalSignature => self.digital_signature,
        }
    }

    /// Enters into the register of this CA what it revoked of the persona's, as superseded.
    pub fn enter_revocation(
        &self,
        authority: CertificateAuthority,
        when: UnixTime,
        register: &mut RevocationRegister,
    ) {
        const SUPERSEDED: u8 = 4;
        if self.certificate_state(authority) == CertificateState::Revoked {
            register.revoke(self.certificate_serial(authority), when, SUPERSEDED);
        }
    }

    /// The serial number of the certificate this CA issued: `01` and the first three bytes of
    /// SHA-256(`myna-sim` ‖ 0 ‖ name of the persona ‖ 0 ‖ `user-authentication` or `digital-signature`), big-endian. Real
    /// ones are small positive numbers too `[fix]`.
    #[must_use]
    pub fn certificate_serial(&self, authority: CertificateAuthority) -> u32 {
        let [first, second, third, ..] = self.derived(match authority {
            CertificateAuthority::UserAuthentication => "user-authentication",
            CertificateAuthority::DigitalSignature => "digital-signature",
        });
        u32::from_be_bytes([0x01, first, second, third])
    }

    /// What certificates tell of the person.
    #[must_use]
    pub fn certificate_holder(&self) -> Holder {
        Holder {
            name: certificate_text(&self.full_name(), self.certificate_name.as_deref()),
            birth_date: self.birth_date,
            sex: self.sex,
            address: certificate_text(&self.address, self.certificate_address.as_deref()),
            municipality_code: self.municipality_code.clone(),
            prefecture: self.prefecture.clone(),
            municipality: self.municipality.clone(),
        }
    }

    /// Of which generation the CAs are that issued the certificates. All bear the same names.
    #[must_use]
    pub const fn generation(&self) -> Generation {
        self.generation
    }

    /// How the card behaves.
    #[must_use]
    pub const fn settings(&self) -> CardSettings {
        self.settings
    }

    /// What the file says to the service behind the card.
    #[must_use]
    pub const fn service_table(&self) -> Option<&ServiceTable> {
        self.service_table.as_ref()
    }

    /// Which card this is. What the service knows, and how the card behaves, may change: the card is the same.
    pub(crate) fn identity(&self, seed: u64) -> SimulatedIdentity {
        let settings = CardSettings { profile: self.settings.profile, ..CardSettings::default() };
        let card = Self { summary: String::new(), service_table: None, settings, ..self.clone() };
        SimulatedIdentity::new(&self.name, card.to_toml().as_bytes(), seed)
    }

    /// The value of every reference of the fresh card, in the order of [`Reference::ALL`].
    pub(crate) fn pins(&self, today: Date) -> Result<Pins, PkiError> {
        let number_b = Zeroizing::new(self.number_b(today)?);
        Ok(Pins::new(Reference::ALL.map(|reference| match reference {
            Reference::TextNumberB | Reference::VisualNumberB => number_b.as_bytes().to_vec(),
            Reference::VisualBirthDate => self.birth_date.era_digits().into_bytes(),
            own => self.pin(own).unwrap_or_default().as_bytes().to_vec(),
        })))
    }

    /// Bytes that depend on nothing but the name of the persona and what they are for.
    pub(crate) fn derived(&self, purpose: &str) -> [u8; 32] {
        let mut digest = Sha256::new();
        for part in ["myna-sim", "\0", &self.name, "\0", purpose] {
            digest.update(part);
        }
        digest.finalize().into()
    }

    /// The first eight of those bytes, as a number.
    pub(crate) fn derived_number(&self, purpose: &str) -> u64 {
        self.derived(purpose).iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
    }
}

/// Name only: the rest is personal, if invented, and PINs are never shown.
impl fmt::Debug for Persona {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Persona({})", self.name)
    }
}

/// Characters that differ were replaced.
fn certificate_text(printed: &str, written: Option<&str>) -> CertificateText {
    let Some(written) = written else { return CertificateText::new(printed) };
    let differs = |(position, (printed, written))| (printed != written).then_some(position);
    let replaced: Vec<usize> = printed.chars().zip(written.chars()).enumerate().filter_map(differs).collect();
    CertificateText::with_replaced(written, &replaced)
}

/// A placeholder, drawn, and SIMULATED written on it: 378 by 472 pixels, grey, JPEG 2000, as on a test card `[fix]`.
const PHOTO: &[u8] = include_bytes!("../images/photo.jp2");

macro_rules! built_in {
    ($($name:literal),+) => {
        const BUILT_IN_NAMES: &[&str] = &[$($name),+];
        const BUILT_IN: [(&str, &str); BUILT_IN_NAMES.len()] =
            [$(($name, include_str!(concat!("../personas/", $name, ".toml")))),+];
    };
}

built_in!(
    "default",
    "preschool",
    "national",
    "late-elderly",
    "elderly",
    "lost",
    "no-match",
    "revoked",
    "pin-locked",
    "expired"
);
