//! What keeps a connection alive, and what finds out that it is not.
//!
//! Keep-alive pings, and the deadlines of an open connection: for their pongs,
//! for any byte at all, for the next piece of a message. RFC 6455, section
//! 7.2.1 wants a client not to close a connection without need, so all of them
//! are off unless asked for.
//!
//! No deadline blames the peer for what we have not looked at: while an event
//! waits to be taken, everything behind it is unread, and the deadline moves on.

use std::time::{Duration, Instant};

use anyrfc_core::{ErrorKind, Output};

use super::{Config, Connection, State};
use crate::{
    CloseCode, Error,
    error::{Detail, Waited},
};

/// Keep-alive pings: how often, and how long their pongs may take.
///
/// A ping is sent each interval, whatever else is going on, so that
/// [`Connection::latency`] stays fresh too. There is one at a time; its payload
/// is unpredictable, and its pong is not reported.
///
/// ```
/// use std::time::Duration;
/// use anyrfc_websocket::KeepAlive;
/// let patient = KeepAlive::every(Duration::from_secs(30)).timeout(Duration::from_secs(60));
/// assert_eq!(patient.interval, Duration::from_secs(30));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeepAlive {
    /// From one ping to the next, at least a millisecond.
    pub interval: Duration,
    /// From a ping to its pong. A pong cannot overtake a frame that is under
    /// way: as long as bytes of one arrive, the time starts anew with each.
    pub timeout: Duration,
}

impl Default for KeepAlive {
    /// Every 20 s, with 20 s for the pong.
    fn default() -> Self {
        Self::every(Duration::from_secs(20))
    }
}

impl KeepAlive {
    /// A ping every `interval`, with 20 s for its pong.
    #[must_use]
    pub const fn every(interval: Duration) -> Self {
        Self { interval, timeout: Duration::from_secs(20) }
    }

    /// How long a pong may take.
    #[must_use]
    pub const fn timeout(mut self, limit: Duration) -> Self {
        self.timeout = limit;
        self
    }
}

/// Bytes of the payload of a keep-alive ping.
pub(super) const TAG: usize = 12;

/// Where keep-alive stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Ping {
    /// There is none.
    #[default]
    Off,
    /// The next one is due then.
    Next(Instant),
    /// It is to be written.
    Due,
    /// It is on its way, and the pong is due by then.
    Sent { at: Instant, by: Instant },
}

/// A ping of the caller, for its round-trip time.
#[derive(Debug)]
struct Asked {
    payload: Box<[u8]>,
    /// `None` where the time was not known.
    at: Option<Instant>,
}

/// How far the message in progress has come: which one, its fragments, the
/// bytes of the last. Control frames do not count.
pub(super) type Progress = (u64, usize, usize);

#[derive(Debug)]
pub(super) struct Living {
    /// Bytes of input that were looked at and are not released yet.
    known: usize,
    /// When the last byte arrived; `None` before anybody looked.
    received: Option<Instant>,
    ping: Ping,
    /// The payload of the last keep-alive ping.
    tag: [u8; TAG],
    asked: Option<Asked>,
    latency: Option<Duration>,
    progress: Option<Progress>,
    /// Until when there must be more progress.
    progress_by: Option<Instant>,
}

impl Default for Living {
    fn default() -> Self {
        Self {
            // More than there can be: the first look finds a difference.
            known: usize::MAX,
            received: None,
            ping: Ping::Off,
            tag: [0; TAG],
            asked: None,
            latency: None,
            progress: None,
            progress_by: None,
        }
    }
}

impl Living {
    /// The connection is open.
    pub(super) fn begin(&mut self, config: &Config, now: Instant) {
        self.received = Some(now);
        self.ping = next(config, now);
    }

    /// Whether `length` bytes of input are something new.
    #[inline]
    pub(super) const fn is_news(&self, length: usize) -> bool {
        self.known != length
    }

    /// There are `length` bytes of input.
    pub(super) fn look(&mut self, length: usize, config: &Config, now: Instant) {
        self.known = length;
        match &mut self.received {
            Some(received) => *received = now,
            None => self.begin(config, now),
        }
    }

    /// So many bytes of input were released.
    #[inline]
    pub(super) const fn release(&mut self, count: usize) {
        self.known = self.known.saturating_sub(count);
    }

    pub(super) const fn is_due(&self) -> bool {
        matches!(self.ping, Ping::Due)
    }

    /// The ping that is due was handed to whoever writes it, who tells when it has left;
    /// whether one was due.
    pub(super) fn hand_over(&mut self) -> bool {
        let due = self.is_due();
        if due {
            self.ping = Ping::Off;
        }
        due
    }

    /// A ping that was handed over comes back unwritten.
    pub(super) fn take_back(&mut self) {
        self.ping = Ping::Due;
    }

    /// The keep-alive ping with this payload has left.
    pub(super) fn sent(&mut self, tag: [u8; TAG], config: &Config, now: Instant) {
        self.tag = tag;
        self.ping = match config.keep_alive.and_then(|keep_alive| now.checked_add(keep_alive.timeout)) {
            Some(by) => Ping::Sent { at: now, by },
            None => Ping::Off,
        };
    }

    /// A ping of the caller has left.
    pub(super) fn asked(&mut self, payload: Box<[u8]>, at: Option<Instant>) {
        self.asked = Some(Asked { payload, at });
    }

