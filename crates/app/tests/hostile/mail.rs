//! A mail server that is dead when a receipt should go out.

use chrono::Duration;
use outreach::{DeliveryState, Mailer, SmtpSettings, SmtpTls};
use testkit::each_engine;

use super::{Scene, capabilities};
use crate::scene::{ONE, town_with};

#[expect(dead_code, reason = "the server of outreach's own tests has more moods than are needed here")]
#[path = "../../../outreach/tests/smtp_server.rs"]
mod smtp_server;

use smtp_server::{Mood, SmtpServer};

fn smtp(port: u16) -> Mailer {
    let settings = SmtpSettings {
        host: "127.0.0.1".into(),
        port: Some(port),
        tls: SmtpTls::None,
        ca_file: None,
        username: None,
        password: None,
        password_file: None,
        from: "erhverv@kommune.example".parse().unwrap(),
        from_name: "Erhvervsservice".into(),
        reply_to: None,
        hello_name: Some("samspil.example".into()),
    };
    Mailer::smtp(settings).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn receipt_is_shown_while_the_mail_server_is_dead_and_mailed_once_when_it_lives() {
    each_engine(capabilities::migrations, |bench| async move {
        let port = SmtpServer::start(Mood::Takes).await.port;
        let town = town_with(&bench, ONE, smtp(port)).await;
        let scene = Scene::of(bench, town).await;
        let link = scene.enquiry("Smeden").await;
        scene.work().await;
        let page = scene.get(&crate::wire::Browser::default(), &format!("{link}?kvittering=1")).await;
        assert_eq!(page.status, 200);
        let case = scene.case().await;
        let states = |messages: Vec<outreach::Message>| {
            messages.into_iter().map(|message| message.delivery).collect::<Vec<_>>()
        };
        let messages =
            || async { outreach::messages_of(&scene.bench.read(), &[case.id.uuid()]).await.unwrap() };
        let waiting = states(messages().await);
        assert!(waiting.iter().all(|state| matches!(state, DeliveryState::Waiting { .. })), "{waiting:?}");

        let server = SmtpServer::on_port(port, Mood::Takes).await;
        for _ in 0..4 {
            scene.bench.later(Duration::minutes(30));
            scene.work().await;
        }
        let sent = states(messages().await);
        assert!(sent.iter().all(|state| matches!(state, DeliveryState::Sent { .. })), "{sent:?}");
        let receipts =
            server.mails().iter().filter(|mail| mail.contains("To: \"Aksel Mosevang\" <smeden@")).count();
        assert_eq!((receipts, server.mails().len()), (1, sent.len()));
    })
    .await;
}
