use anyrfc_core::{Deviations, testing::random::Random};

use super::*;
use crate::types::{
    dsn::{EnvelopeId, Notify, OriginalRecipient, Return},
    mailbox::Mailbox,
    params::{DeliverBy, Priority},
};

fn written(encode: impl FnOnce(&mut BytesMut)) -> String {
    let mut out = BytesMut::new();
    encode(&mut out);
    String::from_utf8(out.to_vec()).expect("UTF-8")
}

fn line(command: &Command) -> String {
    written(|out| command.encode(out))
}

fn server(lines: &[&str]) -> Capabilities {
    let lines = std::iter::once("mx.example").chain(lines.iter().copied());
    Capabilities::read(lines.map(str::as_bytes), &mut Deviations::default())
}

#[test]
fn commands_as_they_are_written() {
    let name = EhloName::domain("client.example").unwrap();
    let argument = Argument::new("jones").unwrap();
    let url = "imap://example.com/Drafts/;uid=20;urlauth=submit+fred:internal:91ab";
    let burl = BurlUrl::new(url).unwrap();
    let plain = |initial: &[u8]| Command::Auth {
        mechanism: MechanismName::PLAIN,
        initial: Some(Secret::new(initial.to_vec())),
    };
    for (command, expected) in [
        (Command::Ehlo(name.clone()), "EHLO client.example"),
        (Command::Helo(name.clone()), "HELO client.example"),
        (Command::Lhlo(name), "LHLO client.example"),
        (Command::StartTls, "STARTTLS"),
        (Command::Auth { mechanism: MechanismName::CRAM_MD5, initial: None }, "AUTH CRAM-MD5"),
        (plain(b"\0tim\0tanstaaftanstaaf"), "AUTH PLAIN AHRpbQB0YW5zdGFhZnRhbnN0YWFm"),
        (plain(b"a"), "AUTH PLAIN YQ=="),
        (plain(b""), "AUTH PLAIN ="),
        (Command::Data, "DATA"),
        (Command::Bdat { size: 0, last: true }, "BDAT 0 LAST"),
        (Command::Bdat { size: u64::MAX, last: false }, "BDAT 18446744073709551615"),
        (Command::Burl { url: burl.clone(), last: true }, &format!("BURL {url} LAST")),
        (Command::Burl { url: burl, last: false }, &format!("BURL {url}")),
        (Command::Rset, "RSET"),
        (Command::Noop(None), "NOOP"),
        (Command::Noop(Some(argument.clone())), "NOOP jones"),
        (Command::Vrfy(argument.clone()), "VRFY jones"),
        (Command::Expn(argument.clone().utf8()), "EXPN jones SMTPUTF8"),
        (Command::Vrfy(Argument::new("用户").unwrap()), "VRFY 用户 SMTPUTF8"),
        (Command::Help(None), "HELP"),
        (Command::Help(Some(argument)), "HELP jones"),
        (Command::Quit, "QUIT"),
        (Command::Raw(RawCommand::new("XCLIENT", Some("A=b C=d")).unwrap()), "XCLIENT A=b C=d"),
        (Command::Raw(RawCommand::new("X-PING", None).unwrap()), "X-PING"),
    ] {
        assert_eq!(line(&command), format!("{expected}\r\n"));
        assert!(expected.starts_with(command.verb()));
    }
}

#[test]
fn an_initial_response_stays_within_the_line() {
    let fits = |octets| Command::fits_initial_response(MechanismName::PLAIN, octets);
    let length = |octets: usize| {
        let initial = Some(Secret::new(vec![0; octets]));
        line(&Command::Auth { mechanism: MechanismName::PLAIN, initial }).len()
    };
    let most = (0..1_000).rev().find(|octets| fits(*octets)).expect("one that fits");
    assert!(length(most) <= LINE_MAX && length(most + 1) > LINE_MAX);
    assert!(fits(0) && !fits(usize::MAX / 2));
    // The name of eight octets leaves room for 124 times four.
    let of_eight = |octets| Command::fits_initial_response(MechanismName::CRAM_MD5, octets);
    assert!(of_eight(372) && !of_eight(373));
    let server = server(&["AUTH PLAIN"]);
    let long =
        Command::Auth { mechanism: MechanismName::PLAIN, initial: Some(Secret::new(vec![0; most + 1])) };
    let error = long.check(&server).unwrap_err();
    assert_eq!(
        (error.kind(), error.requirement()),
        (ErrorKind::Usage, Some(rfc4954::LONG_INITIAL_RESPONSE_WAITS))
    );
}

