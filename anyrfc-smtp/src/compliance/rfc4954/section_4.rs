//! RFC 4954, section 4: the command, its initial response, and how it is given up.

use anyrfc_core::{Credentials, Security, compliance::Check};
use anyrfc_sasl::{Exchange, External};

use super::{
    super::{
        support::{MAIL, Talk, envelope},
        tls::Way,
    },
    support::{ANN, ECHO, ann, echo, encode, open, plain},
};
use crate::{
    ErrorKind, SmtpClient,
    codec::command::Command,
    proto::State,
    rfc4954 as r,
    testing::{Accounts, Server},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc4954/section-4/an-initial-response-is-base64",
        covers: &[r::INITIAL_RESPONSE_IS_ENCODED],
        run: an_initial_response_is_base64,
    },
    Check {
        name: "rfc4954/section-4/an-empty-one-is-an-equals-sign",
        covers: &[r::EMPTY_INITIAL_RESPONSE_IS_EQUALS],
        run: an_empty_one_is_an_equals_sign,
    },
    Check {
        name: "rfc4954/section-4/a-long-one-waits",
        covers: &[r::LONG_INITIAL_RESPONSE_WAITS],
        run: a_long_one_waits,
    },
    Check {
        name: "rfc4954/section-4/there-is-no-second-auth",
        covers: &[r::NO_SECOND_AUTH],
        run: there_is_no_second_auth,
    },
    Check {
        name: "rfc4954/section-4/no-auth-within-a-transaction",
        covers: &[r::NO_AUTH_IN_A_TRANSACTION],
        run: no_auth_within_a_transaction,
    },
    Check {
        name: "rfc4954/section-4/an-asterisk-cancels",
        covers: &[r::CANCEL_IS_AN_ASTERISK],
        run: an_asterisk_cancels,
    },
    Check {
        name: "rfc4954/section-4/the-asterisk-is-answered-by-a-refusal",
        covers: &[r::CANCEL_GETS_501],
        run: the_asterisk_is_answered_by_a_refusal,
    },
    Check {
        name: "rfc4954/section-4/auth-ends-a-group",
        covers: &[r::AUTH_ENDS_A_GROUP],
        run: auth_ends_a_group,
    },
];

fn an_initial_response_is_base64() {
    let mut talk = Talk::ready("AUTH PLAIN");
    talk.connection.authenticate(plain("pencil")).expect("it may log in");
    talk.hears_all(&[&format!("AUTH PLAIN {ANN}")]);
    // Padded as it has to be, and of any octets.
    for (first, said) in [
        (&b"a"[..], "AUTH X-ECHO YQ=="),
        (b"ab", "AUTH X-ECHO YWI="),
        (b"abc", "AUTH X-ECHO YWJj"),
        (b"\0\xff\r\n", "AUTH X-ECHO AP8NCg=="),
        (b"\xfb\xff\xbf", "AUTH X-ECHO +/+/"),
        (b"=", "AUTH X-ECHO PQ=="),
    ] {
        let mut talk = Talk::ready(ECHO);
        talk.connection.authenticate(echo(Some(first))).expect("it may log in");
        talk.hears_all(&[said]);
    }
}

fn external(identity: Option<&str>) -> Exchange {
    let credentials = match identity {
        Some(identity) => Credentials::default().authorize_as(identity),
        None => Credentials::default(),
    };
    Exchange::new(External::new(&credentials).expect("it can be sent"))
}

fn an_empty_one_is_an_equals_sign() {
    let mut talk = Talk::ready("AUTH EXTERNAL");
    talk.connection.authenticate(external(None)).expect("it may log in");
    talk.hears_all(&["AUTH EXTERNAL ="]);
    let mut talk = Talk::ready("AUTH EXTERNAL");
    talk.connection.authenticate(external(Some("ann"))).expect("it may log in");
    talk.hears_all(&["AUTH EXTERNAL YW5u"]);
    // None at all is none, and an empty response to a challenge is an empty line.
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
    talk.feed("334 \r\n");
    assert_eq!(talk.line().as_deref(), Some("\r\n"));
    talk.feed("334\r\n");
    assert_eq!(talk.line().as_deref(), Some("\r\n"), "without the space that has to be there");
}

