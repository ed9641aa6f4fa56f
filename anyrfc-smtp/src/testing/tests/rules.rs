//! Every rule that a client is judged by, broken once.

use super::*;

/// A server under TLS, as far as a session without I/O is concerned.
fn secured(server: &Server) -> Session {
    let mut session = server.session_on(anyrfc_sasl::Channel::tls());
    session.take_output();
    session
}

/// These groups break this rule and no other, and the same without the last do not.
fn breaks(server: &Server, groups: &[&str], rule: &str) {
    let before = server.faults().len();
    let (last, good) = groups.split_last().unwrap();
    let mut session = server.session();
    session.take_output();
    play_on(&mut session, good);
    assert_eq!(faults(server).get(before..).unwrap(), [] as [String; 0], "{groups:?}");
    play_on(&mut session, &[last]);
    assert_eq!(faults(server).get(before..).unwrap(), [rule], "{groups:?}");
}

#[test]
fn the_order_of_commands() {
    let server = Server::new(Accounts::new().password("u", "p"));
    let two = "BDAT 2\r\n\r\n";
    for (groups, rule) in [
        (&[MAIL][..], "rfc5321#4.1.4-1"),
        (&["NOOP\r\n"], "rfc5321#4.1.4-12"),
        (&["AUTH PLAIN\r\n"], "rfc5321#4.1.4-12"),
        (&["STARTTLS\r\n"], "rfc5321#4.1.4-12"),
        (&["HELO client.example.org\r\n"], "rfc5321#2.2.1-3"),
        (&[EHLO, RCPT], "rfc5321#3.3-17"),
        (&[EHLO, "DATA\r\n"], "rfc5321#3.3-17"),
        (&[EHLO, MAIL, "DATA\r\n"], "rfc5321#3.3-17"),
        (&[EHLO, two], "rfc5321#3.3-17"),
        (&[EHLO, MAIL, two], "rfc5321#3.3-17"),
        (&[EHLO, MAIL, RCPT, two, RCPT], "rfc5321#3.3-17"),
        (&[EHLO, MAIL, MAIL], "rfc5321#4.1.4-13"),
        (&[EHLO, "STARTTLS\r\n"], "rfc5321#2.2.1-1"),
        (&[EHLO, MAIL, RCPT, two, "DATA\r\n"], "rfc3030#2-11"),
        (&[EHLO, MAIL, RCPT, "BDAT 0 LAST\r\n", two], "rfc3030#2-4"),
        (&[EHLO, "MAIL FROM:<> BODY=BINARYMIME\r\n", RCPT, "DATA\r\n"], "rfc3030#3-3"),
        (&[EHLO, "QUIT\r\nNOOP\r\n"], "rfc5321#4.1.4-18"),
    ] {
        breaks(&server, groups, rule);
    }
    breaks(&Server::lmtp(), &[EHLO], "rfc2033#4.1-h1");
    breaks(&Server::full(), &["LHLO client.example.org\r\n"], "rfc5321#4.1.5-2");
    let no_sender = Server::bare().on("MAIL", |_, _| Answer::reply(550, "no"));
    breaks(&no_sender, &[EHLO, MAIL, RCPT], "rfc5321#3.3-17");
    // With pipelining nobody can have known.
    let no_sender = no_sender.offer("PIPELINING");
    play(&no_sender, &[EHLO, &[MAIL, RCPT, "DATA\r\n"].concat()]);
    assert_eq!(no_sender.faults().len(), 1);
}

