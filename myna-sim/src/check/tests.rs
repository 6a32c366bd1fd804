//! One wrong thing at a time, found where it is.

use super::*;
use myna_error::Diagnostic;

fn image() -> CardImage {
    CardImage::of(&crate::tests::card())
}

#[test]
fn every_built_in_persona_passes() {
    for name in Persona::built_in_names() {
        let persona = Persona::built_in(name).unwrap();
        let report = check_persona(&persona, crate::tests::today()).unwrap();
        assert_eq!(report.findings, [], "{name}");
        assert!(report.checked >= 60, "{name}: {}", report.checked);
    }
}

#[test]
fn a_folder_comes_back_as_it_was_written() {
    let folder = std::env::temp_dir().join(format!("myna-sim-{}-image", std::process::id()));
    let image = image();
    image.write(&folder).unwrap();
    assert_eq!(CardImage::read(&folder).unwrap(), image);
    assert_eq!(check_image(&image).findings, []);
    std::fs::write(folder.join("D392F000260100000001").join("notes.txt"), "").unwrap();
    let error = CardImage::read(&folder).unwrap_err();
    assert_eq!(error.code(), "sim.image.name");
    assert!(error.to_string().contains("notes.txt"), "{error}");
    std::fs::remove_dir_all(&folder).unwrap();
    assert_eq!(CardImage::read(&folder).unwrap_err().code(), "sim.image.access");
}

/// A file of the card, changed.
fn changed(application: &[u8], identifier: u16, change: impl FnOnce(&mut Vec<u8>)) -> Vec<Finding> {
    let mut image = image();
    let mut file = image.file(application, identifier).unwrap().to_vec();
    change(&mut file);
    image.set_file(application, identifier, file);
    check_image(&image).findings
}

/// Where the value of an object begins.
fn value_at(file: &[u8], tag: u32) -> usize {
    let object = Tlv::first(file).unwrap().find(Tag(tag)).unwrap().unwrap();
    object.value().as_ptr() as usize - file.as_ptr() as usize
}

/// One bit, in the value of an object (0: the file), and everything that is then wrong.
#[test]
fn a_wrong_bit_is_found_where_it_is() {
    type Row = (&'static [u8], u16, u32, usize, &'static [(&'static str, &'static str)]);
    const NO_ISSUE: &str = "is not issued by the CA on the card";
    const NO_SIGNATURE: &str = "is no signature of the key in EF 0004";
    let table: [Row; 22] = [
        // Certificates and their chain: signature of the holder's, of the other holder's, of a CA.
        (JPKI, 0x000A, 0, 700, &[("jpki 000A", NO_ISSUE)]),
        (JPKI, 0x0001, 0, 900, &[("jpki 0001", NO_ISSUE)]),
        (JPKI, 0x000B, 0, 1000, &[("jpki 000B", "is not signed by itself")]),
        (JPKI, 0x0006, 0, 0, &[("jpki 0006", "is no token information of 160 bytes")]),
        // My Number: check digit and digest.
        (
            TEXT,
            0x0001,
            0,
            14,
            &[("text 0001", "the check digit of the My Number is wrong"), ("text 0003 DF31", "EF 0001")],
        ),
        // Offsets: of DF22 and of DF25.
        (TEXT, 0x0002, 0xDF21, 1, &[("text 0002 DF21", "the offset of DF22 does not lead to it")]),
        (TEXT, 0x0002, 0xDF21, 7, &[("text 0002 DF21", "the offset of DF25 does not lead to it")]),
        (VISUAL, 0x0002, 0xDF21, 11, &[("visual 0002 DF21", "the offset of DF27 does not lead to it")]),
        // Digests and signatures.
        (TEXT, 0x0002, 0xDF22, 0, &[("text 0003 DF32", "is not the digest of EF 0002")]),
        (
            TEXT,
            0x0003,
            0xDF31,
            3,
            &[("text 0003 DF31", "is not the digest of EF 0001"), ("text 0003 DF33", NO_SIGNATURE)],
        ),
        (TEXT, 0x0003, 0xDF33, 100, &[("text 0003 DF33", NO_SIGNATURE)]),
        (TEXT, 0x0007, 0xDF51, 200, &[("text 0007 DF52", NO_SIGNATURE)]),
        (VISUAL, 0x0001, 0xDF13, 9, &[("visual 0001 DF13", NO_SIGNATURE)]),
        (VISUAL, 0x0005, 0xDF43, 9, &[("visual 0005 DF43", NO_SIGNATURE)]),
        (VISUAL, 0x0002, 0xDF28, 9, &[("visual 0002 DF28", "DF22 to DF27")]),
        // The chain of card-verifiable certificates: signature of the root, its name.
        (TEXT, 0x0004, 0x5F37, 100, &[("text 0004", "is not certified by the simulated root")]),
        (VISUAL, 0x0004, 0x5F4E, 2, &[("visual 0004", "is not certified by the simulated root")]),
        // One key in three files.
        (
            VISUAL,
            0x0001,
            0xDF12,
            50,
            &[("visual 0001 DF13", NO_SIGNATURE), ("visual 0001 DF12", "is not the key in EF 0002")],
        ),
        // Images: a PNG, the photo.
        (
            VISUAL,
            0x0002,
            0xDF25,
            50,
            &[("visual 0002 DF25", "the checksum of a chunk is wrong"), ("visual 0002 DF28", "DF22 to DF27")],
        ),
        (
            VISUAL,
            0x0002,
            0xDF27,
            0,
            &[("visual 0002 DF27", "is no JPEG 2000"), ("visual 0002 DF28", "DF22 to DF27")],
        ),
        (VISUAL, 0x0002, 0xDF2A, 1, &[("visual 0002 DF2A", "it is not a PNG")]),
        // Behind the template.
        (TEXT, 0x0002, 0, 250, &[("text 0002", "what is behind the template is not FF")]),
    ];
    for (application, identifier, tag, position, expected) in table {
        let findings = changed(application, identifier, |file| {
            let start = if tag == 0 { 0 } else { value_at(file, tag) };
            file[start + position] ^= 0x01;
        });
        let place = format!("EF {identifier:04X} {tag:04X} {position}");
        assert_eq!(findings.len(), expected.len(), "{place}: {findings:?}");
        for (finding, (at, problem)) in findings.iter().zip(expected) {
            assert!(finding.place == *at && finding.problem.contains(problem), "{place}: {finding}");
        }
    }
}

