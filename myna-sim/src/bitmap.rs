//! The small black-and-white images of the card face, as PNG.
//!
//! ```text
//! 89 "PNG" 0D0A1A0A | IHDR | IDAT | IEND      each chunk: length (4) | type (4) | data | CRC-32 (4)
//! ```

use miniz_oxide::deflate::compress_to_vec_zlib;

/// Black on white, 12 pixels high.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Bitmap {
    width: usize,
    /// Row by row; `true` is black.
    pixels: Vec<bool>,
}

impl Bitmap {
    /// Large digits, six pixels each.
    pub(crate) fn digits(digits: &str) -> Self {
        let mut bitmap = Self::blank(digits.chars().count() * 6);
        for (position, digit) in digits.chars().enumerate() {
            bitmap.draw(digit, position * 6 + 1, 1, 2);
        }
        bitmap
    }

    /// SIMULATED, and under it the code points of the first characters: there is no font in this crate, and two names still
    /// look different.
    pub(crate) fn text(width: usize, text: &str) -> Self {
        let mut bitmap = Self::blank(width);
        let points: Vec<String> =
            text.chars().map(|character| format!("{:04X}", u32::from(character))).collect();
        for (line, text) in ["SIMULATED", &points.join(" ")].into_iter().enumerate() {
            for (position, character) in text.chars().enumerate() {
                bitmap.draw(character, position * 4, line * 6, 1);
            }
        }
        bitmap
    }

    pub(crate) fn to_png(&self) -> Vec<u8> {
        let mut rows = Vec::new();
        for row in self.pixels.chunks(self.width.max(1)) {
            // Filter 0; eight pixels a byte, 1 is white.
            rows.push(0);
            rows.extend(row.chunks(8).map(|eight| {
                eight
                    .iter()
                    .zip([0x80, 0x40, 0x20, 0x10, 0x08, 0x04, 0x02, 0x01_u8])
                    .fold(0, |byte, (black, bit)| if *black { byte } else { byte | bit })
            }));
        }
        let size = |pixels: usize| u32::try_from(pixels).unwrap_or(u32::MAX).to_be_bytes();
        let header = [size(self.width).as_slice(), &size(HEIGHT), &BILEVEL].concat();
        let mut png = SIGNATURE.to_vec();
        for (kind, data) in [(b"IHDR", header), (b"IDAT", compress_to_vec_zlib(&rows, 9)), (b"IEND", vec![])]
        {
            let chunk = [kind.as_slice(), &data].concat();
            png.extend(size(data.len()));
            png.extend_from_slice(&chunk);
            png.extend(checksum(&chunk).to_be_bytes());
        }
        png
    }

    fn blank(width: usize) -> Self {
        Self { width, pixels: vec![false; width * HEIGHT] }
    }

    /// A character of 3 by 5 pixels, each `tall` pixels high; what lies outside is not drawn.
    fn draw(&mut self, character: char, left: usize, top: usize, tall: usize) {
        let glyph = GLYPHS.iter().find(|(known, _)| *known == character).map_or(0, |(_, glyph)| *glyph);
        for (y, x) in (0..5 * tall).flat_map(|y| (0..3).map(move |x| (y, x))) {
            let black = glyph >> (14 - (y / tall * 3 + x)) & 1 == 1;
            let place = (top + y) * self.width + left + x;
            if let Some(pixel) = self.pixels.get_mut(place).filter(|_| black && left + x < self.width) {
                *pixel = true;
            }
        }
    }
}

const HEIGHT: usize = 12;
pub(crate) const SIGNATURE: [u8; 8] = [0x89, b'P', b'N', b'G', 0x0D, 0x0A, 0x1A, 0x0A];
/// One bit, grey, deflate, the standard filters, no interlacing.
pub(crate) const BILEVEL: [u8; 5] = [1, 0, 0, 0, 0];

/// 3 by 5 pixels, row by row from the top, the highest of 15 bits first.
const GLYPHS: [(char, u16); 22] = [
    ('0', 0b111_101_101_101_111),
    ('1', 0b010_110_010_010_111),
    ('2', 0b111_001_111_100_111),
    ('3', 0b111_001_111_001_111),
    ('4', 0b101_101_111_001_001),
    ('5', 0b111_100_111_001_111),
    ('6', 0b111_100_111_101_111),
    ('7', 0b111_001_010_010_010),
    ('8', 0b111_101_111_101_111),
    ('9', 0b111_101_111_001_111),
    ('A', 0b010_101_111_101_101),
    ('B', 0b110_101_110_101_110),
    ('C', 0b011_100_100_100_011),
    ('D', 0b110_101_101_101_110),
    ('E', 0b111_100_110_100_111),
    ('F', 0b111_100_110_100_100),
    ('I', 0b111_010_010_010_111),
    ('L', 0b100_100_100_100_111),
    ('M', 0b101_111_111_101_101),
    ('S', 0b011_100_010_001_110),
    ('T', 0b111_010_010_010_010),
    ('U', 0b101_101_101_101_111),
];

/// CRC-32 of ISO 3309 (PNG, annex D).
pub(crate) fn checksum(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, byte| {
        (0..8).fold(
            sum ^ u32::from(*byte),
            |sum, _| {
                if sum & 1 == 1 { sum >> 1 ^ 0xEDB8_8320 } else { sum >> 1 }
            },
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_standard() {
        assert_eq!(checksum(b"123456789"), 0xCBF4_3926);
        assert_eq!(checksum(b"IEND"), 0xAE42_6082);
    }

    #[test]
    fn digits_can_be_read() {
        let bitmap = Bitmap::digits("10");
        let rows: Vec<String> = bitmap
            .pixels
            .chunks(12)
            .map(|row| row.iter().map(|black| if *black { '#' } else { '.' }).collect())
            .collect();
        assert_eq!(rows[0], "............");
        assert_eq!(rows[1], "..#....###..");
        assert_eq!(rows[3], ".##....#.#..");
        assert_eq!(rows[10], ".###...###..");
    }
}
