//! `/drift`: jobs, outbox, journal. A handler parses, calls one command and renders; nothing more.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::Duration;
use kernel::MessageId;
use outreach::{DiscardReason, FailedDelivery};
use registry::Register;
use storage::{JobRow, JobState, StoreError};
use uuid::Uuid;
use web::{App, Auth, Form, Page, PageError, page, redirect_with, take_flash};

use super::{
    Backup, BackupAge, RETRY, Sightings,
    beginning::{self, Place, Step},
    commands,
};
use crate::{configuration::FILE, serving::Sighting};

/// Rows of one list: whoever has more failures looks for the cause, not for the row.
const ROWS_MAX: u64 = 50;
/// Jobs are taken within seconds; after this something stands still.
const LATE_AFTER: Duration = Duration::minutes(15);

#[derive(Template)]
#[template(path = "operations/overview.html")]
struct Overview {
    page: Page,
    steps: Vec<Step>,
    /// A proxy that is not as it should be.
    proxy: Option<Sighting>,
    /// Mails that wait because no mail server is set up.
    held: Option<i64>,
    engine: String,
    position: i64,
    sealed_at: Option<String>,
    root_day: Option<String>,
    kinds: Vec<Kind>,
    /// Kinds of which jobs wait though their time has come, and how many.
    late: Vec<(String, i64)>,
    dead: Vec<JobRow>,
    messages: BTreeMap<String, i64>,
    /// The last mail that the mail server was asked to take.
    tried: Option<Tried>,
    failed: Vec<FailedDelivery>,
    /// The register's last good import, and before it a newer one that was not good.
    imports: Vec<Import>,
    is_indexed: bool,
    may_retry: bool,
    backup: Option<BackupRow>,
    /// Whether the last backup is too old, or there is none. A demo needs none.
    is_backup_late: bool,
}

/// The last backup.
struct BackupRow {
    made_at: String,
    size: String,
    rows: i64,
    files: i64,
    /// That files were missing or changed.
    flaws: Option<String>,
}

/// The last mail that the mail server was asked to take.
struct Tried {
    at: String,
    /// How often this mail was tried.
    attempts: i64,
    /// When it is tried again.
    next_at: Option<String>,
    /// Why it was not taken, as a code.
    reason: Option<String>,
}

/// An import of the register.
struct Import {
    state: String,
    source: String,
    /// Why it failed, in words.
    reason: Option<String>,
    began: String,
    read: i64,
    rejected: i64,
}

/// Jobs of one kind, by state.
struct Kind {
    name: String,
    waiting: i64,
    done: i64,
    dead: i64,
}

fn kinds(counts: Vec<(String, String, i64)>) -> Vec<Kind> {
    let mut kinds: BTreeMap<String, Kind> = BTreeMap::new();
    for (name, state, count) in counts {
        let empty = || Kind { name: name.clone(), waiting: 0, done: 0, dead: 0 };
        let kind = kinds.entry(name.clone()).or_insert_with(empty);
        match state.as_str() {
            "waiting" => kind.waiting = count,
            "done" => kind.done = count,
            _ => kind.dead = count,
        }
    }
    kinds.into_values().collect()
}

/// What jobs of a kind do, in words where we have them.
fn kind_words(page: &Page, kind: &str) -> String {
    let key = job_key(kind);
    if page.app().messages.has(&key) { page.t(&key) } else { page.t("operations-job-other") }
}

/// The message key of what jobs of a kind do.
pub fn job_key(kind: &str) -> String {
    format!("operations-job-{}", kind.replace(['.', '_'], "-"))
}

impl Import {
    /// Whether the register is as it was before.
    fn is_in_vain(&self) -> bool {
        matches!(self.state.as_str(), "failed" | "refused")
    }
}

impl Overview {
    /// What is wrong with the mail server, where it does not take mails from us.
    fn mail_trouble(&self) -> Option<String> {
        let tried = self.tried.as_ref()?;
        let reason = reason_words(&self.page, tried.reason.as_deref()?);
        let arguments = [("reason", reason.into()), ("at", tried.at.as_str().into()), ("file", FILE.into())];
        Some(self.page.app().text(self.page.language(), "operations-mail-refused", &arguments))
    }

    fn jobs_words(&self) -> String {
        let waiting = self.kinds.iter().map(|kind| kind.waiting).sum::<i64>();
        self.page.t1("operations-jobs-well", "count", waiting)
    }

