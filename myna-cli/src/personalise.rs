use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use myna_sim::check::{CardReport, check_image, check_persona};
use myna_sim::{CardFolder, CardImage, Persona, SimulatedCard};

use crate::clock::Now;
use crate::codes;
use crate::failure::{BAD_USAGE, Failure, OTHER};
use crate::screen::printable;
use crate::simulated::Simulated;

#[derive(Args)]
pub(crate) struct NewArguments {
    /// Name of the persona: a-z, 0-9, hyphens
    name: String,
    /// card, face-authentication, android, iphone
    #[arg(long, default_value = "card")]
    profile: String,
    /// Where to write it (else: NAME.toml); a file that is there is left alone
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct ShowArguments {
    /// A built-in persona, a persona file, or a folder of a card
    source: String,
    /// Also write the card to this folder, with its description, PINs and keys, to be served from there
    #[arg(long, value_name = "FOLDER", visible_alias = "files")]
    export: Option<PathBuf>,
    /// The day on which to look (else: today)
    #[arg(long, value_name = "DAY")]
    at: Option<String>,
}

#[derive(Args)]
pub(crate) struct CheckArguments {
    /// A built-in persona, a persona file, or a folder of a card
    source: String,
    /// The day on which to look (else: today)
    #[arg(long, value_name = "DAY")]
    at: Option<String>,
}

/// Writes a persona file with every field.
pub(crate) fn new(arguments: &NewArguments) -> Result<ExitCode, Failure> {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let text = format!(
        "name = {}\nsummary = \"SIMULATED\"\n[card]\nprofile = {}\n",
        quoted(&arguments.name),
        quoted(&arguments.profile)
    );
    let persona = Persona::from_toml(&text).map_err(|error| Failure::of(&error, BAD_USAGE))?;
    let path = arguments.output.clone().unwrap_or_else(|| format!("{}.toml", arguments.name).into());
    let failed = |error: std::io::Error| Failure::named_file(&codes::OUTPUT, &path, &error);
    let mut file = fs::File::create_new(&path).map_err(failed)?;
    std::io::Write::write_all(&mut file, persona.to_toml().as_bytes()).map_err(failed)?;
    outln!("{}", path.display());
    Ok(ExitCode::SUCCESS)
}

/// Prints what is on the card.
pub(crate) fn show(arguments: &ShowArguments) -> Result<ExitCode, Failure> {
    let mut card = None;
    let mut summary = "SIMULATED".to_owned();
    let image = match Simulated::find(&arguments.source)? {
        Simulated::Files(image) => image,
        Simulated::Folder(folder) => {
            folder.summary().clone_into(&mut summary);
            outln!("{}\n", printable(&summary));
            CardImage::of(card.insert(folder.into_card()))
        }
        Simulated::Persona(persona) => {
            let today = Now::new(arguments.at.as_deref())?.date()?;
            let made = SimulatedCard::new(&persona, today).map_err(|error| Failure::of(&error, OTHER))?;
            summary = format!("SIMULATED: {}", persona.name());
            let number_b = persona.number_b(today).map_err(|error| Failure::of(&error, BAD_USAGE))?;
            // All of it invented, so that it may be shown.
            outln!("persona         {}  {}", persona.name(), persona.summary());
            outln!("氏名            {}", persona.full_name());
            outln!("照合番号A       {}", persona.my_number());
            outln!("照合番号B       {number_b}");
            outln!("セキュリティコード  {}", persona.security_code());
            outln!();
            CardImage::of(card.insert(made))
        }
    };
    for (application, identifier, bytes) in image.files() {
        let application: String = application.iter().map(|byte| format!("{byte:02X}")).collect();
        let start: String = bytes.iter().take(16).map(|byte| format!("{byte:02X}")).collect();
        outln!("{application}  {identifier:04X}  {:5} bytes  {start}", bytes.len());
    }
    if let Some(folder) = &arguments.export {
        let Some(card) = &card else {
            return Err(Failure::usage(&codes::NOT_EXPORTED, &[]));
        };
        CardFolder::write(card, &summary, folder).map_err(|error| Failure::of(&error, BAD_USAGE))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Prints what does not fit together; nothing of that is exit code 0, and a card of two people has a code of its own.
pub(crate) fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let CardReport { checked, findings, two_people, .. } = match Simulated::find(&arguments.source)? {
        Simulated::Files(image) => check_image(&image),
        Simulated::Folder(folder) => check_image(&CardImage::of(folder.card())),
        Simulated::Persona(persona) => check_persona(&persona, Now::new(arguments.at.as_deref())?.date()?)
            .map_err(|error| Failure::of(&error, OTHER))?,
    };
    if checked == 0 {
        return Err(Failure::usage(&codes::NO_CARD_FILE, &[("source", &arguments.source)]));
    }
    for finding in &findings {
        outln!("{finding}");
    }
    for finding in &two_people {
        outln!("{finding}");
    }
    outln!("{checked} 項目を確認、不一致 {} / checked, that many do not fit", findings.len());
    if !two_people.is_empty() {
        outln!(
            "別人の情報が混ざったカードです。カードのファイルを一人分にそろえてください / the applications of this card belong to \
             two people: gather the files of one card"
        );
        return Ok(crate::failure::TWO_PEOPLE.into());
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { OTHER.into() })
}
