//! What the town's people do beside the enquiries: keep replies for later, read their notices, see to the causes of
//! avoidable enquiries.

use anyhow::{Context, Result, anyhow};
use chrono::{Days, Duration, NaiveDate, NaiveTime};
use enquiries::{
    access,
    commands::{self, CauseOutcome},
    figures::{Period, Quarter},
    model::{Avoidable, NewCausePlan, ReleaseRefusal, fingerprint},
    store::SavedReply,
};
use identity::commands::NewAbsence;
use kernel::{Failure, Language, MovableClock};

use super::{
    goals,
    play::Stage,
    words::{Thread, Words},
};

/// When such things are done: after the telephone is closed.
const AFTERNOON: NaiveTime = NaiveTime::from_hms_opt(15, 20, 0).expect("a time of day");
/// Notices are read until so many days before the end.
const UNREAD_DAYS: u64 = 4;
/// The causes were looked at so many days before the end.
const PLANNED_DAYS: u64 = 45;
/// And one of them was mended so many days before it.
const MENDED_DAYS: u64 = 9;
/// The numbers of the last whole quarter went onto the front page so many days before the end.
const RELEASED_DAYS: u64 = 12;
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
        40,
        "anders.fjeldgaard",
    ),
];

/// Someone is away; days before the end of the story, which may be negative.
struct Away {
    mailbox: &'static str,
    noted: i64,
    from: i64,
    to: Option<i64>,
    substitute: Option<&'static str>,
}

/// Who is away when, by the day on which it is noted: a summer holiday, an illness, and two who are away today.
const ABSENCES: [Away; 4] = [
    Away { mailbox: "bo.kragelund", noted: 150, from: 133, to: Some(113), substitute: Some("mads.oertoft") },
    Away { mailbox: "camilla.bregnhoej", noted: 60, from: 59, to: Some(52), substitute: None },
    Away { mailbox: "line.sandager", noted: 20, from: 3, to: Some(-6), substitute: Some("jonas.birk") },
    Away { mailbox: "dorthe.ellemose", noted: 1, from: 0, to: None, substitute: None },
];

/// What has been done so far, and when the story ends.
#[derive(Debug)]
pub struct Habits {
    ends: NaiveDate,
    has_replies: bool,
    has_plans: bool,
    has_mended: bool,
    has_read: bool,
    has_released: bool,
    absences_noted: usize,
}

impl Habits {
    /// Nothing yet.
    pub fn new(ends: NaiveDate) -> Self {
        Self {
            ends,
            has_replies: false,
            has_plans: false,
            has_mended: false,
            has_read: false,
            has_released: false,
            absences_noted: 0,
        }
    }

