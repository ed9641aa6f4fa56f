//! How mail comes.

use super::*;

#[test]
fn a_message_by_data() {
    let server = Server::full();
    let got = codes(
        &server,
        &[
            EHLO,
            "MAIL FROM:<a@example.org> SIZE=30 BODY=8BITMIME RET=HDRS ENVID=x+2By\r\nRCPT TO:<b@example.org> \
             NOTIFY=SUCCESS,DELAY ORCPT=rfc822;b@example.org\r\nRCPT TO:<Postmaster>\r\nDATA\r\n",
            "Subject: x\r\n\r\n..\r\n\u{fc}\r\n.\r\nRSET\r\nNOOP\r\n",
            "QUIT\r\n",
        ],
    );
    assert_eq!(got, [vec![250], vec![250, 250, 250, 354], vec![250, 250, 250], vec![221]]);
    assert_eq!(server.faults(), []);
    let [delivery] = &server.deliveries()[..] else { panic!("{:?}", server.deliveries()) };
    assert_eq!(delivery.content, "Subject: x\r\n\r\n.\r\n\u{fc}\r\n".as_bytes());
    assert_eq!(delivery.addresses(), ["b@example.org", "Postmaster"]);
    assert_eq!(delivery.parameters.to_string(), "SIZE=30 BODY=8BITMIME RET=HDRS ENVID=x+2By");
    assert_eq!(delivery.recipients[0].parameters.value("notify"), Some("SUCCESS,DELAY"));
    assert_eq!((delivery.sender.as_str(), delivery.hello.as_str()), ("a@example.org", "client.example.org"));
    assert_eq!(
        (delivery.secured, delivery.user.as_ref(), &delivery.transfer),
        (false, None, &Transfer::Data)
    );
    assert_eq!((server.turns(), server.connections(), server.ended(1)), (5, 1, Some(Ended::Quit)));
    assert_eq!(server.commands().first().map(String::as_str), Some("EHLO client.example.org"));
    assert!(server.transcript().iter().any(|said| said.to_string() == "1 >: (21 octets)"));
    assert_eq!(server.take_deliveries().len(), 1);
    assert_eq!(server.deliveries(), []);
}

#[test]
fn a_message_octet_by_octet() {
    let server = Server::full();
    let mut session = server.session();
    session.take_output();
    let text =
        [EHLO, MAIL, RCPT, "BDAT 4\r\na\r\nb", "BDAT 2 LAST\r\n\r\n", MAIL, RCPT, "DATA\r\n", "..x\r\n.\r\n"];
    for octet in text.concat().bytes() {
        session.receive(&[octet]);
        session.take_output();
    }
    assert_eq!(server.faults(), []);
    let contents: Vec<_> = server.deliveries().into_iter().map(|delivery| delivery.content).collect();
    assert_eq!(contents, [b"a\r\nb\r\n".to_vec(), b".x\r\n".to_vec()]);
    assert_eq!(server.deliveries()[0].transfer, Transfer::Chunks(vec![4, 2]));
    assert_eq!(server.eager_chunks(), 0);
}

#[test]
fn everything_in_one_group() {
    let server = Server::full();
    let group = [MAIL, RCPT, "BDAT 3 LAST\r\na\r\n", MAIL, RCPT, "BDAT 0 LAST\r\n", "QUIT\r\n"].concat();
    assert_eq!(codes(&server, &[EHLO, &group]), [vec![250], vec![250; 6].into_iter().chain([221]).collect()]);
    assert_eq!((server.faults(), server.turns(), server.eager_chunks()), (vec![], 3, 2));
    assert_eq!(server.deliveries().len(), 2);
}

#[test]
fn lmtp_answers_for_each_recipient() {
    let server = Server::lmtp().on_content(|_, recipient| match recipient {
        Some(recipient) if recipient.address.starts_with('c') => Answer::reply(452, "4.2.2 full"),
        _ => Answer::as_usual(),
    });
    let envelope = [MAIL, RCPT, "RCPT TO:<c@example.org>\r\nRCPT TO:<d@example.org>\r\n"].concat();
    let got = codes(
        &server,
        &[
            "LHLO client.example.org\r\n",
            &envelope,
            "DATA\r\n",
            "x\r\n.\r\n",
            &envelope,
            "BDAT 1\r\nxBDAT 2 LAST\r\n\r\n",
        ],
    );
    assert_eq!(got[3], [250, 452, 250]);
    assert_eq!(got[5], [250, 250, 452, 250]);
    assert_eq!(server.faults(), []);
    assert_eq!(server.deliveries()[1].addresses(), ["b@example.org", "d@example.org"]);
}

