//! Who may depend on whom. The order is that of `ARCHITECTURE.md`: kernel, storage, ports, then ledger, outreach and search,
//! then web, then the capabilities, then the app; capabilities never know each other.

use cargo_metadata::{DependencyKind, Metadata};

use super::Finding;

/// A crate's floor in the house. One may depend on lower floors only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Floor {
    Kernel,
    Storage,
    Ports,
    /// Ledger, outreach and search stand side by side.
    Primitives,
    Web,
    Capability,
    App,
}

/// What a crate is, by its name and place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    On(Floor),
    /// Letters: knows the kernel alone, and only the app knows it.
    Documents,
    /// Tests of every crate may use it, no program may.
    Testkit,
    /// Measurements: knows every floor, and nobody knows it.
    Bench,
    /// The project's commands: knows no crate of the house.
    Xtask,
}

/// One crate of the workspace and what it names in its manifest.
#[derive(Debug)]
struct Member {
    name: String,
    is_capability: bool,
    dependencies: Vec<(String, DependencyKind)>,
}

/// Every forbidden edge of the workspace.
pub fn check(metadata: &Metadata) -> Vec<Finding> {
    let members: Vec<Member> = metadata
        .workspace_packages()
        .into_iter()
        .map(|package| Member {
            name: package.name.to_string(),
            is_capability: package.manifest_path.as_str().contains("/crates/capabilities/"),
            dependencies: package
                .dependencies
                .iter()
                .filter(|dependency| dependency.path.is_some())
                .map(|dependency| (dependency.name.clone(), dependency.kind))
                .collect(),
        })
        .collect();
    edges(&members)
}

fn edges(members: &[Member]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for member in members {
        let Some(from) = role(member) else {
            findings.push(Finding::new(
                &member.name,
                0,
                "the crate has no floor in the house: add it to the design and to this check",
            ));
            continue;
        };
        for (name, kind) in &member.dependencies {
            let Some(to) = members.iter().find(|other| &other.name == name).and_then(role) else { continue };
            if let Some(why) = forbidden(from, to, *kind) {
                findings.push(Finding::new(&member.name, 0, format!("may not depend on `{name}`: {why}")));
            }
        }
    }
    findings
}

fn role(member: &Member) -> Option<Role> {
    if member.is_capability {
        return Some(Role::On(Floor::Capability));
    }
    Some(match member.name.as_str() {
        "kernel" => Role::On(Floor::Kernel),
        "storage" => Role::On(Floor::Storage),
        "ports" => Role::On(Floor::Ports),
        "ledger" | "outreach" | "search" => Role::On(Floor::Primitives),
        "web" => Role::On(Floor::Web),
        "samspil" => Role::On(Floor::App),
        "documents" => Role::Documents,
        "testkit" => Role::Testkit,
        "bench" => Role::Bench,
        "xtask" => Role::Xtask,
        _ => return None,
    })
}

/// Why an edge may not be, or `None` where it may.
fn forbidden(from: Role, to: Role, kind: DependencyKind) -> Option<&'static str> {
    match (from, to) {
        (_, Role::Testkit) if kind == DependencyKind::Development => None,
        (_, Role::Testkit) => Some("testkit is for tests, as a dev-dependency"),
        (_, Role::Xtask) | (Role::Xtask, _) => Some("xtask stands beside the house"),
        (_, Role::Bench) => Some("bench measures the house from outside"),
        // Testkit starts a whole app for tests, and bench measures one; they may know every floor.
        (Role::Testkit | Role::Bench, _)
        | (Role::Documents, Role::On(Floor::Kernel))
        | (Role::On(Floor::App), Role::Documents) => None,
        (Role::Documents, _) => Some("documents stands on the kernel alone"),
        (_, Role::Documents) => Some("only the app links documents; ask through `ports::LetterRenderer`"),
        (Role::On(Floor::Capability), Role::On(Floor::Capability)) => {
            Some("capabilities never know each other; they meet through ids, the journal and `ports`")
        }
        (Role::On(from), Role::On(to)) if to < from => None,
        _ => Some("it points upwards or sideways"),
    }
}

