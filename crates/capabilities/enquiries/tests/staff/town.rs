//! A small town hall with three teams, a browser without a network, and companies that ask.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, LazyLock, Mutex},
};

use async_trait::async_trait;
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use enquiries::{
    GuideState, Presence, access,
    commands::{self, NewEnquiry, Sent},
    guide::Content,
    jobs::Mailbox,
    model::{Asker, Case, Contact},
    store,
};
use kernel::{Actor, CaseId, Ctx, CvrNumber, Language, PNumber, PersonId, Reach, Role, TeamId};
use outreach::{Mailer, Texter, archive::Archive, incoming::ReplyKeys};
use ports::{
    AreaIndex, AreaShape, CompanyCard, CompanyDirectory, ConfirmedCompany, OnDay, PeopleDirectory,
    PersonCard, Roster, SessionResolver, SignedIn, StoodInFor, TeamCard,
};
use storage::{Attachments, Jobs, Migration, Read, StoreError, Token, TokenHash};
use testkit::{Bench, TENANT};
use tower::ServiceExt;
use uuid::Uuid;
use web::{Accent, App, AppParts, Assets, Messages, Navigation, Ports, Site};

pub fn migrations() -> Vec<Migration> {
    let own = (enquiries::manifest().migrations)();
    [storage::migrations(), ledger::migrations(), outreach::migrations(), own].concat()
}

pub fn messages() -> Messages {
    let ledger = web::MessageSource { prefix: "ledger", da: ledger::MESSAGES_DA, en: ledger::MESSAGES_EN };
    Messages::new(&[web::MESSAGES, ledger, enquiries::manifest().messages]).unwrap()
}

/// Built once: its index takes a while without optimisation. The council of this town has adopted most of the goals.
static GUIDE: LazyLock<GuideState> = LazyLock::new(|| {
    let mut content = Content::standard().unwrap();
    for topic in &mut content.topics {
        topic.goal.adopted = !NOT_ADOPTED.contains(&topic.key.as_str());
    }
    GuideState::of(content)
});
const NOT_ADOPTED: [&str; 2] = ["redevelopment", "charging-stations"];

/// Who works here: name, role, team, whether it leads it.
const PEOPLE: [(&str, Role, &str, bool); 10] = [
    ("Line Krog", Role::CaseOfficer, "building", false),
    ("Jonas Birk", Role::CaseOfficer, "building", false),
    ("Lars Holt", Role::Manager, "building", true),
    ("Karen Dahl", Role::CaseOfficer, "roads", false),
    ("Mette Holm", Role::BusinessConsultant, "business", false),
    ("Sofie Lind", Role::CaseOfficer, "secretariat", false),
    ("Jens Bro", Role::Manager, "secretariat", true),
    ("Britta Vang", Role::Admin, "", false),
    ("Ebbe Revisor", Role::Auditor, "", false),
    ("Ruth Arkiv", Role::RecordsOfficer, "", false),
];
/// Who has come by MitID Erhverv, and for which company; the last has several and has not said for which.
const FOR_COMPANIES: [(&str, Option<u32>); 5] = [
    ("ida", Some(7)),
    ("bo", Some(7)),
    ("other company", Some(8)),
    ("of a ceased company", Some(CEASED)),
    ("undecided", None),
];
/// Contacts of companies who have signed in by a link that was mailed to them.
const CONTACTS: [&str; 2] = ["nordvangel@example.dk", "smedjen@example.dk"];
const TEAMS: [(&str, &str); 4] = [
    ("building", "Byggesagsteamet"),
    ("roads", "Vejteamet"),
    ("business", "Erhvervskonsulenten"),
    ("secretariat", "Sekretariatet"),
];

struct Staff {
    teams: Vec<TeamCard>,
    people: BTreeMap<PersonId, PersonCard>,
    sessions: HashMap<String, SignedIn>,
    roles: BTreeMap<PersonId, Role>,
    leaders: BTreeMap<TeamId, PersonId>,
    here: Mutex<Here>,
}

/// Who is where today.
#[derive(Default)]
struct Here {
    /// Who is away, and who stands in.
    away: BTreeMap<PersonId, Option<PersonId>>,
    left: BTreeSet<PersonId>,
    /// Who wants one mail in the morning.
    digest_only: BTreeSet<PersonId>,
    /// Whether leaders are told of what comes; else everyone in the team is.
    leaders_listen: bool,
}

