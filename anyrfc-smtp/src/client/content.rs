//! Messages that are read while they are sent.

use std::{
    error::Error as StdError,
    pin::Pin,
    task::{Context, Poll, ready},
};

use anyrfc_core::ErrorKind;
use bytes::Bytes;
use futures_core::Stream;
use tokio::io::{AsyncRead, ReadBuf};

use crate::{
    error::Error,
    types::content::{Content, Source},
};

/// So much is read at a time.
const PIECE: usize = 64 << 10;

impl<'a> Content<'a> {
    /// A message that is read as fast as the server takes it. Unless something is declared, it is
    /// text in seven bits of unknown size.
    ///
    /// ```
    /// # tokio::runtime::Builder::new_current_thread().build().unwrap().block_on(async {
    /// use anyrfc_smtp::types::content::Content;
    /// # let directory = tempfile::tempdir()?;
    /// # let path = directory.path().join("message.eml");
    /// # tokio::fs::write(&path, "Subject: hi\r\n\r\nhello\r\n").await?;
    ///
    /// let file = tokio::fs::File::open(path).await?;
    /// let size = file.metadata().await?.len();
    /// let message = Content::reader(file).size(size).eight_bit();
    /// # drop(message);
    /// # Ok::<(), std::io::Error>(())
    /// # }).unwrap();
    /// ```
    pub fn reader(reader: impl AsyncRead + Send + 'a) -> Self {
        Self::source(Reader { reader: Box::pin(reader), buffer: Vec::new() })
    }

    /// A message that comes in pieces. Otherwise as [`reader`](Self::reader).
    pub fn stream<E>(pieces: impl Stream<Item = Result<Bytes, E>> + Send + 'a) -> Self
    where
        E: Into<Box<dyn StdError + Send + Sync>>,
    {
        Self::source(Pieces(Box::pin(pieces)))
    }
}

/// Reading the message failed.
fn failed(error: impl Into<Box<dyn StdError + Send + Sync>>) -> Error {
    Error::new(ErrorKind::Io, "reading the message failed").with_source(error)
}

struct Reader<R> {
    reader: Pin<Box<R>>,
    buffer: Vec<u8>,
}

impl<R: AsyncRead + Send> Source for Reader<R> {
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        let Self { reader, buffer } = self;
        buffer.resize(PIECE, 0);
        let mut into = ReadBuf::new(buffer);
        if let Err(error) = ready!(reader.as_mut().poll_read(cx, &mut into)) {
            return Poll::Ready(Some(Err(failed(error))));
        }
        let read = into.filled();
        let count = read.len();
        Poll::Ready(if count == 0 {
            None
        } else if count < PIECE / 2 {
            // What waits to be sent is not to hold a whole buffer each.
            Some(Ok(Bytes::copy_from_slice(read)))
        } else {
            buffer.truncate(count);
            Some(Ok(std::mem::take(buffer).into()))
        })
    }
}

struct Pieces<S>(Pin<Box<S>>);

impl<S, E> Source for Pieces<S>
where
    S: Stream<Item = Result<Bytes, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    fn poll_piece(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Error>>> {
        self.0.as_mut().poll_next(cx).map(|piece| piece.map(|piece| piece.map_err(failed)))
    }
}
