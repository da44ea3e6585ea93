//! Dated law: every deadline, threshold and service goal is a row with a period and a source, never a constant in code.
//!
//! A case pins the row in force at its decisive date by key and first day. A row that nobody has verified may warn and
//! shows its source; only a verified one may refuse.

use std::{collections::BTreeMap, ops::Range, str::FromStr};

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::{Code, Money, Period};

/// What a rule says, with its unit.
#[derive(Debug, Clone, PartialEq)]
pub enum RuleValue {
    /// Calendar days.
    Days(u16),
    /// Working days of the [`crate::Calendar`].
    WorkingDays(u16),
    /// Calendar months.
    Months(u16),
    /// An amount, in the file in øre.
    Ore(Money),
    /// Percent: 20 is a fifth.
    Percent(f64),
    /// A number of something that the key names.
    Count(i64),
    /// Words.
    Text(String),
}

impl RuleValue {
    /// The working days, where the rule counts in them.
    pub const fn working_days(&self) -> Option<u16> {
        match self {
            Self::WorkingDays(days) => Some(*days),
            _ => None,
        }
    }
    /// The calendar days, where the rule counts in them.
    pub const fn days(&self) -> Option<u16> {
        match self {
            Self::Days(days) => Some(*days),
            _ => None,
        }
    }
    /// The amount, where the rule is one.
    pub const fn money(&self) -> Option<Money> {
        match self {
            Self::Ore(amount) => Some(*amount),
            _ => None,
        }
    }
}

/// One row of dated law.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// What it is about, for example `access-to-documents.answer`.
    pub key: Code,
    /// What it says.
    pub value: RuleValue,
    /// The days on which it is in force.
    pub valid: Period,
    /// The paragraph or the decision it comes from, as shown to readers.
    pub legal_source: String,
    verified: Option<(String, NaiveDate)>,
}

impl Rule {
    /// Whether a named person has read it against its source.
    pub const fn is_verified(&self) -> bool {
        self.verified.is_some()
    }
    /// Who read it against its source.
    pub fn verified_by(&self) -> Option<&str> {
        self.verified.as_ref().map(|(name, _)| name.as_str())
    }
    /// When it was read against its source.
    pub fn verified_at(&self) -> Option<NaiveDate> {
        self.verified.as_ref().map(|(_, date)| *date)
    }
}

/// All rows, by key and first day.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RuleBook(BTreeMap<String, Vec<Rule>>);

/// A rule file that cannot be used, and the line to look at.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {problem}")]
pub struct RuleBookError {
    /// The line of the file, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: RuleProblem,
}

