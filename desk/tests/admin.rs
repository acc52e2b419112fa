//! What admins do: templates, facts, the shop.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{Language, Role, TemplateName, Timestamp};
use lara_core::ports::{Brands as _, Templates as _};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::World;
use support::browser::Browser;

const EDIT: &str = "/desk/templates/edit?key=opening_hours&language=en";

async fn stage(role: Role) -> (World, Browser) {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "http://localhost:8080").await;
    world.lan_complains().await;
    world.agent("Bình", "binh@example.com", role).await;
    let browser = Browser::signed_in(lara_desk::router(world.state.clone()), "binh@example.com").await;
    (world, browser)
}

fn fields<'a>(body: &'a str, live: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("key", "opening_hours"), ("language", "en"), ("channel", ""), ("live", live), ("body", body)]
}

fn name() -> TemplateName {
    TemplateName { key: "opening_hours".to_owned(), language: Language::English, channel: None }
}

#[tokio::test]
async fn a_broken_template_is_not_published_and_says_where_it_is_broken() {
    let (world, mut binh) = stage(Role::Admin).await;
    let body = "Hello\n{{brand.nam}} {{facts.hours}}";
    let page = binh.post(EDIT, "/desk/templates/publish", &fields(body, "0")).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.shows("line 2, column");
    page.shows("did you mean brand.name?");
    page.shows("Hello\n{{brand.nam}}");
    assert!(world.store.versions(world.brand.id, &name()).await.unwrap().is_empty());
    let preview = binh.post(EDIT, "/desk/templates/preview", &fields(body, "0")).await;
    preview.shows("data-faults=\"1\"");
}

#[tokio::test]
async fn a_template_is_previewed_published_compared_and_rolled_back() {
    let (world, mut binh) = stage(Role::Admin).await;
    binh.get("/desk/templates").await.shows("opening_hours");
    let body = "We are open {{facts.hours}}, {{#if customer.name}}{{customer.name}}{{else}}friend{{/if}}.";
    let preview = binh.post(EDIT, "/desk/templates/preview", &fields(body, "0")).await;
    preview.shows("We are open 8 am to 9 pm every day, friend.");
    let page = binh.act(EDIT, "/desk/templates/publish", &fields(body, "0")).await;
    page.shows("Published as version 1");
    binh.act(EDIT, "/desk/templates/publish", &fields("Open {{facts.hours}}!", "1")).await.shows("version 2");

    // Somebody who began before that sees both.
    let stale = binh.post(EDIT, "/desk/templates/publish", &fields("Mine {{facts.hours}}", "1")).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.shows("Somebody else published meanwhile");
    stale.shows("Mine {{facts.hours}}");
    stale.shows("Open {{facts.hours}}!");

    let back = [("key", "opening_hours"), ("language", "en"), ("channel", ""), ("to", "1")];
    let page = binh.act(EDIT, "/desk/templates/roll-back", &back).await;
    page.shows("Rolled back");
    page.shows("brings back version 1");
    let shipped = [("key", "opening_hours"), ("language", "en"), ("channel", ""), ("to", "0")];
    binh.act(EDIT, "/desk/templates/roll-back", &shipped).await.shows("brings back the shipped default");
    let versions = world.store.versions(world.brand.id, &name()).await.unwrap();
    let restores: Vec<Option<i64>> = versions.iter().map(|version| version.restores).collect();
    assert_eq!(restores, [Some(0), Some(1), None, None]);
    // An intent the brand added may have a template; what can be no label, or is a shipped key misspelt, has none.
    for key in ["No%20label", "opening_hour"] {
        let page = binh.get(&format!("/desk/templates/edit?key={key}&language=en")).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{key}");
    }
}

#[tokio::test]
async fn a_real_customer_can_be_chosen_for_the_preview() {
    let (_world, mut binh) = stage(Role::Admin).await;
    let edit = "/desk/templates/edit?key=track_order&language=vi&find=nguyen";
    let page = binh.get(edit).await;
    page.shows("Nguyễn Thị Lan");
    page.shows("MH-10234");
    page.shows("data-insert=\"{{customer.name}}\"");
}

fn form_values(page: &str) -> Vec<(String, String)> {
    // Only what the test changes matters: the rest of the form is sent as it is shown.
    let mut values = Vec::new();
    for part in page.split("<input ").skip(1) {
        let attribute = |name: &str| {
            part.split('>')
                .next()
                .and_then(|tag| tag.split(&format!("{name}=\"")).nth(1))
                .and_then(|rest| rest.split('"').next())
        };
        if let (Some(name), Some(value)) = (attribute("name"), attribute("value"))
            && name != "csrf"
        {
            values.push((name.to_owned(), value.replace("&#38;", "&")));
        }
    }
    values.push(("language".to_owned(), "vi".to_owned()));
    values
}

