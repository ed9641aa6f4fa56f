//! Servers of every kind.

use anyrfc_core::Requirement;

use super::*;
use crate::{BindingType, ChannelBinding, Exchange, State, rfc4422};

const USER: (&str, &str) = ("user", "pencil");

/// RFC 5802, section 5.
const SHA_1: [&str; 5] = [
    "fyko+d2lbbFgONRv9qkxdawL",
    "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL",
    "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
    "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
    "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
];

/// RFC 7677, section 3.
const SHA_256: [&str; 5] = [
    "rOprNGfwEbeRWgbNEkqO",
    "n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
    "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
    "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
    "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=",
];

fn scram(hash: ScramHash, nonce: &str) -> Scram {
    let credentials = Credentials::password(USER.0, USER.1);
    let nonce = Nonce::from_text(nonce).unwrap();
    Scram::new(hash, &credentials, Preparation::Saslprep, Binding::Unsupported, nonce).unwrap()
}

fn text(secret: &Secret<Vec<u8>>) -> &str {
    std::str::from_utf8(secret.expose()).unwrap()
}

/// An exchange that has sent its first message.
fn begun() -> Exchange {
    let mut exchange = Exchange::new(scram(ScramHash::Sha1, SHA_1[0]));
    exchange.first().unwrap().unwrap();
    exchange
}

/// An exchange that waits for the server's signature.
fn proved() -> Exchange {
    let mut exchange = begun();
    exchange.step_blocking(SHA_1[2].as_bytes()).unwrap();
    exchange
}

#[track_caller]
fn assert_breaks(error: Error, requirement: &'static Requirement) {
    assert_eq!(error.requirement(), Some(requirement), "{error}");
}

#[test]
fn the_examples_of_the_rfcs() {
    for (hash, [nonce, first, challenge, answer, proof]) in
        [(ScramHash::Sha1, SHA_1), (ScramHash::Sha256, SHA_256)]
    {
        // The signature as a challenge, and as data that come with success.
        for with_success in [false, true] {
            let mut exchange = Exchange::new(scram(hash, nonce));
            assert_eq!(text(&exchange.first().unwrap().unwrap()), first);
            assert_eq!(text(&exchange.step_blocking(challenge.as_bytes()).unwrap()), answer);
            let established = if with_success {
                exchange.succeed(Some(proof.as_bytes())).unwrap()
            } else {
                assert!(matches!(exchange.step(proof.as_bytes()).unwrap(), Step::Done));
                exchange.succeed(None).unwrap()
            };
            assert!(established.mutual && established.layer.is_none());
            assert_eq!((established.mechanism, established.iterations), (hash.mechanism(false), Some(4096)));
            assert_eq!(exchange.state(), State::Established);
        }
    }
}

#[test]
fn without_an_initial_response() {
    let mut exchange = Exchange::new(scram(ScramHash::Sha1, SHA_1[0]));
    assert_eq!(text(&exchange.step_blocking(b"").unwrap()), SHA_1[1]);
    assert_eq!(text(&exchange.step_blocking(SHA_1[2].as_bytes()).unwrap()), SHA_1[3]);

    let mut exchange = Exchange::new(scram(ScramHash::Sha1, SHA_1[0]));
    assert_breaks(exchange.step(SHA_1[2].as_bytes()).unwrap_err(), rfc4422::FIRST_CHALLENGE_IS_EMPTY);
}

