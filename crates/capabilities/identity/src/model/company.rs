//! Whoever comes for a company by MitID Erhverv: what a broker's claims say, and whether it is enough. Pure.
//!
//! Brokers call the same things by other names, so the names are settings. A claim about a CPR number is read by nobody.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{CvrNumber, Email};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{ArrivalRefusal, Claims, NAME_CHARS_MAX};

/// Companies that one sign-in may bring: nobody chooses among more.
pub const COMPANIES_MAX: usize = 50;

/// How sure it is who somebody is: the levels of NSIS, the national standard for identities (NSIS 2.0.2, 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Assurance {
    /// Lav.
    Low,
    /// Betydelig.
    Substantial,
    /// Høj.
    High,
}

impl Assurance {
    /// Reads what a broker writes: `https://data.gov.dk/concept/core/nsis/Substantial`, `urn:grn:authn:dk:mitid:high`, `LOW`.
    pub fn read(text: &str) -> Option<Self> {
        match text.rsplit(['/', ':']).next()?.trim().to_ascii_lowercase().as_str() {
            "low" | "lav" => Some(Self::Low),
            "substantial" | "betydelig" => Some(Self::Substantial),
            "high" | "høj" => Some(Self::High),
            _ => None,
        }
    }
}

/// What a broker calls things: a flat name, or one with dots that may stand for a way through objects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyClaims {
    /// The company's number, or several.
    pub cvr: String,
    /// The company's name.
    pub company: String,
    /// Who acts, by a random name that stays the same.
    pub person: String,
    /// What they are called.
    pub name: String,
    /// Where they read mail.
    pub email: String,
    /// How sure it is who they are.
    pub assurance: String,
}

/// How claims are read of people who act for a company.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyRules {
    /// What the broker calls things.
    pub claims: CompanyClaims,
    /// What says that somebody acts for a company and not for themselves: one of these claims with one of its values.
    pub professional: BTreeMap<String, BTreeSet<String>>,
    /// How sure it must be who somebody is.
    pub assurance: Assurance,
}

/// A company that somebody acts for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActsFor {
    /// Its number.
    pub cvr: CvrNumber,
    /// Its name; may be empty where nobody told it.
    pub name: String,
}

/// Somebody who came for a company, as the broker describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyArrival {
    /// Who says so.
    pub issuer: String,
    /// Whom it calls by this. Kept as a fingerprint alone.
    pub subject: String,
    /// For which companies.
    pub companies: Vec<ActsFor>,
    /// What they are called.
    pub name: Option<String>,
    /// Where they read mail, as the company's administrator has written it: nobody has shown that it is theirs.
    pub email: Option<Email>,
}

impl CompanyRules {
    /// Reads the claims.
    pub fn arrival(&self, claims: &Claims) -> Result<CompanyArrival, ArrivalRefusal> {
        let is_professional = self
            .professional
            .iter()
            .any(|(name, values)| claims.texts(name).iter().any(|text| values.contains(text)));
        if !is_professional {
            return Err(ArrivalRefusal::NotProfessional);
        }
        // Nothing said is nothing shown.
        let assurance = claims.texts(&self.claims.assurance);
        let assurance = assurance.iter().map(|text| Assurance::read(text)).min().flatten();
        if assurance.is_none_or(|assurance| assurance < self.assurance) {
            return Err(ArrivalRefusal::AssuranceTooLow);
        }
        let companies = self.companies(claims);
        if companies.is_empty() {
            return Err(ArrivalRefusal::NoCompany);
        }
        let one = |name: &str| claims.texts(name).into_iter().next();
        Ok(CompanyArrival {
            issuer: claims.issuer.clone(),
            subject: one(&self.claims.person).unwrap_or_else(|| claims.subject.clone()),
            companies,
            name: one(&self.claims.name).map(|name| limited(&name)),
            email: one(&self.claims.email).and_then(|email| email.parse().ok()),
        })
    }

