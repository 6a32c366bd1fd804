use core::fmt;

/// The class byte CLA (ISO/IEC 7816-4, 5.4.1).
///
/// ```text
/// 000c ssnn   first interindustry:   chaining c, secure messaging s, channel n 0..3
/// 001. ....   reserved
/// 01sc nnnn   further interindustry: secure messaging s, chaining c, channel 4 + n
/// 1... ....   proprietary; FF is no class
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Class(pub u8);

/// Which range a class byte lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ClassRange {
    /// `00`–`1F`: channels 0 to 3.
    FirstInterindustry,
    /// `20`–`3F`.
    Reserved,
    /// `40`–`7F`: channels 4 to 19.
    FurtherInterindustry,
    /// `80`–`FE`: the card's own commands.
    Proprietary,
    /// `FF`.
    Invalid,
}

/// The secure messaging an interindustry class announces.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SecureMessaging {
    /// None, or no indication.
    None,
    /// The card's own format.
    Proprietary,
    /// ISO/IEC 7816-4, clause 10; the command header is not authenticated.
    HeaderNotAuthenticated,
    /// ISO/IEC 7816-4, clause 10; the command header is authenticated. Not to be had on channels 4 to 19.
    HeaderAuthenticated,
}

impl Class {
    /// Interindustry, last or only command of a chain, no secure messaging, channel 0.
    pub const INTERINDUSTRY: Self = Self(0x00);
    /// Proprietary: the card's own commands (`80 2A`, `80 A2`, `80 AE`).
    pub const PROPRIETARY: Self = Self(0x80);

    /// An interindustry class, last or only command of a chain; `None` for what no class byte can say.
    #[must_use]
    pub const fn interindustry(channel: u8, secure_messaging: SecureMessaging) -> Option<Self> {
        use SecureMessaging::{HeaderAuthenticated, HeaderNotAuthenticated, None as Plain, Proprietary};
        let (range, indication) = match (channel, secure_messaging) {
            (0..=3, Plain) => (channel, 0x00),
            (0..=3, Proprietary) => (channel, 0x04),
            (0..=3, HeaderNotAuthenticated) => (channel, 0x08),
            (0..=3, HeaderAuthenticated) => (channel, 0x0C),
            (4..=19, Plain) => (0x40 | (channel - 4), 0x00),
            (4..=19, HeaderNotAuthenticated) => (0x40 | (channel - 4), 0x20),
            _ => return None,
        };
        Some(Self(range | indication))
    }

    /// Which range the byte lies in.
    #[must_use]
    pub const fn range(self) -> ClassRange {
        match self.0 {
            0x00..=0x1F => ClassRange::FirstInterindustry,
            0x20..=0x3F => ClassRange::Reserved,
            0x40..=0x7F => ClassRange::FurtherInterindustry,
            0x80..=0xFE => ClassRange::Proprietary,
            0xFF => ClassRange::Invalid,
        }
    }

