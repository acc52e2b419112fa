//! What came with a message, as it is shown.

use super::files::is_shown;
use super::said_view::outside;
use crate::auth::Visitor;
use crate::words::{self, SaidWords};
use lara_core::model::{AttachmentKind, Language};
use lara_store::pages::{Part, PartState};

/// One attachment.
pub(crate) struct PartView {
    pub(crate) icon: &'static str,
    /// What it is called, or what it is.
    pub(crate) title: String,
    /// Its kind and size, or what became of it.
    pub(crate) detail: String,
    /// The picture to show.
    pub(crate) picture: Option<String>,
    /// Our own address of the file.
    pub(crate) file: Option<String>,
    /// Somebody else's address: a map, a shared post.
    pub(crate) outside: Option<String>,
    pub(crate) waiting: bool,
    pub(crate) refused: bool,
}

const fn kind(s: &SaidWords, kind: AttachmentKind) -> (&'static str, &'static str) {
    match kind {
        AttachmentKind::Image => ("image", s.image),
        AttachmentKind::Video => ("play", s.video),
        AttachmentKind::Audio => ("play", s.audio),
        AttachmentKind::Voice => ("mic", s.voice),
        AttachmentKind::File => ("clip", s.file),
        AttachmentKind::Sticker => ("happy", s.sticker),
        AttachmentKind::Location => ("pin", s.location),
        AttachmentKind::Contact => ("people", s.contact),
        AttachmentKind::Link => ("arrow", s.link),
        AttachmentKind::Other => ("clip", s.other),
    }
}

/// A size as people say it, in powers of 1,000 like platforms do.
pub(crate) fn size(language: Language, bytes: u64) -> String {
    let (number, unit) = match bytes {
        0..1_000 => return format!("{bytes} B"),
        1_000..1_000_000 => (bytes / 100, "KB"),
        _ => (bytes / 100_000, "MB"),
    };
    let point = match language {
        Language::English => '.',
        Language::Vietnamese => ',',
    };
    match (number / 10, number % 10) {
        (whole, 0) => format!("{whole} {unit}"),
        (whole, _) if whole >= 100 => format!("{whole} {unit}"),
        (whole, tenth) => format!("{whole}{point}{tenth} {unit}"),
    }
}

/// Why there is no file.
const fn why(s: &'static SaidWords, code: &str) -> &'static str {
    match code.as_bytes() {
        b"too_large" => s.why_too_large,
        b"gone" => s.why_gone,
        b"private_address" => s.why_private,
        b"empty" => s.why_empty,
        _ => s.why_unreachable,
    }
}

/// The map of a place given as `latitude,longitude`.
fn map(note: &str) -> Option<String> {
    let (latitude, longitude) = note.split_once(',')?;
    let number = |text: &str, most: f64| {
        let number: f64 = text.trim().parse().ok()?;
        (number.is_finite() && number.abs() <= most).then_some(number)
    };
    let (latitude, longitude) = (number(latitude, 90.0)?, number(longitude, 180.0)?);
    Some(format!(
        "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"
    ))
}

/// One attachment as it is shown.
pub(crate) fn part_view(visitor: &Visitor, part: &Part) -> PartView {
    let s = words::said(visitor.language);
    let shown = &part.shown;
    let (icon, named) = kind(s, shown.kind);
    let note = shown.note.as_deref().unwrap_or_default();
    let mut view = PartView {
        icon,
        title: shown.name.clone().unwrap_or_else(|| named.to_owned()),
        detail: if shown.name.is_some() { named.to_owned() } else { note.to_owned() },
        picture: None,
        file: None,
        outside: None,
        waiting: false,
        refused: false,
    };
    match (&part.state, shown.kind) {
        (Some(PartState::Waiting), _) => {
            s.being_fetched.clone_into(&mut view.detail);
            view.waiting = true;
        }
        (Some(PartState::Here { mime, size: bytes }), _) => {
            let file = format!("/desk/files/{}", shown.id);
            view.picture = is_shown(mime).then(|| file.clone());
            view.file = Some(file);
            view.detail = format!("{named} · {}", size(visitor.language, *bytes));
        }
        (Some(PartState::Refused { code }), _) => {
            view.detail = words::fill(s.refused, &[("why", why(s, code))]);
            view.refused = true;
        }
        (None, AttachmentKind::Location) => {
            view.outside = map(note);
            if view.outside.is_some() {
                s.open_map.clone_into(&mut view.detail);
            }
        }
        (None, _) => view.outside = outside(note),
    }
    view
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_said_like_people_say_them() {
        assert_eq!(size(Language::English, 999), "999 B");
        assert_eq!(size(Language::English, 1_000), "1 KB");
        assert_eq!(size(Language::Vietnamese, 1_250_000), "1,2 MB");
        assert_eq!(size(Language::English, 123_456), "123 KB");
        assert_eq!(size(Language::English, 20_971_520), "20.9 MB");
    }

    #[test]
    fn only_a_place_on_earth_is_on_the_map() {
        assert!(
            map("10.762622, 106.660172").is_some_and(|map| map.contains("mlat=10.762622&mlon=106.660172"))
        );
        for nowhere in
            ["", "10.7", "91,0", "0,181", "NaN,0", "inf,0", "javascript:alert(1),2", "12 Hàng Bông"]
        {
            assert_eq!(map(nowhere), None, "{nowhere}");
        }
    }
}
