//! RFC 4422: the framework; what it asks of security layers is proven elsewhere.

use anyrfc_core::compliance::Check;

use super::support::{before_the_end, broke, chosen, first, negotiator, pencil, scram, tls};
use crate::{
    Anonymous, Binding, Channel, Credentials, DigestMd5, ErrorKind, Exchange, External, KeyCache, Login,
    MechanismName, NameError, Next, Nonce, OauthBearer, Pin, Plain, Policy, Preparation, Reason, Scram,
    ScramHash, Service, State, Step, rfc4422 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc4422/section-3.1/names-of-mechanisms",
        covers: &[r::MECHANISM_NAME_IS_WELL_FORMED],
        run: names_of_mechanisms,
    },
    Check {
        name: "rfc4422/section-3.4.1/no-nul-in-an-authorization-identity",
        covers: &[r::AUTHORIZATION_ID_HAS_NO_NUL],
        run: no_nul_in_an_authorization_identity,
    },
    Check {
        name: "rfc4422/section-3.5/abort-at-any-time",
        covers: &[r::CLIENT_MAY_ABORT],
        run: abort_at_any_time,
    },
    Check {
        name: "rfc4422/section-3.6/no-data-where-none-are-defined",
        covers: &[r::ADDITIONAL_DATA_WHERE_DEFINED],
        run: no_data_where_none_are_defined,
    },
    Check {
        name: "rfc4422/section-3.6/neither-too-early-nor-too-late",
        covers: &[r::NO_CHALLENGE_AFTER_THE_END, r::NO_SUCCESS_BEFORE_THE_END],
        run: neither_too_early_nor_too_late,
    },
    Check {
        name: "rfc4422/section-5/the-first-challenge-is-empty",
        covers: &[r::FIRST_CHALLENGE_IS_EMPTY],
        run: the_first_challenge_is_empty,
    },
    Check {
        name: "rfc4422/section-5/no-initial-response-to-a-server-that-begins",
        covers: &[r::NO_INITIAL_RESPONSE_WHEN_SERVER_FIRST],
        run: no_initial_response_to_a_server_that_begins,
    },
    Check {
        name: "rfc4422/section-6.1.2/nothing-below-the-minimum",
        covers: &[r::NO_EXCHANGE_BELOW_THE_MINIMUM],
        run: nothing_below_the_minimum,
    },
    Check {
        name: "rfc4422/section-6.1.2/the-result-meets-the-minimum",
        covers: &[r::RESULT_MEETS_THE_MINIMUM],
        run: the_result_meets_the_minimum,
    },
    Check {
        name: "rfc4422/section-6.1.2/a-stronger-mechanism-in-the-second-list",
        covers: &[r::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES],
        run: a_stronger_mechanism_in_the_second_list,
    },
];

