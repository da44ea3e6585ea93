//! The few traits through which capabilities are asked for things, always in batches, never one row at a time.
//!
//! Implemented by one capability, handed over by `app`. Nothing here knows how an answer is found.
#![warn(missing_docs)]

mod calendar;
mod people;
mod personal_data;

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Code, Ctx, CvrNumber, Email, Language, PNumber, Reach, Role};
use storage::{Read, StoreError, TokenHash};

pub use calendar::{CalendarEntry, CalendarSource, CalendarTime};
pub use people::{OnDay, PeopleDirectory, PeopleLine, PersonCard, Roster, StoodInFor, TeamCard};
pub use personal_data::{DataSubject, ErasedCounts, Holders, Outlived, PersonalDataHolder, Staying};

/// A company as others may show it: no street, no contact details.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyCard {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name in the register.
    pub name: String,
    /// The town of its legal unit.
    pub town: String,
    /// Whether it has ceased.
    pub ceased: bool,
    /// Whether it may not be approached without a basis in law or consent (CVR-loven §19).
    pub protected: bool,
    /// Whether the company is a person, or may be: a sole trader, or of an unknown form. Its number is that person's data.
    pub is_person: bool,
}

/// Answers what a company is. Implemented by `registry`.
#[async_trait]
pub trait CompanyDirectory: Send + Sync {
    /// The cards of these companies; a number that is not in the register is left out.
    async fn companies(
        &self,
        ctx: &Ctx,
        numbers: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError>;

    /// The companies, living ones, that may be meant by each of these names: those called so, with or without what says their
    /// form (`ApS`, `A/S`). A name that nobody has is left out.
    async fn companies_named(
        &self,
        _ctx: &Ctx,
        _names: &[String],
    ) -> Result<BTreeMap<String, Vec<CompanyCard>>, StoreError> {
        Ok(BTreeMap::new())
    }

    /// Which of these ten-digit numbers are P-numbers of the register: they look like CPR numbers and are not.
    async fn known_p_numbers(&self, numbers: &[PNumber]) -> Result<Vec<PNumber>, StoreError>;
}

/// An area of a municipality, as others may draw it.
#[derive(Debug, Clone, PartialEq)]
pub struct AreaShape {
    /// Its key, such as `hersted`.
    pub key: Code,
    /// Its name.
    pub name: String,
    /// Whether its border is only roughly right.
    pub approximate: bool,
    /// Its border: rings of corners, longitude before latitude in degrees (WGS84); holes are rings too.
    pub rings: Vec<Vec<[f64; 2]>>,
}

/// Answers which areas a municipality has. Implemented by `registry`.
#[async_trait]
pub trait AreaIndex: Send + Sync {
    /// Its areas, in its own order.
    async fn areas(&self, ctx: &Ctx) -> Result<Vec<AreaShape>, StoreError>;
}

/// A company that somebody has shown to act for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfirmedCompany {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name; may be empty where nobody told it.
    pub name: String,
}

impl ConfirmedCompany {
    /// As it is shown: `Smedjen ApS (CVR 99000015)`.
    pub fn shown(&self) -> String {
        if self.name.is_empty() {
            format!("CVR {}", self.cvr)
        } else {
            format!("{} (CVR {})", self.name, self.cvr)
        }
    }
}

/// Someone who has signed in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Who.
    pub actor: Actor,
    /// What is shown in the header.
    pub name: String,
    /// What may be done, in which teams.
    pub reach: Arc<Reach>,
    /// The roles held.
    pub roles: Vec<Role>,
    /// The language chosen.
    pub language: Option<Language>,
    /// A contact's address, proven by a link that was mailed to it: it may see what was sent from there, and nothing else.
    pub proven_email: Option<Email>,
    /// The company that a contact acts for, confirmed by MitID Erhverv: it may see what the company sent.
    pub company: Option<ConfirmedCompany>,
    /// Whether a contact may act for several companies and has not said yet for which.
    pub must_choose_company: bool,
    /// Whether nothing may be done until a code from the person's telephone is asked for at sign-in.
    pub must_set_up_second_step: bool,
    /// The version of people and teams that this was read from, where the resolver counts them.
    pub people_version: Option<i64>,
}

/// Answers whose session a cookie is. Implemented by `identity`.
#[async_trait]
pub trait SessionResolver: Send + Sync {
    /// The session's holder; `None` when it has ended, was revoked or never was.
    async fn resolve(
        &self,
        read: &Read,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError>;
}

/// One thing that happened with a party, for the company page's timeline.
#[derive(Debug, Clone)]
pub struct TimelineEntry {
    /// When.
    pub at: DateTime<Utc>,
    /// Which capability tells.
    pub capability: &'static str,
    /// A message key of that capability.
    pub key: String,
    /// The message's arguments.
    pub arguments: Vec<(&'static str, String)>,
    /// Where to read more.
    pub link: Option<String>,
    /// The team's name.
    pub team: Option<String>,
    /// The person's name.
    pub person: Option<String>,
}

/// A contact at a company, as a page of another capability may show it.
#[derive(Debug, Clone)]
pub struct CompanyContact {
    /// Name.
    pub name: String,
    /// E-mail.
    pub email: String,
    /// Telephone.
    pub phone: Option<String>,
    /// Whether it is proven that the contact speaks for the company; else only stated.
    pub confirmed: bool,
    /// When it was last in touch.
    pub last_seen: DateTime<Utc>,
    /// Where it is known from, where it did not write to us itself.
    pub source: Option<Said>,
}

/// Words of a capability that another one shows: in whatever language its reader has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// The message key.
    pub key: &'static str,
    /// The message's arguments.
    pub arguments: Vec<(&'static str, String)>,
}

/// Something that can be done with a company, on a page of another capability.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CompanyDeed {
    /// The message key of what it says.
    pub key: &'static str,
    /// The page where it is done; the company's number is put behind it.
    pub path: &'static str,
}

/// What a promise is about, as a page of another capability may name it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectCard {
    /// What people call it: a case's number and topic.
    pub name: String,
    /// Its page.
    pub link: String,
}

