//! The register fetched from its own service, municipality by municipality: since the last time, or all of it; by hand, or
//! once a day by the clock.

use std::{sync::Arc, time::Duration};

use ::web::App;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use kernel::{Clock, Ids, TenantId};
use storage::{Db, StoreError};

use crate::{
    document::Numbers,
    import::{ImportError, ImportOptions, ImportReport, Progress, import_live},
    live::{Endpoint, LiveSource, Wanted},
    store,
};

/// The service's own clock and ours differ, and a document is findable a little after it was changed.
const OVERLAP: chrono::Duration = chrono::Duration::hours(24);
/// How often it is looked whether the day's import is due.
const LOOK_EVERY: Duration = Duration::from_mins(1);
/// After a failure it is tried again this much later, in the same day.
const AGAIN_AFTER: chrono::Duration = chrono::Duration::hours(1);

/// What is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// What the service changed since the last time; all of it where there was none.
    SinceLastTime,
    /// All of it.
    Everything,
}

/// What to fetch, and for whom.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The municipality.
    pub tenant: TenantId,
    /// How much.
    pub extent: Extent,
    /// The day in the town.
    pub today: NaiveDate,
    /// The municipalities of this installation: their journals tell what came and went.
    pub tenants: Vec<TenantId>,
}

/// The word for a municipality's runs: `live-0165`.
pub fn source_of(tenant: TenantId) -> String {
    format!("live-{tenant}")
}

/// From when on documents are asked for; `None` is all of them.
pub async fn since(db: &Db, tenant: TenantId, extent: Extent) -> Result<Option<DateTime<Utc>>, StoreError> {
    if extent == Extent::Everything {
        return Ok(None);
    }
    let last = store::last_done_of(db, &source_of(tenant)).await?;
    Ok(last.map(|run| run.started_at - OVERLAP))
}

/// Fetches a municipality's units and the owners that lie elsewhere.
pub async fn fetch(
    db: &Db,
    clock: &Arc<dyn Clock>,
    ids: &Arc<Ids>,
    endpoint: &Endpoint,
    wish: Wish,
    progress: &mut (dyn FnMut(Progress) + Send),
) -> Result<Vec<ImportReport>, ImportError> {
    let Wish { tenant, extent, today, tenants } = wish;
    let since = since(db, tenant, extent).await?;
    let municipality = u16::try_from(tenant.code()).unwrap_or_default();
    let wanted = Wanted::Municipality(municipality, since);
    let options = ImportOptions { numbers: Numbers::Real, today, tenants, source: source_of(tenant) };
    import_live(db, clock, ids, endpoint, &wanted, options, progress).await
}

/// Whether the day's import is due: its hour has come, and neither did it succeed today nor fail a moment ago.
fn is_due(
    now: (NaiveDate, NaiveTime),
    daily_at: NaiveTime,
    last_good_on: Option<NaiveDate>,
    since_last_try: Option<chrono::Duration>,
) -> bool {
    let is_done = last_good_on.is_some_and(|day| day >= now.0);
    now.1 >= daily_at && !is_done && since_last_try.is_none_or(|passed| passed >= AGAIN_AFTER)
}

/// Fetches once a day, for as long as the program runs; ends at once where that is not configured.
pub async fn fetch_daily(app: App) {
    let Some(LiveSource { endpoint, daily_at: Some(at) }) = app.kept::<Option<LiveSource>>().clone() else {
        return;
    };
    let tenants: Vec<TenantId> = app.sites.iter().map(|site| site.tenant).collect();
    loop {
        for tenant in &tenants {
            match fetch_if_due(&app, &endpoint, at, *tenant, &tenants).await {
                Ok(0) => {}
                Ok(read) => tracing::info!(%tenant, read, "the register was fetched"),
                Err(error) => {
                    tracing::error!(%tenant, %error, "the register could not be fetched; it is as it was");
                }
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// Fetches when it is due. Returns how many documents were read.
pub async fn fetch_if_due(
    app: &App,
    endpoint: &Endpoint,
    at: NaiveTime,
    tenant: TenantId,
    tenants: &[TenantId],
) -> Result<u64, ImportError> {
    let now = app.clock.now();
    let local = app.calendar.local(now).naive_local();
    let source = source_of(tenant);
    let good = store::last_done_of(&app.db, &source).await?;
    let last = store::last_of(&app.db, &source).await?;
    let good_on = good.map(|run| app.calendar.local_date(run.started_at));
    let passed = last.map(|run| now - run.started_at);
    if !is_due((local.date(), local.time()), at, good_on, passed) {
        return Ok(0);
    }
    let (today, tenants) = (local.date(), tenants.to_vec());
    let wish = Wish { tenant, extent: Extent::SinceLastTime, today, tenants };
    let mut progress = |_| {};
    let reports = fetch(&app.db, &app.clock, &app.ids, endpoint, wish, &mut progress).await?;
    Ok(reports.iter().map(|report| report.counts.read).sum())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(n: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, n).unwrap()
    }

    fn at(hour: u32, minute: u32) -> NaiveTime {
        NaiveTime::from_hms_opt(hour, minute, 0).unwrap()
    }

    #[test]
    fn the_day_s_import_waits_for_its_hour_and_is_made_once() {
        assert!(!is_due((day(23), at(3, 59)), at(4, 0), Some(day(22)), None));
        assert!(is_due((day(23), at(4, 0)), at(4, 0), Some(day(22)), None));
        assert!(!is_due((day(23), at(9, 0)), at(4, 0), Some(day(23)), None));
        assert!(is_due((day(23), at(23, 0)), at(4, 0), None, None), "a server that was down catches up");
    }

    #[test]
    fn a_failed_import_is_tried_again_after_an_hour_and_not_every_minute() {
        let failed = |minutes| Some(chrono::Duration::minutes(minutes));
        assert!(!is_due((day(23), at(4, 30)), at(4, 0), Some(day(22)), failed(30)));
        assert!(is_due((day(23), at(5, 0)), at(4, 0), Some(day(22)), failed(60)));
    }

    proptest! {
        #[test]
        fn at_most_once_a_day_when_it_goes_well(minutes in proptest::collection::vec(0_u32..1_440, 1..50)) {
            let mut minutes = minutes;
            minutes.sort_unstable();
            let (mut good, mut count) = (Some(day(22)), 0);
            for minute in minutes {
                if is_due((day(23), at(minute / 60, minute % 60)), at(4, 0), good, None) {
                    (good, count) = (Some(day(23)), count + 1);
                }
            }
            prop_assert!(count <= 1);
        }
    }
}
