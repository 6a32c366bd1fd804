//! Signatures in PDF documents: what is appended, what is covered, and everything that is not taken for a signature.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking"
)]

#[path = "pdf/by_card.rs"]
mod by_card;
#[path = "pdf/documents.rs"]
mod documents;
#[path = "pdf/refused.rs"]
mod refused;
#[path = "pdf/strangers.rs"]
mod strangers;

use documents::{Writer, plain, with};
use myna_calendar::DateTime;
use myna_sign::pdf::{ChangedPart, PdfAppearance, PdfFault, PdfSignatureRequest, read_pdf_signatures};

/// The shortest DER: what is tested here does not look into the signature.
const STAND_IN: &[u8] = &[0x30, 0x00];

fn request() -> PdfSignatureRequest {
    PdfSignatureRequest::new(DateTime::parse("20261127105113").unwrap())
}

fn visible() -> PdfSignatureRequest {
    let lines = vec!["署名：山田 太郎".to_owned(), "Signed (1)".to_owned()];
    let mut request = request();
    request.appearance = Some(PdfAppearance::new(1, [50, 50, 250, 110], lines).unwrap());
    request
}

fn sign(document: &[u8], request: &PdfSignatureRequest) -> Vec<u8> {
    request.prepare(document).unwrap().finish(STAND_IN).unwrap()
}

#[test]
fn every_byte_before_the_signature_stays_and_all_but_its_place_is_covered() {
    let document = plain();
    let signed = sign(&document, &request());
    assert!(signed.starts_with(&document));
    let [signature] = &read_pdf_signatures(&signed).unwrap()[..] else { panic!("one signature") };
    let covered = signature.covered.clone().unwrap();
    assert!(covered.is_whole_file);
    assert_eq!((covered.before.start, covered.after.end), (0, signed.len()));
    let left_out = &signed[covered.before.end..covered.after.start];
    assert!(left_out.starts_with(b"<3000") && left_out.ends_with(b"00>"));
    assert_eq!(covered.cms, STAND_IN);
}

#[test]
fn what_was_prepared_is_what_is_read_as_covered() {
    let prepared = request().prepare(&plain()).unwrap();
    let covered = prepared.covered().concat();
    let signed = prepared.finish(STAND_IN).unwrap();
    let part = read_pdf_signatures(&signed).unwrap()[0].covered.clone().unwrap();
    assert_eq!(part.of(&signed).concat(), covered);
}

#[test]
fn what_a_signature_says_of_itself_is_read_again() {
    let mut request = request();
    request.field = Some("承認".to_owned());
    request.name = Some("山田 太郎".to_owned());
    request.reason = Some("Approved (twice)".to_owned());
    request.location = Some("東京都".to_owned());
    let signature = &read_pdf_signatures(&sign(&plain(), &request)).unwrap()[0];
    assert_eq!(signature.field, "承認");
    assert_eq!(signature.claimed_name, request.name);
    assert_eq!(signature.reason, request.reason);
    assert_eq!(signature.location, request.location);
    assert_eq!(signature.claimed_date_time(), Some(request.signed_at));
    let shown = format!("{signature:?} {request:?}");
    assert!(!shown.contains("山田") && !shown.contains("東京"), "{shown}");
}

#[test]
fn a_further_signature_leaves_the_first_good_and_is_told() {
    let first = sign(&plain(), &request());
    let both = sign(&first, &visible());
    let signatures = read_pdf_signatures(&both).unwrap();
    let [one, two] = &signatures[..] else { panic!("two signatures") };
    let (one, two) = (one.covered.clone().unwrap(), two.covered.clone().unwrap());
    assert_eq!((one.is_whole_file, one.later_signatures, one.later_appearance), (false, 1, true));
    assert_eq!(one.after.end, first.len());
    assert_eq!((two.is_whole_file, two.later_signatures), (true, 0));
    let third = sign(&both, &request());
    let covered = read_pdf_signatures(&third).unwrap()[0].covered.clone().unwrap();
    assert_eq!(covered.later_signatures, 2);
}

/// Forms and lists of notes may stand in the catalogue and the page, or by themselves.
#[test]
fn documents_with_forms_of_every_make_are_signed_twice() {
    let text = "<< /FT /Tx /T (Name) /Type /Annot /Subtype /Widget /Rect [10 10 90 30] /P 3 0 R /V (Taro) >>";
    let page = |annotations: &str| {
        documents::PAGE.replace("/Type /Page ", &format!("/Type /Page /Annots {annotations} "))
    };
    let form = "<< /Fields [6 0 R] /DA (/Helv 0 Tf) >>";
    let made = [
        with(&format!("<< /Type /Catalog /Pages 2 0 R /AcroForm {form} >>"), &[(6, text)]),
        with("<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>", &[(5, form), (6, text)]),
        with(
            "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R >>",
            &[(5, "<< /Fields 7 0 R /SigFlags 3 >>"), (6, text), (7, "[6 0 R]")],
        ),
    ];
    for document in made {
        for annotations in ["[6 0 R]", "8 0 R"] {
            let document = Writer::after(&document)
                .object(3, &page(annotations))
                .object(8, "[6 0 R]")
                .table("/Root 1 0 R");
            let twice = sign(&sign(&document, &request()), &visible());
            let signatures = read_pdf_signatures(&twice).unwrap();
            assert_eq!(signatures.len(), 2);
            assert_eq!(signatures[0].covered.clone().unwrap().later_signatures, 1);
            assert!(signatures[1].covered.clone().unwrap().is_whole_file);
        }
    }
}

