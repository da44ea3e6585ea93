//! What we do with a case.

use kernel::{AttachmentId, CaseId, Code, Ctx, Failure, PersonId, TeamId};
use ledger::PromiseKind;
use storage::{Attachment, NewAttachment};
use uuid::Uuid;
use web::App;

use super::{FILES_OF_ENTRY, FormKey, Held, Outcome as CommandOutcome, Seen, code, send, teams};
use crate::{
    access,
    fact::EnquiryFact,
    guide_state::GuideState,
    mail,
    model::{Avoidable, Case, CaseRefusal, EntryId, EntryKind, Outcome, Part, PartId, check_text},
    notify, store,
};

/// A part-answer is owed within as many working days.
const PART_WORKING_DAYS: u16 = 3;

fn worker(ctx: &Ctx) -> CommandOutcome<PersonId> {
    ctx.person().ok_or(Failure::Forbidden)
}

/// Gives the case to a person of the team, or back to the team.
pub async fn assign(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    to: Option<PersonId>,
) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().assign(to, ctx.now())?;
    let teams = teams(app, ctx).await?;
    let is_member = |person| teams.get(&case.team).is_some_and(|team| team.members.contains(&person));
    if to.is_some_and(|person| !is_member(person)) {
        return Err(Failure::NotFound);
    }
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Assigned { to }).await?;
    if to.is_some() && to != ctx.person() {
        notify::worker(&held.tx, app, &case, notify::Kind::Assigned, &case.version.to_string()).await?;
    }
    held.commit().await
}

/// Replies to the company. The first promise is kept; the second too, when this is the answer.
pub async fn reply(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    text: &str,
    is_answer: bool,
    files: &[NewAttachment],
) -> CommandOutcome {
    let text = check_text(text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let case = held.before.clone().reply(by, ctx.now())?;
    held.add_entry(EntryKind::Reply, Some(by), text, files).await?;
    held.save(&case).await?;
    held.keep_first_reply().await?;
    if is_answer {
        held.keep_answer().await?;
    } else {
        held.resume().await?;
    }
    held.mail(&case, mail::ToCompany::Reply { text }).await?;
    held.commit().await
}

/// Asks the company for more. A human reply too; the second clock stops until the company answers.
pub async fn ask(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>, text: &str) -> CommandOutcome {
    let text = check_text(text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let case = held.before.clone().ask(by, ctx.now())?;
    held.add_entry(EntryKind::Question, Some(by), text, &[]).await?;
    held.save(&case).await?;
    held.keep_first_reply().await?;
    held.pause("waiting-for-company").await?;
    held.mail(&case, mail::ToCompany::Question { text }).await?;
    held.commit().await
}

/// A note for colleagues. Whoever may see the case may note on it.
pub async fn note(app: &App, ctx: &Ctx, id: CaseId, text: &str, form: Option<FormKey>) -> CommandOutcome {
    ctx.require(access::WORK)?;
    let text = check_text(text)?;
    let Some(held) = Held::begin_once(app, ctx, id, form).await? else { return Ok(()) };
    let helpers: Vec<TeamId> = store::parts(&held.tx, &[id]).await?.iter().map(|part| part.team).collect();
    if !access::may_see(ctx, &held.before, &helpers) {
        return Err(Failure::NotFound);
    }
    held.add_entry(EntryKind::Note, Some(worker(ctx)?), text, &[]).await?;
    held.commit().await
}

/// How a case is closed.
#[derive(Debug, Clone)]
pub struct Closing<'a> {
    /// How it ended.
    pub outcome: Outcome,
    /// Could it have been avoided?
    pub avoidable: Avoidable,
    /// The words to the company.
    pub text: &'a str,
    /// Where it was sent on to, when it was.
    pub authority: Option<&'a str>,
}

/// Ends the case with words to the company.
pub async fn close(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    closing: Closing<'_>,
) -> CommandOutcome {
    let text = check_text(closing.text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let parts = store::parts(&held.tx, &[id]).await?;
    let owed = parts.iter().filter(|part| part.ended_at.is_none()).count();
    let case = held.before.clone().close(closing.outcome, owed, ctx.now())?;
    held.add_entry(EntryKind::Closing, Some(by), text, &[]).await?;
    held.save(&case).await?;
    held.keep_first_reply().await?;
    held.keep_answer().await?;
    if closing.outcome == Outcome::Forwarded {
        let authority =
            closing.authority.and_then(|name| name.parse::<Code>().ok()).unwrap_or_else(|| code("other"));
        held.journal(&case, &EnquiryFact::ForwardedOutside { authority }).await?;
    }
    let fact = EnquiryFact::Closed {
        outcome: code(closing.outcome.code()),
        avoidable: code(closing.avoidable.code()),
        topic: case.topic.clone(),
    };
    held.journal(&case, &fact).await?;
    held.mail(&case, mail::ToCompany::Closed { text, outcome: closing.outcome }).await?;
    held.commit().await
}

/// Someone was not content, and has been called. What was said is a note for colleagues.
pub async fn called_back(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    text: &str,
) -> CommandOutcome {
    let text = check_text(text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let promise = held.owed(&PromiseKind::CALL_BACK).ok_or(Failure::NotFound)?.id;
    held.add_entry(EntryKind::Note, Some(worker(ctx)?), text, &[]).await?;
    ledger::keep(&held.tx, promise).await?;
    held.commit().await
}

/// Marks what is no enquiry. Counted apart; nothing is owed.
pub async fn mark_spam(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().mark_spam(ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::MarkedSpam).await?;
    held.withdraw_promises("spam").await?;
    held.commit().await
}

/// Merges a case into another: its thread is read there, and the other is raised.
pub async fn mark_duplicate(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    number: &str,
) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let other = store::find_by_number(&held.tx, number.trim()).await?.ok_or(CaseRefusal::NoDuplicate)?;
    if !access::may_see(ctx, &other, &[]) {
        return Err(CaseRefusal::NoDuplicate.into());
    }
    let case = held.before.clone().mark_duplicate(&other, ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::MarkedDuplicate { of: other.id.uuid() }).await?;
    held.withdraw_promises("duplicate").await?;
    if other.state.is_open() {
        let raised =
            store::find_and_lock(&held.tx, other.id).await?.ok_or(Failure::NotFound)?.repeat(ctx.now())?;
        held.save(&raised).await?;
        held.journal(&raised, &EnquiryFact::Repeated).await?;
    }
    held.mail(&case, mail::ToCompany::Merged { into: &other }).await?;
    held.commit().await
}

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
    let teams = teams(app, ctx).await?;
    let receiver = teams.get(&to).ok_or(Failure::NotFound)?;
    let case = held.before.clone().hand_over(to, ctx.now())?;
    if !why.trim().is_empty() {
        held.add_entry(EntryKind::Note, Some(worker(ctx)?), check_text(why)?, &[]).await?;
    }
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Offered { to }).await?;
    notify::team(&held.tx, app, &case, receiver, notify::Kind::Offered).await?;
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
    if is_ours { Ok(Some(held)) } else { Err(Failure::NotFound) }
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
    let teams = teams(held.app, &ctx).await?;
    // What is walled stays with the team that had it: the business consultant may not know that it is there.
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
        notify::team(&held.tx, held.app, &case, team, notify::Kind::CameBack).await?;
    }
    held.commit().await
}

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
    let teams = teams(app, ctx).await?;
    let helper = teams.get(&of).ok_or(Failure::NotFound)?;
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
    };
    store::save_part(&held.tx, &part).await?;
    held.journal(&held.before, &EnquiryFact::PartAsked { part: part.id.uuid(), of }).await?;
    notify::team(&held.tx, app, &held.before, helper, notify::Kind::PartAsked).await?;
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
    notify::worker(&held.tx, app, &held.before, notify::Kind::PartAnswered, &part.id.to_string()).await?;
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

