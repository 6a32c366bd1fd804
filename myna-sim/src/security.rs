use crate::Reference;

/// Which PINs were verified since the current application was selected (ISO/IEC 7816-4, 9.3.1).
#[derive(Debug, Default)]
pub(crate) struct SecurityStatus {
    verified: Vec<Reference>,
}

impl SecurityStatus {
    pub(crate) fn is_verified(&self, reference: Reference) -> bool {
        self.verified.contains(&reference)
    }

    pub(crate) fn grant(&mut self, reference: Reference) {
        if !self.is_verified(reference) {
            self.verified.push(reference);
        }
    }

    pub(crate) fn withdraw(&mut self, reference: Reference) {
        self.verified.retain(|verified| *verified != reference);
    }

    pub(crate) fn clear(&mut self) {
        self.verified.clear();
    }
}
