//! RFC 9051, sections 6.1 and 6.2: before and while logging in, on the machine.

use anyrfc_core::{Credentials, ErrorKind, Secret, compliance::Check};
use anyrfc_sasl::{
    Binding, Error as SaslError, Established, Exchange, External, Mechanism, MechanismName, Nonce,
    Preparation, Scram, ScramHash, SecurityLayer, Step,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use super::super::support::{REV1, REV2, SEED, Talk, mailbox, plain};
use crate::{
    codec::command::{Create, Noop},
    proto::{OwnedEvent, Protection, State},
    rfc9051 as r,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc9051/section-6.1.1/capability-is-answered",
        covers: &[r::CAPABILITY_IS_ANSWERED],
        run: capability_is_answered,
    },
    Check {
        name: "rfc9051/section-6.1.1/starttls-and-logindisabled",
        covers: &[
            r::STARTTLS_AND_LOGINDISABLED_ON_CLEARTEXT_PORTS,
            r::STARTTLS_AND_LOGINDISABLED_ARE_IMPLEMENTED,
        ],
        run: starttls_and_logindisabled,
    },
    Check {
        name: "rfc9051/section-6.1.1/plain-on-all-ports",
        covers: &[r::AUTH_PLAIN_ON_ALL_PORTS, r::AUTH_PLAIN_IS_IMPLEMENTED, r::AUTHENTICATE_IS_IMPLEMENTED],
        run: plain_on_all_ports,
    },
    Check {
        name: "rfc9051/section-6.2.1/nothing-after-starttls",
        covers: &[r::NOTHING_AFTER_STARTTLS],
        run: nothing_after_starttls,
    },
    Check {
        name: "rfc9051/section-6.2.1/capabilities-are-forgotten",
        covers: &[r::CAPABILITIES_ARE_FORGOTTEN_AFTER_STARTTLS],
        run: capabilities_are_forgotten,
    },
    Check {
        name: "rfc9051/section-6.2.1/capability-is-asked-again",
        covers: &[r::CAPABILITY_IS_REISSUED_AFTER_STARTTLS],
        run: capability_is_asked_again,
    },
    Check {
        name: "rfc9051/section-6.2.2/an-initial-response-or-none",
        covers: &[r::INITIAL_RESPONSE_MAY_BE_SENT],
        run: an_initial_response_or_none,
    },
    Check {
        name: "rfc9051/section-6.2.2/the-initial-response-is-bare-base64",
        covers: &[r::INITIAL_RESPONSE_IS_BASE64, r::INITIAL_RESPONSE_IS_BARE],
        run: the_initial_response_is_bare_base64,
    },
    Check {
        name: "rfc9051/section-6.2.2/an-empty-initial-response",
        covers: &[r::EMPTY_INITIAL_RESPONSE_IS_EQUALS_SIGN],
        run: an_empty_initial_response,
    },
    Check {
        name: "rfc9051/section-6.2.2/responses-are-lines-of-base64",
        covers: &[r::SASL_RESPONSE_IS_ONE_LINE_OF_BASE64],
        run: responses_are_lines_of_base64,
    },
    Check {
        name: "rfc9051/section-6.2.2/challenges-are-base64",
        covers: &[r::CHALLENGE_IS_BASE64],
        run: challenges_are_base64,
    },
    Check {
        name: "rfc9051/section-6.2.2/an-asterisk-cancels",
        covers: &[r::ASTERISK_CANCELS_AUTHENTICATION],
        run: an_asterisk_cancels,
    },
    Check {
        name: "rfc9051/section-6.2.2/a-security-layer-or-none",
        covers: &[r::SECURITY_LAYER_IS_OPTIONAL],
        run: a_security_layer_or_none,
    },
    Check {
        name: "rfc9051/section-6.2.3/no-login-on-unsecure-networks",
        covers: &[r::NO_LOGIN_ON_UNSECURE_NETWORKS],
        run: no_login_on_unsecure_networks,
    },
    Check {
        name: "rfc9051/section-6.2.3/no-login-under-logindisabled",
        covers: &[r::NO_LOGIN_UNDER_LOGINDISABLED, r::LOGINDISABLED_FORBIDS_LOGIN],
        run: no_login_under_logindisabled,
    },
];

