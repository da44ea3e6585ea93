//! `cargo xtask demo`: from a fresh clone to a running town, in words that a newcomer can follow.

use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Result, anyhow, ensure};

use crate::assets;
use crate::process;

/// Where the demo answers unless told otherwise.
pub const DEMO_PORT: u16 = 8165;

/// Where the demo keeps its town, below the repository.
const DEMO_DATA: &str = "var/demo";

/// What the demo was asked for.
#[derive(Debug)]
pub struct Demo {
    pub port: u16,
    pub data: Option<String>,
    /// Handed to `samspil demo` as they are.
    pub seed: Option<String>,
    pub today: Option<String>,
}

/// Builds what is needed and becomes `samspil demo`, so that the terminal and Ctrl-C are the program's own.
pub fn run(demo: &Demo) -> Result<()> {
    ensure!(
        TcpListener::bind((Ipv4Addr::LOCALHOST, demo.port)).is_ok(),
        "Port {} is taken by another program. Choose another: cargo xtask demo --port {}",
        demo.port,
        demo.port.saturating_add(1)
    );
    println!("1 of 3  Style sheets and scripts");
    assets::build()?;
    println!("2 of 3  The program (about 5 minutes the first time on two cores, seconds after that)");
    process::run(process::cargo().args(["build", "--package", "samspil"]), "building the program")?;
    println!("3 of 3  The town");
    let data = demo.data.as_deref().unwrap_or(DEMO_DATA);
    let mut command = Command::new(process::target_folder().join("debug/samspil"));
    command.current_dir(process::root()).args(["demo", "--data", data, "--port", &demo.port.to_string()]);
    for (name, value) in [("--seed", &demo.seed), ("--today", &demo.today)] {
        if let Some(value) = value {
            command.args([name, value]);
        }
    }
    Err(anyhow!(command.exec()).context("could not start target/debug/samspil"))
}
