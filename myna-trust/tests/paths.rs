//! The path validator against the test PKI and certificates bent out of shape.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use myna_sim::pki::{CertificateAuthority, ValidityPeriod};
use myna_sim::{Date, Persona};
use myna_trust::path::{Environment, PathError, Purpose, TrustAnchor, validate};
use myna_trust::revocation::{Revocation, RevocationFault};
use myna_trust::{Certificate, UnixTime};

const NOW: UnixTime = UnixTime(1_795_329_045); // 2026-11-22

fn anchor(authority: CertificateAuthority, environment: Environment) -> TrustAnchor {
    TrustAnchor::new(Certificate::from_der(authority.certificate_der().unwrap()).unwrap(), environment)
        .unwrap()
}

fn leaf(authority: CertificateAuthority) -> Vec<u8> {
    let holder = Persona::built_in("default").unwrap().certificate_holder();
    authority.issue(&holder, 0x0123_4567, Date::from_ymd(2025, 4, 1).unwrap()).unwrap()
}

fn judge(der: &[u8], anchors: &[TrustAnchor], purpose: Purpose, at: UnixTime) -> Result<(), PathError> {
    let certificate = Certificate::from_der(der).unwrap();
    let path = validate(&certificate, anchors, purpose, at)?;
    assert_eq!(path.revocation(), Revocation::NotChecked { why: RevocationFault::NothingSupplied });
    assert_eq!(path.leaf(), &certificate);
    Ok(())
}

/// The same certificate with one run of bytes replaced by another of the same length.
fn bent(der: &[u8], from: &[u8], to: &[u8], last: bool) -> Vec<u8> {
    let mut places =
        der.windows(from.len()).enumerate().filter(|(_, window)| *window == from).map(|(at, _)| at);
    let at = if last { places.next_back() } else { places.next() }.unwrap();
    let mut bent = der.to_vec();
    bent[at..at + to.len()].copy_from_slice(to);
    bent
}

#[test]
fn each_certificate_is_good_for_its_own_purpose_only() {
    use CertificateAuthority as Authority;
    let anchors = [
        anchor(Authority::UserAuthentication, Environment::Test),
        anchor(Authority::DigitalSignature, Environment::Test),
    ];
    let (authentication, signature) =
        (leaf(Authority::UserAuthentication), leaf(Authority::DigitalSignature));
    for (der, purpose, expected) in [
        (&authentication, Purpose::UserAuthentication, Ok(())),
        (&signature, Purpose::DigitalSignature, Ok(())),
        (&authentication, Purpose::DigitalSignature, Err(PathError::KeyUsage)),
        (&signature, Purpose::UserAuthentication, Err(PathError::KeyUsage)),
    ] {
        assert_eq!(judge(der, &anchors, purpose, NOW), expected);
    }
}

#[test]
fn time_is_the_callers() {
    let anchors = [anchor(CertificateAuthority::UserAuthentication, Environment::Test)];
    let holder = Persona::built_in("default").unwrap().certificate_holder();
    let day = |year, month, day| Date::from_ymd(year, month, day).unwrap();
    let validity = ValidityPeriod { first_day: day(2026, 1, 1), last_day: day(2026, 12, 31) };
    let der = CertificateAuthority::UserAuthentication.issue_with_validity(&holder, 7, validity).unwrap();
    let certificate = Certificate::from_der(&der).unwrap();
    for (at, expected) in [
        (certificate.not_before().0 - 1, Err(PathError::NotYetValid)),
        (certificate.not_before().0, Ok(())),
        (certificate.not_after().0, Ok(())),
        (certificate.not_after().0 + 1, Err(PathError::Expired)),
        (4_102_444_800, Err(PathError::AnchorValidity)),
    ] {
        assert_eq!(judge(&der, &anchors, Purpose::UserAuthentication, UnixTime(at)), expected, "{at}");
    }
}

#[test]
fn production_and_test_are_not_mixed() {
    let anchors = [anchor(CertificateAuthority::UserAuthentication, Environment::Production)];
    let der = leaf(CertificateAuthority::UserAuthentication);
    assert_eq!(judge(&der, &anchors, Purpose::UserAuthentication, NOW), Err(PathError::Policy));
}

#[test]
fn a_strangers_certificate_is_refused() {
    let der = leaf(CertificateAuthority::UserAuthentication);
    let other = [anchor(CertificateAuthority::DigitalSignature, Environment::Test)];
    assert_eq!(judge(&der, &other, Purpose::UserAuthentication, NOW), Err(PathError::UnknownIssuer));
    assert_eq!(judge(&der, &[], Purpose::UserAuthentication, NOW), Err(PathError::UnknownIssuer));
}

