//! Validated values in the RFC's own words.

mod extension;
mod subprotocol;
mod uri;

pub use extension::{Extension, NotAToken, Parameter};
pub use subprotocol::{Subprotocol, SubprotocolError, Subprotocols};
pub use uri::{WebSocketUri, WebSocketUriError};
