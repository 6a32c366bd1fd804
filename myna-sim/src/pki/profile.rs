//! What stands in the certificates: the profile of the real ones, with names that nobody can take for theirs.
//!
//! Everything not said otherwise is `[fix]`: as in certificates read off cards issued for testing.

use der::asn1::{Any, BitString, Ia5String, ObjectIdentifier, OctetString, PrintableString};
use der::oid::AssociatedOid;
use der::{Decode, Encode, Sequence, Tag};
use sha2::{Digest, Sha256};
use x509_cert::attr::AttributeTypeAndValue;
use x509_cert::certificate::Version;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::certpolicy::{PolicyInformation, PolicyQualifierInfo};
use x509_cert::ext::pkix::crl::dp::DistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName, OtherName};
use x509_cert::ext::pkix::{
    AccessDescription, AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints,
    CertificatePolicies, CrlDistributionPoints, ExtendedKeyUsage, IssuerAltName, KeyUsage, KeyUsages,
    SubjectAltName, SubjectKeyIdentifier,
};
use x509_cert::name::{Name, RdnSequence, RelativeDistinguishedName};
use x509_cert::serial_number::SerialNumber;
use x509_cert::time::Validity;
use x509_cert::{AlgorithmIdentifier, SubjectPublicKeyInfo};

use super::{CertificateAuthority, Generation, Holder, PkiError, SimulatedKey, ValidityPeriod};
use myna_calendar::Date;

/// A certificate that lacks its signature yet.
#[derive(Sequence)]
pub(super) struct ToBeSigned {
    #[asn1(context_specific = "0")]
    version: Version,
    serial_number: SerialNumber,
    signature: AlgorithmIdentifier,
    issuer: Name,
    validity: Validity,
    subject: Name,
    subject_public_key_info: SubjectPublicKeyInfo,
    #[asn1(context_specific = "3")]
    extensions: Vec<Extension>,
}

/// The CA's own certificate.
pub(super) fn authority(
    authority: CertificateAuthority,
    generation: Generation,
    public_key: &SubjectPublicKeyInfo,
) -> Result<ToBeSigned, PkiError> {
    let validity = ValidityPeriod {
        first_day: Date::from_ymd(2019, 1, 1)?,
        // The last day that fits UTCTime.
        last_day: Date::from_ymd(2049, 12, 31)?,
    };
    let assemble = || {
        let name = authority_name(authority)?;
        to_be_signed(Contents {
            serial: authority_serial(authority, generation),
            issuer: name.clone(),
            validity,
            subject: name,
            public_key,
            extensions: authority_extensions(authority, public_key)?,
        })
    };
    assemble().map_err(PkiError::encoding)
}

/// A holder's certificate.
pub(super) fn holder(
    authority: CertificateAuthority,
    generation: Generation,
    authority_public_key: &SubjectPublicKeyInfo,
    public_key: &SubjectPublicKeyInfo,
    holder: &Holder,
    serial: u32,
    validity: ValidityPeriod,
) -> Result<ToBeSigned, PkiError> {
    let assemble = || {
        to_be_signed(Contents {
            serial,
            issuer: authority_name(authority)?,
            validity,
            subject: holder_name(authority, holder, serial, validity.first_day)?,
            public_key,
            extensions: holder_extensions(authority, generation, authority_public_key, public_key, holder)?,
        })
    };
    assemble().map_err(PkiError::encoding)
}

impl ToBeSigned {
    /// The finished certificate, DER.
    pub(super) fn sign(self, key: &SimulatedKey) -> Result<Vec<u8>, PkiError> {
        let message = self.to_der().map_err(PkiError::encoding)?;
        let signature = key.sign_sha256(&message)?;
        let assemble = || {
            Signed {
                signature_algorithm: sha256_with_rsa_encryption(),
                signature: BitString::from_bytes(&signature)?,
                to_be_signed: self,
            }
            .to_der()
        };
        assemble().map_err(PkiError::encoding)
    }
}

/// `x509-cert` has these two structures as well, but lets nobody fill them without its `builder`, which wants
/// traits of a later `rsa` than ours.
#[derive(Sequence)]
struct Signed {
    to_be_signed: ToBeSigned,
    signature_algorithm: AlgorithmIdentifier,
    signature: BitString,
}

