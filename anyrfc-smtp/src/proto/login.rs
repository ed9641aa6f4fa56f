//! AUTH (RFC 4954, section 4), by a SASL exchange.

use anyrfc_core::Secret;
use anyrfc_sasl::{Exchange, MechanismName, Step};
use base64::{Engine as _, engine::general_purpose::STANDARD};

use crate::{Error, codec::command::Command, rfc4954};

/// An authentication under way.
#[derive(Debug)]
pub(super) struct Login {
    exchange: Exchange,
    stage: Stage,
    /// The initial response, where it could not go with the command.
    held: Option<Secret<Vec<u8>>>,
    /// Why we gave up.
    fault: Option<Error>,
    /// The same, as the mechanism said it.
    cause: Option<anyrfc_sasl::Error>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    /// A challenge or the outcome is awaited.
    Waiting,
    /// The answer is being worked out.
    Working,
    /// We have cancelled it; the server's 501 is awaited.
    Cancelled,
}

/// What to do after a challenge, or after some work.
#[derive(Debug)]
pub(super) enum Reply {
    /// Send this line.
    Line(Secret<Vec<u8>>),
    /// Go on working.
    Work,
}

/// Bytes of a challenge in base64 that are always read, with its code and end (RFC 4954, section 4).
pub(super) const CHALLENGE_MAX: usize = "334 \r\n".len() + 12_288;

impl Login {
    pub(super) const fn new(exchange: Exchange) -> Self {
        Self { exchange, stage: Stage::Waiting, held: None, fault: None, cause: None }
    }

    pub(super) fn name(&self) -> MechanismName {
        self.exchange.name()
    }

    pub(super) fn is_working(&self) -> bool {
        self.stage == Stage::Working
    }

    /// The initial response that goes with the command, where there is one that fits its line.
    ///
    /// # Errors
    /// The exchange was used before.
    pub(super) fn initial(&mut self) -> Result<Option<Secret<Vec<u8>>>, anyrfc_sasl::Error> {
        let Some(first) = self.exchange.first()? else { return Ok(None) };
        if !Command::fits_initial_response(self.name(), first.expose().len()) {
            self.held = Some(first);
            return Ok(None);
        }
        Ok(Some(first))
    }

    /// A challenge, as it stands behind 334.
    ///
    /// # Errors
    /// We have given up already, and the server asks for more.
    pub(super) fn challenge(&mut self, text: &[u8]) -> Result<Reply, Error> {
        if self.stage != Stage::Waiting {
            return Err(Error::violation(
                rfc4954::CANCEL_GETS_501,
                "a challenge came after the exchange was cancelled",
            ));
        }
        let Ok(challenge) = STANDARD.decode(text) else {
            let error = anyrfc_sasl::Error::violation(
                rfc4954::CHALLENGE_IS_BASE64_ALONE,
                "a challenge is something else",
            );
            return Ok(self.give_up(error.clone().into(), Some(error)));
        };
        if let Some(held) = self.held.take() {
            if challenge.is_empty() {
                return Ok(line(&held));
            }
            let error = anyrfc_sasl::Error::violation(
                anyrfc_sasl::rfc4422::FIRST_CHALLENGE_IS_EMPTY,
                "a challenge with data came before the initial response",
            );
            return Ok(self.give_up(error.clone().into(), Some(error)));
        }
        let step = self.exchange.step(&challenge);
        Ok(self.took(step))
    }

    /// One more slice of work.
    pub(super) fn work(&mut self) -> Reply {
        let step = self.exchange.work();
        self.took(step)
    }

    fn took(&mut self, step: Result<Step, anyrfc_sasl::Error>) -> Reply {
        match step {
            Ok(Step::Respond(response)) => {
                self.stage = Stage::Waiting;
                line(&response)
            }
            // The server's last words were in a challenge: SMTP has no place for them in 235.
            Ok(Step::Done) => {
                self.stage = Stage::Waiting;
                line(&Secret::new(Vec::new()))
            }
            Ok(Step::Working) => {
                self.stage = Stage::Working;
                Reply::Work
            }
            Err(error) => self.give_up(error.clone().into(), Some(error)),
        }
    }

    /// Cancels: `"*"` in place of base64.
    fn give_up(&mut self, fault: Error, cause: Option<anyrfc_sasl::Error>) -> Reply {
        self.stage = Stage::Cancelled;
        self.fault = Some(fault);
        self.cause = cause;
        Reply::Line(Secret::new(b"*\r\n".to_vec()))
    }

    /// The server says that we are logged in.
    ///
    /// # Errors
    /// We have given up, or the server has not proved what it has to: nothing more is to be
    /// said on this connection. With the mechanism's own error, for whoever chose it.
    pub(super) fn succeed(mut self) -> Result<anyrfc_sasl::Established, (Error, Option<anyrfc_sasl::Error>)> {
        if let Some(fault) = self.fault {
            return Err((fault, self.cause));
        }
        if self.held.is_some() {
            let fault = anyrfc_sasl::Error::violation(
                anyrfc_sasl::rfc4422::NO_SUCCESS_BEFORE_THE_END,
                "success came before the initial response",
            );
            return Err((fault.clone().into(), Some(fault)));
        }
        self.exchange.succeed(None).map_err(|error| (error.clone().into(), Some(error)))
    }

    /// The server says that we are not: why, as far as somebody knows better than its reply, and what the
    /// mechanism says.
    pub(super) fn refused(mut self) -> (Option<Error>, anyrfc_sasl::Error) {
        match self.cause {
            Some(cause) => (self.fault, cause),
            None => (self.fault, self.exchange.refused()),
        }
    }
}

/// One line of base64, which is empty for an empty response.
fn line(response: &Secret<Vec<u8>>) -> Reply {
    let mut line = STANDARD.encode(response.expose()).into_bytes();
    line.extend_from_slice(b"\r\n");
    Reply::Line(Secret::new(line))
}
