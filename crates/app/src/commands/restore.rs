//! `samspil restore`: a backup into an empty place, on either engine, proved before it is there.

use std::{
    collections::BTreeSet,
    io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result};
use identity::commands::{operator, sign_in};
use serde_json::json;
use sha2::{Digest, Sha256};
use storage::{
    ATTACHMENTS_TABLE, Db, Erasure,
    archive::{self, Erasing, Intake, Manifest},
    job_counts, read_erasures, write_erasures,
};

use super::{
    arrival::{Arrival, explain, judge, replay},
    backup::{contents, listener, report},
};
use crate::{
    capabilities,
    cli::PlaceArgs,
    configuration::FILE,
    operations::{OperationsFact, note_restored},
    place::Place,
    progress::Progress,
};

/// What was typed.
pub struct Wanted {
    /// The backup.
    pub file: PathBuf,
    /// What was erased since.
    pub erasures: Option<PathBuf>,
    /// Only read it.
    pub check: bool,
    /// What is wrong is to be so.
    pub accept_discrepancies: bool,
}

/// Restores.
pub async fn run(args: &PlaceArgs, wanted: &Wanted) -> Result<ExitCode> {
    let progress = Arc::new(Progress::new(args.json));
    let place = if wanted.check { None } else { Some(Place::of(args)?) };
    let manifest = archive::check(&wanted.file, &listener(&progress)).await.map_err(explain)?;
    progress.say(&format!("the backup of {} is whole: {}", manifest.made_at, contents(&manifest)));
    for flaw in manifest.flaws().iter().filter(|_| !args.json) {
        say!("NOTE   when it was made, {flaw}");
    }
    let Some(place) = place else {
        if args.json {
            say!("{}", report(&manifest));
        }
        return Ok(ExitCode::SUCCESS);
    };
    let erasures = match &wanted.erasures {
        Some(path) => read_erasures(path).with_context(|| format!("cannot read {}", path.display()))?,
        None => Vec::new(),
    };
    let arrival = Arrival::at(&place)?;
    let filled = fill(&place, &arrival, &manifest, &erasures, wanted, &progress).await;
    if filled.is_err() {
        arrival.undo();
    }
    let Filled { erasing, left, discrepancies, waiting } = filled?;
    if args.json {
        let mut report = report(&manifest);
        if let Some(fields) = report.as_object_mut() {
            fields.insert("erasures".to_owned(), json!({ "given": erasing.given, "done": erasing.done }));
            fields.insert("discrepancies".to_owned(), json!(discrepancies));
            fields.insert("jobs_waiting".to_owned(), json!(waiting));
        }
        say!("{report}");
        return Ok(ExitCode::SUCCESS);
    }
    for name in left {
        say!("NOTE   {name} was there already and is as it was; the backup has one too");
    }
    for one in discrepancies {
        say!("WRONG  {one}");
    }
    if wanted.erasures.is_none() {
        say!("NOTE   without --erasures, what was erased after {} is back", manifest.made_at);
    }
    if waiting > 0 {
        say!(
            "NOTE   {waiting} jobs waited then, mails among them; they are done when the server starts. For a"
        );
        say!("       rehearsal take [smtp] out of {FILE} first, or mails leave a second time");
    }
    say!("NOTE   everyone signs in again, and links in mails of invitation no longer work");
    progress.say(&format!("restored into {}; every hash agrees", place.data.display()));
    Ok(ExitCode::SUCCESS)
}

/// What came of it.
struct Filled {
    erasing: Erasing,
    /// Small files that were there already.
    left: Vec<String>,
    discrepancies: Vec<String>,
    /// Jobs that begin when the server starts.
    waiting: i64,
}

/// Jobs of every municipality that are not done, and wait for no timer.
async fn jobs_waiting(intake: &Intake) -> Result<i64> {
    let timers: Vec<&str> = capabilities::timers().iter().map(|timer| timer.kind).collect();
    let mut waiting = 0;
    for tenant in intake.tenants().await? {
        let counts = job_counts(&intake.reader(tenant)).await?;
        let real =
            counts.iter().filter(|(kind, state, _)| state == "waiting" && !timers.contains(&kind.as_str()));
        waiting += real.map(|(_, _, count)| count).sum::<i64>();
    }
    Ok(waiting)
}

async fn fill(
    place: &Place,
    arrival: &Arrival,
    manifest: &Manifest,
    erasures: &[Erasure],
    wanted: &Wanted,
    progress: &Arc<Progress>,
) -> Result<Filled> {
    let db = Db::open(&place.target).await?;
    let outcome = fill_database(&db, place, arrival, manifest, erasures, wanted, progress).await;
    db.close().await?;
    outcome
}

async fn fill_database(
    db: &Db,
    place: &Place,
    arrival: &Arrival,
    manifest: &Manifest,
    erasures: &[Erasure],
    wanted: &Wanted,
    progress: &Arc<Progress>,
) -> Result<Filled> {
    let known = capabilities::migrations();
    let archive = wanted.file.clone();
    let archive_hash = tokio::task::spawn_blocking(move || hash_of(&archive)).await??;
    let erased: BTreeSet<_> =
        erasures.iter().filter(|one| one.table == ATTACHMENTS_TABLE).map(|one| one.row).collect();
    let (files, hear) = (arrival.files()?, listener(progress));
    let restored = archive::restore(&wanted.file, manifest, db, &known, &files, &erased, &hear);
    let restored = restored.await.map_err(explain)?;
    let mut discrepancies = restored.discrepancies;
    discrepancies.extend(replay(&restored.intake).await?);
    progress.say("every table reads back as it was; the journals have been verified and replayed");
    judge(&discrepancies, wanted.accept_discrepancies)?;
    // After the proof: from here on it is, and should be, other than what was backed up.
    let erasing = restored.intake.erase(erasures).await.map_err(explain)?;
    if erasing.given > 0 {
        progress.say(&format!("{} of {} erasures concerned the backup", erasing.done, erasing.given));
    }
    let waiting = jobs_waiting(&restored.intake).await?;
    let tenants = restored.intake.tenants().await?;
    let left = arrival.settle(&restored.keepsakes)?;
    restored.intake.commit().await.map_err(explain)?;
    write_erasures(db, &place.erasures()).await?;
    db.migrate(known).await?;
    let (clock, ids) = super::real();
    for tenant in tenants {
        let ctx = operator("restore", tenant, clock.now(), ids.clone());
        let journal = manifest.journals.iter().find(|journal| journal.tenant == tenant.to_string());
        let line = OperationsFact::Restored {
            archive: archive_hash.clone(),
            made_at: manifest.made_at,
            position: journal.map_or(0, |journal| journal.position),
            discrepancies: u32::try_from(discrepancies.len()).unwrap_or(u32::MAX),
            erasures: u32::try_from(erasing.done).unwrap_or(u32::MAX),
        };
        note_restored(db, &ctx, &line).await.context("cannot write down that it was restored")?;
        sign_in::sign_everyone_out(db, &ctx).await.context("cannot sign everyone out")?;
    }
    Ok(Filled { erasing, left, discrepancies, waiting })
}

/// What `sha256sum` says of a file.
fn hash_of(path: &Path) -> io::Result<String> {
    let mut hasher = Sha256::new();
    let mut file = io::BufReader::with_capacity(1 << 20, std::fs::File::open(path)?);
    loop {
        let some = io::BufRead::fill_buf(&mut file)?;
        if some.is_empty() {
            return Ok(hex::encode(hasher.finalize()));
        }
        hasher.update(some);
        let read = some.len();
        io::BufRead::consume(&mut file, read);
    }
}
