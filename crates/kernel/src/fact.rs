//! What a journal line may say: random ids, codes, numbers and dates. No free text, no CVR, no e-mail.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

/// A word from a closed list: lower-case letters, digits, `-`, `_` and `.`, at most 64 characters, not digits only.
///
/// ```
/// assert!("building-permit".parse::<kernel::Code>().is_ok());
/// assert!("13748136".parse::<kernel::Code>().is_err()); // could be a CVR number
/// assert!("Hej med jer".parse::<kernel::Code>().is_err());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Code(String);

/// The text is no [`Code`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a code is lower-case letters, digits, '-', '_' and '.', at most 64 characters, with a letter in it")]
pub struct InvalidCode;

/// The longest code, in characters.
const CODE_CHARS_MAX: usize = 64;

impl Code {
    /// The word.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Code {
    type Err = InvalidCode;
    fn from_str(text: &str) -> Result<Self, InvalidCode> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '_' | '.');
        let fits = text.len() <= CODE_CHARS_MAX
            && text.chars().all(allowed)
            && text.chars().any(|c| c.is_ascii_lowercase());
        if fits { Ok(Self(text.to_owned())) } else { Err(InvalidCode) }
    }
}
impl TryFrom<String> for Code {
    type Error = InvalidCode;
    fn try_from(text: String) -> Result<Self, InvalidCode> {
        text.parse()
    }
}
impl From<Code> for String {
    fn from(code: Code) -> Self {
        code.0
    }
}
impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The payload of a journal line: one enum per capability, tagged by its word, so that a replay can read it back.
pub trait Fact: Serialize + DeserializeOwned {
    /// The capability that writes it.
    const CAPABILITY: &'static str;

    /// The word of the line, for example `received`: the serde tag `word`.
    fn word(&self) -> Result<String, InvalidFact> {
        match serde_json::to_value(self)?.get("word") {
            Some(Value::String(word)) => Ok(word.clone()),
            _ => Err(InvalidFact::NoWord),
        }
    }

    /// The payload, refused when it holds anything but ids, codes, numbers, dates and hashes.
    fn payload(&self) -> Result<Value, InvalidFact> {
        let value = serde_json::to_value(self)?;
        check(&value, "")?;
        Ok(value)
    }
}

/// A payload that would carry text into the journal. A mistake in the program, never the user's.
#[derive(Debug, thiserror::Error)]
pub enum InvalidFact {
    /// The enum lacks `#[serde(tag = "word")]`.
    #[error("the fact has no word: tag its enum with `word`")]
    NoWord,
    /// A string that is no id, code, date, time or hash.
    #[error("the fact's field `{0}` holds free text")]
    FreeText(String),
    /// Not serialisable.
    #[error(transparent)]
    Serde(#[from] serde_json::Error),
}

fn check(value: &Value, path: &str) -> Result<(), InvalidFact> {
    match value {
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
        Value::String(text) if is_plain(text) => Ok(()),
        Value::String(_) => Err(InvalidFact::FreeText(path.to_owned())),
        Value::Array(items) => items.iter().try_for_each(|item| check(item, path)),
        // A map's keys are data as well.
        Value::Object(fields) => fields.iter().try_for_each(|(name, field)| {
            let path = format!("{path}.{name}");
            if is_plain(name) { check(field, &path) } else { Err(InvalidFact::FreeText(path)) }
        }),
    }
}

fn is_plain(text: &str) -> bool {
    text.parse::<Code>().is_ok()
        || uuid::Uuid::parse_str(text).is_ok()
        || text.parse::<chrono::NaiveDate>().is_ok()
        || chrono::DateTime::parse_from_rfc3339(text).is_ok()
        || (text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    #[serde(tag = "word", rename_all = "snake_case")]
    enum Sample {
        Said { text: String },
        Opened { topic: Code, count: u32, on: chrono::NaiveDate },
        Counted { by_word: std::collections::BTreeMap<String, u32> },
    }
    impl Fact for Sample {
        const CAPABILITY: &'static str = "sample";
    }

    #[test]
    fn a_fact_with_codes_numbers_and_dates_is_written() {
        let on = chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap();
        let fact = Sample::Opened { topic: "waste".parse().unwrap(), count: 3, on };
        assert_eq!(fact.word().unwrap(), "opened");
        assert_eq!(fact.payload().unwrap()["on"], "2026-11-23");
    }

    #[test]
    fn free_text_an_email_and_a_cvr_number_never_reach_the_journal() {
        for text in ["Hej, vi mangler en tilladelse", "smed@example.dk", "13748136"] {
            let fact = Sample::Said { text: text.into() };
            assert!(matches!(fact.payload(), Err(InvalidFact::FreeText(_))), "{text}");
        }
    }

    #[test]
    fn free_text_does_not_slip_in_as_the_key_of_a_map() {
        let counted = |word: &str| Sample::Counted { by_word: [(word.to_owned(), 1)].into() }.payload();
        assert!(counted("waste").is_ok());
        assert!(matches!(counted("Hansens Smedje"), Err(InvalidFact::FreeText(_))));
    }
}
