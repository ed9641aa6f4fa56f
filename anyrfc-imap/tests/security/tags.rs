//! Completions that belong to no command, or come before it was sent.

use anyrfc_core::Tolerance;
use anyrfc_imap::{
    ErrorKind,
    codec::command::{Append, Noop, Raw},
    proto::State,
    rfc9051,
    types::{AppendOptions, MailboxName},
};

use crate::support::{Peer, bytes, with};

#[test]
fn tags_cannot_be_foretold() {
    let mut peer = Peer::authenticated("");
    for _ in 0..3 {
        drop(peer.submit(Noop));
    }
    peer.hear();
    let letters: Vec<&str> = (1..=3).map(|n| &peer.tag(n)[..5]).collect();
    assert!(letters[0] != letters[1] && letters[1] != letters[2], "{letters:?}");
}

#[test]
fn a_completion_of_no_command_completes_none() {
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    peer.hear();
    assert_eq!(peer.say("a1 OK done\r\n"), [""; 0]);
    assert_eq!(peer.deviations().len(), 1);
    peer.say("%1 OK done\r\n");
    peer.answer(noop).unwrap();
    // Twice is once too often.
    assert_eq!(peer.say("%1 OK done\r\n"), [""; 0]);
    assert_eq!(peer.deviations()[0].1, 2);
    let mut peer = Peer::authenticated_with(with(|config| config.tolerance = Tolerance::Strict), "");
    let error = peer.fails("a1 OK done\r\n");
    assert_eq!(error.requirement(), Some(rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND));
    assert_eq!(error.unparsed(), Some(&b"a1 OK done\r\n"[..]));
}

#[test]
fn ok_before_a_command_is_sent_whole_is_fatal() {
    let mut peer = Peer::authenticated("");
    let noop = peer.submit(Noop);
    // Prepared, but not moved to the output.
    let guess = {
        let mut twin = Peer::authenticated("");
        drop(twin.submit(Noop));
        twin.hear();
        twin.tag(1).to_owned()
    };
    let error = peer.try_say_bytes(format!("{guess} OK done\r\n").as_bytes()).unwrap_err();
    assert_eq!(error.requirement(), Some(rfc9051::COMPLETION_BEARS_THE_TAG_OF_A_COMMAND));
    drop(noop);
    // And where a literal is still to be asked for.
    let mut peer = Peer::authenticated("");
    let raw = Raw::new("XFOO").unwrap().literal(bytes("abc"));
    let raw = peer.submit(raw);
    assert_eq!(peer.hear(), "%1 XFOO {3}\r\n");
    let error = peer.fails("%1 OK done\r\n");
    assert_eq!((error.kind(), peer.machine.phase()), (ErrorKind::Protocol, State::Failed));
    drop(raw);
}

#[test]
fn a_refused_literal_is_never_sent() {
    for answer in ["%1 NO too large\r\n", "%1 BAD what\r\n"] {
        let mut peer = Peer::authenticated("");
        let raw = peer.submit(Raw::new("XFOO").unwrap().literal(bytes("x DELETE INBOX")));
        let noop = peer.submit(Noop);
        assert_eq!(peer.hear(), "%1 XFOO {14}\r\n");
        peer.say(answer);
        assert_eq!(peer.answer(raw).unwrap_err().kind(), ErrorKind::Refused);
        assert_eq!(peer.hear(), "%2 NOOP\r\n");
        drop(noop);
    }
}

#[test]
fn no_literal_goes_unasked_to_a_server_that_may_not_know_the_command() {
    let mut peer = Peer::authenticated("LITERAL+");
    let raw = peer.submit(Raw::new("XFOO").unwrap().literal(bytes("x DELETE INBOX")));
    assert_eq!(peer.hear(), "%1 XFOO {14}\r\n");
    peer.say("+ go on\r\n");
    assert_eq!(peer.hear(), "x DELETE INBOX\r\n");
    drop(raw);
}

#[test]
fn a_literal_refused_while_it_is_sent_is_sent_to_its_end() {
    let mut peer = Peer::authenticated("");
    let append = peer.submit(Append::new(MailboxName::inbox(), AppendOptions::new(), 6));
    let id = append.id();
    let noop = peer.submit(Noop);
    assert_eq!(peer.hear(), "%1 APPEND INBOX {6}\r\n");
    assert_eq!(peer.say("+ go on\r\n"), ["literal CommandId(1)"]);
    assert_eq!(peer.machine.feed(id, bytes("abc")).unwrap(), 3);
    assert_eq!(peer.hear(), "abc");
    assert_eq!(
        peer.say("%1 NO [OVERQUOTA] full\r\n"),
        [""; 0],
        "the server reads on to the end of the literal"
    );
    assert_eq!(peer.machine.feed(id, bytes("def\r\n")).unwrap_err().kind(), ErrorKind::Usage);
    assert_eq!(peer.machine.feed(id, bytes("def")).unwrap(), 0);
    assert_eq!(peer.hear(), "def\r\n%2 NOOP\r\n");
    peer.due();
    assert_eq!(peer.answer(append).unwrap_err().to_string(), "the server said NO [OverQuota] full");
    drop(noop);
}

#[test]
fn tagged_lines_within_a_literal_complete_nothing() {
    let mut peer = Peer::selected("", 1);
    let noop = peer.submit(Noop);
    peer.hear();
    let tag = peer.tag(2).to_owned();
    let body = format!("{tag} OK done\r\n");
    let told = peer.say(&format!("* 1 FETCH (UID 5 BODY[] {{{}}}\r\n{body})\r\n", body.len()));
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("row of nobody"), "{told:?}");
    drop(noop);
}
