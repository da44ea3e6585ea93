//! Delivery against a mail server that speaks, refuses and dies.

use chrono::Duration;
use kernel::MessageId;
use outreach::{DeliveryState, DiscardReason, Mailer, NewMessage};
use storage::{Engine, JobError, JobState, Reader, Tx, sea_orm::ConnectionTrait};
use testkit::each_engine;

use crate::{
    scene::{Scene, migrations, settings},
    smtp_server::{Mood, SmtpServer},
};

fn reason_of(state: &DeliveryState) -> Option<&str> {
    match state {
        DeliveryState::Waiting { reason, .. } => reason.as_ref().map(kernel::Code::as_str),
        DeliveryState::Failed { reason, .. } | DeliveryState::Discarded { reason, .. } => {
            Some(reason.as_str())
        }
        DeliveryState::Sent { .. } | DeliveryState::Captured { .. } | DeliveryState::Expired { .. } => None,
    }
}

#[tokio::test]
async fn a_mail_goes_out_once_in_both_forms_and_says_that_a_program_sent_it() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        // Whatever asks for it again: it has gone.
        let again = outreach::deliver(&scene.bench.db, scene.ways(), &scene.bench.ctx(), &[id]).await;
        assert_eq!(again, [Ok(())]);
        let mails = server.mails();
        let [mail] = mails.as_slice() else { panic!("one mail, not {}", mails.len()) };
        assert!(mail.contains(&format!("Message-ID: <{id}@kommune.example>")), "{mail}");
        assert!(mail.contains("Auto-Submitted: auto-generated"), "{mail}");
        assert!(mail.contains("Reply-To: svar@kommune.example"), "{mail}");
        assert!(mail.contains("text/plain") && mail.contains("text/html"), "{mail}");
        assert!(mail.contains("Date: Mon, 23 Nov 2026 08:00:00"), "{mail}");
        assert_eq!(scene.message().await.delivery, DeliveryState::Sent { at: scene.bench.now() });
        assert_eq!(scene.words().await, ["message_written", "message_sent"]);
    })
    .await;
}

#[tokio::test]
async fn a_dead_mail_server_that_comes_back_gets_the_mail_once() {
    each_engine(migrations, |bench| async move {
        let port = SmtpServer::start(Mood::Takes).await.port;
        let scene = Scene::by_smtp(bench, port);
        scene.send(scene.receipt()).await;
        scene.work().await;
        let waiting = scene.message().await;
        assert_eq!((reason_of(&waiting.delivery), waiting.attempts), (Some("connection"), 1));
        // Dead for two hours, which is longer than any job lives.
        for _ in 0..40 {
            scene.bench.later(Duration::minutes(3));
            scene.work().await;
        }
        assert!(matches!(scene.message().await.delivery, DeliveryState::Waiting { .. }));
        let server = SmtpServer::on_port(port, Mood::Takes).await;
        scene.bench.later(Duration::hours(1));
        scene.work().await;
        scene.bench.later(Duration::hours(1));
        scene.work().await;
        assert_eq!(server.mails().len(), 1);
        assert!(matches!(scene.message().await.delivery, DeliveryState::Sent { .. }));
    })
    .await;
}

#[tokio::test]
async fn a_full_mailbox_is_tried_again_and_an_unknown_one_is_not() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Refuses("452 4.2.2 smeden@example.dk is full")).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        assert_eq!(reason_of(&scene.message().await.delivery), Some("smtp-452"));
        server.now(Mood::Refuses("550 5.1.1 no such smeden@example.dk"));
        scene.bench.later(Duration::minutes(1));
        scene.work().await;
        let failed = scene.message().await;
        assert_eq!((reason_of(&failed.delivery), failed.attempts), (Some("smtp-550"), 2));
        assert_eq!(scene.words().await, ["message_written", "message_failed"]);
        let listed = outreach::failed(&scene.bench.read(), 10).await.unwrap();
        assert_eq!(
            listed.iter().map(|one| (one.message, one.reason.as_str())).collect::<Vec<_>>(),
            [(id, "smtp-550")]
        );
        // Mended by a person.
        server.now(Mood::Takes);
        let tx = scene.bench.tx().await;
        assert!(outreach::retry_failed(&tx, id).await.unwrap());
        assert!(!outreach::retry_failed(&tx, id).await.unwrap());
        tx.commit().await.unwrap();
        scene.work().await;
        assert_eq!(server.mails().len(), 1);
        assert_eq!(
            scene.words().await,
            ["message_written", "message_failed", "message_retried", "message_sent"]
        );
    })
    .await;
}

