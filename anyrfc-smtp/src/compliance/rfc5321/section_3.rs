//! RFC 5321, section 3: the procedures.

use std::time::Duration;

use anyrfc_core::{Eof, compliance::Check};

use super::super::{
    served::{open, served, served_or},
    support::{Duet, MAIL, Talk, config, envelope, finds},
};
use crate::{
    Argument, Command, Envelope, ErrorKind, ForwardPath, Invalid, Mailbox, Outcome, Recipient, ReplyCode,
    ReversePath, rfc5321 as r,
    testing::{Answer, Server},
    types::Problem,
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-3.2/helo-follows-when-ehlo-is-not-known",
        covers: &[r::UNKNOWN_EHLO_FALLS_BACK_TO_HELO],
        run: helo_follows_when_ehlo_is_not_known,
    },
    Check {
        name: "rfc5321/section-3.3/no-route-in-the-reverse-path",
        covers: &[r::REVERSE_PATH_HAS_NO_ROUTE],
        run: no_route_in_the_reverse_path,
    },
    Check {
        name: "rfc5321/section-3.3/no-route-in-the-forward-path",
        covers: &[r::FORWARD_PATH_HAS_NO_ROUTE, r::RCPT_HAS_NO_ROUTE],
        run: no_route_in_the_forward_path,
    },
    Check {
        name: "rfc5321/section-3.6.1/no-value-holds-a-source-route",
        covers: &[
            r::EXPLICIT_ROUTES_ARE_NOT_MADE,
            r::INVALID_ROUTES_ARE_NOT_MADE,
            r::ROUTE_SYNTAX_IS_NOT_WRITTEN,
        ],
        run: no_value_holds_a_source_route,
    },
    Check {
        name: "rfc5321/section-3.3/a-server-that-does-not-relay-is-believed",
        covers: &[r::SERVER_IS_NOT_TAKEN_FOR_A_RELAY],
        run: a_server_that_does_not_relay_is_believed,
    },
    Check {
        name: "rfc5321/section-3.3/refused-data-sends-nothing",
        covers: &[r::REFUSED_DATA_SENDS_NOTHING],
        run: refused_data_sends_nothing,
    },
    Check {
        name: "rfc5321/section-3.3/a-message-waits-for-354",
        covers: &[r::MESSAGE_WAITS_FOR_354],
        run: a_message_waits_for_354,
    },
    Check {
        name: "rfc5321/section-3.3/a-transaction-has-its-order",
        covers: &[r::TRANSACTION_KEEPS_ITS_ORDER],
        run: a_transaction_has_its_order,
    },
    Check {
        name: "rfc5321/section-3.5.1/vrfy-and-expn-can-be-sent",
        covers: &[r::VRFY_AND_EXPN_ARE_SUPPORTED],
        run: vrfy_and_expn_can_be_sent,
    },
    Check {
        name: "rfc5321/section-3.5.1/what-vrfy-says-is-left-as-it-is",
        covers: &[r::VRFY_REPLY_IS_READ_WARILY],
        run: what_vrfy_says_is_left_as_it_is,
    },
    Check {
        name: "rfc5321/section-3.5.1/what-vrfy-says-changes-nothing",
        covers: &[r::VRFY_REPLY_IS_FOR_DIAGNOSIS],
        run: what_vrfy_says_changes_nothing,
    },
    Check {
        name: "rfc5321/section-3.5.4/no-list-is-expanded-to-send-to-it",
        covers: &[r::LISTS_ARE_NOT_EXPANDED_BY_THE_SENDER],
        run: no_list_is_expanded_to_send_to_it,
    },
    Check {
        name: "rfc5321/section-3.8/a-lost-connection-is-a-temporary-failure",
        covers: &[r::LOST_CONNECTION_IS_A_451],
        run: a_lost_connection_is_a_temporary_failure,
    },
];

