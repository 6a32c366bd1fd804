//! The rules of JP Core 1.2.0 and of FHIR R4 that the resources are bound by, as a table: each holds for what is written of
//! every sample, and each is seen to fail for a resource that breaks it.
//!
//! The rules are those of the profiles and pages of <https://jpfhir.jp/fhir/core/1.2.0/>: JP_Patient, JP_HumanName,
//! JP_Organization, JP_Coverage, and the map from OIDs to URLs.

// Helpers of tests may fail the test.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::fs;
use std::path::PathBuf;

use myna_eligibility::{
    Message,
    forms::{FhirLines, to_fhir},
    read,
};
use serde_json::{Value, json};

const CORE: &str = "http://jpfhir.jp/fhir/core";

/// One rule: of which resource, what it says, whether a resource keeps it, and how one breaks it.
struct Rule {
    of: &'static str,
    says: &'static str,
    /// `None` if the resource has nothing that the rule speaks of.
    holds: fn(&Value) -> Option<bool>,
    breaks: fn(&mut Value),
}

const RULES: &[Rule] = &[
    Rule {
        of: "Patient",
        says: "JP_Patient: identifier 1..*, with a value",
        holds: |patient| {
            claims(patient, "JP_Patient")
                .then(|| patient["identifier"][0]["value"].as_str().is_some_and(is_said))
        },
        breaks: |patient| patient["identifier"] = Value::Null,
    },
    Rule {
        of: "Patient",
        says: "JP_Patient: the number is one of an institution: the OID, 1, and ten digits",
        holds: |patient| {
            let digits =
                patient["identifier"][0]["system"].as_str()?.strip_prefix("urn:oid:1.2.392.100495.20.3.51.1");
            Some(digits.is_some_and(|digits| is_digits(digits, 10)))
        },
        breaks: |patient| patient["identifier"][0]["system"] = "urn:oid:1.2.392.100495.20.3.51.119".into(),
    },
    Rule {
        of: "Patient",
        says: "JP_HumanName: each name says its representation, IDE or SYL, each once",
        holds: |patient| {
            let names = patient["name"].as_array()?;
            let mut codes: Vec<_> =
                names.iter().map(|name| name["extension"][0]["valueCode"].as_str()).collect();
            codes.dedup();
            Some(codes.len() == names.len() && codes.iter().all(|code| matches!(code, Some("IDE" | "SYL"))))
        },
        breaks: |patient| patient["name"][0]["extension"] = Value::Null,
    },
    Rule {
        of: "Patient",
        says: "JP_HumanName: a half-width blank between the parts (SHALL)",
        holds: |patient| {
            each(&patient["name"], |name| {
                let text = name["text"].as_str().unwrap();
                let parts = name["family"].as_str().zip(name["given"][0].as_str());
                !text.contains('　')
                    && parts.is_none_or(|(family, given)| text == format!("{family} {given}"))
            })
        },
        breaks: |patient| patient["name"][0]["text"] = "試験　葵".into(),
    },
    Rule {
        of: "Patient",
        says: "JP_HumanName: full-width letters, and full-width katakana for SYL",
        holds: |patient| {
            each(&patient["name"], |name| {
                let text = name["text"].as_str().unwrap();
                let is_katakana =
                    |character: char| matches!(character, ' ' | 'ァ'..='ヺ' | 'ー' | '・' | '●');
                let is_full =
                    |character: char| character == ' ' || (!character.is_ascii() && !is_half_kana(character));
                text.chars().all(if name["extension"][0]["valueCode"] == "SYL" {
                    is_katakana
                } else {
                    is_full
                })
            })
        },
        breaks: |patient| {
            for name in patient["name"].as_array_mut().unwrap() {
                name["text"] = "ｼｹﾝ ｱｵｲ".into();
            }
        },
    },
    Rule {
        of: "Patient",
        says: "JP_Patient: postalCode is NNN-NNNN or NNN",
        holds: |patient| {
            let code = patient["address"][0]["postalCode"].as_str()?;
            let (area, rest) = code.split_once('-').unwrap_or((code, "0000"));
            Some(is_digits(area, 3) && is_digits(rest, 4))
        },
        breaks: |patient| patient["address"][0]["postalCode"] = "1009999".into(),
    },
    Rule {
        of: "Patient",
        says: "gender is one of AdministrativeGender",
        holds: |patient| Some(["male", "female", "other", "unknown"].contains(&patient["gender"].as_str()?)),
        breaks: |patient| patient["gender"] = "2".into(),
    },
    Rule {
        of: "Patient",
        says: "birthDate is YYYY-MM-DD",
        holds: |patient| Some(is_date(patient["birthDate"].as_str()?)),
        breaks: |patient| patient["birthDate"] = "19880714".into(),
    },
    Rule {
        of: "Organization",
        says: "JP_Organization: the insurer's number under its URL, or a payer's of public expense, eight digits",
        holds: |insurer| {
            each(&insurer["identifier"], |number| {
                let systems =
                    ["InsurerNumber", "PublicPayerNumber"].map(|name| format!("{CORE}/mhlw/IdSystem/{name}"));
                systems.iter().any(|system| number["system"] == **system)
                    && is_digits(number["value"].as_str().unwrap(), 8)
            })
        },
        breaks: |insurer| insurer["identifier"][0]["system"] = "urn:oid:1.2.392.100495.20.3.61".into(),
    },
    Rule {
        of: "Organization",
        says: "org-1: a number or a name",
        holds: |insurer| Some(insurer["identifier"][0].is_object() || insurer["name"].is_string()),
        breaks: |insurer| {
            insurer["identifier"] = Value::Null;
            insurer["name"] = Value::Null;
        },
    },
    Rule {
        of: "Coverage",
        says: "Coverage: status 1..1",
        holds: |coverage| {
            Some(["active", "cancelled", "draft"].contains(&coverage["status"].as_str().unwrap_or_default()))
        },
        breaks: |coverage| coverage["status"] = "valid".into(),
    },
    Rule {
        of: "Coverage",
        says: "Coverage: beneficiary 1..1, a patient",
        holds: |coverage| {
            Some(coverage["beneficiary"]["reference"].as_str().is_some_and(|to| to.starts_with("Patient/")))
        },
        breaks: |coverage| coverage["beneficiary"] = Value::Null,
    },
    Rule {
        of: "Coverage",
        says: "Coverage: payor 1..*, an organisation or the reason for none",
        holds: |coverage| {
            let payor = &coverage["payor"][0];
            let is_organization =
                payor["reference"].as_str().is_some_and(|to| to.starts_with("Organization/"));
            Some(is_organization || payor["extension"][0]["valueCode"] == "unknown")
        },
        breaks: |coverage| coverage["payor"] = Value::Null,
    },
    Rule {
        of: "Coverage",
        says: "被保険者個人識別子: eight digits, symbol, number and two digits, each wholly half- or wholly full-width",
        holds: |coverage| {
            let identifier = coverage["identifier"].as_array()?.iter();
            let mut members = identifier.filter(|identifier| {
                identifier["system"] == "http://jpfhir.jp/fhir/clins/Idsystem/JP_Insurance_memberID"
            });
            let parts: Vec<&str> = members.next()?["value"].as_str()?.split(':').collect();
            let [insurer, symbol, number, branch] = parts[..] else { return Some(false) };
            Some(
                is_digits(insurer, 8)
                    && [symbol, number].iter().all(|part| {
                        part.is_ascii() || !part.chars().any(|one| one.is_ascii() || is_half_kana(one))
                    })
                    && (branch.is_empty() || is_digits(branch, 2)),
            )
        },
        breaks: |coverage| coverage["identifier"][0]["value"] = "00139980:見01:0012345:02".into(),
    },
    Rule {
        of: "Coverage",
        says: "JP_Coverage: symbol and number as full-width texts",
        holds: |coverage| {
            let texts = ["Symbol", "Number"].map(|name| published(coverage, name));
            let mut there = texts.into_iter().flatten().peekable();
            there.peek()?;
            Some(
                there.all(|text| {
                    !text.chars().any(|character| character.is_ascii() || is_half_kana(character))
                }),
            )
        },
        breaks: |coverage| *extension_of(coverage, "Number") = "45".into(),
    },
    Rule {
        of: "Coverage",
        says: "JP_Coverage: 枝番 of two half-width digits, the same in `dependent`",
        holds: |coverage| {
            let number = published(coverage, "SubNumber")?;
            Some(is_digits(number, 2) && coverage["dependent"] == number)
        },
        breaks: |coverage| *extension_of(coverage, "SubNumber") = "００".into(),
    },
    Rule {
        of: "Coverage",
        says: "JP_Coverage: 保険種別 and 被保険者区分 under their URLs",
        holds: |coverage| {
            let codes = [("type", "InsuranceMajorCategory"), ("relationship", "InsuredPersonCategory")];
            let mut there = codes.into_iter().filter(|(field, _)| coverage[field].is_object()).peekable();
            there.peek()?;
            Some(there.all(|(field, system)| {
                coverage[field]["coding"][0]["system"] == format!("{CORE}/mhlw/CodeSystem/{system}")
            }))
        },
        breaks: |coverage| {
            coverage["type"] = json!({"coding": [{"system": "urn:oid:1.2.392.100495.20.2.61"}]});
        },
    },
    Rule {
        of: "Coverage",
        says: "period: YYYY-MM-DD, and per-1: the start is not behind the end",
        holds: |coverage| {
            let period = coverage["period"].as_object()?;
            let dates: Vec<&str> =
                ["start", "end"].iter().filter_map(|name| period.get(*name)?.as_str()).collect();
            Some(dates.iter().all(|date| is_date(date)) && dates.is_sorted())
        },
        breaks: |coverage| coverage["period"] = json!({"start": "2025-04-01", "end": "2025-03-31"}),
    },
    Rule {
        of: "Coverage",
        says: "costToBeneficiary: percent of copay",
        holds: |coverage| {
            each(&coverage["costToBeneficiary"], |cost| {
                cost["type"]["coding"][0]["code"] == "copaypct"
                    && cost["valueQuantity"]["value"].as_u64().is_some_and(|value| value <= 100)
            })
        },
        breaks: |coverage| coverage["costToBeneficiary"][0]["valueQuantity"]["value"] = "020".into(),
    },
    Rule {
        of: "OperationOutcome",
        says: "OperationOutcome: issue 1..*, with severity, code and the verdict",
        holds: |outcome| {
            let issue = &outcome["issue"][0];
            let severity = issue["severity"].as_str().unwrap_or_default();
            Some(
                ["error", "warning", "information"].contains(&severity)
                    && issue["code"].is_string()
                    && issue["details"]["coding"][0]["code"].is_string(),
            )
        },
        breaks: |outcome| outcome["issue"][0]["severity"] = "no_match".into(),
    },
    Rule {
        of: "",
        says: "JP_Coverage.beneficiary is a JP_Patient: both claim their profiles, or neither",
        holds: |resource| Some(resource["resourceType"] != "Bundle" || agree(resource)),
        breaks: |resource| {
            *resource = json!({"resourceType": "Bundle", "entry": [
            {"resource": {"resourceType": "Patient", "id": "patient-1"}},
            {"resource": {"resourceType": "Coverage", "beneficiary": {"reference": "Patient/patient-1"},
                "meta": {"profile": [format!("{CORE}/StructureDefinition/JP_Coverage")]}}}]});
        },
    },
    Rule {
        of: "",
        says: "ext-1: an extension has a value or extensions, never both; one that stands alone has a whole URL",
        holds: |resource| Some(are_extensions_whole(resource)),
        breaks: |resource| resource["extension"] = json!([{"url": "Sex2"}]),
    },
    Rule {
        of: "",
        says: "no empty text, list or object",
        holds: |resource| Some(is_full(resource)),
        breaks: |resource| resource["name"] = json!([]),
    },
];

