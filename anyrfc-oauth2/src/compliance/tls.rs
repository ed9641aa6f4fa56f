//! Servers on loopback with certificates of any kind.

use std::sync::Arc;

use anyrfc_core::{
    testing::{
        pki::{Identity, Pki},
        run,
    },
    tls::TlsConfig,
};

use crate::{
    ClientId, OAuth2Client, ServerMetadata,
    client::{Builder, ReqwestClient},
    testing::{AuthorizationServer, Served},
};

/// Runs `check` beside a server with this certificate. What it publishes is known without TLS.
pub(super) fn beside(
    server: &AuthorizationServer,
    identity: &Identity,
    check: impl AsyncFnOnce(Arc<ServerMetadata>),
) {
    run(async {
        let served = Served::tls(server.clone(), identity.server(), None).expect("a port");
        let found = OAuth2Client::discover(server.issuer()).http(server.clone());
        let metadata = Arc::new(found.fetch().await.expect("it is published"));
        served.beside(check(metadata)).await;
    });
}

/// A client of that server that goes by TLS, configured so.
pub(super) fn client(metadata: &ServerMetadata, client_id: &str, tls: TlsConfig) -> Builder {
    let http = ReqwestClient::builder().tls(tls).build().expect("a client");
    let client_id = ClientId::new(client_id).expect("an identifier");
    OAuth2Client::builder(metadata.clone(), client_id).http(http)
}

/// Certificates that are not to be taken by those who trust `pki`: of a stranger, for another name,
/// too old, too new.
pub(super) fn unfit(pki: &Pki) -> [Identity; 4] {
    [
        Pki::new().server_for(&["localhost"]),
        pki.server_for(&["other.example"]),
        pki.expired_server_for(&["localhost"]),
        pki.future_server_for(&["localhost"]),
    ]
}