/// `\0alice\0secret`
const ALICE: &str = "AGFsaWNlAHNlY3JldA==";

fn capability_is_answered() {
    // Greeted without capabilities, the connection asks for them once something depends on them.
    let mut talk = Talk::new();
    talk.says("* OK ready");
    let login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("{tag} OK done");
    assert!(talk.forgave(r::CAPABILITY_IS_ANSWERED), "nobody has answered");
    drop(login);
    let mut talk = Talk::strict();
    talk.says("* OK ready");
    let _login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("* CAPABILITY IMAP4rev2 AUTH=PLAIN\n{tag} OK done").is_fine();
    assert_eq!(talk.hears(), format!("AUTHENTICATE PLAIN {ALICE}"));
}

fn starttls_and_logindisabled() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] ready");
    assert_eq!(talk.hears(), "STARTTLS");
    talk.says("{tag} OK begin").is_fine();
    assert!(talk.events.iter().any(|event| matches!(event, OwnedEvent::Upgrade)), "{:?}", talk.events);
    assert_eq!(talk.phase(), State::Handshaking);
    talk.secured();
    assert!(talk.connection.is_confidential());
    // Without STARTTLS there is no way on.
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 LOGINDISABLED] ready");
    talk.is_silent();
    assert!(talk.error.is_some(), "it would go on in cleartext: {:?}", talk.phase());
    // LOGINDISABLED.
    for (capabilities, allowed) in [("IMAP4rev2 LOGINDISABLED", false), ("IMAP4rev2", true)] {
        let mut talk = Talk::greeted(capabilities);
        let login = talk.connection.login("alice", &Secret::new("secret".to_owned()));
        talk.pump();
        assert_eq!(login.is_ok(), allowed, "{capabilities}");
        assert_eq!(talk.heard().is_some(), allowed, "{capabilities}");
    }
}

/// Logs in by PLAIN.
fn by_plain(talk: &mut Talk) {
    let ticket = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), format!("AUTHENTICATE PLAIN {ALICE}"));
    talk.says("{tag} OK [CAPABILITY IMAP4rev2] welcome");
    ticket.answer(talk.done()).expect("logged in");
    assert_eq!(talk.phase(), State::Authenticated);
    assert_eq!(
        talk.connection.take_login().expect("it has ended").expect("well").mechanism,
        MechanismName::PLAIN
    );
}

fn plain_on_all_ports() {
    by_plain(&mut Talk::greeted("IMAP4rev2 AUTH=PLAIN"));
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 STARTTLS] ready");
    assert_eq!(talk.hears(), "STARTTLS");
    talk.says("{tag} OK begin");
    talk.secured();
    let ticket = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("* CAPABILITY IMAP4rev2 AUTH=PLAIN\n{tag} OK done");
    assert_eq!(talk.hears(), format!("AUTHENTICATE PLAIN {ALICE}"));
    talk.says("{tag} OK welcome");
    ticket.answer(talk.done()).expect("logged in");
    // What is refused is not a login.
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=PLAIN");
    let ticket = talk.connection.authenticate(plain("alice", "wrong")).expect("it may try");
    talk.hears();
    talk.says("{tag} NO [AUTHENTICATIONFAILED] no");
    assert_eq!(ticket.answer(talk.done()).expect_err("refused").kind(), ErrorKind::Auth);
    assert_eq!(talk.phase(), State::NotAuthenticated);
}

