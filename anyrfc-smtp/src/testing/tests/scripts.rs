//! What the server does otherwise than it would.

use super::*;

#[test]
fn any_reply_to_any_command() {
    let server = Server::full()
        .greeting(Answer::lines(220, ["mail.example.org ESMTP", "be nice"]))
        .refuse("c@example.org", 550, "5.1.1 no such user")
        .once("MAIL", Answer::reply(451, "4.3.0 later"))
        .on("NOOP", |_, view| if view.nth == 2 { Answer::nothing() } else { Answer::as_usual() })
        .on("VRFY", |_, _| Answer::as_usual().then(Answer::raw("250 2.0.0 nobody asked\r\n")));
    let mut session = server.session();
    assert_eq!(session.take_output(), b"220-mail.example.org ESMTP\r\n220 be nice\r\n");
    let got = play_on(
        &mut session,
        &[EHLO, MAIL, MAIL, "RCPT TO:<c@example.org>\r\n", RCPT, "NOOP\r\n", "VRFY x\r\n", "NOOP\r\n"],
    );
    let codes: Vec<_> = got.iter().map(|text| codes_of(text)).collect();
    assert_eq!(
        codes,
        [vec![250], vec![451], vec![250], vec![550], vec![250], vec![250], vec![252, 250], vec![]]
    );
    assert_eq!(server.faults(), []);
}

#[test]
fn the_last_words() {
    let quit = |answer: Answer| Server::full().on("QUIT", move |_, _| answer.clone());
    for (answer, said, wants) in [
        (Answer::as_usual(), "221 2.0.0 bye\r\n", Wants::Close),
        (Answer::lines(221, ["so", "long"]), "221-so\r\n221 long\r\n", Wants::Close),
        (Answer::close(), "", Wants::Close),
        (Answer::nothing(), "", Wants::Octets),
    ] {
        let server = quit(answer);
        let mut session = server.session();
        session.take_output();
        assert_eq!(play_on(&mut session, &["QUIT\r\n"]), [said]);
        assert_eq!(session.wants(), wants);
        drop(session);
        assert_eq!((server.ended(1), server.faults()), (Some(Ended::Quit), vec![]));
    }
    let server = quit(Answer::nothing());
    play(&server, &[EHLO, "QUIT\r\n", "QUIT\r\n"]);
    assert!(faults(&server).iter().all(|id| id == "rfc5321#4.1.4-18") && !server.faults().is_empty());
}

#[test]
fn sessions_are_refused() {
    let server = Server::full().greeting(Answer::reply(554, "no mail here"));
    assert_eq!(codes(&server, &[EHLO, MAIL, "QUIT\r\n"]).concat(), [503, 503, 221]);
}

#[test]
fn in_the_middle_of_a_message() {
    for transfer in
        [&["DATA\r\n", "0123456789\r\n.\r\n"][..], &["BDAT 5\r\n01234", "BDAT 7 LAST\r\n56789\r\n"]]
    {
        let server = Server::full().midway(10, Answer::reset());
        let mut session = server.session();
        session.take_output();
        play_on(&mut session, &[&[EHLO, MAIL, RCPT], transfer].concat());
        assert_eq!((session.wants(), server.deliveries()), (Wants::Close, vec![]));
        let server = Server::full().midway(10, Answer::reply(552, "5.3.4 too large"));
        let got = codes(&server, &[&[EHLO, MAIL, RCPT], transfer].concat());
        assert_eq!(got.last(), Some(&vec![552, 250]));
        let server = Server::full().midway(99, Answer::reset());
        play(&server, &[&[EHLO, MAIL, RCPT], transfer].concat());
        assert_eq!(server.deliveries().len(), 1);
    }
}

#[test]
fn a_late_answer_to_the_last_chunk_is_still_for_each() {
    let server = Server::lmtp()
        .on("BDAT", |_, _| Answer::as_usual().after(std::time::Duration::from_secs(1)).then_close());
    let mut session = server.session();
    session.take_output();
    let group = [MAIL, RCPT, RCPT, "BDAT 0 LAST\r\n"].concat();
    let got = play_on(&mut session, &["LHLO client.example.org\r\n", &group]);
    assert_eq!(codes_of(&got[1]), [250; 5]);
    assert_eq!((session.wants(), server.deliveries().len()), (Wants::Close, 1));
}

#[test]
fn greylisting() {
    let server = Server::full().greylist();
    assert_eq!(codes(&server, &[EHLO, MAIL, RCPT, RCPT]).concat(), [250, 250, 451, 250]);
    assert_eq!(codes(&server, &[EHLO, MAIL, RCPT]).concat(), [250, 250, 250]);
}

#[test]
fn the_end_at_any_time() {
    let server = Server::full().on("RCPT", |_, _| Answer::reply(421, "4.3.2 bye").then_close());
    let mut session = server.session();
    session.take_output();
    assert_eq!(play_on(&mut session, &[EHLO, MAIL, RCPT])[2], "421 4.3.2 bye\r\n");
    assert_eq!((session.wants(), server.ended(1)), (Wants::Close, Some(Ended::ByServer)));
    assert_eq!(server.faults(), []);
}

