//! A complaint about one of us goes past that person and that person's team.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use enquiries::{
    CaseMemory, EnquiryMetrics, KeptFigures, commands,
    jobs::Watch,
    model::{About, AboutKind, Asker, Case, CaseRefusal, Contact, Subject},
    store,
};
use kernel::{CvrNumber, Failure, Language};
use ports::{CompanyMemory, MetricSource};

use crate::town::{Town, each_engine};

/// A company complains, and writes about whom.
async fn complain(town: &Town, kind: AboutKind, name: &str) -> Case {
    let ctx = town.company();
    let new = commands::NewEnquiry {
        topic: "complaint-about-municipality".parse().unwrap(),
        asker: Asker::Company { cvr: CvrNumber::invented(7), name: "Nordvang El".into() },
        contact: Contact { name: "Sara Lund".into(), email: "sara@example.dk".parse().unwrap(), phone: None },
        about: Some(About { kind, name: name.into() }),
        text: "Vi er blevet talt grimt til.".into(),
        language: Language::Da,
        files: Vec::new(),
        draft: None,
        suspicion: 0,
        form_key: ctx.new_id(),
        content: name.into(),
    };
    commands::send(&town.app, town.guide(), &ctx, new, None).await.unwrap().case
}

/// Everything that someone can look at, without a trace of the case.
async fn sees_nothing(town: &Town, name: &'static str, case: &Case) {
    let mut browser = town.browser(name);
    let path = format!("/intern/henvendelser/{}", case.id);
    for address in [path.clone(), format!("/intern/indbakke/{}/uddrag", case.id)] {
        assert_eq!(browser.get(&address).await.status, StatusCode::NOT_FOUND, "{name}: {address}");
    }
    for what in ["tag", "notat", "luk", "spam", "modtag", "afvis", "klage", "fjern"] {
        let fields = [("version", "1"), ("text", "x"), ("outcome", "answered"), ("avoidable", "no")];
        let answer = browser.post(&format!("{path}/{what}"), &fields).await;
        assert!(
            [StatusCode::NOT_FOUND, StatusCode::UNPROCESSABLE_ENTITY, StatusCode::FORBIDDEN]
                .contains(&answer.status)
                && !answer.html.contains(&case.number),
            "{name}: {what}: {}",
            answer.status
        );
    }
    for list in [
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
        for team in ["", "&hold=secretariat", "&hold=building"] {
            let page = browser.get(&format!("/intern/indbakke?vis={list}{team}")).await;
            if page.status == StatusCode::FORBIDDEN {
                continue;
            }
            assert!(
                !page.html.contains(&case.number) && !page.says("Nordvang"),
                "{name}: {list}: {}",
                page.text()
            );
            assert!(!page.html.contains("s-count"), "{name}: a count tells of it: {}", page.text());
        }
    }
    assert!(town.notices(name).await.is_empty(), "{name}: {:?}", town.notices(name).await);
    assert!(!town.mails_to(name).await.iter().any(|subject| subject.contains(&case.number)), "{name}");
    let memory = CaseMemory::new(town.bench.db.clone(), town.guide().clone(), town.app.ports.people.clone());
    let cvr = CvrNumber::invented(7).unwrap();
    let ctx = town.ctx(name);
    let remembered = memory.remember(&ctx, cvr, &[case.id.uuid()], 50).await.unwrap();
    assert!(remembered.timeline.is_empty(), "{name}: the company's page");
    assert!(remembered.contacts.is_empty() && remembered.subjects.is_empty(), "{name}");
    // What stands behind the figures, and the figures' own pages.
    town.bench.seal().await;
    let calendar = Arc::new(town.bench.calendar.clone());
    let metrics = EnquiryMetrics::new(town.bench.db.clone(), calendar, KeptFigures::default());
    let (from, to) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
    for metric in metrics.metrics() {
        let behind = metrics.behind(&ctx, metric, from, to, &BTreeMap::new(), 100).await.unwrap();
        assert!(!behind.iter().any(|line| line.name.contains(&case.number)), "{name}: {metric}");
    }
    let figures = browser.get("/intern/tal").await;
    let links = figures.html.split("href=\"/intern/tal").skip(1);
    let links: Vec<String> = links
        .map(|rest| format!("/intern/tal{}", rest.split('"').next().unwrap().replace("&amp;", "&")))
        .collect();
    for address in links.iter().take(40) {
        let page = browser.get(address).await;
        assert!(!page.html.contains(&case.number) && !page.says("Nordvang"), "{name}: {address}");
    }
}

