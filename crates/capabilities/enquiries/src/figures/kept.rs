//! What a node keeps of the journal to count from: the facts of every case, brought up to date from the last position on.
//! Rebuilt from the journal at any time.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex as QuickMutex, PoisonError},
};

use chrono::{Duration, NaiveDate};
use kernel::{Calendar, CaseId, Code, Ctx, Fact, TeamId, TenantId};
use ledger::LedgerFact;
use storage::{Db, LineFilter, Reader, StoreError, lines, lines_after};
use tokio::sync::Mutex;
use uuid::Uuid;
use web::App;

use super::{CaseFacts, Experience, Tables, experience};
use crate::fact::EnquiryFact;

/// Lines per statement while catching up.
const PAGE: u64 = 500;
/// Cases whose lines are read at once.
const CASES_AT_ONCE: usize = 40;
/// Lines of so many cases: nobody writes more about them.
const LINES_MAX: u64 = 1_000_000;
/// Tables kept at once: managers of different teams know of different confidential cases.
const TABLES_MAX: usize = 8;
/// Experience is that of the last year: people and rules change.
const EXPERIENCE_DAYS: i64 = 365;

/// Every case of a tenant, by id. Cheap to clone.
pub type Cases = Arc<BTreeMap<CaseId, Arc<CaseFacts>>>;

/// The facts of every case, per tenant: one that is read for the first time keeps no other waiting. Cheap to clone.
#[derive(Clone, Default)]
pub struct KeptFigures(Arc<QuickMutex<HashMap<TenantId, Arc<Mutex<Kept>>>>>);

#[derive(Default)]
struct Kept {
    position: i64,
    /// Whether the journal has been read to its end once.
    is_loaded: bool,
    cases: Cases,
    /// Per topic, good for one position and one day.
    experience: HashMap<Code, ((i64, NaiveDate), Option<Experience>)>,
    /// Those that were made last, of one position and one day.
    tables: Vec<(TablesKey, Arc<Tables>)>,
}

/// What tables are good for: a position, a day, the teams of several people, and whoever may not know of these cases.
type TablesKey = (i64, NaiveDate, BTreeSet<TeamId>, BTreeSet<CaseId>);

impl KeptFigures {
    fn of(&self, tenant: TenantId) -> Arc<Mutex<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().clone()
    }

    /// The facts as of the last sealed line. One request brings them up to date, the others wait for it.
    pub async fn cases(&self, db: &Db, ctx: &Ctx, calendar: &Calendar) -> Result<Cases, StoreError> {
        let kept = self.of(ctx.tenant());
        let mut kept = kept.lock().await;
        catch_up(&mut kept, db, ctx, calendar).await?;
        Ok(kept.cases.clone())
    }

    /// The managers' tables, with the facts that they are made of. `of_several` are the teams in which more than one person
    /// works, `unknown` the cases that the asker may not know of: they are in no number and not among the facts. Made once for
    /// each position of the journal and day.
    pub async fn tables(
        &self,
        db: &Db,
        ctx: &Ctx,
        calendar: &Calendar,
        of_several: BTreeSet<TeamId>,
        unknown: BTreeSet<CaseId>,
    ) -> Result<(Arc<Tables>, Cases), StoreError> {
        let kept = self.of(ctx.tenant());
        let mut kept = kept.lock().await;
        catch_up(&mut kept, db, ctx, calendar).await?;
        let mut cases = kept.cases.clone();
        if !unknown.is_empty() {
            Arc::make_mut(&mut cases).retain(|id, _| !unknown.contains(id));
        }
        let (position, today) = (kept.position, calendar.local_date(ctx.now()));
        kept.tables.retain(|((of, day, ..), _)| (*of, *day) == (position, today));
        let good_for = (position, today, of_several, unknown);
        if let Some((_, tables)) = kept.tables.iter().find(|(of, _)| *of == good_for) {
            return Ok((tables.clone(), cases));
        }
        let all: Vec<&CaseFacts> = cases.values().map(AsRef::as_ref).collect();
        let tables = Arc::new(Tables::of(&all, &good_for.2, ctx.now(), calendar));
        if kept.tables.len() >= TABLES_MAX {
            kept.tables.remove(0);
        }
        kept.tables.push((good_for, tables.clone()));
        Ok((tables, cases))
    }

    /// Our experience with each topic in the last year, where five or more were answered. Nothing while the journal is read
    /// for the first time: a company that asks is not kept waiting for it.
    pub async fn experience(
        &self,
        db: &Db,
        ctx: &Ctx,
        calendar: &Calendar,
        topics: &[Code],
    ) -> Result<BTreeMap<Code, Experience>, StoreError> {
        let today = calendar.local_date(ctx.now());
        let kept = self.of(ctx.tenant());
        let mut kept = match kept.try_lock() {
            Ok(kept) if kept.is_loaded => kept,
            _ => return Ok(BTreeMap::new()),
        };
        catch_up(&mut kept, db, ctx, calendar).await?;
        let known = topics.iter().filter_map(|topic| {
            kept.experience_with(topic, today, ctx, calendar).map(|experience| (topic.clone(), experience))
        });
        Ok(known.collect())
    }

    /// The same of one topic, as far as this node has read: asks the database nothing, for pages that others wait for.
    pub fn known_experience(&self, ctx: &Ctx, calendar: &Calendar, topic: &Code) -> Option<Experience> {
        let kept = self.of(ctx.tenant());
        let mut kept = kept.try_lock().ok().filter(|kept| kept.is_loaded)?;
        kept.experience_with(topic, calendar.local_date(ctx.now()), ctx, calendar)
    }
}

