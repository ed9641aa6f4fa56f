//! HTTP by the crate `reqwest`.

use std::{error::Error as _, sync::Arc, time::Duration};

use anyrfc_core::{BoxFuture, Secret, tls::TlsConfig};
use bytes::{Bytes, BytesMut};

use super::{HttpClient, HttpLimits};
use crate::{
    Error, ErrorKind,
    proto::{HttpRequest, HttpResponse},
};

/// How long a connection may take to stand, where nothing else was said.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(30);

/// Sends by `reqwest`, with TLS as core configures it. It follows no redirect, keeps no cookie,
/// decompresses nothing, and ignores the environment's proxies unless it is asked for them.
///
/// Cheap to clone; connections are shared by its clones.
#[derive(Clone, Debug)]
pub struct ReqwestClient(reqwest::Client);

/// How a [`ReqwestClient`] is made.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct ReqwestBuilder {
    tls: Option<TlsConfig>,
    proxies: bool,
    /// Secret: it may hold the name and password for the proxy.
    proxy: Option<Arc<Secret<String>>>,
    connect_timeout: Option<Duration>,
    user_agent: Option<String>,
}

impl ReqwestBuilder {
    /// The trust anchors, the client certificate (RFC 8705) and the rest of TLS.
    pub fn tls(mut self, tls: TlsConfig) -> Self {
        self.tls = Some(tls);
        self
    }

    /// Through the proxy that the environment asks for (`https_proxy`, `all_proxy`, except for whom `no_proxy`
    /// lists). Without this the environment is never asked.
    pub fn proxy_from_env(mut self) -> Self {
        self.proxies = true;
        self
    }

    /// Sends everything through this proxy: an `http`, `https`, `socks5` or `socks5h` URL, which may hold
    /// a name and a password.
    pub fn proxy(mut self, url: impl Into<Secret<String>>) -> Self {
        self.proxy = Some(Arc::new(url.into()));
        self
    }

    /// How long a connection may take to stand, 30 seconds by default; an answer that is waited for
    /// is bounded by [`HttpLimits::time`] besides.
    pub fn connect_timeout(mut self, time: Duration) -> Self {
        self.connect_timeout = Some(time);
        self
    }

    /// What `User-Agent` says; some servers refuse requests without.
    pub fn user_agent(mut self, name: impl Into<String>) -> Self {
        self.user_agent = Some(name.into());
        self
    }

    /// The client.
    ///
    /// # Errors
    /// Of kind `Tls` when TLS cannot be set up; `Usage` when an option cannot stand in a request.
    pub fn build(self) -> Result<ReqwestClient, Error> {
        let tls = self.tls.unwrap_or_else(TlsConfig::default_roots).alpn(["h2", "http/1.1"]);
        let config = tls
            .to_rustls()
            .map_err(|error| Error::new(error.kind(), "TLS cannot be set up").with_source(error))?;
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured((*config).clone())
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            // Off by name: another crate of the program may have switched on what is off by default.
            .no_gzip()
            .no_brotli()
            .no_zstd()
            .no_deflate()
            .connect_timeout(self.connect_timeout.unwrap_or(CONNECT_TIMEOUT))
            .user_agent(
                self.user_agent
                    .unwrap_or_else(|| concat!("anyrfc-oauth2/", env!("CARGO_PKG_VERSION")).into()),
            );
        if !self.proxies {
            builder = builder.no_proxy();
        }
        if let Some(url) = &self.proxy {
            // Without the cause, which would quote the URL.
            let proxy = reqwest::Proxy::all(url.expose())
                .map_err(|_| Error::usage("the proxy's URL names no proxy"))?;
            builder = builder.proxy(proxy);
        }
        let client = builder.build().map_err(|error| {
            Error::usage("an HTTP client cannot be made of these options").with_source(error)
        })?;
        Ok(ReqwestClient(client))
    }
}

impl ReqwestClient {
    /// With the trust anchors that this build has by default.
    ///
    /// # Errors
    /// As [`ReqwestBuilder::build`].
    pub fn new() -> Result<Self, Error> {
        Self::builder().build()
    }

    /// With options.
    pub fn builder() -> ReqwestBuilder {
        ReqwestBuilder::default()
    }
}

impl HttpClient for ReqwestClient {
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        let client = self.0.clone();
        Box::pin(async move {
            let (parts, body) = request.into_parts();
            let url = parts.uri.to_string();
            let host = parts.uri.host().unwrap_or("the server").to_owned();
            let request =
                client.request(parts.method, url).headers(parts.headers).body(body).build().map_err(
                    |error| Error::usage("the request cannot be sent").with_source(error.without_url()),
                )?;
            // Not by reqwest's own time-out: that one also counts while nobody waits.
            let answer = async move {
                let mut answer = client.execute(request).await.map_err(failure)?;
                let mut response = HttpResponse::new(Bytes::new());
                *response.status_mut() = answer.status();
                *response.version_mut() = answer.version();
                *response.headers_mut() = std::mem::take(answer.headers_mut());
                let mut body = BytesMut::new();
                while let Some(chunk) = answer.chunk().await.map_err(failure)? {
                    if chunk.len() > limits.body.saturating_sub(body.len()) {
                        return Err(Error::new(ErrorKind::Limit, "the server's answer is too long"));
                    }
                    body.extend_from_slice(&chunk);
                }
                *response.body_mut() = body.freeze();
                Ok(response)
            };
            let slow = || Err(Error::new(ErrorKind::Timeout, format!("{host} took too long to answer")));
            super::source::within(limits.time, answer).await.unwrap_or_else(slow)
        })
    }
}

/// What failed, with the host, but without its URL, whose query may hold what is nobody's business.
fn failure(error: reqwest::Error) -> Error {
    let host = error.url().and_then(|url| url.host_str()).unwrap_or("the server").to_owned();
    let error = error.without_url();
    let (kind, what) = if error.is_timeout() {
        (ErrorKind::Timeout, format!("{host} took too long to answer"))
    } else if error.source().is_some_and(is_tls) {
        (ErrorKind::Tls, format!("the connection to {host} is not secure"))
    } else if error.is_connect() {
        (ErrorKind::Io, format!("{host} cannot be reached"))
    } else {
        (ErrorKind::Io, format!("the connection to {host} failed"))
    };
    Error::new(kind, what).with_source(error)
}

/// Whether rustls is at the bottom of it; it travels inside I/O errors, which may be nested.
fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let inside = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref);
    let inside = inside.map(|inner| inner as &(dyn std::error::Error + 'static));
    inside.or_else(|| error.source()).is_some_and(is_tls)
}
