use std::hint::black_box;

use iso7816::command::{CommandBuilder, CommandView, ExpectedLen, class::Class as NeighbourClass};
use myna_apdu::{Class, Command, ExpectedLength, Instruction};

use crate::{OURS, Subject};

pub(crate) const SUBJECTS: &[Subject] = &[
    Subject::new("parse 1", OURS, |i| ours(&i.case_1)),
    Subject::new("parse 1", "iso7816", |i| view(&i.case_1)),
    Subject::new("parse 2S", OURS, |i| ours(&i.case_2_short)),
    Subject::new("parse 2S", "iso7816", |i| view(&i.case_2_short)),
    Subject::new("parse 3S(16)", OURS, |i| ours(&i.case_3_short)),
    Subject::new("parse 3S(16)", "iso7816", |i| view(&i.case_3_short)),
    Subject::new("parse 4S(16)", OURS, |i| ours(&i.case_4_short)),
    Subject::new("parse 4S(16)", "iso7816", |i| view(&i.case_4_short)),
    Subject::new("parse 2E", OURS, |i| ours(&i.case_2_extended)),
    Subject::new("parse 2E", "iso7816", |i| view(&i.case_2_extended)),
    Subject::new("parse 3E(2 kB)", OURS, |i| ours(&i.case_3_extended)),
    Subject::new("parse 3E(2 kB)", "iso7816", |i| view(&i.case_3_extended)),
    Subject::new("parse 4E(2 kB)", OURS, |i| ours(&i.case_4_extended)),
    Subject::new("parse 4E(2 kB)", "iso7816", |i| view(&i.case_4_extended)),
    Subject::new("encode 1 into slice", OURS, |i| into_slice(&[], None, &mut i.buffer)),
    Subject::new("encode 1 into slice", "iso7816", |i| {
        build_into_slice(&[], ExpectedLen::Ne(0), &mut i.buffer)
    }),
    Subject::new("encode 4S(16) into slice", OURS, |i| {
        into_slice(&i.short_data, Some(ExpectedLength::MAX_SHORT), &mut i.buffer)
    }),
    Subject::new("encode 4S(16) into slice", "iso7816", |i| {
        build_into_slice(&i.short_data, ExpectedLen::Ne(256), &mut i.buffer)
    }),
    Subject::new("encode 2E into slice", OURS, |i| {
        into_slice(&[], Some(ExpectedLength::MAX_EXTENDED), &mut i.buffer)
    }),
    Subject::new("encode 2E into slice", "iso7816", |i| {
        build_into_slice(&[], ExpectedLen::Max, &mut i.buffer)
    }),
    Subject::new("encode 3E(2 kB) into slice", OURS, |i| into_slice(&i.long_data, None, &mut i.buffer)),
    Subject::new("encode 3E(2 kB) into slice", "iso7816", |i| {
        build_into_slice(&i.long_data, ExpectedLen::Ne(0), &mut i.buffer)
    }),
    Subject::new("encode 4E(2 kB) into slice", OURS, |i| {
        into_slice(&i.long_data, Some(ExpectedLength::MAX_EXTENDED), &mut i.buffer)
    }),
    Subject::new("encode 4E(2 kB) into slice", "iso7816", |i| {
        build_into_slice(&i.long_data, ExpectedLen::Max, &mut i.buffer)
    }),
    Subject::new("encode 4S(16) into vector", OURS, |i| {
        command(&i.short_data, Some(ExpectedLength::MAX_SHORT)).map_or(0, |c| length(c.to_vec()))
    }),
    Subject::new("encode 4S(16) into vector", "iso7816", |i| {
        builder(&i.short_data, ExpectedLen::Ne(256)).map_or(0, |b| length(b.serialize_to_vec()))
    }),
    // Le 256 cannot be said here; the byte on the wire is the same.
    Subject::new("encode 4S(16) into vector", "apdu-core", |i| {
        length(apdu_core::Command::new_with_payload_le(0, 0x88, 0, 0x99, 0, black_box(&i.short_data)).into())
    }),
    Subject::new("encode 4S(16) into vector", "myna-card", |i| owned(&i.short_data, 256)),
    Subject::new("encode 4E(2 kB) into vector", OURS, |i| {
        command(&i.long_data, Some(ExpectedLength::MAX_EXTENDED)).map_or(0, |c| length(c.to_vec()))
    }),
    Subject::new("encode 4E(2 kB) into vector", "iso7816", |i| {
        builder(&i.long_data, ExpectedLen::Max).map_or(0, |b| length(b.serialize_to_vec()))
    }),
    Subject::new("encode 4E(2 kB) into vector", "myna-card", |i| owned(&i.long_data, 65_536)),
];

#[inline(always)]
fn ours(bytes: &[u8]) -> usize {
    let command = Command::parse(black_box(bytes));
    match black_box(&command) {
        Ok(command) => 1 + command.data().len(),
        Err(_) => 0,
    }
}

#[inline(always)]
fn view(bytes: &[u8]) -> usize {
    let command = CommandView::try_from(black_box(bytes));
    match black_box(&command) {
        Ok(command) => 1 + command.data().len(),
        Err(_) => 0,
    }
}

#[inline(always)]
fn command(data: &[u8], expected: Option<ExpectedLength>) -> Option<Command<'_>> {
    let header = Command::new(Class::INTERINDUSTRY, Instruction::INTERNAL_AUTHENTICATE, 0x00, 0x99);
    let command = header.with_data(black_box(data)).ok()?;
    Some(match black_box(expected) {
        Some(expected) => command.expecting(expected),
        None => command,
    })
}

#[inline(always)]
fn into_slice(data: &[u8], expected: Option<ExpectedLength>, buffer: &mut [u8]) -> usize {
    command(data, expected)
        .and_then(|command| command.encode_into(buffer).ok())
        .map_or(0, |bytes| black_box(bytes).len())
}

#[inline(always)]
fn builder(data: &[u8], expected: ExpectedLen) -> Option<CommandBuilder<&[u8]>> {
    let class = NeighbourClass::from_byte(0x00).ok()?;
    Some(CommandBuilder::new(class, 0x88.into(), 0x00, 0x99, black_box(data), black_box(expected)))
}

#[inline(always)]
fn build_into_slice(data: &[u8], expected: ExpectedLen, buffer: &mut [u8]) -> usize {
    let capacity = buffer.len();
    let mut rest = &mut *buffer;
    match builder(data, expected).map(|builder| builder.serialize_into(&mut rest)) {
        Some(Ok(())) => {
            let written = capacity - rest.len();
            black_box(buffer.get(..written)).map_or(0, <[u8]>::len)
        }
        _ => 0,
    }
}

#[inline(always)]
fn owned(data: &[u8], expected: u32) -> usize {
    let command =
        myna_card::Command::with_data_le(0x00, 0x88, 0x00, 0x99, black_box(data), black_box(expected));
    command.to_bytes().map_or(0, length)
}

#[inline(always)]
#[expect(clippy::needless_pass_by_value, reason = "freeing the vector is part of the cost")]
fn length(bytes: Vec<u8>) -> usize {
    black_box(&bytes).len()
}
