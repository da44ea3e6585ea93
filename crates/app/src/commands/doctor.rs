//! `samspil doctor`: every setting and outside service, each with its state and what to do. Changes nothing.

mod backup;
mod edge;

use std::{path::Path, process::ExitCode};

use anyhow::Result;
use chrono::{DateTime, Utc};
use kernel::Calendar;
use outreach::Mailer;
use serde::Serialize;
use storage::{Db, Disk, Engine, StoreError, Target, Verdict};

use crate::{
    cli::PlaceArgs,
    configuration::{ARCHIVE_TOKEN, Configuration, FILE, REGISTER_PASSWORD, SMS_TOKEN, SMTP_PASSWORD},
    place::{DemoState, Place},
};

/// The lowest bits of a file's mode: what its group and everyone else may.
const OTHERS_BITS: u32 = 6;

/// Free room of fewer times what must stay free is told in good time.
const NEARLY_FULL: u64 = 5;

/// How a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    /// It works, and something should be done before companies meet it.
    Note,
    Wrong,
}

#[derive(Debug, Serialize)]
struct Finding {
    what: String,
    state: State,
    says: String,
    #[serde(rename = "do")]
    to_do: String,
}

#[derive(Debug, Default)]
struct Findings(Vec<Finding>, Vec<backup::Told>);

impl Findings {
    fn add(&mut self, state: State, what: &str, says: impl Into<String>, to_do: impl Into<String>) {
        self.0.push(Finding { what: what.to_owned(), state, says: says.into(), to_do: to_do.into() });
    }
    fn good(&mut self, what: &str, says: impl Into<String>) {
        self.add(State::Good, what, says, "");
    }
}

/// Looks at everything; 1 when something is wrong.
pub async fn run(args: &PlaceArgs) -> Result<ExitCode> {
    let place = Place::of(args)?;
    let mut findings = Findings::default();
    if !place.data.exists() {
        // What follows would be about an installation that nobody meant.
        let says = format!("{} is not there", place.data.display());
        let to_do =
            "is --data (SAMSPIL_DATA) as it should be? `samspil serve` and `samspil user add` make a new one";
        findings.add(State::Wrong, "data directory", says, to_do);
        return Ok(tell(&findings, args.json));
    }
    directory(&place, &mut findings);
    let configuration = match Configuration::load(&place.data) {
        Ok(configuration) => Some(configuration),
        Err(error) => {
            findings.add(
                State::Wrong,
                FILE,
                error.to_string(),
                "mend the line; the program does not start before",
            );
            None
        }
    };
    if let Some(configuration) = &configuration {
        settings(&place, configuration, &mut findings);
        edge::look(&place, configuration, &mut findings);
        edge::staff_sign_in(configuration, &mut findings).await;
        edge::company_sign_in(configuration, &mut findings).await;
        mail(&place, configuration, &mut findings).await;
        telephones(&place, configuration, &mut findings).await;
        mailboxes(&place, configuration, &mut findings).await;
        archive(&place, configuration, &mut findings).await;
        room(&place, configuration, &mut findings);
        register_service(configuration, &mut findings).await;
    }
    database(&place, configuration.as_ref(), &mut findings).await;
    if let Some(configuration) = &configuration {
        scanner(configuration, &mut findings).await;
    }
    Ok(tell(&findings, args.json))
}

