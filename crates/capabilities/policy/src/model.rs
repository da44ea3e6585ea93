//! A policy as data: what its file says, what makes it complete, and what its facts work out to. Pure.
//!
//! The program knows no policy by heart. A file is read by [`Policy::parse`], which names the line of a mistake and refuses
//! a key that nobody knows: a misspelt indicator would otherwise be missing in silence.

mod arithmetic;
mod file;
mod measure;
mod refusal;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use kernel::{Code, Period, TenantId, Text};
use serde::{Deserialize, Serialize};

pub use self::{
    arithmetic::{Check, Worked, decimals, held_against},
    measure::{Better, Formula, Frequency, Measure, MetricName, Unit},
    refusal::{PolicyError, PolicyRefusal},
};

/// The longest text of one field, in characters.
pub const TEXT_CHARS_MAX: usize = 600;

/// The most goals, tracks, facts, indicators or other entries of one kind.
pub const ENTRIES_MAX: usize = 200;

/// The most stretches of time for which a figure is shown; a chart has room for no more.
pub const SPANS_MAX: usize = 12;

/// The largest policy file, in bytes.
pub const FILE_BYTES_MAX: usize = 1_000_000;

/// A business policy.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its name in addresses and in the journal.
    pub id: Code,
    /// Whose it is.
    pub municipality: TenantId,
    /// As it stands on the cover.
    pub title: Text,
    /// In two sentences.
    pub summary: Text,
    /// Where the text can be read.
    pub source: Text,
    /// The years for which it is meant. Not what its title says: see the notes.
    pub effective: Period,
    /// The term of the council that adopted it, where it is known.
    pub council_term: Option<Period>,
    /// The day that its facts describe.
    pub baseline: NaiveDate,
    /// What a reader should know of it.
    pub notes: Vec<Text>,
    /// What it wants.
    pub goals: Vec<Goal>,
    /// How it wants to get there.
    pub tracks: Vec<Track>,
    /// The areas that it names.
    pub areas: Vec<Area>,
    /// What it says of the town.
    pub facts: Vec<PolicyFact>,
    /// What of the register is shown per area and year.
    pub growth: Vec<GrowthMetric>,
    /// What shows whether it goes as wanted.
    pub indicators: Vec<Indicator>,
    /// The policy that it replaces.
    pub successor_of: Option<Succession>,
}

/// Something that the policy wants.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Goal {
    /// Its name.
    pub id: Code,
    /// In our own words, one line.
    pub title: Text,
    /// In our own words.
    pub text: Text,
}

/// A way towards goals.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Track {
    /// Its name.
    pub id: Code,
    /// The goals that it leads to; the first is where it is shown.
    pub goals: Vec<Code>,
    /// In our own words, one line.
    pub title: Text,
    /// In our own words.
    pub text: Text,
}

/// An area that the policy names.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// Its key among the municipality's areas.
    pub key: Code,
    /// A proper name, the same in both languages.
    pub name: String,
}

/// Something that the policy says of the town, or that follows from what it says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyFact {
    /// Its name.
    pub id: Code,
    /// What the number counts, so that it reads as one line after it.
    pub label: Text,
    /// The number that the policy gives.
    #[serde(default)]
    pub value: Option<f64>,
    /// What it counts.
    pub unit: Unit,
    /// The day for which it holds.
    #[serde(deserialize_with = "kernel::toml_date::date")]
    pub as_of: NaiveDate,
    /// A few words of the policy, in Danish, so that one finds the place.
    #[serde(default)]
    pub quote: Option<String>,
    /// What a reader should know before using it.
    #[serde(default)]
    pub caveat: Option<Text>,
    /// How it follows from facts that stand before it.
    #[serde(default)]
    pub from: Option<Derivation>,
    /// What the policy gives where it is worked out here: held against what it should be.
    #[serde(default)]
    pub stated: Option<f64>,
    /// Whether time has overtaken it: it is listed, never used.
    #[serde(default)]
    pub stale: bool,
}

/// How a fact follows from others.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Derivation {
    /// All added up.
    Sum(Vec<Code>),
    /// The first less the second.
    Difference([Code; 2]),
    /// The first in per cent of the second.
    Share([Code; 2]),
    /// The first divided by the second.
    Ratio([Code; 2]),
}

impl Derivation {
    /// The facts that it needs.
    pub fn needs(&self) -> &[Code] {
        match self {
            Self::Sum(parts) => parts,
            Self::Difference(two) | Self::Share(two) | Self::Ratio(two) => two,
        }
    }
}

/// What shows whether the policy goes as wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Indicator {
    /// Its name in addresses and in the journal.
    pub id: Code,
    /// The track that it belongs to.
    pub track: Code,
    /// Its name for people.
    pub title: Text,
    /// What the number counts, so that it reads as one line after it.
    pub label: Text,
    /// How it is measured, or why it is not.
    pub state: Measured,
}

