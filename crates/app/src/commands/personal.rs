//! `samspil personal-data`: what is held on the person behind an address, to hand out and to erase (GDPR articles 15 and 17).

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use enquiries::personal_data;
use identity::commands as people;
use kernel::{Email, Failure, Refusal};
use storage::Durability;

use super::user::site;
use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::Configuration,
    place::{DemoState, Place},
    start::{self, Settings},
};

/// Where links would begin: none is made here.
const NOWHERE: &str = "http://127.0.0.1";

/// What was typed.
pub struct Wanted {
    pub email: String,
    pub municipality: Option<String>,
    pub erase: bool,
}

/// Prints what is held as JSON, or erases it. What is open stays: then it ends with 1.
pub async fn run(args: &PlaceArgs, wanted: Wanted) -> Result<ExitCode> {
    let email: Email =
        wanted.email.parse().map_err(|_| WrongUse(format!("{:?} is no e-mail address", wanted.email)))?;
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
    let tenant = site(&app, wanted.municipality.as_deref())?.tenant;
    let ctx = people::operator("personal data", tenant, app.clock.now(), app.ids.clone());
    if !wanted.erase {
        let mut held = serde_json::to_value(personal_data::export(&app, &ctx, &email).await?)?;
        let confirmed = registry::personal_data::export(&app.db, &ctx, &email).await?;
        if let Some(held) = held.as_object_mut() {
            held.insert("confirmed_for_companies".to_owned(), serde_json::to_value(confirmed)?);
        }
        app.db.close().await?;
        println!("{}", serde_json::to_string_pretty(&held)?);
        return Ok(ExitCode::SUCCESS);
    }
    registry::personal_data::erase(&app.db, &ctx, &email).await?;
    let done = personal_data::erase(&app, &ctx, &email).await.map_err(|failure| match failure {
        Failure::Refused(refusal) => anyhow!("{}", refusal.key()),
        other => anyhow!("{other}"),
    })?;
    // The files' content goes with a job; nobody should have to start a server for it.
    while crate::background::run_due(&app, &started.jobs).await? > 0 {}
    app.db.close().await?;
    let erased = done.erased;
    if args.json {
        let told = serde_json::json!({
            "cases": erased.cases, "texts": erased.texts, "files": erased.files, "mails": erased.mails,
            "open": done.open,
        });
        println!("{told}");
    } else {
        println!(
            "Erased: {} enquiries with {} texts and {} files, and {} mails.",
            erased.cases, erased.texts, erased.files, erased.mails
        );
        if !done.open.is_empty() {
            println!("Open, and kept until they have ended: {}.", done.open.join(", "));
        }
    }
    Ok(if done.open.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
