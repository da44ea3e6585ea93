//! What an operator sees of deliveries and does about those that failed: never a recipient, never a word of a mail.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::MessageId;
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use super::{
    deliveries::{end, note},
    reading::find,
};
use crate::{
    Channel, DeliverMessage, DeliveryState, DiscardReason, OutreachFact,
    entity::{delivery, message},
    model::{EXPIRED, FAILED, NO_SERVER, WAITING},
};

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

/// The delivery of a mail that was tried last, whatever came of it; `None` before the first. What was too old to be tried is
/// none.
pub async fn last_try(reader: &impl Reader) -> Result<Option<LastTry>, StoreError> {
    let mails = sea_orm::sea_query::Query::select()
        .column(message::Column::Id)
        .from(message::Entity)
        .and_where(message::Column::TenantId.eq(reader.tenant().code()))
        .and_where(message::Column::Channel.eq(Channel::Mail.word()))
        .to_owned();
    let select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::TriedAt.is_not_null())
        .filter(delivery::Column::MessageId.in_subquery(mails))
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

/// A message that failed.
pub async fn failed_one(reader: &impl Reader, id: MessageId) -> Result<Option<FailedDelivery>, StoreError> {
    let select = reader.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let row = select.filter(delivery::Column::State.eq(FAILED)).one(reader.conn()).await?;
    Ok(row.map(FailedDelivery::of))
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

/// Gives a message that failed up for good, with the reason. `false` when there is no such message.
pub async fn discard_failed(tx: &Tx, id: MessageId, reason: DiscardReason) -> Result<bool, StoreError> {
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let row = select.filter(delivery::Column::State.eq(FAILED)).lock_exclusive().one(tx.conn()).await?;
    let (Some(_), Some(message)) = (row, find(tx, id).await?) else { return Ok(false) };
    let reason = reason.id().parse().map_err(|_| StoreError::corrupt("outreach_delivery.reason", id))?;
    end(tx, &[(message, DeliveryState::Discarded { at: tx.ctx().now(), reason })]).await?;
    Ok(true)
}
