//! Path validation for JPKI: one tier, a leaf under a self-signed CA (RFC 5280, 6, cut to that profile).
//!
//! What is checked is listed case by case, each with its reason, in `tests/catalogue/paths.toml` of the source.
//!
//! Why our own: general validators refuse these certificates, because their policies are marked critical; and all
//! generations of a CA share one name, so the issuer has to be found by key, not by name. Of those that follow RFC 5280
//! whole, `certval` is the one to look at again: what is released of it is of the X.509 types before these, and 0.2.0,
//! which is of these, is a candidate.

mod form;

use der::asn1::BitString;
use der::oid::ObjectIdentifier;
use myna_calendar::UnixTime;
use myna_error::Diagnostic;
use x509_cert::der;
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BasicConstraints, CertificatePolicies, ExtendedKeyUsage, KeyUsage,
    SubjectKeyIdentifier,
};
use x509_cert::spki::AlgorithmIdentifierOwned;

use self::form::required;
pub(crate) use self::form::{check_form, each_once, is_early, is_whole, optional};
use crate::certificate::{is_directory_name, same_name};
use crate::{Certificate, CryptoProvider, KeyFault, SignatureAlgorithm};

/// A CA certificate the caller trusts, for which world, and the provider that checks what stands under it.
#[derive(Debug, Clone)]
pub struct TrustAnchor {
    certificate: Certificate,
    environment: Environment,
    provider: CryptoProvider,
}

/// Production and test are never mixed: an anchor vouches for its own world's policies only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Environment {
    /// Cards of people.
    Production,
    /// JPKI-TEST cards and simulated cards.
    Test,
}

/// What the leaf is to be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Purpose {
    /// 利用者証明用.
    UserAuthentication,
    /// 署名用.
    DigitalSignature,
}

/// A leaf whose path is good. Revocation is a separate question: see [`revocation`](crate::revocation).
#[derive(Debug, Clone)]
pub struct ValidPath<'a> {
    leaf: &'a Certificate,
    anchor: &'a TrustAnchor,
    at: UnixTime,
}

/// Why a path is not good.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// Not X.509 version 3.
    Version,
    /// The algorithms inside and outside differ, or are none that is known: see [`SignatureAlgorithm`].
    Algorithm,
    /// Not the one encoding that DER allows, or with a field that these certificates do not have.
    Form,
    /// The serial number is not positive, or longer than 20 bytes.
    Serial,
    /// The validity ends before it begins, or a time before 2050 is a GeneralizedTime.
    Times,
    /// An extension is malformed, there twice, critical where it never is, or in contradiction to another.
    Extension,
    /// Name constraints, which no certificate here has and this validator does not follow.
    NameConstraints,
    /// The certificate's own key, or the anchor's, is none that can be used.
    Key(KeyFault),
    /// A critical extension this validator does not know.
    UnknownCriticalExtension,
    /// No anchor has the leaf's issuer name.
    UnknownIssuer,
    /// Anchors of that name exist, but none has the key the leaf names or signed it.
    Signature,
    /// The anchor is no CA, or may not sign certificates.
    NotAnAuthority,
    /// The anchor is not valid at that instant.
    AnchorValidity,
    /// Not valid yet.
    NotYetValid,
    /// No longer valid.
    Expired,
    /// The leaf is a CA.
    IsAuthority,
    /// Key usage or extended key usage does not allow the purpose.
    KeyUsage,
    /// The policy is not that of the purpose in the anchor's environment.
    Policy,
}

impl TrustAnchor {
    /// Trusts a self-signed CA certificate, checked by the default provider.
    ///
    /// # Errors
    ///
    /// [`PathError`] when it is not self-signed, or may not issue certificates.
    pub fn new(certificate: Certificate, environment: Environment) -> Result<Self, PathError> {
        Self::with_provider(certificate, environment, CryptoProvider::default())
    }

