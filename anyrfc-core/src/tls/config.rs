//! The client's side of TLS.

use std::{
    fmt,
    sync::{Arc, LazyLock, OnceLock},
};

use rustls::{
    ClientConfig, KeyLogFile, RootCertStore, SupportedProtocolVersion,
    client::{WebPkiServerVerifier, danger::ServerCertVerifier},
    crypto::CryptoProvider,
    version::{TLS12, TLS13},
};
use rustls_pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;

use super::{TlsStream, binding, error, info, name, pem, provider::provider, verify::AcceptAny};
use crate::{Error, ErrorKind, Secret, TlsInfo, escape::Escaped};

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum TlsVersion {
    /// TLS 1.2 (RFC 5246).
    V1_2,
    /// TLS 1.3 (RFC 8446).
    V1_3,
}

/// The versions from `minimum` to `maximum`.
pub(super) fn versions(
    minimum: TlsVersion,
    maximum: TlsVersion,
) -> Result<&'static [&'static SupportedProtocolVersion], Error> {
    static BOTH: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
    static NEW: [&SupportedProtocolVersion; 1] = [&TLS13];
    static OLD: [&SupportedProtocolVersion; 1] = [&TLS12];
    match (minimum, maximum) {
        (TlsVersion::V1_2, TlsVersion::V1_3) => Ok(&BOTH),
        (TlsVersion::V1_3, TlsVersion::V1_3) => Ok(&NEW),
        (TlsVersion::V1_2, TlsVersion::V1_2) => Ok(&OLD),
        (TlsVersion::V1_3, TlsVersion::V1_2) => {
            Err(Error::usage("the minimum TLS version is above the maximum"))
        }
    }
}

/// What the end of a TLS stream without `close_notify` means (RFC 8446, section 6.1).
///
/// Anyone on the way can end a TCP connection; only the peer can say
/// `close_notify`. Without it, what was read may be less than what was sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum TruncationPolicy {
    /// An error of kind [`UnexpectedEof`](std::io::ErrorKind::UnexpectedEof), which the
    /// driver turns into [`Eof::Truncated`](crate::Eof::Truncated).
    #[default]
    Error,
    /// A plain end of stream, for protocols whose own framing says where it ends;
    /// [`TlsStream::eof`] still tells.
    Allow,
}

/// The client's side of TLS: whom to trust, what to offer.
///
/// Cheap to clone; clones share what was built and the sessions that may be
/// resumed. Nothing is read, parsed or checked before the first handshake, so
/// that no constructor fails and a wrong PEM is an error of the first
/// [`handshake`](Self::handshake), or of [`validate`](Self::validate) for those
/// who want to know early.
///
/// ```
/// use anyrfc_core::tls::{TlsConfig, TlsVersion};
/// let config = TlsConfig::with_ca_pem("no PEM at all").minimum_version(TlsVersion::V1_3);
/// assert_eq!(config.validate().unwrap_err().to_string(), "the CA file holds no certificate in PEM");
/// ```
#[derive(Clone)]
pub struct TlsConfig {
    recipe: Arc<Recipe>,
    server_name: Option<Arc<str>>,
    truncation: TruncationPolicy,
}

/// What a rustls configuration is made from, and the configuration once made.
struct Recipe {
    settings: Settings,
    built: OnceLock<Arc<ClientConfig>>,
}

#[derive(Clone)]
struct Settings {
    trust: Trust,
    accept_any: bool,
    client_certificate: Option<Identity>,
    alpn: Option<Vec<Vec<u8>>>,
    minimum: Option<TlsVersion>,
    key_log: bool,
}

#[derive(Clone)]
enum Trust {
    #[cfg(feature = "platform-verifier")]
    Platform,
    #[cfg(feature = "webpki-roots")]
    WebPki,
    Pem(Arc<[u8]>),
    Rustls(Arc<ClientConfig>),
    #[cfg(not(any(feature = "platform-verifier", feature = "webpki-roots")))]
    Nobody,
}

