//! How a client is made.
