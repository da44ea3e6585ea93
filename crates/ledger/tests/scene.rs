//! A team that owes a company an answer.

use kernel::{CvrNumber, PartyId, PromiseId, TeamId, Visibility};
use ledger::{Holder, NewPromise, PromiseKind};
use storage::{Migration, StoreError};
use testkit::Bench;
use uuid::Uuid;

pub fn migrations() -> Vec<Migration> {
    [storage::migrations(), ledger::migrations()].concat()
}

pub struct Scene {
    pub bench: Bench,
    pub team: TeamId,
    pub party: PartyId,
    pub case: Uuid,
}

impl Scene {
    pub fn new(bench: Bench) -> Self {
        let (team, party, case) = (bench.id(), bench.id(), bench.id());
        Self { bench, team, party, case }
    }

    /// The same, where the party stands for a company.
    pub async fn of_company(bench: Bench, cvr: CvrNumber) -> Self {
        let tx = bench.tx().await;
        let party = ledger::party_of_company(&tx, cvr).await.unwrap();
        tx.commit().await.unwrap();
        Self { party, ..Self::new(bench) }
    }

    /// An answer owed within ten working days from now.
    pub fn answer(&self) -> NewPromise {
        let now = self.bench.now();
        NewPromise {
            kind: PromiseKind::ANSWER,
            debtor: self.team.into(),
            creditor: self.party.into(),
            subject: self.case,
            party: None,
            topic: Some("waste".parse().unwrap()),
            received_at: now,
            cohort: self.bench.calendar.day_zero(now),
            due_on: self.bench.calendar.due_on(now, 10),
            pausable: true,
            follows: None,
            visibility: Visibility::Party,
        }
    }

    /// Opens it and commits.
    pub async fn open(&self, new: NewPromise) -> PromiseId {
        let tx = self.bench.tx().await;
        let id = ledger::promise(&tx, new).await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// The words of the journal about the case, oldest first.
    pub async fn words(&self) -> Result<Vec<String>, StoreError> {
        let filter = storage::LineFilter { subjects: Some(vec![self.case]), ..Default::default() };
        let lines = storage::lines(&self.bench.read(), &filter, 100).await?;
        Ok(lines.into_iter().map(|line| line.word).collect())
    }
}

/// Changes a promise in a transaction of its own.
#[macro_export]
macro_rules! commit {
    ($bench:expr, |$tx:ident| $change:expr) => {{
        let $tx = $bench.tx().await;
        let outcome = $change.await.unwrap();
        $tx.commit().await.unwrap();
        outcome
    }};
}

pub fn team(bench: &Bench) -> Holder {
    Holder::Team(bench.id())
}
