use myna_apdu::tlv::Tag;
use myna_calendar::DateDigits;
use myna_trust::{DigestInfo, HashAlgorithm, PublicKey};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::template::Template;
use crate::{BirthDate, Genuineness, RecordFault, Sex, TrustedKey, VisualEvidence};

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
///   DF28 82 0100  signature over DF22 to DF27
///   DF29 08       expiry of the card, ASCII YYYYMMDD, not signed
///   DF2A L        security code, PNG, not signed
/// ```
///
/// The images are handed out as they stand: this crate draws nothing. Wiped when dropped; `Debug` prints none of it.
pub struct CardFace {
    birth_date: BirthDate,
    sex: Sex,
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
    /// Reads the object at the start of the file; filler behind it is left alone.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        let record = Template::parse(file, Tag(0xFF20))?;
        let [_, sex, key, name, address, photo, _, _, security_code] = record.listed(OFFSETS, LISTED)?;
        let image = |object: myna_apdu::tlv::Tlv<'_>| Zeroizing::new(object.value().to_vec());
        Ok(Self {
            birth_date: record.date(BIRTH_DATE)?,
            sex: Sex::parse(&sex)?,
            name: image(name),
            address: image(address),
            photo: image(photo),
            security_code: image(security_code),
            expiry: record.date(EXPIRY)?.digits(),
            card_key: PublicKey::from_card_objects(key.value())?,
            signed: three_digests(&record)?,
            signature: record.object(SIGNATURE)?.value().to_vec(),
        })
    }

    /// 生年月日.
    #[must_use]
    pub const fn birth_date(&self) -> BirthDate {
        self.birth_date
    }

    /// 性別.
    #[must_use]
    pub const fn sex(&self) -> Sex {
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
        VisualEvidence::weigh(evidence, roots, &self.card_key, |issuer| {
            issuer.signed_hashes(&self.signed, &self.signature)
        })
    }
}

const OFFSETS: Tag = Tag(0xDF21);
const BIRTH_DATE: Tag = Tag(0xDF22);
const CARD_KEY: Tag = Tag(0xDF24);
const NAME: Tag = Tag(0xDF25);
const ADDRESS: Tag = Tag(0xDF26);
const PHOTO: Tag = Tag(0xDF27);
const SIGNATURE: Tag = Tag(0xDF28);
const EXPIRY: Tag = Tag(0xDF29);
const LISTED: [Tag; 9] =
    [BIRTH_DATE, Tag(0xDF23), CARD_KEY, NAME, ADDRESS, PHOTO, SIGNATURE, EXPIRY, Tag(0xDF2A)];

/// What the issuer pads and signs is no DigestInfo of any standard: it names SHA-256, and holds three digests (`fix`).
///
/// ```text
/// 30 71 30 0D 06 09 60 86 48 01 65 03 04 02 01 05 00 04 60
///   SHA-256 of DF22 DF23 DF24 | SHA-256 of DF25 DF26 | SHA-256 of DF27
/// ```
fn three_digests(record: &Template<'_>) -> Result<DigestInfo, RecordFault> {
    let mut hashes = Vec::new();
    for (first, last) in [(BIRTH_DATE, CARD_KEY), (NAME, ADDRESS), (PHOTO, PHOTO)] {
        hashes.extend_from_slice(&Sha256::digest(record.covered(first, last)?));
    }
    DigestInfo::of_hashes(HashAlgorithm::Sha256, &hashes).ok_or(RecordFault::Missing(PHOTO))
}

impl AgeRecord {
    /// Reads the object at the start of the file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        const BIRTH_DATE: Tag = Tag(0xDF11);
        const CARD_KEY: Tag = Tag(0xDF12);
        let record = Template::parse(file, Tag(0xFF10))?;
        Ok(Self {
            birth_date: record.date(BIRTH_DATE)?,
            card_key: PublicKey::from_card_objects(record.object(CARD_KEY)?.value())?,
            signed: Zeroizing::new(record.covered(BIRTH_DATE, CARD_KEY)?.to_vec()),
            signature: record.object(Tag(0xDF13))?.value().to_vec(),
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
        VisualEvidence::weigh(evidence, roots, &self.card_key, |issuer| {
            issuer.signed(&self.signed, &self.signature)
        })
    }
}

impl MyNumberImage {
    /// Reads the object at the start of the file.
    ///
    /// # Errors
    ///
    /// [`RecordFault`] naming the object.
    pub fn parse(file: &[u8]) -> Result<Self, RecordFault> {
        const IMAGE: Tag = Tag(0xDF41);
        const CARD_KEY: Tag = Tag(0xDF42);
        let record = Template::parse(file, Tag(0xFF40))?;
        Ok(Self {
            image: Zeroizing::new(record.object(IMAGE)?.value().to_vec()),
            card_key: PublicKey::from_card_objects(record.object(CARD_KEY)?.value())?,
            signed: Zeroizing::new(record.covered(IMAGE, CARD_KEY)?.to_vec()),
            signature: record.object(Tag(0xDF43))?.value().to_vec(),
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
        VisualEvidence::weigh(evidence, roots, &self.card_key, |issuer| {
            issuer.signed(&self.signed, &self.signature)
        })
    }
}

redacted!(CardFace, AgeRecord, MyNumberImage);
