//! Whether what the applications of a card say of its holder is said of one person.
//!
//! | EF | says |
//! |---|---|
//! | `text 0002` | name, address, birth date, sex |
//! | `visual 0002` | birth date, sex |
//! | `jpki 0001`, the signature certificate | all four; characters that it had to replace say nothing |
//! | `jpki 000A`, the authentication certificate | the birthday, as the day on which it ends |

use der::asn1::Utf8StringRef;
use myna_calendar::Date;
use x509_cert::Certificate;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

use super::{Finding, Template};
use crate::pki;

/// What one place says of the holder; `None` where it says nothing.
pub(super) struct Person {
    place: &'static str,
    name: Option<String>,
    address: Option<String>,
    birth_date: Option<String>,
    sex: Option<String>,
}

/// Stands for a character that says nothing.
const REPLACED: char = '\0';

impl Person {
    /// EF `0002` of 券面事項入力補助AP.
    pub(super) fn of_text(items: &Template<'_>) -> Self {
        let [name, address, birth_date, sex] = [0xDF22, 0xDF23, 0xDF24, 0xDF25].map(|tag| items.text(tag));
        Self { place: "text 0002", name, address, birth_date, sex }
    }

    /// EF `0002` of 券面事項確認AP.
    pub(super) fn of_face(face: &Template<'_>) -> Self {
        let [birth_date, sex] = [0xDF22, 0xDF23].map(|tag| face.text(tag));
        Self { place: "visual 0002", name: None, address: None, birth_date, sex }
    }

    /// 署名用電子証明書.
    pub(super) fn of_certificate(certificate: &Certificate) -> Self {
        let names = certificate.tbs_certificate().get_extension::<SubjectAltName>().ok().flatten();
        let names = names.map(|(_, names)| names.0).unwrap_or_default();
        let said = |arcs: &[u32]| {
            names.iter().find_map(|name| match name {
                GeneralName::OtherName(name) if name.type_id.arcs().eq(arcs.iter().copied()) => {
                    Utf8StringRef::try_from(&name.value).ok().map(|text| text.as_str().to_owned())
                }
                _ => None,
            })
        };
        let characters = |text: &[u32], substitutions: &[u32]| {
            let replaced = said(substitutions).unwrap_or_default();
            let replaced = replaced.chars().chain(std::iter::repeat('0'));
            let read = |(character, replaced)| if replaced == '1' { REPLACED } else { character };
            said(text).map(|text| text.chars().zip(replaced).map(read).collect())
        };
        Self {
            place: "jpki 0001",
            name: characters(pki::NAME, pki::NAME_SUBSTITUTIONS),
            address: characters(pki::ADDRESS, pki::ADDRESS_SUBSTITUTIONS),
            // Behind the digit of the era.
            birth_date: said(pki::BIRTH_DATE).and_then(|text| text.get(1..).map(str::to_owned)),
            // 3 where the files have 0: not known.
            sex: said(pki::SEX).map(|sex| if sex == "3" { "0".to_owned() } else { sex }),
        }
    }

    /// What is said otherwise at another place.
    pub(super) fn differences(&self, other: &Self) -> Vec<Finding> {
        let texts = [
            ("name", &self.name, &other.name),
            ("address", &self.address, &other.address),
            ("birth date", &self.birth_date, &other.birth_date),
            ("sex", &self.sex, &other.sex),
        ];
        let mut findings = Vec::new();
        for (what, one, other_one) in texts {
            if one.as_ref().zip(other_one.as_ref()).is_some_and(|(one, other)| !agree(one, other)) {
                let problem = format!("the {what} is not that of {}", other.place);
                findings.push(Finding { place: self.place.to_owned(), problem });
            }
        }
        findings
    }

    /// Whether a certificate that ends on this day is somebody else's: certificates end on a birthday of their holder `[law]`.
    pub(super) fn has_other_birthday(&self, end: Date) -> bool {
        let birth_date = self.birth_date.as_deref().and_then(|text| Date::parse(text).ok());
        birth_date.is_some_and(|birth_date| match (birth_date.month(), birth_date.day()) {
            (2, 29) => end.month() != 2 || end.day() < 28,
            birthday => (end.month(), end.day()) != birthday,
        })
    }

    /// Where it is said.
    pub(super) const fn place(&self) -> &'static str {
        self.place
    }
}

/// Whether two texts are one, but for what was replaced.
fn agree(one: &str, other: &str) -> bool {
    let same = |(one, other): (char, char)| one == other || [one, other].contains(&REPLACED);
    one.chars().count() == other.chars().count() && one.chars().zip(other.chars()).all(same)
}