fn a_long_one_waits() {
    // "AUTH PLAIN ", the response and CR LF: up to 512 octets, of which base64 leaves 496.
    for (length, fits) in [(1, true), (367, true), (368, false), (369, false), (5000, false)] {
        let password = "p".repeat(length);
        let response = encode(format!("\0ann\0{password}"));
        let mut talk = Talk::ready("AUTH PLAIN");
        talk.connection.authenticate(plain(&password)).expect("it may log in");
        let line = talk.line().expect("a command");
        assert!(line.len() <= 512, "{length}: {}", line.len());
        if fits {
            assert_eq!(line, format!("AUTH PLAIN {response}\r\n"), "{length}");
        } else {
            assert_eq!(line, "AUTH PLAIN\r\n", "{length}");
            talk.is_silent();
            talk.feed("334 \r\n");
            assert_eq!(talk.line(), Some(format!("{response}\r\n")), "{length}");
        }
        talk.says("235 welcome");
        assert_eq!(talk.phase(), State::Authenticated, "{length}: {:?}", talk.error);
    }
    // A server that has something to say where it was to ask gets no password.
    let mut talk = Talk::ready("AUTH PLAIN");
    talk.connection.authenticate(plain(&"p".repeat(500))).expect("it may log in");
    talk.hears();
    talk.says("334 YWJj");
    assert_eq!(talk.line().as_deref(), Some("*\r\n"));
}

fn there_is_no_second_auth() {
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
    talk.says("334 YQ==");
    talk.line();
    talk.says("235 welcome");
    let error = talk.connection.authenticate(echo(None)).expect_err("once more");
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Usage, Some(r::NO_SECOND_AUTH)));
    talk.is_silent();
    // Nor after another hello.
    talk.connection.say_hello_again().expect("idle");
    talk.hello(ECHO);
    let error = talk.connection.authenticate(echo(None)).expect_err("once more");
    assert_eq!(error.requirement(), Some(r::NO_SECOND_AUTH));
    talk.is_silent();
    // Through the client.
    let server = Server::new(Accounts::new().password("ann", "pencil")).plaintext_passwords();
    let builder = SmtpClient::builder().security(Security::Plaintext).sasl(open());
    Way::Upgrade.secured(&server, &builder, async |mut client| {
        client.authenticate(&ann()).await.expect("logged in");
        let error = client.authenticate(&ann()).await.expect_err("once more");
        assert_eq!(error.requirement(), Some(r::NO_SECOND_AUTH), "{error}");
        client.quit().await.expect("in order");
    });
    let times = server.commands().iter().filter(|line| line.starts_with("AUTH ")).count();
    assert_eq!(times, 1);
    // After one that failed there is one.
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears();
    talk.says("535 no");
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
}

fn no_auth_within_a_transaction() {
    let mut talk = Talk::ready(ECHO);
    let refused = |talk: &mut Talk| {
        let error = talk.connection.authenticate(echo(None)).expect_err("in a transaction");
        assert_eq!(
            (error.kind(), error.requirement()),
            (ErrorKind::Usage, Some(r::NO_AUTH_IN_A_TRANSACTION))
        );
        talk.is_silent();
    };
    let id = talk.send(envelope(&["b@mail.example"]), MAIL);
    for (said, answer) in [
        ("MAIL FROM:<a@client.example>", "250 fine"),
        ("RCPT TO:<b@mail.example>", "250 fine"),
        ("DATA", "354 go"),
    ] {
        assert_eq!(talk.hears(), said);
        refused(&mut talk);
        talk.says(answer);
    }
    assert!(talk.octets().ends_with(b"\r\n.\r\n"));
    refused(&mut talk);
    talk.says("250 taken");
    assert!(talk.report(id).is_complete());
    // After it there is none any more.
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
}

