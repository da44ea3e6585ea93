//! A file while it arrives: written through to where it will lie, a piece at a time, hashed on the way. What is not kept
//! in the end leaves nothing behind.

use std::{
    io,
    path::{Path, PathBuf},
    sync::{Arc, atomic::Ordering},
};

use kernel::AttachmentId;
use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    sync::OwnedSemaphorePermit,
};

use super::{
    Attachments, Scan, Verdict, is_full,
    room::{Disk, Traffic},
};

/// How often it is looked whether there is still room, in bytes.
const LOOK_EVERY_BYTES: u64 = 4_000_000;

/// Why a file does not go on arriving. Nothing of it stays.
#[derive(Debug, thiserror::Error)]
pub enum ArrivalError {
    /// The disk is full, or so nearly that what is left is for words.
    #[error("there is no room for files")]
    NoRoom,
    /// Too many files arrive at once.
    #[error("too many files arrive at once")]
    Busy,
    /// The disk said something else.
    #[error("file: {0}")]
    Io(io::Error),
}

impl From<io::Error> for ArrivalError {
    fn from(error: io::Error) -> Self {
        if is_full(&error) { Self::NoRoom } else { Self::Io(error) }
    }
}

/// A file that nobody has kept yet: it goes when this goes.
#[derive(Debug)]
pub(super) struct Unkept {
    pub path: PathBuf,
    pub bytes: u64,
    traffic: Arc<Traffic>,
    is_kept: bool,
}

impl Unkept {
    fn grow(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.traffic.arriving.fetch_add(bytes, Ordering::Relaxed);
    }

    pub(super) fn keep(mut self) {
        self.is_kept = true;
    }
}

impl Drop for Unkept {
    fn drop(&mut self) {
        self.traffic.arriving.fetch_sub(self.bytes, Ordering::Relaxed);
        if !self.is_kept {
            // What cannot be removed now is collected after a day, like all that no row speaks of.
            let _unremoved = std::fs::remove_file(&self.path);
        }
    }
}

/// A file that is being written.
#[derive(Debug)]
pub struct Arriving {
    id: AttachmentId,
    file: tokio::fs::File,
    hasher: Sha256,
    next_look: u64,
    unkept: Unkept,
    traffic: Arc<Traffic>,
    place: Option<OwnedSemaphorePermit>,
}

impl Arriving {
    pub(super) async fn begin(
        id: AttachmentId,
        path: PathBuf,
        traffic: Arc<Traffic>,
        place: Option<OwnedSemaphorePermit>,
    ) -> io::Result<Self> {
        if let Some(shelf) = path.parent() {
            tokio::fs::create_dir_all(shelf).await?;
        }
        // What was there before is not ours to write over, nor to remove.
        let mut options = tokio::fs::OpenOptions::new();
        let mut file = options.write(true).read(true).create_new(true).open(&path).await?;
        let unkept = Unkept { path, bytes: 0, traffic: traffic.clone(), is_kept: false };
        file.set_max_buf_size(64 * 1024);
        Ok(Self { id, file, hasher: Sha256::new(), next_look: LOOK_EVERY_BYTES, unkept, traffic, place })
    }

    /// Bytes written so far.
    pub fn bytes(&self) -> u64 {
        self.unkept.bytes
    }

    /// Writes a piece. It has left memory when this returns.
    pub async fn write(&mut self, piece: &[u8]) -> Result<(), ArrivalError> {
        let _held = self.traffic.hold(piece.len());
        self.file.write_all(piece).await?;
        // tokio writes behind our back: only a flush tells that the last of it met a full disk.
        self.file.flush().await?;
        self.hasher.update(piece);
        self.unkept.grow(piece.len() as u64);
        if self.place.is_some() && self.unkept.bytes >= self.next_look {
            self.next_look = self.unkept.bytes + LOOK_EVERY_BYTES;
            check_room(self.unkept.path.parent().unwrap_or(Path::new(".")), &self.traffic).await?;
        }
        Ok(())
    }

    /// The whole file is there.
    pub fn arrived(self) -> Arrived {
        let sha256 = hex::encode(self.hasher.finalize());
        let Self { id, file, unkept, traffic, place, .. } = self;
        Arrived { id, sha256, scan: Scan::NotScanned, file, unkept, traffic, _place: place }
    }
}

/// A whole file on disk that nobody has kept yet: it goes when this goes.
#[derive(Debug)]
pub struct Arrived {
    pub(super) id: AttachmentId,
    pub(super) sha256: String,
    pub(super) scan: Scan,
    pub(super) file: tokio::fs::File,
    pub(super) unkept: Unkept,
    traffic: Arc<Traffic>,
    _place: Option<OwnedSemaphorePermit>,
}

impl Arrived {
    /// Its size.
    pub fn bytes(&self) -> u64 {
        self.unkept.bytes
    }

    /// Has the scanner look, where there is one. `false` when it found something: the file must not be kept. A scanner that is
    /// away stops nobody: the file waits for it.
    pub async fn passes(&mut self, files: &Attachments) -> bool {
        let Some(scanner) = files.scanner() else { return true };
        match scanner.scan(&self.unkept.path).await {
            Ok(Verdict::Clean) => {
                self.scan = Scan::Clean;
                true
            }
            Ok(Verdict::Infected(found)) => {
                tracing::warn!(found, "the virus scanner stopped a file");
                false
            }
            Err(problem) => {
                tracing::warn!(%problem, "a file was taken that no scanner has looked at");
                true
            }
        }
    }

    /// Looks at its beginning, at most `bytes_max` of it. Few are looked at at once, so that many files in the memory of
    /// nobody do not become many files in ours.
    pub async fn look<T>(&mut self, bytes_max: u64, look: impl FnOnce(&[u8]) -> T) -> io::Result<T> {
        let _turn = self.traffic.looking.acquire().await.map_err(io::Error::other)?;
        let bytes = bytes_max.min(self.unkept.bytes);
        let mut beginning = Vec::with_capacity(usize::try_from(bytes).unwrap_or_default());
        let _held = self.traffic.hold(beginning.capacity());
        let opened = tokio::fs::File::open(&self.unkept.path).await?;
        opened.take(bytes).read_to_end(&mut beginning).await?;
        Ok(look(&beginning))
    }
}

/// Whether the disk under the folder has more left than must stay free.
pub(super) async fn check_room(folder: &Path, traffic: &Traffic) -> Result<(), ArrivalError> {
    let folder = folder.to_owned();
    let asked = tokio::task::spawn_blocking(move || Disk::under(&folder)).await;
    let disk = asked.map_err(io::Error::other)??;
    if disk.free < traffic.limits.floor(disk.total) { Err(ArrivalError::NoRoom) } else { Ok(()) }
}