fn helo_follows_when_ehlo_is_not_known() {
    for code in [500, 501, 502, 504, 550] {
        let mut talk = Talk::new();
        talk.says("220 hi");
        talk.hears_all(&["EHLO client.example"]);
        talk.says(&format!("{code} what"));
        talk.hears_all(&["HELO client.example"]);
        talk.says("250-mail.example\n250 SIZE 1000");
        assert!(talk.phase().is_open(), "{code}");
        talk.send(envelope(&["b@d.example"]), MAIL);
        talk.hears_all(&["MAIL FROM:<a@client.example>"]);
    }
    // Whoever does not want us, now or at all, knows EHLO.
    for code in [421, 450, 454, 521, 554] {
        let mut talk = Talk::new();
        talk.says("220 hi");
        talk.hears();
        talk.says(&format!("{code} go away"));
        assert_eq!(talk.fails().reply().map(|reply| reply.code().as_u16()), Some(code));
        assert_ne!(talk.heard().as_deref(), Some("HELO client.example"), "{code}");
    }
    // Once, and not where it is not wanted.
    let mut talk = Talk::new();
    talk.says("220 hi\n500 what\n500 what");
    assert_eq!(talk.fails().kind(), ErrorKind::Unsupported);
    talk.hears_all(&["EHLO client.example", "HELO client.example", "QUIT"]);
    let mut strict = config();
    strict.hello_fallback = false;
    let mut talk = Talk::with(strict);
    talk.says("220 hi\n500 what");
    talk.hears_all(&["EHLO client.example", "QUIT"]);
}

/// With the brackets of a path and without.
const ROUTES: [&str; 5] = [
    "@relay.example:b@d.example",
    "@one.example,@two.example:b@d.example",
    "@[192.0.2.1]:b@d.example",
    "@nickname:b@elsewhere",
    "@:b@d.example",
];

fn no_route_in_the_reverse_path() {
    for route in ROUTES {
        assert!(ReversePath::try_from(route).is_err(), "{route}");
        assert!(ReversePath::try_from(route.to_owned()).is_err(), "{route}");
        assert!(Envelope::new(route, ["b@d.example"]).is_err(), "{route}");
        let refused = ReversePath::try_from(&*format!("<{route}>")).expect_err(route);
        assert_eq!(refused.problem(), Problem::Route);
    }
    for path in ["<b@d.example>", "b@d.example", "<>", ""] {
        assert!(Envelope::new(path, ["b@d.example"]).is_ok(), "{path}");
    }
    let route = "MAIL FROM:<@relay.example:b@d.example>\r\n";
    finds(&Server::bare(), &["EHLO client.example\r\n", route], r::REVERSE_PATH_HAS_NO_ROUTE);
}

fn no_route_in_the_forward_path() {
    for route in ROUTES {
        assert!(ForwardPath::try_from(route).is_err(), "{route}");
        assert!(ForwardPath::try_from(route.to_owned()).is_err(), "{route}");
        assert!(Recipient::new(route).is_err(), "{route}");
        assert!(Envelope::new("a@client.example", ["b@d.example", route]).is_err(), "{route}");
        let refused = Recipient::new(&*format!("<{route}>")).expect_err(route);
        assert_eq!(refused.problem(), Problem::Route);
    }
    assert!(Envelope::new("", ["<b@d.example>", "b@d.example", "<postmaster>"]).is_ok());
    let said = ["EHLO client.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<@relay.example:b@d.example>\r\n"];
    finds(&Server::bare(), &said, r::RCPT_HAS_NO_ROUTE);
}

