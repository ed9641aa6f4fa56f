//! RFC 6409, section 7: the extensions that a submission may use.

use anyrfc_core::{Credentials, compliance::Check};

use super::super::{
    served::{send, with},
    support::{MAIL, Talk, envelope},
};
use crate::{
    ErrorKind,
    proto::Protection,
    rfc6409 as r,
    testing::{Accounts, Answer, Server, Transfer},
    types::{
        Content, DeliverBy, Envelope, Notify, Parameter, RawCommand, Recipient, ReplyKind, StatusSubject,
    },
};

pub(super) static CHECKS: &[Check] = &[
    Check {
        name: "rfc6409/section-7/pipelining-is-used",
        covers: &[r::PIPELINING_IS_USED],
        run: pipelining_is_used,
    },
    Check {
        name: "rfc6409/section-7/status-codes-are-used",
        covers: &[r::ENHANCED_CODES_ARE_USED, r::EXTENDED_CODES_ARE_USED, r::STATUS_CODES_ARE_SUPPORTED],
        run: status_codes_are_used,
    },
    Check {
        name: "rfc6409/section-7/no-turns-are-taken",
        covers: &[r::ETRN_IS_NOT_USED, r::ATRN_IS_NOT_USED],
        run: no_turns_are_taken,
    },
    Check { name: "rfc6409/section-7/dsn-is-used", covers: &[r::DSN_IS_USED], run: dsn_is_used },
    Check {
        name: "rfc6409/section-7/size-may-be-used",
        covers: &[r::SIZE_MAY_BE_USED],
        run: size_may_be_used,
    },
    Check {
        name: "rfc6409/section-7/the-reply-521-is-understood",
        covers: &[r::REPLY_521_IS_NOT_USED],
        run: the_reply_521_is_understood,
    },
    Check {
        name: "rfc6409/section-7/chunks-and-binary-may-be-used",
        covers: &[r::BINARYMIME_MAY_BE_USED, r::CHUNKING_MAY_BE_USED],
        run: chunks_and_binary_may_be_used,
    },
    Check {
        name: "rfc6409/section-7/8bitmime-is-used",
        covers: &[r::EIGHT_BIT_MIME_IS_USED],
        run: eight_bit_mime_is_used,
    },
    Check { name: "rfc6409/section-7/auth-is-used", covers: &[r::AUTH_IS_USED], run: auth_is_used },
    Check {
        name: "rfc6409/section-7/starttls-may-be-used",
        covers: &[r::STARTTLS_MAY_BE_USED],
        run: starttls_may_be_used,
    },
    Check {
        name: "rfc6409/section-7/deliverby-may-be-used",
        covers: &[r::DELIVERBY_MAY_BE_USED],
        run: deliverby_may_be_used,
    },
    Check {
        name: "rfc6409/section-7/parameters-of-mail-may-be-used",
        covers: &[r::NO_SOLICITING_MAY_BE_USED, r::MTRK_MAY_BE_USED, r::CONPERM_MAY_BE_USED],
        run: parameters_of_mail_may_be_used,
    },
    Check {
        name: "rfc6409/section-7/conneg-may-be-used",
        covers: &[r::CONNEG_MAY_BE_USED],
        run: conneg_may_be_used,
    },
];

fn to() -> Envelope {
    envelope(&["b@mail.example"])
}

fn pipelining_is_used() {
    let group =
        ["MAIL FROM:<a@client.example>", "RCPT TO:<b@mail.example>", "RCPT TO:<c@mail.example>", "DATA"];
    let to = || envelope(&["b@mail.example", "c@mail.example"]);
    let mut talk = Talk::ready("PIPELINING");
    talk.send(to(), MAIL);
    talk.hears_all(&group);
    let mut talk = Talk::ready("");
    talk.send(to(), MAIL);
    talk.hears_all(&group[..1]);
}

fn status_codes_are_used() {
    let mut talk = Talk::ready("ENHANCEDSTATUSCODES|PIPELINING");
    let id = talk.send(envelope(&["b@mail.example", "c@mail.example", "d@mail.example"]), MAIL);
    talk.says("250 2.1.0 ok\n550 5.7.1 not for you\n450 4.2.2 full\n250 2.1.5 ok\n354 go\n250 2.0.0 taken");
    let report = talk.report(id);
    let told = report.recipients().iter().map(|one| {
        let reply = one.outcome().reply().expect("one");
        let status = reply.enhanced().expect("a status");
        (reply.kind(), status.numbers(), status.subject(), status.meaning(), reply.text().into_owned())
    });
    let expected = [
        (
            ReplyKind::Permanent,
            (5, 7, 1),
            StatusSubject::SecurityOrPolicy,
            "the delivery is not authorized",
            "not for you",
        ),
        (ReplyKind::Transient, (4, 2, 2), StatusSubject::Mailbox, "the mailbox is full", "full"),
        (ReplyKind::Completion, (2, 0, 0), StatusSubject::Other, "nothing more is known", "taken"),
    ];
    let told: Vec<_> = told.collect();
    for (told, (kind, numbers, subject, meaning, text)) in told.iter().zip(expected) {
        assert_eq!(
            (told.0, told.1, told.2, told.3, told.4.as_str()),
            (kind, numbers, subject, meaning, text)
        );
    }
    assert_eq!(told.len(), 3);
}

