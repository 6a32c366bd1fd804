use std::borrow::Cow;
use std::fmt;
use std::sync::{Arc, LazyLock};

use myna_apdu::{FileIdentifier, ShortFileIdentifier, StatusWord};

use crate::pki::{PkiError, SimulatedKey};
use crate::security::{SecurityStatus, Terminal};
use crate::{Persona, Reference};

/// An elementary file (EF). Data, keys and references share one space of identifiers `[card: myna-card]`.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) identifier: FileIdentifier,
    pub(crate) short_identifier: Option<ShortFileIdentifier>,
    pub(crate) content: Content,
    pub(crate) access: Access,
}

/// What an EF holds, and so which commands fit it.
#[derive(Debug)]
pub(crate) enum Content {
    /// Bytes, for READ BINARY.
    Transparent(FileBytes),
    /// Records, numbered from 1, for READ RECORD.
    Records(Vec<Vec<u8>>),
    /// A PIN, for VERIFY and CHANGE REFERENCE DATA.
    Reference(Reference),
    /// A PIN that was blocked before anybody had the card.
    BlockedReference,
    /// A private key, for the signature command.
    Key(CardKey),
    /// A private key, for INTERNAL AUTHENTICATE.
    AuthenticationKey(CardKey),
    /// The public key that checks terminals' certificates, for `80 A2`.
    TerminalAuthority(CardKey),
    /// An EF of which no more is known than that it can be selected, and what a read of it answers.
    Unknown(StatusWord),
}

impl Content {
    /// What a read answers that it does not fit.
    pub(crate) const fn refusal(&self) -> StatusWord {
        match self {
            Self::Unknown(status) => *status,
            _ => StatusWord::WRONG_FILE_STRUCTURE,
        }
    }
}

/// What has to be done before the content may be read, or used to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Access {
    /// Nothing.
    Free,
    /// One of these has to be verified; of one alone, that one.
    Verified(Cow<'static, [Reference]>),
    /// This has to be verified, or a terminal accepted.
    VerifiedOrTerminal(Reference),
    /// Nothing known opens it.
    Never,
}

impl File {
    pub(crate) fn transparent(identifier: u16, access: Access, bytes: impl Into<Vec<u8>>) -> Self {
        Self::new(identifier, access, Content::Transparent(FileBytes::Ready(bytes.into())))
    }

    /// With bytes that are made when somebody first wants them.
    pub(crate) fn later(
        identifier: u16,
        access: Access,
        make: impl FnOnce() -> Result<Vec<u8>, PkiError> + Send + 'static,
    ) -> Self {
        Self::new(identifier, access, Content::Transparent(FileBytes::later(make)))
    }

    /// The same, made of a persona.
    pub(crate) fn of_persona(
        identifier: u16,
        access: Access,
        persona: &Arc<Persona>,
        make: impl FnOnce(&Persona) -> Result<Vec<u8>, PkiError> + Send + 'static,
    ) -> Self {
        let persona = Arc::clone(persona);
        Self::later(identifier, access, move || make(&persona))
    }

    pub(crate) const fn reference(reference: Reference) -> Self {
        Self::new(reference.file().0, Access::Free, Content::Reference(reference))
    }

    pub(crate) const fn unknown(identifier: u16) -> Self {
        Self::new(identifier, Access::Never, Content::Unknown(StatusWord::WRONG_FILE_STRUCTURE))
    }

    pub(crate) const fn new(identifier: u16, access: Access, content: Content) -> Self {
        let short_identifier = short_identifier_of(identifier);
        Self { identifier: FileIdentifier(identifier), short_identifier, content, access }
    }
}

/// `0001` to `001E` have the short identifier of the same number `[card: myna-card]`.
pub(crate) const fn short_identifier_of(identifier: u16) -> Option<ShortFileIdentifier> {
    match identifier.to_be_bytes() {
        [0, low] => ShortFileIdentifier::new(low),
        _ => None,
    }
}

/// The bytes of an EF.
pub(crate) enum FileBytes {
    Ready(Vec<u8>),
    /// Not made before they are wanted: a signature takes milliseconds, and few cards are read whole.
    Later(LazyLock<Result<Vec<u8>, PkiError>, MakeBytes>),
}