fn no_value_holds_a_source_route() {
    let mailbox = |text: &str| Mailbox::new(text).map(drop);
    for route in ROUTES {
        assert!(mailbox(route).is_err() && mailbox(&format!("<{route}>")).is_err(), "{route}");
        // A name that looks like one is quoted, and names nobody but itself.
        let (_, domain) = route.rsplit_once('@').expect("an address");
        let local_part = route.strip_suffix(&format!("@{domain}")).expect("a local part");
        let odd = Mailbox::from_parts(local_part, domain).expect("quoted");
        assert_eq!(odd.as_str(), format!("\"{local_part}\"@{domain}"));
        let mut duet = Duet::new(Server::bare());
        duet.send(Envelope::new(&odd, [&odd]).expect("one"), MAIL);
        assert_eq!(duet.server.deliveries()[0].addresses(), [odd.as_str()]);
        duet.faultless();
    }
    // Nor is it made of what a server says.
    let server =
        Server::bare().on("RCPT", |_, _| Answer::reply(251, "forwarded to <@relay.example:b@e.example>"));
    let mut duet = Duet::new(server);
    assert!(duet.send(envelope(&["b@d.example"]), MAIL).is_complete());
    assert_eq!(duet.faultless()[2], "RCPT TO:<b@d.example>");
    assert_eq!(mailbox("b@d.example"), Ok::<(), Invalid>(()));
}

fn a_server_that_does_not_relay_is_believed() {
    let server = Server::full().refuse("b@elsewhere.example", 550, "5.7.1 relaying denied");
    let report = served(&server, &open(), async |mut client| {
        let report =
            client.send(envelope(&["b@elsewhere.example", "c@d.example"]), MAIL).await.expect("a report");
        client.quit().await.expect("left");
        report
    });
    let rejected: Vec<_> = report.rejected().collect();
    let [rejected] = *rejected else { panic!("{report:?}") };
    assert_eq!(rejected.outcome().reply().map(|reply| reply.code().as_u16()), Some(550));
    assert!(!rejected.is_retryable());
    // Neither here nor elsewhere is it tried again.
    assert_eq!(server.connections(), 1);
    let tried = server.commands().iter().filter(|line| line.contains("elsewhere")).count();
    assert_eq!(tried, 1);
    assert_eq!(server.deliveries()[0].addresses(), ["c@d.example"]);
}

fn refused_data_sends_nothing() {
    for offers in ["", "PIPELINING"] {
        for code in [503, 554, 550, 502, 451, 452] {
            let mut talk = Talk::ready(offers);
            let id = talk.send(envelope(&["b@d.example"]), MAIL);
            talk.says("250 ok\n250 ok");
            talk.says(&format!("{code} no"));
            // Nor does the server keep what it was told before.
            let expected = ["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA", "RSET"];
            talk.hears_all(&expected);
            let report = talk.report(id);
            assert_eq!(
                report.recipients()[0].outcome().reply().map(|reply| reply.code().as_u16()),
                Some(code)
            );
            talk.says("250 reset");
            talk.send(envelope(&["c@d.example"]), MAIL);
            assert_eq!(talk.hears(), "MAIL FROM:<a@client.example>", "it goes on");
        }
    }
    let server = Server::bare().on("DATA", |_, _| Answer::reply(554, "no"));
    let said =
        ["EHLO c.example\r\n", "MAIL FROM:<>\r\n", "RCPT TO:<b@d.example>\r\n", "DATA\r\n", "Subject: x\r\n"];
    finds(&server, &said, r::REFUSED_DATA_SENDS_NOTHING);
}

fn a_message_waits_for_354() {
    for offers in ["", "PIPELINING"] {
        let mut talk = Talk::ready(offers);
        let id = talk.send(envelope(&["b@d.example"]), MAIL);
        talk.says("250 ok\n250 ok");
        talk.hears_all(&["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"]);
        talk.wait(Duration::from_secs(60)).is_silent();
        talk.feed("354");
        talk.is_silent();
        talk.feed("-go\r\n354 on\r\n");
        assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
        talk.says("250 taken");
        assert!(talk.report(id).is_complete());
        // What is neither 354 nor a refusal lets nothing be sent.
        for odd in ["250 ok", "220 ok", "334 go", "353 go", "350 go", "hello"] {
            let mut talk = Talk::ready(offers);
            let id = talk.send(envelope(&["b@d.example"]), MAIL);
            talk.says("250 ok\n250 ok");
            talk.octets();
            talk.says(odd);
            assert_eq!(talk.fails().kind(), ErrorKind::Protocol, "{odd}");
            let said = talk.octets();
            assert!(said.is_empty() || said == b"QUIT\r\n", "{odd}: {}", said.escape_ascii());
            assert_eq!(talk.report(id).recipients()[0].outcome(), &Outcome::NotSent, "{odd}");
        }
    }
}

