use anyrfc_smtp::{Envelope, ErrorKind, ReversePath, testing::Server};

use crate::support::{envelope, letters, with};

fn ann() -> Envelope {
    Envelope::open(ReversePath::try_from("ann@x.example").unwrap())
}

#[test]
fn step_by_step() {
    for server in [Server::bare(), Server::full()] {
        let server = server.refuse("eve@z.example", 550, "5.1.1 nobody here");
        let report = with(&server, async |client| {
            let mut transaction = client.transaction(ann(), "Subject: x\r\n\r\n").await.unwrap();
            transaction.recipient("bob@y.example").await.unwrap();
            let refused = transaction.recipient("eve@z.example").await.unwrap_err();
            assert_eq!(refused.reply().unwrap().code().as_u16(), 550);
            assert_eq!(transaction.accepted(), 1);
            transaction.send().await.unwrap()
        });
        assert_eq!(letters(&report), "AR");
        assert_eq!(server.deliveries().len(), 1);
    }
}

#[test]
fn what_is_dropped_is_reset() {
    for server in [Server::bare(), Server::full()] {
        with(&server, async |client| {
            let mut transaction = client.transaction(ann(), "Subject: x\r\n\r\n").await.unwrap();
            transaction.recipient("bob@y.example").await.unwrap();
            drop(transaction);
            client.send(envelope(&["bob@y.example"]), "Subject: y\r\n\r\n").await.unwrap();
            let nobody = client.transaction(ann(), "Subject: z\r\n\r\n").await.unwrap();
            assert_eq!(nobody.send().await.unwrap_err().kind(), ErrorKind::Usage);
            client.noop().await.unwrap();
        });
        assert!(server.commands().iter().any(|command| command == "RSET"));
        assert_eq!(server.deliveries().len(), 1);
    }
}

#[test]
fn the_next_one_waits_for_the_reset_of_what_was_before() {
    for server in [Server::bare(), Server::full()] {
        let server = server.refuse("eve@z.example", 550, "5.1.1 nobody here");
        with(&server, async |client| {
            // Nobody was accepted: a message begins with RSET behind it.
            let nobody = client.transaction(ann(), "Subject: x\r\n\r\n").await.unwrap();
            assert_eq!(nobody.send().await.unwrap_err().kind(), ErrorKind::Usage);
            client.send(envelope(&["bob@y.example"]), "Subject: 1\r\n\r\n").await.unwrap();

            let refused = client.send(envelope(&["eve@z.example"]), "Subject: x\r\n\r\n").await.unwrap();
            assert_eq!(letters(&refused), "R");
            let dropped = client.transaction(ann(), "Subject: x\r\n\r\n").await.unwrap();
            drop(dropped);
            let mut transaction = client.transaction(ann(), "Subject: 2\r\n\r\n").await.unwrap();
            transaction.recipient("bob@y.example").await.unwrap();
            assert_eq!(letters(&transaction.send().await.unwrap()), "A");

            let refused = client.send(envelope(&["eve@z.example"]), "Subject: x\r\n\r\n").await.unwrap();
            assert_eq!(letters(&refused), "R");
            client.hello_again().await.unwrap();
        });
        assert_eq!(server.deliveries().len(), 2);
    }
}
