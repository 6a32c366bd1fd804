//! A simulated My Number Card, and its test PKI.
//!
//! For whoever writes software for the card and has no card to spare: the simulated one answers commands as the real one
//! was seen to, forgets nothing, breaks on demand, and belongs to nobody.
//!
//! # In the tests of a Rust program
//!
//! ```
//! use myna_jpki::{CertificateKind, Jpki, SignaturePassword};
//! use myna_sim::{Date, Persona, SimTransport, SimulatedCard};
//!
//! let persona = Persona::built_in("default").ok_or("no such persona")?;
//! let simulated = SimulatedCard::new(&persona, Date::from_ymd(2025, 6, 2)?)?;
//! let mut card = myna_transport::Card::new(SimTransport::new(simulated));
//! let mut jpki = Jpki::open(&mut card)?;
//! assert!(jpki.read_certificate(CertificateKind::UserAuthentication).is_ok());
//! let wrong = SignaturePassword::new("WRONG1")?;
//! assert!(jpki.verify_digital_signature(&wrong, Default::default()).is_err());
//! assert_eq!(card.transport_mut().card().counters().digital_signature, 4);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! # Under a program in any language
//!
//! The card lies in a virtual reader of the real PC/SC stack; the program under test cannot tell. On Debian, as root:
//!
//! ```sh
//! apt-get install -y pcscd vsmartcard-vpcd opensc
//! pcscd                                                # unless the system has started it
//! myna sim serve &                                     # of myna-cli
//! until opensc-tool --list-readers | grep -q Yes; do sleep 0.1; done
//! pkcs15-tool --read-certificate 1                     # or the program under test
//! ```
//!
//! The virtual reader listens on every address of the machine and asks nobody who they are: in shared places run all of it
//! under `unshare --mount --net`. Programs without PC/SC talk to `myna sim pipe` ([`pipe`]).
//!
//! # A person of one's own
//!
//! `myna sim new mine` writes a persona with every field to `mine.toml`, `myna sim check mine.toml` tells whether all of it
//! fits together, `myna sim serve mine.toml` serves it. A file states only what matters to the test; [`Persona`] lists the fields
//! and their defaults:
//!
//! ```
//! let text = r#"
//!     name = "newcomer"
//!     holder = { family_name = "見本", given_name = "花", birth_date = 2001-02-03 }
//!     tries = { digital_signature = 1 }
//!     certificates = { issued = 2024-04-01, valid_until = 2025-05-31 }
//!     card = { atr = "3B888001000041E0B381A1003B", extended_length = false }
//! "#;
//! let persona = myna_sim::Persona::from_toml(text)?;
//! assert_eq!(persona.counters().digital_signature, 1);
//!
//! // What contradicts itself is refused, with its place.
//! let error = myna_sim::Persona::from_toml("[certificates]\nissued = 1980-01-01").unwrap_err();
//! assert_eq!((error.line(), error.field()), (2, "certificates.issued"));
//! # Ok::<(), myna_sim::PersonaError>(())
//! ```
//!
//! # What is in it
//!
//! - [`SimulatedCard`]: bytes in, bytes out. Made from a [`Persona`], an invented person written in TOML; ten come along
//!   ([`Persona::built_in_names`]). Or from a [`CardFolder`]: the bytes of a card and a description of the rest.
//! - [`SimTransport`]: the card on a reader in the same process. [`vpcd`]: the card on a virtual reader of the real PC/SC
//!   stack, pulled out in the middle of a command if asked, or by hand ([`vpcd::Control`]).
//! - [`pipe`]: the card at the end of any stream of bytes, for programs without PC/SC.
//! - [`state`]: counters that outlive the process, written before a PIN is compared, and PINs that were changed; of one card,
//!   and refused to every other.
//! - [`Mutant`]: cards that break exactly one rule, for tests that claim to notice.
//! - [`check`]: whether what is on a card fits together; [`CardImage`]: the bytes of its files.
//! - [`FaultPlan`]: what goes wrong at which exchange, and how long everything takes, as data; everywhere a card is served.
//! - [`pki`]: the two certificate authorities behind the certificates.
//!
//! The other end of an eligibility check, and of a folder exchange, is `myna-sim-service`.
//!
//! # Where the facts come from
//!
//! No specification of the card is public. Comments grade what they state: `[card: X]` project X saw it on a card,
//! `[code: X]` working software X does it so, `[fix]` checked on published dumps of test cards, `[run]` seen in a client's
//! log, `[doc]` a public document, `[law]` a general rule, `[guess]` ours. Nothing here was compared with a real card.
//!
//! By command: *official* is what a published standard or authority says (`[doc]`, `[law]`, ISO/IEC 7816-4), *observed* what
//! somebody saw on a card (`[card]`, `[fix]`), *inferred* what follows from clients that work (`[code]`, `[run]`), *invented*
//! what is ours (`[guess]`).
//!
//! | command | official | observed | inferred | invented |
//! |---|---|---|---|---|
//! | SELECT `00 A4` | its form | AIDs of 共通カードAP and 住基AP, starts of names, MF, EF `001E`, `6A82` | the other AIDs, EFs without any right | what P2 `00` answers, order of names |
//! | READ BINARY `00 B0` | its form, `6986` without an EF | SFI, 15-bit offset, short read, `6B00` | Le `00`, extended Le | an SFI makes its EF current though it is refused |
//! | READ RECORD `00 B2` | its form | `6A83`, `6981`, `6A81` | record 1 of 共通カードAP | record 0 |
//! | VERIFY `00 20` | PINs' forms and tries | `63C0`, `6984`, SFI, empty VERIFY on a blocked PIN | correct, wrong, empty | `6981` on another EF, `6A88`, a wrong PIN takes the right back |
//! | CHANGE REFERENCE DATA `00 24` | – | P1 `01` | after VERIFY | `6A80` for a wrong form, `6985` for another reference |
//! | CHANGE KEY `80 32` | – | for 共通カードAP and 住基AP | – | as above |
//! | signature `80 2A` | PKCS#1 and PSS themselves | P1 `00` to `05`, P2, `6A86`, key of the application | `6982` before the PIN | `6700` for which length, `6981`, `6A88` |
//! | INTERNAL AUTHENTICATE `00 88` | its form | key `0019`, `6982`, `6985` | – | `6981`, `6A88`, `6700` |
//! | GET CHALLENGE `00 84` | its form | 1 to 256 bytes, extended `6985` | – | the bytes: repeatable, not random |
//! | GET DATA `00 CA` | – | tags, sizes of the certificates, `6700`, `6A88` | – | values of `0042`, `0045`, `0066` |
//! | SET SESSION KEY `80 AE` | OAEP itself | structure, `6A80`, `6F00`, `66F1`, `6982` | – | `6A80` for wrong padding, the answer of the ISD |
//! | secure messaging `08 …` | AES, CBC | counter, vectors, objects, `6987`, `6988`, `69FC`, `6882` | – | that a session ends with the application, that `6882` does not count, that a key may come back |
//! | terminal certificate `80 A2` | that PIN-less use exists | `6A86`, `6700`, a key is kept | two messages, their parameters | everything else, behind [a switch](CardSettings::accepts_terminals) |
//! | EXTERNAL AUTHENTICATE `00 82` | its form | – | – | `6985` always |
//! | last command `80 FC` | – | taken by the iPhone, `6700` by the card | – | – |
//! | other instructions, classes, channels | – | `6D00`, `6E00`, `6881` | – | – |
//! | status of PINs | – | kept on the same AID, lost on another, on the ISD, without power; kept by a warm reset | kept on SELECT of an EF | what is selected after a warm reset |
//! | ATR | ISO/IEC 7816-3, PC/SC part 3 | both built in | – | – |
//! | content of files | periods of validity | layouts, digests, signatures, certificates of test cards | My Number's check digit | issuers, keys, images, opaque fields |
//!
//! # What is not simulated yet
//!
//! | what | answer |
//! |---|---|
//! | driving licence and municipal applications | `6A82` |
//! | 住基AP: what is behind its PIN | not there |
//! | EXTERNAL AUTHENTICATE | `6985` |
//! | `80 A2` (terminal certificate; use without a PIN) | `6985`, or [a flow of our own](CardSettings::accepts_terminals) |
//! | secure messaging of commands other than SELECT, VERIFY, READ BINARY | `6882` |
//! | in a [`CardFolder`]: PINs other than the ten of [`Reference`], keys other than RSA-2048 | refused |
//! | the latency of a real card: none was measured | [`Latency`] is what you say, else none |
//! | fonts: images of name and address show code points | a PNG of the right size |
//!
//! Challenges and salts are repeatable, not random, and begin anew with the process, where the card's seed says.
//! Files of which only the kind is known hold values of ours: the objects `0042`, `0045` and
//! `0066`, the key names of 共通カードAP and 住基AP, DF43 and DF35 of the basic information.

