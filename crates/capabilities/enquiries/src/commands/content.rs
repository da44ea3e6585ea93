//! What one can do with the guide's topics: say something differently, go back, settle what a release has changed, set a
//! goal. What was promised before stands as it was promised.

use kernel::{Code, Ctx, Failure, Visibility};
use storage::Tx;
use web::App;

use super::code;
use crate::{
    access,
    fact::EnquiryFact,
    guide::{Duties, Routing, Team, Topic, Way, acute_key},
    guide_state::{self, GuideState},
    model::{Changes, ContentProblem, NewGoal, Settle, Shipped, TopicGoal, TopicVersion, keeps_walls},
    store,
};

/// How a command on the guide ends.
pub type ContentOutcome<T = ()> = Result<T, Failure<ContentProblem>>;

/// The teams that can answer, as the guide knows them.
pub async fn content_teams(app: &App, ctx: &Ctx) -> Result<Vec<Team>, storage::StoreError> {
    let teams = app.ports.people.teams(&app.db.read(ctx)).await?;
    let team = |team: &ports::TeamCard| {
        Some(Team { key: team.key.parse().ok()?, da: team.name_da.clone(), en: team.name_en.clone() })
    };
    Ok(teams.iter().filter_map(team).collect())
}

/// The teams that can answer a topic. Where the team is fixed, it is one of them even before the municipality has it.
async fn teams_for(app: &App, ctx: &Ctx, shipped: &Topic) -> Result<Vec<Team>, storage::StoreError> {
    let mut teams = content_teams(app, ctx).await?;
    if shipped.routing == Routing::ProcurementOnly && teams.iter().all(|team| team.key != shipped.team) {
        teams.push(Team { key: shipped.team.clone(), da: String::new(), en: String::new() });
    }
    Ok(teams)
}

/// Says a topic differently. `seen` is the version that was edited. Returns the version that it is now: a form sent twice
/// makes one.
pub async fn edit_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    edited: Topic,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_topic(edited.key.as_str()).ok_or(Failure::NotFound)?;
    let problems = edited.problems(&teams_for(app, ctx, shipped).await?);
    if !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    if !keeps_walls(shipped, &edited) {
        return Err(ContentProblem::Fixed.into());
    }
    save(app, guide, ctx, &shipped.key, seen, "edited", |before| before.edited(shipped, &edited)).await
}

/// Says differently what is told when something is wrong right now: whom to call, when they answer, in which words, and by
/// which further signs. `seen` is the version that was edited; returns the one that it is now.
pub async fn edit_duties(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    edited: Duties,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let problems = edited.problems();
    if !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    let shipped = guide.shipped_duties();
    save(app, guide, ctx, &acute_key(), seen, "edited", |before| before.edited(shipped, &edited)).await
}

/// Goes back to what was told in an earlier version; 0 is what ships.
pub async fn restore_duties(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    version: i64,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let changes = version_to_restore(app, ctx, &acute_key(), version).await?;
    let edited = changes.apply(guide.shipped_duties()).ok_or(ContentProblem::NoVersion)?;
    let problems = edited.problems();
    if version > 0 && !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    save(app, guide, ctx, &acute_key(), seen, "restored", |_| changes).await
}

/// Calls a short way in something else, or lets it lead to others. `seen` is the version that was edited; returns the one that
/// it is now.
pub async fn edit_way(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    edited: Way,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_way(edited.key.as_str()).ok_or(Failure::NotFound)?;
    let problems = edited.edited_problems(&content_teams(app, ctx).await?);
    if !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    save(app, guide, ctx, &shipped.key, seen, "edited", |before| before.edited(shipped, &edited)).await
}

/// Goes back to an earlier version of a short way in; 0 is what ships.
pub async fn restore_way(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    way: &Code,
    seen: i64,
    version: i64,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_way(way.as_str()).ok_or(Failure::NotFound)?;
    let changes = version_to_restore(app, ctx, way, version).await?;
    let edited = changes.apply(shipped).ok_or(ContentProblem::NoVersion)?;
    // An earlier version may name a team that is gone.
    let problems = edited.edited_problems(&content_teams(app, ctx).await?);
    if version > 0 && !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    save(app, guide, ctx, way, seen, "restored", |_| changes).await
}

/// Chooses between ours and a new release's text of a field of a short way in.
pub async fn settle_way(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    way: &Code,
    seen: i64,
    choice: (&str, Settle),
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_way(way.as_str()).ok_or(Failure::NotFound)?;
    settle(app, guide, ctx, way, shipped, seen, choice).await
}

/// Chooses between ours and a new release's text of a field of what is told when something is wrong.
pub async fn settle_duties(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    choice: (&str, Settle),
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    settle(app, guide, ctx, &acute_key(), guide.shipped_duties(), seen, choice).await
}

