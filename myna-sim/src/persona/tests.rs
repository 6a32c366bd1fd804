use super::*;
use crate::{Atr, Latency};
use myna_error::Diagnostic;

#[test]
fn every_built_in_persona_reads_and_is_called_what_it_is_called() {
    assert_eq!(Persona::built_in_names(), BUILT_IN.map(|(name, _)| name));
    for (name, text) in BUILT_IN {
        let persona = Persona::from_toml(text).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(persona.name(), name);
        assert!(!persona.summary().is_empty());
        let fictional = ["試験", "見本", "架空", "例示", "仮名", "転職"];
        assert!(fictional.contains(&persona.family_name()), "{name}");
    }
    assert_eq!(Persona::built_in("nobody"), None);
}

#[test]
fn what_is_written_is_read_again() {
    for (name, text) in BUILT_IN {
        let persona = Persona::from_toml(text).unwrap();
        let written = persona.to_toml();
        assert_eq!(Persona::from_toml(&written).as_ref(), Ok(&persona), "{name}: {written}");
        assert_eq!(Persona::from_toml(&written).unwrap().to_toml(), written);
    }
}

#[test]
fn an_empty_file_is_the_default_without_an_insurer() {
    let empty = Persona::from_toml("").unwrap();
    let mut default = Persona::built_in("default").unwrap();
    assert!(empty.service_table().is_none() && default.service_table().is_some());
    default.service_table = None;
    default.summary = String::new();
    assert_eq!(empty, default);
}

#[test]
fn fields_left_out_have_their_defaults() {
    let persona = Persona::from_toml("[card]\natr = \"contactless\"\n[tries]\ncard_face = 1").unwrap();
    assert_eq!(persona.settings().atr, Atr::Contactless);
    assert!(persona.settings().extended_length && persona.settings().short_identifiers);
    assert_eq!((persona.counters().card_face_pin, persona.counters().digital_signature), (1, 5));
    let issued = |year, month, day| persona.issued(Date::from_ymd(year, month, day).unwrap()).unwrap();
    assert_eq!(issued(2025, 1, 1), Date::from_ymd(2024, 4, 1).unwrap());
    assert_eq!(issued(2025, 12, 31), Date::from_ymd(2024, 4, 1).unwrap());
}

#[test]
fn states_of_certificates() {
    let [authentication, signature] =
        [CertificateAuthority::UserAuthentication, CertificateAuthority::DigitalSignature];
    let revoked = Persona::built_in("revoked").unwrap();
    assert_eq!(revoked.certificate_state(authentication), CertificateState::Revoked);
    let preschool = Persona::built_in("preschool").unwrap();
    assert_eq!(preschool.certificate_state(signature), CertificateState::Missing);
    assert_eq!(preschool.certificate_state(authentication), CertificateState::Issued);
    assert_eq!(Persona::built_in("pin-locked").unwrap().counters().user_authentication, 0);
}

#[test]
fn serials_differ_and_stay_the_same() {
    let mut serials: Vec<u32> = Persona::built_in_names()
        .iter()
        .filter_map(|name| Persona::built_in(name))
        .flat_map(|persona| {
            [CertificateAuthority::UserAuthentication, CertificateAuthority::DigitalSignature]
                .map(|authority| persona.certificate_serial(authority))
        })
        .collect();
    assert!(serials.iter().all(|serial| serial >> 24 == 1));
    serials.sort_unstable();
    serials.dedup();
    assert_eq!(serials.len(), 20);
}

#[test]
fn the_table_of_the_service_keeps_the_order_of_the_file() {
    let persona = Persona::built_in("elderly").unwrap();
    let table = persona.service_table().unwrap();
    let keys: Vec<&str> = table.entries().map(|(key, _)| key).collect();
    assert_eq!(keys.get(..2), Some(&["validity", "insured_card_classification"][..]));
    assert_eq!(keys.last(), Some(&"specific_diseases_certificate_list"));
    assert_eq!(Persona::from_toml(&persona.to_toml()).unwrap(), persona);
}

