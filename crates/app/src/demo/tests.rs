//! The demo town, made small: the same seed and day give the same journal, and what stands in it could have happened.

use std::collections::{BTreeMap, BTreeSet};

use enquiries::{
    model::{Case, CaseState},
    store,
};
use kernel::{Actor, Ctx, Language, Reach};
use ledger::{PromiseKind, PromiseState};
use storage::{Db, Line, LineFilter};

use super::*;
use crate::cli::PlaceArgs;

/// The scenes of the morning and a few months' worth beside them.
const ENQUIRIES: usize = 110;
/// More than a small town writes.
const LINES_MAX: u64 = 100_000;
/// Whoever is not content is called within two working days, and a few days late at most.
const CALLED_WORKING_DAYS_MAX: i64 = 4;

fn today() -> NaiveDate {
    "2026-11-23".parse().unwrap()
}

struct Made {
    db: Db,
    ctx: Ctx,
    _folder: tempfile::TempDir,
}

async fn made(seed: u64) -> Made {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("town");
    let place = Place::of(&PlaceArgs { data: Some(data), database: None, json: false }).unwrap();
    let wanted = Wanted {
        port: 0,
        seed,
        today: Some(today()),
        enquiries: ENQUIRIES,
        trusted_proxy: Vec::new(),
        only_make: true,
    };
    make(&place, "http://127.0.0.1:1", &wanted).await.unwrap();
    let db = start::open(&place, Durability::Later).await.unwrap();
    let tenant = TenantId::new(MUNICIPALITY);
    let now = Calendar::default().start_of_day(today());
    let reach = Arc::new(Reach::default());
    let ctx = Ctx::new(tenant, Actor::System("test"), reach, Language::Da, now, Arc::new(Ids::random()));
    Made { db, ctx, _folder: folder }
}

async fn lines(made: &Made) -> Vec<Line> {
    storage::lines(&made.db.read(&made.ctx), &LineFilter::default(), LINES_MAX).await.unwrap()
}

async fn cases(made: &Made) -> Vec<Case> {
    store::newest(&made.db.read(&made.ctx), &CaseFilter::default(), 10_000).await.unwrap()
}

/// What a line says, without what is salted so that nobody can guess it.
fn said(line: &Line) -> String {
    let mut payload = line.payload.clone();
    if let Some(fields) = payload.as_object_mut() {
        fields.remove("fingerprint");
    }
    format!("{:?} {} {} {} {} {payload}", line.position, line.at, line.capability, line.word, line.subject)
}

#[tokio::test]
async fn two_towns_of_the_same_seed_and_day_have_the_same_journal() {
    let (one, other) = tokio::join!(made(3), made(3));
    let (one, other) = (lines(&one).await, lines(&other).await);
    assert_eq!(one.len(), other.len());
    for (a, b) in one.iter().zip(&other) {
        assert_eq!(said(a), said(b));
    }
}

#[tokio::test]
async fn what_stands_in_the_town_could_have_happened() {
    let made = made(1).await;
    let calendar = Calendar::default();
    let cases = cases(&made).await;
    let town = registry::town::town(1, today());
    let companies: BTreeMap<_, _> =
        companies(&town, today()).unwrap().into_iter().map(|company| (company.cvr, company)).collect();
    for case in &cases {
        // Nobody asks before it was founded or came here.
        if let Some(company) = case.asker.cvr().and_then(|cvr| companies.get(&cvr)) {
            assert!(company.is_there(calendar.local_date(case.received_at)), "{} {company:?}", case.number);
        }
    }
    let ids: Vec<uuid::Uuid> = cases.iter().map(|case| case.id.uuid()).collect();
    let promises = ledger::of_subjects(&made.db.read(&made.ctx), &ids).await.unwrap();
    let open = || promises.iter().filter(|one| one.state == PromiseState::Open);
    for call in promises.iter().filter(|one| one.kind == PromiseKind::CALL_BACK) {
        let until = match &call.state {
            PromiseState::Kept { at } | PromiseState::KeptLate { at } => calendar.local_date(*at),
            _ => today(),
        };
        let waited = calendar.working_days_between(call.cohort, until);
        assert!(waited <= CALLED_WORKING_DAYS_MAX, "a call after {waited} working days");
    }
    // Few things are late, and none by much.
    let late: Vec<_> = open().filter(|one| one.paused_since.is_none() && one.due_on < today()).collect();
    assert!((2..=8).contains(&late.len()), "{} are late", late.len());
    for one in late {
        let by = calendar.working_days_between(one.due_on, today());
        assert!(by <= 8, "{:?} is late by {by} working days", one.kind);
    }
    assert!(open().any(|one| one.kind == PromiseKind::CALL_BACK), "no call is owed");
    assert!(open().any(|one| one.kind == PromiseKind::PART_ANSWER), "no part is owed");
    assert!(open().any(|one| one.paused_since.is_some()), "no clock stands still");
}

#[tokio::test]
async fn every_state_of_an_enquiry_and_work_for_everyone_lie_on_the_desks_this_morning() {
    let made = made(2).await;
    let cases = cases(&made).await;
    let has = |what: &str, is: &dyn Fn(&Case) -> bool| assert!(cases.iter().any(is), "none is {what}");
    let open = |case: &Case| case.state == CaseState::Open;
    has("new and unassigned", &|case| open(case) && case.assignee.is_none());
    has("taken", &|case| open(case) && case.assignee.is_some());
    has("waiting for the company", &|case| case.state == CaseState::WaitingForCompany);
    has("offered to another team", &|case| case.hand_over.is_some());
    has("held back", &|case| case.state == CaseState::Unconfirmed);
    has("withdrawn", &|case| case.state == CaseState::Withdrawn);
    has("spam", &|case| case.state == CaseState::Spam);
    has("merged", &|case| matches!(case.state, CaseState::Duplicate(_)));
    has("raised by a repeat", &|case| case.repeats > 0);
    has("of an adviser", &|case| case.asker.kind() == "adviser");
    let words: BTreeSet<String> = lines(&made).await.into_iter().map(|line| line.word).collect();
    for word in
        ["reopened", "forwarded_outside", "handed_over", "escalated", "absence_noted", "part_asked", "rated"]
    {
        assert!(words.contains(word), "nothing was {word}");
    }
    let ratings: BTreeSet<i32> =
        cases.iter().filter_map(|case| case.rating.as_ref()).map(|rating| rating.score).collect();
    assert!(ratings.len() > 3, "{ratings:?}");
    // Everyone who answers has something, or stands aside for whoever took it over.
    let busy: BTreeSet<_> =
        cases.iter().filter(|case| case.state.is_open()).filter_map(|case| case.assignee).collect();
    assert!(busy.len() + 3 >= officers().len(), "{} of {} have something", busy.len(), officers().len());
}
