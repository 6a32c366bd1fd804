use std::fmt;

use myna_error::{Diagnostic, Entry, Language, unknown_detail};

use crate::cms::CmsFault;

/// Why a PDF document is not signed, or a signature in it not taken.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum PdfFault {
    /// The first bytes are not those of a PDF file.
    NotPdf,
    /// What stands at this byte is not PDF, or is written in a way that readers disagree on.
    Syntax(usize),
    /// The cross-reference section at this byte, or `startxref` there, is malformed.
    CrossReference(usize),
    /// The cross-reference sections lead in a circle, back to this byte.
    CrossReferenceLoop(usize),
    /// This object does not stand where the cross-reference section says, or is not whole.
    Object(u32),
    /// What this name stands for is missing or of another kind.
    Structure(&'static str),
    /// The structure is larger, deeper or longer than any document's.
    TooLarge,
    /// A stream of the structure is packed by this filter, which is not known, or is not whole.
    Filter(String),
    /// The document is encrypted, by this handler.
    Encrypted(String),

    /// The form is of XFA, which does not show what PDF signatures cover.
    Xfa,
    /// A certifying signature forbids every change, a further signature too (DocMDP, P 1).
    Certified,
    /// The document has no page of this number.
    NoSuchPage(usize),
    /// The rectangle is empty, or upside down.
    Rectangle,
    /// The name is empty, has a point in it, or is that of another field.
    FieldName,
    /// The signature has more bytes than were kept for it.
    Room {
        /// Those it has.
        needed: usize,
        /// Those kept.
        room: usize,
    },

    /// The form of the signature is none of `ETSI.CAdES.detached` and `adbe.pkcs7.detached`.
    SubFilter(String),
    /// `Contents` is not one plain hexadecimal string inside the signature's own dictionary.
    ContentsForm,
    /// After the signature, `Contents` has something else than zeros.
    ContentsPadding,
    /// `ByteRange` is not two ranges of whole numbers from 0 up.
    ByteRangeForm,
    /// The covered ranges do not begin at byte 0.
    ByteRangeStart,
    /// The covered ranges lie over each other, are in the wrong order, or reach past the end.
    ByteRangeOrder,
    /// What the ranges leave out is not exactly `Contents`.
    ByteRangeGap,
    /// What is covered does not end where a document ends.
    RevisionEnd,
    /// The signature is not part of what it covers.
    NotInRevision,
    /// Two fields share one name or one signature.
    Shared,
    /// After the last end of the document more bytes follow, from here on.
    TrailingBytes(usize),
    /// Between the updates stands something that belongs to none, from here on.
    Unlisted(usize),
    /// What came after the signature changes this part of the document.
    Changed(ChangedPart),

    /// The signature itself: its form, its digest, its key.
    Cms(CmsFault),
    /// The signature has a content of its own, beside the document.
    Attached,
    /// The signature is of several signers, or of none.
    Signers,
    /// The signature does not say which certificate it is by, where its form asks for that.
    CertificateNotSigned,
}

/// What was changed after a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum ChangedPart {
    /// The order of the updates, or where the document begins.
    History,
    /// The document as a whole: its catalogue.
    Catalog,
    /// The form, or a field of it.
    Form,
    /// A page, or what stands on it, counted from 1.
    Page(usize),
    /// An object of another kind, by its number.
    Object(u32),
}

myna_error::errors!(PdfFault);