/// Corrects the topic: figures go by it. The team and the dates stay.
pub async fn change_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    topic: &Code,
) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let new = guide.topic(ctx.tenant(), topic).ok_or(CaseRefusal::NoTopic)?;
    let before = held.before.clone();
    let case = Case {
        topic: topic.clone(),
        // What was told in confidence stays so.
        confidential: before.confidential || new.is_walled(),
        version: before.version + 1,
        updated_at: ctx.now(),
        ..before
    };
    held.save(&case).await?;
    let fact = EnquiryFact::TopicChanged { from: held.before.topic.clone(), to: topic.clone() };
    held.journal(&case, &fact).await?;
    held.commit().await
}

/// Takes a text out of the thread, with a reason that stays.
pub async fn redact_entry(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    entry: EntryId,
    why: &Code,
    form: Option<FormKey>,
) -> CommandOutcome {
    let Some(held) = hold_for_redaction(app, ctx, id, form).await? else { return Ok(()) };
    if !store::redact_entry(&held.tx, id, entry, why.as_str()).await? {
        return Err(Failure::NotFound);
    }
    held.journal(&held.before, &EnquiryFact::Redacted { what: entry.uuid(), why: why.clone() }).await?;
    held.commit().await
}

/// Takes a file's content away, with a reason that stays. The content goes after commit.
pub async fn redact_file(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    file: AttachmentId,
    why: &Code,
    form: Option<FormKey>,
) -> CommandOutcome {
    let Some(held) = hold_for_redaction(app, ctx, id, form).await? else { return Ok(()) };
    let entries: Vec<Uuid> =
        store::entries(&held.tx, id, false).await?.iter().map(|entry| entry.id.uuid()).collect();
    let files = Attachment::of(&held.tx, FILES_OF_ENTRY, &entries).await?;
    if !files.iter().any(|one| one.id == file) {
        return Err(Failure::NotFound);
    }
    Attachment::mark_removed(&held.tx, file).await?;
    held.journal(&held.before, &EnquiryFact::Redacted { what: file.uuid(), why: why.clone() }).await?;
    held.tx.enqueue(&crate::jobs::RemoveFile { file }).await?;
    held.commit().await
}

async fn hold_for_redaction<'a>(
    app: &'a App,
    ctx: &Ctx,
    id: CaseId,
    form: Option<FormKey>,
) -> CommandOutcome<Option<Held<'a>>> {
    ctx.require(access::WORK)?;
    let Some(held) = Held::begin_once(app, ctx, id, form).await? else { return Ok(None) };
    match (access::may_work(ctx, &held.before), access::may_see(ctx, &held.before, &[])) {
        (true, _) => Ok(Some(held)),
        (false, true) => Err(Failure::Forbidden),
        (false, false) => Err(Failure::NotFound),
    }
}
