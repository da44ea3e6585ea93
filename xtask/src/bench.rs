//! `cargo xtask bench`: builds the program and its measurements, starts a PostgreSQL of their own, and lets them run.

use std::{path::PathBuf, process::Command, str::FromStr};

use anyhow::{Context, Result};

use crate::postgres::{Binaries, PrivatePostgres};
use crate::{assets, process};

/// What was asked for.
#[derive(Debug)]
pub struct Bench {
    /// Active establishments.
    pub scale: u64,
    /// As many documents as the whole register has.
    pub full_import: bool,
    pub engines: Engines,
    /// Where the JSON goes.
    pub json: Option<PathBuf>,
    /// Each thing once, without the demo.
    pub brief: bool,
}

/// On what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engines {
    Sqlite,
    Postgres,
    Both,
}

impl FromStr for Engines {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "sqlite" => Ok(Self::Sqlite),
            "postgres" => Ok(Self::Postgres),
            "both" => Ok(Self::Both),
            _ => Err("the engines are sqlite, postgres and both"),
        }
    }
}

impl Default for Bench {
    fn default() -> Self {
        Self { scale: 1_000_000, full_import: false, engines: Engines::Both, json: None, brief: false }
    }
}

/// Measures in a release build: half an hour to build on two cores the first time.
pub fn run(bench: &Bench) -> Result<()> {
    process::stop_in_order()?;
    assets::build()?;
    process::run(
        process::cargo().args(["build", "--release", "--package", "samspil", "--package", "bench"]),
        "building the program for speed",
    )?;
    measure(bench, "release")
}

/// What the tests run: small, on both engines, with the build that the other tests use. Only what can be counted is held
/// against its limit.
pub fn run_small() -> Result<()> {
    assets::build()?;
    process::run(
        process::linting_cargo()?.args(["build", "--package", "samspil", "--package", "bench"]),
        "building the measurements",
    )?;
    measure(&Bench { scale: 10_000, brief: true, ..Bench::default() }, "debug")
}

fn measure(bench: &Bench, profile: &str) -> Result<()> {
    let folder = process::target_folder().join(profile);
    let mut command = Command::new(folder.join("bench"));
    command.arg("run").arg("--program").arg(folder.join("samspil"));
    command.args(["--scale", &bench.scale.to_string()]);
    for (is_on, word) in [(bench.full_import, "--full-import"), (bench.brief, "--brief")] {
        if is_on {
            command.arg(word);
        }
    }
    if bench.engines != Engines::Postgres {
        command.arg("--sqlite");
    }
    let server = if bench.engines == Engines::Sqlite {
        None
    } else {
        let binaries = Binaries::find().context("PostgreSQL is missing; --engine sqlite does without")?;
        let server = PrivatePostgres::start_durable(&binaries)?;
        command.args(["--postgres", &server.url(), "--postgres-pid", &server.pid().to_string()]);
        Some(server)
    };
    if let Some(json) = &bench.json {
        command.arg("--json").arg(json);
    }
    let outcome = process::run(&mut command, "the bench");
    drop(server);
    outcome
}
