//! The only SQL for messages. Every read starts at the tenant; every write takes a [`Tx`].

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use kernel::{Code, Email, Fact, Language, MessageId, PartyId, Visibility};
use sea_orm::{
    ActiveValue::Set, Condition, ExprTrait, FromQueryResult, QueryOrder, QuerySelect, TryInsertResult,
    entity::prelude::*, sea_query::OnConflict,
};
use storage::{Erased, Migration, NewLine, Reader, Step, StoreError, Table, Tx, fingerprint, record_erasure};
use uuid::Uuid;

use crate::{
    DeliverMessage, DeliveryState, DiscardReason, LegalBasis, Letter, Message, NewMessage, OutreachFact,
    entity::{content, delivery, message},
    model::{CAPTURED, DISCARDED, EXPIRED, FAILED, NO_SERVER, SENT, WAITING, is_too_old},
};

/// The tables of this crate.
pub fn migrations() -> Vec<Migration> {
    vec![MIGRATION]
}

const MIGRATION: Migration = Migration {
    name: "202611230300_outreach_message",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("outreach_message")
                    .uuid("id")
                    .text("purpose")
                    .text("basis")
                    .text("language")
                    .uuid("reference")
                    .opt_uuid("party")
                    .text("visibility")
                    .text("message_key")
                    .time("written_at")
                    .opt_time("good_until")
                    .key(&["id"])
                    .unique(&["tenant_id", "message_key"])
                    .index(&["tenant_id", "reference"])
                    .index(&["tenant_id", "party"]),
            ),
            Step::CreateTable(
                Table::tenant("outreach_content")
                    .uuid("message_id")
                    .bytes("salt")
                    .text("to_email")
                    .text("to_name")
                    .text("subject")
                    .text("text")
                    .text("html")
                    .key(&["message_id"])
                    .references(&["tenant_id", "message_id"], "outreach_message", &["tenant_id", "id"]),
            ),
            Step::CreateTable(
                Table::tenant("outreach_delivery")
                    .uuid("message_id")
                    .text("state")
                    .small("attempts")
                    .time("next_at")
                    .opt_time("claimed_until")
                    .opt_text("reason")
                    .opt_time("ended_at")
                    .opt_time("tried_at")
                    .key(&["message_id"])
                    .references(&["tenant_id", "message_id"], "outreach_message", &["tenant_id", "id"])
                    .index(&["tenant_id", "state", "next_at"]),
            ),
        ]
    },
};

/// Ids asked for in one statement: both engines limit the values that a statement may carry.
const IDS_PER_STATEMENT: usize = 500;
/// The salt of a message's words, in bytes.
const SALT_BYTES: usize = 32;
/// How long a delivery belongs to one runner. Longer than one mail may take.
const CLAIM: Duration = Duration::seconds(110);

