//! OAUTHBEARER (RFC 7628) and XOAUTH2.

use std::mem;

use anyrfc_core::{Credentials, ErrorKind, Secret, escape::Escaped};

use super::once::no_data;
use crate::{
    BearerError, Detail, Error, Established, Mechanism, MechanismName, Service, Step,
    codec::bearer::{error_result, oauthbearer, xoauth2},
    error::Breach,
};

/// OAUTHBEARER (RFC 7628): a bearer token (RFC 6750). Only for channels that
/// nobody else can read.
#[derive(Debug)]
pub struct OauthBearer(Bearer);

/// XOAUTH2, which OAUTHBEARER came from: the same token, in the form that some
/// large providers had first. Only for channels that nobody else can read.
#[derive(Debug)]
pub struct Xoauth2(Bearer);

impl OauthBearer {
    /// A login with the credentials' token at `service`. Whom to act as is the
    /// authorization identity, or else the user, where there is one.
    ///
    /// # Errors
    /// There is no token, or something has a character that cannot be sent.
    pub fn new(credentials: &Credentials, service: &Service) -> Result<Self, Error> {
        let identity = credentials.authorization_id.as_ref().or(credentials.user.as_ref());
        let message = oauthbearer(identity.map(String::as_str), service, token(credentials)?)?;
        Ok(Self(Bearer::new(MechanismName::OAUTHBEARER, message, identity.cloned())))
    }
}

impl Xoauth2 {
    /// A login of the credentials' user, or authorization identity, with their token.
    ///
    /// # Errors
    /// There is no token or no user, or one has a character that cannot be sent.
    pub fn new(credentials: &Credentials) -> Result<Self, Error> {
        let identity = credentials.authorization_id.as_ref().or(credentials.user.as_ref());
        let user = identity.ok_or_else(|| Error::usage("there is no user name"))?;
        let message = xoauth2(user, token(credentials)?)?;
        Ok(Self(Bearer::new(MechanismName::XOAUTH2, message, identity.cloned())))
    }
}

fn token(credentials: &Credentials) -> Result<&str, Error> {
    let token = credentials.token.as_ref().ok_or_else(|| Error::usage("there is no token"))?;
    Ok(token.expose())
}

/// What both have in common.
#[derive(Debug)]
struct Bearer {
    name: MechanismName,
    authorization_id: Option<String>,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Start(Secret<Vec<u8>>),
    Sent,
    /// The server has said why it does not take the token: success may not follow.
    Refused(Error),
    Over,
}

impl Bearer {
    const fn new(name: MechanismName, message: Secret<Vec<u8>>, authorization_id: Option<String>) -> Self {
        Self { name, authorization_id, stage: Stage::Start(message) }
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        match mem::replace(&mut self.stage, Stage::Sent) {
            Stage::Start(message) => Some(message),
            other => {
                self.stage = other;
                None
            }
        }
    }

    /// A challenge is the error result; `answer` is what it is answered with.
    fn step(
        &mut self,
        challenge: &[u8],
        result: Result<BearerError, Error>,
        answer: &'static [u8],
    ) -> Result<Step, Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Start(message) if challenge.is_empty() => {
                self.stage = Stage::Sent;
                Ok(Step::Respond(message))
            }
            Stage::Start(_) => Err(Error::breach(Breach::ChallengeBeforeResponse)),
            Stage::Sent => {
                self.stage = Stage::Refused(refused(result?));
                Ok(Step::respond(answer))
            }
            Stage::Refused(_) | Stage::Over => Err(Error::breach(Breach::ChallengeAfterEnd)),
        }
    }

    fn refusal(&mut self) -> Option<Error> {
        match mem::replace(&mut self.stage, Stage::Over) {
            Stage::Refused(error) => Some(error),
            _ => None,
        }
    }

    fn finish(self, additional: Option<&[u8]>) -> Result<Established, Error> {
        match self.stage {
            Stage::Sent => {
                no_data(additional)?;
                Ok(Established::new(self.name).authorized_as(self.authorization_id))
            }
            Stage::Refused(error) => Err(error),
            Stage::Start(_) | Stage::Over => Err(Error::breach(Breach::SuccessTooEarly)),
        }
    }
}

fn refused(error: BearerError) -> Error {
    let message = format!("the server does not take the token: {}", Escaped(error.status.as_bytes()));
    Error::new(ErrorKind::Auth, message).with_detail(Detail::Bearer(Box::new(error)))
}

impl Mechanism for OauthBearer {
    fn name(&self) -> MechanismName {
        self.0.name
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.0.first()
    }

    /// An error result is answered by a control A (RFC 7628, section 3.2.3), so that the
    /// server can end the exchange.
    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        self.0.step(challenge, error_result(challenge), b"\x01")
    }

    fn refusal(&mut self) -> Option<Error> {
        self.0.refusal()
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        self.0.finish(additional)
    }
}

impl Mechanism for Xoauth2 {
    fn name(&self) -> MechanismName {
        self.0.name
    }

