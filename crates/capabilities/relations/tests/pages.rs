//! The pages of relations, as a browser without scripts goes through them.

use relations::{model::ListKind, store};
use testkit::each_engine_alone;

use crate::scene::{Town, cvr, migrations};

#[tokio::test]
async fn every_step_of_a_list_is_a_page_that_one_can_leave_and_come_back_to() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let mut browser = town.server.browser().with_session(&town.session);
        for path in ["/intern/kontakter", "/intern/kontakter/hent", "/intern/besoeg", "/intern/kalender"] {
            assert_eq!(browser.get(path).await.status, 200, "{path}");
        }
        let list = format!("Firma;CVR;Navn\nTrane Bageri;;Bo\n;{};Åse\n", cvr(1));
        let id = town.tried(ListKind::Contacts, list.as_bytes()).await;
        let step = format!("/intern/kontakter/hent/{id}");
        let page = browser.get(&step).await;
        assert!(page.says("Indlæs 1 række") && page.says("Virksomheden er kun fundet på navnet"));
        browser.post(&format!("{step}/igen"), &[("state", "columns")]).await;
        assert!(browser.get(&step).await.says("Hvad står i kolonnerne?"));
        let columns = [("kolonne-0", "company"), ("kolonne-1", "company"), ("kolonne-2", "name")];
        let twice = browser.post(&format!("{step}/kolonner"), &columns).await;
        assert!(twice.status == 422 && twice.says("To kolonner kan ikke være det samme"));
        let columns = [("kolonne-0", "company"), ("kolonne-1", "cvr"), ("kolonne-2", "name")];
        browser.post(&format!("{step}/kolonner"), &columns).await;
        let rows = browser.get(&format!("{step}/raekker/by-name")).await;
        assert!(rows.says("Trane Bageri A/S"));
        let chosen = cvr(3).to_string();
        browser.post(&format!("{step}/raekker/by-name"), &[("valg-2", &chosen)]).await;
        browser.post(&format!("{step}/indlaes"), &[]).await;
        assert!(browser.get(&step).await.says("2 af 2 rækker er behandlet"));
        assert_eq!(store::contacts_of(&town.read(), cvr(3)).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_planned_visit_that_is_wrong_keeps_what_was_typed_and_a_right_one_stands_in_the_list() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let mut browser = town.server.browser().with_session(&town.session);
        let number = cvr(1).to_string();
        let typed = |on| {
            [("cvr", number.as_str()), ("on", on), ("at", "10.30"), ("note", "Lærlinge"), ("kind", "visit")]
        };
        let refused = browser.post("/intern/besoeg/nyt", &typed("2026-11-01")).await;
        assert!(refused.status == 422 && refused.says("Dagen er gået") && refused.html.contains("Lærlinge"));
        let planned = browser.post("/intern/besoeg/nyt", &typed("2026-12-01")).await;
        assert_eq!(planned.location(), "/intern/besoeg");
        assert!(browser.get("/intern/besoeg").await.says("Hejre Smedje ApS"));
    })
    .await;
}
