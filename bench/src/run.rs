//! The measurements, in the order in which a municipality would meet them: an empty installation, the import with
//! companies that write meanwhile, typing, pages, sending, memory, a new start.

use std::{
    io::BufWriter,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection as _, Executor, PgConnection};

use crate::{
    bare::{self, Pool},
    client::{Connection, get},
    denmark::{Denmark, Extent},
    figures::{Figure, Report, median, ms, percentile},
    load::{Load, Plan, fresh_address, load},
    program::{Installation, Server, feed},
    scene::Scene,
    script::Scripted,
    town::{ShownForm, enquiries, typeahead, typed},
};

/// Statements that each page may send; above this the run fails. Two of the company page are visits and who is known there.
const COMPANY_STATEMENTS_MAX: u32 = 7;
const TRACKING_STATEMENTS_MAX: u32 = 5;
/// Clients at a time, where answers a second are counted.
const CLIENTS: usize = 16;
/// Companies whose pages are looked at.
const COMPANIES: i64 = 60;

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The program.
    pub program: PathBuf,
    /// Active establishments.
    pub scale: u64,
    /// All documents of the register.
    pub full_import: bool,
    /// With SQLite.
    pub sqlite: bool,
    /// With PostgreSQL: its address and the process id of the server.
    pub postgres: Option<(String, u32)>,
    /// Short: each thing once, no demo. To see that everything runs and that what can be counted is right.
    pub brief: bool,
    /// Where the JSON goes.
    pub json: Option<PathBuf>,
    /// Where the data goes meanwhile.
    pub folder: PathBuf,
}

/// How long and how often things are measured.
#[derive(Debug, Clone, Copy)]
struct Pace {
    round: Duration,
    rounds: usize,
}

impl Wanted {
    fn pace(&self) -> Pace {
        if self.brief {
            Pace { round: Duration::from_millis(400), rounds: 1 }
        } else {
            Pace { round: Duration::from_secs(3), rounds: 7 }
        }
    }
}

/// Measures everything and prints it.
pub async fn run(wanted: &Wanted) -> Result<()> {
    let today = kernel::Clock::now(&kernel::SystemClock).date_naive();
    let denmark = Arc::new(Denmark::new(today));
    let extent = denmark.extent(wanted.scale, wanted.full_import);
    println!(
        "a synthetic Denmark of {} documents, {} active establishments among them",
        extent.documents, extent.active
    );
    let folder = tempfile::Builder::new().prefix("samspil-bench-").tempdir_in(&wanted.folder)?;
    let mut figures = Vec::new();
    if wanted.sqlite {
        let bench = Bench::new(wanted, Engine::Sqlite, folder.path(), denmark.clone(), extent);
        figures.extend(bench.run().await?);
    }
    if let Some((url, server)) = &wanted.postgres {
        let engine = Engine::Postgres { url: url.clone(), server: *server };
        let bench = Bench::new(wanted, engine, folder.path(), denmark.clone(), extent);
        figures.extend(bench.run().await?);
    }
    let optimised = !cfg!(debug_assertions);
    let report = Report { machine: machine(), scale: wanted.scale, optimised, figures };
    println!("\n{}\n\n{}", report.machine, report.table());
    if let Some(path) = &wanted.json {
        let text = serde_json::to_string_pretty(&report)?;
        std::fs::write(path, text + "\n").with_context(|| format!("cannot write {}", path.display()))?;
    }
    // Times are told, never demanded: a busy machine is no mistake. What is counted is the same everywhere.
    let over: Vec<&Figure> = report
        .figures
        .iter()
        .filter(|figure| figure.unit == STATEMENTS && figure.limit.as_ref().is_some_and(|limit| !limit.holds))
        .collect();
    ensure!(over.is_empty(), "more statements than a page may send: {over:?}");
    Ok(())
}

const STATEMENTS: &str = "statements";

fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "))
        .map_or("", |(_, model)| model);
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZeroUsize::get);
    let memory = read("/proc/meminfo");
    let kibibytes = memory
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:")?.split_whitespace().next()?.parse::<u64>().ok());
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or_default();
    format!(
        "{cores} cores ({model}), {} GB of memory, Linux {}, load at the end {load}",
        kibibytes.unwrap_or_default() / 1_000_000,
        read("/proc/sys/kernel/osrelease").trim()
    )
}

