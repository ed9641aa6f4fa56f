//! The closing handshake (RFC 6455, sections 5.5.1, 7.1 and 7.4.1).

use anyrfc_core::Requirement;
use anyrfc_websocket::rfc6455;

use super::{
    frames::{CLOSE, FIN, close, masked},
    handshake::open,
};
use crate::{
    doctor::{examination::Examination, probe::Probe, subject::Subject},
    exit::Failure,
};

/// What the end of a connection tells.
const ENDING: &[&Requirement] = &[
    rfc6455::TCP_IS_CLOSED_AFTER_BOTH_CLOSES,
    rfc6455::SERVER_CLOSES_TCP_IMMEDIATELY,
    rfc6455::SERVER_CLOSES_TCP_FIRST,
    rfc6455::CLOSE_EXCHANGE_CLOSES_CONNECTION,
];

pub(super) async fn probes(subject: &Subject, found: &mut Examination) {
    let answered: &[&Requirement] = &[rfc6455::CLOSE_IS_ANSWERED];
    let sound = [answered, ENDING, &[rfc6455::CONNECTION_IS_CLOSED_CLEANLY]].concat();
    for (name, frame) in [
        ("a Close frame with code 1000", close(1000, "the doctor leaves")),
        ("a Close frame without a code", masked(FIN | CLOSE, b"")),
    ] {
        let work = async |probe: &mut Probe<'_>| closes(&frame, subject, probe).await;
        found.probe(name, subject.limit(), &sound, work).await;
    }
    for (name, code, requirement) in [
        ("a Close frame with code 1005", 1005, rfc6455::CODE_1005_IS_NOT_SENT),
        ("a Close frame with code 1006", 1006, rfc6455::CODE_1006_IS_NOT_SENT),
        ("a Close frame with code 1015", 1015, rfc6455::CODE_1015_IS_NOT_SENT),
    ] {
        let work = async |probe: &mut Probe<'_>| {
            let mut peer = open(subject).await?;
            peer.send(&close(code, "")).await?;
            if peer.until(&[CLOSE], probe).await?.is_none_or(|frame| frame.code().is_none()) {
                // No code is not this code.
                probe.kept(requirement);
            }
            Ok(())
        };
        found.probe(name, subject.limit(), &[requirement], work).await;
    }
}

/// Closes, and judges answer and end.
async fn closes(frame: &[u8], subject: &Subject, probe: &mut Probe<'_>) -> Result<(), Failure> {
    let mut peer = open(subject).await?;
    peer.send(frame).await?;
    let wait = subject.limit() / 2;
    let answer = match peer.until_within(wait, &[CLOSE], probe).await? {
        Some(Some(answer)) => answer,
        Some(None) => {
            probe.broken(rfc6455::CLOSE_IS_ANSWERED, b"the connection ended without a Close frame");
            return Ok(());
        }
        None => {
            let silence = format!("no Close frame within {} ms", wait.as_millis());
            probe.broken(rfc6455::CLOSE_IS_ANSWERED, silence.as_bytes());
            return Ok(());
        }
    };
    probe.judge(rfc6455::CLOSE_IS_ANSWERED, true, &answer.seen);
    let ended = matches!(peer.until_within(wait * 3 / 4, &[], probe).await?, Some(None));
    let seen = format!("still open {} ms after both Close frames", wait.as_millis() * 3 / 4);
    for requirement in ENDING {
        probe.judge(requirement, ended, seen.as_bytes());
    }
    if ended {
        let clean = !peer.was_reset();
        probe.judge(rfc6455::CONNECTION_IS_CLOSED_CLEANLY, clean, b"the connection was reset");
    }
    Ok(())
}
