use std::fmt;

/// How a step ended; an error says why it failed.
pub(crate) type StepResult = Result<Outcome, String>;

/// A step that did not fail; the text may be empty.
pub(crate) enum Outcome {
    Passed(String),
    NotRun(String),
}

impl fmt::Display for Outcome {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Passed(text) | Self::NotRun(text)) = self;
        formatter.write_str(text)
    }
}
