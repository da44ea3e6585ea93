//! A message after the answer that asks for nothing.

use axum::http::StatusCode;
use enquiries::{
    commands::{self, Sent},
    model::{Avoidable, CaseState, Outcome},
};
use ledger::{Promise, PromiseKind, PromiseState};

use crate::town::{Town, each_engine};

/// Asks, gets its answer, and writes once more the day after.
async fn asked_and_answered(town: &Town, then: &str) -> Sent {
    let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
    commands::reply(&town.app, &town.ctx("Line Krog"), sent.case.id, 1, "I skal søge.", true, &[])
        .await
        .unwrap();
    town.bench.later(chrono::Duration::days(1));
    write(town, &sent, then).await;
    sent
}

async fn write(town: &Town, sent: &Sent, text: &str) {
    let words = commands::CompanyWords {
        text: text.into(),
        files: Vec::new(),
        draft: None,
        form_key: town.bench.id(),
    };
    commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
}

async fn answers(town: &Town, sent: &Sent) -> Vec<Promise> {
    let all = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
    all.into_iter().filter(|one| one.kind == PromiseKind::ANSWER).collect()
}

#[tokio::test]
async fn thanks_after_the_answer_are_settled_with_one_click_and_the_company_reads_why() {
    each_engine(async |town: Town| {
        let sent = asked_and_answered(&town, "Tak!").await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let tracking = format!("/henvendelse/{}", sent.link.as_str());
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(page.says("Kræver ikke svar"), "{}", page.text());
        let choice = page.html.split_once("id=\"settle-why\"").unwrap().1;
        assert!(
            choice.find("no-answer-thanks") < choice.find("no-answer-told"),
            "thanks are the first choice"
        );
        let done = line.fill(&page, &format!("{path}/intet-svar"), &[("why", "no-answer-thanks")]).await;
        assert_eq!(done.location, path, "{}", done.text());
        let ended = answers(&town, &sent).await;
        let reason = ended[1].state.reason().map(kernel::Code::as_str);
        assert!(matches!(ended[0].state, PromiseState::Kept { .. }), "{ended:?}");
        assert!(matches!(ended[1].state, PromiseState::Withdrawn { .. }), "{ended:?}");
        assert_eq!(reason, Some("no-answer-thanks"));
        let page = line.get(&path).await;
        let told = "Line Krog læste beskeden. Den kræver ikke svar: En tak eller en hilsen.";
        assert!(page.says(told) && !page.html.contains("id=\"settle\""), "{}", page.text());
        let english = town.browser("Line Krog").in_language("en").get(&path).await;
        assert!(english.says("It needs no answer: Thanks or a greeting."), "{}", english.text());
        let own = town.stranger().get(&tracking).await;
        assert!(own.says("Tak for beskeden. Vi læste den"), "{}", own.text());
        assert!(own.says("har svaret") || own.says("Svaret"), "it stands as answered: {}", own.text());
        let own = town.stranger().in_language("en").get(&tracking).await;
        assert!(own.says("Thank you for your message. We read it"), "{}", own.text());
        // What it asks next is owed an answer again.
        town.bench.later(chrono::Duration::days(1));
        write(&town, &sent, "Hvor højt må det være?").await;
        let again = answers(&town, &sent).await;
        assert_eq!(again.len(), 3);
        assert_eq!(again[2].state, PromiseState::Open);
        assert!(line.get(&path).await.html.contains("id=\"settle\""));
    })
    .await;
}

#[tokio::test]
async fn a_question_that_was_never_answered_cannot_be_settled_without_words() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let settle = format!("{path}/intet-svar");
        let mut line = town.browser("Line Krog");
        assert!(!line.get(&path).await.html.contains("id=\"settle\""));
        let thanks = [("version", "1"), ("why", "no-answer-thanks")];
        let refused = line.post(&settle, &thanks).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Her er ikke givet et svar endnu"), "{}", refused.text());
        assert_eq!(answers(&town, &sent).await[0].state, PromiseState::Open);
        let elsewhere = town.browser("Karen Dahl").post(&settle, &thanks).await;
        assert_eq!(elsewhere.status, StatusCode::NOT_FOUND, "{}", elsewhere.text());
        let sent = asked_and_answered(&town, "Tak!").await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let page = line.get(&path).await;
        let refused = line.fill(&page, &format!("{path}/intet-svar"), &[("why", "spam")]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "a reason of one's own is none");
    })
    .await;
}

#[tokio::test]
async fn thanks_for_an_ended_enquiry_are_settled_and_it_ends_again_as_it_had() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let closing = commands::Closing {
            outcome: Outcome::Guided,
            avoidable: Avoidable::MissingGuidance,
            text: "I skal søge.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, 1, closing).await.unwrap();
        town.bench.later(chrono::Duration::days(1));
        write(&town, &sent, "Tusind tak for hjælpen").await;
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Open);
        let mails = async || outcome_mails(&town).await;
        let before = mails().await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/intet-svar"), &[("why", "no-answer-thanks")]).await;
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Closed(Outcome::Guided));
        assert_eq!(mails().await, before, "nobody is told a second time how it ended");
        // Once more, with a question: it is open until that is answered, thanks or not.
        write(&town, &sent, "Og hvor højt?").await;
        let version = town.case(sent.case.id).await.version;
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, sent.case.id, version, "To meter.", true, &[]).await.unwrap();
        write(&town, &sent, "Tak").await;
        let version = town.case(sent.case.id).await.version;
        let why = "no-answer-thanks".parse().unwrap();
        commands::settle(&town.app, &line, sent.case.id, version, &why).await.unwrap();
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Open, "its end was never written");
    })
    .await;
}

async fn outcome_mails(town: &Town) -> usize {
    let mails = outreach::captured(&town.bench.read(), 1_000).await.unwrap();
    mails.iter().filter(|mail| mail.to.as_str() == "nordvangel@example.dk").count()
}

#[tokio::test]
async fn what_was_settled_is_counted_apart_and_neither_as_in_time_nor_as_late() {
    each_engine(async |town: Town| {
        let sent = asked_and_answered(&town, "Tak!").await;
        // It lies for a month before anyone settles it: nothing is late by that.
        town.bench.later(chrono::Duration::days(30));
        let version = town.case(sent.case.id).await.version;
        let why = "no-answer-thanks".parse().unwrap();
        commands::settle(&town.app, &town.ctx("Line Krog"), sent.case.id, version, &why).await.unwrap();
        town.bench.seal().await;
        let mut lars = town.browser("Lars Holt");
        let page = lars.get("/intern/tal?periode=2026").await;
        assert!(page.says("Byggesagsteamet 0 0 1"), "{}", page.text());
        let list = lars.get("/intern/tal/henvendelser?periode=2026&tal=uden-svar").await;
        assert!(list.says(&sent.case.number), "{}", list.text());
        let ctx = town.ctx("Lars Holt");
        let all = town.app.kept::<enquiries::KeptFigures>();
        let all = all.cases(&town.app.db, &ctx, &town.app.calendar).await.unwrap();
        let cases = all.values().map(AsRef::as_ref);
        let answer = enquiries::figures::account(cases, town.bench.now(), &town.bench.calendar).answer;
        assert_eq!((answer.n, answer.within_goal, answer.late, answer.missed), (1, 1, 0, 0));
        assert_eq!(answer.withdrawn, 1);
    })
    .await;
}
