//! What an examination found, statement by statement.

use std::collections::BTreeMap;

use anyrfc_core::{Requirement, Secret, compliance::Nth};
use anyrfc_oauth2::codec::form::Form;
use indicatif::ProgressBar;

use crate::terminal;

/// How much of what was seen on the wire is kept for one finding.
const SEEN_MAX: usize = 512;
/// What stands where a secret was.
const HIDDEN: &[u8] = b"[secret]";

/// What can be said of one statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The server was given the chance to break it, and did not.
    Kept,
    /// It did: what was seen on the wire, escaped and bounded.
    Broken { seen: String },
    /// It could not be tried, and why.
    Untested { why: String },
}

impl Verdict {
    /// The word of reports.
    pub(super) const fn as_str(&self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Broken { .. } => "broken",
            Self::Untested { .. } => "untested",
        }
    }
}

/// One statement and what was found.
#[derive(Clone, Debug)]
pub(super) struct Finding {
    pub(super) requirement: &'static Requirement,
    pub(super) verdict: Verdict,
    /// The probe that found it, in a few words.
    pub(super) probe: &'static str,
}

/// Everything that was found. The worst that was seen of a statement is what stands: a server
/// that keeps it ten times and breaks it once breaks it.
#[derive(Debug, Default)]
pub(super) struct Examination {
    findings: BTreeMap<Key, Finding>,
    server: Option<String>,
    /// What may not be seen, in every form it could come back in.
    hidden: Vec<Vec<u8>>,
    progress: Option<ProgressBar>,
}

/// RFC, section by its parts (10 comes after 9), number.
type Key = (u16, Vec<(u32, &'static str)>, Nth);

impl Examination {
    /// The server kept it where it could have broken it.
    pub(super) fn kept(&mut self, probe: &'static str, requirement: &'static Requirement) {
        self.add(Finding { requirement, verdict: Verdict::Kept, probe });
    }

    /// The server broke it: `seen` are its bytes.
    pub(super) fn broken(&mut self, probe: &'static str, requirement: &'static Requirement, seen: &[u8]) {
        let seen = self.shown(seen);
        self.add(Finding { requirement, verdict: Verdict::Broken { seen }, probe });
    }

    /// It could not be tried.
    pub(super) fn untested(
        &mut self,
        probe: &'static str,
        requirement: &'static Requirement,
        why: impl Into<String>,
    ) {
        let why = self.shown_text(&why.into());
        self.add(Finding { requirement, verdict: Verdict::Untested { why }, probe });
    }

    /// By RFC, section and number.
    pub(super) fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings.values()
    }

    /// What the server says it is, the first time it says so.
    pub(super) fn server(&mut self, words: &str) {
        let words = self.shown_text(words);
        self.server.get_or_insert(words);
    }

    /// What the server said it is.
    pub(super) fn server_said(&self) -> Option<&str> {
        self.server.as_deref()
    }

    /// Keeps a secret out of everything that is shown, also where a server sends it back.
    pub(super) fn hide(&mut self, secret: Option<&Secret<String>>) {
        let Some(secret) = secret else { return };
        let text = secret.expose().as_bytes();
        if text.is_empty() {
            return;
        }
        self.hidden.push(text.to_vec());
        self.hidden.push(Form::escape(secret.expose()).into_bytes());
        // Of base64 only what does not depend on the neighbours of the secret.
        for before in 0..3 {
            self.hidden.push(base64_inside(text, before));
        }
        self.hidden.retain(|form| form.len() > 3 || form == text);
        self.hidden.sort_by_key(|form| std::cmp::Reverse(form.len()));
    }

    /// A probe begins.
    pub(super) fn begins(&mut self, name: &'static str) {
        let progress = self.progress.get_or_insert_with(|| terminal::spinner(name));
        progress.set_message(name);
    }

    /// There are no more.
    pub(super) fn done(&mut self) {
        if let Some(progress) = self.progress.take() {
            progress.finish_and_clear();
        }
    }

    /// Bytes of the wire: without secrets, bounded, escaped.
    fn shown(&self, seen: &[u8]) -> String {
        let seen = self.without_secrets(seen);
        let short = seen.get(..SEEN_MAX).unwrap_or(&seen);
        let mut shown = String::new();
        for &byte in short {
            match byte {
                // In no quotes, these need no escape.
                b'"' | b'\'' => shown.push(char::from(byte)),
                _ => shown.extend(byte.escape_ascii().map(char::from)),
            }
        }
        if short.len() < seen.len() {
            shown.push('…');
        }
        shown
    }

    /// Text of ours that may have text of the server's inside.
    fn shown_text(&self, text: &str) -> String {
        let text = self.without_secrets(text.as_bytes());
        let text = terminal::plain(&String::from_utf8_lossy(&text));
        let mut short: String = text.chars().take(SEEN_MAX).collect();
        if short.len() < text.len() {
            short.push('…');
        }
        short
    }

    fn without_secrets(&self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for secret in &self.hidden {
            let mut from = 0;
            while let Some(at) = find(bytes.get(from..).unwrap_or_default(), secret) {
                let begin = from + at;
                bytes.splice(begin..begin + secret.len(), HIDDEN.iter().copied());
                from = begin + HIDDEN.len();
            }
        }
        bytes
    }

    fn add(&mut self, finding: Finding) {
        let rank = |verdict: &Verdict| match verdict {
            Verdict::Untested { .. } => 0,
            Verdict::Kept => 1,
            Verdict::Broken { .. } => 2,
        };
        let key = key(finding.requirement);
        match self.findings.get(&key) {
            // The first sample is as good as the last.
            Some(before) if rank(&before.verdict) >= rank(&finding.verdict) => {}
            _ => {
                self.findings.insert(key, finding);
            }
        }
    }
}

fn key(requirement: &'static Requirement) -> Key {
    let part = |part: &'static str| part.parse().map_or((u32::MAX, part), |number| (number, ""));
    (requirement.rfc, requirement.section.split('.').map(part).collect(), requirement.nth)
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

/// The characters of base64 (RFC 4648, section 4) that stand for `text` alone where `before` bytes
/// precede it in its first group of three.
fn base64_inside(text: &[u8], before: usize) -> Vec<u8> {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Vec<u8> = text.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1)).collect();
    // The first characters hold bits of what precedes.
    let skip = (6 - before * 8 % 6) % 6;
    let groups = bits.get(skip..).unwrap_or_default().chunks_exact(6);
    let index = |group: &[u8]| group.iter().fold(0_u8, |value, bit| value << 1 | bit);
    groups.filter_map(|group| ALPHABET.get(usize::from(index(group))).copied()).collect()
}

