//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-conformance`.
    pub CONFORMANCE_CODES;

    CATALOGUE = "conformance.catalogue", Input, AfterStep,
        en: "catalogue {place}: {reason}" => "mend the catalogue";
        ja: "試験カタログの {place} が正しくありません（{reason}）。" => "カタログを直してください。";
    ICS_UNREADABLE = "conformance.ics_unreadable", Input, AfterStep,
        en: "the ICS cannot be read: {reason}" => "mend the file";
        ja: "実装適合宣言（ICS）を読み込めません（{reason}）。" => "ファイルを直してください。";
    ICS_IMPLAUSIBLE = "conformance.ics_implausible", Input, AfterStep,
        en: "the ICS is not plausible: {field}: {reason}" => "correct the field";
        ja: "実装適合宣言（ICS）の {field} がカードか他の項目と合いません。" => "項目を直してください。";
    PIN_NO_TEXT = "conformance.pin_no_text", Person, AfterStep,
        en: "not a text" => "correct it; it was not sent to the card";
        ja: "文字として読めません。" => "直してください。カードには送っていません。";
}
