//! Proof of possession (RFC 9449).

/// A key that tokens are bound to.
#[derive(Clone, Debug)]
pub struct DpopKey {}
