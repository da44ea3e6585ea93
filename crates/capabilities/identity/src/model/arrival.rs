//! Whoever comes from a provider of identities: what its claims say, who that is here, and what follows for roles and teams.
//!
//! A provider is the same for staff and for companies; what its claims mean is not. [`StaffRules`] reads them for people who
//! work here, [`super::CompanyRules`] for those who act for a company.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, Utc};
use kernel::{Code, Email, PersonId, Refusal, Role, TeamId};
use serde_json::{Map, Value};

use super::{AccountId, NAME_CHARS_MAX, Staff};

/// How long a sign-in may take that a provider is asked for.
pub const TRY_LIFETIME: Duration = Duration::minutes(10);
/// How far the provider's clock and ours may differ.
pub const CLOCK_SKEW: Duration = Duration::minutes(2);

/// What a provider has said of somebody and signed: the claims of an ID token, all of them, after its signature, issuer,
/// audience, times and nonce were checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Claims {
    /// Who says so.
    pub issuer: String,
    /// Whom it calls by this, for ever.
    pub subject: String,
    /// Everything that it says.
    pub all: Map<String, Value>,
}

impl Claims {
    /// A claim that is text and says something.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.all.get(name).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    fn is_true(&self, name: &str) -> bool {
        match self.all.get(name) {
            Some(Value::Bool(said)) => *said,
            // Some providers write it so.
            Some(Value::String(said)) => said == "true",
            _ => false,
        }
    }
}

/// Whether the claims may be believed now, beyond what the signature says: the rules of RFC 7519 4.1.5 and of OpenID Connect
/// Core 3.1.3.7 that concern other parties.
pub fn check_claims(
    claims: &Map<String, Value>,
    client_id: &str,
    now: DateTime<Utc>,
) -> Result<(), &'static str> {
    if claims.get("azp").is_some_and(|party| party.as_str() != Some(client_id)) {
        return Err("made for another party");
    }
    match claims.get("nbf").map(Value::as_i64) {
        None => Ok(()),
        Some(Some(from)) if from <= (now + CLOCK_SKEW).timestamp() => Ok(()),
        Some(_) => Err("not good yet"),
    }
}

/// How claims are read of people who work here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffRules {
    /// The claim that names groups.
    pub groups_claim: String,
    /// The claim with the address for mail.
    pub email_claim: String,
    /// Whether every address is the directory's own to give, so that no claim needs to say that it was verified.
    pub email_is_verified: bool,
    /// Which group gives which roles.
    pub roles: BTreeMap<String, BTreeSet<Role>>,
    /// Which group is which teams; empty where the provider knows no teams.
    pub teams: BTreeMap<String, BTreeSet<Code>>,
    /// Whether roles and teams that no group gives may be given here as well.
    pub keep_given_here: bool,
    /// Whether the provider demands more than a password of everybody.
    pub second_step: bool,
}

impl Default for StaffRules {
    fn default() -> Self {
        Self {
            groups_claim: "groups".into(),
            email_claim: "email".into(),
            email_is_verified: false,
            roles: BTreeMap::new(),
            teams: BTreeMap::new(),
            keep_given_here: false,
            second_step: false,
        }
    }
}

/// Somebody who came from the provider, as it describes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffArrival {
    /// Who says so.
    pub issuer: String,
    /// Whom it calls by this.
    pub subject: String,
    /// The name, where it says one that can stand.
    pub name: Option<String>,
    /// The address, where it was verified.
    pub email: Option<Email>,
    /// What the groups give.
    pub roles: BTreeSet<Role>,
    /// What the groups are.
    pub teams: BTreeSet<Code>,
}

impl StaffRules {
    /// Reads the claims.
    pub fn arrival(&self, claims: &Claims) -> Result<StaffArrival, ArrivalRefusal> {
        let groups = self.groups(claims)?;
        let of = |group: &&str| self.roles.get(*group).into_iter().flatten().copied();
        let roles = groups.iter().flat_map(of).collect();
        let teams = groups.iter().filter_map(|group| self.teams.get(*group)).flatten().cloned().collect();
        let verified = self.email_is_verified || claims.is_true("email_verified");
        let email = claims.text(&self.email_claim).filter(|_| verified);
        let name = claims.text("name").map(|name| name.chars().take(NAME_CHARS_MAX).collect());
        Ok(StaffArrival {
            issuer: claims.issuer.clone(),
            subject: claims.subject.clone(),
            name,
            email: email.and_then(|email| email.parse().ok()),
            roles,
            teams,
        })
    }

