//! The rows of the ledger. They never leave the stores.

pub(crate) mod promise {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_promise")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub kind: String,
        pub debtor_kind: String,
        pub debtor_id: Uuid,
        pub creditor_kind: String,
        pub creditor_id: Uuid,
        pub subject: Uuid,
        pub party: Option<Uuid>,
        pub topic: Option<String>,
        pub received_at: chrono::DateTime<chrono::Utc>,
        pub cohort: chrono::NaiveDate,
        pub due_on: chrono::NaiveDate,
        pub pausable: bool,
        pub paused_since: Option<chrono::DateTime<chrono::Utc>>,
        pub pause_reason: Option<String>,
        pub paused_working_days: i64,
        pub state: String,
        pub ended_at: Option<chrono::DateTime<chrono::Utc>>,
        pub end_reason: Option<String>,
        pub follows: Option<Uuid>,
        pub visibility: String,
        pub sequence: i64,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod party {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_party")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub party_id: Uuid,
        pub kind: String,
        pub cvr: Option<String>,
        pub created_at: chrono::DateTime<chrono::Utc>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod decision {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_decision")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub subject: Uuid,
        pub party: Option<Uuid>,
        pub team: Option<Uuid>,
        pub outcome: String,
        pub favour: String,
        pub rule: Option<String>,
        /// Ids, separated by spaces.
        pub evidence: String,
        /// Ids, separated by spaces.
        pub recipients: String,
        pub reasons_fingerprint: String,
        pub decided_by_kind: String,
        pub decided_by_id: Option<Uuid>,
        pub decided_at: chrono::DateTime<chrono::Utc>,
        pub visibility: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

/// The words of a decision, with their salt. Erasing them deletes the row.
pub(crate) mod reasons {
    use sea_orm::entity::prelude::*;
    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "ledger_decision_reasons")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub decision_id: Uuid,
        pub salt: Vec<u8>,
        pub text: String,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

storage::tenant_table!(promise, party, decision, reasons);
