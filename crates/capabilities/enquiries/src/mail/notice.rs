//! What our own get by mail about one case: what happened, the question, until when it is to be answered, what was said since,
//! and how to answer from the mail. And what they are told when an answer of theirs was not sent.
//!
//! What is walled or confidential shows none of its words here, and is not answered by mail: only that there is something.

use askama::Error as TemplateError;
use chrono::{DateTime, Utc};
use kernel::{CaseId, Code, Email, Language, PersonId, Visibility, format};
use ledger::{PromiseKind, PromiseState};
use outreach::{LegalBasis, Message, NewMessage};
use ports::{PersonCard, Roster};
use storage::Tx;
use uuid::Uuid;
use web::{App, Argument, Briefing, BriefingEntry, BriefingSection, Letter};

use super::MailError;
use crate::{
    commands::ANSWER_ABOVE,
    guide_state::GuideState,
    model::{Case, Entry, EntryKind},
    notify::Kind,
    store,
};

/// The beginning of the purposes of the mails that go to our own.
const PURPOSE: &str = "enquiry-notice-";
/// So much of the question stands in a mail, in characters: the rest is read on the case.
const QUESTION_CHARS_MAX: usize = 2_000;
/// So much of each thing that was said since, in characters.
const ENTRY_CHARS_MAX: usize = 800;
/// So many of them, the newest.
const ENTRIES_MAX: usize = 5;

/// To whom a mail goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Addressee<'a> {
    /// Who.
    pub(crate) id: PersonId,
    /// Name.
    pub(crate) name: &'a str,
    /// Where.
    pub(crate) email: &'a Email,
    /// In which language.
    pub(crate) language: Language,
}

impl<'a> From<&'a PersonCard> for Addressee<'a> {
    fn from(card: &'a PersonCard) -> Self {
        Self { id: card.id, name: &card.name, email: &card.email, language: card.language }
    }
}

/// Whether a message went to one of our own about a case.
pub(crate) fn is_notice(message: &Message) -> bool {
    message.purpose.as_str().starts_with(PURPOSE)
}

/// Whom a notice went to, and about which case: its address is the key of exactly these two.
pub(crate) fn told_by(message: &Message) -> Option<(CaseId, PersonId)> {
    let mut parts = message.key.strip_prefix("enquiries:")?.splitn(3, ':');
    Some((parts.next()?.parse().ok()?, parts.next()?.parse().ok()?))
}

/// Writes a notice to one of us: of which kind, and for an enquiry that came over from whom and why.
pub(crate) async fn to_person(
    tx: &Tx,
    app: &App,
    here: &Roster,
    case: &Case,
    person: &PersonCard,
    (kind, came): (&str, Option<(String, Code)>),
    once_key: &str,
) -> Result<(), MailError> {
    let language = person.language;
    let (who, why) = came.map_or_else(Default::default, |(who, why)| (who, format!("-{why}")));
    let arguments = [("number", Argument::from(&case.number)), ("person", who.into())];
    let subject = app.text(language, &format!("enquiries-notice-{kind}{why}"), &arguments);
    let mut briefing = bare(app, tx, case, subject, language);
    if !case.confidential
        && case.wall.is_open()
        && case.erased_at.is_none()
        && sees(here, case, person.id, kind)
    {
        tell(tx, app, here, case, person, &mut briefing).await?;
    } else {
        briefing.letter.paragraphs.push(app.text(language, "enquiries-notice-body", &arguments));
    }
    send(tx, app, case, person.into(), (kind, once_key), briefing).await
}

/// Whether the person may read the case: its team, the team that it is offered to, a team that is asked for a part.
fn sees(here: &Roster, case: &Case, person: PersonId, kind: &str) -> bool {
    let is_offered = case.hand_over.is_some_and(|offer| here.acts_for(person, offer.to));
    here.acts_for(person, case.team) || is_offered || kind == Kind::PartAsked.text()
}

/// A mail that says that there is something, and where.
fn bare(app: &App, tx: &Tx, case: &Case, subject: String, language: Language) -> Briefing {
    let site = app.site(tx.ctx().tenant());
    let say = |key: &str| app.text(language, key, &[]);
    Briefing {
        letter: Letter {
            heading: subject.clone(),
            subject,
            answer_above: None,
            paragraphs: Vec::new(),
            quote: None,
            link: Some((say("enquiries-notice-link"), address(app, tx, case, ""))),
            sender: "Samspil".to_owned(),
            demo: site.demo.then(|| say("web-demo")),
            language: language.tag(),
        },
        answer_above: Vec::new(),
        facts: Vec::new(),
        links: Vec::new(),
        sections: Vec::new(),
    }
}

/// A page of the case.
fn address(app: &App, tx: &Tx, case: &Case, page: &str) -> String {
    app.site(tx.ctx().tenant()).link(&format!("/intern/henvendelser/{}{page}", case.id))
}

