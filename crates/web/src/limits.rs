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

use crate::{App, PageError};

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

/// Keys remembered at most; past it the oldest windows go first.
const KEYS_MAX: usize = 100_000;

/// A limit's name and the salted hash of who is counted.
type Key = (&'static str, [u8; 16]);
/// When the window began, and the count in it.
type Window = (DateTime<Utc>, u32);

/// Counts per limit and address.
pub struct Limits {
    salt: [u8; 16],
    counts: Mutex<HashMap<Key, Window>>,
}

impl Limits {
    pub(crate) fn new(ids: &Ids) -> Self {
        let mut salt = [0; 16];
        ids.fill(&mut salt);
        Self { salt, counts: Mutex::default() }
    }

    /// Counts one try by `who`; refuses when there were too many in the window.
    pub fn count(&self, limit: Limit, who: &str, now: DateTime<Utc>) -> Result<(), PageError> {
        let mut hasher = Sha256::new();
        hasher.update(self.salt);
        hasher.update(who.as_bytes());
        let mut key = [0; 16];
        key.iter_mut().zip(hasher.finalize()).for_each(|(to, from)| *to = from);
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if counts.len() >= KEYS_MAX {
            counts.retain(|_, (since, _)| now - *since < Duration::hours(1));
        }
        let entry = counts.entry((limit.name, key)).or_insert((now, 0));
        if now - entry.0 >= limit.window {
            *entry = (now, 0);
        }
        entry.1 += 1;
        if entry.1 > limit.count { Err(PageError::TooMany) } else { Ok(()) }
    }
}

/// The address that the connection came from. Behind a proxy that is the proxy: configure it to limit by itself.
#[derive(Debug, Clone, Copy)]
pub struct Address(pub IpAddr);

impl FromRequestParts<App> for Address {
    type Rejection = PageError;
    async fn from_request_parts(parts: &mut Parts, _: &App) -> Result<Self, PageError> {
        let known = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
        Ok(Self(known.unwrap_or(IpAddr::from([127, 0, 0, 1]))))
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
}
