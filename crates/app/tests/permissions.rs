//! The rights of the whole program as a reviewed text.

use samspil::capabilities;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/permissions.txt");

#[test]
fn permission_matrix_is_the_reviewed_one() {
    let text = identity::matrix_text(&capabilities::manifests());
    if std::env::var_os("UPDATE_PERMISSIONS").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let reviewed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert_eq!(
        text, reviewed,
        "rights have changed: read the difference, then write tests/permissions.txt anew with UPDATE_PERMISSIONS=1"
    );
}

#[test]
fn route_is_declared_once_and_needs_a_permission_that_a_manifest_declares() {
    let manifests = capabilities::manifests();
    let declared: Vec<_> = manifests
        .iter()
        .flat_map(|manifest| manifest.permissions)
        .map(|(permission, _)| *permission)
        .collect();
    let mut seen = std::collections::BTreeSet::new();
    for manifest in &manifests {
        for route in (manifest.routes)().list() {
            assert!(
                seen.insert((route.method.to_string(), route.path)),
                "{} {} twice",
                route.method,
                route.path
            );
            if let web::Access::Needs(permission) = route.access {
                assert!(declared.contains(&permission), "{} needs {}", route.path, permission.name());
            }
        }
    }
    for manifest in &manifests {
        for (permission, _) in manifest.permissions {
            let prefix = permission.name().split('.').next().unwrap_or_default();
            assert_eq!(prefix, manifest.name, "{} belongs to another capability", permission.name());
        }
        for item in manifest.navigation {
            assert!(
                seen.contains(&("GET".to_owned(), item.path)),
                "the menu leads to {}, which is no page",
                item.path
            );
        }
    }
}
