//! What a run tells of whoever wrote it: what is to be kept, what forgotten, and what Lara may use for the reply at once.

use super::stated::{self, Forget, Said};
use super::{Known, Reach};
use crate::listen::mask;
use crate::model::{Message, Millis, Preference, PreferenceSource, Product, Timestamp, Visibility};
use crate::ports::Memory;
use crate::text::folded_line;

/// How often it is noted that somebody asks about a category: once in this time.
const ASKED_AGAIN: Millis = Millis::minutes(24 * 60);

/// What a run tells of whoever wrote it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Learnt {
    /// To be kept, newly or changed.
    pub keep: Vec<Preference>,
    /// Keys to be forgotten.
    pub forget: Vec<String>,
    /// What may be used for the reply: what was known here, with what was just said and without what was taken back.
    pub likes: Vec<Preference>,
    /// Whether anything was said of themselves, new or not.
    pub said: bool,
    /// Whether something was to be forgotten.
    pub takes_back: bool,
    /// Whether what follows from their orders was.
    pub takes_back_bought: bool,
}

impl Learnt {
    /// What `text`, the text of `run`, tells. In public nothing is learnt, and nothing that is known is used. Who complains
    /// asks for no note.
    #[must_use]
    pub fn of(
        text: &str,
        run: &[Message],
        memory: &Memory,
        known: &Known<'_>,
        complains: bool,
        now: Timestamp,
    ) -> Self {
        let mut learnt = Self { likes: known.preferences().cloned().collect(), ..Self::default() };
        if !run.iter().all(|message| message.visibility == Visibility::Direct) {
            return learnt;
        }
        for said in stated::read(text) {
            match said {
                Said::Keep { key, .. } if key == "note" && complains => {}
                // Each message is masked, but not what several of a run make together.
                Said::Keep { key, value } => learnt.keep(mask(&key), mask(&value), memory, now),
                Said::Forget(what) => learnt.forget(what, memory),
            }
        }
        learnt
    }

    fn keep(&mut self, key: String, value: String, memory: &Memory, now: Timestamp) {
        self.said = true;
        self.forget.retain(|forgotten| *forgotten != key);
        let known = |like: &Preference| {
            like.key == key && like.value == value && like.source == PreferenceSource::Stated
        };
        if self.likes.iter().any(known) {
            return;
        }
        self.likes.retain(|like| like.key != key);
        self.keep.retain(|like| like.key != key);
        let address = Some(memory.address.id);
        let said = Preference { key, value, source: PreferenceSource::Stated, address, at: now };
        self.likes.push(said.clone());
        self.keep.push(said);
    }

    fn forget(&mut self, what: Forget, memory: &Memory) {
        let keys: Vec<String> = match what {
            Forget::Topic(topic) => {
                self.likes.iter().filter(|like| like.topic() == topic).map(|like| like.key.clone()).collect()
            }
            Forget::Last => {
                let stated = self.likes.iter().filter(|like| {
                    like.source == PreferenceSource::Stated && like.address == Some(memory.address.id)
                });
                stated.max_by_key(|like| like.at).map(|like| like.key.clone()).into_iter().collect()
            }
        };
        self.said = true;
        self.takes_back = true;
        self.takes_back_bought |= what == Forget::Topic("bought");
        self.likes.retain(|like| !keys.contains(&like.key));
        self.keep.retain(|like| !keys.contains(&like.key));
        self.forget.extend(keys);
    }
}

/// That a known person asks about a product of some category: noted once a day, and never once it was to be forgotten.
#[must_use]
pub fn asked(product: &Product, memory: &Memory, known: &Known<'_>, now: Timestamp) -> Option<Preference> {
    let category = product.category.as_deref().filter(|category| !folded_line(category).is_empty())?;
    if known.reach != Reach::Whole {
        return None;
    }
    let key = format!("asked:{}", folded_line(category));
    let forgotten = memory.forgotten.contains(&key);
    let lately = |like: &Preference| like.key == key && now.since(like.at) < ASKED_AGAIN;
    if forgotten || memory.preferences.iter().any(lately) {
        return None;
    }
    let value = category.to_owned();
    Some(Preference { key, value, source: PreferenceSource::Observed, address: None, at: now })
}
