//! What enquiries hold on the person behind an address: to hand out (GDPR article 15) and to erase (article 17).
//!
//! An enquiry that is open cannot be answered without knowing who asked, so it is erased once it has ended (article 17(3)(b)
//! holds until then). What stays of an erased one tells of nobody: number, topic, dates, outcome, score.

use std::{collections::BTreeSet, sync::Arc};

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use kernel::{CaseId, Code, Ctx, Email, Failure, PersonId, RuleBook};
use ports::{DataSubject, ErasedCounts as Counts, Outlived, PersonalDataHolder, Staying};
use serde::Serialize;
use serde_json::{Map, Value, json};
use storage::{Attachment, StoreError};
use uuid::Uuid;
use web::App;

use crate::{
    commands::{ErasedCounts, FILES_OF_ENTRY, Outcome, erase_case},
    model::EntryKind,
    retention::{self, CASES, UNCONFIRMED},
    store,
};

/// Cases of one contact: far beyond what anyone asks in the years before it is forgotten.
const CASES_MAX: u64 = 10_000;

/// An enquiry, in words that a person can read and a program too. The mails about it are handed out by outreach.
#[derive(Debug, Clone, Serialize)]
pub struct HeldCase {
    id: CaseId,
    number: String,
    topic: String,
    state: &'static str,
    received_at: String,
    ended_at: Option<String>,
    asker: &'static str,
    company: String,
    cvr: Option<String>,
    writes_for: Option<String>,
    country: Option<String>,
    vat: Option<String>,
    name: String,
    email: String,
    phone: Option<String>,
    language: &'static str,
    rating: Option<i32>,
    rating_text: Option<String>,
    complaint_about: Option<String>,
    texts: Vec<HeldText>,
    references: Vec<HeldReference>,
    files: Vec<HeldFile>,
}

/// A text of a thread. Colleagues' notes are documents of the case: they are asked for by access to documents
/// (forvaltningsloven § 9), not here.
#[derive(Debug, Clone, Serialize)]
pub struct HeldText {
    at: String,
    from: &'static str,
    text: String,
}

/// What the enquiry is called in another system.
#[derive(Debug, Clone, Serialize)]
pub struct HeldReference {
    system: &'static str,
    name: String,
    number: String,
    link: Option<String>,
    expected_on: Option<chrono::NaiveDate>,
}

/// A file of a thread. It is fetched from the enquiry's own page.
#[derive(Debug, Clone, Serialize)]
pub struct HeldFile {
    name: String,
    bytes: i64,
    at: String,
}

/// What came of a request to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasing {
    /// What was taken out.
    pub erased: ErasedCounts,
    /// The numbers of enquiries that are open: they stay until they have ended.
    pub open: Vec<String>,
}

/// The enquiries of whoever has one of these addresses, the newest of an address first.
async fn enquiries_of(app: &App, ctx: &Ctx, emails: &BTreeSet<Email>) -> Result<Vec<HeldCase>, StoreError> {
    let read = app.db.read(ctx);
    let moment = |at: DateTime<Utc>| app.calendar.local(at).to_rfc3339();
    let mut cases = Vec::new();
    for email in emails {
        cases.extend(store::of_contact(&read, email, CASES_MAX).await?);
    }
    let mut enquiries = Vec::new();
    for case in cases {
        let entries = store::entries(&read, case.id, true).await?;
        let owners: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
        let files = Attachment::of(&read, FILES_OF_ENTRY, &owners).await?;
        let references = store::references(&read, &[case.id]).await?.into_iter();
        let references = references.filter(|one| one.redacted.is_none()).map(|one| HeldReference {
            system: one.details.system.code(),
            name: one.details.name,
            number: one.details.number,
            link: one.details.link.map(|link| link.as_str().to_owned()),
            expected_on: one.details.expected_on,
        });
        let (writes_for, country, vat) = match &case.asker {
            crate::model::Asker::Adviser { on_behalf_of, .. } => (Some(on_behalf_of.clone()), None, None),
            crate::model::Asker::Foreign { country, vat, .. } => {
                (None, Some(country.clone()), Some(vat.clone()))
            }
            _ => (None, None, None),
        };
        enquiries.push(HeldCase {
            id: case.id,
            number: case.number,
            topic: case.topic.to_string(),
            state: case.state.text(),
            received_at: moment(case.received_at),
            ended_at: case.closed_at.map(moment),
            asker: case.asker.kind(),
            company: case.asker.name().to_owned(),
            cvr: case.asker.adviser_cvr().or(case.asker.cvr()).map(|cvr| cvr.to_string()),
            writes_for,
            country,
            vat,
            name: case.contact.name,
            email: case.contact.email.to_string(),
            phone: case.contact.phone.map(|phone| phone.e164().to_owned()),
            language: case.language.tag(),
            rating: case.rating.as_ref().map(|rating| rating.score),
            rating_text: case.rating.map(|rating| rating.text),
            complaint_about: case.about.map(|about| about.name),
            texts: entries
                .iter()
                .map(|entry| HeldText {
                    at: moment(entry.at),
                    from: if entry.kind == EntryKind::FromCompany { "company" } else { "municipality" },
                    text: entry.text.clone(),
                })
                .collect(),
            references: references.collect(),
            files: files
                .into_iter()
                .filter(|file| file.removed_at.is_none())
                .map(|file| HeldFile { name: file.name, bytes: file.bytes, at: moment(file.created_at) })
                .collect(),
        });
    }
    Ok(enquiries)
}