myna_error::table! {
    /// Every code of signatures in PDF documents.
    pub PDF_CODES;

    NOT_PDF = "pdf.not_pdf", Input, Pointless,
        en: "the file does not begin as a PDF document does" => "give a PDF document";
        ja: "ファイルの先頭がPDF文書のものではありません。" => "PDF文書を指定してください。";
    SYNTAX = "pdf.syntax", Input, AfterStep,
        en: "what stands at byte {offset} is not PDF that every reader understands alike" => "write the document anew with the program it comes from";
        ja: "{offset} バイト目が、PDFとして一通りに読めません。" => "作成したプログラムで文書を書き出し直してください。";
    CROSS_REFERENCE = "pdf.cross_reference", Input, AfterStep,
        en: "the cross-reference section at byte {offset} is malformed" => "write the document anew with the program it comes from";
        ja: "{offset} バイト目の相互参照表が正しくありません。" => "作成したプログラムで文書を書き出し直してください。";
    CROSS_REFERENCE_LOOP = "pdf.cross_reference_loop", Input, Pointless,
        en: "the cross-reference sections lead back to byte {offset}" => "do not trust the document";
        ja: "相互参照表が {offset} バイト目に戻り、終わりがありません。" => "この文書を信用しないでください。";
    OBJECT = "pdf.object", Input, AfterStep,
        en: "object {number} does not stand where the cross-reference section says, or is not whole" => "write the document anew with the program it comes from";
        ja: "オブジェクト {number} が、相互参照表の位置にないか、欠けています。" => "作成したプログラムで文書を書き出し直してください。";
    STRUCTURE = "pdf.structure", Input, AfterStep,
        en: "{name} of the document is missing or of another kind" => "write the document anew with the program it comes from";
        ja: "文書の {name} がないか、種類が違います。" => "作成したプログラムで文書を書き出し直してください。";
    TOO_LARGE = "pdf.too_large", Input, Pointless,
        en: "the structure of the document is larger or deeper than is taken" => "do not trust the document";
        ja: "文書の構造が、扱える大きさまたは深さを超えています。" => "この文書を信用しないでください。";
    FILTER = "pdf.filter", Input, AfterStep,
        en: "a stream of the structure is not whole, or is packed by {name}, which is not taken there" => "write the document anew with the program it comes from";
        ja: "構造のストリームが壊れているか、対応していない方式（{name}）で圧縮されています。" => "作成したプログラムで文書を書き出し直してください。";
    ENCRYPTED = "pdf.encrypted", Input, AfterStep,
        en: "the document is encrypted ({name})" => "sign or check a document without encryption";
        ja: "文書が暗号化されています（{name}）。" => "暗号化されていない文書を指定してください。";

    XFA = "pdf.xfa", Input, AfterStep,
        en: "the document's form is of XFA, which shows more than a PDF signature covers" => "turn it into a document without XFA first";
        ja: "文書のフォームがXFAで、PDFの署名が及ばない内容を表示します。" => "XFAのない文書に変換してください。";
    CERTIFIED = "pdf.certified", Input, Pointless,
        en: "the document is certified so that nobody may add to it, a signature neither (DocMDP)" => "get a document that may be signed";
        ja: "文書は変更禁止で認証されており、署名も加えられません（DocMDP）。" => "署名できる文書を入手してください。";
    NO_SUCH_PAGE = "pdf.no_such_page", Caller, AfterStep,
        en: "the document has no page {page}" => "give one of its pages, from 1 on";
        ja: "文書に {page} ページ目がありません。" => "1から数えた、文書にあるページを指定してください。";
    RECTANGLE = "pdf.rectangle", Caller, AfterStep,
        en: "the rectangle for the signature is empty or upside down" => "give left, bottom, right and top in points, from the lower left corner";
        ja: "署名欄の矩形が空か、向きが逆です。" => "左、下、右、上の順に、ページの左下からのポイント数で指定してください。";
    FIELD_NAME = "pdf.field_name", Caller, AfterStep,
        en: "the name of the signature field is empty, has a point in it, or is taken" => "give another name, or none";
        ja: "署名フィールドの名前が空か、ピリオドを含むか、使用済みです。" => "別の名前を指定するか、省略してください。";
    ROOM = "pdf.room", Caller, AfterStep,
        en: "the signature has {needed} bytes, and {room} were kept for it" => "keep more";
        ja: "署名が {needed} バイトあり、確保した {room} バイトに入りません。" => "確保するバイト数を増やしてください。";

    SUB_FILTER = "pdf.sub_filter", Input, Pointless,
        en: "the signature is of the form {name}, which is not taken" => "ask for a signature of the form ETSI.CAdES.detached";
        ja: "署名の形式（{name}）に対応していません。" => "ETSI.CAdES.detached 形式の署名を求めてください。";
    CONTENTS_FORM = "pdf.contents_form", Input, Pointless,
        en: "the signature's bytes are not one hexadecimal string in the signature's own dictionary" => "do not trust the signature";
        ja: "署名値が、署名辞書の中の一つの16進文字列ではありません。" => "この署名を信用しないでください。";
    CONTENTS_PADDING = "pdf.contents_padding", Input, Pointless,
        en: "something other than zeros follows the signature in its place" => "do not trust the signature";
        ja: "署名値の後に、ゼロ以外のデータがあります。" => "この署名を信用しないでください。";
    BYTE_RANGE_FORM = "pdf.byte_range_form", Input, Pointless,
        en: "what the signature covers is not told as two ranges of whole numbers" => "do not trust the signature";
        ja: "署名の範囲（ByteRange）が、二組の0以上の整数ではありません。" => "この署名を信用しないでください。";
    BYTE_RANGE_START = "pdf.byte_range_start", Input, Pointless,
        en: "what the signature covers does not begin at byte 0" => "do not trust the signature";
        ja: "署名の範囲（ByteRange）が、文書の先頭から始まっていません。" => "この署名を信用しないでください。";
    BYTE_RANGE_ORDER = "pdf.byte_range_order", Input, Pointless,
        en: "the ranges that the signature covers lie over each other or reach past the end" => "do not trust the signature";
        ja: "署名の範囲（ByteRange）が重なっているか、文書の終わりを超えています。" => "この署名を信用しないでください。";
    BYTE_RANGE_GAP = "pdf.byte_range_gap", Input, Pointless,
        en: "what the signature leaves uncovered is not exactly its own bytes" => "do not trust the signature";
        ja: "署名の範囲（ByteRange）の空きが、署名値の位置と一致しません。" => "この署名を信用しないでください。";
    REVISION_END = "pdf.revision_end", Input, Pointless,
        en: "what the signature covers is not a whole document" => "do not trust the signature";
        ja: "署名の範囲（ByteRange）が、文書の終わりで終わっていません。" => "この署名を信用しないでください。";
    NOT_IN_REVISION = "pdf.not_in_revision", Input, Pointless,
        en: "the signature is not part of the document it covers" => "do not trust the signature";
        ja: "署名が、署名された文書の中にありません。" => "この署名を信用しないでください。";
    SHARED = "pdf.shared", Input, Pointless,
        en: "two signature fields have one name or one signature" => "do not trust the signature";
        ja: "二つの署名フィールドが、名前または署名を共有しています。" => "この署名を信用しないでください。";
    TRAILING_BYTES = "pdf.trailing_bytes", Input, Pointless,
        en: "bytes that belong to nothing follow the document's end, from byte {offset} on" => "do not trust the document";
        ja: "文書の終わりの後（{offset} バイト目以降）に、余分なデータがあります。" => "この文書を信用しないでください。";
    UNLISTED = "pdf.unlisted", Input, Pointless,
        en: "at byte {offset}, after the signed part, stands something that no update lists" => "do not trust the document";
        ja: "署名された部分の後（{offset} バイト目）に、どの更新にも属さないデータがあります。" => "この文書を信用しないでください。";
    CHANGED = "pdf.changed", Input, Pointless,
        en: "after the signature {part} was changed" => "look at the document as it was signed, or get one that was not changed";
        ja: "署名の後に、{part}が変更されています。" => "署名された時点の文書を確認するか、変更のない文書を入手してください。";
    PDF_ATTACHED = "pdf.attached", Input, Pointless,
        en: "the signature has a content of its own, which is not the document" => "do not trust the signature";
        ja: "署名の中に、文書とは別の内容があります。" => "この署名を信用しないでください。";
    PDF_SIGNERS = "pdf.signers", Input, Pointless,
        en: "the signature is not of exactly one signer" => "ask for one signature of each signer";
        ja: "一つの署名に、署名者がちょうど一人ではありません。" => "署名者ごとに署名を求めてください。";
    PDF_CERTIFICATE_NOT_SIGNED = "pdf.certificate_not_signed", Input, Pointless,
        en: "the signature does not say which certificate it is by" => "do not trust the signature";
        ja: "どの電子証明書による署名かが、署名されていません。" => "この署名を信用しないでください。";
}

