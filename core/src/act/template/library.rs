//! Compiled templates of one language with the helpers and partials they use.

use super::context::Context;
use super::fault::Fault;
use super::{bounds, names, shipped};
use crate::model::{ChannelKind, Language};
use handlebars::{
    Context as Data, Handlebars, Helper, HelperDef, RenderContext, RenderError, RenderErrorReason,
    ScopedJson, Template,
};
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Longest rendered reply, in bytes.
pub const LONGEST_OUTPUT: usize = 16 * 1024;

/// Why a template could not be rendered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RenderFault {
    /// There is no template of this key.
    #[error("there is no template {0}")]
    NoTemplate(String),
    /// It writes out something that is not known.
    #[error("{0} is not known")]
    Hole(String),
    /// It says nothing.
    #[error("the template says nothing")]
    Empty,
    /// It says more than [`LONGEST_OUTPUT`].
    #[error("the text is longer than {LONGEST_OUTPUT} bytes")]
    TooLong,
    /// Anything else.
    #[error("the template cannot be rendered")]
    Broken,
}

/// The compiled partials of a language.
pub(super) fn partials(language: Language) -> Result<BTreeMap<String, Template>, Vec<Fault>> {
    compile_partials(shipped::partials(language))
}

/// Compiles partials and refuses those that include themselves, however long the way round.
pub(super) fn compile_partials<'a>(
    sources: impl Iterator<Item = (&'a str, &'a str)>,
) -> Result<BTreeMap<String, Template>, Vec<Fault>> {
    let mut compiled = BTreeMap::new();
    for (name, source) in sources {
        compiled.insert(name.to_owned(), compile(source)?);
    }
    let faults: Vec<Fault> =
        compiled.values().flat_map(|partial| names::check_partial(partial, &compiled)).collect();
    if faults.is_empty() { Ok(compiled) } else { Err(faults) }
}

/// Compiles a source that keeps to the bounds.
pub(super) fn compile(source: &str) -> Result<Template, Vec<Fault>> {
    let faults = bounds::check(source);
    if !faults.is_empty() {
        return Err(faults);
    }
    Template::compile(source).map_err(|error| {
        let (line, column) = error.pos().unwrap_or((1, 1));
        let message = "cannot be understood from here on".to_owned();
        vec![Fault { line, column, message, nearest: None }]
    })
}

/// Templates of one language, by key and channel.
#[derive(Debug)]
pub(super) struct Library {
    registry: Handlebars<'static>,
}

impl Library {
    pub(super) fn new(partials: &BTreeMap<String, Template>) -> Self {
        let mut registry = Handlebars::new();
        registry.set_strict_mode(true);
        registry.register_escape_fn(crate::act::markup::escape);
        for helper in ["lookup", "log", "raw", "len", "ne", "gt", "gte", "lt", "lte"] {
            registry.unregister_helper(helper);
        }
        for (name, call) in [("eq", Call::Eq), ("and", Call::And), ("or", Call::Or), ("not", Call::Not)] {
            registry.register_helper(name, Box::new(call));
        }
        for (name, partial) in partials {
            registry.register_template(name, partial.clone());
        }
        Self { registry }
    }

    pub(super) fn add(&mut self, key: &str, channel: Option<ChannelKind>, template: Template) {
        self.registry.register_template(&entry(key, channel), template);
    }

    pub(super) fn has(&self, key: &str, channel: Option<ChannelKind>) -> bool {
        self.registry.has_template(&entry(key, channel))
    }

    pub(super) fn render(
        &self,
        key: &str,
        channel: Option<ChannelKind>,
        context: &Context,
    ) -> Result<String, RenderFault> {
        let mut out = Capped(Vec::new());
        let rendered = self.registry.render_to_write(&entry(key, channel), context, &mut out);
        rendered.map_err(|error| fault(&error))?;
        let text = tidy(&String::from_utf8(out.0).map_err(|_| RenderFault::Broken)?);
        if text.is_empty() { Err(RenderFault::Empty) } else { Ok(text) }
    }
}

/// Keys never meet the names of partials.
fn entry(key: &str, channel: Option<ChannelKind>) -> String {
    match channel {
        Some(channel) => format!("key:{key}.{channel}"),
        None => format!("key:{key}"),
    }
}

fn fault(error: &RenderError) -> RenderFault {
    match error.reason() {
        RenderErrorReason::MissingVariable(path) => RenderFault::Hole(path.clone().unwrap_or_default()),
        RenderErrorReason::IOError(_) => RenderFault::TooLong,
        RenderErrorReason::TemplateNotFound(name) => RenderFault::NoTemplate(name.clone()),
        _ => RenderFault::Broken,
    }
}

/// Output that refuses to grow over the cap.
struct Capped(Vec<u8>);

impl Write for Capped {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len().saturating_add(bytes.len()) > LONGEST_OUTPUT {
            return Err(io::Error::from(io::ErrorKind::FileTooLarge));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Lines without white space at their ends, at most one blank line between them.
fn tidy(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut blank = false;
    for line in text.lines().map(str::trim) {
        if line.is_empty() {
            blank = true;
            continue;
        }
        if !out.is_empty() {
            out.push_str(if blank { "\n\n" } else { "\n" });
        }
        blank = false;
        out.push_str(line);
    }
    out
}

/// The helpers that may stand inside a tag. Unlike the built-in ones they take an unknown value as "no" instead of
/// failing: asking whether something is known is what they are for.
#[derive(Clone, Copy)]
enum Call {
    Eq,
    And,
    Or,
    Not,
}

impl HelperDef for Call {
    fn call_inner<'reg: 'rc, 'rc>(
        &self,
        helper: &Helper<'rc>,
        _: &'reg Handlebars<'reg>,
        _: &'rc Data,
        _: &mut RenderContext<'reg, 'rc>,
    ) -> Result<ScopedJson<'rc>, RenderError> {
        use handlebars::JsonTruthy;
        let mut params = helper.params().iter().map(handlebars::PathAndJson::value);
        let answer = match self {
            Self::Eq => {
                let (one, other) = (params.next(), params.next());
                one == other && one.is_some_and(|value| !value.is_null())
            }
            Self::And => params.all(|value| value.is_truthy(false)),
            Self::Or => params.any(|value| value.is_truthy(false)),
            Self::Not => !params.next().is_some_and(|value| value.is_truthy(false)),
        };
        Ok(ScopedJson::Derived(Value::Bool(answer)))
    }
}
