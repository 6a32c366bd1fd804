/// Bytes from hexadecimal digits with white space between them, wherever it stands.
pub(crate) fn from_spaced_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let is_digit = |character: &char| !character.is_ascii_whitespace();
    hex::decode(digits.chars().filter(is_digit).collect::<String>()).ok()
}
