//! A message while it is being sent: its octets, and whether they are what was declared.

use std::{
    fmt,
    task::{Context, Poll, ready},
};

use bytes::Bytes;
use memchr::memchr;

use super::{headers::Headers, scan::scan_as};
use crate::{
    error::Error,
    types::{
        BurlUrl,
        content::{Body, Content, ContentError, Facts, Source},
    },
};

/// Where the octets of a message are when it is sent.
#[non_exhaustive]
pub enum Supply<'a> {
    /// In memory.
    Whole(Bytes),
    /// They come a piece at a time.
    Stream(Reading<'a>),
    /// At an IMAP server.
    Url(BurlUrl),
}

/// A message is shown by its length.
impl fmt::Debug for Supply<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(octets) => write!(f, "Whole({} octets)", octets.len()),
            Self::Stream(reading) => f.debug_tuple("Stream").field(reading).finish(),
            Self::Url(url) => f.debug_tuple("Url").field(url).finish(),
        }
    }
}

impl Supply<'_> {
    /// The same once more, where it does not come a piece at a time.
    #[cfg(feature = "client")]
    pub(crate) fn duplicate<'b>(&self) -> Option<Supply<'b>> {
        match self {
            Self::Whole(octets) => Some(Supply::Whole(octets.clone())),
            Self::Url(url) => Some(Supply::Url(url.clone())),
            Self::Stream(_) => None,
        }
    }
}

impl<'a> Content<'a> {
    /// What is known of it: found, for octets in memory; declared, for what is not.
    ///
    /// # Errors
    /// It cannot be sent to any server: see [`Facts::check`]. What it needs of the server is
    /// looked at when there is one.
    pub fn facts(&self) -> Result<Facts, ContentError> {
        let declared = self.declared;
        let Body::Whole(message) = &self.body else { return Ok(declared) };
        let facts = scan_as(message, declared.line_ends);
        let got = message.len() as u64;
        if let Some(declared) = declared.size.filter(|size| *size != got) {
            return Err(ContentError::Size { declared, got });
        }
        facts.check()?;
        let utf8_header = facts.utf8_header || declared.utf8_header;
        Ok(Facts { utf8_header, unlabeled: facts.unlabeled && !declared.eight_bit, ..facts })
    }

    /// Starts to send it.
    ///
    /// # Errors
    /// As [`facts`](Self::facts).
    pub fn open(self) -> Result<(Facts, Supply<'a>), ContentError> {
        let facts = self.facts()?;
        let supply = match self.body {
            Body::Whole(message) => Supply::Whole(message),
            Body::Stream(source) => Supply::Stream(Reading::new(source, &facts)),
            Body::Url(url) => Supply::Url(url),
        };
        Ok((facts, supply))
    }
}

/// A stream that is being sent. What was not declared of it does not come through.
pub struct Reading<'a> {
    source: Box<dyn Source + 'a>,
    watch: Watch,
    state: State,
}

#[derive(Debug)]
enum State {
    Open,
    Ended,
    Failed(Error),
}

impl<'a> Reading<'a> {
    fn new(source: Box<dyn Source + 'a>, declared: &Facts) -> Self {
        Self { source, watch: Watch::new(declared), state: State::Open }
    }

    /// The next octets, never none of them; nothing at the end.
    ///
    /// # Errors
    /// The source failed, or what comes is not what was declared. The message must not be completed
    /// then; every later call says the same.
    ///
    /// # Cancel safety
    /// A piece that was not returned comes with the next call.
    pub fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Error>> {
        match &self.state {
            State::Open => {}
            State::Ended => return Poll::Ready(Ok(None)),
            State::Failed(error) => return Poll::Ready(Err(error.clone())),
        }
        loop {
            let result = match ready!(self.source.poll_piece(cx)) {
                Some(Ok(piece)) if piece.is_empty() => continue,
                Some(Ok(piece)) => self.watch.look(&piece).map(|()| Some(piece)).map_err(Error::from),
                Some(Err(error)) => Err(error),
                None => self.watch.finish().map(|()| None).map_err(Error::from),
            };
            match &result {
                Ok(Some(_)) => {}
                Ok(None) => self.state = State::Ended,
                Err(error) => self.state = State::Failed(error.clone()),
            }
            return Poll::Ready(result);
        }
    }
}

impl fmt::Debug for Reading<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { source: _, watch, state } = self;
        f.debug_struct("Reading").field("watch", watch).field("state", state).finish_non_exhaustive()
    }
}

/// Compares a stream with what was declared of it. Line ends and lengths are looked at where they
/// are written.
#[derive(Debug)]
struct Watch {
    declared: Facts,
    header: Headers,
    got: u64,
}

impl Watch {
    fn new(declared: &Facts) -> Self {
        Self { declared: *declared, header: Headers::default(), got: 0 }
    }

    fn look(&mut self, piece: &[u8]) -> Result<(), ContentError> {
        self.got = self.got.saturating_add(piece.len() as u64);
        if let Some(declared) = self.declared.size.filter(|size| self.got > *size) {
            return Err(ContentError::Size { declared, got: self.got });
        }
        if !self.declared.binary && memchr(0, piece).is_some() {
            return Err(ContentError::Binary);
        }
        if !self.declared.eight_bit && !piece.is_ascii() {
            return Err(ContentError::EightBit);
        }
        if self.declared.eight_bit && !self.declared.utf8_header && self.header.look(piece) {
            return Err(ContentError::Utf8Header);
        }
        Ok(())
    }

    fn finish(&self) -> Result<(), ContentError> {
        match self.declared.size {
            Some(declared) if declared != self.got => Err(ContentError::Size { declared, got: self.got }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests;
