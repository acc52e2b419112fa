//! What must be right in a brand's settings and facts before they are saved.

use crate::model::{Brand, DayHours, FactSheet, Language, Millis};
use crate::relate::OrderNumbers;
use jiff::tz::TimeZone;

/// The longest fact, in characters: it stands inside a reply.
const LONGEST_FACT: usize = 1_000;
/// The most ways of delivery or payment.
const MOST: usize = 30;

/// One thing wrong with what was entered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsFault {
    /// The field, as in the stored JSON: `facts.vi.links.shop`, `settings.time_zone`.
    pub field: String,
    /// What is wrong, for an admin.
    pub message: String,
}

/// Everything wrong with a brand; empty when it may be saved.
#[must_use]
pub fn check(brand: &Brand) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: &str| {
        faults.push(SettingsFault { field: field.to_owned(), message: message.to_owned() });
    };
    let settings = &brand.settings;
    if brand.name.trim().is_empty() || brand.name.chars().count() > 80 {
        fault("name", "write a name of at most 80 characters");
    }
    if TimeZone::get(&settings.time_zone).is_err() {
        fault("settings.time_zone", "is not a time zone; Asia/Ho_Chi_Minh is one");
    }
    if settings.currency.len() != 3 || !settings.currency.chars().all(|c| c.is_ascii_uppercase()) {
        fault("settings.currency", "is not a currency code; VND is one");
    }
    if settings.answer_from.is_some_and(|from| !(0.0..=1.0).contains(&from)) {
        fault("settings.answer_from", "must be between 0 and 1");
    }
    if let Some(Err(wrong)) = settings.order_pattern.as_deref().map(OrderNumbers::read) {
        fault("settings.order_pattern", &wrong.to_string());
    }
    if settings.settle.0 < 0 || settings.settle > settings.settle_at_most || settings.settle_at_most.0 > 5_000
    {
        fault("settings.settle", "must be between 0 and the longest wait, which is at most 5,000 ms");
    }
    let wrong = |hours: &DayHours| hours.from >= hours.to || hours.to > 1_440;
    if settings.human_hours.0.iter().flatten().any(wrong) {
        fault("settings.human_hours", "must begin before they end");
    }
    if settings.retention_days.is_some_and(|days| !(1..=36_500).contains(&days)) {
        fault("settings.retention_days", "must be between 1 and 36,500 days");
    }
    if settings.unasked_a_week > 50 {
        fault("settings.unasked_a_week", "is more than 50: nobody wants that");
    }
    if settings
        .quiet_hours
        .is_some_and(|hours| hours.from >= 1_440 || hours.to > 1_440 || hours.from == hours.to)
    {
        fault("settings.quiet_hours", "must be two different times of a day, as 21:00-8:00");
    }
    if settings.ends_after < Millis::minutes(10) || settings.ends_after > Millis::minutes(90 * 24 * 60) {
        fault("settings.ends_after", "must be between 10 minutes and 90 days");
    }
    for (language, sheet) in &brand.facts.0 {
        faults.extend(facts(*language, sheet));
    }
    faults
}

fn facts(language: Language, sheet: &FactSheet) -> Vec<SettingsFault> {
    let mut faults = Vec::new();
    let mut fault = |field: &str, message: &str| {
        faults
            .push(SettingsFault { field: format!("facts.{language}.{field}"), message: message.to_owned() });
    };
    let links = &sheet.links;
    for (field, link) in [
        ("links.shop", &links.shop),
        ("links.returns", &links.returns),
        ("links.account", &links.account),
        ("links.password", &links.password),
        ("links.map", &links.map),
    ] {
        let is_web = |link: &String| {
            (link.starts_with("https://") || link.starts_with("http://"))
                && !link.chars().any(char::is_whitespace)
        };
        if link.as_ref().is_some_and(|link| !is_web(link)) {
            fault(field, "must begin with https:// and hold no spaces");
        }
    }
    for (field, text) in [
        ("address", &sheet.address),
        ("hours", &sheet.hours),
        ("phone", &sheet.phone),
        ("email", &sheet.email),
        ("return_terms", &sheet.return_terms),
        ("promotion", &sheet.promotion),
        ("invoice", &sheet.invoice),
        ("refund_time", &sheet.refund_time),
    ] {
        if text.as_ref().is_some_and(|text| text.chars().nth(LONGEST_FACT).is_some()) {
            fault(field, "is longer than 1,000 characters");
        }
    }
    if sheet.delivery.len() > MOST || sheet.delivery.iter().any(|option| option.name.trim().is_empty()) {
        fault("delivery", "needs a name for each way, and at most 30 of them");
    }
    if sheet.payment_methods.len() > MOST {
        fault("payment_methods", "are more than 30");
    }
    faults
}
