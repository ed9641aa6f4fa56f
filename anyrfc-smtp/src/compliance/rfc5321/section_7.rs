//! RFC 5321, section 7: what the header must not tell, and whom to believe.

use anyrfc_core::compliance::Check;
use anyrfc_mime::{
    Message,
    build::{Builder, Composed, Resend},
};

use super::super::{
    served::{arrives, with},
    support::{MAIL, Talk, envelope},
};
use crate::{
    rfc5321 as r,
    testing::{Answer, Server},
    types::{Envelope, Outcome},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-7.2/recipients-are-not-copied-into-the-header",
        covers: &[r::RECIPIENTS_ARE_NOT_COPIED_INTO_HEADERS],
        run: recipients_are_not_copied_into_the_header,
    },
    Check {
        name: "rfc5321/section-7.2/a-blind-copy-can-go-alone",
        covers: &[r::BLIND_COPY_MAY_GO_ALONE],
        run: a_blind_copy_can_go_alone,
    },
    Check {
        name: "rfc5321/section-7.2/apparently-to-is-not-used",
        covers: &[r::APPARENTLY_TO_IS_NOT_USED],
        run: apparently_to_is_not_used,
    },
    Check {
        name: "rfc5321/section-7.4/a-redirection-changes-nothing",
        covers: &[r::REDIRECTION_IS_TRUSTED_WHEN_AUTHENTIC],
        run: a_redirection_changes_nothing,
    },
];

/// Four people, of whom the header names the first.
const ALL: [&str; 4] =
    ["open@mail.example", "blind@mail.example", "hidden@mail.example", "list@mail.example"];

fn composed() -> Composed<'static> {
    let builder = Builder::new().from("a@client.example").to(ALL[0]).bcc(ALL[1]).bcc(ALL[2]).bcc(ALL[3]);
    builder.subject("to some").text("hi\r\n").build().expect("built")
}

#[track_caller]
fn names_the_first_alone(content: &[u8]) {
    let text = String::from_utf8_lossy(content);
    assert!(text.contains(ALL[0]), "{text}");
    for hidden in &ALL[1..] {
        assert!(!text.contains(hidden), "{text}");
    }
}

fn recipients_are_not_copied_into_the_header() {
    // Octets are sent as they are, whomever they go to.
    let plain = "From: a@client.example\r\nTo: open@mail.example\r\n\r\nhi\r\n";
    let arrived = arrives(envelope(&ALL), plain);
    assert_eq!((arrived.addresses(), arrived.content.as_slice()), (ALL.to_vec(), plain.as_bytes()));
    // What is built, and what is sent again, tells nobody of those who are not to be seen.
    let composed = composed();
    let arrived = arrives(Envelope::try_from(&composed).expect("an envelope"), &composed);
    assert_eq!(arrived.addresses(), ALL);
    names_the_first_alone(&arrived.content);
    let resent = Resend::new().from("a@client.example").to(ALL[0]).bcc(ALL[1]).bcc(ALL[2]).bcc(ALL[3]);
    let resent =
        resent.message("From: z@client.example\r\nTo: y@client.example\r\n\r\nhi\r\n").expect("a message");
    let arrived = arrives(Envelope::try_from(&resent).expect("an envelope"), &resent);
    assert_eq!(arrived.addresses(), ALL);
    names_the_first_alone(&arrived.content);
    // Neither does what was read, once its recipients have been taken from it.
    let text = format!(
        "To: {}\r\nbcc: {},\r\n {}\r\nFrom: a@client.example\r\nBcc: {}\r\n\r\nhi\r\n",
        ALL[0], ALL[1], ALL[2], ALL[3]
    );
    let message = Message::parse(text.as_bytes());
    let arrived = arrives(Envelope::of(&message).expect("an envelope"), &message);
    assert_eq!(arrived.addresses(), ALL);
    names_the_first_alone(&arrived.content);
}

fn a_blind_copy_can_go_alone() {
    let server = Server::full();
    with(&server, async |client| {
        let message = composed();
        client.send(envelope(&ALL[..1]), &message).await.expect("sent");
        for blind in &ALL[1..] {
            client.send(envelope(&[blind]), &message).await.expect("sent");
        }
    });
    let delivered = server.take_deliveries();
    assert_eq!(delivered.len(), 4);
    for (mail, recipient) in delivered.iter().zip(ALL) {
        assert_eq!(mail.addresses(), [recipient]);
        assert_eq!(mail.content, delivered[0].content);
        names_the_first_alone(&mail.content);
    }
}

fn apparently_to_is_not_used() {
    let nobody = Builder::new().from("a@client.example").bcc(ALL[1]).text("hi").build().expect("built");
    let unnamed = Message::parse(b"From: a@client.example\r\nBcc: blind@mail.example\r\n\r\nhi\r\n");
    let contents = [
        arrives(envelope(&ALL), "From: a@client.example\r\n\r\nhi\r\n").content,
        arrives(envelope(&ALL), &nobody).content,
        arrives(envelope(&ALL), &unnamed).content,
        arrives(envelope(&ALL), composed()).content,
    ];
    for content in contents {
        let text = String::from_utf8(content).expect("ASCII").to_ascii_lowercase();
        let (header, _) = text.split_once("\r\n\r\n").expect("a header");
        assert!(!header.lines().any(|line| line.starts_with("apparently-")), "{header}");
        assert!(header.contains("from: "), "{header}");
    }
}

fn a_redirection_changes_nothing() {
    // Whoever it is that answers: it is told, and neither followed nor kept.
    for reply in [
        "251 User not local; will forward to <eve@evil.example>",
        "551 User not local; please try <eve@evil.example>",
        "551 5.1.6 <eve@evil.example>",
    ] {
        let mut talk = Talk::ready("");
        for _ in 0..2 {
            let id = talk.send(envelope(&["b@mail.example"]), MAIL);
            assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>");
            talk.says("250 ok");
            assert_eq!(talk.hears(), "RCPT TO:<b@mail.example>");
            talk.says(reply);
            if reply.starts_with('2') {
                assert_eq!(talk.hears(), "DATA");
                talk.says("354 go");
                talk.octets();
                talk.says("250 ok");
            } else {
                talk.hears_all(&["RSET"]);
                talk.says("250 ok");
            }
            talk.is_silent();
            let report = talk.report(id);
            let [of] = report.recipients() else { panic!("{report:?}") };
            assert_eq!(of.path().as_str(), "b@mail.example");
            // Its user, who knows whether the server is what it says, can read of it and decide.
            let answer = of.answer().expect("what was said to RCPT");
            assert_eq!(answer.code().to_string(), reply[..3]);
            assert!(answer.text().contains("<eve@evil.example>"), "{answer}");
            assert_eq!(of.outcome().is_accepted(), reply.starts_with('2'));
            assert!(reply.starts_with('2') || matches!(of.outcome(), Outcome::Rejected(of) if of == answer));
        }
        let said = String::from_utf8_lossy(&talk.raw).into_owned();
        assert!(!said.contains("eve"), "{said}");
    }
    let server = Server::full().on("RCPT", |_, _| Answer::reply(551, "5.1.6 try <eve@evil.example>"));
    with(&server, async |client| {
        let report = client.send(envelope(&["b@mail.example"]), "Subject: x\r\n\r\n").await.expect("sent");
        assert!(!report.is_complete() && !report.recipients()[0].is_retryable());
        client.noop().await.expect("still there");
    });
    assert!(!server.commands().iter().any(|line| line.contains("eve")), "{:?}", server.commands());
}
