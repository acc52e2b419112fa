//! Everything that can be said about a template before it is published.

use super::context::Context;
use super::library::{self, Library, RenderFault};
use super::{Fault, KEYS, names, needs, partials, samples};
use crate::act::markup::{self, Document};
use crate::deliver::limits::limits;
use crate::model::{ChannelKind, Intent, TemplateName};

/// A template that may be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// It rendered for each sample of its key.
    pub trials: Vec<Trial>,
}

/// A template rendered for one sample.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trial {
    /// The sample.
    pub sample: String,
    /// Neutral markup.
    pub text: String,
}

/// What a template for our own channels may grow to, in characters.
const OURS: usize = 8_000;

/// How long a text is on a channel, and the longest that is one message there, as the channel counts. Longer replies are
/// split, so this binds only a template written for that channel.
#[must_use]
pub fn length(channel: ChannelKind, text: &Document) -> (usize, usize) {
    let limits = limits(channel);
    match limits.text {
        Some(longest) => (limits.unit.count(&markup::shown(channel, text)), longest),
        None => (markup::to_plain(text).chars().count(), OURS),
    }
}

/// Checks a template as it would be published under `name`: bounds, names, and a render of every sample.
pub fn check(name: &TemplateName, body: &str) -> Result<Checked, Vec<Fault>> {
    let partials = partials(name.language);
    let template = library::compile(body)?;
    let faults = names::check(&template, partials);
    if !faults.is_empty() {
        return Err(faults);
    }
    if body.trim().is_empty() {
        return Err(vec![at_start(&RenderFault::Empty.to_string())]);
    }
    let mut library = Library::new(partials);
    library.add(&name.key, name.channel, template);
    let mut trials = Vec::new();
    let mut faults = Vec::new();
    let needs = needs(&name.key);
    for sample in samples(&name.key) {
        // Without what the key needs a human answers, so the template is never asked.
        if !needs.iter().all(|need| need.is_met(&sample.context)) {
            continue;
        }
        match try_one(&library, name, &sample.context) {
            Ok(text) => trials.push(Trial { sample: sample.name, text }),
            Err(fault) => faults.push(explain(body, &sample.name, &fault)),
        }
    }
    if faults.is_empty() { Ok(Checked { trials }) } else { Err(faults) }
}

/// Renders a body for one context without publishing it.
pub(crate) fn render_draft(name: &TemplateName, body: &str, context: &Context) -> Result<String, Vec<Fault>> {
    let partials = partials(name.language);
    let template = library::compile(body)?;
    let faults = names::check(&template, partials);
    if !faults.is_empty() {
        return Err(faults);
    }
    let mut library = Library::new(partials);
    library.add(&name.key, name.channel, template);
    try_one(&library, name, context).map_err(|fault| vec![explain(body, "this customer", &fault)])
}

fn try_one(library: &Library, name: &TemplateName, context: &Context) -> Result<String, RenderFault> {
    let text = library.render(&name.key, name.channel, context)?;
    let document = markup::parse(&text);
    let is_too_long =
        name.channel.map(|channel| length(channel, &document)).is_some_and(|(n, most)| n > most);
    if is_too_long {
        return Err(RenderFault::TooLong);
    }
    Ok(text)
}

fn explain(body: &str, sample: &str, fault: &RenderFault) -> Fault {
    match fault {
        RenderFault::Hole(path) => {
            let at = body.find(&format!("{{{{{path}}}}}")).unwrap_or(0);
            let (line, column) = super::bounds::place(body, at);
            let message =
                format!("for \"{sample}\", {path} is not known: ask for it first with {{{{#if {path}}}}}");
            Fault { line, column, message, nearest: None }
        }
        fault => at_start(&format!("for \"{sample}\", {fault}")),
    }
}

fn at_start(message: &str) -> Fault {
    Fault { line: 1, column: 1, message: message.to_owned(), nearest: None }
}

/// Whether a template may have this key: a shipped one, or the label of an intent the brand added. The nearest shipped one
/// if not.
pub(crate) fn known_key(key: &str) -> Result<(), Option<String>> {
    let own = || Intent::parse(key).is_ok_and(|label| label.as_str() == key);
    if KEYS.contains(&key) || own() { Ok(()) } else { Err(names::nearest(key, KEYS.iter().copied())) }
}

/// Whether a template may have this key: a shipped one, or the label of an intent the brand added.
#[must_use]
pub fn is_key(key: &str) -> bool {
    known_key(key).is_ok()
}
