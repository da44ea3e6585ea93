//! Signing in to a mailbox without a password: a token from the municipality's own provider (OAuth 2.0 client credentials, RFC
//! 6749 4.4), handed to the mail server by XOAUTH2. Microsoft 365 takes no passwords any more.

use std::{fmt, path::PathBuf, time::Duration};

use async_imap::Authenticator;
use serde::Deserialize;
use ureq::Agent;

use crate::smtp::is_this_machine;

/// How long the provider may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(20);
/// The largest answer that is read: a token is a few kilobytes.
const ANSWER_BYTES_MAX: u64 = 100_000;

/// How a token is had.
///
/// ```
/// let settings: outreach::incoming::OAuthSettings = toml::from_str(r#"
///     token_url = "https://login.microsoftonline.com/kommune.example/oauth2/v2.0/token"
///     client_id = "11111111-2222-3333-4444-555555555555"
///     client_secret_file = "/etc/samspil/imap-secret"
/// "#).unwrap();
/// assert_eq!(settings.scope, "https://outlook.office365.com/.default");
/// ```
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OAuthSettings {
    /// Where the provider gives tokens.
    pub token_url: String,
    /// What the program is called there.
    pub client_id: String,
    /// Its secret there. Better in a file.
    pub client_secret: Option<String>,
    /// A file that holds the secret and nothing else.
    pub client_secret_file: Option<PathBuf>,
    /// What is asked for. That of Microsoft 365 when left out.
    #[serde(default = "microsoft")]
    pub scope: String,
}

fn microsoft() -> String {
    "https://outlook.office365.com/.default".to_owned()
}

impl fmt::Debug for OAuthSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OAuthSettings")
            .field("token_url", &self.token_url)
            .field("client_id", &self.client_id)
            .field("scope", &self.scope)
            .finish_non_exhaustive()
    }
}

/// Why there is no token. Shown to the operator as it is.
#[derive(Debug, thiserror::Error)]
pub enum OAuthProblem {
    /// Both ways at once, or none.
    #[error("imap.oauth2: give either client_secret or client_secret_file")]
    OneSecret,
    /// The secret would cross the network for all to read.
    #[error("imap.oauth2.token_url must begin with https://")]
    OpenNetwork,
    /// A file cannot be read, or holds nothing.
    #[error("imap.oauth2: cannot read the secret in {path}: {why}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        why: String,
    },
    /// The provider does not answer.
    #[error("imap.oauth2: the provider at {url} does not answer: {reason}")]
    Unreachable {
        /// Where.
        url: String,
        /// Why.
        reason: String,
    },
    /// The provider says no.
    #[error("imap.oauth2: the provider gives no token: {0}")]
    Refused(String),
}

/// What the provider answers.
#[derive(Deserialize)]
struct Answer {
    access_token: Option<String>,
    error: Option<String>,
}

/// Asks for tokens.
#[derive(Clone)]
pub(super) struct Tokens {
    settings: OAuthSettings,
    secret: String,
}

impl Tokens {
    /// For these settings; refuses those that cannot work. Does not ask yet.
    pub(super) fn new(settings: &OAuthSettings) -> Result<Self, OAuthProblem> {
        let host = settings.token_url.strip_prefix("http://").and_then(|rest| rest.split([':', '/']).next());
        if host.is_some_and(|host| !is_this_machine(host))
            || (host.is_none() && !settings.token_url.starts_with("https://"))
        {
            return Err(OAuthProblem::OpenNetwork);
        }
        let secret = match (&settings.client_secret, &settings.client_secret_file) {
            (Some(secret), None) => secret.clone(),
            (None, Some(path)) => {
                let problem = |why: String| OAuthProblem::File { path: path.clone(), why };
                let read = std::fs::read_to_string(path).map_err(|error| problem(error.to_string()))?;
                let secret = read.trim_end_matches(['\r', '\n']).to_owned();
                if secret.is_empty() {
                    return Err(problem("it is empty".to_owned()));
                }
                secret
            }
            _ => return Err(OAuthProblem::OneSecret),
        };
        Ok(Self { settings: settings.clone(), secret })
    }

    /// A new token. Good for about an hour, and used for one round: none is kept.
    pub(super) async fn token(&self) -> Result<String, OAuthProblem> {
        let own = self.clone();
        let asked = tokio::task::spawn_blocking(move || own.ask()).await;
        asked.map_err(|error| OAuthProblem::Refused(error.to_string()))?
    }

    fn ask(&self) -> Result<String, OAuthProblem> {
        let OAuthSettings { token_url, client_id, scope, .. } = &self.settings;
        let unreachable = |error: ureq::Error| OAuthProblem::Unreachable {
            url: token_url.clone(),
            reason: error.to_string(),
        };
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWERS_WITHIN))
            // A redirect would take the secret elsewhere.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("samspil");
        let agent: Agent = config.build().into();
        let form = [
            ("grant_type", "client_credentials"),
            ("client_id", client_id.as_str()),
            ("client_secret", self.secret.as_str()),
            ("scope", scope.as_str()),
        ];
        let mut answer = agent.post(token_url).send_form(form).map_err(unreachable)?;
        let status = answer.status();
        let body =
            answer.body_mut().with_config().limit(ANSWER_BYTES_MAX).read_to_vec().map_err(unreachable)?;
        let said: Answer = serde_json::from_slice(&body)
            .map_err(|_| OAuthProblem::Refused(format!("its answer ({status}) cannot be read")))?;
        // Its description may repeat what was sent; its code never does.
        let code = said.error.unwrap_or_else(|| status.to_string());
        said.access_token.filter(|token| !token.is_empty()).ok_or(OAuthProblem::Refused(code))
    }
}

/// XOAUTH2: the token, and nothing more to what the server says of a wrong one.
pub(super) struct Bearer {
    said: Option<String>,
}

impl Bearer {
    pub(super) fn new(username: &str, token: &str) -> Self {
        Self { said: Some(format!("user={username}\u{1}auth=Bearer {token}\u{1}\u{1}")) }
    }
}

impl Authenticator for Bearer {
    type Response = String;
    fn process(&mut self, _: &[u8]) -> String {
        self.said.take().unwrap_or_default()
    }
}
