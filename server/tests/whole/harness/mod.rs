//! The people and things in a test: Lara, her database, customers, agents, a browser.

mod lara;
mod database;
mod customer;
mod agent;
mod html;
mod audit;
mod proxy;
mod receiver;
mod emulators;
pub(crate) mod browser;

pub(crate) use agent::Agent;
pub(crate) use customer::{Author, Customer, Line, assert_presentable};
pub(crate) use database::Database;
pub(crate) use emulators::Emulator;
pub(crate) use lara::{APP_TOKEN, Lara, STRANGERS_TOKEN, WEBHOOK_SECRET};
pub(crate) use proxy::Proxy;
pub(crate) use receiver::{Posted, Receiver};

use std::sync::Once;
use std::time::{Duration, Instant};

/// How long anything may take before a test gives up. Far more than it should: CI machines are slow.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

/// A client of HTTP that speaks to this machine only and follows nothing.
pub(crate) fn client() -> reqwest::Client {
    static CRYPTO: Once = Once::new();
    CRYPTO.call_once(|| {
        rustls::crypto::ring::default_provider().install_default().ok();
    });
    reqwest::Client::builder()
        .no_proxy()
        .timeout(Duration::from_secs(40))
        .pool_max_idle_per_host(64)
        .redirect(reqwest::redirect::Policy::none())
        .build()
        .unwrap()
}

/// Waits until `look` finds something, or fails saying what was awaited.
pub(crate) async fn eventually<T>(awaited: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain: {awaited}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Runs a chat on both databases: `on_both!(name)` makes the tests `name::on_sqlite` and `name::on_postgres` of
/// `async fn name(lara: Lara)`.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::harness::{Database, Lara};

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(Lara::start(Database::Sqlite).await).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(Lara::start(Database::fresh_postgres().await).await).await;
            }
        }
    )+};
}
pub(crate) use on_both;

/// `each_database!(name)` makes the same two tests of `async fn name(database: Database)`, for chats that set Lara up themselves.
macro_rules! each_database {
    ($($name:ident),+ $(,)?) => {$(
        mod $name {
            use crate::harness::Database;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_sqlite() {
                super::$name(Database::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn on_postgres() {
                super::$name(Database::fresh_postgres().await).await;
            }
        }
    )+};
}
pub(crate) use each_database;