    fn late_words(&self, late: &(String, i64)) -> String {
        let what = kind_words(&self.page, &late.0);
        self.page.t2("operations-jobs-late", ("count", late.1), ("what", what))
    }

    /// How far the setting up is.
    fn lead(&self) -> String {
        let all = count(self.steps.len());
        if self.is_set_up() {
            return self.page.t1("operations-begin-all", "count", all);
        }
        let done = count(self.steps.iter().filter(|step| step.is_done).count());
        self.page.t2("operations-begin-lead", ("done", done), ("count", all))
    }

    fn has_settings_to_do(&self) -> bool {
        self.steps.iter().any(|step| !step.is_done && matches!(step.place, Place::Setting))
    }

    /// Whether a list shows as many as it ever does, so that there may be more.
    #[expect(clippy::unused_self, reason = "a template asks the page")]
    fn is_full(&self, rows: usize) -> bool {
        u64::try_from(rows).is_ok_and(|rows| rows >= ROWS_MAX)
    }

    #[expect(clippy::unused_self, reason = "a template asks the page")]
    fn rows_max(&self) -> i64 {
        i64::try_from(ROWS_MAX).unwrap_or(i64::MAX)
    }

    fn held_words(&self, waiting: &i64) -> String {
        self.page.t2("operations-held", ("count", *waiting), ("file", FILE))
    }

    /// What is wrong with the last backup, or that there is none.
    fn backup_warning(&self) -> String {
        let hours = self.page.app().kept::<BackupAge>().hours();
        let key = if self.backup.is_some() { "operations-backup-old" } else { "operations-backup-never" };
        self.page.t1(key, "count", hours)
    }

    fn is_set_up(&self) -> bool {
        self.steps.iter().all(|step| step.is_done)
    }

    /// What is wrong with the proxy.
    fn proxy_words(&self, seen: &Sighting) -> String {
        let key = format!("operations-proxy-{}", seen.trouble.code());
        self.page.t1(&key, "peer", seen.peer.to_string())
    }
}

fn count(items: usize) -> i64 {
    i64::try_from(items).unwrap_or(i64::MAX)
}

/// Why something failed, in words where we have them: the code stands beside it.
fn reason_words(page: &Page, code: &str) -> String {
    let key = format!("operations-reason-{code}");
    if page.app().messages.has(&key) {
        return page.t(&key);
    }
    if code.starts_with("sms-") {
        return page.t("operations-reason-sms-never");
    }
    match code.strip_prefix("smtp-").and_then(|status| status.chars().next()) {
        Some('4') => page.t("operations-reason-smtp-later"),
        Some(_) => page.t("operations-reason-smtp-never"),
        None => page.t("operations-reason-other"),
    }
}

pub async fn overview(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let backup = commands::last_backup(&read).await?;
    let age_max = app.kept::<BackupAge>().0;
    let messages = outreach::delivery_counts(&read).await?;
    let captured = app.site(auth.tenant()).demo || app.mailer.is_missing();
    let tried = if captured { None } else { outreach::last_try(&read).await? };
    let is_mail_refused = tried.as_ref().is_some_and(|tried| tried.reason.is_some());
    let late = storage::late_jobs(&read, auth.now() - LATE_AFTER).await?;
    let waiting = messages.get("waiting").copied().unwrap_or_default();
    let main = Overview {
        steps: beginning::steps(&app, &auth, is_mail_refused).await?,
        proxy: app.kept::<Sightings>().seen(),
        held: app.mailer.is_missing().then_some(waiting),
        engine: app.db.engine().to_string(),
        position: storage::sealed_position(&read).await?,
        sealed_at: storage::last_sealed_at(&read).await?.map(|at| shown.moment(&at)),
        root_day: storage::roots(&read, 1).await?.first().map(|root| shown.day(&root.day)),
        kinds: kinds(storage::job_counts(&read).await?),
        late,
        dead: storage::jobs_in_state(&read, JobState::Dead, ROWS_MAX).await?,
        messages,
        tried: tried.map(|tried| Tried {
            at: shown.moment(&tried.at),
            attempts: tried.attempts.into(),
            next_at: tried.next_at.map(|at| shown.moment(&at)),
            reason: tried.reason,
        }),
        failed: outreach::failed(&read, ROWS_MAX).await?,
        imports: last_imports(&app, &shown).await?,
        is_indexed: app.kept::<Register>().is_indexed(),
        may_retry: auth.may(RETRY),
        is_backup_late: !app.site(auth.tenant()).demo
            && backup.is_none_or(|backup| backup.is_older_at(auth.now(), age_max)),
        backup: backup.map(|backup| backup_row(&backup, &shown)),
        page: shown.clone(),
    };
    let title = shown.t("operations-title");
    Ok((jar, page(&shown, &title, &main)).into_response())
}

