use std::fmt;
use std::marker::PhantomData;

use myna_apdu::flow::{PinPolicy, TriesLeft};
use myna_transport::{Card, CardError, Transport};

use crate::layout::{
    Application, ChangeablePin, CommonCard, Opens, PinReference, Record, ResidentRegister, Text, Visual,
};
use crate::{
    AgeRecord, BasicItems, CardFace, CardFaceError, CardFacePin, IntegrityRecord, MyNumber, MyNumberImage,
    TextEvidence, VisualEvidence, operation,
};

/// One of the applications, selected. Which number opens what: see [`layout`](crate::layout).
pub struct SelectedApplication<'c, T, A> {
    card: &'c mut Card<T>,
    application: PhantomData<A>,
}

/// An application with its PIN, or a number in its place, verified. Only this handle reads, and only what that opens.
pub struct OpenedApplication<'a, T, A, N> {
    card: &'a mut Card<T>,
    opened: PhantomData<(A, N)>,
}

/// 券面事項入力補助AP, selected: the texts of the card.
pub type TextApplication<'c, T> = SelectedApplication<'c, T, Text>;

/// 券面事項入力補助AP with its PIN, or a number in its place, verified.
pub type OpenedTextApplication<'a, T, N = CardFacePin> = OpenedApplication<'a, T, Text, N>;

/// 券面事項確認AP, selected: what is printed on the card, for whoever holds it in the hand.
pub type VisualApplication<'c, T> = SelectedApplication<'c, T, Visual>;

/// 券面事項確認AP, opened by a number.
pub type OpenedVisualApplication<'a, T, N> = OpenedApplication<'a, T, Visual, N>;

/// 共通カードAP, selected: the number of the card itself.
pub type CommonCardApplication<'c, T> = SelectedApplication<'c, T, CommonCard>;

/// 住基AP, selected.
pub type ResidentRegisterApplication<'c, T> = SelectedApplication<'c, T, ResidentRegister>;

/// What the operation made of it, and what the transport said when that was the cause.
pub type Error = CardError<CardFaceError>;

impl<'c, T: Transport, A: Application> SelectedApplication<'c, T, A> {
    /// Selects the application.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::NoApplication`] when the card is another one.
    pub fn open(card: &'c mut Card<T>) -> Result<Self, Error> {
        card.run(operation::open::<A>())?;
        Ok(Self { card, application: PhantomData })
    }

    /// How many tries the PIN has left, of three, or a number, of ten. Spends none.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`].
    pub fn tries_left<N: PinReference<A>>(&mut self) -> Result<TriesLeft, Error> {
        self.card.run(operation::tries_left::<A, N>())
    }

    /// Reads the counter and, if it allows, presents the PIN or the number.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`]; [`CardFaceError::pin_fault`] tells what became of the PIN.
    pub fn verify<N: PinReference<A>>(
        &mut self,
        number: &N,
        policy: PinPolicy,
    ) -> Result<OpenedApplication<'_, T, A, N>, Error> {
        self.card.run(operation::verify::<A, N>(number, policy))?;
        Ok(OpenedApplication { card: self.card, opened: PhantomData })
    }

    /// Gives a PIN a new value: reads the counter, presents the current one, and sends the new one. Each is sent once at
    /// most.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Operation`]; [`CardFaceError::pin_fault`] tells what became of the current PIN, and
    /// [`CardFaceError::change_fault`] what became of the new one.
    pub fn change_pin<N: ChangeablePin<A>>(
        &mut self,
        current: &N,
        new: &N,
        policy: PinPolicy,
    ) -> Result<(), Error> {
        self.card.run(operation::change_pin::<A, N>(current, new, policy)).map(drop)
    }
}

impl<T: Transport, A: Application, N: PinReference<A>> OpenedApplication<'_, T, A, N> {
    /// Reads any record that the number opens.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the file does not hold it.
    pub fn read<R: Record<Application = A>>(&mut self) -> Result<R, Error>
    where
        N: Opens<R>,
    {
        self.card.run(operation::read())
    }
}

impl<T: Transport, N: PinReference<Text>> OpenedApplication<'_, T, Text, N> {
    /// Reads 基本4情報.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_basic_items(&mut self) -> Result<BasicItems, Error>
    where
        N: Opens<BasicItems>,
    {
        self.read()
    }

    /// Reads 個人番号. Only who may collect it by law may call this.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_my_number(&mut self) -> Result<MyNumber, Error>
    where
        N: Opens<MyNumber>,
    {
        self.read()
    }

    /// Reads the integrity record over both.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_integrity_record(&mut self) -> Result<IntegrityRecord, Error>
    where
        N: Opens<IntegrityRecord>,
    {
        self.read()
    }

    /// Reads what speaks for the integrity record, and has the card sign a challenge with its own key.
    ///
    /// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the files do not hold it.
    pub fn read_evidence(&mut self, challenge: [u8; 32]) -> Result<TextEvidence, Error> {
        self.card.run(operation::read_text_evidence(challenge))
    }
}

impl<T: Transport, N: PinReference<Visual>> OpenedApplication<'_, T, Visual, N> {
    /// Reads 券面情報 with the photo: 1 exchange with extended length, above a dozen without.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_card_face(&mut self) -> Result<CardFace, Error>
    where
        N: Opens<CardFace>,
    {
        self.read()
    }

    /// Reads the image of 個人番号. Only who may collect it by law may call this.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_my_number_image(&mut self) -> Result<MyNumberImage, Error>
    where
        N: Opens<MyNumberImage>,
    {
        self.read()
    }

    /// Reads the birth date alone.
    ///
    /// # Errors
    ///
    /// As [`read`](Self::read).
    pub fn read_age_record(&mut self) -> Result<AgeRecord, Error>
    where
        N: Opens<AgeRecord>,
    {
        self.read()
    }

    /// Reads what speaks for the records, and has the card sign a challenge with its own key.
    ///
    /// `challenge` must be 32 fresh random bytes: a card that was asked the same before proves nothing.
    ///
    /// # Errors
    ///
    /// [`CardFaceError::Record`] when the certificate is none.
    pub fn read_evidence(&mut self, challenge: [u8; 32]) -> Result<VisualEvidence, Error> {
        self.card.run(operation::read_visual_evidence(challenge))
    }
}

impl<T, A: Application> fmt::Debug for SelectedApplication<'_, T, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SelectedApplication({})", A::NAME)
    }
}

impl<T, A: Application, N> fmt::Debug for OpenedApplication<'_, T, A, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OpenedApplication({})", A::NAME)
    }
}
