//! `samspil journal verify`: whether the sealed journal says what it said, and the promises what it says.

use std::process::ExitCode;

use anyhow::{Result, bail};
use kernel::Ctx;
use serde_json::json;

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::Configuration,
    place,
};

/// Verifies the journal of every municipality of the installation.
pub async fn verify(args: &PlaceArgs, root: Option<&str>, replay: bool) -> Result<ExitCode> {
    if root.is_some_and(|root| root.len() != 64 || !root.bytes().all(|b| b.is_ascii_hexdigit())) {
        bail!(WrongUse("a root is 64 hexadecimal digits, as in /data/journal".to_owned()));
    }
    let db = place::existing_database(args).await?;
    let configuration = match &args.data {
        Some(data) => Configuration::load(data)?,
        None => Configuration::default(),
    };
    let sites = configuration.sites("", false);
    let (clock, ids) = super::real();
    let (mut found, mut lines, mut known_root, mut reports) = (Vec::new(), 0, root.is_none(), Vec::new());
    let mut words = Vec::new();
    for site in &sites {
        let read = db.read(&Ctx::system("verify", site.tenant, clock.now(), ids.clone()));
        let outcome = storage::verify(&read, root).await?;
        lines += outcome.lines;
        // With several municipalities the root stands in one of the journals.
        let (unknown, wrong): (Vec<_>, Vec<_>) =
            outcome.discrepancies.into_iter().partition(|one| *one == storage::Discrepancy::UnknownRoot);
        known_root |= unknown.is_empty();
        found.extend(wrong.iter().map(|one| format!("{}: {one}", site.tenant)));
        if replay {
            let differences = ledger::verify_replay(&read).await?;
            found.extend(differences.iter().map(|one| format!("{}: {one}", site.tenant)));
        }
        words.push(format!("{}: {} lines, up to root {}", site.tenant, outcome.lines, outcome.root));
        reports.push(
            json!({ "municipality": site.tenant.to_string(), "lines": outcome.lines, "root": outcome.root }),
        );
    }
    if !known_root {
        found.push(storage::Discrepancy::UnknownRoot.to_string());
    }
    db.close().await?;
    if args.json {
        say!("{}", json!({ "lines": lines, "journals": reports, "discrepancies": found }));
    } else {
        for one in &found {
            say!("WRONG  {one}");
        }
        for one in &words {
            say!("{one}");
        }
        let verdict = if found.is_empty() { "nothing is wrong" } else { "the journal does not hold" };
        say!("{lines} sealed lines: {verdict}.");
    }
    Ok(if found.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
