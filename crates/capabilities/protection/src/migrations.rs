//! The table of the nights: counts per kind, nothing about people.

use storage::{Migration, Step, Table};

/// Every migration.
pub fn migrations() -> Vec<Migration> {
    vec![FIRST]
}

const FIRST: Migration = Migration {
    name: "202611241310_protection_first",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("protection_run")
                .date("day")
                .uuid("id")
                .time("started_at")
                .opt_time("ended_at")
                .small("attempts")
                .small("failures")
                .text("report")
                .key(&["day"]),
        )]
    },
};
