//! `samspil move`: a whole installation from one database to another, on either engine, with proof that nothing was lost.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, Result, bail};
use serde_json::json;
use storage::{
    Attachments, Db, Target,
    archive::{self, Moved, Side},
    write_erasures,
};

use super::{
    arrival::{Arrival, explain, judge, open_existing, replay},
    backup::listener,
};
use crate::{
    capabilities,
    cli::{PlaceArgs, WrongUse},
    place::Place,
    progress::Progress,
};

/// What was typed.
pub struct Wanted {
    /// `sqlite:` or `postgres://`.
    pub from: String,
    /// The same.
    pub to: String,
    /// Another data directory.
    pub to_data: Option<PathBuf>,
    /// What is wrong is to be so.
    pub accept_discrepancies: bool,
}

/// Moves.
pub async fn run(args: &PlaceArgs, wanted: &Wanted) -> Result<ExitCode> {
    if args.database.is_some() {
        bail!(WrongUse("move takes --from and --to, not --database".to_owned()));
    }
    let (from, to) = places(args, wanted)?;
    let progress = Arc::new(Progress::new(args.json));
    let stays = from.data == to.data;
    let from_db = open_existing(&from.target).await?;
    let arrival = if stays { None } else { Some(Arrival::at(&to)?) };
    let is_new = matches!(&to.target, Target::Sqlite(path) if !path.exists());
    let moved = carry(&from, &from_db, &to, arrival.as_ref(), wanted, &progress).await;
    if moved.is_err() {
        match &arrival {
            Some(arrival) => arrival.undo(),
            None if is_new => super::arrival::remove_database(&to.target)?,
            None => {}
        }
    }
    let outcome = moved?;
    from_db.close().await?;
    let rows: u64 = outcome.tables.iter().map(|table| table.rows).sum();
    if args.json {
        let report = json!({
            "tables": outcome.tables,
            "rows": rows,
            "files": outcome.files.len(),
            "file_bytes": outcome.files.iter().map(|file| file.bytes).sum::<u64>(),
            "journals": outcome.journals,
            "discrepancies": outcome.discrepancies,
        });
        say!("{report}");
        return Ok(ExitCode::SUCCESS);
    }
    for one in &outcome.discrepancies {
        say!("WRONG  {one}");
    }
    let (tables, files) = (outcome.tables.len(), outcome.files.len());
    progress.say(&format!("{rows} rows in {tables} tables and {files} files: the same on both sides"));
    say!("The source is as it was; take it out of the way, so that nobody starts it by mistake.");
    say!("From now on start the program with");
    let database = match &to.target {
        // It holds a password.
        Target::Postgres(_) => " --database with the address that you gave".to_owned(),
        Target::Sqlite(path) if *path == to.database_file() => String::new(),
        Target::Sqlite(path) => format!(" --database sqlite:{}", path.display()),
    };
    say!("  --data {}{database}", to.data.display());
    Ok(ExitCode::SUCCESS)
}

/// What was carried, as it is told.
struct Outcome {
    tables: Vec<archive::TableMark>,
    files: Vec<archive::FileMark>,
    journals: Vec<archive::JournalMark>,
    discrepancies: Vec<String>,
}

async fn carry(
    from: &Place,
    from_db: &Db,
    to: &Place,
    arrival: Option<&Arrival>,
    wanted: &Wanted,
    progress: &Arc<Progress>,
) -> Result<Outcome> {
    let to_db = Db::open(&to.target).await?;
    let outcome = carry_into(from, from_db, &to_db, to, arrival, wanted, progress).await;
    to_db.close().await?;
    outcome
}

async fn carry_into(
    from: &Place,
    from_db: &Db,
    to_db: &Db,
    to: &Place,
    arrival: Option<&Arrival>,
    wanted: &Wanted,
    progress: &Arc<Progress>,
) -> Result<Outcome> {
    let folder = from.attachments();
    let attachments =
        Attachments::open(&folder).with_context(|| format!("cannot use {}", folder.display()))?;
    let files = arrival.map_or_else(|| Ok(attachments.clone()), Arrival::files)?;
    let known = capabilities::migrations();
    let source = Side { db: from_db, attachments: &attachments };
    let target = Side { db: to_db, attachments: &files };
    let moved = archive::transfer(source, target, &known, &listener(progress)).await.map_err(explain)?;
    let mut discrepancies = moved.discrepancies.clone();
    discrepancies.extend(replay(&moved.intake).await?);
    progress.say("every table reads back with the same hash; the journals have been verified and replayed");
    judge(&discrepancies, wanted.accept_discrepancies)?;
    if let Some(arrival) = arrival {
        arrival.settle(&keepsakes(from)?)?;
    }
    let Moved { tables, files, journals, .. } = &moved;
    let outcome =
        Outcome { tables: tables.clone(), files: files.clone(), journals: journals.clone(), discrepancies };
    moved.commit().await.map_err(explain)?;
    write_erasures(to_db, &to.erasures()).await?;
    Ok(outcome)
}

fn keepsakes(from: &Place) -> Result<Vec<(String, Vec<u8>)>> {
    let there = from.keepsakes().into_iter().filter(|path| path.exists());
    let read = there.map(|path| {
        let content = std::fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), content))
    });
    read.collect()
}

/// The data directory of a SQLite file is the one it lies in; that of a server must be said.
fn places(args: &PlaceArgs, wanted: &Wanted) -> Result<(Place, Place)> {
    let target = |text: &str| text.parse::<Target>().map_err(|error| WrongUse(error.to_string()));
    let (from, to) = (target(&wanted.from)?, target(&wanted.to)?);
    if from == to {
        bail!(WrongUse("--from and --to are the same database".to_owned()));
    }
    let from_data = args.data.clone().or_else(|| folder_of(&from));
    let from_data =
        from_data.ok_or_else(|| WrongUse("say where the files of the source lie: --data DIR".to_owned()))?;
    let to_data = wanted.to_data.clone().or_else(|| folder_of(&to)).unwrap_or_else(|| from_data.clone());
    Ok((Place { data: from_data, target: from }, Place { data: to_data, target: to }))
}

fn folder_of(target: &Target) -> Option<PathBuf> {
    let Target::Sqlite(path) = target else { return None };
    let folder = path.parent().unwrap_or(Path::new("."));
    Some(if folder.as_os_str().is_empty() { PathBuf::from(".") } else { folder.to_owned() })
}