/// Writes a message and leaves the job that delivers it after commit. With a key that was used before, nothing is written
/// and the first message's id comes back.
pub async fn send(tx: &Tx, new: NewMessage) -> Result<MessageId, StoreError> {
    let id: MessageId = tx.ctx().new_id();
    let row = message::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        purpose: Set(new.purpose.to_string()),
        basis: Set(new.basis.word().to_owned()),
        language: Set(new.language.tag().to_owned()),
        reference: Set(new.reference),
        party: Set(new.party.map(Uuid::from)),
        visibility: Set(new.visibility.to_text()),
        message_key: Set(new.key.clone()),
        written_at: Set(tx.ctx().now()),
        good_until: Set(new.good_until),
    };
    let conflict =
        OnConflict::columns([message::Column::TenantId, message::Column::MessageKey]).do_nothing().to_owned();
    let insert = message::Entity::insert(row).on_conflict(conflict).try_insert();
    // Without `RETURNING` a conflict shows as no row inserted.
    if !matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(1..)) {
        let select = tx.find::<message::Entity>().filter(message::Column::MessageKey.eq(&new.key));
        let first = select.one(tx.conn()).await?;
        return first.map(|row| row.id.into()).ok_or_else(|| StoreError::corrupt("outreach_message.key", id));
    }
    let mut salt = vec![0_u8; SALT_BYTES];
    tx.ctx().ids().fill(&mut salt);
    let fact = OutreachFact::MessageWritten {
        message: id,
        purpose: new.purpose,
        basis: new.basis,
        language: new.language,
        // As a JSON array, so that no text can pass for the end of another.
        content: fingerprint(
            &salt,
            &serde_json::to_string(&[new.to.as_str(), &new.to_name, &new.subject, &new.text, &new.html])?,
        ),
    };
    let words = content::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        message_id: Set(id.into()),
        salt: Set(salt),
        to_email: Set(new.to.to_string()),
        to_name: Set(new.to_name),
        subject: Set(new.subject),
        text: Set(new.text),
        html: Set(new.html),
    };
    let waiting = delivery::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        message_id: Set(id.into()),
        state: Set(WAITING.to_owned()),
        attempts: Set(0),
        next_at: Set(tx.ctx().now()),
        claimed_until: Set(None),
        reason: Set(None),
        ended_at: Set(None),
        tried_at: Set(None),
    };
    content::Entity::insert(words).exec_without_returning(tx.conn()).await?;
    delivery::Entity::insert(waiting).exec_without_returning(tx.conn()).await?;
    tx.journal(NewLine {
        subject: new.reference,
        party: new.party.map(Uuid::from),
        team: None,
        visibility: new.visibility,
        fact: &fact,
    })
    .await?;
    tx.enqueue(&DeliverMessage { message: id }).await?;
    Ok(id)
}

/// What a runner finds when it wants to deliver.
pub(crate) enum Claim {
    /// Its own to deliver, until the claim runs out.
    Mine(Box<Letter>, Message),
    /// Delivered, failed or never there: nothing to do.
    Over,
    /// Another runner is at it.
    Taken,
    /// The words were erased before they went out.
    Erased(Message),
}

/// Claims a delivery. Holds the row until commit, so that two runners cannot both claim it.
pub(crate) async fn claim(tx: &Tx, id: MessageId) -> Result<Claim, StoreError> {
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let Some(row) = select.lock_exclusive().one(tx.conn()).await? else { return Ok(Claim::Over) };
    if row.state != WAITING {
        return Ok(Claim::Over);
    }
    let now = tx.ctx().now();
    if row.claimed_until.is_some_and(|until| until > now) {
        return Ok(Claim::Taken);
    }
    let change = delivery::ActiveModel {
        attempts: Set(row.attempts + 1),
        tried_at: Set(Some(now)),
        claimed_until: Set(Some(now + CLAIM)),
        ..Default::default()
    };
    update(tx, id, change).await?;
    let Some(message) = find(tx, id).await? else { return Ok(Claim::Over) };
    let select = tx.find::<content::Entity>().filter(content::Column::MessageId.eq(id.uuid()));
    let Some(words) = select.one(tx.conn()).await? else { return Ok(Claim::Erased(message)) };
    let to = words.to_email.parse().map_err(|_| StoreError::corrupt("outreach_content.to_email", id))?;
    let content::Model { to_name, subject, text, html, .. } = words;
    let letter = Letter { id, to, to_name, subject, text, html, written_at: message.written_at };
    Ok(Claim::Mine(Box::new(letter), message))
}

/// Writes down that a message waits for a mail server to be set up, or, when it has grown too old, that it will not go.
pub(crate) async fn hold(tx: &Tx, id: MessageId) -> Result<(), StoreError> {
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let Some(row) = select.lock_exclusive().one(tx.conn()).await? else { return Ok(()) };
    let Some(message) = find(tx, id).await?.filter(|_| row.state == WAITING) else { return Ok(()) };
    let now = tx.ctx().now();
    if message.is_late_at(now) {
        return end(tx, &message, &DeliveryState::Expired { at: now }).await;
    }
    if is_too_old(message.written_at, now) {
        let reason = NO_SERVER.parse().map_err(|_| StoreError::corrupt("outreach_delivery.reason", id))?;
        return end(tx, &message, &DeliveryState::Failed { at: now, reason }).await;
    }
    let change = delivery::ActiveModel { reason: Set(Some(NO_SERVER.to_owned())), ..Default::default() };
    update(tx, id, change).await
}