#[tokio::test]
async fn a_wrong_password_loses_no_mail() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::WrongPassword).await;
        let mut with_password = settings(server.port);
        (with_password.username, with_password.password) = (Some("samspil".into()), Some("gammel".into()));
        let scene = Scene::new(bench, Mailer::smtp(with_password).unwrap());
        scene.send(scene.receipt()).await;
        scene.work().await;
        assert_eq!(reason_of(&scene.message().await.delivery), Some("smtp-535"));
        assert!(
            scene
                .mailer
                .check()
                .await
                .unwrap_err()
                .to_string()
                .contains("127.0.0.1 does not take mail from us")
        );
        server.now(Mood::Takes);
        scene.bench.later(Duration::minutes(1));
        scene.work().await;
        assert_eq!(server.mails().len(), 1);
        assert!(scene.mailer.check().await.is_ok());
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_nobody_could_deliver_for_five_days_fails_and_says_so() {
    each_engine(migrations, |bench| async move {
        let port = SmtpServer::start(Mood::Takes).await.port;
        let scene = Scene::by_smtp(bench, port);
        scene.send(scene.receipt()).await;
        for _ in 0..122 {
            scene.work().await;
            scene.bench.later(Duration::hours(1));
        }
        assert_eq!(reason_of(&scene.message().await.delivery), Some("expired"));
    })
    .await;
}

#[tokio::test]
async fn a_second_copy_after_a_lost_answer_carries_the_same_message_id() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::HangsUpAfterData).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        server.now(Mood::Takes);
        scene.bench.later(Duration::minutes(1));
        scene.work().await;
        let mails = server.mails();
        assert_eq!(mails.len(), 2);
        assert!(mails.iter().all(|mail| mail.contains(&format!("<{id}@kommune.example>"))));
    })
    .await;
}

#[tokio::test]
async fn of_many_mails_that_go_together_one_without_its_words_stops_none() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let mut sent = Vec::new();
        for count in 0..7 {
            sent.push(scene.send(NewMessage { key: format!("receipt-{count}"), ..scene.receipt() }).await);
        }
        let tx = scene.bench.tx().await;
        assert!(outreach::erase_content(&tx, sent[3]).await.unwrap());
        tx.commit().await.unwrap();
        scene.work().await;
        assert_eq!(server.mails().len(), 6);
        let messages = outreach::messages_of(&scene.bench.read(), &[scene.case]).await.unwrap();
        for message in messages {
            let reason = reason_of(&message.delivery).map(str::to_owned);
            assert_eq!(reason.as_deref(), (message.id == sent[3]).then_some("erased"));
            assert!(!matches!(message.delivery, DeliveryState::Waiting { .. }), "{message:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_mail_whose_address_can_no_longer_be_read_stops_none_of_those_that_go_with_it() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let mut sent = Vec::new();
        for count in 0..3 {
            sent.push(scene.send(NewMessage { key: format!("receipt-{count}"), ..scene.receipt() }).await);
        }
        let tx = scene.bench.tx().await;
        let broken = format!(
            "UPDATE outreach_content SET to_address = '' WHERE message_id = {}",
            literal(&tx, sent[1])
        );
        tx.conn().execute_unprepared(&broken).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        for message in outreach::messages_of(&scene.bench.read(), &[scene.case]).await.unwrap() {
            let is_waiting = matches!(message.delivery, DeliveryState::Waiting { .. });
            assert_eq!(is_waiting, message.id == sent[1], "{message:?}");
        }
    })
    .await;
}

/// An id as the engine writes it in a statement: SQLite keeps its bytes.
fn literal(tx: &Tx, id: MessageId) -> String {
    match tx.engine() {
        Engine::Sqlite => format!("X'{}'", id.uuid().simple()),
        Engine::Postgres => format!("'{id}'"),
    }
}

