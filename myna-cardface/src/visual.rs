use std::fmt;
use std::marker::PhantomData;

use myna_apdu::flow::{Extent, Flow, PinPolicy, TriesLeft, tries_left, verify};
use myna_apdu::{ApplicationIdentifier, FileIdentifier, Pin};
use myna_transport::{Card, Transport};

use crate::{
    AgeRecord, CardFace, CardFaceError, EraBirthDate, Error, MyNumberImage, NumberA, NumberB, RecordFault,
    VisualEvidence, operation,
};

/// 券面事項確認AP, selected: what is printed on the card, for whoever holds it in the hand.
///
/// What opens what (seen on cards by a third party):
///
/// | number | opens |
/// |---|---|
/// | 照合番号A | [`CardFace`], [`MyNumberImage`] |
/// | 照合番号B | [`CardFace`] |
/// | birth date | [`AgeRecord`] |
pub struct VisualApplication<'c, T> {
    card: &'c mut Card<T>,
}

/// 券面事項確認AP, opened by a number. Only this handle reads, and only what that number opens.
pub struct OpenedVisualApplication<'a, T, N> {
    card: &'a mut Card<T>,
    number: PhantomData<N>,
}

/// A number printed on the card that opens records of 券面事項確認AP.
pub trait PrintedNumber: sealed::PrintedNumber {}
impl PrintedNumber for NumberA {}
impl PrintedNumber for NumberB {}
impl PrintedNumber for EraBirthDate {}

/// A number that opens the whole card face: 照合番号A and B.
pub trait OpensCardFace: PrintedNumber {}
impl OpensCardFace for NumberA {}
impl OpensCardFace for NumberB {}

mod sealed {
    use myna_apdu::{FileIdentifier, Pin};

    #[expect(unnameable_types, reason = "the references are those of this card, and no others")]
    pub trait PrintedNumber {
        /// The reference on the card. A and B are swapped against 券面事項入力補助AP.
        const REFERENCE: FileIdentifier;
        fn pin(&self) -> &Pin;
    }
}

impl sealed::PrintedNumber for NumberA {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0013);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

impl sealed::PrintedNumber for NumberB {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0012);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

impl sealed::PrintedNumber for EraBirthDate {
    const REFERENCE: FileIdentifier = FileIdentifier(0x0011);

    fn pin(&self) -> &Pin {
        self.pin()
    }
}

const APPLICATION: ApplicationIdentifier<'static> =
    ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]).unwrap();
const NAME: &str = "券面事項確認AP";
const AGE: FileIdentifier = FileIdentifier(0x0001);
const CARD_FACE: FileIdentifier = FileIdentifier(0x0002);
const CERTIFICATE: FileIdentifier = FileIdentifier(0x0004);
const MY_NUMBER: FileIdentifier = FileIdentifier(0x0005);

impl<'c, T: Transport> VisualApplication<'c, T> {
    /// Selects the application.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::NoApplication`] when the card is another one.
    pub fn open(card: &'c mut Card<T>) -> Result<Self, Error> {
        card.run(Flow::new(|link| async move { operation::select(&link, APPLICATION, NAME).await }))?;
        Ok(Self { card })
    }

    /// How many tries a number has left, of ten. Spends none.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`].
    pub fn tries_left<N: PrintedNumber>(&mut self) -> Result<TriesLeft, Error> {
        self.card.run(Flow::new(|link| async move { Ok(tries_left(&link, N::REFERENCE).await?) }))
    }

    /// Reads the counter and, if it allows, presents the number.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`]; [`CardFaceError::pin_fault`] tells what became of the number.
    pub fn verify<N: PrintedNumber>(
        &mut self,
        number: &N,
        policy: PinPolicy,
    ) -> Result<OpenedVisualApplication<'_, T, N>, Error> {
        let pin: &Pin = number.pin();
        self.card.run(Flow::<_, CardFaceError>::new(|link| async move {
            Ok(verify(&link, N::REFERENCE, pin, policy).await?)
        }))?;
        Ok(OpenedVisualApplication { card: self.card, number: PhantomData })
    }
}

impl<T: Transport, N: PrintedNumber> OpenedVisualApplication<'_, T, N> {
    /// Reads what speaks for the records, and has the card sign a challenge with its own key.
    ///
    /// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the certificate is none.
    pub fn read_evidence(&mut self, challenge: [u8; 32]) -> Result<VisualEvidence, Error> {
        self.card.run(Flow::new(move |link| async move {
            Ok(VisualEvidence(operation::answer(&link, CERTIFICATE, challenge).await?))
        }))
    }

    fn read<R>(
        &mut self,
        file: FileIdentifier,
        parse: fn(&[u8]) -> Result<R, RecordFault>,
    ) -> Result<R, Error> {
        self.card.run(Flow::new(move |link| async move {
            operation::read(&link, file, Extent::Object, parse).await
        }))
    }
}

impl<T: Transport, N: OpensCardFace> OpenedVisualApplication<'_, T, N> {
    /// Reads 券面情報 with the photo: 1 exchange with extended length, above a dozen without.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read_card_face(&mut self) -> Result<CardFace, Error> {
        self.read(CARD_FACE, CardFace::parse)
    }
}

impl<T: Transport> OpenedVisualApplication<'_, T, NumberA> {
    /// Reads the image of 個人番号. Only who may collect it by law may call this.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read_my_number_image(&mut self) -> Result<MyNumberImage, Error> {
        self.read(MY_NUMBER, MyNumberImage::parse)
    }
}

impl<T: Transport> OpenedVisualApplication<'_, T, EraBirthDate> {
    /// Reads the birth date alone.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read_age_record(&mut self) -> Result<AgeRecord, Error> {
        self.read(AGE, AgeRecord::parse)
    }
}

impl<T> fmt::Debug for VisualApplication<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VisualApplication")
    }
}

impl<T, N> fmt::Debug for OpenedVisualApplication<'_, T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OpenedVisualApplication")
    }
}
