//! Requests, and what is kept of their answers.

use std::time::Duration;

use anyrfc_core::Secret;
use anyrfc_oauth2::{
    client::{HttpClient as _, HttpLimits, ReqwestClient},
    codec::form::Form,
    proto::{HttpRequest, HttpResponse},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{
    HeaderValue, Method,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Map, Value};

use crate::{doctor::subject::unable, exit::Failure};

/// More of a body is not read.
const BODY_MAX: usize = 1 << 20;
/// Members whose values nobody else may see.
const SECRET: [&str; 7] =
    ["access_token", "refresh_token", "id_token", "device_code", "user_code", "client_secret", "request_uri"];

/// Sends requests; follows no redirect.
#[derive(Debug)]
pub(super) struct Http {
    client: ReqwestClient,
    limits: HttpLimits,
}

/// Who asks.
pub(super) enum Caller<'a> {
    Nobody,
    /// HTTP Basic (RFC 6749, section 2.3.1).
    Basic(&'a str, &'a Secret<String>),
    Bearer(&'a str),
}

impl Http {
    pub(super) fn new(client: ReqwestClient, limit: Duration) -> Self {
        let mut limits = HttpLimits::default();
        (limits.body, limits.time) = (BODY_MAX, limit);
        Self { client, limits }
    }

    /// # Errors
    /// There is no answer, or too much of it.
    pub(super) async fn get(&self, url: &str, caller: &Caller<'_>) -> Result<Answer, Failure> {
        self.send(Method::GET, url, Bytes::new(), caller).await
    }

    /// # Errors
    /// There is no answer, or too much of it.
    pub(super) async fn post(
        &self,
        url: &str,
        form: &[(&str, &str)],
        caller: &Caller<'_>,
    ) -> Result<Answer, Failure> {
        self.send(Method::POST, url, encoded(form).into(), caller).await
    }

    async fn send(
        &self,
        method: Method,
        url: &str,
        body: Bytes,
        caller: &Caller<'_>,
    ) -> Result<Answer, Failure> {
        let mut request = HttpRequest::new(body);
        *request.uri_mut() = url.parse().map_err(|_| unable("the URL cannot stand in a request"))?;
        let headers = request.headers_mut();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json, */*;q=0.1"));
        if method == Method::POST {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
        }
        let credentials = match caller {
            Caller::Nobody => None,
            Caller::Bearer(token) => Some(format!("Bearer {token}")),
            Caller::Basic(id, secret) => {
                let [id, secret] = [id, secret.expose().as_str()].map(Form::escape);
                Some(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            }
        };
        if let Some(credentials) = credentials {
            let value = HeaderValue::from_str(&credentials);
            let mut value = value.map_err(|_| unable("the credentials cannot stand in a request"))?;
            value.set_sensitive(true);
            headers.insert(AUTHORIZATION, value);
        }
        *request.method_mut() = method;
        Ok(Answer(self.client.send(request, self.limits).await?))
    }
}

/// Names and values as a form (RFC 6749, appendix B).
pub(super) fn encoded(form: &[(&str, &str)]) -> String {
    let pairs = form.iter().map(|(name, value)| format!("{}={}", Form::escape(name), Form::escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

/// What came back.
pub(super) struct Answer(HttpResponse);

impl Answer {
    pub(super) fn status(&self) -> u16 {
        self.0.status().as_u16()
    }

    pub(super) fn body(&self) -> &[u8] {
        self.0.body()
    }

    /// The first value of a field.
    pub(super) fn field(&self, name: &str) -> Option<&str> {
        self.0.headers().get(name)?.to_str().ok()
    }

    /// The values of a field.
    pub(super) fn fields(&self, name: &str) -> Vec<&str> {
        self.0.headers().get_all(name).iter().filter_map(|value| value.to_str().ok()).collect()
    }

    /// The media type, in lower case and without parameters.
    pub(super) fn media_type(&self) -> String {
        let value = self.field("content-type").unwrap_or_default();
        value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
    }

    /// The body, where it is a JSON object.
    pub(super) fn object(&self) -> Option<Map<String, Value>> {
        serde_json::from_slice(self.body()).ok()
    }

    /// A text member of that object.
    pub(super) fn member(&self, name: &str) -> Option<String> {
        self.object()?.get(name)?.as_str().map(str::to_owned)
    }

    /// Status, fields that tell something, and the beginning of the body; of secrets nothing.
    pub(super) fn seen(&self) -> Vec<u8> {
        let mut out = format!("{}\n", self.0.status()).into_bytes();
        for name in ["location", "www-authenticate", "content-type", "cache-control", "pragma"] {
            for value in self.0.headers().get_all(name) {
                out.extend_from_slice(name.as_bytes());
                out.extend_from_slice(b": ");
                out.extend_from_slice(value.as_bytes());
                out.push(b'\n');
            }
        }
        let mut body = String::from_utf8_lossy(self.body()).into_owned();
        let object = self.object().unwrap_or_default();
        for secret in SECRET.iter().filter_map(|name| object.get(*name)?.as_str()) {
            // As it stands there: escaped, and in quotes.
            let quoted = Value::from(secret).to_string();
            body = body.replace(&quoted, "\"[secret]\"");
            if secret.len() > 7 {
                body = body.replace(secret, "[secret]");
            }
        }
        out.push(b'\n');
        out.extend_from_slice(body.as_bytes());
        out.truncate(out.trim_ascii_end().len());
        out
    }
}
