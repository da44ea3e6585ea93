//! What enquiries do after commit and by the clock: files that go, notices that are mailed in the morning, hand-overs that
//! come back, cases that are escalated or move from someone who is away, drafts and notices that are forgotten.

mod archive;
mod digest;
mod mailbox;
mod people;
mod watch;

pub use archive::SweepPackages;
pub use digest::{SendDigests, send as send_digests};
pub use mailbox::{FetchMail, MailTrouble, Mailbox, empty, take_in};
pub use watch::watch;

use std::time::Duration;

use kernel::{AttachmentId, Ctx, Failure};
use serde::{Deserialize, Serialize};
use storage::{Attachment, Job, JobError, JobHandler, Timer};
use web::App;

use crate::{
    commands::{self, FILES_OF_DRAFT},
    model::CaseRefusal,
    notify::{self, MailNotice},
    store,
};

/// The watch looks every quarter of an hour.
const WATCH_EVERY: Duration = Duration::from_mins(15);
/// Whoever answers a mail does not wait long for it to be seen.
const FETCH_EVERY: Duration = Duration::from_mins(1);
/// Soon enough after eight.
const DIGESTS_EVERY: Duration = Duration::from_mins(2);
/// What is to be filed and nobody sent is looked for every quarter of an hour.
const SWEEP_EVERY: Duration = Duration::from_mins(15);
/// What the journal says of people is followed every minute.
const FOLLOW_EVERY: Duration = Duration::from_mins(1);
/// Files of a refused form are kept for a day.
const DRAFT_HOURS: i64 = 24;
/// A notice that was read is kept for so long: enough to find again what one was told.
const READ_NOTICE_DAYS: i64 = 90;

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

/// Follows who is away and who has left.
#[derive(Debug, Serialize, Deserialize)]
pub struct FollowPeople {}
impl Job for FollowPeople {
    const KIND: &'static str = "enquiries.follow_people";
}

/// Asks teams to look through what their topics say.
#[derive(Debug, Serialize, Deserialize)]
pub struct AskForReviews {}
impl Job for AskForReviews {
    const KIND: &'static str = "enquiries.ask_for_reviews";
}

/// Forgets drafts, and notices that were read.
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
        JobHandler::new(|app: App, ctx: Ctx, job: MailNotice| async move {
            let here = commands::here(&app, &ctx).await?;
            let tx = app.db.begin_write(&ctx).await?;
            let teller = notify::Teller { tx: &tx, app: &app, here: &here };
            teller.mail_waiting(job.notice).await.map_err(|error| later("notice", &error))?;
            Ok(tx.commit().await?)
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: FetchMail| async move {
            Box::pin(mailbox::fetch(&app, &ctx)).await
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: SendDigests| async move { digest::send(&app, &ctx).await }),
        JobHandler::new(|app: App, ctx: Ctx, job: commands::DeliverPackage| async move {
            Box::pin(archive::deliver(&app, &ctx, &job)).await
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: SweepPackages| async move {
            Box::pin(archive::sweep(&app, &ctx)).await
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: Watch| async move { watch(&app, &ctx).await }),
        JobHandler::new(
            |app: App, ctx: Ctx, _: FollowPeople| async move { people::follow(&app, &ctx).await },
        ),
        JobHandler::new(|app: App, ctx: Ctx, _: AskForReviews| async move {
            commands::ask_for_reviews(&app, &ctx).await.map_err(|error| later("review", &error))
        }),
        JobHandler::new(|app: App, ctx: Ctx, _: ForgetDrafts| async move { forget(&app, &ctx).await }),
    ]
}

/// The timers.
pub fn timers() -> Vec<Timer> {
    let nothing = || serde_json::json!({});
    vec![
        Timer { kind: Watch::KIND, every: WATCH_EVERY, payload: nothing() },
        Timer { kind: SendDigests::KIND, every: DIGESTS_EVERY, payload: nothing() },
        Timer { kind: FetchMail::KIND, every: FETCH_EVERY, payload: nothing() },
        Timer { kind: SweepPackages::KIND, every: SWEEP_EVERY, payload: nothing() },
        Timer { kind: FollowPeople::KIND, every: FOLLOW_EVERY, payload: nothing() },
        Timer { kind: AskForReviews::KIND, every: Duration::from_hours(1), payload: nothing() },
        Timer { kind: ForgetDrafts::KIND, every: Duration::from_hours(1), payload: nothing() },
    ]
}

/// Tries again later, and tells the operator why.
fn later(what: &'static str, error: &Failure<CaseRefusal>) -> JobError {
    tracing::warn!(%error, "{what} could not be looked after");
    JobError::retry(what)
}

async fn forget(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    commands::forget_lost_files(app, ctx).await.map_err(|error| later("files", &error))?;
    let before = ctx.now() - chrono::Duration::hours(DRAFT_HOURS);
    let tx = app.db.begin_write(ctx).await?;
    let files = Attachment::forget_before(&tx, FILES_OF_DRAFT, before).await?;
    for file in &files {
        tx.enqueue(&RemoveFile { file: *file }).await?;
    }
    store::forget_days(&tx, ctx.now() - chrono::Duration::days(READ_NOTICE_DAYS)).await?;
    store::forget_read_notices(&tx, ctx.now() - chrono::Duration::days(READ_NOTICE_DAYS)).await?;
    Ok(tx.commit().await?)
}
