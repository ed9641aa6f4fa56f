//! What other files show of the state machine and the driver, shown once more of the whole
//! client: real sockets, TLS, and its methods as an application calls them.

pub(super) mod ending;
pub(super) mod opening;
pub(super) mod sending;
