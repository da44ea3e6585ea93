//! `samspil retention`: what has been kept long enough goes, as every night; or what would go is told, and nothing does.

use std::process::ExitCode;

use anyhow::Result;
use kernel::Language;
use serde_json::json;
use storage::Durability;

use super::user::site;
use crate::{
    cli::PlaceArgs,
    configuration::Configuration,
    place::{DemoState, Place},
    start::{self, Settings},
};

/// Where links would begin: none is made here.
const NOWHERE: &str = "http://127.0.0.1";

/// Tells what would go, or lets it go. Ends with 1 where something could not be asked.
pub async fn run(args: &PlaceArgs, dry_run: bool, municipality: Option<&str>) -> Result<ExitCode> {
    let place = Place::of(args)?;
    let (clock, ids) = super::real();
    let configuration = Configuration::load(&place.data)?;
    let settings = match place.demo() {
        DemoState::None => Settings::of(&configuration, NOWHERE, clock, ids)?,
        _ => Settings::of_demo(NOWHERE, clock, ids),
    };
    let db = start::open(&place, Durability::Full).await?;
    let started = start::assemble(&place, db, settings)?;
    let app = started.app;
    let ctx = app.system("retention", site(&app, municipality)?.tenant);
    let say = |key: &str| app.text(Language::En, key, &[]);
    if dry_run {
        let rows = protection::commands::look_ahead(&app, &ctx).await?;
        if args.json {
            say!("{}", serde_json::to_string_pretty(&rows)?);
        } else {
            for row in &rows {
                let (now, soon, stays) = (row.now, row.soon, row.stays);
                say!("{}: {now} now, {soon} within 30 days, {stays} stay", say(row.kind));
                say!("       {}: {}", row.rule, row.legal_source);
            }
        }
        app.db.close().await?;
        return Ok(ExitCode::SUCCESS);
    }
    let run = protection::commands::forget(&app, &ctx).await?;
    // The files' content goes with a job; nobody should have to start a server for it.
    while crate::background::run_due(&app, &started.jobs).await? > 0 {}
    if args.json {
        let told = json!({ "day": run.day, "rows": run.rows, "failures": run.failures });
        say!("{}", serde_json::to_string_pretty(&told)?);
    } else {
        say!("{}: {} erased, {} stay.", run.day, run.erased(), run.stays());
        for row in run.rows.iter().filter(|row| row.erased > 0 || row.stays > 0) {
            say!("  {}: {} erased, {} stay", say(&row.kind), row.erased, row.stays);
        }
    }
    app.db.close().await?;
    Ok(if run.failures == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
