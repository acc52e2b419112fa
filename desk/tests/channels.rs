//! The channels page: how customers reach the brand, what is wrong, and who is told.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{Channel, HealthState, Role, Timestamp};
use lara_core::ports::{Brands as _, ChannelHealth as _};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::World;
use support::browser::Browser;

async fn stage(role: Role) -> (World, Browser, [Channel; 4]) {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "http://localhost:8080").await;
    let channels = world.channels_in_every_state().await;
    world.agent("Bình", "binh@example.com", role).await;
    let browser = Browser::signed_in(lara_desk::router(world.state.clone()), "binh@example.com").await;
    (world, browser, channels)
}

#[tokio::test]
async fn an_admin_sees_what_is_wrong_and_what_to_do() {
    let (_world, mut binh, _) = stage(Role::Admin).await;
    let page = binh.get("/desk/channels").await;
    page.shows("Telegram knows the token: @moc_bot.");
    page.shows("Messenger refuses the token: it is wrong, or it was taken back.");
    page.shows("Make a new token at the platform");
    page.shows("MESSAGE CONTENT INTENT is not enabled");
    page.shows("Not understood: 2");
    page.shows("unknown_shape");
    page.shows("3 h ago");
    page.hides("<script>alert");
    binh.language = "vi";
    let page = binh.get("/desk/channels").await;
    page.shows("Messenger từ chối mã truy cập");
    page.shows("Không hiểu được: 2");
    page.shows("tạm dừng");
}

#[tokio::test]
async fn everybody_is_told_of_a_dead_channel_and_only_admins_see_the_page() {
    let (world, mut an, channels) = stage(Role::Agent).await;
    let down = "messenger is down.";
    for path in ["/desk", "/desk?fragment=channels", "/"] {
        let page = an.get(path).await;
        page.shows(down);
        page.shows("Messenger refuses the token");
        page.hides("/desk/channels");
    }
    assert_eq!(an.get("/desk/channels").await.status, StatusCode::FORBIDDEN);
    let pause = format!("/desk/channels/{}/pause", channels[1].id);
    assert_eq!(an.post("/desk", &pause, &[]).await.status, StatusCode::FORBIDDEN);

    let mut stranger = Browser::new(lara_desk::router(world.state.clone()));
    stranger.get("/").await.hides(down);
    world.agent("Chi", "chi@example.com", Role::Admin).await;
    let mut chi = Browser::signed_in(lara_desk::router(world.state.clone()), "chi@example.com").await;
    chi.get("/desk").await.shows(&format!("/desk/channels#c-{}", channels[1].id));
    // Whoever pauses it knows.
    world
        .state
        .brands
        .pause_channel(channels[1].id, Some(world.clock.now()), world.clock.now())
        .await
        .unwrap();
    an.get("/desk").await.hides(down);
}

#[tokio::test]
async fn a_channel_is_paused_resumed_and_tested() {
    let (world, mut binh, channels) = stage(Role::Admin).await;
    let act = |channel: &Channel, act: &str| format!("/desk/channels/{}/{act}", channel.id);
    let paused = async |channel: &Channel| {
        let all = world.store.channels(None).await.unwrap();
        all.into_iter().find(|one| one.id == channel.id).unwrap().paused_at.is_some()
    };
    let page = binh.act("/desk/channels", &act(&channels[0], "pause"), &[]).await;
    page.shows("Paused. It neither listens nor sends.");
    assert!(paused(&channels[0]).await);
    let page = binh.act("/desk/channels", &act(&channels[0], "resume"), &[]).await;
    page.shows("It listens and sends again.");
    assert!(!paused(&channels[0]).await);

    binh.act("/desk/channels", &act(&channels[0], "test"), &[]).await.shows("Tested: nothing is broken.");
    let page = binh.act("/desk/channels", &act(&channels[1], "test"), &[]).await;
    page.shows("Tested: it does not work.");
    let health = world.store.health(None).await.unwrap();
    let of = |channel: &Channel| health.iter().find(|health| health.channel == channel.id).unwrap().state;
    assert_eq!((of(&channels[0]), of(&channels[1])), (HealthState::Well, HealthState::Dead));

    let nowhere = format!("/desk/channels/{}/pause", world.brand.id);
    assert_eq!(binh.post("/desk/channels", &nowhere, &[]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(
        binh.post("/desk/channels", &act(&channels[0], "burn"), &[]).await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn a_removed_channel_is_gone_from_the_page() {
    let (world, mut binh, channels) = stage(Role::Admin).await;
    world.store.remove_channel(channels[1].id, world.clock.now()).await.unwrap();
    binh.get("/desk/channels").await.hides("Messenger");
    binh.get("/desk").await.hides("messenger is down.");
}
