//! How the rest of the program asks who people, teams and sessions are.
//!
//! People and teams change seldom and are asked for on every page: each node keeps them in memory, good for one version,
//! and reads the version with every question; a page reads it once, with its session. A change is seen by the next request
//! on any node.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Actor, Calendar, Clock, Ctx, Email, Ids, PersonId, Reach, Role, TeamId, TenantId};
use ports::{
    ConfirmedCompany, OnDay, PeopleDirectory, PersonCard, Roster, SessionResolver, SignedIn, StoodInFor,
    TeamCard,
};
use storage::{Db, Read, Reader, StoreError, TokenHash};

use crate::{
    Matrix,
    commands::WORK,
    jobs::CheckSession,
    model::{Person, Session, SessionId, Staff, Team},
    store::{self, Companies},
};

/// A roster, the version of people and teams that it was made of, and its day.
type OfDay = (i64, NaiveDate, Arc<Roster>);

/// Answers who people, teams and sessions are.
pub struct Directory {
    db: Db,
    clock: Arc<dyn Clock>,
    calendar: Arc<Calendar>,
    ids: Arc<Ids>,
    matrix: Matrix,
    public_reach: HashMap<Role, Arc<Reach>>,
    known: Mutex<HashMap<TenantId, (i64, Arc<Staff>)>>,
    /// The roster of the day that was asked for last, as of a version.
    rosters: Mutex<HashMap<TenantId, OfDay>>,
    /// The municipalities in which a password alone opens nothing.
    demands_second_step: BTreeSet<TenantId>,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Directory")
    }
}

impl Directory {
    /// A directory over the database, with the rights of all manifests.
    pub fn new(
        db: Db,
        clock: Arc<dyn Clock>,
        calendar: Arc<Calendar>,
        ids: Arc<Ids>,
        matrix: Matrix,
    ) -> Self {
        let public_reach = matrix.public_reach();
        let (known, rosters, demands_second_step) = (Mutex::default(), Mutex::default(), BTreeSet::new());
        Self { db, clock, calendar, ids, matrix, public_reach, known, rosters, demands_second_step }
    }

    /// In these municipalities whoever may open what companies wrote, or gives rights, and signs in with a password alone,
    /// may only set up the second step: the permissions that manifests call guarded.
    #[must_use]
    pub fn demanding_second_step(mut self, tenants: BTreeSet<TenantId>) -> Self {
        self.demands_second_step = tenants;
        self
    }

    fn signed_in_person(
        &self,
        tenant: TenantId,
        (version, staff): (i64, &Staff),
        person: &Person,
        (session, today): (&Session, NaiveDate),
    ) -> SignedIn {
        let mut reach = staff.reach(&self.matrix, person.id, today);
        let must_set_up_second_step = self.demands_second_step.contains(&tenant)
            && !person.second_step.is_on()
            && !session.second_step_elsewhere
            && self.matrix.guards(&reach.permissions);
        if must_set_up_second_step {
            reach = Reach {
                permissions: reach.permissions.intersection(&[WORK].into()).copied().collect(),
                ..Reach::default()
            };
        }
        SignedIn {
            actor: Actor::Staff(person.id),
            name: person.name.clone(),
            reach: Arc::new(reach),
            roles: staff.roles.get(&person.id).into_iter().flatten().copied().collect(),
            language: Some(person.language),
            proven_email: None,
            company: None,
            must_choose_company: false,
            must_set_up_second_step,
            people_version: Some(version),
        }
    }

    /// A company's contact: by an address that was proven, or by MitID Erhverv for a company.
    fn signed_in_contact(
        &self,
        session: &Session,
        version: i64,
        address: Option<Email>,
        companies: Option<&Companies>,
    ) -> Option<SignedIn> {
        let chosen = companies.and_then(|of| of.all.iter().find(|one| Some(one.cvr) == of.chosen));
        let company = chosen.map(|one| ConfirmedCompany { cvr: one.cvr, name: one.name.clone() });
        let name = match (&address, &company) {
            (Some(address), _) => address.to_string(),
            (None, Some(company)) => company.shown(),
            (None, None) => companies?.name.clone().unwrap_or_else(|| "MitID Erhverv".to_owned()),
        };
        Some(SignedIn {
            actor: session.actor.clone(),
            name,
            reach: self.public_reach.get(&Role::CompanyContact).cloned().unwrap_or_default(),
            roles: vec![Role::CompanyContact],
            language: None,
            proven_email: address,
            must_choose_company: companies.is_some() && company.is_none(),
            company,
            must_set_up_second_step: false,
            people_version: Some(version),
        })
    }

