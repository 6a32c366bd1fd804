use crate::Reference;
use crate::session::Session;

/// What was achieved since the current application was selected (ISO/IEC 7816-4, 9.3.1). All of it ends together; that the
/// session of secure messaging does too is ours `[guess]`.
#[derive(Debug, Default)]
pub(crate) struct SecurityStatus {
    verified: Vec<Reference>,
    pub(crate) session: Option<Session>,
    pub(crate) terminal: Terminal,
}

/// How far a terminal has come with its certificate.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) enum Terminal {
    #[default]
    None,
    /// The body of the certificate, not its signature yet.
    Presented(Vec<u8>),
    Accepted,
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
        *self = Self::default();
    }
}
