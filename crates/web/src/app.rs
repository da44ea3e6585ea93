//! What every handler and job can reach.

use std::{collections::HashMap, sync::Arc};

use kernel::{Calendar, Clock, Ctx, Ids, Language, Reach, RuleBook, TenantId};
use outreach::{Mailer, Texter};
use ports::{
    AreaIndex, CalendarSource, CompanyDirectory, CompanyMemory, Holders, MetricSource, PeopleDirectory,
    SessionResolver,
};
use storage::{Attachments, Db, Keys};

use crate::{
    HolderOf, Messages, Navigation, PersonalData, Proxies, Site, assets::Assets, limits::Limits,
    open_pages::OpenPages,
};

/// The answers that one capability gives to others.
pub struct Ports {
    /// Whose session a cookie is.
    pub sessions: Arc<dyn SessionResolver>,
    /// Who people and teams are.
    pub people: Arc<dyn PeopleDirectory>,
    /// What a company is.
    pub companies: Arc<dyn CompanyDirectory>,
    /// Which areas a municipality has.
    pub areas: Arc<dyn AreaIndex>,
    /// What capabilities remember of a company.
    pub memories: Vec<Arc<dyn CompanyMemory>>,
    /// What people have in their calendars.
    pub calendars: Vec<Arc<dyn CalendarSource>>,
    /// What the policy's indicators may count.
    pub metrics: Vec<Arc<dyn MetricSource>>,
}

/// The parts of an [`App`], put together by `app` and by tests.
pub struct AppParts {
    /// The database.
    pub db: Db,
    /// Files.
    pub attachments: Attachments,
    /// The installation's secret.
    pub keys: Keys,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<Ids>,
    /// Working days.
    pub calendar: Arc<Calendar>,
    /// The municipalities; the first is the default.
    pub sites: Vec<Site>,
    /// Every word.
    pub messages: Messages,
    /// Menus.
    pub navigation: Navigation,
    /// What is held about people, from all manifests.
    pub personal_data: Vec<PersonalData>,
    /// Who hands out and erases what is held about people: those of all manifests.
    pub holders: Vec<HolderOf>,
    /// The other capabilities.
    pub ports: Ports,
    /// What sends mail.
    pub mailer: Mailer,
    /// What sends short messages to telephones.
    pub texter: Texter,
    /// Styles, scripts and fonts.
    pub assets: Assets,
    /// What those may do who have no stored role: anyone, and a company's contact.
    pub public_reach: HashMap<kernel::Role, Arc<Reach>>,
    /// What a capability keeps for itself between requests, by type: the guide's index, the register's.
    pub kept: http::Extensions,
}

/// What every handler and job can reach. Cheap to clone.
#[derive(Clone)]
pub struct App(Arc<Inner>);

struct Inner {
    parts: AppParts,
    proxies: Proxies,
    limits: Limits,
    open_pages: OpenPages,
}

impl std::ops::Deref for App {
    type Target = AppParts;
    fn deref(&self) -> &AppParts {
        &self.0.parts
    }
}

impl App {
    /// Puts the parts together, for visitors who come by themselves.
    pub fn new(parts: AppParts) -> Self {
        Self::behind(Proxies::default(), parts)
    }

    /// Puts the parts together, for visitors who come through these proxies.
    pub fn behind(proxies: Proxies, parts: AppParts) -> Self {
        let limits = Limits::new(&parts.ids);
        Self(Arc::new(Inner { parts, proxies, limits, open_pages: OpenPages::default() }))
    }

    /// What a capability keeps for itself; `app` put it there at start.
    pub fn kept<T: Clone + Send + Sync + 'static>(&self) -> &T {
        let kept = self.kept.get::<T>();
        kept.unwrap_or_else(|| unreachable!("`app` starts every capability with what it keeps"))
    }

    /// Who is trusted to say whose requests they pass on.
    pub fn proxies(&self) -> &Proxies {
        &self.0.proxies
    }

    /// How often one address may do what.
    pub fn limits(&self) -> &Limits {
        &self.0.limits
    }

    /// The open pages of the last second.
    pub(crate) fn open_pages(&self) -> &OpenPages {
        &self.0.open_pages
    }

    /// The municipality.
    pub fn site(&self, tenant: TenantId) -> &Site {
        self.sites.iter().find(|site| site.tenant == tenant).unwrap_or_else(|| self.first_site())
    }

    /// The default municipality.
    pub fn first_site(&self) -> &Site {
        self.sites
            .first()
            .unwrap_or_else(|| unreachable!("the program refuses to start without a municipality"))
    }

    /// Everyone who holds something about people: the capabilities, and what they stand on.
    pub fn holders(&self) -> Holders {
        let mut holders: Vec<_> = self.holders.iter().map(|holder| holder(self)).collect();
        holders.extend([ledger::holder(self.db.clone()), outreach::holder(self.db.clone())]);
        Holders::new(holders)
    }

    /// The context of the program itself, in the named job.
    pub fn system(&self, job: &'static str, tenant: TenantId) -> Ctx {
        Ctx::system(job, tenant, self.clock.now(), self.ids.clone())
    }

    /// Dated law and the municipality's own deadlines: those that `app` read at start, else those that ship.
    pub fn rules(&self) -> &RuleBook {
        match self.kept.get::<Arc<RuleBook>>() {
            Some(own) => own,
            None => RuleBook::denmark(),
        }
    }

    /// A message in a language.
    pub fn text(&self, language: Language, key: &str, arguments: &[(&str, crate::Argument)]) -> String {
        self.messages.text(language, key, arguments)
    }
}

impl outreach::HasMailer for App {
    fn mailer(&self) -> &Mailer {
        &self.0.parts.mailer
    }
    fn texter(&self) -> &Texter {
        &self.0.parts.texter
    }
    fn db(&self) -> &Db {
        &self.0.parts.db
    }
    fn rules(&self) -> &RuleBook {
        Self::rules(self)
    }
}