    /// Each company once. Names are told where there are as many as numbers.
    fn companies(&self, claims: &Claims) -> Vec<ActsFor> {
        let (numbers, names) = (claims.texts(&self.claims.cvr), claims.texts(&self.claims.company));
        let name = |at: usize| names.get(at).filter(|_| names.len() == numbers.len());
        let mut found: Vec<ActsFor> = Vec::new();
        for (at, number) in numbers.iter().enumerate() {
            let Ok(cvr) = number.parse::<CvrNumber>() else { continue };
            if found.len() < COMPANIES_MAX && found.iter().all(|one| one.cvr != cvr) {
                found.push(ActsFor { cvr, name: name(at).map(|name| limited(name)).unwrap_or_default() });
            }
        }
        found
    }
}

fn limited(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(NAME_CHARS_MAX).collect()
}

/// Whether a claim of this name may hold a CPR number. Such a claim cannot be named in settings, and a token that has one is not
/// kept.
pub fn is_about_cpr(claim: &str) -> bool {
    let name = claim.to_ascii_lowercase();
    ["cpr", "ssn", "socialno", "nin"]
        .iter()
        .any(|word| name.split(|c: char| !c.is_ascii_alphanumeric()).any(|part| part.starts_with(word)))
}

impl Claims {
    /// What a claim says, each thing that it says: texts, numbers and truths, of a flat name before that of a way through objects.
    fn texts(&self, name: &str) -> Vec<String> {
        if is_about_cpr(name) {
            return Vec::new();
        }
        let through = || {
            name.split('.').try_fold(None, |at: Option<&Value>, part| match at {
                None => self.all.get(part).map(Some),
                Some(at) => at.get(part).map(Some),
            })
        };
        let Some(value) = self.all.get(name).or_else(|| through().flatten()) else { return Vec::new() };
        let one = |value: &Value| match value {
            Value::String(text) => Some(text.trim().to_owned()),
            Value::Number(number) => Some(number.to_string()),
            Value::Bool(said) => Some(said.to_string()),
            _ => None,
        };
        match value {
            Value::Array(several) => several.iter().filter_map(one).collect(),
            single => one(single).into_iter().filter(|text| !text.is_empty()).collect(),
        }
    }

