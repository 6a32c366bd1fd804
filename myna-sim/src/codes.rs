//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-sim`.
    pub SIM_CODES;

    PKI = "sim.pki", Caller, AfterStep,
        en: "the card cannot be personalised: {reason}" => "choose another day or persona";
        ja: "模擬カードを作れません（{reason}）。" => "別の日付か人物を選んでください。";
    PKI_DATE = "sim.pki.date", Caller, AfterStep,
        en: "no such day in the calendar" => "choose another day";
        ja: "暦に存在しない日付です。" => "別の日付を選んでください。";
    PKI_HOLDER = "sim.pki.holder", Input, AfterStep,
        en: "the holder's {field} does not fit a certificate" => "shorten it or write it otherwise";
        ja: "人物の {field} が電子証明書に入りません。" => "短くするか、書き方を変えてください。";
    PKI_SERIAL = "sim.pki.serial", Caller, AfterStep,
        en: "a certificate's serial number must not be zero" => "choose another number";
        ja: "電子証明書の発行番号は0にできません。" => "別の番号にしてください。";
    PKI_INPUT_LENGTH = "sim.pki.input_length", Caller, Pointless,
        en: "the simulated key cannot take an input of {length} bytes" => "hand in what the key signs";
        ja: "模擬の鍵は {length} バイトの入力を扱えません。" => "鍵に合う長さのデータを渡してください。";
    PKI_KEY = "sim.pki.key", Internal, Pointless,
        en: "a simulated key could not be read or used" => "report it: this library was built wrong";
        ja: "模擬の鍵を読み込めません。" => "このライブラリーの不具合です。報告してください。";
    PKI_ENCODING = "sim.pki.encoding", Input, AfterStep,
        en: "the certificate could not be encoded: {reason}" => "shorten what the persona says";
        ja: "電子証明書をDERにできません。" => "人物の値を短くしてください。";
    ATR = "sim.atr", Input, AfterStep,
        en: "{reason}" => "write contact, contactless or the bytes of an ATR";
        ja: "ATRの書き方が正しくありません。" => "contact、contactless、またはATRのバイト列（16進数）を書いてください。";
    UNKNOWN_MUTANT = "sim.unknown_mutant", Person, AfterStep,
        en: "no mutant is called {name}; there are {names}" => "write one of these";
        ja: "{name} という変異体（mutant）はありません。" => "次のどれかを書いてください: {names}";

    PERSONA_SYNTAX = "sim.persona.syntax", Input, AfterStep,
        en: "line {line}{field}: {reason}" => "compare the file with `myna sim persona NAME` and correct it";
        ja: "人物ファイルの{line}行目{field}の書き方が正しくありません。" => "`myna sim persona 名前` の見本と見比べて直してください。";
    PERSONA_VALUE = "sim.persona.value", Input, AfterStep,
        en: "line {line}{field}: {reason}" => "compare the file with `myna sim persona NAME` and correct it";
        ja: "人物ファイルの{line}行目{field}の値が使えません。" => "`myna sim persona 名前` の見本と見比べて直してください。";

    FOLDER_ACCESS = "sim.folder.access", Input, AfterStep,
        en: "{path}{field}: {reason}" => "check the path and its rights";
        ja: "{path}{field} を読み書きできません（{reason}）。" => "パスと権限を確かめてください。";
    FOLDER_SYNTAX = "sim.folder.syntax", Input, AfterStep,
        en: "{path}: line {line}: {reason}" => "correct the description; `myna sim show --export` writes a good one";
        ja: "{path} の{line}行目の書き方が正しくありません。" => "`myna sim show --export` が書き出す見本と見比べて直してください。";
    FOLDER_VALUE = "sim.folder.value", Input, AfterStep,
        en: "{path}: {field}: {reason}" => "correct the description; `myna sim show --export` writes a good one";
        ja: "{path} の {field} の値が使えません。" => "`myna sim show --export` が書き出す見本と見比べて直してください。";
    FOLDER_NOT_EMPTY = "sim.folder.not_empty", Person, AfterStep,
        en: "{path}: not empty; what is there is left alone" => "name another folder";
        ja: "{path} は空ではありません。中身は変更していません。" => "別のフォルダーを指定してください。";

    IMAGE_ACCESS = "sim.image.access", Input, AfterStep,
        en: "{path}: {reason}" => "check the path and its rights";
        ja: "{path} を読み書きできません（{reason}）。" => "パスと権限を確かめてください。";
    IMAGE_NAME = "sim.image.name", Input, AfterStep,
        en: "{path}: {reason}" => "name folders after applications and files after EFs, as `AID/0001.bin`";
        ja: "{path} の名前が、アプリケーションやファイルのものではありません。" => "フォルダーはAID、ファイルは 0001.bin の形の名前にしてください。";
    IMAGE_EMPTY = "sim.image.empty", Input, AfterStep,
        en: "{path}: there is no file of a card in it" => "name another folder";
        ja: "{path} にカードのファイルがありません。" => "別のフォルダーを指定してください。";

    STATE_READ = "sim.state.read", System, AfterStep,
        en: "{path}: cannot be read: {reason}" => "check the path and its rights";
        ja: "{path} を読み込めません（{reason}）。" => "パスと権限を確かめてください。";
    STATE_MALFORMED = "sim.state.malformed", Input, AfterStep,
        en: "{path}: not the state of a simulated card: {reason}" => "remove the file to start with a fresh card";
        ja: "{path} は模擬カードの状態のファイルではありません。" => "新しいカードから始めるには、ファイルを削除してください。";
    STATE_OTHER_CARD = "sim.state.other_card", Input, AfterStep,
        en: "{path}: the state of another card, {written_for}, or of this one before it was changed; this is {this}" => "name another file, or remove this one to start with a fresh card";
        ja: "{path} は別のカード（{written_for}）か、変更前のカードの状態です（このカードは {this}）。" => "別のファイルを指定するか、削除して新しいカードから始めてください。";
    STATE_IN_USE = "sim.state.in_use", Caller, AfterStep,
        en: "{path}: in use by another simulated card" => "give each card a file of its own";
        ja: "{path} は別の模擬カードが使用中です。" => "カードごとに別のファイルを指定してください。";
    STATE_WRITE = "sim.state.write", System, AfterStep,
        en: "{path}: cannot be written: {reason}" => "check the disk; the state before still stands";
        ja: "{path} に書き込めません（{reason}）。前の状態が残っています。" => "権限とディスクの空きを確かめてください。";

    VPCD_CONNECT = "sim.vpcd.connect", Transport, AfterStep,
        en: "no virtual reader at {address}: {reason}" => "is pcscd running with vpcd?";
        ja: "{address} に仮想カードリーダーがありません（{reason}）。" => "pcscdがvpcd付きで動いているか確かめてください。";
    VPCD_SOCKET = "sim.vpcd.socket", System, Now,
        en: "the connection to the virtual reader cannot be set up: {reason}" => "try again";
        ja: "仮想カードリーダーとの接続を準備できません（{reason}）。" => "もう一度お試しください。";
}
