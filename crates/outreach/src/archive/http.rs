//! A receiver that takes packages by HTTP and answers with the number under which it keeps them.
//!
//! The package's id goes with it as `Idempotency-Key`: a package whose answer was lost is sent again, and kept once. An answer
//! of 408, 429 or 5xx is tried again; any other refusal stops until a person has looked.

use std::{
    io::{Read as _, Seek as _},
    time::Duration,
};

use ureq::{Agent, SendBody, http::Request};

use super::{ArchiveFailure, Delivered, Package, first_words};

/// How long a receiver may take for one package.
const ANSWERS_WITHIN: Duration = Duration::from_mins(5);
/// How long it may take to say that it is there.
const CHECKED_WITHIN: Duration = Duration::from_secs(15);
/// The largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 100_000;
/// The longest number that a case can have in the archive, in characters.
const NUMBER_CHARS_MAX: usize = 100;

/// How a package is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum HttpMethod {
    /// To the address itself.
    #[default]
    Post,
    /// To the address with the package's name behind it.
    Put,
}

/// Where the number stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReceiptAt {
    /// In a field of the JSON that comes back, as a pointer (RFC 6901) such as `/sagsnummer`.
    Json(String),
    /// In a header.
    Header(String),
}

/// A receiver.
#[derive(Clone, PartialEq, Eq)]
pub struct HttpArchive {
    /// Its address.
    pub url: String,
    /// How a package is sent.
    pub method: HttpMethod,
    /// What is shown as `Authorization: Bearer`.
    pub token: Option<String>,
    /// Where the number stands.
    pub receipt: ReceiptAt,
}

impl std::fmt::Debug for HttpArchive {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpArchive").field("url", &self.url).finish_non_exhaustive()
    }
}

impl HttpArchive {
    pub(super) fn deliver(&self, package: &mut Package) -> Result<Delivered, ArchiveFailure> {
        let (method, url) = match self.method {
            HttpMethod::Post => ("POST", self.url.clone()),
            HttpMethod::Put => ("PUT", format!("{}/{}", self.url.trim_end_matches('/'), package.name)),
        };
        let disposition = format!("attachment; filename=\"{}\"", package.name);
        let request = self
            .request(method, &url)
            .header("content-type", "application/zip")
            .header("content-length", package.bytes)
            .header("content-disposition", disposition)
            .header("idempotency-key", package.id.to_string())
            .header("x-samspil-sha256", &package.sha256);
        package.file.rewind().map_err(|error| ArchiveFailure::Temporary(error.to_string()))?;
        let body = SendBody::from_reader(&mut package.file);
        let request = request.body(body).map_err(|error| ArchiveFailure::Refused(error.to_string()))?;
        let answer = agent(ANSWERS_WITHIN).run(request);
        let mut answer =
            answer.map_err(|error| ArchiveFailure::Temporary(first_words(&error.to_string())))?;
        let status = answer.status().as_u16();
        let header = match &self.receipt {
            ReceiptAt::Header(name) => answer.headers().get(name).and_then(|value| value.to_str().ok()),
            ReceiptAt::Json(_) => None,
        };
        let header = header.map(str::to_owned);
        let mut text = String::new();
        let read = answer.body_mut().as_reader().take(ANSWER_BYTES_MAX).read_to_string(&mut text);
        if let Err(error) = read {
            return Err(ArchiveFailure::Temporary(first_words(&error.to_string())));
        }
        self.judge(status, header, &text)
    }

    /// What an answer means.
    fn judge(&self, status: u16, header: Option<String>, text: &str) -> Result<Delivered, ArchiveFailure> {
        let words = || first_words(&format!("{status} {text}"));
        match status {
            200..=299 => {}
            408 | 429 | 500..=599 => return Err(ArchiveFailure::Temporary(words())),
            _ => return Err(ArchiveFailure::Refused(words())),
        }
        let number = match &self.receipt {
            ReceiptAt::Header(_) => header,
            ReceiptAt::Json(pointer) => number_in(text, pointer),
        };
        let number = number
            .map(|number| first_words(&number))
            .filter(|number| !number.is_empty() && number.chars().count() <= NUMBER_CHARS_MAX);
        // It has been taken, but nobody knows under what: that is for a person, not for a second try.
        number.map(Delivered::Received).ok_or_else(|| ArchiveFailure::Refused(words()))
    }

