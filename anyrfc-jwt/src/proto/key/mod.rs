//! Keys that are parsed once.
