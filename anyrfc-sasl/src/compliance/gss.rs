//! A GSS-API library that keeps a log of what it is asked, and does what it is told.
//!
//! What it wraps begins with a letter, `E` encrypted and `S` signed, and ends with its own
//! checksum, so that a token that was changed is told from one that was not.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::{Error, ErrorKind, GssContext, GssFlags, GssToken};

/// The initial token behind its header, which names Kerberos V.
pub(super) const FIRST_TOKEN: &[u8] = b"\x01\x00the request for the service";

/// What the library was asked.
#[derive(Debug, Default)]
pub(super) struct Log {
    pub(super) asked: Vec<GssFlags>,
    /// The application data of the channel bindings, call by call.
    pub(super) bindings: Vec<Option<Vec<u8>>>,
    pub(super) wrapped: Vec<(Vec<u8>, bool)>,
}

/// A context with a server.
#[derive(Clone, Debug)]
pub(super) struct Library {
    /// How many tokens the client sends until the context is established.
    pub(super) tokens: usize,
    /// What the context then has.
    pub(super) has: GssFlags,
    /// Whether the initial token has a header.
    pub(super) header: bool,
    sent: usize,
    log: Arc<Mutex<Log>>,
}

impl Library {
    /// One that has everything, after two calls.
    pub(super) fn new() -> Self {
        Self { tokens: 2, has: GssFlags::ALL, header: true, sent: 0, log: Arc::default() }
    }

    pub(super) fn with(has: GssFlags) -> Self {
        Self { has, ..Self::new() }
    }

    pub(super) fn boxed(&self) -> Box<dyn GssContext> {
        Box::new(self.clone())
    }

    pub(super) fn log(&self) -> MutexGuard<'_, Log> {
        self.log.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the server's library makes of a text.
pub(super) fn seal(text: &[u8], confidential: bool) -> Vec<u8> {
    let sum = text.iter().fold(7u8, |sum, octet| sum.rotate_left(1) ^ octet);
    [if confidential { b"E" } else { b"S" }, text, &[sum]].concat()
}

fn failure(what: &'static str) -> Error {
    Error::new(ErrorKind::Auth, what)
}

impl GssContext for Library {
    fn init(
        &mut self,
        asked: GssFlags,
        channel_bindings: Option<&[u8]>,
        token: Option<&[u8]>,
    ) -> Result<GssToken, Error> {
        self.log().asked.push(asked);
        self.log().bindings.push(channel_bindings.map(<[u8]>::to_vec));
        match token {
            None if self.sent > 0 => return Err(failure("begun twice")),
            Some(token) if token != b"token of the server" => return Err(failure("a bad token")),
            _ => {}
        }
        self.sent += 1;
        let complete = self.sent >= self.tokens;
        let oid = b"\x06\x09\x2a\x86\x48\x86\xf7\x12\x01\x02\x02";
        let token = match token {
            None if self.header => {
                let length = (oid.len() + FIRST_TOKEN.len()) as u8;
                [&[0x60, length][..], oid, FIRST_TOKEN].concat()
            }
            None => FIRST_TOKEN.to_vec(),
            Some(_) if complete => Vec::new(),
            Some(_) => b"another token".to_vec(),
        };
        Ok(GssToken { token, complete })
    }

    fn flags(&self) -> GssFlags {
        self.has
    }

    fn wrap(&mut self, data: &[u8], confidential: bool) -> Result<Vec<u8>, Error> {
        self.log().wrapped.push((data.to_vec(), confidential));
        if data == b"cannot be wrapped" {
            return Err(failure("the context has expired"));
        }
        Ok(seal(data, confidential))
    }

    fn unwrap_token(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Error> {
        let (letter, rest) = token.split_first().ok_or_else(|| failure("nothing to unwrap"))?;
        let (_, text) = rest.split_last().ok_or_else(|| failure("nothing to unwrap"))?;
        let encrypted = *letter == b'E';
        if seal(text, encrypted) != token {
            return Err(failure("the token was changed"));
        }
        Ok((text.to_vec(), encrypted))
    }

    fn wrap_size_limit(&mut self, _: bool, token_max: usize) -> Result<usize, Error> {
        Ok(token_max.saturating_sub(2))
    }
}
