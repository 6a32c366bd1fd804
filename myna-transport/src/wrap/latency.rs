use std::time::Duration;

use serde::{Deserialize, Serialize};

/// How long a card takes over what it does. What serves the card waits for so long; within one process nobody waits and the
/// time is only added up ([`SimTransport::modelled_time`](crate::FaultInjector::modelled_time)).
///
/// Files say it in milliseconds: `latency = { command = 4.5, byte = 0.09, signature = 250 }`, each up to ten minutes, each 0
/// if it is left out. No figure of a real card is built in: none was measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::exhaustive_structs,
    reason = "made with `..Default::default()`, so that a further field is nobody's to fill"
)]
pub struct Latency {
    /// For every command.
    #[serde(with = "milliseconds")]
    pub command: Duration,
    /// More for each byte of a command and of its answer.
    #[serde(with = "milliseconds")]
    pub byte: Duration,
    /// More for each operation with a private key: `2A`, `88`, `AE`.
    #[serde(with = "milliseconds")]
    pub signature: Duration,
}

impl Latency {
    /// Everything at once.
    pub const NONE: Self = Self { command: Duration::ZERO, byte: Duration::ZERO, signature: Duration::ZERO };

    /// Of one command with its answer.
    #[must_use]
    pub fn of(&self, command: &[u8], answer: &[u8]) -> Duration {
        let bytes = u32::try_from(command.len().saturating_add(answer.len())).unwrap_or(u32::MAX);
        let uses_key = matches!(command.get(1), Some(0x2A | 0x88 | 0xAE)) && answer.ends_with(&[0x90, 0x00]);
        let signature = if uses_key { self.signature } else { Duration::ZERO };
        self.command.saturating_add(self.byte.saturating_mul(bytes)).saturating_add(signature)
    }
}

/// Ten minutes: whoever waits longer wants the fault `hang`.
pub(crate) const LONGEST: Duration = Duration::from_secs(600);

mod milliseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer, de};

    use super::LONGEST;

    pub(super) fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_f64(duration.as_secs_f64() * 1000.0)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        let duration = Duration::try_from_secs_f64(f64::deserialize(deserializer)? / 1000.0);
        let duration = duration.ok().filter(|duration| *duration <= LONGEST);
        duration.ok_or_else(|| de::Error::custom("latency: must be milliseconds, 0 to 600000"))
    }
}
