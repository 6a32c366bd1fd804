use der::asn1::{ObjectIdentifier, Utf8StringRef};
use der::{Decode, Encode, Tag, Tagged};
use rsa::Pkcs1v15Sign;
use rsa::pkcs8::DecodePublicKey;
use sha2::{Digest, Sha256};
use x509_cert::Certificate;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, CertificatePolicies, CrlDistributionPoints, IssuerAltName, KeyUsage,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::*;

const AUTHORITIES: [CertificateAuthority; 2] =
    [CertificateAuthority::UserAuthentication, CertificateAuthority::DigitalSignature];

fn date(year: u16, month: u8, day: u8) -> Date {
    Date::from_ymd(year, month, day).unwrap()
}

fn sample() -> Holder {
    Holder {
        name: CertificateText::with_replaced("模擬　太郎", &[1]),
        birth_date: date(1980, 2, 17),
        sex: HolderSex::Male,
        address: CertificateText::new("東京都千代田区模擬一丁目２番３号"),
        municipality_code: "13101".to_owned(),
        prefecture: "Tokyo-to".to_owned(),
        municipality: "Chiyoda-ku".to_owned(),
    }
}

fn issue(authority: CertificateAuthority) -> Vec<u8> {
    authority.issue(&sample(), 0x0012_3456, date(2024, 5, 10)).unwrap()
}

fn parse(certificate: &[u8]) -> Certificate {
    Certificate::from_der(certificate).unwrap()
}

fn is_signed_by(certificate: &Certificate, authority: &Certificate) -> bool {
    let public_key = authority.tbs_certificate().subject_public_key_info().to_der().unwrap();
    let public_key = rsa::PublicKey::from_public_key_der(&public_key).unwrap();
    // The digest with what stands before it, written out once more: not what the code under test thinks
    // stands there.
    let mut digest_info =
        b"\x30\x31\x30\x0D\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20".to_vec();
    digest_info.extend_from_slice(&Sha256::digest(certificate.tbs_certificate().to_der().unwrap()));
    let signature = certificate.signature().as_bytes().unwrap();
    certificate.signature_algorithm() == certificate.tbs_certificate().signature()
        && public_key.verify(Pkcs1v15Sign::new_unprefixed(), &digest_info, signature).is_ok()
}

#[test]
fn each_certificate_verifies_under_its_own_authority_only() {
    let [user_authentication, digital_signature] =
        AUTHORITIES.map(|authority| parse(authority.certificate_der().unwrap()));
    let [authentication, signature] = AUTHORITIES.map(|authority| parse(&issue(authority)));
    assert!(is_signed_by(&user_authentication, &user_authentication));
    assert!(is_signed_by(&digital_signature, &digital_signature));
    assert!(is_signed_by(&authentication, &user_authentication));
    assert!(is_signed_by(&signature, &digital_signature));
    assert!(!is_signed_by(&authentication, &digital_signature));
    assert!(!is_signed_by(&signature, &user_authentication));
}

#[test]
fn the_certificate_carries_the_key_of_the_card() {
    for authority in AUTHORITIES {
        let certificate = parse(&issue(authority));
        let public_key = certificate.tbs_certificate().subject_public_key_info().to_der().unwrap();
        let public_key = rsa::PublicKey::from_public_key_der(&public_key).unwrap();
        let key = authority.holder_key().unwrap();
        let signature = key.sign_padded(b"as it is").unwrap();
        assert!(public_key.verify(Pkcs1v15Sign::new_unprefixed(), b"as it is", &signature).is_ok());
    }
}

#[test]
fn the_same_inputs_give_the_same_bytes() {
    for authority in AUTHORITIES {
        assert_eq!(issue(authority), issue(authority));
        assert_eq!(authority.certificate_der(), authority.certificate_der());
    }
}

#[test]
fn sizes_are_those_of_real_certificates() {
    for authority in AUTHORITIES {
        let length = authority.certificate_der().unwrap().len();
        assert!((1_200..=1_350).contains(&length), "CA {authority:?}: {length}");
    }
    let length = issue(CertificateAuthority::UserAuthentication).len();
    assert!((1_550..=1_792).contains(&length), "user authentication: {length}");
    let length = issue(CertificateAuthority::DigitalSignature).len();
    assert!((1_700..=1_850).contains(&length), "digital signature: {length}");
}

