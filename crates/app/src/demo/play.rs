//! Makes the story happen: each deed at its time, by the person whose it is, through the commands that the pages call.

use std::{collections::BTreeSet, sync::Arc};

use anyhow::{Context, Result, anyhow};
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use enquiries::{
    GuideState,
    commands::{self, Closing, CompanyWords, Entered, NewEnquiry},
    guide::Topic,
    model::{Avoidable, Case, CaseRefusal, Channel, Outcome, SaidOfFiling},
    store,
};
use identity::model::Staff;
use kernel::{
    Actor, CaseId, Code, Ctx, Failure, Language, MovableClock, PersonId, Refusal, Role, TeamId, TenantId,
};
use storage::Token;
use web::App;

use super::{
    chance::Chance,
    goals,
    habits::Habits,
    story::{Deed, Enquiry, Step, Story},
};
use crate::{background, capabilities, progress::Progress, start::Started};

/// Progress is said so often.
const SAID_EVERY: usize = 100;
/// Jobs and sealing wait for the evening.
const EVENING: NaiveTime = NaiveTime::from_hms_opt(23, 30, 0).expect("a time of day");

/// To someone who asks again what has been answered.
const ANSWERED_BEFORE: &str =
    "Hej\n\nI har fået svaret i jeres første henvendelse. Ring, hvis noget er uklart.";

/// How a command ended.
type Done = Result<(), Failure<CaseRefusal>>;

/// What has become of an enquiry.
#[derive(Debug, Clone)]
struct Known {
    case: CaseId,
    link: Token,
}

/// Where the story is played, and who plays.
pub struct Stage<'a> {
    /// The application.
    pub app: &'a App,
    tenant: TenantId,
    /// Everyone who works here.
    pub staff: Arc<Staff>,
    matrix: identity::Matrix,
    chance: Chance,
    known: Vec<Option<Known>>,
    /// Enquiries that became part of another: their own steps are not played.
    raised: BTreeSet<usize>,
}

/// Plays the whole story. Every evening mails are delivered and the journal is sealed, so that its positions follow the days.
pub async fn play(
    started: &Started,
    clock: &MovableClock,
    staff: Arc<Staff>,
    story: &Story,
    seed: u64,
    progress: &Progress,
) -> Result<usize> {
    let app = &started.app;
    let tenant = app.sites.first().context("a demo has a municipality")?.tenant;
    let matrix = identity::Matrix::of(&capabilities::manifests());
    let known = vec![None; story.enquiries.len()];
    let mut stage =
        Stage { app, tenant, staff, matrix, chance: Chance::new(seed, 2), known, raised: BTreeSet::new() };
    let mut sent = 0;
    let mut habits = Habits::new(story.ends);
    let mut day = story.begins;
    goals::adopt(&stage).await?;
    for step in &story.steps {
        let today = app.calendar.local_date(step.at);
        if today != day {
            habits.afternoon(&mut stage, clock, day).await?;
            evening(started, clock, day).await?;
            day = today;
            if story.is_nearly_over(day) {
                // The watch is rare in the story; whoever opens the demo is told what waits today.
                enquiries::jobs::watch(app, &app.system("demo", tenant))
                    .await
                    .map_err(|error| anyhow!("the watch: {error:?}"))?;
            }
        }
        clock.set(step.at);
        let enquiry = story.enquiries.get(step.enquiry).context("a step of no enquiry")?;
        stage.perform(step, enquiry).await.with_context(|| format!("{:?} on {today}", step.deed))?;
        if matches!(step.deed, Deed::Send) {
            sent += 1;
            if sent % SAID_EVERY == 0 {
                progress.say(&format!("{sent} of {} enquiries, until {today}", story.enquiries.len()));
            }
        }
    }
    habits.afternoon(&mut stage, clock, day).await?;
    evening(started, clock, day).await?;
    Ok(sent)
}

/// The end of a day: what waits is done, and the journal sealed and signed.
async fn evening(started: &Started, clock: &MovableClock, day: NaiveDate) -> Result<()> {
    let app = &started.app;
    let at: DateTime<Utc> = app.calendar.instant(day.and_time(EVENING));
    clock.set(at);
    while background::run_due(app, &started.jobs).await? > 0 {}
    background::seal_now(app).await?;
    background::sign(app, day).await?;
    Ok(())
}

