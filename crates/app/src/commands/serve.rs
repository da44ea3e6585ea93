//! `samspil serve`: makes an empty directory usable, then serves until it is told to stop.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use ipnet::IpNet;
use storage::Durability;
use web::App;

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, FILE, LISTEN},
    first,
    place::{DemoState, Place},
    server,
    start::{self, Edge, Settings},
};

/// What was typed.
pub struct Wanted {
    /// Where to listen.
    pub listen: Option<SocketAddr>,
    /// Who is trusted beside those of the configuration.
    pub trusted_proxy: Vec<IpNet>,
    /// The directory holds a demo, and that is meant.
    pub demo: bool,
}

/// Serves.
pub async fn run(args: &PlaceArgs, wanted: &Wanted) -> Result<()> {
    let place = Place::of(args)?;
    let configuration = Configuration::load(&place.data)?;
    let listen = wanted.listen.or(configuration.listen).unwrap_or(LISTEN);
    let is_demo = check_demo(&place, listen, wanted.demo)?;
    let (clock, ids) = super::real();
    let listener = server::listen(listen).await?;
    let address = server::address_of(listener.local_addr()?);
    let settings = if is_demo {
        Settings::of_demo(&address, clock, ids).behind(&wanted.trusted_proxy)
    } else {
        let edge = Edge::of(&configuration, &wanted.trusted_proxy)?;
        Settings { edge, ..Settings::of(&configuration, &address, clock, ids)? }
    };
    if !is_demo {
        say_what_is_missing(&configuration);
    }
    let db = start::open(&place, Durability::Full).await?;
    let started = start::assemble(&place, db, settings.with_index(&place))?;
    if !is_demo {
        let made = first::teams(&started.app).await?;
        if made > 0 {
            say!(
                "{made} teams made, as the guide's topics name them. Put people into them at /drift/personer."
            );
        }
        say_where_mails_stay(&started.app).await?;
    }
    let engine = started.app.db.engine();
    let ready = server::ready(listener, started)?;
    say!("Samspil runs on {address} ({engine}). Ctrl-C stops it.");
    server::serve(ready).await
}

/// Companies wait for receipts that never come: nobody should have to find that out by themselves.
async fn say_where_mails_stay(app: &App) -> Result<()> {
    if !app.mailer.is_missing() {
        return Ok(());
    }
    let mut waiting = 0;
    for site in &app.sites {
        let counts = outreach::delivery_counts(&app.db.read(&app.system("mails", site.tenant))).await?;
        waiting += counts.get("waiting").copied().unwrap_or_default();
    }
    tracing::warn!(waiting, "no mail server is set up: no mail leaves; write [smtp] into {FILE}");
    Ok(())
}

/// A demo is for this machine only, and never served by mistake.
fn check_demo(place: &Place, listen: SocketAddr, asked: bool) -> Result<bool> {
    let folder = place.data.display();
    match (place.demo(), asked) {
        (DemoState::None, false) => Ok(false),
        (DemoState::None, true) => {
            bail!(WrongUse(format!(
                "{folder} is no demo; `samspil demo --data DIR` makes one in an empty directory"
            )))
        }
        (DemoState::Making, _) => {
            bail!(
                "the making of the demo in {folder} was interrupted; remove the directory and run `samspil demo` again"
            )
        }
        (DemoState::Finished, false) => bail!(
            "{folder} holds a demo, in which anyone can sign in as anyone. Say --demo if that is meant, or choose another directory"
        ),
        (DemoState::Finished, true) if !listen.ip().is_loopback() => {
            bail!("a demo is served on this machine only: choose --listen 127.0.0.1:{}", listen.port())
        }
        (DemoState::Finished, true) => Ok(true),
    }
}

fn say_what_is_missing(configuration: &Configuration) {
    let missing = configuration.missing();
    if missing.is_empty() {
        return;
    }
    say!("Not told in {FILE}; `samspil doctor` says more. Until it is:");
    for one in missing {
        say!("  {:<32} {}", one.setting, one.stand_in);
    }
}
