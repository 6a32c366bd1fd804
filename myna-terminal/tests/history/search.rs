//! What is found, and in which order.

use myna_eligibility::{
    EligibilityResponse, Message,
    calendar::Date,
    codes::QualificationValidity,
    records::{InsurerNumber, Query, Written},
};
use myna_terminal::history::{
    CheckMethod, Circumstances, Cursor, EntryId, HistoryQuery, MemoryStore, NewEntry, Page, ResultStore,
    SqliteStore, VerdictKind,
};
use proptest::prelude::*;

use super::{NO_MATCH, Scratch, VALID, at, changed, entry};

fn found(store: &impl ResultStore, query: &HistoryQuery) -> Vec<u64> {
    let found = store.search(query, Page::first(usize::MAX)).unwrap();
    found.entries.iter().map(|summary| summary.id.get()).collect()
}

#[test]
fn a_person_is_found_however_it_was_written() {
    let mut store = MemoryStore::new();
    let answer = changed("20250602101500", |response| {
        let result = &mut response.body.as_mut().unwrap().results[0];
        result.name = Some("●橋　一郎".to_owned());
        result.other_name = Some("ＳＭＩＴＨ　Ｊｏｈｎ".to_owned());
        result.name_kana = Some("ﾀｶﾊｼ ｼﾞｮｳｲﾁ".to_owned());
        result.insurer_number = Some(InsurerNumber::new("  138057"));
        result.symbol = Some("見－０１".to_owned());
        result.number = Some("００１２３".to_owned());
        result.birthdate = Some(Written::new("19880714"));
    });
    store.record_all(&[answer, entry(NO_MATCH, "20250602101600")]).unwrap();
    let is_found = |query: HistoryQuery| found(&store, &query).contains(&1);

    for (name, expected) in [
        ("髙橋一郎", true),
        ("橋 一", true),
        ("一郎", true),
        ("smith john", true),
        ("一 太郎", false),
        ("大高橋", false),
        ("橋●", false),
        ("　", true),
    ] {
        assert_eq!(
            is_found(HistoryQuery { name: Some(name.to_owned()), ..Default::default() }),
            expected,
            "{name}"
        );
    }
    for (kana, expected) in
        [("タカハシ", true), ("じよういち", true), ("ｼﾞｮｳ", true), ("ショウ", false), ("", true)]
    {
        assert_eq!(
            is_found(HistoryQuery { kana: Some(kana.to_owned()), ..Default::default() }),
            expected,
            "{kana}"
        );
    }
    for (insurer, expected) in
        [("138057", true), ("00138057", true), ("１３８０５７", true), ("13805", false)]
    {
        let query = HistoryQuery { insurer_number: Some(insurer.to_owned()), ..Default::default() };
        assert_eq!(is_found(query), expected, "{insurer}");
    }
    for (symbol, number, expected) in [
        ("見-01", "123", true),
        ("", "00123", true),
        ("見-01", "", true),
        ("見-1", "123", false),
        ("", "1230", false),
    ] {
        let (symbol, number) = (Some(symbol.to_owned()), Some(number.to_owned()));
        let query = HistoryQuery { symbol, number, ..Default::default() };
        assert_eq!(is_found(query), expected);
    }
    // Conditions about a person hold of one person, not one of this and one of that.
    let birthdate = Date::from_ymd(1988, 7, 14).ok();
    let name = Some("橋".to_owned());
    assert!(is_found(HistoryQuery { name: name.clone(), birthdate, ..Default::default() }));
    let birthdate = Date::from_ymd(1988, 7, 15).ok();
    assert!(!is_found(HistoryQuery { name, birthdate, ..Default::default() }));
}

#[test]
fn a_check_without_a_match_is_found_by_what_was_asked() {
    let scratch = Scratch::new("asked");
    let mut store = scratch.store();
    let no_match = changed("20250602101500", |response| {
        let mut asked = Query::default();
        asked.insurer_number = Some(InsurerNumber::new("01139989"));
        asked.number = Some("45".to_owned());
        asked.birthdate = Some(Written::new("19880715"));
        let body = response.body.as_mut().unwrap();
        body.results.clear();
        body.validity = Some(QualificationValidity::NoMatch);
        body.query = Some(asked);
    });
    assert_eq!(no_match.verdict().code(), "no_match");
    let asked = no_match.subjects()[0].clone();
    store.record_all(&[entry(VALID, "20250602101400"), no_match]).unwrap();
    let verdict = VerdictKind::from_code("no_match");
    assert_eq!(found(&store, &HistoryQuery { verdict, ..Default::default() }), [2]);
    let birthdate = asked.birth_day();
    let query = HistoryQuery { number: asked.number.clone(), birthdate, verdict, ..Default::default() };
    assert_eq!(found(&store, &query), [2]);
    // The number is the valid one's too.
    assert_eq!(found(&store, &HistoryQuery { number: asked.number, ..Default::default() }), [2, 1]);
}

