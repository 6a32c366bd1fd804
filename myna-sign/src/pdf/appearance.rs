use std::fmt;

use super::PdfFault;

/// Where and how a signature shows itself on a page. `Debug` leaves out the lines.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PdfAppearance {
    /// The page, from 1 on.
    pub page: usize,
    /// Left, bottom, right, top: in points (1/72 inch) from the page's lower left corner.
    pub rectangle: [i32; 4],
    /// What stands in it, line by line, in any script that Japanese fonts have.
    pub lines: Vec<String>,
}

impl fmt::Debug for PdfAppearance {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut shown = f.debug_struct("PdfAppearance");
        shown.field("page", &self.page).field("rectangle", &self.rectangle).finish_non_exhaustive()
    }
}

impl PdfAppearance {
    /// Lines of text in a rectangle of a page.
    ///
    /// # Errors
    ///
    /// [`PdfFault::Rectangle`] when left is not below right, or bottom not below top.
    pub fn new(page: usize, rectangle: [i32; 4], lines: Vec<String>) -> Result<Self, PdfFault> {
        let [left, bottom, right, top] = rectangle;
        if left < right && bottom < top {
            Ok(Self { page, rectangle, lines })
        } else {
            Err(PdfFault::Rectangle)
        }
    }

    /// The form XObject that draws it: a frame, and the lines in the largest size that fits.
    ///
    /// ASCII is in Helvetica. Everything else is in the Japanese font that readers bring along (`poppler` in its package
    /// of data, `poppler-data`); none is embedded.
    pub(super) fn draw(&self) -> Vec<u8> {
        let [left, bottom, right, top] = self.rectangle.map(i64::from);
        let (width, height) = (right - left, top - bottom);
        // Tenths of a point. Kanji are as wide as high, and a line is a fifth higher than its letters.
        let widest = self.lines.iter().map(|line| half_widths(line)).max().unwrap_or(1).max(1);
        let count = i64::try_from(self.lines.len()).unwrap_or(i64::MAX).max(1);
        let by_width = (width - 8).saturating_mul(20) / widest;
        let by_height = (height - 8).saturating_mul(10).saturating_mul(5) / count.saturating_mul(6);
        let size = by_width.min(by_height).clamp(10, 240);
        let leading = size * 6 / 5;
        let is_ascii = self.lines.iter().all(|line| line.is_ascii());
        let mut content = format!(
            "q 0.5 w 0.25 0.25 {}.5 {}.5 re S Q\nBT /F0 {} Tf {} TL 4 {} Td\n",
            width - 1,
            height - 1,
            tenths(size),
            tenths(leading),
            tenths((height - 4).saturating_mul(10).saturating_sub(size)),
        );
        for line in &self.lines {
            content.push('<');
            if is_ascii {
                line.bytes().for_each(|letter| content.push_str(&format!("{letter:02X}")));
            } else {
                line.encode_utf16().for_each(|unit| content.push_str(&format!("{unit:04X}")));
            }
            content.push_str("> Tj T*\n");
        }
        content.push_str("ET\n");
        let dictionary = format!(
            "<< /Type /XObject /Subtype /Form /BBox [0 0 {width} {height}] /Length {} \
             /Resources << /Font << /F0 {} >> >> >>\nstream\n",
            content.len(),
            if is_ascii { HELVETICA } else { JAPANESE },
        );
        [dictionary.as_bytes(), content.as_bytes(), b"\nendstream"].concat()
    }
}

/// Of the fourteen that every reader has.
const HELVETICA: &str = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>";

/// Adobe-Japan1 (ISO 32000-2, 9.7.5.2), by UTF-16. Latin letters, up to 632, are taken as half as wide as high.
const JAPANESE: &str = "<< /Type /Font /Subtype /Type0 /BaseFont /HeiseiKakuGo-W5-UniJIS-UTF16-H /Encoding /UniJIS-UTF16-H \
     /DescendantFonts [<< /Type /Font /Subtype /CIDFontType0 /BaseFont /HeiseiKakuGo-W5 /CIDSystemInfo << \
     /Registry (Adobe) /Ordering (Japan1) /Supplement 5 >> /DW 1000 /W [1 632 500] /FontDescriptor << \
     /Type /FontDescriptor /FontName /HeiseiKakuGo-W5 /Flags 4 /FontBBox [-92 -250 1010 922] /ItalicAngle 0 \
     /Ascent 752 /Descent -221 /CapHeight 737 /StemV 114 >> >>] >>";

fn half_widths(line: &str) -> i64 {
    line.chars().map(|letter| if letter.is_ascii() { 1 } else { 2 }).sum()
}

fn tenths(value: i64) -> String {
    format!("{}.{}", value / 10, (value % 10).abs())
}
