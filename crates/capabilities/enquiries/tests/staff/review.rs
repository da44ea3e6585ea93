//! Topics are looked through twice a year by whoever answers for them.

use enquiries::jobs::AskForReviews;

use super::{
    topics::send,
    town::{Town, each_engine},
};

const SIGNAGE: &str = "/intern/emner/signage/gennemse";
/// A Tuesday morning more than half a year after a Monday in November.
const HALF_A_YEAR_ON: &str = "2027-06-01T10:00";

/// Counting begins, and half a year goes by.
async fn half_a_year(town: &Town) {
    town.bench.at("2026-11-23T10:00");
    town.run(&AskForReviews {}).await;
    assert!(town.mails_to("Lars Holt").await.is_empty(), "nobody is asked on the first day");
    town.bench.at(HALF_A_YEAR_ON);
}

async fn asked(town: &Town, name: &str) -> usize {
    town.mails_to(name).await.iter().filter(|subject| subject.starts_with("Passer det stadig?")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_leads_a_team_is_asked_once_and_says_that_its_topic_is_still_right() {
    each_engine(|town| async move {
        half_a_year(&town).await;
        // An hour later, and on another node, nothing more comes.
        for _ in 0..2 {
            town.run(&AskForReviews {}).await;
        }
        assert_eq!(asked(&town, "Lars Holt").await, 1, "one mail for all topics of the team");
        assert_eq!(asked(&town, "Line Krog").await, 0);

        let mut leader = town.browser("Lars Holt");
        let inbox = leader.get("/intern/indbakke").await;
        assert!(inbox.html.contains(SIGNAGE), "{}", inbox.text());
        let mut company = town.stranger();
        assert!(!company.get("/vejviser?emne=signage").await.says("Gennemset"));

        let page = leader.get(SIGNAGE).await;
        assert!(page.says("Skal gennemses") && page.says("Skilte og reklamer"), "{}", page.text());
        let done = send(&mut leader, &page, SIGNAGE, &[]).await;
        assert_eq!(done.location, SIGNAGE, "{}", done.text());
        let again = send(&mut leader, &page, SIGNAGE, &[]).await;
        assert_eq!(again.location, SIGNAGE, "the same press twice is one");

        assert!(company.get("/vejviser?emne=signage").await.says("Gennemset"));
        assert!(!leader.get("/intern/indbakke").await.html.contains(SIGNAGE));
        let history = leader.get("/intern/emner/signage/historik").await;
        assert_eq!(history.text().matches("Gennemset: det passer stadig").count(), 1, "{}", history.text());
        assert!(history.says("Lars Holt"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_is_asked_on_a_sunday_nor_while_away() {
    each_engine(|town| async move {
        half_a_year(&town).await;
        town.bench.at("2027-05-30T10:00");
        town.run(&AskForReviews {}).await;
        assert_eq!(asked(&town, "Lars Holt").await, 0, "a Sunday");
        town.bench.at(HALF_A_YEAR_ON);
        town.away("Lars Holt", Some("Line Krog"));
        town.run(&AskForReviews {}).await;
        assert_eq!((asked(&town, "Lars Holt").await, asked(&town, "Line Krog").await), (0, 1));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_topic_that_nobody_has_looked_at_for_a_year_says_so_to_staff_and_is_shown_all_the_same() {
    each_engine(|town| async move {
        half_a_year(&town).await;
        town.bench.at("2027-12-01T10:00");
        let list = town.browser("Mette Holm").get("/intern/emner").await;
        assert!(list.says("Ikke gennemset i et år"), "{}", list.text());
        let public = town.stranger().get("/vejviser?emne=signage").await;
        assert!(public.says("Skilte og reklamer") && !public.says("gennemset"), "{}", public.text());
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_team_and_those_who_look_after_the_guide_say_that_a_topic_is_right() {
    each_engine(|town| async move {
        for name in ["Karen Dahl", "Ebbe Revisor"] {
            let mut browser = town.browser(name);
            assert_eq!(browser.get(SIGNAGE).await.status, 403, "{name}");
            assert_eq!(browser.post(SIGNAGE, &[("version", "0")]).await.status, 403, "{name}");
        }
        let mut officer = town.browser("Line Krog");
        let page = officer.get(SIGNAGE).await;
        assert_eq!(page.status, 200, "whoever is in the team may");
        let mut editor = town.browser("Mette Holm");
        let form = editor.get("/intern/emner/signage").await;
        send(&mut editor, &form, "/intern/emner/signage", &[("title-da", "Skilte")]).await;
        let stale = send(&mut officer, &page, SIGNAGE, &[]).await;
        assert_eq!(stale.status, 422, "what was edited meanwhile was not looked at: {}", stale.text());
    })
    .await;
}
