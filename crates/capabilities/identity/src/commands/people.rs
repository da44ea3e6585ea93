//! Who works here, in which roles and teams; who leaves.

use std::collections::BTreeSet;

use kernel::{Ctx, Failure, PersonId, Role, TeamId};
use storage::{Db, Keys, Once, Token, Tx};

use super::{ADMINISTER, begin, note, note_team, sign_in};
use crate::{
    IdentityFact,
    model::{self, Holder, NewPerson, PersonRefusal, Post, Purpose, Staff},
    store::{self, Sessions},
};

/// Adds someone who works here. Nothing is given yet: no role, no team, no password.
pub async fn add_person(db: &Db, ctx: &Ctx, mut new: NewPerson) -> Result<PersonId, Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    new.name = model::check_name(&new.name)?.to_owned();
    let (tx, _) = begin(db, ctx).await?;
    let id = ctx.new_id();
    if !store::add_person(&tx, id, &new).await? {
        return Err(PersonRefusal::EmailTaken.into());
    }
    note(&tx, id, IdentityFact::PersonAdded { person: id }).await?;
    tx.commit().await?;
    Ok(id)
}

/// Changes name, telephone and language. The address stays: it is what the person signs in by.
pub async fn change_person(
    db: &Db,
    ctx: &Ctx,
    id: PersonId,
    mut new: NewPerson,
) -> Result<(), Failure<PersonRefusal>> {
    if ctx.person() != Some(id) {
        ctx.require(ADMINISTER)?;
    }
    new.name = model::check_name(&new.name)?.to_owned();
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, id)?;
    store::change_person(&tx, id, &new).await?;
    note(&tx, id, IdentityFact::PersonChanged { person: id }).await?;
    tx.commit().await?;
    Ok(())
}

/// Chooses how the person is told of its work by mail: of each thing, or of all in one mail in the morning. Its own choice.
pub async fn choose_mail(
    db: &Db,
    ctx: &Ctx,
    id: PersonId,
    digest_only: bool,
) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(super::WORK)?;
    if ctx.person() != Some(id) {
        return Err(Failure::Forbidden);
    }
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, id)?;
    store::set_digest_only(&tx, id, digest_only).await?;
    note(&tx, id, IdentityFact::PersonChanged { person: id }).await?;
    tx.commit().await?;
    Ok(())
}

fn at_work(staff: &Staff, id: PersonId) -> Result<(), Failure<PersonRefusal>> {
    if !staff.people.contains_key(&id) {
        return Err(Failure::NotFound);
    }
    if staff.works_here(id) { Ok(()) } else { Err(PersonRefusal::HasLeft.into()) }
}

/// What a person may, and where it belongs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Place {
    /// Its roles.
    pub roles: BTreeSet<Role>,
    /// Its teams.
    pub teams: BTreeSet<TeamId>,
}

/// Adds someone with roles and teams and sends an invitation, all of it or nothing. The form's key makes one person of a
/// form sent twice.
pub async fn hire(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    form: FormKey<'_>,
    new: NewHire,
) -> Result<PersonId, Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    match storage::once(&tx, HIRE_FORM, form.key, form.content).await? {
        Once::First => {}
        Once::Same(id) => return Ok(id.into()),
        Once::Other(_) => return Err(PersonRefusal::SentBefore.into()),
    }
    let (id, _) = take_on(&tx, staff, keys, new).await?;
    storage::remember_once(&tx, HIRE_FORM, form.key, id).await?;
    tx.commit().await?;
    Ok(id)
}

/// As [`hire`], for the command line, which is typed once and shows the link.
pub async fn hire_at_the_machine(
    db: &Db,
    ctx: &Ctx,
    keys: &Keys,
    new: NewHire,
) -> Result<(PersonId, Token), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    let hired = take_on(&tx, staff, keys, new).await?;
    tx.commit().await?;
    Ok(hired)
}

async fn take_on(
    tx: &Tx,
    mut staff: Staff,
    keys: &Keys,
    new: NewHire,
) -> Result<(PersonId, Token), Failure<PersonRefusal>> {
    let NewHire { mut person, place } = new;
    person.name = model::check_name(&person.name)?.to_owned();
    let id = tx.ctx().new_id();
    if !store::add_person(tx, id, &person).await? {
        return Err(PersonRefusal::EmailTaken.into());
    }
    note(tx, id, IdentityFact::PersonAdded { person: id }).await?;
    if let Some(known) = store::person(tx, id).await? {
        staff.people.insert(id, known);
    }
    write_roles(tx, &staff, id, &place.roles).await?;
    write_teams(tx, &staff, id, &place.teams).await?;
    let token =
        sign_in::send_link::<PersonRefusal>(tx, keys, Purpose::Invitation, Holder::Person(id)).await?;
    Ok((id, token))
}

