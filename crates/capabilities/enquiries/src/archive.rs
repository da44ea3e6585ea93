//! A case as one package for the municipality's archive: a document that any browser opens, the files with their names, and
//! `metadata.json`, whose shape is `docs/archive-package.md`. The archive's language is Danish.
//!
//! Built twice it is the same to the last byte: nothing in it is of the moment in which it was built.

mod document;
mod metadata;

use std::{
    fs::File,
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
};

use kernel::{Ctx, PersonId};
use outreach::archive;
use sha2::{Digest, Sha256};
use storage::{Attachment, LineFilter, Scan, StoreError};
use web::App;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

use crate::{
    GuideState,
    commands::{self, FILES_OF_ENTRY},
    fact::EnquiryFact,
    model::{Case, Package, safe_name},
    store,
};
use document::Document;
use metadata::Metadata;

/// The document's name in a package.
const DOCUMENT: &str = "sag.html";
/// The name of what a program reads.
const METADATA: &str = "metadata.json";
/// The folder of the files.
const FILES: &str = "dokumenter";
/// Lines of one case: far beyond what happens to one.
const LINES_MAX: u64 = 10_000;
/// What is read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// Why there is no package.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PackError {
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A file of the case is gone or is not as it was received, or there is no room.
    #[error("{0}")]
    File(#[from] io::Error),
    #[error(transparent)]
    Zip(#[from] zip::result::ZipError),
    #[error(transparent)]
    Json(#[from] serde_json::Error),
    #[error(transparent)]
    Template(#[from] askama::Error),
}

/// A file that goes along.
struct Enclosed {
    /// Its name in the package.
    name: String,
    path: PathBuf,
    sha256: String,
}

/// Builds the package of a case that has ended.
pub(crate) async fn pack(
    app: &App,
    ctx: &Ctx,
    package: &Package,
    case: &Case,
) -> Result<archive::Package, PackError> {
    let gathered = Gathered::of(app, ctx, case).await?;
    if gathered.kept().any(|(_, file)| app.attachments.awaits_scan(file)) {
        return Err(io::Error::other("a file waits for the virus scanner").into());
    }
    let metadata = Metadata::of(app, ctx, package, case, &gathered);
    let document = Document::of(&metadata).html()?;
    let json = serde_json::to_string_pretty(&metadata)?;
    let enclosed = gathered.enclosed(app);
    let folder = app.attachments.folder().to_owned();
    let written = tokio::task::spawn_blocking(move || write(&folder, &document, &json, &enclosed));
    let (file, bytes, sha256) = written.await.map_err(io::Error::other)??;
    Ok(archive::Package { id: package.id.uuid(), name: package.name(case), file, bytes, sha256 })
}

/// What a case consists of.
struct Gathered {
    entries: Vec<crate::model::Entry>,
    parts: Vec<crate::model::Part>,
    references: Vec<crate::model::Reference>,
    files: Vec<Attachment>,
    lines: Vec<storage::Line>,
    people: std::collections::BTreeMap<PersonId, ports::PersonCard>,
    teams: std::collections::BTreeMap<kernel::TeamId, ports::TeamCard>,
    company: Option<ports::CompanyCard>,
    packages: Vec<Package>,
}

impl Gathered {
    async fn of(app: &App, ctx: &Ctx, case: &Case) -> Result<Self, PackError> {
        let read = app.db.read(ctx);
        let entries = store::entries(&read, case.id, false).await?;
        let owners: Vec<_> = entries.iter().map(|entry| entry.id.uuid()).collect();
        let files = Attachment::of(&read, FILES_OF_ENTRY, &owners).await?;
        let filter = LineFilter {
            subjects: Some(vec![case.id.uuid()]),
            capability: Some(<EnquiryFact as kernel::Fact>::CAPABILITY.to_owned()),
            ..LineFilter::default()
        };
        let lines = storage::lines(&read, &filter, LINES_MAX).await?;
        let authors = entries.iter().filter_map(|entry| entry.author);
        let actors = lines.iter().filter(|line| line.actor_kind == "staff");
        let actors = actors.filter_map(|line| line.actor_id.map(PersonId::from));
        let people: Vec<PersonId> = authors.chain(actors).chain(case.assignee).collect();
        let company = match case.asker.cvr() {
            Some(cvr) => app.ports.companies.companies(ctx, &[cvr]).await?.remove(&cvr),
            None => None,
        };
        Ok(Self {
            parts: store::parts(&read, &[case.id]).await?,
            references: store::references(&read, &[case.id]).await?,
            packages: store::packages(&read, &[case.id]).await?,
            people: app.ports.people.people(&read, &people).await?,
            teams: commands::teams(app, ctx).await?,
            entries,
            files,
            lines,
            company,
        })
    }

    /// The files whose content is there, in the order in which they came.
    fn kept(&self) -> impl Iterator<Item = (usize, &Attachment)> {
        self.files.iter().enumerate().filter(|(_, file)| goes_along(file))
    }

    fn enclosed(&self, app: &App) -> Vec<Enclosed> {
        let enclosed = |(index, file): (usize, &Attachment)| Enclosed {
            name: place_of(index, file),
            path: app.attachments.path(file.id),
            sha256: file.sha256.clone(),
        };
        self.kept().map(enclosed).collect()
    }

    fn person(&self, id: Option<PersonId>) -> String {
        id.and_then(|id| self.people.get(&id)).map_or_else(String::new, |person| person.name.clone())
    }

    fn team(&self, id: kernel::TeamId) -> String {
        self.teams.get(&id).map_or_else(String::new, |team| team.name_da.clone())
    }
}

/// Whether a file's content goes along: neither what was taken out nor what the virus scanner found something in.
fn goes_along(file: &Attachment) -> bool {
    file.removed_at.is_none() && file.scan != Scan::Infected
}

/// Where a file lies in the package.
fn place_of(index: usize, file: &Attachment) -> String {
    format!("{FILES}/{}", safe_name(index + 1, &file.name))
}

/// Writes the package into a file without a name: a process that dies leaves nothing.
fn write(
    folder: &Path,
    document: &str,
    json: &str,
    enclosed: &[Enclosed],
) -> Result<(File, u64, String), PackError> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut zip = ZipWriter::new(tempfile::tempfile_in(folder)?);
    for (name, content) in [(METADATA, json), (DOCUMENT, document)] {
        zip.start_file(name, options)?;
        zip.write_all(content.as_bytes())?;
    }
    for one in enclosed {
        zip.start_file(&one.name, options.large_file(true))?;
        let (_, sha256) = hashed(&mut File::open(&one.path)?, |some| zip.write_all(some))?;
        if sha256 != one.sha256 {
            // The archive is not given something else than what was received.
            return Err(io::Error::other(format!("{} is not as it was received", one.name)).into());
        }
    }
    let mut file = zip.finish()?;
    file.rewind()?;
    let (bytes, sha256) = hashed(&mut file, |_| Ok(()))?;
    file.rewind()?;
    Ok((file, bytes, sha256))
}

/// Reads to the end, a piece at a time. Returns the size, and SHA-256 in hexadecimal.
fn hashed(file: &mut File, mut each: impl FnMut(&[u8]) -> io::Result<()>) -> io::Result<(u64, String)> {
    let (mut hash, mut bytes, mut chunk) = (Sha256::new(), 0, vec![0; CHUNK_BYTES]);
    loop {
        let count = file.read(&mut chunk)?;
        let Some(some) = chunk.get(..count).filter(|some| !some.is_empty()) else { break };
        hash.update(some);
        each(some)?;
        bytes += u64::try_from(count).unwrap_or(0);
    }
    Ok((bytes, hex::encode(hash.finalize())))
}

/// The municipality's guide, for the topic of a case.
fn topic(app: &App, ctx: &Ctx, case: &Case) -> Option<crate::guide::Topic> {
    app.kept::<GuideState>().topic(ctx.tenant(), &case.topic)
}
