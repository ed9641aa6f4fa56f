//! A client and a server, side by side.

use anyrfc_core::Security;
use anyrfc_core::testing::{pair, run_virtual};
use anyrfc_smtp::{Envelope, Outcome, SendReport, SmtpClient, client::Builder, testing::Server};

/// Drives `session` with a client that is connected to `server`, which must find no fault.
pub(crate) fn with<T>(server: &Server, session: impl AsyncFnOnce(&mut SmtpClient) -> T) -> T {
    with_builder(server, SmtpClient::builder(), session)
}

pub(crate) fn with_builder<T>(
    server: &Server,
    builder: Builder,
    session: impl AsyncFnOnce(&mut SmtpClient) -> T,
) -> T {
    let output = run_virtual(async {
        let (near, far) = pair(1 << 20);
        let client = async {
            let builder = builder.security(Security::Plaintext);
            let mut client = builder.connect_over("smtp://mail.example", near).await.expect("connected");
            session(&mut client).await
        };
        let (output, served) = tokio::join!(client, server.serve(far));
        // A connection that the client has dropped is no fault of the server's.
        drop(served);
        output
    });
    assert_eq!(server.faults(), []);
    output
}

pub(crate) fn envelope(recipients: &[&str]) -> Envelope {
    Envelope::new("ann@x.example", recipients.iter().copied()).expect("an envelope")
}

/// One letter for each recipient.
pub(crate) fn letters(report: &SendReport) -> String {
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Accepted(_) => 'A',
        Outcome::Rejected(_) => 'R',
        Outcome::NotSent => 'N',
        Outcome::Unknown => 'U',
        _ => '?',
    };
    report.recipients().iter().map(|report| letter(report.outcome())).collect()
}

/// A message of that many lines.
pub(crate) fn message(lines: usize) -> String {
    let mut text = String::from("Subject: hello\r\n\r\n");
    for line in 0..lines {
        text.push_str(&format!(".line {line} of some length, so that they add up to something\r\n"));
    }
    text
}
