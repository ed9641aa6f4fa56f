//! The server as an HTTP client reaches it, without a socket.

use std::future::pending;

use anyrfc_core::BoxFuture;
use bytes::Bytes;
use http::{Request, Response};

use super::{
    certificate::ClientCertificate,
    reply::{Answer, Delivery},
    server::AuthorizationServer,
};
use crate::{
    Error, ErrorKind,
    client::{HttpClient, HttpLimits},
};

impl HttpClient for AuthorizationServer {
    fn send(
        &self,
        request: Request<Bytes>,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        let server = self.clone();
        Box::pin(async move {
            let answer = server.handle(request);
            match tokio::time::timeout(limits.time, deliver(answer, limits)).await {
                Ok(delivered) => delivered,
                Err(_) => Err(Error::new(ErrorKind::Timeout, "no answer from the server in memory")),
            }
        })
    }
}

async fn deliver(answer: Answer, limits: HttpLimits) -> Result<Response<Bytes>, Error> {
    match answer.delivery {
        Delivery::AtOnce => {}
        Delivery::After(time) => tokio::time::sleep(time).await,
        Delivery::Never => pending().await,
        Delivery::Dropped | Delivery::Cut => {
            return Err(Error::new(ErrorKind::Io, "the server in memory dropped the request"));
        }
        Delivery::Dripping(time) => {
            let octets = u32::try_from(answer.response.body().len()).unwrap_or(u32::MAX);
            tokio::time::sleep(time.saturating_mul(octets)).await;
        }
        Delivery::Endless => {
            return Err(Error::new(ErrorKind::Limit, "the answer of the server in memory has no end"));
        }
    }
    let length = answer.response.body().len() as u64 + answer.padding;
    if length > limits.body as u64 {
        return Err(Error::new(ErrorKind::Limit, "the answer of the server in memory is too long"));
    }
    if answer.padding == 0 {
        return Ok(answer.response);
    }
    let (head, body) = answer.response.into_parts();
    let mut whole = body.to_vec();
    whole.resize(usize::try_from(length).unwrap_or(limits.body), b' ');
    Ok(Response::from_parts(head, whole.into()))
}

/// The same server, reached over TLS with a certificate of the client's.
///
/// Whether the certificate is asked for is the server's affair: where it has aliases for mutual TLS
/// ([`Options::mtls_origin`](super::Options::mtls_origin)), it is so there only.
#[derive(Clone, Debug)]
pub struct WithCertificate {
    server: AuthorizationServer,
    certificate: ClientCertificate,
}

impl AuthorizationServer {
    /// Reached with this certificate.
    #[must_use]
    pub fn with_certificate(&self, certificate: ClientCertificate) -> WithCertificate {
        WithCertificate { server: self.clone(), certificate }
    }
}

impl HttpClient for WithCertificate {
    fn send(
        &self,
        mut request: Request<Bytes>,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        request.extensions_mut().insert(self.certificate.clone());
        self.server.send(request, limits)
    }
}

/// Several servers, each reached by its own hosts: what an attack by mix-up needs two of.
///
/// What is meant for none of them comes to the first, which keeps it as
/// [`Place::Elsewhere`](super::Place::Elsewhere).
#[derive(Clone, Debug)]
pub struct Network(Vec<AuthorizationServer>);

impl Network {
    /// Of these servers.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn new(servers: impl IntoIterator<Item = AuthorizationServer>) -> Self {
        let servers: Vec<_> = servers.into_iter().collect();
        assert!(!servers.is_empty(), "a network without servers");
        Self(servers)
    }
}

impl HttpClient for Network {
    fn send(
        &self,
        request: Request<Bytes>,
        limits: HttpLimits,
    ) -> BoxFuture<'static, Result<Response<Bytes>, Error>> {
        let url = request.uri().to_string();
        let server = self.0.iter().find(|server| server.is_at(&url)).or(self.0.first());
        server.map(|server| server.send(request, limits)).expect("one server at least")
    }
}
