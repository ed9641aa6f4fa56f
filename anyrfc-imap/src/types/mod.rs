//! Validated values, in the RFC's own words.

pub mod mailbox;

use bytes::Bytes;

pub use self::mailbox::{MailboxName, Names, Pattern};

use crate::Error;

/// Data to be echoed: some, and not more than [`Payload::MAX`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload(Bytes);

impl Payload {
    /// The most bytes of one payload.
    pub const MAX: usize = 64 << 10;

    /// Checks the data.
    ///
    /// # Errors
    /// [`ErrorKind::Usage`](crate::ErrorKind::Usage) where there is none or too much.
    pub fn new(data: impl Into<Bytes>) -> Result<Self, Error> {
        let data = data.into();
        if data.is_empty() {
            return Err(Error::usage("nothing is not echoed"));
        }
        if data.len() > Self::MAX {
            return Err(Error::usage("the payload is too large"));
        }
        Ok(Self(data))
    }

    /// The data.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ErrorKind;

    #[test]
    fn neither_nothing_nor_too_much() {
        assert_eq!(Payload::new("").unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(Payload::new(vec![0; Payload::MAX + 1]).unwrap_err().kind(), ErrorKind::Usage);
        assert_eq!(Payload::new(vec![0; Payload::MAX]).unwrap().as_bytes().len(), Payload::MAX);
    }
}
