//! `myna eligibility` as a user meets it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::io::{ErrorKind, Write as _};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

const SAMPLES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../myna-eligibility/tests/samples");

fn sample(name: &str) -> String {
    format!("{SAMPLES}/{name}")
}

fn myna(arguments: &[&str], input: &[u8]) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_myna"))
        .arg("eligibility")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // A command that answers while it reads would wait for us, and we for it.
    std::thread::scope(|scope| {
        scope.spawn(move || match stdin.write_all(input) {
            // A command that refuses its options ends without reading.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
            written => written.unwrap(),
        });
        child.wait_with_output().unwrap()
    })
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn objects(output: &Output) -> Vec<Value> {
    text(&output.stdout).lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn parse_prints_one_object_a_message() {
    let files: Vec<String> = [
        "e01_valid.xml",
        "e07_no_match.xml",
        "e09_insurance_and_medical_aid.xml",
        "e10_failed.xml",
        "e11_copied_text.txt",
        "e14_bulk_answer.xml",
        "e15_bulk_pending.xml",
        "e17_shift_jis.xml",
    ]
    .map(sample)
    .to_vec();
    let mut arguments = vec!["parse", "--json"];
    arguments.extend(files.iter().map(String::as_str));
    let output = myna(&arguments, b"");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let objects = objects(&output);
    let verdicts: Vec<_> = objects.iter().map(|object| object["verdict"].as_str()).collect();
    let expected = [
        Some("valid"),
        Some("no_match"),
        Some("valid"),
        Some("failed"),
        Some("unknown"),
        None,
        Some("pending"),
        Some("valid"),
    ];
    assert_eq!(verdicts, expected);
    assert_eq!(objects[0]["results"][0]["insurer_number"]["raw"], "01139989");
    assert_eq!(objects[2]["results"].as_array().unwrap().len(), 2);
    assert_eq!(objects[5]["units"].as_array().unwrap().len(), 3);
    assert_eq!(objects[7]["form"], "xml_cp932");
    for object in &objects {
        for key in ["header", "results", "warnings", "unknown"] {
            assert!(object.get(key).is_some(), "{key} in {object}");
        }
    }
}

#[test]
fn a_refused_file_is_told_with_its_position_and_does_not_hide_the_others() {
    let good = sample("e01_valid.xml");
    let output = myna(&["parse", "--json", "-", &good], b"<XmlMsg><MessageHeader><A b='1'/>");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("-: byte 23: "), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("[xml.attributes]"));
    assert_eq!(objects(&output).len(), 1);
    let output = myna(&["parse", "/no/such/file"], b"");
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(myna(&["parse"], b"").status.code(), Some(2));
}

#[test]
fn parse_shows_people_the_result_screen() {
    let output = myna(&["parse", &sample("e01_valid.xml"), &sample("e11_copied_text.txt")], b"");
    let screen = text(&output.stdout);
    for expected in ["● 有効", "(1) 氏名", "判定\t判定できません", "1988-07-14（昭和63年7月14日）"]
    {
        assert!(screen.contains(expected), "{expected}\n{screen}");
    }
}

#[test]
fn convert_there_and_back_is_the_same_message() {
    let file = sample("e09_insurance_and_medical_aid.xml");
    let xml = myna(&["convert", "--to", "xml", &file], b"");
    let json = myna(&["convert", "--to", "json", "-"], &xml.stdout);
    let cp932 = myna(&["convert", "--to", "xml", "--shift-jis", "-"], &json.stdout);
    assert!(std::str::from_utf8(&cp932.stdout).is_err(), "not UTF-8");
    let again = myna(&["convert", "--to", "xml", "-"], &cp932.stdout);
    assert_eq!(text(&again.stdout), text(&xml.stdout));
    let csv = myna(&["convert", "--to", "csv", &file, &sample("e14_bulk_answer.xml")], b"");
    assert_eq!(text(&csv.stdout).lines().count(), 6);
    let table = myna(&["convert", "--to", "table", &sample("e11_copied_text.txt")], b"");
    assert!(text(&table.stdout).contains("氏名\t試験　葵\n"), "{}", text(&table.stdout));
}

