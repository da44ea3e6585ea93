//! Mails taken in: once, to their message, and forgotten in time.

use chrono::Duration;
use kernel::{MessageId, RuleBook};
use outreach::{
    Bounce, DeliveryState, Incoming, Mailer, NewMessage, ReplyKeys,
    incoming::{self, AnsweredBy, Fate},
};
use ports::DataSubject;
use storage::Reader;
use testkit::each_engine;

use crate::{
    incoming::read,
    scene::{Scene, migrations, settings},
    smtp_server::{Mood, SmtpServer},
};

fn keys() -> ReplyKeys {
    ReplyKeys::new(b"secret")
}

fn from(sender: &str, more: &[&str]) -> Incoming {
    let sender = format!("From: Aksel <{sender}>");
    read(&[&[sender.as_str(), "Subject: Skilt"], more, &["", "Skiltet er rødt."]].concat())
}

async fn taken(scene: &Scene, mail: &Incoming) -> Option<incoming::IncomingId> {
    let tx = scene.bench.tx().await;
    let id = incoming::take(&tx, mail).await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn waits(scene: &Scene, mail: &Incoming) -> incoming::IncomingId {
    let tx = scene.bench.tx().await;
    let id = incoming::take(&tx, mail).await.unwrap().unwrap();
    let names: Vec<&str> = mail.files.iter().map(|file| file.name.as_str()).collect();
    let files = names.join("\n");
    let (from, name) = (&mail.from, mail.from_name.as_str());
    let kept = incoming::Kept { from, name, subject: &mail.subject, text: &mail.text, files: &files };
    incoming::wait(&tx, id, kept).await.unwrap();
    tx.commit().await.unwrap();
    id
}

#[tokio::test]
async fn a_mail_is_taken_once_and_again_when_the_first_time_was_not_committed() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let mail = from("smeden@example.dk", &["Message-ID: <a@example.dk>"]);
        let tx = scene.bench.tx().await;
        assert!(incoming::take(&tx, &mail).await.unwrap().is_some());
        drop(tx);
        assert!(taken(&scene, &mail).await.is_some());
        assert_eq!(taken(&scene, &mail).await, None);
        let other = scene.bench.db.begin_write(&scene.bench.ctx_of(testkit::OTHER_TENANT)).await.unwrap();
        assert!(incoming::take(&other, &mail).await.unwrap().is_some(), "another municipality got it too");
        other.commit().await.unwrap();
    })
    .await;
}

#[tokio::test]
async fn what_became_of_mails_is_counted_and_stands_in_the_journal_without_a_word_of_them() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let fates = [Fate::Opened, Fate::Added, Fate::Added, Fate::Dropped("too-many".parse().unwrap())];
        let mut ids = Vec::new();
        for (count, fate) in fates.into_iter().enumerate() {
            let id = format!("Message-ID: <{count}@example.dk>");
            let tx = scene.bench.tx().await;
            let taken = incoming::take(&tx, &from("smeden@example.dk", &[&id])).await.unwrap().unwrap();
            assert!(incoming::end(&tx, taken, fate.clone(), Some(scene.case)).await.unwrap());
            assert!(!incoming::end(&tx, taken, fate, None).await.unwrap(), "once");
            tx.commit().await.unwrap();
            ids.push(taken.uuid());
        }
        let counts = incoming::counts(&scene.bench.read()).await.unwrap();
        assert_eq!(counts, [("added".into(), 2), ("dropped".into(), 1), ("opened".into(), 1)].into());
        let filter = storage::LineFilter { subjects: Some(ids), ..Default::default() };
        let lines = storage::lines(&scene.bench.read(), &filter, 100).await.unwrap();
        assert_eq!(lines.len(), 4);
        for line in lines {
            assert_eq!(line.word, "mail_ended");
            assert!(!line.payload.to_string().contains("smed"), "{}", line.payload);
            assert!(line.fact::<outreach::OutreachFact>().unwrap().is_some());
        }
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_waits_is_shown_with_its_words_until_somebody_has_placed_it() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let first = waits(&scene, &from("smeden@example.dk", &["Message-ID: <a@example.dk>"])).await;
        scene.bench.later(Duration::hours(1));
        let second = waits(&scene, &from("bager@example.dk", &["Message-ID: <b@example.dk>"])).await;
        let read = scene.bench.read();
        let shown = incoming::waiting(&read, 0).await.unwrap();
        assert_eq!(shown.iter().map(|mail| mail.id).collect::<Vec<_>>(), [first, second]);
        assert!(incoming::waiting(&read, 1).await.unwrap().is_empty());
        let mail = incoming::one(&read, first).await.unwrap().unwrap();
        assert_eq!((mail.from.as_str(), mail.from_name.as_str()), ("smeden@example.dk", "Aksel"));
        assert_eq!((mail.subject.as_str(), mail.text.as_str()), ("Skilt", "Skiltet er rødt."));
        let elsewhere = scene.bench.db.read(&scene.bench.ctx_of(testkit::OTHER_TENANT));
        assert_eq!(incoming::one(&elsewhere, first).await.unwrap(), None);

        let tx = scene.bench.tx().await;
        assert!(incoming::end(&tx, first, Fate::Opened, Some(scene.case)).await.unwrap());
        assert!(!incoming::end(&tx, first, Fate::Added, None).await.unwrap(), "placed by a colleague");
        tx.commit().await.unwrap();
        assert_eq!(incoming::one(&scene.bench.read(), first).await.unwrap(), None);
        assert_eq!(incoming::waiting(&scene.bench.read(), 0).await.unwrap().len(), 1);
        assert_eq!(words_left(&scene).await, 1);
    })
    .await;
}

