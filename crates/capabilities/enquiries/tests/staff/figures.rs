//! The managers' page, the metrics and what is done about causes, through the whole server, on both engines.

use std::{collections::BTreeMap, sync::Arc};

use axum::http::StatusCode;
use enquiries::{
    EnquiryMetrics, KeptFigures, commands,
    figures::account,
    model::{Avoidable, Outcome, ReleaseRefusal},
    store,
};
use kernel::{CaseId, Failure};
use ports::{MetricQuestion, MetricSource};

use crate::town::{Town, each_engine};

/// Twelve enquiries on two topics: seven are answered the next day, of which three could have been avoided.
async fn a_busy_week(town: &Town) -> Vec<CaseId> {
    let mut cases = Vec::new();
    for n in 0..12 {
        let topic = if n < 8 { "building-permit" } else { "signage" };
        let company = format!("Virksomhed {n}");
        cases.push(town.ask(&company, topic, "Skal vi søge?").await.case.id);
    }
    town.bench.later(chrono::Duration::days(1));
    for (n, id) in cases.iter().take(7).enumerate() {
        let version = town.case(*id).await.version;
        let avoidable = if n < 3 { Avoidable::UnclearLetter } else { Avoidable::No };
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable,
            text: "Ja, det skal I.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), *id, version, closing).await.unwrap();
    }
    town.bench.seal().await;
    cases
}

#[tokio::test]
async fn a_manager_sees_teams_and_topics_and_no_one_else_does() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let page = town.browser("Lars Holt").get("/intern/tal").await;
        assert_eq!(page.status, StatusCode::OK);
        for words in
            ["Holder vi svarfristerne?", "Byggesagsteamet", "Alle team", "fik svar inden svarfristen"]
        {
            assert!(page.says(words), "{words}: {}", page.text());
        }
        // No name of those who answered, but for the list of who may do something about a cause.
        let table = page.text().split("De største årsager").next().unwrap().to_owned();
        assert!(!table.contains("Line Krog"), "{table}");
        assert_eq!(town.browser("Line Krog").get("/intern/tal").await.status, StatusCode::FORBIDDEN);
        assert_eq!(town.stranger().get("/intern/tal").await.status, StatusCode::SEE_OTHER);
        let csv = town.browser("Lars Holt").get("/intern/tal.csv").await;
        assert!(csv.html.contains("2026,\"Byggesagsteamet\""), "{}", csv.html);
        assert_eq!(csv.headers["cache-control"], "no-store");
    })
    .await;
}

#[tokio::test]
async fn four_enquiries_on_a_topic_are_not_shown_nor_told_by_the_others() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let csv = town.browser("Lars Holt").get("/intern/tal.csv").await.html;
        // Twelve in the team, eight on the one topic: that four are left may not be seen.
        let lines: Vec<Vec<&str>> = csv.lines().skip(1).map(|line| line.split(',').collect()).collect();
        let received = |team: &str, topic: &str| {
            let line = lines.iter().find(|line| line[1] == team && line[2] == topic);
            line.map(|line| line[3].to_owned())
        };
        let known = [
            received("\"Byggesagsteamet\"", "\"\""),
            received("\"Byggesagsteamet\"", "\"building-permit\""),
            received("\"Byggesagsteamet\"", "\"Andre emner\""),
        ];
        let shown = known.iter().flatten().filter(|n| !n.is_empty()).count();
        assert!(shown < 2, "{csv}");
    })
    .await;
}

