//! What machines ask: whether the program lives, whether it is ready, how it is, and the journal's signed roots.

use std::{
    fmt::Write,
    net::{IpAddr, SocketAddr},
};

use axum::{
    Json, Router,
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};
use storage::{Reader, StoreError};
use subtle::ConstantTimeEq;
use web::{App, Auth, PageError, Passage, Site, is_this_machine};

use super::{Metrics, last_backup};
use crate::background::Pulse;

/// A node whose sealer has not looked for this long is not ready: what it takes in would not be sealed.
const SEALER_SILENT_SECONDS_MAX: i64 = 30;
/// Roots handed out at once: three years.
const ROOTS_MAX: u64 = 1_100;

/// Routes that know no municipality and no session.
pub fn machines(app: App) -> Router {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .with_state(app)
}

async fn ready(State(app): State<App>) -> Response {
    if let Err(error) = app.db.ping().await {
        tracing::warn!(%error, "not ready");
        return (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n").into_response();
    }
    let silent = app.clock.now().timestamp() - app.kept::<Pulse>().last();
    if silent > SEALER_SILENT_SECONDS_MAX {
        return (StatusCode::SERVICE_UNAVAILABLE, "the journal is not being sealed\n").into_response();
    }
    "ready\n".into_response()
}

/// What a machine shows that asks for counts from elsewhere than this machine; none where nobody may.
#[derive(Debug, Clone)]
pub struct MetricsToken(pub Option<String>);

/// Whether the asker may have the counts: it shows the token, or asks from this machine itself and not through a proxy.
fn may_count(app: &App, peer: Option<IpAddr>, headers: &HeaderMap) -> bool {
    let shown = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let shown = shown.and_then(|value| value.strip_prefix("Bearer "));
    if let (Some(token), Some(shown)) = (&app.kept::<MetricsToken>().0, shown) {
        return token.as_bytes().ct_eq(shown.as_bytes()).into();
    }
    // With https there is a proxy, and while nobody has told which, everyone who comes through it looks like this machine.
    if app.proxies().is_empty() && app.sites.iter().any(Site::is_secure) {
        return false;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name);
    peer.is_some_and(|peer| {
        let origin = app.proxies().origin(peer, headers);
        let is_direct = matches!(origin.passage, Passage::Direct | Passage::Silent);
        is_direct && origin.address.is_loopback() && is_this_machine(host)
    })
}

async fn metrics(State(app): State<App>, request: Request) -> Result<Response, StatusCode> {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|info| info.0.ip());
    if !may_count(&app, peer, request.headers()) {
        return Err(StatusCode::NOT_FOUND);
    }
    let mut text = app.kept::<Metrics>().text();
    gauges(&app, &mut text).await.map_err(|error| {
        tracing::warn!(%error, "metrics could not be read");
        StatusCode::SERVICE_UNAVAILABLE
    })?;
    Ok(([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], text).into_response())
}

async fn gauges(app: &App, text: &mut String) -> Result<(), StoreError> {
    text.push_str(
        "# TYPE samspil_jobs gauge\n# TYPE samspil_messages gauge\n# TYPE samspil_journal_position gauge\n# TYPE samspil_backup_made_seconds gauge\n",
    );
    for site in &app.sites {
        let read = app.db.read(&app.system("metrics", site.tenant));
        let tenant = read.tenant();
        for (kind, state, count) in storage::job_counts(&read).await? {
            let _ = writeln!(
                text,
                "samspil_jobs{{tenant=\"{tenant}\",kind=\"{kind}\",state=\"{state}\"}} {count}"
            );
        }
        for (state, count) in outreach::delivery_counts(&read).await? {
            let _ = writeln!(text, "samspil_messages{{tenant=\"{tenant}\",state=\"{state}\"}} {count}");
        }
        if let Some(backup) = last_backup(&read).await? {
            let made = backup.made_at.timestamp();
            let _ = writeln!(text, "samspil_backup_made_seconds{{tenant=\"{tenant}\"}} {made}");
        }
        let position = storage::sealed_position(&read).await?;
        let _ = writeln!(text, "samspil_journal_position{{tenant=\"{tenant}\"}} {position}");
    }
    let _ = writeln!(text, "# TYPE samspil_sealer_looked_seconds gauge");
    let _ = writeln!(text, "samspil_sealer_looked_seconds {}", app.kept::<Pulse>().last());
    Ok(())
}

/// The signed roots, the newest first: whoever keeps one can show later that nothing before it was changed.
pub async fn journal_roots(auth: Auth, State(app): State<App>) -> Result<Response, PageError> {
    let read = app.db.read(&auth);
    let roots = storage::roots(&read, ROOTS_MAX).await?;
    let roots: Vec<_> = roots
        .into_iter()
        .map(|root| {
            serde_json::json!({
                "day": root.day,
                "position": root.position,
                "root": root.root,
                "signature": root.signature,
                "public_key": root.public_key,
            })
        })
        .collect();
    let body = serde_json::json!({
        "municipality": read.tenant().to_string(),
        "demo": app.site(auth.tenant()).demo,
        "signed": "Ed25519 over: samspil-root MUNICIPALITY DAY POSITION ROOT",
        "roots": roots,
    });
    Ok(([(header::CACHE_CONTROL, "no-cache")], Json(body)).into_response())
}
