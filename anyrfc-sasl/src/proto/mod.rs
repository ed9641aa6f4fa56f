//! Exchanges: mechanisms, what drives them, and what chooses among them.

mod exchange;
mod mechanism;
mod once;
mod plain;
pub(crate) mod policy;
mod scram;
mod state;

pub use self::{
    exchange::Exchange,
    mechanism::{Mechanism, Step},
    plain::Plain,
    policy::{Policy, Reason, Refusal},
    scram::{KeyCache, Scram, ScramHash},
    state::{Input, State},
};