#[derive(Debug, Clone)]
enum Engine {
    Sqlite,
    Postgres { url: String, server: u32 },
}

impl Engine {
    const fn name(&self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres { .. } => "PostgreSQL",
        }
    }
}

struct Bench<'a> {
    wanted: &'a Wanted,
    pace: Pace,
    engine: Engine,
    folder: PathBuf,
    denmark: Arc<Denmark>,
    extent: Extent,
    figures: Vec<Figure>,
}

impl<'a> Bench<'a> {
    fn new(wanted: &'a Wanted, engine: Engine, folder: &Path, denmark: Arc<Denmark>, extent: Extent) -> Self {
        let folder = folder.to_owned();
        Self { wanted, pace: wanted.pace(), engine, folder, denmark, extent, figures: Vec::new() }
    }

    fn name(&self) -> &'static str {
        self.engine.name()
    }

    fn tell(&mut self, figure: Figure) {
        let limit =
            figure.limit.as_ref().map_or("", |limit| if limit.holds { "holds" } else { "DOES NOT HOLD" });
        let ratio = figure.yardstick.as_ref().map_or(f64::NAN, |yardstick| yardstick.ratio);
        println!(
            "  {}: {} {:.3} {} (ratio {ratio:.2}) {limit}",
            self.name(),
            figure.what,
            figure.measured,
            figure.unit
        );
        self.figures.push(figure);
    }

    async fn run(mut self) -> Result<Vec<Figure>> {
        println!("\n{}", self.name());
        let plain = self.plain_import().await?;
        let main = self.make("main").await?;
        let server = main.serve(&[]).await?;
        self.tell(Figure::new(self.name(), "start with an empty database", ms(server.started_in), "ms"));
        let form = ShownForm::on(&server).await?;
        self.import(&main, &server, &form, plain).await?;
        self.typing(&main, &server).await?;
        let links = self.pages(&main, &server, &form).await?;
        self.public_page(&main, &server).await?;
        self.sending(&main, &server, &form).await?;
        ensure!(links > 0, "nobody has sent anything");
        let memory = server.memory()?;
        self.tell(
            Figure::new(self.name(), "anonymous memory after all that", memory, "MB")
                .at_most(400.0, "at most 400"),
        );
        server.stop()?;
        let server = main.serve(&[]).await?;
        let started = ms(server.started_in);
        self.tell(
            Figure::new(self.name(), "start with the register in it", started, "ms")
                .at_most(60_000.0, "a minute"),
        );
        server.stop()?;
        self.remove(&main).await?;
        if !self.wanted.brief {
            self.demo().await?;
        }
        Ok(self.figures)
    }

    /// An installation with an empty database.
    async fn make(&self, what: &str) -> Result<Installation> {
        let data = self.folder.join(format!("{}-{what}", self.name()));
        let (database, database_server) = match &self.engine {
            Engine::Sqlite => (format!("sqlite:{}", data.join("samspil.db").display()), None),
            Engine::Postgres { url, server } => {
                let name = format!("bench_{what}");
                let mut connection = PgConnection::connect(url).await?;
                connection.execute(AssertSqlSafe(format!("CREATE DATABASE {name}"))).await?;
                (with_database(url, &name), Some(*server))
            }
        };
        let installation =
            Installation { program: self.wanted.program.clone(), data, database, database_server };
        installation.run(&["migrate"])?;
        Ok(installation)
    }

    async fn remove(&self, installation: &Installation) -> Result<()> {
        if let Engine::Postgres { url, .. } = &self.engine {
            let name = installation.database.rsplit('/').find_map(|part| part.strip_prefix("bench_"));
            let name = name.and_then(|rest| rest.split('?').next()).context("no database of ours")?;
            let mut connection = PgConnection::connect(url).await?;
            connection.execute(AssertSqlSafe(format!("DROP DATABASE bench_{name} WITH (FORCE)"))).await?;
        }
        std::fs::remove_dir_all(&installation.data)?;
        Ok(())
    }

    fn feeding(&self) -> impl FnOnce(std::process::ChildStdin) -> std::io::Result<()> + Send + 'static {
        let (denmark, extent) = (self.denmark.clone(), self.extent);
        move |input| denmark.write(extent, &mut BufWriter::with_capacity(1 << 20, input))
    }

    /// The same parse and plain inserts, into tables with the same indexes. Documents a second, and CPU ms for each.
    async fn plain_import(&self) -> Result<(f64, f64)> {
        let place = self.make("plain").await?;
        let mut command = own(&["plain"])?;
        command.args(["--database", &place.database]);
        let fed = feed(command, self.feeding(), place.database_server).await?;
        let said: Value = serde_json::from_str(&fed.said)?;
        ensure!(said["read"] == self.extent.documents, "the yardstick wrote {}", said["read"]);
        self.remove(&place).await?;
        let count = count(self.extent.documents);
        Ok((count / fed.took.as_secs_f64(), fed.cpu * 1_000.0 / count))
    }

    /// The import, while companies write.
    async fn import(
        &mut self,
        main: &Installation,
        server: &Server,
        form: &ShownForm,
        (plain_rate, plain_cpu): (f64, f64),
    ) -> Result<()> {
        let quiet = Plan {
            request: from_one_company(form, 1_000_000),
            status: 303,
            clients: 1,
            lasts: self.pace.round * 2,
            thinks: Duration::from_millis(20),
            per_address: 18,
        };
        let mut quiet_took = load(server, &quiet).await?.took;
        let is_over = Arc::new(AtomicBool::new(false));
        let writing = {
            let (is_over, address, form) = (is_over.clone(), server.address, form.clone());
            tokio::spawn(async move { write_until(address, &form, &is_over).await })
        };
        let command = main.command(&["registry", "import", "-", "--json"]);
        let fed = feed(command, self.feeding(), None).await;
        is_over.store(true, Ordering::Relaxed);
        let mut took = writing.await??;
        let fed = fed?;
        let said: Value = serde_json::from_str(&fed.said).with_context(|| fed.said.clone())?;
        ensure!(
            said["read"] == self.extent.documents
                && said["added"] == self.extent.documents
                && said["rejected"] == 0,
            "the import says {said}, and {} documents went in",
            self.extent.documents
        );
        let documents = count(self.extent.documents);
        let rate = documents / fed.took.as_secs_f64();
        let figure = Figure::new(self.name(), "import", rate, "documents a second")
            .cpu(fed.cpu * 1_000.0 / documents)
            .beside("same parse, plain inserts", plain_rate, Some(plain_cpu))
            .at_least(1.0 / 3.0, "at least a third")
            .note(format!(
                "{} documents; a server ran and companies wrote meanwhile, which the yardstick was spared",
                self.extent.documents
            ));
        self.tell(figure);
        let (p99, quiet) = (ms(percentile(&mut took, 0.99)), ms(percentile(&mut quiet_took, 0.99)));
        let note = format!(
            "{} sent, half of them within {:.1} ms, the slowest took {:.0} ms",
            took.len(),
            ms(percentile(&mut took, 0.5)),
            ms(percentile(&mut took, 1.0))
        );
        self.tell(
            Figure::new(self.name(), "sending an enquiry while importing, p99", p99, "ms")
                .beside("without an import", quiet, None)
                .note(note),
        );
        Ok(())
    }

    /// Typing the name of a company, beside asking for one row by its key.
    async fn typing(&mut self, main: &Installation, server: &Server) -> Result<()> {
        let began = Instant::now();
        let companies = Pool::readers(&main.database).await?.companies(4_000).await?;
        let known = companies.first().context("the register is empty")?;
        wait_for_index(server, &known.1).await?;
        let indexed = began.elapsed().as_secs_f64();
        self.tell(Figure::new(self.name(), "from the import's end until its names are found", indexed, "s"));
        let bare = self.bare(main, &[]).await?;
        let words = typed(&companies, 4_000);
        let typing = Plan::of(typeahead(&words), 1, self.pace.round).of_many(50);
        let keys = companies.iter().map(|(number, _)| get(&format!("/key/{number}"), &[])).collect();
        let by_key = Plan::of(keys, 1, self.pace.round / 2).of_many(50);
        let both = self.rounds((server, &typing), (&bare, &by_key)).await?;
        let (mut took, mut key_took) = (both.ours.took, both.theirs.took);
        let (p99, key) = (ms(percentile(&mut took, 0.99)), ms(percentile(&mut key_took, 0.99)));
        let note = format!(
            "half of {} answers within {:.2} ms, of the keys' within {:.2} ms",
            took.len(),
            ms(percentile(&mut took, 0.5)),
            ms(percentile(&mut key_took, 0.5))
        );
        let figure = Figure::new(self.name(), "typeahead, p99", p99, "ms")
            .cpu(both.ours.cpu_ms)
            .beside("a row by its key over HTTP, p99", key, Some(both.theirs.cpu_ms))
            .at_most(10.0, "at most 10 times")
            .note(note);
        self.tell(figure);
        Ok(())
    }

    /// The pages of companies and of enquiries, beside bare handlers. Returns how many enquiries there are.
    async fn pages(&mut self, main: &Installation, server: &Server, form: &ShownForm) -> Result<usize> {
        let companies = Pool::readers(&main.database).await?.companies(COMPANIES).await?;
        let mut links = Vec::new();
        let mut connection = Connection::open(server.address, fresh_address()).await?;
        for (at, (number, _)) in (0_u64..).zip(companies.iter().flat_map(|company| [company, company])) {
            if at.is_multiple_of(18) {
                connection = Connection::open(server.address, fresh_address()).await?;
            }
            let answer = connection.ask(&form.filled(2_000_000 + at, *number)).await?;
            let link = answer.header("location").and_then(|link| link.strip_suffix("?kvittering=1"));
            links.push(link.with_context(|| format!("no receipt: {}", answer.status))?.to_owned());
        }
        let scene = Scene::open(main).await?;
        let cookie = scene.sign_in().await?;
        let company = |number: &i64| format!("/intern/virksomheder/{number:08}");
        let company_paths: Vec<String> = companies.iter().map(|(number, _)| company(number)).collect();
        let paths = [
            ("company page", &company_paths, cookie.as_str(), COMPANY_STATEMENTS_MAX),
            ("tracking page", &links, "", TRACKING_STATEMENTS_MAX),
        ];
        for (what, paths, cookie, statements_max) in paths {
            let mut script = Vec::new();
            for path in paths {
                script.push(scene.script(path, cookie).await?);
            }
            let most = script.iter().map(|page| page.asked.len()).max().unwrap_or_default();
            let figure =
                Figure::new(self.name(), &format!("{what}, statements"), count(most as u64), STATEMENTS);
            self.tell(figure.at_most(f64::from(statements_max), &format!("at most {statements_max}")));
            let bytes: usize = script.iter().map(|page| page.body.len()).sum::<usize>() / script.len().max(1);
            let bare = self.bare(main, &script).await?;
            let ours = paths.iter().map(|path| get(path, &[("cookie", cookie)])).collect();
            let theirs = (0..script.len()).map(|at| get(&format!("/page/{at}"), &[])).collect();
            let ours = Plan::of(ours, CLIENTS, self.pace.round);
            let theirs = Plan::of(theirs, CLIENTS, self.pace.round);
            let both = self.rounds((server, &ours), (&bare, &theirs)).await?;
            let figure = both.figure(self.name(), what, "a bare handler: same statements, same bytes");
            let note = format!("{} bytes on average", crate::figures::number(count(bytes as u64)));
            self.tell(figure.at_least(0.6, "at least 60 %").note(note));
        }
        scene.close().await?;
        Ok(links.len())
    }

    /// The front page with a tag, beside a static file.
    async fn public_page(&mut self, main: &Installation, server: &Server) -> Result<()> {
        let mut connection = Connection::open(server.address, fresh_address()).await?;
        let first = connection.ask(&get("/", &[])).await?;
        let tag = first.header("etag").context("the front page has no tag")?.to_owned();
        let page = Scripted { asked: Vec::new(), headers: Vec::new(), body: first.text().into_owned() };
        let bare = self.bare(main, &[page]).await?;
        let known = [("if-none-match", tag.as_str())];
        let cases = [
            (
                "the front page, unchanged (304)",
                get("/", &known),
                get("/file", &[("if-none-match", bare::tag())]),
                304,
            ),
            ("the front page, sent", get("/", &[]), get("/file", &[]), 200),
        ];
        for (what, ours, theirs, status) in cases {
            let ours = Plan::of(vec![ours], CLIENTS, self.pace.round).expecting(status);
            let theirs = Plan::of(vec![theirs], CLIENTS, self.pace.round).expecting(status);
            let both = self.rounds((server, &ours), (&bare, &theirs)).await?;
            let figure = both.figure(self.name(), what, "a static file from memory, the same bytes");
            self.tell(figure.at_least(0.25, "at least 25 %"));
        }
        Ok(())
    }

    /// Enquiries a second, beside bare commits of the same rows.
    async fn sending(&mut self, main: &Installation, server: &Server, form: &ShownForm) -> Result<()> {
        let companies = Pool::readers(&main.database).await?.companies(COMPANIES).await?;
        let number = companies.first().map(|company| company.0).context("the register is empty")?;
        let scene = Scene::open(main).await?;
        let writes = scene.writes("/henvendelse/ny", &form.body(3_000_000, number)).await?;
        scene.close().await?;
        ensure!(writes.len() > 5, "an enquiry writes {} rows", writes.len());
        let script = self.folder.join("commits.json");
        std::fs::write(&script, serde_json::to_string(&writes)?)?;
        let place = self.make("commits").await?;
        let (mut ours, mut theirs, mut ratios) = (Load::default(), Load::default(), Vec::new());
        let count_each = if self.wanted.brief { 40 } else { 2_000 };
        for round in 0..self.pace.rounds as u64 {
            let plan = Plan {
                request: enquiries(form, 4_000_000 + round * 1_000_000, &companies),
                status: 303,
                clients: CLIENTS,
                lasts: self.pace.round,
                thinks: Duration::ZERO,
                per_address: 18,
            };
            let sent = load(server, &plan).await?;
            ensure!(
                sent.led_to.iter().all(|to| to.ends_with("?kvittering=1")),
                "an enquiry got no receipt: {:?}",
                sent.led_to.iter().find(|to| !to.ends_with("?kvittering=1"))
            );
            let mut command = own(&["commits"])?;
            command.args(["--database", &place.database, "--count", &count_each.to_string()]);
            command.args(["--tasks", &CLIENTS.to_string(), "--first", &(round * count_each).to_string()]);
            command.arg("--script").arg(&script);
            let fed = feed(command, |_| Ok(()), place.database_server).await?;
            let said: Value = serde_json::from_str(&fed.said)?;
            let seconds = said["seconds"].as_f64().context("the yardstick says nothing")?;
            let rate = count(count_each) / seconds;
            ratios.push(sent.per_second / rate);
            ours.add(sent);
            theirs.add(Load {
                per_second: rate,
                cpu_ms: fed.cpu * 1_000.0 / count(count_each),
                ..Load::default()
            });
        }
        self.remove(&place).await?;
        let rounds = count(self.pace.rounds as u64);
        let note = format!(
            "{} statements that write each; the program also seals, and writes and captures two mails, for each",
            writes.len()
        );
        let figure = Figure::new(self.name(), "sending an enquiry", ours.per_second / rounds, "a second")
            .cpu(ours.cpu_ms / rounds)
            .beside_as(
                "commits of the same rows",
                theirs.per_second / rounds,
                median(ratios),
                Some(theirs.cpu_ms / rounds),
            )
            .at_least(0.5, "at least half")
            .note(note);
        self.tell(figure);
        Ok(())
    }

    /// The demo town: memory and start.
    async fn demo(&mut self) -> Result<()> {
        let data = self.folder.join(format!("{}-demo", self.name()));
        let database = match &self.engine {
            Engine::Sqlite => format!("sqlite:{}", data.join("samspil.db").display()),
            Engine::Postgres { url, .. } => {
                let mut connection = PgConnection::connect(url).await?;
                connection.execute("CREATE DATABASE bench_demo").await?;
                with_database(url, "bench_demo")
            }
        };
        let demo =
            Installation { program: self.wanted.program.clone(), data, database, database_server: None };
        let began = Instant::now();
        demo.run(&["demo", "--only-make", "--port", "0"])?;
        self.tell(Figure::new(self.name(), "making the demo", began.elapsed().as_secs_f64(), "s"));
        let server = demo.serve(&["--demo"]).await?;
        let started = ms(server.started_in);
        self.tell(
            Figure::new(self.name(), "start with the demo", started, "ms").at_most(60_000.0, "a minute"),
        );
        let pages =
            ["/", "/vejviser", "/politik", "/henvendelse/ny?emne=signage", "/log-ind", "/was", "/privatliv"];
        let requests = pages.iter().map(|path| get(path, &[])).collect();
        load(&server, &Plan::of(requests, CLIENTS, self.pace.round)).await?;
        let memory = server.memory()?;
        let figure = Figure::new(self.name(), "anonymous memory with the demo, after load", memory, "MB");
        self.tell(figure.at_most(150.0, "at most 150"));
        server.stop()?;
        self.remove(&demo).await
    }

    async fn bare(&self, main: &Installation, script: &[Scripted]) -> Result<Server> {
        let path = self.folder.join("script.json");
        std::fs::write(&path, serde_json::to_string(script)?)?;
        let mut command = own(&["bare"])?;
        command.args(["--database", &main.database]).arg("--script").arg(&path);
        Server::start(command, "bare at ", None, main.database_server).await
    }

    /// Both in turn, so that what else the machine does meets both.
    async fn rounds(&self, ours: (&Server, &Plan), theirs: (&Server, &Plan)) -> Result<Both> {
        let mut both = Both::default();
        for (server, plan) in [ours, theirs] {
            // Not counted: connections are opened, caches fill.
            load(server, &Plan { lasts: plan.lasts / 4, ..plan.clone() }).await?;
        }
        for _ in 0..self.pace.rounds {
            let (mine, bare) = (load(ours.0, ours.1).await?, load(theirs.0, theirs.1).await?);
            both.ratios.push(mine.per_second / bare.per_second);
            both.ours.add(mine);
            both.theirs.add(bare);
        }
        let rounds = count(self.pace.rounds as u64);
        for load in [&mut both.ours, &mut both.theirs] {
            load.per_second /= rounds;
            load.cpu_ms /= rounds;
        }
        Ok(both)
    }
}

