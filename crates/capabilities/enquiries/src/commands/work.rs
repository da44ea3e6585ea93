//! What a team does with its case: takes it, replies, asks, notes, ends it.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CaseId, Code, Ctx, Fact, Failure, PersonId, TeamId};
use ledger::PromiseKind;
use storage::{LineFilter, NewAttachment};
use web::App;

use super::{FormKey, Held, Outcome as CommandOutcome, Seen, archive, code, filing, references, send};
use crate::{
    access,
    fact::EnquiryFact,
    guide_state::GuideState,
    mail,
    model::{
        Avoidable, CaseRefusal, DraftId, Entry, EntryKind, Outcome, SETTLED_REASONS, SaidOfFiling,
        check_text, ends_again, may_settle,
    },
    notify, store,
};

/// Ends of one case that are looked at: far beyond what happens to one.
const ENDS_MAX: u64 = 1_000;

pub(super) fn worker(ctx: &Ctx) -> CommandOutcome<PersonId> {
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
    ctx.require(access::WORK)?;
    let to = match to {
        Some(person) => Some(at_work(app, ctx, person).await?),
        None => None,
    };
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let case = held.before.clone().assign(to, ctx.now())?;
    if let Some(person) = to {
        if !held.here.acts_for(person, case.team) {
            return Err(Failure::NotFound);
        }
        if case.wall.hides_from(Some(person), held.here.teams_of(person)) {
            return Err(CaseRefusal::Walled.into());
        }
    }
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::Assigned { to }).await?;
    if to.is_some() && to != ctx.person() {
        held.teller().worker(&case, notify::Kind::Assigned, &case.version.to_string()).await?;
    }
    held.commit().await
}

/// The person, or who stands in: what is new does not wait for someone who is away. Whoever is away takes nothing.
async fn at_work(app: &App, ctx: &Ctx, person: PersonId) -> CommandOutcome<PersonId> {
    let card = app.ports.people.people(&app.db.read(ctx), &[person]).await?.remove(&person);
    let card = card.filter(|card| !card.left).ok_or(Failure::NotFound)?;
    match card.stand_in {
        _ if !card.absent => Ok(person),
        Some(stand_in) if ctx.person() != Some(person) => Ok(stand_in),
        _ => Err(CaseRefusal::Away.into()),
    }
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
    reply_with(app, ctx, id, seen, Reply { text, is_answer, files, draft: None }).await
}

/// What is replied.
#[derive(Debug, Clone, Copy)]
pub struct Reply<'a> {
    /// The words.
    pub text: &'a str,
    /// Whether it is the answer, which keeps the second promise.
    pub is_answer: bool,
    /// Files on disk already.
    pub files: &'a [NewAttachment],
    /// Files that wait in a draft, since the form was refused before.
    pub draft: Option<DraftId>,
}

