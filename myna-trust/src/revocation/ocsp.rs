mod message;

use der::asn1::{Null, OctetString};
use der::oid::ObjectIdentifier;
use der::{Decode, Encode};
use x509_cert::der;
use x509_cert::ext::Extension;
use x509_cert::ext::pkix::{BasicConstraints, ExtendedKeyUsage, KeyUsage};

use self::message::{
    BasicResponse, CertificateId, CertificateStatus, Request, RequestBody, Requests, ResponderId, Response,
    ResponseData, ResponseStatus, SingleResponse,
};
use super::extensions::check;
use super::status::{Revocation, RevocationFault, RevocationReason};
use crate::certificate::{same_name, signed_part};
use crate::path::{PathError, ValidPath, check_form, check_issued, check_signature, optional};
use crate::{Certificate, UnixTime};

/// A question to a responder about the leaf of a path (RFC 6960, 4.1), and what its answer is judged by.
#[derive(Debug, Clone)]
pub struct OcspRequest<'a> {
    path: &'a ValidPath<'a>,
    id: CertificateId,
    /// The extension as it is sent, and as it has to come back.
    nonce: Option<Vec<u8>>,
    der: Vec<u8>,
}

impl<'a> OcspRequest<'a> {
    /// Asks about the leaf. The nonce is random, from the caller: with it an answer is to this question and no older one.
    /// Without one an answer may be as old as it says it may be. (RFC 9654 has nonces of 32 bytes.)
    ///
    /// # Errors
    ///
    /// [`RevocationFault::Form`], if the names of the certificate cannot be put into DER again.
    pub fn new(path: &'a ValidPath<'a>, nonce: Option<[u8; 32]>) -> Result<Self, RevocationFault> {
        let build = || -> der::Result<Self> {
            let id = CertificateId::of(path)?;
            let nonce = nonce.map(|nonce| OctetString::new(nonce.as_slice())?.to_der()).transpose()?;
            let extension = |nonce: &Vec<u8>| -> der::Result<_> {
                let extn_value = OctetString::new(nonce.as_slice())?;
                Ok(vec![Extension { extn_id: NONCE, critical: false, extn_value }])
            };
            let extensions = nonce.as_ref().map(extension).transpose()?;
            let body = RequestBody { requests: vec![Request { id: id.clone() }], extensions };
            Ok(Self { path, id, nonce, der: Requests { body }.to_der()? })
        };
        build().map_err(|_: der::Error| RevocationFault::Form)
    }

    /// The request, to be sent as `application/ocsp-request`. It is not signed.
    #[must_use]
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// What the responder's answer in DER says, at the instant of the path.
    ///
    /// Authorised to answer are the anchor itself and whom it gave a certificate for that, which says that it is not itself
    /// to be looked up (`id-pkix-ocsp-nocheck`). Between the clocks of both sides five minutes are allowed for; an answer
    /// that does not say until when it stands, stands as long.
    pub fn judge(&self, response: &[u8]) -> Revocation {
        self.read(response).unwrap_or_else(|why| Revocation::NotChecked { why })
    }

    fn read(&self, bytes: &[u8]) -> Result<Revocation, RevocationFault> {
        let outer: Response = whole(bytes)?;
        let answer = match (outer.status, outer.bytes) {
            (ResponseStatus::Successful, Some(answer)) if answer.kind == BASIC => answer.response,
            (ResponseStatus::Successful, _) => return Err(RevocationFault::Form),
            (status, None) => return Err(RevocationFault::Refused(status.number())),
            _ => return Err(RevocationFault::Form),
        };
        let basic: BasicResponse = whole(answer.as_bytes())?;
        let signed = signed_part(answer.as_bytes()).ok().and_then(|signed| answer.as_bytes().get(signed));
        self.check_responder(&basic, signed.unwrap_or_default())?;
        let data = &basic.data;
        check(data.extensions.as_ref(), &[(NONCE, |_| true)])?;
        let nonce = data.extensions.iter().flatten().find(|extension| extension.extn_id == NONCE);
        if nonce.map(|extension| extension.extn_value.as_bytes()) != self.nonce.as_deref() {
            return Err(RevocationFault::Nonce);
        }
        self.answer(data)
    }

