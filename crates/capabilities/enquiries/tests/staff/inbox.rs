//! The inbox: what is owed first, and nothing that is not one's own.

use axum::http::StatusCode;
use enquiries::commands;

use crate::town::{Town, each_engine};

#[tokio::test]
async fn what_was_owed_first_stands_first_and_each_list_has_its_own() {
    each_engine(async |town: Town| {
        town.bench.at("2026-11-02T09:00");
        let old = town.ask("Gammel Sag", "building-permit", "For længe siden.").await.case;
        town.bench.at("2026-11-23T09:00");
        town.ask("Ny Sag", "building-permit", "I dag.").await;
        let taken = town.ask("Min Sag", "building-permit", "Min.").await.case;
        let me = town.person("Line Krog");
        commands::assign(&town.app, &town.ctx("Line Krog"), taken.id, 1, Some(me)).await.unwrap();
        town.ask("Vejsag", "road-digging-permit", "Ikke vores.").await;
        let mut line = town.browser("Line Krog");
        let page = line.get("/intern/indbakke").await;
        let at =
            |words: &str| page.text().find(words).unwrap_or_else(|| panic!("{words} in {}", page.text()));
        assert!(at("Gammel Sag") < at("Ny Sag"));
        assert!(!page.says("Vejsag"));
        assert!(page.html.contains("<title>Indbakke: 3 venter på svar"));
        let late = line.get("/intern/indbakke?vis=forsinket").await;
        assert!(late.says("Gammel Sag") && !late.says("Ny Sag") && late.says("forsinket"), "{}", late.text());
        let mine = line.get("/intern/indbakke?vis=mine").await;
        assert!(mine.says("Min Sag") && !mine.says("Gammel Sag"), "{}", mine.text());
        let unassigned = line.get("/intern/indbakke?vis=ufordelt").await;
        assert!(!unassigned.says("Min Sag") && unassigned.says("Gammel Sag"));
        let preview = line.get(&format!("/intern/indbakke/{}/uddrag", old.id)).await;
        assert!(preview.status == StatusCode::OK && !preview.html.contains("<html"));
        assert!(preview.html.contains("For længe siden.") && preview.html.contains("data-key=\"r\""));
    })
    .await;
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    each_engine(async |town: Town| {
        let mut line = town.browser("Line Krog");
        for tab in [
            "skyldes",
            "idag",
            "forsinket",
            "venter",
            "ufordelt",
            "mine",
            "tilbudt",
            "dele",
            "besvaret",
            "afsluttet",
        ] {
            let page = line.get(&format!("/intern/indbakke?vis={tab}")).await;
            assert_eq!(page.status, StatusCode::OK, "{tab}");
            assert!(
                page.html.contains("s-empty") && !page.text().contains("enquiries-"),
                "{tab}: {}",
                page.text()
            );
        }
    })
    .await;
}

#[tokio::test]
async fn a_long_list_comes_in_pages_and_ended_cases_have_their_own() {
    each_engine(async |town: Town| {
        for number in 0..52 {
            town.ask(&format!("Firma {number:02}"), "building-permit", "Hvad så?").await;
        }
        let mut line = town.browser("Line Krog");
        let first = line.get("/intern/indbakke").await;
        assert_eq!(first.html.matches("data-row").count(), 50);
        assert!(first.html.contains("rel=\"next\"") && !first.html.contains("rel=\"prev\""));
        let second = line.get("/intern/indbakke?vis=skyldes&side=2").await;
        assert_eq!(second.html.matches("data-row").count(), 2);
        assert!(second.html.contains("rel=\"prev\"") && !second.html.contains("rel=\"next\""));
        let absurd = line.get("/intern/indbakke?vis=skyldes&side=65535").await;
        assert_eq!(absurd.status, StatusCode::OK);
        let case = town.ask("Sidste Firma", "building-permit", "Hvad så?").await.case;
        town.spam("Line Krog", case.id, 1).await.unwrap();
        let ended = line.get("/intern/indbakke?vis=afsluttet").await;
        assert!(
            ended.says("Sidste Firma") && ended.html.matches("data-row").count() == 1,
            "{}",
            ended.text()
        );
    })
    .await;
}

