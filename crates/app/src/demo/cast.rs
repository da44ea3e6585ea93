//! Who asks in the demo: companies of the invented register with a contact each, founders, associations, advisers. Each asks
//! about what its trade has to do with, and not before it was there.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use chrono::{Days, NaiveDate};
use enquiries::model::{Asker, Contact};
use kernel::{CvrNumber, Email, Phone, fold};
use registry::model::{Company, Movement};
use serde::Deserialize;

use super::chance::Chance;

/// Invented first names.
const FIRST_NAMES: &[&str] = &[
    "Aksel",
    "Anne-Margrethe",
    "Asger",
    "Bente",
    "Birgit",
    "Carsten",
    "Dennis",
    "Dorte",
    "Emil",
    "Fatima",
    "Freja",
    "Gorm",
    "Helle",
    "Ibrahim",
    "Jytte",
    "Karim",
    "Lone",
    "Mikkel",
    "Nanna",
    "Ole",
    "Pernille",
    "Rashid",
    "Signe",
    "Torben",
    "Ulrik",
    "Vibeke",
    "Yasmin",
    "Zeynep",
    "Øjvind",
    "Åse",
];
/// Invented last names, few of which anyone bears.
const LAST_NAMES: &[&str] = &[
    "Bakkelund",
    "Damgren",
    "Egholt",
    "Fuglebo",
    "Granvang",
    "Hedeskov",
    "Kildebro",
    "Lyngager",
    "Mosevang",
    "Nordlyng",
    "Ravnsholt",
    "Skovlyst",
    "Skovlyst-Vesterlund",
    "Tangebo",
    "Vesterlund",
    "Åbrink",
    "Ørnevang",
];
/// Invented associations. One has a name as long as such names get.
const ASSOCIATIONS: &[&str] = &[
    "Handelsforeningen Blå Hejre",
    "Grundejerforeningen Kastanjen",
    "Værkstedernes Erhvervsnetværk",
    "Sammenslutningen af Erhvervsdrivende og Grundejere ved Svanens Kvarter og Omegn",
];
/// Invented advisers.
const ADVISERS: &[&str] = &[
    "Revision Tårnfalk",
    "Arkitekterne Kobberhavn",
    "Rådgivende Ingeniører Granit",
    "Landinspektør- og Ejendomsrådgivningsselskabet Isfugl & Kastanje",
];
/// Invented foreign companies.
const FOREIGN: &[(&str, &str, &str)] = &[
    ("Nordlicht Technik GmbH", "Tyskland", "DE000000000"),
    ("Svartån Bygg AB", "Sverige", "SE000000000001"),
];
/// A company asks its first question so many days after it came.
const SETTLED_DAYS: u64 = 10;

/// A kind of trade, so that people ask about what they do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Crowd {
    /// Builders, plumbers, electricians, painters.
    Construction,
    /// Cars, tyres, bicycles.
    Auto,
    /// Lorries, couriers, taxis, forwarders.
    Transport,
    /// Storage.
    Warehouse,
    /// Whoever makes things.
    Factory,
    /// Wholesale.
    Wholesale,
    /// Restaurants, bakeries.
    Food,
    /// Shops.
    Shop,
    /// Hairdressers.
    Salon,
    /// Desks.
    Office,
    /// Cleaning.
    Cleaning,
    /// Dentists, physiotherapists.
    Clinic,
    /// Training.
    Fitness,
    /// Courses.
    School,
    /// Gardens.
    Garden,
    /// Whoever lets buildings.
    Landlord,
    /// Someone about to begin.
    Founder,
    /// From another country.
    Foreign,
    /// An association.
    Association,
}

