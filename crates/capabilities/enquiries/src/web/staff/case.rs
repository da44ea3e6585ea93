//! A case: how it stands, who asks, everything said and done on it, and what one can do now.

mod filing;
mod references;

use ::web::{App, Auth, Fields, FormErrors, Page, PageError, page, take_flash};
use askama::Template;
use axum::{
    extract::{Path, State},
    response::{IntoResponse, Response},
};
use axum_extra::extract::CookieJar;
use chrono::{DateTime, Utc};
use kernel::{AttachmentId, CaseId, PersonId, TeamId};
use ledger::{Promise, PromiseKind, PromiseState};
use ports::{CompanyCard, PersonCard, TeamCard};
use storage::{Attachment, LineFilter, Scan};
use uuid::Uuid;

use super::{
    Say as _,
    doing::Action,
    names::Names,
    said::{self, Said, What},
    visible,
};
use crate::{
    Presence, access,
    commands::{self, FILES_OF_ENTRY},
    fact::EnquiryFact,
    model::{
        Asker, Avoidable, Case, CaseState, DraftId, EntryKind, Escalation, Filing, Genuine, Outcome, Package,
        Part, SETTLED_REASONS, SPAM_REASONS, System, WayOn, may_settle, settled_for,
    },
    store::{self, CaseFilter, SavedReply},
    web::form::files_of,
};

/// Journal lines of one case on a page: far beyond what happens to one.
const LINES_MAX: u64 = 10_000;
/// Earlier enquiries shown beside a case.
const EARLIER_MAX: u64 = 8;
/// So much of a text stands in a list of texts, in characters.
const WORDS_CHARS_MAX: usize = 60;
/// So much of what was asked stands above a form that is shown alone, in characters.
const ASKED_CHARS_MAX: usize = 400;
/// Where an enquiry may be sent on to outside the municipality; the words are `enquiries-authority-CODE`.
pub(super) const AUTHORITIES: [&str; 18] = [
    "other-municipality",
    "region",
    "erhvervshus",
    "virk",
    "tax-agency",
    "business-authority",
    "food-authority",
    "working-environment",
    "safety-authority",
    "environment-agency",
    "road-directorate",
    "police",
    // Where a complaint over a decision of ours goes (forvaltningsloven § 7, stk. 2, and the laws of each board).
    "planning-appeals",
    "environment-appeals",
    "building-appeals",
    "appeals-agency",
    "procurement-appeals",
    "other",
];
/// Why a text or a file may be taken out; the words are `enquiries-redact-CODE`.
pub(super) const REDACT_REASONS: [&str; 4] = ["personal-data", "trade-secret", "not-meant-for-us", "harmful"];

/// What is typed in one of the forms, when it was refused or is being written.
#[derive(Debug, Clone, Default)]
pub(super) struct Typed {
    pub(super) action: Option<Action>,
    pub(super) fields: Fields,
    pub(super) errors: FormErrors,
    /// When the form was shown that has been overtaken by someone else's change.
    pub(super) overtaken_since: Option<DateTime<Utc>>,
    /// The one form that is shown, to whoever comes by the link in a mail.
    pub(super) alone: Option<Action>,
}

impl Typed {
    /// What the files of a refused form wait in.
    fn draft(&self) -> Option<DraftId> {
        self.fields.get("draft").parse().ok()
    }
}

#[derive(Template)]
#[template(path = "enquiries/staff/case.html")]
pub(super) struct CasePage {
    page: Page,
    case: Case,
    names: Names,
    promises: Vec<Promise>,
    parts: Vec<Part>,
    references: Vec<references::Noted>,
    filing: Filing,
    /// What went into the archive by itself.
    packages: Vec<Package>,
    said: Vec<Said>,
    earlier: Vec<Case>,
    replies: Vec<SavedReply>,
    others: Vec<(String, DateTime<Utc>)>,
    typed: Typed,
    kept: Vec<Attachment>,
    done: Option<Action>,
    /// It has been open for so long that a person decides how it goes on.
    must_decide: bool,
    /// What speaks against its being spam.
    genuine: Genuine,
}

