//! The tables of the register. All but areas and confirmed contacts are national: one register for every municipality of
//! the installation.

use storage::{Migration, Step, Table};

/// The tables of this capability, in order.
pub fn migrations() -> Vec<Migration> {
    vec![MIGRATION]
}

/// A unit has one row per version. A version counts from `from_generation` until before `to_generation`; the pointer
/// says which generation readers see, so that a whole import becomes visible in one update of one row.
const MIGRATION: Migration = Migration {
    name: "202611230400_registry_first",
    steps: || {
        vec![
            Step::CreateTable(
                Table::national("registry_unit")
                    .small("kind")
                    .int("number")
                    .int("from_generation")
                    .int("to_generation")
                    .uuid("unit_id")
                    .opt_int("cvr")
                    .bytes("hash")
                    .time("updated_at")
                    .text("name")
                    .text("name_folded")
                    .text("postcode")
                    .text("town")
                    .opt_small("municipality")
                    .opt_small("form")
                    .bool("ceased")
                    .bool("protected")
                    .opt_uuid("address_id")
                    .text("detail")
                    .key(&["kind", "number", "from_generation"])
                    .index(&["cvr"])
                    .index(&["municipality", "kind"]),
            ),
            // Prefix search asks for a range of names, which must be ordered by bytes on both engines.
            Step::Sql {
                sqlite: "SELECT 1",
                postgres: "ALTER TABLE registry_unit ALTER COLUMN name_folded TYPE text COLLATE \"C\"",
            },
            Step::CreateIndex("registry_unit", vec!["name_folded"], false),
            // What has been replaced is swept by generation; few rows are, so the index stays small.
            Step::Sql {
                sqlite: "CREATE INDEX registry_unit_ended ON registry_unit (to_generation) WHERE to_generation < 9223372036854775807",
                postgres: "CREATE INDEX registry_unit_ended ON registry_unit (to_generation) WHERE to_generation < 9223372036854775807",
            },
            Step::CreateTable(
                Table::national("registry_pointer")
                    .small("id")
                    .int("generation")
                    .opt_time("switched_at")
                    .opt_uuid("importing")
                    .opt_time("lease_until")
                    .key(&["id"]),
            ),
            Step::CreateTable(
                Table::national("registry_run")
                    .uuid("id")
                    .int("generation")
                    .text("state")
                    .text("source")
                    .time("started_at")
                    .opt_time("finished_at")
                    .opt_text("input_hash")
                    .int("read")
                    .int("added")
                    .int("changed")
                    .int("unchanged")
                    .int("ceased")
                    .int("rejected")
                    .int("persons")
                    .opt_text("reason")
                    .key(&["id"])
                    .index(&["started_at"]),
            ),
            Step::CreateTable(
                Table::national("registry_bad_document")
                    .uuid("run_id")
                    .int("line")
                    .text("field")
                    .text("reason")
                    .key(&["run_id", "line"])
                    .references(&["run_id"], "registry_run", &["id"]),
            ),
            // Which units a municipality of the installation has or had.
            Step::CreateTable(
                Table::national("registry_local").small("municipality").small("kind").int("number").key(&[
                    "municipality",
                    "kind",
                    "number",
                ]),
            ),
            // What a run means for a municipality, until it stands in its journal.
            Step::CreateTable(
                Table::national("registry_change")
                    .small("municipality")
                    .int("generation")
                    .small("kind")
                    .int("number")
                    .uuid("unit_id")
                    .text("word")
                    .opt_date("on_day")
                    .key(&["municipality", "generation", "kind", "number"]),
            ),
            Step::CreateTable(
                Table::national("registry_address_point")
                    .uuid("address_id")
                    .real("longitude")
                    .real("latitude")
                    .key(&["address_id"]),
            ),
            Step::CreateTable(
                Table::tenant("registry_area")
                    .uuid("id")
                    .text("area_key")
                    .text("name")
                    .bool("approximate")
                    .small("place")
                    .text("geometry")
                    .time("updated_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "area_key"]),
            ),
            // Which contacts someone here has confirmed to speak for a company.
            Step::CreateTable(
                Table::tenant("registry_confirmation")
                    .uuid("id")
                    .int("cvr")
                    .text("email")
                    .text("means")
                    .uuid("confirmed_by")
                    .time("confirmed_at")
                    .key(&["id"])
                    .unique(&["tenant_id", "cvr", "email"]),
            ),
        ]
    },
};
