//! Counts of requests, by route and never by path: paths hold secrets.

use std::{
    collections::BTreeMap,
    fmt::Write,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::Response,
};

/// Upper bounds of the buckets, in milliseconds.
const BUCKETS_MS: [u64; 9] = [1, 2, 5, 10, 25, 50, 100, 500, 2_000];

/// Requests since the start.
#[derive(Debug, Clone, Default)]
pub struct Metrics(Arc<Mutex<Counts>>);

#[derive(Debug, Default)]
struct Counts {
    requests: BTreeMap<(String, String, u16), u64>,
    buckets: [u64; BUCKETS_MS.len()],
    total: Duration,
    count: u64,
}

/// Counts a request when it has been answered.
pub async fn count(State(metrics): State<Metrics>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let method = match request.method().as_str() {
        // Anyone may send any method; a label of its own for each would fill the memory.
        known @ ("GET" | "POST" | "HEAD") => known.to_owned(),
        _ => "OTHER".to_owned(),
    };
    let response = next.run(request).await;
    metrics.note(route, method, response.status().as_u16(), began.elapsed());
    response
}

impl Metrics {
    fn note(&self, route: String, method: String, status: u16, took: Duration) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *counts.requests.entry((route, method, status)).or_default() += 1;
        let ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX);
        counts
            .buckets
            .iter_mut()
            .zip(BUCKETS_MS)
            .filter(|(_, bound)| ms <= *bound)
            .for_each(|(bucket, _)| *bucket += 1);
        counts.total += took;
        counts.count += 1;
    }

    /// In Prometheus' text format.
    pub fn text(&self) -> String {
        let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut text = String::from("# HELP samspil_http_requests_total Requests by route, never by path.\n");
        text.push_str("# TYPE samspil_http_requests_total counter\n");
        for ((route, method, status), count) in &counts.requests {
            let labels = format!("route=\"{route}\",method=\"{method}\",status=\"{status}\"");
            let _ = writeln!(text, "samspil_http_requests_total{{{labels}}} {count}");
        }
        text.push_str("# HELP samspil_http_request_seconds How long requests took.\n");
        text.push_str("# TYPE samspil_http_request_seconds histogram\n");
        for (bound, count) in BUCKETS_MS.iter().zip(counts.buckets) {
            let bound = Duration::from_millis(*bound).as_secs_f64();
            let _ = writeln!(text, "samspil_http_request_seconds_bucket{{le=\"{bound}\"}} {count}");
        }
        let _ = writeln!(text, "samspil_http_request_seconds_bucket{{le=\"+Inf\"}} {}", counts.count);
        let _ = writeln!(text, "samspil_http_request_seconds_sum {}", counts.total.as_secs_f64());
        let _ = writeln!(text, "samspil_http_request_seconds_count {}", counts.count);
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_count_up_and_the_route_stands_for_the_path() {
        let metrics = Metrics::default();
        metrics.note("/henvendelse/{code}".into(), "GET".into(), 200, Duration::from_millis(4));
        metrics.note("/henvendelse/{code}".into(), "GET".into(), 200, Duration::from_millis(70));
        let text = metrics.text();
        assert!(text.contains("{route=\"/henvendelse/{code}\",method=\"GET\",status=\"200\"} 2\n"), "{text}");
        assert!(text.contains("le=\"0.002\"} 0\n") && text.contains("le=\"0.005\"} 1\n"), "{text}");
        assert!(text.contains("le=\"+Inf\"} 2\n"), "{text}");
    }
}
