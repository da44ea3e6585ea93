//! Every no is a page that helps, with the headers that every answer has.

use axum::http::Method;
use testkit::each_engine;

use super::{NEW, Scene, capabilities, check_page, check_private, tracking};
use crate::{
    scene::{Answer, ONE, town_and},
    wire::Browser,
};

fn check_headers(answer: &Answer, what: &str) {
    for (header, word) in [
        ("content-security-policy", "default-src 'none'"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("permissions-policy", "camera=()"),
        ("x-frame-options", "DENY"),
    ] {
        assert!(answer.header(header).contains(word), "{what}: {header} is {:?}", answer.header(header));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_first_enquiry_within_an_hour_from_one_address_is_asked_to_wait() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (browser, other) = (Browser::at([127, 9, 9, 1]), Browser::at([127, 9, 9, 2]));
        let form = scene.filled(&browser, "Smeden").await;
        for _ in 0..20 {
            tracking(&scene.send(&browser, NEW, &form).await);
        }
        let refused = scene.send(&browser, NEW, &form).await;
        check_page(&refused, 429);
        check_headers(&refused, "429");
        assert!(refused.body.contains("Vent et øjeblik"), "{}", refused.text());
        tracking(&scene.send(&other, NEW, &form).await);
        scene.bench.later(chrono::Duration::hours(1));
        tracking(&scene.send(&browser, NEW, &form).await);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_asked_the_answer_has_its_headers_and_is_a_page() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let link = scene.enquiry("Smeden").await;
        let browser = Browser::default();
        let to = scene.town.address;
        for (method, path, status) in [
            ("GET", "/findes-ikke", 404),
            ("GET", "/henvendelse/%ff", 404),
            ("GET", "/intern/henvendelser/x", 303),
            ("GET", "/sprog/xx", 404),
            ("GET", "/henvendelse/ny?emne=findes-ikke", 200),
            ("GET", "/henvendelse/ny?emne=%ff%fe&q=%", 200),
            ("GET", &format!("{link}/skriv"), 405),
            ("POST", "/was", 405),
            ("POST", "/findes-ikke", 404),
            ("PUT", "/", 405),
            ("DELETE", &link, 405),
            ("GET", "/assets/0/findes-ikke.css", 404),
            ("GET", &link, 200),
            ("GET", "/", 200),
        ] {
            let what = format!("{method} {path}");
            let answer = browser.ask(to, method, path, &[], &[]).await.unwrap();
            check_headers(&answer, &what);
            assert_eq!(answer.status, status, "{what}: {}", answer.text());
            if status >= 400 && !path.starts_with("/assets/") {
                assert!(answer.body.contains("<html lang=\"da\""), "{what} is no page: {}", answer.text());
            }
        }
        for kind in
            ["application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=yy", ""]
        {
            for path in [NEW, &format!("{link}/skriv"), &format!("{link}/vurder")] {
                let answer =
                    browser.ask(to, "POST", path, &[("content-type", kind)], b"{\"text\":1").await.unwrap();
                assert!((400..500).contains(&answer.status), "{kind} to {path}: {}", answer.status);
                check_headers(&answer, kind);
                assert!(answer.body.contains("<html lang=\"da\""), "{kind} to {path}: {}", answer.text());
            }
        }
        let english =
            browser.ask(to, "GET", "/findes-ikke", &[("accept-language", "en")], &[]).await.unwrap();
        assert!(english.body.contains("<html lang=\"en\""));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_with_anyones_data_are_kept_by_nobody() {
    each_engine(capabilities::migrations, |bench| async move {
        let scene = Scene::new(bench).await;
        let (link, browser) = (scene.enquiry("Smeden").await, Browser::default());
        let case = scene.case().await;
        let jonas = scene.officer("jonas.birk").await;
        for path in
            [&link, &format!("{link}?kvittering=1"), NEW, "/henvendelse/samlet", "/henvendelse/bekraeft"]
        {
            check_private(&scene.get(&browser, path).await);
        }
        for path in ["/intern/indbakke", &Scene::case_page(&case), "/intern/beskeder", "/intern/mig", "/"] {
            let page = scene.get(&jonas, path).await;
            assert_eq!((page.status, page.header("cache-control")), (200, "no-store"), "{path}");
        }
        let preview = scene.get(&jonas, &format!("/intern/indbakke/{}/uddrag", case.id)).await;
        assert_eq!((preview.status, preview.header("cache-control")), (200, "no-store"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mistake_of_ours_is_a_page_with_a_number_and_not_a_word_of_what_happened() {
    each_engine(capabilities::migrations, |bench| async move {
        async fn falls() -> &'static str {
            panic!("hemmelig årsag")
        }
        let broken = web::Routes::new().get("/falder", web::Access::Public, falls);
        let town = town_and(&bench, ONE, outreach::Mailer::Captured, broken).await;
        let scene = Scene::of(bench, town).await;
        assert_eq!(
            scene
                .town
                .routes
                .iter()
                .filter(|route| route.method == Method::GET && route.path == "/falder")
                .count(),
            1
        );
        let answer = scene.get(&Browser::default(), "/falder").await;
        check_page(&answer, 500);
        check_headers(&answer, "500");
        assert!(answer.body.contains("Fejlnummer:"), "{}", answer.text());
        assert!(!answer.body.contains("hemmelig"));
        assert_eq!(scene.get(&Browser::default(), "/").await.status, 200, "and the next one is served");
    })
    .await;
}
