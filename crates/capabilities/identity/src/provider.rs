//! A provider of identities that speaks OpenID Connect: where people are sent to sign in, and what is believed of what it says
//! when they come back.
//!
//! Nothing is asked before somebody wants to sign in: a provider that is down keeps nobody else out. Its description and keys
//! are kept for a day and fetched anew when a token names a key that is not among them, at most once a minute. What its claims
//! mean is not decided here.

mod ending;
mod more;
mod tokens;
mod wire;

use std::{
    collections::HashMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use chrono::{DateTime, Duration, Utc};
use data_encoding::BASE64URL_NOPAD;
use kernel::TenantId;
use openidconnect::{
    AuthType, AuthorizationCode, ClaimsVerificationError, ClientId, ClientSecret, CsrfToken, HttpRequest,
    IssuerUrl, Nonce, OAuth2TokenResponse, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadataWithLogout,
    RedirectUrl, RefreshToken, RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse,
    TokenResponse,
    core::{
        CoreAuthPrompt, CoreAuthenticationFlow, CoreClient, CoreClientAuthMethod, CoreErrorResponseType,
        CoreIdToken, CoreIdTokenVerifier, CoreJwsSigningAlgorithm,
    },
};
use serde_json::{Map, Value};
use storage::{Keys, Token};

use crate::model::{ArrivalRefusal, CLOCK_SKEW, Claims, check_claims};
pub(crate) use tokens::Tokens;
use wire::{Wire, WireError};

/// The scopes by which one gets to know who works here, and may ask later whether they still do.
pub const STAFF_SCOPES: [&str; 3] = ["profile", "email", LATER];

/// The scope by which one gets what asks again later.
const LATER: &str = "offline_access";
/// The description and the keys are fetched anew after this, whoever comes.
const KNOWN_FOR: Duration = Duration::hours(24);
/// They are fetched at most so often because a token names an unknown key.
const ANEW_EVERY: Duration = Duration::minutes(1);

/// Signatures that are believed: all by a key whose other half only the provider has. A shared secret signs nothing here.
const ALGORITHMS: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Where a provider is, what we are called there, what it is asked for, and how its claims are read.
#[derive(Clone, PartialEq, Eq)]
pub struct ProviderSettings<R> {
    /// `https://login.microsoftonline.com/TENANT/v2.0`, as its tokens name it.
    pub issuer: String,
    /// What we are called there.
    pub client_id: String,
    /// What shows that it is us.
    pub client_secret: String,
    /// What people call it: stands on the button.
    pub name: String,
    /// What it is asked to tell, beside who it is.
    pub scopes: Vec<String>,
    /// What else it wants to be told with each question, such as which kind of sign-in it is to offer.
    pub parameters: Vec<(String, String)>,
    /// Whether it is asked once more for what its token leaves out.
    pub tells_more: bool,
    /// How claims are read.
    pub rules: R,
}

impl<R> fmt::Debug for ProviderSettings<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProviderSettings")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The providers of one kind of people, where one is configured for a municipality.
#[derive(Debug)]
pub struct Providers<R>(Arc<HashMap<TenantId, Arc<Provider<R>>>>);

impl<R> Clone for Providers<R> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<R: Send + Sync + 'static> Providers<R> {
    /// As configured.
    pub fn new(settings: impl IntoIterator<Item = (TenantId, ProviderSettings<R>)>) -> Self {
        let provider = |(tenant, settings)| (tenant, Arc::new(Provider::new(settings)));
        Self(Arc::new(settings.into_iter().map(provider).collect()))
    }

    /// The municipality's.
    pub fn of(&self, tenant: TenantId) -> Option<&Arc<Provider<R>>> {
        self.0.get(&tenant)
    }
}

/// A provider.
pub struct Provider<R> {
    settings: ProviderSettings<R>,
    wire: Wire,
    known: Mutex<Option<Known>>,
}

impl<R> fmt::Debug for Provider<R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Provider").field(&self.settings).finish()
    }
}

/// What the provider says of itself, with its keys.
#[derive(Clone)]
struct Known {
    metadata: Arc<ProviderMetadataWithLogout>,
    at: DateTime<Utc>,
}

/// What ties one sign-in together. Only the state travels and is looked up; the others follow from it and the installation's
/// key, so that nothing is stored by which a code could be redeemed.
pub(crate) struct Secrets {
    state: String,
    nonce: String,
    verifier: String,
}

impl Secrets {
    /// Those of a sign-in at this issuer: what was begun at one provider ends at no other.
    pub(crate) fn of(keys: &Keys, issuer: &str, state: &Token) -> Self {
        let seed = format!("{} {issuer}", state.as_str());
        let text = |purpose| BASE64URL_NOPAD.encode(&keys.mac(purpose, seed.as_bytes()));
        Self {
            state: state.as_str().to_owned(),
            nonce: text("identity-provider-nonce"),
            verifier: text("identity-provider-verifier"),
        }
    }
}

