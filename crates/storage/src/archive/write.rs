//! Making a backup while others write: one snapshot of the database, then the files that it speaks of.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, Utc};
use futures_util::TryStreamExt;
use kernel::AttachmentId;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::{
    ArchiveError, Content, FileMark, Keepsake, Listener, Manifest, Progress, TableMark, at,
    content::{FileRow, Marking},
    files::Hashing,
    manifest::FORMAT,
    row,
};
use crate::{Attachments, Db, Migration, StoreError, Table, attachments};

/// A part of a table is closed when its lines are this long: what is held in memory, and what a damaged byte costs.
const PART_BYTES: usize = 4 * 1024 * 1024;
/// Rows between two words of progress.
pub(super) const ROWS_PER_WORD: u64 = 5_000;
/// Files between two words of progress.
pub(super) const FILES_PER_WORD: u64 = 100;
/// zstd's own default: a fifth of the size at several hundred megabytes a second.
const COMPRESSION: i32 = 3;

/// What is backed up.
#[derive(Debug)]
pub struct Source<'a> {
    /// The database.
    pub db: &'a Db,
    /// The migrations that the program knows; the database may lack the newest.
    pub migrations: &'a [Migration],
    /// The files.
    pub attachments: &'a Attachments,
    /// The installation's own small files; those that are not there are passed over.
    pub keepsakes: &'a [PathBuf],
    /// The version of the program.
    pub program: &'a str,
}

/// Writes a backup to `path`, where nothing may be. Flawed files are named in the manifest and do not stop it.
pub async fn backup(
    source: Source<'_>,
    path: &Path,
    now: DateTime<Utc>,
    tell: &Listener,
) -> Result<Manifest, ArchiveError> {
    if path.exists() {
        return Err(ArchiveError::NotEmpty(format!("{} is there already", path.display())));
    }
    let unfinished = unfinished(path);
    let written = write(source, &unfinished, now, tell).await;
    if let Err(error) = written {
        // Half a backup is none, and on a full disk it is in the way.
        return Err(match fs::remove_file(&unfinished) {
            Err(removal) if removal.kind() != io::ErrorKind::NotFound => at(unfinished)(removal),
            _ => error,
        });
    }
    fs::rename(&unfinished, path).map_err(at(path))?;
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(at(folder))?;
    written
}

/// Where the backup grows until it is whole.
fn unfinished(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".unfinished");
    PathBuf::from(name)
}

async fn write(
    source: Source<'_>,
    path: &Path,
    now: DateTime<Utc>,
    tell: &Listener,
) -> Result<Manifest, ArchiveError> {
    let content = Content::snapshot(source.db, source.migrations).await?;
    let mut tar = Tar::create(path, now).map_err(at(path))?;
    let mut tables = Vec::new();
    for table in &content.tables {
        let mark;
        (tar, mark) = write_table(tar, &content, table, tell).await?;
        tables.push(mark);
    }
    let journals = content.journals().await?;
    let files = content.files().await?;
    let mut manifest = Manifest {
        format: FORMAT,
        program: source.program.to_owned(),
        made_at: now,
        engine: source.db.engine().to_string(),
        migrations: content.migrations.iter().map(|migration| migration.name.to_owned()).collect(),
        tables,
        files: Vec::new(),
        missing_files: Vec::new(),
        damaged_files: Vec::new(),
        keepsakes: Vec::new(),
        journals,
    };
    // Files are never changed once they are there, so the snapshot need not be held while they are read.
    drop(content);
    let total = files.len().try_into().unwrap_or(u64::MAX);
    for (done, file) in (1_u64..).zip(&files) {
        tar = write_file(tar, &source, file, &mut manifest).await?;
        if done.is_multiple_of(FILES_PER_WORD) || done == total {
            tell(Progress { what: "files", done, total });
        }
    }
    let keepsakes = source.keepsakes.to_vec();
    let found;
    (tar, found) =
        tokio::task::spawn_blocking(move || tar.keepsakes(&keepsakes).map(|found| (tar, found))).await??;
    manifest.keepsakes = found;
    let text = serde_json::to_vec_pretty(&manifest).map_err(StoreError::from)?;
    tokio::task::spawn_blocking(move || tar.finish(&text)).await?.map_err(at(path))?;
    Ok(manifest)
}

