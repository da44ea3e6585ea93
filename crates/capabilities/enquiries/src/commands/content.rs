//! What one can do with what the guide says: say something differently, go back, settle what a release has changed, set a
//! topic's goal. What was promised before stands as it was promised.

use kernel::{Code, Ctx, Failure, Visibility};
use storage::Tx;
use web::App;

use super::code;
use crate::{
    access,
    fact::EnquiryFact,
    guide::{ContentRefusal, Duties, OTHER, Routing, Team, Topic, Way, acute_key},
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

/// What of the guide can be said differently here: a topic, a short way in, or what is told when something is wrong right now.
pub trait Editable: Shipped + Clone + Send + Sync + 'static {
    /// Under which its versions are kept.
    fn key(&self) -> Code;

    /// As it ships.
    fn shipped<'a>(guide: &'a GuideState, key: &Code) -> Option<&'a Self>;

    /// Everything that keeps it from being shown where these teams answer.
    fn refusals(&self, shipped: &Self, teams: Vec<Team>) -> Vec<ContentRefusal>;

    /// Whether it leaves alone what follows from law.
    fn keeps_walls(&self, _shipped: &Self) -> bool {
        true
    }
}

impl Editable for Topic {
    fn key(&self) -> Code {
        self.key.clone()
    }

    fn shipped<'a>(guide: &'a GuideState, key: &Code) -> Option<&'a Self> {
        guide.shipped_topic(key.as_str())
    }

    /// Where the team is fixed, it is one of them even before the municipality has it.
    fn refusals(&self, shipped: &Self, mut teams: Vec<Team>) -> Vec<ContentRefusal> {
        if shipped.routing == Routing::ProcurementOnly && teams.iter().all(|team| team.key != shipped.team) {
            teams.push(Team { key: shipped.team.clone(), da: String::new(), en: String::new() });
        }
        self.problems(&teams)
    }

    fn keeps_walls(&self, shipped: &Self) -> bool {
        keeps_walls(shipped, self)
    }
}

impl Editable for Way {
    fn key(&self) -> Code {
        self.key.clone()
    }

    fn shipped<'a>(guide: &'a GuideState, key: &Code) -> Option<&'a Self> {
        guide.shipped_way(key.as_str())
    }

    fn refusals(&self, _shipped: &Self, teams: Vec<Team>) -> Vec<ContentRefusal> {
        self.edited_problems(&teams)
    }
}

impl Editable for Duties {
    fn key(&self) -> Code {
        acute_key()
    }

    fn shipped<'a>(guide: &'a GuideState, key: &Code) -> Option<&'a Self> {
        (*key == acute_key()).then(|| guide.shipped_duties())
    }

    fn refusals(&self, _shipped: &Self, _teams: Vec<Team>) -> Vec<ContentRefusal> {
        self.problems()
    }
}

/// Says something differently. `seen` is the version that was edited. Returns the version that it is now: a form sent twice
/// makes one.
pub async fn edit_content<T: Editable>(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    seen: i64,
    edited: T,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let key = edited.key();
    let shipped = T::shipped(guide, &key).ok_or(Failure::NotFound)?;
    check(app, ctx, shipped, &edited).await?;
    if !edited.keeps_walls(shipped) {
        return Err(ContentProblem::Fixed.into());
    }
    save(app, guide, ctx, &key, seen, "edited", |before| before.edited(shipped, &edited)).await
}

/// Begins to take enquiries on a topic, or leaves it to the telephone. Its texts stay as they are.
pub async fn switch_topic(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    key: &Code,
    seen: i64,
    by_phone: bool,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = guide.shipped_topic(key.as_str()).ok_or(Failure::NotFound)?;
    let how = if by_phone { "to-phone" } else { "begun" };
    save(app, guide, ctx, key, seen, how, |before| match before.apply(shipped) {
        Some(topic) => before.edited(shipped, &Topic { by_phone, ..topic }),
        None => before.clone(),
    })
    .await
}

