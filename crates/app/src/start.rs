//! Starting: opens and migrates the database, reads configuration and keys, puts the parts of the application together.

use std::{path::PathBuf, sync::Arc};

use anyhow::{Context, Result};
use kernel::{Calendar, Clock, Ids, RuleBook};
use outreach::Mailer;
use storage::{Attachments, Db, Durability, Jobs, Keys};
use web::{Accent, App, AppParts, Assets, Navigation, Routes, Site};

use crate::{
    capabilities::{self, Ground},
    configuration::{Configuration, SMTP_PASSWORD},
    operations::ErasureFile,
    place::Place,
};

/// What differs between a server, a demo and a test.
pub struct Settings {
    /// The municipalities.
    pub sites: Vec<Site>,
    /// Working days.
    pub calendar: Calendar,
    /// What sends mail.
    pub mailer: Mailer,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<Ids>,
    /// Where the search index lies; none for what searches nothing.
    pub index: Option<PathBuf>,
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

    /// As the file and the environment say; `address` is where the server listens.
    pub fn of(
        configuration: &Configuration,
        address: &str,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Result<Self> {
        let mailer = match configuration.smtp(std::env::var(SMTP_PASSWORD).ok()) {
            Some(settings) => Mailer::smtp(settings)?,
            None => Mailer::Captured,
        };
        let sites = configuration.sites(address, false);
        Ok(Self { sites, calendar: configuration.calendar.clone(), mailer, clock, ids, index: None })
    }

    /// A demo town: it says so everywhere, and no mail leaves it.
    pub fn of_demo(address: &str, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        let configuration = Configuration::default();
        let sites = configuration.sites(address, true);
        Self { sites, calendar: configuration.calendar, mailer: Mailer::Captured, clock, ids, index: None }
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
    let Settings { sites, calendar, mailer, clock, ids, index } = settings;
    let manifests = capabilities::manifests();
    let calendar = Arc::new(calendar);
    let ground = Ground {
        db: db.clone(),
        clock: clock.clone(),
        ids: ids.clone(),
        calendar: calendar.clone(),
        index,
        demand_second_step: sites.iter().filter(|site| !site.demo).map(|site| site.tenant).collect(),
    };
    let (ports, mut kept) = capabilities::connect(&ground, &manifests)?;
    let accents: Vec<Accent> =
        sites.iter().map(|site| Accent::parse(&site.accent)).collect::<Result<_, _>>()?;
    let folder = place.attachments();
    kept.insert(ErasureFile(place.erasures()));
    kept.insert(Arc::new(rules(place)?));
    let parts = AppParts {
        attachments: Attachments::open(&folder)
            .with_context(|| format!("cannot use {}", folder.display()))?,
        keys: keys(place, &ids)?,
        messages: capabilities::messages(&manifests)?,
        navigation: Navigation::of(&manifests),
        personal_data: manifests.iter().flat_map(|manifest| manifest.personal_data).copied().collect(),
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
    };
    let jobs = Jobs::new(capabilities::job_handlers(), capabilities::timers(), clock, ids);
    let mut routes: Vec<Routes> = manifests.iter().map(|manifest| (manifest.routes)()).collect();
    routes.push(web::information_routes());
    Ok(Started { app: App::new(parts), jobs: Arc::new(jobs), routes })
}

/// Dated law and suggested deadlines, with those of the municipality in place of ours.
pub fn rules(place: &Place) -> Result<RuleBook> {
    let path = place.rules();
    let shipped = RuleBook::denmark()?;
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
