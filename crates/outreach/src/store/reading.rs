//! Messages read back, without their words: what each was for, and how its delivery stands.

use std::collections::BTreeMap;

use kernel::{Code, Language, MessageId, PartyId, Visibility};
use sea_orm::entity::prelude::*;
use storage::{Reader, StoreError};
use uuid::Uuid;

use super::IDS_PER_STATEMENT;
use crate::{
    Channel, DeliveryState, LegalBasis, Message,
    entity::{delivery, message},
    model::{CAPTURED, DISCARDED, EXPIRED, FAILED, SENT, WAITING},
};

pub(super) async fn find(reader: &impl Reader, id: MessageId) -> Result<Option<Message>, StoreError> {
    let select = reader.find::<message::Entity>().filter(message::Column::Id.eq(id.uuid()));
    Ok(with_deliveries(reader, select.all(reader.conn()).await?).await?.pop())
}

/// One message, without its words.
pub async fn message(reader: &impl Reader, id: MessageId) -> Result<Option<Message>, StoreError> {
    find(reader, id).await
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

pub(super) fn read_back(row: &message::Model, delivery: &delivery::Model) -> Result<Message, StoreError> {
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
        channel: Channel::from_word(&row.channel).ok_or_else(|| corrupt("outreach_message.channel"))?,
        purpose: row.purpose.parse().map_err(|_| corrupt("outreach_message.purpose"))?,
        basis: LegalBasis::from_word(&row.basis).ok_or_else(|| corrupt("outreach_message.basis"))?,
        language: Language::from_tag(&row.language).ok_or_else(|| corrupt("outreach_message.language"))?,
        reference: row.reference,
        key: row.message_key.clone(),
        party: row.party.map(PartyId::from),
        visibility: Visibility::from_text(&row.visibility)
            .ok_or_else(|| corrupt("outreach_message.visibility"))?,
        written_at: row.written_at,
        good_until: row.good_until,
        attempts: delivery.attempts,
        delivery: state,
    })
}
