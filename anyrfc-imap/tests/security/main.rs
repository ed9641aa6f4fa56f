//! What an attacker on the way, or a hostile server, gets out of a connection: nothing.
//!
//! Each file takes up a kind of attack; the names of the tests say what must come of it.

#[path = "../support/mod.rs"]
mod support;

mod continuations;
mod floods;
mod layers;
mod login;
mod numbers;
mod secrets;
mod starttls;
mod tags;
