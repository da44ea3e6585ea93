//! Who sent a case for a company that it had shown to act for.

use storage::{Column, ColumnKind, Migration, Step};

/// After the filings.
pub(super) const CONFIRMED: Migration = Migration {
    name: "202611241301_enquiries_confirmed",
    steps: || {
        let column = Column { name: "confirmed_by", kind: ColumnKind::Uuid, optional: true };
        vec![Step::AddColumn("enquiries_case", column)]
    },
};