/// The same, with files that waited while the form was refused.
pub async fn reply_with(
    app: &App,
    ctx: &Ctx,
    id: CaseId,
    seen: impl Into<Seen>,
    reply: Reply<'_>,
) -> CommandOutcome {
    let text = check_text(reply.text)?;
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let case = held.before.clone().reply(by, ctx.now())?;
    let entry = held.add_entry(EntryKind::Reply, Some(by), text, reply.files).await?;
    send::take_draft(&held.tx, &case, entry, reply.files, reply.draft).await?;
    held.save(&case).await?;
    held.keep_first_reply().await?;
    if reply.is_answer {
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
    /// When it was sent on, where one says it: the company is told, with whom to.
    pub forwarded_on: Option<NaiveDate>,
    /// Where it is kept.
    pub filing: SaidOfFiling,
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
    let forwarded = forwarded(&held, &closing)?;
    let text = forwarded.as_ref().map_or(text.to_owned(), |forwarded| forwarded.told(&held, text));
    let text = text.as_str();
    held.add_entry(EntryKind::Closing, Some(by), text, &[]).await?;
    held.save(&case).await?;
    filing::keep(&held, &case, &closing.filing).await?;
    held.keep_first_reply().await?;
    held.keep_answer().await?;
    if let Some(Forwarded { authority, on }) = forwarded {
        held.journal(&case, &EnquiryFact::ForwardedOutside { authority, on }).await?;
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

/// To whom and when a case was sent on.
struct Forwarded {
    authority: Code,
    on: Option<NaiveDate>,
}

/// Where and when it was sent on, where it was. Not before it came, nor on a day that has not come.
fn forwarded(held: &Held<'_>, closing: &Closing<'_>) -> Result<Option<Forwarded>, CaseRefusal> {
    if closing.outcome != Outcome::Forwarded {
        return Ok(None);
    }
    let authority = closing.authority.and_then(|name| name.parse::<Code>().ok());
    let authority = authority.unwrap_or_else(|| code("other"));
    let day = |at| held.app.calendar.local_date(at);
    let (came, today) = (day(held.before.received_at), day(held.ctx().now()));
    match closing.forwarded_on {
        Some(on) if on < came || on > today => Err(CaseRefusal::ForwardedOn),
        on => Ok(Some(Forwarded { authority, on })),
    }
}

impl Forwarded {
    /// The words to the company, with whom it was sent to and when. One that is not on the list stands in the words already.
    fn told(&self, held: &Held<'_>, text: &str) -> String {
        let Some(on) = self.on.filter(|_| self.authority.as_str() != "other") else { return text.to_owned() };
        let language = held.before.language;
        let authority = held.app.text(language, &format!("enquiries-authority-{}", self.authority), &[]);
        let date = kernel::format::date_long(on, language);
        let told = [("text", text.into()), ("authority", authority.into()), ("date", date.into())];
        held.app.text(language, "enquiries-forwarded-words", &told)
    }
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

/// What was sent last was the answer, and nobody said so: the second promise is kept, now.
pub async fn was_answer(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>) -> CommandOutcome {
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let by = worker(ctx)?;
    let entries = store::entries(&held.tx, id, true).await?;
    if !was_sent_last(&entries) || held.owed(&PromiseKind::ANSWER).is_none() {
        return Err(CaseRefusal::NothingSent.into());
    }
    let case = held.before.clone().reply(by, ctx.now())?;
    held.save(&case).await?;
    held.keep_answer().await?;
    held.commit().await
}

/// What the company wrote after its answer needs none: it gave thanks, or told something. Owed no more, and counted apart,
/// for a reason that the company can read. Had the message taken up an ended case, the case ends again as it had.
pub async fn settle(app: &App, ctx: &Ctx, id: CaseId, seen: impl Into<Seen>, why: &Code) -> CommandOutcome {
    if !SETTLED_REASONS.contains(&why.as_str()) {
        return Err(CaseRefusal::SettleReason.into());
    }
    let Some(held) = Held::of_team(app, ctx, id, seen).await? else { return Ok(()) };
    let promise = may_settle(&held.promises).ok_or(CaseRefusal::NothingToSettle)?.id;
    let mut case = held.before.clone().settle(worker(ctx)?, ctx.now())?;
    let parts = store::parts(&held.tx, &[id]).await?;
    let is_part_owed = parts.iter().any(|part| part.ended_at.is_none());
    let again = ends_again(&facts(&held).await?, &held.promises).filter(|_| !is_part_owed);
    if let Some((outcome, _)) = again {
        case = case.close(outcome, 0, ctx.now())?;
    }
    held.save(&case).await?;
    ledger::withdraw(&held.tx, promise, why.clone()).await?;
    if let Some((outcome, avoidable)) = again {
        let (outcome, topic) = (code(outcome.code()), case.topic.clone());
        held.journal(&case, &EnquiryFact::Closed { outcome, avoidable, topic }).await?;
        archive::renew(&held, &case).await?;
    }
    held.commit().await
}

/// How the case ended and was taken up again, oldest first.
async fn facts(held: &Held<'_>) -> CommandOutcome<Vec<(DateTime<Utc>, EnquiryFact)>> {
    let ends = LineFilter {
        subjects: Some(vec![held.before.id.uuid()]),
        capability: Some(<EnquiryFact as Fact>::CAPABILITY.to_owned()),
        words: ["closed", "withdrawn", "reopened"].map(str::to_owned).to_vec(),
        ..LineFilter::default()
    };
    let lines = storage::lines(&held.tx, &ends, ENDS_MAX).await?;
    let facts = lines.iter().filter_map(|line| Some(line.fact().transpose()?.map(|fact| (line.at, fact))));
    Ok(facts.collect::<Result<_, _>>()?)
}

/// Whether the last words between us and whoever asks are a reply of ours.
pub fn was_sent_last(for_company: &[Entry]) -> bool {
    for_company.last().is_some_and(|last| last.kind == EntryKind::Reply)
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
    // Held too: it must not end between the look and the raising.
    let other = store::find_and_lock(&held.tx, other.id).await?.ok_or(Failure::NotFound)?;
    if !access::may_see(ctx, &other, &[]) {
        return Err(CaseRefusal::NoDuplicate.into());
    }
    let case = held.before.clone().mark_duplicate(&other, ctx.now())?;
    held.save(&case).await?;
    held.journal(&case, &EnquiryFact::MarkedDuplicate { of: other.id.uuid() }).await?;
    held.withdraw_promises("duplicate").await?;
    references::take_along(&held, &other).await?;
    if other.state.is_open() {
        let raised = other.clone().repeat(ctx.now())?;
        held.save(&raised).await?;
        super::resume_all(&held.tx, app, other.id).await?;
        send::owe_again(app, &held.tx, app.kept::<GuideState>(), &raised).await?;
        held.journal(&raised, &EnquiryFact::Repeated).await?;
    }
    held.mail(&case, mail::ToCompany::Merged { into: &other }).await?;
    held.commit().await
}

/// Corrects the topic: figures go by it. The team and the dates stay. One that is told in confidence is the team's alone from
/// now on.
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
    let case = held.before.clone().change_topic(topic.clone(), new.is_walled(), ctx.now())?;
    held.save(&case).await?;
    if case.confidential && !held.before.confidential {
        let teams = &held.here.teams;
        let offered = case.hand_over.map(|offer| offer.to);
        let knowing = [Some(case.team), offered].into_iter().flatten().filter_map(|team| teams.get(&team));
        let knowing: Vec<PersonId> = knowing.flat_map(|team| team.members.iter().copied()).collect();
        held.wall_off(&knowing).await?;
    }
    let fact = EnquiryFact::TopicChanged { from: held.before.topic.clone(), to: topic.clone() };
    held.journal(&case, &fact).await?;
    held.commit().await
}