impl CasePage {
    /// The page of a case as it stands; not found for whoever may not see it. `stays` where the reader may go on to answer,
    /// and colleagues are to be warned.
    pub(super) async fn load(
        app: &App,
        auth: &Auth,
        id: CaseId,
        typed: Typed,
        stays: bool,
    ) -> Result<Self, PageError> {
        let read = app.db.read(auth);
        let (case, parts) = find(app, auth, id).await?;
        let page = Page::new(app, auth).with_form();
        let entries = store::entries(&read, id, false).await?;
        let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
        let files = Attachment::of(&read, FILES_OF_ENTRY, &ids).await?;
        let about = LineFilter { subjects: Some(vec![id.uuid()]), ..LineFilter::default() };
        let lines = storage::lines(&read, &about, LINES_MAX).await?;
        let here = readers(app, auth, &case, stays);
        let mut people: Vec<PersonId> =
            entries.iter().filter_map(|entry| entry.author).chain(case.assignee).collect();
        people.extend(lines.iter().flat_map(said::people_in));
        people.extend(here.iter().map(|(person, _)| *person));
        people.extend(case.about_person);
        let teams = commands::teams(app, auth).await?;
        // Whoever may work on it may say of anyone that it is about them.
        let is_ours = access::may_work(auth, &case);
        let shown = teams.values().filter(|team| is_ours || team.id == case.team);
        people.extend(shown.flat_map(|team| &team.members));
        people.sort();
        people.dedup();
        let names = Names::of(app, auth, teams, &people, case.asker.cvr().as_slice()).await?;
        let mut said = said::timeline(&page, &names, &case, entries, &files, &parts, &lines);
        if let Some(since) = typed.overtaken_since {
            // The form says the second in which it was shown: what stood on it already may be of the same.
            for one in &mut said {
                one.is_new = one.at > since;
            }
        }
        let is_confirmed = lines.iter().any(|line| matches!(line.fact(), Ok(Some(EnquiryFact::Confirmed))));
        let genuine = Genuine {
            is_answered: said.iter().any(Said::is_from_us),
            is_registered: names.company(&case).is_some(),
            is_confirmed,
        };
        let promises = ledger::of_subjects(&read, &[id.uuid()]).await?;
        let taken = lines.iter().filter_map(|line| commands::Taken::of(line).transpose());
        let taken = taken.collect::<Result<Vec<_>, _>>()?;
        let reached = commands::reached(&case, &promises, &taken, auth, &app.calendar);
        let must_decide = reached.iter().any(|(step, _)| *step == Escalation::Decide);
        let others = here.iter().map(|(person, at)| (names.person(Some(person)).to_owned(), *at)).collect();
        let references = references::noted(store::references(&read, &[id]).await?, &lines);
        // A receipt is a number in the archive.
        let in_archive = references.iter().any(|one| one.reference.details.system == System::Archive);
        Ok(Self {
            filing: if case.has_filing() { store::filing(&read, id).await? } else { Filing::Owed },
            packages: if in_archive { store::packages(&read, &[id]).await? } else { Vec::new() },
            promises,
            references,
            must_decide,
            genuine,
            earlier: earlier(app, auth, &case).await?,
            replies: store::saved_replies(&read, case.team).await?,
            kept: files_of(app, auth, typed.draft()).await?,
            done: None,
            page,
            case,
            names,
            parts,
            said,
            others,
            typed,
        })
    }

    pub(super) fn page(&self) -> &Page {
        &self.page
    }

    pub(super) fn title(&self) -> String {
        let (number, topic) = (&self.case.number, self.names.topic(&self.case.topic));
        self.page.t2("enquiries-case-title", ("number", number), ("topic", topic))
    }

    /// The beginning of what was asked, for whoever sees one form and nothing else.
    fn asked_first(&self) -> String {
        let asked = self.said.iter().find_map(|one| match &one.what {
            What::Words(words) if words.entry.kind == EntryKind::FromCompany => Some(&words.entry),
            _ => None,
        });
        let text = asked.map_or("", |entry| entry.text.as_str());
        match text.char_indices().nth(ASKED_CHARS_MAX) {
            Some((end, _)) => format!("{} …", text.get(..end).unwrap_or_default().trim_end()),
            None => text.to_owned(),
        }
    }

    fn auth(&self) -> &Auth {
        self.page.auth()
    }