/// What a capability remembers of a company, as far as the asker may see it.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    /// What happened with it, newest first.
    pub timeline: Vec<TimelineEntry>,
    /// Who we know there.
    pub contacts: Vec<CompanyContact>,
    /// What the promises that were asked about are about. What nobody names is not shown.
    pub subjects: BTreeMap<kernel::uuid::Uuid, SubjectCard>,
    /// What the asker can do with it.
    pub deeds: Vec<CompanyDeed>,
}

/// Something that was found by what was typed, and that is no company of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundCard {
    /// What it is called: a case's number, a contact's name.
    pub name: String,
    /// Its page, where the asker may open it.
    pub link: Option<String>,
    /// A message key of the capability that says the rest.
    pub key: &'static str,
    /// The message's arguments.
    pub arguments: Vec<(&'static str, String)>,
}

/// What a capability knows of a company. Implemented by each capability that knows something.
#[async_trait]
pub trait CompanyMemory: Send + Sync {
    /// Everything for the company's page in one look: the newest `limit` things that happened, who we know there, and what
    /// promises about these `subjects` are about.
    async fn remember(
        &self,
        ctx: &Ctx,
        cvr: CvrNumber,
        subjects: &[kernel::uuid::Uuid],
        limit: usize,
    ) -> Result<Memory, StoreError>;

    /// What else is found by what was typed into the staff's search: a number that people say on the telephone, a contact's
    /// name or address. Only what the asker may know of.
    async fn find(&self, _ctx: &Ctx, _typed: &str, _limit: usize) -> Result<Vec<FoundCard>, StoreError> {
        Ok(Vec::new())
    }
}

/// A figure that an indicator may count.
#[derive(Debug, Clone, PartialEq)]
pub struct Measurement {
    /// The value; `None` when there is nothing to count or too little to show.
    pub value: Option<f64>,
    /// How many observations stand behind it.
    pub n: u64,
    /// Between what the value lies with 95 % confidence, where it is an estimate; `None` where all there is was counted.
    pub interval: Option<(f64, f64)>,
}

/// One question to a metric: which days, both included, and restricted to what (`key = value`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct MetricQuestion {
    /// `capability.metric`.
    pub metric: String,
    /// First day.
    pub from: NaiveDate,
    /// Last day.
    pub to: NaiveDate,
    /// Empty for everything.
    pub filter: BTreeMap<String, String>,
}

/// One journal line behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineBehind {
    /// Its position in the journal.
    pub position: i64,
    /// When it was written.
    pub at: DateTime<Utc>,
    /// Which capability wrote it.
    pub capability: String,
    /// Its word; `CAPABILITY-journal-WORD` says it in the reader's language.
    pub word: String,
    /// What it is about, as people call it: a case's number.
    pub name: String,
    /// The page of what it is about.
    pub link: String,
}

/// Counts things for the policy's indicators. Implemented by each capability that has metrics.
#[async_trait]
pub trait MetricSource: Send + Sync {
    /// The names of the metrics, `capability.metric`.
    fn metrics(&self) -> &'static [&'static str];
    /// The metric over the days from `from` to `to`, both included, restricted to `filter` (`key = value`).
    async fn measure(
        &self,
        ctx: &Ctx,
        metric: &str,
        from: NaiveDate,
        to: NaiveDate,
        filter: &BTreeMap<String, String>,
    ) -> Result<Measurement, StoreError>;

    /// All of these at once, in their order: a page or a closing account asks for a hundred.
    async fn measure_all(
        &self,
        ctx: &Ctx,
        questions: &[MetricQuestion],
    ) -> Result<Vec<Measurement>, StoreError> {
        let mut all = Vec::with_capacity(questions.len());
        for asked in questions {
            all.push(self.measure(ctx, &asked.metric, asked.from, asked.to, &asked.filter).await?);
        }
        Ok(all)
    }

    /// When what it counts from was last brought up to date; `None` where it always is.
    async fn as_of(&self, _ctx: &Ctx) -> Result<Option<DateTime<Utc>>, StoreError> {
        Ok(None)
    }

    /// Whether the figures are counted from journal lines: then there are lines behind them, and what is told of people's
    /// cases grows by whole fives, so that two days' figures tell of no single case.
    fn counts_lines(&self) -> bool {
        false
    }

    /// The newest journal lines that the figure counts, as far as the asker may open what they are about. None where a
    /// metric counts something else than journal lines.
    async fn behind(
        &self,
        _ctx: &Ctx,
        _metric: &str,
        _from: NaiveDate,
        _to: NaiveDate,
        _filter: &BTreeMap<String, String>,
        _limit: usize,
    ) -> Result<Vec<LineBehind>, StoreError> {
        Ok(Vec::new())
    }
}