impl Here {
    /// The person, or who stands in, or who stands in for that one.
    fn stand_in(&self, person: PersonId) -> Option<PersonId> {
        match self.away.get(&person) {
            Some(substitute) => substitute.and_then(|substitute| self.stand_in(substitute)),
            None => (!self.left.contains(&person)).then_some(person),
        }
    }
}

#[async_trait]
impl SessionResolver for Staff {
    async fn resolve(
        &self,
        _: &Read,
        token: &TokenHash,
        _: DateTime<Utc>,
    ) -> Result<Option<SignedIn>, StoreError> {
        Ok(self.sessions.get(&token.0).cloned())
    }
}

#[async_trait]
impl PeopleDirectory for Staff {
    async fn teams(&self, _: &Read) -> Result<Vec<TeamCard>, StoreError> {
        let here = self.here.lock().unwrap();
        let card = |team: &TeamCard| TeamCard {
            leader: self.leaders.get(&team.id).copied().filter(|_| here.leaders_listen),
            members: team.members.iter().copied().filter(|one| !here.left.contains(one)).collect(),
            ..team.clone()
        };
        Ok(self.teams.iter().map(card).collect())
    }
    async fn people(&self, _: &Read, ids: &[PersonId]) -> Result<BTreeMap<PersonId, PersonCard>, StoreError> {
        let here = self.here.lock().unwrap();
        let card = |person: &PersonCard| PersonCard {
            absent: here.away.contains_key(&person.id),
            stand_in: here.stand_in(person.id),
            left: here.left.contains(&person.id),
            digest_only: here.digest_only.contains(&person.id),
            ..person.clone()
        };
        let known = ids.iter().filter_map(|id| self.people.get(id));
        Ok(known.map(|person| (person.id, card(person))).collect())
    }
    async fn on_day(
        &self,
        _: &Read,
        _: chrono::NaiveDate,
        work: &[(PersonId, TeamId)],
    ) -> Result<OnDay, StoreError> {
        let here = self.here.lock().unwrap();
        let taker = |(person, team): &(PersonId, TeamId)| Some(((*person, *team), here.stand_in(*person)?));
        Ok(OnDay {
            away: here.away.keys().copied().collect(),
            takers: work.iter().filter_map(taker).collect(),
            leaders: self
                .leaders
                .iter()
                .filter_map(|(team, one)| Some((*team, here.stand_in(*one)?)))
                .collect(),
        })
    }
    async fn roster(&self, read: &Read, day: chrono::NaiveDate) -> Result<Arc<Roster>, StoreError> {
        let teams = self.teams(read).await?;
        let everyone: Vec<PersonId> = self.people.keys().copied().collect();
        let people = self.people(read, &everyone).await?;
        let leaders = self.on_day(read, day, &[]).await?.leaders;
        let here = self.here.lock().unwrap();
        let mut acts_for: BTreeMap<PersonId, BTreeSet<TeamId>> = BTreeMap::new();
        let members = teams.iter().flat_map(|team| team.members.iter().map(|one| (*one, team.id)));
        let stand_ins = members.clone().filter(|(one, _)| here.away.contains_key(one));
        let stand_ins = stand_ins.filter_map(|(one, team)| Some((here.stand_in(one)?, team)));
        let leading = leaders.iter().map(|(team, one)| (*one, *team));
        for (person, team) in members.clone().chain(stand_ins).chain(leading) {
            acts_for.entry(person).or_default().insert(team);
        }
        let teams = teams.into_iter().map(|team| (team.id, team)).collect();
        Ok(Arc::new(Roster { teams, people, leaders, acts_for }))
    }
    async fn stands_in_for(
        &self,
        _: &Read,
        person: PersonId,
        _: chrono::NaiveDate,
    ) -> Result<Vec<StoodInFor>, StoreError> {
        let here = self.here.lock().unwrap();
        let away = here.away.keys().filter(|away| here.stand_in(**away) == Some(person));
        let card =
            |away: &PersonId| StoodInFor { person: *away, name: self.people[away].name.clone(), until: None };
        Ok(away.map(card).collect())
    }
    async fn reaches(
        &self,
        _: &Read,
        people: &[PersonId],
        _: chrono::NaiveDate,
    ) -> Result<BTreeMap<PersonId, Arc<Reach>>, StoreError> {
        let here = self.here.lock().unwrap();
        let sessions = self.sessions.values().filter_map(|one| Some((one.actor.id()?.into(), one)));
        let asked = sessions.filter(|(person, _)| people.contains(person) && !here.left.contains(person));
        Ok(asked.map(|(person, one)| (person, one.reach.clone())).collect())
    }
    async fn with_role(&self, _: &Read, role: Role) -> Result<Vec<PersonId>, StoreError> {
        Ok(self.roles.iter().filter(|(_, held)| **held == role).map(|(person, _)| *person).collect())
    }
}

