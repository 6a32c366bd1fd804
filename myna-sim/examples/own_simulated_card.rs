//! A simulated card of one's own in a test: a persona that states only what the test is about, on a reader that misbehaves
//! where the test wants it to.
//!
//! ```sh
//! cargo run -p myna-sim --example own_simulated_card
//! ```

use std::error::Error;

use myna_jpki::{Jpki, PinPolicy, UserAuthenticationPin};
use myna_sim::{Date, FaultPlan, Persona, SimTransport, SimulatedCard};
use myna_transport::Card;

/// One try left before the PIN is locked. All else is invented, and always the same.
const PERSONA: &str = r#"
    name = "one-left"
    holder = { family_name = "見本", given_name = "花", birth_date = 2001-02-03 }
    pins = { user_authentication = "7777" }
    tries = { user_authentication = 1 }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let persona = Persona::from_toml(PERSONA)?;
    let simulated =
        || SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2)?).map_err(Box::<dyn Error>::from);

    // The program under test is refused: by default the last try is left alone.
    let mut card = Card::new(SimTransport::new(simulated()?));
    let refused = log_in(&mut card).err().ok_or("the last try was risked")?;
    println!("last try left:  {refused}");
    // The card itself says what became of it.
    assert_eq!(card.transport().card().counters().user_authentication, 1);

    // The same card, pulled out of the reader before the second command.
    let plan: FaultPlan = "2 remove".parse()?;
    let mut card = Card::new(SimTransport::new(simulated()?).with_faults(plan));
    let pulled = log_in(&mut card).err().ok_or("a card that is gone has answered")?;
    println!("pulled out:     {pulled}");
    Ok(())
}

/// What is under test.
fn log_in(card: &mut Card<SimTransport>) -> Result<(), Box<dyn Error>> {
    let pin = UserAuthenticationPin::new("7777")?;
    Jpki::open(card)?.verify_user_authentication(&pin, PinPolicy::default())?.sign(b"challenge")?;
    Ok(())
}
