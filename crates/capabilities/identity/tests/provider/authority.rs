//! A provider of identities in the test's own process, over a real socket: it shows keys, gives codes and redeems them, and
//! signs whatever the test wants it to say.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex},
};

use axum::{
    Form, Json, Router,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use chrono::{DateTime, Utc};
use data_encoding::{BASE64, BASE64URL_NOPAD};
use ring::signature::{Ed25519KeyPair, KeyPair};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

pub const CLIENT: &str = "samspil";
pub const SECRET: &str = "hemmeligt, men ikke meget";

#[derive(Default)]
struct Inner {
    issuer: String,
    /// The keys that it shows, by name.
    shown: BTreeSet<String>,
    /// What each code is good for, once.
    codes: BTreeMap<String, Grant>,
    given: u32,
    keys_asked: u32,
    /// What each refresh token is good for, once; and what it says to the next one, where it says no.
    refreshes: BTreeMap<String, Option<String>>,
    refuses: Option<&'static str>,
    /// What it tells beside its tokens.
    more: Option<Value>,
    /// Who came to redeem, whatever became of it.
    redeemed: Vec<BTreeMap<String, String>>,
}

struct Grant {
    challenge: String,
    redirect: String,
    token: String,
}

#[derive(Clone)]
pub struct Authority(Arc<Mutex<Inner>>);

/// What a browser was sent with.
#[derive(Debug, Clone)]
pub struct Way(pub BTreeMap<String, String>);

impl Way {
    pub fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }
}

fn key(name: &str) -> Ed25519KeyPair {
    let seed: [u8; 32] = Sha256::digest(name).into();
    Ed25519KeyPair::from_seed_unchecked(&seed).unwrap()
}

impl Authority {
    /// Starts it, with one key that is called `first`.
    pub async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let issuer = format!("http://{}/kommune", listener.local_addr().unwrap());
        let shown = ["first".to_owned()].into();
        let authority = Self(Arc::new(Mutex::new(Inner { issuer, shown, ..Inner::default() })));
        let router = Router::new()
            .route("/kommune/.well-known/openid-configuration", get(describe))
            .route("/kommune/keys", get(keys))
            .route("/kommune/token", post(redeem))
            .route("/kommune/more", get(more))
            .with_state(authority.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        authority
    }

    /// One that nobody answers for: a port on which nothing listens.
    pub fn nowhere() -> Self {
        let issuer = "http://127.0.0.1:9/kommune".to_owned();
        Self(Arc::new(Mutex::new(Inner { issuer, ..Inner::default() })))
    }

    pub fn issuer(&self) -> String {
        self.0.lock().unwrap().issuer.clone()
    }

    /// What it says to everybody who is asked for again.
    pub fn refuse_renewal(&self, error: Option<&'static str>) {
        self.0.lock().unwrap().refuses = error;
    }

    /// What it says of everybody who is asked for again, from now on.
    pub fn say_on_renewal(&self, token: &str) {
        let mut inner = self.0.lock().unwrap();
        inner.refreshes.values_mut().for_each(|says| *says = Some(token.to_owned()));
    }

    /// What it tells beside its tokens, from now on.
    pub fn tell_more(&self, more: Value) {
        self.0.lock().unwrap().more = Some(more);
    }

    pub fn show_only(&self, key: &str) {
        self.0.lock().unwrap().shown = [key.to_owned()].into();
    }

    pub fn keys_asked(&self) -> u32 {
        self.0.lock().unwrap().keys_asked
    }

    /// The fields of the last request for a token.
    pub fn last_redeemed(&self) -> BTreeMap<String, String> {
        self.0.lock().unwrap().redeemed.last().cloned().unwrap_or_default()
    }

    /// What it says of Mette, who came by this way, at this moment.
    pub fn claims(&self, way: &Way, now: DateTime<Utc>) -> Value {
        json!({
            "iss": self.issuer(),
            "aud": CLIENT,
            "sub": "mette-at-the-provider",
            "iat": now.timestamp(),
            "exp": now.timestamp() + 3600,
            "nonce": way.get("nonce"),
            "name": "Mette Holm",
            "email": "mette@example.dk",
            "email_verified": true,
            "groups": ["g-officers"],
        })
    }

    /// Lets somebody in who came by this way, and gives the code that the browser brings back.
    pub fn grant(&self, way: &Way, token: String) -> String {
        let mut inner = self.0.lock().unwrap();
        inner.given += 1;
        let code = format!("code-{}", inner.given);
        let (challenge, redirect) =
            (way.get("code_challenge").to_owned(), way.get("redirect_uri").to_owned());
        inner.codes.insert(code.clone(), Grant { challenge, redirect, token });
        code
    }
}

