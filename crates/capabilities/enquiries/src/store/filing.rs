//! Where ended cases are kept, and which are to be filed still.

use chrono::{DateTime, Utc};
use kernel::CaseId;
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{CASES_PER_PAGE, CaseFilter, case, erasing::owes_filing, read_back, select_cases};
use crate::{
    entity::filing,
    model::{Case, Filing},
};

/// Where a case is kept; owed where nobody has said.
pub async fn filing(reader: &impl Reader, of: CaseId) -> Result<Filing, StoreError> {
    let select = reader.find::<filing::Entity>().filter(filing::Column::CaseId.eq(of.uuid()));
    let Some(row) = select.one(reader.conn()).await? else { return Ok(Filing::Owed) };
    match (row.reference_id, row.because) {
        (Some(reference), None) => Ok(Filing::Filed { reference: reference.into() }),
        (None, Some(because)) => {
            let because = because.parse();
            let because =
                because.map_err(|_| StoreError::corrupt("enquiries_filing.because", row.case_id))?;
            Ok(Filing::NotFiled { because, words: row.words })
        }
        _ => Err(StoreError::corrupt("enquiries_filing.reference_id", row.case_id)),
    }
}

/// Writes where a case is kept. Returns whether something was said of it before.
pub async fn save_filing(tx: &Tx, of: CaseId, new: &Filing) -> Result<bool, StoreError> {
    let gone = filing::Entity::delete_many()
        .filter(filing::Column::TenantId.eq(tx.tenant().code()))
        .filter(filing::Column::CaseId.eq(of.uuid()))
        .exec(tx.conn())
        .await?;
    let (reference, because, words) = match new {
        Filing::Filed { reference } => (Some(reference.uuid()), None, String::new()),
        Filing::NotFiled { because, words } => (None, Some(because.to_string()), words.clone()),
        Filing::Owed => return Ok(gone.rows_affected > 0),
    };
    let row = filing::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        case_id: Set(of.into()),
        reference_id: Set(reference),
        because: Set(because),
        words: Set(words),
        at: Set(tx.ctx().now()),
    };
    filing::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(gone.rows_affected > 0)
}

/// The cases that have ended, still have their words, and of which nobody has said where they are kept: those that ended
/// first at the top, one page of them.
pub async fn cases_to_file(
    reader: &impl Reader,
    filter: &CaseFilter,
    page: u64,
) -> Result<Vec<Case>, StoreError> {
    let select = select_cases(reader, filter).filter(owes_filing(reader));
    let select = select.order_by_asc(case::Column::ClosedAt).order_by_asc(case::Column::Id);
    let rows = select.offset(page * CASES_PER_PAGE).limit(CASES_PER_PAGE).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// The numbers of those of these cases that are to be filed and are not.
pub async fn numbers_to_file(reader: &impl Reader, of: &[CaseId]) -> Result<Vec<String>, StoreError> {
    let select = reader.find::<case::Entity>().filter(owes_filing(reader));
    let select = select.filter(case::Column::Id.is_in(of.iter().map(|id| id.uuid())));
    let numbers = select.select_only().column(case::Column::Number).order_by_asc(case::Column::Number);
    Ok(numbers.into_tuple::<String>().all(reader.conn()).await?)
}

/// How many are to be filed and are not, of those that ended before this.
pub async fn count_to_file_since(reader: &impl Reader, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let select = reader.find::<case::Entity>().filter(owes_filing(reader));
    Ok(select.filter(case::Column::ClosedAt.lt(before)).count(reader.conn()).await?)
}

/// Takes out the words on why a case need not be filed; the reason stays. Returns how many there were.
pub(super) async fn erase_filing(tx: &Tx, of: CaseId) -> Result<u32, StoreError> {
    let emptied = filing::Entity::update_many()
        .set(filing::ActiveModel { words: Set(String::new()), ..Default::default() })
        .filter(filing::Column::TenantId.eq(tx.tenant().code()))
        .filter(filing::Column::CaseId.eq(of.uuid()))
        .filter(filing::Column::Words.ne(""))
        .exec(tx.conn())
        .await?;
    if emptied.rows_affected == 0 {
        return Ok(0);
    }
    record_erasure(tx, "enquiries_filing", of.uuid(), &[Erased::Column("words")]).await?;
    Ok(1)
}
