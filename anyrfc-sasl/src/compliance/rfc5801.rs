//! RFC 5801: GS2-KRB5.

use anyrfc_core::{Tolerance, compliance::Check};

use super::{
    gss::{FIRST_TOKEN, Library},
    support::{bound, broke, first, negotiator, pencil, tls},
};
use crate::{
    Binding, BindingType, Channel, Credentials, Error, ErrorKind, Exchange, Gs2Krb5, GssFlags,
    Mechanism as _, MechanismName, Negotiator, Policy, Reason, Service, Step, rfc5801 as r,
};

pub(super) static GROUPS: &[&[Check]] = &[CHECKS];

static CHECKS: &[Check] = &[
    Check {
        name: "rfc5801/section-3/no-mechanism-without-a-name",
        covers: &[r::NO_MECHANISM_WITHOUT_A_NAME],
        run: no_mechanism_without_a_name,
    },
    Check {
        name: "rfc5801/section-4/the-first-message",
        covers: &[r::TOKEN_HEADER_IS_REMOVED, r::MISSING_HEADER_IS_FLAGGED, r::GS2_HEADER_IS_PREFIXED],
        run: the_first_message,
    },
    Check {
        name: "rfc5801/section-4/escapes",
        covers: &[r::COMMA_IS_ESCAPED, r::EQUALS_SIGN_IS_ESCAPED],
        run: escapes,
    },
    Check {
        name: "rfc5801/section-5/the-flag",
        covers: &[
            r::NO_N_WHEN_BINDING_IS_POSSIBLE,
            r::P_WHEN_PLUS_IS_OFFERED,
            r::N_WITHOUT_BINDING,
            r::P_WHEN_BINDING_IS_REQUIRED,
        ],
        run: the_flag,
    },
    Check {
        name: "rfc5801/section-5.1/what-the-context-is-bound-to",
        covers: &[r::BINDING_DATA_START_WITH_THE_HEADER],
        run: what_the_context_is_bound_to,
    },
    Check {
        name: "rfc5801/section-5.2/the-innermost-channel",
        covers: &[r::INNERMOST_CHANNEL_IS_BOUND],
        run: the_innermost_channel,
    },
    Check {
        name: "rfc5801/section-7/what-must-not-succeed",
        covers: &[r::CONDITIONS_OF_FAILURE],
        run: what_must_not_succeed,
    },
    Check {
        name: "rfc5801/section-8/flags",
        covers: &[r::NO_PER_MESSAGE_FLAGS, r::MUTUAL_IS_REQUESTED],
        run: flags,
    },
    Check {
        name: "rfc5801/section-8/mutual-or-nothing",
        covers: &[r::MUTUAL_IS_CHECKED, r::NOT_MUTUAL_FAILS],
        run: mutual_or_nothing,
    },
    Check {
        name: "rfc5801/section-13.3/gssapi-for-layers-and-gs2-for-bindings",
        covers: &[r::LAYERS_NEED_GSSAPI, r::BINDING_PREFERS_GS2, r::BINDING_IS_RECOMMENDED],
        run: gssapi_for_layers_and_gs2_for_bindings,
    },
    Check {
        name: "rfc5801/section-14.3/spnego-is-never-chosen",
        covers: &[
            r::NO_NEGOTIATING_MECHANISM,
            r::NO_SPNEGO_IN_GS2,
            r::SPNEGO_IS_NEVER_CHOSEN,
            r::SPNEGO_NAMES_ARE_NOT_USED,
        ],
        run: spnego_is_never_chosen,
    },
    Check { name: "rfc5801/section-15/names", covers: &[r::KERBEROS_NAMES], run: names },
    Check {
        name: "rfc5801/section-16/the-host-as-the-user-named-it",
        covers: &[r::HOST_IS_NOT_CANONICALIZED],
        run: the_host_as_the_user_named_it,
    },
];

const SERVER: &[u8] = b"token of the server";

fn gs2(library: &Library, identity: Option<&str>, binding: &Binding) -> Result<Gs2Krb5, Error> {
    Gs2Krb5::new(library.boxed(), identity.map(str::to_owned), binding, Tolerance::Strict)
}