    /// Trusts a self-signed CA certificate; it and what it signed are checked by this provider.
    ///
    /// # Errors
    ///
    /// As [`new`](Self::new).
    pub fn with_provider(
        certificate: Certificate,
        environment: Environment,
        provider: CryptoProvider,
    ) -> Result<Self, PathError> {
        let parsed = certificate.parsed().tbs_certificate();
        check_form(&certificate)?;
        if !same_name(parsed.issuer(), parsed.subject()) {
            return Err(PathError::UnknownIssuer);
        }
        check_issued(&certificate, &certificate, &provider)?;
        let (critical, constraints) = required::<BasicConstraints>(&certificate, PathError::NotAnAuthority)?;
        let (_, usage) = required::<KeyUsage>(&certificate, PathError::NotAnAuthority)?;
        if !critical || !constraints.ca || !usage.key_cert_sign() {
            return Err(PathError::NotAnAuthority);
        }
        Ok(Self { certificate, environment, provider })
    }

    /// The CA certificate.
    #[must_use]
    pub const fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// What checks signatures under it.
    pub(crate) const fn provider(&self) -> &CryptoProvider {
        &self.provider
    }
}

/// Validates a leaf against the anchors, at an instant the caller names.
///
/// # Errors
///
/// The first [`PathError`] found; the order is form, key, issuer, signature, validity, usage, policy.
pub fn validate<'a>(
    leaf: &'a Certificate,
    anchors: &'a [TrustAnchor],
    purpose: Purpose,
    at: UnixTime,
) -> Result<ValidPath<'a>, PathError> {
    check_form(leaf)?;
    leaf.public_key().map_err(PathError::Key)?;
    let issuer = leaf.parsed().tbs_certificate().issuer();
    let mut failure = PathError::UnknownIssuer;
    // Several may share the name, and even the key: the order in which they are given decides nothing.
    for anchor in anchors {
        if !same_name(issuer, anchor.certificate.parsed().tbs_certificate().subject()) {
            continue;
        }
        match check_under(leaf, anchor, purpose, at) {
            Ok(()) => return Ok(ValidPath { leaf, anchor, at }),
            Err(PathError::Signature) if failure != PathError::UnknownIssuer => {}
            Err(found) => failure = found,
        }
    }
    Err(failure)
}

impl ValidPath<'_> {
    /// The leaf.
    #[must_use]
    pub const fn leaf(&self) -> &Certificate {
        self.leaf
    }

    /// The anchor that signed it.
    #[must_use]
    pub const fn anchor(&self) -> &TrustAnchor {
        self.anchor
    }

    /// The instant for which it is good.
    #[must_use]
    pub const fn at(&self) -> UnixTime {
        self.at
    }
}

impl PathError {
    /// Stable code, for programs.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.entry().code
    }
}

const CLIENT_AUTHENTICATION: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.2");

