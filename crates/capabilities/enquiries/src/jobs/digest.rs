//! The morning's mail: once per person on each day on which the town hall is open, from eight o'clock on.
//!
//! A row says who has been looked after on a day, so that two nodes and a restart send one mail. Whoever is away gets none, and
//! nobody does when there is nothing to tell.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, Utc};
use kernel::{Actor, Calendar, Ctx, CvrNumber, PersonId, Reach};
use ledger::{Promise, PromiseKind, PromiseState};
use outreach::incoming;
use ports::{CompanyCard, PersonCard, Roster};
use serde::{Deserialize, Serialize};
use storage::{Job, JobError};
use web::App;

use super::later;
use crate::{
    access,
    commands::{self, Outcome},
    guide_state::GuideState,
    mail::{self, Digest, Listed},
    model::{Case, CaseState},
    store::{self, CASES_PER_PAGE, CaseFilter},
};

/// When it is written, in local time, and until when it is of use: a program that stood still begins no morning at noon.
const FROM: NaiveTime = NaiveTime::from_hms_opt(8, 0, 0).unwrap();
const UNTIL: NaiveTime = NaiveTime::from_hms_opt(12, 0, 0).unwrap();
/// What a person's day is begun under.
const KIND: &str = "digest";

/// Sends the morning's mails.
#[derive(Debug, Serialize, Deserialize)]
pub struct SendDigests {}
impl Job for SendDigests {
    const KIND: &'static str = "enquiries.send_digests";
}

/// The day whose mails are to be written now; `None` outside the morning, and when the town hall is closed all day.
pub(super) fn morning(calendar: &Calendar, now: DateTime<Utc>) -> Option<NaiveDate> {
    let local = calendar.local(now);
    let (day, time) = (local.date_naive(), local.time());
    let opens = calendar.is_working_day(day) && calendar.opening_hours().on(day.weekday()).is_some();
    (opens && (FROM..UNTIL).contains(&time)).then_some(day)
}

/// Writes the mails of this morning that are not written yet.
pub async fn send(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    let Some(day) = morning(&app.calendar, ctx.now()) else { return Ok(()) };
    let here = commands::here(app, ctx).await?;
    let told = store::begun(&app.db.read(ctx), day, KIND).await?;
    let at_work = here.people.values().filter(|person| !person.left && !person.absent);
    let people: Vec<&PersonCard> = at_work.filter(|person| !told.contains(&person.id)).collect();
    if people.is_empty() {
        return Ok(());
    }
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let reaches = app.ports.people.reaches(&app.db.read(ctx), &ids, day).await?;
    let work = Work::gather(app, ctx, day).await?;
    for person in people {
        let digest = match reaches.get(&person.id) {
            Some(reach) => work.of(app, ctx, &here, person, reach),
            None => Digest::default(),
        };
        tell(app, ctx, person, day, digest).await.map_err(|error| later("digest", &error))?;
    }
    Ok(())
}

async fn tell(app: &App, ctx: &Ctx, person: &PersonCard, day: NaiveDate, digest: Digest) -> Outcome {
    let tx = app.db.begin_write(ctx).await?;
    // Also where there is nothing to tell: what comes later in the day is told when it comes.
    if store::begin_day(&tx, person.id, day, KIND).await? && !digest.is_empty() {
        mail::digest_to(&tx, app, person, day, digest).await?;
    }
    Ok(tx.commit().await?)
}

/// All that is open, read once for everyone.
struct Work {
    day: NaiveDate,
    next: NaiveDate,
    cases: Vec<(Case, Option<NaiveDate>)>,
    companies: BTreeMap<CvrNumber, CompanyCard>,
    tray: u64,
}

impl Work {
    async fn gather(app: &App, ctx: &Ctx, day: NaiveDate) -> Result<Self, JobError> {
        let filter = CaseFilter { open: true, ..CaseFilter::default() };
        let read = app.db.read(ctx);
        let (mut cases, mut page) = (Vec::new(), 0);
        loop {
            let some = store::list(&read, &filter, page).await?;
            let subjects: Vec<_> = some.iter().map(|case| case.id.uuid()).collect();
            let promises = ledger::of_subjects(&read, &subjects).await?;
            let is_last = (some.len() as u64) < CASES_PER_PAGE;
            cases.extend(some.into_iter().filter(|case| case.state != CaseState::Unconfirmed).map(|case| {
                let due = due(&promises, &case);
                (case, due)
            }));
            if is_last {
                break;
            }
            page += 1;
        }
        cases.sort_by(|(one, one_due), (other, other_due)| {
            let key =
                |case: &Case, due: Option<NaiveDate>| (due.unwrap_or(NaiveDate::MAX), case.number.clone());
            key(one, *one_due).cmp(&key(other, *other_due))
        });
        let nameless = cases.iter().filter(|(case, _)| case.asker.name().is_empty());
        let nameless: BTreeSet<CvrNumber> = nameless.filter_map(|(case, _)| case.asker.cvr()).collect();
        let nameless: Vec<CvrNumber> = nameless.into_iter().collect();
        let companies = app.ports.companies.companies(ctx, &nameless).await?;
        let tray = incoming::count_waiting(&read).await?;
        Ok(Self { day, next: app.calendar.next_working_day(day), cases, companies, tray })
    }

