/// What a file of the errand is by its name [code B.7], in upper or lower case: Windows does not tell them apart, and what
/// shares a folder with it may write either.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrandFile {
    /// `…req….xml`: a request.
    Request,
    /// `…res….xml` or `.zip`: an answer to a request.
    Answer,
    /// `OQSsiquc01res_face_….xml`: what the face reader found, asked by nobody.
    FaceResult,
}

impl ErrandFile {
    /// What a file of this name is; `None` for what is no message of the errand, such as a file that is still being
    /// put together or one in PDF.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        let (stem, extension) = name.rsplit_once('.')?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
        // Prefix, serial and step of every message kind: `OQSsiquc01`, before `req` or `res`.
        let kind = stem.get(10..13)?;
        if !stem.bytes().all(is_plain) {
            return None;
        }
        let is_face =
            |stem: &str| stem.get(..FACE.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(FACE));
        match (kind.to_ascii_lowercase().as_str(), extension.to_ascii_lowercase().as_str()) {
            ("req", "xml") => Some(Self::Request),
            ("res", "xml") if is_face(stem) => Some(Self::FaceResult),
            ("res", "xml" | "zip") => Some(Self::Answer),
            _ => None,
        }
    }
}

/// Begins the name of a face result.
const FACE: &str = "OQSsiquc01res_face_";

/// The name of the answer to a request, without its extension: `OQSsiquc01req_1.xml` → `OQSsiquc01res_1`.
/// `None` if the name is not a request's.
#[must_use]
pub fn answer_name(request: &str) -> Option<String> {
    (ErrandFile::of_name(request)? == ErrandFile::Request).then_some(())?;
    let (stem, _) = request.rsplit_once('.')?;
    Some(format!("{}res{}", stem.get(..10)?, stem.get(13..)?))
}

/// The name of the request that follows one: the second step of a bulk request (`…01req` → `…02req`), or the same once
/// more, under a name of its own. The same every time, so that a crash between two requests makes no third.
pub(super) fn successor_name(request: &str, is_fetch: bool) -> Option<String> {
    let (stem, _) = request.rsplit_once('.')?;
    if is_fetch && stem.get(8..13).is_some_and(|step| step.eq_ignore_ascii_case("01req")) {
        return Some(format!("{}02req{}.xml", stem.get(..8)?, stem.get(13..)?));
    }
    let (base, times) = match stem.rsplit_once("-again") {
        Some((base, times)) => (base, times.parse::<u32>().ok()?),
        None => (stem, 0),
    };
    Some(format!("{base}-again{}.xml", times.checked_add(1)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names() {
        let name = "OQSsiquc01req_202506040001.xml";
        assert_eq!(answer_name(name).as_deref(), Some("OQSsiquc01res_202506040001"));
        assert_eq!(answer_name("OQSSIQUC01REQ_1.XML").as_deref(), Some("OQSSIQUC01res_1"));
        assert_eq!(answer_name("OQSmuquc02req.xml").as_deref(), Some("OQSmuquc02res"));
        for name in ["OQSsiquc01res_1.xml", "../OQSsiquc01req_1.xml", "OQSsiquc01req_1.zip", "req.xml", ""] {
            assert_eq!(answer_name(name), None, "{name}");
        }
        for (name, kind) in [
            (name, Some(ErrandFile::Request)),
            ("OQSsiquc01res_1.xml", Some(ErrandFile::Answer)),
            ("OQSmuquc02res_1.zip", Some(ErrandFile::Answer)),
            ("OQSsiquc01res_face_1319999999ab_20250602091512.xml", Some(ErrandFile::FaceResult)),
            ("OQSSIQUC01RES_1.XML", Some(ErrandFile::Answer)),
            ("oqsmuquc02res_1.Zip", Some(ErrandFile::Answer)),
            ("OQSSIQUC01RES_FACE_1.XML", Some(ErrandFile::FaceResult)),
            ("OQSSIQUC01REQ_1.XML", Some(ErrandFile::Request)),
            ("YZKsiquc01res_1.pdf", None),
            ("OQSsiquc01res_1.xml.tmp", None),
            ("~OQSsiquc01res_1.xml", None),
            ("Thumbs.db", None),
        ] {
            assert_eq!(ErrandFile::of_name(name), kind, "{name}");
        }
    }

    #[test]
    fn successors() {
        let again = |name: &str| successor_name(name, false).unwrap();
        assert_eq!(again("OQSsiquc01req_1.xml"), "OQSsiquc01req_1-again1.xml");
        assert_eq!(again(&again("OQSsiquc01req_1.xml")), "OQSsiquc01req_1-again2.xml");
        let fetch = |name: &str| successor_name(name, true).unwrap();
        assert_eq!(fetch("OQSmuquc01req_1.xml"), "OQSmuquc02req_1.xml");
        assert_eq!(fetch("OQSMUQUC01REQ_1.XML"), "OQSMUQUC02req_1.xml");
        assert_eq!(fetch("OQSmuquc02req_1.xml"), "OQSmuquc02req_1-again1.xml");
    }
}
