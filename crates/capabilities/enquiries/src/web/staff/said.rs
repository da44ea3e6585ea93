//! One timeline of a case: what was written, and what happened between, from the journal.
//!
//! A journal line holds ids and codes; the words for them are put in here, in the reader's language.

use ::web::{Argument, Page};
use chrono::{DateTime, Utc};
use kernel::PersonId;
use ledger::LedgerFact;
use outreach::OutreachFact;
use storage::{Attachment, Line};
use uuid::Uuid;

use super::names::{Names, initials};
use crate::{
    fact::EnquiryFact,
    model::{Case, Entry, EntryKind, Part, settled_reason},
};

/// One thing in the timeline.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub(super) at: DateTime<Utc>,
    pub(super) what: What,
    /// Whether it came after the form was shown that is now refused.
    pub(super) is_new: bool,
}

impl Said {
    /// Whether one of us wrote it to whoever asks.
    pub(super) fn is_from_us(&self) -> bool {
        matches!(&self.what, What::Words(words) if words.side() == "us")
    }
}

/// What kind of thing.
#[derive(Debug, Clone)]
pub(super) enum What {
    /// Someone wrote.
    Words(Box<Words>),
    /// Something happened.
    Event { icon: &'static str, text: String, link: Option<String> },
}

/// What someone wrote.
#[derive(Debug, Clone)]
pub(super) struct Words {
    pub(super) entry: Entry,
    pub(super) name: String,
    pub(super) initials: String,
    pub(super) role: String,
    pub(super) files: Vec<Shown>,
    /// Who took the text out, when and why.
    pub(super) gone: Option<String>,
}

/// A file of an entry.
#[derive(Debug, Clone)]
pub(super) struct Shown {
    pub(super) file: Attachment,
    /// Who took it out, when and why.
    pub(super) gone: Option<String>,
}

impl Words {
    /// The end of the class: from us, from them, or among ourselves.
    pub(super) fn side(&self) -> &'static str {
        match self.entry.kind {
            EntryKind::FromCompany => "them",
            EntryKind::Note | EntryKind::Part => "internal",
            EntryKind::Reply | EntryKind::Question | EntryKind::Closing => "us",
        }
    }
}

/// Everything on a case, oldest first.
pub(super) fn timeline(
    page: &Page,
    names: &Names,
    case: &Case,
    entries: Vec<Entry>,
    files: &[Attachment],
    parts: &[Part],
    lines: &[Line],
) -> Vec<Said> {
    let teller = Teller { page, names, case, parts, lines };
    let words = entries.into_iter().map(|entry| Said {
        at: entry.at,
        is_new: false,
        what: What::Words(Box::new(teller.words(entry, files))),
    });
    let events = lines.iter().filter_map(|line| {
        let (icon, text, link) = teller.event(line)?;
        Some(Said { at: line.at, is_new: false, what: What::Event { icon, text, link } })
    });
    let mut all: Vec<Said> = words.chain(events).collect();
    // What was written comes before what it led to, when both are of the same moment.
    all.sort_by_key(|one| (one.at, matches!(one.what, What::Event { .. })));
    all
}

/// Everyone whom a line names.
pub(super) fn people_in(line: &Line) -> Vec<PersonId> {
    let actor = line.actor_id.filter(|_| line.actor_kind == "staff").map(PersonId::from);
    let named = match line.fact() {
        Ok(Some(EnquiryFact::Assigned { to })) => to.into_iter().collect(),
        Ok(Some(EnquiryFact::Moved { from, to, .. })) => [Some(from), to].into_iter().flatten().collect(),
        Ok(Some(EnquiryFact::Escalated { to, .. } | EnquiryFact::Decided { to, .. })) => to,
        _ => Vec::new(),
    };
    actor.into_iter().chain(named).collect()
}

struct Teller<'a> {
    page: &'a Page,
    names: &'a Names,
    case: &'a Case,
    parts: &'a [Part],
    lines: &'a [Line],
}

