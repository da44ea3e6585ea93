//! Companies and establishments as the register knows them: what is true today, what was, and what the public may see.
//! Pure: no IO and no clock; `today` is an argument. Persons are not modelled and cannot be held here.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::{CvrNumber, PNumber};
use serde::{Deserialize, Serialize};

/// A stretch of days. Both ends are inclusive, and either may be unknown or open.
///
/// The register leaves `gyldigFra` out for what began before its time, so an open start is no error.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Span {
    /// The first day, `None` when unknown.
    #[serde(rename = "f", default, skip_serializing_if = "Option::is_none")]
    pub from: Option<NaiveDate>,
    /// The last day, `None` while it lasts.
    #[serde(rename = "t", default, skip_serializing_if = "Option::is_none")]
    pub to: Option<NaiveDate>,
}

impl Span {
    /// Whether the stretch holds `day`.
    pub fn covers(self, day: NaiveDate) -> bool {
        self.from.is_none_or(|from| from <= day) && self.to.is_none_or(|to| day <= to)
    }

    /// Whether the last day lies before `day`.
    pub fn ended_before(self, day: NaiveDate) -> bool {
        self.to.is_some_and(|to| to < day)
    }

    /// Sorts by how recent: an open end beats every date, then the later end, then the later start.
    fn recency(self) -> (bool, Option<NaiveDate>, Option<NaiveDate>) {
        (self.to.is_none(), self.to, self.from)
    }
}

/// A value and the days on which it held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dated<T> {
    /// The value.
    #[serde(rename = "v")]
    pub value: T,
    /// When it held.
    #[serde(rename = "s", default)]
    pub span: Span,
}

/// A value, and whether it still holds: a ceased unit has a latest address, but no current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Latest<'a, T> {
    /// The value.
    pub value: &'a T,
    /// When it held.
    pub span: Span,
    /// Whether it holds today. `false` means "the last we know".
    pub is_current: bool,
}

/// A register value over time, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct History<T>(Vec<Dated<T>>);

impl<T> Default for History<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> History<T> {
    /// Orders the values by their periods, those of unknown start first.
    pub fn new(mut values: Vec<Dated<T>>) -> Self {
        values.sort_by_key(|dated| (dated.span.from, dated.span.to.is_none(), dated.span.to));
        Self(values)
    }

    /// The values, oldest first.
    pub fn iter(&self) -> std::slice::Iter<'_, Dated<T>> {
        self.0.iter()
    }

    /// Whether the register says nothing.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What holds on `today`; where nothing does, the last that held. A value that begins later is neither.
    pub fn latest(&self, today: NaiveDate) -> Option<Latest<'_, T>> {
        let begun = || self.0.iter().filter(|dated| dated.span.from.is_none_or(|from| from <= today));
        let current = begun()
            .filter(|dated| dated.span.covers(today))
            .max_by_key(|dated| (dated.span.from, dated.span.to.is_none()));
        let (dated, is_current) = match current {
            Some(dated) => (dated, true),
            None => (begun().max_by_key(|dated| dated.span.recency())?, false),
        };
        Some(Latest { value: &dated.value, span: dated.span, is_current })
    }

    /// What holds on `today`, and nothing else.
    pub fn current(&self, today: NaiveDate) -> Option<&T> {
        self.latest(today).filter(|latest| latest.is_current).map(|latest| latest.value)
    }

    /// Everything that holds on `today`: a company has any number of secondary names.
    pub fn all_current(&self, today: NaiveDate) -> impl Iterator<Item = &T> {
        self.0.iter().filter(move |dated| dated.span.covers(today)).map(|dated| &dated.value)
    }
}

