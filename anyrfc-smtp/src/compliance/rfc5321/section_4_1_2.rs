//! RFC 5321, sections 4.1.2 to 4.1.5: arguments, and the order of commands.

use std::collections::HashSet;

use anyrfc_core::compliance::Check;

use super::super::{
    served::{open, served, served_or},
    support::{Duet, MAIL, Talk, config, envelope, finds},
};
use crate::{
    Argument, AuthParam, Command, Domain, EhloName, Envelope, ErrorKind, Mailbox, Notify, RawCommand,
    Recipient,
    proto::{Flavour, State},
    rfc5321 as r,
    testing::{Answer, Ended, Server, check_command},
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc5321/section-4.1.2/a-mailbox-in-a-parameter-is-xtext",
        covers: &[r::MAILBOX_PARAMETER_IS_XTEXT],
        run: a_mailbox_in_a_parameter_is_xtext,
    },
    Check {
        name: "rfc5321/section-4.1.2/quotes-make-no-difference",
        covers: &[r::QUOTED_FORMS_ARE_EQUAL],
        run: quotes_make_no_difference,
    },
    Check {
        name: "rfc5321/section-4.1.2/as-little-is-quoted-as-can-be",
        covers: &[r::QUOTING_IS_MINIMAL],
        run: as_little_is_quoted_as_can_be,
    },
    Check {
        name: "rfc5321/section-4.1.2/arguments-are-printable-ascii",
        covers: &[r::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII],
        run: arguments_are_printable_ascii,
    },
    Check {
        name: "rfc5321/section-4.1.2/labels-are-of-letters-digits-and-hyphens",
        covers: &[r::DOMAIN_LABELS_ARE_LDH],
        run: labels_are_of_letters_digits_and_hyphens,
    },
    Check {
        name: "rfc5321/section-4.1.4/mail-waits-for-ehlo",
        covers: &[r::MAIL_NEEDS_EHLO],
        run: mail_waits_for_ehlo,
    },
    Check {
        name: "rfc5321/section-4.1.4/ehlo-can-come-again",
        covers: &[r::EHLO_MAY_COME_AGAIN],
        run: ehlo_can_come_again,
    },
    Check {
        name: "rfc5321/section-4.1.4/ehlo-gives-the-name-there-is",
        covers: &[r::EHLO_GIVES_THE_PRIMARY_NAME],
        run: ehlo_gives_the_name_there_is,
    },
    Check {
        name: "rfc5321/section-4.1.4/other-commands-wait-for-ehlo",
        covers: &[r::OTHER_COMMANDS_FOLLOW_EHLO],
        run: other_commands_wait_for_ehlo,
    },
    Check {
        name: "rfc5321/section-4.1.4/one-transaction-ends-before-the-next",
        covers: &[r::MAIL_IS_NOT_NESTED],
        run: one_transaction_ends_before_the_next,
    },
    Check {
        name: "rfc5321/section-4.1.4/quit-is-the-last-word",
        covers: &[r::QUIT_COMES_LAST],
        run: quit_is_the_last_word,
    },
    Check {
        name: "rfc5321/section-4.1.4/quit-comes-where-nothing-else-did",
        covers: &[r::QUIT_ENDS_UNOPENED_SESSIONS],
        run: quit_comes_where_nothing_else_did,
    },
    Check {
        name: "rfc5321/section-4.1.5/commands-are-known-or-begin-with-x",
        covers: &[r::COMMANDS_WITHOUT_X_ARE_REGISTERED],
        run: commands_are_known_or_begin_with_x,
    },
];

fn a_mailbox_in_a_parameter_is_xtext() {
    for (mailbox, encoded) in [
        ("john@d.example", "john@d.example"),
        ("john+tag@d.example", "john+2Btag@d.example"),
        ("a=b@d.example", "a+3Db@d.example"),
        ("\"a b\"@d.example", "\"a+20b\"@d.example"),
        ("\"\\\\\"@d.example", "\"\\\\\"@d.example"),
    ] {
        let mailbox = Mailbox::new(mailbox).expect("a mailbox");
        let recipient = Recipient::from(&mailbox).notify(Notify::FAILURE);
        let envelope = Envelope::new("a@client.example", [recipient]).expect("one");
        let mut talk = Talk::ready("PIPELINING|AUTH PLAIN|DSN");
        talk.send(envelope.auth(AuthParam::Mailbox(mailbox.clone())), MAIL);
        let (mail, rcpt) = (talk.hears(), talk.hears());
        assert_eq!(mail, format!("MAIL FROM:<a@client.example> AUTH={encoded}"));
        assert_eq!(rcpt, format!("RCPT TO:<{mailbox}> NOTIFY=FAILURE ORCPT=rfc822;{encoded}"));
    }
    assert!(check_command(b"MAIL FROM:<> AUTH=a=b@d.example\r\n").is_err());
    assert!(check_command(b"RCPT TO:<b@d.example> ORCPT=rfc822;a+b@d.example\r\n").is_err());
}

