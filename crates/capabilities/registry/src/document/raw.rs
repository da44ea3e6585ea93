//! The register's JSON as it is written, and how it becomes our [`Company`] and [`Establishment`].
//!
//! Only the fields we use are named: what is not named is skipped by the parser and never held, above all
//! `deltagerRelation`, `deltagere` and the "c/o" name of an address, which are persons.

mod values;

use std::{borrow::Cow, fmt};

use kernel::{CvrNumber, PNumber};
use serde::{Deserialize, de::IgnoredAny};

use self::values::{Day, Digits, Moment, Parsed};
use crate::model::{
    Address, Classification, Company, Dated, Employment, Establishment, Headcount, History, Industry,
    LegalForm, RegisterContacts, RegisterUnit, Span, Unit,
};

/// Why a document is not taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Defect {
    /// The path to the field, in the register's own words.
    pub field: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Defect {
    fn at(field: &str, reason: impl fmt::Display) -> Self {
        Self { field: field.to_owned(), reason: reason.to_string() }
    }
}

/// What a document turned out to be.
#[derive(Debug)]
#[expect(clippy::large_enum_variant, reason = "held one at a time, and moved into a batch at once")]
pub enum Read {
    /// A company or an establishment.
    Unit(RegisterUnit),
    /// A person, which we do not import.
    Person,
}

/// Reads one document: a hit with `_source`, or the bare source.
pub fn read(bytes: &[u8]) -> Result<Read, Defect> {
    let hit: Hit<'_> = match serde_json::from_slice(bytes) {
        Ok(hit) => hit,
        Err(error) => return Err(locate(bytes, &error)),
    };
    let bare = Source { company: hit.company, establishment: hit.establishment, person: hit.person };
    let source = hit.source.unwrap_or(bare);
    match source {
        Source { company: Some(raw), .. } => {
            raw.into_company().map(|unit| Read::Unit(RegisterUnit::Company(unit)))
        }
        Source { establishment: Some(raw), .. } => {
            raw.into_establishment().map(|unit| Read::Unit(RegisterUnit::Establishment(unit)))
        }
        Source { person: Some(_), .. } => Ok(Read::Person),
        _ => Err(Defect::at("_source", "neither Vrvirksomhed nor VrproduktionsEnhed")),
    }
}

/// Names the field of a document that did not parse. Slower than parsing, and only for the few that fail.
fn locate(bytes: &[u8], error: &serde_json::Error) -> Defect {
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, Hit<'_>>(deserializer) {
        Err(located) => {
            let path = located.path().to_string();
            let reason = plain_reason(&located.into_inner().to_string());
            Defect { field: path, reason }
        }
        Ok(_) => Defect::at(".", plain_reason(&error.to_string())),
    }
}

/// The parser counts lines within the document, which nobody can look up in the file: they are left out.
fn plain_reason(text: &str) -> String {
    text.split(" at line ").next().unwrap_or(text).to_owned()
}

/// A hit, or the bare source of one: the keys stand on either level.
#[derive(Deserialize)]
struct Hit<'a> {
    #[serde(rename = "_source", borrow)]
    source: Option<Source<'a>>,
    #[serde(rename = "Vrvirksomhed", borrow)]
    company: Option<RawUnit<'a>>,
    #[serde(rename = "VrproduktionsEnhed", borrow)]
    establishment: Option<RawUnit<'a>>,
    #[serde(rename = "Vrdeltagerperson")]
    person: Option<IgnoredAny>,
}

#[derive(Deserialize)]
struct Source<'a> {
    #[serde(rename = "Vrvirksomhed", borrow)]
    company: Option<RawUnit<'a>>,
    #[serde(rename = "VrproduktionsEnhed", borrow)]
    establishment: Option<RawUnit<'a>>,
    #[serde(rename = "Vrdeltagerperson")]
    person: Option<IgnoredAny>,
}

/// Any list of the register may be missing or null.
type List<T> = Option<Vec<T>>;

