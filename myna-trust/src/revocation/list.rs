use der::asn1::GeneralizedTime;
use der::oid::{AssociatedOid, ObjectIdentifier};
use der::{Decode, Encode};
use x509_cert::certificate::Version;
use x509_cert::crl::{CertificateList, RevokedCert};
use x509_cert::der;
use x509_cert::ext::pkix::crl::dp::IssuingDistributionPoint;
use x509_cert::ext::pkix::name::{DistributionPointName, GeneralName};
use x509_cert::ext::pkix::{
    AuthorityKeyIdentifier, BaseCrlNumber, CrlDistributionPoints, CrlNumber, CrlReason, KeyUsage,
};

use super::extensions::{Known, check, find};
use super::status::{Revocation, RevocationFault, RevocationReason};
use crate::certificate::{same_name, signed_part, unix_time};
use crate::path::{ValidPath, check_signature, is_early, is_whole, names, optional};
use crate::{Certificate, SignatureAlgorithm};

/// `x509-cert` has the type under another identifier.
const ISSUING_DISTRIBUTION_POINT: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.28");
const INVALIDITY_DATE: ObjectIdentifier = ObjectIdentifier::new_unwrap("2.5.29.24");

/// The extensions of a list that are followed (RFC 5280, 5.2).
const OF_LISTS: [Known; 4] = [
    (ISSUING_DISTRIBUTION_POINT, |it| it.critical && is_whole::<IssuingDistributionPoint>(it)),
    (BaseCrlNumber::OID, |it| it.critical && is_whole::<BaseCrlNumber>(it)),
    (AuthorityKeyIdentifier::OID, |it| !it.critical && is_whole::<AuthorityKeyIdentifier>(it)),
    (CrlNumber::OID, |it| !it.critical && is_whole::<CrlNumber>(it)),
];

/// The extensions of an entry that are followed (RFC 5280, 5.3). That of another issuer's certificate is not: it is critical.
const OF_ENTRIES: [Known; 2] = [
    (CrlReason::OID, |it| !it.critical && is_whole::<CrlReason>(it)),
    (INVALIDITY_DATE, |it| !it.critical && is_whole::<GeneralizedTime>(it)),
];

/// RFC 5280, 6.3, cut to lists of the anchor itself.
pub(super) fn judge(path: &ValidPath<'_>, bytes: &[u8]) -> Result<Revocation, RevocationFault> {
    let list = CertificateList::from_der(bytes).map_err(|_| RevocationFault::Form)?;
    let body = &list.tbs_cert_list;
    let canonical = list.to_der().is_ok_and(|der| der == bytes);
    let (this_update, Some(next_update)) = (body.this_update, body.next_update) else {
        return Err(RevocationFault::Form);
    };
    let empty = body.revoked_certificates.as_ref().is_some_and(Vec::is_empty);
    if !canonical || body.version != Version::V2 || empty || is_early(this_update) || is_early(next_update) {
        return Err(RevocationFault::Form);
    }
    if body.signature != list.signature_algorithm || SignatureAlgorithm::of(&body.signature).is_none() {
        return Err(RevocationFault::Algorithm);
    }
    let extensions = body.crl_extensions.as_ref();
    let anchor = path.anchor().certificate();
    let issuer: Option<AuthorityKeyIdentifier> = find(extensions, AuthorityKeyIdentifier::OID);
    if !same_name(&body.issuer, anchor.parsed().tbs_certificate().subject())
        || issuer.is_some_and(|issuer| !names(&issuer, anchor))
    {
        return Err(RevocationFault::OtherIssuer);
    }
    if !optional::<KeyUsage>(anchor).is_ok_and(|usage| usage.is_some_and(|(_, usage)| usage.crl_sign())) {
        return Err(RevocationFault::NotAuthorised);
    }
    let signed = signed_part(bytes).ok().and_then(|signed| bytes.get(signed)).unwrap_or_default();
    check_signature(anchor, path.anchor().provider(), &body.signature, signed, &list.signature)
        .map_err(|_| RevocationFault::Signature)?;

    check(extensions, &OF_LISTS)?;
    if find::<BaseCrlNumber>(extensions, BaseCrlNumber::OID).is_some() {
        return Err(RevocationFault::Delta);
    }
    if find(extensions, ISSUING_DISTRIBUTION_POINT).is_some_and(|point| !covers(&point, path.leaf())) {
        return Err(RevocationFault::Scope);
    }
    let (this_update, next_update) = (unix_time(this_update), unix_time(next_update));
    if next_update < this_update {
        return Err(RevocationFault::Form);
    }
    if path.at() < this_update {
        return Err(RevocationFault::NotYet);
    }
    if path.at() > next_update {
        return Err(RevocationFault::Stale);
    }
    let mut answer = Revocation::Good { as_of: this_update };
    for entry in body.revoked_certificates.iter().flatten() {
        // One entry that cannot be followed, whosever it is, and the list is of no use (RFC 5280, 5.3).
        let revoked = read(entry)?;
        if entry.serial_number == *path.leaf().parsed().tbs_certificate().serial_number() {
            if answer != (Revocation::Good { as_of: this_update }) {
                return Err(RevocationFault::Form);
            }
            answer = revoked;
        }
    }
    Ok(answer)
}

fn read(entry: &RevokedCert) -> Result<Revocation, RevocationFault> {
    let extensions = entry.crl_entry_extensions.as_ref();
    check(extensions, &OF_ENTRIES)?;
    if is_early(entry.revocation_date) {
        return Err(RevocationFault::Form);
    }
    let reason = find(extensions, CrlReason::OID).unwrap_or(CrlReason::Unspecified);
    let why = RevocationReason::try_from(reason)?;
    Ok(Revocation::Revoked { when: unix_time(entry.revocation_date), why })
}

/// Whether a list for this point says all there is to say of the certificate.
fn covers(point: &IssuingDistributionPoint, certificate: &Certificate) -> bool {
    let whole = !point.only_contains_ca_certs
        && !point.only_contains_attribute_certs
        && !point.indirect_crl
        && point.only_some_reasons.is_none();
    let of_list = match &point.distribution_point {
        None => return whole,
        Some(name) => full_name(Some(name)),
    };
    let points = optional::<CrlDistributionPoints>(certificate).ok().flatten();
    let mut points = points.iter().flat_map(|(_, points)| &points.0);
    whole
        && points.any(|point| {
            point.reasons.is_none()
                && point.crl_issuer.is_none()
                && full_name(point.distribution_point.as_ref()).iter().any(|name| of_list.contains(name))
        })
}

/// A name relative to the issuer's is none here.
fn full_name(name: Option<&DistributionPointName>) -> &[GeneralName] {
    match name {
        Some(DistributionPointName::FullName(names)) => names,
        _ => &[],
    }
}
