//! The only SQL for what enquiries hold on a person: as one who works here, and as one who is named in a text.

use chrono::{DateTime, Utc};
use kernel::{CaseId, PersonId};
use sea_orm::{
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, Func},
};
use storage::{Erased, Reader, StoreError, TenantTable, Tx, record_erasure};

use crate::{
    entity::{case, cause, content, entry, filing, notice, part, reference, saved_reply},
    model::EntryId,
};

/// Things of one kind that are handed out: far beyond what one person writes in the years before it is forgotten.
const HELD_MAX: u64 = 50_000;

/// Something that a person wrote into a case.
#[derive(Debug, Clone)]
pub struct Written {
    /// What.
    pub id: EntryId,
    /// Where.
    pub case: CaseId,
    /// Of what kind, as stored.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// What these people wrote into cases, the oldest first.
pub async fn written_by(reader: &impl Reader, persons: &[PersonId]) -> Result<Vec<Written>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let ids = persons.iter().map(|person| person.uuid());
    let select = reader.find::<entry::Entity>().filter(entry::Column::AuthorId.is_in(ids));
    let rows = select.order_by_asc(entry::Column::At).order_by_asc(entry::Column::Id).limit(HELD_MAX);
    let rows = rows.all(reader.conn()).await?.into_iter();
    let written = |row: entry::Model| Written {
        id: row.id.into(),
        case: row.case_id.into(),
        kind: row.kind,
        at: row.at,
    };
    Ok(rows.map(written).collect())
}

/// The ids of every notice that these people were left, read or not.
pub async fn notices_of(
    reader: &impl Reader,
    persons: &[PersonId],
) -> Result<Vec<super::Notice>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let ids = persons.iter().map(|person| person.uuid());
    let select = reader.find::<notice::Entity>().filter(notice::Column::PersonId.is_in(ids));
    let rows = select.order_by_asc(notice::Column::At).order_by_asc(notice::Column::Id).limit(HELD_MAX);
    Ok(rows.all(reader.conn()).await?.into_iter().map(super::desk::read_notice).collect())
}

/// Takes a notice out for good.
pub async fn erase_notice(tx: &Tx, id: Uuid) -> Result<(), StoreError> {
    notice::Entity::delete_many()
        .filter(notice::Column::TenantId.eq(tx.tenant().code()))
        .filter(notice::Column::Id.eq(id))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "enquiries_notice", id, &[Erased::Row]).await
}

/// Where a text may name someone: `table.column`.
pub const NAMING: &[&str] = &[
    "enquiries_entry.text",
    "enquiries_part.question",
    "enquiries_reference.name",
    "enquiries_reference.number",
    "enquiries_reference.link",
    "enquiries_filing.words",
    "enquiries_case.asker_name",
    "enquiries_case.on_behalf_of",
    "enquiries_case.contact_name",
    "enquiries_case.rating_text",
    "enquiries_case.about_name",
    "enquiries_saved_reply.title",
    "enquiries_saved_reply.text_da",
    "enquiries_saved_reply.text_en",
    "enquiries_cause_plan.what",
    "enquiries_topic_version.changes",
    "enquiries_topic_goal.reference",
];

/// In how many places one of these words stands, but for the texts of the cases `but`.
pub async fn naming(reader: &impl Reader, words: &[String], but: &[CaseId]) -> Result<u64, StoreError> {
    if words.is_empty() {
        return Ok(0);
    }
    let but = || but.iter().map(|case| case.uuid());
    let entries = [entry::Column::Text];
    let parts = [part::Column::Question];
    let references = [reference::Column::Name, reference::Column::Number, reference::Column::Link];
    let of_others = reference::Column::CaseId.is_not_in(but());
    let cases = [
        case::Column::AskerName,
        case::Column::OnBehalfOf,
        case::Column::ContactName,
        case::Column::RatingText,
        case::Column::AboutName,
    ];
    let replies = [saved_reply::Column::Title, saved_reply::Column::TextDa, saved_reply::Column::TextEn];
    let all = [
        count::<entry::Entity>(reader, words, &entries, Some(entry::Column::CaseId.is_not_in(but()))).await?,
        count::<part::Entity>(reader, words, &parts, Some(part::Column::CaseId.is_not_in(but()))).await?,
        count::<reference::Entity>(reader, words, &references, Some(of_others)).await?,
        count::<filing::Entity>(
            reader,
            words,
            &[filing::Column::Words],
            Some(filing::Column::CaseId.is_not_in(but())),
        )
        .await?,
        count::<case::Entity>(reader, words, &cases, Some(case::Column::Id.is_not_in(but()))).await?,
        count::<saved_reply::Entity>(reader, words, &replies, None).await?,
        count::<cause::Entity>(reader, words, &[cause::Column::What], None).await?,
        count::<content::version::Entity>(reader, words, &[content::version::Column::Changes], None).await?,
        count::<content::goal::Entity>(reader, words, &[content::goal::Column::Reference], None).await?,
    ];
    Ok(all.iter().sum())
}

/// The rows of a table in which one of the words stands in one of the columns.
async fn count<E>(
    reader: &impl Reader,
    words: &[String],
    columns: &[E::Column],
    but: Option<Expr>,
) -> Result<u64, StoreError>
where
    E: TenantTable,
    E::Model: Sync,
{
    let mut any = Condition::any();
    for word in words {
        for column in columns {
            // However it is spelt. SQLite's `lower` knows no æ, ø and å.
            let lower = Expr::expr(Func::lower(Expr::col(column.as_column_ref())));
            any = any.add(column.contains(word)).add(lower.like(format!("%{}%", word.to_lowercase())));
        }
    }
    let mut select = reader.find::<E>().filter(any);
    if let Some(but) = but {
        select = select.filter(but);
    }
    Ok(select.count(reader.conn()).await?)
}
