//! The words of messages, for as long as they are kept: whose they are, who is named in them, and their erasure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use kernel::{Email, MessageId};
use sea_orm::{Condition, ExprTrait, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};
use uuid::Uuid;

use super::{IDS_PER_STATEMENT, deliveries::note, reading::find};
use crate::{
    OutreachFact,
    entity::{content, delivery},
};

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
            let words = MessageWords { to: row.to_address, subject: row.subject, text: row.text };
            (MessageId::from(row.message_id), words)
        }));
    }
    Ok(found)
}

/// The messages that were written to an address and still have their words.
pub async fn messages_to(reader: &impl Reader, to: &Email) -> Result<Vec<MessageId>, StoreError> {
    let select = reader.find::<content::Entity>().select_only();
    let select = select.column(content::Column::MessageId).column(content::Column::ToAddress);
    // Narrowed by the domain, which is always in lower case; the rest is compared here, for SQLite makes only the letters a
    // to z small, and `SØREN@` must be found as `søren@`.
    let select = select.filter(content::Column::ToAddress.ends_with(format!("@{}", to.domain())));
    let rows: Vec<(Uuid, String)> =
        select.order_by_asc(content::Column::MessageId).into_tuple().all(reader.conn()).await?;
    let key = to.to_key();
    let own = rows.into_iter().filter(|(_, email)| email.to_lowercase() == key);
    Ok(own.map(|(message, _)| message.into()).collect())
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
