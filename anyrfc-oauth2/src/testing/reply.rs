//! What the server says, before it is octets.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde_json::{Map, Value};

/// What is said, and how it gets to the client.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Answer {
    /// What is said.
    pub response: Response<Bytes>,
    /// When it gets there, if it does.
    pub delivery: Delivery,
    /// So many blanks follow the body: JSON behind which they stand is valid yet, but too long.
    pub padding: u64,
}

/// How an answer gets to the client.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Delivery {
    /// At once.
    #[default]
    AtOnce,
    /// After this time.
    After(Duration),
    /// Never: the client waits in vain.
    Never,
    /// Never: the connection ends.
    Dropped,
    /// Octet by octet, so long apart.
    Dripping(Duration),
    /// All but its last octet, where the connection ends.
    Cut,
    /// Followed by blanks without end, in chunks.
    Endless,
}

/// The body of a [`Reply`].
#[derive(Clone, Debug)]
pub(super) enum Body {
    Empty,
    /// An object, and members that are appended as they are: what `serde_json` would not write.
    Json(Map<String, Value>, Vec<(String, String)>),
    Other(String, Bytes),
}

#[derive(Clone, Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    pub(super) headers: Vec<(String, String)>,
    pub(super) body: Body,
}

impl Reply {
    pub(super) fn json(map: Map<String, Value>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Json(map, Vec::new()) }
    }

    /// Of `json!({…})`.
    pub(super) fn object(value: Value) -> Self {
        match value {
            Value::Object(map) => Self::json(map),
            other => Self::text("application/json", other.to_string()),
        }
    }

    pub(super) fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Body::Empty }
    }

    pub(super) fn text(kind: &str, body: impl Into<Bytes>) -> Self {
        Self { status: 200, headers: Vec::new(), body: Body::Other(kind.to_owned(), body.into()) }
    }

    pub(super) fn html(status: u16, text: &str) -> Self {
        Self::text("text/html; charset=utf-8", format!("<!DOCTYPE html><title>{text}</title>")).status(status)
    }

    pub(super) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// Not to be stored (RFC 6749, section 5.1).
    pub(super) fn unstored(self) -> Self {
        self.header("cache-control", "no-store").header("pragma", "no-cache")
    }

    pub(super) fn render(self) -> Response<Bytes> {
        let (kind, body) = match self.body {
            Body::Empty => (None, Bytes::new()),
            Body::Json(map, raw) => {
                let mut text = Value::Object(map).to_string();
                for (name, value) in raw {
                    text.truncate(text.len() - 1);
                    let comma = if text.len() > 1 { "," } else { "" };
                    text.push_str(&format!("{comma}{}:{value}}}", Value::String(name)));
                }
                (Some("application/json".to_owned()), text.into())
            }
            Body::Other(kind, body) => (Some(kind), body),
        };
        let mut headers = HeaderMap::new();
        if let Some(value) = kind.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
            headers.insert("content-type", value);
        }
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a field name");
            let value = HeaderValue::from_bytes(value.as_bytes()).expect("a field value");
            // The one field that a misbehaviour sets otherwise.
            if name == "content-type" {
                headers.insert(name, value);
            } else {
                headers.append(name, value);
            }
        }
        let mut response = Response::new(body);
        *response.status_mut() = StatusCode::from_u16(self.status).expect("a status");
        *response.headers_mut() = headers;
        response
    }
}

/// Why a request is refused, in the words of OAuth.
#[derive(Clone, Debug)]
pub(super) struct Refusal {
    pub(super) status: u16,
    pub(super) error: &'static str,
    pub(super) description: &'static str,
    pub(super) headers: Vec<(String, String)>,
}

pub(super) const fn refusal(error: &'static str, description: &'static str) -> Refusal {
    Refusal { status: 400, error, description, headers: Vec::new() }
}

impl Refusal {
    pub(super) const fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    pub(super) fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// As JSON (RFC 6749, section 5.2).
    pub(super) fn reply(self) -> Reply {
        let mut map = Map::new();
        map.insert("error".to_owned(), self.error.into());
        map.insert("error_description".to_owned(), self.description.into());
        let mut reply = Reply::json(map).status(self.status).unstored();
        reply.headers.extend(self.headers);
        reply
    }
}

pub(super) type Answered<T = Reply> = Result<T, Refusal>;
