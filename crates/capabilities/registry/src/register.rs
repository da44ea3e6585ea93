//! The register as the rest of the program asks it: find by name, number or address, cards, areas. Keeps the search index
//! up to date from the database and answers without it when it is not there.

use std::{
    collections::{BTreeMap, HashMap},
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Calendar, Clock, Ctx, CvrNumber, PNumber, TenantId};
use ports::{AreaIndex, AreaShape, CompanyCard, CompanyDirectory};
use search::{Question, RegisterIndex, Scope, SearchError};
use storage::{Db, StoreError};
use tokio::sync::mpsc;

use crate::{
    figures::LocalFigures,
    geography::{Area, AreaMap},
    model::{Company, Establishment, RegisterUnit},
    store::{self, Entry, Listed, Run, UnitKind},
};

/// How often it is looked whether an import has become visible: what is new can be found within two seconds.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Units read from the database at once while the index is fed.
const FED_AT_ONCE: u64 = 1_000;
/// How long areas and the last run are kept in memory: another process may change them.
const KEPT: Duration = Duration::from_secs(20);
/// Hits looked at for each one shown: a company and its only establishment are one thing to the reader.
const HITS_PER_SHOWN: usize = 4;
/// Names that are looked for in one statement, each in several spellings.
const NAMES_AT_ONCE: usize = 100;
/// Companies of one name that are offered to choose from.
const NAMESAKES_MAX: usize = 10;
/// What says the form of a company at the end of its name.
const FORMS: [&str; 10] = ["aps", "a/s", "as", "ivs", "i/s", "k/s", "p/s", "amba", "a.m.b.a.", "fmba"];
/// A question longer than this is cut.
pub const QUESTION_CHARS_MAX: usize = 100;

/// Why the index could not be brought up to date. The next look tries again.
#[derive(Debug, thiserror::Error)]
pub enum FollowError {
    /// The index.
    #[error(transparent)]
    Search(#[from] SearchError),
    /// The database.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The feeding ended before it was whole.
    #[error("the search index was not fed to the end")]
    Unfinished,
}

/// The register, cheap to clone; kept by the application between requests.
#[derive(Clone)]
pub struct Register(Arc<Inner>);

/// Figures, of which generation, since when.
type KeptFigures = (i64, Instant, Arc<LocalFigures>);
type Kept<T> = Mutex<HashMap<TenantId, (Instant, Arc<T>)>>;

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    calendar: Arc<Calendar>,
    index: Option<RegisterIndex>,
    is_ready: AtomicBool,
    areas: Kept<AreaMap>,
    last_run: Mutex<Option<(Instant, Option<Arc<Run>>)>>,
    figures: Mutex<HashMap<TenantId, KeptFigures>>,
}

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Found {
    /// Best first.
    pub units: Vec<Listed>,
    /// Whether the index was not there and only beginnings of names were looked for: to be said on the page.
    pub is_simple: bool,
}

impl Register {
    /// Opens the index in the folder. A folder that cannot be used is logged, and search falls back to beginnings of names.
    pub fn open(db: Db, clock: Arc<dyn Clock>, calendar: Arc<Calendar>, folder: &Path) -> Self {
        let index = RegisterIndex::open(folder);
        let index = index.inspect_err(|error| tracing::error!(%error, "search works without its index")).ok();
        Self::new(db, clock, calendar, index)
    }

    /// With an index in memory, for tests and short-lived commands.
    pub fn in_memory(db: Db, clock: Arc<dyn Clock>, calendar: Arc<Calendar>) -> Self {
        Self::new(db, clock, calendar, RegisterIndex::in_memory().ok())
    }

    /// Without any index.
    pub fn without_index(db: Db, clock: Arc<dyn Clock>, calendar: Arc<Calendar>) -> Self {
        Self::new(db, clock, calendar, None)
    }

    fn new(db: Db, clock: Arc<dyn Clock>, calendar: Arc<Calendar>, index: Option<RegisterIndex>) -> Self {
        Self(Arc::new(Inner {
            db,
            clock,
            calendar,
            index,
            is_ready: AtomicBool::new(false),
            areas: Mutex::default(),
            last_run: Mutex::default(),
            figures: Mutex::default(),
        }))
    }

    /// The day in the town.
    pub fn today(&self) -> NaiveDate {
        self.0.calendar.local_date(self.0.clock.now())
    }

    /// Whether search answers from its index.
    pub fn is_indexed(&self) -> bool {
        self.0.is_ready.load(Ordering::Relaxed)
    }

