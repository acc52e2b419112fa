//! What comes with messages, and what happens to them afterwards, as agents see it.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use axum::http::StatusCode;
use lara_core::model::{
    AddressId, Attachment, AttachmentId, AttachmentKind, AttachmentSource, ConversationId, MessageId, Millis,
    Role, Timestamp, Visibility,
};
use lara_core::ports::{
    Acceptance, Attachments as _, Details, Fetched, Happening, Happenings as _, Ids as _, Inbox as _,
    NewAttachment, NewFile, NewInbound,
};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::World;
use support::browser::Browser;

const GIF: &[u8] = b"GIF89a the rest of a picture";

async fn world() -> World {
    let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
    let world = World::open(clock, "http://localhost:8080").await;
    world.agent("An", "an@example.com", Role::Agent).await;
    world
}

async fn agent(world: &World) -> Browser {
    Browser::signed_in(lara_desk::router(world.state.clone()), "an@example.com").await
}

fn part(world: &World, kind: AttachmentKind, name: Option<&str>, note: Option<&str>) -> Attachment {
    let id = AttachmentId::new(world.ids.next());
    Attachment { id, kind, name: name.map(Into::into), mime: None, size: None, note: note.map(Into::into) }
}

/// Lan sends this; what has a name is somewhere.
async fn sends(world: &World, external: &str, text: &str, parts: &[Attachment]) -> ConversationId {
    let attachments = parts
        .iter()
        .map(|shown| NewAttachment {
            shown: shown.clone(),
            source: shown.name.as_ref().map(|name| AttachmentSource::Platform { id: name.clone() }),
        })
        .collect();
    let inbound = NewInbound {
        details: Details { attachments, name: Some("Lan Phạm".to_owned()), ..Details::default() },
        brand: world.brand.id,
        channel: world.channel.id,
        address: "lan".to_owned(),
        external: external.to_owned(),
        text: text.to_owned(),
        visibility: Visibility::Direct,
        at: world.clock.now(),
        settle: Millis(0),
        settle_at_most: Millis(0),
        message_id: MessageId::new(world.ids.next()),
        conversation_id: ConversationId::new(world.ids.next()),
        address_id: AddressId::new(world.ids.next()),
    };
    match world.store.accept(vec![inbound]).await.unwrap().remove(0).unwrap() {
        Acceptance::New { conversation, .. } | Acceptance::Duplicate { conversation, .. } => conversation,
    }
}

/// What waits is fetched and ends so.
async fn fetched(world: &World, outcome: Fetched) {
    let now = world.clock.now();
    for of in world.store.claim_fetches(now, Millis::minutes(1), 8).await.unwrap() {
        world.store.settle_fetch(&of, outcome.clone(), now).await.unwrap();
    }
}

fn gif() -> Fetched {
    Fetched::Done(NewFile { hash: "ab".repeat(32), mime: "image/gif", bytes: GIF.to_vec() })
}

