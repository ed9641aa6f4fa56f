//! The opening handshake (RFC 6455, section 4), on core's HTTP/1.1 heads.
//!
//! The client builds a [`Request`], sends its bytes, reads a
//! [`ResponseHead`](anyrfc_core::http1::ResponseHead) and gives it to [`validate`].
//! The server side, for peers in tests, gives the
//! [`RequestHead`](anyrfc_core::http1::RequestHead) to [`ClientRequest::validate`]
//! and answers with [`ClientRequest::accept`] or [`RequestFault::response`].
//!
//! Over HTTP/2 (RFC 8441) the client sends [`Request::extended_connect`] and gives the
//! answer to [`validate_connect`]; framing and HPACK are not done here.

mod extended;
mod extensions;
mod key;
mod registered;
mod request;
mod response;
mod server;
#[cfg(test)]
mod tests;

pub use extended::{ExtendedConnect, validate_connect};
pub use extensions::{ExtensionsError, extension_list};
pub use key::{Key, KeyError, accept_for};
pub use request::{Offered, Opening, Request, RequestError};
pub use response::{Accepted, HandshakeFault, Verdict, validate};
pub use server::{AcceptError, ClientRequest, RequestFault};

/// The one version of the protocol that there is (RFC 6455, section 4.1).
pub const VERSION: &str = "13";
