//! RFC 4752: GSSAPI, section 3.

use anyrfc_core::compliance::Check;

use super::{
    gss::{Library, seal},
    support::{broke, first},
};
use crate::{
    Channel, Credentials, Error, Established, Exchange, GssFlags, Gssapi, MechanismName, Policy, Service,
    Tolerance, rfc4422, rfc4752 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc4752/section-3.1/integrity-is-asked-for",
        covers: &[r::INTEGRITY_IS_REQUESTED],
        run: integrity_is_asked_for,
    },
    Check {
        name: "rfc4752/section-3.1/what-a-layer-takes",
        covers: &[r::LAYER_NEEDS_MUTUAL_AND_SEQUENCE, r::CONFIDENTIALITY_IS_REQUESTED],
        run: what_a_layer_takes,
    },
    Check {
        name: "rfc4752/section-3/further-flags",
        covers: &[r::OTHER_FLAGS_MAY_BE_SET],
        run: further_flags,
    },
    Check {
        name: "rfc4752/section-3.1/no-layer-that-the-context-cannot-have",
        covers: &[r::NO_LAYER_WITHOUT_INTEGRITY],
        run: no_layer_that_the_context_cannot_have,
    },
    Check {
        name: "rfc4752/section-3.1/four-octets",
        covers: &[r::LAYER_TOKEN_IS_FOUR_OCTETS],
        run: four_octets,
    },
    Check {
        name: "rfc4752/section-3.1/no-layer-no-buffer",
        covers: &[r::NO_LAYER_MEANS_NO_BUFFER],
        run: no_layer_no_buffer,
    },
    Check {
        name: "rfc4752/section-3.1/a-layer-that-policy-permits",
        covers: &[r::OFFER_HOLDS_THE_CHOICE],
        run: a_layer_that_policy_permits,
    },
    Check {
        name: "rfc4752/section-3.1/the-choice",
        covers: &[
            r::MAXIMUM_IS_ZERO_WITHOUT_A_LAYER,
            r::AUTHORIZATION_ID_IS_NOT_TERMINATED,
            r::CHOICE_IS_WRAPPED_UNENCRYPTED,
        ],
        run: the_choice,
    },
    Check {
        name: "rfc4752/section-3.3/unknown-layers",
        covers: &[r::UNKNOWN_LAYERS_ARE_DECLINED],
        run: unknown_layers,
    },
    Check {
        name: "rfc4752/section-3.3/what-cannot-be-unwrapped",
        covers: &[r::FAILED_UNWRAP_IS_FATAL],
        run: what_cannot_be_unwrapped,
    },
    Check {
        name: "rfc4752/section-5/the-host-as-the-user-named-it",
        covers: &[r::HOST_IS_NOT_CANONICALIZED],
        run: the_host_as_the_user_named_it,
    },
];

const SERVER: &[u8] = b"token of the server";
const SIGNED: GssFlags = {
    let mut flags = GssFlags::ALL;
    flags.confidentiality = false;
    flags
};

/// A login up to the server's offer of layers.
fn established(library: &Library, layer: bool) -> Exchange {
    strictness(library, layer, Tolerance::default())
}

fn strictness(library: &Library, layer: bool, tolerance: Tolerance) -> Exchange {
    let identity = Some(String::from("alice"));
    let make = if layer { Gssapi::with_layer } else { Gssapi::new };
    let gssapi = make(library.boxed(), identity).expect("a ticket");
    let mut exchange = Exchange::new(gssapi.tolerance(tolerance));
    first(&mut exchange);
    let response = exchange.step_blocking(SERVER).expect("the server's token");
    assert_eq!(response.expose(), b"");
    exchange
}

/// What the client chooses of an offer, unwrapped.
fn choice(library: &Library, layer: bool, offer: &[u8]) -> Result<(Vec<u8>, Established), Error> {
    let mut exchange = established(library, layer);
    exchange.step_blocking(&seal(offer, false))?;
    let (chosen, _) = library.log().wrapped.last().cloned().expect("it was wrapped");
    Ok((chosen, exchange.succeed(None)?))
}

