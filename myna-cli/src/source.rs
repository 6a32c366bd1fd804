use std::path::Path;

use myna_sim::{Date, Persona, SimTransport};
use myna_transport::{Budget, Card, Meter, Transport};

use crate::failure::Failure;
use crate::simulated::Simulated;

/// Where the card is: what `--card` says.
#[derive(Clone)]
pub(crate) enum CardSource {
    /// `sim`, `sim:PERSONA`, `sim:FOLDER`: an embedded simulated card.
    Simulated(String),
    /// `pcsc`, `pcsc:READER`: a reader of this machine.
    Pcsc(Option<String>),
}

impl CardSource {
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        match text.split_once(':').map_or((text, None), |(kind, name)| (kind, Some(name))) {
            ("sim", name) => Ok(Self::Simulated(name.unwrap_or("default").to_owned())),
            ("pcsc", name) => Ok(Self::Pcsc(name.map(str::to_owned))),
            _ => Err("write sim, sim:PERSONA, sim:FOLDER, pcsc or pcsc:READER".to_owned()),
        }
    }

    /// Hands the card to `work`, metered, and cuts its power afterwards.
    pub(crate) fn with_card<R>(
        &self,
        today: Date,
        work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
    ) -> Result<(R, Budget), Failure> {
        match self {
            Self::Simulated(name) => {
                let card = Simulated::find(name)?.into_card(today)?;
                metered(&mut SimTransport::new(card), work)
            }
            Self::Pcsc(reader) => with_pcsc(reader.as_deref(), work),
        }
    }
}

/// A built-in persona by name, or one from a file.
pub(crate) fn persona(name: &str) -> Result<Persona, Failure> {
    if let Some(persona) = Persona::built_in(name) {
        return Ok(persona);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        let names = Persona::built_in_names().join(", ");
        return Err(Failure::usage(format!(
            "no persona {name}: give a .toml file, a folder of a card, or one of {names}"
        )));
    }
    let text = std::fs::read_to_string(path).map_err(|error| Failure::usage(format!("{name}: {error}")))?;
    Persona::from_toml(&text).map_err(|error| Failure::usage(format!("{name}: {error}")))
}

fn metered<R>(
    transport: &mut dyn Transport,
    work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Result<(R, Budget), Failure> {
    let mut card = Card::new(Meter::new(transport));
    let result = work(&mut card)?;
    Ok((result, card.transport().budget()))
}

#[cfg(feature = "pcsc")]
fn with_pcsc<R>(
    reader: Option<&str>,
    work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Result<(R, Budget), Failure> {
    use myna_transport::pcsc::{Connection, Sharing};
    let mut connection = Connection::open(reader, Sharing::Shared)?;
    metered(&mut connection.begin()?, work)
}

#[cfg(not(feature = "pcsc"))]
fn with_pcsc<R>(
    _: Option<&str>,
    _: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Result<(R, Budget), Failure> {
    Err(without_pcsc())
}

#[cfg(not(feature = "pcsc"))]
pub(crate) fn without_pcsc() -> Failure {
    Failure::usage(
        "this build has no PC/SC: build again with `--features pcsc` (Debian: apt install libpcsclite-dev)"
            .to_owned(),
    )
}
