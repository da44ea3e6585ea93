//! What goes into the municipality's archive, row by row. Never leaves `store`.

use chrono::{DateTime, Utc};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enquiries_package")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub version: i32,
    pub previous_id: Option<Uuid>,
    pub queued_at: DateTime<Utc>,
    pub state: String,
    pub attempts: i32,
    pub next_at: DateTime<Utc>,
    pub tried_at: Option<DateTime<Utc>>,
    pub said: String,
    pub sha256: Option<String>,
    pub receipt: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
