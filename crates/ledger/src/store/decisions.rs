//! The only SQL for decisions. The words lie in a table of their own, with their salt, so that erasing is deleting a row.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{Code, DecisionId, PartyId, PersonId, TeamId, Visibility};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Erased, Migration, NewLine, Reader, Step, StoreError, Table, Tx, fingerprint, record_erasure};
use uuid::Uuid;

use super::{IDS_PER_STATEMENT, LedgerError};
use crate::{
    Decision, Favour, LedgerFact, NewDecision,
    entity::{decision as row, reasons},
};

pub(super) const MIGRATION: Migration = Migration {
    name: "202611230202_ledger_decision",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("ledger_decision")
                    .uuid("id")
                    .uuid("subject")
                    .opt_uuid("party")
                    .opt_uuid("team")
                    .text("outcome")
                    .text("favour")
                    .opt_text("rule")
                    .text("evidence")
                    .text("recipients")
                    .text("reasons_fingerprint")
                    .text("decided_by_kind")
                    .opt_uuid("decided_by_id")
                    .time("decided_at")
                    .text("visibility")
                    .key(&["id"])
                    .index(&["tenant_id", "subject"]),
            ),
            Step::CreateTable(
                Table::tenant("ledger_decision_reasons")
                    .uuid("decision_id")
                    .bytes("salt")
                    .text("text")
                    .key(&["decision_id"])
                    .references(&["tenant_id", "decision_id"], "ledger_decision", &["tenant_id", "id"]),
            ),
        ]
    },
};

/// The table of a decision's words.
pub(super) const REASONS_TABLE: &str = "ledger_decision_reasons";
/// The salt of a decision's words, in bytes.
const SALT_BYTES: usize = 32;

/// Takes a decision. Refuses a no without reasons.
pub async fn decide(tx: &Tx, new: NewDecision) -> Result<DecisionId, LedgerError> {
    new.check().map_err(LedgerError::Decision)?;
    let id: DecisionId = tx.ctx().new_id();
    let mut salt = vec![0_u8; SALT_BYTES];
    tx.ctx().ids().fill(&mut salt);
    let fact = LedgerFact::Decided {
        decision: id,
        outcome: new.outcome.clone(),
        favour: new.favour,
        rule: new.rule.clone(),
        evidence: new.evidence.clone(),
        recipients: new.recipients.clone(),
        reasons: fingerprint(&salt, &new.reasons),
    };
    let decision = row::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(id.into()),
        subject: Set(new.subject),
        party: Set(new.party.map(Uuid::from)),
        team: Set(new.team.map(Uuid::from)),
        outcome: Set(new.outcome.into()),
        favour: Set(new.favour.word().to_owned()),
        rule: Set(new.rule.map(String::from)),
        evidence: Set(ids_to_text(new.evidence)),
        recipients: Set(ids_to_text(new.recipients.into_iter().map(Uuid::from))),
        reasons_fingerprint: Set(fingerprint(&salt, &new.reasons)),
        decided_by_kind: Set(tx.ctx().actor().kind().to_owned()),
        decided_by_id: Set(tx.ctx().actor().id()),
        decided_at: Set(tx.ctx().now()),
        visibility: Set(new.visibility.to_text()),
    };
    let words = reasons::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        decision_id: Set(id.into()),
        salt: Set(salt),
        text: Set(new.reasons),
    };
    row::Entity::insert(decision).exec_without_returning(tx.conn()).await.map_err(StoreError::from)?;
    reasons::Entity::insert(words).exec_without_returning(tx.conn()).await.map_err(StoreError::from)?;
    tx.journal(NewLine {
        subject: new.subject,
        party: new.party.map(Uuid::from),
        team: new.team.map(Uuid::from),
        visibility: new.visibility,
        fact: &fact,
    })
    .await?;
    Ok(id)
}