/// What the case says, and how to answer it.
async fn tell(
    tx: &Tx,
    app: &App,
    here: &Roster,
    case: &Case,
    person: &PersonCard,
    briefing: &mut Briefing,
) -> Result<(), MailError> {
    let language = person.language;
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    if here.acts_for(person.id, case.team) && case.state.is_open() {
        for (key, page) in [("not-mine", "/ikke-min"), ("more", "/mere"), ("close", "/afslut")] {
            let words = say(&format!("enquiries-brief-{key}"), &[]);
            briefing.links.push((words, address(app, tx, case, page)));
        }
        if app.mailer.takes_answers() {
            briefing.answer_above =
                [Language::Da, Language::En].map(|language| app.text(language, ANSWER_ABOVE, &[])).to_vec();
            let name = [("name", Argument::from(&case.contact.name))];
            briefing.letter.paragraphs.push(say("enquiries-brief-answer", &name));
        }
    }
    briefing.facts = facts(tx, app, case, language).await?;
    let entries = store::entries(tx, case.id, true).await?;
    let words = |entry: &Entry, max: usize| match &entry.redacted {
        Some(_) => say("enquiries-brief-gone", &[]),
        None => bounded(&entry.text, max, &say("enquiries-brief-cut", &[])),
    };
    let said = |entry: &Entry, max: usize| BriefingEntry {
        head: head(app, here, case, entry, language),
        words: words(entry, max),
        address: None,
    };
    let question = entries.iter().find(|entry| entry.kind == EntryKind::FromCompany);
    if let Some(question) = question {
        let entries = vec![said(question, QUESTION_CHARS_MAX)];
        briefing.sections.push(BriefingSection { heading: say("enquiries-brief-question", &[]), entries });
    }
    let since: Vec<&Entry> =
        entries.iter().rev().filter(|entry| question.is_none_or(|first| first.id != entry.id)).collect();
    if !since.is_empty() {
        let mut shown: Vec<BriefingEntry> =
            since.iter().take(ENTRIES_MAX).map(|entry| said(entry, ENTRY_CHARS_MAX)).collect();
        if since.len() > ENTRIES_MAX {
            shown.push(BriefingEntry {
                head: say("enquiries-brief-earlier", &[]),
                ..BriefingEntry::default()
            });
        }
        briefing
            .sections
            .push(BriefingSection { heading: say("enquiries-brief-since", &[]), entries: shown });
    }
    Ok(())
}

/// Until when, who, about what.
async fn facts(
    tx: &Tx,
    app: &App,
    case: &Case,
    language: Language,
) -> Result<Vec<(String, String)>, MailError> {
    let say = |key: &str, arguments: &[(&str, Argument)]| app.text(language, key, arguments);
    let mut facts = Vec::new();
    for promise in ledger::of_subjects(tx, &[case.id.uuid()]).await? {
        let key = match &promise.kind {
            _ if promise.state != PromiseState::Open => continue,
            kind if *kind == PromiseKind::FIRST_REPLY => "enquiries-brief-first-reply",
            kind if *kind == PromiseKind::ANSWER => "enquiries-brief-due",
            _ => continue,
        };
        let due = match promise.paused_since {
            Some(_) => say("enquiries-brief-paused", &[]),
            None => format::date_long(promise.due_on, language),
        };
        facts.push((say(key, &[]), due));
    }
    let name = match case.asker.name() {
        "" => case.contact.name.as_str(),
        name => name,
    };
    // Not the number itself: a sole trader's is to go with the case, and nobody answers by it.
    let asker = match case.asker.cvr() {
        None => name.to_owned(),
        Some(_) => say("enquiries-brief-stated", &[("name", Argument::from(name))]),
    };
    facts.push((say("enquiries-case-asker", &[]), asker));
    let phone = case.contact.phone.as_ref().map(|phone| format!(", {phone}")).unwrap_or_default();
    let contact = format!("{}, {}{phone}", case.contact.name, case.contact.email);
    facts.push((say("enquiries-case-contact", &[]), contact));
    let guide = app.kept::<GuideState>().guide(tx.ctx().tenant());
    let topic = guide.topic(case.topic.as_str()).map(|topic| topic.title.get(language).to_owned());
    facts.push((say("enquiries-case-topic", &[]), topic.unwrap_or_else(|| case.topic.to_string())));
    Ok(facts)
}

/// Who said it, and when.
fn head(app: &App, here: &Roster, case: &Case, entry: &Entry, language: Language) -> String {
    let author = entry.author.and_then(|author| here.people.get(&author)).map(|person| person.name.as_str());
    let team = here.teams.get(&case.team).map_or("", |team| team.name(language));
    let who = match entry.kind {
        EntryKind::FromCompany => case.contact.name.as_str(),
        _ => author.unwrap_or(team),
    };
    format!("{who}, {}", moment(app, entry.at, language))
}

