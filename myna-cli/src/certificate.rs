//! `myna cert`: one of the four certificates of a card, to read or to keep.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueEnum};
use der::pem::{LineEnding, encode_string};
use jiff::{Timestamp, tz};
use myna_apdu::flow::{FileFault, OperationError};
use myna_jpki::{
    Certificate, CertificateKind, CertifiedHolder, CertifiedSex, JpkiError, PinPolicy, SignaturePassword,
    UnixTime, UserAuthenticationPin, operation as jpki,
};
use myna_transport::{Budget, Card, CardError, Meter, Transport};
use serde::Serialize;

use crate::clock::Now;
use crate::failure::Failure;
use crate::output;
use crate::pin_command::{ChosenKey, look, open};
use crate::private_file::write_private;
use crate::screen::{self, printable};
use crate::source::CardSource;

#[derive(Subcommand)]
pub(crate) enum Command {
    /// Show a certificate: whose, by whom, how long
    Show(Show),
    /// Write a certificate to a file, for its owner alone
    Export(Export),
}

#[derive(Args)]
pub(crate) struct Show {
    #[command(flatten)]
    reading: Reading,
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub(crate) struct Export {
    #[command(flatten)]
    reading: Reading,
    /// The file; - is standard output
    #[arg(long, value_name = "FILE")]
    output: PathBuf,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Form::Pem)]
    format: Form,
}

#[derive(Clone, Copy, ValueEnum)]
enum Form {
    Pem,
    Der,
}

#[derive(Args)]
struct Reading {
    /// Which certificate
    which: Which,
    #[command(flatten)]
    card: CardSource,
    /// Read the PIN or password from standard input, where the certificate needs one (else: environment variable MYNA_PIN,
    /// for the signature password MYNA_PASSWORD, else a prompt)
    #[arg(long)]
    pin_stdin: bool,
    /// Present it even when it is the last try
    #[arg(long)]
    last_try: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Which {
    /// 利用者証明用; free on a card, with the PIN on a phone
    Auth,
    /// 署名用: name, address, birth date and sex of the holder; with the signature password
    Sign,
    /// The CA certificate above the first
    AuthCa,
    /// The CA certificate above the second
    SignCa,
}

impl Which {
    const fn kind(self) -> CertificateKind {
        match self {
            Self::Auth => CertificateKind::UserAuthentication,
            Self::Sign => CertificateKind::DigitalSignature,
            Self::AuthCa => CertificateKind::UserAuthenticationAuthority,
            Self::SignCa => CertificateKind::DigitalSignatureAuthority,
        }
    }
}

type Held<'t> = Card<Meter<&'t mut dyn Transport>>;

impl Reading {
    /// Without a PIN where the token asks for none.
    fn read(&self) -> Result<(Certificate, Budget), Failure> {
        let today = Now::new(None)?.date()?;
        if self.which != Which::Sign {
            let free = |card: &mut Held<'_>| {
                card.run(jpki::open())?;
                match card.run(jpki::read_certificate(self.which.kind())) {
                    Err(error) if self.which == Which::Auth && is_behind_pin(error.operation()) => Ok(None),
                    result => Ok(Some(result?)),
                }
            };
            if let (Some(certificate), budget) = self.card.with_card(today, free)? {
                return Ok((certificate, budget));
            }
        }
        let key = if self.which == Which::Sign { ChosenKey::Sign } else { ChosenKey::Auth };
        let source = ChosenKey::source(self.pin_stdin);
        let seen = match key.asks(source) {
            true => Some(self.card.with_card(today, |card| look(card, key.kind()))?.0),
            false => None,
        };
        let secret = source.read_secret(key.variable(), key.question())?;
        let policy = if self.last_try { PinPolicy::LAST_TRY_ALLOWED } else { PinPolicy::default() };
        match key {
            ChosenKey::Auth => {
                let pin = UserAuthenticationPin::new(&secret)?;
                self.card.with_card(today, |card| {
                    open(card, seen.as_ref())?;
                    card.run(jpki::verify_user_authentication(&pin, policy))?;
                    Ok(card.run(jpki::read_certificate(self.which.kind()))?)
                })
            }
            ChosenKey::Sign => {
                let password = SignaturePassword::new(&secret)?;
                self.card.with_card(today, |card| {
                    open(card, seen.as_ref())?;
                    card.run(jpki::verify_digital_signature(&password, policy))?;
                    Ok(card.run(jpki::read_certificate(self.which.kind()))?)
                })
            }
        }
    }
}