fn quotes_make_no_difference() {
    for forms in [
        &["john@d.example", "\"john\"@d.example", "\"j\\ohn\"@d.example", "\"\\j\\o\\h\\n\"@D.example"][..],
        &["j.o@d.example", "\"j.o\"@d.example", "\"j\\.o\"@d.example"],
        &["\"j o\"@d.example", "\"j\\ o\"@d.example"],
        &["\"a\\\"b\"@d.example", "\"\\a\\\"b\"@d.example"],
    ] {
        let mailboxes: HashSet<_> = forms.iter().map(|form| Mailbox::new(form).expect(form)).collect();
        assert_eq!(mailboxes.len(), 1, "{forms:?}");
        let meant: HashSet<_> = mailboxes.iter().map(|mailbox| mailbox.local_part().into_owned()).collect();
        assert_eq!(meant.len(), 1);
        for form in forms {
            // And the same is said of each.
            let mut talk = Talk::ready("PIPELINING");
            talk.send(envelope(&[form]), MAIL);
            talk.hears();
            assert!(
                talk.hears().starts_with(&format!("RCPT TO:<{}", forms[0].split('@').next().expect("one")))
            );
        }
    }
    let mailbox = |text: &str| Mailbox::new(text).expect(text);
    assert_ne!(mailbox("\"j o\"@d.example"), mailbox("jo@d.example"));
    assert_ne!(mailbox("\"j\\\\o\"@d.example"), mailbox("jo@d.example"));
}

fn as_little_is_quoted_as_can_be() {
    for (given, written) in [
        ("\"john\"@d.example", "john@d.example"),
        ("\"john.doe\"@d.example", "john.doe@d.example"),
        ("\"john\\.doe\"@d.example", "john.doe@d.example"),
        ("\"#$&'*+-/=?^_`{|}~\"@d.example", "#$&'*+-/=?^_`{|}~@d.example"),
        ("\"john doe\"@d.example", "\"john doe\"@d.example"),
        ("\"john\\ \\d\\oe\"@d.example", "\"john doe\"@d.example"),
        ("\"john..doe\"@d.example", "\"john..doe\"@d.example"),
        ("\"a\\\"\\b\\\\\"@d.example", "\"a\\\"b\\\\\"@d.example"),
    ] {
        let mut duet = Duet::new(Server::full());
        duet.send(Envelope::new(given, [given]).expect("one"), MAIL);
        duet.submit(Command::Vrfy(Argument::new(given).expect("one")));
        // The server notes what is quoted without need.
        let said = duet.faultless();
        assert!(said[1].starts_with(&format!("MAIL FROM:<{written}>")), "{}", said[1]);
        assert_eq!(said[2], format!("RCPT TO:<{written}>"));
        assert_eq!(said[4], format!("VRFY {written}"));
    }
    let needless = check_command(b"RCPT TO:<\"john\"@d.example>\r\n").expect_err("needless");
    assert_eq!(needless.requirement, r::QUOTING_IS_MINIMAL);
}

