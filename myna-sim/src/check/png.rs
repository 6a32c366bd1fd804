//! The small images of a card, read.

use miniz_oxide::inflate::decompress_to_vec_zlib_with_limit;
use thiserror::Error;

use crate::bitmap::{BILEVEL, SIGNATURE, checksum};

/// What is wrong with a PNG.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(crate) enum PngError {
    #[error("it is not a PNG")]
    Signature,
    #[error("a chunk is cut short")]
    Truncated,
    #[error("the checksum of a chunk is wrong")]
    Checksum,
    #[error("it is not 1-bit greyscale without interlacing")]
    Kind,
    #[error("its rows cannot be unpacked")]
    Rows,
}

/// Whether this is a 1-bit grey PNG that unpacks to the size it states: width and height.
pub(crate) fn png_size(png: &[u8]) -> Result<(u32, u32), PngError> {
    let mut rest = png.strip_prefix(SIGNATURE.as_slice()).ok_or(PngError::Signature)?;
    let mut size = None;
    let mut packed = Vec::new();
    loop {
        let (length, after) = rest.split_first_chunk::<4>().ok_or(PngError::Truncated)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| PngError::Truncated)?;
        let end = length.checked_add(4).ok_or(PngError::Truncated)?;
        let (chunk, after) = after.split_at_checked(end).ok_or(PngError::Truncated)?;
        let (sum, after) = after.split_first_chunk::<4>().ok_or(PngError::Truncated)?;
        rest = after;
        if checksum(chunk).to_be_bytes() != *sum {
            return Err(PngError::Checksum);
        }
        match chunk.split_first_chunk::<4>() {
            Some((b"IHDR", &[a, b, c, d, e, f, g, h, ref kind @ ..])) if *kind == BILEVEL => {
                size = Some((u32::from_be_bytes([a, b, c, d]), u32::from_be_bytes([e, f, g, h])));
            }
            Some((b"IHDR", _)) => return Err(PngError::Kind),
            Some((b"IDAT", data)) => packed.extend_from_slice(data),
            Some((b"IEND", _)) => break,
            _ => {}
        }
    }
    let (width, height) = size.ok_or(PngError::Kind)?;
    let row = usize::try_from(width.div_ceil(8)).map_err(|_| PngError::Rows)?.saturating_add(1);
    let expected = usize::try_from(height).map_err(|_| PngError::Rows)?.saturating_mul(row);
    match decompress_to_vec_zlib_with_limit(&packed, expected) {
        Ok(rows) if rows.len() == expected && rows.chunks(row).all(|row| row.first() <= Some(&4)) => {
            Ok((width, height))
        }
        _ => Err(PngError::Rows),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bitmap::Bitmap;

    #[test]
    fn an_image_unpacks_to_its_size_and_a_damaged_one_does_not() {
        let png = Bitmap::text(216, "試験　葵").to_png();
        assert_eq!(png_size(&png), Ok((216, 12)));
        assert_eq!(png_size(&Bitmap::digits("900000000010").to_png()), Ok((72, 12)));
        assert_ne!(png, Bitmap::text(216, "試験　司").to_png());
        for length in 0..png.len() {
            assert!(png_size(&png[..length]).is_err(), "{length} bytes");
        }
        for position in 0..png.len() {
            let mut damaged = png.clone();
            damaged[position] ^= 0x10;
            assert!(png_size(&damaged).is_err(), "byte {position}");
        }
    }
}
