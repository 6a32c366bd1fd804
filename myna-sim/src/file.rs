use myna_apdu::{FileIdentifier, StatusWord};

use crate::Reference;
use crate::pki::SimulatedKey;
use crate::security::{SecurityStatus, Terminal};

/// An elementary file (EF). Data, keys and references share one space of identifiers `[card: myna-card]`.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) identifier: FileIdentifier,
    pub(crate) content: Content,
    pub(crate) access: Access,
}

/// What an EF holds, and so which commands fit it.
#[derive(Debug)]
pub(crate) enum Content {
    /// Bytes, for READ BINARY.
    Transparent(Vec<u8>),
    /// Records, numbered from 1, for READ RECORD.
    Records(Vec<Vec<u8>>),
    /// A PIN, for VERIFY and CHANGE REFERENCE DATA.
    Reference(Reference),
    /// A PIN that was blocked before anybody had the card.
    BlockedReference,
    /// A private key, for the signature command.
    Key(&'static SimulatedKey),
    /// A private key, for INTERNAL AUTHENTICATE.
    AuthenticationKey(&'static SimulatedKey),
    /// The public key that checks terminals' certificates, for `80 A2`.
    TerminalAuthority(&'static SimulatedKey),
    /// An EF of which no more is known than that it can be selected.
    Unknown,
}

/// What has to be done before the content may be read, or used to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing.
    Free,
    /// One of these has to be verified; of one alone, that one.
    Verified(&'static [Reference]),
    /// This has to be verified, or a terminal accepted.
    VerifiedOrTerminal(Reference),
    /// Nothing known opens it.
    Never,
}

impl File {
    pub(crate) fn transparent(identifier: u16, access: Access, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(identifier, access, Content::Transparent(bytes.into()))
    }

    pub(crate) const fn reference(reference: Reference) -> Self {
        Self { identifier: reference.file(), content: Content::Reference(reference), access: Access::Free }
    }

    pub(crate) const fn unknown(identifier: u16) -> Self {
        Self::new(identifier, Access::Never, Content::Unknown)
    }

    pub(crate) const fn new(identifier: u16, access: Access, content: Content) -> Self {
        Self { identifier: FileIdentifier(identifier), content, access }
    }
}

impl Access {
    /// # Errors
    ///
    /// `6982` while something has to be done first.
    pub(crate) fn check(self, security: &SecurityStatus) -> Result<(), StatusWord> {
        let granted = match self {
            Self::Free => true,
            Self::Verified(references) => references.iter().any(|one| security.is_verified(*one)),
            Self::VerifiedOrTerminal(reference) => {
                security.is_verified(reference) || security.terminal == Terminal::Accepted
            }
            Self::Never => false,
        };
        if granted { Ok(()) } else { Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED) }
    }
}
