use std::fmt;
use std::str::FromStr;

use myna_error::{Diagnostic, Entry};

use crate::error::ADDRESS;

/// Where a card is, in a word: `sim`, `sim:NAME`, `pcsc`, `pcsc:READER`.
///
/// The name goes to the end of the text: names of readers have colons too.
///
/// ```
/// use myna_transport::CardAddress;
///
/// let address: CardAddress = "pcsc:Virtual PCD 00 00".parse()?;
/// assert_eq!(address, CardAddress::Pcsc(Some("Virtual PCD 00 00".to_owned())));
/// assert_eq!("sim".parse(), Ok(CardAddress::Simulated(None)));
/// let error = "usb".parse::<CardAddress>().unwrap_err();
/// assert!(error.to_string().contains("pcsc:READER"));
/// # Ok::<(), myna_transport::CardAddressError>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CardAddress {
    /// `sim`, `sim:NAME`: a simulated card. What the names mean is for whoever makes it.
    Simulated(Option<String>),
    /// `pcsc`, `pcsc:READER`: the card on this reader of the machine, or on the first that has one.
    Pcsc(Option<String>),
}

/// A text that is no [`CardAddress`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardAddressError {
    text: String,
}

impl FromStr for CardAddress {
    type Err = CardAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let (kind, name) = text.split_once(':').map_or((text, None), |(kind, name)| (kind, Some(name)));
        let name = name.map(str::to_owned);
        match kind {
            "sim" => Ok(Self::Simulated(name)),
            "pcsc" => Ok(Self::Pcsc(name)),
            _ => Err(CardAddressError { text: text.to_owned() }),
        }
    }
}

impl fmt::Display for CardAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (kind, name) = match self {
            Self::Simulated(name) => ("sim", name),
            Self::Pcsc(name) => ("pcsc", name),
        };
        match name {
            Some(name) => write!(f, "{kind}:{name}"),
            None => f.write_str(kind),
        }
    }
}

impl CardAddressError {
    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }
}

myna_error::errors!(CardAddressError);

impl Diagnostic for CardAddressError {
    fn entry(&self) -> &'static Entry {
        &ADDRESS
    }
}