#[test]
fn authentication() {
    let accounts = Accounts::new().password("u", "p");
    let server = Server::new(accounts.clone());
    breaks(&server, &[EHLO, "AUTH PLAIN AHUAcA==\r\n"], "rfc4954#14-1");
    breaks(&server, &[EHLO, "AUTH X-MAGIC\r\n"], "rfc4954#3-h1");
    let server = Server::new(accounts).plaintext_passwords();
    let login = "AUTH PLAIN AHUAcA==\r\n";
    for (groups, rule) in [
        (&[EHLO, login, login][..], "rfc4954#4-h1"),
        (&[EHLO, MAIL, login], "rfc4954#4-h2"),
        (&[EHLO, "AUTH PLAIN A=B\r\n"], "rfc4954#4-1"),
        (&[EHLO, "AUTH PLAIN \r\n"], "rfc4954#4-9"),
        (&[EHLO, "AUTH PLAIN\r\n", "AHUAcA\r\n"], "rfc4954#4-14"),
        (&[EHLO, "AUTH PLAIN\r\nAHUAcA==\r\n"], "rfc4954#4-34"),
        (&[EHLO, "AUTH PLAIN\r\n", "AHUAcA==\r\nNOOP\r\n"], "rfc4954#4-34"),
    ] {
        breaks(&server, groups, rule);
    }
    let long = format!("AUTH PLAIN {}\r\n", "AAAA".repeat(3072));
    breaks(&server, &[EHLO, &long], "rfc4954#4-8");
    let long = format!("{}\r\n", "AAAA".repeat(3072));
    breaks(&server, &[EHLO, "AUTH PLAIN\r\n", &long], "rfc4954#4-16");
}

#[test]
fn groups_of_commands() {
    for (groups, rule) in [
        (&["EHLO a.example\r\nMAIL FROM:<>\r\n"][..], "rfc2920#3-h1"),
        (&[EHLO, "NOOP\r\nRSET\r\n"], "rfc2920#3.1-h1"),
        (&[EHLO, "VRFY a\r\nRSET\r\n"], "rfc2920#3.1-h1"),
        (&[EHLO, "EXPN a\r\nRSET\r\n"], "rfc2920#3.1-h1"),
        (&[EHLO, MAIL, RCPT, "DATA\r\n.\r\n"], "rfc2920#3.1-h1"),
        (&[EHLO, "EHLO a.example\r\nRSET\r\n"], "rfc2920#3.1-h1"),
        (&[EHLO, MAIL, RCPT, "BURL imap://a/b LAST\r\nRSET\r\n"], "rfc4468#3.2-3"),
    ] {
        breaks(&Server::full(), groups, rule);
    }
    let server = Server::bare();
    let group = [MAIL, RCPT].concat();
    breaks(&server, &[EHLO, &group], "rfc2920#3-h1");
    breaks(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "x\r\n.\r\nRSET\r\n"], "rfc2920#3-h1");
    let server = server.offer("CHUNKING");
    breaks(&server, &[EHLO, MAIL, RCPT, "BDAT 1\r\nxRSET\r\n"], "rfc2920#3-h1");
    let mut session = server.session();
    session.receive(EHLO.as_bytes());
    assert_eq!(faults(&server).last().map(String::as_str), Some("rfc5321#4.3.1-2"));
}