/// What a code was good for.
#[derive(Debug)]
pub(crate) struct Redeemed {
    /// What the provider says of whoever came.
    pub(crate) claims: Claims,
    /// What it gave for later.
    pub(crate) tokens: Tokens,
}

/// What the provider said when it was asked again.
#[derive(Debug)]
pub(crate) struct Renewed {
    /// What it now says of the person, where it says anything.
    pub(crate) claims: Option<Claims>,
    /// The token that says so.
    pub(crate) id_token: Option<String>,
    /// By what to ask next time, where that changes.
    pub(crate) refresh: Option<String>,
}

impl Renewed {
    /// Whether it is about the one who was asked for.
    pub(crate) fn is_of(&self, subject: &str) -> bool {
        self.claims.as_ref().is_none_or(|claims| claims.subject == subject)
    }
}

/// Why a provider is of no use just now. For the log and for `doctor`; no secret stands in it.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// It does not answer, or not as a provider does.
    #[error("{0}")]
    Unreachable(String),
    /// It does not take the code, or lets somebody in no more.
    #[error("the provider says no: {0}")]
    Over(String),
    /// It does not take us.
    #[error("the provider refuses us: {0}")]
    Refused(String),
    /// What it says is not believed.
    #[error("what the provider says is not believed: {0}")]
    Untrusted(String),
    /// The asking itself broke.
    #[error("the provider was not asked: {0}")]
    Broken(String),
}

impl From<&ProviderError> for ArrivalRefusal {
    fn from(error: &ProviderError) -> Self {
        match error {
            ProviderError::Unreachable(_) | ProviderError::Broken(_) => Self::Unreachable,
            ProviderError::Over(_) | ProviderError::Refused(_) | ProviderError::Untrusted(_) => {
                Self::Untrusted
            }
        }
    }
}

