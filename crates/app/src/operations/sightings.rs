//! How requests reach the program: whether a proxy stands before it that is not trusted, or that does not say for whom it
//! asks. Then all visitors are one to every limit, and one of them can shut the others out.

use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use axum::{
    extract::{ConnectInfo, Request, State},
    middleware::Next,
    response::Response,
};
use web::{App, Passage};

use crate::serving::{Serving, ServingFile, Sighting, Trouble};

/// A trusted proxy that has said nothing this often says nothing. Its own machine may ask now and then for itself.
const SILENT_MAX: u32 = 500;

/// What has been noticed since the start.
#[derive(Debug, Clone, Default)]
pub struct Sightings(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    silent: AtomicU32,
    has_passed: AtomicBool,
    seen: Mutex<Option<Sighting>>,
}

impl Sightings {
    /// What is wrong with the proxy, if anything.
    pub fn seen(&self) -> Option<Sighting> {
        *self.0.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes note of a request; says whether there is something new to tell.
    fn note(&self, peer: IpAddr, passage: Passage) -> bool {
        let trouble = match passage {
            Passage::Passed => {
                let is_first = !self.0.has_passed.swap(true, Ordering::Relaxed);
                return is_first && self.tell(|seen| seen.filter(|seen| seen.trouble != Trouble::Silent));
            }
            // Anyone outside can write the header; a machine of our own that writes it is a proxy.
            Passage::Claimed if is_ours(peer) => Trouble::Untrusted,
            Passage::Claimed | Passage::Direct => return false,
            Passage::Silent => {
                let count = self.0.silent.fetch_add(1, Ordering::Relaxed);
                if count != SILENT_MAX || self.0.has_passed.load(Ordering::Relaxed) {
                    return false;
                }
                Trouble::Silent
            }
        };
        self.tell(|seen| seen.or(Some(Sighting { trouble, peer })))
    }

    fn tell(&self, change: impl FnOnce(Option<Sighting>) -> Option<Sighting>) -> bool {
        let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let before = *seen;
        *seen = change(before);
        *seen != before
    }
}

/// Whether an address is this machine's or this network's.
fn is_ours(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => address.is_loopback() || address.is_private() || address.is_link_local(),
        IpAddr::V6(address) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
    }
}

/// Looks at how a request came, and tells the operator once when something is wrong with that.
pub async fn watch(State(app): State<App>, request: Request, next: Next) -> Response {
    if let Some(ConnectInfo(peer)) = request.extensions().get::<ConnectInfo<SocketAddr>>() {
        let peer = peer.ip();
        let passage = app.proxies().origin(peer, request.headers()).passage;
        let sightings = app.kept::<Sightings>();
        if sightings.note(peer, passage) {
            report(&app, sightings.seen());
        }
    }
    next.run(request).await
}

fn report(app: &App, seen: Option<Sighting>) {
    if let Some(Sighting { trouble, peer }) = seen {
        let (says, to_do) = trouble.sentences();
        tracing::warn!(%peer, "the proxy {says}; {to_do}");
    }
    let file = app.kept::<ServingFile>();
    if let Some(serving) = Serving::read(&file.0) {
        file.keep(&Serving { proxy: seen, ..serving });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn proxy_of_our_own_that_is_not_trusted_is_told_once_and_a_forged_header_never() {
        let sightings = Sightings::default();
        assert!(!sightings.note(ip("198.51.100.9"), Passage::Claimed), "anyone outside can write it");
        assert!(!sightings.note(ip("127.0.0.1"), Passage::Direct));
        assert!(sightings.note(ip("10.0.0.4"), Passage::Claimed));
        assert!(!sightings.note(ip("10.0.0.4"), Passage::Claimed));
        let seen = Sighting { trouble: Trouble::Untrusted, peer: ip("10.0.0.4") };
        assert_eq!(sightings.seen(), Some(seen));
    }

    #[test]
    fn trusted_proxy_that_never_says_for_whom_it_asks_is_told_until_it_does() {
        let sightings = Sightings::default();
        let told = (0..2 * SILENT_MAX).filter(|_| sightings.note(ip("10.0.0.4"), Passage::Silent)).count();
        assert_eq!(told, 1);
        assert_eq!(sightings.seen().map(|seen| seen.trouble), Some(Trouble::Silent));
        assert!(sightings.note(ip("10.0.0.4"), Passage::Passed));
        assert_eq!(sightings.seen(), None);
        let others = Sightings::default();
        others.note(ip("10.0.0.4"), Passage::Passed);
        assert!((0..2 * SILENT_MAX).all(|_| !others.note(ip("10.0.0.4"), Passage::Silent)), "health checks");
    }
}
