//! Visits, planned and held.

use std::{collections::HashMap, hash::BuildHasher};

use chrono::{DateTime, NaiveDate, NaiveTime, Timelike, Utc};
use kernel::{CvrNumber, PersonId, uuid::Uuid};
use sea_orm::{
    ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{AT_ONCE, WRITTEN_AT_ONCE, company, source_of, sources, whole};
use crate::{
    entity::visit,
    model::{Entry, ImportId, ListKind, Visit, VisitDetails, VisitId, VisitKind, VisitState},
};

/// Visits shown at once.
const VISITS_MAX: u64 = 500;
/// How long a visit of a list was, where nobody knows.
const MINUTES_UNKNOWN: i32 = 60;

/// What is here with these keys, with its id.
pub async fn known_visits(
    reader: &impl Reader,
    keys: &[String],
) -> Result<HashMap<String, (Uuid, Entry)>, StoreError> {
    let mut known = HashMap::new();
    for some in keys.chunks(AT_ONCE) {
        let select = reader.find::<visit::Entity>();
        let select = select.filter(visit::Column::RowKey.is_in(some.iter().map(String::as_str)));
        for row in select.order_by_asc(visit::Column::Id).all(reader.conn()).await? {
            let entry = Entry {
                cvr: Some(company(&row.cvr, "relations_visit.cvr", row.id)?),
                company: row.company,
                name: row.contact_name,
                note: row.note,
                date: Some(row.on_day),
                visitor: row.visitor_name,
                kind: VisitKind::from_code(&row.kind).unwrap_or_default(),
                place: row.place,
                ..Entry::default()
            };
            known.entry(row.row_key).or_insert((row.id, entry));
        }
    }
    Ok(known)
}

/// Writes visits of a list; `visitors` are those of ours whose names stand in it.
pub async fn add_visits<S: BuildHasher + Sync>(
    tx: &Tx,
    import: ImportId,
    new: &[(Uuid, usize, &Entry)],
    visitors: &HashMap<String, PersonId, S>,
) -> Result<(), StoreError> {
    for some in new.chunks(WRITTEN_AT_ONCE) {
        let rows = some.iter().map(|(id, row, entry)| visit::ActiveModel {
            tenant_id: Set(tx.tenant().code()),
            id: Set(*id),
            cvr: Set(entry.cvr.map(|cvr| cvr.to_string()).unwrap_or_default()),
            company: Set(entry.company.clone()),
            state: Set(VisitState::Held.code().to_owned()),
            kind: Set(entry.kind.code().to_owned()),
            on_day: Set(entry.date.unwrap_or_default()),
            at_minute: Set(None),
            minutes: Set(MINUTES_UNKNOWN),
            place: Set(entry.place.clone()),
            contact_name: Set(entry.name.clone()),
            note: Set(entry.note.clone()),
            visitor: Set(visitors.get(&kernel::fold(&entry.visitor)).map(|person| person.uuid())),
            visitor_name: Set(entry.visitor.clone()),
            sequence: Set(0),
            row_key: Set(entry.key(ListKind::Visits)),
            import_id: Set(Some(import.into())),
            row: Set(Some(whole(*row))),
            added_at: Set(tx.ctx().now()),
            changed_at: Set(tx.ctx().now()),
        });
        let conflict =
            OnConflict::columns([visit::Column::TenantId, visit::Column::Id]).do_nothing().to_owned();
        let insert = visit::Entity::insert_many(rows).on_conflict(conflict).try_insert();
        insert.exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Writes a visit, or changes it.
pub async fn save_visit(tx: &Tx, visit: &Visit) -> Result<(), StoreError> {
    use visit::Column as C;
    let details = &visit.details;
    let minute = details.at.map(|at| i32::try_from(at.num_seconds_from_midnight() / 60).unwrap_or_default());
    let row = visit::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(visit.id.into()),
        cvr: Set(details.cvr.to_string()),
        company: Set(visit.company.clone()),
        state: Set(visit.state.code().to_owned()),
        kind: Set(details.kind.code().to_owned()),
        on_day: Set(details.on),
        at_minute: Set(minute),
        minutes: Set(i32::from(details.minutes)),
        place: Set(details.place.clone()),
        contact_name: Set(details.contact_name.clone()),
        note: Set(details.note.clone()),
        visitor: Set(visit.visitor.map(Uuid::from)),
        visitor_name: Set(visit.visitor_name.clone()),
        sequence: Set(visit.sequence),
        row_key: Set(format!("visit|{}", visit.id)),
        import_id: Set(visit.source.as_ref().map(|source| source.import.into())),
        row: Set(visit.source.as_ref().map(|source| whole(source.row))),
        added_at: Set(visit.added_at),
        changed_at: Set(visit.changed_at),
    };
    let changed = [
        C::Cvr,
        C::Company,
        C::State,
        C::Kind,
        C::OnDay,
        C::AtMinute,
        C::Minutes,
        C::Place,
        C::ContactName,
        C::Note,
        C::Sequence,
        C::ChangedAt,
    ];
    let conflict = OnConflict::columns([C::TenantId, C::Id]).update_columns(changed).to_owned();
    visit::Entity::insert(row).on_conflict(conflict).exec_without_returning(tx.conn()).await?;
    Ok(())
}

async fn read_all(reader: &impl Reader, rows: Vec<visit::Model>) -> Result<Vec<Visit>, StoreError> {
    let lists = sources(reader, rows.iter().filter_map(|row| row.import_id)).await?;
    let read = |row: visit::Model| {
        let corrupt = |column: &'static str| StoreError::corrupt(column, row.id);
        let minute = |minute: i32| {
            let seconds = u32::try_from(minute).unwrap_or(u32::MAX).saturating_mul(60);
            NaiveTime::from_num_seconds_from_midnight_opt(seconds, 0)
                .ok_or_else(|| corrupt("relations_visit.at_minute"))
        };
        Ok(Visit {
            id: row.id.into(),
            state: VisitState::from_code(&row.state).ok_or_else(|| corrupt("relations_visit.state"))?,
            details: VisitDetails {
                cvr: company(&row.cvr, "relations_visit.cvr", row.id)?,
                kind: VisitKind::from_code(&row.kind).ok_or_else(|| corrupt("relations_visit.kind"))?,
                on: row.on_day,
                at: row.at_minute.map(minute).transpose()?,
                minutes: u16::try_from(row.minutes).map_err(|_| corrupt("relations_visit.minutes"))?,
                place: row.place,
                contact_name: row.contact_name,
                note: row.note,
            },
            company: row.company,
            visitor: row.visitor.map(PersonId::from),
            visitor_name: row.visitor_name,
            sequence: row.sequence,
            added_at: row.added_at,
            changed_at: row.changed_at,
            source: source_of(&lists, row.import_id, row.row),
        })
    };
    rows.into_iter().map(read).collect()
}

/// A visit.
pub async fn find_visit(reader: &impl Reader, id: VisitId) -> Result<Option<Visit>, StoreError> {
    let select = reader.find::<visit::Entity>().filter(visit::Column::Id.eq(id.uuid()));
    Ok(read_all(reader, select.all(reader.conn()).await?).await?.pop())
}

/// A visit that nobody else changes until the transaction ends.
pub async fn lock_visit(tx: &Tx, id: VisitId) -> Result<Option<Visit>, StoreError> {
    let select = tx.find::<visit::Entity>().filter(visit::Column::Id.eq(id.uuid()));
    Ok(read_all(tx, select.lock_exclusive().all(tx.conn()).await?).await?.pop())
}

/// The visits at a company, the newest first.
pub async fn visits_of(reader: &impl Reader, cvr: CvrNumber, limit: usize) -> Result<Vec<Visit>, StoreError> {
    let select = reader.find::<visit::Entity>().filter(visit::Column::Cvr.eq(cvr.to_string()));
    let select = select.order_by_desc(visit::Column::OnDay).order_by_desc(visit::Column::Id);
    let rows = select.limit(u64::try_from(limit).unwrap_or(VISITS_MAX)).all(reader.conn()).await?;
    read_all(reader, rows).await
}

/// A person's own visits from a day on that are planned, the nearest first.
pub async fn calendar_visits(
    reader: &impl Reader,
    person: PersonId,
    from: NaiveDate,
    cancelled_since: DateTime<Utc>,
) -> Result<Vec<Visit>, StoreError> {
    let planned = Condition::all()
        .add(visit::Column::State.ne(VisitState::Cancelled.code()))
        .add(visit::Column::OnDay.gte(from))
        .add(visit::Column::ImportId.is_null());
    let cancelled = Condition::all()
        .add(visit::Column::State.eq(VisitState::Cancelled.code()))
        .add(visit::Column::ChangedAt.gte(cancelled_since));
    let select = reader
        .find::<visit::Entity>()
        .filter(visit::Column::Visitor.eq(person.uuid()))
        .filter(Condition::any().add(planned).add(cancelled))
        .order_by_asc(visit::Column::OnDay)
        .order_by_asc(visit::Column::AtMinute)
        .order_by_asc(visit::Column::Id)
        .limit(VISITS_MAX);
    read_all(reader, select.all(reader.conn()).await?).await
}

/// Every visit of one of ours.
pub async fn visits_of_person(reader: &impl Reader, person: PersonId) -> Result<Vec<Visit>, StoreError> {
    let select = reader.find::<visit::Entity>().filter(visit::Column::Visitor.eq(person.uuid()));
    let select = select.order_by_asc(visit::Column::Id).limit(VISITS_MAX);
    read_all(reader, select.all(reader.conn()).await?).await
}

/// The visits in whose words one of these names or addresses stands.
pub async fn visits_naming(reader: &impl Reader, words: &[String]) -> Result<Vec<Visit>, StoreError> {
    if words.is_empty() {
        return Ok(Vec::new());
    }
    let mut any = Condition::any();
    for word in words {
        for column in [
            visit::Column::ContactName,
            visit::Column::VisitorName,
            visit::Column::Note,
            visit::Column::Place,
        ] {
            any = any.add(column.contains(word));
        }
    }
    let select = reader.find::<visit::Entity>().filter(any).order_by_asc(visit::Column::Id).limit(VISITS_MAX);
    read_all(reader, select.all(reader.conn()).await?).await
}

/// Visits before a day that still name somebody.
pub async fn visits_to_forget(reader: &impl Reader, before: NaiveDate) -> Result<Vec<VisitId>, StoreError> {
    let names = Condition::any()
        .add(visit::Column::ContactName.ne(""))
        .add(visit::Column::Note.ne(""))
        .add(visit::Column::Place.ne(""))
        .add(visit::Column::VisitorName.ne(""));
    let select = reader.find::<visit::Entity>().filter(visit::Column::OnDay.lt(before)).filter(names);
    let select =
        select.select_only().column(visit::Column::Id).order_by_asc(visit::Column::Id).limit(VISITS_MAX);
    let ids: Vec<Uuid> = select.into_tuple().all(reader.conn()).await?;
    Ok(ids.into_iter().map(VisitId::from).collect())
}

/// Takes the people out of a visit for good: that there was one on that day stays.
pub async fn erase_people(tx: &Tx, id: VisitId) -> Result<(), StoreError> {
    visit::Entity::update_many()
        .set(visit::ActiveModel {
            contact_name: Set(String::new()),
            visitor_name: Set(String::new()),
            note: Set(String::new()),
            place: Set(String::new()),
            row_key: Set(String::new()),
            ..Default::default()
        })
        .filter(visit::Column::TenantId.eq(tx.tenant().code()))
        .filter(visit::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    let erased = ["contact_name", "visitor_name", "note", "place", "row_key"].map(Erased::Column);
    record_erasure(tx, "relations_visit", id.uuid(), &erased).await
}

/// Takes a visit out that was brought.
pub async fn delete_visit(tx: &Tx, id: VisitId) -> Result<(), StoreError> {
    visit::Entity::delete_many()
        .filter(visit::Column::TenantId.eq(tx.tenant().code()))
        .filter(visit::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "relations_visit", id.uuid(), &[Erased::Row]).await
}