impl<'a, T> IntoIterator for &'a History<T> {
    type Item = &'a Dated<T>;
    type IntoIter = std::slice::Iter<'a, Dated<T>>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// A company's legal form, for example 80 "APS" "Anpartsselskab".
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LegalForm {
    /// The register's code.
    pub code: u16,
    /// The abbreviation.
    pub short: String,
    /// The full name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub long: String,
}

impl LegalForm {
    /// Enkeltmandsvirksomhed (10) and personligt ejet mindre virksomhed (15): the company is a person, and its
    /// address often that person's home.
    pub const fn is_sole_trader(&self) -> bool {
        matches!(self.code, 10 | 15)
    }
}

/// Which edition of Dansk Branchekode a code belongs to. The same digits may mean another trade in another edition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Classification {
    /// DB93 or DB03, before 2008.
    #[serde(rename = "db03")]
    Older,
    /// DB07, 2008-2024.
    #[serde(rename = "db07")]
    Db07,
    /// DB25, from 1 January 2025.
    #[serde(rename = "db25")]
    Db25,
}

impl Classification {
    /// The edition by the start of the code's period: the register has no version flag, but recoded every active
    /// unit on the day of each change. A code of unknown start belongs to the edition before the first change.
    pub fn of_period(span: Span) -> Self {
        match span.from {
            Some(from) if from >= day(2025, 1, 1) => Self::Db25,
            Some(from) if from >= day(2008, 1, 1) => Self::Db07,
            _ => Self::Older,
        }
    }

    /// Its short name, for example `DB25`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Older => "DB03",
            Self::Db07 => "DB07",
            Self::Db25 => "DB25",
        }
    }
}

/// A day that the program itself names.
fn day(year: i32, month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(year, month, day).unwrap_or_default()
}

/// A trade: six digits, the edition they belong to, and the register's own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Industry {
    /// Six digits; leading zeros are kept.
    pub code: String,
    /// The edition.
    pub edition: Classification,
    /// The title as the register wrote it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub title: String,
}

impl Industry {
    /// `999999` and the old `980000` stand for a trade that was not stated.
    pub fn is_unstated(&self) -> bool {
        matches!(self.code.as_str(), "999999" | "980000")
    }
}

/// An address of the register. A "c/o" name is a person's name as often as not, and is not kept.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Address {
    /// The street, empty in foreign addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street: String,
    /// Number or range with letters: "8A-20".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub house: String,
    /// Floor: "st", "1".
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub floor: String,
    /// Door: "tv", "mf" or text.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub door: String,
    /// Four digits, empty in foreign addresses.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub postcode: String,
    /// The postal district.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub town: String,
    /// The kommunekode, for example 165.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<u16>,
    /// Four digits: the street's code within the municipality.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub street_code: String,
    /// The id in Danmarks Adresseregister, by which a coordinate is found. Often missing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address_id: Option<uuid::Uuid>,
    /// ISO 3166 of a foreign address, empty for Denmark.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub country: String,
    /// The lines of a foreign address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub lines: String,
}

impl Address {
    /// Street, number, floor and door: "Nordmarks Allé 1, 1. tv".
    pub fn street_line(&self) -> String {
        let mut line = self.street.clone();
        if !self.house.is_empty() {
            line.push(' ');
            line.push_str(&self.house);
        }
        if !self.floor.is_empty() {
            line.push_str(", ");
            line.push_str(&self.floor);
            line.push('.');
        }
        if !self.door.is_empty() {
            line.push_str(if self.floor.is_empty() { ", " } else { " " });
            line.push_str(&self.door);
        }
        if line.is_empty() { self.lines.clone() } else { line }
    }

    /// Postcode and town: "2620 Albertslund".
    pub fn town_line(&self) -> String {
        match (self.postcode.is_empty(), self.town.is_empty()) {
            (false, false) => format!("{} {}", self.postcode, self.town),
            (false, true) => self.postcode.clone(),
            (true, _) => self.town.clone(),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (street, town) = (self.street_line(), self.town_line());
        match (street.is_empty(), town.is_empty()) {
            (false, false) => write!(f, "{street}, {town}"),
            (false, true) => f.write_str(&street),
            _ => f.write_str(&town),
        }
    }
}

/// How many are employed, as the register tells it: an interval, and for larger units a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Headcount {
    /// The exact number, where published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exact: Option<u32>,
    /// The lowest number of the interval.
    #[serde(default)]
    pub low: u32,
    /// The highest number of the interval; `None` is "and more".
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub high: Option<u32>,
}

