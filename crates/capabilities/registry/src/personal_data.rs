//! What the register's pages hold on a person behind an address: for which companies someone here confirmed them. To be handed
//! out and erased with the rest (GDPR articles 15 and 17).

use std::sync::Arc;

use ::web::App;
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{Ctx, CvrNumber, Email, Failure, RuleBook};
use ports::{DataSubject, ErasedCounts, Outlived, PersonalDataHolder, Staying};
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::{Db, StoreError};

use crate::{contact::Means, jobs::CONFIRMED_RULE, store};

/// What they are called at `/privatliv` and in a report.
const WHAT: &str = "registry-data-confirmed";

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

/// What the register's pages answer of a person.
pub(crate) fn holder(app: &App) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Confirmations(app.db.clone()))
}

struct Confirmations(Db);

#[async_trait]
impl PersonalDataHolder for Confirmations {
    fn tables(&self) -> &'static [&'static str] {
        &["registry_confirmation", "registry_unit"]
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let mut held = Vec::new();
        for email in &subject.emails {
            held.extend(export(&self.0, ctx, email).await?);
        }
        let made = store::confirmations_by(&self.0.read(ctx), &subject.persons).await?;
        let made = made.iter().map(|one| json!({ "cvr": one.cvr, "means": one.means, "at": one.at }));
        Ok(Map::from_iter([
            ("confirmed_for_companies".to_owned(), serde_json::to_value(held)?),
            ("confirmations_made".to_owned(), made.collect()),
        ]))
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<ErasedCounts, Failure> {
        let mut erased = 0;
        for email in &subject.emails {
            erased += erase(&self.0, ctx, email).await? as u64;
        }
        Ok(ErasedCounts::from([("confirmations", erased)]))
    }

    async fn outlived(
        &self,
        ctx: &Ctx,
        rules: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        let Some(before) = rules.kept_since_moment(CONFIRMED_RULE, at) else { return Ok(Vec::new()) };
        let old = store::confirmations_before(&self.0.read(ctx), before).await?.len();
        Ok(vec![Outlived::of(WHAT, CONFIRMED_RULE, old)])
    }

    async fn forget(&self, ctx: &Ctx, rules: &RuleBook) -> Result<ErasedCounts, Failure> {
        let Some(before) = rules.kept_since_moment(CONFIRMED_RULE, ctx.now()) else {
            return Ok(ErasedCounts::new());
        };
        let mut gone = 0;
        for id in store::confirmations_before(&self.0.read(ctx), before).await? {
            let tx = self.0.begin_write(ctx).await?;
            store::remove_confirmation(&tx, id).await?;
            tx.commit().await?;
            gone += 1;
        }
        Ok(ErasedCounts::from([(WHAT, gone)]))
    }

    async fn stays(&self, _: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let units = store::units_naming(&self.0, &subject.emails).await?;
        let staying = Staying {
            key: "registry-stays-register",
            count: i64::try_from(units.len()).unwrap_or(i64::MAX),
            named: units.iter().map(ToString::to_string).collect(),
            places: &["registry_unit.name", "registry_unit.name_folded", "registry_unit.detail"],
            until_ended: false,
        };
        Ok(Vec::from_iter((staying.count > 0).then_some(staying)))
    }
}
