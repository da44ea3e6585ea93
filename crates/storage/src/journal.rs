//! The journal: one append-only line for every change. Written inside the transaction that makes the change, without a
//! position; the sealer gives positions later. Holds ids, codes, numbers and dates only (see [`kernel::Fact`]).

use chrono::{DateTime, Utc};
use kernel::{Actor, Ctx, Fact, Visibility};
use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use serde::Serialize;
use serde_json::Value;
use uuid::Uuid;

use crate::{Migration, Reader, Step, StoreError, Table, tenant_table};

pub(crate) const MIGRATION: Migration = Migration {
    name: "202611230100_storage_journal",
    steps: || {
        vec![
            Step::CreateTable(
                Table::tenant("journal_line")
                    .uuid("id")
                    .opt_int("position")
                    .time("at")
                    .text("actor_kind")
                    .opt_uuid("actor_id")
                    .text("capability")
                    .text("word")
                    .uuid("subject")
                    .opt_uuid("party")
                    .opt_uuid("team")
                    .text("visibility")
                    .text("payload")
                    .text("canonical")
                    .opt_text("line_hash")
                    .opt_text("chain_hash")
                    .key(&["id"])
                    .unique(&["tenant_id", "position"])
                    .index(&["tenant_id", "subject"])
                    .index(&["tenant_id", "party"])
                    .index(&["tenant_id", "capability", "word"]),
            ),
            Step::CreateTable(
                Table::tenant("journal_batch")
                    .int("first_position")
                    .int("last_position")
                    .time("sealed_at")
                    .text("root")
                    .key(&["last_position"]),
            ),
            Step::CreateTable(
                Table::tenant("journal_root")
                    .date("day")
                    .int("position")
                    .text("root")
                    .text("signature")
                    .text("public_key")
                    .key(&["day"]),
            ),
            // The sealer's question, once a second: which lines have no position yet?
            Step::Sql {
                sqlite: "CREATE INDEX journal_line_unsealed ON journal_line (tenant_id, at) WHERE position IS NULL",
                postgres: "CREATE INDEX journal_line_unsealed ON journal_line (tenant_id, at) WHERE position IS NULL",
            },
        ]
    },
};

pub(crate) mod line {
    use super::{DateTime, DeriveEntityModel, DeriveRelation, EnumIter, Utc, Uuid};
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "journal_line")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub tenant_id: i32,
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: Uuid,
        pub position: Option<i64>,
        pub at: DateTime<Utc>,
        pub actor_kind: String,
        pub actor_id: Option<Uuid>,
        pub capability: String,
        pub word: String,
        pub subject: Uuid,
        pub party: Option<Uuid>,
        pub team: Option<Uuid>,
        pub visibility: String,
        pub payload: String,
        pub canonical: String,
        pub line_hash: Option<String>,
        pub chain_hash: Option<String>,
    }
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}
    impl ActiveModelBehavior for ActiveModel {}
}

tenant_table!(line);

/// A line about to be written.
#[derive(Debug)]
pub struct NewLine<'a, F> {
    /// What it is about: a case, a promise, a team.
    pub subject: Uuid,
    /// The outside party it concerns, by its random id.
    pub party: Option<Uuid>,
    /// The owning team, for [`Visibility::Team`] and for figures per team.
    pub team: Option<Uuid>,
    /// Who may see it.
    pub visibility: Visibility,
    /// What happened.
    pub fact: &'a F,
}

/// A line as read back.
#[derive(Debug, Clone)]
pub struct Line {
    /// Its id.
    pub id: Uuid,
    /// Its position; `None` until it is sealed.
    pub position: Option<i64>,
    /// When.
    pub at: DateTime<Utc>,
    /// `anyone`, `contact`, `staff` or `system`.
    pub actor_kind: String,
    /// The contact or person.
    pub actor_id: Option<Uuid>,
    /// Which capability wrote it.
    pub capability: String,
    /// What happened, in one word of that capability.
    pub word: String,
    /// What it is about.
    pub subject: Uuid,
    /// The outside party.
    pub party: Option<Uuid>,
    /// The owning team.
    pub team: Option<Uuid>,
    /// Who may see it.
    pub visibility: Visibility,
    /// The fact, as its capability's enum reads it.
    pub payload: Value,
}

impl Line {
    /// Reads the fact back, where it is one of `F`'s.
    pub fn fact<F: Fact>(&self) -> Result<Option<F>, StoreError> {
        if self.capability != F::CAPABILITY {
            return Ok(None);
        }
        Ok(Some(serde_json::from_value(self.payload.clone())?))
    }
}

/// What is hashed: everything the line says, in the canonical form of RFC 8785.
#[derive(Serialize)]
struct Canonical<'a> {
    tenant: i32,
    id: Uuid,
    at: DateTime<Utc>,
    actor_kind: &'a str,
    actor_id: Option<Uuid>,
    capability: &'a str,
    word: &'a str,
    subject: Uuid,
    party: Option<Uuid>,
    team: Option<Uuid>,
    visibility: &'a str,
    payload: &'a Value,
}

