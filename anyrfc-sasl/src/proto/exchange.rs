//! What is the same in every exchange.

use anyrfc_core::{ErrorKind, Secret};

use crate::{Error, Established, Mechanism, MechanismName, Step, error::Breach, wire::wire};

use super::state::{Input, State};

/// One authentication exchange (RFC 4422, section 3): a mechanism, with the order of
/// calls kept, challenges bounded and everything logged by its length.
///
/// ```
/// use anyrfc_sasl::{Credentials, Exchange, Plain, Preparation};
/// let credentials = Credentials::password("tim", "tanstaaftanstaaf");
/// let mut exchange = Exchange::new(Plain::new(&credentials, Preparation::Saslprep)?);
/// let response = exchange.first()?.expect("PLAIN speaks first");
/// assert_eq!(response.expose(), b"\0tim\0tanstaaftanstaaf");
/// let established = exchange.succeed(None)?; // when the protocol says so
/// assert!(!established.mutual);
/// # Ok::<(), anyrfc_sasl::Error>(())
/// ```
#[derive(Debug)]
pub struct Exchange {
    /// Gone when the exchange has ended.
    mechanism: Option<Box<dyn Mechanism>>,
    name: MechanismName,
    state: State,
    challenge_max: usize,
}

impl Exchange {
    /// The most bytes of a challenge, unless [`challenge_max`](Self::challenge_max) says otherwise.
    pub const CHALLENGE_MAX: usize = 64 << 10;

    /// An exchange by `mechanism`.
    #[must_use]
    pub fn new(mechanism: impl Mechanism + 'static) -> Self {
        Self::from_box(Box::new(mechanism))
    }

    /// An exchange by a mechanism that was chosen at run time.
    #[must_use]
    pub fn from_box(mechanism: Box<dyn Mechanism>) -> Self {
        let name = mechanism.name();
        Self { mechanism: Some(mechanism), name, state: State::Initial, challenge_max: Self::CHALLENGE_MAX }
    }

    /// With another limit on the bytes of a decoded challenge.
    #[must_use]
    pub const fn challenge_max(mut self, bytes: usize) -> Self {
        self.challenge_max = bytes;
        self
    }

    /// The mechanism's name.
    #[must_use]
    pub const fn name(&self) -> MechanismName {
        self.name
    }

    /// Where the exchange stands.
    #[must_use]
    pub const fn state(&self) -> State {
        self.state
    }

    /// The initial response, for protocols that carry one with the command. An
    /// empty one is to be sent as such (`=` in IMAP and SMTP).
    ///
    /// # Errors
    /// The exchange has begun already.
    pub fn first(&mut self) -> Result<Option<Secret<Vec<u8>>>, Error> {
        if self.state != State::Initial {
            return Err(Error::usage("the exchange has begun already"));
        }
        let Some(mechanism) = &mut self.mechanism else { return Err(ended()) };
        let first = mechanism.first();
        wire!(mechanism = %self.name, bytes = first.as_ref().map(|first| first.expose().len()), "initial response");
        if first.is_some() {
            self.move_by(Input::Respond);
        }
        Ok(first)
    }

    /// Answers a challenge, decoded.
    ///
    /// # Errors
    /// The server broke a rule or refused: the exchange has failed, and is to be aborted.
    pub fn step(&mut self, challenge: &[u8]) -> Result<Step, Error> {
        wire!(mechanism = %self.name, bytes = challenge.len(), "challenge");
        let outcome = match (self.state, &mut self.mechanism) {
            (State::Initial | State::AwaitServer, Some(_)) if challenge.len() > self.challenge_max => {
                let message =
                    format!("a challenge of {} bytes, more than {}", challenge.len(), self.challenge_max);
                Err(Error::new(ErrorKind::Limit, message))
            }
            (State::Initial | State::AwaitServer, Some(mechanism)) => mechanism.step(challenge),
            (State::AwaitOutcome, Some(_)) => Err(Error::breach(Breach::ChallengeAfterEnd)),
            (State::Working, Some(_)) => {
                return Err(Error::usage("the last challenge is still being worked on"));
            }
            _ => return Err(ended()),
        };
        self.moved(outcome)
    }

    /// One more slice of work, after [`Step::Working`].
    ///
    /// # Errors
    /// As of [`step`](Self::step), and where there is nothing to work on.
    pub fn work(&mut self) -> Result<Step, Error> {
        if self.state != State::Working {
            return Err(Error::usage("there is nothing to work on"));
        }
        let Some(mechanism) = &mut self.mechanism else { return Err(ended()) };
        let outcome = mechanism.work();
        self.moved(outcome)
    }

    /// Answers a challenge, whatever work that takes. Blocks for as long as it
    /// takes to make a key of the password: not for code that others wait for.
    ///
    /// # Errors
    /// As of [`step`](Self::step).
    pub fn step_blocking(&mut self, challenge: &[u8]) -> Result<Secret<Vec<u8>>, Error> {
        let mut step = self.step(challenge)?;
        loop {
            if let Some(response) = step.into_response() {
                return Ok(response);
            }
            step = self.work()?;
        }
    }

    /// The protocol reports success, with additional data where it carries them.
    ///
    /// # Errors
    /// The server has not proved what the mechanism lets it prove: the login has
    /// failed, whatever the server says, and the connection is not to be used.
    pub fn succeed(&mut self, additional: Option<&[u8]>) -> Result<Established, Error> {
        wire!(mechanism = %self.name, additional = additional.map(<[u8]>::len), "success");
        if self.state == State::Working {
            self.fail();
            return Err(Error::breach(Breach::SuccessTooEarly));
        }
        let Some(mechanism) = self.mechanism.take() else { return Err(ended()) };
        let outcome = match additional {
            Some(data) if data.len() > self.challenge_max => {
                Err(Error::new(ErrorKind::Limit, "the data that came with success are too long"))
            }
            additional => mechanism.finish(additional),
        };
        match outcome {
            Ok(established) => {
                self.move_by(Input::Success);
                Ok(established)
            }
            Err(error) => {
                self.fail();
                Err(error)
            }
        }
    }

    /// The protocol reports failure: why, as far as the mechanism was told. (Where
    /// [`step`](Self::step) has failed before, its error says more.)
    pub fn refused(&mut self) -> Error {
        if self.state == State::Established {
            return ended();
        }
        wire!(mechanism = %self.name, "refused");
        let told = self.mechanism.take().and_then(|mut mechanism| mechanism.refusal());
        self.fail();
        told.unwrap_or_else(|| Error::auth("the server did not accept the credentials"))
    }

    fn moved(&mut self, outcome: Result<Step, Error>) -> Result<Step, Error> {
        match &outcome {
            Ok(Step::Respond(response)) => {
                wire!(mechanism = %self.name, bytes = response.expose().len(), "response");
                let _ = response;
                self.move_by(Input::Respond);
            }
            Ok(Step::Working) => self.move_by(Input::Work),
            Ok(Step::Done) => self.move_by(Input::Done),
            Err(_) => self.fail(),
        }
        outcome
    }

    fn fail(&mut self) {
        self.mechanism = None;
        self.move_by(Input::Failure);
    }

    fn move_by(&mut self, input: Input) {
        self.state = self.state.next(input).unwrap_or(State::Failed);
    }
}

fn ended() -> Error {
    Error::usage("the exchange has ended")
}