#[tokio::test]
async fn a_picture_is_shown_once_it_is_here() {
    let world = world().await;
    let picture = part(&world, AttachmentKind::Image, Some("vỡ.gif"), None);
    let talk = format!("/desk/c/{}", sends(&world, "m1", "", std::slice::from_ref(&picture)).await);
    let file = format!("/desk/files/{}", picture.id);
    let mut browser = agent(&world).await;
    let page = browser.get(&talk).await;
    page.shows("being fetched");
    page.shows("Lan Phạm");
    page.hides("<div class=\"bubble\">(no text)");
    assert_eq!(browser.get(&file).await.status, StatusCode::NOT_FOUND);

    fetched(&world, gif()).await;
    browser.get(&talk).await.shows(&format!("<img src=\"{file}\" alt=\"vỡ.gif, Picture · 28 B\""));
    let shown = browser.get(&file).await;
    assert_eq!((shown.status, shown.text.as_bytes()), (StatusCode::OK, GIF));
    let header = |name: &str| shown.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "image/gif");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert!(header("content-disposition").starts_with("inline; filename=\"v_.gif\""));
    let policy = header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.contains("sandbox"), "{policy}");
    assert_eq!(header("cache-control"), "private, no-cache");
    // Nobody else has it: not who is not signed in, and not who asks for another id.
    let mut nobody = Browser::new(lara_desk::router(world.state.clone()));
    let turned_away = nobody.get(&file).await;
    assert_eq!(
        (turned_away.status, turned_away.location().starts_with("/desk/login")),
        (StatusCode::SEE_OTHER, true)
    );
    for wrong in ["/desk/files/1", "/desk/files/01900000-0000-7000-8000-000000000000"] {
        assert_eq!(browser.get(wrong).await.status, StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn everything_else_is_only_saved() {
    let world = world().await;
    let page = part(&world, AttachmentKind::File, Some("hoa-don.svg"), None);
    let talk = format!("/desk/c/{}", sends(&world, "m1", "hóa đơn đây", std::slice::from_ref(&page)).await);
    let bytes = b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec();
    fetched(&world, Fetched::Done(NewFile { hash: "cd".repeat(32), mime: "text/plain", bytes })).await;
    let mut browser = agent(&world).await;
    let shown = browser.get(&talk).await;
    shown.shows("hóa đơn đây");
    shown.shows("File · 59 B");
    shown.hides("<img");
    let saved = browser.get(&format!("/desk/files/{}", page.id)).await;
    let header = |name: &str| saved.headers.get(name).unwrap().to_str().unwrap().to_owned();
    assert_eq!(header("content-type"), "application/octet-stream");
    assert!(header("content-disposition").starts_with("attachment; filename=\"hoa-don.svg.txt\""));
}

#[tokio::test]
async fn what_is_not_kept_says_why_and_places_are_on_the_map() {
    let world = world().await;
    let parts = [
        part(&world, AttachmentKind::Video, Some("phim.mp4"), None),
        part(&world, AttachmentKind::Location, None, Some("10.7626,106.6602")),
        part(&world, AttachmentKind::Sticker, None, Some("👍")),
        part(&world, AttachmentKind::Link, None, Some("javascript:alert(1)")),
    ];
    let talk = format!("/desk/c/{}", sends(&world, "m1", "", &parts).await);
    fetched(&world, Fetched::Refused("too_large")).await;
    let mut browser = agent(&world).await;
    let page = browser.get(&talk).await;
    page.shows("not kept: larger than 20 MB");
    page.shows("href=\"https://www.openstreetmap.org/?mlat=10.7626&#38;mlon=106.6602");
    page.shows("👍");
    page.hides("href=\"javascript:");
    browser.language = "vi";
    let page = browser.get(&talk).await;
    page.shows("không lưu: lớn hơn 20 MB");
    page.shows("Mở bản đồ");
}

#[tokio::test]
async fn what_was_taken_back_is_gone_and_what_was_corrected_is_marked() {
    let world = world().await;
    let picture = part(&world, AttachmentKind::Image, Some("a.gif"), None);
    let talk = format!("/desk/c/{}", sends(&world, "m1", "xem này", std::slice::from_ref(&picture)).await);
    sends(&world, "m2", "đơn MH-1", &[]).await;
    fetched(&world, gif()).await;
    for happening in [
        Happening::Withdrawn { external: "m1".to_owned() },
        Happening::Edited { external: "m2".to_owned(), text: "đơn MH-2".to_owned() },
        Happening::Reach { address: "lan".to_owned(), reachable: false },
        Happening::HumanReplied {
            address: "lan".to_owned(),
            external: "e1".to_owned(),
            text: "Em đây ạ".to_owned(),
        },
    ] {
        let id = MessageId::new(world.ids.next());
        world.store.happen(&world.channel, &happening, id, world.clock.now()).await.unwrap();
    }
    let mut browser = agent(&world).await;
    assert_eq!(browser.get(&format!("/desk/files/{}", picture.id)).await.status, StatusCode::NOT_FOUND);
    let page = browser.get(&talk).await;
    page.shows("The customer took this message back.");
    page.hides("xem này");
    page.hides("a.gif");
    page.shows("đơn MH-2");
    page.shows(">edited</span>");
    page.shows("cannot be reached since");
    page.shows("From the platform&#39;s inbox");
    page.shows("A colleague in the platform&#39;s inbox");
}
