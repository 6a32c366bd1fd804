use std::fmt::{self, Display};

use der::oid::ObjectIdentifier;
use myna_error::{Diagnostic, Entry, ErrorMessage, Language, unknown_detail};
use myna_trust::{CertificateFault, KeyFault, SignatureError};
use x509_cert::der;

/// Why a CMS signature is not made, or not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum CmsFault {
    /// Not DER, or not this structure; at this byte, where it is known.
    Form(Option<usize>),
    /// A length is left open, as BER allows and DER does not.
    Indefinite,
    /// After the end more bytes follow, from here on.
    TrailingBytes(usize),
    /// CMS, but not SignedData.
    NotSignedData,
    /// The version number is not that of what the part holds.
    Version(CmsPart),
    /// The content is not plain data (`id-data`).
    ContentType,
    /// Nobody signed.
    NoSigner,
    /// More than 64 signers, certificates or signed attributes of one.
    TooMany,
    /// A certificate in it is of another kind than X.509.
    CertificateKind,
    /// A certificate in it cannot be read.
    Certificate(CertificateFault),

    /// The certificate of a signer is not in it.
    SignerCertificate,
    /// More than one certificate in it is that of the signer.
    AmbiguousSigner,
    /// Two signatures are of one certificate and one algorithm: nobody signs twice.
    RepeatedSigner,
    /// The hash of a signer is none of SHA-256, SHA-384 and SHA-512.
    DigestAlgorithm,
    /// The hash of a signer is not among those announced at the beginning.
    UnlistedDigest,
    /// The signature algorithm is not known.
    SignatureAlgorithm,
    /// The algorithms of a signer are of different hashes, or not those that were signed.
    AlgorithmMismatch,
    /// No attributes are signed: without them nothing says what the signature was meant for.
    NoSignedAttributes,
    /// The signed attributes are not in the order of DER, or one is there twice.
    AttributeOrder,
    /// An attribute has to be there.
    MissingAttribute(CmsAttribute),
    /// An attribute is there more than once.
    RepeatedAttribute(CmsAttribute),
    /// The value of an attribute is malformed, or there is not exactly one.
    AttributeForm(CmsAttribute),
    /// An attribute stands among the signed ones and may not, or among the unsigned ones.
    MisplacedAttribute(CmsAttribute),
    /// The signed content type is not that of the content.
    SignedContentType,
    /// The certificate is not the one whose hash was signed.
    CertificateHash,
    /// The certificate is not of the issuer and the serial number that were signed.
    CertificateIssuer,
    /// The key of a signer's certificate cannot be used.
    Key(KeyFault),
    /// The certificate of a signer does not let its key sign.
    KeyUsage,
    /// The content is not what was signed.
    Digest,
    /// The signature is not good.
    Signature(SignatureError),

    /// The content is not in it, and was not given.
    NoContent,
    /// The content in it is not the one that was given.
    ContentDiffers,
    /// A digest of another algorithm than the signer's was given.
    OtherDigest,
    /// What was prepared cannot be encoded.
    Encoding,
}

/// A part of a CMS signature that has a version of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CmsPart {
    /// SignedData.
    SignedData,
    /// SignerInfo.
    SignerInfo,
}

/// An attribute of a signer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CmsAttribute {
    /// `content-type` (RFC 5652, 11.1).
    ContentType,
    /// `message-digest` (RFC 5652, 11.2).
    MessageDigest,
    /// `signing-time` (RFC 5652, 11.3).
    SigningTime,
    /// `countersignature` (RFC 5652, 11.4).
    Countersignature,
    /// `signing-certificate-v2` (RFC 5035).
    SigningCertificate,
    /// `CMSAlgorithmProtection` (RFC 6211).
    AlgorithmProtection,
    /// One that is not known here.
    Other,
}

myna_error::errors!(CmsFault);