/// A token signed by the key of this name.
pub fn signed(name: &str, claims: &Value) -> String {
    let head = json!({ "alg": "EdDSA", "kid": name, "typ": "JWT" });
    let text = unsigned(&head, claims);
    let signature = BASE64URL_NOPAD.encode(key(name).sign(text.as_bytes()).as_ref());
    format!("{text}.{signature}")
}

/// The part of a token that is signed.
pub fn unsigned(head: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    format!("{}.{}", part(head), part(claims))
}

async fn describe(State(authority): State<Authority>) -> Json<Value> {
    let issuer = authority.issuer();
    Json(json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/authorize"),
        "token_endpoint": format!("{issuer}/token"),
        "userinfo_endpoint": format!("{issuer}/more"),
        "jwks_uri": format!("{issuer}/keys"),
        "end_session_endpoint": format!("{issuer}/logout"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["pairwise"],
        "id_token_signing_alg_values_supported": ["RS256", "EdDSA"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
    }))
}

async fn keys(State(authority): State<Authority>) -> Json<Value> {
    let mut inner = authority.0.lock().unwrap();
    inner.keys_asked += 1;
    let shown = inner.shown.iter().map(|name| {
        let x = BASE64URL_NOPAD.encode(key(name).public_key().as_ref());
        json!({ "kty": "OKP", "crv": "Ed25519", "use": "sig", "alg": "EdDSA", "kid": name, "x": x })
    });
    Json(json!({ "keys": shown.collect::<Vec<_>>() }))
}

/// To whoever has a token of it (RFC 6750).
async fn more(State(authority): State<Authority>, headers: HeaderMap) -> Response {
    let more = authority.0.lock().unwrap().more.clone();
    let is_known = headers.get("authorization").is_some_and(|value| value == "Bearer for-more");
    match more.filter(|_| is_known) {
        Some(more) => Json(more).into_response(),
        None => StatusCode::UNAUTHORIZED.into_response(),
    }
}

/// As RFC 6749 and RFC 7636 want it: the right client, each code once, for the same redirect, by whoever has the verifier.
async fn redeem(
    State(authority): State<Authority>,
    headers: HeaderMap,
    Form(fields): Form<BTreeMap<String, String>>,
) -> Response {
    let mut inner = authority.0.lock().unwrap();
    inner.redeemed.push(fields.clone());
    let field = |name: &str| fields.get(name).map_or("", String::as_str);
    let plain = format!("{CLIENT}:{}", SECRET.replace(' ', "+").replace(',', "%2C"));
    let known = headers.get("authorization").and_then(|value| value.to_str().ok())
        == Some(format!("Basic {}", BASE64.encode(plain.as_bytes())).as_str());
    if !known {
        return (StatusCode::UNAUTHORIZED, Json(json!({ "error": "invalid_client" }))).into_response();
    }
    if field("grant_type") == "refresh_token" {
        if let Some(error) = inner.refuses {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": error }))).into_response();
        }
        let Some(token) = inner.refreshes.remove(field("refresh_token")) else {
            return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
        };
        let refresh = inner.next_refresh(token.clone());
        return answer(token.as_deref(), &refresh).into_response();
    }
    let grant = inner.codes.remove(field("code")).filter(|grant| {
        let verifier = BASE64URL_NOPAD.encode(&Sha256::digest(field("code_verifier")));
        field("grant_type") == "authorization_code"
            && grant.redirect == field("redirect_uri")
            && grant.challenge == verifier
    });
    let Some(grant) = grant else {
        return (StatusCode::BAD_REQUEST, Json(json!({ "error": "invalid_grant" }))).into_response();
    };
    let refresh = inner.next_refresh(None);
    answer(Some(&grant.token), &refresh).into_response()
}

fn answer(token: Option<&str>, refresh: &str) -> Json<Value> {
    let mut fields = json!({
        "access_token": "for-more",
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": refresh,
    });
    if let Some(token) = token {
        fields["id_token"] = json!(token);
    }
    Json(fields)
}

impl Inner {
    fn next_refresh(&mut self, says: Option<String>) -> String {
        self.given += 1;
        let refresh = format!("refresh-{}", self.given);
        self.refreshes.insert(refresh.clone(), says);
        refresh
    }
}