#[test]
fn what_was_refused() {
    let server = Server::full().refuse("b@example.org", 550, "5.1.1 no");
    breaks(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "Subject: x\r\n"], "rfc5321#3.3-12");
    breaks(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "X\r\n"], "rfc5321#3.3-12");
    breaks(&server, &[EHLO, MAIL, RCPT, "BDAT 1\r\nx"], "rfc2920#3.1-h2");
    // An empty last chunk gets rid of the transaction; and so do a dot and RSET.
    play(&server, &[EHLO, MAIL, RCPT, "BDAT 0 LAST\r\n", "RSET\r\n", MAIL]);
    assert_eq!(server.faults().len(), 3);
    let server = server.data_without_recipients();
    breaks(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "x\r\n.\r\n"], "rfc2920#3.1-h2");
    assert_eq!(
        codes(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", ".\r\n", MAIL]).concat(),
        [250, 250, 550, 354, 554, 250]
    );
    let full = Server::full().on("BDAT", |_, _| Answer::reply(452, "4.3.1 full"));
    breaks(&full, &[EHLO, MAIL, RCPT, "BDAT 1\r\nx", "BDAT 1\r\nx"], "rfc3030#2-7");
    breaks(&full, &[EHLO, MAIL, RCPT, "BDAT 1\r\nx", "NOOP\r\n"], "rfc3030#2-9");
    let unwanted = Server::full().on_content(|_, _| Answer::reply(554, "5.6.0 no"));
    breaks(&unwanted, &[EHLO, MAIL, RCPT, "BDAT 1 LAST\r\nx", MAIL], "rfc3030#2-9");
    play(
        &unwanted,
        &[EHLO, MAIL, RCPT, "BDAT 1 LAST\r\nx", "RSET\r\n", MAIL, RCPT, "DATA\r\n", ".\r\n", MAIL],
    );
    assert_eq!(unwanted.faults().len(), 1);
    // Where the chunks come in windows nobody can have known.
    let windows = Server::full().windows().on("BDAT", |_, _| Answer::reply(452, "4.3.1 full"));
    play(&windows, &[EHLO, &[MAIL, RCPT, "BDAT 1\r\nx"].concat(), "BDAT 1\r\nx", MAIL, "RSET\r\n"]);
    assert_eq!((windows.faults(), windows.eager_chunks()), (vec![], 1));
}

#[test]
fn parameters_that_are_not_offered() {
    let server = Server::bare();
    for (parameter, rule) in [
        ("SIZE=1", "rfc1870#4-h1"),
        ("BODY=8BITMIME", "rfc6152#3-h1"),
        ("BODY=BINARYMIME", "rfc3030#3-8"),
        ("AUTH=<>", "rfc5321#4.1.1.3-8"),
        ("RET=FULL", "rfc3461#3-h1"),
        ("ENVID=x", "rfc3461#3-h1"),
        ("BY=1;N", "rfc2852#3-h1"),
        ("MT-PRIORITY=1", "rfc6710#3-h1"),
        ("HOLDFOR=1", "rfc4865#4.1-1"),
        ("REQUIRETLS", "rfc8689#2-h1"),
        ("SMTPUTF8", "rfc6531#3.5-1"),
        ("PRDR", "rfc5321#4.1.1.3-8"),
        ("X-OWN=1", "rfc5321#4.1.1.3-8"),
    ] {
        let mail = format!("MAIL FROM:<a@example.org> {parameter}\r\n");
        breaks(&server, &[EHLO, &mail], rule);
    }
    for (parameter, rule) in [("NOTIFY=NEVER", "rfc3461#3-h1"), ("ORCPT=rfc822;x", "rfc3461#3-h1")] {
        let rcpt = format!("RCPT TO:<a@example.org> {parameter}\r\n");
        breaks(&server, &[EHLO, MAIL, &rcpt], rule);
    }
    breaks(&server, &[EHLO, MAIL, RCPT, "BDAT 0\r\n"], "rfc3030#2-h1");
    breaks(&server, &[EHLO, MAIL, RCPT, "BURL imap://a/b\r\n"], "rfc4468#3.1-h1");
    breaks(&server.clone().offer("BURL x"), &[EHLO, MAIL, RCPT, "BURL imap://a/b\r\n"], "rfc4468#3.1-h1");
    play(&server.offer("X-OWN"), &[EHLO, "MAIL FROM:<> X-OWN=1\r\n"]);
    assert_eq!(faults(&Server::full()).len(), 0);
}