    fn first(&mut self) -> Option<Secret<Vec<u8>>> {
        self.0.first()
    }

    /// An error is answered by an empty response. No RFC says what it looks like.
    fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        self.0.step(challenge, Ok(error_result(challenge).unwrap_or_default()), b"")
    }

    fn refusal(&mut self) -> Option<Error> {
        self.0.refusal()
    }

    fn finish(self: Box<Self>, additional: Option<&[u8]>) -> Result<Established, Error> {
        self.0.finish(additional)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Exchange, State, rfc4422, rfc7628};

    const INVALID: &[u8] = br#"{"status":"invalid_token","scope":"mail"}"#;

    fn credentials() -> Credentials {
        let mut credentials = Credentials::bearer("token");
        credentials.user = Some("user@example.com".into());
        credentials
    }

    fn oauthbearer() -> Exchange {
        let service = Service::new("imap", "mail.example").port(993);
        Exchange::new(OauthBearer::new(&credentials(), &service).unwrap())
    }

    fn xoauth2() -> Exchange {
        Exchange::new(Xoauth2::new(&credentials()).unwrap())
    }

    #[test]
    fn a_token_that_is_taken() {
        for mut exchange in [oauthbearer(), xoauth2()] {
            let first = exchange.first().unwrap().unwrap();
            assert!(first.expose().ends_with(b"\x01auth=Bearer token\x01\x01"));
            let established = exchange.succeed(None).unwrap();
            assert_eq!(established.authorization_id.as_deref(), Some("user@example.com"));
            assert!(!established.mutual);
        }
        for mut exchange in [oauthbearer(), xoauth2()] {
            assert!(exchange.step_blocking(b"").unwrap().expose().ends_with(b"\x01\x01"));
        }
    }

    #[test]
    fn an_error_result_is_answered_and_remembered() {
        for (mut exchange, answer) in [(oauthbearer(), &b"\x01"[..]), (xoauth2(), b"")] {
            exchange.first().unwrap();
            assert_eq!(exchange.step_blocking(INVALID).unwrap().expose(), answer);
            let error = exchange.refused();
            assert_eq!(error.kind(), ErrorKind::Auth);
            assert_eq!(error.bearer().unwrap().status, "invalid_token");
            assert_eq!(error.bearer().unwrap().scope.as_deref(), Some("mail"));
            assert_eq!(error.to_string(), "the server does not take the token: invalid_token");
            assert_eq!(exchange.state(), State::Failed);
        }
    }

    #[test]
    fn a_plain_refusal() {
        let mut exchange = oauthbearer();
        exchange.first().unwrap();
        let error = exchange.refused();
        assert!(error.kind() == ErrorKind::Auth && error.bearer().is_none());
    }

    #[test]
    fn success_does_not_follow_an_error() {
        for mut exchange in [oauthbearer(), xoauth2()] {
            exchange.first().unwrap();
            exchange.step_blocking(INVALID).unwrap();
            assert!(exchange.succeed(None).unwrap_err().bearer().is_some());
        }
        for mut exchange in [oauthbearer(), xoauth2()] {
            exchange.first().unwrap();
            exchange.step_blocking(INVALID).unwrap();
            let error = exchange.step(INVALID).unwrap_err();
            assert_eq!(error.requirement(), Some(rfc4422::NO_CHALLENGE_AFTER_THE_END));
        }
    }

    #[test]
    fn what_is_no_error_result() {
        for (challenge, requirement) in [
            (&b""[..], rfc7628::ERROR_IS_JSON),
            (b"{", rfc7628::ERROR_IS_JSON),
            (b"{}", rfc7628::ERROR_HAS_STATUS),
        ] {
            let mut exchange = oauthbearer();
            exchange.first().unwrap();
            assert_eq!(exchange.step(challenge).unwrap_err().requirement(), Some(requirement));
            // XOAUTH2 has no RFC to break.
            let mut exchange = xoauth2();
            exchange.first().unwrap();
            assert_eq!(exchange.step_blocking(challenge).unwrap().expose(), b"");
            assert!(exchange.succeed(None).is_err());
        }
    }

    #[test]
    fn peer_bytes_are_escaped() {
        let mut exchange = oauthbearer();
        exchange.first().unwrap();
        exchange.step_blocking(br#"{"status":"\u001b[31mred"}"#).unwrap();
        assert!(exchange.refused().to_string().ends_with(r"\x1b[31mred"));
    }

    #[test]
    fn what_it_takes() {
        let service = Service::new("imap", "mail.example");
        assert!(OauthBearer::new(&Credentials::password("u", "p"), &service).is_err());
        assert!(OauthBearer::new(&Credentials::bearer("t"), &service).is_ok());
        assert!(Xoauth2::new(&Credentials::bearer("t")).is_err());
        assert_eq!(
            oauthbearer().succeed(None).unwrap_err().requirement(),
            Some(rfc4422::NO_SUCCESS_BEFORE_THE_END)
        );
    }
}
