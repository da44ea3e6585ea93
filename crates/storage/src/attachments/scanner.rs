//! The virus scanner that an operator runs beside the program: clamd, asked over its own protocol (`INSTREAM`, clamd(8)).
//!
//! A file is looked at when it has arrived and before it is kept. Where the scanner does not answer the file is kept and
//! marked as not looked at; it is handed to nobody until the scanner has looked, and a scanner that is away loses nobody's
//! enquiry.

use std::{fmt, io, path::Path, path::PathBuf, str::FromStr, time::Duration};

use clamav_client::tokio::{Socket, Tcp, ping, scan_buffer, scan_file};

/// How long the scanner may take for one file; the largest are 20 MB.
const SCAN_TIMEOUT: Duration = Duration::from_secs(30);
/// How long it may take to say that it is there.
const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Where clamd listens: `host:port`, or the path of a socket on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanner(Listens);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Listens {
    At(String),
    On(PathBuf),
}

/// What a scanner says of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing found.
    Clean,
    /// Something found, by the scanner's own name for it.
    Infected(String),
}

/// Why a file could not be looked at.
#[derive(Debug, thiserror::Error)]
pub enum ScannerProblem {
    /// Nobody there, or the connection broke.
    #[error("the virus scanner at {0} cannot be reached: {1}")]
    Unreachable(Scanner, io::Error),
    /// Nothing within the time.
    #[error("the virus scanner at {0} did not answer in time")]
    Late(Scanner),
    /// An answer that is none.
    #[error("the virus scanner at {0} did not look: {1}")]
    Refused(Scanner, String),
}

/// An address that is none.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("clamd is written \"127.0.0.1:3310\", or as the path of its socket: \"/run/clamav/clamd.ctl\"")]
pub struct InvalidScanner;

impl FromStr for Scanner {
    type Err = InvalidScanner;

    fn from_str(text: &str) -> Result<Self, InvalidScanner> {
        if text.starts_with('/') {
            return Ok(Self(Listens::On(text.into())));
        }
        let (host, port) = text.rsplit_once(':').ok_or(InvalidScanner)?;
        let is_address = !host.is_empty() && !host.contains(['/', ' ']) && port.parse::<u16>().is_ok();
        is_address.then(|| Self(Listens::At(text.to_owned()))).ok_or(InvalidScanner)
    }
}

impl fmt::Display for Scanner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Listens::At(address) => f.write_str(address),
            Listens::On(path) => path.display().fmt(f),
        }
    }
}

impl Scanner {
    /// Looks at a file on disk.
    pub async fn scan(&self, path: &Path) -> Result<Verdict, ScannerProblem> {
        let said = match &self.0 {
            Listens::At(address) => {
                self.wait(SCAN_TIMEOUT, scan_file(path, Tcp { host_address: address }, None)).await?
            }
            Listens::On(socket) => {
                self.wait(SCAN_TIMEOUT, scan_file(path, Socket { socket_path: socket }, None)).await?
            }
        };
        self.verdict(&said)
    }

    /// Looks at bytes: whether it finds what it must, for `doctor`.
    pub async fn scan_bytes(&self, bytes: &[u8]) -> Result<Verdict, ScannerProblem> {
        let said = match &self.0 {
            Listens::At(address) => {
                self.wait(SCAN_TIMEOUT, scan_buffer(bytes, Tcp { host_address: address }, None)).await?
            }
            Listens::On(socket) => {
                self.wait(SCAN_TIMEOUT, scan_buffer(bytes, Socket { socket_path: socket }, None)).await?
            }
        };
        self.verdict(&said)
    }

    /// Whether it is there.
    pub async fn check(&self) -> Result<(), ScannerProblem> {
        let said = match &self.0 {
            Listens::At(address) => self.wait(PING_TIMEOUT, ping(Tcp { host_address: address })).await?,
            Listens::On(socket) => self.wait(PING_TIMEOUT, ping(Socket { socket_path: socket })).await?,
        };
        if said == clamav_client::PONG { Ok(()) } else { Err(self.refused(&said)) }
    }

    async fn wait(
        &self,
        within: Duration,
        asked: impl Future<Output = io::Result<Vec<u8>>>,
    ) -> Result<Vec<u8>, ScannerProblem> {
        match tokio::time::timeout(within, asked).await {
            Ok(said) => said.map_err(|error| ScannerProblem::Unreachable(self.clone(), error)),
            Err(_) => Err(ScannerProblem::Late(self.clone())),
        }
    }

    /// `stream: OK`, `stream: NAME FOUND`, or `... ERROR`: nothing else is taken for a clean file.
    fn verdict(&self, said: &[u8]) -> Result<Verdict, ScannerProblem> {
        let text = String::from_utf8_lossy(said);
        let text = text.trim_end_matches(['\0', '\n']);
        let answer = text.strip_prefix("stream: ");
        if answer == Some("OK") {
            return Ok(Verdict::Clean);
        }
        let found = answer.and_then(|answer| answer.strip_suffix(" FOUND"));
        found.map(|name| Verdict::Infected(name.to_owned())).ok_or_else(|| self.refused(said))
    }

    fn refused(&self, said: &[u8]) -> ScannerProblem {
        let said: String =
            String::from_utf8_lossy(said).chars().filter(|c| !c.is_control()).take(200).collect();
        ScannerProblem::Refused(self.clone(), if said.is_empty() { "no answer".to_owned() } else { said })
    }
}
