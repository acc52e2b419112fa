//! Days and times of day, in the brand's time zone.

use crate::model::{Language, Timestamp};
use jiff::Zoned;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

fn zoned(at: Timestamp, zone: &TimeZone) -> Option<Zoned> {
    Some(jiff::Timestamp::from_millisecond(at.millis()).ok()?.to_zoned(zone.clone()))
}

const fn weekday(day: Weekday, language: Language) -> &'static str {
    match (language, day) {
        (Language::English, Weekday::Monday) => "Mon",
        (Language::English, Weekday::Tuesday) => "Tue",
        (Language::English, Weekday::Wednesday) => "Wed",
        (Language::English, Weekday::Thursday) => "Thu",
        (Language::English, Weekday::Friday) => "Fri",
        (Language::English, Weekday::Saturday) => "Sat",
        (Language::English, Weekday::Sunday) => "Sun",
        (Language::Vietnamese, Weekday::Monday) => "thứ Hai",
        (Language::Vietnamese, Weekday::Tuesday) => "thứ Ba",
        (Language::Vietnamese, Weekday::Wednesday) => "thứ Tư",
        (Language::Vietnamese, Weekday::Thursday) => "thứ Năm",
        (Language::Vietnamese, Weekday::Friday) => "thứ Sáu",
        (Language::Vietnamese, Weekday::Saturday) => "thứ Bảy",
        (Language::Vietnamese, Weekday::Sunday) => "Chủ nhật",
    }
}

fn month(month: i8) -> &'static str {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    usize::try_from(month)
        .ok()
        .and_then(|n| n.checked_sub(1))
        .and_then(|n| MONTHS.get(n))
        .copied()
        .unwrap_or("")
}

fn date(day: Date, today: Date, language: Language) -> String {
    let name = weekday(day.weekday(), language);
    let year = if day.year() == today.year() { String::new() } else { day.year().to_string() };
    match (language, year.as_str()) {
        (Language::English, "") => format!("{name} {} {}", day.day(), month(day.month())),
        (Language::English, year) => format!("{} {} {year}", day.day(), month(day.month())),
        (Language::Vietnamese, "") => format!("{name}, {}/{}", day.day(), day.month()),
        (Language::Vietnamese, year) => format!("{}/{}/{year}", day.day(), day.month()),
    }
}

/// A day: `Tue 24 Nov` / `thứ Ba, 24/11`; with the year instead of the weekday when it is another year.
#[must_use]
pub fn day(at: Timestamp, now: Timestamp, zone: &TimeZone, language: Language) -> Option<String> {
    Some(date(zoned(at, zone)?.date(), zoned(now, zone)?.date(), language))
}

/// A moment: `Tue 24 Nov, 14:05` / `14:05 thứ Ba, 24/11`.
#[must_use]
pub fn moment(at: Timestamp, now: Timestamp, zone: &TimeZone, language: Language) -> Option<String> {
    let at = zoned(at, zone)?;
    let date = date(at.date(), zoned(now, zone)?.date(), language);
    let time = format!("{:02}:{:02}", at.hour(), at.minute());
    Some(match language {
        Language::English => format!("{date}, {time}"),
        Language::Vietnamese => format!("{time} {date}"),
    })
}

/// When a human is back, to follow "from" / "từ": `08:00 tomorrow` / `08:00 sáng mai`.
#[must_use]
pub fn when_back(at: Timestamp, now: Timestamp, zone: &TimeZone, language: Language) -> Option<String> {
    let (back, now) = (zoned(at, zone)?, zoned(now, zone)?);
    let time = format!("{:02}:{:02}", back.hour(), back.minute());
    let is_tomorrow = now.date().tomorrow().is_ok_and(|tomorrow| tomorrow == back.date());
    Some(match language {
        Language::English if back.date() == now.date() => format!("{time} today"),
        Language::English if is_tomorrow => format!("{time} tomorrow"),
        Language::English => format!("{time} on {}", date(back.date(), now.date(), language)),
        Language::Vietnamese if back.date() == now.date() => format!("{time} hôm nay"),
        Language::Vietnamese if is_tomorrow => format!("{time} ngày mai"),
        Language::Vietnamese => format!("{time} {}", date(back.date(), now.date(), language)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        Timestamp::from_millis(text.parse::<jiff::Timestamp>().unwrap().as_millisecond())
    }

    #[test]
    fn days_are_the_brands_days() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let now = at("2026-11-22T05:00:00Z");
        // 18:00 UTC is already the next day in Hà Nội.
        let due = at("2026-11-23T18:00:00Z");
        assert_eq!(day(due, now, &zone, Language::Vietnamese).unwrap(), "thứ Ba, 24/11");
        assert_eq!(day(due, now, &zone, Language::English).unwrap(), "Tue 24 Nov");
        assert_eq!(day(at("2025-11-23T18:00:00Z"), now, &zone, Language::English).unwrap(), "24 Nov 2025");
        assert_eq!(moment(due, now, &zone, Language::Vietnamese).unwrap(), "01:00 thứ Ba, 24/11");
    }

    #[test]
    fn back_is_said_as_people_say_it() {
        let zone = TimeZone::get("Asia/Ho_Chi_Minh").unwrap();
        let now = at("2026-11-22T15:00:00Z");
        assert_eq!(
            when_back(at("2026-11-23T01:00:00Z"), now, &zone, Language::English).unwrap(),
            "08:00 tomorrow"
        );
        assert_eq!(
            when_back(at("2026-11-23T01:00:00Z"), now, &zone, Language::Vietnamese).unwrap(),
            "08:00 ngày mai"
        );
        assert_eq!(
            when_back(at("2026-11-25T01:00:00Z"), now, &zone, Language::English).unwrap(),
            "08:00 on Wed 25 Nov"
        );
    }
}
