//! The device flow, polled.
