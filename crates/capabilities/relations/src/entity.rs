//! The rows of relations. They never leave `store`.

pub(crate) mod import_list {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_import")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub state: String,
        pub file: Uuid,
        pub file_name: String,
        pub by_person: Uuid,
        pub at: DateTime<Utc>,
        pub sheet: String,
        pub header: i64,
        pub headings: String,
        pub columns: String,
        pub is_1904: bool,
        pub row_count: i64,
        pub ended_at: Option<DateTime<Utc>>,
        pub cleared_at: Option<DateTime<Utc>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod row {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_import_row")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub import_id: Uuid,
        pub number: i64,
        pub cells: String,
        pub judged: String,
        pub fate: String,
        pub masked: bool,
        pub decision: Option<String>,
        pub cvr: Option<String>,
        pub state: String,
        pub before: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod contact {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_contact")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub cvr: String,
        pub company: String,
        pub name: String,
        pub title: String,
        pub email: String,
        pub phone: String,
        pub note: String,
        pub row_key: String,
        pub import_id: Option<Uuid>,
        pub row: Option<i64>,
        pub added_at: DateTime<Utc>,
        pub changed_at: DateTime<Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod visit {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_visit")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub cvr: String,
        pub company: String,
        pub state: String,
        pub kind: String,
        pub on_day: chrono::NaiveDate,
        pub at_minute: Option<i32>,
        pub minutes: i32,
        pub place: String,
        pub contact_name: String,
        pub note: String,
        pub visitor: Option<Uuid>,
        pub visitor_name: String,
        pub sequence: i32,
        pub row_key: String,
        pub import_id: Option<Uuid>,
        pub row: Option<i64>,
        pub added_at: DateTime<Utc>,
        pub changed_at: DateTime<Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod subscription {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_subscription")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub email: String,
        pub email_hash: String,
        pub name: String,
        pub cvr: Option<String>,
        pub state: String,
        pub consented_on: Option<chrono::NaiveDate>,
        pub proof: String,
        pub link_hash: String,
        pub asked_at: Option<DateTime<Utc>>,
        pub import_id: Option<Uuid>,
        pub row: Option<i64>,
        pub added_at: DateTime<Utc>,
        pub changed_at: DateTime<Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod left {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_left")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub email_hash: String,
        pub why: String,
        pub at: DateTime<Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod feed {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "relations_feed")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub person: Uuid,
        pub token_hash: String,
        pub made_at: DateTime<Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

storage::tenant_table!(import_list, row, contact, visit, subscription, left, feed);
