//! Whether a certificate was revoked, out of what the caller brings: a list (RFC 5280, 5) or the answer of a responder
//! (RFC 6960). Nothing here asks anybody.
//!
//! Both are open to authorised verifiers only (公的個人認証法 17条 and its parallel for the other certificate), so that most
//! callers have nothing to bring, and the answer is [`Revocation::NotChecked`]: never "good".
//!
//! What is refused is listed case by case, each with its reason, in `tests/catalogue/revocation.toml` of the source.

mod extensions;
mod list;
mod ocsp;
mod status;

pub use self::ocsp::OcspRequest;
pub use self::status::{Revocation, RevocationFault, RevocationReason};

use crate::path::ValidPath;

impl ValidPath<'_> {
    /// What is known while nobody was asked: [`Revocation::NotChecked`]. A path says nothing of revocation.
    pub const fn revocation(&self) -> Revocation {
        Revocation::NotChecked { why: RevocationFault::NothingSupplied }
    }

    /// What a certificate revocation list in DER says of the leaf, at the instant of the path.
    ///
    /// The list is the anchor's own and whole: no delta, none of another issuer's certificates, none that is cut by reason.
    /// Where it is for one distribution point, it is the leaf's; the real ones are split by municipality, and the points are
    /// directory names `[fix]`. A list that names no point is one of all that the anchor issued, as RFC 5280, 5.2.5 has it: that
    /// no list of a part goes without its point is what is believed of the authority `[guess]`.
    pub fn revocation_by_list(&self, list: &[u8]) -> Revocation {
        list::judge(self, list).unwrap_or_else(|why| Revocation::NotChecked { why })
    }
}
