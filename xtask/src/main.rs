//! The project's own commands: `cargo xtask demo`, `test` and their kin. Nothing of the product lives here.

mod assets;
mod bench;
mod browser;
mod demo;
mod postgres;
mod process;
mod scaffold;
mod suite;
mod tidy;
mod tools;

use std::process::ExitCode;

use anyhow::{Result, bail};
use lexopt::{Arg, Parser, ValueExt};

const HELP: &str = "\
cargo xtask COMMAND

  demo [--port N] [--data DIR] [--seed N] [--today YYYY-MM-DD]
                          build what is needed and run the demo town (http://127.0.0.1:8165)
  test [--install] [--only PART]...
                          every check: fmt, tidy, assets, clippy, cargo, bench, e2e
  bench [--scale N] [--full-import] [--engine sqlite|postgres|both] [--json FILE] [--brief]
                          what things cost, each beside its limit, in a release build
  assets                  build style sheets and scripts into assets/dist
  tidy                    the house rules
  licences                every crate we build on, with its licence
  new-capability NAME     the folder of a capability, and the lines that make the program know it
  postgres                a private PostgreSQL for tests by hand, until Ctrl-C
  screenshots [--base URL] [PAGE]...
                          pictures of the pages, wide and narrow, into target/screenshots
";

/// Exit codes: 0 done, 1 a check failed, 2 wrong use or a tool is missing.
const WRONG_USE: u8 = 2;

fn main() -> ExitCode {
    let Err(error) = run(Parser::from_env()) else { return ExitCode::SUCCESS };
    eprintln!("\n{error:#}");
    if error.chain().any(|cause| cause.is::<lexopt::Error>() || cause.is::<tools::MissingTools>()) {
        return ExitCode::from(WRONG_USE);
    }
    ExitCode::FAILURE
}

fn run(mut arguments: Parser) -> Result<()> {
    let Some(first) = arguments.next()? else {
        print!("{HELP}");
        return Ok(());
    };
    match first {
        Arg::Short('h') | Arg::Long("help") => {
            print!("{HELP}");
            Ok(())
        }
        Arg::Value(command) => dispatch(&command.string()?, arguments),
        other @ (Arg::Short(_) | Arg::Long(_)) => Err(other.unexpected().into()),
    }
}

fn dispatch(command: &str, mut arguments: Parser) -> Result<()> {
    match command {
        "demo" => demo::run(&demo_arguments(arguments)?),
        "test" => {
            // CI installs what it needs; everybody else is asked first.
            let mut may_install = std::env::var("CI").is_ok_and(|value| value == "true");
            let mut only = Vec::new();
            while let Some(argument) = arguments.next()? {
                match argument {
                    Arg::Long("install") => may_install = true,
                    Arg::Long("only") => only.push(arguments.value()?.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            suite::run(&only, may_install)
        }
        "bench" => bench::run(&bench_arguments(arguments)?),
        "screenshots" => {
            let (mut base, mut pages) = (None, Vec::new());
            while let Some(argument) = arguments.next()? {
                match argument {
                    Arg::Long("base") => base = Some(arguments.value()?.string()?),
                    Arg::Value(page) => pages.push(page.string()?),
                    other => return Err(other.unexpected().into()),
                }
            }
            process::stop_in_order()?;
            browser::take_screenshots(base.as_deref(), &pages)
        }
        "assets" => without_arguments(arguments, assets::build),
        "tidy" => without_arguments(arguments, tidy::run),
        "licences" => without_arguments(arguments, tidy::print_licences),
        "postgres" => without_arguments(arguments, postgres::run_until_interrupted),
        "new-capability" => {
            let name = arguments.value()?.string()?;
            without_arguments(arguments, || scaffold::new_capability(&name))
        }
        unknown => bail!("there is no command `{unknown}`\n\n{HELP}"),
    }
}

fn demo_arguments(mut arguments: Parser) -> Result<demo::Demo> {
    let mut demo = demo::Demo { port: demo::DEMO_PORT, data: None, seed: None, today: None };
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("port") => demo.port = arguments.value()?.parse()?,
            Arg::Long("data") => demo.data = Some(arguments.value()?.string()?),
            Arg::Long("seed") => demo.seed = Some(arguments.value()?.string()?),
            Arg::Long("today") => demo.today = Some(arguments.value()?.string()?),
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(demo)
}

fn bench_arguments(mut arguments: Parser) -> Result<bench::Bench> {
    let mut bench = bench::Bench::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Arg::Long("scale") => bench.scale = arguments.value()?.parse()?,
            Arg::Long("full-import") => bench.full_import = true,
            Arg::Long("engine") => bench.engines = arguments.value()?.parse()?,
            Arg::Long("json") => bench.json = Some(arguments.value()?.into()),
            Arg::Long("brief") => bench.brief = true,
            other => return Err(other.unexpected().into()),
        }
    }
    Ok(bench)
}

fn without_arguments(mut arguments: Parser, command: impl FnOnce() -> Result<()>) -> Result<()> {
    match arguments.next()? {
        None => command(),
        Some(other) => Err(other.unexpected().into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn demo_takes_its_options_and_refuses_others() {
        let parse = |words: &[&str]| demo_arguments(Parser::from_args(words));
        let demo = parse(&["--port", "9000", "--seed=7", "--today", "2026-11-23"]).unwrap();
        assert_eq!(
            (demo.port, demo.seed.as_deref(), demo.today.as_deref()),
            (9000, Some("7"), Some("2026-11-23"))
        );
        assert_eq!(parse(&[]).unwrap().port, demo::DEMO_PORT);
        assert!(parse(&["--port", "many"]).is_err());
        assert!(parse(&["--prot", "9000"]).is_err());
    }

    #[test]
    fn bench_takes_its_options_and_refuses_an_unknown_engine() {
        let parse = |words: &[&str]| bench_arguments(Parser::from_args(words));
        let bench = parse(&["--scale", "10000", "--engine", "postgres", "--brief"]).unwrap();
        assert_eq!((bench.scale, bench.engines, bench.brief), (10_000, bench::Engines::Postgres, true));
        assert_eq!(parse(&[]).unwrap().engines, bench::Engines::Both);
        assert!(parse(&["--engine", "mysql"]).is_err());
    }

    #[test]
    fn unknown_command_is_refused_with_the_list() {
        let error = run(Parser::from_args(["tets"])).unwrap_err().to_string();
        assert!(error.contains("no command `tets`") && error.contains("cargo xtask COMMAND"), "{error}");
    }
}