/// Whether an indicator is measured.
#[derive(Debug, Clone, PartialEq)]
pub enum Measured {
    /// It is.
    Yes(Box<Measure>),
    /// Not yet, because.
    NotYet(Text),
}

/// Something of the register that is shown per area and year.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GrowthMetric {
    /// What is counted.
    pub metric: MetricName,
    /// Its name, as the head of a column.
    pub label: Text,
    /// How it is counted.
    pub kind: GrowthKind,
    /// What it grows and shrinks by from one year to the next, where that is counted too.
    #[serde(default)]
    pub changes: Option<Changes>,
}

/// What a stock changes by: last year's, and all of `plus`, less all of `minus`, is this year's.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Changes {
    /// It grows by these.
    pub plus: Vec<MetricName>,
    /// It shrinks by these.
    pub minus: Vec<MetricName>,
}

/// Whether something is counted on a day or over a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum GrowthKind {
    /// As many as there are at the end of the year.
    Stock,
    /// As many as come in the year.
    Flow,
}

/// Which policy this one replaces, and what became of its indicators.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Succession {
    /// The earlier policy.
    pub policy: Code,
    /// What became of each of its indicators.
    #[serde(default, rename = "indicator")]
    pub indicators: Vec<Mapping>,
}

/// What became of an indicator.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The earlier policy's.
    pub old: Code,
    /// The one that goes on with it; without one it ends.
    #[serde(default)]
    pub new: Option<Code>,
    /// Why it ends, or what is different now.
    #[serde(default)]
    pub why: Option<Text>,
}

/// Where a policy stands on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It begins later.
    NotBegun,
    /// It holds.
    Current,
    /// It held until this day.
    Ended(NaiveDate),
}

/// A stretch of time for which there is one figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// First day.
    pub from: NaiveDate,
    /// Last day: the end of the year or quarter, or an earlier one when it has not ended.
    pub to: NaiveDate,
    /// The quarter, 1 to 4; `None` for a year.
    pub quarter: Option<u32>,
}

impl Span {
    /// Its year.
    pub fn year(self) -> i32 {
        self.from.year()
    }

    /// The same days one year earlier.
    #[must_use]
    pub fn a_year_before(self) -> Self {
        let back = |day: NaiveDate| day - chrono::Months::new(12);
        Self { from: back(self.from), to: back(self.to), quarter: self.quarter }
    }
}

impl Policy {
    /// The last day on which it holds.
    pub fn ends(&self) -> NaiveDate {
        // `parse` refuses a policy without a last day.
        self.effective.to().unwrap_or_else(|| self.effective.from())
    }

    /// Where it stands on a day.
    pub fn standing(&self, today: NaiveDate) -> Standing {
        match () {
            () if today < self.effective.from() => Standing::NotBegun,
            () if today > self.ends() => Standing::Ended(self.ends()),
            () => Standing::Current,
        }
    }

    /// An indicator.
    pub fn indicator(&self, id: &str) -> Option<&Indicator> {
        self.indicators.iter().find(|indicator| indicator.id.as_str() == id)
    }

    /// The tracks that are shown under a goal: those that name it first.
    pub fn tracks_of<'a>(&'a self, goal: &'a Goal) -> impl Iterator<Item = &'a Track> {
        self.tracks.iter().filter(|track| track.goals.first() == Some(&goal.id))
    }

    /// The stretches for which there is a figure, oldest first: from the year of the baseline to today, or to the policy's
    /// last day. At most as many as a chart shows.
    pub fn spans(&self, frequency: Frequency, today: NaiveDate) -> Vec<Span> {
        let last = today.min(self.ends());
        let months = match frequency {
            Frequency::Yearly => 12,
            Frequency::Quarterly => 3,
        };
        let first = NaiveDate::from_ymd_opt(self.baseline.year(), 1, 1).unwrap_or(self.baseline);
        let begins = (0..u32::try_from(ENTRIES_MAX).unwrap_or(u32::MAX))
            .map(|n| first + chrono::Months::new(n * months));
        let spans = begins.take_while(|from| *from <= last).map(|from| {
            let to = from + chrono::Months::new(months) - chrono::Days::new(1);
            let quarter = (frequency == Frequency::Quarterly).then(|| from.month0() / 3 + 1);
            Span { from, to: to.min(last), quarter }
        });
        let spans: Vec<Span> = spans.collect();
        spans.iter().skip(spans.len().saturating_sub(SPANS_MAX)).copied().collect()
    }

    /// The indicators of an earlier policy of which this one does not say what became of them.
    pub fn unmapped(&self, earlier: &Self) -> Vec<Code> {
        let mapped = self.successor_of.iter().filter(|succession| succession.policy == earlier.id);
        let mapped: Vec<&Code> =
            mapped.flat_map(|succession| &succession.indicators).map(|one| &one.old).collect();
        let all = earlier.indicators.iter().map(|indicator| &indicator.id);
        all.filter(|id| !mapped.contains(id)).cloned().collect()
    }
}