fn claims(resource: &Value, profile: &str) -> bool {
    resource["meta"]["profile"][0] == format!("{CORE}/StructureDefinition/{profile}")
}

fn each(list: &Value, holds: impl FnMut(&Value) -> bool) -> Option<bool> {
    Some(list.as_array()?.iter().all(holds))
}

fn is_said(text: &str) -> bool {
    !text.trim().is_empty()
}

fn is_digits(text: &str, count: usize) -> bool {
    text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_date(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    matches!(parts[..], [year, month, day] if is_digits(year, 4) && is_digits(month, 2) && is_digits(day, 2))
}

fn is_half_kana(character: char) -> bool {
    matches!(character, '｡'..='ﾟ')
}

fn url_of(name: &str) -> String {
    format!("{CORE}/Extension/StructureDefinition/JP_Coverage_InsuredPerson{name}")
}

fn published<'a>(coverage: &'a Value, name: &str) -> Option<&'a str> {
    let extensions = coverage["extension"].as_array()?;
    extensions.iter().find(|extension| extension["url"] == url_of(name))?["valueString"].as_str()
}

fn extension_of<'a>(coverage: &'a mut Value, name: &str) -> &'a mut Value {
    let extensions = coverage["extension"].as_array_mut().unwrap();
    &mut extensions.iter_mut().find(|extension| extension["url"] == url_of(name)).unwrap()["valueString"]
}

