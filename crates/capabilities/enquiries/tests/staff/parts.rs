//! What other teams owe of an answer, and what becomes of it when the enquiry goes another way.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, CompanyWords, Sent},
    model::{Avoidable, CaseState, Outcome},
    store,
};
use ledger::PromiseState;

use crate::town::{Town, each_engine};

/// An enquiry of the building team, which has asked the roads team for a part.
async fn with_part(town: &Town) -> Sent {
    let sent = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await;
    let (line, roads) = (town.ctx("Line Krog"), town.teams["roads"]);
    commands::ask_part(&town.app, &line, sent.case.id, 1, roads, "Kan der køres ind?").await.unwrap();
    town.bench.later(Duration::minutes(5));
    sent
}

/// What the roads team sees of it, where it sees anything.
async fn asked_of_roads(town: &Town, sent: &Sent) -> bool {
    let page = town.browser("Karen Dahl").get("/intern/indbakke?vis=dele").await;
    let owed = store::parts_owed(&town.bench.read(), &[town.teams["roads"]]).await.unwrap();
    let is_listed = page.says(&sent.case.number);
    assert_eq!(is_listed, !owed.is_empty(), "{}", page.text());
    is_listed
}

async fn close(town: &Town, sent: &Sent) -> commands::Outcome {
    let text = "Ja, det må I gerne.";
    let closing = commands::Closing {
        outcome: Outcome::Answered,
        avoidable: Avoidable::No,
        text,
        authority: None,
        forwarded_on: None,
        filing: enquiries::model::SaidOfFiling::Owed,
    };
    let version = town.case(sent.case.id).await.version;
    commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, version, closing).await
}

#[tokio::test]
async fn an_enquiry_that_was_taken_back_and_taken_up_again_can_be_closed_though_a_part_was_asked_for() {
    each_engine(async |town: Town| {
        let sent = with_part(&town).await;
        assert!(asked_of_roads(&town, &sent).await);
        commands::withdraw(&town.app, &town.company(), &sent.link).await.unwrap();
        assert!(!asked_of_roads(&town, &sent).await, "nobody waits for it any more");
        let page = town.browser("Karen Dahl").get(&format!("/intern/henvendelser/{}", sent.case.id)).await;
        assert!(!page.html.contains("/delsvar/"), "an answer is asked for that nobody wants");
        town.bench.later(Duration::minutes(5));
        let text = "Vi vil alligevel gerne vide det.".to_owned();
        let words = CompanyWords { text, files: Vec::new(), draft: None, form_key: town.bench.id() };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        close(&town, &sent).await.unwrap();
        assert_eq!(town.case(sent.case.id).await.state, CaseState::Closed(Outcome::Answered));
    })
    .await;
}

#[tokio::test]
async fn spam_and_what_is_joined_with_another_leave_no_part_behind() {
    each_engine(async |town: Town| {
        let spam = with_part(&town).await;
        let version = town.case(spam.case.id).await.version;
        town.spam("Line Krog", spam.case.id, version).await.unwrap();
        assert!(!asked_of_roads(&town, &spam).await);
        let first = town.ask("Nordvang El", "signage", "Må vi sætte et skilt op?").await.case;
        let second = with_part(&town).await;
        let version = town.case(second.case.id).await.version;
        let line = town.ctx("Line Krog");
        commands::mark_duplicate(&town.app, &line, second.case.id, version, &first.number).await.unwrap();
        assert!(!asked_of_roads(&town, &second).await);
    })
    .await;
}

#[tokio::test]
async fn a_topic_that_turns_out_to_be_told_in_confidence_leaves_the_other_teams_inbox_and_notices() {
    each_engine(async |town: Town| {
        let sent = with_part(&town).await;
        assert_eq!(town.notices("Karen Dahl").await, ["part-asked"]);
        let mut line = town.browser("Line Krog");
        let path = format!("/intern/henvendelser/{}", sent.case.id);
        let page = line.get(&path).await;
        line.fill(&page, &format!("{path}/emne"), &[("topic", "sick-leave")]).await;
        assert!(town.case(sent.case.id).await.confidential);
        assert!(!asked_of_roads(&town, &sent).await);
        assert_eq!(town.browser("Karen Dahl").get(&path).await.status, StatusCode::NOT_FOUND);
        assert!(town.notices("Karen Dahl").await.is_empty(), "a notice tells of it");
        assert!(town.notices("Jonas Birk").await.contains(&"new".to_owned()), "the team has it still");
        let promises = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
        let mut open = promises.iter().filter(|promise| promise.state == PromiseState::Open);
        assert!(open.all(|promise| promise.debtor.team() == Some(sent.case.team)));
        close(&town, &sent).await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn an_enquiry_that_another_one_is_joined_with_waits_for_the_company_no_more() {
    each_engine(async |town: Town| {
        let first = town.ask("Nordvang El", "building-permit", "Må vi bygge til?").await.case;
        let line = town.ctx("Line Krog");
        commands::ask(&town.app, &line, first.id, first.version, "Hvor meget?").await.unwrap();
        town.bench.later(Duration::minutes(5));
        let second = town.ask("Nordvang El", "signage", "Tyve kvadratmeter.").await.case;
        commands::mark_duplicate(&town.app, &line, second.id, second.version, &first.number).await.unwrap();
        assert_eq!(town.case(first.id).await.state, CaseState::Open);
        let promises = ledger::of_subjects(&town.bench.read(), &[first.id.uuid()]).await.unwrap();
        assert!(promises.iter().all(|promise| promise.paused_since.is_none()), "the clock stands still");
        let inbox = town.browser("Line Krog").get("/intern/indbakke?vis=skyldes").await;
        assert!(inbox.says(&first.number), "{}", inbox.text());
    })
    .await;
}
