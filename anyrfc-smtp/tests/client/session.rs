//! What is asked for besides mail, and what comes unasked.

use std::time::Duration;

use anyrfc_smtp::{
    Argument, Command, ErrorKind, Extension, ProtocolState, RawCommand,
    proto::State,
    rfc5321, rfc6531,
    testing::{Answer, Server, When},
};

use super::support::{assert_faultless, connect, serve};

#[test]
fn questions_and_answers() {
    let server = Server::full()
        .on("VRFY", |_, _| Answer::reply(252, "2.1.5 we will try"))
        .on("EXPN", |_, _| Answer::lines(250, ["Ann <ann@example.org>", "Ben <ben@example.org>"]))
        .on("HELP", |_, _| Answer::lines(214, ["one", "two"]))
        .on("XFOO", |_, _| Answer::reply(250, "foo"));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        client.noop().await.unwrap();
        let answer = client.verify("ann").await.unwrap();
        assert_eq!((answer.code().as_u16(), answer.enhanced().is_some()), (252, true));
        let members = client.expand("the list").await.unwrap();
        assert_eq!(
            members.lines().collect::<Vec<_>>(),
            [&b"Ann <ann@example.org>"[..], b"Ben <ben@example.org>"]
        );
        assert_eq!(client.help(None).await.unwrap().lines().count(), 2);
        client.help(Argument::new("MAIL").unwrap()).await.unwrap();
        client.reset().await.unwrap();
        let answer = client.raw_command(RawCommand::new("XFOO", Some("bar")).unwrap()).await.unwrap();
        assert_eq!(answer.text(), "foo");
        client.quit().await.unwrap();
    });
    assert_eq!(
        server.commands(),
        [
            "EHLO [127.0.0.1]",
            "NOOP",
            "VRFY ann",
            "EXPN \"the list\"",
            "HELP",
            "HELP MAIL",
            "RSET",
            "XFOO bar",
            "QUIT"
        ]
    );
    assert_faultless(&server);
}

#[test]
fn refusals_leave_the_connection_as_it_is() {
    let server = Server::full()
        .on("VRFY", |_, _| Answer::reply(550, "5.1.1 nobody"))
        .on("HELP", |_, _| Answer::reply(502, "no help"));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.verify("nobody").await.unwrap_err();
        assert_eq!((error.kind(), error.is_temporary()), (ErrorKind::Refused, false));
        assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(550));
        assert_eq!(client.help(None).await.unwrap_err().kind(), ErrorKind::Unsupported);
        client.noop().await.unwrap();
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn what_could_be_another_command_cannot_be_said() {
    let server = Server::full();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        for argument in ["", "a\r\nDATA", "a\nb", "a\rb", "a\0b", "a\u{7f}"] {
            assert_eq!(client.verify(argument).await.unwrap_err().kind(), ErrorKind::Usage, "{argument:?}");
            assert_eq!(client.expand(argument).await.unwrap_err().kind(), ErrorKind::Usage, "{argument:?}");
        }
        for reserved in
            [Command::Quit, Command::Data, Command::StartTls, Command::Bdat { size: 1, last: true }]
        {
            assert_eq!(client.submit(reserved).unwrap_err().kind(), ErrorKind::Usage);
        }
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
}

#[test]
fn utf8_goes_to_those_who_offer_it() {
    let server = Server::full().on("VRFY", |_, _| Answer::reply(252, "2.1.5 ok"));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        client.verify("用户").await.unwrap();
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands()[1], "VRFY 用户 SMTPUTF8");
    let server = Server::bare();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.verify("用户").await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc6531::VRFY_WAITS_FOR_EHLO), "{error}");
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "QUIT"]);
}

#[test]
fn the_hello_is_said_again_on_request() {
    let server = Server::full().offer_also("XNEW", When::Always);
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let known = client.hello_again().await.unwrap();
        assert!(known.keyword("XNEW").is_some());
        assert_eq!(client.phase(), State::Ready);
        // With a command under way it cannot be said.
        let noop = client.submit(Command::Noop(None)).unwrap();
        assert_eq!(client.hello_again().await.unwrap_err().kind(), ErrorKind::Usage);
        client.finish(noop).await.unwrap();
        client.hello_again().await.unwrap();
        client.quit().await.unwrap();
    });
    assert_eq!(
        server.commands(),
        ["EHLO [127.0.0.1]", "EHLO [127.0.0.1]", "NOOP", "EHLO [127.0.0.1]", "QUIT"]
    );
    assert_faultless(&server);
}

#[test]
fn a_hello_whose_future_was_dropped_is_waited_for() {
    let late = |_: &_, view: &anyrfc_smtp::testing::View<'_>| {
        let delay = if view.nth == 2 { Duration::from_secs(3) } else { Duration::ZERO };
        Answer::as_usual().after(delay)
    };
    let server = Server::full().on("EHLO", late);
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        tokio::time::timeout(Duration::from_secs(1), client.hello_again()).await.unwrap_err();
        // What does not wait cannot go.
        assert_eq!(client.submit(Command::Noop(None)).unwrap_err().kind(), ErrorKind::Usage);
        client.noop().await.unwrap();
        client.quit().await.unwrap();
    });
    assert_eq!(server.commands(), ["EHLO [127.0.0.1]", "EHLO [127.0.0.1]", "NOOP", "QUIT"]);
}

