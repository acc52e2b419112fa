//! A customer on a platform, whoever plays it, and the story that every platform must be able to tell.

use crate::harness::{Agent, Lara, assert_presentable};

/// What a customer's app shows of one message of the brand.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    /// The text, as the platform got it.
    pub(crate) text: String,
    /// Its buttons.
    pub(crate) buttons: Vec<Button>,
    /// The platform's id of it.
    pub(crate) id: String,
}

/// A button under a message.
#[derive(Debug, Clone)]
pub(crate) struct Button {
    /// What it says.
    pub(crate) title: String,
    /// What pressing it sends.
    pub(crate) payload: String,
}

/// What a message is expected to be: one emulator wants to be told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    Text,
    Buttons,
}

/// A customer on a platform.
pub(crate) trait Talk {
    /// Writes.
    async fn says(&mut self, text: &str);
    /// Presses a button.
    async fn presses(&mut self, heard: &Heard, button: &Button);
    /// The next message of the brand.
    async fn hears(&mut self, shape: Shape) -> Heard;
}

/// A question is answered, what is not understood brings buttons and the button works, a human takes over from the desk and
/// is heard on the platform, word for word.
pub(crate) async fn tells_the_story(lara: &Lara, agent: &mut Agent, talk: &mut impl Talk) {
    talk.says("Hi, what are your opening hours?").await;
    let answer = talk.hears(Shape::Text).await;
    assert!(answer.text.contains("21:00"), "the shop's own hours: {answer:?}");
    assert_presentable(&answer.text);

    talk.says("what is the capital of France?").await;
    let asked = talk.hears(Shape::Buttons).await;
    let button =
        asked.buttons.last().unwrap_or_else(|| panic!("a button leads to a human: {asked:?}")).clone();
    talk.presses(&asked, &button).await;
    let called = talk.hears(Shape::Text).await;
    assert_presentable(&called.text);

    let open = agent.queue_shows(&button.title).await;
    agent.opens(&open).await;
    agent.takes_over().await;
    agent.says("Hello, this is Mai. Paris, I believe.").await;
    assert_eq!(talk.hears(Shape::Text).await.text, "Hello, this is Mai. Paris, I believe.");
    lara.settles_with_every_message_decided_once().await;
}

/// A complaint gets a caring answer and waits in the queue.
pub(crate) async fn complains(lara: &Lara, agent: &mut Agent, talk: &mut impl Talk) {
    talk.says("Áo giao tới bị rách, em gọi mãi không ai nghe máy. Làm ăn quá tệ, em sẽ đòi lại tiền!").await;
    let caring = talk.hears(Shape::Text).await;
    assert_presentable(&caring.text);
    let open = agent.queue_shows("rách").await;
    agent.opens(&open).await;
    agent.sees("đòi lại tiền");
    lara.settles_with_every_message_decided_once().await;
}