    /// That the signature is by the anchor, or by one whom it authorised.
    fn check_responder(&self, basic: &BasicResponse, signed: &[u8]) -> Result<(), RevocationFault> {
        let anchor = self.path.anchor();
        let provider = anchor.provider();
        let is_signed_by = |certificate: &Certificate| {
            check_signature(certificate, provider, &basic.algorithm, signed, &basic.signature).map_err(
                |error| match error {
                    PathError::Algorithm => RevocationFault::Algorithm,
                    _ => RevocationFault::Signature,
                },
            )
        };
        if is_meant(&basic.data.responder, anchor.certificate()) {
            return is_signed_by(anchor.certificate());
        }
        for certificate in basic.certificates.iter().flatten() {
            let der = certificate.to_der().map_err(|_| RevocationFault::Form)?;
            let certificate = Certificate::from_der(&der).map_err(|_| RevocationFault::Form)?;
            if is_meant(&basic.data.responder, &certificate) {
                let issued = check_form(&certificate)
                    .and_then(|()| check_issued(&certificate, anchor.certificate(), provider));
                if issued.is_err() || !may_answer(&certificate, self.path.at()) {
                    return Err(RevocationFault::NotAuthorised);
                }
                return is_signed_by(&certificate);
            }
        }
        Err(RevocationFault::NotAuthorised)
    }

    fn answer(&self, data: &ResponseData) -> Result<Revocation, RevocationFault> {
        let mut about = data.responses.iter().filter(|response| response.id.is(&self.id));
        let single: &SingleResponse = match (about.next(), about.next()) {
            (Some(single), None) => single,
            (Some(_), Some(_)) => return Err(RevocationFault::Form),
            (None, _) => return Err(RevocationFault::OtherCertificate),
        };
        check(single.extensions.as_ref(), &[])?;
        let at = self.path.at().0;
        let time = |time: der::asn1::GeneralizedTime| time.to_unix_duration().as_secs();
        let this_update = time(single.this_update);
        let next_update = single.next_update.map_or(this_update.saturating_add(CLOCKS), time);
        let produced_at = time(data.produced_at);
        if next_update < this_update || produced_at < this_update {
            return Err(RevocationFault::Form);
        }
        if this_update.max(produced_at) > at.saturating_add(CLOCKS) {
            return Err(RevocationFault::NotYet);
        }
        if at > next_update {
            return Err(RevocationFault::Stale);
        }
        match &single.status {
            CertificateStatus::Good(Null) => Ok(Revocation::Good { as_of: UnixTime(this_update) }),
            CertificateStatus::Revoked(revoked) => Ok(Revocation::Revoked {
                when: UnixTime(time(revoked.time)),
                why: revoked.reason.map_or(Ok(RevocationReason::Unspecified), RevocationReason::try_from)?,
            }),
            CertificateStatus::Unknown(Null) => Err(RevocationFault::Unknown),
        }
    }
}

/// Whether it is the name or the key of this certificate by which the responder calls itself.
fn is_meant(responder: &ResponderId, certificate: &Certificate) -> bool {
    match responder {
        ResponderId::Name(name) => same_name(name, certificate.parsed().tbs_certificate().subject()),
        ResponderId::Key(hash) => hash.as_bytes() == message::key_hash(certificate),
    }
}

/// Whether a certificate that the anchor issued lets its holder answer for it (RFC 6960, 4.2.2.2).
fn may_answer(certificate: &Certificate, at: UnixTime) -> bool {
    let is_valid = (certificate.not_before()..=certificate.not_after()).contains(&at);
    let extensions = certificate.parsed().tbs_certificate().extensions();
    let is_not_looked_up =
        extensions.is_some_and(|all| all.iter().any(|extension| extension.extn_id == NO_CHECK));
    let constraints = optional::<BasicConstraints>(certificate);
    let usage = optional::<KeyUsage>(certificate);
    let purposes = optional::<ExtendedKeyUsage>(certificate);
    is_valid
        && is_not_looked_up
        && constraints.is_ok_and(|constraints| !constraints.is_some_and(|(_, constraints)| constraints.ca))
        && usage.is_ok_and(|usage| usage.is_none_or(|(_, usage)| usage.digital_signature()))
        && purposes
            .is_ok_and(|purposes| purposes.is_some_and(|(_, purposes)| purposes.0.contains(&OCSP_SIGNING)))
}

/// Exactly one value, in the one encoding that DER allows.
fn whole<T: for<'d> Decode<'d> + Encode>(bytes: &[u8]) -> Result<T, RevocationFault> {
    let value = T::from_der(bytes).map_err(|_| RevocationFault::Form)?;
    if value.to_der().is_ok_and(|der| der == bytes) { Ok(value) } else { Err(RevocationFault::Form) }
}

/// The seconds by which the clocks of both sides may differ.
const CLOCKS: u64 = 5 * 60;

const BASIC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.1");
const NONCE: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.2");
const NO_CHECK: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.48.1.5");
const OCSP_SIGNING: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.3.6.1.5.5.7.3.9");
