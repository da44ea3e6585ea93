//! What one can do with people, teams and roles. One function: one permission, one transaction, journal lines.
//!
//! The command line and the demo use the same functions, with the context of [`operator`]. Signing in and everything that
//! a link does is in [`sign_in`].

pub mod sign_in;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Code, Ctx, Failure, Ids, Language, Permission, PersonId, Reach, Role, TeamId, TenantId, Visibility};
use std::sync::Arc;
use storage::{Db, NewLine, StoreError, Tx};

use crate::{
    IdentityFact, password,
    model::{
        self, Absence, AbsenceId, AbsenceRefusal, Holder, Link, NewPerson, NewTeam, PasswordRefusal, PersonRefusal,
        Post, Purpose, SecondStep, SessionId, Staff, TeamRefusal,
    },
    store::{self, Sessions},
};

/// Adds people, gives roles, makes teams.
pub const ADMINISTER: Permission = Permission::new("identity.administer");
/// Notes absences and posts in the teams that one leads.
pub const LEAD: Permission = Permission::new("identity.lead");
/// Has a page of one's own: everyone who works here.
pub const WORK: Permission = Permission::new("identity.work");

/// Someone at the machine itself, who may what an administrator may: the command line and the demo.
pub fn operator(command: &'static str, tenant: TenantId, now: DateTime<Utc>, ids: Arc<Ids>) -> Ctx {
    let reach = Reach { permissions: [ADMINISTER, LEAD].into(), ..Reach::default() };
    Ctx::new(tenant, Actor::System(command), Arc::new(reach), Language::Da, now, ids)
}

/// Begins a change of people or teams: other changes wait until it is over, so that what is read stays true.
async fn begin(db: &Db, ctx: &Ctx) -> Result<(Tx, Staff), StoreError> {
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let staff = store::staff(&tx).await?;
    Ok((tx, staff))
}

/// A line that those may read who work here.
async fn note(tx: &Tx, subject: impl Into<uuid::Uuid>, fact: IdentityFact) -> Result<(), StoreError> {
    tx.note(subject, Visibility::Staff, &fact).await?;
    Ok(())
}

/// A line about a team.
async fn note_team(tx: &Tx, team: TeamId, fact: IdentityFact) -> Result<(), StoreError> {
    let line = NewLine {
        subject: team.into(),
        party: None,
        team: Some(team.into()),
        visibility: Visibility::Staff,
        fact: &fact,
    };
    tx.journal(line).await?;
    Ok(())
}

/// A line about how someone signs in. It has the visibility of a team and no team: colleagues do not see it.
async fn note_private(tx: &Tx, subject: impl Into<uuid::Uuid>, fact: IdentityFact) -> Result<(), StoreError> {
    tx.note(subject, Visibility::Team, &fact).await?;
    Ok(())
}

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

fn at_work(staff: &Staff, id: PersonId) -> Result<(), Failure<PersonRefusal>> {
    if !staff.people.contains_key(&id) {
        return Err(Failure::NotFound);
    }
    if staff.works_here(id) { Ok(()) } else { Err(PersonRefusal::HasLeft.into()) }
}

