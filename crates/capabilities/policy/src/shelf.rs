//! What a node keeps of policies between requests: the files read, and the account as it was last made. Rebuilt from the
//! database and the metrics at any time.

use std::{
    collections::HashMap,
    ops::Deref,
    sync::{Arc, Mutex as QuickMutex, PoisonError},
};

use chrono::{DateTime, Duration, NaiveDate, Utc};
use kernel::{Ctx, TenantId};
use storage::{StoreError, sealed_position};
use tokio::sync::Mutex;
use web::App;

use crate::{
    account::{self, Account},
    commands::hash_of,
    model::{Policy, Standing, Succession},
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
    /// What the database holds of policies, good for one position of the journal: both changes of it are lines there.
    held: Option<(i64, Held)>,
    policies: HashMap<DocumentId, Arc<Policy>>,
    open: Option<(DocumentId, Made)>,
    closed: HashMap<DocumentId, (Arc<Account>, bool)>,
}

#[derive(Clone, Default)]
struct Held {
    policies: Vec<(Arc<Policy>, Document)>,
    closings: Vec<Closing>,
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

/// A policy and where it stands.
#[derive(Clone)]
pub struct Listed {
    /// The policy.
    pub policy: Arc<Policy>,
    /// Its file.
    pub document: Document,
    /// Where it stands today.
    pub standing: Standing,
    /// How its account was closed, where it was.
    pub closing: Option<Closing>,
}

/// A policy as a page shows it.
#[derive(Clone)]
pub struct Shown {
    /// The policy, and where it stands.
    pub listed: Listed,
    /// All the others, as [`policies`] orders them.
    pub others: Vec<Listed>,
    /// The account.
    pub account: Arc<Account>,
    /// Whether a closed account is still the one whose hash was sealed in the journal. One that is open always is.
    pub is_intact: bool,
}

impl Deref for Shown {
    type Target = Listed;
    fn deref(&self) -> &Listed {
        &self.listed
    }
}

impl Shown {
    /// The policy that this one replaces, where it has been read in.
    pub fn earlier(&self) -> Option<&Listed> {
        let replaced = &self.policy.successor_of.as_ref()?.policy;
        self.others.iter().find(|other| other.policy.id == *replaced)
    }

    /// The policy that replaces this one, where it has been read in, with what it says became of this one's indicators.
    pub fn later(&self) -> Option<(&Listed, &Succession)> {
        self.others.iter().find_map(|other| {
            let succession = other.policy.successor_of.as_ref()?;
            (succession.policy == self.policy.id).then_some((other, succession))
        })
    }
}

/// Every policy of a tenant, the one in force first, then those that ended, the latest first, then those to come.
pub async fn policies(app: &App, ctx: &Ctx) -> Result<Vec<Listed>, StoreError> {
    let position = sealed_position(&app.db.read(ctx)).await?;
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    let held = match &kept.held {
        Some((of, held)) if *of == position => held.clone(),
        _ => {
            let held = kept.read(app, ctx).await?;
            kept.held = Some((position, held.clone()));
            held
        }
    };
    let today = app.calendar.local_date(ctx.now());
    let closing_of =
        |policy: &Policy| held.closings.iter().find(|closing| closing.policy == policy.id).cloned();
    let listed = held.policies.iter().map(|(policy, document)| Listed {
        standing: policy.standing(today),
        closing: closing_of(policy),
        policy: policy.clone(),
        document: document.clone(),
    });
    let mut all: Vec<Listed> = listed.collect();
    all.sort_by_key(|listed| {
        let days = listed.policy.ends().signed_duration_since(NaiveDate::MIN).num_days();
        match listed.standing {
            Standing::Current => (0, -days),
            Standing::Ended(_) => (1, -days),
            Standing::NotBegun => (2, days),
        }
    });
    Ok(all)
}

impl Kept {
    async fn read(&mut self, app: &App, ctx: &Ctx) -> Result<Held, StoreError> {
        let read = app.db.read(ctx);
        let mut held = Held { closings: store::closings(&read).await?, policies: Vec::new() };
        for document in store::newest(&read).await? {
            let policy = if let Some(policy) = self.policies.get(&document.id) {
                policy.clone()
            } else {
                let source = store::source(&read, document.id).await?;
                let policy = source.and_then(|source| Policy::parse(&source).ok());
                // It was read before it was kept; an older program may have taken what this one does not.
                let policy =
                    policy.ok_or_else(|| StoreError::corrupt("policy_document.source", document.id))?;
                let policy = Arc::new(policy);
                self.policies.insert(document.id, policy.clone());
                policy
            };
            held.policies.push((policy, document));
        }
        Ok(held)
    }
}

/// A policy with its account, the one in force where none is named: the closed account where there is one, else as it
/// stands now. `None` where there is no such policy.
pub async fn show(app: &App, ctx: &Ctx, policy: Option<&str>) -> Result<Option<Shown>, StoreError> {
    let mut others = policies(app, ctx).await?;
    let place = match policy {
        None => 0,
        Some(id) => others.iter().position(|one| one.policy.id.as_str() == id).unwrap_or(others.len()),
    };
    if place >= others.len() {
        return Ok(None);
    }
    let listed = others.remove(place);
    let (account, is_intact) = account_of(app, ctx, &listed).await?;
    Ok(Some(Shown { listed, others, account, is_intact }))
}

/// The account of a policy, and whether it is intact.
pub async fn account_of(app: &App, ctx: &Ctx, listed: &Listed) -> Result<(Arc<Account>, bool), StoreError> {
    match &listed.closing {
        Some(closing) => closed(app, ctx, &listed.document, closing).await,
        None => Ok((open(app, ctx, &listed.policy, &listed.document).await?, true)),
    }
}

/// Makes every account at start, so that the first reader does not wait for it.
pub async fn warm(app: &App) {
    for site in &app.sites {
        let ctx = app.system("policy", site.tenant);
        if let Err(error) = show(app, &ctx, None).await {
            tracing::warn!(%error, "the policy's account could not be made at start; it is made when it is asked for");
        }
    }
}

async fn closed(
    app: &App,
    ctx: &Ctx,
    document: &Document,
    closing: &Closing,
) -> Result<(Arc<Account>, bool), StoreError> {
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    if let Some(account) = kept.closed.get(&document.id) {
        return Ok(account.clone());
    }
    let rows = store::closed_rows(&app.db.read(ctx), &closing.policy).await?;
    let is_intact = hash_of(&rows) == closing.sha256;
    if !is_intact {
        tracing::error!(policy = %closing.policy, "the closing account is not the one that was sealed");
    }
    let account = (Arc::new(store::read_account(closing, &rows)?), is_intact);
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
    let kept = app.kept::<Shelf>().of(ctx.tenant());
    let mut kept = kept.lock().await;
    let position = kept.held.as_ref().map_or(0, |(position, _)| *position);
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
    let growth = match good_growth {
        Some(made) => made.account.growth.clone(),
        None => account::growth(sources, &system, policy, today).await?,
    };
    let readings = match good_readings {
        Some(made) => made.account.readings.clone(),
        None => account::readings(sources, &system, policy, &growth, today).await?,
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