#[test]
fn a_server_gets_what_it_offers() {
    let (bare, full) =
        (server(&[]), server(&["AUTH PLAIN", "CHUNKING", "BURL imap", "8BITMIME", "SMTPUTF8", "FOOBAR"]));
    let url = BurlUrl::new("imap://example.com/x;urlauth=submit+fred:internal:91ab").unwrap();
    for (command, requirement) in [
        (Command::Auth { mechanism: MechanismName::PLAIN, initial: None }, rfc4954::AUTH_NEEDS_THE_KEYWORD),
        (Command::Bdat { size: 1, last: true }, rfc3030::BDAT_NEEDS_CHUNKING),
        (Command::Burl { url: url.clone(), last: true }, rfc4468::BURL_NEEDS_THE_KEYWORD),
        (Command::Vrfy(Argument::new("用户").unwrap()), rfc6531::VRFY_WAITS_FOR_EHLO),
        (Command::Expn(Argument::new("a").unwrap().utf8()), rfc6531::VRFY_WAITS_FOR_EHLO),
        (
            Command::Raw(RawCommand::new("foobar", Some("x.example")).unwrap()),
            rfc5321::COMMANDS_WITHOUT_X_ARE_REGISTERED,
        ),
    ] {
        let error = command.check(&bare).unwrap_err();
        assert_eq!((error.kind(), error.requirement()), (ErrorKind::Unsupported, Some(requirement)));
        command.check(&full).unwrap();
    }
    Command::Raw(RawCommand::new("XPING", None).unwrap()).check(&bare).unwrap();
    for argument_command in [Command::Vrfy, Command::Expn] {
        argument_command(Argument::new("a").unwrap()).check(&bare).unwrap();
        argument_command(Argument::new("a").unwrap()).check(&full).unwrap();
    }
    let early = server(&["BURL"]);
    assert!(check_burl(&url, &early).is_err(), "no arguments before authentication");
    let plain = BurlUrl::trusted("imap://imap.example/x/;uid=1").unwrap();
    assert!(check_burl(&plain, &full).is_err());
    assert!(check_burl(&plain, &server(&["BURL imap imap://imap.example"])).is_ok());
    for bare_command in [Command::Noop, Command::Help] {
        assert!(bare_command(Some(Argument::new("用").unwrap())).check(&full).is_err());
        assert!(bare_command(Some(Argument::new("a").unwrap())).check(&bare).is_ok());
    }
}

#[test]
fn mail_says_what_is_asked_for() {
    let all = Envelope::new("a+b@example.org", ["c@d"])
        .unwrap()
        .envelope_id(EnvelopeId::new("Q Q=1+").unwrap())
        .return_content(Return::Headers)
        .deliver_by(DeliverBy::or_return(120).unwrap().trace())
        .priority(Priority::new(-3).unwrap())
        .hold(Hold::seconds(60).unwrap())
        .require_tls()
        .prdr()
        .auth(Mailbox::new("e=mc2@example.com").unwrap())
        .parameter(Parameter::new("XY", Some("z")).unwrap())
        .parameter(Parameter::new("X-FLAG", None).unwrap());
    let params = MailParams {
        size: Some(1024),
        body: Some(BodyType::EightBitMime),
        utf8: true,
        dsn: true,
        prdr: true,
    };
    assert_eq!(
        written(|out| encode_mail(&all, &params, out)),
        "MAIL FROM:<a+b@example.org> SIZE=1024 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=Q+20Q+3D1+2B \
         AUTH=e+3Dmc2@example.com BY=120;RT MT-PRIORITY=-3 HOLDFOR=60 REQUIRETLS PRDR XY=z X-FLAG\r\n"
    );
    let plain = MailParams::default();
    let null = Envelope::new("", ["c@d"]).unwrap().auth(AuthParam::Unknown).hold(Hold::until(0).unwrap());
    assert_eq!(
        written(|out| encode_mail(&null, &plain, out)),
        "MAIL FROM:<> AUTH=<> HOLDUNTIL=1970-01-01T00:00:00Z\r\n"
    );
    let wide = Envelope::new("a@bücher.example", ["c@d"]).unwrap();
    let utf8 = MailParams { utf8: true, ..plain };
    assert_eq!(written(|out| encode_mail(&wide, &plain, out)), "MAIL FROM:<a@xn--bcher-kva.example>\r\n");
    let known = Envelope::new("", ["c@d"]).unwrap().auth(Mailbox::new("e=f@bücher.example").unwrap());
    assert_eq!(
        written(|out| encode_mail(&known, &plain, out)),
        "MAIL FROM:<> AUTH=e+3Df@xn--bcher-kva.example\r\n"
    );
    assert_eq!(
        written(|out| encode_mail(&known, &MailParams { utf8: true, ..plain }, out)),
        "MAIL FROM:<> SMTPUTF8 AUTH=e+3Df@b+C3+BCcher.example\r\n"
    );
    assert_eq!(written(|out| encode_mail(&wide, &utf8, out)), "MAIL FROM:<a@bücher.example> SMTPUTF8\r\n");
}

