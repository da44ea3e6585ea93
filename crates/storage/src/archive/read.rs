//! Reading a backup: first all of it, comparing every hash, before anything is touched; then once more, to fill an empty
//! installation and to compare again what stands there.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs::{self, File},
    io::{BufReader, Read},
    path::{Path, PathBuf},
};

use kernel::AttachmentId;
use sha2::{Digest, Sha256};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::{
    ArchiveError, Intake, Keepsake, Listener, Manifest, Progress, TableMark, at,
    content::among,
    files::{carry, settle},
    manifest::FORMAT,
    row,
    write::FILES_PER_WORD,
};
use crate::{Attachments, Db, Migration};

/// A part of a table, unpacked, is never longer: a part is closed when it is a fraction of this long, so more is a forgery.
const PART_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Manifest and the installation's small files are never longer.
const SMALL_BYTES_MAX: u64 = 512 * 1024 * 1024;
/// Parts read ahead of the database.
const PARTS_AHEAD: usize = 2;

/// What an entry of the tar file is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Entry {
    Part { table: String, number: u32 },
    File(Uuid),
    Keepsake(String),
    Manifest,
    Seal,
}

impl Entry {
    fn of(name: &str) -> Option<Self> {
        match name {
            "manifest.json" => return Some(Self::Manifest),
            "manifest.sha256" => return Some(Self::Seal),
            _ => {}
        }
        let (folder, rest) = name.split_once('/')?;
        match folder {
            "files" => Some(Self::File(rest.parse().ok()?)),
            "installation" if !rest.contains(['/', '\\']) && !rest.starts_with('.') => {
                Some(Self::Keepsake(rest.to_owned()))
            }
            "tables" => {
                let (table, number) = rest.strip_suffix(".jsonl.zst")?.split_once('.')?;
                Some(Self::Part { table: table.to_owned(), number: number.parse().ok()? })
            }
            _ => None,
        }
    }
}

fn damaged(entry: impl Into<String>, why: impl Into<String>) -> ArchiveError {
    ArchiveError::Damaged { entry: entry.into(), why: why.into() }
}

/// Goes through the tar file once.
fn walk(
    path: &Path,
    mut each: impl FnMut(Entry, &str, u64, &mut dyn Read) -> Result<(), ArchiveError>,
) -> Result<(), ArchiveError> {
    let file = File::open(path).map_err(at(path))?;
    let mut tar = tar::Archive::new(BufReader::new(file));
    let mut before: Option<String> = None;
    for found in tar.entries().map_err(at(path))? {
        let mut found = match (found, &before) {
            (Ok(found), _) => found,
            (Err(_), None) => return Err(ArchiveError::NotAnArchive(path.to_owned())),
            (Err(error), Some(before)) => {
                return Err(damaged(format!("what follows {before}"), error.to_string()));
            }
        };
        let name = String::from_utf8_lossy(&found.path_bytes()).into_owned();
        let Some(entry) = Entry::of(&name).filter(|_| found.header().entry_type().is_file()) else {
            return Err(match before {
                None => ArchiveError::NotAnArchive(path.to_owned()),
                Some(_) => damaged(name, "is nothing that a backup holds"),
            });
        };
        let position = found.raw_file_position() + found.size();
        each(entry, &name, position, &mut found)?;
        before = Some(name);
    }
    before.map(|_| ()).ok_or_else(|| ArchiveError::NotAnArchive(path.to_owned()))
}

fn lines_of(name: &str, part: &mut dyn Read) -> Result<String, ArchiveError> {
    let unpacked = zstd::Decoder::new(part).and_then(|decoder| {
        let mut text = String::new();
        decoder.take(PART_BYTES_MAX).read_to_string(&mut text)?;
        Ok(text)
    });
    unpacked.map_err(|error| damaged(name, error.to_string()))
}

fn small(name: &str, content: &mut dyn Read) -> Result<Vec<u8>, ArchiveError> {
    let mut bytes = Vec::new();
    content
        .take(SMALL_BYTES_MAX)
        .read_to_end(&mut bytes)
        .map_err(|error| damaged(name, error.to_string()))?;
    Ok(bytes)
}

/// What was found, to be compared with what the manifest says.
#[derive(Default)]
struct Found {
    tables: BTreeMap<String, (TableMark, u32, Sha256)>,
    files: BTreeMap<Uuid, (u64, String)>,
    keepsakes: Vec<Keepsake>,
    manifest: Option<Vec<u8>>,
    seal: Option<Vec<u8>>,
}

