//! Outside parties by a random id: what stands in the journal where a CVR number may not.
//!
//! The table is the only place where the two meet; when it is erased, the lines say no more than that there was someone.

use std::collections::BTreeMap;

use kernel::{CvrNumber, PartyId};
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use storage::{Erased, Migration, Reader, Step, StoreError, Table, Tx, record_erasure};

use super::IDS_PER_STATEMENT;
use crate::{
    PromiseState,
    entity::{party as row, promise as promise_row},
};

pub(super) const MIGRATION: Migration = Migration {
    name: "202611230201_ledger_party",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("ledger_party")
                .uuid("party_id")
                .text("kind")
                .opt_text("cvr")
                .time("created_at")
                .key(&["party_id"])
                .unique(&["tenant_id", "cvr"]),
        )]
    },
};

/// What a party is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum PartyKind {
    /// A unit of the register, by its CVR number.
    Company,
    /// A person who is known only by what it told us.
    Contact,
    /// A founder, before there is a CVR number.
    Founder,
    /// A company of another country.
    ForeignCompany,
    /// An association without a CVR number.
    Association,
}

impl PartyKind {
    const fn text(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Contact => "contact",
            Self::Founder => "founder",
            Self::ForeignCompany => "foreign-company",
            Self::Association => "association",
        }
    }
}

/// The party that stands for the company, made when it is not there.
pub async fn party_of_company(tx: &Tx, cvr: CvrNumber) -> Result<PartyId, StoreError> {
    if let Some(party) = find_party_of_company(tx, cvr).await? {
        return Ok(party);
    }
    // Two at once: on PostgreSQL the second waits here for the first, then finds its row.
    let conflict = OnConflict::columns([row::Column::TenantId, row::Column::Cvr]).do_nothing().to_owned();
    let new = to_row(tx, tx.ctx().new_id(), PartyKind::Company, Some(cvr));
    row::Entity::insert(new).on_conflict(conflict).try_insert().exec_without_returning(tx.conn()).await?;
    let found = find_party_of_company(tx, cvr).await?;
    found.ok_or_else(|| StoreError::corrupt("ledger_party.cvr", "a company"))
}

/// The party that stands for the company, where there is one.
pub async fn find_party_of_company(
    reader: &impl Reader,
    cvr: CvrNumber,
) -> Result<Option<PartyId>, StoreError> {
    Ok(select_of_company(reader, cvr).one(reader.conn()).await?.map(|row| row.party_id.into()))
}

/// The one row of a company, at most.
pub(super) fn select_of_company(reader: &impl Reader, cvr: CvrNumber) -> Select<row::Entity> {
    reader.find::<row::Entity>().filter(row::Column::Cvr.eq(cvr.to_string()))
}

/// A new party for a contact that gave no CVR number.
pub async fn new_party(tx: &Tx) -> Result<PartyId, StoreError> {
    new_party_of(tx, PartyKind::Contact).await
}

/// A new party of the kind, without a CVR number.
pub async fn new_party_of(tx: &Tx, kind: PartyKind) -> Result<PartyId, StoreError> {
    let party = tx.ctx().new_id();
    row::Entity::insert(to_row(tx, party, kind, None)).exec_without_returning(tx.conn()).await?;
    Ok(party)
}

/// The companies for which these parties stand. A party that is no company is not in the answer.
pub async fn company_of_party(
    reader: &impl Reader,
    parties: &[PartyId],
) -> Result<BTreeMap<PartyId, CvrNumber>, StoreError> {
    let mut found = BTreeMap::new();
    for some in parties.chunks(IDS_PER_STATEMENT) {
        let select = reader
            .find::<row::Entity>()
            .filter(row::Column::PartyId.is_in(some.iter().map(|party| party.uuid())));
        for row in select.filter(row::Column::Cvr.is_not_null()).all(reader.conn()).await? {
            let cvr = row.cvr.unwrap_or_default().parse();
            let cvr = cvr.map_err(|_| StoreError::corrupt("ledger_party.cvr", row.party_id))?;
            found.insert(row.party_id.into(), cvr);
        }
    }
    Ok(found)
}

/// Takes out which company the party is, where that company is a person: what was promised says then that there was someone.
/// A party that is owed something, or owes it, stays known. Returns whether a number was taken out.
pub async fn forget_company(tx: &Tx, party: PartyId) -> Result<bool, StoreError> {
    let open = tx.find::<promise_row::Entity>().filter(promise_row::Column::Party.eq(party.uuid()));
    let open = open.filter(promise_row::Column::State.eq(PromiseState::Open.word()));
    if open.count(tx.conn()).await? > 0 {
        return Ok(false);
    }
    let outcome = row::Entity::update_many()
        .set(row::ActiveModel { cvr: Set(None), ..Default::default() })
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::PartyId.eq(party.uuid()))
        .filter(row::Column::Cvr.is_not_null())
        .exec(tx.conn())
        .await?;
    if outcome.rows_affected == 0 {
        return Ok(false);
    }
    // An older backup that is restored does not bring it back.
    record_erasure(tx, "ledger_party", party.uuid(), &[Erased::Column("cvr")]).await?;
    Ok(true)
}

fn to_row(tx: &Tx, party: PartyId, kind: PartyKind, cvr: Option<CvrNumber>) -> row::ActiveModel {
    row::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        party_id: Set(party.into()),
        kind: Set(kind.text().to_owned()),
        cvr: Set(cvr.map(|cvr| cvr.to_string())),
        created_at: Set(tx.ctx().now()),
    }
}