    /// Whether the asker may do what the owning team does.
    fn is_ours(&self) -> bool {
        access::may_work(self.auth(), &self.case)
    }

    fn may_act(&self) -> bool {
        self.is_ours() && self.case.state.is_open()
    }

    fn may_note(&self) -> bool {
        self.auth().may(access::WORK)
    }

    fn leads(&self) -> bool {
        self.auth().leads(self.case.team)
    }

    fn is_offered_to_us(&self) -> bool {
        self.case.hand_over.is_some_and(|offer| self.auth().teams().contains(&offer.to))
    }

    fn is_mine(&self) -> bool {
        self.case.assignee.is_some() && self.case.assignee == self.auth().person()
    }

    /// Why it cannot be spam, in words; nothing where it may be.
    fn why_no_spam(&self) -> Option<String> {
        let refused = self.case.clone().mark_spam(self.genuine, self.auth().now()).err()?;
        Some(self.page.t(&refused.to_string()))
    }

    fn may_take_back_spam(&self) -> bool {
        self.is_ours() && self.case.clone().not_spam(true, self.auth().now()).is_ok()
    }

    fn spam_reasons() -> [&'static str; 4] {
        SPAM_REASONS
    }

    fn owes_answer(&self) -> bool {
        self.promises.iter().any(|one| one.kind == PromiseKind::ANSWER && one.state == PromiseState::Open)
    }

    /// We have written, the answer is owed still, and nobody has written since: it may have been the answer.
    fn may_have_answered(&self) -> bool {
        self.may_act() && self.owes_answer() && self.said_last() == Some(EntryKind::Reply)
    }

    /// The company has written after its answer: it may have been thanks.
    fn may_settle(&self) -> bool {
        let is_read = self.said_last() == Some(EntryKind::FromCompany);
        self.may_act() && is_read && may_settle(&self.promises).is_some()
    }

    /// What was said last between us and whoever asks.
    fn said_last(&self) -> Option<EntryKind> {
        self.said.iter().rev().find_map(|one| match &one.what {
            What::Words(words) if words.entry.kind.is_for_company() => Some(words.entry.kind),
            _ => None,
        })
    }

    fn settled_reasons() -> [&'static str; 3] {
        SETTLED_REASONS
    }

    /// What is about to be taken out for good: who wrote it or what it is called, its words, and why.
    fn going(&self) -> Option<(String, String, String)> {
        if !self.is_open("redact") || !self.typed.errors.is_empty() {
            return None;
        }
        let why = self.page.say("enquiries-redact", self.typed.fields.get("why"));
        let (kind, id) = self.typed.fields.get("what").split_once(':')?;
        let words = || {
            self.said.iter().filter_map(|one| match &one.what {
                What::Words(words) => Some((one, words)),
                What::Event { .. } => None,
            })
        };
        match kind {
            "text" => words().find(|(_, words)| words.entry.id.to_string() == id).map(|(one, words)| {
                let who = self.page.t2(
                    "enquiries-do-redact-who",
                    ("person", words.name.as_str()),
                    ("at", self.page.moment(&one.at)),
                );
                (who, words.entry.text.clone(), why)
            }),
            "part" => self.parts.iter().find(|part| part.id.to_string() == id).map(|part| {
                let who = self.page.t1("enquiries-do-redact-part", "team", self.names.team(&part.team));
                (who, part.question.clone(), why)
            }),
            _ => words()
                .flat_map(|(_, words)| &words.files)
                .find(|shown| shown.file.id.to_string() == id)
                .map(|shown| (self.page.t("enquiries-do-redact-file"), shown.file.name.clone(), why)),
        }
    }

    /// Parts that are still owed.
    fn owed_parts(&self) -> Vec<&Part> {
        self.parts.iter().filter(|part| part.ended_at.is_none()).collect()
    }

    /// Parts that the asker's own teams owe.
    fn our_parts(&self) -> Vec<&Part> {
        self.owed_parts().into_iter().filter(|part| self.auth().teams().contains(&part.team)).collect()
    }

    fn part_promise(&self, part: &Part) -> Option<&Promise> {
        self.promises.iter().find(|promise| promise.id == part.promise)
    }