/// Writes down how a delivery ended.
pub(crate) async fn end(tx: &Tx, message: &Message, state: &DeliveryState) -> Result<(), StoreError> {
    let id = message.id;
    let fact = match state {
        DeliveryState::Waiting { reason, next_at } => {
            let change = delivery::ActiveModel {
                next_at: Set(*next_at),
                claimed_until: Set(None),
                reason: Set(reason.clone().map(String::from)),
                ..Default::default()
            };
            return update(tx, id, change).await;
        }
        DeliveryState::Sent { .. } => OutreachFact::MessageSent { message: id },
        DeliveryState::Captured { .. } => OutreachFact::MessageCaptured { message: id },
        DeliveryState::Failed { reason, .. } => {
            OutreachFact::MessageFailed { message: id, reason: reason.clone() }
        }
        DeliveryState::Expired { .. } => OutreachFact::MessageExpired { message: id },
        DeliveryState::Discarded { reason, .. } => {
            OutreachFact::MessageDiscarded { message: id, reason: reason.clone() }
        }
    };
    let reason = match state {
        DeliveryState::Failed { reason, .. } | DeliveryState::Discarded { reason, .. } => {
            Some(reason.to_string())
        }
        _ => None,
    };
    let change = delivery::ActiveModel {
        state: Set(state.word().to_owned()),
        claimed_until: Set(None),
        reason: Set(reason),
        ended_at: Set(Some(tx.ctx().now())),
        ..Default::default()
    };
    update(tx, id, change).await?;
    note(tx, message, &fact).await
}

async fn note(tx: &Tx, message: &Message, fact: &impl Fact) -> Result<(), StoreError> {
    tx.journal(NewLine {
        subject: message.reference,
        party: message.party.map(Uuid::from),
        team: None,
        visibility: message.visibility.clone(),
        fact,
    })
    .await?;
    Ok(())
}

async fn update(tx: &Tx, id: MessageId, change: delivery::ActiveModel) -> Result<(), StoreError> {
    delivery::Entity::update_many()
        .set(change)
        .filter(delivery::Column::TenantId.eq(tx.tenant().code()))
        .filter(delivery::Column::MessageId.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Messages that wait because no mail server was set up, the oldest first; with `before`, only those that
/// have waited since then.
pub(crate) async fn held(
    reader: &impl Reader,
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let mut select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::State.eq(WAITING))
        .filter(delivery::Column::Reason.eq(NO_SERVER));
    if let Some(before) = before {
        select = select.filter(delivery::Column::NextAt.lte(before));
    }
    let rows = select.order_by_asc(delivery::Column::NextAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.message_id.into()).collect())
}

/// Messages that wait though they are of no use any more.
pub(crate) async fn late(
    reader: &impl Reader,
    now: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let waiting = sea_orm::sea_query::Query::select()
        .column(delivery::Column::MessageId)
        .from(delivery::Entity)
        .and_where(delivery::Column::TenantId.eq(reader.tenant().code()))
        .and_where(delivery::Column::State.eq(WAITING))
        .to_owned();
    let select = reader.find::<message::Entity>().filter(message::Column::GoodUntil.lte(now));
    let rows =
        select.filter(message::Column::Id.in_subquery(waiting)).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.id.into()).collect())
}

