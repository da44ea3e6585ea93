//! Numbers, days and moments as the register writes them, each in more than one way.

use std::{fmt, marker::PhantomData};

use chrono::{DateTime, NaiveDate, Utc};
use serde::{
    Deserialize, Deserializer,
    de::{Error, Visitor},
};

/// A number that the register writes as a number, others as a text with dots or without its leading zeros.
#[derive(Default, Clone, Copy)]
pub(super) struct Digits(pub(super) Option<u64>);

impl<'de> Deserialize<'de> for Digits {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct DigitsVisitor;
        impl Visitor<'_> for DigitsVisitor {
            type Value = Digits;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a whole number, or digits")
            }
            fn visit_u64<E: Error>(self, number: u64) -> Result<Digits, E> {
                Ok(Digits(Some(number)))
            }
            fn visit_i64<E: Error>(self, number: i64) -> Result<Digits, E> {
                u64::try_from(number).map(|n| Digits(Some(n))).map_err(|_| E::custom("a number below zero"))
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Digits, E> {
                let mut digits = None::<u64>;
                for c in text.trim().chars().filter(|c| *c != '.') {
                    let digit = c.to_digit(10).ok_or_else(|| E::custom("a text that is no number"))?;
                    let larger =
                        digits.unwrap_or(0).checked_mul(10).and_then(|n| n.checked_add(u64::from(digit)));
                    digits = Some(larger.ok_or_else(|| E::custom("too many digits"))?);
                }
                Ok(Digits(digits))
            }
            fn visit_unit<E: Error>(self) -> Result<Digits, E> {
                Ok(Digits(None))
            }
        }
        deserializer.deserialize_any(DigitsVisitor)
    }
}

impl Digits {
    /// The number, where there is one and it is not the 0 by which some dumps say "none".
    pub(super) fn positive(self) -> Option<u64> {
        self.0.filter(|number| *number > 0)
    }
    pub(super) fn narrow<T: TryFrom<u64>>(self) -> Option<T> {
        self.positive().and_then(|number| T::try_from(number).ok())
    }
}

/// A day without a zone: `2000-02-21`.
pub(super) type Day = Parsed<NaiveDate>;

/// A moment with a zone: `2000-02-29T11:44:42.000+01:00`.
pub(super) type Moment = Parsed<DateTime<Utc>>;

/// What is read from a text, or missing.
pub(super) struct Parsed<T>(pub(super) Option<T>);

impl<T> Default for Parsed<T> {
    fn default() -> Self {
        Self(None)
    }
}

pub(super) trait FromRegisterText: Sized {
    const EXPECTED: &'static str;
    fn from_register_text(text: &str) -> Option<Self>;
}

impl FromRegisterText for NaiveDate {
    const EXPECTED: &'static str = "a date such as 2000-02-21";
    fn from_register_text(text: &str) -> Option<Self> {
        // Some dumps write the day as midnight with a zone; the day they mean is the written one.
        let day = text.get(..10)?;
        let mut parts = day.split('-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
        Self::from_ymd_opt(i32::try_from(year).ok()?, month, day)
    }
}

impl FromRegisterText for DateTime<Utc> {
    const EXPECTED: &'static str = "a time such as 2000-02-29T11:44:42.000+01:00";
    fn from_register_text(text: &str) -> Option<Self> {
        DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.to_utc())
    }
}

impl<'de, T: FromRegisterText> Deserialize<'de> for Parsed<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct TextVisitor<T>(PhantomData<T>);
        impl<T: FromRegisterText> Visitor<'_> for TextVisitor<T> {
            type Value = Parsed<T>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(T::EXPECTED)
            }
            fn visit_str<E: Error>(self, text: &str) -> Result<Parsed<T>, E> {
                let parsed = T::from_register_text(text);
                if parsed.is_none() {
                    Err(E::invalid_value(serde::de::Unexpected::Str(text), &self))
                } else {
                    Ok(Parsed(parsed))
                }
            }
            fn visit_unit<E: Error>(self) -> Result<Parsed<T>, E> {
                Ok(Parsed(None))
            }
        }
        deserializer.deserialize_any(TextVisitor(PhantomData))
    }
}
