//! Every update of Telegram.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lara_bots::fuzzing::telegram(bytes));