fn arguments_are_printable_ascii() {
    for control in (0..32_u8).chain([127]).map(char::from) {
        for text in [format!("a{control}b"), format!("{control}"), format!("\"a{control}b\"")] {
            let mailbox = format!("{text}@d.example");
            assert!(
                Mailbox::new(&mailbox).is_err() && Mailbox::from_parts(&text, "d.example").is_err(),
                "{text:?}"
            );
            assert!(Envelope::new(&mailbox, ["b@d.example"]).is_err(), "{text:?}");
            assert!(Recipient::new(&mailbox).is_err() && Argument::new(&text).is_err(), "{text:?}");
            assert!(Domain::new(&text).is_err() && Mailbox::new(&format!("a@{text}")).is_err(), "{text:?}");
        }
    }
    // What is beyond ASCII waits for SMTPUTF8; a domain goes in another form.
    for who in ["ü@d.example", "\"ü\"@d.example", "用户@d.example"] {
        for offers in ["", "8BITMIME|PIPELINING", "UTF8SMTP"] {
            let mut talk = Talk::ready(offers);
            assert_eq!(talk.refuses(envelope(&[who]), MAIL).kind(), ErrorKind::Unsupported);
            let from = Envelope::new(who, ["b@d.example"]).expect("one");
            assert_eq!(talk.refuses(from, MAIL).kind(), ErrorKind::Unsupported);
            let server = talk.connection.capabilities().expect("told");
            for command in [Command::Vrfy, Command::Expn] {
                assert!(command(Argument::new(who).expect("one")).check(server).is_err());
            }
        }
        let mut talk = Talk::ready("SMTPUTF8|8BITMIME");
        talk.send(envelope(&[who]), MAIL);
        talk.hears_all(&["MAIL FROM:<a@client.example> SMTPUTF8"]);
    }
    let breach = check_command("RCPT TO:<a\u{7f}@d.example>\r\n".as_bytes()).expect_err("DEL");
    assert_eq!(breach.requirement, r::MAILBOX_ARGUMENTS_ARE_PRINTABLE_ASCII);
}

fn labels_are_of_letters_digits_and_hyphens() {
    for octet in (0..128_u8).map(char::from) {
        let letter = octet.is_ascii_alphanumeric() || octet == '-';
        // A dot divides labels.
        for domain in [format!("a{octet}b.example"), format!("d.a{octet}b")] {
            assert_eq!(Domain::new(&domain).is_ok(), letter || octet == '.', "{domain:?}");
            assert_eq!(EhloName::domain(&domain).is_ok(), letter || octet == '.', "{domain:?}");
            let mailbox = Mailbox::new(&format!("a@{domain}"));
            assert_eq!(mailbox.is_ok(), letter || octet == '.', "{domain:?}");
        }
    }
    for domain in ["my_host.example", "_dmarc.d.example"] {
        let refused = Mailbox::new(&format!("a@{domain}")).expect_err(domain);
        assert_eq!(refused.requirement(), r::DOMAIN_LABELS_ARE_LDH);
        let breach = check_command(format!("RCPT TO:<a@{domain}>\r\n").as_bytes()).expect_err(domain);
        assert_eq!(breach.requirement, r::DOMAIN_LABELS_ARE_LDH);
    }
    // Others are written in letters, digits and hyphens.
    assert_eq!(Domain::new("bücher.example").expect("one").ascii(), "xn--bcher-kva.example");
}

fn mail_waits_for_ehlo() {
    for server in [Server::bare(), Server::full()] {
        let mut duet = Duet::new(server);
        for _ in 0..2 {
            duet.send(envelope(&["b@d.example"]), MAIL);
        }
        let said = duet.faultless();
        assert!(said[0].starts_with("EHLO ") && said[1].starts_with("MAIL "), "{said:?}");
    }
    // Mail does not follow the hello without its answer.
    let mut talk = Talk::new();
    talk.says("220 hi");
    talk.hears_all(&["EHLO client.example"]);
    talk.refuses(envelope(&["b@d.example"]), MAIL);
    talk.says("250-mail.example");
    talk.refuses(envelope(&["b@d.example"]), MAIL);
    talk.says("250 HELP");
    talk.send(envelope(&["b@d.example"]), MAIL);
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
    finds(&Server::full(), &["MAIL FROM:<>\r\n"], r::MAIL_NEEDS_EHLO);
}

fn ehlo_can_come_again() {
    let server = Server::full().on("EHLO", |_, view| match view.nth {
        1 => Answer::as_usual(),
        _ => Answer::lines(250, ["mail.example", "SIZE 5", "X-NEW"]),
    });
    served(&server, &open(), async |mut client| {
        assert!(client.has(crate::Extension::Dsn));
        client.send(envelope(&["b@d.example"]), MAIL).await.expect("sent");
        let now = client.hello_again().await.expect("answered");
        assert_eq!((now.keyword("X-NEW"), now.has(crate::Extension::Dsn)), (Some(""), false));
        // What was offered before is not any more.
        let error = client.send(envelope(&["b@d.example"]), MAIL).await.expect_err("too large");
        assert_eq!(error.kind(), ErrorKind::Refused);
        client.quit().await.expect("left");
    });
    assert_eq!(server.faults(), []);
    let hellos = server.commands().iter().filter(|line| *line == "EHLO client.example").count();
    assert_eq!(hellos, 2);
    // Not in the midst of something.
    let mut talk = Talk::ready("");
    talk.send(envelope(&["b@d.example"]), MAIL);
    assert!(talk.connection.say_hello_again().is_err());
    talk.hears_all(&["MAIL FROM:<a@client.example>"]);
}

