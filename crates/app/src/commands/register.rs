//! `samspil registry import`, `registry points` and `areas import`: the register's own files into the database.

use std::{
    fs::File,
    io::{BufReader, Read, stdin},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, Result, bail};
use kernel::{Calendar, Ctx, TenantId};
use registry::{
    document::Numbers,
    fetch::{self, Extent, Wish},
    import::{self, ImportError, ImportOptions, ImportReport},
};
use serde_json::json;
use storage::{Db, Durability};

use crate::{
    cli::{PlaceArgs, WrongUse},
    configuration::{Configuration, FILE, REGISTER_PASSWORD},
    place::{DemoState, Place},
    progress::Progress,
    start,
};

/// Bad documents named on the terminal; all are counted.
const BAD_SAID_MAX: usize = 20;

/// An installation as the importers see it.
struct Installation {
    db: Db,
    calendar: Calendar,
    tenants: Vec<TenantId>,
    /// A demo holds invented companies only, anything else none.
    numbers: Numbers,
}

async fn open(args: &PlaceArgs, invented: bool) -> Result<Installation> {
    let place = Place::of(args)?;
    let configuration = Configuration::load(&place.data)?;
    let tenants = configuration.sites("", false).iter().map(|site| site.tenant).collect();
    let is_invented = invented || place.demo() != DemoState::None;
    let numbers = if is_invented { Numbers::Invented } else { Numbers::Real };
    let db = start::open(&place, Durability::Full).await?;
    Ok(Installation { db, calendar: configuration.calendar, tenants, numbers })
}

/// What was typed.
pub struct Wanted {
    /// The files; `-` is standard input.
    pub files: Vec<PathBuf>,
    /// The file holds invented companies only.
    pub invented: bool,
}

/// Imports documents of the register: JSON lines, a saved search answer, scroll pages. Refused where nothing in one of the
/// files could be used; the others are imported all the same.
pub async fn import(args: &PlaceArgs, wanted: Wanted) -> Result<ExitCode> {
    let installation = open(args, wanted.invented).await?;
    let (clock, ids) = super::real();
    let progress = Progress::new(args.json);
    let (mut sums, mut outcome) = ([0_u64; 6], ExitCode::SUCCESS);
    for file in &wanted.files {
        let name = file.display().to_string();
        let options = ImportOptions {
            numbers: installation.numbers,
            today: installation.calendar.local_date(clock.now()),
            tenants: installation.tenants.clone(),
            source: if is_stdin(file) { "stdin" } else { "file" }.to_owned(),
        };
        let total = if is_stdin(file) { 0 } else { std::fs::metadata(file).map_or(0, |found| found.len()) };
        let mut count = |at: import::Progress| {
            // Nobody knows how many documents come, but how many bytes.
            progress.count(
                &format!("{name}, {} documents, bytes", at.counts.read),
                at.bytes,
                total.max(at.bytes + 1),
            );
        };
        let imported =
            import::import(&installation.db, &clock, &ids, input(file)?, options, &mut count).await;
        let report = match imported {
            Ok(report) => report,
            Err(ImportError::Refused(report)) => {
                outcome = ExitCode::FAILURE;
                *report
            }
            Err(error) => return Err(error).context(name),
        };
        tell(&progress, &name, &report);
        if report.is_refused() {
            eprintln!("{name}: refused: nothing in it could be used, and the register is as it was");
        }
        add(&mut sums, &report);
    }
    for tenant in &installation.tenants {
        let ctx = Ctx::system("registry-import", *tenant, clock.now(), ids.clone());
        import::record_changes(&installation.db, &ctx).await?;
    }
    installation.db.close().await?;
    if args.json {
        say!("{}", as_json(sums));
    }
    Ok(outcome)
}

/// The last line of `--json`.
fn as_json([read, added, changed, unchanged, ceased, rejected]: [u64; 6]) -> serde_json::Value {
    json!({
        "read": read, "added": added, "changed": changed, "unchanged": unchanged, "ceased": ceased, "rejected": rejected,
    })
}

