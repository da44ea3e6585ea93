//! `cargo xtask test`: every check of the project in order, each timed, ending at the first that fails.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, bail, ensure};

use crate::postgres::{Binaries, PrivatePostgres};
use crate::tools::{self, Tool};
use crate::{assets, bench, browser, process, tidy};

/// The limit that the whole suite is held to, on two cores from a fresh clone.
const MINUTES_MAX: u64 = 45;

/// One part of the suite.
struct Part {
    name: &'static str,
    about: &'static str,
    needs: &'static [Tool],
    run: fn() -> Result<()>,
}

/// The parts, cheap ones first. `tools` is no entry: it comes before all and looks for what the chosen parts need.
const PARTS: [Part; 7] = [
    Part { name: "fmt", about: "cargo fmt --check", needs: &[Tool::RustComponents], run: format },
    Part { name: "tidy", about: "the house rules", needs: &[], run: tidy::run },
    Part { name: "assets", about: "style sheets and scripts", needs: &[Tool::Node], run: assets::build },
    Part {
        name: "clippy",
        about: "lints, and with them the build that the parts below run",
        needs: &[Tool::RustComponents, Tool::Node],
        run: lint_and_build,
    },
    Part {
        name: "cargo",
        about: "unit, property, snapshot and store tests on both engines",
        needs: &[Tool::RustComponents, Tool::Node, Tool::Postgres, Tool::Clamd],
        run: cargo_test,
    },
    Part {
        name: "bench",
        about: "that what is measured still runs; no time is demanded",
        needs: &[Tool::RustComponents, Tool::Node, Tool::Postgres],
        run: bench::run_small,
    },
    Part {
        name: "e2e",
        about: "journeys in a real browser, with axe",
        needs: &[Tool::RustComponents, Tool::Node, Tool::Chromium],
        run: browser::run_journeys,
    },
];

/// How a part went.
struct Outcome {
    name: &'static str,
    took: Duration,
    passed: bool,
}

/// Runs the chosen parts (all, when none is named) and prints the table, whatever happens.
pub fn run(only: &[String], may_install: bool) -> Result<()> {
    for name in only {
        ensure!(
            PARTS.iter().any(|part| part.name == name),
            "there is no part `{name}`; the parts are {}",
            names()
        );
    }
    let chosen: Vec<&Part> =
        PARTS.iter().filter(|part| only.is_empty() || only.iter().any(|name| name == part.name)).collect();
    process::stop_in_order()?;
    let mut outcomes = Vec::new();
    let result = run_parts(&chosen, may_install, &mut outcomes);
    print!("{}", table(&outcomes));
    result
}

fn run_parts(chosen: &[&Part], may_install: bool, outcomes: &mut Vec<Outcome>) -> Result<()> {
    let mut needed: Vec<Tool> = chosen.iter().flat_map(|part| part.needs).copied().collect();
    needed.sort_unstable();
    needed.dedup();
    timed("tools", "what the tests need", outcomes, || tools::require(&needed, may_install))?;
    for part in chosen {
        timed(part.name, part.about, outcomes, part.run).map_err(|error| {
            anyhow!(
                "{error:#}\nThe part `{0}` failed. To run it alone: cargo xtask test --only {0}",
                part.name
            )
        })?;
    }
    Ok(())
}

fn timed(
    name: &'static str,
    about: &str,
    outcomes: &mut Vec<Outcome>,
    part: impl FnOnce() -> Result<()>,
) -> Result<()> {
    println!("\n== {name}: {about}");
    let start = Instant::now();
    let result = if process::interrupted() { Err(anyhow!("interrupted")) } else { part() };
    outcomes.push(Outcome { name, took: start.elapsed(), passed: result.is_ok() });
    result
}