/// In how many rows words of mails that came in still stand.
async fn words_left(scene: &Scene) -> usize {
    use storage::sea_orm::{ConnectionTrait, Statement};
    let read = scene.bench.read();
    let backend = read.conn().get_database_backend();
    let select = Statement::from_string(backend, "SELECT text FROM outreach_incoming_words");
    read.conn().query_all_raw(select).await.unwrap().len()
}

#[tokio::test]
async fn what_nobody_has_placed_is_forgotten_when_mails_are() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        let id = waits(&scene, &from("smeden@example.dk", &[])).await;
        let forget = async || {
            outreach::forget(&scene.bench.db, &scene.bench.ctx(), RuleBook::denmark()).await.unwrap()
        };
        scene.bench.later(Duration::days(89));
        assert_eq!(forget().await, 0);
        scene.bench.later(Duration::days(2));
        assert_eq!((forget().await, forget().await), (1, 0), "once");
        assert_eq!(incoming::one(&scene.bench.read(), id).await.unwrap(), None);
        assert_eq!(incoming::counts(&scene.bench.read()).await.unwrap(), [("dropped".into(), 1)].into());
        assert_eq!(words_left(&scene).await, 0);
    })
    .await;
}

#[tokio::test]
async fn a_person_is_handed_its_waiting_mails_and_can_have_them_erased() {
    each_engine(migrations, |bench| async move {
        let scene = Scene::new(bench, Mailer::Captured);
        waits(&scene, &from("Smeden@example.dk", &["Message-ID: <a@example.dk>"])).await;
        let others = read(&["From: b@example.dk", "", "Spørg smeden@example.dk om det."]);
        waits(&scene, &others).await;
        let holder = outreach::holder(scene.bench.db.clone());
        let subject =
            DataSubject { emails: ["smeden@example.dk".parse().unwrap()].into(), ..DataSubject::default() };
        let ctx = scene.bench.ctx();
        let held = holder.export(&ctx, &subject).await.unwrap();
        assert_eq!(held["mails_waiting"][0]["text"], "Skiltet er rødt.");
        let stays = holder.stays(&ctx, &subject).await.unwrap();
        assert_eq!(
            stays.iter().map(|one| (one.key, one.count)).collect::<Vec<_>>(),
            [("outreach-stays-mail-named", 1)]
        );
        assert_eq!(holder.erase(&ctx, &subject).await.unwrap()["mails_waiting"], 1);
        assert_eq!(holder.erase(&ctx, &subject).await.unwrap()["mails_waiting"], 0);
        let held = holder.export(&ctx, &subject).await.unwrap();
        assert!(held["mails_waiting"].as_array().unwrap().is_empty());
        assert_eq!(words_left(&scene).await, 1);
    })
    .await;
}

#[tokio::test]
async fn a_mail_that_bounces_for_good_has_failed_and_one_that_is_only_late_has_not() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let scene = Scene::by_smtp(bench, server.port);
        let id = scene.send(scene.receipt()).await;
        let bounce = |is_final, status: &str| Bounce { message: Some(id), is_final, status: status.into() };
        let bounced = async |bounce: Bounce| {
            let tx = scene.bench.tx().await;
            let message = incoming::bounced(&tx, &bounce).await.unwrap();
            tx.commit().await.unwrap();
            message
        };
        assert_eq!(bounced(bounce(true, "5.1.1")).await, None, "it has not gone out yet");
        scene.work().await;
        assert_eq!(bounced(bounce(false, "4.4.1")).await, None);
        assert_eq!(bounced(Bounce { message: None, ..bounce(true, "5.1.1") }).await, None);
        assert_eq!(bounced(Bounce { message: Some(scene.bench.id()), ..bounce(true, "") }).await, None);
        assert!(matches!(scene.message().await.delivery, DeliveryState::Sent { .. }));
        let failed = bounced(bounce(true, "5.1.1")).await.unwrap();
        assert_eq!((failed.id, failed.reference), (id, scene.case));
        assert_eq!(scene.message().await, failed);
        let DeliveryState::Failed { reason, .. } = failed.delivery else { panic!("it failed") };
        assert_eq!(reason.as_str(), "bounced-5-1-1");
        assert_eq!(bounced(bounce(true, "5.1.1")).await, None, "once");
        assert_eq!(scene.words().await, ["message_written", "message_sent", "message_failed"]);
    })
    .await;
}