/// The invented number of the only company in the register.
pub const REGISTERED: u32 = 4711;
/// And that of the only company there that is a person.
pub const SOLE_TRADER: u32 = 4713;
/// A company that has ceased.
pub const CEASED: u32 = 4714;

struct Companies;

#[async_trait]
impl CompanyDirectory for Companies {
    async fn companies(
        &self,
        _: &Ctx,
        numbers: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        let card = |cvr: &CvrNumber| CompanyCard {
            cvr: *cvr,
            name: "Registerets Smedje ApS".to_owned(),
            town: "Albertslund".to_owned(),
            ceased: CvrNumber::invented(CEASED) == Some(*cvr),
            protected: false,
            is_person: CvrNumber::invented(SOLE_TRADER) == Some(*cvr),
        };
        let registered = [REGISTERED, SOLE_TRADER, CEASED].map(CvrNumber::invented);
        let known = numbers.iter().filter(|cvr| registered.contains(&Some(**cvr)));
        Ok(known.map(|cvr| (*cvr, card(cvr))).collect())
    }
    async fn known_p_numbers(&self, _: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        Ok(Vec::new())
    }
}

#[async_trait]
impl AreaIndex for Companies {
    async fn areas(&self, _: &Ctx) -> Result<Vec<AreaShape>, StoreError> {
        Ok(Vec::new())
    }
}

/// The program with enquiries alone, and people in it.
pub struct Town {
    pub bench: Bench,
    pub app: App,
    jobs: Jobs<App>,
    router: Router,
    tokens: HashMap<&'static str, Token>,
    reaches: HashMap<&'static str, (PersonId, Arc<Reach>)>,
    pub teams: HashMap<&'static str, TeamId>,
    staff: Arc<Staff>,
    _files: tempfile::TempDir,
}

fn reach(role: Role, team: Option<TeamId>, leads: bool) -> Arc<Reach> {
    let permissions = access::PERMISSIONS.iter().filter(|(_, roles)| roles.contains(&role));
    let teams: BTreeSet<TeamId> = team.into_iter().collect();
    Arc::new(Reach {
        permissions: permissions.map(|(permission, _)| *permission).collect(),
        leads: if leads { teams.clone() } else { BTreeSet::new() },
        teams,
    })
}

impl Town {
    pub fn new(bench: Bench) -> Self {
        Self::under(bench, GUIDE.of_another_node())
    }

    /// The town under a release with other topics.
    pub fn under(bench: Bench, guide: GuideState) -> Self {
        Self::made(bench, guide, Mailbox::default(), Archive::None)
    }

    /// The town whose ended cases go into an archive by themselves.
    pub fn filing_into(bench: Bench, archive: Archive) -> Self {
        Self::made(bench, GUIDE.of_another_node(), Mailbox::default(), archive)
    }

    /// The town with what its operator says of the mailbox.
    fn with_mailbox(bench: Bench, mailbox: Mailbox) -> Self {
        Self::made(bench, GUIDE.of_another_node(), mailbox, Archive::None)
    }

