//! The one box on another web site, and what other sites may read.

use super::{topics::send, town::each_engine};

#[tokio::test(flavor = "multi_thread")]
async fn the_html_to_copy_is_a_plain_form_to_our_own_address_in_both_languages() {
    each_engine(|town| async move {
        let mut visitor = town.stranger();
        let page = visitor.get("/indlejring").await;
        assert_eq!(page.status, 200);
        for words in
            ["HTML på dansk", "HTML på engelsk", "What can we help you with?", "Hvad kan vi hjælpe jer med?"]
        {
            assert!(page.html.contains(words), "{words}: {}", page.text());
        }
        let copied = page.html.split_once("<textarea").unwrap().1.split_once("</textarea>").unwrap().0;
        for never in ["script", "iframe", "csrf"] {
            assert!(!copied.contains(never), "{copied}");
        }
        assert!(copied.contains("/vejviser") && copied.contains("label for="), "{copied}");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_comes_from_the_box_or_reads_the_feed_gets_no_cookie() {
    each_engine(|town| async move {
        let mut visitor = town.stranger();
        for path in
            ["/vejviser?sprog=da&q=skilt+over+d%C3%B8ren", "/vejviser?sprog=en&q=", "/data/vejviser.json"]
        {
            let answer = visitor.get(path).await;
            assert_eq!(answer.status, 200, "{path}");
            assert!(!answer.headers.contains_key("set-cookie"), "{path}");
            let is_feed = path.starts_with("/data");
            let origins =
                answer.headers.get("access-control-allow-origin").map(|value| value.to_str().unwrap());
            assert_eq!(origins, is_feed.then_some("*"), "{path}: others read the feed, and no page");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_feed_says_what_the_guide_says_and_follows_an_edit() {
    each_engine(|town| async move {
        let mut visitor = town.stranger();
        let feed: serde_json::Value =
            serde_json::from_str(&visitor.get("/data/vejviser.json").await.html).unwrap();
        assert_eq!(feed["acute"][0]["da"]["number"], "112", "{feed}");
        let is_by_phone = |feed: &serde_json::Value| {
            let topics = feed["topics"].as_array().unwrap();
            topics.iter().find(|topic| topic["key"] == "signage").unwrap()["by_phone"].clone()
        };
        assert_eq!(is_by_phone(&feed), false);
        let mut editor = town.browser("Mette Holm");
        let page = editor.get("/intern/emner/signage").await;
        send(&mut editor, &page, "/intern/emner/signage/svar", &[("answered", "phone")]).await;
        let feed: serde_json::Value =
            serde_json::from_str(&visitor.get("/data/vejviser.json").await.html).unwrap();
        assert_eq!(is_by_phone(&feed), true);
    })
    .await;
}
