//! What is chosen, and why the rest is not.

use super::*;
use crate::{Mechanism, Preparation, Secret, State, Step, rfc2831, rfc4752};

const ALL: [&str; 15] = [
    "EXTERNAL",
    "SCRAM-SHA-512-PLUS",
    "SCRAM-SHA-384-PLUS",
    "SCRAM-SHA-256-PLUS",
    "SCRAM-SHA-1-PLUS",
    "OAUTHBEARER",
    "XOAUTH2",
    "SCRAM-SHA-512",
    "SCRAM-SHA-384",
    "SCRAM-SHA-256",
    "SCRAM-SHA-1",
    "DIGEST-MD5",
    "CRAM-MD5",
    "PLAIN",
    "LOGIN",
];

fn everything() -> Credentials {
    let mut credentials = Credentials::password("user", "pencil");
    credentials.token = Some("token".into());
    credentials.client_certificate = true;
    credentials
}

fn password() -> Credentials {
    Credentials::password("user", "pencil")
}

fn negotiator(credentials: Credentials, policy: Policy) -> Negotiator {
    Negotiator::new(credentials, Service::new("imap", "mail.example"), policy, [7; 32])
}

fn bound() -> Channel {
    Channel::tls()
        .with_binding(BindingType::TlsExporter, [1; 32])
        .with_binding(BindingType::TlsServerEndPoint, [2; 32])
}

fn first(exchange: &mut Exchange) -> String {
    String::from_utf8(exchange.first().unwrap().unwrap().expose().clone()).unwrap()
}

#[track_caller]
fn reasons(negotiator: &mut Negotiator, offered: &[&str], channel: &Channel) -> Vec<Reason> {
    let error = negotiator.begin(offered, channel).unwrap_err();
    error.refusals().iter().map(|refusal| refusal.reason).collect()
}

#[test]
fn the_order_is_that_of_the_table() {
    let policy = Policy::default().allow(MechanismName::DIGEST_MD5).allow(MechanismName::CRAM_MD5);
    // Whatever the server's order, the best one that is left is taken.
    for offered in [ALL.to_vec(), ALL.into_iter().rev().collect()] {
        for at in 0..ALL.len() {
            let left: Vec<&str> = offered.iter().copied().filter(|name| ALL[at..].contains(name)).collect();
            let exchange = negotiator(everything(), policy.clone()).begin(left, &bound()).unwrap();
            assert_eq!(exchange.name().as_str(), ALL[at]);
        }
    }
}

#[test]
fn what_the_credentials_are_good_for() {
    let chosen =
        |credentials: Credentials| negotiator(credentials, Policy::default()).begin(ALL, &Channel::tls());
    assert_eq!(chosen(password()).unwrap().name(), MechanismName::SCRAM_SHA_512);
    assert_eq!(chosen(Credentials::bearer("token")).unwrap().name(), MechanismName::OAUTHBEARER);
    let offered = |credentials: Credentials| {
        negotiator(credentials, Policy::default()).begin(["XOAUTH2"], &Channel::tls()).is_ok()
    };
    assert!(!offered(Credentials::bearer("token")), "XOAUTH2 has to name somebody");
    assert!(offered(Credentials::bearer("token").authorize_as("user")));
    let error = chosen(Credentials::default()).unwrap_err();
    assert_eq!((error.kind(), error.fault()), (ErrorKind::Unsupported, Fault::Policy));
    assert!(error.refusals().iter().all(|refusal| refusal.reason == Reason::Credentials));
    assert_eq!(error.refusals().len(), ALL.len());
    assert!(error.to_string().starts_with("no mechanism can be used: EXTERNAL takes other credentials; "));
    assert!(error.to_string().ends_with("; and so on"));
    // Eight are told, and that there are more only where there are.
    for (count, more) in [(8, false), (9, true)] {
        let told =
            negotiator(Credentials::default(), Policy::default()).begin(&ALL[..count], &Channel::tls());
        let told = told.unwrap_err().to_string();
        assert_eq!(
            (told.matches("takes other credentials").count(), told.ends_with("; and so on")),
            (8, more)
        );
    }
    // A certificate proves nothing where there is no TLS.
    let mut certificate = Credentials::default();
    certificate.client_certificate = true;
    assert_eq!(
        reasons(&mut negotiator(certificate, Policy::default()), &["EXTERNAL"], &Channel::plaintext()),
        [Reason::Credentials]
    );
}