#[test]
fn a_leaf_is_no_anchor() {
    let leaf = Certificate::from_der(&leaf(CertificateAuthority::UserAuthentication)).unwrap();
    assert_eq!(TrustAnchor::new(leaf, Environment::Test).unwrap_err(), PathError::UnknownIssuer);
}

#[test]
fn bent_certificates_are_refused_for_what_was_bent() {
    let anchors = [anchor(CertificateAuthority::UserAuthentication, Environment::Test)];
    let der = leaf(CertificateAuthority::UserAuthentication);
    let mut wrong_signature = der.clone();
    *wrong_signature.last_mut().unwrap() ^= 1;
    let serial = bent(&der, &[0x02, 0x04, 0x01, 0x23], &[0x02, 0x04, 0x01, 0x24], false);
    for (what, bent, expected) in [
        ("signature", wrong_signature, PathError::Signature),
        ("serial number", serial, PathError::Signature),
        ("version", bent(&der, &[0xA0, 3, 2, 1, 2], &[0xA0, 3, 2, 1, 1], false), PathError::Version),
        (
            "outer algorithm",
            bent(&der, &[0xF7, 0x0D, 1, 1, 0x0B], &[0xF7, 0x0D, 1, 1, 0x0C], true),
            PathError::Algorithm,
        ),
        (
            "both algorithms, to SHA-1",
            bent(
                &bent(&der, &[0xF7, 0x0D, 1, 1, 0x0B], &[0xF7, 0x0D, 1, 1, 0x05], true),
                &[0xF7, 0x0D, 1, 1, 0x0B],
                &[0xF7, 0x0D, 1, 1, 0x05],
                false,
            ),
            PathError::Algorithm,
        ),
        (
            "critical policies under another name",
            bent(&der, &[6, 3, 0x55, 0x1D, 0x20], &[6, 3, 0x55, 0x1D, 0x63], false),
            PathError::UnknownCriticalExtension,
        ),
        (
            "key identifier twice",
            bent(&der, &[6, 3, 0x55, 0x1D, 0x23], &[6, 3, 0x55, 0x1D, 0x0E], false),
            PathError::Extension,
        ),
    ] {
        assert_eq!(judge(&bent, &anchors, Purpose::UserAuthentication, NOW), Err(expected), "{what}");
    }
}

/// Whatever byte is another, of the signed part or around it: no path leads to it.
#[test]
fn no_byte_of_a_certificate_can_be_another() {
    for (authority, purpose) in [
        (CertificateAuthority::UserAuthentication, Purpose::UserAuthentication),
        (CertificateAuthority::DigitalSignature, Purpose::DigitalSignature),
    ] {
        let anchors = [anchor(authority, Environment::Test)];
        let der = leaf(authority);
        assert_eq!(judge(&der, &anchors, purpose, NOW), Ok(()));
        let (mut refused, mut without_path) = (0, 0);
        for at in 0..der.len() {
            for mask in [1 << (at % 8), 0xFF] {
                let mut bent = der.clone();
                bent[at] ^= mask;
                match Certificate::from_der(&bent) {
                    Ok(certificate) => {
                        let path = validate(&certificate, &anchors, purpose, NOW);
                        assert!(path.is_err(), "byte {at} by {mask:02X}");
                        without_path += 1;
                    }
                    Err(_) => refused += 1,
                }
            }
        }
        println!("{authority:?}: {refused} no certificate, {without_path} without a path, 0 valid");
    }
}

#[test]
fn a_certificate_is_der_to_the_last_byte() {
    let der = leaf(CertificateAuthority::UserAuthentication);
    let mut trailing = der.clone();
    trailing.push(0);
    let error = Certificate::from_der(&trailing).unwrap_err();
    assert!(error.to_string().contains("not a certificate in DER"), "{error}");
    for length in 0..der.len() {
        assert!(Certificate::from_der(&der[..length]).is_err(), "{length}");
    }
    // The same length in a longer form is BER, not DER.
    let mut long_form = vec![0x30, 0x83, 0x00];
    long_form.extend(&der[2..]);
    assert!(Certificate::from_der(&long_form).is_err());
    assert!(Certificate::from_der(b"-----BEGIN CERTIFICATE-----").is_err());
}
