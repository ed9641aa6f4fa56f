//! What every client may send (RFC 6455, sections 5.4, 5.5.2 and 6.2), raw and by our own client.

use anyrfc_core::Requirement;
use anyrfc_websocket::{Message, WebSocketClient, rfc6455};

use super::{
    frames::{BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, TEXT, close, masked},
    handshake::open,
    peer::{EVERY_FRAME, Frame, Peer},
};
use crate::{
    doctor::{
        examination::Examination,
        probe::Probe,
        subject::{Subject, unable},
    },
    exit::Failure,
};

pub(super) async fn probes(subject: &Subject, found: &mut Examination) {
    ping(subject, found).await;
    fragments(subject, found).await;
    client(subject, found).await;
}

async fn ping(subject: &Subject, found: &mut Examination) {
    const PAYLOAD: &[u8] = b"what a doctor asks";
    let tells = [&[rfc6455::PING_IS_ANSWERED, rfc6455::SERVER_REMOVES_MASKING], EVERY_FRAME].concat();
    let work = async |probe: &mut Probe<'_>| {
        let mut peer = open(subject).await?;
        let ping = masked(FIN | PING, PAYLOAD);
        peer.send(&ping).await?;
        let Some(pong) = answer(&mut peer, subject, probe).await? else { return Ok(()) };
        // The header is two bytes, the key four.
        let still_masked = ping.get(6..) == Some(pong.payload.as_slice());
        probe.judge(rfc6455::SERVER_REMOVES_MASKING, !still_masked, &pong.seen);
        probe.judge(rfc6455::PING_IS_ANSWERED, still_masked || pong.payload == PAYLOAD, &pong.seen);
        peer.send(&close(1000, "")).await
    };
    found.probe("a Ping", subject.limit(), &tells, work).await;
}

/// The Pong to a Ping, if there is one; what its absence means is told.
async fn answer(peer: &mut Peer, subject: &Subject, probe: &mut Probe<'_>) -> Result<Option<Frame>, Failure> {
    match peer.until_within(subject.limit() / 2, &[PONG, CLOSE], probe).await? {
        Some(Some(pong)) if pong.opcode == PONG => Ok(Some(pong)),
        Some(_) => Err(unable("the server ended the connection")),
        None => {
            let silence = format!("no Pong within {} ms", subject.limit().as_millis() / 2);
            probe.broken(rfc6455::PING_IS_ANSWERED, silence.as_bytes());
            Ok(None)
        }
    }
}

/// A text message in three pieces, one of them cut within a character, with a Ping in between.
async fn fragments(subject: &Subject, found: &mut Examination) {
    const TELLS: &[&Requirement] = &[
        rfc6455::CONTROL_FRAMES_BETWEEN_FRAGMENTS_ARE_HANDLED,
        rfc6455::BOTH_KINDS_OF_MESSAGES_ARE_RECEIVED,
        rfc6455::FRAGMENTS_KEEP_THEIR_ORDER,
    ];
    let work = async |probe: &mut Probe<'_>| {
        let mut peer = open(subject).await?;
        peer.send(&masked(TEXT, b"one, gr\xc3")).await?;
        peer.send(&masked(FIN | PING, b"between")).await?;
        let between = rfc6455::CONTROL_FRAMES_BETWEEN_FRAGMENTS_ARE_HANDLED;
        match peer.until_within(subject.limit() / 3, &[PONG, CLOSE], probe).await? {
            // What is in it is asked elsewhere.
            Some(Some(frame)) if frame.opcode == PONG => probe.kept(between),
            Some(end) => return refused(end, between, probe),
            // A Ping on its own is answered: it is the place that matters.
            None => return Err(unable("there was no Pong")),
        }
        peer.send(&masked(CONTINUATION, b"\xbc\xc3\x9fe, two, ")).await?;
        peer.send(&masked(FIN | CONTINUATION, b"three")).await?;
        peer.send(&masked(FIN | PING, b"behind")).await?;
        let whole = "one, grüße, two, three".as_bytes();
        let received = rfc6455::BOTH_KINDS_OF_MESSAGES_ARE_RECEIVED;
        let mut text = Vec::new();
        loop {
            match peer.until(&[TEXT, BINARY, CONTINUATION, PONG, CLOSE], probe).await? {
                Some(frame) if frame.opcode == PONG => break,
                Some(frame) if frame.opcode != CLOSE => text.extend_from_slice(&frame.payload),
                end => return refused(end, received, probe),
            }
        }
        probe.kept(received);
        // Who sends the message back shows how it was put together.
        let ordered = rfc6455::FRAGMENTS_KEEP_THEIR_ORDER;
        let sorted = |bytes: &[u8]| {
            let mut bytes = bytes.to_vec();
            bytes.sort_unstable();
            bytes
        };
        if text == whole {
            probe.kept(ordered);
        } else if sorted(&text) == sorted(whole) {
            probe.broken(ordered, &text);
        } else {
            probe.untested(ordered, "the server does not send back what it receives");
        }
        peer.send(&close(1000, "")).await
    };
    found.probe("a message in three fragments, and a Ping in between", subject.limit(), TELLS, work).await;
}

/// The server ended the connection on something that is allowed: it broke `requirement` where it says that
/// this was why.
pub(super) fn refused(
    end: Option<Frame>,
    requirement: &'static Requirement,
    probe: &mut Probe<'_>,
) -> Result<(), Failure> {
    match end {
        Some(close) if matches!(close.code(), Some(1002 | 1007)) => {
            probe.broken(requirement, &close.seen);
            Ok(())
        }
        _ => Err(unable("the server ended the connection")),
    }
}

/// What the client refuses in the ordinary work of a session, or forgives.
async fn client(subject: &Subject, found: &mut Examination) {
    let work = async |probe: &mut Probe<'_>| {
        let transport = subject.transport();
        let mut builder = WebSocketClient::builder()
            .compression(Default::default())
            .tolerance(anyrfc_core::Tolerance::Lenient)
            .transport(move |connector| transport(connector));
        if subject.is_tls() {
            builder = builder.tls(subject.tls().clone());
        }
        let mut client = builder.connect(subject.uri().as_str()).await?;
        client.send_text("a message of a doctor's").await?;
        client.ping("done").await?;
        let heard = async {
            while let Some(message) = client.next().await? {
                if message == Message::Pong("done".into()) {
                    break;
                }
            }
            Ok::<_, anyrfc_websocket::Error>(())
        };
        // Whether a Pong comes is another probe's question.
        let heard = tokio::time::timeout(subject.limit() / 3, heard).await;
        probe.deviations(client.deviations());
        if let Ok(heard) = heard {
            heard?;
        }
        client.close().await?;
        Ok(())
    };
    found.probe("a session of our client's", subject.limit(), &[], work).await;
}
