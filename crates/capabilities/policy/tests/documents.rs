//! Reading policies in, closing their accounts, and what replaces them.

use std::fmt::Write as _;

use axum::http::StatusCode;
use kernel::{Code, Failure};
use policy::{
    commands::{self, PolicyCommandRefusal, hash_of},
    jobs, store,
};
use sea_orm::ConnectionTrait as _;
use storage::Reader as _;
use testkit::{Bench, HOST, OTHER_TENANT, TENANT, each_engine};

use crate::{
    pages::import,
    server::{ALBERTSLUND, METRICS, Reader, Server, migrations},
};

fn albertslund() -> Code {
    "albertslund-2023-2026".parse().unwrap()
}

/// What a policy for the years after says became of an indicator, as TOML.
fn mapped(old: &str) -> String {
    let why = "why = { da = \"Ingen fører det mere.\", en = \"Nobody keeps it any more.\" }";
    match old {
        "received" => "old = \"received\"\nnew = \"enquiries-received\"".to_owned(),
        "bids-per-tender" => format!("old = \"bids-per-tender\"\n{why}"),
        other => format!("old = \"{other}\"\nnew = \"{other}\""),
    }
}

/// A policy for the years after: one number has another name, one is worked out in another way, one has ended.
pub fn successor() -> String {
    let old = policy::model::Policy::parse(ALBERTSLUND).unwrap();
    let mut text = ALBERTSLUND
        .replacen("id = \"albertslund-2023-2026\"", "id = \"albertslund-2027-2030\"", 1)
        .replacen("from = 2024-01-01, to = 2026-12-31", "from = 2027-01-01, to = 2030-12-31", 1)
        .replacen("da = \"Erhvervspolitik 2023-2026\"", "da = \"Erhvervspolitik 2027-2030\"", 1)
        .replacen("id = \"received\"", "id = \"enquiries-received\"", 1)
        .replacen("formula_version = 1", "formula_version = 2", 1);
    text.push_str("\n[successor_of]\npolicy = \"albertslund-2023-2026\"\n");
    for indicator in &old.indicators {
        writeln!(text, "[[successor_of.indicator]]\n{}", mapped(indicator.id.as_str())).unwrap();
    }
    text
}

/// The line, counted from 1, on which something stands.
fn line_with(text: &str, what: &str) -> usize {
    text.lines().position(|line| line.contains(what)).unwrap() + 1
}

async fn read_in(bench: &Bench, source: &str) -> commands::Outcome<commands::Imported> {
    let ctx = commands::operator("test", TENANT, bench.now(), bench.ids.clone());
    commands::import(&bench.db, &ctx, source, METRICS).await
}

#[tokio::test]
async fn the_same_file_twice_is_read_in_once_and_another_becomes_the_next_version() {
    each_engine(migrations, |bench| async move {
        let first = read_in(&bench, ALBERTSLUND).await.unwrap();
        assert_eq!((first.version, first.unchanged), (1, false));
        let again = read_in(&bench, ALBERTSLUND).await.unwrap();
        assert_eq!((again.version, again.unchanged), (1, true));
        assert_eq!(bench.seal().await, 1);
        let changed = format!("{ALBERTSLUND}\n# read again\n");
        assert_eq!(read_in(&bench, &changed).await.unwrap().version, 2);
        let newest = store::newest(&bench.read()).await.unwrap();
        assert_eq!(newest.len(), 1);
        assert_eq!(store::source(&bench.read(), newest[0].id).await.unwrap(), Some(changed));
    })
    .await;
}