fn nothing_after_starttls() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 STARTTLS] ready");
    assert_eq!(talk.hears(), "STARTTLS");
    let noop = talk.submit(Noop);
    talk.is_silent();
    talk.says("* OK still here");
    talk.is_silent();
    talk.says("{tag} OK begin");
    talk.is_silent();
    talk.secured();
    // Only now, and by TLS.
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("* CAPABILITY IMAP4rev2\n{tag} OK done");
    assert_eq!(talk.hears(), "NOOP");
    talk.events.retain(|event| matches!(event, OwnedEvent::Done(_)));
    talk.answered(noop, "{tag} OK done").expect("done");
}

fn capabilities_are_forgotten() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 STARTTLS AUTH=EVIL] ready");
    assert!(talk.connection.capabilities().is_some());
    assert_eq!(talk.hears(), "STARTTLS");
    talk.says("{tag} OK [CAPABILITY IMAP4rev2 AUTH=EVIL] begin");
    talk.secured();
    assert!(talk.connection.capabilities().is_none(), "{:?}", talk.connection.capabilities());
    // Without TLS in between they are kept.
    let talk = Talk::greeted(REV2);
    assert!(talk.connection.capabilities().is_some());
}

fn capability_is_asked_again() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("* OK [CAPABILITY IMAP4rev2 STARTTLS AUTH=PLAIN] ready");
    assert_eq!(talk.hears(), "STARTTLS");
    talk.says("{tag} OK begin");
    talk.secured();
    let _login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), "CAPABILITY", "before anything that depends on them");
    talk.says("* CAPABILITY IMAP4rev2 AUTH=PLAIN\n{tag} OK done");
    assert_eq!(talk.hears(), format!("AUTHENTICATE PLAIN {ALICE}"));
    // Where they are known there is nothing to ask.
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=PLAIN");
    let _login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
    assert_eq!(talk.hears(), format!("AUTHENTICATE PLAIN {ALICE}"));
}

fn an_initial_response_or_none() {
    for (capabilities, initial) in [
        ("IMAP4rev1 AUTH=PLAIN", false),
        ("IMAP4rev1 SASL-IR AUTH=PLAIN", true),
        ("IMAP4rev2 AUTH=PLAIN", true),
    ] {
        let mut talk = Talk::greeted(capabilities);
        let _login = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
        let heard = talk.hears();
        if initial {
            assert_eq!(heard, format!("AUTHENTICATE PLAIN {ALICE}"), "{capabilities}");
        } else {
            assert_eq!(heard, "AUTHENTICATE PLAIN", "{capabilities}");
            talk.is_silent();
            talk.says("+ ");
            assert_eq!(talk.hears_line(), ALICE);
        }
    }
}

fn the_initial_response_is_bare_base64() {
    // It would be quoted, were it an argument like others.
    let password = "p\"w\\".repeat(500);
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=PLAIN LITERAL-");
    let _login = talk.connection.authenticate(plain("al ice", &password)).expect("it may log in");
    let heard = talk.hears();
    let response = heard.strip_prefix("AUTHENTICATE PLAIN ").expect("an initial response");
    assert!(!response.starts_with(['"', '{']), "{}", &response[..20]);
    let decoded = STANDARD.decode(response).expect("base64");
    assert_eq!(decoded, format!("\0al ice\0{password}").as_bytes());
}

fn an_empty_initial_response() {
    let external = || Exchange::new(External::new(&Credentials::default()).expect("nobody named"));
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=EXTERNAL");
    let _login = talk.connection.authenticate(external()).expect("it may log in");
    assert_eq!(talk.hears(), "AUTHENTICATE EXTERNAL =");
    // In answer to a challenge it is an empty line.
    let mut talk = Talk::greeted("IMAP4rev1 AUTH=EXTERNAL");
    let _login = talk.connection.authenticate(external()).expect("it may log in");
    assert_eq!(talk.hears(), "AUTHENTICATE EXTERNAL");
    talk.says("+ ");
    assert_eq!(talk.hears_line(), "");
    // One that is not empty is no equals sign.
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=EXTERNAL");
    let alice = Credentials::default().authorize_as("alice");
    let _login =
        talk.connection.authenticate(Exchange::new(External::new(&alice).expect("alice"))).expect("it may");
    assert_eq!(talk.hears(), "AUTHENTICATE EXTERNAL YWxpY2U=");
}

