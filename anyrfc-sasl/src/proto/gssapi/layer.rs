//! The security layer of GSSAPI (RFC 4752, section 3.3; RFC 4422, section 3.7).

use anyrfc_core::{Error, ErrorKind, SecurityLayer};

use super::context::GssContext;
use crate::{error::Breach, rfc4422};

/// The octets of a length.
const LENGTH: usize = 4;

/// What both sides have agreed on.
#[derive(Debug)]
pub(super) struct Layer {
    context: Box<dyn GssContext>,
    confidential: bool,
    /// The most bytes of a token that we take.
    receive_max: usize,
    /// The most plain bytes that the server takes in one token.
    plain_max: usize,
    /// Nothing can be trusted after the first error.
    broken: bool,
}

impl Layer {
    pub(super) fn new(
        context: Box<dyn GssContext>,
        confidential: bool,
        receive_max: usize,
        plain_max: usize,
    ) -> Self {
        Self { context, confidential, receive_max, plain_max, broken: false }
    }

    fn usable(&self) -> Result<(), Error> {
        if self.broken {
            return Err(Error::new(ErrorKind::Closed, "the security layer has failed"));
        }
        Ok(())
    }

    fn wrap_one(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        let failed = |error| {
            Error::new(ErrorKind::Closed, "the security layer cannot protect more").with_source(error)
        };
        let token = self.context.wrap(plain, self.confidential).map_err(failed)?;
        let length = u32::try_from(token.len())
            .map_err(|_| Error::new(ErrorKind::Limit, "the security layer's buffer is too long"))?;
        out.reserve(LENGTH.saturating_add(token.len()));
        out.extend_from_slice(&length.to_be_bytes());
        out.extend_from_slice(&token);
        Ok(())
    }

    fn unwrap_one(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, Error> {
        let Some((length, rest)) = input.split_first_chunk::<LENGTH>() else { return Ok(None) };
        let length = u32::from_be_bytes(*length) as usize;
        // Before anything is waited for, let alone reserved.
        if length > self.receive_max {
            return Err(broken(Breach::LayerTooLong));
        }
        let Some(token) = rest.get(..length) else { return Ok(None) };
        let (plain, encrypted) = self
            .context
            .unwrap_token(token)
            .map_err(|error| broken(Breach::LayerUndecodable).with_source(error))?;
        if self.confidential && !encrypted {
            return Err(broken(Breach::LayerNotEncrypted));
        }
        out.extend_from_slice(&plain);
        Ok(Some(LENGTH.saturating_add(length)))
    }
}

impl SecurityLayer for Layer {
    fn is_confidential(&self) -> bool {
        self.confidential
    }

    fn plain_max(&self) -> usize {
        self.plain_max
    }

    fn wrap_buffer(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        self.usable()?;
        if plain.len() > self.plain_max {
            let error = Error::usage("more than the server takes at once");
            return Err(error.with_requirement(rfc4422::BUFFER_WITHIN_THE_PEERS_MAXIMUM));
        }
        let outcome = self.wrap_one(plain, out);
        self.broken = outcome.is_err();
        outcome
    }

    fn unwrap_buffer(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, Error> {
        self.usable()?;
        let outcome = self.unwrap_one(input, out);
        self.broken = outcome.is_err();
        outcome
    }
}

/// The server broke a rule.
fn broken(breach: Breach) -> Error {
    Error::violation(breach.requirement(), breach.what())
}