#[test]
fn errors_name_line_and_field() {
    let table = [
        // Text, line, field, code, part of the reason.
        ("[holder]\nmy_number = \"900000000011\"", 2, "holder.my_number", "value", "0 is right"),
        ("[holder]\n\nmy_number = \"90000000001\"", 3, "holder.my_number", "value", "12 digits"),
        ("[holder]\nmy_number = \"９０００００００００１０\"", 2, "holder.my_number", "value", "12 digits"),
        ("[holder]\nbirth_date = 1988-02-30", 2, "holder.birth_date", "syntax", ""),
        ("[holder]\nbirth_date = 1899-01-01", 2, "holder.birth_date", "value", "1900"),
        ("[holder]\nbirth_date = 1988-07-14T00:00:00", 2, "holder.birth_date", "value", "a day"),
        ("[holder]\nbirth_date = \"1988-07-14\"", 2, "holder.birth_date", "syntax", ""),
        ("[holder]\nsex = \"f\"", 2, "holder.sex", "value", "female, male, unknown"),
        ("[holder]\nfamily_name = \"\"", 2, "holder.family_name", "value", "characters"),
        ("[holder]\ngiven_name_kana = \"あおい\"", 2, "holder.given_name_kana", "value", "katakana"),
        ("[holder]\nmunicipality_code = \"1310\"", 2, "holder.municipality_code", "value", "5 digits"),
        ("[holder]\nprefecture = \"東京都\"", 2, "holder.prefecture", "value", "Latin"),
        ("[pins]\nuser_authentication = \"12345\"", 2, "pins.user_authentication", "value", "4 digits"),
        ("[pins]\nuser_authentication = 1234", 2, "pins.user_authentication", "syntax", "string"),
        ("[pins]\ndigital_signature = \"abc123\"", 2, "pins.digital_signature", "value", "A-Z"),
        ("[tries]\nuser_authentication = 4", 2, "tries.user_authentication", "value", "3 tries"),
        ("[tries]\ncard_face = -1", 2, "tries.card_face", "syntax", ""),
        (
            "[certificates]\ndigital_signature = \"lost\"",
            2,
            "certificates.digital_signature",
            "value",
            "revoked",
        ),
        ("[card]\nprofile = \"phone\"", 2, "card.profile", "value", "card"),
        ("[card]\natr = \"nfc\"", 2, "card.atr", "value", "contactless"),
        ("[card]\nextended_length = \"yes\"", 2, "card.extended_length", "syntax", "bool"),
        ("[card]\nlatency = { byte = -1 }", 2, "card.latency", "syntax", "0 to 600000"),
        ("[card]\nlatency = 4", 2, "card.latency", "syntax", ""),
        ("[card.latency]\nword = 4", 2, "card.latency.word", "syntax", "unknown field"),
        ("[card]\nseed = -1", 2, "card.seed", "syntax", ""),
        ("name = \"A B\"", 1, "name", "value", "a-z"),
        ("name = \"a\"\nnane = \"b\"", 2, "nane", "syntax", "unknown field"),
        ("[holder]\nheight = \"170\"", 2, "holder.height", "syntax", "unknown field"),
        ("[wallet]\n", 1, "wallet", "syntax", "unknown field"),
        ("[holder\n", 1, "holder", "syntax", ""),
    ];
    for (text, line, field, kind, reason) in table {
        let error = Persona::from_toml(text).unwrap_err();
        let shown = error.to_string();
        assert_eq!((error.line(), error.field()), (line, field), "{text}: {shown}");
        assert_eq!(error.code(), format!("sim.persona.{kind}"), "{text}: {shown}");
        assert!(shown.contains(reason), "{text}: {shown}");
    }
}

#[test]
fn debug_shows_no_secret() {
    let persona = Persona::from_toml("[pins]\nuser_authentication = \"8642\"").unwrap();
    assert_eq!(format!("{persona:?}"), "Persona(default)");
}

