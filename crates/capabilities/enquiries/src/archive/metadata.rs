//! `metadata.json`: what a program reads. Names are those that Danish records systems use (FESD), without æ, ø and å; every
//! field is told of in `docs/archive-package.md`. A field that changes its meaning is another version of the format.

use chrono::{DateTime, FixedOffset, NaiveDate, Utc};
use kernel::{Ctx, Language};
use serde::Serialize;
use storage::{Attachment, Line};
use web::{App, Argument};

use super::{DOCUMENT, Gathered, goes_along, place_of, topic};
use crate::{
    fact::EnquiryFact,
    model::{Asker, Case, CaseState, Entry, EntryKind, Package},
};

/// What the format is called, and which version this is.
const FORMAT: &str = "samspil-arkivpakke";
const FORMAT_VERSION: &str = "1.0";
/// KLE's facet of action for answering, guiding and advising single companies.
const ACTION_FACET: &str = "G01";

/// The whole of it.
#[derive(Debug, Serialize)]
pub(super) struct Metadata {
    pub format: &'static str,
    pub formatversion: &'static str,
    pub pakke: PackageFields,
    pub myndighed: Authority,
    pub sag: CaseFields,
    pub parter: Vec<PartyFields>,
    pub meddelelser: Vec<MessageFields>,
    pub dokumenter: Vec<FileFields>,
    pub henvisninger: Vec<ReferenceFields>,
    pub haendelser: Vec<EventFields>,
}

#[derive(Debug, Serialize)]
pub(super) struct PackageFields {
    pub id: String,
    pub version: i32,
    pub erstatter: Option<String>,
    pub dannet: DateTime<FixedOffset>,
}

#[derive(Debug, Serialize)]
pub(super) struct Authority {
    pub navn: String,
    pub kommunekode: String,
}

#[derive(Debug, Serialize)]
pub(super) struct CaseFields {
    pub id: String,
    pub sagsnummer: String,
    pub titel: String,
    pub emne: Code,
    pub klassifikation: Classification,
    pub oprettet: DateTime<FixedOffset>,
    pub afsluttet: Option<DateTime<FixedOffset>>,
    pub udfald: Code,
    pub fortrolig: bool,
    pub indgang: String,
    pub ansvarlig_enhed: String,
    pub sagsbehandler: String,
    pub hoveddokument: &'static str,
}

/// A code of ours with its Danish words.
#[derive(Debug, Serialize)]
pub(super) struct Code {
    pub kode: String,
    pub tekst: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Classification {
    pub system: &'static str,
    pub emne: String,
    pub emnetitel: Option<String>,
    pub handlingsfacet: &'static str,
    pub kontrolleret: Option<NaiveDate>,
}

#[derive(Debug, Serialize)]
pub(super) struct PartyFields {
    pub rolle: &'static str,
    pub navn: String,
    pub cvr: Option<String>,
    pub cvr_bekraeftet: bool,
    pub land: Option<String>,
    pub momsnummer: Option<String>,
    pub email: Option<String>,
    pub telefon: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct MessageFields {
    pub id: String,
    pub tidspunkt: DateTime<FixedOffset>,
    pub retning: &'static str,
    pub art: &'static str,
    pub afsender: String,
    pub tekst: String,
    pub slettet: Option<String>,
    pub dokumenter: Vec<usize>,
}

#[derive(Debug, Serialize)]
pub(super) struct FileFields {
    pub nummer: usize,
    pub titel: String,
    pub filnavn: Option<String>,
    pub format: String,
    pub bytes: i64,
    pub sha256: String,
    pub dato: DateTime<FixedOffset>,
    pub retning: &'static str,
    pub meddelelse: String,
    pub slettet: Option<DateTime<FixedOffset>>,
}

#[derive(Debug, Serialize)]
pub(super) struct ReferenceFields {
    pub system: Code,
    pub navn: String,
    pub nummer: String,
    pub link: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct EventFields {
    pub tidspunkt: DateTime<FixedOffset>,
    pub haendelse: Code,
    pub udfoert_af: String,
    pub oplysning: String,
}

impl Metadata {
    pub(super) fn of(app: &App, ctx: &Ctx, package: &Package, case: &Case, gathered: &Gathered) -> Self {
        let teller = Teller { app, case, gathered };
        let site = app.site(ctx.tenant());
        let topic = topic(app, ctx, case);
        let title = topic.as_ref().map_or_else(|| case.topic.to_string(), |topic| topic.title.da.clone());
        let asker = teller.asker();
        Self {
            format: FORMAT,
            formatversion: FORMAT_VERSION,
            pakke: PackageFields {
                id: package.id.to_string(),
                version: package.version,
                erstatter: package.previous.map(|previous| previous.to_string()),
                dannet: teller.local(package.queued_at),
            },
            myndighed: Authority { navn: site.name.clone(), kommunekode: site.tenant.to_string() },
            sag: CaseFields {
                id: case.id.to_string(),
                sagsnummer: case.number.clone(),
                titel: if asker.is_empty() { title.clone() } else { format!("{title} - {asker}") },
                emne: Code { kode: case.topic.to_string(), tekst: title },
                klassifikation: Classification {
                    system: "KLE",
                    emne: topic.as_ref().map(|topic| topic.kle.clone()).unwrap_or_default(),
                    emnetitel: topic.as_ref().and_then(|topic| topic.kle_title.clone()),
                    handlingsfacet: ACTION_FACET,
                    kontrolleret: topic.as_ref().and_then(|topic| topic.kle_verified),
                },
                oprettet: teller.local(case.received_at),
                afsluttet: case.closed_at.map(|at| teller.local(at)),
                udfald: teller.outcome(),
                fortrolig: case.confidential,
                indgang: case.channel.text().to_owned(),
                ansvarlig_enhed: gathered.team(case.team),
                sagsbehandler: gathered.person(case.assignee),
                hoveddokument: DOCUMENT,
            },
            parter: teller.parties(asker),
            meddelelser: gathered.entries.iter().map(|entry| teller.message(entry)).collect(),
            dokumenter: gathered.files.iter().enumerate().map(|(at, file)| teller.file(at, file)).collect(),
            henvisninger: teller.references(),
            haendelser: gathered.lines.iter().filter_map(|line| teller.event(line)).collect(),
        }
    }
}

struct Teller<'a> {
    app: &'a App,
    case: &'a Case,
    gathered: &'a Gathered,
}

impl Teller<'_> {
    fn local(&self, at: DateTime<Utc>) -> DateTime<FixedOffset> {
        self.app.calendar.local(at).fixed_offset()
    }

