//! `replies` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| anyrfc_smtp_fuzz::replies(data));
