use std::io::Read as _;
use std::path::{Component, Path};
use std::{fmt, fs, io};

use myna_apdu::ShortFileIdentifier;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use zeroize::Zeroizing;

use super::error::FolderError;
use crate::application::{Application, SessionKeyDelivery};
use crate::file::{Access, CardKey, Content, File, short_identifier_of};
use crate::image::OBJECTS;
use crate::pki::PkiError;
use crate::{CardSettings, Latency, SimulatedCard};

/// The name of the description.
pub const DESCRIPTION: &str = "card.toml";

/// `card.toml`, as it is written. What its fields mean stands at [`CardFolder`](super::CardFolder).
#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Description {
    pub(super) version: u32,
    #[serde(default)]
    summary: String,
    #[serde(default)]
    pub(super) card: CardTable,
    #[serde(default, rename = "object", skip_serializing_if = "Vec::is_empty")]
    pub(super) objects: Vec<ObjectTable>,
    #[serde(default, rename = "application")]
    pub(super) applications: Vec<ApplicationTable>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct CardTable {
    pub(super) atr: String,
    pub(super) profile: String,
    pub(super) extended_length: bool,
    pub(super) short_identifiers: bool,
    pub(super) refuses_first_command: bool,
    pub(super) accepts_terminals: bool,
    pub(super) seed: u64,
    pub(super) latency: Latency,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ObjectTable {
    pub(super) tag: String,
    pub(super) file: Option<String>,
}

#[derive(Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ApplicationTable {
    pub(super) aid: String,
    pub(super) own_key: Option<String>,
    pub(super) session_key: Option<String>,
    pub(super) session_key_file: Option<String>,
    #[serde(default, rename = "ef")]
    pub(super) files: Vec<FileTable>,
}

#[derive(Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(super) struct FileTable {
    pub(super) id: String,
    pub(super) short_identifier: Option<u8>,
    pub(super) kind: String,
    pub(super) access: Option<String>,
    pub(super) file: Option<String>,
    pub(super) record_lengths: Option<Vec<usize>>,
    pub(super) pin: Option<String>,
    pub(super) tries: Option<u8>,
    pub(super) value: Option<PinValue>,
    pub(super) status: Option<String>,
}

/// The PIN of a card. It may be that of a test card, so no message shows it, not even one about its type.
pub(super) struct PinValue(pub(super) Zeroizing<String>);

impl<'de> Deserialize<'de> for PinValue {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match toml::Value::deserialize(deserializer) {
            Ok(toml::Value::String(value)) => Ok(Self(Zeroizing::new(value))),
            _ => Err(de::Error::custom("a PIN is written as a string, between quotes")),
        }
    }
}

impl Serialize for PinValue {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl fmt::Debug for PinValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PinValue(..)")
    }
}

impl From<CardSettings> for CardTable {
    fn from(settings: CardSettings) -> Self {
        Self {
            atr: hex::encode_upper(settings.atr.as_bytes()),
            profile: settings.profile.name().to_owned(),
            extended_length: settings.extended_length,
            short_identifiers: settings.short_identifiers,
            refuses_first_command: settings.refuses_first_command,
            accepts_terminals: settings.accepts_terminals,
            seed: settings.seed,
            latency: settings.latency,
        }
    }
}

impl Default for CardTable {
    fn default() -> Self {
        CardSettings::default().into()
    }
}

/// Files beside the description: path in the folder, bytes.
pub(super) type Beside = Vec<(String, Zeroizing<Vec<u8>>)>;

pub(super) const VERSION: u32 = 1;

/// Far more than the description of any card.
const MOST_BYTES: u64 = 1 << 20;

impl Description {
    pub(super) fn read(folder: &Path) -> Result<Self, FolderError> {
        let path = folder.join(DESCRIPTION);
        let syntax =
            |line, reason: &str| FolderError::Syntax { path: path.clone(), line, reason: reason.into() };
        let bytes = Zeroizing::new(read_file(folder, DESCRIPTION, "description", MOST_BYTES)?);
        let text = std::str::from_utf8(&bytes).map_err(|error| {
            let before = bytes.get(..error.valid_up_to()).unwrap_or_default();
            syntax(1 + before.iter().filter(|byte| **byte == b'\n').count(), "not UTF-8")
        })?;
        // Before anything else: a later version may have other fields.
        #[derive(Deserialize)]
        struct Version {
            version: u32,
        }
        let failed = |error: toml::de::Error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            syntax(1 + before.matches('\n').count(), error.message())
        };
        let Version { version } = toml::from_str(text).map_err(failed)?;
        if version != VERSION {
            let reason = format!("{version} where {VERSION} is known");
            return Err(FolderError::Value { path, field: "version".to_owned(), reason });
        }
        toml::from_str(text).map_err(failed)
    }

    /// Of a card, with what it holds besides the bytes of its EFs.
    pub(super) fn of(card: &SimulatedCard, summary: &str) -> Result<(String, Beside), PkiError> {
        let mut beside = Beside::new();
        let mut objects = Vec::new();
        for (tag, bytes) in &card.objects {
            beside.push((format!("{OBJECTS}/{tag:04X}.bin"), bytes.get()?.to_vec().into()));
            objects.push(ObjectTable { tag: format!("{tag:04X}"), file: None });
        }
        let mut applications = Vec::new();
        for application in &card.applications {
            if *application.name != *Application::ISSUER_SECURITY_DOMAIN || !application.files.is_empty() {
                applications.push(application_table(card, application, &mut beside)?);
            }
        }
        let description = Self {
            version: VERSION,
            summary: summary.to_owned(),
            card: card.settings.into(),
            objects,
            applications,
        };
        let text = toml::to_string(&description).map_err(|error| PkiError::Encoding(error.to_string()))?;
        Ok((text, beside))
    }

    pub(super) fn summary(&self) -> &str {
        &self.summary
    }

    /// What makes it this card and no other: all but how it behaves.
    pub(super) fn identity(&self) -> String {
        #[derive(Serialize)]
        struct Identity<'d> {
            version: u32,
            card: &'d str,
            #[serde(rename = "object", skip_serializing_if = "<[_]>::is_empty")]
            objects: &'d [ObjectTable],
            #[serde(rename = "application")]
            applications: &'d [ApplicationTable],
        }
        let Self { version, card, objects, applications, .. } = self;
        let identity = Identity { version: *version, card: &card.profile, objects, applications };
        toml::to_string(&identity).unwrap_or_default()
    }
}

