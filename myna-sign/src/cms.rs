//! Signatures in CMS (RFC 5652): SignedData, made and verified.
//!
//! A signature is made in two steps: [`CmsRequest::prepare`] says what the key has to sign, [`PreparedCms::finish`] puts the
//! signature into its place. [`card`] does both with a card in one operation. [`SignedCms::verify`] checks it.
//!
//! What is read is strict: DER throughout, the content plain data, every signature over signed attributes. Of several
//! signatures all have to be good. What is refused is listed case by case in `tests/cms/refused.rs` of the source.

pub mod card;
mod fault;
mod making;
mod structure;
mod trust;
mod verifying;

pub use fault::{CMS_CODES, CmsAttribute, CmsFault, CmsPart};
pub use making::{CmsRequest, PreparedCms};
pub use trust::{RevocationEvidence, SignerTrust};
pub use verifying::{SignedCms, SignedContent, VerifiedSigner};