/// A certificate chain and its key, in PEM.
#[derive(Clone)]
pub(super) struct Identity {
    pub(super) chain: Arc<[u8]>,
    pub(super) key: Arc<Secret<Vec<u8>>>,
}

impl Identity {
    pub(super) fn new(chain: impl Into<Vec<u8>>, key: impl Into<Secret<Vec<u8>>>) -> Self {
        Self { chain: chain.into().into(), key: Arc::new(key.into()) }
    }
}

impl TlsConfig {
    /// Trusts whom the operating system trusts.
    #[cfg(feature = "platform-verifier")]
    #[must_use]
    pub fn platform() -> Self {
        Self::trusting(Trust::Platform)
    }

    /// Trusts Mozilla's list of authorities, as compiled in.
    #[cfg(feature = "webpki-roots")]
    #[must_use]
    pub fn webpki() -> Self {
        Self::trusting(Trust::WebPki)
    }

    /// Trusts the operating system's authorities where the feature
    /// `platform-verifier` is on, else Mozilla's where `webpki-roots` is, else
    /// nobody: then the handshake fails with an error of kind
    /// [`Unsupported`](ErrorKind::Unsupported).
    ///
    /// Every call answers clones of one configuration for the whole process, so
    /// that the authorities are read once and TLS sessions can be resumed.
    #[must_use]
    pub fn default_roots() -> Self {
        static SHARED: LazyLock<TlsConfig> = LazyLock::new(|| {
            #[cfg(feature = "platform-verifier")]
            return TlsConfig::platform();
            #[cfg(all(feature = "webpki-roots", not(feature = "platform-verifier")))]
            return TlsConfig::webpki();
            #[cfg(not(any(feature = "platform-verifier", feature = "webpki-roots")))]
            return TlsConfig::trusting(Trust::Nobody);
        });
        SHARED.clone()
    }

    /// Trusts these authorities only: one or more certificates in PEM.
    #[must_use]
    pub fn with_ca_pem(pem: impl Into<Vec<u8>>) -> Self {
        Self::trusting(Trust::Pem(pem.into().into()))
    }

    /// Takes a rustls configuration as it is. ALPN and the key log can still be
    /// set; client certificate, minimum version and `danger_…` are its own matter,
    /// and an error of kind [`Usage`](ErrorKind::Usage) here.
    #[must_use]
    pub fn from_rustls(config: Arc<ClientConfig>) -> Self {
        Self::trusting(Trust::Rustls(config))
    }

    fn trusting(trust: Trust) -> Self {
        let settings = Settings {
            trust,
            accept_any: false,
            client_certificate: None,
            alpn: None,
            minimum: None,
            key_log: false,
        };
        Self {
            recipe: Arc::new(Recipe { settings, built: OnceLock::new() }),
            server_name: None,
            truncation: TruncationPolicy::default(),
        }
    }

    /// A changed recipe shares nothing with the one it came from.
    fn edit(mut self, change: impl FnOnce(&mut Settings)) -> Self {
        let mut settings = self.recipe.settings.clone();
        change(&mut settings);
        self.recipe = Arc::new(Recipe { settings, built: OnceLock::new() });
        self
    }

    /// Shows this certificate to servers that ask for one: the chain, leaf
    /// first, and its private key (PKCS #8, PKCS #1 or SEC 1), both in PEM.
    #[must_use]
    pub fn client_certificate(
        self,
        chain_pem: impl Into<Vec<u8>>,
        key_pem: impl Into<Secret<Vec<u8>>>,
    ) -> Self {
        let identity = Identity::new(chain_pem, key_pem);
        self.edit(|settings| settings.client_certificate = Some(identity))
    }

