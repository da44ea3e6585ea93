//! The way to telephones: a gateway that is asked over HTTP, as an operator describes it, for each has a form of its own.

use std::{collections::BTreeMap, fmt, path::PathBuf, sync::Arc, time::Duration};

use kernel::{Code, MessageId, Phone};
use serde::Deserialize;
use ureq::{Agent, http::Request};

use crate::MailFailure;

/// How long the gateway may take.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// The longest sender that a telephone shows, in letters and digits (3GPP TS 23.040, 9.1.2.5).
const SENDER_CHARS_MAX: usize = 11;
/// What stands for the parts of a message in what the operator writes.
const PLACES: [&str; 6] = ["{to}", "{to_e164}", "{text}", "{from}", "{id}", "{token}"];

/// Takes short messages out of the house.
#[derive(Clone)]
pub enum Texter {
    /// A gateway.
    Gateway(Box<SmsGateway>),
    /// Nothing leaves: the message is shown at `/drift/post`. For the demo.
    Captured,
    /// None is set up, and pages offer none.
    Missing,
}

impl fmt::Debug for Texter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway(gateway) => f.debug_tuple("Gateway").field(&gateway.settings).finish(),
            Self::Captured => f.write_str("Captured"),
            Self::Missing => f.write_str("Missing"),
        }
    }
}

/// A short message as it leaves.
#[derive(Debug, Clone)]
pub struct Text {
    /// The message; a gateway that is told knows a second copy by it.
    pub id: MessageId,
    /// To whom.
    pub to: Phone,
    /// The words.
    pub text: String,
}

/// The gateway, as its own description asks for it.
///
/// ```
/// let settings: outreach::SmsSettings = toml::from_str(r#"
///     url = "https://sms.example/send"
///     from = "Kommunen"
///     token_file = "/etc/samspil/sms-token"
///     headers = { Authorization = "Bearer {token}" }
///     body = '{"sender": "{from}", "message": "{text}", "recipients": [{"msisdn": "{to}"}]}'
/// "#).unwrap();
/// assert_eq!(settings.from, "Kommunen");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SmsSettings {
    /// Where it is asked.
    pub url: String,
    /// Who sends, as the telephone shows it: at most 11 letters and digits, or a number.
    pub from: String,
    /// What is sent along as headers.
    #[serde(default)]
    pub headers: BTreeMap<String, String>,
    /// What is sent, by POST. `{to}` stands for the number as digits with country code, `{to_e164}` for the same with `+`,
    /// `{text}` for the words, `{from}`, `{id}` (the same for a second try) and `{token}`.
    pub body: String,
    /// What the body is: JSON, or a form (`application/x-www-form-urlencoded`).
    #[serde(default)]
    pub form: bool,
    /// The secret that the gateway gave. Better in a file.
    pub token: Option<String>,
    /// A file that holds the secret and nothing else.
    pub token_file: Option<PathBuf>,
}

impl fmt::Debug for SmsSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmsSettings")
            .field("host", &self.host())
            .field("from", &self.from)
            .finish_non_exhaustive()
    }
}

/// Why the program does not start with these settings, or why a gateway does not answer. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum SmsProblem {
    /// What was said would be read on the way.
    #[error("sms.url begins with https://; without TLS only a gateway on this machine is asked")]
    OpenNetwork,
    /// No address.
    #[error("sms.url is no address")]
    Address,
    /// No telephone shows it.
    #[error(
        "sms.from is at most 11 letters and digits, or a telephone number: it is what the telephone shows"
    )]
    Sender,
    /// A message without number or words.
    #[error("sms.body must hold {0}")]
    NoPlace(&'static str),
    /// Neither JSON nor a form.
    #[error(
        "sms.body is no JSON once its parts are put in: {0}; where the gateway takes a form, write form = true"
    )]
    Body(serde_json::Error),
    /// A name or value that HTTP does not take.
    #[error("sms.headers: {0} cannot be sent")]
    Header(String),
    /// Both ways at once.
    #[error("sms: give either token or token_file, not both")]
    TwoTokens,
    /// It is asked for and not there.
    #[error("sms: {{token}} is written, and neither token, token_file nor the environment gives one")]
    NoToken,
    /// A file cannot be read.
    #[error("sms: cannot read {path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Nobody answers there.
    #[error("sms: {host} does not answer: {reason}")]
    Unreachable {
        /// Who.
        host: String,
        /// Why, without the address, which may hold a secret.
        reason: String,
    },
}

