//! Data objects as the card writes them: tag, length, value.

/// With the shortest length field: also DER.
pub(crate) fn object<const N: usize>(tag: [u8; N], value: &[u8]) -> Vec<u8> {
    [tag.as_slice(), &length_field(value.len()), value].concat()
}

/// With a length field of `82`, as the card writes it even where one byte would do `[fix]`.
pub(crate) fn long_object(tag: [u8; 2], value: &[u8]) -> Vec<u8> {
    [&tag, long_length_field(value.len()).as_slice(), value].concat()
}

/// A value of offsets, two bytes each, big-endian: where each of these objects begins when the first stands at `first`.
pub(crate) fn offsets(first: usize, objects: &[Vec<u8>]) -> Vec<u8> {
    let mut offset = first;
    let mut value = Vec::new();
    for object in objects {
        // No file of the card comes near 65 536 bytes: READ BINARY reaches half of that.
        value.extend_from_slice(&u16::try_from(offset).unwrap_or(u16::MAX).to_be_bytes());
        offset = offset.saturating_add(object.len());
    }
    value
}

/// The file as it lies on the card: a multiple of 256 bytes, filled with `FF`. How long the real one is, is not known.
pub(crate) fn filled(mut file: Vec<u8>) -> Vec<u8> {
    file.resize(file.len().next_multiple_of(256), 0xFF);
    file
}

pub(crate) fn length_field(length: usize) -> Vec<u8> {
    match u8::try_from(length) {
        Ok(length @ 0..=0x7F) => vec![length],
        Ok(length) => vec![0x81, length],
        Err(_) => long_length_field(length),
    }
}

fn long_length_field(length: usize) -> Vec<u8> {
    let [high, low] = u16::try_from(length).unwrap_or(u16::MAX).to_be_bytes();
    vec![0x82, high, low]
}