    /// What one of us is told.
    fn of(
        &self,
        app: &App,
        ctx: &Ctx,
        here: &Roster,
        person: &PersonCard,
        reach: &std::sync::Arc<Reach>,
    ) -> Digest {
        let own = Ctx::new(
            ctx.tenant(),
            Actor::Staff(person.id),
            reach.clone(),
            person.language,
            ctx.now(),
            ctx.ids().clone(),
        );
        let mut digest = Digest::default();
        if own.may(access::PLACE) {
            digest.tray = self.tray;
        }
        for (case, due) in self.cases.iter().filter(|(case, _)| access::may_work(&own, case)) {
            let taker = case.assignee.and_then(|one| here.people.get(&one)).and_then(|one| one.stand_in);
            let is_own = case.wall.only.or(taker) == Some(person.id);
            let listed = || self.listed(app, &own, case, *due);
            if is_own {
                match due {
                    Some(due) if *due < self.day => digest.overdue.push(listed()),
                    Some(due) if *due == self.day => digest.today.push(listed()),
                    Some(due) if *due <= self.next => digest.tomorrow.push(listed()),
                    _ if case.state == CaseState::WaitingForCompany => digest.waiting.push(listed()),
                    _ => {}
                }
            } else if case.assignee.is_none() && case.wall.only.is_none() {
                digest.unassigned.push(listed());
            }
        }
        digest
    }

    fn listed(&self, app: &App, own: &Ctx, case: &Case, due: Option<NaiveDate>) -> Listed {
        let guide = app.kept::<GuideState>().guide(own.tenant());
        let topic = guide
            .topic(case.topic.as_str())
            .map_or(case.topic.as_str(), |topic| topic.title.get(own.language()));
        let registered = case.asker.cvr().and_then(|cvr| self.companies.get(&cvr));
        let asker = match (case.asker.name(), registered) {
            ("", Some(company)) => company.name.as_str(),
            ("", None) => case.contact.name.as_str(),
            (name, _) => name,
        };
        let is_told = !case.confidential && case.wall.is_open();
        let title = is_told.then(|| format!("{topic}: {asker}"));
        Listed { case: case.id, number: case.number.clone(), title, due }
    }
}

/// Until when the first thing is owed to the company that no pause holds.
fn due(promises: &[Promise], case: &Case) -> Option<NaiveDate> {
    let of_case = promises.iter().filter(|one| one.subject == case.id.uuid());
    let running = of_case.filter(|one| {
        one.state == PromiseState::Open && one.paused_since.is_none() && one.kind != PromiseKind::PART_ANSWER
    });
    running.map(|one| one.due_on).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_morning(local: &str) -> bool {
        let calendar = Calendar::default();
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
        morning(&calendar, calendar.instant(local)) == Some(local.date())
    }

    #[test]
    fn the_morning_begins_at_eight_by_the_clock_on_the_wall_in_summer_and_in_winter() {
        let calendar = Calendar::default();
        let at = |utc: &str| morning(&calendar, utc.parse().unwrap()).is_some();
        // The clocks go back on 25 October 2026 and forward on 28 March 2027, both Sundays.
        assert!(!at("2026-10-23T05:59:59Z") && at("2026-10-23T06:00:00Z"));
        assert!(!at("2026-10-26T06:59:59Z") && at("2026-10-26T07:00:00Z"));
        assert!(!at("2027-04-02T05:59:59Z") && at("2027-04-02T06:00:00Z"));
        assert!(!at("2027-03-24T06:59:59Z") && at("2027-03-24T07:00:00Z"));
    }

    #[test]
    fn there_is_no_morning_on_a_holiday_at_the_weekend_or_at_noon() {
        assert!(is_morning("2026-11-23T08:00") && is_morning("2026-11-23T11:59"));
        assert!(!is_morning("2026-11-23T07:59") && !is_morning("2026-11-23T12:00"));
        assert!(!is_morning("2026-11-21T08:30") && !is_morning("2026-11-22T08:30"), "a weekend");
        assert!(!is_morning("2026-12-25T08:30") && !is_morning("2026-12-24T08:30"), "Christmas");
        assert!(!is_morning("2026-05-14T08:30"), "Ascension Day");
    }
}
