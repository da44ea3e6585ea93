//! `samspil demo`: a town of invented companies, made by the program's own importers and commands, then served.
//!
//! Nothing is inserted by hand, no mail leaves, no real person or number is used. The same seed and day make the same town.

mod cast;
mod chance;
mod goals;
mod habits;
mod lately;
mod mails;
mod play;
mod story;
#[cfg(test)]
mod tests;
mod words;

use std::{io::Cursor, net::SocketAddr, sync::Arc, time::Duration};

use anyhow::{Context, Result, bail};
use cast::{Cast, CastCompany};
use chrono::NaiveDate;
use enquiries::{GuideState, store::CaseFilter};
use ipnet::IpNet;
use kernel::{Calendar, Clock, Ids, MovableClock, Role, SystemClock, TenantId};
use lately::Officer;
use registry::{
    document::{Document, Documents, Numbers},
    import::{self, ImportOptions},
    model::RegisterUnit,
    town::Town,
};
use storage::{Durability, Jobs, Target, Timer};
use story::Frame;
use web::App;

use crate::{
    background, capabilities,
    cli::{PlaceArgs, WrongUse},
    place::{DemoState, Place},
    progress::Progress,
    server,
    start::{self, Settings},
};

/// The policy of the town.
const POLICY: &str = include_str!("../../../policies/albertslund-2023-2026.toml");
/// The town's kommunekode.
const MUNICIPALITY: u16 = 165;
/// Companies that ask something in eighteen months.
const COMPANIES_MAX: usize = 420;
/// Jobs that can only be given up: enough to discard one and still see one.
const HOPELESS_JOBS: usize = 3;
/// In the story the watch looks at the cases about twice a week: every look goes through all of them.
const WATCH_EVERY: Duration = Duration::from_hours(70);

/// What was typed.
#[derive(Debug)]
pub struct Wanted {
    /// The port on this machine.
    pub port: u16,
    /// The same seed makes the same town.
    pub seed: u64,
    /// The town's today.
    pub today: Option<NaiveDate>,
    /// How many enquiries.
    pub enquiries: usize,
    /// Who is trusted to say whose requests they pass on.
    pub trusted_proxy: Vec<IpNet>,
    /// Do not serve.
    pub only_make: bool,
}

/// Makes the town where there is none, then serves it.
pub async fn run(args: &PlaceArgs, wanted: &Wanted) -> Result<()> {
    let place = Place::of(args)?;
    // The port first: nobody waits for a town that cannot be shown.
    let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], wanted.port))).await?;
    let address = server::address_of(listener.local_addr()?);
    let state = place.demo();
    match state {
        DemoState::Finished => say!("Serving the demo town in {}.", place.data.display()),
        DemoState::Making => bail!(
            "the making of the demo in {} was interrupted; remove the directory and try again",
            place.data.display()
        ),
        DemoState::None if !place.is_empty()? => {
            bail!(WrongUse(format!(
                "{} is not empty, and no demo: choose another directory",
                place.data.display()
            )));
        }
        DemoState::None => make(&place, &address, wanted).await?,
    }
    let is_fresh = state != DemoState::Finished;
    if wanted.only_make {
        return Ok(());
    }
    if is_fresh {
        drop(listener);
        begin_anew();
        bail!("the town is made; run the command again to see it");
    }
    let db = start::open(&place, Durability::Full).await?;
    std::fs::create_dir_all(place.demo_archive())?;
    let settings = Settings::of_demo(&address, Arc::new(SystemClock), Arc::new(Ids::random()));
    let settings = settings.behind(&wanted.trusted_proxy).filing_at(&place);
    let started = start::assemble(&place, db, settings.with_index(&place))?;
    let followed = open_enquiry(&started.app).await?;
    let ready = server::ready(listener, started)?;
    say!("\nSamspil runs on {address}\n");
    say!("Sign in at {address}/log-ind with one click, for example as");
    for person in identity::demo::PEOPLE.iter().take(3) {
        let roles: Vec<_> = person.roles.iter().map(|role| role.id()).collect();
        say!("  {:<20} {}", person.name, roles.join(", "));
    }
    if let Some(link) = followed {
        say!("A company follows its enquiry at {link}");
    }
    say!("Mail that the town would send: {address}/drift/post\nCtrl-C stops it; the town is kept.");
    server::serve(ready).await
}

