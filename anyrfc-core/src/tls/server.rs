//! The server's side of TLS, for listeners and tests.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use rustls::{
    ServerConfig,
    server::{WebPkiClientVerifier, danger::ClientCertVerifier},
};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;

use super::{
    TlsStream, TlsVersion, TruncationPolicy, binding,
    config::{DebugAlpn, Identity, checked_alpn, root_store, unsuitable_provider, versions},
    error, info, pem,
    provider::provider,
};
use crate::{Error, Secret, TlsInfo};

/// The server's side of TLS: one certificate, and whom to let in.
///
/// Built on first use like [`TlsConfig`](super::TlsConfig), and cheap to clone.
#[derive(Clone)]
pub struct TlsServerConfig {
    recipe: Arc<Recipe>,
    truncation: TruncationPolicy,
}

struct Recipe {
    settings: Settings,
    built: OnceLock<Built>,
}

#[derive(Clone)]
struct Settings {
    identity: Identity,
    client_ca: Option<Arc<[u8]>>,
    alpn: Vec<Vec<u8>>,
    minimum: TlsVersion,
    maximum: TlsVersion,
}

#[derive(Clone)]
struct Built {
    config: Arc<ServerConfig>,
    end_point: Option<Vec<u8>>,
}

impl TlsServerConfig {
    /// A server with this certificate: the chain, leaf first, and its private key
    /// (PKCS #8, PKCS #1 or SEC 1), both in PEM.
    #[must_use]
    pub fn new(chain_pem: impl Into<Vec<u8>>, key_pem: impl Into<Secret<Vec<u8>>>) -> Self {
        let settings = Settings {
            identity: Identity::new(chain_pem, key_pem),
            client_ca: None,
            alpn: Vec::new(),
            minimum: TlsVersion::V1_2,
            maximum: TlsVersion::V1_3,
        };
        Self {
            recipe: Arc::new(Recipe { settings, built: OnceLock::new() }),
            truncation: TruncationPolicy::default(),
        }
    }

    fn edit(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.recipe.settings.clone();
        change(&mut settings);
        self.recipe = Arc::new(Recipe { settings, built: OnceLock::new() });
        self
    }

    /// Lets in only clients with a certificate of these authorities, in PEM.
    #[must_use]
    pub fn require_client_ca_pem(self, pem: impl Into<Vec<u8>>) -> Self {
        let pem = pem.into().into();
        self.edit(|settings| settings.client_ca = Some(pem))
    }

    /// Speaks these application protocols, the preferred one first. A client
    /// that offers only others is refused (RFC 7301, section 3.2).
    #[must_use]
    pub fn alpn(self, protocols: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let protocols = protocols.into_iter().map(|protocol| protocol.as_ref().to_vec()).collect();
        self.edit(|settings| settings.alpn = protocols)
    }

    /// Refuses clients below this version; 1.2 by default.
    #[must_use]
    pub fn minimum_version(self, minimum: TlsVersion) -> Self {
        self.edit(|settings| settings.minimum = minimum)
    }

    /// Speaks no version above this one; 1.3 by default.
    #[must_use]
    pub fn maximum_version(self, maximum: TlsVersion) -> Self {
        self.edit(|settings| settings.maximum = maximum)
    }

    /// What an end without `close_notify` means; an error by default.
    #[must_use]
    pub const fn truncation(mut self, policy: TruncationPolicy) -> Self {
        self.truncation = policy;
        self
    }

    /// Builds what the first handshake would, to find mistakes early.
    ///
    /// # Errors
    /// As of [`TlsConfig::validate`](super::TlsConfig::validate).
    pub fn validate(&self) -> Result<(), Error> {
        self.built().map(drop)
    }

    fn built(&self) -> Result<&Built, Error> {
        if let Some(built) = self.recipe.built.get() {
            return Ok(built);
        }
        let built = build(&self.recipe.settings)?;
        Ok(self.recipe.built.get_or_init(|| built))
    }

    /// Secures `stream` as the server. [`TlsInfo::server_name`] is the name that
    /// the client asked for, [`TlsInfo::peer_certificates`] are the client's.
    ///
    /// There is no deadline of its own: wrap it in the caller's.
    ///
    /// # Errors
    /// As of [`TlsConfig::handshake`](super::TlsConfig::handshake). A failure concerns this
    /// stream alone: the configuration and the listener can go on.
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream. Nothing is left behind.
    pub async fn accept<S>(&self, stream: S) -> Result<(TlsStream<S>, TlsInfo), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let Built { config, end_point } = self.built()?;
        let stream = TlsAcceptor::from(Arc::clone(config))
            .accept(stream)
            .await
            .map_err(|error| error::handshake(error::Side::Server, error))?;
        let connection = stream.get_ref().1;
        let mut info = info::common(connection, config.require_ems);
        info.server_name = connection.server_name().map(str::to_owned);
        info.tls_server_end_point.clone_from(end_point);
        // A client is never asked for a certificate that would not be verified.
        info.verified = !info.peer_certificates.is_empty();
        Ok((TlsStream::new(stream, self.truncation), info))
    }
}

fn build(settings: &Settings) -> Result<Built, Error> {
    let alpn = checked_alpn(&settings.alpn)?;
    let versions = versions(settings.minimum, settings.maximum)?;
    let provider = provider()?;
    let clients: Arc<dyn ClientCertVerifier> = match &settings.client_ca {
        None => WebPkiClientVerifier::no_client_auth(),
        Some(text) => {
            WebPkiClientVerifier::builder_with_provider(Arc::new(root_store(text)?), Arc::clone(&provider))
                .build()
                .map_err(|error| {
                    Error::usage("the clients' certificate authorities cannot be used").with_source(error)
                })?
        }
    };
    let chain = pem::certificates(&settings.identity.chain, "the server certificate")?;
    let key = pem::private_key(&settings.identity.key, "the server certificate's key")?;
    let end_point = chain.first().and_then(|leaf| binding::server_end_point(leaf));
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(unsuitable_provider)?
        .with_client_cert_verifier(clients)
        .with_single_cert(chain, key)
        .map_err(|error| {
            Error::usage("the server certificate and its key cannot be used").with_source(error)
        })?;
    config.alpn_protocols = alpn;
    Ok(Built { config: Arc::new(config), end_point })
}

impl fmt::Debug for TlsServerConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.recipe.settings;
        f.debug_struct("TlsServerConfig")
            .field("require_client_certificate", &settings.client_ca.is_some())
            .field("alpn", &DebugAlpn(&settings.alpn))
            .field("minimum_version", &settings.minimum)
            .field("maximum_version", &settings.maximum)
            .field("truncation", &self.truncation)
            .finish()
    }
}
