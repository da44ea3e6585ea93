//! Jobs: leased, retried, given up, never lost.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use kernel::Ctx;
use serde::{Deserialize, Serialize};
use storage::{
    Job, JobError, JobHandler, JobState, Jobs, Timer, dead_job, discard_dead_job, job_counts, jobs_in_state,
    retry_dead_job, run_due_jobs,
};
use testkit::{Bench, OTHER_TENANT, TENANT, each_engine};

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Ring {
    bell: u32,
}
impl Job for Ring {
    const KIND: &'static str = "bells.ring";
}

/// Nobody handles it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Forgotten;
impl Job for Forgotten {
    const KIND: &'static str = "bells.forgotten";
}

#[derive(Clone)]
struct Tower {
    bench: Bench,
    rung: Arc<Mutex<Vec<u32>>>,
    /// How the next rings end, last first; `Ok` when there are none left.
    ends: Arc<Mutex<Vec<End>>>,
}

#[derive(Clone)]
enum End {
    Error(JobError),
    Panic,
    /// The clock moves on while it rings.
    Slow(chrono::Duration),
}

async fn ring(tower: Tower, _ctx: Ctx, job: Ring) -> Result<(), JobError> {
    tower.rung.lock().unwrap().push(job.bell);
    let end = tower.ends.lock().unwrap().pop();
    match end {
        None => Ok(()),
        Some(End::Error(error)) => Err(error),
        Some(End::Panic) => panic!("a bell fell down"),
        Some(End::Slow(by)) => {
            tower.bench.later(by);
            Ok(())
        }
    }
}

impl Tower {
    fn new(bench: Bench) -> Self {
        Self { bench, rung: Arc::default(), ends: Arc::default() }
    }
    fn ends(&self, ends: impl IntoIterator<Item = End>) {
        let mut ends: Vec<End> = ends.into_iter().collect();
        ends.reverse();
        *self.ends.lock().unwrap() = ends;
    }
    fn rung(&self) -> Vec<u32> {
        self.rung.lock().unwrap().clone()
    }
    fn jobs(&self, timers: Vec<Timer>) -> Jobs<Self> {
        let clock = Arc::new(self.bench.clock.clone());
        Jobs::new(vec![JobHandler::new(ring)], timers, clock, self.bench.ids.clone())
    }
    async fn work(&self) -> usize {
        run_due_jobs(&self.bench.db, self, &self.jobs(Vec::new()), TENANT).await.unwrap()
    }
    async fn enqueue(&self, bell: u32) {
        let tx = self.bench.tx().await;
        tx.enqueue(&Ring { bell }).await.unwrap();
        tx.commit().await.unwrap();
    }
    async fn in_state(&self, state: JobState) -> Vec<storage::JobRow> {
        jobs_in_state(&self.bench.read(), state, 100).await.unwrap()
    }
}

#[tokio::test]
async fn jobs_run_once_in_their_order_after_commit_and_not_before_their_time() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        let tx = tower.bench.tx().await;
        tx.enqueue(&Ring { bell: 1 }).await.unwrap();
        tx.enqueue(&Ring { bell: 2 }).await.unwrap();
        let later = tower.bench.now() + chrono::Duration::hours(1);
        tx.enqueue_at(&Ring { bell: 3 }, later, None).await.unwrap();
        tx.commit().await.unwrap();
        let tx = tower.bench.tx().await;
        tx.enqueue(&Ring { bell: 4 }).await.unwrap();
        drop(tx);
        assert_eq!(tower.work().await, 2);
        assert_eq!(tower.work().await, 0);
        assert_eq!(tower.rung(), [1, 2]);
        tower.bench.later(chrono::Duration::hours(1));
        tower.work().await;
        assert_eq!(tower.rung(), [1, 2, 3]);
    })
    .await;
}

