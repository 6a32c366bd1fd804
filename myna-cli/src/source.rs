use std::cell::RefCell;
use std::path::Path;

use clap::Args;
use myna_sim::{Date, FaultPlan, Persona, PersonaError, SimTransport};
use myna_sim_service::Insurance;
use myna_transport::{Budget, Card, CardAddress, FaultSequence, Meter, Transport};

use crate::codes;
use crate::failure::{BAD_USAGE, Failure};
use crate::simulated::{Simulated, fault_plan};

/// Where the card is, and what goes wrong with it.
#[derive(Args)]
pub(crate) struct CardSource {
    /// Where the card is: sim, sim:PERSONA, sim:FOLDER, pcsc or pcsc:READER; a persona by name or as a .toml file
    #[arg(long = "card", value_name = "CARD")]
    address: CardAddress,
    /// What goes wrong at which command, for trials: see `myna sim pipe --help`; nobody waits for a card that is slow
    #[arg(long, value_name = "PLAN", value_parser = fault_plan, default_value = "", hide_default_value = true)]
    faults: FaultPlan,
    /// The plan goes on where the hold on the card before this one ended.
    #[arg(skip)]
    under_way: RefCell<Option<FaultSequence>>,
}

impl CardSource {
    /// A simulated card, with which nothing goes wrong.
    pub(crate) fn simulated(name: String) -> Self {
        let address = CardAddress::Simulated(Some(name));
        Self { address, faults: FaultPlan::default(), under_way: RefCell::default() }
    }

    /// What the simulated card is made from, where it is one.
    pub(crate) fn simulated_name(&self) -> Option<&str> {
        match &self.address {
            CardAddress::Simulated(name) => Some(name.as_deref().unwrap_or("default")),
            _ => None,
        }
    }

    /// Hands the card to `work`, metered, and cuts its power afterwards.
    pub(crate) fn with_card<R>(
        &self,
        today: Date,
        work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
    ) -> Metered<R> {
        let faults = self.under_way.take().unwrap_or_else(|| self.faults.clone().into());
        let (result, faults) = match (&self.address, self.simulated_name()) {
            (_, Some(name)) => {
                let card = Simulated::find(name)?.into_card(today)?;
                let mut reader = SimTransport::new(card).with_faults(faults);
                (metered(&mut reader, work), reader.faults().clone())
            }
            (CardAddress::Pcsc(reader), _) => with_pcsc(reader.as_deref(), faults, work)?,
            (address, _) => {
                return Err(Failure::usage(&codes::ADDRESS_NOT_BUILT, &[("address", &address.to_string())]));
            }
        };
        self.under_way.replace(Some(faults));
        result
    }
}

/// What came of work on a card, and what it cost.
type Metered<R> = Result<(R, Budget), Failure>;

/// A built-in persona by name, or one from a file.
pub(crate) fn persona(name: &str) -> Result<Persona, Failure> {
    if let Some(persona) = Persona::built_in(name) {
        return Ok(persona);
    }
    let path = Path::new(name);
    if path.extension().is_none_or(|extension| extension != "toml") {
        let names = Persona::built_in_names().join(", ");
        return Err(Failure::usage(&codes::NO_PERSONA, &[("name", &name), ("names", &names)]));
    }
    let text =
        std::fs::read_to_string(path).map_err(|error| Failure::named_file(&codes::INPUT, path, &error))?;
    let refused = |error: PersonaError| Failure::of(&error, BAD_USAGE).of_file(name);
    let persona = Persona::from_toml(&text).map_err(refused)?;
    Insurance::of(&persona).map_err(refused)?;
    Ok(persona)
}

fn metered<R>(
    transport: &mut dyn Transport,
    work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Metered<R> {
    let mut card = Card::new(Meter::new(transport));
    let result = work(&mut card)?;
    Ok((result, card.transport().budget()))
}

#[cfg(feature = "pcsc")]
fn with_pcsc<R>(
    reader: Option<&str>,
    faults: FaultSequence,
    work: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Result<(Metered<R>, FaultSequence), Failure> {
    use myna_transport::FaultInjector;
    use myna_transport::pcsc::{Connection, Sharing};
    let mut connection = Connection::open(reader, Sharing::Shared)?;
    let mut reader = FaultInjector::new(connection.begin()?, faults);
    Ok((metered(&mut reader, work), reader.sequence().clone()))
}

#[cfg(not(feature = "pcsc"))]
fn with_pcsc<R>(
    _: Option<&str>,
    _: FaultSequence,
    _: impl FnOnce(&mut Card<Meter<&mut dyn Transport>>) -> Result<R, Failure>,
) -> Result<(Metered<R>, FaultSequence), Failure> {
    Err(without_pcsc())
}

#[cfg(not(feature = "pcsc"))]
pub(crate) fn without_pcsc() -> Failure {
    Failure::usage(&codes::NO_PCSC, &[])
}