    /// The afternoon of a day. Each thing is done on the first day on which it is time.
    pub async fn afternoon(
        &mut self,
        stage: &mut Stage<'_>,
        clock: &MovableClock,
        day: NaiveDate,
    ) -> Result<()> {
        let ends = self.ends;
        let is_time = |days: u64| ends.checked_sub_days(Days::new(days)).is_some_and(|from| day >= from);
        clock.set(stage.app.calendar.instant(day.and_time(AFTERNOON)));
        if !self.has_replies {
            self.has_replies = true;
            keep_replies(stage).await?;
        }
        self.absences(stage, day).await?;
        if !self.has_plans && is_time(PLANNED_DAYS) {
            self.has_plans = true;
            plan_causes(stage, day).await?;
        }
        if !self.has_mended && is_time(MENDED_DAYS) {
            self.has_mended = true;
            mend_a_cause(stage).await?;
            goals::reword(stage).await?;
        }
        if !self.has_released && is_time(RELEASED_DAYS) {
            self.has_released = true;
            release_numbers(stage, day).await?;
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

impl Habits {
    /// People note when they will be away, in the order of the list.
    async fn absences(&mut self, stage: &mut Stage<'_>, day: NaiveDate) -> Result<()> {
        while let Some(next) = ABSENCES.get(self.absences_noted) {
            let before_end = |days: i64| self.ends - Duration::days(days);
            if day < before_end(next.noted) {
                return Ok(());
            }
            self.absences_noted += 1;
            // In a small town so long may pass between two enquiries that the absence is over.
            if next.to.is_some_and(|to| before_end(to) < day) {
                continue;
            }
            let person = stage.by_mailbox(next.mailbox)?;
            let substitute = next.substitute.map(|mailbox| stage.by_mailbox(mailbox)).transpose()?;
            let new = NewAbsence {
                person,
                first_day: before_end(next.from),
                last_day: next.to.map(before_end),
                substitute,
            };
            let ctx = stage.person(person);
            let noted = identity::commands::note_absence(&stage.app.db, &ctx, new, day).await;
            noted.map_err(|error| anyhow!(error.to_string()))?;
            stage.read_staff().await?;
        }
        Ok(())
    }
}

/// Each team keeps what it answers often.
async fn keep_replies(stage: &Stage<'_>) -> Result<()> {
    for words in Words::standard()?.topics {
        let topic = stage.topic(&words.key)?;
        let team = stage.team(topic.team.as_str())?;
        let Some(person) = stage.staff.members.get(&team).and_then(|members| members.first()) else {
            continue;
        };
        let standing =
            |thread: &&Thread| thread.language() == Language::Da && !thread.answer.contains("{week}");
        for thread in words.threads.iter().filter(standing).take(REPLIES_PER_TOPIC) {
            let text_da = thread.answer.replace("Hej {name}\n\n", "").replace("{address}", "jeres adresse");
            let (id, title) = (stage.person(*person).new_id(), topic.title.da.clone());
            let reply = SavedReply { id, title, text_da, text_en: String::new() };
            let kept = commands::save_reply(stage.app, &stage.person(*person), team, reply).await;
            kept.map_err(|error| anyhow!(error.to_string()))?;
        }
    }
    Ok(())
}

async fn plan_causes(stage: &Stage<'_>, day: NaiveDate) -> Result<()> {
    let leader = stage.person(stage.by_mailbox("kirsten.lindqvist")?);
    for (cause, what, days, owner) in PLANS {
        let due_on = day.checked_add_days(Days::new(days)).context("a day too late")?;
        let new = NewCausePlan { cause, owner: stage.by_mailbox(owner)?, due_on, what: what.to_owned() };
        told(commands::plan_cause(stage.app, &leader, new).await.map(|_| ()))?;
    }
    Ok(())
}

/// The manager looks at the numbers of the last whole quarter, and puts them on the front page. A small town has too few.
async fn release_numbers(stage: &Stage<'_>, day: NaiveDate) -> Result<()> {
    let leader = stage.person(stage.by_mailbox("kirsten.lindqvist")?);
    let quarter = Period::Quarter(Quarter::of(day).back(1));
    let seen = commands::front_numbers(stage.app, &leader, quarter).await;
    let seen = fingerprint(&seen.map_err(|failure| anyhow!(failure.to_string()))?);
    match commands::release_numbers(stage.app, &leader, quarter, &seen).await {
        Ok(_) | Err(Failure::Refused(ReleaseRefusal::Few)) => Ok(()),
        Err(failure) => Err(anyhow!(failure.to_string())),
    }
}

async fn mend_a_cause(stage: &Stage<'_>) -> Result<()> {
    let leader = stage.person(stage.by_mailbox("kirsten.lindqvist")?);
    let plans = enquiries::store::cause_plans(&stage.app.db.read(&leader)).await?;
    let [_, (done, ..)] = PLANS;
    let Some(plan) = plans.iter().find(|plan| plan.cause == done) else { return Ok(()) };
    told(commands::end_cause(stage.app, &leader, plan.id).await)
}

fn told(outcome: CauseOutcome) -> Result<()> {
    outcome.map_err(|failure| anyhow!(failure.to_string()))
}
