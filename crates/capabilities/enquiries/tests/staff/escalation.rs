//! What has waited too long is brought to someone, once; notices, in the app at once and by mail by day.

use enquiries::{
    commands,
    jobs::{ForgetDrafts, Watch},
    store,
};
use storage::LineFilter;

use crate::town::{Town, each_engine};

/// How often the journal says that the case was brought to someone.
async fn escalated(town: &Town, id: kernel::CaseId) -> usize {
    let about = LineFilter {
        subjects: Some(vec![id.uuid()]),
        words: vec!["escalated".to_owned()],
        ..LineFilter::default()
    };
    storage::lines(&town.bench.read(), &about, 100).await.unwrap().len()
}

#[tokio::test]
async fn a_case_that_nobody_takes_goes_to_the_leader_then_to_the_consultant_and_at_last_someone_decides() {
    each_engine(async |town: Town| {
        // Monday 23 November is day 0.
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        let path = format!("/intern/henvendelser/{}", case.id);
        town.bench.at("2026-11-24T14:00");
        town.run(&Watch {}).await;
        assert_eq!(escalated(&town, case.id).await, 0, "the first working day is not over");
        for _ in 0..3 {
            town.bench.at("2026-11-25T09:00");
            town.run(&Watch {}).await;
        }
        assert_eq!(escalated(&town, case.id).await, 1, "once, however often one looks");
        assert!(town.notices("Lars Holt").await.contains(&"unassigned".to_owned()));
        assert!(!town.notices("Mette Holm").await.contains(&"unassigned".to_owned()));
        town.bench.at("2026-11-26T09:00");
        town.run(&Watch {}).await;
        for name in ["Lars Holt", "Mette Holm"] {
            assert!(town.notices(name).await.contains(&"no-reply".to_owned()), "{name}");
        }
        town.bench.at("2026-12-14T09:00");
        town.run(&Watch {}).await;
        for name in ["Lars Holt", "Mette Holm"] {
            assert!(town.notices(name).await.contains(&"decide".to_owned()), "{name}");
        }
        assert_eq!(escalated(&town, case.id).await, 3);
        let page = town.browser("Line Krog").get(&path).await;
        for words in [
            "Ingen havde taget henvendelsen efter 1 arbejdsdag. Lars Holt fik besked.",
            "Ingen havde svaret på 3. arbejdsdag. ",
            "Henvendelsen havde været åben i 15 arbejdsdage. ",
        ] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        assert!(page.says("Lars Holt og Mette Holm") || page.says("Mette Holm og Lars Holt"));
        // Taken up again after the end, it is counted from then.
        town.bench.at("2026-12-14T10:00");
    })
    .await;
}

