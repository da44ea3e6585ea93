//! Reading and writing, always for one tenant.

use std::{
    future::Future,
    sync::{Mutex, PoisonError},
};

use kernel::{Ctx, Fact, TenantId, Visibility};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseConnection, DatabaseTransaction, EntityTrait, QueryFilter, Select,
};
use uuid::Uuid;

use crate::{Db, Job, NewLine, StoreError, jobs, journal};

/// Journal lines that a transaction keeps before it sends them: both engines limit the values that a statement may carry.
const LINES_KEPT_MAX: usize = 50;

/// An entity whose rows belong to a tenant. Implemented by [`crate::tenant_table!`].
pub trait TenantTable: EntityTrait {
    /// The column that holds the kommunekode.
    fn tenant_column() -> Self::Column;
}

/// What one can read with: a [`Read`] or a [`Tx`]. Store functions take `&impl Reader`, so that they serve both.
pub trait Reader: Sync {
    /// The connection or the transaction.
    type Conn: ConnectionTrait;
    /// The connection or the transaction.
    fn conn(&self) -> &Self::Conn;
    /// The tenant.
    fn tenant(&self) -> TenantId;
    /// A select on the tenant's own rows.
    fn find<E: TenantTable>(&self) -> Select<E> {
        E::find().filter(E::tenant_column().eq(self.tenant().code()))
    }
    /// Sends the journal lines that a transaction still keeps: whoever reads the journal asks for this first.
    fn send_lines(&self) -> impl Future<Output = Result<(), StoreError>> + Send {
        std::future::ready(Ok(()))
    }
}

/// A reader bound to a tenant.
#[derive(Debug, Clone)]
pub struct Read {
    conn: DatabaseConnection,
    tenant: TenantId,
    people_version: Option<i64>,
}

impl Read {
    pub(crate) fn new(conn: DatabaseConnection, ctx: &Ctx) -> Self {
        Self { conn, tenant: ctx.tenant(), people_version: ctx.people_version() }
    }

    /// As [`Ctx::people_version`].
    pub fn people_version(&self) -> Option<i64> {
        self.people_version
    }
}

impl Reader for Read {
    type Conn = DatabaseConnection;
    fn conn(&self) -> &DatabaseConnection {
        &self.conn
    }
    fn tenant(&self) -> TenantId {
        self.tenant
    }
}

/// A write transaction bound to tenant and actor. Lines and jobs written in it are there after commit, or not at all.
pub struct Tx {
    db: Db,
    conn: DatabaseTransaction,
    ctx: Ctx,
    /// Lines that go into the journal in one statement, at the latest with the commit.
    lines: Mutex<Vec<journal::line::ActiveModel>>,
}

impl std::fmt::Debug for Tx {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Tx").field("tenant", &self.ctx.tenant()).finish_non_exhaustive()
    }
}

impl Reader for Tx {
    type Conn = DatabaseTransaction;
    fn conn(&self) -> &DatabaseTransaction {
        &self.conn
    }
    fn tenant(&self) -> TenantId {
        self.ctx.tenant()
    }
    async fn send_lines(&self) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut *self.lines.lock().unwrap_or_else(PoisonError::into_inner));
        if !lines.is_empty() {
            journal::line::Entity::insert_many(lines).exec_without_returning(&self.conn).await?;
        }
        Ok(())
    }
}

impl Tx {
    pub(crate) fn new(db: Db, conn: DatabaseTransaction, ctx: Ctx) -> Self {
        Self { db, conn, ctx, lines: Mutex::default() }
    }

    /// Who writes, and when.
    pub fn ctx(&self) -> &Ctx {
        &self.ctx
    }

    /// Which engine, for the rare statement that must know.
    pub fn engine(&self) -> crate::Engine {
        self.db.engine()
    }

    /// Writes a journal line. It gets its position when it is sealed.
    pub async fn journal<F: Fact>(&self, line: NewLine<'_, F>) -> Result<Uuid, StoreError> {
        let (id, row) = journal::row(&self.ctx, &line)?;
        let kept = {
            let mut lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
            lines.push(row);
            lines.len()
        };
        if kept >= LINES_KEPT_MAX {
            self.send_lines().await?;
        }
        Ok(id)
    }

    /// Writes a line about `subject` that the given may see; the common case of [`Tx::journal`].
    pub async fn note<F: Fact>(
        &self,
        subject: impl Into<Uuid>,
        visibility: Visibility,
        fact: &F,
    ) -> Result<Uuid, StoreError> {
        self.journal(NewLine { subject: subject.into(), party: None, team: None, visibility, fact }).await
    }

    /// Leaves a job to be done after commit.
    pub async fn enqueue<J: Job>(&self, job: &J) -> Result<(), StoreError> {
        jobs::enqueue(self, job, self.ctx.now(), None).await
    }

    /// Leaves a job to be done at a time. A second one with the same key, while the first waits to be taken, is dropped;
    /// while the first runs, it is not: the first may have read its things before they changed.
    pub async fn enqueue_at<J: Job>(
        &self,
        job: &J,
        at: chrono::DateTime<chrono::Utc>,
        key: Option<&str>,
    ) -> Result<(), StoreError> {
        jobs::enqueue(self, job, at, key).await
    }

    /// Commits. Only after this has anything happened.
    pub async fn commit(self) -> Result<(), StoreError> {
        self.send_lines().await?;
        let Self { db, conn, .. } = self;
        conn.commit().await?;
        db.ring();
        Ok(())
    }
}
