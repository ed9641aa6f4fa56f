//! Compression: offers, and what follows from their acceptance (RFC 7692).

use anyrfc_core::Requirement;
use anyrfc_websocket::{Extension, codec::handshake::extension_list, rfc6455, rfc7692};

use super::{
    conversation::refused,
    frames::{CONTINUATION, FIN, PING, RSV1, TEXT, close, masked},
    handshake::{Answer, Request},
    peer::{Peer, Reaction},
    violations::{FAILING, fails},
};
use crate::{
    doctor::{
        examination::Examination,
        probe::Probe,
        subject::{Subject, unable},
    },
    exit::Failure,
};

const NAME: &str = "permessage-deflate";
/// "Hello", and "Hello" again by reference to the first (RFC 7692, section 7.2.3).
const HELLO: [&[u8]; 2] = [&[0xf2, 0x48, 0xcd, 0xc9, 0xc9, 0x07, 0x00], &[0xf2, 0x00, 0x11, 0x00, 0x00]];

/// Offers that have to be declined.
const BAD_OFFERS: [(&str, &str); 7] = [
    ("an offer with an unknown parameter", "permessage-deflate; x_doctor"),
    (
        "an offer with a repeated parameter",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
    ),
    ("an offer with a value where none may be", "permessage-deflate; server_no_context_takeover=1"),
    ("an offer of a window of 7 bits", "permessage-deflate; server_max_window_bits=7"),
    ("an offer of a window of 16 bits", "permessage-deflate; server_max_window_bits=16"),
    ("an offer of a window with a leading zero", "permessage-deflate; server_max_window_bits=010"),
    ("an offer of a client's window of 16 bits", "permessage-deflate; client_max_window_bits=16"),
];

pub(super) async fn probes(subject: &Subject, found: &mut Examination) {
    responses(subject, found).await;
    bad_offers(subject, found).await;
    messages(subject, found).await;
    violations(subject, found).await;
}

/// A handshake that offers this.
async fn offer(subject: &Subject, offer: &str) -> Result<Answer, Failure> {
    Request::new(subject).with("Sec-WebSocket-Extensions", offer).send(subject).await
}

/// The extensions that the server accepted; none where they cannot be read.
fn accepted(answer: &Answer) -> Option<Vec<Extension>> {
    extension_list(answer.field("sec-websocket-extensions")).ok()
}

/// Its parameters with their values.
fn values(extension: &Extension) -> impl Iterator<Item = (&str, Option<&str>)> {
    extension.parameters().iter().map(|parameter| (parameter.name(), parameter.value()))
}

/// What is agreed on, where the server compresses at all.
///
/// # Errors
/// It does not.
fn agreed(answer: &Answer) -> Result<Extension, Failure> {
    let all = accepted(answer).unwrap_or_default();
    all.into_iter()
        .find(|extension| extension.name() == NAME)
        .ok_or_else(|| unable("the server does not accept compression"))
}

/// The answers to offers that are right.
async fn responses(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6455::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE,
        rfc6455::EXTENSION_PARAMETERS_ARE_DEFINED,
        rfc7692::NO_CLIENT_WINDOW_UNLESS_OFFERED,
        rfc7692::ANSWERED_SERVER_WINDOW_IS_8_TO_15,
        rfc7692::ANSWERED_CLIENT_WINDOW_IS_8_TO_15,
    ];
    for (name, text) in [
        ("an offer of permessage-deflate", NAME),
        ("an offer that allows to limit our window", "permessage-deflate; client_max_window_bits"),
        ("an offer that asks for a small window", "permessage-deflate; server_max_window_bits=9"),
    ] {
        let work = async |probe: &mut Probe<'_>| {
            let answer = offer(subject, text).await?;
            let seen = answer.raw();
            let lines = answer.field("sec-websocket-extensions");
            probe.judge(rfc6455::EXTENSIONS_APPEAR_ONCE_IN_RESPONSE, lines.len() < 2, seen);
            let all = accepted(&answer).unwrap_or_default();
            let foreign = all.iter().any(|extension| extension.name() != NAME);
            for requirement in [
                rfc6455::EXTENSIONS_ARE_CHOSEN_FROM_OFFER,
                rfc6455::NO_UNLISTED_EXTENSION,
                rfc6455::NO_UNREQUESTED_EXTENSION,
            ] {
                probe.judge(requirement, !foreign, seen);
            }
            parameters(&agreed(&answer)?, text.contains("client_max"), seen, probe);
            Ok(())
        };
        found.probe(name, subject.limit(), TELLS, work).await;
    }
    takeover(subject, found).await;
}

