//! The time, as the client reads it.
