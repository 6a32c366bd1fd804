//! What the shape promises to whoever shows an error.

use core::fmt::{self, Display};

use myna_error::{
    Attempt, Blame, Diagnostic, Entry, Flaw, Language, Retry, Spent, english, flaws, japanese, unknown_detail,
};

myna_error::table! {
    /// Sound rows.
    GOOD;
    FILE = "test.file", Input, AfterStep,
        en: "{file}: byte {offset} is wrong" => "write {file} again";
        ja: "{file} の {offset} バイト目が正しくありません。" => "{file} を書き直してください。";
}

#[derive(Debug)]
struct Wrong {
    file: &'static str,
    offset: usize,
}

impl Display for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        english(self).fmt(f)
    }
}

impl core::error::Error for Wrong {}

impl Diagnostic for Wrong {
    fn entry(&self) -> &'static Entry {
        &FILE
    }

    fn detail(&self, name: &str, _: Language, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match name {
            "file" => f.write_str(self.file),
            "offset" => self.offset.fmt(f),
            _ => unknown_detail(name, f),
        }
    }
}

#[test]
fn a_sentence_names_the_place_in_both_languages_and_says_what_next() {
    let error = Wrong { file: "a.xml", offset: 7 };
    assert_eq!(error.to_string(), "a.xml: byte 7 is wrong; write a.xml again");
    let message = japanese(&error);
    assert_eq!(message.to_string(), "a.xml の 7 バイト目が正しくありません。a.xml を書き直してください。");
    assert_eq!(message.what().to_string(), "a.xml の 7 バイト目が正しくありません。");
    assert_eq!(message.next().to_string(), "a.xml を書き直してください。");
    let error: &dyn Diagnostic = &error;
    assert_eq!(english(error).next().to_string(), "write a.xml again");
    assert_eq!((error.code(), error.attempt()), ("test.file", Attempt::new(Spent::No, None)));
}

#[test]
fn braces_in_a_detail_are_not_read_as_a_name() {
    let error = Wrong { file: "{offset}", offset: 7 };
    assert_eq!(error.to_string(), "{offset}: byte 7 is wrong; write {offset} again");
}

#[test]
fn a_name_nobody_knows_stays_visible_and_an_open_brace_is_text() {
    const ODD: Entry =
        Entry::new("test.odd", Blame::Internal, Retry::Pointless, ["{who}", "a { b"], ["", ""]);
    #[derive(Debug)]
    struct Odd;
    impl Display for Odd {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            english(self).fmt(f)
        }
    }
    impl core::error::Error for Odd {}
    impl Diagnostic for Odd {
        fn entry(&self) -> &'static Entry {
            &ODD
        }
    }
    assert_eq!(Odd.to_string(), "{who}; a { b");
}

#[test]
fn every_flaw_of_a_table_is_found() {
    const fn row(code: &'static str, english: [&'static str; 2], japanese: [&'static str; 2]) -> Entry {
        Entry::new(code, Blame::Caller, Retry::Now, english, japanese)
    }
    const FINE: [[&str; 2]; 2] = [["it broke", "mend it"], ["壊れています。", "直してください。"]];
    const ROWS: [Entry; 6] = [
        row("nodot", FINE[0], FINE[1]),
        row("test.Upper", FINE[0], FINE[1]),
        row("test.twice", FINE[0], FINE[1]),
        row("test.twice", FINE[0], FINE[1]),
        row("test.stop", ["It broke.", "mend it"], FINE[1]),
        row("test.english", FINE[0], ["it broke", "直してください。"]),
    ];
    let table: Vec<&'static Entry> = ROWS.each_ref().into_iter().collect();
    let found: Vec<(&str, Flaw)> = flaws(&table).map(|(entry, flaw)| (entry.code, flaw)).collect();
    assert_eq!(
        found,
        [
            ("nodot", Flaw::Code),
            ("test.Upper", Flaw::Code),
            ("test.twice", Flaw::Repeated),
            ("test.stop", Flaw::English),
            ("test.english", Flaw::Japanese),
        ]
    );
    assert_eq!(flaws(GOOD).count(), 0);
}

#[cfg(feature = "std")]
#[test]
fn what_the_system_said_is_japanese_for_japanese() {
    for kind in [std::io::ErrorKind::NotFound, std::io::ErrorKind::StorageFull, std::io::ErrorKind::Other] {
        let japanese = myna_error::system_reason(kind, Language::Japanese);
        assert!(japanese.chars().any(|each| matches!(each, '\u{3041}'..='\u{30FF}')), "{japanese}");
        assert!(myna_error::system_reason(kind, Language::English).is_ascii());
    }
}
