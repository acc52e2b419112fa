//! Icons: a reference into the embedded sheet.

use askama::filters::HtmlSafe;
use std::fmt;

/// An icon of the sheet.
pub(crate) struct Icon {
    name: &'static str,
    class: &'static str,
}

impl fmt::Display for Icon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version: &str = &crate::assets::VERSION;
        let (name, class) = (self.name, self.class);
        write!(
            f,
            "<svg class=\"icon {class}\" aria-hidden=\"true\"><use href=\"/desk/assets/icons.svg?v={version}#{name}\"/></svg>"
        )
    }
}

// Name and class are our own literals.
impl HtmlSafe for Icon {}

/// An icon by its name in `assets/icons.svg`.
pub(crate) const fn icon(name: &'static str) -> Icon {
    Icon { name, class: "" }
}

/// The same with a class.
pub(crate) const fn icon_class(name: &'static str, class: &'static str) -> Icon {
    Icon { name, class }
}