    /// Offers these application protocols, the preferred one first (RFC 7301).
    /// None at all offers no choice, which is the default.
    #[must_use]
    pub fn alpn(self, protocols: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Self {
        let protocols = protocols.into_iter().map(|protocol| protocol.as_ref().to_vec()).collect();
        self.edit(|settings| settings.alpn = Some(protocols))
    }

    /// The application protocols that are offered.
    #[must_use]
    pub fn alpn_protocols(&self) -> &[Vec<u8>] {
        match (&self.recipe.settings.alpn, &self.recipe.settings.trust) {
            (Some(protocols), _) => protocols,
            (None, Trust::Rustls(config)) => &config.alpn_protocols,
            (None, _) => &[],
        }
    }

    /// Whether the host's name is sent ahead (SNI, RFC 6066, section 3). Always,
    /// unless a configuration given to [`from_rustls`](Self::from_rustls) says otherwise.
    #[must_use]
    pub fn sends_server_name(&self) -> bool {
        if let Trust::Rustls(config) = &self.recipe.settings.trust { config.enable_sni } else { true }
    }

    /// Refuses servers below this version; 1.2 by default.
    #[must_use]
    pub fn minimum_version(self, minimum: TlsVersion) -> Self {
        self.edit(|settings| settings.minimum = Some(minimum))
    }

    /// Asks for, and verifies, this name instead of the host's.
    #[must_use]
    pub fn server_name(mut self, name: impl Into<String>) -> Self {
        self.server_name = Some(name.into().into());
        self
    }

    /// Appends each connection's secrets to the file that the environment
    /// variable `SSLKEYLOGFILE` names, if any: whoever has that file reads the
    /// traffic. For debugging only.
    #[must_use]
    pub fn key_log(self) -> Self {
        self.edit(|settings| settings.key_log = true)
    }

    /// Accepts any certificate for any name from anybody, so that an attacker in
    /// the middle is not noticed. For tests against servers one knows;
    /// [`with_ca_pem`](Self::with_ca_pem) is nearly always what is wanted.
    #[must_use]
    pub fn danger_accept_any_certificate(self) -> Self {
        self.edit(|settings| settings.accept_any = true)
    }

    /// What an end without `close_notify` means; an error by default.
    #[must_use]
    pub const fn truncation(mut self, policy: TruncationPolicy) -> Self {
        self.truncation = policy;
        self
    }

    /// Builds what the first handshake would, to find mistakes early and to read
    /// the operating system's certificates, which blocks for some milliseconds.
    ///
    /// # Errors
    /// [`Usage`](ErrorKind::Usage) for PEM that cannot be used, a key that does not
    /// belong to its certificate or settings that contradict each other;
    /// [`Unsupported`](ErrorKind::Unsupported) where this build has no
    /// cryptography or nobody to trust; [`Tls`](ErrorKind::Tls) where the operating
    /// system's authorities cannot be had.
    pub fn validate(&self) -> Result<(), Error> {
        if let Some(name) = &self.server_name {
            name::server_name(name)?;
        }
        self.to_rustls().map(drop)
    }

    /// The same as rustls has it, for an HTTP stack that does its own handshakes. The name that
    /// [`server_name`](Self::server_name) sets and the truncation policy are not part of it.
    ///
    /// # Errors
    /// Those of [`validate`](Self::validate).
    pub fn to_rustls(&self) -> Result<Arc<ClientConfig>, Error> {
        if let Some(built) = self.recipe.built.get() {
            return Ok(Arc::clone(built));
        }
        // A failure is not kept: the next attempt may find the system mended.
        let built = build(&self.recipe.settings)?;
        Ok(Arc::clone(self.recipe.built.get_or_init(|| built)))
    }

    /// Secures `stream` as the client of `host`: a domain name, A-labels or
    /// U-labels, or an IP address, with or without the brackets of a URI.
    ///
    /// There is no deadline of its own: wrap it in the caller's.
    ///
    /// # Errors
    /// Those of [`validate`](Self::validate); [`Usage`](ErrorKind::Usage) for a host that
    /// is no name; [`Tls`](ErrorKind::Tls) when the handshake fails, with
    /// [`ErrorDetail::Certificate`](crate::error::ErrorDetail::Certificate) when it is for
    /// the certificate; [`Io`](ErrorKind::Io) or [`Timeout`](ErrorKind::Timeout) when the
    /// stream fails. The stream is dropped then.
    ///
    /// # Cancel safety
    /// Dropping the future drops the stream. Nothing is left behind.
    pub async fn handshake<S>(&self, host: &str, stream: S) -> Result<(TlsStream<S>, TlsInfo), Error>
    where
        S: AsyncRead + AsyncWrite + Unpin,
    {
        let config = self.to_rustls()?;
        let name = name::server_name(self.server_name.as_deref().unwrap_or(host))?;
        let shown = name.to_str().into_owned();
        let sent = config.enable_sni && matches!(name, ServerName::DnsName(_));
        let extended_master_secret = config.require_ems;
        let stream = TlsConnector::from(config)
            .connect(name, stream)
            .await
            .map_err(|error| error::handshake(error::Side::Client(&shown), error))?;
        let mut info = info::common(stream.get_ref().1, extended_master_secret);
        info.server_name = sent.then_some(shown);
        info.verified = !self.recipe.settings.accept_any && !info.peer_certificates.is_empty();
        info.tls_server_end_point =
            info.peer_certificates.first().and_then(|certificate| binding::server_end_point(certificate));
        Ok((TlsStream::new(stream, self.truncation), info))
    }
}

fn build(settings: &Settings) -> Result<Arc<ClientConfig>, Error> {
    let alpn = settings.alpn.as_deref().map(checked_alpn).transpose()?;
    let mut config = match &settings.trust {
        Trust::Rustls(given) => {
            if settings.accept_any || settings.client_certificate.is_some() || settings.minimum.is_some() {
                return Err(Error::usage(
                    "whom to trust, the client certificate and the versions are settled in the given rustls configuration",
                ));
            }
            if alpn.is_none() && !settings.key_log {
                return Ok(Arc::clone(given));
            }
            ClientConfig::clone(given)
        }
        trust => from_scratch(settings, trust)?,
    };
    if let Some(alpn) = alpn {
        config.alpn_protocols = alpn;
    }
    if settings.key_log {
        config.key_log = Arc::new(KeyLogFile::new());
    }
    Ok(Arc::new(config))
}

fn from_scratch(settings: &Settings, trust: &Trust) -> Result<ClientConfig, Error> {
    let provider = provider()?;
    let versions = versions(settings.minimum.unwrap_or(TlsVersion::V1_2), TlsVersion::V1_3)?;
    let verifier = if settings.accept_any {
        Arc::new(AcceptAny(Arc::clone(&provider)))
    } else {
        verifier(trust, &provider)?
    };
    let builder = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .map_err(unsuitable_provider)?
        .dangerous()
        .with_custom_certificate_verifier(verifier);
    let Some(identity) = &settings.client_certificate else {
        return Ok(builder.with_no_client_auth());
    };
    let chain = pem::certificates(&identity.chain, "the client certificate")?;
    let key = pem::private_key(&identity.key, "the client certificate's key")?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| Error::usage("the client certificate and its key cannot be used").with_source(error))
}

