//! One mail in the morning.

use chrono::Duration;
use enquiries::{commands, jobs::SendDigests};

use crate::town::{Town, each_engine};

async fn digests(town: &Town, name: &str) -> Vec<String> {
    let subjects = town.mails_to(name).await;
    subjects.into_iter().filter(|subject| subject.starts_with("Dit overblik")).collect()
}

/// What a person's newest digest says.
async fn says(town: &Town, address: &str) -> String {
    let mails = outreach::captured(&town.bench.read(), 1_000).await.unwrap();
    let mut own = mails.into_iter().filter(|mail| mail.to.as_str() == address);
    own.find(|mail| mail.subject.starts_with("Dit overblik")).map(|mail| mail.text).unwrap_or_default()
}

#[tokio::test]
async fn the_digest_says_what_is_due_what_is_nobodys_and_what_waits() {
    each_engine(async |town: Town| {
        let own = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let line = town.person("Line Krog");
        commands::assign(&town.app, &town.ctx("Line Krog"), own.case.id, 1, Some(line)).await.unwrap();
        let asked = town.ask("Smedjen", "building-permit", "Må vi bygge et skur?").await;
        commands::ask(&town.app, &town.ctx("Line Krog"), asked.case.id, 1, "Hvor stort?").await.unwrap();
        let nobodys = town.ask("Bageren", "building-permit", "Må vi bage om natten?").await;
        town.bench.at("2026-11-24T08:01");
        town.run(&SendDigests {}).await;
        let text = says(&town, "line@example.dk").await;
        let at = |words: &str| text.find(words).unwrap_or_else(|| panic!("{words}: {text}"));
        assert!(at("NYE, SOM INGEN HAR TAGET") < at(&nobodys.case.number), "{text}");
        assert!(at("VENTER PÅ SVAR FRA AFSENDEREN") < at(&asked.case.number), "{text}");
        assert!(at(&own.case.number) < at("NYE, SOM INGEN HAR TAGET"), "what is due comes first: {text}");
        assert!(!text.contains("skilt?") && !text.contains("natten"), "no words of theirs: {text}");
        assert!(!says(&town, "karen@example.dk").await.contains(&own.case.number), "another team");
        town.bench.at("2027-01-11T08:00");
        town.run(&SendDigests {}).await;
        let text = says(&town, "line@example.dk").await;
        assert!(text.contains("SVARFRISTEN ER OVERSKREDET") && text.contains(&own.case.number), "{text}");
    })
    .await;
}

#[tokio::test]
async fn the_digest_comes_once_a_day_whatever_runs_twice_or_begins_again() {
    each_engine(async |town: Town| {
        town.ask("Bageren", "building-permit", "Må vi bage om natten?").await;
        town.bench.at("2026-11-24T08:00");
        for _ in 0..3 {
            town.run(&SendDigests {}).await;
            town.bench.later(Duration::minutes(20));
        }
        assert_eq!(digests(&town, "Line Krog").await.len(), 1);
        town.bench.at("2026-11-25T08:00");
        town.run(&SendDigests {}).await;
        assert_eq!(digests(&town, "Line Krog").await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn two_nodes_at_the_same_time_send_one_digest() {
    crate::town::each_engine_at_once(async |town: Town| {
        town.ask("Bageren", "building-permit", "Må vi bage om natten?").await;
        town.bench.at("2026-11-24T08:00");
        let other = async {
            let ctx = town.app.system("digest", testkit::TENANT);
            enquiries::jobs::send_digests(&town.app, &ctx).await.unwrap();
        };
        tokio::join!(other, async {
            let ctx = town.app.system("digest", testkit::TENANT);
            enquiries::jobs::send_digests(&town.app, &ctx).await.unwrap();
        });
        town.work().await;
        assert_eq!(digests(&town, "Line Krog").await.len(), 1);
    })
    .await;
}

#[tokio::test]
async fn there_is_no_digest_on_a_holiday_when_there_is_nothing_or_for_whoever_is_away() {
    each_engine(async |town: Town| {
        town.bench.at("2026-11-24T08:00");
        town.run(&SendDigests {}).await;
        assert!(digests(&town, "Line Krog").await.is_empty(), "nothing");
        town.ask("Bageren", "building-permit", "Må vi bage om natten?").await;
        town.run(&SendDigests {}).await;
        assert!(
            digests(&town, "Line Krog").await.is_empty(),
            "what comes later in the day is told when it comes"
        );
        town.away("Jonas Birk", None);
        for closed in ["2026-11-28T08:00", "2026-12-24T08:00", "2026-12-25T09:00"] {
            town.bench.at(closed);
            town.run(&SendDigests {}).await;
        }
        assert!(digests(&town, "Line Krog").await.is_empty(), "closed");
        town.bench.at("2026-12-28T08:00");
        town.run(&SendDigests {}).await;
        assert_eq!(digests(&town, "Line Krog").await.len(), 1);
        assert!(digests(&town, "Jonas Birk").await.is_empty(), "away");
    })
    .await;
}

#[tokio::test]
async fn whoever_wants_the_digest_alone_still_hears_of_what_is_urgent() {
    each_engine(async |town: Town| {
        town.wants_digest_only("Line Krog");
        let sent = town.ask("Nordvang El", "building-permit", "Skal vi søge om et skilt?").await;
        let line = town.person("Line Krog");
        commands::assign(&town.app, &town.ctx("Lars Holt"), sent.case.id, 1, Some(line)).await.unwrap();
        town.work().await;
        assert!(town.mails_to("Line Krog").await.is_empty());
        assert!(!town.notices("Line Krog").await.is_empty(), "the bell still rings");
        let promises = ledger::of_subjects(&town.bench.read(), &[sent.case.id.uuid()]).await.unwrap();
        let due = promises.iter().map(|one| one.due_on).min().unwrap();
        let before = due.pred_opt().unwrap();
        town.bench.at(&format!("{before}T10:00"));
        town.run(&enquiries::jobs::Watch {}).await;
        let subjects = town.mails_to("Line Krog").await;
        assert!(subjects.iter().any(|subject| subject.contains("næste arbejdsdag")), "{subjects:?}");
    })
    .await;
}
