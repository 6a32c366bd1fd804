//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-terminal`, but those of past results.
    pub TERMINAL_CODES;

    INSTITUTION_CODE = "account.institution_code_malformed", Person, AfterStep,
        en: "the institution code must be ten half-width digits" => "enter it again; no attempt was spent";
        ja: "機関コードは半角数字10桁で入力してください。" => "入力し直してください。試行回数は減っていません。";
    USER_ID = "account.user_id_malformed", Person, AfterStep,
        en: "the user ID must be 2 to 8 half-width letters and digits" => "enter it again; no attempt was spent";
        ja: "ユーザIDは半角英数字2〜8文字で入力してください。" => "入力し直してください。試行回数は減っていません。";
    PASSWORD = "account.password_malformed", Person, AfterStep,
        en: "the password must be 1 to 64 half-width characters" => "enter it again; no attempt was spent";
        ja: "パスワードは半角文字（1〜64文字）で入力してください。" => "入力し直してください。試行回数は減っていません。";
    // The app's own words [seed F0 S33].
    ACTIVATION_CODE = "account.activation_code_malformed", Person, AfterStep,
        en: "the activation code must be twelve half-width digits without hyphens" => "enter it again; no attempt was spent";
        ja: "アクティベーションコードが条件に合っていません。" => "半角数字12桁をハイフンなしで入力し直してください。試行回数は減っていません。";

    // The app's own words, here and where it tells a wait like a mistyped value [seed F0 S35, S36; G1].
    DEVICE_LOCKED = "device.account_locked", Person, AfterLook,
        en: "the account is locked until {until}" => "wait until then; trying before changes nothing";
        ja: "このアカウントは利用できません。" => "{until}以降にもう一度お試しください。";
    DEVICE_TOO_EARLY = "device.registered_too_early", Person, AfterStep,
        en: "the device was de-registered; it can be registered again after {until}" => "wait until then";
        ja: "機関コード、ID、パスワード、アクティベーションコードが異なります。" => "登録解除の直後は登録できません。{until}以降にもう一度お試しください。";
    DEVICE_DEAD = "device.account_dead", Person, Pointless,
        en: "the app was removed without de-registration" => "apply for a release and an added account";
        ja: "登録解除をせずにアプリを削除したため、このアカウントは使えません。" => "アカウントの追加と解除を申請してください。";
    DEVICE_DOES_NOT_FIT = "device.event_does_not_fit", Caller, Pointless,
        en: "the event does not fit the state of the account" => "look at the state first";
        ja: "アカウントの状態に合わない操作です。" => "アカウントの状態を確かめてください。";
    DEVICE_END_OF_CALENDAR = "device.end_of_calendar", Caller, AfterStep,
        en: "the clock is at the end of the calendar" => "set the clock";
        ja: "日時が正しくありません。" => "端末の日時を合わせてください。";

    APPLICATION_NOT_LOGGED_IN = "application.not_logged_in", Person, AfterStep,
        en: "nobody is logged in to the portal" => "log in to the portal first";
        ja: "医療機関等向けポータルにログインしていません。" => "先にログインしてください。";
    APPLICATION_NO_DEVICE = "application.no_device", Person, AfterStep,
        en: "no device is applied for" => "enter the number of devices, at least one";
        ja: "申請する端末の台数がありません。" => "1台以上の台数を入力してください。";
    APPLICATION_TOO_MANY_DEVICES = "application.too_many_devices", Person, AfterStep,
        en: "at most {limit} devices are taken" => "use the application for added accounts for the others";
        ja: "申請できる端末は{limit}台までです。" => "残りは資格確認端末機器（アカウント）追加申請を使ってください。";
    APPLICATION_TERMS = "application.terms_not_accepted", Person, AfterStep,
        en: "the terms of use are not accepted" => "read and accept them";
        ja: "利用規約に同意していません。" => "利用規約を読み、同意してください。";
    APPLICATION_ATTACHMENT_MISSING = "application.attachment_missing", Person, AfterStep,
        en: "the notification is not attached" => "attach it";
        ja: "通知の写しが添付されていません。" => "添付してください。";
    APPLICATION_ATTACHMENT_FORM = "application.attachment_form", Person, AfterStep,
        en: "the attachment is not a PDF, PNG or Excel file" => "attach one of these";
        ja: "添付ファイルがPDF、PNG、Excelのいずれでもありません。" => "いずれかの形式で添付し直してください。";
    APPLICATION_ATTACHMENT_SIZE = "application.attachment_size", Person, AfterStep,
        en: "the attachment is larger than 100 MB" => "attach a smaller one";
        ja: "添付ファイルが100MBを超えています。" => "小さくして添付し直してください。";

    HOME_FUNCTION_NOT_USED = "home_visit.function_not_used", Person, AfterStep,
        en: "the home-visit function is not set to be used" => "set it in the environment settings first";
        ja: "訪問診療等機能を利用する設定になっていません。" => "環境設定で訪問診療等機能を「利用する」にしてください。";
    HOME_LOGIN_NEEDED = "home_visit.login_needed", Person, AfterStep,
        en: "the setting holds from the next login" => "log out and in again first";
        ja: "設定がまだ反映されていません。" => "設定を反映するため、一度ログアウトしてログインし直してください。";
    HOME_ACTIVATION_CODE_NEEDED = "home_visit.activation_code_needed", Person, AfterStep,
        en: "there is no activation code" => "issue the activation code first";
        ja: "アクティベーションコードがありません。" => "アクティベーションコードを発行してください。";
    HOME_TERMINAL_LOGIN_NEEDED = "home_visit.terminal_login_needed", Person, AfterStep,
        en: "the account was never used at the eligibility terminal" => "log in there and change the password first";
        ja: "資格確認端末でまだ一度もログインしていません。" => "先に資格確認端末で一度ログインし、初期パスワードを変更してください。";
    HOME_PASSWORD_UNCHANGED = "home_visit.password_unchanged", Person, AfterStep,
        en: "the password is still the initial one" => "change it at the first login";
        ja: "初期パスワードのままです。" => "初期パスワードを変更してください。";
    HOME_NOT_YET_VALID = "home_visit.not_yet_valid", Person, AfterStep,
        en: "the account is not valid before {from}" => "wait until then, or change the first day of use";
        ja: "アカウントの利用開始日（{from}）より前です。" => "利用開始日を待つか、管理者に変更を依頼してください。";
    HOME_NO_LONGER_VALID = "home_visit.no_longer_valid", Person, AfterStep,
        en: "the account was valid until {until}" => "have the administrator extend it";
        ja: "アカウントの利用終了日（{until}）を過ぎています。" => "管理者に延長を依頼してください。";
    HOME_ENDS_BEFORE_START = "home_visit.ends_before_start", Person, AfterStep,
        en: "the last day lies before the first" => "correct one of the two";
        ja: "利用終了日が利用開始日より前です。" => "どちらかを直してください。";

    SESSION_DEVICE_UNFIT = "session.device_unfit", Person, AfterStep,
        en: "the visual check needs NFC and extended length" => "use the PIN or another device";
        ja: "この端末では目視確認を利用できません。" => "暗証番号を入力するか、別の端末を使ってください。";
    SESSION_VISUAL_NOT_ALLOWED = "session.visual_not_allowed", Person, AfterStep,
        en: "the facility does not check visually" => "use the PIN";
        ja: "目視確認は利用しない設定です。" => "暗証番号を入力してください。";
    SESSION_DOES_NOT_FIT = "session.event_does_not_fit", Caller, Pointless,
        en: "the event does not fit the state of the check" => "look at the state first";
        ja: "いまは行えない操作です。" => "画面の状態を確かめてください。";

    // The app's own words for a refused login and a locked account [seed F0 S35, S36].
    CREDENTIALS_REFUSED = "service.credentials_refused", Person, AfterLook,
        en: "the institution code, ID, password or activation code is wrong; the attempt counts towards the lock" => "check all four before trying again";
        ja: "機関コード、ID、パスワード、アクティベーションコードが異なります。" => "失敗が続くとロックされます。4つの値を確かめてから入力し直してください。";
    ACCOUNT_LOCKED = "service.account_locked", Person, AfterLook,
        en: "the account is locked until {until}" => "do not try before";
        ja: "このアカウントは利用できません。" => "{until}以降にもう一度お試しください。";
    SESSION_UNKNOWN = "service.session_unknown", Service, AfterStep,
        en: "the session is unknown" => "log in again";
        ja: "ログインが確認できません。" => "もう一度ログインしてください。";
    SESSION_EXPIRED = "service.session_expired", Service, AfterStep,
        en: "the session has ended" => "log in again";
        ja: "ログインの有効期限が切れました。" => "もう一度ログインしてください。";
    CHALLENGE_UNKNOWN = "service.challenge_unknown", Service, Now,
        en: "the challenge is unknown or already used" => "ask for a new one and let the card sign again";
        ja: "この照会は無効か、使用済みです。" => "もう一度カードを読み取ってください。";
    CERTIFICATE_REFUSED = "service.certificate_refused", Service, AfterStep,
        en: "the card's certificate is refused ({reason})" => "the patient's municipality can help";
        ja: "利用者証明用電子証明書が利用できません（{reason}）。" => "住民票のある市区町村にお問い合わせください。";
    SIGNATURE_REFUSED = "service.signature_refused", Service, Now,
        en: "the card's signature does not fit the challenge" => "read the card again";
        ja: "カードの署名を確認できませんでした。" => "もう一度カードを読み取ってください。";
    NOT_OFFERED = "service.not_offered", Service, Pointless,
        en: "the service does not offer the {way}" => "ask in another way";
        ja: "この方法は利用できません。" => "別の方法を使ってください。";
    REQUEST_UNFIT = "service.request_unfit", Caller, AfterStep,
        en: "the request cannot be asked in this way: {reason}" => "correct the request";
        ja: "この要求は受け付けられません。" => "要求の内容を確認してください。";
    UNAVAILABLE = "service.unavailable", Service, Now,
        en: "the service is unavailable ({reason})" => "try again later";
        ja: "資格確認サービスに接続できません。" => "しばらくしてからもう一度お試しください。";

    ANOTHER_CARD = "check.another_card", Person, AfterStep,
        en: "another card lies on the reader than before" => "begin again with one card";
        ja: "途中でカードが別のものに替わりました。" => "1枚のカードで最初からやり直してください。";
    NO_PIN = "check.no_pin", CardStatus, AfterStep,
        en: "the card has no PIN (顔認証マイナンバーカード)" => "check by eye: compare the face with the card's photo";
        ja: "暗証番号のないカード（顔認証マイナンバーカード）です。" => "目視で顔写真と本人を比べて確認してください。";
    PIN_NEEDED = "check.pin_needed", Person, AfterStep,
        en: "the certificate can be read only with the PIN, as on a phone" => "check by PIN, or take the card itself";
        ja: "スマートフォンのように、暗証番号なしでは電子証明書を読み取れません。" => "暗証番号で確認するか、マイナンバーカードを使ってください。";
    IDENTITY_REFUSED = "check.identity_refused", Person, AfterLook,
        en: "staff did not recognise the person on the card's photo" => "ask for another document";
        ja: "本人と確認できませんでした。" => "ほかの本人確認書類を確かめてください。";
    CONTRADICTION = "check.contradiction", CardData, AfterLook,
        en: "the face of the card and the answer of the service are not of one person: {difference}" => "do not take the eligibility for valid; look at card and person";
        ja: "券面と資格情報の{difference}が一致しません。" => "有効な資格として扱わず、カードと本人を確認してください。";

    NOT_A_REQUEST = "exchange.not_a_request", Input, AfterStep,
        en: "not a request: the file is named OQS…req….xml and holds a request message" => "choose another file, or name it so";
        ja: "要求ファイルではありません。" => "名前がOQS…req….xmlで、要求の電文が入ったファイルを選んでください。";
    ALREADY_THERE = "exchange.request_already_there", Input, AfterStep,
        en: "a request or answer of this name, not ours, is there already" => "take another name";
        ja: "同じ名前の要求または結果のファイルがあります。" => "別の名前にしてください。";
    IN_USE = "exchange.in_use", Caller, AfterStep,
        en: "another program uses this state folder" => "give each its own, or wait for the other to end";
        ja: "同じ作業フォルダーを別のプログラムが使っています。" => "別の作業フォルダーを指定するか、そのプログラムの終了を待ってください。";
    ANSWER_TOO_LARGE = "exchange.answer_too_large", Input, Pointless,
        en: "the answer has more than {limit} bytes" => "read it as a bulk answer, or ask its sender";
        ja: "結果ファイルが大きすぎます（上限{limit}バイト）。" => "一括照会の結果でなければ、送信元に確認してください。";
    TIMED_OUT = "exchange.timed_out", Service, AfterLook,
        en: "no answer in time" => "the request is still out, and may be waited for again under the same name";
        ja: "時間内に結果ファイルが届きませんでした。" => "連携アプリケーションの動作を確認してください。要求は出したままのため、同じ名前で続けて待てます。";
    EXCHANGE_IO = "exchange.io", System, AfterStep,
        en: "a file of the errand cannot be used ({doing} {path}): {reason}" => "check the folder; all folders must be on one disk";
        ja: "連携フォルダーのファイル {path} を扱えません（{reason}）。" => "フォルダーの権限と空きを確かめてください。フォルダーはすべて同じディスクに置いてください。";
    OF_ANOTHER = "exchange.answer_of_another", Input, AfterLook,
        en: "the answer belongs to another request and was put aside" => "find out who wrote it; do not show it for this patient";
        ja: "別の要求の結果のため、退避しました。" => "この患者の結果として表示せず、連携アプリケーションを確認してください。";
}

