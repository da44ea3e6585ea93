//! How far the journal has been followed.

use storage::{Migration, Step, Table};

/// After the first tables.
pub(super) const CURSOR: Migration = Migration {
    name: "202611231000_enquiries_cursor",
    steps: || {
        vec![Step::CreateTable(Table::tenant("enquiries_cursor").text("name").int("position").key(&["name"]))]
    },
};