impl Found {
    fn add(&mut self, entry: Entry, name: &str, content: &mut dyn Read) -> Result<(), ArchiveError> {
        match entry {
            Entry::Part { table, number } => {
                let lines = lines_of(name, content)?;
                let empty = || TableMark { name: table.clone(), rows: 0, sha256: String::new() };
                let known = self.tables.entry(table.clone()).or_insert_with(|| (empty(), 0, Sha256::new()));
                let (mark, last, hasher) = known;
                if number != *last + 1 {
                    return Err(damaged(name, "a part is missing before it"));
                }
                *last = number;
                mark.rows += u64::try_from(lines.matches('\n').count()).unwrap_or(0);
                hasher.update(lines.as_bytes());
            }
            Entry::File(id) => {
                let mark = carry(id, content, None).map_err(|error| damaged(name, error.to_string()))?;
                self.files.insert(id, (mark.bytes, mark.sha256));
            }
            Entry::Keepsake(keepsake) => {
                let sha256 = hex::encode(Sha256::digest(small(name, content)?));
                self.keepsakes.push(Keepsake { name: keepsake, sha256 });
            }
            Entry::Manifest => self.manifest = Some(small(name, content)?),
            Entry::Seal => self.seal = Some(small(name, content)?),
        }
        Ok(())
    }

    fn compare(mut self) -> Result<Manifest, ArchiveError> {
        let cut = |name: &str| damaged(name, "is missing; the backup was cut short");
        let text = self.manifest.take().ok_or_else(|| cut("manifest.json"))?;
        let seal = self.seal.take().ok_or_else(|| cut("manifest.sha256"))?;
        if !seal.starts_with(hex::encode(Sha256::digest(&text)).as_bytes()) {
            return Err(damaged("manifest.json", "is not what manifest.sha256 says"));
        }
        let format = serde_json::from_slice::<Format>(&text)
            .map_err(|error| damaged("manifest.json", error.to_string()))?;
        if format.format != FORMAT {
            return Err(ArchiveError::Format(format.format));
        }
        let manifest: Manifest =
            serde_json::from_slice(&text).map_err(|error| damaged("manifest.json", error.to_string()))?;
        for mark in &manifest.tables {
            self.compare_table(mark)?;
        }
        for file in &manifest.files {
            let name = format!("files/{}", file.id);
            match self.files.remove(&file.id) {
                None => return Err(damaged(name, "is missing")),
                Some(found) if found != (file.bytes, file.sha256.clone()) => {
                    return Err(damaged(name, "is not what was backed up"));
                }
                Some(_) => {}
            }
        }
        if self.keepsakes != manifest.keepsakes {
            let differs = |keepsake: &&Keepsake| !self.keepsakes.contains(keepsake);
            let name = manifest.keepsakes.iter().find(differs).map_or("", |keepsake| keepsake.name.as_str());
            return Err(damaged(format!("installation/{name}"), "is not what was backed up"));
        }
        let stranger = self.tables.keys().next().map(|name| format!("tables/{name}"));
        let stranger = stranger.or_else(|| self.files.keys().next().map(|id| format!("files/{id}")));
        match stranger {
            Some(name) => Err(damaged(name, "is not in the manifest")),
            None => Ok(manifest),
        }
    }

    fn compare_table(&mut self, mark: &TableMark) -> Result<(), ArchiveError> {
        let (rows, hasher) = match self.tables.remove(&mark.name) {
            Some((found, _, hasher)) => (found.rows, hasher),
            None => (0, Sha256::new()),
        };
        let found = TableMark { name: mark.name.clone(), rows, sha256: hex::encode(hasher.finalize()) };
        if found == *mark {
            return Ok(());
        }
        Err(damaged(format!("tables/{}", mark.name), format!("{found} instead of {mark}")))
    }
}

/// The one field that every format has.
#[derive(serde::Deserialize)]
struct Format {
    format: u32,
}

/// Reads a whole backup and compares every hash. Touches nothing.
pub async fn check(path: &Path, tell: &Listener) -> Result<Manifest, ArchiveError> {
    let (path, tell) = (path.to_owned(), tell.clone());
    let checking = tokio::task::spawn_blocking(move || {
        let total = fs::metadata(&path).map_err(at(&path))?.len();
        let mut found = Found::default();
        walk(&path, |entry, name, position, content| {
            found.add(entry, name, content)?;
            tell(Progress { what: "backup", done: position.min(total.saturating_sub(1)), total });
            Ok(())
        })?;
        let manifest = found.compare()?;
        tell(Progress { what: "backup", done: total, total });
        Ok(manifest)
    });
    checking.await?
}

