//! What the running server leaves in the data directory for the other commands: where it listens, and what it has noticed of
//! the proxy before it. Nothing of it is needed to start, and nothing of it is in a backup.

use std::{
    io,
    net::IpAddr,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};

/// What the server says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Serving {
    /// `http://127.0.0.1:8165`, as this machine reaches it.
    pub address: String,
    /// Whether any proxy is trusted.
    pub trusts_proxies: bool,
    /// What is wrong with the way that requests come.
    pub proxy: Option<Sighting>,
}

/// A proxy that is not as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// In which way.
    pub trouble: Trouble,
    /// Its own address.
    pub peer: IpAddr,
}

/// What is wrong with a proxy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trouble {
    /// It passes requests on and is not trusted: all visitors count as one.
    Untrusted,
    /// It is trusted and does not say for whom it asks: all visitors count as one.
    Silent,
}

/// Where it is written.
#[derive(Debug, Clone)]
pub struct ServingFile(pub PathBuf);

impl Serving {
    /// What the server that runs, or ran last, has said; `None` when none has, or not in words that we know.
    pub fn read(path: &Path) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(path).ok()?).ok()
    }

    /// Puts it in the place of what stood there, whole.
    pub fn write(&self, path: &Path) -> io::Result<()> {
        let beside = path.with_extension("json.new");
        std::fs::write(&beside, serde_json::to_vec(self)?)?;
        std::fs::rename(beside, path)
    }
}

impl ServingFile {
    /// Writes it down. A server whose disk is full still serves.
    pub fn keep(&self, serving: &Serving) {
        if let Err(error) = serving.write(&self.0) {
            tracing::warn!(%error, "cannot write {}", self.0.display());
        }
    }
}

impl Trouble {
    /// The end of its message's key.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Untrusted => "untrusted",
            Self::Silent => "silent",
        }
    }

    /// What is wrong and what to do, for the log and for `doctor`.
    pub const fn sentences(self) -> (&'static str, &'static str) {
        match self {
            Self::Untrusted => (
                "passes requests on and is not trusted: all visitors share one limit on enquiries and sign-ins",
                "write its address into [proxy] trusted, or serve with --trusted-proxy",
            ),
            Self::Silent => (
                "is trusted and does not say for whom it asks: all visitors share one limit on enquiries and sign-ins",
                "have it set X-Forwarded-For (nginx: proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for), or name the header that it writes as [proxy] header",
            ),
        }
    }
}
