//! What is no enquiry leaves the account; a real one never does.

use axum::http::StatusCode;
use chrono::Duration;
use enquiries::{
    commands::{self, NewEnquiry},
    model::{Asker, CaseRefusal, CaseState, Channel, Contact},
};
use kernel::{CaseId, CvrNumber, Failure, Language};
use ledger::{Promise, PromiseState};

use crate::town::{REGISTERED, Town, each_engine};

fn refused(outcome: &commands::Outcome) -> Option<CaseRefusal> {
    match outcome {
        Err(Failure::Refused(refusal)) => Some(*refusal),
        _ => None,
    }
}

async fn promises(town: &Town, case: CaseId) -> Vec<Promise> {
    ledger::of_subjects(&town.bench.read(), &[case.uuid()]).await.unwrap()
}

fn from(town: &Town, cvr: Option<CvrNumber>) -> NewEnquiry {
    let ctx = town.company();
    NewEnquiry {
        topic: "building-permit".parse().unwrap(),
        asker: Asker::Company { cvr, name: "Smedjen".into() },
        contact: Contact { name: "Bo".into(), email: "bo@example.dk".parse().unwrap(), phone: None },
        about: None,
        text: "Må vi bygge?".into(),
        language: Language::Da,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: "Må vi bygge?".into(),
    }
}

#[tokio::test]
async fn a_real_answered_case_cannot_be_marked_as_spam_and_the_page_says_what_to_do_instead() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi bygge?").await.case.id;
        let line = town.ctx("Line Krog");
        commands::reply(&town.app, &line, case, 1, "Vi ser på det.", false, &[]).await.unwrap();
        let outcome = town.spam("Line Krog", case, 2).await;
        assert_eq!(refused(&outcome), Some(CaseRefusal::SpamAnswered));
        let path = format!("/intern/henvendelser/{case}");
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        assert!(
            page.says("Vi har skrevet til afsenderen, så det er en henvendelse. Afslut den med et svar, eller saml den"),
            "{}",
            page.text()
        );
        assert!(!page.html.contains("id=\"spam-why\""), "there is no button for it either");
        let fields = [("version", "2"), ("why", "advertising")];
        assert_eq!(line.post(&format!("{path}/spam"), &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(town.case(case).await.state, CaseState::Open);
    })
    .await;
}

#[tokio::test]
async fn a_company_of_the_register_and_someone_who_talked_with_us_are_no_spam() {
    each_engine(async |town: Town| {
        let new = from(&town, CvrNumber::invented(REGISTERED));
        let registered = commands::send(&town.app, town.guide(), &town.company(), new, None).await.unwrap();
        let outcome = town.spam("Line Krog", registered.case.id, 1).await;
        assert_eq!(refused(&outcome), Some(CaseRefusal::SpamRegistered));
        let phone = Some(commands::Entered { channel: Channel::Phone, was_told: false });
        let new = from(&town, None);
        let rang = commands::send(&town.app, town.guide(), &town.ctx("Line Krog"), new, phone).await.unwrap();
        let outcome = town.spam("Line Krog", rang.case.id, 1).await;
        assert_eq!(refused(&outcome), Some(CaseRefusal::SpamConfirmed));
        let mut new = from(&town, None);
        new.suspicion = 5;
        let held_back = commands::send(&town.app, town.guide(), &town.company(), new, None).await.unwrap();
        commands::confirm(&town.app, town.guide(), &town.company(), &held_back.link).await.unwrap();
        let outcome = town.spam("Line Krog", held_back.case.id, 2).await;
        assert_eq!(refused(&outcome), Some(CaseRefusal::SpamConfirmed));
    })
    .await;
}

#[tokio::test]
async fn what_was_marked_as_spam_by_mistake_is_owed_again_with_its_own_dates_and_the_leader_knows_both_times()
{
    each_engine(async |town: Town| {
        let case = town.ask("Ukendt ApS", "building-permit", "Må vi bygge?").await.case.id;
        let due = |all: &[Promise]| -> Vec<_> {
            all.iter().map(|one| (one.kind.clone(), one.due_on, one.cohort)).collect()
        };
        let before = promises(&town, case).await;
        town.spam("Line Krog", case, 1).await.unwrap();
        assert!(promises(&town, case).await.iter().all(|one| one.state != PromiseState::Open));
        assert!(town.notices("Lars Holt").await.contains(&"spam".to_owned()));
        town.bench.later(Duration::days(20));
        let mut line = town.browser("Line Krog");
        let path = format!("/intern/henvendelser/{case}");
        let page = line.get(&path).await;
        let undone = line.fill(&page, &format!("{path}/ikke-spam"), &[]).await;
        assert_eq!(undone.status, StatusCode::SEE_OTHER, "{}", undone.text());
        let mut open = promises(&town, case).await;
        open.retain(|one| one.state == PromiseState::Open);
        assert_eq!(due(&open), due(&before), "the same dates: both are late now");
        assert!(open.iter().all(|one| before.iter().any(|old| one.follows == Some(old.id))));
        assert!(line.get(&path).await.says("Det var ikke spam."));
        assert!(town.notices("Lars Holt").await.contains(&"not-spam".to_owned()));
        // Marked and taken back once more, each is owed once.
        let version = town.case(case).await.version;
        town.spam("Line Krog", case, version).await.unwrap();
        commands::not_spam(&town.app, &town.ctx("Line Krog"), case, version + 1).await.unwrap();
        let mut open = promises(&town, case).await;
        open.retain(|one| one.state == PromiseState::Open);
        assert_eq!(due(&open), due(&before));
    })
    .await;
}

#[tokio::test]
async fn after_thirty_days_spam_stays_spam() {
    each_engine(async |town: Town| {
        let case = town.ask("Ukendt ApS", "building-permit", "Køb nu").await.case.id;
        town.spam("Line Krog", case, 1).await.unwrap();
        town.bench.later(Duration::days(31));
        let outcome = commands::not_spam(&town.app, &town.ctx("Line Krog"), case, 2).await;
        assert_eq!(refused(&outcome), Some(CaseRefusal::NotSpamLate));
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{case}")).await;
        assert!(!page.html.contains("/ikke-spam"));
    })
    .await;
}
