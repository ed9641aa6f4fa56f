//! Several literals of the caller's in one command (RFC 3502, RFC 4469, RFC 8508).

use anyrfc_imap::{
    Code, ErrorKind,
    codec::command::{Append, Noop, Replace, UidReplace},
    error::Waited,
    types::{
        AppendForm, AppendMessage, AppendOptions, CatenatePart, MailboxName, SequenceNumber, Uid, UrlMailbox,
        UrlMessage,
    },
};

use crate::support::{Peer, bytes};

fn messages(octets: &[u64]) -> Append {
    let messages: Vec<_> =
        octets.iter().map(|octets| AppendMessage::new(AppendOptions::new(), *octets)).collect();
    Append::several(MailboxName::inbox(), messages)
}

fn url(uid: u32) -> CatenatePart {
    let mailbox = UrlMailbox::new(MailboxName::new("Drafts").unwrap());
    CatenatePart::Url(Box::new(UrlMessage::new(mailbox, Uid::new(uid).unwrap()).into()))
}

fn joined(parts: impl Into<Vec<CatenatePart>>) -> AppendMessage {
    AppendMessage::catenate(AppendOptions::new(), parts)
}

#[test]
fn each_is_asked_for_then_given() {
    let mut peer = Peer::authenticated("MULTIAPPEND UIDPLUS");
    let ticket = peer.submit(messages(&[3, 2]));
    let id = ticket.id();
    assert_eq!(peer.hear(), "%1 APPEND INBOX {3}\r\n");
    assert_eq!(peer.say("+ go on\r\n"), ["literal CommandId(1)"]);
    assert_eq!((peer.machine.room(), peer.machine.literal_left()), (3, 3));
    assert_eq!(
        peer.machine.feed(id, bytes("abcd")).unwrap_err().kind(),
        ErrorKind::Usage,
        "not both at once"
    );
    assert_eq!(peer.machine.feed(id, bytes("abc")).unwrap(), 0);
    assert_eq!(peer.hear(), "abc {2}\r\n");
    assert_eq!((peer.machine.room(), peer.machine.literal_left()), (0, 0));
    assert_eq!(peer.machine.feed(id, bytes("de")).unwrap_err().kind(), ErrorKind::Usage, "not asked for");
    assert_eq!(peer.say("+ and on\r\n"), ["literal CommandId(1)"]);
    assert_eq!(peer.machine.feed(id, bytes("de")).unwrap(), 0);
    assert_eq!(peer.hear(), "de\r\n");
    peer.say("%1 OK [APPENDUID 7 9:10] done\r\n");
    let answer = peer.answer(ticket).unwrap().unwrap();
    assert_eq!(answer.uids.iter().map(Uid::get).collect::<Vec<_>>(), [9, 10]);
    assert_eq!(answer.uid(), None, "it is not one");
}

#[test]
fn those_that_need_not_wait_do_not() {
    let mut peer = Peer::authenticated("MULTIAPPEND LITERAL-");
    let ticket = peer.submit(messages(&[1, 4097, 2]));
    let id = ticket.id();
    assert_eq!(peer.hear(), "%1 APPEND INBOX {1+}\r\n");
    peer.machine.feed(id, bytes("a")).unwrap();
    assert_eq!(peer.hear(), "a {4097}\r\n");
    peer.say("+ go on\r\n");
    peer.machine.feed(id, bytes(&"b".repeat(4097))).unwrap();
    assert!(peer.hear().ends_with("b {2+}\r\n"));
    peer.machine.feed(id, bytes("cc")).unwrap();
    assert_eq!(peer.hear(), "cc\r\n");
    drop(ticket);
}

/// The server has no more to say of a command that it has refused: what is announced behind
/// it would be read as commands.
#[test]
fn a_refusal_between_two_literals_ends_the_command() {
    for (capabilities, behind) in [("MULTIAPPEND", " {3}\r\n"), ("MULTIAPPEND LITERAL+", " {3+}\r\n")] {
        let mut peer = Peer::authenticated(capabilities);
        let ticket = peer.submit(messages(&[6, 3]));
        let id = ticket.id();
        let noop = peer.submit(Noop);
        peer.hear();
        if !behind.contains('+') {
            peer.say("+ go on\r\n");
        }
        peer.machine.feed(id, bytes("abc")).unwrap();
        peer.hear();
        assert_eq!(peer.say("%1 NO [OVERQUOTA] full\r\n"), [""; 0], "the literal is read to its end");
        peer.machine.feed(id, bytes("def")).unwrap();
        let heard = peer.hear();
        assert!(heard.starts_with("def\r\n%2 NOOP\r\n"), "{heard:?}");
        peer.due();
        let error = peer.answer(ticket).unwrap_err();
        assert_eq!((error.kind(), error.code()), (ErrorKind::Refused, Some(&Code::OverQuota)));
        assert_eq!(peer.machine.feed(id, bytes("x")).unwrap_err().kind(), ErrorKind::Usage);
        peer.say("%2 OK done\r\n");
        peer.answer(noop).unwrap();
    }
}