fn agree(bundle: &Value) -> bool {
    let resources: Vec<_> =
        bundle["entry"].as_array().unwrap().iter().map(|entry| &entry["resource"]).collect();
    let coverages = resources.iter().filter(|resource| resource["resourceType"] == "Coverage");
    coverages.into_iter().all(|coverage| {
        let name = coverage["beneficiary"]["reference"].as_str().unwrap();
        let patient = resources.iter().find(|patient| {
            name == format!(
                "{}/{}",
                patient["resourceType"].as_str().unwrap(),
                patient["id"].as_str().unwrap()
            )
        });
        patient.is_some_and(|patient| claims(patient, "JP_Patient") == claims(coverage, "JP_Coverage"))
    })
}

fn are_extensions_whole(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(are_extensions_whole),
        Value::Object(fields) => fields.iter().all(|(name, value)| {
            let is_within = fields.contains_key("url");
            (name != "extension"
                || value.as_array().is_some_and(|extensions| {
                    extensions.iter().all(|extension| {
                        let values = extension
                            .as_object()
                            .unwrap()
                            .keys()
                            .filter(|key| key.starts_with("value"))
                            .count();
                        let url = extension["url"].as_str().unwrap_or_default();
                        values + usize::from(extension["extension"].is_array()) == 1
                            && if is_within { is_said(url) } else { url.starts_with("http") }
                    })
                }))
                && are_extensions_whole(value)
        }),
        _ => true,
    }
}

