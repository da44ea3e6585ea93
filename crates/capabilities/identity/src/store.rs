//! The only SQL of identity. Every read starts at the tenant; every write takes a [`Tx`].

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, ContactId, Email, Language, PersonId, Role, TeamId};
use sea_orm::{
    ActiveValue::Set,
    ExprTrait, FromQueryResult, QueryOrder, QuerySelect, TryInsertResult,
    entity::prelude::*,
    sea_query::{Expr, OnConflict},
};
use storage::{Reader, StoreError, TokenHash, Tx};

use crate::{
    entity::{absence, contact, link, member, person, role, session, team, version},
    model::{
        Absence, Holder, Link, LinkId, NewPerson, NewTeam, Person, Post, Purpose, SecondStep, Session,
        SessionId, Staff, Team,
    },
};

/// Sessions shown on a person's own page.
const SESSIONS_SHOWN: u64 = 50;

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
        staff.people.insert(row.id.into(), to_person(row)?);
    }
    for row in reader.find::<team::Entity>().all(reader.conn()).await? {
        staff.teams.insert(row.id.into(), to_team(row)?);
    }
    for row in reader.find::<member::Entity>().all(reader.conn()).await? {
        staff.members.entry(row.team_id.into()).or_default().insert(row.person_id.into());
    }
    for row in reader.find::<role::Entity>().all(reader.conn()).await? {
        // A role of a newer program gives nothing here; it must not lock everyone out either.
        let Some(role) = Role::from_id(&row.role) else { continue };
        staff.roles.entry(row.person_id.into()).or_default().insert(role);
    }
    for row in reader.find::<absence::Entity>().all(reader.conn()).await? {
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

fn to_person(row: person::Model) -> Result<Person, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let version = row.second_step_version;
    Ok(Person {
        id: row.id.into(),
        email: row.email.parse().map_err(|_| corrupt("identity_person.email"))?,
        phone: row
            .phone
            .map(|phone| phone.parse())
            .transpose()
            .map_err(|_| corrupt("identity_person.phone"))?,
        language: Language::from_tag(&row.language).ok_or_else(|| corrupt("identity_person.language"))?,
        name: row.name,
        has_password: row.password_hash.is_some(),
        second_step: if row.second_step {
            SecondStep::On { version, last_step: row.second_step_last }
        } else {
            SecondStep::Off { version }
        },
        left_at: row.left_at,
    })
}

