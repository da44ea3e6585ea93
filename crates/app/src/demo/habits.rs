//! What the town's people do beside the enquiries: keep replies for later, read their notices, see to the causes of
//! avoidable enquiries.

use anyhow::{Context, Result, anyhow};
use chrono::{Days, NaiveDate, NaiveTime};
use enquiries::{
    access,
    commands::{self, CauseOutcome},
    model::{Avoidable, NewCausePlan},
    store::SavedReply,
};
use kernel::{MovableClock, PersonId};

use super::{goals, play::Stage, words::Words};

/// When such things are done: after the telephone is closed.
const AFTERNOON: NaiveTime = NaiveTime::from_hms_opt(15, 20, 0).expect("a time of day");
/// Notices are read until so many days before the end.
const UNREAD_DAYS: u64 = 4;
/// The causes were looked at so many days before the end.
const PLANNED_DAYS: u64 = 45;
/// And one of them was mended so many days before it.
const MENDED_DAYS: u64 = 9;
/// Replies kept of one topic.
const REPLIES_PER_TOPIC: usize = 1;

/// Plans for causes: what, in how many days, whose mailbox.
const PLANS: [(Avoidable, &str, u64, &str); 2] = [
    (
        Avoidable::MissingGuidance,
        "Vejledningen om skilte og bannere skrives om, så mål og svartid står øverst.",
        60,
        "mette.holm",
    ),
    (
        Avoidable::Chaser,
        "Alle får en dato i det første svar, og den holdes eller flyttes med besked.",
        30,
        "anders.fjeldgaard",
    ),
];

/// What has been done so far, and when the story ends.
#[derive(Debug)]
pub struct Habits {
    ends: NaiveDate,
    has_replies: bool,
    has_plans: bool,
    has_mended: bool,
    has_read: bool,
}

impl Habits {
    /// Nothing yet.
    pub fn new(ends: NaiveDate) -> Self {
        Self { ends, has_replies: false, has_plans: false, has_mended: false, has_read: false }
    }

    /// The afternoon of a day. Each thing is done on the first day on which it is time.
    pub async fn afternoon(&mut self, stage: &Stage<'_>, clock: &MovableClock, day: NaiveDate) -> Result<()> {
        let is_time = |days: u64| self.ends.checked_sub_days(Days::new(days)).is_some_and(|from| day >= from);
        clock.set(stage.app.calendar.instant(day.and_time(AFTERNOON)));
        if !self.has_replies {
            self.has_replies = true;
            keep_replies(stage).await?;
        }
        if !self.has_plans && is_time(PLANNED_DAYS) {
            self.has_plans = true;
            plan_causes(stage, day).await?;
        }
        if !self.has_mended && is_time(MENDED_DAYS) {
            self.has_mended = true;
            mend_a_cause(stage).await?;
            goals::reword(stage).await?;
        }
        if !self.has_read && is_time(UNREAD_DAYS) {
            self.has_read = true;
            for person in stage.staff.people.keys().map(|person| stage.person(*person)) {
                if person.may(access::WORK) {
                    commands::read_notices(stage.app, &person)
                        .await
                        .map_err(|error| anyhow!(error.to_string()))?;
                }
            }
        }
        Ok(())
    }
}

/// Each team keeps what it answers often.
async fn keep_replies(stage: &Stage<'_>) -> Result<()> {
    for words in Words::standard()?.topics {
        let topic = stage.guide().topic(stage.tenant(), &words.key).context("a topic that the guide does not have")?;
        let team = stage.team(topic.team.as_str())?;
        let Some(person) = stage.staff.members.get(&team).and_then(|members| members.first()) else {
            continue;
        };
        for text in words.answers.iter().take(REPLIES_PER_TOPIC) {
            let text_da = text.replace("Hej {name}\n\n", "");
            let reply = SavedReply { title: topic.title.da.clone(), text_da, text_en: String::new() };
            let kept = commands::save_reply(stage.app, &stage.person(*person), team, reply).await;
            kept.map_err(|error| anyhow!(error.to_string()))?;
        }
    }
    Ok(())
}

/// Someone of the cast.
pub fn by_mailbox(stage: &Stage<'_>, mailbox: &str) -> Result<PersonId> {
    let address = format!("{mailbox}@example.dk");
    let known = stage.staff.people.values().find(|person| person.email.to_string() == address);
    known.map(|person| person.id).with_context(|| format!("nobody is {mailbox}"))
}

async fn plan_causes(stage: &Stage<'_>, day: NaiveDate) -> Result<()> {
    let leader = stage.person(by_mailbox(stage, "kirsten.lindqvist")?);
    for (cause, what, days, owner) in PLANS {
        let due_on = day.checked_add_days(Days::new(days)).context("a day too late")?;
        let new = NewCausePlan { cause, owner: by_mailbox(stage, owner)?, due_on, what: what.to_owned() };
        told(commands::plan_cause(stage.app, &leader, new).await.map(|_| ()))?;
    }
    Ok(())
}

async fn mend_a_cause(stage: &Stage<'_>) -> Result<()> {
    let leader = stage.person(by_mailbox(stage, "kirsten.lindqvist")?);
    let plans = enquiries::store::cause_plans(&stage.app.db.read(&leader)).await?;
    let [_, (done, ..)] = PLANS;
    let Some(plan) = plans.iter().find(|plan| plan.cause == done) else { return Ok(()) };
    told(commands::end_cause(stage.app, &leader, plan.id).await)
}

fn told(outcome: CauseOutcome) -> Result<()> {
    outcome.map_err(|failure| anyhow!(failure.to_string()))
}
