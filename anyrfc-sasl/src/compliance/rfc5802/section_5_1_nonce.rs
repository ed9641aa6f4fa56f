//! RFC 5802, section 5.1: nonces, salts, iteration counts and what the channel is bound by.

use anyrfc_core::compliance::Check;

use super::super::{
    judge::{Hash, ScramServer, base64},
    support::{NONCE, answer, answer_of, bound, broke, first, login, pencil, scram, scram_with, strict},
};
use crate::{
    Binding, BindingType, ErrorKind, Exchange, Fault, KeyCache, Nonce, Preparation, Scram, ScramHash, Step,
    rfc5802 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5802/section-5.1/the-servers-nonce-begins-with-ours",
        covers: &[r::SERVER_NONCE_EXTENDS_OURS],
        run: the_servers_nonce_begins_with_ours,
    },
    Check {
        name: "rfc5802/section-5.1/the-server-adds-to-the-nonce",
        covers: &[r::SERVER_ADDS_TO_THE_NONCE],
        run: || {
            broke(answer(format!("r={NONCE},s=c2FsdA==,i=1")), r::SERVER_ADDS_TO_THE_NONCE);
            answer(format!("r={NONCE}x,s=c2FsdA==,i=1")).expect("one character is more");
        },
    },
    Check {
        name: "rfc5802/section-5.1/a-nonce-for-each-seed",
        covers: &[r::NONCE_IS_FRESH],
        run: a_nonce_for_each_seed,
    },
    Check {
        name: "rfc5802/section-5.1/the-gs2-header-comes-back-as-c",
        covers: &[r::CHANNEL_BINDING_ATTRIBUTE_IS_SENT],
        run: the_gs2_header_comes_back_as_c,
    },
    Check {
        name: "rfc5802/section-5.1/an-iteration-count-is-there",
        covers: &[r::ITERATION_COUNT_IS_SENT],
        run: || {
            for message in ["r={}x,s=c2FsdA==", "r={}x,s=c2FsdA==,x=1", "r={}x,i=1,s=c2FsdA=="] {
                assert!(answer(message.replace("{}", NONCE)).is_err(), "{message}");
            }
            answer(format!("r={NONCE}x,s=c2FsdA==,i=1")).expect("it is there");
        },
    },
    Check {
        name: "rfc5802/section-5.1/fewer-iterations-than-4096",
        covers: &[r::ITERATION_COUNT_OF_4096],
        run: fewer_iterations_than_4096,
    },
    Check { name: "rfc5802/section-5.1/keys-are-kept", covers: &[r::KEYS_MAY_BE_CACHED], run: keys_are_kept },
];

fn the_servers_nonce_begins_with_ours() {
    // Another one, one that is cut short, one that differs in case, at the end, or before ours.
    let cut = &NONCE[..NONCE.len() - 1];
    for other in ["abc", "", cut, &NONCE.to_uppercase(), &format!("{cut}Mxyz"), &format!("x{NONCE}")] {
        let message = format!("r={other},s=c2FsdA==,i=1");
        let error = answer(message).expect_err("not ours");
        if !other.is_empty() {
            assert_eq!(error.requirement(), Some(r::SERVER_NONCE_EXTENDS_OURS), "{other}");
        }
    }
    // Nothing is worked out, and nothing sent, for such a server.
    let mut exchange = Exchange::new(scram());
    first(&mut exchange);
    broke(exchange.step(b"r=abc,s=c2FsdA==,i=600000"), r::SERVER_NONCE_EXTENDS_OURS);
    assert!(exchange.work().is_err());
    // What is sent back is the whole of it.
    let response = answer(format!("r={NONCE}%extended~,s=c2FsdA==,i=1")).expect("it extends ours");
    let response = String::from_utf8(response).expect("UTF-8");
    assert!(response.starts_with(&format!("c=biws,r={NONCE}%extended~,p=")), "{response}");
}

/// Of 192 bits, printable, and of every bit of the seed that it takes.
fn a_nonce_for_each_seed() {
    let mut seen = std::collections::HashSet::new();
    for byte in 0..24 {
        for bit in 0..8 {
            let mut seed = [0; 32];
            seed[byte] = 1 << bit;
            assert!(seen.insert(Nonce::from_seed(seed).as_str().to_owned()), "byte {byte}, bit {bit}");
        }
    }
    for nonce in &seen {
        assert_eq!(nonce.len(), 32);
        assert!(nonce.bytes().all(|octet| octet.is_ascii_graphic() && octet != b','), "{nonce}");
    }
    assert!(Nonce::from_text("a,b").is_err() && Nonce::from_text("a b").is_err());
    // It is the one that is sent.
    let nonce = Nonce::from_seed([9; 32]);
    let sent = nonce.as_str().to_owned();
    let mechanism =
        Scram::new(ScramHash::Sha1, &pencil(), Preparation::Saslprep, Binding::Unsupported, nonce);
    let message = first(&mut Exchange::new(mechanism.expect("it can be sent")));
    assert!(message.ends_with(sent.as_bytes()));
}