fn ehlo_gives_the_name_there_is() {
    let name = EhloName::domain("primary.client.example").expect("a name");
    let server = Server::full();
    served(&server, &open().name(name.clone()), async |mut client| {
        client.hello_again().await.expect("answered");
        client.quit().await.expect("left");
    });
    assert_eq!(server.commands()[..2], ["EHLO primary.client.example", "EHLO primary.client.example"]);
    // Also in HELO and LHLO.
    for (flavour, said) in [
        (Flavour::Smtp, ["EHLO primary.client.example", "HELO primary.client.example"]),
        (Flavour::Lmtp, ["LHLO primary.client.example", "QUIT"]),
    ] {
        let mut config = config();
        (config.name, config.flavour) = (name.clone(), flavour);
        let mut talk = Talk::with(config);
        talk.says("220 hi\n500 what");
        talk.hears_all(&said);
    }
}

fn other_commands_wait_for_ehlo() {
    let argument = || Argument::new("jones").expect("one");
    let all = || {
        [
            Command::Noop(None),
            Command::Help(None),
            Command::Expn(argument()),
            Command::Vrfy(argument()),
            Command::Rset,
            Command::Raw(RawCommand::new("XPING", None).expect("one")),
        ]
    };
    for command in all() {
        let mut talk = Talk::new();
        let verb = command.verb().to_owned();
        assert!(talk.connection.submit(command).is_err(), "{verb}");
        talk.says("220 hi");
        talk.hears_all(&["EHLO client.example"]);
    }
    for command in all() {
        let mut talk = Talk::new();
        talk.says("220 hi");
        assert!(talk.connection.submit(command).is_err());
        talk.hears_all(&["EHLO client.example"]);
    }
    let mut duet = Duet::new(Server::full().on("XPING", |_, _| Answer::reply(250, "pong")));
    for command in all() {
        assert!(duet.submit(command).is_success());
    }
    duet.faultless();
    finds(&Server::full(), &["NOOP\r\n"], r::OTHER_COMMANDS_FOLLOW_EHLO);
}

fn one_transaction_ends_before_the_next() {
    for server in [
        Server::bare(),
        Server::full(),
        Server::full().refuse("x@d.example", 550, "no"),
        Server::full().on("DATA", |_, view| {
            if view.total == 2 { Answer::reply(451, "later") } else { Answer::as_usual() }
        }),
        Server::full().on("MAIL", |_, view| {
            if view.total == 2 { Answer::reply(550, "no") } else { Answer::as_usual() }
        }),
    ] {
        // All handed over at once.
        let mut duet = Duet::new(server);
        let recipients =
            [&["b@d.example"][..], &["x@d.example"], &["c@d.example", "x@d.example"], &["d@d.example"]];
        let ids: Vec<_> = recipients.iter().map(|some| duet.talk.send(envelope(some), MAIL)).collect();
        duet.run();
        for id in ids {
            duet.talk.report(id);
        }
        duet.faultless();
        assert!(duet.talk.connection.is_idle() && duet.talk.error.is_none());
    }
    // A transaction that the caller conducts is ended before the next.
    let server = Server::full();
    served(&server, &open(), async |mut client| {
        let transaction = client.transaction(envelope(&["b@d.example"]), MAIL).await.expect("open");
        drop(transaction);
        client.send(envelope(&["c@d.example"]), MAIL).await.expect("sent");
        client.quit().await.expect("left");
    });
    assert_eq!(server.faults(), []);
    assert_eq!(server.deliveries().len(), 1);
    let said = ["EHLO c.example\r\n", "MAIL FROM:<>\r\n", "MAIL FROM:<>\r\n"];
    finds(&Server::full(), &said, r::MAIL_IS_NOT_NESTED);
}