/// A line as it is stored, and its id.
pub(crate) fn row<F: Fact>(ctx: &Ctx, new: &NewLine<'_, F>) -> Result<(Uuid, line::ActiveModel), StoreError> {
    let id = ctx.new_id::<Uuid>();
    let (payload, word) = (new.fact.payload()?, new.fact.word()?);
    let visibility = new.visibility.to_text();
    let canonical = Canonical {
        tenant: ctx.tenant().code(),
        id,
        at: ctx.now(),
        actor_kind: ctx.actor().kind(),
        actor_id: ctx.actor().id(),
        capability: F::CAPABILITY,
        word: &word,
        subject: new.subject,
        party: new.party,
        team: new.team,
        visibility: &visibility,
        payload: &payload,
    };
    let row = line::ActiveModel {
        tenant_id: Set(ctx.tenant().code()),
        id: Set(id),
        position: Set(None),
        at: Set(ctx.now()),
        actor_kind: Set(ctx.actor().kind().to_owned()),
        actor_id: Set(ctx.actor().id()),
        capability: Set(F::CAPABILITY.to_owned()),
        canonical: Set(serde_json_canonicalizer::to_string(&canonical)?),
        word: Set(word),
        subject: Set(new.subject),
        party: Set(new.party),
        team: Set(new.team),
        visibility: Set(visibility),
        payload: Set(serde_json_canonicalizer::to_string(&payload)?),
        line_hash: Set(None),
        chain_hash: Set(None),
    };
    debug_assert!(!matches!(ctx.actor(), Actor::System("")), "a system actor has a name");
    Ok((id, row))
}

/// Which lines to read.
#[derive(Debug, Clone, Default)]
pub struct LineFilter {
    /// About these.
    pub subjects: Option<Vec<Uuid>>,
    /// Concerning these parties.
    pub parties: Option<Vec<Uuid>>,
    /// Of this capability.
    pub capability: Option<String>,
    /// With one of these words.
    pub words: Vec<String>,
    /// Written by one of these people or contacts. Reads the whole journal.
    pub actors: Option<Vec<Uuid>>,
}

/// The lines that fit, oldest first, sealed or not, at most `limit`.
pub async fn lines(reader: &impl Reader, filter: &LineFilter, limit: u64) -> Result<Vec<Line>, StoreError> {
    reader.send_lines().await?;
    let mut select = reader.find::<line::Entity>();
    if let Some(subjects) = &filter.subjects {
        select = select.filter(line::Column::Subject.is_in(subjects.iter().copied()));
    }
    if let Some(parties) = &filter.parties {
        select = select.filter(line::Column::Party.is_in(parties.iter().copied()));
    }
    if let Some(capability) = &filter.capability {
        select = select.filter(line::Column::Capability.eq(capability));
    }
    if !filter.words.is_empty() {
        select = select.filter(line::Column::Word.is_in(&filter.words));
    }
    if let Some(actors) = &filter.actors {
        select = select.filter(line::Column::ActorId.is_in(actors.iter().copied()));
    }
    let order = select.order_by_asc(line::Column::At).order_by_asc(line::Column::Id);
    let rows = order.limit(limit).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// The newest line of a capability with this word, sealed or not.
pub async fn newest_line(
    reader: &impl Reader,
    capability: &str,
    word: &str,
) -> Result<Option<Line>, StoreError> {
    reader.send_lines().await?;
    let select = reader.find::<line::Entity>().filter(line::Column::Capability.eq(capability));
    let select = select.filter(line::Column::Word.eq(word)).order_by_desc(line::Column::At);
    select.order_by_desc(line::Column::Id).limit(1).one(reader.conn()).await?.map(read_back).transpose()
}

/// A page of all lines of a capability, sealed or not, by id, after `after`: for a replay, which brings its own order:
/// ids begin with the time, and two machines' clocks differ.
pub async fn capability_lines(
    reader: &impl Reader,
    capability: &str,
    after: Option<Uuid>,
    limit: u64,
) -> Result<Vec<Line>, StoreError> {
    reader.send_lines().await?;
    let mut select = reader.find::<line::Entity>().filter(line::Column::Capability.eq(capability));
    if let Some(after) = after {
        select = select.filter(line::Column::Id.gt(after));
    }
    let rows = select.order_by_asc(line::Column::Id).limit(limit).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// The sealed lines after `position`, in order, at most `limit`: what every subscriber and indicator reads.
pub async fn lines_after(reader: &impl Reader, position: i64, limit: u64) -> Result<Vec<Line>, StoreError> {
    reader.send_lines().await?;
    let select = reader.find::<line::Entity>().filter(line::Column::Position.gt(position));
    let rows = select.order_by_asc(line::Column::Position).limit(limit).all(reader.conn()).await?;
    rows.into_iter().map(read_back).collect()
}

/// The position of the last sealed line; 0 when there is none.
pub async fn sealed_position(reader: &impl Reader) -> Result<i64, StoreError> {
    reader.send_lines().await?;
    let select = reader.find::<line::Entity>().filter(line::Column::Position.is_not_null());
    let last = select.order_by_desc(line::Column::Position).limit(1).one(reader.conn()).await?;
    Ok(last.and_then(|line| line.position).unwrap_or(0))
}

fn read_back(row: line::Model) -> Result<Line, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(Line {
        visibility: Visibility::from_text(&row.visibility)
            .ok_or_else(|| corrupt("journal_line.visibility"))?,
        payload: serde_json::from_str(&row.payload).map_err(|_| corrupt("journal_line.payload"))?,
        id: row.id,
        position: row.position,
        at: row.at,
        actor_kind: row.actor_kind,
        actor_id: row.actor_id,
        capability: row.capability,
        word: row.word,
        subject: row.subject,
        party: row.party,
        team: row.team,
    })
}
