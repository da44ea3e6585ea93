//! A town with some companies, and a consultant who looks after them.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::{Actor, Ctx, CvrNumber, Language, PNumber, Permission, PersonId, Reach, Role, TeamId};
use ports::{CompanyCard, CompanyDirectory, OnDay, PeopleDirectory, PersonCard, Roster, SignedIn, TeamCard};
use relations::{
    VisitCalendar, access,
    commands::{self, Given, NewList},
    model::{ImportId, ListKind},
    store,
};
use storage::{Migration, Read, StoreError, Token};
use testkit::{Bench, Server, Sessions, TENANT};

/// The tables that tests need.
pub(crate) fn migrations() -> Vec<Migration> {
    let mut all = storage::migrations();
    all.extend(outreach::migrations());
    all.extend(relations::migrations());
    all
}

/// Number, name, ceased, protected.
const COMPANIES: [(u32, &str, bool, bool); 5] = [
    (1, "Hejre Smedje ApS", false, false),
    (2, "Trane Bageri", false, false),
    (3, "Trane Bageri A/S", false, false),
    (4, "Lukket Værft ApS", true, false),
    (5, "Fredet Rådgivning ApS", false, true),
];

/// The number of a company of the town.
pub(crate) fn cvr(n: u32) -> CvrNumber {
    // Not every number has a right check digit; the town's companies have the first that do.
    (1..10_000).filter_map(CvrNumber::invented).nth(n as usize - 1).unwrap()
}

pub(crate) struct Companies;

fn card((n, name, ceased, protected): &(u32, &str, bool, bool)) -> CompanyCard {
    CompanyCard {
        cvr: cvr(*n),
        name: (*name).into(),
        town: "Albertslund".into(),
        ceased: *ceased,
        protected: *protected,
        is_person: false,
    }
}

#[async_trait]
impl CompanyDirectory for Companies {
    async fn companies(
        &self,
        _: &Ctx,
        numbers: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        let cards = COMPANIES.iter().map(card).filter(|card| numbers.contains(&card.cvr));
        Ok(cards.map(|card| (card.cvr, card)).collect())
    }
    async fn companies_named(
        &self,
        _: &Ctx,
        names: &[String],
    ) -> Result<BTreeMap<String, Vec<CompanyCard>>, StoreError> {
        let fits = |name: &String| {
            let cards = COMPANIES.iter().map(card).filter(|card| card.name.starts_with(name.as_str()));
            let cards: Vec<_> = cards.filter(|card| !card.ceased).collect();
            (!cards.is_empty()).then(|| (name.clone(), cards))
        };
        Ok(names.iter().filter_map(fits).collect())
    }
    async fn known_p_numbers(&self, _: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        Ok(Vec::new())
    }
}

/// The consultant, until she leaves.
#[derive(Default)]
pub(crate) struct People {
    pub(crate) has_left: Mutex<bool>,
}

fn consultant_card() -> PersonCard {
    PersonCard {
        id: consultant(),
        name: "Mette Prøve".into(),
        phone: None,
        email: "mette@example.dk".parse().unwrap(),
        language: Language::Da,
        absent: false,
        stand_in: Some(consultant()),
        left: false,
        digest_only: false,
    }
}

#[async_trait]
impl PeopleDirectory for People {
    async fn teams(&self, _: &Read) -> Result<Vec<TeamCard>, StoreError> {
        Ok(Vec::new())
    }
    async fn people(&self, _: &Read, ids: &[PersonId]) -> Result<BTreeMap<PersonId, PersonCard>, StoreError> {
        Ok(ids.iter().filter(|id| **id == consultant()).map(|id| (*id, consultant_card())).collect())
    }
    async fn on_day(&self, _: &Read, _: NaiveDate, _: &[(PersonId, TeamId)]) -> Result<OnDay, StoreError> {
        Ok(OnDay::default())
    }
    async fn roster(&self, _: &Read, _: NaiveDate) -> Result<Arc<Roster>, StoreError> {
        Ok(Arc::new(Roster { people: [(consultant(), consultant_card())].into(), ..Roster::default() }))
    }
    async fn reaches(
        &self,
        _: &Read,
        people: &[PersonId],
        _: NaiveDate,
    ) -> Result<BTreeMap<PersonId, Arc<Reach>>, StoreError> {
        let here = people.iter().filter(|_| !*self.has_left.lock().unwrap());
        Ok(here.map(|person| (*person, reach())).collect())
    }
    async fn with_role(&self, _: &Read, _: Role) -> Result<Vec<PersonId>, StoreError> {
        Ok(Vec::new())
    }
}