#[derive(Default)]
struct Both {
    ours: Load,
    theirs: Load,
    ratios: Vec<f64>,
}

impl Both {
    fn figure(self, engine: &str, what: &str, beside: &str) -> Figure {
        let (ours, theirs) = (self.ours, self.theirs);
        Figure::new(engine, what, ours.per_second, "a second").cpu(ours.cpu_ms).beside_as(
            beside,
            theirs.per_second,
            median(self.ratios),
            Some(theirs.cpu_ms),
        )
    }
}

impl Load {
    fn add(&mut self, other: Self) {
        self.took.extend(other.took);
        self.per_second += other.per_second;
        self.cpu_ms += other.cpu_ms;
    }
}

fn from_one_company(form: &ShownForm, first: u64) -> Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync> {
    // A company that the register does not know.
    let number = kernel::CvrNumber::invented(1).map_or(0, |cvr| i64::from(cvr.number()));
    enquiries(form, first, &[(number, String::new())])
}

/// One company after another writes, until the import is over.
async fn write_until(
    address: std::net::SocketAddr,
    form: &ShownForm,
    is_over: &AtomicBool,
) -> Result<Vec<Duration>> {
    let request = from_one_company(form, 1_500_000);
    let (mut took, mut at) = (Vec::new(), 0);
    while !is_over.load(Ordering::Relaxed) {
        let mut connection = Connection::open(address, fresh_address()).await?;
        for _ in 0..18 {
            if is_over.load(Ordering::Relaxed) {
                break;
            }
            let asked = Instant::now();
            let answer = connection.ask(&request(at)).await?;
            took.push(asked.elapsed());
            ensure!(answer.status == 303, "no receipt while importing: {} {}", answer.status, answer.text());
            at += 1;
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    Ok(took)
}

async fn wait_for_index(server: &Server, name: &str) -> Result<()> {
    let question = get(&format!("/api/v1/companies/typeahead?q={}", web::url_encode(name)), &[]);
    let began = Instant::now();
    while began.elapsed() < Duration::from_mins(30) {
        let mut connection = Connection::open(server.address, fresh_address()).await?;
        let answer = connection.ask(&question).await?;
        if answer.status == 200 && answer.header("x-samspil-search").is_none() && answer.body.len() > 2 {
            return Ok(());
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("the search index is never there")
}

/// This very program with other words.
fn own(words: &[&str]) -> Result<Command> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(words);
    Ok(command)
}

/// The same server, another database: what stands between the last `/` of the address and the `?`.
fn with_database(url: &str, name: &str) -> String {
    let (address, options) = url.split_once('?').map_or((url, ""), |(address, options)| (address, options));
    let server = address.rsplit_once('/').map_or(address, |(server, _)| server);
    format!("{server}/{name}?{options}")
}

#[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
fn count(number: u64) -> f64 {
    number as f64
}
