//! Rules about single files: what a module may name, how it opens, and what no tracked file may hold.

use super::Finding;

/// Names that say nothing about what is inside.
const VAGUE_NAMES: [&str; 6] = ["utils", "util", "helpers", "helper", "common", "misc"];

/// What a pure module may not know: databases, the web, the runtime.
const IMPURE: [&str; 7] = ["sea_orm", "sea_query", "sqlx", "axum", "askama", "tokio", "reqwest"];

/// What only the store may name.
const SQL: [&str; 3] = ["sea_orm", "sea_query", "sqlx"];

/// Crates with a `model.rs` that decides.
const MODEL_CRATES: [&str; 3] = ["crates/capabilities/", "crates/ledger/", "crates/outreach/"];

/// Folders of somebody's own machine. Written in pieces, or this file would break its own rule.
const MACHINE_FOLDERS: [&str; 5] = [
    concat!("/ho", "me/"),
    concat!("/ro", "ot/"),
    concat!("/Us", "ers/"),
    concat!("/wo", "rk/"),
    concat!("/fa", "rm/"),
];

/// Hosts that a package comes from: which mirror a machine uses is not the project's business.
const REGISTRY_HOSTS: [&str; 6] = [
    concat!("registry.npm", "js.org"),
    concat!("registry.yarn", "pkg.com"),
    concat!("static.crates", ".io"),
    concat!("index.crates", ".io"),
    concat!("files.python", "hosted.org"),
    concat!("deb.deb", "ian.org"),
];

/// All rules that look at one file.
pub fn check(path: &str, text: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    findings.extend(vague_name(path));
    findings.extend(opens_with_a_sentence(path, text));
    findings.extend(pure_model(path, text));
    findings.extend(sql_in_the_store(path, text));
    findings.extend(raw_html(path, text));
    findings.extend(machine_path(path, text));
    findings.extend(registry_host(path, text));
    findings.extend(lock_without_addresses(path, text));
    findings
}

/// A file or folder is named for what it holds.
fn vague_name(path: &str) -> Option<Finding> {
    let vague = path.split('/').find(|part| {
        let name = part.split('.').next().unwrap_or(part);
        VAGUE_NAMES.contains(&name)
    })?;
    Some(Finding::new(path, 0, format!("`{vague}` says nothing: name the file for the thing it holds")))
}

/// The first line of a Rust file says what it is for.
fn opens_with_a_sentence(path: &str, text: &str) -> Option<Finding> {
    if !is_rust(path) || text.starts_with("//! ") {
        return None;
    }
    Some(Finding::new(path, 1, "the file does not open with `//! ` and a sentence that says what it is for"))
}

/// `model.rs` decides and does nothing else.
fn pure_model(path: &str, text: &str) -> Vec<Finding> {
    if !is_rust(path) || !in_model_crate(path) || !(path.ends_with("/model.rs") || path.contains("/model/")) {
        return Vec::new();
    }
    named(path, text, &IMPURE, "in a model: rules are pure, `now` and what they need are arguments")
}

/// SQL stands in the store and in migrations.
fn sql_in_the_store(path: &str, text: &str) -> Vec<Finding> {
    let Some((_, inside)) = path.split_once("/src/") else { return Vec::new() };
    let first = inside.split(['/', '.']).next().unwrap_or(inside);
    let allowed = ["store", "entity", "migrations"].contains(&first);
    if !is_rust(path) || !in_model_crate(path) || allowed {
        return Vec::new();
    }
    named(path, text, &SQL, "outside the store: SQL stands in `store.rs`, `entity.rs` and `migrations/`")
}

/// A template never switches escaping off.
fn raw_html(path: &str, text: &str) -> Vec<Finding> {
    if !path.starts_with("crates/") || !path.contains("/templates/") {
        return Vec::new();
    }
    let unescapes = |line: &str| {
        let spaceless: String = line.chars().filter(|c| !c.is_whitespace()).collect();
        spaceless.contains("|safe")
            || spaceless.contains("escape=\"none\"")
            || spaceless.contains("{%autoescape")
    };
    lines_where(
        path,
        text,
        unescapes,
        "switches escaping off: give the template a type that renders itself safely",
    )
}

/// No path of anyone's machine.
fn machine_path(path: &str, text: &str) -> Vec<Finding> {
    let names_a_machine = |line: &str| {
        MACHINE_FOLDERS.iter().any(|folder| {
            line.match_indices(folder).any(|(at, _)| {
                // A part of a longer word or address (`/docs/home/`) is no path from the root.
                let before = line.get(..at).and_then(|text| text.chars().next_back());
                let after = line.get(at + folder.len()..).and_then(|text| text.chars().next());
                let is_root = !before.is_some_and(|c| c.is_alphanumeric() || "._-~{}$)>".contains(c));
                is_root && after.is_some_and(|c| c.is_ascii_alphanumeric() || c == '.')
            })
        })
    };
    lines_where(path, text, names_a_machine, "names a folder of somebody's machine")
}

/// No host that packages are fetched from.
fn registry_host(path: &str, text: &str) -> Vec<Finding> {
    let names_a_host = |line: &str| REGISTRY_HOSTS.iter().any(|host| line.contains(host));
    lines_where(path, text, names_a_host, "names a package registry's host")
}

/// npm writes where each package came from unless told not to (`omit-lockfile-registry-resolved`).
fn lock_without_addresses(path: &str, text: &str) -> Vec<Finding> {
    if !path.ends_with("package-lock.json") {
        return Vec::new();
    }
    let has_address = |line: &str| line.trim_start().starts_with("\"resolved\": \"http");
    lines_where(
        path,
        text,
        has_address,
        "records a download address: keep `omit-lockfile-registry-resolved=true` in .npmrc",
    )
}

