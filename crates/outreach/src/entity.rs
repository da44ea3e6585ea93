//! The rows of outreach. They never leave the store.

pub(crate) mod message {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outreach_message")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub channel: String,
        pub purpose: String,
        pub basis: String,
        pub language: String,
        pub reference: Uuid,
        pub party: Option<Uuid>,
        pub visibility: String,
        pub message_key: String,
        pub written_at: chrono::DateTime<chrono::Utc>,
        pub good_until: Option<chrono::DateTime<chrono::Utc>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// Address and words, with their salt. Erasing them deletes the row.
pub(crate) mod content {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outreach_content")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: Uuid,
        pub salt: Vec<u8>,
        pub to_address: String,
        pub to_name: String,
        pub subject: String,
        pub text: String,
        pub html: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod delivery {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outreach_delivery")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub message_id: Uuid,
        pub state: String,
        pub attempts: i32,
        pub next_at: chrono::DateTime<chrono::Utc>,
        pub claimed_until: Option<chrono::DateTime<chrono::Utc>>,
        pub reason: Option<String>,
        pub ended_at: Option<chrono::DateTime<chrono::Utc>>,
        pub tried_at: Option<chrono::DateTime<chrono::Utc>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// A mail that came in, without a word of it.
pub(crate) mod incoming {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outreach_incoming")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub mail_key: Uuid,
        pub received_at: chrono::DateTime<chrono::Utc>,
        pub nature: String,
        pub fate: Option<String>,
        pub reason: Option<String>,
        pub reference: Option<Uuid>,
        pub ended_at: Option<chrono::DateTime<chrono::Utc>>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The words of a mail that waits for a person, with their salt. Erasing them deletes the row.
pub(crate) mod incoming_words {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "outreach_incoming_words")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub incoming_id: Uuid,
        pub salt: Vec<u8>,
        pub from_email: String,
        pub from_name: String,
        pub subject: String,
        pub text: String,
        pub files: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

storage::tenant_table!(message, content, delivery, incoming, incoming_words);
