//! What one can do with policies: check a file, read it in, close the account of one that has ended.

use std::sync::Arc;

use kernel::{Actor, Code, Ctx, Failure, Ids, Language, Permission, Reach, Refusal, TenantId, Visibility};
use sha2::{Digest, Sha256};
use storage::{Db, Reader, sealed_position};
use web::App;

use crate::{
    account,
    fact::PolicyLine,
    model::{Policy, PolicyError, Standing},
    store::{self, Closing, Document},
};

/// Read policies in, and close the account of one that has ended.
pub const MANAGE: Permission = Permission::new("policy.manage");
/// See the journal lines behind a figure; each leads to its case for those who may open it.
pub const BEHIND: Permission = Permission::new("policy.behind");

/// Why a policy is not read in, or its account not closed. `Display` is the sentence for the command line.
#[derive(Debug, thiserror::Error)]
pub enum PolicyCommandRefusal {
    /// The file is wrong.
    #[error("{0}")]
    File(#[from] PolicyError),
    /// It is another municipality's.
    #[error("line {line}: the policy is that of municipality {policy}, and this is {here}")]
    OtherMunicipality {
        /// Where the file says so.
        line: usize,
        /// The file's.
        policy: TenantId,
        /// This one.
        here: TenantId,
    },
    /// It replaces a policy and does not say what became of all its indicators.
    #[error(
        "line {line}: the file replaces `{policy}` and must say under `successor_of` what became of: {}",
        codes(.indicators)
    )]
    Unmapped {
        /// Where the file says what it replaces.
        line: usize,
        /// The earlier policy.
        policy: Code,
        /// Of these it says nothing.
        indicators: Vec<Code>,
    },
    /// It replaces a policy that has not been read in: its indicators cannot be followed.
    #[error("line {line}: the file replaces `{policy}`, which has not been read in")]
    UnknownEarlier {
        /// Where the file says what it replaces.
        line: usize,
        /// The earlier policy.
        policy: Code,
    },
    /// It says what became of something that the earlier policy never had.
    #[error("line {line}: `{policy}` has no indicator `{indicator}`")]
    UnknownIndicator {
        /// Where the file speaks of it.
        line: usize,
        /// The earlier policy.
        policy: Code,
        /// What it does not have.
        indicator: Code,
    },
    /// The policy's account is closed: its file may not change any more.
    #[error("the account of `{0}` is closed; what was decided later belongs in its successor")]
    Closed(Code),
    /// It has not ended.
    #[error("the policy holds until {0}; its account is closed after that day")]
    NotEnded(chrono::NaiveDate),
}

impl Refusal for PolicyCommandRefusal {
    fn key(&self) -> String {
        let key = match self {
            Self::File(_) => "policy-refused-file",
            Self::OtherMunicipality { .. } => "policy-refused-municipality",
            Self::Unmapped { .. } | Self::UnknownEarlier { .. } | Self::UnknownIndicator { .. } => {
                "policy-refused-unmapped"
            }
            Self::Closed(_) => "policy-refused-closed",
            Self::NotEnded(_) => "policy-refused-not-ended",
        };
        key.to_owned()
    }
}

fn codes(codes: &[Code]) -> String {
    codes.iter().map(Code::as_str).collect::<Vec<_>>().join(", ")
}

/// How a command ends.
pub type Outcome<T> = Result<T, Failure<PolicyCommandRefusal>>;

/// Someone at the machine itself: the command line and the demo.
pub fn operator(
    command: &'static str,
    tenant: TenantId,
    now: chrono::DateTime<chrono::Utc>,
    ids: Arc<Ids>,
) -> Ctx {
    let reach = Reach { permissions: [MANAGE].into(), ..Reach::default() };
    Ctx::new(tenant, Actor::System(command), Arc::new(reach), Language::Da, now, ids)
}

/// Reads a policy file without keeping it. `metrics` are those that the program counts (the manifests name them).
pub fn check(source: &str, metrics: &[&str]) -> Result<Policy, PolicyError> {
    let policy = Policy::parse(source)?;
    policy.check_metrics(source, metrics)?;
    Ok(policy)
}

/// What reading a file in made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// The policy.
    pub policy: Code,
    /// Its version now.
    pub version: i64,
    /// Whether the same file was there already: then nothing was written.
    pub unchanged: bool,
}

