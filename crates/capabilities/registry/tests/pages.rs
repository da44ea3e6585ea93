//! The pages, through the whole server.

use std::sync::Arc;

use async_trait::async_trait;
use axum::http::StatusCode;
use chrono::Duration;
use kernel::{Ctx, CvrNumber, Visibility, uuid::Uuid};
use ledger::{Holder, NewPromise, PromiseKind};
use ports::{CompanyContact, CompanyMemory, SubjectCard, TimelineEntry};
use registry::{
    LOOK_UP,
    import::{import_areas, import_points},
};
use serde_json::Value;
use storage::{Migration, StoreError};
use testkit::{Bench, each_engine};

use crate::{
    scene::{Said, cvr, imported, register, said},
    server::{Server, team},
};

fn migrations() -> Vec<Migration> {
    [storage::migrations(), ledger::migrations(), registry::migrations()].concat()
}

/// Another capability's memory: one enquiry, one confirmed contact and one who only says so.
struct Memory;

fn subject() -> Uuid {
    Uuid::from_u128(77)
}

#[async_trait]
impl CompanyMemory for Memory {
    async fn remember(
        &self,
        ctx: &Ctx,
        _: CvrNumber,
        subjects: &[Uuid],
        _: usize,
    ) -> Result<ports::Memory, StoreError> {
        let happened = TimelineEntry {
            at: ctx.now() - Duration::days(2),
            capability: "enquiries",
            key: "registry-memory-place-opened".into(),
            arguments: vec![("name", "<script>alert(1)</script>".into())],
            link: Some("/intern/henvendelser/1".into()),
            team: Some("Byggesag".into()),
            person: Some("Jonas Birk".into()),
        };
        let contact = |name: &str, confirmed| CompanyContact {
            name: name.into(),
            email: "smed@example.dk".into(),
            phone: None,
            confirmed,
            source: None,
            last_seen: ctx.now() - Duration::days(3),
        };
        let card =
            SubjectCard { name: "K7MP-2WXD, byggetilladelse".into(), link: "/intern/henvendelser/1".into() };
        Ok(ports::Memory {
            timeline: vec![happened],
            contacts: vec![contact("Siger Det Selv", false), contact("Er Bekræftet", true)],
            subjects: subjects.iter().filter(|id| **id == subject()).map(|id| (*id, card.clone())).collect(),
            deeds: Vec::new(),
        })
    }
}

async fn town(bench: &Bench) {
    let smith = Said {
        names: vec![
            ("Trane Smedje ApS", "2015-01-01", Some("2024-12-31")),
            ("Hejre Smedje ApS", "2025-01-01", None),
        ],
        protected: true,
        ..said(1, "Hejre Smedje ApS")
    };
    let person = Said { form: 10, ..said(2, "Hejre Cykler") };
    let documents: Vec<Value> = [smith, person].iter().flat_map(Said::both).collect();
    imported(bench, &documents).await;
    import_areas(&bench.db, &bench.ctx(), registry::town::AREAS).await.unwrap().unwrap();
    let points = "address_id,longitude,latitude\n00000000-0000-4000-8000-000000000001,12.385,55.683\n";
    import_points(&bench.db, points.as_bytes()).await.unwrap().unwrap();
}

/// One promise that a memory names, and one of which nobody may know.
async fn promises(bench: &Bench) {
    let tx = bench.tx().await;
    let party = ledger::party_of_company(&tx, cvr(1)).await.unwrap();
    for (subject, kind) in [(subject(), PromiseKind::ANSWER), (Uuid::from_u128(78), PromiseKind::ANSWER)] {
        let new = NewPromise {
            kind,
            debtor: Holder::Team(team()),
            creditor: Holder::Party(party),
            subject,
            party: None,
            topic: None,
            received_at: bench.now(),
            cohort: bench.calendar.local_date(bench.now()),
            due_on: bench.calendar.local_date(bench.now()) + Duration::days(3),
            pausable: true,
            follows: None,
            visibility: Visibility::Staff,
        };
        ledger::promise(&tx, new).await.unwrap();
    }
    tx.commit().await.unwrap();
}