impl Stage<'_> {
    async fn perform(&mut self, step: &Step, enquiry: &Enquiry) -> Result<()> {
        if matches!(step.deed, Deed::Send) {
            let known = self.send(enquiry).await?;
            match (known, self.known.get_mut(step.enquiry)) {
                (Some(known), Some(place)) => *place = Some(known),
                _ => {
                    self.raised.insert(step.enquiry);
                }
            }
            return Ok(());
        }
        if self.raised.contains(&step.enquiry) {
            return Ok(());
        }
        let known =
            self.known.get(step.enquiry).cloned().flatten().context("an enquiry that was never sent")?;
        self.company(&known, &step.deed).await?;
        self.officer(&known, &step.deed).await
    }

    /// The guide.
    pub fn guide(&self) -> &GuideState {
        self.app.kept::<GuideState>()
    }

    /// A topic of the guide.
    pub fn topic(&self, key: &Code) -> Result<Topic> {
        self.guide().topic(self.tenant, key).context("a topic that the guide does not have")
    }

    fn passer_by(&self, language: Language) -> Ctx {
        let reach = self.app.public_reach.get(&Role::Anyone).cloned().unwrap_or_default();
        Ctx::new(self.tenant, Actor::Anyone, reach, language, self.app.clock.now(), self.app.ids.clone())
    }

    /// What a person may, at this time of the story.
    pub fn person(&self, person: PersonId) -> Ctx {
        let now = self.app.clock.now();
        let reach = self.staff.reach(&self.matrix, person, self.app.calendar.local_date(now));
        Ctx::new(self.tenant, Actor::Staff(person), Arc::new(reach), Language::Da, now, self.app.ids.clone())
    }

    /// The team of a key.
    pub fn team(&self, key: &str) -> Result<TeamId> {
        let team = self.staff.teams.values().find(|team| team.key.as_str() == key);
        team.map(|team| team.id).with_context(|| format!("no team {key}"))
    }

    /// Someone by the part before `@example.dk`.
    pub fn by_mailbox(&self, mailbox: &str) -> Result<PersonId> {
        let address = format!("{mailbox}@example.dk");
        let known = self.staff.people.values().find(|person| person.email.to_string() == address);
        known.map(|person| person.id).with_context(|| format!("nobody is {mailbox}"))
    }

    /// Whoever has the case, or someone of the team who is at work, or whoever stands in.
    fn worker(&mut self, team: TeamId, assignee: Option<PersonId>) -> Result<PersonId> {
        let day = self.app.calendar.local_date(self.app.clock.now());
        let members: Vec<PersonId> = self.staff.members.get(&team).into_iter().flatten().copied().collect();
        let at_work: Vec<PersonId> =
            members.iter().copied().filter(|person| self.staff.is_at_work(*person, day)).collect();
        let has_it = assignee.filter(|person| at_work.contains(person));
        let someone = has_it.or_else(|| self.chance.pick(&at_work).copied());
        let stands_in = || members.iter().find_map(|person| self.staff.stand_in(*person, day));
        someone.or_else(stands_in).context("a team without anyone")
    }

    /// People come and go: read again after an absence was noted.
    pub async fn read_staff(&mut self) -> Result<()> {
        let ctx = self.app.system("demo", self.tenant);
        self.staff = capabilities::staff(self.app, &ctx).await?;
        Ok(())
    }

    /// Nothing where the same was asked while the first was open: it raised that one, whose own steps go on.
    async fn send(&mut self, enquiry: &Enquiry) -> Result<Option<Known>> {
        let entered = (enquiry.channel != Channel::Web)
            .then_some(Entered { channel: enquiry.channel, was_told: enquiry.channel == Channel::Phone });
        let ctx = if entered.is_some() {
            let team = self.team("business")?;
            let person = self.worker(team, None)?;
            self.person(person)
        } else {
            self.passer_by(enquiry.language)
        };
        let new = NewEnquiry {
            topic: enquiry.topic.clone(),
            asker: enquiry.asker.clone(),
            contact: enquiry.contact.clone(),
            about: None,
            text: enquiry.text.clone(),
            language: enquiry.language,
            files: Vec::new(),
            draft: None,
            suspicion: enquiry.suspicion,
            form_key: ctx.new_id(),
            content: enquiry.text.clone(),
        };
        let sent = commands::send(self.app, self.guide(), &ctx, new, entered).await.map_err(loud)?;
        Ok((!sent.is_repeat).then_some(Known { case: sent.case.id, link: sent.link }))
    }

    /// What the company does by its link.
    async fn company(&self, known: &Known, deed: &Deed) -> Result<()> {
        let ctx = self.passer_by(Language::Da);
        let (app, link) = (self.app, &known.link);
        let done = match deed {
            Deed::Confirm => commands::confirm(app, self.guide(), &ctx, link).await,
            Deed::CompanyWrites(text) => {
                let words = CompanyWords {
                    text: text.clone(),
                    files: Vec::new(),
                    draft: None,
                    form_key: ctx.new_id(),
                };
                commands::write(app, self.guide(), &ctx, link, words).await
            }
            Deed::Withdraw => commands::withdraw(app, &ctx, link).await,
            Deed::Rate(score, text) => commands::rate(app, &ctx, link, *score, text).await,
            _ => Ok(()),
        };
        done.map_err(loud)
    }

    /// What one of us does.
    async fn officer(&mut self, known: &Known, deed: &Deed) -> Result<()> {
        let id = known.case;
        let case = self.case(id).await?;
        let worker = self.worker(case.team, case.assignee)?;
        let ctx = self.person(worker);
        let (app, seen) = (self.app, case.version);
        let done = match deed {
            Deed::Assign(who) => {
                let (taker, ctx) = match who {
                    Some(mailbox) => {
                        let taker = self.by_mailbox(mailbox)?;
                        (taker, self.person(taker))
                    }
                    None => (worker, ctx),
                };
                commands::assign(app, &ctx, id, seen, Some(taker)).await
            }
            Deed::Note(text) => commands::note(app, &ctx, id, text, None).await,
            Deed::Reply(text) => commands::reply(app, &ctx, id, seen, text, false, &[]).await,
            Deed::Ask(text) => commands::ask(app, &ctx, id, seen, text).await,
            Deed::HandOver { to, why } => commands::hand_over(app, &ctx, id, seen, self.team(to)?, why).await,
            Deed::Accept => commands::accept(app, &self.receiver(&case)?, id, None).await,
            Deed::Bounce(why) => commands::bounce(app, &self.receiver(&case)?, id, why, None).await,
            Deed::AskPart { of, question } => self.ask_part(&ctx, &case, of, question).await?,
            Deed::AnswerPart(text) => return self.answer_part(id, text).await,
            Deed::Close { outcome, avoidable, text, authority } => {
                let authority = authority.as_deref();
                let closing = Closing {
                    outcome: *outcome,
                    avoidable: *avoidable,
                    text,
                    authority,
                    forwarded_on: None,
                    filing: SaidOfFiling::Owed,
                };
                commands::close(app, &ctx, id, seen, closing).await
            }
            Deed::CallBack(text) => commands::called_back(app, &ctx, id, seen, text).await,
            Deed::MarkSpam => commands::mark_spam(app, &ctx, id, seen, &"advertising".parse()?).await,
            Deed::MarkDuplicate(of) => self.merge(&ctx, &case, *of).await?,
            _ => Ok(()),
        };
        done.map_err(loud)
    }

    /// Merges a case into the first one of the same company, or ends it where there is none to merge into any more.
    async fn merge(&self, ctx: &Ctx, case: &Case, of: usize) -> Result<Done> {
        let first = match self.known.get(of).cloned().flatten() {
            Some(known) => Some(self.case(known.case).await?),
            None => None,
        };
        let first =
            first.filter(|first| first.state.is_open() && first.team == case.team && first.id != case.id);
        let (outcome, avoidable) = (Outcome::Guided, Avoidable::Chaser);
        let closing = Closing {
            outcome,
            avoidable,
            text: ANSWERED_BEFORE,
            authority: None,
            forwarded_on: None,
            filing: SaidOfFiling::Owed,
        };
        Ok(match first {
            Some(first) => {
                commands::mark_duplicate(self.app, ctx, case.id, case.version, &first.number).await
            }
            None => commands::close(self.app, ctx, case.id, case.version, closing).await,
        })
    }

    async fn case(&self, id: CaseId) -> Result<Case> {
        let read = self.app.db.read(&self.passer_by(Language::Da));
        store::find(&read, id).await?.context("a case that is gone")
    }

    /// Someone of the team that is to accept.
    fn receiver(&mut self, case: &Case) -> Result<Ctx> {
        let offer = case.hand_over.context("no hand-over waits")?;
        let person = self.worker(offer.to, None)?;
        Ok(self.person(person))
    }

    /// A case that was handed over may be the helping team's own by now: then there is nobody to ask.
    async fn ask_part(&self, ctx: &Ctx, case: &Case, of: &str, question: &str) -> Result<Done> {
        let of = self.team(of)?;
        if of == case.team {
            return Ok(Ok(()));
        }
        Ok(commands::ask_part(self.app, ctx, case.id, case.version, of, question).await)
    }

    async fn answer_part(&mut self, id: CaseId, text: &str) -> Result<()> {
        let read = self.app.db.read(&self.passer_by(Language::Da));
        let owed = store::parts(&read, &[id]).await?.into_iter().find(|part| part.ended_at.is_none());
        let Some(part) = owed else { return Ok(()) };
        let person = self.worker(part.team, None)?;
        let ctx = self.person(person);
        commands::answer_part(self.app, &ctx, id, part.id, text, None).await.map_err(loud)
    }
}

/// The story knows what may be done: a refusal is a mistake in it, and ends the demo's making.
#[expect(clippy::needless_pass_by_value, reason = "handed to `map_err`")]
fn loud<R: Refusal>(failure: Failure<R>) -> anyhow::Error {
    anyhow!(failure.to_string())
}