type MakeBytes = Box<dyn FnOnce() -> Result<Vec<u8>, PkiError> + Send>;

impl FileBytes {
    pub(crate) fn later(make: impl FnOnce() -> Result<Vec<u8>, PkiError> + Send + 'static) -> Self {
        Self::Later(LazyLock::new(Box::new(make)))
    }

    /// # Errors
    ///
    /// As [`CardKey::load`]: whatever else could be wrong was looked at when the card was made.
    pub(crate) fn get(&self) -> Result<&[u8], PkiError> {
        match self {
            Self::Ready(bytes) => Ok(bytes),
            Self::Later(bytes) => bytes.as_deref().map_err(Clone::clone),
        }
    }
}

impl fmt::Debug for FileBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FileBytes(..)")
    }
}

/// A private key of the card.
#[derive(Debug, Clone)]
#[cfg_attr(not(feature = "folder"), expect(dead_code, reason = "only a folder gives other keys than ours"))]
pub(crate) enum CardKey {
    /// One that comes with this crate, loaded at its first use.
    Simulated(fn() -> Result<&'static SimulatedKey, PkiError>),
    /// One from a folder.
    Given(Arc<SimulatedKey>),
    /// Nobody can read a private key out of a card, so a dump has none.
    Absent,
}

impl CardKey {
    /// # Errors
    ///
    /// [`PkiError::Key`], which means that this crate was built wrong.
    pub(crate) fn load(&self) -> Result<Option<&SimulatedKey>, PkiError> {
        match self {
            Self::Simulated(load) => load().map(Some),
            Self::Given(key) => Ok(Some(key)),
            Self::Absent => Ok(None),
        }
    }

    /// # Errors
    ///
    /// `6A88` where there is none (ours: a real card has its keys).
    pub(crate) fn for_use(&self) -> Result<&SimulatedKey, StatusWord> {
        self.load().map_err(|_| StatusWord(0x6F00))?.ok_or(StatusWord::OBJECT_NOT_FOUND)
    }
}

impl Access {
    /// Any of these.
    pub(crate) const fn verified(any_of: &'static [Reference]) -> Self {
        Self::Verified(Cow::Borrowed(any_of))
    }

    /// # Errors
    ///
    /// `6982` while something has to be done first.
    pub(crate) fn check(&self, security: &SecurityStatus) -> Result<(), StatusWord> {
        let granted = match self {
            Self::Free => true,
            Self::Verified(references) => references.iter().any(|one| security.is_verified(*one)),
            Self::VerifiedOrTerminal(reference) => {
                security.is_verified(*reference) || security.terminal == Terminal::Accepted
            }
            Self::Never => false,
        };
        if granted { Ok(()) } else { Err(StatusWord::SECURITY_STATUS_NOT_SATISFIED) }
    }
}

#[cfg(test)]
mod tests {
    use crate::pki::SIGNATURES;
    use crate::tests::{SELECT_JPKI, today};
    use crate::{CardImage, Persona, SimulatedCard};

    fn card(name: &str) -> SimulatedCard {
        let persona = Persona::from_toml(&format!("name = {name:?}")).unwrap();
        SimulatedCard::new(&persona, today()).unwrap()
    }

    #[test]
    fn making_a_card_signs_nothing_and_each_file_is_signed_once() {
        let before = SIGNATURES.get();
        let mut card = card("signed-once");
        card.expect(&[(SELECT_JPKI, 0x9000), ("00B08600 00", 0x9000), ("00B08100 00", 0x6982)]);
        assert_eq!(SIGNATURES.get(), before, "a card that nobody reads");
        card.expect(&[("00B08A00 00", 0x9000), ("00B00100 00", 0x9000), ("00B08A00 00", 0x9000)]);
        assert_eq!(SIGNATURES.get(), before + 1, "one certificate");
    }

    #[test]
    fn the_same_card_made_again_signs_nothing_and_is_the_same() {
        let first = CardImage::of(&card("made-again"));
        let before = SIGNATURES.get();
        let second = CardImage::of(&card("made-again"));
        assert_eq!(SIGNATURES.get(), before);
        assert_eq!(first, second);
        let other = CardImage::of(&card("another"));
        assert!(SIGNATURES.get() > before && other != first);
    }
}
