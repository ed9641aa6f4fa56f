//! Forms (RFC 6749, appendix B).