/// What old readers are not to see stands in a stream beside the table, as office programs write it.
#[test]
fn a_document_of_table_and_stream_is_signed() {
    let document = documents::hybrid();
    let twice = sign(&sign(&document, &request()), &visible());
    let signatures = read_pdf_signatures(&twice).unwrap();
    assert_eq!(signatures.len(), 2);
    assert!(signatures.iter().all(|signature| signature.covered.is_ok()), "{signatures:?}");
}

/// Programs write their name and the day of the change into a document that they sign.
#[test]
fn data_about_the_document_may_change_with_a_further_signature() {
    let catalog = "<< /Type /Catalog /Pages 2 0 R /Metadata 6 0 R >>";
    let metadata = |text: &str| {
        format!("<< /Type /Metadata /Subtype /XML /Length {} >>\nstream\n{text}\nendstream", text.len())
    };
    let document = with(catalog, &[(5, "<< /Producer (one) >>"), (6, &metadata("<a/>"))]);
    let document = Writer::after(&document).table("/Root 1 0 R /Info 5 0 R");
    let changed = Writer::after(&sign(&document, &request()))
        .object(5, "<< /Producer (two) >>")
        .object(6, &metadata("<b/>"))
        .table("/Root 1 0 R /Info 5 0 R");
    let signatures = read_pdf_signatures(&sign(&changed, &request())).unwrap();
    assert_eq!(signatures[0].covered.clone().unwrap().later_signatures, 1);
    assert!(signatures[1].covered.clone().unwrap().is_whole_file);
}

/// Other programs keep an empty field for whoever signs next, here with its place on the page apart from it.
#[test]
fn an_empty_signature_field_may_be_signed_later_where_it_is() {
    let form = "<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [6 0 R] >> >>";
    let widget = "<< /Subtype /Widget /Parent 6 0 R /Rect [10 10 90 30] >>";
    let empty = with(form, &[(6, "<< /FT /Sig /T (Second) /Kids [7 0 R] >>"), (7, widget)]);
    let first = sign(&empty, &request());
    // The signature of another update, put into the field that is there.
    let later = |widget: &str| {
        let writer = Writer::after(&first).object(6, "<< /FT /Sig /T (Second) /Kids [7 0 R] /V 50 0 R >>");
        let mut document = writer
            .object(7, widget)
            .object(
                50,
                &format!("<< /SubFilter /ETSI.CAdES.detached /ByteRange {:38} /Contents <3000> >>", ""),
            )
            .table("/Root 1 0 R");
        documents::set_range(&mut document, None);
        read_pdf_signatures(&document).unwrap()
    };
    let shown = widget.replace("/Rect", "/AP << /N 2 0 R >> /Rect");
    let signatures = later(&shown);
    let first = signatures.iter().find(|signature| signature.field == "Signature1").unwrap();
    let covered = first.covered.clone().unwrap();
    assert_eq!((covered.later_signatures, covered.later_appearance), (1, true));

    let moved = later(&shown.replace("[10 10 90 30]", "[0 0 595 842]"));
    let first = moved.iter().find(|signature| signature.field == "Signature1").unwrap();
    assert_eq!(first.covered.clone().unwrap_err(), PdfFault::Changed(ChangedPart::Form));
}

#[test]
fn what_may_not_be_signed_is_refused_before_anything_is_written() {
    let certified = |permission: &str| documents::certify(&sign(&plain(), &request()), permission);
    let cases: [(Vec<u8>, PdfFault); 4] = [
        (certified("1"), PdfFault::Certified),
        (with("<< /Type /Catalog /Pages 2 0 R /AcroForm << /Fields [] /XFA (x) >> >>", &[]), PdfFault::Xfa),
        (documents::encrypted(), PdfFault::Encrypted("Standard".to_owned())),
        (b"no PDF".to_vec(), PdfFault::NotPdf),
    ];
    for (document, fault) in cases {
        assert_eq!(request().prepare(&document).unwrap_err(), fault);
    }
    assert!(request().prepare(&certified("2")).is_ok());

    let size = String::from_utf8_lossy(&plain()).replace("/Size 40", "/Size 4294967295");
    let larger = [b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n", size.split_once("1 0 obj").unwrap().1.as_bytes()];
    let larger = [larger[0], b"1 0 obj", larger[1]].concat();
    assert_eq!(request().prepare(&larger).unwrap_err(), PdfFault::TooLarge);
    let mut other_page = visible();
    other_page.appearance.as_mut().unwrap().page = 2;
    assert_eq!(other_page.prepare(&plain()).unwrap_err(), PdfFault::NoSuchPage(2));
    let mut named = request();
    named.field = Some("Signature1".to_owned());
    assert_eq!(named.prepare(&sign(&plain(), &request())).unwrap_err(), PdfFault::FieldName);
    assert_eq!(PdfAppearance::new(1, [50, 50, 50, 60], Vec::new()), Err(PdfFault::Rectangle));
    let mut small = request();
    small.room = 4;
    let prepared = small.prepare(&plain()).unwrap();
    assert_eq!(prepared.finish(&[0; 5]).unwrap_err(), PdfFault::Room { needed: 5, room: 4 });
}
