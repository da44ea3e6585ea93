//! The importers. Documents are parsed on a thread of their own, staged in short write transactions, and made visible by
//! moving one pointer: an import that is interrupted leaves the register as it was, and others write in between.

mod hashing;
mod parsing;
mod places;
mod recording;
mod writing;

use std::{
    collections::{BTreeMap, VecDeque},
    io::{self, Read},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use kernel::{Clock, Ctx, Ids, TenantId};
use storage::{Db, StoreError};
use uuid::Uuid;

use self::{
    parsing::{Batch, parse},
    recording::record_run,
    writing::{CHUNK_ROWS, RECOUNT, Writer},
};
pub use self::{
    places::{PointsReport, import_areas, import_points},
    recording::record_changes,
};
use crate::{
    document::{BadDocument, Numbers},
    entity::unit,
    live::{Endpoint, LiveError, Pages, Wanted},
    store::{self, Ending, ImportCounts, Staging},
};

/// Batches that may wait: the parser runs ahead of the writer, but not far.
const BATCHES_WAITING: usize = 8;

/// What to import, and for whom.
#[derive(Debug, Clone)]
pub struct ImportOptions {
    /// Which numbers the source may hold.
    pub numbers: Numbers,
    /// The day on which "current" is decided.
    pub today: NaiveDate,
    /// The municipalities of this installation: their journals tell what came and went.
    pub tenants: Vec<TenantId>,
    /// A word for where the documents come from, such as `file` or `live`.
    pub source: String,
}

/// How far an import is.
#[derive(Debug, Clone, Copy)]
pub struct Progress {
    /// What it did so far.
    pub counts: ImportCounts,
    /// Bytes of documents parsed.
    pub bytes: u64,
    /// Documents that the source says it has; 0 where it does not say.
    pub expected: u64,
    /// Since it began.
    pub elapsed: Duration,
}

/// What an import did.
#[derive(Debug, Clone)]
pub struct ImportReport {
    /// The run.
    pub run: Uuid,
    /// What it did.
    pub counts: ImportCounts,
    /// Persons met and not read.
    pub persons: u64,
    /// The first bad documents; `counts.rejected` counts all.
    pub bad: Vec<BadDocument>,
    /// SHA-256 of the input, in hex.
    pub input_hash: String,
    /// The longest write transaction.
    pub longest_write: Duration,
}

impl ImportReport {
    /// Whether something was read, and none of it could be used.
    pub fn is_refused(&self) -> bool {
        self.counts.read > 0 && self.counts.rejected == self.counts.read
    }
}

/// Why an import ended without becoming visible. The register is as it was.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// Another import is under way.
    #[error("another import has been running since {0}; wait for it, or for its lease of a minute to end")]
    Busy(chrono::DateTime<chrono::Utc>),
    /// This import was silent for so long that another took over.
    #[error("another import has taken over")]
    Overtaken,
    /// Not one document could be used.
    #[error("none of the {} documents could be used; the register is as it was", .0.counts.read)]
    Refused(Box<ImportReport>),
    /// The input cannot be read.
    #[error("the input cannot be read: {0}")]
    Input(#[from] io::Error),
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ImportError {
    /// A code for the operator's page.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Busy(_) => "busy",
            Self::Overtaken => "overtaken",
            Self::Refused(_) => "none-usable",
            Self::Input(error) => {
                let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<LiveError>());
                inner.map_or("input", LiveError::code)
            }
            Self::Store(error) if error.is_full() => "full",
            Self::Store(_) => "database",
        }
    }
}

