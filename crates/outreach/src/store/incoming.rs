//! Mails that came in: each taken once, what became of it, and the words of those that wait for a person.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{Code, Email, MessageId, Visibility};
use sea_orm::{
    ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, TryInsertResult, entity::prelude::*,
    sea_query::OnConflict,
};
use storage::{Erased, NewLine, Reader, StoreError, Tx, fingerprint, record_erasure};
use uuid::Uuid;

use super::{
    SALT_BYTES, deliveries,
    reading::{find, messages},
    words_of,
};
use crate::{
    DeliveryState, Message, OutreachFact,
    entity::{delivery, incoming, incoming_words},
    incoming::{Bounce, Incoming, ReplyKeys},
};

kernel::id!(
    /// A mail that came in.
    IncomingId
);

/// Mails that wait on one page.
pub const WAITING_PER_PAGE: u64 = 25;

/// What became of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It opened a case.
    Opened,
    /// It was added to a case.
    Added,
    /// It waits for a person.
    Waiting,
    /// A program wrote it: it was counted, no more.
    Automatic,
    /// It told of a mail that was not delivered.
    Bounced,
    /// Nothing was made of it, and why.
    Dropped(Code),
}

const WAITING: &str = "waiting";

impl Fate {
    /// The stored word.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Added => "added",
            Self::Waiting => WAITING,
            Self::Automatic => "automatic",
            Self::Bounced => "bounced",
            Self::Dropped(_) => "dropped",
        }
    }
}

/// A mail that waits for a person to say where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingMail {
    /// Which.
    pub id: IncomingId,
    /// When it was taken.
    pub received_at: DateTime<Utc>,
    /// Who wrote it, as it says itself.
    pub from: Email,
    /// What the sender calls itself; may be empty.
    pub from_name: String,
    /// One line; may be empty.
    pub subject: String,
    /// What was written.
    pub text: String,
    /// The names of the files that came with it.
    pub files: Vec<String>,
    /// The word of its nature.
    pub nature: String,
}

/// What is kept of a mail that waits, looked through by whoever keeps it.
#[derive(Debug, Clone, Copy)]
pub struct Kept<'a> {
    /// Who wrote it, as it says itself.
    pub from: &'a Email,
    /// What the sender calls itself; may be empty.
    pub name: &'a str,
    /// One line; may be empty.
    pub subject: &'a str,
    /// What was written.
    pub text: &'a str,
    /// The names of its files, one a line.
    pub files: &'a str,
}

/// Which message of ours a mail answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// The message.
    pub message: Message,
    /// How that is known.
    pub by: AnsweredBy,
    /// Whether the mail names as its sender the address that the message went to.
    pub is_recipient: bool,
}

/// How it is known which message a mail answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnsweredBy {
    /// It came to the message's own address: whoever wrote it was shown the message.
    Key,
    /// It names the message in its header and comes from the address that the message went to, as far as a sender can be
    /// believed.
    Thread,
}

/// Takes a mail in, once: `None` when it was taken before, whichever way it came then.
pub async fn take(tx: &Tx, mail: &Incoming) -> Result<Option<IncomingId>, StoreError> {
    let id: IncomingId = tx.ctx().new_id();
    let row = incoming::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        mail_key: Set(mail.key),
        received_at: Set(tx.ctx().now()),
        nature: Set(mail.nature.word().to_owned()),
        fate: Set(None),
        reason: Set(None),
        reference: Set(None),
        ended_at: Set(None),
    };
    let conflict =
        OnConflict::columns([incoming::Column::TenantId, incoming::Column::MailKey]).do_nothing().to_owned();
    let insert = incoming::Entity::insert(row).on_conflict(conflict).try_insert();
    let outcome = insert.exec_without_returning(tx.conn()).await?;
    Ok(matches!(outcome, TryInsertResult::Inserted(1..)).then_some(id))
}

/// Whether a mail was taken before, whichever way it came then.
pub async fn was_taken(reader: &impl Reader, mail: Uuid) -> Result<bool, StoreError> {
    let select = reader.find::<incoming::Entity>().filter(incoming::Column::MailKey.eq(mail));
    Ok(select.one(reader.conn()).await?.is_some())
}

