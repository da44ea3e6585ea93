//! The only SQL for what those who answer keep for themselves: notices, and replies that a team has saved.

use chrono::{DateTime, Utc};
use kernel::{CaseId, PersonId, TeamId};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, TryInsertResult, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{notice, saved_reply},
    model::ReplyId,
};

/// Unread notices on one page.
const UNREAD_MAX: u64 = 50;

/// A notice for a person.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Its id.
    pub id: Uuid,
    /// For whom.
    pub person: PersonId,
    /// The case.
    pub case: CaseId,
    /// What happened.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// When it was read.
    pub read_at: Option<DateTime<Utc>>,
    /// What makes it one of its kind.
    pub once_key: String,
}

pub(super) fn read_notice(row: notice::Model) -> Notice {
    Notice {
        id: row.id,
        person: row.person_id.into(),
        case: row.case_id.into(),
        kind: row.kind,
        at: row.at,
        read_at: row.read_at,
        once_key: row.once_key,
    }
}

/// Leaves a notice, once per `once_key`. `None` when it was left before.
pub async fn insert_notice(
    tx: &Tx,
    person: PersonId,
    case: CaseId,
    kind: &str,
    once_key: &str,
) -> Result<Option<Uuid>, StoreError> {
    let id = tx.ctx().new_id();
    let row = notice::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id),
        person_id: Set(person.into()),
        case_id: Set(case.into()),
        kind: Set(kind.to_owned()),
        at: Set(tx.ctx().now()),
        read_at: Set(None),
        once_key: Set(once_key.to_owned()),
    };
    let key =
        [notice::Column::TenantId, notice::Column::PersonId, notice::Column::CaseId, notice::Column::OnceKey];
    let insert = notice::Entity::insert(row).on_conflict_do_nothing_on(key);
    let outcome = insert.exec_without_returning(tx.conn()).await?;
    Ok(matches!(outcome, TryInsertResult::Inserted(rows) if rows > 0).then_some(id))
}

/// A notice.
pub async fn find_notice(reader: &impl Reader, id: Uuid) -> Result<Option<Notice>, StoreError> {
    let row = reader.find::<notice::Entity>().filter(notice::Column::Id.eq(id)).one(reader.conn()).await?;
    Ok(row.map(read_notice))
}

/// A person's unread notices, newest first, at most 50.
pub async fn unread_notices(reader: &impl Reader, person: PersonId) -> Result<Vec<Notice>, StoreError> {
    let select = reader.find::<notice::Entity>().filter(notice::Column::PersonId.eq(person.uuid()));
    let select = select.filter(notice::Column::ReadAt.is_null()).order_by_desc(notice::Column::At);
    let rows = select.limit(UNREAD_MAX).all(reader.conn()).await?;
    Ok(rows.into_iter().map(read_notice).collect())
}

/// How many notices a person has not read.
pub async fn count_unread(reader: &impl Reader, person: PersonId) -> Result<u64, StoreError> {
    let select = reader.find::<notice::Entity>().filter(notice::Column::PersonId.eq(person.uuid()));
    Ok(select.filter(notice::Column::ReadAt.is_null()).count(reader.conn()).await?)
}

/// Marks a person's notices as read.
pub async fn read_notices(tx: &Tx, person: PersonId) -> Result<(), StoreError> {
    notice::Entity::update_many()
        .set(notice::ActiveModel { read_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(notice::Column::TenantId.eq(tx.tenant().code()))
        .filter(notice::Column::PersonId.eq(person.uuid()))
        .filter(notice::Column::ReadAt.is_null())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Forgets the notices of a case to all but these: who was told of it may no longer know that it is there.
pub async fn forget_notices_of(tx: &Tx, case: CaseId, knowing: &[PersonId]) -> Result<(), StoreError> {
    notice::Entity::delete_many()
        .filter(notice::Column::TenantId.eq(tx.tenant().code()))
        .filter(notice::Column::CaseId.eq(case.uuid()))
        .filter(notice::Column::PersonId.is_not_in(knowing.iter().map(|person| person.uuid())))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Forgets the notices that were read before a time. Returns how many.
pub async fn forget_read_notices(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let gone = notice::Entity::delete_many()
        .filter(notice::Column::TenantId.eq(tx.tenant().code()))
        .filter(notice::Column::ReadAt.lt(before))
        .exec(tx.conn())
        .await?;
    Ok(gone.rows_affected)
}

/// A reply that a team has saved.
#[derive(Debug, Clone)]
pub struct SavedReply {
    /// Its id.
    pub id: ReplyId,
    /// Its name in the list.
    pub title: String,
    /// In Danish.
    pub text_da: String,
    /// In English.
    pub text_en: String,
}

/// A team's saved replies, by name.
pub async fn saved_replies(reader: &impl Reader, team: TeamId) -> Result<Vec<SavedReply>, StoreError> {
    let select = reader.find::<saved_reply::Entity>().filter(saved_reply::Column::TeamId.eq(team.uuid()));
    let select = select.order_by_asc(saved_reply::Column::Title).order_by_asc(saved_reply::Column::Id);
    let rows = select.all(reader.conn()).await?;
    let reply = |row: saved_reply::Model| SavedReply {
        id: row.id.into(),
        title: row.title,
        text_da: row.text_da,
        text_en: row.text_en,
    };
    Ok(rows.into_iter().map(reply).collect())
}

/// Saves a reply for a team.
pub async fn insert_saved_reply(tx: &Tx, team: TeamId, reply: &SavedReply) -> Result<(), StoreError> {
    let row = saved_reply::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(reply.id.into()),
        team_id: Set(team.into()),
        title: Set(reply.title.clone()),
        text_da: Set(reply.text_da.clone()),
        text_en: Set(reply.text_en.clone()),
    };
    saved_reply::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Changes a team's saved reply; `false` where it is gone.
pub async fn update_saved_reply(tx: &Tx, team: TeamId, reply: &SavedReply) -> Result<bool, StoreError> {
    let changed = saved_reply::Entity::update_many()
        .set(saved_reply::ActiveModel {
            title: Set(reply.title.clone()),
            text_da: Set(reply.text_da.clone()),
            text_en: Set(reply.text_en.clone()),
            ..Default::default()
        })
        .filter(saved_reply::Column::TenantId.eq(tx.tenant().code()))
        .filter(saved_reply::Column::TeamId.eq(team.uuid()))
        .filter(saved_reply::Column::Id.eq(reply.id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(changed.rows_affected > 0)
}

/// Deletes a team's saved reply; `false` where it was gone.
pub async fn delete_saved_reply(tx: &Tx, team: TeamId, id: ReplyId) -> Result<bool, StoreError> {
    let gone = saved_reply::Entity::delete_many()
        .filter(saved_reply::Column::TenantId.eq(tx.tenant().code()))
        .filter(saved_reply::Column::TeamId.eq(team.uuid()))
        .filter(saved_reply::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(gone.rows_affected > 0)
}
