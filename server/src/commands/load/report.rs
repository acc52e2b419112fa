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

/// The figures, under the names the contract gives them.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    sent: usize,
    accepted: usize,
    answered: usize,
    lost: usize,
    duplicates: usize,
    out_of_order: usize,
    messages_per_second: f64,
    accept_p50_ms: f64,
    accept_p99_ms: f64,
    answer_p50_ms: f64,
    answer_p99_ms: f64,
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
            answered,
            lost: accepted.saturating_sub(answered),
            duplicates: tally.duplicates,
            out_of_order: tally.out_of_order,
            messages_per_second: if seconds > 0.0 { round(count(answered) / seconds) } else { 0.0 },
            accept_p50_ms: percentile(&tally.accepts, 0.50),
            accept_p99_ms: percentile(&tally.accepts, 0.99),
            answer_p50_ms: percentile(&tally.answers, 0.50),
            answer_p99_ms: percentile(&tally.answers, 0.99),
            rss_mb: rss_mb.map(round),
            first_error: tally.first_refusal.clone(),
        }
    }

    /// Prints the report as a table or as one JSON object.
    pub(super) fn print(&self, json: bool) -> Result<()> {
        if json {
            println!("{}", serde_json::to_string(self)?);
            return Ok(());
        }
        println!("sent {:>10}   accepted {:>8}   answered {:>8}", self.sent, self.accepted, self.answered);
        println!(
            "lost {:>10}   duplicates {:>6}   out of order {:>4}",
            self.lost, self.duplicates, self.out_of_order
        );
        println!("messages/s {:>12.1}", self.messages_per_second);
        println!("accept ms   p50 {:>8.1}   p99 {:>8.1}", self.accept_p50_ms, self.accept_p99_ms);
        println!("answer ms   p50 {:>8.1}   p99 {:>8.1}", self.answer_p50_ms, self.answer_p99_ms);
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
