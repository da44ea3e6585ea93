//! `samspil serve`: makes an empty directory usable, then serves until it is told to stop.

use std::net::SocketAddr;

use anyhow::{Result, bail};
use storage::Durability;

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, FILE},
    first,
    place::{DemoState, Place},
    server::{self, StopSignal},
    start::{self, Settings},
};

/// Serves.
pub async fn run(args: &PlaceArgs, listen: SocketAddr, demo: bool) -> Result<()> {
    let place = Place::of(args)?;
    let is_demo = check_demo(&place, listen, demo)?;
    let (clock, ids) = super::real();
    let configuration = Configuration::load(&place.data)?;
    let listener = server::listen(listen).await?;
    let address = server::address_of(listener.local_addr()?);
    let settings = if is_demo {
        Settings::of_demo(&address, clock, ids)
    } else {
        Settings::of(&configuration, &address, clock, ids)?
    };
    if !is_demo {
        say_what_is_missing(&configuration);
    }
    let db = start::open(&place, Durability::Full).await?;
    let started = start::assemble(&place, db, settings.with_index(&place))?;
    if !is_demo {
        let made = first::teams(&started.app).await?;
        if made > 0 {
            println!(
                "{made} teams made, as the guide's topics name them. Put people into them at /drift/personer."
            );
        }
    }
    let stop = StopSignal::new()?;
    println!("Samspil runs on {address} ({}). Ctrl-C stops it.", started.app.db.engine());
    server::serve(listener, started, stop).await
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
    println!("Not told in {FILE}; `samspil doctor` says more. Until it is:");
    for one in missing {
        println!("  {:<32} {}", one.setting, one.stand_in);
    }
}