/// A member takes versions, lints and third-party crates from the root, so that all of them agree.
pub fn manifest_takes_from_the_root(path: &str, text: &str) -> Vec<Finding> {
    let is_member = path.ends_with("/Cargo.toml")
        && ["crates/", "bench/", "xtask/"].iter().any(|place| path.starts_with(place));
    if !is_member {
        return Vec::new();
    }
    let Ok(manifest) = text.parse::<toml::Table>() else {
        return vec![Finding::new(path, 0, "is no valid TOML")];
    };
    let mut findings = Vec::new();
    let inherits = |value: &toml::Value| value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    if !manifest.get("lints").is_some_and(inherits) {
        findings.push(Finding::new(
            path,
            0,
            "does not take the lints from the root: `[lints] workspace = true`",
        ));
    }
    for table in ["dependencies", "dev-dependencies", "build-dependencies"] {
        let Some(named) = manifest.get(table).and_then(toml::Value::as_table) else { continue };
        for (name, value) in named {
            if !inherits(value) {
                findings.push(Finding::new(
                    path,
                    0,
                    format!("`{name}` is not taken from the root: `{name}.workspace = true`"),
                ));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn member(name: &str, dependencies: &[(&str, DependencyKind)]) -> Member {
        Member {
            name: name.into(),
            is_capability: ["enquiries", "registry"].contains(&name),
            dependencies: dependencies.iter().map(|(name, kind)| ((*name).to_owned(), *kind)).collect(),
        }
    }

    fn house() -> Vec<Member> {
        [
            "kernel",
            "storage",
            "ports",
            "ledger",
            "outreach",
            "search",
            "web",
            "enquiries",
            "registry",
            "samspil",
            "documents",
            "testkit",
            "xtask",
        ]
        .iter()
        .map(|name| member(name, &[]))
        .collect()
    }

    /// What the check says when one edge is added to an empty house.
    fn with_edge(from: &str, to: &str, kind: DependencyKind) -> Vec<Finding> {
        let mut house = house();
        house.retain(|member| member.name != from);
        house.push(member(from, &[(to, kind)]));
        edges(&house)
    }

    #[test]
    fn edges_of_the_design_are_allowed() {
        for (from, to) in [
            ("storage", "kernel"),
            ("ports", "storage"),
            ("ledger", "ports"),
            ("search", "kernel"),
            ("web", "outreach"),
            ("enquiries", "web"),
            ("enquiries", "ledger"),
            ("samspil", "enquiries"),
            ("samspil", "documents"),
            ("documents", "kernel"),
            ("testkit", "storage"),
        ] {
            assert_eq!(with_edge(from, to, DependencyKind::Normal), [], "{from} -> {to}");
        }
        assert_eq!(with_edge("kernel", "testkit", DependencyKind::Development), []);
    }

    #[test]
    fn every_other_edge_is_refused() {
        for (from, to) in [
            ("kernel", "storage"),
            ("storage", "web"),
            ("ledger", "outreach"),
            ("search", "ledger"),
            ("web", "enquiries"),
            ("enquiries", "registry"),
            ("web", "documents"),
            ("documents", "storage"),
            ("enquiries", "samspil"),
            ("samspil", "testkit"),
            ("samspil", "xtask"),
            ("xtask", "kernel"),
        ] {
            let findings = with_edge(from, to, DependencyKind::Normal);
            assert_eq!(findings.len(), 1, "{from} -> {to}");
            assert!(findings[0].message.contains(to), "{findings:?}");
        }
    }

    #[test]
    fn tests_may_not_bend_the_order_either() {
        assert_eq!(with_edge("enquiries", "registry", DependencyKind::Development).len(), 1);
    }

    #[test]
    fn crate_without_a_floor_is_refused() {
        assert_eq!(edges(&[member("gadgets", &[])]).len(), 1);
    }

    #[test]
    fn manifest_with_a_version_or_lints_of_its_own_is_refused() {
        let good =
            "[package]\nname = \"x\"\n[dependencies]\nserde.workspace = true\n[lints]\nworkspace = true\n";
        assert_eq!(manifest_takes_from_the_root("crates/x/Cargo.toml", good), []);
        let version = good.replace("serde.workspace = true", "serde = \"1\"");
        assert_eq!(manifest_takes_from_the_root("crates/x/Cargo.toml", &version).len(), 1);
        assert_eq!(manifest_takes_from_the_root("crates/x/Cargo.toml", "[package]\nname = \"x\"\n").len(), 1);
        assert_eq!(manifest_takes_from_the_root("Cargo.toml", "[workspace]\n"), []);
    }
}