/// Policy identifiers: test from test cards (`fix`), production from other projects' lists (`code`), the phone's
/// signature policy second-hand (`guess`).
const fn policies(purpose: Purpose, environment: Environment) -> &'static [ObjectIdentifier] {
    const TEST_AUTHENTICATION: &[ObjectIdentifier] =
        &[ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.30")];
    const TEST_SIGNATURE: &[ObjectIdentifier] = &[ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.0.20")];
    const AUTHENTICATION: &[ObjectIdentifier] = &[ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.3.30")];
    const SIGNATURE: &[ObjectIdentifier] = &[
        ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.1.20"),
        ObjectIdentifier::new_unwrap("1.2.392.200149.8.5.1.1.40"),
    ];
    match (purpose, environment) {
        (Purpose::UserAuthentication, Environment::Test) => TEST_AUTHENTICATION,
        (Purpose::DigitalSignature, Environment::Test) => TEST_SIGNATURE,
        (Purpose::UserAuthentication, Environment::Production) => AUTHENTICATION,
        (Purpose::DigitalSignature, Environment::Production) => SIGNATURE,
    }
}

/// All that follows from form and key, with the anchor taken for the issuer.
fn check_under(
    leaf: &Certificate,
    anchor: &TrustAnchor,
    purpose: Purpose,
    at: UnixTime,
) -> Result<(), PathError> {
    check_issued(leaf, &anchor.certificate, &anchor.provider)?;
    if at < anchor.certificate.not_before() || at > anchor.certificate.not_after() {
        return Err(PathError::AnchorValidity);
    }
    if at < leaf.not_before() {
        return Err(PathError::NotYetValid);
    }
    if at > leaf.not_after() {
        return Err(PathError::Expired);
    }
    check_usage(leaf, purpose)?;
    check_policy(leaf, purpose, anchor.environment)
}

/// Whether the certificate names this authority's key as that of its issuer, and was signed by it.
pub(crate) fn check_issued(
    certificate: &Certificate,
    authority: &Certificate,
    provider: &CryptoProvider,
) -> Result<(), PathError> {
    let issuer = optional::<AuthorityKeyIdentifier>(certificate)?;
    if issuer.is_some_and(|(_, issuer)| !names(&issuer, authority)) {
        return Err(PathError::Signature);
    }
    let parsed = certificate.parsed();
    let (algorithm, signature) = (parsed.signature_algorithm(), parsed.signature());
    check_signature(authority, provider, algorithm, certificate.signed_part(), signature)
}

/// Whether the key of the certificate made the signature.
pub(crate) fn check_signature(
    signer: &Certificate,
    provider: &CryptoProvider,
    algorithm: &AlgorithmIdentifierOwned,
    signed: &[u8],
    signature: &BitString,
) -> Result<(), PathError> {
    let algorithm = SignatureAlgorithm::of(algorithm).ok_or(PathError::Algorithm)?;
    let signature = signature.as_bytes().ok_or(PathError::Signature)?;
    let key = signer.public_key().map_err(PathError::Key)?;
    key.verify(provider, algorithm, signed, signature).map_err(|_| PathError::Signature)
}

/// Whether an authority key identifier means this CA; parts that are absent mean any.
pub(crate) fn names(key: &AuthorityKeyIdentifier, authority: &Certificate) -> bool {
    let own = optional::<SubjectKeyIdentifier>(authority).ok().flatten();
    let same_key = match (&key.key_identifier, &own) {
        (Some(named), Some((_, own))) => *named == own.0,
        _ => true,
    };
    let issuer = authority.parsed().tbs_certificate().issuer();
    let same_issuer = key.authority_cert_issuer.as_ref().is_none_or(|names| is_directory_name(names, issuer));
    let same_serial = key
        .authority_cert_serial_number
        .as_ref()
        .is_none_or(|serial| serial.as_bytes() == authority.serial_bytes());
    same_key && same_issuer && same_serial
}

fn check_usage(leaf: &Certificate, purpose: Purpose) -> Result<(), PathError> {
    if optional::<BasicConstraints>(leaf)?.is_some_and(|(_, constraints)| constraints.ca) {
        return Err(PathError::IsAuthority);
    }
    let (_, usage) = required::<KeyUsage>(leaf, PathError::KeyUsage)?;
    let extended = optional::<ExtendedKeyUsage>(leaf)?.map(|(_, usage)| usage.0);
    let allowed = match purpose {
        Purpose::UserAuthentication => {
            usage.digital_signature()
                && extended.is_some_and(|usages| usages.contains(&CLIENT_AUTHENTICATION))
        }
        Purpose::DigitalSignature => {
            usage.digital_signature() && usage.non_repudiation() && extended.is_none()
        }
    };
    if allowed { Ok(()) } else { Err(PathError::KeyUsage) }
}

fn check_policy(leaf: &Certificate, purpose: Purpose, environment: Environment) -> Result<(), PathError> {
    let (_, found) = required::<CertificatePolicies>(leaf, PathError::Policy)?;
    let wanted = policies(purpose, environment);
    if found.0.iter().any(|policy| wanted.contains(&policy.policy_identifier)) {
        Ok(())
    } else {
        Err(PathError::Policy)
    }
}
