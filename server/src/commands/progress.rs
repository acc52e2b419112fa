//! Progress of long work, on standard error: drawn on a terminal, silent elsewhere, gone when the work ends or fails.

use indicatif::{ProgressBar, ProgressFinish, ProgressStyle};
use std::io::IsTerminal;
use std::time::Duration;

/// Whether a command may draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// On a terminal.
    OnTerminal,
    /// Never: the output is for a machine.
    Never,
}

impl Shown {
    /// What suits a command that prints JSON or not.
    pub(crate) const fn unless_json(json: bool) -> Self {
        if json { Self::Never } else { Self::OnTerminal }
    }

    fn draws(self) -> bool {
        self == Self::OnTerminal && std::io::stderr().is_terminal()
    }
}

/// A bar for work of known length; `what` names the things counted, e.g. `answered`.
pub(crate) fn bar(shown: Shown, total: usize, what: &'static str) -> ProgressBar {
    if !shown.draws() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}  {per_sec}  {eta} left");
    ProgressBar::new(u64::try_from(total).unwrap_or(u64::MAX))
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_message(what)
        .with_finish(ProgressFinish::AndClear)
}

/// A bar for a file of so many bytes; the message counts what was done.
pub(crate) fn bytes(shown: Shown, length: u64) -> ProgressBar {
    if !shown.draws() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {bytes}/{total_bytes}  {msg}  {eta} left");
    ProgressBar::new(length)
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
        .with_finish(ProgressFinish::AndClear)
}

/// A spinner with a clock for work of unknown length.
pub(crate) fn spinner(shown: Shown, what: String) -> ProgressBar {
    if !shown.draws() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{spinner} {msg} ({elapsed})");
    let spinner = ProgressBar::new_spinner()
        .with_style(style.unwrap_or_else(|_| ProgressStyle::default_spinner()))
        .with_message(what)
        .with_finish(ProgressFinish::AndClear);
    spinner.enable_steady_tick(Duration::from_millis(120));
    spinner
}