fn parameters(agreed: &Extension, client_window_offered: bool, seen: &[u8], probe: &mut Probe<'_>) {
    let mut defined = true;
    for (name, value) in values(agreed) {
        let is_window = value.is_some_and(|value| {
            !value.starts_with('0') && value.parse::<u8>().is_ok_and(|bits| (8..=15).contains(&bits))
        });
        match name {
            "server_max_window_bits" => {
                probe.judge(rfc7692::ANSWERED_SERVER_WINDOW_IS_8_TO_15, is_window, seen);
            }
            "client_max_window_bits" => {
                probe.judge(rfc7692::ANSWERED_CLIENT_WINDOW_IS_8_TO_15, is_window, seen);
                probe.judge(rfc7692::NO_CLIENT_WINDOW_UNLESS_OFFERED, client_window_offered, seen);
            }
            "server_no_context_takeover" | "client_no_context_takeover" => {}
            _ => defined = false,
        }
    }
    probe.judge(rfc6455::EXTENSION_PARAMETERS_ARE_DEFINED, defined, seen);
    let answers = |name: &str| values(agreed).any(|(answered, _)| answered == name);
    if !client_window_offered && !answers("client_max_window_bits") {
        probe.kept(rfc7692::NO_CLIENT_WINDOW_UNLESS_OFFERED);
    }
    // Not to limit a window is an answer, too.
    for (name, requirement) in [
        ("server_max_window_bits", rfc7692::ANSWERED_SERVER_WINDOW_IS_8_TO_15),
        ("client_max_window_bits", rfc7692::ANSWERED_CLIENT_WINDOW_IS_8_TO_15),
    ] {
        if !answers(name) {
            probe.untested(requirement, "the server limits no window");
        }
    }
}

/// A server that compresses should be able to do so without its context.
async fn takeover(subject: &Subject, found: &mut Examination) {
    let recommended = rfc7692::SERVER_SUPPORTS_NO_TAKEOVER;
    let work = async |probe: &mut Probe<'_>| {
        agreed(&offer(subject, NAME).await?)?;
        let answer = offer(subject, "permessage-deflate; server_no_context_takeover").await?;
        let supported = agreed(&answer)
            .is_ok_and(|agreed| values(&agreed).any(|(name, _)| name == "server_no_context_takeover"));
        probe.judge(recommended, supported, answer.raw());
        Ok(())
    };
    found.probe("an offer of server_no_context_takeover", subject.limit(), &[recommended], work).await;
}

async fn bad_offers(subject: &Subject, found: &mut Examination) {
    let declined = rfc7692::BAD_OFFER_IS_DECLINED;
    for (name, text) in BAD_OFFERS {
        let work = async |probe: &mut Probe<'_>| {
            let answer = offer(subject, text).await?;
            probe.judge(declined, agreed(&answer).is_err(), answer.raw());
            Ok(())
        };
        found.probe(name, subject.limit(), &[declined], work).await;
    }
}

/// An open connection with compression, and whether our context is kept.
async fn open(subject: &Subject) -> Result<(Peer, bool), Failure> {
    let answer = offer(subject, NAME).await?;
    let agreed = agreed(&answer)?;
    let forgets = values(&agreed).any(|(name, _)| name == "client_no_context_takeover");
    Ok((answer.open(true)?, !forgets))
}

/// Messages that are compressed, and one that is not.
async fn messages(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc7692::COMPRESSED_MESSAGE_RECEIVING,
        rfc7692::SERVER_KEEPS_THE_WINDOW,
        rfc7692::UNCOMPRESSED_MESSAGE_RECEIVING,
    ];
    let [first, again] = HELLO;
    let work = async |probe: &mut Probe<'_>| {
        let (mut peer, keeps) = open(subject).await?;
        let whole = |payload: &[u8]| masked(FIN | RSV1 | TEXT, payload);
        let mut steps = vec![
            (rfc7692::COMPRESSED_MESSAGE_RECEIVING, whole(first)),
            (rfc7692::UNCOMPRESSED_MESSAGE_RECEIVING, masked(FIN | TEXT, b"plain")),
        ];
        if keeps {
            steps.push((rfc7692::SERVER_KEEPS_THE_WINDOW, whole(again)));
        } else {
            probe.untested(rfc7692::SERVER_KEEPS_THE_WINDOW, "the server agreed to forget it");
        }
        for (requirement, message) in steps {
            peer.send(&message).await?;
            match peer.reaction(std::time::Duration::ZERO, probe).await? {
                Reaction::WentOn(_) => probe.kept(requirement),
                Reaction::Failed(end) => return refused(end, requirement, probe),
            }
        }
        peer.send(&close(1000, "")).await
    };
    found.probe("compressed messages", subject.limit(), TELLS, work).await;
}

async fn violations(subject: &Subject, found: &mut Examination) {
    let misplaced = rfc7692::MISPLACED_RSV1_FAILS;
    let [hello, _] = HELLO;
    let (begin, rest) = hello.split_at(3);
    let parts = [masked(RSV1 | TEXT, begin), masked(FIN | RSV1 | CONTINUATION, rest)].concat();
    for (name, requirement, bytes) in [
        ("a Ping with RSV1, under compression", misplaced, masked(FIN | RSV1 | PING, b"ping")),
        ("a continuation with RSV1, under compression", misplaced, parts),
        // A block of the reserved type (RFC 1951, section 3.2.3).
        ("compressed data that is none", rfc6455::INPUT_IS_VALIDATED, masked(FIN | RSV1 | TEXT, &[0xFF; 8])),
    ] {
        let tells = [&[requirement], FAILING].concat();
        let work = async |probe: &mut Probe<'_>| {
            let (mut peer, _) = open(subject).await?;
            peer.send(&bytes).await?;
            fails(&mut peer, requirement, subject.limit(), probe).await
        };
        found.probe(name, subject.limit(), &tells, work).await;
    }
}
