use myna_calendar::UnixTime;
use myna_trust::path::{PathError, Purpose, TrustAnchor, validate};
use myna_trust::revocation::{OcspRequest, Revocation, RevocationFault};

use super::verifying::VerifiedSigner;

/// What somebody who may ask was told of revocation.
#[derive(Debug, Clone, Copy, Default)]
#[non_exhaustive]
pub struct RevocationEvidence<'a> {
    /// Certificate revocation lists, in DER.
    pub lists: &'a [Vec<u8>],
    /// Answers of responders to questions without a nonce, in DER.
    pub responses: &'a [Vec<u8>],
}

/// What the certificate of a signer is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignerTrust {
    /// What the certificate is for, where its path leads to an anchor. Only one for 署名用 makes an electronic signature of its
    /// holder in the sense of the law; 利用者証明用 proves who was there.
    pub path: Result<Purpose, PathError>,
    /// Whether the certificate was revoked; not checked where the path is not good.
    pub revocation: Revocation,
}

impl SignerTrust {
    /// Whether the path is good and nobody is known to have revoked the certificate. Revocation may not have been checked.
    #[must_use]
    pub const fn is_acceptable(&self) -> bool {
        self.path.is_ok() && !matches!(self.revocation, Revocation::Revoked { .. })
    }
}

impl<'a> RevocationEvidence<'a> {
    /// Lists and answers.
    #[must_use]
    pub const fn new(lists: &'a [Vec<u8>], responses: &'a [Vec<u8>]) -> Self {
        Self { lists, responses }
    }
}

impl VerifiedSigner {
    /// What the certificate is worth at an instant that the caller names: now, or when somebody else vouches that the
    /// signature was there. [`claimed_time`](Self::claimed_time) is no such instant.
    #[must_use]
    pub fn trust(
        &self,
        anchors: &[TrustAnchor],
        at: UnixTime,
        evidence: RevocationEvidence<'_>,
    ) -> SignerTrust {
        let under = |purpose| validate(&self.certificate, anchors, purpose, at).map(|path| (purpose, path));
        let path = match under(Purpose::DigitalSignature) {
            Err(error @ (PathError::KeyUsage | PathError::Policy)) => {
                under(Purpose::UserAuthentication).map_err(|_| error)
            }
            path => path,
        };
        let (purpose, path) = match path {
            Ok(found) => found,
            Err(error) => {
                let why = RevocationFault::NothingSupplied;
                return SignerTrust { path: Err(error), revocation: Revocation::NotChecked { why } };
            }
        };
        let mut revocation = path.revocation();
        for list in evidence.lists {
            revocation = worse(revocation, path.revocation_by_list(list));
        }
        for response in evidence.responses {
            let told = OcspRequest::new(&path, None).map(|request| request.judge(response));
            revocation = worse(revocation, told.unwrap_or_else(|why| Revocation::NotChecked { why }));
        }
        SignerTrust { path: Ok(purpose), revocation }
    }
}

/// Who says "revoked" is believed before who says "good", and the latest of those; what says nothing changes nothing but
/// the reason why nothing is known.
fn worse(known: Revocation, told: Revocation) -> Revocation {
    match (known, told) {
        (Revocation::Revoked { .. }, _) | (Revocation::Good { .. }, Revocation::NotChecked { .. }) => known,
        (Revocation::Good { as_of: known_as_of }, Revocation::Good { as_of }) if known_as_of > as_of => known,
        _ => told,
    }
}
