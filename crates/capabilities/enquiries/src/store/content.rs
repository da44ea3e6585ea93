//! The only SQL for what a municipality says differently in the guide.

use std::collections::BTreeMap;

use kernel::Code;
use sea_orm::{
    ActiveValue::Set, QueryOrder, QuerySelect, TryInsertResult, entity::prelude::*, sea_query::ExprTrait,
};
use storage::{Reader, StoreError, Tx};

use crate::{
    entity::content::{goal, version},
    model::{Changes, Decision, Reviewed, TopicGoal, TopicVersion},
};

/// Versions read of one topic: far beyond what anyone looks back.
const VERSIONS_MAX: u64 = 200;

/// What makes the guide of a municipality: what it says differently now, and its goals.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct OwnContent {
    /// The newest version of each topic that was ever edited.
    pub versions: BTreeMap<Code, TopicVersion>,
    /// The goals of each topic, in the order in which they were set.
    pub goals: BTreeMap<Code, Vec<TopicGoal>>,
    /// When each topic was looked through last.
    pub reviews: BTreeMap<Code, Reviewed>,
}

/// Everything that the municipality says differently.
pub async fn own_content(reader: &impl Reader) -> Result<OwnContent, StoreError> {
    let mut own = OwnContent::default();
    // Only the numbers of all versions; of the texts only the newest.
    let newest: Vec<(String, i64)> = reader
        .find::<version::Entity>()
        .select_only()
        .column(version::Column::Topic)
        .column_as(version::Column::Version.max(), "newest")
        .group_by(version::Column::Topic)
        .into_tuple()
        .all(reader.conn())
        .await?;
    if !newest.is_empty() {
        let is_one = newest.iter().fold(sea_orm::Condition::any(), |any, (topic, number)| {
            let one = version::Column::Topic.eq(topic).and(version::Column::Version.eq(*number));
            any.add(one)
        });
        for row in reader.find::<version::Entity>().filter(is_one).all(reader.conn()).await? {
            let version = read_version(&row)?;
            own.versions.insert(version.topic.clone(), version);
        }
    }
    let goals = reader.find::<goal::Entity>().order_by_asc(goal::Column::At).order_by_asc(goal::Column::Id);
    for row in goals.all(reader.conn()).await? {
        let goal = read_goal(&row)?;
        own.goals.entry(goal.topic.clone()).or_default().push(goal);
    }
    // The oldest first: the newest stays.
    for review in super::reviews(reader).await? {
        own.reviews.insert(review.topic, review.reviewed);
    }
    Ok(own)
}

/// The newest version of a topic; none where it is as shipped and always was.
pub async fn newest_version(reader: &impl Reader, topic: &Code) -> Result<Option<TopicVersion>, StoreError> {
    Ok(versions(reader, topic, 1).await?.pop())
}

/// The versions of a topic, newest first.
pub async fn topic_versions(reader: &impl Reader, topic: &Code) -> Result<Vec<TopicVersion>, StoreError> {
    versions(reader, topic, VERSIONS_MAX).await
}

async fn versions(reader: &impl Reader, topic: &Code, limit: u64) -> Result<Vec<TopicVersion>, StoreError> {
    let select = reader.find::<version::Entity>().filter(version::Column::Topic.eq(topic.as_str()));
    let rows = select.order_by_desc(version::Column::Version).limit(limit).all(reader.conn()).await?;
    rows.iter().map(read_version).collect()
}

/// One version of a topic.
pub async fn topic_version(
    reader: &impl Reader,
    topic: &Code,
    number: i64,
) -> Result<Option<TopicVersion>, StoreError> {
    let select = reader.find::<version::Entity>().filter(version::Column::Topic.eq(topic.as_str()));
    let row = select.filter(version::Column::Version.eq(number)).one(reader.conn()).await?;
    row.as_ref().map(read_version).transpose()
}

/// The goals that were set for a topic, in the order in which they were.
pub async fn topic_goals(reader: &impl Reader, topic: &Code) -> Result<Vec<TopicGoal>, StoreError> {
    let select = reader.find::<goal::Entity>().filter(goal::Column::Topic.eq(topic.as_str()));
    let rows = select.order_by_asc(goal::Column::At).order_by_asc(goal::Column::Id);
    rows.all(reader.conn()).await?.iter().map(read_goal).collect()
}

/// Keeps a version. Returns `false` when someone else has kept one with that number.
pub async fn insert_topic_version(tx: &Tx, new: &TopicVersion) -> Result<bool, StoreError> {
    let row = version::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        topic: Set(new.topic.to_string()),
        version: Set(new.version),
        id: Set(new.id.into()),
        changes: Set(serde_json::to_string(&new.changes)
            .map_err(|_| StoreError::corrupt("enquiries_topic_version.changes", new.id))?),
        at: Set(new.at),
        by_id: Set(new.by.map(Into::into)),
    };
    let outcome = version::Entity::insert(row).on_conflict_do_nothing().exec(tx.conn()).await?;
    Ok(!matches!(outcome, TryInsertResult::Conflicted))
}

/// Keeps a goal.
pub async fn insert_topic_goal(tx: &Tx, new: &TopicGoal) -> Result<(), StoreError> {
    let row = goal::ActiveModel {
        tenant_id: Set(tx.tenant().code()),
        id: Set(new.id.into()),
        topic: Set(new.topic.to_string()),
        first_reply: Set(new.first_reply.into()),
        answer: Set(new.answer.into()),
        valid_from: Set(new.valid_from),
        decided_on: Set(new.decision.as_ref().map(|decision| decision.on)),
        reference: Set(new.decision.as_ref().map(|decision| decision.reference.clone())),
        at: Set(new.at),
        by_id: Set(new.by.map(Into::into)),
    };
    goal::Entity::insert(row).exec_without_returning(tx.conn()).await?;
    Ok(())
}

fn read_version(row: &version::Model) -> Result<TopicVersion, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    Ok(TopicVersion {
        topic: row.topic.parse().map_err(|_| corrupt("enquiries_topic_version.topic"))?,
        changes: serde_json::from_str::<Changes>(&row.changes)
            .map_err(|_| corrupt("enquiries_topic_version.changes"))?,
        id: row.id.into(),
        version: row.version,
        at: row.at,
        by: row.by_id.map(Into::into),
    })
}

fn read_goal(row: &goal::Model) -> Result<TopicGoal, StoreError> {
    let corrupt = |column| StoreError::corrupt(column, row.id);
    let days = |days: i32, column| u8::try_from(days).map_err(|_| corrupt(column));
    Ok(TopicGoal {
        topic: row.topic.parse().map_err(|_| corrupt("enquiries_topic_goal.topic"))?,
        first_reply: days(row.first_reply, "enquiries_topic_goal.first_reply")?,
        answer: days(row.answer, "enquiries_topic_goal.answer")?,
        valid_from: row.valid_from,
        decision: row
            .decided_on
            .map(|on| Decision { on, reference: row.reference.clone().unwrap_or_default() }),
        id: row.id.into(),
        at: row.at,
        by: row.by_id.map(Into::into),
    })
}