#[test]
fn a_page_holds_every_file_and_no_markup_of_theirs() {
    let files = [sample("e01_valid.xml"), sample("e14_bulk_answer.xml")];
    let page = myna(&["convert", "--to", "html", &files[0], &files[1]], b"");
    assert!(page.status.success(), "{}", text(&page.stderr));
    let page = text(&page.stdout);
    assert_eq!(page.matches("</html>").count(), 1);
    assert!(page.contains("試験　葵") && page.contains("架空　梢"), "{page}");

    let hostile = std::fs::read_to_string(&files[0]).unwrap().replace("試験　葵", "&lt;script&gt;葵");
    let page = myna(&["convert", "--to", "html", "-"], hostile.as_bytes());
    assert!(text(&page.stdout).contains("&lt;script&gt;葵") && !text(&page.stdout).contains("<script"));
}

#[test]
fn fhir_is_written_of_answers_only() {
    let output = myna(&["convert", "--to", "fhir", &sample("e01_valid.xml")], b"");
    let bundle: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(bundle["entry"].as_array().unwrap().len(), 3);
    let refused = myna(&["convert", "--to", "fhir", &sample("e14_bulk_answer.xml")], b"");
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("no_fhir"));
}

#[test]
fn lines_of_fhir_are_written_of_single_and_bulk_answers() {
    let files = ["e07_no_match.xml", "e14_bulk_answer.xml", "e15_bulk_pending.xml"].map(sample);
    let output = myna(&["convert", "--to", "ndjson", &files[0], &files[1], &files[2]], b"");
    assert!(output.status.success(), "{}", text(&output.stderr));
    let resources = objects(&output);
    let kinds: Vec<_> = resources.iter().map(|resource| resource["resourceType"].as_str().unwrap()).collect();
    let (none, one) = (["OperationOutcome"], ["Patient", "Organization", "Coverage"]);
    assert_eq!(kinds, [&none[..], &one, &none, &none, &none].concat());
    let mut names: Vec<_> = resources
        .iter()
        .map(|resource| (resource["resourceType"].as_str(), resource["id"].as_str()))
        .collect();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), resources.len(), "each has a number of its own");
    let refused = myna(&["convert", "--to", "ndjson", &sample("f01_check_request.xml")], b"");
    assert!(!refused.status.success() && text(&refused.stderr).contains("no_fhir"));
    let large = LargeBulk::new("ndjson");
    let output = myna(&["convert", "--to", "ndjson", &large.path("good.xml")], b"");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(text(&output.stdout).lines().count(), 3 * LARGE_UNITS);
}

#[test]
fn requests_to_orca_are_written_of_cover_only() {
    let output = myna(&["convert", "--to", "orca", &sample("e09_insurance_and_medical_aid.xml")], b"");
    assert!(output.status.success() && text(&output.stdout).lines().count() == 2);
    for name in ["e06_invalid_newer_exists.xml", "e14_bulk_answer.xml"] {
        let refused = myna(&["convert", "--to", "orca", &sample(name)], b"");
        assert!(!refused.status.success() && text(&refused.stderr).contains("[output.no_cover]"), "{name}");
    }
}