impl Kept {
    fn experience_with(
        &mut self,
        topic: &Code,
        today: NaiveDate,
        ctx: &Ctx,
        calendar: &Calendar,
    ) -> Option<Experience> {
        let good_for = (self.position, today);
        if let Some((of, known)) = self.experience.get(topic)
            && *of == good_for
        {
            return *known;
        }
        let since = today - Duration::days(EXPERIENCE_DAYS);
        let lately = self.cases.values().map(AsRef::as_ref).filter(|case: &&CaseFacts| case.cohort >= since);
        let known = experience(lately, topic, ctx.now(), calendar);
        self.experience.insert(topic.clone(), (good_for, known));
        known
    }
}

/// Reads every journal at start, so that nobody waits for it later.
pub async fn warm(app: &App) {
    for site in &app.sites {
        let ctx = app.system("figures", site.tenant);
        if let Err(error) = app.kept::<KeptFigures>().cases(&app.db, &ctx, &app.calendar).await {
            tracing::warn!(%error, "the figures could not be read at start; they are read when they are asked for");
        }
    }
}

async fn catch_up(kept: &mut Kept, db: &Db, ctx: &Ctx, calendar: &Calendar) -> Result<(), StoreError> {
    let read = db.read(ctx);
    let (touched, position) = touched_since(&read, kept.position).await?;
    let touched: Vec<Uuid> = touched.into_iter().collect();
    for some in touched.chunks(CASES_AT_ONCE) {
        let read = read_cases(&read, some, position, calendar).await?;
        let read = read.into_iter().map(|facts| (facts.case, Arc::new(facts)));
        Arc::make_mut(&mut kept.cases).extend(read);
    }
    // Only now: what failed is read again next time.
    kept.position = position;
    kept.is_loaded = true;
    Ok(())
}

/// What the sealed lines after a position are about, and the last position.
async fn touched_since(reader: &impl Reader, mut position: i64) -> Result<(BTreeSet<Uuid>, i64), StoreError> {
    let mut touched = BTreeSet::new();
    loop {
        let page = lines_after(reader, position, PAGE).await?;
        let Some(last) = page.last().and_then(|line| line.position) else { return Ok((touched, position)) };
        position = last;
        let ours = [EnquiryFact::CAPABILITY, LedgerFact::CAPABILITY];
        touched.extend(
            page.iter().filter(|line| ours.contains(&line.capability.as_str())).map(|line| line.subject),
        );
    }
}

/// The facts of these subjects, as far as they are cases, from lines sealed up to a position.
async fn read_cases(
    reader: &impl Reader,
    subjects: &[Uuid],
    position: i64,
    calendar: &Calendar,
) -> Result<Vec<CaseFacts>, StoreError> {
    let filter = LineFilter { subjects: Some(subjects.to_vec()), ..LineFilter::default() };
    let mut by_subject: BTreeMap<Uuid, Vec<_>> = BTreeMap::new();
    for line in lines(reader, &filter, LINES_MAX).await? {
        if line.position.is_some_and(|at| at <= position) {
            by_subject.entry(line.subject).or_default().push(line);
        }
    }
    let facts = by_subject.into_values().map(|lines| CaseFacts::of(lines, calendar));
    facts.filter_map(Result::transpose).collect()
}
