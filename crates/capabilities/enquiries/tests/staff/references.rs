//! What an enquiry is called in other systems: noted by the team, seen by the company, asked after when news does not come.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, Sent},
    jobs::Watch,
    model::{Avoidable, Outcome, Reference, ReferenceDetails, TypedReference},
    personal_data, store,
};

use crate::town::{Answer, Browser, Town, each_engine};

const BUILDING: [(&str, &str); 5] = [
    ("system", "byg-og-miljoe"),
    ("number", "BOM-2026-01234"),
    ("link", "https://www.bygogmiljoe.dk/sag/01234"),
    ("expected", "2026-12-01"),
    ("visible", "yes"),
];

async fn references(town: &Town, sent: &Sent) -> Vec<Reference> {
    store::references(&town.bench.read(), &[sent.case.id]).await.unwrap()
}

fn path(sent: &Sent) -> String {
    format!("/intern/henvendelser/{}", sent.case.id)
}

async fn tracked(town: &Town, sent: &Sent) -> Answer {
    town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await
}

async fn refer(line: &mut Browser<'_>, sent: &Sent, fields: &[(&str, &str)]) -> Answer {
    let page = line.get(&path(sent)).await;
    line.fill(&page, &format!("{}/henvisning", path(sent)), fields).await
}

/// The same without a browser.
async fn note(town: &Town, sent: &Sent, expected_on: &str) {
    let typed = TypedReference {
        system: "vitas",
        number: "V-77",
        expected_on,
        is_shown: true,
        ..TypedReference::default()
    };
    let version = town.case(sent.case.id).await.version;
    let details = ReferenceDetails::read(typed).unwrap();
    commands::refer(&town.app, &town.ctx("Line Krog"), sent.case.id, version, None, details).await.unwrap();
}

async fn close(town: &Town, sent: &Sent) {
    let closing = commands::Closing {
        outcome: Outcome::Answered,
        avoidable: Avoidable::No,
        text: "Ja.",
        authority: None,
        forwarded_on: None,
        filing: enquiries::model::SaidOfFiling::NotFiled {
            because: "no-weight".parse().unwrap(),
            words: String::new(),
        },
    };
    let version = town.case(sent.case.id).await.version;
    commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, version, closing).await.unwrap();
}

#[tokio::test]
async fn the_company_sees_where_its_building_case_is_and_nobody_but_us_sees_the_link() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let mut line = town.browser("Line Krog");
        let answer = refer(&mut line, &sent, &BUILDING).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text());
        let page = line.get(&path(&sent)).await;
        for words in [
            "Henvisningen er gemt.",
            "Byg og Miljø BOM-2026-01234",
            "Åbn på www.bygogmiljoe.dk",
            "I venter nyt senest tirsdag den 1. december 2026.",
            "Noteret af Line Krog",
            "Line Krog noterede en sag i et andet system: Byg og Miljø. Nyt ventes senest tirsdag",
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        assert!(page.html.contains("rel=\"noreferrer noopener\""), "the page we lead to learns where from");
        let page = tracked(&town, &sent).await;
        assert!(
            page.says("Byg og Miljø : BOM-2026-01234") || page.says("Byg og Miljø: BOM-2026-01234"),
            "{}",
            page.text()
        );
        assert!(page.says("Vi venter nyt senest tirsdag den 1. december 2026."), "{}", page.text());
        assert!(!page.html.contains("bygogmiljoe.dk"), "the link is for those who may open it");
        let english =
            town.stranger().in_language("en").get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(english.says("Byg og Miljø (building permits)"), "{}", english.text());
    })
    .await;
}

