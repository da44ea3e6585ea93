//! Who people and teams are, and who does whose work on a day.
//!
//! # When someone is away or has left
//! What a person owes belongs to a person and a team. [`PeopleDirectory::on_day`] says who takes it on a day:
//! 1. the person, when at work;
//! 2. else the stand-in that was named, or that one's own stand-in, and so on; nobody is asked twice;
//! 3. else, when everyone along the way is away or has left, who takes the team's telephone (or that one's stand-in), then its
//!    leader, then its deputy, whoever of them is at work first;
//! 4. else nobody: it is the team's, unassigned.
//!
//! Whoever keeps what is owed follows the journal lines `person_left`, `absence_noted` and `absence_ended` of `identity`, read
//! as [`PeopleLine`], asks `on_day` and moves it. A due date never moves for an absence.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{Email, Language, PersonId, Phone, Reach, Role, TeamId, uuid::Uuid};
use serde::{Deserialize, Serialize};
use storage::{Read, StoreError};

/// A person who works for the municipality.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PersonCard {
    /// Who.
    pub id: PersonId,
    /// Name.
    pub name: String,
    /// Direct telephone.
    pub phone: Option<Phone>,
    /// Where notices go.
    pub email: Email,
    /// What the person prefers to read.
    pub language: Language,
    /// Whether the person is away today.
    pub absent: bool,
    /// Who takes the person's work today: the person itself, or the substitute; `None` when both are away or have left.
    pub stand_in: Option<PersonId>,
    /// Whether the person has left: a leaver owns nothing.
    pub left: bool,
    /// Whether the person wants one mail in the morning instead of one for each notice; what is urgent comes all the same.
    pub digest_only: bool,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamCard {
    /// Which.
    pub id: TeamId,
    /// The key by which the guide's topics name it, such as `building`.
    pub key: String,
    /// Its name in Danish.
    pub name_da: String,
    /// Its name in English.
    pub name_en: String,
    /// Its telephone.
    pub phone: Phone,
    /// When it can be reached, in words, in Danish.
    pub hours_da: String,
    /// When it can be reached, in words, in English.
    pub hours_en: String,
    /// Who leads it.
    pub leader: Option<PersonId>,
    /// Who leads it when the leader is away.
    pub deputy: Option<PersonId>,
    /// Who takes the telephone today.
    pub duty: Option<PersonId>,
    /// Who belongs to it.
    pub members: Vec<PersonId>,
}

impl TeamCard {
    /// Its name in a language.
    pub fn name(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.name_da,
            Language::En => &self.name_en,
        }
    }
    /// Its hours in a language.
    pub fn hours(&self, language: Language) -> &str {
        match language {
            Language::Da => &self.hours_da,
            Language::En => &self.hours_en,
        }
    }
}

/// Someone whose work another person does meanwhile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoodInFor {
    /// Who is away.
    pub person: PersonId,
    /// Its name: for our own to read.
    pub name: String,
    /// The last day away; `None`: not known yet.
    pub until: Option<NaiveDate>,
}

/// Answers who people and teams are. Implemented by `identity`.
#[async_trait]
pub trait PeopleDirectory: Send + Sync {
    /// Every team of the tenant.
    async fn teams(&self, read: &Read) -> Result<Vec<TeamCard>, StoreError>;
    /// These people.
    async fn people(
        &self,
        read: &Read,
        ids: &[PersonId],
    ) -> Result<BTreeMap<PersonId, PersonCard>, StoreError>;
    /// Who is away on the day, who takes what these persons owe in these teams, and who leads each team.
    async fn on_day(
        &self,
        read: &Read,
        day: NaiveDate,
        work: &[(PersonId, TeamId)],
    ) -> Result<OnDay, StoreError>;
    /// Every team, and these people, in one look.
    async fn teams_and_people(
        &self,
        read: &Read,
        ids: &[PersonId],
    ) -> Result<(Vec<TeamCard>, BTreeMap<PersonId, PersonCard>), StoreError> {
        Ok((self.teams(read).await?, self.people(read, ids).await?))
    }
    /// Everyone on the day, in one look: for whoever is about to begin a transaction.
    async fn roster(&self, read: &Read, day: NaiveDate) -> Result<Arc<Roster>, StoreError>;
    /// For whom the person does the work on the day: the one who is back first before the others.
    async fn stands_in_for(
        &self,
        _read: &Read,
        _person: PersonId,
        _day: NaiveDate,
    ) -> Result<Vec<StoodInFor>, StoreError> {
        Ok(Vec::new())
    }
    /// What these people may do on the day, each as if it were signed in: for what one of us does without a session, by mail
    /// for one, and for what is told to many. Whoever has left may nothing, and is left out.
    async fn reaches(
        &self,
        read: &Read,
        people: &[PersonId],
        day: NaiveDate,
    ) -> Result<BTreeMap<PersonId, Arc<Reach>>, StoreError>;
    /// Who holds a role.
    async fn with_role(&self, read: &Read, role: Role) -> Result<Vec<PersonId>, StoreError>;
}

