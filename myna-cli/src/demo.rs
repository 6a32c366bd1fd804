use std::process::ExitCode;

use clap::Args;
use myna_jpki::{PinPolicy, TriesLeft, UserAuthenticationPin};
use myna_sim::Reference;
use myna_sim_service::SimulatedService;

use crate::check::log_in;
use crate::clock::Now;
use crate::failure::Failure;
use crate::screen;
use crate::source::{self, CardSource};

#[derive(Args)]
pub(crate) struct Arguments {
    /// Whose card: a built-in persona or a persona file
    #[arg(long, default_value = "default")]
    persona: String,
    /// As of this time in Japan, YYYY-MM-DD or YYYY-MM-DDThh:mm:ss (else: now)
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
}

pub(crate) fn run(arguments: &Arguments) -> Result<ExitCode, Failure> {
    let now = Now::new(arguments.at.as_deref())?;
    let persona = source::persona(&arguments.persona)?;
    let card = CardSource::simulated(arguments.persona.clone());

    outln!("模擬環境によるデモ。カード・証明書・資格情報はすべて架空です。");
    outln!("Demo on simulated card, PKI and service; every person in it is fictional.\n");

    let mut terminal = log_in(now, &card, None)?;
    step(1, "職員ログイン", "staff login");
    outln!("  機関コード {} / ユーザID {}", SimulatedService::INSTITUTION, SimulatedService::USER);
    outln!("  ログインしました\n");

    step(2, "本人確認（暗証番号）とカードの読み取り", "identity check by PIN, card read");
    let pin = UserAuthenticationPin::new(persona.pin(Reference::UserAuthentication).unwrap_or_default())?;
    let (today, at) = (now.date()?, now.date_time()?);
    let (checked, budget) =
        card.with_card(today, |card| Ok(terminal.check(card, &pin, PinPolicy::default(), today, at)?))?;
    let tries = match checked.tries_before {
        TriesLeft::Limited(left) => format!("残り{left}回"),
        TriesLeft::Unlimited => "回数制限なし".to_owned(),
        TriesLeft::NotReported => "カードは答えません".to_owned(),
    };
    outln!("  利用者証明用電子証明書を読み取りました（{} bytes）", checked.certificate.as_der().len());
    outln!("    {}", checked.certificate.issuer());
    outln!("  暗証番号の残り回数: {tries}（照合の前に確認）");
    outln!("  暗証番号を照合しました\n");

    step(3, "利用者証明", "proof of possession");
    outln!("  サービスのチャレンジにカードの利用者証明用の鍵で署名しました（RSA 2048, SHA-256）");
    outln!("  サービスが証明書の経路・有効期間・失効と署名を確認しました\n");

    step(4, "資格情報", "eligibility");
    out!("{}", screen::result(&checked.response, now.date()?));

    outln!();
    step(5, "カードとの通信量", "APDU budget");
    outln!("{}", screen::budget(budget));
    terminal.log_out();
    Ok(ExitCode::SUCCESS)
}

fn step(number: u8, ja: &str, en: &str) {
    outln!("{number}. {ja} / {en}");
}