fn no_turns_are_taken() {
    for verb in ["ETRN", "ATRN", "etrn", "Atrn", "TURN"] {
        for arguments in [None, Some("client.example"), Some("@client.example")] {
            assert!(RawCommand::new(verb, arguments).is_err(), "{verb}");
        }
    }
    // Others that a server offers may be said.
    let other = RawCommand::new("XTRN", Some("client.example")).expect("a command");
    let server = Server::full().offer("ETRN").offer("ATRN").on("XTRN", |_, _| Answer::reply(250, "ok"));
    with(&server, async |client| {
        client.raw_command(other).await.expect("answered");
        client.send(to(), MAIL).await.expect("sent");
    });
    assert!(!server.commands().iter().any(|line| line.starts_with("ETRN") || line.starts_with("ATRN")));
}

fn dsn_is_used() {
    let recipient = Recipient::new("b@mail.example").expect("one").notify(Notify::SUCCESS | Notify::DELAY);
    let envelope = Envelope::new("a@client.example", [recipient]).expect("an envelope");
    let server = Server::full();
    assert!(send(&server, envelope.clone(), MAIL).expect("sent").is_complete());
    let delivery = server.deliveries().remove(0);
    let parameters = &delivery.recipients[0].parameters;
    let said = [parameters.value("NOTIFY"), parameters.value("ORCPT")];
    assert_eq!(said, [Some("SUCCESS,DELAY"), Some("rfc822;b@mail.example")]);
    let error = send(&Server::full().without("DSN"), envelope, MAIL).expect_err("it cannot be asked for");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

/// The parameter of MAIL with which a message arrives.
fn parameter(server: &Server, message: Content<'_>, name: &str) -> Option<String> {
    assert!(send(server, to(), message).expect("sent").is_complete());
    server.take_deliveries().remove(0).parameters.value(name).map(str::to_owned)
}

fn size_may_be_used() {
    assert_eq!(parameter(&Server::full(), MAIL.into(), "SIZE").as_deref(), Some("25"));
    assert_eq!(parameter(&Server::full().without("SIZE"), MAIL.into(), "SIZE"), None);
    let error = send(&Server::full().offer("SIZE 24"), to(), MAIL).expect_err("too large");
    assert_eq!(error.kind(), ErrorKind::Refused);
}

fn the_reply_521_is_understood() {
    let mut talk = Talk::new();
    talk.says("521 mail.example does not accept mail");
    let error = talk.fails();
    assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(521));
    let mut talk = Talk::ready("");
    let id = talk.send(to(), MAIL);
    talk.says("521 not here");
    assert!(!talk.report(id).recipients()[0].is_retryable());
}

fn chunks_and_binary_may_be_used() {
    let binary = b"MIME-Version: 1.0\r\nContent-Transfer-Encoding: binary\r\n\r\n\0\xff\r";
    let server = Server::full();
    assert!(send(&server, to(), Content::bytes(&binary[..]).binary()).expect("sent").is_complete());
    let delivery = server.take_deliveries().remove(0);
    assert_eq!((delivery.parameters.value("BODY"), &delivery.content[..]), (Some("BINARYMIME"), &binary[..]));
    assert_eq!(delivery.transfer, Transfer::Chunks(vec![binary.len() as u64]));
    for lacks in ["BINARYMIME", "CHUNKING"] {
        let server = Server::full().without(lacks);
        let error = send(&server, to(), Content::bytes(&binary[..]).binary()).expect_err("it is not text");
        assert_eq!(error.kind(), ErrorKind::Unsupported);
        assert!(!server.commands().iter().any(|line| line.starts_with("MAIL")));
    }
    // Chunks of text.
    for (offers, data) in [("PIPELINING|CHUNKING", false), ("PIPELINING", true)] {
        let mut talk = Talk::ready(offers);
        talk.send_windowed(to(), MAIL);
        let [_, _, third] = [talk.hears(), talk.hears(), talk.hears()];
        assert_eq!(third, if data { "DATA" } else { "BDAT 25 LAST" });
    }
}

