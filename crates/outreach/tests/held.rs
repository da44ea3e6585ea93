//! Messages of an installation that has no mail server yet.

use chrono::Duration;
use outreach::{DeliveryState, Mailer};
use testkit::each_engine;

use crate::{
    scene::{Scene, migrations, settings},
    smtp_server::{Mood, SmtpServer},
};

impl Scene {
    /// The same installation after `[smtp]` was written and the program started again.
    async fn with_a_server(&self, server: &SmtpServer) -> Self {
        let tx = self.bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        Self { mailer: Mailer::smtp(settings(server.port)).unwrap(), ..self.clone() }
    }
}

#[tokio::test]
async fn a_mail_waits_for_a_mail_server_to_be_set_up_and_goes_then_once() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Missing);
        let id = scene.send(scene.receipt()).await;
        for _ in 0..4 {
            scene.work().await;
            scene.bench.later(Duration::days(1));
        }
        let waiting = scene.message().await;
        assert_eq!(waiting.attempts, 0, "nobody has tried");
        assert!(matches!(&waiting.delivery,
            DeliveryState::Waiting { reason: Some(reason), .. } if reason.as_str() == "no-mail-server"));
        assert!(outreach::captured(&scene.bench.read(), 10).await.unwrap().is_empty());
        assert_eq!(outreach::delivery_counts(&scene.bench.read()).await.unwrap()["waiting"], 1);

        let server = SmtpServer::start(Mood::Takes).await;
        let scene = scene.with_a_server(&server).await;
        scene.work().await;
        scene.bench.later(Duration::hours(1));
        scene.work().await;
        let mails = server.mails();
        assert_eq!(mails.len(), 1);
        assert!(mails[0].contains(&format!("<{id}@")), "{}", mails[0]);
        assert_eq!(scene.words().await, ["message_written", "message_sent"]);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_waited_too_long_for_a_mail_server_fails_with_the_reason() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Missing);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        scene.bench.later(Duration::days(6));
        let tx = scene.bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        let failed = outreach::failed(&scene.bench.read(), 10).await.unwrap();
        assert_eq!(
            failed.iter().map(|one| (one.message, one.reason.as_str())).collect::<Vec<_>>(),
            [(id, "no-mail-server")]
        );
        assert_eq!(scene.words().await, ["message_written", "message_failed"]);

        // A person wants it sent all the same.
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = scene.with_a_server(&server).await;
        scene.work().await;
        assert!(server.mails().is_empty());
        let tx = scene.bench.tx().await;
        assert!(outreach::retry_failed(&tx, id).await.unwrap());
        tx.commit().await.unwrap();
        scene.work().await;
        assert_eq!(server.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_mail_server_set_up_after_a_week_does_not_send_what_is_long_out_of_date() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Missing);
        scene.send(scene.receipt()).await;
        scene.work().await;
        scene.bench.later(Duration::days(7));
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = scene.with_a_server(&server).await;
        scene.work().await;
        assert!(server.mails().is_empty());
        let DeliveryState::Failed { reason, .. } = scene.message().await.delivery else {
            panic!("it failed")
        };
        assert_eq!(reason.as_str(), "no-mail-server");
    })
    .await;
}

#[tokio::test]
async fn a_sign_in_link_that_died_while_there_was_no_mail_server_never_reaches_the_inbox() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Missing);
        let until = scene.bench.now() + Duration::minutes(15);
        scene.send(outreach::NewMessage { good_until: Some(until), ..scene.receipt() }).await;
        scene.work().await;
        scene.bench.later(Duration::minutes(20));
        let server = SmtpServer::start(Mood::Takes).await;
        let later = scene.with_a_server(&server).await;
        later.work().await;
        assert!(server.mails().is_empty());
        assert_eq!(later.message().await.delivery, DeliveryState::Expired { at: later.bench.now() });
        assert_eq!(outreach::delivery_counts(&later.bench.read()).await.unwrap()["expired"], 1);
        assert!(outreach::failed(&later.bench.read(), 10).await.unwrap().is_empty(), "nobody need look");
        assert_eq!(later.words().await, ["message_written", "message_expired"]);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_dies_while_no_mail_server_is_there_is_seen_as_dead_at_the_next_sweep() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Missing);
        let until = scene.bench.now() + Duration::minutes(15);
        scene.send(outreach::NewMessage { good_until: Some(until), ..scene.receipt() }).await;
        scene.work().await;
        assert!(matches!(scene.message().await.delivery, DeliveryState::Waiting { .. }));
        scene.bench.later(Duration::minutes(16));
        let tx = scene.bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        assert!(matches!(scene.message().await.delivery, DeliveryState::Expired { .. }));
    })
    .await;
}