/// Gives a role. Giving it twice is giving it once.
pub async fn give_role(db: &Db, ctx: &Ctx, person: PersonId, role: Role) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    model::check_role(role)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    if store::give_role(&tx, person, role).await? {
        note(&tx, person, IdentityFact::RoleGiven { person, role }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Takes a role away. The last administrator stays one.
pub async fn take_role(db: &Db, ctx: &Ctx, person: PersonId, role: Role) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    if role == Role::Admin && staff.is_last_admin(person) {
        return Err(PersonRefusal::LastAdmin.into());
    }
    if store::take_role(&tx, person, role).await? {
        note(&tx, person, IdentityFact::RoleTaken { person, role }).await?;
        tx.commit().await?;
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
    note(&tx, person, IdentityFact::PersonLeft { person }).await?;
    tx.commit().await?;
    Ok(())
}

/// Makes a team.
pub async fn add_team(db: &Db, ctx: &Ctx, new: NewTeam) -> Result<TeamId, Failure<TeamRefusal>> {
    ctx.require(ADMINISTER)?;
    let new = check_team(new)?;
    let (tx, _) = begin(db, ctx).await?;
    let id = ctx.new_id();
    if !store::add_team(&tx, id, &new).await? {
        return Err(TeamRefusal::KeyTaken.into());
    }
    note_team(&tx, id, IdentityFact::TeamAdded { team: id, key: new.key }).await?;
    tx.commit().await?;
    Ok(id)
}

fn check_team(mut new: NewTeam) -> Result<NewTeam, TeamRefusal> {
    for name in [&mut new.name_da, &mut new.name_en] {
        *name = model::check_name(name).map_err(|_| TeamRefusal::NameMissing)?.to_owned();
    }
    Ok(new)
}

/// Changes a team's names, telephone and hours. Its key stays: the guide's topics name it.
pub async fn change_team(db: &Db, ctx: &Ctx, id: TeamId, new: NewTeam) -> Result<(), Failure<TeamRefusal>> {
    require_lead(ctx, id)?;
    let new = check_team(new)?;
    let (tx, staff) = begin(db, ctx).await?;
    if !staff.teams.contains_key(&id) {
        return Err(Failure::NotFound);
    }
    store::change_team(&tx, id, &new).await?;
    note_team(&tx, id, IdentityFact::TeamChanged { team: id }).await?;
    tx.commit().await?;
    Ok(())
}

/// An administrator, or who leads the team.
fn require_lead<R>(ctx: &Ctx, team: TeamId) -> Result<(), Failure<R>> {
    let may = ctx.may(ADMINISTER) || (ctx.may(LEAD) && ctx.leads(team));
    if may { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Puts someone into a team.
pub async fn join_team(db: &Db, ctx: &Ctx, person: PersonId, team: TeamId) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    if !staff.teams.contains_key(&team) {
        return Err(Failure::NotFound);
    }
    if store::join_team(&tx, person, team).await? {
        note_team(&tx, team, IdentityFact::TeamJoined { person, team }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Takes someone out of a team.
pub async fn part_team(db: &Db, ctx: &Ctx, person: PersonId, team: TeamId) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    if !staff.teams.contains_key(&team) {
        return Err(Failure::NotFound);
    }
    if store::part_team(&tx, person, team).await? {
        note_team(&tx, team, IdentityFact::TeamParted { person, team }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Says who leads a team, who deputises, who takes its telephone; `None`: nobody.
pub async fn give_post(
    db: &Db,
    ctx: &Ctx,
    team: TeamId,
    post: Post,
    person: Option<PersonId>,
) -> Result<(), Failure<TeamRefusal>> {
    match post {
        Post::Leader => ctx.require(ADMINISTER)?,
        Post::Deputy | Post::Duty => require_lead(ctx, team)?,
    }
    let (tx, staff) = begin(db, ctx).await?;
    let known = staff.teams.get(&team).ok_or(Failure::NotFound)?;
    if person.is_some_and(|person| !staff.works_here(person)) {
        return Err(TeamRefusal::HasLeft.into());
    }
    let other = match post {
        Post::Leader => known.deputy,
        Post::Deputy => known.leader,
        Post::Duty => None,
    };
    if person.is_some() && person == other {
        return Err(TeamRefusal::LeaderIsDeputy.into());
    }
    if known.holder(post) != person {
        store::give_post(&tx, team, post, person).await?;
        note_team(&tx, team, IdentityFact::PostGiven { team, post, person }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// An absence about to be noted.
#[derive(Debug, Clone)]
pub struct NewAbsence {
    /// Who is away.
    pub person: PersonId,
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day, where it is known.
    pub last_day: Option<NaiveDate>,
    /// Who takes the work.
    pub substitute: Option<PersonId>,
}

/// Notes an absence: one's own, or by whoever leads a team of the person.
pub async fn note_absence(
    db: &Db,
    ctx: &Ctx,
    new: NewAbsence,
    today: NaiveDate,
) -> Result<AbsenceId, Failure<AbsenceRefusal>> {
    let (tx, staff) = begin(db, ctx).await?;
    require_absence(ctx, &staff, new.person)?;
    if !staff.works_here(new.person) {
        return Err(Failure::NotFound);
    }
    let NewAbsence { person, first_day, last_day, substitute } = new;
    let absence = Absence { id: ctx.new_id(), person, first_day, last_day, substitute };
    staff.check_absence(&absence, today)?;
    store::add_absence(&tx, &absence).await?;
    let fact = IdentityFact::AbsenceNoted { absence: absence.id, person, first_day, last_day, substitute };
    note(&tx, person, fact).await?;
    tx.commit().await?;
    Ok(absence.id)
}

/// Someone is back: the absence ends with yesterday, or never was when it had not begun.
pub async fn end_absence(db: &Db, ctx: &Ctx, id: AbsenceId, today: NaiveDate) -> Result<(), Failure<AbsenceRefusal>> {
    let (tx, staff) = begin(db, ctx).await?;
    let absence = staff.find_absence(id).ok_or(Failure::NotFound)?;
    require_absence(ctx, &staff, absence.person)?;
    let yesterday = today.pred_opt().unwrap_or(today);
    if absence.last_day.is_some_and(|last| last <= yesterday) {
        return Ok(());
    }
    store::end_absence(&tx, absence, yesterday).await?;
    note(&tx, absence.person, IdentityFact::AbsenceEnded { absence: id, person: absence.person }).await?;
    tx.commit().await?;
    Ok(())
}

fn require_absence<R>(ctx: &Ctx, staff: &Staff, person: PersonId) -> Result<(), Failure<R>> {
    let leads = ctx.may(LEAD) && staff.own_teams(person).into_iter().any(|team| ctx.leads(team));
    let may = ctx.person() == Some(person) || ctx.may(ADMINISTER) || leads;
    if may { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Sets a password for someone, from the command line. People choose their own by a link.
pub async fn set_password(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    password: String,
) -> Result<(), Failure<PasswordRefusal>> {
    ctx.require(ADMINISTER)?;
    let known = store::person(&db.read(ctx), person).await?.ok_or(Failure::NotFound)?;
    model::check_password(&password, &known)?;
    let hash = password::hash(ctx.ids(), password).await?;
    let tx = db.begin_write(ctx).await?;
    keep_password(&tx, person, hash).await?;
    tx.commit().await?;
    Ok(())
}

/// Keeps a password and ends every session that an earlier one began.
async fn keep_password(tx: &Tx, person: PersonId, hash: String) -> Result<(), StoreError> {
    store::raise_version(tx).await?;
    store::set_password(tx, person, hash).await?;
    store::revoke_sessions(tx, Holder::Person(person), Sessions::AllBut(None)).await?;
    note_private(tx, person, IdentityFact::PasswordSet { person }).await
}

/// Takes the second step away from someone who has lost the telephone.
pub async fn remove_second_step(db: &Db, ctx: &Ctx, person: PersonId) -> Result<(), Failure> {
    if ctx.person() != Some(person) {
        ctx.require(ADMINISTER)?;
    }
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let known = store::lock_person(&tx, person).await?.ok_or(Failure::NotFound)?;
    if let SecondStep::On { version, .. } = known.second_step {
        store::set_second_step(&tx, person, SecondStep::Off { version: version + 1 }).await?;
        note_private(&tx, person, IdentityFact::SecondStepOff { person }).await?;
        tx.commit().await?;
    }
    Ok(())
}

/// Ends one of one's own sessions, for example on a telephone that is lost.
pub async fn end_session(db: &Db, ctx: &Ctx, id: SessionId) -> Result<(), Failure> {
    let holder = own(ctx)?;
    let tx = db.begin_write(ctx).await?;
    let ended = store::revoke_sessions(&tx, holder, Sessions::One(id)).await?;
    for session in &ended {
        note_private(&tx, *session, IdentityFact::SessionEnded { session: *session }).await?;
    }
    tx.commit().await?;
    if ended.is_empty() { Err(Failure::NotFound) } else { Ok(()) }
}

/// Ends every session of one's own but the one kept.
pub async fn end_other_sessions(db: &Db, ctx: &Ctx, kept: Option<SessionId>) -> Result<(), Failure> {
    let holder = own(ctx)?;
    let tx = db.begin_write(ctx).await?;
    for session in store::revoke_sessions(&tx, holder, Sessions::AllBut(kept)).await? {
        note_private(&tx, session, IdentityFact::SessionEnded { session }).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn own<R>(ctx: &Ctx) -> Result<Holder, Failure<R>> {
    match ctx.actor() {
        Actor::Staff(person) => Ok(Holder::Person(*person)),
        Actor::Contact(contact) => Ok(Holder::Contact(*contact)),
        Actor::Anyone | Actor::System(_) => Err(Failure::Forbidden),
    }
}

/// Writes a link down and says so.
async fn keep_link(tx: &Tx, link: &Link, token: &storage::Token) -> Result<(), StoreError> {
    store::add_link(tx, link, &token.hash()).await?;
    let purpose: Code = link.purpose.id().parse().unwrap_or_else(|_| unreachable!("purposes are codes"));
    // The second step is no link that anyone is sent.
    if link.purpose == Purpose::SecondStep {
        return Ok(());
    }
    let subject: uuid::Uuid = match link.holder {
        Holder::Person(person) => person.into(),
        Holder::Contact(contact) => contact.into(),
    };
    note_private(tx, subject, IdentityFact::LinkSent { link: link.id, purpose }).await
}
