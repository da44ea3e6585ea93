//! A policy as data: what its file says, what makes it complete, and what its facts work out to. Pure.
//!
//! The program knows no policy by heart. A file is read by [`Policy::parse`], which names the line of a mistake and refuses
//! a key that nobody knows: a misspelt indicator would otherwise be missing in silence.

mod arithmetic;
mod file;
#[cfg(test)]
mod tests;

use chrono::{Datelike, NaiveDate};
use kernel::{Code, Language, Period, Role, TenantId, Text, small_numbers::SHOWN_MIN};
use serde::{Deserialize, Serialize};

pub use arithmetic::{Check, Worked, decimals, held_against};

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

/// What a number counts. A closed list: each has its words and decimals in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unit {
    /// Things.
    Count,
    /// People.
    People,
    /// Jobs.
    Jobs,
    /// Per cent.
    Percent,
    /// One thing per another.
    Ratio,
    /// Working days.
    WorkingDays,
    /// How often per case.
    PerCase,
    /// From 1 to 5.
    Score,
}

impl Unit {
    /// Whether the number grows with the length of the period, or is otherwise compared on the same day of the year.
    pub const fn is_count(self) -> bool {
        matches!(self, Self::Count | Self::People | Self::Jobs)
    }
    /// The decimals that are shown.
    pub const fn decimals(self) -> u8 {
        match self {
            Self::Count | Self::People | Self::Jobs | Self::WorkingDays => 0,
            Self::Percent | Self::Score => 1,
            Self::Ratio | Self::PerCase => 2,
        }
    }
    /// The word by which files and messages know it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Count => "count",
            Self::People => "people",
            Self::Jobs => "jobs",
            Self::Percent => "percent",
            Self::Ratio => "ratio",
            Self::WorkingDays => "working-days",
            Self::PerCase => "per-case",
            Self::Score => "score",
        }
    }
}

/// Something counted by a capability, `capability.metric`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct MetricName(String);

impl MetricName {
    /// As written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for MetricName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for MetricName {
    type Error = &'static str;
    fn try_from(text: String) -> Result<Self, &'static str> {
        let word = |word: &str| {
            !word.is_empty()
                && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let fits = text.split_once('.').is_some_and(|(capability, metric)| word(capability) && word(metric));
        if fits { Ok(Self(text)) } else { Err("a metric is written as `capability.metric`") }
    }
}
impl From<MetricName> for String {
    fn from(name: MetricName) -> Self {
        name.0
    }
}

/// How an indicator's number comes about. A closed list, so that everyone can read what was done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Formula {
    /// The metric as it is.
    Value(MetricName),
    /// All added up.
    Sum(Vec<MetricName>),
    /// The first less the second.
    Difference([MetricName; 2]),
    /// The first in per cent of the second.
    Share([MetricName; 2]),
    /// A fact of the policy itself.
    Fact(Code),
}

impl Formula {
    /// The metrics that it needs.
    pub fn metrics(&self) -> &[MetricName] {
        match self {
            Self::Value(one) => std::slice::from_ref(one),
            Self::Sum(all) => all,
            Self::Difference(two) | Self::Share(two) => two,
            Self::Fact(_) => &[],
        }
    }
}

impl Formula {
    /// Whether it is that fact of the policy.
    pub fn is_fact(&self, id: &Code) -> bool {
        matches!(self, Self::Fact(fact) if fact == id)
    }
}

/// As it is written in the account: `enquiries.received`, `registry.new - registry.ceased`.
impl std::fmt::Display for Formula {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(one) => write!(f, "{one}"),
            Self::Sum(all) => {
                f.write_str(&all.iter().map(MetricName::as_str).collect::<Vec<_>>().join(" + "))
            }
            Self::Difference([a, b]) => write!(f, "{a} - {b}"),
            Self::Share([a, b]) => write!(f, "100 × {a} / {b}"),
            Self::Fact(id) => write!(f, "{id}"),
        }
    }
}

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// More.
    Up,
    /// Less.
    Down,
    /// Neither: it tells how things are.
    None,
}

/// How often there is a new figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frequency {
    /// One for each calendar year.
    Yearly,
    /// One for each quarter.
    Quarterly,
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

