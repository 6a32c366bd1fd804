use std::fmt;

use crate::fault::Class;

/// What must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Finding {
    /// More than one try is gone, or a secret was presented again.
    Twice,
    /// A try of another secret is gone.
    Unasked,
    /// A try is gone although fewer were left than the policy demands.
    BelowTheFloor,
    /// A secret was presented before its counter was read and found high enough.
    Unread,
    /// It is said that no try is gone, and one is.
    NoneSpentUntrue,
    /// Anything that is said of tries is not so.
    Untrue,
    /// What is said of the value of a secret that was to be changed is not so.
    ValueUntrue,
}

/// How often what was found, by class of fault.
#[derive(Default)]
pub(crate) struct Table {
    rows: [Row; 4],
    /// Some that must not be.
    examples: Vec<String>,
}

#[derive(Default, Clone, Copy)]
struct Row {
    runs: u64,
    found: [u64; Finding::ALL.len()],
    /// Those that nothing could have told: the host heard a counter that the card had not said.
    untellable: [u64; Finding::ALL.len()],
}

const MOST_EXAMPLES: usize = 12;

impl Finding {
    const ALL: [Self; 7] = [
        Self::Twice,
        Self::Unasked,
        Self::BelowTheFloor,
        Self::Unread,
        Self::NoneSpentUntrue,
        Self::Untrue,
        Self::ValueUntrue,
    ];

    const fn title(self) -> &'static str {
        match self {
            Self::Twice => "twice",
            Self::Unasked => "unasked",
            Self::BelowTheFloor => "below floor",
            Self::Unread => "unread",
            Self::NoneSpentUntrue => "false none",
            Self::Untrue => "untrue",
            Self::ValueUntrue => "untrue value",
        }
    }

    /// A link that lies may make a wrong PIN of a right one; nobody can tell, and no try is lost by it.
    const fn must_not_be(self, class: Class) -> bool {
        !matches!((self, class), (Self::Untrue | Self::ValueUntrue, Class::Lying | Class::Desynchronised))
    }
}

impl Table {
    pub(crate) fn enter(
        &mut self,
        class: Class,
        found: Vec<Finding>,
        heard_false_counter: bool,
        example: impl Fn() -> String,
    ) {
        let row = &mut self.rows[class as usize];
        row.runs += 1;
        for finding in found {
            let counts = if heard_false_counter { &mut row.untellable } else { &mut row.found };
            counts[finding as usize] += 1;
            if !heard_false_counter && finding.must_not_be(class) && self.examples.len() < MOST_EXAMPLES {
                self.examples.push(format!("{}: {}", finding.title(), example()));
            }
        }
    }

    pub(crate) fn add(mut self, other: Self) -> Self {
        for (row, other) in self.rows.iter_mut().zip(other.rows) {
            row.runs += other.runs;
            for (count, other) in row.found.iter_mut().zip(other.found) {
                *count += other;
            }
            for (count, other) in row.untellable.iter_mut().zip(other.untellable) {
                *count += other;
            }
        }
        self.examples.extend(other.examples);
        self.examples.truncate(MOST_EXAMPLES);
        self
    }

    pub(crate) fn assert_good(&self) {
        assert!(self.rows.iter().all(|row| row.runs > 0), "every class is tried");
        assert!(self.examples.is_empty(), "{}", self.examples.join("\n"));
        let honest = self.rows[Class::Physical as usize].untellable;
        assert_eq!(honest, [0; Finding::ALL.len()], "what fails does not lie");
    }
}

/// Behind the plus: where the host heard a counter that the card had not said.
impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:<16}{:>10}", "", "runs")?;
        for finding in Finding::ALL {
            write!(f, "{:>18}", finding.title())?;
        }
        for (class, row) in Class::ALL.into_iter().zip(&self.rows) {
            write!(f, "\n{:<16}{:>10}", format!("{class:?}"), row.runs)?;
            for (count, untellable) in row.found.iter().zip(row.untellable) {
                write!(f, "{:>18}", format!("{count} + {untellable}"))?;
            }
        }
        Ok(())
    }
}
