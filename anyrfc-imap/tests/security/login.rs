//! Logging in: what is believed, and what is not said.

use anyrfc_imap::{
    ErrorKind,
    error::Waited,
    proto::{Protection, State},
    rfc9051,
};
use anyrfc_sasl::{
    Channel, Credentials, Exchange, MechanismName, Negotiator, Policy, Service,
    testing::{Accounts, Reply, Server},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::support::{Peer, secret, with};

fn credentials() -> Credentials {
    Credentials::password("tim", "tanstaaftanstaaf")
}

fn exchange(mechanism: &str) -> Exchange {
    let service = Service::new("imap", "mail.example").port(993);
    let mut negotiator = Negotiator::new(credentials(), service, Policy::default(), [3; 32]);
    negotiator.begin([mechanism], &Channel::tls()).unwrap()
}

/// The line that the client sends, decoded.
fn decoded(line: &str) -> Vec<u8> {
    STANDARD.decode(line.trim_end()).unwrap()
}

/// Plays the server's side of SCRAM, up to the message that proves who it is.
fn scram(peer: &mut Peer, password: &str) -> Vec<u8> {
    let accounts = Accounts::new().password("tim", password);
    let name: MechanismName = "SCRAM-SHA-256".parse().unwrap();
    let mut server = Server::new(name, &accounts, &Channel::tls(), [9; 32]).unwrap().data_as_challenge();
    let heard = peer.hear();
    assert_eq!(heard, "%1 AUTHENTICATE SCRAM-SHA-256\r\n");
    peer.say("+ \r\n");
    let mut heard = peer.hear();
    loop {
        let Reply::Challenge(challenge) = server.respond(Some(&decoded(&heard))) else { panic!("refused") };
        if challenge.starts_with(b"v=") {
            return challenge;
        }
        peer.say(&format!("+ {}\r\n", STANDARD.encode(challenge)));
        heard = peer.hear();
    }
}

#[test]
fn scram_succeeds_when_the_server_proves_itself() {
    let mut peer = Peer::greeted("AUTH=SCRAM-SHA-256");
    let login = peer.machine.authenticate(exchange("SCRAM-SHA-256")).unwrap();
    let proof = scram(&mut peer, "tanstaaftanstaaf");
    peer.say(&format!("+ {}\r\n", STANDARD.encode(proof)));
    assert_eq!(peer.hear(), "\r\n", "the last challenge is answered by nothing");
    peer.say("%1 OK done\r\n");
    assert!(
        peer.events.iter().any(|event| crate::support::words(event) == "working"),
        "the key is made in slices"
    );
    peer.answer(login).unwrap();
    assert!(peer.machine.take_login().unwrap().unwrap().mutual);
    assert_eq!(peer.machine.phase(), State::Authenticated);
    assert!(peer.machine.capabilities().is_none(), "they may be others now");
}

#[test]
fn success_without_the_servers_proof_ends_the_connection() {
    let mut peer = Peer::greeted("AUTH=SCRAM-SHA-256");
    let login = peer.machine.authenticate(exchange("SCRAM-SHA-256")).unwrap();
    scram(&mut peer, "tanstaaftanstaaf");
    let error = peer.fails("%1 OK done\r\n");
    assert_eq!(error.kind(), ErrorKind::Auth);
    assert!(error.requirement().is_some());
    assert_eq!((peer.machine.phase(), peer.hear().as_str()), (State::Failed, ""));
    assert!(peer.machine.take_login().unwrap().is_err());
    drop(login);
}

#[test]
fn a_server_that_does_not_know_the_password_is_cancelled() {
    for answer in ["%1 BAD cancelled\r\n", "%1 NO cancelled\r\n"] {
        let mut peer = Peer::greeted("AUTH=SCRAM-SHA-256");
        let login = peer.machine.authenticate(exchange("SCRAM-SHA-256")).unwrap();
        scram(&mut peer, "tanstaaftanstaaf");
        peer.say(&format!("+ {}\r\n", STANDARD.encode("v=AAAA")));
        assert_eq!(peer.hear(), "*\r\n");
        peer.say(answer);
        let error = peer.answer(login).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Auth);
        assert_eq!(peer.machine.phase(), State::NotAuthenticated);
    }
    // And where it claims success all the same.
    let mut peer = Peer::greeted("AUTH=SCRAM-SHA-256");
    let login = peer.machine.authenticate(exchange("SCRAM-SHA-256")).unwrap();
    scram(&mut peer, "tanstaaftanstaaf");
    peer.say(&format!("+ {}\r\n", STANDARD.encode("v=AAAA")));
    peer.hear();
    assert_eq!(peer.fails("%1 OK done\r\n").kind(), ErrorKind::Auth);
    drop(login);
}

#[test]
fn an_initial_response_goes_only_where_it_is_advertised() {
    let response = STANDARD.encode("\0tim\0tanstaaftanstaaf");
    let mut peer = Peer::greeted("AUTH=PLAIN SASL-IR");
    let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
    assert_eq!(peer.hear(), format!("%1 AUTHENTICATE PLAIN {response}\r\n"));
    peer.say("%1 OK [CAPABILITY IMAP4rev1 IDLE] done\r\n");
    peer.answer(login).unwrap();
    assert_eq!(peer.capabilities(), ["IDLE"]);
    for bare in ["+ \r\n", "+\r\n"] {
        let mut peer = Peer::greeted("AUTH=PLAIN");
        let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
        assert_eq!(peer.hear(), "%1 AUTHENTICATE PLAIN\r\n");
        peer.say(bare);
        assert_eq!(peer.hear(), format!("{response}\r\n"));
        assert!(peer.try_say("+ \r\n").is_ok(), "a mechanism may have more challenges than this one");
        assert_eq!(peer.hear(), "*\r\n");
        drop(login);
    }
}

