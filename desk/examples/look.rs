//! The desk with a few made-up people, for working on its pages: `cargo run -p lara-desk --example look`. Sign in with
//! the links it prints. Nothing is kept.

#![expect(clippy::unwrap_used, reason = "a tool for working on pages: it stops where something is wrong")]

#[path = "../tests/support/mod.rs"]
mod support;

use lara_core::model::{
    Attachment, AttachmentId, AttachmentKind, AttachmentSource, DecisionKind, EscalationReason,
    MessageLanguage, Millis, OrderStatus, Priority, Role, Timestamp, Visibility,
};
use lara_core::ports::{Agents as _, Attachments as _, ChangeKind, Clock, Fetched, Ids as _, NewFile};
use std::net::SocketAddr;
use std::sync::Arc;
use support::{NASTY, Place, Run, World, reading};

struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "pages tell the time that has passed")]
    fn now(&self) -> Timestamp {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap())
    }
}

async fn people(world: &World) {
    world.lan_complains().await;
    world.channels_in_every_state().await;
    world.customer("minh", "Trần Đức Minh", "MH-10310", OrderStatus::Delivered).await;
    world
        .run(Run {
            address: "minh",
            says: &["The glass arrived broken and my daughter cut her hand. I am calling a lawyer."],
            reading: lara_core::model::Reading { urgent: true, ..reading(MessageLanguage::English, "damaged_item", -0.95, 0.99) },
            kind: DecisionKind::Escalate,
            policy: "danger",
            reason: "urgent",
            reply: Some("Minh, I am very sorry. I have called a colleague, who will write to you here within minutes.\n\nPlease keep the parcel and:\n- take a photo of it\n- see a doctor if the cut is deep"),
            template: "escalated_urgent",
            queue: Some((EscalationReason::Urgent, Priority::Urgent, 99, Millis::minutes(5))),
            minutes_ago: 3,
        })
        .await;
    world
        .run(Run {
            address: "visitor-1",
            says: &["cho gap nhan vien"],
            reading: reading(MessageLanguage::Vietnamese, "human_agent", -0.1, 0.2),
            kind: DecisionKind::Escalate,
            policy: "asks_for_human",
            reason: "asked_for_human",
            reply: Some("Dạ, em chuyển cho nhân viên ngay ạ."),
            template: "escalated_human",
            queue: Some((EscalationReason::AskedForHuman, Priority::Normal, 30, Millis::minutes(60))),
            minutes_ago: 8,
        })
        .await;
    world.customer("nasty", NASTY, "MH-666", OrderStatus::Placed).await;
    world
        .run(Run {
            address: "nasty",
            says: &[NASTY],
            reading: reading(MessageLanguage::Other, "out_of_scope", -0.4, 0.6),
            kind: DecisionKind::Escalate,
            policy: "unsure",
            reason: "not_understood_twice",
            reply: Some("I did not understand that, so I have asked a colleague."),
            template: "escalated_misses",
            queue: Some((EscalationReason::Misses, Priority::Normal, 40, Millis::minutes(60))),
            minutes_ago: 14,
        })
        .await;
    for (n, (says, intent, score)) in [
        ("mấy giờ mở cửa vậy shop", "opening_hours", 0.0),
        ("Do you have the linen dress in M?", "availability", 0.2),
        ("cảm ơn shop nha, đầm đẹp lắm ❤️", "praise", 0.9),
        ("ship về Đà Nẵng bao lâu ạ?", "delivery_period", 0.0),
    ]
    .into_iter()
    .enumerate()
    {
        let address = format!("guest-{n}");
        world
            .run(Run {
                address: &address,
                says: &[says],
                reading: reading(MessageLanguage::Vietnamese, intent, score, 0.03),
                kind: DecisionKind::Reply,
                policy: "answer",
                reason: "fact",
                reply: Some("Dạ, shop mở cửa *8:00–21:00* mỗi ngày ạ."),
                template: intent,
                queue: None,
                minutes_ago: 2 + 7 * i64::try_from(n).unwrap(),
            })
            .await;
    }
}

