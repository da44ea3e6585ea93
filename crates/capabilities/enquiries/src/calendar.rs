//! What a person owes answers on, for the own calendar: the number of the case and the day. Nothing of what is in confidence.

use async_trait::async_trait;
use chrono::NaiveDate;
use kernel::Ctx;
use ports::{CalendarEntry, CalendarSource, CalendarTime, Said};
use storage::{Db, StoreError};

use crate::{
    access,
    store::{self, CaseFilter},
};

/// Cases of one person that are looked at.
const CASES_MAX: u64 = 500;

/// Tells the own due answers.
pub struct DueAnswers(Db);

impl DueAnswers {
    /// Reads `db`.
    pub fn new(db: Db) -> Self {
        Self(db)
    }
}

#[async_trait]
impl CalendarSource for DueAnswers {
    async fn entries(&self, ctx: &Ctx, from: NaiveDate) -> Result<Vec<CalendarEntry>, StoreError> {
        let Some(person) = ctx.person().filter(|_| ctx.may(access::WORK)) else { return Ok(Vec::new()) };
        let read = self.0.read(ctx);
        let filter = CaseFilter { assignee: Some(person), open: true, ..CaseFilter::default() };
        let mut cases = store::newest(&read, &filter, CASES_MAX).await?;
        cases.retain(|case| !case.confidential && case.wall.is_open() && access::may_see(ctx, case, &[]));
        let subjects: Vec<_> = cases.iter().map(|case| case.id.uuid()).collect();
        let promises = ledger::of_subjects(&read, &subjects).await?;
        let is_due = |promise: &&ledger::Promise| {
            promise.state == ledger::PromiseState::Open
                && promise.paused_since.is_none()
                && promise.due_on >= from
                && !matches!(promise.debtor, ledger::Holder::Party(_))
        };
        let entry = |promise: &ledger::Promise| {
            let case = cases.iter().find(|case| case.id.uuid() == promise.subject)?;
            Some(CalendarEntry {
                id: promise.id.uuid(),
                title: Said {
                    key: "enquiries-calendar-due",
                    arguments: vec![
                        ("kind", promise.kind.as_str().to_owned()),
                        ("number", case.number.clone()),
                    ],
                },
                when: CalendarTime::Day(promise.due_on),
                place: String::new(),
                path: format!("/intern/henvendelser/{}", case.id),
                is_cancelled: false,
                sequence: i32::try_from(promise.sequence).unwrap_or(i32::MAX),
                changed_at: case.updated_at,
            })
        };
        Ok(promises.iter().filter(is_due).filter_map(entry).collect())
    }
}
