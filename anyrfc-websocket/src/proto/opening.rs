//! The opening handshake (RFC 6455, section 4).

use anyrfc_core::{Output, Step};

use super::{Connection, Role};
use crate::Error;

/// provisional
#[derive(Debug)]
pub struct Opening {
    role: Role,
}

impl Opening {
    pub(super) const fn role(&self) -> Role {
        self.role
    }
    pub(super) fn wants_write(&self) -> bool {
        false
    }
    pub(super) fn transmit(&mut self, _out: &mut Output) {}
    pub(super) fn finish_refusal(&mut self) -> Option<Error> {
        None
    }
}

impl Connection {
    pub(super) fn advance_opening(&mut self, _input: &[u8]) -> Result<Step, Error> {
        self.incoming.opened();
        Ok(Step::Ready)
    }
}