#[test]
fn dates_that_are_none_and_dates_that_differ_are_found() {
    let date = |application: &[u8], identifier, tag, digits: &[u8; 8]| {
        let findings = changed(application, identifier, |file| {
            let start = value_at(file, tag);
            file[start..start + 8].copy_from_slice(digits);
        });
        findings.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ")
    };
    let found = date(TEXT, 0x0002, 0xDF24, b"20010229");
    assert!(found.contains("text 0002 DF24: is no day written YYYYMMDD"), "{found}");
    assert!(found.contains("visual 0002: birth date or sex is not that of the text"), "{found}");
    let found = date(VISUAL, 0x0001, 0xDF11, b"19880715");
    assert!(found.contains("visual 0001 DF11: is not the birth date in EF 0002"), "{found}");
    let found = date(VISUAL, 0x0002, 0xDF29, b"20330715");
    assert_eq!(found, "common 0001: the card's expiry is not that of its face");
}

#[test]
fn certificates_of_another_authority_are_found() {
    let mut image = image();
    let [first, second] = [0x0002, 0x000B].map(|file| image.file(JPKI, file).unwrap().to_vec());
    image.set_file(JPKI, 0x000B, first);
    image.set_file(JPKI, 0x0002, second);
    let findings: Vec<String> = check_image(&image).findings.iter().map(ToString::to_string).collect();
    assert_eq!(
        findings,
        ["jpki 000A: is not issued by the CA on the card", "jpki 0001: is not issued by the CA on the card"]
    );
    // The same names and another key: the other generation.
    let other = Persona::from_toml("certificates.generation = 2").unwrap();
    let other = CardImage::of(&SimulatedCard::new(&other, crate::tests::today()).unwrap());
    let mut image = self::image();
    image.set_file(JPKI, 0x000B, other.file(JPKI, 0x000B).unwrap().to_vec());
    let findings = check_image(&image).findings;
    assert_eq!(findings.iter().map(|finding| finding.place.as_str()).collect::<Vec<_>>(), ["jpki 000A"]);
}

#[test]
fn a_certificate_that_ends_before_it_begins_is_found() {
    use crate::pki::{CertificateAuthority, ValidityPeriod};
    let day = |year| Date::from_ymd(year, 4, 1).unwrap();
    let validity = ValidityPeriod { first_day: day(2024), last_day: day(2023) };
    let holder = Persona::built_in("default").unwrap().certificate_holder();
    let authority = CertificateAuthority::UserAuthentication;
    let der = authority.issue_with_validity(&holder, 1, validity).unwrap();
    let findings = changed(JPKI, 0x000A, |file| *file = der);
    let findings: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert_eq!(findings, ["jpki 000A: ends before it begins"]);
}

