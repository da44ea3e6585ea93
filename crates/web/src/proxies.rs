//! Who stands between us and the visitor: the proxies that are trusted to say whose request they pass on.
//!
//! Without any, a request is from where its connection comes from, whatever its headers say: anyone can write a header.

use std::net::IpAddr;

use axum::http::{HeaderMap, header};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use serde::Deserialize;

/// The network of a home or a business with IPv6: its devices choose their own addresses in it (RFC 6177, RFC 8981).
const IPV6_PLACE_BITS: u8 = 64;
/// A network this wide is no proxy of anybody's own.
const IPV4_BITS_MIN: u8 = 8;
const IPV6_BITS_MIN: u8 = 16;

/// The header in which a proxy says whose request it passes on. Only the one that the proxy itself writes is read: it leaves
/// the others as the visitor sent them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
pub enum ForwardHeader {
    /// `X-Forwarded-For`, as nginx, Caddy, `HAProxy` and Apache write it.
    #[default]
    #[serde(rename = "x-forwarded-for")]
    XForwardedFor,
    /// `Forwarded` (RFC 7239).
    #[serde(rename = "forwarded")]
    Forwarded,
}

/// The trusted proxies.
#[derive(Debug, Clone, Default)]
pub struct Proxies {
    trusted: Vec<IpNet>,
    header: ForwardHeader,
}

/// Why a proxy is not taken. Shown to the operator as it is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InvalidProxy {
    /// Neither an address nor a network.
    #[error(
        "a trusted proxy is written as its address or network, 127.0.0.1 or 10.20.0.0/16; {0:?} is neither"
    )]
    Format(String),
    /// Half the world could write the header.
    #[error(
        "{0} is no proxy of your own: whoever is in it could pass for anyone; write the proxy's own address"
    )]
    Everyone(String),
}

/// From where a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Origin {
    /// The visitor's own address, as far as those who are trusted tell.
    pub address: IpAddr,
    /// How it came to us.
    pub passage: Passage,
}

/// How a request came to us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// By itself.
    Direct,
    /// Through a trusted proxy, which says for whom.
    Passed,
    /// From a trusted proxy, which says nothing: asked by the proxy's own machine, or the proxy is not set up to say.
    Silent,
    /// It says that it was passed on, by someone who is not trusted.
    Claimed,
}

/// Reads `127.0.0.1` or `10.20.0.0/16`.
pub fn parse_proxy(text: &str) -> Result<IpNet, InvalidProxy> {
    let text = text.trim();
    let network = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let network = network.map_err(|_| InvalidProxy::Format(text.to_owned()))?.trunc();
    let bits_min = if network.addr().is_ipv4() { IPV4_BITS_MIN } else { IPV6_BITS_MIN };
    if network.prefix_len() < bits_min { Err(InvalidProxy::Everyone(text.to_owned())) } else { Ok(network) }
}

impl Proxies {
    /// These are trusted, and write this header.
    pub fn new(trusted: Vec<IpNet>, header: ForwardHeader) -> Self {
        Self { trusted, header }
    }

    /// Whether none is.
    pub fn is_empty(&self) -> bool {
        self.trusted.is_empty()
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|network| network.contains(&address))
    }

    /// From where a request comes: from the connection back, hop by hop, as long as the hop is trusted. What stands further
    /// to the left was written by someone who is not, and is never read.
    pub fn origin(&self, peer: IpAddr, headers: &HeaderMap) -> Origin {
        let peer = peer.to_canonical();
        let is_claimed = headers.contains_key(X_FORWARDED_FOR) || headers.contains_key(header::FORWARDED);
        if !self.trusts(peer) {
            let passage = if is_claimed { Passage::Claimed } else { Passage::Direct };
            return Origin { address: peer, passage };
        }
        let hops = match self.header {
            ForwardHeader::XForwardedFor => forwarded_for(headers),
            ForwardHeader::Forwarded => forwarded(headers),
        };
        let passage = if hops.is_empty() { Passage::Silent } else { Passage::Passed };
        let mut address = peer;
        for hop in hops.into_iter().rev() {
            // A proxy that hides the address from us leaves us with its own.
            let Some(hop) = hop.filter(|_| self.trusts(address)) else { break };
            address = hop;
        }
        Origin { address, passage }
    }
}