fn integrity_is_asked_for() {
    for layer in [false, true] {
        let library = Library::new();
        established(&library, layer);
        assert_eq!(library.log().asked.len(), 2);
        assert!(library.log().asked.iter().all(|flags| flags.integrity), "in every call");
        // No binding: this mechanism has none.
        assert!(library.log().bindings.iter().all(Option::is_none));
    }
}

fn what_a_layer_takes() {
    let library = Library::new();
    established(&library, true);
    let complete = |flags: &GssFlags| flags.mutual && flags.sequence && flags.confidentiality;
    assert!(library.log().asked.iter().all(complete), "in every call");
    // Without a layer nothing is asked that would be of no use.
    let library = Library::new();
    established(&library, false);
    assert!(library.log().asked.iter().all(|flags| !flags.sequence && !flags.confidentiality));
}

/// Mutual authentication, which a login without a layer does not have to ask for. What was
/// asked for has to be there.
fn further_flags() {
    let library = Library::new();
    established(&library, false);
    assert!(library.log().asked.iter().all(|flags| flags.mutual));
    assert!(choice(&library_of(true), false, &[1, 0, 0, 0]).expect("no layer").1.mutual);
    broke(choice(&library_of(false), false, &[1, 0, 0, 0]), rfc4422::RESULT_MEETS_THE_MINIMUM);
}

fn library_of(mutual: bool) -> Library {
    let mut has = GssFlags::ALL;
    has.mutual = mutual;
    Library::with(has)
}

fn no_layer_that_the_context_cannot_have() {
    let everything = [7, 1, 0, 0];
    let chosen = |has: GssFlags| choice(&Library::with(has), true, &everything).map(|(chosen, _)| chosen[0]);
    assert_eq!(chosen(GssFlags::ALL).expect("encryption"), 4);
    assert_eq!(chosen(SIGNED).expect("integrity"), 2);
    assert!(chosen(GssFlags::MUTUAL).is_err(), "and none without integrity");
    let mut odd = GssFlags::ALL;
    odd.integrity = false;
    assert!(chosen(odd).is_err(), "encryption alone is no layer");
}

fn four_octets() {
    for wrong in [&b""[..], &[1], &[1, 0, 0], &[1, 0, 0, 0, 0], &[1; 100]] {
        let mut exchange = established(&Library::new(), false);
        broke(exchange.step(&seal(wrong, false)), r::LAYER_TOKEN_IS_FOUR_OCTETS);
    }
    choice(&Library::new(), false, &[1, 0, 0, 0]).expect("four");
}

/// Forgiven with a note, since servers do it; and not under a strict policy.
fn no_layer_no_buffer() {
    let (_, right) = choice(&Library::new(), false, &[1, 0, 0, 0]).expect("conforming");
    assert!(right.deviations.is_empty());
    for wrong in [[1, 0, 0, 1], [1, 0xFF, 0xFF, 0xFF]] {
        let (_, forgiven) = choice(&Library::new(), false, &wrong).expect("harmless");
        assert!(!forgiven.deviations.is_empty());
        let mut strict = strictness(&Library::new(), false, Tolerance::Strict);
        broke(strict.step(&seal(&wrong, false)), r::NO_LAYER_MEANS_NO_BUFFER);
    }
    // With a layer there is a maximum.
    let (_, layered) = choice(&Library::new(), false, &[3, 0xFF, 0xFF, 0xFF]).expect("conforming");
    assert!(layered.deviations.is_empty());
}

fn a_layer_that_policy_permits() {
    for (layer, offer) in [(false, 2), (false, 4), (false, 6), (false, 0), (true, 1), (true, 0)] {
        let mut exchange = established(&Library::new(), layer);
        broke(exchange.step(&seal(&[offer, 0, 0, 0], false)), r::OFFER_HOLDS_THE_CHOICE);
    }
    for (layer, offer, chosen) in [(false, 7, 1), (true, 7, 4), (true, 3, 2), (true, 6, 4), (false, 1, 1)] {
        let (answer, established) = choice(&Library::new(), layer, &[offer, 1, 0, 0]).expect("it is offered");
        assert_eq!(answer[0], chosen);
        assert_eq!(established.layer.is_some(), chosen != 1);
    }
    // A server that takes nothing at once takes nothing at all.
    let mut exchange = established(&Library::new(), true);
    assert!(exchange.step(&seal(&[7, 0, 0, 1], false)).is_err());
}

