use std::error::Error;
use std::fmt;

use myna_error::{Diagnostic, Entry, Language, english};

/// Reader, radio or link failed.
#[derive(Debug)]
pub struct TransportError {
    kind: TransportErrorKind,
    ends_hold: bool,
    reader: Option<Box<str>>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

/// How the transport failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum TransportErrorKind {
    /// The smart-card service does not run.
    NoService,
    /// There is no reader, or none of that name.
    NoReader,
    /// No card lies on the reader.
    NoCard,
    /// The card went away.
    CardRemoved,
    /// The card was reset by somebody else; what it knew of PINs is gone.
    CardReset,
    /// Another program holds the card.
    Busy,
    /// The command is longer than the reader carries. It was not sent.
    CommandTooLong,
    /// The response is longer than the buffer. The command was carried out.
    ResponseTooLong,
    /// The exchange before was given up before its answer came. The command was not sent.
    Interrupted,
    /// Anything else.
    Other,
}

impl TransportError {
    /// An error without a cause of its own.
    #[must_use]
    pub const fn new(kind: TransportErrorKind) -> Self {
        Self { kind, ends_hold: kind.ends_hold(), reader: None, source: None }
    }

    /// An error with the backend's own as its source.
    #[must_use]
    pub fn with_source(kind: TransportErrorKind, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { source: Some(source.into()), ..Self::new(kind) }
    }

    /// The same, where the backend cannot tell it from a command or an answer that the reader failed to carry: another
    /// form of the command may be tried.
    #[must_use]
    pub fn while_held(self) -> Self {
        Self { ends_hold: false, ..self }
    }

    /// The same, of the reader of this name: the sentences name it.
    #[must_use]
    pub fn at_reader(self, name: impl Into<Box<str>>) -> Self {
        Self { reader: Some(name.into()), ..self }
    }

    /// Which reader it was, where one was named.
    #[must_use]
    pub fn reader(&self) -> Option<&str> {
        self.reader.as_deref()
    }

    /// Whether the hold on the card is over, so that every further command must fail.
    #[must_use]
    pub const fn ends_hold(&self) -> bool {
        self.ends_hold
    }

    /// How it failed.
    #[must_use]
    pub const fn kind(&self) -> TransportErrorKind {
        self.kind
    }
}

impl TransportErrorKind {
    /// Each of them.
    pub(crate) const ALL: [Self; 10] = [
        Self::NoService,
        Self::NoReader,
        Self::NoCard,
        Self::CardRemoved,
        Self::CardReset,
        Self::Busy,
        Self::CommandTooLong,
        Self::ResponseTooLong,
        Self::Interrupted,
        Self::Other,
    ];

    const fn ends_hold(self) -> bool {
        matches!(self, Self::NoService | Self::NoReader | Self::NoCard | Self::CardRemoved | Self::CardReset)
    }

    /// Whether the card surely never saw the command.
    #[must_use]
    pub const fn is_before_sending(self) -> bool {
        matches!(self, Self::CommandTooLong | Self::Interrupted)
    }

    pub(crate) const fn entry(self) -> &'static Entry {
        match self {
            Self::NoService => &NO_SERVICE,
            Self::NoReader => &NO_READER,
            Self::NoCard => &NO_CARD,
            Self::CardRemoved => &CARD_REMOVED,
            Self::CardReset => &CARD_RESET,
            Self::Busy => &BUSY,
            Self::CommandTooLong => &COMMAND_TOO_LONG,
            Self::ResponseTooLong => &RESPONSE_TOO_LONG,
            Self::Interrupted => &INTERRUPTED,
            Self::Other => &OTHER,
        }
    }
}

impl fmt::Display for TransportError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl Error for TransportError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        let source = self.source.as_deref()?;
        Some(source)
    }
}

impl Diagnostic for TransportError {
    fn entry(&self) -> &'static Entry {
        self.kind.entry()
    }

    fn place(&self, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.reader.as_deref().map_or(Ok(()), |reader| write!(f, "{reader}: "))
    }
}

myna_error::table! {
    /// Every code of `myna-transport`.
    pub TRANSPORT_CODES;

    NO_SERVICE = "transport.no_service", System, AfterStep,
        en: "the smart-card service does not answer" => "start it (pcscd) and try again";
        ja: "スマートカードのサービス（pcscd）が動いていません。" => "起動してから、もう一度お試しください。";
    NO_READER = "transport.no_reader", Transport, AfterStep,
        en: "no such reader" => "is it plugged in?";
        ja: "カードリーダーが見つかりません。" => "接続を確かめてください。";
    NO_CARD = "transport.no_card", Transport, AfterStep,
        en: "no card on the reader" => "put it there and try again";
        ja: "カードが置かれていません。" => "カードを置いて、もう一度お試しください。";
    CARD_REMOVED = "transport.card_removed", Transport, AfterLook,
        en: "the card was removed" => "put it back and start again";
        ja: "カードが外れました。" => "置き直して、最初からやり直してください。";
    CARD_RESET = "transport.card_reset", Transport, AfterLook,
        en: "the card was reset by another program" => "start again";
        ja: "カードがほかのプログラムにより初期化されました。" => "最初からやり直してください。";
    BUSY = "transport.busy", Transport, AfterStep,
        en: "another program holds the card" => "close it and try again";
        ja: "ほかのプログラムがカードを使っています。" => "終了してから、もう一度お試しください。";
    COMMAND_TOO_LONG = "transport.command_too_long", Transport, Pointless,
        en: "the reader cannot carry a command of this length" => "use another reader";
        ja: "カードリーダーがこの長さのコマンドを送れません。" => "別のカードリーダーをお使いください。";
    RESPONSE_TOO_LONG = "transport.response_too_long", CardData, Pointless,
        en: "the card's answer is longer than the reader carries" => "use another reader";
        ja: "カードの応答がカードリーダーの上限より長いです。" => "別のカードリーダーをお使いください。";
    INTERRUPTED = "transport.interrupted", Caller, AfterLook,
        en: "an exchange was given up before its answer came" => "connect to the card again and read the tries left first";
        ja: "応答を待たずに打ち切られた通信があります。" => "カードに接続し直し、先に残り回数を確かめてください。";
    ADDRESS = "transport.address", Person, AfterStep,
        en: "that is no address of a card" => "write sim, sim:PERSONA, sim:FOLDER, pcsc or pcsc:READER";
        ja: "カードの場所の書き方が違います。" => "sim、sim:人物、sim:フォルダー、pcsc、pcsc:リーダー名のどれかを書いてください。";
    FAULT_ENTRY = "transport.fault_plan.entry", Person, AfterStep,
        en: "no fault: {text}" => "write for example `3 truncate 1, 5 status 6F00, 9 reset`";
        ja: "{text} は障害の書き方ではありません。" => "例: `3 truncate 1, 5 status 6F00, 9 reset` のように書いてください。";
    FAULT_FILE = "transport.fault_plan.file", Input, AfterStep,
        en: "line {line}: {reason}" => "correct the plan and try again";
        ja: "{line} 行目が正しくありません（{reason}）。" => "障害の計画を直して、もう一度お試しください。";
    OTHER = "transport.other", Transport, AfterLook,
        en: "the reader failed" => "unplug it, plug it in again and start again";
        ja: "カードリーダーの通信に失敗しました。" => "接続し直して、最初からやり直してください。";
}
