//! Polling until the user has agreed (RFC 8628, sections 3.4 and 3.5).

use std::time::{Duration, Instant};

use super::{DeviceAuthorization, DeviceInput, DeviceRequest, DeviceState};
use crate::{
    Detail, Error, ErrorCode, ErrorKind, ErrorResponse, TokenResponse,
    proto::{Client, Exchange, Grant, Moment},
};

/// What each `slow_down` adds to the interval, for good (RFC 8628, section 3.5).
const SLOW_DOWN: Duration = Duration::from_secs(5);

/// The ceiling of the waits that silence doubles, unless the interval itself is longer.
const LONGEST_BACKOFF: Duration = Duration::from_secs(300);

/// What is to be done next.
#[derive(Debug)]
#[non_exhaustive]
pub enum DeviceStep {
    /// Nothing before this instant.
    Wait(Instant),
    /// Ask this, and give what came of it to [`DeviceFlow::answer`].
    Ask(Box<Exchange<TokenResponse>>),
}

/// Why it is waited.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum DeviceEvent {
    /// The user has just been told.
    Started,
    /// The user has not agreed yet.
    Pending,
    /// The server is asked too often, and from now on less often.
    SlowedDown,
    /// The server did not answer: it is asked again, later each time.
    Unanswered(Error),
}

/// How a login is coming along, for a line on the screen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeviceProgress {
    /// Why it is waited.
    pub event: DeviceEvent,
    /// Until the next poll.
    pub wait: Duration,
    /// Until the codes expire.
    pub expires_in: Duration,
    /// Between two polls, by now.
    pub interval: Duration,
}

/// A device's login as a state machine, without I/O and without a clock.
///
/// [`next`](Self::next) says what is to be done: wait, or ask; [`answer`](Self::answer) takes what came
/// of asking. The time of the next poll is in here, so whoever drives it may stop and go on at any
/// time without asking too early.
///
/// ```text
/// Waiting ⇄ Polling → Granted | Denied | Expired | Failed
/// ```
#[derive(Debug)]
pub struct DeviceFlow {
    client: Client,
    grant: Grant,
    authorization: DeviceAuthorization,
    state: DeviceState,
    interval: Duration,
    /// How many polls in a row were not answered.
    silence: u32,
    next_poll: Instant,
    expires_at: Instant,
    event: DeviceEvent,
}

impl DeviceFlow {
    /// A login that `request` began and `authorization` came of, just now.
    #[must_use]
    pub fn new(
        client: &Client,
        request: &DeviceRequest,
        authorization: DeviceAuthorization,
        now: &Moment,
    ) -> Self {
        let interval = authorization.interval();
        // What no clock can tell is over at once.
        let expires_at = now.instant.checked_add(authorization.expires_in()).unwrap_or(now.instant);
        Self {
            client: client.clone(),
            grant: request.grant.redeem(authorization.device_code()),
            state: DeviceState::Waiting,
            interval,
            silence: 0,
            next_poll: now.instant.checked_add(interval).unwrap_or(expires_at),
            expires_at,
            event: DeviceEvent::Started,
            authorization,
        }
    }

