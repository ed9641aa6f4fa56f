//! Whole logins, between this crate's two sides.

use anyrfc_sasl::{
    BindingType, Channel, Credentials, Error, Established, Exchange, KeyCache, MechanismName, Negotiator,
    Next, Policy, ScramError, Service, State, Step,
    testing::{Accounts, Identity, Reply, Server},
};

fn accounts() -> Accounts {
    Accounts::new()
        .password("user", "pencil")
        .token("user", "t0ken")
        .password("us,er=x", "pass🔑wörd")
        .proxy("user")
}

fn bound() -> Channel {
    Channel::tls()
        .with_binding(BindingType::TlsExporter, [1; 32])
        .with_binding(BindingType::TlsServerEndPoint, [2; 32])
}

/// How a protocol carries what is exchanged.
#[derive(Clone, Copy, Debug)]
struct Carries {
    initial_response: bool,
    data_with_success: bool,
}

const CARRIES: [Carries; 4] = [
    Carries { initial_response: true, data_with_success: true },
    Carries { initial_response: true, data_with_success: false },
    Carries { initial_response: false, data_with_success: true },
    Carries { initial_response: false, data_with_success: false },
];

/// Lets both sides talk until one of them is through.
fn talk(exchange: &mut Exchange, server: Server, carries: Carries) -> Result<(Established, Identity), Error> {
    let mut server = if carries.data_with_success { server } else { server.data_as_challenge() };
    let first = if carries.initial_response { exchange.first()? } else { None };
    let mut reply = server.respond(first.as_ref().map(|first| first.expose().as_slice()));
    loop {
        let challenge = match reply {
            Reply::Success(identity, data) => {
                return exchange.succeed(data.as_deref()).map(|established| (established, identity));
            }
            Reply::Failure => return Err(exchange.refused()),
            Reply::Challenge(challenge) => challenge,
        };
        let mut step = exchange.step(&challenge)?;
        while matches!(step, Step::Working) {
            step = exchange.work()?;
        }
        let response = step.into_response().expect("no work is left");
        reply = server.respond(Some(response.expose()));
    }
}

fn negotiator(credentials: Credentials, policy: Policy) -> Negotiator {
    Negotiator::new(credentials, Service::new("imap", "mail.example").port(993), policy, [5; 32])
}

fn login(
    credentials: Credentials,
    name: MechanismName,
    carries: Carries,
) -> Result<(Established, Identity), Error> {
    let channel = if name.is_plus() { bound() } else { Channel::tls() };
    let mut exchange = negotiator(credentials, Policy::default()).begin([name.as_str()], &channel)?;
    let server = Server::new(name, &accounts(), &channel, [6; 32]).expect("it is known");
    talk(&mut exchange, server, carries)
}

fn credentials(user: &str, password: &str) -> Credentials {
    let mut credentials = Credentials::password(user, password);
    credentials.token = Some("t0ken".into());
    credentials
}

#[test]
fn every_mechanism_however_it_is_carried() {
    for name in Server::mechanisms(&bound()) {
        for carries in CARRIES {
            let (established, identity) = login(credentials("user", "pencil"), name, carries).unwrap();
            assert_eq!(established.mechanism, name, "{carries:?}");
            assert_eq!((identity.user.as_str(), identity.acts_as.as_str()), ("user", "user"));
            assert_eq!(established.mutual, name.as_str().starts_with("SCRAM"));
        }
    }
}

