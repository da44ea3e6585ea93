//! The captured mailbox of a demo.

use outreach::{Mailer, NewMessage, Recipient};
use testkit::each_engine;

use crate::scene::{Scene, migrations};

#[tokio::test]
async fn the_captured_mailbox_shows_the_newest_first_with_every_word() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let receipt = scene.send(scene.receipt()).await;
        scene.work().await;
        scene.bench.later(chrono::Duration::hours(1));
        let answer = NewMessage { subject: "Svar".into(), key: "answer".into(), ..scene.receipt() };
        let answer = scene.send(answer).await;
        // Not delivered yet: not in the mailbox yet.
        assert_eq!(outreach::captured_one(&scene.bench.read(), answer).await.unwrap(), None);
        scene.work().await;
        let reader = scene.bench.read();
        let mails = outreach::captured(&reader, 10).await.unwrap();
        assert_eq!(mails.iter().map(|mail| mail.message.id).collect::<Vec<_>>(), [answer, receipt]);
        assert_eq!(outreach::captured(&reader, 1).await.unwrap().len(), 1);
        let mail = outreach::captured_one(&reader, receipt).await.unwrap().unwrap();
        let new = scene.receipt();
        assert_eq!(
            (mail.to, mail.to_name, mail.subject),
            (Recipient::Mail(new.to), new.to_name, new.subject)
        );
        assert_eq!((mail.text, mail.html), (new.text, new.html));
        assert_eq!(outreach::delivery_counts(&reader).await.unwrap()["captured"], 2);
    })
    .await;
}