/// In how many of the messages that still have their words one of these words stands, but for `own`.
pub(crate) async fn naming(
    reader: &impl Reader,
    words: &[String],
    own: &[MessageId],
) -> Result<u64, StoreError> {
    let mut any = Condition::any();
    for word in words {
        for column in [content::Column::Text, content::Column::Subject, content::Column::Html] {
            // However it is spelt. SQLite's `lower` knows no æ, ø and å.
            let lower = Expr::expr(sea_orm::sea_query::Func::lower(Expr::col(column)));
            any = any.add(column.contains(word)).add(lower.like(format!("%{}%", word.to_lowercase())));
        }
    }
    let own = content::Column::MessageId.is_not_in(own.iter().map(|id| id.uuid()));
    if words.is_empty() {
        return Ok(0);
    }
    reader.find::<content::Entity>().filter(any).filter(own).count(reader.conn()).await.map_err(Into::into)
}

/// Deliveries that are long overdue and that nobody is at: their job was lost.
pub(crate) async fn stranded(
    reader: &impl Reader,
    due_before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let claim = delivery::Column::ClaimedUntil;
    let select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::State.eq(WAITING))
        .filter(delivery::Column::NextAt.lt(due_before))
        .filter(delivery::Column::Reason.is_null().or(delivery::Column::Reason.ne(NO_SERVER)))
        .filter(claim.is_null().or(claim.lt(due_before)));
    let rows = select.order_by_asc(delivery::Column::NextAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.message_id.into()).collect())
}

/// Messages that ended before a moment and still have their words, the oldest first.
pub(crate) async fn ended_with_words(
    reader: &impl Reader,
    before: DateTime<Utc>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let with_words = sea_orm::sea_query::Query::select()
        .column(content::Column::MessageId)
        .from(content::Entity)
        .and_where(content::Column::TenantId.eq(reader.tenant().code()))
        .to_owned();
    let select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::EndedAt.lt(before))
        .filter(delivery::Column::MessageId.in_subquery(with_words));
    let rows = select.order_by_asc(delivery::Column::EndedAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.message_id.into()).collect())
}

/// The words of these messages that are still there: to whom, and what they said.
pub async fn words_of(
    reader: &impl Reader,
    messages: &[MessageId],
) -> Result<BTreeMap<MessageId, MessageWords>, StoreError> {
    let mut found = BTreeMap::new();
    for some in messages.chunks(IDS_PER_STATEMENT) {
        let ids = some.iter().map(|id| id.uuid());
        let select = reader.find::<content::Entity>().filter(content::Column::MessageId.is_in(ids));
        found.extend(select.all(reader.conn()).await?.into_iter().map(|row| {
            let words = MessageWords { to: row.to_email, subject: row.subject, text: row.text };
            (MessageId::from(row.message_id), words)
        }));
    }
    Ok(found)
}

/// The messages that were written to an address and still have their words.
pub async fn messages_to(reader: &impl Reader, to: &Email) -> Result<Vec<MessageId>, StoreError> {
    let select = reader.find::<content::Entity>().select_only();
    let select = select.column(content::Column::MessageId).column(content::Column::ToEmail);
    // Narrowed by the domain, which is always in lower case; the rest is compared here, for SQLite makes only the letters a
    // to z small, and `SØREN@` must be found as `søren@`.
    let select = select.filter(content::Column::ToEmail.ends_with(format!("@{}", to.domain())));
    let rows: Vec<(Uuid, String)> =
        select.order_by_asc(content::Column::MessageId).into_tuple().all(reader.conn()).await?;
    let key = to.to_key();
    let own = rows.into_iter().filter(|(_, email)| email.to_lowercase() == key);
    Ok(own.map(|(message, _)| message.into()).collect())
}

/// To whom a message went and what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MessageWords {
    /// To whom.
    pub to: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
}