#[test]
fn the_longest_user_authentication_certificate_fits_seven_reads_of_256_bytes() {
    let holder = Holder { prefecture: "Kagoshima-ken".to_owned(), municipality: "M".repeat(54), ..sample() };
    let certificate =
        CertificateAuthority::UserAuthentication.issue(&holder, u32::MAX, date(2024, 5, 10)).unwrap();
    assert!(certificate.len() <= 7 * 256, "{}", certificate.len());
}

#[test]
fn extensions_stand_in_the_order_of_the_real_ones() {
    let order = |certificate: &[u8]| -> Vec<(String, bool)> {
        let certificate = parse(certificate);
        let extensions = certificate.tbs_certificate().extensions().unwrap();
        extensions.iter().map(|extension| (extension.extn_id.to_string(), extension.critical)).collect()
    };
    let expected = |extensions: &[(&str, bool)]| -> Vec<(String, bool)> {
        extensions.iter().map(|&(oid, critical)| (oid.to_owned(), critical)).collect()
    };
    assert_eq!(
        order(&issue(CertificateAuthority::UserAuthentication)),
        expected(&[
            ("2.5.29.15", true),          // keyUsage
            ("2.5.29.37", false),         // extKeyUsage
            ("2.5.29.32", true),          // certificatePolicies
            ("2.5.29.18", false),         // issuerAltName
            ("2.5.29.31", false),         // cRLDistributionPoints
            ("1.3.6.1.5.5.7.1.1", false), // authorityInfoAccess
            ("2.5.29.35", false),         // authorityKeyIdentifier
            ("2.5.29.14", false),         // subjectKeyIdentifier
        ])
    );
    assert_eq!(
        order(&issue(CertificateAuthority::DigitalSignature)),
        expected(&[
            ("2.5.29.15", true),
            ("2.5.29.17", false), // subjectAltName
            ("2.5.29.32", true),
            ("2.5.29.18", false),
            ("2.5.29.31", false),
            ("2.5.29.35", false),
            ("2.5.29.14", false),
        ])
    );
    for authority in AUTHORITIES {
        assert_eq!(
            order(authority.certificate_der().unwrap()),
            expected(&[
                ("2.5.29.15", true),
                ("2.5.29.19", true), // basicConstraints
                ("2.5.29.17", false),
                ("2.5.29.31", false),
                ("2.5.29.14", false),
            ])
        );
    }
}

#[test]
fn extension_values_are_those_of_the_profile() {
    for (authority, usage, policy) in [
        (CertificateAuthority::UserAuthentication, [0x03, 0x02, 0x07, 0x80], "1.2.392.200149.8.5.1.0.30"),
        (CertificateAuthority::DigitalSignature, [0x03, 0x02, 0x06, 0xC0], "1.2.392.200149.8.5.1.0.20"),
    ] {
        let (certificate, issuer) = (parse(&issue(authority)), parse(authority.certificate_der().unwrap()));
        let (certificate, issuer) = (certificate.tbs_certificate(), issuer.tbs_certificate());
        let (_, key_usage) = certificate.get_extension::<KeyUsage>().unwrap().unwrap();
        assert_eq!(key_usage.to_der().unwrap(), usage);

        let (_, policies) = certificate.get_extension::<CertificatePolicies>().unwrap().unwrap();
        assert_eq!(policies.0.len(), 1);
        assert_eq!(policies.0[0].policy_identifier.to_string(), policy);

        let (_, authority_key) = certificate.get_extension::<AuthorityKeyIdentifier>().unwrap().unwrap();
        let (_, issuer_key) = issuer.get_extension::<SubjectKeyIdentifier>().unwrap().unwrap();
        assert_eq!(issuer_key.0.as_bytes().len(), 20);
        assert_eq!(authority_key.key_identifier, Some(issuer_key.0));
        assert_eq!(authority_key.authority_cert_serial_number.as_ref(), Some(issuer.serial_number()));
        assert_eq!(
            authority_key.authority_cert_issuer,
            Some(vec![GeneralName::DirectoryName(issuer.subject().clone())])
        );

        let (_, issuer_names) = certificate.get_extension::<IssuerAltName>().unwrap().unwrap();
        let (_, subject_names) = issuer.get_extension::<SubjectAltName>().unwrap().unwrap();
        assert_eq!(issuer_names.0, subject_names.0);
    }
}

