//! `cargo xtask new-capability NAME`: the folder of a capability, and the lines that make the program know it.
//! What it writes compiles, opens a page and passes tidy; the `TODO`s are the author's.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};

use crate::process;

/// Where `app` lists its capabilities; the line stands below the last of them.
const MARK: &str = "new-capability: above this line";

/// The files of a capability, below its folder.
const FILES: [(&str, &str); 7] = [
    ("Cargo.toml", include_str!("../capability/Cargo.toml.in")),
    ("src/lib.rs", include_str!("../capability/lib.rs.in")),
    ("src/store.rs", include_str!("../capability/store.rs.in")),
    ("src/web.rs", include_str!("../capability/web.rs.in")),
    ("templates/NAME/overview.html", include_str!("../capability/overview.html.in")),
    ("messages/da.ftl", include_str!("../capability/da.ftl.in")),
    ("messages/en.ftl", include_str!("../capability/en.ftl.in")),
];

/// Files that get a line, and which.
const LINES: [(&str, &str); 2] = [
    ("crates/app/Cargo.toml", "NAME.workspace = true"),
    ("crates/app/src/capabilities.rs", "        NAME::manifest(),"),
];

/// Makes the capability and says what comes next.
pub fn new_capability(name: &str) -> Result<()> {
    write(process::root(), name)?;
    println!(
        "crates/capabilities/{name} is made, and the program knows it. Next: its `TODO`s, then cargo xtask test."
    );
    Ok(())
}

fn write(root: &Path, name: &str) -> Result<()> {
    let is_word =
        name.starts_with(|c: char| c.is_ascii_lowercase()) && name.bytes().all(|b| b.is_ascii_lowercase());
    ensure!(
        is_word,
        "`{name}` is no name for a capability: one English word in lower-case letters, such as `events`"
    );
    let folder = root.join("crates/capabilities").join(name);
    ensure!(!folder.exists(), "{} is there already", folder.display());

    // Every change is worked out before the first is written, so that a refusal leaves nothing half done.
    let mut changed = vec![(root.join("Cargo.toml"), in_workspace(&read(&root.join("Cargo.toml"))?, name)?)];
    for (file, line) in LINES {
        let path = root.join(file);
        let text = above_mark(&read(&path)?, &line.replace("NAME", name))
            .with_context(|| format!("{file} has no line with `{MARK}`"))?;
        changed.push((path, text));
    }
    changed.extend(
        FILES.map(|(file, text)| (folder.join(file.replace("NAME", name)), text.replace("NAME", name))),
    );
    for (path, text) in changed {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&path, text).with_context(|| format!("could not write {}", path.display()))?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("could not read {}", path.display()))
}

/// A member and a dependency of the workspace, each after the last capability.
fn in_workspace(manifest: &str, name: &str) -> Result<String> {
    let with_member =
        after_last(manifest, "  \"crates/capabilities/", &format!("  \"crates/capabilities/{name}\","));
    let line = format!("{name} = {{ path = \"crates/capabilities/{name}\" }}");
    with_member
        .and_then(|text| after_last(&text, "path = \"crates/capabilities/", &line))
        .context("Cargo.toml lists no capability to put the new one after")
}

fn after_last(text: &str, part: &str, new_line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| line.contains(part))?;
    lines.insert(last + 1, new_line);
    Some(lines.join("\n") + "\n")
}

fn above_mark(text: &str, new_line: &str) -> Option<String> {
    let mut lines: Vec<&str> = text.lines().collect();
    let mark = lines.iter().position(|line| line.contains(MARK))?;
    lines.insert(mark, new_line);
    Some(lines.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tidy;

    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        fs::create_dir_all(root.path().join("crates/app/src")).unwrap();
        let manifest = "members = [\n  \"crates/web\",\n  \"crates/capabilities/policy\",\n  \"xtask\",\n]\n\
                        policy = { path = \"crates/capabilities/policy\" }\nserde = \"1\"\n";
        fs::write(root.path().join("Cargo.toml"), manifest).unwrap();
        fs::write(root.path().join("crates/app/Cargo.toml"), format!("[dependencies]\n# {MARK}\n")).unwrap();
        let list = format!("vec![\n        policy::manifest(),\n        // {MARK}\n]\n");
        fs::write(root.path().join("crates/app/src/capabilities.rs"), list).unwrap();
        root
    }

    #[test]
    fn new_capability_stands_in_its_folder_and_the_program_knows_it() {
        let root = workspace();
        write(root.path(), "events").unwrap();
        let text = |path: &str| fs::read_to_string(root.path().join(path)).unwrap();
        assert!(text("Cargo.toml").contains("policy\",\n  \"crates/capabilities/events\",\n  \"xtask\""));
        assert!(text("Cargo.toml").contains("events = { path = \"crates/capabilities/events\" }\nserde"));
        assert!(text("crates/app/Cargo.toml").starts_with("[dependencies]\nevents.workspace = true\n#"));
        assert!(
            text("crates/app/src/capabilities.rs")
                .contains("policy::manifest(),\n        events::manifest(),\n")
        );
        assert!(text("crates/capabilities/events/templates/events/overview.html").contains("events-title"));
    }

    #[test]
    fn what_is_made_keeps_the_house_rules() {
        for (file, text) in FILES {
            let path = format!("crates/capabilities/events/{}", file.replace("NAME", "events"));
            assert_eq!(tidy::check_file(&path, &text.replace("NAME", "events")), [], "{path}");
        }
    }

    #[test]
    fn odd_names_and_second_tries_are_refused_and_nothing_is_written() {
        let root = workspace();
        for name in ["", "Events", "my-events", "events2", "../x"] {
            assert!(write(root.path(), name).is_err(), "{name}");
        }
        assert!(!root.path().join("crates/capabilities").exists());
        write(root.path(), "events").unwrap();
        assert!(write(root.path(), "events").unwrap_err().to_string().contains("is there already"));
    }

    #[test]
    fn list_without_the_mark_is_refused_before_anything_is_written() {
        let root = workspace();
        fs::write(root.path().join("crates/app/Cargo.toml"), "[dependencies]\n").unwrap();
        assert!(format!("{:#}", write(root.path(), "events").unwrap_err()).contains(MARK));
        assert!(!root.path().join("crates/capabilities/events").exists());
    }
}
