//! People: who works here, what they are called, which roles they hold.

use chrono::{DateTime, Utc};
use kernel::{Email, Language, PersonId, Phone, Refusal, Role};

use super::{SecondStep, Staff};

/// Someone who works, or worked, for the municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Where mail goes, and the name to sign in by.
    pub email: Email,
    /// Direct telephone.
    pub phone: Option<Phone>,
    /// The language of pages and mails.
    pub language: Language,
    /// Whether the person wants one mail in the morning instead of one for each notice.
    pub digest_only: bool,
    /// Whether the person has chosen a password.
    pub has_password: bool,
    /// The second step at sign-in.
    pub second_step: SecondStep,
    /// When the person left.
    pub left_at: Option<DateTime<Utc>>,
}

/// A person about to be added.
#[derive(Debug, Clone)]
pub struct NewPerson {
    /// Name.
    pub name: String,
    /// E-mail: unique in the municipality.
    pub email: Email,
    /// Direct telephone.
    pub phone: Option<Phone>,
    /// The language of pages and mails.
    pub language: Language,
}

impl Staff {
    /// Who holds the role and works here still.
    pub fn with_role(&self, role: Role) -> Vec<PersonId> {
        let holders = self.roles.iter().filter(|(_, roles)| roles.contains(&role));
        holders.map(|(person, _)| *person).filter(|person| self.works_here(*person)).collect()
    }

    /// This without the person: a leaver holds no post and stands in for nobody.
    #[must_use]
    pub fn without(&self, person: PersonId, now: DateTime<Utc>) -> Self {
        let mut after = self.clone();
        if let Some(leaver) = after.people.get_mut(&person) {
            leaver.left_at = Some(now);
        }
        for team in after.teams.values_mut() {
            for post in [&mut team.leader, &mut team.deputy, &mut team.duty] {
                *post = post.filter(|holder| *holder != person);
            }
        }
        after.absences.retain(|absence| absence.person != person);
        for absence in &mut after.absences {
            absence.substitute = absence.substitute.filter(|substitute| *substitute != person);
        }
        after
    }

    /// Whether the municipality would have nobody left to add people if this person were no longer its administrator.
    pub fn is_last_admin(&self, person: PersonId) -> bool {
        self.with_role(Role::Admin) == [person]
    }
}

/// Why a person cannot be added or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PersonRefusal {
    /// No name.
    #[error("identity-name-missing")]
    NameMissing,
    /// Longer than [`NAME_CHARS_MAX`].
    #[error("identity-name-long")]
    NameLong,
    /// Another has the address.
    #[error("identity-email-taken")]
    EmailTaken,
    /// The person has left.
    #[error("identity-has-left")]
    HasLeft,
    /// Nobody would be left who can add people.
    #[error("identity-last-admin")]
    LastAdmin,
    /// `anyone` and `company_contact` follow from the session; nobody is given them.
    #[error("identity-role-not-given")]
    RoleNotGiven,
    /// The same form added someone else already.
    #[error("identity-sent-before")]
    SentBefore,
}
impl Refusal for PersonRefusal {}

/// The longest name, in characters.
pub const NAME_CHARS_MAX: usize = 120;

/// A name as it may stand.
pub fn check_name(name: &str) -> Result<&str, PersonRefusal> {
    let name = name.trim();
    match name.chars().count() {
        0 => Err(PersonRefusal::NameMissing),
        1..=NAME_CHARS_MAX => Ok(name),
        _ => Err(PersonRefusal::NameLong),
    }
}

/// Whether a role can be given to a person.
pub fn check_role(role: Role) -> Result<(), PersonRefusal> {
    match role {
        Role::Anyone | Role::CompanyContact => Err(PersonRefusal::RoleNotGiven),
        _ => Ok(()),
    }
}
