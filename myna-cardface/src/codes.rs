//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-cardface`'s applications.
    pub CARD_FACE_CODES;

    NO_APPLICATION = "cardface.no_application", CardStatus, AfterStep,
        en: "no {application} on this card (SELECT answered {status})" => "is it a My Number Card?";
        ja: "{application}がカードにありません（{status}）。" => "マイナンバーカードか確認し、もう一度置いてください。";
    SIGNATURE_LENGTH = "cardface.signature_length", CardData, Now,
        en: "the card's signature has {length} bytes, its key 256" => "put the card back and start again";
        ja: "カードの署名が {length} バイトで、鍵の256バイトと合いません。" => "カードを置き直して、最初からやり直してください。";
    RECORD = "cardface.record", CardData, Now,
        en: "{file}: {reason}" => "put the card back and read again; if it stays so, do not trust the card";
        ja: "{file} の内容が正しくありません（{reason}）。" => "カードを置き直して、もう一度お試しください。続くときはカードを信用しないでください。";

    OBJECT_MISSING = "record.object_missing", CardData, Now,
        en: "object {tag} is missing" => "read the card again";
        ja: "データオブジェクト {tag} がありません。" => "もう一度カードを読み取ってください。";
    OBJECT_UNEXPECTED = "record.object_unexpected", CardData, Now,
        en: "object {tag} does not belong where it stands" => "read the card again";
        ja: "データオブジェクト {tag} が決まった位置にありません。" => "もう一度カードを読み取ってください。";
    TRAILING = "record.trailing", CardData, Now,
        en: "what stands from byte {position} on is no filler" => "read the card again";
        ja: "{position}バイト目から先に余分な内容があります。" => "もう一度カードを読み取ってください。";
    OBJECT_LENGTH = "record.object_length", CardData, Now,
        en: "object {tag} has {length} bytes" => "read the card again";
        ja: "データオブジェクト {tag} の長さが {length} バイトです。" => "もう一度カードを読み取ってください。";
    OBJECT_CHARACTERS = "record.characters", CardData, Now,
        en: "object {tag} holds characters it cannot hold" => "read the card again";
        ja: "データオブジェクト {tag} に使えない文字があります。" => "もう一度カードを読み取ってください。";
    OBJECT_OFFSET = "record.offset", CardData, Now,
        en: "the table of offsets does not point to object {tag}" => "read the card again";
        ja: "位置の表がデータオブジェクト {tag} を指していません。" => "もう一度カードを読み取ってください。";

    MY_NUMBER_DIGITS = "my_number.not_twelve_digits", CardData, Now,
        en: "My Number is not twelve digits" => "read the card again";
        ja: "個人番号が数字12桁ではありません。" => "もう一度カードを読み取ってください。";
    MY_NUMBER_CHECK_DIGIT = "my_number.check_digit", CardData, Now,
        en: "the check digit of My Number is wrong" => "read the card again";
        ja: "個人番号の検査用数字が合いません。" => "もう一度カードを読み取ってください。";

    PIN_FORMAT = "cardface.pin_format", Person, AfterStep,
        en: "the PIN is four half-width digits" => "it was not sent to the card; type it again";
        ja: "暗証番号は半角数字4桁です。" => "カードには送っていません。入力し直してください。";
    NUMBER_A = "number_a.format", Person, AfterStep,
        en: "number A (My Number) is {length} half-width digits" => "it was not sent to the card; type it again";
        ja: "照合番号A（個人番号）は半角数字{length}桁です。" => "カードには送っていません。入力し直してください。";
    NUMBER_B = "number_b.format", Person, AfterStep,
        en: "number B is {length} half-width digits: birth date YYMMDD of the Japanese era, year of expiry, security code" => "it was not sent to the card; type it again";
        ja: "照合番号Bは半角数字{length}桁です（和暦の生年月日6桁、有効期限の西暦4桁、セキュリティコード4桁）。" => "カードには送っていません。入力し直してください。";
    PRINTED_DIGITS = "printed_number.digits", Person, AfterStep,
        en: "{length} half-width digits are wanted" => "it was not sent to the card; type it again";
        ja: "半角数字{length}桁が必要です。" => "カードには送っていません。入力し直してください。";
    PRINTED_CHECK_DIGIT = "printed_number.check_digit", Person, AfterStep,
        en: "the check digit of My Number is wrong: a digit was mistyped" => "it was not sent to the card; type it again";
        ja: "個人番号の検査用数字が合いません。打ち間違いがあります。" => "カードには送っていません。入力し直してください。";
    PRINTED_DAY = "printed_number.day", Person, AfterStep,
        en: "the birth date is no day of a year: write YYMMDD with the year of the Japanese era" => "it was not sent to the card; type it again";
        ja: "生年月日は和暦の年、月、日を2桁ずつ、6桁で書きます。" => "カードには送っていません。入力し直してください。";
}
