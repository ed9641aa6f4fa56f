//! The client: connecting, logging in, sending.

mod content;
