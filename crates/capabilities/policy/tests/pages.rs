//! The pages, through the whole server.

use axum::http::StatusCode;
use policy::commands;
use testkit::{Bench, TENANT, each_engine};

use crate::server::{ALBERTSLUND, METRICS, Reader, Server, migrations};

pub async fn import(bench: &Bench) {
    let ctx = commands::operator("test", TENANT, bench.now(), bench.ids.clone());
    commands::import(&bench.db, &ctx, ALBERTSLUND, METRICS).await.unwrap();
}

#[tokio::test]
async fn anyone_reads_goals_tracks_facts_growth_and_indicators_in_both_languages() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        for language in ["da", "en"] {
            let page = server.get_as(Reader::Anyone, language, "samspil.example.dk", "/politik").await;
            assert_eq!(page.status, StatusCode::OK);
            insta::assert_snapshot!(format!("overview.{language}"), page.main());
        }
    })
    .await;
}

#[tokio::test]
async fn an_indicator_says_how_it_is_counted() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        for language in ["da", "en"] {
            let page =
                server.get_as(Reader::Manager, language, "samspil.example.dk", "/politik/received").await;
            insta::assert_snapshot!(format!("indicator.{language}"), page.main());
        }
        let not_yet = server.get("/politik/exit-letters").await;
        assert!(
            not_yet.main().contains("Kontrakter bliver endnu ikke ført i Samspil."),
            "{}",
            not_yet.main()
        );
        assert_eq!(server.get("/politik/no-such-number").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn only_those_with_the_right_see_the_lines_behind_a_number() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let host = "samspil.example.dk";
        for (reader, sees) in
            [(Reader::Manager, true), (Reader::WithoutRight, false), (Reader::Anyone, false)]
        {
            let page = server.get_as(reader, "da", host, "/politik/received").await;
            assert_eq!(page.main().contains("2026-00123"), sees);
            assert_eq!(page.header("cache-control") == "no-store", reader != Reader::Anyone);
        }
    })
    .await;
}

#[tokio::test]
async fn four_answers_are_never_shown_on_any_page_or_in_the_file() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let page = server.get("/politik/satisfaction").await;
        assert!(page.main().contains("For få svar"), "{}", page.main());
        assert!(!page.main().contains("n = 4"), "{}", page.main());
        let csv = server.get("/politik/tal.csv").await.html;
        let lines: Vec<&str> = csv.lines().filter(|line| line.contains(",satisfaction,")).collect();
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|line| line.contains(",,score,,,,1,")), "{lines:?}");
        // The smallest areas have under five moved out, and the town's total is shown.
        let moved: Vec<&str> = csv.lines().filter(|line| line.contains("registry.moved_out,vaerk")).collect();
        assert!(moved.is_empty(), "{moved:?}");
    })
    .await;
}

#[tokio::test]
async fn without_a_policy_or_without_anything_that_counts_the_page_says_so() {
    each_engine(migrations, |bench| async move {
        let server = Server::with(&bench, false);
        let page = server.get("/politik").await;
        assert!(page.main().contains("Der er endnu ikke læst en erhvervspolitik ind."), "{}", page.main());
        assert_eq!(server.get("/politik/received").await.status, StatusCode::NOT_FOUND);
        assert_eq!(server.get("/politik/tal.csv").await.status, StatusCode::NOT_FOUND);
        import(&bench).await;
        let page = server.get("/politik").await;
        assert!(page.main().contains("Der er ingen kilde til enquiries.received"), "{}", page.main());
        assert!(
            page.main().contains("Der er endnu ikke læst et virksomhedsregister ind."),
            "{}",
            page.main()
        );
    })
    .await;
}

#[tokio::test]
async fn another_municipality_has_a_policy_of_its_own() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let page = server.get_as(Reader::Anyone, "da", "andetsted.example.dk", "/politik").await;
        assert!(page.main().contains("Der er endnu ikke læst en erhvervspolitik ind."), "{}", page.main());
    })
    .await;
}

#[tokio::test]
async fn a_hundred_readers_count_once() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        server.get("/politik").await;
        let asked = server.town.questions.load(std::sync::atomic::Ordering::Relaxed);
        for _ in 0..99 {
            server.get("/politik").await;
        }
        assert_eq!(server.town.questions.load(std::sync::atomic::Ordering::Relaxed), asked);
        bench.later(chrono::Duration::minutes(11));
        server.get("/politik").await;
        assert!(server.town.questions.load(std::sync::atomic::Ordering::Relaxed) > asked);
    })
    .await;
}
