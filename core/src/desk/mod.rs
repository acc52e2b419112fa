//! What agents do with a conversation: take over, reply, note, hand back, resolve. The store decides in one transaction
//! whether it may be done; this makes the message and tells everybody who watches.

use crate::act::markup;
use crate::deliver::window::{Instead, Window};
use crate::feed::Feed;
use crate::listen::mask;
use crate::model::{
    Agent, AgentId, Author, Channel, Conversation, ConversationId, Delivery, Direction, MessageId, Owner,
    Visibility,
};
use crate::ports::{ChangeKind, Clock, Desk, DeskOutcome, Ids, NewMessage, StoreError};
use std::sync::Arc;

/// The longest text an agent may write, in characters: what the strictest of the platforms we know of takes whole.
pub const LONGEST: usize = 2_000;

/// Why an agent's act was not done. The words are for the agent.
#[derive(Debug, thiserror::Error)]
pub enum DeskError {
    /// There is no such conversation.
    #[error("there is no such conversation")]
    Missing,
    /// Somebody else owns it now, or it is closed.
    #[error("the conversation is not yours to do this in")]
    Refused {
        /// Who owns it.
        owner: Owner,
        /// Which agent, if one does.
        agent: Option<AgentId>,
    },
    /// The customer has just written: read it first.
    #[error("the customer has just written")]
    Crossed,
    /// Nothing was written.
    #[error("there is nothing to send")]
    Empty,
    /// Too much was written.
    #[error("the text is too long")]
    TooLong,
    /// The platform lets nobody write to this person now; what may be done instead.
    #[error("the platform's reply window has closed")]
    WindowClosed(Instead),
    /// The store failed; nothing was changed.
    #[error("the store failed")]
    Store(#[from] StoreError),
}

/// What a done act means for the agent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Done {
    /// Bot replies that were being sent when the agent took over: they are on their way.
    pub on_the_way: i64,
}

/// The agents' acts.
#[derive(Clone)]
pub struct DeskService {
    desk: Arc<dyn Desk>,
    clock: Arc<dyn Clock>,
    ids: Arc<dyn Ids>,
    feed: Arc<Feed>,
}

impl std::fmt::Debug for DeskService {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DeskService").finish_non_exhaustive()
    }
}

impl DeskService {
    /// The service over a store.
    #[must_use]
    pub fn new(desk: Arc<dyn Desk>, clock: Arc<dyn Clock>, ids: Arc<dyn Ids>, feed: Arc<Feed>) -> Self {
        Self { desk, clock, ids, feed }
    }

    /// From now on the agent answers and Lara is silent: once this returns, no word of hers follows.
    pub async fn take_over(&self, agent: &Agent, conversation: ConversationId) -> Result<Done, DeskError> {
        let found = self.find(conversation).await?;
        let outcome = self.desk.take_over(conversation, agent.id, self.clock.now()).await?;
        self.told(&found.0, outcome)
    }

    /// Sends a reply in the agent's name. The text is plain: nothing in it is markup but lines between two lines of three
    /// backticks, a block of code.
    pub async fn reply(
        &self,
        agent: &Agent,
        conversation: ConversationId,
        text: &str,
    ) -> Result<Done, DeskError> {
        self.write(agent, conversation, text, Direction::Out).await
    }

    /// Leaves a note for colleagues; the customer never sees it.
    pub async fn note(
        &self,
        agent: &Agent,
        conversation: ConversationId,
        text: &str,
    ) -> Result<Done, DeskError> {
        self.write(agent, conversation, text, Direction::Note).await
    }

    /// Lara answers again.
    pub async fn hand_back(&self, agent: &Agent, conversation: ConversationId) -> Result<Done, DeskError> {
        let found = self.find(conversation).await?;
        let outcome = self.desk.hand_back(conversation, agent.id, self.clock.now()).await?;
        self.told(&found.0, outcome)
    }

    /// The matter is settled; the customer's next message begins anew. `seen` is the highest inbound seq on the agent's
    /// page: what came after it must be read first.
    pub async fn resolve(
        &self,
        agent: &Agent,
        conversation: ConversationId,
        seen: Option<i64>,
    ) -> Result<Done, DeskError> {
        let found = self.find(conversation).await?;
        let outcome = self.desk.resolve(conversation, agent.id, seen, self.clock.now()).await?;
        self.told(&found.0, outcome)
    }

    /// Until when an agent may write to the person, by the rules of the platform.
    pub async fn window(&self, conversation: ConversationId) -> Result<Window, DeskError> {
        let (_, channel) = self.find(conversation).await?;
        Ok(self.window_of(conversation, &channel).await?.0)
    }

    /// The same, and where what is written there is said. Only where windows close is there a public place that is a
    /// conversation of its own: the comments below a post.
    async fn window_of(
        &self,
        conversation: ConversationId,
        channel: &Channel,
    ) -> Result<(Window, Visibility), DeskError> {
        let (kind, now) = (channel.kind, self.clock.now());
        if !Window::has_an_end(kind) {
            return Ok((Window::Open(None), Visibility::Direct));
        }
        let (at, place) = self.desk.last_in(conversation).await?.unzip();
        let place = match place {
            None | Some(Visibility::Direct) => Visibility::Direct,
            Some(Visibility::Public | Visibility::PublicAddressed) => Visibility::PublicAddressed,
        };
        Ok((Window::of(kind, place, Author::Agent, at, now), place))
    }

    async fn write(
        &self,
        agent: &Agent,
        conversation: ConversationId,
        text: &str,
        direction: Direction,
    ) -> Result<Done, DeskError> {
        let text = text.trim();
        if text.is_empty() {
            return Err(DeskError::Empty);
        }
        if text.chars().count() > LONGEST {
            return Err(DeskError::TooLong);
        }
        let (found, channel) = self.find(conversation).await?;
        let visibility = match self.window_of(conversation, &channel).await? {
            _ if direction != Direction::Out => Visibility::Direct,
            (Window::Closed(instead), _) => return Err(DeskError::WindowClosed(instead)),
            (Window::Open(_) | Window::OpenForAgent(_), place) => place,
        };
        let message = NewMessage {
            id: MessageId::new(self.ids.next()),
            direction,
            author: Author::Agent,
            agent: Some(agent.id),
            // Agents paste what customers sent them elsewhere.
            text: markup::escape_but_code(&mask(&text.replace('\0', ""))),
            quick_replies: Vec::new(),
            answers: None,
            visibility,
            aside: None,
            delivery: channel.delivery,
            at: self.clock.now(),
        };
        let outcome = self.desk.write(conversation, agent.id, message).await?;
        let done = self.told(&found, outcome)?;
        if direction == Direction::Out && channel.delivery == Delivery::Push {
            self.feed.sends().notify_one();
        }
        Ok(done)
    }

    async fn find(&self, conversation: ConversationId) -> Result<(Conversation, Channel), DeskError> {
        self.desk.conversation(conversation).await?.ok_or(DeskError::Missing)
    }

    fn told(&self, conversation: &Conversation, outcome: DeskOutcome) -> Result<Done, DeskError> {
        match outcome {
            DeskOutcome::Done { on_the_way } => {
                let (brand, key) = (conversation.brand, conversation.id.get());
                self.feed.touch(brand, ChangeKind::Conversation, key, Some(conversation.address));
                Ok(Done { on_the_way })
            }
            DeskOutcome::Missing => Err(DeskError::Missing),
            DeskOutcome::Refused(owner, agent) => Err(DeskError::Refused { owner, agent }),
            DeskOutcome::Crossed => Err(DeskError::Crossed),
        }
    }
}