#[test]
fn a_ticket_is_used_only_where_the_policy_says_so() {
    let mut negotiator = negotiator(everything(), Policy::default());
    assert_eq!(reasons(&mut negotiator, &["GSSAPI", "GS2-KRB5"], &Channel::tls()), [Reason::Credentials; 2]);
}

#[test]
fn half_of_what_it_takes_is_not_enough() {
    let half = |user: Option<&str>, password: Option<&str>| {
        let mut credentials = Credentials::default();
        credentials.user = user.map(Into::into);
        credentials.password = password.map(Into::into);
        credentials
    };
    for credentials in [half(Some("user"), None), half(None, Some("pencil"))] {
        let offered = ["SCRAM-SHA-256", "PLAIN", "LOGIN"];
        let mut negotiator = negotiator(credentials, Policy::default());
        assert_eq!(reasons(&mut negotiator, &offered, &Channel::tls()), [Reason::Credentials; 3]);
    }
    // Whom to act as is enough of a name for a token.
    let named = |name: &str| {
        let mut credentials = Credentials::bearer("token");
        credentials.user = Some(name.into());
        credentials
    };
    assert!(negotiator(named("user"), Policy::default()).begin(["XOAUTH2"], &Channel::tls()).is_ok());
    // Somebody in particular is not nobody, whatever there is of them.
    for credentials in [half(None, Some("pencil")), Credentials::bearer("token")] {
        let mut anonymous = negotiator(credentials, Policy::default().anonymous(""));
        assert_eq!(reasons(&mut anonymous, &["ANONYMOUS"], &Channel::tls()), [Reason::Credentials]);
    }
}

#[test]
fn secrets_travel_only_where_nobody_reads() {
    let revealing = ["PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"];
    for name in revealing {
        let mut plain = negotiator(everything(), Policy::default());
        assert_eq!(reasons(&mut plain, &[name], &Channel::plaintext()), [Reason::Reveals]);
        assert_eq!(plain.begin([name], &Channel::tls()).unwrap().name().as_str(), name);
        let policy = Policy::default().danger_reveal_in_plaintext(name.parse().unwrap());
        let mut excepted = negotiator(everything(), policy);
        assert_eq!(excepted.begin(revealing, &Channel::plaintext()).unwrap().name().as_str(), name);
    }
    let mut scram = negotiator(everything(), Policy::default());
    let exchange = scram.begin(ALL, &Channel::plaintext()).unwrap();
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_512);
}

#[test]
fn md5_has_to_be_named() {
    for name in ["CRAM-MD5", "DIGEST-MD5"] {
        assert_eq!(
            reasons(&mut negotiator(password(), Policy::default()), &[name], &bound()),
            [Reason::NotNamed]
        );
        let mechanism: MechanismName = name.parse().unwrap();
        for policy in [Policy::default().allow(mechanism), Policy::default().only([mechanism])] {
            assert_eq!(negotiator(password(), policy).begin([name], &bound()).unwrap().name(), mechanism);
        }
    }
    let only = Policy::default().only([MechanismName::PLAIN]);
    assert_eq!(
        reasons(&mut negotiator(password(), only), &["SCRAM-SHA-256"], &bound()),
        [Reason::NotAmongThose]
    );
}

