//! Messages that go nowhere, for tests.

use anyrfc_core::testing::run_virtual;
use anyrfc_smtp::{
    Content, Envelope, ErrorKind, FileTransport, Hold, MemoryTransport, Parameter, Reply, ReplyCode,
    Transport, testing::Server,
};

use crate::support::{envelope, letters, with};

async fn mail(mailer: &mut dyn Transport) -> String {
    let text = b"Subject: x\n\n.dot\n";
    let report = mailer.send(envelope(&["bob@y.example", "eve@z.example"]), Content::reader(&text[..])).await;
    letters(&report.unwrap())
}

#[test]
fn memory_keeps_what_a_server_would_get() {
    run_virtual(async {
        let reply = Reply::new(ReplyCode::FAILED, None, "no");
        let mut mailer = MemoryTransport::new().refuse("eve@z.example", reply);
        let shared = mailer.clone();
        assert_eq!(mail(&mut mailer).await, "AR");
        assert_eq!(shared.messages()[0].content, "Subject: x\r\n\r\n.dot\r\n");
        let only =
            mailer.send_content(envelope(&["eve@z.example"]), "Subject: y\r\n\r\n".into()).await.unwrap();
        assert_eq!(letters(&only), "R");
        assert_eq!(shared.messages().len(), 1);
        let declared = Content::reader(&b"\xe4"[..]);
        let error = mailer.send_content(envelope(&["bob@y.example"]), declared).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Usage);
    });
}

#[test]
fn a_server_is_no_different() {
    let server = Server::full().refuse("eve@z.example", 550, "5.1.1 no");
    assert_eq!(with(&server, async |client| mail(client).await), "AR");
    assert_eq!(server.deliveries()[0].content, b"Subject: x\r\n\r\n.dot\r\n");
}

#[tokio::test]
async fn files_are_whole_and_say_who_gets_them() {
    let directory = tempfile::tempdir().unwrap();
    let mut mailer = FileTransport::new(directory.path());
    for _ in 0..2 {
        assert_eq!(mail(&mut mailer).await, "AA");
    }
    let mut files: Vec<_> =
        std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let names: Vec<_> = files.iter().map(|file| file.extension().unwrap().to_str().unwrap()).collect();
    assert_eq!(names, ["eml", "envelope", "eml", "envelope"]);
    assert_eq!(std::fs::read(&files[0]).unwrap(), b"Subject: x\r\n\r\n.dot\r\n");
    let told = "MAIL FROM:<ann@x.example>\r\nRCPT TO:<bob@y.example>\r\nRCPT TO:<eve@z.example>\r\n";
    assert_eq!(std::fs::read_to_string(&files[1]).unwrap(), told);
    let mut nowhere = FileTransport::new(directory.path().join("missing"));
    let error = nowhere.send_content(envelope(&["bob@y.example"]), "x".into()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn memory_takes_nothing_that_no_server_would() {
    run_virtual(async {
        let mut mailer = MemoryTransport::new();
        let wide = "Subject: x\r\n\r\nGr\u{fc}\u{df}e\r\n";
        let unlabeled = mailer.send_content(envelope(&["bob@y.example"]), wide.into()).await.unwrap_err();
        assert_eq!(unlabeled.kind(), ErrorKind::Usage);
        let declared = Content::from(wide).eight_bit();
        assert!(mailer.send_content(envelope(&["bob@y.example"]), declared).await.unwrap().is_complete());
        let hold = Hold::seconds(60).unwrap();
        let notice = Envelope::new("", ["bob@y.example"]).unwrap().hold(hold);
        let held = mailer.send_content(notice, "Subject: x\r\n\r\n".into()).await.unwrap_err();
        assert_eq!(held.kind(), ErrorKind::Usage);
        assert_eq!(mailer.messages().len(), 1);
        // A parameter of an extension that this crate does not know is one that some server offers.
        let other = envelope(&["bob@y.example"]).parameter(Parameter::new("X-OTHER", None).unwrap());
        assert!(mailer.send_content(other, "Subject: x\r\n\r\n".into()).await.unwrap().is_complete());
    });
}

#[test]
fn memory_refuses_addresses_and_not_their_spelling() {
    run_virtual(async {
        let no = || Reply::new(ReplyCode::FAILED, None, "no");
        let mut mailer = MemoryTransport::new().refuse("<eve@Z.example>", no()).refuse("postmaster", no());
        let to = envelope(&["bob@y.example", "eve@z.example", "Postmaster"]);
        let report = mailer.send_content(to, "Subject: x\r\n\r\n".into()).await.unwrap();
        assert_eq!(letters(&report), "ARR");
        assert!(report.reply().unwrap().is_success(), "the message as a whole was taken");
    });
}

#[tokio::test]
async fn files_say_what_a_server_that_offers_everything_would_be_told() {
    let wide = "MIME-Version: 1.0\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGr\u{fc}\u{df}e\r\n";
    for (to, message, told) in [
        (
            "b@b\u{fc}cher.example",
            "Subject: x\r\n\r\n",
            "MAIL FROM:<ann@x.example> SIZE=14\r\nRCPT TO:<b@xn--bcher-kva.example>\r\n",
        ),
        (
            "b\u{fc}@b\u{fc}cher.example",
            "Subject: x\r\n\r\n",
            "MAIL FROM:<ann@x.example> SIZE=14 SMTPUTF8\r\nRCPT TO:<b\u{fc}@b\u{fc}cher.example>\r\n",
        ),
        (
            "b@y.example",
            "Subject: \u{fc}\r\n\r\n",
            "MAIL FROM:<ann@x.example> SIZE=15 BODY=8BITMIME SMTPUTF8\r\nRCPT TO:<b@y.example>\r\n",
        ),
        ("b@y.example", wide, "MAIL FROM:<ann@x.example> SIZE=63 BODY=8BITMIME\r\nRCPT TO:<b@y.example>\r\n"),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut mailer = FileTransport::new(directory.path());
        mailer.send_content(envelope(&[to]), message.into()).await.unwrap();
        let mut files = std::fs::read_dir(directory.path()).unwrap().map(|entry| entry.unwrap().path());
        let of_envelope = |path: &std::path::PathBuf| path.extension().unwrap() == "envelope";
        let path = files.find(of_envelope).unwrap();
        assert_eq!(std::fs::read_to_string(path).unwrap(), told);
    }
}