fn a_transaction_has_its_order() {
    for server in [Server::bare(), Server::full(), Server::full().without("PIPELINING")] {
        let server = server.refuse("x@d.example", 550, "no");
        let mut duet = Duet::new(server);
        for recipients in
            [&["b@d.example"][..], &["x@d.example", "b@d.example", "c@d.example"], &["x@d.example"]]
        {
            duet.send(envelope(recipients), MAIL);
        }
        let said = duet.faultless().join("\n");
        let verbs: String = said.lines().filter_map(|line| line.get(..1)).collect();
        // EHLO, and then MAIL, RCPT and DATA, or RSET where nobody is left.
        assert!(["EMRDMRRRDMRR", "EMRDMRRRDMRDR"].contains(&&*verbs), "{verbs}");
    }
    // Where MAIL is refused nothing follows it; where nobody is accepted DATA does not.
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("550 not you");
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.says("250 ok\n550 no");
    talk.hears_all(&["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "RSET"]);
    let none: [&str; 0] = [];
    assert!(Envelope::new("a@client.example", none).is_err(), "a message for nobody");
    let hello = "EHLO client.example\r\n";
    finds(&Server::bare(), &[hello, "RCPT TO:<b@d.example>\r\n"], r::TRANSACTION_KEEPS_ITS_ORDER);
    finds(&Server::bare(), &[hello, "MAIL FROM:<>\r\n", "DATA\r\n"], r::TRANSACTION_KEEPS_ITS_ORDER);
}

fn vrfy_and_expn_can_be_sent() {
    let server = Server::full()
        .on("VRFY", |_, _| Answer::reply(250, "2.1.5 Jon <jon@d.example>"))
        .on("EXPN", |_, _| Answer::lines(250, ["Jon <jon@d.example>", "Sam <sam@d.example>"]));
    served(&server, &open(), async |mut client| {
        assert_eq!(client.verify("Jon Postel").await.expect("known").text(), "Jon <jon@d.example>");
        let list = client.expand("staff").await.expect("known");
        assert_eq!(list.lines().count(), 2);
        client.verify("jon@d.example").await.expect("known");
        client.quit().await.expect("left");
    });
    assert_eq!(server.faults(), []);
    assert_eq!(server.commands()[1..4], ["VRFY \"Jon Postel\"", "EXPN staff", "VRFY jon@d.example"]);
}

/// What servers say to VRFY, and what anybody may make them say.
const VERIFIED: [&str; 8] = [
    "250 Jon Postel <Postel@isi.example>",
    "250 <@relay.example:Postel@isi.example>",
    "251 User not local; will forward to <x@evil.example>",
    "252 Cannot VRFY user",
    "250 yes, program=|/bin/rm",
    "250 \u{1b}[2J\u{7f}<<>>,;\"",
    "250",
    "250-one <a@d.example>\n250-\n250 two",
];

fn what_vrfy_says_is_left_as_it_is() {
    for said in VERIFIED {
        for command in [Command::Vrfy, Command::Expn] {
            let mut talk = Talk::ready("VRFY|EXPN");
            let id = talk.submit(command(Argument::new("jon").expect("one")));
            talk.says(said);
            let reply = talk.reply(id);
            let text: Vec<_> = said.lines().map(|line| line.get(4..).unwrap_or_default()).collect();
            assert_eq!(reply.text(), text.join("\n"));
            assert!(reply.is_success() && talk.error.is_none(), "{said:?}");
        }
    }
    let mut talk = Talk::ready("");
    let id = talk.submit(Command::Vrfy(Argument::new("jon").expect("one")));
    talk.says("553-Ambiguous; possibilities are\n553 Joe <joe@d.example>");
    assert_eq!(talk.reply(id).code(), ReplyCode::new(553).expect("a code"));
}

fn what_vrfy_says_changes_nothing() {
    for said in
        VERIFIED.into_iter().chain(["550 no such user", "551 User not local; please try <x@e.example>"])
    {
        let mut talk = Talk::ready("VRFY");
        let id = talk.submit(Command::Vrfy(Argument::new("b@d.example").expect("one")));
        talk.says(said);
        talk.reply(id);
        talk.hears_all(&["VRFY b@d.example"]);
        // Mail goes where it was to go, and as it was to.
        let id = talk.send(envelope(&["b@d.example"]), MAIL);
        talk.says("250 ok\n250 ok\n354 go\n250 taken");
        for expected in ["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"] {
            assert_eq!(talk.hears(), expected, "{said:?}");
        }
        assert!(talk.report(id).is_complete(), "{said:?}");
    }
}

fn no_list_is_expanded_to_send_to_it() {
    // Neither a list nor what comes twice is looked into.
    let recipients = ["staff@d.example", "staff@d.example", "jon@d.example"];
    let server = Server::full().on("EXPN", |_, _| Answer::reply(250, "<jon@d.example>"));
    served(&server, &open(), async |mut client| {
        let report = client.send(envelope(&recipients), MAIL).await.expect("a report");
        assert!(report.is_complete());
        client.quit().await.expect("left");
    });
    let said = server.commands();
    assert!(said.iter().all(|line| !line.starts_with("EXPN") && !line.starts_with("VRFY")), "{said:?}");
    let asked: Vec<_> = said.iter().filter(|line| line.starts_with("RCPT")).collect();
    assert_eq!(asked.len(), recipients.len());
    assert_eq!(server.deliveries()[0].addresses(), recipients);
}

fn a_lost_connection_is_a_temporary_failure() {
    // Before the end of the message was sent, nobody has it; after that nobody knows.
    for (heard, outcome) in [
        ("", Outcome::NotSent),
        ("250 ok", Outcome::NotSent),
        ("250 ok\n250 ok", Outcome::NotSent),
        ("250 ok\n250 ok\n354 go", Outcome::Unknown),
    ] {
        for eof in [Eof::Clean, Eof::Truncated] {
            let mut talk = Talk::ready("");
            let id = talk.send(envelope(&["b@d.example"]), MAIL);
            talk.says(heard).ends(eof);
            assert!(talk.fails().is_temporary());
            let report = talk.report(id);
            let [recipient] = report.recipients() else { panic!("{report:?}") };
            assert_eq!(recipient.outcome(), &outcome, "{heard:?}");
            assert_eq!(recipient.is_retryable(), outcome == Outcome::NotSent);
            assert!(report.error().is_some_and(crate::Error::is_temporary), "{report:?}");
        }
    }
    // By a reset, over a stream.
    let lost = |server: Server| {
        served(&server, &open(), async |mut client| {
            client.send(envelope(&["b@d.example"]), MAIL).await.expect("a report")
        })
    };
    for answer in [Answer::close(), Answer::truncate(), Answer::reset()] {
        let report = lost(Server::bare().on("RCPT", move |_, _| answer.clone()));
        assert_eq!(report.recipients()[0].outcome(), &Outcome::NotSent);
        assert!(report.error().is_some_and(crate::Error::is_temporary), "{report:?}");
    }
    // As if 451 had come; 550 is another matter.
    let refused = lost(Server::bare().on("RCPT", |_, _| Answer::reply(451, "later")));
    assert!(refused.recipients()[0].is_retryable());
    let refused = lost(Server::bare().on("RCPT", |_, _| Answer::reply(550, "no")));
    assert!(!refused.recipients()[0].is_retryable());
    // Already when connecting.
    let server = Server::bare().greeting(Answer::close());
    let error = served_or(&server, &open(), async |connected| connected.expect_err("closed"));
    assert!(error.is_temporary(), "{error}");
}
