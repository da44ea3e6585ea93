//! What we build on: licences, banned crates, sources and duplicates, by the same `deny.toml` that cargo-deny reads.
//! cargo-deny also knows the advisories; it is not needed to build or test.

use std::collections::BTreeMap;

use anyhow::{Context, Result};

use super::Finding;
use crate::process;

/// The platform that is shipped and checked; crates for others are never built.
const PLATFORM: &str = "x86_64-unknown-linux-gnu";

/// What `deny.toml` says, as far as it is checked here.
#[derive(Debug, Default)]
pub struct Policy {
    licences: Vec<String>,
    /// Crate and the licences that it alone may have.
    licence_exceptions: BTreeMap<String, Vec<String>>,
    banned: Vec<String>,
    /// Crates that may be there in several versions, each with a reason in the file.
    duplicates: Vec<String>,
}

impl Policy {
    pub fn parse(text: &str) -> Result<Self> {
        let file: toml::Table = text.parse().context("deny.toml is no valid TOML")?;
        let list = |section: &str, key: &str| -> Vec<toml::Value> {
            let value = file.get(section).and_then(|section| section.get(key));
            value.and_then(toml::Value::as_array).cloned().unwrap_or_default()
        };
        let name_of = |entry: &toml::Value| -> Option<String> {
            let name = entry.as_str().or_else(|| entry.get("crate").and_then(toml::Value::as_str))?;
            // cargo-deny lets an entry name a version, `crate@1.2`.
            Some(name.split('@').next().unwrap_or(name).to_owned())
        };
        let texts = |values: &[toml::Value]| -> Vec<String> {
            values.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect()
        };
        let licence_exceptions = list("licenses", "exceptions")
            .iter()
            .filter_map(|entry| {
                let allowed = entry.get("allow").and_then(toml::Value::as_array)?;
                Some((name_of(entry)?, texts(allowed)))
            })
            .collect();
        Ok(Self {
            licences: texts(&list("licenses", "allow")),
            licence_exceptions,
            banned: list("bans", "deny").iter().filter_map(name_of).collect(),
            duplicates: list("bans", "skip").iter().filter_map(name_of).collect(),
        })
    }
}

/// A crate of somebody else's, as the rules see it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Foreign {
    name: String,
    version: String,
    licence: Option<String>,
    /// A git address or a folder; empty for the registry.
    elsewhere: String,
}

/// All rules about foreign crates.
pub fn check() -> Result<Vec<Finding>> {
    let policy = Policy::parse(&std::fs::read_to_string(process::root().join("deny.toml"))?)?;
    let crates = foreign()?;
    let mut findings: Vec<Finding> = crates.iter().filter_map(|it| licence_allowed(it, &policy)).collect();
    findings.extend(crates.iter().filter_map(|it| not_banned(it, &policy)));
    findings.extend(crates.iter().filter_map(from_the_registry));
    findings.extend(single_versions(&crates, &policy));
    Ok(findings)
}

/// What is really built, tests included. `cargo metadata` would also name crates behind features that nobody asks for.
fn foreign() -> Result<Vec<Foreign>> {
    let tree = process::output_of(process::cargo().args([
        "tree",
        "--workspace",
        "--edges=normal,build,dev",
        "--target",
        PLATFORM,
        "--prefix=none",
        "--format={p}\t{l}",
    ]))
    .context("cargo tree failed")?;
    let root = process::root().display().to_string();
    let mut crates: Vec<Foreign> = tree.lines().filter_map(|line| parse_tree_line(line, &root)).collect();
    crates.sort();
    crates.dedup();
    Ok(crates)
}

/// Reads `name v1.2.3 (where) (proc-macro)`, a tab and the licence; `None` for our own crates and empty lines.
fn parse_tree_line(line: &str, root: &str) -> Option<Foreign> {
    let (package, licence) = line.split_once('\t')?;
    let mut words = package.split_whitespace();
    let (name, version) = (words.next()?, words.next()?.strip_prefix('v')?);
    let elsewhere: Vec<&str> = words
        .map(|word| word.trim_matches(['(', ')']))
        .filter(|word| !["proc-macro", "*"].contains(word))
        .collect();
    let elsewhere = elsewhere.join(" ");
    if elsewhere.starts_with(root) {
        return None;
    }
    let licence = licence.trim_end_matches("(*)").trim();
    Some(Foreign {
        name: name.to_owned(),
        version: version.to_owned(),
        licence: (!licence.is_empty()).then(|| licence.to_owned()),
        elsewhere,
    })
}

/// The licence expression can be satisfied with what `deny.toml` allows.
fn licence_allowed(it: &Foreign, policy: &Policy) -> Option<Finding> {
    let Some(licence) = &it.licence else {
        return Some(Finding::new(&it.name, 0, "states no licence"));
    };
    let Ok(expression) = spdx::Expression::parse_mode(licence, spdx::ParseMode::LAX) else {
        return Some(Finding::new(&it.name, 0, format!("`{licence}` is no licence expression")));
    };
    let exceptions = policy.licence_exceptions.get(&it.name).map(Vec::as_slice).unwrap_or_default();
    let allowed = expression.evaluate(|requirement| {
        let wanted = requirement.to_string();
        policy.licences.iter().chain(exceptions).any(|allowed| *allowed == wanted)
    });
    (!allowed).then(|| Finding::new(&it.name, 0, format!("`{licence}` is not allowed by deny.toml")))
}

