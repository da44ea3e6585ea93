//! People, teams and roles, and what follows from them: who may do what, in which teams, today.
//!
//! Pure: no IO and no clock; the day is an argument.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{Actor, Code, ContactId, Email, Language, PersonId, Phone, Reach, Refusal, Role, TeamId};
use serde::{Deserialize, Serialize};

use crate::Matrix;

kernel::id!(
    /// One sign-in that has not ended.
    SessionId
);
kernel::id!(
    /// A time in which a person is away.
    AbsenceId
);
kernel::id!(
    /// A secret sent to someone: an invitation, a new password, a sign-in.
    LinkId
);

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
    /// Whether the person has chosen a password.
    pub has_password: bool,
    /// The second step at sign-in.
    pub second_step: SecondStep,
    /// When the person left.
    pub left_at: Option<DateTime<Utc>>,
}

/// The second step at sign-in: a code from the person's own telephone (RFC 6238).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SecondStep {
    /// None yet. The number is the version of the next secret.
    Off {
        /// How many secrets there have been.
        version: i64,
    },
    /// A code is asked for.
    On {
        /// Which secret: an old one opens nothing.
        version: i64,
        /// The time step of the last code taken, so that a code works once.
        last_step: i64,
    },
}

impl SecondStep {
    /// Whether a code is asked for.
    pub const fn is_on(self) -> bool {
        matches!(self, Self::On { .. })
    }
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

/// A team: the smallest unit that owns cases.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Team {
    /// Which.
    pub id: TeamId,
    /// The key by which the guide's topics name it, such as `building`.
    pub key: Code,
    /// Its name in Danish.
    pub name_da: String,
    /// Its name in English.
    pub name_en: String,
    /// Its telephone.
    pub phone: Phone,
    /// When it can be reached, in Danish.
    pub hours_da: String,
    /// When it can be reached, in English.
    pub hours_en: String,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who leads it while the leader is away.
    pub deputy: Option<PersonId>,
    /// Who takes its telephone.
    pub duty: Option<PersonId>,
}

/// A team about to be added.
#[derive(Debug, Clone)]
pub struct NewTeam {
    /// The key by which the guide's topics name it.
    pub key: Code,
    /// Its name in Danish.
    pub name_da: String,
    /// Its name in English.
    pub name_en: String,
    /// Its telephone.
    pub phone: Phone,
    /// When it can be reached, in Danish.
    pub hours_da: String,
    /// When it can be reached, in English.
    pub hours_en: String,
}

/// A place in a team that one person holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Post {
    /// Leads the team.
    Leader,
    /// Leads it while the leader is away.
    Deputy,
    /// Takes its telephone.
    Duty,
}

impl Post {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Leader, Self::Deputy, Self::Duty];

    /// As written in forms.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Deputy => "deputy",
            Self::Duty => "duty",
        }
    }

    /// Reads an id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|post| post.id() == id)
    }
}

impl Team {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.name_da,
            Language::En => &self.name_en,
        }
    }

    /// Who holds a post.
    pub const fn holder(&self, post: Post) -> Option<PersonId> {
        match post {
            Post::Leader => self.leader,
            Post::Deputy => self.deputy,
            Post::Duty => self.duty,
        }
    }
}

/// A time in which a person is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// Which.
    pub id: AbsenceId,
    /// Who is away.
    pub person: PersonId,
    /// The first day away.
    pub first_day: NaiveDate,
    /// The last day away; `None`: not known yet.
    pub last_day: Option<NaiveDate>,
    /// Who takes the work.
    pub substitute: Option<PersonId>,
}