/// Minutes per part, and the whole beside its limit.
fn table(outcomes: &[Outcome]) -> String {
    let minutes = |took: Duration| format!("{:6.1}", took.as_secs_f64() / 60.0);
    let mut lines = vec![String::new(), "part      minutes".to_owned()];
    for outcome in outcomes {
        let mark = if outcome.passed { "" } else { "  FAILED" };
        lines.push(format!("{:<9} {}{mark}", outcome.name, minutes(outcome.took)));
    }
    let total: Duration = outcomes.iter().map(|outcome| outcome.took).sum();
    let over = if total.as_secs() > MINUTES_MAX * 60 { "  OVER THE LIMIT" } else { "" };
    lines.push(format!("{:<9} {}  of at most {MINUTES_MAX}{over}", "all", minutes(total)));
    lines.join("\n") + "\n"
}

fn names() -> String {
    PARTS.iter().map(|part| part.name).collect::<Vec<_>>().join(", ")
}

fn format() -> Result<()> {
    process::run(
        process::cargo().args(["fmt", "--all", "--check", "--", "-l"]),
        "the check of the formatting (cargo fmt mends it)",
    )
}

/// Builds everything that the later parts run, linting our own crates on the way.
pub fn lint_and_build() -> Result<()> {
    assets::build()?;
    process::run(
        process::linting_cargo()?.args(["build", "--workspace", "--all-targets"]),
        "the build with lints",
    )
}

/// All tests of all crates, with a PostgreSQL of their own, and the register's real documents where they are given.
fn cargo_test() -> Result<()> {
    assets::build()?;
    let binaries = Binaries::find().context("PostgreSQL is missing")?;
    let server = PrivatePostgres::start(&binaries)?;
    println!("  PostgreSQL {} on a socket of its own, fsync off", binaries.major().unwrap_or_default());
    match std::env::var_os("SAMSPIL_REAL_DATA") {
        Some(folder) if folder.is_empty() => bail!("SAMSPIL_REAL_DATA is set but empty"),
        Some(folder) => println!("  real documents from {}", folder.display()),
        None => println!("  SAMSPIL_REAL_DATA is not set: the tests on real documents say so and pass"),
    }
    let outcome = process::run(
        process::linting_cargo()?
            .args(["test", "--workspace"])
            .env("TEST_POSTGRES_URL", server.url())
            .env("TEST_CLAMD", tools::clamd().context("clamd is missing")?),
        "a test",
    );
    drop(server);
    outcome
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_shows_minutes_the_failure_and_the_limit() {
        let outcomes = [
            Outcome { name: "fmt", took: Duration::from_secs(6), passed: true },
            Outcome { name: "cargo", took: Duration::from_secs(90), passed: false },
        ];
        assert_eq!(
            table(&outcomes),
            "\npart      minutes\nfmt          0.1\ncargo        1.5  FAILED\nall          1.6  of at most 45\n"
        );
        let slow = [Outcome { name: "e2e", took: Duration::from_mins(46), passed: true }];
        assert!(table(&slow).contains("OVER THE LIMIT"));
    }

    #[test]
    fn unknown_part_is_refused_with_the_names_of_all() {
        let error = run(&["lint".into()], false).unwrap_err().to_string();
        assert!(error.contains("fmt, tidy, assets, clippy, cargo, bench, e2e"), "{error}");
    }

    #[test]
    fn first_failure_ends_the_run_and_is_in_the_table() {
        fn fails() -> Result<()> {
            bail!("broken")
        }
        fn never() -> Result<()> {
            panic!("came after a failure")
        }
        let parts = [
            Part { name: "one", about: "", needs: &[], run: fails },
            Part { name: "two", about: "", needs: &[], run: never },
        ];
        let mut outcomes = Vec::new();
        let error = run_parts(&parts.iter().collect::<Vec<_>>(), false, &mut outcomes).unwrap_err();
        assert!(format!("{error:#}").starts_with("broken\nThe part `one` failed."), "{error:#}");
        assert_eq!(
            outcomes.iter().map(|o| (o.name, o.passed)).collect::<Vec<_>>(),
            [("tools", true), ("one", false)]
        );
    }
}