#[test]
fn rcpt_says_what_is_asked_for() {
    let plain = MailParams::default();
    let dsn = MailParams { dsn: true, ..plain };
    let utf8 = MailParams { utf8: true, dsn: true, ..plain };
    let rcpt = |recipient: &Recipient, params| written(|out| encode_rcpt(recipient, params, out));
    let jane = Recipient::new("j+d@b\u{fc}cher.example").unwrap();
    assert_eq!(rcpt(&jane, &plain), "RCPT TO:<j+d@xn--bcher-kva.example>\r\n");
    assert_eq!(
        rcpt(&jane, &dsn),
        "RCPT TO:<j+d@xn--bcher-kva.example> ORCPT=rfc822;j+2Bd@xn--bcher-kva.example\r\n"
    );
    assert_eq!(rcpt(&jane, &utf8), "RCPT TO:<j+d@bücher.example> ORCPT=utf-8;j\\x{2B}d@bücher.example\r\n");
    let all = jane
        .notify(Notify::SUCCESS | Notify::DELAY)
        .original(OriginalRecipient::new("x400", "/G=j").unwrap())
        .parameter(Parameter::new("RRVS", Some("2014-04-03T23:01:00Z")).unwrap());
    assert_eq!(
        rcpt(&all, &dsn),
        "RCPT TO:<j+d@xn--bcher-kva.example> NOTIFY=SUCCESS,DELAY ORCPT=x400;/G+3Dj RRVS=2014-04-03T23:01:00Z\r\n"
    );
    let postmaster = Recipient::new("postmaster").unwrap();
    assert_eq!(rcpt(&postmaster, &dsn), "RCPT TO:<Postmaster>\r\n");
    assert_eq!(rcpt(&postmaster.notify(Notify::NEVER), &dsn), "RCPT TO:<Postmaster> NOTIFY=NEVER\r\n");
}

#[test]
fn an_address_is_written_in_what_was_agreed_on_wherever_it_stands() {
    let envelope = Envelope::new("", ["c@d"]).unwrap().auth(Mailbox::new("e=f@bücher.example").unwrap());
    let mail = |utf8| {
        let params = MailParams { utf8, ..MailParams::default() };
        written(|out| encode_mail(&envelope, &params, out))
    };
    assert_eq!(mail(false), "MAIL FROM:<> AUTH=e+3Df@xn--bcher-kva.example\r\n");
    assert_eq!(mail(true), "MAIL FROM:<> SMTPUTF8 AUTH=e+3Df@b+C3+BCcher.example\r\n");
}

/// What another's code reads of it.
fn parsed(line: &str) -> smtp_proto::Request<String> {
    let read = smtp_proto::Request::parse(&mut line.as_bytes().iter());
    read.unwrap_or_else(|error| panic!("{line:?}: {error:?}")).into_owned()
}

