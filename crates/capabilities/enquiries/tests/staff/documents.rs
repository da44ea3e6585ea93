//! A request for access to documents: the days of the law, and what whoever asked is told when they cannot be kept.

use axum::http::StatusCode;
use enquiries::{
    commands::{self, Sent},
    model::CaseState,
};
use ledger::{Promise, PromiseKind};

use crate::town::{Town, each_engine};

async fn ask(town: &Town) -> Sent {
    town.ask("Nordvang El", "access-to-documents", "Vi vil gerne se alt i vores byggesag.").await
}

async fn owed(town: &Town, sent: &Sent) -> Promise {
    let promises = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
    promises.into_iter().find(|one| one.kind == PromiseKind::ANSWER).unwrap()
}

async fn tracked(town: &Town, sent: &Sent) -> String {
    town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await.text()
}

#[tokio::test]
async fn documents_are_owed_in_the_days_of_the_law_and_a_question_back_does_not_stop_them() {
    each_engine(async |town: Town| {
        // Monday 23 November is day 0; the seventh working day is Wednesday 2 December.
        let sent = ask(&town).await;
        assert_eq!(owed(&town, &sent).await.due_on, "2026-12-02".parse().unwrap());
        assert!(tracked(&town, &sent).await.contains("onsdag den 2. december 2026"));
        let sofie = town.ctx("Sofie Lind");
        commands::ask(&town.app, &sofie, sent.case.id, 1, "Hvilken byggesag?").await.unwrap();
        assert_eq!(town.case(sent.case.id).await.state, CaseState::WaitingForCompany);
        let promise = owed(&town, &sent).await;
        assert!(promise.paused_since.is_none() && promise.due_on == "2026-12-02".parse().unwrap());
    })
    .await;
}

#[tokio::test]
async fn whoever_asked_is_told_why_it_takes_longer_and_the_promise_stays_where_it_was() {
    each_engine(async |town: Town| {
        let sent = ask(&town).await;
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let action = format!("{path}/tager-laengere");
        let mut sofie = town.browser("Sofie Lind");
        let page = sofie.get(&path).await;
        let words = "Sagen fylder 4.000 sider.";
        for until in ["", "2026-12-02", "2026-11-01", "2028-01-01"] {
            let refused = sofie.fill(&page, &action, &[("text", words), ("until", until)]).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{until}");
            assert!(
                refused.says("Skriv en dato efter svarfristen") && refused.says(words),
                "{}",
                refused.text()
            );
        }
        let refused = sofie.fill(&page, &action, &[("text", ""), ("until", "2026-12-16")]).await;
        assert!(refused.html.contains("2026-12-16"), "the date is lost");
        let done = sofie.fill(&refused, &action, &[("text", words), ("until", "2026-12-16")]).await;
        assert_eq!(done.status, StatusCode::SEE_OTHER, "{}", done.text());
        town.work().await;
        assert_eq!(owed(&town, &sent).await.due_on, "2026-12-02".parse().unwrap(), "what was promised stays");
        let told = tracked(&town, &sent).await;
        for said in
            [words, "Vi forventer at være færdige senest onsdag den 16. december 2026.", "§ 36, stk. 2"]
        {
            assert!(told.contains(said), "{said}: {told}");
        }
        let mails = outreach::captured(&town.bench.read(), 100).await.unwrap();
        let told = mails.iter().filter(|mail| mail.to.as_str() == "nordvangel@example.dk");
        assert!(
            told.into_iter().any(|mail| mail.text.contains("16. december 2026")),
            "nobody is told by mail"
        );
        let page = sofie.get(&path).await;
        assert!(
            page.says("hvorfor aktindsigten tager længere tid. Svaret ventes senest onsdag den 16. december"),
            "{}",
            page.text()
        );
    })
    .await;
}

#[tokio::test]
async fn only_what_is_owed_as_documents_can_take_longer_in_this_way() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
        let line = town.ctx("Line Krog");
        let until = "2026-12-16".parse().ok();
        let refused = commands::take_longer(&town.app, &line, sent.case.id, 1, "Vi har travlt.", until).await;
        assert!(refused.is_err());
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
        assert!(!page.html.contains("tager-laengere"));
    })
    .await;
}
