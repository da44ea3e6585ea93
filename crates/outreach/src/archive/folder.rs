//! A folder that the archive empties: a package is there whole or not at all.

use std::{
    fs::File,
    io::{self, Seek, Write},
    path::PathBuf,
};

use super::{ArchiveFailure, Delivered, Package, first_words};

/// A receipt is one line: nobody's number is longer.
const RECEIPT_BYTES_MAX: usize = 200;
/// What the archive calls the receipt that it leaves beside a package.
const RECEIPT_SUFFIX: &str = ".kvittering";

/// A folder on this machine, or one that is mounted here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderArchive {
    /// Where.
    pub path: PathBuf,
    /// Whether the archive leaves a receipt (`NAME.zip.kvittering`, its first line the number there). Without one a package is
    /// filed under its own name as soon as it lies in the folder.
    pub awaits_receipt: bool,
}

impl FolderArchive {
    pub(super) fn deliver(&self, package: &mut Package) -> Result<Delivered, ArchiveFailure> {
        let receipt = self.path.join(format!("{}{RECEIPT_SUFFIX}", package.name));
        // The archive may have taken the package away and left the receipt: then it is not put there a second time.
        if self.awaits_receipt
            && let Some(number) = read_receipt(&receipt).map_err(|error| trouble(&error))?
        {
            return Ok(Delivered::Received(number));
        }
        let place = self.path.join(&package.name);
        if !place.exists() {
            self.put(package).map_err(|error| trouble(&error))?;
        }
        if self.awaits_receipt {
            return Ok(Delivered::Waiting);
        }
        Ok(Delivered::Received(package.name.trim_end_matches(".zip").to_owned()))
    }

    /// Under a name that nobody takes for a package, through to disk, and only then under its own.
    fn put(&self, package: &mut Package) -> io::Result<()> {
        let unfinished = self.path.join(format!(".{}.unfinished", package.name));
        let written = (|| {
            package.file.rewind()?;
            let mut file = File::create(&unfinished)?;
            io::copy(&mut package.file, &mut file)?;
            file.sync_all()?;
            std::fs::rename(&unfinished, self.path.join(&package.name))?;
            // The name is safe only when the folder is.
            File::open(&self.path)?.sync_all()
        })();
        if written.is_err() {
            // What is left is no package, and is written over the next time.
            let _gone = std::fs::remove_file(&unfinished);
        }
        written
    }

    pub(super) fn check(&self) -> Result<(), ArchiveFailure> {
        let probe = self.path.join(".samspil-doctor");
        let written = File::create(&probe).and_then(|mut file| file.write_all(b"samspil"));
        written.and_then(|()| std::fs::remove_file(&probe)).map_err(|error| trouble(&error))
    }
}

/// The number on the first line of a receipt, where there is one.
fn read_receipt(path: &std::path::Path) -> io::Result<Option<String>> {
    let text = match std::fs::read(path) {
        Ok(bytes) => String::from_utf8_lossy(&bytes).into_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    let line = text.lines().next().unwrap_or_default().trim();
    Ok(Some(line.chars().take(RECEIPT_BYTES_MAX).collect()).filter(|line: &String| !line.is_empty()))
}

/// A disk that is full, gone or not ours today may be mended tomorrow.
fn trouble(error: &io::Error) -> ArchiveFailure {
    ArchiveFailure::Temporary(first_words(&error.to_string()))
}
