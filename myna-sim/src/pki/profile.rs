//! What stands in the certificates: the profile of the real ones, with names that nobody can take for theirs.
//!
//! Everything not said otherwise is `[fix]`: as in certificates read off cards issued for testing.

use sha2::{Digest, Sha256};

use super::asn1::{
    bit_string, ia5, identifier, integer, integer_content, named_bits, null, octet_string, printable,
    sequence, set_of, tagged, utf8, yes,
};
use super::error::PkiError;
use super::holder::Holder;
use super::key::SimulatedKey;
use super::validity_period::ValidityPeriod;
use super::{CertificateAuthority, Generation};
use crate::object::object;
use myna_calendar::Date;

/// What lacks its signature yet: TBSCertificate or TBSCertList of RFC 5280, or ResponseData of RFC 6960, DER.
pub(super) struct ToBeSigned(pub(super) Vec<u8>);

/// The CA's own certificate.
pub(super) fn authority(
    authority: CertificateAuthority,
    generation: Generation,
    public_key: &SimulatedKey,
) -> Result<ToBeSigned, PkiError> {
    let validity = ValidityPeriod {
        first_day: Date::from_ymd(2019, 1, 1)?,
        // The last day that fits UTCTime.
        last_day: Date::from_ymd(2049, 12, 31)?,
    };
    let name = authority_name(authority);
    to_be_signed(Contents {
        serial: authority_serial(authority, generation),
        issuer: name.clone(),
        validity,
        subject: name,
        public_key,
        extensions: authority_extensions(authority, public_key),
    })
}

/// A holder's certificate.
pub(super) fn holder(
    authority: CertificateAuthority,
    generation: Generation,
    authority_public_key: &SimulatedKey,
    public_key: &SimulatedKey,
    holder: &Holder,
    serial: u32,
    validity: ValidityPeriod,
) -> Result<ToBeSigned, PkiError> {
    to_be_signed(Contents {
        serial,
        issuer: authority_name(authority),
        validity,
        subject: holder_name(authority, holder, serial, validity.first_day),
        public_key,
        extensions: holder_extensions(authority, generation, authority_public_key, public_key, holder),
    })
}

impl ToBeSigned {
    /// Finished, DER.
    pub(super) fn sign(self, key: &SimulatedKey) -> Result<Vec<u8>, PkiError> {
        let signature = key.issue_sha256(&self.0)?;
        Ok(sequence(&[self.0, sha256_with_rsa_encryption(), bit_string(&signature)]))
    }
}

struct Contents<'a> {
    serial: u32,
    issuer: Vec<u8>,
    validity: ValidityPeriod,
    subject: Vec<u8>,
    public_key: &'a SimulatedKey,
    extensions: Vec<Vec<u8>>,
}

fn to_be_signed(contents: Contents<'_>) -> Result<ToBeSigned, PkiError> {
    Ok(ToBeSigned(sequence(&[
        // Version 3.
        tagged(0, &integer(&[2])),
        integer(&contents.serial.to_be_bytes()),
        sha256_with_rsa_encryption(),
        contents.issuer,
        contents.validity.to_der()?,
        contents.subject,
        sequence(&[
            sequence(&[identifier(RSA_ENCRYPTION), null()]),
            bit_string(&subject_public_key(contents.public_key)),
        ]),
        tagged(3, &sequence(&contents.extensions)),
    ])))
}

pub(super) fn sha256_with_rsa_encryption() -> Vec<u8> {
    sequence(&[identifier(SHA256_WITH_RSA_ENCRYPTION), null()])
}

/// RSAPublicKey of RFC 8017.
fn subject_public_key(key: &SimulatedKey) -> Vec<u8> {
    sequence(&[integer(&key.modulus()), integer(&key.public_exponent())])
}

// Names