/// A connection that has to give up.
fn giving_up() -> Talk {
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears_all(&["AUTH X-ECHO"]);
    talk.says(&format!("334 {}", encode("wrong")));
    talk
}

fn an_asterisk_cancels() {
    let mut talk = giving_up();
    assert_eq!(talk.octets(), b"*\r\n");
    assert!(talk.connection.submit(Command::Noop(None)).is_err(), "ahead of the answer");
    talk.says("501 cancelled");
    assert_eq!(talk.phase(), State::Ready, "{:?}", talk.error);
    assert!(talk.connection.take_login().is_some_and(|login| login.is_err()));
    // It goes on as if nothing had been.
    let noop = talk.submit(Command::Noop(None));
    talk.hears_all(&["NOOP"]);
    talk.says("250 fine");
    assert!(talk.reply(noop).is_success());
    // What it can answer it does not cancel.
    let mut talk = Talk::ready(ECHO);
    talk.connection.authenticate(echo(None)).expect("it may log in");
    talk.hears();
    talk.says(&format!("334 {}", encode("right")));
    assert_eq!(talk.octets(), format!("{}\r\n", encode("right")).as_bytes());
}

fn the_asterisk_is_answered_by_a_refusal() {
    // Asked for more after it, nothing more is said.
    let mut talk = giving_up();
    assert_eq!(talk.octets(), b"*\r\n");
    talk.says("334 YWJj");
    let error = talk.fails();
    assert_eq!((error.kind(), error.requirement()), (ErrorKind::Protocol, Some(r::CANCEL_GETS_501)));
    assert!(!talk.octets().starts_with(b"YWJj"));
    // Told that it has gone well, it is not believed.
    let mut talk = giving_up();
    talk.octets();
    talk.says("235 welcome");
    talk.fails();
    assert_eq!(talk.phase(), State::Failed);
    for refusal in ["501 5.7.0 cancelled", "535 no", "454 no"] {
        let mut talk = giving_up();
        talk.octets();
        talk.says(refusal);
        assert_eq!((talk.phase(), talk.error.is_none()), (State::Ready, true), "{refusal}");
    }
}

fn auth_ends_a_group() {
    let mut talk = Talk::ready("PIPELINING|AUTH X-ECHO");
    talk.connection.authenticate(echo(Some(b"a"))).expect("it may log in");
    let try_all = |talk: &mut Talk| {
        assert!(talk.connection.submit(Command::Noop(None)).is_err());
        assert!(talk.connection.submit(Command::Rset).is_err());
        assert!(talk.try_send(envelope(&["b@mail.example"]), MAIL, false).is_err());
        assert!(talk.connection.authenticate(echo(None)).is_err());
        assert!(talk.connection.quit().is_err());
    };
    try_all(&mut talk);
    talk.hears_all(&["AUTH X-ECHO YQ=="]);
    try_all(&mut talk);
    talk.is_silent();
    talk.says("334 YWJj");
    try_all(&mut talk);
    assert_eq!(talk.octets(), b"YWJj\r\n");
    talk.says("235 welcome");
    // Behind the answer there may be a group again.
    talk.submit(Command::Rset);
    talk.send(envelope(&["b@mail.example"]), MAIL);
    talk.hears_all(&["RSET", "MAIL FROM:<a@client.example>", "RCPT TO:<b@mail.example>", "DATA"]);
    // And it begins none before others were answered.
    let mut talk = Talk::ready("PIPELINING|AUTH X-ECHO");
    talk.submit(Command::Rset);
    assert!(talk.connection.authenticate(echo(None)).is_err());
    talk.hears_all(&["RSET"]);
}
