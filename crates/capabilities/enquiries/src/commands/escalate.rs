//! A case that nobody looks after is brought to someone, once per step, and its history says so.

use chrono::{DateTime, Utc};
use kernel::{Calendar, CaseId, Code, Ctx, PersonId, Role};
use ledger::Promise;
use storage::{LineFilter, Reader, StoreError};
use web::App;

use super::{Held, Outcome, code};
use crate::{
    fact::EnquiryFact,
    model::{Case, Escalation, escalations},
    notify,
};

/// Escalations read at once: far beyond what happens to the cases of one page.
const LINES_MAX: u64 = 5_000;

/// A step that was taken on a case: why, and when.
type Taken = (CaseId, Code, DateTime<Utc>);

/// The steps that were taken on these cases, as the journal has them.
pub async fn steps_taken(reader: &impl Reader, cases: &[CaseId]) -> Result<Vec<Taken>, StoreError> {
    let about = LineFilter {
        subjects: Some(cases.iter().map(|case| case.uuid()).collect()),
        capability: Some("enquiries".to_owned()),
        words: vec!["escalated".to_owned()],
        ..LineFilter::default()
    };
    let mut taken = Vec::new();
    for line in storage::lines(reader, &about, LINES_MAX).await? {
        if let Some(EnquiryFact::Escalated { why, .. }) = line.fact()? {
            taken.push((line.subject.into(), why, line.at));
        }
    }
    Ok(taken)
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
        taken.iter().any(|(of, why, at)| *of == case.id && why.as_str() == step.code() && *at >= since)
    };
    let mut steps = escalations(case, promises, ctx.now(), calendar);
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
        let to = notify::people(&held.tx, app, case, &to, kind, &once).await?;
        // Where there is nobody to tell, the next look tries again.
        if !to.is_empty() {
            held.journal(case, &EnquiryFact::Escalated { why: code(step.code()), to }).await?;
        }
    }
    held.commit().await
}
