//! The importers. Documents are parsed on a thread of their own, staged in short write transactions, and made visible by
//! moving one pointer: an import that is interrupted leaves the register as it was, and others write in between.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    io::{self, BufRead, Read},
    sync::{Arc, atomic::Ordering},
    time::{Duration, Instant},
};

use chrono::NaiveDate;
use kernel::{Clock, Ctx, Ids, TenantId, Visibility};
use sha2::{Digest, Sha256};
use storage::{Db, StoreError};
use tokio::sync::mpsc::Sender;
use uuid::Uuid;

use crate::{
    document::{BadDocument, Document, Documents, Numbers},
    fact::RegistryFact,
    geography::{AddressPoints, AreaRefusal, BadPoint, read_areas},
    live::{Endpoint, LiveError, Pages, Wanted},
    model::{Movement, RegisterUnit, Unit},
    store::{self, Change, Chunk, Ending, ImportCounts, Known, Prepared, Staging, UnitKind},
};

/// Documents handed from the parser to the writer at once.
const BATCH_DOCUMENTS: usize = 128;
/// Batches that may wait: the parser runs ahead of the writer, but not far.
const BATCHES_WAITING: usize = 8;
/// What a write transaction aims at, and what it is cut down from; the limit that must hold is 50 ms.
const CHUNK_AIM: (Duration, Duration) = (Duration::from_millis(12), Duration::from_millis(25));
/// Rows in a chunk: the smallest, where it begins, the largest.
const CHUNK_ROWS: (usize, usize, usize) = (16, 128, 1_024);
/// A unit that is new to us but whose last event lies further back was overlooked or loaded late: no event.
const EVENT_DAYS_MAX: i64 = 90;
/// Journal lines written in one transaction.
const LINES_AT_ONCE: u64 = 100;
/// Points of addresses written in one transaction.
const POINTS_AT_ONCE: usize = 500;

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