struct Contents<'a> {
    serial: u32,
    issuer: Name,
    validity: ValidityPeriod,
    subject: Name,
    public_key: &'a SubjectPublicKeyInfo,
    extensions: Vec<Extension>,
}

fn to_be_signed(contents: Contents<'_>) -> der::Result<ToBeSigned> {
    Ok(ToBeSigned {
        version: Version::V3,
        serial_number: SerialNumber::new(&contents.serial.to_be_bytes())?,
        signature: sha256_with_rsa_encryption(),
        issuer: contents.issuer,
        validity: contents.validity.to_x509()?,
        subject: contents.subject,
        subject_public_key_info: contents.public_key.clone(),
        extensions: contents.extensions,
    })
}

fn sha256_with_rsa_encryption() -> AlgorithmIdentifier {
    AlgorithmIdentifier { oid: SHA256_WITH_RSA_ENCRYPTION, parameters: Some(Any::null()) }
}

// Names

fn authority_name(authority: CertificateAuthority) -> der::Result<Name> {
    let purpose = match authority {
        CertificateAuthority::UserAuthentication => "JPKI for user authentication",
        CertificateAuthority::DigitalSignature => "JPKI for digital signature",
    };
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, "JPKI-SIMULATED"),
        (ORGANIZATIONAL_UNIT, purpose),
        (ORGANIZATIONAL_UNIT, "SIMULATED Agency - NOT J-LIS"),
    ])
}

/// The CA's name in Japanese, as its own subjectAltName and its certificates' issuerAltName have it.
fn authority_japanese_name(authority: CertificateAuthority) -> der::Result<Name> {
    let purpose = match authority {
        CertificateAuthority::UserAuthentication => "模擬公的個人認証サービス利用者証明用",
        CertificateAuthority::DigitalSignature => "模擬公的個人認証サービス署名用",
    };
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, JAPANESE_ORGANIZATION),
        (ORGANIZATIONAL_UNIT, purpose),
        (ORGANIZATIONAL_UNIT, "架空の機構（地方公共団体情報システム機構ではない）"),
    ])
}

/// The numbers that make up the common names are `[guess]`, from one sample of each; nothing should read
/// them.
fn holder_name(
    authority: CertificateAuthority,
    holder: &Holder,
    serial: u32,
    issued: Date,
) -> der::Result<Name> {
    let (low, high) = (serial % 100_000, serial / 100_000 % 10_000);
    let municipality_code = &holder.municipality_code;
    match authority {
        CertificateAuthority::UserAuthentication => {
            // A token of 14 characters, five of the municipality, four more.
            let common_name = format!("SIMULATED{low:05}{municipality_code}{high:04}");
            name(&[(COUNTRY, "JP"), (COMMON_NAME, &common_name)])
        }
        CertificateAuthority::DigitalSignature => {
            // When issued, five digits, five of the municipality, four more. The mark of the simulation would
            // break that shape, and so goes to the municipality.
            let (year, month, day) = (issued.year(), issued.month(), issued.day());
            let common_name =
                format!("{year:04}{month:02}{day:02}090000{low:05}{municipality_code}{high:04}");
            let municipality = format!("{} SIMULATED", holder.municipality);
            name(&[
                (COUNTRY, "JP"),
                (LOCALITY, &holder.prefecture),
                (LOCALITY, &municipality),
                (COMMON_NAME, &common_name),
            ])
        }
    }
}

/// A name with one attribute in each step. The country is a PrintableString, all else UTF8String.
fn name(attributes: &[(ObjectIdentifier, &str)]) -> der::Result<Name> {
    let mut steps = RdnSequence::default();
    for &(oid, text) in attributes {
        let value = if oid == COUNTRY {
            Any::encode_from(&PrintableString::new(text)?)?
        } else {
            Any::new(Tag::Utf8String, text.as_bytes())?
        };
        steps.push(RelativeDistinguishedName::try_from(vec![AttributeTypeAndValue { oid, value }])?);
    }
    // By way of bytes: `x509-cert` makes a `Name` of parts only behind a feature.
    Name::from_der(&steps.to_der()?)
}

// Extensions

