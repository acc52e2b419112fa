//! The stream that tells an open page what changed.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::body::Body;
use axum::http::Request;
use futures_util::StreamExt as _;
use lara_core::model::{Role, Timestamp};
use lara_core::ports::ChangeKind;
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::World;
use support::browser::Browser;
use tower::ServiceExt as _;

#[tokio::test]
async fn the_stream_says_what_changed_and_ends_with_the_server() {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "http://localhost:8080").await;
    let conversation = world.lan_complains().await;
    world.agent("An", "an@example.com", Role::Agent).await;
    world.agent("Bình", "binh@example.com", Role::Admin).await;
    let signed_in = async |email| Browser::signed_in(lara_desk::router(world.state.clone()), email).await;
    let an = signed_in("an@example.com").await;
    let cookie = format!("lara_desk={}", an.cookie("lara_desk").unwrap());
    let request = Request::get("/desk/events").header("cookie", cookie).body(Body::empty()).unwrap();
    let answer = lara_desk::router(world.state.clone()).oneshot(request).await.unwrap();
    assert_eq!(answer.headers().get("x-accel-buffering").unwrap(), "no");
    assert_eq!(answer.headers().get("content-type").unwrap(), "text/event-stream");
    let mut lines = answer.into_body().into_data_stream();
    let mut next =
        async || lines.next().await.map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap());
    assert!(next().await.unwrap().contains("\"kind\":\"all\""));
    let key = conversation.get();
    world.state.feed.touch(world.brand.id, ChangeKind::Conversation, key, None);
    let line = next().await.unwrap();
    assert!(line.starts_with("event: changed\ndata: ") && line.contains(&key.to_string()), "{line}");
    // By this the page knows whether a change concerns it.
    let brand = world.brand.id;
    assert!(line.contains(&format!("\"brand\":\"{brand}\"")), "{line}");
    let mut an = signed_in("binh@example.com").await;
    for path in ["/desk".to_owned(), format!("/desk/c/{conversation}")] {
        an.get(&path).await.shows(&format!("data-brand=\"{brand}\""));
    }
    world.state.shutdown.cancel();
    assert!(next().await.is_none());
}
