//! What runs beside the requests: sealing, jobs, the daily root, the collection of orphaned files.
//!
//! All of it stops on shutdown. A failure is logged and tried again: neither the sealer nor the jobs ever end by themselves.

use std::{
    future::Future,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use chrono::NaiveDate;
use kernel::TenantId;
use storage::{Jobs, StoreError};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use web::App;

use crate::capabilities;

/// Lines are sealed within a second: this, and the time that sealing takes. Looked for by the clock, since other nodes
/// commit too.
const SEAL_EVERY: Duration = Duration::from_millis(600);
/// Jobs run beside one another.
const WORKERS: usize = 4;
/// How often the first worker looks for jobs whose time has come; the others are woken, and look now and then.
const LOOK_EVERY: Duration = Duration::from_secs(1);
const OTHERS_LOOK_EVERY: Duration = Duration::from_secs(15);
/// Runners begin this far apart, all of them together: what comes in meanwhile is done by the handful, in a few commits, where
/// each would else cost its own. Nobody notices that a mail goes out so much later.
const GATHERED_FOR: Duration = Duration::from_millis(100);
/// How long to wait after a failure.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How often it is looked whether a new day has begun.
const DAY_EVERY: Duration = Duration::from_mins(1);
/// How often orphaned files are looked for.
const ORPHANS_EVERY: Duration = Duration::from_hours(24);
/// How often jobs that were done long ago are forgotten.
const DONE_JOBS_EVERY: Duration = Duration::from_hours(6);
/// How long running jobs get to end. What is cut off is done again: a lease ends, and jobs may run twice.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// What the operator's pages say of the sealer.
#[derive(Debug, Clone, Default)]
pub struct Pulse(Arc<AtomicI64>);

impl Pulse {
    fn beat(&self, app: &App) {
        self.0.store(app.clock.now().timestamp(), Ordering::Relaxed);
    }

    /// When the sealer last looked, in seconds since 1970; 0 before the first time.
    pub fn last(&self) -> i64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// The running tasks.
pub struct Background {
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Background {
    /// Starts everything.
    pub async fn start(app: &App, jobs: &Arc<Jobs<App>>, pulse: &Pulse) -> Result<Self, StoreError> {
        // Before the first page is shown: nobody sees the program's words where the municipality has its own.
        enquiries::load_guide(app).await?;
        for tenant in tenants(app) {
            jobs.start_timers(&app.db, tenant).await?;
            // A mail server that has just been set up gets what waits for one.
            let tx = app.db.begin_write(&app.system("start", tenant)).await?;
            outreach::sweep_soon(&tx).await?;
            tx.commit().await?;
        }
        let started = Self { stop: CancellationToken::new(), tasks: TaskTracker::new() };
        started.spawn(seal_all(app.clone(), pulse.clone()));
        started.spawn(sign_daily(app.clone()));
        started.spawn(collect_orphans(app.clone()));
        started.spawn(forget_done_jobs(app.clone()));
        for follower in capabilities::followers(app) {
            started.spawn(follower);
        }
        let turn = Arc::new(Turn::default());
        for worker in 0..WORKERS {
            let look_every = if worker == 0 { LOOK_EVERY } else { OTHERS_LOOK_EVERY };
            let run = run_jobs(app.clone(), jobs.clone(), turn.clone(), look_every, started.stop.clone());
            started.tasks.spawn(run);
        }
        started.tasks.close();
        Ok(started)
    }

    fn spawn(&self, task: impl Future<Output = ()> + Send + 'static) {
        let stop = self.stop.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                () = stop.cancelled() => {}
                () = task => {}
            }
        });
    }

    /// Tells every task to stop, and waits until they have.
    pub async fn stop(self) {
        self.stop.cancel();
        if tokio::time::timeout(STOP_WITHIN, self.tasks.wait()).await.is_err() {
            tracing::warn!("some jobs were still running; they will be done again");
        }
    }
}

