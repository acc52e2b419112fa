//! One template as the editor shows it: its text, the faults, the previews, the history.

use super::templates::{link, version};
use crate::auth::Visitor;
use crate::error::Fault;
use crate::frame::texts;
use crate::state::Shared;
use crate::view::{Line, Zone, differences};
use crate::words::{self, Words, codes};
use lara_core::act::template::{self, Context};
use lara_core::model::{Agent, Brand, ChannelKind, CustomerId, Language, TemplateName, TemplateVersion};
use lara_core::studio::For;
use lara_store::pages::FoundCustomer;

/// Customers offered for a preview.
const PEOPLE: u32 = 6;

pub(crate) struct FaultView {
    pub(crate) place: String,
    pub(crate) message: String,
    pub(crate) nearest: Option<String>,
}

pub(crate) struct PreviewView {
    pub(crate) name: String,
    pub(crate) language: String,
    pub(crate) channel: String,
    pub(crate) length: usize,
    pub(crate) html: Option<String>,
    pub(crate) hands_over: Option<String>,
}

pub(crate) struct PersonView {
    pub(crate) id: CustomerId,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

pub(crate) struct NameView {
    pub(crate) name: String,
    pub(crate) insert: String,
}

pub(crate) struct VariantView {
    pub(crate) link: String,
    pub(crate) name: String,
    pub(crate) chosen: bool,
}

pub(crate) struct LineView {
    pub(crate) class: &'static str,
    pub(crate) sign: &'static str,
    pub(crate) text: String,
}

pub(crate) struct HistoryView {
    pub(crate) version: i64,
    pub(crate) name: String,
    pub(crate) live: bool,
    pub(crate) when: String,
    pub(crate) by: String,
    pub(crate) restores: Option<String>,
    pub(crate) lines: Vec<LineView>,
}

pub(crate) struct Theirs {
    pub(crate) by: String,
    pub(crate) lines: Vec<LineView>,
}

pub(crate) struct Editor {
    pub(crate) title: String,
    pub(crate) key: String,
    pub(crate) language_code: &'static str,
    pub(crate) channel_code: &'static str,
    pub(crate) draft: String,
    pub(crate) version: i64,
    pub(crate) state: String,
    pub(crate) body: String,
    pub(crate) variants: Vec<VariantView>,
    pub(crate) names: Vec<NameView>,
    pub(crate) people: Vec<PersonView>,
    pub(crate) find: String,
    pub(crate) faults: Vec<FaultView>,
    pub(crate) previews: Vec<PreviewView>,
    pub(crate) history: Vec<HistoryView>,
    pub(crate) theirs: Option<Theirs>,
}

pub(crate) fn fault_views(w: &Words, faults: &[template::Fault]) -> Vec<FaultView> {
    let view = |fault: &template::Fault| FaultView {
        place: words::fill(
            w.fault_at,
            &[("line", &fault.line.to_string()), ("column", &fault.column.to_string())],
        ),
        message: fault.message.clone(),
        nearest: fault.nearest.as_ref().map(|near| words::fill(w.did_you_mean, &[("name", near)])),
    };
    faults.iter().map(view).collect()
}

/// Every name a template may use, with what pressing it inserts.
fn names() -> Vec<NameView> {
    fn walk(path: &str, value: &serde_json::Value, found: &mut Vec<NameView>) {
        use serde_json::Value;
        let put = |found: &mut Vec<NameView>, insert: String| {
            found.push(NameView { name: path.to_owned(), insert });
        };
        match value {
            Value::Object(inside) => {
                for (name, value) in inside {
                    let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    walk(&path, value, found);
                }
            }
            Value::Array(items) => match items.first() {
                Some(Value::Object(inside)) => {
                    let line: Vec<String> = inside.keys().map(|name| format!("{{{{{name}}}}}")).collect();
                    put(found, format!("{{{{#each {path}}}}}\n- {}\n{{{{/each}}}}", line.join(" ")));
                }
                _ => put(found, format!("{{{{#each {path}}}}}\n- {{{{this}}}}\n{{{{/each}}}}")),
            },
            Value::Bool(_) => put(found, format!("{{{{#if {path}}}}}{{{{/if}}}}")),
            _ => put(found, format!("{{{{{path}}}}}")),
        }
    }
    let mut found = Vec::new();
    if let Ok(full) = serde_json::to_value(Context::full()) {
        walk("", &full, &mut found);
    }
    found
}

/// The previews of a body: for a stranger and the chosen customers in its own language, and for the stranger as the
/// live template of the other language says it.
pub(crate) async fn previews(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    name: &TemplateName,
    body: &str,
    people: &[(CustomerId, String)],
) -> Result<Vec<PreviewView>, Fault> {
    let w = texts(visitor);
    let channel = name.channel.unwrap_or(ChannelKind::Web);
    let mut shown = Vec::new();
    let everybody = std::iter::once((For::Stranger, w.editor_stranger.to_owned()))
        .chain(people.iter().map(|(id, name)| (For::Customer(*id), name.clone())));
    for (whom, who) in everybody {
        if let Some(view) = one(state, visitor, brand, name, body, whom, channel, who).await? {
            shown.push(view);
        }
    }
    let other = TemplateName {
        language: match name.language {
            Language::English => Language::Vietnamese,
            Language::Vietnamese => Language::English,
        },
        ..name.clone()
    };
    if let Some(source) = state.studio.source(brand.id, &other).await? {
        let who = w.editor_other_language.to_owned();
        let whom = people.first().map_or(For::Stranger, |(id, _)| For::Customer(*id));
        if let Some(view) = one(state, visitor, brand, &other, &source.body, whom, channel, who).await? {
            shown.push(view);
        }
    }
    Ok(shown)
}

#[expect(clippy::too_many_arguments, reason = "one call of the studio and the name to put above its answer")]
async fn one(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    name: &TemplateName,
    body: &str,
    whom: For<'_>,
    channel: ChannelKind,
    who: String,
) -> Result<Option<PreviewView>, Fault> {
    let language = codes::spoken(visitor.language, name.language.as_str()).into_owned();
    let channel_text = codes::channel(visitor.language, channel).to_owned();
    Ok(match state.studio.preview(brand.id, name, body, whom, channel).await? {
        Ok(preview) => Some(PreviewView {
            name: who,
            language,
            channel: channel_text,
            length: preview.length,
            html: Some(preview.html),
            hands_over: None,
        }),
        Err(faults) => faults.first().map(|fault| PreviewView {
            name: who,
            language,
            channel: channel_text,
            length: 0,
            html: None,
            hands_over: Some(words::fill(texts(visitor).hands_over, &[("reason", &fault.message)])),
        }),
    })
}

fn lines(old: &str, new: &str) -> Vec<LineView> {
    let shown = differences(old, new);
    let changed = shown.iter().any(|line| !matches!(line, Line::Same(_)));
    let view =
        |line: &Line<'_>| LineView { class: line.class(), sign: line.sign(), text: line.text().to_owned() };
    if changed { shown.iter().map(view).collect() } else { Vec::new() }
}

fn history(
    w: &'static Words,
    zone: &Zone,
    versions: &[TemplateVersion],
    shipped: Option<&str>,
    agents: &[Agent],
) -> Vec<HistoryView> {
    let live = versions.first();
    let live_body = live.map(|version| version.body.as_str()).or(shipped).unwrap_or("");
    let by = |version: &TemplateVersion| match version.published_by {
        None => w.history_console.to_owned(),
        Some(id) => {
            let name = agents.iter().find(|agent| agent.id == id).map_or("?", |agent| agent.name.as_str());
            words::fill(w.history_by, &[("name", name)])
        }
    };
    let mut shown: Vec<HistoryView> = versions
        .iter()
        .map(|one| HistoryView {
            version: one.version,
            name: version(w, one.version),
            live: live.is_some_and(|live| live.version == one.version),
            when: zone.moment(one.published_at),
            by: by(one),
            restores: one.restores.map(|n| match n {
                0 => w.history_restores_shipped.to_owned(),
                n => words::fill(w.history_restores, &[("n", &n.to_string())]),
            }),
            lines: lines(live_body, &one.body),
        })
        .collect();
    if let Some(shipped) = shipped.filter(|_| live.is_some()) {
        shown.push(HistoryView {
            version: 0,
            name: w.state_shipped.to_owned(),
            live: false,
            when: String::new(),
            by: String::new(),
            restores: None,
            lines: lines(live_body, shipped),
        });
    }
    shown
}

fn shipped_body(name: &TemplateName) -> Option<&'static str> {
    template::shipped().find(|(shipped, _)| shipped == name).map(|(_, body)| body)
}

