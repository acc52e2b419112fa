//! One conversation: the transcript with Lara's readings, the customer's card, and what an agent may do.

use super::card_view::{CardView, card_view};
use super::people_view::Look;
use super::person;
use super::queue::{Empty, Group, List, beside};
use super::talk_view::{TalkView, talk_view};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::form::Fields;
use crate::frame::{Frame, Here, Notice, frame, page, texts};
use crate::state::Shared;
use crate::view::Zone;
use crate::words::{self, PeopleWords, SaidWords, Words};
use askama::Template;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use lara_core::deliver::window::Window;
use lara_core::desk::{DeskError, LONGEST};
use lara_core::model::{ConversationId, Owner};
use lara_store::pages::TalkHead;
use serde::Deserialize;

/// Messages on a page.
const MESSAGES: u32 = 200;

#[derive(Template)]
#[template(path = "talk.html")]
struct Page {
    w: &'static Words,
    said: &'static SaidWords,
    p: &'static PeopleWords,
    f: Frame,
    t: TalkView,
    c: CardView,
    groups: Vec<Group>,
    empty: Option<Empty>,
    waiting: i64,
    mine: i64,
    refresh: String,
}

#[derive(Template)]
#[template(path = "talk_part.html")]
struct TalkPart {
    w: &'static Words,
    said: &'static SaidWords,
    f: Frame,
    t: TalkView,
}

#[derive(Template)]
#[template(path = "card_part.html")]
struct CardPart {
    w: &'static Words,
    p: &'static PeopleWords,
    t: TalkView,
    c: CardView,
}

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    fragment: String,
    before: Option<i64>,
    #[serde(default)]
    said: String,
    #[serde(default)]
    n: i64,
}

/// `GET /desk/c/{id}`.
pub(crate) async fn show(
    State(state): State<Shared>,
    visitor: Visitor,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result<Response, Fault> {
    let id: ConversationId = id.parse().map_err(|_| Fault::Missing)?;
    let talk = state.pages.talk(id, asked.before, MESSAGES).await?.ok_or(Fault::Missing)?;
    let brand = state.brands.brand(talk.head.brand).await?.ok_or(Fault::Missing)?;
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let card = state.pages.card(&talk.head).await?;
    let now = state.clock.now();
    let (w, said) = (texts(&visitor), words::said(visitor.language));
    let notice = notice(&visitor, &asked, &talk.head);
    let shown = card_view(&Look { visitor: &visitor, zone: &zone, now }, &talk.head, &card);
    let window = state.desk.window(id).await.unwrap_or(Window::Open(None));
    let t = talk_view(&visitor, &zone, talk, card.name(), window, now);
    match asked.fragment.as_str() {
        "card" => page(&CardPart { w, p: words::people(visitor.language), t, c: shown }),
        "talk" => {
            let f = frame(&state, &visitor, Here::Queue, Some(&brand), notice).await?;
            page(&TalkPart { w, said, f, t })
        }
        _ => {
            let f = frame(&state, &visitor, Here::Queue, Some(&brand), notice).await?;
            let (List { groups, empty }, refresh) = beside(&state, &visitor, &brand, id).await?;
            let (waiting, mine) = (f.waiting, f.mine);
            let p = words::people(visitor.language);
            page(&Page { w, said, p, f, t, c: shown, groups, empty, waiting, mine, refresh })
        }
    }
}

/// The word about what was just done, from its code in the address.
fn notice(visitor: &Visitor, asked: &Asked, head: &TalkHead) -> Option<Notice> {
    let w = texts(visitor);
    let holder = head.agent.as_ref().map_or("", |(_, name)| name.as_str());
    Some(match asked.said.as_str() {
        "take-over" if asked.n > 0 => {
            Notice::warn(words::fill(w.did_take_over_late, &[("n", &asked.n.to_string())]))
        }
        "take-over" => Notice::good(w.did_take_over),
        "note" => Notice::good(w.did_note),
        "hand-back" => Notice::good(w.did_hand_back),
        "resolve" if head.owner == Owner::Closed => Notice::good(w.did_resolve),
        // A message nobody had decided kept it open: it is Lara's now.
        "resolve" => Notice::warn(w.did_resolve_late),
        "crossed" => Notice::bad(w.refused_crossed),
        "refused" => match head.owner {
            Owner::Closed => Notice::bad(w.refused_closed),
            Owner::Agent => Notice::bad(words::fill(w.refused_agent, &[("name", holder)])),
            Owner::Bot | Owner::Waiting => Notice::bad(w.refused_bot),
        },
        "empty" => Notice::bad(w.refused_empty),
        "window" => Notice::bad(w.refused_window),
        "tie" | "gone" | "same" => return person::said(words::people(visitor.language), &asked.said),
        "long" => Notice::bad(words::fill(w.refused_long, &[("n", &LONGEST.to_string())])),
        _ => return None,
    })
}

/// How far the agent had read when they clicked. Who does not say it has read nothing.
fn seen(fields: &Fields) -> i64 {
    fields.one("seen").parse().unwrap_or(0)
}

/// `POST /desk/c/{id}/{act}`.
pub(crate) async fn act(
    State(state): State<Shared>,
    visitor: Visitor,
    Path((id, act)): Path<(String, String)>,
    fields: Fields,
) -> Result<Response, Fault> {
    let id: ConversationId = id.parse().map_err(|_| Fault::Missing)?;
    let agent = visitor.signed()?;
    let text = fields.one("text");
    let done = match act.as_str() {
        "take-over" => state.desk.take_over(agent, id).await,
        "reply" => state.desk.reply(agent, id, text).await,
        "note" => state.desk.note(agent, id, text).await,
        "hand-back" => state.desk.hand_back(agent, id).await,
        "resolve" => state.desk.resolve(agent, id, Some(seen(&fields))).await,
        _ => return Err(Fault::Missing),
    };
    let said = match done {
        Ok(done) if done.on_the_way > 0 => format!("?said={act}&n={}", done.on_the_way),
        Ok(_) if act == "reply" => String::new(),
        Ok(_) => format!("?said={act}"),
        Err(DeskError::Crossed) => "?said=crossed".to_owned(),
        Err(DeskError::Refused { .. }) => "?said=refused".to_owned(),
        Err(DeskError::Empty) => "?said=empty".to_owned(),
        Err(DeskError::TooLong) => "?said=long".to_owned(),
        Err(DeskError::WindowClosed(_)) => "?said=window".to_owned(),
        Err(DeskError::Missing) => return Err(Fault::Missing),
        Err(DeskError::Store(error)) => return Err(error.into()),
    };
    Ok(Redirect::to(&format!("/desk/c/{id}{said}")).into_response())
}