pub(super) fn authority_name(authority: CertificateAuthority) -> Vec<u8> {
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
fn authority_japanese_name(authority: CertificateAuthority) -> Vec<u8> {
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
fn holder_name(authority: CertificateAuthority, holder: &Holder, serial: u32, issued: Date) -> Vec<u8> {
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
fn name(attributes: &[(&[u32], &str)]) -> Vec<u8> {
    let steps = attributes.iter().map(|&(attribute, text)| {
        let value = if attribute == COUNTRY { printable(text) } else { utf8(text) };
        set_of(&sequence(&[identifier(attribute), value]))
    });
    sequence(&steps.collect::<Vec<_>>())
}

// Extensions

/// The order is that of our notes, which do not vouch for it here as they do for the holder's certificates
/// `[guess]`.
fn authority_extensions(authority: CertificateAuthority, public_key: &SimulatedKey) -> Vec<Vec<u8>> {
    let revocation_list = name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, JAPANESE_ORGANIZATION),
        (ORGANIZATIONAL_UNIT, "CRL Distribution Points"),
        (COMMON_NAME, "CA CRLDP"),
    ]);
    vec![
        extension(true, KEY_USAGE, &named_bits(KEY_CERT_SIGN | CRL_SIGN)),
        extension(true, BASIC_CONSTRAINTS, &sequence(&[yes()])),
        extension(false, SUBJECT_ALT_NAME, &sequence(&[directory(&authority_japanese_name(authority))])),
        extension(false, CRL_DISTRIBUTION_POINTS, &distribution_point(&revocation_list)),
        extension(false, SUBJECT_KEY_IDENTIFIER, &octet_string(&key_identifier(public_key))),
    ]
}

fn holder_extensions(
    authority: CertificateAuthority,
    generation: Generation,
    authority_public_key: &SimulatedKey,
    public_key: &SimulatedKey,
    holder: &Holder,
) -> Vec<Vec<u8>> {
    let (usage, purpose_or_person, policy) = match authority {
        CertificateAuthority::UserAuthentication => (
            DIGITAL_SIGNATURE,
            extension(false, EXTENDED_KEY_USAGE, &sequence(&[identifier(CLIENT_AUTH)])),
            USER_AUTHENTICATION_TEST_POLICY,
        ),
        CertificateAuthority::DigitalSignature => (
            DIGITAL_SIGNATURE | NON_REPUDIATION,
            extension(false, SUBJECT_ALT_NAME, &personal_data(holder)),
            DIGITAL_SIGNATURE_TEST_POLICY,
        ),
    };
    let mut extensions = vec![
        extension(true, KEY_USAGE, &named_bits(usage)),
        purpose_or_person,
        extension(true, CERTIFICATE_POLICIES, &certificate_policy(policy)),
        extension(false, ISSUER_ALT_NAME, &sequence(&[directory(&authority_japanese_name(authority))])),
        extension(false, CRL_DISTRIBUTION_POINTS, &distribution_point(&revocation_list(holder))),
    ];
    if authority == CertificateAuthority::UserAuthentication {
        extensions.push(extension(false, AUTHORITY_INFO_ACCESS, &ocsp_responder()));
    }
    extensions.push(authority_key_identifier(authority, generation, authority_public_key));
    extensions.push(extension(false, SUBJECT_KEY_IDENTIFIER, &octet_string(&key_identifier(public_key))));
    extensions
}

/// The name of the list for the holder's municipality: there is one for each, in a directory that outsiders cannot ask.
pub(super) fn revocation_list(holder: &Holder) -> Vec<u8> {
    name(&[
        (COUNTRY, "JP"),
        (ORGANIZATION, JAPANESE_ORGANIZATION),
        (ORGANIZATIONAL_UNIT, "CRL Distribution Points"),
        (ORGANIZATIONAL_UNIT, &holder.prefecture),
        (COMMON_NAME, &format!("{} CRLDP", holder.municipality)),
    ])
}

pub(super) fn authority_key_identifier(
    authority: CertificateAuthority,
    generation: Generation,
    public_key: &SimulatedKey,
) -> Vec<u8> {
    let value = sequence(&[
        object([0x80], &key_identifier(public_key)),
        tagged(1, &directory(&authority_name(authority))),
        object([0x82], &integer_content(&authority_serial(authority, generation).to_be_bytes())),
    ]);
    extension(false, AUTHORITY_KEY_IDENTIFIER, &value)
}

/// An extension that is not critical does not say so: that is the default.
pub(super) fn extension(critical: bool, kind: &[u32], value: &[u8]) -> Vec<u8> {
    let critical = if critical { yes() } else { Vec::new() };
    sequence(&[identifier(kind), critical, octet_string(value)])
}

/// GeneralName: directoryName.
pub(super) fn directory(name: &[u8]) -> Vec<u8> {
    tagged(4, name)
}

