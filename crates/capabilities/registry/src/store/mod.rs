//! The only SQL of the register. The register's own tables know no tenant: whoever asks sees the same; only areas,
//! journal lines and confirmed contacts belong to a municipality.

mod contacts;
mod places;
mod runs;
mod staging;
mod units;

use kernel::CvrNumber;
use sea_orm::{
    ExprTrait,
    entity::prelude::*,
    sea_query::{Expr, Query, SelectStatement},
};
use serde::{Deserialize, Serialize};
use storage::StoreError;

use crate::entity::{pointer, unit};

pub(crate) use contacts::{
    add_confirmation, confirmations, confirmations_before, confirmations_by, confirmations_of,
    find_confirmation, remove_confirmation, units_naming,
};
pub use places::{areas, replace_areas};
pub(crate) use places::{positions, write_points};
pub(crate) use runs::{
    BAD_DOCUMENTS_KEPT, Ending, Staging, begin_run, end_run, fail_run, sweep_replaced, sweep_staged,
    unrecorded_changes,
};
pub use runs::{
    ImportCounts, Run, bad_documents, erase_register, generation, last_done, last_done_of, last_of, runs,
    switched, was_switched,
};
pub(crate) use staging::{Change, Chunk, Known, Prepared, known, noted_locals, write_chunk};
pub use units::{
    CompanyRecord, CompanyRow, Entry, Listed, PlacedEstablishment, companies, companies_called, company,
    described, entries_since, establishments_of, keys_by_name_prefix, known_p_numbers, listed, local_units,
    unknown_owners,
};

/// The generation that never ends.
const OPEN: i64 = i64::MAX;

/// The only row of the pointer.
const POINTER: i32 = 1;

/// How long an import may be silent before another takes over.
const LEASE_SECONDS: i64 = 60;

/// What a unit is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnitKind {
    /// A legal unit, known by its CVR number.
    Company,
    /// A production unit, known by its P-number.
    Establishment,
}

impl UnitKind {
    const fn stored(self) -> i32 {
        match self {
            Self::Company => 0,
            Self::Establishment => 1,
        }
    }

    fn read(stored: i32) -> Result<Self, StoreError> {
        match stored {
            0 => Ok(Self::Company),
            1 => Ok(Self::Establishment),
            other => Err(StoreError::corrupt("registry_unit.kind", other)),
        }
    }
}

/// The generation that readers see, inside the statement that reads.
fn current_generation() -> SelectStatement {
    Query::select().column(pointer::Column::Generation).from(pointer::Entity).to_owned()
}

/// The rows that readers see.
fn visible() -> Select<unit::Entity> {
    let generation = || Expr::SubQuery(None, Box::new(current_generation().into()));
    unit::Entity::find()
        .filter(Expr::col((unit::Entity, unit::Column::FromGeneration)).lte(generation()))
        .filter(Expr::col((unit::Entity, unit::Column::ToGeneration)).gt(generation()))
}

/// Numbers for an `IN`, filled up by repeating one to one of few lengths: engines keep a compiled statement per text, and
/// hundreds of texts would fill their memory and never be met again.
fn padded(mut numbers: Vec<i64>) -> Vec<i64> {
    let length = [1, 8, 64, 256].into_iter().find(|length| *length >= numbers.len()).unwrap_or(1_024);
    if let Some(last) = numbers.last().copied() {
        numbers.resize(length.max(numbers.len()), last);
    }
    numbers
}

fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// A number that is never negative, or a broken row.
fn count(stored: i64, column: &'static str) -> Result<u64, StoreError> {
    u64::try_from(stored).map_err(|_| StoreError::corrupt(column, stored))
}

fn cvr_of(stored: i64) -> Result<CvrNumber, StoreError> {
    let number = u32::try_from(stored).ok().and_then(|number| CvrNumber::try_from(number).ok());
    number.ok_or_else(|| StoreError::corrupt("registry_unit.cvr", stored))
}
