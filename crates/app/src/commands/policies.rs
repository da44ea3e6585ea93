//! `samspil policy check` and `policy import`: a policy file, read as the pages read it.

use std::{path::Path, process::ExitCode};

use anyhow::{Context, Result, anyhow};
use kernel::Failure;
use policy::commands;
use serde_json::json;
use storage::Durability;

use super::register::tenant;
use crate::{capabilities, cli::PlaceArgs, configuration::Configuration, place::Place, start};

fn read(file: &Path) -> Result<String> {
    std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Says whether the file can be read in, and which line is wrong. Needs no data directory.
pub fn check(args: &PlaceArgs, file: &Path) -> Result<ExitCode> {
    let source = read(file)?;
    let name = file.display().to_string();
    let checked = commands::check(&source, &capabilities::metrics());
    match (&checked, args.json) {
        (Ok(policy), true) => {
            say!("{}", json!({ "policy": policy.id, "indicators": policy.indicators.len() }));
        }
        (Ok(policy), false) => {
            say!("{name}: {} with {} indicators is in order", policy.id, policy.indicators.len());
        }
        (Err(error), true) => say!("{}", json!({ "error": error.to_string() })),
        (Err(error), false) => eprintln!("{name}: {error}"),
    }
    Ok(if checked.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads the file in as the policy's next version.
pub async fn import(args: &PlaceArgs, file: &Path, municipality: Option<&str>) -> Result<()> {
    let source = read(file)?;
    let place = Place::of(args)?;
    let configuration = Configuration::load(&place.data)?;
    let tenants: Vec<_> = configuration.sites("", false).iter().map(|site| site.tenant).collect();
    let tenant = tenant(&tenants, municipality)?;
    let (clock, ids) = super::real();
    let db = start::open(&place, Durability::Full).await?;
    let ctx = commands::operator("policy import", tenant, clock.now(), ids);
    let imported = commands::import(&db, &ctx, &source, &capabilities::metrics()).await;
    let imported = imported.map_err(|failure| match failure {
        Failure::Refused(refusal) => anyhow!("{}: {refusal}", file.display()),
        other => anyhow!(other.to_string()),
    })?;
    db.close().await?;
    if args.json {
        let (policy, version, unchanged) = (imported.policy, imported.version, imported.unchanged);
        say!("{}", json!({ "policy": policy, "version": version, "unchanged": unchanged }));
    } else if imported.unchanged {
        say!("{} was there already, as version {}", imported.policy, imported.version);
    } else {
        say!("{} is read in as version {}", imported.policy, imported.version);
    }
    Ok(())
}