#[tokio::test]
async fn a_key_that_waits_already_is_not_queued_again() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        for _ in 0..3 {
            let tx = tower.bench.tx().await;
            tx.enqueue_at(&Ring { bell: 1 }, tower.bench.now(), Some("case-1")).await.unwrap();
            tx.enqueue_at(&Ring { bell: 2 }, tower.bench.now(), Some("case-2")).await.unwrap();
            tx.commit().await.unwrap();
        }
        tower.work().await;
        assert_eq!(tower.rung(), [1, 2]);
        // Done: the key is free.
        let tx = tower.bench.tx().await;
        tx.enqueue_at(&Ring { bell: 1 }, tower.bench.now(), Some("case-1")).await.unwrap();
        tx.commit().await.unwrap();
        tower.work().await;
        assert_eq!(tower.rung(), [1, 2, 1]);
    })
    .await;
}

#[tokio::test]
async fn what_changes_while_a_job_runs_gets_a_job_of_its_own() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        let enqueue = |tower: Tower| async move {
            let tx = tower.bench.tx().await;
            tx.enqueue_at(&Ring { bell: 1 }, tower.bench.now(), Some("case-1")).await.unwrap();
            tx.commit().await.unwrap();
        };
        enqueue(tower.clone()).await;
        let jobs = Jobs::new(
            vec![JobHandler::new(move |tower: Tower, ctx: Ctx, job: Ring| async move {
                if tower.rung().is_empty() {
                    enqueue(tower.clone()).await;
                    enqueue(tower.clone()).await;
                }
                ring(tower, ctx, job).await
            })],
            Vec::new(),
            Arc::new(tower.bench.clock.clone()),
            tower.bench.ids.clone(),
        );
        while run_due_jobs(&tower.bench.db, &tower, &jobs, TENANT).await.unwrap() > 0 {}
        assert_eq!(tower.rung(), [1, 1]);
    })
    .await;
}

#[tokio::test]
async fn a_job_that_fails_waits_twice_as_long_each_time_and_then_is_a_dead_letter() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        tower.ends((0..20).map(|_| End::Error(JobError::retry("bell-cracked"))));
        tower.enqueue(1).await;
        let mut waits = Vec::new();
        loop {
            assert_eq!(tower.work().await, 1);
            let waiting = tower.in_state(JobState::Waiting).await;
            let Some(job) = waiting.first() else { break };
            assert_eq!(job.reason.as_deref(), Some("bell-cracked"));
            assert_eq!(tower.work().await, 0);
            waits.push((job.run_at - tower.bench.now()).num_seconds());
            tower.bench.clock.set(job.run_at);
        }
        assert_eq!(waits, [15, 30, 60, 120, 240, 480, 960]);
        let dead = tower.in_state(JobState::Dead).await;
        assert_eq!((dead[0].attempts, dead[0].reason.as_deref()), (8, Some("bell-cracked")));
        // A person looks, mends it and puts it back.
        tower.ends([]);
        let tx = tower.bench.tx().await;
        assert!(retry_dead_job(&tx, dead[0].id).await.unwrap());
        assert!(!retry_dead_job(&tx, dead[0].id).await.unwrap());
        tx.commit().await.unwrap();
        tower.work().await;
        assert!(tower.in_state(JobState::Dead).await.is_empty());
        assert_eq!(job_counts(&tower.bench.read()).await.unwrap(), [("bells.ring".into(), "done".into(), 1)]);
    })
    .await;
}

#[tokio::test]
async fn a_dead_letter_that_is_discarded_is_gone_and_a_job_that_waits_cannot_be() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        tower.ends([End::Error(JobError::fail("no-such-bell"))]);
        tower.enqueue(1).await;
        let waiting = tower.in_state(JobState::Waiting).await[0].id;
        let tx = tower.bench.tx().await;
        assert!(discard_dead_job(&tx, waiting).await.unwrap().is_none());
        tx.commit().await.unwrap();
        tower.work().await;
        let dead = dead_job(&tower.bench.read(), waiting).await.unwrap().unwrap();
        assert_eq!(dead.reason.as_deref(), Some("no-such-bell"));
        let tx = tower.bench.tx().await;
        let gone = discard_dead_job(&tx, waiting).await.unwrap().unwrap();
        assert_eq!((gone.kind.as_str(), gone.attempts), ("bells.ring", 1));
        assert!(discard_dead_job(&tx, waiting).await.unwrap().is_none());
        tx.commit().await.unwrap();
        assert!(tower.in_state(JobState::Dead).await.is_empty());
        assert!(dead_job(&tower.bench.read(), waiting).await.unwrap().is_none());
    })
    .await;
}

