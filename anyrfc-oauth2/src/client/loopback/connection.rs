//! One connection: a head in, a page out.

use std::{
    future::Future as _,
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use anyrfc_core::http1::{HeadError, HeadLimits, HeadReader, RequestHead};
use http::StatusCode;
use tokio::{
    io::{AsyncRead as _, AsyncWrite as _, ReadBuf},
    net::TcpStream,
    time::Sleep,
};

/// How much is read at a time.
const PIECE: usize = 4096;

/// How far a connection has come.
pub(super) enum Progress {
    /// A request, or what to say to what is none.
    Head(Result<Box<RequestHead>, StatusCode>),
    /// It has ended.
    Over,
}

impl Progress {
    fn head(result: Result<RequestHead, StatusCode>) -> Poll<Self> {
        Poll::Ready(Self::Head(result.map(Box::new)))
    }
}

pub(super) struct Connection {
    stream: TcpStream,
    reader: HeadReader<RequestHead>,
    input: Vec<u8>,
    output: Option<Vec<u8>>,
    written: usize,
    deadline: Pin<Box<Sleep>>,
}

impl Connection {
    pub(super) fn new(stream: TcpStream, limits: HeadLimits, time: Duration) -> Self {
        Self {
            stream,
            reader: HeadReader::new(limits),
            input: Vec::new(),
            output: None,
            written: 0,
            deadline: Box::pin(tokio::time::sleep(time)),
        }
    }

    /// What is to be written before it ends.
    pub(super) fn answer(&mut self, answer: Vec<u8>) {
        self.output = Some(answer);
    }

    pub(super) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Progress> {
        let progress = if self.output.is_some() { self.poll_write(cx) } else { self.poll_read(cx) };
        if progress.is_pending() && self.deadline.as_mut().poll(cx).is_ready() {
            return Poll::Ready(Progress::Over);
        }
        progress
    }

    fn poll_read(&mut self, cx: &mut Context<'_>) -> Poll<Progress> {
        loop {
            let mut piece = [0; PIECE];
            let mut buffer = ReadBuf::new(&mut piece);
            let read = ready!(Pin::new(&mut self.stream).poll_read(cx, &mut buffer));
            if read.is_err() || buffer.filled().is_empty() {
                return Poll::Ready(Progress::Over);
            }
            self.input.extend_from_slice(buffer.filled());
            match self.reader.advance(&self.input) {
                Ok(None) => {}
                Ok(Some((head, _))) => return Progress::head(Ok(head)),
                Err(error) => return Progress::head(Err(status_of(error))),
            }
        }
    }

    fn poll_write(&mut self, cx: &mut Context<'_>) -> Poll<Progress> {
        let output = self.output.as_deref().unwrap_or_default();
        while let Some(rest) = output.get(self.written..).filter(|rest| !rest.is_empty()) {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest)) {
                Ok(written) if written > 0 => self.written += written,
                _ => return Poll::Ready(Progress::Over),
            }
        }
        // The page is on its way; whoever reads it decides no more.
        ready!(Pin::new(&mut self.stream).poll_shutdown(cx)).ok();
        Poll::Ready(Progress::Over)
    }
}

/// What to say to what is no request (RFC 9110, section 15.5; RFC 6585, section 5).
fn status_of(error: HeadError) -> StatusCode {
    match error {
        HeadError::TooLarge | HeadError::TooManyFields => StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE,
        HeadError::UnsupportedVersion => StatusCode::HTTP_VERSION_NOT_SUPPORTED,
        _ => StatusCode::BAD_REQUEST,
    }
}