fn is_full(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => is_said(text),
        Value::Array(items) => !items.is_empty() && items.iter().all(is_full),
        Value::Object(fields) => !fields.is_empty() && fields.values().all(is_full),
        _ => true,
    }
}

fn samples() -> Vec<Message> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/samples");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let readings = files.iter().flat_map(|file| read(&fs::read(file).unwrap()).unwrap());
    readings.map(|reading| reading.message).collect()
}

/// What is written of every sample: each resource, and each bundle.
fn written() -> Vec<Value> {
    let mut lines = FhirLines::new();
    let mut resources = Vec::new();
    for message in samples() {
        let of_message = lines.of(&message).unwrap_or_default();
        resources.extend(of_message.lines().map(|line| serde_json::from_str(line).unwrap()));
        if let Message::Answer(answer) = message {
            resources.push(serde_json::from_str(&to_fhir(&answer)).unwrap());
        }
    }
    resources
}

#[test]
fn every_rule_holds_for_every_sample_and_can_fail() {
    let resources = written();
    assert!(resources.len() > 50, "{}", resources.len());
    for rule in RULES {
        let says = rule.says;
        let mut asked = 0;
        for resource in
            resources.iter().filter(|resource| rule.of.is_empty() || resource["resourceType"] == rule.of)
        {
            let Some(holds) = (rule.holds)(resource) else { continue };
            assert!(holds, "{says}: {resource:#}");
            asked += 1;
            let mut broken = resource.clone();
            (rule.breaks)(&mut broken);
            assert_eq!((rule.holds)(&broken), Some(false), "{says} is not seen to fail: {broken:#}");
        }
        assert!(asked > 0, "no sample is asked: {says}");
    }
}

