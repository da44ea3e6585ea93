//! How far each message is on its way: claimed by one runner, held until there is a mail server, ended.

use std::collections::BTreeMap;

use chrono::{DateTime, Duration, Utc};
use kernel::{Fact, MessageId};
use sea_orm::{ActiveValue::Set, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{NewLine, Reader, StoreError, Tx};
use uuid::Uuid;

use super::reading::{find, messages};
use crate::{
    Channel, DeliveryState, Letter, Message, OutreachFact, Text,
    entity::{content, delivery, message},
    model::{NO_GATEWAY, NO_SERVER, WAITING, is_too_old},
};

/// How long a delivery belongs to one runner. Longer than one mail may take.
const CLAIM: Duration = Duration::seconds(110);

/// What goes out, by its way.
pub(crate) enum Parcel {
    /// A mail.
    Mail(Box<Letter>),
    /// A short message.
    Sms(Text),
}

/// What a runner finds when it wants to deliver.
pub(crate) enum Claim {
    /// Its own to deliver, until the claim runs out.
    Mine(Parcel, Message),
    /// Delivered, failed or never there: nothing to do.
    Over,
    /// Another runner is at it.
    Taken,
    /// The words were erased before they went out.
    Erased(Message),
}

/// Claims deliveries, and says of each what was found. Holds the rows until commit, so that two runners cannot both claim
/// one.
pub(crate) async fn claim(tx: &Tx, ids: &[MessageId]) -> Result<Vec<Claim>, StoreError> {
    let now = tx.ctx().now();
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.is_in(uuids(ids)));
    // In one order, so that two runners never wait for each other both ways.
    let rows = select.order_by_asc(delivery::Column::MessageId).lock_exclusive().all(tx.conn()).await?;
    let waiting: Vec<_> = rows.into_iter().filter(|row| row.state == WAITING).collect();
    let (taken, free): (Vec<_>, Vec<_>) =
        waiting.iter().partition(|row| row.claimed_until.is_some_and(|until| until > now));
    let free: Vec<MessageId> = free.into_iter().map(|row| row.message_id.into()).collect();
    let taken: Vec<MessageId> = taken.into_iter().map(|row| row.message_id.into()).collect();
    if free.is_empty() {
        let nothing = |id| if taken.contains(id) { Claim::Taken } else { Claim::Over };
        return Ok(ids.iter().map(nothing).collect());
    }
    let change = delivery::ActiveModel {
        tried_at: Set(Some(now)),
        claimed_until: Set(Some(now + CLAIM)),
        ..Default::default()
    };
    delivery::Entity::update_many()
        .set(change)
        .col_expr(delivery::Column::Attempts, Expr::col(delivery::Column::Attempts).add(1))
        .filter(delivery::Column::TenantId.eq(tx.tenant().code()))
        .filter(delivery::Column::MessageId.is_in(uuids(&free)))
        .exec(tx.conn())
        .await?;
    let mut found: BTreeMap<MessageId, Message> =
        messages(tx, &free).await?.into_iter().map(|message| (message.id, message)).collect();
    let select = tx.find::<content::Entity>().filter(content::Column::MessageId.is_in(uuids(&free)));
    let mut words: BTreeMap<MessageId, content::Model> =
        select.all(tx.conn()).await?.into_iter().map(|row| (row.message_id.into(), row)).collect();
    let claim = |&id: &MessageId| {
        if taken.contains(&id) {
            return Ok(Claim::Taken);
        }
        // Asked for twice at once, the second time finds nothing to do.
        let Some(message) = found.remove(&id) else { return Ok(Claim::Over) };
        let Some(words) = words.remove(&id) else { return Ok(Claim::Erased(message)) };
        let parcel = parcel(tx, &message, words);
        Ok(Claim::Mine(
            parcel.ok_or_else(|| StoreError::corrupt("outreach_content.to_address", id))?,
            message,
        ))
    };
    ids.iter().map(claim).collect()
}

/// `None` where it goes to no address of its way.
fn parcel(tx: &Tx, message: &Message, words: content::Model) -> Option<Parcel> {
    let content::Model { to_address, to_name, subject, text, html, .. } = words;
    let (id, tenant, reference, written_at) =
        (message.id, tx.tenant(), message.reference, message.written_at);
    Some(match message.channel {
        Channel::Mail => {
            let to = to_address.parse().ok()?;
            let letter = Letter { id, tenant, reference, to, to_name, subject, text, html, written_at };
            Parcel::Mail(Box::new(letter))
        }
        Channel::Sms => Parcel::Sms(Text { id, to: to_address.parse().ok()?, text }),
    })
}

/// Those of the messages that go one of these ways.
pub(crate) async fn of_channels(
    tx: &Tx,
    ids: &[MessageId],
    channels: &[Channel],
) -> Result<Vec<MessageId>, StoreError> {
    if channels.is_empty() {
        return Ok(Vec::new());
    }
    // The numbers alone: this is asked before every delivery where a way is not set up, as it is for most.
    let select = tx.find::<message::Entity>().select_only().column(message::Column::Id);
    let select = select.filter(message::Column::Id.is_in(uuids(ids)));
    let words = channels.iter().map(|channel| channel.word());
    let found: Vec<Uuid> =
        select.filter(message::Column::Channel.is_in(words)).into_tuple().all(tx.conn()).await?;
    Ok(found.into_iter().map(MessageId::from).collect())
}

