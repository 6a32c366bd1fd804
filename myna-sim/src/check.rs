//! Whether what is on a card fits together: offsets, digests, signatures, certificates, images, references.
//!
//! It is written for what the card is known to hold, not for how this crate makes it: the files of a real test card, read
//! into a folder ([`CardImage::read`]), should pass but for the two roots, which are simulated here.

mod people;
mod png;
#[cfg(test)]
mod tests;

use std::fmt;

use der::{Decode, Encode};
use myna_apdu::tlv::{Tag, Tlv};
use myna_trust::{CryptoProvider, DigestInfo, HashAlgorithm, PublicKey};
use sha2::{Digest, Sha256};
use x509_cert::Certificate;

use self::people::Person;
pub(crate) use self::png::png_size;
use crate::photo::photo_size;
use crate::pki::FaceAuthority;
use crate::{CardImage, Persona, Reference, SimError, SimulatedCard};
use myna_calendar::{Date, DateDigits};

/// Something that does not fit, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// Application and EF, such as `visual 0002 DF28`.
    pub place: String,
    /// What is wrong there.
    pub problem: String,
}

/// What a check came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct CardReport {
    /// How many things were looked at.
    pub checked: usize,
    /// What is wrong, in the order of the files. Empty: everything fits.
    pub findings: Vec<Finding>,
    /// Where two applications tell of two people: whatever else fits, it is no card. Of a persona nothing: it is one person.
    pub two_people: Vec<Finding>,
}

/// Checks the card a persona gets on the day `today`, and its PINs and printed numbers.
///
/// # Errors
///
/// A [`SimError`] when there is no such card.
pub fn check_persona(persona: &Persona, today: Date) -> Result<CardReport, SimError> {
    let card = SimulatedCard::new(persona, today)?;
    let mut check = Check { image: &CardImage::of(&card), report: CardReport::default() };
    check.everything();
    let number_b = persona.number_b(today)?;
    let values = Reference::ALL.map(|reference| match reference {
        Reference::VisualBirthDate => (reference, number_b.get(..6).unwrap_or_default()),
        _ => (reference, persona.pin(reference).unwrap_or(&number_b)),
    });
    check.references(&values);
    Ok(check.report)
}

/// Checks files alone. An EF that is not there is not looked at, nor is what needs it.
#[must_use]
pub fn check_image(image: &CardImage) -> CardReport {
    let mut check = Check { image, report: CardReport::default() };
    check.everything();
    check.people();
    check.report
}

const JPKI: &[u8] = &[0xD3, 0x92, 0xF0, 0x00, 0x26, 0x01, 0x00, 0x00, 0x00, 0x01];
const TEXT: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08];
const VISUAL: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02];
const COMMON: &[u8] = &[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00];

struct Check<'i> {
    image: &'i CardImage,
    report: CardReport,
}

impl<'i> Check<'i> {
    fn everything(&mut self) {
        self.certificates();
        self.text();
        self.visual();
        self.common();
    }

    fn require(&mut self, holds: bool, place: &str, problem: impl Into<String>) {
        self.report.checked += 1;
        let finding = || Finding { place: place.to_owned(), problem: problem.into() };
        // A file that others need as well is looked at more than once, and told of once.
        if let Some(finding) = (!holds).then(finding).filter(|found| !self.report.findings.contains(found)) {
            self.report.findings.push(finding);
        }
    }

    /// EF `0006`, and each certificate under that of its CA.
    fn certificates(&mut self) {
        if let Some(token) = self.image.file(JPKI, 0x0006) {
            let label = token.starts_with(b"JPKIAP");
            self.require(token.len() >= 160 && label, "jpki 0006", "is no token information of 160 bytes");
        }
        for (holder, authority) in [(0x000A, 0x000B), (0x0001, 0x0002)] {
            let authority = self.certificate(authority, "CA");
            let holder = self.certificate(holder, "holder");
            let Some((place, issuer)) = authority else { continue };
            self.require(is_issued_by(&issuer, &issuer), &place, "is not signed by itself");
            if let Some((place, certificate)) = holder {
                self.require(
                    is_issued_by(&certificate, &issuer),
                    &place,
                    "is not issued by the CA on the card",
                );
            }
        }
    }

