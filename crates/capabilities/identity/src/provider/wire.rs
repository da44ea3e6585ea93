//! How a provider is asked: over TLS, without following it elsewhere, for so long and for so much.

use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse};
use ureq::{Agent, http::Request};

/// How long the provider may take to answer.
const ANSWERS_WITHIN: Duration = Duration::from_secs(10);
/// The largest answer that is read.
const ANSWER_BYTES_MAX: u64 = 1_000_000;

/// Asks.
pub(super) struct Wire(Agent);

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[error("it does not answer: {0}")]
pub(super) struct WireError(#[from] ureq::Error);

impl Wire {
    /// `only_tls`: nothing that it names is asked without.
    pub(super) fn new(only_tls: bool) -> Self {
        let config = Agent::config_builder()
            .timeout_global(Some(ANSWERS_WITHIN))
            .https_only(only_tls)
            // A redirect would take the secret elsewhere, and let the provider's name stand for another.
            .max_redirects(0)
            .http_status_as_error(false)
            .user_agent("samspil");
        Self(config.build().into())
    }

    pub(super) fn send(&self, request: HttpRequest) -> Result<HttpResponse, WireError> {
        let (head, body) = request.into_parts();
        let answer = if body.is_empty() {
            self.0.run(Request::from_parts(head, ()))?
        } else {
            self.0.run(Request::from_parts(head, body))?
        };
        let (head, mut body) = answer.into_parts();
        let body = body.with_config().limit(ANSWER_BYTES_MAX).read_to_vec()?;
        Ok(HttpResponse::from_parts(head, body))
    }
}