const fn is_behind_pin(error: &JpkiError) -> bool {
    matches!(error, JpkiError::Operation(OperationError::File { fault: FileFault::NotAllowed, .. }))
}

pub(crate) fn run(command: &Command) -> Result<ExitCode, Failure> {
    match command {
        Command::Show(arguments) => show(arguments).map_err(|failure| failure.in_json(arguments.json)),
        Command::Export(arguments) => export(arguments),
    }
}

#[derive(Serialize)]
struct Report {
    subject: String,
    issuer: String,
    serial_number: String,
    not_before: String,
    not_after: String,
    bytes: usize,
    /// Of the certificate for signing alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    holder: Option<HolderReport>,
    budget: Budget,
}

#[derive(Serialize)]
struct HolderReport {
    name: String,
    name_replaced: Vec<usize>,
    address: String,
    address_replaced: Vec<usize>,
    birth_date: String,
    sex: &'static str,
}

impl HolderReport {
    fn of(certificate: &Certificate) -> Result<Self, Failure> {
        let holder = CertifiedHolder::of(certificate).map_err(CardError::from_operation)?;
        Ok(Self {
            name: holder.name.text,
            name_replaced: holder.name.replaced,
            address: holder.address.text,
            address_replaced: holder.address.replaced,
            birth_date: holder.birth_date.day.to_string(),
            sex: match holder.sex {
                CertifiedSex::Male => "male",
                CertifiedSex::Female => "female",
                _ => "unknown",
            },
        })
    }

    fn text(&self) -> String {
        let sex = match self.sex {
            "male" => "男",
            "female" => "女",
            _ => "不明",
        };
        let replaced = |positions: &[usize]| match positions.len() {
            0 => String::new(),
            count => format!("（代替文字{count}字）"),
        };
        format!(
            "  氏名 / name: {}{}\n  住所 / address: {}{}\n  生年月日 / birth date: {}\n  性別 / sex: {sex}",
            printable(&self.name),
            replaced(&self.name_replaced),
            printable(&self.address),
            replaced(&self.address_replaced),
            self.birth_date
        )
    }
}

fn show(arguments: &Show) -> Result<ExitCode, Failure> {
    let (certificate, budget) = arguments.reading.read()?;
    let report = Report {
        subject: certificate.subject(),
        issuer: certificate.issuer(),
        serial_number: certificate.serial_number(),
        not_before: in_japan(certificate.not_before()),
        not_after: in_japan(certificate.not_after()),
        bytes: certificate.as_der().len(),
        holder: match arguments.reading.which {
            Which::Sign => Some(HolderReport::of(&certificate)?),
            _ => None,
        },
        budget,
    };
    if arguments.json {
        outln!("{}", output::json(&report)?);
        return Ok(ExitCode::SUCCESS);
    }
    outln!("  主体者 / subject: {}", printable(&report.subject));
    outln!("  発行者 / issuer: {}", printable(&report.issuer));
    outln!("  シリアル番号 / serial number: {}", report.serial_number);
    outln!("  有効期間 / valid: {} 〜 {}", report.not_before, report.not_after);
    if let Some(holder) = &report.holder {
        outln!("{}", holder.text());
    }
    outln!("  失効は確認していません / revocation is not checked");
    outln!("{}", screen::budget(budget));
    Ok(ExitCode::SUCCESS)
}

/// By the clock of Japan, in which certificates end with a day.
fn in_japan(instant: UnixTime) -> String {
    let timestamp = i64::try_from(instant.0).ok().and_then(|seconds| Timestamp::from_second(seconds).ok());
    timestamp.map_or_else(String::new, |timestamp| {
        tz::offset(9).to_datetime(timestamp).strftime("%Y-%m-%dT%H:%M:%S+09:00").to_string()
    })
}

fn export(arguments: &Export) -> Result<ExitCode, Failure> {
    let (certificate, _) = arguments.reading.read()?;
    let bytes = match arguments.format {
        Form::Der => certificate.as_der().to_vec(),
        Form::Pem => encode_string("CERTIFICATE", LineEnding::LF, certificate.as_der())
            .map_err(|error| output::no_form(&error))?
            .into_bytes(),
    };
    if arguments.output == Path::new("-") {
        output::write_bytes(&bytes);
    } else {
        write_private(&arguments.output, &bytes)?;
    }
    Ok(ExitCode::SUCCESS)
}
