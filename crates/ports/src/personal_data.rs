//! What is held on a person, to hand out (GDPR article 15) and to erase (article 17).
//!
//! Each part of the program that holds something answers for itself, and only for itself: [`Holders`] asks them one after the
//! other, for all addresses of a person at once. What one of them knows helps the next: identity knows under which id the
//! holder of an address works here, enquiries know which cases it wrote.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Ctx, Email, Failure, PersonId, RuleBook, uuid::Uuid};
use serde::Serialize;
use serde_json::{Map, Value};
use storage::StoreError;

/// Whom a request is about: the addresses and ids that were named, and what holders know the person by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DataSubject {
    /// The person's addresses.
    pub emails: BTreeSet<Email>,
    /// Under which ids the person works or worked for the municipality.
    pub persons: BTreeSet<PersonId>,
    /// Its names, where it works or worked here: colleagues and companies write them into texts.
    pub names: BTreeSet<String>,
    /// Whether the person works here today: what is needed for that is kept until it leaves.
    pub works_here: bool,
    /// What the person wrote to us: enquiries.
    pub subjects: BTreeSet<Uuid>,
    /// Those of them that have not ended: they cannot be dealt with without knowing who asked.
    pub open: BTreeSet<Uuid>,
}

impl DataSubject {
    /// What a text is looked through for: addresses and names.
    pub fn words(&self) -> Vec<String> {
        let emails = self.emails.iter().map(ToString::to_string);
        emails.chain(self.names.iter().cloned()).filter(|word| !word.trim().is_empty()).collect()
    }
}

/// How much of what was erased, by what it is called in the answer.
pub type ErasedCounts = BTreeMap<&'static str, u64>;

/// Something that stays though the person asked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Staying {
    /// The message key of what stays, why, and the paragraph that says so; its arguments are `count` and `named`.
    #[serde(skip)]
    pub key: &'static str,
    /// How many there are, of what the message counts.
    pub count: i64,
    /// What people call them, such as the numbers of cases.
    pub named: Vec<String>,
    /// Where it stands: `table.column`, or `files`.
    #[serde(rename = "where")]
    pub places: &'static [&'static str],
    /// Whether it can be erased later, when something has ended: worth asking again.
    pub until_ended: bool,
}

/// How much of one kind has been kept for as long as a rule says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Outlived {
    /// The message key of what it is.
    #[serde(rename = "kind")]
    pub what: &'static str,
    /// The key of the rule.
    pub rule: &'static str,
    /// How many go.
    pub goes: u64,
    /// How many stay all the same.
    pub stays: u64,
    /// The message key of why they stay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<&'static str>,
}

impl Outlived {
    /// So many of them, and all of them go.
    pub fn of(what: &'static str, rule: &'static str, goes: usize) -> Self {
        Self { what, rule, goes: u64::try_from(goes).unwrap_or(u64::MAX), stays: 0, because: None }
    }
}

/// Holds something about people. Implemented by each capability that declares personal data in its manifest, by `ledger` and
/// by `outreach`.
#[async_trait]
pub trait PersonalDataHolder: Send + Sync {
    /// The tables in which it looks.
    fn tables(&self) -> &'static [&'static str];

    /// Adds what it knows the person by.
    async fn recognise(&self, _ctx: &Ctx, _subject: &mut DataSubject) -> Result<(), StoreError> {
        Ok(())
    }

    /// Everything it holds on the person, by a name that no other holder uses.
    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError>;

    /// Erases what need not stay. Begins again where it was stopped; done a second time it does nothing.
    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure>;

    /// What stays, or would, though it is asked to be erased.
    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError>;

    /// What will have been kept for as long as the rules say at a moment: one row for every kind that goes by a rule, also
    /// where there is none of it. Nothing where all that is held goes with something else.
    async fn outlived(
        &self,
        _ctx: &Ctx,
        _rules: &RuleBook,
        _at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        Ok(Vec::new())
    }

    /// Erases what has been kept for as long as the rules say now, and says how much of each kind, under the names of
    /// [`PersonalDataHolder::outlived`]. Begins again where it was stopped; done a second time it does nothing.
    async fn forget(&self, _ctx: &Ctx, _rules: &RuleBook) -> Result<ErasedCounts, Failure> {
        Ok(ErasedCounts::new())
    }
}

/// Everyone who holds something about people.
#[derive(Clone)]
pub struct Holders(Vec<Arc<dyn PersonalDataHolder>>);

impl std::fmt::Debug for Holders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Holders({})", self.0.len())
    }
}

impl Holders {
    /// These, in the order in which they are asked: whoever knows people first.
    pub fn new(holders: Vec<Arc<dyn PersonalDataHolder>>) -> Self {
        Self(holders)
    }

    /// The tables in which any of them looks.
    pub fn tables(&self) -> BTreeSet<&'static str> {
        self.0.iter().flat_map(|holder| holder.tables()).copied().collect()
    }

    /// Whom these addresses and ids mean.
    pub async fn recognise(
        &self,
        ctx: &Ctx,
        emails: &[Email],
        persons: &[PersonId],
    ) -> Result<DataSubject, StoreError> {
        let mut subject = DataSubject {
            emails: emails.iter().cloned().collect(),
            persons: persons.iter().copied().collect(),
            ..DataSubject::default()
        };
        for holder in &self.0 {
            holder.recognise(ctx, &mut subject).await?;
        }
        Ok(subject)
    }

    /// Everything that is held.
    pub async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let mut all = Map::new();
        for holder in &self.0 {
            for (name, held) in holder.export(ctx, subject).await? {
                debug_assert!(!all.contains_key(&name), "two holders call theirs {name}");
                all.insert(name, held);
            }
        }
        Ok(all)
    }

    /// Erases what need not stay.
    pub async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let mut all = ErasedCounts::new();
        for holder in &self.0 {
            for (name, count) in holder.erase(ctx, subject).await? {
                *all.entry(name).or_default() += count;
            }
        }
        Ok(all)
    }

    /// What will have been kept long enough at a moment.
    pub async fn outlived(
        &self,
        ctx: &Ctx,
        rules: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        let mut all = Vec::new();
        for holder in &self.0 {
            all.extend(holder.outlived(ctx, rules, at).await?);
        }
        Ok(all)
    }

    /// Erases what has been kept long enough. One that cannot is no reason for the others to wait: what went wrong comes
    /// beside what went.
    pub async fn forget(&self, ctx: &Ctx, rules: &RuleBook) -> (ErasedCounts, Vec<Failure>) {
        let (mut all, mut failures) = (ErasedCounts::new(), Vec::new());
        for holder in &self.0 {
            match holder.forget(ctx, rules).await {
                Ok(counts) => {
                    for (name, count) in counts {
                        *all.entry(name).or_default() += count;
                    }
                }
                Err(failure) => failures.push(failure),
            }
        }
        (all, failures)
    }

    /// What stays.
    pub async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let mut all = Vec::new();
        for holder in &self.0 {
            all.extend(holder.stays(ctx, subject).await?);
        }
        Ok(all)
    }
}