fn quit_is_the_last_word() {
    let mut talk = Talk::ready("PIPELINING");
    let command = talk.submit(Command::Noop(None));
    let id = talk.send(envelope(&["b@d.example"]), MAIL);
    talk.connection.quit().expect("open");
    // It waits for everything before.
    talk.hears_all(&["NOOP"]);
    talk.says("250 ok");
    talk.reply(command);
    talk.hears_all(&["MAIL FROM:<a@client.example>", "RCPT TO:<b@d.example>", "DATA"]);
    talk.says("250 ok\n250 ok\n354 go");
    assert_eq!(talk.octets(), [MAIL, b".\r\n"].concat());
    // Nothing is taken that would come behind it.
    assert!(talk.connection.submit(Command::Rset).is_err());
    talk.refuses(envelope(&["c@d.example"]), MAIL);
    talk.says("250 taken");
    assert!(talk.report(id).is_complete());
    talk.hears_all(&["QUIT"]);
    assert_eq!(talk.phase(), State::Quitting);
    assert!(talk.connection.submit(Command::Rset).is_err());
    talk.says("221 bye");
    assert_eq!(talk.phase(), State::Closed);
    assert!(talk.connection.submit(Command::Rset).is_err());
    talk.is_silent();
    // What fails on the way out has no word behind it either.
    let mut talk = Talk::ready("");
    talk.connection.quit().expect("open");
    talk.pump();
    talk.says("hello");
    talk.hears_all(&["QUIT"]);
    let said = ["EHLO c.example\r\n", "QUIT\r\nNOOP\r\n"];
    finds(&Server::full(), &said, r::QUIT_COMES_LAST);
}

fn quit_comes_where_nothing_else_did() {
    for code in [554, 521, 450] {
        let mut talk = Talk::new();
        talk.says(&format!("{code} no service"));
        assert_eq!(talk.fails().reply().map(|reply| reply.code().as_u16()), Some(code));
        talk.hears_all(&["QUIT"]);
    }
    for answers in ["550 not you\n550 nor so", "554 not you", "450 later", "500 what\n502 what"] {
        let mut talk = Talk::new();
        talk.says("220 hi").says(answers);
        talk.fails();
        let said = talk.octets();
        assert!(said.ends_with(b"QUIT\r\n"), "{answers:?}: {}", said.escape_ascii());
    }
    // Over a stream the end waits for the server's.
    let server = Server::full().greeting(Answer::reply(554, "no service"));
    let error = served_or(&server, &open(), async |connected| connected.expect_err("refused"));
    assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(554));
    assert_eq!((server.commands(), server.ended(1)), (vec!["QUIT".to_owned()], Some(Ended::Quit)));
    // One that closes by itself is told nothing.
    let mut talk = Talk::new();
    talk.says("421 closing");
    talk.fails();
    talk.is_silent();
}

fn commands_are_known_or_begin_with_x() {
    let raw = |verb: &str| RawCommand::new(verb, Some("d.example")).map(Command::Raw);
    served(&Server::full(), &open(), async |mut client| {
        for verb in ["FROB", "ehlox"] {
            let error = client.submit(raw(verb).expect(verb)).expect_err(verb);
            assert_eq!(error.requirement(), Some(r::COMMANDS_WITHOUT_X_ARE_REGISTERED), "{verb}");
            let command = RawCommand::new(verb, None).expect(verb);
            assert!(client.raw_command(command).await.is_err(), "{verb}");
        }
        for verb in ["XCLIENT", "X-PING", "xforward"] {
            drop(client.submit(raw(verb).expect(verb)).expect(verb));
        }
        client.quit().await.expect("left");
    });
    // Where the server offers it, it is as well known as can be.
    let server = Server::full().offer("FROB").on("FROB", |_, _| Answer::reply(252, "frobbed"));
    served(&server, &open(), async |mut client| {
        let command = RawCommand::new("FROB", Some("d.example")).expect("one");
        assert!(client.raw_command(command).await.expect("known").is_success());
    });
    assert_eq!(server.commands()[1], "FROB d.example");
    // What is known as another's, or was never good, cannot be said so.
    for verb in ["TURN", "ATRN", "ETRN", "SEND", "SOML", "SAML", "AUTH", "STARTTLS", "BDAT", "LHLO"] {
        assert!(RawCommand::new(verb, Some("x")).is_err(), "{verb}");
    }
    assert!(check_command(b"FROB\r\n").is_err() && check_command(b"XFROB\r\n").is_ok());
}
