//! What enquiries do after commit and by the clock: files that go, hand-overs that come back, cases that are escalated,
//! drafts that are forgotten.

use std::time::Duration;

use kernel::{AttachmentId, Ctx, Role};
use ledger::{PromiseKind, PromiseState};
use serde::{Deserialize, Serialize};
use storage::{Attachment, Job, JobError, JobHandler, Timer};
use web::App;

use crate::{
    commands::{self, FILES_OF_DRAFT},
    model::{Case, CaseState, HAND_OVER_WORKING_DAYS},
    notify::{self, Kind},
    store::{self, CaseFilter},
};

/// An unassigned case goes to the team's leader after so many working days.
const UNASSIGNED_WORKING_DAYS: i64 = 1;
/// Without a human reply it goes to the leader and the business consultant.
const NO_REPLY_WORKING_DAYS: i64 = 3;
/// A person decides how it goes on.
const DECIDE_WORKING_DAYS: i64 = 15;
/// The watch looks every quarter of an hour.
const WATCH_EVERY: Duration = Duration::from_mins(15);
/// Files of a refused form are kept for a day.
const DRAFT_HOURS: i64 = 24;

/// Removes a file's content.
#[derive(Debug, Serialize, Deserialize)]
pub struct RemoveFile {
    /// Which.
    pub file: AttachmentId,
}
impl Job for RemoveFile {
    const KIND: &'static str = "enquiries.remove_file";
}

/// Looks after the clocks.
#[derive(Debug, Serialize, Deserialize)]
pub struct Watch {}
impl Job for Watch {
    const KIND: &'static str = "enquiries.watch";
}

/// Forgets drafts.
#[derive(Debug, Serialize, Deserialize)]
pub struct ForgetDrafts {}
impl Job for ForgetDrafts {
    const KIND: &'static str = "enquiries.forget_drafts";
}

/// The handlers.
pub fn handlers() -> Vec<JobHandler<App>> {
    vec![
        JobHandler::new(|app: App, _: Ctx, job: RemoveFile| async move {
            app.attachments.remove(job.file).await.map_err(|_| JobError::retry("file"))
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: Watch| async move { watch(&app, &ctx).await }),
        JobHandler::new(|app: App, ctx: Ctx, _: ForgetDrafts| async move { forget_drafts(&app, &ctx).await }),
    ]
}

/// The timers.
pub fn timers() -> Vec<Timer> {
    let empty = || serde_json::json!({});
    vec![
        Timer { kind: Watch::KIND, every: WATCH_EVERY, payload: empty() },
        Timer { kind: ForgetDrafts::KIND, every: Duration::from_hours(1), payload: empty() },
    ]
}

async fn forget_drafts(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let before = ctx.now() - chrono::Duration::hours(DRAFT_HOURS);
    let tx = app.db.begin_write(ctx).await?;
    let files = Attachment::forget_before(&tx, FILES_OF_DRAFT, before).await?;
    for file in &files {
        tx.enqueue(&RemoveFile { file: *file }).await?;
    }
    Ok(tx.commit().await?)
}

/// Goes through every open case once: what has waited too long is brought to someone.
pub async fn watch(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let filter = CaseFilter { open: true, ..CaseFilter::default() };
    let mut page = 0;
    loop {
        let cases = store::list(&app.db.read(ctx), &filter, page).await?;
        for case in &cases {
            watch_case(app, ctx, case).await.map_err(|error| {
                tracing::warn!(%error, case = %case.id, "the watch could not look after a case");
                JobError::retry("watch")
            })?;
        }
        if (cases.len() as u64) < store::CASES_PER_PAGE {
            return Ok(());
        }
        page += 1;
    }
}

async fn watch_case(app: &App, ctx: &Ctx, case: &Case) -> commands::Outcome {
    let today = app.calendar.local_date(ctx.now());
    if let Some(offer) = case.hand_over {
        let last = app.calendar.add_working_days(app.calendar.day_zero(offer.since), HAND_OVER_WORKING_DAYS);
        if today > last {
            return commands::expire_hand_over(app, ctx, case.id).await;
        }
    }
    let age = app.calendar.working_days_between(app.calendar.day_zero(case.received_at), today);
    let promises = ledger::of_subjects(&app.db.read(ctx), &[case.id.uuid()]).await?;
    let owes =
        |kind: PromiseKind| promises.iter().find(|one| one.kind == kind && one.state == PromiseState::Open);
    let mut occasions: Vec<(Kind, bool)> = Vec::new();
    if case.assignee.is_none() && age > UNASSIGNED_WORKING_DAYS {
        occasions.push((Kind::Unassigned, false));
    }
    if owes(PromiseKind::FIRST_REPLY).is_some() && age >= NO_REPLY_WORKING_DAYS {
        occasions.push((Kind::NoReply, true));
    }
    if age >= DECIDE_WORKING_DAYS && case.state == CaseState::Open && owes(PromiseKind::ANSWER).is_some() {
        occasions.push((Kind::Decide, true));
    }
    let tomorrow = app.calendar.next_working_day(today);
    let due_tomorrow = promises
        .iter()
        .any(|one| one.state == PromiseState::Open && one.paused_since.is_none() && one.due_on == tomorrow);
    if occasions.is_empty() && !due_tomorrow {
        return Ok(());
    }
    let teams = commands::teams(app, ctx).await?;
    let leader = teams.get(&case.team).and_then(|team| team.leader.or(team.deputy));
    let consultants = app.ports.people.with_role(&app.db.read(ctx), Role::BusinessConsultant).await?;
    let tx = app.db.begin_write(ctx).await?;
    for (kind, with_consultants) in occasions {
        let mut people: Vec<_> = leader.into_iter().collect();
        if with_consultants && !case.confidential {
            people.extend(&consultants);
        }
        notify::people(&tx, app, case, &people, kind, kind.text()).await?;
    }
    if due_tomorrow {
        notify::worker(&tx, app, case, Kind::DueTomorrow, &format!("due-{tomorrow}")).await?;
    }
    tx.commit().await?;
    Ok(())
}