myna_error::table! {
    /// Every code of signatures in CMS.
    pub CMS_CODES;

    FORM = "cms.form", Input, AfterStep,
        en: "the signature is not CMS in DER{place}" => "is it the right file? if so, get it again from the signer";
        ja: "署名がDER形式のCMSではありません{place}。" => "ファイルを確かめ、正しければ署名者から入手し直してください。";
    INDEFINITE = "cms.indefinite_length", Input, AfterStep,
        en: "the signature has a length that is left open (BER), where DER is due" => "get it from the signer in DER";
        ja: "署名に不定長（BER）があり、DERではありません。" => "署名者からDER形式で入手してください。";
    TRAILING = "cms.trailing_bytes", Input, Pointless,
        en: "after the signature other bytes follow, from byte {offset}" => "do not trust it; get it again from the signer";
        ja: "署名の後の {offset} バイト目から、別のデータが続いています。" => "信用せず、署名者から入手し直してください。";
    NOT_SIGNED_DATA = "cms.not_signed_data", Input, AfterStep,
        en: "it is CMS, but no signature" => "is it the right file?";
        ja: "CMSですが、署名（SignedData）ではありません。" => "ファイルを確かめてください。";
    VERSION = "cms.version", Input, Pointless,
        en: "the version of {part} is not that of what it holds" => "do not trust it; get it again from the signer";
        ja: "{part} のバージョンが内容と合いません。" => "信用せず、署名者から入手し直してください。";
    CONTENT_TYPE = "cms.content_type", Input, Pointless,
        en: "what is signed is no plain data but of a type of its own" => "check it with the program that the type is for";
        ja: "署名の対象が通常のデータではない種類です。" => "その種類に対応したプログラムで確認してください。";
    NO_SIGNER = "cms.no_signer", Input, Pointless,
        en: "nobody has signed" => "do not trust it; get it again from the signer";
        ja: "署名者がいません。" => "信用せず、署名者から入手し直してください。";
    TOO_MANY = "cms.too_many", Input, Pointless,
        en: "it has more than 64 signers, certificates or signed attributes" => "do not trust it; get it again from the signer";
        ja: "署名者、電子証明書または署名属性が64を超えています。" => "信用せず、署名者から入手し直してください。";
    CERTIFICATE_KIND = "cms.certificate_kind", Input, Pointless,
        en: "a certificate in the signature is not of X.509" => "get it from the signer with plain certificates";
        ja: "X.509ではない電子証明書が含まれています。" => "X.509の電子証明書だけを含む署名を入手してください。";
    CERTIFICATE = "cms.certificate", Input, Pointless,
        en: "a certificate in the signature cannot be read: {reason}" => "do not trust it; get it again from the signer";
        ja: "署名に含まれる電子証明書が読めません（{reason}）。" => "信用せず、署名者から入手し直してください。";

    SIGNER_CERTIFICATE = "cms.signer_certificate", Input, AfterStep,
        en: "the certificate of the signer is not in the signature" => "get it from the signer with the certificate in it";
        ja: "署名者の電子証明書が含まれていません。" => "電子証明書を含む署名を入手してください。";
    AMBIGUOUS_SIGNER = "cms.ambiguous_signer", Input, Pointless,
        en: "more than one certificate is that of the signer" => "do not trust it; get it again from the signer";
        ja: "署名者の電子証明書が複数あり、決まりません。" => "信用せず、署名者から入手し直してください。";
    REPEATED_SIGNER = "cms.repeated_signer", Input, Pointless,
        en: "one signer is there twice" => "do not trust it; get it again from the signer";
        ja: "同じ署名者が重複しています。" => "信用せず、署名者から入手し直してください。";
    DIGEST_ALGORITHM = "cms.digest_algorithm", Input, Pointless,
        en: "the hash of the signature is none of SHA-256, SHA-384 and SHA-512" => "have it signed again with one of them";
        ja: "署名のハッシュがSHA-256、SHA-384、SHA-512のいずれでもありません。" => "これらのハッシュで署名し直してもらってください。";
    UNLISTED_DIGEST = "cms.unlisted_digest", Input, Pointless,
        en: "the hash of the signer is not among those announced" => "do not trust it; get it again from the signer";
        ja: "署名者のハッシュが、先頭の一覧にありません。" => "信用せず、署名者から入手し直してください。";
    SIGNATURE_ALGORITHM = "cms.signature_algorithm", Input, Pointless,
        en: "the signature algorithm is not known" => "have it signed again with RSA or ECDSA and a hash of SHA-2";
        ja: "署名アルゴリズムに対応していません。" => "RSAまたはECDSAと、SHA-2のハッシュで署名し直してもらってください。";
    ALGORITHM_MISMATCH = "cms.algorithm_mismatch", Input, Pointless,
        en: "the algorithms of the signer contradict each other" => "do not trust it; get it again from the signer";
        ja: "署名者のアルゴリズムが互いに矛盾しています。" => "信用せず、署名者から入手し直してください。";
    NO_SIGNED_ATTRIBUTES = "cms.no_signed_attributes", Input, Pointless,
        en: "no attributes are signed, so that nothing says what the signature was meant for" => "have it signed again with attributes";
        ja: "署名属性がなく、何に対する署名か分かりません。" => "署名属性を付けて署名し直してもらってください。";
    ATTRIBUTE_ORDER = "cms.attribute_order", Input, Pointless,
        en: "the signed attributes are not in the order of DER" => "do not trust it; get it again from the signer";
        ja: "署名属性の順序がDERの順ではありません。" => "信用せず、署名者から入手し直してください。";
    MISSING_ATTRIBUTE = "cms.missing_attribute", Input, Pointless,
        en: "the signed attribute {attribute} is missing" => "do not trust it; get it again from the signer";
        ja: "署名属性 {attribute} がありません。" => "信用せず、署名者から入手し直してください。";
    REPEATED_ATTRIBUTE = "cms.repeated_attribute", Input, Pointless,
        en: "the attribute {attribute} is there more than once" => "do not trust it; get it again from the signer";
        ja: "属性 {attribute} が重複しています。" => "信用せず、署名者から入手し直してください。";
    ATTRIBUTE_FORM = "cms.attribute_form", Input, Pointless,
        en: "the attribute {attribute} does not have exactly one value of its form" => "do not trust it; get it again from the signer";
        ja: "属性 {attribute} の値が1つでないか、形式が正しくありません。" => "信用せず、署名者から入手し直してください。";
    MISPLACED_ATTRIBUTE = "cms.misplaced_attribute", Input, Pointless,
        en: "the attribute {attribute} may not stand where it does" => "do not trust it; get it again from the signer";
        ja: "属性 {attribute} の位置が正しくありません。" => "信用せず、署名者から入手し直してください。";
    SIGNED_CONTENT_TYPE = "cms.signed_content_type", Input, Pointless,
        en: "the content type that was signed is not that of the content" => "do not trust it; get it again from the signer";
        ja: "署名された内容の種類が、内容と合いません。" => "信用せず、署名者から入手し直してください。";
    CERTIFICATE_HASH = "cms.certificate_hash", Input, Pointless,
        en: "the certificate is not the one that the signer meant" => "do not trust it; get it again from the signer";
        ja: "電子証明書が、署名者の指定したものではありません。" => "信用せず、署名者から入手し直してください。";
    CERTIFICATE_ISSUER = "cms.certificate_issuer", Input, Pointless,
        en: "the certificate is not of the issuer and the serial number that the signer meant" => "do not trust it; get it again from the signer";
        ja: "電子証明書の発行者またはシリアル番号が、署名者の指定と合いません。" => "信用せず、署名者から入手し直してください。";
    KEY = "cms.key", Input, Pointless,
        en: "the key of the signer's certificate cannot be used: {reason}" => "do not trust the signature";
        ja: "署名者の電子証明書の公開鍵が使えません（{reason}）。" => "この署名を信用しないでください。";
    KEY_USAGE = "cms.key_usage", Input, Pointless,
        en: "the certificate of the signer is not for signatures" => "do not trust the signature";
        ja: "署名者の電子証明書は署名に使えるものではありません。" => "この署名を信用しないでください。";
    DIGEST = "cms.digest", Input, Pointless,
        en: "the content is not what was signed" => "do not trust the content; get it again from the signer";
        ja: "内容が、署名されたものと違います。" => "内容を信用せず、署名者から入手し直してください。";
    SIGNATURE = "cms.signature", Input, Pointless,
        en: "the signature is not good: {reason}" => "do not trust the content";
        ja: "署名が正しくありません（{reason}）。" => "内容を信用しないでください。";

    NO_CONTENT = "cms.no_content", Caller, AfterStep,
        en: "the content is not in the signature, and was not given" => "give the file that was signed beside the signature";
        ja: "署名に内容が含まれておらず、指定もされていません。" => "署名されたファイルも指定してください。";
    CONTENT_DIFFERS = "cms.content_differs", Input, Pointless,
        en: "the content in the signature is not the one that was given" => "compare the two, or give the signature alone";
        ja: "署名に含まれる内容が、指定された内容と違います。" => "両方を見比べるか、署名だけを指定してください。";
    OTHER_DIGEST = "cms.other_digest", Caller, AfterStep,
        en: "the digest that was given is of another algorithm than the signer's" => "give the content itself";
        ja: "指定されたハッシュ値のアルゴリズムが、署名者のものと違います。" => "内容そのものを指定してください。";
    ENCODING = "cms.encoding", Internal, Pointless,
        en: "the signature cannot be put into DER" => "report it";
        ja: "署名をDER形式にできません。" => "不具合として報告してください。";
}

