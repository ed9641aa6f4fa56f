//! `extensions` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| anyrfc_websocket_fuzz::extensions(data));
