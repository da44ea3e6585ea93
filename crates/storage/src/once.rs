//! A form sent twice makes one thing: a key per rendering, unique per tenant and form.

use chrono::{DateTime, Utc};
use sea_orm::{ActiveValue::Set, TryInsertResult, entity::prelude::*, sea_query::OnConflict};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{Migration, Reader, Step, StoreError, Table, Tx, tenant_table};

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611230103_storage_once",
    steps: || {
        vec![Step::CreateTable(
            Table::tenant("form_key")
                .text("form")
                .uuid("form_key")
                .text("content_hash")
                .uuid("subject")
                .time("at")
                .key(&["form", "form_key"]),
        )]
    },
};

mod form_key {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "form_key")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub form: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub form_key: Uuid,
        pub content_hash: String,
        pub subject: Uuid,
        pub at: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(form_key);

/// Whether this rendering of a form has been sent before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Once {
    /// It has not.
    First,
    /// It has, with the same content: this is what it made.
    Same(Uuid),
    /// It has, with other content: this is what the first made; nothing is made now.
    Other(Uuid),
}

/// Asks whether `key` has been sent in `form` before. If not, it is taken until the transaction ends: of two at the same
/// time the second waits here, and is then told what the first made. After [`Once::First`] say what it became with
/// [`remember_once`], or roll back.
pub async fn once(tx: &Tx, form: &str, key: Uuid, content: &str) -> Result<Once, StoreError> {
    let row = form_key::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        form: Set(form.to_owned()),
        form_key: Set(key),
        content_hash: Set(hash(content)),
        subject: Set(Uuid::nil()),
        at: Set(tx.ctx().now()),
    };
    let taken = [form_key::Column::TenantId, form_key::Column::Form, form_key::Column::FormKey];
    let insert = form_key::Entity::insert(row);
    let insert = insert.on_conflict(OnConflict::columns(taken).do_nothing().to_owned()).try_insert();
    if let TryInsertResult::Inserted(1..) = insert.exec_without_returning(tx.conn()).await? {
        return Ok(Once::First);
    }
    let select = tx.find::<form_key::Entity>().filter(form_key::Column::Form.eq(form));
    let row = select.filter(form_key::Column::FormKey.eq(key)).one(tx.conn()).await?;
    let row = row.ok_or_else(|| StoreError::corrupt("form_key.form_key", key))?;
    Ok(if row.content_hash == hash(content) { Once::Same(row.subject) } else { Once::Other(row.subject) })
}

/// Remembers what `key` made, for whoever sends it again.
pub async fn remember_once(
    tx: &Tx,
    form: &str,
    key: Uuid,
    subject: impl Into<Uuid>,
) -> Result<(), StoreError> {
    form_key::Entity::update_many()
        .set(form_key::ActiveModel { subject: Set(subject.into()), ..Default::default() })
        .filter(form_key::Column::TenantId.eq(tx.tenant().code()))
        .filter(form_key::Column::Form.eq(form))
        .filter(form_key::Column::FormKey.eq(key))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Forgets what was sent before a moment: sent once more, it would be new. Returns how many.
pub async fn forget_once_before(tx: &Tx, before: DateTime<Utc>) -> Result<u64, StoreError> {
    let outcome = form_key::Entity::delete_many()
        .filter(form_key::Column::TenantId.eq(tx.tenant().code()))
        .filter(form_key::Column::At.lt(before))
        .exec(tx.conn())
        .await?;
    Ok(outcome.rows_affected)
}

fn hash(content: &str) -> String {
    hex::encode(Sha256::digest(content.as_bytes()))
}
