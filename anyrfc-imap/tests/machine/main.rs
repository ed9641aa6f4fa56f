//! The machine, command by command.

#[path = "../support/mod.rs"]
mod support;

mod basics;
