//! Signing with the 利用者証明用 key, and checking what came of it: certificate, path, signature. The card is simulated.
//!
//! ```sh
//! cargo run -p myna-jpki --example sign
//! ```

use std::error::Error;

use myna_jpki::path::{Environment, Purpose, TrustAnchor, validate};
use myna_jpki::{
    Certificate, CertificateKind, Jpki, KeyKind, PinPolicy, TriesLeft, UnixTime, UserAuthenticationPin,
};
use myna_sim::pki::CertificateAuthority;
use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
use myna_transport::Card;

const MESSAGE: &[u8] = b"what the other side asked to be signed";
const NOW: UnixTime = UnixTime(1_795_329_045); // 2026-11-22

fn main() -> Result<(), Box<dyn Error>> {
    let persona = Persona::built_in("default").ok_or("no such persona")?;
    let mut card = Card::new(SimTransport::new(SimulatedCard::new(&persona, Date::from_ymd(2026, 11, 22)?)?));

    let mut jpki = Jpki::open(&mut card)?;
    let certificate = jpki.read_certificate(CertificateKind::UserAuthentication)?;
    // Asking spends no try.
    let TriesLeft::Limited(left) = jpki.tries_left(KeyKind::UserAuthentication)? else {
        return Err("no counter".into());
    };
    println!("tries left: {left}");
    let pin = UserAuthenticationPin::new("1234")?;
    let signature = jpki.verify_user_authentication(&pin, PinPolicy::default())?.sign(MESSAGE)?;

    // The other side. A real one trusts the CA of J-LIS, which it got in another way than from the card.
    let root = Certificate::from_der(CertificateAuthority::UserAuthentication.certificate_der()?)?;
    let anchors = [TrustAnchor::new(root, Environment::Test)?];
    let path = validate(&certificate, &anchors, Purpose::UserAuthentication, NOW)?;
    certificate.verify_sha256(MESSAGE, &signature)?;
    println!("{} bytes of signature are good; revocation: {:?}", signature.len(), path.revocation());
    Ok(())
}