    fn certificate(&mut self, identifier: u16, kind: &str) -> Option<(String, Certificate)> {
        let file = self.image.file(JPKI, identifier)?;
        let place = format!("jpki {identifier:04X}");
        let certificate = certificate(file);
        self.require(certificate.is_some(), &place, format!("is no X.509 certificate ({kind})"));
        let certificate = certificate?;
        let validity = certificate.tbs_certificate().validity();
        let is_ordered = validity.not_before.to_unix_duration() < validity.not_after.to_unix_duration();
        self.require(is_ordered, &place, "ends before it begins");
        Some((place, certificate))
    }

    fn text(&mut self) {
        let issuer = self.issuer(TEXT, FaceAuthority::Text, "text 0004");
        let number = self.image.file(TEXT, 0x0001);
        if let Some(number) = number {
            let digits = Tlv::first(number).ok().map(|object| object.value());
            let good = digits.is_some_and(|digits| Reference::TextNumberA.accepts(digits));
            self.require(good && number.len() == 17, "text 0001", "is not 12 digits in 17 bytes");
            let digits = digits.and_then(|digits| std::str::from_utf8(digits).ok()).unwrap_or_default();
            self.require(has_check_digit(digits), "text 0001", "the check digit of the My Number is wrong");
        }
        let items = self.template(TEXT, 0x0002, 0xFF20, "text 0002");
        if let Some(items) = &items {
            self.offsets(items, 0xDF22..=0xDF25, "text 0002");
            self.date(items, 0xDF24, "text 0002");
        }
        if let Some(record) = self.template(TEXT, 0x0003, 0xFF30, "text 0003") {
            if let Some(number) = number {
                let digest = Sha256::digest(number);
                self.require(
                    record.value(0xDF31) == &digest[..],
                    "text 0003 DF31",
                    "is not the digest of EF 0001",
                );
            }
            if let Some(items) = &items {
                let digest = Sha256::digest(items.objects(&[0xDF22, 0xDF23, 0xDF24, 0xDF25]));
                self.require(
                    record.value(0xDF32) == &digest[..],
                    "text 0003 DF32",
                    "is not the digest of EF 0002",
                );
            }
            self.signature(issuer.as_ref(), &record, &[0xDF31, 0xDF32], 0xDF33, "text 0003");
        }
        if let Some(session) = self.image.file(TEXT, 0x0006) {
            let key = Tlv::first(session).ok().and_then(|object| public_key(object.value()));
            self.require(key.is_some(), "text 0006", "holds no public key");
        }
        if let Some(record) = self.template(TEXT, 0x0007, 0xFF50, "text 0007") {
            self.require(public_key(record.value(0xDF51)).is_some(), "text 0007 DF51", "holds no public key");
            self.signature(issuer.as_ref(), &record, &[0xDF51], 0xDF52, "text 0007");
        }
    }

