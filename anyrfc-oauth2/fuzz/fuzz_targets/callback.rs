//! `callback` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| anyrfc_oauth2_fuzz::callback(data));
