//! The only SQL of identity. Every read starts at the tenant; every write takes a [`Tx`].

mod absence;
mod company;
mod people;
mod personal_data;
mod provider;
mod sign_in;
mod teams;

use kernel::Role;
use sea_orm::{
    ActiveValue::Set,
    ExprTrait,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::{self, member, person, role, team, version},
    model::{Absence, Staff},
};

pub use absence::{add_absence, end_absence, forget_absences};
pub use company::{
    choose_company, companies_of, company_contact_of, find_company_contact, forget_company_contacts,
    set_companies,
};
pub use people::{
    Credentials, add_person, change_address, change_person, credentials, give_role, leave, lock_person,
    person, set_digest_only, set_password, set_second_step, take_role,
};
pub use personal_data::{
    Trace, accounts_of, company_contacts_of, contacts_of, erase_absences, erase_accounts,
    erase_company_contact, erase_contact, erase_traces, links_of, persons_of, sessions_of,
};
pub use provider::{
    Given, account, account_of_session, add_account, add_attempt, claim_check, confirm_session,
    hand_tokens_over, is_bound, keep_tokens, open_sessions_by, open_sessions_for, open_sessions_of,
    provider_session, renew_tokens, take_attempt, use_notice,
};
pub use sign_in::{
    Companies, Door, Sessions, add_link, add_session, contact_of, contacts, count_outlived, forget_contacts,
    forget_sessions, link, link_by_id, revoke_everything, revoke_links, revoke_sessions, session, sessions,
    touch_session, use_link,
};
pub use teams::{add_team, change_team, give_post, join_team, part_team};

/// The version of people, teams, roles and absences; 0 before the first.
pub async fn version(reader: &impl Reader) -> Result<i64, StoreError> {
    Ok(reader.find::<version::Entity>().one(reader.conn()).await?.map_or(0, |row| row.version))
}

/// Raises the version, and holds off every other change of people until commit: what is checked after it stays true.
pub async fn raise_version(tx: &Tx) -> Result<(), StoreError> {
    let row = version::ActiveModel { tenant_id: Set(tx.tenant().code()), version: Set(1) };
    let next = Expr::col((version::Entity, version::Column::Version)).add(1);
    let raise =
        OnConflict::column(version::Column::TenantId).value(version::Column::Version, next).to_owned();
    version::Entity::insert(row).on_conflict(raise).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Everyone who works or worked here.
pub async fn staff(reader: &impl Reader) -> Result<Staff, StoreError> {
    let mut staff = Staff::default();
    for row in reader.find::<person::Entity>().all(reader.conn()).await? {
        staff.people.insert(row.id.into(), people::to_person(row)?);
    }
    for row in reader.find::<team::Entity>().all(reader.conn()).await? {
        staff.teams.insert(row.id.into(), teams::to_team(row)?);
    }
    for row in reader.find::<member::Entity>().all(reader.conn()).await? {
        staff.members.entry(row.team_id.into()).or_default().insert(row.person_id.into());
    }
    for row in reader.find::<role::Entity>().all(reader.conn()).await? {
        // A role of a newer program gives nothing here; it must not lock everyone out either.
        let Some(role) = Role::from_id(&row.role) else { continue };
        staff.roles.entry(row.person_id.into()).or_default().insert(role);
    }
    for row in reader.find::<entity::absence::Entity>().all(reader.conn()).await? {
        staff.absences.push(Absence {
            id: row.id.into(),
            person: row.person_id.into(),
            first_day: row.first_day,
            last_day: row.last_day,
            substitute: row.substitute_id.map(Into::into),
        });
    }
    Ok(staff)
}
