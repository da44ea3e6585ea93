//! Notices to our own, once per occasion: in the app at once, by mail while the town hall is open.
//!
//! A mail outside opening hours waits until the next morning of work, and is not sent at all when its notice has been read by
//! then: nobody is to be called to work at night, and nobody is to find a mail of what is done. Only what is wrong right now
//! is mailed at once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Utc};
use kernel::{Calendar, CaseId, Code, Fact, Failure, PersonId};
use ports::{PersonCard, Roster, TeamCard};
use serde::{Deserialize, Serialize};
use storage::{Job, LineFilter, Reader, StoreError, Tx};
use uuid::Uuid;
use web::App;

use crate::{
    fact::EnquiryFact,
    mail,
    model::{Case, CaseRefusal},
    store,
};

/// Days looked ahead for the next morning of work: longer than any holiday.
const DAYS_AHEAD: usize = 30;

/// How telling someone ends.
type Told<T> = Result<T, Failure<CaseRefusal>>;

/// What happened. The text is the message `enquiries-notice-KIND`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A new enquiry for the team.
    New,
    /// Something is wrong right now.
    Acute,
    /// The case was given to you.
    Assigned,
    /// The company wrote.
    CompanyWrote,
    /// The company took it back.
    Withdrawn,
    /// Another team offers a case.
    Offered,
    /// A case that was offered came back.
    CameBack,
    /// No other team took a case: it is yours now.
    Landed,
    /// Another team asks for a part of an answer.
    PartAsked,
    /// The part that you asked for is there.
    PartAnswered,
    /// Someone was not content: call.
    CallBack,
    /// An answer is due tomorrow.
    DueTomorrow,
    /// Nobody has taken it.
    Unassigned,
    /// Nobody has replied.
    NoReply,
    /// A person must decide how it goes on.
    Decide,
    /// Someone has decided how it goes on.
    Decided,
    /// It is yours, since whoever had it is away.
    Moved,
    /// Whoever had it is away, and nobody takes it.
    LeftOver,
    /// A mail to whoever asks did not arrive.
    Unreachable,
    /// A complaint about one of us.
    Complaint,
    /// The day has passed on which another system was to give news.
    NoNews,
    /// One of us says that it is no enquiry.
    Spam,
    /// It was one after all.
    NotSpam,
    /// A colleague's answer by mail was not sent, and stands on the case.
    Unsent,
}

impl Kind {
    /// The stored word, and the end of the message key.
    pub const fn text(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acute => "acute",
            Self::Assigned => "assigned",
            Self::CompanyWrote => "company-wrote",
            Self::Withdrawn => "withdrawn",
            Self::Offered => "offered",
            Self::CameBack => "came-back",
            Self::Landed => "landed",
            Self::PartAsked => "part-asked",
            Self::PartAnswered => "part-answered",
            Self::CallBack => "call-back",
            Self::DueTomorrow => "due-tomorrow",
            Self::Unassigned => "unassigned",
            Self::NoReply => "no-reply",
            Self::Decide => "decide",
            Self::Decided => "decided",
            Self::Moved => "moved",
            Self::LeftOver => "left-over",
            Self::Unreachable => "unreachable",
            Self::Complaint => "complaint",
            Self::NoNews => "no-news",
            Self::Spam => "spam",
            Self::NotSpam => "not-spam",
            Self::Unsent => "unsent-answer",
        }
    }

    /// Whether it cannot wait for the mail in the morning: what is wrong now, what somebody waits for today, and a date that
    /// is nearly there or has passed.
    const fn is_urgent(self) -> bool {
        matches!(
            self,
            Self::Acute
                | Self::CallBack
                | Self::DueTomorrow
                | Self::Unassigned
                | Self::NoReply
                | Self::Decide
                | Self::Unreachable
                | Self::Unsent
        )
    }
}

