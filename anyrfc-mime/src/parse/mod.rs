//! Whole messages, read.
