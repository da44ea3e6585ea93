//! Someone is away or has left: what is owed goes to someone at work, with its dates.

use axum::http::StatusCode;
use enquiries::{
    commands,
    jobs::{FollowPeople, Watch},
    model::{CaseRefusal, CaseState},
};
use kernel::{CaseId, Fact, Failure, PersonId, TeamId, Visibility};
use ports::PeopleLine;
use serde::{Deserialize, Serialize};

use crate::town::{Town, each_engine};

/// What identity writes, as far as it is followed.
#[derive(Serialize, Deserialize)]
struct Told(PeopleLine);

impl Fact for Told {
    const CAPABILITY: &'static str = "identity";
}

async fn tell(town: &Town, line: PeopleLine) {
    let tx = town.bench.tx().await;
    tx.note(town.bench.id::<uuid::Uuid>(), Visibility::Staff, &Told(line)).await.unwrap();
    tx.commit().await.unwrap();
    town.bench.seal().await;
}

async fn noted(town: &Town, name: &str) {
    let day = town.bench.calendar.local_date(town.bench.now());
    let line = PeopleLine::AbsenceNoted {
        absence: town.bench.id(),
        person: town.person(name),
        teams: [town.teams["building"]].into(),
        first_day: day,
        last_day: None,
        substitute: None,
    };
    tell(town, line).await;
}

async fn given_to(town: &Town, name: &str) -> CaseId {
    let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
    let to = Some(town.person(name));
    commands::assign(&town.app, &town.ctx("Line Krog"), case.id, case.version, to).await.unwrap();
    case.id
}

async fn owed(town: &Town, id: CaseId) -> Vec<(chrono::NaiveDate, Option<TeamId>)> {
    let promises = ledger::of_subjects(&town.bench.read(), &[id.uuid()]).await.unwrap();
    promises.iter().map(|one| (one.due_on, one.debtor.team())).collect()
}

async fn holder(town: &Town, id: CaseId) -> Option<PersonId> {
    town.case(id).await.assignee
}

#[tokio::test]
async fn whoever_stands_in_reads_for_whom_and_from_whom_each_enquiry_came() {
    each_engine(async |town: Town| {
        let case = given_to(&town, "Line Krog").await;
        assert!(!town.browser("Jonas Birk").get("/intern/indbakke").await.says("vikar"));
        town.away("Line Krog", Some("Jonas Birk"));
        noted(&town, "Line Krog").await;
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, case).await, Some(town.person("Jonas Birk")));
        let number = town.case(case).await.number;
        let inbox = town.browser("Jonas Birk").get("/intern/indbakke").await;
        assert!(inbox.says("Du er vikar for Line Krog indtil videre."), "{}", inbox.text());
        let notices = town.browser("Jonas Birk").get("/intern/beskeder").await;
        let told = format!("Henvendelse {number} er din nu, fordi Line Krog er væk");
        assert!(notices.says(&told), "{}", notices.text());
        let mails = town.mails_to("Jonas Birk").await;
        assert!(mails.contains(&told), "{mails:?}");
        let mut english = town.browser("Jonas Birk").in_language("en");
        let inbox = english.get("/intern/indbakke").await;
        assert!(inbox.says("You are the substitute for Line Krog until further notice."), "{}", inbox.text());
        let notices = english.get("/intern/beskeder").await;
        assert!(notices.says("is yours now, since Line Krog is away"), "{}", notices.text());
        // Nobody else is told who is away.
        assert!(!town.browser("Karen Dahl").get("/intern/indbakke").await.says("Line Krog"));
    })
    .await;
}

