use anyrfc_smtp::{Content, ErrorKind, testing::Server};

use crate::support::{envelope, letters, message, with};

#[test]
fn everybody_gets_it_by_every_kind_of_server() {
    for (name, server) in [
        ("bare", Server::bare()),
        ("full", Server::full()),
        ("no chunks", Server::full().without("CHUNKING")),
    ] {
        let text = message(3);
        let report = with(&server, async |client| {
            client.send(envelope(&["bob@y.example", "eve@z.example"]), &text).await.unwrap()
        });
        assert_eq!(letters(&report), "AA", "{name}");
        let delivered = server.take_deliveries();
        assert_eq!(delivered.len(), 1, "{name}");
        assert_eq!(delivered[0].addresses(), ["bob@y.example", "eve@z.example"]);
        assert_eq!(delivered[0].content, text.as_bytes(), "{name}");
    }
}

#[test]
fn a_refused_recipient_does_not_keep_the_others_from_it() {
    for server in [Server::bare(), Server::full()] {
        let server = server.refuse("eve@z.example", 550, "5.1.1 nobody here");
        let report = with(&server, async |client| {
            let first =
                client.send(envelope(&["bob@y.example", "eve@z.example"]), "Subject: x\r\n\r\n").await;
            let second = client.send(envelope(&["eve@z.example"]), "Subject: y\r\n\r\n").await.unwrap();
            assert_eq!(letters(&second), "R");
            let third = client.send(envelope(&["bob@y.example"]), "Subject: z\r\n\r\n").await.unwrap();
            assert_eq!(letters(&third), "A");
            first.unwrap()
        });
        assert_eq!(letters(&report), "AR");
        let refused = report.rejected().next().unwrap().outcome().reply().unwrap();
        assert_eq!((refused.code().as_u16(), refused.enhanced().unwrap().to_string()), (550, "5.1.1".into()));
        assert_eq!(server.deliveries().len(), 2);
    }
}

#[test]
fn a_stream_is_read_as_it_is_sent() {
    for (server, binary) in [(Server::bare(), false), (Server::full(), false), (Server::full(), true)] {
        let text = message(20_000);
        let bytes = text.clone().into_bytes();
        let report = with(&server, async |client| {
            let content = Content::reader(&bytes[..]);
            let content = if binary { content.binary() } else { content };
            client.send(envelope(&["bob@y.example"]), content).await.unwrap()
        });
        assert_eq!(letters(&report), "A");
        assert!(server.deliveries()[0].content == text.as_bytes());
    }
}

#[test]
fn a_stream_that_is_not_what_was_declared_is_not_delivered() {
    let server = Server::full();
    let report = with(&server, async |client| {
        let content = Content::reader(&b"Subject: x\r\n\r\n\xe4\r\n"[..]);
        let report = client.send(envelope(&["bob@y.example"]), content).await.unwrap();
        let error = client.noop().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Closed);
        report
    });
    assert_eq!(letters(&report), "N");
    assert_eq!(report.error().unwrap().kind(), ErrorKind::Usage);
    assert!(server.deliveries().is_empty());
}

#[test]
fn what_no_server_takes_is_not_begun() {
    let server = Server::full().offer("SIZE 100");
    with(&server, async |client| {
        let commands = server.commands().len();
        let long = client.send(envelope(&["bob@y.example"]), "x".repeat(999)).await.unwrap_err();
        let large = client.send(envelope(&["bob@y.example"]), message(10)).await.unwrap_err();
        assert_eq!(server.commands().len(), commands);
        assert!(large.requirement().is_some() && long.requirement().is_some(), "{long:?} {large:?}");
        client.send(envelope(&["bob@y.example"]), "Subject: x\r\n\r\n").await.unwrap();
    });
    assert_eq!(server.deliveries().len(), 1);
}