#[tokio::test]
async fn a_wrong_file_another_municipalitys_and_an_unknown_metric_are_refused() {
    each_engine(migrations, |bench| async move {
        let wrong = read_in(&bench, &ALBERTSLUND.replacen("min_n = 5", "min_n = 1", 1)).await.unwrap_err();
        assert!(wrong.to_string().starts_with("line "), "{wrong}");
        let ctx = commands::operator("test", OTHER_TENANT, bench.now(), bench.ids.clone());
        let other = commands::import(&bench.db, &ctx, ALBERTSLUND, METRICS).await.unwrap_err();
        assert!(matches!(other, Failure::Refused(PolicyCommandRefusal::OtherMunicipality { .. })), "{other}");
        let ctx = commands::operator("test", TENANT, bench.now(), bench.ids.clone());
        let unknown = commands::import(&bench.db, &ctx, ALBERTSLUND, &METRICS[1..]).await.unwrap_err();
        assert!(unknown.to_string().contains("`enquiries.received`, which nothing here counts"), "{unknown}");
        assert!(store::newest(&bench.read()).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn whoever_lacks_the_right_reads_nothing_in() {
    each_engine(migrations, |bench| async move {
        let ctx = bench.staff(bench.id(), &[]);
        let refused = commands::import(&bench.db, &ctx, ALBERTSLUND, METRICS).await;
        assert!(matches!(refused, Err(Failure::Forbidden)));
    })
    .await;
}

#[tokio::test]
async fn a_policy_that_has_ended_says_so_and_its_closing_account_never_changes() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        bench.at("2026-12-31T23:30");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        assert!(
            store::closings(&bench.read()).await.unwrap().is_empty(),
            "closed before its last day was over"
        );
        bench.at("2027-01-01T00:30");
        let page = server.get("/politik").await;
        assert!(
            page.says("Politikken gjaldt til og med 31. december 2026. Slutregnskabet bliver gjort op"),
            "{}",
            page.text()
        );
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        bench.seal().await;
        let closings = store::closings(&bench.read()).await.unwrap();
        assert_eq!(closings.len(), 1);
        let closed = server.get("/politik").await;
        assert!(closed.says("Her er slutregnskabet"), "{}", closed.text());
        assert!(closed.says("Der er endnu ikke kommet en ny politik."), "{}", closed.text());
        let english = server.get_as(Reader::Anyone, "en", HOST, "/politik").await;
        assert!(english.says("This is its closing account."), "{}", english.text());
        let files = [server.get("/politik/tal.csv").await.html, server.get("/politik/tal.json").await.html];
        bench.at("2027-06-01T10:00");
        // Nothing counts any more, and the numbers stand all the same.
        let later = Server::with(&bench, false);
        assert_eq!(later.get("/politik").await.main(), closed.main());
        assert_eq!(
            [later.get("/politik/tal.csv").await.html, later.get("/politik/tal.json").await.html],
            files
        );
        let rows = store::closed_rows(&bench.read(), &albertslund()).await.unwrap();
        assert_eq!(hash_of(&rows), closings[0].sha256);
        let refused = read_in(&bench, &format!("{ALBERTSLUND}\n# changed\n")).await.unwrap_err();
        assert!(matches!(refused, Failure::Refused(PolicyCommandRefusal::Closed(_))), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn the_hash_of_a_closing_account_stands_in_the_journal() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        bench.at("2027-01-02T09:00");
        let ctx = commands::operator("test", TENANT, bench.now(), bench.ids.clone());
        let closing = commands::freeze(&server.app, &ctx, &albertslund()).await.unwrap().unwrap();
        assert_eq!(commands::freeze(&server.app, &ctx, &albertslund()).await.unwrap(), None);
        bench.seal().await;
        let lines = storage::lines_after(&bench.read(), 0, 10).await.unwrap();
        let closed = lines.iter().find(|line| line.word == "closed").unwrap();
        assert_eq!(closed.payload["sha256"], closing.sha256.as_str());
        assert_eq!(bench.read().tenant(), TENANT);
    })
    .await;
}

#[tokio::test]
async fn an_account_is_not_closed_while_the_policy_holds() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let ctx = commands::operator("test", TENANT, bench.now(), bench.ids.clone());
        let refused = commands::freeze(&server.app, &ctx, &albertslund()).await.unwrap_err();
        assert!(refused.to_string().contains("the policy holds until 2026-12-31"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_successor_that_cannot_be_followed_is_refused_by_its_line() {
    each_engine(migrations, |bench| async move {
        let good = successor();
        let of = line_with(&good, "[successor_of]");
        let early = read_in(&bench, &good).await.unwrap_err().to_string();
        assert!(early.starts_with(&format!("line {of}: ")), "{early}");
        assert!(early.contains("which has not been read in"), "{early}");
        import(&bench).await;
        let left_out = format!("[[successor_of.indicator]]\n{}\n", mapped("first-reply"));
        let refused = read_in(&bench, &good.replacen(&left_out, "", 1)).await.unwrap_err().to_string();
        assert!(refused.starts_with(&format!("line {of}: ")) && refused.contains("first-reply"), "{refused}");
        let invented = good.replacen("old = \"avoidable\"", "old = \"unavoidable\"", 1);
        let refused = read_in(&bench, &invented).await.unwrap_err().to_string();
        let at: usize =
            refused.strip_prefix("line ").and_then(|rest| rest.split(':').next()).unwrap().parse().unwrap();
        let said = line_with(&invented, "old = \"unavoidable\"");
        assert!((said - 1..=said).contains(&at) && refused.contains("`unavoidable`"), "{refused}, {said}");
        let silent = good.replacen(
            "\nwhy = { da = \"Ingen fører det mere.\", en = \"Nobody keeps it any more.\" }",
            "",
            1,
        );
        let refused = read_in(&bench, &silent).await.unwrap_err().to_string();
        assert!(refused.contains("`bids-per-tender` ends with this policy"), "{refused}");
        let elsewhere = commands::operator("test", OTHER_TENANT, bench.now(), bench.ids.clone());
        let refused =
            commands::import(&bench.db, &elsewhere, ALBERTSLUND, METRICS).await.unwrap_err().to_string();
        let whose = line_with(ALBERTSLUND, "municipality = 165");
        assert!(refused.starts_with(&format!("line {whose}: ")), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn a_successor_tells_of_every_old_number_whether_it_goes_on_and_whether_it_compares() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        read_in(&bench, &successor()).await.unwrap();
        bench.seal().await;
        let server = Server::of(&bench);
        // It has not begun: the old one is still the one in force, and leads to it.
        let page = server.get("/politik").await;
        assert!(page.main().contains("/politik/udgave/albertslund-2027-2030"), "{}", page.main());
        bench.at("2027-01-02T09:00");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        bench.seal().await;
        let page = server.get("/politik").await;
        assert!(page.says("Hvad blev der af tallene fra Erhvervspolitik 2023-2026?"), "{}", page.text());
        assert!(
            page.says("Gjort op på en anden måde, så de to tal kan ikke sammenlignes."),
            "{}",
            page.text()
        );
        assert!(page.says("Fortsætter ikke"), "{}", page.text());
        assert!(page.says("Ingen fører det mere."), "{}", page.text());
        let old = policy::model::Policy::parse(ALBERTSLUND).unwrap();
        for indicator in &old.indicators {
            let link = format!("\"/politik/udgave/albertslund-2023-2026/{}\"", indicator.id);
            assert!(page.main().contains(&link), "{link}");
        }
        // The number that goes on under another name, seen from both sides.
        let new = server.get("/politik/enquiries-received").await;
        assert!(new.says("I Erhvervspolitik 2023-2026 endte tallet på 360 (2026)."), "{}", new.text());
        assert!(new.says("Gjort op på samme måde."), "{}", new.text());
        let earlier = "/politik/udgave/albertslund-2023-2026/received";
        assert!(new.main().contains(earlier), "{}", new.main());
        let old = server.get(earlier).await;
        assert!(old.says("Her er slutregnskabet"), "{}", old.text());
        assert!(old.says("Tallet fortsætter i Erhvervspolitik 2027-2030."), "{}", old.text());
        assert!(
            old.main().contains("/politik/udgave/albertslund-2027-2030/enquiries-received"),
            "{}",
            old.main()
        );
        let ended = server.get("/politik/udgave/albertslund-2023-2026/bids-per-tender").await;
        assert!(
            ended.says("Tallet fortsætter ikke i Erhvervspolitik 2027-2030. Ingen fører det mere."),
            "{}",
            ended.text()
        );
        // One that is worked out in another way says so and is not set against the old one.
        let other = server.get("/politik/first-reply").await;
        assert!(other.says("kan ikke sammenlignes"), "{}", other.text());
        assert_eq!(
            server.get("/politik/udgave/albertslund-1999/received").await.status,
            StatusCode::NOT_FOUND
        );
    })
    .await;
}

#[tokio::test]
async fn every_link_of_a_policy_that_has_ended_leads_to_its_own_numbers() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        read_in(&bench, &successor()).await.unwrap();
        let server = Server::of(&bench);
        bench.at("2027-01-02T09:00");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        bench.seal().await;
        let home = "/politik/udgave/albertslund-2023-2026";
        for path in [home.to_owned(), format!("{home}/received"), format!("{home}/companies")] {
            let page = server.get(&path).await;
            assert!(page.says("Politikken gjaldt til og med 31. december 2026."), "{path}: {}", page.text());
            assert!(page.says("Den er afløst af Erhvervspolitik 2027-2030"), "{path}: {}", page.text());
            let main = page.main();
            let links: Vec<&str> =
                main.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
            let own = links.iter().filter(|link| link.starts_with("/politik"));
            for link in own {
                assert!(link.starts_with("/politik/udgave/"), "{path} leads to {link}");
                assert_eq!(server.get(link).await.status, StatusCode::OK, "{link}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_closing_account_that_somebody_changed_afterwards_says_so_on_every_page() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        bench.at("2027-01-02T09:00");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        bench.seal().await;
        let warning = "Slutregnskabet er ikke længere det, der blev låst";
        assert!(!server.get("/politik").await.says(warning));
        let better = "UPDATE policy_closing_row SET reading = REPLACE(reading, '88.', '98.') WHERE indicator = 'within-goal'";
        let tx = bench.tx().await;
        assert_eq!(tx.conn().execute_unprepared(better).await.unwrap().rows_affected(), 1);
        tx.commit().await.unwrap();
        // Another node, or the same one after a restart.
        let server = Server::of(&bench);
        for path in ["/politik", "/politik/received", "/politik/within-goal"] {
            let page = server.get(path).await;
            assert!(page.says(warning), "{path}: {}", page.text());
        }
        let json: serde_json::Value = serde_json::from_str(&server.get("/politik/tal.json").await.html).unwrap();
        assert_eq!(json["closed"]["is_intact"], false);
    })
    .await;
}