/// The personal data of a 署名用電子証明書, in the order in which the real ones have it: 1, 4, 3, 5, 2, 6.
fn personal_data(holder: &Holder) -> Vec<u8> {
    let items: [(&[u32], &str); 6] = [
        (NAME, holder.name.text()),
        (BIRTH_DATE, &era_prefixed(holder.birth_date)),
        (SEX, holder.sex.digit()),
        (ADDRESS, holder.address.text()),
        (NAME_SUBSTITUTIONS, holder.name.substitutions()),
        (ADDRESS_SUBSTITUTIONS, holder.address.substitutions()),
    ];
    // GeneralName: otherName.
    sequence(&items.map(|(kind, text)| tagged(0, &[identifier(kind), tagged(0, &utf8(text))].concat())))
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

fn certificate_policy(policy: &[u32]) -> Vec<u8> {
    let qualifier = sequence(&[identifier(CPS_QUALIFIER), ia5("http://simulated.invalid/cps.html")]);
    sequence(&[sequence(&[identifier(policy), sequence(&[qualifier])])])
}

/// One point, known by its full name alone.
fn distribution_point(directory_name: &[u8]) -> Vec<u8> {
    sequence(&[sequence(&[tagged(0, &tagged(0, &directory(directory_name)))])])
}

fn ocsp_responder() -> Vec<u8> {
    // GeneralName: uniformResourceIdentifier.
    let location = object([0x86], b"http://ocsp.simulated.invalid");
    sequence(&[sequence(&[identifier(OCSP), location])])
}

/// As long as the real ones, which are SHA-1; here the first 160 bits of SHA-256 (RFC 7093, method 1), so
/// that this crate needs no SHA-1. A client may only compare identifiers, never compute them.
fn key_identifier(public_key: &SimulatedKey) -> Vec<u8> {
    Sha256::digest(subject_public_key(public_key)).iter().copied().take(20).collect()
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

const COMMON_NAME: &[u32] = &[2, 5, 4, 3];
const COUNTRY: &[u32] = &[2, 5, 4, 6];
const LOCALITY: &[u32] = &[2, 5, 4, 7];
const ORGANIZATION: &[u32] = &[2, 5, 4, 10];
const ORGANIZATIONAL_UNIT: &[u32] = &[2, 5, 4, 11];

// Extensions of RFC 5280.
const SUBJECT_KEY_IDENTIFIER: &[u32] = &[2, 5, 29, 14];
const KEY_USAGE: &[u32] = &[2, 5, 29, 15];
const SUBJECT_ALT_NAME: &[u32] = &[2, 5, 29, 17];
const ISSUER_ALT_NAME: &[u32] = &[2, 5, 29, 18];
const BASIC_CONSTRAINTS: &[u32] = &[2, 5, 29, 19];
const CRL_DISTRIBUTION_POINTS: &[u32] = &[2, 5, 29, 31];
const CERTIFICATE_POLICIES: &[u32] = &[2, 5, 29, 32];
const AUTHORITY_KEY_IDENTIFIER: &[u32] = &[2, 5, 29, 35];
const EXTENDED_KEY_USAGE: &[u32] = &[2, 5, 29, 37];
const AUTHORITY_INFO_ACCESS: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 1, 1];

// Bits of keyUsage, the first the highest.
const DIGITAL_SIGNATURE: u8 = 0x80;
const NON_REPUDIATION: u8 = 0x40;
const KEY_CERT_SIGN: u8 = 0x04;
const CRL_SIGN: u8 = 0x02;

const RSA_ENCRYPTION: &[u32] = &[1, 2, 840, 113549, 1, 1, 1];
const SHA256_WITH_RSA_ENCRYPTION: &[u32] = &[1, 2, 840, 113549, 1, 1, 11];
const CLIENT_AUTH: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 3, 2];
const CPS_QUALIFIER: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 2, 1];
const OCSP: &[u32] = &[1, 3, 6, 1, 5, 5, 7, 48, 1];

// The policies of cards issued for testing; production has other arcs.
const DIGITAL_SIGNATURE_TEST_POLICY: &[u32] = &[1, 2, 392, 200149, 8, 5, 1, 0, 20];
const USER_AUTHENTICATION_TEST_POLICY: &[u32] = &[1, 2, 392, 200149, 8, 5, 1, 0, 30];

pub(crate) const NAME: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 1];
pub(crate) const NAME_SUBSTITUTIONS: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 2];
pub(crate) const SEX: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 3];
pub(crate) const BIRTH_DATE: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 4];
pub(crate) const ADDRESS: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 5];
pub(crate) const ADDRESS_SUBSTITUTIONS: &[u32] = &[1, 2, 392, 200149, 8, 5, 5, 6];

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