#[test]
fn work_is_done_in_slices() {
    let mut exchange = begun();
    assert!(matches!(exchange.step(SHA_1[2].as_bytes()).unwrap(), Step::Working));
    assert_eq!(exchange.state(), State::Working);
    assert_eq!(exchange.step(b"x").unwrap_err().kind(), ErrorKind::Usage);
    let mut slices = 0;
    let response = loop {
        slices += 1;
        match exchange.work().unwrap() {
            Step::Working => {}
            Step::Respond(response) => break response,
            Step::Done => panic!("the server has proved nothing yet"),
        }
    };
    assert_eq!(text(&response), SHA_1[3]);
    assert!(slices > 4, "{slices}");
    assert_eq!(exchange.work().unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn a_nonce_that_is_not_ours() {
    for nonce in ["fyko", "Xyko+d2lbbFgONRv9qkxdawL3rfc", "FYKO+d2lbbFgONRv9qkxdawL3rfc", "other"] {
        let challenge = format!("r={nonce},s=QSXCR+Q6sek8bf92,i=4096");
        assert_breaks(begun().step(challenge.as_bytes()).unwrap_err(), rfc5802::SERVER_NONCE_EXTENDS_OURS);
    }
    let ours = format!("r={},s=QSXCR+Q6sek8bf92,i=4096", SHA_1[0]);
    assert_breaks(begun().step(ours.as_bytes()).unwrap_err(), rfc5802::SERVER_ADDS_TO_THE_NONCE);
}

#[test]
fn counts_and_salts() {
    let challenge = |rest: &str| format!("r={}x,{rest}", SHA_1[0]);
    for (rest, requirement) in [
        ("s=QSXCR+Q6sek8bf92,i=0", rfc5802::ITERATION_COUNT_IS_POSITIVE),
        ("s=QSXCR+Q6sek8bf92,i=-1", rfc5802::ITERATION_COUNT_IS_POSITIVE),
        ("s=QSXCR+Q6sek8bf92,i=4294967296", rfc5802::ITERATION_COUNT_IS_POSITIVE),
        ("s=QSXCR+Q6sek8bf92,i=18446744073709555712", rfc5802::ITERATION_COUNT_IS_POSITIVE),
        ("s=QSXCR+Q6sek8bf92,i=1", rfc5802::ITERATION_COUNT_OF_4096),
        ("s=QSXCR+Q6sek8bf92,i=4095", rfc5802::ITERATION_COUNT_OF_4096),
        ("s=QSXCR+Q6sek8bf9,i=4096", rfc5802::BASE64_IS_STRICT),
        ("s=,i=4096", rfc5802::SERVER_FIRST_IS_WELL_FORMED),
        ("s=QSXCR+Q6sek8bf92,i=4096,m=x", rfc5802::MANDATORY_EXTENSIONS_FAIL),
    ] {
        assert_breaks(begun().step(challenge(rest).as_bytes()).unwrap_err(), requirement);
    }
    for (iterations, allowed) in [(600_000, true), (600_001, false), (20_000_000, false), (u32::MAX, false)] {
        let challenge = challenge(&format!("s=QSXCR+Q6sek8bf92,i={iterations}"));
        match begun().step(challenge.as_bytes()) {
            Ok(Step::Working) => assert!(allowed, "{iterations}"),
            Ok(other) => panic!("{other:?}"),
            Err(error) => {
                assert!(!allowed, "{error}");
                assert_eq!((error.kind(), error.fault()), (ErrorKind::Limit, Fault::Policy));
            }
        }
    }
}

#[test]
fn the_range_of_iterations_is_ours() {
    let mut exchange = Exchange::new(scram(ScramHash::Sha1, SHA_1[0]).iterations(4097..=5000));
    exchange.first().unwrap();
    let error = exchange.step(SHA_1[2].as_bytes()).unwrap_err();
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Limit, Fault::Policy));
    assert_eq!(
        error.to_string(),
        "rfc5802#5.1-13: the server should ask for 4096 iterations or more (4096 iterations, fewer than the 4097 that are asked for)"
    );
}

