use der::asn1::{Ia5StringRef, PrintableStringRef, Utf8StringRef};
use der::oid::{AssociatedOid, ObjectIdentifier};
use der::{Any, Decode, Encode};
use x509_cert::certificate::Version;
use x509_cert::der;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::certpolicy::PolicyQualifierInfo;
use x509_cert::ext::pkix::{
    AuthorityInfoAccessSyntax, AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies,
    CrlDistributionPoints, ExtendedKeyUsage, IssuerAltName, KeyUsage, NameConstraints, SubjectAltName,
    SubjectKeyIdentifier,
};
use x509_cert::name::Name;
use x509_cert::time::Time;

use super::PathError;
use crate::{Certificate, SignatureAlgorithm};

/// What a certificate must be whoever issued it: DER to the bit, and nothing that these certificates do not have.
pub(crate) fn check_form(certificate: &Certificate) -> Result<(), PathError> {
    let parsed = certificate.parsed();
    let body = parsed.tbs_certificate();
    if body.version() != Version::V3 {
        return Err(PathError::Version);
    }
    check_serial(certificate)?;
    let (inside, outside) = (body.signature(), parsed.signature_algorithm());
    if inside != outside || SignatureAlgorithm::of(inside).is_none() {
        return Err(PathError::Algorithm);
    }
    let validity = body.validity();
    if is_early(validity.not_before)
        || is_early(validity.not_after)
        || certificate.not_before() > certificate.not_after()
    {
        return Err(PathError::Times);
    }
    // DER has one encoding of a value: what comes out otherwise went in otherwise.
    let canonical = parsed.to_der().is_ok_and(|der| der == certificate.as_der());
    let unique = body.issuer_unique_id().is_some() || body.subject_unique_id().is_some();
    let named = [body.issuer(), body.subject()].into_iter().all(is_name);
    if !canonical || unique || !named {
        return Err(PathError::Form);
    }
    match body.extensions() {
        Some(extensions) if extensions.is_empty() => Err(PathError::Extension),
        extensions => check_extensions(certificate, extensions.map(Vec::as_slice).unwrap_or_default()),
    }
}

/// Whether a time before 2050 is written as those from then on (RFC 5280, 4.1.2.5).
pub(crate) fn is_early(time: Time) -> bool {
    matches!(time, Time::GeneralTime(time) if time.to_date_time().year() < 2050)
}

/// The extension, and whether it is critical.
pub(crate) fn optional<'a, E: Decode<'a> + AssociatedOid>(
    certificate: &'a Certificate,
) -> Result<Option<(bool, E)>, PathError> {
    certificate.parsed().tbs_certificate().get_extension().map_err(|_| PathError::Extension)
}

pub(crate) fn required<'a, E: Decode<'a> + AssociatedOid>(
    certificate: &'a Certificate,
    missing: PathError,
) -> Result<(bool, E), PathError> {
    optional(certificate)?.ok_or(missing)
}

/// RFC 5280, 4.1.2.4: not empty, and of strings in use today.
fn is_name(name: &Name) -> bool {
    let is_text = |value: &Any| {
        value.decode_as::<Utf8StringRef<'_>>().is_ok()
            || value.decode_as::<PrintableStringRef<'_>>().is_ok()
            || value.decode_as::<Ia5StringRef<'_>>().is_ok()
    };
    let mut steps = name.iter_rdn();
    !name.is_empty() && steps.all(|step| !step.is_empty() && step.iter().all(|it| is_text(&it.value)))
}

/// RFC 5280, 4.1.2.2.
fn check_serial(certificate: &Certificate) -> Result<(), PathError> {
    let serial = certificate.parsed().tbs_certificate().serial_number().to_der().unwrap_or_default();
    match serial.as_slice() {
        [_, 1..=20, first, rest @ ..] if *first < 0x80 && (*first != 0 || !rest.is_empty()) => Ok(()),
        _ => Err(PathError::Serial),
    }
}

/// The extensions this validator follows, or that others read after it. Further ones may be there, where they are not
/// critical.
const KNOWN: [(ObjectIdentifier, IsGood); 10] = [
    (BasicConstraints::OID, is_whole::<BasicConstraints>),
    (KeyUsage::OID, is_whole::<KeyUsage>),
    (ExtendedKeyUsage::OID, is_whole::<ExtendedKeyUsage>),
    (CertificatePolicies::OID, is_whole::<CertificatePolicies>),
    // Never critical, by RFC 5280 or by the profile.
    (SubjectAltName::OID, |it| !it.critical && is_whole::<SubjectAltName>(it)),
    (IssuerAltName::OID, |it| !it.critical && is_whole::<IssuerAltName>(it)),
    (CrlDistributionPoints::OID, |it| !it.critical && is_whole::<CrlDistributionPoints>(it)),
    (AuthorityInfoAccessSyntax::OID, |it| !it.critical && is_whole::<AuthorityInfoAccessSyntax>(it)),
    (AuthorityKeyIdentifier::OID, |it| !it.critical && is_whole::<AuthorityKeyIdentifier>(it)),
    (SubjectKeyIdentifier::OID, |it| !it.critical && is_whole::<SubjectKeyIdentifier>(it)),
];

