//! What outreach holds on a person: the mails that were written to it, and those that it wrote and that wait to be put where
//! they belong. They go by themselves some months after they were sent, and at once when the person asks; what is about
//! something open goes with it when it has ended.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Ctx, Failure, MessageId, RuleBook, uuid::Uuid};
use ports::{DataSubject, ErasedCounts, Outlived, PersonalDataHolder, Staying};
use serde::Serialize;
use serde_json::{Map, Value};
use storage::{Db, StoreError};

use crate::{
    Message,
    forget::{self, forget},
    incoming::WaitingMail,
    store::{self, MessageWords},
};

/// Messages erased per transaction, so that it lives briefly.
const AT_ONCE: usize = 50;

/// What outreach answers of a person.
pub fn holder(db: Db) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Mails(db))
}

struct Mails(Db);

/// A mail, as it is handed out.
#[derive(Serialize)]
struct HeldMail {
    at: String,
    purpose: String,
    basis: &'static str,
    state: &'static str,
    to: String,
    subject: String,
    text: String,
}

/// A mail that came in, as it is handed out.
#[derive(Serialize)]
struct HeldIncoming {
    at: String,
    from: String,
    name: String,
    subject: String,
    text: String,
    files: Vec<String>,
}

/// Why the words of a mail that waited went.
const ON_REQUEST: &str = "on-request";

impl Mails {
    /// Mails that wait: those that the person wrote, and those of others.
    async fn waiting(
        &self,
        ctx: &Ctx,
        subject: &DataSubject,
    ) -> Result<(Vec<WaitingMail>, Vec<WaitingMail>), StoreError> {
        let keys: Vec<String> = subject.emails.iter().map(kernel::Email::to_key).collect();
        let waiting = store::incoming::waiting_mails(&self.0.read(ctx)).await?;
        Ok(waiting.into_iter().partition(|mail| keys.contains(&mail.from.to_key())))
    }

    /// What was written to the person, the oldest first.
    async fn of(
        &self,
        ctx: &Ctx,
        subject: &DataSubject,
    ) -> Result<(Vec<Message>, BTreeMap<MessageId, MessageWords>), StoreError> {
        let read = self.0.read(ctx);
        let mut ids = Vec::new();
        for email in &subject.emails {
            ids.extend(store::messages_to(&read, email).await?);
        }
        let mut messages = store::messages(&read, &ids).await?;
        // Invitations and the like, also to an address that the person has no more.
        let persons: Vec<Uuid> = subject.persons.iter().map(|person| person.uuid()).collect();
        let own = store::messages_of(&read, &persons).await?;
        messages.extend(own.into_iter().filter(|message| !ids.contains(&message.id)));
        messages.sort_by_key(|message| (message.written_at, message.id));
        let ids: Vec<MessageId> = messages.iter().map(|message| message.id).collect();
        let words = store::words_of(&read, &ids).await?;
        Ok((messages, words))
    }
}

#[async_trait]
impl PersonalDataHolder for Mails {
    fn tables(&self) -> &'static [&'static str] {
        &[
            "outreach_message",
            "outreach_content",
            "outreach_delivery",
            "outreach_incoming",
            "outreach_incoming_words",
        ]
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let (messages, mut words) = self.of(ctx, subject).await?;
        let mails: Vec<HeldMail> = messages
            .into_iter()
            .filter_map(|message| {
                let MessageWords { to, subject, text } = words.remove(&message.id)?;
                let at = message.written_at.to_rfc3339();
                let (purpose, basis) = (message.purpose.to_string(), message.basis.word());
                Some(HeldMail { at, purpose, basis, state: message.delivery.word(), to, subject, text })
            })
            .collect();
        let (own, _) = self.waiting(ctx, subject).await?;
        let incoming: Vec<HeldIncoming> = own
            .into_iter()
            .map(|mail| {
                let WaitingMail { received_at, from, from_name, subject, text, files, .. } = mail;
                let (at, from) = (received_at.to_rfc3339(), from.to_string());
                HeldIncoming { at, from, name: from_name, subject, text, files }
            })
            .collect();
        Ok(Map::from_iter([
            ("mails".to_owned(), serde_json::to_value(mails)?),
            ("mails_waiting".to_owned(), serde_json::to_value(incoming)?),
        ]))
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let (mut erased, mut waiting) = (0, 0);
        // Whoever works here reads them.
        if !subject.works_here {
            let (messages, words) = self.of(ctx, subject).await?;
            let goes = |message: &&Message| {
                words.contains_key(&message.id) && !subject.open.contains(&message.reference)
            };
            let ids: Vec<MessageId> = messages.iter().filter(goes).map(|message| message.id).collect();
            for some in ids.chunks(AT_ONCE) {
                let tx = self.0.begin_write(ctx).await?;
                for id in some {
                    erased += u64::from(store::erase_content(&tx, *id).await?);
                }
                tx.commit().await?;
            }
            let (own, _) = self.waiting(ctx, subject).await?;
            for some in own.chunks(AT_ONCE) {
                let tx = self.0.begin_write(ctx).await?;
                for mail in some {
                    waiting += u64::from(store::incoming::give_up(&tx, mail.id, ON_REQUEST).await?);
                }
                tx.commit().await?;
            }
        }
        Ok(ErasedCounts::from([("mails", erased), ("mails_waiting", waiting)]))
    }

    async fn outlived(
        &self,
        ctx: &Ctx,
        rules: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        forget::outlived(&self.0, ctx, rules, at).await
    }

    async fn forget(&self, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
        let mut all = 0;
        // A large backlog goes a piece at a time, all of it in the same night.
        loop {
            match forget(&self.0, ctx, rules).await.map_err(Failure::internal)? {
                0 => return Ok(ErasedCounts::from([(forget::WORDS_OF_MAILS, all)])),
                some => all += u64::try_from(some).unwrap_or(0),
            }
        }
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let (own, _) = self.of(ctx, subject).await?;
        let own: Vec<MessageId> = own.iter().map(|message| message.id).collect();
        let naming = store::naming(&self.0.read(ctx), &subject.words(), &own).await?;
        let staying = Staying {
            key: "outreach-stays-named",
            count: i64::try_from(naming).unwrap_or(i64::MAX),
            named: Vec::new(),
            places: &["outreach_content.subject", "outreach_content.text", "outreach_content.html"],
            until_ended: false,
        };
        let (_, others) = self.waiting(ctx, subject).await?;
        let words: Vec<String> = subject.words().iter().map(|word| word.to_lowercase()).collect();
        let names = |mail: &&WaitingMail| {
            let told = [&mail.from_name, &mail.subject, &mail.text].map(|text| text.to_lowercase());
            let files = mail.files.join("\n").to_lowercase();
            words.iter().any(|word| files.contains(word) || told.iter().any(|text| text.contains(word)))
        };
        let waiting = Staying {
            key: "outreach-stays-mail-named",
            count: i64::try_from(others.iter().filter(names).count()).unwrap_or(i64::MAX),
            named: Vec::new(),
            places: &[
                "outreach_incoming_words.from_name",
                "outreach_incoming_words.subject",
                "outreach_incoming_words.text",
                "outreach_incoming_words.files",
            ],
            until_ended: true,
        };
        Ok([staying, waiting].into_iter().filter(|one| one.count > 0).collect())
    }
}