impl Headcount {
    /// Reads `ANTAL_10_19`, `ANTAL_1000_` and `ANTAL_1000_999999`.
    pub fn from_interval(code: &str) -> Option<Self> {
        let (low, high) = code.strip_prefix("ANTAL_")?.split_once('_')?;
        let low = low.parse().ok()?;
        let high = match high {
            "" => None,
            digits => Some(digits.parse().ok()?).filter(|high| *high < 999_999),
        };
        high.is_none_or(|high| high >= low).then_some(Self { exact: None, low, high })
    }

    /// A single number for sums: the exact one, else the middle of the interval, else its low end.
    ///
    /// Sums over many units are estimates wherever an exact number is missing; say so beside them.
    pub fn estimate(self) -> u32 {
        self.exact.unwrap_or_else(|| match self.high {
            Some(high) => self.low.midpoint(high),
            None => self.low,
        })
    }
}

/// Employment at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Employment {
    /// The year.
    pub year: u16,
    /// The last month of the count: 12 for a year, 3, 6, 9 or 12 for a quarter.
    pub month: u8,
    /// Persons employed.
    pub headcount: Headcount,
}

/// How to reach a unit according to the register. What is secret there never gets in here.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct RegisterContacts {
    /// Telephone numbers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub phones: Vec<String>,
    /// E-mail addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub emails: Vec<String>,
    /// Web addresses.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub websites: Vec<String>,
}

/// What companies and establishments have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unit {
    /// Names over time.
    pub names: History<String>,
    /// Where it lies, over time.
    pub addresses: History<Address>,
    /// Main trade, over time.
    pub industries: History<Industry>,
    /// Further trades, over time.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    pub side_industries: History<Industry>,
    /// When it lived. More than one stretch means that it was reopened.
    pub life: Vec<Span>,
    /// The register's word for its state, for example `NORMAL`, `Aktiv`, `UNDER KONKURS`, `Ophørt`.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub status: String,
    /// One figure a year, the last and best of that year, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub employment: Vec<Employment>,
    /// Reklamebeskyttet: must not be approached for advertising (CVR-loven § 19).
    pub advertising_protected: bool,
    /// How to reach it.
    #[serde(default)]
    pub contacts: RegisterContacts,
    /// When the register last changed it.
    pub updated_at: DateTime<Utc>,
    /// The register had trouble loading the document (`fejlVedIndlaesning`): usable, but say so.
    #[serde(default)]
    pub loaded_with_errors: bool,
}

/// What happened to a unit on a day, seen from one municipality.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Movement {
    /// Founded here.
    New,
    /// Came from another municipality.
    MovedIn,
    /// Left for another municipality.
    MovedOut,
    /// Ended here.
    Ceased,
}

impl Unit {
    /// Whether the register calls the unit ceased by `today`: every stretch of its life has ended, or its status says so.
    pub fn is_ceased(&self, today: NaiveDate) -> bool {
        let life_is_over = !self.life.is_empty() && self.life.iter().all(|span| span.ended_before(today));
        life_is_over || status_means_ceased(&self.status)
    }

    /// The last day of its life, where the register tells it.
    pub fn ceased_on(&self, today: NaiveDate) -> Option<NaiveDate> {
        if !self.is_ceased(today) {
            return None;
        }
        self.life.iter().filter_map(|span| span.to).max()
    }

    /// The first day of its life.
    pub fn founded_on(&self) -> Option<NaiveDate> {
        self.life.iter().filter_map(|span| span.from).min()
    }

    /// Its name today, or its last.
    pub fn name(&self, today: NaiveDate) -> &str {
        self.names.latest(today).map_or("", |latest| latest.value)
    }

    /// The names it had before, newest first, each once and never today's.
    pub fn former_names(&self, today: NaiveDate) -> Vec<&Dated<String>> {
        let now = self.name(today);
        let mut seen = vec![now];
        let mut former = Vec::new();
        for dated in self.names.iter().rev() {
            let name = dated.value.as_str();
            if dated.span.from.is_none_or(|from| from <= today) && !seen.contains(&name) {
                seen.push(name);
                former.push(dated);
            }
        }
        former
    }

