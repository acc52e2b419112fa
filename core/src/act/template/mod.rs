//! Reply templates: bounded before they are compiled, checked before they are published, rendered strictly.

mod fault;

pub use fault::Fault;

use crate::model::{ChannelKind, Language, TemplateName, TemplateUse, TemplateVersion};

/// The live templates of a brand over the shipped ones.
#[derive(Debug, Default)]
pub struct TemplateSet {}

/// A rendered reply.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendered {
    /// Neutral markup; never empty.
    pub text: String,
    /// Which template it was.
    pub used: TemplateUse,
}

impl TemplateSet {
    /// The shipped templates alone.
    #[must_use]
    pub fn shipped() -> Self {
        Self {}
    }

    /// The live templates of a brand over the shipped ones. One that no longer compiles is left out (the shipped one
    /// serves) and reported.
    #[must_use]
    pub fn compile(_live: &[TemplateVersion]) -> (Self, Vec<(TemplateName, Vec<Fault>)>) {
        (Self {}, Vec::new())
    }
}

/// The name of a template of all channels.
#[must_use]
pub fn name(key: &str, language: Language, channel: Option<ChannelKind>) -> TemplateName {
    TemplateName { key: key.to_owned(), language, channel }
}
