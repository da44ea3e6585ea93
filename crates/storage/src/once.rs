//! A form sent twice makes one thing: a key per rendering, unique per tenant and form.

use sea_orm::{ActiveValue::Set, entity::prelude::*};
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

/// Asks whether `key` has been sent in `form` before.
pub async fn once(reader: &impl Reader, form: &str, key: Uuid, content: &str) -> Result<Once, StoreError> {
    let select = reader.find::<form_key::Entity>().filter(form_key::Column::Form.eq(form));
    let row = select.filter(form_key::Column::FormKey.eq(key)).one(reader.conn()).await?;
    Ok(match row {
        None => Once::First,
        Some(row) if row.content_hash == hash(content) => Once::Same(row.subject),
        Some(row) => Once::Other(row.subject),
    })
}

/// Remembers what `key` made. Two at the same time: the second fails on the primary key and is asked again.
pub async fn remember_once(
    tx: &Tx,
    form: &str,
    key: Uuid,
    content: &str,
    subject: impl Into<Uuid>,
) -> Result<(), StoreError> {
    let row = form_key::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        form: Set(form.to_owned()),
        form_key: Set(key),
        content_hash: Set(hash(content)),
        subject: Set(subject.into()),
        at: Set(tx.ctx().now()),
    };
    form_key::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn hash(content: &str) -> String {
    hex::encode(Sha256::digest(content.as_bytes()))
}
