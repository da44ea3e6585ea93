//! What the register remembers of a company, for the timeline: started, renamed, moved, opened and closed places, ceased.

use async_trait::async_trait;
use chrono::{DateTime, NaiveDate, Utc};
use kernel::{Ctx, CvrNumber};
use ports::{CompanyContact, CompanyMemory, TimelineEntry};
use storage::StoreError;

use crate::{
    model::{Address, History},
    register::Register,
    store,
};

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
fn steps<'a, T: PartialEq>(
    history: &'a History<T>,
    today: NaiveDate,
) -> impl Iterator<Item = (NaiveDate, &'a T, &'a T)> {
    let values: Vec<_> = history.iter().collect();
    let pairs: Vec<_> = values.iter().zip(values.iter().skip(1)).map(|(from, to)| (*from, *to)).collect();
    pairs.into_iter().filter_map(move |(from, to)| {
        let day = to.span.from.filter(|day| *day <= today)?;
        (from.value != to.value).then_some((day, &from.value, &to.value))
    })
}

fn place(address: &Address) -> String {
    address.to_string()
}

#[async_trait]
impl CompanyMemory for Register {
    async fn timeline(&self, _: &Ctx, cvr: CvrNumber, limit: u64) -> Result<Vec<TimelineEntry>, StoreError> {
        let Some(record) = store::company(self.db().raw(), cvr).await? else { return Ok(Vec::new()) };
        let today = self.today();
        let unit = &record.company.unit;
        let mut events = Vec::new();
        events.extend(unit.founded_on().map(|on| Event::new(on, "registry-memory-founded", Vec::new())));
        events.extend(unit.ceased_on(today).map(|on| Event::new(on, "registry-memory-ceased", Vec::new())));
        for (on, from, to) in steps(&unit.names, today) {
            let arguments = vec![("from", from.clone()), ("to", to.clone())];
            events.push(Event::new(on, "registry-memory-renamed", arguments));
        }
        for (on, from, to) in steps(&unit.addresses, today) {
            let arguments = vec![("from", place(from)), ("to", place(to))];
            events.push(Event::new(on, "registry-memory-moved", arguments));
        }
        // The first place opened with the company, and closes with it: that has been told.
        for placed in record.establishments.iter() {
            let opened = placed.establishment.unit.founded_on().filter(|on| Some(*on) != unit.founded_on());
            let closed =
                placed.establishment.unit.ceased_on(today).filter(|on| Some(*on) != unit.ceased_on(today));
            let name = || vec![("name", placed.establishment.unit.name(today).to_owned())];
            events.extend(opened.map(|on| Event::new(on, "registry-memory-place-opened", name())));
            events.extend(closed.map(|on| Event::new(on, "registry-memory-place-closed", name())));
        }
        events.sort_by_key(|event| std::cmp::Reverse(event.on));
        events.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        let entry = |event: Event| TimelineEntry {
            at: self.start_of(event.on),
            capability: "registry",
            key: event.key.to_owned(),
            arguments: event.arguments,
            link: None,
            team: None,
            person: Some("CVR".to_owned()),
        };
        Ok(events.into_iter().map(entry).collect())
    }

    async fn contacts(&self, _: &Ctx, _: CvrNumber) -> Result<Vec<CompanyContact>, StoreError> {
        Ok(Vec::new())
    }
}

impl Register {
    fn start_of(&self, day: NaiveDate) -> DateTime<Utc> {
        self.calendar().start_of_day(day)
    }
}
