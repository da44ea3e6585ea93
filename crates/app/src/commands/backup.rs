//! `samspil backup`: everything in one file, made while the program runs.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use chrono::{DateTime, Utc};
use kernel::Ctx;
use serde_json::json;
use storage::{
    Attachments, Db, StoreError,
    archive::{self, Listener, Manifest, Source},
};

use super::arrival::{explain, open_existing};
use crate::{
    capabilities,
    cli::{PlaceArgs, WrongUse},
    operations::{self, OperationsFact},
    place::Place,
    progress::Progress,
};

/// Makes a backup. 1 when it holds files that are not as they should be.
pub async fn run(args: &PlaceArgs, file: &Path) -> Result<ExitCode> {
    let place = Place::of(args)?;
    let (clock, _) = super::real();
    let now = clock.now();
    let path = name(file, now);
    if path.starts_with(place.attachments()) {
        bail!(WrongUse("a backup cannot lie among the files that it backs up".to_owned()));
    }
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        bail!("there is no folder {}: make it first", folder.display());
    }
    let db = open_existing(&place.target).await?;
    let folder = place.attachments();
    let attachments =
        Attachments::open(&folder).with_context(|| format!("cannot use {}", folder.display()))?;
    let progress = Arc::new(Progress::new(args.json));
    let source = Source {
        db: &db,
        migrations: &capabilities::migrations(),
        attachments: &attachments,
        keepsakes: &place.keepsakes(),
        program: env!("CARGO_PKG_VERSION"),
    };
    let manifest = archive::backup(source, &path, now, &listener(&progress)).await.map_err(explain)?;
    let bytes = std::fs::metadata(&path)?.len();
    let flaws = manifest.flaws();
    // The file is there, whether or not it can be written down.
    if let Err(error) = note(&db, &manifest, bytes, now).await {
        progress.say(&format!("the backup is made, and the journal does not say so: {error}"));
    }
    db.close().await?;
    if args.json {
        let mut report = report(&manifest);
        if let Some(fields) = report.as_object_mut() {
            fields.insert("file".to_owned(), json!(path));
            fields.insert("bytes".to_owned(), json!(bytes));
        }
        say!("{report}");
    } else {
        progress.say(&format!("{}: {bytes} bytes, {}", path.display(), contents(&manifest)));
        say!(
            "It holds the installation's secret and everything that companies wrote: keep it as carefully as the"
        );
        say!("installation itself, and not on the same machine. `samspil restore --check` reads it whole.");
        for flaw in &flaws {
            say!("WRONG  {flaw}");
        }
    }
    Ok(if flaws.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Writes down in each municipality's journal that a backup was made: `samspil doctor` and /drift tell how old it is.
async fn note(db: &Db, manifest: &Manifest, bytes: u64, now: DateTime<Utc>) -> Result<(), StoreError> {
    let (_, ids) = super::real();
    let fact = OperationsFact::BackupMade {
        made_at: manifest.made_at,
        bytes,
        rows: manifest.rows(),
        files: manifest.files.len() as u64,
        discrepancies: manifest.flaws().len() as u64,
    };
    for journal in &manifest.journals {
        let Ok(tenant) = journal.tenant.parse() else { continue };
        operations::note_backup(db, &Ctx::system("backup", tenant, now, ids.clone()), &fact).await?;
    }
    Ok(())
}

/// In a folder it is named after the moment.
fn name(file: &Path, now: DateTime<Utc>) -> PathBuf {
    if file.is_dir() {
        file.join(now.format("samspil-%Y%m%dT%H%M%SZ.tar").to_string())
    } else {
        file.to_owned()
    }
}

/// What a manifest says, for a program.
pub fn report(manifest: &Manifest) -> serde_json::Value {
    json!({
        "made_at": manifest.made_at,
        "program": manifest.program,
        "tables": manifest.tables,
        "rows": manifest.rows(),
        "files": manifest.files.len(),
        "file_bytes": manifest.file_bytes(),
        "journals": manifest.journals,
        "flaws": manifest.flaws(),
    })
}

/// What a manifest says, in words.
pub fn contents(manifest: &Manifest) -> String {
    let journals: Vec<String> = manifest
        .journals
        .iter()
        .map(|journal| format!("journal of {} to position {}", journal.tenant, journal.position))
        .collect();
    let (tables, rows, files) = (manifest.tables.len(), manifest.rows(), manifest.files.len());
    let journals = if journals.is_empty() { "no journal".to_owned() } else { journals.join(", ") };
    format!("{rows} rows in {tables} tables, {files} files, {journals}")
}

/// Tells progress on.
pub fn listener(progress: &Arc<Progress>) -> Listener {
    let progress = progress.clone();
    Arc::new(move |far| progress.count(far.what, far.done, far.total))
}
