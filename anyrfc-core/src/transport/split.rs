//! One reader and one writer.

use std::{
    fmt,
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use bytes::Bytes;
#[cfg(unix)]
use tokio::net::unix;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::tcp,
};

use super::{
    Connection, ConnectionInfo, Stream,
    connection::{Io, read_unread},
};

/// The reading half of a [`Connection`](super::Connection).
pub struct ReadHalf {
    io: ReadIo,
    unread: Bytes,
    info: Arc<ConnectionInfo>,
}

/// The writing half of a [`Connection`](super::Connection).
pub struct WriteHalf {
    io: WriteIo,
    info: Arc<ConnectionInfo>,
}

enum ReadIo {
    Tcp(tcp::OwnedReadHalf),
    #[cfg(unix)]
    Unix(unix::OwnedReadHalf),
    Boxed(tokio::io::ReadHalf<Box<dyn Stream>>),
}

enum WriteIo {
    Tcp(tcp::OwnedWriteHalf),
    #[cfg(unix)]
    Unix(unix::OwnedWriteHalf),
    Boxed(tokio::io::WriteHalf<Box<dyn Stream>>),
}

pub(super) fn split(io: Io, unread: Bytes, info: ConnectionInfo) -> (ReadHalf, WriteHalf) {
    let (read, write) = match io {
        Io::Tcp(stream) => {
            let (read, write) = stream.into_split();
            (ReadIo::Tcp(read), WriteIo::Tcp(write))
        }
        #[cfg(unix)]
        Io::Unix(stream) => {
            let (read, write) = stream.into_split();
            (ReadIo::Unix(read), WriteIo::Unix(write))
        }
        Io::Boxed(stream) => {
            let (read, write) = tokio::io::split(stream);
            (ReadIo::Boxed(read), WriteIo::Boxed(write))
        }
    };
    let info = Arc::new(info);
    (ReadHalf { io: read, unread, info: Arc::clone(&info) }, WriteHalf { io: write, info })
}

impl ReadHalf {
    /// What is known of the connection.
    #[must_use]
    pub fn info(&self) -> &ConnectionInfo {
        &self.info
    }

    /// Makes one connection of both halves again.
    ///
    /// # Errors
    /// The halves are of different connections: both are given back.
    pub fn reunite(self, write: WriteHalf) -> Result<Connection, (Self, WriteHalf)> {
        if !Arc::ptr_eq(&self.info, &write.info) {
            return Err((self, write));
        }
        let (read_info, write_info, unread) = (self.info, write.info, self.unread);
        let joined = match (self.io, write.io) {
            (ReadIo::Tcp(read), WriteIo::Tcp(write)) => read
                .reunite(write)
                .map(Io::Tcp)
                .map_err(|tcp::ReuniteError(read, write)| (ReadIo::Tcp(read), WriteIo::Tcp(write))),
            #[cfg(unix)]
            (ReadIo::Unix(read), WriteIo::Unix(write)) => read
                .reunite(write)
                .map(Io::Unix)
                .map_err(|unix::ReuniteError(read, write)| (ReadIo::Unix(read), WriteIo::Unix(write))),
            (ReadIo::Boxed(read), WriteIo::Boxed(write)) if read.is_pair_of(&write) => {
                Ok(Io::Boxed(read.unsplit(write)))
            }
            other => Err(other),
        };
        match joined {
            Ok(io) => {
                let mut connection = Connection::new(io, ConnectionInfo::clone(&read_info));
                connection.unread(unread);
                Ok(connection)
            }
            Err((read, write)) => {
                Err((Self { io: read, unread, info: read_info }, WriteHalf { io: write, info: write_info }))
            }
        }
    }
}

impl WriteHalf {
    /// What is known of the connection.
    #[must_use]
    pub fn info(&self) -> &ConnectionInfo {
        &self.info
    }
}

impl fmt::Debug for ReadHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReadHalf").field("info", &self.info).finish_non_exhaustive()
    }
}

impl fmt::Debug for WriteHalf {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WriteHalf").field("info", &self.info).finish_non_exhaustive()
    }
}

impl AsyncRead for ReadHalf {
    #[inline]
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if read_unread(&mut this.unread, buf) {
            return Poll::Ready(Ok(()));
        }
        match &mut this.io {
            ReadIo::Tcp(stream) => Pin::new(stream).poll_read(cx, buf),
            #[cfg(unix)]
            ReadIo::Unix(stream) => Pin::new(stream).poll_read(cx, buf),
            ReadIo::Boxed(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

/// The same call on whichever half is inside.
macro_rules! forward {
    ($self:ident, $stream:ident => $call:expr) => {
        match &mut $self.get_mut().io {
            WriteIo::Tcp($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            #[cfg(unix)]
            WriteIo::Unix($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
            WriteIo::Boxed($stream) => {
                let $stream = Pin::new($stream);
                $call
            }
        }
    };
}

impl AsyncWrite for WriteHalf {
    #[inline]
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        forward!(self, stream => stream.poll_write(cx, bytes))
    }

    #[inline]
    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        forward!(self, stream => stream.poll_write_vectored(cx, slices))
    }

    fn is_write_vectored(&self) -> bool {
        match &self.io {
            WriteIo::Tcp(stream) => stream.is_write_vectored(),
            #[cfg(unix)]
            WriteIo::Unix(stream) => stream.is_write_vectored(),
            WriteIo::Boxed(stream) => stream.is_write_vectored(),
        }
    }

    #[inline]
    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => stream.poll_flush(cx))
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        forward!(self, stream => stream.poll_shutdown(cx))
    }
}
