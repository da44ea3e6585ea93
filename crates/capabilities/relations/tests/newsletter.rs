//! Who may be sent a newsletter, who may be asked, and who never comes back.

use relations::{
    commands,
    model::{ListKind, SubscriptionState},
    retention::forget,
    store,
};
use testkit::{TENANT, each_engine_alone};

use crate::scene::{Town, cvr, migrations};

fn list() -> String {
    format!(
        "Mail;CVR;Samtykkedato;Samtykke\nja@example.dk;{0};1.5.2024;Skema på messen\nuden@example.dk;{0};;\nhalvt@example.dk;{0};1.5.2024;\nfredet@example.dk;{1};;\n",
        cvr(1),
        cvr(5)
    )
}

#[tokio::test]
async fn without_a_day_and_a_proof_nobody_gets_a_newsletter_and_each_is_asked_once() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let id = town.tried(ListKind::Newsletter, list().as_bytes()).await;
        town.take(id).await;
        let counts = store::counts(&town.read()).await.unwrap();
        assert_eq!((counts.consented, counts.needed), (1, 3));
        for _ in 0..2 {
            commands::ask(&town.server.app, &town.ctx()).await.unwrap();
            town.server.work().await;
        }
        let sent = outreach::captured(&town.read(), 20).await.unwrap();
        let mut to: Vec<String> = sent.iter().map(|mail| mail.to.to_string()).collect();
        to.sort();
        assert_eq!(to, ["halvt@example.dk", "uden@example.dk"], "a protected company is not even asked");
    })
    .await;
}

#[tokio::test]
async fn the_link_asks_and_a_button_answers_and_whoever_left_is_not_brought_back() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let app = &town.server.app;
        let id = town.tried(ListKind::Newsletter, list().as_bytes()).await;
        town.take(id).await;
        let of = async |email: &str| {
            let hash = commands::email_hash(app, TENANT, &email.parse().unwrap());
            store::subscriptions_of(&town.read(), &hash).await.unwrap()
        };
        let one = of("uden@example.dk").await.unwrap();
        let link = format!("/nyhedsbrev/{}", commands::leave_link(app, one.id).as_str());
        let mut browser = town.server.browser();
        assert!(browser.get(&link).await.says("Vil du have nyhedsbrevet"));
        assert!(of("uden@example.dk").await.is_some(), "looking changes nothing");
        browser.post(&link, &[("answer", "yes")]).await;
        assert!(matches!(of("uden@example.dk").await.unwrap().state, SubscriptionState::Consented { .. }));
        browser.post(&link, &[("answer", "no")]).await;
        assert!(of("uden@example.dk").await.is_none());
        assert_eq!(browser.get(&link).await.status, 404);
        let again = town.tried(ListKind::Newsletter, list().as_bytes()).await;
        assert_eq!(town.fates(again).await, [("same", 3), ("left", 1)].into());
        // Of the address itself nothing is left but in the rows of the lists, until they go.
        let where_it_stands = bench.columns_with(migrations, &["uden@example.dk"]).await;
        assert!(
            where_it_stands.iter().all(|column| column.starts_with("relations_import_row")),
            "{where_it_stands:?}"
        );
    })
    .await;
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_is_removed_and_lists_are_forgotten() {
    each_engine_alone(migrations, |bench| async move {
        let town = Town::new(&bench);
        let id = town.tried(ListKind::Newsletter, list().as_bytes()).await;
        town.take(id).await;
        commands::ask(&town.server.app, &town.ctx()).await.unwrap();
        town.server.work().await;
        bench.later(chrono::Duration::days(29));
        forget(&town.server.app, &bench.ctx(), town.server.app.rules()).await.unwrap();
        assert_eq!(store::counts(&town.read()).await.unwrap().asked, 2);
        bench.later(chrono::Duration::days(2));
        forget(&town.server.app, &bench.ctx(), town.server.app.rules()).await.unwrap();
        let counts = store::counts(&town.read()).await.unwrap();
        assert_eq!((counts.asked, counts.left, counts.consented), (0, 2, 1));
        assert!(town.fates(id).await.is_empty(), "the rows of the list are gone");
        assert!(store::find_import(&town.read(), id).await.unwrap().unwrap().cleared_at.is_some());
    })
    .await;
}
