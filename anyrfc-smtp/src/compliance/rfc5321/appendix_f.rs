//! RFC 5321, appendices C and F: source routes, and other features that are no longer used.

use anyrfc_core::compliance::Check;
use anyrfc_mime::{Message, build::Builder, types::DateTime};
use anyrfc_sasl::MechanismName;
use bytes::BytesMut;

use super::super::{
    served::arrives,
    support::{MAIL, Talk, config, envelope},
};
use crate::{
    Error, ErrorKind,
    codec::command::Command,
    proto::State,
    rfc5321 as r,
    types::{
        Argument, BurlUrl, Domain, EhloName, Envelope, ForwardPath, Hold, Invalid, Mailbox, Problem,
        RawCommand, Recipient, ReversePath, Timestamp,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/appendix-c/the-reverse-path-has-no-source-route",
        covers: &[r::SOURCE_ROUTE_STAYS_OUT_OF_REVERSE_PATH],
        run: the_reverse_path_has_no_source_route,
    },
    Check {
        name: "rfc5321/appendix-c/the-forward-path-is-a-mailbox",
        covers: &[r::FORWARD_PATH_IS_A_MAILBOX],
        run: the_forward_path_is_a_mailbox,
    },
    Check {
        name: "rfc5321/appendix-c/source-routes-are-not-sent",
        covers: &[r::SOURCE_ROUTES_ARE_NOT_SENT, r::EXPLICIT_ROUTING_IS_UNUSUAL],
        run: source_routes_are_not_sent,
    },
    Check {
        name: "rfc5321/appendix-f/problematic-features-are-not-used",
        covers: &[r::PROBLEMATIC_FEATURES_ARE_NOT_USED],
        run: problematic_features_are_not_used,
    },
    Check {
        name: "rfc5321/appendix-f.1/turn-is-not-used",
        covers: &[r::TURN_IS_NOT_USED],
        run: || is_not_provided(&["TURN", "ATRN"]),
    },
    Check {
        name: "rfc5321/appendix-f.3/ehlo-is-used-where-it-is-accepted",
        covers: &[r::ACCEPTED_EHLO_DISPLACES_HELO],
        run: ehlo_is_used_where_it_is_accepted,
    },
    Check {
        name: "rfc5321/appendix-f.4/no-number-signs-in-addresses",
        covers: &[r::NUMBER_SIGN_LITERALS_ARE_NOT_USED],
        run: no_number_signs_in_addresses,
    },
    Check {
        name: "rfc5321/appendix-f.5/years-have-four-digits",
        covers: &[r::YEARS_HAVE_FOUR_DIGITS],
        run: years_have_four_digits,
    },
    Check {
        name: "rfc5321/appendix-f.6/send-soml-and-saml-are-not-provided",
        covers: &[r::SEND_SOML_SAML_ARE_NOT_PROVIDED],
        run: || is_not_provided(&["SEND", "SOML", "SAML"]),
    },
];

/// Source routes as RFC 821 had them, to this mailbox.
const ROUTES: [&str; 4] = [
    "<@relay.example:c@mail.example>",
    "@relay.example:c@mail.example",
    "<@one.example,@two.example:c@mail.example>",
    "@one.example,@two.example:c@mail.example",
];

#[track_caller]
fn is_refused<T>(made: Result<T, Invalid>, text: &str) {
    let invalid = made.map(drop).expect_err(text);
    if text.starts_with('<') {
        assert_eq!(invalid.problem(), Problem::Route, "{text}");
        assert_eq!(Error::from(invalid).requirement(), Some(r::ROUTE_SYNTAX_IS_NOT_WRITTEN));
    }
}

fn the_reverse_path_has_no_source_route() {
    for route in ROUTES {
        is_refused(route.parse::<ReversePath>(), route);
        is_refused(Envelope::new(route, ["b@mail.example"]), route);
    }
    let mut talk = Talk::ready("");
    talk.send(Envelope::new("<c@mail.example>", ["b@mail.example"]).expect("an envelope"), MAIL);
    assert_eq!(talk.hears(), "MAIL FROM:<c@mail.example>");
}

