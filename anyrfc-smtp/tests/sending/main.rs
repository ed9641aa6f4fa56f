//! Messages, from the client to a server in memory.

mod cancel;
mod pipeline;
mod pool;
mod send;
mod support;
mod transaction;
mod transport;
