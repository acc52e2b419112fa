//! `/healthz` (the process lives), `/readyz` (it can do its work) and `/metrics` (Prometheus text).

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::get;
use lara_core::ports::Changes;
use metrics_exporter_prometheus::PrometheusHandle;
use std::sync::Arc;

/// What the health endpoints need.
#[derive(Clone)]
pub(crate) struct Health {
    /// Asked whether the database answers.
    pub(crate) changes: Arc<dyn Changes>,
    /// Renders the metrics.
    pub(crate) metrics: PrometheusHandle,
}

/// The health endpoints. They show no personal data and need no login; a public proxy should not forward `/metrics`.
pub(crate) fn router(health: Health) -> axum::Router {
    axum::Router::new()
        .route("/healthz", get(async || "ok"))
        .route("/readyz", get(ready))
        .route("/metrics", get(render))
        .with_state(health)
}

async fn ready(State(health): State<Health>) -> impl IntoResponse {
    match health.changes.last_change().await {
        Ok(_) => (StatusCode::OK, "ready"),
        Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer"),
    }
}

async fn render(State(health): State<Health>) -> impl IntoResponse {
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], health.metrics.render())
}

/// Resident memory of this process from `/proc/self/status` (`VmRSS`, kB); `None` where there is no such file.
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmRSS:"))?;
    line.split_whitespace().nth(1)?.parse::<f64>().ok().map(|kilobytes| kilobytes * 1_024.0)
}
