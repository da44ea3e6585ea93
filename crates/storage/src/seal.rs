//! Sealing: gapless positions for committed lines, a hash chain over their canonical bytes, a signed root each day.
//!
//! One sealer per tenant at a time: the immediate transaction on SQLite, an advisory lock on PostgreSQL, where the order
//! of sequences is not the order of commits. A line that commits late gets a late position; nothing is renumbered.

use std::{
    collections::{HashMap, HashSet, VecDeque},
    fmt,
};

use chrono::{DateTime, NaiveDate, Utc};
use ed25519_dalek::{Signature, Signer, Verifier, VerifyingKey};
use kernel::{Ctx, TenantId};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, Statement, entity::prelude::*};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Db, Engine, Keys, Reader, StoreError, Tx, journal::line, schema::backend, tenant_table};

/// Lines sealed in one transaction: keeps it well under two seconds.
const BATCH_LINES_MAX: u64 = 500;
/// Lines that get their positions by one statement: a long one is parsed anew each time.
const LINES_PER_STATEMENT: usize = 50;
/// Lines verified per page, and batches.
const VERIFY_LINES: u64 = 2_000;
/// Namespace of the sealer's advisory locks; the second number is the kommunekode.
const SEAL_LOCK: i32 = 0x5345_414c;

pub(crate) mod batch {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_batch")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub last_position: i64,
        pub first_position: i64,
        pub sealed_at: chrono::DateTime<chrono::Utc>,
        pub root: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod root {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_root")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub day: chrono::NaiveDate,
        pub position: i64,
        pub root: String,
        pub signature: String,
        pub public_key: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(batch, root);

fn line_hash(canonical: &str) -> String {
    hex::encode(Sha256::digest(canonical.as_bytes()))
}

fn chain_hash(previous: &str, position: i64, line_hash: &str) -> String {
    let mut hasher = Sha256::new();
    hasher.update(previous.as_bytes());
    hasher.update(position.to_be_bytes());
    hasher.update(line_hash.as_bytes());
    hex::encode(hasher.finalize())
}

/// The chain's beginning: nothing can stand before the tenant's first line.
fn genesis(tenant: TenantId) -> String {
    line_hash(&format!("samspil journal {tenant}"))
}

/// Gives positions to committed lines of the tenant of `ctx`. Returns how many; 0 also when another node is sealing.
pub async fn seal(db: &Db, ctx: &Ctx) -> Result<u64, StoreError> {
    let reader = db.read(ctx);
    let waiting = reader.find::<line::Entity>().filter(line::Column::Position.is_null());
    if waiting.limit(1).one(reader.conn()).await?.is_none() {
        return Ok(0);
    }
    let tx = db.begin_write(ctx).await?;
    if !lock(&tx).await? {
        return Ok(0);
    }
    let (mut position, mut chain) = last_sealed(&tx).await?;
    let first = position + 1;
    let unsealed = tx.find::<line::Entity>().filter(line::Column::Position.is_null());
    let order = unsealed.order_by_asc(line::Column::At).order_by_asc(line::Column::Id);
    let rows = order.limit(BATCH_LINES_MAX).all(tx.conn()).await?;
    let mut sealed_rows = Vec::with_capacity(rows.len());
    for row in &rows {
        position += 1;
        let hash = line_hash(&row.canonical);
        chain = chain_hash(&chain, position, &hash);
        sealed_rows.push((row.id, position, hash, chain.clone()));
    }
    for rows in sealed_rows.chunks(LINES_PER_STATEMENT) {
        give_positions(&tx, rows).await?;
    }
    let Ok(sealed) = u64::try_from(rows.len()) else { return Ok(0) };
    if sealed == 0 {
        return Ok(0);
    }
    let row = batch::ActiveModel {
        tenant_id: Set(ctx.tenant().code()),
        first_position: Set(first),
        last_position: Set(position),
        sealed_at: Set(ctx.now()),
        root: Set(chain),
    };
    batch::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    tx.commit().await?;
    Ok(sealed)
}

/// Writes position and hashes of several lines by one statement. `column1` and on are what both engines call the columns of
/// `VALUES`.
async fn give_positions(tx: &Tx, lines: &[(Uuid, i64, String, String)]) -> Result<(), StoreError> {
    let backend = backend(tx.engine());
    let mut values: Vec<sea_orm::Value> = vec![tx.tenant().code().into()];
    let mut places = Vec::with_capacity(lines.len());
    for (id, position, line_hash, chain_hash) in lines {
        let first = values.len() + 1;
        places.push(format!("(${}, ${}, ${}, ${})", first, first + 1, first + 2, first + 3));
        values.extend([
            (*id).into(),
            (*position).into(),
            line_hash.as_str().into(),
            chain_hash.as_str().into(),
        ]);
    }
    let sql = format!(
        "UPDATE journal_line SET position = v.column2, line_hash = v.column3, chain_hash = v.column4 \
         FROM (VALUES {}) AS v WHERE journal_line.tenant_id = $1 AND journal_line.id = v.column1",
        places.join(", ")
    );
    tx.conn().execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    Ok(())
}

/// SQLite's immediate transaction is lock enough.
async fn lock(tx: &Tx) -> Result<bool, StoreError> {
    if tx.engine() == Engine::Sqlite {
        return Ok(true);
    }
    let sql = "SELECT pg_try_advisory_xact_lock($1, $2) AS locked";
    let values = [SEAL_LOCK.into(), tx.tenant().code().into()];
    let row =
        tx.conn().query_one_raw(Statement::from_sql_and_values(backend(tx.engine()), sql, values)).await?;
    Ok(row.map(|row| row.try_get("", "locked")).transpose()?.unwrap_or(false))
}

pub(crate) async fn last_sealed(reader: &impl Reader) -> Result<(i64, String), StoreError> {
    let select = reader.find::<line::Entity>().filter(line::Column::Position.is_not_null());
    let last = select.order_by_desc(line::Column::Position).limit(1).one(reader.conn()).await?;
    Ok(match last {
        None => (0, genesis(reader.tenant())),
        Some(row) => match (row.position, row.chain_hash) {
            (Some(position), Some(chain)) => (position, chain),
            _ => return Err(StoreError::corrupt("journal_line.chain_hash", row.id)),
        },
    })
}

/// The head of the journal: how far it is sealed, and the hash of everything up to there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The day on which it was signed.
    pub day: NaiveDate,
    /// The last position.
    pub position: i64,
    /// The chain hash there, in hexadecimal.
    pub root: String,
    /// Ed25519 over `samspil-root TENANT DAY POSITION ROOT`, in hexadecimal.
    pub signature: String,
    /// The key that signed, in hexadecimal.
    pub public_key: String,
}

fn signed_text(tenant: TenantId, day: NaiveDate, position: i64, root: &str) -> String {
    format!("samspil-root {tenant} {day} {position} {root}")
}

/// Signs today's root, once a day; a second call on the same day returns the first.
pub async fn sign_root(db: &Db, ctx: &Ctx, keys: &Keys, today: NaiveDate) -> Result<Root, StoreError> {
    let tx = db.begin_write(ctx).await?;
    if let Some(row) = tx.find::<root::Entity>().filter(root::Column::Day.eq(today)).one(tx.conn()).await? {
        return Ok(from_row(row));
    }
    let (position, chain) = last_sealed(&tx).await?;
    let key = keys.signing_key();
    let signature = key.sign(signed_text(ctx.tenant(), today, position, &chain).as_bytes());
    let signed = Root {
        day: today,
        position,
        root: chain,
        signature: hex::encode(signature.to_bytes()),
        public_key: hex::encode(key.verifying_key().to_bytes()),
    };
    let row = root::ActiveModel {
        tenant_id: Set(ctx.tenant().code()),
        day: Set(today),
        position: Set(position),
        root: Set(signed.root.clone()),
        signature: Set(signed.signature.clone()),
        public_key: Set(signed.public_key.clone()),
    };
    root::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    tx.commit().await?;
    Ok(signed)
}

fn from_row(row: root::Model) -> Root {
    let root::Model { day, position, root, signature, public_key, .. } = row;
    Root { day, position, root, signature, public_key }
}

/// The signed roots, the newest first, at most `limit`.
pub async fn roots(reader: &impl Reader, limit: u64) -> Result<Vec<Root>, StoreError> {
    let select = reader.find::<root::Entity>().order_by_desc(root::Column::Day).limit(limit);
    Ok(select.all(reader.conn()).await?.into_iter().map(from_row).collect())
}

/// When the newest batch was sealed; `None` before the first.
pub async fn last_sealed_at(reader: &impl Reader) -> Result<Option<DateTime<Utc>>, StoreError> {
    let select = reader.find::<batch::Entity>().order_by_desc(batch::Column::LastPosition);
    Ok(select.one(reader.conn()).await?.map(|batch| batch.sealed_at))
}

/// What is wrong with a journal, by name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Discrepancy {
    /// A line no longer says what was sealed, or its columns say other than its canonical bytes.
    ChangedLine {
        /// Where.
        position: i64,
    },
    /// A position is missing.
    Gap {
        /// The first that is missing.
        position: i64,
    },
    /// The chain does not follow from the lines: it was written anew from here on.
    RewrittenChain {
        /// From where.
        position: i64,
    },
    /// Lines that a batch, a signed root or the root that you gave speak of are gone.
    CutTail {
        /// The last position that there is.
        last: i64,
        /// The position that there was.
        expected: i64,
    },
    /// A batch's root is not the chain's hash at its last position.
    BatchRoot {
        /// The batch's last position.
        position: i64,
    },
    /// A daily root's signature does not hold.
    Signature {
        /// The day.
        day: NaiveDate,
    },
    /// The root that you gave stands nowhere in this journal.
    UnknownRoot,
}

