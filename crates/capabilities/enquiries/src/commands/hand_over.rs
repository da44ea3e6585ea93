//! A case goes to another team, or comes back. Dates do not move.
//!
//! The receiver accepts or refuses; after [`crate::model::HAND_OVER_WORKING_DAYS`] without a word it counts as refused. The
//! first time it comes back to the team that offered it. After that the business consultant owns it, so that no case wanders.

use kernel::{CaseId, Ctx, Failure, TeamId};
use web::App;

use super::{FormKey, Held, Outcome as CommandOutcome, Seen, work::worker};
use crate::{
    access,
    fact::EnquiryFact,
    mail,
    model::{EntryKind, check_text},
    notify,
};

/// Offers the case to another team. It stays ours, and the dates stay, until the other accepts.
pub async fn hand_over(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    to: TeamId,
    why: &str,
) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let receiver = held.here.teams.get(&to).ok_or(Failure::NotFound)?;
    let case = held.before.clone().hand_over(to, ctx.now())?;
    if !why.trim().is_empty() {
        held.add_entry(EntryKind::Note, Some(worker(ctx)?), check_text(why)?, &[]).await?;
    }
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Offered { to }).await?;
    held.teller().team(&case, receiver, notify::Kind::Offered).await?;
    held.commit().await
}

async fn hold_offer<'a>(
    app: &'a App,
    ctx: &Ctx,
    id: CaseId,
    form: Option<FormKey>,
) -> CommandOutcome<Option<Held<'a>>> {
    ctx.require(access::WORK)?;
    let Some(held) = Held::begin_once(app, ctx, id, form).await? else { return Ok(None) };
    let is_ours = held.before.hand_over.is_some_and(|offer| ctx.teams().contains(&offer.to));
    if is_ours && access::may_see(ctx, &held.before, &[]) { Ok(Some(held)) } else { Err(Failure::NotFound) }
}

/// The receiving team takes the case. The company is told who has it now.
pub async fn accept(app: &App, ctx: &Ctx, id: CaseId, form: Option<FormKey>) -> CommandOutcome {
    let Some(held) = hold_offer(app, ctx, id, form).await? else { return Ok(()) };
    let case = held.before.clone().accept(ctx.person(), ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::HandedOver { from: held.before.team, to: case.team }).await?;
    held.move_promises(case.team).await?;
    held.mail(&case, mail::ToCompany::HandedOver).await?;
    held.commit().await
}

/// The receiving team refuses the case, and says why.
pub async fn bounce(app: &App, ctx: &Ctx, id: CaseId, why: &str, form: Option<FormKey>) -> CommandOutcome {
    let why = check_text(why)?;
    let Some(held) = hold_offer(app, ctx, id, form).await? else { return Ok(()) };
    held.add_entry(EntryKind::Note, Some(worker(ctx)?), why, &[]).await?;
    come_back(held, true).await
}

/// A hand-over that was refused, or that nobody accepted in time.
pub(crate) async fn expire_hand_over(app: &App, ctx: &Ctx, id: CaseId) -> CommandOutcome {
    let held = Held::begin(app, ctx, id).await?;
    if held.before.hand_over.is_none() { Ok(()) } else { come_back(held, false).await }
}

async fn come_back(held: Held<'_>, in_time: bool) -> CommandOutcome {
    let ctx = held.ctx().clone();
    let teams = &held.here.teams;
    // What is walled always comes back to the team that had it: the business consultant may not know that it is there.
    let consultants = teams.values().find(|team| team.key == "business" && !held.before.confidential);
    let consultants = consultants.map_or(held.before.team, |team| team.id);
    let by = held.before.hand_over.map_or(held.before.team, |offer| offer.to);
    let case = held.before.clone().bounce(consultants, ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Bounced { by, to: case.team, in_time }).await?;
    if case.team != held.before.team {
        held.move_promises(case.team).await?;
        held.mail(&case, mail::ToCompany::HandedOver).await?;
    }
    if let Some(team) = teams.get(&case.team) {
        let landed = case.team != held.before.team;
        let kind = if landed { notify::Kind::Landed } else { notify::Kind::CameBack };
        held.teller().team(&case, team, kind).await?;
    }
    held.commit().await
}
