use std::fmt;

use crate::Mutant;

/// What kind of token this is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum CardProfile {
    /// マイナンバーカード.
    #[default]
    Card,
    /// 顔認証マイナンバーカード: no signature certificate, and no PIN that could be verified `[doc]`. That all four are
    /// blocked is ours `[guess]`.
    FaceAuthentication,
    /// スマホ用電子証明書 on Android: the JPKI application alone, and a PIN before the user-authentication certificate can be
    /// read `[card: myna-card]`.
    Android,
    /// The same on iPhone, which also takes the last-command indicator `80 FC` `[card: myna-card]`.
    IPhone,
}

impl CardProfile {
    /// Whether the holder of such a token has PINs.
    pub(crate) const fn has_pins(self) -> bool {
        !matches!(self, Self::FaceAuthentication)
    }

    /// What EF `0006` of the JPKI application begins with `[card: myna-card]`.
    pub(crate) const fn token_label(self) -> &'static str {
        match self {
            Self::Card | Self::FaceAuthentication => "JPKIAPICCTOKEN2",
            Self::Android => "JPKIAPGPSETOKEN",
            Self::IPhone => "JPKIAPIOSTOKEN",
        }
    }
}

/// How a simulated card behaves, apart from what is on it.
///
/// The default is a contact card that takes extended lengths and short identifiers and breaks no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CardSettings {
    /// What kind of token it is. It decides what is on the card when the card is made.
    pub profile: CardProfile,
    /// Whether `80 A2` takes the certificate of the simulated terminal and opens key `0017` without its PIN.
    ///
    /// **Not the real flow**: of that only the form of two commands is known. Off, both are refused with `6985`.
    pub accepts_terminals: bool,
    /// What the card, or the reader in its name, answers to a reset.
    pub atr: Atr,
    /// Whether length fields may be extended. When not, every command that has them gets `6700`.
    ///
    /// The real card says in its basic information that it takes them `[card: myna-card]`; readers may not.
    pub extended_length: bool,
    /// Whether EFs can be named by short identifiers. When not, every command that does so gets `6A86`.
    ///
    /// The real card knows them `[card: myna-card] [code: jsapdu]`.
    pub short_identifiers: bool,
    /// Whether the first command after power-on is answered `6F00`, as on one measured card `[card: myna-card]`.
    pub refuses_first_command: bool,
    /// The rule this card breaks.
    pub mutant: Option<Mutant>,
    /// Where the stream of challenges and PSS salts begins. Two cards with the same seed give the same bytes.
    pub seed: u64,
}

/// The answer to reset (ISO/IEC 7816-3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Atr {
    /// `3B E0 00 FF 81 31 FE 45 14`: with contacts; the one ATR OpenSC's card driver knows.
    #[default]
    Contact,
    /// `3B 88 80 01 00 00 41 E0 B3 81 A1 00 3B`: the common one over radio, made up by the reader as PC/SC part 3 has it.
    Contactless,
    /// Another, as read from a card.
    Other(AtrBytes),
}

/// The bytes of an ATR: 2 to 33 of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct AtrBytes {
    bytes: [u8; Self::MOST],
    length: usize,
}

impl AtrBytes {
    const MOST: usize = 33;

    /// `None` for less than TS and T0, or more than ISO/IEC 7816-3 allows.
    #[must_use]
    pub fn new(atr: &[u8]) -> Option<Self> {
        let mut bytes = [0; Self::MOST];
        let length = atr.len();
        bytes.get_mut(..length).filter(|_| length >= 2)?.copy_from_slice(atr);
        Some(Self { bytes, length })
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        self.bytes.get(..self.length).unwrap_or_default()
    }
}

impl fmt::Debug for AtrBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AtrBytes({:02X?})", self.as_bytes())
    }
}

impl Atr {
    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Other(atr) => atr.as_bytes(),
            Self::Contact => &[0x3B, 0xE0, 0x00, 0xFF, 0x81, 0x31, 0xFE, 0x45, 0x14],
            Self::Contactless => {
                &[0x3B, 0x88, 0x80, 0x01, 0x00, 0x00, 0x41, 0xE0, 0xB3, 0x81, 0xA1, 0x00, 0x3B]
            }
        }
    }
}

impl Default for CardSettings {
    fn default() -> Self {
        Self {
            profile: CardProfile::Card,
            accepts_terminals: false,
            atr: Atr::Contact,
            extended_length: true,
            short_identifiers: true,
            refuses_first_command: false,
            mutant: None,
            seed: 0,
        }
    }
}
