//! The pages, through the whole server.

use axum::http::StatusCode;
use policy::commands;
use testkit::{Bench, HOST, TENANT, each_engine};

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
            let page = server.get_as(Reader::Anyone, language, HOST, "/politik").await;
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
            let page = server.get_as(Reader::Manager, language, HOST, "/politik/received").await;
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
        for (reader, sees) in
            [(Reader::Manager, true), (Reader::WithoutRight, false), (Reader::Anyone, false)]
        {
            let page = server.get_as(reader, "da", HOST, "/politik/received").await;
            assert_eq!(page.says("2026-00123"), sees);
            assert_eq!(page.says("Hændelserne bag tallet"), sees);
            assert_eq!(page.header("cache-control") == "no-store", reader != Reader::Anyone);
        }
    })
    .await;
}

#[tokio::test]
async fn staff_go_from_any_years_number_to_all_of_its_lines() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let get = async |path: &str| server.get_as(Reader::Manager, "da", HOST, path).await;
        let newest = get("/politik/received").await;
        assert!(newest.says("2026-00123") && !newest.says("2026-00064"), "{}", newest.text());
        let older = "/politik/received?periode=2026&amp;side=2#lines";
        assert!(
            newest.main().contains(&older.replace("&amp;", "&#38;")) || newest.main().contains(older),
            "{}",
            newest.main()
        );
        let rest = get("/politik/received?periode=2026&side=2").await;
        assert!(rest.says("2026-00064") && !rest.says("2026-00123"), "{}", rest.text());
        assert!(rest.says("Nyere linjer") && !rest.says("Ældre linjer"), "{}", rest.text());
        let before = get("/politik/received?periode=2025").await;
        assert!(before.says("2025-00123") && !before.says("2026-00123"), "{}", before.text());
        // Whatever stands in the address, the page is that of a number.
        assert!(get("/politik/received?periode=1848&side=900").await.says("Hændelserne bag tallet"));
        // The register has no lines in the journal, and the page says where the number is from.
        let register = get("/politik/companies").await;
        assert!(
            register.says("Tallet er ikke talt i hændelsesloggen, men her: CVR, Erhvervsstyrelsen."),
            "{}",
            register.text()
        );
    })
    .await;
}

#[tokio::test]
async fn four_answers_are_never_shown_on_any_page_or_in_the_file() {
    each_engine(migrations, |bench| async move {
        import(&bench).await;
        let server = Server::of(&bench);
        let page = server.get("/politik/satisfaction").await;
        assert!(page.says("For få til at vise"), "{}", page.text());
        assert!(!page.says("4 bag tallet"), "{}", page.text());
        let csv = server.get("/politik/tal.csv").await.html;
        let lines: Vec<&str> = csv.lines().filter(|line| line.contains(",satisfaction,")).collect();
        assert!(!lines.is_empty());
        assert!(lines.iter().all(|line| line.contains(",,score,,,,hidden,1,")), "{lines:?}");
        // The smallest areas have under five moved out, and the town's total is shown.
        let moved: Vec<&str> = csv.lines().filter(|line| line.contains("registry.moved_out,vaerk")).collect();
        assert!(
            !moved.is_empty() && moved.iter().all(|line| line.contains(",,count,,,,hidden,")),
            "{moved:?}"
        );
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
        bench.seal().await;
        let page = server.get("/politik").await;
        assert!(page.says("Der er ikke noget her, der tæller enquiries.received"), "{}", page.text());
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
        // With a query, since the page itself is kept for a second of the machine's own clock.
        assert_eq!(server.get("/politik?senere").await.status, StatusCode::OK);
        assert!(server.town.questions.load(std::sync::atomic::Ordering::Relaxed) > asked);
    })
    .await;
}
