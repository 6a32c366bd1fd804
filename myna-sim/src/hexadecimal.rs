//! Bytes as hexadecimal digits, two each.

pub(crate) fn to_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// As digests are written.
pub(crate) fn lower_hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// With white space between the digits, wherever it stands.
pub(crate) fn from_spaced_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let is_digit = |character: &char| !character.is_ascii_whitespace();
    from_hexadecimal(&digits.chars().filter(is_digit).collect::<String>())
}

pub(crate) fn from_hexadecimal(digits: &str) -> Option<Vec<u8>> {
    let (pairs, []) = digits.as_bytes().as_chunks::<2>() else { return None };
    let byte = |[high, low]: &[u8; 2]| {
        let digit = |digit: u8| char::from(digit).to_digit(16);
        u8::try_from(digit(*high)? << 4 | digit(*low)?).ok()
    };
    pairs.iter().map(byte).collect()
}
