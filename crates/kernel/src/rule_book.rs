//! Dated law: every deadline, threshold and service goal is a row with a period and a source, never a constant in code.
//!
//! A case pins the row in force at its decisive date by key and first day. A row that nobody has verified may warn and
//! shows its source; only a verified one may refuse.

use std::{collections::BTreeMap, ops::Range, str::FromStr, sync::LazyLock};

use chrono::{DateTime, Days, Months, NaiveDate, Utc};
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
    /// The calendar months, where the rule counts in them.
    pub const fn months(&self) -> Option<u16> {
        match self {
            Self::Months(months) => Some(*months),
            _ => None,
        }
    }
    /// The day as long before another as the rule says, where it counts in calendar days or months.
    pub fn before(&self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Days(days) => day.checked_sub_days(Days::new(u64::from(*days))),
            Self::Months(months) => day.checked_sub_months(Months::new(u32::from(*months))),
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
/// Read once. A test reads it too, so that no program is made whose own rows cannot be read.
static SHIPPED: LazyLock<RuleBook> = LazyLock::new(|| {
    DENMARK.parse().unwrap_or_else(|error| unreachable!("the rows that ship with the program: {error}"))
});

impl RuleBook {
    /// The rows that ship with the program: what holds in all of Denmark, and our own suggested goals.
    pub fn denmark() -> &'static Self {
        &SHIPPED
    }

    /// The row in force on the day.
    pub fn at(&self, key: &str, date: NaiveDate) -> Option<&Rule> {
        self.rows(key).iter().find(|rule| rule.valid.contains(date))
    }

    /// The row that a case pinned: the one whose first day this is.
    pub fn pinned(&self, key: &str, valid_from: NaiveDate) -> Option<&Rule> {
        self.rows(key).iter().find(|rule| rule.valid.from() == valid_from)
    }

    /// The day before which nothing is kept any longer, as the row says that is in force on `today`; `None` for a key that
    /// has no such row. What a municipality says in another unit than days and months, or for another time, cannot be
    /// counted: there the row that ships holds, so that nothing is kept for ever, and nothing goes at once.
    pub fn kept_since(&self, key: &str, today: NaiveDate) -> Option<NaiveDate> {
        let says = |book: &Self| book.at(key, today).and_then(|rule| rule.value.before(today));
        says(self).or_else(|| says(Self::denmark()))
    }

    /// The same to the moment: as long before `now`.
    pub fn kept_since_moment(&self, key: &str, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        Some(self.kept_since(key, now.date_naive())?.and_time(now.time()).and_utc())
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
    #[serde(deserialize_with = "crate::toml_date::date")]
    valid_from: NaiveDate,
    #[serde(default, deserialize_with = "crate::toml_date::date_if_any")]
    valid_to: Option<NaiveDate>,
    legal_source: String,
    verified_by: Option<String>,
    #[serde(default, deserialize_with = "crate::toml_date::date_if_any")]
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

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ROW: &str = "[[rule]]\nkey = \"a.b\"\nvalue = 7\nunit = \"working_days\"\nvalid_from = 2020-01-01\nlegal_source = \"Lov § 1\"\n";

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn refused(text: &str) -> (usize, String) {
        let error = text.parse::<RuleBook>().unwrap_err();
        (error.line, error.to_string())
    }

    #[test]
    fn the_rules_that_ship_with_the_program_read_and_name_their_sources() {
        let book = RuleBook::denmark();
        let access = book.at("access-to-documents.answer", day("2026-11-23")).unwrap();
        assert_eq!(access.value, RuleValue::WorkingDays(7));
        assert_eq!(access.legal_source, "Offentlighedsloven § 36, stk. 2");
        assert!(book.at("access-to-documents.answer", day("2013-12-31")).is_none());
        assert!(
            book.at("enquiry.answer", day("2026-11-23"))
                .is_some_and(|goal| goal.value.working_days() == Some(10))
        );
    }

    #[test]
    fn what_is_kept_for_months_or_days_is_kept_until_that_long_ago() {
        let before = |value: RuleValue| value.before(day("2026-05-31"));
        assert_eq!(before(RuleValue::Days(90)), Some(day("2026-03-02")));
        assert_eq!(before(RuleValue::Months(3)), Some(day("2026-02-28")));
        assert_eq!(before(RuleValue::Percent(3.0)), None);
    }

    #[test]
    fn nothing_that_ships_claims_to_be_verified_by_nobody() {
        for rule in RuleBook::denmark().iter() {
            assert_eq!(
                rule.is_verified(),
                rule.verified_by().is_some() && rule.verified_at().is_some(),
                "{}",
                rule.key
            );
        }
    }

    #[test]
    fn a_new_row_takes_over_on_its_day_and_a_case_keeps_the_one_it_pinned() {
        let old = ROW.replace("legal_source", "valid_to = 2025-12-31\nlegal_source");
        let new = ROW.replace("2020-01-01", "2026-01-01").replace('7', "5");
        for text in [format!("{old}{new}"), format!("{new}{old}")] {
            let book: RuleBook = text.parse().unwrap();
            let value = |date| book.at("a.b", day(date)).map(|rule| rule.value.clone());
            assert_eq!(value("2019-12-31"), None);
            assert_eq!(value("2025-12-31"), Some(RuleValue::WorkingDays(7)));
            assert_eq!(value("2026-01-01"), Some(RuleValue::WorkingDays(5)));
            assert_eq!(book.pinned("a.b", day("2020-01-01")).unwrap().value, RuleValue::WorkingDays(7));
            assert_eq!(book.pinned("a.b", day("2020-01-02")), None);
            assert_eq!(book.rows("a.b").len(), 2);
        }
    }

    #[test]
    fn two_rows_in_force_on_the_same_day_are_refused() {
        let second = ROW.replace("2020-01-01", "2024-01-01");
        let (line, text) = refused(&format!("{ROW}\n{second}"));
        assert_eq!((line, text.as_str()), (8, "line 8: `a.b` is already in force 2020-01-01/.."));
    }

    #[test]
    fn a_mistake_is_pointed_at_by_its_line() {
        let second =
            |from: &str, to: &str| refused(&format!("{ROW}{}", ROW.replace("a.b", "c.d").replace(from, to)));
        for (mistake, line, says) in [
            (second("value = 7", "value = \"syv\""), 9, "does not go with the unit `working_days`"),
            (second("value = 7", "value = -7"), 9, "does not go with"),
            (second("working_days", "workdays"), 10, "unknown variant"),
            (second("2020-01-01", "\"januar\""), 11, "a date is written as"),
            (second("2020-01-01", "2020"), 11, "a date is written as"),
            (second("2020-01-01", "2020-01-01T10:00:00"), 11, "a date is written as"),
            (second("2020-01-01", "2020-01-01\nvalid_to = 2019-01-01"), 7, "valid_to comes before"),
            (second("legal_source", "source"), 12, "unknown field"),
            (second("Lov § 1", " "), 7, "`legal_source` must not be empty"),
            (second("legal_source", "verified_by = \"Jurist\"\nlegal_source"), 7, "go together"),
            (second("c.d", "C D"), 7, "the key `C D`"),
            (second("value = 7", "value ="), 9, ""),
        ] {
            assert_eq!(mistake.0, line, "{}", mistake.1);
            assert!(mistake.1.contains(says), "{} {says}", mistake.1);
        }
    }

    #[test]
    fn a_row_that_a_named_person_has_read_is_verified() {
        let book: RuleBook =
            format!("{ROW}verified_by = \"Kommunens jurist\"\nverified_at = 2026-11-23\n").parse().unwrap();
        let rule = book.at("a.b", day("2026-11-23")).unwrap();
        assert!(rule.is_verified());
        assert_eq!(rule.verified_at(), Some(day("2026-11-23")));
    }

    #[test]
    fn every_unit_reads_its_value() {
        for (unit, value, read) in [
            ("days", "30", RuleValue::Days(30)),
            ("months", "6", RuleValue::Months(6)),
            ("ore", "161136000", RuleValue::Ore(Money::from_ore(161_136_000))),
            ("percent", "20", RuleValue::Percent(20.0)),
            ("percent", "12.5", RuleValue::Percent(12.5)),
            ("count", "-3", RuleValue::Count(-3)),
            ("text", "\"ja\"", RuleValue::Text("ja".into())),
        ] {
            let book: RuleBook =
                ROW.replace("working_days", unit).replace("= 7", &format!("= {value}")).parse().unwrap();
            assert_eq!(book.rows("a.b")[0].value, read);
        }
    }

    #[test]
    fn a_municipalitys_own_row_replaces_all_of_ours_with_that_key() {
        let own: RuleBook = ROW.replace("a.b", "enquiry.answer").replace('7', "5").parse().unwrap();
        let book = RuleBook::denmark().clone().overridden_by(own);
        assert_eq!(book.at("enquiry.answer", day("2026-11-23")).unwrap().value.working_days(), Some(5));
        assert!(book.at("access-to-documents.answer", day("2026-11-23")).is_some());
    }

    #[test]
    fn a_retention_that_a_municipality_counts_in_working_days_neither_keeps_for_ever_nor_loses_everything_today()
     {
        let today = day("2026-11-23");
        let own = |unit: &str, from: &str| {
            let row = ROW.replace("a.b", "message.retention").replace("working_days", unit);
            RuleBook::denmark().clone().overridden_by(row.replace("2020-01-01", from).parse().unwrap())
        };
        assert_eq!(own("days", "2020-01-01").kept_since("message.retention", today), Some(day("2026-11-16")));
        let ours = RuleBook::denmark().kept_since("message.retention", today);
        assert_eq!(ours, Some(day("2026-08-25")));
        assert_eq!(own("working_days", "2020-01-01").kept_since("message.retention", today), ours);
        assert_eq!(
            own("days", "2027-01-01").kept_since("message.retention", today),
            ours,
            "not in force yet"
        );
        assert_eq!(RuleBook::denmark().kept_since("no.such-rule", today), None);
    }

    proptest! {
        #[test]
        fn at_most_one_row_is_in_force_on_a_day(
            periods in prop::collection::vec((0_u64..200, prop::option::of(0_u64..60)), 0..6), asked in 0_u64..300,
        ) {
            let first = day("2020-01-01");
            let after = |days: u64| first + Days::new(days);
            let mut book = RuleBook::default();
            let mut kept = Vec::new();
            for (from, length) in periods {
                let valid = Period::new(after(from), length.map(|length| after(from + length))).unwrap();
                let rule = Rule {
                    key: "a.b".parse().unwrap(),
                    value: RuleValue::Days(1),
                    valid,
                    legal_source: "Lov § 1".into(),
                    verified: None,
                };
                let overlaps = kept.iter().any(|other: &Period| other.overlaps(valid));
                prop_assert_eq!(book.add(rule).is_err(), overlaps);
                if !overlaps {
                    kept.push(valid);
                }
            }
            let expected = kept.iter().find(|valid| valid.contains(after(asked)));
            prop_assert_eq!(book.at("a.b", after(asked)).map(|rule| rule.valid), expected.copied());
            prop_assert!(book.rows("a.b").is_sorted_by_key(|rule| rule.valid.from()));
        }
    }
}
