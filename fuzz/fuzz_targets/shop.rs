//! The body of every webhook of a shop system: Shopify, WooCommerce.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lara_bots::fuzzing::shop(bytes));
