use core::fmt;

use myna_error::Language;

/// The status word SW1-SW2 that ends every response (ISO/IEC 7816-4, 5.6).
///
/// ```text
/// 9000            done
/// 61xx            done, xx more bytes wait
/// 62xx 63xx       done, with a warning       62: nothing changed   63: something changed
/// 64xx 65xx 66xx  not carried out            64: nothing changed   65: something changed   66: security
/// 67xx .. 6Fxx    not checked or not known: nothing was carried out
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "serde", derive(serde::Serialize, serde::Deserialize), serde(transparent))]
#[cfg_attr(feature = "arbitrary", derive(arbitrary::Arbitrary))]
pub struct StatusWord(pub u16);

/// What a status word says, in the reading of the My Number Card: ISO 7816-4, and JICSAP V1.1 where that differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Meaning {
    /// `9000`.
    Success,
    /// `61xx`: this many bytes wait for GET RESPONSE (`00` = 256 or more).
    BytesRemaining(u16),
    /// `6281`: part of the data may be wrong (JICSAP: output failure).
    OutputFailure,
    /// `6282`: the file ended before Ne bytes were read; the bytes that came are good.
    EndReached,
    /// `6283`: the application is locked (JICSAP: DF locked).
    ApplicationLocked,
    /// `6300`: verification failed and the reference has no limit (JICSAP).
    VerificationFailedUnlimited,
    /// `63Cx`: verification failed, or the counter asked for; x tries are left.
    TriesLeft(u8),
    /// `64xx`: carrying the command out failed; the card is as before.
    ExecutionFailed,
    /// `6581`: writing to memory failed; the card may have changed.
    MemoryFailure,
    /// `66F1`: no key is delivered here (the card's own word for SET SESSION KEY outside the text application).
    NoKeyDelivery,
    /// `6700`: wrong length, or a length form the card does not take.
    WrongLength,
    /// `68xx`: logical channel or secure messaging not offered.
    NotOffered,
    /// `6981`: the command does not fit the structure of the file.
    WrongFileStructure,
    /// `6982`: security status not satisfied: a reference has to be verified first.
    SecurityStatus,
    /// `6983`, `6984`: the reference is locked (閉塞).
    ReferenceLocked,
    /// `6985`: conditions of use not satisfied.
    ConditionsOfUse,
    /// `6986`: no current EF.
    NoCurrentFile,
    /// `6987`, `6988`, `69FC`: secure messaging data missing, wrong, or no session.
    SecureMessaging,
    /// `6A80`, `6A85`: data field wrong.
    WrongData,
    /// `6A81`: function not offered.
    FunctionNotOffered,
    /// `6A82`: file or application not found.
    FileNotFound,
    /// `6A83`: record not found.
    RecordNotFound,
    /// `6A84`: no space left.
    NoSpace,
    /// `6A86`, `6A87`: P1-P2 wrong.
    WrongParameters,
    /// `6A88`: referenced key or object not found.
    ObjectNotFound,
    /// `6B00`: offset at or behind the end of the file.
    WrongOffset,
    /// `6Cxx`: wrong Le; this many bytes are there (`00` = 256).
    WrongExpectedLength(u16),
    /// `6D00`: instruction unknown.
    UnknownInstruction,
    /// `6E00`: class unknown.
    UnknownClass,
    /// Any other word.
    Other,
}

impl StatusWord {
    /// `9000`.
    pub const SUCCESS: Self = Self(0x9000);
    /// `6700`.
    pub const WRONG_LENGTH: Self = Self(0x6700);
    /// `6981`.
    pub const WRONG_FILE_STRUCTURE: Self = Self(0x6981);
    /// `6982`.
    pub const SECURITY_STATUS_NOT_SATISFIED: Self = Self(0x6982);
    /// `6984`, the locked reference of JICSAP.
    pub const REFERENCE_LOCKED: Self = Self(0x6984);
    /// `6985`.
    pub const CONDITIONS_NOT_SATISFIED: Self = Self(0x6985);
    /// `6986`.
    pub const NO_CURRENT_FILE: Self = Self(0x6986);
    /// `6A80`.
    pub const WRONG_DATA: Self = Self(0x6A80);
    /// `6A82`.
    pub const FILE_NOT_FOUND: Self = Self(0x6A82);
    /// `6A83`.
    pub const RECORD_NOT_FOUND: Self = Self(0x6A83);
    /// `6A86`.
    pub const WRONG_PARAMETERS: Self = Self(0x6A86);
    /// `6A88`.
    pub const OBJECT_NOT_FOUND: Self = Self(0x6A88);
    /// `6B00`.
    pub const WRONG_OFFSET: Self = Self(0x6B00);
    /// `6D00`.
    pub const UNKNOWN_INSTRUCTION: Self = Self(0x6D00);
    /// `6E00`.
    pub const UNKNOWN_CLASS: Self = Self(0x6E00);

    /// `63Cx` with this many tries left; `None` above 15.
    #[must_use]
    pub const fn tries_left(tries: u8) -> Option<Self> {
        match tries {
            0..=15 => Some(Self(0x63C0 | tries as u16)),
            _ => None,
        }
    }

    /// Whether the command was carried out: `9000`.
    #[must_use]
    pub const fn is_success(self) -> bool {
        self.0 == Self::SUCCESS.0
    }