impl Absence {
    /// Whether the day lies in it.
    pub fn covers(&self, day: NaiveDate) -> bool {
        self.first_day <= day && self.last_day.is_none_or(|last| day <= last)
    }
}

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

    /// The absence of the person on the day. Of several, the one that began last: it knows best.
    pub fn absence(&self, person: PersonId, day: NaiveDate) -> Option<&Absence> {
        let covering = self.absences.iter().filter(|absence| absence.person == person && absence.covers(day));
        covering.max_by_key(|absence| (absence.first_day, absence.id))
    }

    /// The absence, where it is noted.
    pub fn find_absence(&self, id: AbsenceId) -> Option<&Absence> {
        self.absences.iter().find(|absence| absence.id == id)
    }

    /// Whether the person is away on the day.
    pub fn is_absent(&self, person: PersonId, day: NaiveDate) -> bool {
        self.absence(person, day).is_some()
    }

    /// Who takes the person's work on the day: the person, or the substitute, or the substitute's substitute.
    /// `None` when everyone along the way is away or has left.
    pub fn stand_in(&self, person: PersonId, day: NaiveDate) -> Option<PersonId> {
        let mut asked = BTreeSet::new();
        let mut next = Some(person);
        while let Some(candidate) = next {
            if !asked.insert(candidate) {
                return None;
            }
            match self.absence(candidate, day) {
                None => return self.works_here(candidate).then_some(candidate),
                Some(absence) => next = absence.substitute,
            }
        }
        None
    }

    /// The teams that a person belongs to.
    pub fn own_teams(&self, person: PersonId) -> BTreeSet<TeamId> {
        let teams = self.members.iter().filter(|(_, members)| members.contains(&person));
        teams.map(|(team, _)| *team).collect()
    }

    /// The teams that the person leads on the day: as leader always, as deputy while there is no leader at work.
    pub fn leads(&self, person: PersonId, day: NaiveDate) -> BTreeSet<TeamId> {
        let is_at_work = |leader| self.works_here(leader) && !self.is_absent(leader, day);
        let leads = |team: &&Team| {
            team.leader == Some(person)
                || (team.deputy == Some(person) && !team.leader.is_some_and(is_at_work))
        };
        self.teams.values().filter(leads).map(|team| team.id).collect()
    }

    /// The teams in whose name the person acts on the day: its own, those of the people it stands in for, those it leads.
    pub fn acts_for(&self, person: PersonId, day: NaiveDate) -> BTreeSet<TeamId> {
        let mut teams = self.own_teams(person);
        teams.extend(self.leads(person, day));
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

    /// Who holds the role and works here still.
    pub fn with_role(&self, role: Role) -> Vec<PersonId> {
        let holders = self.roles.iter().filter(|(_, roles)| roles.contains(&role));
        holders.map(|(person, _)| *person).filter(|person| self.works_here(*person)).collect()
    }

    /// Whether the municipality would have nobody left to add people if this person were no longer its administrator.
    pub fn is_last_admin(&self, person: PersonId) -> bool {
        self.with_role(Role::Admin) == [person]
    }
}

/// A sign-in that has not ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Which: shown in lists. The secret in the cookie is another.
    pub id: SessionId,
    /// Whose.
    pub actor: Actor,
    /// When it began.
    pub created_at: DateTime<Utc>,
    /// When it was last used, to [`SESSION_TOUCH`].
    pub last_seen_at: DateTime<Utc>,
    /// When it was ended by hand.
    pub revoked_at: Option<DateTime<Utc>>,
}

/// A session that was not used for so long has ended: a day at work, with lunch.
pub const SESSION_IDLE_MAX: Duration = Duration::hours(12);
/// A session ends after this, however much it is used.
pub const SESSION_AGE_MAX: Duration = Duration::days(7);
/// That a session was used is noted at most this often: a page costs no write.
pub const SESSION_TOUCH: Duration = Duration::minutes(10);

impl Session {
    /// Whether it opens anything.
    pub fn is_open(&self, now: DateTime<Utc>) -> bool {
        self.revoked_at.is_none()
            && now - self.last_seen_at < SESSION_IDLE_MAX
            && now - self.created_at < SESSION_AGE_MAX
    }

    /// Whether it is time to note that it was used.
    pub fn wants_touch(&self, now: DateTime<Utc>) -> bool {
        now - self.last_seen_at >= SESSION_TOUCH
    }
}

/// What a secret that we sent is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// A new person chooses a password.
    Invitation,
    /// A person chooses a new password.
    NewPassword,
    /// A company's contact signs in.
    SignIn,
    /// The password was right; the code from the telephone is still to come.
    SecondStep,
}

impl Purpose {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Invitation, Self::NewPassword, Self::SignIn, Self::SecondStep];

    /// As stored.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Invitation => "invitation",
            Self::NewPassword => "new-password",
            Self::SignIn => "sign-in",
            Self::SecondStep => "second-step",
        }
    }

    /// Reads what is stored.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.id() == id)
    }

    /// How long it is good.
    pub const fn lifetime(self) -> Duration {
        match self {
            Self::Invitation => Duration::days(7),
            Self::NewPassword => Duration::hours(1),
            Self::SignIn => Duration::minutes(15),
            Self::SecondStep => Duration::minutes(10),
        }
    }
}

/// For whom a secret is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// A person of the municipality.
    Person(PersonId),
    /// A company's contact.
    Contact(ContactId),
}

/// A secret that we sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Which.
    pub id: LinkId,
    /// What it is good for.
    pub purpose: Purpose,
    /// For whom.
    pub holder: Holder,
    /// Until when.
    pub expires_at: DateTime<Utc>,
    /// When it was used: it works once.
    pub used_at: Option<DateTime<Utc>>,
}

impl Link {
    /// A new one.
    pub fn new(id: LinkId, purpose: Purpose, holder: Holder, now: DateTime<Utc>) -> Self {
        Self { id, purpose, holder, expires_at: now + purpose.lifetime(), used_at: None }
    }

    /// Whether it still works.
    pub fn check(&self, now: DateTime<Utc>) -> Result<(), LinkRefusal> {
        if self.used_at.is_none() && now < self.expires_at { Ok(()) } else { Err(LinkRefusal::Spent) }
    }
}

