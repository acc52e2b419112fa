//! Brand facts and settings as form fields: written from a brand, read back into one, each fault at its field.

use super::facts_people;
use crate::form::Fields;
use crate::words::Words;
use jiff::tz::TimeZone;
use lara_core::model::{
    Brand, BrandSettings, DayHours, DeliveryOption, FactSheet, Facts, Language, Links, Millis, WeekHours,
};
use lara_core::relate::OrderNumbers;
use std::collections::BTreeMap;

/// The longest text of a fact, in characters.
const LONGEST: usize = 1_000;
/// The most ways of delivery in a language.
const DELIVERIES: usize = 30;

/// What is wrong, by field.
pub(crate) type Wrong = BTreeMap<String, &'static str>;

/// One optional text of a fact sheet: its field, and where it lives.
type Text = (&'static str, fn(&FactSheet) -> &Option<String>, fn(&mut FactSheet) -> &mut Option<String>);

/// The plain texts.
const TEXTS: &[Text] = &[
    ("address", |s| &s.address, |s| &mut s.address),
    ("hours", |s| &s.hours, |s| &mut s.hours),
    ("phone", |s| &s.phone, |s| &mut s.phone),
    ("email", |s| &s.email, |s| &mut s.email),
    ("return_terms", |s| &s.return_terms, |s| &mut s.return_terms),
    ("refund_time", |s| &s.refund_time, |s| &mut s.refund_time),
    ("invoice", |s| &s.invoice, |s| &mut s.invoice),
    ("promotion", |s| &s.promotion, |s| &mut s.promotion),
];

/// The links.
const LINKS: &[Text] = &[
    ("links.shop", |s| &s.links.shop, |s| &mut s.links.shop),
    ("links.returns", |s| &s.links.returns, |s| &mut s.links.returns),
    ("links.account", |s| &s.links.account, |s| &mut s.links.account),
    ("links.password", |s| &s.links.password, |s| &mut s.links.password),
    ("links.map", |s| &s.links.map, |s| &mut s.links.map),
];

pub(crate) fn clock(minutes: u16) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// The hours of a day as they are typed.
fn hours_text(day: &[DayHours]) -> String {
    day.iter().map(|span| format!("{}-{}", clock(span.from), clock(span.to))).collect::<Vec<_>>().join(", ")
}

/// A time of day as typed, in minutes.
pub(crate) fn minute(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once([':', 'h'])?;
    let hour: u16 = hour.parse().ok()?;
    let minute: u16 = if minute.is_empty() { 0 } else { minute.parse().ok()? };
    (minute < 60 && (hour < 24 || (hour == 24 && minute == 0))).then_some(hour * 60 + minute)
}

/// The hours of a day as typed; spans in order, not touching the next day.
fn hours(text: &str) -> Option<Vec<DayHours>> {
    let mut day: Vec<DayHours> = Vec::new();
    for part in text.split([',', ';']).map(str::trim).filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once(['-', '–'])?;
        let span = DayHours { from: minute(from)?, to: minute(to)? };
        if span.from >= span.to || day.last().is_some_and(|before| before.to > span.from) {
            return None;
        }
        day.push(span);
    }
    Some(day)
}

/// The fields of a brand.
pub(crate) fn written(brand: &Brand) -> Fields {
    let mut fields: Vec<(String, String)> = Vec::new();
    for language in Language::ALL {
        let sheet = brand.facts.in_language(*language);
        for (name, get, _) in TEXTS.iter().chain(LINKS) {
            fields.push((format!("{language}.{name}"), get(&sheet).clone().unwrap_or_default()));
        }
        fields.push((format!("{language}.payment_methods"), sheet.payment_methods.join("\n")));
        let days = sheet.return_days.map(|days| days.to_string()).unwrap_or_default();
        fields.push((format!("{language}.return_days"), days));
        for option in sheet.delivery {
            fields.push((format!("{language}.delivery.name"), option.name));
            fields.push((format!("{language}.delivery.fee"), option.fee));
            fields.push((format!("{language}.delivery.days"), option.days));
        }
    }
    let settings = &brand.settings;
    fields.push(("language".to_owned(), settings.language.to_string()));
    fields.push(("time_zone".to_owned(), settings.time_zone.clone()));
    fields.push(("currency".to_owned(), settings.currency.clone()));
    fields.push(("settle".to_owned(), settings.settle.0.to_string()));
    let percent = settings.answer_from.map(|from| format!("{:.0}", from * 100.0)).unwrap_or_default();
    fields.push(("answer_from".to_owned(), percent));
    fields.push(("order_pattern".to_owned(), settings.order_pattern.clone().unwrap_or_default()));
    if settings.says_it_is_a_bot {
        fields.push(("says_it_is_a_bot".to_owned(), "yes".to_owned()));
    }
    for (n, day) in settings.human_hours.0.iter().enumerate() {
        fields.push((format!("day.{}", n + 1), hours_text(day)));
    }
    fields.extend(facts_people::written(settings));
    Fields::of(fields)
}

