//! The sample sessions of the RFCs, said again by the client. Where the client may say more than a sample does it does:
//! SIZE with MAIL where the server offers it, and what belongs together in one go where the server takes that.

use anyrfc_core::testing::{MemoryStream, ScriptedPeer, pair, play, run_virtual};
use anyrfc_sasl::{MechanismName, Policy};
use anyrfc_smtp::{
    Builder, Credentials, EhloName, Envelope, Outcome, Security, SendReport, SmtpClient, TransferPreference,
};

const BLAH: &str = "Blah blah blah...\r\n...etc. etc. etc.\r\n";

/// Plays what is written as `S: ` and `C: `; lines of one side that follow each other are one.
fn plays(sample: &str, client: impl AsyncFnOnce(MemoryStream)) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let mut peer = ScriptedPeer::new(far);
        let (mut side, mut said) = ("S:", String::new());
        for line in sample.lines().map(str::trim).filter(|line| !line.is_empty()).chain(["<end>"]) {
            let (by, text) = line.split_at_checked(2).unwrap();
            if by != side {
                peer = if side == "S:" { peer.send(&said) } else { peer.expect(&said) };
                (side, said) = (by, String::new());
            }
            said.push_str(text.strip_prefix(' ').unwrap_or(text));
            said.push_str("\r\n");
        }
        play(peer.expect_end(), client(near)).await;
    });
}

fn builder(name: &str) -> Builder {
    SmtpClient::builder().security(Security::Plaintext).name(EhloName::domain(name).unwrap())
}

async fn connect(stream: MemoryStream) -> SmtpClient {
    builder("bar.com").connect_over("smtp://foo.com", stream).await.unwrap()
}

fn outcomes(report: &SendReport) -> Vec<u16> {
    let replies = report.recipients().iter().map(|recipient| recipient.outcome().reply().unwrap());
    replies.map(|reply| reply.code().as_u16()).collect()
}

/// RFC 5321, appendix D.1.
#[test]
fn a_typical_transaction() {
    plays(
        "S: 220 foo.com Simple Mail Transfer Service Ready
        C: EHLO bar.com
        S: 250-foo.com greets bar.com
        S: 250-8BITMIME
        S: 250-SIZE
        S: 250-DSN
        S: 250 HELP
        C: MAIL FROM:<Smith@bar.com> SIZE=38
        S: 250 OK
        C: RCPT TO:<Jones@foo.com>
        S: 250 OK
        C: RCPT TO:<Green@foo.com>
        S: 550 No such user here
        C: RCPT TO:<Brown@foo.com>
        S: 250 OK
        C: DATA
        S: 354 Start mail input; end with <CRLF>.<CRLF>
        C: Blah blah blah...
        C: ....etc. etc. etc.
        C: .
        S: 250 OK
        C: QUIT
        S: 221 foo.com Service closing transmission channel",
        async |stream| {
            let mut client = connect(stream).await;
            let envelope =
                Envelope::new("Smith@bar.com", ["Jones@foo.com", "Green@foo.com", "Brown@foo.com"]).unwrap();
            let report = client.send(envelope, BLAH).await.unwrap();
            assert_eq!(outcomes(&report), [250, 550, 250]);
            assert!(!report.is_complete());
            client.quit().await.unwrap();
        },
    );
}

/// RFC 5321, appendix D.2.
#[test]
fn an_aborted_transaction() {
    plays(
        "S: 220 foo.com Simple Mail Transfer Service Ready
        C: EHLO bar.com
        S: 250-foo.com greets bar.com
        S: 250-8BITMIME
        S: 250-SIZE
        S: 250-DSN
        S: 250 HELP
        C: MAIL FROM:<Smith@bar.com> SIZE=38
        S: 250 OK
        C: RCPT TO:<Jones@foo.com>
        S: 250 OK
        C: RCPT TO:<Green@foo.com>
        S: 550 No such user here
        C: RSET
        S: 250 OK
        C: QUIT
        S: 221 foo.com Service closing transmission channel",
        async |stream| {
            let mut client = connect(stream).await;
            let envelope = Envelope::new("Smith@bar.com", ["Jones@foo.com"]).unwrap();
            let mut transaction = client.transaction(envelope, BLAH).await.unwrap();
            let error = transaction.recipient("Green@foo.com").await.unwrap_err();
            assert_eq!(error.reply().map(|reply| reply.code().as_u16()), Some(550));
            drop(transaction);
            client.quit().await.unwrap();
        },
    );
}