fn in_model_crate(path: &str) -> bool {
    MODEL_CRATES.iter().any(|folder| path.starts_with(folder))
}

fn is_rust(path: &str) -> bool {
    std::path::Path::new(path).extension().is_some_and(|extension| extension == "rs")
}

fn lines_where(path: &str, text: &str, breaks: impl Fn(&str) -> bool, message: &str) -> Vec<Finding> {
    let broken = text.lines().enumerate().filter(|(_, line)| breaks(line));
    broken.map(|(index, _)| Finding::new(path, index + 1, message)).collect()
}

/// Lines of code (not of comments) that name one of the crates.
fn named(path: &str, text: &str, crates: &[&str], message: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or(line);
        let mut words = code.split(|c: char| !c.is_alphanumeric() && c != '_');
        if let Some(name) = words.find(|word| crates.contains(word)) {
            findings.push(Finding::new(path, index + 1, format!("`{name}` {message}")));
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(findings: &[Finding]) -> Vec<usize> {
        findings.iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn vague_names_are_refused_for_files_and_folders() {
        for path in
            ["crates/web/src/utils.rs", "crates/common/Cargo.toml", "assets/js/helpers.mjs", "docs/misc/a.md"]
        {
            assert!(vague_name(path).is_some(), "{path}");
        }
        for path in ["crates/web/src/flash.rs", "docs/commons.md", "crates/kernel/src/utility_company.rs"] {
            assert!(vague_name(path).is_none(), "{path}");
        }
    }

    #[test]
    fn rust_file_without_an_opening_sentence_is_refused() {
        assert!(opens_with_a_sentence("a.rs", "use std::fs;\n").is_some());
        assert!(opens_with_a_sentence("a.rs", "//!\n").is_some());
        assert!(opens_with_a_sentence("a.rs", "").is_some());
        assert!(opens_with_a_sentence("a.rs", "//! Companies.\n").is_none());
        assert!(opens_with_a_sentence("a.toml", "x = 1").is_none());
    }

    #[test]
    fn model_that_knows_the_database_or_the_web_is_refused() {
        let bad = "//! Rules.\nuse sea_orm::entity::prelude::*;\nfn f(_: &axum::Router) {}\n";
        assert_eq!(lines(&pure_model("crates/capabilities/events/src/model.rs", bad)), [2, 3]);
        assert_eq!(lines(&pure_model("crates/ledger/src/model/promise.rs", bad)), [2, 3]);
        assert!(pure_model("crates/capabilities/events/src/store.rs", bad).is_empty());
        let words = "//! No tokio here.\n// axum would be wrong\nfn tokio_free() {}\n";
        assert!(pure_model("crates/ledger/src/model.rs", words).is_empty());
    }

    #[test]
    fn sql_outside_the_store_is_refused() {
        let sql = "//! X.\nuse sea_orm::QueryFilter;\n";
        for file in ["web.rs", "commands.rs", "web/form.rs", "storefront.rs"] {
            assert_eq!(
                lines(&sql_in_the_store(&format!("crates/capabilities/events/src/{file}"), sql)),
                [2],
                "{file}"
            );
        }
        assert_eq!(lines(&sql_in_the_store("crates/outreach/src/deliver.rs", sql)), [2]);
        for file in
            ["store.rs", "store/inbox.rs", "entity.rs", "entity/case.rs", "migrations/m20261101_000000_x.rs"]
        {
            assert!(
                sql_in_the_store(&format!("crates/capabilities/events/src/{file}"), sql).is_empty(),
                "{file}"
            );
        }
    }

    #[test]
    fn template_that_switches_escaping_off_is_refused() {
        let bad = "<p>\n{{ text|safe }}\n{{ text | safe }}\n{{ text|e }}\n";
        assert_eq!(lines(&raw_html("crates/web/templates/web/layout.html", bad)), [2, 3]);
        assert!(raw_html("docs/templates.md", bad).is_empty());
    }

    #[test]
    fn path_of_somebodys_machine_is_refused() {
        for folder in MACHINE_FOLDERS {
            assert_eq!(
                lines(&machine_path("docs/a.md", &format!("ok\nsee {folder}someone/x\n"))),
                [2],
                "{folder}"
            );
            assert_eq!(lines(&machine_path("a.json", &format!("\"{folder}.config\""))), [1], "{folder}");
        }
        for fine in [
            "../shared/data",
            "https://example.dk/home/page",
            "crates/work/x",
            "WORKDIR /srv/samspil",
            "/home/",
        ] {
            assert!(machine_path("docs/a.md", fine).is_empty(), "{fine}");
        }
    }

    #[test]
    fn registry_hosts_are_refused() {
        for host in REGISTRY_HOSTS {
            assert_eq!(lines(&registry_host("README.md", &format!("https://{host}/x"))), [1]);
        }
        assert!(
            registry_host("Cargo.lock", "registry+https://github.com/rust-lang/crates.io-index").is_empty()
        );
    }

    #[test]
    fn lock_file_with_a_download_address_is_refused() {
        let bad = "{\n  \"resolved\": \"https://mirror.example/x.tgz\",\n}";
        assert_eq!(lines(&lock_without_addresses("e2e/package-lock.json", bad)), [2]);
        assert!(lock_without_addresses("e2e/package-lock.json", "\"resolved\": \"packages/x\"").is_empty());
    }
}
