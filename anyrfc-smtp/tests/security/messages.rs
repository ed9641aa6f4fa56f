//! Cases 5 to 7: the end of a message is the one there is.

use anyrfc_smtp::{Content, ErrorKind, LineEnds, testing::Server};

use crate::{to, transactions::with};

/// What has been used to end a message in the middle of it.
const SMUGGLED: &[&str] = &[
    "\n.\n",
    "\n.\r\n",
    "\r\n.\n",
    "\r.\r",
    "\r.\r\n",
    "\n.\r",
    "\r\n.\r",
    "\n\r.\r\n",
    "\r\n\r\n.\r\n",
    "\r\n.\r\n",
];

#[test]
fn case_05_no_sequence_ends_a_message_before_its_end() {
    for sequence in SMUGGLED {
        for server in [Server::bare(), Server::bare().bare_line_ends(), Server::full()] {
            let commands = "MAIL FROM:<evil@x.example>\r\nRCPT TO:<bob@y.example>\r\nDATA\r\nSubject: forged\r\n\r\n.\r\n";
            let text = format!("Subject: x\r\n\r\nbefore{sequence}{commands}");
            let sent = text.clone();
            with(&server, async |client| client.send(to(&["bob@y.example"]), sent).await.unwrap());
            let delivered = server.deliveries();
            assert_eq!(delivered.len(), 1, "{sequence:?}");
            assert_eq!(delivered[0].sender, "ann@x.example");
            assert!(delivered[0].content.ends_with(b"forged\r\n\r\n.\r\n"), "{sequence:?}");
            let bare = delivered[0].content.windows(2).any(|pair| (pair[0] == b'\r') != (pair[1] == b'\n'));
            assert!(!bare, "{sequence:?}");
        }
    }
}

#[test]
fn case_05_what_must_not_be_altered_is_not_sent() {
    for sequence in
        SMUGGLED.iter().filter(|sequence| **sequence != "\r\n.\r\n" && **sequence != "\r\n\r\n.\r\n")
    {
        let server = Server::full();
        with(&server, async |client| {
            let content =
                Content::bytes(format!("Subject: x\r\n\r\nx{sequence}\r\n")).line_ends(LineEnds::Refuse);
            let error = client.send(to(&["bob@y.example"]), content).await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Usage, "{sequence:?}");
            assert_eq!(error.requirement().unwrap().to_string().split(':').next(), Some("rfc5321#2.3.8-3"));
        });
        assert!(server.deliveries().is_empty());
        assert!(!server.commands().iter().any(|command| command.starts_with("MAIL")), "{sequence:?}");
    }
}

#[test]
fn case_06_dots_arrive_as_they_were() {
    for text in [".\r\n", "..\r\n", ".", "...\r\n.\r\n..\r\n", "Subject: .\r\n\r\n.x\r\n..y\r\n."] {
        for pieces in [1, 2, 3, 1000] {
            let server = Server::bare();
            with(&server, async |client| {
                let pieces = text
                    .as_bytes()
                    .chunks(pieces)
                    .map(|piece| Ok::<_, std::io::Error>(bytes::Bytes::copy_from_slice(piece)));
                let content = Content::stream(futures_util::stream::iter(pieces.collect::<Vec<_>>()));
                client.send(to(&["bob@y.example"]), content).await.unwrap()
            });
            let expected = if text.ends_with("\r\n") { text.to_owned() } else { format!("{text}\r\n") };
            assert_eq!(server.deliveries()[0].content, expected.as_bytes(), "{text:?} by {pieces}");
        }
    }
}

#[test]
fn case_07_nothing_is_added_to_a_message_that_ends() {
    for server in [Server::bare(), Server::full()] {
        for text in ["Subject: x\r\n\r\nx\r\n", "Subject: x\r\n\r\n\r\n\r\n", "\r\n"] {
            with(&server, async |client| client.send(to(&["bob@y.example"]), text).await.unwrap());
            assert_eq!(server.take_deliveries()[0].content, text.as_bytes());
        }
    }
}