/// What is counted as one visitor: an IPv4 address, or the network that one home or business has in IPv6.
pub(crate) fn place(address: IpAddr) -> IpAddr {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => Ipv4Net::from(address).into(),
        IpAddr::V6(address) => Ipv6Net::new_assert(address, IPV6_PLACE_BITS).into(),
    };
    IpNet::network(&network)
}

/// De facto, and older than RFC 7239.
const X_FORWARDED_FOR: &str = "x-forwarded-for";

/// The hops of `X-Forwarded-For`, the visitor first; one that is no address is `None`.
fn forwarded_for(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(X_FORWARDED_FOR).iter();
    let values = values.map(|value| value.to_str().unwrap_or("?"));
    values.flat_map(|value| value.split(',')).map(node).collect()
}

/// The hops of `Forwarded` (RFC 7239 section 4), the visitor first; one without a `for` that is an address is `None`.
fn forwarded(headers: &HeaderMap) -> Vec<Option<IpAddr>> {
    let values = headers.get_all(header::FORWARDED).iter();
    let values = values.map(|value| value.to_str().unwrap_or("?"));
    let hops = values.flat_map(|value| {
        // A quotation mark that the visitor left open would swallow what the proxy wrote after it.
        if value.contains('\\') || value.matches('"').count() % 2 == 1 {
            return vec![None];
        }
        let elements = outside_quotes(value, ',');
        elements.map(|element| outside_quotes(element, ';').find_map(for_of)).collect()
    });
    hops.collect()
}

/// The address of `for="[2001:db8::1]:4711"`.
fn for_of(pair: &str) -> Option<IpAddr> {
    let (name, value) = pair.split_once('=')?;
    if name.trim().eq_ignore_ascii_case("for") { node(value.trim().trim_matches('"')) } else { None }
}

/// Cuts where the separator stands outside quotation marks.
fn outside_quotes(text: &str, separator: char) -> impl Iterator<Item = &str> {
    let mut is_quoted = false;
    text.split(move |letter: char| {
        is_quoted ^= letter == '"';
        letter == separator && !is_quoted
    })
}

