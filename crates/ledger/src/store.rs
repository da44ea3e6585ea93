//! The only SQL for promises. Every read starts at the tenant; every write takes a [`Tx`] and locks the promise first, so
//! that a check and the change it allows cannot be parted by another writer.

mod decisions;
mod history;
mod party;

use chrono::{DateTime, Utc};
use kernel::{Calendar, Code, CvrNumber, Failure, PartyId, PromiseId, TeamId, Visibility};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use storage::{Migration, NewLine, Reader, Step, StoreError, Table, Tx};
use uuid::Uuid;

use crate::{
    Change, DecisionRefusal, Holder, NewPromise, Promise, PromiseKind, PromiseRefusal, PromiseState,
    entity::{party as party_row, promise as row},
};

pub(crate) use decisions::decided_by;
pub use decisions::{decide, decision, decisions_of_subjects, erase_reasons, reasons_of};
pub use history::{sealed_histories, verify_replay};
pub use party::{
    PartyKind, company_of_party, find_party_of_company, forget_company, new_party, new_party_of,
    party_of_company,
};

/// The tables of this crate.
pub fn migrations() -> Vec<Migration> {
    vec![MIGRATION, party::MIGRATION, decisions::MIGRATION]
}

const MIGRATION: Migration = Migration {
    name: "202611230200_ledger_promise",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("ledger_promise")
                .uuid("id")
                .text("kind")
                .text("debtor_kind")
                .uuid("debtor_id")
                .text("creditor_kind")
                .uuid("creditor_id")
                .uuid("subject")
                .opt_uuid("party")
                .opt_text("topic")
                .time("received_at")
                .date("cohort")
                .date("due_on")
                .bool("pausable")
                .opt_time("paused_since")
                .opt_text("pause_reason")
                .int("paused_working_days")
                .text("state")
                .opt_time("ended_at")
                .opt_text("end_reason")
                .opt_uuid("follows")
                .text("visibility")
                .int("sequence")
                .key(&["id"])
                .index(&["tenant_id", "subject"])
                .index(&["tenant_id", "state", "debtor_kind", "debtor_id"])
                .index(&["tenant_id", "party", "state"]),
        )]
    },
};

/// Ids asked for in one statement: both engines limit the values that a statement may carry.
const IDS_PER_STATEMENT: usize = 500;

/// How a change of a promise fails.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The database said no.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// There is no such promise in this tenant.
    #[error("there is no promise {0}")]
    NoSuchPromise(PromiseId),
    /// The promise cannot change so.
    #[error("promise {0}: {1}")]
    Refused(PromiseId, PromiseRefusal),
    /// The decision cannot be taken so.
    #[error("decision: {0}")]
    Decision(DecisionRefusal),
}

/// A capability asks only for changes that its own model allows: anything else is a mistake in the program.
/// One that wants to tell the user matches on [`LedgerError::Refused`] instead.
impl<R> From<LedgerError> for Failure<R> {
    fn from(error: LedgerError) -> Self {
        match error {
            LedgerError::Store(error) => error.into(),
            error => Self::internal(error),
        }
    }
}

/// Opens a promise.
pub async fn promise(tx: &Tx, new: NewPromise) -> Result<PromiseId, StoreError> {
    let change = Promise::open(tx.ctx().new_id(), new);
    row::Entity::insert(to_row(tx, &change.promise)).exec_without_returning(tx.conn()).await?;
    write_lines(tx, &change).await?;
    Ok(change.promise.id)
}

/// Stops the clock, for a reason that the creditor can read.
pub async fn pause(tx: &Tx, id: PromiseId, reason: Code) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.pause(now, reason)).await
}

/// Starts the clock again; the date moves by the working days of the pause.
pub async fn resume(tx: &Tx, id: PromiseId, calendar: &Calendar) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.resume(now, calendar)).await
}

/// Answers: kept, or kept late.
pub async fn keep(tx: &Tx, id: PromiseId) -> Result<Promise, LedgerError> {
    change(tx, id, Promise::keep).await
}

/// The answer that kept it did not arrive: it is owed again, by the same day.
pub async fn owe_again(tx: &Tx, id: PromiseId, reason: Code) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.owe_again(now, reason)).await
}

/// Ends without an answer, by the debtor: broken.
pub async fn break_off(tx: &Tx, id: PromiseId, reason: Code) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.break_off(now, reason)).await
}

