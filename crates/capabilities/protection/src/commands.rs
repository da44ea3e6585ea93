//! What one can do: see what would go, let it go, hand out and erase what is held on a person who asks.

use chrono::Duration;
use kernel::{Code, Ctx, Email, Failure, Visibility};
use ports::{DataSubject, ErasedCounts, Outlived, Staying};
use serde_json::{Map, Value};
use storage::StoreError;
use uuid::Uuid;
use web::App;

use crate::{
    ANSWER, ProtectionFact, READ,
    model::{ATTEMPTS_MAX, DryRow, ReportRow, Run, SOON_DAYS},
    store,
};

/// What would go now, and within [`SOON_DAYS`]. Changes nothing.
pub async fn dry_run(app: &App, ctx: &Ctx) -> Result<Vec<DryRow>, Failure> {
    ctx.require(READ)?;
    Ok(look_ahead(app, ctx).await?)
}

/// The same for whoever sits at the machine itself.
pub async fn look_ahead(app: &App, ctx: &Ctx) -> Result<Vec<DryRow>, StoreError> {
    let (holders, rules) = (app.holders(), app.rules());
    let now = holders.outlived(ctx, rules, ctx.now()).await?;
    let later = holders.outlived(ctx, rules, ctx.now() + Duration::days(SOON_DAYS)).await?;
    let today = app.calendar.local_date(ctx.now());
    let goes_later = |one: &Outlived| {
        let there = later.iter().find(|later| later.what == one.what);
        there.map_or(0, |later| later.goes.saturating_sub(one.goes))
    };
    let row = |one: &Outlived| DryRow {
        kind: one.what,
        rule: one.rule,
        legal_source: rules.at(one.rule, today).map(|rule| rule.legal_source.clone()).unwrap_or_default(),
        now: one.goes,
        soon: goes_later(one),
        stays: one.stays,
        because: one.because,
    };
    Ok(now.iter().map(row).collect())
}

/// Erases what has been kept long enough, once a day: a second time on the same day it does nothing. For the program itself.
pub async fn forget(app: &App, ctx: &Ctx) -> Result<Run, StoreError> {
    let day = app.calendar.local_date(ctx.now());
    let tx = app.db.begin_write(ctx).await?;
    let known = store::run_of(&tx, day).await?;
    if let Some(run) = known.as_ref().filter(|run| run.ended_at.is_some()) {
        return Ok(run.clone());
    }
    let mut run = known.unwrap_or_else(|| Run {
        id: ctx.new_id(),
        day,
        started_at: ctx.now(),
        ended_at: None,
        attempts: 0,
        failures: 0,
        rows: Vec::new(),
    });
    run.attempts += 1;
    store::save_run(&tx, &run).await?;
    tx.commit().await?;

    let (erased, failures) = app.holders().forget(ctx, app.rules()).await;
    for failure in &failures {
        tracing::warn!(%failure, "something that was kept long enough could not be erased");
    }
    let left = app.holders().outlived(ctx, app.rules(), ctx.now()).await?;
    run.add(rows(&erased, &left));
    run.failures = i32::try_from(failures.len()).unwrap_or(i32::MAX);
    let is_over = failures.is_empty() || run.attempts >= ATTEMPTS_MAX;
    run.ended_at = is_over.then(|| app.clock.now());
    let tx = app.db.begin_write(ctx).await?;
    store::save_run(&tx, &run).await?;
    if is_over {
        let failures = u64::try_from(run.failures).unwrap_or(0);
        let fact = ProtectionFact::NightDone { rows: run.erased(), stays: run.stays(), failures };
        tx.note(run.id, Visibility::Staff, &fact).await?;
    }
    tx.commit().await?;
    tracing::info!(erased = run.erased(), stays = run.stays(), "what had been kept long enough was erased");
    Ok(run)
}

/// What went and what is left, by kind.
fn rows(erased: &ErasedCounts, left: &[Outlived]) -> Vec<ReportRow> {
    let row = |one: &Outlived| ReportRow {
        kind: one.what.to_owned(),
        rule: one.rule.to_owned(),
        erased: erased.get(one.what).copied().unwrap_or(0),
        stays: one.stays,
        because: one.because.map(str::to_owned),
    };
    left.iter().map(row).collect()
}

/// What is held on a person, and what would stay if it were erased.
#[derive(Debug)]
pub struct Held {
    /// The number of the request: it stands in the journal, and on the letter.
    pub request: Uuid,
    /// What is held.
    pub all: Map<String, Value>,
    /// What would stay, and why.
    pub stays: Vec<Staying>,
}

/// Looks what is held on whoever has this address, for a reason that is kept.
pub async fn look(app: &App, ctx: &Ctx, email: &Email, reason: &Code) -> Result<Held, Failure> {
    let held = read(app, ctx, email).await?;
    note(app, ctx, held.request, &ProtectionFact::Looked { reason: reason.clone() }).await?;
    Ok(held)
}

/// Hands out what is held on whoever has this address (article 15), for a reason that is kept.
pub async fn hand_out(app: &App, ctx: &Ctx, email: &Email, reason: &Code) -> Result<Held, Failure> {
    let held = read(app, ctx, email).await?;
    note(app, ctx, held.request, &ProtectionFact::HandedOut { reason: reason.clone() }).await?;
    Ok(held)
}

/// Erases what need not stay (article 17), for a reason that is kept. Says what went, and what stays and why.
pub async fn erase(
    app: &App,
    ctx: &Ctx,
    email: &Email,
    reason: &Code,
) -> Result<(ErasedCounts, Held), Failure> {
    ctx.require(ANSWER)?;
    let holders = app.holders();
    let subject = subject(app, ctx, email).await?;
    let erased = holders.erase(ctx, &subject).await?;
    let stays = holders.stays(ctx, &subject).await?;
    let request = ctx.new_id();
    let fact = ProtectionFact::Erased {
        reason: reason.clone(),
        rows: erased.values().sum(),
        stays: u64::try_from(stays.len()).unwrap_or(0),
    };
    note(app, ctx, request, &fact).await?;
    Ok((erased, Held { request, all: Map::new(), stays }))
}

async fn read(app: &App, ctx: &Ctx, email: &Email) -> Result<Held, Failure> {
    ctx.require(ANSWER)?;
    let holders = app.holders();
    let subject = subject(app, ctx, email).await?;
    let all = holders.export(ctx, &subject).await?;
    let stays = holders.stays(ctx, &subject).await?;
    Ok(Held { request: ctx.new_id(), all, stays })
}

async fn subject(app: &App, ctx: &Ctx, email: &Email) -> Result<DataSubject, StoreError> {
    app.holders().recognise(ctx, std::slice::from_ref(email), &[]).await
}

async fn note(app: &App, ctx: &Ctx, request: Uuid, fact: &ProtectionFact) -> Result<(), StoreError> {
    let tx = app.db.begin_write(ctx).await?;
    tx.note(request, Visibility::Staff, fact).await?;
    tx.commit().await
}
