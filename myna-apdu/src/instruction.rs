/// The class byte CLA (ISO/IEC 7816-4, 5.4.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Class(pub u8);

impl Class {
    /// Interindustry, last or only command of a chain, no secure messaging, channel 0.
    pub const INTERINDUSTRY: Self = Self(0x00);
    /// Proprietary: the card's own commands (`80 2A`, `80 A2`, `80 AE`).
    pub const PROPRIETARY: Self = Self(0x80);

    /// Whether the class is proprietary (bit 8 set).
    #[must_use]
    pub const fn is_proprietary(self) -> bool {
        self.0 & 0x80 != 0
    }

    /// The logical channel of an interindustry class: 0..=3 in the first range, 4..=19 in the further one.
    #[must_use]
    pub const fn channel(self) -> Option<u8> {
        match self.0 {
            0x00..=0x1F => Some(self.0 & 0x03),
            0x40..=0x7F => Some(4 + (self.0 & 0x0F)),
            _ => None,
        }
    }

    /// Whether an interindustry class announces secure messaging of any kind.
    #[must_use]
    pub const fn secure_messaging(self) -> bool {
        match self.0 {
            0x00..=0x1F => self.0 & 0x0C != 0,
            0x40..=0x7F => self.0 & 0x20 != 0,
            _ => false,
        }
    }
}

/// The instruction byte INS (ISO/IEC 7816-4, table 4.2; JICSAP V1.1 where that one adds a command).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Instruction(pub u8);

impl Instruction {
    /// VERIFY.
    pub const VERIFY: Self = Self(0x20);
    /// CHANGE REFERENCE DATA.
    pub const CHANGE_REFERENCE_DATA: Self = Self(0x24);
    /// PERFORM SECURITY OPERATION; with CLA `80` the card's own COMPUTE DIGITAL SIGNATURE.
    pub const PERFORM_SECURITY_OPERATION: Self = Self(0x2A);
    /// RESET RETRY COUNTER.
    pub const RESET_RETRY_COUNTER: Self = Self(0x2C);
    /// CHANGE KEY (JICSAP, CLA `80`).
    pub const CHANGE_KEY: Self = Self(0x32);
    /// EXTERNAL AUTHENTICATE.
    pub const EXTERNAL_AUTHENTICATE: Self = Self(0x82);
    /// GET CHALLENGE.
    pub const GET_CHALLENGE: Self = Self(0x84);
    /// INTERNAL AUTHENTICATE.
    pub const INTERNAL_AUTHENTICATE: Self = Self(0x88);
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
    /// GET DATA.
    pub const GET_DATA: Self = Self(0xCA);

    /// Whether the data field of this instruction can hold a PIN, a key or an encrypted session key.
    #[must_use]
    pub const fn can_carry_secret(self) -> bool {
        matches!(
            self,
            Self::VERIFY
                | Self::CHANGE_REFERENCE_DATA
                | Self::RESET_RETRY_COUNTER
                | Self::CHANGE_KEY
                | Self::EXTERNAL_AUTHENTICATE
                | Self::SET_SESSION_KEY
        ) || matches!(self.0, 0x21 | 0x25 | 0x2D | 0x33)
    }
}