#[tokio::test]
async fn facts_are_saved_and_a_fault_is_told_at_its_field() {
    let (world, mut binh) = stage(Role::Admin).await;
    let page = binh.get("/desk/facts").await;
    page.shows("12 Hàng Bông");
    page.shows("Empty: what needs it goes to a human.");
    let mut values = form_values(&page.text);
    let set = |values: &mut Vec<(String, String)>, name: &str, value: &str| {
        values.retain(|(key, _)| key != name);
        values.push((name.to_owned(), value.to_owned()));
    };
    set(&mut values, "en.phone", "024 3828 1234");
    set(&mut values, "en.links.shop", "javascript:alert(1)");
    set(&mut values, "day.7", "noon");
    set(&mut values, "order_pattern", "##");
    let all: Vec<(&str, &str)> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    let refused = binh.post("/desk/facts", "/desk/facts", &all).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.shows("begins with https:// or http://");
    refused.shows("Write hours like");
    refused.shows("Write # for each digit, three at least");
    refused.shows("value=\"noon\"");

    set(&mut values, "en.links.shop", "https://shop.example");
    set(&mut values, "day.7", "");
    set(&mut values, "order_pattern", "MH-#####");
    let all: Vec<(&str, &str)> = values.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
    binh.act("/desk/facts", "/desk/facts", &all).await.shows("Saved.");
    let brand = world.store.brand(world.brand.id).await.unwrap().unwrap();
    let english = brand.facts.in_language(Language::English);
    assert_eq!(english.phone.as_deref(), Some("024 3828 1234"));
    assert_eq!(english.links.shop.as_deref(), Some("https://shop.example"));
    assert!(brand.settings.human_hours.0[6].is_empty() && !brand.settings.human_hours.0[0].is_empty());
    assert_eq!(brand.facts.in_language(Language::Vietnamese).delivery.len(), 2);

    // The same form again was read before that: both are shown, nothing is lost.
    let stale = binh.post("/desk/facts", "/desk/facts", &all).await;
    assert_eq!(stale.status, StatusCode::CONFLICT);
    stale.shows("Somebody else saved meanwhile");
}

#[tokio::test]
async fn a_shop_is_set_up_and_the_demo_removed() {
    let (world, mut chi) = stage(Role::Owner).await;
    chi.get("/desk/shop").await.shows("&#60;script src=&#34;http://localhost:8080/widget.js&#34;");
    let wrong = chi.post("/desk/shop", "/desk/shop/new", &[("name", "Mộc"), ("slug", "Mộc Shop")]).await;
    wrong.shows("lower-case letters, digits and dashes");
    let taken = chi.post("/desk/shop", "/desk/shop/new", &[("name", "Mộc"), ("slug", "moc-mien")]).await;
    taken.shows("It is taken.");
    let made =
        chi.act("/desk/shop", "/desk/shop/new", &[("name", "Tiệm <Của> Chi"), ("slug", "tiem-chi")]).await;
    made.shows("Tiệm &#60;Của&#62; Chi is ready");
    let brand = world.store.brand_by_slug("tiem-chi").await.unwrap().unwrap();
    let channels = world.store.channels(Some(brand.id)).await.unwrap();
    assert_eq!(channels.len(), 1);
    assert_ne!(channels[0].settings["visitor_key"], channels[0].settings["identity_key"]);

    let id = channels[0].id.to_string();
    let origins =
        [("channel", id.as_str()), ("origins", "https://tiem.example/shop\n\nhttp://localhost:3000")];
    chi.act("/desk/shop", "/desk/shop/channel", &origins).await.shows("Saved.");
    let channels = world.store.channels(Some(brand.id)).await.unwrap();
    assert_eq!(
        channels[0].settings["allowed_origins"],
        serde_json::json!(["https://tiem.example", "http://localhost:3000"])
    );

    chi.act("/desk/shop", "/desk/shop/remove-demo", &[]).await.shows("Tick the box");
    assert_eq!(world.store.brands().await.unwrap().len(), 2);
    chi.act("/desk/shop", "/desk/shop/remove-demo", &[("sure", "yes")]).await.shows("The demo is gone.");
    let left = world.store.brands().await.unwrap();
    assert_eq!(left.len(), 1);
    chi.get("/desk").await.hides("demo-banner");
    chi.get("/").await.hides("/demo");
}

#[tokio::test]
async fn the_threshold_is_shown_set_refused_and_given_back_to_the_model() {
    let (world, mut binh) = stage(Role::Admin).await;
    let page = binh.get("/desk/facts").await;
    page.shows("The model learnt 50 %; empty uses that.");
    let values = form_values(&page.text);
    let with = |answer_from: &'static str, reset: bool, rev: String| {
        let mut values = values.clone();
        values.retain(|(key, _)| key != "answer_from" && key != "rev");
        values.push(("answer_from".to_owned(), answer_from.to_owned()));
        values.push(("rev".to_owned(), rev));
        if reset {
            values.push(("answer_from_reset".to_owned(), "yes".to_owned()));
        }
        values
    };
    for wrong in ["101", "-1", "NaN", "often"] {
        let all = with(wrong, false, world.brand.rev.to_string());
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let refused = binh.post("/desk/facts", "/desk/facts", &all).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
        refused.shows("Write a number from 0 to 100, or leave it empty.");
    }
    for (typed, reset, stored) in [("70", false, Some(0.7)), ("70", true, None)] {
        let rev = world.store.brand(world.brand.id).await.unwrap().unwrap().rev.to_string();
        let all = with(typed, reset, rev);
        let all: Vec<(&str, &str)> = all.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        let saved = binh.act("/desk/facts", "/desk/facts", &all).await;
        assert_eq!(saved.text.contains("Back to the learnt 50 %"), stored.is_some());
        let brand = world.store.brand(world.brand.id).await.unwrap().unwrap();
        assert_eq!(brand.settings.answer_from, stored);
    }
}
