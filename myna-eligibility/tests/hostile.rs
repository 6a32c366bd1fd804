//! What a message must not be: one refusal each, with its code and its byte.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::{
    EligibilityResponse,
    forms::{MAX_BYTES, MAX_DEPTH},
};
use myna_error::{Diagnostic, japanese};

const E1: &[u8] = include_bytes!("samples/e01_valid.xml");

/// The refusal's code, and the text that stands at its position.
fn refusal(text: &str) -> (&'static str, &str) {
    let error = EligibilityResponse::parse(text.as_bytes()).unwrap_err();
    assert!(!error.to_string().is_empty() && !japanese(&error).to_string().is_empty());
    (error.code(), text.get(error.position()..).unwrap())
}

/// A message whose header holds `inside`.
fn message(inside: &str) -> String {
    format!("<?xml version=\"1.0\"?>\n<XmlMsg><MessageHeader>{inside}</MessageHeader></XmlMsg>")
}

fn refused_inside(inside: &str, code: &str, at: &str) {
    let text = message(inside);
    let (actual, rest) = refusal(&text);
    assert_eq!(actual, code, "{inside}");
    assert!(rest.starts_with(at), "{inside}: {rest}");
}

#[test]
fn billion_laughs() {
    let text = "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">\
                <!ENTITY lol3 \"&lol2;&lol2;&lol2;&lol2;\">]><XmlMsg>&lol3;</XmlMsg>";
    let (code, rest) = refusal(text);
    assert_eq!(code, "xml.document_type");
    assert!(rest.starts_with("<!DOCTYPE"), "{rest}");
}

#[test]
fn external_entity() {
    let text = "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><XmlMsg>&e;</XmlMsg>";
    assert_eq!(refusal(text), ("xml.document_type", text));
    for text in ["<!DOCTYPE XmlMsg><XmlMsg/>", "<XmlMsg><!DOCTYPE x></XmlMsg>", "<XmlMsg/><!DOCTYPE x>"] {
        let (code, rest) = refusal(text);
        assert!(code == "xml.document_type" && rest.starts_with("<!DOCTYPE"), "{text}: {code} {rest}");
    }
}

#[test]
fn entities_and_references() {
    refused_inside("<ErrorCode>a&e;</ErrorCode>", "xml.unknown_entity", "&e;");
    refused_inside("<ErrorCode>&nbsp;</ErrorCode>", "xml.unknown_entity", "&nbsp;");
    for reference in
        ["&#0;", "&#x1F;", "&#xFFFE;", "&#xD800;", "&#x110000;", "&#99999999999999;", "&#;", "&#x;", "&#12a;"]
    {
        refused_inside(&format!("<ErrorCode>1{reference}</ErrorCode>"), "xml.invalid_character", reference);
    }
    refused_inside("<ErrorCode>a & b</ErrorCode>", "xml.malformed", "&");
}

#[test]
fn characters() {
    refused_inside("<ErrorCode>ab\u{1}</ErrorCode>", "xml.invalid_character", "\u{1}");
    refused_inside("<ErrorCode>\u{FFFE}</ErrorCode>", "xml.invalid_character", "\u{FFFE}");
}

#[test]
fn depth() {
    // XmlMsg and MessageHeader are two.
    let nested = |depth: usize| format!("{}1{}", "<x>".repeat(depth), "</x>".repeat(depth));
    EligibilityResponse::parse(message(&nested(MAX_DEPTH - 2)).as_bytes()).unwrap();
    refused_inside(&nested(MAX_DEPTH - 1), "xml.too_deep", "<x>1");
    refused_inside(&nested(100_000), "xml.too_deep", "<x><x>");
}

#[test]
fn size() {
    let mut text = message("");
    text.extend(std::iter::repeat_n(' ', MAX_BYTES - text.len()));
    EligibilityResponse::parse(text.as_bytes()).unwrap();
    text.push(' ');
    assert_eq!(refusal(&text).0, "xml.too_large");
}