#[tokio::test]
async fn two_runners_at_once_send_one_mail() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        let run = |scene: Scene| async move {
            outreach::deliver(&scene.bench.db, scene.ways(), &scene.bench.ctx(), &[id]).await
        };
        let (one, two) = tokio::join!(tokio::spawn(run(scene.clone())), tokio::spawn(run(scene.clone())));
        for outcome in [one.unwrap(), two.unwrap()] {
            assert!(matches!(outcome.as_slice(), [Ok(()) | Err(JobError::Retry(_))]), "{outcome:?}");
        }
        assert_eq!(server.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_runner_that_died_in_the_middle_leaves_the_mail_to_the_next() {
    each_engine(migrations, |bench| async move {
        let silent = SmtpServer::start(Mood::Silent).await;
        let scene = Scene::by_smtp(bench, silent.port);
        let id = scene.send(scene.receipt()).await;
        let dying = scene.clone();
        let runner = tokio::spawn(async move {
            outreach::deliver(&dying.bench.db, dying.ways(), &dying.bench.ctx(), &[id]).await
        });
        while scene.message().await.attempts == 0 {
            tokio::task::yield_now().await;
        }
        runner.abort();
        let _aborted = runner.await;
        let server = SmtpServer::start(Mood::Takes).await;
        let next = Scene { mailer: Mailer::smtp(settings(server.port)).unwrap(), ..scene.clone() };
        // The claim of the dead one stands for a while.
        next.work().await;
        assert_eq!(server.mails().len(), 0);
        next.bench.later(Duration::minutes(3));
        next.work().await;
        assert_eq!(server.mails().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_message_whose_job_was_lost_is_found_by_the_sweep() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        scene.send(scene.receipt()).await;
        let tx = scene.bench.tx().await;
        tx.conn().execute_unprepared("DELETE FROM job").await.unwrap();
        tx.enqueue(&outreach::SweepOutbox {}).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        assert_eq!(server.mails().len(), 0);
        scene.bench.later(Duration::minutes(31));
        let tx = scene.bench.tx().await;
        tx.enqueue(&outreach::SweepOutbox {}).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        assert_eq!(server.mails().len(), 1);
        let dead = storage::jobs_in_state(&scene.bench.read(), JobState::Dead, 10).await.unwrap();
        assert!(dead.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_subject_cannot_smuggle_in_a_header() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let new = NewMessage {
            subject: "Hej\r\nBcc: alle@example.dk".into(),
            to_name: "Smed\nX-Evil: ja".into(),
            html: String::new(),
            ..scene.receipt()
        };
        scene.send(new).await;
        scene.work().await;
        let mails = server.mails();
        let head = mails[0].split("\n\n").next().unwrap();
        assert!(head.lines().all(|line| !line.starts_with("Bcc:") && !line.starts_with("X-Evil:")), "{head}");
    })
    .await;
}

#[tokio::test]
async fn letters_of_every_language_reach_the_wire_whole() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let new = NewMessage { to: "søren@bålø.example".parse().unwrap(), ..scene.receipt() };
        scene.send(new).await;
        scene.work().await;
        assert_eq!(server.mails().len(), 1, "{:?}", scene.message().await);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_cannot_go_is_given_up_with_a_reason_and_stays_given_up() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Refuses("550 5.1.1 no such address")).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        assert!(outreach::failed_one(&scene.bench.read(), id).await.unwrap().is_some());
        let tx = scene.bench.tx().await;
        assert!(outreach::discard_failed(&tx, id, DiscardReason::WrongAddress).await.unwrap());
        assert!(!outreach::discard_failed(&tx, id, DiscardReason::Mistake).await.unwrap(), "once");
        assert!(!outreach::retry_failed(&tx, id).await.unwrap(), "it is given up");
        tx.commit().await.unwrap();
        assert_eq!(reason_of(&scene.message().await.delivery), Some("wrong-address"));
        assert!(outreach::failed(&scene.bench.read(), 10).await.unwrap().is_empty());
        assert_eq!(scene.words().await, ["message_written", "message_failed", "message_discarded"]);
    })
    .await;
}

#[tokio::test]
async fn a_link_that_will_be_dead_at_the_next_attempt_is_not_tried_again() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Refuses("452 4.2.2 full")).await;
        let scene = Scene::by_smtp(bench, server.port);
        let until = scene.bench.now() + Duration::seconds(10);
        scene.send(NewMessage { good_until: Some(until), ..scene.receipt() }).await;
        scene.work().await;
        assert!(matches!(scene.message().await.delivery, DeliveryState::Expired { .. }));
    })
    .await;
}
