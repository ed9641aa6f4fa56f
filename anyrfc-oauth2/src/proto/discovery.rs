//! Metadata, asked for and judged (RFC 8414).
