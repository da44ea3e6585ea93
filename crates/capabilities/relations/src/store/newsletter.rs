//! Who is on the newsletter's list, and the hashes of those who left it.

use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use kernel::{Email, uuid::Uuid};
use sea_orm::{
    ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use storage::{Erased, Reader, StoreError, TokenHash, Tx, record_erasure};

use super::{AT_ONCE, WRITTEN_AT_ONCE, company, source_of, sources, whole};
use crate::{
    entity::{left, subscription},
    model::{Entry, ImportId, ListKind, Subscription, SubscriptionId, SubscriptionState},
};

/// What is here with these hashes, by the address's key.
pub async fn known_subscriptions(
    reader: &impl Reader,
    hashes: &[String],
) -> Result<HashMap<String, (Uuid, Entry)>, StoreError> {
    let mut known = HashMap::new();
    for some in hashes.chunks(AT_ONCE) {
        let select = reader.find::<subscription::Entity>();
        let select = select.filter(subscription::Column::EmailHash.is_in(some.iter().map(String::as_str)));
        for row in select.all(reader.conn()).await? {
            let email: Email =
                row.email.parse().map_err(|_| StoreError::corrupt("relations_subscription.email", row.id))?;
            let entry = Entry {
                name: row.name,
                email: Some(email),
                consented_on: row.consented_on,
                proof: row.proof,
                ..Entry::default()
            };
            known.insert(entry.key(ListKind::Newsletter), (row.id, entry));
        }
    }
    Ok(known)
}

/// Which of these hashes are of addresses that left.
pub async fn left_among(reader: &impl Reader, hashes: &[String]) -> Result<BTreeSet<String>, StoreError> {
    let mut all = BTreeSet::new();
    for some in hashes.chunks(AT_ONCE) {
        let select = reader.find::<left::Entity>();
        let select = select.filter(left::Column::EmailHash.is_in(some.iter().map(String::as_str)));
        all.extend(select.all(reader.conn()).await?.into_iter().map(|row| row.email_hash));
    }
    Ok(all)
}

/// Whether the address of this hash left.
pub async fn has_left(reader: &impl Reader, hash: &str) -> Result<bool, StoreError> {
    Ok(!left_among(reader, &[hash.to_owned()]).await?.is_empty())
}

/// Remembers that an address left, by its hash alone.
pub async fn add_left(tx: &Tx, hash: &str, why: &str) -> Result<(), StoreError> {
    let row = left::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        email_hash: Set(hash.to_owned()),
        why: Set(why.to_owned()),
        at: Set(tx.ctx().now()),
    };
    let conflict =
        OnConflict::columns([left::Column::TenantId, left::Column::EmailHash]).do_nothing().to_owned();
    left::Entity::insert(row).on_conflict(conflict).try_insert().exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A receiver of a list.
#[derive(Debug)]
pub struct NewSubscription<'a> {
    /// The hash of the address.
    pub hash: String,
    /// The hash of the link by which one leaves.
    pub link: TokenHash,
    /// What it becomes.
    pub id: Uuid,
    /// Its row.
    pub row: usize,
    /// What the row says.
    pub entry: &'a Entry,
}

