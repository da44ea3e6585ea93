//! Short messages, and a gateway that answers as it is told.

use std::sync::{Arc, Mutex};

use chrono::Duration;
use kernel::{Language, MessageId, Visibility};
use outreach::{DeliveryState, LegalBasis, Mailer, NewText, Recipient, SmsSettings, Texter};
use testkit::{Bench, each_engine};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};

use crate::scene::{Scene, migrations};

/// A gateway: what it was asked, and what it says to it.
struct Gateway {
    port: u16,
    asked: Arc<Mutex<Vec<String>>>,
    says: Arc<Mutex<u16>>,
    listening: JoinHandle<()>,
}

impl Drop for Gateway {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

impl Gateway {
    async fn start(says: u16) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (asked, says) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(says)));
        let (heard, status) = (asked.clone(), says.clone());
        let listening = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let status = *status.lock().unwrap();
                let request = read(stream, status).await;
                heard.lock().unwrap().push(request);
            }
        });
        Self { port, asked, says, listening }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Head and body of a request, which is answered with a status and nothing else.
async fn read(mut stream: TcpStream, status: u16) -> String {
    let (mut bytes, mut piece) = (Vec::new(), [0; 4096]);
    loop {
        let count = stream.read(&mut piece).await.unwrap();
        bytes.extend_from_slice(&piece[..count]);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length =
            head.lines().find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
        if count == 0 || body.len() >= length.unwrap_or(0) {
            let answer = format!("HTTP/1.1 {status} Said\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return text;
        }
    }
}

fn settings(port: u16) -> SmsSettings {
    toml::from_str(&format!(
        r#"
        url = "http://127.0.0.1:{port}/send"
        from = "Kommunen"
        token = "hemmeligt"
        headers = {{ Authorization = "Token {{token}}" }}
        body = '{{"sender": "{{from}}", "message": "{{text}}", "recipients": [{{"msisdn": "{{to}}"}}], "ref": "{{id}}"}}'
        "#
    ))
    .unwrap()
}

fn by_gateway(bench: Bench, gateway: &Gateway) -> Scene {
    let texter = Texter::gateway(settings(gateway.port)).unwrap();
    Scene { texter, ..Scene::new(bench, Mailer::Missing) }
}

fn text(scene: &Scene) -> NewText {
    NewText {
        purpose: "enquiry-receipt".parse().unwrap(),
        basis: LegalBasis::OwnRequest,
        to: "20 12 34 56".parse().unwrap(),
        to_name: "Søren Smed".into(),
        language: Language::Da,
        text: "Følg sagen \"her\": {token} https://kommune.example/x".into(),
        reference: scene.case,
        party: None,
        visibility: Visibility::Party,
        good_until: None,
        key: format!("sms-{}", scene.case),
    }
}

async fn send(scene: &Scene) -> MessageId {
    let tx = scene.bench.tx().await;
    let id = outreach::send_text(&tx, text(scene)).await.unwrap();
    assert_eq!(outreach::send_text(&tx, text(scene)).await.unwrap(), id, "the same key is the same message");
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_short_message_goes_out_once_as_the_gateway_asks_for_it() {
    each_engine(migrations, |bench| async move {
        let gateway = Gateway::start(200).await;
        let scene = by_gateway(bench, &gateway);
        let id = send(&scene).await;
        scene.work().await;
        scene.work().await;
        let asked = gateway.asked();
        let [request] = asked.as_slice() else { panic!("one message, not {}", asked.len()) };
        let (head, body) = request.split_once("\r\n\r\n").unwrap();
        assert!(
            head.starts_with("POST /send ") && head.to_lowercase().contains("authorization: token hemmeligt"),
            "{head}"
        );
        let said: serde_json::Value = serde_json::from_str(body).unwrap();
        // What somebody wrote is never read as a place for the secret.
        assert_eq!(said["message"], "Følg sagen \"her\": {token} https://kommune.example/x");
        assert_eq!(
            (&said["sender"], &said["recipients"][0]["msisdn"]),
            (&"Kommunen".into(), &"4520123456".into())
        );
        assert_eq!(said["ref"], id.to_string());
        assert_eq!(scene.words().await, ["message_written", "message_sent"]);
    })
    .await;
}

#[tokio::test]
async fn a_gateway_that_is_down_or_refuses_the_secret_gets_the_message_later() {
    each_engine(migrations, |bench| async move {
        let gateway = Gateway::start(503).await;
        let scene = by_gateway(bench, &gateway);
        send(&scene).await;
        for says in [503, 401, 429] {
            *gateway.says.lock().unwrap() = says;
            scene.work().await;
            let waiting = scene.message().await;
            assert!(matches!(&waiting.delivery,
                DeliveryState::Waiting { reason: Some(reason), .. } if *reason.as_str() == format!("sms-{says}")), "{waiting:?}");
            scene.bench.later(Duration::minutes(30));
        }
        *gateway.says.lock().unwrap() = 202;
        scene.work().await;
        assert!(matches!(scene.message().await.delivery, DeliveryState::Sent { .. }));
        assert_eq!(gateway.asked().len(), 4);
    })
    .await;
}

#[tokio::test]
async fn a_number_that_the_gateway_does_not_take_is_told_and_not_tried_again() {
    each_engine(migrations, |bench| async move {
        let gateway = Gateway::start(422).await;
        let scene = by_gateway(bench, &gateway);
        send(&scene).await;
        scene.work().await;
        scene.bench.later(Duration::days(1));
        scene.work().await;
        assert!(matches!(&scene.message().await.delivery,
            DeliveryState::Failed { reason, .. } if reason.as_str() == "sms-422"));
        assert_eq!(gateway.asked().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_mail_goes_though_short_messages_wait_for_their_gateway() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let sms = send(&scene).await;
        let mail = scene.send(scene.receipt()).await;
        scene.work().await;
        let captured = outreach::captured(&scene.bench.read(), 10).await.unwrap();
        assert_eq!(captured.iter().map(|one| one.message.id).collect::<Vec<_>>(), [mail]);
        let waiting = outreach::message(&scene.bench.read(), sms).await.unwrap().unwrap();
        assert!(matches!(&waiting.delivery,
            DeliveryState::Waiting { reason: Some(reason), .. } if reason.as_str() == "no-sms-gateway"));
        // The gateway is set up, and the program started again.
        let scene = Scene { texter: Texter::Captured, ..scene };
        let tx = scene.bench.tx().await;
        outreach::sweep_soon(&tx).await.unwrap();
        tx.commit().await.unwrap();
        scene.work().await;
        let one = outreach::captured_one(&scene.bench.read(), sms).await.unwrap().unwrap();
        assert_eq!(one.to, Recipient::Sms("+4520123456".parse().unwrap()));
    })
    .await;
}

#[test]
fn settings_that_cannot_work_are_refused_with_a_sentence() {
    let with = |change: fn(&mut SmsSettings)| {
        let mut settings = settings(1);
        change(&mut settings);
        Texter::gateway(settings).unwrap_err().to_string()
    };
    for (refused, words) in [
        (with(|one| one.url = "http://sms.example/send".into()), "https://"),
        (with(|one| one.url = "sms".into()), "no address"),
        (with(|one| one.from = "Albertslund Kommune".into()), "11 letters"),
        (with(|one| one.body = "{\"message\": \"{text}\"}".into()), "{to}"),
        (with(|one| one.body = "{\"to\": \"{to}\"}".into()), "{text}"),
        (with(|one| one.body = "to={to}&text={text}".into()), "form = true"),
        (with(|one| one.token = None), "{token}"),
        (with(|one| one.token_file = Some("/nowhere".into())), "not both"),
        (
            with(|one| {
                one.headers.insert("X Y".into(), "1".into());
            }),
            "X Y",
        ),
    ] {
        assert!(refused.contains(words), "{refused}");
    }
    assert!(!format!("{:?}", settings(1)).contains("hemmeligt"), "the secret is printed");
}
