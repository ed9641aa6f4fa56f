//! What is asked of a GSS-API library (RFC 2743).

use std::fmt;

use crate::Error;

/// Services of a security context (RFC 2743, section 1.2.1.2): what is asked
/// for, and what there is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GssFlags {
    /// The server proves who it is.
    pub mutual: bool,
    /// Lost, repeated and reordered messages are noticed.
    pub sequence: bool,
    /// Messages can be encrypted.
    pub confidentiality: bool,
    /// Messages can be protected against changes.
    pub integrity: bool,
}

impl GssFlags {
    /// Mutual authentication and nothing else.
    pub const MUTUAL: Self = Self { mutual: true, sequence: false, confidentiality: false, integrity: false };
    /// Everything.
    pub const ALL: Self = Self { mutual: true, sequence: true, confidentiality: true, integrity: true };
}

/// What `GSS_Init_sec_context` answers.
#[derive(Clone, PartialEq, Eq)]
pub struct GssToken {
    /// The output token, which may be empty.
    pub token: Vec<u8>,
    /// Whether the context is established.
    pub complete: bool,
}

/// How long the token is, and not what it is.
impl fmt::Debug for GssToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GssToken({} bytes, complete: {})", self.token.len(), self.complete)
    }
}

/// A security context of Kerberos V with one server, from the initiator's side.
///
/// `Kerberos` (feature `gssapi`) is the one of the system's
/// library; others can stand in for it.
pub trait GssContext: fmt::Debug + Send {
    /// `GSS_Init_sec_context`: with what is asked for, the application data of the channel
    /// bindings where there are any (addresses are never set), and the server's token.
    ///
    /// # Errors
    /// There is no ticket, or the server's token is not what it should be.
    fn init(
        &mut self,
        asked: GssFlags,
        channel_bindings: Option<&[u8]>,
        token: Option<&[u8]>,
    ) -> Result<GssToken, Error>;

    /// The services that the context has, once it is established.
    fn flags(&self) -> GssFlags;

    /// `GSS_Wrap`
    ///
    /// # Errors
    /// The library fails.
    fn wrap(&mut self, data: &[u8], confidential: bool) -> Result<Vec<u8>, Error>;

    /// `GSS_Unwrap`: what was wrapped, and whether it was encrypted.
    ///
    /// # Errors
    /// The token was changed, repeated or reordered on the way.
    fn unwrap_token(&mut self, token: &[u8]) -> Result<(Vec<u8>, bool), Error>;

    /// `GSS_Wrap_size_limit`: the most bytes whose token is no longer than `token_max`.
    ///
    /// # Errors
    /// The library fails.
    fn wrap_size_limit(&mut self, confidential: bool, token_max: usize) -> Result<usize, Error>;
}