fn names_of_mechanisms() {
    for octet in 0..=u8::MAX {
        let allowed = matches!(octet, b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_');
        assert_eq!(MechanismName::from_bytes(&[octet]).is_ok(), allowed, "{octet:#x}");
    }
    for length in 0..=30 {
        let name = MechanismName::from_bytes(&b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123"[..length]);
        assert_eq!(name.is_ok(), (1..=20).contains(&length), "{length}");
    }
    assert_eq!(MechanismName::from_bytes(b"PLAIN\r\n"), Err(NameError::Character));
    // A list with worse than that in it has what is good in it all the same, and no more.
    let long = "X".repeat(21);
    let offered = ["", "PL AIN", "\u{1b}[2J", "PLAIN\r\nA1 LOGOUT", &long, "SCRAM-SHA-1"];
    let exchange = chosen(Policy::default(), &offered, &Channel::tls()).expect("one good name");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_1);
    // And one of ten thousand names is no list.
    let many: Vec<String> = (0..10_000).map(|n| format!("X-{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let error = chosen(Policy::default(), &many, &Channel::tls()).expect_err("too many");
    assert_eq!(error.kind(), ErrorKind::Limit);
}

fn no_nul_in_an_authorization_identity() {
    let service = Service::new("imap", "mail.example");
    let nonce = || Nonce::from_seed([1; 32]);
    let refused = |identity: &str| {
        let mut token = Credentials::bearer(String::from("token"));
        token.authorization_id = Some(identity.into());
        let acting = pencil().authorize_as(identity);
        let prepare = Preparation::Saslprep;
        [
            Plain::new(&acting, prepare).is_err(),
            Scram::new(ScramHash::Sha256, &acting, prepare, Binding::Unsupported, nonce()).is_err(),
            External::new(&acting).is_err(),
            OauthBearer::new(&token, &service).is_err(),
            DigestMd5::new(&acting, prepare, &service, nonce()).is_err(),
        ]
    };
    for wrong in ["\0", "a\0", "\0a", "a\0b"] {
        assert_eq!(refused(wrong), [true; 5], "{wrong:?}");
    }
    assert_eq!(refused("boss"), [false; 5]);
}

/// Whatever it was waiting for, an exchange that was left answers nothing more.
fn abort_at_any_time() {
    let begun = || {
        let mut exchange = Exchange::new(scram());
        first(&mut exchange);
        exchange
    };
    let working = || {
        let mut exchange = begun();
        let challenge = format!("r={}x,s=c2FsdA==,i=600000", super::support::NONCE);
        assert!(matches!(exchange.step(challenge.as_bytes()), Ok(Step::Working)));
        exchange
    };
    for mut exchange in [Exchange::new(scram()), begun(), working(), before_the_end().0] {
        assert_eq!(exchange.refused().kind(), ErrorKind::Auth);
        assert_eq!(exchange.state(), State::Failed);
        for error in [
            exchange.first().map(drop).expect_err("left"),
            exchange.step(b"").map(drop).expect_err("left"),
            exchange.work().map(drop).expect_err("left"),
            exchange.succeed(None).map(drop).expect_err("left"),
        ] {
            assert_eq!(error.kind(), ErrorKind::Usage);
        }
    }
}

fn no_data_where_none_are_defined() {
    let anonymous = || {
        let mut exchange = Exchange::new(Anonymous::new("").expect("no trace"));
        first(&mut exchange);
        exchange
    };
    anonymous().succeed(None).expect("nothing is to come");
    // Some protocols cannot tell empty data from none.
    anonymous().succeed(Some(b"")).expect("nothing came");
    broke(anonymous().succeed(Some(b"data")), r::ADDITIONAL_DATA_WHERE_DEFINED);
    let mut plain = Exchange::new(Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent"));
    first(&mut plain);
    broke(plain.succeed(Some(b"data")), r::ADDITIONAL_DATA_WHERE_DEFINED);
    // Where they are defined they may come once.
    let (mut exchange, signature) = before_the_end();
    exchange.succeed(Some(&signature)).expect("the signature");
    let (mut exchange, signature) = before_the_end();
    let _done = exchange.step(&signature).expect("the signature");
    broke(exchange.succeed(Some(&signature)), r::ADDITIONAL_DATA_WHERE_DEFINED);
}

fn neither_too_early_nor_too_late() {
    let plain = || Exchange::new(Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent"));
    broke(plain().succeed(None), r::NO_SUCCESS_BEFORE_THE_END);
    let mut exchange = plain();
    first(&mut exchange);
    broke(exchange.step(b"more"), r::NO_CHALLENGE_AFTER_THE_END);
    let login = || Exchange::new(Login::new(&pencil(), Preparation::Saslprep).expect("it can be sent"));
    let mut exchange = login();
    exchange.step_blocking(b"Username:").expect("a prompt");
    broke(exchange.succeed(None), r::NO_SUCCESS_BEFORE_THE_END);
    let mut exchange = login();
    for prompt in [b"Username:", b"Password:"] {
        exchange.step_blocking(prompt).expect("a prompt");
    }
    broke(exchange.step(b"Again:"), r::NO_CHALLENGE_AFTER_THE_END);
    let (mut exchange, signature) = before_the_end();
    let _done = exchange.step(&signature).expect("the signature");
    broke(exchange.step(b""), r::NO_CHALLENGE_AFTER_THE_END);
    let mut exchange = Exchange::new(scram());
    first(&mut exchange);
    broke(exchange.succeed(None), r::NO_SUCCESS_BEFORE_THE_END);
    // No challenge may be endless.
    let mut exchange = Exchange::new(scram());
    first(&mut exchange);
    assert_eq!(exchange.step(&vec![b'x'; 10 << 20]).expect_err("10 MiB").kind(), ErrorKind::Limit);
}

fn the_first_challenge_is_empty() {
    let service = Service::new("imap", "mail.example");
    let token = Credentials::bearer(String::from("token"));
    let exchanges = || {
        [
            Exchange::new(scram()),
            Exchange::new(Plain::new(&pencil(), Preparation::Saslprep).expect("it can be sent")),
            Exchange::new(External::new(&Credentials::default()).expect("nobody to name")),
            Exchange::new(Anonymous::new("trace").expect("a trace")),
            Exchange::new(OauthBearer::new(&token, &service).expect("it can be sent")),
        ]
    };
    for (mut early, mut late) in exchanges().into_iter().zip(exchanges()) {
        // The initial response, sooner or later, and an empty one is one.
        let response = late.step_blocking(b"").expect("an empty challenge");
        assert_eq!(response.expose(), &first(&mut early));
    }
    for mut exchange in exchanges() {
        broke(exchange.step(b"hello"), r::FIRST_CHALLENGE_IS_EMPTY);
    }
}

fn no_initial_response_to_a_server_that_begins() {
    let service = Service::new("imap", "mail.example");
    let digest = DigestMd5::new(&pencil(), Preparation::Saslprep, &service, Nonce::from_seed([1; 32]));
    for mut exchange in [
        Exchange::new(digest.expect("it can be sent")),
        Exchange::new(Login::new(&pencil(), Preparation::Saslprep).expect("it can be sent")),
    ] {
        assert!(exchange.first().expect("nothing was sent yet").is_none(), "{}", exchange.name());
    }
    assert!(Exchange::new(scram()).first().expect("nothing was sent yet").is_some());
}

fn nothing_below_the_minimum() {
    let reason = |policy: Policy, name: &str, channel: &Channel| {
        let error = chosen(policy, &[name], channel).expect_err(name);
        error.refusals()[0].reason
    };
    let plaintext = Channel::plaintext();
    for revealing in ["PLAIN", "LOGIN"] {
        assert_eq!(reason(Policy::default(), revealing, &plaintext), Reason::Reveals);
        assert!(chosen(Policy::default(), &[revealing], &Channel::tls()).is_ok());
    }
    for weak in ["CRAM-MD5", "DIGEST-MD5"] {
        assert_eq!(reason(Policy::default(), weak, &Channel::tls()), Reason::NotNamed);
        let named = Policy::default().allow(weak.parse().expect("a name"));
        assert!(chosen(named, &[weak], &Channel::tls()).is_ok());
    }
    let only = || Policy::default().only([MechanismName::SCRAM_SHA_256]);
    assert_eq!(reason(only(), "SCRAM-SHA-1", &Channel::tls()), Reason::NotAmongThose);
    let pinned = || Policy::default().pin(Pin::new(MechanismName::SCRAM_SHA_256, Some(10_000)));
    assert_eq!(reason(pinned(), "SCRAM-SHA-1", &Channel::tls()), Reason::WeakerThanPinned);
    assert_eq!(reason(pinned(), "PLAIN", &Channel::tls()), Reason::WeakerThanPinned);
    let required = || Policy::default().require_channel_binding();
    assert_eq!(reason(required(), "SCRAM-SHA-256", &tls()), Reason::Unbound);
    // After an attempt that revealed nothing, none that does, nor with other credentials.
    let mut negotiator = negotiator(pencil(), Policy::default());
    let mut exchange = negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).expect("the stronger");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256);
    assert_eq!(negotiator.failed(&exchange.refused()), Next::Credentials { reconnect: false });
    assert!(negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).is_err());
    negotiator.renew(Credentials::password("user", String::from("other")));
    let error = negotiator.begin(["PLAIN"], &Channel::tls()).expect_err("it would reveal");
    assert_eq!(error.refusals()[0].reason, Reason::RevealsAfterFailure);
}

/// What the server must prove is proven, and what was asked for was done, or it was no success.
fn the_result_meets_the_minimum() {
    let (mut exchange, _) = before_the_end();
    assert!(exchange.succeed(None).is_err(), "a server that proves nothing");
    let (mut exchange, signature) = before_the_end();
    let established = exchange.succeed(Some(&signature)).expect("proved");
    assert!(established.mutual);
    assert_eq!(established.mechanism, MechanismName::SCRAM_SHA_256);
    // Fewer iterations than were seen of this account.
    let policy = || Policy::default().pin(Pin::new(MechanismName::SCRAM_SHA_256, Some(10_000)));
    for (iterations, enough) in [(9_999, false), (10_000, true)] {
        let mut negotiator = negotiator(pencil(), policy()).cache(&KeyCache::new([1; 32]));
        let mut exchange = negotiator.begin(["SCRAM-SHA-256"], &Channel::tls()).expect("as strong");
        let message = String::from_utf8(first(&mut exchange)).expect("UTF-8");
        let nonce = message.split("r=").nth(1).expect("a nonce");
        let challenge = format!("r={nonce}x,s=c2FsdA==,i={iterations}");
        assert_eq!(exchange.step(challenge.as_bytes()).is_ok(), enough, "{iterations}");
    }
}

fn a_stronger_mechanism_in_the_second_list() {
    let mut negotiator = negotiator(pencil(), Policy::default());
    negotiator.begin(["SCRAM-SHA-1", "PLAIN"], &Channel::tls()).expect("one of them");
    for same in [&["SCRAM-SHA-1", "PLAIN"][..], &["SCRAM-SHA-1"], &["SCRAM-SHA-1", "LOGIN"], &["X-UNKNOWN"]] {
        negotiator.verify_offer(same, &Channel::tls()).expect("nothing stronger");
    }
    broke(
        negotiator.verify_offer(["SCRAM-SHA-1", "SCRAM-SHA-256"], &Channel::tls()),
        r::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES,
    );
    // What could not have been used was not missed.
    negotiator.verify_offer(["SCRAM-SHA-256-PLUS"], &Channel::tls()).expect("no binding data");
    broke(
        negotiator.verify_offer(["SCRAM-SHA-256-PLUS"], &tls()),
        r::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES,
    );
}
