//! Without the feature `pcsc`.

use super::Result;

pub(super) fn measure() -> Result<()> {
    println!(
        "over PC/SC: not measured; `cargo run --release --package benches --features pcsc --bin sim` does it (Debian: apt \
         install libpcsclite-dev pcscd vsmartcard-vpcd)"
    );
    Ok(())
}

pub(super) fn measure_here() -> Result<()> {
    Err("built without `--features pcsc`".into())
}