#[test]
fn an_encoding_is_honoured_or_refused() {
    let file = sample("e01_valid.xml");
    let convert = |arguments: &[&str]| myna(&[&["convert", "--to"], arguments, &[&file]].concat(), b"");
    let plain = convert(&["csv", "--encoding", "utf-8"]).stdout;
    assert_eq!(convert(&["csv"]).stdout, plain, "through a pipe there is no mark");
    let marked = convert(&["csv", "--encoding", "utf-8-bom"]).stdout;
    assert_eq!(marked.strip_prefix(b"\xEF\xBB\xBF"), Some(&plain[..]));
    let cp932 = convert(&["csv", "--encoding", "cp932"]).stdout;
    let name = b"\x8E\x8E\x8C\xB1\x81\x40\x88\xA8";
    assert!(cp932.windows(name.len()).any(|bytes| bytes == name) && std::str::from_utf8(&cp932).is_err());
    assert_eq!(convert(&["csv", "--shift-jis"]).stdout, cp932);
    assert!(convert(&["table", "--encoding", "cp932"]).stdout.windows(2).any(|bytes| bytes == b"\x8E\x8E"));
    for form in ["xml", "json", "fhir", "ndjson", "html"] {
        let output = convert(&[form, "--encoding", if form == "html" { "cp932" } else { "utf-8-bom" }]);
        assert_eq!(output.status.code(), Some(2), "{form}");
        assert!(output.stdout.is_empty() && text(&output.stderr).contains("[usage.encoding]"), "{form}");
    }
    // A spreadsheet opens what goes into a file.
    let folder = LargeBulk::new("mark");
    let path = folder.path("answers.csv");
    let mut command = Command::new(env!("CARGO_BIN_EXE_myna"));
    command.args(["eligibility", "convert", "--to", "csv", &file, &file]);
    assert!(command.stdout(std::fs::File::create(&path).unwrap()).status().unwrap().success());
    let written = std::fs::read(&path).unwrap();
    assert!(written.starts_with(&marked) && written.len() < 2 * marked.len());

    let rare = std::fs::read_to_string(&file).unwrap().replace("試験　葵", "𠮷野　葵");
    let refused = myna(&["convert", "--to", "csv", "--encoding", "cp932", "-"], rare.as_bytes());
    assert!(!refused.status.success() && refused.stdout.is_empty());
    let told = text(&refused.stderr);
    assert!(told.contains("U+20BB7") && told.contains("[output.not_in_encoding]"), "{told}");
}

#[test]
fn raw_csv_changes_no_text() {
    let hostile = std::fs::read_to_string(sample("e01_valid.xml")).unwrap().replace("試験　葵", "=1+1");
    let guarded = myna(&["convert", "--to", "csv", "-"], hostile.as_bytes());
    assert!(text(&guarded.stdout).contains(",'=1+1,"));
    let raw = myna(&["convert", "--to", "csv", "--raw", "-"], hostile.as_bytes());
    assert!(text(&raw.stdout).contains(",=1+1,"));
    let refused = myna(&["convert", "--to", "table", "--raw", "-"], hostile.as_bytes());
    assert_eq!(refused.status.code(), Some(2));
}

#[test]
fn validate_tells_what_is_odd() {
    let output = myna(&["validate", "--json", &sample("e12_copied_text_mobile.txt")], b"");
    assert!(output.status.success());
    let [finding] = &objects(&output)[..] else { panic!("{}", text(&output.stdout)) };
    assert_eq!((&finding["code"], &finding["path"]), (&"unknown_line".into(), &"line 15".into()));
    assert!(myna(&["validate", &sample("e01_valid.xml")], b"").stdout.is_empty());
}

/// A bulk answer larger than a message may be, in a folder of the test's own; one unit in it is refused.
struct LargeBulk(std::path::PathBuf);

const LARGE_UNITS: usize = 4_000;

