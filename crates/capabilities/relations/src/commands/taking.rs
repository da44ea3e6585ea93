//! Looking at the rows of a list, and taking them in: some at a time, each once, going on where it was stopped.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use kernel::{Ctx, CvrNumber, Failure, PNumber, PersonId, Visibility, uuid::Uuid};
use ports::CompanyCard;
use serde::{Deserialize, Serialize};
use storage::{Job, Reader, StoreError, Tx};
use web::App;

use super::{code, email_hash, leave_link, lists::book_of};
use crate::{
    access::BRING,
    fact::RelationsFact,
    model::{
        Candidate, Columns, Decision, Entry, Fate, Field, ImportId, ImportRefusal, ImportState, KnownRows,
        ListImport, ListKind, SubscriptionId, SubscriptionState, Town, judge,
    },
    store::{self, ImportRow, NewSubscription},
};

/// A list of so many rows is looked at and taken while its owner waits; a longer one by a job.
pub const INLINE_ROWS_MAX: usize = 1_000;
/// Rows looked at, and taken, in one transaction.
const ROWS_PER_TX: usize = 300;
/// When a trial that was begun while its owner waited, and was cut off, is begun again.
const TRIED_AGAIN: chrono::Duration = chrono::Duration::minutes(1);

type Outcome<T = ()> = Result<T, Failure<ImportRefusal>>;

/// Looks at every row of a list.
#[derive(Debug, Serialize, Deserialize)]
pub struct TryRows {
    /// Which list.
    pub import: ImportId,
}
impl Job for TryRows {
    const KIND: &'static str = "relations.try_rows";
}

/// Takes the rows of a list in.
#[derive(Debug, Serialize, Deserialize)]
pub struct TakeRows {
    /// Which list.
    pub import: ImportId,
}
impl Job for TakeRows {
    const KIND: &'static str = "relations.take_rows";
}

pub(super) async fn enqueue_trial(tx: &Tx, import: ImportId, rows: usize) -> Result<(), StoreError> {
    let now = tx.ctx().now();
    let at = if rows <= INLINE_ROWS_MAX { now + TRIED_AGAIN } else { now };
    tx.enqueue_at(&TryRows { import }, at, None).await
}

fn candidate(card: &CompanyCard) -> Candidate {
    Candidate { cvr: card.cvr, name: card.name.clone(), town: card.town.clone() }
}

/// What the register says of the companies that these rows name.
async fn town_of(
    app: &App,
    ctx: &Ctx,
    columns: &Columns,
    rows: &[(usize, Vec<String>)],
) -> Result<Town, StoreError> {
    let numbers: BTreeSet<CvrNumber> =
        rows.iter().filter_map(|(_, cells)| columns.get(Field::Cvr, cells).parse().ok()).collect();
    let nameless = |cells: &&Vec<String>| columns.get(Field::Cvr, cells).is_empty();
    let names: BTreeSet<String> = rows
        .iter()
        .map(|(_, cells)| cells)
        .filter(nameless)
        .map(|cells| columns.get(Field::Company, cells).to_owned())
        .filter(|name| !name.is_empty())
        .collect();
    let p_numbers: BTreeSet<PNumber> =
        rows.iter().flat_map(|(_, cells)| cells).flat_map(|cell| ten_digits(cell)).collect();
    let companies = &app.ports.companies;
    let numbers: Vec<CvrNumber> = numbers.into_iter().collect();
    let names: Vec<String> = names.into_iter().collect();
    let p_numbers: Vec<PNumber> = p_numbers.into_iter().collect();
    let cards = companies.companies(ctx, &numbers).await?;
    let named = companies.companies_named(ctx, &names).await?;
    let known = companies.known_p_numbers(&p_numbers).await?;
    Ok(Town {
        numbers: cards.into_iter().map(|(cvr, card)| (cvr, (candidate(&card), card.ceased))).collect(),
        names: named.into_iter().map(|(name, cards)| (name, cards.iter().map(candidate).collect())).collect(),
        p_numbers: known.into_iter().collect(),
    })
}

/// The runs of ten digits in a text, as P-numbers.
fn ten_digits(text: &str) -> impl Iterator<Item = PNumber> {
    let runs = text.split(|c: char| !c.is_ascii_digit()).filter(|run| run.len() == 10);
    runs.filter_map(|run| run.parse().ok())
}

/// What is here of what these rows may say.
async fn known_of(
    app: &App,
    reader: &impl Reader,
    kind: ListKind,
    entries: &[&Entry],
) -> Result<(HashMap<String, (Uuid, Entry)>, BTreeSet<String>), StoreError> {
    let keys: BTreeSet<String> = entries.iter().map(|entry| entry.key(kind)).collect();
    let keys: Vec<String> = keys.into_iter().collect();
    match kind {
        ListKind::Contacts => Ok((store::known_contacts(reader, &keys).await?, BTreeSet::new())),
        ListKind::Visits => Ok((store::known_visits(reader, &keys).await?, BTreeSet::new())),
        ListKind::Newsletter => {
            let hashes: BTreeMap<String, String> = entries
                .iter()
                .filter_map(|entry| entry.email.as_ref())
                .map(|email| (email_hash(app, reader.tenant(), email), email.to_key()))
                .collect();
            let all: Vec<String> = hashes.keys().cloned().collect();
            let left = store::left_among(reader, &all).await?;
            let left = left.iter().filter_map(|hash| hashes.get(hash).cloned()).collect();
            Ok((store::known_subscriptions(reader, &all).await?, left))
        }
    }
}