    /// Keeps the index up to date, for ever.
    pub async fn follow(self) {
        loop {
            if let Err(error) = self.catch_up().await {
                tracing::error!(%error, "the search index could not be brought up to date; trying again");
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Brings the index up to date with what is visible. Returns whether anything had to be done.
    pub async fn catch_up(&self) -> Result<bool, FollowError> {
        let Some(index) = &self.0.index else { return Ok(false) };
        let conn = self.0.db.raw();
        let Some((generation, at)) = store::switched(conn).await? else {
            self.0.is_ready.store(true, Ordering::Relaxed);
            return Ok(false);
        };
        let mark = mark_of(generation, at);
        let known = index.mark()?;
        if known.as_deref() == Some(mark.as_str()) {
            self.0.is_ready.store(true, Ordering::Relaxed);
            return Ok(false);
        }
        // Only an index of this very register can be taken further: a restored database begins another history.
        let mut since = None;
        if let Some((indexed, at)) = known.as_deref().and_then(read_mark)
            && indexed < generation
            && store::was_switched(conn, indexed, at).await?
        {
            since = Some(indexed);
        }
        self.0.is_ready.store(since.is_some(), Ordering::Relaxed);
        self.feed(since, mark).await?;
        self.0.is_ready.store(true, Ordering::Relaxed);
        tracing::info!(entries = index.count(), generation, "the search index is up to date");
        Ok(true)
    }

    async fn feed(&self, since: Option<i64>, mark: String) -> Result<(), FollowError> {
        let (sender, mut receiver) = mpsc::channel::<Option<Vec<search::Entry>>>(2);
        let inner = self.0.clone();
        let writing = tokio::task::spawn_blocking(move || {
            let Some(index) = &inner.index else { return Err(FollowError::Unfinished) };
            index.update(since.is_none(), &mark, |put| {
                loop {
                    match receiver.blocking_recv() {
                        Some(Some(entries)) => entries.iter().try_for_each(&mut *put)?,
                        Some(None) => return Ok(()),
                        None => return Err(FollowError::Unfinished),
                    }
                }
            })
        });
        let fed = self.read_all(since, &sender).await;
        drop(sender);
        let written = writing.await.map_err(|_| FollowError::Unfinished)?;
        fed?;
        written
    }

    async fn read_all(
        &self,
        since: Option<i64>,
        sender: &mpsc::Sender<Option<Vec<search::Entry>>>,
    ) -> Result<(), FollowError> {
        let (conn, today) = (self.0.db.raw(), self.today());
        let mut after = None;
        loop {
            let mut units = store::entries_since(conn, since.unwrap_or(-1), after, FED_AT_ONCE).await?;
            let Some(last) = units.last() else { break };
            after = Some((last.kind, last.number));
            if since.is_some() {
                // A company that changed its form changes who may find its establishments.
                let companies: Vec<CvrNumber> = units
                    .iter()
                    .filter(|unit| unit.kind == UnitKind::Company)
                    .filter_map(|unit| unit.cvr)
                    .collect();
                units.extend(store::establishments_of(conn, &companies).await?);
            }
            let owners: Vec<CvrNumber> = units
                .iter()
                .filter(|unit| unit.kind == UnitKind::Establishment)
                .filter_map(|unit| unit.cvr)
                .collect();
            let owners = store::companies(conn, &owners).await?;
            let persons: HashMap<CvrNumber, bool> =
                owners.into_iter().map(|row| (row.cvr, row.sole_trader)).collect();
            let entries = units
                .into_iter()
                .map(|unit| to_entry(&unit, &persons, today))
                .collect::<Result<Vec<_>, _>>()?;
            if sender.send(Some(entries)).await.is_err() {
                return Err(FollowError::Unfinished);
            }
        }
        sender.send(None).await.map_err(|_| FollowError::Unfinished)
    }

    /// Finds companies and establishments. What is shown is read again from the database and checked for this asker.
    pub async fn find(
        &self,
        tenant: TenantId,
        text: &str,
        scope: Scope,
        limit: usize,
    ) -> Result<Found, StoreError> {
        let text: String = text.chars().take(QUESTION_CHARS_MAX).collect();
        if search::words(&text).is_empty() {
            return Ok(Found::default());
        }
        let municipality = u16::try_from(tenant.code()).unwrap_or_default();
        let asked = limit * HITS_PER_SHOWN;
        let keys = match &self.0.index {
            Some(index) if self.is_indexed() => {
                match index.find(Question { text: &text, scope, municipality, limit: asked }) {
                    Ok(hits) => Some(hits.into_iter().map(|hit| from_key(hit.key)).collect::<Vec<_>>()),
                    Err(error) => {
                        tracing::error!(%error, "search works without its index");
                        None
                    }
                }
            }
            _ => None,
        };
        let is_simple = keys.is_none();
        let conn = self.0.db.raw();
        let keys = match (keys, number_of(&text)) {
            (Some(keys), _) => keys,
            (None, Some(number)) => vec![(UnitKind::Company, number), (UnitKind::Establishment, number)],
            (None, None) => {
                store::keys_by_name_prefix(conn, &kernel::fold(text.trim()), asked as u64).await?
            }
        };
        let units = store::listed(conn, &keys).await?;
        let units = units.into_iter().filter(|unit| scope == Scope::Staff || is_public(unit, &text));
        Ok(Found { units: once_each(units, limit), is_simple })
    }

    /// All that the register says of what was found.
    pub async fn describe(
        &self,
        units: &[Listed],
    ) -> Result<HashMap<(UnitKind, u64), RegisterUnit>, StoreError> {
        let keys: Vec<_> = units.iter().map(|unit| (unit.kind, unit.number)).collect();
        store::described(self.0.db.raw(), &keys).await
    }

    /// The municipality's areas.
    pub async fn areas(&self, ctx: &Ctx) -> Result<Arc<AreaMap>, StoreError> {
        if let Some(map) = kept(&self.0.areas, ctx.tenant()) {
            return Ok(map);
        }
        let map = Arc::new(AreaMap::new(store::areas(&self.0.db.read(ctx)).await?));
        self.keep_areas(ctx.tenant(), map.clone());
        Ok(map)
    }

    fn keep_areas(&self, tenant: TenantId, map: Arc<AreaMap>) {
        self.0.areas.lock().unwrap_or_else(PoisonError::into_inner).insert(tenant, (Instant::now(), map));
    }

    /// The run that last became visible: "as of".
    pub async fn last_run(&self) -> Result<Option<Arc<Run>>, StoreError> {
        if let Some((at, run)) = &*self.0.last_run.lock().unwrap_or_else(PoisonError::into_inner)
            && at.elapsed() < KEPT
        {
            return Ok(run.clone());
        }
        let run = store::last_done(&self.0.db).await?.map(Arc::new);
        *self.0.last_run.lock().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), run.clone()));
        Ok(run)
    }

