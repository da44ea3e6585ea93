//! What a provider's token leaves out and its userinfo endpoint tells (OpenID Connect Core 5.3). Brokers of MitID Erhverv tell
//! there for which company somebody acts.

use openidconnect::{AccessToken, HttpRequest, ProviderMetadataWithLogout, http};
use serde_json::{Map, Value};

use super::{Provider, ProviderError, said_wrong};
use crate::model::Claims;

impl<R: Send + Sync + 'static> Provider<R> {
    /// Adds what is told there. What was signed stands before it.
    pub(super) fn add_more(
        &self,
        metadata: &ProviderMetadataWithLogout,
        token: &AccessToken,
        claims: &mut Claims,
    ) -> Result<(), ProviderError> {
        let Some(place) = metadata.userinfo_endpoint() else { return Ok(()) };
        let request = http::Request::get(place.as_str())
            .header(http::header::ACCEPT, "application/json")
            .header(http::header::AUTHORIZATION, format!("Bearer {}", token.secret()));
        let request: HttpRequest = request.body(Vec::new()).map_err(said_wrong)?;
        let answer =
            self.wire.send(request).map_err(|error| ProviderError::Unreachable(error.to_string()))?;
        if !answer.status().is_success() {
            return Err(ProviderError::Refused(format!(
                "{} where it tells more of somebody",
                answer.status()
            )));
        }
        // What it says of a person is not repeated in an error.
        let told: Map<String, Value> = serde_json::from_slice(answer.body())
            .map_err(|_| ProviderError::Untrusted("what it tells more of somebody cannot be read".into()))?;
        // Of somebody else than the token (OpenID Connect Core 5.3.2).
        if told.get("sub").and_then(Value::as_str) != Some(claims.subject.as_str()) {
            return Err(ProviderError::Untrusted("it tells more of somebody else".into()));
        }
        for (name, value) in told {
            claims.all.entry(name).or_insert(value);
        }
        Ok(())
    }
}
