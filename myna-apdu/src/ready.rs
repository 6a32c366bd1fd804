//! Commands the card knows, ready made.

use crate::{
    ApplicationIdentifier, Class, Command, CommandError, ExpectedLength, Instruction, ShortFileIdentifier,
};

/// What SELECT is asked to answer with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SelectReply {
    /// Nothing (P2 `0C`), the form every client of this card uses.
    Nothing,
    /// File control information (P2 `00`, Le 256); its content on this card is not documented.
    ControlInformation,
}

/// Which of the applications whose names begin alike SELECT takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "the standard has no others")]
pub enum Occurrence {
    /// The first, or the only one.
    First,
    /// The one after that selected last.
    Next,
}

/// What the card makes of the input of its signature command (`80 2A`, P1). Seen on cards by a third party.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureInput {
    /// `00`: 1 to 245 bytes, padded by PKCS#1 v1.5 as they are. The DigestInfo is the host's business.
    Padded,
    /// `01`: a message; the card signs its SHA-256 digest without a DigestInfo.
    MessageBare,
    /// `02`: a SHA-256 digest, for sha256WithRSAEncryption.
    Digest,
    /// `03`: a message, for sha256WithRSAEncryption.
    Message,
    /// `04`: a SHA-256 digest, for RSASSA-PSS.
    DigestPss,
    /// `05`: a message, for RSASSA-PSS.
    MessagePss,
}

/// Which key a command uses (P2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Key {
    /// `80`: the current EF.
    Current,
    /// `80 + sfi`.
    Named(ShortFileIdentifier),
    /// `00`: the default key of the application. What it means in the JPKI application is not known.
    Default,
}

