//! What enquiries hold on the person behind an address: to hand out (GDPR article 15) and to erase (article 17).
//!
//! An enquiry that is open cannot be answered without knowing who asked, so it is erased once it has ended (article 17(3)(b)
//! holds until then). What stays of an erased one tells of nobody: number, topic, dates, outcome, score.

use kernel::{CaseId, Code, Ctx, Email};
use outreach::MessageWords;
use serde::Serialize;
use storage::{Attachment, StoreError};
use uuid::Uuid;
use web::App;

use crate::{
    commands::{ErasedCounts, FILES_OF_ENTRY, Outcome, erase_case},
    model::EntryKind,
    store,
};

/// Cases of one contact: far beyond what anyone asks in the years before it is forgotten.
const CASES_MAX: u64 = 10_000;

/// Everything that is held, in words that a person can read and a program too.
#[derive(Debug, Clone, Serialize)]
pub struct Held {
    /// The address that was asked for.
    pub email: String,
    /// Its enquiries, the newest first.
    pub enquiries: Vec<HeldCase>,
    /// Mails to it that are not about an enquiry, such as the links for signing in.
    pub other_mails: Vec<HeldMail>,
}

/// An enquiry.
#[derive(Debug, Clone, Serialize)]
pub struct HeldCase {
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
    files: Vec<HeldFile>,
    mails: Vec<HeldMail>,
}

/// A text of a thread. Colleagues' notes are documents of the case: they are asked for by access to documents
/// (forvaltningsloven § 9), not here.
#[derive(Debug, Clone, Serialize)]
pub struct HeldText {
    at: String,
    from: &'static str,
    text: String,
}

/// A file of a thread. It is fetched from the enquiry's own page.
#[derive(Debug, Clone, Serialize)]
pub struct HeldFile {
    name: String,
    bytes: i64,
    at: String,
}

/// A mail.
#[derive(Debug, Clone, Serialize)]
pub struct HeldMail {
    at: Option<String>,
    to: String,
    subject: String,
    text: String,
}

/// What came of a request to be erased.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erasing {
    /// What was taken out.
    pub erased: ErasedCounts,
    /// The numbers of enquiries that are open: they stay until they have ended.
    pub open: Vec<String>,
}

/// Everything that is held on whoever has this address.
pub async fn export(app: &App, ctx: &Ctx, email: &Email) -> Result<Held, StoreError> {
    let read = app.db.read(ctx);
    let moment = |at: chrono::DateTime<chrono::Utc>| app.calendar.local(at).to_rfc3339();
    let cases = store::of_contact(&read, email, CASES_MAX).await?;
    let ids: Vec<Uuid> = cases.iter().map(|case| case.id.uuid()).collect();
    let about_cases = outreach::messages_of(&read, &ids).await?;
    let to_contact = outreach::messages_to(&read, email).await?;
    let mut words = outreach::words_of(&read, &to_contact).await?;
    let mail =
        |at, words: MessageWords| HeldMail { at, to: words.to, subject: words.subject, text: words.text };
    let mut enquiries = Vec::new();
    for case in cases {
        let entries = store::entries(&read, case.id, true).await?;
        let owners: Vec<Uuid> = entries.iter().map(|entry| entry.id.uuid()).collect();
        let files = Attachment::of(&read, FILES_OF_ENTRY, &owners).await?;
        let mails = about_cases.iter().filter(|message| message.reference == case.id.uuid());
        let mails = mails.filter_map(|message| {
            words.remove(&message.id).map(|words| mail(Some(moment(message.written_at)), words))
        });
        let (writes_for, country, vat) = match &case.asker {
            crate::model::Asker::Adviser { on_behalf_of, .. } => (Some(on_behalf_of.clone()), None, None),
            crate::model::Asker::Foreign { country, vat, .. } => {
                (None, Some(country.clone()), Some(vat.clone()))
            }
            _ => (None, None, None),
        };
        enquiries.push(HeldCase {
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
            files: files
                .into_iter()
                .filter(|file| file.removed_at.is_none())
                .map(|file| HeldFile { name: file.name, bytes: file.bytes, at: moment(file.created_at) })
                .collect(),
            mails: mails.collect(),
        });
    }
    let other_mails = words.into_values().map(|words| mail(None, words)).collect();
    Ok(Held { email: email.to_string(), enquiries, other_mails })
}

/// Erases what is held on whoever has this address, but for what is open. Begins again where it was stopped.
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
    if open.is_empty() {
        let mails = outreach::messages_to(&app.db.read(ctx), email).await?;
        let tx = app.db.begin_write(ctx).await?;
        for id in mails {
            done.erased.mails += u32::from(outreach::erase_content(&tx, id).await?);
        }
        tx.commit().await?;
    }
    Ok(done)
}