/// Fetches from the register's own service: what changed since the last time, or all of it.
pub async fn import_live(args: &PlaceArgs, all: bool, municipality: Option<&str>) -> Result<()> {
    let place = Place::of(args)?;
    if place.demo() != DemoState::None {
        bail!(
            "{} holds a demo: it has invented companies only, and the service real ones",
            place.data.display()
        );
    }
    let configuration = Configuration::load(&place.data)?;
    let source = configuration.register.source(std::env::var(REGISTER_PASSWORD).ok())?;
    let source = source.with_context(|| {
        format!("the register's service is not configured: write [register] with user and password_file into {FILE}")
    })?;
    let installation = open(args, false).await?;
    let mut tenants = installation.tenants.clone();
    if municipality.is_some() {
        tenants = vec![tenant(&tenants, municipality)?];
    }
    let (clock, ids) = super::real();
    let progress = Progress::new(args.json);
    let mut sums = [0_u64; 6];
    for tenant in tenants {
        let calendar = &installation.calendar;
        let extent = if all { Extent::Everything } else { Extent::SinceLastTime };
        match fetch::since(&installation.db, tenant, extent).await? {
            Some(since) => {
                progress.say(&format!(
                    "{tenant}: what changed since {}",
                    calendar.local(since).format("%Y-%m-%d %H:%M")
                ));
            }
            None => progress.say(&format!("{tenant}: all that lies or has lain there")),
        }
        let wish = Wish {
            tenant,
            extent,
            today: installation.calendar.local_date(clock.now()),
            tenants: installation.tenants.clone(),
        };
        let mut count = |at: import::Progress| {
            progress.count(
                &format!("{tenant}, documents"),
                at.counts.read,
                at.expected.max(at.counts.read + 1),
            );
        };
        let fetched = fetch::fetch(&installation.db, &clock, &ids, &source.endpoint, wish, &mut count).await;
        for report in fetched.with_context(|| format!("{tenant}: nothing was changed"))? {
            tell(&progress, &tenant.to_string(), &report);
            add(&mut sums, &report);
        }
    }
    installation.db.close().await?;
    if args.json {
        say!("{}", as_json(sums));
    }
    Ok(())
}

fn add(sums: &mut [u64; 6], report: &ImportReport) {
    let counts = report.counts;
    let these = [counts.read, counts.added, counts.changed, counts.unchanged, counts.ceased, counts.rejected];
    sums.iter_mut().zip(these).for_each(|(sum, this)| *sum += this);
}

fn tell(progress: &Progress, name: &str, report: &ImportReport) {
    for bad in report.bad.iter().take(BAD_SAID_MAX) {
        eprintln!("{name}, {bad}");
    }
    let counts = report.counts;
    progress.say(&format!(
        "{name}: {} read, {} added, {} changed, {} unchanged, {} ceased, {} rejected",
        counts.read, counts.added, counts.changed, counts.unchanged, counts.ceased, counts.rejected
    ));
}

/// Imports where addresses lie: `address_id,longitude,latitude`.
pub async fn points(args: &PlaceArgs, file: &Path) -> Result<()> {
    let installation = open(args, false).await?;
    let report = import::import_points(&installation.db, BufReader::new(input(file)?)).await?;
    let report = report.with_context(|| file.display().to_string())?;
    for bad in report.bad.iter().take(BAD_SAID_MAX) {
        eprintln!("{}, {bad}", file.display());
    }
    installation.db.close().await?;
    if args.json {
        say!("{}", json!({ "written": report.written, "rejected": report.rejected }));
    } else {
        say!("{} addresses placed, {} lines rejected", report.written, report.rejected);
    }
    Ok(())
}

/// Puts the areas of a GeoJSON file in place of a municipality's areas.
pub async fn areas(args: &PlaceArgs, file: &Path, municipality: Option<&str>) -> Result<()> {
    let installation = open(args, false).await?;
    let tenant = tenant(&installation.tenants, municipality)?;
    let (clock, ids) = super::real();
    let mut text = String::new();
    input(file)?.read_to_string(&mut text).with_context(|| format!("cannot read {}", file.display()))?;
    let ctx = Ctx::system("areas-import", tenant, clock.now(), ids);
    let areas = import::import_areas(&installation.db, &ctx, &text).await?;
    let areas = areas.with_context(|| file.display().to_string())?;
    installation.db.close().await?;
    if args.json {
        say!("{}", json!({ "areas": areas }));
    } else {
        say!("{areas} areas");
    }
    Ok(())
}

/// The municipality that is meant, by its code where there are several.
pub fn tenant(tenants: &[TenantId], code: Option<&str>) -> Result<TenantId> {
    match (code, tenants) {
        (None, [only]) => Ok(*only),
        (None, _) => {
            bail!(WrongUse("there are several municipalities: say which with --municipality CODE".to_owned()))
        }
        (Some(code), _) => {
            let tenant: TenantId =
                code.parse().map_err(|_| WrongUse(format!("{code:?} is no kommunekode")))?;
            let known = tenants.iter().copied().find(|known| *known == tenant);
            known.with_context(|| format!("there is no municipality {tenant} in the configuration"))
        }
    }
}

fn is_stdin(file: &Path) -> bool {
    file.as_os_str() == "-"
}

fn input(file: &Path) -> Result<Box<dyn Read + Send>> {
    if is_stdin(file) {
        return Ok(Box::new(stdin()));
    }
    let opened = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Box::new(opened))
}
