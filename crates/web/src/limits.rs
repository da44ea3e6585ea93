//! How often one address may do what. In memory, keyed by a salted hash of the address: no address is kept.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{Mutex, PoisonError},
};

use axum::{
    extract::{ConnectInfo, FromRequestParts},
    http::request::Parts,
};
use chrono::{DateTime, Duration, Utc};
use kernel::Ids;
use sha2::{Digest, Sha256};

use crate::{App, PageError, proxies::place};

/// A limit: at most `count` in `window`.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    /// What is limited.
    pub name: &'static str,
    /// How often.
    pub count: u32,
    /// In how long.
    pub window: Duration,
}

/// Keys remembered at most; past it what is over goes, and where nothing is, the oldest.
const KEYS_MAX: usize = 100_000;
/// The share of the keys that goes at once where nothing is over.
const FORGOTTEN_SHARE: usize = 8;

/// A limit's name and the salted hash of who is counted.
type Key = (&'static str, [u8; 16]);

/// What was counted of one key.
#[derive(Debug, Clone, Copy)]
struct Window {
    since: DateTime<Utc>,
    until: DateTime<Utc>,
    count: u32,
}

/// Counts per limit and address.
pub struct Limits {
    salt: [u8; 16],
    keys_max: usize,
    counts: Mutex<HashMap<Key, Window>>,
}

impl Limits {
    pub(crate) fn new(ids: &Ids) -> Self {
        let mut salt = [0; 16];
        ids.fill(&mut salt);
        Self { salt, keys_max: KEYS_MAX, counts: Mutex::default() }
    }

    /// Counts one try by `who`; refuses when there were too many in the window.
    pub fn count(&self, limit: Limit, who: &str, now: DateTime<Utc>) -> Result<(), PageError> {
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(who.as_bytes());
        let mut key = [0; 16];
        key.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= self.keys_max {
            forget(&mut counts, now);
        }
        let fresh = Window { since: now, until: now + limit.window, count: 0 };
        let window = counts.entry((limit.name, key)).or_insert(fresh);
        if now >= window.until {
            *window = fresh;
        }
        window.count += 1;
        if window.count > limit.count { Err(PageError::TooMany) } else { Ok(()) }
    }
}

/// Makes room: whoever asks from ever new addresses must not fill the memory.
fn forget(counts: &mut HashMap<Key, Window>, now: DateTime<Utc>) {
    let before = counts.len();
    counts.retain(|_, window| window.until > now);
    if counts.len() < before {
        return;
    }
    let mut begun: Vec<_> = counts.values().map(|window| window.since).collect();
    let share = begun.len() / FORGOTTEN_SHARE;
    let (_, oldest_kept, _) = begun.select_nth_unstable(share);
    let oldest_kept = *oldest_kept;
    let mut left = share + 1;
    counts.retain(|_, window| {
        let goes = window.since <= oldest_kept && left > 0;
        left -= usize::from(goes);
        !goes
    });
}

/// Where a request came from, as it is counted: the visitor's own IPv4 address, or the /64 network of an IPv6 address. Behind
/// a proxy that is not trusted ([`crate::Proxies`]) it is the proxy's.
#[derive(Debug, Clone, Copy)]
pub struct Address(pub IpAddr);

impl Address {
    /// Where a request came from.
    pub fn of(app: &App, parts: &Parts) -> Self {
        let known = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        let peer = known.unwrap_or(IpAddr::from([127, 0, 0, 1]));
        Self(place(app.proxies().origin(peer, &parts.headers).address))
    }
}

impl FromRequestParts<App> for Address {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        Ok(Self::of(app, parts))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeZone;

    #[test]
    fn the_third_try_of_two_is_refused_until_the_window_has_passed() {
        let limits = Limits::new(&Ids::seeded(1));
        let limit = Limit { name: "x", count: 2, window: Duration::minutes(1) };
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
        assert!(limits.count(limit, "a", start).is_ok());
        assert!(limits.count(limit, "a", start).is_ok());
        assert!(limits.count(limit, "a", start).is_err());
        assert!(limits.count(limit, "b", start).is_ok(), "another address is not limited");
        assert!(limits.count(limit, "a", start + Duration::minutes(1)).is_ok());
    }

    #[test]
    fn ever_new_addresses_do_not_fill_the_memory_and_free_nobody_else() {
        let limits = Limits { keys_max: 64, ..Limits::new(&Ids::seeded(1)) };
        let limit = Limit { name: "x", count: 1, window: Duration::hours(24) };
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
        for step in 0..10_000 {
            let now = start + Duration::seconds(step);
            assert!(limits.count(limit, &step.to_string(), now).is_ok());
            assert!(limits.counts.lock().unwrap().len() <= 64);
            // Whoever came a moment ago is still limited.
            if step > 0 {
                assert!(limits.count(limit, &(step - 1).to_string(), now).is_err(), "{step}");
            }
        }
    }

    #[test]
    fn what_is_over_goes_first() {
        let limits = Limits { keys_max: 3, ..Limits::new(&Ids::seeded(1)) };
        let limit = |hours| Limit { name: "x", count: 1, window: Duration::hours(hours) };
        let start = Utc.with_ymd_and_hms(2026, 11, 23, 9, 0, 0).unwrap();
        assert!(limits.count(limit(24), "day", start).is_ok());
        let later = start + Duration::hours(1);
        assert!(limits.count(limit(1), "hour", later).is_ok());
        assert!(limits.count(limit(1), "other", later).is_ok());
        assert!(limits.count(limit(1), "new", later + Duration::hours(2)).is_ok());
        assert!(limits.count(limit(24), "day", later + Duration::hours(2)).is_err(), "still counted");
    }
}