/// An address, with or without a port: `192.0.2.1`, `192.0.2.1:80`, `2001:db8::1`, `[2001:db8::1]:80`.
fn node(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let address = match text.strip_prefix('[') {
        Some(rest) => rest.split_once(']')?.0,
        // One colon is a port; more are IPv6.
        None => text.split_once(':').filter(|(_, port)| !port.contains(':')).map_or(text, |(host, _)| host),
    };
    address.parse::<IpAddr>().ok().map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn proxies(trusted: &[&str], header: ForwardHeader) -> Proxies {
        Proxies::new(trusted.iter().map(|text| parse_proxy(text).unwrap()).collect(), header)
    }

    fn headers(name: &'static str, values: &[&str]) -> HeaderMap {
        values.iter().map(|value| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_header_that_anyone_could_write_changes_nothing() {
        let forged = headers("x-forwarded-for", &["192.0.2.7"]);
        let nobody = Proxies::default().origin(ip("198.51.100.9"), &forged);
        assert_eq!(nobody, Origin { address: ip("198.51.100.9"), passage: Passage::Claimed });
        let other = proxies(&["10.0.0.0/8"], ForwardHeader::XForwardedFor);
        assert_eq!(other.origin(ip("198.51.100.9"), &forged).address, ip("198.51.100.9"));
        // The proxy writes the other header, and passes this one on as the visitor sent it.
        let by_rfc = proxies(&["10.0.0.0/8"], ForwardHeader::Forwarded);
        let both = headers("x-forwarded-for", &["192.0.2.7"]);
        assert_eq!(by_rfc.origin(ip("10.0.0.1"), &both).address, ip("10.0.0.1"));
    }

    #[test]
    fn only_what_trusted_hops_wrote_is_read_from_the_right() {
        let proxies = proxies(&["10.0.0.0/8", "2001:db8:1::/48"], ForwardHeader::XForwardedFor);
        for (values, visitor) in [
            (&["192.0.2.7"][..], "192.0.2.7"),
            // What the visitor wrote himself stands to the left.
            (&["203.0.113.5, 192.0.2.7"], "192.0.2.7"),
            (&["203.0.113.5", "192.0.2.7, 10.0.0.2"], "192.0.2.7"),
            (&["192.0.2.7, 10.0.0.3 , 10.0.0.2"], "192.0.2.7"),
            (&["192.0.2.7, 2001:db8:1::9"], "192.0.2.7"),
            (&["10.9.9.9, 10.0.0.2"], "10.9.9.9"),
            // Not an address: whoever passed it on is as near as we come.
            (&["192.0.2.7, unknown"], "10.0.0.1"),
            (&["192.0.2.7, unknown, 10.0.0.2"], "10.0.0.2"),
            (&[""], "10.0.0.1"),
            (&["192.0.2.7:4711"], "192.0.2.7"),
            (&["[2001:db8::7]:4711"], "2001:db8::7"),
            (&["::ffff:192.0.2.7"], "192.0.2.7"),
        ] {
            let told = proxies.origin(ip("10.0.0.1"), &headers("x-forwarded-for", values));
            assert_eq!(told, Origin { address: ip(visitor), passage: Passage::Passed }, "{values:?}");
        }
        let silent = proxies.origin(ip("::ffff:10.0.0.1"), &HeaderMap::new());
        assert_eq!(silent, Origin { address: ip("10.0.0.1"), passage: Passage::Silent });
    }

    #[test]
    fn the_standard_header_is_read_as_the_standard_says() {
        let proxies = proxies(&["10.0.0.1"], ForwardHeader::Forwarded);
        for (value, visitor) in [
            ("for=192.0.2.7", "192.0.2.7"),
            ("proto=https;For=\"192.0.2.7:80\";by=10.0.0.1", "192.0.2.7"),
            ("for=\"[2001:db8:cafe::17]:4711\"", "2001:db8:cafe::17"),
            ("for=203.0.113.5, for=192.0.2.7;host=\"a,b;for=198.51.100.1\"", "192.0.2.7"),
            ("for=_hidden", "10.0.0.1"),
            ("for=\"203.0.113.5\";x=\", for=192.0.2.7", "10.0.0.1"),
            ("for=\"203.0.113.5\\\", for=192.0.2.7", "10.0.0.1"),
            ("proto=https", "10.0.0.1"),
        ] {
            let told = proxies.origin(ip("10.0.0.1"), &headers("forwarded", &[value]));
            assert_eq!(told.address, ip(visitor), "{value}");
        }
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network_and_never_everyone() {
        assert_eq!(parse_proxy(" 10.20.30.40/16 ").unwrap().to_string(), "10.20.0.0/16");
        assert_eq!(parse_proxy("::1").unwrap().to_string(), "::1/128");
        for wrong in ["", "proxy.kommune.example", "10.0.0.0/33", "10.0.0.1:80"] {
            assert_eq!(parse_proxy(wrong), Err(InvalidProxy::Format(wrong.to_owned())));
        }
        for everyone in ["0.0.0.0/0", "::/0", "10.0.0.0/7"] {
            assert_eq!(parse_proxy(everyone), Err(InvalidProxy::Everyone(everyone.to_owned())));
        }
    }

    #[test]
    fn a_household_is_one_visitor_however_many_addresses_it_takes() {
        assert_eq!(place(ip("2001:db8:1:2:aaaa::1")), place(ip("2001:db8:1:2:bbbb::9")));
        assert_ne!(place(ip("2001:db8:1:2::1")), place(ip("2001:db8:1:3::1")));
        assert_eq!(place(ip("192.0.2.7")), ip("192.0.2.7"));
        assert_eq!(place(ip("::ffff:192.0.2.7")), ip("192.0.2.7"));
    }
}