#[test]
fn a_signature_certificate_names_its_holder_in_six_other_names() {
    let certificate = parse(&issue(CertificateAuthority::DigitalSignature));
    let (_, names) = certificate.tbs_certificate().get_extension::<SubjectAltName>().unwrap().unwrap();
    let names: Vec<(String, String)> = names
        .0
        .iter()
        .map(|name| {
            let GeneralName::OtherName(name) = name else { panic!("{name:?}") };
            (name.type_id.to_string(), Utf8StringRef::try_from(&name.value).unwrap().as_str().to_owned())
        })
        .collect();
    let expected = [
        ("1.2.392.200149.8.5.5.1", "模擬　太郎"),
        ("1.2.392.200149.8.5.5.4", "319800217"),
        ("1.2.392.200149.8.5.5.3", "1"),
        ("1.2.392.200149.8.5.5.5", "東京都千代田区模擬一丁目２番３号"),
        ("1.2.392.200149.8.5.5.2", "01000"),
        ("1.2.392.200149.8.5.5.6", "0000000000000000"),
    ];
    assert_eq!(names, expected.map(|(oid, text)| (oid.to_owned(), text.to_owned())));
}

#[test]
fn a_user_authentication_certificate_has_no_personal_data() {
    let certificate = issue(CertificateAuthority::UserAuthentication);
    let somebody_else = Holder {
        name: CertificateText::new("架空　花子"),
        birth_date: date(1985, 2, 18),
        sex: HolderSex::Female,
        address: CertificateText::new("東京都千代田区架空四丁目"),
        ..sample()
    };
    let validity = ValidityPeriod::of_certificate(sample().birth_date, date(2024, 5, 10));
    assert_eq!(
        CertificateAuthority::UserAuthentication.issue_with_validity(&somebody_else, 0x0012_3456, validity),
        Ok(certificate)
    );
}

#[test]
fn subjects_have_the_shape_of_real_ones() {
    let attributes = |authority| -> Vec<(ObjectIdentifier, Tag, String)> {
        let certificate = parse(&issue(authority));
        let subject = certificate.tbs_certificate().subject();
        assert!(subject.iter_rdn().all(|step| step.len() == 1));
        subject
            .iter()
            .map(|attribute| {
                let text = String::from_utf8(attribute.value.value().to_vec()).unwrap();
                (attribute.oid, attribute.value.tag(), text)
            })
            .collect()
    };
    let attribute = |oid, tag, text: &str| (ObjectIdentifier::new_unwrap(oid), tag, text.to_owned());
    assert_eq!(
        attributes(CertificateAuthority::UserAuthentication),
        [
            attribute("2.5.4.6", Tag::PrintableString, "JP"),
            attribute("2.5.4.3", Tag::Utf8String, "SIMULATED93046131010011"),
        ]
    );
    assert_eq!(
        attributes(CertificateAuthority::DigitalSignature),
        [
            attribute("2.5.4.6", Tag::PrintableString, "JP"),
            attribute("2.5.4.7", Tag::Utf8String, "Tokyo-to"),
            attribute("2.5.4.7", Tag::Utf8String, "Chiyoda-ku SIMULATED"),
            attribute("2.5.4.3", Tag::Utf8String, "2024051009000093046131010011"),
        ]
    );
}

