//! Conversions to and from the types of the `iso7816` crate.

use ::iso7816::command::class::{Class as NeighbourClass, InvalidClass};
use ::iso7816::command::{CommandBuilder, CommandView, ExpectedLen};
use ::iso7816::{Instruction as NeighbourInstruction, Status};

use crate::{Class, Command, CommandError, ExpectedLength, Instruction, LengthForm, StatusWord};

impl From<NeighbourClass> for Class {
    fn from(class: NeighbourClass) -> Self {
        Self(class.into_inner())
    }
}

/// Refuses `FF`, which that crate has no class for.
impl TryFrom<Class> for NeighbourClass {
    type Error = InvalidClass;

    fn try_from(class: Class) -> Result<Self, InvalidClass> {
        Self::from_byte(class.0)
    }
}

impl From<NeighbourInstruction> for Instruction {
    fn from(instruction: NeighbourInstruction) -> Self {
        Self(instruction.into())
    }
}

impl From<Instruction> for NeighbourInstruction {
    fn from(instruction: Instruction) -> Self {
        Self::from(instruction.0)
    }
}

impl From<Status> for StatusWord {
    fn from(status: Status) -> Self {
        match status {
            // Their own way back (0.2.2) yields two more than the card sent.
            Status::WarningTriggering(low) => Self(0x6200 | u16::from(low)),
            Status::ErrorTriggering(low) => Self(0x6400 | u16::from(low)),
            _ => Self(status.to_u16()),
        }
    }
}

impl From<StatusWord> for Status {
    fn from(status: StatusWord) -> Self {
        Self::from_u16(status.0)
    }
}

/// Fails only above 65 535 data bytes, which that crate's parser never yields.
impl<'a> TryFrom<CommandView<'a>> for Command<'a> {
    type Error = CommandError;

    fn try_from(view: CommandView<'a>) -> Result<Self, CommandError> {
        let header = Self::new(view.class().into(), view.instruction().into(), view.p1, view.p2);
        let command = header.with_data(view.data())?;
        // 0 stands for "no Le" there.
        let expected = u32::try_from(view.expected()).ok().and_then(ExpectedLength::new);
        let command = expected.map_or(command, |expected| command.expecting(expected));
        Ok(if view.extended { command.with_extended_lengths() } else { command })
    }
}

/// Refuses class `FF`.
impl<'a> TryFrom<Command<'a>> for CommandBuilder<&'a [u8]> {
    type Error = InvalidClass;

    fn try_from(command: Command<'a>) -> Result<Self, InvalidClass> {
        let expected = match command.expected().map(ExpectedLength::get) {
            None => ExpectedLen::Ne(0),
            Some(expected) => u16::try_from(expected).map_or(ExpectedLen::Max, ExpectedLen::Ne),
        };
        let builder = Self::new(
            command.class().try_into()?,
            command.instruction().into(),
            command.p1(),
            command.p2(),
            command.data(),
            expected,
        );
        Ok(match command.form() {
            LengthForm::Short => builder,
            LengthForm::Extended => builder.force_extended(),
        })
    }
}
