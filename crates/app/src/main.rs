//! `samspil`: reads the command line, runs the command, and ends with 0 done, 1 refused, 2 wrong use.

use std::{io::IsTerminal, process::ExitCode};

use clap::Parser;
use samspil::cli::{Cli, WrongUse};
use tracing_subscriber::EnvFilter;

/// Pages are made of many small texts, on all threads: see docs/bench.md.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let filter =
        EnvFilter::try_from_env("SAMSPIL_LOG").unwrap_or_else(|_| EnvFilter::new("warn,samspil=info"));
    let log =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_target(false);
    log.with_ansi(std::io::stderr().is_terminal()).init();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("samspil: cannot start: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(samspil::run(cli)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("samspil: {error:#}");
            if error.is::<WrongUse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