#[test]
fn the_wrong_secret_with_every_mechanism() {
    for name in Server::mechanisms(&bound()) {
        for carries in CARRIES {
            let mut wrong = credentials("user", "wrong");
            wrong.token = Some("wrong".into());
            let error = login(wrong, name, carries).unwrap_err();
            assert_eq!(error.kind(), anyrfc_sasl::ErrorKind::Auth, "{name} {carries:?}: {error}");
            match name.as_str() {
                "OAUTHBEARER" | "XOAUTH2" => assert_eq!(error.bearer().unwrap().status, "invalid_token"),
                "PLAIN" | "LOGIN" => assert!(error.scram().is_none()),
                _ => assert_eq!(error.scram(), Some(&ScramError::InvalidProof)),
            }
        }
    }
    let error = login(credentials("nobody", "x"), MechanismName::SCRAM_SHA_256, CARRIES[0]).unwrap_err();
    assert_eq!(error.scram(), Some(&ScramError::UnknownUser));
}

#[test]
fn odd_names_and_whom_to_act_as() {
    for name in [MechanismName::SCRAM_SHA_256, MechanismName::PLAIN] {
        let (_, identity) = login(credentials("us,er=x", "pass🔑wörd"), name, CARRIES[0]).unwrap();
        assert_eq!(identity.user, "us,er=x");
        // Decomposed, it is the same password.
        login(credentials("us,er=x", "pass🔑wo\u{308}rd"), name, CARRIES[0]).unwrap();
        let acting = credentials("user", "pencil").authorize_as("bo=b,");
        let (established, identity) = login(acting, name, CARRIES[0]).unwrap();
        assert_eq!((identity.user.as_str(), identity.acts_as.as_str()), ("user", "bo=b,"));
        assert_eq!(established.authorization_id.as_deref(), Some("bo=b,"));
        let acting = credentials("us,er=x", "pass🔑wörd").authorize_as("user");
        assert!(login(acting, name, CARRIES[0]).is_err());
    }
}

#[test]
fn a_channel_that_is_not_the_same_at_both_ends() {
    let name = MechanismName::SCRAM_SHA_256_PLUS;
    let other = Channel::tls().with_binding(BindingType::TlsExporter, [9; 32]);
    let mut negotiator = negotiator(credentials("user", "pencil"), Policy::default());
    let mut exchange = negotiator.begin([name.as_str()], &bound()).unwrap();
    let server = Server::new(name, &accounts(), &other, [6; 32]).unwrap();
    let error = talk(&mut exchange, server, CARRIES[0]).unwrap_err();
    assert_eq!(error.scram(), Some(&ScramError::ChannelBindingsDontMatch));
    assert_eq!((exchange.state(), negotiator.failed(&error)), (State::Failed, Next::GiveUp));
}

#[test]
fn somebody_takes_the_bound_mechanism_out_of_the_list() {
    let mut negotiator = negotiator(credentials("user", "pencil"), Policy::default());
    let mut exchange = negotiator.begin(["SCRAM-SHA-256"], &bound()).unwrap();
    let server = Server::new(exchange.name(), &accounts(), &bound(), [6; 32]).unwrap();
    let error = talk(&mut exchange, server, CARRIES[0]).unwrap_err();
    assert_eq!(error.scram(), Some(&ScramError::ServerDoesSupportChannelBinding));
    assert_eq!(negotiator.failed(&error), Next::GiveUp);
}

#[test]
fn a_server_that_knows_the_certificate_only() {
    let servers = Channel::tls().with_binding(BindingType::TlsServerEndPoint, [2; 32]);
    let offered = Server::mechanisms(&servers);
    let offered: Vec<&str> = offered.iter().map(MechanismName::as_str).collect();
    let mut negotiator = negotiator(Credentials::password("user", "pencil"), Policy::default());
    let mut exchange = negotiator.begin(&offered, &bound()).unwrap();
    let server = Server::new(exchange.name(), &accounts(), &servers, [6; 32]).unwrap();
    let error = talk(&mut exchange, server, CARRIES[0]).unwrap_err();
    assert_eq!(negotiator.failed(&error), Next::Reconnect);
    let another = bound().with_binding(BindingType::TlsExporter, [3; 32]);
    let mut exchange = negotiator.begin(&offered, &another).unwrap();
    let server = Server::new(exchange.name(), &accounts(), &servers, [6; 32]).unwrap();
    let (established, _) = talk(&mut exchange, server, CARRIES[0]).unwrap();
    assert_eq!(established.mechanism, MechanismName::SCRAM_SHA_512_PLUS);
    let pin = negotiator.succeeded(&established);
    assert_eq!((pin.mechanism, pin.iterations), (MechanismName::SCRAM_SHA_512_PLUS, Some(4096)));
}