#[tokio::test]
async fn a_complaint_about_a_person_is_never_seen_by_that_person_or_team() {
    each_engine(async |town: Town| {
        let case = complain(&town, AboutKind::Person, "line krog").await;
        assert_eq!(
            (case.team, case.about_person),
            (town.teams["secretariat"], Some(town.person("Line Krog")))
        );
        // Time passes: what is late, escalated and due is told to nobody of the team either.
        for day in ["2026-11-23T12:00", "2026-11-26T09:00", "2026-12-14T09:00"] {
            town.bench.at(day);
            town.run(&Watch {}).await;
        }
        for name in ["Line Krog", "Jonas Birk", "Lars Holt"] {
            sees_nothing(&town, name, &case).await;
        }
        // Nor by those who otherwise see everything.
        for name in ["Mette Holm", "Ebbe Revisor"] {
            let page = town.browser(name).get(&format!("/intern/henvendelser/{}", case.id)).await;
            assert_eq!(page.status, StatusCode::NOT_FOUND, "{name}");
        }
        let page = town.browser("Sofie Lind").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(
            page.status == StatusCode::OK && page.says("Klagen handler om: Line Krog"),
            "{}",
            page.text()
        );
        assert!(page.says("Den, det handler om, og dennes team kan ikke se, at den findes"));
        // Those who answer cannot give it to them by mistake either.
        let sofie = town.ctx("Sofie Lind");
        let version = town.case(case.id).await.version;
        let offered =
            commands::hand_over(&town.app, &sofie, case.id, version, town.teams["building"], "Jeres.").await;
        assert!(offered.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_complaint_about_a_team_or_those_who_answer_complaints_goes_to_a_leader_alone() {
    each_engine(async |town: Town| {
        town.leaders_listen();
        let case = complain(&town, AboutKind::Person, "Sofie Lind").await;
        assert_eq!(case.wall.only, Some(town.person("Jens Bro")));
        sees_nothing(&town, "Sofie Lind", &case).await;
        let mut jens = town.browser("Jens Bro");
        let path = format!("/intern/henvendelser/{}", case.id);
        let page = jens.get(&path).await;
        assert!(page.says("Kun Jens Bro og afsenderen"), "{}", page.text());
        let replied = jens.fill(&page, &format!("{path}/svar"), &[("text", "Det undersøger jeg.")]).await;
        assert_eq!(replied.status, StatusCode::SEE_OTHER, "{}", replied.text());
        let above = complain(&town, AboutKind::Person, "Jens Bro").await;
        assert_eq!(above.wall.only, Some(town.person("Lars Holt")), "the leader of another team");
        let jens = town.browser("Jens Bro").get(&format!("/intern/henvendelser/{}", above.id)).await;
        assert_eq!(jens.status, StatusCode::NOT_FOUND);
        let line = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", above.id)).await;
        assert_eq!(line.status, StatusCode::NOT_FOUND, "nor anyone else in that leader's team");
        let team = complain(&town, AboutKind::Team, "Byggesagsteamet").await;
        assert_eq!((team.team, team.about_team), (town.teams["secretariat"], Some(town.teams["building"])));
        assert_eq!(
            town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", team.id)).await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn one_of_us_who_sees_whom_a_case_complains_about_sends_it_past_them() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Jonas svarer aldrig.").await.case;
        let roads = town.teams["roads"];
        commands::ask_part(&town.app, &town.ctx("Line Krog"), case.id, 1, roads, "Kender I ham?")
            .await
            .unwrap();
        let path = format!("/intern/henvendelser/{}", case.id);
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let nobody = line.fill(&page, &format!("{path}/klage"), &[]).await;
        assert!(
            nobody.status == StatusCode::UNPROCESSABLE_ENTITY && nobody.says("Vælg, hvem klagen handler om."),
            "{}",
            nobody.text()
        );
        let subject = format!("person:{}", town.person("Jonas Birk"));
        let sent = line.fill(&nobody, &format!("{path}/klage"), &[("subject", &subject)]).await;
        assert_eq!((sent.status, sent.location.as_str()), (StatusCode::SEE_OTHER, "/intern/indbakke"));
        let case = town.case(case.id).await;
        assert!(case.confidential && case.team == town.teams["secretariat"]);
        for name in ["Line Krog", "Jonas Birk", "Lars Holt", "Karen Dahl"] {
            sees_nothing(&town, name, &case).await;
        }
        let promises = ledger::of_subjects(&town.bench.read(), &[case.id.uuid()]).await.unwrap();
        let mut open = promises.iter().filter(|one| one.state == ledger::PromiseState::Open);
        assert!(open.all(|one| one.debtor.team() == Some(case.team)), "those who answer owe it now");
        let page = town.browser("Sofie Lind").get(&path).await;
        assert!(page.says("Line Krog noterede, at klagen handler om en medarbejder."), "{}", page.text());
        assert!(town.notices("Sofie Lind").await.contains(&"complaint".to_owned()));
        assert!(store::parts_owed(&town.bench.read(), &[roads]).await.unwrap().is_empty());
        let gone = Subject::Person(town.bench.id());
        let version = case.version;
        let refused =
            commands::complain(&town.app, town.guide(), &town.ctx("Sofie Lind"), case.id, version, &gone)
                .await;
        assert!(refused.is_err(), "a person who is not there");
    })
    .await;
}

#[tokio::test]
async fn a_name_that_may_mean_several_hides_the_case_from_all_of_them_until_someone_says_who() {
    each_engine(async |town: Town| {
        let case = complain(&town, AboutKind::Person, "ham Jonas eller Line").await;
        assert_eq!((case.about_person, case.team), (None, town.teams["secretariat"]));
        for name in ["Jonas Birk", "Line Krog"] {
            sees_nothing(&town, name, &case).await;
        }
        let page = town.browser("Sofie Lind").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(page.says("“ham Jonas eller Line”, som afsenderen skriver."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn what_is_entered_by_telephone_may_name_someone_too() {
    each_engine(async |town: Town| {
        let mut karen = town.browser("Karen Dahl");
        let page = karen.get("/intern/henvendelser/ny").await;
        assert!(page.html.contains("<option value=\"Line Krog\">"), "{}", page.html);
        let fields = [
            ("channel", "phone"),
            ("topic", "complaint-about-municipality"),
            ("text", "Blev afbrudt."),
            ("asker", "company"),
            ("company", "Café Kanalen"),
            ("name", "Ida Holm"),
            ("email", "ida@example.dk"),
            ("about", "person"),
            ("about_name", "Line Krog"),
        ];
        let entered = karen.fill(&page, "/intern/henvendelser/ny", &fields).await;
        assert_eq!(entered.status, StatusCode::OK, "{}", entered.text());
        let case = store::find_by_number(&town.bench.read(), "2026-00001").await.unwrap().unwrap();
        assert_eq!(case.about_person, Some(town.person("Line Krog")));
        sees_nothing(&town, "Line Krog", &case).await;
    })
    .await;
}

#[tokio::test]
async fn a_complaint_for_a_leader_who_is_away_goes_to_whoever_leads_meanwhile_and_to_nobody_it_is_about() {
    each_engine(async |town: Town| {
        town.leaders_listen();
        let case = complain(&town, AboutKind::Person, "Sofie Lind").await;
        assert_eq!(case.wall.only, Some(town.person("Jens Bro")));
        town.away("Jens Bro", Some("Sofie Lind"));
        town.run(&Watch {}).await;
        assert_eq!(town.case(case.id).await.wall.only, Some(town.person("Jens Bro")), "never to her");
        sees_nothing(&town, "Sofie Lind", &case).await;
        town.away("Jens Bro", Some("Karen Dahl"));
        town.run(&Watch {}).await;
        let moved = town.case(case.id).await;
        let karen = Some(town.person("Karen Dahl"));
        assert_eq!((moved.wall.only, moved.assignee), (karen, karen));
        let page = town.browser("Karen Dahl").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(
            page.status == StatusCode::OK && page.says("Kun Karen Dahl og afsenderen"),
            "{}",
            page.text()
        );
        sees_nothing(&town, "Sofie Lind", &case).await;
    })
    .await;
}

#[tokio::test]
async fn whoever_stands_in_for_a_team_today_is_not_told_of_a_complaint_about_it() {
    each_engine(async |town: Town| {
        town.away("Line Krog", Some("Sofie Lind"));
        let case = complain(&town, AboutKind::Team, "Byggesagsteamet").await;
        assert_eq!(case.team.to_string(), town.team("secretariat"));
        assert!(town.notices("Sofie Lind").await.is_empty(), "who acts for the team cannot open it either");
        assert_eq!(town.notices("Jens Bro").await.len(), 1);
        let jens = town.ctx("Jens Bro");
        let sofie = Some(town.person("Sofie Lind"));
        let refused = commands::assign(&town.app, &jens, case.id, case.version, sofie).await;
        assert!(matches!(refused, Err(Failure::Refused(CaseRefusal::Walled))), "{refused:?}");
        town.back("Line Krog");
        commands::assign(&town.app, &jens, case.id, case.version, sofie).await.unwrap();
    })
    .await;
}
