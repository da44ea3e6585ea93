//! A provider tells that somebody is out: OpenID Connect Back-Channel Logout 1.0, 2.4 and 2.6.

use chrono::{DateTime, Duration, Utc};
use serde_json::{Map, Value};

use super::CLOCK_SKEW;

/// The event that a logout token is about.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
/// How old such a token may be that does not say itself until when it is good.
const NOTICE_AGE_MAX: Duration = Duration::minutes(10);

/// Which sign-ins have ended at the provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogoutNotice {
    /// Which token: each is taken once.
    pub token: String,
    /// Until when the same could come again.
    pub good_until: DateTime<Utc>,
    /// Whose.
    pub which: Ended,
}

/// Which sign-ins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// This one, as the provider calls it.
    Session(String),
    /// All of this subject.
    Subject(String),
}

impl LogoutNotice {
    /// Reads the claims of a token whose signature was checked.
    pub fn read(
        claims: &Map<String, Value>,
        issuer: &str,
        client_id: &str,
        now: DateTime<Utc>,
    ) -> Result<Self, &'static str> {
        let text = |name: &str| claims.get(name).and_then(Value::as_str).filter(|text| !text.is_empty());
        if text("iss") != Some(issuer) {
            return Err("another issuer");
        }
        let is_for_us = match claims.get("aud") {
            Some(Value::String(party)) => party == client_id,
            Some(Value::Array(parties)) => parties.iter().any(|party| party.as_str() == Some(client_id)),
            _ => false,
        };
        if !is_for_us {
            return Err("made for another party");
        }
        let moment = |name: &str| {
            let seconds =
                claims.get(name).map(|value| value.as_i64().ok_or("a time that is none")).transpose()?;
            let at = seconds.map(|seconds| DateTime::from_timestamp(seconds, 0).ok_or("a time that is none"));
            at.transpose()
        };
        let issued = moment("iat")?.ok_or("no time")?;
        let good_until = moment("exp")?.unwrap_or(issued + NOTICE_AGE_MAX) + CLOCK_SKEW;
        if issued > now + CLOCK_SKEW || now >= good_until {
            return Err("not of now");
        }
        if !claims.get("events").and_then(|events| events.get(EVENT)).is_some_and(Value::is_object) {
            return Err("about something else");
        }
        // What has one is an ID token, which anybody may have who signed in.
        if claims.contains_key("nonce") {
            return Err("with a nonce");
        }
        let which = match (text("sid"), text("sub")) {
            (Some(session), _) => Ended::Session(session.to_owned()),
            (None, Some(subject)) => Ended::Subject(subject.to_owned()),
            (None, None) => return Err("about nobody"),
        };
        let token = text("jti").ok_or("without a name of its own")?.to_owned();
        Ok(Self { token, good_until, which })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-23T10:00:00Z".parse().unwrap()
    }

    fn read(change: impl FnOnce(&mut Value)) -> Result<LogoutNotice, &'static str> {
        let mut claims = json!({
            "iss": "https://login.example.dk", "aud": "samspil", "iat": now().timestamp(), "jti": "1",
            "events": { EVENT: {} }, "sub": "mette", "sid": "s",
        });
        change(&mut claims);
        let Value::Object(claims) = claims else { panic!("claims are an object") };
        LogoutNotice::read(&claims, "https://login.example.dk", "samspil", now())
    }

    #[test]
    fn a_notice_names_one_sign_in_or_all_of_somebody() {
        assert_eq!(read(|_| {}).unwrap().which, Ended::Session("s".into()));
        let all = read(|claims| claims["sid"] = json!(null)).unwrap();
        assert_eq!(all.which, Ended::Subject("mette".into()));
    }

    #[test]
    fn what_is_no_notice_of_now_for_us_is_refused() {
        let at = |seconds: i64| json!(now().timestamp() + seconds);
        let wrong: [(&str, Value); 14] = [
            ("iss", json!("https://login.example.com")),
            ("aud", json!("another")),
            ("aud", json!(null)),
            ("iat", json!(null)),
            ("iat", json!("now")),
            ("iat", at(130)),
            ("iat", at(-12 * 60)),
            ("exp", at(-130)),
            ("events", json!(null)),
            ("events", json!({ "another": {} })),
            ("events", json!({ EVENT: true })),
            ("nonce", json!("n")),
            ("jti", json!(null)),
            ("jti", json!("")),
        ];
        for (claim, value) in wrong {
            let told = format!("{claim} {value}");
            assert!(read(|claims| claims[claim] = value).is_err(), "{told}");
        }
        assert!(
            read(|claims| {
                claims["sid"] = json!(null);
                claims["sub"] = json!(null);
            })
            .is_err()
        );
        assert!(read(|claims| claims["exp"] = at(-110)).is_ok(), "clocks differ");
    }
}
