//! What a municipality says differently in the guide than the program ships. Pure.
//!
//! What ships is the base; a municipality keeps only the fields that it changed, each with what was shipped when it did. A
//! new release so brings its texts everywhere else, overwrites nothing, and where both have changed both can be shown.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Code, Language, PersonId, Refusal};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::guide::{ContentRefusal, DatedGoal, Duties, Routing, ServiceGoal, Topic, Way};

kernel::id!(
    /// One saved version of a topic's texts.
    TopicVersionId
);
kernel::id!(
    /// One service goal of a topic.
    TopicGoalId
);

/// The longest reference to a decision, in characters.
pub const REFERENCE_CHARS_MAX: usize = 200;
/// The longest a service goal may be, in working days: half a year.
pub const GOAL_DAYS_MAX: u8 = 120;

/// The fields of a topic that can be edited, by their names in `topics.toml`. The key and the routing belong to the program,
/// and goals are dated, so they have rows of their own.
pub const FIELDS: [&str; 18] = [
    "title",
    "summary",
    "team",
    "kle",
    "kle_title",
    "kle_edition",
    "kle_verified",
    "confidential",
    "by_phone",
    "self_service",
    "referral",
    "questions",
    "self_help",
    "synonyms",
    "everyday",
    "whole",
    "examples",
    "against",
];

/// The fields of what is said when something is wrong right now, by their names in `acute.toml`.
pub const DUTY_FIELDS: [&str; 13] = [
    "emergency_heading",
    "emergency_text",
    "emergency_signs",
    "environment_heading",
    "environment_text",
    "environment_phone",
    "environment_hours",
    "environment_signs",
    "road_heading",
    "road_text",
    "road_phone",
    "road_hours",
    "road_signs",
];

/// The fields of a short way in that can be edited. By which words it is found, and under which topic one writes, belong to the
/// program.
pub const WAY_FIELDS: [&str; 4] = ["title", "summary", "team", "phone"];

/// What ships and can be said differently, field by field.
pub trait Shipped: Serialize + DeserializeOwned {
    /// The fields that can be edited, in the order of the page.
    const FIELDS: &'static [&'static str];

    /// Takes from what ships what is never kept with an edit.
    #[must_use]
    fn with_what_is_not_edited(self, _shipped: &Self) -> Self {
        self
    }
}

impl Shipped for Topic {
    const FIELDS: &'static [&'static str] = &FIELDS;

    fn with_what_is_not_edited(self, shipped: &Self) -> Self {
        Self { goals: shipped.goals.clone(), reviewed: shipped.reviewed, ..self }
    }
}

impl Shipped for Duties {
    const FIELDS: &'static [&'static str] = &DUTY_FIELDS;
}

impl Shipped for Way {
    const FIELDS: &'static [&'static str] = &WAY_FIELDS;
}

/// Every field of everything that can be edited, each once.
pub(crate) fn all_fields() -> impl Iterator<Item = &'static str> {
    let of_ways = WAY_FIELDS.into_iter().filter(|field| !FIELDS.contains(field));
    FIELDS.into_iter().chain(DUTY_FIELDS).chain(of_ways)
}

/// A field as the municipality has it, and as it was shipped when it was changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What is shown.
    pub ours: Value,
    /// What it took the place of.
    pub shipped: Value,
}

/// Every change of a topic's texts, by field.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Changes(BTreeMap<String, Change>);

/// A field that the municipality and a new release have both changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// Which field.
    pub field: &'static str,
    /// What is shown.
    pub ours: Value,
    /// What ships now.
    pub shipped: Value,
}

/// What to do about a field that has changed on both sides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settle {
    /// Ours stays; the release's text is seen and set aside.
    KeepOurs,
    /// The release's text takes its place.
    TakeShipped,
}

/// The fields as values; nothing for what is no object, which nothing that ships is.
fn values(shipped: &impl Serialize) -> serde_json::Map<String, Value> {
    match serde_json::to_value(shipped) {
        Ok(Value::Object(fields)) => fields,
        _ => serde_json::Map::new(),
    }
}