fn eight_bit_mime_is_used() {
    let wide = || Content::bytes("MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße\r\n");
    assert_eq!(parameter(&Server::full(), wide(), "BODY").as_deref(), Some("8BITMIME"));
    assert_eq!(parameter(&Server::full(), MAIL.into(), "BODY"), None);
    let error =
        send(&Server::full().without("8BITMIME").without("SMTPUTF8"), to(), wide()).expect_err("8 bits");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

fn auth_is_used() {
    let accounts = || Accounts::new().password("user", "pencil");
    let server = Server::new(accounts()).login_required();
    with(&server, async |client| {
        // Before it the server takes nothing.
        let report = client.send(to(), MAIL).await.expect("answered");
        assert_eq!(report.reply().map(|reply| reply.code().as_u16()), Some(530));
        client.authenticate(&Credentials::password("user", String::from("pencil"))).await.expect("let in");
        assert!(client.is_authenticated());
        assert!(client.send(to(), MAIL).await.expect("sent").is_complete());
    });
    let deliveries = server.deliveries();
    assert_eq!(deliveries.iter().map(|mail| mail.user.as_deref()).collect::<Vec<_>>(), [Some("user")]);
    let server = Server::new(accounts()).login_required();
    with(&server, async |client| {
        let wrong = Credentials::password("user", String::from("pen"));
        assert_eq!(client.authenticate(&wrong).await.expect_err("a wrong password").kind(), ErrorKind::Auth);
        assert!(!client.is_authenticated());
    });
}

fn starttls_may_be_used() {
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("220 mail.example");
    talk.hello("STARTTLS|SIZE");
    talk.hears_all(&["STARTTLS"]);
    talk.says("220 go");
    talk.secured();
    talk.hello("SIZE");
    assert!(talk.phase().is_open());
    // It may be asked for, and is never left out then.
    let mut talk = Talk::unprotected(Protection::StartTls);
    talk.says("220 mail.example");
    talk.hello("SIZE");
    assert_eq!(talk.fails().kind(), ErrorKind::Unsupported);
    let mut talk = Talk::unprotected(Protection::Plaintext);
    talk.says("220 mail.example");
    talk.hello("STARTTLS|SIZE");
    talk.is_silent();
}

fn deliverby_may_be_used() {
    let asking = || to().deliver_by(DeliverBy::or_return(120).expect("a time"));
    let server = Server::full();
    assert!(send(&server, asking(), MAIL).expect("sent").is_complete());
    assert_eq!(server.deliveries()[0].parameters.value("BY"), Some("120;R"));
    let error = send(&Server::full().without("DELIVERBY"), asking(), MAIL).expect_err("not offered");
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}

fn parameters_of_mail_may_be_used() {
    for (offer, name, value, said) in [
        (
            "NO-SOLICITING org.example:ADV:ADLT",
            "SOLICIT",
            Some("org.example:ADV:ADLT"),
            "SOLICIT=org.example:ADV:ADLT",
        ),
        ("MTRK", "MTRK", Some("y2VydGlmaWVy:3600"), "MTRK=y2VydGlmaWVy:3600"),
        ("CONPERM", "CONPERM", None, "CONPERM"),
    ] {
        let keyword = offer.split(' ').next().expect("one");
        let parameter =
            Parameter::new(name, value).expect("a parameter").of_extension(keyword).expect("a keyword");
        let asking = || to().parameter(parameter.clone());
        let mut talk = Talk::ready(offer);
        talk.send(asking(), MAIL);
        assert_eq!(talk.hears(), format!("MAIL FROM:<a@client.example> {said}"));
        // What the offer says besides is there to be read.
        let arguments = offer.split_once(' ').map_or("", |(_, arguments)| arguments);
        assert_eq!(talk.connection.capabilities().expect("greeted").keyword(keyword), Some(arguments));
        let error = Talk::ready("SIZE").refuses(asking(), MAIL);
        assert_eq!(error.kind(), ErrorKind::Unsupported);
    }
}

fn conneg_may_be_used() {
    let parameter = || Parameter::new("CONNEG", None).expect("a parameter");
    let asking = || {
        let recipient = Recipient::new("b@mail.example").expect("one").parameter(parameter());
        Envelope::new("a@client.example", [recipient]).expect("an envelope")
    };
    let mut talk = Talk::ready("CONNEG");
    let id = talk.send(asking(), MAIL);
    talk.hears();
    talk.says("250 ok");
    assert_eq!(talk.hears(), "RCPT TO:<b@mail.example> CONNEG");
    // The answer says what the recipient can read.
    talk.says(
        "250-ok\n250-CONNEG (&(image-file-structure=TIFF-minimal)\n250 CONNEG (MRC-mode=0))\n354 go\n250 ok",
    );
    let report = talk.report(id);
    let answer = report.recipients()[0].answer().expect("one");
    let lines: Vec<_> = answer.lines().map(<[u8]>::to_vec).collect();
    assert_eq!(lines[1..], [&b"CONNEG (&(image-file-structure=TIFF-minimal)"[..], b"CONNEG (MRC-mode=0))"]);
    assert_eq!(Talk::ready("").refuses(asking(), MAIL).kind(), ErrorKind::Unsupported);
}
