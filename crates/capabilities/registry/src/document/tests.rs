//! The importer's rules, on hand-written documents of invented companies and on the real ones where they are at hand.

use chrono::NaiveDate;

use super::*;
use crate::model::{Classification, Company, Establishment, Headcount};

const FIXTURE: &str = include_str!("../../fixtures/companies.jsonl");

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

/// The day on which the tests read the register.
fn today() -> NaiveDate {
    day("2026-11-23")
}

fn documents(text: &str, numbers: Numbers) -> Vec<Document> {
    let mut documents = Documents::new(text.as_bytes(), numbers);
    std::iter::from_fn(|| documents.next_document().unwrap()).collect()
}

fn companies(documents: &[Document]) -> Vec<&Company> {
    let company = |document| match document {
        &Document::Unit(_, RegisterUnit::Company(ref company)) => Some(company),
        _ => None,
    };
    documents.iter().filter_map(company).collect()
}

fn establishments(documents: &[Document]) -> Vec<&Establishment> {
    let establishment = |document| match document {
        &Document::Unit(_, RegisterUnit::Establishment(ref establishment)) => Some(establishment),
        _ => None,
    };
    documents.iter().filter_map(establishment).collect()
}

fn smith() -> Company {
    companies(&documents(FIXTURE, Numbers::Invented))[0].clone()
}

#[test]
fn a_bad_document_is_told_with_line_field_and_reason_and_the_rest_goes_in() {
    let found = documents(FIXTURE, Numbers::Invented);
    assert_eq!(companies(&found).len(), 3);
    assert_eq!(establishments(&found).len(), 1);
    assert_eq!(found.iter().filter(|document| matches!(document, Document::Person)).count(), 1);
    let bad = found.iter().filter_map(|document| match document {
        Document::Bad(bad) => Some((bad.line, bad.field.as_str(), bad.reason.as_str())),
        _ => None,
    });
    let date = r#"invalid value: string "2010-13-01", expected a date such as 2000-02-21"#;
    assert_eq!(
        bad.collect::<Vec<_>>(),
        [
            (5, "cvrNummer", "not a valid CVR number"),
            (6, "_source.Vrvirksomhed.navne[0].periode.gyldigFra", date),
            (7, ".", "the document breaks off"),
            (8, "_source", "neither Vrvirksomhed nor VrproduktionsEnhed"),
        ]
    );
}

proptest::proptest! {
    #[test]
    fn whatever_is_done_to_documents_the_reading_ends_and_nothing_panics(
        wounds in proptest::collection::vec((proptest::prelude::any::<usize>(), proptest::prelude::any::<u8>()), 0..30),
        end in proptest::prelude::any::<usize>(),
    ) {
        let mut bytes = FIXTURE.as_bytes().to_vec();
        let length = bytes.len();
        for (at, byte) in wounds {
            bytes[at % length] = byte;
        }
        bytes.truncate(length - end % 200);
        let mut documents = Documents::new(bytes.as_slice(), Numbers::Invented);
        let mut read = 0;
        // What is no text at all ends the input with an error, and is told as one.
        while let Ok(Some(_)) = documents.next_document() {
            read += 1;
            proptest::prop_assert!(read <= length);
        }
    }
}

#[test]
fn a_renamed_company_has_its_new_name_and_remembers_the_old() {
    let company = smith();
    assert_eq!(company.unit.name(today()), "Ålykke Smedje & Svejs ApS");
    let former: Vec<_> = company.unit.former_names(today()).iter().map(|dated| dated.value.clone()).collect();
    assert_eq!(former, ["Smedjen på Hjørnet ApS"]);
    assert_eq!(company.unit.name(day("2018-01-01")), "Smedjen på Hjørnet ApS");
    let secondary: Vec<_> = company.secondary_names.all_current(today()).collect();
    assert_eq!(secondary, ["Ålykke Gitterlåger ApS"]);
}

#[test]
fn an_address_keeps_its_range_and_letters_and_loses_the_person_care_of() {
    let company = smith();
    let latest = company.unit.addresses.latest(today()).unwrap();
    assert!(latest.is_current);
    assert_eq!(latest.value.to_string(), "Prøvevangen 8A-20, 1. tv, 2620 Albertslund");
    assert_eq!((latest.value.municipality, latest.value.street_code.as_str()), (Some(165), "0085"));
    assert!(!serde_json::to_string(&company).unwrap().contains("Opfundet Person"));
}

#[test]
fn moving_across_the_border_is_a_movement_and_an_unknown_start_is_none() {
    let unit = smith().unit;
    assert_eq!(unit.movements(165, today()), [(day("2016-06-01"), crate::model::Movement::MovedIn)]);
    assert_eq!(unit.movements(101, today()), [(day("2016-06-01"), crate::model::Movement::MovedOut)]);
}

#[test]
fn the_same_digits_before_and_after_2025_belong_to_two_editions() {
    let company = smith();
    let editions: Vec<_> = company.unit.industries.iter().map(|dated| dated.value.edition).collect();
    assert_eq!(editions, [Classification::Older, Classification::Db07, Classification::Db25]);
    assert_eq!(company.unit.side_industries.current(today()).unwrap().code, "011100");
}

#[test]
fn secret_and_ended_contact_details_are_not_taken_in() {
    let contacts = smith().unit.contacts;
    assert_eq!(contacts.phones, ["99000003"]);
    assert_eq!(contacts.emails, ["post@aalykke.example.dk"]);
}