/// What a persona may not say, the field it is said in, and a part of why.
#[test]
fn contradictions_are_named() {
    for (text, field, reason) in [
        // PINs: of letters, of the wrong length for their kind.
        ("[pins]\nuser_authentication = \"abcd\"", "pins.user_authentication", "4 digits"),
        ("[pins]\nuser_authentication = \"123\"", "pins.user_authentication", "4 digits"),
        ("[pins]\nuser_authentication = \"１２３４\"", "pins.user_authentication", "4 digits"),
        ("[pins]\ncard_face = \"PINS\"", "pins.card_face", "4 digits"),
        ("[pins]\ncommon = \"12345\"", "pins.common", "4 digits"),
        ("[pins]\nresident_register = \"\"", "pins.resident_register", "4 digits"),
        ("[pins]\ndigital_signature = \"ABCDEF\"", "pins.digital_signature", "one digit"),
        ("[pins]\ndigital_signature = \"123456\"", "pins.digital_signature", "one letter"),
        ("[pins]\ndigital_signature = \"AB123\"", "pins.digital_signature", "6 to 16"),
        ("[pins]\ndigital_signature = \"ABCDEFGHIJK123456\"", "pins.digital_signature", "6 to 16"),
        // Tries a reference never has.
        ("[tries]\nuser_authentication = 4", "tries.user_authentication", "at most 3"),
        ("[tries]\ndigital_signature = 6", "tries.digital_signature", "at most 5"),
        ("[tries]\ncard_face = 4", "tries.card_face", "at most 3"),
        ("[tries]\ntext_number_a = 11", "tries.text_number_a", "at most 10"),
        ("[tries]\nvisual_number_a = 11", "tries.visual_number_a", "at most 10"),
        // Dates.
        (
            "[holder]\nbirth_date = 2001-02-03\n[certificates]\nissued = 2001-02-02",
            "certificates.issued",
            "before their holder is born",
        ),
        (
            "[certificates]\nissued = 2020-04-01\nvalid_until = 2020-03-31",
            "certificates.valid_until",
            "end before they begin",
        ),
        ("[certificates]\nvalid_until = 2030-01-01", "certificates.valid_until", "needs certificates.issued"),
        ("[certificates]\nissued = 2100-01-01", "certificates.issued", "between 1900 and 2099"),
        ("[certificates]\ngeneration = 3", "certificates.generation", "1 or 2"),
        // My Number.
        ("[holder]\nmy_number = \"900000000011\"", "holder.my_number", "0 is right"),
        (
            "[holder]\nmy_number = \"900000000010\"\nmy_number_is_wrong = true",
            "holder.my_number_is_wrong",
            "is right",
        ),
        ("[holder]\nmy_number_is_wrong = true", "holder.my_number_is_wrong", "needs a holder.my_number"),
        // 照合番号B: form, birth date in the era, year of expiry, security code.
        ("[card]\nnumber_b = \"6307142033123\"", "card.number_b", "14 digits"),
        ("[card]\nnumber_b = \"63071420331234\"", "card.number_b", "needs certificates.issued"),
        (
            "[certificates]\nissued = 2024-04-01\n[card]\nnumber_b = \"88071420331234\"",
            "card.number_b",
            "630714, the birth date in the year of its era",
        ),
        (
            "[certificates]\nissued = 2024-04-01\n[card]\nnumber_b = \"63071420341234\"",
            "card.number_b",
            "2033, the year the card expires",
        ),
        (
            "[certificates]\nissued = 2024-04-01\n[card]\nsecurity_code = \"4321\"\nnumber_b = \"63071420331234\"",
            "card.number_b",
            "security_code",
        ),
        ("[card]\nsecurity_code = \"12a4\"", "card.security_code", "4 digits"),
        // Images.
        ("[card]\nphoto = \"a photo\"", "card.photo", "hexadecimal"),
        ("[card]\nphoto = \"0000000C6A5020200D0A870A\"", "card.photo", "no JPEG 2000 in a JP2 file"),
        ("[card]\nphoto = \"FFD8FFE000104A464946\"", "card.photo", "no JPEG 2000 in a JP2 file"),
        // ATR.
        ("[card]\natr = \"3BE000FF8131FE4515\"", "card.atr", "14 is right"),
        ("[card]\natr = \"3BE000FF8131FE45\"", "card.atr", "9 bytes"),
        // Characters that no two offices read alike, and lengths.
        ("[holder]\nfamily_name = \"試\\u0007験\"", "holder.family_name", "everybody can read"),
        ("[holder]\nfamily_name = \"\\uE001\"", "holder.family_name", "everybody can read"),
        ("[holder]\ngiven_name = \"\\uFFFD\"", "holder.given_name", "everybody can read"),
        ("[holder]\ngiven_name = \"葵　\"", "holder.given_name", "full-width space"),
        ("[holder]\naddress = \"架空県\\n見本市\"", "holder.address", "everybody can read"),
        ("[holder]\ncertificate_name = \"試験葵\"", "holder.certificate_name", "as many characters"),
        ("[holder]\ncertificate_name = \"試\\uE001　葵\"", "holder.certificate_name", "everybody can read"),
        // Kinds of card.
        ("[card]\nprofile = \"watch\"", "card.profile", "face-authentication"),
        (
            "[tries]\nuser_authentication = 1\n[card]\nprofile = \"face-authentication\"",
            "tries.user_authentication",
            "must be 0",
        ),
        (
            "[certificates]\ndigital_signature = \"issued\"\n[card]\nprofile = \"face-authentication\"",
            "certificates.digital_signature",
            "must be missing",
        ),
    ] {
        let error = Persona::from_toml(text).unwrap_err();
        assert_eq!((error.field(), error.code()), (field, "sim.persona.value"), "{error}");
        assert!(error.to_string().contains(reason), "{text}: {error}");
    }
    // What TOML itself or the shape of the file refuses.
    for (text, field) in [
        ("[holder]\nbirth_date = 2001-02-29", "holder.birth_date"),
        ("[card]\ncolour = \"pink\"", "card.colour"),
        ("[pins]\ncard_face = \"1234\"\ncard_face = \"1235\"", "pins.card_face"),
        ("[tries]\ncommon = 256", "tries.common"),
    ] {
        let error = Persona::from_toml(text).unwrap_err();
        assert_eq!((error.field(), error.code()), (field, "sim.persona.syntax"), "{error}");
    }
}