fn tenants(app: &App) -> Vec<TenantId> {
    app.sites.iter().map(|site| site.tenant).collect()
}

/// Seals until nothing waits, in every tenant. Returns how many lines.
pub async fn seal_now(app: &App) -> Result<u64, StoreError> {
    let mut lines = 0;
    for tenant in tenants(app) {
        loop {
            match storage::seal(&app.db, &app.system("seal", tenant)).await? {
                0 => break,
                some => lines += some,
            }
        }
    }
    Ok(lines)
}

async fn seal_all(app: App, pulse: Pulse) {
    loop {
        match seal_now(&app).await {
            Ok(_) => pulse.beat(&app),
            Err(error) => {
                tracing::error!(%error, "the journal could not be sealed; trying again");
                tokio::time::sleep(AFTER_FAILURE).await;
            }
        }
        tokio::time::sleep(SEAL_EVERY).await;
    }
}

/// Whose turn it is to look for jobs.
#[derive(Default)]
struct Turn(tokio::sync::Mutex<Option<tokio::time::Instant>>);

impl Turn {
    async fn wait(&self) {
        let mut last = self.0.lock().await;
        if let Some(last) = *last {
            tokio::time::sleep_until(last + GATHERED_FOR).await;
        }
        *last = Some(tokio::time::Instant::now());
    }
}

async fn run_jobs(
    app: App,
    jobs: Arc<Jobs<App>>,
    turn: Arc<Turn>,
    look_every: Duration,
    stop: CancellationToken,
) {
    while !stop.is_cancelled() {
        turn.wait().await;
        // A job that runs is not cut off: the loop looks at `stop` between batches.
        let wait = match run_due(&app, &jobs).await {
            Ok(0) => look_every,
            Ok(_) => continue,
            Err(error) => {
                tracing::error!(%error, "jobs could not be run; trying again");
                AFTER_FAILURE
            }
        };
        tokio::select! {
            () = stop.cancelled() => {}
            () = app.db.jobs_waiting() => {}
            () = tokio::time::sleep(wait) => {}
        }
    }
}

/// Runs what is due in every tenant, once. Returns how many jobs.
pub async fn run_due(app: &App, jobs: &Jobs<App>) -> Result<usize, StoreError> {
    let mut done = 0;
    for tenant in tenants(app) {
        done += storage::run_due_jobs(&app.db, app, jobs, tenant).await?;
    }
    Ok(done)
}

async fn sign_daily(app: App) {
    let mut signed: Option<NaiveDate> = None;
    loop {
        let today = app.calendar.local_date(app.clock.now());
        if signed != Some(today) {
            match sign(&app, today).await {
                Ok(()) => signed = Some(today),
                Err(error) => tracing::error!(%error, "the journal's root could not be signed; trying again"),
            }
        }
        tokio::time::sleep(DAY_EVERY).await;
    }
}

/// Signs the day's root in every tenant, once.
pub async fn sign(app: &App, today: NaiveDate) -> Result<(), StoreError> {
    for tenant in tenants(app) {
        storage::sign_root(&app.db, &app.system("root", tenant), &app.keys, today).await?;
    }
    Ok(())
}

async fn collect_orphans(app: App) {
    loop {
        // Files are told by the time that the disk wrote beside them, so the machine's own time is meant.
        match app.attachments.collect_orphans(&app.db, SystemTime::now()).await {
            Ok(0) => {}
            Ok(files) => tracing::info!(files, "files that nothing speaks of were removed"),
            Err(error) => tracing::error!(%error, "orphaned files could not be looked for"),
        }
        tokio::time::sleep(ORPHANS_EVERY).await;
    }
}

async fn forget_done_jobs(app: App) {
    loop {
        for tenant in tenants(&app) {
            if let Err(error) = storage::forget_done_jobs(&app.db, &app.system("forget-jobs", tenant)).await {
                tracing::error!(%error, "jobs that were done long ago could not be forgotten");
            }
        }
        tokio::time::sleep(DONE_JOBS_EVERY).await;
    }
}
