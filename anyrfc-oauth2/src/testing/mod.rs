//! An authorization server in memory, good and hostile.