    /// The groups that somebody is in. Too many for the token, Entra ID names a place to ask for them instead: what is then
    /// missing must not be read as none.
    fn groups<'a>(&self, claims: &'a Claims) -> Result<BTreeSet<&'a str>, ArrivalRefusal> {
        let named = claims.all.get("_claim_names").and_then(Value::as_object);
        let elsewhere = named.is_some_and(|named| named.contains_key(&self.groups_claim));
        if elsewhere || claims.is_true("hasgroups") {
            return Err(ArrivalRefusal::GroupsElsewhere);
        }
        Ok(match claims.all.get(&self.groups_claim) {
            Some(Value::Array(groups)) => groups.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(group)) => [group.as_str()].into(),
            _ => BTreeSet::new(),
        })
    }

    /// The roles that somebody has after the arrival, who held these before.
    pub fn roles_after(&self, held: &BTreeSet<Role>, given: &BTreeSet<Role>) -> BTreeSet<Role> {
        let known: BTreeSet<Role> = self.roles.values().flatten().copied().collect();
        self.after(held, given, &known)
    }

    /// The teams that somebody is in after the arrival. Keys that no team has are nobody's.
    pub fn teams_after(
        &self,
        staff: &Staff,
        held: &BTreeSet<TeamId>,
        given: &BTreeSet<Code>,
    ) -> BTreeSet<TeamId> {
        if self.teams.is_empty() {
            return held.clone();
        }
        let of = |keys: &BTreeSet<Code>| {
            staff.teams.values().filter(|team| keys.contains(&team.key)).map(|team| team.id).collect()
        };
        let known = of(&self.teams.values().flatten().cloned().collect());
        self.after(held, &of(given), &known)
    }

    fn after<T: Copy + Ord>(
        &self,
        held: &BTreeSet<T>,
        given: &BTreeSet<T>,
        known: &BTreeSet<T>,
    ) -> BTreeSet<T> {
        if self.keep_given_here {
            held.difference(known).chain(given).copied().collect()
        } else {
            given.clone()
        }
    }
}

/// Who somebody is here that a provider vouches for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recognised {
    /// Known by the provider's own name for them.
    Account(PersonId),
    /// Added here before by the same address, and never seen to come from the provider.
    Address(PersonId),
    /// Nobody yet.
    Newcomer,
}

impl Staff {
    /// Who it is. `account` is who was bound to the issuer's subject, `is_bound` whether a person is bound to any of the
    /// issuer's subjects.
    pub fn recognise(
        &self,
        arrival: &StaffArrival,
        account: Option<PersonId>,
        is_bound: impl Fn(PersonId) -> bool,
    ) -> Result<Recognised, ArrivalRefusal> {
        if let Some(person) = account.filter(|person| self.works_here(*person)) {
            return Ok(Recognised::Account(person));
        }
        let email = arrival.email.as_ref().ok_or(ArrivalRefusal::NoAddress)?;
        let same = self.people.values().find(|person| person.email.to_key() == email.to_key());
        match same {
            Some(person) if is_bound(person.id) => Err(ArrivalRefusal::AddressTaken),
            Some(person) => Ok(Recognised::Address(person.id)),
            // Whoever was taken out here comes back when somebody here adds them again.
            None if account.is_some() => Err(ArrivalRefusal::HasLeft),
            None => Ok(Recognised::Newcomer),
        }
    }
}

/// Somebody as a provider knows them, bound to a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Which.
    pub id: AccountId,
    /// Whose name for them it is.
    pub issuer: String,
    /// The name.
    pub subject: String,
    /// Since when.
    pub bound_at: DateTime<Utc>,
}

