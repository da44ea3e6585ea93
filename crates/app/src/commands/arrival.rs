//! A data directory into which an installation comes, from a backup or from another place: refused unless it is empty,
//! whole in the end, and as it was before when anything goes wrong.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use anyhow::{Context, Result, bail};
use storage::{
    Attachments, Db, Target,
    archive::{ArchiveError, Intake},
};

use crate::{configuration::FILE, place::Place};

/// Files come in here first.
const STAGING: &str = "attachments.arriving";

/// A place that is being filled.
pub struct Arrival {
    place: Place,
    /// What goes when it fails: only what was not there before.
    database_is_new: bool,
}

impl Arrival {
    /// Looks whether anything is there. A configuration may be: an operator has written it first.
    pub fn at(place: &Place) -> Result<Self> {
        place.make()?;
        if !is_empty(&place.attachments())? {
            bail!(ArchiveError::NotEmpty(format!("{} holds files", place.attachments().display())));
        }
        for path in place.keepsakes().iter().filter(|path| !path.ends_with(FILE)) {
            if path.exists() {
                bail!(ArchiveError::NotEmpty(format!("{} is there", path.display())));
            }
        }
        let database_is_new = matches!(&place.target, Target::Sqlite(path) if !path.exists());
        Ok(Self { place: place.clone(), database_is_new })
    }

    /// An empty folder for the files; what an interrupted attempt left there goes.
    pub fn files(&self) -> Result<Attachments> {
        let folder = self.place.data.join(STAGING);
        remove_folder(&folder)?;
        Attachments::open(&folder).with_context(|| format!("cannot use {}", folder.display()))
    }

    /// Puts files and keepsakes where they belong. The database is committed after this. Returns what was left as it was.
    pub fn settle(&self, keepsakes: &[(String, Vec<u8>)]) -> Result<Vec<String>> {
        let attachments = self.place.attachments();
        match fs::remove_dir(&attachments) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot replace {}", attachments.display()));
            }
            _ => {}
        }
        fs::rename(self.place.data.join(STAGING), &attachments)
            .context("cannot put the files in their place")?;
        let mut left = Vec::new();
        for (name, content) in keepsakes {
            let path = self.place.data.join(name);
            if path.exists() {
                left.push(name.clone());
                continue;
            }
            write_private(&path, content).with_context(|| format!("cannot write {}", path.display()))?;
        }
        fs::File::open(&self.place.data)
            .and_then(|folder| folder.sync_all())
            .context("cannot keep the directory")?;
        Ok(left)
    }

    /// Takes away what came in. A failure of this is told beside the one that led here.
    pub fn undo(&self) {
        let gone = remove_folder(&self.place.data.join(STAGING));
        let gone = gone
            .and_then(|()| if self.database_is_new { remove_database(&self.place.target) } else { Ok(()) });
        if let Err(error) = gone {
            tracing::warn!(%error, "what was begun could not be taken away");
        }
    }
}

/// Replays promises and decisions from the journals that came in, and names each difference.
pub async fn replay(intake: &Intake) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for tenant in intake.tenants().await? {
        let differences = ledger::verify_replay(&intake.reader(tenant)).await?;
        found.extend(differences.iter().map(|one| format!("{tenant}: {one}")));
    }
    Ok(found)
}

/// What is wrong stops everything, unless the operator has said that it is to be so.
pub fn judge(discrepancies: &[String], accepted: bool) -> Result<()> {
    if discrepancies.is_empty() || accepted {
        return Ok(());
    }
    let list = discrepancies.join("\n  ");
    bail!(
        "it was carried faithfully, but is not in order:\n  {list}\nSay --accept-discrepancies to have it all the same"
    )
}

/// An error in words an operator can act on.
pub fn explain(error: ArchiveError) -> anyhow::Error {
    let full = error.is_full();
    let error = anyhow::Error::from(error);
    if full { error.context("there is no room left") } else { error }
}

/// Opens a database that must be there.
pub async fn open_existing(target: &Target) -> Result<Db> {
    if let Target::Sqlite(path) = target
        && !path.exists()
    {
        bail!("there is no database at {}", path.display());
    }
    Ok(Db::open(target).await?)
}

fn is_empty(folder: &Path) -> Result<bool> {
    match fs::read_dir(folder) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", folder.display())),
    }
}

fn remove_folder(folder: &Path) -> Result<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(error).with_context(|| format!("cannot remove {}", folder.display()))
        }
        _ => Ok(()),
    }
}

/// Removes a SQLite file with its write-ahead log.
pub fn remove_database(target: &Target) -> Result<()> {
    let Target::Sqlite(path) = target else { return Ok(()) };
    for beside in ["", "-wal", "-shm"] {
        let mut name = path.as_os_str().to_owned();
        name.push(beside);
        let name = PathBuf::from(name);
        match fs::remove_file(&name) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(error).with_context(|| format!("cannot remove {}", name.display()));
            }
            _ => {}
        }
    }
    Ok(())
}

fn write_private(path: &Path, content: &[u8]) -> io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    io::Write::write_all(&mut file, content)?;
    file.sync_all()
}