#[tokio::test]
async fn what_an_absent_person_owes_goes_to_the_stand_in_with_its_date_and_a_notice() {
    each_engine(async |town: Town| {
        let id = given_to(&town, "Line Krog").await;
        let before = owed(&town, id).await;
        town.run(&FollowPeople {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Line Krog")), "she is at work");
        town.bench.later(chrono::Duration::minutes(2));
        town.away("Line Krog", Some("Jonas Birk"));
        noted(&town, "Line Krog").await;
        town.run(&FollowPeople {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Jonas Birk")));
        assert_eq!(owed(&town, id).await, before, "the date is the same");
        assert!(town.notices("Jonas Birk").await.contains(&"moved".to_owned()));
        let page = town.browser("Jonas Birk").get(&format!("/intern/henvendelser/{id}")).await;
        assert!(
            page.says("Line Krog er fraværende. Jonas Birk har henvendelsen nu. Svarfristen er den samme."),
            "{}",
            page.text()
        );
        // Looked at again and again, nothing more happens; and back is back without the case.
        let version = town.case(id).await.version;
        town.run(&Watch {}).await;
        town.back("Line Krog");
        town.run(&Watch {}).await;
        assert_eq!(
            (holder(&town, id).await, town.case(id).await.version),
            (Some(town.person("Jonas Birk")), version)
        );
        let (ctx, line) = (town.ctx("Jonas Birk"), town.person("Line Krog"));
        commands::assign(&town.app, &ctx, id, version, Some(line)).await.unwrap();
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, id).await, Some(line), "given back");
    })
    .await;
}

#[tokio::test]
async fn an_absence_that_begins_later_is_met_by_the_watch_on_its_morning() {
    each_engine(async |town: Town| {
        let id = given_to(&town, "Line Krog").await;
        town.run(&FollowPeople {}).await;
        noted(&town, "Line Krog").await;
        town.run(&FollowPeople {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Line Krog")), "she is here today");
        town.bench.at("2026-11-24T00:10");
        town.away("Line Krog", Some("Jonas Birk"));
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Jonas Birk")));
    })
    .await;
}

#[tokio::test]
async fn what_waits_for_the_company_moves_too_and_what_is_answered_stays() {
    each_engine(async |town: Town| {
        let (waiting, answered) = (given_to(&town, "Line Krog").await, given_to(&town, "Line Krog").await);
        let line = || town.ctx("Line Krog");
        let version = async |id| town.case(id).await.version;
        commands::ask(&town.app, &line(), waiting, version(waiting).await, "Hvor?").await.unwrap();
        commands::reply(&town.app, &line(), answered, version(answered).await, "Ja.", true, &[])
            .await
            .unwrap();
        town.away("Line Krog", Some("Jonas Birk"));
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, waiting).await, Some(town.person("Jonas Birk")));
        assert_eq!(town.case(waiting).await.state, CaseState::WaitingForCompany, "nothing else changes");
        assert_eq!(holder(&town, answered).await, Some(town.person("Line Krog")), "nothing is owed on it");
    })
    .await;
}

#[tokio::test]
async fn a_leaver_owns_nothing_and_what_nobody_takes_is_the_teams_and_told_to_the_leader() {
    each_engine(async |town: Town| {
        let id = given_to(&town, "Line Krog").await;
        let before = owed(&town, id).await;
        town.run(&FollowPeople {}).await;
        town.left("Line Krog");
        let teams = [town.teams["building"]].into();
        tell(&town, PeopleLine::PersonLeft { person: town.person("Line Krog"), teams }).await;
        town.run(&FollowPeople {}).await;
        assert_eq!((holder(&town, id).await, owed(&town, id).await), (None, before));
        assert_eq!(town.notices("Lars Holt").await.last().map(String::as_str), Some("left-over"));
        let page = town.browser("Lars Holt").get(&format!("/intern/henvendelser/{id}")).await;
        let words =
            "Line Krog arbejder her ikke længere. Byggesagsteamet har henvendelsen, til en af dem tager den.";
        assert!(page.says(words), "{}", page.text());
        assert!(town.browser("Lars Holt").get("/intern/indbakke?vis=ufordelt").await.says("Nordvang El"));
    })
    .await;
}

#[tokio::test]
async fn what_is_given_to_someone_who_is_away_goes_to_the_stand_in_at_once() {
    each_engine(async |town: Town| {
        town.away("Line Krog", Some("Jonas Birk"));
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let line = town.person("Line Krog");
        commands::assign(&town.app, &town.ctx("Lars Holt"), case.id, 1, Some(line)).await.unwrap();
        assert_eq!(holder(&town, case.id).await, Some(town.person("Jonas Birk")));
        assert!(town.notices("Jonas Birk").await.contains(&"assigned".to_owned()));
        assert!(!town.notices("Line Krog").await.contains(&"assigned".to_owned()), "she is away");
        town.away("Line Krog", None);
        let refused = commands::assign(&town.app, &town.ctx("Lars Holt"), case.id, 2, Some(line)).await;
        assert!(matches!(refused, Err(Failure::Refused(CaseRefusal::Away))), "{refused:?}");
        let mut lars = town.browser("Lars Holt");
        let path = format!("/intern/henvendelser/{}", case.id);
        let page = lars.get(&path).await;
        let to = line.to_string();
        let refused = lars.fill(&page, &format!("{path}/tildel"), &[("to", &to)]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Medarbejderen er fraværende, og ingen træder i stedet."), "{}", refused.text());
    })
    .await;
}

#[tokio::test]
async fn a_stand_in_of_another_team_has_the_case_until_the_absent_one_is_back() {
    each_engine(async |town: Town| {
        let id = given_to(&town, "Line Krog").await;
        town.away("Line Krog", Some("Karen Dahl"));
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Karen Dahl")));
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Karen Dahl")), "she stands in");
        town.back("Line Krog");
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, id).await, Some(town.person("Line Krog")), "Karen may see it no more");
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{id}")).await;
        assert!(page.says("Line Krog er tilbage og har henvendelsen nu."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_case_that_is_taken_up_again_does_not_wait_for_whoever_is_away() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let closing = commands::Closing {
            outcome: enquiries::model::Outcome::Answered,
            avoidable: enquiries::model::Avoidable::No,
            text: "Nej.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        let line = Some(town.person("Line Krog"));
        commands::assign(&town.app, &town.ctx("Line Krog"), sent.case.id, 1, line).await.unwrap();
        commands::close(&town.app, &town.ctx("Line Krog"), sent.case.id, 2, closing).await.unwrap();
        town.away("Line Krog", Some("Jonas Birk"));
        let words = commands::CompanyWords {
            text: "Men nu er det større.".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        assert!(
            town.notices("Jonas Birk").await.contains(&"company-wrote".to_owned()),
            "the stand-in is told"
        );
        town.run(&Watch {}).await;
        assert_eq!(holder(&town, sent.case.id).await, Some(town.person("Jonas Birk")));
    })
    .await;
}

#[tokio::test]
async fn whoever_is_away_takes_nothing_and_is_told_how_to_be_back() {
    each_engine(async |town: Town| {
        town.away("Line Krog", Some("Jonas Birk"));
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let refused = line.fill(&page, &format!("{path}/tag"), &[]).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.says("Du er noteret som fraværende."), "{}", refused.text());
        assert_eq!(holder(&town, case.id).await, None);
    })
    .await;
}
