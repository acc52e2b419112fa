//! The table of decisions: how many of each kind, by policy, and per label if the file has labels.

use lara_core::model::{Decision, DecisionKind};
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Counts of decisions.
#[derive(Debug, Default)]
pub(super) struct Table {
    total: usize,
    policies: BTreeMap<(DecisionKind, String), usize>,
    labels: BTreeMap<String, BTreeMap<DecisionKind, usize>>,
}

impl Table {
    /// Counts one decision.
    pub(super) fn count(&mut self, label: Option<&str>, decision: &Decision) {
        self.total += 1;
        *self.policies.entry((decision.kind, decision.policy.clone())).or_default() += 1;
        if let Some(label) = label {
            *self.labels.entry(label.to_owned()).or_default().entry(decision.kind).or_default() += 1;
        }
    }

    /// Prints the table.
    pub(super) fn print(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "{} messages, {} decisions\n", self.total, self.policies.values().sum::<usize>())?;
        writeln!(out, "{:<10} {:<24} {:>7} {:>7}", "decision", "policy", "count", "share")?;
        for ((kind, policy), count) in &self.policies {
            writeln!(out, "{kind:<10} {policy:<24} {count:>7} {:>6.1}%", share(*count, self.total))?;
        }
        if !self.labels.is_empty() {
            self.print_labels(out)?;
        }
        Ok(())
    }

    fn print_labels(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "\n{:<24} {:>7} {:>10} {:>7}", "label", "count", "escalated", "share")?;
        for (label, kinds) in &self.labels {
            let total = kinds.values().sum();
            let escalated = kinds.get(&DecisionKind::Escalate).copied().unwrap_or(0);
            writeln!(out, "{label:<24} {total:>7} {escalated:>10} {:>6.1}%", share(escalated, total))?;
        }
        Ok(())
    }
}

fn share(count: usize, total: usize) -> f64 {
    let number = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    if total == 0 { 0.0 } else { 100.0 * number(count) / number(total) }
}