/// A company or an establishment: the same words but for a few.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawUnit<'a> {
    #[serde(default)]
    cvr_nummer: Digits,
    #[serde(default)]
    p_nummer: Digits,
    reklamebeskyttet: Option<bool>,
    fejl_ved_indlaesning: Option<bool>,
    #[serde(default)]
    sidst_opdateret: Moment,
    #[serde(borrow)]
    navne: List<RawName<'a>>,
    #[serde(borrow)]
    binavne: List<RawName<'a>>,
    #[serde(borrow)]
    beliggenhedsadresse: List<RawAddress<'a>>,
    #[serde(borrow)]
    telefon_nummer: List<RawContact<'a>>,
    #[serde(borrow)]
    elektronisk_post: List<RawContact<'a>>,
    #[serde(borrow)]
    hjemmeside: List<RawContact<'a>>,
    livsforloeb: List<RawSpan>,
    #[serde(borrow)]
    hovedbranche: List<RawIndustry<'a>>,
    #[serde(borrow)]
    bibranche1: List<RawIndustry<'a>>,
    #[serde(borrow)]
    bibranche2: List<RawIndustry<'a>>,
    #[serde(borrow)]
    bibranche3: List<RawIndustry<'a>>,
    #[serde(borrow)]
    virksomhedsstatus: List<RawStatus<'a>>,
    #[serde(borrow)]
    virksomhedsform: List<RawForm<'a>>,
    #[serde(borrow)]
    aarsbeskaeftigelse: List<RawEmployment<'a>>,
    #[serde(borrow)]
    kvartalsbeskaeftigelse: List<RawEmployment<'a>>,
    #[serde(borrow)]
    maanedsbeskaeftigelse: List<RawEmployment<'a>>,
    #[serde(borrow)]
    erst_maanedsbeskaeftigelse: List<RawEmployment<'a>>,
    penheder: List<RawRelation>,
    virksomhedsrelation: List<RawRelation>,
    #[serde(borrow)]
    virksomhed_metadata: Option<RawMetadata<'a>>,
    #[serde(rename = "produktionsEnhedMetadata", borrow)]
    establishment_metadata: Option<RawMetadata<'a>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct RawPeriod {
    #[serde(default)]
    gyldig_fra: Day,
    #[serde(default)]
    gyldig_til: Day,
}

