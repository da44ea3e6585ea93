//! The list of capabilities, and how they answer one another: the only place that knows all of them.

use std::{collections::BTreeSet, future::Future, path::PathBuf, pin::Pin, sync::Arc};

use anyhow::Result;
use http::Extensions;
use kernel::{Calendar, Clock, Ctx, Ids, TenantId};
use registry::Register;
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
        registry::manifest(),
        policy::manifest(),
        relations::manifest(),
        protection::manifest(),
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
    /// Where the search index lies; a command that searches nothing has none.
    pub index: Option<PathBuf>,
    /// Where a password alone is not enough: everywhere but in a demo.
    pub demand_second_step: BTreeSet<TenantId>,
}

/// Who answers for whom, and what capabilities keep for themselves between requests.
pub fn connect(ground: &Ground, manifests: &[Manifest]) -> Result<(Ports, Extensions)> {
    let Ground { db, clock, ids, calendar, index, demand_second_step } = ground;
    let matrix = identity::Matrix::of(manifests);
    let people = identity::Directory::new(db.clone(), clock.clone(), calendar.clone(), ids.clone(), matrix);
    let people = Arc::new(people.demanding_second_step(demand_second_step.clone()));
    let register = match index {
        Some(folder) => Register::open(db.clone(), clock.clone(), calendar.clone(), folder),
        None => Register::without_index(db.clone(), clock.clone(), calendar.clone()),
    };
    let guide = enquiries::GuideState::standard()?;
    let cases = enquiries::CaseMemory::new(db.clone(), guide.clone(), people.clone());
    let remembered = relations::RelationsMemory::new(db.clone(), calendar.clone(), people.clone());
    let figures = enquiries::KeptFigures::default();
    let counted = enquiries::EnquiryMetrics::new(db.clone(), calendar.clone(), figures.clone());
    let mut kept = Extensions::new();
    kept.insert(figures);
    kept.insert(Metrics::default());
    kept.insert(Pulse::default());
    kept.insert(guide.clone());
    kept.insert(enquiries::Presence::default());
    kept.insert(register.clone());
    kept.insert(policy::Shelf::default());
    let register = Arc::new(register);
    let ports = Ports {
        sessions: people.clone(),
        people,
        companies: register.clone(),
        areas: register.clone(),
        memories: vec![Arc::new(cases), Arc::new(remembered)],
        calendars: vec![
            Arc::new(relations::VisitCalendar::new(db.clone(), calendar.clone())),
            Arc::new(enquiries::DueAnswers::new(db.clone())),
        ],
        metrics: vec![register, Arc::new(counted)],
    };
    Ok((ports, kept))
}

/// What follows the database for as long as the program runs, and what is read once at start.
pub fn followers(app: &App) -> Vec<Pin<Box<dyn Future<Output = ()> + Send>>> {
    let warming = app.clone();
    vec![
        Box::pin(app.kept::<Register>().clone().follow()),
        Box::pin(enquiries::follow_guide(app.clone())),
        Box::pin(registry::fetch::fetch_daily(app.clone())),
        Box::pin(async move {
            enquiries::figures::warm(&warming).await;
            policy::warm(&warming).await;
        }),
    ]
}

/// Every metric that an indicator may count.
pub fn metrics() -> Vec<&'static str> {
    manifests().iter().flat_map(|manifest| manifest.metrics).copied().collect()
}

/// Everyone who works here, for the demo's story, the command line and the operator's pages.
pub async fn staff(app: &App, ctx: &Ctx) -> Result<Arc<identity::model::Staff>, StoreError> {
    let directory = identity::Directory::new(
        app.db.clone(),
        app.clock.clone(),
        app.calendar.clone(),
        app.ids.clone(),
        identity::Matrix::of(&manifests()),
    );
    directory.staff(&app.db.read(ctx)).await
}
