//! Finding companies, with the index and without it.

use registry::{Register, Scope};
use serde_json::{Value, json};
use testkit::{Bench, TENANT, each_engine};

use crate::scene::{Said, cvr, imported, migrations, register, said};

async fn names(register: &Register, text: &str, scope: Scope) -> Vec<String> {
    let found = register.find(TENANT, text, scope, 8).await.unwrap();
    found.units.into_iter().map(|unit| unit.name).collect()
}

/// A register of a smith who moved and was renamed, a sole trader, and a chain with a shop here.
async fn town(bench: &Bench) {
    let smith = Said {
        names: vec![
            ("Trane Smedje ApS", "2015-01-01", Some("2024-12-31")),
            ("Hejre Smedje ApS", "2025-01-01", None),
        ],
        ..said(1, "Hejre Smedje ApS")
    };
    let person = Said { form: 10, ..said(2, "Hejre Cykler") };
    let chain = Said { places: vec![(161, "2015-01-01", None)], ..said(3, "Ugle Retail Danmark A/S") };
    let mut shop = said(3, "Uglemarked Albertslund").establishment();
    shop["_source"]["VrproduktionsEnhed"]["pNummer"] = json!(1_990_000_333_u64);
    let ceased = Said { ceased: Some("2020-01-01"), ..said(4, "Hejre Bageri") };
    let orphan = said(5, "Hejre Uden Virksomhed").establishment();
    let mut documents: Vec<Value> = [smith, person, chain, ceased].iter().flat_map(Said::both).collect();
    documents.extend([shop, orphan]);
    imported(bench, &documents).await;
}

#[tokio::test]
async fn anyone_finds_living_companies_and_local_shops_but_persons_only_by_the_whole_name_or_number() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        assert!(register.is_indexed());
        assert_eq!(names(&register, "hejre", Scope::Public).await, ["Hejre Smedje ApS"]);
        assert_eq!(names(&register, "hejre cykl", Scope::Public).await, Vec::<String>::new());
        assert_eq!(names(&register, "Hejre Cykler", Scope::Public).await, ["Hejre Cykler"]);
        assert_eq!(names(&register, &cvr(2).to_string(), Scope::Public).await, ["Hejre Cykler"]);
        assert_eq!(names(&register, "trane", Scope::Public).await, Vec::<String>::new());
        let shop = register.find(TENANT, "uglemark", Scope::Public, 8).await.unwrap();
        assert_eq!(
            (shop.units[0].cvr, shop.units[0].town.as_str(), shop.is_simple),
            (Some(cvr(3)), "Albertslund", false)
        );
    })
    .await;
}

#[tokio::test]
async fn staff_find_by_former_name_number_and_address_what_has_ceased_too_and_each_once() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        assert_eq!(names(&register, "trane", Scope::Staff).await, ["Hejre Smedje ApS"]);
        assert_eq!(
            names(&register, &said(1, "").p_number().to_string(), Scope::Staff).await,
            ["Hejre Smedje ApS"]
        );
        let mut hejre = names(&register, "hejre", Scope::Staff).await;
        assert_eq!(hejre.pop().as_deref(), Some("Hejre Bageri"), "the ceased come last");
        hejre.sort();
        assert_eq!(hejre, ["Hejre Cykler", "Hejre Smedje ApS", "Hejre Uden Virksomhed"]);
        assert_eq!(names(&register, "prøvevej 7 albertslund", Scope::Staff).await.len(), 5);
        assert_eq!(names(&register, "smejde", Scope::Staff).await, ["Hejre Smedje ApS"]);
    })
    .await;
}

#[tokio::test]
async fn without_the_index_the_beginning_of_a_name_is_found_and_it_is_said() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let (clock, calendar) =
            (std::sync::Arc::new(bench.clock.clone()), std::sync::Arc::new(bench.calendar.clone()));
        let register = Register::without_index(bench.db.clone(), clock, calendar);
        let found = register.find(TENANT, "Hejre", Scope::Public, 8).await.unwrap();
        assert!(found.is_simple);
        assert_eq!(
            found.units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>(),
            ["Hejre Smedje ApS"]
        );
        assert_eq!(names(&register, "Hejre Cykler", Scope::Public).await, ["Hejre Cykler"]);
        assert_eq!(names(&register, &cvr(1).to_string(), Scope::Public).await, ["Hejre Smedje ApS"]);
        assert_eq!(names(&register, "uglem", Scope::Public).await, ["Uglemarked Albertslund"]);
    })
    .await;
}