    /// What figures are counted from: the municipality's own units, as they are visible now.
    pub async fn figures(&self, ctx: &Ctx) -> Result<Arc<LocalFigures>, StoreError> {
        let generation = store::generation(self.0.db.raw()).await?;
        let tenant = ctx.tenant();
        if let Some((of, at, figures)) =
            self.0.figures.lock().unwrap_or_else(PoisonError::into_inner).get(&tenant)
            && *of == generation
            && at.elapsed() < KEPT * 3
        {
            return Ok(figures.clone());
        }
        let areas = self.areas(ctx).await?;
        let figures = Arc::new(LocalFigures::load(&self.0.db, tenant, &areas, self.today()).await?);
        let mut kept = self.0.figures.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(tenant, (generation, Instant::now(), figures.clone()));
        Ok(figures)
    }
}

fn kept<T>(all: &Kept<T>, tenant: TenantId) -> Option<Arc<T>> {
    let all = all.lock().unwrap_or_else(PoisonError::into_inner);
    all.get(&tenant).filter(|(at, _)| at.elapsed() < KEPT).map(|(_, value)| value.clone())
}

fn mark_of(generation: i64, at: DateTime<Utc>) -> String {
    format!("{generation}@{}", at.timestamp_micros())
}

fn read_mark(mark: &str) -> Option<(i64, DateTime<Utc>)> {
    let (generation, at) = mark.split_once('@')?;
    Some((generation.parse().ok()?, DateTime::from_timestamp_micros(at.parse().ok()?)?))
}

fn to_key(kind: UnitKind, number: u64) -> u64 {
    number * 2 + u64::from(kind == UnitKind::Establishment)
}

fn from_key(key: u64) -> (UnitKind, u64) {
    (if key.is_multiple_of(2) { UnitKind::Company } else { UnitKind::Establishment }, key / 2)
}

fn to_entry(
    unit: &Entry,
    persons: &HashMap<CvrNumber, bool>,
    today: NaiveDate,
) -> Result<search::Entry, StoreError> {
    let corrupt = || StoreError::corrupt("registry_unit.detail", unit.number);
    let mut names = vec![unit.name.clone()];
    let (known, is_person) = match unit.kind {
        UnitKind::Company => {
            let company: Company = serde_json::from_str(&unit.detail).map_err(|_| corrupt())?;
            names.extend(company.secondary_names.all_current(today).cloned());
            let is_person = company.is_sole_trader(today);
            (company.unit, is_person)
        }
        UnitKind::Establishment => {
            let establishment: Establishment = serde_json::from_str(&unit.detail).map_err(|_| corrupt())?;
            // A company that is not in the register may be a person.
            let is_person = unit.cvr.and_then(|cvr| persons.get(&cvr).copied()).unwrap_or(true);
            (establishment.unit, is_person)
        }
    };
    let number = match unit.kind {
        UnitKind::Company => format!("{:08}", unit.number),
        UnitKind::Establishment => format!("{:010}", unit.number),
    };
    Ok(search::Entry {
        key: to_key(unit.kind, unit.number),
        names,
        former_names: known.former_names(today).into_iter().map(|dated| dated.value.clone()).collect(),
        places: known.addresses.latest(today).map(|latest| latest.value.to_string()).into_iter().collect(),
        numbers: vec![number],
        municipality: unit.municipality,
        is_person,
        is_living: !unit.ceased,
    })
}