#[test]
fn another_parser_reads_what_was_meant() {
    let envelope = |sender: &str| Envelope::new(sender, ["c@d"]).unwrap();
    let params = |utf8, body| MailParams { size: Some(123_456), body, utf8, dsn: true, prdr: false };
    let mail = |envelope: &Envelope, params: &MailParams| {
        let smtp_proto::Request::Mail { from } = parsed(&written(|out| encode_mail(envelope, params, out)))
        else {
            panic!("no MAIL");
        };
        from
    };
    let all = envelope("a+b@example.org")
        .envelope_id(EnvelopeId::new("Q Q=1+").unwrap())
        .return_content(Return::Headers)
        .deliver_by(DeliverBy::or_return(120).unwrap().trace())
        .priority(Priority::new(-9).unwrap())
        .hold(Hold::seconds(999_999_999).unwrap())
        .require_tls()
        .auth(Mailbox::new("e=mc2+@example.com").unwrap());
    let from = mail(&all, &params(true, Some(BodyType::BinaryMime)));
    assert_eq!((from.address.as_str(), from.size), ("a+b@example.org", 123_456));
    assert_eq!(from.env_id.as_deref(), Some("Q Q=1+"));
    assert_eq!(from.auth.as_deref(), Some("e=mc2+@example.com"));
    assert_eq!((from.by, from.mt_priority, from.hold_for), (120, -9, 999_999_999));
    let flags = smtp_proto::MAIL_BODY_BINARYMIME
        | smtp_proto::MAIL_SMTPUTF8
        | smtp_proto::MAIL_RET_HDRS
        | smtp_proto::MAIL_BY_RETURN
        | smtp_proto::MAIL_BY_TRACE
        | smtp_proto::MAIL_REQUIRETLS;
    assert_eq!(from.flags & flags, flags, "{:#x}", from.flags);
    for priority in -9..=9 {
        let envelope = envelope("a@b").priority(Priority::new(priority).unwrap());
        assert_eq!(mail(&envelope, &MailParams::default()).mt_priority, i64::from(priority));
    }
    for unix in [1, 951_782_400, 1_796_083_200, 4_102_444_799] {
        let envelope = envelope("a@b").hold(Hold::until(unix).unwrap());
        assert_eq!(mail(&envelope, &MailParams::default()).hold_until, unix.unsigned_abs());
    }
    let late = envelope("a@b").deliver_by(DeliverBy::or_notify(-999_999_999).unwrap());
    let from = mail(&late, &params(false, Some(BodyType::EightBitMime)));
    assert_eq!(from.by, -999_999_999);
    let flags = smtp_proto::MAIL_BODY_8BITMIME | smtp_proto::MAIL_BY_NOTIFY;
    assert_eq!(from.flags & flags, flags);
    assert_eq!(mail(&envelope(""), &MailParams::default()).address, "");

    let rcpt = |recipient: &Recipient| {
        let params = params(false, None);
        let line = written(|out| encode_rcpt(recipient, &params, out));
        let smtp_proto::Request::Rcpt { to } = parsed(&line) else { panic!("no RCPT") };
        to
    };
    let jane =
        Recipient::new("j=d+@example.com").unwrap().notify(Notify::SUCCESS | Notify::FAILURE | Notify::DELAY);
    let to = rcpt(&jane);
    assert_eq!((to.address.as_str(), to.orcpt.as_deref()), ("j=d+@example.com", Some("j=d+@example.com")));
    let flags =
        smtp_proto::RCPT_NOTIFY_SUCCESS | smtp_proto::RCPT_NOTIFY_FAILURE | smtp_proto::RCPT_NOTIFY_DELAY;
    assert_eq!(to.flags & flags, flags);
    let never = rcpt(&Recipient::new("a@b").unwrap().notify(Notify::NEVER));
    assert_ne!(never.flags & smtp_proto::RCPT_NOTIFY_NEVER, 0);
    let rrvs = Parameter::new("RRVS", Some("2014-04-03T23:01:00Z")).unwrap();
    assert_eq!(rcpt(&Recipient::new("a@b").unwrap().parameter(rrvs)).rrvs, 1_396_566_060);
    assert_eq!(rcpt(&Recipient::new("\"a b\"@c").unwrap()).address, "a b@c", "without quotes");
    // It knows no ORCPT beyond ASCII.
    let utf8 = MailParams { utf8: true, ..MailParams::default() };
    let user = Recipient::new("用户@eai.test").unwrap();
    let smtp_proto::Request::Rcpt { to } = parsed(&written(|out| encode_rcpt(&user, &utf8, out))) else {
        panic!("no RCPT");
    };
    assert_eq!(to.address, "用户@eai.test");
    let bdat = parsed(&line(&Command::Bdat { size: 86, last: true }));
    assert_eq!(bdat, smtp_proto::Request::Bdat { chunk_size: 86, is_last: true });
}