#[test]
fn parameters_beyond_what_is_offered() {
    let server = Server::full();
    for (parameter, rule) in [
        ("BY=59;R", "rfc2852#3-h2"),
        ("HOLDFOR=2592001", "rfc4865#4.1-3"),
        ("HOLDUNTIL=2031-01-01T00:00:01Z", "rfc4865#4.1-4"),
        ("HOLDFOR=100 BY=100;N", "rfc4865#5.2.1-1"),
    ] {
        let mail = format!("MAIL FROM:<a@example.org> {parameter}\r\n");
        breaks(&server, &[EHLO, &mail], rule);
    }
    breaks(&server, &[EHLO, "MAIL FROM:<> HOLDFOR=1\r\n"], "rfc4865#5.1.1-1");
    let mut session = secured(&server);
    let before = server.faults().len();
    let good = "MAIL FROM:<a@example.org> BY=60;R HOLDFOR=59 REQUIRETLS MT-PRIORITY=-9 SIZE=1\r\n";
    assert_eq!(codes_of(&play_on(&mut session, &[EHLO, good])[1]), [250]);
    assert_eq!(server.faults().len(), before);
    let told = Server::full().offer("REQUIRETLS");
    breaks(&told, &[EHLO, "MAIL FROM:<a@example.org> REQUIRETLS\r\n"], "rfc8689#2-2");
}

#[test]
fn addresses_beyond_ascii() {
    let (mail, rcpt) = ("MAIL FROM:<\u{fc}@example.org> SMTPUTF8\r\n", "RCPT TO:<\u{fc}@example.org>\r\n");
    let server = Server::full();
    play(&server, &[EHLO, mail, rcpt, "DATA\r\n", "Subject: \u{fc}\r\n\r\nx\r\n.\r\n"]);
    play(&server, &[EHLO, "VRFY \u{fc} SMTPUTF8\r\n"]);
    assert_eq!(server.faults(), []);
    breaks(&server, &[EHLO, MAIL, rcpt], "rfc6531#3.4-1");
    breaks(&server, &[EHLO, "MAIL FROM:<\u{fc}@example.org>\r\n"], "rfc6531#3.4-1");
    breaks(&server, &["EHLO b\u{fc}cher.example\r\n"], "rfc6531#3.7.1-1");
    breaks(&Server::bare(), &[EHLO, MAIL, rcpt], "rfc6531#3.2-7");
    breaks(&Server::bare(), &[EHLO, "VRFY \u{fc} SMTPUTF8\r\n"], "rfc6531#3.7.4.2-1");
}