/// What an earlier version said differently.
async fn version_to_restore(app: &App, ctx: &Ctx, key: &Code, version: i64) -> ContentOutcome<Changes> {
    if version == 0 {
        return Ok(Changes::default());
    }
    let row = store::topic_version(&app.db.read(ctx), key, version).await?;
    Ok(row.ok_or(ContentProblem::NoVersion)?.changes)
}

/// Goes back to an earlier version; 0 is what ships.
pub async fn restore_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    topic: &Code,
    seen: i64,
    version: i64,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_topic(topic.as_str()).ok_or(Failure::NotFound)?;
    let changes = version_to_restore(app, ctx, topic, version).await?;
    // An earlier version may name a team that is gone.
    let edited = changes.apply(shipped).ok_or(ContentProblem::NoVersion)?;
    let problems = edited.problems(&teams_for(app, ctx, shipped).await?);
    if version > 0 && !problems.is_empty() {
        return Err(ContentProblem::Texts(problems).into());
    }
    save(app, guide, ctx, topic, seen, "restored", |_| changes).await
}

/// Chooses between ours and a new release's text of a field.
pub async fn settle_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    topic: &Code,
    seen: i64,
    (field, how): (&str, Settle),
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_topic(topic.as_str()).ok_or(Failure::NotFound)?;
    settle(app, guide, ctx, topic, shipped, seen, (field, how)).await
}

async fn settle(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    key: &Code,
    shipped: &impl Shipped,
    seen: i64,
    (field, how): (&str, Settle),
) -> ContentOutcome<i64> {
    let told = match how {
        Settle::KeepOurs => "kept-ours",
        Settle::TakeShipped => "took-shipped",
    };
    save(app, guide, ctx, key, seen, told, |before| before.settled(shipped, field, how)).await
}

async fn save(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    topic: &Code,
    seen: i64,
    how: &str,
    change: impl FnOnce(&Changes) -> Changes,
) -> ContentOutcome<i64> {
    let tx = app.db.begin_write(ctx).await?;
    let newest = store::newest_version(&tx, topic).await?;
    let (at, before) = newest.map_or((0, Changes::default()), |newest| (newest.version, newest.changes));
    let changes = change(&before);
    if changes == before {
        // Nothing to say, or said already by the same form.
        return Ok(at);
    }
    if at != seen {
        return Err(ContentProblem::Stale.into());
    }
    let fields = changes.differences(&before).into_iter().map(code).collect();
    let new = TopicVersion {
        id: ctx.new_id(),
        topic: topic.clone(),
        version: at + 1,
        changes,
        at: ctx.now(),
        by: ctx.person(),
    };
    if !store::insert_topic_version(&tx, &new).await? {
        return Err(ContentProblem::Stale.into());
    }
    let fact =
        EnquiryFact::ContentEdited { topic: topic.clone(), version: new.version, how: code(how), fields };
    tx.note(new.id, Visibility::Staff, &fact).await?;
    tx.commit().await?;
    guide_state::edited_here(guide, &app.db, ctx).await;
    Ok(new.version)
}

/// Sets a topic's service goal from a date on. Set twice with the same words, it is set once.
pub async fn set_goal(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    topic: &Code,
    new: NewGoal,
) -> ContentOutcome {
    ctx.require(access::CONTENT)?;
    guide.shipped_topic(topic.as_str()).ok_or(Failure::NotFound)?;
    new.check(app.calendar.local_date(ctx.now()))?;
    let tx = app.db.begin_write(ctx).await?;
    let goal = TopicGoal {
        id: ctx.new_id(),
        topic: topic.clone(),
        first_reply: new.first_reply,
        answer: new.answer,
        valid_from: new.valid_from,
        decision: new.decision,
        at: ctx.now(),
        by: ctx.person(),
    };
    if !is_set_already(&tx, &goal).await? {
        store::insert_topic_goal(&tx, &goal).await?;
        let fact = EnquiryFact::GoalSet {
            topic: topic.clone(),
            first_reply: goal.first_reply,
            answer: goal.answer,
            valid_from: goal.valid_from,
            decided_on: goal.decision.as_ref().map(|decision| decision.on),
        };
        tx.note(goal.id, Visibility::Staff, &fact).await?;
        tx.commit().await?;
        guide_state::edited_here(guide, &app.db, ctx).await;
    }
    Ok(())
}

/// Whether the goal that was set last is this one.
async fn is_set_already(tx: &Tx, new: &TopicGoal) -> ContentOutcome<bool> {
    let last = store::topic_goals(tx, &new.topic).await?.pop();
    Ok(last.is_some_and(|last| TopicGoal { id: new.id, at: new.at, by: new.by, ..last } == *new))
}
