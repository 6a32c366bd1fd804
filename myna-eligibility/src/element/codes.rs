//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-eligibility`.
    pub ELIGIBILITY_CODES;

    XML_TOO_LARGE = "xml.too_large", Input, Pointless,
        en: "the message has {size} bytes, more than the {limit} allowed; it is not read" => "read it as a bulk answer if it is one, and ask its sender otherwise";
        ja: "電文が大きすぎます（{size}バイト、上限{limit}バイト）。読み込みません。" => "一括照会の結果でなければ、送信元に確認してください。";
    XML_UNIT_TOO_LARGE = "xml.unit_too_large", Input, Pointless,
        en: "what begins at byte {position} has more than {limit} bytes; it is not read" => "ask the sender for the answer anew";
        ja: "要素が大きすぎます（{position}バイト目、上限{limit}バイト）。読み込みません。" => "結果を送信元から取り直してください。";
    XML_UNSUPPORTED_ENCODING = "xml.unsupported_encoding", Input, AfterStep,
        en: "the encoding ({encoding}, at byte {position}) is not one of the wire" => "set the sender to UTF-8";
        ja: "電文に使われない文字コードです（{encoding}、{position}バイト目）。" => "送信側の設定をUTF-8にしてください。";
    XML_DOCUMENT_TYPE = "xml.document_type", Input, Pointless,
        en: "a document type declaration at byte {position} is refused" => "do not trust the file; ask where it came from";
        ja: "文書型宣言（DTD）は受け付けません（{position}バイト目）。" => "ファイルの出どころを確かめてください。";
    XML_UNKNOWN_ENTITY = "xml.unknown_entity", Input, AfterStep,
        en: "the entity &{entity}; at byte {position} is not one of the five predefined ones" => "have the sender write the character itself";
        ja: "未知の実体参照「&{entity};」があります（{position}バイト目）。" => "送信側で文字そのものを書くように直してください。";
    XML_INVALID_CHARACTER = "xml.invalid_character", Input, AfterStep,
        en: "a character that XML does not allow at byte {position}" => "have the sender leave it out";
        ja: "XMLで使えない文字があります（{position}バイト目）。" => "送信側でその文字を除いてください。";
    XML_TOO_DEEP = "xml.too_deep", Input, Pointless,
        en: "elements are nested deeper than {limit} at byte {position}" => "ask where the file came from: no message is so deep";
        ja: "要素の入れ子が{limit}段を超えています（{position}バイト目）。" => "ファイルの出どころを確かめてください。";
    XML_DUPLICATE_ELEMENT = "xml.duplicate_element", Input, AfterStep,
        en: "the element {element} stands a second time at byte {position}" => "have the sender write it once";
        ja: "要素「{element}」が重複しています（{position}バイト目）。" => "送信側で一つだけにしてください。";
    XML_MIXED_CONTENT = "xml.mixed_content", Input, AfterStep,
        en: "text and elements stand side by side in {element} at byte {position}" => "have the sender mend the element";
        ja: "要素「{element}」に文字と要素が混在しています（{position}バイト目）。" => "送信側で要素を直してください。";
    XML_ATTRIBUTES = "xml.attributes", Input, AfterStep,
        en: "the element {element} at byte {position} has attributes; the messages have none" => "have the sender leave them out";
        ja: "要素「{element}」に属性があります（{position}バイト目）。" => "電文に属性はないため、送信側で除いてください。";
    XML_UNSUPPORTED_CONSTRUCT = "xml.unsupported_construct", Input, AfterStep,
        en: "a {construct} at byte {position}; the messages have none" => "have the sender leave it out";
        ja: "電文では使われない構文（CDATAセクション、処理命令）があります（{position}バイト目）。" => "送信側で除いてください。";
    XML_TRAILING_CONTENT = "xml.trailing_content", Input, AfterStep,
        en: "something stands after the end of the message at byte {position}" => "hand in one message alone";
        ja: "電文の終わりの後に余分な内容があります（{position}バイト目）。" => "電文を一つだけ渡してください。";
    XML_NOT_XML_MSG = "xml.not_xml_msg", Input, AfterStep,
        en: "the root element at byte {position} is {element}, not {root}: this is not an eligibility message" => "choose another file";
        ja: "最上位の要素が「{element}」です。資格確認の電文（{root}）ではありません。" => "ファイルを選び直してください。";
    XML_MISSING_ELEMENT = "xml.missing_element", Input, AfterStep,
        en: "the element {element} is missing" => "have the sender write it";
        ja: "必須の要素「{element}」がありません。" => "送信側で要素を加えてください。";
    XML_WRONG_CONTENT = "xml.wrong_content", Input, AfterStep,
        en: "the element {element} at byte {position} should hold {expected}" => "have the sender mend it";
        ja: "要素「{element}」の内容の形が違います（{position}バイト目）。" => "送信側で要素を直してください。";
    XML_TRUNCATED = "xml.truncated", Input, Now,
        en: "the message ends too early (byte {position})" => "it may still be being written: wait a moment and read it again";
        ja: "電文が途中で切れています（{position}バイト目）。" => "書き込み中の可能性があります。少し待って読み直してください。";
    XML_MALFORMED = "xml.malformed", Input, AfterStep,
        en: "not well-formed at byte {position}: {reason}" => "have the sender mend it";
        ja: "XML・JSONとして正しくありません（{position}バイト目）。" => "送信側で電文を直してください。";

    UNRECOGNISED = "file.unrecognised", Input, AfterStep,
        en: "neither XML, JSON, the limited app's text nor a zip archive (byte {position})" => "choose another file";
        ja: "資格確認の電文（XML・JSON）、資格確認アプリのコピー文、zipのいずれでもありません。" => "ファイルを選び直してください。";
    ARCHIVE = "zip.unreadable", Input, AfterStep,
        en: "the zip archive cannot be read: {reason}" => "fetch it again from its sender";
        ja: "zipファイルを読み込めません（破損、同名のファイル、ファイルの数か大きさの超過）。" => "送信元から取り直してください。";
    ARCHIVE_ENCRYPTED = "zip.encrypted", Input, AfterStep,
        en: "the zip archive is encrypted: {file} cannot be read without its password" => "unpack it with its password first";
        ja: "zipファイルがパスワードで暗号化されています（{file}）。" => "パスワードで展開してから読み込んでください。";
    BULK_IO = "bulk.io", System, Now,
        en: "the bulk answer cannot be read: {reason}" => "check the file and read it again";
        ja: "一括照会の結果を読み込めません（{reason}）。" => "ファイルを確かめて、もう一度お試しください。";
}