/// What the parser hands over.
struct Batch {
    rows: Vec<Prepared>,
    bad: Vec<BadDocument>,
    persons: u64,
    bytes: u64,
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

/// Runs on a thread of its own until the input ends or nobody listens.
fn parse(
    input: impl Read,
    numbers: Numbers,
    today: NaiveDate,
    municipalities: &[u16],
    sender: &Sender<Batch>,
) -> io::Result<String> {
    let mut documents = Documents::new(Hashing::new(input), numbers);
    let empty = || Batch { rows: Vec::with_capacity(BATCH_DOCUMENTS), bad: Vec::new(), persons: 0, bytes: 0 };
    let (mut batch, mut bytes) = (empty(), 0);
    let ended = loop {
        match documents.next_document() {
            Ok(Some(Document::Unit(_, unit))) => match prepare(&unit, today, municipalities) {
                Ok(row) => batch.rows.push(row),
                Err(error) => break Err(io::Error::other(error)),
            },
            Ok(Some(Document::Bad(bad))) => batch.bad.push(bad),
            Ok(Some(Document::Person)) => batch.persons += 1,
            Ok(None) => break Ok(()),
            Err(error) => break Err(error),
        }
        if batch.rows.len() + batch.bad.len() >= BATCH_DOCUMENTS {
            batch.bytes = documents.bytes_read() - bytes;
            bytes = documents.bytes_read();
            if sender.blocking_send(std::mem::replace(&mut batch, empty())).is_err() {
                break Ok(());
            }
        }
    };
    batch.bytes = documents.bytes_read() - bytes;
    // Nobody listens any more when the writer failed, which is told there.
    let _unheard = sender.blocking_send(batch);
    ended?;
    Ok(documents.into_input().finish())
}

fn prepare(
    unit: &RegisterUnit,
    today: NaiveDate,
    municipalities: &[u16],
) -> Result<Prepared, serde_json::Error> {
    let (kind, number, cvr, form, detail) = match unit {
        RegisterUnit::Company(company) => {
            let number = i64::from(company.cvr.number());
            let form = company.form(today).map(|form| form.code);
            (UnitKind::Company, number, Some(number), form, serde_json::to_string(company)?)
        }
        RegisterUnit::Establishment(establishment) => {
            let number = i64::try_from(establishment.p_number.number()).unwrap_or(i64::MAX);
            let cvr = establishment.company(today).map(|cvr| i64::from(cvr.number()));
            (UnitKind::Establishment, number, cvr, None, serde_json::to_string(establishment)?)
        }
    };
    let unit = unit.unit();
    let address = unit.addresses.latest(today).map(|latest| latest.value);
    let name = unit.name(today).to_owned();
    let mut prepared = Prepared {
        kind,
        number,
        cvr,
        hash: [0; 16],
        updated_at: unit.updated_at,
        name_folded: kernel::fold(&name),
        name,
        postcode: address.map(|address| address.postcode.clone()).unwrap_or_default(),
        town: address.map(|address| address.town.clone()).unwrap_or_default(),
        municipality: address.and_then(|address| address.municipality),
        form,
        ceased: unit.is_ceased(today),
        protected: unit.advertising_protected,
        address_id: address.and_then(|address| address.address_id),
        locals: locals(unit, today, municipalities),
        detail,
    };
    prepared.hash = hash(&prepared);
    Ok(prepared)
}

fn locals(
    unit: &Unit,
    today: NaiveDate,
    municipalities: &[u16],
) -> Vec<(u16, Option<(NaiveDate, Movement)>)> {
    let here = municipalities.iter().copied().filter(|municipality| unit.was_ever_in(*municipality));
    here.map(|municipality| (municipality, unit.movements(municipality, today).pop())).collect()
}

/// Everything that a row says: also what follows from the day, such as a name that begins tomorrow.
fn hash(prepared: &Prepared) -> [u8; 16] {
    let mut hasher = Sha256::new();
    hasher.update(&prepared.detail);
    hasher.update(&prepared.name);
    hasher.update(&prepared.town);
    for number in [prepared.municipality, prepared.form, Some(u16::from(prepared.ceased))] {
        hasher.update(number.map_or(u32::MAX, u32::from).to_le_bytes());
    }
    hasher.update(prepared.cvr.unwrap_or(-1).to_le_bytes());
    let digest = hasher.finalize();
    let mut hash = [0; 16];
    hash.iter_mut().zip(digest.iter()).for_each(|(to, from)| *to = *from);
    hash
}

/// Hashes what is read.
struct Hashing<R> {
    input: io::BufReader<R>,
    hasher: Sha256,
}

impl<R: Read> Hashing<R> {
    fn new(input: R) -> Self {
        Self { input: io::BufReader::with_capacity(256 * 1024, input), hasher: Sha256::new() }
    }
    fn finish(self) -> String {
        hex::encode(self.hasher.finalize())
    }
}

impl<R: Read> Read for Hashing<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(into)?;
        self.hasher.update(into.get(..read).unwrap_or_default());
        Ok(read)
    }
}

impl<R: Read> BufRead for Hashing<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        self.input.fill_buf()
    }
    fn consume(&mut self, amount: usize) {
        self.hasher.update(self.input.buffer().get(..amount).unwrap_or_default());
        self.input.consume(amount);
    }
}

struct Writer<'a> {
    db: &'a Db,
    clock: &'a Arc<dyn Clock>,
    ids: &'a Arc<Ids>,
    staging: Staging,
    today: NaiveDate,
    noted: BTreeMap<u16, BTreeSet<(UnitKind, i64)>>,
    chunk_rows: usize,
    counts: ImportCounts,
    longest: Duration,
    wrote: bool,
}

