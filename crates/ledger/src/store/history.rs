//! Reading the ledger's own journal lines: to compare them with the rows, and to count from them.

use std::collections::{BTreeMap, BTreeSet};

use kernel::{DecisionId, Fact, PromiseId};
use storage::{LineFilter, Reader, StoreError, capability_lines, erased_rows, fingerprint, lines};
use uuid::Uuid;

use super::{decisions, find, page_after};
use crate::{
    Decision, Difference, History, LedgerFact, Promise, Record, Replay, replay,
    replay::{Replayer, compare_decisions, compare_promises, only_in},
};

/// Rows and lines per statement.
const PAGE: u64 = 2_000;
/// Lines about one subject: nobody writes more about one enquiry.
const LINES_OF_SUBJECT_MAX: u64 = 100_000;
/// How often a row that changes under our eyes is looked at again.
const LOOKS_MAX: usize = 5;

/// The life of every promise, from sealed lines only: what indicators read.
pub async fn sealed_histories(reader: &impl Reader) -> Result<Vec<History>, StoreError> {
    Ok(read_all(reader, true).await?.histories.into_values().collect())
}

async fn read_all(reader: &impl Reader, sealed_only: bool) -> Result<Replay, StoreError> {
    let (mut replayer, mut after) = (Replayer::default(), None);
    loop {
        let page = capability_lines(reader, LedgerFact::CAPABILITY, after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(replayer.finish()) };
        after = Some(last.id);
        for line in page.into_iter().filter(|line| line.position.is_some() || !sealed_only) {
            replayer.add(line)?;
        }
    }
}

/// Rebuilds every promise and decision from the journal, sealed lines and those not yet sealed, and names each difference
/// from the rows. May run while others write: what seems to differ is looked at again by itself before it is reported.
pub async fn verify_replay(reader: &impl Reader) -> Result<Vec<Difference>, StoreError> {
    let replay = read_all(reader, false).await?;
    let mut suspects = differing_promises(reader, &replay).await?;
    suspects.extend(differing_decisions(reader, &replay).await?);
    suspects.extend(replay.faults.iter().map(|(subject, fault)| (fault.record, *subject)));
    let mut found = Vec::new();
    for (record, subject) in suspects {
        found.extend(look_again(reader, record, subject).await?);
    }
    Ok(found)
}

async fn differing_promises(
    reader: &impl Reader,
    replay: &Replay,
) -> Result<BTreeMap<Record, Uuid>, StoreError> {
    let (mut suspects, mut seen, mut after) = (BTreeMap::new(), BTreeSet::<PromiseId>::new(), None);
    loop {
        let page = page_after(reader, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        for row in page {
            if replay.histories.get(&row.id).map(|history| &history.promise) != Some(&row) {
                suspects.insert(Record::Promise(row.id), row.subject);
            }
            seen.insert(row.id);
        }
    }
    let missing = replay.histories.values().filter(|history| !seen.contains(&history.promise.id));
    suspects.extend(missing.map(|history| (Record::Promise(history.promise.id), history.promise.subject)));
    Ok(suspects)
}

async fn differing_decisions(
    reader: &impl Reader,
    replay: &Replay,
) -> Result<BTreeMap<Record, Uuid>, StoreError> {
    let (mut suspects, mut seen, mut after) = (BTreeMap::new(), BTreeSet::<DecisionId>::new(), None);
    loop {
        let page = decisions::page_after(reader, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = Some(last.id);
        let ids: Vec<DecisionId> = page.iter().map(|row| row.id).collect();
        let mut words = decisions::words_of(reader, &ids).await?;
        for row in page {
            seen.insert(row.id);
            let (id, subject) = (row.id, row.subject);
            let row = Row::Decision(Some((row, words.remove(&id))));
            if !compare(Record::Decision(id), &row, replay).is_empty() {
                suspects.insert(Record::Decision(id), subject);
            }
        }
    }
    let missing = replay.decisions.values().filter(|decision| !seen.contains(&decision.id));
    suspects.extend(missing.map(|decision| (Record::Decision(decision.id), decision.subject)));
    Ok(suspects)
}

/// What the rows say of one record.
#[derive(PartialEq)]
enum Row {
    Promise(Option<Promise>),
    Decision(Option<(Decision, Option<Words>)>),
}

/// Salt and text.
type Words = (Vec<u8>, String);

async fn row_of(reader: &impl Reader, record: Record) -> Result<Row, StoreError> {
    match record {
        Record::Promise(id) => Ok(Row::Promise(find(reader, id).await?)),
        Record::Decision(id) => {
            let Some(decision) = decisions::decision(reader, id).await? else {
                return Ok(Row::Decision(None));
            };
            let words = decisions::words_of(reader, &[id]).await?.remove(&id);
            Ok(Row::Decision(Some((decision, words))))
        }
    }
}

async fn look_again(
    reader: &impl Reader,
    record: Record,
    subject: Uuid,
) -> Result<Vec<Difference>, StoreError> {
    let filter = LineFilter {
        subjects: Some(vec![subject]),
        capability: Some(LedgerFact::CAPABILITY.to_owned()),
        ..LineFilter::default()
    };
    let mut found = Vec::new();
    for _ in 0..LOOKS_MAX {
        let before = row_of(reader, record).await?;
        let replay = replay(lines(reader, &filter, LINES_OF_SUBJECT_MAX).await?)?;
        let row = row_of(reader, record).await?;
        found = compare(record, &row, &replay);
        if row == before {
            break;
        }
    }
    // A restore takes out words that were erased after the backup, and the journal of the backup cannot know of it.
    if let Record::Decision(id) = record
        && !erased_rows(reader, decisions::REASONS_TABLE, &[id.uuid()]).await?.is_empty()
    {
        found.retain(|one| (one.field, one.row.as_str()) != ("reasons", MISSING));
    }
    Ok(found)
}

fn compare(record: Record, row: &Row, replay: &Replay) -> Vec<Difference> {
    let fault = replay.faults.iter().map(|(_, fault)| fault).find(|fault| fault.record == record);
    if let Some(fault) = fault {
        return vec![fault.clone()];
    }
    match (record, row) {
        (Record::Promise(id), Row::Promise(row)) => match (row, replay.histories.get(&id)) {
            (Some(row), Some(history)) => compare_promises(row, &history.promise),
            (None, None) => Vec::new(),
            (row, _) => vec![only_in(record, row.is_some())],
        },
        (Record::Decision(id), Row::Decision(row)) => match (row, replay.decisions.get(&id)) {
            (Some((row, words)), Some(journal)) => {
                let mut found = compare_decisions(row, journal);
                found.extend(compare_words(journal, words.as_ref(), replay.erased.contains(&id)));
                found
            }
            (None, None) => Vec::new(),
            (row, _) => vec![only_in(record, row.is_some())],
        },
        _ => Vec::new(),
    }
}

/// What a difference says of words that are not there.
const MISSING: &str = "missing";

/// The words must be those that the journal sealed, or be gone by an erasure that it knows of.
fn compare_words(journal: &Decision, words: Option<&Words>, erased: bool) -> Option<Difference> {
    let (row, sealed) = match (words, erased) {
        (Some((salt, text)), false) if fingerprint(salt, text) == journal.fingerprint => return None,
        (None, true) => return None,
        (Some(_), false) => ("other words", "those that were sealed"),
        (Some(_), true) => ("there", "erased"),
        (None, false) => (MISSING, "not erased"),
    };
    let record = Record::Decision(journal.id);
    Some(Difference { record, field: "reasons", row: row.to_owned(), journal: sealed.to_owned() })
}