    /// What is owed to the company: the two, and the call, not the parts that colleagues owe each other.
    fn shown_promises(&self) -> Vec<&Promise> {
        let to_company = self.promises.iter().filter(|promise| promise.kind != PromiseKind::PART_ANSWER);
        // What was settled without an answer is told in the conversation.
        to_company.filter(|promise| settled_for(promise).is_none()).collect()
    }

    fn owes_call(&self) -> bool {
        self.promises.iter().any(|one| one.kind == PromiseKind::CALL_BACK && one.state == PromiseState::Open)
    }

    fn decides(&self) -> bool {
        self.must_decide
    }

    /// Documents are owed, within the days of the law.
    fn owes_documents(&self) -> bool {
        self.case.is_for_documents() && self.owes_answer()
    }

    fn ways_on() -> [WayOn; 3] {
        WayOn::ALL
    }

    fn is_answered(&self) -> bool {
        !self.shown_promises().iter().any(|promise| promise.state == PromiseState::Open)
    }

    fn what(&self, promise: &Promise) -> String {
        self.names.what(&self.page, promise)
    }

    /// How the case stands, in one sentence.
    fn state(&self) -> String {
        let company = self.names.asker(&self.case);
        let person = self.names.person(self.case.assignee.as_ref());
        let team = self.names.team(&self.case.team);
        let say = |key: &str| {
            self.page.tn(
                &format!("enquiries-case-{key}"),
                &[("company", company.as_str().into()), ("person", person.into()), ("team", team.into())],
            )
        };
        match self.case.state {
            CaseState::Unconfirmed => say("unconfirmed"),
            CaseState::Open if self.is_answered() => say("answered"),
            CaseState::Open if self.is_mine() => say("mine"),
            CaseState::Open if self.case.assignee.is_some() => say("assigned"),
            CaseState::Open => say("unassigned"),
            CaseState::WaitingForCompany => say("waiting"),
            CaseState::Closed(outcome) => say(&format!("closed-{}", outcome.code())),
            CaseState::Withdrawn => say("withdrawn"),
            CaseState::Spam => say("spam"),
            CaseState::Duplicate(_) => say("duplicate"),
        }
    }

    /// The case that this one is read together with.
    fn duplicate_of(&self) -> Option<CaseId> {
        match self.case.state {
            CaseState::Duplicate(of) => Some(of),
            _ => None,
        }
    }

    fn offered_to(&self) -> String {
        self.case.hand_over.map_or("", |offer| self.names.team(&offer.to)).to_owned()
    }