fn the_forward_path_is_a_mailbox() {
    for route in ROUTES {
        is_refused(route.parse::<ForwardPath>(), route);
        is_refused(Recipient::new(route), route);
        is_refused(Envelope::new("a@client.example", [route]), route);
    }
    // The ways to route within a local part are the business of the domain behind it: nothing is made of them.
    for mailbox in ["c%mail.example@relay.example", "mail.example!c@relay.example"] {
        let mut talk = Talk::ready("");
        talk.send(envelope(&[mailbox]), MAIL);
        talk.says("250 ok");
        talk.hears();
        assert_eq!(talk.hears(), format!("RCPT TO:<{mailbox}>"));
    }
}

fn source_routes_are_not_sent() {
    // In no value that holds an address, ...
    for route in ROUTES {
        assert!(Mailbox::new(route).is_err() && Domain::new(route).is_err(), "{route}");
        assert!(Envelope::new(route, ["b@mail.example"]).is_err(), "{route}");
        assert!(Envelope::new("a@client.example", [route]).is_err(), "{route}");
        // ... nor from the header of a message, ...
        for header in
            [format!("From: {route}\r\nTo: b@mail.example"), format!("From: a@x.example\r\nTo: {route}")]
        {
            let text = format!("{header}\r\n\r\n");
            let Ok(made) = Envelope::of(&Message::parse(text.as_bytes())) else { continue };
            // RFC 5322 has one disregard the route.
            let mut talk = Talk::ready("");
            talk.send(made, MAIL);
            talk.says("250 ok");
            let said = String::from_utf8(talk.octets()).expect("ASCII");
            assert!(!said.contains("relay.example") && !said.contains("one.example"), "{said}");
        }
        // ... nor as an argument, where it is but a text.
        let written = Argument::new(route).expect("a text");
        assert!(written.as_str().starts_with('"'), "{written:?}");
    }
}

/// One of each command that can be said, without those that have no line of their own.
fn commands() -> Vec<Command> {
    let name = || EhloName::domain("client.example").expect("a name");
    let text = || Argument::new("jones").expect("an argument");
    let url = BurlUrl::trusted("imap://mail.example/x/;uid=1").expect("a URL");
    vec![
        Command::Ehlo(name()),
        Command::Helo(name()),
        Command::Lhlo(name()),
        Command::StartTls,
        Command::Auth { mechanism: MechanismName::PLAIN, initial: None },
        Command::Data,
        Command::Bdat { size: 1, last: true },
        Command::Burl { url, last: true },
        Command::Rset,
        Command::Noop(None),
        Command::Vrfy(text()),
        Command::Expn(text()),
        Command::Help(None),
        Command::Quit,
        Command::Raw(RawCommand::new("XCLIENT", None).expect("a command")),
    ]
}

fn written(command: &Command) -> String {
    let mut out = BytesMut::new();
    command.encode(&mut out);
    String::from_utf8(out.to_vec()).expect("ASCII")
}

#[track_caller]
fn is_not_provided(verbs: &[&str]) {
    for verb in verbs {
        for written in
            [verb.to_string(), verb.to_ascii_lowercase(), verb[..1].to_owned() + &verb[1..].to_lowercase()]
        {
            for arguments in [None, Some("FROM:<a@client.example>")] {
                let invalid = RawCommand::new(&written, arguments).expect_err("it can be sent");
                assert_eq!(invalid.problem(), Problem::Reserved, "{written}");
                assert_eq!(Error::from(invalid).kind(), ErrorKind::Usage);
            }
        }
        for command in commands() {
            assert!(!written(&command).starts_with(verb), "{verb}");
        }
    }
    // Those that are in use can be said.
    assert!(RawCommand::new("XCLIENT", Some("NAME=mail.example")).is_ok());
}

fn problematic_features_are_not_used() {
    is_not_provided(&["TURN", "SEND", "SOML", "SAML"]);
    for route in ROUTES {
        assert!(Envelope::new(route, ["b@mail.example"]).is_err() && Recipient::new(route).is_err());
    }
    assert!(Domain::new("#3232235777").is_err() && Mailbox::new("a@#3232235777").is_err());
    // A session that sends mail has none of them, whatever the server offers.
    let mut talk = Talk::new();
    talk.says("220 mail.example");
    talk.hello("TURN|SEND|SOML|SAML|PIPELINING");
    let id = talk.send(envelope(&["b@mail.example", "postmaster"]), MAIL);
    talk.octets();
    talk.says("250 ok\n250 ok\n250 ok\n354 go");
    talk.octets();
    talk.says("250 ok");
    assert!(talk.report(id).is_complete());
    talk.connection.quit().expect("open");
    talk.octets();
    let said = String::from_utf8(talk.raw).expect("ASCII");
    let verbs: Vec<_> = said.lines().filter_map(|line| line.split([' ', ':']).next()).collect();
    let expected = ["EHLO", "MAIL", "RCPT", "RCPT", "DATA", "Subject", "", "hello", ".", "QUIT"];
    assert_eq!(verbs, expected);
}