#[test]
fn after_a_failure_nothing_reveals() {
    let mut negotiator = negotiator(everything(), Policy::default());
    negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).unwrap();
    assert_eq!(negotiator.failed(&Error::new(ErrorKind::Refused, "no resources")), Next::Again);
    let offered = ["SCRAM-SHA-256", "PLAIN", "LOGIN", "OAUTHBEARER", "XOAUTH2"];
    let reasons = reasons(&mut negotiator, &offered, &Channel::tls());
    assert_eq!(reasons[0], Reason::Failed);
    assert_eq!(reasons[1..], [Reason::RevealsAfterFailure; 4]);
    // Others may still be tried, and even new credentials change nothing.
    assert_eq!(
        negotiator.begin(["SCRAM-SHA-1"], &Channel::tls()).unwrap().name(),
        MechanismName::SCRAM_SHA_1
    );
    negotiator.renew(password());
    assert!(negotiator.begin(["PLAIN"], &Channel::tls()).is_err());
}

#[test]
fn an_attempt_that_was_cut_off_has_failed() {
    // Nothing was heard of the first one: somebody cut the connection and offers less on the next.
    let mut cut = negotiator(everything(), Policy::default());
    cut.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).unwrap();
    assert_eq!(
        reasons(&mut cut, &["PLAIN", "OAUTHBEARER"], &Channel::tls()),
        [Reason::RevealsAfterFailure; 2]
    );
    // The same once more is what was wanted anyway.
    assert!(cut.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).is_ok());
    // What reveals has nothing to fall to.
    let mut cut = negotiator(password(), Policy::default());
    cut.begin(["PLAIN"], &Channel::tls()).unwrap();
    assert_eq!(cut.begin(["PLAIN"], &Channel::tls()).unwrap().name(), MechanismName::PLAIN);
}

#[test]
fn what_the_server_lacks_leaves_other_mechanisms() {
    // Neither is a breach by the server, though each names a statement.
    for error in [
        Error::new(ErrorKind::Unsupported, "no layer").with_requirement(rfc4752::OFFER_HOLDS_THE_CHOICE),
        Error::unfit(rfc2831::LATIN_1_WITHOUT_CHARSET, "not in ISO 8859-1"),
    ] {
        let mut negotiator = negotiator(password(), Policy::default());
        negotiator.begin(["SCRAM-SHA-256"], &Channel::tls()).unwrap();
        assert_eq!(negotiator.failed(&error), Next::Again, "{error}");
        assert!(negotiator.begin(["SCRAM-SHA-1"], &Channel::tls()).is_ok());
    }
    // A server that owes a proof is not asked again.
    let mut negotiator = negotiator(password(), Policy::default());
    negotiator.begin(["SCRAM-SHA-256"], &Channel::tls()).unwrap();
    assert_eq!(negotiator.failed(&Error::not_proved(crate::error::Breach::ScramNoSignature)), Next::GiveUp);
}

#[test]
fn a_token_may_be_renewed() {
    let mut negotiator = negotiator(Credentials::bearer("old"), Policy::default());
    let mut exchange = negotiator.begin(["OAUTHBEARER"], &Channel::tls()).unwrap();
    exchange.first().unwrap();
    assert_eq!(negotiator.failed(&exchange.refused()), Next::Credentials { reconnect: false });
    assert_eq!(
        reasons(&mut negotiator, &["OAUTHBEARER", "XOAUTH2"], &Channel::tls()),
        [Reason::Failed, Reason::Credentials]
    );
    negotiator.renew(Credentials::bearer("new"));
    let mut exchange = negotiator.begin(["OAUTHBEARER"], &Channel::tls()).unwrap();
    assert!(first(&mut exchange).contains("Bearer new"));
}