async fn variants(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    name: &TemplateName,
) -> Result<Vec<VariantView>, Fault> {
    let mut kinds: Vec<ChannelKind> =
        state.brands.channels(Some(brand.id)).await?.into_iter().map(|channel| channel.kind).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let w = texts(visitor);
    let mut shown = Vec::new();
    for language in Language::ALL {
        let one = TemplateName { language: *language, ..name.clone() };
        let text = codes::spoken(visitor.language, language.as_str()).into_owned();
        shown.push(VariantView { link: link(&one), name: text, chosen: one.language == name.language });
    }
    let all = TemplateName { channel: None, ..name.clone() };
    shown.push(VariantView {
        link: link(&all),
        name: w.all_channels.to_owned(),
        chosen: name.channel.is_none(),
    });
    for kind in kinds {
        let one = TemplateName { channel: Some(kind), ..name.clone() };
        let text = codes::channel(visitor.language, kind).to_owned();
        shown.push(VariantView { link: link(&one), name: text, chosen: name.channel == Some(kind) });
    }
    Ok(shown)
}

/// What an editor page is made of beside the template's name.
pub(crate) struct Draft<'a> {
    pub(crate) body: Option<&'a str>,
    pub(crate) people: Vec<CustomerId>,
    pub(crate) find: &'a str,
    pub(crate) stale: bool,
}

