//! From a description to a card.

use std::borrow::Cow;

use std::path::Path;
use std::sync::Arc;

use myna_apdu::{FileIdentifier, ShortFileIdentifier, StatusWord};
use zeroize::Zeroizing;

use super::description::{ApplicationTable, CardTable, DESCRIPTION, Description, FileTable, read_file};
use super::error::FolderError;
use crate::application::{Application, SessionKeyDelivery};
use crate::file::{Access, CardKey, Content, File, FileBytes, short_identifier_of};
use crate::identity::SimulatedIdentity;
use crate::image::{MOST_BYTES, OBJECTS};
use crate::pins::Pins;
use crate::pki::SimulatedKey;
use crate::{Atr, AtrBytes, CardProfile, CardSettings, Counters, Reference, SimulatedCard};

pub(super) fn card(folder: &Path, description: &Description) -> Result<SimulatedCard, FolderError> {
    let mut reader = Reader { folder, pins: Vec::new(), counters: Counters::default(), held: Vec::new() };
    let settings = reader.settings(&description.card)?;
    let mut objects = Vec::<(u16, FileBytes)>::new();
    for table in &description.objects {
        let field = format!("object {}", table.tag);
        let tag = reader.four_digits(&field, "tag", &table.tag)?;
        if objects.iter().any(|(other, _)| *other == tag) {
            return Err(reader.wrong(&field, "tag", "is there twice"));
        }
        let name = table.file.clone().unwrap_or_else(|| format!("{OBJECTS}/{tag:04X}.bin"));
        objects.push((tag, FileBytes::Ready(reader.bytes(&name, &format!("{field} file"))?)));
    }
    let mut applications = Vec::new();
    for table in &description.applications {
        let application = reader.application(table)?;
        if applications.iter().any(|other: &Application| other.name == application.name) {
            let aid = hex::encode_upper(&application.name);
            return Err(reader.wrong(&aid, "aid", "is that of two applications"));
        }
        applications.push(application);
    }
    reader.every_pin_has_an_ef(&applications)?;
    // It is current after power-on, and the first.
    match applications
        .iter()
        .position(|application| *application.name == *Application::ISSUER_SECURITY_DOMAIN)
    {
        Some(0) => {}
        Some(_) => {
            return Err(reader.wrong("application", "aid", "the ISD is described first, or not at all"));
        }
        None => applications.insert(0, Application::issuer_security_domain()),
    }
    let identity = identity(description, &objects, &applications, settings.seed);
    let pins = Pins::of(reader.pins);
    Ok(SimulatedCard::from_parts(identity, settings, applications, objects, pins, reader.counters))
}

/// Whatever the description says but for how the card behaves, and every byte that can be read from the card.
fn identity(
    description: &Description,
    objects: &[(u16, FileBytes)],
    applications: &[Application],
    seed: u64,
) -> SimulatedIdentity {
    let mut source = description.identity().into_bytes();
    let mut add = |bytes: &[u8]| {
        source.extend_from_slice(&bytes.len().to_be_bytes());
        source.extend_from_slice(bytes);
    };
    for (_, bytes) in objects {
        add(bytes.get().unwrap_or_default());
    }
    for file in applications.iter().flat_map(|application| &application.files) {
        match &file.content {
            Content::Transparent(bytes) => add(bytes.get().unwrap_or_default()),
            Content::Records(records) => records.iter().for_each(|record| add(record)),
            _ => {}
        }
    }
    SimulatedIdentity::new(description.summary(), &source, seed)
}

const MOST_BYTES_OF_KEY: u64 = 16_384;

struct Reader<'f> {
    folder: &'f Path,
    pins: Vec<(Reference, Zeroizing<Vec<u8>>)>,
    counters: Counters,
    /// The references that have an EF.
    held: Vec<Reference>,
}