/// Why a link does not open. One word for all: a stranger learns nothing from the difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LinkRefusal {
    /// Used, too old, replaced, or never ours.
    #[error("identity-link-spent")]
    Spent,
    /// The password that was chosen will not do.
    #[error("{0}")]
    Password(PasswordRefusal),
}
impl Refusal for LinkRefusal {}

/// Why a person cannot sign in. One word for all.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SignInRefusal {
    /// No such person, or another password, or none chosen yet, or a leaver.
    #[error("identity-sign-in-refused")]
    NoMatch,
    /// The code is wrong, old, or was used before.
    #[error("identity-code-refused")]
    Code,
    /// The second step took too long, or the code was given already.
    #[error("identity-link-spent")]
    Spent,
}
impl Refusal for SignInRefusal {}

/// Why a password will not do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PasswordRefusal {
    /// Shorter than [`PASSWORD_CHARS_MIN`].
    #[error("identity-password-short")]
    TooShort,
    /// Longer than [`PASSWORD_BYTES_MAX`].
    #[error("identity-password-long")]
    TooLong,
    /// Among the first that anyone would try.
    #[error("identity-password-guessable")]
    Guessable,
    /// The repetition says something else.
    #[error("identity-password-differs")]
    Differs,
}
impl Refusal for PasswordRefusal {}

/// The shortest password, in characters. Length and nothing else: NIST SP 800-63B 3.1.1 advises against rules on
/// composition.
pub const PASSWORD_CHARS_MIN: usize = 12;
/// The longest password, in bytes: more is an attack on the hash.
pub const PASSWORD_BYTES_MAX: usize = 256;

/// Fragments of which a guessable password is made.
const GUESSABLE: [&str; 16] = [
    "password",
    "kodeord",
    "adgangskode",
    "hemmelig",
    "kommune",
    "samspil",
    "qwerty",
    "abcdef",
    "sommer",
    "vinter",
    "efterår",
    "forår",
    "velkommen",
    "welcome",
    "letmein",
    "admin",
];

/// Whether a password will do for the person.
pub fn check_password(password: &str, person: &Person) -> Result<(), PasswordRefusal> {
    if password.len() > PASSWORD_BYTES_MAX {
        return Err(PasswordRefusal::TooLong);
    }
    if password.chars().count() < PASSWORD_CHARS_MIN {
        return Err(PasswordRefusal::TooShort);
    }
    // What is left when the guessable parts and all digits are taken away must still be something.
    let mut rest = password.to_lowercase();
    let name = person.name.to_lowercase();
    let email = person.email.to_key();
    let own = name.split_whitespace().chain(email.split(['@', '.']));
    for part in own.filter(|part| part.chars().count() > 2).chain(GUESSABLE) {
        rest = rest.replace(part, "");
    }
    let letters: BTreeSet<char> =
        rest.chars().filter(|c| !c.is_ascii_digit() && !c.is_whitespace()).collect();
    if letters.len() < 4 { Err(PasswordRefusal::Guessable) } else { Ok(()) }
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

/// Why a team cannot be added or changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TeamRefusal {
    /// There is a team with this key.
    #[error("identity-team-key-taken")]
    KeyTaken,
    /// No name, in one of the languages.
    #[error("identity-name-missing")]
    NameMissing,
    /// The person has left, or is none.
    #[error("identity-has-left")]
    HasLeft,
    /// The leader cannot be deputy as well.
    #[error("identity-leader-is-deputy")]
    LeaderIsDeputy,
}
impl Refusal for TeamRefusal {}

/// Why an absence cannot be noted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AbsenceRefusal {
    /// The last day is before the first.
    #[error("identity-absence-ends-first")]
    EndsFirst,
    /// It is over already.
    #[error("identity-absence-over")]
    Over,
    /// One cannot stand in for oneself.
    #[error("identity-absence-self")]
    SubstituteIsSelf,
    /// The substitute does not work here.
    #[error("identity-has-left")]
    SubstituteHasLeft,
}
impl Refusal for AbsenceRefusal {}

impl Staff {
    /// Whether an absence can be noted on `today`.
    pub fn check_absence(&self, absence: &Absence, today: NaiveDate) -> Result<(), AbsenceRefusal> {
        if absence.last_day.is_some_and(|last| last < absence.first_day) {
            return Err(AbsenceRefusal::EndsFirst);
        }
        if absence.last_day.is_some_and(|last| last < today) {
            return Err(AbsenceRefusal::Over);
        }
        match absence.substitute {
            Some(substitute) if substitute == absence.person => Err(AbsenceRefusal::SubstituteIsSelf),
            Some(substitute) if !self.works_here(substitute) => Err(AbsenceRefusal::SubstituteHasLeft),
            _ => Ok(()),
        }
    }
}