/// What is wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RuleProblem {
    /// Not TOML, or a field is missing, unknown or of the wrong kind.
    #[error("{0}")]
    Form(String),
    /// The key is no [`Code`].
    #[error("the key `{0}` must be lower-case letters, digits, '-', '_' and '.'")]
    Key(String),
    /// The value does not go with its unit.
    #[error("the value does not go with the unit `{0}`")]
    Value(&'static str),
    /// `valid_to` comes before `valid_from`.
    #[error("valid_to comes before valid_from")]
    Period,
    /// Only one of `verified_by` and `verified_at` is there.
    #[error("verified_by and verified_at go together: either both or neither")]
    Verification,
    /// Empty where a source or a name must stand.
    #[error("`{0}` must not be empty")]
    Empty(&'static str),
    /// Two rows of one key are in force on the same day.
    #[error("`{key}` is already in force {valid}")]
    Overlap {
        /// The key of both.
        key: Code,
        /// When the other is in force.
        valid: Period,
    },
}

const DENMARK: &str = include_str!("../rules/denmark.toml");

impl RuleBook {
    /// The rows that ship with the program: what holds in all of Denmark, and our own suggested goals.
    pub fn denmark() -> Result<Self, RuleBookError> {
        DENMARK.parse()
    }

    /// The row in force on the day.
    pub fn at(&self, key: &str, date: NaiveDate) -> Option<&Rule> {
        self.rows(key).iter().find(|rule| rule.valid.contains(date))
    }

    /// The row that a case pinned: the one whose first day this is.
    pub fn pinned(&self, key: &str, valid_from: NaiveDate) -> Option<&Rule> {
        self.rows(key).iter().find(|rule| rule.valid.from() == valid_from)
    }

    /// Every row of a key, the oldest first.
    pub fn rows(&self, key: &str) -> &[Rule] {
        self.0.get(key).map_or(&[], Vec::as_slice)
    }

    /// Every row, by key and first day.
    pub fn iter(&self) -> impl Iterator<Item = &Rule> {
        self.0.values().flatten()
    }

    /// This book with the rows of a municipality's own: a key that it has replaces all of ours.
    #[must_use]
    pub fn overridden_by(mut self, own: Self) -> Self {
        self.0.extend(own.0);
        self
    }

    fn add(&mut self, rule: Rule) -> Result<(), RuleProblem> {
        let rows = self.0.entry(rule.key.as_str().to_owned()).or_default();
        if let Some(other) = rows.iter().find(|other| other.valid.overlaps(rule.valid)) {
            return Err(RuleProblem::Overlap { key: rule.key, valid: other.valid });
        }
        let place = rows.partition_point(|other| other.valid.from() < rule.valid.from());
        rows.insert(place, rule);
        Ok(())
    }
}

/// Reads a TOML file of `[[rule]]` tables.
impl FromStr for RuleBook {
    type Err = RuleBookError;
    fn from_str(text: &str) -> Result<Self, RuleBookError> {
        let line_of = |span: Range<usize>| {
            1 + text.as_bytes().iter().take(span.start).filter(|byte| **byte == b'\n').count()
        };
        let file: File = toml::from_str(text).map_err(|error| RuleBookError {
            line: error.span().map_or(1, line_of),
            problem: RuleProblem::Form(error.message().to_owned()),
        })?;
        let mut book = Self::default();
        for row in file.rule {
            let row_line = line_of(row.span());
            let row = row.into_inner();
            let value_line = line_of(row.value.span());
            let rule = row.read().map_err(|problem| {
                let line = if matches!(problem, RuleProblem::Value(_)) { value_line } else { row_line };
                RuleBookError { line, problem }
            })?;
            book.add(rule).map_err(|problem| RuleBookError { line: row_line, problem })?;
        }
        Ok(book)
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    rule: Vec<Spanned<Row>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    key: String,
    value: Spanned<toml::Value>,
    unit: Unit,
    #[serde(deserialize_with = "date")]
    valid_from: NaiveDate,
    #[serde(default, deserialize_with = "date_if_any")]
    valid_to: Option<NaiveDate>,
    legal_source: String,
    verified_by: Option<String>,
    #[serde(default, deserialize_with = "date_if_any")]
    verified_at: Option<NaiveDate>,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Unit {
    Days,
    WorkingDays,
    Months,
    Ore,
    Percent,
    Count,
    Text,
}

/// A TOML date is a kind of its own, without quotes.
fn date<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    let written = toml::value::Datetime::deserialize(deserializer)?;
    match (written.date, written.time, written.offset) {
        (Some(date), None, None) => {
            NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
        }
        _ => None,
    }
    .ok_or_else(|| serde::de::Error::custom("a date is written as 2026-01-31, without quotes"))
}

fn date_if_any<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    date(deserializer).map(Some)
}

impl Row {
    fn read(self) -> Result<Rule, RuleProblem> {
        let key = self.key.parse().map_err(|_| RuleProblem::Key(self.key))?;
        let value = read_value(self.unit, self.value.into_inner())?;
        let valid = Period::new(self.valid_from, self.valid_to).map_err(|_| RuleProblem::Period)?;
        if self.legal_source.trim().is_empty() {
            return Err(RuleProblem::Empty("legal_source"));
        }
        let verified = match (self.verified_by, self.verified_at) {
            (Some(name), Some(_)) if name.trim().is_empty() => return Err(RuleProblem::Empty("verified_by")),
            (Some(name), Some(date)) => Some((name, date)),
            (None, None) => None,
            _ => return Err(RuleProblem::Verification),
        };
        Ok(Rule { key, value, valid, legal_source: self.legal_source, verified })
    }
}

fn read_value(unit: Unit, value: toml::Value) -> Result<RuleValue, RuleProblem> {
    use toml::Value::{Float, Integer, String};
    let small = |number: i64| u16::try_from(number).ok();
    let (name, read) = match (unit, value) {
        (Unit::Days, Integer(n)) => ("days", small(n).map(RuleValue::Days)),
        (Unit::WorkingDays, Integer(n)) => ("working_days", small(n).map(RuleValue::WorkingDays)),
        (Unit::Months, Integer(n)) => ("months", small(n).map(RuleValue::Months)),
        (Unit::Ore, Integer(n)) => ("ore", Some(RuleValue::Ore(Money::from_ore(n)))),
        (Unit::Percent, Integer(n)) => ("percent", small(n).map(|n| RuleValue::Percent(f64::from(n)))),
        (Unit::Percent, Float(n)) => {
            ("percent", (n.is_finite() && n >= 0.0).then_some(RuleValue::Percent(n)))
        }
        (Unit::Count, Integer(n)) => ("count", Some(RuleValue::Count(n))),
        (Unit::Text, String(text)) => ("text", Some(RuleValue::Text(text))),
        (unit, _) => (unit.name(), None),
    };
    read.ok_or(RuleProblem::Value(name))
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Days => "days",
            Self::WorkingDays => "working_days",
            Self::Months => "months",
            Self::Ore => "ore",
            Self::Percent => "percent",
            Self::Count => "count",
            Self::Text => "text",
        }
    }
}
