//! Where a reply goes: the channel of a talk, a thread of its own, a private thread, direct messages, or the answer to a press.

use super::body;
use super::{Sending, Trouble};
use crate::discord::api::{Call, Failure};
use crate::discord::ids::{Address, Nonce, Snowflake};
use crate::discord::places::{Follow, Private, Thread};
use crate::discord::shape;
use lara_core::ports::SendError;
use reqwest::Method;
use serde_json::{Value, json};

/// Types of threads (resources/channel.mdx, "Channel Types").
const PRIVATE_THREAD: u64 = 12;
/// Minutes without a word after which Discord puts a thread away; writing in it brings it back.
const ARCHIVE: u64 = 1_440;
/// The message has its thread already; the thread has the id of its message.
const HAS_THREAD: u64 = 160_004;
/// What Discord answers where a person takes no direct messages.
const CLOSED: [u64; 2] = [50_007, 50_278];
/// The channel is gone.
const NO_CHANNEL: u64 = 10_003;

impl Sending<'_> {
    // ------------------------------------------------------------------------------------------------------ in the open

    /// Into the channel of the address, or the thread that was opened for its question.
    pub(super) async fn in_public(&self, channel: Snowflake) -> Result<Option<String>, Trouble> {
        let at = self.kept.at(self.address).await?.unwrap_or(channel);
        let asked = self.dispatch.reply_to.as_deref().and_then(|id| id.parse().ok());
        if at == channel
            && self.settings.threads
            && let Some(question) = asked
            && let Some(thread) = self.open_thread(channel, question).await?
        {
            return self.posted(thread, None).await.map_err(Trouble::from);
        }
        let reply_to = asked.filter(|_| at == channel && self.place == 0);
        match self.posted(at, reply_to).await {
            // The thread was deleted: back to where it hung.
            Err(failure) if failure.code() == NO_CHANNEL && at != channel => {
                self.kept.set_at(self.address, channel, self.shared.clock.now()).await?;
                Ok(self.posted(channel, asked).await?)
            }
            result => Ok(result?),
        }
    }

    /// A thread on the question; `None` where there can be none: then it is answered in the channel.
    async fn open_thread(
        &self,
        channel: Snowflake,
        question: Snowflake,
    ) -> Result<Option<Snowflake>, Trouble> {
        let body = json!({ "name": "Hỏi đáp · Q&A", "auto_archive_duration": ARCHIVE });
        let thread =
            match self.api.post(&format!("/channels/{channel}/messages/{question}/threads"), &body).await {
                Ok(thread) => shape::id(&thread, "id").unwrap_or(question),
                Err(failure) if failure.code() == HAS_THREAD => question,
                Err(Failure::Refused { status, .. }) if status != 401 => return Ok(None),
                Err(failure) => return Err(failure.into()),
            };
        let now = self.shared.clock.now();
        self.kept.set_thread(thread, Thread { of: self.address, private: false }, now).await?;
        self.kept.set_at(self.address, thread, now).await?;
        // So that they are told of what is written there. Without the right they still see it under their question.
        let _ = self.api.put(&format!("/channels/{thread}/thread-members/{}", self.address.user())).await;
        Ok(Some(thread))
    }

    // ------------------------------------------------------------------------------------------------------- in private

    /// To one person of a server: as the answer to what they pressed, in a private thread, in direct messages, or behind a
    /// button in the open.
    pub(super) async fn in_private(
        &self,
        channel: Snowflake,
        user: Snowflake,
    ) -> Result<Option<String>, Trouble> {
        if let Some(sent) = self.follow_up().await? {
            return Ok(sent);
        }
        let known = self.kept.private(self.address).await?;
        if known == Some(Private::Door) && self.is_more_of_the_same() {
            // The button that stands for the first piece opens the whole.
            return Ok(None);
        }
        if let Some(Private::At(place)) = known {
            match self.posted(place, None).await {
                Err(failure) if failure.code() == NO_CHANNEL => {}
                result => return Ok(result?),
            }
        }
        if let Some(thread) = self.open_private_thread(channel, user).await? {
            return Ok(self.posted(thread, None).await?);
        }
        match self.to_direct(user).await {
            Err(Trouble::Call(failure)) if CLOSED.contains(&failure.code()) => {
                self.kept.set_private(self.address, Private::Door, self.shared.clock.now()).await?;
                self.behind_a_button(channel).await
            }
            result => result,
        }
    }

    /// A private thread for the person; `None` where the server allows none.
    async fn open_private_thread(
        &self,
        channel: Snowflake,
        user: Snowflake,
    ) -> Result<Option<Snowflake>, Trouble> {
        let body = json!({
            "name": "Hỗ trợ · Support",
            "type": PRIVATE_THREAD,
            "invitable": false,
            "auto_archive_duration": ARCHIVE,
        });
        let thread = match self.api.post(&format!("/channels/{channel}/threads"), &body).await {
            Ok(thread) => shape::id(&thread, "id"),
            Err(Failure::Refused { status, .. }) if status != 401 => None,
            Err(failure) => return Err(failure.into()),
        };
        let Some(thread) = thread else { return Ok(None) };
        match self.api.put(&format!("/channels/{thread}/thread-members/{user}")).await {
            Ok(_) => {}
            // Nobody would read it there.
            Err(Failure::Refused { status, .. }) if status != 401 => return Ok(None),
            Err(failure) => return Err(failure.into()),
        }
        let now = self.shared.clock.now();
        self.kept.set_thread(thread, Thread { of: self.address, private: true }, now).await?;
        self.kept.set_private(self.address, Private::At(thread), now).await?;
        Ok(Some(thread))
    }

    /// Into the direct messages of a person.
    pub(super) async fn to_direct(&self, user: Snowflake) -> Result<Option<String>, Trouble> {
        if let Some(place) = self.kept.direct(user).await? {
            match self.posted(place, None).await {
                Err(failure) if failure.code() == NO_CHANNEL => {
                    self.kept.set_direct(user, None, self.shared.clock.now()).await?;
                }
                result => return Ok(result?),
            }
        }
        let place = self.api.open_direct(user).await?;
        self.kept.set_direct(user, Some(place), self.shared.clock.now()).await?;
        Ok(self.posted(place, None).await?)
    }

    /// A button in the open that shows the person, and nobody else, what was said.
    async fn behind_a_button(&self, channel: Snowflake) -> Result<Option<String>, Trouble> {
        let at = self.kept.at(self.address).await?.unwrap_or(channel);
        let body = body::posted(body::door(self.dispatch.message.id), self.nonce(), None);
        let message = self.api.post(&format!("/channels/{at}/messages"), &body).await?;
        Ok(id_of(&message))
    }

    // ------------------------------------------------------------------------------------------------ after an interaction

    /// As the answer to what the person pressed, while its token lives; `None` when there is nothing to answer.
    pub(super) async fn follow_up(&self) -> Result<Option<Option<String>>, Trouble> {
        let now = self.shared.clock.now();
        let Some(follow) = self.kept.follow(self.address, now).await? else { return Ok(None) };
        let message = body::message(&self.piece.text, &self.piece.quick_replies);
        let message = if follow.hidden { body::hidden(message) } else { message };
        let root = format!("/webhooks/{}/{}", follow.app, follow.token);
        let call = if follow.owed {
            self.api.answer(Method::PATCH, &format!("{root}/messages/@original"), &message).await
        } else {
            self.api.answer(Method::POST, &root, &message).await
        };
        match call {
            Ok(sent) => {
                // Who typed a code in a server goes on in direct messages: only the answer to it is shown there.
                let stays = follow.hidden && matches!(self.address, Address::Place { .. });
                let rest = stays.then(|| Follow { owed: false, ..follow.clone() });
                self.kept.set_follow(self.address, rest.as_ref(), now).await.map_or_else(
                    // It stands there: a mark that stays behind costs a call later, not a second message now.
                    |_| Ok(Some(id_of(&sent))),
                    |()| Ok(Some(id_of(&sent))),
                )
            }
            // The token is dead: it goes the ordinary way.
            Err(Failure::Refused { .. }) => {
                self.kept.set_follow(self.address, None, now).await?;
                Ok(None)
            }
            // Writing the first answer again writes the same; a further one would stand there twice.
            Err(Failure::Unknown(code)) if !follow.owed => Err(Trouble::Clear(SendError::Uncertain(code))),
            Err(failure) => Err(failure.into()),
        }
    }

    // ------------------------------------------------------------------------------------------------------------- calls

    /// Posts the piece in a channel.
    async fn posted(&self, place: Snowflake, reply_to: Option<Snowflake>) -> Result<Option<String>, Failure> {
        let body = body::message(&self.piece.text, &self.piece.quick_replies);
        let body = body::posted(body, self.nonce(), reply_to);
        let call: Call = self.api.post(&format!("/channels/{place}/messages"), &body).await;
        call.map(|message| id_of(&message))
    }

    fn nonce(&self) -> Nonce {
        let count = lara_core::deliver::compose(self.dispatch).len();
        let last = usize::try_from(self.place).is_ok_and(|place| place.saturating_add(1) >= count);
        Nonce { message: self.dispatch.message.id, place: self.place, last }
    }

    /// Whether the piece before this one went to the same place.
    fn is_more_of_the_same(&self) -> bool {
        let pieces = lara_core::deliver::compose(self.dispatch);
        let before = usize::try_from(self.place).unwrap_or(usize::MAX).checked_sub(1);
        before.and_then(|before| pieces.get(before)).is_some_and(|piece| piece.to == self.piece.to)
    }
}

fn id_of(message: &Value) -> Option<String> {
    shape::id(message, "id").map(|id| id.to_string())
}