fn bundle(xml: &str) -> Vec<Value> {
    let Message::Answer(answer) = Message::parse(xml.as_bytes()).unwrap() else { panic!("an answer") };
    let bundle: Value = serde_json::from_str(&to_fhir(&answer)).unwrap();
    bundle["entry"].as_array().unwrap().iter().map(|entry| entry["resource"].clone()).collect()
}

#[test]
fn the_period_is_the_certificates_own_and_ends_before_a_loss() {
    let lost = include_str!("samples/e06_invalid_newer_exists.xml");
    let period = |xml: &str| bundle(xml)[2]["period"].clone();
    assert_eq!(period(lost), json!({"start": "2017-04-01", "end": "2025-03-31"}));
    let without = lost.replace("<InsuredCardExpirationDate>20250331</InsuredCardExpirationDate>", "");
    assert_eq!(period(&without), json!({"start": "2017-04-01", "end": "2025-03-31"}));
    let without = without.replace("<InsuredCardValidDate>20170401</InsuredCardValidDate>", "");
    assert_eq!(period(&without), json!({"end": "2025-03-31"}), "the day of joining is not the certificate's");
    let odd = lost.replace("<InsuredCardValidDate>20170401", "<InsuredCardValidDate>20250601");
    assert_eq!(period(&odd), Value::Null);
    assert!(bundle(&odd)[2].to_string().contains("2025-06-01"), "and is not lost");
}

#[test]
fn a_person_is_one_patient_and_two_are_two() {
    let both = include_str!("samples/e09_insurance_and_medical_aid.xml");
    let kinds = |xml: &str| -> Vec<String> {
        bundle(xml).iter().map(|resource| resource["resourceType"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(kinds(both), ["Patient", "Organization", "Coverage", "Organization", "Coverage"]);
    let (first, second) = both.split_at(both.rfind("<Birthdate>").unwrap());
    let two = format!("{first}{}", second.replacen("<Birthdate>19700401", "<Birthdate>19700402", 1));
    assert_eq!(kinds(&two).iter().filter(|kind| *kind == "Patient").count(), 2);
    // What they say differently of the one is kept with the eligibility that says it.
    let coverage = bundle(both)[4].to_string();
    assert!(
        coverage.contains("StructureDefinition/Sex1") && coverage.contains("PublicInsuredPersonNumber"),
        "{coverage}"
    );
}

#[test]
fn only_an_identified_patient_claims_the_profile() {
    let known = include_str!("samples/e03_national_health.xml");
    let [patient, _, coverage] = &bundle(known)[..] else { panic!("three") };
    assert!(claims(patient, "JP_Patient") && claims(coverage, "JP_Coverage"));
    assert_eq!(patient["identifier"][0]["system"], "urn:oid:1.2.392.100495.20.3.51.11319999999");
    let unknown = known.replace("ReferenceNumber>", "OtherNumber>");
    let [patient, _, coverage] = &bundle(&unknown)[..] else { panic!("three") };
    assert!(!claims(patient, "JP_Patient") && !claims(coverage, "JP_Coverage"));
    assert!(coverage.to_string().contains("StructureDefinition/OtherNumber"), "what is new is there");
}