impl Writer<'_> {
    /// Takes a chunk from the front and stages what is new in it.
    async fn write(&mut self, waiting: &mut VecDeque<Prepared>) -> Result<(), ImportError> {
        let mut rows = Vec::with_capacity(self.chunk_rows);
        let mut keys = HashSet::with_capacity(self.chunk_rows);
        while rows.len() < self.chunk_rows {
            // The same unit twice: the second waits for the next chunk, which will see the first.
            let is_new = |row: &Prepared| !keys.contains(&(row.kind, row.number));
            let Some(row) = waiting.pop_front_if(|row| is_new(row)) else { break };
            keys.insert((row.kind, row.number));
            rows.push(row);
        }
        let mut known = HashMap::<(UnitKind, i64), Vec<Known>>::new();
        for kind in [UnitKind::Company, UnitKind::Establishment] {
            let numbers = rows.iter().filter(|row| row.kind == kind).map(|row| row.number).collect();
            for row in store::known(self.db, self.staging, kind, numbers).await? {
                known.entry(row.key()?).or_default().push(row);
            }
        }
        let mut chunk = Chunk::default();
        for row in rows {
            let versions = known.remove(&(row.kind, row.number)).unwrap_or_default();
            self.decide(row, &versions, &mut chunk);
        }
        let has_rows = !chunk.rows.is_empty();
        if !has_rows && chunk.locals.is_empty() {
            return Ok(());
        }
        let written = chunk.rows.len();
        let took = store::write_chunk(self.db, self.staging, chunk, self.clock.now()).await?;
        let took = took.ok_or(ImportError::Overtaken)?;
        self.wrote |= has_rows;
        self.longest = self.longest.max(took);
        if took > CHUNK_AIM.1 {
            self.chunk_rows = (self.chunk_rows / 2).max(CHUNK_ROWS.0);
        } else if took < CHUNK_AIM.0 && written * 2 > self.chunk_rows {
            self.chunk_rows = (self.chunk_rows + self.chunk_rows / 4).min(CHUNK_ROWS.2);
        }
        Ok(())
    }

    /// What becomes of one unit.
    fn decide(&mut self, row: Prepared, versions: &[Known], chunk: &mut Chunk) {
        let key = (row.kind, row.number);
        let staged = versions.iter().find(|version| version.from_generation == self.staging.next);
        let seen = versions.iter().find(|version| version.from_generation <= self.staging.current);
        for (municipality, _) in &row.locals {
            if self.noted.entry(*municipality).or_default().insert(key) {
                chunk.locals.push((*municipality, row.kind, row.number));
            }
        }
        let latest = staged.or(seen);
        let is_stale = latest.is_some_and(|version| row.updated_at < version.updated_at);
        if is_stale || latest.is_some_and(|version| version.hash == row.hash) {
            self.counts.unchanged += 1;
            return;
        }
        let unit_id = latest.map_or_else(|| self.ids.new_uuid(self.clock.now()), |version| version.unit_id);
        match latest {
            None => self.counts.added += 1,
            Some(version) => {
                self.counts.changed += 1;
                self.counts.ceased += u64::from(row.ceased && !version.ceased);
            }
        }
        if staged.is_some() {
            chunk.restages.push(key);
        } else if seen.is_some() {
            chunk.replaces.push(key);
        }
        self.tell(&row, seen, unit_id, chunk);
        chunk.rows.push((row, unit_id));
    }

    /// What the change means for each municipality.
    fn tell(&self, row: &Prepared, seen: Option<&Known>, unit_id: Uuid, chunk: &mut Chunk) {
        if self.staging.current == 0 {
            return;
        }
        for (municipality, last) in &row.locals {
            let is_here = !row.ceased && row.municipality == Some(*municipality);
            let was_here = seen.is_some_and(|version| {
                !version.ceased && version.municipality == Some(i32::from(*municipality))
            });
            let is_recent = last.is_some_and(|(day, _)| (self.today - day).num_days() <= EVENT_DAYS_MAX);
            let word = match (was_here, is_here) {
                (true, true) | (false, false) => continue,
                (false, true) if seen.is_none() && !is_recent => continue,
                (false, true) if last.is_some_and(|(_, movement)| movement == Movement::MovedIn) => {
                    "moved_in"
                }
                (false, true) => "new",
                (true, false) if row.ceased => "ceased",
                (true, false) => "moved_out",
            };
            let on = last.map(|(day, _)| day);
            let (municipality, kind, number) = (*municipality, row.kind, row.number);
            chunk.changes.push(Change { municipality, kind, number, unit_id, word, on });
        }
    }
}