/// Writes down what became of a mail, and which case it concerns. The words of one that waited go. `false` when that was
/// written down before.
pub async fn end(tx: &Tx, id: IncomingId, fate: Fate, reference: Option<Uuid>) -> Result<bool, StoreError> {
    let select = tx.find::<incoming::Entity>().filter(incoming::Column::Id.eq(id.uuid()));
    let Some(row) = select.lock_exclusive().one(tx.conn()).await? else { return Ok(false) };
    let waits = row.fate.as_deref() == Some(WAITING);
    if (row.fate.is_some() && !waits) || (waits && fate == Fate::Waiting) {
        return Ok(false);
    }
    let reason = match &fate {
        Fate::Dropped(reason) => Some(reason.clone()),
        _ => None,
    };
    let change = incoming::ActiveModel {
        fate: Set(Some(fate.word().to_owned())),
        reason: Set(reason.clone().map(String::from)),
        reference: Set(reference),
        ended_at: Set((fate != Fate::Waiting).then(|| tx.ctx().now())),
        ..Default::default()
    };
    incoming::Entity::update_many()
        .set(change)
        .filter(incoming::Column::TenantId.eq(tx.tenant().code()))
        .filter(incoming::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if fate != Fate::Waiting {
        erase_words(tx, id).await?;
        let corrupt = |_| StoreError::corrupt("outreach_incoming.nature", id);
        let nature = row.nature.parse().map_err(corrupt)?;
        let fate = fate.word().parse().map_err(corrupt)?;
        note(tx, id, &OutreachFact::MailEnded { incoming: id, nature, fate, reason }).await?;
    }
    Ok(true)
}

/// Keeps a mail's words until a person has said where it belongs.
pub async fn wait(tx: &Tx, id: IncomingId, mail: Kept<'_>) -> Result<(), StoreError> {
    if !end(tx, id, Fate::Waiting, None).await? {
        return Ok(());
    }
    let mut salt = vec![0_u8; SALT_BYTES];
    tx.ctx().ids().fill(&mut salt);
    let names: Vec<&str> = mail.files.lines().collect();
    let files = serde_json::to_string(&names)?;
    // As a JSON array, so that no text can pass for the end of another.
    let told = serde_json::to_string(&[mail.from.as_str(), mail.name, mail.subject, mail.text, &files])?;
    let fact = OutreachFact::MailWaits { incoming: id, words: fingerprint(&salt, &told) };
    let words = incoming_words::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        incoming_id: Set(id.into()),
        salt: Set(salt),
        from_email: Set(mail.from.to_string()),
        from_name: Set(mail.name.to_owned()),
        subject: Set(mail.subject.to_owned()),
        text: Set(mail.text.to_owned()),
        files: Set(files),
    };
    incoming_words::Entity::insert(words).exec_without_returning(tx.conn()).await?;
    note(tx, id, &fact).await
}

async fn note(tx: &Tx, id: IncomingId, fact: &OutreachFact) -> Result<(), StoreError> {
    let line = NewLine { subject: id.uuid(), party: None, team: None, visibility: Visibility::Staff, fact };
    tx.journal(line).await?;
    Ok(())
}

/// Takes the words of a mail out for good. `false` when there are none.
async fn erase_words(tx: &Tx, id: IncomingId) -> Result<bool, StoreError> {
    let erased = incoming_words::Entity::delete_many()
        .filter(incoming_words::Column::TenantId.eq(tx.tenant().code()))
        .filter(incoming_words::Column::IncomingId.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if erased.rows_affected == 0 {
        return Ok(false);
    }
    record_erasure(tx, "outreach_incoming_words", id.uuid(), &[Erased::Row]).await?;
    note(tx, id, &OutreachFact::MailErased { incoming: id }).await?;
    Ok(true)
}

/// Gives up waiting for a person: the words go, and it is written down why. `false` when nothing waited.
pub(crate) async fn give_up(tx: &Tx, id: IncomingId, reason: &'static str) -> Result<bool, StoreError> {
    let reason = reason.parse().map_err(|_| StoreError::corrupt("outreach_incoming.reason", id))?;
    end(tx, id, Fate::Dropped(reason), None).await
}

/// The mails that wait for a person, the oldest first; pages count from 0.
pub async fn waiting(reader: &impl Reader, page: u64) -> Result<Vec<WaitingMail>, StoreError> {
    let select = reader.find::<incoming::Entity>().filter(incoming::Column::Fate.eq(WAITING));
    let order = select.order_by_asc(incoming::Column::ReceivedAt).order_by_asc(incoming::Column::Id);
    let rows = order.offset(page * WAITING_PER_PAGE).limit(WAITING_PER_PAGE).all(reader.conn()).await?;
    with_words(reader, rows).await
}

/// How many mails wait for a person.
pub async fn count_waiting(reader: &impl Reader) -> Result<u64, StoreError> {
    let select = reader.find::<incoming::Entity>().filter(incoming::Column::Fate.eq(WAITING));
    Ok(select.count(reader.conn()).await?)
}

/// One mail that waits for a person.
pub async fn one(reader: &impl Reader, id: IncomingId) -> Result<Option<WaitingMail>, StoreError> {
    let select = reader.find::<incoming::Entity>().filter(incoming::Column::Id.eq(id.uuid()));
    let rows = select.filter(incoming::Column::Fate.eq(WAITING)).all(reader.conn()).await?;
    Ok(with_words(reader, rows).await?.pop())
}

async fn with_words(
    reader: &impl Reader,
    rows: Vec<incoming::Model>,
) -> Result<Vec<WaitingMail>, StoreError> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let select = reader.find::<incoming_words::Entity>();
    let select = select.filter(incoming_words::Column::IncomingId.is_in(ids));
    let words = select.all(reader.conn()).await?;
    let mut words: BTreeMap<Uuid, incoming_words::Model> =
        words.into_iter().map(|row| (row.incoming_id, row)).collect();
    let with_words = rows.into_iter().filter_map(|row| Some((words.remove(&row.id)?, row)));
    with_words.map(|(words, row)| waiting_mail(row, words)).collect()
}

