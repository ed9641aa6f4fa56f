//! Commands before authentication (RFC 9051, section 6.2).

use anyrfc_core::Secret;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use zeroize::Zeroize;

use super::{Collected, Command, DataKind, Effect, Needs, Order, Phase, Takes, any_state::capabilities};
use crate::{
    Error, ErrorKind,
    codec::encode::Encoder,
    rfc4959, rfc6855, rfc9051,
    types::{Capabilities, Capability},
};

/// STARTTLS (RFC 9051, section 6.2.1): nothing more is sent before TLS is negotiated.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StartTls;

impl Command for StartTls {
    type Answer = ();

    fn needs(&self) -> Needs {
        Needs::phase(Phase::NotAuthenticated).capability(Capability::StartTls)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("STARTTLS");
        Ok(())
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Protocol
    }

    fn answer(_: Collected) -> Result<(), Error> {
        Ok(())
    }
}

/// AUTHENTICATE (RFC 9051, section 6.2.2): begins a SASL exchange.
#[derive(Debug)]
pub struct Authenticate {
    mechanism: String,
    initial: Option<Secret<Vec<u8>>>,
}

impl Authenticate {
    /// What ends the exchange without success.
    pub const CANCEL: &'static [u8] = b"*\r\n";

    /// By this mechanism.
    #[must_use]
    pub fn new(mechanism: impl Into<String>) -> Self {
        Self { mechanism: mechanism.into(), initial: None }
    }

    /// With the client's first message, which needs `SASL-IR` or IMAP4rev2.
    #[must_use]
    pub fn with_initial_response(mut self, response: Secret<Vec<u8>>) -> Self {
        self.initial = Some(response);
        self
    }

    /// The line that answers a challenge (RFC 9051, section 9, `authenticate`).
    #[must_use]
    pub fn line(response: &[u8]) -> Secret<Vec<u8>> {
        let mut line = base64(response);
        line.expose_mut().extend_from_slice(b"\r\n");
        line
    }
}

/// Base64 in a buffer that never grows, so that no part of it is left behind in memory.
fn base64(bytes: &[u8]) -> Secret<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len().div_ceil(3).saturating_mul(4).saturating_add(2));
    let mut text = STANDARD.encode(bytes);
    out.extend_from_slice(text.as_bytes());
    text.zeroize();
    Secret::new(out)
}

impl Command for Authenticate {
    type Answer = Option<Capabilities>;

    fn needs(&self) -> Needs {
        let needs = Needs::phase(Phase::NotAuthenticated);
        if self.initial.is_none() {
            return needs;
        }
        needs.or_rev2(Capability::SaslIr).because(rfc4959::INITIAL_RESPONSE_NEEDS_THE_CAPABILITY)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        encoder.word("AUTHENTICATE ").atom(&self.mechanism)?;
        if let Some(initial) = &self.initial {
            encoder.space();
            if initial.expose().is_empty() {
                encoder.word("=");
            } else {
                encoder.secret_text(base64(initial.expose()));
            }
        }
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Capability])
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Protocol
    }

    /// The capabilities, where the server tells them along with its OK.
    fn answer(data: Collected) -> Result<Option<Capabilities>, Error> {
        Ok(capabilities(data))
    }
}

/// LOGIN (RFC 9051, section 6.2.3): the last resort of a server without SASL.
#[derive(Debug)]
pub struct Login {
    user: String,
    password: Secret<String>,
}

impl Login {
    /// As this user.
    #[must_use]
    pub fn new(user: impl Into<String>, password: Secret<String>) -> Self {
        Self { user: user.into(), password }
    }
}

impl Command for Login {
    type Answer = Option<Capabilities>;

    fn needs(&self) -> Needs {
        Needs::phase(Phase::NotAuthenticated)
            .without(Capability::LoginDisabled, rfc9051::NO_LOGIN_UNDER_LOGINDISABLED)
    }

    fn encode(&self, encoder: &mut Encoder<'_>) -> Result<(), Error> {
        let password = self.password.expose();
        if !self.user.is_ascii() || !password.is_ascii() {
            return Err(Error::new(
                ErrorKind::Unsupported,
                "LOGIN knows no user names and passwords beyond ASCII",
            )
            .with_requirement(rfc6855::UTF8_CREDENTIALS_NEED_AUTHENTICATE));
        }
        encoder.word("LOGIN ").secret(self.user.as_bytes())?.space().secret(password.as_bytes())?;
        Ok(())
    }

    fn takes(&self) -> Takes {
        Takes::kinds([DataKind::Capability])
    }

    fn order(&self) -> Order {
        Order::alone()
    }

    fn effect(&self) -> Effect {
        Effect::Login
    }

    /// The capabilities, where the server tells them along with its OK.
    fn answer(data: Collected) -> Result<Option<Capabilities>, Error> {
        Ok(capabilities(data))
    }
}
