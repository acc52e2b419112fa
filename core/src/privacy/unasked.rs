//! When a message may be written that nobody asked for. Pure: the same is asked when it is written and just before it is sent.

use crate::deliver::window::Window;
use crate::model::{Author, BrandSettings, DayHours, Millis, Owner, Timestamp, Visibility};
use crate::ports::Reachable;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;

/// What the cap is counted over.
pub const WEEK: Millis = Millis::minutes(7 * 24 * 60);

crate::model::words! {
    /// Why it may not.
    Refusal {
        /// The person wants no messages.
        OptedOut = "opted_out",
        /// No proven address of the person has ever written in private.
        Nowhere = "nowhere",
        /// They have blocked the brand there, or are gone.
        Unreachable = "unreachable",
        /// An agent has the conversation, or one is waited for.
        InHumanHands = "in_human_hands",
        /// The brand has written as many as it may within a week.
        TooMany = "too_many",
        /// The platform lets nobody write first there now.
        WindowClosed = "window_closed",
    }
}

/// Whether a message may be written that nobody asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaySend {
    /// At once.
    Now,
    /// After the brand's quiet hours.
    At(Timestamp),
    /// No.
    No(Refusal),
}

/// Whether the brand may write to somebody first, and when.
#[must_use]
pub fn may_send(settings: &BrandSettings, zone: &TimeZone, to: &Reachable, now: Timestamp) -> MaySend {
    if to.opted_out {
        return MaySend::No(Refusal::OptedOut);
    }
    if to.unreachable {
        return MaySend::No(Refusal::Unreachable);
    }
    if to.owner.is_some_and(|owner| matches!(owner, Owner::Agent | Owner::Waiting)) {
        return MaySend::No(Refusal::InHumanHands);
    }
    if to.this_week >= u32::from(settings.unasked_a_week) {
        return MaySend::No(Refusal::TooMany);
    }
    let quiet = quiet_until(settings.quiet_hours, zone, now);
    let window =
        Window::of(to.channel.kind, Visibility::Direct, Author::Bot, to.last_in_at, quiet.unwrap_or(now));
    match (window.tag(), quiet) {
        (None, _) => MaySend::No(Refusal::WindowClosed),
        (Some(_), None) => MaySend::Now,
        (Some(_), Some(at)) => MaySend::At(at),
    }
}

/// When the quiet hours end that `now` is in; `None` when it is in none. Hours whose end is not after their beginning go over
/// midnight; equal ones are never quiet. Where the clocks change, the clock on the wall counts.
#[must_use]
pub fn quiet_until(hours: Option<DayHours>, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let hours = hours.filter(|hours| hours.from != hours.to)?;
    let today = jiff::Timestamp::from_millisecond(now.millis()).ok()?.to_zoned(zone.clone()).date();
    let over_midnight = hours.to < hours.from;
    [today.yesterday().ok(), Some(today)].into_iter().flatten().find_map(|day| {
        let last = if over_midnight { day.tomorrow().ok()? } else { day };
        let (from, to) = (at(day, hours.from, zone)?, at(last, hours.to, zone)?);
        (from <= now && now < to).then_some(to)
    })
}