/// The first message of a login.
fn opening(library: &Library, identity: Option<&str>, binding: &Binding) -> Vec<u8> {
    first(&mut Exchange::new(gs2(library, identity, binding).expect("a ticket")))
}

/// What chooses for somebody with a ticket.
fn with_ticket(policy: Policy, library: &Library) -> Negotiator {
    let library = library.clone();
    negotiator(Credentials::default(), policy.kerberos()).contexts(move |_| Ok(library.boxed()))
}

/// The header that a chosen exchange begins with.
fn header(exchange: Result<Exchange, Error>) -> String {
    let message = first(&mut exchange.expect("a mechanism that can be used"));
    let end = message.len() - FIRST_TOKEN.len();
    assert_eq!(&message[end..], FIRST_TOKEN);
    String::from_utf8(message[..end].to_vec()).expect("UTF-8")
}

/// A name that was computed from an identifier is not guessed back: SPKM's, and Kerberos's own.
fn no_mechanism_without_a_name() {
    for name in ["GS2-DT4PIK22T6A", "GS2-QLJHGJLWNPL", "GS2-QLJHGJLWNPL-PLUS", "GS2-AAAAAAAAAAA"] {
        let begun = with_ticket(Policy::default(), &Library::new()).begin([name], &tls());
        assert_eq!(begun.expect_err(name).refusals()[0].reason, Reason::Unknown, "{name}");
    }
    with_ticket(Policy::default(), &Library::new()).begin(["GS2-KRB5"], &tls()).expect("this one has a name");
}

fn the_first_message() {
    let library = Library::new();
    let message = opening(&library, None, &Binding::Unsupported);
    assert_eq!(message, [b"n,,", FIRST_TOKEN].concat(), "the token header is gone");
    let message = opening(&library, Some("boss"), &Binding::NotOffered);
    assert_eq!(message, [b"y,a=boss,", FIRST_TOKEN].concat());
    let mut bare = Library::new();
    bare.header = false;
    let message = opening(&bare, None, &Binding::Unsupported);
    assert_eq!(message, [b"F,n,,", FIRST_TOKEN].concat(), "there was none");
    // After it tokens travel as they are.
    let mut longer = Library::new();
    longer.tokens = 3;
    let mut exchange = Exchange::new(gs2(&longer, None, &Binding::Unsupported).expect("a ticket"));
    first(&mut exchange);
    assert_eq!(exchange.step_blocking(SERVER).expect("a token").expose(), b"another token");
    assert!(matches!(exchange.step(SERVER), Ok(Step::Done)));
    exchange.succeed(None).expect("established");
}

fn escapes() {
    for (identity, sent) in [("a,b", "a=2Cb"), ("a=b", "a=3Db"), ("=2C", "=3D2C"), (",=,", "=2C=3D=2C")] {
        let message = opening(&Library::new(), Some(identity), &Binding::Unsupported);
        assert!(message.starts_with(format!("n,a={sent},").as_bytes()), "{identity}");
    }
    for wrong in ["", "\0", "a\0b"] {
        assert!(gs2(&Library::new(), Some(wrong), &Binding::Unsupported).is_err(), "{wrong:?}");
    }
}

fn the_flag() {
    let library = Library::new();
    let begin = |policy: Policy, offered: &[&str], channel: &Channel| {
        with_ticket(policy, &library).begin(offered, channel)
    };
    let both = &["GS2-KRB5", "GS2-KRB5-PLUS"];
    // Binding data at hand: p where it is offered, and y where it is not; never n.
    assert_eq!(header(begin(Policy::default(), both, &tls())), "p=tls-exporter,,");
    assert_eq!(header(begin(Policy::default(), &["GS2-KRB5"], &tls())), "y,,");
    // None at hand: n, whatever is offered.
    for offered in [&both[..], &["GS2-KRB5"]] {
        assert_eq!(header(begin(Policy::default(), offered, &Channel::tls())), "n,,");
    }
    // Required: p or nothing.
    let required = || Policy::default().require_channel_binding();
    assert_eq!(header(begin(required(), both, &tls())), "p=tls-exporter,,");
    assert!(begin(required(), &["GS2-KRB5"], &tls()).is_err());
    assert!(begin(required(), both, &Channel::tls()).is_err());
    // With -PLUS offered the other one is not to be had.
    let only = Policy::default().only([MechanismName::GS2_KRB5]);
    let error = begin(only, both, &tls()).expect_err("both sides can bind");
    let reasons: Vec<_> = error.refusals().iter().map(|refusal| refusal.reason).collect();
    assert!(reasons.contains(&Reason::BindingOffered), "{reasons:?}");
}