/// What a new enquiry is told as.
pub fn of_new(case: &Case) -> Kind {
    if case.is_acute() { Kind::Acute } else { Kind::New }
}

/// What words from the company are told as.
pub fn of_words(case: &Case) -> Kind {
    if case.is_acute() { Kind::Acute } else { Kind::CompanyWrote }
}

/// Mails a notice that came outside opening hours.
#[derive(Debug, Serialize, Deserialize)]
pub struct MailNotice {
    /// Which.
    pub notice: Uuid,
}
impl Job for MailNotice {
    const KIND: &'static str = "enquiries.mail_notice";
}

/// Moves read at once: far beyond what happens to the cases of one person's notices.
const LINES_MAX: u64 = 2_000;

/// From whom these cases came over to the person, and why, as the journal has it: the last time of each.
pub(crate) async fn came_over(
    reader: &impl Reader,
    person: PersonId,
    subjects: Vec<Uuid>,
) -> Result<BTreeMap<CaseId, (PersonId, Code)>, StoreError> {
    let mut came = BTreeMap::new();
    if subjects.is_empty() {
        return Ok(came);
    }
    let about = LineFilter {
        subjects: Some(subjects),
        capability: Some(<EnquiryFact as Fact>::CAPABILITY.to_owned()),
        words: vec!["moved".to_owned()],
        ..LineFilter::default()
    };
    for line in storage::lines(reader, &about, LINES_MAX).await? {
        if let Some(EnquiryFact::Moved { from, to, why }) = line.fact()?
            && to == Some(person)
        {
            came.insert(line.subject.into(), (from, why));
        }
    }
    Ok(came)
}

/// What it takes to tell one of us of something, inside a transaction.
#[derive(Clone, Copy)]
pub struct Teller<'a> {
    /// What causes it.
    pub tx: &'a Tx,
    /// The program.
    pub app: &'a App,
    /// Who works here today, asked for before the transaction began.
    pub here: &'a Roster,
}