/// A way of delivery as typed: all three, or nothing.
pub(crate) fn delivery_rows(fields: &Fields, language: Language) -> Vec<(String, String, String)> {
    let all = |part: &str| -> Vec<String> {
        fields.all(&format!("{language}.delivery.{part}")).map(|text| text.trim().to_owned()).collect()
    };
    let (fees, days) = (all("fee"), all("days"));
    all("name")
        .into_iter()
        .enumerate()
        .map(|(n, name)| {
            (name, fees.get(n).cloned().unwrap_or_default(), days.get(n).cloned().unwrap_or_default())
        })
        .filter(|(name, fee, days)| !(name.is_empty() && fee.is_empty() && days.is_empty()))
        .collect()
}

fn sheet(fields: &Fields, language: Language, w: &Words, wrong: &mut Wrong) -> FactSheet {
    let mut sheet = FactSheet { links: Links::default(), ..FactSheet::default() };
    for (name, _, set) in TEXTS.iter().chain(LINKS) {
        let field = format!("{language}.{name}");
        let text = fields.text(&field);
        if let Some(text) = &text {
            if text.chars().count() > LONGEST {
                wrong.insert(field, w.wrong_long);
            } else if name.starts_with("links.") && !link_fits(text) {
                wrong.insert(field, w.wrong_link);
            } else if *name == "email" && !super::welcome::email_fits(text) {
                wrong.insert(field, w.wrong_email);
            }
        }
        *set(&mut sheet) = text;
    }
    let methods = fields.one(&format!("{language}.payment_methods")).lines();
    sheet.payment_methods = methods.map(str::trim).filter(|m| !m.is_empty()).map(ToOwned::to_owned).collect();
    let days = format!("{language}.return_days");
    sheet.return_days = match fields.trimmed(&days) {
        "" => None,
        text => {
            let number = text.parse::<u16>().ok().filter(|number| *number <= 3650);
            if number.is_none() {
                wrong.insert(days, w.wrong_number);
            }
            number
        }
    };
    for (name, fee, days) in delivery_rows(fields, language).into_iter().take(DELIVERIES) {
        if name.is_empty() || fee.is_empty() || days.is_empty() {
            wrong.insert(format!("{language}.delivery"), w.wrong_delivery);
        }
        sheet.delivery.push(DeliveryOption { name, fee, days });
    }
    sheet
}

/// Whether a text is a link a customer may be given.
pub(crate) fn link_fits(text: &str) -> bool {
    url::Url::parse(text).is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.has_host())
}

fn settings(fields: &Fields, before: &BrandSettings, w: &Words, wrong: &mut Wrong) -> BrandSettings {
    let mut settings =
        BrandSettings { says_it_is_a_bot: fields.one("says_it_is_a_bot") == "yes", ..before.clone() };
    if let Ok(language) = fields.one("language").parse() {
        settings.language = language;
    }
    fields.trimmed("time_zone").clone_into(&mut settings.time_zone);
    if TimeZone::get(&settings.time_zone).is_err() {
        wrong.insert("time_zone".to_owned(), w.wrong_zone);
    }
    settings.currency = fields.trimmed("currency").to_uppercase();
    if settings.currency.len() != 3 || !settings.currency.bytes().all(|b| b.is_ascii_uppercase()) {
        wrong.insert("currency".to_owned(), w.wrong_currency);
    }
    match fields.trimmed("settle").parse::<i64>() {
        Ok(millis) if (0..=5_000).contains(&millis) => settings.settle = Millis(millis),
        _ => {
            wrong.insert("settle".to_owned(), w.wrong_settle);
        }
    }
    match fields.trimmed("answer_from") {
        _ if fields.one("answer_from_reset") == "yes" => settings.answer_from = None,
        "" => settings.answer_from = None,
        text => match text.parse::<f32>() {
            Ok(percent) if (0.0..=100.0).contains(&percent) => settings.answer_from = Some(percent / 100.0),
            _ => {
                wrong.insert("answer_from".to_owned(), w.wrong_percent);
            }
        },
    }
    settings.order_pattern = fields.text("order_pattern");
    if settings.order_pattern.as_deref().is_some_and(|written| OrderNumbers::read(written).is_err()) {
        wrong.insert("order_pattern".to_owned(), w.wrong_orders);
    }
    let mut week: [Vec<DayHours>; 7] = std::array::from_fn(|_| Vec::new());
    for (n, day) in week.iter_mut().enumerate() {
        let field = format!("day.{}", n + 1);
        match hours(fields.one(&field)) {
            Some(spans) => *day = spans,
            None => {
                wrong.insert(field, w.wrong_hours);
            }
        }
    }
    settings.human_hours = WeekHours(week);
    facts_people::read(fields, &mut settings, w, wrong);
    settings
}

