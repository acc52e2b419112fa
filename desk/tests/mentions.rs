//! The listening page: what is said in public, as agents see it.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{DecisionKind, MessageLanguage, Millis, Role, Timestamp, Visibility};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::browser::Browser;
use support::{NASTY, Place, Run, World, reading};

async fn world() -> World {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "http://localhost:8080").await;
    world.agent("An", "an@example.com", Role::Agent).await;
    world
}

async fn agent(world: &World) -> Browser {
    Browser::signed_in(lara_desk::router(world.state.clone()), "an@example.com").await
}

/// Somebody says this in a group; Lara answers it or not.
async fn said(world: &World, who: &str, text: &str, score: f32, complaint: f32, place: &Place, ago: i64) {
    let addressed = place.visibility == Visibility::PublicAddressed;
    let run = Run {
        address: who,
        says: &[text],
        reading: reading(MessageLanguage::Vietnamese, "damaged_item", score, complaint),
        kind: if addressed { DecisionKind::Reply } else { DecisionKind::Silent },
        policy: "public_place",
        reason: "complaint",
        reply: addressed.then_some("Dạ, mình nhắn riêng cho shop ạ."),
        template: "public_complaint",
        queue: None,
        minutes_ago: ago,
    };
    world.run_at(run, place).await;
}

fn overheard() -> Place {
    Place { visibility: Visibility::Public, ..Place::default() }
}

fn addressed() -> Place {
    Place {
        visibility: Visibility::PublicAddressed,
        link: Some("https://social.example/posts/7"),
        aside: Some("Chị cho em xin mã đơn ạ."),
        ..Place::default()
    }
}

#[tokio::test]
async fn agents_see_what_is_said_in_public_and_nothing_else() {
    let world = world().await;
    world.lan_complains().await;
    said(&world, "g1", "mặc một lần là rách", -0.9, 0.95, &addressed(), 30).await;
    said(&world, "g2", "áo đẹp ghê", 0.9, 0.02, &overheard(), 20).await;
    let mut browser = agent(&world).await;
    let page = browser.get("/desk/mentions").await;
    assert_eq!(page.status, StatusCode::OK);
    for shown in [
        "mặc một lần là rách",
        "href=\"https://social.example/posts/7\"",
        "answered in public and in private",
        "to the brand",
        "listened to only",
        "mood negative",
        "chip red",
        "2 in all, complaints: 1",
        "<rect class=\"negative\"",
    ] {
        page.shows(shown);
    }
    page.hides("thất vọng");
    assert!(page.text.find("áo đẹp ghê") < page.text.find("mặc một lần là rách"), "the newest is first");
    browser.language = "vi";
    let page = browser.get("/desk/mentions").await;
    page.shows("đã trả lời công khai và nhắn riêng");
    page.shows("tổng 2, phàn nàn: 1");
    let mut nobody = Browser::new(lara_desk::router(world.state.clone()));
    let turned_away = nobody.get("/desk/mentions").await;
    assert!(turned_away.location().starts_with("/desk/login"), "{}", turned_away.location());
}

#[tokio::test]
async fn filters_narrow_and_pages_go_on_where_the_last_ended() {
    let world = world().await;
    for n in 0..60 {
        let (score, complaint) = if n % 3 == 0 { (-0.9, 0.9) } else { (0.9, 0.1) };
        said(&world, &format!("g{n}"), &format!("lời số {n}."), score, complaint, &overheard(), 60 - n).await;
    }
    let mut browser = agent(&world).await;
    let count = |text: &str| text.matches("class=\"words").count();
    let first = browser.get("/desk/mentions").await;
    assert_eq!(count(&first.text), 50);
    first.shows("lời số 59.");
    first.hides("lời số 9.");
    let older = first.text.split("href=\"/desk/mentions?before=").nth(1).unwrap().split('"').next().unwrap();
    let second = browser.get(&format!("/desk/mentions?before={older}")).await;
    assert_eq!(count(&second.text), 10);
    second.shows("lời số 9.");
    second.hides("lời số 10.");
    second.hides("class=\"panel moods\"");
    let sad = browser.get("/desk/mentions?mood=negative").await;
    assert_eq!(count(&sad.text), 20);
    let complaints = browser.get("/desk/mentions?complaints=1&mood=positive").await;
    complaints.shows("Nothing like that");
    let elsewhere =
        browser.get("/desk/mentions?channel=01900000-0000-7000-8000-000000000000&before=nonsense").await;
    assert_eq!((elsewhere.status, count(&elsewhere.text)), (StatusCode::OK, 0));
    let part = browser.get("/desk/mentions?mood=negative&fragment=mentions").await;
    part.hides("<html");
    assert_eq!(count(&part.text), 20);
}

#[tokio::test]
async fn nothing_a_stranger_says_acts_on_the_page() {
    let world = world().await;
    let place = Place { link: Some("javascript:alert(1)"), ..overheard() };
    said(&world, "g1", NASTY, -0.4, 0.6, &place, 3).await;
    let at = world.clock.now().plus(Millis::minutes(-1));
    world.say_at("g2", "chưa ai đọc", at, &overheard()).await;
    let mut browser = agent(&world).await;
    let page = browser.get("/desk/mentions").await;
    page.hides("<script>alert");
    page.hides("<img src=x");
    page.hides("href=\"javascript:");
    page.shows("not read yet");
}
