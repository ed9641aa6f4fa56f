//! What a failed handshake means, in the house's words.

use std::io;

use rustls::{CertificateError, InvalidMessage};

use crate::{Error, ErrorKind, Fault, error::ErrorDetail, security::CertificateProblem};

/// Which handshake failed.
#[derive(Clone, Copy)]
pub(super) enum Side<'a> {
    /// Ours with this server.
    Client(&'a str),
    /// Ours with some client.
    Server,
}

/// The error of a handshake that ended with `error`.
pub(super) fn handshake(side: Side<'_>, error: io::Error) -> Error {
    if error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>()) {
        return match error.into_inner().map(|inner| inner.downcast::<rustls::Error>()) {
            Some(Ok(inner)) => failed(side, *inner),
            _ => Error::new(ErrorKind::Tls, "the TLS handshake failed"),
        };
    }
    if error.kind() == io::ErrorKind::UnexpectedEof {
        return Error::new(ErrorKind::Tls, "the stream ended during the TLS handshake")
            .with_fault(Fault::Network)
            .with_source(error);
    }
    Error::io("the stream failed during the TLS handshake", error)
}

fn failed(side: Side<'_>, error: rustls::Error) -> Error {
    use rustls::Error as E;
    let message = match &error {
        E::InvalidCertificate(reason) => return certificate(side, problem(reason)).with_source(error),
        E::InvalidMessage(InvalidMessage::InvalidContentType | InvalidMessage::UnknownProtocolVersion) => {
            "the peer does not speak TLS".into()
        }
        E::InvalidMessage(_) => "the peer sent a malformed TLS message".into(),
        E::InappropriateMessage { .. } | E::InappropriateHandshakeMessage { .. } => {
            "the peer sent an unexpected TLS message".into()
        }
        E::PeerMisbehaved(how) => format!("the peer broke the TLS protocol ({how:?})"),
        E::PeerIncompatible(why) => format!("no way to do TLS in common with the peer ({why:?})"),
        E::AlertReceived(alert) => format!("the peer ended the TLS handshake with the alert {alert:?}"),
        E::NoCertificatesPresented => "the client presented no certificate".into(),
        E::NoApplicationProtocol => "no application protocol in common with the peer (ALPN)".into(),
        E::DecryptError => "a TLS message cannot be decrypted".into(),
        _ => "the TLS handshake failed".to_owned(),
    };
    Error::new(ErrorKind::Tls, message).with_source(error)
}

fn certificate(side: Side<'_>, problem: CertificateProblem) -> Error {
    let message = match side {
        Side::Client(host) => format!("the certificate of {host} {problem}"),
        Side::Server => format!("the client's certificate {problem}"),
    };
    Error::new(ErrorKind::Tls, message).with_detail(ErrorDetail::Certificate(problem))
}

fn problem(error: &CertificateError) -> CertificateProblem {
    use CertificateError as E;
    use CertificateProblem as P;
    #[allow(deprecated, reason = "a verifier of the application may still answer so")]
    match error {
        E::UnknownIssuer => P::UnknownIssuer,
        E::NotValidForName | E::NotValidForNameContext { .. } => P::WrongName,
        E::Expired | E::ExpiredContext { .. } => P::Expired,
        E::NotValidYet | E::NotValidYetContext { .. } => P::NotYetValid,
        E::Revoked => P::Revoked,
        E::UnknownRevocationStatus
        | E::ExpiredRevocationList
        | E::ExpiredRevocationListContext { .. }
        | E::InvalidOcspResponse => P::RevocationUnknown,
        E::InvalidPurpose | E::InvalidPurposeContext { .. } => P::WrongPurpose,
        E::BadSignature => P::BadSignature,
        E::UnsupportedSignatureAlgorithm
        | E::UnsupportedSignatureAlgorithmContext { .. }
        | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. } => P::UnsupportedAlgorithm,
        E::BadEncoding => P::Malformed,
        _ => P::Other,
    }
}