/// Why somebody does not get in who came from the provider.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ArrivalRefusal {
    /// Never begun here, not in this browser, taken too long, or answered before.
    #[error("identity-arrival-spent")]
    Spent,
    /// The provider did not let them in, or they turned back.
    #[error("identity-arrival-denied")]
    Denied,
    /// The provider does not answer.
    #[error("identity-arrival-unreachable")]
    Unreachable,
    /// What it said cannot be believed.
    #[error("identity-arrival-untrusted")]
    Untrusted,
    /// In no group that gives a role.
    #[error("identity-arrival-no-group")]
    NoGroup,
    /// In more groups than a token holds.
    #[error("identity-arrival-groups-elsewhere")]
    GroupsElsewhere,
    /// Without an address that was verified.
    #[error("identity-arrival-no-address")]
    NoAddress,
    /// The address belongs to somebody who comes by another account.
    #[error("identity-arrival-address-taken")]
    AddressTaken,
    /// Was taken out here.
    #[error("identity-arrival-has-left")]
    HasLeft,
    /// Came as a private person, not for a company.
    #[error("identity-arrival-not-professional")]
    NotProfessional,
    /// It is less sure who it is than it must be.
    #[error("identity-arrival-assurance-too-low")]
    AssuranceTooLow,
    /// Came for no company.
    #[error("identity-arrival-no-company")]
    NoCompany,
    /// Came for a company that has ceased.
    #[error("identity-arrival-company-ceased")]
    CompanyCeased,
}
impl Refusal for ArrivalRefusal {}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn rules() -> StaffRules {
        let roles = [("g-officers", Role::CaseOfficer), ("g-admins", Role::Admin)];
        StaffRules {
            roles: roles.into_iter().map(|(group, role)| (group.to_owned(), [role].into())).collect(),
            ..StaffRules::default()
        }
    }

    fn claims(all: Value) -> Claims {
        let Value::Object(all) = all else { panic!("claims are an object") };
        Claims { issuer: "https://login.example.dk".into(), subject: "1".into(), all }
    }

    #[test]
    fn groups_become_roles_and_others_become_nothing() {
        let arrival = rules().arrival(&claims(json!({"groups": ["g-officers", "g-canteen"]}))).unwrap();
        assert_eq!(arrival.roles, [Role::CaseOfficer].into());
        let one = rules().arrival(&claims(json!({"groups": "g-admins"}))).unwrap();
        assert_eq!(one.roles, [Role::Admin].into(), "one group may be written alone");
        assert_eq!(rules().arrival(&claims(json!({}))).unwrap().roles, BTreeSet::new());
    }

    #[test]
    fn groups_that_stand_elsewhere_are_not_read_as_none() {
        for overage in [json!({"_claim_names": {"groups": "src1"}}), json!({"hasgroups": true})] {
            assert_eq!(rules().arrival(&claims(overage)), Err(ArrivalRefusal::GroupsElsewhere));
        }
        assert!(rules().arrival(&claims(json!({"_claim_names": {"address": "src1"}}))).is_ok());
    }

    #[test]
    fn an_address_that_nobody_verified_is_none() {
        let email = |all: Value, rules: StaffRules| rules.arrival(&claims(all)).unwrap().email;
        let said = json!({"email": "mette@example.dk"});
        assert_eq!(email(said.clone(), rules()), None);
        assert!(email(said, StaffRules { email_is_verified: true, ..rules() }).is_some());
        assert!(email(json!({"email": "mette@example.dk", "email_verified": true}), rules()).is_some());
        assert_eq!(email(json!({"email": "mette@example.dk", "email_verified": false}), rules()), None);
    }

    #[test]
    fn the_provider_decides_unless_roles_given_here_are_to_stay() {
        let held = [Role::CaseOfficer, Role::Planner].into();
        let given = [Role::Admin].into();
        assert_eq!(rules().roles_after(&held, &given), given);
        let keeping = StaffRules { keep_given_here: true, ..rules() };
        assert_eq!(
            keeping.roles_after(&held, &given),
            [Role::Admin, Role::Planner].into(),
            "a role that a group could give and does not is gone"
        );
    }

    #[test]
    fn a_token_for_another_party_or_for_later_is_not_believed() {
        let now: DateTime<Utc> = "2026-11-23T10:00:00Z".parse().unwrap();
        let check = |all: Value| check_claims(&claims(all).all, "samspil", now);
        assert!(check(json!({"azp": "samspil", "nbf": now.timestamp() + 110})).is_ok());
        assert!(check(json!({"azp": "another"})).is_err());
        assert!(check(json!({"nbf": now.timestamp() + 130})).is_err());
        assert!(check(json!({"nbf": "soon"})).is_err());
    }
}
