//! Starting: opens and migrates the database, reads configuration and keys, puts the parts of the application together.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use enquiries::jobs::Mailbox;
use identity::{
    ProviderSettings, Providers,
    model::{CompanyRules, StaffRules},
};
use ipnet::IpNet;
use kernel::{Calendar, Clock, Email, Ids, RuleBook, TenantId};
use outreach::{
    Mailer, Texter,
    archive::{Archive, FolderArchive},
    incoming::ReplyKeys,
};
use registry::live::LiveSource;
use storage::{Attachments, Db, Durability, FileLimits, Jobs, Keys, Scanner};
use web::{Accent, App, AppParts, Assets, ForwardHeader, Navigation, Proxies, Routes, Site};

use crate::{
    capabilities::{self, Ground},
    configuration::{
        ARCHIVE_TOKEN, BackupSettings, COMPANY_OIDC_SECRET, Configuration, METRICS_TOKEN, Missing,
        OIDC_SECRET, REGISTER_PASSWORD, SMS_TOKEN, SMTP_PASSWORD, SecondStep,
    },
    operations::{BackupAge, ErasureFile, MetricsToken, Sightings, Untold},
    place::Place,
    serving::ServingFile,
};

/// What differs between a server, a demo and a test.
pub struct Settings {
    /// The municipalities.
    pub sites: Vec<Site>,
    /// Working days.
    pub calendar: Calendar,
    /// What sends mail.
    pub mailer: Mailer,
    /// What sends short messages to telephones.
    pub texter: Texter,
    /// What stands at the edge.
    pub edge: Edge,
    /// Where things come from, and how much room they may take.
    pub sources: Sources,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<Ids>,
    /// Where the search index lies; none for what searches nothing.
    pub index: Option<PathBuf>,
}

/// What stands between the program and those who ask.
#[derive(Debug, Clone, Default)]
pub struct Edge {
    /// Who is trusted to say whose requests they pass on.
    pub proxies: Proxies,
    /// What a machine shows that asks for counts from elsewhere.
    pub metrics_token: Option<String>,
    /// Whether a password is enough.
    pub second_step: SecondStep,
    /// The providers by which those sign in who work here.
    pub staff_sign_in: BTreeMap<TenantId, ProviderSettings<StaffRules>>,
    /// The brokers by which companies come in.
    pub company_sign_in: BTreeMap<TenantId, ProviderSettings<CompanyRules>>,
    /// What the municipality has not told.
    pub missing: Vec<Missing>,
    /// When it is told that the last backup is too old.
    pub backup: BackupSettings,
}

impl Edge {
    /// As the file and the environment say; `more` proxies are those of the command line.
    pub fn of(configuration: &Configuration, more: &[IpNet]) -> Result<Self> {
        Ok(Self {
            proxies: configuration.proxies(more),
            metrics_token: configuration.metrics.token(std::env::var(METRICS_TOKEN).ok())?,
            second_step: configuration.identity.second_step,
            staff_sign_in: configuration.staff_sign_in(std::env::var(OIDC_SECRET).ok().as_deref())?,
            company_sign_in: configuration
                .company_sign_in(std::env::var(COMPANY_OIDC_SECRET).ok().as_deref())?,
            missing: configuration.missing(),
            backup: configuration.backup,
        })
    }
}

/// Where things come from, and how much room they may take.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Files that people send.
    pub files: FileLimits,
    /// What looks at them.
    pub scanner: Option<Scanner>,
    /// The business register's own service.
    pub register: Option<LiveSource>,
    /// Where mail comes in.
    pub mailbox: Mailbox,
    /// Where ended cases are filed.
    pub archive: Archive,
    /// Where our mails are answered.
    pub answered_at: Option<Email>,
}

impl Sources {
    /// As the file and the environment say.
    pub fn of(configuration: &Configuration) -> Result<Self> {
        let register = configuration.register.source(std::env::var(REGISTER_PASSWORD).ok())?;
        let mailbox = configuration.mail_in.mailbox();
        let answered_at = configuration.mail_in.address.clone();
        let archive = configuration.archive.archive(std::env::var(ARCHIVE_TOKEN).ok())?;
        Ok(Self {
            files: configuration.files.limits(),
            scanner: configuration.files.clamd.clone(),
            register,
            mailbox,
            archive,
            answered_at,
        })
    }
}

/// An installation, ready to answer.
pub struct Started {
    /// What every handler reaches.
    pub app: App,
    /// What is done after commit and by the clock.
    pub jobs: Arc<Jobs<App>>,
    /// The pages of all capabilities.
    pub routes: Vec<Routes>,
}

impl Settings {
    /// With a search index in the place's own folder: for what serves pages.
    #[must_use]
    pub fn with_index(self, place: &Place) -> Self {
        Self { index: Some(place.search()), ..self }
    }

    /// Filing into a folder of the data directory: a demo has no archive of its own.
    #[must_use]
    pub fn filing_at(self, place: &Place) -> Self {
        let archive = Archive::Folder(FolderArchive { path: place.demo_archive(), awaits_receipt: false });
        Self { sources: Sources { archive, ..self.sources }, ..self }
    }

    /// Behind these proxies and no others: a demo reads no configuration.
    #[must_use]
    pub fn behind(self, trusted: &[IpNet]) -> Self {
        let proxies = Proxies::new(trusted.to_vec(), ForwardHeader::default());
        Self { edge: Edge { proxies, ..self.edge }, ..self }
    }