    fn visual(&mut self) {
        let issuer = self.issuer(VISUAL, FaceAuthority::Visual, "visual 0004");
        let age = self.template(VISUAL, 0x0001, 0xFF10, "visual 0001");
        let face = self.template(VISUAL, 0x0002, 0xFF20, "visual 0002");
        let number = self.template(VISUAL, 0x0005, 0xFF40, "visual 0005");
        if let Some(age) = &age {
            self.date(age, 0xDF11, "visual 0001");
            self.signature(issuer.as_ref(), age, &[0xDF11, 0xDF12], 0xDF13, "visual 0001");
        }
        if let Some(number) = &number {
            self.png(number, 0xDF41, "visual 0005");
            self.signature(issuer.as_ref(), number, &[0xDF41, 0xDF42], 0xDF43, "visual 0005");
        }
        let Some(face) = face else { return };
        self.offsets(&face, 0xDF22..=0xDF2A, "visual 0002");
        for tag in [0xDF22, 0xDF29] {
            self.date(&face, tag, "visual 0002");
        }
        for tag in [0xDF25, 0xDF26, 0xDF2A] {
            self.png(&face, tag, "visual 0002");
        }
        let problem = photo_size(face.value(0xDF27)).err().map(|error| error.to_string());
        self.require(problem.is_none(), "visual 0002 DF27", problem.unwrap_or_default());
        let own = public_key(face.value(0xDF24));
        self.require(own.is_some(), "visual 0002 DF24", "holds no public key");
        for (other, tag, place) in [(&age, 0xDF12, "visual 0001 DF12"), (&number, 0xDF42, "visual 0005 DF42")]
        {
            if let Some(other) = other {
                self.require(other.value(tag) == face.value(0xDF24), place, "is not the key in EF 0002");
            }
        }
        if let Some(age) = &age {
            let same = age.value(0xDF11) == face.value(0xDF22);
            self.require(same, "visual 0001 DF11", "is not the birth date in EF 0002");
        }
        if let Some(items) = self.template(TEXT, 0x0002, 0xFF20, "text 0002") {
            let same = [(0xDF24, 0xDF22), (0xDF25, 0xDF23)];
            let same = same.iter().all(|(text, visual)| items.value(*text) == face.value(*visual));
            self.require(same, "visual 0002", "birth date or sex is not that of the text application");
        }
        if let Some(issuer) = issuer {
            let digests = [
                face.objects(&[0xDF22, 0xDF23, 0xDF24]),
                face.objects(&[0xDF25, 0xDF26]),
                face.objects(&[0xDF27]),
            ]
            .map(|covered| Sha256::digest(covered).to_vec())
            .concat();
            let holds = verifies(&issuer, &digests, face.value(0xDF28));
            self.require(holds, "visual 0002 DF28", "is no signature of EF 0004 over DF22 to DF27");
        }
    }

    fn common(&mut self) {
        let Some(record) = self.image.file(COMMON, 0x0001) else { return };
        let digits = record.strip_prefix(&[0x01, 0x1C]).and_then(|digits| std::str::from_utf8(digits).ok());
        let digits =
            digits.filter(|digits| digits.len() == 28 && digits.bytes().all(|byte| byte.is_ascii_digit()));
        self.require(digits.is_some(), "common 0001", "record 1 is not 28 digits");
        let expiry = digits.and_then(|digits| digits.get(20..)).unwrap_or_default();
        if let Some(face) = self.template(VISUAL, 0x0002, 0xFF20, "visual 0002") {
            let same = face.value(0xDF29) == expiry.as_bytes();
            self.require(same, "common 0001", "the card's expiry is not that of its face");
        }
    }

    /// Everybody the applications tell of, each against each.
    fn people(&mut self) {
        let certificates =
            [0x0001, 0x000A].map(|identifier| self.image.file(JPKI, identifier).and_then(certificate));
        let [signature, authentication] = certificates;
        let template = |application, tag| Template::of(self.image.file(application, 0x0002)?, tag);
        let text = template(TEXT, 0xFF20).map(|items| Person::of_text(&items));
        let face = template(VISUAL, 0xFF20).map(|face| Person::of_face(&face));
        let holder = signature.as_ref().map(Person::of_certificate);
        let people: Vec<&Person> = [&holder, &text, &face].into_iter().flatten().collect();
        for (position, person) in people.iter().enumerate() {
            for other in people.iter().skip(position + 1) {
                self.report.checked += 1;
                self.report.two_people.extend(person.differences(other));
            }
        }
        let Some(end) = authentication.as_ref().and_then(last_day) else { return };
        // Both certificates of a person end on one day of the year; without the other one the birthday has to do.
        let problem = match signature.as_ref().and_then(last_day) {
            Some(other) => ((other.month(), other.day()) != (end.month(), end.day()))
                .then(|| "ends on another day of the year than jpki 0001".to_owned()),
            None => people
                .iter()
                .find(|person| person.has_other_birthday(end))
                .map(|person| format!("ends on no birthday of the holder of {}", person.place())),
        };
        self.report.checked += 1;
        let place = "jpki 000A".to_owned();
        self.report.two_people.extend(problem.map(|problem| Finding { place, problem }));
    }