fn the_choice() {
    let library = Library::new();
    let (chosen, _) = choice(&library, false, &[1, 0, 0, 0]).expect("no layer");
    assert_eq!(chosen, b"\x01\0\0\0alice", "no maximum, and nothing behind the name");
    assert_eq!(library.log().wrapped, [(chosen, false)]);
    let library = Library::new();
    let (chosen, _) = choice(&library, true, &[7, 1, 0, 0]).expect("a layer");
    assert_eq!(chosen[0], 4);
    assert!(chosen[1..4] != [0, 0, 0] && chosen.ends_with(b"alice"));
    assert!(!library.log().wrapped[0].1, "not encrypted, though what follows will be");
    // Nobody to act as is an empty name, and one with a NUL none at all.
    let mut exchange = Exchange::new(Gssapi::new(Library::new().boxed(), None).expect("a ticket"));
    first(&mut exchange);
    exchange.step_blocking(SERVER).expect("the server's token");
    let response = exchange.step_blocking(&seal(&[1, 0, 0, 0], false)).expect("no layer");
    assert_eq!(response.expose(), &seal(&[1, 0, 0, 0], false));
    for wrong in ["", "a\0", "\0"] {
        broke(Gssapi::new(Library::new().boxed(), Some(wrong.into())), rfc4422::AUTHORIZATION_ID_HAS_NO_NUL);
    }
}

fn unknown_layers() {
    for unknown in [0x08, 0x10, 0x20, 0x40, 0x80, 0xF8] {
        for layer in [false, true] {
            let mut exchange = established(&Library::new(), layer);
            broke(exchange.step(&seal(&[unknown, 1, 0, 0], false)), r::OFFER_HOLDS_THE_CHOICE);
            let offer = [unknown | 7, 1, 0, 0];
            let (chosen, _) = choice(&Library::new(), layer, &offer).expect("a known one among them");
            assert_eq!(chosen[0], if layer { 4 } else { 1 });
        }
    }
}

fn what_cannot_be_unwrapped() {
    let right = seal(&[1, 0, 0, 0], false);
    for at in 0..right.len() {
        let mut wrong = right.clone();
        wrong[at] ^= 1;
        let mut exchange = established(&Library::new(), false);
        broke(exchange.step(&wrong), r::FAILED_UNWRAP_IS_FATAL);
        assert!(exchange.succeed(None).is_err(), "it stays failed");
    }
    for wrong in [&b""[..], b"S", &[0; 100]] {
        broke(established(&Library::new(), false).step(wrong), r::FAILED_UNWRAP_IS_FATAL);
    }
    assert!(established(&Library::new(), false).step(&right).is_ok());
}

/// What the context is made for is what the user wrote; no name service is in between.
fn the_host_as_the_user_named_it() {
    for host in ["mail.example", "MAIL.example.", "192.0.2.1", "alias"] {
        let seen = std::sync::Arc::new(std::sync::Mutex::new(None));
        let note = std::sync::Arc::clone(&seen);
        let credentials = Credentials::default();
        let service = Service::new("imap", host).port(143);
        let mut negotiator =
            crate::Negotiator::new(credentials, service.clone(), Policy::default().kerberos(), [1; 32])
                .contexts(move |service| {
                    *note.lock().expect("one at a time") = Some(service.clone());
                    Ok(Library::new().boxed())
                });
        let exchange = negotiator.begin(["GSSAPI"], &Channel::tls()).expect("a ticket");
        assert_eq!(exchange.name(), MechanismName::GSSAPI);
        assert_eq!(seen.lock().expect("one at a time").as_ref(), Some(&service));
    }
}