#[tokio::test]
async fn what_can_never_be_done_is_dead_at_once_and_a_panic_hurts_only_its_own_job() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        tower.ends([End::Error(JobError::fail("no-such-bell")), End::Panic]);
        tower.enqueue(1).await;
        tower.enqueue(2).await;
        tower.enqueue(3).await;
        let tx = tower.bench.tx().await;
        tx.enqueue(&Forgotten).await.unwrap();
        tx.commit().await.unwrap();
        tower.work().await;
        assert_eq!(tower.rung(), [1, 2, 3]);
        let dead: Vec<_> =
            tower.in_state(JobState::Dead).await.into_iter().map(|job| job.reason.unwrap()).collect();
        assert!(
            dead.contains(&"no-such-bell".to_owned()) && dead.contains(&"unknown-kind".to_owned()),
            "{dead:?}"
        );
        assert_eq!(tower.in_state(JobState::Waiting).await[0].reason.as_deref(), Some("panic"));
        tower.bench.later(chrono::Duration::seconds(15));
        tower.work().await;
        assert_eq!(tower.rung(), [1, 2, 3, 2]);
    })
    .await;
}

#[tokio::test]
async fn several_runners_share_the_work_and_no_job_runs_twice() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        let tx = tower.bench.tx().await;
        for bell in 0..60 {
            tx.enqueue(&Ring { bell }).await.unwrap();
        }
        tx.commit().await.unwrap();
        let runners: Vec<_> = (0..4)
            .map(|_| {
                let tower = tower.clone();
                tokio::spawn(async move { while tower.work().await > 0 {} })
            })
            .collect();
        for runner in runners {
            runner.await.unwrap();
        }
        let mut rung = tower.rung();
        rung.sort_unstable();
        assert_eq!(rung, (0..60).collect::<Vec<_>>());
    })
    .await;
}

#[tokio::test]
async fn a_runner_that_died_leaves_its_jobs_to_the_next_when_the_lease_runs_out() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        tower.enqueue(1).await;
        let dying = tower.clone();
        let runner = tokio::spawn(async move {
            let jobs = Jobs::new(
                vec![JobHandler::new(|tower: Tower, _: Ctx, job: Ring| async move {
                    tower.rung.lock().unwrap().push(job.bell);
                    std::future::pending().await
                })],
                Vec::new(),
                Arc::new(dying.bench.clock.clone()),
                dying.bench.ids.clone(),
            );
            run_due_jobs(&dying.bench.db, &dying, &jobs, TENANT).await
        });
        while tower.rung().is_empty() {
            tokio::task::yield_now().await;
        }
        runner.abort();
        assert_eq!(tower.work().await, 0);
        tower.bench.later(chrono::Duration::seconds(121));
        assert_eq!(tower.work().await, 1);
        assert_eq!(tower.rung(), [1, 1]);
        assert!(tower.in_state(JobState::Waiting).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn jobs_that_waited_behind_a_slow_one_are_not_begun_by_two() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        for bell in 1..=3 {
            tower.enqueue(bell).await;
        }
        // The first takes longer than the lease of all three; meanwhile another runner does the rest.
        tower.ends([End::Slow(chrono::Duration::seconds(130))]);
        let jobs = Jobs::new(
            vec![JobHandler::new(|tower: Tower, ctx: Ctx, job: Ring| async move {
                let first = job.bell == 1;
                ring(tower.clone(), ctx, job).await?;
                if first {
                    assert_eq!(tower.work().await, 3);
                }
                Ok(())
            })],
            Vec::new(),
            Arc::new(tower.bench.clock.clone()),
            tower.bench.ids.clone(),
        );
        run_due_jobs(&tower.bench.db, &tower, &jobs, TENANT).await.unwrap();
        // The slow one again, since nobody knew that it lived; the two behind it once.
        let mut rung = tower.rung();
        rung.sort_unstable();
        assert_eq!(rung, [1, 1, 2, 3]);
        assert!(tower.in_state(JobState::Waiting).await.is_empty());
    })
    .await;
}

