//! The house rules as checks. They guard the architecture, never taste: no line counts, no style.
//! Each check is a small function over a path, a text or a graph, with a test on a bad sample, so that none can pass by being blind.

mod crates;
mod dependencies;
mod migrations;
mod sources;

use std::fmt;
use std::fs;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::process;

pub use dependencies::print_licences;

/// Larger tracked files are data, not sources; nobody reads them line by line.
const TEXT_BYTES_MAX: usize = 4_000_000;

/// One thing that breaks a rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// The file, or the crate.
    pub place: String,
    /// Counted from 1; 0 where the whole file is meant.
    pub line: usize,
    /// What is wrong and what to do instead.
    pub message: String,
}

impl Finding {
    pub fn new(place: &str, line: usize, message: impl Into<String>) -> Self {
        Self { place: place.to_owned(), line, message: message.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => write!(f, "{}: {}", self.place, self.message),
            line => write!(f, "{}:{line}: {}", self.place, self.message),
        }
    }
}

/// A tracked text file.
#[derive(Debug)]
pub struct Source {
    /// From the repository's root, with `/`.
    pub path: String,
    pub text: String,
}

/// Runs every check and prints what breaks a rule.
pub fn run() -> Result<()> {
    let findings = findings()?;
    for finding in &findings {
        eprintln!("{finding}");
    }
    ensure!(findings.is_empty(), "{} break(s) of the house rules (CONTRIBUTING.md says why)", findings.len());
    println!("  tidy");
    Ok(())
}

fn findings() -> Result<Vec<Finding>> {
    let sources = tracked_sources()?;
    let metadata = metadata()?;
    let mut findings: Vec<Finding> = sources.iter().flat_map(|s| check_file(&s.path, &s.text)).collect();
    findings.extend(migrations::check(&sources));
    findings.extend(crates::check(&metadata));
    findings.extend(dependencies::check()?);
    findings.sort();
    findings.dedup();
    Ok(findings)
}

/// The rules that look at one file by itself.
pub fn check_file(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = sources::check(path, text);
    findings.extend(crates::manifest_takes_from_the_root(path, text));
    findings
}

/// What git tracks or would track: files in `.gitignore` are nobody's business here.
fn tracked_sources() -> Result<Vec<Source>> {
    let listed = Command::new("git")
        .args(["ls-files", "-z", "--cached", "--others", "--exclude-standard"])
        .current_dir(process::root())
        .output()
        .context("could not run git")?;
    if !listed.status.success() {
        bail!("git ls-files failed: {}", String::from_utf8_lossy(&listed.stderr));
    }
    let mut sources = Vec::new();
    for path in String::from_utf8_lossy(&listed.stdout).split('\0').filter(|path| !path.is_empty()) {
        // A file that was deleted and not yet committed is still listed.
        let Ok(bytes) = fs::read(process::root().join(path)) else { continue };
        if bytes.len() > TEXT_BYTES_MAX {
            continue;
        }
        let Ok(text) = String::from_utf8(bytes) else { continue };
        sources.push(Source { path: path.to_owned(), text });
    }
    ensure!(!sources.is_empty(), "git lists no file: is this a clone?");
    Ok(sources)
}

/// The workspace's own crates.
fn metadata() -> Result<cargo_metadata::Metadata> {
    cargo_metadata::MetadataCommand::new()
        .manifest_path(process::root().join("Cargo.toml"))
        .no_deps()
        .exec()
        .context("cargo metadata failed")
}

#[cfg(test)]
mod tests {
    #[test]
    fn house_rules_hold() {
        let findings = super::findings().unwrap();
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(findings.is_empty(), "\n{}", lines.join("\n"));
    }
}
