//! Every code table, entry by entry, against the list of the published values (C): none missing, none too many.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use myna_eligibility::calendar::Date;
use myna_eligibility::codes::*;

/// The number of a table, its values and their words.
type Table = (&'static str, &'static [(&'static str, &'static str)]);

#[rustfmt::skip]
const PUBLISHED: [Table; 44] = [
    ("001", &[("0", "未同意"), ("1", "同意")]),
    ("002", &[("1", "マイナンバーカード"), ("2", "被保険者証情報")]),
    ("003", &[("1", "正常終了"), ("2", "処理中"), ("9", "異常終了")]),
    ("004", &[("1", "正常終了"), ("2", "エラー")]),
    ("005", &[("0", "UTF-8"), ("1", "Shift_JIS")]),
    ("006", &[("1", "有効"), ("2", "無効"), ("3", "無効(新しい資格あり)"), ("4", "該当資格なし"), ("5", "複数該当"), ("6", "有効(未登録)")]),
    ("007", &[("1", "男"), ("2", "女"), ("3", "未設定")]),
    ("008", &[("01", "死亡"), ("02", "生活保護受給開始"), ("03", "医療保険等の資格取得"), ("99", "その他")]),
    ("009", &[("1", "本人"), ("2", "家族")]),
    ("010", &[("01", "被保険者証(一般)"), ("02", "被保険者証(退職)"), ("03", "短期被保険者証(一般)"), ("04", "短期被保険者証(退職)"), ("05", "特別療養費支給対象者"), ("06", "特例退職被保険者証"), ("07", "自衛官診療証"), ("A1", "医療扶助")]),
    ("011", &[("01", "限度額適用認定証"), ("02", "限度額適用・標準負担額減額認定証"), ("03", "標準負担額減額認定証")]),
    ("012", &[("A01", "ア"), ("A02", "イ"), ("A03", "ウ"), ("A04", "エ"), ("A05", "オ"), ("A06", "オ(境)"), ("B01", "現役並みⅢ"), ("B02", "現役並みⅡ"), ("B03", "現役並みⅠ"), ("B04", "一般"), ("B05", "低所得Ⅱ"), ("B06", "低所得Ⅰ"), ("B07", "低所得Ⅰ(老福)"), ("B08", "低所得Ⅰ(境)"), ("B09", "一般Ⅱ"), ("B10", "一般Ⅰ")]),
    ("013", &[("1", "慢性腎不全(人工透析)"), ("2", "先天性血液凝固因子障害(第VIII/IX因子)"), ("3", "血液凝固因子製剤に起因するHIV感染症")]),
    ("014", &[("0", "変更なし"), ("1", "変更あり又は判定不能")]),
    ("015", &[("1", "未就学該当")]),
    ("016", &[("0", "なし"), ("1", "あり"), ("2", "有効期限切れ"), ("3", "同意取得困難")]),
    ("017", &[("1", "電子処方箋"), ("2", "紙の処方箋")]),
    ("018", &[("01", "医療券"), ("02", "調剤券")]),
    ("019", &[("01", "入院"), ("02", "入院外"), ("03", "歯科"), ("04", "調剤"), ("05", "訪問看護")]),
    ("020", &[("01", "単独"), ("02", "併用")]),
    ("021", &[("01", "あり"), ("02", "なし")]),
    ("022", &[("1", "不整合あり")]),
    ("023", &[("01", "あり"), ("02", "なし")]),
    ("024", &[("01", "あり"), ("02", "なし")]),
    ("025", &[("01", "あり"), ("02", "なし")]),
    ("026", &[("0", "一致"), ("1", "不一致")]),
    ("027", &[("1", "あり")]),
    ("028", &[("1", "外来"), ("2", "訪問診療等"), ("3", "オンライン診療等"), ("4", "救急時")]),
    ("029", &[("TKK", "特定健診"), ("YZK", "薬剤等")]),
    ("030", &[("0", "しない"), ("1", "する")]),
    ("031", &[("0", "診療区分による"), ("1", "医療機関による取消"), ("2", "患者による取消"), ("3", "利用変更による取消")]),
    ("032", &[("0", "一致"), ("1", "不一致")]),
    ("033", &[("2", "訪問診療等"), ("3", "オンライン診療等")]),
    ("034", &[("1", "PDF"), ("2", "PNG")]),
    ("035", &[("0", "変更しない"), ("1", "変更する")]),
    ("036", &[("TSR", "特定疾病"), ("TKK", "特定健診"), ("YZK", "薬剤"), ("SRJ", "診療"), ("SHJ", "手術")]),
    ("037", &[("0", "利用しない"), ("1", "利用する")]),
    ("038", &[("0", "なし"), ("1", "電子のみ"), ("2", "電子と紙"), ("3", "紙のみ")]),
    ("039", &[("1", "資格確認時以外"), ("2", "資格確認時")]),
    ("040", &[("1", "救急サマリー"), ("2", "救急全量"), ("3", "救急サマリー・救急全量・電子処方箋"), ("4", "薬剤"), ("5", "診療・薬剤"), ("6", "特定健診")]),
    ("041", &[("1", "記憶"), ("2", "生体"), ("3", "物理媒体")]),
    // Words that depend on 041; see below.
    ("042", &[("01", "方式01"), ("02", "方式02"), ("03", "方式03"), ("04", "方式04"), ("05", "方式05")]),
    ("043", &[("0", "なし"), ("1", "あり")]),
    ("044", &[("01", "医療費助成"), ("02", "母子保健"), ("04", "予防接種"), ("08", "介護保険")]),
];