#[test]
fn a_challenge_that_is_not_base64_is_cancelled() {
    let mut peer = Peer::greeted("AUTH=PLAIN");
    let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
    peer.hear();
    peer.say("+ ?!\r\n");
    assert_eq!(peer.hear(), "*\r\n");
    assert!(peer.try_say("+ \r\n").is_err(), "it was cancelled");
    drop(login);
    let mut peer = Peer::greeted("AUTH=PLAIN");
    let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
    peer.hear();
    peer.say("+ ?!\r\n");
    peer.hear();
    peer.say("%1 BAD cancelled\r\n");
    assert_eq!(peer.answer(login).unwrap_err().requirement(), Some(rfc9051::CHALLENGE_IS_BASE64));
}

#[test]
fn a_refusal_is_told_by_its_code() {
    let mut peer = Peer::greeted("AUTH=PLAIN SASL-IR");
    for (answer, kind) in [
        ("NO [AUTHENTICATIONFAILED] no", ErrorKind::Auth),
        ("NO no", ErrorKind::Auth),
        ("NO [UNAVAILABLE] later", ErrorKind::Refused),
        ("BAD what", ErrorKind::Refused),
    ] {
        let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
        peer.hear();
        peer.say(&format!("%% {answer}\r\n"));
        let error = peer.answer(login).unwrap_err();
        assert_eq!(error.kind(), kind, "{answer}");
        assert!(error.refusal().is_some());
        assert!(peer.machine.take_login().unwrap().is_err());
        assert_eq!(peer.machine.phase(), State::NotAuthenticated);
    }
}

#[test]
fn what_the_server_does_not_offer_is_not_tried() {
    let mut peer = Peer::greeted("AUTH=SCRAM-SHA-256");
    let error = peer.machine.authenticate(exchange("PLAIN")).unwrap_err();
    assert_eq!((error.kind(), error.is_unsent()), (ErrorKind::Unsupported, true));
    let mut peer = Peer::greeted("LOGINDISABLED");
    let error = peer.machine.login("tim", &secret("tanstaaf")).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::NO_LOGIN_UNDER_LOGINDISABLED));
    // Where the capabilities are not known, they are asked for first.
    let mut peer = Peer::tls();
    peer.say("* OK hello\r\n");
    let login = peer.machine.login("tim", &secret("tanstaaf")).unwrap();
    assert_eq!(peer.hear(), "%1 CAPABILITY\r\n");
    peer.say("* CAPABILITY IMAP4rev1 LOGINDISABLED\r\n%1 OK done\r\n");
    assert_eq!(peer.hear(), "");
    assert_eq!(peer.answer(login).unwrap_err().requirement(), Some(rfc9051::NO_LOGIN_UNDER_LOGINDISABLED));
}

#[test]
fn login_in_plaintext_takes_a_dangerous_word() {
    let mut peer = Peer::new(with(|config| config.protection = Protection::Plaintext));
    peer.say("* OK [CAPABILITY IMAP4rev1] hello\r\n");
    let error = peer.machine.login("tim", &secret("tanstaaf")).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::NO_LOGIN_ON_UNSECURE_NETWORKS));
    assert_eq!(peer.hear(), "");
    let mut peer = Peer::new(with(|config| {
        config.protection = Protection::Plaintext;
        config.danger_reveal_in_plaintext = true;
    }));
    peer.say("* OK [CAPABILITY IMAP4rev1] hello\r\n");
    let login = peer.machine.login("tim", &secret("tanstaaf")).unwrap();
    assert_eq!(peer.hear(), "%1 LOGIN \"tim\" \"tanstaaf\"\r\n");
    peer.say("%1 OK done\r\n");
    peer.answer(login).unwrap();
}

#[test]
fn nothing_else_is_said_while_logging_in() {
    let mut peer = Peer::greeted("AUTH=PLAIN");
    let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
    let noop = peer.submit(anyrfc_imap::codec::command::Noop);
    assert_eq!(peer.hear(), "%1 AUTHENTICATE PLAIN\r\n");
    assert_eq!(peer.say("* LIST () \"/\" trap\r\n"), [""; 0]);
    let time = peer.machine.config().deadlines.continuation;
    let error = peer.wait(time).unwrap_err();
    assert_eq!(error.waited_for(), Some(Waited::Authentication));
    drop((login, noop));
}

#[test]
fn a_referral_is_told_and_not_followed() {
    let mut peer = Peer::greeted("AUTH=PLAIN SASL-IR");
    let login = peer.machine.authenticate(exchange("PLAIN")).unwrap();
    peer.hear();
    peer.say("%1 NO [REFERRAL imap://evil.example/] go there\r\n");
    assert_eq!(peer.hear(), "");
    let error = peer.answer(login).unwrap_err();
    assert!(error.code().is_some());
}
