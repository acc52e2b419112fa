//! Walks a compiled template and finds names the context does not have, also in branches no sample takes, and helpers
//! that are not listed.

use super::context::Context;
use super::{Fault, bounds};
use handlebars::Template;
use handlebars::template::{HelperTemplate, Parameter, TemplateElement};
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Helpers that may stand inside a tag: `(eq a b)`.
const CALLS: &[&str] = &["eq", "and", "or", "not"];

/// Partials inside partials; shipped ones nest two deep.
const DEEPEST_PARTIAL: usize = 6;

/// A context in which everything is known: its keys are the names there are.
static SHAPE: LazyLock<Value> =
    LazyLock::new(|| serde_json::to_value(Context::full()).unwrap_or(Value::Null));

/// Every name as a template would write it at the top: `order.number`.
static PATHS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut paths = Vec::new();
    collect(&SHAPE, "", &mut paths);
    paths
});

/// Every name a template may use, as written at the top.
#[must_use]
pub fn context_names() -> Vec<&'static str> {
    PATHS.iter().map(String::as_str).collect()
}

fn collect(shape: &Value, prefix: &str, paths: &mut Vec<String>) {
    let Value::Object(fields) = shape else { return };
    for (name, inner) in fields {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        collect(inner, &path, paths);
        paths.push(path);
    }
}

/// The right name that `wrong` was probably meant to be.
pub(super) fn nearest<'a>(wrong: &str, right: impl Iterator<Item = &'a str>) -> Option<String> {
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let score = |candidate: &str| {
        let whole = strsim::normalized_damerau_levenshtein(wrong, candidate);
        let tail = strsim::normalized_damerau_levenshtein(&last(wrong), &last(candidate));
        whole.max(tail * 0.95)
    };
    right
        .map(|candidate| (score(candidate), candidate))
        .filter(|(score, _)| *score >= 0.5)
        .max_by(|(a, _), (b, _)| a.total_cmp(b))
        .map(|(_, candidate)| candidate.to_owned())
}

/// Everything wrong with the names in `template`.
pub(super) fn check(template: &Template, partials: &BTreeMap<String, Template>) -> Vec<Fault> {
    let mut walk =
        Walk { partials, scopes: vec![&SHAPE], loops: 0, inside: Vec::new(), at: (1, 1), faults: Vec::new() };
    walk.template(template);
    walk.faults
}

/// Whether a partial includes itself or something that does not exist. Its names are checked where it is included,
/// because they are looked up there.
pub(super) fn check_partial(partial: &Template, partials: &BTreeMap<String, Template>) -> Vec<Fault> {
    let faults = check(partial, partials);
    faults.into_iter().filter(|fault| fault.message.contains("partial")).collect()
}

struct Walk<'a> {
    partials: &'a BTreeMap<String, Template>,
    /// What names are looked up in; the innermost `#each` or `#with` last.
    scopes: Vec<&'a Value>,
    loops: usize,
    /// The partials being walked, outermost first.
    inside: Vec<String>,
    at: (usize, usize),
    faults: Vec<Fault>,
}

impl<'a> Walk<'a> {
    fn fault(&mut self, message: impl Into<String>, nearest: Option<String>) {
        let (line, column) = self.at;
        let message = match self.inside.last() {
            Some(partial) => format!("{} (in the partial {partial})", message.into()),
            None => message.into(),
        };
        self.faults.push(Fault { line, column, message, nearest });
    }

    fn template(&mut self, template: &Template) {
        let places = template.mapping.iter().map(Some).chain(std::iter::repeat(None));
        for (element, place) in template.elements.iter().zip(places) {
            // Inside a partial the place that helps is where it is included.
            if let (Some(place), true) = (place, self.inside.is_empty()) {
                self.at = (place.0, place.1);
            }
            self.element(element);
        }
    }

    fn element(&mut self, element: &TemplateElement) {
        match element {
            TemplateElement::RawString(_) | TemplateElement::Comment(_) => {}
            TemplateElement::Expression(shown) => self.shown(shown),
            TemplateElement::HelperBlock(block) => self.block(block),
            TemplateElement::PartialExpression(partial) => {
                if !partial.params.is_empty() || !partial.hash.is_empty() {
                    self.fault("a partial takes no parameters", None);
                }
                self.partial(partial.name.as_name().unwrap_or_default());
            }
            TemplateElement::HtmlExpression(_) => {
                self.fault("{{{ would let a value be read as markup: use {{", None);
            }
            // Decorators, partial blocks and whatever a newer compiler may know.
            _ => self.fault("this kind of tag is not supported", None),
        }
    }

    /// `{{name}}`: must be something that can be written out.
    fn shown(&mut self, shown: &HelperTemplate) {
        if !shown.params.is_empty() || !shown.hash.is_empty() {
            let name = shown.name.as_name().unwrap_or_default().to_owned();
            return self
                .fault(format!("{name} cannot be used here: write a name, or open a block with #"), None);
        }
        match self.value(&shown.name) {
            Some(Value::Object(_) | Value::Array(_)) => {
                let name = shown.name.as_name().unwrap_or_default().to_owned();
                let fields =
                    PATHS.iter().map(String::as_str).filter(|path| path.starts_with(&format!("{name}.")));
                let nearest = fields.min_by_key(|path| path.len()).map(str::to_owned);
                self.fault(format!("{name} is a group, not a text"), nearest);
            }
            Some(Value::Bool(_)) => {
                let name = shown.name.as_name().unwrap_or_default().to_owned();
                self.fault(format!("{name} is yes or no: ask for it with {{{{#if {name}}}}}"), None);
            }
            _ => {}
        }
    }