    fn say(&self, key: &str) -> String {
        self.app.text(Language::Da, key, &[])
    }

    fn code(&self, prefix: &str, code: &str) -> Code {
        Code { kode: code.to_owned(), tekst: self.say(&format!("enquiries-{prefix}-{code}")) }
    }

    fn asker(&self) -> String {
        match (self.case.asker.name(), &self.gathered.company) {
            ("", Some(company)) => company.name.clone(),
            (name, _) => name.to_owned(),
        }
    }

    fn outcome(&self) -> Code {
        match self.case.state {
            CaseState::Closed(outcome) => self.code("outcome", outcome.code()),
            _ => Code { kode: "withdrawn".to_owned(), tekst: self.say("enquiries-journal-withdrawn") },
        }
    }

    fn parties(&self, asker: String) -> Vec<PartyFields> {
        let none = |rolle, navn| PartyFields {
            rolle,
            navn,
            cvr: None,
            cvr_bekraeftet: false,
            land: None,
            momsnummer: None,
            email: None,
            telefon: None,
        };
        let number = |cvr: Option<kernel::CvrNumber>| cvr.map(|cvr| cvr.to_string());
        let mut parties = Vec::new();
        match &self.case.asker {
            Asker::Company { cvr, .. } => {
                parties.push(PartyFields { cvr: number(*cvr), ..none("virksomhed", asker) });
            }
            Asker::Association { cvr, .. } => {
                parties.push(PartyFields { cvr: number(*cvr), ..none("forening", asker) });
            }
            Asker::Foreign { country, vat, .. } => parties.push(PartyFields {
                land: Some(country.clone()),
                momsnummer: Some(vat.clone()).filter(|vat| !vat.is_empty()),
                ..none("udenlandsk virksomhed", asker)
            }),
            Asker::Adviser { cvr, on_behalf_of, client_cvr, .. } => {
                parties.push(PartyFields {
                    cvr: number(*client_cvr),
                    ..none("virksomhed", on_behalf_of.clone())
                });
                let adviser = self.case.asker.name().to_owned();
                parties.push(PartyFields { cvr: number(*cvr), ..none("rådgiver", adviser) });
            }
            Asker::Founder => {}
        }
        let contact = &self.case.contact;
        parties.push(PartyFields {
            email: Some(contact.email.to_string()),
            telefon: contact.phone.as_ref().map(|phone| phone.e164().to_owned()),
            ..none("kontaktperson", contact.name.clone())
        });
        parties
    }

    fn message(&self, entry: &Entry) -> MessageFields {
        let files = self.gathered.files.iter().enumerate();
        let files = files.filter(|(_, file)| file.owner_id == entry.id.uuid());
        MessageFields {
            id: entry.id.to_string(),
            tidspunkt: self.local(entry.at),
            retning: direction(entry.kind),
            art: kind(entry.kind),
            afsender: match entry.kind {
                EntryKind::FromCompany => self.case.contact.name.clone(),
                _ => self.gathered.person(entry.author),
            },
            tekst: entry.text.clone(),
            slettet: entry.redacted.as_ref().map(|why| self.say(&format!("enquiries-redact-{why}"))),
            dokumenter: files.map(|(index, _)| index + 1).collect(),
        }
    }

