//! The town's growth: what there is of something, and what came and went, per area and year.

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Code, Ctx};
use serde::{Deserialize, Serialize};
use storage::StoreError;

use super::{
    answers::{Answers, Sources, question},
    hiding::{Row, cells},
};
use crate::model::{Frequency, MetricName, Policy, Span};

/// Where something is counted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// In an area, by its key.
    Area(Code),
    /// Outside all of them.
    Rest,
    /// In the whole municipality.
    Whole,
}

/// The town's growth: for each metric and year a number for each place.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Growth {
    /// The years, oldest first.
    pub years: Vec<Span>,
    /// The places, the whole municipality last.
    pub places: Vec<Place>,
    /// What is counted, with its numbers by year and place.
    pub metrics: Vec<(MetricName, Vec<Vec<Cell>>)>,
    /// When what it is counted from was last read in.
    #[serde(default)]
    pub as_of: Option<DateTime<Utc>>,
}

/// One number of [`Growth`].
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cell {
    /// It may be shown.
    Number(f64),
    /// Few stand behind it, or it would give such a one away.
    Hidden,
    /// There is none.
    Missing,
}

impl Growth {
    /// The number of a metric in a year at a place.
    pub fn cell(&self, metric: &MetricName, year: usize, place: &Place) -> Cell {
        let numbers =
            self.metrics.iter().find(|(name, _)| name == metric).and_then(|(_, years)| years.get(year));
        let place = self.places.iter().position(|one| one == place);
        numbers.zip(place).and_then(|(cells, place)| cells.get(place)).copied().unwrap_or(Cell::Missing)
    }

    /// Whether the whole municipality's number of that very stretch of time is hidden here.
    pub(super) fn hides(&self, metric: &MetricName, span: Span) -> bool {
        let year = self.years.iter().position(|year| *year == span);
        year.is_some_and(|year| self.cell(metric, year, &Place::Whole) == Cell::Hidden)
    }

    /// Whether there is any number at all.
    pub fn is_empty(&self) -> bool {
        let mut cells = self.metrics.iter().flat_map(|(_, years)| years.iter().flatten());
        !cells.any(|cell| matches!(cell, Cell::Number(_)))
    }
}

/// Counts the town's growth from the year of the baseline on.
pub async fn growth(
    sources: &Sources,
    ctx: &Ctx,
    policy: &Policy,
    today: NaiveDate,
) -> Result<Growth, StoreError> {
    let years = policy.spans(Frequency::Yearly, today);
    let areas: Vec<&Code> = policy.areas.iter().map(|area| &area.key).collect();
    let everywhere = || areas.iter().copied().map(Some).chain([None]);
    let mut questions = Vec::new();
    for wanted in &policy.growth {
        for year in &years {
            questions.extend(everywhere().map(|area| question(&wanted.metric, *year, area)));
        }
    }
    let answers = Answers::to(sources, ctx, questions).await?;
    let row = |metric: &MetricName, year: Span| {
        let of = |area| answers.of(metric, year, area);
        Row::of(&areas.iter().map(|area| of(Some(*area))).collect::<Vec<_>>(), of(None))
    };
    let rows: Vec<Vec<Row>> = policy
        .growth
        .iter()
        .map(|wanted| years.iter().map(|year| row(&wanted.metric, *year)).collect())
        .collect();
    let metrics = policy.growth.iter().map(|wanted| wanted.metric.clone());
    let metrics = metrics.zip(cells(&policy.growth, &rows)).collect();
    let places = areas.iter().map(|area| Place::Area((*area).clone()));
    let mut as_of = None;
    for source in sources {
        if policy.growth.iter().any(|wanted| source.metrics().contains(&wanted.metric.as_str())) {
            as_of = as_of.max(source.as_of(ctx).await?);
        }
    }
    Ok(Growth { years, places: places.chain([Place::Rest, Place::Whole]).collect(), metrics, as_of })
}