impl Crowd {
    /// Of a trade's code (DB07 or DB25, six digits); `None` for those who have nothing to ask: holdings and the like.
    fn of_trade(code: &str) -> Option<Self> {
        let group = code.get(..2)?;
        Some(match group {
            "47" if matches!(code, "476420" | "476320") => Self::Auto,
            "47" if code == "472400" => Self::Food,
            "52" if code.starts_with("521") => Self::Warehouse,
            "85" => Self::School,
            "81" if code.starts_with("813") => Self::Garden,
            "81" => Self::Cleaning,
            "41" | "42" | "43" => Self::Construction,
            "45" | "95" => Self::Auto,
            "49" | "52" | "53" => Self::Transport,
            "10" | "18" | "22" | "25" | "31" | "33" => Self::Factory,
            "46" => Self::Wholesale,
            "56" => Self::Food,
            "47" => Self::Shop,
            "96" => Self::Salon,
            "62" | "69" | "70" | "71" | "74" | "78" => Self::Office,
            "86" => Self::Clinic,
            "93" => Self::Fitness,
            "68" => Self::Landlord,
            _ => return None,
        })
    }
}

/// A company of the register.
#[derive(Debug, Clone)]
pub struct CastCompany {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name.
    pub name: String,
    /// What it does.
    pub crowd: Crowd,
    /// The day on which it was founded here or came here.
    pub since: NaiveDate,
    /// Street and number.
    pub address: String,
}

impl CastCompany {
    /// Reads a company of the register; `None` for one that has nothing to ask, or is not in the municipality.
    pub fn of(company: &Company, municipality: u16, today: NaiveDate) -> Option<Self> {
        let unit = &company.unit;
        if !unit.is_local(municipality, today) {
            return None;
        }
        let came = unit.movements(municipality, today).into_iter();
        let came = came.filter(|(_, how)| matches!(how, Movement::New | Movement::MovedIn));
        let since = came.map(|(day, _)| day).max()?;
        let address = unit.addresses.current(today)?;
        Some(Self {
            cvr: company.cvr,
            name: unit.name(today).to_owned(),
            crowd: Crowd::of_trade(&unit.industries.current(today)?.code)?,
            since,
            address: format!("{} {}", address.street, address.house),
        })
    }

    /// Whether it can ask on that day.
    pub fn is_there(&self, day: NaiveDate) -> bool {
        self.since + Days::new(SETTLED_DAYS) <= day
    }
}

/// Someone with a question.
#[derive(Debug, Clone)]
pub struct Person {
    /// Who asks.
    pub asker: Asker,
    /// Who is answered.
    pub contact: Contact,
    /// Where it lies.
    pub address: String,
}

/// Who asks.
#[derive(Debug)]
pub struct Cast {
    companies: Vec<CastCompany>,
    contacts: BTreeMap<CvrNumber, Contact>,
}

impl Cast {
    /// Regulars come first in `companies`: they ask several times.
    pub fn new(companies: Vec<CastCompany>) -> Self {
        Self { companies, contacts: BTreeMap::new() }
    }

    /// Someone of these crowds, anyone where none is named, who was there on that day.
    pub fn someone(&mut self, chance: &mut Chance, who: &[Crowd], day: NaiveDate) -> Result<Person> {
        let company = self.company(chance, who, day).context("no company of the cast was there")?;
        let address = company.address.clone();
        let asker = match kind(chance, who) {
            Kind::Company => {
                let known = match self.contacts.get(&company.cvr) {
                    Some(known) => known.clone(),
                    None => contact(chance)?,
                };
                self.contacts.insert(company.cvr, known.clone());
                // Some give their name only.
                let cvr = Some(company.cvr).filter(|_| !chance.percent(6));
                return Ok(Person {
                    asker: Asker::Company { cvr, name: company.name },
                    contact: known,
                    address,
                });
            }
            Kind::Founder => Asker::Founder,
            Kind::Foreign => {
                let (name, country, vat) = chance.pick(FOREIGN).copied().unwrap_or_default();
                Asker::Foreign { name: name.into(), country: country.into(), vat: vat.into() }
            }
            Kind::Adviser => Asker::Adviser {
                name: chance.pick(ADVISERS).copied().unwrap_or_default().to_owned(),
                cvr: None,
                on_behalf_of: company.name,
                client_cvr: Some(company.cvr),
            },
            Kind::Association => {
                let name = chance.pick(ASSOCIATIONS).copied().unwrap_or_default().to_owned();
                Asker::Association { name, cvr: None }
            }
        };
        Ok(Person { asker, contact: contact(chance)?, address })
    }

