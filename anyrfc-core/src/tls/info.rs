//! What the handshake settled.

use rustls::{CipherSuite, ConnectionCommon, ProtocolVersion};

use crate::TlsInfo;

/// The exporter label of RFC 9266, section 2.
const EXPORTER_LABEL: &[u8] = b"EXPORTER-Channel-Binding";
/// The length of RFC 9266, section 2.
const EXPORTER_LENGTH: usize = 32;

/// What both sides know alike. `extended_master_secret` says whether the
/// configuration refuses TLS 1.2 without it (RFC 7627).
pub(super) fn common<D>(connection: &ConnectionCommon<D>, extended_master_secret: bool) -> TlsInfo {
    let version = connection.protocol_version();
    // RFC 9266, section 2: defined only where the master secret is unique.
    let unique = version == Some(ProtocolVersion::TLSv1_3) || extended_master_secret;
    let tls_exporter = unique
        .then(|| connection.export_keying_material(vec![0; EXPORTER_LENGTH], EXPORTER_LABEL, Some(&[])).ok())
        .flatten();
    TlsInfo {
        version: version.and_then(version_name),
        cipher_suite: connection.negotiated_cipher_suite().and_then(|suite| cipher_suite_name(suite.suite())),
        alpn: connection.alpn_protocol().map(<[u8]>::to_vec),
        server_name: None,
        peer_certificates: connection
            .peer_certificates()
            .unwrap_or_default()
            .iter()
            .map(|certificate| certificate.to_vec())
            .collect(),
        verified: false,
        tls_exporter,
        tls_server_end_point: None,
    }
}

fn version_name(version: ProtocolVersion) -> Option<&'static str> {
    match version {
        ProtocolVersion::TLSv1_2 => Some("TLSv1.2"),
        ProtocolVersion::TLSv1_3 => Some("TLSv1.3"),
        _ => None,
    }
}

/// IANA's name; rustls has its own for the suites of TLS 1.3 only.
fn cipher_suite_name(suite: CipherSuite) -> Option<&'static str> {
    match suite {
        CipherSuite::TLS13_AES_128_GCM_SHA256 => Some("TLS_AES_128_GCM_SHA256"),
        CipherSuite::TLS13_AES_256_GCM_SHA384 => Some("TLS_AES_256_GCM_SHA384"),
        CipherSuite::TLS13_CHACHA20_POLY1305_SHA256 => Some("TLS_CHACHA20_POLY1305_SHA256"),
        CipherSuite::TLS13_AES_128_CCM_SHA256 => Some("TLS_AES_128_CCM_SHA256"),
        CipherSuite::TLS13_AES_128_CCM_8_SHA256 => Some("TLS_AES_128_CCM_8_SHA256"),
        other => other.as_str(),
    }
}
