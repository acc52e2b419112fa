//! What every text goes through at the door: cleaned, masked, capped.
#![no_main]

use lara_core::listen;

libfuzzer_sys::fuzz_target!(|raw: &str| {
    let kept = listen::receive(raw);
    assert!(!kept.contains('\0'), "PostgreSQL refuses NUL");
    assert!(kept.chars().count() <= listen::LONGEST + 4, "capped");
    for range in listen::secrets(raw) {
        assert!(raw.get(range).is_some(), "a secret is a piece of the text");
    }
});