#[test]
fn the_flag_says_what_was_seen() {
    let flag = |offered: &[&str], channel: &Channel, policy: Policy| {
        let mut exchange = negotiator(password(), policy).begin(offered, channel).unwrap();
        let message = first(&mut exchange);
        message.split(',').next().unwrap().to_owned()
    };
    let (tls, both) = (Channel::tls(), ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"]);
    let default = Policy::default;
    assert_eq!(flag(&both, &bound(), default()), "p=tls-exporter");
    assert_eq!(flag(&["SCRAM-SHA-256"], &bound(), default()), "y");
    assert_eq!(flag(&["SCRAM-SHA-256"], &tls, default()), "n");
    assert_eq!(flag(&both, &tls, default()), "n");
    assert_eq!(flag(&both, &Channel::plaintext(), default()), "n");
    assert_eq!(flag(&both, &bound(), default().danger_without_channel_binding()), "n");
    let end_point = Channel::tls().with_binding(BindingType::TlsServerEndPoint, [2; 32]);
    assert_eq!(flag(&both, &end_point, default()), "p=tls-server-end-point");
    // Another family's binding says nothing of this one.
    assert_eq!(flag(&["SCRAM-SHA-256", "GS2-KRB5-PLUS"], &bound(), default()), "y");
}

#[test]
fn where_both_can_bind_nothing_else_is_used() {
    // The bound variant of a weaker hash says that the server can bind.
    let offered = ["SCRAM-SHA-512", "SCRAM-SHA-1-PLUS"];
    let exchange = negotiator(password(), Policy::default()).begin(offered, &bound()).unwrap();
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_1_PLUS);
    let mut only = negotiator(password(), Policy::default().only([MechanismName::SCRAM_SHA_512]));
    assert_eq!(reasons(&mut only, &offered, &bound()), [Reason::BindingOffered, Reason::NotAmongThose]);
    let mut unbound = negotiator(password(), Policy::default());
    assert_eq!(reasons(&mut unbound, &["SCRAM-SHA-1-PLUS"], &Channel::tls()), [Reason::NoBinding(None)]);
}

#[test]
fn binding_may_be_required() {
    let policy = || Policy::default().require_channel_binding();
    let mut required = negotiator(everything(), policy());
    let offered = ["SCRAM-SHA-256", "PLAIN", "OAUTHBEARER"];
    assert_eq!(reasons(&mut required, &offered, &bound()), [Reason::Unbound; 3]);
    for name in ["SCRAM-SHA-256-PLUS", "EXTERNAL"] {
        assert_eq!(negotiator(everything(), policy()).begin([name], &bound()).unwrap().name().as_str(), name);
    }
}

#[test]
fn another_binding_on_another_connection_and_never_none() {
    let refused = |exchange: &mut Exchange| {
        exchange.first().unwrap();
        exchange.step(b"e=unsupported-channel-binding-type").unwrap_err()
    };
    let offered = ["SCRAM-SHA-256", "SCRAM-SHA-256-PLUS", "PLAIN"];
    let mut negotiator = negotiator(password(), Policy::default());
    let mut exchange = negotiator.begin(offered, &bound()).unwrap();
    assert_eq!(negotiator.failed(&refused(&mut exchange)), Next::Reconnect);
    // Not on this one.
    assert_eq!(
        reasons(&mut negotiator, &offered, &bound()),
        [Reason::BindingOffered, Reason::BindingSpent, Reason::RevealsAfterFailure]
    );

    let next = Channel::tls()
        .with_binding(BindingType::TlsExporter, [9; 32])
        .with_binding(BindingType::TlsServerEndPoint, [2; 32]);
    let mut exchange = negotiator.begin(offered, &next).unwrap();
    assert!(first(&mut exchange).starts_with("p=tls-server-end-point,,"));
    let error = exchange.step(b"e=unsupported-channel-binding-type").unwrap_err();
    assert_eq!(negotiator.failed(&error), Next::Reconnect);
    assert_eq!(
        reasons(&mut negotiator, &offered, &next),
        [
            Reason::BindingOffered,
            Reason::NoBinding(Some(BindingType::TlsServerEndPoint)),
            Reason::RevealsAfterFailure,
        ]
    );
}

#[test]
fn an_exporter_is_bound_to_once() {
    let channel = Channel::tls().with_binding(BindingType::TlsExporter, [1; 32]);
    let offered = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"];
    let mut negotiator = negotiator(password(), Policy::default());
    negotiator.begin(offered, &channel).unwrap();
    assert_eq!(negotiator.failed(&Error::new(ErrorKind::Refused, "no")), Next::Reconnect);
    assert_eq!(reasons(&mut negotiator, &offered, &channel), [Reason::Failed, Reason::BindingSpent]);
    let next = Channel::tls().with_binding(BindingType::TlsExporter, [2; 32]);
    assert_eq!(negotiator.begin(offered, &next).unwrap().name(), MechanismName::SCRAM_SHA_1_PLUS);
    assert_eq!(negotiator.failed(&Error::auth("no")), Next::Credentials { reconnect: true });
}

