//! Any bytes: `iso7816` reads the same command, except where `myna-apdu/tests/differential.rs` says why not.
#![no_main]

use iso7816::command::CommandView;
use libfuzzer_sys::fuzz_target;
use myna_apdu::{Class, Command, CommandError, LengthForm};

fuzz_target!(|bytes: &[u8]| {
    match (Command::parse(bytes), CommandView::try_from(bytes)) {
        (Ok(ours), Ok(theirs)) => assert_same(ours, theirs),
        (Err(_), Err(_)) => {}
        (Ok(ours), Err(_)) => assert_eq!(ours.class(), Class(0xFF)),
        (Err(error), Ok(theirs)) => {
            assert_eq!(error, CommandError::ZeroLc { offset: 4 });
            assert_same(Command::parse_lenient(bytes).expect("an extended Lc of zero"), theirs);
        }
    }
});

fn assert_same(ours: Command<'_>, theirs: CommandView<'_>) {
    assert_eq!(ours.class().0, theirs.class().into_inner());
    assert_eq!(ours.instruction().0, u8::from(theirs.instruction()));
    assert_eq!((ours.p1(), ours.p2(), ours.data()), (theirs.p1, theirs.p2, theirs.data()));
    assert_eq!(ours.expected().map_or(0, |expected| expected.get() as usize), theirs.expected());
    assert_eq!(ours.form() == LengthForm::Extended, theirs.extended);
}
