//! `modified_utf7` under libFuzzer.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| anyrfc_imap_fuzz::modified_utf7(data));
