//! The list of capabilities, and how they answer one another: the only place that knows all of them.

use std::{collections::BTreeMap, sync::Arc};

use anyhow::Result;
use async_trait::async_trait;
use http::Extensions;
use kernel::{Calendar, Clock, Ctx, CvrNumber, Ids, PNumber};
use ports::{CompanyCard, CompanyDirectory};
use storage::{Db, JobHandler, Migration, StoreError, Timer};
use web::{App, Manifest, MessageError, MessageSource, Messages, Ports};

use crate::{
    background::Pulse,
    operations::{self, Metrics},
};

/// Every capability, in the order in which their pages and menus are put together.
pub fn manifests() -> Vec<Manifest> {
    vec![
        operations::manifest(),
        identity::manifest(),
        enquiries::manifest(),
        // new-capability: above this line
    ]
}

/// The tables of the whole program.
pub fn migrations() -> Vec<Migration> {
    let mut all = storage::migrations();
    all.extend(ledger::migrations());
    all.extend(outreach::migrations());
    all.extend(manifests().iter().flat_map(|manifest| (manifest.migrations)()));
    all
}

/// What is done after commit.
pub fn job_handlers() -> Vec<JobHandler<App>> {
    let mut all = outreach::job_handlers();
    all.extend(manifests().iter().flat_map(|manifest| (manifest.jobs)()));
    all
}

/// What is done by the clock.
pub fn timers() -> Vec<Timer> {
    let mut all = outreach::timers();
    all.extend(manifests().iter().flat_map(|manifest| (manifest.timers)()));
    all
}

/// Every word of the program.
pub fn messages(manifests: &[Manifest]) -> Result<Messages, MessageError> {
    Messages::new(&message_sources(manifests))
}

/// The words by owner.
pub fn message_sources(manifests: &[Manifest]) -> Vec<MessageSource> {
    let ledger = MessageSource { prefix: "ledger", da: ledger::MESSAGES_DA, en: ledger::MESSAGES_EN };
    let outreach = MessageSource { prefix: "outreach", da: outreach::MESSAGES_DA, en: outreach::MESSAGES_EN };
    let mut sources = vec![web::MESSAGES, ledger, outreach];
    sources.extend(manifests.iter().map(|manifest| manifest.messages));
    sources
}

/// What the answers that capabilities give one another stand on.
#[derive(Debug)]
pub struct Ground {
    /// The database.
    pub db: Db,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Randomness.
    pub ids: Arc<Ids>,
    /// Working days.
    pub calendar: Arc<Calendar>,
}

/// Who answers for whom.
pub fn ports(ground: &Ground, manifests: &[Manifest]) -> Ports {
    let Ground { db, clock, ids, calendar } = ground;
    let matrix = identity::Matrix::of(manifests);
    let people = identity::Directory::new(db.clone(), clock.clone(), calendar.clone(), ids.clone(), matrix);
    let people = Arc::new(people);
    Ports {
        sessions: people.clone(),
        people,
        companies: Arc::new(NoRegister),
        memories: Vec::new(),
        metrics: Vec::new(),
    }
}

/// What capabilities keep for themselves between requests.
pub fn kept(guide: enquiries::GuideState) -> Extensions {
    let mut kept = Extensions::new();
    kept.insert(Metrics::default());
    kept.insert(Pulse::default());
    kept.insert(enquiries::Presence::default());
    kept.insert(guide);
    kept
}

/// Everyone who works here, for the demo's story and the command line.
pub async fn staff(app: &App, ctx: &Ctx) -> Result<Arc<identity::model::Staff>> {
    let directory = identity::Directory::new(
        app.db.clone(),
        app.clock.clone(),
        app.calendar.clone(),
        app.ids.clone(),
        identity::Matrix::of(&manifests()),
    );
    Ok(directory.staff(&app.db.read(ctx)).await?)
}

/// Answers before a register is there: no company is known.
struct NoRegister;

#[async_trait]
impl CompanyDirectory for NoRegister {
    async fn companies(
        &self,
        _: &Ctx,
        _: &[CvrNumber],
    ) -> Result<BTreeMap<CvrNumber, CompanyCard>, StoreError> {
        Ok(BTreeMap::new())
    }
    async fn known_p_numbers(&self, _: &[PNumber]) -> Result<Vec<PNumber>, StoreError> {
        Ok(Vec::new())
    }
}