impl SmsSettings {
    fn host(&self) -> String {
        self.url
            .parse::<ureq::http::Uri>()
            .ok()
            .and_then(|uri| uri.host().map(str::to_owned))
            .unwrap_or_default()
    }

    fn secret(&self) -> Result<Option<String>, SmsProblem> {
        match (&self.token, &self.token_file) {
            (Some(_), Some(_)) => Err(SmsProblem::TwoTokens),
            (Some(token), None) => Ok(Some(token.clone())),
            (None, Some(path)) => match std::fs::read_to_string(path) {
                Ok(text) => Ok(Some(text.trim().to_owned())),
                Err(source) => Err(SmsProblem::File { path: path.clone(), source }),
            },
            (None, None) => Ok(None),
        }
    }

    fn check(&self, token: Option<&str>) -> Result<(), SmsProblem> {
        let uri: ureq::http::Uri = self.url.parse().map_err(|_| SmsProblem::Address)?;
        let (scheme, host) = uri.scheme_str().zip(uri.host()).ok_or(SmsProblem::Address)?;
        if scheme != "https" && !["localhost", "127.0.0.1", "[::1]"].contains(&host) {
            return Err(SmsProblem::OpenNetwork);
        }
        let is_name = self.from.len() <= SENDER_CHARS_MAX
            && self.from.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ')
            && !self.from.trim().is_empty();
        if !is_name && self.from.parse::<Phone>().is_err() {
            return Err(SmsProblem::Sender);
        }
        if !self.body.contains("{to}") && !self.body.contains("{to_e164}") {
            return Err(SmsProblem::NoPlace("{to} or {to_e164}"));
        }
        if !self.body.contains("{text}") {
            return Err(SmsProblem::NoPlace("{text}"));
        }
        let everything = self.headers.values().chain([&self.body, &self.url]);
        if token.is_none() && everything.into_iter().any(|text| text.contains("{token}")) {
            return Err(SmsProblem::NoToken);
        }
        Ok(())
    }
}

/// A gateway, ready to be asked.
#[derive(Clone)]
pub struct SmsGateway {
    settings: Arc<SmsSettings>,
    token: String,
    agent: Agent,
}

impl Texter {
    /// A gateway for these settings; refuses those that cannot work. Does not ask it.
    pub fn gateway(settings: SmsSettings) -> Result<Self, SmsProblem> {
        let token = settings.secret()?;
        settings.check(token.as_deref())?;
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWERS_WITHIN))
            // A redirect would take the secret and the words elsewhere.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("samspil");
        let agent = config.build().into();
        let gateway = SmsGateway { settings: Arc::new(settings), token: token.unwrap_or_default(), agent };
        gateway.try_compose()?;
        Ok(Self::Gateway(Box::new(gateway)))
    }

    /// Whether none is set up.
    pub const fn is_missing(&self) -> bool {
        matches!(self, Self::Missing)
    }

    /// Whether anybody answers where the gateway should be, for `doctor`. That it takes messages shows only when one is sent.
    pub async fn check(&self) -> Result<(), SmsProblem> {
        let Self::Gateway(gateway) = self else { return Ok(()) };
        let (agent, url) = (gateway.agent.clone(), gateway.settings.url.clone());
        let asked = tokio::task::spawn_blocking(move || agent.options(&url).call().map(|_| ()));
        let reason = match asked.await {
            Ok(Ok(())) => return Ok(()),
            Ok(Err(error)) => plain(&error).to_owned(),
            Err(_) => "it was not asked to the end".to_owned(),
        };
        Err(SmsProblem::Unreachable { host: gateway.settings.host(), reason })
    }

    /// Sends one message now and says what came of it: for an operator who tries the settings.
    pub async fn try_out(&self, text: &Text) -> Result<(), MailFailure> {
        match self {
            Self::Gateway(gateway) => gateway.send(text).await,
            Self::Captured | Self::Missing => Ok(()),
        }
    }
}