#[tokio::test]
async fn what_the_company_may_not_see_it_does_not_see() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let hidden: Vec<_> = BUILDING.into_iter().filter(|(name, _)| *name != "visible").collect();
        refer(&mut town.browser("Line Krog"), &sent, &hidden).await;
        assert_eq!(references(&town, &sent).await.len(), 1);
        let page = tracked(&town, &sent).await;
        assert!(!page.says("BOM-2026") && !page.says("Jeres sag i andre systemer"), "{}", page.text());
        let page = town.browser("Line Krog").get(&path(&sent)).await;
        assert!(page.says("Virksomheden kan ikke se den."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_wrong_reference_is_pointed_at_and_nothing_that_was_typed_is_lost() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let mut line = town.browser("Line Krog");
        let fields = [
            ("system", "other"),
            ("number", "SAG-9"),
            ("link", "http://sager.example.dk"),
            ("expected", "i morgen"),
        ];
        let refused = refer(&mut line, &sent, &fields).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        for words in
            ["Skriv, hvad systemet hedder", "Linket skal begynde med https", "Skriv en dato fra i dag"]
        {
            assert!(refused.says(words), "{words}: {}", refused.text());
        }
        for typed in ["value=\"SAG-9\"", "value=\"http://sager.example.dk\"", "value=\"other\" selected"] {
            assert!(refused.html.contains(typed), "{typed} is lost");
        }
        let past = [("system", "virk"), ("number", "1"), ("expected", "2026-11-01")];
        let refused = refer(&mut line, &sent, &past).await;
        assert!(refused.says("Skriv en dato fra i dag"), "{}", refused.text());
        let cpr = [("system", "virk"), ("number", "010190-1234")];
        let refused = refer(&mut line, &sent, &cpr).await;
        assert!(refused.says("Det ligner et CPR-nummer"), "{}", refused.text());
        assert!(references(&town, &sent).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn of_two_who_change_the_same_reference_the_second_is_shown_what_the_first_did() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let (mut line, mut jonas) = (town.browser("Line Krog"), town.browser("Jonas Birk"));
        refer(&mut line, &sent, &BUILDING).await;
        let id = references(&town, &sent).await[0].id.to_string();
        let (seen_by_line, seen_by_jonas) = (line.get(&path(&sent)).await, jonas.get(&path(&sent)).await);
        town.bench.later(Duration::minutes(1));
        let action = format!("{}/henvisning", path(&sent));
        let changed = [("reference", id.as_str()), ("system", "byg-og-miljoe"), ("number", "BOM-A")];
        assert_eq!(line.fill(&seen_by_line, &action, &changed).await.status, StatusCode::SEE_OTHER);
        let changed = [("reference", id.as_str()), ("system", "byg-og-miljoe"), ("number", "BOM-B")];
        let refused = jonas.fill(&seen_by_jonas, &action, &changed).await;
        assert_ne!(refused.status, StatusCode::SEE_OTHER, "one of both is lost without a word");
        assert!(refused.html.contains("value=\"BOM-B\"") && refused.says("BOM-A"), "{}", refused.text());
        assert!(refused.says("Line Krog rettede henvisningen til et andet system: Byg og Miljø."));
        assert_eq!(jonas.fill(&refused, &action, &changed).await.status, StatusCode::SEE_OTHER);
        assert_eq!(references(&town, &sent).await[0].details.number, "BOM-B");
        let removed = line.fill(&seen_by_line, &format!("{action}/fjern"), &[("reference", &id)]).await;
        assert_eq!(removed.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(references(&town, &sent).await.len(), 1, "what the other has just changed is gone unseen");
        let page = line.get(&path(&sent)).await;
        line.fill(&page, &format!("{action}/fjern"), &[("reference", &id)]).await;
        assert!(references(&town, &sent).await.is_empty());
        let page = line.get(&path(&sent)).await;
        assert!(page.says("Line Krog fjernede henvisningen"), "{}", page.text());
        assert!(!tracked(&town, &sent).await.says("BOM-B"));
        let refused = jonas.fill(&seen_by_jonas, &action, &changed).await;
        assert!(refused.html.contains("value=\"BOM-B\""), "what was typed of one that is gone is lost");
    })
    .await;
}

#[tokio::test]
async fn a_day_that_passes_without_news_gives_whoever_has_the_case_one_notice_also_after_its_end() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let line = town.ctx("Line Krog");
        let id = sent.case.id;
        commands::assign(&town.app, &line, id, 1, Some(town.person("Line Krog"))).await.unwrap();
        note(&town, &sent, "2026-11-25").await;
        close(&town, &sent).await;
        let told = async || {
            town.run(&Watch {}).await;
            town.notices("Line Krog").await.into_iter().filter(|kind| kind == "no-news").count()
        };
        town.bench.at("2026-11-25T14:00");
        assert_eq!(told().await, 0, "the day is not over");
        town.bench.at("2026-11-26T09:00");
        assert_eq!((told().await, told().await), (1, 1), "once, however often one looks");
        assert!(town.notices("Jonas Birk").await.iter().all(|kind| kind != "no-news"));
        let page = tracked(&town, &sent).await;
        assert!(page.says("Vi ventede nyt senest onsdag den 25. november 2026."), "{}", page.text());
        let reference = references(&town, &sent).await.remove(0);
        let details = ReferenceDetails { expected_on: "2026-11-30".parse().ok(), ..reference.details };
        let version = town.case(id).await.version;
        let line = town.ctx("Line Krog");
        commands::refer(&town.app, &line, id, version, Some(reference.id), details).await.unwrap();
        assert_eq!(told().await, 1, "a new day is waited for");
        town.bench.at("2026-12-01T09:00");
        assert_eq!(told().await, 2);
        let page = town.browser("Line Krog").get("/intern/beskeder").await;
        assert!(page.says("Ventede du nyt om henvendelse"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn only_the_team_that_has_the_case_notes_where_it_is_elsewhere() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        let action = format!("{}/henvisning", path(&sent));
        let roads = town.browser("Karen Dahl").post(&action, &BUILDING).await;
        assert_eq!(roads.status, StatusCode::NOT_FOUND);
        let consultant = town.browser("Mette Holm").post(&action, &BUILDING).await;
        assert_eq!(consultant.status, StatusCode::FORBIDDEN);
        assert!(references(&town, &sent).await.is_empty());
        refer(&mut town.browser("Line Krog"), &sent, &BUILDING).await;
        let page = town.browser("Mette Holm").get(&path(&sent)).await;
        assert!(page.says("BOM-2026-01234") && !page.says("Ret eller fjern"), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_is_joined_with_another_takes_its_number_elsewhere_along() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let second = town.ask("Nordvang El", "signage", "Hvor er vores byggesag?").await;
        let stranger = town.ask("Smedjen", "building-permit", "Må vi også?").await;
        note(&town, &second, "").await;
        note(&town, &stranger, "").await;
        for sent in [&second, &stranger] {
            let version = town.case(sent.case.id).await.version;
            let line = town.ctx("Line Krog");
            commands::mark_duplicate(&town.app, &line, sent.case.id, version, &first.case.number)
                .await
                .unwrap();
        }
        assert_eq!(references(&town, &first).await.len(), 1, "another's number is not ours to tell");
        assert!(tracked(&town, &first).await.says("V-77"));
        assert_eq!(references(&town, &stranger).await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_reference_is_handed_out_with_what_we_hold_and_goes_with_the_words() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Hvor langt er vores byggesag?").await;
        note(&town, &sent, "2026-12-01").await;
        let held = town.browser("nordvangel@example.dk").get("/virksomhed/oplysninger.json").await;
        assert!(held.html.contains("V-77"), "{}", held.html);
        close(&town, &sent).await;
        let email = "nordvangel@example.dk".parse().unwrap();
        let done = personal_data::erase(&town.app, &town.bench.ctx(), &email).await.unwrap();
        assert_eq!(done.erased.cases, 1);
        let left = town.bench.columns_with(crate::town::migrations, &["V-77"]).await;
        assert_eq!(left, Vec::<String>::new());
        let page = town.browser("Line Krog").get(&path(&sent)).await;
        assert!(page.says("VITAS") && !page.says("V-77"), "{}", page.text());
        town.bench.at("2026-12-02T09:00");
        town.run(&Watch {}).await;
        assert!(
            !town.notices("Line Krog").await.contains(&"no-news".to_owned()),
            "nobody is left to ask for"
        );
    })
    .await;
}