/// Looks at every row and keeps what becomes of it. Begins from the first row; done already, it does nothing.
pub async fn try_rows(app: &App, ctx: &Ctx, id: ImportId) -> Outcome {
    let list = store::find_import(&app.db.read(ctx), id).await?.ok_or(Failure::NotFound)?;
    if list.state != ImportState::Trying {
        return Ok(());
    }
    let mut book = book_of(app, &list).await?;
    let at =
        book.sheets.iter().position(|sheet| sheet.name == list.sheet).ok_or(ImportRefusal::NoSuchLine)?;
    let sheet = book.sheets.swap_remove(at);
    let rows: Vec<(usize, Vec<String>)> =
        sheet.rows_below(list.header).map(|(number, cells)| (number, cells.clone())).collect();
    let tx = app.db.begin_write(ctx).await?;
    store::delete_rows(&tx, id).await?;
    tx.commit().await?;
    let (mut seen, when) = (HashMap::new(), (list.is_1904, app.calendar.local_date(ctx.now())));
    for some in rows.chunks(ROWS_PER_TX) {
        let town = town_of(app, ctx, &list.columns, some).await?;
        // Read once to know what to look for, and once more to judge; the second time `seen` goes on.
        let nothing = KnownRows::default();
        let first = judge(list.kind, &list.columns, some, (&town, &nothing), &mut HashMap::new(), when);
        let entries: Vec<&Entry> =
            first.iter().filter_map(|(_, _, judged, ..)| judged.entry.as_ref()).collect();
        let (known, left) = known_of(app, &app.db.read(ctx), list.kind, &entries).await?;
        let entries = known.into_iter().map(|(key, (_, entry))| (key, entry)).collect();
        let known = KnownRows { entries, left };
        let judged = judge(list.kind, &list.columns, some, (&town, &known), &mut seen, when);
        let new: Vec<ImportRow> = judged
            .into_iter()
            .map(|(number, fate, judged, cells, is_masked)| ImportRow {
                id: ctx.new_id(),
                number,
                cells,
                judged,
                fate,
                is_masked,
                decision: None,
                cvr: None,
                is_done: false,
                before: String::new(),
            })
            .collect();
        let tx = app.db.begin_write(ctx).await?;
        store::add_rows(&tx, id, &new).await?;
        tx.commit().await?;
    }
    let tx = app.db.begin_write(ctx).await?;
    let list = store::lock_import(&tx, id).await?.ok_or(Failure::NotFound)?;
    if list.state == ImportState::Trying {
        store::save_import(&tx, &ListImport { state: ImportState::Tried, rows: rows.len(), ..list }).await?;
    }
    Ok(tx.commit().await?)
}

/// Begins to take the rows in: those that are new, and those that were decided to be taken.
pub async fn start(app: &App, ctx: &Ctx, id: ImportId) -> Outcome {
    ctx.require(BRING)?;
    let tx = app.db.begin_write(ctx).await?;
    let list = store::lock_import(&tx, id).await?.ok_or(Failure::NotFound)?;
    if list.state != ImportState::Tried {
        return Err(ImportRefusal::NotNow.into());
    }
    let (_, to_take) = store::count_taken(&tx, id).await?;
    if to_take == 0 {
        return Err(ImportRefusal::NothingToTake.into());
    }
    let rows = list.rows;
    store::save_import(&tx, &ListImport { state: ImportState::Importing, ..list }).await?;
    tx.enqueue(&TakeRows { import: id }).await?;
    tx.commit().await?;
    if rows <= INLINE_ROWS_MAX { take_rows(app, ctx, id, usize::MAX).await.map(drop) } else { Ok(()) }
}

/// Takes the next rows in, at most so many transactions' worth. Whether there are no more.
pub async fn take_rows(app: &App, ctx: &Ctx, id: ImportId, chunks: usize) -> Outcome<bool> {
    let today = app.calendar.local_date(ctx.now());
    let roster = app.ports.people.roster(&app.db.read(ctx), today).await?;
    let visitors: HashMap<String, PersonId> =
        roster.people.values().map(|card| (kernel::fold(&card.name), card.id)).collect();
    for _ in 0..chunks {
        let tx = app.db.begin_write(ctx).await?;
        let list = store::lock_import(&tx, id).await?.ok_or(Failure::NotFound)?;
        if list.state != ImportState::Importing {
            return Ok(true);
        }
        let rows = store::rows_to_take(&tx, id, ROWS_PER_TX as u64).await?;
        if rows.is_empty() {
            let (taken, _) = store::count_taken(&tx, id).await?;
            let fact = RelationsFact::ListTaken {
                kind: code(list.kind.code()),
                taken,
                rows: u64::try_from(list.rows).unwrap_or(u64::MAX),
            };
            tx.note(id.uuid(), Visibility::Staff, &fact).await?;
            let ended_at = Some(ctx.now());
            store::save_import(&tx, &ListImport { state: ImportState::Done, ended_at, ..list }).await?;
            tx.commit().await?;
            return Ok(true);
        }
        take_some(app, &tx, &list, rows, &visitors).await?;
        tx.commit().await?;
    }
    Ok(false)
}