impl Diagnostic for PdfFault {
    fn entry(&self) -> &'static Entry {
        match self {
            Self::NotPdf => &NOT_PDF,
            Self::Syntax(_) => &SYNTAX,
            Self::CrossReference(_) => &CROSS_REFERENCE,
            Self::CrossReferenceLoop(_) => &CROSS_REFERENCE_LOOP,
            Self::Object(_) => &OBJECT,
            Self::Structure(_) => &STRUCTURE,
            Self::TooLarge => &TOO_LARGE,
            Self::Filter(_) => &FILTER,
            Self::Encrypted(_) => &ENCRYPTED,
            Self::Xfa => &XFA,
            Self::Certified => &CERTIFIED,
            Self::NoSuchPage(_) => &NO_SUCH_PAGE,
            Self::Rectangle => &RECTANGLE,
            Self::FieldName => &FIELD_NAME,
            Self::Room { .. } => &ROOM,
            Self::SubFilter(_) => &SUB_FILTER,
            Self::ContentsForm => &CONTENTS_FORM,
            Self::ContentsPadding => &CONTENTS_PADDING,
            Self::ByteRangeForm => &BYTE_RANGE_FORM,
            Self::ByteRangeStart => &BYTE_RANGE_START,
            Self::ByteRangeOrder => &BYTE_RANGE_ORDER,
            Self::ByteRangeGap => &BYTE_RANGE_GAP,
            Self::RevisionEnd => &REVISION_END,
            Self::NotInRevision => &NOT_IN_REVISION,
            Self::Shared => &SHARED,
            Self::TrailingBytes(_) => &TRAILING_BYTES,
            Self::Unlisted(_) => &UNLISTED,
            Self::Changed(_) => &CHANGED,
            Self::Cms(fault) => fault.entry(),
            Self::Attached => &PDF_ATTACHED,
            Self::Signers => &PDF_SIGNERS,
            Self::CertificateNotSigned => &PDF_CERTIFICATE_NOT_SIGNED,
        }
    }

    fn detail(&self, name: &str, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (name, self) {
            (_, Self::Cms(fault)) => fault.detail(name, language, f),
            ("offset", Self::Syntax(offset) | Self::CrossReference(offset)) => write!(f, "{offset}"),
            ("offset", Self::CrossReferenceLoop(offset) | Self::Unlisted(offset)) => write!(f, "{offset}"),
            ("offset", Self::TrailingBytes(offset)) => write!(f, "{offset}"),
            ("number", Self::Object(number)) => write!(f, "{number}"),
            ("name", Self::Structure(name)) => f.write_str(name),
            ("name", Self::Filter(name) | Self::Encrypted(name) | Self::SubFilter(name)) => {
                write!(f, "{}", if name.is_empty() { "?" } else { name })
            }
            ("page", Self::NoSuchPage(page)) => write!(f, "{page}"),
            ("needed", Self::Room { needed, .. }) => write!(f, "{needed}"),
            ("room", Self::Room { room, .. }) => write!(f, "{room}"),
            ("part", Self::Changed(part)) => part.describe(language, f),
            _ => unknown_detail(name, f),
        }
    }
}

impl From<CmsFault> for PdfFault {
    fn from(fault: CmsFault) -> Self {
        Self::Cms(fault)
    }
}

impl ChangedPart {
    fn describe(self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self, language) {
            (Self::History, Language::Japanese) => f.write_str("更新の履歴"),
            (Self::History, _) => f.write_str("the history of updates"),
            (Self::Catalog, Language::Japanese) => f.write_str("文書全体（カタログ）"),
            (Self::Catalog, _) => f.write_str("the document as a whole (its catalogue)"),
            (Self::Form, Language::Japanese) => f.write_str("フォーム"),
            (Self::Form, _) => f.write_str("the form"),
            (Self::Page(page), Language::Japanese) => write!(f, "{page} ページ目"),
            (Self::Page(page), _) => write!(f, "page {page}"),
            (Self::Object(number), Language::Japanese) => write!(f, "オブジェクト {number} "),
            (Self::Object(number), _) => write!(f, "object {number}"),
        }
    }
}
