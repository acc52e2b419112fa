//! Reply templates: bounded before they are compiled, checked before they are published, rendered strictly.
//!
//! A value can never become markup (the escape function sees to it), a name that does not exist is found before
//! anything is sent, and a value that is not known is an error, never a hole in a sentence.

mod bounds;
mod check;
pub mod context;
mod fault;
mod library;
mod names;
mod needs;
mod shipped;

pub use bounds::{DEEPEST, LONGEST};
pub use check::{Checked, Trial, check, is_key, length};
pub(crate) use check::{known_key, render_draft};
pub use context::Context;
pub use fault::Fault;
pub use library::{LONGEST_OUTPUT, RenderFault};
pub use names::context_names;
pub use needs::{KEYS, Need, needs};
pub use shipped::{NOTHING_KNOWN, Sample, samples, shipped, shipped_source};

use crate::model::{ChannelKind, Language, TemplateName, TemplateUse, TemplateVersion};
use library::Library;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// The live templates of a brand over the shipped ones.
#[derive(Debug, Default)]
pub struct TemplateSet {
    own: HashMap<Language, Library>,
    versions: HashMap<TemplateName, i64>,
}

/// A rendered reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Neutral markup; never empty.
    pub text: String,
    /// Which template it was.
    pub used: TemplateUse,
}

type Libraries = BTreeMap<Language, (BTreeMap<String, handlebars::Template>, Library)>;

/// The shipped templates, compiled once. A test proves that all of them compile; one that did not would be missing
/// here, and its key answered with the fallback.
static SHIPPED: LazyLock<Libraries> = LazyLock::new(|| {
    let mut libraries: Libraries = Language::ALL
        .iter()
        .map(|language| {
            let partials = library::partials(*language).unwrap_or_default();
            let library = Library::new(&partials);
            (*language, (partials, library))
        })
        .collect();
    for (name, body) in shipped() {
        if let (Some((_, library)), Ok(template)) =
            (libraries.get_mut(&name.language), library::compile(body))
        {
            library.add(&name.key, name.channel, template);
        }
    }
    libraries
});

/// The compiled partials of a language.
fn partials(language: Language) -> &'static BTreeMap<String, handlebars::Template> {
    static NONE: BTreeMap<String, handlebars::Template> = BTreeMap::new();
    SHIPPED.get(&language).map_or(&NONE, |(partials, _)| partials)
}

impl TemplateSet {
    /// The shipped templates alone.
    #[must_use]
    pub fn shipped() -> Self {
        Self::default()
    }

    /// The live templates of a brand over the shipped ones. One that no longer compiles, or uses a name there is no
    /// longer, is left out (the shipped one serves) and reported.
    #[must_use]
    pub fn compile(live: &[TemplateVersion]) -> (Self, Vec<(TemplateName, Vec<Fault>)>) {
        let mut set = Self::default();
        let mut faulty = Vec::new();
        for version in live {
            let name = &version.name;
            let compiled = library::compile(&version.body).and_then(|template| {
                let wrong = names::check(&template, partials(name.language));
                if wrong.is_empty() { Ok(template) } else { Err(wrong) }
            });
            match compiled {
                Ok(template) => {
                    let library =
                        set.own.entry(name.language).or_insert_with(|| Library::new(partials(name.language)));
                    library.add(&name.key, name.channel, template);
                    set.versions.insert(name.clone(), version.version);
                }
                Err(wrong) => faulty.push((name.clone(), wrong)),
            }
        }
        (set, faulty)
    }

    /// Renders the template of `key` for a channel: the brand's for this channel, else the brand's for all, else the
    /// shipped one for this channel, else the shipped one for all.
    pub fn render(
        &self,
        key: &str,
        language: Language,
        channel: ChannelKind,
        context: &Context,
    ) -> Result<Rendered, RenderFault> {
        let shipped = SHIPPED.get(&language).map(|(_, library)| library);
        let candidates = [
            (self.own.get(&language), Some(channel)),
            (self.own.get(&language), None),
            (shipped, Some(channel)),
            (shipped, None),
        ];
        let (library, channel) = candidates
            .into_iter()
            .find_map(|(library, channel)| {
                library.filter(|library| library.has(key, channel)).map(|library| (library, channel))
            })
            .ok_or_else(|| RenderFault::NoTemplate(key.to_owned()))?;
        let text = library.render(key, channel, context)?;
        let name = TemplateName { key: key.to_owned(), language, channel };
        let version = self.versions.get(&name).copied().unwrap_or(0);
        Ok(Rendered { text, used: TemplateUse { key: name.key, language, version } })
    }

    /// Whether there is a template of this key in this language.
    #[must_use]
    pub fn has(&self, key: &str, language: Language) -> bool {
        let has = |library: &Library| library.has(key, None);
        self.own.get(&language).is_some_and(has)
            || SHIPPED.get(&language).is_some_and(|(_, library)| has(library))
    }
}

#[cfg(test)]
mod tests;