type Told = (&'static str, String, Option<String>);

impl Teller<'_> {
    fn words(&self, entry: Entry, files: &[Attachment]) -> Words {
        let (name, role) = match entry.kind {
            EntryKind::FromCompany => (self.case.contact.name.clone(), self.names.asker(self.case)),
            kind => {
                let role = self.page.t(&format!("enquiries-said-{}", kind.text()));
                (self.names.person(entry.author.as_ref()).to_owned(), role)
            }
        };
        let own = files.iter().filter(|file| file.owner_id == entry.id.uuid());
        let files = own.map(|file| Shown {
            gone: file.removed_at.and_then(|_| self.gone(file.id.uuid())),
            file: file.clone(),
        });
        let gone = entry.redacted.as_ref().and_then(|_| self.gone(entry.id.uuid()));
        Words { initials: initials(&name), name, role, files: files.collect(), gone, entry }
    }

    /// Who took a thing out, when and why, as the journal has it.
    fn gone(&self, what: Uuid) -> Option<String> {
        let mut redactions = self.lines.iter().rev().filter_map(|line| match line.fact() {
            Ok(Some(EnquiryFact::Redacted { what: taken, why })) if taken == what => Some((line, why)),
            _ => None,
        });
        let (line, why) = redactions.next()?;
        let why = self.page.t(&format!("enquiries-redact-{why}"));
        let told = [
            ("person", Argument::from(self.who(line))),
            ("at", self.page.moment(&line.at).into()),
            ("why", why.into()),
        ];
        Some(self.page.tn("enquiries-case-gone", &told))
    }

    /// Several names in a row: "a, b and c".
    fn names_of(&self, people: &[PersonId]) -> String {
        let names: Vec<&str> = people.iter().map(|person| self.names.person(Some(person))).collect();
        match names.split_last() {
            None => String::new(),
            Some((last, [])) => (*last).to_owned(),
            Some((last, rest)) => {
                self.page.t2("enquiries-names-and", ("names", rest.join(", ")), ("last", *last))
            }
        }
    }

    /// Whom an absence or a leaving moved the case to.
    fn moved(&self, line: &Line, from: PersonId, to: Option<PersonId>, why: &kernel::Code) -> Told {
        let told = [
            ("from", Argument::from(self.names.person(Some(&from)))),
            ("to", self.names.person(to.as_ref()).into()),
            ("team", self.names.team(&self.case.team).into()),
        ];
        let whom = if to.is_some() { "to" } else { "team" };
        self.tell(line, "person", &format!("moved-{why}-{whom}"), &told)
    }

    /// Who did it: one of us, the contact, or the program itself.
    fn who(&self, line: &Line) -> String {
        match line.actor_kind.as_str() {
            "staff" => self.names.person(line.actor_id.map(Into::into).as_ref()).to_owned(),
            "system" => "Samspil".to_owned(),
            _ => self.case.contact.name.clone(),
        }
    }

    fn event(&self, line: &Line) -> Option<Told> {
        // A line that a newer program wrote is not told, and breaks nothing.
        if let Ok(Some(fact)) = line.fact::<EnquiryFact>() {
            return self.enquiry(line, &fact);
        }
        if let Ok(Some(fact)) = line.fact::<LedgerFact>() {
            return self.ledger(line, &fact);
        }
        match line.fact::<OutreachFact>() {
            // A notice to one of us concerns no party: whether it arrived is the operator's business.
            Ok(Some(OutreachFact::MessageFailed { .. })) if line.party.is_some() => {
                Some(("warning", self.page.t("enquiries-event-mail-failed"), None))
            }
            _ => None,
        }
    }

    fn tell(&self, line: &Line, icon: &'static str, key: &str, more: &[(&str, Argument)]) -> Told {
        let mut arguments = vec![("person", Argument::from(self.who(line)))];
        arguments.extend_from_slice(more);
        (icon, self.page.tn(&format!("enquiries-event-{key}"), &arguments), None)
    }

    fn enquiry(&self, line: &Line, fact: &EnquiryFact) -> Option<Told> {
        use EnquiryFact as F;
        let team = |id| Argument::from(self.names.team(id));
        let code = |kind: &str, code: &kernel::Code| {
            Argument::from(self.page.t(&format!("enquiries-{kind}-{code}")))
        };
        let tell = |icon, key: &str, more: &[(&str, Argument)]| self.tell(line, icon, key, more);
        Some(match fact {
            // Said by the words themselves, by the head of the page, or not about a case.
            F::Received { .. }
            | F::CompanyWrote { .. }
            | F::Wrote { .. }
            | F::FileAdded { .. }
            | F::PartAnswered { .. }
            | F::CausePlanned { .. }
            | F::NumberReleased { .. }
            | F::NumbersWithdrawn
            | F::ContentEdited { .. }
            | F::GoalSet { .. }
            | F::TopicConfirmed { .. }
            | F::CauseEnded { .. } => return None,
            F::Confirmed => tell("check", "confirmed", &[]),
            F::CompanyProven { .. } => tell("check", "company-proven", &[]),
            F::Informed => tell("info", "informed", &[]),
            F::Assigned { to: None } => tell("groups", "unassigned", &[]),
            F::Assigned { to } if to.map(PersonId::uuid) == line.actor_id => tell("person", "taken", &[]),
            F::Assigned { to } => {
                tell("person", "assigned", &[("to", self.names.person(to.as_ref()).into())])
            }
            F::PartAsked { part, of } => {
                let question = self.parts.iter().find(|one| one.id.uuid() == *part);
                let gone = self.page.t("enquiries-case-text-gone");
                let question = match question {
                    Some(one) if one.redacted.is_some() => gone,
                    Some(one) => one.question.clone(),
                    None => String::new(),
                };
                tell("groups", "part-asked", &[("team", team(of)), ("question", question.into())])
            }
            F::PartReleased { part } => {
                let part = self.parts.iter().find(|one| one.id.uuid() == *part)?;
                let why = part.released.as_deref().unwrap_or_default();
                tell("groups", "part-released", &[("team", team(&part.team)), ("why", why.into())])
            }
            F::ReferenceAdded { system, expected_on, .. } => {
                self.reference(line, "added", system, *expected_on)
            }
            F::ReferenceChanged { system, expected_on, .. } => {
                self.reference(line, "changed", system, *expected_on)
            }
            F::ReferenceRemoved { system, .. } => self.reference(line, "removed", system, None),
            F::Filed { .. } => tell("file", "filed", &[]),
            F::NotFiled { because } => {
                tell("file", "not-filed", &[("because", code("filing-because", because))])
            }
            F::FilingOwed => tell("file", "filing-owed", &[]),
            F::Offered { to } => tell("forward", "offered", &[("team", team(to))]),
            F::HandedOver { from, to } => {
                tell("forward", "handed-over", &[("from", team(from)), ("team", team(to))])
            }
            F::Bounced { by, to, in_time: true } => {
                tell("reply", "refused", &[("team", team(by)), ("to", team(to))])
            }
            F::Bounced { by, to, in_time: false } => {
                tell("reply", "expired", &[("team", team(by)), ("to", team(to))])
            }
            F::Escalated { why, to } => {
                tell("flag", &format!("escalated-{why}"), &[("people", self.names_of(to).into())])
            }
            F::Decided { how, until, to } => {
                let until = until.map(|until| self.page.day(&until)).unwrap_or_default();
                let told = [("people", self.names_of(to).into()), ("date", until.into())];
                let end = if to.is_empty() { "-quietly" } else { "" };
                tell("flag", &format!("decided-{how}{end}"), &told)
            }
            F::Moved { from, to, why } => self.moved(line, *from, *to, why),
            F::Complained { about, to } => {
                tell("lock", &format!("complained-{about}"), &[("team", team(to))])
            }
            F::ForwardedOutside { authority, on } => {
                let date = on.map(|on| self.page.day(&on)).unwrap_or_default();
                let end = if on.is_some() { "-on" } else { "" };
                let told = [("authority", code("authority", authority)), ("date", date.into())];
                tell("send", &format!("forwarded{end}"), &told)
            }
            F::Closed { outcome, avoidable, .. } => {
                let told =
                    [("outcome", code("outcome", outcome)), ("avoidable", code("avoidable", avoidable))];
                tell("check", "closed", &told)
            }
            F::Withdrawn => tell("close", "withdrawn", &[]),
            F::Reopened => tell("refresh", "reopened", &[]),
            F::MarkedSpam { why: None } => tell("delete", "spam", &[]),
            F::MarkedSpam { why: Some(why) } => tell("delete", "spam-why", &[("why", code("spam", why))]),
            F::NotSpam => tell("refresh", "not-spam", &[]),
            F::MarkedDuplicate { of } => {
                let (icon, text, _) = tell("copy", "duplicate", &[]);
                (icon, text, Some(format!("/intern/henvendelser/{of}")))
            }
            F::Repeated => tell("copy", "repeated", &[]),
            F::Rated { score, .. } => {
                let words = self.case.rating.as_ref().map_or("", |rating| rating.text.as_str());
                tell("star", "rated", &[("score", (*score).into()), ("words", words.into())])
            }
            F::Redacted { why, .. } => tell("visibility-off", "redacted", &[("why", code("redact", why))]),
            F::TopicChanged { from, to } => {
                let (from, to) = (self.names.topic(from).into(), self.names.topic(to).into());
                tell("edit", "topic", &[("from", from), ("to", to)])
            }
            F::Erased { .. } => tell("visibility-off", "erased", &[]),
            F::Unreachable { .. } => {
                tell("warning", "unreachable", &[("email", self.case.contact.email.as_str().into())])
            }
            F::LinkRevoked => tell("lock", "link-revoked", &[]),
        })
    }

    /// What became of what the case is called in another system.
    fn reference(
        &self,
        line: &Line,
        what: &str,
        system: &kernel::Code,
        expected_on: Option<chrono::NaiveDate>,
    ) -> Told {
        let system = Argument::from(self.page.t(&format!("enquiries-system-{system}")));
        let date = expected_on.map(|day| self.page.day(&day)).unwrap_or_default();
        let end = if expected_on.is_some() { "-expected" } else { "" };
        let told = [("system", system), ("date", date.into())];
        self.tell(line, "link", &format!("reference-{what}{end}"), &told)
    }

    fn ledger(&self, line: &Line, fact: &LedgerFact) -> Option<Told> {
        match fact {
            LedgerFact::PromiseWithdrawn { reason, .. } => {
                let why = self.page.t(&format!("enquiries-settled-{}", settled_reason(reason)?));
                Some(self.tell(line, "check", "settled", &[("why", why.into())]))
            }
            LedgerFact::PromisePaused { .. } => Some(("pause", self.page.t("enquiries-event-paused"), None)),
            LedgerFact::PromiseResumed { working_days, .. } => {
                Some(("time", self.page.t1("enquiries-event-resumed", "days", *working_days), None))
            }
            LedgerFact::PromiseDueMoved { to, .. } => {
                Some(("time", self.page.t1("enquiries-event-due-moved", "date", self.page.day(to)), None))
            }
            _ => None,
        }
    }
}
