use std::io::ErrorKind;

use crate::Language;

/// What the operating system said of a file or connection, for the place `{reason}` of a sentence.
///
/// What is not in the table reads "the system refused" rather than a text in whatever language the system speaks: the
/// error's `source` still holds that.
#[must_use]
pub fn system_reason(kind: ErrorKind, language: Language) -> &'static str {
    let (english, japanese) = match kind {
        ErrorKind::NotFound => ("it is not there", "見つかりません"),
        ErrorKind::PermissionDenied => ("access is denied", "アクセスが許可されていません"),
        ErrorKind::AlreadyExists => ("it is already there", "すでに存在します"),
        ErrorKind::IsADirectory => ("it is a folder", "フォルダーです"),
        ErrorKind::NotADirectory => ("it is no folder", "フォルダーではありません"),
        ErrorKind::DirectoryNotEmpty => ("the folder is not empty", "フォルダーが空ではありません"),
        ErrorKind::ReadOnlyFilesystem => ("the disk is read-only", "ディスクが読み取り専用です"),
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => {
            ("the disk is full", "ディスクに空きがありません")
        }
        ErrorKind::FileTooLarge => ("it is too large", "大きすぎます"),
        ErrorKind::InvalidData => ("it holds no valid text or data", "内容が正しくありません"),
        ErrorKind::UnexpectedEof => ("it ends too early", "途中で終わっています"),
        ErrorKind::WriteZero => ("not all of it could be written", "最後まで書き込めません"),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => {
            ("there was no answer in time", "時間内に応答がありません")
        }
        ErrorKind::ConnectionRefused => ("nobody listens there", "接続先が待ち受けていません"),
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => {
            ("the other side went away", "相手側が接続を閉じました")
        }
        ErrorKind::AddrInUse => ("the address is in use", "アドレスが使用中です"),
        _ => ("the system refused", "システムが受け付けませんでした"),
    };
    match language {
        Language::Japanese => japanese,
        Language::English => english,
    }
}
