//! `samspil guide suggest`: what the guide answers to a text, or how often it is right for a file of questions. With a data
//! directory or a database it is the municipality's guide, as it was edited there; without, the one that ships.

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, Result};
use enquiries::{GuideState, guide::Guide};
use kernel::Language;
use storage::Target;

use super::register::tenant;
use crate::{
    cli::PlaceArgs,
    configuration::Configuration,
    place::{self, Place},
};

/// Asks the guide.
pub async fn suggest(
    args: &PlaceArgs,
    text: Option<&str>,
    file: Option<&Path>,
    municipality: Option<&str>,
) -> Result<ExitCode> {
    let guide = guide(args, municipality).await?;
    if let Some(file) = file {
        let lines =
            std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
        let evaluation = guide.evaluate(&lines).with_context(|| file.display().to_string())?;
        if args.json {
            let shares = serde_json::json!({
                "questions": evaluation.questions, "top1": evaluation.top1(), "top3": evaluation.top3(),
            });
            say!("{shares}");
        } else {
            say!("{evaluation}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let suggestion = guide.suggest(text.unwrap_or_default(), Language::Da);
    if args.json {
        say!("{}", serde_json::to_string(&suggestion)?);
        return Ok(ExitCode::SUCCESS);
    }
    for (place, topic) in suggestion.topics.iter().enumerate() {
        let title = guide.topic(topic.key.as_str()).map_or("", |known| known.title.da.as_str());
        say!("{}. {:<28} {title} ({})", place + 1, topic.key.to_string(), topic.matched.join(", "));
    }
    Ok(ExitCode::SUCCESS)
}

/// Whether a place is named and has a database. A directory without one has no guide of its own yet.
fn is_made(args: &PlaceArgs) -> Result<bool> {
    if args.data.is_none() && args.database.is_none() {
        return Ok(false);
    }
    let target = match place::target(args)? {
        Some(target) => target,
        None => Place::of(args)?.target,
    };
    let Target::Sqlite(path) = &target else { return Ok(true) };
    if !path.exists() {
        eprintln!("There is no database at {}: the answer is the shipped guide's.", path.display());
    }
    Ok(path.exists())
}

/// The municipality's guide where a place is named, else the one that ships.
async fn guide(args: &PlaceArgs, municipality: Option<&str>) -> Result<Arc<Guide>> {
    let state = GuideState::standard()?;
    let configuration = match &args.data {
        Some(data) => Configuration::load(data)?,
        None => Configuration::default(),
    };
    let tenants: Vec<_> = configuration.sites("", false).iter().map(|site| site.tenant).collect();
    let tenant = tenant(&tenants, municipality)?;
    if is_made(args)? {
        let db = place::existing_database(args).await?;
        let (clock, ids) = super::real();
        let ctx = kernel::Ctx::system("guide suggest", tenant, clock.now(), ids);
        let refreshed = state.refresh(&db.read(&ctx)).await;
        refreshed.context("cannot read the guide; is the database up to date (samspil migrate)?")?;
        db.close().await?;
    }
    Ok(state.guide(tenant))
}
