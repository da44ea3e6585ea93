//! A person's own calendar as iCalendar (RFC 5545): what programs such as Outlook and Google fetch by a secret address. Pure:
//! what stands in it is handed over.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{Days, Duration, NaiveDate, NaiveDateTime};
use icalendar::{Calendar as Written, Component as _, Event, EventLike as _, EventStatus, Property};
use kernel::{Calendar, Ctx, uuid::Uuid};
use ports::{CalendarEntry, CalendarSource, CalendarTime, Said};
use storage::{Db, StoreError};

use crate::{
    model::{Visit, VisitState},
    store,
};

/// Where clocks are read.
const ZONE: &str = "Europe/Copenhagen";
/// The rule by which clocks go there, since 1996; what a calendar holds is never older.
const ZONE_RULE: &str = "BEGIN:VTIMEZONE\r\nTZID:Europe/Copenhagen\r\nBEGIN:DAYLIGHT\r\nDTSTART:19960331T020000\r\n\
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\nEND:DAYLIGHT\r\n\
BEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0200\r\n\
TZOFFSETTO:+0100\r\nTZNAME:CET\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n";
/// How often programs are asked to look; most look when they like.
const LOOK_EVERY: &str = "PT1H";
/// How long a visit that was cancelled is told of: until every program has seen it.
pub(crate) const CANCELLED_DAYS: i64 = 30;

/// Writes the calendar, each entry with its title in words: the same entries give the same bytes.
pub fn write(name: &str, (host, base): (&str, &str), entries: &[(CalendarEntry, String)]) -> String {
    let mut calendar = Written::empty();
    for (key, value) in [
        ("VERSION", "2.0"),
        ("PRODID", "-//Samspil//Kalender//DA"),
        ("CALSCALE", "GREGORIAN"),
        ("METHOD", "PUBLISH"),
    ] {
        calendar.append_property(Property::new(key, value));
    }
    calendar.append_property(Property::new("X-WR-CALNAME", name));
    calendar.append_property(
        Property::new("REFRESH-INTERVAL", LOOK_EVERY).add_parameter("VALUE", "DURATION").done(),
    );
    calendar.append_property(Property::new("X-PUBLISHED-TTL", LOOK_EVERY));
    for (entry, title) in entries {
        calendar.push(event(host, base, (entry, title)));
    }
    let text = calendar.to_string();
    // The writer knows no time zones, so the zone is put before the first event.
    let at = text.find("BEGIN:VEVENT").or_else(|| text.find("END:VCALENDAR")).unwrap_or(text.len());
    let (head, rest) = text.split_at(at);
    format!("{head}{ZONE_RULE}{rest}")
}

fn event(host: &str, base: &str, (entry, title): (&CalendarEntry, &str)) -> Event {
    let mut event = Event::with_uid(&format!("{}@{host}", entry.id));
    let changed = entry.changed_at.format("%Y%m%dT%H%M%SZ").to_string();
    event.summary(title);
    event.add_property("DTSTAMP", &changed).add_property("LAST-MODIFIED", &changed);
    event.add_property("SEQUENCE", entry.sequence.to_string());
    event.add_property("URL", format!("{base}{}", entry.path));
    event.add_property("CLASS", "PRIVATE");
    event.status(if entry.is_cancelled { EventStatus::Cancelled } else { EventStatus::Confirmed });
    if !entry.place.is_empty() {
        event.location(&entry.place);
    }
    match entry.when {
        CalendarTime::Day(day) => {
            let after = day.checked_add_days(Days::new(1)).unwrap_or(day);
            event.append_property(date("DTSTART", day)).append_property(date("DTEND", after));
            // A day on which something is due does not make one busy.
            event.add_property("TRANSP", "TRANSPARENT");
        }
        CalendarTime::Span { from, to } => {
            event.append_property(local("DTSTART", from)).append_property(local("DTEND", to));
        }
    }
    event.done()
}

fn date(key: &str, day: NaiveDate) -> Property {
    Property::new(key, day.format("%Y%m%d").to_string()).add_parameter("VALUE", "DATE").done()
}

fn local(key: &str, at: NaiveDateTime) -> Property {
    Property::new(key, at.format("%Y%m%dT%H%M%S").to_string()).add_parameter("TZID", ZONE).done()
}

/// What tells that the calendar is another: a hash of its bytes.
pub fn etag(text: &str) -> String {
    use sha2::{Digest, Sha256};
    let hash = hex::encode(Sha256::digest(text.as_bytes()));
    format!("\"{}\"", hash.get(..32).unwrap_or(&hash))
}

/// Tells a person's own visits.
pub struct VisitCalendar {
    db: Db,
    calendar: Arc<Calendar>,
}

impl VisitCalendar {
    /// Reads `db`.
    pub fn new(db: Db, calendar: Arc<Calendar>) -> Self {
        Self { db, calendar }
    }

    /// A moment as clocks in the town show it, brought to one that there is: in the night in which clocks go forward an hour
    /// is missing.
    fn shown(&self, at: NaiveDateTime) -> NaiveDateTime {
        self.calendar.local(self.calendar.instant(at)).naive_local()
    }

    fn entry(&self, visit: Visit) -> CalendarEntry {
        let when = match visit.details.at {
            None => CalendarTime::Day(visit.details.on),
            Some(time) => {
                let from = visit.details.on.and_time(time);
                let ends = self.calendar.instant(from) + Duration::minutes(i64::from(visit.details.minutes));
                CalendarTime::Span { from: self.shown(from), to: self.calendar.local(ends).naive_local() }
            }
        };
        CalendarEntry {
            id: visit.id.uuid(),
            title: Said {
                key: "relations-calendar-visit",
                arguments: vec![
                    ("kind", visit.details.kind.code().to_owned()),
                    ("company", visit.company.clone()),
                ],
            },
            when,
            place: visit.details.place,
            path: format!("/intern/besoeg/{}", visit.id),
            is_cancelled: visit.state == VisitState::Cancelled,
            sequence: visit.sequence,
            changed_at: visit.changed_at,
        }
    }
}

#[async_trait]
impl CalendarSource for VisitCalendar {
    async fn entries(&self, ctx: &Ctx, from: NaiveDate) -> Result<Vec<CalendarEntry>, StoreError> {
        let Some(person) = ctx.person().filter(|_| ctx.may(crate::access::VISIT)) else {
            return Ok(Vec::new());
        };
        let cancelled_since = ctx.now() - Duration::days(CANCELLED_DAYS);
        let visits = store::calendar_visits(&self.db.read(ctx), person, from, cancelled_since).await?;
        Ok(visits.into_iter().map(|visit| self.entry(visit)).collect())
    }
}

/// The order in which a calendar is written: by day, then by id, so that nothing changes but what changed.
pub(crate) fn in_order(mut entries: Vec<CalendarEntry>) -> Vec<CalendarEntry> {
    let day = |entry: &CalendarEntry| match entry.when {
        CalendarTime::Day(day) => day.and_time(chrono::NaiveTime::MIN),
        CalendarTime::Span { from, .. } => from,
    };
    entries.sort_by_key(|entry| (day(entry), entry.id));
    entries.dedup_by_key(|entry: &mut CalendarEntry| -> Uuid { entry.id });
    entries
}