#[tokio::test]
async fn the_deputy_is_told_while_the_leader_is_away() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case;
        town.away("Lars Holt", Some("Jonas Birk"));
        town.bench.at("2026-11-25T09:00");
        town.run(&Watch {}).await;
        assert!(town.notices("Jonas Birk").await.contains(&"unassigned".to_owned()));
        let page = town.browser("Line Krog").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(page.says("Jonas Birk fik besked."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn a_case_that_is_taken_up_again_is_escalated_anew_and_counted_from_then() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let id = sent.case.id;
        let closing = commands::Closing {
            outcome: enquiries::model::Outcome::Answered,
            avoidable: enquiries::model::Avoidable::No,
            text: "Nej.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), id, 1, closing).await.unwrap();
        town.bench.at("2026-12-14T09:00");
        let words = commands::CompanyWords {
            text: "Men nu?".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        town.run(&Watch {}).await;
        assert_eq!(escalated(&town, id).await, 0, "it has been open since today");
        town.bench.at("2027-01-08T09:00");
        town.run(&Watch {}).await;
        assert!(town.notices("Lars Holt").await.contains(&"decide".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn what_is_walled_is_told_to_the_leader_and_never_to_the_consultant() {
    each_engine(async |town: Town| {
        let case = town.ask("Nordvang El", "complaint-about-municipality", "Vi vil klage.").await.case;
        town.bench.at("2026-11-26T09:00");
        town.run(&Watch {}).await;
        assert!(town.notices("Jens Bro").await.contains(&"no-reply".to_owned()));
        assert!(town.notices("Mette Holm").await.is_empty(), "she may not know that it is there");
        let page = town.browser("Jens Bro").get(&format!("/intern/henvendelser/{}", case.id)).await;
        assert!(page.says("Ingen havde svaret på 3. arbejdsdag. Jens Bro fik besked."), "{}", page.text());
    })
    .await;
}

#[tokio::test]
async fn each_occasion_is_told_to_whom_it_concerns() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let id = sent.case.id;
        let last = async |name| town.notices(name).await.pop().unwrap_or_default();
        let step = || town.bench.later(chrono::Duration::minutes(1));
        assert_eq!(last("Line Krog").await, "new");
        step();
        let line = Some(town.person("Line Krog"));
        commands::assign(&town.app, &town.ctx("Lars Holt"), id, 1, line).await.unwrap();
        assert_eq!(last("Line Krog").await, "assigned");
        step();
        let words = commands::CompanyWords {
            text: "Det haster.".into(),
            files: Vec::new(),
            draft: None,
            form_key: town.bench.id(),
        };
        commands::write(&town.app, town.guide(), &town.company(), &sent.link, words).await.unwrap();
        assert_eq!(last("Line Krog").await, "company-wrote");
        step();
        let version = async || town.case(id).await.version;
        let roads = town.teams["roads"];
        let offer = async || {
            let version = version().await;
            commands::hand_over(&town.app, &town.ctx("Line Krog"), id, version, roads, "Jeres.")
                .await
                .unwrap();
        };
        offer().await;
        assert_eq!(last("Karen Dahl").await, "offered");
        step();
        commands::bounce(&town.app, &town.ctx("Karen Dahl"), id, "Nej.", None).await.unwrap();
        assert_eq!(last("Jonas Birk").await, "came-back");
        step();
        offer().await;
        step();
        commands::bounce(&town.app, &town.ctx("Karen Dahl"), id, "Stadig nej.", None).await.unwrap();
        assert_eq!(last("Mette Holm").await, "landed");
        let promises = ledger::of_subjects(&town.bench.read(), &[id.uuid()]).await.unwrap();
        let due = promises.iter().map(|promise| promise.due_on).min().unwrap();
        let mut eve = (1..10).map(|days| due - chrono::Days::new(days));
        let eve = eve.find(|day| town.bench.calendar.is_working_day(*day)).unwrap();
        town.bench.at(&format!("{eve}T09:00"));
        town.run(&Watch {}).await;
        assert!(town.notices("Mette Holm").await.contains(&"due-tomorrow".to_owned()));
        let mut mette = town.browser("Mette Holm");
        let page = mette.get("/intern/beskeder").await;
        for words in ["Ingen andre team tog henvendelse", "er næste arbejdsdag"] {
            assert!(page.says(words), "{words}: {}", page.text());
        }
    })
    .await;
}

#[tokio::test]
async fn a_mail_waits_for_the_morning_and_is_not_sent_for_what_has_been_read() {
    each_engine(async |town: Town| {
        town.leaders_listen();
        town.bench.at("2026-11-23T22:00");
        town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        town.work().await;
        assert_eq!(town.notices("Lars Holt").await, ["new"], "in the app at once");
        assert!(town.mails_to("Lars Holt").await.is_empty(), "nobody is called at night");
        town.bench.at("2026-11-24T09:00");
        town.work().await;
        assert_eq!(town.mails_to("Lars Holt").await.len(), 1);
        town.bench.at("2026-11-24T22:00");
        town.ask("Tømrer Bo", "building-permit", "Skal vi søge?").await;
        commands::read_notices(&town.app, &town.ctx("Lars Holt")).await.unwrap();
        town.bench.at("2026-11-25T09:00");
        town.work().await;
        assert_eq!(town.mails_to("Lars Holt").await.len(), 1, "what was read in the evening needs no mail");
        town.ask("Café Kanalen", "building-permit", "Skal vi søge?").await;
        town.work().await;
        assert_eq!(town.mails_to("Lars Holt").await.len(), 2, "by day at once");
    })
    .await;
}

#[tokio::test]
async fn a_notice_that_was_read_is_forgotten_after_90_days_and_one_that_was_not_stays() {
    each_engine(async |town: Town| {
        town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        commands::read_notices(&town.app, &town.ctx("Line Krog")).await.unwrap();
        let count = async || {
            let tx = town.bench.tx().await;
            store::forget_read_notices(&tx, town.bench.now()).await.unwrap()
        };
        town.bench.later(chrono::Duration::days(89));
        town.run(&ForgetDrafts {}).await;
        assert_eq!(count().await, 1, "still there; the count was rolled back");
        town.bench.later(chrono::Duration::days(2));
        town.run(&ForgetDrafts {}).await;
        assert_eq!(count().await, 0);
        assert_eq!(town.notices("Jonas Birk").await, ["new"], "he has not read his");
    })
    .await;
}

#[tokio::test]
async fn at_day_15_a_person_decides_and_the_company_reads_the_new_date_with_its_reason() {
    each_engine(async |town: Town| {
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await;
        let id = sent.case.id;
        let path = format!("/intern/henvendelser/{id}");
        let action = format!("{path}/afgoer");
        let mut line = town.browser("Line Krog");
        assert!(!line.get(&path).await.html.contains(&action), "nothing to decide on the first day");
        town.bench.at("2026-12-14T09:00");
        town.run(&Watch {}).await;
        let page = line.get(&path).await;
        assert!(page.html.contains(&action) && page.says("Tag stilling"), "{}", page.text());

        let undecided = line.fill(&page, &action, &[("text", "Vi mangler en tegning.")]).await;
        assert_eq!(undecided.status, 422);
        assert!(undecided.html.contains("Vi mangler en tegning."), "nothing typed is lost");
        let reason = [("way", "new-date"), ("text", "Vi mangler en tegning.")];
        let undated = line.fill(&page, &action, &[&reason[..], &[("until", "2026-12-14")]].concat()).await;
        assert_eq!(undated.status, 422, "today is no new date");
        let due = ledger::of_subjects(&town.bench.read(), &[id.uuid()]).await.unwrap();
        let told = line.fill(&page, &action, &[&reason[..], &[("until", "2027-01-08")]].concat()).await;
        assert_eq!(told.location, path, "{}", told.text());

        let tracking = town.stranger().get(&format!("/henvendelse/{}", sent.link.as_str())).await;
        assert!(
            tracking.says("Vi mangler en tegning.") && tracking.says("8. januar 2027"),
            "{}",
            tracking.text()
        );
        let after = ledger::of_subjects(&town.bench.read(), &[id.uuid()]).await.unwrap();
        let dates = |promises: &[ledger::Promise]| promises.iter().map(|one| one.due_on).collect::<Vec<_>>();
        assert_eq!(dates(&after), dates(&due), "what was promised stands");
        for name in ["Lars Holt", "Mette Holm"] {
            assert!(town.notices(name).await.contains(&"decided".to_owned()), "{name}");
        }
        let page = line.get(&path).await;
        assert!(page.says("Virksomheden fik en ny dato") && !page.html.contains(&action), "{}", page.text());

        // Until the new date nobody is asked again; after it someone is.
        town.bench.at("2027-01-08T09:00");
        town.run(&Watch {}).await;
        let before = escalated(&town, id).await;
        town.bench.at("2027-01-11T09:00");
        town.run(&Watch {}).await;
        assert_eq!(escalated(&town, id).await, before + 1);
        assert!(line.get(&path).await.html.contains(&action));
    })
    .await;
}

#[tokio::test]
async fn what_is_handed_up_is_the_leaders_and_an_answer_ends_the_deciding() {
    each_engine(async |town: Town| {
        let id = town.ask("Nordvang El", "building-permit", "Skal vi søge?").await.case.id;
        let path = format!("/intern/henvendelser/{id}");
        let action = format!("{path}/afgoer");
        town.bench.at("2026-12-14T09:00");
        town.run(&Watch {}).await;
        let mut line = town.browser("Line Krog");
        let page = line.get(&path).await;
        let up = [("way", "hand-up"), ("text", "Det er over min grænse.")];
        assert_eq!(line.fill(&page, &action, &up).await.location, path);
        assert_eq!(town.case(id).await.assignee, Some(town.person("Lars Holt")));
        assert!(town.notices("Mette Holm").await.contains(&"decide".to_owned()));

        let mut leader = town.browser("Lars Holt");
        let page = leader.get(&path).await;
        let nobody = leader.fill(&page, &action, &up).await;
        assert_eq!(nobody.status, 422, "nobody is above the leader");
        let answer = [("way", "answer"), ("text", "Nej, I behøver ikke at søge.")];
        assert_eq!(leader.fill(&page, &action, &answer).await.location, path);
        let promises = ledger::of_subjects(&town.bench.read(), &[id.uuid()]).await.unwrap();
        assert!(promises.iter().all(|one| one.state != ledger::PromiseState::Open), "it is answered");
        let page = leader.get(&path).await;
        assert!(!page.html.contains(&action));
        assert!(page.says("Der blev taget stilling med et svar."), "{}", page.text());
    })
    .await;
}
