//! A private PostgreSQL for the tests: its own data directory, a unix socket and no TCP, gone when it is dropped.
//! It must never touch a server that was there before, and it is nothing to keep data in: fsync is off.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::JoinHandle;

use anyhow::{Context, Result, bail, ensure};
use tempfile::TempDir;

use crate::process;

/// The oldest major version that the tests accept.
pub const POSTGRES_MAJOR_MIN: u32 = 13;

/// Connections that the tests of all crates may hold at once.
const CONNECTIONS_MAX: u32 = 300;

/// The account that Debian's package makes; PostgreSQL refuses to run as root.
const SERVER_ACCOUNT: &str = "postgres";

/// The superuser inside the private server.
const ROLE: &str = "samspil";

/// Where one PostgreSQL installation keeps its programs.
#[derive(Debug, Clone)]
pub struct Binaries {
    folder: PathBuf,
}

impl Binaries {
    /// Looks in `PATH`, then in Debian's versioned folders, newest first.
    pub fn find() -> Option<Self> {
        let mut folders: Vec<PathBuf> =
            std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect()).unwrap_or_default();
        folders.extend(debian_folders(Path::new("/usr/lib/postgresql")));
        folders.into_iter().find_map(|folder| {
            let complete = ["initdb", "postgres"].iter().all(|name| folder.join(name).is_file());
            let binaries = Self { folder };
            (complete && binaries.major().is_some_and(|major| major >= POSTGRES_MAJOR_MIN))
                .then_some(binaries)
        })
    }

    /// The major version, as `postgres --version` says it.
    pub fn major(&self) -> Option<u32> {
        let output = Command::new(self.folder.join("postgres")).arg("--version").output().ok()?;
        parse_major(&String::from_utf8_lossy(&output.stdout))
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }
}

/// `/usr/lib/postgresql/15/bin` and its kin, newest first.
fn debian_folders(root: &Path) -> Vec<PathBuf> {
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir(root)
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    versions.into_iter().map(|(_, folder)| folder).collect()
}

/// Reads 15 out of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`.
fn parse_major(version_line: &str) -> Option<u32> {
    let (_, after) = version_line.split_once("(PostgreSQL)")?;
    after.trim_start().split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// A running server. Dropping it stops the server by its own process and removes its files, also after a panic.
#[derive(Debug)]
pub struct PrivatePostgres {
    child: Child,
    log: Option<JoinHandle<()>>,
    root: TempDir,
}

impl PrivatePostgres {
    /// Makes a data directory and starts a server on it. Takes about two seconds.
    pub fn start(binaries: &Binaries) -> Result<Self> {
        Self::start_with(binaries, Commits::MayBeLost)
    }

    /// A server whose commits wait for the disk, as in earnest: for measurements.
    pub fn start_durable(binaries: &Binaries) -> Result<Self> {
        Self::start_with(binaries, Commits::AreOnDisk)
    }

    fn start_with(binaries: &Binaries, commits: Commits) -> Result<Self> {
        let root = tempfile::Builder::new()
            .prefix("samspil-pg-")
            .permissions(fs::Permissions::from_mode(0o700))
            .tempdir()
            .context("could not make a temporary folder for PostgreSQL")?;
        if am_root() {
            let status = Command::new("chown").arg(SERVER_ACCOUNT).arg(root.path()).status();
            ensure!(
                status.is_ok_and(|status| status.success()),
                "PostgreSQL does not run as root, and there is no account `{SERVER_ACCOUNT}` to run it as \
                 (Debian's package postgresql makes one)"
            );
        }
        let data = root.path().join("data");
        let made = as_server_account(&binaries.folder.join("initdb"), root.path())
            .args(["--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8"])
            .args(["--no-sync", "--no-instructions", "--pgdata"])
            .arg(&data)
            .output()
            .context("could not run initdb")?;
        ensure!(made.status.success(), "initdb failed:\n{}", String::from_utf8_lossy(&made.stderr));

        // Its own process group: Ctrl-C reaches us alone, and we stop it in order.
        let mut child = as_server_account(&binaries.folder.join("postgres"), root.path())
            .arg("-D")
            .arg(&data)
            .args(settings(root.path(), commits))
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("could not start postgres")?;
        let stderr = child.stderr.take().context("postgres has no stderr")?;
        let mut server = Self { child, log: None, root };
        let mut lines = BufReader::new(stderr);
        let mut said = String::new();
        loop {
            let start = said.len();
            if lines.read_line(&mut said)? == 0 {
                bail!("PostgreSQL did not start:\n{said}");
            }
            if said.get(start..).is_some_and(|line| line.contains("ready to accept connections")) {
                break;
            }
        }
        // A pipe that nobody reads would stop the server after 64 kB of messages.
        let log_path = server.root.path().join("log");
        server.log = Some(std::thread::spawn(move || {
            if let Ok(mut log) = File::create(log_path) {
                let _ = log.write_all(said.as_bytes());
                let _ = std::io::copy(&mut lines, &mut log);
            }
        }));
        Ok(server)
    }

    /// What `TEST_POSTGRES_URL` is set to. The role is a superuser: tests make databases of their own.
    pub fn url(&self) -> String {
        format!("postgres://{ROLE}@localhost/postgres?host={}", self.root.path().display())
    }

    /// The server's own process, parent of those that serve a connection.
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Where the server's messages are, for as long as it lives.
    pub fn log_file(&self) -> PathBuf {
        self.root.path().join("log")
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: connections are ended, files closed.
        process::stop(&mut self.child);
        if let Some(log) = self.log.take() {
            let _ = log.join();
        }
    }
}

/// What a commit means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Commits {
    /// Nothing here outlives the run, and what a power loss does is not tested.
    MayBeLost,
    /// As PostgreSQL does it by itself.
    AreOnDisk,
}