/// How an indicator is measured: everything that one must know to do it again.
#[derive(Debug, Clone, PartialEq)]
pub struct Measure {
    /// In words.
    pub how: Text,
    /// As it is computed.
    pub formula: Formula,
    /// Raised when the formula changes: figures of different versions are not compared.
    pub formula_version: u32,
    /// What it counts.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Better,
    /// Where it stood when the policy began, where that is known.
    pub baseline: Option<f64>,
    /// What is to be reached, where the council has said so.
    pub target: Option<f64>,
    /// Who answers for it.
    pub owner: Role,
    /// How often there is a new one.
    pub frequency: Frequency,
    /// Where the numbers come from.
    pub source: Text,
    /// With fewer observations it is not shown.
    pub min_n: u64,
    /// How far one may trust it.
    pub confidence: Text,
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

/// Why a policy is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyRefusal {
    /// Not TOML, or not of this shape. The text is the reader's own.
    #[error("{0}")]
    Toml(String),
    /// Larger than [`FILE_BYTES_MAX`].
    #[error("the file is larger than {FILE_BYTES_MAX} bytes")]
    TooLarge,
    /// The same name twice.
    #[error("`{0}` is there twice")]
    Twice(Code),
    /// More than [`ENTRIES_MAX`].
    #[error("there are more than {ENTRIES_MAX} of these")]
    TooMany,
    /// A text is missing in one language.
    #[error("`{of}`: {field} is empty in {}", language.tag())]
    Empty {
        /// Whose.
        of: Code,
        /// Which.
        field: &'static str,
        /// Where.
        language: Language,
    },
    /// A text is longer than [`TEXT_CHARS_MAX`].
    #[error("`{of}`: {field} has more than {TEXT_CHARS_MAX} characters")]
    TooLong {
        /// Whose.
        of: Code,
        /// Which.
        field: &'static str,
    },
    /// A name that nothing has.
    #[error("`{of}` speaks of the {what} `{name}`, which is not in this file")]
    Unknown {
        /// Who speaks.
        of: Code,
        /// Of a goal, a track, a fact.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// A fact stands before one that it needs.
    #[error("`{of}` is worked out from `{needs}`, which must stand above it")]
    OutOfOrder {
        /// The fact.
        of: Code,
        /// What it needs.
        needs: Code,
    },
    /// A fact with a number and a way to work it out.
    #[error("`{0}` has both a value and a way to work it out; write what the policy says as `stated`")]
    ValueAndFrom(Code),
    /// A share of nothing.
    #[error("`{0}` divides by zero, or adds up nothing")]
    NoNumber(Code),
    /// Neither measured nor said why not.
    #[error(
        "`{of}` is measured and lacks `{field}`; an indicator that is not measured says why in `not_yet`"
    )]
    Lacks {
        /// The indicator.
        of: Code,
        /// What it lacks.
        field: &'static str,
    },
    /// Both measured and said why not.
    #[error("`{0}` has both a formula and `not_yet`")]
    FormulaAndNotYet(Code),
    /// Few observations would be shown.
    #[error("`{0}`: `min_n` is at least {SHOWN_MIN}")]
    MinN(Code),
    /// A metric that no capability counts.
    #[error("`{of}` needs `{metric}`, which nothing here counts; there are: {known}")]
    UnknownMetric {
        /// The indicator, or `growth`.
        of: Code,
        /// What it needs.
        metric: String,
        /// What there is.
        known: String,
    },
    /// What a stock changes by is not among what is counted over the year, or it is no stock itself.
    #[error("`{0}`: `changes` belongs to a stock and names flows of this file")]
    Changes(Code),
    /// A number of the earlier policy ends and nobody says why.
    #[error("`{0}` ends with this policy, and `why` is missing")]
    EndsInSilence(Code),
    /// Without an end nothing can be closed.
    #[error("`effective` needs a last day: an account is closed on it")]
    Endless,
    /// No goal, no track or no indicator.
    #[error("a policy has at least one goal, one track and one indicator")]
    Hollow,
}

/// Where the file is wrong, and how.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {refusal}")]
pub struct PolicyError {
    /// Counted from 1.
    pub line: usize,
    /// What is wrong.
    pub refusal: PolicyRefusal,
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