#[test]
fn codes_that_do_not_belong() {
    let server = Server::full()
        .on("RCPT", |_, _| Answer::reply(354, "go on"))
        .on("DATA", |_, _| Answer::reply(250, "fine"));
    let got = codes(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "RSET\r\n"]);
    assert_eq!(got.concat(), [250, 250, 354, 250, 250]);
    // Neither had an effect.
    assert_eq!((server.deliveries(), server.faults()), (vec![], vec![]));
    let server = Server::full().on("RCPT", |_, _| Answer::reply(354, "go on").effective());
    play(&server, &[EHLO, MAIL, RCPT, "DATA\r\n", "x\r\n.\r\n"]);
    assert_eq!(server.deliveries().len(), 1);
    let server = Server::full().on("RCPT", |_, _| Answer::reply(250, "fine").ineffective());
    assert_eq!(codes(&server, &[EHLO, MAIL, RCPT, "DATA\r\n"]).concat(), [250, 250, 250, 554]);
}

#[test]
fn replies_are_withheld() {
    let server = Server::full().on("MAIL", |_, _| Answer::as_usual().withheld());
    assert_eq!(codes(&server, &[EHLO, MAIL, RCPT]), [vec![250], vec![], vec![250, 250]]);
    assert_eq!(server.turns(), 3);
}

#[test]
fn what_is_offered_depends() {
    let server = Server::new(Accounts::new().password("u", "p"))
        .profile(Profile::Bare)
        .plaintext_passwords()
        .mechanisms(&[anyrfc_sasl::MechanismName::PLAIN])
        .offer("PIPELINING")
        .offer("SIZE 5")
        .offer("SIZE 7")
        .offer_also("X-BEFORE", When::Unauthenticated)
        .offer_also("X-AFTER", When::Authenticated)
        .offer_also("X-TLS", When::Secured);
    let got = play(&server, &[EHLO, "AUTH PLAIN AHUAcA==\r\n", EHLO]);
    let offered = "250-mail.example.org at your service\r\n250-PIPELINING\r\n250-SIZE 7\r\n250-";
    assert_eq!(got[0], format!("{offered}X-BEFORE\r\n250 AUTH PLAIN\r\n"));
    assert_eq!(got[1], "235 welcome\r\n");
    assert_eq!(got[2], format!("{offered}X-AFTER\r\n250 AUTH PLAIN\r\n"));
    assert_eq!(server.faults(), []);
    assert_eq!(play(&server.without("AUTH").without("SIZE"), &[EHLO])[0].matches("250").count(), 3);
}

#[test]
fn a_scripted_answer_to_ehlo_is_what_is_judged_by() {
    let server = Server::full().on("EHLO", |_, _| Answer::lines(250, ["me", "auth=LOGIN", "Size 3"]));
    let got = codes(&server, &[EHLO, "MAIL FROM:<a@example.org> SIZE=4\r\n", "MAIL FROM:<> BODY=7BIT\r\n"]);
    assert_eq!(got.concat(), [250, 552, 555]);
    assert_eq!(faults(&server), ["rfc6152#3-h1"]);
}

#[test]
fn servers_without_ehlo() {
    let server = Server::full().without_ehlo();
    let got = play(&server, &[EHLO, "HELO client.example.org\r\n", MAIL, RCPT, "DATA\r\n", "x\r\n.\r\n"]);
    assert_eq!(got[1], "250 mail.example.org\r\n");
    assert_eq!((server.faults(), server.deliveries().len()), (vec![], 1));
}

#[test]
fn authentication() {
    let accounts = Accounts::new().password("user", "pencil").token("user", "t0ken");
    let server = Server::new(accounts).plaintext_passwords().login_required();
    let got = codes(&server, &[EHLO, MAIL, "AUTH PLAIN\r\n", "AHVzZXIAcGVuY2ls\r\n", MAIL]);
    assert_eq!(got.concat(), [250, 530, 334, 235, 250]);
    let got = codes(
        &server,
        &[
            EHLO,
            "AUTH LOGIN\r\n",
            "dXNlcg==\r\n",
            "bm8=\r\n",
            "AUTH XOAUTH2 =\r\n",
            "*\r\n",
            "AUTH OAUTHBEARER bixhPXVzZXIsAWF1dGg9QmVhcmVyIHQwa2VuAQE=\r\n",
        ],
    );
    assert_eq!(got.concat(), [250, 334, 334, 535, 334, 501, 235]);
    assert_eq!(server.faults(), []);
}

#[test]
fn scripted_authentication() {
    let server = Server::new(Accounts::new()).plaintext_passwords();
    let flood = server.clone().on("AUTH", |_, _| Answer::reply(334, "")).on_response(|line, _| {
        if line == b"*" { Answer::as_usual() } else { Answer::reply(334, "not base64!") }
    });
    let got = codes(&flood, &[EHLO, "AUTH LOGIN\r\n", "YQ==\r\n", "Yg==\r\n", "*\r\n", "NOOP\r\n"]);
    assert_eq!(got.concat(), [250, 334, 334, 334, 501, 250]);
    let early = server.on("AUTH", |_, _| Answer::reply(235, "2.7.0 whoever you are"));
    assert_eq!(codes(&early, &[EHLO, "AUTH PLAIN AHUAcA==\r\n", "NOOP\r\n"]).concat(), [250, 235, 250]);
    assert_eq!((early.faults(), flood.faults()), (vec![], vec![]));
}