    fn made(bench: Bench, guide: GuideState, mailbox: Mailbox, archive: Archive) -> Self {
        let teams: HashMap<&'static str, TeamId> = TEAMS.iter().map(|(key, _)| (*key, bench.id())).collect();
        let mut staff = Staff {
            teams: Vec::new(),
            people: BTreeMap::new(),
            sessions: HashMap::new(),
            roles: BTreeMap::new(),
            leaders: BTreeMap::new(),
            here: Mutex::default(),
        };
        let (mut tokens, mut reaches) = (HashMap::new(), HashMap::new());
        for (name, role, team, leads) in PEOPLE {
            let id: PersonId = bench.id();
            let reach = reach(role, teams.get(team).copied(), leads);
            let email = format!("{}@example.dk", name.split(' ').next().unwrap().to_lowercase());
            let card = PersonCard {
                id,
                name: name.into(),
                phone: None,
                email: email.parse().unwrap(),
                language: Language::Da,
                absent: false,
                stand_in: Some(id),
                left: false,
                digest_only: false,
            };
            staff.people.insert(id, card);
            staff.roles.insert(id, role);
            if leads {
                staff.leaders.insert(teams[team], id);
            }
            let token = Token::random(&bench.ids);
            let signed_in = SignedIn {
                actor: Actor::Staff(id),
                name: name.into(),
                reach: reach.clone(),
                roles: vec![role],
                language: Some(Language::Da),
                must_set_up_second_step: false,
                people_version: None,
                proven_email: None,
                company: None,
                must_choose_company: false,
            };
            staff.sessions.insert(token.hash().0, signed_in);
            tokens.insert(name, token);
            reaches.insert(name, (id, reach));
        }
        for (who, invented) in FOR_COMPANIES {
            let token = Token::random(&bench.ids);
            let signed_in = SignedIn {
                actor: Actor::Contact(bench.id()),
                name: who.into(),
                reach: reach(Role::CompanyContact, None, false),
                roles: vec![Role::CompanyContact],
                language: None,
                must_set_up_second_step: false,
                people_version: None,
                proven_email: None,
                company: invented.map(|n| ConfirmedCompany {
                    cvr: CvrNumber::invented(n).unwrap(),
                    name: "Nordvang El".into(),
                }),
                must_choose_company: invented.is_none(),
            };
            staff.sessions.insert(token.hash().0, signed_in);
            tokens.insert(who, token);
        }
        for email in CONTACTS {
            let token = Token::random(&bench.ids);
            let signed_in = SignedIn {
                actor: Actor::Contact(bench.id()),
                name: email.into(),
                reach: reach(Role::CompanyContact, None, false),
                roles: vec![Role::CompanyContact],
                language: None,
                must_set_up_second_step: false,
                people_version: None,
                proven_email: Some(email.parse().unwrap()),
                company: None,
                must_choose_company: false,
            };
            staff.sessions.insert(token.hash().0, signed_in);
            tokens.insert(email, token);
        }
        for (key, name) in TEAMS {
            let of_team = PEOPLE.iter().filter(|(_, _, team, _)| *team == key);
            let members: Vec<PersonId> = of_team.map(|(name, ..)| reaches[name].0).collect();
            staff.teams.push(TeamCard {
                id: teams[key],
                key: key.into(),
                name_da: name.into(),
                name_en: name.into(),
                phone: "43000000".parse().unwrap(),
                hours_da: "Mandag til fredag".into(),
                hours_en: "Monday to Friday".into(),
                leader: None,
                deputy: None,
                duty: None,
                members,
            });
        }
        let staff = Arc::new(staff);
        let files = tempfile::tempdir().unwrap();
        let manifests = [enquiries::manifest()];
        let clock = Arc::new(bench.clock.clone());
        let mut kept = http::Extensions::new();
        kept.insert(guide);
        kept.insert(mailbox);
        kept.insert(Presence::default());
        kept.insert(archive);
        kept.insert(ReplyKeys::new(&testkit::keys().mac("mail-reply", b"")));
        kept.insert(enquiries::KeptFigures::default());
        let app = App::new(AppParts {
            db: bench.db.clone(),
            attachments: Attachments::open(files.path()).unwrap(),
            keys: testkit::keys(),
            clock: clock.clone(),
            ids: bench.ids.clone(),
            calendar: Arc::new(bench.calendar.clone()),
            sites: vec![site()],
            messages: messages(),
            navigation: Navigation::of(&manifests),
            ports: Ports {
                sessions: staff.clone(),
                people: staff.clone(),
                companies: Arc::new(Companies),
                areas: Arc::new(Companies),
                memories: Vec::new(),
                calendars: Vec::new(),
                metrics: Vec::new(),
            },
            mailer: Mailer::Captured,
            texter: Texter::Captured,
            assets: Assets::load(&Accent::parse("#1f5c4d").unwrap()),
            public_reach: HashMap::from([(Role::Anyone, reach(Role::Anyone, None, false))]),
            personal_data: enquiries::manifest().personal_data.to_vec(),
            holders: manifests.iter().filter_map(|manifest| manifest.holder).collect(),
            kept,
        });
        let handlers = (enquiries::manifest().jobs)().into_iter().chain(outreach::job_handlers()).collect();
        let jobs = Jobs::new(handlers, Vec::new(), clock, bench.ids.clone());
        let router = web::server(app.clone(), vec![(enquiries::manifest().routes)()]);
        Self { bench, app, jobs, router, tokens, reaches, teams, staff, _files: files }
    }

