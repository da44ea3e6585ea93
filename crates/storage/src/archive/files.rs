//! Files on their way from one folder to another: hashed while they are written, and through to disk in the end.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    path::Path,
};

use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::FileMark;

/// Hashes what is read through it.
pub(super) struct Hashing<R> {
    inner: R,
    hasher: Sha256,
    bytes: u64,
}

impl<R: Read> Hashing<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, hasher: Sha256::new(), bytes: 0 }
    }

    pub(super) fn mark(self, id: Uuid) -> FileMark {
        FileMark { id, bytes: self.bytes, sha256: hex::encode(self.hasher.finalize()) }
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.hasher.update(buffer.get(..count).unwrap_or_default());
        self.bytes += u64::try_from(count).unwrap_or(0);
        Ok(count)
    }
}

/// Hashes a file, and writes it to `to` where that is given.
pub(super) fn carry(id: Uuid, from: impl Read, to: Option<&Path>) -> io::Result<FileMark> {
    let mut reading = Hashing::new(from);
    match to {
        None => {
            io::copy(&mut reading, &mut io::sink())?;
        }
        Some(path) => {
            if let Some(shelf) = path.parent() {
                fs::create_dir_all(shelf)?;
            }
            let mut file = File::options().write(true).create_new(true).open(path)?;
            io::copy(&mut reading, &mut file)?;
            file.flush()?;
            file.sync_all()?;
        }
    }
    Ok(reading.mark(id))
}

/// Makes the names of carried files last: those of the shelves, and those on them.
pub(super) fn settle(folder: &Path) -> io::Result<()> {
    for shelf in fs::read_dir(folder)? {
        let shelf = shelf?;
        if shelf.file_type()?.is_dir() {
            File::open(shelf.path())?.sync_all()?;
        }
    }
    File::open(folder)?.sync_all()
}