#![warn(clippy::indexing_slicing)]

mod application;
mod atr;
mod bitmap;
mod card;
#[cfg(feature = "check")]
pub mod check;
mod command;
mod counters;
mod error;
mod file;
#[cfg(feature = "folder")]
mod folder;
mod hexadecimal;
mod identity;
mod image;
mod kept;
mod mutant;
mod oaep;
mod object;
mod persona;
mod photo;
mod pins;
pub mod pipe;
pub mod pki;
mod pss;
mod reference;
mod security;
mod session;
mod settings;
#[cfg(feature = "state")]
pub mod state;
mod stream;
mod transport;
#[cfg(feature = "vpcd")]
pub mod vpcd;

pub use atr::{Atr, AtrBytes, AtrError};
pub use card::SimulatedCard;
pub use counters::Counters;
pub use error::SimError;
#[cfg(feature = "folder")]
pub use folder::{CardFolder, DESCRIPTION, FolderError};
pub use identity::CardIdentity;
pub use image::{CardImage, ImageError};
pub use kept::{CardState, NotKept};
pub use mutant::{Mutant, UnknownMutant};
pub use myna_calendar::Date;
pub use persona::{CertificateState, Persona, PersonaError, PersonaFault, ServiceTable};
pub use reference::Reference;
pub use settings::{CardProfile, CardSettings};
pub use transport::SimTransport;

pub use myna_transport::{FaultPlan, FaultPlanError, Latency};

#[cfg(test)]
mod tests;
