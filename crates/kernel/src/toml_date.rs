//! Dates in configuration files, with or without quotes: `2026-01-31` is TOML's own kind, `"2026-01-31"` is a text.
//!
//! `chrono` reads only the second, and people write both. For `#[serde(deserialize_with = "kernel::toml_date::date")]`;
//! JSON, which has only texts, reads the same way.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, de};

/// A date.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<NaiveDate, D::Error> {
    TomlDate::deserialize(deserializer).map(|date| date.0)
}

/// A date that may be missing; needs `#[serde(default)]` beside it.
pub fn date_if_any<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<NaiveDate>, D::Error> {
    Ok(Option::<TomlDate>::deserialize(deserializer)?.map(|date| date.0))
}

/// A list of dates.
pub fn dates<'de, D: Deserializer<'de>>(deserializer: D) -> Result<BTreeSet<NaiveDate>, D::Error> {
    Ok(Vec::<TomlDate>::deserialize(deserializer)?.into_iter().map(|date| date.0).collect())
}

struct TomlDate(NaiveDate);

#[derive(Deserialize)]
#[serde(untagged, expecting = "a date is written as 2026-01-31")]
enum Written {
    Toml(toml::value::Datetime),
    Text(String),
}

impl<'de> Deserialize<'de> for TomlDate {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let date = match Written::deserialize(deserializer)? {
            Written::Toml(toml::value::Datetime { date: Some(date), time: None, offset: None }) => {
                NaiveDate::from_ymd_opt(date.year.into(), date.month.into(), date.day.into())
            }
            Written::Toml(_) => None,
            Written::Text(text) => text.parse().ok(),
        };
        date.map(Self).ok_or_else(|| de::Error::custom("a date is written as 2026-01-31"))
    }
}