/// What anyone may be shown: living companies; a person only to someone who knows the whole name or a number already.
fn is_public(unit: &Listed, text: &str) -> bool {
    if unit.ceased || unit.cvr.is_none() {
        return false;
    }
    if !unit.is_person {
        return true;
    }
    let whole_name = search::words(&unit.name) == search::words(text);
    let whole_number = number_of(text).is_some_and(|number| {
        number == unit.number || unit.cvr.is_some_and(|cvr| u64::from(cvr.number()) == number)
    });
    whole_name || whole_number
}

/// A name, folded, as it stands and with every other form of company behind it, or none.
fn spellings(name: &str) -> Vec<String> {
    let folded = kernel::fold(name.trim());
    let bare = FORMS.iter().find_map(|form| folded.strip_suffix(&format!(" {form}")));
    let bare = bare.unwrap_or(&folded).trim_end_matches([',', ' ']).to_owned();
    if bare.is_empty() {
        return Vec::new();
    }
    let with_forms = FORMS.iter().map(|form| format!("{bare} {form}"));
    with_forms.chain([bare.clone(), folded.clone()]).collect()
}

/// A CVR number or P-number typed with or without spaces and `DK`.
fn number_of(text: &str) -> Option<u64> {
    if let Ok(cvr) = text.parse::<CvrNumber>() {
        return Some(u64::from(cvr.number()));
    }
    text.parse::<PNumber>().ok().map(PNumber::number)
}

/// A company and an establishment of the same name in the same town are one hit; the company stands for both.
fn once_each(units: impl Iterator<Item = Listed>, limit: usize) -> Vec<Listed> {
    let mut shown = Vec::<Listed>::new();
    for unit in units {
        let same = |other: &Listed| {
            other.cvr == unit.cvr
                && unit.cvr.is_some()
                && other.town == unit.town
                && kernel::fold(&other.name) == kernel::fold(&unit.name)
        };
        match shown.iter_mut().find(|other| same(other)) {
            Some(other) if unit.kind == UnitKind::Company => *other = unit,
            Some(_) => {}
            None => shown.push(unit),
        }
    }
    shown.truncate(limit);
    shown
}

#[async_trait]
impl AreaIndex for Register {
    async fn areas(&self, ctx: &Ctx) -> Result<Vec<AreaShape>, StoreError> {
        let map = self.areas(ctx).await?;
        Ok(map.areas().iter().map(Area::as_shape).collect())
    }
}

#[async_trait]
impl CompanyDirectory for Register {
    async fn companies(
        &self,
        _: &Ctx,
        numbers: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        let rows = store::companies(self.0.db.raw(), numbers).await?;
        let card = |row: store::CompanyRow| {
            let card = CompanyCard {
                cvr: row.cvr,
                name: row.name,
                town: row.town,
                ceased: row.ceased,
                protected: row.protected,
                is_person: row.sole_trader,
            };
            (row.cvr, card)
        };
        Ok(rows.into_iter().map(card).collect())
    }

    async fn companies_named(
        &self,
        ctx: &Ctx,
        names: &[String],
    ) -> Result<BTreeMap<String, Vec<CompanyCard>>, StoreError> {
        let mut meant = BTreeMap::<String, Vec<CompanyCard>>::new();
        for some in names.chunks(NAMES_AT_ONCE) {
            let spelt: Vec<(&String, Vec<String>)> =
                some.iter().map(|name| (name, spellings(name))).collect();
            let all: Vec<String> = spelt.iter().flat_map(|(_, spellings)| spellings).cloned().collect();
            let found = store::companies_called(self.0.db.raw(), &all).await?;
            let numbers: Vec<CvrNumber> = found.iter().map(|(_, cvr)| *cvr).collect();
            let cards = self.companies(ctx, &numbers).await?;
            for (name, spellings) in spelt {
                let fits = |(called, cvr): &(String, CvrNumber)| {
                    spellings.contains(called).then(|| cards.get(cvr).cloned()).flatten()
                };
                let of_name: Vec<CompanyCard> = found.iter().filter_map(fits).take(NAMESAKES_MAX).collect();
                if !of_name.is_empty() {
                    meant.insert(name.clone(), of_name);
                }
            }
        }
        Ok(meant)
    }

    async fn known_p_numbers(&self, numbers: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        store::known_p_numbers(self.0.db.raw(), numbers).await
    }
}
