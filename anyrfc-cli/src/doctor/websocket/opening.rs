//! Opening handshakes, right and wrong (RFC 6455, sections 4.2, 4.4, 9.1 and 11.3).

use anyrfc_core::{Requirement, http1};
use anyrfc_websocket::rfc6455;
use http::header;

use super::handshake::{Answer, Request};
use crate::doctor::{examination::Examination, probe::Probe, subject::Subject};

/// Subprotocols that no server can know.
const UNKNOWN: [&str; 2] = ["doctor-one.invalid", "doctor-two.invalid"];

pub(super) async fn probes(subject: &Subject, found: &mut Examination) {
    ordinary(subject, found).await;
    subprotocols(subject, found).await;
    version(subject, found).await;
    malformed(subject, found).await;
}

async fn ordinary(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6455::ACCEPTING_RESPONSE_IS_VALID,
        rfc6455::ACCEPT_APPEARS_ONCE,
        rfc6455::NO_SUBPROTOCOL_WITHOUT_AGREEMENT,
        rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER,
        rfc6455::NO_UNLISTED_EXTENSION,
        rfc6455::NO_UNREQUESTED_EXTENSION,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let answer = Request::new(subject).send(subject).await?;
        let seen = answer.raw();
        probe.judge(rfc6455::ACCEPTING_RESPONSE_IS_VALID, is_acceptance(&answer), seen);
        let accepts = answer.field("sec-websocket-accept").len();
        probe.judge(rfc6455::ACCEPT_APPEARS_ONCE, accepts < 2, seen);
        let subprotocols = answer.field("sec-websocket-protocol").len();
        probe.judge(rfc6455::NO_SUBPROTOCOL_WITHOUT_AGREEMENT, subprotocols == 0, seen);
        let extensions = answer.field("sec-websocket-extensions").len();
        probe.judge(rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER, extensions == 0, seen);
        probe.judge(rfc6455::NO_UNLISTED_EXTENSION, extensions == 0, seen);
        probe.judge(rfc6455::NO_UNREQUESTED_EXTENSION, extensions == 0, seen);
        Ok(())
    };
    found.probe("an opening handshake without offers", subject.limit(), TELLS, work).await;
}

/// 101 with what section 4.2.2 (step 5) asks for. How often Accept stands there is a statement of its own.
fn is_acceptance(answer: &Answer) -> bool {
    let Some(head) = answer.head() else { return false };
    let accept = answer.accept();
    answer.switched()
        && http1::contains_token(&head.headers, &header::UPGRADE, "websocket")
        && http1::contains_token(&head.headers, &header::CONNECTION, "upgrade")
        && answer.field("sec-websocket-accept").first().is_some_and(|value| *value == accept.as_bytes())
}

async fn subprotocols(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] =
        &[rfc6455::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER, rfc6455::PROTOCOL_APPEARS_ONCE_IN_RESPONSE];
    let work = async |probe: &mut Probe<'_>| {
        let request = Request::new(subject).with("Sec-WebSocket-Protocol", &UNKNOWN.join(", "));
        let answer = request.send(subject).await?;
        if !answer.switched() {
            for requirement in TELLS {
                probe.untested(requirement, "the server accepts no handshake with unknown subprotocols");
            }
            return Ok(());
        }
        let seen = answer.raw();
        let chosen = answer.field("sec-websocket-protocol");
        let offered = chosen.iter().all(|name| UNKNOWN.iter().any(|known| known.as_bytes() == *name));
        probe.judge(rfc6455::SUBPROTOCOL_IS_CHOSEN_FROM_OFFER, offered, seen);
        probe.judge(rfc6455::PROTOCOL_APPEARS_ONCE_IN_RESPONSE, chosen.len() < 2, seen);
        Ok(())
    };
    found.probe("an offer of two unknown subprotocols", subject.limit(), TELLS, work).await;
}

async fn version(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] =
        &[rfc6455::UNKNOWN_VERSION_IS_REFUSED, rfc6455::SUPPORTED_VERSIONS_ARE_LISTED];
    let work = async |probe: &mut Probe<'_>| {
        let answer = Request::new(subject).with("Sec-WebSocket-Version", "99").send(subject).await?;
        let seen = answer.raw();
        let versions = answer.field("sec-websocket-version");
        let refused =
            answer.head().is_some_and(|head| head.status.is_client_error() || head.status.is_server_error());
        probe.judge(rfc6455::UNKNOWN_VERSION_IS_REFUSED, refused && !versions.is_empty(), seen);
        let listed = versions.iter().flat_map(|line| line.split(|&byte| byte == b','));
        let listed = listed.map(http1::trim_ows).any(|version| version == b"13");
        probe.judge(rfc6455::SUPPORTED_VERSIONS_ARE_LISTED, listed, seen);
        Ok(())
    };
    found.probe("a handshake of version 99", subject.limit(), TELLS, work).await;
}

async fn malformed(subject: &Subject, found: &mut Examination) {
    let request = || Request::new(subject);
    let extensions = request().with("Sec-WebSocket-Extensions", "permessage-deflate; =;, ;");
    let requests: [(&'static str, Request, &'static Requirement); 9] = [
        (
            "a handshake without a key",
            request().without("Sec-WebSocket-Key"),
            rfc6455::MALFORMED_REQUEST_IS_REFUSED,
        ),
        (
            "a handshake with a key of five bytes",
            request().with("Sec-WebSocket-Key", "c2hvcnQ="),
            rfc6455::MALFORMED_REQUEST_IS_REFUSED,
        ),
        (
            "a handshake with a key that is not base64",
            request().with("Sec-WebSocket-Key", "????????????????????????"),
            rfc6455::MALFORMED_REQUEST_IS_REFUSED,
        ),
        ("a handshake without Upgrade", request().without("Upgrade"), rfc6455::MALFORMED_REQUEST_IS_REFUSED),
        (
            "a handshake without Connection",
            request().without("Connection"),
            rfc6455::MALFORMED_REQUEST_IS_REFUSED,
        ),
        (
            "a handshake without a version",
            request().without("Sec-WebSocket-Version"),
            rfc6455::MALFORMED_REQUEST_IS_REFUSED,
        ),
        ("a handshake in HTTP/1.0", request().version("HTTP/1.0"), rfc6455::MALFORMED_REQUEST_IS_REFUSED),
        ("a handshake by HEAD", request().method("HEAD"), rfc6455::MALFORMED_REQUEST_IS_REFUSED),
        ("a handshake with malformed extensions", extensions, rfc6455::MALFORMED_EXTENSIONS_FAIL),
    ];
    for (name, request, requirement) in requests {
        let tells = [requirement, rfc6455::INVALID_HANDSHAKE_GETS_A_STATUS];
        let work = async |probe: &mut Probe<'_>| {
            let answer = request.send(subject).await?;
            let seen = answer.raw();
            probe.judge(requirement, !answer.switched(), seen);
            if answer.switched() {
                return Ok(());
            }
            let said: &[u8] = if seen.is_empty() { b"the connection ended without an answer" } else { seen };
            probe.judge(rfc6455::INVALID_HANDSHAKE_GETS_A_STATUS, seen.starts_with(b"HTTP/"), said);
            Ok(())
        };
        found.probe(name, subject.limit(), &tells, work).await;
    }
}