fn to_team(row: team::Model) -> Result<Team, StoreError> {
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

/// Adds a person. Returns `false` when the address is taken.
pub async fn add_person(tx: &Tx, id: PersonId, new: &NewPerson) -> Result<bool, StoreError> {
    let row = person::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        name: Set(new.name.clone()),
        email: Set(new.email.to_string()),
        email_key: Set(new.email.to_key()),
        phone: Set(new.phone.as_ref().map(|phone| phone.e164().to_owned())),
        language: Set(new.language.tag().to_owned()),
        password_hash: Set(None),
        second_step: Set(false),
        second_step_version: Set(1),
        second_step_last: Set(0),
        created_at: Set(tx.ctx().now()),
        left_at: Set(None),
    };
    let taken =
        OnConflict::columns([person::Column::TenantId, person::Column::EmailKey]).do_nothing().to_owned();
    let insert = person::Entity::insert(row).on_conflict(taken).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

async fn set_person(tx: &Tx, id: PersonId, row: person::ActiveModel) -> Result<(), StoreError> {
    person::Entity::update_many()
        .set(row)
        .filter(person::Column::TenantId.eq(tx.tenant().code()))
        .filter(person::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Changes name, telephone and language.
pub async fn change_person(tx: &Tx, id: PersonId, new: &NewPerson) -> Result<(), StoreError> {
    let row = person::ActiveModel {
        name: Set(new.name.clone()),
        phone: Set(new.phone.as_ref().map(|phone| phone.e164().to_owned())),
        language: Set(new.language.tag().to_owned()),
        ..Default::default()
    };
    set_person(tx, id, row).await
}

/// Sets the hash of a password.
pub async fn set_password(tx: &Tx, id: PersonId, hash: String) -> Result<(), StoreError> {
    set_person(tx, id, person::ActiveModel { password_hash: Set(Some(hash)), ..Default::default() }).await
}

/// Sets the second step.
pub async fn set_second_step(tx: &Tx, id: PersonId, step: SecondStep) -> Result<(), StoreError> {
    let (on, version, last) = match step {
        SecondStep::Off { version } => (false, version, 0),
        SecondStep::On { version, last_step } => (true, version, last_step),
    };
    let row = person::ActiveModel {
        second_step: Set(on),
        second_step_version: Set(version),
        second_step_last: Set(last),
        ..Default::default()
    };
    set_person(tx, id, row).await
}

/// Marks a person as left and takes away everything it held. The name stays, under what it wrote; the address does not,
/// so that whoever comes back can be added anew.
pub async fn leave(tx: &Tx, id: PersonId) -> Result<(), StoreError> {
    // RFC 2606: nothing is ever delivered there.
    let nowhere = format!("{id}@left.invalid");
    let row = person::ActiveModel {
        left_at: Set(Some(tx.ctx().now())),
        email: Set(nowhere.clone()),
        email_key: Set(nowhere),
        phone: Set(None),
        password_hash: Set(None),
        second_step: Set(false),
        ..Default::default()
    };
    set_person(tx, id, row).await?;
    let tenant = tx.tenant().code();
    let member = member::Entity::delete_many().filter(member::Column::TenantId.eq(tenant));
    member.filter(member::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let role = role::Entity::delete_many().filter(role::Column::TenantId.eq(tenant));
    role.filter(role::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let own = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tenant));
    own.filter(absence::Column::PersonId.eq(id.uuid())).exec(tx.conn()).await?;
    let others = absence::Entity::update_many()
        .set(absence::ActiveModel { substitute_id: Set(None), ..Default::default() })
        .filter(absence::Column::TenantId.eq(tenant));
    others.filter(absence::Column::SubstituteId.eq(id.uuid())).exec(tx.conn()).await?;
    Ok(())
}

/// What is needed to check a password.
#[derive(Debug)]
pub struct Credentials {
    /// Who.
    pub person: Person,
    /// The hash, as a PHC string.
    pub password_hash: Option<String>,
}

/// The person who signs in by the address.
pub async fn credentials(reader: &impl Reader, email: &Email) -> Result<Option<Credentials>, StoreError> {
    let select = reader.find::<person::Entity>().filter(person::Column::EmailKey.eq(email.to_key()));
    let Some(row) = select.one(reader.conn()).await? else { return Ok(None) };
    Ok(Some(Credentials { password_hash: row.password_hash.clone(), person: to_person(row)? }))
}

/// A person.
pub async fn person(reader: &impl Reader, id: PersonId) -> Result<Option<Person>, StoreError> {
    let select = reader.find::<person::Entity>().filter(person::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.map(to_person).transpose()
}

/// A person, held until commit: the last code taken cannot be taken twice.
pub async fn lock_person(tx: &Tx, id: PersonId) -> Result<Option<Person>, StoreError> {
    let select = tx.find::<person::Entity>().filter(person::Column::Id.eq(id.uuid()));
    select.lock_exclusive().one(tx.conn()).await?.map(to_person).transpose()
}

/// Gives a role. Returns `false` when the person has it.
pub async fn give_role(tx: &Tx, person: PersonId, role: Role) -> Result<bool, StoreError> {
    let row = role::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        person_id: Set(person.into()),
        role: Set(role.id().to_owned()),
    };
    let has = OnConflict::columns([role::Column::TenantId, role::Column::PersonId, role::Column::Role]);
    let insert = role::Entity::insert(row).on_conflict(has.clone().do_nothing().to_owned()).try_insert();
    Ok(matches!(insert.exec_without_returning(tx.conn()).await?, TryInsertResult::Inserted(rows) if rows > 0))
}

/// Takes a role away. Returns `false` when the person did not have it.
pub async fn take_role(tx: &Tx, person: PersonId, role: Role) -> Result<bool, StoreError> {
    let delete = role::Entity::delete_many()
        .filter(role::Column::TenantId.eq(tx.tenant().code()))
        .filter(role::Column::PersonId.eq(person.uuid()))
        .filter(role::Column::Role.eq(role.id()));
    Ok(delete.exec(tx.conn()).await?.rows_affected > 0)
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

/// Notes an absence.
pub async fn add_absence(tx: &Tx, new: &Absence) -> Result<(), StoreError> {
    let row = absence::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        person_id: Set(new.person.into()),
        first_day: Set(new.first_day),
        last_day: Set(new.last_day),
        substitute_id: Set(new.substitute.map(Into::into)),
    };
    absence::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Sets the last day of an absence; one that has not begun by then is gone.
pub async fn end_absence(tx: &Tx, absence: &Absence, last_day: NaiveDate) -> Result<(), StoreError> {
    let tenant = tx.tenant().code();
    let id = Uuid::from(absence.id);
    if last_day < absence.first_day {
        let delete = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tenant));
        delete.filter(absence::Column::Id.eq(id)).exec(tx.conn()).await?;
        return Ok(());
    }
    let update = absence::Entity::update_many()
        .set(absence::ActiveModel { last_day: Set(Some(last_day)), ..Default::default() })
        .filter(absence::Column::TenantId.eq(tenant));
    update.filter(absence::Column::Id.eq(id)).exec(tx.conn()).await?;
    Ok(())
}

/// Begins a session.
pub async fn add_session(
    tx: &Tx,
    id: SessionId,
    token: &TokenHash,
    holder: Holder,
) -> Result<(), StoreError> {
    let (person, contact) = to_ids(holder);
    let row = session::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        token_hash: Set(token.0.clone()),
        id: Set(id.into()),
        person_id: Set(person),
        contact_id: Set(contact),
        created_at: Set(tx.ctx().now()),
        last_seen_at: Set(tx.ctx().now()),
        revoked_at: Set(None),
    };
    session::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn to_ids(holder: Holder) -> (Option<Uuid>, Option<Uuid>) {
    match holder {
        Holder::Person(id) => (Some(id.into()), None),
        Holder::Contact(id) => (None, Some(id.into())),
    }
}

fn to_session(row: &session::Model) -> Session {
    Session {
        id: row.id.into(),
        actor: match (row.person_id, row.contact_id) {
            (Some(person), _) => Actor::Staff(person.into()),
            (None, Some(contact)) => Actor::Contact(contact.into()),
            (None, None) => Actor::Anyone,
        },
        created_at: row.created_at,
        last_seen_at: row.last_seen_at,
        revoked_at: row.revoked_at,
    }
}

#[derive(FromQueryResult)]
struct SessionAndVersion {
    #[sea_orm(nested)]
    session: session::Model,
    staff_version: Option<i64>,
}

/// The session of a token, open or not, and the version of people in the same statement: every page asks this first.
pub async fn session(reader: &impl Reader, token: &TokenHash) -> Result<Option<(Session, i64)>, StoreError> {
    let version = Expr::cust(
        "(SELECT version FROM identity_version WHERE identity_version.tenant_id = identity_session.tenant_id)",
    );
    let select = reader
        .find::<session::Entity>()
        .column_as(version, "staff_version")
        .filter(session::Column::TokenHash.eq(&token.0));
    let found = select.into_model::<SessionAndVersion>().one(reader.conn()).await?;
    Ok(found.map(|row| (to_session(&row.session), row.staff_version.unwrap_or(0))))
}

/// Notes that a session was used.
pub async fn touch_session(tx: &Tx, id: SessionId) -> Result<(), StoreError> {
    let row = session::ActiveModel { last_seen_at: Set(tx.ctx().now()), ..Default::default() };
    let update =
        session::Entity::update_many().set(row).filter(session::Column::TenantId.eq(tx.tenant().code()));
    update.filter(session::Column::Id.eq(id.uuid())).exec(tx.conn()).await?;
    Ok(())
}

/// The sessions of a holder that have not been ended by hand, the last used first.
pub async fn sessions(reader: &impl Reader, holder: Holder) -> Result<Vec<Session>, StoreError> {
    let select =
        of_holder(reader.find::<session::Entity>(), holder).filter(session::Column::RevokedAt.is_null());
    let rows =
        select.order_by_desc(session::Column::LastSeenAt).limit(SESSIONS_SHOWN).all(reader.conn()).await?;
    Ok(rows.iter().map(to_session).collect())
}

fn of_holder<Q: QueryFilter>(query: Q, holder: Holder) -> Q {
    match holder {
        Holder::Person(id) => query.filter(session::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => query.filter(session::Column::ContactId.eq(id.uuid())),
    }
}

/// Ends sessions of a holder: the one, or all but the one kept. Returns those ended now.
pub async fn revoke_sessions(tx: &Tx, holder: Holder, which: Sessions) -> Result<Vec<SessionId>, StoreError> {
    let open = of_holder(tx.find::<session::Entity>(), holder).filter(session::Column::RevokedAt.is_null());
    let open = match which {
        Sessions::One(id) => open.filter(session::Column::Id.eq(id.uuid())),
        Sessions::AllBut(Some(id)) => open.filter(session::Column::Id.ne(id.uuid())),
        Sessions::AllBut(None) => open,
    };
    let ids: Vec<Uuid> = open.all(tx.conn()).await?.into_iter().map(|row| row.id).collect();
    session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(session::Column::TenantId.eq(tx.tenant().code()))
        .filter(session::Column::Id.is_in(ids.iter().copied()))
        .exec(tx.conn())
        .await?;
    Ok(ids.into_iter().map(Into::into).collect())
}

/// Which sessions to end.
#[derive(Debug, Clone, Copy)]
pub enum Sessions {
    /// This one.
    One(SessionId),
    /// All, except the one that is kept.
    AllBut(Option<SessionId>),
}

/// Removes sessions and links that ended before the moment: they say when someone was at work.
pub async fn forget_sessions(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let tenant = tx.tenant().code();
    let sessions = session::Entity::delete_many().filter(session::Column::TenantId.eq(tenant));
    let sessions = sessions.filter(session::Column::LastSeenAt.lt(before)).exec(tx.conn()).await?;
    let links = link::Entity::delete_many().filter(link::Column::TenantId.eq(tenant));
    let links = links.filter(link::Column::ExpiresAt.lt(before)).exec(tx.conn()).await?;
    Ok(sessions.rows_affected + links.rows_affected)
}

/// Removes absences that ended before the day.
pub async fn forget_absences(tx: &Tx, before: NaiveDate) -> Result<u64, StoreError> {
    let delete = absence::Entity::delete_many().filter(absence::Column::TenantId.eq(tx.tenant().code()));
    Ok(delete.filter(absence::Column::LastDay.lt(before)).exec(tx.conn()).await?.rows_affected)
}

/// Removes contacts that have not asked for a link since the moment.
pub async fn forget_contacts(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let delete = contact::Entity::delete_many().filter(contact::Column::TenantId.eq(tx.tenant().code()));
    Ok(delete.filter(contact::Column::LastAskedAt.lt(before)).exec(tx.conn()).await?.rows_affected)
}

/// Keeps a link. Earlier ones of the same purpose to the same person stop working.
pub async fn add_link(tx: &Tx, new: &Link, token: &TokenHash) -> Result<(), StoreError> {
    let (person, contact) = to_ids(new.holder);
    let now = tx.ctx().now();
    let earlier = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::Purpose.eq(new.purpose.id()))
        .filter(link::Column::UsedAt.is_null());
    let earlier = match new.holder {
        Holder::Person(id) => earlier.filter(link::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => earlier.filter(link::Column::ContactId.eq(id.uuid())),
    };
    earlier.exec(tx.conn()).await?;
    let row = link::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        token_hash: Set(token.0.clone()),
        purpose: Set(new.purpose.id().to_owned()),
        person_id: Set(person),
        contact_id: Set(contact),
        expires_at: Set(new.expires_at),
        used_at: Set(new.used_at),
    };
    link::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn to_link(row: &link::Model) -> Result<Link, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(Link {
        id: row.id.into(),
        purpose: Purpose::from_id(&row.purpose).ok_or_else(|| corrupt("identity_link.purpose"))?,
        holder: match (row.person_id, row.contact_id) {
            (Some(person), _) => Holder::Person(person.into()),
            (None, Some(contact)) => Holder::Contact(contact.into()),
            (None, None) => return Err(corrupt("identity_link.person_id")),
        },
        expires_at: row.expires_at,
        used_at: row.used_at,
    })
}

/// The link of a token.
pub async fn link(reader: &impl Reader, token: &TokenHash) -> Result<Option<Link>, StoreError> {
    let select = reader.find::<link::Entity>().filter(link::Column::TokenHash.eq(&token.0));
    select.one(reader.conn()).await?.as_ref().map(to_link).transpose()
}

/// A link by its id, for the job that mails it.
pub async fn link_by_id(reader: &impl Reader, id: LinkId) -> Result<Option<Link>, StoreError> {
    let select = reader.find::<link::Entity>().filter(link::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.as_ref().map(to_link).transpose()
}

/// Uses a link up. Returns `false` when someone was quicker.
pub async fn use_link(tx: &Tx, id: LinkId) -> Result<bool, StoreError> {
    let update = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::Id.eq(id.uuid()))
        .filter(link::Column::UsedAt.is_null());
    Ok(update.exec(tx.conn()).await?.rows_affected == 1)
}

/// Uses up every link to a holder.
pub async fn revoke_links(tx: &Tx, holder: Holder) -> Result<(), StoreError> {
    let update = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(tx.ctx().now())), ..Default::default() })
        .filter(link::Column::TenantId.eq(tx.tenant().code()))
        .filter(link::Column::UsedAt.is_null());
    let update = match holder {
        Holder::Person(id) => update.filter(link::Column::PersonId.eq(id.uuid())),
        Holder::Contact(id) => update.filter(link::Column::ContactId.eq(id.uuid())),
    };
    update.exec(tx.conn()).await?;
    Ok(())
}

