//! What becomes of the pieces of a reply, at the platform's pace and within its reply window.

use super::*;
use crate::deliver::window::{STANDARD, Tag};
use crate::ports::Scope;
use crate::testing::FakePush;

/// A platform, the outbox before it, and the clock.
struct Stage {
    queue: Arc<Queue>,
    push: Arc<FakePush>,
    clock: Arc<FakeClock>,
    deliverer: Arc<Deliverer>,
    kind: ChannelKind,
}

impl Stage {
    fn new(kind: ChannelKind) -> Self {
        let (queue, push) = (Arc::new(Queue::default()), Arc::new(FakePush::new(kind)));
        let clock = Arc::new(FakeClock::default());
        let node = NodeId::new(Uuid::from_u128(5));
        let deliverer = Arc::new(Deliverer::new(
            queue.clone(),
            vec![push.clone()],
            clock.clone(),
            Arc::new(Feed::new()),
            node,
        ));
        Self { queue, push, clock, deliverer, kind }
    }

    /// A reply to Lan, who has just written.
    fn reply(&self, text: &str) -> Dispatch {
        let mut dispatch = dispatch(1, "lan");
        dispatch.channel.kind = self.kind;
        dispatch.message.text = text.to_owned();
        dispatch.last_in_at = Some(self.clock.now());
        dispatch
    }

    /// Sends it; how it ended.
    async fn sends(&self, dispatch: Dispatch) -> Outcome {
        self.queue.waiting.lock().unwrap().push(dispatch);
        self.deliverer.run_once(64).await.unwrap();
        self.queue.settled.lock().unwrap().pop().unwrap().1
    }

    fn said(&self) -> Vec<String> {
        self.push.pieces().into_iter().map(|piece| piece.text).collect()
    }

    fn in_seconds(&self, seconds: i64) -> Timestamp {
        self.clock.now().plus(Millis::seconds(seconds))
    }
}

/// Three pieces on Instagram, which takes a thousand bytes.
fn long() -> String {
    ["một ", "hai ", "ba "].map(|word| word.repeat(990 / word.len())).join("\n\n")
}

#[tokio::test]
async fn pieces_go_in_order_and_each_is_stored_before_the_next() {
    let stage = Stage::new(ChannelKind::Instagram);
    stage.push.will_answer(Ok(Some("mid.1".to_owned())));
    stage.push.will_answer(Ok(Some("mid.2".to_owned())));
    assert_eq!(stage.sends(stage.reply(&long())).await, Outcome::Sent(Some("mid.1".to_owned())));
    let said = stage.said();
    let starts: Vec<_> = said.iter().map(|text| text.split(' ').next().unwrap()).collect();
    assert_eq!(starts, ["một", "hai", "ba"]);
    assert_eq!(*stage.queue.progress.lock().unwrap(), [Some(0), Some(1), Some(2)]);
}

#[tokio::test]
async fn too_many_requests_in_the_middle_say_nothing_twice() {
    let stage = Stage::new(ChannelKind::Instagram);
    stage.push.will_answer(Ok(None));
    stage.push.will_answer(Err(SendError::TooFast(Scope::Place, Millis::seconds(30), "rate_limited")));
    let reply = stage.reply(&long());
    assert_eq!(
        stage.sends(reply.clone()).await,
        Outcome::Defer(stage.in_seconds(30), "rate_limited"),
        "our haste is no failed try"
    );
    // What else is for Lan waits too, unasked; Minh is somebody else.
    assert_eq!(stage.sends(stage.reply("Dạ")).await, Outcome::Defer(stage.in_seconds(30), "pace"));
    let other = Dispatch { address: "minh".to_owned(), ..stage.reply("Chào Minh") };
    assert_eq!(stage.sends(other).await, Outcome::Sent(None));
    stage.clock.advance(Millis::seconds(30));
    let rest = Dispatch { pieces_done: 1, last_in_at: Some(stage.clock.now()), ..reply };
    assert_eq!(stage.sends(rest).await, Outcome::Sent(None));
    let said = stage.said();
    let starts: Vec<_> = said.iter().map(|text| text.split(' ').next().unwrap()).collect();
    assert_eq!(starts, ["một", "hai", "Chào", "hai", "ba"], "the second was refused the first time");
}

