//! What is known of a secured stream.

/// What the TLS handshake settled. Plain data, so that pure code can use it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
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
    /// Channel binding `tls-exporter` (RFC 9266), 32 bytes; TLS 1.3 only.
    pub tls_exporter: Option<Vec<u8>>,
    /// Channel binding `tls-server-end-point` (RFC 5929, section 4).
    pub tls_server_end_point: Option<Vec<u8>>,
}
