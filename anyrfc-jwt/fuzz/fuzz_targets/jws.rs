//! `jws` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| anyrfc_jwt_fuzz::jws(data));