#[tokio::test]
async fn too_many_requests_of_an_account_stop_all_its_chats() {
    let stage = Stage::new(ChannelKind::Telegram);
    stage.push.will_answer(Err(SendError::TooFast(Scope::Account, Millis::seconds(60), "flood")));
    assert_eq!(stage.sends(stage.reply("Dạ")).await, Outcome::Defer(stage.in_seconds(60), "flood"));
    let other = Dispatch { address: "minh".to_owned(), ..stage.reply("Chào Minh") };
    assert_eq!(stage.sends(other).await, Outcome::Defer(stage.in_seconds(60), "pace"));
    assert_eq!(stage.said().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_short_wait_for_the_pace_is_waited_and_a_long_one_goes_back_untried() {
    let stage = Stage::new(ChannelKind::Telegram);
    for _ in 0..3 {
        assert_eq!(stage.sends(stage.reply("Dạ")).await, Outcome::Sent(None));
    }
    assert_eq!(stage.sends(stage.reply("Dạ")).await, Outcome::Defer(stage.in_seconds(3), "pace"));
    stage.clock.advance(Millis::seconds(2));
    let before = tokio::time::Instant::now();
    assert_eq!(stage.sends(stage.reply("Dạ")).await, Outcome::Sent(None));
    assert_eq!(before.elapsed(), Duration::from_secs(1));
    assert_eq!(*stage.queue.progress.lock().unwrap(), [None], "one piece is not counted");
}

#[tokio::test]
async fn after_a_take_over_the_rest_of_a_reply_is_not_said() {
    let stage = Stage::new(ChannelKind::Instagram);
    stage.queue.taken_over.store(true, Ordering::SeqCst);
    let begun = Dispatch { pieces_done: 1, ..stage.reply(&long()) };
    // The store cancels what would be tried again after a take-over.
    let taken_back = Outcome::Defer(stage.clock.now(), "taken_back");
    assert_eq!(stage.sends(begun).await, taken_back);
    assert_eq!(stage.said().len(), 1, "the third is not said behind the second");
    assert_eq!(stage.sends(stage.reply(&long())).await, taken_back);
    assert_eq!(stage.said().len(), 1, "nothing is begun");
}

#[tokio::test]
async fn a_piece_nobody_knows_the_fate_of_makes_the_reply_uncertain() {
    let stage = Stage::new(ChannelKind::Instagram);
    stage.push.will_answer(Ok(None));
    stage.push.will_answer(Err(SendError::Uncertain("timed_out")));
    assert_eq!(stage.sends(stage.reply(&long())).await, Outcome::Uncertain("timed_out"));
    assert_eq!(stage.said().len(), 2, "the third is not sent behind it");
}

#[tokio::test]
async fn outside_the_reply_window_the_bot_is_silent_and_an_agent_is_tagged() {
    let stage = Stage::new(ChannelKind::Messenger);
    let wrote = stage.clock.now();
    stage.clock.advance(STANDARD);
    let bot = Dispatch { last_in_at: Some(wrote), ..stage.reply("Dạ có ạ") };
    assert_eq!(stage.sends(bot.clone()).await, Outcome::Failed("window_closed"));
    assert!(stage.said().is_empty());
    let mut agent = bot;
    agent.message.author = Author::Agent;
    assert_eq!(stage.sends(agent).await, Outcome::Sent(None));
    assert_eq!(stage.push.sent()[0].window(stage.clock.now()).tag(), Some(Tag::HumanAgent));
}

#[tokio::test]
async fn a_public_line_goes_first_and_who_takes_no_private_words_is_not_gone() {
    let stage = Stage::new(ChannelKind::Discord);
    stage.push.will_answer(Ok(Some("1".to_owned())));
    stage.push.will_answer(Err(SendError::Gone("no_direct_messages")));
    let mut reply = stage.reply("Shop xin lỗi ạ.");
    reply.message.visibility = Visibility::PublicAddressed;
    reply.message.aside = Some("Shop nhắn *riêng* nhé.".to_owned());
    assert_eq!(stage.sends(reply).await, Outcome::Failed("no_direct_messages"));
    let pieces = stage.push.pieces();
    let told: Vec<_> = pieces.iter().map(|piece| (piece.to, piece.text.as_str())).collect();
    assert_eq!(told, [(PieceTo::Here, "Shop xin lỗi ạ."), (PieceTo::Aside, "Shop nhắn **riêng** nhé.")]);
}

#[tokio::test]
async fn a_reply_that_says_nothing_is_never_sent() {
    let stage = Stage::new(ChannelKind::Telegram);
    assert_eq!(stage.sends(stage.reply(" \n")).await, Outcome::Failed("nothing_to_send"));
    assert!(stage.said().is_empty());
}