/// The order is that of our notes, which do not vouch for it here as they do for the holder's certificates
/// `[guess]`.
fn authority_extensions(
    authority: CertificateAuthority,
    public_key: &SubjectPublicKeyInfo,
) -> der::Result<Vec<Extension>> {
    let revocation_list = name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, JAPANESE_ORGANIZATION),
        (ORGANIZATIONAL_UNIT, "CRL Distribution Points"),
        (COMMON_NAME, "CA CRLDP"),
    ])?;
    Ok(vec![
        extension(true, &KeyUsage(KeyUsages::KeyCertSign | KeyUsages::CRLSign))?,
        extension(true, &BasicConstraints { ca: true, path_len_constraint: None })?,
        extension(
            false,
            &SubjectAltName(vec![GeneralName::DirectoryName(authority_japanese_name(authority)?)]),
        )?,
        extension(false, &distribution_point(revocation_list))?,
        extension(false, &SubjectKeyIdentifier(key_identifier(public_key)?))?,
    ])
}

fn holder_extensions(
    authority: CertificateAuthority,
    generation: Generation,
    authority_public_key: &SubjectPublicKeyInfo,
    public_key: &SubjectPublicKeyInfo,
    holder: &Holder,
) -> der::Result<Vec<Extension>> {
    let (usage, purpose_or_person, policy) = match authority {
        CertificateAuthority::UserAuthentication => (
            KeyUsage(KeyUsages::DigitalSignature.into()),
            extension(false, &ExtendedKeyUsage(vec![CLIENT_AUTH]))?,
            USER_AUTHENTICATION_TEST_POLICY,
        ),
        CertificateAuthority::DigitalSignature => (
            KeyUsage(KeyUsages::DigitalSignature | KeyUsages::NonRepudiation),
            extension(false, &SubjectAltName(personal_data(holder)?))?,
            DIGITAL_SIGNATURE_TEST_POLICY,
        ),
    };
    // One list for each municipality, in a directory that outsiders cannot ask.
    let revocation_list = name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, JAPANESE_ORGANIZATION),
        (ORGANIZATIONAL_UNIT, "CRL Distribution Points"),
        (ORGANIZATIONAL_UNIT, &holder.prefecture),
        (COMMON_NAME, &format!("{} CRLDP", holder.municipality)),
    ])?;

    let mut extensions = vec![
        extension(true, &usage)?,
        purpose_or_person,
        extension(true, &certificate_policy(policy)?)?,
        extension(
            false,
            &IssuerAltName(vec![GeneralName::DirectoryName(authority_japanese_name(authority)?)]),
        )?,
        extension(false, &distribution_point(revocation_list))?,
    ];
    if authority == CertificateAuthority::UserAuthentication {
        extensions.push(extension(false, &ocsp_responder()?)?);
    }
    extensions.push(extension(
        false,
        &AuthorityKeyIdentifier {
            key_identifier: Some(key_identifier(authority_public_key)?),
            authority_cert_issuer: Some(vec![GeneralName::DirectoryName(authority_name(authority)?)]),
            authority_cert_serial_number: Some(SerialNumber::new(
                &authority_serial(authority, generation).to_be_bytes(),
            )?),
        },
    )?);
    extensions.push(extension(false, &SubjectKeyIdentifier(key_identifier(public_key)?))?);
    Ok(extensions)
}

fn extension<T: AssociatedOid + Encode>(critical: bool, value: &T) -> der::Result<Extension> {
    Ok(Extension { extn_id: T::OID, critical, extn_value: OctetString::new(value.to_der()?)? })
}

/// The personal data of a 署名用電子証明書, in the order in which the real ones have it: 1, 4, 3, 5, 2, 6.
fn personal_data(holder: &Holder) -> der::Result<Vec<GeneralName>> {
    [
        (NAME, holder.name.text()),
        (BIRTH_DATE, &era_prefixed(holder.birth_date)),
        (SEX, holder.sex.digit()),
        (ADDRESS, holder.address.text()),
        (NAME_SUBSTITUTIONS, holder.name.substitutions()),
        (ADDRESS_SUBSTITUTIONS, holder.address.substitutions()),
    ]
    .into_iter()
    .map(|(type_id, text)| {
        let value = Any::new(Tag::Utf8String, text.as_bytes())?;
        Ok(GeneralName::OtherName(OtherName { type_id, value }))
    })
    .collect()
}