/// Becomes the same command once more: what eighteen months took in memory does not stay while the town is served.
fn begin_anew() {
    use std::os::unix::process::CommandExt;
    let Ok(program) = std::env::current_exe() else { return };
    let error = std::process::Command::new(program).args(std::env::args_os().skip(1)).exec();
    tracing::warn!(%error, "the program could not begin anew");
}

/// The tracking link of an enquiry under way.
async fn open_enquiry(app: &App) -> Result<Option<String>> {
    let site = app.sites.first().context("a demo has a municipality")?;
    let filter = CaseFilter { open: true, ..CaseFilter::default() };
    let cases = enquiries::store::newest(&app.db.read(&app.system("demo", site.tenant)), &filter, 20).await?;
    let shown = cases.iter().find(|case| case.assignee.is_some() && !case.confidential).or(cases.first());
    let link = |case| format!("/henvendelse/{}", enquiries::commands::link(app, case).as_str());
    Ok(shown.map(|case| site.link(&link(case))))
}

/// Makes the town.
async fn make(place: &Place, address: &str, wanted: &Wanted) -> Result<()> {
    let progress = Progress::new(false);
    let today = wanted.today.unwrap_or_else(|| Calendar::default().local_date(SystemClock.now()));
    progress.say(&format!("making a demo town in {}; its today is {today}", place.data.display()));
    place.make()?;
    place.mark_demo(DemoState::Making)?;
    let ids = Arc::new(Ids::seeded(wanted.seed));
    let clock = MovableClock::at(SystemClock.now());
    let db = start::open(place, Durability::Later).await?;
    let settings = Settings::of_demo(address, Arc::new(clock.clone()), ids.clone()).filing_at(place);
    std::fs::create_dir_all(place.demo_archive())?;
    let mut started = start::assemble(place, db, settings)?;
    started.jobs = Arc::new(Jobs::new(capabilities::job_handlers(), seldom(), Arc::new(clock.clone()), ids));
    let app = &started.app;
    let town = registry::town::town(wanted.seed, today);
    let mut cast = Cast::new(companies(&town, today)?);
    let guide =
        app.kept::<GuideState>().guide(app.sites.first().context("a demo has a municipality")?.tenant);
    let frame = Frame { seed: wanted.seed, today, enquiries: wanted.enquiries };
    let story = story::tell(frame, &app.calendar, &guide, &mut cast, &officers())?;
    clock.set(app.calendar.start_of_day(story.begins));
    let tenant = app.sites.first().context("a demo has a municipality")?.tenant;
    let ctx = identity::commands::operator("demo", tenant, clock.now(), app.ids.clone());
    let made = identity::demo::make(&app.db, &ctx).await?;
    progress.say(&format!("{} teams and {} people", made.teams.len(), made.people.len()));
    started.jobs.start_timers(&app.db, tenant).await?;
    let staff = capabilities::staff(app, &ctx).await?;
    let sent = play::play(&started, &clock, staff, &story, wanted.seed, &progress).await?;
    progress.say(&format!("{sent} enquiries since {}", story.begins));
    mails::come_in(app).await?;
    while background::run_due(app, &started.jobs).await? > 0 {}
    clock.set(app.calendar.start_of_day(today));
    register(app, &town, today, &progress).await?;
    policies(app, tenant, &progress).await?;
    hopeless_jobs(app, tenant).await?;
    // The night before the town is shown: what is read of it tomorrow.
    protection::commands::forget(app, &app.system("demo", tenant)).await?;
    stuck_package(app, place, tenant).await?;
    background::seal_now(app).await?;
    app.db.close().await?;
    if let Target::Sqlite(path) = &place.target {
        // Nothing was flushed until now.
        std::fs::File::open(path)?.sync_all()?;
    }
    place.mark_demo(DemoState::Finished)?;
    progress.say("the town is made");
    Ok(())
}