/// What a mail program makes of a mail of ours when its reader answers it.
fn answer_to(mail: &str, sender: &str, keeps_address: bool) -> Incoming {
    let ours = Incoming::parse(mail.as_bytes()).unwrap();
    assert_eq!(ours.nature.word(), "loop", "what we send is known when it comes back");
    let header = |name: &str| {
        let line = mail.lines().find(|line| line.starts_with(&format!("{name}:")));
        line.and_then(|line| line.split_once(": ")).map(|(_, value)| value.trim()).unwrap_or_default()
    };
    let to = if keeps_address { header("Reply-To").to_uppercase() } else { "svar@kommune.example".into() };
    let (to, answers) = (format!("To: {to}"), format!("In-Reply-To: {}", header("Message-ID")));
    let thread = format!("References: {} {}", header("References"), header("Message-ID"));
    from(sender, &[&to, &answers, &thread])
}

#[tokio::test]
async fn an_answer_finds_its_message_by_its_address_and_else_by_the_thread_of_whom_it_went_to() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let mailer = Mailer::smtp(settings(server.port)).unwrap();
        let mailer = mailer.answered_at("svar@kommune.example".parse().unwrap(), keys());
        let scene = Scene::new(bench, mailer);
        let id = scene.send(scene.receipt()).await;
        scene.work().await;
        let mail = server.mails().remove(0);
        assert!(mail.contains("Reply-To: svar+"), "{mail}");
        let read = scene.bench.read();
        let answered = async |mail: &Incoming| {
            let found = incoming::answered(&read, &keys(), mail).await.unwrap();
            found.map(|found| (found.message.id, found.by, found.is_recipient))
        };
        let theirs = answer_to(&mail, "Smeden@example.dk", true);
        assert_eq!(answered(&theirs).await, Some((id, AnsweredBy::Key, true)));
        let colleague = answer_to(&mail, "bogholder@example.dk", true);
        assert_eq!(answered(&colleague).await, Some((id, AnsweredBy::Key, false)));
        let by_thread = answer_to(&mail, "smeden@example.dk", false);
        assert_eq!(answered(&by_thread).await, Some((id, AnsweredBy::Thread, true)));
        let stranger = answer_to(&mail, "bogholder@example.dk", false);
        assert_eq!(answered(&stranger).await, None);
        let elsewhere = scene.bench.db.read(&scene.bench.ctx_of(testkit::OTHER_TENANT));
        assert_eq!(incoming::answered(&elsewhere, &keys(), &theirs).await.unwrap(), None);
        let forged = ReplyKeys::new(b"another");
        let forged = forged.address(&"svar@kommune.example".parse().unwrap(), testkit::TENANT, id);
        let forged = from("bogholder@example.dk", &[&format!("To: {forged}")]);
        assert_eq!(answered(&forged).await, None);
    })
    .await;
}

#[tokio::test]
async fn mails_about_one_case_are_one_thread_and_each_is_answered_at_its_own_address() {
    each_engine(migrations, |bench| async move {
        let server = SmtpServer::start(Mood::Takes).await;
        let mailer = Mailer::smtp(settings(server.port)).unwrap();
        let at: kernel::Email = "svar@kommune.example".parse().unwrap();
        let scene = Scene::new(bench, mailer.answered_at(at.clone(), keys()));
        let mut sent: Vec<MessageId> = vec![scene.send(scene.receipt()).await];
        sent.push(scene.send(NewMessage { key: "second".into(), ..scene.receipt() }).await);
        scene.work().await;
        let thread = format!("<{}@kommune.example>", scene.case);
        let mails: String = server.mails().concat();
        for id in sent {
            let address = keys().address(&at, testkit::TENANT, id);
            assert!(mails.contains(&format!("Reply-To: {address}")), "{mails}");
        }
        assert_eq!(mails.matches(&format!("In-Reply-To: {thread}")).count(), 2, "{mails}");
        assert_eq!(mails.matches(&format!("References: {thread}")).count(), 2, "{mails}");
        assert_eq!(mails.matches("X-Samspil-Loop: kommune.example").count(), 2, "{mails}");
    })
    .await;
}
