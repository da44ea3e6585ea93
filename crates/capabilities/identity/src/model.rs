//! People, teams and roles, and what follows from them: who may do what, in which teams, today.
//!
//! Pure: no IO and no clock; the day is an argument.

mod absence;
mod arrival;
mod company;
mod logout;
mod people;
mod sign_in;
mod teams;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kernel::{PersonId, Reach, Role, TeamId};

use crate::Matrix;

pub use absence::{Absence, AbsenceRefusal, Cover};
pub use arrival::{
    Account, ArrivalRefusal, CLOCK_SKEW, Claims, Recognised, StaffArrival, StaffRules, TRY_LIFETIME,
    check_claims,
};
pub use company::{
    ActsFor, Assurance, COMPANIES_MAX, CompanyArrival, CompanyClaims, CompanyRules, is_about_cpr,
};
pub use logout::{Ended, LogoutNotice};
pub use people::{NAME_CHARS_MAX, NewPerson, Person, PersonRefusal, check_name, check_role};
pub use sign_in::{
    ByProvider, Holder, Link, LinkRefusal, PASSWORD_BYTES_MAX, PASSWORD_CHARS_MIN, PasswordRefusal, Purpose,
    RECOVERY_CODES, Recovery, SESSION_AGE_MAX, SESSION_CHECK, SESSION_IDLE_MAX, SESSION_TOUCH,
    SESSION_UNCONFIRMED_MAX, SecondStep, Session, SignInRefusal, check_password,
};
pub use teams::{NewTeam, Post, Team, TeamRefusal};

kernel::id!(
    /// One sign-in that has not ended.
    SessionId
);
kernel::id!(
    /// A time in which a person is away.
    AbsenceId
);
kernel::id!(
    /// Somebody as a provider of identities knows them.
    AccountId
);
kernel::id!(
    /// A secret sent to someone: an invitation, a new password, a sign-in.
    LinkId
);

/// Everyone who works for one municipality, as it stands in the database at one moment.
#[derive(Debug, Clone, Default)]
pub struct Staff {
    /// Everyone, leavers as well: their names stand under what they wrote.
    pub people: BTreeMap<PersonId, Person>,
    /// The teams.
    pub teams: BTreeMap<TeamId, Team>,
    /// Who belongs to which.
    pub members: BTreeMap<TeamId, BTreeSet<PersonId>>,
    /// Who holds which roles.
    pub roles: BTreeMap<PersonId, BTreeSet<Role>>,
    /// Who is away when.
    pub absences: Vec<Absence>,
}

impl Staff {
    /// Whether the person works here still.
    pub fn works_here(&self, person: PersonId) -> bool {
        self.people.get(&person).is_some_and(|person| person.left_at.is_none())
    }

    /// Whether the person works here and may take what a team owes.
    pub fn can_answer(&self, person: PersonId) -> bool {
        let roles = self.roles.get(&person).into_iter().flatten();
        self.works_here(person) && roles.into_iter().any(|role| Role::ANSWERING.contains(role))
    }

    /// What the person is called; empty for nobody.
    pub fn name(&self, person: PersonId) -> String {
        self.people.get(&person).map(|person| person.name.clone()).unwrap_or_default()
    }

    /// The teams that a person belongs to.
    pub fn own_teams(&self, person: PersonId) -> BTreeSet<TeamId> {
        let teams = self.members.iter().filter(|(_, members)| members.contains(&person));
        teams.map(|(team, _)| *team).collect()
    }

    /// The teams in whose name the person acts on the day: its own, those of the people it stands in for, those whose
    /// telephone it takes, those it leads.
    pub fn acts_for(&self, person: PersonId, day: NaiveDate) -> BTreeSet<TeamId> {
        let mut teams = self.own_teams(person);
        teams.extend(self.leads(person, day));
        let duty = |team: &&Team| team.duty.and_then(|duty| self.stand_in(duty, day)) == Some(person);
        teams.extend(self.teams.values().filter(duty).map(|team| team.id));
        let away = self.absences.iter().filter(|absence| absence.covers(day)).map(|absence| absence.person);
        for away in away.filter(|away| self.works_here(*away) && self.stand_in(*away, day) == Some(person)) {
            teams.extend(self.own_teams(away));
        }
        teams
    }

    /// What the person may do on the day. A leaver may nothing; a substitute gets the teams, never the roles.
    pub fn reach(&self, matrix: &Matrix, person: PersonId, day: NaiveDate) -> Reach {
        if !self.works_here(person) {
            return Reach::default();
        }
        let roles = self.roles.get(&person).into_iter().flatten().copied();
        Reach {
            permissions: matrix.permissions(roles.chain([Role::Anyone])),
            teams: self.acts_for(person, day),
            leads: self.leads(person, day),
        }
    }
}