impl<R: Send + Sync + 'static> Provider<R> {
    /// A provider, asked when it is needed.
    pub fn new(settings: ProviderSettings<R>) -> Self {
        let wire = Wire::new(settings.issuer.starts_with("https://"));
        Self { settings, wire, known: Mutex::default() }
    }

    /// What people call it.
    pub fn name(&self) -> &str {
        &self.settings.name
    }

    /// As its tokens name it.
    pub(crate) fn issuer(&self) -> &str {
        &self.settings.issuer
    }

    /// Whether it is the one that this names.
    pub(crate) fn is_called(&self, issuer: &str) -> bool {
        self.settings.issuer == issuer
    }

    /// How its claims are read.
    pub fn rules(&self) -> &R {
        &self.settings.rules
    }

    /// Whether it answers, is who it should be, and shows its keys.
    pub async fn check(self: &Arc<Self>, now: DateTime<Utc>) -> Result<(), ProviderError> {
        self.ask(move |provider| provider.fetch(now).map(|_| ())).await
    }

    /// Where to send a browser that wants to sign in, and come back to `redirect`; `anew`: also if it is signed in there.
    pub(crate) async fn way_there(
        self: &Arc<Self>,
        redirect: String,
        secrets: Secrets,
        anew: bool,
        now: DateTime<Utc>,
    ) -> Result<String, ProviderError> {
        self.ask(move |provider| {
            let metadata = provider.known(now)?;
            let client = provider.client(&metadata);
            let client = client.set_redirect_uri(RedirectUrl::new(redirect).map_err(said_wrong)?);
            let challenge =
                PkceCodeChallenge::from_code_verifier_sha256(&PkceCodeVerifier::new(secrets.verifier));
            let (state, nonce) = (secrets.state, secrets.nonce);
            let flow = CoreAuthenticationFlow::AuthorizationCode;
            let ask = client.authorize_url(flow, || CsrfToken::new(state), || Nonce::new(nonce));
            // A scope that lets us ask later is left out where the provider says that it knows no such thing.
            let knows = metadata.scopes_supported();
            let can_later = knows.is_none_or(|known| known.iter().any(|scope| scope.as_str() == LATER));
            let scopes = provider.settings.scopes.iter().filter(|scope| can_later || *scope != LATER);
            let ask = ask.add_scopes(scopes.cloned().map(Scope::new)).set_pkce_challenge(challenge);
            let ask = if anew { ask.add_prompt(CoreAuthPrompt::Login) } else { ask };
            let more = provider.settings.parameters.iter();
            let (url, ..) = more.fold(ask, |ask, (name, value)| ask.add_extra_param(name, value)).url();
            Ok(url.to_string())
        })
        .await
    }

    /// Redeems the code that a browser brought back. What is returned has been checked.
    pub(crate) async fn redeem(
        self: &Arc<Self>,
        redirect: String,
        code: String,
        secrets: Secrets,
        now: DateTime<Utc>,
    ) -> Result<Redeemed, ProviderError> {
        self.ask(move |provider| {
            let metadata = provider.known(now)?;
            let client = provider.client(&metadata);
            let client = client.set_redirect_uri(RedirectUrl::new(redirect).map_err(said_wrong)?);
            let request = client.exchange_code(AuthorizationCode::new(code)).map_err(said_wrong)?;
            let verifier = PkceCodeVerifier::new(secrets.verifier);
            let answer = request
                .set_pkce_verifier(verifier)
                .request(&|request: HttpRequest| provider.wire.send(request));
            let answer = answer.map_err(refused)?;
            let token = answer.id_token().ok_or_else(|| ProviderError::Untrusted("no ID token".into()))?;
            let nonce = Nonce::new(secrets.nonce);
            let mut claims = provider.believe(&metadata, token, Some(&nonce), now)?;
            if provider.settings.tells_more {
                provider.add_more(&metadata, answer.access_token(), &mut claims)?;
            }
            let refresh = answer.refresh_token().map(|token| token.secret().clone());
            if refresh.is_none() && provider.settings.scopes.iter().any(|scope| scope == LATER) {
                tracing::warn!("the provider gives nothing by which to ask again: see offline_access");
            }
            Ok(Redeemed { claims, tokens: Tokens { id_token: Some(token.to_string()), refresh } })
        })
        .await
    }

    /// Asks whether somebody may still come in.
    pub(crate) async fn renew(
        self: &Arc<Self>,
        refresh: String,
        now: DateTime<Utc>,
    ) -> Result<Renewed, ProviderError> {
        self.ask(move |provider| {
            let metadata = provider.known(now)?;
            let client = provider.client(&metadata);
            let refresh = RefreshToken::new(refresh);
            let request = client.exchange_refresh_token(&refresh).map_err(said_wrong)?;
            let answer =
                request.request(&|request: HttpRequest| provider.wire.send(request)).map_err(refused)?;
            let token = answer.id_token();
            let claims = token.map(|token| provider.believe(&metadata, token, None, now)).transpose()?;
            Ok(Renewed {
                claims,
                id_token: token.map(ToString::to_string),
                refresh: answer.refresh_token().map(|token| token.secret().clone()),
            })
        })
        .await
    }

    /// Asks on a thread of its own: the wire blocks.
    async fn ask<T: Send + 'static>(
        self: &Arc<Self>,
        work: impl FnOnce(&Self) -> Result<T, ProviderError> + Send + 'static,
    ) -> Result<T, ProviderError> {
        let provider = self.clone();
        let asked = tokio::task::spawn_blocking(move || work(&provider)).await;
        asked.map_err(|error| ProviderError::Broken(error.to_string()))?
    }

    fn kept(&self) -> Option<Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// What the provider says of itself: what is kept while it is young, and what is old where there is nothing newer.
    fn known(&self, now: DateTime<Utc>) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        match self.kept() {
            Some(known) if now - known.at < KNOWN_FOR => Ok(known.metadata),
            Some(known) => Ok(self.fetch(now).unwrap_or(known.metadata)),
            None => self.fetch(now),
        }
    }

    fn fetch(&self, now: DateTime<Utc>) -> Result<Arc<ProviderMetadataWithLogout>, ProviderError> {
        let issuer = IssuerUrl::new(self.settings.issuer.clone()).map_err(said_wrong)?;
        let fetched =
            ProviderMetadataWithLogout::discover(&issuer, &|request: HttpRequest| self.wire.send(request));
        let metadata = Arc::new(fetched.map_err(|error| {
            ProviderError::Unreachable(match error {
                openidconnect::DiscoveryError::Request(error) => error.to_string(),
                other => format!("what it says of itself cannot be used: {other}"),
            })
        })?);
        let known = Known { metadata: metadata.clone(), at: now };
        *self.known.lock().unwrap_or_else(PoisonError::into_inner) = Some(known);
        Ok(metadata)
    }

    /// With the keys of this moment, unless they were fetched a moment ago.
    fn anew(&self, now: DateTime<Utc>) -> Option<Arc<ProviderMetadataWithLogout>> {
        let is_due = self.kept().is_none_or(|known| now - known.at >= ANEW_EVERY);
        is_due.then(|| self.fetch(now).ok()).flatten()
    }

    fn client(&self, metadata: &ProviderMetadataWithLogout) -> Client {
        let secret = ClientSecret::new(self.settings.client_secret.clone());
        let id = ClientId::new(self.settings.client_id.clone());
        let client = CoreClient::from_provider_metadata(metadata.clone(), id, Some(secret));
        // Basic where nothing is said (OpenID Connect Discovery 3), else what both can.
        let takes = metadata.token_endpoint_auth_methods_supported();
        let only_post = takes.is_some_and(|takes| {
            !takes.contains(&CoreClientAuthMethod::ClientSecretBasic)
                && takes.contains(&CoreClientAuthMethod::ClientSecretPost)
        });
        if only_post { client.set_auth_type(AuthType::RequestBody) } else { client }
    }

    /// The claims of a token, once it is sure that they are this provider's, for us, of now, and of this sign-in.
    fn believe(
        &self,
        metadata: &ProviderMetadataWithLogout,
        token: &CoreIdToken,
        nonce: Option<&Nonce>,
        now: DateTime<Utc>,
    ) -> Result<Claims, ProviderError> {
        let verified = match self.verify(metadata, token, nonce, now) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey,
            )) => {
                let untrusted = || ProviderError::Untrusted("signed with a key that it does not show".into());
                let metadata = self.anew(now).ok_or_else(untrusted)?;
                self.verify(&metadata, token, nonce, now)
            }
            first => first,
        };
        let subject = verified.map_err(|error| ProviderError::Untrusted(told(&error)))?;
        let all = payload(token).ok_or_else(|| ProviderError::Untrusted("no claims".into()))?;
        check_claims(&all, &self.settings.client_id, now)
            .map_err(|why| ProviderError::Untrusted(why.to_owned()))?;
        Ok(Claims { issuer: self.settings.issuer.clone(), subject, all })
    }

    fn verify(
        &self,
        metadata: &ProviderMetadataWithLogout,
        token: &CoreIdToken,
        nonce: Option<&Nonce>,
        now: DateTime<Utc>,
    ) -> Result<String, ClaimsVerificationError> {
        // Without the secret: what anybody could sign who knows it is not believed.
        let verifier = CoreIdTokenVerifier::new_public_client(
            ClientId::new(self.settings.client_id.clone()),
            metadata.issuer().clone(),
            metadata.jwks().clone(),
        );
        let verifier = verifier
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || now - CLOCK_SKEW)
            .set_issue_time_verifier_fn(move |at| {
                if at <= now + CLOCK_SKEW { Ok(()) } else { Err("issued later than now".to_owned()) }
            });
        // Whoever is asked again has no sign-in to answer for (OpenID Connect Core 12.2).
        let claims = match nonce {
            Some(nonce) => token.claims(&verifier, nonce)?,
            None => token.claims(&verifier, |_: Option<&Nonce>| Ok(()))?,
        };
        Ok(claims.subject().to_string())
    }
}

