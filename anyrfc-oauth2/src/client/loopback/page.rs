//! What the browser is shown.

use anyrfc_core::http1::ResponseHead;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use http::{HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest as _, Sha256};

/// What the user sees when the browser has brought the answer. Nothing of the answer goes into it.
///
/// It is the inside of an HTML `body`. Scripts and anything from elsewhere do not run (RFC 6749,
/// section 3.1.2.5), but for one of ours that takes the code out of the address bar.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Page {
    /// When there is a code.
    pub answered: String,
    /// When the server refused.
    pub refused: String,
}

impl Default for Page {
    fn default() -> Self {
        Self {
            answered: "<h1>Thank you</h1><p>You can close this window and go back to the application.</p>"
                .into(),
            refused: "<h1>Not authorized</h1><p>The request was refused. You can close this window and go \
                      back to the application.</p>"
                .into(),
        }
    }
}

/// Takes the query out of the address bar and the history before anything else can see it.
const SCRIPT: &str = "history.replaceState(null,\"\",location.pathname)";

impl Page {
    /// With this to be shown when there is a code, and that when the server refused: both HTML.
    #[must_use]
    pub fn new(answered: impl Into<String>, refused: impl Into<String>) -> Self {
        Self { answered: answered.into(), refused: refused.into() }
    }

    /// The whole response to the request that brought the answer.
    pub(super) fn answer(&self, refused: bool) -> Vec<u8> {
        let body = if refused { &self.refused } else { &self.answered };
        let document = format!(
            "<!doctype html><html><head><meta charset=\"utf-8\"><script>{SCRIPT}</script>\
             <meta name=\"viewport\" content=\"width=device-width\"><title>Authorization</title>\
             <style>body{{font:1.1em system-ui,sans-serif;margin:4em auto;max-width:32em;padding:0 1em}}</style>\
             </head><body>{body}</body></html>"
        );
        response(StatusCode::OK, "text/html; charset=utf-8", document.as_bytes(), false)
    }
}

/// What is said to everybody else: a status in words, and nothing that they sent.
pub(super) fn plain(status: StatusCode, headless: bool) -> Vec<u8> {
    let reason = status.canonical_reason().unwrap_or_default();
    response(status, "text/plain; charset=utf-8", reason.as_bytes(), headless)
}

fn response(status: StatusCode, media: &'static str, body: &[u8], headless: bool) -> Vec<u8> {
    let mut head = ResponseHead::new(status);
    let mut set = |name: HeaderName, value: &'static str| {
        head.headers.insert(name, HeaderValue::from_static(value));
    };
    set(header::CONTENT_TYPE, media);
    set(header::CONNECTION, "close");
    set(header::CACHE_CONTROL, "no-store");
    set(header::PRAGMA, "no-cache");
    set(header::REFERRER_POLICY, "no-referrer");
    set(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    set(header::X_FRAME_OPTIONS, "DENY");
    if status == StatusCode::METHOD_NOT_ALLOWED {
        set(header::ALLOW, "GET");
    }
    head.headers.insert(header::CONTENT_LENGTH, HeaderValue::from(body.len()));
    let hash = STANDARD.encode(Sha256::digest(SCRIPT.as_bytes()));
    let policy = format!(
        "default-src 'none'; script-src 'sha256-{hash}'; style-src 'unsafe-inline'; img-src data:; \
         base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        head.headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    let mut response = Vec::with_capacity(1024 + body.len());
    // Fields of ours and a status of HTTP's: it cannot fail.
    let _ = head.write(&mut response);
    if !headless {
        response.extend_from_slice(body);
    }
    response
}
