//! The captured mailbox of a demo: mails and short messages that were written and never left the machine.

use std::collections::BTreeMap;

use kernel::{Email, MessageId, Phone};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Reader, StoreError};
use uuid::Uuid;

use super::{
    IDS_PER_STATEMENT,
    reading::{find, read_back},
};
use crate::{
    Channel, DeliveryState, Message,
    entity::{content, delivery, message},
    model::CAPTURED,
};

/// Where a message goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// A mail.
    Mail(Email),
    /// A short message.
    Sms(Phone),
}

impl Recipient {
    /// For machines.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Mail(email) => email.as_str(),
            Self::Sms(phone) => phone.e164(),
        }
    }
}

impl std::fmt::Display for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mail(email) => email.fmt(f),
            Self::Sms(phone) => phone.fmt(f),
        }
    }
}

impl PartialEq<Email> for Recipient {
    fn eq(&self, other: &Email) -> bool {
        matches!(self, Self::Mail(email) if email == other)
    }
}

/// A mail in the captured mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CapturedMail {
    /// The message.
    pub message: Message,
    /// To whom.
    pub to: Recipient,
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
    let corrupt = || StoreError::corrupt("outreach_content.to_address", words.message_id);
    let to = match message.channel {
        Channel::Mail => Recipient::Mail(words.to_address.parse().map_err(|_| corrupt())?),
        Channel::Sms => Recipient::Sms(words.to_address.parse().map_err(|_| corrupt())?),
    };
    let content::Model { to_name, subject, text, html, .. } = words;
    Ok(CapturedMail { message, to, to_name, subject, text, html })
}
