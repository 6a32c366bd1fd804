use std::fmt::{self, Display};

use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::{CardVerifiableFault, KeyFault, SignatureError};

myna_error::errors!(KeyFault, SignatureError, CardVerifiableFault);

myna_error::table! {
    /// Every code of `myna-trust`.
    pub TRUST_CODES;

    CERTIFICATE = "certificate.der", CardData, Now,
        en: "not a certificate in DER{place}: {reason}" => "read it again; if it stays so, get it from where it comes from";
        ja: "DER形式の電子証明書ではありません（{reason}）{place}。" => "もう一度読み取り、続くときは入手元に確認してください。";

    KEY_ALGORITHM = "key.algorithm", CardData, Pointless,
        en: "the public key is neither RSA nor on curve P-256 or P-384" => "do not trust the certificate";
        ja: "公開鍵の種類がRSA、P-256、P-384のいずれでもありません。" => "この電子証明書を信用しないでください。";
    KEY_MALFORMED = "key.malformed", CardData, Pointless,
        en: "the public key is malformed" => "do not trust the certificate";
        ja: "公開鍵の形式が正しくありません。" => "この電子証明書を信用しないでください。";
    KEY_SIZE = "key.size", CardData, Pointless,
        en: "the RSA key has {bits} bits, where 2048 to 4096 are taken" => "do not trust the certificate";
        ja: "RSA鍵が {bits} ビットで、2048〜4096ビットではありません。" => "この電子証明書を信用しないでください。";
    KEY_EVEN = "key.even_modulus", CardData, Pointless,
        en: "the modulus of the RSA key is even" => "do not trust the certificate";
        ja: "RSA鍵の法が偶数です。" => "この電子証明書を信用しないでください。";
    KEY_EXPONENT = "key.exponent", CardData, Pointless,
        en: "the exponent of the RSA key is even, below 3 or above 2^33 - 1" => "do not trust the certificate";
        ja: "RSA鍵の公開指数が偶数、3未満、または2^33-1より大きい値です。" => "この電子証明書を信用しないでください。";

    SIGNATURE_ALGORITHM = "signature.algorithm", Caller, Pointless,
        en: "the key or the crypto provider does not have the signature algorithm {algorithm}" => "take the algorithm of the key, or another provider";
        ja: "署名アルゴリズム {algorithm} は、この鍵または暗号プロバイダーでは使えません。" => "鍵に合うアルゴリズムか、別のプロバイダーを使ってください。";
    SIGNATURE_MISMATCH = "signature.mismatch", CardData, Pointless,
        en: "the signature does not belong to this key and these data" => "do not trust the data";
        ja: "署名が、この鍵とデータのものではありません。" => "このデータを信用しないでください。";

    CARD_OBJECT = "card_verifiable.object", CardData, Now,
        en: "object {tag} is missing, or not in its place" => "read it again; if it stays so, do not trust the card";
        ja: "オブジェクト {tag} がないか、正しい位置にありません。" => "もう一度読み取り、続くときはカードを信用しないでください。";
    CARD_LENGTH = "card_verifiable.length", CardData, Now,
        en: "object {tag} has {length} bytes" => "read it again; if it stays so, do not trust the card";
        ja: "オブジェクト {tag} の長さが {length} バイトで、正しくありません。" => "もう一度読み取り、続くときはカードを信用しないでください。";

    PATH_VERSION = "path.version", CardData, Pointless,
        en: "the certificate is not of version 3" => "do not trust the certificate";
        ja: "電子証明書がバージョン3ではありません。" => "この電子証明書を信用しないでください。";
    PATH_ALGORITHM = "path.algorithm", CardData, Pointless,
        en: "the signature algorithm of the certificate is unknown, or not the same inside and outside" => "do not trust the certificate";
        ja: "電子証明書の署名アルゴリズムが不明か、内側と外側で異なります。" => "この電子証明書を信用しないでください。";
    PATH_FORM = "path.form", CardData, Pointless,
        en: "the certificate is not in the one form that DER allows, or has a field that none of its kind has" => "do not trust the certificate";
        ja: "電子証明書がDERの唯一の形式でないか、この種の証明書にない項目があります。" => "この電子証明書を信用しないでください。";
    PATH_SERIAL = "path.serial", CardData, Pointless,
        en: "the certificate's serial number is not positive, or longer than 20 bytes" => "do not trust the certificate";
        ja: "電子証明書のシリアル番号が正の数でないか、20バイトを超えています。" => "この電子証明書を信用しないでください。";
    PATH_TIMES = "path.times", CardData, Pointless,
        en: "the certificate's validity ends before it begins, or is written in another form than that of its year" => "do not trust the certificate";
        ja: "電子証明書の有効期間の終わりが始まりより前か、日時の形式が正しくありません。" => "この電子証明書を信用しないでください。";
    PATH_NAME_CONSTRAINTS = "path.name_constraints", CardData, Pointless,
        en: "the certificate has name constraints, which are not followed here" => "do not trust the certificate";
        ja: "電子証明書に、対応していない名前制約があります。" => "この電子証明書を信用しないでください。";
    PATH_EXTENSION = "path.extension", CardData, Pointless,
        en: "an extension of the certificate is malformed, there twice, critical where it never is, or in contradiction to another" => "do not trust the certificate";
        ja: "電子証明書の拡張領域の形式または重要度が正しくないか、重複または矛盾しています。" => "この電子証明書を信用しないでください。";
    PATH_KEY = "path.key", CardData, Pointless,
        en: "the certificate's own key cannot be used: {reason}" => "do not trust the certificate";
        ja: "電子証明書の公開鍵が使えません（{reason}）。" => "この電子証明書を信用しないでください。";
    PATH_CRITICAL = "path.unknown_critical_extension", CardData, Pointless,
        en: "a critical extension of the certificate is unknown" => "do not trust the certificate";
        ja: "電子証明書に、不明な重要拡張領域があります。" => "この電子証明書を信用しないでください。";
    PATH_ISSUER = "path.unknown_issuer", CardData, AfterStep,
        en: "no trust anchor has the name of the certificate's issuer" => "give the issuer's certificate as a trust anchor, if it is to be trusted";
        ja: "電子証明書の発行者が、信頼する認証局にありません。" => "信頼できる発行者であれば、その証明書を信頼する認証局に加えてください。";
    PATH_SIGNATURE = "path.signature", CardData, Pointless,
        en: "no trust anchor of the issuer's name signed the certificate" => "do not trust the certificate";
        ja: "電子証明書に、発行者の名の認証局の正しい署名がありません。" => "この電子証明書を信用しないでください。";
    PATH_AUTHORITY = "path.not_an_authority", Caller, Pointless,
        en: "the trust anchor may not issue certificates" => "give the certificate of the authority itself";
        ja: "信頼する認証局とされた証明書は、証明書を発行できません。" => "認証局自身の証明書を指定してください。";
    PATH_ANCHOR_VALIDITY = "path.anchor_validity", Caller, AfterStep,
        en: "the trust anchor is not valid at this time" => "check the clock, and get the authority's present certificate";
        ja: "信頼する認証局の証明書が、この時点では有効ではありません。" => "時計を確認し、認証局の現在の証明書を入手してください。";
    PATH_NOT_YET = "path.not_yet_valid", CardData, AfterStep,
        en: "the certificate is not valid yet" => "check the clock";
        ja: "電子証明書はまだ有効期間に入っていません。" => "時計を確認してください。";
    PATH_EXPIRED = "path.expired", CardData, Pointless,
        en: "the certificate has expired" => "have it renewed at the municipality's office";
        ja: "電子証明書の有効期限が切れています。" => "市区町村の窓口で更新してください。";
    PATH_IS_AUTHORITY = "path.is_authority", CardData, Pointless,
        en: "the certificate belongs to an authority, not to a person" => "do not trust the certificate";
        ja: "個人ではなく認証局の証明書です。" => "この電子証明書を信用しないでください。";
    PATH_KEY_USAGE = "path.key_usage", CardData, Pointless,
        en: "the certificate's key usage does not allow the purpose" => "use the certificate of that purpose";
        ja: "電子証明書の鍵用途が目的に合いません。" => "目的に合う電子証明書を使ってください。";
    PATH_POLICY = "path.policy", CardData, Pointless,
        en: "the certificate's policy is not that of the purpose" => "use the certificate of that purpose, and anchors of its environment";
        ja: "電子証明書のポリシーが目的に合いません。" => "目的に合う電子証明書と、同じ環境の認証局を使ってください。";

    REVOCATION_NOTHING = "revocation.nothing_supplied", Caller, AfterStep,
        en: "nobody was asked whether the certificate was revoked" => "an authorised verifier gets the list or the answer of the responder: supply it";
        ja: "電子証明書が失効していないかは確認していません。" => "署名検証者は、失効リストまたはOCSPの応答を渡してください。";
    REVOCATION_FORM = "revocation.form", Input, Now,
        en: "what was supplied about revocation is not in the one form that DER allows, or contradicts itself" => "get it again";
        ja: "失効情報がDERの唯一の形式でないか、内容が矛盾しています。" => "もう一度取得してください。";
    REVOCATION_ALGORITHM = "revocation.algorithm", Input, Now,
        en: "the signature algorithm of the revocation list is unknown, or not the same inside and outside" => "get it again";
        ja: "失効リストの署名アルゴリズムが不明か、内側と外側で異なります。" => "もう一度取得してください。";
    REVOCATION_OTHER_ISSUER = "revocation.other_issuer", Input, AfterStep,
        en: "the revocation list is that of another authority, or of another generation of it" => "get the list that the certificate names";
        ja: "失効リストが、別の認証局または別の世代のものです。" => "電子証明書に書かれた配布点の失効リストを取得してください。";
    REVOCATION_NOT_AUTHORISED = "revocation.not_authorised", Input, Now,
        en: "who signed the list or the answer may not say whether the certificate was revoked" => "do not trust it; get it again from the authority";
        ja: "失効情報の署名者に、その権限がありません。" => "信用せず、認証局から取得し直してください。";
    REVOCATION_SIGNATURE = "revocation.signature", Input, Now,
        en: "the signature of the list or the answer is not good" => "do not trust it; get it again from the authority";
        ja: "失効情報の署名が正しくありません。" => "信用せず、認証局から取得し直してください。";
    REVOCATION_NOT_YET = "revocation.not_yet", Caller, AfterStep,
        en: "the list or the answer is from later than the instant asked about" => "check the clock";
        ja: "失効情報の日時が、確認する時点より後です。" => "時計を確認してください。";
    REVOCATION_STALE = "revocation.stale", Input, AfterStep,
        en: "the list or the answer is too old" => "get the present one";
        ja: "失効情報の期限が切れています。" => "最新のものを取得してください。";
    REVOCATION_DELTA = "revocation.delta", Input, AfterStep,
        en: "a delta list says something only together with another" => "get the whole list";
        ja: "差分の失効リストだけでは確認できません。" => "完全な失効リストを取得してください。";
    REVOCATION_SCOPE = "revocation.scope", Input, AfterStep,
        en: "the list is not about certificates such as this one" => "get the list of the distribution point that the certificate names";
        ja: "失効リストの対象に、この電子証明書が含まれません。" => "電子証明書に書かれた配布点の失効リストを取得してください。";
    REVOCATION_CRITICAL = "revocation.unknown_critical_extension", Input, Pointless,
        en: "a critical extension of the list or the answer is unknown" => "revocation cannot be checked by it";
        ja: "失効情報に、不明な重要拡張領域があります。" => "この失効情報では確認できません。";
    REVOCATION_REFUSED = "revocation.refused", Service, AfterStep,
        en: "the responder refused to answer (OCSPResponseStatus {status})" => "is this verifier registered with it?";
        ja: "OCSPレスポンダが応答を拒否しました（状態 {status}）。" => "署名検証者として登録されているか確認してください。";
    REVOCATION_NONCE = "revocation.nonce", Input, Now,
        en: "the answer is not to this question" => "ask again";
        ja: "OCSPの応答が、この要求に対するものではありません。" => "もう一度問い合わせてください。";
    REVOCATION_OTHER_CERTIFICATE = "revocation.other_certificate", Input, Now,
        en: "the answer is about another certificate, or says two things of it" => "ask again";
        ja: "OCSPの応答が、別の電子証明書についてのものです。" => "もう一度問い合わせてください。";
    REVOCATION_UNKNOWN = "revocation.unknown", Service, AfterStep,
        en: "the responder does not know the certificate" => "ask the responder of its issuer";
        ja: "OCSPレスポンダが、この電子証明書を知りません。" => "発行した認証局のOCSPレスポンダに問い合わせてください。";
}