#[test]
fn what_a_message_holds() {
    let data = |server: Server, mail: &str, text: &str, rule: &str| {
        let text = format!("{text}.\r\n");
        breaks(&server, &[EHLO, mail, RCPT, "DATA\r\n", &text], rule);
    };
    let full = Server::full;
    data(full(), MAIL, "Subject: \u{fc}\r\n\r\nx\r\n", "rfc6531#3.4-1");
    data(Server::bare(), MAIL, "Subject: \u{fc}\r\n\r\nx\r\n", "rfc6531#3.2-8");
    data(full(), "MAIL FROM:<> SMTPUTF8\r\n", "Subject: x\r\n\r\nx\r\n", "rfc6531#3.4-3");
    data(full(), MAIL, "Subject: x\r\n\r\n\u{fc}\r\n", "rfc6152#3-h3");
    data(full(), "MAIL FROM:<> BODY=7BIT\r\n", "Subject: x\r\n\r\n\u{fc}\r\n", "rfc6152#3-h5");
    data(Server::bare(), MAIL, "Subject: x\r\n\r\n\u{fc}\r\n", "rfc6152#3-h12");
    data(full(), "MAIL FROM:<> SIZE=2\r\n", "x\r\n", "rfc1870#6-h1");
    data(full(), MAIL, ".x\r\n", "rfc5321#4.5.2-h1");
    data(full(), MAIL, "a\nb\r\n", "rfc5321#2.3.8-3");
    data(full(), MAIL, "a\rb\r\n", "rfc5321#2.3.8-3");
    data(full(), MAIL, "a\r\r\n", "rfc5321#2.3.8-3");
    data(full(), MAIL, "a\0b\r\n", "rfc5321#4.1.1.4-1");
    data(full(), MAIL, &format!("{}\r\n", "x".repeat(999)), "rfc5321#4.5.3.1.6-h1");
    let chunk = |mail: &str, text: &str, rule: &str| {
        let chunk = format!("BDAT {} LAST\r\n{text}", text.len());
        breaks(&full(), &[EHLO, mail, RCPT, &chunk], rule);
    };
    chunk(MAIL, "a\nb\r\n", "rfc3030#2-12");
    chunk(MAIL, "a\rb", "rfc3030#2-12");
    chunk(MAIL, "a\0\r\n", "rfc5321#4.1.1.4-1");
    chunk(MAIL, &format!("{}\r\n", "x".repeat(999)), "rfc5321#4.5.3.1.6-h1");
    chunk("MAIL FROM:<> SIZE=2\r\n", "x\r\n", "rfc1870#6-h1");
    // All of this is what BINARYMIME and the greatest lengths are for.
    let server = full();
    let text = format!("Subject: x\r\n\r\n{}\n\r\0\u{fc}", "x".repeat(5000));
    let binary = format!("BDAT {} LAST\r\n{text}", text.len());
    play(&server, &[EHLO, "MAIL FROM:<> BODY=BINARYMIME\r\n", RCPT, &binary]);
    let text = format!("{}\r\n.{}\r\n.\r\n", "x".repeat(998), ".".repeat(998));
    play(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", &text]);
    assert_eq!((server.faults(), server.deliveries().len()), (vec![], 2));
}

#[test]
fn lines_of_commands() {
    breaks(&Server::full(), &[EHLO, "NOOP\n"], "rfc5321#2.3.8-3");
    breaks(&Server::full(), &[EHLO, "NOOP a\rb\r\n"], "rfc5321#2.3.8-3");
    let long = format!("NOOP {}\r\n", "x".repeat(506));
    breaks(&Server::full(), &[EHLO, &long], "rfc5321#4.5.3.1.4-h1");
    let endless = "x".repeat(65 << 10);
    breaks(&Server::full(), &[EHLO, &endless], "rfc5321#4.5.3.1.4-h1");
    let orcpt = format!("RCPT TO:<b@example.org> ORCPT=rfc822;{}\r\n", "x".repeat(493));
    play(&Server::full(), &[EHLO, MAIL, &orcpt]);
    let server = Server::full();
    let mut session = server.session();
    session.take_output();
    session.receive(b"QUI");
    session.receive_end(true);
    assert_eq!((faults(&server), server.ended(1)), (vec!["rfc5321#2.3.8-4".to_owned()], Some(Ended::Left)));
}

#[test]
fn the_grammar() {
    for good in [
        "EHLO [192.0.2.1]",
        "ehlo [IPv6:2001:db8::1]",
        "HELO host.example",
        "LHLO host.example",
        "STARTTLS",
        "AUTH SCRAM-SHA-256-PLUS =",
        "MAIL FROM:<>",
        "mail from:<\"a b\"@example.org> auth=e+3Dmc2@example.com",
        "MAIL FROM:<a@b.example> AUTH=<> BY=-999999999;NT MT-PRIORITY=0 HOLDUNTIL=2030-01-01T00:00:00Z",
        "MAIL FROM:<a@b.example> BY=+1;R RET=hdrs SIZE=99999999999999999999",
        "RCPT TO:<postmaster>",
        "RCPT TO:<a@[192.0.2.1]> NOTIFY=success,Failure,DELAY ORCPT=utf-8;\\x{FC}@x"
            .replace("fc", "FC")
            .as_str(),
        "RCPT TO:<\u{fc}@x.example> ORCPT=utf-8;\u{fc}@x.example",
        "DATA",
        "BDAT 0 LAST",
        "BURL imap://a@b/c;URLAUTH=submit+a:internal:0 LAST",
        "NOOP \"a b\"",
        "HELP MAIL",
        "VRFY a@b.example",
        "EXPN list",
        "RSET",
        "QUIT",
        "XCLIENT NAME=a ADDR=1.2.3.4",
    ] {
        assert_eq!(check_command(format!("{good}\r\n").as_bytes()), Ok(()), "{good}");
    }
    let long = |prefix: &str, count: usize| format!("{prefix}{}", "x".repeat(count));
    for (bad, rule) in [
        ("EHLO", "rfc5321#2.3.5-3"),
        ("EHLO localhost", "rfc5321#2.3.5-2"),
        ("EHLO a_b.example", "rfc5321#4.1.2-11"),
        ("EHLO [1.2.3]", "rfc5321#2.3.5-3"),
        ("EHLO a.example x", "rfc5321#4.1.1.1-2"),
        ("EHLO \u{fc}.example", "rfc6531#3.7.1-1"),
        ("STARTTLS now", "rfc5321#4.1.5-2"),
        ("DATA now", "rfc5321#4.1.1-3"),
        ("RSET ", "rfc5321#4.1.1-3"),
        ("QUIT now", "rfc5321#4.1.1-3"),
        ("AUTH PL@IN", "rfc4954#3-h1"),
        ("MAIL", "rfc5321#4.1.5-2"),
        ("MAIL FROM: <a@b>", "rfc5321#4.1.5-2"),
        ("MAIL FROM:a@b", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b>  SIZE=1", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b> ", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b>SIZE=1", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b> NOTIFY=NEVER", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b> X=", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b> X=1 x=2", "rfc5321#4.1.5-2"),
        ("RCPT TO:<a@b> SIZE=1", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<a@b", "rfc5321#4.1.5-2"),
        ("MAIL FROM:<@x,@y:a@b>", "rfc5321#3.3-3"),
        ("RCPT TO:<@x:a@b>", "rfc5321#4.1.1.3-1"),
        ("RCPT TO:<>", "rfc5321#4.1.1-2"),
        ("MAIL FROM:<a b@c>", "rfc5321#4.1.1-2"),
        ("MAIL FROM:<\"ab\"@c>", "rfc5321#4.1.2-8"),
        ("MAIL FROM:<a\tb@c>", "rfc5321#4.1.2-10"),
        ("NOOP \u{fc}", "rfc5321#4.1.2-10"),
        (&format!("{}@b>", long("MAIL FROM:<", 65)), "rfc5321#4.5.3.1.1-h1"),
        (&format!("MAIL FROM:<a@{}x.x>", "x.".repeat(127)), "rfc5321#4.5.3.1.3-h1"),
        ("MAIL FROM:<a@b> SIZE=1 SIZE=1", "rfc1870#6-h2"),
        ("MAIL FROM:<a@b> SIZE", "rfc1870#3-h4"),
        ("MAIL FROM:<a@b> SIZE=100000000000000000000", "rfc1870#3-h4"),
        ("MAIL FROM:<a@b> BODY=9BIT", "rfc6152#2-h2"),
        ("MAIL FROM:<a@b> BODY=7BIT BODY=7BIT", "rfc6152#3-h4"),
        ("MAIL FROM:<a@b> AUTH=a@b=c", "rfc4954#5-h1"),
        ("MAIL FROM:<a@b> AUTH=someone", "rfc4954#8-2"),
        ("MAIL FROM:<a@b> RET=ALL", "rfc3461#4.3-1"),
        ("MAIL FROM:<a@b> RET=FULL RET=FULL", "rfc3461#4.5-1"),
        ("MAIL FROM:<a@b> ENVID=", "rfc3461#4.4-1"),
        ("MAIL FROM:<a@b> ENVID=a=b", "rfc3461#4-h1"),
        ("MAIL FROM:<a@b> ENVID=a+3d", "rfc3461#4-h2"),
        ("MAIL FROM:<a@b> ENVID=a+0A", "rfc3461#4.4-3"),
        (&long("MAIL FROM:<a@b> ENVID=", 101), "rfc3461#4.4-2"),
        ("MAIL FROM:<a@b> BY=1", "rfc2852#4-1"),
        ("MAIL FROM:<a@b> BY=1000000000;N", "rfc2852#4-1"),
        ("MAIL FROM:<a@b> BY=0;R", "rfc2852#4-h1"),
        ("MAIL FROM:<a@b> BY=-1;RT", "rfc2852#4-h1"),
        ("MAIL FROM:<a@b> MT-PRIORITY=10", "rfc6710#3-h2"),
        ("MAIL FROM:<a@b> MT-PRIORITY=+1", "rfc6710#3-h2"),
        ("MAIL FROM:<a@b> HOLDFOR=0", "rfc4865#4.1-3"),
        ("MAIL FROM:<a@b> HOLDUNTIL=2030-01-01", "rfc4865#4.1-4"),
        ("MAIL FROM:<a@b> HOLDFOR=1 HOLDUNTIL=2030-01-01T00:00:00Z", "rfc4865#4.1-2"),
        ("MAIL FROM:<a@b> REQUIRETLS=1", "rfc8689#2-h1"),
        ("MAIL FROM:<a@b> SMTPUTF8=1", "rfc6531#3.4-2"),
        ("MAIL FROM:<\u{fc}@b>", "rfc6531#3.4-1"),
        ("RCPT TO:<a@b> NOTIFY=NEVER,DELAY", "rfc3461#4.1-3"),
        ("RCPT TO:<a@b> NOTIFY=SOMETIMES", "rfc3461#4.1-1"),
        ("RCPT TO:<a@b> NOTIFY=DELAY,DELAY", "rfc3461#4.1-1"),
        ("RCPT TO:<a@b> NOTIFY=DELAY NOTIFY=DELAY", "rfc3461#4.5-3"),
        ("RCPT TO:<a@b> ORCPT=a@b", "rfc3461#4.2-2"),
        ("RCPT TO:<a@b> ORCPT=rfc822;", "rfc3461#4.2-1"),
        ("RCPT TO:<a@b> ORCPT=rfc822;\u{fc}", "rfc3461#4-h1"),
        ("RCPT TO:<a@b> ORCPT=rfc822;+C3+BC", "rfc3461#4.2-6"),
        ("RCPT TO:<a@b> ORCPT=utf-8;\\x{41}", "rfc3461#4-h1"),
        ("RCPT TO:<a@b> ORCPT=utf-8;a+b", "rfc3461#4-h1"),
        (&long("RCPT TO:<a@b> ORCPT=rfc822;", 500), "rfc3461#4.2-3"),
        ("BDAT", "rfc5321#4.1.5-2"),
        ("BDAT -1", "rfc3030#2-h1"),
        ("BDAT 1 FIRST", "rfc3030#2-h1"),
        ("BURL not-a-url", "rfc4468#3.1-h1"),
        ("VRFY", "rfc5321#4.1.5-2"),
        ("NOOP a b", "rfc5321#4.1.5-2"),
        ("TURN", "rfc5321#F.1-1"),
        ("SEND FROM:<a@b>", "rfc5321#F.6-1"),
        ("ETRN x", "rfc5321#4.1.5-2"),
        ("", "rfc5321#4.1.5-2"),
        ("NOOP\r", "rfc5321#2.3.8-3"),
    ] {
        let breach = check_command(format!("{bad}\r\n").as_bytes()).expect_err(bad);
        assert_eq!(breach.id(), rule, "{bad}: {breach}");
    }
    assert_eq!(check_command(b"NOOP\n").unwrap_err().id(), "rfc5321#2.3.8-4");
    assert_eq!(check_command(b"NOOP \xFF\r\n").unwrap_err().id(), "rfc5321#4.1.2-10");
}