/// Erases the words of a decision, and their salt with them: nobody can prove any longer what they were. `false` when
/// there are none.
pub async fn erase_reasons(tx: &Tx, id: DecisionId) -> Result<bool, StoreError> {
    let Some(decision) = decision(tx, id).await? else { return Ok(false) };
    let erased = reasons::Entity::delete_many()
        .filter(reasons::Column::TenantId.eq(tx.tenant().code()))
        .filter(reasons::Column::DecisionId.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    if erased.rows_affected == 0 {
        return Ok(false);
    }
    record_erasure(tx, REASONS_TABLE, id.uuid(), &[Erased::Row]).await?;
    tx.journal(NewLine {
        subject: decision.subject,
        party: decision.party.map(Uuid::from),
        team: decision.team.map(Uuid::from),
        visibility: decision.visibility,
        fact: &LedgerFact::ReasonsErased { decision: id },
    })
    .await?;
    Ok(true)
}

/// The decision.
pub async fn decision(reader: &impl Reader, id: DecisionId) -> Result<Option<Decision>, StoreError> {
    let select = reader.find::<row::Entity>().filter(row::Column::Id.eq(id.uuid()));
    select.one(reader.conn()).await?.map(read_back).transpose()
}

/// The decisions about these subjects, in the order in which they were taken.
pub async fn decisions_of_subjects(
    reader: &impl Reader,
    subjects: &[Uuid],
) -> Result<Vec<Decision>, StoreError> {
    let mut found = Vec::new();
    for some in subjects.chunks(IDS_PER_STATEMENT) {
        let select = reader.find::<row::Entity>().filter(row::Column::Subject.is_in(some.iter().copied()));
        found.extend(select.all(reader.conn()).await?);
    }
    found.sort_by_key(|row| (row.decided_at, row.id));
    found.into_iter().map(read_back).collect()
}

/// The decisions that these people took.
pub async fn decided_by(
    reader: &impl Reader,
    persons: &BTreeSet<PersonId>,
) -> Result<Vec<Decision>, StoreError> {
    if persons.is_empty() {
        return Ok(Vec::new());
    }
    let ids = persons.iter().map(|person| person.uuid());
    let select = reader.find::<row::Entity>().filter(row::Column::DecidedById.is_in(ids));
    let rows = select.order_by_asc(row::Column::DecidedAt).order_by_asc(row::Column::Id);
    rows.all(reader.conn()).await?.into_iter().map(read_back).collect()
}

/// The words of these decisions, as far as they have not been erased.
pub async fn reasons_of(
    reader: &impl Reader,
    decisions: &[DecisionId],
) -> Result<BTreeMap<DecisionId, String>, StoreError> {
    let words = words_of(reader, decisions).await?;
    Ok(words.into_iter().map(|(id, (_, text))| (id, text)).collect())
}

/// Salt and words.
pub(super) async fn words_of(
    reader: &impl Reader,
    decisions: &[DecisionId],
) -> Result<BTreeMap<DecisionId, (Vec<u8>, String)>, StoreError> {
    let mut found = BTreeMap::new();
    for some in decisions.chunks(IDS_PER_STATEMENT) {
        let ids = some.iter().map(|id| id.uuid());
        let select = reader.find::<reasons::Entity>().filter(reasons::Column::DecisionId.is_in(ids));
        for row in select.all(reader.conn()).await? {
            found.insert(row.decision_id.into(), (row.salt, row.text));
        }
    }
    Ok(found)
}

/// A page of all decisions of the tenant in the order of their ids, after `after`.
pub(super) async fn page_after(
    reader: &impl Reader,
    after: Option<DecisionId>,
    limit: u64,
) -> Result<Vec<Decision>, StoreError> {
    let mut select = reader.find::<row::Entity>();
    if let Some(after) = after {
        select = select.filter(row::Column::Id.gt(after.uuid()));
    }
    let rows = select.order_by_asc(row::Column::Id).limit(limit).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

fn ids_to_text(ids: impl IntoIterator<Item = Uuid>) -> String {
    let ids: Vec<String> = ids.into_iter().map(|id| id.to_string()).collect();
    ids.join(" ")
}

fn ids_from_text(text: &str) -> Option<Vec<Uuid>> {
    text.split_whitespace().map(|id| id.parse().ok()).collect()
}

fn read_back(row: row::Model) -> Result<Decision, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let rule = row.rule.as_deref().map(str::parse::<Code>).transpose();
    let recipients = ids_from_text(&row.recipients).ok_or_else(|| corrupt("ledger_decision.recipients"))?;
    Ok(Decision {
        id: row.id.into(),
        subject: row.subject,
        party: row.party.map(PartyId::from),
        team: row.team.map(TeamId::from),
        outcome: row.outcome.parse().map_err(|_| corrupt("ledger_decision.outcome"))?,
        favour: Favour::from_word(&row.favour).ok_or_else(|| corrupt("ledger_decision.favour"))?,
        rule: rule.map_err(|_| corrupt("ledger_decision.rule"))?,
        evidence: ids_from_text(&row.evidence).ok_or_else(|| corrupt("ledger_decision.evidence"))?,
        recipients: recipients.into_iter().map(PartyId::from).collect(),
        fingerprint: row.reasons_fingerprint,
        decided_by_kind: row.decided_by_kind,
        decided_by: row.decided_by_id,
        decided_at: row.decided_at,
        visibility: Visibility::from_text(&row.visibility)
            .ok_or_else(|| corrupt("ledger_decision.visibility"))?,
    })
}