/// `EYYYYMMDD`: the digit of the era (年号), then the Gregorian date nonetheless.
///
/// An era begins on the day it was proclaimed for, which the era before does not count any more. Before 明治 is
/// 0, unknown.
fn era_prefixed(date: Date) -> String {
    // 明治 began on 1868-01-25, in another calendar.
    let is_meiji = (date.year(), date.month(), date.day()) >= (1868, 1, 25);
    let era = date.era().map_or(u8::from(is_meiji), |(era, _)| era.number());
    format!("{era}{}", date.to_wire())
}

fn certificate_policy(policy: ObjectIdentifier) -> der::Result<CertificatePolicies> {
    let uri = Ia5String::new("http://simulated.invalid/cps.html")?;
    Ok(CertificatePolicies(vec![PolicyInformation {
        policy_identifier: policy,
        policy_qualifiers: Some(vec![PolicyQualifierInfo {
            policy_qualifier_id: CPS_QUALIFIER,
            qualifier: Some(Any::encode_from(&uri)?),
        }]),
    }]))
}

fn distribution_point(directory_name: Name) -> CrlDistributionPoints {
    CrlDistributionPoints(vec![DistributionPoint {
        distribution_point: Some(DistributionPointName::FullName(vec![GeneralName::DirectoryName(
            directory_name,
        )])),
        reasons: None,
        crl_issuer: None,
    }])
}

fn ocsp_responder() -> der::Result<AuthorityInfoAccessSyntax> {
    Ok(AuthorityInfoAccessSyntax(vec![AccessDescription {
        access_method: OCSP,
        access_location: GeneralName::UniformResourceIdentifier(Ia5String::new(
            "http://ocsp.simulated.invalid",
        )?),
    }]))
}

/// As long as the real ones, which are SHA-1; here the first 160 bits of SHA-256 (RFC 7093, method 1), so
/// that this crate needs no SHA-1. A client may only compare identifiers, never compute them.
fn key_identifier(public_key: &SubjectPublicKeyInfo) -> der::Result<OctetString> {
    let digest = Sha256::digest(public_key.subject_public_key.raw_bytes());
    OctetString::new(digest.iter().copied().take(20).collect::<Vec<u8>>())
}

// Numbers

const fn authority_serial(authority: CertificateAuthority, generation: Generation) -> u32 {
    match (authority, generation) {
        (CertificateAuthority::UserAuthentication, Generation::First) => 0x0151_4D41,
        (CertificateAuthority::DigitalSignature, Generation::First) => 0x0151_4D53,
        (CertificateAuthority::UserAuthentication, Generation::Second) => 0x0251_4D41,
        (CertificateAuthority::DigitalSignature, Generation::Second) => 0x0251_4D53,
    }
}

const JAPANESE_ORGANIZATION: &str = "模擬公的個人認証サービス SIMULATED";

const COMMON_NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.3");
const COUNTRY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.6");
const LOCALITY: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.7");
const ORGANIZATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.10");
const ORGANIZATIONAL_UNIT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.4.11");

const SHA256_WITH_RSA_ENCRYPTION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.11");
const CLIENT_AUTH: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");
const CPS_QUALIFIER: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");
const OCSP: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1");

// The policies of cards issued for testing; production has other arcs.
const DIGITAL_SIGNATURE_TEST_POLICY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.20");
const USER_AUTHENTICATION_TEST_POLICY: ObjectIdentifier =
    ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.30");

const NAME: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.1");
const NAME_SUBSTITUTIONS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.2");
const SEX: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.3");
const BIRTH_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.4");
const ADDRESS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.5");
const ADDRESS_SUBSTITUTIONS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.5.6");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eras_begin_and_end() {
        let table = [
            ((1868, 1, 24), "018680124"),
            ((1868, 1, 25), "118680125"),
            ((1912, 7, 29), "119120729"),
            ((1912, 7, 30), "219120730"),
            ((1926, 12, 24), "219261224"),
            ((1926, 12, 25), "319261225"),
            ((1980, 2, 17), "319800217"),
            ((1989, 1, 7), "319890107"),
            ((1989, 1, 8), "419890108"),
            ((2019, 4, 30), "420190430"),
            ((2019, 5, 1), "520190501"),
        ];
        for ((year, month, day), expected) in table {
            assert_eq!(era_prefixed(Date::from_ymd(year, month, day).unwrap()), expected);
        }
    }
}