impl fmt::Display for Discrepancy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ChangedLine { position } => write!(f, "changed line at position {position}"),
            Self::Gap { position } => write!(f, "missing line at position {position}"),
            Self::RewrittenChain { position } => write!(f, "rewritten chain from position {position}"),
            Self::CutTail { last, expected } => {
                write!(f, "cut tail: the journal ends at position {last}, but was sealed to {expected}")
            }
            Self::BatchRoot { position } => write!(f, "batch root differs at position {position}"),
            Self::Signature { day } => write!(f, "signature of the root of {day} does not hold"),
            Self::UnknownRoot => f.write_str("the given root stands nowhere in this journal"),
        }
    }
}

/// The outcome of a verification.
#[derive(Debug, Clone)]
pub struct Verification {
    /// Sealed lines read.
    pub lines: i64,
    /// The chain hash at the end.
    pub root: String,
    /// What is wrong; empty when all is well.
    pub discrepancies: Vec<Discrepancy>,
}

/// Reads the whole journal of the tenant and checks every line, the chain, the batches and the signed roots;
/// with `expected`, also that this root (from `/data/journal` or a copy of your own) stands in it.
///
/// Others may write and seal meanwhile, and the journal may be longer than memory: what batches and roots say is read
/// first, and held against the lines as they come.
pub async fn verify(reader: &impl Reader, expected: Option<&str>) -> Result<Verification, StoreError> {
    let roots = reader.find::<root::Entity>().order_by_asc(root::Column::Day).all(reader.conn()).await?;
    let roots: Vec<Root> = roots.into_iter().map(from_row).collect();
    let signed: HashSet<i64> = roots.iter().map(|root| root.position).collect();
    let mut batches = Batches::of(reader).await?;
    let (mut found, mut of_batches) = (Vec::new(), Vec::new());
    let mut position = 0_i64;
    let mut chain = genesis(reader.tenant());
    let mut signed_chains: HashMap<i64, String> = HashMap::new();
    let mut expected_seen = expected.is_none() || expected == Some(chain.as_str());
    let mut rewritten = false;
    loop {
        let select = reader.find::<line::Entity>().filter(line::Column::Position.gt(position));
        let page = select.order_by_asc(line::Column::Position).limit(VERIFY_LINES).all(reader.conn()).await?;
        if page.is_empty() {
            break;
        }
        for row in page {
            let here = row.position.unwrap_or_default();
            if here != position + 1 {
                found.push(Discrepancy::Gap { position: position + 1 });
            }
            let hash = line_hash(&row.canonical);
            if row.line_hash.as_deref() != Some(hash.as_str()) || !agrees(&row) {
                found.push(Discrepancy::ChangedLine { position: here });
            }
            let sealed_hash = row.line_hash.clone().unwrap_or_default();
            let follows = chain_hash(&chain, here, &sealed_hash);
            let sealed = row.chain_hash.clone().unwrap_or_default();
            if follows != sealed && !rewritten {
                rewritten = true;
                found.push(Discrepancy::RewrittenChain { position: here });
            }
            expected_seen |= expected == Some(sealed.as_str());
            chain = sealed;
            while let Some(batch) = batches.next_to(reader, here).await? {
                if (batch.last_position, &batch.root) != (here, &chain) {
                    of_batches.push(Discrepancy::BatchRoot { position: batch.last_position });
                }
            }
            if signed.contains(&here) {
                signed_chains.insert(here, chain.clone());
            }
            position = here;
        }
    }
    found.extend(of_batches);
    while let Some(batch) = batches.next_to(reader, i64::MAX).await? {
        cut_tail(&mut found, position, batch.last_position);
    }
    check_roots(reader.tenant(), &roots, position, &signed_chains, &mut found);
    if !expected_seen {
        found.push(Discrepancy::UnknownRoot);
    }
    Ok(Verification { lines: position, root: chain, discrepancies: found })
}

