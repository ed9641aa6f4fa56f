//! RFC 6455, section 5.5.3: Pong.

use anyrfc_core::{Machine as _, Output, compliance::Check};

use super::super::support::{End, PING, PONG, ping, plain, pong, receives, text, to};
use crate::{
    Message,
    proto::{Role, State},
    rfc6455 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "section-5.5.3/ping-flood-answers-the-latest",
        covers: &[r::ONLY_THE_LATEST_PING_IS_ANSWERED],
        run: ping_flood_answers_the_latest,
    },
    Check {
        name: "section-5.5.3/unsolicited-pong-is-fine",
        covers: &[r::PONG_MAY_BE_UNSOLICITED],
        run: unsolicited_pong_is_fine,
    },
];

/// So many pongs wait at most.
const BOUND: usize = 16;

fn ping_flood_answers_the_latest() {
    // The output takes nothing: answers are bounded, in order, and end with the latest.
    let mut client = End::client();
    for i in 0..100_000_u32 {
        client.feed(plain(PING, i.to_be_bytes())).fine();
    }
    let written = client.written();
    let answered: Vec<u32> = super::super::support::naive_frames(&written)
        .iter()
        .map(|f| {
            assert_eq!(f.first(), PONG);
            u32::from_be_bytes(f.payload[..].try_into().expect("4 bytes"))
        })
        .collect();
    assert!(answered.len() <= BOUND, "{} pongs wait", answered.len());
    assert_eq!(answered.last(), Some(&99_999));
    assert!(answered.windows(2).all(|pair| pair[0] < pair[1]), "{answered:?}");
    assert!(!client.connection.wants_write());

    // The same while a large message is being moved out.
    let mut client = End::client();
    client.output = Output::with_high_water(1000);
    client.send(Message::binary(vec![0; 100_000])).expect("sent");
    for i in 0..1000_u32 {
        client.feed(plain(PING, i.to_be_bytes())).fine();
    }
    let frames = client.frames();
    assert!(frames.len() <= 1 + BOUND);
    assert_eq!(frames.last().map(|f| &f.payload[..]), Some(&999_u32.to_be_bytes()[..]));

    // Up to the bound every ping has its answer.
    let mut client = End::client();
    for i in 0..BOUND as u8 {
        client.feed(plain(PING, [i])).fine();
    }
    assert!(client.frames().iter().map(|f| f.payload[0]).eq(0..BOUND as u8));
    // And with the output drained, one after the other.
    for i in 0..100 {
        client.feed(plain(PING, [i])).fine();
        assert_eq!(client.frames().len(), 1);
    }
}

fn unsolicited_pong_is_fine() {
    for role in [Role::Client, Role::Server] {
        for payload in ["", "abc"] {
            let sent = receives(role, to(role, PONG, payload), &[pong(payload)]);
            assert_eq!(sent, [], "a pong is not answered");
        }
        let twice = [to(role, PONG, "a"), to(role, PONG, "a"), to(role, 0x81, "b")].concat();
        receives(role, twice, &[pong("a"), pong("a"), text("b")]);
    }
    let (mut client, mut server) = (End::client(), End::server());
    client.send(pong("out of nothing")).expect("open");
    let written = client.written();
    assert_eq!(server.feed(&written).fine(), [pong("out of nothing")]);
    assert_eq!((server.written().len(), server.phase()), (0, State::Open));

    // A ping in its place is answered, so silence is not all there is.
    client.send(ping("a question")).expect("open");
    server.feed(client.written()).fine();
    assert_eq!(server.frames().len(), 1);
    // The pong that answers is told from one that does not by its data.
    assert_ne!(client.feed(plain(PONG, "something else")).fine(), [pong("a question")]);
}