/// Ends because the creditor no longer wants it, or because it was never meant.
pub async fn withdraw(tx: &Tx, id: PromiseId, reason: Code) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.withdraw(now, reason)).await
}

/// Makes someone else owe it; the date stays.
pub async fn hand_over(tx: &Tx, id: PromiseId, debtor: Holder) -> Result<Promise, LedgerError> {
    change(tx, id, |promise, now| promise.hand_over(now, debtor)).await
}

async fn change(
    tx: &Tx,
    id: PromiseId,
    decide: impl FnOnce(Promise, DateTime<Utc>) -> Result<Change, PromiseRefusal>,
) -> Result<Promise, LedgerError> {
    let select = tx.find::<row::Entity>().filter(row::Column::Id.eq(id.uuid()));
    let found = select.lock_exclusive().one(tx.conn()).await.map_err(StoreError::from)?;
    let promise = read_back(&found.ok_or(LedgerError::NoSuchPromise(id))?)?;
    let change = decide(promise, tx.ctx().now()).map_err(|refusal| LedgerError::Refused(id, refusal))?;
    if change.facts.is_empty() {
        return Ok(change.promise);
    }
    row::Entity::update_many()
        .set(to_row(tx, &change.promise))
        .filter(row::Column::TenantId.eq(tx.tenant().code()))
        .filter(row::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await
        .map_err(StoreError::from)?;
    write_lines(tx, &change).await?;
    Ok(change.promise)
}

async fn write_lines(tx: &Tx, change: &Change) -> Result<(), StoreError> {
    let promise = &change.promise;
    for fact in &change.facts {
        tx.journal(NewLine {
            subject: promise.subject,
            party: promise.party.map(Uuid::from),
            team: promise.team().map(Uuid::from),
            visibility: promise.visibility.clone(),
            fact,
        })
        .await?;
    }
    Ok(())
}

/// The promise.
pub async fn find(reader: &impl Reader, id: PromiseId) -> Result<Option<Promise>, StoreError> {
    let select = reader.find::<row::Entity>().filter(row::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.as_ref().map(read_back).transpose()
}

/// Every promise about these subjects, open and ended, oldest first within a subject.
pub async fn of_subjects(reader: &impl Reader, subjects: &[Uuid]) -> Result<Vec<Promise>, StoreError> {
    let mut found = Vec::new();
    for some in subjects.chunks(IDS_PER_STATEMENT) {
        let select = reader.find::<row::Entity>().filter(row::Column::Subject.is_in(some.iter().copied()));
        let order = select.order_by_asc(row::Column::Subject).order_by_asc(row::Column::ReceivedAt);
        found.extend(order.order_by_asc(row::Column::Id).all(reader.conn()).await?);
    }
    found.iter().map(read_back).collect()
}

/// The open promises that these teams owe, the most urgent first.
pub async fn open_of_debtors(reader: &impl Reader, teams: &[TeamId]) -> Result<Vec<Promise>, StoreError> {
    let mut found = Vec::new();
    for some in teams.chunks(IDS_PER_STATEMENT) {
        let select = reader.find::<row::Entity>().filter(row::Column::State.eq(PromiseState::Open.word()));
        let select = select.filter(row::Column::DebtorKind.eq(TEAM));
        let select = select.filter(row::Column::DebtorId.is_in(some.iter().map(|team| team.uuid())));
        found.extend(select.all(reader.conn()).await?);
    }
    found.sort_by_key(|row| (row.due_on, row.received_at, row.id));
    found.iter().map(read_back).collect()
}

/// The open promises that concern the company, in both directions, the most urgent first.
pub async fn open_of_company(reader: &impl Reader, cvr: CvrNumber) -> Result<Vec<Promise>, StoreError> {
    let party = party::select_of_company(reader, cvr).select_only().column(party_row::Column::PartyId);
    let select = reader.find::<row::Entity>().filter(row::Column::Party.in_subquery(party.into_query()));
    let select = select.filter(row::Column::State.eq(PromiseState::Open.word()));
    let order = select.order_by_asc(row::Column::DueOn).order_by_asc(row::Column::ReceivedAt);
    let rows = order.order_by_asc(row::Column::Id).all(reader.conn()).await?;
    rows.iter().map(read_back).collect()
}

/// A page of all promises of the tenant in the order of their ids, after `after`.
async fn page_after(
    reader: &impl Reader,
    after: Option<PromiseId>,
    limit: u64,
) -> Result<Vec<Promise>, StoreError> {
    let mut select = reader.find::<row::Entity>();
    if let Some(after) = after {
        select = select.filter(row::Column::Id.gt(after.uuid()));
    }
    let rows = select.order_by_asc(row::Column::Id).limit(limit).all(reader.conn()).await?;
    rows.iter().map(read_back).collect()
}

const TEAM: &str = "team";
const PARTY: &str = "party";

const fn holder_to_row(holder: Holder) -> (&'static str, Uuid) {
    match holder {
        Holder::Team(id) => (TEAM, id.uuid()),
        Holder::Party(id) => (PARTY, id.uuid()),
    }
}

fn holder_from_row(kind: &str, id: Uuid) -> Option<Holder> {
    match kind {
        TEAM => Some(Holder::Team(id.into())),
        PARTY => Some(Holder::Party(id.into())),
        _ => None,
    }
}

fn to_row(tx: &Tx, promise: &Promise) -> row::ActiveModel {
    let (debtor_kind, debtor_id) = holder_to_row(promise.debtor);
    let (creditor_kind, creditor_id) = holder_to_row(promise.creditor);
    row::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(promise.id.into()),
        kind: Set(promise.kind.as_str().to_owned()),
        debtor_kind: Set(debtor_kind.to_owned()),
        debtor_id: Set(debtor_id),
        creditor_kind: Set(creditor_kind.to_owned()),
        creditor_id: Set(creditor_id),
        subject: Set(promise.subject),
        party: Set(promise.party.map(Uuid::from)),
        topic: Set(promise.topic.clone().map(String::from)),
        received_at: Set(promise.received_at),
        cohort: Set(promise.cohort),
        due_on: Set(promise.due_on),
        pausable: Set(promise.pausable),
        paused_since: Set(promise.paused_since),
        pause_reason: Set(promise.pause_reason.clone().map(String::from)),
        paused_working_days: Set(promise.paused_working_days),
        state: Set(promise.state.word().to_owned()),
        ended_at: Set(promise.state.ended_at()),
        end_reason: Set(promise.state.reason().cloned().map(String::from)),
        follows: Set(promise.follows.map(Uuid::from)),
        visibility: Set(promise.visibility.to_text()),
        sequence: Set(promise.sequence),
    }
}

fn read_back(row: &row::Model) -> Result<Promise, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let code = |text: &Option<String>, column| match text {
        None => Ok(None),
        Some(text) => text.parse::<Code>().map(Some).map_err(|_| corrupt(column)),
    };
    let end_reason = code(&row.end_reason, "ledger_promise.end_reason")?;
    let state = match (row.state.as_str(), row.ended_at, end_reason) {
        ("open", None, None) => PromiseState::Open,
        ("kept", Some(at), None) => PromiseState::Kept { at },
        ("kept_late", Some(at), None) => PromiseState::KeptLate { at },
        ("broken", Some(at), Some(reason)) => PromiseState::Broken { at, reason },
        ("withdrawn", Some(at), Some(reason)) => PromiseState::Withdrawn { at, reason },
        _ => return Err(corrupt("ledger_promise.state")),
    };
    let kind: Code = row.kind.parse().map_err(|_| corrupt("ledger_promise.kind"))?;
    let debtor = holder_from_row(&row.debtor_kind, row.debtor_id);
    let creditor = holder_from_row(&row.creditor_kind, row.creditor_id);
    Ok(Promise {
        id: row.id.into(),
        kind: PromiseKind::from(kind),
        debtor: debtor.ok_or_else(|| corrupt("ledger_promise.debtor_kind"))?,
        creditor: creditor.ok_or_else(|| corrupt("ledger_promise.creditor_kind"))?,
        subject: row.subject,
        party: row.party.map(PartyId::from),
        topic: code(&row.topic, "ledger_promise.topic")?,
        received_at: row.received_at,
        cohort: row.cohort,
        due_on: row.due_on,
        pausable: row.pausable,
        paused_since: row.paused_since,
        pause_reason: code(&row.pause_reason, "ledger_promise.pause_reason")?,
        paused_working_days: row.paused_working_days,
        state,
        follows: row.follows.map(PromiseId::from),
        visibility: Visibility::from_text(&row.visibility)
            .ok_or_else(|| corrupt("ledger_promise.visibility"))?,
        sequence: row.sequence,
    })
}