#[cfg(feature = "history")]
myna_error::table! {
    /// Every code of past results.
    pub HISTORY_CODES;

    NOT_A_RESULT = "history.not_a_result", Input, Pointless,
        en: "{kind} is no result of a check: only answers are recorded" => "choose the answer";
        ja: "資格確認の結果ではないため、保存できません。" => "結果のファイルを選んでください。";
    MALFORMED_KEY = "history.malformed_key", Input, AfterStep,
        en: "the key is malformed: 64 hexadecimal digits are expected" => "take the key file from its backup, or make a new store with a new key";
        ja: "履歴の鍵の形式が正しくありません（16進数64桁）。" => "鍵のファイルを控えから戻してください。";
    NO_RANDOMNESS = "history.no_randomness", System, Now,
        en: "the system gives no randomness: {reason}" => "try again, and restart the machine if it stays so";
        ja: "乱数を取得できません。" => "もう一度試し、続くときは端末を再起動してください。";
    MISSING = "history.missing", Input, AfterStep,
        en: "there is no such store" => "check the path; `add` makes a store";
        ja: "履歴のファイルがありません。" => "パスを確かめてください。";
    NOT_A_DATABASE = "history.not_a_database", Input, AfterStep,
        en: "not a store, or a damaged one: {reason}" => "check the path, or restore a backup";
        ja: "履歴のファイルではないか、壊れています。" => "パスを確かめるか、バックアップから戻してください。";
    FOREIGN_DATABASE = "history.foreign_database", Input, AfterStep,
        en: "the database of another program (application id {application_id})" => "choose another file; nothing was changed in it";
        ja: "ほかのプログラムのデータベースです（アプリケーションID {application_id}）。" => "別のファイルを指定してください。中身は変更していません。";
    NEWER_VERSION = "history.newer_version", Input, AfterStep,
        en: "written by a newer version (schema {found}, this one knows up to {supported})" => "use the newer version";
        ja: "新しい版のプログラムで作られた履歴です（形式{found}、この版は{supported}まで）。" => "新しい版を使ってください。";
    WRONG_KEY = "history.wrong_key", Input, AfterStep,
        en: "the key is not the one of this store" => "give the key file made for it";
        ja: "鍵がこの履歴のものではありません。" => "この履歴の鍵のファイルを指定してください。";
    DAMAGED = "history.damaged", Input, AfterStep,
        en: "{row} was altered" => "restore a backup";
        ja: "履歴が書き換えられているか、壊れています。" => "バックアップから戻してください。";
    HISTORY_BUSY = "history.busy", System, Now,
        en: "in use by another process" => "wait and try again";
        ja: "ほかのプログラムが使用中です。" => "少し待って、もう一度お試しください。";
    NOT_WIPED = "history.not_wiped", System, Now,
        en: "deleted, but not wiped yet, because another process reads" => "delete or purge again later";
        ja: "削除しましたが、ほかのプログラムが読んでいるため、まだ消去できていません。" => "あとでもう一度、削除を実行してください。";
    WILL_NOT_OVERWRITE = "history.will_not_overwrite", Input, AfterStep,
        en: "will not be overwritten: {reason}" => "give another name for the backup";
        ja: "履歴のバックアップではないため、上書きしません。" => "バックアップの名前を変えてください。";
    HISTORY_IO = "history.io", System, AfterStep,
        en: "the file cannot be read or written: {reason}" => "check the path, its rights and the disk";
        ja: "ファイルを読み書きできません（{reason}）。" => "パスと権限、ディスクの空きを確かめてください。";
    STORE = "history.store", System, AfterLook,
        en: "the store failed: {reason}" => "try again; if it stays so, check the store and restore a backup";
        ja: "履歴を読み書きできません。" => "もう一度試し、続くときは履歴を検査してバックアップから戻してください。";
    CURSOR = "history.cursor", Caller, AfterStep,
        en: "not a place in a list of results: YYYYMMDDhhmmss-ID is expected" => "give the place as the search before told it";
        ja: "一覧の続きの位置はYYYYMMDDhhmmss-番号の形です。" => "前の検索が示した値をそのまま指定してください。";
}