    /// As the file and the environment say; `address` is where the server listens.
    pub fn of(
        configuration: &Configuration,
        address: &str,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Self> {
        let mailer = match configuration.smtp(std::env::var(SMTP_PASSWORD).ok()) {
            Some(settings) => Mailer::smtp(settings)?,
            None => Mailer::Missing,
        };
        let texter = configuration.texter(std::env::var(SMS_TOKEN).ok())?;
        let (sites, calendar) = (configuration.sites(address, false), configuration.calendar.clone());
        let (edge, sources) = (Edge::of(configuration, &[])?, Sources::of(configuration)?);
        Ok(Self { sites, calendar, mailer, texter, edge, sources, clock, ids, index: None })
    }

    /// A demo town: it says so everywhere, and no mail leaves it.
    pub fn of_demo(address: &str, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        let configuration = Configuration::default();
        let (sites, edge) = (configuration.sites(address, true), Edge::default());
        let (mailer, calendar, sources) = (Mailer::Captured, configuration.calendar, Sources::default());
        let texter = Texter::Captured;
        Self { sites, calendar, mailer, texter, edge, sources, clock, ids, index: None }
    }
}

/// Opens the database of a place and brings it up to date. Only what can be made again is not [`Durability::Full`].
pub async fn open(place: &Place, durability: Durability) -> Result<Db> {
    place.make()?;
    let db = Db::open_with(&place.target, durability).await?;
    let done = db.migrate(capabilities::migrations()).await?;
    if !done.is_empty() {
        tracing::info!(migrations = done.len(), engine = %db.engine(), "the database is up to date");
    }
    Ok(db)
}

/// Puts the parts together.
pub fn assemble(place: &Place, db: Db, settings: Settings) -> Result<Started> {
    let Settings { sites, calendar, mailer, texter, edge, sources, clock, ids, index } = settings;
    let manifests = capabilities::manifests();
    let calendar = Arc::new(calendar);
    let ground = Ground {
        db: db.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        calendar: calendar.clone(),
        index,
        demand_second_step: sites
            .iter()
            .filter(|site| !site.demo && edge.second_step == SecondStep::Demanded)
            .map(|site| site.tenant)
            .collect(),
    };
    let (ports, mut kept) = capabilities::connect(&ground, &manifests)?;
    let accents: Vec<Accent> =
        sites.iter().map(|site| Accent::parse(&site.accent)).collect::<Result<_, _>>()?;
    let folder = place.attachments();
    kept.insert(ErasureFile(place.erasures()));
    kept.insert(Arc::new(rules(place)?));
    kept.insert(ServingFile(place.serving()));
    kept.insert(MetricsToken(edge.metrics_token));
    kept.insert(Sightings::default());
    kept.insert(Untold(edge.missing));
    kept.insert(BackupAge(edge.backup.warn_after()));
    kept.insert(sources.register);
    kept.insert(sources.mailbox);
    kept.insert(sources.archive);
    let keys = keys(place, &ids)?;
    let reply_keys = ReplyKeys::new(&keys.mac("mail-reply", b""));
    let mailer = match sources.answered_at {
        Some(at) => mailer.answered_at(at, reply_keys.clone()),
        None => mailer,
    };
    kept.insert(reply_keys);
    kept.insert(Providers::new(edge.staff_sign_in));
    kept.insert(Providers::new(edge.company_sign_in));
    let parts = AppParts {
        attachments: Attachments::open_with(&folder, sources.files)
            .with_context(|| format!("cannot use {}", folder.display()))?
            .with_scanner(sources.scanner),
        keys,
        messages: capabilities::messages(&manifests)?,
        navigation: Navigation::of(&manifests),
        personal_data: manifests.iter().flat_map(|manifest| manifest.personal_data).copied().collect(),
        holders: manifests.iter().filter_map(|manifest| manifest.holder).collect(),
        ports,
        assets: Assets::of_all(&accents),
        public_reach: identity::Matrix::of(&manifests).public_reach(),
        kept,
        db,
        clock: clock.clone(),
        ids: ids.clone(),
        calendar,
        sites,
        mailer,
        texter,
    };
    let jobs = Jobs::new(capabilities::job_handlers(), capabilities::timers(), clock, ids);
    let mut routes: Vec<Routes> = manifests.iter().map(|manifest| (manifest.routes)()).collect();
    routes.push(web::information_routes());
    Ok(Started { app: App::behind(edge.proxies, parts), jobs: Arc::new(jobs), routes })
}

/// Dated law and suggested deadlines, with those of the municipality in place of ours.
pub fn rules(place: &Place) -> Result<RuleBook> {
    let path = place.rules();
    let shipped = RuleBook::denmark().clone();
    match std::fs::read_to_string(&path) {
        Ok(text) => {
            let own = text.parse().with_context(|| format!("cannot use {}", path.display()))?;
            Ok(shipped.overridden_by(own))
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(shipped),
        Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
    }
}

/// The installation's secret, made at the first start.
pub fn keys(place: &Place, ids: &Ids) -> Result<Keys> {
    let path = place.key();
    Keys::load_or_create(&path, ids).with_context(|| format!("cannot use the key file {}", path.display()))
}
