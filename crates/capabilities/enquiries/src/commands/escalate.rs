//! A case that nobody looks after is brought to someone, once per step, and its history says so.

use kernel::{CaseId, Ctx, PersonId, Role};
use storage::LineFilter;
use web::App;

use super::{Held, Outcome, code};
use crate::{
    fact::EnquiryFact,
    model::{Escalation, escalations},
    notify,
};

/// Escalations that one case can have seen: far beyond what happens to one.
const LINES_MAX: u64 = 1_000;

/// Takes every step that the case has reached and that was not taken before. Done again, it changes nothing.
pub async fn escalate(app: &App, ctx: &Ctx, id: CaseId) -> Outcome {
    let read = app.db.read(ctx);
    let today = app.calendar.local_date(ctx.now());
    let day = app.ports.people.on_day(&read, today, &[]).await?;
    let consultants = app.ports.people.with_role(&read, Role::BusinessConsultant).await?;
    let held = Held::begin(app, ctx, id).await?;
    let case = &held.before;
    let about = LineFilter {
        subjects: Some(vec![id.uuid()]),
        capability: Some("enquiries".to_owned()),
        words: vec!["escalated".to_owned()],
        ..LineFilter::default()
    };
    let mut taken = Vec::new();
    for line in storage::lines(&held.tx, &about, LINES_MAX).await? {
        if let Some(EnquiryFact::Escalated { why, .. }) = line.fact()? {
            taken.push((why, line.at));
        }
    }
    for (step, since) in escalations(case, &held.promises, ctx.now(), &app.calendar) {
        if taken.iter().any(|(why, at)| why.as_str() == step.code() && *at >= since) {
            continue;
        }
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