#[cfg(test)]
mod tests {
    use anyrfc_websocket::rfc6455;

    use super::*;

    #[test]
    fn the_worst_stands() {
        let mut found = Examination::default();
        let masks = rfc6455::SERVER_DOES_NOT_MASK;
        found.untested("a", masks, "no time");
        found.kept("b", masks);
        found.broken("c", masks, b"\x81\x80");
        found.kept("d", masks);
        let all: Vec<_> = found.findings().collect();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].probe, &all[0].verdict), ("c", &Verdict::Broken { seen: "\\x81\\x80".into() }));
    }

    #[test]
    fn what_was_seen_is_bounded() {
        let mut found = Examination::default();
        found.broken("a", rfc6455::SERVER_DOES_NOT_MASK, &[b'x'; 4096]);
        let all: Vec<_> = found.findings().collect();
        assert!(matches!(&all[0].verdict, Verdict::Broken { seen } if seen.chars().count() == SEEN_MAX + 1));
    }

    #[test]
    fn a_secret_is_seen_in_no_form() {
        let mut found = Examination::default();
        found.hide(Some(&Secret::new("hunter2 & co".to_owned())));
        // PLAIN with and without an authorization identity, and shifted once more.
        for seen in [
            "AUTH PLAIN AGp1bGlldABodW50ZXIyICYgY28=",
            "YQBqdWxpZXQAaHVudGVyMiAmIGNv",
            "Basic anVsaWV0Omh1bnRlcjIgJiBjbw==",
            "client_secret=hunter2+%26+co",
            "550 hunter2 & co is no good",
        ] {
            let shown = found.shown(seen.as_bytes());
            assert!(shown.contains("[secret]"), "{shown}");
            for part in ["hunter", "dW50ZXI", "h1bnRlc", "aHVudGVy", "1bnRlcj"] {
                assert!(!shown.contains(part), "{shown}");
            }
            assert_eq!(found.shown_text(seen), shown);
        }
    }

    #[test]
    fn sections_are_in_order() {
        let mut found = Examination::default();
        for requirement in rfc6455::RFC6455.requirements.iter().rev() {
            found.kept("a", requirement);
        }
        let sections: Vec<_> = found.findings().map(|finding| finding.requirement.section).collect();
        let at = |section| sections.iter().position(|s| *s == section).unwrap();
        assert!(at("4.1") < at("5.1") && at("5.1") < at("9.1") && at("9.1") < at("10.4"));
    }
}