/// Erases the enquiries of whoever has this address, but for what is open. Begins again where it was stopped.
pub async fn erase(app: &App, ctx: &Ctx, email: &Email) -> Outcome<Erasing> {
    let why: Code = super::commands::code("asked");
    let mut done = Erasing::default();
    let cases = store::of_contact(&app.db.read(ctx), email, CASES_MAX).await?;
    let open: Vec<CaseId> = cases.iter().filter(|case| case.state.is_open()).map(|case| case.id).collect();
    for case in &cases {
        if open.contains(&case.id) {
            done.open.push(case.number.clone());
            continue;
        }
        done.erased += erase_case(app, ctx, case.id, &why, |case| !case.state.is_open()).await?;
    }
    Ok(done)
}

/// What enquiries answer of a person.
pub fn holder(app: &App) -> Arc<dyn PersonalDataHolder> {
    Arc::new(Enquiries(app.clone()))
}

struct Enquiries(App);

#[async_trait]
impl PersonalDataHolder for Enquiries {
    fn tables(&self) -> &'static [&'static str] {
        &[
            "enquiries_case",
            "enquiries_entry",
            "enquiries_part",
            "enquiries_reference",
            "enquiries_filing",
            "enquiries_package",
            "enquiries_notice",
            "enquiries_day",
            "enquiries_saved_reply",
            "enquiries_cause_plan",
            "enquiries_topic_version",
            "enquiries_topic_goal",
            "enquiries_topic_review",
            "attachment",
        ]
    }

    async fn recognise(&self, ctx: &Ctx, subject: &mut DataSubject) -> Result<(), StoreError> {
        let read = self.0.db.read(ctx);
        for email in &subject.emails {
            for case in store::of_contact(&read, email, CASES_MAX).await? {
                subject.subjects.insert(case.id.uuid());
                if case.state.is_open() {
                    subject.open.insert(case.id.uuid());
                }
            }
        }
        Ok(())
    }

    async fn export(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Map<String, Value>, StoreError> {
        let enquiries = enquiries_of(&self.0, ctx, &subject.emails).await?;
        let mut held = Map::from_iter([("enquiries".to_owned(), serde_json::to_value(enquiries)?)]);
        if subject.persons.is_empty() {
            return Ok(held);
        }
        let read = self.0.db.read(ctx);
        let persons: Vec<PersonId> = subject.persons.iter().copied().collect();
        let written = store::written_by(&read, &persons).await?;
        let written = written.iter().map(|one| json!({ "case": one.case, "kind": one.kind, "at": one.at }));
        let notices = store::notices_of(&read, &persons).await?;
        let notices = notices
            .iter()
            .map(|one| json!({ "case": one.case, "kind": one.kind, "at": one.at, "read_at": one.read_at }));
        held.insert("written".to_owned(), written.collect());
        held.insert("notices".to_owned(), notices.collect());
        Ok(held)
    }

    async fn erase(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Counts, Failure> {
        let mut counts = ErasedCounts::default();
        for email in &subject.emails {
            let done = erase(&self.0, ctx, email).await;
            let done =
                done.map_err(|failure| failure.map_refusal(|refusal| Failure::internal(refusal.to_string())));
            counts += done?.erased;
        }
        let mut notices = 0;
        if !subject.works_here && !subject.persons.is_empty() {
            let persons: Vec<PersonId> = subject.persons.iter().copied().collect();
            let tx = self.0.db.begin_write(ctx).await?;
            for notice in store::notices_of(&tx, &persons).await? {
                store::erase_notice(&tx, notice.id).await?;
                notices += 1;
            }
            tx.commit().await?;
        }
        Ok(Counts::from([
            ("cases", counts.cases.into()),
            ("texts", counts.texts.into()),
            ("files", counts.files.into()),
            ("mails", counts.mails.into()),
            ("notices", notices),
        ]))
    }

    async fn outlived(
        &self,
        ctx: &Ctx,
        _: &RuleBook,
        at: DateTime<Utc>,
    ) -> Result<Vec<Outlived>, StoreError> {
        retention::outlived(&self.0, ctx, at).await
    }

    async fn forget(&self, ctx: &Ctx, _: &RuleBook) -> Result<Counts, Failure> {
        let unconfirmed = retention::outlived(&self.0, ctx, ctx.now()).await?;
        let unconfirmed: u64 =
            unconfirmed.iter().filter(|one| one.what == UNCONFIRMED).map(|one| one.goes).sum();
        let forgotten = retention::forget(&self.0, ctx).await;
        let forgotten = forgotten.map_err(|error| Failure::internal(format!("{error:?}")))?;
        let ended = u64::from(forgotten.cases).saturating_sub(unconfirmed);
        Ok(Counts::from([(CASES, ended), (UNCONFIRMED, unconfirmed)]))
    }

    async fn stays(&self, ctx: &Ctx, subject: &DataSubject) -> Result<Vec<Staying>, StoreError> {
        let read = self.0.db.read(ctx);
        let ids = |some: &BTreeSet<Uuid>| some.iter().copied().map(CaseId::from).collect::<Vec<_>>();
        let open = ids(&subject.open);
        let named = store::find_all(&read, &open).await?.into_values().map(|case| case.number).collect();
        let naming = store::naming(&read, &subject.words(), &ids(&subject.subjects)).await?;
        let persons: Vec<PersonId> = subject.persons.iter().copied().collect();
        let written = store::written_by(&read, &persons).await?.len();
        let ended = subject.subjects.len() - subject.open.len();
        let to_file = store::numbers_to_file(&read, &ids(&subject.subjects)).await?;
        let staying = |key, count: usize, places| Staying {
            key,
            count: i64::try_from(count).unwrap_or(i64::MAX),
            named: Vec::new(),
            places,
            until_ended: false,
        };
        let all = [
            Staying { named, until_ended: true, ..staying("enquiries-stays-open", open.len(), OPEN) },
            Staying {
                named: to_file.clone(),
                until_ended: true,
                ..staying("enquiries-stays-to-file", to_file.len(), OPEN)
            },
            staying("enquiries-stays-figures", ended, &["enquiries_case.cvr"]),
            staying("enquiries-stays-named", usize::try_from(naming).unwrap_or(usize::MAX), store::NAMING),
            staying("enquiries-stays-written", written, &["enquiries_entry.author_id"]),
        ];
        Ok(all.into_iter().filter(|one| one.count > 0).collect())
    }
}

/// Where the words stand of an enquiry that is open, or that is to be filed.
const OPEN: &[&str] = &[
    "enquiries_case.asker_name",
    "enquiries_case.on_behalf_of",
    "enquiries_case.contact_name",
    "enquiries_case.contact_email",
    "enquiries_case.contact_phone",
    "enquiries_case.about_name",
    "enquiries_entry.text",
    "enquiries_part.question",
    "enquiries_reference.name",
    "enquiries_reference.number",
    "enquiries_reference.link",
    "enquiries_filing.words",
    "attachment.name",
    "files",
    "outreach_content.to_address",
    "outreach_content.to_name",
    "outreach_content.subject",
    "outreach_content.text",
    "outreach_content.html",
];