/// An exchange by SCRAM-SHA-256.
fn scram() -> Exchange {
    let credentials = Credentials::password("alice", "secret".to_owned());
    let scram = Scram::new(
        ScramHash::Sha256,
        &credentials,
        Preparation::Saslprep,
        Binding::default(),
        Nonce::from_seed(SEED),
    );
    Exchange::new(scram.expect("what SCRAM takes"))
}

fn responses_are_lines_of_base64() {
    let mut talk = Talk::greeted("IMAP4rev1 AUTH=PLAIN");
    let password = "x".repeat(5000);
    let _login = talk.connection.authenticate(plain("alice", &password)).expect("it may log in");
    assert_eq!(talk.hears(), "AUTHENTICATE PLAIN");
    talk.says("+ ");
    let before = talk.raw.len();
    let line = talk.hears_line();
    assert_eq!(STANDARD.decode(&line).expect("base64"), format!("\0alice\0{password}").as_bytes());
    talk.is_silent();
    assert_eq!(talk.raw.len(), before, "one line, however long");
    // In every step.
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=SCRAM-SHA-256");
    let _login = talk.connection.authenticate(scram()).expect("it may log in");
    let heard = talk.hears();
    let first = STANDARD.decode(heard.rsplit(' ').next().expect("a response")).expect("base64");
    let first = String::from_utf8(first).expect("text");
    let nonce = first.rsplit("r=").next().expect("a nonce");
    talk.says(&format!("+ {}", STANDARD.encode(format!("r={nonce}more,s=c2FsdHNhbHQ=,i=4096"))));
    let line = talk.hears_line();
    let last = String::from_utf8(STANDARD.decode(line).expect("base64")).expect("text");
    assert!(last.starts_with("c=") && last.contains(",p="), "{last}");
}

fn challenges_are_base64() {
    for wrong in ["+ !!!", "+ AA=A", "+ A", "+ AAAA AAAA"] {
        let mut talk = Talk::greeted("IMAP4rev1 AUTH=PLAIN");
        let ticket = talk.connection.authenticate(plain("alice", "secret")).expect("it may log in");
        talk.hears();
        talk.says(wrong);
        assert_eq!(talk.hears_line(), "*", "{wrong}");
        talk.says("{tag} BAD cancelled");
        let error = ticket.answer(talk.done()).expect_err("nobody can answer that");
        assert_eq!(error.requirement(), Some(r::CHALLENGE_IS_BASE64), "{wrong}: {error}");
    }
}

fn an_asterisk_cancels() {
    // The server's nonce does not extend ours: it is not whom we know.
    let mut talk = Talk::greeted("IMAP4rev2 AUTH=SCRAM-SHA-256");
    let ticket = talk.connection.authenticate(scram()).expect("it may log in");
    talk.hears();
    talk.says(&format!("+ {}", STANDARD.encode("r=another,s=c2FsdHNhbHQ=,i=4096")));
    assert_eq!(talk.hears_line(), "*");
    talk.is_silent();
    talk.says("{tag} BAD cancelled");
    ticket.answer(talk.done()).expect_err("cancelled");
    assert_eq!(talk.phase(), State::NotAuthenticated);
    // The connection lives on.
    let noop = talk.submit(Noop);
    assert_eq!(talk.hears(), "NOOP");
    talk.answered(noop, "{tag} OK done").expect("done");
}

/// A mechanism that negotiates a layer, or none.
#[derive(Debug)]
struct Winking {
    layer: bool,
}

/// A layer that nobody can put in here: the connection is not to say anything before it is.
#[derive(Debug)]
struct Mirror;

