//! How long a platform lets an agent answer, as the agent sees it.

#![expect(clippy::unwrap_used, reason = "helpers of tests stop where something is wrong")]

mod support;

use lara_core::deliver::window::Instead;
use lara_core::desk::DeskError;
use lara_core::model::{Channel, ChannelId, ChannelKind, ConversationId, Delivery, Millis, Role, Timestamp};
use lara_core::ports::{Brands as _, Clock as _, Ids as _};
use lara_core::testing::FakeClock;
use std::sync::Arc;
use support::World;
use support::browser::Browser;

struct Stage {
    world: World,
    clock: Arc<FakeClock>,
    conversation: ConversationId,
    an: Browser,
}

impl Stage {
    /// Lan has just written on this platform, and An took over.
    async fn set(kind: ChannelKind) -> Self {
        let clock = Arc::new(FakeClock::at(Timestamp::from_millis(1_800_000_000_000)));
        let mut world = World::open(clock.clone(), "http://localhost:8080").await;
        let id = ChannelId::new(world.ids.next());
        let name = kind.as_str().to_owned();
        world.channel = Channel { id, kind, name, delivery: Delivery::Push, ..world.channel.clone() };
        world.store.put_channel(&world.channel, clock.now()).await.unwrap();
        let conversation = world.say("psid-lan", "đơn của em đâu", clock.now()).await;
        let agent = world.agent("An", "an@example.com", Role::Agent).await;
        world.state.desk.take_over(&agent, conversation).await.unwrap();
        let an = Browser::signed_in(lara_desk::router(world.state.clone()), "an@example.com").await;
        Self { world, clock, conversation, an }
    }

    fn talk(&self) -> String {
        format!("/desk/c/{}", self.conversation)
    }

    async fn after(&mut self, hours: i64) -> support::browser::Page {
        self.clock.set(Timestamp::from_millis(1_800_000_000_000).plus(Millis::minutes(hours * 60)));
        // A week is longer than a login.
        if hours > 24 {
            let router = lara_desk::router(self.world.state.clone());
            self.world.agent("Bình", &format!("binh-{hours}@example.com"), Role::Agent).await;
            self.an = Browser::signed_in(router, &format!("binh-{hours}@example.com")).await;
            let talk = self.talk();
            self.an.act(&talk, &format!("{talk}/take-over"), &[]).await;
        }
        self.an.get(&self.talk()).await
    }

    async fn writes(&mut self, text: &str) -> support::browser::Page {
        let talk = self.talk();
        self.an.act(&talk, &format!("{talk}/reply"), &[("text", text)]).await
    }
}

#[tokio::test]
async fn messenger_takes_answers_for_a_day_and_a_humans_for_a_week() {
    let mut stage = Stage::set(ChannelKind::Messenger).await;
    stage.after(1).await.shows("Messenger takes your replies until 16 Jan 2027");
    stage.writes("Chào Lan").await.shows("Chào Lan");
    stage.an.language = "vi-VN,vi;q=0.9";
    stage.after(23).await.shows("Messenger nhận trả lời đến");
    stage.after(25).await.shows("goes as a human&#39;s late answer");
    stage.writes("Xin lỗi đã để Lan chờ").await.shows("Xin lỗi đã để Lan chờ");
    let shut = stage.after(7 * 24).await;
    shut.shows("Messenger lets a brand write only within 7 days");
    shut.hides("name=\"text\" placeholder=\"Write to");
}

#[tokio::test]
async fn after_a_day_whatsapp_takes_an_approved_template_only_and_the_agent_is_told_before() {
    let mut stage = Stage::set(ChannelKind::Whatsapp).await;
    stage.after(23).await.shows("WhatsApp takes your replies until");
    stage.clock.advance(Millis::minutes(60));
    // The page was open when the window closed.
    stage.writes("Chào Lan").await.shows("Not sent: the reply window has closed.");
    let page = stage.an.get(&stage.talk()).await;
    page.shows("only a template that WhatsApp has approved");
    page.hides("Chào Lan");
    let agent = stage.world.agent("Chi", "chi@example.com", Role::Agent).await;
    stage.world.state.desk.take_over(&agent, stage.conversation).await.unwrap();
    let told = stage.world.state.desk.reply(&agent, stage.conversation, "Chào Lan").await;
    assert!(matches!(told, Err(DeskError::WindowClosed(Instead::ApprovedTemplate))), "{told:?}");
    // Colleagues may still write to each other.
    stage.world.state.desk.note(&agent, stage.conversation, "gọi cho chị ấy").await.unwrap();
    // She writes again, and the window opens.
    stage.world.say("psid-lan", "alo", stage.clock.now()).await;
    stage.world.state.desk.reply(&agent, stage.conversation, "Chào Lan").await.unwrap();
}

#[tokio::test]
async fn where_there_is_no_window_nothing_is_said_about_one() {
    let mut stage = Stage::set(ChannelKind::Telegram).await;
    stage.after(1).await.hides("class=\"window");
    stage.after(24 * 30).await.hides("class=\"window");
    stage.writes("Chào Lan").await.shows("Chào Lan");
}

#[tokio::test]
async fn comments_may_be_answered_in_public_for_ever() {
    let mut stage = Stage::set(ChannelKind::Instagram).await;
    let conversation = stage.world.comment("comment:1:2", "ly này còn không shop", stage.clock.now()).await;
    let agent = stage.world.agent("Chi", "chi@example.com", Role::Agent).await;
    stage.world.state.desk.take_over(&agent, conversation).await.unwrap();
    stage.conversation = conversation;
    stage.after(30 * 24).await.hides("class=\"window");
    stage.writes("Còn bạn nhé").await.shows("Còn bạn nhé");
}