/// Imports documents of the register: JSON lines, search answers, scroll pages. `progress` is called after every chunk.
pub async fn import(
    db: &Db,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
    input: impl Read + Send + 'static,
    options: ImportOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<ImportReport, ImportError> {
    let tenant = options.tenants.first().copied().unwrap_or(TenantId::new(0));
    let ctx = Ctx::system("registry-import", tenant, clock.now(), ids.clone());
    let staging = store::begin_run(db, &ctx, &options.source).await?.map_err(ImportError::Busy)?;
    let outcome = stage(db, clock, ids, staging, input, &options, progress).await;
    let staged = match outcome {
        Ok(staged) => staged,
        Err(error) => {
            store::fail_run(db, clock.now(), staging, error.code()).await?;
            return Err(error);
        }
    };
    let ctx = Ctx::system("registry-import", tenant, clock.now(), ids.clone());
    let ending = Ending {
        input_hash: &staged.report.input_hash,
        counts: staged.report.counts,
        persons: staged.report.persons,
        bad: &staged.report.bad,
        switch: staged.wrote,
        refused: staged.report.is_refused(),
    };
    if !store::end_run(db, &ctx, staging, ending).await? {
        return Err(ImportError::Overtaken);
    }
    if staged.report.is_refused() {
        return Err(ImportError::Refused(Box::new(staged.report)));
    }
    if staged.wrote {
        store::sweep_replaced(db, staging.next).await?;
        db.recount::<unit::Entity>().await?;
    }
    for tenant in &options.tenants {
        let ctx = Ctx::system("registry-import", *tenant, clock.now(), ids.clone());
        record_run(db, &ctx, &staged.report).await?;
        record_changes(db, &ctx).await?;
    }
    Ok(staged.report)
}

/// Imports straight from the service: first what is wanted, then the companies elsewhere that own establishments here.
pub async fn import_live(
    db: &Db,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
    endpoint: &Endpoint,
    wanted: &Wanted,
    options: ImportOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<ImportReport>, ImportError> {
    let pages = Pages::new(endpoint.clone(), wanted);
    let expected = pages.expected();
    let mut told = |at: Progress| progress(Progress { expected: expected.load(Ordering::Relaxed), ..at });
    let mut reports = vec![import(db, clock, ids, pages, options.clone(), &mut told).await?];
    if let Wanted::Municipality(municipality, _) = wanted {
        let owners = store::unknown_owners(db.raw(), *municipality).await?;
        if !owners.is_empty() {
            let options = ImportOptions { source: format!("{}-owners", options.source), ..options };
            let pages = Pages::new(endpoint.clone(), &Wanted::Companies(owners));
            // An owner that cannot be read is no reason to ask for everything again.
            match import(db, clock, ids, pages, options, progress).await {
                Ok(report) => reports.push(report),
                Err(ImportError::Refused(report)) => reports.push(*report),
                Err(error) => return Err(error),
            }
        }
    }
    Ok(reports)
}

struct Staged {
    report: ImportReport,
    wrote: bool,
}

async fn stage(
    db: &Db,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
    staging: Staging,
    input: impl Read + Send + 'static,
    options: &ImportOptions,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Staged, ImportError> {
    if staging.was_interrupted {
        store::sweep_staged(db, staging.current).await?;
    }
    let mut noted = BTreeMap::new();
    for tenant in &options.tenants {
        let municipality = u16::try_from(tenant.code()).unwrap_or_default();
        noted.insert(municipality, store::noted_locals(db, municipality).await?);
    }
    let (sender, mut receiver) = tokio::sync::mpsc::channel::<Batch>(BATCHES_WAITING);
    let parser = {
        let (numbers, today) = (options.numbers, options.today);
        let municipalities: Vec<u16> = noted.keys().copied().collect();
        tokio::task::spawn_blocking(move || parse(input, numbers, today, &municipalities, &sender))
    };
    let mut writer = Writer {
        db,
        clock,
        ids,
        staging,
        today: options.today,
        noted,
        chunk_rows: CHUNK_ROWS.1,
        counts: ImportCounts::default(),
        longest: Duration::ZERO,
        wrote: false,
        recount_at: RECOUNT.0,
    };
    let begun = Instant::now();
    let (mut waiting, mut bad, mut persons, mut bytes) = (VecDeque::new(), Vec::new(), 0, 0);
    loop {
        let batch = receiver.recv().await;
        let at_end = batch.is_none();
        if let Some(batch) = batch {
            writer.counts.read += (batch.rows.len() + batch.bad.len()) as u64;
            writer.counts.rejected += batch.bad.len() as u64;
            let room = store::BAD_DOCUMENTS_KEPT.saturating_sub(bad.len());
            bad.extend(batch.bad.into_iter().take(room));
            persons += batch.persons;
            bytes += batch.bytes;
            waiting.extend(batch.rows);
        }
        while waiting.len() >= writer.chunk_rows || (at_end && !waiting.is_empty()) {
            writer.write(&mut waiting).await?;
            progress(Progress { counts: writer.counts, bytes, expected: 0, elapsed: begun.elapsed() });
        }
        if at_end {
            break;
        }
    }
    let input_hash = parser.await.map_err(io::Error::other)??;
    let report = ImportReport {
        run: staging.run,
        counts: writer.counts,
        persons,
        bad,
        input_hash,
        longest_write: writer.longest,
    };
    Ok(Staged { report, wrote: writer.wrote })
}
