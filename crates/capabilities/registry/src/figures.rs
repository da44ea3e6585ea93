//! Growth as the register tells it: companies, establishments and jobs on a day, and what came, moved and ended between
//! two days, for the municipality and for each of its areas. Pure but for the loading.
//!
//! Companies and establishments are counted, not estimated. Jobs are employed persons at workplaces in the municipality
//! (never at head offices elsewhere); where the register publishes an interval only, its middle is taken and the ends of
//! all intervals stand beside the sum.

use std::{
    collections::{BTreeMap, HashMap},
    ops::RangeInclusive,
};

use async_trait::async_trait;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use kernel::{Ctx, TenantId};
use ports::{Measurement, MetricQuestion, MetricSource};
use storage::{Db, StoreError};
use uuid::Uuid;

use crate::{
    geography::{AreaMap, Position},
    model::{Movement, Unit},
    register::Register,
    store,
};

/// What an indicator may count. `area = KEY` restricts each to an area; without a place on the map a unit is in none.
pub const METRICS: &[&str] = &[
    "registry.companies",
    "registry.establishments",
    "registry.jobs",
    "registry.new",
    "registry.ceased",
    "registry.moved_in",
    "registry.moved_out",
];
/// Fewer workplaces than this tell too much about one of them.
const JOBS_UNITS_MIN: u64 = 5;

/// A unit with the areas in which its addresses lie.
#[derive(Debug, Clone)]
pub struct PlacedUnit {
    /// What the register says.
    pub unit: Unit,
    /// Per address id, the places in the list of areas.
    areas: HashMap<Uuid, Vec<usize>>,
    /// What happened here, oldest first.
    movements: Vec<(NaiveDate, Movement)>,
}

/// The municipality's own units, ready to be counted.
#[derive(Debug)]
pub struct LocalFigures {
    municipality: u16,
    today: NaiveDate,
    area_keys: Vec<String>,
    companies: Vec<PlacedUnit>,
    establishments: Vec<PlacedUnit>,
}

impl PlacedUnit {
    /// Places a unit; `positions` tells where addresses lie.
    fn new(
        unit: Unit,
        positions: &HashMap<Uuid, Position>,
        map: &AreaMap,
        municipality: u16,
        today: NaiveDate,
    ) -> Self {
        let ids = unit.addresses.iter().filter_map(|dated| dated.value.address_id);
        let areas = ids.filter_map(|id| {
            let position = positions.get(&id)?;
            let keys = map.at(*position).into_iter();
            let places = keys.filter_map(|area| map.areas().iter().position(|other| other.id == area.id));
            Some((id, places.collect()))
        });
        let areas = areas.collect();
        let movements = unit.movements(municipality, today);
        Self { unit, areas, movements }
    }

    /// Whether the unit lived on the day at an address here, and in the area where one is given.
    fn is_here(&self, municipality: u16, day: NaiveDate, area: Option<usize>) -> bool {
        let lives = self.unit.life.is_empty() || self.unit.life.iter().any(|span| span.covers(day));
        let Some(address) = self.unit.addresses.current(day).filter(|_| lives) else { return false };
        address.municipality == Some(municipality) && self.is_in(address.address_id, area)
    }

    fn is_in(&self, address: Option<Uuid>, area: Option<usize>) -> bool {
        let Some(area) = area else { return true };
        address.and_then(|id| self.areas.get(&id)).is_some_and(|areas| areas.contains(&area))
    }

    /// How often it happened within the days, in the area.
    fn happened(&self, what: Movement, days: &RangeInclusive<NaiveDate>, area: Option<usize>) -> u64 {
        let times = self.movements.iter().filter(|(day, movement)| *movement == what && days.contains(day));
        let here = times.filter(|(day, _)| {
            // Whoever left or ended did so at the last address before.
            let at = match what {
                Movement::MovedOut => day.pred_opt(),
                Movement::New | Movement::MovedIn | Movement::Ceased => Some(*day),
            };
            let address = at.and_then(|at| self.unit.addresses.latest(at));
            self.is_in(address.and_then(|latest| latest.value.address_id), area)
        });
        here.count() as u64
    }

    /// Persons employed on the day: the newest count up to it, lowest, estimate and highest.
    fn jobs(&self, day: NaiveDate) -> Option<(u32, u32, u32)> {
        let until = |figure: &&crate::model::Employment| {
            (i32::from(figure.year), u32::from(figure.month)) <= (day.year(), day.month())
        };
        let headcount = self.unit.employment.iter().rev().find(until)?.headcount;
        let estimate = headcount.estimate();
        let low = headcount.exact.unwrap_or(headcount.low);
        Some((low, estimate, headcount.exact.or(headcount.high).unwrap_or(estimate)))
    }
}

