//! What cases are called in other systems.

use chrono::NaiveDate;
use kernel::{CaseId, Code};
use sea_orm::{
    ActiveValue::Set, JoinType, QueryOrder, QuerySelect, RelationDef, entity::prelude::*,
    sea_query::OnConflict,
};
use storage::{Erased, Reader, StoreError, TokenHash, Tx, record_erasure};

use super::read_back;
use crate::{
    entity::{case, reference},
    model::{Case, Reference, ReferenceDetails, ReferenceId, SecureLink, System},
};

/// The references of these cases, the oldest first.
pub async fn references(reader: &impl Reader, cases: &[CaseId]) -> Result<Vec<Reference>, StoreError> {
    let ids = cases.iter().map(|id| id.uuid());
    let select = reader.find::<reference::Entity>().filter(reference::Column::CaseId.is_in(ids));
    let select = select.order_by_asc(reference::Column::AddedAt).order_by_asc(reference::Column::Id);
    select.all(reader.conn()).await?.into_iter().map(read).collect()
}

/// The case that a tracking link opens, with its references, the oldest first. One statement: it is what most pages are read by.
pub async fn find_shown(
    reader: &impl Reader,
    link: &TokenHash,
) -> Result<Option<(Case, Vec<Reference>)>, StoreError> {
    let on: RelationDef = case::Entity::belongs_to(reference::Entity)
        .from((case::Column::TenantId, case::Column::Id))
        .to((reference::Column::TenantId, reference::Column::CaseId))
        .into();
    let select = reader.find::<case::Entity>().filter(case::Column::LinkHash.eq(&link.0));
    let select = select.join(JoinType::LeftJoin, on).select_also(reference::Entity);
    let select = select.order_by_asc(reference::Column::AddedAt).order_by_asc(reference::Column::Id);
    let mut shown: Option<(Case, Vec<Reference>)> = None;
    for (row, referred) in select.all(reader.conn()).await? {
        if shown.is_none() {
            shown = Some((read_back(row)?, Vec::new()));
        }
        if let (Some((_, references)), Some(referred)) = (&mut shown, referred) {
            references.push(read(referred)?);
        }
    }
    Ok(shown)
}

/// The references whose expected day was before this one and of which nobody was told, at most `limit`.
pub async fn missed_references(
    reader: &impl Reader,
    today: NaiveDate,
    limit: u64,
) -> Result<Vec<Reference>, StoreError> {
    let select = reader.find::<reference::Entity>().filter(reference::Column::ExpectedOn.lt(today));
    let select =
        select.filter(reference::Column::ToldAt.is_null()).filter(reference::Column::Redacted.is_null());
    let select = select.order_by_asc(reference::Column::ExpectedOn).order_by_asc(reference::Column::Id);
    select.limit(limit).all(reader.conn()).await?.into_iter().map(read).collect()
}

/// Writes a reference, or changes it.
pub async fn save_reference(tx: &Tx, new: &Reference) -> Result<(), StoreError> {
    use reference::Column as C;
    let details = &new.details;
    let row = reference::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        case_id: Set(new.case.into()),
        system: Set(details.system.code().to_owned()),
        name: Set(details.name.clone()),
        number: Set(details.number.clone()),
        link: Set(details.link.as_ref().map(|link| link.as_str().to_owned())),
        expected_on: Set(details.expected_on),
        shown: Set(details.is_shown),
        added_at: Set(new.added_at),
        told_at: Set(new.told_at),
        redacted: Set(new.redacted.as_ref().map(Code::to_string)),
    };
    let changed = [C::CaseId, C::System, C::Name, C::Number, C::Link, C::ExpectedOn, C::Shown, C::ToldAt];
    let conflict = OnConflict::columns([C::TenantId, C::Id]).update_columns(changed).to_owned();
    reference::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// Takes a reference out for good: an older backup that is restored does not bring it back.
pub async fn delete_reference(tx: &Tx, id: ReferenceId) -> Result<(), StoreError> {
    reference::Entity::delete_many()
        .filter(reference::Column::TenantId.eq(tx.tenant().code()))
        .filter(reference::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "enquiries_reference", id.uuid(), &[Erased::Row]).await
}

/// Takes the words of a case's references out. Returns how many; that there was one, and in which system, stays.
pub(super) async fn erase_references(tx: &Tx, of: CaseId, why: &Code) -> Result<u32, StoreError> {
    let mut count = 0;
    for reference in references(tx, &[of]).await?.iter().filter(|one| one.redacted.is_none()) {
        reference::Entity::update_many()
            .set(reference::ActiveModel {
                name: Set(String::new()),
                number: Set(String::new()),
                link: Set(None),
                redacted: Set(Some(why.to_string())),
                ..Default::default()
            })
            .filter(reference::Column::TenantId.eq(tx.tenant().code()))
            .filter(reference::Column::Id.eq(reference.id.uuid()))
            .exec(tx.conn())
            .await?;
        let erased = [
            Erased::Column("name"),
            Erased::Column("number"),
            Erased::Column("link"),
            Erased::ColumnTo("redacted", why),
        ];
        record_erasure(tx, "enquiries_reference", reference.id.uuid(), &erased).await?;
        count += 1;
    }
    Ok(count)
}

fn read(row: reference::Model) -> Result<Reference, StoreError> {
    let corrupt = |column: &'static str| StoreError::corrupt(column, row.id);
    let link = row
        .link
        .as_deref()
        .map(|link| SecureLink::parse(link).ok_or_else(|| corrupt("enquiries_reference.link")));
    let details = ReferenceDetails {
        system: System::from_code(&row.system).ok_or_else(|| corrupt("enquiries_reference.system"))?,
        name: row.name,
        number: row.number,
        link: link.transpose()?,
        expected_on: row.expected_on,
        is_shown: row.shown,
    };
    Ok(Reference {
        id: row.id.into(),
        case: row.case_id.into(),
        details,
        added_at: row.added_at,
        told_at: row.told_at,
        redacted: row.redacted.and_then(|code| code.parse().ok()),
    })
}