fn not_banned(it: &Foreign, policy: &Policy) -> Option<Finding> {
    let banned = policy.banned.contains(&it.name);
    banned.then(|| {
        Finding::new(&it.name, 0, "is banned by deny.toml; `cargo tree --invert` tells who brings it")
    })
}

/// Only the registry, where versions never change: no git, no folder outside the repository.
fn from_the_registry(it: &Foreign) -> Option<Finding> {
    let elsewhere = !it.elsewhere.is_empty();
    elsewhere
        .then(|| Finding::new(&it.name, 0, format!("comes from {}, not from the registry", it.elsewhere)))
}

/// One version of each crate, or a reason in `deny.toml`; a reason that is no longer needed goes.
fn single_versions(crates: &[Foreign], policy: &Policy) -> Vec<Finding> {
    let mut versions: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for it in crates {
        versions.entry(&it.name).or_default().push(&it.version);
    }
    let mut findings = Vec::new();
    for (name, versions) in &versions {
        if versions.len() > 1 && !policy.duplicates.iter().any(|allowed| allowed == name) {
            let message = format!(
                "is there as {}: agree on one, or add it to `skip` in deny.toml with the reason",
                versions.join(" and ")
            );
            findings.push(Finding::new(name, 0, message));
        }
    }
    for allowed in &policy.duplicates {
        if versions.get(allowed.as_str()).is_none_or(|versions| versions.len() < 2) {
            findings.push(Finding::new(
                "deny.toml",
                0,
                format!("`{allowed}` is in `skip` but there is one version at most"),
            ));
        }
    }
    findings
}

/// `cargo xtask licences`: every foreign crate with its licence, for the about page and for lawyers.
pub fn print_licences() -> Result<()> {
    for it in foreign()? {
        println!("{}\t{}\t{}", it.name, it.version, it.licence.as_deref().unwrap_or("none stated"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception"]
        exceptions = [{ crate = "ring", allow = ["ISC"] }]
        [bans]
        deny = [{ crate = "openssl", reason = "rustls" }, "native-tls"]
        skip = [{ crate = "hashbrown@0.15", reason = "two eras of it" }]
    "#;

    fn policy() -> Policy {
        Policy::parse(POLICY).unwrap()
    }

    fn it(name: &str, version: &str, licence: Option<&str>) -> Foreign {
        Foreign {
            name: name.into(),
            version: version.into(),
            licence: licence.map(str::to_owned),
            elsewhere: String::new(),
        }
    }

    #[test]
    fn licences_are_expressions() {
        for fine in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "Apache-2.0 WITH LLVM-exception",
            "MIT AND Apache-2.0",
        ] {
            assert_eq!(licence_allowed(&it("x", "1.0.0", Some(fine)), &policy()), None, "{fine}");
        }
        for bad in [Some("GPL-3.0-only"), Some("MIT AND GPL-3.0-only"), Some("my own"), None] {
            assert!(licence_allowed(&it("x", "1.0.0", bad), &policy()).is_some(), "{bad:?}");
        }
    }

    #[test]
    fn licence_exception_holds_for_its_crate_alone() {
        assert_eq!(licence_allowed(&it("ring", "1.0.0", Some("ISC")), &policy()), None);
        assert!(licence_allowed(&it("other", "1.0.0", Some("ISC")), &policy()).is_some());
    }

    #[test]
    fn banned_crates_are_found() {
        for name in ["openssl", "native-tls"] {
            assert!(not_banned(&it(name, "1.0.0", None), &policy()).is_some());
        }
        assert_eq!(not_banned(&it("rustls", "1.0.0", None), &policy()), None);
    }

    #[test]
    fn crate_from_git_or_a_folder_is_refused() {
        let git = Foreign { elsewhere: "https://example.invalid/x#1".into(), ..it("x", "1.0.0", None) };
        assert!(from_the_registry(&git).is_some());
        assert_eq!(from_the_registry(&it("x", "1.0.0", None)), None);
    }

    #[test]
    fn second_version_needs_a_reason_and_a_reason_needs_a_second_version() {
        let two = |name| [it(name, "0.14.0", None), it(name, "0.15.0", None)];
        assert_eq!(single_versions(&two("hashbrown"), &policy()), []);
        let without_reason = [two("hashbrown"), two("syn")].concat();
        assert_eq!(single_versions(&without_reason, &policy()).len(), 1);
        assert_eq!(single_versions(&[it("hashbrown", "0.15.0", None)], &policy()).len(), 1);
    }

    #[test]
    fn lines_of_cargo_tree_are_read() {
        let read = |line| parse_tree_line(line, "/srv/clone");
        assert_eq!(
            read("serde v1.0.2\tMIT OR Apache-2.0"),
            Some(it("serde", "1.0.2", Some("MIT OR Apache-2.0")))
        );
        assert_eq!(
            read("serde_derive v1.0.2 (proc-macro)\tMIT (*)"),
            Some(it("serde_derive", "1.0.2", Some("MIT")))
        );
        assert_eq!(read("x v1.0.0\t"), Some(it("x", "1.0.0", None)));
        assert_eq!(read("kernel v0.1.0 (/srv/clone/crates/kernel)\tEUPL-1.2"), None);
        assert_eq!(
            read("x v1.0.0 (https://example.invalid/x#1)\tMIT").unwrap().elsewhere,
            "https://example.invalid/x#1"
        );
    }
}
