//! The table of this crate's errors: code, blame, whether to try again, and the sentences in both languages.

myna_error::table! {
    /// Every code of `myna-sim-service`.
    pub SIM_SERVICE_CODES;

    EXCHANGE_IO = "sim.exchange.io", System, AfterStep,
        en: "a file of the simulated exchange cannot be used: {reason}" => "check the folders and the disk";
        ja: "模擬の連携フォルダーのファイルを扱えません（{reason}）。" => "フォルダーの権限とディスクの空きを確かめてください。";
    SERVICE_PKI = "sim.service.pki", Internal, Pointless,
        en: "the test PKI of the simulated service failed: {reason}" => "report it: this library was built wrong";
        ja: "模擬サービスのテスト用認証局を用意できません。" => "このライブラリーの不具合です。報告してください。";
    SERVICE_CERTIFICATE = "sim.service.certificate", Internal, Pointless,
        en: "a certificate of the test PKI is none: {reason}" => "report it: this library was built wrong";
        ja: "テスト用認証局の証明書が正しくありません。" => "このライブラリーの不具合です。報告してください。";
    SERVICE_ANCHOR = "sim.service.anchor", Internal, Pointless,
        en: "a CA certificate of the test PKI is none: {reason}" => "report it: this library was built wrong";
        ja: "テスト用認証局の認証局証明書が正しくありません。" => "このライブラリーの不具合です。報告してください。";
    SERVICE_ACCOUNT = "sim.service.account", Internal, Pointless,
        en: "the published account is malformed: {reason}" => "report it: this library was built wrong";
        ja: "模擬サービスの公開アカウントの形式が正しくありません。" => "このライブラリーの不具合です。報告してください。";
    SERVICE_PERSONA = "sim.service.persona", Internal, Pointless,
        en: "the built-in persona {persona} does not parse" => "report it: this library was built wrong";
        ja: "組み込みの人物 {persona} を読み込めません。" => "このライブラリーの不具合です。報告してください。";
    UNKNOWN_OUTCOME = "sim.service.unknown_outcome", Person, AfterStep,
        en: "no such outcome" => "write one of: {names}";
        ja: "そのような結果の名前はありません。" => "次のどれかを書いてください: {names}";
}