#[test]
fn nothing_is_allocated_where_there_is_room() {
    let recipient = Recipient::new("a+b@bücher.example").unwrap().notify(Notify::FAILURE);
    let envelope = Envelope::new("a@b", [recipient.clone()]).unwrap().priority(Priority::new(9).unwrap());
    let params = MailParams { size: Some(u64::MAX), body: None, utf8: true, dsn: true, prdr: true };
    let mut out = BytesMut::with_capacity(4096);
    let place = out.as_ptr();
    for _ in 0..8 {
        encode_mail(&envelope, &params, &mut out);
        encode_rcpt(&recipient, &params, &mut out);
        encode_bdat(u64::MAX, true, &mut out);
    }
    assert_eq!((out.as_ptr(), out.capacity()), (place, 4096), "it was written where it stands");
}

/// Whatever values can be made, a command is one line.
#[test]
fn every_command_is_one_line() {
    const PIECES: [&str; 20] = [
        "a",
        "@",
        "b.example",
        "\r\n",
        "\n",
        "\r",
        "\0",
        " ",
        "<",
        ">",
        "\"",
        "\\",
        "ü",
        "=",
        "+",
        ";",
        "\x7f",
        "\u{85}",
        "[192.0.2.1]",
        "RCPT TO:",
    ];
    let mut random = Random::new(54);
    let mut made = 0;
    for _ in 0..100_000 {
        let mut text = String::new();
        for _ in 0..1 + random.below(5) {
            text.push_str(PIECES[random.below(PIECES.len())]);
        }
        let mut commands = Vec::new();
        commands.extend(text.parse().ok().map(Command::Ehlo));
        commands.extend(Argument::new(&text).ok().map(Command::Vrfy));
        commands.extend(RawCommand::new("X", Some(&text)).ok().map(Command::Raw));
        commands.extend(RawCommand::new(&text, None).ok().map(Command::Raw));
        commands.extend(BurlUrl::trusted(&text).ok().map(|url| Command::Burl { url, last: true }));
        let utf8 = random.below(2) == 0;
        let params = MailParams { utf8, dsn: true, ..MailParams::default() };
        let mail = |envelope| Command::Mail(Mail::new(envelope, params));
        let base = Envelope::new("a@b", ["c@d"]).unwrap();
        commands.extend(Envelope::new(&*text, ["c@d"]).ok().map(mail));
        commands.extend(EnvelopeId::new(&text).ok().map(|id| mail(base.clone().envelope_id(id))));
        commands.extend(Mailbox::new(&text).ok().map(|mailbox| mail(base.clone().auth(mailbox))));
        commands
            .extend(Parameter::new("X", Some(&text)).ok().map(|other| mail(base.clone().parameter(other))));
        commands.extend(Parameter::new(&text, None).ok().map(|other| mail(base.clone().parameter(other))));
        let rcpt = |recipient| Command::Rcpt(Rcpt::new(recipient, params));
        let recipient = Recipient::new("c@d").unwrap();
        commands.extend(Recipient::new(&*text).ok().map(rcpt));
        let originals = [OriginalRecipient::new("x400", &text), OriginalRecipient::new(&text, "a")];
        for original in originals.into_iter().flatten() {
            commands.push(rcpt(recipient.clone().original(original)));
        }
        if let Ok(mailbox) = Mailbox::new(&text) {
            commands.push(rcpt(recipient.clone().original(OriginalRecipient::mailbox(&mailbox).unwrap())));
            commands.push(rcpt(Recipient::from(mailbox)));
        }
        for command in commands {
            made += 1;
            let line = line(&command);
            let body = line.strip_suffix("\r\n").expect("an end");
            assert!(!body.chars().any(char::is_control), "{text:?} made {line:?}");
            assert!(line.len() <= LINE_MAX + 500);
            if !matches!(command, Command::Vrfy(_)) && !utf8 {
                assert!(line.is_ascii() || text.contains('ü'), "{text:?} made {line:?}");
            }
        }
    }
    assert!(made > 50_000, "{made}");
}
