//! What the register remembers of a company, for the timeline: started, renamed, moved, opened and closed places, ceased.

use chrono::NaiveDate;
use kernel::Calendar;
use ports::TimelineEntry;

use crate::{model::History, store::CompanyRecord};

/// Something that happened on a day.
struct Event {
    on: NaiveDate,
    key: &'static str,
    arguments: Vec<(&'static str, String)>,
}

impl Event {
    fn new(on: NaiveDate, key: &'static str, arguments: Vec<(&'static str, String)>) -> Self {
        Self { on, key, arguments }
    }
}

/// The steps from one value to the next, of which both and the day are known.
fn steps<T: PartialEq>(history: &History<T>, today: NaiveDate) -> impl Iterator<Item = (NaiveDate, &T, &T)> {
    let values: Vec<_> = history.iter().collect();
    let pairs: Vec<_> = values.iter().zip(values.iter().skip(1)).map(|(from, to)| (*from, *to)).collect();
    pairs.into_iter().filter_map(move |(from, to)| {
        let day = to.span.from.filter(|day| *day <= today)?;
        (from.value != to.value).then_some((day, &from.value, &to.value))
    })
}

/// What the register tells of the company, for its own page; in no order.
pub(crate) fn events(record: &CompanyRecord, calendar: &Calendar, today: NaiveDate) -> Vec<TimelineEntry> {
    let unit = &record.company.unit;
    let mut events = Vec::new();
    events.extend(unit.founded_on().map(|on| Event::new(on, "registry-memory-founded", Vec::new())));
    events.extend(unit.ceased_on(today).map(|on| Event::new(on, "registry-memory-ceased", Vec::new())));
    for (on, from, to) in steps(&unit.names, today) {
        let arguments = vec![("from", from.clone()), ("to", to.clone())];
        events.push(Event::new(on, "registry-memory-renamed", arguments));
    }
    for (on, from, to) in steps(&unit.addresses, today) {
        let arguments = vec![("from", from.to_string()), ("to", to.to_string())];
        events.push(Event::new(on, "registry-memory-moved", arguments));
    }
    // The first place opened with the company, and closes with it: that has been told.
    for placed in &record.establishments {
        let place = &placed.establishment.unit;
        let opened = place.founded_on().filter(|on| Some(*on) != unit.founded_on());
        let closed = place.ceased_on(today).filter(|on| Some(*on) != unit.ceased_on(today));
        let name = || vec![("name", place.name(today).to_owned())];
        events.extend(opened.map(|on| Event::new(on, "registry-memory-place-opened", name())));
        events.extend(closed.map(|on| Event::new(on, "registry-memory-place-closed", name())));
    }
    let entry = |event: Event| TimelineEntry {
        at: calendar.start_of_day(event.on),
        capability: "registry",
        key: event.key.to_owned(),
        arguments: event.arguments,
        link: None,
        team: None,
        person: Some("CVR".to_owned()),
    };
    events.into_iter().map(entry).collect()
}
