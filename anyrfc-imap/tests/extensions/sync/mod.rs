//! Keeping in step with a mailbox: the client against a server that keeps its history.

mod histories;
mod hostile;
mod model;
