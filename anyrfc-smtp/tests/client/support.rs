//! What the tests share.

use std::{future::poll_fn, pin::pin, sync::Mutex, task::Poll, time::Duration};

use anyrfc_core::testing::{MemoryStream, ScriptedPeer, pair, pki::Pki, play, run_virtual};
use anyrfc_smtp::{
    BoxFuture, Builder, CredentialError, CredentialReason, CredentialRequest, CredentialSource, Credentials,
    Error, Security, SmtpClient,
    testing::{Accounts, Server},
};

pub(crate) const HOST: &str = "mail.example.org";
pub(crate) const SMTP: &str = "smtp://mail.example.org";
pub(crate) const SMTPS: &str = "smtps://mail.example.org";
pub(crate) const LMTP: &str = "lmtp://mail.example.org:24";
pub(crate) const USER: &str = "user";
pub(crate) const PASSWORD: &str = "pencil-and-paper";
pub(crate) const TOKEN: &str = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg";

/// Runs a client against this server, in virtual time. Once the client is done the server has an hour to notice.
pub(crate) fn serve<T>(server: &Server, client: impl AsyncFnOnce(MemoryStream) -> T) -> T {
    let (near, far) = pair(64 << 10);
    run_virtual(async {
        let mut client = pin!(client(near));
        let mut served = pin!(server.serve_abortable(far));
        let mut over = false;
        let output = poll_fn(|cx| {
            if let Poll::Ready(output) = client.as_mut().poll(cx) {
                return Poll::Ready(output);
            }
            if !over && served.as_mut().poll(cx).is_ready() {
                over = true;
            }
            Poll::Pending
        })
        .await;
        if !over {
            // What it makes of it is told by itself.
            let _ = tokio::time::timeout(Duration::from_secs(3600), served).await;
        }
        output
    })
}

/// A server as a script, and a stream to it.
pub(crate) fn script(
    peer: impl FnOnce(ScriptedPeer<MemoryStream>) -> ScriptedPeer<MemoryStream>,
    client: impl AsyncFnOnce(MemoryStream),
) {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        play(peer(ScriptedPeer::new(far)), client(near)).await;
    });
}

/// Greets and answers EHLO by these lines.
pub(crate) fn hello(peer: ScriptedPeer<MemoryStream>, offers: &[&str]) -> ScriptedPeer<MemoryStream> {
    let mut answer = format!("250{}{HOST}\r\n", if offers.is_empty() { ' ' } else { '-' });
    for (index, offer) in offers.iter().enumerate() {
        let mark = if index + 1 == offers.len() { ' ' } else { '-' };
        answer.push_str(&format!("250{mark}{offer}\r\n"));
    }
    peer.send("220 mail.example.org ESMTP\r\n").expect("EHLO [127.0.0.1]\r\n").send(answer)
}

/// Says that it speaks plaintext.
pub(crate) fn plain() -> Builder {
    SmtpClient::builder().security(Security::Plaintext)
}

/// And gives passwords away: the server is the only one who listens.
pub(crate) fn open() -> Builder {
    use anyrfc_sasl::MechanismName;
    let policy = anyrfc_sasl::Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN)
        .danger_reveal_in_plaintext(MechanismName::XOAUTH2)
        .danger_reveal_in_plaintext(MechanismName::OAUTHBEARER);
    plain().sasl(policy)
}

/// Connects in plaintext.
pub(crate) async fn connect(stream: MemoryStream) -> Result<SmtpClient, Error> {
    open().connect_over(SMTP, stream).await
}

pub(crate) fn accounts() -> Accounts {
    Accounts::new().password(USER, PASSWORD).token(USER, TOKEN)
}

pub(crate) fn credentials() -> Credentials {
    Credentials::password(USER, PASSWORD.to_owned())
}

/// A server under TLS, and what trusts it.
pub(crate) fn tls() -> (anyrfc_core::tls::TlsServerConfig, anyrfc_core::tls::TlsConfig) {
    Pki::new().pair(&[HOST])
}

/// That nothing was done which no client may do.
#[track_caller]
pub(crate) fn assert_faultless(server: &Server) {
    assert!(server.faults().is_empty(), "{:#?}", server.faults());
}

/// Gives one password after the other, and remembers why it was asked.
pub(crate) struct Passwords {
    left: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<CredentialReason>>,
}

impl Passwords {
    pub(crate) fn new(passwords: &[&'static str]) -> Self {
        let mut left = passwords.to_vec();
        left.reverse();
        Self { left: Mutex::new(left), asked: Mutex::default() }
    }

    pub(crate) fn asked(&self) -> Vec<CredentialReason> {
        self.asked.lock().unwrap().clone()
    }
}

impl CredentialSource for Passwords {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        assert_eq!((request.protocol, request.host, request.port), ("smtp", HOST, 587));
        self.asked.lock().unwrap().push(request.reason);
        let next = self.left.lock().unwrap().pop();
        Box::pin(async move {
            next.map(|password| Credentials::password(USER, password.to_owned()))
                .ok_or_else(|| CredentialError::new("there are no more"))
        })
    }
}

/// The error of anyrfc-sasl behind this one.
pub(crate) fn sasl(error: &Error) -> &anyrfc_sasl::Error {
    let mut source = std::error::Error::source(error);
    while let Some(error) = source {
        if let Some(found) = error.downcast_ref::<anyrfc_sasl::Error>() {
            return found;
        }
        source = error.source();
    }
    panic!("{error:?} has none of SASL behind it")
}
