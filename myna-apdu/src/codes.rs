//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-apdu`.
    pub APDU_CODES;

    COMMAND_HEADER = "apdu.command.header_truncated", Caller, Pointless,
        en: "command of {length} bytes: the header has 4" => "hand in the whole command";
        ja: "コマンドが {length} バイトしかなく、ヘッダー4バイトに足りません。" => "コマンド全体を渡してください。";
    COMMAND_LENGTH_TRUNCATED = "apdu.command.length_truncated", Caller, Pointless,
        en: "extended length field at byte {offset} is cut off" => "hand in the whole command";
        ja: "{offset} バイト目の拡張長フィールドが途中で切れています。" => "コマンド全体を渡してください。";
    COMMAND_ZERO_LC = "apdu.command.zero_lc", Caller, Pointless,
        en: "extended Lc of zero at byte {offset}: leave the field out instead" => "encode a command without data without Lc";
        ja: "{offset} バイト目の拡張Lcが0です。" => "データのないコマンドにはLcを付けないでください。";
    COMMAND_LENGTH_MISMATCH = "apdu.command.length_mismatch", Caller, Pointless,
        en: "Lc at byte {offset} says {lc}, but {following} bytes follow" => "make the length field and the data agree";
        ja: "{offset} バイト目のLcは {lc} ですが、後ろに {following} バイトあります。" => "Lcとデータの長さを合わせてください。";
    COMMAND_DATA_TOO_LONG = "apdu.command.data_too_long", Caller, Pointless,
        en: "{length} data bytes: a command holds at most 65 535" => "send the data in parts";
        ja: "データが {length} バイトあり、1コマンドの上限65535バイトを超えています。" => "データを分けて送ってください。";
    COMMAND_NO_CHAINING = "apdu.command.no_chaining", Caller, Pointless,
        en: "a command of this class cannot be chained" => "use an interindustry class, or shorter data";
        ja: "このクラスのコマンドは連鎖（command chaining）できません。" => "共通クラスを使うか、データを短くしてください。";
    BUFFER_TOO_SMALL = "apdu.buffer_too_small", Caller, AfterStep,
        en: "the buffer is too small: {needed} bytes needed" => "give a larger buffer";
        ja: "バッファーが小さすぎます（{needed} バイト必要）。" => "大きいバッファーを渡してください。";
    EXPECTED_LENGTH = "apdu.expected_length", Caller, Pointless,
        en: "an expected length lies in 1..=65 536" => "ask for a length in that range";
        ja: "期待長（Ne）は1から65536までです。" => "範囲内の長さを指定してください。";
    RESPONSE = "apdu.response", Transport, Now,
        en: "response of {length} bytes: a response ends in a status word of 2" => "put the card back and start again";
        ja: "応答が {length} バイトで、ステータスワード2バイトがありません。" => "カードを置き直して、もう一度お試しください。";
    PIN_LENGTH = "pin.length", Person, AfterStep,
        en: "a PIN has 1 to 16 characters" => "enter it again; it was not sent to the card";
        ja: "暗証番号は1文字から16文字です。カードには送っていません。" => "入力し直してください。";

    TLV_TAG = "tlv.tag", CardData, Pointless,
        en: "byte {offset} starts no tag" => "check where the data came from";
        ja: "{offset} バイト目がタグではありません。" => "データの出どころを確かめてください。";
    TLV_LENGTH_TRUNCATED = "tlv.length_truncated", CardData, Pointless,
        en: "the object is cut off at byte {offset}, in its header" => "check that the data are whole";
        ja: "データオブジェクトが {offset} バイト目（ヘッダー内）で切れています。" => "データが全部あるか確かめてください。";
    TLV_LENGTH_FORM = "tlv.length_form", CardData, Pointless,
        en: "length at byte {offset} is indefinite or above 4 bytes" => "check where the data came from";
        ja: "{offset} バイト目の長さが不定長か、4バイトを超えています。" => "データの出どころを確かめてください。";
    TLV_LENGTH_NOT_MINIMAL = "tlv.length_not_minimal", CardData, Pointless,
        en: "length at byte {offset} is not in its shortest form" => "check where the data came from";
        ja: "{offset} バイト目の長さが最短の形ではありません。" => "データの出どころを確かめてください。";
    TLV_VALUE_TRUNCATED = "tlv.value_truncated", CardData, Pointless,
        en: "value at byte {offset} has {present} of {promised} bytes" => "check that the data are whole";
        ja: "{offset} バイト目からの値が、{promised} バイトのうち {present} バイトしかありません。" => "データが全部あるか確かめてください。";
    TLV_TOO_DEEP = "tlv.too_deep", CardData, Pointless,
        en: "the object at byte {offset} lies too deep inside others" => "check where the data came from";
        ja: "{offset} バイト目のデータオブジェクトの入れ子が深すぎます。" => "データの出どころを確かめてください。";
    TLV_UNWRITABLE_TAG = "tlv.unwritable_tag", Caller, Pointless,
        en: "{tag} is no tag a reader would take" => "choose a tag of ISO/IEC 8825-1";
        ja: "{tag} は読み手が受け付けるタグではありません。" => "ISO/IEC 8825-1のタグを使ってください。";
    TLV_VALUE_TOO_LONG = "tlv.value_too_long", Caller, Pointless,
        en: "the value is longer than a length field can say" => "write it in parts";
        ja: "値が長さフィールドで表せる上限を超えています。" => "分けて書いてください。";
}

