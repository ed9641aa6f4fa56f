//! A session's whole log, searched for secrets.

use std::{
    fmt::{self, Write as _},
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD},
};
use tracing::{
    Dispatch, Event, Metadata, Subscriber,
    field::{Field, Visit},
    span,
};

/// Runs `session` and returns what it returns, with everything that was logged
/// meanwhile in this thread, down to TRACE.
pub fn capture<R>(session: impl FnOnce() -> R) -> (R, String) {
    // With one subscriber alive, whether an event is wanted is settled for good by whichever thread
    // comes to it first, and that may be one that captures nothing.
    static OTHERS: OnceLock<[Dispatch; 2]> = OnceLock::new();
    OTHERS.get_or_init(|| [Dispatch::new(Deaf), Dispatch::new(Deaf)]);
    let log = Arc::new(Mutex::new(String::new()));
    let subscriber = Capture { log: Arc::clone(&log), spans: AtomicU64::new(1) };
    let output = tracing::subscriber::with_default(subscriber, session);
    let log = std::mem::take(&mut *log.lock().unwrap_or_else(PoisonError::into_inner));
    (output, log)
}

/// Says that it wants everything, and gets nothing.
struct Deaf;

impl Subscriber for Deaf {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, _: &span::Attributes<'_>) -> span::Id {
        span::Id::from_u64(1)
    }

    fn record(&self, _: &span::Id, _: &span::Record<'_>) {}

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// Writes every event and span into a string.
struct Capture {
    log: Arc<Mutex<String>>,
    spans: AtomicU64,
}

struct Line(String);

impl Visit for Line {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Both as it is and as it would be quoted.
        let _ = write!(self.0, " {field}={value}");
        self.record_debug(field, &value);
    }

    fn record_bytes(&mut self, field: &Field, value: &[u8]) {
        let _ = write!(self.0, " {field}={}", String::from_utf8_lossy(value));
        self.record_debug(field, &value);
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {field}={value:?}");
    }
}

impl Capture {
    fn line(&self, metadata: &Metadata<'_>, record: impl FnOnce(&mut Line)) {
        let mut line = Line(format!("{} {} {}:", metadata.level(), metadata.target(), metadata.name()));
        record(&mut line);
        line.0.push('\n');
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line.0);
    }
}

impl Subscriber for Capture {
    fn enabled(&self, _: &Metadata<'_>) -> bool {
        true
    }

    fn new_span(&self, span: &span::Attributes<'_>) -> span::Id {
        self.line(span.metadata(), |line| span.record(line));
        span::Id::from_u64(self.spans.fetch_add(1, Ordering::Relaxed))
    }

    fn record(&self, _: &span::Id, values: &span::Record<'_>) {
        let mut line = Line(String::from("span:"));
        values.record(&mut line);
        line.0.push('\n');
        self.log.lock().unwrap_or_else(PoisonError::into_inner).push_str(&line.0);
    }

    fn record_follows_from(&self, _: &span::Id, _: &span::Id) {}

    fn event(&self, event: &Event<'_>) {
        self.line(event.metadata(), |line| event.record(line));
    }

    fn enter(&self, _: &span::Id) {}

    fn exit(&self, _: &span::Id) {}
}

/// The forms in which `secret` may show up in a log: as it is, in hexadecimal
/// (with and without separators), as a list of numbers, percent-encoded, and in
/// Base64 of both alphabets at any position within what was encoded.
#[must_use]
pub fn forms(secret: &[u8]) -> Vec<String> {
    let mut forms = vec![
        String::from_utf8_lossy(secret).into_owned(),
        secret.escape_ascii().to_string(),
        format!("{:?}", String::from_utf8_lossy(secret)).trim_matches('"').to_owned(),
    ];
    for separator in ["", " ", ":", ", ", "%", "\\x", ", 0x"] {
        let each = |digits: fn(&u8) -> String| secret.iter().map(digits).collect::<Vec<_>>().join(separator);
        forms.push(each(|byte| format!("{byte:02x}")));
        forms.push(each(|byte| format!("{byte:02X}")));
    }
    forms.push(secret.iter().map(u8::to_string).collect::<Vec<_>>().join(", "));
    let mut percent = String::new();
    for &byte in secret {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                percent.push(char::from(byte))
            }
            _ => {
                let _ = write!(percent, "%{byte:02X}");
            }
        }
    }
    forms.push(percent);
    for before in 0..3 {
        // Characters that share bits with a neighbour are left out.
        let mut bytes = vec![0; before];
        bytes.extend_from_slice(secret);
        bytes.truncate(bytes.len() - bytes.len() % 3);
        let skip = [0, 2, 3].get(before).copied().unwrap_or_default();
        for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
            forms.push(engine.encode(&bytes).chars().skip(skip).collect());
        }
    }
    forms.retain(|form| form.len() >= 4);
    forms.sort();
    forms.dedup();
    forms
}

/// Asserts that none of the secrets is in the log in any of its [`forms`].
///
/// # Panics
/// When one is; and when a secret is shorter than six bytes, which would be found by chance.
pub fn assert_no_secret(log: &str, secrets: &[impl AsRef<[u8]>]) {
    for secret in secrets {
        let secret = secret.as_ref();
        assert!(secret.len() >= 6, "a secret of {} bytes is too short to be searched for", secret.len());
        for form in forms(secret) {
            if let Some(line) = log.lines().find(|line| line.contains(&form)) {
                panic!("the log shows a secret as {form}: {line}");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_logged_is_captured() {
        let (value, log) = capture(|| {
            tracing::trace!(target: "anyrfc_x::wire", bytes = &b"raw!"[..], "sent");
            let span = tracing::debug_span!("session", user = "tim", late = tracing::field::Empty);
            span.record("late", "value");
            7
        });
        assert_eq!(value, 7);
        for part in ["anyrfc_x::wire", "sent", "raw!", "user=tim", "late=value"] {
            assert!(log.contains(part), "{part} is not in {log}");
        }
    }

    #[test]
    fn every_form_is_found() {
        let secret = b"pass w\"rd/1";
        let engine = &STANDARD_NO_PAD;
        let logs = [
            "x pass w\"rd/1 y".to_owned(),
            format!("{:?}", "pass w\"rd/1"),
            format!("{:?}", &secret[..]),
            format!("{:02x?}", &secret[..]),
            engine.encode(b"\0user\0pass w\"rd/1"),
            engine.encode(b"\0use\0pass w\"rd/1"),
            engine.encode(b"\0us\0pass w\"rd/1, and more"),
            "pass%20w%22rd%2F1".to_owned(),
            secret.iter().map(|byte| format!("{byte:02X}")).collect(),
        ];
        for log in logs {
            let found = std::panic::catch_unwind(|| assert_no_secret(&log, &[secret]));
            assert!(found.is_err(), "not found in {log}");
        }
        assert_no_secret("pass w (11 bytes)", &[secret]);
    }
}
