//! What one can do with people, teams and roles. One function: one permission, one transaction, journal lines.
//!
//! The command line and the demo use the same functions, with the context of [`operator`]. Signing in and everything that
//! a link does is in [`sign_in`].

pub mod sign_in;

use std::{collections::BTreeSet, sync::Arc};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, Utc};
use kernel::{
    Actor, Code, Ctx, Failure, Ids, Language, Permission, PersonId, Reach, Role, TeamId, TenantId, Visibility,
};
use storage::{Db, Keys, NewLine, Once, StoreError, Tx};

use crate::{
    IdentityFact,
    model::{
        self, Absence, AbsenceId, AbsenceRefusal, Holder, Link, NewPerson, NewTeam, PasswordRefusal,
        PersonRefusal, Post, Purpose, SecondStep, SessionId, Staff, TeamRefusal,
    },
    password,
    store::{self, Sessions},
};

/// Adds people, gives roles, makes teams.
pub const ADMINISTER: Permission = Permission::new("identity.administer");
/// Has a page of one's own, and looks after the teams that one leads: everyone who works here.
pub const WORK: Permission = Permission::new("identity.work");

/// Someone at the machine itself, who may what an administrator may: the command line and the demo.
pub fn operator(command: &'static str, tenant: TenantId, now: DateTime<Utc>, ids: Arc<Ids>) -> Ctx {
    let reach = Reach { permissions: [ADMINISTER].into(), ..Reach::default() };
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
    let NewHire { mut person, roles, teams } = new;
    person.name = model::check_name(&person.name)?.to_owned();
    let (tx, mut staff) = begin(db, ctx).await?;
    match storage::once(&tx, HIRE_FORM, form.key, form.content).await? {
        Once::First => {}
        Once::Same(id) | Once::Other(id) => return Ok(id.into()),
    }
    let id = ctx.new_id();
    if !store::add_person(&tx, id, &person).await? {
        return Err(PersonRefusal::EmailTaken.into());
    }
    note(&tx, id, IdentityFact::PersonAdded { person: id }).await?;
    if let Some(known) = store::person(&tx, id).await? {
        staff.people.insert(id, known);
    }
    write_roles(&tx, &staff, id, &roles).await?;
    write_teams(&tx, &staff, id, &teams).await?;
    sign_in::send_link::<PersonRefusal>(&tx, keys, Purpose::Invitation, Holder::Person(id)).await?;
    storage::remember_once(&tx, HIRE_FORM, form.key, id).await?;
    tx.commit().await?;
    Ok(id)
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
    /// What the person may.
    pub roles: BTreeSet<Role>,
    /// Where the person belongs.
    pub teams: BTreeSet<TeamId>,
}

/// Gives a role. Giving it twice is giving it once.
pub async fn give_role(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    role: Role,
) -> Result<(), Failure<PersonRefusal>> {
    change_roles(db, ctx, person, |roles| {
        roles.insert(role);
    })
    .await
}

/// Takes a role away. The last administrator stays one.
pub async fn take_role(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    role: Role,
) -> Result<(), Failure<PersonRefusal>> {
    change_roles(db, ctx, person, |roles| {
        roles.remove(&role);
    })
    .await
}

/// Gives these roles and takes all others away.
pub async fn set_roles(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    wanted: BTreeSet<Role>,
) -> Result<(), Failure<PersonRefusal>> {
    change_roles(db, ctx, person, |roles| *roles = wanted).await
}

async fn change_roles(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    change: impl FnOnce(&mut BTreeSet<Role>),
) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    let mut wanted = staff.roles.get(&person).cloned().unwrap_or_default();
    change(&mut wanted);
    write_roles(&tx, &staff, person, &wanted).await?;
    tx.commit().await?;
    Ok(())
}

async fn write_roles(
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
        if role == Role::Admin && staff.is_last_admin(person) {
            return Err(PersonRefusal::LastAdmin.into());
        }
        store::take_role(tx, person, role).await?;
        note(tx, person, IdentityFact::RoleTaken { person, role }).await?;
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
    let may = ctx.may(ADMINISTER) || (ctx.may(WORK) && ctx.leads(team));
    if may { Ok(()) } else { Err(Failure::Forbidden) }
}

/// Puts someone into a team.
pub async fn join_team(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    team: TeamId,
) -> Result<(), Failure<PersonRefusal>> {
    change_teams(db, ctx, person, |teams| {
        teams.insert(team);
    })
    .await
}

