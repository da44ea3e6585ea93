//! Many requests at a time: how many a second, and how long each took.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use crate::{
    client::{Answer, Connection, address},
    program::Server,
};

/// Addresses are given out once, since the program counts by address.
static NEXT_ADDRESS: AtomicU32 = AtomicU32::new(1);

/// An address that nobody has asked from.
pub fn fresh_address() -> std::net::Ipv4Addr {
    address(NEXT_ADDRESS.fetch_add(1, Ordering::Relaxed))
}

/// What is asked, how, and for how long.
#[derive(Clone)]
pub struct Plan {
    /// The request of the given number, and the status that it must have.
    pub request: Arc<dyn Fn(u64) -> Vec<u8> + Send + Sync>,
    /// Its status.
    pub status: u16,
    /// Clients at a time, each with one request under way.
    pub clients: usize,
    /// For how long.
    pub lasts: Duration,
    /// How long a client thinks between two requests.
    pub thinks: Duration,
    /// Requests after which a client comes from another address.
    pub per_address: u32,
}

impl Plan {
    /// These requests, over and over.
    pub fn of(requests: Vec<Vec<u8>>, clients: usize, lasts: Duration) -> Self {
        let count = requests.len().max(1) as u64;
        let request = move |at: u64| {
            let at = usize::try_from(at % count).unwrap_or_default();
            requests.get(at).cloned().unwrap_or_default()
        };
        let (thinks, per_address) = (Duration::ZERO, u32::MAX);
        Self { request: Arc::new(request), status: 200, clients, lasts, thinks, per_address }
    }

    /// With this status.
    #[must_use]
    pub fn expecting(self, status: u16) -> Self {
        Self { status, ..self }
    }

    /// From many addresses.
    #[must_use]
    pub fn of_many(self, per_address: u32) -> Self {
        Self { per_address, ..self }
    }
}

/// What came of it.
#[derive(Debug, Default)]
pub struct Load {
    /// How long each request took.
    pub took: Vec<Duration>,
    /// Answers a second.
    pub per_second: f64,
    /// Milliseconds of the server's processor time for each answer.
    pub cpu_ms: f64,
    /// Where redirects led.
    pub led_to: Vec<String>,
}

/// Asks a server as the plan says.
pub async fn load(server: &Server, plan: &Plan) -> Result<Load> {
    let next = Arc::new(AtomicU64::new(0));
    let (cpu, began) = (server.cpu(), Instant::now());
    let mut clients = JoinSet::new();
    for _ in 0..plan.clients {
        clients.spawn(client(server.address, plan.clone(), next.clone(), began));
    }
    let mut load = Load::default();
    while let Some(done) = clients.join_next().await {
        let (took, led_to) = done??;
        load.took.extend(took);
        load.led_to.extend(led_to);
    }
    let seconds = began.elapsed().as_secs_f64();
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52 requests")]
    let count = load.took.len() as f64;
    load.per_second = count / seconds;
    load.cpu_ms = (server.cpu() - cpu) * 1_000.0 / count;
    Ok(load)
}

async fn client(
    to: SocketAddr,
    plan: Plan,
    next: Arc<AtomicU64>,
    began: Instant,
) -> Result<(Vec<Duration>, Vec<String>)> {
    let (mut took, mut led_to) = (Vec::new(), Vec::new());
    while began.elapsed() < plan.lasts {
        let mut connection = Connection::open(to, fresh_address()).await?;
        for _ in 0..plan.per_address {
            if began.elapsed() >= plan.lasts {
                break;
            }
            let request = (plan.request)(next.fetch_add(1, Ordering::Relaxed));
            let asked = Instant::now();
            let answer: Answer = connection.ask(&request).await?;
            took.push(asked.elapsed());
            ensure!(
                answer.status == plan.status,
                "{} instead of {}: {}\n{}",
                answer.status,
                plan.status,
                String::from_utf8_lossy(&request).lines().next().unwrap_or_default(),
                answer.text()
            );
            led_to.extend(answer.header("location").map(str::to_owned));
            if !plan.thinks.is_zero() {
                tokio::time::sleep(plan.thinks).await;
            }
        }
    }
    Ok((took, led_to))
}