const HIRE_FORM: &str = "identity-hire";

/// What tells a form sent twice from another.
#[derive(Debug, Clone, Copy)]
pub struct FormKey<'a> {
    /// Once per rendering.
    pub key: uuid::Uuid,
    /// Everything that was typed.
    pub content: &'a str,
}

/// Someone about to be added with everything needed to begin.
#[derive(Debug, Clone)]
pub struct NewHire {
    /// Name, address, telephone, language.
    pub person: NewPerson,
    /// What the person may, and where it belongs.
    pub place: Place,
}

/// Changes roles and teams. What is given twice is given once; the last administrator stays one.
pub async fn place(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    change: impl FnOnce(&mut Place) + Send,
) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    let roles = staff.roles.get(&person).cloned().unwrap_or_default();
    let mut wanted = Place { roles, teams: staff.own_teams(person) };
    change(&mut wanted);
    if staff.is_last_admin(person) && !wanted.roles.contains(&Role::Admin) {
        return Err(PersonRefusal::LastAdmin.into());
    }
    write_roles(&tx, &staff, person, &wanted.roles).await?;
    write_teams(&tx, &staff, person, &wanted.teams).await?;
    tx.commit().await?;
    Ok(())
}

/// Gives a role.
pub async fn give_role(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    role: Role,
) -> Result<(), Failure<PersonRefusal>> {
    place(db, ctx, person, |place| place.roles.extend([role])).await
}

/// Puts someone into a team.
pub async fn join_team(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    team: TeamId,
) -> Result<(), Failure<PersonRefusal>> {
    place(db, ctx, person, |place| place.teams.extend([team])).await
}

/// Gives and takes roles. Who may take the last administrator's is for the caller to say.
pub(super) async fn write_roles(
    tx: &Tx,
    staff: &Staff,
    person: PersonId,
    wanted: &BTreeSet<Role>,
) -> Result<(), Failure<PersonRefusal>> {
    let held = staff.roles.get(&person).cloned().unwrap_or_default();
    for role in wanted.difference(&held).copied() {
        model::check_role(role)?;
        store::give_role(tx, person, role).await?;
        note(tx, person, IdentityFact::RoleGiven { person, role }).await?;
    }
    for role in held.difference(wanted).copied() {
        store::take_role(tx, person, role).await?;
        note(tx, person, IdentityFact::RoleTaken { person, role }).await?;
    }
    Ok(())
}

/// Joins and parts teams.
pub(super) async fn write_teams(
    tx: &Tx,
    staff: &Staff,
    person: PersonId,
    wanted: &BTreeSet<TeamId>,
) -> Result<(), Failure<PersonRefusal>> {
    let held = staff.own_teams(person);
    for team in wanted.difference(&held).copied() {
        if !staff.teams.contains_key(&team) {
            return Err(Failure::NotFound);
        }
        store::join_team(tx, person, team).await?;
        note_team(tx, team, IdentityFact::TeamJoined { person, team }).await?;
    }
    for team in held.difference(wanted).copied() {
        store::part_team(tx, person, team).await?;
        note_team(tx, team, IdentityFact::TeamParted { person, team }).await?;
    }
    Ok(())
}

/// Someone no longer works here. Roles, teams, posts, links and sessions are gone with this; whoever keeps what the person
/// owed follows the line `person_left` and moves it.
pub async fn leave(db: &Db, ctx: &Ctx, person: PersonId) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    if staff.is_last_admin(person) {
        return Err(PersonRefusal::LastAdmin.into());
    }
    for team in staff.teams.values() {
        for post in Post::ALL.into_iter().filter(|post| team.holder(*post) == Some(person)) {
            store::give_post(&tx, team.id, post, None).await?;
            note_team(&tx, team.id, IdentityFact::PostGiven { team: team.id, post, person: None }).await?;
        }
    }
    store::leave(&tx, person).await?;
    store::revoke_sessions(&tx, Holder::Person(person), Sessions::AllBut(None)).await?;
    store::revoke_links(&tx, Holder::Person(person)).await?;
    note(&tx, person, IdentityFact::PersonLeft { person, teams: staff.own_teams(person) }).await?;
    tx.commit().await?;
    Ok(())
}