#[tokio::test]
async fn a_team_that_is_not_ones_own_is_no_choice_but_for_the_consultant() {
    each_engine(async |town: Town| {
        town.ask("Vejsag", "road-digging-permit", "Må vi grave?").await;
        let officer = town.browser("Line Krog").get("/intern/indbakke?hold=roads").await;
        assert!(!officer.says("Vejsag"), "{}", officer.text());
        let consultant = town.browser("Mette Holm").get("/intern/indbakke?hold=roads").await;
        assert!(consultant.says("Vejsag"), "{}", consultant.text());
        assert_eq!(town.browser("Ebbe Revisor").get("/intern/indbakke").await.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn every_count_of_the_inbox_is_the_length_of_its_list() {
    each_engine(async |town: Town| {
        let line = || town.ctx("Line Krog");
        let version = async |id| town.case(id).await.version;
        // One of each kind, some of them twice, and what belongs to others beside them.
        town.bench.at("2026-11-02T09:00");
        town.ask("Sen Sag", "building-permit", "For længe siden.").await;
        town.bench.at("2026-11-23T09:00");
        let mut cases = Vec::new();
        for n in 0..6 {
            cases.push(town.ask(&format!("Firma {n}"), "building-permit", "Hvad så?").await.case.id);
        }
        let me = Some(town.person("Line Krog"));
        for id in &cases[..3] {
            commands::assign(&town.app, &line(), *id, version(*id).await, me).await.unwrap();
        }
        commands::ask(&town.app, &line(), cases[0], version(cases[0]).await, "Hvor?").await.unwrap();
        commands::reply(&town.app, &line(), cases[1], version(cases[1]).await, "Ja.", true, &[])
            .await
            .unwrap();
        let (roads, building) = (town.teams["roads"], town.teams["building"]);
        commands::hand_over(&town.app, &line(), cases[3], version(cases[3]).await, roads, "Jeres.")
            .await
            .unwrap();
        let theirs = town.ask("Vejsag", "road-digging-permit", "Må vi grave?").await.case.id;
        let karen = || town.ctx("Karen Dahl");
        commands::ask_part(&town.app, &karen(), theirs, version(theirs).await, building, "Er der et hus?")
            .await
            .unwrap();
        let offered = town.ask("Tilbudt", "road-digging-permit", "Må vi bygge?").await.case.id;
        commands::hand_over(&town.app, &karen(), offered, version(offered).await, building, "Jeres.")
            .await
            .unwrap();
        town.spam("Line Krog", cases[5], version(cases[5]).await).await.unwrap();
        let counted = |page: &crate::town::Answer, list: &str| -> usize {
            let link = page.html.split_once(&format!("vis={list}\"")).unwrap().1;
            let link = link.split_once("</a>").unwrap().0;
            let count = link.split_once("s-count").and_then(|(_, rest)| rest.split_once('>'));
            count.map_or(0, |(_, rest)| rest.split_once('<').unwrap().0.trim().parse().unwrap())
        };
        let expected = [
            ("skyldes", 4),
            ("idag", 0),
            ("forsinket", 1),
            ("venter", 1),
            ("ufordelt", 3),
            ("mine", 3),
            ("tilbudt", 1),
            ("dele", 1),
            ("besvaret", 1),
        ];
        for (list, count) in expected {
            let page = town.browser("Line Krog").get(&format!("/intern/indbakke?vis={list}")).await;
            assert_eq!(counted(&page, list), count, "{list}: {}", page.text());
            assert_eq!(page.html.matches("data-row").count(), count, "{list}: {}", page.text());
        }
        // On the day on which the first reply is owed, it stands under that day.
        let promises = ledger::of_subjects(&town.bench.read(), &[cases[4].uuid()]).await.unwrap();
        let due = promises.iter().map(|one| one.due_on).min().unwrap();
        town.bench.at(&format!("{due}T09:00"));
        let page = town.browser("Line Krog").get("/intern/indbakke?vis=idag").await;
        assert_eq!(counted(&page, "idag"), page.html.matches("data-row").count());
        assert!(page.says("Firma 4"), "{}", page.text());
    })
    .await;
}