#[test]
fn days_are_whole_and_pages_stand_still() {
    let scratch = Scratch::new("pages");
    let mut store = scratch.store();
    let instants = [
        "20250601235959",
        "20250602000000",
        "20250602101500",
        "20250602101500",
        "20250602235959",
        "20250603000000",
    ];
    for (number, instant) in instants.iter().enumerate() {
        let at_terminal =
            Circumstances::new(at(instant), CheckMethod::CardPin).at_terminal(number.to_string());
        store.record_all(&NewEntry::of_bytes(VALID, &at_terminal).unwrap()).unwrap();
    }
    let day = Date::from_ymd(2025, 6, 2).ok();
    let query = HistoryQuery { checked_from: day, checked_until: day, ..Default::default() };
    assert_eq!(found(&store, &query), [5, 4, 3, 2]);
    assert_eq!(found(&store, &HistoryQuery { checked_until: day, ..Default::default() }), [5, 4, 3, 2, 1]);

    let first = store.search(&query, Page::first(2)).unwrap();
    assert_eq!(first.entries.len(), 2);
    let next: Cursor = first.next.unwrap().to_string().parse().unwrap();
    assert_eq!(next.to_string(), "20250602101500-4");
    // Meanwhile one more is recorded, and the last one seen is deleted.
    store.record_all(&[entry(NO_MATCH, "20250602120000")]).unwrap();
    store.delete(EntryId::new(4)).unwrap();
    let second = store.search(&query, Page::after(next, 2)).unwrap();
    assert_eq!(second.entries.iter().map(|summary| summary.id.get()).collect::<Vec<_>>(), [3, 2]);
    assert_eq!(second.next, None);
    assert_eq!(store.search(&query, Page::first(0)).unwrap().entries.len(), 0);
    for text in ["", "20250602101500", "20250602101500-", "x-4", "20250602-4"] {
        assert!(text.parse::<Cursor>().is_err(), "{text}");
    }
}

#[derive(Clone, Debug)]
enum Step {
    Record(Vec<NewEntry>),
    Search(HistoryQuery, usize),
    Get(u64),
    Delete(u64),
    Purge(u8),
}

fn pick(choices: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::sample::select(choices).prop_map(str::to_owned)
}

const NAMES: &[&str] = &["試験　葵", "試験　蒼", "見本　一郎", "●本　一郎", "ＴＥＳＴ　Ｊｏｈｎ"];
const KANA: &[&str] = &["ｼｹﾝ ｱｵｲ", "シケン　アオイ", "ﾐﾎﾝ ｲﾁﾛｳ", "ﾐﾎﾝ ｼﾞｮｳ"];
const INSURERS: &[&str] = &["01139989", "  138057", "00138057", "138057", "1130012"];
const SYMBOLS: &[&str] = &["見01", "見０１", "１２－３４", "12-34"];
const NUMBERS: &[&str] = &["0001", "1", "００１", "2", "0"];
const BIRTHDATES: &[&str] = &["19880714", "19880715", "20000229", "19880799"];
const VALIDITIES: &[&str] = &["1", "2", "4", "5"];
const METHODS: &[&str] = &["card_pin", "card_visual", "of their own"];

/// Instants from a small span, so that many fall together.
fn instant() -> impl Strategy<Value = String> {
    (1..4_u8, 0..3_u8).prop_map(|(day, second)| format!("202506{day:02}1015{second:02}"))
}

