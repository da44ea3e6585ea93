//! `/drift`: jobs, outbox, journal. A handler parses, calls one command and renders; nothing more.

use std::collections::BTreeMap;

use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use kernel::MessageId;
use outreach::FailedDelivery;
use registry::Register;
use storage::{JobRow, JobState, StoreError};
use uuid::Uuid;
use web::{App, Auth, Form, Page, PageError, page, redirect_with, take_flash};

use super::{RETRY, commands};

/// Rows of one list: whoever has more failures looks for the cause, not for the row.
const ROWS_MAX: u64 = 50;

#[derive(Template)]
#[template(path = "operations/overview.html")]
struct Overview {
    page: Page,
    engine: String,
    position: i64,
    sealed_at: Option<String>,
    root_day: Option<String>,
    kinds: Vec<Kind>,
    dead: Vec<JobRow>,
    messages: BTreeMap<String, i64>,
    failed: Vec<FailedDelivery>,
    import: Option<Import>,
    is_indexed: bool,
    may_retry: bool,
}

/// The register's last import.
struct Import {
    state: String,
    source: String,
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

pub async fn overview(auth: Auth, State(app): State<App>, jar: CookieJar) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let mut shown = Page::new(&app, &auth).with_form();
    let jar = take_flash(&app, jar, &mut shown);
    let main = Overview {
        engine: app.db.engine().to_string(),
        position: storage::sealed_position(&read).await?,
        sealed_at: storage::last_sealed_at(&read).await?.map(|at| shown.moment(&at)),
        root_day: storage::roots(&read, 1).await?.first().map(|root| shown.day(&root.day)),
        kinds: kinds(storage::job_counts(&read).await?),
        dead: storage::jobs_in_state(&read, JobState::Dead, ROWS_MAX).await?,
        messages: outreach::delivery_counts(&read).await?,
        failed: outreach::failed(&read, ROWS_MAX).await?,
        import: last_import(&app, &shown).await?,
        is_indexed: app.kept::<Register>().is_indexed(),
        may_retry: auth.may(RETRY),
        page: shown.clone(),
    };
    let title = shown.t("operations-title");
    Ok((jar, page(&shown, &title, &main)).into_response())
}

async fn last_import(app: &App, shown: &Page) -> Result<Option<Import>, StoreError> {
    let newest = registry::store::runs(&app.db, 1).await?;
    Ok(newest.into_iter().next().map(|run| Import {
        state: run.state,
        source: run.source,
        began: shown.moment(&run.started_at),
        read: i64::try_from(run.counts.read).unwrap_or(i64::MAX),
        rejected: i64::try_from(run.counts.rejected).unwrap_or(i64::MAX),
    }))
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

pub async fn retry_message(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<MessageId>,
    _: Form,
) -> Result<Response, PageError> {
    commands::retry_message(&app.db, &auth, id).await?;
    Ok(redirect_with(&app, &auth, "/drift", "operations-retried"))
}
