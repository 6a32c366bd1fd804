use std::fmt;
use std::marker::PhantomData;

use myna_apdu::flow::{Extent, Flow, PinPolicy, TriesLeft, tries_left, verify};
use myna_apdu::{ApplicationIdentifier, FileIdentifier, Pin};
use myna_transport::{Card, CardError, Transport};

use crate::genuineness::VouchedKey;
use crate::{
    BasicItems, CardFaceError, CardFacePin, IntegrityRecord, MyNumber, NumberA, NumberB, RecordFault,
    TextEvidence, operation,
};

/// 券面事項入力補助AP, selected: the texts of the card.
///
/// What opens what (seen on cards by a third party):
///
/// | presented | opens |
/// |---|---|
/// | PIN | everything |
/// | 照合番号A | [`MyNumber`], [`IntegrityRecord`] |
/// | 照合番号B | [`BasicItems`], [`IntegrityRecord`] |
pub struct TextApplication<'c, T> {
    card: &'c mut Card<T>,
}

/// 券面事項入力補助AP with its PIN, or a number in its place, verified. Only this handle reads, and only what that opens.
pub struct VerifiedTextApplication<'a, T, N = CardFacePin> {
    card: &'a mut Card<T>,
    number: PhantomData<N>,
}

/// What may be presented to 券面事項入力補助AP.
pub trait OpensText: sealed::OpensText {}
impl OpensText for CardFacePin {}
impl OpensText for NumberA {}
impl OpensText for NumberB {}

/// What opens the four basic items: the PIN and 照合番号B.
pub trait OpensBasicItems: OpensText {}
impl OpensBasicItems for CardFacePin {}
impl OpensBasicItems for NumberB {}

/// What opens My Number: the PIN and 照合番号A.
pub trait OpensMyNumber: OpensText {}
impl OpensMyNumber for CardFacePin {}
impl OpensMyNumber for NumberA {}

mod sealed {
    use myna_apdu::{FileIdentifier, Pin};

    #[expect(unnameable_types, reason = "the references are those of this card, and no others")]
    pub trait OpensText {
        /// The reference on the card. A and B are swapped against 券面事項確認AP.
        const REFERENCE: FileIdentifier;
        fn pin(&self) -> &Pin;
    }
}

impl sealed::OpensText for CardFacePin {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0011);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

impl sealed::OpensText for NumberA {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0014);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

impl sealed::OpensText for NumberB {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0015);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

/// What the operation made of it, and what the transport said when that was the cause.
pub type Error = CardError<CardFaceError>;

const APPLICATION: ApplicationIdentifier<'static> =
    ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]).unwrap();
const NAME: &str = "券面事項入力補助AP";
const MY_NUMBER: FileIdentifier = FileIdentifier(0x0001);
const BASIC_ITEMS: FileIdentifier = FileIdentifier(0x0002);
const INTEGRITY: FileIdentifier = FileIdentifier(0x0003);
const CERTIFICATE: FileIdentifier = FileIdentifier(0x0004);
const CARD_KEY: FileIdentifier = FileIdentifier(0x0007);

impl<'c, T: Transport> TextApplication<'c, T> {
    /// Selects the application.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::NoApplication`] when the card is another one.
    pub fn open(card: &'c mut Card<T>) -> Result<Self, Error> {
        card.run(Flow::new(|link| async move { operation::select(&link, APPLICATION, NAME).await }))?;
        Ok(Self { card })
    }

    /// How many tries the PIN has left. Spends none.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`].
    pub fn tries_left(&mut self) -> Result<TriesLeft, Error> {
        self.tries_left_of::<CardFacePin>()
    }

    /// How many tries the PIN has left, of three, or a number, of ten. Spends none.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`].
    pub fn tries_left_of<N: OpensText>(&mut self) -> Result<TriesLeft, Error> {
        self.card.run(Flow::new(|link| async move { Ok(tries_left(&link, N::REFERENCE).await?) }))
    }

    /// Reads the counter and, if it allows, presents the PIN or the number.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`]; [`CardFaceError::pin_fault`] tells what became of the PIN.
    pub fn verify<N: OpensText>(
        &mut self,
        number: &N,
        policy: PinPolicy,
    ) -> Result<VerifiedTextApplication<'_, T, N>, Error> {
        let pin: &Pin = number.pin();
        self.card.run(Flow::<_, CardFaceError>::new(|link| async move {
            Ok(verify(&link, N::REFERENCE, pin, policy).await?)
        }))?;
        Ok(VerifiedTextApplication { card: self.card, number: PhantomData })
    }
}

impl<T: Transport, N: OpensBasicItems> VerifiedTextApplication<'_, T, N> {
    /// Reads 基本4情報.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold them.
    pub fn read_basic_items(&mut self) -> Result<BasicItems, Error> {
        self.read(BASIC_ITEMS, Extent::Object, BasicItems::parse)
    }
}

impl<T: Transport, N: OpensMyNumber> VerifiedTextApplication<'_, T, N> {
    /// Reads 個人番号. Only who may collect it by law may call this.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read_my_number(&mut self) -> Result<MyNumber, Error> {
        self.read(MY_NUMBER, Extent::Whole, MyNumber::parse)
    }
}

impl<T: Transport, N: OpensText> VerifiedTextApplication<'_, T, N> {
    /// Reads the integrity record over both.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read_integrity_record(&mut self) -> Result<IntegrityRecord, Error> {
        self.read(INTEGRITY, Extent::Object, IntegrityRecord::parse)
    }

    /// Reads what speaks for the integrity record, and has the card sign a challenge with its own key.
    ///
    /// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the files do not hold it.
    pub fn read_evidence(&mut self, challenge: [u8; 32]) -> Result<TextEvidence, Error> {
        self.card.run(Flow::new(move |link| async move {
            let key = operation::read(&link, CARD_KEY, Extent::Object, VouchedKey::parse).await?;
            let answer = operation::answer(&link, CERTIFICATE, challenge).await?;
            Ok(TextEvidence { answer, key })
        }))
    }

    fn read<R>(
        &mut self,
        file: FileIdentifier,
        extent: Extent,
        parse: fn(&[u8]) -> Result<R, RecordFault>,
    ) -> Result<R, Error> {
        self.card.run(Flow::new(move |link| async move { operation::read(&link, file, extent, parse).await }))
    }
}

impl<T> fmt::Debug for TextApplication<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TextApplication")
    }
}

impl<T, N> fmt::Debug for VerifiedTextApplication<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifiedTextApplication")
    }
}
