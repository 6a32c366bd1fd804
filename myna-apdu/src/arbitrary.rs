//! Commands for fuzzing: every one that can be built.

use ::arbitrary::{Arbitrary, Result, Unstructured};

use crate::{Class, Command, ExpectedLength, Instruction, LengthForm, ShortFileIdentifier};

impl<'a> Arbitrary<'a> for Command<'a> {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        let (class, instruction): (Class, Instruction) = input.arbitrary()?;
        let (p1, p2) = input.arbitrary()?;
        let expected: Option<ExpectedLength> = input.arbitrary()?;
        let form: LengthForm = input.arbitrary()?;
        let data: &[u8] = input.arbitrary()?;
        let data = data.get(..0xFFFF).unwrap_or(data);
        let mut command = Self::new(class, instruction, p1, p2);
        command = command.with_data(data).map_err(|_| ::arbitrary::Error::IncorrectFormat)?;
        if let Some(expected) = expected {
            command = command.expecting(expected);
        }
        Ok(match form {
            LengthForm::Short => command,
            LengthForm::Extended => command.with_extended_lengths(),
        })
    }
}

impl<'a> Arbitrary<'a> for ShortFileIdentifier {
    fn arbitrary(input: &mut Unstructured<'a>) -> Result<Self> {
        Self::new(input.int_in_range(1..=30)?).ok_or(::arbitrary::Error::IncorrectFormat)
    }
}