    /// The values of references: each of its form, and those that are printed on the card as the files have it.
    fn references(&mut self, values: &[(Reference, &str)]) {
        let number = self.image.file(TEXT, 0x0001).and_then(|file| Tlv::first(file).ok());
        let face = self.template(VISUAL, 0x0002, 0xFF20, "visual 0002");
        for (reference, value) in values {
            let place = format!("reference {reference:?}");
            let good = reference.accepts(value.as_bytes());
            self.require(good, &place, format!("is not {}", reference.form()));
            let printed = match reference {
                Reference::TextNumberA | Reference::VisualNumberA => {
                    number.map(|number| (number.value().to_vec(), "the My Number in text 0001"))
                }
                Reference::TextNumberB | Reference::VisualNumberB => face.as_ref().map(|face| {
                    (number_b_start(face), "the birth date in its era and the year of expiry in visual 0002")
                }),
                Reference::VisualBirthDate => face.as_ref().map(|face| {
                    (
                        number_b_start(face).into_iter().take(6).collect(),
                        "the birth date in its era in visual 0002",
                    )
                }),
                _ => None,
            };
            if let Some((printed, what)) = printed {
                let expected = String::from_utf8_lossy(&printed);
                let good = value.starts_with(&*expected);
                self.require(good, &place, format!("does not begin with {expected}, {what}"));
            }
        }
    }

    /// The key that EF `0004` certifies, whether or not we know who signed it.
    fn issuer(&mut self, application: &[u8], root: FaceAuthority, place: &str) -> Option<PublicKey> {
        let certificate = self.template(application, 0x0004, 0x7F21, place)?;
        let body = certificate.value(0x5F4E);
        let key = body.get(32..).and_then(public_key);
        self.require(key.is_some(), place, "the body is not two key names and a key");
        let known = body.get(..16) == Some(root.root_identifier().as_bytes().as_slice());
        let signed = root.root_key().is_ok_and(|key| key.has_signed(body, certificate.value(0x5F37)));
        self.require(known && signed, place, "is not certified by the simulated root");
        key
    }

    fn signature(
        &mut self,
        issuer: Option<&PublicKey>,
        record: &Template<'_>,
        covered: &[u32],
        signature: u32,
        place: &str,
    ) {
        let Some(issuer) = issuer else { return };
        let digest = Sha256::digest(record.objects(covered));
        let holds = verifies(issuer, &digest, record.value(signature));
        self.require(holds, &format!("{place} {signature:04X}"), "is no signature of the key in EF 0004");
    }

    /// An EF whose outer object has this tag.
    fn template(
        &mut self,
        application: &[u8],
        identifier: u16,
        tag: u32,
        place: &str,
    ) -> Option<Template<'i>> {
        let file = self.image.file(application, identifier)?;
        let template = Template::of(file, tag);
        let whole =
            template.as_ref().is_some_and(|template| template.outer.children().all(|child| child.is_ok()));
        self.require(whole, place, format!("is no template {tag:04X} of whole objects"));
        let template = template?;
        let filler = file.get(template.outer.encoded_len()..).unwrap_or_default();
        self.require(filler.iter().all(|byte| *byte == 0xFF), place, "what is behind the template is not FF");
        Some(template)
    }

    fn offsets(&mut self, template: &Template<'_>, tags: std::ops::RangeInclusive<u32>, place: &str) {
        let (offsets, rest) = template.value(0xDF21).as_chunks::<2>();
        self.require(
            rest.is_empty() && offsets.len() == tags.clone().count(),
            &format!("{place} DF21"),
            "has not one offset for each object",
        );
        for (offset, tag) in offsets.iter().zip(tags) {
            let at = template.file.get(usize::from(u16::from_be_bytes(*offset))..).unwrap_or_default();
            let leads = Tlv::first(at).is_ok_and(|object| object.tag() == Tag(tag));
            self.require(
                leads,
                &format!("{place} DF21"),
                format!("the offset of {tag:04X} does not lead to it"),
            );
        }
    }

    fn date(&mut self, template: &Template<'_>, tag: u32, place: &str) {
        let date = DateDigits::parse(template.value(tag)).and_then(DateDigits::date);
        self.require(date.is_ok(), &format!("{place} {tag:04X}"), "is no day written YYYYMMDD");
    }

    fn png(&mut self, template: &Template<'_>, tag: u32, place: &str) {
        let problem = png_size(template.value(tag)).err().map(|error| error.to_string());
        self.require(problem.is_none(), &format!("{place} {tag:04X}"), problem.unwrap_or_default());
    }
}