#[test]
fn where_somebody_stands_between_it_is_over() {
    for message in
        ["e=channel-bindings-dont-match", "e=server-does-support-channel-binding", "r=other,s=QQ==,i=4096"]
    {
        let mut negotiator = negotiator(password(), Policy::default());
        let mut exchange = negotiator.begin(["SCRAM-SHA-256-PLUS", "SCRAM-SHA-1-PLUS"], &bound()).unwrap();
        exchange.first().unwrap();
        let error = exchange.step(message.as_bytes()).unwrap_err();
        assert_eq!(negotiator.failed(&error), Next::GiveUp, "{message}");
        let again = negotiator.begin(ALL, &bound()).unwrap_err();
        assert_eq!(again.to_string(), error.to_string());
    }
    // Nothing was begun.
    assert_eq!(negotiator(password(), Policy::default()).failed(&Error::auth("no")), Next::GiveUp);
}

#[test]
fn a_lost_connection_is_no_refusal() {
    let mut negotiator = negotiator(password(), Policy::default());
    for kind in [ErrorKind::Io, ErrorKind::Timeout, ErrorKind::Tls, ErrorKind::Closed] {
        let exchange = negotiator.begin(["SCRAM-SHA-256", "PLAIN"], &Channel::tls()).unwrap();
        assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_256);
        assert_eq!(negotiator.failed(&Error::new(kind, "cut")), Next::Reconnect);
    }
    // Whoever cuts connections does not get the password for it.
    assert_eq!(reasons(&mut negotiator, &["PLAIN"], &Channel::tls()), [Reason::RevealsAfterFailure]);
}

#[test]
fn what_cannot_be_sent_leaves_other_mechanisms() {
    let policy = Policy::default().allow(MechanismName::DIGEST_MD5);
    let mut negotiator = negotiator(Credentials::password("漢", "pencil"), policy);
    let mut exchange = negotiator.begin(["DIGEST-MD5"], &Channel::tls()).unwrap();
    let error = exchange.step(b"nonce=n,algorithm=md5-sess").unwrap_err();
    assert_eq!((error.kind(), error.requirement().is_some()), (ErrorKind::Usage, true));
    assert_eq!(negotiator.failed(&error), Next::Again);
}

#[test]
fn too_many_iterations_leave_other_mechanisms() {
    let mut negotiator = negotiator(password(), Policy::default().iterations(4096..=5000));
    let mut exchange = negotiator.begin(["SCRAM-SHA-256", "SCRAM-SHA-1"], &Channel::tls()).unwrap();
    let message = first(&mut exchange);
    let challenge = format!("r={}x,s=QQ==,i=5001", message.split("r=").nth(1).unwrap());
    assert_eq!(negotiator.failed(&exchange.step(challenge.as_bytes()).unwrap_err()), Next::Again);
    let exchange = negotiator.begin(["SCRAM-SHA-256", "SCRAM-SHA-1"], &Channel::tls()).unwrap();
    assert_eq!(exchange.name(), MechanismName::SCRAM_SHA_1);
}

#[test]
fn a_pin_refuses_what_is_weaker() {
    let pin = Pin::new(MechanismName::SCRAM_SHA_256, Some(10_000));
    let pinned = || negotiator(everything(), Policy::default().pin(pin));
    let weaker = ["SCRAM-SHA-1", "PLAIN", "LOGIN"];
    assert_eq!(reasons(&mut pinned(), &weaker, &Channel::tls()), [Reason::WeakerThanPinned; 3]);
    for stronger in ["SCRAM-SHA-256", "SCRAM-SHA-512", "OAUTHBEARER", "EXTERNAL"] {
        assert_eq!(pinned().begin([stronger], &Channel::tls()).unwrap().name().as_str(), stronger);
    }
    // A bound login pinned keeps unbound ones out.
    let bound_pin = Pin::new(MechanismName::SCRAM_SHA_1_PLUS, Some(4096));
    let mut pinned = negotiator(password(), Policy::default().pin(bound_pin));
    assert_eq!(reasons(&mut pinned, &["SCRAM-SHA-512"], &bound()), [Reason::WeakerThanPinned]);
}

