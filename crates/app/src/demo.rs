//! `samspil demo`: a town of invented companies, made by the program's own importers and commands, then served.
//!
//! Nothing is inserted by hand, no mail leaves, no real person or number is used. The same seed and day make the same town.

use std::{net::SocketAddr, sync::Arc};

use anyhow::{Result, bail};
use chrono::NaiveDate;
use kernel::{Calendar, Clock, Ids, MovableClock, SystemClock};

use crate::{
    background,
    cli::{PlaceArgs, WrongUse},
    place::{DemoState, Place},
    progress::Progress,
    server,
    start::{self, Settings, Started},
};

/// What was typed.
#[derive(Debug)]
pub struct Wanted {
    /// The port on this machine.
    pub port: u16,
    /// The same seed makes the same town.
    pub seed: u64,
    /// The town's today.
    pub today: Option<NaiveDate>,
    /// Do not serve.
    pub only_make: bool,
}

/// Makes the town where there is none, then serves it.
pub async fn run(args: &PlaceArgs, wanted: &Wanted) -> Result<()> {
    let place = Place::of(args)?;
    // The port first: nobody waits for a town that cannot be shown.
    let listener = server::listen(SocketAddr::from(([127, 0, 0, 1], wanted.port))).await?;
    let address = server::address_of(listener.local_addr()?);
    match place.demo() {
        DemoState::Finished => println!("The demo town in {} is there already.", place.data.display()),
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
    if wanted.only_make {
        return Ok(());
    }
    let db = start::open(&place).await?;
    let settings = Settings::of_demo(&address, Arc::new(SystemClock), Arc::new(Ids::random()));
    let started = start::assemble(&place, db, settings)?;
    println!("\nSamspil runs on {address}\n");
    println!("Sign in at {address}/log-ind with one click, for example as");
    for person in identity::demo::PEOPLE.iter().take(3) {
        let roles: Vec<_> = person.roles.iter().map(|role| role.id()).collect();
        println!("  {:<20} {}", person.name, roles.join(", "));
    }
    println!("Mail that the town would send: {address}/drift/post\nCtrl-C stops it; the town is kept.");
    server::serve(listener, started).await
}

/// Makes the town.
async fn make(place: &Place, address: &str, wanted: &Wanted) -> Result<()> {
    let progress = Progress::new(false);
    progress.say(&format!("a demo town in {}", place.data.display()));
    place.make()?;
    place.mark_demo(DemoState::Making)?;
    let ids = Arc::new(Ids::seeded(wanted.seed));
    let today = wanted.today.unwrap_or_else(|| Calendar::default().local_date(SystemClock.now()));
    let clock = MovableClock::at(SystemClock.now());
    let db = start::open(place).await?;
    progress.say("database made");
    let started = start::assemble(place, db, Settings::of_demo(address, Arc::new(clock.clone()), ids))?;
    let app = &started.app;
    let tenant = app.sites.first().map_or(kernel::TenantId::new(165), |site| site.tenant);
    let ctx = identity::commands::operator("demo", tenant, clock.now(), app.ids.clone());
    let staff = identity::demo::make(&app.db, &ctx).await?;
    progress.say(&format!("{} teams, {} people (today is {today})", staff.teams.len(), staff.people.len()));
    finish(&started).await?;
    place.mark_demo(DemoState::Finished)?;
    progress.say("the town is made");
    started.app.db.close().await?;
    Ok(())
}

/// Seals what is left, so that nothing of the town waits when it is first seen.
async fn finish(started: &Started) -> Result<()> {
    background::seal_now(&started.app).await?;
    Ok(())
}