impl LocalFigures {
    /// Reads what the municipality has or had.
    pub async fn load(
        db: &Db,
        tenant: TenantId,
        map: &AreaMap,
        today: NaiveDate,
    ) -> Result<Self, StoreError> {
        let municipality = u16::try_from(tenant.code()).unwrap_or_default();
        let (companies, establishments) = store::local_units(db.raw(), municipality).await?;
        let all = companies.iter().chain(&establishments);
        let ids =
            all.flat_map(|unit| unit.addresses.iter().filter_map(|dated| dated.value.address_id)).collect();
        let positions = store::positions(db.raw(), ids).await?;
        let place = |units: Vec<Unit>| -> Vec<PlacedUnit> {
            units
                .into_iter()
                .map(|unit| PlacedUnit::new(unit, &positions, map, municipality, today))
                .collect()
        };
        Ok(Self {
            municipality,
            today,
            area_keys: map.areas().iter().map(|area| area.key.to_string()).collect(),
            companies: place(companies),
            establishments: place(establishments),
        })
    }

    /// The metric over the days; `None` for an unknown metric or area.
    pub fn measure(
        &self,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        area: Option<&str>,
    ) -> Option<Measurement> {
        let area = match area {
            None => None,
            Some(key) => Some(self.area_keys.iter().position(|known| known == key)?),
        };
        // Nothing is known of days to come.
        let day = to.min(self.today);
        let here = |units: &[PlacedUnit]| {
            units.iter().filter(|unit| unit.is_here(self.municipality, day, area)).count() as u64
        };
        let counted = |n: u64| {
            #[expect(clippy::cast_precision_loss, reason = "counts of one town are far below 2^52")]
            let value = Some(n as f64);
            Measurement { value, n, interval: None }
        };
        let flow = |what| {
            let days = from..=day;
            // What comes and goes is counted by companies: the policy speaks of them.
            counted(self.companies.iter().map(|unit| unit.happened(what, &days, area)).sum())
        };
        Some(match metric {
            "registry.companies" => counted(here(&self.companies)),
            "registry.establishments" => counted(here(&self.establishments)),
            "registry.jobs" => self.jobs(day, area),
            "registry.new" => flow(Movement::New),
            "registry.ceased" => flow(Movement::Ceased),
            "registry.moved_in" => flow(Movement::MovedIn),
            "registry.moved_out" => flow(Movement::MovedOut),
            _ => return None,
        })
    }

    fn jobs(&self, day: NaiveDate, area: Option<usize>) -> Measurement {
        let here = self.establishments.iter().filter(|unit| unit.is_here(self.municipality, day, area));
        let counts: Vec<_> = here.filter_map(|unit| unit.jobs(day)).collect();
        let n = counts.len() as u64;
        if n < JOBS_UNITS_MIN {
            return Measurement { value: None, n, interval: None };
        }
        let sum = |pick: fn(&(u32, u32, u32)) -> u32| -> f64 {
            counts.iter().map(|count| f64::from(pick(count))).sum()
        };
        let (low, estimate, high) = (sum(|c| c.0), sum(|c| c.1), sum(|c| c.2));
        let interval = (low < high).then_some((low, high));
        Measurement { value: Some(estimate), n, interval }
    }

    /// How many companies and establishments live here today.
    pub fn today_counts(&self) -> (u64, u64) {
        let here = |units: &[PlacedUnit]| {
            units.iter().filter(|unit| unit.is_here(self.municipality, self.today, None)).count() as u64
        };
        (here(&self.companies), here(&self.establishments))
    }
}

#[async_trait]
impl MetricSource for Register {
    fn metrics(&self) -> &'static [&'static str] {
        METRICS
    }

    async fn measure(
        &self,
        ctx: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
    ) -> Result<Measurement, StoreError> {
        let figures = self.figures(ctx).await?;
        Ok(answered(&figures, metric, (from, to), filter))
    }

    async fn measure_all(
        &self,
        ctx: &Ctx,
        questions: &[MetricQuestion],
    ) -> Result<Vec<Measurement>, StoreError> {
        let figures = self.figures(ctx).await?;
        let asked = questions.iter();
        Ok(asked.map(|one| answered(&figures, &one.metric, (one.from, one.to), &one.filter)).collect())
    }

    async fn as_of(&self, _: &Ctx) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(self.last_run().await?.and_then(|run| run.finished_at))
    }
}

fn answered(
    figures: &LocalFigures,
    metric: &str,
    (from, to): (NaiveDate, NaiveDate),
    filter: &BTreeMap<String, String>,
) -> Measurement {
    let area = filter.get("area").map(String::as_str);
    let nothing = Measurement { value: None, n: 0, interval: None };
    figures.measure(metric, from, to, area).unwrap_or(nothing)
}