impl SecurityLayer for Mirror {
    fn is_confidential(&self) -> bool {
        true
    }

    fn plain_max(&self) -> usize {
        1000
    }

    fn wrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<(), anyrfc_core::Error> {
        Err(anyrfc_core::Error::usage("it is only looked at"))
    }

    fn unwrap_buffer(&mut self, _: &[u8], _: &mut Vec<u8>) -> Result<Option<usize>, anyrfc_core::Error> {
        Ok(None)
    }
}

impl Mechanism for Winking {
    fn name(&self) -> MechanismName {
        MechanismName::EXTERNAL
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        Some(Secret::new(b"wink".to_vec()))
    }

    fn step(&mut self, _: &[u8]) -> Result<Step, SaslError> {
        Ok(Step::Done)
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, SaslError> {
        let mut established = Established::new(MechanismName::EXTERNAL);
        established.layer = self.layer.then(|| Box::new(Mirror) as Box<dyn SecurityLayer>);
        Ok(established)
    }
}

fn a_security_layer_or_none() {
    for layer in [false, true] {
        let mut talk = Talk::greeted("IMAP4rev2 AUTH=EXTERNAL");
        let ticket = talk.connection.authenticate(Exchange::new(Winking { layer })).expect("it may log in");
        talk.hears();
        talk.says("{tag} OK [CAPABILITY IMAP4rev2] welcome");
        ticket.answer(talk.done()).expect("logged in");
        let told = talk.events.iter().any(|event| matches!(event, OwnedEvent::Layer));
        assert_eq!(told, layer);
        let create = talk.submit(Create::new(mailbox("x")));
        if layer {
            // Nothing is said outside of the layer; what was known before it is forgotten.
            talk.is_silent();
            assert!(talk.connection.capabilities().is_none());
            talk.connection.layer_installed(true);
            assert_eq!(talk.hears(), "CAPABILITY");
            talk.says("* CAPABILITY IMAP4rev2\n{tag} OK done");
        }
        assert_eq!(talk.hears(), "CREATE x");
        talk.answered(create, "{tag} OK done").expect("created");
    }
}

fn no_login_on_unsecure_networks() {
    let password = Secret::new("secret".to_owned());
    let mut talk = Talk::unprotected(Protection::Plaintext).greet(REV1);
    let error = talk.connection.login("alice", &password).expect_err("others can read it");
    assert_eq!(error.requirement(), Some(r::NO_LOGIN_ON_UNSECURE_NETWORKS), "{error}");
    talk.is_silent();
    let mut talk = Talk::greeted(REV1);
    let _ticket = talk.connection.login("alice", &password).expect("nobody can read it");
    assert_eq!(talk.hears(), "LOGIN \"alice\" \"secret\"");
}

fn no_login_under_logindisabled() {
    let password = Secret::new("secret".to_owned());
    for capabilities in ["IMAP4rev2 LOGINDISABLED", "IMAP4rev1 logindisabled"] {
        let mut talk = Talk::greeted(capabilities);
        let error = talk.connection.login("alice", &password).expect_err("it is disabled");
        assert_eq!(error.requirement(), Some(r::NO_LOGIN_UNDER_LOGINDISABLED), "{error}");
        talk.is_silent();
    }
    // Nor where that is learnt only after it was submitted.
    let mut talk = Talk::new();
    talk.says("* OK ready");
    let ticket = talk.connection.login("alice", &password).expect("nobody knows yet");
    assert_eq!(talk.hears(), "CAPABILITY");
    talk.says("* CAPABILITY IMAP4rev2 LOGINDISABLED\n{tag} OK done");
    talk.is_silent();
    ticket.answer(talk.done()).expect_err("it is disabled");
    let mut talk = Talk::greeted(REV1);
    let _ticket = talk.connection.login("alice", &password).expect("it is not");
    assert!(talk.hears().starts_with("LOGIN "));
}