    fn file(&self, index: usize, file: &Attachment) -> FileFields {
        let entry = self.gathered.entries.iter().find(|entry| entry.id.uuid() == file.owner_id);
        FileFields {
            nummer: index + 1,
            titel: file.name.clone(),
            filnavn: goes_along(file).then(|| place_of(index, file)),
            format: file.media_type.clone(),
            bytes: file.bytes,
            sha256: file.sha256.clone(),
            dato: self.local(file.created_at),
            retning: entry.map_or("internt", |entry| direction(entry.kind)),
            meddelelse: file.owner_id.to_string(),
            slettet: file.removed_at.map(|at| self.local(at)),
        }
    }

    fn references(&self) -> Vec<ReferenceFields> {
        // Where earlier packages are kept is said by the packages.
        let receipts: Vec<&str> =
            self.gathered.packages.iter().filter_map(|one| one.receipt.as_deref()).collect();
        let known = self.gathered.references.iter().filter(|one| one.redacted.is_none());
        let known = known.filter(|one| !receipts.contains(&one.details.number.as_str()));
        let fields = |one: &crate::model::Reference| ReferenceFields {
            system: self.code("system", one.details.system.code()),
            navn: one.details.name.clone(),
            nummer: one.details.number.clone(),
            link: one.details.link.as_ref().map(|link| link.as_str().to_owned()),
        };
        known.map(fields).collect()
    }

    fn event(&self, line: &Line) -> Option<EventFields> {
        let fact = line.fact::<EnquiryFact>().ok().flatten()?;
        // What was written and what was enclosed stands in the package itself.
        if matches!(
            fact,
            EnquiryFact::CompanyWrote { .. } | EnquiryFact::Wrote { .. } | EnquiryFact::FileAdded { .. }
        ) {
            return None;
        }
        Some(EventFields {
            tidspunkt: self.local(line.at),
            haendelse: self.code("journal", &line.word),
            udfoert_af: match line.actor_kind.as_str() {
                "staff" => self.gathered.person(line.actor_id.map(Into::into)),
                "system" => "Samspil".to_owned(),
                _ => self.case.contact.name.clone(),
            },
            oplysning: self.detail(&fact),
        })
    }

    /// What a line says beside its word.
    fn detail(&self, fact: &EnquiryFact) -> String {
        let say = |prefix: &str, code: &kernel::Code| self.say(&format!("enquiries-{prefix}-{code}"));
        let date = |on: &NaiveDate| kernel::format::date_long(*on, Language::Da);
        match fact {
            EnquiryFact::Assigned { to } => self.gathered.person(*to),
            EnquiryFact::PartAsked { part, of } => {
                let asked = self.gathered.parts.iter().find(|one| one.id.uuid() == *part);
                let asked = asked.map_or("", |one| one.question.as_str());
                [self.gathered.team(*of), asked.to_owned()].join(": ")
            }
            EnquiryFact::Offered { to }
            | EnquiryFact::HandedOver { to, .. }
            | EnquiryFact::Complained { to, .. } => self.gathered.team(*to),
            EnquiryFact::ForwardedOutside { authority, on } => {
                let authority = say("authority", authority);
                on.as_ref().map_or(authority.clone(), |on| format!("{authority}, {}", date(on)))
            }
            EnquiryFact::Closed { outcome, .. } => say("outcome", outcome),
            EnquiryFact::Decided { until: Some(until), .. } => date(until),
            EnquiryFact::ReferenceAdded { system, .. }
            | EnquiryFact::ReferenceChanged { system, .. }
            | EnquiryFact::ReferenceRemoved { system, .. } => say("system", system),
            EnquiryFact::Redacted { why, .. } => say("redact", why),
            EnquiryFact::TopicChanged { from, to } => format!("{from} -> {to}"),
            EnquiryFact::Rated { score, .. } => {
                self.app.text(Language::Da, "enquiries-archive-rated", &[("score", Argument::from(*score))])
            }
            _ => String::new(),
        }
    }
}

/// Which way a document went, as records systems say it.
const fn direction(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::FromCompany => "indgående",
        EntryKind::Reply | EntryKind::Question | EntryKind::Closing => "udgående",
        EntryKind::Note | EntryKind::Part => "internt",
    }
}

const fn kind(kind: EntryKind) -> &'static str {
    match kind {
        EntryKind::FromCompany => "henvendelse",
        EntryKind::Reply => "svar",
        EntryKind::Question => "spørgsmål",
        EntryKind::Closing => "afslutning",
        EntryKind::Note => "notat",
        EntryKind::Part => "delsvar",
    }
}