/// RFC 5321, appendix D.3, step 1.
#[test]
fn relayed_mail() {
    plays(
        "S: 220 foo.com Simple Mail Transfer Service Ready
        C: EHLO bar.com
        S: 250-foo.com greets bar.com
        S: 250-8BITMIME
        S: 250-SIZE
        S: 250-DSN
        S: 250 HELP
        C: MAIL FROM:<JQP@bar.com> SIZE=215
        S: 250 OK
        C: RCPT TO:<Jones@XYZ.COM>
        S: 250 OK
        C: DATA
        S: 354 Start mail input; end with <CRLF>.<CRLF>
        C: Date: Thu, 21 May 1998 05:33:29 -0700
        C: From: John Q. Public <JQP@bar.com>
        C: Subject: The Next Meeting of the Board
        C: To: Jones@xyz.com
        C:
        C: Bill:
        C: The next meeting of the board of directors will be
        C: on Tuesday.
        C: John.
        C: .
        S: 250 OK
        C: QUIT
        S: 221 foo.com Service closing transmission channel",
        async |stream| {
            let message = "Date: Thu, 21 May 1998 05:33:29 -0700\nFrom: John Q. Public <JQP@bar.com>\n\
                Subject: The Next Meeting of the Board\nTo: Jones@xyz.com\n\nBill:\n\
                The next meeting of the board of directors will be\non Tuesday.\nJohn.\n";
            let mut client = connect(stream).await;
            let envelope = Envelope::new("JQP@bar.com", ["Jones@XYZ.COM"]).unwrap();
            assert!(client.send(envelope, message).await.unwrap().is_complete());
            client.quit().await.unwrap();
        },
    );
}

/// RFC 5321, appendix D.4.
#[test]
fn verifying_and_sending() {
    plays(
        "S: 220 foo.com Simple Mail Transfer Service Ready
        C: EHLO bar.com
        S: 250-foo.com greets bar.com
        S: 250-8BITMIME
        S: 250-SIZE
        S: 250-DSN
        S: 250-VRFY
        S: 250 HELP
        C: VRFY Crispin
        S: 250 Mark Crispin <Admin.MRC@foo.com>
        C: MAIL FROM:<EAK@bar.com> SIZE=38
        S: 250 OK
        C: RCPT TO:<Admin.MRC@foo.com>
        S: 250 OK
        C: DATA
        S: 354 Start mail input; end with <CRLF>.<CRLF>
        C: Blah blah blah...
        C: ....etc. etc. etc.
        C: .
        S: 250 OK
        C: QUIT
        S: 221 foo.com Service closing transmission channel",
        async |stream| {
            let mut client = connect(stream).await;
            let found = client.verify("Crispin").await.unwrap();
            let text = found.text().into_owned();
            let address = text.rsplit_once('<').and_then(|(_, rest)| rest.strip_suffix('>')).unwrap();
            let envelope = Envelope::new("EAK@bar.com", [address]).unwrap();
            assert!(client.send(envelope, BLAH).await.unwrap().is_complete());
            client.quit().await.unwrap();
        },
    );
}

/// RFC 2033, section 4.2: an answer for each recipient that was accepted.
#[test]
fn lmtp_answers_for_each_recipient() {
    plays(
        "S: 220 foo.edu LMTP server ready
        C: LHLO foo.edu
        S: 250-foo.edu
        S: 250-PIPELINING
        S: 250 SIZE
        C: MAIL FROM:<chris@bar.com> SIZE=38
        C: RCPT TO:<pat@foo.edu>
        C: RCPT TO:<jones@foo.edu>
        C: RCPT TO:<green@foo.edu>
        C: DATA
        S: 250 OK
        S: 250 OK
        S: 550 No such user here
        S: 250 OK
        S: 354 Start mail input; end with <CRLF>.<CRLF>
        C: Blah blah blah...
        C: ....etc. etc. etc.
        C: .
        S: 250 OK
        S: 452 <green@foo.edu> is temporarily over quota
        C: QUIT
        S: 221 foo.edu closing connection",
        async |stream| {
            let mut client = builder("foo.edu").connect_over("lmtp://foo.edu:24", stream).await.unwrap();
            let envelope =
                Envelope::new("chris@bar.com", ["pat@foo.edu", "jones@foo.edu", "green@foo.edu"]).unwrap();
            let report = client.send(envelope, BLAH).await.unwrap();
            assert_eq!(outcomes(&report), [250, 550, 452]);
            assert!(
                matches!(report.recipients()[2].outcome(), Outcome::Rejected(reply) if reply.is_transient())
            );
            client.quit().await.unwrap();
        },
    );
}

