//! Teams and their posts.

use kernel::{Ctx, Failure, PersonId, TeamId};
use storage::Db;

use super::{ADMINISTER, WORK, begin, note_team};
use crate::{
    IdentityFact,
    model::{self, NewTeam, Post, TeamRefusal},
    store,
};

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
    let is_new =
        |(post, person): &(Post, Option<PersonId>)| person.filter(|_| known.holder(*post) != *person);
    if posts.iter().filter_map(is_new).any(|person| !staff.can_answer(person)) {
        return Err(TeamRefusal::CannotAnswer.into());
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