/// A client that knows where to send people, and perhaps where to redeem codes.
type Client = CoreClient<
    openidconnect::EndpointSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointNotSet,
    openidconnect::EndpointMaybeSet,
    openidconnect::EndpointMaybeSet,
>;

/// What was signed, as it was written: a claim of any name can be read from it.
fn payload(token: &CoreIdToken) -> Option<Map<String, Value>> {
    let text = token.to_string();
    let payload = BASE64URL_NOPAD.decode(text.split('.').nth(1)?.as_bytes()).ok()?;
    serde_json::from_slice(&payload).ok()
}

fn said_wrong(error: impl fmt::Display) -> ProviderError {
    ProviderError::Unreachable(format!("what it says of itself cannot be used: {error}"))
}

fn refused(
    error: RequestTokenError<WireError, StandardErrorResponse<CoreErrorResponseType>>,
) -> ProviderError {
    match error {
        RequestTokenError::ServerResponse(said) if is_over(said.error()) => {
            ProviderError::Over(said.to_string())
        }
        RequestTokenError::ServerResponse(said) => ProviderError::Refused(said.to_string()),
        RequestTokenError::Request(error) => ProviderError::Unreachable(error.to_string()),
        // The body may hold tokens: it is not repeated.
        RequestTokenError::Parse(..) => ProviderError::Untrusted("an answer that is none".into()),
        RequestTokenError::Other(what) => ProviderError::Unreachable(what),
    }
}

/// Whether it is the person whom the provider turns away, and not us (RFC 6749 5.2, OpenID Connect Core 3.1.2.6).
fn is_over(error: &CoreErrorResponseType) -> bool {
    match error {
        CoreErrorResponseType::InvalidGrant => true,
        CoreErrorResponseType::Extension(other) => {
            ["interaction_required", "login_required", "consent_required"].contains(&other.as_str())
        }
        _ => false,
    }
}

/// An error with what is behind it.
fn told(error: &dyn std::error::Error) -> String {
    let sources = std::iter::successors(error.source(), |error| error.source());
    sources.fold(error.to_string(), |text, source| format!("{text}: {source}"))
}
