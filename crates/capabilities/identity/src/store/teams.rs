//! Teams, their posts and members.

use kernel::{PersonId, TeamId};
use sea_orm::{ActiveValue::Set, TryInsertResult, entity::prelude::*, sea_query::OnConflict};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{member, team},
    model::{NewTeam, Post, Team},
};

pub(super) fn to_team(row: team::Model) -> Result<Team, StoreError> {
    Ok(Team {
        id: row.id.into(),
        key: row.team_key.parse().map_err(|_| StoreError::corrupt("identity_team.team_key", row.id))?,
        phone: row.phone.parse().map_err(|_| StoreError::corrupt("identity_team.phone", row.id))?,
        name_da: row.name_da,
        name_en: row.name_en,
        hours_da: row.hours_da,
        hours_en: row.hours_en,
        leader: row.leader_id.map(Into::into),
        deputy: row.deputy_id.map(Into::into),
        duty: row.duty_id.map(Into::into),
    })
}

/// Adds a team. Returns `false` when the key is taken.
pub async fn add_team(tx: &Tx, id: TeamId, new: &NewTeam) -> Result<bool, StoreError> {
    let row = team::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        team_key: Set(new.key.to_string()),
        name_da: Set(new.name_da.clone()),
        name_en: Set(new.name_en.clone()),
        phone: Set(new.phone.e164().to_owned()),
        hours_da: Set(new.hours_da.clone()),
        hours_en: Set(new.hours_en.clone()),
        leader_id: Set(None),
        deputy_id: Set(None),
        duty_id: Set(None),
    };
    let taken = OnConflict::columns([team::Column::TenantId, team::Column::TeamKey]).do_nothing().to_owned();
    let insert = team::Entity::insert(row).on_conflict(taken).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Changes names, telephone and hours; the key stays.
pub async fn change_team(tx: &Tx, id: TeamId, new: &NewTeam) -> Result<(), StoreError> {
    let row = team::ActiveModel {
        name_da: Set(new.name_da.clone()),
        name_en: Set(new.name_en.clone()),
        phone: Set(new.phone.e164().to_owned()),
        hours_da: Set(new.hours_da.clone()),
        hours_en: Set(new.hours_en.clone()),
        ..Default::default()
    };
    set_team(tx, id, row).await
}

/// Gives a post to a person, or to nobody.
pub async fn give_post(tx: &Tx, id: TeamId, post: Post, holder: Option<PersonId>) -> Result<(), StoreError> {
    let holder = Set(holder.map(Into::into));
    let row = match post {
        Post::Leader => team::ActiveModel { leader_id: holder, ..Default::default() },
        Post::Deputy => team::ActiveModel { deputy_id: holder, ..Default::default() },
        Post::Duty => team::ActiveModel { duty_id: holder, ..Default::default() },
    };
    set_team(tx, id, row).await
}

async fn set_team(tx: &Tx, id: TeamId, row: team::ActiveModel) -> Result<(), StoreError> {
    team::Entity::update_many()
        .set(row)
        .filter(team::Column::TenantId.eq(tx.tenant().code()))
        .filter(team::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Puts a person into a team. Returns `false` when it is there.
pub async fn join_team(tx: &Tx, person: PersonId, team: TeamId) -> Result<bool, StoreError> {
    let row = member::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        person_id: Set(person.into()),
        team_id: Set(team.into()),
    };
    let is_in =
        OnConflict::columns([member::Column::TenantId, member::Column::PersonId, member::Column::TeamId]);
    let insert = member::Entity::insert(row).on_conflict(is_in.clone().do_nothing().to_owned()).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Takes a person out of a team. Returns `false` when it was not there.
pub async fn part_team(tx: &Tx, person: PersonId, team: TeamId) -> Result<bool, StoreError> {
    let delete = member::Entity::delete_many()
        .filter(member::Column::TenantId.eq(tx.tenant().code()))
        .filter(member::Column::PersonId.eq(person.uuid()))
        .filter(member::Column::TeamId.eq(team.uuid()));
    Ok(delete.exec(tx.conn()).await?.rows_affected > 0)
}
