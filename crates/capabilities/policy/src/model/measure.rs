//! What an indicator measures: a formula over metrics, in a unit, as often as it is counted.

use kernel::{Code, Role, Text};
use serde::{Deserialize, Serialize};

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
