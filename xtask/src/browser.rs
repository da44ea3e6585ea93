//! A demo town of our own on a free port, and a real browser that walks through it: journeys and pictures.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::tools;
use crate::{assets, process, suite};

/// How long the demo may take until it says that it is ready. It promises a minute on a free machine.
const READY_WITHIN: Duration = Duration::from_mins(4);

/// How long to wait between two looks.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// How long one look may take.
const LOOK_WITHIN: Duration = Duration::from_secs(2);

/// How many of the server's last lines are shown when something failed.
const LOG_LINES_SHOWN: usize = 40;

/// A running `samspil demo` with data of its own. Dropping it stops it.
#[derive(Debug)]
struct Town {
    server: Child,
    address: SocketAddr,
    log: PathBuf,
    // Last: the folder goes after the server that writes to it.
    _data: TempDir,
}

impl Town {
    fn start() -> Result<Self> {
        let data = tempfile::Builder::new().prefix("samspil-e2e-").tempdir()?;
        let results = process::target_folder().join("e2e");
        fs::create_dir_all(&results)?;
        let log = results.join("server.log");
        let messages = File::create(&log)?;
        let address = free_address()?;
        println!("  making a town on http://{address}, its messages go to {}", log.display());
        let server = process::tied(&process::target_folder().join("debug/samspil"))
            .arg("demo")
            .arg("--data")
            .arg(data.path().join("demo"))
            .args(["--port", &address.port().to_string()])
            // Every visitor of the journeys says where it comes from: companies do not share one address, nor its limits.
            .args(["--trusted-proxy", "127.0.0.1"])
            .current_dir(process::root())
            .stdin(Stdio::null())
            .stdout(messages.try_clone()?)
            .stderr(messages)
            .spawn()
            .context("could not start samspil demo")?;
        let mut town = Self { server, address, log, _data: data };
        town.wait_until_ready().with_context(|| town.last_lines())?;
        Ok(town)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let start = Instant::now();
        while !answers_ok(self.address, "/readyz") {
            ensure!(!process::interrupted(), "interrupted");
            if let Some(status) = self.server.try_wait()? {
                bail!("samspil demo ended before it was ready ({status})");
            }
            ensure!(
                start.elapsed() < READY_WITHIN,
                "samspil demo was not ready within {} seconds",
                READY_WITHIN.as_secs()
            );
            pause();
        }
        println!("  ready after {} seconds", start.elapsed().as_secs());
        Ok(())
    }

    fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    fn last_lines(&self) -> String {
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        let shown = lines.get(lines.len().saturating_sub(LOG_LINES_SHOWN)..).unwrap_or_default();
        format!("the server's last messages:\n{}", shown.join("\n"))
    }

    /// Stops the server and checks that it ended in order.
    fn stop(mut self) -> Result<()> {
        let status = process::stop(&mut self.server).context("samspil demo could not be stopped")?;
        ensure!(status.success(), "samspil demo did not end in order ({status}); {}", self.last_lines());
        Ok(())
    }
}

impl Drop for Town {
    fn drop(&mut self) {
        process::stop(&mut self.server);
    }
}

#[expect(clippy::disallowed_methods, reason = "this program has no async runtime, and nobody waits for it")]
fn pause() {
    std::thread::sleep(LOOK_EVERY);
}

/// A loopback address that nobody uses at this moment.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Whether a page answers 200. Anything else, also no answer, is a no.
fn answers_ok(address: SocketAddr, path: &str) -> bool {
    let ask = || -> std::io::Result<String> {
        let mut stream = TcpStream::connect_timeout(&address, LOOK_WITHIN)?;
        stream.set_read_timeout(Some(LOOK_WITHIN))?;
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
        let mut start = [0_u8; 12];
        stream.read_exact(&mut start)?;
        Ok(String::from_utf8_lossy(&start).into_owned())
    };
    ask().is_ok_and(|start| start == "HTTP/1.1 200")
}

/// Node in `e2e/`, told where the town, the browser and the folder for results are.
fn node(base_url: &str, results: &Path) -> Result<Command> {
    let chromium = tools::chromium().context("Chromium is missing")?;
    let mut node = Command::new("node");
    node.current_dir(process::root().join("e2e"))
        .env("BASE_URL", base_url)
        .env("CHROMIUM", chromium)
        // For a second program beside the town, with a configuration of its own.
        .env("SAMSPIL", process::target_folder().join("debug/samspil"))
        .env("RESULTS", results);
    Ok(node)
}

/// The journeys, in a real browser against a town of their own.
pub fn run_journeys() -> Result<()> {
    let folder = process::root().join("e2e");
    assets::install_packages(&folder)?;
    suite::lint_and_build()?;
    let tests = test_files(&folder.join("tests"))?;
    let town = Town::start()?;
    let results = process::target_folder().join("e2e");
    let outcome = process::run(
        node(&town.url(), &results)?.args(["--test", "--test-concurrency=1"]).args(tests),
        "a journey in the browser",
    );
    if outcome.is_err() {
        eprintln!("{}", town.last_lines());
    }
    outcome.and(town.stop())
}

/// Pictures of the pages, wide and narrow, of the town at `base_url` or of one made for them.
pub fn take_screenshots(base_url: Option<&str>, only: &[String]) -> Result<()> {
    assets::install_packages(&process::root().join("e2e"))?;
    let results = process::target_folder().join("screenshots");
    fs::create_dir_all(&results)?;
    let shoot = |url: &str| {
        process::run(node(url, &results)?.arg("screenshots.mjs").args(only), "taking the pictures")?;
        println!("The pictures are in {}.", results.display());
        Ok(())
    };
    if let Some(url) = base_url {
        return shoot(url);
    }
    assets::build()?;
    process::run(process::cargo().args(["build", "--package", "samspil"]), "building the program")?;
    let town = Town::start()?;
    shoot(&town.url())?;
    town.stop()
}

/// Every `*.test.mjs`, sorted. An empty folder is an error: a run without a test must not look like a good one.
fn test_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .with_context(|| format!("could not read {}", folder.display()))?
        .flatten()
        .map(|entry| entry.path())
        .filter(|path| path.to_string_lossy().ends_with(".test.mjs"))
        .collect();
    files.sort();
    ensure!(!files.is_empty(), "no *.test.mjs in {}", folder.display());
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folder_without_a_test_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("lib.mjs"), "").unwrap();
        assert!(test_files(folder.path()).is_err());
        fs::write(folder.path().join("b.test.mjs"), "").unwrap();
        fs::write(folder.path().join("a.test.mjs"), "").unwrap();
        let names: Vec<_> =
            test_files(folder.path()).unwrap().iter().map(|f| f.file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["a.test.mjs", "b.test.mjs"]);
    }

    #[test]
    fn readiness_is_200_and_nothing_else() {
        for (answer, ready) in [
            ("HTTP/1.1 200 OK\r\n\r\n", true),
            ("HTTP/1.1 503 Service Unavailable\r\n\r\n", false),
            ("", false),
        ] {
            let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
            let address = listener.local_addr().unwrap();
            let server = std::thread::spawn(move || {
                let (mut stream, _) = listener.accept().unwrap();
                let _ = stream.read(&mut [0; 1024]);
                stream.write_all(answer.as_bytes()).unwrap();
            });
            assert_eq!(answers_ok(address, "/readyz"), ready, "{answer}");
            server.join().unwrap();
        }
        assert!(!answers_ok(free_address().unwrap(), "/readyz"));
    }
}