#[tokio::test]
async fn anyone_gets_name_number_and_town_and_nothing_else_from_three_letters_on() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(&bench, &register(&bench).await, Vec::new(), &[LOOK_UP]);
        let found = server.as_anyone("/api/v1/companies/typeahead?q=hej").await;
        assert_eq!(found.status, StatusCode::OK);
        let number = cvr(1);
        assert_eq!(
            found.html,
            format!(
                r#"[{{"value":"{number}","label":"Hejre Smedje ApS","detail":"CVR {number}, Albertslund"}}]"#
            )
        );
        assert_eq!(found.header("cache-control"), "no-store");
        for nothing in ["he", "", "%3Cscript%3E", "hejre%20cyk"] {
            assert_eq!(
                server.as_anyone(&format!("/api/v1/companies/typeahead?q={nothing}")).await.html,
                "[]",
                "{nothing}"
            );
        }
        assert_eq!(server.as_anyone("/api/v1/companies/typeahead").await.html, "[]");
    })
    .await;
}

#[tokio::test]
async fn whoever_would_copy_the_register_is_stopped_and_staff_are_not() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(&bench, &register(&bench).await, Vec::new(), &[LOOK_UP]);
        for _ in 0..60 {
            assert_eq!(server.as_anyone("/api/v1/companies/typeahead?q=hejre").await.status, StatusCode::OK);
        }
        assert_eq!(
            server.as_anyone("/api/v1/companies/typeahead?q=hejre").await.status,
            StatusCode::TOO_MANY_REQUESTS
        );
        assert_eq!(server.as_staff("/api/v1/companies/typeahead?q=hejre", "da").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn nobody_looks_companies_up_without_the_permission() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        let path = format!("/intern/virksomheder/{}", cvr(1));
        let server = Server::new(&bench, &register, Vec::new(), &[]);
        for path in ["/intern/virksomheder", path.as_str()] {
            assert_eq!(server.as_anyone(path).await.status, StatusCode::SEE_OTHER, "{path}");
            assert_eq!(server.as_staff(path, "da").await.status, StatusCode::FORBIDDEN, "{path}");
        }
        let server = Server::new(&bench, &register, Vec::new(), &[LOOK_UP]);
        for path in
            ["/intern/virksomheder/12345678", "/intern/virksomheder/99999999", "/intern/virksomheder/hej"]
        {
            assert_eq!(server.as_staff(path, "da").await.status, StatusCode::NOT_FOUND, "{path}");
        }
    })
    .await;
}

#[tokio::test]
async fn the_pages_in_both_languages() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        promises(&bench).await;
        let register = register(&bench).await;
        let memories: Vec<Arc<dyn CompanyMemory>> = vec![Arc::new(Memory)];
        let server = Server::new(&bench, &register, memories, &[LOOK_UP]);
        let company = format!("/intern/virksomheder/{}", cvr(1));
        for language in ["da", "en"] {
            for (name, path) in [
                ("find", "/intern/virksomheder"),
                ("found", "/intern/virksomheder?q=trane"),
                ("none", "/intern/virksomheder?q=%3Cb%3Ezzz"),
                ("company", company.as_str()),
            ] {
                let answer = server.as_staff(path, language).await;
                assert_eq!(answer.status, StatusCode::OK, "{path}");
                let main = answer.main();
                assert!(!main.contains("registry-"), "a message is missing: {main}");
                assert!(!main.contains("<script>"), "{main}");
                insta::assert_snapshot!(format!("{name}.{language}"), main);
            }
        }
        let fragment = server.fragment("/intern/virksomheder?q=trane").await;
        assert!(!fragment.html.contains("<html") && fragment.html.contains("Hejre Smedje ApS"));
        // Known only by a promise that no memory names: nothing of it may show.
        let page = server.as_staff(&company, "da").await.main();
        assert_eq!(page.matches("K7MP-2WXD").count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_screen_reader_reads_the_registers_danish_words_as_danish_on_an_english_page() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(&bench, &register(&bench).await, Vec::new(), &[LOOK_UP]);
        let company = format!("/intern/virksomheder/{}", cvr(1));
        let danish = |words: &str| format!("<span lang=\"da\">{words}");
        let english = server.as_staff(&company, "en").await.main();
        assert!(english.contains(&format!("<dd>{}", danish("Fremstilling"))), "{english}");
        assert!(english.contains(&format!("<dt>Legal form</dt><dd>{}", danish("F"))), "{english}");
        let found = server.as_staff("/intern/virksomheder?q=trane", "en").await.main();
        assert!(found.contains(&danish("Fremstilling")), "{found}");
        // Where the page itself is Danish nothing has to be said.
        let page = server.as_staff(&company, "da").await.main();
        assert!(page.contains("Fremstilling") && !page.contains("lang=\"da\""), "{page}");
    })
    .await;
}

