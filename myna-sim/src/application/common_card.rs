use super::{Application, UNREADABLE};
use crate::Persona;
use crate::file::{Access, Content, File};
use crate::pki::{CivilDate, PkiError, ValidityPeriod};

/// 共通カードAP: the number of the card itself.
pub(super) fn application(persona: &Persona, issued: CivilDate) -> Result<Application, PkiError> {
    Ok(Application {
        name: NAME,
        files: vec![
            File::new(0x0001, Access::Free, Content::Records(vec![card_number(persona, issued)?])),
            File::unknown(UNREADABLE),
        ],
        own_key: None,
    })
}

const NAME: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];

/// Record 1 of EF `0001`: `01 1C`, then 28 digits: serial (15), municipality (5), expiry `YYYYMMDD` (8)
/// `[card: myna-card] [code: myna]`.
fn card_number(persona: &Persona, issued: CivilDate) -> Result<Vec<u8>, PkiError> {
    let serial = persona.derived_number("card serial") % 1_000_000_000_000_000;
    let expiry = expiry(persona.birth_date(), issued)?;
    let (year, month, day) = (expiry.year(), expiry.month(), expiry.day());
    let digits = format!("{serial:015}{}{year:04}{month:02}{day:02}", persona.municipality_code());
    Ok([&[0x01, 0x1C], digits.as_bytes()].concat())
}

/// The 10th birthday after issue for adults (18), else the 5th `[law]`.
fn expiry(birth: CivilDate, issued: CivilDate) -> Result<CivilDate, PkiError> {
    let fifth_birthday = |from| ValidityPeriod::of_certificate(birth, from).last_day;
    let comes_of_age = (birth.year().saturating_add(18), birth.month(), birth.day());
    if (issued.year(), issued.month(), issued.day()) < comes_of_age {
        return Ok(fifth_birthday(issued));
    }
    // Day 28 where a 29 February is not there five years on.
    let year = issued.year().saturating_add(5);
    let later = CivilDate::new(year, issued.month(), issued.day());
    Ok(fifth_birthday(later.or_else(|_| CivilDate::new(year, issued.month(), 28))?))
}