/// RFC 2920, section 3.1: with pipelining, and then where no recipient is accepted.
#[test]
fn pipelined() {
    plays(
        "S: 220 innosoft.com SMTP service ready
        C: EHLO dbc.mtview.ca.us
        S: 250-innosoft.com
        S: 250 PIPELINING
        C: MAIL FROM:<mrose@dbc.mtview.ca.us>
        C: RCPT TO:<ned@innosoft.com>
        C: RCPT TO:<dan@innosoft.com>
        C: RCPT TO:<kvc@innosoft.com>
        C: DATA
        S: 250 sender <mrose@dbc.mtview.ca.us> OK
        S: 250 recipient <ned@innosoft.com> OK
        S: 250 recipient <dan@innosoft.com> OK
        S: 250 recipient <kvc@innosoft.com> OK
        S: 354 enter mail, end with line containing only \".\"
        C: Blah blah blah...
        C: ....etc. etc. etc.
        C: .
        S: 250 message sent
        C: MAIL FROM:<mrose@dbc.mtview.ca.us>
        C: RCPT TO:<nsb@thumper.bellcore.com>
        C: RCPT TO:<galvin@tis.com>
        C: DATA
        S: 250 sender <mrose@dbc.mtview.ca.us> OK
        S: 550 remote mail to <nsb@thumper.bellore.com> not allowed
        S: 550 remote mail to <galvin@tis.com> not allowed
        S: 554 no valid recipients given
        C: RSET
        S: 250 OK
        C: QUIT
        S: 221 goodbye",
        async |stream| {
            let builder = builder("dbc.mtview.ca.us");
            let mut client = builder.connect_over("smtp://innosoft.com", stream).await.unwrap();
            let send = async |client: &mut SmtpClient, recipients: &[&str]| {
                let recipients = recipients.iter().copied();
                let envelope = Envelope::new("mrose@dbc.mtview.ca.us", recipients).unwrap();
                client.send(envelope, BLAH).await.unwrap()
            };
            let report =
                send(&mut client, &["ned@innosoft.com", "dan@innosoft.com", "kvc@innosoft.com"]).await;
            assert!(report.is_complete());
            let report = send(&mut client, &["nsb@thumper.bellcore.com", "galvin@tis.com"]).await;
            assert_eq!(outcomes(&report), [550, 550]);
            client.quit().await.unwrap();
        },
    );
}

/// RFC 3030, section 4.1.
#[test]
fn by_a_chunk() {
    plays(
        "S: 220 cnri.reston.va.us SMTP service ready
        C: EHLO ymir.claremont.edu
        S: 250-cnri.reston.va.us says hello
        S: 250 CHUNKING
        C: MAIL FROM:<Sam@Random.com>
        S: 250 <Sam@Random.com> Sender ok
        C: RCPT TO:<Susan@Random.com>
        S: 250 <Susan@random.com> Recipient ok
        C: BDAT 86 LAST
        C: To: Susan@random.com
        C: From: Sam@random.com
        C: Subject: This is a bodyless test message
        S: 250 Message OK, 86 octets received
        C: QUIT
        S: 221 Goodbye",
        async |stream| {
            let builder = builder("ymir.claremont.edu").transfer(TransferPreference::Chunked);
            let mut client = builder.connect_over("smtp://cnri.reston.va.us", stream).await.unwrap();
            let envelope = Envelope::new("Sam@Random.com", ["Susan@Random.com"]).unwrap();
            let message = "To: Susan@random.com\r\nFrom: Sam@random.com\r\n\
                Subject: This is a bodyless test message\r\n";
            assert!(client.send(envelope, message).await.unwrap().is_complete());
            client.quit().await.unwrap();
        },
    );
}

/// RFC 4954, section 4: PLAIN with its initial response; here without the TLS around it.
#[test]
fn authenticated() {
    plays(
        "S: 220 smtp.example.com ESMTP Server
        C: EHLO client.example.com
        S: 250-smtp.example.com Hello client.example.com
        S: 250 AUTH GSSAPI DIGEST-MD5 PLAIN
        C: AUTH PLAIN dGVzdAB0ZXN0ADEyMzQ=
        S: 235 2.7.0 Authentication successful
        C: QUIT
        S: 221 2.0.0 goodbye",
        async |stream| {
            let policy = Policy::default().danger_reveal_in_plaintext(MechanismName::PLAIN);
            let builder = builder("client.example.com").sasl(policy);
            let mut client = builder.connect_over("smtp://smtp.example.com", stream).await.unwrap();
            let credentials = Credentials::password("test", "1234".to_owned()).authorize_as("test");
            client.authenticate(&credentials).await.unwrap();
            client.quit().await.unwrap();
        },
    );
}