fn tell(findings: &Findings, json: bool) -> ExitCode {
    let wrong = findings.0.iter().filter(|one| one.state == State::Wrong).count();
    if json {
        say!("{}", serde_json::json!({ "wrong": wrong, "findings": findings.0, "backups": findings.1 }));
    } else {
        for one in &findings.0 {
            let state = match one.state {
                State::Good => "good ",
                State::Note => "note ",
                State::Wrong => "WRONG",
            };
            say!("{state}  {}: {}", one.what, one.says);
            if !one.to_do.is_empty() {
                say!("       -> {}", one.to_do);
            }
        }
        say!("{}", if wrong == 0 { "Nothing is wrong.".to_owned() } else { format!("{wrong} wrong.") });
    }
    if wrong == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn directory(place: &Place, findings: &mut Findings) {
    let folder = place.data.display().to_string();
    match place.demo() {
        DemoState::None => findings.good("data directory", folder),
        DemoState::Finished => findings.add(
            State::Note,
            "data directory",
            format!("{folder} holds a demo: anyone can sign in as anyone"),
            "choose another directory for real data",
        ),
        DemoState::Making => findings.add(
            State::Wrong,
            "data directory",
            format!("{folder} holds a demo whose making was interrupted"),
            "remove the directory and run `samspil demo` again",
        ),
    }
    if is_writable(&place.data) {
        findings.good("writing to it", "works");
    } else {
        findings.add(
            State::Wrong,
            "writing to it",
            "this user cannot",
            format!("give the directory {} to the user that runs samspil", place.data.display()),
        );
    }
    key(&place.key(), findings);
}

fn is_writable(folder: &Path) -> bool {
    let probe = folder.join(".samspil-doctor");
    let written = std::fs::write(&probe, b"x").is_ok();
    written && std::fs::remove_file(&probe).is_ok()
}

#[cfg(unix)]
fn key(path: &Path, findings: &mut Findings) {
    use std::os::unix::fs::PermissionsExt;
    match std::fs::metadata(path) {
        Err(_) => findings.add(
            State::Note,
            "key file",
            "there is none yet",
            "`samspil serve` makes it; keep a copy of it apart from the database",
        ),
        Ok(found) if found.permissions().mode().trailing_zeros() >= OTHERS_BITS => {
            findings.good("key file", "there, readable by its owner only");
        }
        Ok(_) => findings.add(
            State::Wrong,
            "key file",
            "others on this machine can read it: it opens every tracking link",
            format!("chmod 600 {}", path.display()),
        ),
    }
}

#[cfg(not(unix))]
fn key(path: &Path, findings: &mut Findings) {
    findings.good("key file", if path.exists() { "there" } else { "made at the first start" });
}

fn settings(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    let file = place.data.join(FILE);
    if file.exists() {
        findings.good(FILE, "read");
    } else {
        findings.add(
            State::Note,
            FILE,
            "there is none",
            format!("write {}; docs/operator.md shows one", file.display()),
        );
    }
    // The mail server is told of beside what waits for it.
    for missing in configuration.missing().iter().filter(|missing| missing.setting != "[smtp]") {
        let says = format!("not told; in its place: {}", missing.stand_in);
        findings.add(State::Note, missing.setting, says, format!("write it into {FILE}"));
    }
    for site in configuration.sites("http://127.0.0.1", false) {
        let hosts = if site.hosts.is_empty() { "every host name".to_owned() } else { site.hosts.join(", ") };
        findings.good(&format!("municipality {}", site.tenant), format!("{}, for {hosts}", site.name));
        if !site.is_secure() && !site.base_url.starts_with("http://127.0.0.1") {
            findings.add(
                State::Wrong,
                "base_url",
                format!("{} has no TLS: sessions and links could be read on the way", site.base_url),
                "put a proxy with TLS before the program and write https:// here",
            );
        }
    }
}

async fn mail(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    if place.demo() != DemoState::None {
        findings.good("mail server", "a demo asks none: its mails end at /drift/post");
        return;
    }
    let Some(settings) = configuration.smtp(std::env::var(SMTP_PASSWORD).ok()) else { return };
    let host = format!("{}:{}", settings.host, settings.port());
    let checked = match Mailer::smtp(settings) {
        Ok(mailer) => mailer.check().await,
        Err(error) => Err(error),
    };
    match checked {
        Ok(()) => findings.good("mail server", format!("{host} takes mail from us")),
        Err(error) => findings.add(
            State::Wrong,
            "mail server",
            error.to_string(),
            "mend [smtp], or ask whoever runs the server; mails wait and are tried again for 5 days",
        ),
    }
}

/// Whether short messages can go out. A demo asks nobody.
async fn telephones(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    if place.demo() != DemoState::None || configuration.sms.is_none() {
        return;
    }
    let checked = match configuration.texter(std::env::var(SMS_TOKEN).ok()) {
        Ok(texter) => texter.check().await,
        Err(problem) => Err(problem),
    };
    match checked {
        Ok(()) => findings
            .good("SMS gateway", "it answers; whether it takes messages, `samspil sms try NUMBER` tells"),
        Err(problem) => findings.add(
            State::Wrong,
            "SMS gateway",
            problem.to_string(),
            format!("mend [sms] in {FILE}; messages wait meanwhile, and are tried again for 5 days"),
        ),
    }
}

/// Whether mail that comes in can be fetched.
async fn mailboxes(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    if place.demo() != DemoState::None {
        return;
    }
    let mailbox = configuration.mail_in.mailbox();
    let is_answered = configuration.mail_in.address.is_some();
    match &mailbox.authentication_results {
        Some(server) => findings.good("senders", format!("{server} must vouch for whoever answers by mail")),
        None if is_answered => findings.add(
            State::Note,
            "senders",
            "whoever has both a colleague's mail and its name as the sender can answer a company from it".to_owned(),
            "set mail_in.authentication_results to the name by which your mail server signs Authentication-Results",
        ),
        None => {}
    }
    let mut tell = |name: String, checked: Result<(), String>| match checked {
        Ok(()) => findings.good("mailbox", format!("{name} can be read")),
        Err(why) => findings.add(
            State::Wrong,
            "mailbox",
            why,
            "mend [mail_in]; what companies write stays in the mailbox until then",
        ),
    };
    if let Some(maildir) = &mailbox.maildir {
        tell(maildir.path.display().to_string(), maildir.check().map_err(|error| error.to_string()));
    }
    if let Some(imap) = &mailbox.imap {
        tell(imap.host.clone(), imap.check().await.map_err(|error| error.to_string()));
    }
}

/// Whether the virus scanner is there and finds what every scanner must.
async fn scanner(configuration: &Configuration, findings: &mut Findings) {
    let Some(scanner) = &configuration.files.clamd else {
        let says = "none is configured: files are marked as not scanned, and pages say so";
        let to_do =
            format!("run clamd beside the program, and write [files] clamd = \"127.0.0.1:3310\" into {FILE}");
        return findings.add(State::Note, "virus scanner", says, to_do);
    };
    // In two halves, so that no scanner stops this program for the file that tries scanners.
    let harmless = [r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"].concat();
    let said = match scanner.check().await {
        Ok(()) => scanner.scan_bytes(harmless.as_bytes()).await,
        Err(problem) => Err(problem),
    };
    match said {
        Ok(Verdict::Infected(_)) => findings.good("virus scanner", format!("{scanner} looks at every file")),
        Ok(Verdict::Clean) => findings.add(
            State::Wrong,
            "virus scanner",
            format!("{scanner} answers, and does not find the test file that every scanner must find (EICAR)"),
            "give it its signatures (freshclam): until then it finds nothing in anybody's files",
        ),
        Err(problem) => findings.add(
            State::Wrong,
            "virus scanner",
            problem.to_string(),
            format!("start clamd, or mend [files] clamd in {FILE}; files are taken meanwhile, and handed to nobody before it has looked"),
        ),
    }
}

/// Whether the archive would take what is to be filed. Writes and removes a file in a folder; asks a receiver for nothing.
async fn archive(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    let what = "archive";
    if place.demo() != DemoState::None {
        findings.good(what, "a demo files into its own folder");
        return;
    }
    let archive = match configuration.archive.archive(std::env::var(ARCHIVE_TOKEN).ok()) {
        Ok(archive) => archive,
        Err(error) => {
            findings.add(State::Wrong, what, error.to_string(), format!("mend [archive] in {FILE}"));
            return;
        }
    };
    if !archive.is_there() {
        let to_do = format!("write [archive] into {FILE}; docs/operator.md shows it");
        findings.add(State::Note, what, "not configured: ended enquiries are filed by hand", to_do);
        return;
    }
    let name = archive.place();
    match tokio::task::spawn_blocking(move || archive.check()).await {
        Ok(Ok(())) => findings.good(what, format!("{name} takes packages")),
        Ok(Err(error)) => findings.add(
            State::Wrong,
            what,
            format!("{name}: {error}"),
            "mend [archive], or ask whoever runs the archive; packages wait and are tried again",
        ),
        Err(error) => findings.add(State::Wrong, what, error.to_string(), "try again"),
    }
}

/// Whether files that people send are taken now.
fn room(place: &Place, configuration: &Configuration, findings: &mut Findings) {
    let gigabytes = |bytes: u64| format!("{}.{} GB", bytes / 1_000_000_000, bytes / 100_000_000 % 10);
    match Disk::under(&place.data) {
        Err(error) => findings.add(
            State::Note,
            "room for files",
            format!("the disk does not say how full it is: {error}"),
            "see to it that it is a disk of this machine or a mounted one",
        ),
        Ok(disk) => {
            let floor = configuration.files.limits().floor(disk.total);
            let says = format!(
                "{} of {} are free; files are taken until {} are left",
                gigabytes(disk.free),
                gigabytes(disk.total),
                gigabytes(floor)
            );
            if disk.free < floor {
                let to_do = "make room: files are refused, and enquiries come without them";
                findings.add(State::Wrong, "room for files", says, to_do);
            } else if disk.free < floor.saturating_mul(NEARLY_FULL) {
                let to_do = format!("make room, or a larger disk: {} lies here", place.data.display());
                findings.add(State::Note, "room for files", says, to_do);
            } else {
                findings.good("room for files", says);
            }
        }
    }
}

/// Whether the register's own service is there and lets us in.
async fn register_service(configuration: &Configuration, findings: &mut Findings) {
    let what = "register service";
    let source = match configuration.register.source(std::env::var(REGISTER_PASSWORD).ok()) {
        Ok(source) => source,
        Err(error) => {
            findings.add(State::Wrong, what, error.to_string(), format!("mend [register] in {FILE}"));
            return;
        }
    };
    let Some(source) = source else {
        findings.add(
            State::Note,
            what,
            "not configured: the register comes from files only",
            format!(
                "apply to Erhvervsstyrelsen for system-to-system access, and write [register] into {FILE}"
            ),
        );
        return;
    };
    let when = match source.daily_at {
        Some(at) => format!("fetched daily at {}", at.format("%H:%M")),
        None => "fetched by hand: samspil registry import --live".to_owned(),
    };
    let endpoint = source.endpoint;
    let address = endpoint.address.clone();
    match tokio::task::spawn_blocking(move || registry::live::check(&endpoint)).await {
        Ok(Ok(())) => findings.good(what, format!("{address} lets us in; {when}")),
        Ok(Err(error)) => findings.add(
            State::Wrong,
            what,
            error.to_string(),
            format!("mend [register] in {FILE}, or ask cvrselvbetjening@erst.dk; the register stays as it is meanwhile"),
        ),
        Err(error) => findings.add(State::Wrong, what, error.to_string(), "try again"),
    }
}

async fn database(place: &Place, configuration: Option<&Configuration>, findings: &mut Findings) {
    if let Target::Sqlite(path) = &place.target
        && !path.exists()
    {
        findings.add(
            State::Note,
            "database",
            format!("{} is not there yet", path.display()),
            "`samspil serve` makes it",
        );
        return;
    }
    let opened = async {
        let db = Db::open(&place.target).await?;
        db.ping().await?;
        anyhow::Ok(db)
    };
    match opened.await {
        Ok(db) => {
            let about = match db.engine() {
                Engine::Sqlite => "SQLite answers; writers run with synchronous=FULL",
                Engine::Postgres => "PostgreSQL answers",
            };
            findings.good("database", about);
            register(&db, configuration.map(|known| &known.calendar), findings).await;
            if let Some(configuration) = configuration.filter(|_| place.demo() == DemoState::None) {
                // A schema that is not up to date has been told.
                edge::mails_without_a_server(&db, configuration, findings).await.unwrap_or_default();
                backup::look(&db, configuration, findings).await.unwrap_or_default();
            }
            db.close()
                .await
                .unwrap_or_else(|error| tracing::warn!(%error, "the database was not closed in order"));
        }
        Err(error) => findings.add(
            State::Wrong,
            "database",
            error.to_string(),
            "check --database, that the server runs, and that it lets this user in",
        ),
    }
}

/// The last good import, and one since then that was not good.
async fn register(db: &Db, calendar: Option<&Calendar>, findings: &mut Findings) {
    let (what, command) = ("business register", "samspil registry import FILE");
    let read = async {
        Ok::<_, StoreError>((registry::store::runs(db, 1).await?, registry::store::last_done(db).await?))
    };
    let Ok((newest, good)) = read.await else {
        findings.add(
            State::Note,
            "database schema",
            "not up to date",
            "samspil migrate, or start the program",
        );
        return;
    };
    let at = |run: &registry::store::Run| local(calendar, run.started_at);
    match &good {
        None => findings.add(State::Note, what, "not imported yet", command),
        Some(run) => findings.good(what, format!("imported {}", at(run))),
    }
    let newest = newest.first().filter(|run| good.as_ref().is_none_or(|good| good.id != run.id));
    let in_vain = newest.and_then(|run| match run.state.as_str() {
        "refused" => Some((run, "was refused: nothing in it could be used".to_owned())),
        "failed" => Some((run, format!("failed ({})", run.reason.as_deref().unwrap_or("interrupted")))),
        _ => None,
    });
    if let Some((run, how)) = in_vain {
        let says =
            format!("the last import ({}), of {}, {how}; the register is as before", run.source, at(run));
        findings.add(State::Note, what, says, command);
    }
}

/// A moment as the clock on the wall said it.
fn local(calendar: Option<&Calendar>, at: DateTime<Utc>) -> String {
    let calendar = calendar.cloned().unwrap_or_default();
    calendar.local(at).format("%Y-%m-%d %H:%M").to_string()
}
