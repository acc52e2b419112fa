use super::settings::check;
use crate::model::{DayHours, Language};
use crate::testing::stage::Stage;

#[test]
fn the_stage_brand_is_right() {
    assert_eq!(check(&Stage::new().rules.brand), []);
}

#[test]
fn wrong_settings_are_named() {
    let stage = Stage::new().ruled(|brand| {
        brand.settings.time_zone = "Mars/Olympus".to_owned();
        brand.settings.human_hours.0[0] = vec![DayHours { from: 600, to: 500 }];
        let sheet = brand.facts.0.get_mut(&Language::Vietnamese).unwrap();
        sheet.links.shop = Some("javascript:alert(1)".to_owned());
    });
    let fields: Vec<String> = check(&stage.rules.brand).into_iter().map(|fault| fault.field).collect();
    assert_eq!(fields, ["settings.time_zone", "settings.human_hours", "facts.vi.links.shop"]);
}
