//! Messages that go nowhere, for tests.

use anyrfc_core::testing::run_virtual;
use anyrfc_smtp::{
    Content, ErrorKind, FileTransport, MemoryTransport, Reply, ReplyCode, Transport, testing::Server,
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