#[tokio::test]
async fn a_timer_comes_back_by_itself_also_after_it_failed() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        let timer = || Timer {
            kind: Ring::KIND,
            every: Duration::from_mins(10),
            payload: serde_json::json!({ "bell": 12 }),
        };
        let jobs = tower.jobs(vec![timer()]);
        for _ in 0..3 {
            jobs.start_timers(&tower.bench.db, TENANT).await.unwrap();
        }
        tower.ends((0..30).map(|_| End::Error(JobError::fail("rope-torn"))));
        for _ in 0..12 {
            assert_eq!(run_due_jobs(&tower.bench.db, &tower, &jobs, TENANT).await.unwrap(), 1);
            assert_eq!(run_due_jobs(&tower.bench.db, &tower, &jobs, TENANT).await.unwrap(), 0);
            tower.bench.later(chrono::Duration::seconds(600));
        }
        assert_eq!(tower.rung().len(), 12);
        let waiting = tower.in_state(JobState::Waiting).await;
        assert_eq!(waiting.iter().map(|job| job.reason.as_deref()).collect::<Vec<_>>(), [Some("rope-torn")]);
    })
    .await;
}

#[tokio::test]
async fn another_municipality_neither_sees_nor_runs_the_jobs() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower::new(bench);
        tower.enqueue(1).await;
        let jobs = tower.jobs(Vec::new());
        assert_eq!(run_due_jobs(&tower.bench.db, &tower, &jobs, OTHER_TENANT).await.unwrap(), 0);
        let other = tower.bench.db.read(&tower.bench.ctx_of(OTHER_TENANT));
        assert!(jobs_in_state(&other, JobState::Waiting, 10).await.unwrap().is_empty());
        assert!(job_counts(&other).await.unwrap().is_empty());
        assert!(tower.rung().is_empty());
    })
    .await;
}

/// Rung by the handful.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Chime {
    bell: u32,
}
impl Job for Chime {
    const KIND: &'static str = "bells.chime";
}

#[tokio::test]
async fn jobs_that_go_together_are_run_at_once_and_each_ends_by_itself() {
    each_engine(storage::migrations, |bench| async move {
        let tower = Tower { bench: bench.clone(), rung: Arc::default(), ends: Arc::default() };
        let handler = JobHandler::together(|tower: Tower, _ctx: Ctx, jobs: Vec<Chime>| async move {
            tower.rung.lock().unwrap().push(u32::try_from(jobs.len()).unwrap());
            let end = |job: Chime| match job.bell {
                2 => Err(JobError::fail("cracked")),
                3 => Err(JobError::retry("cold")),
                _ => Ok(()),
            };
            jobs.into_iter().map(end).collect()
        });
        let clock = Arc::new(bench.clock.clone());
        let jobs = Jobs::new(vec![handler], Vec::new(), clock, bench.ids.clone());
        let tx = bench.tx().await;
        for bell in 1..=4 {
            tx.enqueue(&Chime { bell }).await.unwrap();
        }
        tx.commit().await.unwrap();
        assert_eq!(run_due_jobs(&bench.db, &tower, &jobs, TENANT).await.unwrap(), 4);
        assert_eq!(*tower.rung.lock().unwrap(), [4], "all of them in one go");
        let reasons = |rows: Vec<storage::JobRow>| rows.into_iter().map(|row| row.reason).collect::<Vec<_>>();
        let dead = jobs_in_state(&bench.read(), JobState::Dead, 10).await.unwrap();
        assert_eq!(reasons(dead), [Some("cracked".to_owned())]);
        let waiting = jobs_in_state(&bench.read(), JobState::Waiting, 10).await.unwrap();
        assert_eq!(reasons(waiting), [Some("cold".to_owned())]);
        bench.later(chrono::Duration::minutes(1));
        run_due_jobs(&bench.db, &tower, &jobs, TENANT).await.unwrap();
        assert_eq!(*tower.rung.lock().unwrap(), [4, 1], "what was done is not done again");
    })
    .await;
}