    /// What the word says.
    #[must_use]
    pub const fn meaning(self) -> Meaning {
        let [high, low] = self.0.to_be_bytes();
        let count = if low == 0 { 256 } else { low as u16 };
        match (high, low) {
            (0x90, 0x00) => Meaning::Success,
            (0x61, _) => Meaning::BytesRemaining(count),
            (0x62, 0x81) => Meaning::OutputFailure,
            (0x62, 0x82) => Meaning::EndReached,
            (0x62, 0x83) => Meaning::ApplicationLocked,
            (0x63, 0x00) => Meaning::VerificationFailedUnlimited,
            (0x63, 0xC0..=0xCF) => Meaning::TriesLeft(low & 0x0F),
            (0x64, _) => Meaning::ExecutionFailed,
            (0x65, 0x81) => Meaning::MemoryFailure,
            (0x66, 0xF1) => Meaning::NoKeyDelivery,
            (0x67, 0x00) => Meaning::WrongLength,
            (0x68, _) => Meaning::NotOffered,
            (0x69, 0x81) => Meaning::WrongFileStructure,
            (0x69, 0x82) => Meaning::SecurityStatus,
            (0x69, 0x83 | 0x84) => Meaning::ReferenceLocked,
            (0x69, 0x85) => Meaning::ConditionsOfUse,
            (0x69, 0x86) => Meaning::NoCurrentFile,
            (0x69, 0x87 | 0x88 | 0xFC) => Meaning::SecureMessaging,
            (0x6A, 0x80 | 0x85) => Meaning::WrongData,
            (0x6A, 0x81) => Meaning::FunctionNotOffered,
            (0x6A, 0x82) => Meaning::FileNotFound,
            (0x6A, 0x83) => Meaning::RecordNotFound,
            (0x6A, 0x84) => Meaning::NoSpace,
            (0x6A, 0x86 | 0x87) => Meaning::WrongParameters,
            (0x6A, 0x88) => Meaning::ObjectNotFound,
            (0x6B, 0x00) => Meaning::WrongOffset,
            (0x6C, _) => Meaning::WrongExpectedLength(count),
            (0x6D, 0x00) => Meaning::UnknownInstruction,
            (0x6E, 0x00) => Meaning::UnknownClass,
            _ => Meaning::Other,
        }
    }
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl Meaning {
    /// Writes the meaning in one language.
    pub(crate) fn write(self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let japanese = language == Language::Japanese;
        let (english, in_japanese) = match self {
            Self::BytesRemaining(count) if japanese => return write!(f, "続きが{count}バイトあります"),
            Self::BytesRemaining(count) => return write!(f, "{count} more bytes wait"),
            Self::TriesLeft(tries) if japanese => return write!(f, "残り{tries}回です"),
            Self::TriesLeft(tries) => return write!(f, "{tries} tries left"),
            Self::WrongExpectedLength(count) if japanese => {
                return write!(f, "Leが違います（{count}バイトあります）");
            }
            Self::WrongExpectedLength(count) => return write!(f, "wrong Le, {count} bytes are there"),
            Self::Success => ("success", "成功"),
            Self::OutputFailure => {
                ("part of the data may be wrong", "データの一部が誤っている可能性があります")
            }
            Self::ApplicationLocked => ("the application is locked", "アプリケーションがロックされています"),
            Self::ExecutionFailed => {
                ("execution failed, nothing has changed", "実行に失敗しました（変更なし）")
            }
            Self::MemoryFailure => ("writing to memory failed", "メモリーに書き込めません"),
            Self::NoKeyDelivery => ("no key is delivered here", "鍵を渡せません"),
            Self::NoSpace => ("no space left", "空きがありません"),
            Self::EndReached => ("end of file reached", "ファイルの終わりです"),
            Self::VerificationFailedUnlimited => {
                ("verification failed, tries are not limited", "照合に失敗しました（回数の制限なし）")
            }
            Self::WrongLength => ("wrong length", "長さが違います"),
            Self::NotOffered => (
                "channel or secure messaging not offered",
                "論理チャネルかセキュアメッセージングに対応していません",
            ),
            Self::WrongFileStructure => ("command does not fit the file", "コマンドがファイルに合いません"),
            Self::SecurityStatus => ("a PIN has to be verified first", "先に暗証番号の照合が必要です"),
            Self::ReferenceLocked => ("the PIN is locked", "暗証番号がロックされています"),
            Self::ConditionsOfUse => ("conditions of use not satisfied", "使用条件を満たしていません"),
            Self::NoCurrentFile => ("no file selected", "ファイルが選択されていません"),
            Self::SecureMessaging => ("secure messaging failed", "セキュアメッセージングに失敗しました"),
            Self::WrongData => ("data field wrong", "データフィールドが違います"),
            Self::FunctionNotOffered => ("function not offered", "機能に対応していません"),
            Self::FileNotFound => ("file or application not found", "ファイルかアプリケーションがありません"),
            Self::RecordNotFound => ("record not found", "レコードがありません"),
            Self::WrongParameters => ("P1-P2 wrong", "P1-P2が違います"),
            Self::ObjectNotFound => ("key or object not found", "鍵かオブジェクトがありません"),
            Self::WrongOffset => {
                ("offset behind the end of the file", "オフセットがファイルの終わりを超えています")
            }
            Self::UnknownInstruction => ("instruction unknown", "命令が不明です"),
            Self::UnknownClass => ("class unknown", "クラスが不明です"),
            Self::Other => ("no meaning known", "意味は不明です"),
        };
        f.write_str(if japanese { in_japanese } else { english })
    }
}

impl fmt::Display for Meaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::English, f)
    }
}