#[tokio::test]
async fn what_an_import_changes_is_found_after_one_look_and_only_that_is_indexed_again() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        assert!(!register.catch_up().await.unwrap(), "nothing new");
        let updated = "2026-11-20T08:00:00.000+01:00";
        bench.later(chrono::Duration::seconds(1));
        imported(&bench, &Said { updated, ..said(1, "Gøg Smedje ApS") }.both()).await;
        assert_eq!(names(&register, "goeg", Scope::Public).await, Vec::<String>::new());
        assert!(register.catch_up().await.unwrap());
        assert_eq!(names(&register, "goeg", Scope::Public).await, ["Gøg Smedje ApS"]);
        assert_eq!(names(&register, "hejre smedje", Scope::Public).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn a_person_that_becomes_a_limited_company_can_be_found_at_its_places_too() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        let mut limited = Said { updated: "2026-11-20T08:00:00.000+01:00", ..said(2, "Hejre Cykler ApS") };
        limited.form = 80;
        bench.later(chrono::Duration::seconds(1));
        imported(&bench, &[limited.company()]).await;
        register.catch_up().await.unwrap();
        let mut found = names(&register, "hejre cyk", Scope::Public).await;
        found.sort();
        assert_eq!(found, ["Hejre Cykler", "Hejre Cykler ApS"]);
    })
    .await;
}

#[tokio::test]
async fn an_index_of_another_database_is_built_anew() {
    each_engine(migrations, |bench| async move {
        let folder = tempfile::tempdir().unwrap();
        let open = |bench: &Bench| {
            let (clock, calendar) =
                (std::sync::Arc::new(bench.clock.clone()), std::sync::Arc::new(bench.calendar.clone()));
            Register::open(bench.db.clone(), clock, calendar, folder.path())
        };
        imported(&bench, &said(9, "Fra En Anden Database").both()).await;
        let first = open(&bench);
        first.catch_up().await.unwrap();
        assert_eq!(names(&first, "fra en", Scope::Public).await.len(), 1);
        drop(first);
        // The same generation at another time is another history.
        let other = bench.clone();
        reset(&other).await;
        other.later(chrono::Duration::hours(1));
        imported(&other, &said(8, "Hejre").both()).await;
        let second = open(&other);
        second.catch_up().await.unwrap();
        assert_eq!(names(&second, "hejre", Scope::Public).await, ["Hejre"]);
        assert_eq!(names(&second, "fra en", Scope::Public).await, Vec::<String>::new());
    })
    .await;
}

/// As after a restore: the register's tables hold nothing.
async fn reset(bench: &Bench) {
    let tx = bench.db.begin_raw().await.unwrap();
    registry::store::erase_register(&tx).await.unwrap();
    tx.commit().await.unwrap();
}

/// A typing mistake in the longest word, the same for the same name: one letter left out, doubled, or changed places.
fn mistyped(name: &str, at: usize) -> Option<String> {
    let word = name.split(' ').max_by_key(|word| word.chars().count())?;
    let letters: Vec<char> = word.chars().collect();
    if letters.len() < 5 || !letters.iter().all(|c| c.is_alphabetic()) {
        return None;
    }
    let place = 2 + at % (letters.len() - 3);
    let mut wrong = letters.clone();
    match at % 3 {
        0 => {
            wrong.remove(place);
        }
        1 => wrong.insert(place, letters[place]),
        _ => wrong.swap(place, place - 1),
    }
    Some(name.replace(word, &wrong.into_iter().collect::<String>()))
}

/// Ranking judged on the invented town: where among the eight shown does the company stand that was meant?
#[tokio::test]
async fn the_company_that_was_meant_is_among_the_eight_that_are_shown() {
    each_engine(migrations, |bench| async move {
        let town = registry::town::town(1, crate::scene::today(&bench));
        crate::scene::import_text(&bench, town.documents.join("\n")).await.unwrap();
        let register = register(&bench).await;
        let (companies, _) = registry::store::local_units(bench.db.raw(), 165).await.unwrap();
        let today = crate::scene::today(&bench);
        let living = companies.iter().filter(|unit| unit.is_local(165, today)).step_by(9);
        let (mut asked, mut first, mut typed, mut forgiven, mut mistakes) = (0, 0, 0, 0, 0);
        for (at, unit) in living.enumerate() {
            let name = unit.name(today);
            asked += 1;
            let whole = names(&register, name, Scope::Staff).await;
            first += usize::from(whole.first().is_some_and(|found| found == name));
            let beginning: String = name.chars().take(name.chars().count() * 2 / 3).collect();
            let found = names(&register, &beginning, Scope::Staff).await;
            typed += usize::from(found.iter().any(|found| found == name));
            if let Some(wrong) = mistyped(name, at) {
                mistakes += 1;
                forgiven += usize::from(names(&register, &wrong, Scope::Staff).await.iter().any(|found| found == name));
            }
        }
        eprintln!("of {asked}: whole name first {first}, two thirds typed {typed}, mistyped {forgiven} of {mistakes}");
        assert!(first * 100 >= asked * 98, "whole name first: {first} of {asked}");
        assert!(typed * 100 >= asked * 95, "two thirds typed: {typed} of {asked}");
        assert!(forgiven * 100 >= mistakes * 95, "mistyped: {forgiven} of {mistakes}");
    })
    .await;
}