#[cfg(feature = "alloc")]
myna_error::table! {
    /// Every code of [`flow`](crate::flow): exchanges, files, PINs.
    pub FLOW_CODES;

    NOT_SENT = "apdu.not_sent", Transport, AfterStep,
        en: "exchange {exchange}: the reader cannot carry the command; nothing was sent" => "use another reader";
        ja: "カードリーダーがコマンドを送れません（{exchange} 回目の交信）。カードには送っていません。" => "別のカードリーダーをお使いください。";
    LOST = "apdu.lost", Transport, AfterLook,
        en: "exchange {exchange}: no answer; was the card removed?" => "put the card back and start again";
        ja: "カードの応答がありません（{exchange} 回目の交信）。" => "カードを置き直して、最初からやり直してください。";
    TRUNCATED_RESPONSE = "apdu.truncated_response", CardData, AfterLook,
        en: "exchange {exchange}: an answer of {length} bytes, without a status word" => "put the card back and start again";
        ja: "カードの応答が途中で切れています（{exchange} 回目の交信、{length} バイト）。" => "カードを置き直して、最初からやり直してください。";
    STATUS = "apdu.status", CardStatus, AfterStep,
        en: "exchange {exchange}: the card refused INS {instruction} with {status} ({meaning})" => "check that it is a My Number Card and put it back";
        ja: "カードが {instruction} を拒否しました（{status}：{meaning}、{exchange} 回目の交信）。" => "マイナンバーカードか確認し、もう一度置いてください。";
    UNBOUNDED = "apdu.unbounded", CardData, Pointless,
        en: "exchange {exchange}: the card announces more data without end" => "check that it is a My Number Card";
        ja: "カードがデータの続きを際限なく知らせてきます（{exchange} 回目の交信）。" => "マイナンバーカードか確認してください。";
    STALLED = "apdu.stalled", Caller, Pointless,
        en: "the operation awaits something that is no exchange" => "let operations await nothing but their link";
        ja: "操作がカードとの交信以外のものを待っています。" => "操作の中ではリンクの交信だけを待ってください（プログラムの誤り）。";
    ALREADY_COMPLETE = "apdu.already_complete", Caller, Pointless,
        en: "the operation is over" => "make a new one";
        ja: "操作はすでに終わっています。" => "新しい操作を作ってください（プログラムの誤り）。";

    FILE_NOT_FOUND = "file.not_found", CardStatus, AfterStep,
        en: "{file}: the card holds no such file" => "check that it is a My Number Card";
        ja: "カードに {file} がありません。" => "マイナンバーカードか確認してください。";
    FILE_NOT_ALLOWED = "file.not_allowed", CardStatus, AfterStep,
        en: "{file}: a PIN has to be verified before the file is read" => "verify it and read again";
        ja: "{file} を読むには、先に暗証番号の照合が必要です。" => "照合してから読み直してください。";
    FILE_TRUNCATED = "file.truncated", CardData, Now,
        en: "{file}: the file ends after {present} of the {needed} bytes of its object" => "put the card back and read again; if it stays so, the card is damaged";
        ja: "{file} が、{needed} バイトのうち {present} バイトで終わっています。" => "カードを置き直して、もう一度お試しください。続くときはカードの不良です。";
    FILE_NOT_AN_OBJECT = "file.not_an_object", CardData, Now,
        en: "{file}: the file holds no TLV object: {reason}" => "check that it is a My Number Card and put it back";
        ja: "{file} の内容がデータオブジェクトではありません（{reason}）。" => "マイナンバーカードか確認し、もう一度置いてください。";
    FILE_TOO_MUCH_DATA = "file.too_much_data", CardData, Pointless,
        en: "{file}: the card gave {came} bytes where {asked} were asked for" => "check that it is a My Number Card";
        ja: "{file} を {asked} バイト求めたのに、カードが {came} バイト返しました。" => "マイナンバーカードか確認してください。";

    PIN_LOCKED = "pin.locked", CardStatus, AfterStep,
        en: "{secret}: the PIN is locked; only the municipal office can unlock it" => "go there with the card";
        ja: "{secret}がロックされています。" => "解除は住民票のある市区町村の窓口でのみできます。";
    PIN_TOO_FEW_TRIES = "pin.too_few_tries", CardStatus, AfterStep,
        en: "{secret}: {left} tries left where {minimum} are demanded; the PIN was not presented" => "make sure of the PIN, then allow the last try (--last-try)";
        ja: "{secret}の残りが{left}回のため、照合しませんでした。" => "最後の1回を使うには --last-try を付けます。";
    PIN_COUNTER_NOT_REPORTED = "pin.counter_not_reported", CardStatus, AfterStep,
        en: "{secret}: the card does not report the tries left; the PIN was not presented" => "put the card back and start again";
        ja: "カードが{secret}の残り回数を答えないため、照合しませんでした。" => "カードを置き直して、最初からやり直してください。";
    PIN_WRONG = "pin.wrong", Person, AfterStep,
        en: "{secret}: wrong PIN{left}" => "{advice}";
        ja: "{secret}が違います。{left}" => "{advice}";
    PIN_NOT_FOUND = "pin.not_found", CardStatus, AfterStep,
        en: "{secret}: the card holds no such PIN" => "check that it is a My Number Card";
        ja: "カードに{secret}がありません。" => "マイナンバーカードか確認してください。";
    PIN_UNCLEAR = "pin.unclear", CardStatus, AfterLook,
        en: "{secret}: the card answered {status}, which says nothing of the tries; one may have been spent" => "read the tries left before anything else";
        ja: "{secret}の照合にカードが {status} と答え、残り回数が分かりません。1回減った可能性があります。" => "先に残り回数を確かめてください。";
    PIN_CHANGE_REFUSED = "pin.change_refused", CardStatus, AfterStep,
        en: "{secret}: the card refused the new PIN ({status}); the old one holds" => "choose another new PIN";
        ja: "{secret}の変更をカードが拒否しました（{status}）。元のままです。" => "別の新しい暗証番号にしてください。";
    PIN_CHANGE_UNCLEAR = "pin.change_unclear", CardStatus, AfterLook,
        en: "{secret}: whether the new PIN holds or the old one is not known" => "try the new one, then the old one: one try may go by, which a right one gives back";
        ja: "{secret}が新しい番号に変わったか分かりません。" => "新しい番号、次に元の番号の順に試してください。1回減ることがありますが、正しい番号で戻ります。";
}