/// Puts a message that failed back into the queue. `false` when there is no such message.
pub async fn retry_failed(tx: &Tx, id: MessageId) -> Result<bool, StoreError> {
    let Some(message) = find(tx, id).await? else { return Ok(false) };
    let change = delivery::ActiveModel {
        state: Set(WAITING.to_owned()),
        attempts: Set(0),
        next_at: Set(tx.ctx().now()),
        claimed_until: Set(None),
        reason: Set(None),
        ended_at: Set(None),
        ..Default::default()
    };
    let outcome = delivery::Entity::update_many()
        .set(change)
        .filter(delivery::Column::TenantId.eq(tx.tenant().code()))
        .filter(delivery::Column::MessageId.eq(id.uuid()))
        .filter(delivery::Column::State.eq(FAILED))
        .exec(tx.conn())
        .await?;
    if outcome.rows_affected == 0 {
        return Ok(false);
    }
    note(tx, &message, &OutreachFact::MessageRetried { message: id }).await?;
    tx.enqueue(&DeliverMessage { message: id }).await?;
    Ok(true)
}

/// A message that failed.
pub async fn failed_one(reader: &impl Reader, id: MessageId) -> Result<Option<FailedDelivery>, StoreError> {
    let select = reader.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let row = select.filter(delivery::Column::State.eq(FAILED)).one(reader.conn()).await?;
    Ok(row.map(FailedDelivery::of))
}

/// Gives a message that failed up for good, with the reason. `false` when there is no such message.
pub async fn discard_failed(tx: &Tx, id: MessageId, reason: DiscardReason) -> Result<bool, StoreError> {
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let row = select.filter(delivery::Column::State.eq(FAILED)).lock_exclusive().one(tx.conn()).await?;
    let (Some(_), Some(message)) = (row, find(tx, id).await?) else { return Ok(false) };
    let reason = reason.id().parse().map_err(|_| StoreError::corrupt("outreach_delivery.reason", id))?;
    end(tx, &message, &DeliveryState::Discarded { at: tx.ctx().now(), reason }).await?;
    Ok(true)
}