fn uuids(ids: &[MessageId]) -> impl Iterator<Item = Uuid> {
    ids.iter().map(|id| id.uuid())
}

/// Writes down that a message waits for its way to be set up, or, when it has grown too old, that it will not go.
pub(crate) async fn hold(tx: &Tx, id: MessageId) -> Result<(), StoreError> {
    let select = tx.find::<delivery::Entity>().filter(delivery::Column::MessageId.eq(id.uuid()));
    let Some(row) = select.lock_exclusive().one(tx.conn()).await? else { return Ok(()) };
    let Some(message) = find(tx, id).await?.filter(|_| row.state == WAITING) else { return Ok(()) };
    let now = tx.ctx().now();
    if message.is_late_at(now) {
        return end(tx, &[(message, DeliveryState::Expired { at: now })]).await;
    }
    let reason = message.channel.not_set_up();
    if is_too_old(message.written_at, now) {
        let reason = reason.parse().map_err(|_| StoreError::corrupt("outreach_delivery.reason", id))?;
        return end(tx, &[(message, DeliveryState::Failed { at: now, reason })]).await;
    }
    let change = delivery::ActiveModel { reason: Set(Some(reason.to_owned())), ..Default::default() };
    update(tx, &[id], change).await
}

/// Writes down how deliveries ended, those that ended alike in one statement.
pub(crate) async fn end(tx: &Tx, ended: &[(Message, DeliveryState)]) -> Result<(), StoreError> {
    let mut alike: Vec<(&DeliveryState, Vec<MessageId>)> = Vec::new();
    for (message, state) in ended {
        match alike.iter_mut().find(|(other, _)| *other == state) {
            Some((_, ids)) => ids.push(message.id),
            None => alike.push((state, vec![message.id])),
        }
    }
    for (state, ids) in alike {
        update(tx, &ids, change_to(state, tx.ctx().now())).await?;
    }
    for (message, state) in ended {
        if let Some(fact) = fact_of(message.id, state) {
            note(tx, message, &fact).await?;
        }
    }
    Ok(())
}

fn change_to(state: &DeliveryState, now: DateTime<Utc>) -> delivery::ActiveModel {
    let claimed_until = Set(None);
    if let DeliveryState::Waiting { reason, next_at } = state {
        return delivery::ActiveModel {
            next_at: Set(*next_at),
            claimed_until,
            reason: Set(reason.clone().map(String::from)),
            ..Default::default()
        };
    }
    let reason = match state {
        DeliveryState::Failed { reason, .. } | DeliveryState::Discarded { reason, .. } => {
            Some(reason.to_string())
        }
        _ => None,
    };
    delivery::ActiveModel {
        state: Set(state.word().to_owned()),
        claimed_until,
        reason: Set(reason),
        ended_at: Set(Some(now)),
        ..Default::default()
    }
}

/// What the journal says of an end; of a message that waits again it says nothing.
fn fact_of(message: MessageId, state: &DeliveryState) -> Option<OutreachFact> {
    match state {
        DeliveryState::Waiting { .. } => None,
        DeliveryState::Sent { .. } => Some(OutreachFact::MessageSent { message }),
        DeliveryState::Captured { .. } => Some(OutreachFact::MessageCaptured { message }),
        DeliveryState::Failed { reason, .. } => {
            Some(OutreachFact::MessageFailed { message, reason: reason.clone() })
        }
        DeliveryState::Expired { .. } => Some(OutreachFact::MessageExpired { message }),
        DeliveryState::Discarded { reason, .. } => {
            Some(OutreachFact::MessageDiscarded { message, reason: reason.clone() })
        }
    }
}

pub(super) async fn note(tx: &Tx, message: &Message, fact: &impl Fact) -> Result<(), StoreError> {
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

async fn update(tx: &Tx, ids: &[MessageId], change: delivery::ActiveModel) -> Result<(), StoreError> {
    delivery::Entity::update_many()
        .set(change)
        .filter(delivery::Column::TenantId.eq(tx.tenant().code()))
        .filter(delivery::Column::MessageId.is_in(uuids(ids)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Messages that wait because one of these ways was not set up, the oldest first; with `before`, only those that
/// have waited since then.
pub(crate) async fn held(
    reader: &impl Reader,
    channels: &[Channel],
    before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<MessageId>, StoreError> {
    let mut select = reader
        .find::<delivery::Entity>()
        .filter(delivery::Column::State.eq(WAITING))
        .filter(delivery::Column::Reason.is_in(channels.iter().map(|channel| channel.not_set_up())));
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
        .filter(
            delivery::Column::Reason
                .is_null()
                .or(delivery::Column::Reason.is_not_in([NO_SERVER, NO_GATEWAY])),
        )
        .filter(claim.is_null().or(claim.lt(due_before)));
    let rows = select.order_by_asc(delivery::Column::NextAt).limit(limit).all(reader.conn()).await?;
    Ok(rows.into_iter().map(|row| row.message_id.into()).collect())
}
