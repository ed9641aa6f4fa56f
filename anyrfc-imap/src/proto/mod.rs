//! The state machine: no I/O, no clock, no task.
