//! Commands the card knows, ready made.

use crate::{
    ApplicationIdentifier, Class, Command, CommandError, ExpectedLength, Instruction, ShortFileIdentifier,
};

/// What SELECT is asked to answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectReply {
    /// Nothing (P2 `0C`), the form every client of this card uses.
    Nothing,
    /// File control information (P2 `00`, Le 256); its content on this card is not documented.
    ControlInformation,
}

/// P2 that names the current EF.
const CURRENT: u8 = 0x80;

impl<'a> Command<'a> {
    /// SELECT an application by AID.
    ///
    /// ```text
    /// 00 A4 04 0C Lc <aid>
    /// 00 A4 04 00 Lc <aid> 00
    /// ```
    #[must_use]
    pub const fn select_application(aid: ApplicationIdentifier<'a>, reply: SelectReply) -> Self {
        let command = Self::new(
            Class::INTERINDUSTRY,
            Instruction::SELECT,
            0x04,
            match reply {
                SelectReply::Nothing => 0x0C,
                SelectReply::ControlInformation => 0x00,
            },
        );
        let command = command.with_short_data(aid.as_bytes());
        match reply {
            SelectReply::Nothing => command,
            SelectReply::ControlInformation => command.expecting(ExpectedLength::MAX_SHORT),
        }
    }

    /// SELECT an EF of the current application; `identifier` holds the two bytes of a [`FileIdentifier`](crate::FileIdentifier).
    ///
    /// ```text
    /// 00 A4 02 0C 02 <hi lo>
    /// ```
    #[must_use]
    pub const fn select_file(identifier: &'a [u8; 2]) -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x02, 0x0C).with_short_data(identifier)
    }

    /// READ BINARY of the current EF; `None` when the offset is above 32 767.
    ///
    /// ```text
    /// 00 B0 <offset, 15 bits> Le
    /// ```
    #[must_use]
    pub const fn read_binary(offset: u16, expected: ExpectedLength) -> Option<Self> {
        if offset > 0x7FFF {
            return None;
        }
        let [p1, p2] = offset.to_be_bytes();
        Some(Self::new(Class::INTERINDUSTRY, Instruction::READ_BINARY, p1, p2).expecting(expected))
    }

    /// READ BINARY of an EF named by its short identifier, from an offset below 256; the EF becomes current.
    ///
    /// ```text
    /// 00 B0 <80 + sfi> <offset> Le
    /// ```
    #[must_use]
    pub const fn read_binary_by_short_identifier(
        file: ShortFileIdentifier,
        offset: u8,
        expected: ExpectedLength,
    ) -> Self {
        let p1 = CURRENT | file.get();
        Self::new(Class::INTERINDUSTRY, Instruction::READ_BINARY, p1, offset).expecting(expected)
    }

    /// VERIFY without data: asks for the tries left and spends none.
    ///
    /// ```text
    /// 00 20 00 80        the current EF
    /// 00 20 00 <80+sfi>  by short identifier
    /// ```
    #[must_use]
    pub const fn verify_status(reference: Option<ShortFileIdentifier>) -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::VERIFY, 0x00, key_reference(reference))
    }

    /// VERIFY. **Spends a try when the value is wrong**: read the counter first.
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes; the card takes 1 to 16.
    pub const fn verify(
        reference: Option<ShortFileIdentifier>,
        value: &'a [u8],
    ) -> Result<Self, CommandError> {
        Self::verify_status(reference).with_data(value)
    }

    /// The card's own signature command: PKCS#1 v1.5 padding (P1 `00`) over 1 to 245 bytes as given.
    ///
    /// ```text
    /// 80 2A 00 80        Lc <input> 00   the current EF
    /// 80 2A 00 <80+sfi>  Lc <input> 00   by short identifier
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn compute_signature(
        key: Option<ShortFileIdentifier>,
        input: &'a [u8],
    ) -> Result<Self, CommandError> {
        let header =
            Self::new(Class::PROPRIETARY, Instruction::PERFORM_SECURITY_OPERATION, 0x00, key_reference(key));
        match header.with_data(input) {
            Ok(command) => Ok(command.expecting(ExpectedLength::MAX_SHORT)),
            Err(error) => Err(error),
        }
    }

    /// GET RESPONSE for data announced by `61xx`.
    #[must_use]
    pub const fn get_response(expected: ExpectedLength) -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::GET_RESPONSE, 0x00, 0x00).expecting(expected)
    }

    /// GET CHALLENGE.
    #[must_use]
    pub const fn get_challenge(expected: ExpectedLength) -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::GET_CHALLENGE, 0x00, 0x00).expecting(expected)
    }

    /// READ RECORD by number from an EF named by its short identifier, or from the current one.
    ///
    /// ```text
    /// 00 B2 <record> <(sfi << 3) + 4> Le
    /// ```
    #[must_use]
    pub const fn read_record(
        record: u8,
        file: Option<ShortFileIdentifier>,
        expected: ExpectedLength,
    ) -> Self {
        let sfi = match file {
            Some(file) => file.get(),
            None => 0,
        };
        Self::new(Class::INTERINDUSTRY, Instruction::READ_RECORD, record, (sfi << 3) | 4).expecting(expected)
    }

    /// For data whose type already keeps it below 256 bytes.
    const fn with_short_data(self, data: &'a [u8]) -> Self {
        match self.with_data(data) {
            Ok(command) => command,
            Err(_) => self,
        }
    }
}

const fn key_reference(file: Option<ShortFileIdentifier>) -> u8 {
    match file {
        Some(file) => CURRENT | file.get(),
        None => CURRENT,
    }
}
