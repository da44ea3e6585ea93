//! A case goes from team to team, and the company loses nothing by it.

use axum::http::StatusCode;
use enquiries::commands;

use crate::town::{Town, each_engine};

#[tokio::test]
async fn a_case_that_is_offered_and_accepted_moves_and_its_date_does_not() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi grave?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut karen) = (town.browser("Line Krog"), town.browser("Karen Dahl"));
        let due = async || {
            let promises = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
            promises.iter().map(|one| (one.due_on, one.debtor.team())).collect::<Vec<_>>()
        };
        let before = due().await;
        let page = line.get(&path).await;
        let unsaid = line.fill(&page, &format!("{path}/videregiv"), &[("team", &town.team("roads"))]).await;
        assert!(
            unsaid.status == StatusCode::UNPROCESSABLE_ENTITY && unsaid.says("Skriv hvorfor."),
            "{}",
            unsaid.text()
        );
        let fields = [("team", &*town.team("roads")), ("text", "Det er jeres vej.")];
        let offered = line.fill(&unsaid, &format!("{path}/videregiv"), &fields).await;
        assert_eq!(offered.status, StatusCode::SEE_OTHER, "{}", offered.text());
        assert!(line.get("/intern/indbakke").await.says("Nordvang El"), "still ours");
        assert!(karen.get("/intern/indbakke?vis=tilbudt").await.says("Nordvang El"));
        let page = karen.get(&path).await;
        assert!(page.says("Tag imod henvendelsen") && page.says("Det er jeres vej."), "{}", page.text());
        for _ in 0..2 {
            let accepted = karen.fill(&page, &format!("{path}/modtag"), &[]).await;
            assert_eq!((accepted.status, accepted.location.as_str()), (StatusCode::SEE_OTHER, path.as_str()));
        }
        let after = due().await;
        assert_eq!(
            before.iter().map(|one| one.0).collect::<Vec<_>>(),
            after.iter().map(|one| one.0).collect::<Vec<_>>()
        );
        assert!(after.iter().all(|one| one.1 == Some(town.teams["roads"])));
        let page = karen.get(&path).await;
        assert!(
            page.says("gik fra Byggesagsteamet til Vejteamet") && page.says("Du har henvendelsen."),
            "{}",
            page.text()
        );
        assert_eq!(
            line.get(&path).await.status,
            StatusCode::NOT_FOUND,
            "whoever gave it away has it no more"
        );
    })
    .await;
}

#[tokio::test]
async fn a_case_that_is_refused_goes_to_the_business_consultant() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi grave?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut karen) = (town.browser("Line Krog"), town.browser("Karen Dahl"));
        let page = line.get(&path).await;
        let fields = [("team", &*town.team("roads")), ("text", "Det er jeres vej.")];
        line.fill(&page, &format!("{path}/videregiv"), &fields).await;
        let page = karen.get(&path).await;
        let unsaid = karen.fill(&page, &format!("{path}/afvis"), &[]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "a refusal has a reason");
        let refused =
            karen.fill(&unsaid, &format!("{path}/afvis"), &[("text", "Det er en privat vej.")]).await;
        assert_eq!((refused.status, refused.location.as_str()), (StatusCode::SEE_OTHER, "/intern/indbakke"));
        assert!(karen.get("/intern/indbakke").await.says("Henvendelsen er sendt tilbage."));
        assert_eq!(town.case(case.id).await.team, town.teams["business"]);
        let page = town.browser("Mette Holm").get(&path).await;
        assert!(
            page.says("sendte henvendelsen tilbage fra Vejteamet. Erhvervskonsulenten har den."),
            "{}",
            page.text()
        );
        assert!(page.says("Det er en privat vej."));
    })
    .await;
}

#[tokio::test]
async fn a_confidential_case_is_seen_by_the_team_that_it_is_offered_to() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await.case;
        let roads = town.teams["roads"];
        let sofie = town.ctx("Sofie Lind");
        commands::hand_over(&town.app, &sofie, case.id, 1, roads, "Det er jeres vej.").await.unwrap();
        let mut karen = town.browser("Karen Dahl");
        assert!(karen.get("/intern/indbakke?vis=tilbudt").await.says("Nordvang El"));
        let path = format!("/intern/henvendelser/{}", case.id);
        assert_eq!(karen.get(&path).await.status, StatusCode::OK);
        assert_eq!(town.browser("Mette Holm").get(&path).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}
