//! Who asks in the demo: companies of the invented register with a contact each, founders, associations, advisers.

use std::collections::BTreeMap;

use anyhow::Result;
use enquiries::model::{Asker, Contact};
use kernel::{CvrNumber, Email, Phone, fold};

use super::chance::Chance;

/// Invented first names.
const FIRST_NAMES: &[&str] = &[
    "Aksel", "Birgit", "Carsten", "Dorte", "Emil", "Freja", "Gorm", "Helle", "Ibrahim", "Jytte", "Karim",
    "Lone", "Mikkel", "Nanna", "Ole", "Pernille", "Rashid", "Signe", "Torben", "Ulrik", "Vibeke", "Yasmin",
    "Asger", "Bente", "Dennis", "Zeynep",
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
    "Tangebo",
    "Vesterlund",
    "Åbrink",
    "Ørnevang",
];
/// Invented associations.
const ASSOCIATIONS: &[&str] =
    &["Handelsforeningen Blå Hejre", "Grundejerforeningen Kastanjen", "Værkstedernes Erhvervsnetværk"];
/// Invented advisers.
const ADVISERS: &[&str] = &["Revision Tårnfalk", "Arkitekterne Kobberhavn", "Rådgivende Ingeniører Granit"];
/// Invented foreign companies.
const FOREIGN: &[(&str, &str, &str)] = &[
    ("Nordlicht Technik GmbH", "Tyskland", "DE000000000"),
    ("Svartån Bygg AB", "Sverige", "SE000000000001"),
];

/// A company of the register.
#[derive(Debug, Clone)]
pub struct CastCompany {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name.
    pub name: String,
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

    /// Someone with a question.
    pub fn someone(&mut self, chance: &mut Chance, topic: &str) -> Result<(Asker, Contact)> {
        if topic == "start-business" && chance.percent(80) {
            return Ok((Asker::Founder, contact(chance)?));
        }
        let asker = match chance.weighted([80, 4, 3, 8, 5]) {
            0 => return self.company(chance),
            1 => Asker::Founder,
            2 => {
                let (name, country, vat) = chance.pick(FOREIGN).copied().unwrap_or_default();
                Asker::Foreign { name: name.into(), country: country.into(), vat: vat.into() }
            }
            3 => {
                let client = chance.early(self.companies.len());
                let client = self.companies.get(client);
                let name = chance.pick(ADVISERS).copied().unwrap_or_default().to_owned();
                Asker::Adviser {
                    name,
                    cvr: None,
                    on_behalf_of: client.map(|company| company.name.clone()).unwrap_or_default(),
                    client_cvr: client.map(|company| company.cvr),
                }
            }
            _ => {
                let name = chance.pick(ASSOCIATIONS).copied().unwrap_or_default().to_owned();
                Asker::Association { name, cvr: None }
            }
        };
        Ok((asker, contact(chance)?))
    }

    /// A company, with the contact that it always has.
    fn company(&mut self, chance: &mut Chance) -> Result<(Asker, Contact)> {
        let place = chance.early(self.companies.len());
        let Some(company) = self.companies.get(place).cloned() else {
            return Ok((Asker::Founder, contact(chance)?));
        };
        let known = match self.contacts.get(&company.cvr) {
            Some(known) => known.clone(),
            None => contact(chance)?,
        };
        self.contacts.insert(company.cvr, known.clone());
        // Some give their name only.
        let cvr = Some(company.cvr).filter(|_| !chance.percent(6));
        Ok((Asker::Company { cvr, name: company.name }, known))
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