    /// Everyone, as of the version.
    async fn staff_at(&self, reader: &impl Reader, version: i64) -> Result<Arc<Staff>, StoreError> {
        let known = |known: &HashMap<TenantId, (i64, Arc<Staff>)>| {
            known.get(&reader.tenant()).filter(|(at, _)| *at == version).map(|(_, staff)| staff.clone())
        };
        if let Some(staff) = known(&self.known.lock().unwrap_or_else(PoisonError::into_inner)) {
            return Ok(staff);
        }
        // Read after the version: what is kept may be newer than it, never older.
        let staff = Arc::new(store::staff(reader).await?);
        let mut kept = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        kept.insert(reader.tenant(), (version, staff.clone()));
        Ok(staff)
    }

    /// Everyone, now.
    pub async fn staff(&self, reader: &impl Reader) -> Result<Arc<Staff>, StoreError> {
        let version = store::version(reader).await?;
        self.staff_at(reader, version).await
    }

    /// Everyone, as the page sees them that reads.
    async fn seen(&self, read: &Read) -> Result<Arc<Staff>, StoreError> {
        Ok(self.seen_at(read).await?.1)
    }

    /// The same, with its version.
    async fn seen_at(&self, read: &Read) -> Result<(i64, Arc<Staff>), StoreError> {
        let version = match read.people_version() {
            Some(version) => version,
            None => store::version(read).await?,
        };
        Ok((version, self.staff_at(read, version).await?))
    }

    fn today(&self) -> NaiveDate {
        self.calendar.local_date(self.clock.now())
    }

    /// Leaves it to a job to ask the provider that a session began by whether the person may still come in. This page is
    /// answered meanwhile.
    async fn check(&self, tenant: TenantId, session: SessionId, before: DateTime<Utc>, now: DateTime<Utc>) {
        let ctx = Ctx::system("identity.sessions", tenant, now, self.ids.clone());
        let left = async {
            let tx = self.db.begin_write(&ctx).await?;
            if store::claim_check(&tx, session, before).await? {
                tx.enqueue(&CheckSession { session }).await?;
            }
            tx.commit().await
        };
        if let Err(error) = left.await {
            tracing::warn!(%error, "the provider of a session is not asked");
        }
    }

    /// That a session was used may be lost, when the disk is full for one; reading goes on.
    async fn touch(&self, tenant: TenantId, session: SessionId, now: DateTime<Utc>) {
        let ctx = Ctx::system("identity.sessions", tenant, now, self.ids.clone());
        let touched = async {
            let tx = self.db.begin_write(&ctx).await?;
            store::touch_session(&tx, session).await?;
            tx.commit().await
        };
        if let Err(error) = touched.await {
            tracing::warn!(%error, "the use of a session was not noted");
        }
    }
}

#[async_trait]
impl SessionResolver for Directory {
    async fn resolve(
        &self,
        read: &Read,
        token: &TokenHash,
        now: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        let Some(found) = store::session(read, token).await? else { return Ok(None) };
        let (session, version) = (found.session, found.version);
        if !session.is_open(now) {
            return Ok(None);
        }
        let signed_in = match &session.actor {
            Actor::Staff(person) => {
                let staff = self.staff_at(read, version).await?;
                let today = self.calendar.local_date(now);
                let known = staff.people.get(person).filter(|_| staff.works_here(*person));
                let of =
                    |known| self.signed_in_person(read.tenant(), (version, &staff), known, (&session, today));
                known.map(of)
            }
            Actor::Contact(_) => {
                self.signed_in_contact(&session, version, found.address, found.companies.as_ref())
            }
            Actor::Anyone | Actor::System(_) => None,
        };
        // Whoever came for a company came for today: nobody is asked again.
        if matches!(&signed_in, Some(who) if matches!(who.actor, Actor::Staff(_)))
            && let Some(before) = session.wants_check(now)
        {
            self.check(read.tenant(), session.id, before, now).await;
        }
        if signed_in.is_some() && session.wants_touch(now) {
            self.touch(read.tenant(), session.id, now).await;
        }
        Ok(signed_in)
    }
}

#[async_trait]
impl PeopleDirectory for Directory {
    async fn teams(&self, read: &Read) -> Result<Vec<TeamCard>, StoreError> {
        let staff = self.seen(read).await?;
        let today = self.today();
        Ok(staff.teams.values().map(|team| team_card(&staff, team, today)).collect())
    }

    async fn people(
        &self,
        read: &Read,
        ids: &[PersonId],
    ) -> Result<BTreeMap<PersonId, PersonCard>, StoreError> {
        let staff = self.seen(read).await?;
        let today = self.today();
        let known = ids.iter().filter_map(|id| staff.people.get(id));
        Ok(known.map(|person| (person.id, person_card(&staff, person, today))).collect())
    }