fn verifier(trust: &Trust, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, Error> {
    let roots = match trust {
        #[cfg(feature = "platform-verifier")]
        Trust::Platform => {
            return match rustls_platform_verifier::Verifier::new(Arc::clone(provider)) {
                Ok(verifier) => Ok(Arc::new(verifier)),
                Err(error) => Err(Error::new(
                    ErrorKind::Tls,
                    "the operating system's certificate authorities cannot be had",
                )
                .with_fault(crate::Fault::Caller)
                .with_source(error)),
            };
        }
        #[cfg(feature = "webpki-roots")]
        Trust::WebPki => RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() },
        Trust::Pem(text) => root_store(text)?,
        #[cfg(not(any(feature = "platform-verifier", feature = "webpki-roots")))]
        Trust::Nobody => {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "this build trusts no certificate authority: enable the feature platform-verifier or webpki-roots, or name one",
            )
            .with_fault(crate::Fault::Caller));
        }
        // Dealt with by the caller; an empty store trusts nobody.
        Trust::Rustls(_) => RootCertStore::empty(),
    };
    match WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider)).build() {
        Ok(verifier) => Ok(verifier),
        Err(error) => Err(Error::usage("the certificate authorities cannot be used").with_source(error)),
    }
}

/// The authorities of a PEM text.
pub(super) fn root_store(text: &[u8]) -> Result<RootCertStore, Error> {
    let mut roots = RootCertStore::empty();
    for certificate in pem::certificates(text, "the CA file")? {
        roots.add(certificate).map_err(|error| {
            Error::usage("the CA file holds a certificate that cannot be read").with_source(error)
        })?;
    }
    Ok(roots)
}