async fn journal(bench: &Bench) -> Vec<String> {
    let filter = storage::LineFilter { capability: Some("registry".into()), ..Default::default() };
    let lines = storage::lines(&bench.read(), &filter, 100).await.unwrap();
    for line in &lines {
        assert!(
            !line.payload.to_string().contains("example.dk"),
            "an address is in the journal: {}",
            line.payload
        );
    }
    let mut words: Vec<String> =
        lines.into_iter().map(|line| line.word).filter(|word| word != "imported").collect();
    words.sort();
    words
}

/// Someone who only says so.
struct Stated;

#[async_trait]
impl CompanyMemory for Stated {
    async fn remember(
        &self,
        ctx: &Ctx,
        _: CvrNumber,
        _: &[Uuid],
        _: usize,
    ) -> Result<ports::Memory, StoreError> {
        let contact = CompanyContact {
            name: "Siger Det Selv".into(),
            email: "smed@example.dk".into(),
            phone: None,
            confirmed: false,
            source: None,
            last_seen: ctx.now(),
        };
        Ok(ports::Memory { contacts: vec![contact], ..ports::Memory::default() })
    }
}

#[tokio::test]
async fn a_contact_is_only_stated_until_someone_with_the_right_says_how_they_know() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let register = register(&bench).await;
        let server = Server::new(&bench, &register, vec![Arc::new(Stated)], &[LOOK_UP, registry::CONFIRM]);
        let company = format!("/intern/virksomheder/{}", cvr(1));
        let confirm = format!("{company}/kontakt");
        assert!(server.as_staff(&company, "da").await.says("Kun oplyst, ikke bekræftet"));

        let silent = server.post(&confirm, &[("email", "smed@example.dk")]).await;
        assert_eq!(silent.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(silent.says("Vælg, hvordan I ved det") && silent.html.contains("id=\"how-error\""));
        let unlikely = [("email", "smed@example.dk"), ("how", "register-phone")];
        let unlikely = server.post(&confirm, &unlikely).await;
        assert!(unlikely.says("CVR har ikke noget telefonnummer"), "{}", unlikely.text());
        let stranger = server.post(&confirm, &[("email", "anden@example.dk"), ("how", "visit")]).await;
        assert_eq!(stranger.status, StatusCode::NOT_FOUND, "nobody confirms whom nobody knows");
        assert_eq!(journal(&bench).await, Vec::<String>::new());

        for _ in 0..2 {
            let done = server.post(&confirm, &[("email", "Smed@Example.dk"), ("how", "visit")]).await;
            assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        }
        assert_eq!(journal(&bench).await, ["contact_confirmed"], "pressed twice it is one");
        let page = server.as_staff(&company, "da").await;
        assert!(!page.says("Kun oplyst") && page.says("Vi mødte personen hos virksomheden"));

        let id = page.hidden(&format!("{confirm}/fortryd"), "confirmation");
        let other = format!("/intern/virksomheder/{}/kontakt/fortryd", cvr(2));
        assert_eq!(server.post(&other, &[("confirmation", &id)]).await.status, StatusCode::NOT_FOUND);
        let back = server.post(&format!("{confirm}/fortryd"), &[("confirmation", &id)]).await;
        assert_eq!(back.status, StatusCode::SEE_OTHER);
        assert!(server.as_staff(&company, "da").await.says("Kun oplyst, ikke bekræftet"));
        assert_eq!(journal(&bench).await, ["confirmation_withdrawn", "contact_confirmed"]);

        let server = Server::new(&bench, &register, vec![Arc::new(Stated)], &[LOOK_UP]);
        assert!(!server.as_staff(&company, "da").await.html.contains("/kontakt\""));
        let refused = server.post(&confirm, &[("email", "smed@example.dk"), ("how", "visit")]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn whoever_asks_is_told_of_the_confirmation_and_it_is_erased_for_good() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(
            &bench,
            &register(&bench).await,
            vec![Arc::new(Stated)],
            &[LOOK_UP, registry::CONFIRM],
        );
        let company = format!("/intern/virksomheder/{}", cvr(1));
        let confirm = [("email", "smed@example.dk"), ("how", "visit")];
        server.post(&format!("{company}/kontakt"), &confirm).await;
        let email: kernel::Email = "Smed@example.dk".parse().unwrap();
        let (db, ctx) = (&bench.db, bench.ctx());
        let held = registry::personal_data::export(db, &ctx, &email).await.unwrap();
        assert_eq!(held.iter().map(|one| one.cvr).collect::<Vec<_>>(), [cvr(1)]);
        assert_eq!(registry::personal_data::erase(db, &ctx, &email).await.unwrap(), 1);
        assert!(registry::personal_data::export(db, &ctx, &email).await.unwrap().is_empty());
        assert!(server.as_staff(&company, "da").await.says("Kun oplyst, ikke bekræftet"));
    })
    .await;
}

