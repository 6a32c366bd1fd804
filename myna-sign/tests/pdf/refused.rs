//! What is refused, and with which reason.

use miniz_oxide::deflate::compress_to_vec_zlib;
use myna_sign::pdf::{ChangedPart, PdfFault, read_pdf_signatures};

use crate::documents::{
    PAGE, Writer, certify, contents, encrypted, plain, replace_and_mend, set_range, start_of, with,
};
use crate::{request, sign, visible};

/// What became of the first signature, or of the document.
fn fault(document: &[u8]) -> Option<PdfFault> {
    match read_pdf_signatures(document) {
        Ok(signatures) => signatures.first().and_then(|signature| signature.covered.clone().err()),
        Err(fault) => Some(fault),
    }
}

fn signed() -> Vec<u8> {
    sign(&plain(), &request())
}

fn with_range(words: &str) -> Vec<u8> {
    let mut document = signed();
    set_range(&mut document, Some(words));
    document
}

/// An update behind a signed document.
fn updated(objects: &[(u32, &str)]) -> Vec<u8> {
    let mut writer = Writer::after(&signed());
    for (number, body) in objects {
        writer = writer.object(*number, body);
    }
    writer.table("/Root 1 0 R")
}

/// Bytes of the signed document, changed in place.
fn patched(from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut document = signed();
    let place = document.windows(from.len()).rposition(|window| window == from).unwrap();
    assert_eq!(from.len(), to.len());
    document[place..place + to.len()].copy_from_slice(to);
    document
}