    /// Whether the class is proprietary (bit 8 set).
    #[must_use]
    pub const fn is_proprietary(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The logical channel of an interindustry class: 0..=3 in the first range, 4..=19 in the further one.
    #[must_use]
    pub const fn channel(self) -> Option<u8> {
        match self.range() {
            ClassRange::FirstInterindustry => Some(self.0 & 0x03),
            ClassRange::FurtherInterindustry => Some(4 + (self.0 & 0x0F)),
            _ => None,
        }
    }

    /// The class of a GET RESPONSE that follows a command of this one (ISO/IEC 7816-4, 5.3.4): the same channel, no
    /// chaining, no secure messaging. What a proprietary class leaves waiting is fetched on channel 0.
    #[must_use]
    pub const fn for_get_response(self) -> Self {
        match self.range() {
            ClassRange::FirstInterindustry => Self(self.0 & 0x03),
            ClassRange::FurtherInterindustry => Self(self.0 & 0x4F),
            _ => Self::INTERINDUSTRY,
        }
    }

    /// Whether an interindustry class announces secure messaging of any kind.
    #[must_use]
    pub const fn secure_messaging(self) -> bool {
        !matches!(self.secure_messaging_indication(), SecureMessaging::None)
    }

    /// The secure messaging an interindustry class announces.
    #[must_use]
    pub const fn secure_messaging_indication(self) -> SecureMessaging {
        match (self.range(), self.0 & 0x0C, self.0 & 0x20) {
            (ClassRange::FirstInterindustry, 0x04, _) => SecureMessaging::Proprietary,
            (ClassRange::FirstInterindustry, 0x08, _) | (ClassRange::FurtherInterindustry, _, 0x20) => {
                SecureMessaging::HeaderNotAuthenticated
            }
            (ClassRange::FirstInterindustry, 0x0C, _) => SecureMessaging::HeaderAuthenticated,
            _ => SecureMessaging::None,
        }
    }

    /// Whether more commands of the same chain follow (ISO/IEC 7816-4, 5.3.3).
    #[must_use]
    pub const fn is_chained(self) -> bool {
        matches!(self.range(), ClassRange::FirstInterindustry | ClassRange::FurtherInterindustry)
            && self.0 & CHAINING != 0
    }

    /// The class of a command that more of the same chain follow; `None` unless interindustry.
    #[must_use]
    pub const fn chained(self) -> Option<Self> {
        match self.range() {
            ClassRange::FirstInterindustry | ClassRange::FurtherInterindustry => {
                Some(Self(self.0 | CHAINING))
            }
            _ => None,
        }
    }
}

/// Bit 5 of an interindustry class.
const CHAINING: u8 = 0x10;

/// The instruction byte INS (ISO/IEC 7816-4, table 4.2; JICSAP V1.1 where that one adds a command).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct Instruction(pub u8);

impl Instruction {
    /// VERIFY.
    pub const VERIFY: Self = Self(0x20);
    /// CHANGE REFERENCE DATA.
    pub const CHANGE_REFERENCE_DATA: Self = Self(0x24);
    /// PERFORM SECURITY OPERATION; with CLA `80` the card's own COMPUTE DIGITAL SIGNATURE.
    pub const PERFORM_SECURITY_OPERATION: Self = Self(0x2A);
    /// DISABLE VERIFICATION REQUIREMENT.
    pub const DISABLE_VERIFICATION_REQUIREMENT: Self = Self(0x26);
    /// ENABLE VERIFICATION REQUIREMENT.
    pub const ENABLE_VERIFICATION_REQUIREMENT: Self = Self(0x28);
    /// RESET RETRY COUNTER.
    pub const RESET_RETRY_COUNTER: Self = Self(0x2C);
    /// CHANGE KEY (JICSAP, CLA `80`).
    pub const CHANGE_KEY: Self = Self(0x32);
    /// EXTERNAL AUTHENTICATE.
    pub const EXTERNAL_AUTHENTICATE: Self = Self(0x82);
    /// GET CHALLENGE.
    pub const GET_CHALLENGE: Self = Self(0x84);
    /// GENERAL AUTHENTICATE.
    pub const GENERAL_AUTHENTICATE: Self = Self(0x86);
    /// INTERNAL AUTHENTICATE.
    pub const INTERNAL_AUTHENTICATE: Self = Self(0x88);
    /// With CLA `80`: takes a terminal's card-verifiable certificate. The name of the command is not public.
    pub const TERMINAL_CERTIFICATE: Self = Self(0xA2);
    /// SELECT.
    pub const SELECT: Self = Self(0xA4);
    /// SET SESSION KEY (CLA `80`).
    pub const SET_SESSION_KEY: Self = Self(0xAE);
    /// READ BINARY.
    pub const READ_BINARY: Self = Self(0xB0);
    /// READ RECORD.
    pub const READ_RECORD: Self = Self(0xB2);
    /// GET RESPONSE.
    pub const GET_RESPONSE: Self = Self(0xC0);
    /// ENVELOPE: carries another command.
    pub const ENVELOPE: Self = Self(0xC2);
    /// GET DATA.
    pub const GET_DATA: Self = Self(0xCA);
    /// PUT KEY (GlobalPlatform, CLA `80`).
    pub const PUT_KEY: Self = Self(0xD8);

    /// The name of the instruction, where ISO/IEC 7816-4, JICSAP or GlobalPlatform gives it one that is used here.
    #[must_use]
    pub const fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::VERIFY => "VERIFY",
            Self::CHANGE_REFERENCE_DATA => "CHANGE REFERENCE DATA",
            Self::DISABLE_VERIFICATION_REQUIREMENT => "DISABLE VERIFICATION REQUIREMENT",
            Self::ENABLE_VERIFICATION_REQUIREMENT => "ENABLE VERIFICATION REQUIREMENT",
            Self::PERFORM_SECURITY_OPERATION => "PERFORM SECURITY OPERATION",
            Self::RESET_RETRY_COUNTER => "RESET RETRY COUNTER",
            Self::CHANGE_KEY => "CHANGE KEY",
            Self::EXTERNAL_AUTHENTICATE => "EXTERNAL AUTHENTICATE",
            Self::GET_CHALLENGE => "GET CHALLENGE",
            Self::GENERAL_AUTHENTICATE => "GENERAL AUTHENTICATE",
            Self::INTERNAL_AUTHENTICATE => "INTERNAL AUTHENTICATE",
            Self::SELECT => "SELECT",
            Self::SET_SESSION_KEY => "SET SESSION KEY",
            Self::READ_BINARY => "READ BINARY",
            Self::READ_RECORD => "READ RECORD",
            Self::GET_RESPONSE => "GET RESPONSE",
            Self::ENVELOPE => "ENVELOPE",
            Self::GET_DATA => "GET DATA",
            Self::PUT_KEY => "PUT KEY",
            _ => return None,
        })
    }

    /// Whether the data field of this instruction can hold a PIN, a key or an encrypted session key.
    ///
    /// The odd instruction byte of each pair is the same command with its data field in BER-TLV.
    #[must_use]
    pub const fn can_carry_secret(self) -> bool {
        matches!(
            Self(self.0 & !1),
            Self::VERIFY
                | Self::CHANGE_REFERENCE_DATA
                | Self::DISABLE_VERIFICATION_REQUIREMENT
                | Self::ENABLE_VERIFICATION_REQUIREMENT
                | Self::RESET_RETRY_COUNTER
                | Self::CHANGE_KEY
                | Self::EXTERNAL_AUTHENTICATE
                | Self::GENERAL_AUTHENTICATE
                | Self::SET_SESSION_KEY
                | Self::ENVELOPE
                | Self::PUT_KEY
        )
    }
}

/// The name, or the byte.
impl fmt::Display for Instruction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.write_str(name),
            None => write!(f, "INS {:02X}", self.0),
        }
    }
}