#[test]
fn the_second_login_takes_its_keys_from_the_cache() {
    let cache = KeyCache::new([8; 32]);
    let login = |password: &str| {
        let mut negotiator =
            negotiator(Credentials::password("user", password), Policy::default()).cache(&cache);
        let mut exchange = negotiator.begin(["SCRAM-SHA-512"], &Channel::tls()).unwrap();
        let server = Server::new(exchange.name(), &accounts(), &Channel::tls(), [6; 32]).unwrap();
        talk(&mut exchange, server, CARRIES[0]).is_ok()
    };
    assert!(login("pencil") && cache.len() == 1);
    assert!(login("pencil") && cache.len() == 1);
    assert!(!login("wrong") && cache.len() == 1);
}

#[test]
fn how_many_iterations_the_policy_allows() {
    for (iterations, allowed) in [(4095, false), (4096, true), (20_000_000, false)] {
        let mut negotiator = negotiator(Credentials::password("user", "pencil"), Policy::default());
        let mut exchange = negotiator.begin(["SCRAM-SHA-1"], &Channel::tls()).unwrap();
        let accounts = accounts().iterations(iterations);
        let server = Server::new(exchange.name(), &accounts, &Channel::tls(), [6; 32]).unwrap();
        assert_eq!(talk(&mut exchange, server, CARRIES[0]).is_ok(), allowed, "{iterations}");
    }
}

#[test]
fn the_server_is_strict_as_well() {
    let respond = |name: &str, response: &[u8]| {
        let name: MechanismName = name.parse().unwrap();
        let mut server = Server::new(name, &accounts(), &Channel::tls(), [6; 32]).unwrap();
        server.respond(Some(response))
    };
    for response in
        [&b"user\0pencil"[..], b"\0user\0pencil\0", b"\0\0pencil", b"\0user\0", b"\xff\0user\0pencil"]
    {
        assert_eq!(respond("PLAIN", response), Reply::Failure, "{response:?}");
    }
    for response in [
        "x,,n=user,r=a",
        "n,n=user,r=a",
        "n,,n=us=er,r=a",
        "n,,r=a",
        "n,,m=1,n=user,r=a",
        "p=tls-exporter,,n=user,r=a",
    ] {
        let reply = respond("SCRAM-SHA-1", response.as_bytes());
        assert!(matches!(reply, Reply::Challenge(error) if error.starts_with(b"e=")), "{response}");
    }
    for response in [
        "",
        "n,,\x01auth=Bearer t0ken\x01",
        "n,\x01auth=Bearer t0ken\x01\x01",
        "auth=Bearer t0ken",
        "n,,\x01host\x01auth=Bearer t0ken\x01\x01",
    ] {
        let reply = respond("OAUTHBEARER", response.as_bytes());
        assert!(matches!(reply, Reply::Challenge(error) if error.starts_with(b"{")), "{response:?}");
    }
    assert!(Server::new(MechanismName::SCRAM_SHA_1_PLUS, &accounts(), &Channel::tls(), [0; 32]).is_none());
    assert!(Server::new(MechanismName::GSSAPI, &accounts(), &bound(), [0; 32]).is_none());
    // Nothing goes on after the end.
    let mut server = Server::new(MechanismName::PLAIN, &accounts(), &bound(), [0; 32]).unwrap();
    assert_eq!(server.respond(Some(b"x")), Reply::Failure);
    assert_eq!(server.respond(Some(b"\0user\0pencil")), Reply::Failure);
}
