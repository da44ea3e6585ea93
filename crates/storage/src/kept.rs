//! Pages that a browser may come back to: what answered a form. Sealed by whoever keeps them; here they are bytes.
//!
//! No copy of the database shows what stands on them, and none stays longer than its time.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

use crate::{Migration, Reader, Step, StoreError, Table, TokenHash, Tx, tenant_table};

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611231310_storage_kept",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("kept_page")
                .text("token_hash")
                .bytes("sealed")
                .time("until")
                .key(&["token_hash"])
                .index(&["tenant_id", "until"]),
        )]
    },
};

mod kept_page {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "kept_page")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_hash: String,
        pub sealed: Vec<u8>,
        pub until: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(kept_page);

/// Keeps a sealed page until a moment. Those that are past theirs go.
pub async fn keep_page(
    tx: &Tx,
    token: &TokenHash,
    sealed: Vec<u8>,
    until: DateTime<Utc>,
) -> Result<(), StoreError> {
    forget_kept_pages(tx).await?;
    let row = kept_page::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        token_hash: Set(token.0.clone()),
        sealed: Set(sealed),
        until: Set(until),
    };
    kept_page::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

/// A sealed page, as long as its time has not passed.
pub async fn kept_page(
    read: &impl Reader,
    token: &TokenHash,
    now: DateTime<Utc>,
) -> Result<Option<Vec<u8>>, StoreError> {
    let select = read.find::<kept_page::Entity>().filter(kept_page::Column::TokenHash.eq(token.0.as_str()));
    let row = select.filter(kept_page::Column::Until.gt(now)).one(read.conn()).await?;
    Ok(row.map(|row| row.sealed))
}

/// Takes out the pages whose time has passed. Returns how many.
pub async fn forget_kept_pages(tx: &Tx) -> Result<u64, StoreError> {
    let outcome = kept_page::Entity::delete_many()
        .filter(kept_page::Column::TenantId.eq(tx.tenant().code()))
        .filter(kept_page::Column::Until.lte(tx.ctx().now()))
        .exec(tx.conn())
        .await?;
    Ok(outcome.rows_affected)
}