fn the_gs2_header_comes_back_as_c() {
    let kinds = [
        (Binding::Unsupported, "n,,", &b""[..]),
        (Binding::NotOffered, "y,,", b""),
        (bound(BindingType::TlsExporter, &[0xEE; 32]), "p=tls-exporter,,", &[0xEE; 32]),
        (bound(BindingType::TlsServerEndPoint, b"hash"), "p=tls-server-end-point,,", b"hash"),
    ];
    for (binding, header, data) in kinds {
        let mut exchange = Exchange::new(scram_with(ScramHash::Sha256, &pencil(), binding));
        assert!(first(&mut exchange).starts_with(header.as_bytes()));
        let challenge = format!("r={NONCE}x,s=c2FsdA==,i=1");
        let response = exchange.step_blocking(challenge.as_bytes()).expect("a final message");
        let expected = format!("c={},", base64(&[header.as_bytes(), data].concat()));
        assert!(response.expose().starts_with(expected.as_bytes()), "{header}");
    }
    // With an authorization identity it is part of the header.
    let credentials = pencil().authorize_as("boss");
    let mut exchange = Exchange::new(scram_with(ScramHash::Sha256, &credentials, Binding::Unsupported));
    first(&mut exchange);
    let challenge = format!("r={NONCE}x,s=c2FsdA==,i=1");
    let response = exchange.step_blocking(challenge.as_bytes()).expect("a final message");
    assert!(response.expose().starts_with(format!("c={},", base64(b"n,a=boss,")).as_bytes()));
}

/// Weak counts are refused before anything is derived from the password; the floor can be moved.
fn fewer_iterations_than_4096() {
    let strict = || strict(ScramHash::Sha256, &pencil(), Binding::Unsupported);
    for few in [1, 10, 4095] {
        let error = answer_of(strict(), format!("r={NONCE}x,s=c2FsdA==,i={few}")).expect_err("too few");
        assert_eq!(error.requirement(), Some(r::ITERATION_COUNT_OF_4096), "{few}");
    }
    answer_of(strict(), format!("r={NONCE}x,s=c2FsdA==,i=4096")).expect("enough");
    // And no server may burn the processor.
    for many in ["600001", "20000000", "4294967295"] {
        let mut exchange = Exchange::new(strict());
        first(&mut exchange);
        let error =
            exchange.step(format!("r={NONCE}x,s=c2FsdA==,i={many}").as_bytes()).expect_err("too many");
        assert_eq!((error.kind(), error.fault()), (ErrorKind::Limit, Fault::Policy), "{many}");
    }
    let relaxed = |count: &str| {
        let mut exchange = Exchange::new(strict().iterations(1..=10_000));
        first(&mut exchange);
        exchange.step_blocking(format!("r={NONCE}x,s=c2FsdA==,i={count}").as_bytes()).map(drop)
    };
    relaxed("1").expect("allowed by name");
    assert!(relaxed("10001").is_err());
}

/// The second login has its answer at once, and the judge takes it; nothing else is found.
fn keys_are_kept() {
    let cache = KeyCache::new([3; 32]);
    let mut server = ScramServer::new(Hash::Sha256);
    login(scram().cache(&cache), &mut server).expect("the first");
    assert_eq!(cache.len(), 1);

    let at_once = |mechanism: Scram, server: &mut ScramServer| {
        let mut exchange = Exchange::new(mechanism.cache(&cache));
        let challenge = server.first(&first(&mut exchange)).expect("a first message");
        match exchange.step(&challenge).expect("a good message") {
            Step::Respond(response) => {
                let signature = server.last(response.expose()).expect("the judge takes it");
                exchange.succeed(Some(&signature)).expect("the judge proves itself");
                true
            }
            _ => false,
        }
    };
    assert!(at_once(scram(), &mut server), "the keys are at hand");
    // Another nonce is another proof from the same keys.
    let fresh = Nonce::from_seed([4; 32]);
    let again = Scram::new(ScramHash::Sha256, &pencil(), Preparation::Saslprep, Binding::NotOffered, fresh);
    assert!(at_once(again.expect("it can be sent").iterations(1..=1), &mut server));
    // Another salt, count, password or hash: none of them is at hand.
    server.salt = b"another".to_vec();
    assert!(!at_once(scram(), &mut server));
    let mut server = ScramServer::new(Hash::Sha256);
    server.iterations = 2;
    assert!(!at_once(scram(), &mut server));
    assert!(!at_once(
        scram_with(ScramHash::Sha512, &pencil(), Binding::Unsupported),
        &mut ScramServer::new(Hash::Sha512)
    ));
    let other = crate::Credentials::password("user", String::from("pencil2"));
    assert!(!at_once(
        scram_with(ScramHash::Sha256, &other, Binding::Unsupported),
        &mut ScramServer::new(Hash::Sha256)
    ));
    // A server that proves nothing leaves nothing behind.
    let empty = KeyCache::new([3; 32]);
    let mut exchange = Exchange::new(scram().cache(&empty));
    let challenge = ScramServer::new(Hash::Sha256).first(&first(&mut exchange)).expect("a first message");
    exchange.step_blocking(&challenge).expect("a final message");
    assert!(exchange.succeed(Some(b"v=AAAA")).is_err());
    assert!(empty.is_empty());
}