#[tokio::test]
async fn a_number_leads_to_its_cases_by_right() {
    each_engine(async |town: Town| {
        let cases = a_busy_week(&town).await;
        let number = town.case(cases[0]).await.number;
        let path = "/intern/tal/henvendelser?periode=2026&tal=undgaas";
        let own = town.browser("Lars Holt").get(path).await;
        assert!(own.says(&number), "{}", own.text());
        assert_eq!(own.text().matches("Byggetilladelse").count(), 3, "{}", own.text());
        // The auditor may open every case that is not confidential.
        assert!(town.browser("Ebbe Revisor").get(path).await.says(&number));
        let wrong = town.browser("Lars Holt").get("/intern/tal/henvendelser?team=x").await;
        assert_eq!(wrong.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_confidential_enquiry_shows_neither_in_the_list_behind_a_number_nor_in_the_number() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let numbers = ["modtaget", "foerste-for-sent", "for-sent", "forsinket", "pause", "skift"];
        let seen = async |name: &'static str| {
            let mut browser = town.browser(name);
            let mut pages = vec![browser.get("/intern/tal?periode=2026").await.text()];
            pages.push(browser.get("/intern/tal.csv?periode=2026").await.html);
            for number in numbers {
                let path = format!("/intern/tal/henvendelser?periode=2026&tal={number}");
                pages.push(browser.get(&path).await.text());
            }
            pages
        };
        // The auditor may read everything that is not confidential, Lars leads another team, and Mette answers it.
        let outside = ["Ebbe Revisor", "Lars Holt"];
        let mut before = Vec::new();
        for name in outside {
            before.push(seen(name).await);
        }
        let walled = town.ask("Nordvang El", "sick-leave", "En medarbejder er syg").await.case;
        assert!(walled.confidential && town.team("business") == walled.team.to_string());
        town.bench.seal().await;
        for (name, before) in outside.into_iter().zip(before) {
            assert_eq!(seen(name).await, before, "{name} can tell that it is there");
        }
        let list = "/intern/tal/henvendelser?periode=2026&tal=modtaget";
        let own = town.browser("Mette Holm").get(list).await;
        assert!(own.says(&walled.number), "{}", own.text());
        assert!(
            town.browser("Mette Holm").get("/intern/tal?periode=2026").await.says("13"),
            "counted for its team"
        );
    })
    .await;
}

#[tokio::test]
async fn what_was_marked_as_spam_or_merged_is_counted_by_itself_team_by_team_and_leads_to_its_cases() {
    each_engine(async |town: Town| {
        let cases = a_busy_week(&town).await;
        let spam = town.ask("Ukendt ApS", "building-permit", "Køb nu").await.case;
        town.spam("Line Krog", spam.id, 1).await.unwrap();
        let first = town.case(cases[9]).await.number;
        commands::mark_duplicate(&town.app, &town.ctx("Line Krog"), cases[8], 1, &first).await.unwrap();
        town.bench.seal().await;
        let mut lars = town.browser("Lars Holt");
        let page = lars.get("/intern/tal?periode=2026").await;
        assert!(page.says("Talt for sig") && page.says("Byggesagsteamet 1 1 0"), "{}", page.text());
        let list = lars.get("/intern/tal/henvendelser?periode=2026&tal=spam").await;
        assert!(list.says(&spam.number) && !list.says(&first), "{}", list.text());
        let merged = town.case(cases[8]).await.number;
        assert!(lars.get("/intern/tal/henvendelser?periode=2026&tal=samlet").await.says(&merged));
        // The leader of another team sees how many, and no case.
        let mut jens = town.browser("Jens Bro");
        assert!(jens.get("/intern/tal?periode=2026").await.says("Byggesagsteamet 1 1 0"));
        let none = jens.get("/intern/tal/henvendelser?periode=2026&tal=spam").await;
        assert!(!none.says(&spam.number), "{}", none.text());
        // Taken back, it is an enquiry like the others.
        commands::not_spam(&town.app, &town.ctx("Line Krog"), spam.id, 2).await.unwrap();
        town.bench.seal().await;
        assert!(lars.get("/intern/tal?periode=2026").await.says("Byggesagsteamet 0 1 0"));
    })
    .await;
}

#[tokio::test]
async fn a_number_whose_cases_the_asker_may_not_open_is_no_link_and_the_page_says_which_team_has_them() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let page = town.browser("Jens Bro").get("/intern/tal?periode=2026").await;
        assert!(!page.html.contains("/intern/tal/henvendelser"), "{}", page.html);
        assert!(page.says("De henvendelser ligger hos Byggesagsteamet."), "{}", page.text());
        let behind = town.browser("Jens Bro").get("/intern/tal/henvendelser?periode=2026&tal=modtaget").await;
        assert!(behind.says("De henvendelser ligger hos Byggesagsteamet."), "{}", behind.text());
        let own = town.browser("Lars Holt").get("/intern/tal?periode=2026").await;
        assert!(
            own.html.contains("/intern/tal/henvendelser?periode=2026&#38;tal=modtaget")
                || own.html.contains("tal=modtaget"),
            "{}",
            own.html
        );
        assert!(!own.says("ligger hos"), "all of it may be opened");
    })
    .await;
}

