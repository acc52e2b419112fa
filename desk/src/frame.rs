//! What surrounds every page: the rail with brand and places, the reader's language and light, a word about what was done.

use crate::assets;
use crate::auth::{Reader, Visitor};
use crate::error::Fault;
use crate::state::Shared;
use crate::view;
use crate::words::{self, Words, codes};
use askama::Template;
use axum::response::{Html, IntoResponse as _, Response};
use lara_core::model::{Brand, Language, Role};
use lara_store::pages::Counts;

/// A word to the reader at the top of a page.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) kind: &'static str,
    pub(crate) icon: &'static str,
    pub(crate) text: String,
}

impl Notice {
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self { kind: "good", icon: "check", text: text.into() }
    }

    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self { kind: "bad", icon: "warn", text: text.into() }
    }

    pub(crate) fn warn(text: impl Into<String>) -> Self {
        Self { kind: "warn", icon: "warn", text: text.into() }
    }
}

/// A brand in the switcher.
pub(crate) struct BrandLink {
    pub(crate) slug: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

/// Where in the rail a page is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Here {
    Queue,
    People,
    Suggestions,
    Mentions,
    Templates,
    Facts,
    Shop,
    Channels,
    Agents,
}

impl Here {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::People => "people",
            Self::Suggestions => "suggestions",
            Self::Mentions => "mentions",
            Self::Templates => "templates",
            Self::Facts => "facts",
            Self::Shop => "shop",
            Self::Channels => "channels",
            Self::Agents => "agents",
        }
    }
}

/// The frame of a page for who is signed in.
pub(crate) struct Frame {
    pub(crate) theme: &'static str,
    pub(crate) version: &'static str,
    pub(crate) here: &'static str,
    /// The id of the brand the page is about, empty without one: changes of others do not concern it.
    pub(crate) brand: String,
    pub(crate) brands: Vec<BrandLink>,
    pub(crate) back: String,
    pub(crate) back_from_brand: String,
    pub(crate) csrf: String,
    pub(crate) waiting: i64,
    pub(crate) mine: i64,
    /// Suggestions that wait to be decided.
    pub(crate) suggestions: i64,
    pub(crate) admin: bool,
    pub(crate) owner: bool,
    pub(crate) demo: bool,
    pub(crate) name: String,
    pub(crate) initials: String,
    pub(crate) colour: String,
    pub(crate) role: &'static str,
    pub(crate) next_theme: &'static str,
    pub(crate) next_language: &'static str,
    pub(crate) next_language_name: &'static str,
    pub(crate) notice: Option<Notice>,
}

/// The brand a reader works for: the chosen one, else their own first, else the demo.
pub(crate) fn chosen<'a>(brands: &'a [Brand], reader: &Reader) -> Option<&'a Brand> {
    let wanted = reader.brand.as_deref();
    brands
        .iter()
        .find(|brand| Some(brand.slug.as_str()) == wanted)
        .or_else(|| brands.iter().find(|brand| !brand.demo))
        .or_else(|| brands.first())
}

/// The brand a page is about; a page that needs one sends those who have none to make one.
pub(crate) async fn brand(state: &Shared, visitor: &Visitor) -> Result<Option<Brand>, Fault> {
    Ok(chosen(&state.brands.brands().await?, visitor).cloned())
}

/// The frame of a page. `about` is the brand of the page where it is not the chosen one (a conversation's).
pub(crate) async fn frame(
    state: &Shared,
    visitor: &Visitor,
    here: Here,
    about: Option<&Brand>,
    notice: Option<Notice>,
) -> Result<Frame, Fault> {
    let agent = visitor.signed()?;
    let brands = state.brands.brands().await?;
    let brand = about.or_else(|| chosen(&brands, visitor));
    let (counts, suggestions) = match brand {
        Some(brand) => {
            (state.pages.counts(brand.id, agent.id).await?, state.pages.suggestions_waiting(brand.id).await?)
        }
        None => (Counts::default(), 0),
    };
    let (next_language, next_language_name) = other_language(visitor.language);
    Ok(Frame {
        theme: visitor.theme.as_str(),
        version: &assets::VERSION,
        here: here.as_str(),
        brand: brand.map(|brand| brand.id.to_string()).unwrap_or_default(),
        brands: brands
            .iter()
            .map(|one| BrandLink {
                slug: one.slug.clone(),
                name: one.name.clone(),
                chosen: brand.is_some_and(|brand| brand.id == one.id),
            })
            .collect(),
        back: assets::query_value(&visitor.path),
        back_from_brand: match here {
            Here::Queue => "/desk".to_owned(),
            _ => format!("/desk/{}", here.as_str()),
        },
        csrf: visitor.csrf.clone(),
        waiting: counts.waiting,
        mine: counts.mine,
        suggestions,
        admin: agent.role >= Role::Admin,
        owner: agent.role >= Role::Owner,
        demo: brand.is_some_and(|brand| brand.demo),
        name: agent.name.clone(),
        initials: view::initials(&agent.name),
        colour: view::colour(&agent.id.to_string()),
        role: codes::role(visitor.language, agent.role),
        next_theme: next_theme(visitor),
        next_language,
        next_language_name,
        notice,
    })
}

const fn other_language(language: Language) -> (&'static str, &'static str) {
    match language {
        Language::English => ("vi", "Tiếng Việt"),
        Language::Vietnamese => ("en", "English"),
    }
}

fn next_theme(reader: &Reader) -> &'static str {
    match reader.theme.as_str() {
        "dark" => "light",
        "light" => "auto",
        _ => "dark",
    }
}

/// The frame of a page outside the desk.
pub(crate) struct Door {
    pub(crate) theme: &'static str,
    pub(crate) version: &'static str,
    pub(crate) back: String,
    pub(crate) next_theme: &'static str,
    pub(crate) csrf: String,
}

impl Door {
    pub(crate) fn new(visitor: &Visitor) -> Self {
        Self {
            theme: visitor.theme.as_str(),
            version: &assets::VERSION,
            back: assets::query_value(&visitor.path),
            next_theme: next_theme(visitor),
            csrf: visitor.csrf.clone(),
        }
    }
}

/// The texts for a reader.
pub(crate) fn texts(visitor: &Visitor) -> &'static Words {
    words::of(visitor.language)
}

/// A rendered page.
pub(crate) fn page(template: &impl Template) -> Result<Response, Fault> {
    Ok(Html(template.render()?).into_response())
}

/// A path of our own to go back to; anything else is the queue.
pub(crate) fn local(path: &str) -> &str {
    let ours = path.starts_with('/')
        && !path.starts_with("//")
        && !path.contains('\\')
        && !path.contains(char::is_control);
    if ours { path } else { "/desk" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_paths_are_gone_back_to() {
        assert_eq!(local("/desk/c/1?x=2"), "/desk/c/1?x=2");
        for foreign in ["", "//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nb", "desk"] {
            assert_eq!(local(foreign), "/desk", "{foreign}");
        }
    }
}
