//! The only SQL for policies. Every read starts at the tenant; every write takes a [`Tx`].

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use kernel::Code;
use sea_orm::{ActiveValue::Set, FromQueryResult, QueryOrder, QuerySelect, entity::prelude::*};
use storage::{Reader, StoreError, Tx};

use crate::{
    account::{Account, Growth, Reading},
    entity::{closing, closing_row, document},
};

kernel::id!(
    /// One version of a policy's file.
    DocumentId
);

/// The row that holds the growth of a closed account; no indicator may have its name, since a code has no capital letters.
const GROWTH_ROW: &str = "GROWTH";

/// One version of a policy's file, without its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// The policy.
    pub policy: Code,
    /// Counted from 1.
    pub version: i64,
    /// Of the file.
    pub sha256: String,
    /// When it was read in.
    pub imported_at: DateTime<Utc>,
}

#[derive(FromQueryResult)]
struct Head {
    id: Uuid,
    policy_key: String,
    version: i64,
    sha256: String,
    imported_at: DateTime<Utc>,
}

/// The newest version of every policy, by policy.
pub async fn newest(reader: &impl Reader) -> Result<Vec<Document>, StoreError> {
    let select = reader.find::<document::Entity>().select_only().columns([
        document::Column::Id,
        document::Column::PolicyKey,
        document::Column::Version,
        document::Column::Sha256,
        document::Column::ImportedAt,
    ]);
    let order = select.order_by_asc(document::Column::PolicyKey).order_by_asc(document::Column::Version);
    let mut newest = BTreeMap::new();
    for head in order.into_model::<Head>().all(reader.conn()).await? {
        let policy = head.policy_key.parse::<Code>();
        let policy = policy.map_err(|_| StoreError::corrupt("policy_document.policy_key", head.id))?;
        let document = Document {
            id: head.id.into(),
            policy: policy.clone(),
            version: head.version,
            sha256: head.sha256,
            imported_at: head.imported_at,
        };
        newest.insert(policy, document);
    }
    Ok(newest.into_values().collect())
}

/// The text of a version.
pub async fn source(reader: &impl Reader, id: DocumentId) -> Result<Option<String>, StoreError> {
    let row = reader
        .find::<document::Entity>()
        .filter(document::Column::Id.eq(id.uuid()))
        .one(reader.conn())
        .await?;
    Ok(row.map(|row| row.source))
}

/// Keeps a new version.
pub async fn insert_document(tx: &Tx, document: &Document, source: &str) -> Result<(), StoreError> {
    let row = document::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(document.id.into()),
        policy_key: Set(document.policy.to_string()),
        version: Set(document.version),
        sha256: Set(document.sha256.clone()),
        source: Set(source.to_owned()),
        imported_at: Set(document.imported_at),
        imported_by: Set(tx.ctx().person().map(Into::into)),
    };
    document::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// That an account was closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Closing {
    /// The policy.
    pub policy: Code,
    /// The version in force.
    pub document: DocumentId,
    /// The last day that it looks at.
    pub as_of: NaiveDate,
    /// When.
    pub closed_at: DateTime<Utc>,
    /// The journal's last line that it counted.
    pub position: i64,
    /// Of the account.
    pub sha256: String,
}

/// Every closed account's head.
pub async fn closings(reader: &impl Reader) -> Result<Vec<Closing>, StoreError> {
    let rows =
        reader.find::<closing::Entity>().order_by_asc(closing::Column::AsOf).all(reader.conn()).await?;
    rows.into_iter()
        .map(|row| {
            let policy = row.policy_key.parse::<Code>();
            Ok(Closing {
                policy: policy
                    .map_err(|_| StoreError::corrupt("policy_closing.policy_key", &row.policy_key))?,
                document: row.document_id.into(),
                as_of: row.as_of,
                closed_at: row.closed_at,
                position: row.position,
                sha256: row.sha256,
            })
        })
        .collect()
}

/// What a closed account is made of, as it is hashed and kept: each indicator's name and its reading as JSON.
pub fn account_rows(account: &Account) -> Result<Vec<(String, String)>, StoreError> {
    let mut rows = Vec::with_capacity(account.readings.len() + 1);
    for (indicator, reading) in &account.readings {
        rows.push((indicator.to_string(), serde_json::to_string(reading)?));
    }
    rows.push((GROWTH_ROW.to_owned(), serde_json::to_string(&account.growth)?));
    rows.sort();
    Ok(rows)
}

/// Keeps a closed account. Fails where there is one already: an account is closed once.
pub async fn insert_closing(tx: &Tx, closing: &Closing, rows: &[(String, String)]) -> Result<(), StoreError> {
    let tenant = tx.tenant().code();
    let row = closing::ActiveModel {
        tenant_id: Set(tenant),
        policy_key: Set(closing.policy.to_string()),
        document_id: Set(closing.document.into()),
        as_of: Set(closing.as_of),
        closed_at: Set(closing.closed_at),
        position: Set(closing.position),
        sha256: Set(closing.sha256.clone()),
    };
    closing::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    let rows = rows.iter().map(|(indicator, reading)| closing_row::ActiveModel {
        tenant_id: Set(tenant),
        policy_key: Set(closing.policy.to_string()),
        indicator: Set(indicator.clone()),
        reading: Set(reading.clone()),
    });
    closing_row::Entity::insert_many(rows).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// The closed account of a policy, with its rows as they were hashed.
pub async fn closed_rows(reader: &impl Reader, policy: &Code) -> Result<Vec<(String, String)>, StoreError> {
    let select =
        reader.find::<closing_row::Entity>().filter(closing_row::Column::PolicyKey.eq(policy.as_str()));
    let rows = select.all(reader.conn()).await?;
    let mut rows: Vec<(String, String)> = rows.into_iter().map(|row| (row.indicator, row.reading)).collect();
    // Engines sort capitals differently; the hash is over this order.
    rows.sort();
    Ok(rows)
}

/// The account that the rows of a closing hold.
pub fn read_account(closing: &Closing, rows: &[(String, String)]) -> Result<Account, StoreError> {
    let mut account = Account {
        as_of: closing.as_of,
        computed_at: closing.closed_at,
        readings: BTreeMap::new(),
        growth: Growth::default(),
    };
    for (indicator, text) in rows {
        let corrupt = |_| StoreError::corrupt("policy_closing_row.reading", indicator);
        if indicator == GROWTH_ROW {
            account.growth = serde_json::from_str(text).map_err(corrupt)?;
            continue;
        }
        let name = indicator.parse::<Code>();
        let name = name.map_err(|_| StoreError::corrupt("policy_closing_row.indicator", indicator))?;
        let reading: Reading = serde_json::from_str(text).map_err(corrupt)?;
        account.readings.insert(name, reading);
    }
    Ok(account)
}