/// Erases address and words of a message, and their salt with them. What waits to go out will not. `false` when there
/// are none.
pub async fn erase_content(tx: &Tx, id: MessageId) -> Result<bool, StoreError> {
    let Some(message) = find(tx, id).await? else { return Ok(false) };
    let erased = content::Entity::delete_many()
        .filter(content::Column::TenantId.eq(tx.tenant().code()))
        .filter(content::Column::MessageId.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if erased.rows_affected == 0 {
        return Ok(false);
    }
    record_erasure(tx, "outreach_content", id.uuid(), &[Erased::Row]).await?;
    note(tx, &message, &OutreachFact::ContentErased { message: id }).await?;
    Ok(true)
}

async fn find(reader: &impl Reader, id: MessageId) -> Result<Option<Message>, StoreError> {
    let select = reader.find::<message::Entity>().filter(message::Column::Id.eq(id.uuid()));
    Ok(with_deliveries(reader, select.all(reader.conn()).await?).await?.pop())
}

/// These messages, without their words.
pub(crate) async fn messages(reader: &impl Reader, ids: &[MessageId]) -> Result<Vec<Message>, StoreError> {
    let mut found = Vec::new();
    for some in ids.chunks(IDS_PER_STATEMENT) {
        let ids = some.iter().map(|id| id.uuid());
        let select = reader.find::<message::Entity>().filter(message::Column::Id.is_in(ids));
        found.extend(with_deliveries(reader, select.all(reader.conn()).await?).await?);
    }
    Ok(found)
}

/// The messages that refer to these, oldest first, without their words.
pub async fn messages_of(reader: &impl Reader, references: &[Uuid]) -> Result<Vec<Message>, StoreError> {
    let mut found = Vec::new();
    for some in references.chunks(IDS_PER_STATEMENT) {
        let select =
            reader.find::<message::Entity>().filter(message::Column::Reference.is_in(some.iter().copied()));
        found.extend(select.all(reader.conn()).await?);
    }
    found.sort_by_key(|row| (row.written_at, row.id));
    with_deliveries(reader, found).await
}

async fn with_deliveries(
    reader: &impl Reader,
    rows: Vec<message::Model>,
) -> Result<Vec<Message>, StoreError> {
    let mut deliveries = BTreeMap::new();
    for some in rows.chunks(IDS_PER_STATEMENT) {
        let ids = some.iter().map(|row| row.id);
        let select = reader.find::<delivery::Entity>().filter(delivery::Column::MessageId.is_in(ids));
        deliveries.extend(select.all(reader.conn()).await?.into_iter().map(|row| (row.message_id, row)));
    }
    let read = |row: message::Model| {
        let missing = || StoreError::corrupt("outreach_delivery.message_id", row.id);
        let delivery = deliveries.get(&row.id).ok_or_else(missing)?;
        read_back(&row, delivery)
    };
    rows.into_iter().map(read).collect()
}

fn read_back(row: &message::Model, delivery: &delivery::Model) -> Result<Message, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let reason = delivery.reason.as_deref().map(str::parse::<Code>).transpose();
    let reason = reason.map_err(|_| corrupt("outreach_delivery.reason"))?;
    let state = match (delivery.state.as_str(), delivery.ended_at, reason) {
        (WAITING, None, reason) => DeliveryState::Waiting { reason, next_at: delivery.next_at },
        (SENT, Some(at), None) => DeliveryState::Sent { at },
        (CAPTURED, Some(at), None) => DeliveryState::Captured { at },
        (FAILED, Some(at), Some(reason)) => DeliveryState::Failed { at, reason },
        (EXPIRED, Some(at), None) => DeliveryState::Expired { at },
        (DISCARDED, Some(at), Some(reason)) => DeliveryState::Discarded { at, reason },
        _ => return Err(corrupt("outreach_delivery.state")),
    };
    Ok(Message {
        id: row.id.into(),
        purpose: row.purpose.parse().map_err(|_| corrupt("outreach_message.purpose"))?,
        basis: LegalBasis::from_word(&row.basis).ok_or_else(|| corrupt("outreach_message.basis"))?,
        language: Language::from_tag(&row.language).ok_or_else(|| corrupt("outreach_message.language"))?,
        reference: row.reference,
        party: row.party.map(PartyId::from),
        visibility: Visibility::from_text(&row.visibility)
            .ok_or_else(|| corrupt("outreach_message.visibility"))?,
        written_at: row.written_at,
        good_until: row.good_until,
        attempts: delivery.attempts,
        delivery: state,
    })
}

/// A mail in the captured mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedMail {
    /// The message.
    pub message: Message,
    /// To whom.
    pub to: Email,
    /// The recipient's name; may be empty.
    pub to_name: String,
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// HTML; may be empty.
    pub html: String,
}

/// The captured mailbox, newest first, at most `limit`. For the demo: nothing else shows recipients to operators.
pub async fn captured(reader: &impl Reader, limit: u64) -> Result<Vec<CapturedMail>, StoreError> {
    let select = reader.find::<delivery::Entity>().filter(delivery::Column::State.eq(CAPTURED));
    let order = select.order_by_desc(delivery::Column::EndedAt).order_by_desc(delivery::Column::MessageId);
    let deliveries = order.limit(limit).all(reader.conn()).await?;
    let mut found = Vec::new();
    for some in deliveries.chunks(IDS_PER_STATEMENT) {
        let ids: Vec<Uuid> = some.iter().map(|row| row.message_id).collect();
        let messages =
            reader.find::<message::Entity>().filter(message::Column::Id.is_in(ids.iter().copied()));
        let contents = reader.find::<content::Entity>().filter(content::Column::MessageId.is_in(ids));
        let messages: BTreeMap<_, _> =
            messages.all(reader.conn()).await?.into_iter().map(|row| (row.id, row)).collect();
        let mut contents: BTreeMap<_, _> =
            contents.all(reader.conn()).await?.into_iter().map(|row| (row.message_id, row)).collect();
        for delivery in some {
            let Some(message) = messages.get(&delivery.message_id) else { continue };
            // Erased: there is nothing left to show.
            let Some(words) = contents.remove(&delivery.message_id) else { continue };
            found.push(captured_mail(read_back(message, delivery)?, words)?);
        }
    }
    Ok(found)
}