#[test]
fn every_name_says_simulated() {
    let says_simulated = |name: &Name| name.to_string().contains("SIMULATED");
    let directory_names = |names: &[GeneralName]| -> Vec<Name> {
        names
            .iter()
            .filter_map(|name| match name {
                GeneralName::DirectoryName(name) => Some(name.clone()),
                _ => None,
            })
            .collect()
    };
    for authority in AUTHORITIES {
        for certificate in [authority.certificate_der().unwrap(), &issue(authority)] {
            let certificate = parse(certificate);
            let certificate = certificate.tbs_certificate();
            let mut names = vec![certificate.issuer().clone(), certificate.subject().clone()];
            if let Some((_, subject)) = certificate.get_extension::<SubjectAltName>().unwrap() {
                names.extend(directory_names(&subject.0));
            }
            if let Some((_, issuer)) = certificate.get_extension::<IssuerAltName>().unwrap() {
                names.extend(directory_names(&issuer.0));
            }
            if let Some((_, key)) = certificate.get_extension::<AuthorityKeyIdentifier>().unwrap() {
                names.extend(directory_names(&key.authority_cert_issuer.unwrap()));
            }
            let (_, points) = certificate.get_extension::<CrlDistributionPoints>().unwrap().unwrap();
            let Some(DistributionPointName::FullName(point)) = &points.0[0].distribution_point else {
                panic!("{points:?}")
            };
            names.extend(directory_names(point));
            assert!(names.len() >= 4);
            for name in names {
                assert!(says_simulated(&name), "{name}");
            }
        }
    }
}

#[test]
fn validity_is_as_asked_for() {
    let validity_of = |certificate: &[u8]| {
        let validity = *parse(certificate).tbs_certificate().validity();
        (validity.not_before, validity.not_after)
    };
    let is_utc_time = |time| matches!(time, Time::UtcTime(_));
    for authority in AUTHORITIES {
        let (not_before, not_after) = validity_of(authority.certificate_der().unwrap());
        assert_eq!(not_before.to_string(), "2019-01-01T00:00:00Z");
        assert_eq!(not_after.to_string(), "2049-12-31T14:59:59Z");
        assert!(is_utc_time(not_before) && is_utc_time(not_after));

        let (not_before, not_after) = validity_of(&issue(authority));
        assert_eq!(not_before.to_string(), "2024-05-10T00:00:00Z");
        assert_eq!(not_after.to_string(), "2029-02-17T14:59:59Z");

        let expired = ValidityPeriod { first_day: date(2010, 1, 1), last_day: date(2015, 6, 30) };
        let (not_before, not_after) =
            validity_of(&authority.issue_with_validity(&sample(), 1, expired).unwrap());
        assert_eq!(not_before.to_string(), "2010-01-01T00:00:00Z");
        assert_eq!(not_after.to_string(), "2015-06-30T14:59:59Z");
    }
}

#[test]
fn refuses_what_does_not_fit_a_certificate() {
    let refuses = |field, holder: &Holder| {
        let result = CertificateAuthority::DigitalSignature.issue(holder, 1, date(2024, 5, 10));
        assert_eq!(result, Err(PkiError::Holder { field }));
    };
    refuses("name", &Holder { name: CertificateText::new(""), ..sample() });
    refuses("address", &Holder { address: CertificateText::new(&"字".repeat(201)), ..sample() });
    refuses("municipality code", &Holder { municipality_code: "131016".to_owned(), ..sample() });
    refuses("municipality code", &Holder { municipality_code: "１３１".to_owned(), ..sample() });
    refuses("prefecture", &Holder { prefecture: "東京都".to_owned(), ..sample() });
    refuses("municipality", &Holder { municipality: "M".repeat(55), ..sample() });

    let authority = CertificateAuthority::DigitalSignature;
    assert_eq!(authority.issue(&sample(), 0, date(2024, 5, 10)), Err(PkiError::Serial));
    assert!(matches!(authority.issue(&sample(), 1, date(1969, 12, 31)), Err(PkiError::Encoding(_))));
}

#[test]
fn the_longest_address_is_taken() {
    let holder = Holder { address: CertificateText::new(&"字".repeat(200)), ..sample() };
    let certificate = CertificateAuthority::DigitalSignature.issue(&holder, 1, date(2024, 5, 10)).unwrap();
    // The file of a certificate is read with offsets of 15 bits; nothing comes near.
    assert!(certificate.len() < 2_800, "{}", certificate.len());
}
