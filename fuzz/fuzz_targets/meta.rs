//! The body of every webhook of Meta: Messenger, Instagram, WhatsApp.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lara_bots::fuzzing::meta(bytes));
