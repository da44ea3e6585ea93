//! The watch: goes through every open case, and brings what has waited too long to someone.

use kernel::{CaseId, Ctx};
use ledger::{Promise, PromiseState};
use storage::JobError;
use web::App;

use super::later;
use crate::{
    commands::{self, Outcome},
    model::{Case, HAND_OVER_WORKING_DAYS},
    notify::{self, Kind},
    store::{self, CASES_PER_PAGE, CaseFilter},
};

/// References looked after at once: the next look takes the rest.
const MISSED_AT_ONCE: u64 = 500;

/// Goes through every open case once, and through what other systems were to give news of.
pub async fn watch(app: &App, ctx: &Ctx) -> Result<(), JobError> {
    commands::move_owed(app, ctx).await.map_err(|error| later("absence", &error))?;
    let filter = CaseFilter { open: true, ..CaseFilter::default() };
    let mut page = 0;
    loop {
        let cases = store::list(&app.db.read(ctx), &filter, page).await?;
        let subjects: Vec<_> = cases.iter().map(|case| case.id.uuid()).collect();
        let promises = ledger::of_subjects(&app.db.read(ctx), &subjects).await?;
        let ids: Vec<CaseId> = cases.iter().map(|case| case.id).collect();
        let taken = commands::steps_taken(&app.db.read(ctx), &ids).await?;
        for case in &cases {
            let own: Vec<Promise> =
                promises.iter().filter(|one| one.subject == case.id.uuid()).cloned().collect();
            if !commands::steps_to_take(case, &own, &taken, ctx, &app.calendar).is_empty() {
                commands::escalate(app, ctx, case.id).await.map_err(|error| later("escalation", &error))?;
            }
            watch_case(app, ctx, case, &own).await.map_err(|error| later("watch", &error))?;
        }
        if (cases.len() as u64) < CASES_PER_PAGE {
            break;
        }
        page += 1;
    }
    let today = app.calendar.local_date(ctx.now());
    // What goes on in another system may go on after a case has ended, so not only open ones are looked at.
    for reference in store::missed_references(&app.db.read(ctx), today, MISSED_AT_ONCE).await? {
        commands::ask_after(app, ctx, &reference).await.map_err(|error| later("reference", &error))?;
    }
    Ok(())
}

async fn watch_case(app: &App, ctx: &Ctx, case: &Case, promises: &[Promise]) -> Outcome {
    let today = app.calendar.local_date(ctx.now());
    if let Some(offer) = case.hand_over {
        let last = app.calendar.add_working_days(app.calendar.day_zero(offer.since), HAND_OVER_WORKING_DAYS);
        if today > last {
            commands::expire_hand_over(app, ctx, case.id).await?;
        }
    }
    let tomorrow = app.calendar.next_working_day(today);
    let is_due = |one: &Promise| {
        one.state == PromiseState::Open && one.paused_since.is_none() && one.due_on == tomorrow
    };
    if promises.iter().any(is_due) {
        let here = commands::here(app, ctx).await?;
        let tx = app.db.begin_write(ctx).await?;
        let teller = notify::Teller { tx: &tx, app, here: &here };
        teller.worker(case, Kind::DueTomorrow, &format!("due-{tomorrow}")).await?;
        tx.commit().await?;
    }
    Ok(())
}