    /// What happens when the other team does not take it: it comes back once, and never leaves those who may know of it.
    fn offer_key(&self) -> &'static str {
        if self.case.bounces < crate::model::BOUNCES_MAX || self.case.confidential {
            "enquiries-case-offered-until"
        } else {
            "enquiries-case-offered-last"
        }
    }

    /// Until when the other team may accept.
    fn offer_ends(&self) -> String {
        let Some(offer) = self.case.hand_over else { return String::new() };
        let calendar = &self.page.app().calendar;
        let last =
            calendar.add_working_days(calendar.day_zero(offer.since), crate::model::HAND_OVER_WORKING_DAYS);
        self.page.day(&last)
    }

    /// What an asker of its kind says besides its name.
    fn asker_more(&self) -> String {
        match &self.case.asker {
            Asker::Foreign { country, vat, .. } if vat.is_empty() => country.clone(),
            Asker::Foreign { country, vat, .. } => format!("{country}, VAT {vat}"),
            Asker::Adviser { on_behalf_of, cvr, .. } => {
                let company = self.page.t1("enquiries-case-on-behalf", "company", on_behalf_of.as_str());
                cvr.map_or(company.clone(), |cvr| format!("CVR {cvr}, {company}"))
            }
            Asker::Company { .. } | Asker::Founder | Asker::Association { .. } => String::new(),
        }
    }

    fn register(&self, company: &CompanyCard) -> String {
        let (name, town) = (company.name.as_str(), company.town.as_str());
        self.page.t2("enquiries-case-register", ("name", name), ("town", town))
    }

    /// That someone else has it open, and since when.
    fn warning(&self, person: &str, at: &DateTime<Utc>) -> String {
        let local = self.page.app().calendar.local(*at).time();
        let time = kernel::format::time(local, self.page.language());
        self.page.t2("enquiries-case-presence", ("person", person), ("time", time))
    }

    fn has_it(&self, person: &PersonCard) -> bool {
        self.case.assignee == Some(person.id)
    }

    fn is_topic(&self, key: &str) -> bool {
        self.case.topic.as_str() == key
    }

    fn is_chosen(&self, action: &str, field: &str, value: &str) -> bool {
        self.value(action, field) == value
    }

    /// People of the team who are still here, the asker apart.
    fn colleagues(&self) -> Vec<&PersonCard> {
        let members = self.names.teams.get(&self.case.team).map_or(&[][..], |team| team.members.as_slice());
        let here = members.iter().filter_map(|id| self.names.people.get(id)).filter(|person| !person.left);
        here.filter(|person| !self.case.wall.people.contains(&person.id)).collect()
    }

    /// Every other team.
    fn other_teams(&self) -> Vec<&TeamCard> {
        let others = self.names.teams.values().filter(|team| team.id != self.case.team);
        others.filter(|team| !self.case.wall.teams.contains(&team.id)).collect()
    }

    fn outcomes() -> [Outcome; 4] {
        Outcome::ALL
    }

    fn avoidables() -> [Avoidable; 6] {
        Avoidable::ALL
    }

    fn authorities() -> [&'static str; 18] {
        AUTHORITIES
    }

    /// The day on which it is sent on: as typed, else today.
    fn forwarded_on(&self) -> String {
        if self.is_open("close") {
            return self.value("close", "forwarded_on").to_owned();
        }
        self.page.app().calendar.local_date(self.auth().now()).to_string()
    }

    fn redact_reasons() -> [&'static str; 4] {
        REDACT_REASONS
    }

    fn offers_mask(&self, field: &str) -> bool {
        self.typed.errors.of(field) == Some("enquiries-cpr")
    }

    fn reply_hint(&self) -> String {
        let hint = self.page.t("enquiries-do-reply-hint");
        if self.case.confidential {
            return format!("{hint} {}", self.page.t("enquiries-do-reply-confidential"));
        }
        hint
    }

    /// What happens when the other team does not take it: what is walled never goes to the business consultant.
    fn hand_over_hint(&self) -> String {
        let key = if self.case.confidential { "hint-walled" } else { "hint" };
        self.page.t(&format!("enquiries-do-hand-over-{key}"))
    }

    /// Enough of a text to know it by.
    fn short(text: &str) -> String {
        text.chars().take(WORDS_CHARS_MAX).collect()
    }

    /// What can be taken out: the value of the choice, and enough words to know it by.
    fn redactable(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for one in &self.said {
            let What::Words(words) = &one.what else { continue };
            if words.entry.redacted.is_none() && !words.entry.text.is_empty() {
                let beginning = Self::short(&words.entry.text);
                let at = self.page.moment(&one.at);
                let told =
                    [("person", words.name.as_str().into()), ("at", at.into()), ("words", beginning.into())];
                all.push((
                    format!("text:{}", words.entry.id),
                    self.page.tn("enquiries-do-redact-one-text", &told),
                ));
            }
            for file in words.files.iter().map(|shown| &shown.file).filter(|file| file.removed_at.is_none()) {
                let told = self.page.t1("enquiries-do-redact-one-file", "name", file.name.as_str());
                all.push((format!("file:{}", file.id), told));
            }
        }
        for part in self.parts.iter().filter(|part| part.redacted.is_none()) {
            let told = self.page.t2(
                "enquiries-do-redact-one-part",
                ("team", self.names.team(&part.team)),
                ("words", Self::short(&part.question)),
            );
            all.push((format!("part:{}", part.id), told));
        }
        all
    }

    /// What a part was asked, or that it was taken out.
    fn question(&self, part: &Part) -> String {
        match part.redacted {
            Some(_) => self.page.t("enquiries-case-text-gone"),
            None => part.question.clone(),
        }
    }

    /// Enough of it to know it by.
    fn short_question(&self, part: &Part) -> String {
        Self::short(&self.question(part))
    }

    /// Where the link to the last words leads: to the words, or to why they cannot be written yet.
    fn close_link(&self) -> &'static str {
        if self.owed_parts().is_empty() { "#close-text" } else { "#close-why" }
    }

    /// Who owes a part, and how to reach them.
    fn reminder(&self, part: &Part) -> String {
        let team = self.names.teams.get(&part.team);
        let phone = team.map(|team| team.phone.to_string()).unwrap_or_default();
        self.page.t2("enquiries-do-close-remind", ("team", self.names.team(&part.team)), ("phone", phone))
    }

    /// Whom it complains about, in words: who is meant, or what the sender wrote.
    fn about(&self) -> String {
        let typed = self.case.about.as_ref().map_or("", |about| about.name.as_str());
        match (self.case.about_person, self.case.about_team) {
            (Some(person), _) => self.names.person(Some(&person)).to_owned(),
            (None, Some(team)) => self.names.team(&team).to_owned(),
            (None, None) if typed.is_empty() => String::new(),
            (None, None) => self.page.t1("enquiries-case-about-typed", "name", typed),
        }
    }

    /// Everyone and every team that a case may complain about: the value of the choice, and the name.
    fn subjects(&self) -> Vec<(String, String)> {
        let people = self.names.people.values().filter(|person| !person.left);
        let mut people: Vec<_> = people.map(|one| (format!("person:{}", one.id), one.name.clone())).collect();
        people.sort_by(|one, other| one.1.cmp(&other.1));
        let teams = self.names.teams.values();
        let teams = teams.map(|team| (format!("team:{}", team.id), self.names.team(&team.id).to_owned()));
        people.into_iter().chain(teams).collect()
    }

    /// Who may see it, in words.
    fn seen_by(&self) -> String {
        match self.case.wall.only {
            Some(only) => {
                self.page.t1("enquiries-case-seen-by-one", "person", self.names.person(Some(&only)))
            }
            None if !self.case.wall.is_open() => self.page.t("enquiries-case-seen-by-walled"),
            None if self.case.confidential => self.page.t("enquiries-case-seen-by-team"),
            None => self.page.t("enquiries-case-seen-by-all"),
        }
    }

    fn is_same_topic(&self, other: &Case) -> bool {
        other.topic == self.case.topic
    }

    fn has_asked_before(&self) -> bool {
        self.earlier.iter().any(|other| self.is_same_topic(other))
    }

    /// The number offered for merging: an open case about the same.
    fn likely_duplicate(&self) -> &str {
        let same = self.earlier.iter().find(|other| self.is_same_topic(other) && other.state.is_open());
        same.map_or("", |other| other.number.as_str())
    }

    fn state_of(&self, other: &Case) -> String {
        self.page.t(&format!("enquiries-state-word-{}", other.state.text()))
    }

    fn is_open(&self, action: &str) -> bool {
        self.typed.action.is_some_and(|typed| typed.name() == action)
    }

    /// What was typed in a form that was refused.
    fn value(&self, action: &str, field: &str) -> &str {
        if self.is_open(action) { self.typed.fields.get(field) } else { "" }
    }

    fn errors(&self) -> &FormErrors {
        &self.typed.errors
    }

    fn has_error(&self, field: &str) -> bool {
        self.typed.errors.of(field).is_some()
    }

    /// What others did while this was being written.
    fn overtaken_by(&self) -> Vec<String> {
        if self.typed.overtaken_since.is_none() {
            return Vec::new();
        }
        let told = |one: &Said| match &one.what {
            What::Words(words) => self.page.t2(
                "enquiries-case-new-words",
                ("person", words.name.as_str()),
                ("what", words.role.as_str()),
            ),
            What::Event { text, .. } => text.clone(),
        };
        self.said.iter().filter(|one| one.is_new).map(told).collect()
    }

    /// The name under which the browser keeps what is typed in a form.
    fn keep(&self, action: &str) -> String {
        format!("{action}-{}", self.case.number)
    }

    fn done_keep(&self) -> Option<String> {
        self.done.map(|action| self.keep(action.name()))
    }

    /// What the virus scanner has to do with a file, where it is not simply clean.
    const fn scan_said(file: &Attachment) -> Option<&'static str> {
        match file.scan {
            Scan::Clean => None,
            Scan::NotScanned => Some("enquiries-case-not-scanned"),
            Scan::Infected => Some("enquiries-case-infected"),
        }
    }
}

