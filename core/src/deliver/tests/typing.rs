//! Who is shown that an answer is coming.

use super::*;
use crate::deliver::typing::Expecting;
use crate::testing::FakePush;

struct Stage {
    queue: Arc<Queue>,
    push: Arc<FakePush>,
    clock: Arc<FakeClock>,
    feed: Arc<Feed>,
    deliverer: Deliverer,
}

impl Stage {
    fn new() -> Self {
        let (queue, push) = (Arc::new(Queue::default()), Arc::new(FakePush::new(ChannelKind::Telegram)));
        let (clock, feed) = (Arc::new(FakeClock::default()), Arc::new(Feed::new()));
        let node = NodeId::new(Uuid::from_u128(5));
        let deliverer = Deliverer::new(queue.clone(), vec![push.clone()], clock.clone(), feed.clone(), node);
        Self { queue, push, clock, feed, deliverer }
    }

    fn says(&self, who: &str, n: u128, visibility: Visibility, delivery: Delivery) {
        let mut channel = dispatch(1, who).channel;
        (channel.kind, channel.delivery) = (ChannelKind::Telegram, delivery);
        let conversation = ConversationId::new(Uuid::from_u128(n));
        let expecting = Expecting { channel: Arc::new(channel), address: who.to_owned(), conversation };
        self.feed.typing().expect(visibility, expecting);
    }

    /// Whom the platform has shown it to.
    async fn shown(&self) -> Vec<String> {
        let all = tokio::time::timeout(Duration::from_secs(1), self.deliverer.show_typing()).await;
        assert!(all.is_err(), "it goes on for ever");
        self.push.typed()
    }
}

#[tokio::test(start_paused = true)]
async fn who_wrote_in_private_on_a_pushed_channel_sees_that_an_answer_comes() {
    let stage = Stage::new();
    stage.says("lan", 1, Visibility::Direct, Delivery::Push);
    stage.says("lan", 1, Visibility::Direct, Delivery::Push);
    stage.says("group", 2, Visibility::PublicAddressed, Delivery::Push);
    stage.says("web", 3, Visibility::Direct, Delivery::Pull);
    stage.says("minh", 4, Visibility::Direct, Delivery::Push);
    assert_eq!(stage.shown().await, ["lan", "minh"], "once, however fast they write");
    stage.clock.advance(Millis::seconds(4));
    stage.says("lan", 1, Visibility::Direct, Delivery::Push);
    assert_eq!(stage.shown().await, ["lan", "minh", "lan"]);
}

#[tokio::test(start_paused = true)]
async fn where_a_human_answers_nothing_is_shown_in_their_name() {
    let stage = Stage::new();
    stage.queue.taken_over.store(true, Ordering::SeqCst);
    stage.says("lan", 1, Visibility::Direct, Delivery::Push);
    assert!(stage.shown().await.is_empty());
}

#[tokio::test(start_paused = true)]
async fn in_a_rush_the_oldest_are_dropped() {
    let stage = Stage::new();
    for n in 0..100 {
        stage.says(&format!("visitor-{n}"), n, Visibility::Direct, Delivery::Push);
    }
    let shown = stage.shown().await;
    assert_eq!((shown.len(), shown[0].as_str()), (64, "visitor-36"));
}