    /// The kommunekode of the address it has today, or had last.
    pub fn municipality(&self, today: NaiveDate) -> Option<u16> {
        self.addresses.latest(today).and_then(|latest| latest.value.municipality)
    }

    /// Whether it lies in the municipality today and lives.
    pub fn is_local(&self, municipality: u16, today: NaiveDate) -> bool {
        !self.is_ceased(today) && self.municipality(today) == Some(municipality)
    }

    /// Whether it ever lay in the municipality.
    pub fn was_ever_in(&self, municipality: u16) -> bool {
        self.addresses.iter().any(|dated| dated.value.municipality == Some(municipality))
    }

    /// The newest employment figure.
    pub fn latest_employment(&self) -> Option<&Employment> {
        self.employment.last()
    }

    /// What happened here up to `today`, oldest first: founded, moved in, moved out, ceased.
    ///
    /// A change of address within the municipality counts as nothing; what the register gives no date is left out;
    /// of a unit that ended and came back only the last end counts.
    pub fn movements(&self, municipality: u16, today: NaiveDate) -> Vec<(NaiveDate, Movement)> {
        let mut movements = Vec::new();
        let mut was_here = false;
        let mut was_anywhere = false;
        for dated in &self.addresses {
            let is_here = dated.value.municipality == Some(municipality);
            if let Some(from) = dated.span.from.filter(|from| *from <= today && is_here != was_here) {
                let movement = match (was_anywhere, is_here) {
                    (false, true) => Some(Movement::New),
                    (true, true) => Some(Movement::MovedIn),
                    (_, false) => was_here.then_some(Movement::MovedOut),
                };
                movements.extend(movement.map(|movement| (from, movement)));
            }
            (was_here, was_anywhere) = (is_here, true);
        }
        let last_is_here = self.municipality(today) == Some(municipality);
        if let Some(ended) = self.ceased_on(today).filter(|_| last_is_here) {
            movements.push((ended, Movement::Ceased));
        }
        movements
    }
}

/// Whether a status word means that the unit is no more. Bankruptcy under way does not: such a company still lives.
fn status_means_ceased(status: &str) -> bool {
    let status = status.to_uppercase();
    ["OPHØRT", "OPLØST", "TVANGSOPLØST", "SLETTET"].iter().any(|word| status.starts_with(word))
}

/// A company: the legal unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Company {
    /// CVR number.
    pub cvr: CvrNumber,
    /// Name, address, trade and life.
    pub unit: Unit,
    /// Binavne: further names under which the company trades, over time.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    pub secondary_names: History<String>,
    /// Legal form, over time.
    #[serde(default)]
    pub forms: History<LegalForm>,
    /// Its establishments, over time.
    #[serde(default, skip_serializing_if = "History::is_empty")]
    pub establishments: History<PNumber>,
}

impl Company {
    /// The legal form today, or the last.
    pub fn form(&self, today: NaiveDate) -> Option<&LegalForm> {
        self.forms.latest(today).map(|latest| latest.value)
    }

    /// Whether the company is a person. Unknown form counts as yes: what may be a home address stays hidden.
    pub fn is_sole_trader(&self, today: NaiveDate) -> bool {
        self.form(today).is_none_or(LegalForm::is_sole_trader)
    }
}

/// An establishment (production unit): a place where a company works.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Establishment {
    /// P-number.
    pub p_number: PNumber,
    /// The companies it belonged to, over time.
    pub companies: History<CvrNumber>,
    /// Name, address, trade and life.
    pub unit: Unit,
}

impl Establishment {
    /// The company it belongs to today, or belonged to last.
    pub fn company(&self, today: NaiveDate) -> Option<&CvrNumber> {
        self.companies.latest(today).map(|latest| latest.value)
    }
}

/// One document of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RegisterUnit {
    /// `Vrvirksomhed`.
    Company(Company),
    /// `VrproduktionsEnhed`.
    Establishment(Establishment),
}

impl RegisterUnit {
    /// What both have in common.
    pub const fn unit(&self) -> &Unit {
        match self {
            Self::Company(company) => &company.unit,
            Self::Establishment(establishment) => &establishment.unit,
        }
    }
}
