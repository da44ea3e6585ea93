//! The only SQL for messages. Every read starts at the tenant; every write takes a [`Tx`].

mod deliveries;
pub(crate) mod incoming;
mod mailbox;
mod operators;
mod reading;
mod words;

use chrono::{DateTime, Utc};
use kernel::{Code, Language, MessageId, PartyId, Visibility};
use sea_orm::{ActiveValue::Set, TryInsertResult, entity::prelude::*, sea_query::OnConflict};
use storage::{NewLine, Reader, StoreError, Tx, fingerprint};
use uuid::Uuid;

pub(crate) use self::{
    deliveries::{Claim, Parcel, claim, end, held, hold, late, of_channels, stranded},
    reading::messages,
    words::{ended_with_words, naming},
};
pub use self::{
    mailbox::{CapturedMail, Recipient, captured, captured_one},
    operators::{
        FailedDelivery, LastTry, delivery_counts, discard_failed, failed, failed_one, last_try, retry_failed,
    },
    reading::{message, messages_of},
    words::{MessageWords, erase_content, messages_to, words_of},
};
use crate::{
    Channel, DeliverMessage, LegalBasis, NewMessage, NewText, OutreachFact,
    entity::{content, delivery, message},
    model::WAITING,
};

/// Ids asked for in one statement: both engines limit the values that a statement may carry.
const IDS_PER_STATEMENT: usize = 500;

/// The salt of a message's words, in bytes.
const SALT_BYTES: usize = 32;

/// What a message is, whichever way it goes.
struct Envelope {
    channel: Channel,
    purpose: Code,
    basis: LegalBasis,
    language: Language,
    reference: Uuid,
    party: Option<PartyId>,
    visibility: Visibility,
    good_until: Option<DateTime<Utc>>,
    key: String,
}

/// What it says and to whom: all that can be erased.
struct Words {
    to_address: String,
    to_name: String,
    subject: String,
    text: String,
    html: String,
}

/// Writes a mail and leaves the job that delivers it after commit. With a key that was used before, nothing is written
/// and the first message's id comes back.
pub async fn send(tx: &Tx, new: NewMessage) -> Result<MessageId, StoreError> {
    let NewMessage { purpose, basis, to, to_name, language, subject, text, html, .. } = new;
    let NewMessage { reference, party, visibility, good_until, key, .. } = new;
    let channel = Channel::Mail;
    let words = Words { to_address: to.to_string(), to_name, subject, text, html };
    let envelope =
        Envelope { channel, purpose, basis, language, reference, party, visibility, good_until, key };
    write(tx, envelope, words).await
}

/// The same of a short message to a telephone.
pub async fn send_text(tx: &Tx, new: NewText) -> Result<MessageId, StoreError> {
    let NewText { purpose, basis, to, to_name, language, text, .. } = new;
    let NewText { reference, party, visibility, good_until, key, .. } = new;
    let channel = Channel::Sms;
    let (subject, html) = (String::new(), String::new());
    let words = Words { to_address: to.e164().to_owned(), to_name, subject, text, html };
    let envelope =
        Envelope { channel, purpose, basis, language, reference, party, visibility, good_until, key };
    write(tx, envelope, words).await
}

async fn write(tx: &Tx, new: Envelope, words: Words) -> Result<MessageId, StoreError> {
    let id: MessageId = tx.ctx().new_id();
    let row = message::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        channel: Set(new.channel.word().to_owned()),
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
            &serde_json::to_string(&[
                &words.to_address,
                &words.to_name,
                &words.subject,
                &words.text,
                &words.html,
            ])?,
        ),
    };
    let content = content::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        message_id: Set(id.into()),
        salt: Set(salt),
        to_address: Set(words.to_address),
        to_name: Set(words.to_name),
        subject: Set(words.subject),
        text: Set(words.text),
        html: Set(words.html),
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
    content::Entity::insert(content).exec_without_returning(tx.conn()).await?;
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