/// The brand the fields make of `before`, and what is wrong with them.
pub(crate) fn read(fields: &Fields, before: &Brand, w: &Words) -> (Brand, Wrong) {
    let mut wrong = Wrong::new();
    let facts: BTreeMap<Language, FactSheet> =
        Language::ALL.iter().map(|language| (*language, sheet(fields, *language, w, &mut wrong))).collect();
    let settings = settings(fields, &before.settings, w, &mut wrong);
    let rev = fields.one("rev").parse().unwrap_or(before.rev);
    (Brand { facts: Facts(facts), settings, rev, ..before.clone() }, wrong)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::words::EN;
    use lara_core::model::BrandId;

    fn brand() -> Brand {
        let mut facts = Facts::default();
        let sheet = FactSheet {
            address: Some("12 Hàng Bông".to_owned()),
            return_days: Some(7),
            payment_methods: vec!["COD".to_owned(), "VNPay".to_owned()],
            delivery: vec![DeliveryOption {
                name: "Hà Nội".to_owned(),
                fee: "20.000 ₫".to_owned(),
                days: "1–2 ngày".to_owned(),
            }],
            ..FactSheet::default()
        };
        facts.0.insert(Language::Vietnamese, sheet);
        facts.0.insert(Language::English, FactSheet::default());
        Brand {
            id: BrandId::new("00000000-0000-7000-8000-000000000001".parse().unwrap()),
            slug: "demo".to_owned(),
            name: "Demo".to_owned(),
            demo: true,
            settings: BrandSettings::default(),
            facts,
            rev: 3,
        }
    }

    #[test]
    fn what_is_written_reads_back_as_it_was() {
        let brand = brand();
        let (read, wrong) = read(&written(&brand), &brand, &EN);
        assert_eq!(read, brand);
        assert!(wrong.is_empty(), "{wrong:?}");
    }

    #[test]
    fn hours_are_read_as_people_type_them() {
        assert_eq!(hours(""), Some(vec![]));
        assert_eq!(
            hours("8h-12h, 13:30 – 21:00"),
            Some(vec![DayHours { from: 480, to: 720 }, DayHours { from: 810, to: 1260 },])
        );
        assert_eq!(hours("00:00-24:00"), Some(vec![DayHours { from: 0, to: 1440 }]));
        for wrong in ["8", "21:00-08:00", "08:00-12:00, 11:00-13:00", "08:61-09:00", "08:00-25:00", "a-b"] {
            assert_eq!(hours(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_fault_is_told_at_its_field() {
        let fields = Fields::parse(
            b"vi.links.shop=javascript:alert(1)&en.return_days=-3&vi.delivery.name=x&time_zone=Mars&settle=9000\
              &answer_from=140&order_pattern=%23%23&currency=dong&day.1=noon&en.email=lan&ends_after=24&unasked_a_week=2",
        );
        let (_, wrong) = read(&fields, &brand(), &EN);
        let fields: Vec<&str> = wrong.keys().map(String::as_str).collect();
        assert_eq!(
            fields,
            [
                "answer_from",
                "currency",
                "day.1",
                "en.email",
                "en.return_days",
                "order_pattern",
                "settle",
                "time_zone",
                "vi.delivery",
                "vi.links.shop",
            ]
        );
    }
}