/// A file that is one constructed object, and filler.
struct Template<'f> {
    file: &'f [u8],
    outer: Tlv<'f>,
}

impl<'f> Template<'f> {
    fn of(file: &'f [u8], tag: u32) -> Option<Self> {
        let outer = Tlv::first(file).ok().filter(|outer| outer.tag() == Tag(tag))?;
        Some(Self { file, outer })
    }

    /// `None` when it is not there, or no text.
    fn text(&self, tag: u32) -> Option<String> {
        let text = std::str::from_utf8(self.value(tag)).ok().filter(|text| !text.is_empty())?;
        Some(text.to_owned())
    }

    /// Empty when it is not there.
    fn value(&self, tag: u32) -> &'f [u8] {
        match self.outer.find(Tag(tag)) {
            Ok(Some(object)) => object.value(),
            _ => &[],
        }
    }

    /// Whole objects, one after the other.
    fn objects(&self, tags: &[u32]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut offset = self.outer.encoded_len().saturating_sub(self.outer.value().len());
        for child in self.outer.children().flatten() {
            let end = offset.saturating_add(child.encoded_len());
            if tags.iter().any(|tag| child.tag() == Tag(*tag)) {
                bytes.extend_from_slice(self.file.get(offset..end).unwrap_or_default());
            }
            offset = end;
        }
        bytes
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.problem)
    }
}

/// The certificate in a file; behind it there may be filler.
fn certificate(file: &[u8]) -> Option<Certificate> {
    let object = Tlv::first(file).ok()?;
    Certificate::from_der(file.get(..object.encoded_len())?).ok()
}

/// notAfter; it is in the afternoon of UTC, and so on that day in Japan too.
fn last_day(certificate: &Certificate) -> Option<Date> {
    let end = certificate.tbs_certificate().validity().not_after.to_date_time();
    Date::from_ymd(end.year(), end.month(), end.day()).ok()
}

/// `90 03 010001, 91 82 0100 modulus`.
fn public_key(value: &[u8]) -> Option<PublicKey> {
    PublicKey::from_card_objects(value).ok()
}

/// PKCS#1 v1.5 under a DigestInfo of SHA-256 that holds one digest, or three as DF28 has it.
fn verifies(key: &PublicKey, digests: &[u8], signature: &[u8]) -> bool {
    DigestInfo::of_hashes(HashAlgorithm::Sha256, digests)
        .is_some_and(|info| key.verify_digest_info(&CryptoProvider::default(), &info, signature).is_ok())
}

fn is_issued_by(certificate: &Certificate, issuer: &Certificate) -> bool {
    let signed = || {
        let info = issuer.tbs_certificate().subject_public_key_info().to_der().ok()?;
        let key = PublicKey::from_der(&info).ok()?;
        let message = certificate.tbs_certificate().to_der().ok()?;
        Some(verifies(&key, &Sha256::digest(message), certificate.signature().as_bytes()?))
    };
    certificate.tbs_certificate().issuer() == issuer.tbs_certificate().subject() && signed() == Some(true)
}

/// What 照合番号B begins with, by the card face: DF22 in the year of its era, and the year of DF29.
fn number_b_start(face: &Template<'_>) -> Vec<u8> {
    let text = |tag| std::str::from_utf8(face.value(tag)).unwrap_or_default();
    let era = Date::parse(text(0xDF22)).map(Date::era_digits).unwrap_or_default();
    [era.as_str(), text(0xDF29).get(..4).unwrap_or_default()].concat().into_bytes()
}

fn has_check_digit(digits: &str) -> bool {
    let digits: Vec<u32> = digits.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let Some((last, body)) = digits.split_last() else { return false };
    crate::persona::my_number_check_digit(body) == *last
}
