//! Taking a case's words out for good. What figures and promises need stays: number, topic, team, dates, outcome, score.

use chrono::{DateTime, Utc};
use kernel::{CaseId, Code, PartyId};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::Query,
};
use storage::{Erased, Reader, StoreError, Tx, record_erasure};

use super::{CaseState, read_back};
use crate::{
    entity::{case, entry, filing, part},
    model::Case,
};

/// The columns of a case that hold what can be told of a person.
const OF_PERSON: [&str; 10] = [
    "asker_name",
    "country",
    "vat",
    "on_behalf_of",
    "adviser_cvr",
    "contact_name",
    "contact_email",
    "contact_phone",
    "rating_text",
    "about_name",
];

/// The cases that ended before a moment, and those that nobody confirmed since another, that still have their words. The
/// oldest first, at most `limit`. Not those that are to be filed and are not.
pub async fn cases_to_forget(
    reader: &impl Reader,
    ended_before: Option<DateTime<Utc>>,
    unconfirmed_before: Option<DateTime<Utc>>,
    limit: u64,
) -> Result<Vec<CaseId>, StoreError> {
    let ended = ended_before.map(|before| case::Column::ClosedAt.lt(before));
    let unconfirmed = unconfirmed_before.map(|before| {
        Condition::all()
            .add(case::Column::State.eq(CaseState::Unconfirmed.text()))
            .add(case::Column::ReceivedAt.lt(before))
    });
    if ended.is_none() && unconfirmed.is_none() {
        // No condition at all would be every case.
        return Ok(Vec::new());
    }
    let select = reader.find::<case::Entity>().filter(case::Column::ErasedAt.is_null());
    let select = select.filter(Condition::any().add_option(ended).add_option(unconfirmed));
    let select = select.filter(owes_filing(reader).not());
    let rows = select.order_by_asc(case::Column::ReceivedAt).order_by_asc(case::Column::Id).limit(limit);
    rows.all(reader.conn()).await?.into_iter().map(|row| read_back(row).map(|case| case.id)).collect()
}

/// Has ended, and nobody has said where it is kept: what must be archived is not destroyed before it is (arkivloven; article
/// 17(3)(b)).
pub(super) fn owes_filing(reader: &impl Reader) -> Condition {
    let said = Query::select()
        .column(filing::Column::CaseId)
        .from(filing::Entity)
        .and_where(filing::Column::TenantId.eq(reader.tenant().code()))
        .to_owned();
    Condition::all()
        .add(case::Column::State.is_in(["closed", CaseState::Withdrawn.text()]))
        .add(case::Column::ErasedAt.is_null())
        .add(case::Column::Id.not_in_subquery(said))
}

/// Takes the contact and every other word out of the row of a case, and the number of a company that is a person. The caller
/// holds it.
pub async fn erase_case(tx: &Tx, case: &Case, is_person: bool) -> Result<(), StoreError> {
    let none = || Set(None);
    let cvr = if is_person { none() } else { NotSet };
    case::Entity::update_many()
        .set(case::ActiveModel {
            asker_name: Set(String::new()),
            cvr,
            country: none(),
            vat: none(),
            on_behalf_of: none(),
            adviser_cvr: none(),
            contact_name: Set(String::new()),
            contact_email: Set(String::new()),
            contact_phone: none(),
            rating_text: none(),
            about_name: none(),
            erased_at: Set(Some(tx.ctx().now())),
            version: Set(case.version + 1),
            ..Default::default()
        })
        .filter(case::Column::TenantId.eq(tx.tenant().code()))
        .filter(case::Column::Id.eq(case.id.uuid()))
        .exec(tx.conn())
        .await?;
    let mut erased: Vec<Erased<'_>> = OF_PERSON.into_iter().map(Erased::Column).collect();
    erased.extend(is_person.then_some(Erased::Column("cvr")));
    erased.push(Erased::Column("erased_at"));
    record_erasure(tx, "enquiries_case", case.id.uuid(), &erased).await
}

/// Whether a case of the party still has its words.
pub async fn is_party_known(reader: &impl Reader, party: PartyId) -> Result<bool, StoreError> {
    let select = reader.find::<case::Entity>().filter(case::Column::PartyId.eq(party.uuid()));
    Ok(select.filter(case::Column::ErasedAt.is_null()).count(reader.conn()).await? > 0)
}

/// Takes the texts of a case out, its entries', those of the parts that others were asked for and those
/// of its references. Returns how many, and the
/// entries.
pub async fn erase_texts(tx: &Tx, of: CaseId, why: &Code) -> Result<(u32, Vec<Uuid>), StoreError> {
    let select = tx.find::<entry::Entity>().filter(entry::Column::CaseId.eq(of.uuid()));
    let entries: Vec<entry::Model> = select.all(tx.conn()).await?;
    entry::Entity::update_many()
        .set(entry::ActiveModel {
            text: Set(String::new()),
            salt: Set(None),
            redacted: Set(Some(why.to_string())),
            ..Default::default()
        })
        .filter(entry::Column::TenantId.eq(tx.tenant().code()))
        .filter(entry::Column::CaseId.eq(of.uuid()))
        .filter(entry::Column::Redacted.is_null())
        .exec(tx.conn())
        .await?;
    let mut count = 0;
    for entry in entries.iter().filter(|entry| entry.redacted.is_none()) {
        let erased = [Erased::Column("text"), Erased::Column("salt"), Erased::ColumnTo("redacted", why)];
        record_erasure(tx, "enquiries_entry", entry.id, &erased).await?;
        count += 1;
    }
    let parts = tx.find::<part::Entity>().filter(part::Column::CaseId.eq(of.uuid())).all(tx.conn()).await?;
    for part in &parts {
        part::Entity::update_many()
            .set(part::ActiveModel {
                question: Set(String::new()),
                redacted: Set(Some(why.to_string())),
                released: Set(part.released.as_ref().map(|_| why.to_string())),
                ..Default::default()
            })
            .filter(part::Column::TenantId.eq(tx.tenant().code()))
            .filter(part::Column::Id.eq(part.id))
            .exec(tx.conn())
            .await?;
        let mut erased = vec![Erased::Column("question"), Erased::ColumnTo("redacted", why)];
        if part.released.is_some() {
            erased.push(Erased::ColumnTo("released", why));
        }
        record_erasure(tx, "enquiries_part", part.id, &erased).await?;
        count += 1;
    }
    count += super::references::erase_references(tx, of, why).await?;
    count += super::filing::erase_filing(tx, of).await?;
    super::packages::erase_packages(tx, of).await?;
    Ok((count, entries.into_iter().map(|entry| entry.id).collect()))
}
