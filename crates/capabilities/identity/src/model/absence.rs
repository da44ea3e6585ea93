//! Absence: who is away when, who takes the work, who leads meanwhile.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use kernel::{PersonId, Refusal, TeamId};

use super::{AbsenceId, Staff, Team};

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
    /// The substitute could not open what it would take over.
    #[error("identity-cannot-answer")]
    SubstituteCannotAnswer,
    /// The substitute is away as well, and those who stand in lead back to the person.
    #[error("identity-absence-goes-round")]
    GoesRound,
}
impl Refusal for AbsenceRefusal {}

/// Who takes a person's work in a stretch of days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cover {
    /// The first day.
    pub first_day: NaiveDate,
    /// The last day; `None`: not known.
    pub last_day: Option<NaiveDate>,
    /// Who; `None`: the team, unassigned.
    pub taker: Option<PersonId>,
}

impl Staff {
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

    /// Whether the person works here and is not away on the day.
    pub fn is_at_work(&self, person: PersonId, day: NaiveDate) -> bool {
        self.works_here(person) && !self.is_absent(person, day)
    }

    /// The person and, while each is away, whom it named, in this order; nobody twice.
    fn stand_ins(&self, person: PersonId, day: NaiveDate) -> Vec<PersonId> {
        let mut asked = Vec::new();
        let mut next = Some(person);
        while let Some(candidate) = next.filter(|candidate| !asked.contains(candidate)) {
            asked.push(candidate);
            next = self.absence(candidate, day).and_then(|absence| absence.substitute);
        }
        asked
    }

    /// Who takes the person's work on the day: the person, or the substitute, or the substitute's substitute.
    /// `None` when everyone along the way is away or has left.
    pub fn stand_in(&self, person: PersonId, day: NaiveDate) -> Option<PersonId> {
        self.stand_ins(person, day).into_iter().find(|candidate| self.is_at_work(*candidate, day))
    }

    /// Whose work the person does on the day, as the absences by which that is so: the one who is back first before the
    /// others.
    pub fn stands_in_for(&self, person: PersonId, day: NaiveDate) -> Vec<&Absence> {
        let away = self.people.keys().filter(|away| **away != person && self.works_here(**away));
        let absences = away.filter_map(|away| self.absence(*away, day));
        let mut found: Vec<&Absence> =
            absences.filter(|absence| self.stand_in(absence.person, day) == Some(person)).collect();
        found.sort_by_key(|absence| (absence.last_day.is_none(), absence.last_day, absence.id));
        found
    }

    /// Who takes on the day what the person owes in the team: as [`Self::stand_in`], else who takes the team's telephone,
    /// else its leader, else its deputy. `None`: the team, unassigned.
    pub fn taker(&self, person: PersonId, team: TeamId, day: NaiveDate) -> Option<PersonId> {
        self.stand_in(person, day).or_else(|| {
            let team = self.teams.get(&team)?;
            let duty = team.duty.and_then(|duty| self.stand_in(duty, day));
            duty.or_else(|| self.leader(team, day))
        })
    }

    /// Who leads the team on the day: its leader, or its deputy while the leader is away or there is none.
    pub fn leader(&self, team: &Team, day: NaiveDate) -> Option<PersonId> {
        [team.leader, team.deputy].into_iter().flatten().find(|person| self.is_at_work(*person, day))
    }

    /// The teams that the person leads on the day: as leader always, as deputy while there is no leader at work.
    pub fn leads(&self, person: PersonId, day: NaiveDate) -> BTreeSet<TeamId> {
        let leads = |team: &&Team| {
            team.leader == Some(person)
                || (team.deputy == Some(person)
                    && !team.leader.is_some_and(|leader| self.is_at_work(leader, day)))
        };
        self.teams.values().filter(leads).map(|team| team.id).collect()
    }

    /// The days from `first_day` to `last_day` on which someone comes or goes, the first among them.
    fn turning_days(&self, first_day: NaiveDate, last_day: Option<NaiveDate>) -> BTreeSet<NaiveDate> {
        let begins = self.absences.iter().map(|absence| absence.first_day);
        let ends = self.absences.iter().filter_map(|absence| absence.last_day?.succ_opt());
        let within = |day: &NaiveDate| first_day < *day && last_day.is_none_or(|last| *day <= last);
        begins.chain(ends).filter(within).chain([first_day]).collect()
    }

    /// Who takes the person's work in the team from `first_day` to `last_day`, stretch by stretch.
    pub fn cover(
        &self,
        person: PersonId,
        team: TeamId,
        first_day: NaiveDate,
        last_day: Option<NaiveDate>,
    ) -> Vec<Cover> {
        let mut stretches: Vec<Cover> = Vec::new();
        for day in self.turning_days(first_day, last_day) {
            let taker = self.taker(person, team, day);
            match stretches.last_mut() {
                Some(before) if before.taker == taker => {}
                Some(before) => {
                    before.last_day = day.pred_opt();
                    stretches.push(Cover { first_day: day, last_day, taker });
                }
                None => stretches.push(Cover { first_day: day, last_day, taker }),
            }
        }
        stretches
    }

    /// This with one more absence.
    #[must_use]
    pub fn with_absence(&self, absence: Absence) -> Self {
        let mut with = self.clone();
        with.absences.push(absence);
        with
    }

    /// Whether an absence can be noted on `today`.
    pub fn check_absence(&self, absence: &Absence, today: NaiveDate) -> Result<(), AbsenceRefusal> {
        if absence.last_day.is_some_and(|last| last < absence.first_day) {
            return Err(AbsenceRefusal::EndsFirst);
        }
        if absence.last_day.is_some_and(|last| last < today) {
            return Err(AbsenceRefusal::Over);
        }
        let Some(substitute) = absence.substitute else { return Ok(()) };
        if substitute == absence.person {
            return Err(AbsenceRefusal::SubstituteIsSelf);
        }
        if !self.works_here(substitute) {
            return Err(AbsenceRefusal::SubstituteHasLeft);
        }
        if self.can_answer(absence.person) && !self.can_answer(substitute) {
            return Err(AbsenceRefusal::SubstituteCannotAnswer);
        }
        let with = self.with_absence(absence.clone());
        let mut days = with.turning_days(absence.first_day, absence.last_day).into_iter();
        if days.any(|day| with.goes_round(absence.person, day)) {
            return Err(AbsenceRefusal::GoesRound);
        }
        Ok(())
    }

    /// Whether the substitutes of a day lead back to the person.
    fn goes_round(&self, person: PersonId, day: NaiveDate) -> bool {
        let last = self.stand_ins(person, day).pop();
        let named = last.and_then(|last| self.absence(last, day)).and_then(|absence| absence.substitute);
        named == Some(person)
    }
}