/// 042 with each factor of 041.
const METHODS: [(&str, &[&str]); 3] = [
    ("1", &["ID・パスワード", "PIN", "秘密の質問"]),
    ("2", &["指紋", "顔", "声", "静脈", "虹彩"]),
    ("3", &["ICカード", "ワンタイムパスワード", "その他"]),
];

/// A table as the crate has it: wire text, Japanese, English.
type Known = (&'static str, Vec<(String, String, String)>);

macro_rules! known {
    ($($table:ident),+ $(,)?) => {
        vec![$({
            for value in $table::ALL {
                let wire = value.as_wire();
                assert_eq!(&$table::from_wire(wire), value);
                assert!(!value.label_en().is_empty());
                assert_eq!(serde_json::to_value(value).unwrap()["raw"], wire);
            }
            let unknown = $table::from_wire("ZZ");
            assert_eq!((unknown.as_wire(), unknown.label_ja(), unknown.label_en()), ("ZZ", "不明", "unknown"));
            let rows = $table::ALL.iter().map(|value| {
                let words = value.label_ja().replace('（', "(").replace('）', ")");
                (value.as_wire().to_owned(), words, value.label_en().to_owned())
            });
            ($table::TABLE, rows.collect())
        }),+]
    };
}

fn known() -> Vec<Known> {
    known![
        LimitCertificateConsent,
        ReferenceClassification,
        SegmentOfResult,
        ProcessingResultStatus,
        CharacterCode,
        QualificationValidity,
        Sex,
        ReasonOfLoss,
        PersonalFamilyClassification,
        InsuredCardClassification,
        LimitCertificateClassification,
        LimitCategory,
        SpecificDisease,
        LimitCertificateChanged,
        Preschool,
        ConsentStatus,
        PrescriptionForm,
        TicketType,
        MedicalTreatmentType,
        SingleOrCombinedUse,
        SocialInsurance,
        Consistency,
        InfectiousDiseases,
        ElderlyMedicalCare,
        PrefecturalExpenses,
        DesignatedInstitution,
        SamePerson,
        MedicalTreatmentFlag,
        MedicalInformationKind,
        MedicalInformationDisplay,
        ConsentEndReason,
        EligibilityAgreement,
        UrlPurpose,
        TwoDimensionalCodeForm,
        UrlChange,
        ConsentedInformation,
        UsageSetting,
        ElectronicPrescriptionUse,
        PrescriptionFormTiming,
        InformationRequestPattern,
        AuthenticationFactor,
        AuthenticationMethod,
        EmergencyViewing,
        LinkedSystem,
    ]
}

#[test]
fn every_table_has_the_published_entries() {
    let known = known();
    assert_eq!(known.len(), PUBLISHED.len());
    for ((table, rows), (number, entries)) in known.iter().zip(PUBLISHED) {
        assert_eq!(*table, format!("OQSCD{number}"));
        let rows: Vec<_> = rows.iter().map(|(wire, ja, _)| (wire.as_str(), ja.as_str())).collect();
        assert_eq!(rows, entries, "{table}");
    }
}

#[test]
fn labels_in_both_languages_tell_the_values_of_a_table_apart() {
    for (table, rows) in known() {
        for (number, (_, ja, en)) in rows.iter().enumerate() {
            assert!(
                rows.iter().skip(number + 1).all(|(_, ja2, en2)| ja != ja2 && en != en2),
                "{table} {ja} {en}"
            );
            assert!(en.is_ascii(), "{table} {en}");
        }
    }
}

#[test]
fn the_words_of_042_depend_on_041() {
    for (factor, words) in METHODS {
        let factor = AuthenticationFactor::from_wire(factor);
        for (number, method) in AuthenticationMethod::ALL.iter().enumerate() {
            assert_eq!(
                method.label_ja_for(&factor),
                words.get(number).copied().unwrap_or("不明"),
                "{factor:?}"
            );
        }
    }
}

/// What changed in a table, and on which day: one label, and values that came later.
#[test]
fn what_changed_has_its_day() {
    let day = |text| Date::parse(text).unwrap();
    let card = InsuredCardClassification::from_wire("05");
    assert_eq!(card.label_ja_on(day("20241201")), "被保険者資格証明書");
    assert_eq!(card.label_ja_on(day("20241202")), "特別療養費支給対象者");
    for other in InsuredCardClassification::ALL.iter().filter(|other| **other != card) {
        assert_eq!(other.label_ja_on(day("20200101")), other.label_ja(), "no other label changed");
    }
    for category in LimitCategory::ALL {
        let since = matches!(category.as_wire(), "B09" | "B10").then(|| day("20221001"));
        assert_eq!(category.since(), since, "{category:?}");
    }
}
