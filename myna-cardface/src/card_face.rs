use myna_apdu::tlv::{Tag, Tlv};
use myna_calendar::DateDigits;
use myna_trust::{DigestInfo, HashAlgorithm, PublicKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::template::{Template, date};
use crate::{BirthDate, FaceSex, Genuineness, RecordFault, SignedValue, TrustedKey, VisualEvidence};

/// 券面情報: what is printed on the card, as data and as images, from EF `0002` of 券面事項確認AP (`fix`).
///
/// ```text
/// FF20 82 LLLL
///   DF21 12       nine big-endian offsets, from the start of the file, to the tags of the others
///   DF22 08       birth date, ASCII YYYYMMDD, Gregorian
///   DF23 01       sex, ASCII
///   DF24 82 0109  the card's public key
///   DF25 82 LLLL  name, PNG, 1 bit a pixel
///   DF26 82 LLLL  address, PNG, 1 bit a pixel
///   DF27 82 LLLL  photo, JPEG 2000 in a JP2 file, grey
///   DF28 82 0100  signature, below
///   DF29 08       expiry of the card, ASCII YYYYMMDD, not signed
///   DF2A L        security code, PNG, not signed
///
/// signed: 30 71 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 60
///   SHA-256 of DF22 DF23 DF24 | SHA-256 of DF25 DF26 | SHA-256 of DF27
/// ```
///
/// The images are handed out as they stand: this crate draws nothing. Wiped when dropped; `Debug` prints none of it.
pub struct CardFace {
    birth_date: BirthDate,
    sex: FaceSex,
    name: Image,
    address: Image,
    photo: Image,
    security_code: Image,
    expiry: DateDigits,
    card_key: PublicKey,
    /// What DF28 signs.
    signed: DigestInfo,
    signature: Vec<u8>,
}

/// 生年月日 alone, from EF `0001` of 券面事項確認AP: for who may know the age and nothing else (`fix`).
///
/// ```text
/// FF10 82 021E { DF11 08 birth date, DF12 82 0109 card key, DF13 82 0100 sha256WithRSA over DF11 and DF12 }
/// ```
pub struct AgeRecord {
    birth_date: BirthDate,
    card_key: PublicKey,
    signed: Zeroizing<Vec<u8>>,
    signature: Vec<u8>,
}

/// 個人番号 as an image, from EF `0005` of 券面事項確認AP (`fix`). The law that restricts
/// [`MyNumber`](crate::MyNumber) restricts this too.
///
/// ```text
/// FF40 82 LLLL { DF41 PNG, 72 by 12, DF42 82 0109 card key, DF43 82 0100 sha256WithRSA over DF41 and DF42 }
/// ```
pub struct MyNumberImage {
    image: Image,
    card_key: PublicKey,
    signed: Zeroizing<Vec<u8>>,
    signature: Vec<u8>,
}

type Image = Zeroizing<Vec<u8>>;

impl CardFace {
    /// Reads the record of a file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::with_offsets(file, Tag(0xFF20), OBJECTS)?;
        let [_, birth_date, sex, key, name, address, photo, signature, expiry, security_code] =
            record.objects();
        let image = |object: Tlv<'_>| Zeroizing::new(object.value().to_vec());
        // What the issuer pads and signs is no DigestInfo of any standard: it names SHA-256, and holds three digests.
        let mut hashes = Vec::new();
        for (first, last) in [(&birth_date, &key), (&name, &address), (&photo, &photo)] {
            hashes.extend_from_slice(&Sha256::digest(record.covered(first, last)?));
        }
        let signed = DigestInfo::of_hashes(HashAlgorithm::Sha256, &hashes);
        Ok(Self {
            birth_date: BirthDate(date(&birth_date)?),
            sex: FaceSex::parse(&sex)?,
            name: image(name),
            address: image(address),
            photo: image(photo),
            security_code: image(security_code),
            expiry: date(&expiry)?,
            card_key: PublicKey::from_card_objects(key.value())?,
            signed: signed.ok_or(RecordFault::Missing(photo.tag()))?,
            signature: signature.value().to_vec(),
        })
    }

    /// 生年月日.
    #[must_use]
    pub const fn birth_date(&self) -> BirthDate {
        self.birth_date
    }

    /// 性別.
    #[must_use]
    pub const fn sex(&self) -> FaceSex {
        self.sex
    }

    /// 氏名, as printed: PNG, 1 bit a pixel, 216 by 12 on the one card seen.
    #[must_use]
    pub fn name_png(&self) -> &[u8] {
        &self.name
    }

    /// 住所, as printed: PNG, 1 bit a pixel, 288 by 12 on the one card seen.
    #[must_use]
    pub fn address_png(&self) -> &[u8] {
        &self.address
    }

    /// 顔写真: JPEG 2000 in a JP2 file, 378 by 472, grey, on the one card seen.
    #[must_use]
    pub fn photo_jp2(&self) -> &[u8] {
        &self.photo
    }

    /// セキュリティコード, as printed: PNG. Nobody signed it.
    #[must_use]
    pub fn security_code_png(&self) -> &[u8] {
        &self.security_code
    }

    /// 有効期限 of the card. Nobody signed it.
    #[must_use]
    pub const fn expiry(&self) -> DateDigits {
        self.expiry
    }

    /// Whether the issuer made the record and the card is the one it was made for, seen under the roots one trusts:
    /// expiry and security code are not part of it.
    #[must_use]
    pub fn genuineness(&self, evidence: Option<&VisualEvidence>, roots: &[TrustedKey]) -> Genuineness {
        VisualEvidence::weigh(evidence, roots, &SIGNED, &self.card_key, |issuer| {
            issuer.signed_hashes(&self.signed, &self.signature)
        })
    }
}

