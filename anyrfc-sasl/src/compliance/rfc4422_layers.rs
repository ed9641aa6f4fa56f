//! RFC 4422, sections 3.7, 6.1.1 and 6.1.5: security layers.

use anyrfc_core::compliance::Check;

use super::{
    gss::{Library, seal},
    support::first,
};
use crate::{ErrorKind, Exchange, Fault, GssFlags, Gssapi, SecurityLayer, rfc4422 as r};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc4422/section-3.7/what-cannot-be-protected",
        covers: &[r::LAYER_THAT_CANNOT_PROTECT_CLOSES],
        run: what_cannot_be_protected,
    },
    Check {
        name: "rfc4422/section-3.7/what-cannot-be-decoded",
        covers: &[r::LAYER_THAT_CANNOT_DECODE_CLOSES, r::LACK_OF_INTEGRITY_CLOSES],
        run: what_cannot_be_decoded,
    },
    Check {
        name: "rfc4422/section-3.7/what-came-before-is-delivered",
        covers: &[r::LAYER_CLOSES_GRACEFULLY],
        run: what_came_before_is_delivered,
    },
    Check {
        name: "rfc4422/section-3.7/no-more-than-the-server-takes",
        covers: &[r::BUFFER_WITHIN_THE_PEERS_MAXIMUM],
        run: no_more_than_the_server_takes,
    },
    Check {
        name: "rfc4422/section-3.7/lengths-above-the-maximum",
        covers: &[r::OVERLONG_BUFFER_CLOSES, r::OVERLONG_BUFFER_IS_HANDLED, r::LARGE_BLOCK_CLOSES],
        run: lengths_above_the_maximum,
    },
    Check {
        name: "rfc4422/section-6.1.5/nothing-is-allocated-on-a-lengths-word",
        covers: &[r::NO_BLIND_ALLOCATION],
        run: nothing_is_allocated_on_a_lengths_word,
    },
];

/// What the server has said that it takes at once.
const SERVER_MAX: usize = 1000;

fn layer_of(has: GssFlags) -> Box<dyn SecurityLayer> {
    let gssapi = Gssapi::with_layer(Library::with(has).boxed(), None).expect("a ticket");
    let mut exchange = Exchange::new(gssapi);
    first(&mut exchange);
    exchange.step_blocking(b"token of the server").expect("the server's token");
    let [_, _, high, low] = (SERVER_MAX as u32).to_be_bytes();
    exchange.step_blocking(&seal(&[7, 0, high, low], false)).expect("a layer");
    exchange.succeed(None).expect("established").layer.expect("a layer")
}

fn layer() -> Box<dyn SecurityLayer> {
    layer_of(GssFlags::ALL)
}

/// A buffer as the server sends it.
fn buffer(text: &[u8], confidential: bool) -> Vec<u8> {
    let token = seal(text, confidential);
    [&(token.len() as u32).to_be_bytes()[..], &token].concat()
}

/// The layer is unusable from here on, in both directions.
fn is_closed(layer: &mut dyn SecurityLayer) {
    let mut out = Vec::new();
    let sending = layer.wrap_buffer(b"more", &mut out).expect_err("closed");
    let receiving = layer.unwrap_buffer(&buffer(b"more", true), &mut out).expect_err("closed");
    assert_eq!((sending.kind(), receiving.kind()), (ErrorKind::Closed, ErrorKind::Closed));
    assert!(out.is_empty());
}

fn what_cannot_be_protected() {
    let mut layer = layer();
    let mut out = Vec::new();
    layer.wrap_buffer(b"hello", &mut out).expect("protected");
    assert_eq!(out, buffer(b"hello", true));
    let sent = out.clone();
    assert!(layer.wrap_buffer(b"cannot be wrapped", &mut out).is_err());
    assert_eq!(out, sent, "nothing of it is sent");
    is_closed(&mut *layer);
}

