//! What cases are called in other systems, row by row. Never leaves `store`.

use chrono::{DateTime, NaiveDate, Utc};
use sea_orm::entity::prelude::*;

#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "enquiries_reference")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub tenant_id: i32,
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub case_id: Uuid,
    pub system: String,
    pub name: String,
    pub number: String,
    pub link: Option<String>,
    pub expected_on: Option<NaiveDate>,
    pub shown: bool,
    pub added_at: DateTime<Utc>,
    pub told_at: Option<DateTime<Utc>>,
    pub redacted: Option<String>,
}
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}
impl ActiveModelBehavior for ActiveModel {}