    /// A company of these crowds, the regulars likelier; any company where the crowds have none.
    fn company(&self, chance: &mut Chance, who: &[Crowd], day: NaiveDate) -> Option<CastCompany> {
        let there: Vec<&CastCompany> =
            self.companies.iter().filter(|company| company.is_there(day)).collect();
        let ours: Vec<&CastCompany> =
            there.iter().filter(|company| who.contains(&company.crowd)).copied().collect();
        let among = if ours.is_empty() { there } else { ours };
        among.get(chance.early(among.len())).copied().cloned()
    }
}

enum Kind {
    Company,
    Founder,
    Foreign,
    Adviser,
    Association,
}

/// Those that a thread names ask it; now and then a company has its adviser write.
fn kind(chance: &mut Chance, who: &[Crowd]) -> Kind {
    let has_companies = who.is_empty()
        || who.iter().any(|one| !matches!(one, Crowd::Founder | Crowd::Foreign | Crowd::Association));
    let share = |crowd: Crowd, alone: u32, beside: u32| match (who.contains(&crowd), has_companies) {
        (false, _) => 0,
        (true, false) => alone,
        (true, true) => beside,
    };
    let associations = if who.is_empty() { 4 } else { share(Crowd::Association, 100, 30) };
    let weights = [
        if has_companies { 100 } else { 0 },
        share(Crowd::Founder, 100, 40),
        share(Crowd::Foreign, 60, 70),
        if has_companies { 8 } else { 0 },
        associations,
    ];
    match chance.weighted(weights) {
        1 => Kind::Founder,
        2 => Kind::Foreign,
        3 => Kind::Adviser,
        4 => Kind::Association,
        _ => Kind::Company,
    }
}

fn contact(chance: &mut Chance) -> Result<Contact> {
    let first = chance.pick(FIRST_NAMES).copied().unwrap_or_default();
    let last = chance.pick(LAST_NAMES).copied().unwrap_or_default();
    let mailbox = format!("{}.{}{}", fold(first), fold(last), chance.between(1, 99));
    let email: Email = format!("{mailbox}@example.dk").parse()?;
    let digits = chance.between(1_000, 9_999);
    let phone: Option<Phone> = chance.percent(70).then(|| format!("4300{digits}").parse()).transpose()?;
    Ok(Contact { name: format!("{first} {last}"), email, phone })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_trade_of_the_invented_town_but_a_few_has_something_to_ask() {
        let today = "2026-11-23".parse().unwrap();
        let town = registry::town::town(1, today);
        let cast = super::super::companies(&town, today).unwrap();
        assert!(cast.len() > 300, "{}", cast.len());
        for company in &cast {
            assert!(company.since <= today && !company.address.trim().is_empty(), "{company:?}");
        }
    }

    #[test]
    fn nobody_asks_before_it_was_founded_or_came() {
        let day = "2026-03-02".parse().unwrap();
        let company = |name: &str, cvr: &str, since: &str| CastCompany {
            cvr: cvr.parse().unwrap(),
            name: name.into(),
            crowd: Crowd::Food,
            since: since.parse().unwrap(),
            address: "Blåhejrevej 7".into(),
        };
        let mut cast = Cast::new(vec![
            company("Ny ApS", "99000023", "2026-03-01"),
            company("Gammel ApS", "99000031", "2010-03-01"),
        ]);
        let mut chance = Chance::new(5, 1);
        for _ in 0..50 {
            let person = cast.someone(&mut chance, &[Crowd::Food], day).unwrap();
            assert_ne!(person.asker.name(), "Ny ApS");
        }
    }
}
