//! Names of migrations: they decide the order in which all capabilities' migrations run, so they are dated, owned and unique.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Finding, Source};

/// Digits of `YYYYMMDDHHMM` before the first underscore.
const STAMP_DIGITS: usize = 12;

/// Each migration's name is `YYYYMMDDHHMM_crate_what`, appears once, and stands in its file after those before it.
pub fn check(sources: &[Source]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<String, String> = BTreeMap::new();
    for source in sources {
        let Some(owner) = owning_crate(&source.path) else { continue };
        let mut before = String::new();
        for (line, name) in names(&source.text) {
            let broken = |message: String| Finding::new(&source.path, line, message);
            if !is_well_formed(&name, owner) {
                findings.push(broken(format!("migration `{name}` is not named `YYYYMMDDHHMM_{owner}_what`")));
            }
            if name < before {
                findings
                    .push(broken(format!("migration `{name}` stands after `{before}` but runs before it")));
            }
            if let Some(other) = seen.insert(name.clone(), source.path.clone()) {
                findings.push(broken(format!("migration `{name}` is also in {other}")));
            }
            before = name;
        }
    }
    findings
}

/// The crate that a Rust source belongs to.
fn owning_crate(path: &str) -> Option<&str> {
    let (folder, inside) = path.strip_prefix("crates/")?.split_once("/src/")?;
    Path::new(inside)
        .extension()
        .is_some_and(|extension| extension == "rs")
        .then(|| folder.rsplit('/').next())?
}

/// The line and the name of every `Migration { name: ".." }` in front of the file's tests.
fn names(text: &str) -> Vec<(usize, String)> {
    let text = text.split("#[cfg(test)]").next().unwrap_or(text);
    text.match_indices("Migration {")
        .filter_map(|(at, opening)| {
            let rest = text.get(at + opening.len()..)?;
            let value = rest.trim_start().strip_prefix("name:")?.trim_start().strip_prefix('"')?;
            let line = text.get(..at)?.matches('\n').count() + 1;
            Some((line, value.split('"').next()?.to_owned()))
        })
        .collect()
}

fn is_well_formed(name: &str, owner: &str) -> bool {
    let Some((stamp, rest)) = name.split_once('_') else { return false };
    let dated = stamp.len() == STAMP_DIGITS && stamp.bytes().all(|byte| byte.is_ascii_digit());
    let owned =
        rest.strip_prefix(owner).and_then(|rest| rest.strip_prefix('_')).is_some_and(|what| !what.is_empty());
    let lower = name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    dated && owned && lower
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(path: &str, names: &[&str]) -> Source {
        let migrations =
            names.iter().map(|name| format!("Migration {{\n    name: \"{name}\",\n    steps,\n}}\n"));
        Source { path: path.into(), text: migrations.collect() }
    }

    const EVENTS: &str = "crates/capabilities/events/src/migrations.rs";

    #[test]
    fn dated_owned_and_sorted_names_pass() {
        let fine = source(EVENTS, &["202611010900_events_first", "202611020900_events_seats"]);
        assert_eq!(check(&[fine]), []);
        assert_eq!(check(&[source("docs/a.md", &["anything"])]), []);
    }

    #[test]
    fn undated_foreign_and_shouting_names_are_refused() {
        for name in [
            "events_first",
            "20261101_events_first",
            "202611010900_surveys_first",
            "202611010900_events_",
            "202611010900_events_First",
        ] {
            assert_eq!(check(&[source(EVENTS, &[name])]).len(), 1, "{name}");
        }
    }

    #[test]
    fn unsorted_and_double_names_are_refused() {
        let unsorted = source(EVENTS, &["202611020900_events_b", "202611010900_events_a"]);
        assert_eq!(check(&[unsorted]).iter().map(|finding| finding.line).collect::<Vec<_>>(), [5]);
        let elsewhere = "crates/capabilities/events/src/store.rs";
        let double =
            [source(EVENTS, &["202611010900_events_a"]), source(elsewhere, &["202611010900_events_a"])];
        assert_eq!(check(&double).len(), 1);
    }
}