#[test]
fn a_pin_refuses_fewer_iterations() {
    let pin = Pin::new(MechanismName::SCRAM_SHA_256, Some(10_000));
    let step = |name: &str, iterations: u32| {
        let mut negotiator = negotiator(password(), Policy::default().pin(pin));
        let mut exchange = negotiator.begin([name], &Channel::tls()).unwrap();
        let nonce = first(&mut exchange).split("r=").nth(1).unwrap().to_owned();
        exchange.step(format!("r={nonce}x,s=QQ==,i={iterations}").as_bytes()).map(drop)
    };
    assert_eq!(step("SCRAM-SHA-256", 9999).unwrap_err().fault(), Fault::Policy);
    assert!(step("SCRAM-SHA-256", 10_000).is_ok());
    // Nor where somebody offers a hash that the account has not seen.
    assert_eq!(step("SCRAM-SHA-512", 9999).unwrap_err().fault(), Fault::Policy);
    assert!(step("SCRAM-SHA-512", 10_000).is_ok());
}

#[test]
fn what_to_pin() {
    let pin = |before: Option<(MechanismName, u32)>, mechanism, iterations| {
        let before = before.map(|(mechanism, iterations)| Pin::new(mechanism, Some(iterations)));
        let policy = Policy { pin: before, ..Policy::default() };
        let mut established = Established::new(mechanism);
        established.iterations = iterations;
        let pin = negotiator(password(), policy).succeeded(&established);
        (pin.mechanism, pin.iterations)
    };
    use MechanismName as M;
    assert_eq!(pin(None, M::PLAIN, None), (M::PLAIN, None));
    assert_eq!(
        pin(Some((M::SCRAM_SHA_1, 9000)), M::SCRAM_SHA_256, Some(4096)),
        (M::SCRAM_SHA_256, Some(9000))
    );
    assert_eq!(
        pin(Some((M::SCRAM_SHA_256, 9000)), M::SCRAM_SHA_1, Some(9999)),
        (M::SCRAM_SHA_256, Some(9999))
    );
    // What was seen of the hash is not forgotten for a login without one.
    assert_eq!(pin(Some((M::SCRAM_SHA_256, 9000)), M::OAUTHBEARER, None), (M::OAUTHBEARER, Some(9000)));
    assert_eq!(
        pin(Some((M::SCRAM_SHA_256, 9000)), M::SCRAM_SHA_256, Some(10_000)),
        (M::SCRAM_SHA_256, Some(10_000))
    );
    assert_eq!(
        pin(Some((M::SCRAM_SHA_256_PLUS, 9000)), M::SCRAM_SHA_256, Some(4096)),
        (M::SCRAM_SHA_256_PLUS, Some(9000))
    );
}

#[test]
fn lists_of_every_kind() {
    let mut negotiator = negotiator(password(), Policy::default());
    let names: Vec<String> = (0..10_000).map(|n| format!("X-{n}")).collect();
    for too_many in [&names[..], &names[..=OFFERED_MAX]] {
        assert_eq!(negotiator.begin(too_many, &Channel::tls()).unwrap_err().kind(), ErrorKind::Limit);
    }
    let error = negotiator.begin(&names[..OFFERED_MAX], &Channel::tls()).unwrap_err();
    assert_eq!((error.refusals().len(), error.fault()), (OFFERED_MAX, Fault::Peer));
    assert!(error.to_string().len() < 1000);
    // What is no name is not shown, not even as a reason.
    let odd: [&[u8]; 6] = [b"PLA\0IN", b"PLAIN\r\nX", b"\x1b[31m", b"", &[b'A'; 100], "ÄÖ".as_bytes()];
    assert!(negotiator.begin(odd, &Channel::tls()).unwrap_err().refusals().is_empty());
    assert_eq!(negotiator.begin(["plain"], &Channel::tls()).unwrap().name(), MechanismName::PLAIN);
    assert!(negotiator.begin(Vec::<&str>::new(), &Channel::tls()).is_err());
}