impl SmsGateway {
    pub(crate) async fn send(&self, text: &Text) -> Result<(), MailFailure> {
        let request = self.compose(text).map_err(|_| MailFailure::Permanent(code("sms-compose")))?;
        let agent = self.agent.clone();
        let asked = tokio::task::spawn_blocking(move || agent.run(request));
        match asked.await {
            Ok(Ok(answer)) => outcome(answer.status().as_u16()),
            Ok(Err(error)) => {
                tracing::warn!(reason = plain(&error), "a short message could not be sent");
                Err(MailFailure::Temporary(code("sms-connection")))
            }
            Err(_) => Err(MailFailure::Temporary(code("sms-interrupted"))),
        }
    }

    /// As what the operator wrote says, with each part written as its place asks.
    fn compose(&self, text: &Text) -> Result<Request<String>, SmsProblem> {
        let settings = &self.settings;
        let plain = |value: &str| value.to_owned();
        let url = self.filled(&settings.url, text, web_encoded);
        let body = self.filled(&settings.body, text, if settings.form { web_encoded } else { json_encoded });
        if !settings.form {
            serde_json::from_str::<serde_json::Value>(&body).map_err(SmsProblem::Body)?;
        }
        let kind = if settings.form { "application/x-www-form-urlencoded" } else { "application/json" };
        let mut request = Request::post(url).header("content-type", kind);
        for (name, value) in &settings.headers {
            request = request.header(name, self.filled(value, text, plain));
        }
        let names = || settings.headers.keys().cloned().collect::<Vec<_>>().join(", ");
        request.body(body).map_err(|_| SmsProblem::Header(names()))
    }

    fn filled(&self, written: &str, text: &Text, encoded: impl Fn(&str) -> String) -> String {
        let number = text.to.e164();
        let id = text.id.to_string();
        let parts =
            [number.trim_start_matches('+'), number, &text.text, &self.settings.from, &id, &self.token];
        let mut filled = String::with_capacity(written.len() + text.text.len());
        let mut rest = written;
        // From left to right once: what a company wrote is never read as a place.
        while let Some(at) = rest.find('{') {
            let (before, from) = rest.split_at(at);
            filled.push_str(before);
            let place = PLACES.iter().zip(parts).find(|(place, _)| from.starts_with(**place));
            let (said, length) =
                place.map_or_else(|| ("{".to_owned(), 1), |(place, part)| (encoded(part), place.len()));
            filled.push_str(&said);
            rest = from.get(length..).unwrap_or_default();
        }
        filled.push_str(rest);
        filled
    }

    /// Whether something that can be sent comes of it.
    fn try_compose(&self) -> Result<(), SmsProblem> {
        let to = "+4543000000".parse().map_err(|_| SmsProblem::Sender)?;
        let text = Text { id: MessageId::from(uuid::Uuid::nil()), to, text: "\"Æøå\"\n".to_owned() };
        self.compose(&text).map(|_| ())
    }
}

/// Only a no to this message is final; a refused secret, or too much at once, is between operator and gateway.
fn outcome(status: u16) -> Result<(), MailFailure> {
    let reason = code(&format!("sms-{status}"));
    match status {
        200..=299 => Ok(()),
        401 | 402 | 403 | 404 | 408 | 425 | 429 => Err(MailFailure::Temporary(reason)),
        400..=499 => Err(MailFailure::Permanent(reason)),
        _ => Err(MailFailure::Temporary(reason)),
    }
}

fn json_encoded(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or_default().to_owned()
}

fn web_encoded(value: &str) -> String {
    percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string()
}

/// Without the address: it may hold a secret.
const fn plain(error: &ureq::Error) -> &'static str {
    match error {
        ureq::Error::Timeout(_) => "nothing came within the time",
        ureq::Error::HostNotFound => "there is no such host",
        ureq::Error::Io(_) | ureq::Error::ConnectionFailed => "the connection failed",
        ureq::Error::Tls(_) | ureq::Error::Rustls(_) => "its certificate is not in order",
        _ => "it could not be asked",
    }
}

fn code(text: &str) -> Code {
    text.parse()
        .unwrap_or_else(|_| unreachable!("reason codes are made of the program's own words and digits"))
}
