//! The tables of enquiries, row by row. Never leaves `store`.

use storage::tenant_table;

pub(crate) mod cause;
pub(crate) mod content;
pub(crate) mod cursor;
pub(crate) mod day;
pub(crate) mod filing;
pub(crate) mod package;
pub(crate) mod reference;
pub(crate) mod release;
pub(crate) mod review;

use content::{goal as topic_goal, version as topic_version};

pub(crate) mod case {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_case")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub number: String,
        pub topic: String,
        pub confidential: bool,
        pub team_id: Uuid,
        pub assignee_id: Option<Uuid>,
        pub state: String,
        pub outcome: Option<String>,
        pub duplicate_of: Option<Uuid>,
        pub party_id: Uuid,
        pub asker_kind: String,
        pub asker_name: String,
        pub cvr: Option<String>,
        pub country: Option<String>,
        pub vat: Option<String>,
        pub on_behalf_of: Option<String>,
        pub adviser_cvr: Option<String>,
        pub contact_name: String,
        pub contact_email: String,
        pub contact_phone: Option<String>,
        pub channel: String,
        pub language: String,
        pub received_at: DateTime<Utc>,
        pub updated_at: DateTime<Utc>,
        pub closed_at: Option<DateTime<Utc>>,
        pub version: i64,
        pub link_version: i64,
        pub link_hash: String,
        pub offered_to: Option<Uuid>,
        pub offered_at: Option<DateTime<Utc>>,
        pub bounces: i32,
        pub hand_overs: i32,
        pub repeats: i32,
        pub rating: Option<i32>,
        pub rating_text: Option<String>,
        pub about_person: Option<Uuid>,
        pub about_team: Option<Uuid>,
        pub wall: Option<String>,
        pub about_kind: Option<String>,
        pub about_name: Option<String>,
        pub acute: Option<String>,
        pub erased_at: Option<DateTime<Utc>>,
        pub confirmed_by: Option<Uuid>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod entry {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub kind: String,
        pub author_id: Option<Uuid>,
        pub at: DateTime<Utc>,
        pub text: String,
        pub salt: Option<Vec<u8>>,
        pub redacted: Option<String>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod part {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_part")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub case_id: Uuid,
        pub team_id: Uuid,
        pub promise_id: Uuid,
        pub question: String,
        pub asked_at: DateTime<Utc>,
        pub ended_at: Option<DateTime<Utc>>,
        pub released: Option<String>,
        pub redacted: Option<String>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod number {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_number")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub year: i32,
        pub last: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod notice {
    use chrono::{DateTime, Utc};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_notice")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub person_id: Uuid,
        pub case_id: Uuid,
        pub kind: String,
        pub at: DateTime<Utc>,
        pub read_at: Option<DateTime<Utc>>,
        pub once_key: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod saved_reply {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "enquiries_saved_reply")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub team_id: Uuid,
        pub title: String,
        pub text_da: String,
        pub text_en: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(cause, cursor, day, case, entry, part, number, notice, saved_reply);
tenant_table!(topic_goal, topic_version, filing, package, reference, release, review);
