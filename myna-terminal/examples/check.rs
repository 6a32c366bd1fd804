//! The check of one patient: staff logs in, the patient's PIN is verified, the card proves that it is there, and the service
//! says what the patient is insured for. Card and service are simulated.
//!
//! ```sh
//! cargo run -p myna-terminal --example check
//! ```

use std::error::Error;

use myna_eligibility::rows;
use myna_error::{Diagnostic, japanese};
use myna_jpki::{PinPolicy, UserAuthenticationPin};
use myna_sim::{Persona, SimTransport, SimulatedCard};
use myna_sim_service::SimulatedService;
use myna_terminal::{DateTime, Terminal};
use myna_transport::Card;

fn main() -> Result<(), Box<dyn Error>> {
    let now = DateTime::parse("20260602091500")?;
    let (service, credentials) = (SimulatedService::new()?, SimulatedService::credentials()?);
    let mut terminal = Terminal::log_in(service, &credentials, now)?;

    // With feature `pcsc` of myna-transport: pcsc::Connection::open(None, …)?.begin()? in place of the SimTransport.
    let persona = Persona::built_in("default").ok_or("no such persona")?;
    let mut card = Card::new(SimTransport::new(SimulatedCard::new(&persona, now.date())?));

    // A wrong PIN: what to tell the patient comes with the error, and so does what became of the try.
    let wrong = UserAuthenticationPin::new("9999")?;
    match terminal.check(&mut card, &wrong, PinPolicy::default(), now.date(), now) {
        Ok(_) => return Err("a wrong PIN was taken".into()),
        Err(error) => println!("{}: {}", error.code(), japanese(&error)),
    }

    let pin = UserAuthenticationPin::new("1234")?;
    let checked = terminal.check(&mut card, &pin, PinPolicy::default(), now.date(), now)?;
    println!("{}", checked.response.verdict().label_ja());
    for row in checked.response.results().iter().flat_map(|result| rows(result, now.date())) {
        println!("{}: {}", row.label_ja, row.value);
    }
    Ok(())
}