/// The case and its parts; not found for whoever may not see it.
async fn find(app: &App, auth: &Auth, id: CaseId) -> Result<(Case, Vec<Part>), PageError> {
    let read = app.db.read(auth);
    let case = store::find(&read, id).await?.ok_or(PageError::NotFound)?;
    let parts = store::parts(&read, &[id]).await?;
    let helpers: Vec<TeamId> = parts.iter().map(|part| part.team).collect();
    if access::may_see(auth, &case, &helpers) { Ok((case, parts)) } else { Err(PageError::NotFound) }
}

/// Who else has the case open. Only whoever may answer is noted: others warn nobody.
fn readers(app: &App, auth: &Auth, case: &Case, stays: bool) -> Vec<(PersonId, DateTime<Utc>)> {
    let Some(me) = auth.person() else { return Vec::new() };
    let presence = app.kept::<Presence>();
    if stays && access::may_work(auth, case) && case.state.is_open() {
        return presence.open(auth.tenant(), case.id, me, auth.now());
    }
    presence.others(auth.tenant(), case.id, me, auth.now())
}

/// What the same company or contact asked besides, as far as the asker may see it: open ones first.
async fn earlier(app: &App, auth: &Auth, case: &Case) -> Result<Vec<Case>, PageError> {
    let asked_by = Some((case.asker.cvr(), case.contact.email.clone()));
    let filter = CaseFilter { asked_by, ..visible(auth) };
    let mut found = store::newest(&app.db.read(auth), &filter, EARLIER_MAX + 1).await?;
    found.retain(|other| other.id != case.id && access::may_see(auth, other, &[]));
    found.sort_by_key(|other| !other.state.is_open());
    Ok(found)
}

