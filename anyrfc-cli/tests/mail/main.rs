//! `anyrfc imap` and `anyrfc smtp`, run as a person runs them, against the servers of the crates.

mod imap;
mod imap_failures;
mod smtp;
mod smtp_send;
mod support;
mod watch;