/// One mail of the captured mailbox.
pub async fn captured_one(reader: &impl Reader, id: MessageId) -> Result<Option<CapturedMail>, StoreError> {
    let Some(message) = find(reader, id).await? else { return Ok(None) };
    if !matches!(message.delivery, DeliveryState::Captured { .. }) {
        return Ok(None);
    }
    let select = reader.find::<content::Entity>().filter(content::Column::MessageId.eq(id.uuid()));
    select.one(reader.conn()).await?.map(|words| captured_mail(message, words)).transpose()
}

fn captured_mail(message: Message, words: content::Model) -> Result<CapturedMail, StoreError> {
    let to = words.to_email.parse();
    let to = to.map_err(|_| StoreError::corrupt("outreach_content.to_email", words.message_id))?;
    let content::Model { to_name, subject, text, html, .. } = words;
    Ok(CapturedMail { message, to, to_name, subject, text, html })
}

/// How many messages there are in each state, by its stored word: for `/drift`.
pub async fn delivery_counts(reader: &impl Reader) -> Result<BTreeMap<String, i64>, StoreError> {
    #[derive(FromQueryResult)]
    struct Count {
        state: String,
        count: i64,
    }
    let select = reader.find::<delivery::Entity>().select_only().column(delivery::Column::State);
    let select = select.column_as(delivery::Column::MessageId.count(), "count");
    let rows = select.group_by(delivery::Column::State).into_model::<Count>().all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| (row.state, row.count)).collect())
}

/// The delivery that was tried last: whether the mail server takes mails from us is seen by it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LastTry {
    /// When it was begun.
    pub at: DateTime<Utc>,
    /// How often that message was tried.
    pub attempts: i32,
    /// When it is tried again, where it waits for that.
    pub next_at: Option<DateTime<Utc>>,
    /// Why the server did not take it. `None` where it did, where it is not known yet, and where it said no to this mail alone.
    pub reason: Option<String>,
}

/// The delivery that was tried last, whatever came of it; `None` before the first. What was too old to be tried is none.
pub async fn last_try(reader: &impl Reader) -> Result<Option<LastTry>, StoreError> {
    let select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::TriedAt.is_not_null())
        .filter(delivery::Column::State.ne(EXPIRED))
        .order_by_desc(delivery::Column::TriedAt);
    let row = select.one(reader.conn()).await?;
    Ok(row.and_then(|row| {
        let is_waiting = row.state == WAITING;
        Some(LastTry {
            at: row.tried_at?,
            attempts: row.attempts,
            next_at: is_waiting.then_some(row.next_at),
            reason: row.reason.filter(|reason| is_waiting && reason != NO_SERVER),
        })
    }))
}

/// A message that did not go out, as the operator sees it: never the recipient or a word of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedDelivery {
    /// The message.
    pub message: MessageId,
    /// How often it was tried.
    pub attempts: i32,
    /// When it was given up.
    pub at: DateTime<Utc>,
    /// Why.
    pub reason: String,
}

impl FailedDelivery {
    fn of(row: delivery::Model) -> Self {
        Self {
            message: row.message_id.into(),
            attempts: row.attempts,
            at: row.ended_at.unwrap_or(row.next_at),
            reason: row.reason.unwrap_or_default(),
        }
    }
}

/// The messages that failed, newest first, at most `limit`.
pub async fn failed(reader: &impl Reader, limit: u64) -> Result<Vec<FailedDelivery>, StoreError> {
    let select = reader.find::<delivery::Entity>().filter(delivery::Column::State.eq(FAILED));
    let rows = select.order_by_desc(delivery::Column::EndedAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(FailedDelivery::of).collect())
}