fn value(fields: &serde_json::Map<String, Value>, field: &str) -> Value {
    fields.get(field).cloned().unwrap_or(Value::Null)
}

impl Changes {
    /// Whether it is as shipped.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The changed fields, in the order of the page.
    pub fn fields(&self) -> Vec<&'static str> {
        all_fields().filter(|field| self.0.contains_key(*field)).collect()
    }

    /// As it is shown. `None` when a field cannot be read: it was written by a release with other fields.
    pub fn apply<T: Shipped>(&self, shipped: &T) -> Option<T> {
        let mut fields = values(shipped);
        for field in self.fields() {
            if let Some(change) = self.0.get(field) {
                fields.insert(field.to_owned(), change.ours.clone());
            }
        }
        let shown: T = serde_json::from_value(Value::Object(fields)).ok()?;
        Some(shown.with_what_is_not_edited(shipped))
    }

    /// The changes after an edit. A field that was not touched keeps what it was first changed from, so that a text that
    /// has changed in a release in the meantime is still pointed at.
    #[must_use]
    pub fn edited<T: Shipped>(&self, shipped: &T, edited: &T) -> Self {
        let (base, after) = (values(shipped), values(edited));
        let mut changes = BTreeMap::new();
        for &field in T::FIELDS {
            let (ours, shipped) = (value(&after, field), value(&base, field));
            if ours == shipped {
                continue;
            }
            let before = self.0.get(field).filter(|change| change.ours == ours);
            changes.insert(field.to_owned(), before.cloned().unwrap_or(Change { ours, shipped }));
        }
        Self(changes)
    }

    /// The fields in which two versions differ.
    pub fn differences(&self, other: &Self) -> Vec<&'static str> {
        let ours =
            |changes: &Self, field: &str| changes.0.get(field).map(|change: &Change| change.ours.clone());
        all_fields().filter(|field| ours(self, field) != ours(other, field)).collect()
    }

    /// The fields that a release has changed since we changed them.
    pub fn conflicts<T: Shipped>(&self, shipped: &T) -> Vec<Conflict> {
        let now = values(shipped);
        let conflict = |field: &'static str| {
            let change = self.0.get(field)?;
            let shipped = value(&now, field);
            let is_conflict = change.shipped != shipped && change.ours != shipped;
            is_conflict.then(|| Conflict { field, ours: change.ours.clone(), shipped })
        };
        T::FIELDS.iter().copied().filter_map(conflict).collect()
    }

    /// The changes after a conflict is settled.
    #[must_use]
    pub fn settled<T: Shipped>(&self, shipped: &T, field: &str, how: Settle) -> Self {
        let mut changes = self.0.clone();
        match how {
            Settle::TakeShipped => {
                changes.remove(field);
            }
            Settle::KeepOurs => {
                if let Some(change) = changes.get_mut(field) {
                    change.shipped = value(&values(shipped), field);
                }
            }
        }
        Self(changes)
    }
}

/// One saved version of a topic's texts. Version 0 is what ships; it has no row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicVersion {
    /// Its id.
    pub id: TopicVersionId,
    /// The topic.
    pub topic: Code,
    /// Counted from 1, without gaps.
    pub version: i64,
    /// What is different from what ships.
    pub changes: Changes,
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Option<PersonId>,
}

/// A decision by which a goal was adopted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// The day of the meeting.
    pub on: NaiveDate,
    /// Where it can be found: committee, meeting, item.
    pub reference: String,
}

/// A service goal that the municipality has set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TopicGoal {
    /// Its id.
    pub id: TopicGoalId,
    /// The topic.
    pub topic: Code,
    /// Working days until a person has replied.
    pub first_reply: u8,
    /// Working days until the answer.
    pub answer: u8,
    /// From which day of receipt on it holds.
    pub valid_from: NaiveDate,
    /// The decision behind it; without one it is a proposal, and no date is promised.
    pub decision: Option<Decision>,
    /// When it was entered.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: Option<PersonId>,
}