#[tokio::test]
async fn a_leader_reads_first_whether_the_own_team_keeps_both_promises() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let page = town.browser("Lars Holt").get("/intern/tal?periode=2026").await;
        assert!(
            page.says("Dit team, Byggesagsteamet: Første svar inden fristen: 100 %. Svar inden svarfristen: 100 %. Forsinket lige nu: 0."),
            "{}",
            page.text()
        );
        assert!(page.says("100,0 % inden fristen."), "{}", page.text());
        let csv = town.browser("Lars Holt").get("/intern/tal.csv?periode=2026").await.html;
        let column = |name: &str| csv.lines().next().unwrap().split(',').position(|head| head == name).unwrap();
        let all: Vec<&str> = csv.lines().nth(1).unwrap().split(',').collect();
        assert_eq!((all[column("first_reply_within_goal_pct")], all[column("first_reply_settled")]), ("100.00", "7"));
        assert!(!town.browser("Ebbe Revisor").get("/intern/tal?periode=2026").await.says("Dit team"));
    })
    .await;
}

#[tokio::test]
async fn the_policy_sees_only_what_is_sealed_and_in_fives() {
    each_engine(async |town: Town| {
        let cases = a_busy_week(&town).await;
        let kept = KeptFigures::default();
        let calendar = Arc::new(town.bench.calendar.clone());
        let metrics = EnquiryMetrics::new(town.bench.db.clone(), calendar, kept.clone());
        let (from, to) = ("2026-01-01".parse().unwrap(), "2026-12-31".parse().unwrap());
        let everything = BTreeMap::new();
        let measure = async |metric: &str| {
            metrics.measure(&town.bench.ctx(), metric, from, to, &everything).await.unwrap()
        };
        assert_eq!(measure("enquiries.received").await.value, Some(10.0), "twelve came, ten are let out");
        let within = measure("enquiries.within_goal_pct").await;
        assert_eq!((within.value, within.n), (Some(100.0), 5), "seven are settled, five are let out");
        assert_eq!(measure("enquiries.avoidable_pct").await.value, Some(60.0));
        assert_eq!(measure("enquiries.first_reply_median_wd").await.value, Some(1.0));
        for which in ["trettende", "fjortende", "femtende"] {
            assert_eq!(measure("enquiries.received").await.value, Some(10.0), "before the {which}");
            town.ask(&format!("Den {which}"), "signage", "Må vi?").await;
        }
        assert_eq!(measure("enquiries.received").await.value, Some(10.0), "not sealed yet");
        town.bench.seal().await;
        assert_eq!(measure("enquiries.received").await.value, Some(15.0));
        assert_eq!(measure("enquiries.first_reply_median_wd").await.n % 5, 0);
        let question =
            |metric: &str| MetricQuestion { metric: metric.to_owned(), from, to, filter: BTreeMap::new() };
        let names = metrics.metrics();
        let all: Vec<MetricQuestion> = names.iter().map(|metric| question(metric)).collect();
        let at_once = metrics.measure_all(&town.bench.ctx(), &all).await.unwrap();
        for (metric, answer) in names.iter().zip(at_once) {
            assert_eq!(measure(metric).await, answer, "{metric} alone and with the others");
        }
        let unknown = BTreeMap::from([("person".to_owned(), "x".to_owned())]);
        let refused =
            metrics.measure(&town.bench.ctx(), "enquiries.received", from, to, &unknown).await.unwrap();
        assert_eq!(refused.value, None);
        // Lines behind a figure, by the right to their case.
        let behind = async |name: &str| {
            let lines =
                metrics.behind(&town.ctx(name), "enquiries.avoidable_pct", from, to, &everything, 100).await;
            lines.unwrap()
        };
        let lines = behind("Lars Holt").await;
        assert_eq!(lines.len(), 7);
        assert!(lines.iter().any(|line| line.link == format!("/intern/henvendelser/{}", cases[0])));
        assert!(behind("Karen Dahl").await.is_empty(), "the roads team owns none of them");
    })
    .await;
}