/// The batches that there were when a verification began, in order, a page at a time.
struct Batches {
    page: VecDeque<batch::Model>,
    /// The last position of those that have been read.
    after: i64,
    /// The last position of all of them.
    sealed_to: i64,
}

impl Batches {
    async fn of(reader: &impl Reader) -> Result<Self, StoreError> {
        let select = reader.find::<batch::Entity>().order_by_desc(batch::Column::LastPosition);
        let last = select.limit(1).one(reader.conn()).await?;
        let sealed_to = last.map_or(0, |batch| batch.last_position);
        Ok(Self { page: VecDeque::new(), after: 0, sealed_to })
    }

    /// The next that ends at the position or before it.
    async fn next_to(
        &mut self,
        reader: &impl Reader,
        position: i64,
    ) -> Result<Option<batch::Model>, StoreError> {
        if self.page.is_empty() && self.after < self.sealed_to {
            let select = reader.find::<batch::Entity>().filter(batch::Column::LastPosition.gt(self.after));
            let select = select.filter(batch::Column::LastPosition.lte(self.sealed_to));
            let select = select.order_by_asc(batch::Column::LastPosition).limit(VERIFY_LINES);
            self.page = select.all(reader.conn()).await?.into();
            self.after = self.page.back().map_or(self.sealed_to, |batch| batch.last_position);
        }
        Ok(self.page.pop_front_if(|batch| batch.last_position <= position))
    }
}