#[test]
fn a_refusal_in_place_of_the_second_request_ends_the_command() {
    let mut peer = Peer::authenticated("MULTIAPPEND");
    let (ticket, noop) = (peer.submit(messages(&[1, 2])), peer.submit(Noop));
    peer.hear();
    peer.say("+ go on\r\n");
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    assert_eq!(peer.hear(), "a {2}\r\n");
    peer.say("%1 NO [TOOBIG] too much\r\n");
    assert_eq!(peer.answer(ticket).unwrap_err().code(), Some(&Code::TooBig));
    assert_eq!(peer.hear(), "%2 NOOP\r\n");
    peer.say("%2 OK done\r\n");
    peer.answer(noop).unwrap();
}

#[test]
fn success_before_the_last_literal_is_none() {
    let mut peer = Peer::authenticated("MULTIAPPEND");
    let ticket = peer.submit(messages(&[1, 2]));
    peer.hear();
    peer.say("+ go on\r\n");
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    peer.hear();
    assert_eq!(peer.fails("%1 OK [APPENDUID 7 9] done\r\n").kind(), ErrorKind::Protocol);
}

#[test]
fn a_second_literal_that_is_never_asked_for_ends_in_time() {
    let mut peer = Peer::authenticated("MULTIAPPEND");
    let ticket = peer.submit(messages(&[1, 2]));
    peer.hear();
    peer.say("+ go on\r\n");
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    peer.hear();
    let time = peer.machine.config().deadlines.continuation;
    assert_eq!(peer.wait(time).unwrap_err().waited_for(), Some(Waited::Literal));
}

#[test]
fn parts_and_messages_stand_in_their_order() {
    let mut peer = Peer::authenticated("MULTIAPPEND CATENATE");
    let parts = [url(20), CatenatePart::Text(2), CatenatePart::Text(0), url(21), CatenatePart::Text(1)];
    let several = [joined(parts), AppendMessage::new(AppendOptions::new(), 1), joined([url(22)])];
    let ticket = peer.submit(Append::several(MailboxName::inbox(), several));
    let id = ticket.id();
    assert_eq!(peer.hear(), "%1 APPEND INBOX CATENATE (URL \"/Drafts/;UID=20\" TEXT {2}\r\n");
    peer.say("+ go on\r\n");
    peer.machine.feed(id, bytes(")\"")).unwrap();
    assert_eq!(peer.hear(), ")\" TEXT {0}\r\n");
    peer.say("+ go on\r\n");
    assert_eq!(peer.hear(), " URL \"/Drafts/;UID=21\" TEXT {1}\r\n");
    peer.say("+ go on\r\n");
    peer.machine.feed(id, bytes("\n")).unwrap();
    assert_eq!(peer.hear(), "\n) {1}\r\n");
    peer.say("+ go on\r\n");
    peer.machine.feed(id, bytes("x")).unwrap();
    assert_eq!(peer.hear(), "x CATENATE (URL \"/Drafts/;UID=22\")\r\n");
    peer.say("%1 NO [BADURL /Drafts/;UID=21] no such message\r\n");
    let error = peer.answer(ticket).unwrap_err();
    assert_eq!(error.code(), Some(&Code::BadUrl("/Drafts/;UID=21".into())));
}

#[test]
fn what_looks_like_commands_is_payload() {
    let mut peer = Peer::authenticated("MULTIAPPEND CATENATE LITERAL+");
    let evil = "x)\r\nT9 DELETE INBOX\r\n+ go on\r\n\0{5}\r\n";
    let octets = evil.len() as u64;
    let ticket = peer.submit(Append::several(
        MailboxName::inbox(),
        [joined([CatenatePart::Text(octets), CatenatePart::Text(octets)])],
    ));
    let announced = format!("TEXT {{{octets}+}}\r\n");
    assert_eq!(peer.hear(), format!("%1 APPEND INBOX CATENATE ({announced}"));
    peer.machine.feed(ticket.id(), bytes(evil)).unwrap();
    assert_eq!(peer.hear(), format!("{evil} {announced}"));
    peer.machine.feed(ticket.id(), bytes(evil)).unwrap();
    assert_eq!(peer.hear(), format!("{evil})\r\n"));
    drop(ticket);
}