#[test]
fn a_message_full_of_elements() {
    // Whatever fits in the size is read in a time that grows with the size.
    let items = "<New/>".repeat((MAX_BYTES - 200) / 6);
    let response = EligibilityResponse::parse(message(&items).as_bytes()).unwrap();
    assert_eq!(response.header.unmodelled.len(), items.len() / 6);
    let list = "<ResultList/>".repeat((MAX_BYTES - 200) / 13);
    let text = format!("<XmlMsg><MessageHeader/><MessageBody>{list}</MessageBody></XmlMsg>");
    assert!(EligibilityResponse::parse(text.as_bytes()).unwrap().results().is_empty());
}

#[test]
fn duplicates() {
    let (first, second) = ("<ErrorCode>1</ErrorCode>", "<ErrorCode>2</ErrorCode>");
    refused_inside(&format!("{first}{second}"), "xml.duplicate_element", second);
    // An empty one is still a second one.
    refused_inside(&format!("<ErrorCode/>{second}"), "xml.duplicate_element", second);
    let twice = "<XmlMsg><MessageHeader/><MessageHeader></MessageHeader></XmlMsg>";
    assert_eq!(refusal(twice), ("xml.duplicate_element", "<MessageHeader></MessageHeader></XmlMsg>"));
}

#[test]
fn mixed_content() {
    refused_inside("text<ErrorCode>1</ErrorCode>", "xml.mixed_content", "<ErrorCode>");
    refused_inside("<ErrorCode>1</ErrorCode>text", "xml.mixed_content", "text");
    refused_inside("<ErrorCode>1</ErrorCode>&amp;", "xml.mixed_content", "&amp;");
    refused_inside("<ErrorCode>1<!-- --></ErrorCode>", "xml.mixed_content", "<!-- -->");
    refused_inside("<New>1<Newer/></New>", "xml.mixed_content", "<Newer/>");
    // Between elements a comment is layout.
    EligibilityResponse::parse(message("<!-- a --><ErrorCode><!-- b -->1</ErrorCode>").as_bytes()).unwrap();
}

#[test]
fn wrong_content() {
    refused_inside("<ErrorCode><New/></ErrorCode>", "xml.wrong_content", "<ErrorCode>");
    assert_eq!(refusal("<XmlMsg><MessageHeader>x</MessageHeader></XmlMsg>").0, "xml.wrong_content");
    assert_eq!(refusal("<XmlMsg>x</XmlMsg>").0, "xml.wrong_content");
    // A second person's name beside a record would be a second record to another reader.
    let text = std::str::from_utf8(E1).unwrap().replace("<ResultList>", "<ResultList><Name>x</Name>");
    let (code, rest) = refusal(&text);
    assert!(code == "xml.wrong_content" && rest.starts_with("<Name>x"), "{code} {rest}");
}

#[test]
fn attributes() {
    refused_inside("<ErrorCode a=\"1\">1</ErrorCode>", "xml.attributes", "<ErrorCode a");
    refused_inside("<New xmlns=\"urn:x\"/>", "xml.attributes", "<New xmlns");
    refused_inside("<ErrorCode junk>1</ErrorCode>", "xml.attributes", "<ErrorCode junk");
    // A blank before the end of a tag is not one.
    EligibilityResponse::parse(message("<ErrorCode >1</ErrorCode >").as_bytes()).unwrap();
}

#[test]
fn trailing_content() {
    for garbage in ["x", "<XmlMsg/>", "&amp;", "\u{3000}"] {
        let text = format!("{}\n{garbage}", message(""));
        let (code, rest) = refusal(&text);
        assert_eq!(code, "xml.trailing_content", "{garbage}");
        assert!(rest.trim_start_matches('\n').starts_with(garbage), "{rest}");
    }
    EligibilityResponse::parse(format!("{}\n<!-- end -->\n", message("")).as_bytes()).unwrap();
}