fn what_cannot_be_decoded() {
    let right = buffer(b"hello", true);
    let mut out = Vec::new();
    assert_eq!(layer().unwrap_buffer(&right, &mut out).expect("right"), Some(right.len()));
    assert_eq!(out, b"hello");
    // Any octet changed behind the length, and what is not encrypted where it should be.
    let mut wrong: Vec<Vec<u8>> = (4..right.len())
        .map(|at| {
            let mut changed = right.clone();
            changed[at] ^= 0x10;
            changed
        })
        .collect();
    wrong.extend([buffer(b"hello", false), vec![0; 4], vec![0, 0, 0, 1, b'E']]);
    for wrong in wrong {
        let (mut layer, mut out) = (layer(), Vec::new());
        let error: anyrfc_core::Error = layer.unwrap_buffer(&wrong, &mut out).expect_err("not right");
        let told = error.requirement();
        assert!(
            told == Some(r::LAYER_THAT_CANNOT_DECODE_CLOSES) || told == Some(r::LACK_OF_INTEGRITY_CLOSES),
            "{error}"
        );
        assert!(out.is_empty(), "nothing of it is delivered");
        is_closed(&mut *layer);
    }
    // Where only integrity was agreed on, that is what is checked.
    let mut signed = GssFlags::ALL;
    signed.confidentiality = false;
    let mut out = Vec::new();
    layer_of(signed).unwrap_buffer(&buffer(b"hello", false), &mut out).expect("signed");
    assert_eq!(out, b"hello");
}

/// What was decoded before stays with the caller, who is told why the rest is not there.
fn what_came_before_is_delivered() {
    let mut stream = [buffer(b"one ", true), buffer(b"two ", true)].concat();
    stream.extend(buffer(b"three", false));
    let (mut layer, mut out) = (layer(), Vec::new());
    let mut rest = &stream[..];
    let error = loop {
        match layer.unwrap_buffer(rest, &mut out) {
            Ok(Some(taken)) => rest = &rest[taken..],
            Ok(None) => panic!("the third is whole"),
            Err(error) => break error,
        }
    };
    assert_eq!(out, b"one two ");
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Protocol, Fault::Peer));
}

fn no_more_than_the_server_takes() {
    let mut layer = layer();
    let most = layer.plain_max();
    let mut out = Vec::new();
    layer.wrap_buffer(&vec![b'x'; most], &mut out).expect("as much as fits");
    let length = u32::from_be_bytes(out[..4].try_into().expect("four octets")) as usize;
    assert!(length <= SERVER_MAX, "{length}");
    assert_eq!(out.len(), 4 + length);
    let sent = out.clone();
    let error = layer.wrap_buffer(&vec![b'x'; most + 1], &mut out).expect_err("too much");
    assert_eq!(error.requirement(), Some(r::BUFFER_WITHIN_THE_PEERS_MAXIMUM));
    assert_eq!(out, sent);
    // That was the caller's mistake, and nothing is lost by it.
    layer.wrap_buffer(b"less", &mut out).expect("less");
}

fn lengths_above_the_maximum() {
    // What the client has agreed to receive is in its choice.
    let library = Library::new();
    let mut exchange = Exchange::new(Gssapi::with_layer(library.boxed(), None).expect("a ticket"));
    first(&mut exchange);
    exchange.step_blocking(b"token of the server").expect("the server's token");
    exchange.step_blocking(&seal(&[7, 1, 0, 0], false)).expect("a layer");
    let (choice, _) = library.log().wrapped[0].clone();
    let most = u32::from_be_bytes([0, choice[1], choice[2], choice[3]]);
    let mut layer = exchange.succeed(None).expect("established").layer.expect("a layer");
    let mut out = Vec::new();
    assert_eq!(layer.unwrap_buffer(&most.to_be_bytes(), &mut out).expect("it may come"), None);
    for length in [most + 1, 1 << 24, u32::MAX] {
        let mut layer = self::layer();
        let error = layer.unwrap_buffer(&length.to_be_bytes(), &mut out).expect_err("too long");
        assert_eq!(error.requirement(), Some(r::OVERLONG_BUFFER_CLOSES), "{length}");
        is_closed(&mut *layer);
    }
}

/// However much is announced, what is reserved is what has come.
fn nothing_is_allocated_on_a_lengths_word() {
    let mut layer = layer();
    let mut out = Vec::new();
    let whole = buffer(&[b'x'; 60_000], true);
    for end in [0, 1, 3, 4, 5, 1000, whole.len() - 1] {
        assert_eq!(layer.unwrap_buffer(&whole[..end], &mut out).expect("more may come"), None, "{end}");
        assert_eq!(out.capacity(), 0, "{end}");
    }
    assert_eq!(layer.unwrap_buffer(&whole, &mut out).expect("whole"), Some(whole.len()));
    assert_eq!(out.len(), 60_000);
}
