//! What the applications hold, which number opens what, and where it stands.
//!
//! | record | application | file | PIN | 照合番号A | 照合番号B | birth date |
//! |---|---|---|---|---|---|---|
//! | [`MyNumber`] | [`Text`] | EF `0001` | yes | yes | | |
//! | [`BasicItems`] | [`Text`] | EF `0002` | yes | | yes | |
//! | [`IntegrityRecord`] | [`Text`] | EF `0003` | yes | yes | yes | |
//! | [`AgeRecord`] | [`Visual`] | EF `0001` | | | | yes |
//! | [`CardFace`] | [`Visual`] | EF `0002` | | yes | yes | |
//! | [`MyNumberImage`] | [`Visual`] | EF `0005` | | yes | | |
//!
//! Files from dumps of test cards (`fix`), what opens what seen on cards by a third party. What is behind the PINs of
//! [`CommonCard`] and [`ResidentRegister`] is not public.
//!
//! | PIN | application | file | changed by |
//! |---|---|---|---|
//! | [`CardFacePin`] | [`Text`] | EF `0011` | CHANGE REFERENCE DATA (`code`) |
//! | [`CommonCardPin`] | [`CommonCard`] | EF `001C` | CHANGE KEY, seen on cards by a third party |
//! | [`ResidentRegisterPin`] | [`ResidentRegister`] | EF `001C` | CHANGE KEY, seen on cards by a third party |

use myna_apdu::flow::{ChangeMethod, Extent};
use myna_apdu::{ApplicationIdentifier, FileIdentifier, Pin};

use crate::{
    AgeRecord, BasicItems, CardFace, CardFacePin, CommonCardPin, EraBirthDate, IntegrityRecord, MyNumber,
    MyNumberImage, NumberA, NumberB, RecordFault, ResidentRegisterPin,
};

/// 券面事項入力補助AP: the texts of the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Text;

/// 券面事項確認AP: what is printed on the card, for whoever holds it in the hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Visual;

/// 共通カードAP: the number of the card itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct CommonCard;

/// 住基AP: the number of the resident register (住民票コード), for offices.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResidentRegister;

/// One of the applications.
pub trait Application: sealed::Sealed {
    /// Its official name.
    const NAME: &'static str;
    /// Its AID.
    const IDENTIFIER: ApplicationIdentifier<'static>;
}

/// What may be presented to an application: its PIN, or a number printed on the card.
pub trait PinReference<A>: sealed::Presented {
    /// Where the card holds it. 照合番号A and B are swapped between the two applications.
    const REFERENCE: FileIdentifier;
}

/// A PIN that its holder may give a new value.
pub trait ChangeablePin<A>: PinReference<A> {
    /// By which command.
    const METHOD: ChangeMethod;
}

/// What can be read from an application.
pub trait Record: sealed::Parsed {
    /// The application that holds it.
    type Application: Application;
    /// Its file.
    const FILE: FileIdentifier;
    /// How much of the file it is.
    const EXTENT: Extent = Extent::Object;
}

/// A number that opens a record.
pub trait Opens<R: Record>: PinReference<R::Application> {}

impl Application for Text {
    const NAME: &'static str = "券面事項入力補助AP";
    const IDENTIFIER: ApplicationIdentifier<'static> =
        ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x08]).unwrap();
}

impl Application for Visual {
    const NAME: &'static str = "券面事項確認AP";
    const IDENTIFIER: ApplicationIdentifier<'static> =
        ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x02]).unwrap();
}

impl Application for CommonCard {
    const NAME: &'static str = "共通カードAP";
    const IDENTIFIER: ApplicationIdentifier<'static> =
        ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x01, 0x00]).unwrap();
}

impl Application for ResidentRegister {
    const NAME: &'static str = "住基AP";
    const IDENTIFIER: ApplicationIdentifier<'static> =
        ApplicationIdentifier::new(&[0xD3, 0x92, 0x10, 0x00, 0x31, 0x00, 0x01, 0x01, 0x04, 0x01]).unwrap();
}

/// The issuer's certificate, in [`Text`] and [`Visual`].
pub(crate) const CERTIFICATE: FileIdentifier = FileIdentifier(0x0004);
/// The card's key as the issuer signed it, in [`Text`]; the records of [`Visual`] hold it themselves.
pub(crate) const CARD_KEY: FileIdentifier = FileIdentifier(0x0007);

macro_rules! references {
    ($($application:ident { $($number:ident: $reference:literal $(changed by $method:ident)?),+ })+) => {
        $($(
            impl PinReference<$application> for $number {
                const REFERENCE: FileIdentifier = FileIdentifier($reference);
            }
            $(impl ChangeablePin<$application> for $number {
                const METHOD: ChangeMethod = ChangeMethod::$method;
            })?
        )+)+
    };
}

macro_rules! records {
    ($($record:ident: $application:ident, $file:literal, $extent:ident, opened by $($number:ident)+;)+) => {$(
        impl Record for $record {
            type Application = $application;
            const FILE: FileIdentifier = FileIdentifier($file);
            const EXTENT: Extent = Extent::$extent;
        }
        impl sealed::Parsed for $record {
            fn parsed(file: &[u8]) -> Result<Self, RecordFault> {
                Self::parse(file)
            }
        }
        $(impl Opens<$record> for $number {})+
    )+};
}

references! {
    Text { CardFacePin: 0x0011 changed by ReferenceData, NumberA: 0x0014, NumberB: 0x0015 }
    Visual { EraBirthDate: 0x0011, NumberB: 0x0012, NumberA: 0x0013 }
    CommonCard { CommonCardPin: 0x001C changed by Key }
    ResidentRegister { ResidentRegisterPin: 0x001C changed by Key }
}

// The digest of My Number is over its file with the filler.
records! {
    MyNumber: Text, 0x0001, Whole, opened by CardFacePin NumberA;
    BasicItems: Text, 0x0002, Object, opened by CardFacePin NumberB;
    IntegrityRecord: Text, 0x0003, Object, opened by CardFacePin NumberA NumberB;
    AgeRecord: Visual, 0x0001, Object, opened by EraBirthDate;
    CardFace: Visual, 0x0002, Object, opened by NumberA NumberB;
    MyNumberImage: Visual, 0x0005, Object, opened by NumberA;
}

mod sealed {
    use super::{
        CardFacePin, CommonCard, CommonCardPin, EraBirthDate, NumberA, NumberB, Pin, RecordFault,
        ResidentRegister, ResidentRegisterPin, Text, Visual,
    };

    #[expect(unnameable_types, reason = "the applications are those of this card, and no others")]
    pub trait Sealed {}
    impl Sealed for Text {}
    impl Sealed for Visual {}
    impl Sealed for CommonCard {}
    impl Sealed for ResidentRegister {}

    #[expect(unnameable_types, reason = "the caller does not get a PIN out again")]
    pub trait Presented {
        fn pin(&self) -> &Pin;
    }

    macro_rules! presented {
        ($($number:ident)+) => {
            $(impl Presented for $number {
                fn pin(&self) -> &Pin {
                    self.pin()
                }
            })+
        };
    }
    presented!(CardFacePin CommonCardPin ResidentRegisterPin NumberA NumberB EraBirthDate);

    #[expect(unnameable_types, reason = "the records are those of this card, and no others")]
    pub trait Parsed: Sized {
        fn parsed(file: &[u8]) -> Result<Self, RecordFault>;
    }
}