impl SelectReply {
    const fn p2(self) -> u8 {
        match self {
            Self::Nothing => 0x0C,
            Self::ControlInformation => 0x00,
        }
    }
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
        let command = Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x04, reply.p2());
        let command = command.with_bounded_data(aid.as_bytes());
        match reply {
            SelectReply::Nothing => command,
            SelectReply::ControlInformation => command.expecting(ExpectedLength::MAX_SHORT),
        }
    }

    /// SELECT without a name: the application the card opens with, here the issuer security domain.
    ///
    /// ```text
    /// 00 A4 04 0C
    /// 00 A4 04 00 00
    /// ```
    #[must_use]
    pub const fn select_default_application(reply: SelectReply) -> Self {
        let command = Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x04, reply.p2());
        match reply {
            SelectReply::Nothing => command,
            SelectReply::ControlInformation => command.expecting(ExpectedLength::MAX_SHORT),
        }
    }

    /// SELECT an application by the first bytes of its AID.
    ///
    /// ```text
    /// 00 A4 04 0C Lc <prefix>    the first
    /// 00 A4 04 0E Lc <prefix>    the next
    /// ```
    #[must_use]
    pub const fn select_by_prefix(prefix: ApplicationIdentifier<'a>, occurrence: Occurrence) -> Self {
        let mut command = Self::select_application(prefix, SelectReply::Nothing);
        if let Occurrence::Next = occurrence {
            command = Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x04, 0x0E)
                .with_bounded_data(prefix.as_bytes());
        }
        command
    }

    /// SELECT without a name: nothing to do with an MF on this card, but harmless, and the first command after power-up
    /// may be lost (seen on cards by a third party: `6A86` then, `9000` later, and no change of application).
    ///
    /// ```text
    /// 00 A4 00 00
    /// ```
    #[must_use]
    pub const fn select_master_file() -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x00, 0x00)
    }

    /// SELECT an EF of the current application; `identifier` holds the two bytes of a [`FileIdentifier`](crate::FileIdentifier).
    ///
    /// ```text
    /// 00 A4 02 0C 02 <hi lo>
    /// ```
    #[must_use]
    pub const fn select_file(identifier: &'a [u8; 2]) -> Self {
        Self::new(Class::INTERINDUSTRY, Instruction::SELECT, 0x02, 0x0C).with_bounded_data(identifier)
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

    /// The card's own signature command, over 1 to 245 bytes as given.
    ///
    /// ```text
    /// 80 2A <method> <80+sfi> Lc <input> 00   by short identifier
    /// 80 2A <method> 80       Lc <input> 00   the current EF
    /// 80 2A <method> 00       Lc <input> 00   the key of the application
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn sign(method: SignatureInput, key: Key, input: &'a [u8]) -> Result<Self, CommandError> {
        let p1 = match method {
            SignatureInput::Padded => 0x00,
            SignatureInput::MessageBare => 0x01,
            SignatureInput::Digest => 0x02,
            SignatureInput::Message => 0x03,
            SignatureInput::DigestPss => 0x04,
            SignatureInput::MessagePss => 0x05,
        };
        let instruction = Instruction::PERFORM_SECURITY_OPERATION;
        Self::new(Class::PROPRIETARY, instruction, p1, key.p2()).answered(input)
    }

    /// CHANGE REFERENCE DATA: the new value of a reference that was verified just before.
    ///
    /// ```text
    /// 00 24 01 80 Lc <new>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes; the card takes 1 to 16.
    pub const fn change_reference_data(
        reference: Option<ShortFileIdentifier>,
        new: &'a [u8],
    ) -> Result<Self, CommandError> {
        let instruction = Instruction::CHANGE_REFERENCE_DATA;
        Self::new(Class::INTERINDUSTRY, instruction, 0x01, key_reference(reference)).with_data(new)
    }

    /// CHANGE KEY (JICSAP): the new value of a reference that was verified just before, in the common and the juki
    /// application (seen on cards by a third party).
    ///
    /// ```text
    /// 80 32 00 80 Lc <new>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes; the card takes 1 to 16.
    pub const fn change_key(
        reference: Option<ShortFileIdentifier>,
        new: &'a [u8],
    ) -> Result<Self, CommandError> {
        Self::new(Class::PROPRIETARY, Instruction::CHANGE_KEY, 0x00, key_reference(reference)).with_data(new)
    }

    /// GET DATA for an object by its tag. Objects above 256 bytes answer `6700` to a short Le.
    ///
    /// ```text
    /// 00 CA <tag> Le
    /// ```
    #[must_use]
    pub const fn get_data(tag: u16, expected: ExpectedLength) -> Self {
        let [p1, p2] = tag.to_be_bytes();
        Self::new(Class::INTERINDUSTRY, Instruction::GET_DATA, p1, p2).expecting(expected)
    }

    /// INTERNAL AUTHENTICATE: the card signs a challenge of 1 to 255 bytes. Only key `19` of the common application
    /// answers it (seen on cards by a third party).
    ///
    /// ```text
    /// 00 88 00 <key> Lc <challenge> 00
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn internal_authenticate(key: Key, challenge: &'a [u8]) -> Result<Self, CommandError> {
        Self::new(Class::INTERINDUSTRY, Instruction::INTERNAL_AUTHENTICATE, 0x00, key.p2())
            .answered(challenge)
    }

    /// EXTERNAL AUTHENTICATE: the host's answer to a challenge. Seen as a probe only; no success is documented.
    ///
    /// ```text
    /// 00 82 00 <key> Lc <answer>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn external_authenticate(key: Key, answer: &'a [u8]) -> Result<Self, CommandError> {
        Self::new(Class::INTERINDUSTRY, Instruction::EXTERNAL_AUTHENTICATE, 0x00, key.p2()).with_data(answer)
    }

    /// The body `5F4E` of a terminal's certificate, to the key behind EF `0016`; its signature follows. Known from the
    /// code of one client, not from a successful run.
    ///
    /// ```text
    /// 80 A2 06 C1 Lc <5F4E ...>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn terminal_certificate_body(body: &'a [u8]) -> Result<Self, CommandError> {
        Self::new(Class::PROPRIETARY, Instruction::TERMINAL_CERTIFICATE, 0x06, 0xC1).with_data(body)
    }

    /// The signature `5F37` of a terminal's certificate, after its body.
    ///
    /// ```text
    /// 80 A2 00 C1 Lc <5F37 820100 ...>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn terminal_certificate_signature(signature: &'a [u8]) -> Result<Self, CommandError> {
        Self::new(Class::PROPRIETARY, Instruction::TERMINAL_CERTIFICATE, 0x00, 0xC1).with_data(signature)
    }

    /// SET SESSION KEY of the text application: a key enciphered under its EF `0006`. Seen on cards by a third party.
    ///
    /// ```text
    /// 80 AE 00 00 00 01 00 <256 bytes, as long as the key>
    /// ```
    ///
    /// # Errors
    ///
    /// [`CommandError::DataTooLong`] above 65 535 bytes.
    pub const fn set_session_key(ciphertext: &'a [u8]) -> Result<Self, CommandError> {
        Self::new(Class::PROPRIETARY, Instruction::SET_SESSION_KEY, 0x00, 0x00).with_data(ciphertext)
    }

    /// GET RESPONSE for data that a command of the class given left waiting (`61xx`), on its channel.
    ///
    /// ```text
    /// <channel> C0 00 00 Le
    /// ```
    #[must_use]
    pub const fn get_response(after: Class, expected: ExpectedLength) -> Self {
        Self::new(after.for_get_response(), Instruction::GET_RESPONSE, 0x00, 0x00).expecting(expected)
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

    /// With data, and with Ne 256.
    const fn answered(self, data: &'a [u8]) -> Result<Self, CommandError> {
        match self.with_data(data) {
            Ok(command) => Ok(command.expecting(ExpectedLength::MAX_SHORT)),
            Err(error) => Err(error),
        }
    }

    /// For data whose type already keeps it below 65 536 bytes.
    const fn with_bounded_data(self, data: &'a [u8]) -> Self {
        match self.with_data(data) {
            Ok(command) => command,
            Err(_) => self,
        }
    }
}

impl Key {
    const fn p2(self) -> u8 {
        match self {
            Self::Current => CURRENT,
            Self::Named(name) => CURRENT | name.get(),
            Self::Default => 0x00,
        }
    }
}

const fn key_reference(file: Option<ShortFileIdentifier>) -> u8 {
    match file {
        Some(file) => CURRENT | file.get(),
        None => CURRENT,
    }
}