#[test]
fn success_without_a_signature_is_none() {
    for additional in [None, Some(&b""[..])] {
        let mut exchange = proved();
        let error = exchange.succeed(additional).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_breaks(error, rfc5802::SERVER_SIGNATURE_MUST_MATCH);
        assert_eq!(exchange.state(), State::Failed);
    }
    // Before anything was proved at all.
    for mut exchange in [begun(), Exchange::new(scram(ScramHash::Sha1, SHA_1[0]))] {
        assert_breaks(
            exchange.succeed(Some(SHA_1[4].as_bytes())).unwrap_err(),
            rfc4422::NO_SUCCESS_BEFORE_THE_END,
        );
    }
    // While the keys are being made.
    let mut exchange = begun();
    assert!(matches!(exchange.step(SHA_1[2].as_bytes()).unwrap(), Step::Working));
    assert_breaks(exchange.succeed(None).unwrap_err(), rfc4422::NO_SUCCESS_BEFORE_THE_END);
}

#[test]
fn a_wrong_signature_is_none() {
    for wrong in [
        "v=AMF9pqV8S7suAoZWja4dJRkFsKQ=",
        "v=rmF9pqV8S7suAoZWja4dJRkFsA==",
        "v=AAAA",
        "v=rmF9pqV8S7suAoZWja4dJRkFsKQA",
    ] {
        assert_breaks(proved().step(wrong.as_bytes()).unwrap_err(), rfc5802::SERVER_SIGNATURE_MUST_MATCH);
        assert_breaks(
            proved().succeed(Some(wrong.as_bytes())).unwrap_err(),
            rfc5802::SERVER_SIGNATURE_MUST_MATCH,
        );
    }
    assert_breaks(proved().step(b"x=1").unwrap_err(), rfc5802::SERVER_FINAL_IS_WELL_FORMED);
    assert_breaks(proved().step(b"v=?").unwrap_err(), rfc5802::BASE64_IS_STRICT);
}

#[test]
fn nothing_comes_after_the_signature() {
    let verified = || {
        let mut exchange = proved();
        assert!(matches!(exchange.step(SHA_1[4].as_bytes()).unwrap(), Step::Done));
        exchange
    };
    assert_breaks(verified().step(b"").unwrap_err(), rfc4422::NO_CHALLENGE_AFTER_THE_END);
    assert_breaks(
        verified().succeed(Some(SHA_1[4].as_bytes())).unwrap_err(),
        rfc4422::ADDITIONAL_DATA_WHERE_DEFINED,
    );
    verified().succeed(Some(b"")).unwrap();
}

#[test]
fn what_the_server_says_when_it_refuses() {
    for (word, kind) in [
        ("invalid-proof", ErrorKind::Auth),
        ("channel-bindings-dont-match", ErrorKind::Auth),
        ("unsupported-channel-binding-type", ErrorKind::Unsupported),
        ("no-resources", ErrorKind::Refused),
        ("x-mine", ErrorKind::Refused),
    ] {
        let message = format!("e={word}");
        for mut exchange in [begun(), proved()] {
            let error = exchange.step(message.as_bytes()).unwrap_err();
            assert_eq!((error.kind(), error.scram().unwrap().as_str()), (kind, word));
        }
        let error = proved().succeed(Some(message.as_bytes())).unwrap_err();
        assert_eq!(error.scram().unwrap().as_str(), word);
    }
}

