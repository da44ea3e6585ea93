//! The project's own commands: `cargo xtask demo`, `test` and their kin. Nothing of the product lives here.

mod postgres;

use std::process::ExitCode;

use anyhow::Result;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(lexopt::Arg::Value(word)) if word == "postgres" => postgres::run_until_interrupted(),
        _ => anyhow::bail!("cargo xtask postgres"),
    }
}
