//! The machine, command by command.

#[path = "../support/mod.rs"]
mod support;

mod basics;
mod claims;
mod defaults;
mod dropped;
mod enabling;
mod ends;
mod following;
mod garbage;
mod holding;
mod idling;
mod pipelining;
mod proofs;
mod sessions;
mod several;
mod streaming;
mod table;
mod vanishing;
