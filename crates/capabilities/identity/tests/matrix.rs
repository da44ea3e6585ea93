//! The rights that identity itself gives, as reviewed text.

use identity::{Matrix, commands, matrix_text};
use kernel::Role;

#[test]
fn the_rights_of_this_capability_are_those_that_were_reviewed() {
    let text = matrix_text(&[identity::manifest()]);
    insta::assert_snapshot!("matrix", text);
}

#[test]
fn only_the_administrator_adds_people_and_that_role_has_no_other_right() {
    let matrix = Matrix::of(&[identity::manifest()]);
    for role in Role::ALL {
        assert_eq!(matrix.allows(*role, commands::ADMINISTER), *role == Role::Admin, "{role:?}");
    }
    assert!(matrix.permissions([Role::Anyone, Role::CompanyContact]).is_empty());
}
