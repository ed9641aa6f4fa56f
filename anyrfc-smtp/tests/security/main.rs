//! What a hostile server, network or caller's input must not achieve, case by case.
//!
//! | case | where |
//! |---|---|
//! | 1 plaintext behind the go-ahead to TLS, 2 STARTTLS stripped | `starttls.rs`, `client/starttls.rs`, `machine/proofs.rs` |
//! | 3 passwords and tokens without TLS, 16 hostile logins | `logins.rs`, `client/login.rs` |
//! | 4 a second command in an argument | `arguments.rs` |
//! | 5 smuggled messages, 6 dots, 7 the end of the message | `messages.rs`, `content.rs` |
//! | 8 endless replies, 9 malformed ones, 10 unasked ones, 11 replies of another kind | `replies.rs`, `client/silent.rs` |
//! | 12 refusals in a pipeline, 13 no pipelining, 14 chunks, 15 lost connections, 22 LMTP | `transactions.rs` |
//! | 17 odd answers to EHLO, 18 no EHLO, 21 what was not offered | `transactions.rs`, `client/connect.rs` |
//! | 19 secrets in logs | `secrets.rs`, `client/secrets.rs` |
//! | 20 certificates and names | `certificates.rs`, `client/connect.rs` |
//! | 23 dropped futures | `client/cancel.rs`, `sending/cancel.rs` |
//!
//! Case 24 (arguments of a sendmail command) has nothing to apply to: no program is run.

mod arguments;
mod certificates;
mod logins;
mod messages;
mod replies;
mod secrets;
mod starttls;
mod transactions;

use anyrfc_core::testing::{MemoryStream, ScriptedPeer, pair, play, run_virtual};
use anyrfc_smtp::{Envelope, Error, Outcome, Security, SendReport, SmtpClient};

/// What follows the greeting and the hello of a server that offers this, side by side with a client.
fn against(
    offers: &[&str],
    script: impl FnOnce(ScriptedPeer<MemoryStream>) -> ScriptedPeer<MemoryStream>,
    session: impl AsyncFnOnce(SmtpClient),
) {
    run_virtual(async {
        let (near, far) = pair(1 << 20);
        let mut hello = String::from("250-mail.example\r\n");
        offers.iter().for_each(|offer| hello.push_str(&format!("250-{offer}\r\n")));
        hello.push_str("250 HELP\r\n");
        let peer = ScriptedPeer::new(far).send("220 hi\r\n").expect("EHLO [127.0.0.1]\r\n").send(hello);
        let client = async {
            let builder = SmtpClient::builder().security(Security::Plaintext);
            session(builder.connect_over("smtp://mail.example", near).await.expect("connected")).await;
        };
        play(script(peer), client).await;
    });
}

fn to(recipients: &[&str]) -> Envelope {
    Envelope::new("ann@x.example", recipients.iter().copied()).expect("an envelope")
}

/// One letter for each recipient, and what failed.
fn read(report: Result<SendReport, Error>) -> (String, Option<Error>) {
    let report = report.expect("it was begun");
    let letter = |outcome: &Outcome| match outcome {
        Outcome::Accepted(_) => 'A',
        Outcome::Rejected(_) => 'R',
        Outcome::NotSent => 'N',
        Outcome::Unknown => 'U',
        _ => '?',
    };
    let letters = report.recipients().iter().map(|report| letter(report.outcome())).collect();
    (letters, report.error().cloned())
}

const TEXT: &str = "Subject: x\r\n\r\n";