#[tokio::test]
async fn a_confirmation_lapses_after_two_years() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(
            &bench,
            &register(&bench).await,
            vec![Arc::new(Stated)],
            &[LOOK_UP, registry::CONFIRM],
        );
        let company = format!("/intern/virksomheder/{}", cvr(1));
        let forget = async || {
            let holder = (registry::manifest().holder.unwrap())(server.app());
            holder.forget(&bench.ctx(), kernel::RuleBook::denmark()).await.unwrap();
        };
        let confirm = [("email", "smed@example.dk"), ("how", "visit")];
        server.post(&format!("{company}/kontakt"), &confirm).await;
        bench.later(Duration::days(700));
        forget().await;
        assert!(!server.as_staff(&company, "da").await.says("Kun oplyst"));
        bench.later(Duration::days(40));
        forget().await;
        assert!(server.as_staff(&company, "da").await.says("Kun oplyst, ikke bekræftet"));
    })
    .await;
}

#[tokio::test]
async fn the_timeline_is_narrowed_to_a_kind_and_a_department() {
    each_engine(migrations, |bench| async move {
        town(&bench).await;
        let server = Server::new(&bench, &register(&bench).await, vec![Arc::new(Memory)], &[LOOK_UP]);
        let company = format!("/intern/virksomheder/{}", cvr(1));
        let both = server.as_staff(&company, "da").await;
        assert!(both.says("Skiftede navn") && both.says("Jonas Birk"));
        let register = server.as_staff(&format!("{company}?slags=cvr"), "da").await;
        assert!(register.says("Skiftede navn") && !register.says("Jonas Birk"));
        let contact = server.as_staff(&format!("{company}?slags=kontakt&afdeling=Byggesag"), "da").await;
        assert!(!contact.says("Skiftede navn") && contact.says("Jonas Birk"));
        let other = server.as_staff(&format!("{company}?afdeling=Vej"), "da").await;
        assert!(other.says("Der er ikke sket noget af den slags") && other.says("Vis alt"));
    })
    .await;
}

#[test]
fn both_languages_say_the_same_things() {
    let keys = |text: &str| -> Vec<String> {
        let lines = text.lines().filter(|line| line.starts_with("registry-"));
        lines.map(|line| line.split(" =").next().unwrap().to_owned()).collect()
    };
    let messages = registry::manifest().messages;
    assert_eq!(keys(messages.da), keys(messages.en));
    for word in registry::manifest().journal_words {
        assert!(keys(messages.da).contains(&format!("registry-journal-{word}")), "{word}");
    }
}