/// The run's own line in a municipality's journal.
async fn record_run(db: &Db, ctx: &Ctx, report: &ImportReport) -> Result<(), StoreError> {
    let counts = report.counts;
    let fact = RegistryFact::Imported {
        input_hash: report.input_hash.clone(),
        read: counts.read,
        added: counts.added,
        changed: counts.changed,
        ceased: counts.ceased,
        rejected: counts.rejected,
    };
    let tx = db.begin_write(ctx).await?;
    tx.note(report.run, Visibility::Staff, &fact).await?;
    tx.commit().await
}

/// Puts what has become visible into the municipality's journal, a hundred lines at a time. Called after each import, and
/// by a timer for what a process that died left behind. Returns how many lines were written.
pub async fn record_changes(db: &Db, ctx: &Ctx) -> Result<u64, StoreError> {
    let mut written = 0;
    loop {
        let tx = db.begin_write(ctx).await?;
        let changes = store::unrecorded_changes(&tx, LINES_AT_ONCE).await?;
        if changes.is_empty() {
            return Ok(written);
        }
        for (kind, number, unit_id, word, on) in changes {
            let fact = match word.as_str() {
                "new" => RegistryFact::New { kind, on },
                "moved_in" => RegistryFact::MovedIn { kind, on },
                "moved_out" => RegistryFact::MovedOut { kind, on },
                "ceased" => RegistryFact::Ceased { kind, on },
                _ => return Err(StoreError::corrupt("registry_change.word", number)),
            };
            tx.note(unit_id, Visibility::Staff, &fact).await?;
            written += 1;
        }
        tx.commit().await?;
    }
}

/// What an import of address points did.
#[derive(Debug, Clone, Default)]
pub struct PointsReport {
    /// Points written.
    pub written: u64,
    /// The first bad lines.
    pub bad: Vec<BadPoint>,
    /// All bad lines.
    pub rejected: u64,
}

/// Imports points of addresses. A bad heading refuses the file; a bad line is told and the rest goes in.
pub async fn import_points(
    db: &Db,
    input: impl BufRead + Send,
) -> Result<Result<PointsReport, BadPoint>, ImportError> {
    let mut points = match AddressPoints::new(input)? {
        Ok(points) => points,
        Err(bad) => return Ok(Err(bad)),
    };
    let mut report = PointsReport::default();
    loop {
        // The same address twice in one statement is refused by PostgreSQL: the last one counts.
        let mut some = BTreeMap::new();
        while some.len() < POINTS_AT_ONCE {
            match points.next_point()? {
                None => break,
                Some(Ok(point)) => {
                    some.insert(point.address, point);
                }
                Some(Err(bad)) => {
                    report.rejected += 1;
                    if report.bad.len() < store::BAD_DOCUMENTS_KEPT {
                        report.bad.push(bad);
                    }
                }
            }
        }
        if some.is_empty() {
            return Ok(Ok(report));
        }
        let some: Vec<_> = some.into_values().collect();
        let tx = db.begin_raw().await?;
        store::write_points(&tx, &some).await?;
        tx.commit().await.map_err(StoreError::from)?;
        report.written += some.len() as u64;
    }
}

/// Puts the areas of a GeoJSON file in place of the municipality's areas. Returns how many there are now.
pub async fn import_areas(db: &Db, ctx: &Ctx, text: &str) -> Result<Result<usize, AreaRefusal>, StoreError> {
    let areas = match read_areas(text) {
        Ok(areas) => areas,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let tx = db.begin_write(ctx).await?;
    store::replace_areas(&tx, &areas).await?;
    tx.commit().await?;
    Ok(Ok(areas.len()))
}
