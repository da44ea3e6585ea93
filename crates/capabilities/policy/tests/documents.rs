//! Reading policies in, closing their accounts, and what replaces them.

use std::fmt::Write as _;

use kernel::{Code, Failure};
use policy::{
    commands::{self, PolicyCommandRefusal, hash_of},
    jobs, store,
};
use storage::Reader as _;
use testkit::{Bench, OTHER_TENANT, TENANT, each_engine};

use crate::{
    pages::import,
    server::{ALBERTSLUND, METRICS, Server, migrations},
};

fn albertslund() -> Code {
    "albertslund-2023-2026".parse().unwrap()
}

/// A policy for the years after, which says of every indicator but the first that it ended.
fn successor(drop_first: bool) -> String {
    let old = policy::model::Policy::parse(ALBERTSLUND).unwrap();
    let mut text = ALBERTSLUND
        .replacen("id = \"albertslund-2023-2026\"", "id = \"albertslund-2027-2030\"", 1)
        .replacen("from = 2024-01-01, to = 2026-12-31", "from = 2027-01-01, to = 2030-12-31", 1)
        .replacen("da = \"Erhvervspolitik 2023-2026\"", "da = \"Erhvervspolitik 2027-2030\"", 1)
        .replacen("id = \"received\"", "id = \"enquiries-received\"", 1);
    text.push_str("\n[successor_of]\npolicy = \"albertslund-2023-2026\"\n");
    for indicator in old.indicators.iter().skip(usize::from(drop_first)) {
        let new =
            if indicator.id.as_str() == "received" { "enquiries-received" } else { indicator.id.as_str() };
        writeln!(text, "[[successor_of.indicator]]\nold = \"{}\"\nnew = \"{new}\"", indicator.id).unwrap();
    }
    text
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
        assert!(page.main().contains("Politikken sluttede 31. december 2026"), "{}", page.main());
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        let closings = store::closings(&bench.read()).await.unwrap();
        assert_eq!(closings.len(), 1);
        let closed = server.get("/politik").await;
        assert!(closed.main().contains("Her er slutregnskabet"), "{}", closed.main());
        bench.at("2027-06-01T10:00");
        // Nothing counts any more, and the numbers stand all the same.
        let later = Server::with(&bench, false);
        assert_eq!(later.get("/politik").await.main(), closed.main());
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
async fn a_successor_maps_every_old_indicator_and_leads_back_to_it() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let refused = read_in(&bench, &successor(true)).await.unwrap_err();
        assert!(refused.to_string().contains("first-reply"), "{refused}");
        read_in(&bench, &successor(false)).await.unwrap();
        let server = Server::of(&bench);
        // It has not begun: the old one is still the one in force, and leads to it.
        let page = server.get("/politik").await;
        assert!(page.main().contains("/politik/udgave/albertslund-2027-2030"), "{}", page.main());
        bench.at("2027-01-02T09:00");
        jobs::close_ended(&server.app, &bench.ctx()).await.unwrap();
        let page = server.get("/politik").await;
        assert!(page.main().contains("Erhvervspolitik 2027-2030"), "{}", page.main());
        let indicator = server.get("/politik/enquiries-received").await;
        let earlier = "/politik/received?udgave=albertslund-2023-2026";
        assert!(indicator.main().contains(earlier), "{}", indicator.main());
        let old = server.get(earlier).await;
        assert!(old.main().contains("Her er slutregnskabet"), "{}", old.main());
    })
    .await;
}
