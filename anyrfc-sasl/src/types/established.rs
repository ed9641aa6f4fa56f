//! What a login came to.

use anyrfc_core::{Deviations, SecurityLayer};

use crate::MechanismName;

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
    /// here on everything passes through it (core's `transport::Layered`).
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
