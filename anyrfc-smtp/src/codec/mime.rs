//! Messages of `anyrfc-mime`, written for what the server takes.

use std::task::{Context, Poll};

use anyrfc_mime::{
    Message,
    build::{Composed, Domain, Receiver, Resent, Writer},
};
use bytes::Bytes;

use super::blind::without_bcc;
use crate::{
    error::Error,
    types::content::{Content, Offered, Source, WireMessage},
};

impl From<anyrfc_mime::Error> for Error {
    fn from(error: anyrfc_mime::Error) -> Self {
        let made = Self::new(error.kind(), error.to_string()).with_fault(error.fault());
        let made = match error.requirement() {
            Some(requirement) => made.with_requirement(requirement),
            None => made,
        };
        made.with_source(error)
    }
}

/// What the server takes, as a message is told.
fn receiver(to: Offered) -> Receiver {
    Receiver::default().with_8bit(to.eight_bit).with_binary(to.binary).with_utf8(to.utf8)
}

/// Says of a message what writing it has told.
fn declared(mut content: Content<'_>, domain: Domain, utf8: bool) -> Content<'_> {
    content = match domain {
        Domain::SevenBit => content,
        Domain::EightBit => content.eight_bit(),
        Domain::Binary => content.binary(),
    };
    if utf8 { content.utf8_header() } else { content }
}

/// A message that is built: encoded down to what the server takes, its header in UTF-8 only where
/// an address needs it.
impl<'a> WireMessage<'a> for &Composed<'_> {
    fn content(self, to: Offered) -> Result<Content<'a>, Error> {
        let mut message = Vec::new();
        let domain = self.write_for(receiver(to), &mut message)?;
        Ok(declared(Content::bytes(message), domain, to.utf8 && self.needs_utf8()))
    }
}

/// A message that is built, with parts that are read while it is sent.
impl<'a> WireMessage<'a> for Composed<'a> {
    fn content(self, to: Offered) -> Result<Content<'a>, Error> {
        if !self.has_streams() {
            return (&self).content(to);
        }
        let writer = self.into_writer(receiver(to))?;
        let (domain, utf8) = (writer.domain(), writer.is_internationalized());
        Ok(declared(Content::source(Pieces(writer)), domain, utf8))
    }
}

/// What is written of a message, a piece at a time.
struct Pieces<'a>(Writer<'a>);

impl Source for Pieces<'_> {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let mut piece = Vec::new();
        self.poll_chunk(cx, &mut piece).map(|written| match written {
            Ok(true) => Some(Ok(piece.into())),
            Ok(false) => None,
            Err(error) => Some(Err(error.into())),
        })
    }
}

impl Pieces<'_> {
    #[cfg(feature = "client")]
    fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
        piece: &mut Vec<u8>,
    ) -> Poll<Result<bool, anyrfc_mime::Error>> {
        self.0.poll_chunk(cx, piece)
    }

    /// Nothing is asynchronous then.
    #[cfg(not(feature = "client"))]
    fn poll_chunk(
        &mut self,
        _: &mut Context<'_>,
        piece: &mut Vec<u8>,
    ) -> Poll<Result<bool, anyrfc_mime::Error>> {
        Poll::Ready(self.0.next_chunk(piece))
    }
}

/// A message that is sent again: as it was given, but for `Bcc`, behind the new block.
impl<'a> WireMessage<'a> for &Resent<'_> {
    fn content(self, to: Offered) -> Result<Content<'a>, Error> {
        // UTF-8 in the block only where an address needs it.
        let message =
            self.to_vec_for(receiver(to.with_utf8(false))).or_else(|_| self.to_vec_for(receiver(to)))?;
        Ok(Content::bytes(without_bcc(&message.into())))
    }
}

impl<'a> WireMessage<'a> for Resent<'_> {
    fn content(self, to: Offered) -> Result<Content<'a>, Error> {
        (&self).content(to)
    }
}

/// A message that was read: as it stands, but for `Bcc`.
impl<'a> WireMessage<'a> for &Message<'_> {
    fn content(self, _: Offered) -> Result<Content<'a>, Error> {
        Ok(Content::bytes(without_bcc(&self.to_bytes())))
    }
}

impl<'a> WireMessage<'a> for Message<'_> {
    fn content(self, to: Offered) -> Result<Content<'a>, Error> {
        (&self).content(to)
    }
}

#[cfg(test)]
mod tests;
