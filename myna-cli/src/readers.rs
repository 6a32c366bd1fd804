use std::process::ExitCode;

use clap::Args;

use crate::failure::Failure;

#[derive(Args)]
pub(crate) struct Arguments {
    /// Print JSON
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    list(arguments).map_err(|failure| failure.in_json(arguments.json))
}

#[cfg(feature = "pcsc")]
fn list(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let readers = myna_transport::pcsc::readers()?;
    let hexadecimal = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02X}")).collect::<String>();
    if arguments.json {
        let list: Vec<_> = readers
            .iter()
            .map(|reader| {
                serde_json::json!({
                    "name": reader.name,
                    "card_present": reader.card_present,
                    "atr": reader.card_present.then(|| hexadecimal(&reader.atr)),
                })
            })
            .collect();
        outln!("{:#}", serde_json::json!({ "readers": list }));
    } else if readers.is_empty() {
        outln!("カードリーダーがありません / no reader");
    } else {
        for reader in &readers {
            let card = if reader.card_present { "カードあり / card" } else { "カードなし / empty" };
            outln!("{}\t{card}\t{}", reader.name, hexadecimal(&reader.atr));
        }
    }
    Ok(ExitCode::SUCCESS)
}

#[cfg(not(feature = "pcsc"))]
fn list(_: &Arguments) -> Result<ExitCode, Failure> {
    Err(crate::source::without_pcsc())
}