    /// Whether any claim, however deep, may hold a CPR number.
    pub fn speak_of_cpr(&self) -> bool {
        fn speaks(value: &Value) -> bool {
            match value {
                Value::Object(all) => all.iter().any(|(name, value)| is_about_cpr(name) || speaks(value)),
                Value::Array(all) => all.iter().any(speaks),
                _ => false,
            }
        }
        self.all.iter().any(|(name, value)| is_about_cpr(name) || speaks(value))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> CompanyRules {
        CompanyRules {
            claims: CompanyClaims {
                cvr: "nemlogin.cvr".into(),
                company: "nemlogin.org_name".into(),
                person: "nemlogin.persistent_professional_id".into(),
                name: "nemlogin.name".into(),
                email: "nemlogin.email".into(),
                assurance: "loa".into(),
            },
            professional: [("identity_type".to_owned(), ["professional".to_owned()].into())].into(),
            assurance: Assurance::Substantial,
        }
    }

    fn read(change: impl FnOnce(&mut Value)) -> Result<CompanyArrival, ArrivalRefusal> {
        let mut all = json!({
            "identity_type": "professional",
            "loa": "https://data.gov.dk/concept/core/nsis/Substantial",
            "nemlogin.cvr": "99000015",
            "nemlogin.org_name": "Smedjen ApS",
            "nemlogin.name": "Ida Eksempel",
            "nemlogin.persistent_professional_id": "p-1",
        });
        change(&mut all);
        let Value::Object(all) = all else { panic!("claims are an object") };
        rules().arrival(&Claims { issuer: "https://broker.example.dk".into(), subject: "s-1".into(), all })
    }

    fn numbers(arrival: &CompanyArrival) -> Vec<String> {
        arrival.companies.iter().map(|one| one.cvr.to_string()).collect()
    }

    #[test]
    fn whoever_acts_for_themselves_and_not_for_a_company_is_refused() {
        assert!(read(|_| ()).is_ok());
        for wrong in [json!("private"), json!(null), json!("Professional "), json!({})] {
            let refused = read(|all| all["identity_type"] = wrong.clone());
            assert_eq!(refused, Err(ArrivalRefusal::NotProfessional), "{wrong}");
        }
    }

    #[test]
    fn a_level_that_is_low_unknown_or_missing_is_refused_and_the_lowest_of_several_counts() {
        for wrong in ["https://data.gov.dk/concept/core/nsis/Low", "LAV", "", "Substantially"] {
            let refused = read(|all| all["loa"] = json!(wrong));
            assert_eq!(refused, Err(ArrivalRefusal::AssuranceTooLow), "{wrong}");
        }
        assert_eq!(read(|all| all["loa"] = json!(null)), Err(ArrivalRefusal::AssuranceTooLow));
        assert_eq!(read(|all| all["loa"] = json!(["High", "Low"])), Err(ArrivalRefusal::AssuranceTooLow));
        for right in ["https://data.gov.dk/concept/core/nsis/High", "urn:grn:authn:dk:mitid:substantial"] {
            assert!(read(|all| all["loa"] = json!(right)).is_ok(), "{right}");
        }
    }

    #[test]
    fn a_company_is_known_by_a_number_that_checks_and_by_nothing_else() {
        assert_eq!(read(|all| all["nemlogin.cvr"] = json!("12345678")), Err(ArrivalRefusal::NoCompany));
        assert_eq!(read(|all| all["nemlogin.cvr"] = json!(null)), Err(ArrivalRefusal::NoCompany));
        assert_eq!(numbers(&read(|all| all["nemlogin.cvr"] = json!(99_000_015)).unwrap()), ["99000015"]);
    }

    #[test]
    fn several_companies_are_each_told_once_with_their_names() {
        let several = read(|all| {
            all["nemlogin.cvr"] = json!(["99000015", "99000023", "99000015"]);
            all["nemlogin.org_name"] = json!(["Smedjen ApS", "Nordvang El A/S", "Smedjen ApS"]);
        });
        let several = several.unwrap();
        assert_eq!(numbers(&several), ["99000015", "99000023"]);
        assert_eq!(several.companies[1].name, "Nordvang El A/S");
    }

    #[test]
    fn names_with_dots_are_flat_or_a_way_through_objects() {
        let nested = read(|all| {
            all.as_object_mut().unwrap().retain(|name, _| !name.starts_with("nemlogin"));
            all["nemlogin"] = json!({ "cvr": "99000023", "name": "Ida Eksempel" });
        });
        let nested = nested.unwrap();
        assert_eq!(
            (numbers(&nested).as_slice(), nested.subject.as_str()),
            (&["99000023".to_owned()][..], "s-1")
        );
    }

    #[test]
    fn a_claim_about_a_cpr_number_is_read_by_nobody() {
        let told = json!({ "nemlogin.cpr": "0101010000", "dk:gov:cprNumberIdentifier": "0101010000", "cvrNumberIdentifier": "1" });
        let Value::Object(all) = told else { panic!("claims are an object") };
        let claims = Claims { issuer: String::new(), subject: String::new(), all };
        assert!(
            claims.texts("nemlogin.cpr").is_empty() && claims.texts("dk:gov:cprNumberIdentifier").is_empty()
        );
        assert_eq!(claims.texts("cvrNumberIdentifier"), ["1"]);
        assert!(claims.speak_of_cpr());
        let arrival = read(|all| all["nemlogin.cpr"] = json!("0101010000")).unwrap();
        assert!(!format!("{arrival:?}").contains("0101010000"));
    }
}