    /// Does every job that is due, until none is.
    pub async fn work(&self) {
        while storage::run_due_jobs(&self.app.db, &self.app, &self.jobs, TENANT).await.unwrap() > 0 {}
    }

    /// Someone is away from now on; nobody or another person stands in.
    pub fn away(&self, person: &str, stand_in: Option<&str>) {
        let stand_in = stand_in.map(|name| self.person(name));
        self.staff.here.lock().unwrap().away.insert(self.person(person), stand_in);
    }

    /// Someone is back.
    pub fn back(&self, person: &str) {
        self.staff.here.lock().unwrap().away.remove(&self.person(person));
    }

    /// Someone works here no more.
    pub fn left(&self, person: &str) {
        self.staff.here.lock().unwrap().left.insert(self.person(person));
    }

    /// Someone wants one mail in the morning and no others.
    pub fn wants_digest_only(&self, person: &str) {
        self.staff.here.lock().unwrap().digest_only.insert(self.person(person));
    }

    /// What comes is told to the leaders instead of everyone.
    pub fn leaders_listen(&self) {
        self.staff.here.lock().unwrap().leaders_listen = true;
    }

    /// What a timer does when its time has come.
    pub async fn run(&self, job: &impl storage::Job) {
        let tx = self.bench.tx().await;
        tx.enqueue(job).await.unwrap();
        tx.commit().await.unwrap();
        self.work().await;
    }

    /// The kinds of a person's unread notices, the oldest first.
    pub async fn notices(&self, name: &str) -> Vec<String> {
        let mut notices = store::unread_notices(&self.bench.read(), self.person(name)).await.unwrap();
        notices.sort_by_key(|notice| (notice.at, notice.id));
        notices.into_iter().map(|notice| notice.kind).collect()
    }

    /// Addresses and subjects of the mails to our own, the oldest first.
    pub async fn mails_to(&self, name: &str) -> Vec<String> {
        let address = format!("{}@example.dk", name.split(' ').next().unwrap().to_lowercase());
        let mut mails = outreach::captured(&self.bench.read(), 1_000).await.unwrap();
        mails.retain(|mail| mail.to.as_str() == address);
        mails.reverse();
        mails.into_iter().map(|mail| mail.subject).collect()
    }

    /// All that our own got by mail: subjects, texts and HTML.
    pub async fn all_mail_to_staff(&self) -> String {
        let mails = outreach::captured(&self.bench.read(), 1_000).await.unwrap();
        let own = mails.into_iter().filter(|mail| self.staff.people.values().any(|one| mail.to == one.email));
        own.map(|mail| [mail.subject, mail.text, mail.html].join("\n")).collect::<Vec<_>>().join("\n")
    }

    pub fn guide(&self) -> &GuideState {
        self.app.kept::<GuideState>()
    }

    pub fn team(&self, key: &str) -> String {
        self.teams[key].to_string()
    }

    pub fn person(&self, name: &str) -> PersonId {
        self.reaches[name].0
    }

    /// The context of one of us, now.
    pub fn ctx(&self, name: &str) -> Ctx {
        let (id, reach) = &self.reaches[name];
        Ctx::new(
            TENANT,
            Actor::Staff(*id),
            reach.clone(),
            Language::Da,
            self.bench.now(),
            self.bench.ids.clone(),
        )
    }

    /// The context of a company, now.
    pub fn company(&self) -> Ctx {
        let reach = self.app.public_reach[&Role::Anyone].clone();
        Ctx::new(TENANT, Actor::Anyone, reach, Language::Da, self.bench.now(), self.bench.ids.clone())
    }