#[derive(Deserialize)]
struct RawSpan {
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
struct RawName<'a> {
    #[serde(borrow)]
    navn: Option<Cow<'a, str>>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawAddress<'a> {
    #[serde(borrow)]
    landekode: Option<Cow<'a, str>>,
    #[serde(borrow)]
    fritekst: Option<Cow<'a, str>>,
    #[serde(default)]
    vejkode: Digits,
    kommune: Option<RawMunicipality>,
    #[serde(default)]
    husnummer_fra: Digits,
    #[serde(default)]
    husnummer_til: Digits,
    #[serde(borrow)]
    bogstav_fra: Option<Cow<'a, str>>,
    #[serde(borrow)]
    bogstav_til: Option<Cow<'a, str>>,
    #[serde(borrow)]
    etage: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sidedoer: Option<Cow<'a, str>>,
    #[serde(borrow)]
    vejnavn: Option<Cow<'a, str>>,
    #[serde(default)]
    postnummer: Digits,
    #[serde(borrow)]
    postdistrikt: Option<Cow<'a, str>>,
    #[serde(borrow)]
    adresse_id: Option<Cow<'a, str>>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMunicipality {
    #[serde(default)]
    kommune_kode: Digits,
}

#[derive(Deserialize)]
struct RawContact<'a> {
    #[serde(borrow)]
    kontaktoplysning: Option<Cow<'a, str>>,
    hemmelig: Option<bool>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
struct RawIndustry<'a> {
    #[serde(default)]
    branchekode: Digits,
    #[serde(borrow)]
    branchetekst: Option<Cow<'a, str>>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
struct RawStatus<'a> {
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawForm<'a> {
    #[serde(default)]
    virksomhedsformkode: Digits,
    #[serde(borrow)]
    kort_beskrivelse: Option<Cow<'a, str>>,
    #[serde(borrow)]
    lang_beskrivelse: Option<Cow<'a, str>>,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEmployment<'a> {
    #[serde(default)]
    aar: Digits,
    #[serde(default)]
    kvartal: Digits,
    #[serde(default)]
    maaned: Digits,
    antal_ansatte: Option<f64>,
    #[serde(borrow)]
    interval_kode_antal_ansatte: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawRelation {
    #[serde(default)]
    cvr_nummer: Digits,
    #[serde(default)]
    p_nummer: Digits,
    periode: Option<RawPeriod>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawMetadata<'a> {
    #[serde(borrow)]
    sammensat_status: Option<Cow<'a, str>>,
    #[serde(default)]
    nyeste_cvr_nummer_relation: Digits,
}

impl From<Option<RawPeriod>> for Span {
    fn from(raw: Option<RawPeriod>) -> Self {
        let raw = raw.unwrap_or_default();
        Self { from: raw.gyldig_fra.0, to: raw.gyldig_til.0 }
    }
}

impl RawUnit<'_> {
    fn into_company(mut self) -> Result<Company, Defect> {
        let number = self.cvr_nummer.narrow::<u32>().ok_or_else(|| Defect::at("cvrNummer", "missing"))?;
        let cvr =
            CvrNumber::try_from(number).map_err(|_| Defect::at("cvrNummer", "not a valid CVR number"))?;
        let secondary_names = names(self.binavne.take());
        let forms = history(self.virksomhedsform.take(), |raw| {
            let code = raw.virksomhedsformkode.narrow()?;
            let form =
                LegalForm { code, short: owned(raw.kort_beskrivelse), long: owned(raw.lang_beskrivelse) };
            Some((form, raw.periode))
        });
        let establishments = history(self.penheder.take(), |raw| {
            Some((PNumber::try_from(raw.p_nummer.positive()?).ok()?, raw.periode))
        });
        let unit = self.into_unit("Vrvirksomhed.navne")?;
        Ok(Company { cvr, unit, secondary_names, forms, establishments })
    }

    fn into_establishment(mut self) -> Result<Establishment, Defect> {
        let number = self.p_nummer.positive().ok_or_else(|| Defect::at("pNummer", "missing"))?;
        let p_number =
            PNumber::try_from(number).map_err(|_| Defect::at("pNummer", "not a valid P-number"))?;
        let mut companies = history(self.virksomhedsrelation.take(), |raw| {
            Some((CvrNumber::try_from(raw.cvr_nummer.narrow::<u32>()?).ok()?, raw.periode))
        });
        if companies.is_empty() {
            let newest =
                self.establishment_metadata.as_ref().map(|metadata| metadata.nyeste_cvr_nummer_relation);
            let newest = newest.and_then(|digits| CvrNumber::try_from(digits.narrow::<u32>()?).ok());
            companies = newest
                .map(|value| History::new(vec![Dated { value, span: Span::default() }]))
                .unwrap_or_default();
        }
        let unit = self.into_unit("VrproduktionsEnhed.navne")?;
        Ok(Establishment { p_number, companies, unit })
    }

    fn into_unit(self, names_field: &str) -> Result<Unit, Defect> {
        let Parsed(updated_at) = self.sidst_opdateret;
        let updated_at = updated_at.ok_or_else(|| Defect::at("sidstOpdateret", "missing"))?;
        let names = names(self.navne);
        if names.is_empty() {
            return Err(Defect::at(names_field, "missing"));
        }
        let status = status(self.virksomhedsstatus, self.virksomhed_metadata.or(self.establishment_metadata));
        let side_industries =
            [self.bibranche1, self.bibranche2, self.bibranche3].into_iter().flatten().flatten();
        let side_industries = history(Some(side_industries.collect()), industry);
        Ok(Unit {
            names,
            addresses: history(self.beliggenhedsadresse, |raw| Some(address(raw))),
            industries: history(self.hovedbranche, industry),
            side_industries,
            life: self.livsforloeb.into_iter().flatten().map(|raw| raw.periode.into()).collect(),
            status,
            employment: employment([
                self.aarsbeskaeftigelse,
                self.kvartalsbeskaeftigelse,
                self.maanedsbeskaeftigelse,
                self.erst_maanedsbeskaeftigelse,
            ]),
            // Unknown counts as protected: the law asks for care, not for a guess.
            advertising_protected: self.reklamebeskyttet.unwrap_or(true),
            contacts: RegisterContacts {
                phones: contacts(self.telefon_nummer),
                emails: contacts(self.elektronisk_post),
                websites: contacts(self.hjemmeside),
            },
            updated_at,
            loaded_with_errors: self.fejl_ved_indlaesning.unwrap_or(false),
        })
    }
}

fn owned(text: Option<Cow<'_, str>>) -> String {
    match text {
        Some(text) if text.trim().len() != text.len() => text.trim().to_owned(),
        Some(text) => text.into_owned(),
        None => String::new(),
    }
}

fn history<R, T>(raw: List<R>, mut each: impl FnMut(R) -> Option<(T, Option<RawPeriod>)>) -> History<T> {
    let dated = raw.into_iter().flatten().filter_map(|item| {
        let (value, period) = each(item)?;
        Some(Dated { value, span: period.into() })
    });
    History::new(dated.collect())
}

fn names(raw: List<RawName<'_>>) -> History<String> {
    history(raw, |raw| Some((owned(raw.navn), raw.periode)).filter(|(name, _)| !name.is_empty()))
}

fn industry(raw: RawIndustry<'_>) -> Option<(Industry, Option<RawPeriod>)> {
    let code = raw.branchekode.positive().filter(|code| *code <= 999_999)?;
    let span = Span::from(raw.periode);
    let edition = Classification::of_period(span);
    let industry = Industry { code: format!("{code:06}"), edition, title: owned(raw.branchetekst) };
    Some((industry, Some(RawPeriod { gyldig_fra: Parsed(span.from), gyldig_til: Parsed(span.to) })))
}

fn address(raw: RawAddress<'_>) -> (Address, Option<RawPeriod>) {
    let country = match owned(raw.landekode) {
        country if country == "DK" => String::new(),
        country => country,
    };
    let four = |digits: Digits| digits.positive().map(|number| format!("{number:04}")).unwrap_or_default();
    let address = Address {
        street: owned(raw.vejnavn),
        house: house([(raw.husnummer_fra, raw.bogstav_fra), (raw.husnummer_til, raw.bogstav_til)]),
        floor: owned(raw.etage),
        door: owned(raw.sidedoer),
        postcode: four(raw.postnummer),
        town: owned(raw.postdistrikt),
        municipality: raw.kommune.and_then(|municipality| municipality.kommune_kode.narrow()),
        street_code: four(raw.vejkode),
        address_id: raw.adresse_id.and_then(|id| id.parse().ok()),
        // The free text of a Danish address repeats it or names a person; abroad it is all there is.
        lines: if country.is_empty() { String::new() } else { owned(raw.fritekst) },
        country,
    };
    (address, raw.periode)
}

/// "8A-20": from and to, each a number with or without a letter.
fn house(ends: [(Digits, Option<Cow<'_, str>>); 2]) -> String {
    let mut text = String::new();
    for (number, letter) in ends {
        let letter = owned(letter);
        if number.positive().is_none() && letter.is_empty() {
            continue;
        }
        if !text.is_empty() {
            text.push('-');
        }
        if let Some(number) = number.positive() {
            text.push_str(&number.to_string());
        }
        text.push_str(&letter);
    }
    text
}

/// What is neither secret nor ended.
fn contacts(raw: List<RawContact<'_>>) -> Vec<String> {
    let open = raw.into_iter().flatten().filter(|raw| {
        // Unknown counts as secret.
        raw.hemmelig == Some(false) && raw.periode.as_ref().is_none_or(|period| period.gyldig_til.0.is_none())
    });
    open.map(|raw| owned(raw.kontaktoplysning)).filter(|text| !text.is_empty()).collect()
}

/// The word that the register computed, else its newest open status.
fn status(statuses: List<RawStatus<'_>>, metadata: Option<RawMetadata<'_>>) -> String {
    let computed = owned(metadata.and_then(|metadata| metadata.sammensat_status));
    if !computed.is_empty() {
        return computed;
    }
    let mut open = statuses
        .into_iter()
        .flatten()
        .filter(|raw| raw.periode.as_ref().is_none_or(|period| period.gyldig_til.0.is_none()));
    open.next_back().map(|raw| owned(raw.status)).unwrap_or_default()
}

/// One figure a year: the latest month of the year wins, and of the same month the later list, which is the newer count.
fn employment(lists: [List<RawEmployment<'_>>; 4]) -> Vec<Employment> {
    let mut by_year = std::collections::BTreeMap::<u16, Employment>::new();
    for raw in lists.into_iter().flatten().flatten() {
        let Some(year) = raw.aar.narrow() else { continue };
        let interval = raw.interval_kode_antal_ansatte.as_deref().and_then(Headcount::from_interval);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "checked to be a small count"
        )]
        let exact = raw.antal_ansatte.filter(|n| (0.0..10_000_000.0).contains(n)).map(|n| n.round() as u32);
        let headcount = match (interval, exact) {
            (Some(interval), exact) => Headcount { exact, ..interval },
            (None, Some(exact)) => Headcount { exact: Some(exact), low: exact, high: Some(exact) },
            (None, None) => continue,
        };
        let month = match (raw.maaned.narrow::<u8>(), raw.kvartal.narrow::<u8>()) {
            (Some(month), _) => month.min(12),
            (None, Some(quarter)) => quarter.min(4) * 3,
            (None, None) => 12,
        };
        let figure = Employment { year, month, headcount };
        by_year
            .entry(year)
            .and_modify(|known| {
                if known.month <= month {
                    *known = figure;
                }
            })
            .or_insert(figure);
    }
    by_year.into_values().collect()
}
