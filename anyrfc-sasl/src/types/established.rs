//! What a login came to.

use std::fmt;

use anyrfc_core::Deviations;

use crate::{Error, MechanismName};

/// A login that succeeded, and what it settled.
#[derive(Debug)]
#[non_exhaustive]
pub struct Established {
    /// The mechanism.
    pub mechanism: MechanismName,
    /// Whom the client asked to act as; `None` where it left that to the server.
    pub authorization_id: Option<String>,
    /// Whether the server has proved that it knows the client's secret, or is who it should be.
    pub mutual: bool,
    /// The security layer (RFC 4422, section 3.7), where one was negotiated: from
    /// here on everything passes through it.
    pub layer: Option<Box<dyn SecurityLayer>>,
    /// How often the hash was iterated to make a key of the password.
    pub iterations: Option<u32>,
    /// Harmless breaches that were forgiven.
    pub deviations: Deviations,
}

impl Established {
    /// A login by `mechanism` that settled nothing else.
    #[must_use]
    pub fn new(mechanism: MechanismName) -> Self {
        Self {
            mechanism,
            authorization_id: None,
            mutual: false,
            layer: None,
            iterations: None,
            deviations: Deviations::default(),
        }
    }

    /// With whom the client asked to act as.
    #[must_use]
    pub fn authorized_as(mut self, identity: Option<String>) -> Self {
        self.authorization_id = identity;
        self
    }

    /// With a server that has proved itself.
    #[must_use]
    pub const fn mutual(mut self) -> Self {
        self.mutual = true;
        self
    }

    /// With a security layer.
    #[must_use]
    pub fn with_layer(mut self, layer: Box<dyn SecurityLayer>) -> Self {
        self.layer = Some(layer);
        self
    }
}

/// A security layer (RFC 4422, section 3.7): each buffer is protected by itself
/// and travels behind its length in four octets.
pub trait SecurityLayer: fmt::Debug + Send {
    /// Whether what is sent is encrypted; otherwise it is only protected against changes.
    fn is_confidential(&self) -> bool;

    /// The most plain bytes that one buffer may carry.
    fn plain_max(&self) -> usize;

    /// Protects `plain` as one buffer, and appends its length and its bytes to `out`.
    ///
    /// # Errors
    /// `plain` is longer than [`plain_max`](Self::plain_max), or the mechanism fails.
    fn wrap_buffer(&mut self, plain: &[u8], out: &mut Vec<u8>) -> Result<(), Error>;

    /// Takes one buffer from the beginning of `input`, appends what it carried to
    /// `out`, and says how many bytes of `input` it took; `None` where more are needed.
    ///
    /// # Errors
    /// The buffer is longer than was agreed on, was changed on the way, or is out of order.
    fn unwrap_buffer(&mut self, input: &[u8], out: &mut Vec<u8>) -> Result<Option<usize>, Error>;
}