#[test]
fn credentials_that_do_not_fit_leave_other_mechanisms() {
    // LOGIN cannot say whom to act as; where only it is offered, the error says so.
    let mut acting = negotiator(password().authorize_as("bob"), Policy::default());
    let error = acting.begin(["LOGIN"], &Channel::tls()).unwrap_err();
    assert_eq!(error.refusals()[0].reason, Reason::Unfit);
    assert!(std::error::Error::source(&error).unwrap().to_string().contains("authorization identity"));
    assert_eq!(acting.begin(["LOGIN", "PLAIN"], &Channel::tls()).unwrap().name(), MechanismName::PLAIN);
    // What one mechanism cannot say, no weaker one says by leaving it out.
    let mut nobody = negotiator(password().authorize_as(""), Policy::default());
    assert_eq!(
        reasons(&mut nobody, &["SCRAM-SHA-256", "PLAIN", "LOGIN"], &Channel::tls()),
        [Reason::Unfit; 3]
    );
    // Raw, by the policy's word.
    let policy = Policy::default().preparation(Preparation::Raw);
    let odd = || Credentials::password("user", "\u{7}");
    assert!(negotiator(odd(), Policy::default()).begin(["PLAIN"], &Channel::tls()).is_err());
    assert!(negotiator(odd(), policy).begin(["PLAIN"], &Channel::tls()).is_ok());
}

#[test]
fn nobody_in_particular() {
    let mut anonymous = negotiator(Credentials::default(), Policy::default().anonymous("sirhc"));
    let mut exchange = anonymous.begin(["ANONYMOUS", "PLAIN"], &Channel::plaintext()).unwrap();
    assert_eq!(first(&mut exchange), "sirhc");
    // Never by chance.
    assert_eq!(
        reasons(&mut negotiator(Credentials::default(), Policy::default()), &["ANONYMOUS"], &Channel::tls()),
        [Reason::Credentials]
    );
    let mut someone = negotiator(password(), Policy::default().anonymous(""));
    assert_eq!(reasons(&mut someone, &["ANONYMOUS"], &Channel::tls()), [Reason::Credentials]);
}

#[test]
fn realm_and_tolerance_reach_the_mechanism() {
    let policy = Policy::default().allow(MechanismName::DIGEST_MD5).realm("b");
    let mut exchange = negotiator(password(), policy).begin(["DIGEST-MD5"], &Channel::tls()).unwrap();
    let challenge = b"realm=\"a\",realm=\"b\",nonce=n,algorithm=md5-sess,charset=utf-8";
    let answer = exchange.step_blocking(challenge).unwrap();
    assert!(String::from_utf8_lossy(answer.expose()).contains("realm=\"b\""));
    for (tolerance, accepted) in [(crate::Tolerance::Strict, false), (crate::Tolerance::Field, true)] {
        let policy = Policy::default().allow(MechanismName::CRAM_MD5).tolerance(tolerance);
        let mut exchange = negotiator(password(), policy).begin(["CRAM-MD5"], &Channel::tls()).unwrap();
        assert_eq!(exchange.step(b"no message identifier").is_ok(), accepted);
    }
}

/// A mechanism of the application's own.
#[derive(Debug)]
struct Wink;

const WINK: MechanismName = match MechanismName::from_bytes(b"X-WINK") {
    Ok(name) => name,
    Err(_) => panic!("no name"),
};