#[test]
fn the_exchange_bounds_challenges_and_ends_on_errors() {
    let mut exchange = begun();
    let error = exchange.step(&vec![b'x'; 10 << 20]).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Limit);
    assert_eq!(exchange.step(b"").unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(exchange.succeed(None).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(exchange.first().unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(proved().succeed(Some(&vec![b'x'; 10 << 20])).unwrap_err().kind(), ErrorKind::Limit);
}

#[test]
fn the_binding_is_in_the_header_and_in_c() {
    let binding = ChannelBinding::new(BindingType::TlsExporter, *b"exported");
    for (binding, plus, header, c) in [
        (Binding::Unsupported, false, "n,a=ursel,", "bixhPXVyc2VsLA=="),
        (Binding::NotOffered, false, "y,a=ursel,", "eSxhPXVyc2VsLA=="),
        (
            Binding::Bound(binding),
            true,
            "p=tls-exporter,a=ursel,",
            "cD10bHMtZXhwb3J0ZXIsYT11cnNlbCxleHBvcnRlZA==",
        ),
    ] {
        let credentials = Credentials::password("us,er=", "pencil").authorize_as("ursel");
        let nonce = Nonce::from_text("abc").unwrap();
        let scram =
            Scram::new(ScramHash::Sha512, &credentials, Preparation::Saslprep, binding, nonce).unwrap();
        let mut exchange = Exchange::new(scram);
        assert_eq!(exchange.name(), ScramHash::Sha512.mechanism(plus));
        assert_eq!(text(&exchange.first().unwrap().unwrap()), format!("{header}n=us=2Cer=3D,r=abc"));
        let answer = exchange.step_blocking(b"r=abcd,s=c2FsdA==,i=4096").unwrap();
        assert!(text(&answer).starts_with(&format!("c={c},r=abcd,p=")), "{}", text(&answer));
    }
    let credentials = Credentials::password("user", "pencil");
    let empty = Binding::Bound(ChannelBinding::new(BindingType::TlsExporter, []));
    let nonce = Nonce::from_text("abc").unwrap();
    assert!(Scram::new(ScramHash::Sha1, &credentials, Preparation::Raw, empty, nonce).is_err());
}

#[test]
fn keys_are_kept_when_the_server_has_taken_them() {
    let cache = KeyCache::new([3; 32]);
    let login = |password: &str, proof: &str| {
        let credentials = Credentials::password(USER.0, password);
        let nonce = Nonce::from_text(SHA_1[0]).unwrap();
        let binding = Binding::Unsupported;
        let scram = Scram::new(ScramHash::Sha1, &credentials, Preparation::Saslprep, binding, nonce);
        let mut exchange = Exchange::new(scram.unwrap().cache(&cache));
        exchange.first().unwrap();
        let mut step = exchange.step(SHA_1[2].as_bytes()).unwrap();
        let at_once = matches!(step, Step::Respond(_));
        while matches!(step, Step::Working) {
            step = exchange.work().unwrap();
        }
        (at_once, exchange.succeed(Some(proof.as_bytes())).is_ok())
    };
    assert_eq!(login("wrong", SHA_1[4]), (false, false));
    assert_eq!(login(USER.1, "v=AAAA"), (false, false));
    assert!(cache.is_empty(), "keys that the server has not taken were kept");
    assert_eq!(login(USER.1, SHA_1[4]), (false, true));
    assert_eq!(login(USER.1, SHA_1[4]), (true, true));
    assert_eq!(cache.len(), 1);
    // Whoever does not know the password gains nothing from the cache.
    assert_eq!(login("wrong", SHA_1[4]), (false, false));
    cache.clear();
    assert_eq!(login(USER.1, SHA_1[4]), (false, true));
}

#[test]
fn what_cannot_be_sent() {
    let make = |user: &str, password: &str| {
        let nonce = Nonce::from_text("abc").unwrap();
        let credentials = Credentials::password(user, password);
        Scram::new(ScramHash::Sha1, &credentials, Preparation::Saslprep, Binding::Unsupported, nonce)
    };
    assert!(make("user", "pen🔑cil").is_ok());
    for (user, password) in
        [("", "p"), ("u", ""), ("u\0", "p"), ("u", "p\0"), ("u\u{7}", "p"), ("u", "\u{7}")]
    {
        assert_eq!(make(user, password).unwrap_err().kind(), ErrorKind::Usage, "{user:?} {password:?}");
    }
    let nonce = Nonce::from_text("abc").unwrap();
    let nobody = Credentials::default();
    assert!(Scram::new(ScramHash::Sha1, &nobody, Preparation::Raw, Binding::Unsupported, nonce).is_err());
}

#[test]
fn debug_shows_where_it_stands_and_nothing_else() {
    let exchange = proved();
    assert!(format!("{exchange:?}").contains("Scram { name: SCRAM-SHA-1, stage: \"ServerFinal\", .. }"));
}