impl Diagnostic for CmsFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Form(_) => &FORM,
            Self::Indefinite => &INDEFINITE,
            Self::TrailingBytes(_) => &TRAILING,
            Self::NotSignedData => &NOT_SIGNED_DATA,
            Self::Version(_) => &VERSION,
            Self::ContentType => &CONTENT_TYPE,
            Self::NoSigner => &NO_SIGNER,
            Self::TooMany => &TOO_MANY,
            Self::CertificateKind => &CERTIFICATE_KIND,
            Self::Certificate(_) => &CERTIFICATE,
            Self::SignerCertificate => &SIGNER_CERTIFICATE,
            Self::AmbiguousSigner => &AMBIGUOUS_SIGNER,
            Self::RepeatedSigner => &REPEATED_SIGNER,
            Self::DigestAlgorithm => &DIGEST_ALGORITHM,
            Self::UnlistedDigest => &UNLISTED_DIGEST,
            Self::SignatureAlgorithm => &SIGNATURE_ALGORITHM,
            Self::AlgorithmMismatch => &ALGORITHM_MISMATCH,
            Self::NoSignedAttributes => &NO_SIGNED_ATTRIBUTES,
            Self::AttributeOrder => &ATTRIBUTE_ORDER,
            Self::MissingAttribute(_) => &MISSING_ATTRIBUTE,
            Self::RepeatedAttribute(_) => &REPEATED_ATTRIBUTE,
            Self::AttributeForm(_) => &ATTRIBUTE_FORM,
            Self::MisplacedAttribute(_) => &MISPLACED_ATTRIBUTE,
            Self::SignedContentType => &SIGNED_CONTENT_TYPE,
            Self::CertificateHash => &CERTIFICATE_HASH,
            Self::CertificateIssuer => &CERTIFICATE_ISSUER,
            Self::Key(_) => &KEY,
            Self::KeyUsage => &KEY_USAGE,
            Self::Digest => &DIGEST,
            Self::Signature(_) => &SIGNATURE,
            Self::NoContent => &NO_CONTENT,
            Self::ContentDiffers => &CONTENT_DIFFERS,
            Self::OtherDigest => &OTHER_DIGEST,
            Self::Encoding => &ENCODING,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("place", Self::Form(None)) => Ok(()),
            ("place", Self::Form(Some(offset))) => match language {
                Language::Japanese => write!(f, "（{offset} バイト目）"),
                _ => write!(f, " (at byte {offset})"),
            },
            ("offset", Self::TrailingBytes(offset)) => offset.fmt(f),
            ("part", Self::Version(CmsPart::SignedData)) => f.write_str("SignedData"),
            ("part", Self::Version(CmsPart::SignerInfo)) => f.write_str("SignerInfo"),
            (
                "attribute",
                Self::MissingAttribute(attribute)
                | Self::RepeatedAttribute(attribute)
                | Self::AttributeForm(attribute)
                | Self::MisplacedAttribute(attribute),
            ) => f.write_str(attribute.name(language)),
            ("reason", Self::Certificate(fault)) => ErrorMessage::new(fault, language).what().fmt(f),
            ("reason", Self::Key(fault)) => ErrorMessage::new(fault, language).what().fmt(f),
            ("reason", Self::Signature(fault)) => ErrorMessage::new(fault, language).what().fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