/// Takes someone out of a team.
pub async fn part_team(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    team: TeamId,
) -> Result<(), Failure<PersonRefusal>> {
    change_teams(db, ctx, person, |teams| {
        teams.remove(&team);
    })
    .await
}

/// Puts someone into these teams and out of all others.
pub async fn set_teams(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    wanted: BTreeSet<TeamId>,
) -> Result<(), Failure<PersonRefusal>> {
    change_teams(db, ctx, person, |teams| *teams = wanted).await
}

async fn change_teams(
    db: &Db,
    ctx: &Ctx,
    person: PersonId,
    change: impl FnOnce(&mut BTreeSet<TeamId>),
) -> Result<(), Failure<PersonRefusal>> {
    ctx.require(ADMINISTER)?;
    let (tx, staff) = begin(db, ctx).await?;
    at_work(&staff, person)?;
    let mut wanted = staff.own_teams(person);
    change(&mut wanted);
    write_teams(&tx, &staff, person, &wanted).await?;
    tx.commit().await?;
    Ok(())
}

async fn write_teams(
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

/// Says who leads a team, who deputises, who takes its telephone; `None`: nobody.
pub async fn give_post(
    db: &Db,
    ctx: &Ctx,
    team: TeamId,
    post: Post,
    person: Option<PersonId>,
) -> Result<(), Failure<TeamRefusal>> {
    give_posts(db, ctx, team, &[(post, person)]).await
}

/// The same for several posts at once: leader and deputy may change places.
pub async fn give_posts(
    db: &Db,
    ctx: &Ctx,
    team: TeamId,
    posts: &[(Post, Option<PersonId>)],
) -> Result<(), Failure<TeamRefusal>> {
    require_lead(ctx, team)?;
    if posts.iter().any(|(post, _)| *post == Post::Leader) {
        ctx.require(ADMINISTER)?;
    }
    let (tx, staff) = begin(db, ctx).await?;
    let known = staff.teams.get(&team).ok_or(Failure::NotFound)?;
    if posts.iter().filter_map(|(_, person)| *person).any(|person| !staff.works_here(person)) {
        return Err(TeamRefusal::HasLeft.into());
    }
    let holder = |post| {
        posts.iter().find(|(given, _)| *given == post).map_or(known.holder(post), |(_, person)| *person)
    };
    if holder(Post::Leader).is_some() && holder(Post::Leader) == holder(Post::Deputy) {
        return Err(TeamRefusal::LeaderIsDeputy.into());
    }
    for (post, person) in posts.iter().filter(|(post, person)| known.holder(*post) != *person) {
        store::give_post(&tx, team, *post, *person).await?;
        note_team(&tx, team, IdentityFact::PostGiven { team, post: *post, person: *person }).await?;
    }
    tx.commit().await?;
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
pub async fn end_absence(
    db: &Db,
    ctx: &Ctx,
    id: AbsenceId,
    today: NaiveDate,
) -> Result<(), Failure<AbsenceRefusal>> {
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
    let leads = ctx.may(WORK) && staff.own_teams(person).into_iter().any(|team| ctx.leads(team));
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
    ctx.require(ADMINISTER)?;
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

/// An ended session is kept so long: enough to look into a sign-in that nobody owns up to.
const SESSION_KEPT_DAYS: u64 = 90;
/// An absence that is over is kept so long: enough to see who stood in, when a company asks why it waited.
const ABSENCE_KEPT_DAYS: u64 = 365;
/// A contact that no longer asks for links is kept so long.
const CONTACT_KEPT_DAYS: u64 = 3 * 365;

/// Forgets what was kept long enough. Returns how many rows are gone.
pub async fn forget(db: &Db, ctx: &Ctx, today: NaiveDate) -> Result<u64, Failure> {
    let day = |kept| today.checked_sub_days(Days::new(kept)).unwrap_or(today);
    let moment = |kept| day(kept).and_time(NaiveTime::MIN).and_utc();
    let tx = db.begin_write(ctx).await?;
    store::raise_version(&tx).await?;
    let sessions = store::forget_sessions(&tx, moment(SESSION_KEPT_DAYS)).await?;
    let absences = store::forget_absences(&tx, day(ABSENCE_KEPT_DAYS)).await?;
    let contacts = store::forget_contacts(&tx, moment(CONTACT_KEPT_DAYS)).await?;
    tx.commit().await?;
    Ok(sessions + absences + contacts)
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