impl TopicGoal {
    /// As the guide uses it.
    pub fn dated(&self) -> DatedGoal {
        let goal = ServiceGoal {
            first_reply: self.first_reply,
            answer: self.answer,
            adopted: self.decision.is_some(),
        };
        DatedGoal { valid_from: self.valid_from, goal }
    }
}

/// A goal about to be set.
#[derive(Debug, Clone)]
pub struct NewGoal {
    /// Working days until a person has replied.
    pub first_reply: u8,
    /// Working days until the answer.
    pub answer: u8,
    /// From which day of receipt on.
    pub valid_from: NaiveDate,
    /// The decision; none for a proposal.
    pub decision: Option<Decision>,
}

impl NewGoal {
    /// Whether the goal can be set today. It never begins in the past: what was promised stands.
    pub fn check(&self, today: NaiveDate) -> Result<(), ContentProblem> {
        let goal = ServiceGoal { first_reply: self.first_reply, answer: self.answer, adopted: false };
        if !goal.is_possible() || self.answer > GOAL_DAYS_MAX {
            return Err(ContentProblem::Goal);
        }
        if self.valid_from < today {
            return Err(ContentProblem::ValidFrom);
        }
        let Some(decision) = &self.decision else { return Ok(()) };
        if decision.on > today {
            return Err(ContentProblem::DecidedOn);
        }
        match decision.reference.trim() {
            "" => Err(ContentProblem::Reference),
            text if text.chars().count() > REFERENCE_CHARS_MAX => Err(ContentProblem::LongReference),
            _ => Ok(()),
        }
    }
}

/// Why an edit of the guide is not taken. `Display` is the message key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContentProblem {
    /// The texts are not complete; each with its field.
    #[error("enquiries-content-incomplete")]
    Texts(Vec<ContentRefusal>),
    /// Someone else has saved the topic since the page was shown.
    #[error("enquiries-content-stale")]
    Stale,
    /// There is no such version.
    #[error("enquiries-content-no-version")]
    NoVersion,
    /// Who answers, or that it is walled, follows from law and cannot be changed here.
    #[error("enquiries-content-fixed")]
    Fixed,
    /// The answer comes before the reply, or one of them is nothing or too long.
    #[error("enquiries-content-goal")]
    Goal,
    /// The goal would begin in the past.
    #[error("enquiries-content-valid-from")]
    ValidFrom,
    /// A decision has been made, not will be.
    #[error("enquiries-content-decided-on")]
    DecidedOn,
    /// Nobody could find the decision.
    #[error("enquiries-content-reference")]
    Reference,
    /// Longer than [`REFERENCE_CHARS_MAX`].
    #[error("enquiries-content-reference-long")]
    LongReference,
}
impl Refusal for ContentProblem {}

/// Whether an edit leaves alone what a municipality may not change: the wall around what is told in confidence, and the
/// team that alone may open a question on a running tender (equal treatment, Udbudsloven § 2).
pub fn keeps_walls(shipped: &Topic, edited: &Topic) -> bool {
    let keeps_confidence = edited.confidential || !shipped.confidential;
    let keeps_team = shipped.routing != Routing::ProcurementOnly || edited.team == shipped.team;
    keeps_confidence && keeps_team && edited.routing == shipped.routing && edited.key == shipped.key
}

/// A value of a topic as one reads it: a line per entry. Names nothing that is not in it.
pub fn lines_of(value: &Value, language: Language) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::String(text) => vec![text.clone()],
        Value::Bool(is_so) => {
            let word = match (language, is_so) {
                (Language::Da, true) => "ja",
                (Language::Da, false) => "nej",
                (Language::En, true) => "yes",
                (Language::En, false) => "no",
            };
            vec![word.to_owned()]
        }
        Value::Array(entries) => entries.iter().flat_map(|entry| lines_of(entry, language)).collect(),
        Value::Object(fields) => match (fields.get(language.tag()), fields.get("name"), fields.get("url")) {
            (Some(own), _, _) => lines_of(own, language),
            (None, Some(Value::String(name)), Some(Value::String(url))) => vec![format!("{name}: {url}")],
            _ => Vec::new(),
        },
        Value::Number(number) => vec![number.to_string()],
    }
}

#[cfg(test)]
mod tests;
