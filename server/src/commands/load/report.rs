//! What the load counted, and how it is printed.

use anyhow::Result;
use serde::Serialize;
use std::time::Duration;
use tokio::time::Instant;

/// Counters filled while the load runs.
#[derive(Debug)]
pub(super) struct Tally {
    pub(super) sent: usize,
    pub(super) busy: usize,
    pub(super) duplicates: usize,
    pub(super) out_of_order: usize,
    accepts: Vec<Duration>,
    answers: Vec<Duration>,
    seen: Vec<bool>,
    begin: Instant,
    last_answer: Option<Instant>,
    first_refusal: Option<String>,
}

impl Tally {
    /// Room for `messages`.
    pub(super) fn new(messages: usize) -> Self {
        Self {
            sent: 0,
            busy: 0,
            duplicates: 0,
            out_of_order: 0,
            accepts: Vec::with_capacity(messages),
            answers: Vec::with_capacity(messages),
            seen: vec![false; messages],
            begin: Instant::now(),
            last_answer: None,
            first_refusal: None,
        }
    }

    /// A message was stored, this long after it was due.
    pub(super) fn accepted(&mut self, after: Duration) {
        self.accepts.push(after);
    }

    /// A message was answered, this long after it was due.
    pub(super) fn answered(&mut self, index: usize, after: Duration) {
        match self.seen.get_mut(index) {
            Some(seen) if !*seen => {
                *seen = true;
                self.answers.push(after);
                self.last_answer = Some(Instant::now());
            }
            _ => self.duplicates += 1,
        }
    }

    /// A request failed; the first reason is shown.
    pub(super) fn refused(&mut self, error: &anyhow::Error) {
        self.first_refusal.get_or_insert_with(|| format!("{error:#}"));
    }
}

/// The figures, under the names the contract gives them. What was not looked for is left out.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    sent: usize,
    accepted: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lost: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duplicates: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    out_of_order: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    messages_per_second: Option<f64>,
    accept_p50_ms: f64,
    accept_p99_ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_p50_ms: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    answer_p99_ms: Option<f64>,
    rss_mb: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_error: Option<String>,
}

impl Report {
    /// Sums a tally up.
    pub(super) fn of(tally: &Tally, rss_mb: Option<f64>) -> Self {
        let accepted = tally.accepts.len();
        let answered = tally.answers.len();
        let seconds = tally.last_answer.map_or(0.0, |last| (last - tally.begin).as_secs_f64());
        Self {
            sent: tally.sent,
            accepted,
            answered: Some(answered),
            lost: Some(accepted.saturating_sub(answered)),
            duplicates: Some(tally.duplicates),
            out_of_order: Some(tally.out_of_order),
            messages_per_second: Some(if seconds > 0.0 { round(count(answered) / seconds) } else { 0.0 }),
            accept_p50_ms: percentile(&tally.accepts, 0.50),
            accept_p99_ms: percentile(&tally.accepts, 0.99),
            answer_p50_ms: Some(percentile(&tally.answers, 0.50)),
            answer_p99_ms: Some(percentile(&tally.answers, 0.99)),
            rss_mb: rss_mb.map(round),
            first_error: tally.first_refusal.clone(),
        }
    }

    /// The same without what nobody looked for: only acknowledgements were measured.
    pub(super) fn of_acknowledgements(self) -> Self {
        Self {
            answered: None,
            lost: None,
            duplicates: None,
            out_of_order: None,
            messages_per_second: None,
            answer_p50_ms: None,
            answer_p99_ms: None,
            ..self
        }
    }

    /// The same of a platform's side, which does not tell which message an answer answers: its order is not looked at.
    pub(super) fn without_order(self) -> Self {
        Self { out_of_order: None, ..self }
    }

    /// Prints the report as a table or as one JSON object.
    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        let number = |value: Option<usize>| value.map_or_else(|| "-".to_owned(), |value| value.to_string());
        let decimal =
            |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| format!("{value:.1}"));
        println!(
            "sent {:>10}   accepted {:>8}   answered {:>8}",
            self.sent,
            self.accepted,
            number(self.answered)
        );
        println!(
            "lost {:>10}   duplicates {:>6}   out of order {:>4}",
            number(self.lost),
            number(self.duplicates),
            number(self.out_of_order)
        );
        println!("messages/s {:>12}", decimal(self.messages_per_second));
        println!("accept ms   p50 {:>8.1}   p99 {:>8.1}", self.accept_p50_ms, self.accept_p99_ms);
        println!(
            "answer ms   p50 {:>8}   p99 {:>8}",
            decimal(self.answer_p50_ms),
            decimal(self.answer_p99_ms)
        );
        if let Some(rss) = self.rss_mb {
            println!("server memory {rss:.0} MB resident");
        }
        if let Some(error) = &self.first_error {
            println!("first error: {error}");
        }
        Ok(())
    }
}

fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

fn round(value: f64) -> f64 {
    (value * 100.0).round() / 100.0
}

/// The value below which `share` of the sample lies, in milliseconds (nearest rank).
fn percentile(sample: &[Duration], share: f64) -> f64 {
    let mut sorted = sample.to_vec();
    sorted.sort_unstable();
    let rank = sorted.iter().enumerate().find(|(index, _)| count(index + 1) >= share * count(sorted.len()));
    rank.map_or(0.0, |(_, value)| round(value.as_secs_f64() * 1_000.0))
}