    /// A pong has arrived; whether it was for us alone.
    pub(super) fn pong(&mut self, payload: &[u8], config: &Config, now: Instant) -> bool {
        if payload == self.tag && self.tag != [0; TAG] {
            if let Ping::Sent { at, .. } = self.ping {
                self.latency = Some(now.saturating_duration_since(at));
                self.ping = next(config, at);
            }
            // Else a second answer to the same ping.
            return true;
        }
        if let Some(asked) = self.asked.take_if(|asked| *asked.payload == *payload) {
            if let Some(at) = asked.at {
                self.latency = Some(now.saturating_duration_since(at));
            }
            // Of several pings, a peer may answer only the latest (section 5.5.3).
            if let Ping::Sent { at, .. } = self.ping
                && asked.at.is_none_or(|asked| at <= asked)
            {
                self.ping = next(config, at);
            }
        }
        false
    }

    /// All input was parsed, and more is wanted: whether the message that has
    /// begun has come any further. `partial` tells of bytes of a header, or of a
    /// control frame, which is short: it gets no more time for coming in drops.
    pub(super) fn progress(&mut self, found: Option<Progress>, partial: bool, limit: Duration, now: Instant) {
        let found = found.or_else(|| partial.then(Progress::default));
        if found != self.progress {
            self.progress = found;
            self.progress_by = found.and_then(|_| now.checked_add(limit));
        }
    }

    fn idle_by(&self, config: &Config) -> Option<Instant> {
        self.received?.checked_add(config.idle_timeout?)
    }

    #[inline]
    pub(super) fn poll_timeout(&self, config: &Config) -> Option<Instant> {
        let ping = match self.ping {
            Ping::Off | Ping::Due => None,
            Ping::Next(at) | Ping::Sent { by: at, .. } => Some(at),
        };
        [ping, self.progress_by, self.idle_by(config)].into_iter().flatten().min()
    }
}

/// The ping after one at `at`, or after the beginning.
fn next(config: &Config, at: Instant) -> Ping {
    let interval = config.keep_alive.map(|keep_alive| keep_alive.interval.max(Duration::from_millis(1)));
    interval.and_then(|interval| at.checked_add(interval)).map_or(Ping::Off, Ping::Next)
}

impl Connection {
    /// How long the last ping took to be answered: from the moment it was
    /// handed over to be written to the moment its pong was read. Pings of
    /// [`Config::keep_alive`] are measured, and those of the caller.
    #[must_use]
    pub const fn latency(&self) -> Option<Duration> {
        self.living.latency
    }
    /// Writes the keep-alive ping that is due.
    pub(super) fn transmit_living(&mut self, out: &mut Output, now: Instant) {
        if let Some(payload) = self.outgoing.pinged.take() {
            self.living.asked(payload, Some(now));
        }
        if self.state == State::Open && self.living.is_due() && !self.outgoing.is_sending() {
            let tag = self.outgoing.own_ping(out);
            self.living.sent(tag, &self.config, now);
        }
    }

    /// A deadline of the open connection may have passed.
    pub(super) fn expire_living(&mut self, now: Instant) -> Result<(), Error> {
        let unread = self.incoming.is_pending();
        if let Ping::Sent { at, by } = self.living.ping
            && let Some(keep_alive) = self.config.keep_alive
            && by <= now
        {
            let under_way = self.incoming.progress().is_some_and(|(_, _, bytes)| bytes != usize::MAX);
            let arriving = self.living.received.filter(|_| under_way);
            let from = if unread { Some(now) } else { arriving };
            match from.and_then(|from| from.checked_add(keep_alive.timeout)).filter(|&by| by > now) {
                Some(by) => self.living.ping = Ping::Sent { at, by },
                None => return Err(self.timed_out(Waited::Pong, keep_alive.timeout)),
            }
        }
        if let Some(limit) = self.config.message_timeout
            && self.living.progress_by.is_some_and(|by| by <= now)
        {
            if !unread {
                return Err(self.timed_out(Waited::Message, limit));
            }
            self.living.progress_by = now.checked_add(limit);
        }
        if let Some(limit) = self.config.idle_timeout
            && self.living.idle_by(&self.config).is_some_and(|by| by <= now)
        {
            // A ping that is as late as this was not sent because nobody polled us: it goes first.
            let unasked = matches!(self.living.ping, Ping::Next(at) if at <= now);
            if !unread && !unasked {
                return Err(self.timed_out(Waited::Traffic, limit));
            }
            self.living.received = Some(now);
        }
        if let Ping::Next(at) = self.living.ping
            && at <= now
        {
            self.living.ping = Ping::Due;
        }
        Ok(())
    }

    /// Fails the connection. A peer that is silent broke no rule: we go away
    /// (1001). One that owes us a pong, or the rest of a message, goes against a
    /// policy of ours, for which there is no code of its own (1008).
    #[cold]
    fn timed_out(&mut self, waited_for: Waited, limit: Duration) -> Error {
        let code = match waited_for {
            Waited::Traffic => CloseCode::GOING_AWAY,
            _ => CloseCode::POLICY_VIOLATION,
        };
        let error = Error::new(ErrorKind::Timeout, format!("{waited_for} did not come within {limit:?}"));
        self.fail(code, error).with_detail(Detail::TimedOut { waited_for, code: Some(code) })
    }
}