/// `GET /intern/henvendelser/{id}`.
pub(super) async fn show(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
    jar: CookieJar,
) -> Result<Response, PageError> {
    let mut shown = Page::new(&app, &auth);
    let jar = take_flash(&app, jar, &mut shown);
    // The browser forgets what was typed in the form that has now been received, and only that.
    let done = Action::ALL.into_iter().find(|action| shown.flash == Some(shown.t(action.done())));
    // Whoever has just answered is not about to.
    let stays = !done.is_some_and(Action::leaves);
    let mut main = CasePage::load(&app, &auth, id, Typed::default(), stays).await?;
    (main.page.flash, main.done) = (shown.flash, done);
    let title = main.title();
    Ok((jar, page(&main.page, &title, &main)).into_response())
}

/// `GET /intern/henvendelser/{id}/ikke-min`, by the link in a mail: give it on.
pub(super) async fn not_mine(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
) -> Result<Response, PageError> {
    alone(&app, &auth, id, Action::HandOver).await
}

/// `GET /intern/henvendelser/{id}/mere`: ask the company for more.
pub(super) async fn more(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
) -> Result<Response, PageError> {
    alone(&app, &auth, id, Action::Ask).await
}

/// `GET /intern/henvendelser/{id}/afslut`: end it.
pub(super) async fn end(
    auth: Auth,
    State(app): State<App>,
    Path(id): Path<CaseId>,
) -> Result<Response, PageError> {
    alone(&app, &auth, id, Action::Close).await
}

/// One form of the case, with its button. What is refused comes back on the page of the case.
async fn alone(app: &App, auth: &Auth, id: CaseId, action: Action) -> Result<Response, PageError> {
    let typed = Typed { alone: Some(action), ..Typed::default() };
    let main = CasePage::load(app, auth, id, typed, true).await?;
    let title = main.page.say("enquiries-alone", action.name());
    Ok(page(&main.page, &title, &main))
}

/// `GET /intern/henvendelser/{id}/fil/{file}`: a file of the thread, for whoever may see the case.
pub(super) async fn file(
    auth: Auth,
    State(app): State<App>,
    Path((id, file)): Path<(CaseId, AttachmentId)>,
) -> Result<Response, PageError> {
    let (case, _) = find(&app, &auth, id).await?;
    let read = app.db.read(&auth);
    let entries = store::entries(&read, case.id, false).await?;
    let ids: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
    let files = Attachment::of(&read, FILES_OF_ENTRY, &ids).await?;
    let file = files.into_iter().find(|one| one.id == file && one.removed_at.is_none());
    crate::web::tracking::download(&app, &file.ok_or(PageError::NotFound)?).await
}