#[tokio::test]
async fn what_a_node_keeps_equals_a_fresh_reading_of_the_journal() {
    each_engine(async |town: Town| {
        let (calendar, db) = (&town.bench.calendar, &town.bench.db);
        let kept = KeptFigures::default();
        kept.cases(db, &town.bench.ctx(), calendar).await.unwrap();
        a_busy_week(&town).await;
        let followed = kept.cases(db, &town.bench.ctx(), calendar).await.unwrap();
        let fresh = KeptFigures::default().cases(db, &town.bench.ctx(), calendar).await.unwrap();
        assert_eq!(followed, fresh);
        let all = account(fresh.values().map(AsRef::as_ref), town.bench.now(), calendar);
        assert_eq!((all.received, all.closed, all.causes.values().sum::<u64>()), (12, 7, 3));
        let other = town.bench.ctx_of(testkit::OTHER_TENANT);
        assert!(kept.cases(db, &other, calendar).await.unwrap().is_empty(), "another municipality");
        let topics = ["building-permit".parse().unwrap(), "signage".parse().unwrap()];
        let known = kept.experience(db, &town.bench.ctx(), calendar, &topics).await.unwrap();
        let one = known.get(&topics[0]).map(|one| (one.days, one.n));
        assert_eq!(one, Some((1, 5)), "seven of eight were answered the next day; n in whole fives");
        assert_eq!(known.get(&topics[1]), None, "nobody has answered one on signs");
        let mut company = town.stranger();
        let before = company.get("/vejviser?emne=building-permit").await;
        assert!(!before.says("Vores erfaring"), "the journal has not been read yet: {}", before.text());
        enquiries::figures::warm(&town.app).await;
        let guide = company.get("/vejviser?emne=building-permit").await;
        assert!(
            guide.says(
                "Vores erfaring: 4 af 5 har fået svar inden 1 arbejdsdag. Vi har set på 5 henvendelser fra de seneste 12 måneder"
            ),
            "{}",
            guide.text()
        );
        assert!(!company.get("/vejviser?emne=signage").await.says("Vores erfaring"));
    })
    .await;
}

#[tokio::test]
async fn a_team_of_one_person_stands_together_with_others_and_the_page_says_why() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        for n in 0..6 {
            // One person works in the roads team, and one in the business team.
            town.ask(&format!("Vognmand {n}"), "parking-access", "Må vi holde her?").await;
            town.ask(&format!("Butik {n}"), "premises", "Er der plads?").await;
        }
        town.bench.seal().await;
        let mut lars = town.browser("Lars Holt");
        let page = lars.get("/intern/tal").await;
        assert!(page.says("Der arbejder kun én person i mindst ét af dem"), "{}", page.text());
        let csv = lars.get("/intern/tal.csv").await.html;
        assert!(csv.contains("\"Andre team\""), "{csv}");
        assert!(!csv.contains("Vejteamet"), "{csv}");
        let roads = town.team("roads");
        let alone = lars.get(&format!("/intern/tal/henvendelser?team={roads}&tal=modtaget")).await;
        assert_eq!(alone.status, StatusCode::NOT_FOUND);
        let together = lars.get("/intern/tal/henvendelser?team=andre&tal=modtaget").await;
        assert_eq!(together.status, StatusCode::OK);
    })
    .await;
}

/// Thirty enquiries that were answered the next day.
async fn a_busy_month(town: &Town) {
    for n in 0..30 {
        town.ask(&format!("Virksomhed {n}"), "building-permit", "Skal vi søge?").await;
    }
    town.bench.later(chrono::Duration::days(1));
    let open = store::CaseFilter { open: true, ..store::CaseFilter::default() };
    let cases = store::newest(&town.bench.read(), &open, 100).await.unwrap();
    for case in cases {
        let closing = commands::Closing {
            outcome: Outcome::Answered,
            avoidable: Avoidable::No,
            text: "Ja, det skal I.",
            authority: None,
            forwarded_on: None,
            filing: enquiries::model::SaidOfFiling::Owed,
        };
        commands::close(&town.app, &town.ctx("Line Krog"), case.id, case.version, closing).await.unwrap();
    }
    town.bench.seal().await;
}

