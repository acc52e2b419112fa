//! What every reply goes through on its way out: parsed, split for the platform, written in its format.
#![no_main]

use lara_core::act::markup;
use lara_core::deliver::{self, limits::limits};
use lara_core::model::ChannelKind;

const KINDS: [ChannelKind; 7] = [
    ChannelKind::Web,
    ChannelKind::App,
    ChannelKind::Discord,
    ChannelKind::Telegram,
    ChannelKind::Messenger,
    ChannelKind::Instagram,
    ChannelKind::Whatsapp,
];

libfuzzer_sys::fuzz_target!(|text: &str| {
    for kind in KINDS {
        for markup in [text.to_owned(), markup::escape(text)] {
            for piece in deliver::pieces(kind, &markup, true) {
                assert!(!piece.trim().is_empty(), "platforms refuse blank messages");
                // Telegram counts what is left after its HTML is read.
                if let (Some(limit), true) = (limits(kind).text, kind != ChannelKind::Telegram) {
                    assert!(limits(kind).unit.count(&piece) <= limit, "{kind:?} takes {limit}");
                }
            }
        }
    }
});