fn application_table(
    card: &SimulatedCard,
    application: &Application,
    beside: &mut Beside,
) -> Result<ApplicationTable, PkiError> {
    let aid = hex::encode_upper(&application.name);
    let mut session_key_file = None;
    let session_key = match &application.session_key_delivery {
        SessionKeyDelivery::Offered(key) => {
            session_key_file = private_key(key, &aid, "session", beside)?;
            "offered"
        }
        SessionKeyDelivery::NotOffered => "not-offered",
        SessionKeyDelivery::Protected => "protected",
    };
    let mut files = Vec::new();
    for file in &application.files {
        files.push(file_table(card, &aid, file, beside)?);
    }
    Ok(ApplicationTable {
        aid,
        own_key: application.own_key.map(|key| format!("{:04X}", key.0)),
        session_key: Some(session_key.to_owned()),
        session_key_file,
        files,
    })
}

fn file_table(
    card: &SimulatedCard,
    aid: &str,
    file: &File,
    beside: &mut Beside,
) -> Result<FileTable, PkiError> {
    let id = format!("{:04X}", file.identifier.0);
    let mut table = FileTable { access: Some(access_text(&file.access)), ..FileTable::default() };
    if file.short_identifier != short_identifier_of(file.identifier.0) {
        table.short_identifier = Some(file.short_identifier.map_or(0, ShortFileIdentifier::get));
    }
    let mut keep = |key| private_key(key, aid, &id, beside);
    table.kind = match &file.content {
        Content::Transparent(_) => "binary",
        Content::Records(records) => {
            table.record_lengths = Some(records.iter().map(Vec::len).collect());
            "records"
        }
        Content::Reference(reference) => {
            table.access = None;
            table.pin = Some(reference.name().to_owned());
            table.tries = Some(card.counters.get(*reference));
            let value = card.pins.value(*reference).and_then(|value| std::str::from_utf8(value).ok());
            table.value = value.map(|value| PinValue(Zeroizing::new(value.to_owned())));
            "pin"
        }
        Content::BlockedReference => {
            table.access = None;
            "blocked-pin"
        }
        Content::Key(key) => {
            table.file = keep(key)?;
            "key"
        }
        Content::AuthenticationKey(key) => {
            table.file = keep(key)?;
            "authentication-key"
        }
        Content::TerminalAuthority(key) => {
            table.access = None;
            table.file = keep(key)?;
            "terminal-authority"
        }
        Content::Unknown(status) => {
            table.access = None;
            table.status = Some(format!("{:04X}", status.0));
            "unknown"
        }
    }
    .to_owned();
    table.id = id;
    Ok(table)
}

/// Where it lies, if there is one.
fn private_key(
    key: &CardKey,
    aid: &str,
    name: &str,
    beside: &mut Beside,
) -> Result<Option<String>, PkiError> {
    let Some(key) = key.load()? else { return Ok(None) };
    let path = format!("{aid}/{name}.pem");
    beside.push((path.clone(), Zeroizing::new(key.to_pkcs8_pem()?.as_bytes().to_vec())));
    Ok(Some(path))
}

fn access_text(access: &Access) -> String {
    match access {
        Access::Free => "free".to_owned(),
        Access::Never => "never".to_owned(),
        Access::Verified(any_of) => {
            any_of.iter().map(|reference| reference.name()).collect::<Vec<_>>().join(" or ")
        }
        Access::VerifiedOrTerminal(reference) => format!("{} or terminal", reference.name()),
    }
}

/// One file below the folder. `field` is what the description calls it.
pub(super) fn read_file(folder: &Path, name: &str, field: &str, most: u64) -> Result<Vec<u8>, FolderError> {
    let refuse = |reason: String| FolderError::Value {
        path: folder.join(DESCRIPTION),
        field: field.to_owned(),
        reason: format!("{name}: {reason}"),
    };
    let relative = Path::new(name);
    let mut path = folder.to_owned();
    if relative.as_os_str().is_empty() {
        return Err(refuse("names no file".to_owned()));
    }
    for component in relative.components() {
        let Component::Normal(component) = component else {
            return Err(refuse("leads out of the folder".to_owned()));
        };
        path.push(component);
        let metadata = fs::symlink_metadata(&path).map_err(FolderError::access(&path, field))?;
        if metadata.is_symlink() {
            return Err(refuse("is a symbolic link, or behind one".to_owned()));
        }
    }
    let access = || FolderError::access(&path, field);
    // Not opened before it is known to be a file: a named pipe would wait.
    if !fs::metadata(&path).map_err(access())?.is_file() {
        return Err(access()(io::Error::other("not a file")));
    }
    let file = fs::File::open(&path).map_err(access())?;
    let mut bytes = Vec::new();
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(access())?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > most {
        return Err(refuse(format!("is longer than {most} bytes")));
    }
    Ok(bytes)
}