#[tokio::test]
async fn numbers_stand_on_the_front_page_from_their_release_to_their_withdrawal() {
    each_engine(async |town: Town| {
        a_busy_month(&town).await;
        let shown = "fik svar inden svarfristen";
        assert!(!town.stranger().get("/").await.says(shown), "nothing has been released");
        let mut lars = town.browser("Lars Holt");
        let preview = lars.get("/intern/tal/forside?periode=2026").await;
        assert!(preview.says("100 %") && preview.says("ud af 30 henvendelser"), "{}", preview.text());
        let seen = preview.hidden("/intern/tal/forside", "seen");
        let sent = [("period", "2026"), ("seen", seen.as_str())];
        let released = lars.fill(&preview, "/intern/tal/forside", &sent).await;
        assert_eq!(released.location, "/intern/tal", "{}", released.text());
        let front = town.stranger().get("/").await;
        assert!(
            front.says(shown) && front.says("ud af 30 henvendelser") && front.says("100 %"),
            "{}",
            front.text()
        );
        // One more that is late changes nothing of what was released.
        town.ask("Den sene", "building-permit", "Og vi?").await;
        town.bench.later(chrono::Duration::days(40));
        town.bench.seal().await;
        assert!(town.stranger().get("/").await.says("100 %"));
        let page = lars.get("/intern/tal").await;
        assert!(page.says("Lars Holt lagde tallene ud"), "{}", page.text());
        let release = store::current_release(&town.bench.read()).await.unwrap().unwrap();
        lars.fill(&page, &format!("/intern/tal/forside/{}/fjern", release.id), &[]).await;
        assert!(!town.stranger().get("/").await.says(shown));
        let words: Vec<String> = storage::lines(&town.bench.read(), &storage::LineFilter::default(), 10_000)
            .await
            .unwrap()
            .into_iter()
            .map(|line| line.word)
            .collect();
        assert!(words.iter().any(|word| word == "number_released"));
        assert!(words.iter().any(|word| word == "numbers_withdrawn"));
    })
    .await;
}

#[tokio::test]
async fn numbers_with_few_behind_them_and_numbers_that_nobody_looked_at_are_not_released() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let mut lars = town.browser("Lars Holt");
        let preview = lars.get("/intern/tal/forside?periode=2026").await;
        assert!(preview.says("Der er ingen tal at vise"), "{}", preview.text());
        let year = "2026".parse().unwrap();
        let few = commands::release_numbers(&town.app, &town.ctx("Lars Holt"), year, "").await;
        assert!(matches!(few, Err(Failure::Refused(ReleaseRefusal::Few))), "{few:?}");
        a_busy_month(&town).await;
        let preview = lars.get("/intern/tal/forside?periode=2026").await;
        let sent = [("period", "2026"), ("seen", "within-goal:100000:500")];
        let other = lars.fill(&preview, "/intern/tal/forside", &sent).await;
        assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(other.says("Tallene har ændret sig, siden du så dem."), "{}", other.text());
        assert!(store::current_release(&town.bench.read()).await.unwrap().is_none());
        let officer = town.browser("Line Krog").get("/intern/tal/forside").await;
        assert_eq!(officer.status, StatusCode::FORBIDDEN);
    })
    .await;
}

#[tokio::test]
async fn a_manager_gives_a_cause_an_owner_and_a_date() {
    each_engine(async |town: Town| {
        a_busy_week(&town).await;
        let mut lars = town.browser("Lars Holt");
        let page = lars.get("/intern/tal").await;
        assert!(page.says("Vores brev var uklart"), "{}", page.text());
        assert!(page.says("Ingen gør noget ved det endnu."), "{}", page.text());
        let line = town.person("Line Krog").to_string();
        let with_due = |due: &'static str| {
            vec![
                ("cause", "unclear-letter"),
                ("owner", line.as_str()),
                ("due", due),
                ("what", "Vi skriver brevet om."),
            ]
        };
        let refused = lars.fill(&page, "/intern/tal/aarsag", &with_due("2026-01-01")).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.html.contains("Vi skriver brevet om."), "nothing typed is lost");
        assert!(refused.says("Skriv en dato, der ikke er gået."), "{}", refused.text());
        let planned = lars.fill(&refused, "/intern/tal/aarsag", &with_due("2026-12-15")).await;
        assert_eq!(planned.location, "/intern/tal", "{}", planned.text());
        let page = lars.get("/intern/tal").await;
        assert!(
            page.says("Line Krog gør noget ved det senest tirsdag den 15. december 2026"),
            "{}",
            page.text()
        );
        // Another plan takes its place.
        lars.fill(&page, "/intern/tal/aarsag", &with_due("2026-12-22")).await;
        let plans = store::cause_plans(&town.bench.read()).await.unwrap();
        assert_eq!(plans.len(), 1);
        let page = lars.get("/intern/tal").await;
        lars.fill(&page, &format!("/intern/tal/aarsag/{}/faerdig", plans[0].id), &[]).await;
        assert!(store::cause_plans(&town.bench.read()).await.unwrap().is_empty());
        let words = town.bench.seal().await;
        assert!(words > 0);
        let refused = town.browser("Line Krog").post("/intern/tal/aarsag", &[]).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
    })
    .await;
}
