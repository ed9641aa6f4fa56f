//! The state machine of one connection: no I/O, no clock, no task.

mod plan;
