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

/// The map of a place whose note has `latitude, longitude` somewhere, and what else the note says.
fn map(note: &str) -> Option<(String, String)> {
    let number = |text: &str, most: f64| {
        // House numbers are whole.
        let number: f64 = text.contains('.').then(|| text.parse().ok())??;
        (number.is_finite() && number.abs() <= most).then_some(number)
    };
    let words: Vec<&str> = note.split([',', '·']).map(str::trim).filter(|word| !word.is_empty()).collect();
    let (at, latitude, longitude) = words
        .iter()
        .zip(words.iter().skip(1))
        .enumerate()
        .find_map(|(at, (first, second))| Some((at, number(first, 90.0)?, number(second, 180.0)?)))?;
    let rest = words.iter().enumerate().filter(|(n, _)| *n != at && *n != at + 1).map(|(_, word)| *word);
    let map = format!(
        "https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=16/{latitude}/{longitude}"
    );
    Some((map, rest.collect::<Vec<_>>().join(", ")))
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
            if let Some((map, rest)) = map(note) {
                view.detail = if rest.is_empty() { s.open_map.to_owned() } else { rest };
                view.outside = Some(map);
            }
        }
        // `title · address`, or either.
        (None, _) => view.outside = note.rsplit(" · ").find_map(|part| outside(part.trim())),
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
        for (note, rest) in [
            ("10.762622,106.660172", ""),
            ("10.762622, 106.660172 · Chợ Bến Thành · Quận 1", "Chợ Bến Thành, Quận 1"),
            ("Chợ Bến Thành, 12, Lê Lợi, 10.762622,106.660172", "Chợ Bến Thành, 12, Lê Lợi"),
        ] {
            let (map, said) = map(note).unwrap();
            assert!(map.contains("mlat=10.762622&mlon=106.660172"), "{map}");
            assert_eq!(said, rest);
        }
        for nowhere in
            ["", "10.7", "91.0,0.1", "0.1,181.5", "NaN,0", "inf.,0.1", "javascript:alert(1),2", "12, 5"]
        {
            assert_eq!(map(nowhere), None, "{nowhere}");
        }
    }
}