#[test]
fn an_ehlo_refused_the_second_time_ends_it() {
    let server = Server::full()
        .on("EHLO", |_, view| if view.nth == 2 { Answer::reply(554, "no more") } else { Answer::as_usual() });
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.hello_again().await.unwrap_err();
        assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(554), "{error}");
        assert_eq!(client.state(), ProtocolState::Failed);
    });
}

#[test]
fn commands_travel_together_where_the_server_takes_them() {
    let server = Server::full();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let before = server.turns();
        let tickets: Vec<_> = (0..50).map(|_| client.submit(Command::Rset).unwrap()).collect();
        // Answers are taken in any order; one is not wanted at all.
        let mut tickets = tickets.into_iter().rev();
        drop(tickets.next());
        for ticket in tickets {
            assert_eq!(client.finish(ticket).await.unwrap().code().as_u16(), 250);
        }
        assert_eq!(server.turns() - before, 1, "one round trip");
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
    let server = Server::bare();
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let before = server.turns();
        let tickets: Vec<_> = (0..5).map(|_| client.submit(Command::Rset).unwrap()).collect();
        for ticket in tickets {
            client.finish(ticket).await.unwrap();
        }
        assert_eq!(server.turns() - before, 5, "a server without PIPELINING gets one at a time");
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn the_answer_to_a_dropped_ticket_is_nobody_elses() {
    let server = Server::full().on("VRFY", |command, _| {
        let text = String::from_utf8_lossy(command.line()).into_owned();
        Answer::reply(250, text.trim_end())
    });
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        for round in 0..200 {
            let abandoned = client.submit(Command::Vrfy(Argument::new("abandoned").unwrap())).unwrap();
            let kept = client.submit(Command::Vrfy(Argument::new("kept").unwrap())).unwrap();
            drop(abandoned);
            let answer = client.finish(kept).await.unwrap();
            assert_eq!(answer.text(), "VRFY kept", "{round}");
        }
        // Answers that lie there and lose their ticket are not kept for ever.
        let tickets: Vec<_> = (0..500).map(|_| client.submit(Command::Noop(None)).unwrap()).collect();
        client.noop().await.unwrap();
        drop(tickets);
        client.noop().await.unwrap();
        client.quit().await.unwrap();
    });
    assert_faultless(&server);
}

#[test]
fn what_comes_unasked_ends_the_connection() {
    for (said, requirement) in [
        (Answer::reply(250, "surprise"), Some(rfc5321::EVERY_COMMAND_GETS_ONE_REPLY)),
        (Answer::reply(421, "4.4.2 idle for too long"), None),
        (Answer::close(), Some(rfc5321::CONNECTION_IS_NOT_DROPPED)),
    ] {
        let server = Server::full();
        serve(&server, async |stream| {
            let mut client = connect(stream).await.unwrap();
            assert_eq!(server.interject(&said), 1);
            let error = client.drive().await.unwrap_err();
            assert_eq!(error.requirement(), requirement, "{said:?}: {error}");
            if requirement.is_none() {
                assert_eq!((error.kind(), error.is_temporary()), (ErrorKind::Closed, true));
            }
            assert!(matches!(client.state(), ProtocolState::Failed | ProtocolState::Disconnected));
            let again = client.noop().await.unwrap_err();
            assert_eq!(again.to_string(), error.to_string());
            assert!(client.submit(Command::Noop(None)).is_err());
        });
        let said = server.commands();
        assert!(said[1..].iter().all(|line| line == "QUIT"), "{said:?}");
    }
}

#[test]
fn an_answer_that_asks_for_more_is_none() {
    let server = Server::full().once("NOOP", Answer::reply(354, "go on"));
    serve(&server, async |stream| {
        let mut client = connect(stream).await.unwrap();
        let error = client.noop().await.unwrap_err();
        assert_eq!(error.requirement(), Some(rfc5321::REPLY_TABLE_IS_KEPT_TO), "{error}");
        assert_eq!(client.noop().await.unwrap_err().kind(), ErrorKind::Protocol);
    });
}

#[test]
fn endless_replies_are_bounded() {
    for (flood, most) in
        [("250-x\r\n".repeat(10_000), 7_000), ("250 ".to_owned() + &"x".repeat(1 << 20), 70_000)]
    {
        let server = Server::full().once("NOOP", Answer::raw(flood.clone()));
        serve(&server, async |stream| {
            let mut client = connect(stream).await.unwrap();
            let error = client.noop().await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Limit, "{error}");
            assert!(client.buffer_capacity() <= most.max(256 << 10), "{}", client.buffer_capacity());
        });
    }
}

#[test]
fn an_extension_is_asked_for_by_its_name() {
    let server = Server::bare().offer("DSN");
    serve(&server, async |stream| {
        let client = connect(stream).await.unwrap();
        assert!(client.has(Extension::Dsn) && !client.has(Extension::Chunking));
        assert!(format!("{client:?}").contains("Ready"));
        client.quit().await.unwrap();
    });
}
