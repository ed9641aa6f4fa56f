//! What sends a request: the trait, on types of the crate `http`.

use std::{fmt, sync::Arc, time::Duration};

use anyrfc_core::BoxFuture;

use crate::{
    Error,
    proto::{HttpRequest, HttpResponse},
};

/// How much of an answer is taken, and how long it may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpLimits {
    /// Bytes of a body, after decompression. Default 1 MiB, and JSON is never longer.
    pub body: usize,
    /// From the first packet to the end of the body. Default 30 s.
    pub time: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self { body: 1 << 20, time: Duration::from_secs(30) }
    }
}

/// Sends requests and brings answers. Bring one of your own where the program has its own HTTP
/// stack; `ReqwestClient` (feature `reqwest`) is used otherwise.
///
/// An implementation follows no redirect: it returns the answer with its status (a followed 307
/// would hand the client's secret to whoever it names). It stops reading at `limits.body` bytes
/// with an error of kind `Limit`, gives up after `limits.time` with one of kind `Timeout`, verifies
/// certificates, and reports everything else as `Io` or `Tls`. It never repeats a request.
pub trait HttpClient: Send + Sync + fmt::Debug {
    /// Sends `request` and returns the whole answer.
    ///
    /// # Errors
    /// Of kind `Io`, `Tls`, `Timeout` or `Limit`.
    ///
    /// # Cancel safety
    /// Dropping the future drops the request, which may have been sent.
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, Error>>;
}

impl<T: HttpClient + ?Sized> HttpClient for Arc<T> {
    fn send(
        &self,
        request: HttpRequest,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<HttpResponse, Error>> {
        (**self).send(request, limits)
    }
}