async fn write_table(
    mut tar: Tar,
    content: &Content,
    table: &Table,
    tell: &Listener,
) -> Result<(Tar, TableMark), ArchiveError> {
    let total = content.count(table).await?;
    let mut marking = Marking::new(table);
    let mut part = String::new();
    let mut number = 0;
    let mut rows = std::pin::pin!(content.rows(table).await?);
    while let Some(cells) = rows.try_next().await? {
        let begins = part.len();
        row::write_line(&cells, table, &mut part);
        marking.add(part.get(begins..).unwrap_or_default());
        if marking.rows().is_multiple_of(ROWS_PER_WORD) {
            tell(Progress { what: table.name, done: marking.rows(), total });
        }
        if part.len() >= PART_BYTES {
            number += 1;
            tar = tar.part(table.name, number, std::mem::take(&mut part)).await?;
        }
    }
    if !part.is_empty() {
        tar = tar.part(table.name, number + 1, part).await?;
    }
    tell(Progress { what: table.name, done: marking.rows(), total: marking.rows() });
    Ok((tar, marking.end()))
}

async fn write_file(
    mut tar: Tar,
    source: &Source<'_>,
    file: &FileRow,
    manifest: &mut Manifest,
) -> Result<Tar, ArchiveError> {
    let id = AttachmentId::from(file.id);
    let path = source.attachments.path(id);
    let opened = match File::open(&path) {
        Ok(opened) => opened,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            // Taken out since the snapshot was made: nobody's loss.
            if attachments::is_wanted(source.db, file.id).await? {
                manifest.missing_files.push(file.id);
            }
            return Ok(tar);
        }
        Err(error) => return Err(at(path)(error)),
    };
    let (uuid, read_from) = (file.id, path.clone());
    let mark;
    (tar, mark) = tokio::task::spawn_blocking(move || {
        tar.file(uuid, opened).map(|mark| (tar, mark)).map_err(at(read_from))
    })
    .await??;
    if mark.sha256 != file.sha256 {
        manifest.damaged_files.push(file.id);
    }
    manifest.files.push(mark);
    Ok(tar)
}

/// The tar file in the making.
struct Tar {
    builder: tar::Builder<BufWriter<File>>,
    path: PathBuf,
    seconds: u64,
}

impl Tar {
    fn create(path: &Path, now: DateTime<Utc>) -> io::Result<Self> {
        let mut options = File::options();
        options.write(true).create(true).truncate(true);
        // It holds everything that the installation holds, its secret too.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let builder = tar::Builder::new(BufWriter::new(options.open(path)?));
        Ok(Self { builder, path: path.to_owned(), seconds: now.timestamp().try_into().unwrap_or(0) })
    }

    fn append(&mut self, name: &str, size: u64, content: impl Read) -> io::Result<()> {
        let mut header = tar::Header::new_gnu();
        header.set_size(size);
        header.set_mode(0o600);
        header.set_mtime(self.seconds);
        self.builder.append_data(&mut header, name, content)
    }

    async fn part(mut self, table: &str, number: u32, lines: String) -> Result<Self, ArchiveError> {
        let name = format!("tables/{table}.{number:06}.jsonl.zst");
        let path = self.path.clone();
        let written = tokio::task::spawn_blocking(move || {
            let mut encoder = zstd::Encoder::new(Vec::new(), COMPRESSION)?;
            encoder.include_checksum(true)?;
            encoder.write_all(lines.as_bytes())?;
            let compressed = encoder.finish()?;
            let size = compressed.len().try_into().unwrap_or(u64::MAX);
            self.append(&name, size, compressed.as_slice()).map(|()| self)
        });
        written.await?.map_err(at(path))
    }

    fn file(&mut self, id: Uuid, file: File) -> io::Result<FileMark> {
        let bytes = file.metadata()?.len();
        let mut reading = Hashing::new(file.take(bytes));
        self.append(&format!("files/{id}"), bytes, &mut reading)?;
        Ok(reading.mark(id))
    }

    fn keepsakes(&mut self, paths: &[PathBuf]) -> Result<Vec<Keepsake>, ArchiveError> {
        let mut keepsakes = Vec::new();
        for path in paths {
            let content = match fs::read(path) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                read => read.map_err(at(path))?,
            };
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let size = content.len().try_into().unwrap_or(u64::MAX);
            self.append(&format!("installation/{name}"), size, content.as_slice()).map_err(at(&self.path))?;
            keepsakes.push(Keepsake { name, sha256: hex::encode(Sha256::digest(&content)) });
        }
        Ok(keepsakes)
    }

    /// The manifest last, and its own hash behind it in the form that `sha256sum --check` reads.
    fn finish(mut self, manifest: &[u8]) -> io::Result<()> {
        self.append("manifest.json", manifest.len().try_into().unwrap_or(u64::MAX), manifest)?;
        let seal = format!("{}  manifest.json\n", hex::encode(Sha256::digest(manifest)));
        self.append("manifest.sha256", seal.len().try_into().unwrap_or(u64::MAX), seal.as_bytes())?;
        let file = self.builder.into_inner()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()
    }
}