    async fn teams_and_people(
        &self,
        read: &Read,
        ids: &[PersonId],
    ) -> Result<(Vec<TeamCard>, BTreeMap<PersonId, PersonCard>), StoreError> {
        let staff = self.seen(read).await?;
        let today = self.today();
        let teams = staff.teams.values().map(|team| team_card(&staff, team, today)).collect();
        let known = ids.iter().filter_map(|id| staff.people.get(id));
        Ok((teams, known.map(|person| (person.id, person_card(&staff, person, today))).collect()))
    }

    async fn on_day(
        &self,
        read: &Read,
        day: NaiveDate,
        work: &[(PersonId, TeamId)],
    ) -> Result<OnDay, StoreError> {
        let staff = self.seen(read).await?;
        let away = staff.absences.iter().filter(|absence| absence.covers(day)).map(|absence| absence.person);
        let taker =
            |(person, team): &(PersonId, TeamId)| Some(((*person, *team), staff.taker(*person, *team, day)?));
        let leader = |team: &Team| Some((team.id, staff.leader(team, day)?));
        Ok(OnDay {
            away: away.filter(|person| staff.works_here(*person)).collect(),
            takers: work.iter().filter_map(taker).collect(),
            leaders: staff.teams.values().filter_map(leader).collect(),
        })
    }

    async fn roster(&self, read: &Read, day: NaiveDate) -> Result<Arc<Roster>, StoreError> {
        let (version, staff) = self.seen_at(read).await?;
        let mut rosters = self.rosters.lock().unwrap_or_else(PoisonError::into_inner);
        let known = rosters.get(&read.tenant()).filter(|(at, of, _)| *at == version && *of == day);
        if let Some((.., roster)) = known {
            return Ok(roster.clone());
        }
        let roster = Arc::new(roster(&staff, day));
        rosters.insert(read.tenant(), (version, day, roster.clone()));
        Ok(roster)
    }

    async fn stands_in_for(
        &self,
        read: &Read,
        person: PersonId,
        day: NaiveDate,
    ) -> Result<Vec<StoodInFor>, StoreError> {
        let staff = self.seen(read).await?;
        let away = staff.stands_in_for(person, day).into_iter().map(|absence| StoodInFor {
            person: absence.person,
            name: staff.name(absence.person),
            until: absence.last_day,
        });
        Ok(away.collect())
    }

    async fn reaches(
        &self,
        read: &Read,
        people: &[PersonId],
        day: NaiveDate,
    ) -> Result<BTreeMap<PersonId, Arc<Reach>>, StoreError> {
        let staff = self.seen(read).await?;
        let here = people.iter().copied().filter(|person| staff.works_here(*person));
        Ok(here.map(|person| (person, Arc::new(staff.reach(&self.matrix, person, day)))).collect())
    }

    async fn with_role(&self, read: &Read, role: Role) -> Result<Vec<PersonId>, StoreError> {
        Ok(self.seen(read).await?.with_role(role))
    }
}

fn roster(staff: &Staff, day: NaiveDate) -> Roster {
    let acts_for = |person: &PersonId| (*person, staff.acts_for(*person, day));
    let here = staff.people.keys().filter(|person| staff.works_here(**person));
    Roster {
        teams: staff.teams.values().map(|team| (team.id, team_card(staff, team, day))).collect(),
        people: staff.people.values().map(|one| (one.id, person_card(staff, one, day))).collect(),
        leaders: staff.teams.values().filter_map(|team| Some((team.id, staff.leader(team, day)?))).collect(),
        acts_for: here.map(acts_for).filter(|(_, teams)| !teams.is_empty()).collect(),
    }
}

fn team_card(staff: &Staff, team: &Team, today: NaiveDate) -> TeamCard {
    let members = staff.members.get(&team.id).into_iter().flatten().copied();
    TeamCard {
        id: team.id,
        key: team.key.to_string(),
        name_da: team.name_da.clone(),
        name_en: team.name_en.clone(),
        phone: team.phone.clone(),
        hours_da: team.hours_da.clone(),
        hours_en: team.hours_en.clone(),
        leader: team.leader,
        deputy: team.deputy,
        duty: team.duty.and_then(|duty| staff.stand_in(duty, today)),
        members: members.filter(|member| staff.works_here(*member)).collect(),
    }
}

fn person_card(staff: &Staff, person: &Person, today: NaiveDate) -> PersonCard {
    PersonCard {
        id: person.id,
        name: person.name.clone(),
        phone: person.phone.clone(),
        email: person.email.clone(),
        language: person.language,
        absent: staff.is_absent(person.id, today),
        stand_in: staff.stand_in(person.id, today),
        left: person.left_at.is_some(),
        digest_only: person.digest_only,
    }
}
