//! The customer's card as it is shown: the person, over all customers that are merged.

use super::people_view::{
    LikeView, Look, OrderView, PastView, PlaceView, level_tone, like_view, order_view, past_view, place_view,
    worth,
};
use crate::frame::texts;
use crate::view::{self, Spark, spark};
use crate::words::{self, codes};
use lara_core::model::{CustomerId, Level};
use lara_store::pages::{Card, MoodPoint, Profile, TalkHead};

pub(crate) struct CardView {
    pub(crate) known: bool,
    /// The page of the person.
    pub(crate) profile: Option<CustomerId>,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) colour: String,
    pub(crate) level: &'static str,
    pub(crate) level_tone: &'static str,
    /// How it is known that it is they who write here.
    pub(crate) how: Option<String>,
    /// Nobody has proven who writes here: an agent may say.
    pub(crate) unproven: bool,
    pub(crate) tier: Option<String>,
    pub(crate) worth: Option<String>,
    pub(crate) opted_out: bool,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) language: Option<String>,
    pub(crate) spark: Option<Spark>,
    pub(crate) mood_words: String,
    pub(crate) orders: Vec<OrderView>,
    /// How many there are, also those not shown.
    pub(crate) orders_in_all: i64,
    pub(crate) preferences: Vec<LikeView>,
    pub(crate) addresses: Vec<PlaceView>,
    pub(crate) past: Vec<PastView>,
    pub(crate) suggested: Option<String>,
}

/// Moods in words, for who cannot see the drawing.
pub(crate) fn mood_words(look: &Look<'_>, moods: &[MoodPoint]) -> String {
    let told: Vec<&str> = moods.iter().map(|point| codes::mood(look.language(), point.mood)).collect();
    format!("{}: {}", look.words().mood, told.join(", "))
}

/// The card of the person in a conversation.
pub(crate) fn card_view(look: &Look<'_>, head: &TalkHead, card: &Card) -> CardView {
    let w = texts(look.visitor);
    let language = look.language();
    let person = card.person.as_ref();
    let name = card.name().map(ToOwned::to_owned).or_else(|| head.address_name.clone());
    let all = |of: fn(&Profile) -> Vec<&str>| {
        person.map(of).filter(|values| !values.is_empty()).map(|values| values.join(", "))
    };
    let here = person.and_then(|person| person.places.iter().find(|place| place.id == head.address));
    CardView {
        known: name.is_some(),
        profile: person.map(|person| person.id),
        initials: name.as_deref().map(view::initials).unwrap_or_default(),
        colour: if name.is_some() { view::colour(&head.id.to_string()) } else { "none".to_owned() },
        name: name.unwrap_or_else(|| w.visitor.to_owned()),
        level: codes::level(language, head.level),
        level_tone: level_tone(head.level),
        how: here.map(|place| super::people_view::how_known(look, place)),
        unproven: head.level != Level::Verified,
        tier: person.and_then(Profile::tier).map(ToOwned::to_owned),
        worth: person.and_then(|person| worth(look, &person.worth)),
        opted_out: head.opted_out_at.is_some()
            || person.is_some_and(|person| person.opted_out_at().is_some()),
        email: all(Profile::emails),
        phone: all(Profile::phones),
        external_id: all(Profile::externals),
        language: person
            .and_then(Profile::language)
            .map(|spoken| codes::spoken(language, spoken.as_str()).into_owned()),
        spark: spark(&card.moods),
        mood_words: mood_words(look, &card.moods),
        orders: card.orders.iter().map(|order| order_view(look, order)).collect(),
        orders_in_all: person.map_or(0, |person| person.worth.iter().map(|worth| worth.orders).sum()),
        preferences: person
            .map_or_else(Vec::new, |person| person.likes.iter().map(|like| like_view(look, like)).collect()),
        addresses: person.map_or_else(Vec::new, |person| {
            person.places.iter().map(|place| place_view(look, place)).collect()
        }),
        past: card.past.iter().map(|talk| past_view(look, talk)).collect(),
        suggested: (card.suggestions > 0)
            .then(|| words::fill(look.words().suggestions_n, &[("n", &card.suggestions.to_string())])),
    }
}
