//! Every frame of Discord's gateway.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lara_bots::fuzzing::discord(bytes));
