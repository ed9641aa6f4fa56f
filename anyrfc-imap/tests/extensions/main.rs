//! Extensions: the client against servers that say what their scripts say, and against the test
//! kit's server.

mod admin;
mod appending;
mod compress;
mod condstore;
mod host;
mod items;
mod notify;
mod pool;
mod reconnect;
#[path = "../client/script.rs"]
#[allow(dead_code, reason = "each test binary uses a part of it")]
mod script;
mod searching;
mod several;
mod sort;
#[path = "../support/mod.rs"]
mod support;
mod sync;
mod urlauth;