impl Teller<'_> {
    /// Tells whoever works on the case, or who stands in; where nobody does, the team.
    pub async fn worker(self, case: &Case, kind: Kind, once_key: &str) -> Told<()> {
        if let Some(person) = case.wall.only.or(case.assignee) {
            let told = self.people(case, &[person], kind, once_key).await?;
            let did_it = self.tx.ctx().person() == Some(person);
            if did_it || !told.is_empty() || case.wall.only.is_some() {
                return Ok(());
            }
            // Whoever has it is away, and nobody stands in: it does not wait unseen.
        }
        if let Some(owner) = self.here.teams.get(&case.team) {
            self.people(case, &self.on_duty(owner), kind, once_key).await?;
        }
        Ok(())
    }

    /// Tells a team: its duty person, else its leader (the deputy while the leader is away), else everyone in it.
    pub async fn team(self, case: &Case, team: &TeamCard, kind: Kind) -> Told<()> {
        let once_key = format!("{}-{}", kind.text(), case.version);
        let told = case.wall.only.map_or_else(|| self.on_duty(team), |only| vec![only]);
        self.people(case, &told, kind, &once_key).await?;
        Ok(())
    }

    /// Who takes the telephone today, else who leads today, else everyone.
    fn on_duty(self, team: &TeamCard) -> Vec<PersonId> {
        let leader = || team.leader.or(team.deputy).and_then(|_| self.here.leader(team.id));
        team.duty.or_else(leader).map_or_else(|| team.members.clone(), |one| vec![one])
    }

    /// Tells these people, or who stands in for them, each once per occasion: never who may not know of the case, nor who did
    /// it. Returns whom, also those who were told before.
    pub async fn people(
        self,
        case: &Case,
        people: &[PersonId],
        kind: Kind,
        once_key: &str,
    ) -> Told<Vec<PersonId>> {
        let Self { tx, app, here } = self;
        let asked = people.iter().filter_map(|person| here.people.get(person));
        let at_work: BTreeSet<PersonId> = asked.filter_map(|person| person.stand_in).collect();
        let mut told = Vec::new();
        for person in at_work.iter().filter_map(|person| self.may_be_told(case, *person)) {
            if Some(person.id) == tx.ctx().person() {
                continue;
            }
            told.push(person.id);
            let Some(notice) = store::insert_notice(tx, person.id, case.id, kind.text(), once_key).await?
            else {
                continue;
            };
            if person.digest_only && !kind.is_urgent() {
                continue;
            }
            // What is wrong right now does not wait for the morning.
            match opens_at(&app.calendar, tx.ctx().now()).filter(|_| kind != Kind::Acute) {
                Some(at) => tx.enqueue_at(&MailNotice { notice }, at, None).await?,
                None => self.mail(case, person, kind.text(), once_key).await?,
            }
        }
        Ok(told)
    }

    /// Mails a notice; whose enquiry came over stands in it by name.
    async fn mail(self, case: &Case, person: &PersonCard, kind: &str, once_key: &str) -> Told<()> {
        let mut came = None;
        if kind == Kind::Moved.text() {
            let moved = came_over(self.tx, person.id, vec![case.id.uuid()]).await?.remove(&case.id);
            came = moved.and_then(|(from, why)| Some((self.here.people.get(&from)?.name.clone(), why)));
        }
        Ok(mail::to_person(self.tx, self.app, self.here, case, person, (kind, came), once_key).await?)
    }

    /// The person, where it works here and may know that the case is there.
    fn may_be_told(&self, case: &Case, person: PersonId) -> Option<&PersonCard> {
        let is_outside = case.wall.hides_from(Some(person), self.here.teams_of(person));
        self.here.people.get(&person).filter(|card| !card.left && !is_outside)
    }

    /// Mails a notice that has waited, unless it has been read or its case is gone.
    pub async fn mail_waiting(self, id: Uuid) -> Told<()> {
        let Self { tx, .. } = self;
        let Some(notice) = store::find_notice(tx, id).await?.filter(|notice| notice.read_at.is_none()) else {
            return Ok(());
        };
        let Some(case) = store::find(tx, notice.case).await? else { return Ok(()) };
        if let Some(person) = self.may_be_told(&case, notice.person) {
            self.mail(&case, person, &notice.kind, &notice.once_key).await?;
        }
        Ok(())
    }
}

/// When the town hall opens next; `None` while it is open.
pub fn opens_at(calendar: &Calendar, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let local = calendar.local(now);
    let days = local.date_naive().iter_days().take(DAYS_AHEAD).filter(|day| calendar.is_working_day(*day));
    for day in days {
        let Some((opens, closes)) = calendar.opening_hours().on(day.weekday()) else { continue };
        let (opens, closes) = (calendar.instant(day.and_time(opens)), calendar.instant(day.and_time(closes)));
        if now < opens {
            return Some(opens);
        }
        if now < closes {
            return None;
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opens(local: &str) -> Option<String> {
        let calendar = Calendar::default();
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").unwrap();
        let at = opens_at(&calendar, calendar.instant(local))?;
        Some(calendar.local(at).format("%Y-%m-%dT%H:%M").to_string())
    }

    #[test]
    fn a_mail_waits_for_the_morning_and_not_for_a_sunday_or_a_holiday() {
        assert_eq!(opens("2026-11-23T09:00"), None);
        assert_eq!(opens("2026-11-23T14:59"), None);
        assert_eq!(opens("2026-11-23T08:59").as_deref(), Some("2026-11-23T09:00"));
        assert_eq!(opens("2026-11-23T15:00").as_deref(), Some("2026-11-24T09:00"));
        assert_eq!(opens("2026-11-27T16:00").as_deref(), Some("2026-11-30T09:00"), "over a weekend");
        assert_eq!(opens("2026-12-23T16:00").as_deref(), Some("2026-12-28T09:00"), "over Christmas");
    }
}
