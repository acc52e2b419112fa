//! What is logged: what the operator asks for of Lara's own parts; of libraries only what goes wrong, whatever is asked for.
//!
//! At their lower levels libraries log what passes through them: tungstenite whole frames, hyper and h2 headers, sqlx
//! statements, handlebars values, lettre letters. Those are the words and names of customers, which are never logged. It is a
//! second filter and no directive of the first: there a more specific directive of the operator would win.

use crate::config::{Config, LogFormat};
use tracing_subscriber::filter::{EnvFilter, LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt};

/// How the names of our own crates begin.
const OURS: &str = "lara";
/// Logs messages it cannot read as warnings, and puts events into its spans.
const SERENITY: &str = "serenity";

/// Begins to log, to standard error, what `filter` asks for.
pub(crate) fn start(config: &Config, filter: &str) {
    let asked = EnvFilter::new(filter);
    let most = most(asked.max_level_hint().unwrap_or(LevelFilter::TRACE));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines = match config.log_format {
        LogFormat::Text => lines.with_target(false).boxed(),
        LogFormat::Json => lines.json().boxed(),
    };
    tracing_subscriber::registry().with(asked).with(most).with(lines).init();
}

/// The most that may be logged. `ours` keeps what nobody asked for from being looked at.
fn most(ours: LevelFilter) -> Targets {
    Targets::new()
        .with_default(LevelFilter::WARN)
        .with_target(OURS, ours)
        .with_target(SERENITY, LevelFilter::ERROR)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tracing::Level;

    #[test]
    fn of_libraries_only_what_goes_wrong_is_logged() {
        let most = most(LevelFilter::TRACE);
        for ours in ["lara", "lara::workers", "lara_bots::hearing", "lara_core::engine"] {
            assert!(most.would_enable(ours, &Level::TRACE), "{ours}");
        }
        for library in [
            "hyper::proto",
            "h2::codec",
            "tungstenite::protocol",
            "sqlx::query",
            "handlebars::render",
            "log",
            "reqwest",
        ] {
            assert!(!most.would_enable(library, &Level::INFO), "{library}");
            assert!(most.would_enable(library, &Level::WARN), "{library}");
        }
        assert!(!most.would_enable("serenity::gateway::ws", &Level::WARN));
        assert!(most.would_enable("serenity::gateway::ws", &Level::ERROR));
    }
}
