//! What the checks of logins share.

use std::sync::Mutex;

use anyrfc_core::{
    BoxFuture, CredentialReason, CredentialRequest, CredentialSource, Credentials, Security,
    credentials::CredentialError,
    testing::{MemoryStream, ScriptedPeer, pair, play, run_virtual},
};
use anyrfc_sasl::{
    Error as SaslError, Established, Exchange, Mechanism, MechanismName, Plain, Policy, Preparation, Secret,
    Step,
};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Error, Login, SmtpClient};

/// Whoever has the password.
pub(super) fn ann() -> Credentials {
    Credentials::password("ann", "pencil".to_owned())
}

/// `NUL ann NUL pencil`, by hand.
pub(super) const ANN: &str = "AGFubgBwZW5jaWw=";

/// PLAIN with this password.
pub(super) fn plain(password: &str) -> Exchange {
    let credentials = Credentials::password("ann", password.to_owned());
    Exchange::new(Plain::new(&credentials, Preparation::Saslprep).expect("it can be sent"))
}

pub(super) fn encode(text: impl AsRef<[u8]>) -> String {
    STANDARD.encode(text)
}

/// A mechanism that answers every challenge by what was in it, and ends well.
#[derive(Debug)]
pub(super) struct Echo {
    pub(super) first: Option<&'static [u8]>,
}

pub(super) const ECHO: &str = "AUTH X-ECHO";

impl Mechanism for Echo {
    fn name(&self) -> MechanismName {
        "X-ECHO".parse().expect("a name")
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.first.map(|first| Secret::new(first.to_vec()))
    }

    fn step(&mut self, challenge: &[u8]) -> Result<Step, SaslError> {
        if challenge == b"wrong" {
            return Err(SaslError::usage("not this one"));
        }
        Ok(Step::respond(challenge))
    }

    fn finish(self: Box<Self>, _: Option<&[u8]>) -> Result<Established, SaslError> {
        Ok(Established::new(self.name()))
    }
}

pub(super) fn echo(first: Option<&'static [u8]>) -> Exchange {
    Exchange::new(Echo { first })
}

/// Gives one password after the other, and remembers why it was asked.
pub(super) struct Passwords {
    left: Mutex<Vec<&'static str>>,
    asked: Mutex<Vec<CredentialReason>>,
}

impl Passwords {
    pub(super) fn new(passwords: &[&'static str]) -> Self {
        let left = passwords.iter().rev().copied().collect();
        Self { left: Mutex::new(left), asked: Mutex::default() }
    }

    pub(super) fn asked(&self) -> Vec<CredentialReason> {
        self.asked.lock().expect("nobody has panicked").clone()
    }
}

impl CredentialSource for Passwords {
    fn credentials<'a>(
        &'a self,
        request: CredentialRequest<'a>,
    ) -> BoxFuture<'a, Result<Credentials, CredentialError>> {
        self.asked.lock().expect("nobody has panicked").push(request.reason);
        let next = self.left.lock().expect("nobody has panicked").pop();
        Box::pin(async move {
            next.map(|password| Credentials::password("ann", password.to_owned()))
                .ok_or_else(|| CredentialError::new("there are no more"))
        })
    }
}

/// A policy that lets passwords go in cleartext: only the script listens.
pub(super) fn open() -> Policy {
    Policy::default()
        .danger_reveal_in_plaintext(MechanismName::PLAIN)
        .danger_reveal_in_plaintext(MechanismName::LOGIN)
}

/// What a client says to a script that offers this, up to its end.
pub(super) type Script = ScriptedPeer<MemoryStream>;

/// Lets a client in cleartext log in at a server that says no more and hears no more than the script has.
#[track_caller]
pub(super) fn logs_in(
    offers: &str,
    policy: Policy,
    source: &dyn CredentialSource,
    script: impl FnOnce(Script) -> Script,
) -> Result<Login, Error> {
    run_virtual(async {
        let (near, far) = pair(64 << 10);
        let peer = ScriptedPeer::new(far)
            .send("220 mail.example ESMTP\r\n")
            .expect("EHLO [127.0.0.1]\r\n")
            .send(format!("250-mail.example\r\n250 {offers}\r\n"));
        let builder = SmtpClient::builder().security(Security::Plaintext).sasl(policy);
        let client = async {
            let mut client = builder.connect_over("smtp://mail.example", near).await?;
            client.authenticate(source).await
        };
        play(script(peer).expect_end(), client).await
    })
}