#[test]
fn what_cannot_be_sent_is_refused_before_anything_is() {
    let mut peer = Peer::authenticated("MULTIAPPEND CATENATE UTF8=ACCEPT BINARY");
    let inbox = MailboxName::inbox;
    let binary = AppendOptions::new().form(AppendForm::Binary);
    for (append, kind) in [
        (Append::several(inbox(), []), ErrorKind::Usage),
        (Append::several(inbox(), [joined([])]), ErrorKind::Usage),
        (Append::several(inbox(), [AppendMessage::catenate(binary, [url(1)])]), ErrorKind::Usage),
        (messages(&[1, 1 << 32]), ErrorKind::Usage),
        (messages(&[1, 1 << 63]), ErrorKind::Usage),
    ] {
        let error = peer.machine.submit(append.clone()).unwrap_err();
        assert_eq!((error.kind(), error.is_unsent()), (kind, true), "{append:?}");
    }
    let odd = UrlMailbox::new(MailboxName::received(b"a\r\nb", anyrfc_imap::Names::ModifiedUtf7));
    let odd = CatenatePart::Url(Box::new(UrlMessage::new(odd, Uid::new(1).unwrap()).into()));
    let error = peer.machine.submit(Append::several(inbox(), [joined([odd])])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Usage);
    assert_eq!(peer.hear(), "");
    let mut peer = Peer::authenticated("");
    for append in [messages(&[1, 1]), Append::several(inbox(), [joined([url(1)])])] {
        assert_eq!(peer.machine.submit(append).unwrap_err().kind(), ErrorKind::Unsupported);
    }
    assert_eq!(peer.hear(), "");
    // All of them count for the limit of one message, each by itself.
    let mut peer = Peer::authenticated("MULTIAPPEND CATENATE APPENDLIMIT=10");
    let halves = joined([CatenatePart::Text(6), CatenatePart::Text(5)]);
    let error = peer.machine.submit(Append::several(inbox(), [halves])).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Refused);
    drop(peer.submit(messages(&[10, 10])));
}

#[test]
fn a_forsaken_literal_ends_the_connection_whichever_it_is() {
    let mut peer = Peer::authenticated("MULTIAPPEND LITERAL+");
    let ticket = peer.submit(messages(&[1, 2]));
    peer.hear();
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    peer.hear();
    peer.machine.forsake(ticket.id());
    assert_eq!(peer.try_say("").unwrap_err().kind(), ErrorKind::Usage);
}

#[test]
fn replace_takes_its_answer_wherever_it_comes() {
    let message = || AppendMessage::new(AppendOptions::new(), 1);
    let mut peer = Peer::selected("REPLACE UIDPLUS LITERAL+", 3);
    let ticket = peer.submit(UidReplace::new(Uid::new(4).unwrap(), MailboxName::inbox(), message()));
    assert_eq!(peer.hear(), "%2 UID REPLACE 4 INBOX {1+}\r\n");
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    assert_eq!(peer.hear(), "a\r\n");
    peer.say("* OK [APPENDUID 7 9] ready\r\n* 4 EXISTS\r\n* 2 EXPUNGE\r\n%2 OK done\r\n");
    let replaced = peer.answer(ticket).unwrap();
    assert_eq!(replaced.appended.unwrap().uid(), Uid::new(9));
    assert_eq!(replaced.expunged, [SequenceNumber::new(2).unwrap()]);
    let number = SequenceNumber::new(1).unwrap();
    let ticket = peer.submit(Replace::new(number, MailboxName::inbox(), message()));
    assert_eq!(peer.hear(), "%3 REPLACE 1 INBOX {1+}\r\n");
    peer.machine.feed(ticket.id(), bytes("a")).unwrap();
    peer.hear();
    peer.say("%3 OK [APPENDUID 7 10] done\r\n");
    assert_eq!(peer.answer(ticket).unwrap().appended.unwrap().uid(), Uid::new(10));
    // The numbers are others once a message has gone that the caller has not been told of.
    let stale = peer.submit(Replace::new(number, MailboxName::inbox(), message()));
    peer.machine.forsake(stale.id());
    drop(stale);
}
