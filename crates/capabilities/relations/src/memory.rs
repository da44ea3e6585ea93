//! What relations remember of a company, for its page: visits and people, with where they are known from.

use async_trait::async_trait;
use chrono::{DateTime, NaiveTime, Utc};
use kernel::{Calendar, Ctx, CvrNumber, Email, Language, format, uuid::Uuid};
use ports::{CompanyContact, CompanyDeed, CompanyMemory, Memory, PeopleDirectory, Said, TimelineEntry};
use std::{collections::BTreeMap, sync::Arc};
use storage::{Db, StoreError};

use crate::{
    access::{READ, VISIT},
    model::{Contact, Source, Visit, VisitState},
    store,
};

/// What one can do with a company.
const DEEDS: [CompanyDeed; 2] = [
    CompanyDeed { key: "relations-visit-plan", path: "/intern/besoeg/nyt?cvr=" },
    CompanyDeed { key: "relations-visit-log", path: "/intern/besoeg/var?cvr=" },
];

/// Answers from visits and contacts.
pub struct RelationsMemory {
    db: Db,
    calendar: Arc<Calendar>,
    people: Arc<dyn PeopleDirectory>,
}

impl RelationsMemory {
    /// Reads `db`.
    pub fn new(db: Db, calendar: Arc<Calendar>, people: Arc<dyn PeopleDirectory>) -> Self {
        Self { db, calendar, people }
    }

    /// When a visit stands in the timeline: at its time, or at noon, where only its day is known.
    fn moment(&self, visit: &Visit) -> DateTime<Utc> {
        let noon = NaiveTime::from_hms_opt(12, 0, 0).unwrap_or_default();
        self.calendar.instant(visit.details.on.and_time(visit.details.at.unwrap_or(noon)))
    }

    /// Which list, which row, when.
    fn source(&self, source: &Source, language: Language) -> Vec<(&'static str, String)> {
        let day = format::date_short(self.calendar.local_date(source.at), language);
        vec![("file", source.file_name.clone()), ("row", source.row.to_string()), ("date", day)]
    }

    fn contact(&self, contact: &Contact, language: Language) -> CompanyContact {
        let titled = if contact.title.is_empty() { String::new() } else { format!(", {}", contact.title) };
        CompanyContact {
            name: format!("{}{titled}", contact.name),
            email: contact.email.as_ref().map(Email::to_string).unwrap_or_default(),
            phone: contact.phone.as_ref().map(ToString::to_string),
            confirmed: false,
            last_seen: contact.changed_at,
            source: contact
                .source
                .as_ref()
                .map(|source| Said { key: "relations-source", arguments: self.source(source, language) }),
        }
    }
}

#[async_trait]
impl CompanyMemory for RelationsMemory {
    async fn remember(
        &self,
        ctx: &Ctx,
        cvr: CvrNumber,
        _: &[Uuid],
        limit: usize,
    ) -> Result<Memory, StoreError> {
        if !ctx.may(READ) {
            return Ok(Memory::default());
        }
        let read = self.db.read(ctx);
        let visits = store::visits_of(&read, cvr, limit).await?;
        let visitors: Vec<_> = visits.iter().filter_map(|visit| visit.visitor).collect();
        let names =
            if visitors.is_empty() { BTreeMap::new() } else { self.people.people(&read, &visitors).await? };
        let today = self.calendar.local_date(ctx.now());
        let entry = |visit: &Visit| {
            let key = match visit.state {
                VisitState::Cancelled => "relations-memory-cancelled",
                VisitState::Planned if visit.details.on >= today => "relations-memory-planned",
                VisitState::Planned | VisitState::Held => "relations-memory-held",
            };
            let own = visit.visitor.is_some() && visit.visitor == ctx.person() && ctx.may(VISIT);
            let visitor = visit.visitor.and_then(|id| names.get(&id)).map(|card| card.name.clone());
            let source = visit.source.as_ref().map(|source| self.source(source, ctx.language()));
            let what = [&visit.details.contact_name, &visit.details.note];
            let what: Vec<&str> =
                what.into_iter().map(String::as_str).filter(|words| !words.is_empty()).collect();
            let mut arguments = vec![
                ("kind", visit.details.kind.code().to_owned()),
                ("what", what.join(". ")),
                ("has_what", if what.is_empty() { "no" } else { "yes" }.to_owned()),
                ("is_brought", if visit.source.is_some() { "yes" } else { "no" }.to_owned()),
            ];
            arguments.extend(source.unwrap_or_default());
            TimelineEntry {
                at: self.moment(visit),
                capability: "relations",
                key: key.to_owned(),
                arguments,
                link: own.then(|| format!("/intern/besoeg/{}", visit.id)),
                team: None,
                person: visitor.or_else(|| Some(visit.visitor_name.clone()).filter(|name| !name.is_empty())),
            }
        };
        let contacts = store::contacts_of(&read, cvr).await?;
        Ok(Memory {
            timeline: visits.iter().map(entry).collect(),
            contacts: contacts.iter().map(|contact| self.contact(contact, ctx.language())).collect(),
            deeds: if ctx.may(VISIT) { DEEDS.to_vec() } else { Vec::new() },
            ..Memory::default()
        })
    }
}