/// What a municipality begins with: these topics by this team, and all the others on the telephone. What only the topic for
/// all the rest can take, such as mail, goes to the team too. A topic that was edited before is left as it is, so that done
/// again it undoes nothing. Returns how many were set.
pub async fn begin_with(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    topics: &[Code],
    team: &Code,
) -> ContentOutcome<usize> {
    ctx.require(access::CONTENT)?;
    let teams = content_teams(app, ctx).await?;
    let tx = app.db.begin_write(ctx).await?;
    let own = store::own_content(&tx).await?;
    let mut set = 0;
    for shipped in &guide.shipped().topics {
        if own.versions.contains_key(&shipped.key) {
            continue;
        }
        let (is_first, is_other) = (topics.contains(&shipped.key), shipped.key.as_str() == OTHER);
        let team = if is_first || is_other { team.clone() } else { shipped.team.clone() };
        let begun = Topic { team, by_phone: !is_first, ..shipped.clone() };
        // What is left to the telephone may wait for its team.
        let refusals = if is_first { begun.refusals(shipped, teams.clone()) } else { Vec::new() };
        if !refusals.is_empty() {
            return Err(ContentProblem::Texts(refusals).into());
        }
        if !keeps_walls(shipped, &begun) {
            return Err(ContentProblem::Fixed.into());
        }
        let changes = Changes::default().edited(shipped, &begun);
        if !changes.is_empty() {
            let how = if is_first { "begun" } else { "to-phone" };
            keep_version(&tx, &shipped.key, 1, how, (&Changes::default(), changes)).await?;
            set += 1;
        }
    }
    tx.commit().await?;
    guide_state::edited_here(guide, &app.db, ctx).await;
    Ok(set)
}

/// Goes back to an earlier version; 0 is what ships.
pub async fn restore_content<T: Editable>(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    key: &Code,
    seen: i64,
    version: i64,
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = T::shipped(guide, key).ok_or(Failure::NotFound)?;
    let mut changes = Changes::default();
    if version != 0 {
        let row = store::topic_version(&app.db.read(ctx), key, version).await?;
        changes = row.ok_or(ContentProblem::NoVersion)?.changes;
        // An earlier version may name a team that is gone.
        check(app, ctx, shipped, &changes.apply(shipped).ok_or(ContentProblem::NoVersion)?).await?;
    }
    save(app, guide, ctx, key, seen, "restored", |_| changes).await
}

/// Chooses between ours and a new release's text of a field.
pub async fn settle_content<T: Editable>(
    app: &App,
    guide: &GuideState,
    ctx: &Ctx,
    key: &Code,
    seen: i64,
    (field, how): (&str, Settle),
) -> ContentOutcome<i64> {
    ctx.require(access::CONTENT)?;
    let shipped = T::shipped(guide, key).ok_or(Failure::NotFound)?;
    let told = match how {
        Settle::KeepOurs => "kept-ours",
        Settle::TakeShipped => "took-shipped",
    };
    save(app, guide, ctx, key, seen, told, |before| before.settled(shipped, field, how)).await
}

/// Refuses what could not be shown.
async fn check<T: Editable>(app: &App, ctx: &Ctx, shipped: &T, edited: &T) -> ContentOutcome {
    let refusals = edited.refusals(shipped, content_teams(app, ctx).await?);
    if refusals.is_empty() { Ok(()) } else { Err(ContentProblem::Texts(refusals).into()) }
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
    let version = keep_version(&tx, topic, at + 1, how, (&before, changes)).await?;
    tx.commit().await?;
    guide_state::edited_here(guide, &app.db, ctx).await;
    Ok(version)
}

/// Writes a version with its line.
async fn keep_version(
    tx: &Tx,
    topic: &Code,
    version: i64,
    how: &str,
    (before, changes): (&Changes, Changes),
) -> ContentOutcome<i64> {
    let ctx = tx.ctx();
    let fields = changes.differences(before).into_iter().map(code).collect();
    let new = TopicVersion {
        id: ctx.new_id(),
        topic: topic.clone(),
        version,
        changes,
        at: ctx.now(),
        by: ctx.person(),
    };
    if !store::insert_topic_version(tx, &new).await? {
        return Err(ContentProblem::Stale.into());
    }
    let fact =
        EnquiryFact::ContentEdited { topic: topic.clone(), version: new.version, how: code(how), fields };
    tx.note(new.id, Visibility::Staff, &fact).await?;
    Ok(version)
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
