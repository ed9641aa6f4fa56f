//! What several checks of RFC 6749 use.