fn check_roots(
    tenant: TenantId,
    roots: &[Root],
    last: i64,
    chains: &HashMap<i64, String>,
    found: &mut Vec<Discrepancy>,
) {
    for root in roots {
        if !signature_holds(tenant, root) {
            found.push(Discrepancy::Signature { day: root.day });
        }
        if root.position > last {
            cut_tail(found, last, root.position);
        } else if root.position > 0 && chains.get(&root.position) != Some(&root.root) {
            found.push(Discrepancy::RewrittenChain { position: root.position });
        }
    }
}

fn cut_tail(found: &mut Vec<Discrepancy>, last: i64, position: i64) {
    match found.iter_mut().find_map(|one| match one {
        Discrepancy::CutTail { expected, .. } => Some(expected),
        _ => None,
    }) {
        Some(expected) => *expected = (*expected).max(position),
        None => found.push(Discrepancy::CutTail { last, expected: position }),
    }
}

fn signature_holds(tenant: TenantId, root: &Root) -> bool {
    let key = hex::decode(&root.public_key).ok().and_then(|bytes| bytes.try_into().ok());
    let Some(key) = key.and_then(|bytes| VerifyingKey::from_bytes(&bytes).ok()) else { return false };
    let signature = hex::decode(&root.signature).ok().and_then(|bytes| Signature::from_slice(&bytes).ok());
    let text = signed_text(tenant, root.day, root.position, &root.root);
    signature.is_some_and(|signature| key.verify(text.as_bytes(), &signature).is_ok())
}

/// Whether the columns that are queried say what the sealed bytes say.
fn agrees(row: &line::Model) -> bool {
    let Ok(sealed) = serde_json::from_str::<Value>(&row.canonical) else { return false };
    let Ok(payload) = serde_json::from_str::<Value>(&row.payload) else { return false };
    let text = |field: &str| sealed.get(field).and_then(Value::as_str).map(str::to_owned);
    let id = |value: Option<Uuid>| value.map(|id| id.to_string());
    let at = text("at").and_then(|at| at.parse::<DateTime<Utc>>().ok());
    sealed.get("tenant").and_then(Value::as_i64) == Some(row.tenant_id.into())
        && text("id") == Some(row.id.to_string())
        && at == Some(row.at)
        && text("actor_kind").as_ref() == Some(&row.actor_kind)
        && text("actor_id") == id(row.actor_id)
        && text("capability").as_ref() == Some(&row.capability)
        && text("word").as_ref() == Some(&row.word)
        && text("subject") == Some(row.subject.to_string())
        && text("party") == id(row.party)
        && text("team") == id(row.team)
        && text("visibility").as_ref() == Some(&row.visibility)
        && sealed.get("payload") == Some(&payload)
}
