//! The photo on the card face: JPEG 2000 in a JP2 file (ISO/IEC 15444-1, annex I), one grey component of 8 bits `[fix]`.

use std::fmt;

use hayro_jpeg2000::{DecodeSettings, DecoderContext, Image};

/// What is wrong with a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum PhotoError {
    Signature,
    Kind,
    Size,
    Unpacking,
}

impl fmt::Display for PhotoError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Signature => "is no JPEG 2000 in a JP2 file",
            Self::Kind => "is not grey of 8 bits",
            Self::Size => "is larger than 2048 by 2048 pixels",
            Self::Unpacking => "is JPEG 2000 that cannot be unpacked",
        })
    }
}

/// Unpacks the picture: width and height in pixels.
pub(crate) fn photo_size(file: &[u8]) -> Result<(u32, u32), PhotoError> {
    if !file.starts_with(b"\0\0\0\x0CjP  \r\n\x87\n") {
        return Err(PhotoError::Signature);
    }
    let after = |mark: &[u8]| {
        let at = file.windows(mark.len()).position(|window| window == mark)?;
        file.get(at.saturating_add(mark.len())..)
    };
    // The header box: height, width, one component, 8 bits; and an enumerated colour space, 17.
    let header = after(b"ihdr").and_then(|header| header.first_chunk::<11>()).ok_or(PhotoError::Signature)?;
    let colour = after(b"colr").and_then(|colour| colour.get(3..7));
    let &[.., 0, 1, 7] = header else { return Err(PhotoError::Kind) };
    if colour != Some(&[0, 0, 0, 17]) {
        return Err(PhotoError::Kind);
    }
    // The decoder is lenient about a code stream that is cut short.
    if !file.ends_with(&END_OF_CODE_STREAM) {
        return Err(PhotoError::Unpacking);
    }
    let settings = DecodeSettings { strict: true, ..DecodeSettings::default() };
    let image = Image::new(file, &settings).map_err(|_| PhotoError::Unpacking)?;
    let size = (image.width(), image.height());
    // Before anything of that size is made room for.
    if size.0 > LARGEST || size.1 > LARGEST {
        return Err(PhotoError::Size);
    }
    let mut context = DecoderContext::default();
    let pixels = image.decode(&mut context).map_err(|_| PhotoError::Unpacking)?.data_u8().len();
    let expected = usize::try_from(u64::from(size.0) * u64::from(size.1)).unwrap_or(usize::MAX);
    if pixels == expected { Ok(size) } else { Err(PhotoError::Kind) }
}

const END_OF_CODE_STREAM: [u8; 2] = [0xFF, 0xD9];

/// A photo has 378 by 472 pixels on the card it was seen on; more is allowed, not everything.
const LARGEST: u32 = 2_048;

#[cfg(test)]
mod tests {
    use super::*;

    const PHOTO: &[u8] = include_bytes!("../images/photo.jp2");

    #[test]
    fn the_built_in_photo_unpacks_and_a_cut_one_does_not() {
        assert_eq!(photo_size(PHOTO), Ok((378, 472)));
        for length in (0..PHOTO.len()).step_by(97) {
            assert!(photo_size(&PHOTO[..length]).is_err(), "{length} bytes");
            // Cut, with the mark of the end behind.
            let closed = [&PHOTO[..length], &END_OF_CODE_STREAM].concat();
            assert!(photo_size(&closed).is_err() || length > 200, "{length} bytes");
        }
    }

    #[test]
    fn damage_is_named_by_its_kind() {
        let at = |mark: &[u8]| PHOTO.windows(mark.len()).position(|window| window == mark).unwrap();
        // Position of a byte, what is put there, what it comes to.
        for (position, byte, problem) in [
            (3, 0x0D, PhotoError::Signature),
            (at(b"ihdr") + 13, 3, PhotoError::Kind),
            (at(b"ihdr") + 14, 15, PhotoError::Kind),
            (at(b"colr") + 10, 16, PhotoError::Kind),
            // Width in the code stream itself.
            (at(&[0xFF, 0x4F, 0xFF, 0x51]) + 9, 0x7F, PhotoError::Size),
            (at(&[0xFF, 0x4F, 0xFF, 0x51]) + 1, 0x00, PhotoError::Unpacking),
            (PHOTO.len() - 1, 0x00, PhotoError::Unpacking),
        ] {
            let mut photo = PHOTO.to_vec();
            photo[position] = byte;
            assert_eq!(photo_size(&photo), Err(problem), "byte {position}");
        }
    }
}
