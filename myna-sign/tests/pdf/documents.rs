//! Small documents, written by hand so that every byte of them is known.

/// Appends objects, and then a cross-reference table or stream, to what is there.
pub(crate) struct Writer {
    pub(crate) bytes: Vec<u8>,
    places: Vec<(u32, usize)>,
    previous: Option<usize>,
}

impl Writer {
    pub(crate) fn new() -> Self {
        Self { bytes: b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec(), places: Vec::new(), previous: None }
    }

    /// Goes on behind a document, as an incremental update does.
    pub(crate) fn after(document: &[u8]) -> Self {
        Self { bytes: document.to_vec(), places: Vec::new(), previous: Some(start_of(document)) }
    }

    pub(crate) fn object(mut self, number: u32, body: &str) -> Self {
        self.places.push((number, self.bytes.len()));
        self.bytes.extend(format!("{number} 0 obj\n{body}\nendobj\n").bytes());
        self
    }

    /// Bytes that no section lists.
    pub(crate) fn raw(mut self, bytes: &[u8]) -> Self {
        self.bytes.extend(bytes);
        self
    }

    /// Ends the update by a table, whose trailer says this besides.
    pub(crate) fn table(mut self, trailer: &str) -> Vec<u8> {
        let start = self.bytes.len();
        let mut table = String::from("xref\n");
        if self.previous.is_none() {
            table.push_str("0 1\n0000000000 65535 f \n");
        }
        for (number, place) in &self.places {
            table.push_str(&format!("{number} 1\n{place:010} 00000 n \n"));
        }
        let previous = self.previous.map(|previous| format!(" /Prev {previous}")).unwrap_or_default();
        table.push_str(&format!("trailer\n<< /Size 40{previous} {trailer} >>\nstartxref\n{start}\n%%EOF\n"));
        self.bytes.extend(table.bytes());
        self.bytes
    }
}

/// Where the newest section stands, by the last `startxref`.
pub(crate) fn start_of(document: &[u8]) -> usize {
    let text = String::from_utf8_lossy(&document[document.len() - 60..]).into_owned();
    let after = text.rsplit("startxref").next().unwrap();
    after.split_whitespace().next().unwrap().parse().unwrap()
}

pub(crate) const PAGE: &str = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << \
                        /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>";

/// One page that says "Hello".
pub(crate) fn plain() -> Vec<u8> {
    with("<< /Type /Catalog /Pages 2 0 R >>", &[])
}

/// The same with a catalogue and objects of one's own, from number 5 on.
pub(crate) fn with(catalog: &str, objects: &[(u32, &str)]) -> Vec<u8> {
    let text = "BT /F1 24 Tf 72 720 Td (Hello) Tj ET\n";
    let mut writer = Writer::new()
        .object(1, catalog)
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(3, PAGE)
        .object(4, &format!("<< /Length {} >>\nstream\n{text}endstream", text.len()));
    for (number, body) in objects {
        writer = writer.object(*number, body);
    }
    writer.table("/Root 1 0 R /ID [<0102> <0102>]")
}

/// A document whose trailer says that it is encrypted.
pub(crate) fn encrypted() -> Vec<u8> {
    Writer::after(&plain()).object(5, "<< /Filter /Standard /V 5 /R 6 >>").table("/Root 1 0 R /Encrypt 5 0 R")
}

/// Replaces the first place where a text stands, of the last object of its kind, and writes the last section anew: as a
/// signer would have written it.
pub(crate) fn replace_and_mend(document: &[u8], from: &str, to: &str) -> Vec<u8> {
    let place = document.windows(from.len()).rposition(|window| window == from.as_bytes()).unwrap();
    let start = start_of(document);
    let shift = to.len() - from.len();
    let mut out = document[..place].to_vec();
    out.extend(to.bytes());
    out.extend(&document[place + from.len()..start]);
    let table = String::from_utf8(document[start..].to_vec()).unwrap();
    for line in table.split_inclusive('\n') {
        match line.split_once(' ') {
            Some((offset, rest)) if offset.len() == 10 && offset.parse::<usize>().unwrap() > place => {
                out.extend(format!("{:010} {rest}", offset.parse::<usize>().unwrap() + shift).bytes());
            }
            _ if line.trim() == start.to_string() => out.extend(format!("{}\n", start + shift).bytes()),
            _ => out.extend(line.bytes()),
        }
    }
    set_range(&mut out, None);
    out
}

/// Writes `ByteRange` of the last signature: these words, or what is right.
pub(crate) fn set_range(document: &mut [u8], words: Option<&str>) {
    let find = |text: &[u8]| document.windows(text.len()).rposition(|window| window == text).unwrap();
    let (range, contents) = (find(b"/ByteRange ") + 11, find(b"/Contents <") + 10);
    let after = contents + document[contents..].iter().position(|byte| *byte == b'>').unwrap() + 1;
    let right = format!("0 {contents} {after} {}", document.len() - after);
    let text = format!("[{:<36}]", words.unwrap_or(&right));
    assert_eq!(text.len(), 38);
    document[range..range + 38].copy_from_slice(text.as_bytes());
}

/// Where `Contents` of the last signature begins and ends.
pub(crate) fn contents(document: &[u8]) -> (usize, usize) {
    let start = document.windows(11).rposition(|window| window == b"/Contents <").unwrap() + 10;
    (start, start + document[start..].iter().position(|byte| *byte == b'>').unwrap() + 1)
}

/// A table that hides the page, and the stream beside it that has it.
pub(crate) fn hybrid() -> Vec<u8> {
    let mut writer = Writer::new()
        .object(1, "<< /Type /Catalog /Pages 2 0 R >>")
        .object(2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>")
        .object(4, "<< /Length 0 >>\nstream\n\nendstream");
    let inner = format!("3 0 {PAGE}");
    let container = writer.bytes.len();
    let body =
        format!("<< /Type /ObjStm /N 1 /First 4 /Length {} >>\nstream\n{inner}\nendstream", inner.len());
    writer.bytes.extend(format!("5 0 obj\n{body}\nendobj\n").bytes());
    let section = writer.bytes.len();
    let row = |kind: u8, place: usize| {
        [vec![kind], u16::try_from(place).unwrap().to_be_bytes().to_vec(), vec![0]].concat()
    };
    let rows = [row(2, 5), row(1, container)].concat();
    let head = "<< /Type /XRef /W [1 2 1] /Index [3 1 5 1] /Size 7 /Root 1 0 R /Length 8 >>";
    writer.bytes.extend(format!("6 0 obj\n{head}\nstream\n").bytes());
    writer.bytes.extend(rows);
    writer.bytes.extend(b"\nendstream\nendobj\n");
    writer.table(&format!("/Root 1 0 R /XRefStm {section}"))
}

/// Makes the signature of a document one that certifies it, with this permission.
pub(crate) fn certify(signed: &[u8], permission: &str) -> Vec<u8> {
    let parameters = format!("<< /P {permission} /V /1.2 >>");
    let reference = format!("/Reference [<< /TransformMethod /DocMDP /TransformParams {parameters} >>] /M <");
    replace_and_mend(signed, "/M <", &reference)
}
