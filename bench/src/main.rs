//! What the program costs, beside what the same would cost without it, in one run on one machine: a synthetic Denmark goes
//! through the importer, companies type and write, pages are looked at, over HTTP and on either engine.
//!
//! The program and every yardstick run as processes of their own, so that the clients' processor time is nobody's. Run by
//! `cargo xtask bench`, which builds both and starts a PostgreSQL; `docs/bench.md` says how to read the table.

#![expect(
    clippy::indexing_slicing,
    reason = "what the program and the yardsticks print is JSON of ours, and a key that is missing reads as null"
)]

mod bare;
mod client;
mod commits;
mod denmark;
mod figures;
mod load;
mod plain;
mod program;
mod run;
mod scene;
mod script;
mod town;

use std::path::PathBuf;

use anyhow::{Context, Result, bail};
use lexopt::{Arg, Parser, ValueExt};

/// Active establishments, unless told otherwise.
const SCALE: u64 = 1_000_000;

/// Everything that may be typed; each word takes what it needs.
#[derive(Default)]
struct Typed {
    program: Option<PathBuf>,
    database: Option<String>,
    script: Option<PathBuf>,
    first: u64,
    count: u64,
    tasks: u64,
    scale: Option<u64>,
    full_import: bool,
    brief: bool,
    sqlite: bool,
    postgres: Option<String>,
    postgres_pid: Option<u32>,
    json: Option<PathBuf>,
}

/// The program's own, so that a yardstick differs from it in nothing but what it does.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> Result<()> {
    let mut arguments = Parser::from_env();
    let Some(Arg::Value(word)) = arguments.next()? else { bail!("run it by `cargo xtask bench`") };
    let typed = typed(arguments)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(dispatch(&word.string()?, typed))
}

fn typed(mut arguments: Parser) -> Result<Typed> {
    let mut typed = Typed { count: 1, tasks: 1, ..Typed::default() };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("program") => typed.program = Some(arguments.value()?.into()),
            Arg::Long("database") => typed.database = Some(arguments.value()?.string()?),
            Arg::Long("script") => typed.script = Some(arguments.value()?.into()),
            Arg::Long("first") => typed.first = arguments.value()?.parse()?,
            Arg::Long("count") => typed.count = arguments.value()?.parse()?,
            Arg::Long("tasks") => typed.tasks = arguments.value()?.parse()?,
            Arg::Long("scale") => typed.scale = Some(arguments.value()?.parse()?),
            Arg::Long("full-import") => typed.full_import = true,
            Arg::Long("brief") => typed.brief = true,
            Arg::Long("sqlite") => typed.sqlite = true,
            Arg::Long("postgres") => typed.postgres = Some(arguments.value()?.string()?),
            Arg::Long("postgres-pid") => typed.postgres_pid = Some(arguments.value()?.parse()?),
            Arg::Long("json") => typed.json = Some(arguments.value()?.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(typed)
}

async fn dispatch(word: &str, typed: Typed) -> Result<()> {
    let database = typed.database.context("--database is missing");
    let script = typed.script.context("--script is missing");
    match word {
        "run" => {
            let wanted = run::Wanted {
                program: typed.program.context("--program is missing")?,
                scale: typed.scale.unwrap_or(SCALE),
                full_import: typed.full_import,
                sqlite: typed.sqlite,
                postgres: typed.postgres.zip(typed.postgres_pid),
                brief: typed.brief,
                json: typed.json,
                folder: std::env::temp_dir(),
            };
            run::run(&wanted).await
        }
        "bare" => bare::serve(&database?, &script?).await,
        "plain" => plain::import(&database?).await,
        "commits" => commits::run(&database?, &script?, typed.first, typed.count, typed.tasks).await,
        unknown => bail!("there is no word `{unknown}`"),
    }
}
