//! Who has a case open just now, so that two people do not answer it at once. In memory only: a warning, never a lock.
//!
//! Each node knows its own readers. Two officers on two nodes are not warned; the version of the case still stops them.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use kernel::{CaseId, PersonId, TenantId};

/// Whoever opened a case longer ago has surely left it.
const MINUTES: i64 = 10;
/// Cases remembered at most; past it, those that nobody has open are forgotten first.
const CASES_MAX: usize = 10_000;

type Readers = HashMap<PersonId, DateTime<Utc>>;

/// Who opened which case when.
#[derive(Debug, Clone, Default)]
pub struct Presence(Arc<Mutex<HashMap<(TenantId, CaseId), Readers>>>);

impl Presence {
    /// Notes that `person` has opened the case, and says who else did in the last ten minutes, the latest first.
    pub fn open(
        &self,
        tenant: TenantId,
        case: CaseId,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Vec<(PersonId, DateTime<Utc>)> {
        let is_here = |at: &DateTime<Utc>| is_here(*at, now);
        let mut cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if cases.len() >= CASES_MAX {
            cases.retain(|_, readers| readers.values().any(is_here));
        }
        let readers = cases.entry((tenant, case)).or_default();
        readers.retain(|_, at| is_here(at));
        readers.insert(person, now);
        others(readers, person, now)
    }

    /// Who else has opened the case in the last ten minutes, the latest first, without noting that `person` looks.
    pub fn others(
        &self,
        tenant: TenantId,
        case: CaseId,
        person: PersonId,
        now: DateTime<Utc>,
    ) -> Vec<(PersonId, DateTime<Utc>)> {
        let cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        cases.get(&(tenant, case)).map_or_else(Vec::new, |readers| others(readers, person, now))
    }

    /// Notes that `person` is done with the case: it was answered, closed or handed over.
    pub fn leave(&self, tenant: TenantId, case: CaseId, person: PersonId) {
        let mut cases = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(readers) = cases.get_mut(&(tenant, case)) {
            readers.remove(&person);
        }
    }
}

fn is_here(at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now - at < Duration::minutes(MINUTES)
}

fn others(readers: &Readers, person: PersonId, now: DateTime<Utc>) -> Vec<(PersonId, DateTime<Utc>)> {
    let here = readers.iter().filter(|(reader, at)| **reader != person && is_here(**at, now));
    let mut others: Vec<_> = here.map(|(reader, at)| (*reader, *at)).collect();
    others.sort_by_key(|(reader, at)| (std::cmp::Reverse(*at), *reader));
    others
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Ids;

    #[test]
    fn the_second_to_open_a_case_learns_of_the_first_for_ten_minutes() {
        let presence = Presence::default();
        let now: DateTime<Utc> = "2026-11-23T09:02:00Z".parse().unwrap();
        let ids = Ids::seeded(1);
        let (case, other) = (ids.new_uuid(now).into(), ids.new_uuid(now).into());
        let (line, jonas): (PersonId, PersonId) = (ids.new_uuid(now).into(), ids.new_uuid(now).into());
        let town = TenantId::new(165);
        assert!(presence.open(town, case, line, now).is_empty());
        let soon = now + Duration::minutes(3);
        assert_eq!(presence.open(town, case, jonas, soon), [(line, now)]);
        assert!(presence.open(town, other, jonas, soon).is_empty(), "another case is another case");
        assert!(
            presence.open(TenantId::new(101), case, jonas, soon).is_empty(),
            "another town is another town"
        );
        let later = now + Duration::minutes(10);
        assert!(presence.open(town, case, jonas, later).is_empty(), "the first has surely left");
    }

    #[test]
    fn who_has_answered_has_left() {
        let presence = Presence::default();
        let now: DateTime<Utc> = "2026-11-23T09:02:00Z".parse().unwrap();
        let ids = Ids::seeded(1);
        let case = ids.new_uuid(now).into();
        let (line, jonas): (PersonId, PersonId) = (ids.new_uuid(now).into(), ids.new_uuid(now).into());
        presence.open(TenantId::new(165), case, line, now);
        presence.leave(TenantId::new(165), case, line);
        let town = TenantId::new(165);
        assert!(presence.others(town, case, jonas, now).is_empty());
        assert!(presence.open(town, case, jonas, now).is_empty());
        presence.others(town, case, line, now);
        assert!(presence.open(town, case, jonas, now).is_empty(), "who only looks is not noted");
    }
}