/// Reads a policy file in, as the policy's next version. The same file twice is read in once.
pub async fn import(db: &Db, ctx: &Ctx, source: &str, metrics: &[&str]) -> Outcome<Imported> {
    ctx.require(MANAGE)?;
    let policy = check(source, metrics).map_err(PolicyCommandRefusal::from)?;
    if policy.municipality != ctx.tenant() {
        let (policy, here, line) = (policy.municipality, ctx.tenant(), Policy::municipality_line(source));
        return Err(PolicyCommandRefusal::OtherMunicipality { line, policy, here }.into());
    }
    let sha256 = hex::encode(Sha256::digest(source.as_bytes()));
    let tx = db.begin_write(ctx).await?;
    let newest = store::newest(&tx).await?;
    let before = newest.iter().find(|document| document.policy == policy.id);
    if let Some(same) = before.filter(|before| before.sha256 == sha256) {
        return Ok(Imported { policy: policy.id, version: same.version, unchanged: true });
    }
    if store::closings(&tx).await?.iter().any(|closing| closing.policy == policy.id) {
        return Err(PolicyCommandRefusal::Closed(policy.id).into());
    }
    check_succession(&tx, &policy, &newest, source).await?;
    let version = before.map_or(0, |before| before.version) + 1;
    let document =
        Document { id: ctx.new_id(), policy: policy.id.clone(), version, sha256, imported_at: ctx.now() };
    store::insert_document(&tx, &document, source).await?;
    let line = PolicyLine::Imported { policy: policy.id.clone(), version, sha256: document.sha256.clone() };
    tx.note(document.id, Visibility::Public, &line).await?;
    tx.commit().await?;
    Ok(Imported { policy: policy.id, version, unchanged: false })
}

/// The numbers of the earlier policy must all be accounted for, and be numbers that it had.
async fn check_succession(
    reader: &impl Reader,
    policy: &Policy,
    newest: &[Document],
    file: &str,
) -> Outcome<()> {
    let Some(succession) = &policy.successor_of else { return Ok(()) };
    let unknown = || {
        let (line, policy) = (Policy::succession_line(file, None), succession.policy.clone());
        PolicyCommandRefusal::UnknownEarlier { line, policy }
    };
    let earlier = newest.iter().find(|document| document.policy == succession.policy).ok_or_else(unknown)?;
    let source = store::source(reader, earlier.id).await?.ok_or_else(unknown)?;
    let earlier = Policy::parse(&source).map_err(Failure::internal)?;
    let known = |old: &Code| earlier.indicator(old.as_str()).is_some();
    if let Some(mapping) = succession.indicators.iter().find(|mapping| !known(&mapping.old)) {
        let (line, indicator) = (Policy::succession_line(file, Some(&mapping.old)), mapping.old.clone());
        return Err(PolicyCommandRefusal::UnknownIndicator { line, policy: earlier.id, indicator }.into());
    }
    let indicators = policy.unmapped(&earlier);
    if indicators.is_empty() {
        return Ok(());
    }
    let line = Policy::succession_line(file, None);
    Err(PolicyCommandRefusal::Unmapped { line, policy: earlier.id, indicators }.into())
}

/// Closes the account of a policy that has ended: what it says now is kept, and pages show that from now on.
/// `None` when it was closed already.
pub async fn freeze(app: &App, ctx: &Ctx, policy: &Code) -> Outcome<Option<Closing>> {
    ctx.require(MANAGE)?;
    close(app, ctx, policy).await
}

/// Closes an account, without asking who does it: the timer's way in.
pub(crate) async fn close(app: &App, ctx: &Ctx, policy: &Code) -> Outcome<Option<Closing>> {
    let read = app.db.read(ctx);
    if store::closings(&read).await?.iter().any(|closing| closing.policy == *policy) {
        return Ok(None);
    }
    let newest = store::newest(&read).await?;
    let document = newest.into_iter().find(|document| document.policy == *policy).ok_or(Failure::NotFound)?;
    let source = store::source(&read, document.id).await?.ok_or(Failure::NotFound)?;
    let policy = Policy::parse(&source).map_err(Failure::internal)?;
    let today = app.calendar.local_date(ctx.now());
    let Standing::Ended(as_of) = policy.standing(today) else {
        return Err(PolicyCommandRefusal::NotEnded(policy.ends()).into());
    };
    // Counted before the transaction begins: it only writes down.
    let position = sealed_position(&read).await?;
    let sources = &app.ports.metrics;
    let growth = account::growth(sources, ctx, &policy, today).await?;
    let readings = account::readings(sources, ctx, &policy, &growth, today).await?;
    let account = account::Account { as_of, computed_at: ctx.now(), readings, growth };
    let rows = store::account_rows(&account)?;
    let closing = Closing {
        policy: policy.id.clone(),
        document: document.id,
        as_of,
        closed_at: ctx.now(),
        position,
        sha256: hash_of(&rows),
    };
    let tx = app.db.begin_write(ctx).await?;
    // Another node may have been quicker.
    if store::closings(&tx).await?.iter().any(|closing| closing.policy == policy.id) {
        return Ok(None);
    }
    store::insert_closing(&tx, &closing, &rows).await?;
    let line = PolicyLine::Closed {
        policy: policy.id,
        version: document.version,
        as_of,
        position,
        sha256: closing.sha256.clone(),
    };
    tx.note(document.id, Visibility::Public, &line).await?;
    tx.commit().await?;
    Ok(Some(closing))
}

/// The hash of a closed account's rows: it stands in the sealed journal, so a changed row shows.
pub fn hash_of(rows: &[(String, String)]) -> String {
    let mut hasher = Sha256::new();
    for (indicator, reading) in rows {
        // Lengths first, so that nothing can move from one field to the next.
        hasher.update(format!("{}:{indicator}{}:{reading}\n", indicator.len(), reading.len()));
    }
    hex::encode(hasher.finalize())
}