    fn block(&mut self, block: &HelperTemplate) {
        let name = block.name.as_name().unwrap_or_default();
        if block.block_param.is_some() || !block.hash.is_empty() {
            self.fault("this block takes one name and nothing more", None);
        }
        let [param] = block.params.as_slice() else {
            self.fault(format!("{{{{#{name}}}}} takes one name"), None);
            return;
        };
        let value = self.value(param);
        match name {
            "each" => self.each(block, value),
            "with" => self.with(block, value),
            "if" | "unless" => self.body(block),
            _ => {
                let nearest = nearest(name, bounds::BLOCKS.iter().copied());
                self.fault(format!("there is no block {{{{#{name}}}}}"), nearest);
            }
        }
    }

    fn body(&mut self, block: &HelperTemplate) {
        if let Some(body) = &block.template {
            self.template(body);
        }
        self.otherwise(block);
    }

    fn otherwise(&mut self, block: &HelperTemplate) {
        if let Some(otherwise) = &block.inverse {
            self.template(otherwise);
        }
    }

    fn each(&mut self, block: &HelperTemplate, list: Option<&'a Value>) {
        if self.loops > 0 {
            self.fault("a loop inside a loop is not supported", None);
        }
        match list {
            Some(Value::Array(items)) => {
                let item = items.first().unwrap_or(&Value::Null);
                self.loops = self.loops.saturating_add(1);
                self.scoped(item, block);
                self.loops = self.loops.saturating_sub(1);
            }
            Some(_) => self.fault("{{#each}} needs a list", None),
            None => {}
        }
        self.otherwise(block);
    }

    fn with(&mut self, block: &HelperTemplate, group: Option<&'a Value>) {
        match group {
            Some(group @ Value::Object(_)) => self.scoped(group, block),
            Some(_) => self.fault("{{#with}} needs a group such as order", None),
            None => {}
        }
        self.otherwise(block);
    }

    fn scoped(&mut self, scope: &'a Value, block: &HelperTemplate) {
        self.scopes.push(scope);
        if let Some(body) = &block.template {
            self.template(body);
        }
        self.scopes.pop();
    }

    fn partial(&mut self, name: &str) {
        let partials = self.partials;
        let Some(partial) = partials.get(name) else {
            let nearest = nearest(name, partials.keys().map(String::as_str));
            return self.fault(format!("there is no partial {name}"), nearest);
        };
        if self.inside.iter().any(|outer| outer == name) {
            return self.fault(format!("the partial {name} includes itself"), None);
        }
        if self.inside.len() >= DEEPEST_PARTIAL {
            return self
                .fault(format!("includes more than {DEEPEST_PARTIAL} partials inside each other"), None);
        }
        self.inside.push(name.to_owned());
        self.template(partial);
        self.inside.pop();
    }

    /// What a parameter is, if its names are right. A helper call is yes or no.
    fn value(&mut self, param: &Parameter) -> Option<&'a Value> {
        static YES: Value = Value::Bool(true);
        match param {
            Parameter::Name(_) | Parameter::Path(_) => self.path(param.as_name().unwrap_or_default()),
            Parameter::Subexpression(call) => {
                let name = call.as_element();
                let TemplateElement::Expression(call) = name else { return None };
                let name = call.name.as_name().unwrap_or_default();
                if !CALLS.contains(&name) {
                    let nearest = nearest(name, CALLS.iter().copied());
                    self.fault(format!("there is no helper ({name} ..)"), nearest);
                }
                let wanted = if name == "not" { 1 } else { 2 };
                let enough =
                    call.params.len() == wanted || (call.params.len() > 2 && matches!(name, "and" | "or"));
                if !enough || !call.hash.is_empty() {
                    self.fault(format!("({name} ..) takes {wanted}"), None);
                }
                for param in &call.params {
                    self.value(param);
                }
                Some(&YES)
            }
            // A literal; its kinds may grow.
            _ => Some(&Value::Null),
        }
    }

    /// Follows a name through the scopes; a wrong one is a fault.
    fn path(&mut self, raw: &str) -> Option<&'a Value> {
        let mut scopes = self.scopes.len();
        let mut rest = raw;
        if let Some(local) = rest.strip_prefix('@') {
            if let Some(from_root) = local.strip_prefix("root.") {
                rest = from_root;
                scopes = 1;
            } else if self.loops > 0 && matches!(local, "index" | "first" | "last") {
                return Some(&Value::Null);
            } else {
                self.fault(format!("there is no {raw} here"), None);
                return None;
            }
        }
        while let Some(outer) = rest.strip_prefix("../") {
            rest = outer;
            scopes = scopes.saturating_sub(1);
        }
        rest = rest.strip_prefix("./").unwrap_or(rest);
        let scope = scopes.checked_sub(1).and_then(|last| self.scopes.get(last)).copied();
        let Some(scope) = scope else {
            self.fault(format!("{raw} leads out of the template"), None);
            return None;
        };
        if matches!(rest, "this" | "." | "") {
            return Some(scope);
        }
        let rest = rest.strip_prefix("this.").unwrap_or(rest);
        let found = rest.split('.').try_fold(scope, |inner, name| inner.as_object()?.get(name));
        if found.is_none() {
            let nearest = nearest_path(rest, scope, scopes <= 1);
            self.fault(format!("there is no name {raw} here"), nearest);
        }
        found
    }
}

/// The nearest name in this scope, else, seen from the top, anywhere.
fn nearest_path(wrong: &str, scope: &Value, is_top: bool) -> Option<String> {
    if is_top {
        return nearest(wrong, PATHS.iter().map(String::as_str));
    }
    let mut here = Vec::new();
    collect(scope, "", &mut here);
    nearest(wrong, here.iter().map(String::as_str))
        .or_else(|| nearest(wrong, PATHS.iter().map(String::as_str)).map(|path| format!("../{path}")))
}
