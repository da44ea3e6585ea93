//! Stages rows in short write transactions: what is known is compared, what is new is written, and what that means for each
//! municipality is noted for its journal.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque},
    sync::Arc,
    time::Duration,
};

use chrono::NaiveDate;
use kernel::{Clock, Ids};
use storage::Db;
use uuid::Uuid;

use super::ImportError;
use crate::{
    entity::unit,
    model::Movement,
    store::{self, Change, Chunk, ImportCounts, Known, Prepared, Staging, UnitKind},
};

/// What a write transaction aims at, and what it is cut down from; the limit that must hold is 50 ms.
const CHUNK_AIM: (Duration, Duration) = (Duration::from_millis(12), Duration::from_millis(25));
/// Rows in a chunk: the smallest, where it begins, the largest.
pub(super) const CHUNK_ROWS: (usize, usize, usize) = (16, 128, 1_024);
/// A unit that is new to us but whose last event lies further back was overlooked or loaded late: no event.
const EVENT_DAYS_MAX: i64 = 90;
/// Units added after which the engine counts them for the first time, and how many times as many for each time after.
pub(super) const RECOUNT: (u64, u64) = (1_000, 4);

pub(super) struct Writer<'a> {
    pub(super) db: &'a Db,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) ids: &'a Arc<Ids>,
    pub(super) staging: Staging,
    pub(super) today: NaiveDate,
    pub(super) noted: BTreeMap<u16, BTreeSet<(UnitKind, i64)>>,
    pub(super) chunk_rows: usize,
    pub(super) counts: ImportCounts,
    pub(super) longest: Duration,
    pub(super) wrote: bool,
    /// Units added at which the engine counts them next.
    pub(super) recount_at: u64,
}

impl Writer<'_> {
    /// Takes a chunk from the front and stages what is new in it.
    pub(super) async fn write(&mut self, waiting: &mut VecDeque<Prepared>) -> Result<(), ImportError> {
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
        if self.counts.added >= self.recount_at {
            self.db.recount::<unit::Entity>().await?;
            self.recount_at = self.counts.added * RECOUNT.1;
        }
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
