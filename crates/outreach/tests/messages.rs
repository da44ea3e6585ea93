//! What is written when a message is sent.

use outreach::{DeliveryState, Mailer, NewMessage, OutreachFact};
use testkit::each_engine;

use crate::scene::{Scene, migrations};

#[tokio::test]
async fn the_same_key_is_one_message_and_the_first_words_stand() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let first = scene.send(scene.receipt()).await;
        let again = scene.send(NewMessage { subject: "Noget andet".into(), ..scene.receipt() }).await;
        assert_eq!(first, again);
        scene.work().await;
        let mails = outreach::captured(&scene.bench.read(), 10).await.unwrap();
        assert_eq!(mails.len(), 1);
        assert_eq!(mails[0].subject, "Vi har fået jeres henvendelse");
        assert_eq!(scene.words().await, ["message_written", "message_captured"]);
    })
    .await;
}

#[tokio::test]
async fn two_that_write_the_same_message_at_once_write_one() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let write = |scene: Scene| async move { scene.send(scene.receipt()).await };
        let (one, two) = tokio::join!(tokio::spawn(write(scene.clone())), tokio::spawn(write(scene.clone())));
        assert_eq!(one.unwrap(), two.unwrap());
        assert_eq!(scene.words().await, ["message_written"]);
    })
    .await;
}

#[tokio::test]
async fn a_message_of_a_transaction_that_was_rolled_back_never_was() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let tx = scene.bench.tx().await;
        outreach::send(&tx, scene.receipt()).await.unwrap();
        drop(tx);
        scene.work().await;
        assert!(outreach::messages_of(&scene.bench.read(), &[scene.case]).await.unwrap().is_empty());
        assert!(scene.words().await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn the_journal_holds_neither_address_nor_words() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        scene.send(scene.receipt()).await;
        scene.work().await;
        let filter = storage::LineFilter { subjects: Some(vec![scene.case]), ..Default::default() };
        for line in storage::lines(&scene.bench.read(), &filter, 10).await.unwrap() {
            let told = line.payload.to_string();
            assert!(!told.contains("smed") && !told.contains("henvendelse"), "{told}");
            assert!(line.fact::<OutreachFact>().unwrap().is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn what_was_erased_before_it_went_out_does_not_go_out() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let id = scene.send(scene.receipt()).await;
        let tx = scene.bench.tx().await;
        assert!(outreach::erase_content(&tx, id).await.unwrap());
        tx.commit().await.unwrap();
        scene.work().await;
        let DeliveryState::Failed { reason, .. } = scene.message().await.delivery else {
            panic!("it failed")
        };
        assert_eq!(reason.as_str(), "erased");
        assert!(outreach::captured(&scene.bench.read(), 10).await.unwrap().is_empty());
    })
    .await;
}

#[tokio::test]
async fn another_municipality_sees_no_message() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        let other = scene.bench.db.read(&scene.bench.ctx_of(testkit::OTHER_TENANT));
        assert!(outreach::messages_of(&other, &[scene.case]).await.unwrap().is_empty());
        assert!(outreach::captured(&other, 10).await.unwrap().is_empty());
        assert_eq!(outreach::captured_one(&other, id).await.unwrap(), None);
        assert!(outreach::delivery_counts(&other).await.unwrap().is_empty());
    })
    .await;
}