    /// What the user has to be told.
    #[must_use]
    pub fn authorization(&self) -> &DeviceAuthorization {
        &self.authorization
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> DeviceState {
        self.state
    }

    /// How it is coming along.
    #[must_use]
    pub fn progress(&self, now: &Moment) -> DeviceProgress {
        DeviceProgress {
            event: self.event.clone(),
            wait: self.next_poll.min(self.expires_at).saturating_duration_since(now.instant),
            expires_in: self.expires_at.saturating_duration_since(now.instant),
            interval: self.interval,
        }
    }

    /// What is to be done now.
    ///
    /// # Errors
    /// Of kind `Refused`, with `expired_token` in [`Error::response`], when the device code's time is
    /// over; of kind `Usage` while an answer is awaited and after the end.
    pub fn next(&mut self, now: &Moment) -> Result<DeviceStep, Error> {
        if self.state != DeviceState::Waiting {
            return Err(Error::usage(match self.state {
                DeviceState::Polling => "the device's login awaits an answer",
                _ => "the device's login has ended",
            }));
        }
        if now.instant >= self.expires_at {
            self.step(DeviceInput::Deadline)?;
            return Err(expired());
        }
        if now.instant < self.next_poll {
            return Ok(DeviceStep::Wait(self.next_poll.min(self.expires_at)));
        }
        let exchange = self.grant.exchange(&self.client)?;
        self.step(DeviceInput::Poll)?;
        Ok(DeviceStep::Ask(Box::new(exchange)))
    }

    /// Takes what came of asking: tokens, or an error of the exchange or of whoever sent it. Nothing
    /// comes back while the user has not decided and may still.
    ///
    /// # Errors
    /// The one given, where it ends the login: of kind `Refused` when the user said no
    /// (`access_denied`) or was too late (`expired_token`), any other when the server refuses for
    /// another reason or breaks the protocol. Of kind `Usage` when nothing was asked.
    pub fn answer(
        &mut self,
        answer: Result<TokenResponse, Error>,
        now: &Moment,
    ) -> Result<Option<TokenResponse>, Error> {
        let input = match &answer {
            Ok(_) => DeviceInput::Granted,
            Err(error) => meaning(error),
        };
        self.step(input)?;
        let error = match answer {
            Ok(tokens) => return Ok(Some(tokens)),
            Err(error) if self.state == DeviceState::Waiting => error,
            Err(error) => return Err(error),
        };
        let asked = error.retry_after().unwrap_or_default();
        self.silence = if input == DeviceInput::Unanswered { self.silence.saturating_add(1) } else { 0 };
        self.event = match input {
            DeviceInput::SlowDown => {
                self.interval = self.interval.saturating_add(SLOW_DOWN);
                DeviceEvent::SlowedDown
            }
            DeviceInput::Unanswered => DeviceEvent::Unanswered(error),
            _ => DeviceEvent::Pending,
        };
        let wait = self.wait().max(asked);
        self.next_poll = now.instant.checked_add(wait).unwrap_or(self.expires_at);
        Ok(None)
    }

    /// The interval, doubled for each poll in a row that was not answered.
    fn wait(&self) -> Duration {
        let doubled = self.interval.saturating_mul(1_u32.checked_shl(self.silence).unwrap_or(u32::MAX));
        doubled.min(LONGEST_BACKOFF.max(self.interval))
    }

    fn step(&mut self, input: DeviceInput) -> Result<(), Error> {
        let Some(next) = self.state.next(input) else {
            return Err(Error::usage("nothing was asked that this could be the answer to"));
        };
        self.state = next;
        Ok(())
    }
}

/// What an error means to a login.
fn meaning(error: &Error) -> DeviceInput {
    let code = error.response().filter(|_| matches!(error.kind(), ErrorKind::Refused | ErrorKind::Auth));
    match code.map(|refusal| &refusal.code) {
        Some(ErrorCode::AuthorizationPending) => return DeviceInput::Pending,
        Some(ErrorCode::SlowDown) => return DeviceInput::SlowDown,
        Some(ErrorCode::AccessDenied) => return DeviceInput::Denied,
        Some(ErrorCode::ExpiredToken) => return DeviceInput::CodeExpired,
        _ => {}
    }
    // The server cannot answer now, or asks for more time than `slow_down` gives it.
    let busy = error.status().is_some_and(|status| status >= 500 || matches!(status, 408 | 429));
    match error.kind() {
        ErrorKind::Io | ErrorKind::Timeout | ErrorKind::Closed => DeviceInput::Unanswered,
        ErrorKind::Refused | ErrorKind::Auth if busy => DeviceInput::Unanswered,
        _ => DeviceInput::Refused,
    }
}

/// The same that the server would say if it were asked.
fn expired() -> Error {
    Error::new(ErrorKind::Refused, "the device code expired before the user had agreed")
        .with_detail(Detail::Refused(Box::new(ErrorResponse::new(ErrorCode::ExpiredToken))))
}