/// A minute of a local day; 24:00 is midnight of the next. A time the clocks skip is the next one there is.
fn at(day: Date, minute: u16, zone: &TimeZone) -> Option<Timestamp> {
    let (day, minute) = if minute >= 1_440 { (day.tomorrow().ok()?, 0) } else { (day, minute) };
    let time = Time::new(i8::try_from(minute / 60).ok()?, i8::try_from(minute % 60).ok()?, 0, 0).ok()?;
    let zoned = day.to_datetime(time).to_zoned(zone.clone()).ok()?;
    Some(Timestamp::from_millis(zoned.timestamp().as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Channel, ChannelKind};
    use crate::testing::stage::Stage;
    use proptest::prelude::*;

    fn zone(name: &str) -> TimeZone {
        TimeZone::get(name).unwrap()
    }

    fn local(text: &str, zone: &TimeZone) -> Timestamp {
        let civil: jiff::civil::DateTime = text.parse().unwrap();
        Timestamp::from_millis(civil.to_zoned(zone.clone()).unwrap().timestamp().as_millisecond())
    }

    fn to() -> Reachable {
        let stage = Stage::new();
        let memory = &stage.memory;
        Reachable {
            person: crate::model::CustomerId::new(uuid::Uuid::from_u128(1)),
            address: memory.address.id,
            channel: Channel { kind: ChannelKind::Telegram, ..memory.channel.clone() },
            language: None,
            last_in_at: Some(Timestamp::from_millis(0)),
            opted_out: false,
            unreachable: false,
            owner: None,
            this_week: 0,
        }
    }

    const NIGHT: Option<DayHours> = Some(DayHours { from: 21 * 60, to: 8 * 60 });

    #[test]
    fn the_night_is_quiet_over_midnight() {
        let hcm = zone("Asia/Ho_Chi_Minh");
        for (now, until) in [
            ("2026-03-02T20:59", None),
            ("2026-03-02T21:00", Some("2026-03-03T08:00")),
            ("2026-03-03T00:00", Some("2026-03-03T08:00")),
            ("2026-03-03T07:59", Some("2026-03-03T08:00")),
            ("2026-03-03T08:00", None),
        ] {
            assert_eq!(quiet_until(NIGHT, &hcm, local(now, &hcm)), until.map(|at| local(at, &hcm)), "{now}");
        }
        let noon = Some(DayHours { from: 12 * 60, to: 14 * 60 });
        assert_eq!(
            quiet_until(noon, &hcm, local("2026-03-02T13:00", &hcm)),
            Some(local("2026-03-02T14:00", &hcm))
        );
        assert_eq!(quiet_until(noon, &hcm, local("2026-03-02T14:00", &hcm)), None);
        let all_day = Some(DayHours { from: 0, to: 1_440 });
        assert_eq!(
            quiet_until(all_day, &hcm, local("2026-03-02T13:00", &hcm)),
            Some(local("2026-03-03T00:00", &hcm))
        );
        assert_eq!(quiet_until(None, &hcm, local("2026-03-02T23:00", &hcm)), None);
        assert_eq!(
            quiet_until(Some(DayHours { from: 60, to: 60 }), &hcm, local("2026-03-02T01:00", &hcm)),
            None
        );
    }

    #[test]
    fn a_night_with_a_change_of_clocks_ends_by_the_clock_on_the_wall() {
        let paris = zone("Europe/Paris");
        // 29 March 2026: 02:00 is 03:00. 25 October 2026: 03:00 is 02:00 again.
        for (now, until, hours) in
            [("2026-03-28T22:00", "2026-03-29T08:00", 9), ("2026-10-24T22:00", "2026-10-25T08:00", 11)]
        {
            let (now, until) = (local(now, &paris), local(until, &paris));
            assert_eq!(quiet_until(NIGHT, &paris, now), Some(until));
            assert_eq!(until.since(now), Millis::minutes(hours * 60));
        }
        let skipped = Some(DayHours { from: 0, to: 150 });
        let now = local("2026-03-29T01:30", &paris);
        assert_eq!(quiet_until(skipped, &paris, now), Some(local("2026-03-29T03:30", &paris)));
    }

    #[test]
    fn who_wants_nothing_gets_nothing_and_nobody_gets_much() {
        let (hcm, settings) = (zone("Asia/Ho_Chi_Minh"), BrandSettings::default());
        let day = local("2026-03-02T10:00", &hcm);
        let ask = |to: &Reachable, now| may_send(&settings, &hcm, to, now);
        assert_eq!(ask(&to(), day), MaySend::Now);
        assert_eq!(ask(&to(), local("2026-03-02T22:00", &hcm)), MaySend::At(local("2026-03-03T08:00", &hcm)));
        assert_eq!(ask(&Reachable { this_week: 1, ..to() }, day), MaySend::Now);
        for (to, refusal) in [
            (Reachable { opted_out: true, ..to() }, Refusal::OptedOut),
            (Reachable { unreachable: true, ..to() }, Refusal::Unreachable),
            (Reachable { owner: Some(Owner::Agent), ..to() }, Refusal::InHumanHands),
            (Reachable { owner: Some(Owner::Waiting), ..to() }, Refusal::InHumanHands),
            (Reachable { this_week: 2, ..to() }, Refusal::TooMany),
        ] {
            assert_eq!(ask(&to, day), MaySend::No(refusal));
        }
        let mut late = to();
        late.channel.kind = ChannelKind::Messenger;
        assert_eq!(ask(&late, day), MaySend::No(Refusal::WindowClosed));
        // Open now, closed when the quiet hours end: it would arrive too late to be allowed.
        let evening = local("2026-03-02T22:00", &hcm);
        late.last_in_at = Some(evening.plus(Millis::minutes(-20 * 60)));
        assert_eq!(ask(&late, evening), MaySend::No(Refusal::WindowClosed));
        let none = BrandSettings { unasked_a_week: 0, ..settings.clone() };
        assert_eq!(may_send(&none, &hcm, &to(), day), MaySend::No(Refusal::TooMany));
    }

    proptest! {
        #[test]
        fn quiet_hours_end_later_and_are_over_then(
            from in 0..1_440_u16, to in 0..=1_440_u16, millis in 0..4_000_000_000_000_i64, paris: bool
        ) {
            let zone = zone(if paris { "Europe/Paris" } else { "Asia/Ho_Chi_Minh" });
            let (hours, now) = (Some(DayHours { from, to }), Timestamp::from_millis(millis));
            if let Some(end) = quiet_until(hours, &zone, now) {
                prop_assert!(end > now && end.since(now) <= Millis::minutes(25 * 60));
                prop_assert!(to >= 1_440 || quiet_until(hours, &zone, end).is_none());
            }
        }
    }
}