impl CmsAttribute {
    const KNOWN: [(Self, ObjectIdentifier, &'static str); 6] = [
        (Self::ContentType, ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.3"), "content-type"),
        (Self::MessageDigest, ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.4"), "message-digest"),
        (Self::SigningTime, ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.5"), "signing-time"),
        (Self::Countersignature, ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.6"), "countersignature"),
        (
            Self::SigningCertificate,
            ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.16.2.47"),
            "signing-certificate-v2",
        ),
        (
            Self::AlgorithmProtection,
            ObjectIdentifier::new_unwrap("1.2.840.113549.1.9.52"),
            "CMSAlgorithmProtection",
        ),
    ];

    pub(super) fn of(identifier: ObjectIdentifier) -> Self {
        Self::KNOWN
            .into_iter()
            .find(|(_, oid, _)| *oid == identifier)
            .map_or(Self::Other, |(attribute, _, _)| attribute)
    }

    /// `None` for those that are not known.
    pub(super) fn identifier(self) -> Option<ObjectIdentifier> {
        Self::KNOWN.into_iter().find(|(known, _, _)| *known == self).map(|(_, oid, _)| oid)
    }

    fn name(self, language: Language) -> &'static str {
        let known = Self::KNOWN.into_iter().find(|(known, _, _)| *known == self);
        match (known, language) {
            (Some((_, _, name)), _) => name,
            (None, Language::Japanese) => "（不明）",
            (None, _) => "(unknown)",
        }
    }
}

impl From<der::Error> for CmsFault {
    fn from(error: der::Error) -> Self {
        match error.kind() {
            der::ErrorKind::IndefiniteLength => Self::Indefinite,
            der::ErrorKind::SetOrdering => Self::AttributeOrder,
            _ => Self::Form(error.position().and_then(|position| usize::try_from(position).ok())),
        }
    }
}