impl LargeBulk {
    fn new(test: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("myna-large-bulk-{test}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).unwrap();
        let sample = std::fs::read_to_string(sample("e14_bulk_answer.xml")).unwrap();
        let (begin, end) =
            (sample.find("    <BulkConfirmUnit>").unwrap(), sample.find("  </MessageBody>").unwrap());
        let (head, tail) = (&sample[..begin], &sample[end..]);
        let units = &sample[begin..end];
        let first = &units[..units.find("</BulkConfirmUnit>").unwrap() + "</BulkConfirmUnit>\n".len()];
        let bad = first.replace("<InsuredBranchNumber>02<", "<Name>x</Name><InsuredBranchNumber>02<");
        let half = first.repeat(LARGE_UNITS / 2);
        std::fs::write(folder.join("good.xml"), [head, &half, &half, tail].concat()).unwrap();
        std::fs::write(folder.join("bad.xml"), [head, &half, &bad, &half, tail].concat()).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> String {
        self.0.join(name).display().to_string()
    }
}

impl Drop for LargeBulk {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn a_large_bulk_answer_is_told_by_the_unit() {
    let large = LargeBulk::new("parse");
    let output = myna(&["parse", "--json", &large.path("good.xml")], b"");
    assert!(output.status.success() && output.stderr.is_empty(), "{}", text(&output.stderr));
    let objects = objects(&output);
    assert_eq!(objects.len(), LARGE_UNITS + 2);
    assert_eq!(
        (&objects[0]["kind"], &objects[0]["header"]["segment_of_result"]["raw"]),
        (&"bulk_answer".into(), &"1".into())
    );
    let unit = &objects[LARGE_UNITS];
    assert_eq!(
        (&unit["kind"], &unit["number"], &unit["verdict"]),
        (&"bulk_unit".into(), &LARGE_UNITS.into(), &"valid".into())
    );
    assert_eq!(unit["result_of_qualification_confirmation"][0]["name"], "架空　梢");
    let end = &objects[LARGE_UNITS + 1];
    assert_eq!(
        (&end["kind"], &end["units"], &end["complete"]),
        (&"bulk_end".into(), &LARGE_UNITS.into(), &true.into())
    );
    assert_eq!(end["warnings"][0]["code"], "number_of_results");
}

#[test]
fn a_refused_unit_of_a_large_bulk_answer_is_told_with_its_place() {
    let large = LargeBulk::new("refused");
    let path = large.path("bad.xml");
    let output = myna(&["parse", "--json", &path], b"");
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    let place = std::fs::read_to_string(&path).unwrap().find("<Name>x</Name>").unwrap();
    assert!(error.contains("[xml.duplicate_element]") && error.contains("2001件目"), "{error}");
    let objects = objects(&output);
    let refused = objects.iter().find(|object| object["kind"] == "refused").unwrap();
    assert_eq!(refused["number"], 2001);
    let position = usize::try_from(refused["error"]["position"].as_u64().unwrap()).unwrap();
    assert!(position > place && position < place + 200, "{position} {place}");
    let end = objects.last().unwrap();
    assert_eq!((&end["units"], &end["refused"], &end["complete"]), (&4001.into(), &1.into(), &false.into()));
}

#[test]
fn a_large_bulk_answer_is_converted_and_validated() {
    let large = LargeBulk::new("convert");
    let path = large.path("good.xml");
    let csv = myna(&["convert", "--to", "csv", &path], b"");
    assert!(csv.status.success(), "{}", text(&csv.stderr));
    let lines: Vec<&str> = text(&csv.stdout).lines().collect();
    assert_eq!(lines.len(), LARGE_UNITS + 1);
    assert!(lines[0].starts_with("confirmation_date,") && lines[1] == lines[LARGE_UNITS]);
    let xml = myna(&["convert", "--to", "xml", &path], b"");
    let original = std::fs::read(&path).unwrap();
    assert!(xml.status.success() && xml.stdout == original, "the layout is the sample's");
    // From standard input too.
    let cp932 = myna(&["convert", "--to", "xml", "--shift-jis", "-"], &original);
    assert!(cp932.status.success() && cp932.stdout.windows(4).any(|window| window == b"\x89\xCB\x8B\xF3"));
    for form in ["json", "fhir"] {
        let refused = myna(&["convert", "--to", form, &path], b"");
        assert!(
            !refused.status.success() && text(&refused.stderr).contains("[output.too_large_for_form]"),
            "{form}"
        );
    }
    let validated = myna(&["validate", "--json", &path], b"");
    assert!(text(&validated.stdout).lines().last().unwrap().contains("number_of_results"));
}