impl Mechanism for Wink {
    fn name(&self) -> MechanismName {
        WINK
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(b";-)".to_vec()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, Error> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, Error> {
        Ok(Established::new(WINK))
    }
}

#[test]
fn a_mechanism_of_the_applications_own() {
    let with = |strength| {
        negotiator(password(), Policy::default()).register(WINK, strength, |_, _, _| Ok(Box::new(Wink)))
    };
    let offered = ["X-WINK", "SCRAM-SHA-256", "PLAIN"];
    assert_eq!(with(Strength::Ticket).begin(offered, &Channel::tls()).unwrap().name(), WINK);
    let exchange = with(Strength::Proof).begin(offered, &Channel::tls()).unwrap();
    assert_eq!(exchange.name().as_str(), "SCRAM-SHA-256");
    // After the weakest of its strength, too.
    let exchange = with(Strength::Proof).begin(["X-WINK", "SCRAM-SHA-1"], &Channel::tls()).unwrap();
    assert_eq!(exchange.name().as_str(), "SCRAM-SHA-1");
    let mut exchange = with(Strength::Proof).begin(["X-WINK"], &Channel::tls()).unwrap();
    assert_eq!(first(&mut exchange), ";-)");
    assert!(matches!(exchange.step(b"?").unwrap(), Step::Done));
    assert_eq!(exchange.state(), State::AwaitOutcome);
    assert_eq!(exchange.succeed(None).unwrap().mechanism, WINK);
    // What it is called is what the server offered.
    let mut other = negotiator(password(), Policy::default()).register(
        MechanismName::GSSAPI,
        Strength::Ticket,
        |_, _, _| Ok(Box::new(Wink)),
    );
    let error = other.begin(["GSSAPI"], &Channel::tls()).unwrap_err();
    assert_eq!(error.refusals()[0].reason, Reason::Unfit);
    // The rules are the same for all.
    assert_eq!(reasons(&mut with(Strength::Token), &["X-WINK"], &Channel::plaintext()), [Reason::Reveals]);
}

#[test]
fn of_two_that_are_equal_the_first_is_pinned() {
    let own = |name: &str| name.parse::<MechanismName>().unwrap();
    let policy = Policy::default().pin(Pin::new(own("X-WINK"), None));
    let mut negotiator = negotiator(password(), policy)
        .register(WINK, Strength::Proof, |_, _, _| Ok(Box::new(Wink)))
        .register(own("X-NOD"), Strength::Proof, |_, _, _| Ok(Box::new(Wink)));
    assert_eq!(negotiator.succeeded(&Established::new(own("X-NOD"))).mechanism, WINK);
    // Nor is one of them missed in a list that had the other.
    negotiator.begin(["X-WINK"], &Channel::tls()).unwrap();
    negotiator.verify_offer(["X-WINK", "X-NOD"], &Channel::tls()).unwrap();
}

#[test]
fn the_list_inside_a_layer() {
    let mut negotiator = negotiator(password(), Policy::default());
    assert!(negotiator.verify_offer(["PLAIN"], &Channel::tls()).is_err());
    negotiator.begin(["SCRAM-SHA-1", "PLAIN"], &Channel::tls()).unwrap();
    negotiator.verify_offer(["SCRAM-SHA-1", "PLAIN", "LOGIN", "X-NEW", "EXTERNAL"], &Channel::tls()).unwrap();
    let error = negotiator.verify_offer(["SCRAM-SHA-1", "SCRAM-SHA-512"], &Channel::tls()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc4422::STRONGER_MECHANISM_IN_THE_SECOND_LIST_CLOSES));
}

#[test]
fn every_attempt_has_a_nonce_of_its_own() {
    let mut negotiator = negotiator(password(), Policy::default());
    let mut nonce = || first(&mut negotiator.begin(["SCRAM-SHA-1"], &Channel::tls()).unwrap());
    assert_ne!(nonce(), nonce());
}

#[test]
fn debug_shows_no_secret() {
    let shown = format!("{:?}", negotiator(everything(), Policy::default()));
    assert!(shown.contains("mail.example") && !shown.contains("pencil") && !shown.contains("token"));
}