/// What comes with messages, what happens to them, and what is said in public.
async fn places(world: &World) {
    let part = |kind, name: Option<&str>, note: Option<&str>| {
        let id = AttachmentId::new(world.ids.next());
        let (named, note) = (name.map(Into::into), note.map(Into::into));
        let shown = Attachment { id, kind, name: named, mime: None, size: None, note };
        (shown, name.map(|name| AttachmentSource::Platform { id: name.to_owned() }))
    };
    let parts = vec![
        part(AttachmentKind::Image, Some("vỡ.png"), None),
        part(AttachmentKind::File, Some("hóa đơn tháng 11.pdf"), None),
        part(AttachmentKind::Video, Some("mở hộp.mp4"), None),
        part(AttachmentKind::Voice, Some("lời nhắn.ogg"), None),
        part(AttachmentKind::Location, None, Some("10.7626,106.6602")),
        part(AttachmentKind::Sticker, None, Some("😢")),
    ];
    let now = world.clock.now();
    world.say_at("lan", "", now.plus(Millis::minutes(-1)), &Place { parts, ..Place::default() }).await;
    for of in world.store.claim_fetches(now, Millis::minutes(9), 9).await.unwrap() {
        let AttachmentSource::Platform { id } = &of.source else { continue };
        let (mime, bytes) = match id.as_str() {
            "vỡ.png" => ("image/png", include_bytes!("../../docs/img/chat.png").to_vec()),
            "mở hộp.mp4" => {
                world.store.settle_fetch(&of, Fetched::Refused("too_large"), now).await.unwrap();
                continue;
            }
            "lời nhắn.ogg" => continue,
            _ => ("application/pdf", vec![0; 1_234_567]),
        };
        let file = NewFile { hash: format!("{:064}", bytes.len()), mime, bytes };
        world.store.settle_fetch(&of, Fetched::Done(file), now).await.unwrap();
    }
    let public = [
        ("Đầm xinh quá, có màu đỏ không shop?", "availability", 0.5, 0.02, Visibility::PublicAddressed, 5),
        (
            "Mua về giặt một lần là ra màu, quá thất vọng",
            "damaged_item",
            -0.9,
            0.97,
            Visibility::PublicAddressed,
            41,
        ),
        ("anyone know when they open on Sunday?", "opening_hours", 0.0, 0.03, Visibility::Public, 300),
        ("Shop giao nhanh ghê, cảm ơn nha ❤️", "praise", 0.9, 0.01, Visibility::Public, 2_000),
        ("sao nhắn hoài không ai trả lời vậy", "poor_service", -0.7, 0.88, Visibility::Public, 4_500),
    ];
    for round in 0..6_i64 {
        for (n, (says, intent, score, complaint, visibility, minutes_ago)) in (0..).zip(public) {
            let addressed = visibility == Visibility::PublicAddressed;
            let run = Run {
                address: &format!("group-{round}-{n}"),
                says: &[says],
                reading: reading(MessageLanguage::Vietnamese, intent, score, complaint),
                kind: if addressed { DecisionKind::Reply } else { DecisionKind::Silent },
                policy: "public_place",
                reason: "fact",
                reply: addressed.then_some("Dạ, mình nhắn riêng cho shop để được hỗ trợ nhanh nhất ạ."),
                template: "public_complaint",
                queue: None,
                minutes_ago: minutes_ago + round * (1_700 + 900 * n),
            };
            let aside = "Em rất tiếc vì chiếc đầm bị ra màu. Chị cho em xin *mã đơn* để em đổi ngay ạ.";
            let aside = (addressed && complaint > 0.5).then_some(aside);
            let link = Some("https://www.facebook.com/shop/posts/1");
            world.run_at(run, &Place { visibility, link, aside, ..Place::default() }).await;
        }
    }
}

/// One person with three records, what they bought, like and sent back, and who else they may be.
async fn persons(world: &World) {
    let lan = world.person("lan").await;
    let shop =
        world.record("KH-88", "Lan Nguyễn", Some("lan.nguyen@work.example"), Some("0912 345 678")).await;
    world.record("KH-12", "Nguyễn T. Lan", None, Some("+84 912 345 678")).await;
    world.record("KH-407", "Trần Thị Đào", Some("dao@example.com"), Some("0988 111 222")).await;
    for n in 0..30 {
        world.order(shop, "KH-88", &format!("MH-{}", 9_000 + n), OrderStatus::Delivered, 20 + 17 * n).await;
    }
    let agent = world.store.agents().await.unwrap().remove(0);
    world.state.identity.merge(world.brand.id, Some(agent.id), lan, shop).await.unwrap();
    world.state.identity.suggestions_of(world.brand.id, lan).await.unwrap();
    let learnt = [("note", "Giao giờ hành chính"), ("avoid:len", "len"), ("size", "S")];
    for (key, value) in learnt {
        world.told(lan, "KH-MH-10234", key, value).await;
    }
}

#[tokio::main]
async fn main() {
    let address: SocketAddr = std::env::args().nth(1).as_deref().unwrap_or("127.0.0.1:8790").parse().unwrap();
    let world = World::open(Arc::new(WallClock), &format!("http://{address}")).await;
    for (name, role) in [("An", Role::Owner), ("Bình", Role::Admin), ("Chi", Role::Agent)] {
        world.agent(name, &format!("{}@example.com", role.as_str()), role).await;
        println!("{role}: http://{address}/desk/welcome/{role}@example.com");
    }
    people(&world).await;
    places(&world).await;
    persons(&world).await;
    let (brand, feed) = (world.brand.id, world.state.feed.clone());
    let listener = tokio::net::TcpListener::bind(address).await.unwrap();
    let router = lara_desk::router(world.state.clone());
    let serve = axum::serve(listener, router.into_make_service_with_connect_info::<SocketAddr>());
    // Somebody writes every now and then, so that liveness can be seen.
    let chatter = async {
        let mut n = 0;
        loop {
            tokio::time::sleep(std::time::Duration::from_secs(20)).await;
            n += 1;
            let id = world.say("lan", &format!("alo? ({n})"), world.clock.now()).await;
            feed.touch(brand, ChangeKind::Conversation, id.get(), None);
        }
    };
    tokio::select! {
        result = serve => result.unwrap(),
        () = chatter => {}
    }
}
