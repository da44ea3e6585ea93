//! The programs that the project needs and does not bring: which are missing, and the one line that installs them.

use std::fmt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::postgres::{self, Binaries};
use crate::process;

/// The oldest Node.js that builds the assets and drives the browser (playwright-core asks for it).
const NODE_MAJOR_MIN: u32 = 20;

/// Something that must be on the machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tool {
    /// rustfmt and clippy; cargo itself is there, or we would not run.
    RustComponents,
    /// Node.js and npm.
    Node,
    /// The server's own programs, for a private server.
    Postgres,
    /// The virus scanner.
    Clamd,
    /// The browser that the journeys are walked in.
    Chromium,
}

impl fmt::Display for Tool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RustComponents => write!(f, "rustfmt and clippy"),
            Self::Node => write!(f, "Node.js {NODE_MAJOR_MIN} or newer with npm"),
            Self::Postgres => write!(f, "PostgreSQL {} or newer", postgres::POSTGRES_MAJOR_MIN),
            Self::Clamd => write!(f, "clamd (ClamAV)"),
            Self::Chromium => write!(f, "Chromium"),
        }
    }
}

impl Tool {
    /// Where it is and which version, or `None` when it is missing or too old.
    pub fn find(self) -> Option<String> {
        match self {
            Self::RustComponents => {
                process::output_of(process::cargo().args(["fmt", "--version"]))?;
                process::output_of(process::cargo().args(["clippy", "--version"]))
            }
            Self::Node => {
                let version = process::output_of(Command::new("node").arg("--version"))?;
                let npm = process::output_of(Command::new("npm").arg("--version"))?;
                (node_major(&version)? >= NODE_MAJOR_MIN).then(|| format!("node {version}, npm {npm}"))
            }
            Self::Postgres => {
                let binaries = Binaries::find()?;
                Some(format!("PostgreSQL {} in {}", binaries.major()?, binaries.folder().display()))
            }
            Self::Clamd => clamd().map(|path| path.display().to_string()),
            Self::Chromium => chromium().map(|path| path.display().to_string()),
        }
    }

    /// Debian's packages for it; empty where Debian's are too old or another installer owns it.
    fn debian_packages(self) -> &'static [&'static str] {
        match self {
            Self::RustComponents | Self::Node => &[],
            Self::Postgres => &["postgresql"],
            Self::Clamd => &["clamav-daemon"],
            Self::Chromium => &["chromium"],
        }
    }

    /// How to get it where `apt-get` cannot.
    fn advice(self) -> Option<String> {
        match self {
            Self::RustComponents => Some("rustup component add rustfmt clippy".into()),
            Self::Node => Some(format!("Install Node.js {NODE_MAJOR_MIN} or newer (https://nodejs.org).")),
            Self::Postgres | Self::Clamd | Self::Chromium => None,
        }
    }
}

/// `CHROMIUM` when set, else the first browser that is found.
pub fn chromium() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("CHROMIUM") {
        return Some(PathBuf::from(named)).filter(|path| path.is_file());
    }
    let folders: Vec<PathBuf> = std::env::split_paths(&std::env::var_os("PATH")?).collect();
    ["chromium", "chromium-browser", "google-chrome"]
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|path| path.is_file())
}

/// Servers' programs are often not on a user's `PATH`.
pub fn clamd() -> Option<PathBuf> {
    let on_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    let folders =
        on_path.unwrap_or_default().into_iter().chain(["/usr/sbin".into(), "/usr/local/sbin".into()]);
    folders.map(|folder: PathBuf| folder.join("clamd")).find(|path| path.is_file())
}

/// Reads 20 out of `v20.20.2`.
fn node_major(version: &str) -> Option<u32> {
    version.strip_prefix('v')?.split('.').next()?.parse().ok()
}

/// Why the tools are not complete. The caller ends with exit code 2: nothing was tested.
#[derive(Debug)]
pub struct MissingTools(String);

impl fmt::Display for MissingTools {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for MissingTools {}

/// Finds the tools or, when allowed, installs what is missing. Never goes on without one.
pub fn require(needed: &[Tool], may_install: bool) -> Result<()> {
    let missing = list(needed);
    if missing.is_empty() {
        return Ok(());
    }
    let packages = packages_for(&missing);
    if !may_install || packages.is_empty() || !Path::new("/usr/bin/apt-get").exists() {
        bail!(MissingTools(sentence(&missing)));
    }
    println!("Installing {} with apt-get.", packages.join(" "));
    let apt = |arguments: &[&str]| {
        process::run(
            Command::new("apt-get").args(arguments).env("DEBIAN_FRONTEND", "noninteractive"),
            "installing what is missing",
        )
    };
    apt(&["update", "-qq"])?;
    let mut install = vec!["install", "-qq", "-y", "--no-install-recommends"];
    install.extend(&packages);
    apt(&install)?;
    let still_missing = list(needed);
    if !still_missing.is_empty() {
        bail!(MissingTools(sentence(&still_missing)));
    }
    Ok(())
}

/// Prints what is there and returns what is not.
fn list(needed: &[Tool]) -> Vec<Tool> {
    let mut missing = Vec::new();
    for tool in needed {
        match tool.find() {
            Some(found) => println!("  {found}"),
            None => missing.push(*tool),
        }
    }
    missing
}

fn packages_for(missing: &[Tool]) -> Vec<&'static str> {
    missing.iter().flat_map(|tool| tool.debian_packages()).copied().collect()
}

/// What is missing and the one line that mends it.
fn sentence(missing: &[Tool]) -> String {
    let names: Vec<String> = missing.iter().map(ToString::to_string).collect();
    let mut lines = vec![format!("Missing: {}.", names.join("; "))];
    lines.extend(missing.iter().filter_map(|tool| tool.advice()));
    let packages = packages_for(missing);
    if !packages.is_empty() {
        lines.push(format!(
            "On Debian: apt-get update && apt-get install -y --no-install-recommends {}\n\
             or let `cargo xtask test --install` do it.",
            packages.join(" ")
        ));
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentence_names_what_is_missing_and_one_line_to_install_it() {
        let text = sentence(&[Tool::Postgres, Tool::Chromium]);
        assert!(text.starts_with("Missing: PostgreSQL 13 or newer; Chromium."), "{text}");
        assert!(text.contains("apt-get install -y --no-install-recommends postgresql chromium"), "{text}");
    }

    #[test]
    fn missing_node_is_explained_not_installed() {
        assert!(packages_for(&[Tool::Node]).is_empty());
        assert!(sentence(&[Tool::Node]).contains("Install Node.js 20 or newer"));
    }

    #[test]
    fn node_versions_are_read() {
        assert_eq!(node_major("v20.20.2"), Some(20));
        assert_eq!(node_major("nonsense"), None);
    }
}