fn ehlo_is_used_where_it_is_accepted() {
    let mut talk = Talk::new();
    talk.says("220 mail.example");
    for _ in 0..3 {
        assert_eq!(talk.hears(), "EHLO client.example");
        talk.says("250 mail.example");
        assert_eq!(talk.phase(), State::Ready);
        talk.is_silent();
        talk.connection.say_hello_again().expect("idle");
    }
    // HELO comes only behind a refusal; what is refused for now is not a server that does not know it.
    for (refusal, then) in
        [("500 what?", "HELO client.example"), ("502 no", "HELO client.example"), ("451 later", "QUIT")]
    {
        let mut talk = Talk::with(config());
        talk.says("220 mail.example");
        assert_eq!(talk.hears(), "EHLO client.example");
        talk.says(refusal);
        assert_eq!(talk.hears(), then, "{refusal}");
        talk.is_silent();
    }
}

fn no_number_signs_in_addresses() {
    for text in ["#3232235777", "#1", "[#3232235777]", "#192.0.2.1", "mail.#1"] {
        assert!(Domain::new(text).is_err(), "{text}");
        assert!(text.parse::<EhloName>().is_err() && EhloName::domain(text).is_err(), "{text}");
        assert!(Mailbox::new(&format!("a@{text}")).is_err(), "{text}");
        assert!(Envelope::new(format!("a@{text}"), ["b@mail.example"]).is_err(), "{text}");
        assert!(Envelope::new("a@client.example", [format!("b@{text}")]).is_err(), "{text}");
    }
    // An address is written in brackets; and the sign is one like others in a local part.
    let mut talk = Talk::ready("");
    talk.send(envelope(&["a#1@[192.0.2.1]"]), MAIL);
    talk.says("250 ok");
    talk.hears();
    assert_eq!(talk.hears(), "RCPT TO:<a#1@[192.0.2.1]>");
    assert_eq!(EhloName::address([192, 0, 2, 1]).as_str(), "[192.0.2.1]");
}

fn years_have_four_digits() {
    // In MAIL, ...
    for (unix, year) in [(0, "1970"), (1_795_000_000, "2026"), (253_402_300_799, "9999")] {
        let time = Timestamp::from_unix(unix).expect("a time");
        assert_eq!(time.to_string().split('-').next(), Some(year));
        let mut talk = Talk::ready("FUTURERELEASE 999999999 9999-12-31T23:59:59Z");
        talk.send(envelope(&["b@mail.example"]).hold(Hold::Until(time)), MAIL);
        let heard = talk.hears();
        assert!(heard.contains(&format!(" HOLDUNTIL={year}-")), "{heard}");
    }
    assert_eq!(
        Timestamp::from_unix(-62_135_596_800).map(|time| time.to_string()).as_deref(),
        Ok("0001-01-01T00:00:00Z")
    );
    assert!(Timestamp::from_unix(253_402_300_800).is_err());
    for short in ["26-11-21T15:00:00Z", "026-11-21T15:00:00Z", "12026-11-21T15:00:00Z"] {
        assert!(short.parse::<Timestamp>().is_err(), "{short}");
    }
    // ... and in the header of a message that is built.
    for (unix, year) in [(0, "1970"), (946_684_799, "1999"), (946_684_800, "2000"), (1_795_000_000, "2026")] {
        let date = DateTime::from_unix(unix, 0).expect("a date");
        let message = Builder::new().from("a@client.example").to("b@mail.example").date(date).text("hi");
        let message = message.build().expect("built");
        let arrived = arrives(Envelope::try_from(&message).expect("an envelope"), &message);
        let text = String::from_utf8(arrived.content).expect("ASCII");
        let date = text.lines().find(|line| line.starts_with("Date: ")).expect("a date");
        assert_eq!(date.split(' ').nth(4), Some(year), "{date}");
    }
}