#[test]
fn not_xml_msg() {
    assert_eq!(refusal("<html></html>"), ("xml.not_xml_msg", "<html></html>"));
    assert_eq!(refusal("<xmlmsg/>").0, "xml.not_xml_msg");
    assert_eq!(refusal("<XmlMsg/>").0, "xml.missing_element");
    assert_eq!(refusal("<XmlMsg><MessageBody/></XmlMsg>").0, "xml.missing_element");
}

#[test]
fn unsupported_constructs() {
    refused_inside("<ErrorCode><![CDATA[1]]></ErrorCode>", "xml.unsupported_construct", "<![CDATA[");
    refused_inside("<?php echo ?>", "xml.unsupported_construct", "<?php");
}

#[test]
fn malformed() {
    refused_inside("<ErrorCode>1</errorcode>", "xml.malformed", "");
    refused_inside("<p:ErrorCode>1</p:ErrorCode>", "xml.malformed", "<p:ErrorCode>");
    refused_inside("<1>1</1>", "xml.malformed", "<1>");
    refused_inside("<?xml version=\"1.0\"?>", "xml.malformed", "<?xml");
    assert_eq!(refusal("text<XmlMsg/>").0, "xml.malformed");
    assert_eq!(refusal("</XmlMsg>").0, "xml.malformed");
    assert_eq!(refusal("<?xml version=\"1.1\"?><XmlMsg/>").0, "xml.malformed");
}

#[test]
fn encodings() {
    let text = "<?xml version='1.0' encoding = 'EUC-JP' standalone='no'?><XmlMsg/>";
    let error = EligibilityResponse::parse(text.as_bytes()).unwrap_err();
    assert_eq!(error.code(), "xml.unsupported_encoding");
    assert!(
        error.to_string().contains("EUC-JP") && japanese(&error).to_string().contains("EUC-JP"),
        "{error}"
    );
    assert!(text.get(error.position()..).unwrap().starts_with("EUC-JP"), "{error}");
    // 氏名 in Shift_JIS, and then a byte that no encoding has.
    let error = EligibilityResponse::parse(b"<XmlMsg>\x8E\x81\x96\xBC\xFF</XmlMsg>").unwrap_err();
    assert_eq!((error.code(), error.position()), ("xml.unsupported_encoding", 8));
    // A place behind Shift_JIS is told in the bytes of the message.
    let bytes = b"<XmlMsg><MessageHeader><New>\x8E\x81\x96\xBC\xB1</New><New a=''/></MessageHeader></XmlMsg>";
    let error = EligibilityResponse::parse(bytes).unwrap_err();
    assert!(error.code() == "xml.attributes" && bytes[error.position()..].starts_with(b"<New a"), "{error}");
    let error = EligibilityResponse::parse(b"\xFF\xFE<\0X\0").unwrap_err();
    assert!(error.to_string().contains("UTF-16"), "{error}");
    // A byte order mark of UTF-8 is no obstacle, and is counted in positions.
    let text = format!("\u{FEFF}{}", message(""));
    EligibilityResponse::parse(text.as_bytes()).unwrap();
    let text = format!("\u{FEFF}{}", message("<New a=''/>"));
    let (code, rest) = refusal(&text);
    assert!(code == "xml.attributes" && rest.starts_with("<New"), "{code} {rest}");
}

#[test]
fn cut_anywhere_a_message_is_refused() {
    let end = E1.trim_ascii_end().len();
    for length in 0..end {
        let error = EligibilityResponse::parse(&E1[..length]).unwrap_err();
        assert!(error.position() <= length, "{length}: {error}");
        assert!(
            matches!(error.code(), "xml.truncated" | "xml.unsupported_encoding" | "xml.malformed"),
            "{length}: {error}"
        );
    }
    EligibilityResponse::parse(&E1[..end]).unwrap();
}

#[test]
fn any_one_byte_changed_never_panics() {
    let mut bytes = E1.to_vec();
    for index in 0..bytes.len() {
        let original = bytes[index];
        for replacement in [0, b'<', b'>', b'&', b'/', b'!', b' ', 0x80, 0xFF] {
            bytes[index] = replacement;
            let _ = EligibilityResponse::parse(&bytes);
        }
        bytes[index] = original;
    }
}