/// Ends every session and uses up every link. Returns how many sessions were open.
pub async fn revoke_everything(tx: &Tx) -> Result<u64, StoreError> {
    let (tenant, now) = (tx.tenant().code(), tx.ctx().now());
    let sessions = session::Entity::update_many()
        .set(session::ActiveModel { revoked_at: Set(Some(now)), ..Default::default() })
        .filter(session::Column::TenantId.eq(tenant))
        .filter(session::Column::RevokedAt.is_null());
    let links = link::Entity::update_many()
        .set(link::ActiveModel { used_at: Set(Some(now)), ..Default::default() })
        .filter(link::Column::TenantId.eq(tenant))
        .filter(link::Column::UsedAt.is_null());
    links.exec(tx.conn()).await?;
    Ok(sessions.exec(tx.conn()).await?.rows_affected)
}

/// The contact with the address, made when there is none.
pub async fn contact_of(tx: &Tx, email: &Email) -> Result<ContactId, StoreError> {
    let row = contact::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(tx.ctx().new_id()),
        email: Set(email.to_string()),
        email_key: Set(email.to_key()),
        last_asked_at: Set(tx.ctx().now()),
    };
    let known = OnConflict::columns([contact::Column::TenantId, contact::Column::EmailKey])
        .update_column(contact::Column::LastAskedAt)
        .to_owned();
    contact::Entity::insert(row).on_conflict(known).exec_without_returning(tx.conn()).await?;
    let select = tx.find::<contact::Entity>().filter(contact::Column::EmailKey.eq(email.to_key()));
    let found = select.one(tx.conn()).await?;
    found
        .map(|row| row.id.into())
        .ok_or_else(|| StoreError::corrupt("identity_contact.email_key", "a contact"))
}

/// The addresses of contacts.
pub async fn contacts(
    reader: &impl Reader,
    ids: &[ContactId],
) -> Result<BTreeMap<ContactId, Email>, StoreError> {
    let ids = ids.iter().map(|id| id.uuid());
    let rows =
        reader.find::<contact::Entity>().filter(contact::Column::Id.is_in(ids)).all(reader.conn()).await?;
    let pair = |row: contact::Model| {
        let email = row.email.parse().map_err(|_| StoreError::corrupt("identity_contact.email", row.id))?;
        Ok((row.id.into(), email))
    };
    rows.into_iter().map(pair).collect()
}