pub(crate) fn consultant() -> PersonId {
    uuid::Uuid::from_u128(7).into()
}

fn reach() -> Arc<Reach> {
    let permissions: [Permission; 4] = [access::READ, access::VISIT, access::BRING, access::CALENDAR];
    Arc::new(Reach { permissions: permissions.into(), ..Reach::default() })
}

pub(crate) struct Town {
    pub(crate) server: Server,
    pub(crate) session: Token,
    pub(crate) people: Arc<People>,
    bench: Bench,
}

impl Town {
    pub(crate) fn new(bench: &Bench) -> Self {
        let session = Token::random(&kernel::Ids::seeded(1));
        let people = Arc::new(People::default());
        let signed_in = SignedIn {
            actor: Actor::Staff(consultant()),
            name: "Mette Prøve".into(),
            reach: reach(),
            roles: vec![Role::BusinessConsultant],
            language: None,
            proven_email: None,
            must_set_up_second_step: false,
            company: None,
            must_choose_company: false,
            people_version: None,
        };
        let server = Server::new(bench, &[relations::manifest()], |parts| {
            parts.ports.sessions = Arc::new(Sessions::default().with(&session, signed_in));
            parts.ports.companies = Arc::new(Companies);
            parts.ports.people = people.clone();
            let calendar = Arc::new(bench.calendar.clone());
            parts.ports.calendars = vec![Arc::new(VisitCalendar::new(bench.db.clone(), calendar))];
        });
        Self { server, session, people, bench: bench.clone() }
    }

    pub(crate) fn ctx(&self) -> Ctx {
        let bench = &self.bench;
        let actor = Actor::Staff(consultant());
        Ctx::new(TENANT, actor, reach(), Language::Da, bench.now(), bench.ids.clone())
    }

    pub(crate) fn read(&self) -> Read {
        self.bench.db.read(&self.ctx())
    }

    /// A list with its columns as they are guessed, looked at.
    pub(crate) async fn tried(&self, kind: ListKind, content: &[u8]) -> ImportId {
        let (app, ctx) = (&self.server.app, self.ctx());
        let given = Given::Bytes(content.to_vec());
        let new = NewList { kind, name: "liste.csv".into(), given, key: ctx.new_id() };
        let id = commands::bring(app, &ctx, new).await.unwrap();
        let list = store::find_import(&self.read(), id).await.unwrap().unwrap();
        commands::choose_sheet(app, &ctx, id, &list.sheet, list.header).await.unwrap();
        let list = store::find_import(&self.read(), id).await.unwrap().unwrap();
        commands::choose_columns(app, &ctx, id, list.columns).await.unwrap();
        self.server.work().await;
        id
    }

    /// How many rows have each fate.
    pub(crate) async fn fates(&self, id: ImportId) -> BTreeMap<&'static str, u64> {
        let mut fates = BTreeMap::new();
        for (fate, _, _, count) in store::count_fates(&self.read(), id).await.unwrap() {
            *fates.entry(fate.code()).or_default() += count;
        }
        fates
    }

    /// Takes in what is to be taken.
    pub(crate) async fn take(&self, id: ImportId) -> (u64, u64) {
        commands::start(&self.server.app, &self.ctx(), id).await.unwrap();
        self.server.work().await;
        store::count_taken(&self.read(), id).await.unwrap()
    }
}
