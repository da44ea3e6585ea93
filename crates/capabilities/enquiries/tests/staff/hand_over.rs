//! A case goes from team to team, and the company loses nothing by it.

use axum::http::StatusCode;
use enquiries::{commands, jobs::Watch};

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
async fn a_case_that_is_refused_comes_back_and_one_that_is_refused_again_goes_to_the_business_consultant() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Må vi grave?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        let (mut line, mut karen) = (town.browser("Line Krog"), town.browser("Karen Dahl"));
        let page = line.get(&path).await;
        assert!(page.says("Sker det to gange, får erhvervskonsulenten den."), "{}", page.text());
        let fields = [("team", &*town.team("roads")), ("text", "Det er jeres vej.")];
        line.fill(&page, &format!("{path}/videregiv"), &fields).await;
        let page = karen.get(&path).await;
        assert!(page.says("kommer den tilbage til jer."), "{}", page.text());
        let unsaid = karen.fill(&page, &format!("{path}/afvis"), &[]).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "a refusal has a reason");
        let refused =
            karen.fill(&unsaid, &format!("{path}/afvis"), &[("text", "Det er en privat vej.")]).await;
        assert_eq!((refused.status, refused.location.as_str()), (StatusCode::SEE_OTHER, "/intern/indbakke"));
        assert!(karen.get("/intern/indbakke").await.says("Henvendelsen er sendt tilbage."));
        assert_eq!(town.case(case.id).await.team, town.teams["building"], "it comes back");
        let page = line.get(&path).await;
        assert!(
            page.says("sendte henvendelsen tilbage fra Vejteamet. Byggesagsteamet har den.")
                && page.says("Det er en privat vej."),
            "{}",
            page.text()
        );
        // Once more, and nobody takes it: after two working days without a word the business consultant owns it.
        line.fill(&page, &format!("{path}/videregiv"), &fields).await;
        let page = line.get(&path).await;
        assert!(
            page.says("Den er kommet tilbage én gang") && page.says("får erhvervskonsulenten den."),
            "{}",
            page.text()
        );
        town.bench.at("2026-11-25T23:00");
        town.run(&Watch {}).await;
        assert_eq!(
            town.case(case.id).await.team,
            town.teams["building"],
            "the second working day is not over"
        );
        town.bench.at("2026-11-26T00:10");
        town.run(&Watch {}).await;
        assert_eq!(town.case(case.id).await.team, town.teams["business"]);
        assert!(town.notices("Mette Holm").await.contains(&"landed".to_owned()));
        let page = town.browser("Mette Holm").get(&path).await;
        assert!(
            page.says("Vejteamet svarede ikke i tide. Erhvervskonsulenten har henvendelsen."),
            "{}",
            page.text()
        );
        let promises = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
        assert!(promises.iter().all(|one| one.debtor.team() == Some(town.teams["business"])));
    })
    .await;
}

#[tokio::test]
async fn a_walled_case_always_comes_back_to_the_team_that_had_it() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await.case;
        let roads = town.teams["roads"];
        for _ in 0..2 {
            let version = town.case(case.id).await.version;
            let sofie = town.ctx("Sofie Lind");
            commands::hand_over(&town.app, &sofie, case.id, version, roads, "Jeres.").await.unwrap();
            commands::bounce(&town.app, &town.ctx("Karen Dahl"), case.id, "Nej.", None).await.unwrap();
            assert_eq!(town.case(case.id).await.team, town.teams["secretariat"]);
        }
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
