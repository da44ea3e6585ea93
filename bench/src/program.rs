//! The program and its yardsticks as processes of their own: started, asked for their processor time and memory, stopped.

use std::{
    io::{BufRead, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, ChildStdin, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, Result, bail, ensure};

use crate::client::{Connection, address, get};

/// How long a server may take to start before we give up.
const START_MAX: Duration = Duration::from_mins(5);
/// Clock ticks in a second, as Linux counts processor time; the same on every machine that we know.
const TICKS_PER_SECOND: f64 = 100.0;

/// Where an installation lies.
#[derive(Debug, Clone)]
pub struct Installation {
    /// The program.
    pub program: PathBuf,
    /// The data directory.
    pub data: PathBuf,
    /// `sqlite:FILE` or `postgres://...`.
    pub database: String,
    /// The database server's own process, where there is one.
    pub database_server: Option<u32>,
}

/// A process of ours; killed when it is dropped.
#[derive(Debug)]
pub struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // One that has ended cannot be killed, and that is well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Something that answers over HTTP.
pub struct Server {
    process: Running,
    /// Where.
    pub address: SocketAddr,
    /// From its start until it was ready.
    pub started_in: Duration,
    database: Option<u32>,
}

impl Installation {
    /// A command of the program on this installation.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command.args(words).arg("--data").arg(&self.data).arg("--database").arg(&self.database);
        command.stdin(Stdio::null()).env_remove("SAMSPIL_DATA").env_remove("SAMSPIL_DATABASE");
        command.env("SAMSPIL_LOG", "error");
        command
    }

    /// Runs a command of the program to its end.
    pub fn run(&self, words: &[&str]) -> Result<()> {
        let output = self.command(words).stdout(Stdio::null()).stderr(Stdio::piped()).output()?;
        ensure!(
            output.status.success(),
            "samspil {} failed:\n{}",
            words.join(" "),
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(())
    }

    /// Serves, and waits until it is ready.
    pub async fn serve(&self, more: &[&str]) -> Result<Server> {
        let words = [&["serve", "--listen", "127.0.0.1:0"], more].concat();
        Server::start(self.command(&words), "Samspil runs on http://", Some("/readyz"), self.database_server)
            .await
    }
}

impl Server {
    /// Starts what says where it listens in a line that begins so.
    pub async fn start(
        mut command: Command,
        says: &'static str,
        ready: Option<&str>,
        database_server: Option<u32>,
    ) -> Result<Self> {
        let began = Instant::now();
        let mut child = command.stdout(Stdio::piped()).spawn().context("could not start a server")?;
        let output = child.stdout.take().context("a server has no output")?;
        let process = Running(child);
        let (told, telling) = tokio::sync::oneshot::channel();
        // Ends with the server, whose end closes the pipe.
        std::thread::spawn(move || {
            let mut told = Some(told);
            for line in BufReader::new(output).lines().map_while(Result::ok) {
                let address = line.strip_prefix(says).and_then(|rest| rest.split(' ').next()?.parse().ok());
                if let (Some(address), Some(told)) = (address, told.take_if(|_| address.is_some())) {
                    let _ = told.send(address);
                }
            }
        });
        let address: SocketAddr =
            tokio::time::timeout(START_MAX, telling).await?.context("a server ended at once")?;
        if let Some(path) = ready {
            while !is_ready(address, path).await {
                ensure!(began.elapsed() < START_MAX, "a server never gets ready");
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
        Ok(Self { process, address, started_in: began.elapsed(), database: database_server })
    }

    /// Seconds of processor time so far, of its own and of the database server.
    pub fn cpu(&self) -> f64 {
        cpu_of(self.process.0.id()) + self.database.map_or(0.0, cpu_of_family)
    }

    /// Anonymous memory in MB (of a million bytes): what the process has for itself, not what it reads from files.
    pub fn memory(&self) -> Result<f64> {
        memory_of(self.process.0.id())
    }

    /// Told to end, and waited for.
    pub fn stop(mut self) -> Result<()> {
        Command::new("kill").args(["-TERM", &self.process.0.id().to_string()]).status()?;
        let status = self.process.0.wait()?;
        // A yardstick knows nothing of signals.
        ensure!(status.code().is_none_or(|code| code == 0), "a server ended with {status}");
        Ok(())
    }
}

async fn is_ready(address: SocketAddr, path: &str) -> bool {
    let Ok(mut connection) = Connection::open(address, self::address(0)).await else { return false };
    connection.ask(&get(path, &[])).await.is_ok_and(|answer| answer.status == 200)
}

/// How a process that was fed from here ended.
#[derive(Debug)]
pub struct Fed {
    /// The last line that it printed.
    pub said: String,
    /// How long it took.
    pub took: Duration,
    /// Seconds of processor time.
    pub cpu: f64,
}

/// Runs a process to its end, with what `feed` writes as its input.
pub async fn feed(
    mut command: Command,
    feed: impl FnOnce(ChildStdin) -> std::io::Result<()> + Send + 'static,
    database_server: Option<u32>,
) -> Result<Fed> {
    let cpu_before = database_server.map_or(0.0, cpu_of_family);
    let began = Instant::now();
    let mut child =
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().context("could not start a process")?;
    let input = child.stdin.take().context("a process has no input")?;
    let output = child.stdout.take().context("a process has no output")?;
    let mut process = Running(child);
    let feeding = tokio::task::spawn_blocking(move || feed(input));
    let pid = process.0.id();
    let reading = tokio::task::spawn_blocking(move || {
        let lines: Vec<String> = BufReader::new(output).lines().map_while(Result::ok).collect();
        lines.last().cloned().unwrap_or_default()
    });
    // Its own time is gone with it, so it is looked at while it lives.
    let watching = tokio::spawn(async move {
        let mut cpu = 0.0_f64;
        while let Some(now) = times(pid) {
            cpu = now.own / TICKS_PER_SECOND;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        cpu
    });
    feeding.await??;
    let said = reading.await?;
    let status = tokio::task::spawn_blocking(move || process.0.wait()).await??;
    let took = began.elapsed();
    ensure!(status.success(), "a process ended with {status}: {said}");
    let cpu = watching.await? + database_server.map_or(0.0, cpu_of_family) - cpu_before;
    Ok(Fed { said, took, cpu })
}

/// Seconds of processor time of a process; 0 when it is gone.
fn cpu_of(pid: u32) -> f64 {
    times(pid).map_or(0.0, |times| times.own / TICKS_PER_SECOND)
}

/// Seconds of processor time of a process and of its children, those that have ended as well.
fn cpu_of_family(pid: u32) -> f64 {
    let mut ticks = times(pid).map_or(0.0, |times| times.own + times.ended_children);
    for entry in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(child) = entry.file_name().to_str().and_then(|name| name.parse::<u32>().ok()) else {
            continue;
        };
        ticks += times(child).filter(|times| times.parent == pid).map_or(0.0, |times| times.own);
    }
    ticks / TICKS_PER_SECOND
}

struct Times {
    parent: u32,
    own: f64,
    ended_children: f64,
}

fn times(pid: u32) -> Option<Times> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // The name may hold anything, so counting begins behind it: state, parent, ...
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at)?.parse::<f64>().ok();
    if fields.first() == Some(&"Z") {
        return None;
    }
    Some(Times {
        parent: fields.get(1)?.parse().ok()?,
        own: ticks(11)? + ticks(12)?,
        ended_children: ticks(13)? + ticks(14)?,
    })
}

fn memory_of(pid: u32) -> Result<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup"))
        .context("cannot read a process's memory")?;
    let line = text.lines().find_map(|line| line.strip_prefix("Anonymous:"));
    let Some(kibibytes) = line.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok()) else {
        bail!("a process's memory is not told");
    };
    Ok(kibibytes * 1_024.0 / 1_000_000.0)
}