    /// A company asks about a topic.
    pub async fn ask(&self, company: &str, topic: &str, text: &str) -> Sent {
        let ctx = self.company();
        let new = NewEnquiry {
            topic: topic.parse().unwrap(),
            asker: Asker::Company { cvr: CvrNumber::invented(7), name: company.into() },
            contact: Contact {
                name: "Sara Lund".into(),
                email: format!("{}@example.dk", letters(company)).parse().unwrap(),
                phone: None,
            },
            about: None,
            text: text.into(),
            language: Language::Da,
            files: Vec::new(),
            draft: None,
            suspicion: 0,
            form_key: ctx.new_id(),
            content: text.into(),
        };
        commands::send(&self.app, self.guide(), &ctx, new, None).await.unwrap()
    }

    /// One of us says that an enquiry is advertising.
    pub async fn spam(&self, who: &str, case: CaseId, version: i64) -> commands::Outcome {
        let why = "advertising".parse().unwrap();
        commands::mark_spam(&self.app, &self.ctx(who), case, version, &why).await
    }

    pub async fn case(&self, id: CaseId) -> Case {
        store::find(&self.bench.read(), id).await.unwrap().unwrap()
    }

    /// The texts of a case, oldest first.
    pub async fn texts(&self, id: CaseId) -> Vec<String> {
        let entries = store::entries(&self.bench.read(), id, false).await.unwrap();
        entries.into_iter().map(|entry| entry.text).collect()
    }

    /// A browser in which one of us, or a contact, has signed in.
    pub fn browser(&self, name: &'static str) -> Browser<'_> {
        let session = self.tokens[name].as_str().to_owned();
        Browser {
            town: self,
            goes: false,
            cookies: BTreeMap::from([("samspil_session".to_owned(), session)]),
        }
    }

    /// A browser in which nobody has.
    pub fn stranger(&self) -> Browser<'_> {
        Browser { town: self, goes: false, cookies: BTreeMap::new() }
    }
}

fn letters(name: &str) -> String {
    name.to_lowercase().chars().filter(char::is_ascii_alphanumeric).collect()
}

fn site() -> Site {
    Site {
        tenant: TENANT,
        hosts: Vec::new(),
        name: "Albertslund Kommune".into(),
        base_url: "https://samspil.example.dk".into(),
        phone: "43000000".parse().unwrap(),
        environment_duty: "43000001".parse().unwrap(),
        road_duty: "43000002".parse().unwrap(),
        email: "erhverv@example.dk".parse().unwrap(),
        dpo_email: Some("dpo@example.dk".parse().unwrap()),
        dpo_phone: None,
        hours_da: "Mandag til fredag".into(),
        hours_en: "Monday to Friday".into(),
        accent: "#1f5c4d".into(),
        demo: false,
    }
}

/// Runs the test in a town on each engine.
pub async fn each_engine<F, Fut>(test: F)
where
    F: Fn(Town) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    // With one connection: whoever holds a case and asks for something beside it waits in vain.
    testkit::each_engine_alone(migrations, |bench| test(Town::new(bench))).await;
}

/// The same with what the operator says of the mailbox.
pub async fn each_engine_with<F, Fut>(mailbox: Mailbox, test: F)
where
    F: Fn(Town) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    testkit::each_engine_alone(migrations, |bench| test(Town::with_mailbox(bench, mailbox.clone()))).await;
}

/// The same in a town whose ended cases go into an archive.
pub async fn each_engine_filing_into<F, Fut>(archive: Archive, test: F)
where
    F: Fn(Town) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    testkit::each_engine_alone(migrations, |bench| test(Town::filing_into(bench, archive.clone()))).await;
}

/// The same for a test in which two write at the same time.
pub async fn each_engine_at_once<F, Fut>(test: F)
where
    F: Fn(Town) -> Fut,
    Fut: Future<Output = ()> + Send + 'static,
{
    testkit::each_engine(migrations, |bench| test(Town::new(bench))).await;
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub location: String,
    pub headers: http::HeaderMap,
    pub html: String,
}