#[test]
fn employment_is_one_figure_a_year_and_the_latest_month_wins() {
    let employment = smith().unit.employment;
    let figures: Vec<_> =
        employment.iter().map(|figure| (figure.year, figure.month, figure.headcount)).collect();
    assert_eq!(
        figures,
        [
            (2022, 12, Headcount { exact: None, low: 5, high: Some(9) }),
            (2023, 12, Headcount { exact: Some(12), low: 10, high: Some(19) }),
        ]
    );
    assert_eq!((figures[0].2.estimate(), figures[1].2.estimate()), (7, 12));
}

#[test]
fn a_document_with_loading_errors_is_used_and_says_so() {
    assert!(smith().unit.loaded_with_errors);
}

#[test]
fn protection_stands_on_company_and_establishment_apart_and_unknown_is_protected() {
    let found = documents(FIXTURE, Numbers::Invented);
    assert!(!companies(&found)[0].unit.advertising_protected);
    assert!(establishments(&found)[0].unit.advertising_protected);
    assert!(companies(&found)[1].unit.advertising_protected);
}

#[test]
fn a_ceased_unit_has_a_latest_address_but_no_current_one() {
    let found = documents(FIXTURE, Numbers::Invented);
    let ceased = companies(&found)[1];
    assert!(ceased.unit.is_ceased(today()));
    assert!(!ceased.unit.is_ceased(day("2020-01-16")) || ceased.unit.status == "Ophørt");
    assert_eq!(ceased.unit.ceased_on(today()), Some(day("2020-01-16")));
    let latest = ceased.unit.addresses.latest(today()).unwrap();
    assert!(!latest.is_current);
    assert_eq!(latest.value.town, "Albertslund");
    assert_eq!(ceased.unit.addresses.current(today()), None);
    assert!(ceased.is_sole_trader(today()));
    assert!(ceased.unit.industries.latest(today()).unwrap().value.is_unstated());
}

#[test]
fn a_name_that_begins_in_the_future_is_not_yet_the_name() {
    let found = documents(FIXTURE, Numbers::Invented);
    let foundation = companies(&found)[2];
    assert_eq!(foundation.unit.name(today()), "Gammel Form Fonden");
    assert!(foundation.unit.former_names(today()).is_empty());
    assert_eq!(foundation.unit.name(day("2030-01-01")), "Ny Form Fonden");
    assert!(foundation.is_sole_trader(today()), "an unknown legal form hides what may be a home");
}

#[test]
fn invented_and_real_numbers_never_meet() {
    let found = documents(FIXTURE, Numbers::Real);
    assert!(companies(&found).is_empty() && establishments(&found).is_empty());
    let told = found
        .iter()
        .filter(|document| matches!(document, Document::Bad(bad) if bad.reason.contains("invented")));
    assert_eq!(told.count(), 4);
}

#[test]
fn a_search_answer_and_json_lines_give_the_same() {
    let lines: Vec<_> =
        FIXTURE.lines().filter(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()).collect();
    for total in ["9", r#"{"value":9,"relation":"eq"}"#] {
        let answer = format!(r#"{{"took":1,"hits":{{"total":{total},"hits":[{}]}}}}"#, lines.join(",\n "));
        let found = documents(&answer, Numbers::Invented);
        assert_eq!(companies(&found).len(), 3);
        assert_eq!(establishments(&found).len(), 1);
    }
}

#[test]
fn what_is_stored_reads_back_the_same() {
    for company in companies(&documents(FIXTURE, Numbers::Invented)) {
        let json = serde_json::to_string(company).unwrap();
        assert_eq!(&serde_json::from_str::<Company>(&json).unwrap(), company);
    }
}

/// The folder of real documents, or a clear word that the test saw none.
fn real_data() -> Option<std::path::PathBuf> {
    let path = std::env::var_os("SAMSPIL_REAL_DATA");
    if path.is_none() {
        eprintln!("SAMSPIL_REAL_DATA is not set: the real documents were NOT read by this test");
    }
    path.map(Into::into)
}

#[test]
fn the_real_documents_are_read() {
    let Some(folder) = real_data() else { return };
    let text = std::fs::read_to_string(folder.join("cvr/documents.jsonl")).unwrap();
    let found = documents(&text, Numbers::Real);
    assert_eq!((companies(&found).len(), establishments(&found).len(), found.len()), (5, 5, 10));

    let by_cvr =
        |cvr: &str| *companies(&found).iter().find(|company| company.cvr.to_string() == cvr).unwrap();
    let association = by_cvr("29863997");
    assert!(association.unit.is_ceased(today()));
    assert!(association.unit.addresses.current(today()).is_none());
    assert_eq!(association.unit.addresses.latest(today()).unwrap().span.to, Some(day("2020-01-16")));
    let wealth = by_cvr("35682872");
    assert_eq!(wealth.secondary_names.all_current(today()).count(), 2);
    assert!(wealth.unit.loaded_with_errors || wealth.unit.advertising_protected);
    assert_eq!(wealth.unit.latest_employment().unwrap().headcount.exact, Some(28));
    let named = by_cvr("21265837");
    assert!(named.unit.former_names(today()).iter().all(|dated| dated.value != named.unit.name(today())));
    assert!(establishments(&found).iter().all(|establishment| establishment.unit.is_ceased(today())));
    assert!(establishments(&found).iter().all(|establishment| establishment.company(today()).is_some()));
    for unit in companies(&found).iter().map(|company| &company.unit) {
        assert!(!unit.name(today()).is_empty() && unit.industries.latest(today()).is_some());
    }
}

#[test]
fn the_real_scroll_page_is_read() {
    let Some(folder) = real_data() else { return };
    let text = std::fs::read_to_string(folder.join("cvr/scroll-page.json")).unwrap();
    let found = documents(&text, Numbers::Real);
    assert_eq!(
        companies(&found).iter().map(|company| company.cvr.to_string()).collect::<Vec<_>>(),
        ["29863997"]
    );
}
