//! What secures a stream, and what is known of a secured one.

use std::fmt;

use crate::Error;
#[cfg(feature = "client")]
use crate::tls::TlsConfig;

/// What the TLS handshake settled. Plain data, so that pure code can use it.
#[derive(Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TlsInfo {
    /// The protocol version, `TLSv1.3` say.
    pub version: Option<&'static str>,
    /// The cipher suite by its IANA name.
    pub cipher_suite: Option<&'static str>,
    /// The protocol that ALPN chose (RFC 7301).
    pub alpn: Option<Vec<u8>>,
    /// The server name that was asked for (SNI, RFC 6066).
    pub server_name: Option<String>,
    /// The peer's certificates, leaf first, DER.
    pub peer_certificates: Vec<Vec<u8>>,
    /// Whether the peer's certificate was verified by a chain of trust: not where any was accepted, nor where the
    /// peer has shown none. A rustls configuration that was given as it is answers for itself.
    pub verified: bool,
    /// Channel binding `tls-exporter` (RFC 9266), 32 bytes. Always there on
    /// TLS 1.3; on TLS 1.2 only where the configuration insists on the extended
    /// master secret, without which the binding is not unique.
    pub tls_exporter: Option<Vec<u8>>,
    /// Channel binding `tls-server-end-point` (RFC 5929, section 4). `None` where
    /// the RFC leaves it undefined: a certificate signed without a hash (Ed25519).
    pub tls_server_end_point: Option<Vec<u8>>,
}

impl fmt::Debug for TlsInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let alpn = self.alpn.as_deref().map(crate::escape::Escaped);
        // Whole certificates and digests are noise in a log; that they are there is not.
        f.debug_struct("TlsInfo")
            .field("version", &self.version)
            .field("cipher_suite", &self.cipher_suite)
            .field("alpn", &alpn)
            .field("server_name", &self.server_name)
            .field("peer_certificates", &self.peer_certificates.len())
            .field("verified", &self.verified)
            .field("tls_exporter", &self.tls_exporter.is_some())
            .field("tls_server_end_point", &self.tls_server_end_point.is_some())
            .finish()
    }
}

/// A security layer other than TLS, as authentication may settle one (RFC 4422,
/// section 3.7): each buffer is protected by itself and travels behind its
/// length in four octets.
///
/// After an error nothing that comes through the layer can be trusted, and the
/// connection is to be closed. `transport::Layered` puts one over a stream.
pub trait SecurityLayer: fmt::Debug + Send {
    /// Whether what is sent is encrypted; otherwise it is only protected against changes.
    fn is_confidential(&self) -> bool;

    /// The most plain bytes that one buffer may carry, at least one.
    fn plain_max(&self) -> usize;

    /// Protects `plain` as one buffer, and appends its length and its bytes to `out`.
    ///
    /// # Errors
    /// `plain` is longer than [`plain_max`](Self::plain_max), or the mechanism fails.
    fn wrap_buffer(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Error>;

    /// Takes one buffer from the beginning of `input`, appends what it carried to
    /// `out`, and says how many bytes of `input` it took; `None` where more are
    /// needed. A length that is too long is told as soon as it is there.
    ///
    /// # Errors
    /// The buffer is longer than was agreed on, was changed on the way, or is out of order.
    fn unwrap_buffer(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, Error>;
}

/// Why a certificate was not accepted (RFC 5280, section 6; RFC 6125, section 6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// No trust anchor leads to it.
    UnknownIssuer,
    /// It names others than the server that was asked for.
    WrongName,
    /// Its time is over.
    Expired,
    /// Its time has not come.
    NotYetValid,
    /// Its issuer has taken it back.
    Revoked,
    /// Whether its issuer has taken it back could not be found out.
    RevocationUnknown,
    /// It is not meant for this side of TLS.
    WrongPurpose,
    /// A signature does not match.
    BadSignature,
    /// A signature uses an algorithm that is not supported.
    UnsupportedAlgorithm,
    /// It cannot be read.
    Malformed,
    /// Something else; the error's source says more.
    Other,
}

impl fmt::Display for CertificateProblem {
    /// The end of a sentence that begins with the certificate.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::UnknownIssuer => "has an unknown issuer",
            Self::WrongName => "is not valid for this name",
            Self::Expired => "has expired",
            Self::NotYetValid => "is not valid yet",
            Self::Revoked => "was revoked",
            Self::RevocationUnknown => "has an unknown revocation status",
            Self::WrongPurpose => "is not meant for this purpose",
            Self::BadSignature => "has a bad signature",
            Self::UnsupportedAlgorithm => "uses an unsupported signature algorithm",
            Self::Malformed => "is malformed",
            Self::Other => "was not accepted",
        })
    }
}

/// How a connection is secured: chosen by the caller before connecting, and
/// never weakened afterwards.
///
/// There is no opportunistic mode. A server that does not offer the upgrade
/// that [`StartTls`](Self::StartTls) asks for, or that has already logged the
/// user in, is an error: whoever can edit the plaintext could otherwise take
/// the encryption away unnoticed (RFC 9325, section 3.2).
///
/// ```
/// use anyrfc_core::{Security, tls::TlsConfig};
/// assert!(Security::default().tls().is_some());
/// assert!(Security::StartTls(TlsConfig::default()).tls().is_some());
/// assert!(Security::Plaintext.tls().is_none());
/// ```
#[cfg(feature = "client")]
#[derive(Clone, Debug)]
pub enum Security {
    /// TLS from the first byte.
    Tls(TlsConfig),
    /// Plaintext up to the protocol's own upgrade command, TLS from there on;
    /// nothing but the upgrade is said before.
    StartTls(TlsConfig),
    /// No encryption at all: anyone on the way can read and change everything.
    Plaintext,
}

#[cfg(feature = "client")]
impl Security {
    /// The TLS configuration, where there is one.
    #[must_use]
    pub const fn tls(&self) -> Option<&TlsConfig> {
        match self {
            Self::Tls(config) | Self::StartTls(config) => Some(config),
            Self::Plaintext => None,
        }
    }
}

/// TLS from the first byte, with [`TlsConfig::default`].
#[cfg(feature = "client")]
impl Default for Security {
    fn default() -> Self {
        Self::Tls(TlsConfig::default())
    }
}
