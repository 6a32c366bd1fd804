//! 検証番号: the modulus-10 check digit of insurer and institution numbers.

use serde::Serialize;

/// What the check digit (検証番号) of a number says.
///
/// Three answers, because "not checked" must never read as "good". A wrong check digit is a warning and never
/// an error: numbers in use for training and tests break the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[expect(clippy::exhaustive_enums, reason = "there is no fourth answer")]
pub enum CheckDigit {
    /// The last digit is the one the algorithm gives.
    Correct,
    /// The algorithm gives another last digit.
    Wrong {
        /// The digit that would be right, 0–9.
        expected: u8,
    },
    /// The text is not all half-width digits, or is shorter than two of them.
    NotChecked,
}

impl CheckDigit {
    /// Checks the last digit of `number`, which must hold half-width digits only.
    ///
    /// Weights 2, 1, 2, 1, … from the right end of the body; the digits of each product are summed; the check
    /// digit brings the sum to a multiple of ten [doc D1]; elsewhere it is known as the Luhn algorithm.
    ///
    /// ```
    /// use myna_eligibility::checks::CheckDigit;
    /// assert_eq!(CheckDigit::of("33120015"), CheckDigit::Correct);
    /// assert_eq!(CheckDigit::of("33120014"), CheckDigit::Wrong { expected: 5 });
    /// ```
    #[must_use]
    pub fn of(number: &str) -> Self {
        let Some((check, body)) = number.as_bytes().split_last() else { return Self::NotChecked };
        if body.is_empty() || !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return Self::NotChecked;
        }
        let sum = body.iter().rev().zip([2, 1].into_iter().cycle()).fold(0, |sum, (byte, weight)| {
            let product = (byte - b'0') * weight;
            // Kept below ten, so that the sum cannot overflow whatever the length.
            (sum + product / 10 + product % 10) % 10
        });
        let expected = (10 - sum) % 10;
        if *check == b'0' + expected { Self::Correct } else { Self::Wrong { expected } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn insurer_and_public_expense_numbers() {
        for number in [
            "33120015", "01130012", "138057", "54016027", "52138013", "38136016", "51136018", "81136244",
            "88138243", "89131247", "82137670", "82137530",
        ] {
            assert_eq!(CheckDigit::of(number), CheckDigit::Correct, "{number}");
        }
        for number in ["33120014", "138058", "01234567"] {
            assert!(matches!(CheckDigit::of(number), CheckDigit::Wrong { .. }), "{number}");
        }
    }

    #[test]
    fn institution_codes() {
        for code in ["0110113719", "1319999999", "1312345679"] {
            assert_eq!(CheckDigit::of(code), CheckDigit::Correct, "{code}");
        }
        assert_eq!(CheckDigit::of("1311111111"), CheckDigit::Wrong { expected: 4 });
        assert_eq!(CheckDigit::of("1312345678"), CheckDigit::Wrong { expected: 9 });
    }

    #[test]
    fn beneficiary_numbers() {
        for number in ["0000018", "1234566", "9999996"] {
            assert_eq!(CheckDigit::of(number), CheckDigit::Correct, "{number}");
        }
        assert!(matches!(CheckDigit::of("1234567"), CheckDigit::Wrong { .. }));
    }

    #[test]
    fn what_is_not_a_number_is_not_checked() {
        for text in ["", "1", "  138057", "１２", "12a4"] {
            assert_eq!(CheckDigit::of(text), CheckDigit::NotChecked, "{text}");
        }
        assert_ne!(CheckDigit::of(&"9".repeat(10_000)), CheckDigit::NotChecked);
    }
}
