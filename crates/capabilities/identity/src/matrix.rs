//! Which role may what: the permissions of all manifests in one table, and its reviewed text.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    fmt::Write,
    sync::Arc,
};

use kernel::{Permission, Reach, Role};
use web::Manifest;

/// Which role may what.
#[derive(Debug, Clone, Default)]
pub struct Matrix {
    roles: BTreeMap<Role, BTreeSet<Permission>>,
    guarded: BTreeSet<Permission>,
}

impl Matrix {
    /// The permissions of all manifests.
    pub fn of(manifests: &[Manifest]) -> Self {
        let mut matrix = Self::default();
        for (permission, roles) in manifests.iter().flat_map(|manifest| manifest.permissions) {
            for role in *roles {
                matrix.roles.entry(*role).or_default().insert(*permission);
            }
        }
        matrix.guarded.extend(manifests.iter().flat_map(|manifest| manifest.guarded));
        matrix
    }

    /// What these roles may together.
    pub fn permissions(&self, roles: impl IntoIterator<Item = Role>) -> BTreeSet<Permission> {
        roles.into_iter().filter_map(|role| self.roles.get(&role)).flatten().copied().collect()
    }

    /// Whether the role may.
    pub fn allows(&self, role: Role, permission: Permission) -> bool {
        self.roles.get(&role).is_some_and(|permissions| permissions.contains(&permission))
    }

    /// Whether any of these is a permission that nobody has with a password alone.
    pub fn guards(&self, permissions: &BTreeSet<Permission>) -> bool {
        !self.guarded.is_disjoint(permissions)
    }

    /// What those may who are no person of the municipality: for [`web::AppParts::public_reach`].
    pub fn public_reach(&self) -> HashMap<Role, Arc<Reach>> {
        let reach = |permissions| Arc::new(Reach { permissions, ..Reach::default() });
        HashMap::from([
            (Role::Anyone, reach(self.permissions([Role::Anyone]))),
            (Role::CompanyContact, reach(self.permissions([Role::Anyone, Role::CompanyContact]))),
        ])
    }
}

/// The matrix as text, one line for each permission and one for each role: checked in, and read in review.
pub fn matrix_text(manifests: &[Manifest]) -> String {
    let matrix = Matrix::of(manifests);
    let mut text = String::from("# Who may what. Written by a test; a change here is a change of rights.\n");
    let mut manifests: Vec<&Manifest> = manifests.iter().collect();
    manifests.sort_by_key(|manifest| manifest.name);
    for manifest in manifests {
        let mut permissions: Vec<_> = manifest.permissions.iter().collect();
        permissions.sort_by_key(|(permission, _)| *permission);
        let _ = writeln!(text, "\n[{}]", manifest.name);
        for (permission, roles) in permissions {
            let mut roles = roles.to_vec();
            roles.sort_unstable();
            let roles: Vec<_> = roles.into_iter().map(Role::id).collect();
            let _ = writeln!(text, "{}: {}", permission.name(), roles.join(" "));
        }
    }
    let _ = writeln!(text, "\n[roles]");
    for role in Role::ALL {
        let permissions = matrix.permissions([*role]);
        let step = if matrix.guards(&permissions) { " + second step" } else { "" };
        let permissions: Vec<_> = permissions.into_iter().map(Permission::name).collect();
        let _ = writeln!(text, "{}: {}{step}", role.id(), permissions.join(" "));
    }
    let lines: Vec<&str> = text.lines().map(str::trim_end).collect();
    lines.join("\n") + "\n"
}