impl Reader<'_> {
    fn settings(&self, table: &CardTable) -> Result<CardSettings, FolderError> {
        let atr = hex::decode(&table.atr).ok().and_then(|bytes| {
            let built_in = [Atr::Contact, Atr::Contactless].into_iter().find(|atr| atr.as_bytes() == bytes);
            built_in.or_else(|| AtrBytes::new(&bytes).map(Atr::Other))
        });
        let profile = CardProfile::ALL.into_iter().find(|profile| profile.name() == table.profile);
        Ok(CardSettings {
            atr: atr.ok_or_else(|| self.wrong("card", "atr", "must be 2 to 33 bytes in hexadecimal"))?,
            profile: profile.ok_or_else(|| {
                let names = CardProfile::ALL.map(CardProfile::name).join(", ");
                self.wrong("card", "profile", format!("must be one of {names}"))
            })?,
            extended_length: table.extended_length,
            short_identifiers: table.short_identifiers,
            refuses_first_command: table.refuses_first_command,
            accepts_terminals: table.accepts_terminals,
            latency: table.latency,
            seed: table.seed,
            mutant: None,
        })
    }

    fn application(&mut self, table: &ApplicationTable) -> Result<Application, FolderError> {
        let aid = &table.aid;
        let name = hex::decode(aid).ok().filter(|name| (5..=16).contains(&name.len()));
        let name = name.ok_or_else(|| {
            self.wrong("application", "aid", format!("{aid:?} is not 5 to 16 bytes in hexadecimal"))
        })?;
        // As files are named by it.
        let aid = &hex::encode_upper(&name);
        let mut files = Vec::<File>::new();
        for entry in &table.files {
            let file = self.file(aid, entry)?;
            let place = format!("{aid} {:04X}", file.identifier.0);
            if files.iter().any(|other| other.identifier == file.identifier) {
                return Err(self.wrong(&place, "id", "is there twice"));
            }
            let short = file.short_identifier;
            if short.is_some() && files.iter().any(|other| other.short_identifier == short) {
                return Err(self.wrong(&place, "short_identifier", "is that of two EFs"));
            }
            files.push(file);
        }
        let own_key = match &table.own_key {
            None => None,
            Some(digits) => {
                let identifier = FileIdentifier(self.four_digits(aid, "own_key", digits)?);
                let mut keys = files.iter().filter(|file| matches!(file.content, Content::Key(_)));
                if !keys.any(|file| file.identifier == identifier) {
                    return Err(self.wrong(aid, "own_key", format!("{digits} is no EF of kind key")));
                }
                Some(identifier)
            }
        };
        let session_key_delivery = match table.session_key.as_deref() {
            Some("offered") => {
                let key = match &table.session_key_file {
                    Some(name) => self.key(name, &format!("{aid} session_key_file"))?,
                    None => CardKey::Absent,
                };
                SessionKeyDelivery::Offered(key)
            }
            _ if table.session_key_file.is_some() => {
                return Err(self.wrong(aid, "session_key_file", "session_key is not \"offered\""));
            }
            Some("not-offered") | None => SessionKeyDelivery::NotOffered,
            Some("protected") => SessionKeyDelivery::Protected,
            Some(_) => {
                return Err(self.wrong(aid, "session_key", "must be offered, not-offered or protected"));
            }
        };
        Ok(Application { name: name.into(), files, own_key, session_key_delivery })
    }

    fn file(&mut self, aid: &str, table: &FileTable) -> Result<File, FolderError> {
        let place = &format!("{aid} {}", table.id);
        let identifier = self.four_digits(place, "id", &table.id)?;
        let taken = taken_by(&table.kind).ok_or_else(|| {
            let kinds = KINDS.map(|(kind, _)| kind).join(", ");
            self.wrong(place, "kind", format!("{:?} is none of {kinds}", table.kind))
        })?;
        for (field, is_there) in [
            ("access", table.access.is_some()),
            ("file", table.file.is_some()),
            ("record_lengths", table.record_lengths.is_some()),
            ("pin", table.pin.is_some()),
            ("tries", table.tries.is_some()),
            ("value", table.value.is_some()),
            ("status", table.status.is_some()),
        ] {
            if is_there && !taken.contains(&field) {
                return Err(self.wrong(place, field, format!("kind {} has none", table.kind)));
            }
        }
        let name = table.file.clone().unwrap_or_else(|| format!("{aid}/{identifier:04X}.bin"));
        let file_field = format!("{place} file");
        let key = || match &table.file {
            Some(name) => self.key(name, &file_field),
            None => Ok(CardKey::Absent),
        };
        let mut access = self.access(place, table.access.as_deref())?;
        let content = match table.kind.as_str() {
            "binary" => Content::Transparent(FileBytes::Ready(self.bytes(&name, &file_field)?)),
            "records" => Content::Records(self.records(place, table, &self.bytes(&name, &file_field)?)?),
            "pin" => Content::Reference(self.pin(place, table)?),
            "blocked-pin" => Content::BlockedReference,
            "key" => Content::Key(key()?),
            "authentication-key" => Content::AuthenticationKey(key()?),
            "terminal-authority" => Content::TerminalAuthority(key()?),
            _ => {
                access = Access::Never;
                let status = table.status.as_deref().map(|digits| self.four_digits(place, "status", digits));
                Content::Unknown(status.transpose()?.map_or(StatusWord::WRONG_FILE_STRUCTURE, StatusWord))
            }
        };
        let mut file = File::new(identifier, access, content);
        file.short_identifier = match table.short_identifier {
            None => short_identifier_of(identifier),
            Some(0) => None,
            Some(number) => Some(
                ShortFileIdentifier::new(number)
                    .ok_or_else(|| self.wrong(place, "short_identifier", "must be 0 to 30"))?,
            ),
        };
        Ok(file)
    }

    fn records(&self, place: &str, table: &FileTable, bytes: &[u8]) -> Result<Vec<Vec<u8>>, FolderError> {
        let lengths = table.record_lengths.as_deref().unwrap_or_default();
        let mut rest = bytes;
        let mut records = Vec::new();
        for length in lengths {
            let Some((record, behind)) = rest.split_at_checked(*length) else { break };
            records.push(record.to_vec());
            rest = behind;
        }
        if records.len() != lengths.len() || !rest.is_empty() {
            let reason = format!("do not add up to the {} bytes of the file", bytes.len());
            return Err(self.wrong(place, "record_lengths", reason));
        }
        Ok(records)
    }

    fn pin(&mut self, place: &str, table: &FileTable) -> Result<Reference, FolderError> {
        let name = table.pin.as_deref().unwrap_or_default();
        let reference = Reference::from_name(name).ok_or_else(|| {
            let names = Reference::ALL.map(Reference::name).join(", ");
            self.wrong(place, "pin", format!("must be one of {names}"))
        })?;
        if self.held.contains(&reference) {
            return Err(self.wrong(place, "pin", format!("{name} is that of two EFs")));
        }
        self.held.push(reference);
        let tries = table.tries.unwrap_or(reference.most_tries());
        if tries > reference.most_tries() {
            return Err(self.wrong(place, "tries", format!("must be 0 to {}", reference.most_tries())));
        }
        self.counters.set(reference, tries);
        if let Some(value) = &table.value {
            if !reference.accepts(value.0.as_bytes()) {
                return Err(self.wrong(place, "value", format!("must be {}", reference.form())));
            }
            self.pins.push((reference, Zeroizing::new(value.0.as_bytes().to_vec())));
        }
        Ok(reference)
    }

    fn access(&self, place: &str, text: Option<&str>) -> Result<Access, FolderError> {
        let words: Vec<&str> = text.unwrap_or("free").split(" or ").map(str::trim).collect();
        let reference = |word: &str| {
            Reference::from_name(word).ok_or_else(|| {
                self.wrong(place, "access", format!("{word:?} is neither free, never nor a PIN"))
            })
        };
        match words.as_slice() {
            ["free"] => Ok(Access::Free),
            ["never"] => Ok(Access::Never),
            [one, "terminal"] => Ok(Access::VerifiedOrTerminal(reference(one)?)),
            names => {
                let any_of = names.iter().map(|name| reference(name)).collect::<Result<Vec<_>, _>>()?;
                Ok(Access::Verified(Cow::Owned(any_of)))
            }
        }
    }

    /// An access condition that nothing could ever fulfil is a slip.
    fn every_pin_has_an_ef(&self, applications: &[Application]) -> Result<(), FolderError> {
        for application in applications {
            for file in &application.files {
                let needed = match &file.access {
                    Access::Verified(any_of) => any_of.iter().copied().collect(),
                    Access::VerifiedOrTerminal(reference) => vec![*reference],
                    Access::Free | Access::Never => Vec::new(),
                };
                let of_application = |reference: &Reference| {
                    let mut files = application.files.iter();
                    files.any(|file| matches!(file.content, Content::Reference(held) if held == *reference))
                };
                if let Some(missing) = needed.into_iter().find(|reference| !of_application(reference)) {
                    let aid = hex::encode_upper(&application.name);
                    let place = format!("{aid} {:04X}", file.identifier.0);
                    let reason = format!("the application has no EF with the PIN {}", missing.name());
                    return Err(self.wrong(&place, "access", reason));
                }
            }
        }
        Ok(())
    }

    fn bytes(&self, name: &str, field: &str) -> Result<Vec<u8>, FolderError> {
        read_file(self.folder, name, field, MOST_BYTES)
    }

    fn key(&self, name: &str, field: &str) -> Result<CardKey, FolderError> {
        let bytes = Zeroizing::new(read_file(self.folder, name, field, MOST_BYTES_OF_KEY)?);
        let key = SimulatedKey::from_pkcs8(&bytes).map_err(|_| FolderError::Value {
            path: self.folder.join(DESCRIPTION),
            field: field.to_owned(),
            reason: format!("{name}: no private key of RSA-2048 as PKCS#8, PEM or DER"),
        })?;
        Ok(CardKey::Given(Arc::new(key)))
    }

    fn four_digits(&self, place: &str, field: &str, text: &str) -> Result<u16, FolderError> {
        let bytes = hex::decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        let bytes = bytes.ok_or_else(|| self.wrong(place, field, "must be four hexadecimal digits"))?;
        Ok(u16::from_be_bytes(bytes))
    }

    fn wrong(&self, place: &str, field: &str, reason: impl Into<String>) -> FolderError {
        FolderError::Value {
            path: self.folder.join(DESCRIPTION),
            field: format!("{place} {field}"),
            reason: reason.into(),
        }
    }
}

/// The kinds of EF, and which fields each has besides its identifiers.
const KINDS: [(&str, &[&str]); 8] = [
    ("binary", &["access", "file"]),
    ("records", &["access", "file", "record_lengths"]),
    ("pin", &["pin", "tries", "value"]),
    ("blocked-pin", &[]),
    ("key", &["access", "file"]),
    ("authentication-key", &["access", "file"]),
    ("terminal-authority", &["file"]),
    ("unknown", &["status"]),
];

fn taken_by(kind: &str) -> Option<&'static [&'static str]> {
    KINDS.iter().find(|(known, _)| *known == kind).map(|(_, fields)| *fields)
}
