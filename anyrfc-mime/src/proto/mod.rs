//! The push parser: a message a piece at a time, without I/O.
