//! A part of the answer that another team owes. The case cannot close while it is owed.

use kernel::{CaseId, Ctx, Failure, TeamId};
use ledger::PromiseKind;
use web::App;

use super::{FormKey, Held, Outcome as CommandOutcome, Seen, code, send, work::worker};
use crate::{
    access,
    fact::EnquiryFact,
    model::{CaseRefusal, EntryKind, Part, PartId, check_text},
    notify, store,
};

/// A part-answer is owed within as many working days.
const PART_WORKING_DAYS: u16 = 3;

/// Asks another team for a part of the answer. The case cannot close while it is owed.
pub async fn ask_part(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    of: TeamId,
    question: &str,
) -> CommandOutcome {
    let question = check_text(question)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let helper = held.here.teams.get(&of).ok_or(Failure::NotFound)?;
    if of == held.before.team {
        return Err(CaseRefusal::SameTeam.into());
    }
    if held.before.confidential {
        return Err(CaseRefusal::Walled.into());
    }
    let mut new =
        send::new_promise(app, ctx, &held.before, of, PromiseKind::PART_ANSWER, PART_WORKING_DAYS, false);
    new.creditor = held.before.team.into();
    new.visibility = kernel::Visibility::Staff;
    let promise = ledger::promise(&held.tx, new).await?;
    let part = Part {
        id: ctx.new_id(),
        case: id,
        team: of,
        promise,
        question: question.to_owned(),
        asked_at: ctx.now(),
        ended_at: None,
        released: None,
        redacted: None,
    };
    store::save_part(&held.tx, &part).await?;
    held.journal(&held.before, &EnquiryFact::PartAsked { part: part.id.uuid(), of }).await?;
    held.teller().team(&held.before, helper, notify::Kind::PartAsked).await?;
    held.commit().await
}

async fn hold_part<'a>(
    app: &'a App,
    ctx: &Ctx,
    id: CaseId,
    part: PartId,
    form: Option<FormKey>,
) -> CommandOutcome<Option<(Held<'a>, Part)>> {
    let Some(held) = Held::begin_once(app, ctx, id, form).await? else { return Ok(None) };
    let parts = store::parts(&held.tx, &[id]).await?;
    let part =
        parts.into_iter().find(|one| one.id == part && one.ended_at.is_none()).ok_or(Failure::NotFound)?;
    Ok(Some((held, part)))
}

/// The other team gives its part.
pub async fn answer_part(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    part: PartId,
    text: &str,
    form: Option<FormKey>,
) -> CommandOutcome {
    ctx.require(access::WORK)?;
    let text = check_text(text)?;
    let Some((held, part)) = hold_part(app, ctx, id, part, form).await? else { return Ok(()) };
    if !ctx.teams().contains(&part.team) {
        return Err(Failure::NotFound);
    }
    held.add_entry(EntryKind::Part, Some(worker(ctx)?), text, &[]).await?;
    store::save_part(&held.tx, &Part { ended_at: Some(ctx.now()), ..part.clone() }).await?;
    ledger::keep(&held.tx, part.promise).await?;
    held.journal(&held.before, &EnquiryFact::PartAnswered { part: part.id.uuid() }).await?;
    held.teller().worker(&held.before, notify::Kind::PartAnswered, &part.id.to_string()).await?;
    held.commit().await
}

/// A leader lets the other team off, with a reason.
pub async fn release_part(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    part: PartId,
    why: &str,
    form: Option<FormKey>,
) -> CommandOutcome {
    ctx.require(access::WORK)?;
    let why = check_text(why)?;
    let Some((held, part)) = hold_part(app, ctx, id, part, form).await? else { return Ok(()) };
    if !ctx.leads(held.before.team) {
        return Err(Failure::Forbidden);
    }
    let ended = Part { ended_at: Some(ctx.now()), released: Some(why.to_owned()), ..part.clone() };
    store::save_part(&held.tx, &ended).await?;
    ledger::withdraw(&held.tx, part.promise, code("released")).await?;
    held.journal(&held.before, &EnquiryFact::PartReleased { part: part.id.uuid() }).await?;
    held.commit().await
}
