//! Serving: the listener, the routes of capabilities and machines, and an end in order on SIGINT and SIGTERM.

use std::{
    future::IntoFuture,
    net::{IpAddr, SocketAddr},
    time::Duration,
};

use anyhow::{Context, Result, anyhow};
use axum::{Router, middleware};
use storage::StoreError;
use tokio::{
    net::TcpListener,
    signal::unix::{Signal, SignalKind, signal},
};

use crate::{
    background::{Background, Pulse},
    operations::{self, Metrics},
    serving::{Serving, ServingFile},
    start::Started,
};

/// SIGXFSZ, the same number on Linux and macOS: a file has grown as far as this process may write (`RLIMIT_FSIZE`).
const FILE_TOO_LARGE: i32 = 25;
/// How long requests under way get to end after a signal.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Listens; refuses with a sentence when the address is taken.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| {
        format!("cannot listen on {address}: another program may be there already; choose another with --listen or --port")
    })
}

/// Where links begin when nothing is configured: the listening address, as this machine reaches it.
pub fn address_of(address: SocketAddr) -> String {
    let ip = match address.ip() {
        ip if !ip.is_unspecified() => ip,
        IpAddr::V4(_) => IpAddr::from([127, 0, 0, 1]),
        IpAddr::V6(_) => IpAddr::from([0, 0, 0, 0, 0, 0, 0, 1]),
    };
    format!("http://{}", SocketAddr::new(ip, address.port()))
}

/// Every route behind every layer: capabilities, and machines, which know no municipality.
pub fn router(started: &mut Started) -> Router {
    let app = &started.app;
    let watched = app.clone();
    let pages = web::server(app.clone(), std::mem::take(&mut started.routes));
    let machines = web::with_headers(operations::machines(app.clone()));
    let metrics = app.kept::<Metrics>().clone();
    pages
        .merge(machines)
        .layer(middleware::from_fn_with_state(metrics, operations::count))
        .layer(middleware::from_fn_with_state(watched, operations::watch))
}

/// Makes all ready that holds from the moment the program says that it runs: signals are heard, and the other commands know
/// where it listens.
pub fn ready(listener: TcpListener, started: Started) -> Result<Ready> {
    let stop = StopSignal::new()?;
    let address = address_of(listener.local_addr()?);
    let trusts_proxies = !started.app.proxies().is_empty();
    started.app.kept::<ServingFile>().keep(&Serving { address, trusts_proxies, proxy: None });
    Ok(Ready { listener, started, stop })
}

/// Serves until the signal, then ends in order.
pub async fn serve(ready: Ready) -> Result<()> {
    let Ready { listener, mut started, mut stop } = ready;
    let router = router(&mut started);
    let app = started.app.clone();
    let pulse = app.kept::<Pulse>();
    let background =
        Background::start(&app, &started.jobs, pulse).await.map_err(|error: StoreError| anyhow!(error))?;
    let (told, telling) = tokio::sync::watch::channel(());
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let mut waiting = telling.clone();
    let serving = axum::serve(listener, service)
        .with_graceful_shutdown(async move {
            // An error says that the sender is gone, which is a reason to stop as well.
            waiting.changed().await.unwrap_or_default();
        })
        .into_future();
    let serving = tokio::spawn(serving);
    stop.received().await;
    tracing::info!("stopping: requests and jobs under way are ended");
    told.send(()).unwrap_or_default();
    if let Ok(ended) = tokio::time::timeout(STOP_WITHIN, serving).await {
        ended??;
    } else {
        tracing::warn!("some requests were still open and were cut off");
    }
    background.stop().await;
    app.db.close().await?;
    Ok(())
}

/// What may say that it runs.
pub struct Ready {
    listener: TcpListener,
    started: Started,
    stop: StopSignal,
}

/// Told to stop: SIGINT or SIGTERM. Listens from the moment it is made.
struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
    /// Listened to and never read: unheard, it would end the process; heard by anyone, the write itself fails, and is told
    /// as a full disk.
    #[expect(dead_code, reason = "held, so that the signal does not end the program")]
    file_too_large: Signal,
}

impl StopSignal {
    fn new() -> Result<Self> {
        let (interrupt, terminate) = (signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?);
        let file_too_large = signal(SignalKind::from_raw(FILE_TOO_LARGE))?;
        Ok(Self { interrupt, terminate, file_too_large })
    }

    async fn received(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}