/// What a row says, with the company that was chosen for it.
fn chosen(row: &ImportRow) -> Option<Entry> {
    let mut entry = row.judged.entry.clone()?;
    if let Some(found) = row.judged.candidates.iter().find(|one| Some(one.cvr) == row.cvr) {
        entry.cvr = Some(found.cvr);
        entry.company.clone_from(&found.name);
    }
    Some(entry)
}

async fn take_some(
    app: &App,
    tx: &Tx,
    list: &ListImport,
    rows: Vec<ImportRow>,
    visitors: &HashMap<String, PersonId>,
) -> Result<(), StoreError> {
    let entries: Vec<(ImportRow, Entry)> =
        rows.into_iter().filter_map(|row| chosen(&row).map(|entry| (row, entry))).collect();
    let all: Vec<&Entry> = entries.iter().map(|(_, entry)| entry).collect();
    // Looked at again: something may have come since the trial, or from a row before.
    let (known, left) = known_of(app, tx, list.kind, &all).await?;
    let (mut new, mut done, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (row, entry) in &entries {
        let key = entry.key(list.kind);
        let is_gone = entry.email.as_ref().is_some_and(|email| left.contains(&email.to_key()));
        let mut before = String::new();
        match known.get(&key) {
            Some((id, ours)) if row.fate == Fate::Differs && row.decision == Some(Decision::Take) => {
                before = serde_json::to_string(&Before { id: *id, entry: ours.clone() })?;
                change(tx, list.kind, *id, &merged(ours, entry)).await?;
            }
            None if !is_gone && seen.insert(key) => new.push((row.id, row.number, entry)),
            _ => {}
        }
        done.push((row.number, before));
    }
    match list.kind {
        ListKind::Contacts => store::add_contacts(tx, list.id, &new).await?,
        ListKind::Visits => store::add_visits(tx, list.id, &new, visitors).await?,
        ListKind::Newsletter => {
            let new: Vec<NewSubscription<'_>> = new
                .into_iter()
                .filter_map(|(id, row, entry)| {
                    let hash = email_hash(app, tx.tenant(), entry.email.as_ref()?);
                    let link = leave_link(app, SubscriptionId::from(id)).hash();
                    Some(NewSubscription { hash, link, id, row, entry })
                })
                .collect();
            store::add_subscriptions(tx, list.id, &new).await?;
        }
    }
    store::mark_done(tx, list.id, &done).await
}

/// What was here before a row changed it.
#[derive(Serialize, Deserialize)]
struct Before {
    id: Uuid,
    entry: Entry,
}

/// What the list says over what is here; an empty cell says nothing.
fn merged(ours: &Entry, theirs: &Entry) -> Entry {
    let words = |ours: &String, theirs: &String| if theirs.is_empty() { ours } else { theirs }.clone();
    Entry {
        cvr: ours.cvr,
        company: ours.company.clone(),
        name: words(&ours.name, &theirs.name),
        title: words(&ours.title, &theirs.title),
        email: theirs.email.clone().or_else(|| ours.email.clone()),
        phone: theirs.phone.clone().or_else(|| ours.phone.clone()),
        note: words(&ours.note, &theirs.note),
        place: words(&ours.place, &theirs.place),
        consented_on: ours.consented_on.or(theirs.consented_on),
        proof: words(&ours.proof, &theirs.proof),
        ..ours.clone()
    }
}

async fn change(tx: &Tx, kind: ListKind, id: Uuid, entry: &Entry) -> Result<(), StoreError> {
    match kind {
        ListKind::Contacts => store::change_contact(tx, id, entry).await,
        ListKind::Visits => {
            let Some(mut visit) = store::lock_visit(tx, id.into()).await? else { return Ok(()) };
            visit.details.contact_name.clone_from(&entry.name);
            visit.details.place.clone_from(&entry.place);
            visit.details.note.clone_from(&entry.note);
            visit.sequence += 1;
            visit.changed_at = tx.ctx().now();
            store::save_visit(tx, &visit).await
        }
        ListKind::Newsletter => {
            let Some(mut one) = store::lock_subscription(tx, id.into()).await? else { return Ok(()) };
            one.name.clone_from(&entry.name);
            if one.state == SubscriptionState::Needed {
                one.state = SubscriptionState::of(entry.consented_on, &entry.proof);
            }
            store::save_subscription(tx, &one).await
        }
    }
}

/// Makes what a row changed as it was before.
pub(super) async fn restore(tx: &Tx, kind: ListKind, row: &ImportRow) -> Result<(), StoreError> {
    let before: Before = serde_json::from_str(&row.before)?;
    change(tx, kind, before.id, &before.entry).await
}
