//! What a node keeps of policies between requests: the files read, and the account as it was last made. Rebuilt from the
//! database and the metrics at any time.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex as QuickMutex, PoisonError},
};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{Ctx, TenantId};
use storage::{StoreError, sealed_position};
use tokio::sync::Mutex;
use web::App;

use crate::{
    account::{self, Account},
    model::{Policy, Standing},
    store::{self, Closing, Document, DocumentId},
};

/// A figure is made again when the journal has grown, but not more often than this.
const READINGS_AGE_MIN: Duration = Duration::seconds(5);
/// The register's figures ask the database more: a minute's age is no harm.
const GROWTH_AGE_MIN: Duration = Duration::seconds(60);
/// And at least this often, for what changes without a journal line.
const AGE_MAX: Duration = Duration::minutes(10);

/// Policies and accounts, per tenant: one whose account is made keeps no other waiting. Cheap to clone.
#[derive(Clone, Default)]
pub struct Shelf(Arc<QuickMutex<HashMap<TenantId, Arc<Mutex<Kept>>>>>);

impl Shelf {
    fn of(&self, tenant: TenantId) -> Arc<Mutex<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(tenant).or_default().clone()
    }
}

#[derive(Default)]
struct Kept {
    policies: HashMap<DocumentId, Arc<Policy>>,
    open: Option<(DocumentId, Made)>,
    closed: HashMap<DocumentId, Arc<Account>>,
}

#[derive(Clone)]
struct Made {
    account: Arc<Account>,
    today: NaiveDate,
    position: i64,
    readings_at: DateTime<Utc>,
    growth_at: DateTime<Utc>,
    growth_position: i64,
}

/// A policy as a page shows it.
#[derive(Clone)]
pub struct Shown {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Its file.
    pub document: Document,
    /// Where it stands today.
    pub standing: Standing,
    /// How its account was closed, where it was.
    pub closing: Option<Closing>,
    /// The account.
    pub account: Arc<Account>,
}

/// Every policy of a tenant, the one in force first, then those that ended, the latest first, then those to come.
pub async fn policies(app: &App, ctx: &Ctx) -> Result<Vec<(Arc<Policy>, Document, Standing)>, StoreError> {
    let today = app.calendar.local_date(ctx.now());
    let documents = store::newest(&app.db.read(ctx)).await?;
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    let mut all = Vec::with_capacity(documents.len());
    for document in documents {
        let known = kept.policies.get(&document.id).cloned();
        let policy = if let Some(policy) = known {
            policy
        } else {
            let source = store::source(&app.db.read(ctx), document.id).await?;
            let policy = source.and_then(|source| Policy::parse(&source).ok());
            // It was read before it was kept; an older program may have taken what this one does not.
            let policy = policy.ok_or_else(|| StoreError::corrupt("policy_document.source", document.id))?;
            let policy = Arc::new(policy);
            kept.policies.insert(document.id, policy.clone());
            policy
        };
        let standing = policy.standing(today);
        all.push((policy, document, standing));
    }
    all.sort_by_key(|(policy, _, standing)| {
        let days = policy.ends().signed_duration_since(NaiveDate::MIN).num_days();
        match standing {
            Standing::Current => (0, -days),
            Standing::Ended(_) => (1, -days),
            Standing::NotBegun => (2, days),
        }
    });
    Ok(all)
}

/// A policy with its account: the closed one where there is one, else as it stands now.
pub async fn show(
    app: &App,
    ctx: &Ctx,
    (policy, document, standing): (Arc<Policy>, Document, Standing),
) -> Result<Shown, StoreError> {
    let read = app.db.read(ctx);
    let closing = store::closings(&read).await?.into_iter().find(|closing| closing.policy == policy.id);
    let account = match &closing {
        Some(closing) => closed(app, ctx, &document, closing).await?,
        None => open(app, ctx, &policy, &document).await?,
    };
    Ok(Shown { policy, document, standing, closing, account })
}

/// Makes every account at start, so that the first reader does not wait for it.
pub async fn warm(app: &App) {
    for site in &app.sites {
        let ctx = app.system("policy", site.tenant);
        let made = match policies(app, &ctx).await {
            Ok(all) => match all.into_iter().next() {
                Some(first) => show(app, &ctx, first).await.map(|_| ()),
                None => Ok(()),
            },
            Err(error) => Err(error),
        };
        if let Err(error) = made {
            tracing::warn!(%error, "the policy's account could not be made at start; it is made when it is asked for");
        }
    }
}

async fn closed(
    app: &App,
    ctx: &Ctx,
    document: &Document,
    closing: &Closing,
) -> Result<Arc<Account>, StoreError> {
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    if let Some(account) = kept.closed.get(&document.id) {
        return Ok(account.clone());
    }
    let rows = store::closed_rows(&app.db.read(ctx), &closing.policy).await?;
    let account = Arc::new(store::read_account(closing, &rows)?);
    kept.closed.insert(document.id, account.clone());
    Ok(account)
}

/// One request makes it, the others wait for it: the lock is held while it is made.
async fn open(
    app: &App,
    ctx: &Ctx,
    policy: &Policy,
    document: &Document,
) -> Result<Arc<Account>, StoreError> {
    let today = app.calendar.local_date(ctx.now());
    let position = sealed_position(&app.db.read(ctx)).await?;
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    let before = kept.open.as_ref().filter(|(of, made)| *of == document.id && made.today == today);
    let before = before.map(|(_, made)| made.clone());
    let is_good = |at: DateTime<Utc>, of: i64, age_min: Duration| {
        let age = ctx.now() - at;
        // A clock that was set back makes an age that means nothing.
        age >= Duration::zero() && age < if of == position { AGE_MAX } else { age_min }
    };
    let good_readings =
        before.as_ref().filter(|made| is_good(made.readings_at, made.position, READINGS_AGE_MIN));
    let good_growth =
        before.as_ref().filter(|made| is_good(made.growth_at, made.growth_position, GROWTH_AGE_MIN));
    if let (Some(made), Some(_)) = (good_readings, good_growth) {
        return Ok(made.account.clone());
    }
    // Never with the asker's rights: what is kept is the same for everyone.
    let system = app.system("policy", ctx.tenant());
    let sources = &app.ports.metrics;
    let readings = match good_readings {
        Some(made) => made.account.readings.clone(),
        None => account::readings(sources, &system, policy, today).await?,
    };
    let growth = match good_growth {
        Some(made) => made.account.growth.clone(),
        None => account::growth(sources, &system, policy, today).await?,
    };
    let kept_or_now =
        |good: Option<&Made>, at: fn(&Made) -> (DateTime<Utc>, i64)| good.map_or((ctx.now(), position), at);
    let (readings_at, readings_position) =
        kept_or_now(good_readings, |made| (made.readings_at, made.position));
    let (growth_at, growth_position) =
        kept_or_now(good_growth, |made| (made.growth_at, made.growth_position));
    let as_of = today.min(policy.ends());
    let account = Arc::new(Account { as_of, computed_at: readings_at, readings, growth });
    let made = Made {
        account: account.clone(),
        today,
        position: readings_position,
        readings_at,
        growth_at,
        growth_position,
    };
    kept.open = Some((document.id, made));
    Ok(account)
}
