//! Builds what the browser gets (`assets/dist`) and keeps `node_modules` in step with each lock file.
//! Does nothing when nothing changed: the binary embeds `assets/dist`, so touching it would rebuild it.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::process;
use crate::tools::{self, Tool};

/// What is in `assets/` and is not made by hand.
const NOT_SOURCES: [&str; 2] = ["node_modules", "dist"];

/// Builds `assets/dist` where its sources changed.
pub fn build() -> Result<()> {
    let folder = process::root().join("assets");
    tools::require(&[Tool::Node], false)?;
    install_packages(&folder)?;
    let stamp = folder.join("node_modules/.samspil-built");
    let sources = fingerprint(&folder)?;
    if folder.join("dist").is_dir() && fs::read_to_string(&stamp).is_ok_and(|built| built == sources) {
        println!("  assets/dist is up to date");
        return Ok(());
    }
    process::run(Command::new("node").arg("build.mjs").current_dir(&folder), "building the assets")?;
    fs::write(stamp, sources).context("could not write the assets' stamp")
}

/// `npm ci`, unless the folder's `node_modules` was made from the very lock file that is there now.
pub fn install_packages(folder: &Path) -> Result<()> {
    let lock = fs::read_to_string(folder.join("package-lock.json"))
        .with_context(|| format!("{} has no package-lock.json", folder.display()))?;
    let stamp = folder.join("node_modules/.samspil-installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    process::run(
        Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder),
        "npm ci",
    )?;
    fs::write(stamp, lock).context("could not write the stamp of npm ci")
}

/// A digest of every source's path and content.
fn fingerprint(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    collect(folder, &mut files)?;
    ensure!(!files.is_empty(), "{} is empty", folder.display());
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(folder)?.hash(&mut hasher);
        fs::read(&file).with_context(|| format!("could not read {}", file.display()))?.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if NOT_SOURCES.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), files)?;
        } else {
            files.push(entry.path());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fingerprint_follows_sources_and_ignores_what_is_made() {
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        };
        file("css/a.css", "a{}");
        let before = fingerprint(folder.path()).unwrap();
        file("dist/a.css", "a{}");
        file("node_modules/x/index.js", "1");
        assert_eq!(fingerprint(folder.path()).unwrap(), before);
        file("css/a.css", "b{}");
        assert_ne!(fingerprint(folder.path()).unwrap(), before);
    }
}
