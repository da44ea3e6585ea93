//! Where an installation lies: a data directory, a database, a key.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use storage::{Db, Target};

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::FILE,
};

/// The SQLite file in a data directory.
const DATABASE: &str = "samspil.db";
/// The installation's secret.
const KEY: &str = "samspil.key";
/// Files of companies and officers.
const ATTACHMENTS: &str = "attachments";
/// The search index.
const SEARCH: &str = "search";
/// The municipality's own dated rules: deadlines, and how long data is kept.
const RULES: &str = "rules.toml";
/// What was taken out for good, for restoring a backup that was made before.
const ERASURES: &str = "erasures.jsonl";
/// What the running server says of itself.
const SERVING: &str = "serving.json";
/// What a demo has in place of the municipality's archive.
const DEMO_ARCHIVE: &str = "arkiv";
/// Says that the directory was made by `samspil demo`: `making`, then `finished`.
const DEMO_MARKER: &str = "demo";

/// How far a demo is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoState {
    /// The directory is no demo.
    None,
    /// Its making was interrupted.
    Making,
    /// It can be run.
    Finished,
}

/// A data directory and its database.
#[derive(Debug, Clone)]
pub struct Place {
    /// The directory.
    pub data: PathBuf,
    /// The database: the file in the directory, or a server.
    pub target: Target,
}

impl Place {
    /// From what was typed: the directory is needed, the database follows from it.
    pub fn of(args: &PlaceArgs) -> Result<Self> {
        let Some(data) = args.data.clone() else {
            bail!(WrongUse("say where the data lies: --data DIR (or SAMSPIL_DATA)".to_owned()));
        };
        let target = target(args)?.unwrap_or_else(|| Target::Sqlite(data.join(DATABASE)));
        Ok(Self { data, target })
    }

    /// Makes the directory where it is not there, closed to others on the machine.
    pub fn make(&self) -> Result<()> {
        let mut builder = std::fs::DirBuilder::new();
        builder.recursive(true);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        let folder = self.data.display();
        builder.create(&self.data).with_context(|| format!("cannot make the data directory {folder}"))
    }

    /// Where the secret lies.
    pub fn key(&self) -> PathBuf {
        self.data.join(KEY)
    }

    /// Where files lie.
    pub fn attachments(&self) -> PathBuf {
        self.data.join(ATTACHMENTS)
    }

    /// The SQLite file that belongs to the directory, whether or not it is used.
    pub fn database_file(&self) -> PathBuf {
        self.data.join(DATABASE)
    }

    /// Where the municipality's own rules stand, if it has some.
    pub fn rules(&self) -> PathBuf {
        self.data.join(RULES)
    }

    /// Where it is written down what was taken out for good.
    pub fn erasures(&self) -> PathBuf {
        self.data.join(ERASURES)
    }

    /// The small files without which a database is no installation; not all of them need be there.
    pub fn keepsakes(&self) -> Vec<PathBuf> {
        [KEY, FILE, RULES, DEMO_MARKER].iter().map(|name| self.data.join(name)).collect()
    }

    /// Where the search index lies: made from the database, and made again when it is gone.
    pub fn search(&self) -> PathBuf {
        self.data.join(SEARCH)
    }

    /// Where a demo files what has ended.
    pub fn demo_archive(&self) -> PathBuf {
        self.data.join(DEMO_ARCHIVE)
    }

    /// Where the running server says where it listens.
    pub fn serving(&self) -> PathBuf {
        self.data.join(SERVING)
    }

    /// Whether nothing is there yet.
    pub fn is_empty(&self) -> Result<bool> {
        match std::fs::read_dir(&self.data) {
            Ok(mut entries) => Ok(entries.next().is_none()),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(true),
            Err(error) => Err(error).with_context(|| format!("cannot read {}", self.data.display())),
        }
    }

    /// Whether it is a demo.
    pub fn demo(&self) -> DemoState {
        match std::fs::read_to_string(self.data.join(DEMO_MARKER)) {
            Ok(text) if text.trim() == "finished" => DemoState::Finished,
            Ok(_) => DemoState::Making,
            Err(_) => DemoState::None,
        }
    }

    /// Writes down how far the demo is.
    pub fn mark_demo(&self, state: DemoState) -> Result<()> {
        let text = if state == DemoState::Finished { "finished\n" } else { "making\n" };
        std::fs::write(self.data.join(DEMO_MARKER), text).context("cannot mark the directory as a demo")
    }
}

/// The database that was named.
pub fn target(args: &PlaceArgs) -> Result<Option<Target>> {
    let named = args.database.as_deref().map(str::parse::<Target>).transpose();
    named.map_err(|error| WrongUse(error.to_string()).into())
}

/// Opens the database of a command that needs no files and changes nothing: it is not brought up to date.
pub async fn existing_database(args: &PlaceArgs) -> Result<Db> {
    let target = match target(args)? {
        Some(target) => target,
        None => Place::of(args)?.target,
    };
    if let Target::Sqlite(path) = &target {
        must_exist(path)?;
    }
    Ok(Db::open(&target).await?)
}

fn must_exist(path: &Path) -> Result<()> {
    if !path.exists() {
        bail!("there is no database at {}; `samspil serve` makes one", path.display());
    }
    Ok(())
}
