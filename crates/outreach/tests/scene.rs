//! A receipt for a smith.

use std::sync::Arc;

use kernel::{Language, MessageId, Visibility};
use outreach::{HasMailer, LegalBasis, Mailer, Message, NewMessage, SmtpSettings, SmtpTls, Texter, Ways};
use storage::{Db, Jobs, Migration, run_due_jobs};
use testkit::Bench;
use uuid::Uuid;

pub fn migrations() -> Vec<Migration> {
    [storage::migrations(), outreach::migrations()].concat()
}

#[derive(Clone)]
pub struct Scene {
    pub bench: Bench,
    pub mailer: Mailer,
    pub texter: Texter,
    pub case: Uuid,
}

impl HasMailer for Scene {
    fn db(&self) -> &Db {
        &self.bench.db
    }
    fn mailer(&self) -> &Mailer {
        &self.mailer
    }
    fn texter(&self) -> &Texter {
        &self.texter
    }
    fn rules(&self) -> &kernel::RuleBook {
        kernel::RuleBook::denmark()
    }
}

pub fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "127.0.0.1".into(),
        port: Some(port),
        tls: SmtpTls::None,
        ca_file: None,
        username: None,
        password: None,
        password_file: None,
        from: "erhverv@kommune.example".parse().unwrap(),
        from_name: "Erhvervsservice Albertslund".into(),
        reply_to: Some("svar@kommune.example".parse().unwrap()),
        hello_name: Some("samspil.example".into()),
    }
}

impl Scene {
    pub fn new(bench: Bench, mailer: Mailer) -> Self {
        let case = bench.id();
        Self { bench, mailer, texter: Texter::Missing, case }
    }

    pub const fn ways(&self) -> Ways<'_> {
        Ways { mailer: &self.mailer, texter: &self.texter }
    }

    pub fn by_smtp(bench: Bench, port: u16) -> Self {
        Self::new(bench, Mailer::smtp(settings(port)).unwrap())
    }

    pub fn receipt(&self) -> NewMessage {
        NewMessage {
            purpose: "enquiry-receipt".parse().unwrap(),
            basis: LegalBasis::OwnRequest,
            to: "smeden@example.dk".parse().unwrap(),
            to_name: "Søren Smed".into(),
            language: Language::Da,
            subject: "Vi har fået jeres henvendelse".into(),
            text: "Vi svarer senest fredag.\n".into(),
            html: "<p>Vi svarer senest fredag.</p>".into(),
            reference: self.case,
            party: None,
            visibility: Visibility::Party,
            good_until: None,
            key: format!("receipt-{}", self.case),
        }
    }

    pub async fn send(&self, new: NewMessage) -> MessageId {
        let tx = self.bench.tx().await;
        let id = outreach::send(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Does everything that is due.
    pub async fn work(&self) {
        let clock = Arc::new(self.bench.clock.clone());
        let jobs = Jobs::new(outreach::job_handlers(), outreach::timers(), clock, self.bench.ids.clone());
        while run_due_jobs(&self.bench.db, self, &jobs, testkit::TENANT).await.unwrap() > 0 {}
    }

    pub async fn message(&self) -> Message {
        let mut messages = outreach::messages_of(&self.bench.read(), &[self.case]).await.unwrap();
        assert_eq!(messages.len(), 1);
        messages.remove(0)
    }

    /// The words of the journal about the case, oldest first.
    pub async fn words(&self) -> Vec<String> {
        let filter = storage::LineFilter { subjects: Some(vec![self.case]), ..Default::default() };
        let lines = storage::lines(&self.bench.read(), &filter, 100).await.unwrap();
        lines.into_iter().map(|line| line.word).collect()
    }
}