type IsGood = fn(&Extension) -> bool;

fn check_extensions(certificate: &Certificate, extensions: &[Extension]) -> Result<(), PathError> {
    for extension in extensions {
        if extension.extn_id == NameConstraints::OID {
            return Err(PathError::NameConstraints);
        }
        let known = KNOWN.iter().find(|(oid, _)| *oid == extension.extn_id);
        if extension.critical && (known.is_none() || has_unknown_qualifier(extension)) {
            return Err(PathError::UnknownCriticalExtension);
        }
        if known.is_some_and(|(_, is_good)| !is_good(extension)) {
            return Err(PathError::Extension);
        }
    }
    if !each_once(extensions) {
        return Err(PathError::Extension);
    }
    let constraints = optional::<BasicConstraints>(certificate)?.map(|(_, constraints)| constraints);
    let usage = optional::<KeyUsage>(certificate)?.map(|(_, usage)| usage);
    let purposes = optional::<ExtendedKeyUsage>(certificate)?.map(|(_, purposes)| purposes.0);
    let policies = optional::<CertificatePolicies>(certificate)?.map(|(_, policies)| policies.0);
    let issuer = optional::<AuthorityKeyIdentifier>(certificate)?.map(|(_, issuer)| issuer);
    let own = optional::<SubjectKeyIdentifier>(certificate)?.map(|(_, own)| own.0);
    let is_authority = constraints.as_ref().is_some_and(|constraints| constraints.ca);
    let contradictions = [
        // RFC 5280, 4.2.1.9: a length only for an authority that may sign certificates.
        constraints.is_some_and(|constraints| constraints.path_len_constraint.is_some()) && !is_authority,
        // 4.2.1.3: at least one bit, and this one for authorities only.
        usage.is_some_and(|usage| usage.0.is_empty() || (usage.key_cert_sign() && !is_authority)),
        // 4.2.1.12 and 4.2.1.4: at least one each, and no policy twice.
        purposes.is_some_and(|purposes| purposes.is_empty()),
        policies.is_some_and(|policies| {
            let all: Vec<_> = policies.iter().map(|policy| policy.policy_identifier).collect();
            all.is_empty()
                || (1..all.len()).any(|at| all.iter().take(at).any(|before| all.get(at) == Some(before)))
        }),
        // 4.2.1.1: issuer and serial number together or not at all.
        issuer.is_some_and(|issuer| {
            issuer.authority_cert_issuer.is_some() != issuer.authority_cert_serial_number.is_some()
        }),
        own.is_some_and(|own| own.as_bytes().is_empty()),
    ];
    if contradictions.contains(&true) { Err(PathError::Extension) } else { Ok(()) }
}

/// Whether no extension is there twice, under whatever form of its identifier.
pub(crate) fn each_once(extensions: &[Extension]) -> bool {
    extensions.iter().enumerate().all(|(index, extension)| {
        // `der` lets an arc begin with zeros, and so one identifier have two forms.
        let is_shortest =
            ObjectIdentifier::from_arcs(extension.extn_id.arcs()).is_ok_and(|id| id == extension.extn_id);
        is_shortest && extensions.iter().skip(index + 1).all(|other| other.extn_id != extension.extn_id)
    })
}

/// Of a critical policy every qualifier must be understood (RFC 5280, 4.2.1.4), and these have the one kind.
fn has_unknown_qualifier(extension: &Extension) -> bool {
    let policies = CertificatePolicies::from_der(extension.extn_value.as_bytes());
    let is_statement = |qualifier: &PolicyQualifierInfo| {
        qualifier.policy_qualifier_id == CERTIFICATION_PRACTICE_STATEMENT
            && qualifier.qualifier.as_ref().is_some_and(|uri| uri.decode_as::<Ia5StringRef<'_>>().is_ok())
    };
    extension.extn_id == CertificatePolicies::OID
        && policies.is_ok_and(|policies| {
            policies
                .0
                .iter()
                .flat_map(|policy| policy.policy_qualifiers.iter().flatten())
                .any(|it| !is_statement(it))
        })
}

const CERTIFICATION_PRACTICE_STATEMENT: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.2.1");

/// Whether the value is one of the type, in the one encoding that DER allows.
pub(crate) fn is_whole<E: for<'a> Decode<'a> + Encode>(extension: &Extension) -> bool {
    let bytes = extension.extn_value.as_bytes();
    E::from_der(bytes).is_ok_and(|value| value.to_der().is_ok_and(|der| der == bytes))
}
