//! Findings as the command line prints them.

use lara_core::model::{Channel, Finding, Gravity, Language};
use lara_core::wording::channel_trouble;
use serde_json::{Value, json};

/// Prints each finding with what to do about it. Fits the lines of `lara doctor`.
pub(super) fn print(channel: &Channel, findings: &[Finding], language: Language) {
    for finding in findings {
        let mark = match finding.gravity {
            Gravity::Fine => "ok    ",
            Gravity::Warning => "hint  ",
            Gravity::Broken => "BROKEN",
        };
        let said = channel_trouble(channel.kind, &finding.code, finding.detail.as_deref(), language);
        println!("{mark} {}", said.what);
        if let Some(next) = said.next {
            println!("       {next}");
        }
    }
}

/// Findings for machines: code, gravity, detail, and the words.
pub(super) fn as_json(channel: &Channel, findings: &[Finding], language: Language) -> Value {
    let one = |finding: &Finding| {
        let said = channel_trouble(channel.kind, &finding.code, finding.detail.as_deref(), language);
        json!({
            "code": finding.code,
            "gravity": finding.gravity,
            "detail": finding.detail,
            "what": said.what,
            "next": said.next,
        })
    };
    findings.iter().map(one).collect()
}

/// Whether something does not work.
pub(super) fn is_broken(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.gravity == Gravity::Broken)
}
