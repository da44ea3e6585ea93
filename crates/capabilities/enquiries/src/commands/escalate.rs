//! A case that nobody looks after is brought to someone, once per step, and its history says so.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Calendar, CaseId, Code, Ctx, PersonId, Role};
use ledger::Promise;
use storage::{Line, LineFilter, Reader, StoreError};
use web::App;

use super::{Held, Outcome, code};
use crate::{
    fact::EnquiryFact,
    model::{Case, Escalation, NewDate, escalations},
    notify,
};

/// Escalations read at once: far beyond what happens to the cases of one page.
const LINES_MAX: u64 = 5_000;

/// What the journal has of a case that waits: a step that was taken, or a new date that the company was told.
#[derive(Debug, Clone)]
pub struct Taken {
    /// The case.
    pub case: CaseId,
    /// Which step; the decision's way where one was made.
    pub what: Code,
    /// When.
    pub at: DateTime<Utc>,
    /// The new date, where one was told.
    pub until: Option<NaiveDate>,
}

impl Taken {
    /// What a line of the journal says of it.
    pub fn of(line: &Line) -> Result<Option<Self>, StoreError> {
        let (what, until) = match line.fact()? {
            Some(EnquiryFact::Escalated { why, .. }) => (why, None),
            Some(EnquiryFact::Decided { how, until, .. }) => (how, until),
            _ => return Ok(None),
        };
        Ok(Some(Self { case: line.subject.into(), what, at: line.at, until }))
    }
}

/// The steps that were taken on these cases, and what was decided, as the journal has them.
pub async fn steps_taken(reader: &impl Reader, cases: &[CaseId]) -> Result<Vec<Taken>, StoreError> {
    let about = LineFilter {
        subjects: Some(cases.iter().map(|case| case.uuid()).collect()),
        capability: Some("enquiries".to_owned()),
        words: vec!["escalated".to_owned(), "decided".to_owned()],
        ..LineFilter::default()
    };
    let mut taken = Vec::new();
    for line in storage::lines(reader, &about, LINES_MAX).await? {
        taken.extend(Taken::of(&line)?);
    }
    Ok(taken)
}

/// The steps that a case has reached, each with the moment from which it is counted.
pub fn reached(
    case: &Case,
    promises: &[Promise],
    taken: &[Taken],
    ctx: &Ctx,
    calendar: &Calendar,
) -> Vec<(Escalation, DateTime<Utc>)> {
    let own = taken.iter().filter(|one| one.case == case.id);
    let told = own.filter_map(|one| Some(NewDate { at: one.at, until: one.until? })).max_by_key(|one| one.at);
    escalations(case, promises, told, ctx.now(), calendar)
}

/// The steps that a case has reached and that were not taken since the moment from which each is counted.
pub fn steps_to_take(
    case: &Case,
    promises: &[Promise],
    taken: &[Taken],
    ctx: &Ctx,
    calendar: &Calendar,
) -> Vec<(Escalation, DateTime<Utc>)> {
    let is_taken = |step: Escalation, since| {
        taken.iter().any(|one| one.case == case.id && one.what.as_str() == step.code() && one.at >= since)
    };
    let mut steps = reached(case, promises, taken, ctx, calendar);
    steps.retain(|(step, since)| !is_taken(*step, *since));
    steps
}

/// Takes every step that the case has reached and that was not taken before. Done again, it changes nothing.
pub async fn escalate(app: &App, ctx: &Ctx, id: CaseId) -> Outcome {
    let read = app.db.read(ctx);
    let today = app.calendar.local_date(ctx.now());
    let day = app.ports.people.on_day(&read, today, &[]).await?;
    let consultants = app.ports.people.with_role(&read, Role::BusinessConsultant).await?;
    let held = Held::begin(app, ctx, id).await?;
    let case = &held.before;
    let taken = steps_taken(&held.tx, &[id]).await?;
    for (step, since) in steps_to_take(case, &held.promises, &taken, ctx, &app.calendar) {
        let mut to: Vec<PersonId> = day.leader(case.team).into_iter().collect();
        if (step.concerns_consultant() || to.is_empty()) && !case.confidential {
            to.extend(consultants.iter().filter(|person| !day.is_away(**person)));
        }
        if let Some(only) = case.wall.only {
            to = vec![only];
        }
        to.sort();
        to.dedup();
        let kind = match step {
            Escalation::Unassigned => notify::Kind::Unassigned,
            Escalation::NoReply => notify::Kind::NoReply,
            Escalation::Decide => notify::Kind::Decide,
        };
        let once = format!("{}-{}", step.code(), since.timestamp());
        let to = held.teller().people(case, &to, kind, &once).await?;
        // Where there is nobody to tell, the next look tries again.
        if !to.is_empty() {
            held.journal(case, &EnquiryFact::Escalated { why: code(step.code()), to }).await?;
        }
    }
    held.commit().await
}
