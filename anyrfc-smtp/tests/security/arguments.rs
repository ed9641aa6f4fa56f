//! Case 4: nothing that is passed in can hold a second command.

use anyrfc_smtp::{
    Argument, AuthParam, BurlUrl, EhloName, Envelope, EnvelopeId, ErrorKind, Mailbox, OriginalRecipient,
    Parameter, RawCommand, Recipient, ReversePath,
    codec::command::Command,
    testing::{Server, check_command},
};
use bytes::BytesMut;

/// Everything that could end an argument, or a line, or be taken for either.
const INJECTIONS: &[&str] = &[
    "\r\nRCPT TO:<evil@x.example>",
    "\nRCPT TO:<evil@x.example>",
    "\rRCPT TO:<evil@x.example>",
    "\0",
    "\u{b}",
    "\u{c}",
    "\u{1b}[2J",
    "\u{7f}",
    "\u{85}",
    "\u{2028}",
];

#[test]
fn case_04_no_value_holds_a_control_character() {
    for injection in INJECTIONS {
        let with = |head: &str, tail: &str| format!("{head}{injection}{tail}");
        let name = with("client", ".example");
        let quoted = with("\"ann", "\"@x.example");
        let plain = with("ann", "@x.example");
        let domain = with("ann@x", ".example");
        let what = injection.escape_debug().to_string();
        assert!(EhloName::domain(&name).is_err(), "{what}");
        for mailbox in [&quoted, &plain, &domain] {
            assert!(Mailbox::new(mailbox).is_err(), "{what}");
            assert!(ReversePath::try_from(mailbox.as_str()).is_err(), "{what}");
            assert!(Recipient::new(mailbox.as_str()).is_err(), "{what}");
            assert!(Envelope::new(mailbox.as_str(), ["bob@y.example"]).is_err(), "{what}");
            assert!(Envelope::new("ann@x.example", [mailbox.as_str()]).is_err(), "{what}");
        }
        assert!(Parameter::new("X-PARAMETER", Some(&with("value", ""))).is_err(), "{what}");
        assert!(Parameter::new(&with("X-P", ""), Some("value")).is_err(), "{what}");
        assert!(RawCommand::new(&with("XCMD", ""), None).is_err(), "{what}");
        assert!(RawCommand::new("XCMD", Some(&with("argument", ""))).is_err(), "{what}");
        assert!(Argument::new(&with("argument", "")).is_err(), "{what}");
        let url = "imap://x.example/INBOX;uid=1;urlauth=anonymous:internal:91ab";
        assert!(BurlUrl::new(url).is_ok() && BurlUrl::new(&with(url, "")).is_err(), "{what}");
    }
    // What an address may not hold is no space between its parameters either.
    for text in [
        "ann@x.example> SIZE=1",
        "ann@x.example>",
        "<ann@x.example>x",
        "ann x@x.example",
        "@a,@b:c@d.example",
    ] {
        let error = anyrfc_smtp::Error::from(Mailbox::new(text).unwrap_err());
        assert_eq!(error.kind(), ErrorKind::Usage, "{text}");
    }
}

#[test]
fn case_04_what_may_hold_anything_is_written_as_xtext() {
    for text in ["a+b=c", "id with spaces", "(x)", "\"q\""] {
        let envelope = Envelope::new("ann@x.example", ["bob@y.example"]).unwrap();
        let envelope = match EnvelopeId::new(text) {
            Ok(id) => envelope.envelope_id(id),
            Err(_) => envelope,
        };
        let original = OriginalRecipient::new("rfc822", &format!("{text}@x.example"));
        let recipient = Recipient::new("bob@y.example").unwrap();
        let recipient = match original {
            Ok(original) => recipient.original(original),
            Err(_) => recipient,
        };
        let submitter = Mailbox::new("e=mc2+x@example.org").unwrap();
        let envelope = Envelope::new("ann@x.example", [recipient]).map(|other| {
            match envelope.options().envelope_id.clone() {
                Some(id) => other.envelope_id(id),
                None => other,
            }
        });
        let envelope = envelope.unwrap().auth(AuthParam::from(submitter));
        let server = Server::full().offer("AUTH PLAIN");
        crate::transactions::with(&server, async |client| {
            client.send(envelope, crate::TEXT).await.unwrap();
        });
        assert_eq!(server.deliveries().len(), 1, "{text}");
    }
}

#[test]
fn case_04_every_command_is_one_line() {
    let argument = || Argument::new("-- ; & | $(x)").unwrap();
    let commands = [
        Command::Ehlo(EhloName::domain("client.example").unwrap()),
        Command::Vrfy(argument()),
        Command::Expn(argument()),
        Command::Help(Some(argument())),
        Command::Noop(Some(argument())),
        Command::Rset,
        Command::Quit,
        Command::Raw(RawCommand::new("XCMD", Some("a b c")).unwrap()),
    ];
    for command in commands {
        let mut line = BytesMut::new();
        command.encode(&mut line);
        assert_eq!(line.iter().filter(|octet| matches!(**octet, b'\r' | b'\n')).count(), 2, "{line:?}");
        assert!(line.ends_with(b"\r\n"));
        if !matches!(command, Command::Raw(_)) {
            check_command(&line).unwrap();
        }
    }
}
