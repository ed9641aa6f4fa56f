//! The test kit: everything that proves a protocol on the one driver.
//!
//! | module | holds |
//! |---|---|
//! | [`clock`] | a virtual clock on which a hang is a deterministic failure |
//! | [`memory`] | an in-memory stream with ends that close, truncate and reset |
//! | [`replay`] | a stream that reads out what it was given, then ends, stalls or goes on for ever |
//! | [`chop`], [`fault`], [`record`] | wrappers: a few bytes at a time, a fault at byte k, a transcript |
//! | [`script`] | the other end, as a script |
//! | [`harness`] | the proofs every protocol calls with its own machine |
//! | [`pki`] | certificates made on the fly |
//! | [`log`] | a whole session's log, searched for secrets |
//! | [`toy`] | a small complete protocol that the kit is tested with |
//!
//! Everything runs in the task of the test: no threads, no sleeping but in
//! virtual time. The kit fails by panicking, as assertions do.

pub mod chop;
pub mod clock;
pub mod fault;
pub mod harness;
pub mod log;
pub mod memory;
pub mod pki;
pub mod random;
pub mod record;
pub mod replay;
pub mod script;
pub mod toy;

pub use self::{
    chop::{ChoppingStream, Sizes},
    clock::{advance, now, run, run_virtual},
    fault::{End, FaultyStream, WriteEnd},
    harness::{Lead, Observed, Subject, Taking, Waiting, observe},
    memory::{Abort, MemoryStream, pair, pair_with},
    record::{Recorder, Transcript},
    replay::Replay,
    script::{Match, Mismatch, ScriptedPeer, play},
};
