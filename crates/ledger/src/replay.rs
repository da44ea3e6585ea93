//! What the journal alone says about promises and decisions. Pure: reads lines, no rows.

use std::{collections::BTreeMap, fmt};

use chrono::{DateTime, Utc};
use kernel::{DecisionId, PartyId, PromiseId, TeamId, Visibility};
use storage::{Line, StoreError};
use uuid::Uuid;

use crate::{Decision, LedgerFact, Promise};

/// A promise's whole life, as the journal tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The promise as the last line left it.
    pub promise: Promise,
    /// When its clock stood still, in order; an open end is a pause that lasts.
    pub pauses: Vec<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    /// How often someone else came to owe it.
    pub hand_overs: usize,
}

/// Everything that the journal says.
#[derive(Debug, Clone, Default)]
pub struct Replay {
    /// Every promise.
    pub histories: BTreeMap<PromiseId, History>,
    /// Every decision.
    pub decisions: BTreeMap<DecisionId, Decision>,
    /// The decisions whose words were erased.
    pub erased: Vec<DecisionId>,
    /// Lines that do not follow from each other: a promise whose opening, or a later line, is not there.
    /// Each with the subject of the promise.
    pub faults: Vec<(Uuid, Difference)>,
}

impl Replay {
    /// The promises, as their last lines left them.
    pub fn promises(self) -> BTreeMap<PromiseId, Promise> {
        self.histories.into_iter().map(|(id, history)| (id, history.promise)).collect()
    }
}

/// What a difference is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Record {
    /// A promise.
    Promise(PromiseId),
    /// A decision.
    Decision(DecisionId),
}

/// Where row and journal do not say the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Of what.
    pub record: Record,
    /// Which field; `row` when one of the two is not there at all, `sequence` when lines are missing.
    pub field: &'static str,
    /// What the row says.
    pub row: String,
    /// What the journal says.
    pub journal: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.record {
            Record::Promise(id) => write!(f, "promise {id}")?,
            Record::Decision(id) => write!(f, "decision {id}")?,
        }
        write!(f, ": {} is {} in the row and {} in the journal", self.field, self.row, self.journal)
    }
}

/// What a line says of a promise.
struct Told {
    sequence: i64,
    at: DateTime<Utc>,
    subject: Uuid,
    party: Option<PartyId>,
    visibility: Visibility,
    fact: LedgerFact,
}

/// Takes lines in any order, and then says what they amount to. Keeps no more of a line than it needs.
#[derive(Default)]
pub(crate) struct Replayer {
    told: BTreeMap<PromiseId, Vec<Told>>,
    replay: Replay,
}

impl Replayer {
    /// One more line; those of other capabilities are passed over.
    pub(crate) fn add(&mut self, line: Line) -> Result<(), StoreError> {
        let Some(fact) = line.fact::<LedgerFact>()? else { return Ok(()) };
        if let Some((promise, sequence)) = fact.promise() {
            let Line { at, subject, party, visibility, .. } = line;
            let told = Told { sequence, at, subject, party: party.map(PartyId::from), visibility, fact };
            self.told.entry(promise).or_default().push(told);
        } else if let LedgerFact::ReasonsErased { decision } = fact {
            self.replay.erased.push(decision);
        } else if let Some(decision) = decided(line, fact) {
            self.replay.decisions.insert(decision.id, decision);
        }
        Ok(())
    }

    pub(crate) fn finish(mut self) -> Replay {
        for (id, mut told) in self.told {
            told.sort_by_key(|told| told.sequence);
            let subject = told.first().map(|told| told.subject).unwrap_or_default();
            match history(id, told) {
                Ok(history) => {
                    self.replay.histories.insert(id, history);
                }
                Err(fault) => self.replay.faults.push((subject, fault)),
            }
        }
        self.replay
    }
}

/// Reads lines in any order; those of other capabilities are passed over. Fails on a line that no version of the program
/// wrote.
pub fn replay(lines: impl IntoIterator<Item = Line>) -> Result<Replay, StoreError> {
    let mut replayer = Replayer::default();
    lines.into_iter().try_for_each(|line| replayer.add(line))?;
    Ok(replayer.finish())
}

fn history(id: PromiseId, told: Vec<Told>) -> Result<History, Difference> {
    let missing = |expected: i64| Difference {
        record: Record::Promise(id),
        field: "sequence",
        row: format!("{expected}"),
        journal: "missing".to_owned(),
    };
    let mut told = told.into_iter();
    let Some(Told { sequence: 1, subject, party, visibility, fact, .. }) = told.next() else {
        return Err(missing(1));
    };
    let promise = Promise::opened(&fact, subject, party, visibility).ok_or_else(|| missing(1))?;
    let mut history = History { promise, pauses: Vec::new(), hand_overs: 0 };
    for Told { sequence, at, fact, .. } in told {
        if sequence != history.promise.sequence + 1 {
            return Err(missing(history.promise.sequence + 1));
        }
        history = history.then(at, &fact);
    }
    Ok(history)
}

impl History {
    /// What one more line makes of it.
    fn then(mut self, at: DateTime<Utc>, fact: &LedgerFact) -> Self {
        self.promise = self.promise.apply(at, fact);
        if matches!(fact, LedgerFact::PromisePaused { .. }) {
            self.pauses.push((at, None));
        }
        if self.promise.paused_since.is_none()
            && let Some((_, until @ None)) = self.pauses.last_mut()
        {
            *until = Some(at);
        }
        self.hand_overs += usize::from(matches!(fact, LedgerFact::PromiseHandedOver { .. }));
        self
    }
}

fn decided(line: Line, fact: LedgerFact) -> Option<Decision> {
    let LedgerFact::Decided { decision, outcome, favour, rule, evidence, recipients, reasons } = fact else {
        return None;
    };
    Some(Decision {
        id: decision,
        subject: line.subject,
        party: line.party.map(PartyId::from),
        team: line.team.map(TeamId::from),
        outcome,
        favour,
        rule,
        evidence,
        recipients,
        fingerprint: reasons,
        decided_by_kind: line.actor_kind,
        decided_by: line.actor_id,
        decided_at: line.at,
        visibility: line.visibility,
    })
}

macro_rules! differences {
    ($record:expr, $row:ident, $journal:ident: $($field:ident),*) => {{
        let mut found = Vec::new();
        $(if $row.$field != $journal.$field {
            found.push(Difference {
                record: $record,
                field: stringify!($field),
                row: format!("{:?}", $row.$field),
                journal: format!("{:?}", $journal.$field),
            });
        })*
        found
    }};
}

/// Every field in which a promise's row and its replay differ.
pub(crate) fn compare_promises(row: &Promise, journal: &Promise) -> Vec<Difference> {
    differences!(Record::Promise(row.id), row, journal:
        kind, debtor, creditor, subject, party, topic, received_at, cohort, due_on, pausable, paused_since, pause_reason,
        paused_working_days, state, follows, visibility, sequence)
}

/// Every field in which a decision's row and its replay differ.
pub(crate) fn compare_decisions(row: &Decision, journal: &Decision) -> Vec<Difference> {
    differences!(Record::Decision(row.id), row, journal:
        subject, party, team, outcome, favour, rule, evidence, recipients, fingerprint, decided_by_kind, decided_by,
        decided_at, visibility)
}

/// One of the two is not there.
pub(crate) fn only_in(record: Record, in_row: bool) -> Difference {
    let (row, journal) = if in_row { ("there", "missing") } else { ("missing", "there") };
    Difference { record, field: "row", row: row.to_owned(), journal: journal.to_owned() }
}