fn moment(app: &App, at: DateTime<Utc>, language: Language) -> String {
    format::date_and_time(app.calendar.local(at).naive_local(), language)
}

/// The text, or its beginning and a word that there is more.
fn bounded(text: &str, max: usize, more: &str) -> String {
    match text.char_indices().nth(max) {
        Some((end, _)) => format!("{}\n{more}", text.get(..end).unwrap_or_default().trim_end()),
        None => text.to_owned(),
    }
}

/// Why an answer that one of us wrote by mail was not sent, or what is to be known of one that was. The words are
/// `enquiries-unsent-CODE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Unsent {
    /// Nobody can say that this person wrote it.
    Unproven,
    /// Whoever wrote it does not work here any more.
    Left,
    /// Or is away.
    Away,
    /// Or may not work on the case.
    NotYours,
    /// The case is not answered by mail.
    Confidential,
    /// It has ended.
    Ended,
    /// Somebody else has written to the company since the mail went out that was answered.
    Answered,
    /// Nothing was written.
    Empty,
    /// More than a reply may be.
    TooLong,
    /// What it quotes could not be told from what was written.
    Quote,
    /// A word in braces was not filled in.
    Placeholder,
    /// A file may not go along: which, and why.
    File { name: String, why: String },
    /// It could not be sent for a reason that the case page knows too.
    Refused(String),
    /// It was sent, but a number in it was masked.
    SentMasked,
    /// It was sent, but not as the answer: the company has written once more meanwhile.
    SentOpen,
}

impl Unsent {
    const fn code(&self) -> &'static str {
        match self {
            Self::Unproven => "unproven",
            Self::Left => "left",
            Self::Away => "away",
            Self::NotYours => "not-yours",
            Self::Confidential => "confidential",
            Self::Ended => "ended",
            Self::Answered => "answered",
            Self::Empty => "empty",
            Self::TooLong => "too-long",
            Self::Quote => "quote",
            Self::Placeholder => "placeholder",
            Self::File { .. } => "file",
            Self::Refused(_) => "refused",
            Self::SentMasked => "sent-masked",
            Self::SentOpen => "sent-open",
        }
    }

    /// Whether the company got it all the same.
    pub(crate) const fn was_sent(&self) -> bool {
        matches!(self, Self::SentMasked | Self::SentOpen)
    }

    /// In a sentence.
    pub(crate) fn words(&self, app: &App, language: Language) -> String {
        let arguments = match self {
            Self::File { name, why } => vec![
                ("name", Argument::from(name.as_str())),
                ("why", Argument::from(app.text(language, why, &[]))),
            ],
            Self::Refused(why) => vec![("why", Argument::from(app.text(language, why, &[])))],
            _ => Vec::new(),
        };
        app.text(language, &format!("enquiries-unsent-{}", self.code()), &arguments)
    }
}

/// Tells one of us what became of an answer by mail. `keeps` where its words stand on the case.
pub(crate) async fn unsent(
    tx: &Tx,
    app: &App,
    case: &Case,
    to: Addressee<'_>,
    (why, keeps): (&Unsent, bool),
    mail: Uuid,
) -> Result<(), MailError> {
    let say = |key: &str| app.text(to.language, key, &[("number", Argument::from(&case.number))]);
    let heading = if why.was_sent() { "enquiries-unsent-sent" } else { "enquiries-unsent-heading" };
    let mut briefing = bare(app, tx, case, say(heading), to.language);
    briefing.letter.paragraphs.push(why.words(app, to.language));
    if keeps {
        briefing.letter.paragraphs.push(say("enquiries-unsent-kept"));
    }
    send(tx, app, case, to, ("unsent", &format!("unsent-{mail}")), briefing).await
}

async fn send(
    tx: &Tx,
    app: &App,
    case: &Case,
    to: Addressee<'_>,
    (kind, once_key): (&str, &str),
    briefing: Briefing,
) -> Result<(), MailError> {
    let bodies: Result<(String, String), TemplateError> = briefing.bodies(app.site(tx.ctx().tenant()));
    let (text, html) = bodies?;
    let message = NewMessage {
        purpose: format!("{PURPOSE}{kind}")
            .parse()
            .unwrap_or_else(|_| unreachable!("purposes are literals of the program")),
        basis: LegalBasis::PublicTask,
        to: to.email.clone(),
        to_name: to.name.to_owned(),
        language: to.language,
        subject: briefing.letter.subject,
        text,
        html,
        reference: case.id.uuid(),
        party: None,
        visibility: Visibility::Team,
        good_until: None,
        key: format!("enquiries:{}:{}:{once_key}", case.id, to.id),
    };
    outreach::send(tx, message).await?;
    Ok(())
}
