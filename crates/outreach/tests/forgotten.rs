//! A mail that has gone out is not kept for ever: its words go, that it was sent stays.

use chrono::Duration;
use kernel::RuleBook;
use outreach::{DeliveryState, Mailer, NewMessage};
use testkit::each_engine;

use crate::scene::{Scene, migrations};

#[tokio::test]
async fn words_of_a_mail_go_after_the_days_that_the_rule_says_and_its_sending_stays() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        let rules = RuleBook::denmark();
        let forget = async || outreach::forget(&scene.bench.db, &scene.bench.ctx(), rules).await.unwrap();
        scene.bench.later(Duration::days(89));
        assert_eq!(forget().await, 0);
        assert_eq!(
            outreach::messages_to(&scene.bench.read(), &"Smeden@example.dk".parse().unwrap()).await.unwrap(),
            [id]
        );
        scene.bench.later(Duration::days(2));
        assert_eq!((forget().await, forget().await), (1, 0), "once");
        assert!(outreach::words_of(&scene.bench.read(), &[id]).await.unwrap().is_empty());
        assert!(matches!(scene.message().await.delivery, DeliveryState::Captured { .. }));
        assert_eq!(scene.words().await, ["message_written", "message_captured", "content_erased"]);
    })
    .await;
}

#[tokio::test]
async fn mail_that_still_waits_is_not_forgotten_and_another_rule_counts_other_days() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        scene.send(scene.receipt()).await;
        scene.bench.later(Duration::days(400));
        let rules = RuleBook::denmark();
        let ctx = || scene.bench.ctx();
        assert_eq!(outreach::forget(&scene.bench.db, &ctx(), rules).await.unwrap(), 0, "it has not gone yet");
        scene.work().await;
        scene.bench.later(Duration::days(8));
        let week = "[[rule]]\nkey = \"message.retention\"\nvalue = 7\nunit = \"days\"\nvalid_from = 2020-01-01\nlegal_source = \"Kommunens egen\"\n";
        let own = rules.clone().overridden_by(week.parse().unwrap());
        assert_eq!(outreach::forget(&scene.bench.db, &ctx(), &own).await.unwrap(), 1);
    })
    .await;
}

#[tokio::test]
async fn what_was_written_to_an_address_in_large_danish_letters_is_found_as_its_owner_spells_it() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let new = NewMessage { to: "SØREN.ÅGE@eksempel.dk".parse().unwrap(), ..scene.receipt() };
        let id = scene.send(new).await;
        let others =
            NewMessage { to: "anne@eksempel.dk".parse().unwrap(), key: "another".into(), ..scene.receipt() };
        scene.send(others).await;
        let found =
            outreach::messages_to(&scene.bench.read(), &"søren.åge@Eksempel.dk".parse().unwrap()).await;
        assert_eq!(found.unwrap(), [id]);
    })
    .await;
}