prop_compose! {
    fn new_entry()(
        persons in prop::collection::vec((pick(NAMES), pick(KANA), pick(INSURERS), pick(SYMBOLS), pick(NUMBERS), pick(BIRTHDATES)), 0..3),
        validity in pick(VALIDITIES),
        method in pick(METHODS),
        instant in instant(),
        terminal in prop::option::of(pick(&["A", "B"])),
    ) -> NewEntry {
        let mut response = EligibilityResponse::parse(VALID).unwrap();
        let body = response.body.as_mut().unwrap();
        body.validity = Some(match validity.as_str() {
            "1" => QualificationValidity::Valid,
            "2" => QualificationValidity::Invalid,
            "4" => QualificationValidity::NoMatch,
            _ => QualificationValidity::Multiple,
        });
        let pattern = body.results[0].clone();
        body.query = None;
        body.results = persons.into_iter().map(|(name, kana, insurer, symbol, number, birthdate)| {
            let mut result = pattern.clone();
            (result.name, result.name_kana) = (Some(name), Some(kana));
            (result.symbol, result.number) = (Some(symbol), Some(number));
            result.insurer_number = Some(InsurerNumber::new(insurer));
            result.birthdate = Some(Written::new(birthdate));
            result
        }).collect();
        let mut circumstances = Circumstances::new(at(&instant), CheckMethod::from_code(&method));
        circumstances.terminal = terminal;
        NewEntry::of_message(&Message::Answer(Box::new(response)), &circumstances).unwrap().remove(0)
    }
}

/// A text a person may type: mostly not asked for.
fn typed(choices: &'static [&'static str]) -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => Just(None), 1 => pick(choices).prop_map(Some)]
}

prop_compose! {
    fn query()(
        name in typed(&["試験", "本一", "test", "蒼"]),
        kana in typed(&["あおい", "ｲﾁ", "ジヨウ"]),
        insurer_number in typed(INSURERS),
        symbol in typed(SYMBOLS),
        number in typed(NUMBERS),
        birthdate in typed(BIRTHDATES),
        from in prop::option::of(1..5_u8),
        until in prop::option::of(1..5_u8),
        verdict in typed(&["valid", "invalid", "no_match", "multiple", "unknown"]),
        method in typed(METHODS),
    ) -> HistoryQuery {
        let day = |day: Option<u8>| day.and_then(|day| Date::from_ymd(2025, 6, day).ok());
        HistoryQuery {
            name, kana, insurer_number, symbol, number,
            birthdate: birthdate.and_then(|day| Date::parse(&day).ok()),
            checked_from: day(from),
            checked_until: day(until),
            verdict: verdict.and_then(|code| VerdictKind::from_code(&code)),
            method: method.map(|code| CheckMethod::from_code(&code)),
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(new_entry(), 1..6).prop_map(Step::Record),
        6 => (query(), 1..5_usize).prop_map(|(query, limit)| Step::Search(query, limit)),
        1 => (0..30_u64).prop_map(Step::Get),
        1 => (0..30_u64).prop_map(Step::Delete),
        1 => (0..5_u8).prop_map(Step::Purge),
    ]
}

/// All pages, one after the other.
fn pages(
    store: &impl ResultStore,
    query: &HistoryQuery,
    limit: usize,
) -> Vec<Vec<myna_terminal::history::HistorySummary>> {
    let mut pages = Vec::new();
    let mut page = Page::first(limit);
    loop {
        let found = store.search(query, page).unwrap();
        pages.push(found.entries);
        let Some(next) = found.next else { return pages };
        page = Page::after(next, limit);
    }
}

fn same(one: &mut MemoryStore, other: &mut SqliteStore, step: &Step) {
    match step {
        Step::Record(entries) => {
            assert_eq!(one.record_all(entries).unwrap(), other.record_all(entries).unwrap());
        }
        Step::Search(query, limit) => assert_eq!(pages(one, query, *limit), pages(other, query, *limit)),
        Step::Get(id) => {
            let id = EntryId::new(*id);
            assert_eq!(one.get(id).unwrap(), other.get(id).unwrap());
        }
        Step::Delete(id) => {
            let id = EntryId::new(*id);
            assert_eq!(one.delete(id).unwrap(), other.delete(id).unwrap());
        }
        Step::Purge(day) => {
            let instant = at(&format!("202506{:02}101501", day + 1));
            assert_eq!(one.purge_before(instant).unwrap(), other.purge_before(instant).unwrap());
        }
    }
    assert_eq!(one.count().unwrap(), other.count().unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sqlite_finds_what_memory_finds(steps in prop::collection::vec(step(), 1..24)) {
        static RUN: std::sync::atomic::AtomicU32 = std::sync::atomic::AtomicU32::new(0);
        let run = RUN.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        let scratch = Scratch::new(&format!("property-{run}"));
        let (mut memory, mut sqlite) = (MemoryStore::new(), scratch.store());
        for step in &steps {
            same(&mut memory, &mut sqlite, step);
        }
    }
}
