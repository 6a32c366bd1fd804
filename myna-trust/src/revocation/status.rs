use x509_cert::ext::pkix::CrlReason;

use crate::UnixTime;

/// What is known of revocation. "Not checked" is not "good".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum Revocation {
    /// Who may say so says that the certificate stood.
    Good {
        /// When it stood; what came later is not known.
        as_of: UnixTime,
    },
    /// Who may say so says that it was revoked, or is on hold.
    Revoked {
        /// Since when.
        when: UnixTime,
        /// For what.
        why: RevocationReason,
    },
    /// Nothing was supplied, or nothing that says so.
    NotChecked {
        /// What was missing or wrong.
        why: RevocationFault,
    },
}

/// Why a certificate was revoked (RFC 5280, 5.3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// No reason is given.
    Unspecified,
    /// The holder's key is in other hands.
    KeyCompromise,
    /// The authority's key is in other hands.
    AuthorityCompromise,
    /// The name or other data of the holder changed.
    AffiliationChanged,
    /// Another certificate replaces it.
    Superseded,
    /// It is not needed any more.
    CessationOfOperation,
    /// On hold (一時停止), and perhaps to stand again.
    Hold,
    /// The holder may not have it any more.
    PrivilegeWithdrawn,
    /// The key of an attribute authority is in other hands.
    AttributeAuthorityCompromise,
}

/// Why what was supplied says nothing of revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationFault {
    /// Nothing was supplied.
    NothingSupplied,
    /// Not the one encoding that DER allows, or a part is missing, there twice or in contradiction to another.
    Form,
    /// The algorithms inside and outside differ, or are none that is known: see
    /// [`SignatureAlgorithm`](crate::SignatureAlgorithm).
    Algorithm,
    /// The list is another authority's, or the same authority's of another generation.
    OtherIssuer,
    /// Who signed may not sign such a thing.
    NotAuthorised,
    /// The signature is not good.
    Signature,
    /// From later than the instant asked about.
    NotYet,
    /// Too old: a newer one is there.
    Stale,
    /// A delta, which says something only together with another list.
    Delta,
    /// The list is not about certificates such as this one: of another distribution point, another kind, another issuer, or
    /// for some reasons only.
    Scope,
    /// A critical extension that is not known.
    UnknownCriticalExtension,
    /// The responder refused to answer, with OCSPResponseStatus 1 to 6 (RFC 6960, 4.2.1).
    Refused(u8),
    /// The nonce is not that of the request.
    Nonce,
    /// The answer is about another certificate.
    OtherCertificate,
    /// The responder does not know the certificate.
    Unknown,
}

impl TryFrom<CrlReason> for RevocationReason {
    type Error = RevocationFault;

    /// Only a delta takes something from a list.
    fn try_from(reason: CrlReason) -> Result<Self, RevocationFault> {
        Ok(match reason {
            CrlReason::Unspecified => Self::Unspecified,
            CrlReason::KeyCompromise => Self::KeyCompromise,
            CrlReason::CaCompromise => Self::AuthorityCompromise,
            CrlReason::AffiliationChanged => Self::AffiliationChanged,
            CrlReason::Superseded => Self::Superseded,
            CrlReason::CessationOfOperation => Self::CessationOfOperation,
            CrlReason::CertificateHold => Self::Hold,
            CrlReason::RemoveFromCRL => return Err(RevocationFault::Form),
            CrlReason::PrivilegeWithdrawn => Self::PrivilegeWithdrawn,
            CrlReason::AaCompromise => Self::AttributeAuthorityCompromise,
        })
    }
}