/// Bytes per megabyte.
const MEGABYTE: u64 = 1_000_000;

fn backup_row(backup: &Backup, shown: &Page) -> BackupRow {
    let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    BackupRow {
        made_at: shown.moment(&backup.made_at),
        size: shown.t1("operations-backup-megabytes", "count", whole(backup.bytes.div_ceil(MEGABYTE))),
        rows: whole(backup.rows),
        files: whole(backup.files),
        flaws: (backup.discrepancies > 0)
            .then(|| shown.t1("operations-backup-flaws", "count", whole(backup.discrepancies))),
    }
}

/// The last good import is what the register holds; one since then that was not good is told before it.
async fn last_imports(app: &App, shown: &Page) -> Result<Vec<Import>, StoreError> {
    let good = registry::store::last_done(&app.db).await?;
    let mut runs = registry::store::runs(&app.db, 1).await?;
    runs.retain(|newest| good.as_ref().is_none_or(|good| good.id != newest.id));
    runs.extend(good);
    let told = runs.into_iter().map(|run| Import {
        state: run.state,
        source: run.source,
        reason: run.reason.map(|code| shown.t(&format!("operations-import-reason-{code}"))),
        began: shown.moment(&run.started_at),
        read: i64::try_from(run.counts.read).unwrap_or(i64::MAX),
        rejected: i64::try_from(run.counts.rejected).unwrap_or(i64::MAX),
    });
    Ok(told.collect())
}

pub async fn retry_job(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    _: Form,
) -> Result<Response, PageError> {
    commands::retry_job(&app.db, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/drift", "operations-retried"))
}

#[derive(Template)]
#[template(path = "operations/discard.html")]
struct Discard {
    page: Page,
    job: JobRow,
}

/// Says what is lost, before it is.
pub async fn ask_discard_job(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<Uuid>,
) -> Result<Response, PageError> {
    let job = storage::dead_job(&app.db.read(&auth), id).await?.ok_or(PageError::NotFound)?;
    let shown = Page::new(&app, &auth).with_form();
    let title = shown.t("operations-discard-title");
    Ok(page(&shown, &title, &Discard { page: shown.clone(), job }))
}

pub async fn discard_job(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<Uuid>,
    _: Form,
) -> Result<Response, PageError> {
    commands::discard_job(&app.db, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/drift", "operations-discarded"))
}

pub async fn retry_message(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::retry_message(&app.db, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/drift", "operations-retried"))
}

#[derive(Template)]
#[template(path = "operations/discard_message.html")]
struct DiscardMessage {
    page: Page,
    failed: FailedDelivery,
    /// Whether it was sent without a reason.
    is_refused: bool,
}

impl DiscardMessage {
    #[expect(clippy::unused_self, reason = "a template asks the page")]
    fn reasons(&self) -> [DiscardReason; 4] {
        DiscardReason::ALL
    }
}

/// Says what is lost, and asks why, before it is.
pub async fn ask_discard_message(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<MessageId>,
) -> Result<Response, PageError> {
    discard_page(&app, &auth, id, false).await
}

async fn discard_page(app: &App, auth: &Auth, id: MessageId, refused: bool) -> Result<Response, PageError> {
    let failed = outreach::failed_one(&app.db.read(auth), id).await?.ok_or(PageError::NotFound)?;
    let shown = Page::new(app, auth).with_form();
    let title = shown.t("operations-discard-message-title");
    let shown_page =
        page(&shown, &title, &DiscardMessage { page: shown.clone(), failed, is_refused: refused });
    if refused {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, shown_page).into_response());
    }
    Ok(shown_page)
}

pub async fn discard_message(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    form: Form,
) -> Result<Response, PageError> {
    let Some(reason) = DiscardReason::from_id(form.fields.get("reason")) else {
        return discard_page(&app, &auth, id, true).await;
    };
    commands::discard_message(&app.db, &auth, id, reason).await?;
    Ok(redirect_with(&app, &auth, "/drift", "operations-discarded-message"))
}