/// A backup that stands in an empty installation, and is not there yet for anyone else.
pub struct Restored {
    /// The open transaction. Carry out erasures, replay what can be replayed, then commit.
    pub intake: Intake,
    /// The installation's small files: name and content.
    pub keepsakes: Vec<(String, Vec<u8>)>,
    /// What is wrong with the journals, in sentences.
    pub discrepancies: Vec<String>,
}

/// Fills an empty database and the empty folder `files` from a backup that [`check`] has read. Every table is read back and
/// compared, every journal verified. Files among `erased` are left out.
pub async fn restore(
    path: &Path,
    manifest: &Manifest,
    db: &Db,
    known: &[Migration],
    files: &Attachments,
    erased: &BTreeSet<Uuid>,
    tell: &Listener,
) -> Result<Restored, ArchiveError> {
    let migrations = among(known, &manifest.migrations)?;
    let intake = Intake::begin(db, known, &migrations).await?;
    let (sender, receiver) = mpsc::channel(PARTS_AHEAD);
    let reading = Reading {
        path: path.to_owned(),
        files: files.clone(),
        erased: erased.clone(),
        manifest: manifest.clone(),
        tell: tell.clone(),
    };
    let reading = tokio::task::spawn_blocking(move || reading.run(&sender));
    let filled = fill(&intake, receiver, manifest, tell).await;
    let read = reading.await?;
    // When the database refused, the reader only found nobody listening.
    filled?;
    let keepsakes = read?;
    for mark in &manifest.tables {
        intake.prove(mark).await?;
        tell(Progress { what: "read back", done: mark.rows, total: mark.rows });
    }
    let discrepancies = intake.check_journals(&manifest.journals).await?;
    Ok(Restored { intake, keepsakes, discrepancies })
}

async fn fill(
    intake: &Intake,
    mut parts: mpsc::Receiver<(String, String)>,
    manifest: &Manifest,
    tell: &Listener,
) -> Result<(), ArchiveError> {
    let mut done: BTreeMap<String, u64> = BTreeMap::new();
    while let Some((name, lines)) = parts.recv().await {
        let table =
            intake.content.table(&name).ok_or_else(|| damaged(format!("tables/{name}"), "no such table"))?;
        let rows = lines.lines().map(|line| row::parse_line(line, table)).collect::<Result<Vec<_>, _>>()?;
        let done = done.entry(name).or_default();
        *done += u64::try_from(rows.len()).unwrap_or(0);
        intake.insert(table, rows).await?;
        let total =
            manifest.tables.iter().find(|mark| mark.name == table.name).map_or(*done, |mark| mark.rows);
        tell(Progress { what: table.name, done: *done, total });
    }
    Ok(())
}

/// The second time through the tar file, on a thread of its own.
struct Reading {
    path: PathBuf,
    files: Attachments,
    erased: BTreeSet<Uuid>,
    manifest: Manifest,
    tell: Listener,
}

impl Reading {
    fn run(self, parts: &mpsc::Sender<(String, String)>) -> Result<Vec<(String, Vec<u8>)>, ArchiveError> {
        let marks = self.manifest.files_by_id();
        let total = u64::try_from(marks.len()).unwrap_or(u64::MAX);
        let (mut keepsakes, mut done) = (Vec::new(), 0_u64);
        walk(&self.path, |entry, name, _, content| {
            match entry {
                Entry::Part { table, .. } => {
                    let lines = lines_of(name, content)?;
                    parts.blocking_send((table, lines)).map_err(|_| ArchiveError::Interrupted)?;
                }
                Entry::File(id) => {
                    done += 1;
                    if !self.erased.contains(&id) {
                        let to = self.files.path(AttachmentId::from(id));
                        let mark = carry(id, content, Some(&to)).map_err(at(&to))?;
                        if marks.get(&id) != Some(&&mark) {
                            return Err(damaged(name, "is not what was backed up"));
                        }
                    }
                    if done.is_multiple_of(FILES_PER_WORD) || done == total {
                        (self.tell)(Progress { what: "files", done, total });
                    }
                }
                Entry::Keepsake(keepsake) => keepsakes.push((keepsake, small(name, content)?)),
                Entry::Manifest | Entry::Seal => {}
            }
            Ok(())
        })?;
        settle(self.files.folder()).map_err(at(self.files.folder()))?;
        Ok(keepsakes)
    }
}
