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
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct Class(pub u8);

/// Which range a class byte lies in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "the standard has no others")]
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
#[expect(clippy::exhaustive_enums, reason = "the standard has no others")]
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
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct Instruction(pub u8);

/// Declares the instructions: byte, the name that ISO/IEC 7816-4, JICSAP or GlobalPlatform gives it, and what its data
/// field may hold.
macro_rules! instructions {
    ($($(#[$doc:meta])+ $constant:ident = $byte:literal, $name:expr, $data:expr;)+) => {
        impl Instruction {
            $($(#[$doc])+ pub const $constant: Self = Self($byte);)+

            /// The name of the instruction, where it has one that is used here.
            #[must_use]
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($byte => $name,)+
                    _ => None,
                }
            }

            /// Whether the data field of this instruction can hold a PIN, a key or an encrypted session key.
            ///
            /// The odd instruction byte of each pair is the same command with its data field in BER-TLV.
            #[must_use]
            pub const fn can_carry_secret(self) -> bool {
                match self.0 & !1 {
                    $($byte => $data,)+
                    _ => PLAIN,
                }
            }
        }
    };
}

const MAYBE_SECRET: bool = true;
const PLAIN: bool = false;

instructions! {
    /// VERIFY.
    VERIFY = 0x20, Some("VERIFY"), MAYBE_SECRET;
    /// CHANGE REFERENCE DATA.
    CHANGE_REFERENCE_DATA = 0x24, Some("CHANGE REFERENCE DATA"), MAYBE_SECRET;
    /// PERFORM SECURITY OPERATION; with CLA `80` the card's own COMPUTE DIGITAL SIGNATURE.
    PERFORM_SECURITY_OPERATION = 0x2A, Some("PERFORM SECURITY OPERATION"), PLAIN;
    /// DISABLE VERIFICATION REQUIREMENT.
    DISABLE_VERIFICATION_REQUIREMENT = 0x26, Some("DISABLE VERIFICATION REQUIREMENT"), MAYBE_SECRET;
    /// ENABLE VERIFICATION REQUIREMENT.
    ENABLE_VERIFICATION_REQUIREMENT = 0x28, Some("ENABLE VERIFICATION REQUIREMENT"), MAYBE_SECRET;
    /// RESET RETRY COUNTER.
    RESET_RETRY_COUNTER = 0x2C, Some("RESET RETRY COUNTER"), MAYBE_SECRET;
    /// CHANGE KEY (JICSAP, CLA `80`).
    CHANGE_KEY = 0x32, Some("CHANGE KEY"), MAYBE_SECRET;
    /// EXTERNAL AUTHENTICATE.
    EXTERNAL_AUTHENTICATE = 0x82, Some("EXTERNAL AUTHENTICATE"), MAYBE_SECRET;
    /// GET CHALLENGE.
    GET_CHALLENGE = 0x84, Some("GET CHALLENGE"), PLAIN;
    /// GENERAL AUTHENTICATE.
    GENERAL_AUTHENTICATE = 0x86, Some("GENERAL AUTHENTICATE"), MAYBE_SECRET;
    /// INTERNAL AUTHENTICATE.
    INTERNAL_AUTHENTICATE = 0x88, Some("INTERNAL AUTHENTICATE"), PLAIN;
    /// With CLA `80`: takes a terminal's card-verifiable certificate. The name of the command is not public.
    TERMINAL_CERTIFICATE = 0xA2, None, PLAIN;
    /// SELECT.
    SELECT = 0xA4, Some("SELECT"), PLAIN;
    /// SET SESSION KEY (CLA `80`).
    SET_SESSION_KEY = 0xAE, Some("SET SESSION KEY"), MAYBE_SECRET;
    /// READ BINARY.
    READ_BINARY = 0xB0, Some("READ BINARY"), PLAIN;
    /// READ RECORD.
    READ_RECORD = 0xB2, Some("READ RECORD"), PLAIN;
    /// GET RESPONSE.
    GET_RESPONSE = 0xC0, Some("GET RESPONSE"), PLAIN;
    /// ENVELOPE: carries another command.
    ENVELOPE = 0xC2, Some("ENVELOPE"), MAYBE_SECRET;
    /// GET DATA.
    GET_DATA = 0xCA, Some("GET DATA"), PLAIN;
    /// PUT KEY (GlobalPlatform, CLA `80`).
    PUT_KEY = 0xD8, Some("PUT KEY"), MAYBE_SECRET;
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