/// The provider lacks what was asked of it.
pub(super) fn unsuitable_provider(error: rustls::Error) -> Error {
    Error::new(ErrorKind::Unsupported, "the TLS cryptography offers none of the versions asked for")
        .with_fault(crate::Fault::Caller)
        .with_source(error)
}

/// Protocol names are 1 to 255 bytes (RFC 7301, section 3.1).
pub(super) fn checked_alpn(protocols: &[Vec<u8>]) -> Result<Vec<Vec<u8>>, Error> {
    match protocols.iter().find(|name| !(1..=255).contains(&name.len())) {
        Some(name) => Err(Error::usage(format!("\"{}\" is no ALPN protocol name", Escaped(name)))),
        None if protocols.iter().map(|name| name.len().saturating_add(1)).sum::<usize>()
            > usize::from(u16::MAX) =>
        {
            Err(Error::usage("the ALPN protocol names are too long together"))
        }
        None => Ok(protocols.to_vec()),
    }
}

/// [`TlsConfig::default_roots`].
impl Default for TlsConfig {
    fn default() -> Self {
        Self::default_roots()
    }
}

impl fmt::Debug for TlsConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let settings = &self.recipe.settings;
        let trust = match &settings.trust {
            _ if settings.accept_any => "anybody (danger)",
            #[cfg(feature = "platform-verifier")]
            Trust::Platform => "platform",
            #[cfg(feature = "webpki-roots")]
            Trust::WebPki => "webpki roots",
            Trust::Pem(_) => "own authorities",
            Trust::Rustls(_) => "as the rustls configuration says",
            #[cfg(not(any(feature = "platform-verifier", feature = "webpki-roots")))]
            Trust::Nobody => "nobody",
        };
        f.debug_struct("TlsConfig")
            .field("trust", &trust)
            .field("client_certificate", &settings.client_certificate.is_some())
            .field("alpn", &DebugAlpn(self.alpn_protocols()))
            .field("minimum_version", &settings.minimum)
            .field("server_name", &self.server_name)
            .field("key_log", &settings.key_log)
            .field("truncation", &self.truncation)
            .finish()
    }
}

/// Protocol names as text.
pub(super) struct DebugAlpn<'a>(pub(super) &'a [Vec<u8>]);

impl fmt::Debug for DebugAlpn<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|name| Escaped(name))).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    #[cfg(not(any(feature = "platform-verifier", feature = "webpki-roots")))]
    fn without_authorities_the_default_says_so() {
        let error = TlsConfig::default().validate().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }

    #[test]
    fn what_is_built_is_shared_until_it_is_changed() {
        let config = TlsConfig::default();
        let same = config.clone().server_name("example.com").truncation(TruncationPolicy::Allow);
        assert!(Arc::ptr_eq(&config.recipe, &same.recipe));
        assert!(Arc::ptr_eq(&config.recipe, &TlsConfig::default().recipe));
        assert!(!Arc::ptr_eq(&config.recipe, &config.clone().key_log().recipe));
    }
}