fn what_the_context_is_bound_to() {
    for (binding, identity, data) in [
        (Binding::Unsupported, None, &b"n,,"[..]),
        (Binding::NotOffered, Some("boss"), b"y,a=boss,"),
        (bound(BindingType::TlsExporter, b"EXPORTED"), None, b"p=tls-exporter,,EXPORTED"),
        (
            bound(BindingType::TlsServerEndPoint, b"\x01\x02"),
            Some("b"),
            b"p=tls-server-end-point,a=b,\x01\x02",
        ),
    ] {
        for has_header in [true, false] {
            let mut library = Library::new();
            library.header = has_header;
            let mut exchange = Exchange::new(gs2(&library, identity, &binding).expect("a ticket"));
            first(&mut exchange);
            let _done = exchange.step(SERVER).expect("the server's token");
            // In every call, and without the flag F.
            assert_eq!(library.log().bindings, vec![Some(data.to_vec()); 2]);
        }
    }
    assert!(gs2(&Library::new(), None, &bound(BindingType::TlsExporter, b"")).is_err());
}

fn the_innermost_channel() {
    let both = tls().with_binding(BindingType::TlsServerEndPoint, [1; 32]);
    let offered = ["GS2-KRB5-PLUS"];
    let begun = with_ticket(Policy::default(), &Library::new()).begin(offered, &both);
    assert_eq!(header(begun), "p=tls-exporter,,");
    let outer = Channel::tls().with_binding(BindingType::TlsServerEndPoint, [1; 32]);
    let begun = with_ticket(Policy::default(), &Library::new()).begin(offered, &outer);
    assert_eq!(header(begun), "p=tls-server-end-point,,");
}

fn what_must_not_succeed() {
    let begun = || {
        let mut exchange =
            Exchange::new(gs2(&Library::new(), None, &Binding::Unsupported).expect("a ticket"));
        first(&mut exchange);
        exchange
    };
    // The library refuses the server's token, before success or with it.
    let mut exchange = begun();
    assert!(exchange.step(b"another server's token").is_err());
    assert!(exchange.succeed(None).is_err());
    assert!(begun().succeed(Some(b"another server's token")).is_err());
    // The server says that it is done before the context is.
    assert!(begun().succeed(None).is_err());
    let mut longer = Library::new();
    longer.tokens = 3;
    let mut exchange = Exchange::new(gs2(&longer, None, &Binding::Unsupported).expect("a ticket"));
    first(&mut exchange);
    assert!(exchange.succeed(Some(SERVER)).is_err());
    // A binding is required and none is offered.
    let required = Policy::default().require_channel_binding();
    assert!(with_ticket(required, &Library::new()).begin(["GS2-KRB5"], &tls()).is_err());
    // Otherwise it does succeed, in either way.
    assert!(begun().succeed(Some(SERVER)).expect("established").mutual);
    let mut exchange = begun();
    let _done = exchange.step(SERVER).expect("the server's token");
    assert!(exchange.succeed(None).expect("established").mutual);
}

fn flags() {
    let library = Library::new();
    let mut exchange = Exchange::new(gs2(&library, None, &Binding::Unsupported).expect("a ticket"));
    first(&mut exchange);
    let _done = exchange.step(SERVER).expect("the server's token");
    for asked in &library.log().asked {
        assert!(asked.mutual);
        assert!(!asked.integrity && !asked.confidentiality && !asked.sequence);
    }
    assert_eq!(library.log().asked.len(), 2);
}

fn mutual_or_nothing() {
    let mut one_sided = GssFlags::ALL;
    one_sided.mutual = false;
    for with_success in [false, true] {
        let library = Library::with(one_sided);
        let mut exchange = Exchange::new(gs2(&library, None, &Binding::Unsupported).expect("a ticket"));
        first(&mut exchange);
        let error = if with_success {
            exchange.succeed(Some(SERVER)).expect_err("not mutual")
        } else {
            exchange.step(SERVER).expect_err("not mutual")
        };
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Auth, Some(r::NOT_MUTUAL_FAILS)));
    }
    // A context that is through before the server has said a word.
    let mut alone = Library::with(one_sided);
    alone.tokens = 1;
    broke(gs2(&alone, None, &Binding::Unsupported), r::NOT_MUTUAL_FAILS);
}