/// Who does whose work on one day.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OnDay {
    /// Who is away, of everyone who works here.
    pub away: BTreeSet<PersonId>,
    /// Who takes what a person owes in a team, as far as it was asked; what falls to nobody is left out.
    pub takers: BTreeMap<(PersonId, TeamId), PersonId>,
    /// Who leads each team: the leader, or the deputy while the leader is away or there is none. A team that nobody leads on
    /// the day is left out.
    pub leaders: BTreeMap<TeamId, PersonId>,
}

impl OnDay {
    /// Whether the person is away.
    pub fn is_away(&self, person: PersonId) -> bool {
        self.away.contains(&person)
    }
    /// Who takes what the person owes in the team; `None`: the team, until someone there takes it.
    pub fn taker(&self, person: PersonId, team: TeamId) -> Option<PersonId> {
        self.takers.get(&(person, team)).copied()
    }
    /// Who leads the team.
    pub fn leader(&self, team: TeamId) -> Option<PersonId> {
        self.leaders.get(&team).copied()
    }
}

/// Everyone who works here, and in whose name each acts on one day.
///
/// Asked for before a transaction begins: inside it nothing is awaited but the transaction.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Roster {
    /// Every team.
    pub teams: BTreeMap<TeamId, TeamCard>,
    /// Everyone, leavers as well.
    pub people: BTreeMap<PersonId, PersonCard>,
    /// Who leads each team, as [`OnDay::leaders`].
    pub leaders: BTreeMap<TeamId, PersonId>,
    /// In the name of which teams each person acts, as [`kernel::Reach::teams`] says of whoever is signed in. Who acts for
    /// none is left out.
    pub acts_for: BTreeMap<PersonId, BTreeSet<TeamId>>,
}

impl Roster {
    /// The teams in whose name the person acts: its own, those that it leads or stands in for.
    pub fn teams_of(&self, person: PersonId) -> &BTreeSet<TeamId> {
        static NONE: BTreeSet<TeamId> = BTreeSet::new();
        self.acts_for.get(&person).unwrap_or(&NONE)
    }
    /// Whether the person acts in the team's name. The one answer to "is this person in this team?".
    pub fn acts_for(&self, person: PersonId, team: TeamId) -> bool {
        self.teams_of(person).contains(&team)
    }
    /// Who leads the team.
    pub fn leader(&self, team: TeamId) -> Option<PersonId> {
        self.leaders.get(&team).copied()
    }
}

/// What `identity` writes into the journal about who is here, for whoever moves what is owed. Other words read as
/// [`PeopleLine::Other`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "word", rename_all = "snake_case")]
pub enum PeopleLine {
    /// Someone no longer works here: every role, team, post and session is gone.
    PersonLeft {
        /// Who.
        person: PersonId,
        /// The teams that the person belonged to.
        teams: BTreeSet<TeamId>,
    },
    /// Someone will be away, or is.
    AbsenceNoted {
        /// Which absence.
        absence: Uuid,
        /// Who.
        person: PersonId,
        /// The teams that the person belongs to.
        teams: BTreeSet<TeamId>,
        /// The first day away; may be later than today.
        first_day: NaiveDate,
        /// The last day away; `None`: not known yet.
        last_day: Option<NaiveDate>,
        /// Who was named to stand in; ask [`PeopleDirectory::on_day`] who does on a day.
        substitute: Option<PersonId>,
    },
    /// Someone is back early, or the absence was taken back before it began.
    AbsenceEnded {
        /// Which absence.
        absence: Uuid,
        /// Who.
        person: PersonId,
        /// The teams that the person belongs to.
        teams: BTreeSet<TeamId>,
        /// The first day at work again.
        back_on: NaiveDate,
    },
    /// Something else about people.
    #[serde(other)]
    Other,
}
