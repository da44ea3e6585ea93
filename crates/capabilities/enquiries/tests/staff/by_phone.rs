//! Topics that the municipality has not begun with: answered on the telephone, until someone opens them in the browser.

use enquiries::commands;

use super::topics::send;
use super::town::each_engine;

const SIGNAGE: &str = "/intern/emner/signage";
const SWITCH: &str = "/intern/emner/signage/svar";

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_left_to_the_telephone_shows_number_and_hours_and_one_button_opens_it() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        let left = send(&mut editor, &page, SWITCH, &[("answered", "phone")]).await;
        assert_eq!(left.location, SIGNAGE, "{}", left.text());
        let list = editor.get("/intern/emner").await.text();
        assert!(list.contains("Telefon"), "{list}");

        let mut company = town.stranger();
        let guide = company.get("/vejviser?emne=signage").await;
        assert!(guide.says("Ring til os") && !guide.html.contains("/henvendelse/ny?emne=signage"));
        let form = company.get("/henvendelse/ny?emne=signage").await;
        assert!(form.says("Det her svarer vi på i telefonen"), "{}", form.text());
        assert!(!form.html.contains("name=\"text\""), "there is no form");
        let english = town.stranger().in_language("en").get("/henvendelse/ny?emne=signage").await;
        assert!(english.says("We answer this on the telephone"));
        let other = company.get("/henvendelse/ny?emne=waste").await;
        assert!(!other.html.contains("value=\"signage\""), "nor is it offered in another topic's form");

        let page = editor.get(SIGNAGE).await;
        let opened = send(&mut editor, &page, SWITCH, &[("answered", "here")]).await;
        assert_eq!(opened.location, SIGNAGE, "{}", opened.text());
        let form = company.get("/henvendelse/ny?emne=signage").await;
        assert!(form.html.contains("name=\"text\""), "{}", form.text());
        let history = editor.get("/intern/emner/signage/historik").await;
        assert!(history.says("emnet åbnet for henvendelser") && history.says("lagt over på telefonen"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_typed_before_a_topic_went_to_the_telephone_is_taken_all_the_same() {
    each_engine(|town| async move {
        let mut editor = town.browser("Mette Holm");
        let page = editor.get(SIGNAGE).await;
        send(&mut editor, &page, SWITCH, &[("answered", "phone")]).await;
        let sent = town.ask("Smedjen ApS", "signage", "Må vi sætte et skilt op over døren?").await;
        assert_eq!(sent.case.topic.as_str(), "signage");
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_look_after_the_guide_opens_and_closes_nothing() {
    each_engine(|town| async move {
        let mut officer = town.browser("Karen Dahl");
        let sent = officer.post(SWITCH, &[("version", "0"), ("answered", "phone")]).await;
        assert_eq!(sent.status, 403);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_municipality_begins_with_a_few_topics_and_done_again_it_undoes_nothing() {
    each_engine(|town| async move {
        let editor = town.ctx("Mette Holm");
        let topics = ["signage".parse().unwrap()];
        let roads = "roads".parse().unwrap();
        let begin = async || {
            let done = commands::begin_with(&town.app, town.guide(), &editor, &topics, &roads).await;
            done.unwrap_or_else(|failure| panic!("{failure}"))
        };
        assert!(begin().await > 20);
        let guide = town.guide().guide(testkit::TENANT);
        let begun: Vec<&str> =
            guide.topics().iter().filter(|topic| !topic.by_phone).map(|topic| topic.key.as_str()).collect();
        assert_eq!(begun, ["signage"]);
        assert_eq!(guide.topic("signage").unwrap().team, roads);
        let mut company = town.stranger();
        let found = company.get("/vejviser?emne=waste").await;
        assert!(found.says("Ring til os") && !found.says("Så skriv alligevel"), "{}", found.text());

        let mut browser = town.browser("Mette Holm");
        let page = browser.get("/intern/emner/waste").await;
        send(&mut browser, &page, "/intern/emner/waste/svar", &[("answered", "here")]).await;
        assert_eq!(begin().await, 0);
        assert!(!town.guide().guide(testkit::TENANT).topic("waste").unwrap().by_phone, "it stays open");
    })
    .await;
}
