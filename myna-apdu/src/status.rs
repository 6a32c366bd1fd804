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
#[expect(clippy::exhaustive_structs, reason = "the bytes that a standard has there")]
pub struct StatusWord(pub u16);

/// Declares what status words say: the word or words, and the same in English and Japanese.
macro_rules! meanings {
    (
        $($(#[$doc:meta])+ $name:ident $(($number:ident: $type:ty = $value:expr))?: $words:pat, $english:literal, $japanese:literal;)+
    ) => {
        /// What a status word says, in the reading of the My Number Card: ISO 7816-4, and JICSAP V1.1 where that differs.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum StatusMeaning {
            $($(#[$doc])+ $name $(($type))?,)+
            /// Any other word.
            Other,
        }

        impl StatusWord {
            /// What the word says.
            #[must_use]
            pub const fn meaning(self) -> StatusMeaning {
                match self.0 {
                    $($words => StatusMeaning::$name $(($value))?,)+
                    _ => StatusMeaning::Other,
                }
            }
        }

        impl StatusMeaning {
            /// Writes the meaning in one language.
            pub(crate) fn write(self, language: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let japanese = language == Language::Japanese;
                match self {
                    $(Self::$name $(($number))? if japanese => write!(f, $japanese),
                    Self::$name $(($number))? => write!(f, $english),)+
                    Self::Other => f.write_str(if japanese { "意味は不明です" } else { "no meaning known" }),
                }
            }
        }
    };
}

meanings! {
    /// `9000`.
    Success: 0x9000, "success", "成功";
    /// `61xx`: this many bytes wait for GET RESPONSE (`00` = 256 or more).
    BytesRemaining(count: u16 = count_of(word)): word @ 0x6100..=0x61FF, "{count} more bytes wait", "続きが{count}バイトあります";
    /// `6281`: part of the data may be wrong (JICSAP: output failure).
    OutputFailure: 0x6281, "part of the data may be wrong", "データの一部が誤っている可能性があります";
    /// `6282`: the file ended before Ne bytes were read; the bytes that came are good.
    EndReached: 0x6282, "end of file reached", "ファイルの終わりです";
    /// `6283`: the application is locked (JICSAP: DF locked).
    ApplicationLocked: 0x6283, "the application is locked", "アプリケーションがロックされています";
    /// `6300`: verification failed and the reference has no limit (JICSAP).
    VerificationFailedUnlimited: 0x6300, "verification failed, tries are not limited", "照合に失敗しました（回数の制限なし）";
    /// `63Cx`: verification failed, or the counter asked for; x tries are left.
    TriesLeft(tries: u8 = tries_of(word)): word @ 0x63C0..=0x63CF, "{tries} tries left", "残り{tries}回です";
    /// `64xx`: carrying the command out failed; the card is as before.
    ExecutionFailed: 0x6400..=0x64FF, "execution failed, nothing has changed", "実行に失敗しました（変更なし）";
    /// `6581`: writing to memory failed; the card may have changed.
    MemoryFailure: 0x6581, "writing to memory failed", "メモリーに書き込めません";
    /// `66F1`: no key is delivered here (the card's own word for SET SESSION KEY outside the text application).
    NoKeyDelivery: 0x66F1, "no key is delivered here", "鍵を渡せません";
    /// `6700`: wrong length, or a length form the card does not take.
    WrongLength: 0x6700, "wrong length", "長さが違います";
    /// `68xx`: logical channel or secure messaging not offered.
    NotOffered: 0x6800..=0x68FF, "channel or secure messaging not offered", "論理チャネルかセキュアメッセージングに対応していません";
    /// `6981`: the command does not fit the structure of the file.
    WrongFileStructure: 0x6981, "command does not fit the file", "コマンドがファイルに合いません";
    /// `6982`: security status not satisfied: a reference has to be verified first.
    SecurityStatus: 0x6982, "a PIN has to be verified first", "先に暗証番号の照合が必要です";
    /// `6983`, `6984`: the reference is locked (閉塞).
    ReferenceLocked: 0x6983 | 0x6984, "the PIN is locked", "暗証番号がロックされています";
    /// `6985`: conditions of use not satisfied.
    ConditionsOfUse: 0x6985, "conditions of use not satisfied", "使用条件を満たしていません";
    /// `6986`: no current EF.
    NoCurrentFile: 0x6986, "no file selected", "ファイルが選択されていません";
    /// `6987`, `6988`, `69FC`: secure messaging data missing, wrong, or no session.
    SecureMessaging: 0x6987 | 0x6988 | 0x69FC, "secure messaging failed", "セキュアメッセージングに失敗しました";
    /// `6A80`, `6A85`: data field wrong.
    WrongData: 0x6A80 | 0x6A85, "data field wrong", "データフィールドが違います";
    /// `6A81`: function not offered.
    FunctionNotOffered: 0x6A81, "function not offered", "機能に対応していません";
    /// `6A82`: file or application not found.
    FileNotFound: 0x6A82, "file or application not found", "ファイルかアプリケーションがありません";
    /// `6A83`: record not found.
    RecordNotFound: 0x6A83, "record not found", "レコードがありません";
    /// `6A84`: no space left.
    NoSpace: 0x6A84, "no space left", "空きがありません";
    /// `6A86`, `6A87`: P1-P2 wrong.
    WrongParameters: 0x6A86 | 0x6A87, "P1-P2 wrong", "P1-P2が違います";
    /// `6A88`: referenced key or object not found.
    ObjectNotFound: 0x6A88, "key or object not found", "鍵かオブジェクトがありません";
    /// `6B00`: offset at or behind the end of the file.
    WrongOffset: 0x6B00, "offset behind the end of the file", "オフセットがファイルの終わりを超えています";
    /// `6Cxx`: wrong Le; this many bytes are there (`00` = 256).
    WrongExpectedLength(count: u16 = count_of(word)): word @ 0x6C00..=0x6CFF, "wrong Le, {count} bytes are there", "Leが違います（{count}バイトあります）";
    /// `6D00`: instruction unknown.
    UnknownInstruction: 0x6D00, "instruction unknown", "命令が不明です";
    /// `6E00`: class unknown.
    UnknownClass: 0x6E00, "class unknown", "クラスが不明です";
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
}

/// `00` says 256.
const fn count_of(word: u16) -> u16 {
    match word & 0xFF {
        0 => 256,
        count => count,
    }
}

const fn tries_of(word: u16) -> u8 {
    let [_, low] = word.to_be_bytes();
    low & 0x0F
}

impl fmt::Display for StatusWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04X}", self.0)
    }
}

impl fmt::Display for StatusMeaning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(Language::English, f)
    }
}