impl Answer {
    /// The page without its frame, in one line: what a reader finds on it.
    pub fn text(&self) -> String {
        let main = self.html.split_once("<main").map_or(self.html.as_str(), |(_, rest)| rest);
        let main = main.split_once("</main>").map_or(main, |(main, _)| main);
        let mut text = String::new();
        let mut inside = false;
        for character in main.chars() {
            match character {
                '<' => {
                    inside = true;
                    text.push(' ');
                }
                '>' => inside = false,
                other if !inside => text.push(other),
                _ => {}
            }
        }
        text.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    pub fn says(&self, words: &str) -> bool {
        self.text().contains(words)
    }

    /// A hidden field of the form that leads to `action`.
    pub fn hidden(&self, action: &str, name: &str) -> String {
        let form = self
            .html
            .split_once(&format!("action=\"{action}\""))
            .unwrap_or_else(|| panic!("no form to {action}"));
        let form = form.1.split_once("</form>").unwrap().0;
        let field = form.split_once(&format!("name=\"{name}\" value=\""));
        field.map_or_else(String::new, |(_, rest)| rest.split_once('"').unwrap().0.to_owned())
    }
}

pub struct Browser<'a> {
    town: &'a Town,
    goes: bool,
    cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// The same browser as people use it: it says that it goes from page to page.
    pub fn going(self) -> Self {
        Self { goes: true, ..self }
    }

    /// The same browser, with the language chosen.
    pub fn in_language(mut self, language: &str) -> Self {
        self.cookies.insert("samspil_sprog".to_owned(), language.to_owned());
        self
    }

    /// The session has ended, and the browser does not know it.
    pub fn session_ends(&mut self) {
        let ended = Token::random(&self.town.bench.ids).as_str().to_owned();
        self.cookies.insert("samspil_session".to_owned(), ended);
    }

    /// One of us signs in here.
    pub fn signs_in(&mut self, name: &'static str) {
        let session = self.town.tokens[name].as_str().to_owned();
        self.cookies.insert("samspil_session".to_owned(), session);
    }

    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(path), Body::empty()).await
    }

    /// Sends a form without having seen it.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let body: Vec<String> =
            fields.iter().map(|(name, value)| format!("{name}={}", web::url_encode(value))).collect();
        let request = Request::post(path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request, Body::from(body.join("&"))).await
    }

    /// Sends a form with files.
    pub async fn upload(&mut self, path: &str, fields: &[(&str, &str)], files: &[(&str, &[u8])]) -> Answer {
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        for (name, content) in files {
            let head = format!(
                "--xx\r\nContent-Disposition: form-data; name=\"files\"; filename=\"{name}\"\r\n\r\n"
            );
            body.extend(head.bytes());
            body.extend_from_slice(content);
            body.extend(b"\r\n");
        }
        body.extend(b"--xx--\r\n");
        let request = Request::post(path).header(header::CONTENT_TYPE, "multipart/form-data; boundary=xx");
        self.send(request, Body::from(body)).await
    }

    /// Fills in the form of a page and sends it, with everything hidden in it.
    pub async fn fill(&mut self, page: &Answer, action: &str, fields: &[(&str, &str)]) -> Answer {
        let hidden = ["form_key", "shown", "version"].map(|name| (name, page.hidden(action, name)));
        let mut all: Vec<(&str, &str)> = hidden.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend_from_slice(fields);
        if (action.ends_with("/svar") && !action.contains("/delsvar/")) || action.ends_with("/skriv") {
            return self.upload(action, &all, &[]).await;
        }
        self.post(action, &all).await
    }

    async fn send(&mut self, request: http::request::Builder, body: Body) -> Answer {
        let cookies: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = request
            .header(header::HOST, "samspil.example.dk")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, cookies.join("; "));
        let request = if self.goes {
            request.header(header::ACCEPT, "text/html,*/*").header("sec-fetch-mode", "navigate")
        } else {
            request
        };
        let request = request.body(body).unwrap();
        let response = self.town.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        for cookie in parts.headers.get_all(header::SET_COOKIE) {
            let (name, rest) = cookie.to_str().unwrap().split_once('=').unwrap();
            match rest.split(';').next().unwrap() {
                "" => self.cookies.remove(name),
                value => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
        let location =
            parts.headers.get(header::LOCATION).map_or("", |value| value.to_str().unwrap()).to_owned();
        let bytes = to_bytes(body, 5_000_000).await.unwrap();
        let html = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status: parts.status, location, headers: parts.headers, html }
    }
}

/// A new form key.
pub fn key(town: &Town) -> String {
    town.bench.id::<Uuid>().to_string()
}