#[test]
fn every_optional_field_is_written_and_read_again() {
    let photo: String = PHOTO.iter().map(|byte| format!("{byte:02x}")).collect();
    let (start, end) = photo.split_at(100);
    let text = format!(
        "[holder]\nmy_number = \"900000000019\"\nmy_number_is_wrong = true\n\
         [certificates]\nissued = 2024-04-01\nvalid_until = 2024-04-01\n\
         [card]\nnumber_b = \"63071420331234\"\natr = \"3b da13ff8131fb468012392f31c173c601c03b\"\n\
         photo = \"\"\"{start}\n{end}\"\"\"\n\
         latency = {{ command = 4.5, byte = 0.09, signature = 250 }}\nseed = 7\nrefuses_first_command = true\n"
    );
    let persona = Persona::from_toml(&text).unwrap();
    assert_eq!(persona.security_code(), "1234");
    assert_eq!(persona.number_b(crate::tests::today()).unwrap(), "63071420331234");
    assert_eq!(persona.settings().atr.as_bytes().len(), 19);
    assert_eq!(persona.photo(), PHOTO);
    let settings = persona.settings();
    assert_eq!((settings.seed, settings.refuses_first_command), (7, true));
    let Latency { command, byte, signature } = settings.latency;
    assert_eq!([command, byte, signature].map(|time| time.as_micros()), [4_500, 90, 250_000]);
    assert_eq!(Persona::from_toml(&persona.to_toml()).as_ref(), Ok(&persona), "{}", persona.to_toml());
    let validity = persona.certificate_validity(Date::from_ymd(2024, 4, 1).unwrap());
    assert_eq!(validity.first_day, validity.last_day);
}

#[test]
fn nobody_has_a_certificate_from_before_birth() {
    let persona = Persona::from_toml("[holder]\nbirth_date = 2025-05-20").unwrap();
    assert_eq!(persona.issued(crate::tests::today()).unwrap(), persona.birth_date());
}

#[test]
fn references_that_follow_from_dates_have_no_value_of_their_own() {
    let persona = Persona::built_in("default").unwrap();
    let without: Vec<Reference> =
        Reference::ALL.into_iter().filter(|reference| persona.pin(*reference).is_none()).collect();
    assert_eq!(without, [Reference::TextNumberB, Reference::VisualBirthDate, Reference::VisualNumberB]);
    assert_eq!(persona.pin(Reference::VisualNumberA), Some("900000000010"));
}
