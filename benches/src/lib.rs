//! What is measured: the same functions for the bench that shows seconds and for the program that counts instructions.
//!
//! A [`Subject`] does one operation once with one codec. The neighbours stand beside ours, each used the fastest way it
//! offers: `iso7816` (view and builder), `apdu-core`, `der`, `iso7816-tlv`, `myna-card`.

mod callgrind;
mod command;
mod inputs;
mod ratios;
mod response;
mod subject;
mod tlv;

pub use callgrind::{callgrind, exit_code, instructions};
pub use inputs::Inputs;
pub use ratios::ratios;
pub use subject::{OURS, Subject};

/// Every subject, those of one operation next to each other and ours first.
#[must_use]
pub fn subjects() -> Vec<Subject> {
    [command::SUBJECTS, response::SUBJECTS, tlv::SUBJECTS].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A bench of something that fails measures the wrong thing.
    #[test]
    fn codecs_agree_on_every_operation() {
        let mut inputs = Inputs::new();
        for subject in subjects() {
            let ours = subjects()
                .into_iter()
                .find(|other| other.operation == subject.operation && other.codec == OURS);
            let Some(ours) = ours else { panic!("{}: not ours to measure", subject.operation) };
            let expected = (ours.run)(&mut inputs);
            assert_eq!((subject.run)(&mut inputs), expected, "{} {}", subject.operation, subject.codec);
            assert_ne!(expected, 0, "{}", subject.operation);
        }
    }
}
