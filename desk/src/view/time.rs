//! Spans and moments in the reader's language and the brand's time zone.

use jiff::tz::TimeZone;
use lara_core::model::{Language, Millis, Timestamp};

/// A span as one would say it: one unit, rounded down; less than a minute is "now" to the caller.
pub(crate) fn span(language: Language, span: Millis) -> Option<String> {
    let minutes = span.0.max(0) / 60_000;
    let (number, english, vietnamese) = match minutes {
        0 => return None,
        1..=59 => (minutes, "min", "phút"),
        60..=1439 => (minutes / 60, "h", "giờ"),
        _ => (minutes / 1440, "d", "ngày"),
    };
    Some(match language {
        Language::English => format!("{number} {english}"),
        Language::Vietnamese => format!("{number} {vietnamese}"),
    })
}

/// A brand's time zone and a reader's language.
#[derive(Debug, Clone)]
pub(crate) struct Zone {
    zone: TimeZone,
    language: Language,
}

impl Zone {
    /// The zone by its name; an unknown one is UTC, because settings are checked where they are saved.
    pub(crate) fn new(name: &str, language: Language) -> Self {
        Self { zone: TimeZone::get(name).unwrap_or(TimeZone::UTC), language }
    }

    fn show(&self, at: Timestamp, english: &str, vietnamese: &str) -> String {
        let format = match self.language {
            Language::English => english,
            Language::Vietnamese => vietnamese,
        };
        jiff::Timestamp::from_millisecond(at.millis())
            .map(|moment| moment.to_zoned(self.zone.clone()).strftime(format).to_string())
            .unwrap_or_default()
    }

    /// How far the zone is east of UTC at a moment, in milliseconds.
    pub(crate) fn offset(&self, at: Timestamp) -> i64 {
        let moment = jiff::Timestamp::from_millisecond(at.millis());
        moment.map_or(0, |moment| i64::from(self.zone.to_offset(moment).seconds()) * 1_000)
    }

    /// `14:05`.
    pub(crate) fn clock(&self, at: Timestamp) -> String {
        self.show(at, "%H:%M", "%H:%M")
    }

    /// `22 Nov 2026` or `22/11/2026`.
    pub(crate) fn day(&self, at: Timestamp) -> String {
        self.show(at, "%-d %b %Y", "%d/%m/%Y")
    }

    /// Day and clock.
    pub(crate) fn moment(&self, at: Timestamp) -> String {
        self.show(at, "%-d %b %Y, %H:%M", "%H:%M, %d/%m/%Y")
    }

    /// RFC 3339 in UTC, for `<time datetime>`.
    pub(crate) fn machine(at: Timestamp) -> String {
        jiff::Timestamp::from_millisecond(at.millis()).map(|moment| moment.to_string()).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_have_one_unit() {
        assert_eq!(span(Language::English, Millis::seconds(59)), None);
        assert_eq!(span(Language::English, Millis::minutes(59)).as_deref(), Some("59 min"));
        assert_eq!(span(Language::Vietnamese, Millis::minutes(125)).as_deref(), Some("2 giờ"));
        assert_eq!(span(Language::Vietnamese, Millis::minutes(3_000)).as_deref(), Some("2 ngày"));
        assert_eq!(span(Language::English, Millis(-5)), None);
    }

    #[test]
    fn moments_are_told_in_the_brands_zone() {
        let at = Timestamp::from_millis(1_763_834_700_000);
        let zone = Zone::new("Asia/Ho_Chi_Minh", Language::Vietnamese);
        assert_eq!(zone.moment(at), "01:05, 23/11/2025");
        assert_eq!(Zone::new("Nowhere", Language::English).moment(at), "22 Nov 2025, 18:05");
    }
}
