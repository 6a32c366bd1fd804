use myna_trust::{CryptoProvider, DigestInfo};

use super::{PdfFault, PdfSignature};
use crate::cms::{SignedCms, SignedContent, VerifiedSigner};

impl PdfSignature {
    /// Checks the signature itself, over what it covers of the document it was read from. Whether the certificate is worth
    /// anything is another question: see [`VerifiedSigner::trust`].
    ///
    /// # Errors
    ///
    /// What stands in [`covered`](Self::covered), [`PdfFault::Cms`], [`PdfFault::Attached`], [`PdfFault::Signers`] and
    /// [`PdfFault::CertificateNotSigned`].
    pub fn verify(&self, document: &[u8], provider: &CryptoProvider) -> Result<VerifiedSigner, PdfFault> {
        let covered = self.covered.as_ref().map_err(Clone::clone)?;
        let cms = SignedCms::from_der(&covered.cms)?;
        if cms.content().is_some() {
            return Err(PdfFault::Attached);
        }
        let mut hashes = cms.hash_algorithms();
        let (Some(hash), None) = (hashes.next(), hashes.next()) else { return Err(PdfFault::Signers) };
        let digest = DigestInfo::of(provider, hash, &covered.of(document).concat());
        let signer = cms.verify(provider, SignedContent::Digest(&digest))?.into_iter().next();
        let signer = signer.ok_or(PdfFault::Signers)?;
        // ETSI EN 319 142-1, 6.3: of the older form it is not asked.
        if covered.is_pades && !signer.is_certificate_signed {
            return Err(PdfFault::CertificateNotSigned);
        }
        Ok(signer)
    }
}
