//! Servers that break the rules, stall, flood and vanish; the exact outcome of each.
//!
//! All on in-memory streams and a virtual clock: a test that would wait for
//! ever fails within an hour that passes at once.

mod caller;
mod closing;
mod flood;
mod frames;
mod opening;
mod silence;
mod support;