/// The value of a reference, and what is wrong with it; 照合番号B of somebody else, and in the year of the calendar.
#[test]
fn references_that_do_not_fit_the_card_are_found() {
    for (reference, value, problem) in [
        (Reference::UserAuthentication, "12a4", Some("is not 4 digits")),
        (Reference::DigitalSignature, "abc123", Some("is not 6 to 16 of A-Z")),
        (Reference::CardFace, "", Some("is not 4 digits")),
        (Reference::TextNumberA, "900000000028", Some("does not begin with 900000000010")),
        (Reference::VisualNumberA, "900000000010", None),
        (Reference::VisualNumberB, "88071420330000", Some("does not begin with 6307142033")),
        (Reference::VisualNumberB, "63071420340000", Some("does not begin with 6307142033")),
        (Reference::TextNumberB, "63071520330000", Some("does not begin with 6307142033")),
        (Reference::TextNumberB, "63071420330000", None),
        (Reference::VisualBirthDate, "880714", Some("does not begin with 630714")),
        (Reference::VisualBirthDate, "630714", None),
    ] {
        let mut check = Check { image: &image(), report: CardReport::default() };
        check.references(&[(reference, value)]);
        let findings: Vec<String> = check.report.findings.iter().map(ToString::to_string).collect();
        assert_eq!(findings.len(), usize::from(problem.is_some()), "{findings:?}");
        if let Some(problem) = problem {
            assert!(findings[0].starts_with(&format!("reference {reference:?}: {problem}")), "{findings:?}");
        }
    }
}

#[test]
fn files_of_garbage_are_reported_and_nothing_else_happens() {
    for length in [0, 1, 5, 40, 600] {
        for fill in [0x00, 0x30, 0xDF, 0xFF] {
            let mut image = image();
            let names: Vec<(Vec<u8>, u16)> =
                image.files().map(|(name, identifier, _)| (name.to_vec(), identifier)).collect();
            for (name, identifier) in names {
                image.set_file(&name, identifier, vec![fill; length]);
            }
            assert!(!check_image(&image).findings.is_empty());
        }
    }
    assert_eq!(check_image(&CardImage::default()), CardReport::default());
}

/// Every persona alone is one person; the files of one application of another are found, whichever it is, also where there is
/// no signature certificate to tell of it, and nothing else is wrong with such a card but what is compared already.
#[test]
fn a_card_of_two_people_is_found() {
    let image_of = |name: &str| {
        let persona = Persona::built_in(name).unwrap();
        CardImage::of(&SimulatedCard::new(&persona, crate::tests::today()).unwrap())
    };
    for name in Persona::built_in_names() {
        assert_eq!(check_image(&image_of(name)).two_people, [], "{name}");
    }
    let places = |image: &CardImage| {
        let mut places: Vec<String> =
            check_image(image).two_people.into_iter().map(|finding| finding.place).collect();
        places.dedup();
        places
    };
    let elderly = image_of("elderly");
    for (own, application, files, expected) in [
        ("default", JPKI, &[0x0001, 0x000A][..], &["jpki 0001"][..]),
        ("default", JPKI, &[0x0001], &["jpki 0001", "jpki 000A"]),
        ("default", JPKI, &[0x000A], &["jpki 000A"]),
        ("preschool", JPKI, &[0x000A], &["jpki 000A"]),
        ("default", TEXT, &[0x0002], &["jpki 0001", "text 0002"]),
        ("default", VISUAL, &[0x0002], &["jpki 0001", "text 0002"]),
    ] {
        let mut image = image_of(own);
        for file in files {
            image.set_file(application, *file, elderly.file(application, *file).unwrap().to_vec());
        }
        assert_eq!(places(&image), expected, "{own} with {files:04X?} of another");
    }
}

/// Characters that certificates cannot hold were replaced: that is still the same person, and a child of 29 February too.
#[test]
fn a_replaced_character_is_no_other_person() {
    let text = "[holder]\nfamily_name = \"髙見\"\ngiven_name = \"葵\"\ncertificate_name = \"高見　葵\"\n\
                birth_date = 1996-02-29\nsex = \"unknown\"";
    let persona = Persona::from_toml(text).unwrap();
    let image = CardImage::of(&SimulatedCard::new(&persona, crate::tests::today()).unwrap());
    assert_eq!(check_image(&image).two_people, []);
}
