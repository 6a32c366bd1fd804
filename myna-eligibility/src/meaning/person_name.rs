//! Comparing what two systems wrote of one person: names with ●, kana of any width, numbers with and without
//! zeros (D6, D12).

use unicode_normalization::UnicodeNormalization as _;

/// Stands for one character that could not be converted [seed F3 S72].
pub const PLACEHOLDER: char = '●';

/// Whether a name of an answer may be the facility's: ● in `received` stands for any one character, widths and
/// blanks do not matter.
///
/// ● never matches a name of another length, so that `●` alone is nobody [code D12].
///
/// ```
/// use myna_eligibility::checks::names_agree;
/// assert!(names_agree("●橋　一郎", "髙橋　一郎"));
/// assert!(!names_agree("●", "斎藤"));
/// ```
#[must_use]
pub fn names_agree(received: &str, own: &str) -> bool {
    let (received, own) = (plain(received), plain(own));
    received.chars().count() == own.chars().count()
        && received.chars().zip(own.chars()).all(|(theirs, ours)| theirs == PLACEHOLDER || theirs == ours)
}

/// Whether two readings of a name are the same but for width, blanks, small kana, and hiragana or katakana:
/// some insurers enlarge small kana [seed F3 S73].
#[must_use]
pub fn kana_agree(one: &str, other: &str) -> bool {
    fold_kana(one) == fold_kana(other)
}

/// Kana in the form they are compared and searched in: full-width katakana, no blanks, small ones enlarged.
#[must_use]
pub fn fold_kana(kana: &str) -> String {
    plain(kana).chars().map(katakana).map(enlarged).collect()
}

/// Whether two symbols are the same but for width, the kind of hyphen, and blanks around (D6).
#[must_use]
pub fn symbols_agree(one: &str, other: &str) -> bool {
    fold_symbol(one) == fold_symbol(other)
}

/// As [`symbols_agree`], and without leading zeros.
#[must_use]
pub fn numbers_agree(one: &str, other: &str) -> bool {
    fold_number(one) == fold_number(other)
}

/// One width for each letter, no blanks. NFKC also joins half-width kana with their voice marks.
#[must_use]
pub fn plain(text: &str) -> String {
    text.nfkc().filter(|character| !character.is_whitespace()).collect()
}

/// A symbol in the form it is compared in.
#[must_use]
pub fn fold_symbol(symbol: &str) -> String {
    let folded: String = symbol.nfkc().map(hyphen).collect();
    folded.trim().to_owned()
}

/// A number in the form it is compared in.
#[must_use]
pub fn fold_number(number: &str) -> String {
    fold_symbol(number).trim_start_matches('0').to_owned()
}

const fn hyphen(character: char) -> char {
    match character {
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '─' | 'ー' => '-',
        other => other,
    }
}

fn katakana(character: char) -> char {
    match character {
        'ぁ'..='ゖ' => char::from_u32(u32::from(character) + 0x60).unwrap_or(character),
        other => other,
    }
}

const fn enlarged(katakana: char) -> char {
    match katakana {
        'ァ' => 'ア',
        'ィ' => 'イ',
        'ゥ' => 'ウ',
        'ェ' => 'エ',
        'ォ' => 'オ',
        'ッ' => 'ツ',
        'ャ' => 'ヤ',
        'ュ' => 'ユ',
        'ョ' => 'ヨ',
        'ヮ' => 'ワ',
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_with_a_placeholder() {
        for (received, own, agree) in [
            ("●橋　一郎", "髙橋　一郎", true),
            ("渡●", "渡邉", true),
            ("●", "斎藤", false),
            ("●●", "斎藤", true),
            ("試験　葵", "試験 葵", true),
            ("試験　葵", "試験　蒼", false),
            // Their ● is a wildcard, ours would be a mistake in the chart.
            ("髙橋", "●橋", false),
        ] {
            assert_eq!(names_agree(received, own), agree, "{received} {own}");
        }
    }

    #[test]
    fn readings() {
        for (one, other, agree) in [
            ("ｼﾖｳｲﾁ", "ショウイチ", true),
            ("ｷｮｳ", "キヨウ", true),
            ("ｺｽﾞｴ", "こずえ", true),
            ("ﾐﾎﾝ ﾊﾟﾘ", "ミホン　パリ", true),
            ("ｶｽﾞｴ", "ｺｽﾞｴ", false),
        ] {
            assert_eq!(kana_agree(one, other), agree, "{one} {other}");
        }
        assert_eq!(fold_kana("ｼｮｳ いち"), "シヨウイチ");
    }

    #[test]
    fn symbols_and_numbers() {
        assert!(symbols_agree("１２－３４", "12-34"));
        assert!(symbols_agree(" 見01", "見０１"));
        assert!(!symbols_agree("12・34", "12-34"));
        assert!(!symbols_agree("012", "12"));
        assert!(numbers_agree("00012345", "12345"));
        assert!(!numbers_agree("123450", "12345"));
    }
}