/// Writes the receivers of a list.
pub async fn add_subscriptions(
    tx: &Tx,
    import: ImportId,
    new: &[NewSubscription<'_>],
) -> Result<(), StoreError> {
    for some in new.chunks(WRITTEN_AT_ONCE) {
        let rows = some.iter().map(|NewSubscription { hash, link, id, row, entry }| {
            let state = SubscriptionState::of(entry.consented_on, &entry.proof);
            subscription::ActiveModel {
                tenant_id: Set(tx.tenant().code()),
                id: Set(*id),
                email: Set(entry.email.as_ref().map(ToString::to_string).unwrap_or_default()),
                email_hash: Set(hash.clone()),
                name: Set(entry.name.clone()),
                cvr: Set(entry.cvr.map(|cvr| cvr.to_string())),
                state: Set(state.code().to_owned()),
                consented_on: Set(entry.consented_on),
                proof: Set(entry.proof.clone()),
                link_hash: Set(link.0.clone()),
                asked_at: Set(None),
                import_id: Set(Some(import.into())),
                row: Set(Some(whole(*row))),
                added_at: Set(tx.ctx().now()),
                changed_at: Set(tx.ctx().now()),
            }
        });
        let conflict = OnConflict::columns([subscription::Column::TenantId, subscription::Column::EmailHash]);
        let insert =
            subscription::Entity::insert_many(rows).on_conflict(conflict.clone().do_nothing().to_owned());
        insert.try_insert().exec_without_returning(tx.conn()).await?;
    }
    Ok(())
}

/// Changes someone on the list: the name and the state.
pub async fn save_subscription(tx: &Tx, one: &Subscription) -> Result<(), StoreError> {
    let mut change = subscription::ActiveModel {
        name: Set(one.name.clone()),
        state: Set(one.state.code().to_owned()),
        changed_at: Set(tx.ctx().now()),
        ..Default::default()
    };
    match &one.state {
        SubscriptionState::Consented { on, proof } => {
            change.consented_on = Set(Some(*on));
            change.proof = Set(proof.clone());
        }
        SubscriptionState::Asked { at } => change.asked_at = Set(Some(*at)),
        SubscriptionState::Needed => {}
    }
    subscription::Entity::update_many()
        .set(change)
        .filter(subscription::Column::TenantId.eq(tx.tenant().code()))
        .filter(subscription::Column::Id.eq(one.id.uuid()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

async fn read_all(
    reader: &impl Reader,
    rows: Vec<subscription::Model>,
) -> Result<Vec<Subscription>, StoreError> {
    let lists = sources(reader, rows.iter().filter_map(|row| row.import_id)).await?;
    let read = |row: subscription::Model| {
        let corrupt = |column: &'static str| StoreError::corrupt(column, row.id);
        let state = match (row.state.as_str(), row.consented_on, row.asked_at) {
            ("consented", Some(on), _) => SubscriptionState::Consented { on, proof: row.proof.clone() },
            ("needed", ..) => SubscriptionState::Needed,
            ("asked", _, Some(at)) => SubscriptionState::Asked { at },
            _ => return Err(corrupt("relations_subscription.state")),
        };
        Ok(Subscription {
            id: row.id.into(),
            email: row.email.parse().map_err(|_| corrupt("relations_subscription.email"))?,
            name: row.name,
            cvr: row
                .cvr
                .as_deref()
                .map(|cvr| company(cvr, "relations_subscription.cvr", row.id))
                .transpose()?,
            state,
            added_at: row.added_at,
            source: source_of(&lists, row.import_id, row.row),
        })
    };
    rows.into_iter().map(read).collect()
}

/// A page of the list, by address.
pub async fn subscriptions(
    reader: &impl Reader,
    page: u64,
    per_page: u64,
) -> Result<Vec<Subscription>, StoreError> {
    let select = reader.find::<subscription::Entity>().order_by_asc(subscription::Column::Email);
    let select = select.order_by_asc(subscription::Column::Id).offset(page * per_page).limit(per_page);
    read_all(reader, select.all(reader.conn()).await?).await
}

/// Those in a state, after an id.
pub async fn subscriptions_in(
    reader: &impl Reader,
    state: &str,
    after: Option<SubscriptionId>,
    limit: usize,
) -> Result<Vec<Subscription>, StoreError> {
    let mut select = reader.find::<subscription::Entity>().filter(subscription::Column::State.eq(state));
    if let Some(after) = after {
        select = select.filter(subscription::Column::Id.gt(after.uuid()));
    }
    let select = select.order_by_asc(subscription::Column::Id).limit(u64::try_from(limit).unwrap_or(1));
    read_all(reader, select.all(reader.conn()).await?).await
}

/// Those that were asked before a time and have not answered.
pub async fn asked_before(
    reader: &impl Reader,
    before: DateTime<Utc>,
) -> Result<Vec<Subscription>, StoreError> {
    let select = reader.find::<subscription::Entity>().filter(subscription::Column::State.eq("asked"));
    let select = select.filter(subscription::Column::AskedAt.lt(before));
    let select = select.order_by_asc(subscription::Column::Id).limit(whole_limit());
    read_all(reader, select.all(reader.conn()).await?).await
}

fn whole_limit() -> u64 {
    u64::try_from(AT_ONCE).unwrap_or(1)
}

/// Whoever holds the link.
pub async fn by_link(reader: &impl Reader, link: &TokenHash) -> Result<Option<Subscription>, StoreError> {
    let select = reader.find::<subscription::Entity>().filter(subscription::Column::LinkHash.eq(&link.0));
    Ok(read_all(reader, select.all(reader.conn()).await?).await?.pop())
}

/// Someone on the list whom nobody else changes until the transaction ends.
pub async fn lock_subscription(tx: &Tx, id: SubscriptionId) -> Result<Option<Subscription>, StoreError> {
    let select = tx.find::<subscription::Entity>().filter(subscription::Column::Id.eq(id.uuid()));
    Ok(read_all(tx, select.lock_exclusive().all(tx.conn()).await?).await?.pop())
}

/// Whoever has the address of this hash.
pub async fn subscriptions_of(reader: &impl Reader, hash: &str) -> Result<Option<Subscription>, StoreError> {
    let select = reader.find::<subscription::Entity>().filter(subscription::Column::EmailHash.eq(hash));
    Ok(read_all(reader, select.all(reader.conn()).await?).await?.pop())
}

/// Takes someone off the list for good.
pub async fn delete_subscription(tx: &Tx, id: SubscriptionId) -> Result<(), StoreError> {
    subscription::Entity::delete_many()
        .filter(subscription::Column::TenantId.eq(tx.tenant().code()))
        .filter(subscription::Column::Id.eq(id.uuid()))
        .exec(tx.conn())
        .await?;
    record_erasure(tx, "relations_subscription", id.uuid(), &[Erased::Row]).await
}

/// How many there are in each state.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SubscriptionCounts {
    /// Said yes.
    pub consented: u64,
    /// To be asked.
    pub needed: u64,
    /// Were asked.
    pub asked: u64,
    /// Left; their addresses are gone.
    pub left: u64,
}

#[derive(FromQueryResult)]
struct Counted {
    state: String,
    count: i64,
}

/// Counts the list.
pub async fn counts(reader: &impl Reader) -> Result<SubscriptionCounts, StoreError> {
    let select = reader
        .find::<subscription::Entity>()
        .select_only()
        .column(subscription::Column::State)
        .column_as(subscription::Column::Id.count(), "count")
        .group_by(subscription::Column::State);
    let rows = select.into_model::<Counted>().all(reader.conn()).await?;
    let of = |state: &str| {
        let found = rows.iter().find(|row| row.state == state);
        found.and_then(|row| u64::try_from(row.count).ok()).unwrap_or_default()
    };
    Ok(SubscriptionCounts {
        consented: of("consented"),
        needed: of("needed"),
        asked: of("asked"),
        left: reader.find::<left::Entity>().count(reader.conn()).await?,
    })
}