#[test]
fn prdr_answers_for_each_and_for_all() {
    let server = Server::full().on_content(|_, recipient| match recipient {
        Some(recipient) if recipient.address.starts_with('c') => Answer::reply(550, "5.7.1 no"),
        _ => Answer::as_usual(),
    });
    let mail = "MAIL FROM:<a@example.org> PRDR\r\n";
    let one = [mail, RCPT].concat();
    let two = [mail, RCPT, "RCPT TO:<c@example.org>\r\n"].concat();
    let got = codes(&server, &[EHLO, &two, "DATA\r\n", "x\r\n.\r\n", &one, "DATA\r\n", "x\r\n.\r\n"]);
    assert_eq!((&got[3], &got[6]), (&vec![353, 250, 550, 250], &vec![250]));
    assert_eq!(server.deliveries()[0].addresses(), ["b@example.org"]);
    assert_eq!(server.faults(), []);
}

#[test]
fn refused_chunks_are_swallowed_or_not() {
    let refused = |server: Server| server.on("MAIL", |_, _| Answer::reply(550, "5.7.1 no"));
    let group = [MAIL, RCPT, "BDAT 6\r\nNOOP\r\n", "BDAT 6 LAST\r\nRSET\r\n", "RSET\r\n"].concat();
    let server = refused(Server::full());
    assert_eq!(codes(&server, &[EHLO, &group])[1], [550, 503, 503, 503, 250]);
    assert_eq!(server.faults(), []);
    let server = refused(Server::full().without_swallowing());
    assert_eq!(codes(&server, &[EHLO, &group])[1], [550, 503, 503, 503, 503, 250, 250]);
    // The commands of the message itself came to life, and NOOP ended no group.
    assert_eq!(server.commands().iter().filter(|line| *line == "NOOP" || *line == "RSET").count(), 3);
}

#[test]
fn sizes_are_limited() {
    let server = Server::bare().offer("SIZE 10").offer("CHUNKING");
    let mail = |size: u32| format!("MAIL FROM:<a@example.org> SIZE={size}\r\n");
    let long = "0123456789\r\n.\r\n";
    let got = codes(
        &server,
        &[
            EHLO,
            &mail(11),
            &mail(10),
            RCPT,
            "DATA\r\n",
            long,
            MAIL,
            RCPT,
            "BDAT 11\r\n0123456789\r",
            "RSET\r\n",
        ],
    );
    assert_eq!(got.concat(), [250, 552, 250, 250, 354, 552, 250, 250, 552, 250]);
    assert_eq!(server.deliveries(), []);
    assert_eq!(faults(&server), ["rfc1870#6-h1"]);
}

#[test]
fn urls_are_fetched() {
    let url = "imap://b@example.org/INBOX;UIDVALIDITY=1/;UID=2;URLAUTH=submit+a:internal:abc";
    let server = Server::full().resource(url, "x\r\n");
    let burl = format!("BURL {url}\r\n");
    let last = format!("BURL {url} LAST\r\n");
    let got = codes(
        &server,
        &[EHLO, MAIL, RCPT, &burl, "BDAT 3\r\ny\r\n", &last, MAIL, RCPT, "BURL imap://no/x\r\n"],
    );
    assert_eq!(got.concat(), [250, 250, 250, 250, 250, 250, 250, 250, 554]);
    assert_eq!(server.deliveries()[0].content, b"x\r\ny\r\nx\r\n");
    assert_eq!(server.faults(), []);
}

#[test]
fn what_is_smuggled_arrives_at_a_vulnerable_server_alone() {
    let text = "x\n.\nMAIL FROM:<evil@example.org>\r\nRCPT TO:<c@example.org>\r\nDATA\r\ny\r\n.\r\n";
    let rule = "rfc5321#2.3.8-3";
    for (server, messages) in [(Server::full(), 1), (Server::full().bare_line_ends(), 2)] {
        play(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", text]);
        assert_eq!(server.deliveries().len(), messages);
        assert_eq!(faults(&server).first().map(String::as_str), Some(rule));
    }
}