impl Diagnostic for KeyFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Algorithm => &KEY_ALGORITHM,
            Self::Malformed => &KEY_MALFORMED,
            Self::Size(_) => &KEY_SIZE,
            Self::EvenModulus => &KEY_EVEN,
            Self::Exponent => &KEY_EXPONENT,
        }
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("bits", Self::Size(bits)) => bits.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

impl Diagnostic for SignatureError {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Key(fault) => fault.entry(),
            Self::Algorithm(_) => &SIGNATURE_ALGORITHM,
            Self::Mismatch => &SIGNATURE_MISMATCH,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("algorithm", Self::Algorithm(algorithm)) => write!(f, "{algorithm:?}"),
            (_, Self::Key(fault)) => fault.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl Diagnostic for CardVerifiableFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::Object(_) => &CARD_OBJECT,
            Self::Length { .. } => &CARD_LENGTH,
            Self::Key(fault) => fault.entry(),
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            ("tag", Self::Object(tag) | Self::Length { tag, .. }) => write!(f, "{tag:02X}"),
            ("length", Self::Length { length, .. }) => length.fmt(f),
            (_, Self::Key(fault)) => fault.detail(name, language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl From<KeyFault> for SignatureError {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

impl From<KeyFault> for CardVerifiableFault {
    fn from(fault: KeyFault) -> Self {
        Self::Key(fault)
    }
}

#[cfg(feature = "x509")]
mod x509 {
    use super::*;
    use crate::CertificateFault;
    use crate::path::PathError;
    use crate::revocation::RevocationFault;
    use myna_error::ErrorMessage;

    myna_error::errors!(CertificateFault, PathError, RevocationFault);

    impl Diagnostic for CertificateFault {
        fn entry(&self) -> &'static Entry {
            &CERTIFICATE
        }

        fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match (name, self.offset, language) {
                ("place", None, _) => Ok(()),
                ("place", Some(offset), Language::Japanese) => write!(f, "：{offset} バイト目"),
                ("place", Some(offset), _) => write!(f, " (byte {offset})"),
                ("reason", ..) => f.write_str(&self.reason),
                _ => unknown_detail(name, f),
            }
        }
    }

    impl Diagnostic for PathError {
        fn entry(&self) -> &'static Entry {
            match self {
                Self::Version => &PATH_VERSION,
                Self::Algorithm => &PATH_ALGORITHM,
                Self::Form => &PATH_FORM,
                Self::Serial => &PATH_SERIAL,
                Self::Times => &PATH_TIMES,
                Self::NameConstraints => &PATH_NAME_CONSTRAINTS,
                Self::Extension => &PATH_EXTENSION,
                Self::Key(_) => &PATH_KEY,
                Self::UnknownCriticalExtension => &PATH_CRITICAL,
                Self::UnknownIssuer => &PATH_ISSUER,
                Self::Signature => &PATH_SIGNATURE,
                Self::NotAnAuthority => &PATH_AUTHORITY,
                Self::AnchorValidity => &PATH_ANCHOR_VALIDITY,
                Self::NotYetValid => &PATH_NOT_YET,
                Self::Expired => &PATH_EXPIRED,
                Self::IsAuthority => &PATH_IS_AUTHORITY,
                Self::KeyUsage => &PATH_KEY_USAGE,
                Self::Policy => &PATH_POLICY,
            }
        }

        fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match (name, self) {
                ("reason", Self::Key(fault)) => ErrorMessage::new(fault, language).what().fmt(f),
                _ => unknown_detail(name, f),
            }
        }
    }

    impl Diagnostic for RevocationFault {
        fn entry(&self) -> &'static Entry {
            match self {
                Self::NothingSupplied => &REVOCATION_NOTHING,
                Self::Form => &REVOCATION_FORM,
                Self::Algorithm => &REVOCATION_ALGORITHM,
                Self::OtherIssuer => &REVOCATION_OTHER_ISSUER,
                Self::NotAuthorised => &REVOCATION_NOT_AUTHORISED,
                Self::Signature => &REVOCATION_SIGNATURE,
                Self::NotYet => &REVOCATION_NOT_YET,
                Self::Stale => &REVOCATION_STALE,
                Self::Delta => &REVOCATION_DELTA,
                Self::Scope => &REVOCATION_SCOPE,
                Self::UnknownCriticalExtension => &REVOCATION_CRITICAL,
                Self::Refused(_) => &REVOCATION_REFUSED,
                Self::Nonce => &REVOCATION_NONCE,
                Self::OtherCertificate => &REVOCATION_OTHER_CERTIFICATE,
                Self::Unknown => &REVOCATION_UNKNOWN,
            }
        }

        fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            match (name, self) {
                ("status", Self::Refused(status)) => status.fmt(f),
                _ => unknown_detail(name, f),
            }
        }
    }
}
