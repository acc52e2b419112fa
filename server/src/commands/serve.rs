//! `lara serve`: everything a brand needs, in one process.

use crate::alerts::Alarm;
use crate::config::Config;
use crate::health::{self, Health};
use crate::notices::Notifier;
use crate::workers::Workers;
use crate::{channels, demo, wire};
use anyhow::{Context, Result};
use lara_bots::fetch::Fetcher;
use lara_core::ports::{Agents, Brands};
use lara_store::Store;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// How long open requests may take to end after the signal to stop.
const DRAIN: Duration = Duration::from_secs(10);

/// Arguments of `lara serve`.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct Args {
    /// Do not make the demo brand on the first start
    #[arg(long)]
    no_demo: bool,
}

/// Serves until it is told to stop.
pub(crate) async fn run(config: Config, args: &Args) -> Result<()> {
    let metrics = metrics_exporter_prometheus::PrometheusBuilder::new()
        .install_recorder()
        .context("cannot start the metrics")?;
    let store = wire::open_store(&config).await?;
    if config.demo && !args.no_demo && store.brands().await?.is_empty() {
        let brand = demo::seed(&store).await.context("cannot make the demo brand")?;
        demo::remember(&store, &brand).await.context("cannot make the demo brand's past")?;
    }
    channels::sync(&config, &store).await?;

    let shutdown = CancellationToken::new();
    let workers = Workers::new(shutdown.clone());
    let wire::Served { router, parts, deliverer, channels, driver } =
        wire::serve(&config, store.clone(), shutdown.clone())?;
    workers.drive(driver);
    let fetcher = Fetcher::new(&channels).context("cannot make an HTTP client")?;
    workers.fetch(parts.clone(), Arc::new(fetcher));
    workers.end_conversations(parts.clone(), Arc::new(Notifier::new(&config)?));
    workers.wake_humans(parts.clone(), Arc::new(Alarm::new(&config, store.clone())?));
    // The driver ends when nobody can ask it any more: from here on only the router and the workers hold the parts.
    workers.start(parts, deliverer);
    workers.listen(&channels);
    drop(channels);

    let listener = tokio::net::TcpListener::bind(config.listen).await.with_context(|| {
        format!(
            "cannot listen on {}: is another lara running? Set LARA_LISTEN to another port",
            config.listen
        )
    })?;
    let address = listener.local_addr()?;
    let app = router.merge(health::router(Health { changes: store.clone(), metrics }));
    let app = app.into_make_service_with_connect_info::<SocketAddr>();
    greet(&config, &store, address).await?;

    let stop = shutdown.clone();
    let served = axum::serve(listener, app).with_graceful_shutdown(async move {
        signal().await;
        tracing::info!("stopping");
        stop.cancel();
    });
    tokio::select! {
        ended = served => ended.context("the web server stopped")?,
        () = drained(&shutdown) => tracing::warn!("some requests did not end in time"),
    }
    shutdown.cancel();
    workers.finish().await;
    Ok(())
}

/// Ends [`DRAIN`] after the signal to stop.
async fn drained(shutdown: &CancellationToken) {
    shutdown.cancelled().await;
    tokio::time::sleep(DRAIN).await;
}

/// Ends at Ctrl-C or SIGTERM.
async fn signal() {
    let interrupt = async { tokio::signal::ctrl_c().await.ok() };
    match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
        }
        Err(_) => {
            interrupt.await;
        }
    }
}

/// Says where to click. Standard output, so that it is not lost among log lines.
async fn greet(config: &Config, store: &Arc<Store>, address: SocketAddr) -> Result<()> {
    // With port 0 the system chose: the public URL follows unless somebody set it.
    let mut config = config.clone();
    if config.listen.port() == 0 && config.public_url.port() == Some(0) {
        config.public_url.set_port(Some(address.port())).ok();
    }
    println!("Lara is listening on http://{address}");
    println!("  Home   {}", config.public_url);
    if store.brands().await?.iter().any(|brand| brand.demo) {
        println!("  Demo   {}", config.public_url.join("demo")?);
    }
    println!("  Desk   {}", config.public_url.join("desk")?);
    if store.agents().await?.is_empty() {
        println!("\nNobody can log in at the desk yet. Open this one-time link to become the owner:");
        println!("  {}", wire::one_time_link(&config, store, None).await?);
    }
    Ok(())
}