/// Settings for throw-away data.
fn settings(socket_folder: &Path, commits: Commits) -> Vec<String> {
    let on_disk = if commits == Commits::AreOnDisk { "on" } else { "off" };
    let pairs = [
        ("listen_addresses", String::new()),
        ("unix_socket_directories", socket_folder.display().to_string()),
        ("max_connections", CONNECTIONS_MAX.to_string()),
        ("shared_buffers", "128MB".into()),
        ("fsync", on_disk.into()),
        ("synchronous_commit", on_disk.into()),
        ("full_page_writes", on_disk.into()),
        ("max_wal_size", "2GB".into()),
        ("lc_messages", "C".into()),
        ("timezone", "UTC".into()),
        ("logging_collector", "off".into()),
    ];
    pairs.into_iter().flat_map(|(name, value)| ["-c".to_owned(), format!("{name}={value}")]).collect()
}

/// A command that runs as an ordinary account, in a folder that it may enter, in English and byte order.
fn as_server_account(program: &Path, folder: &Path) -> Command {
    let mut command = process::tied_as(am_root().then_some(SERVER_ACCOUNT), program);
    command.current_dir(folder).env("LC_ALL", "C.UTF-8");
    command
}

/// Whether we run as root, which PostgreSQL refuses to do.
fn am_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// `cargo xtask postgres`: a server for people who run single tests by hand, until Ctrl-C.
pub fn run_until_interrupted() -> Result<()> {
    let binaries = Binaries::find().context(
        "PostgreSQL 13 or newer is missing (initdb and postgres, in PATH or under /usr/lib/postgresql).\n\
         On Debian: apt-get install postgresql",
    )?;
    let mut signals =
        signal_hook::iterator::Signals::new([signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM])?;
    let server = PrivatePostgres::start(&binaries)?;
    println!("TEST_POSTGRES_URL={}", server.url());
    eprintln!("Its messages are in {}. Ctrl-C stops it and removes its files.", server.log_file().display());
    let _ = signals.forever().next();
    drop(server);
    eprintln!("PostgreSQL is stopped.");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn major_version_is_read_from_debians_and_from_development_versions() {
        assert_eq!(parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)"), Some(15));
        assert_eq!(parse_major("postgres (PostgreSQL) 18devel"), Some(18));
        assert_eq!(parse_major("mysqld 8.0"), None);
    }

    #[test]
    fn newest_debian_folder_comes_first() {
        let root = tempfile::tempdir().unwrap();
        for name in ["9", "15", "13", "common"] {
            fs::create_dir(root.path().join(name)).unwrap();
        }
        let found = debian_folders(root.path());
        let names: Vec<_> =
            found.iter().map(|f| f.parent().unwrap().file_name().unwrap().to_owned()).collect();
        assert_eq!(names, ["15", "13", "9"]);
    }

    #[test]
    fn server_listens_on_its_socket_alone_and_leaves_nothing_behind() {
        let Some(binaries) = Binaries::find() else {
            // `cargo xtask test` refuses to begin without PostgreSQL; a lone `cargo test -p xtask` may.
            assert!(std::env::var_os("TEST_POSTGRES_URL").is_none(), "PostgreSQL is missing");
            return;
        };
        let server = PrivatePostgres::start(&binaries).unwrap();
        let (pid, folder) = (server.child.id(), server.root.path().to_owned());
        assert!(folder.join(".s.PGSQL.5432").exists());
        assert!(server.url().contains(folder.to_str().unwrap()));
        assert!(
            fs::read_to_string(folder.join("data/postmaster.pid")).unwrap().starts_with(&pid.to_string())
        );
        drop(server);
        assert!(!folder.exists());
        assert!(!Path::new(&format!("/proc/{pid}")).exists());
    }
}