fn waiting_mail(row: incoming::Model, words: incoming_words::Model) -> Result<WaitingMail, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(WaitingMail {
        id: row.id.into(),
        received_at: row.received_at,
        from: words.from_email.parse().map_err(|_| corrupt("outreach_incoming_words.from_email"))?,
        files: serde_json::from_str(&words.files).map_err(|_| corrupt("outreach_incoming_words.files"))?,
        from_name: words.from_name,
        subject: words.subject,
        text: words.text,
        nature: row.nature,
    })
}

/// How many mails came in, by what became of them: the stored words of [`Fate`]. For operators.
pub async fn counts(reader: &impl Reader) -> Result<BTreeMap<String, i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        fate: String,
        count: i64,
    }
    let select = reader.find::<incoming::Entity>().select_only().column(incoming::Column::Fate);
    let select = select.column_as(incoming::Column::Id.count(), "count").group_by(incoming::Column::Fate);
    let ended = select.filter(incoming::Column::Fate.is_not_null());
    let rows = ended.into_model::<Count>().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.fate, row.count)).collect())
}

/// Mails that have waited since before a moment, the oldest first.
pub(crate) async fn waiting_since(
    reader: &impl Reader,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<IncomingId>, StoreError> {
    let select = reader
        .find::<incoming::Entity>()
        .filter(incoming::Column::Fate.eq(WAITING))
        .filter(incoming::Column::ReceivedAt.lt(before));
    let rows = select.order_by_asc(incoming::Column::ReceivedAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// The mails that wait and that one of these words stands in, or that one of these addresses wrote.
pub(crate) async fn waiting_mails(reader: &impl Reader) -> Result<Vec<WaitingMail>, StoreError> {
    let select = reader.find::<incoming::Entity>().filter(incoming::Column::Fate.eq(WAITING));
    let rows = select.order_by_asc(incoming::Column::ReceivedAt).all(reader.conn()).await?;
    let mut found = Vec::new();
    let mut rows = rows.into_iter().peekable();
    while rows.peek().is_some() {
        found.extend(with_words(reader, rows.by_ref().take(super::IDS_PER_STATEMENT).collect()).await?);
    }
    Ok(found)
}

/// A mail server says that a mail of ours did not arrive: when that is final, the message that counted as sent has failed.
/// Hands it back where that changed something, so that the caller can act on it.
pub async fn bounced(tx: &Tx, bounce: &Bounce) -> Result<Option<Message>, StoreError> {
    let Some(id) = bounce.message.filter(|_| bounce.is_final) else { return Ok(None) };
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    if select.lock_exclusive().one(tx.conn()).await?.is_none() {
        return Ok(None);
    }
    let Some(message) = find(tx, id).await? else { return Ok(None) };
    // In a demo the captured mailbox stands for the mail server.
    if !matches!(message.delivery, DeliveryState::Sent { .. } | DeliveryState::Captured { .. }) {
        return Ok(None);
    }
    let reason = if bounce.status.is_empty() {
        "bounced".to_owned()
    } else {
        format!("bounced-{}", bounce.status.replace('.', "-"))
    };
    let reason = reason.parse().map_err(|_| StoreError::corrupt("outreach_delivery.reason", id))?;
    let failed = DeliveryState::Failed { at: tx.ctx().now(), reason };
    deliveries::end(tx, &[(message.clone(), failed.clone())]).await?;
    Ok(Some(Message { delivery: failed, ..message }))
}

/// Which message of ours a mail answers: by the address that it came to, else by the message that its header names, but
/// then only where it comes from the address that the message went to.
pub async fn answered(
    reader: &impl Reader,
    keys: &ReplyKeys,
    mail: &Incoming,
) -> Result<Option<Answered>, StoreError> {
    let tenant = reader.tenant();
    let by_key = mail.to.iter().filter_map(|address| keys.message(address, tenant));
    for id in by_key.collect::<Vec<_>>() {
        if let Some((message, is_recipient)) = sent_to(reader, id, &mail.from).await? {
            return Ok(Some(Answered { message, by: AnsweredBy::Key, is_recipient }));
        }
    }
    for id in mail.answers.iter().filter_map(|id| crate::incoming::ours(id)).collect::<Vec<_>>() {
        if let Some((message, true)) = sent_to(reader, id, &mail.from).await? {
            return Ok(Some(Answered { message, by: AnsweredBy::Thread, is_recipient: true }));
        }
    }
    Ok(None)
}

/// A message, and whether it went to this address. When its words are erased nobody knows any more.
async fn sent_to(
    reader: &impl Reader,
    id: MessageId,
    address: &Email,
) -> Result<Option<(Message, bool)>, StoreError> {
    let Some(message) = messages(reader, &[id]).await?.pop() else { return Ok(None) };
    let words = words_of(reader, &[id]).await?;
    let went_to = words.get(&id).is_some_and(|words| words.to.to_lowercase() == address.to_key());
    Ok(Some((message, went_to)))
}