fn gssapi_for_layers_and_gs2_for_bindings() {
    let all = ["GSSAPI", "GS2-KRB5", "GS2-KRB5-PLUS"];
    let chosen = |policy: Policy, offered: &[&str], channel: &Channel| {
        let begun = with_ticket(policy, &Library::new()).begin(offered, channel);
        begun.map(|exchange| exchange.name())
    };
    // A channel that can be bound to is bound to.
    assert_eq!(chosen(Policy::default(), &all, &tls()).expect("bound"), MechanismName::GS2_KRB5_PLUS);
    // GSSAPI cannot bind: GS2 is preferred even where this server can do no better.
    assert_eq!(chosen(Policy::default(), &all[..2], &tls()).expect("unbound"), MechanismName::GS2_KRB5);
    // A layer takes GSSAPI, and nothing else will do.
    let layered = || Policy::default().require_security_layer();
    let plaintext = Channel::plaintext();
    assert_eq!(chosen(layered(), &all, &plaintext).expect("a layer"), MechanismName::GSSAPI);
    assert!(chosen(layered(), &all[1..], &plaintext).is_err());
    let library = Library::new();
    with_ticket(layered(), &library).begin(all, &plaintext).expect("a layer");
    assert_eq!(library.log().asked, [GssFlags::ALL]);
    // Under TLS there is none, whatever the policy.
    let library = Library::new();
    with_ticket(layered(), &library).begin(["GSSAPI"], &tls()).expect("TLS");
    assert!(!library.log().asked[0].confidentiality);
}

/// Under no policy, and though it is all that there is.
fn spnego_is_never_chosen() {
    let policies = [
        Policy::default(),
        Policy::default().require_security_layer(),
        Policy::default().only(["SPNEGO", "SPNEGO-PLUS"].map(|name| name.parse().expect("a name"))),
    ];
    for policy in policies {
        for name in ["SPNEGO", "SPNEGO-PLUS", "GS2-SPNEGO", "GSS-SPNEGO"] {
            for channel in [Channel::plaintext(), Channel::tls(), tls()] {
                let mut with_ticket = with_ticket(policy.clone(), &Library::new());
                let error = with_ticket.begin([name], &channel).expect_err(name);
                assert_eq!(error.refusals()[0].reason, Reason::Unknown, "{name}");
            }
        }
    }
    let both = ["SPNEGO", "SCRAM-SHA-1"];
    let exchange = negotiator(pencil(), Policy::default()).begin(both, &Channel::tls()).expect("the other");
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_1);
}

fn names() {
    let unbound = gs2(&Library::new(), None, &Binding::Unsupported).expect("a ticket");
    assert_eq!(unbound.name().as_str(), "GS2-KRB5");
    let bound = gs2(&Library::new(), None, &bound(BindingType::TlsExporter, b"x")).expect("a ticket");
    assert_eq!(bound.name().as_str(), "GS2-KRB5-PLUS");
    for name in ["GS2-KRB5", "GS2-KRB5-PLUS"] {
        let exchange = with_ticket(Policy::default(), &Library::new()).begin([name], &tls()).expect(name);
        assert_eq!(exchange.name().as_str(), name);
    }
}

/// What the context is made for is what the user wrote; no name service is in between.
fn the_host_as_the_user_named_it() {
    for host in ["mail.example", "MAIL.example.", "192.0.2.1", "alias"] {
        let service = Service::new("imap", host).port(143);
        let wanted = service.clone();
        let policy = Policy::default().kerberos();
        let mut negotiator =
            Negotiator::new(Credentials::default(), service, policy, [1; 32]).contexts(move |service| {
                if *service == wanted { Ok(Library::new().boxed()) } else { Err(Error::usage("another")) }
            });
        let exchange = negotiator.begin(["GS2-KRB5"], &Channel::tls()).expect("for this very host");
        assert_eq!(exchange.name(), MechanismName::GS2_KRB5);
    }
}