    pub(super) fn check(&self) -> Result<(), ArchiveFailure> {
        let request = self.request("OPTIONS", &self.url).body(());
        let request = request.map_err(|error| ArchiveFailure::Refused(error.to_string()))?;
        let answer = agent(CHECKED_WITHIN).run(request);
        let answer = answer.map_err(|error| ArchiveFailure::Temporary(first_words(&error.to_string())))?;
        match answer.status().as_u16() {
            status @ (401 | 403) => {
                Err(ArchiveFailure::Refused(format!("{status}: the token is not let in")))
            }
            404 => Err(ArchiveFailure::Refused("404: there is nothing at this address".to_owned())),
            status @ 500..=599 => Err(ArchiveFailure::Temporary(format!("it answers {status}"))),
            // Many receivers know no OPTIONS; that one answers at all says that it is there.
            _ => Ok(()),
        }
    }

    fn request(&self, method: &str, url: &str) -> ureq::http::request::Builder {
        let request = Request::builder().method(method).uri(url).header("accept", "application/json");
        match &self.token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        }
    }
}

/// A text or a number at a place in JSON.
fn number_in(text: &str, pointer: &str) -> Option<String> {
    let json: serde_json::Value = serde_json::from_str(text).ok()?;
    match json.pointer(pointer)? {
        serde_json::Value::String(number) => Some(number.clone()),
        serde_json::Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn agent(within: Duration) -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(within))
        // A redirect would take the package and the token elsewhere.
        .max_redirects(0)
        .http_status_as_error(false)
        .allow_non_standard_methods(true)
        .user_agent("samspil");
    config.build().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn receiver(receipt: ReceiptAt) -> HttpArchive {
        HttpArchive {
            url: "https://esdh.example.dk/pakker".into(),
            method: HttpMethod::Post,
            token: None,
            receipt,
        }
    }

    #[test]
    fn what_may_pass_is_tried_again_and_what_is_refused_waits_for_a_person() {
        let archive = receiver(ReceiptAt::Json("/sag/nummer".into()));
        for status in [408, 429, 500, 502, 503] {
            let judged = archive.judge(status, None, "vent");
            assert!(matches!(judged, Err(ArchiveFailure::Temporary(_))), "{status}: {judged:?}");
        }
        for status in [301, 400, 401, 404, 409, 413, 422] {
            let judged = archive.judge(status, None, "nej");
            assert!(matches!(judged, Err(ArchiveFailure::Refused(_))), "{status}: {judged:?}");
        }
    }

    #[test]
    fn the_number_is_read_where_the_operator_says_and_an_answer_without_one_is_no_receipt() {
        let json = receiver(ReceiptAt::Json("/sag/nummer".into()));
        let received = |number: &str| Ok(Delivered::Received(number.to_owned()));
        assert_eq!(json.judge(201, None, "{\"sag\":{\"nummer\":\"26/0815\"}}"), received("26/0815"));
        assert_eq!(json.judge(200, None, "{\"sag\":{\"nummer\":815}}"), received("815"));
        for answer in ["", "OK", "{\"sag\":{}}", "{\"sag\":{\"nummer\":\"\"}}"] {
            assert!(matches!(json.judge(200, None, answer), Err(ArchiveFailure::Refused(_))), "{answer}");
        }
        let header = receiver(ReceiptAt::Header("x-sag".into()));
        assert_eq!(header.judge(204, Some("26/9".into()), ""), received("26/9"));
    }

    #[test]
    fn an_answer_is_kept_in_one_short_line() {
        let long = format!("Sagen\r\n\tfindes  ikke {}", "x".repeat(500));
        let kept = first_words(&long);
        assert!(kept.starts_with("Sagen findes ikke x") && kept.chars().count() == 200, "{kept}");
    }
}
