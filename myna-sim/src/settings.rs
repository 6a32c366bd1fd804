use crate::{Atr, Latency, Mutant};

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
    /// Every profile.
    pub const ALL: [Self; 4] = [Self::Card, Self::FaceAuthentication, Self::Android, Self::IPhone];

    /// As files of this crate call it, such as `face-authentication`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::FaceAuthentication => "face-authentication",
            Self::Android => "android",
            Self::IPhone => "iphone",
        }
    }

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
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
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
    /// How long the card takes over what it does.
    pub latency: Latency,
    /// Where the stream of challenges and PSS salts begins. Two cards with the same seed give the same bytes.
    pub seed: u64,
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
            latency: Latency::NONE,
            seed: 0,
        }
    }
}
