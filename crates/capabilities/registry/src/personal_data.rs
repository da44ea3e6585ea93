//! What the register's pages hold on a person behind an address: for which companies someone here confirmed them. To be handed
//! out and erased with the rest (GDPR articles 15 and 17).

use chrono::{DateTime, Utc};
use kernel::{Ctx, CvrNumber, Email};
use serde::Serialize;
use storage::{Db, StoreError};

use crate::{contact::Means, store};

/// A confirmation, as it is handed out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HeldConfirmation {
    /// The company.
    pub cvr: CvrNumber,
    /// How it was confirmed.
    pub means: Means,
    /// When.
    pub at: DateTime<Utc>,
}

/// What is held.
pub async fn export(db: &Db, ctx: &Ctx, email: &Email) -> Result<Vec<HeldConfirmation>, StoreError> {
    let held = store::confirmations_of(&db.read(ctx), email).await?;
    Ok(held.into_iter().map(|one| HeldConfirmation { cvr: one.cvr, means: one.means, at: one.at }).collect())
}

/// Erases it. Returns how many confirmations there were.
pub async fn erase(db: &Db, ctx: &Ctx, email: &Email) -> Result<usize, StoreError> {
    let tx = db.begin_write(ctx).await?;
    let held = store::confirmations_of(&tx, email).await?;
    for one in &held {
        store::remove_confirmation(&tx, one.id).await?;
    }
    tx.commit().await?;
    Ok(held.len())
}
