//! What `myna history` is told.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use myna_terminal::history::{Cursor, EntryId};
use serde::Deserialize;

/// Past results (資格確認結果検索), kept encrypted in one file.
#[derive(Subcommand)]
pub(crate) enum Command {
    /// The key of a store
    #[command(subcommand)]
    Key(Key),
    /// Record results from files: XML, JSON, copied text, zip
    Add(Add),
    /// Search: all conditions must hold; the latest check first
    Search(Search),
    /// Show one result
    Show(Show),
    /// Delete one result
    Delete(Delete),
    /// Delete results when their time is over
    Purge(Purge),
    /// Read the whole store, and tell whether anything in it was altered
    Verify(Store),
    /// Copy the store into one file, while others may write
    Backup(Backup),
    /// Change the key the store is opened with
    Rekey(Rekey),
}

#[derive(Subcommand)]
pub(crate) enum Key {
    /// Write a new key to a file that is not there yet; without it the results are lost
    New {
        /// The file
        file: PathBuf,
    },
}

/// Which store, and its key. Neither key nor password is ever an argument: those show in the list of processes.
#[derive(Args)]
pub(crate) struct Store {
    /// The store (else: environment variable MYNA_HISTORY)
    #[arg(long, value_name = "FILE")]
    pub(super) store: Option<PathBuf>,
    /// The file with the store's key (else: environment variable MYNA_HISTORY_KEY_FILE)
    #[arg(long, value_name = "FILE")]
    pub(super) key_file: Option<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Add {
    #[command(flatten)]
    pub(super) store: Store,
    /// When it was checked, in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: the time in the message)
    #[arg(long, value_name = "TIME")]
    pub(super) at: Option<String>,
    /// How it was checked: card_pin, card_visual, card_face, certificate_data, bulk, home_visit, or a word of your own
    #[arg(long)]
    pub(super) method: Option<String>,
    /// Which terminal checked
    #[arg(long)]
    pub(super) terminal: Option<String>,
    /// Print one JSON object a file, a line each
    #[arg(long)]
    pub(super) json: bool,
    /// The files; - is standard input
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
}

#[derive(Args)]
pub(crate) struct Search {
    #[command(flatten)]
    pub(super) store: Store,
    #[command(flatten)]
    pub(super) conditions: Conditions,
    /// Read the conditions as one JSON object from standard input, so that no list of processes shows them
    #[arg(long)]
    pub(super) conditions_stdin: bool,
    /// At most so many results
    #[arg(long, default_value_t = 50)]
    pub(super) limit: usize,
    /// Go on after this place, as the page before told it
    #[arg(long, value_name = "PLACE")]
    pub(super) after: Option<Cursor>,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Conditions {
    /// Part of the name (氏名)
    #[arg(long)]
    pub(super) name: Option<String>,
    /// Part of the name in kana (氏名カナ), of any width
    #[arg(long)]
    pub(super) kana: Option<String>,
    /// Date of birth (生年月日), YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub(super) birthdate: Option<String>,
    /// Insurer number (保険者番号)
    #[arg(long, value_name = "NUMBER")]
    pub(super) insurer_number: Option<String>,
    /// Symbol (記号)
    #[arg(long)]
    pub(super) symbol: Option<String>,
    /// Number (番号)
    #[arg(long)]
    pub(super) number: Option<String>,
    /// Checked on this day or later, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub(super) from: Option<String>,
    /// Checked on this day or earlier, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub(super) until: Option<String>,
    /// What it came to, such as valid, invalid, no_match, multiple
    #[arg(long)]
    pub(super) verdict: Option<String>,
    /// How it was checked, as for add
    #[arg(long)]
    pub(super) method: Option<String>,
}

#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    pub(super) store: Store,
    /// Print one JSON object a message, a line each
    #[arg(long)]
    pub(super) json: bool,
    /// The result's number, as search tells it
    pub(super) id: EntryId,
}

#[derive(Args)]
pub(crate) struct Delete {
    #[command(flatten)]
    pub(super) store: Store,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
    /// The result's number, as search tells it
    pub(super) id: EntryId,
}

#[derive(Args)]
#[group(id = "policy", required = true, multiple = false, args = ["before", "keep_days"])]
pub(crate) struct Purge {
    #[command(flatten)]
    pub(super) store: Store,
    /// Delete what was checked before this day, YYYY-MM-DD
    #[arg(long, value_name = "DAY")]
    pub(super) before: Option<String>,
    /// Delete what was checked more than so many days ago
    #[arg(long, value_name = "DAYS")]
    pub(super) keep_days: Option<u32>,
    /// Count the days from this day in Japan, YYYY-MM-DD (else: today)
    #[arg(long, value_name = "TIME", requires = "keep_days")]
    pub(super) at: Option<String>,
    /// Do not ask
    #[arg(long)]
    pub(super) yes: bool,
    /// Print one JSON object
    #[arg(long)]
    pub(super) json: bool,
}

#[derive(Args)]
pub(crate) struct Backup {
    #[command(flatten)]
    pub(super) store: Store,
    /// The file to write; an earlier backup is replaced, anything else is not
    pub(super) file: PathBuf,
}

#[derive(Args)]
pub(crate) struct Rekey {
    #[command(flatten)]
    pub(super) store: Store,
    /// The file with the new key
    #[arg(long, value_name = "FILE")]
    pub(super) new_key_file: PathBuf,
}