/// A document whose only section is a stream of this dictionary and data.
fn with_section(dictionary: &str, data: &[u8]) -> Vec<u8> {
    let mut document = b"%PDF-1.7\n".to_vec();
    let start = document.len();
    document
        .extend(format!("1 0 obj\n<< /Type /XRef {dictionary} /Length {} >>\nstream\n", data.len()).bytes());
    document.extend(data);
    document.extend(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").bytes());
    document
}

/// The numbers of the update that signs a [`plain`] document: 40 is the signature, 41 the field, as the size there is 40.
const SIGNATURE: u32 = 40;
const FIELD: u32 = 41;
const FORM: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [41 0 R 50 0 R] /SigFlags 3 >> >>";

#[test]
fn forged_and_malformed_documents_are_refused_with_their_reason() {
    use PdfFault::{Changed, Syntax};
    assert_eq!(fault(&signed()), None);
    assert_eq!(fault(&updated(&[])), None, "an update that changes nothing");

    let (start, end) = contents(&signed());
    let length = signed().len();
    let rest = length - end;
    let field = String::from_utf8_lossy(&signed()).into_owned();
    let field = field.split("41 0 obj\n").nth(1).unwrap().split("\nendobj").next().unwrap().to_owned();
    let copy = |from: &[u8], number: u32| {
        let text = String::from_utf8_lossy(from).into_owned();
        let body = text.split(&format!("\n{number} 0 obj\n")).nth(1).unwrap();
        body.split("\nendobj").next().unwrap().to_owned()
    };
    let signature = copy(&signed(), SIGNATURE);
    let other_page = PAGE.replace("/MediaBox", "/Rotate 180 /MediaBox");
    let noted = PAGE.replace("/Type /Page ", "/Type /Page /Annots [41 0 R 50 0 R] ");
    let overlay = "<< /Type /Annot /Subtype /FreeText /Rect [70 700 300 760] /Contents (Goodbye) >>";
    let acting = field
        .replace("/FT", "/A << /S /JavaScript /JS (app.alert\\(1\\)) >> /FT")
        .replace("Signature1", "Second");

    let cases: Vec<(&str, Vec<u8>, PdfFault)> = vec![
        // The document.
        ("bytes before the header", [b"junk\n", &signed()[..]].concat(), PdfFault::NotPdf),
        ("encrypted", encrypted(), PdfFault::Encrypted("Standard".to_owned())),
        (
            "a chain of sections that bites its tail",
            {
                let own = plain().len();
                Writer::new().raw(&plain()[15..]).table(&format!("/Root 1 0 R /Prev {own}"))
            },
            PdfFault::CrossReferenceLoop(plain().len()),
        ),
        (
            "a bomb in the section",
            {
                let zeros = compress_to_vec_zlib(&vec![0; 130 << 20], 1);
                with_section("/W [1 1 1] /Size 3 /Root 2 0 R /Filter /FlateDecode", &zeros)
            },
            PdfFault::TooLarge,
        ),
        (
            "a section of more objects than any document has",
            {
                let rows = compress_to_vec_zlib(&vec![1; 3 << 20], 1);
                with_section("/W [0 1 0] /Size 3145728 /Root 2 0 R /Filter /FlateDecode", &rows)
            },
            PdfFault::TooLarge,
        ),
        (
            "a section packed by a filter that nobody uses there",
            { with_section("/W [1 1 1] /Size 1 /Root 2 0 R /Filter /LZWDecode", &[0; 3]) },
            PdfFault::Filter("LZWDecode".to_owned()),
        ),
        ("arrays in arrays without end", with(&"[".repeat(100_000), &[]), PdfFault::TooLarge),
        (
            "two places for one object in one section",
            {
                Writer::new()
                    .object(1, "<< /Pages 2 0 R >>")
                    .object(1, "<< /Pages 3 0 R >>")
                    .table("/Root 1 0 R")
            },
            PdfFault::CrossReference(83),
        ),
        (
            "one name twice in a dictionary",
            { with("<< /Pages 2 0 R /AcroForm << >> /AcroForm << /Fields [] >> >>", &[]) },
            Syntax(23),
        ),
        (
            "a section that points elsewhere",
            {
                let document = plain();
                let text = String::from_utf8_lossy(&document).into_owned();
                let first = format!("{:010}", text.find("1 0 obj").map_or(0, |_| 15));
                let place = document.windows(10).rposition(|window| window == first.as_bytes()).unwrap();
                [&document[..place], b"0000000064", &document[place + 10..]].concat()
            },
            PdfFault::Object(1),
        ),
        (
            "fields below themselves",
            {
                with(
                    "<< /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
                    &[(5, "<< /T (a) /Kids [5 0 R] >>")],
                )
            },
            PdfFault::Structure("Fields"),
        ),
        // What the signature covers.
        (
            "ranges that begin later",
            with_range(&format!("1 {} {end} {rest}", start - 1)),
            PdfFault::ByteRangeStart,
        ),
        ("a gap that is wider", with_range(&format!("0 {} {end} {rest}", start - 9)), PdfFault::ByteRangeGap),
        (
            "a gap that is wider behind",
            with_range(&format!("0 {start} {} {}", end + 2, rest - 2)),
            PdfFault::ByteRangeGap,
        ),
        (
            "a gap that is narrower",
            with_range(&format!("0 {start} {} {}", end - 2, rest + 2)),
            PdfFault::ByteRangeGap,
        ),
        ("no gap", with_range(&format!("0 {start} {start} {}", length - start)), PdfFault::ByteRangeGap),
        (
            "ranges over each other",
            with_range(&format!("0 {end} {start} {}", length - start)),
            PdfFault::ByteRangeOrder,
        ),
        (
            "a range past the end",
            with_range(&format!("0 {start} {end} {}", rest + 1)),
            PdfFault::ByteRangeOrder,
        ),
        (
            "a sum without measure",
            with_range(&format!("0 {start} {end} {}", u64::MAX / 2)),
            PdfFault::ByteRangeOrder,
        ),
        ("a negative number", with_range(&format!("0 {start} {end} -{rest}")), PdfFault::ByteRangeForm),
        (
            "a number that no word holds",
            with_range(&format!("0 {start} {end} 99999999999999999999")),
            PdfFault::ByteRangeForm,
        ),
        ("a number with a point", with_range(&format!("0 {start}. {end} {rest}")), PdfFault::ByteRangeForm),
        ("one range", with_range(&format!("0 {length}")), PdfFault::ByteRangeForm),
        ("three ranges", with_range(&format!("0 9 9 {} {end} {rest}", start - 9)), PdfFault::ByteRangeForm),
        (
            "an end in the middle of the document",
            with_range(&format!("0 {start} {end} {}", rest - 9)),
            PdfFault::RevisionEnd,
        ),
        // Its bytes.
        (
            "contents that stand elsewhere",
            {
                with(
                    FORM,
                    &[
                        (41, "<< /FT /Sig /T (a) /V 40 0 R >>"),
                        (50, "<< /FT /Tx /T (b) >>"),
                        (
                            40,
                            "<< /Type /Sig /SubFilter /ETSI.CAdES.detached /ByteRange [0 9 9 9] /Contents 42 0 R >>",
                        ),
                        (42, "<3000>"),
                    ],
                )
            },
            PdfFault::ContentsForm,
        ),
        (
            "contents as a literal string",
            patched(b"/Contents <3000000000", b"/Contents (0)       %"),
            PdfFault::ContentsForm,
        ),
        (
            "contents with white space",
            patched(b"/Contents <3000000000", b"/Contents <3000 00000"),
            PdfFault::ContentsForm,
        ),
        (
            "contents that are no DER",
            patched(b"/Contents <3000000000", b"/Contents <FF00000000"),
            PdfFault::ContentsForm,
        ),
        (
            "contents longer than their place",
            patched(b"/Contents <3000000000", b"/Contents <3083FFFFFF"),
            PdfFault::ContentsForm,
        ),
        (
            "something behind the signature",
            patched(b"/Contents <3000000000", b"/Contents <3000000001"),
            PdfFault::ContentsPadding,
        ),
        (
            "a hash of SHA-1",
            { patched(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /adbe.pkcs7.sha1    ") },
            PdfFault::SubFilter("adbe.pkcs7.sha1".to_owned()),
        ),
        (
            "a form nobody knows",
            { patched(b"/SubFilter /ETSI.CAdES.detached", b"/SubFilter /ETSI.CAdES.attached") },
            PdfFault::SubFilter("ETSI.CAdES.attached".to_owned()),
        ),
        (
            "no form at all",
            { patched(b"/SubFilter /ETSI.CAdES.detached", b"/SubFiltor /ETSI.CAdES.detached") },
            PdfFault::SubFilter(String::new()),
        ),
        (
            "a signature that is a stream",
            {
                with(
                    "<< /Pages 2 0 R /AcroForm << /Fields [5 0 R] >> >>",
                    &[
                        (5, "<< /FT /Sig /T (a) /V 6 0 R >>"),
                        (6, "<< /SubFilter /ETSI.CAdES.detached /Length 0 >>\nstream\n\nendstream"),
                    ],
                )
            },
            PdfFault::ContentsForm,
        ),
        // What came after it.
        (
            "a signature after one that lets nobody add to the document",
            {
                let second = sign(&certify(&signed(), "2"), &request());
                let place = second.windows(4).position(|window| window == b"/P 2").unwrap();
                [&second[..place], b"/P 1", &second[place + 4..]].concat()
            },
            PdfFault::Certified,
        ),
        ("bytes after the end", [&signed()[..], b"more"].concat(), PdfFault::TrailingBytes(length)),
        ("white space after the end", [&signed()[..], b"\n\n"].concat(), PdfFault::TrailingBytes(length)),
        (
            "bytes after the end of a further signature",
            { [&sign(&signed(), &request())[..], b"% more\n"].concat() },
            PdfFault::TrailingBytes(sign(&signed(), &request()).len() - 1),
        ),
        (
            "an object that no section lists",
            {
                Writer::after(&signed())
                    .raw(b"4 0 obj\n<< /Length 0 >>\nstream\n\nendstream\nendobj\n")
                    .table("/Root 1 0 R")
            },
            PdfFault::Unlisted(length),
        ),
        (
            "bytes between the updates",
            Writer::after(&signed()).raw(b"hidden").table("/Root 1 0 R"),
            PdfFault::Unlisted(length),
        ),
        (
            "what a page says replaced",
            updated(&[(4, "<< /Length 0 >>\nstream\n\nendstream")]),
            Changed(ChangedPart::Object(4)),
        ),
        ("a page replaced", updated(&[(3, &other_page)]), Changed(ChangedPart::Page(1))),
        ("a note laid over a page", updated(&[(3, &noted), (50, overlay)]), Changed(ChangedPart::Page(1))),
        (
            "the pages replaced",
            {
                updated(&[
                    (1, "<< /Type /Catalog /Pages 50 0 R /AcroForm << /Fields [41 0 R] /SigFlags 3 >> >>"),
                    (50, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
                ])
            },
            Changed(ChangedPart::Catalog),
        ),
        (
            "an action on opening",
            {
                updated(&[(
                    1,
                    "<< /Type /Catalog /Pages 2 0 R /OpenAction [3 0 R /Fit] /AcroForm << /Fields [41 0 R] /SigFlags 3 >> >>",
                )])
            },
            Changed(ChangedPart::Catalog),
        ),
        (
            "another catalogue",
            {
                Writer::after(&signed())
                    .object(50, "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [41 0 R] >> >>")
                    .table("/Root 50 0 R")
            },
            Changed(ChangedPart::History),
        ),
        (
            "an object taken away",
            {
                let document = signed();
                let at = document.len();
                let update = format!(
                    "xref\n4 1\n0000000000 00001 f \ntrailer\n<< /Size 42 /Root 1 0 R /Prev {} >>\nstartxref\n{at}\n%%EOF\n",
                    start_of(&document)
                );
                [document, update.into_bytes()].concat()
            },
            Changed(ChangedPart::Object(4)),
        ),
        (
            "a history without the signed state",
            {
                let document = signed();
                let text = String::from_utf8_lossy(&document).into_owned();
                let at = document.len();
                let places = [1, 2, 3, 4, 40, 41].map(|number: u32| {
                    let bytes = format!("\n{number} 0 obj\n").into_bytes();
                    let place =
                        document.windows(bytes.len()).rposition(|window| window == bytes).unwrap() + 1;
                    format!("{number} 1\n{place:010} 00000 n \n")
                });
                assert!(text.contains("startxref"));
                let update = format!(
                    "xref\n{}trailer\n<< /Size 42 /Root 1 0 R >>\nstartxref\n{at}\n%%EOF\n",
                    places.concat()
                );
                [document, update.into_bytes()].concat()
            },
            Changed(ChangedPart::History),
        ),
        (
            "a field added",
            updated(&[(1, FORM), (50, "<< /FT /Tx /T (b) /V (new) >>")]),
            Changed(ChangedPart::Form),
        ),
        (
            "the default look of fields changed",
            {
                updated(&[(
                    1,
                    "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [41 0 R] /SigFlags 3 /NeedAppearances true >> >>",
                )])
            },
            Changed(ChangedPart::Form),
        ),
        (
            "the field of the signature rewritten",
            { updated(&[(FIELD, &field.replace("/Rect [0 0 0 0]", "/Rect [0 0 99 99]"))]) },
            Changed(ChangedPart::Form),
        ),
        (
            "the signature's own look replaced",
            {
                let shown = sign(&plain(), &visible());
                Writer::after(&shown)
                    .object(
                        42,
                        "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream",
                    )
                    .table("/Root 1 0 R")
            },
            Changed(ChangedPart::Object(42)),
        ),
        ("a signature field that acts", updated(&[(1, FORM), (50, &acting)]), PdfFault::Shared),
        (
            "a further signature that is none",
            { updated(&[(1, FORM), (50, "<< /FT /Sig /T (b) /V 51 0 R >>"), (51, "<< /Type /Sig >>")]) },
            Changed(ChangedPart::Form),
        ),
        (
            "a reference to nothing, given an object later",
            {
                let dangling = with("<< /Type /Catalog /Pages 2 0 R /Names 45 0 R >>", &[]);
                Writer::after(&sign(&dangling, &request()))
                    .object(45, "<< /JavaScript << >> >>")
                    .table("/Root 1 0 R")
            },
            Changed(ChangedPart::Object(45)),
        ),
        (
            "what a page says, named as data about the document and then changed",
            {
                let shadow = with("<< /Type /Catalog /Pages 2 0 R /DSS 4 0 R >>", &[]);
                Writer::after(&sign(&shadow, &request()))
                    .object(4, "<< /Length 0 >>\nstream\n\nendstream")
                    .table("/Root 1 0 R")
            },
            Changed(ChangedPart::Object(4)),
        ),
        (
            "an action on opening, named as data about the document and then changed",
            {
                let catalog = "<< /Type /Catalog /Pages 2 0 R /OpenAction 5 0 R /Metadata 5 0 R >>";
                let shadow = with(catalog, &[(5, "<< /S /GoTo /D [3 0 R /Fit] >>")]);
                Writer::after(&sign(&shadow, &request()))
                    .object(5, "<< /S /JavaScript /JS (app.alert\\(1\\)) >>")
                    .table("/Root 1 0 R")
            },
            Changed(ChangedPart::Object(5)),
        ),
        (
            "the information of another document",
            {
                let shadow = Writer::after(&plain()).object(5, "(told)").table("/Root 1 0 R /Info 4 0 R");
                Writer::after(&sign(&shadow, &request()))
                    .object(4, "<< /Length 0 >>\nstream\n\nendstream")
                    .table("/Root 1 0 R /Info 4 0 R")
            },
            Changed(ChangedPart::Object(4)),
        ),
        // Wrapping: the signature is carried to where it covers other bytes than its own.
        (
            "the signature wrapped by another object",
            { updated(&[(FIELD, &field.replace("40 0 R", "50 0 R")), (50, &signature)]) },
            PdfFault::ByteRangeGap,
        ),
        ("the signature written once more", updated(&[(SIGNATURE, &signature)]), PdfFault::ByteRangeGap),
        (
            "the signed state moved behind another document",
            { [&plain()[..], &signed()[..]].concat() },
            PdfFault::CrossReference(start_of(&signed())),
        ),
        (
            "two fields with one signature",
            { updated(&[(1, FORM), (50, "<< /FT /Sig /T (b) /V 40 0 R >>")]) },
            PdfFault::Shared,
        ),
        (
            "two fields with one name",
            { updated(&[(1, FORM), (50, "<< /FT /Tx /T (Signature1) >>")]) },
            PdfFault::Shared,
        ),
        (
            "a signature over a state in which it was not",
            {
                // Its ranges are right for its place; but the state that they end at names no such field.
                let unlisted = replace_and_mend(&signed(), "/Fields [41 0 R]", "/Fields [      ]");
                Writer::after(&unlisted).object(1, &FORM.replace(" 50 0 R", "")).table("/Root 1 0 R")
            },
            PdfFault::NotInRevision,
        ),
    ];
    let wrong: Vec<String> = cases
        .iter()
        .filter_map(|(name, document, expected)| {
            let found = fault(document);
            (found.as_ref() != Some(expected)).then(|| format!("{name}: {found:?}, not {expected:?}"))
        })
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Cut anywhere, a signed document is refused or has no signature; with any byte changed, the structure never panics.
#[test]
fn no_beginning_of_a_signed_document_has_its_signature() {
    let mut request = visible();
    request.room = 32;
    let document = sign(&plain(), &request);
    for end in 0..document.len() - 1 {
        let signatures = read_pdf_signatures(&document[..end]);
        assert!(signatures.is_err() || signatures.is_ok_and(|signatures| signatures.is_empty()), "{end}");
    }
    let (from, to) = contents(&document);
    for place in (0..from + 8).chain(to - 8..document.len()) {
        for bit in [1, 0x10, 0x80] {
            let mut bent = document.clone();
            bent[place] ^= bit;
            let _ = read_pdf_signatures(&bent);
        }
    }
}