const SIGNED: [SignedValue; 5] = [
    SignedValue::BirthDate,
    SignedValue::Sex,
    SignedValue::NameImage,
    SignedValue::AddressImage,
    SignedValue::Photo,
];

const OBJECTS: [Tag; 10] = [
    Tag(0xDF21),
    Tag(0xDF22),
    Tag(0xDF23),
    Tag(0xDF24),
    Tag(0xDF25),
    Tag(0xDF26),
    Tag(0xDF27),
    Tag(0xDF28),
    Tag(0xDF29),
    Tag(0xDF2A),
];

impl AgeRecord {
    /// Reads the record of a file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF10), [Tag(0xDF11), Tag(0xDF12), Tag(0xDF13)])?;
        let [birth_date, key, signature] = record.objects();
        Ok(Self {
            birth_date: BirthDate(date(&birth_date)?),
            card_key: PublicKey::from_card_objects(key.value())?,
            signed: Zeroizing::new(record.covered(&birth_date, &key)?.to_vec()),
            signature: signature.value().to_vec(),
        })
    }

    /// 生年月日.
    #[must_use]
    pub const fn birth_date(&self) -> BirthDate {
        self.birth_date
    }

    /// As [`CardFace::genuineness`].
    #[must_use]
    pub fn genuineness(&self, evidence: Option<&VisualEvidence>, roots: &[TrustedKey]) -> Genuineness {
        VisualEvidence::weigh(evidence, roots, &[SignedValue::BirthDate], &self.card_key, |issuer| {
            issuer.signed(&self.signed, &self.signature)
        })
    }
}

impl MyNumberImage {
    /// Reads the record of a file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF40), [Tag(0xDF41), Tag(0xDF42), Tag(0xDF43)])?;
        let [image, key, signature] = record.objects();
        Ok(Self {
            image: Zeroizing::new(image.value().to_vec()),
            card_key: PublicKey::from_card_objects(key.value())?,
            signed: Zeroizing::new(record.covered(&image, &key)?.to_vec()),
            signature: signature.value().to_vec(),
        })
    }

    /// The image: PNG, 1 bit a pixel, 72 by 12 on the one card seen. The caller answers for what becomes of it.
    #[must_use]
    pub fn expose_png(&self) -> &[u8] {
        &self.image
    }

    /// As [`CardFace::genuineness`].
    #[must_use]
    pub fn genuineness(&self, evidence: Option<&VisualEvidence>, roots: &[TrustedKey]) -> Genuineness {
        VisualEvidence::weigh(evidence, roots, &[SignedValue::MyNumberImage], &self.card_key, |issuer| {
            issuer.signed(&self.signed, &self.signature)
        })
    }
}

redacted!(CardFace, AgeRecord, MyNumberImage);