async fn people(
    state: &Shared,
    brand: &Brand,
    find: &str,
    chosen: &[CustomerId],
) -> Result<Vec<PersonView>, Fault> {
    let mut found: Vec<FoundCustomer> =
        state.pages.find_customers(brand.id, &lara_store::fold(find), PEOPLE).await?;
    for id in chosen {
        if !found.iter().any(|one| one.id == *id)
            && let Some((customer, _, _)) = state.directory.profile(brand.id, *id).await?
        {
            found.push(FoundCustomer { id: *id, name: customer.name.unwrap_or_default(), orders: 0 });
        }
    }
    let first = if chosen.is_empty() { found.first().map(|one| one.id) } else { None };
    let view = |one: FoundCustomer| PersonView {
        chosen: chosen.contains(&one.id) || first == Some(one.id),
        id: one.id,
        name: one.name,
    };
    Ok(found.into_iter().map(view).collect())
}

pub(crate) async fn editor(
    state: &Shared,
    visitor: &Visitor,
    brand: &Brand,
    name: TemplateName,
    draft: Draft<'_>,
) -> Result<Editor, Fault> {
    let w = texts(visitor);
    let zone = Zone::new(&brand.settings.time_zone, visitor.language);
    let source = state.studio.source(brand.id, &name).await?.ok_or(Fault::Missing)?;
    let versions = state.studio.versions(brand.id, &name).await?;
    let agents = state.agents.agents().await?;
    let body = draft.body.unwrap_or(&source.body).to_owned();
    let people = people(state, brand, draft.find, &draft.people).await?;
    let chosen: Vec<(CustomerId, String)> =
        people.iter().filter(|one| one.chosen).map(|one| (one.id, one.name.clone())).collect();
    let faults = state.studio.check(&name, &body);
    let previews = if faults.is_empty() {
        previews(state, visitor, brand, &name, &body, &chosen).await?
    } else {
        Vec::new()
    };
    let history = history(w, &zone, &versions, shipped_body(&name), &agents);
    let theirs = draft.stale.then(|| Theirs {
        by: history.first().map(|one| format!("{} {}", one.when, one.by)).unwrap_or_default(),
        lines: lines(&body, &source.body),
    });
    Ok(Editor {
        title: codes::key(visitor.language, &name.key).into_owned(),
        language_code: name.language.as_str(),
        channel_code: name.channel.map_or("", ChannelKind::as_str),
        draft: format!(
            "{}-{}-{}-{}",
            name.key,
            name.language,
            name.channel.map_or("", ChannelKind::as_str),
            source.version
        ),
        version: source.version,
        state: version(w, source.version),
        variants: variants(state, visitor, brand, &name).await?,
        names: names(),
        find: draft.find.to_owned(),
        faults: fault_views(w, &faults),
        key: name.key,
        body,
        people,
        previews,
        history,
        theirs,
    })
}