/// The register, the points of its addresses and the areas, through the importers.
async fn register(app: &App, town: &Town, today: NaiveDate, progress: &Progress) -> Result<()> {
    let ctx = app.system("demo", app.sites.first().context("a demo has a municipality")?.tenant);
    let areas = import::import_areas(&app.db, &ctx, town.areas).await??;
    let points = import::import_points(&app.db, town.address_points.as_bytes()).await??;
    let options = ImportOptions {
        numbers: Numbers::Invented,
        today,
        tenants: vec![ctx.tenant()],
        source: "demo".to_owned(),
    };
    let documents = Cursor::new(town.documents.join("\n"));
    let report = import::import(&app.db, &app.clock, &app.ids, documents, options, &mut |_| {}).await?;
    import::record_changes(&app.db, &ctx).await?;
    let read = report.counts.read;
    progress
        .say(&format!("{read} companies and establishments, {} addresses, {areas} areas", points.written));
    Ok(())
}

/// The policy that the program was first made for.
async fn policies(app: &App, tenant: TenantId, progress: &Progress) -> Result<()> {
    let ctx = policy::commands::operator("demo", tenant, app.clock.now(), app.ids.clone());
    match policy::commands::import(&app.db, &ctx, POLICY, &capabilities::metrics()).await {
        Ok(imported) => progress.say(&format!("the policy {}", imported.policy)),
        // The town is worth a look without its policy; `samspil policy import` says the same.
        Err(failure) => progress.say(&format!("without the policy, which is not taken: {failure}")),
    }
    Ok(())
}

/// Mails whose links are gone: once the town is served their jobs are given up, and whoever operates it sees what that
/// looks like, and what to do about it.
async fn hopeless_jobs(app: &App, tenant: TenantId) -> Result<()> {
    let ctx = app.system("demo", tenant);
    let tx = app.db.begin_write(&ctx).await?;
    for _ in 0..HOPELESS_JOBS {
        tx.enqueue(&identity::MailLink { link: ctx.new_id(), language: ctx.language() }).await?;
    }
    tx.commit().await?;
    Ok(())
}

/// A case that was answered anew, and whose package the archive's folder does not take: whoever looks after the records sees
/// what that looks like. A folder stands where the package is written.
async fn stuck_package(app: &App, place: &Place, tenant: TenantId) -> Result<()> {
    let ctx = app.system("demo", tenant);
    let read = app.db.read(&ctx);
    let filter = CaseFilter { ended: true, ..CaseFilter::default() };
    let ended = enquiries::store::newest(&read, &filter, 50).await?;
    let Some(case) = ended.into_iter().find(|case| case.has_filing() && !case.confidential) else {
        return Ok(());
    };
    let queued = enquiries::commands::file_anew(app, &ctx, case.id).await;
    queued.map_err(|failure| anyhow::anyhow!("the archive: {failure}"))?;
    for package in enquiries::store::packages(&read, &[case.id]).await?.iter().take(1) {
        std::fs::create_dir_all(place.demo_archive().join(format!(".{}.unfinished", package.name(&case))))?;
    }
    Ok(())
}

/// Timers of eighteen months in half a minute: only the watch over the cases, and not four times an hour.
fn seldom() -> Vec<Timer> {
    let watch = capabilities::timers().into_iter().filter(|timer| timer.kind == "enquiries.watch");
    watch.map(|timer| Timer { every: WATCH_EVERY, ..timer }).collect()
}

/// The living companies of the town that have something to ask, the regulars first.
fn companies(town: &Town, today: NaiveDate) -> Result<Vec<CastCompany>> {
    let mut companies = Vec::new();
    for document in &town.documents {
        if companies.len() == COMPANIES_MAX {
            break;
        }
        let read = Documents::new(document.as_bytes(), Numbers::Invented).next_document()?;
        if let Some(Document::Unit(_, RegisterUnit::Company(company))) = read {
            companies.extend(CastCompany::of(&company, MUNICIPALITY, today));
        }
    }
    Ok(companies)
}

/// Those of the demo's people who answer companies.
fn officers() -> Vec<Officer> {
    let answers = [Role::CaseOfficer, Role::BusinessConsultant];
    let officers =
        identity::demo::PEOPLE.iter().filter(|person| person.roles.iter().any(|role| answers.contains(role)));
    officers.map(|person| Officer { mailbox: person.mailbox, teams: person.teams }).collect()
}
